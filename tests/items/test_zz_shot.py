import subprocess,time,os,re,sys
from playwright.sync_api import sync_playwright
p=subprocess.Popen([sys.executable,"-m","jupyter","lab","--no-browser","--ServerApp.token=","--ServerApp.password=","--port=8931","--ServerApp.root_dir=/work/main","--allow-root"],stdout=open("/tmp/lab.log","w"),stderr=subprocess.STDOUT)
try:
    time.sleep(25)
    with sync_playwright() as w:
        b=w.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox"]); pg=b.new_page(viewport={"width":1300,"height":3000})
        pg.goto("http://localhost:8931/lab/tree/notebooks/scenarios.ipynb?reset")
        pg.wait_for_selector(".jp-Notebook",timeout=60000); time.sleep(4)
        pg.click('.lm-MenuBar-itemLabel:text-is("Run")',timeout=10000); pg.click('.lm-Menu-itemLabel:text-is("Run All Cells")'); time.sleep(25)
        pg.screenshot(path="/tmp/graph.png"); b.close()
finally: p.terminate()
