import sys
sys.path.insert(0,'.')
from tests.items.test_scenario_panel import *
def test_shot(chat):
    chat.page.set_viewport_size({"width":1000,"height":1000})
    for said in (("acted",{"tool":"look_up_order","args":{}}),("said",{"text":"您好亲,特价商品也可以开发票的"}),("said",{"text":"不用您出税点,免费的"})):
        chat.widget.receive(said[0],{**said[1],"turn":chat.widget.turns})
    chat.open()
    chat.page.locator("summary", has_text="登记开票申请").click()
    chat.page.screenshot(path="/tmp/chat.png", full_page=True)
