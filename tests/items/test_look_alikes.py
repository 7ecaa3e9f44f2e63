"""S-04: what looks like an act and is none – asked, reported, denied, on a condition, or about something else."""

from __future__ import annotations

import copy

import pytest

from examdesk.items.scenario.play import Play
from tests.items.chats import chat

PLAY = chat("S-04").play

NEAR: dict[str, list[str]] = {
    "can": ["Let me check whether we can issue it", "I'll ask if you can get an invoice",
        "You can provide the title later", "Did you get an invoice last time", "We can offer you a discount",
        "Have you request an invoice"],
    "cannot": ["We never refuse to issue it", "I'm not saying that we cannot issue it",
        "We cannot give you any discount", "There is no invoice title yet", "Other shops do not issue invoices"],
    "charge": ["有的店要加6个点的税点", "We charge you nothing", "It is free of extra charge",
        "Other shops charge you", "You asked whether you pay the tax", "Nobody asks you to pay the tax"],
    "day-named": ["7天内可以退", "不能保证7天内", "不敢保证7天内给您寄出", "您是希望7天内", "签收后7天内可以换",
        "鞋子大概7天内到", "Returns are fine within 7 days of delivery", "We cannot promise it within 7 days",
        "Do you need it within 7 days", "Would you like it within a week", "You can return the shoes within 7 days",
        "The parcel will arrive within 7 days"],
    "day-other": ["明天不能给您寄", "周五没法寄", "您是需要3天内吗", "15天内可以换货", "鞋子明天发出",
        "10天后自动确认收货", "不敢保证3天内", "We cannot send it today", "Do you need it within 3 days",
        "Did you send it on Monday", "You may return the shoes within 15 days", "Your shoes will arrive in 3 days",
        "You paid two days ago", "We work five days a week", "Have a nice evening today",
        "I will get back to you tomorrow"],
    "day-vague": ["麻烦您尽快把抬头发我", "不会让您等几天", "以后再下单", "如果您不确定", "不用排队开"],
    "clerk-away": ["您公司的财务周一在吗", "不是财务不在", "财务今天没有外出", "不用等财务回来", "财务在不在",
        "要是财务不在", "Is your accountant away", "Our clerk isn't away until Friday",
        "You don't have to wait until Monday", "If our accountant is on leave", "Finance will make out the invoice",
        "Our colleague will get back to you"],
    "by-post": ["鞋子已经寄出", "鞋子是发快递", "您先寄给我们", "不用给您寄出", "给您邮件", "快递送错了",
        "Your shoes have been shipped", "We send the invoice by email", "Please send it to me",
        "Did you receive it by courier", "The shoes come in a box"],
    "freight-shop": ["鞋子包邮", "满一百才包邮", "是不是包邮", "不会包邮",
        "Return postage is on us", "Free delivery of the shoes", "Should we pay the postage",
        "You think we pay the postage", "No postage above 99 yuan", "It is not paid by us",
        "They are sold at our cost price"],
    "freight-buyer": ["订单是货到付款", "有的店会收邮费", "您可以付运费险", "Your order is cash on delivery",
        "Other shops let you pay the postage", "You asked if you pay the postage",
        "Nobody said you pay the postage", "It takes extra delivery time"],
    "as-bought": ["请如实评价", "写鞋子还是办公用品", "我们是鞋店", "不一定按实际", "不用写鞋子", "这不算虚开",
        "Finance is not in the office", "You paid for the shoes", "Shall I write shoes or office goods",
        "Is that the right order number", "It does not have to say shoes"],
    "other-goods": ["You asked us to write office goods", "Other shops put office goods",
        "Nobody can write office goods", "If we put office goods it is a false invoice"],
    "asks-title": ["抬头我已经填好", "抬头可以先不填", "我们店的公司名称是云步", "不管哪个公司",
        "公司还是个人都能开", "I have noted the title", "No matter which company", "Any company or person",
        "Which company delivers it", "We send you our tax number"],
    "noted": ["登记好了吗", "登记好之后", "您之前提交了", "系统还没有显示", "系统有问题", "Has it been recorded",
        "Once it is recorded", "Well done", "Let me get it done", "You have submitted the order",
        "There is an error in our system"],
    "greets": ["亲手", "亲友", "您好像没付款", "不能为您服务", "Say hello to your team", "Oh dear",
        "She is welcome to", "Have a good evening", "Not dear"],
    "sorry": ["不用说抱歉", "不会让您久等", "不给您添麻烦", "得不到谅解", "没有对不起", "您应该说对不起",
        "I am not sorry", "No need to apologise", "You won't regret", "Without any inconvenience",
        "We do not regret", "Can't forgive"],
    "bye": ["还有其他办法", "先不说再见", "没法随时联系", "感谢您的等待", "Thank you for your message",
        "I wish you had", "We can't write anything else", "Have a good look", "Bye the way", "Not happy to help"],
    "waits": ["没法帮您查", "您自己核实一下", "不用等一下", "刚才帮您查", "要等一下午", "要等下周",
        "Not even one moment", "Don't let me check", "Hold on to it", "Just a moment ago", "No need to hold on",
        "I'll check on Monday"],
    "curt": ["您能自己看到", "财务都说了", "既然您都说了", "我特别催", "有什么看不懂吗", "不是说你看不懂",
        "I told you the wrong", "How many times a month", "Whatever the price", "I'm not saying it is not my job",
        "Please don't stop asking", "Which line can you not read", "It is not take it or leave it"],
}  # fmt: skip


@pytest.fixture(scope="module")
def gullible() -> Play:
    """The customer without look-alikes."""
    data = copy.deepcopy(dict(PLAY.data))
    for spec in data["acts"].values():
        spec["unless"] = {}
    return Play(data)


@pytest.mark.parametrize("act", NEAR)
def test_a_look_alike_does_not_count_and_would_without_its_pattern(act: str, gullible: Play) -> None:
    assert [text for text in NEAR[act] if PLAY.stands_in(act, text)] == []
    assert [text for text in NEAR[act] if not gullible.stands_in(act, text)] == []
