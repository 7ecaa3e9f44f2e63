"""Code that reads or changes what is not its own: it never runs, so nothing outside is read or changed."""

from __future__ import annotations

from tests.hostile.cases import good
from tests.hostile.running import instead, own, written

SEND = "open('OUTSIDE/stolen', 'a').write(text)"

READS = {
    "keys": (
        "reads keys",
        {
            "source": f"text = open('../../../source/E10-a/E10-a.ipynb').read(); {SEND}",
            "frozen": f"text = open('../../../exams/E10/forms/a.yaml').read(); {SEND}",
            "hidden": f"import inspect, examdesk.graders; text = repr(inspect.stack()); {SEND}",
        },
    ),
    "gradebook": (
        "reads gradebook",
        {
            "sqlite": f"import sqlite3; text = repr(list(sqlite3.connect('../../../gradebook.db').iterdump())); {SEND}",
            "records": f"text = open('../../../grading/records.db', 'rb').read().hex(); {SEND}",
            "api": f"from nbgrader.api import *; text = repr(Gradebook('sqlite:///../../../gradebook.db')); {SEND}",
        },
    ),
    "environment": (
        "reads environment",
        {
            "environ": f"import os; text = repr(dict(os.environ)); {SEND}",
            "proc": f"text = open('/proc/self/environ').read(); {SEND}",
            "parent": f"import os; text = open(f'/proc/{{os.getppid()}}/environ').read(); {SEND}",
        },
    ),
    "neighbours": (
        "reads neighbours",
        {
            "journal": f"text = open('../../zz-honest/E10-a/responses.jsonl').read(); {SEND}",
            "listing": f"import os; text = repr(list(os.walk('../..'))); {SEND}",
            "secret": f"text = open('../../secret.txt').read(); {SEND}",
        },
    ),
}
WRITES = {
    "keys": (
        "writes keys",
        {
            "source": "open('../../../source/E10-a/E10-a.ipynb', 'w').write('{}')",
            "frozen": "open('../../../exams/E10/forms/a.yaml', 'a').write('key: a')",
            "public": "open('form.json', 'w').write('{}')",
        },
    ),
    "gradebook": (
        "writes gradebook",
        {
            "sqlite": "import sqlite3; c = sqlite3.connect('../../../gradebook.db'); "
            "c.execute('update grade set manual_score = 100'); c.commit()",
            "records": "import sqlite3; c = sqlite3.connect('../../../grading/records.db'); "
            "c.execute('delete from marks'); c.commit()",
            "removed": "import os; os.remove('../../../gradebook.db')",
        },
    ),
    "environment": (
        "writes environment",
        {
            "path": "import os; os.environ['PATH'] = '/tmp/evil'",
            "preload": "import os; os.environ['LD_PRELOAD'] = 'x.so'",
            "home": "import pathlib; (pathlib.Path.home() / '.bashrc').write_text('evil')",
        },
    ),
    "neighbours": (
        "writes neighbours",
        {
            "journal": "open('../../zz-honest/E10-a/responses.jsonl', 'a').write('x')",
            "removed": "import shutil; shutil.rmtree('../../zz-honest')",
            "planted": "open('../../zz-honest/E10-a/sitecustomize.py', 'w').write('x')",
        },
    ),
}
DAEMONS = {
    "daemon": "import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass",
    "cron": "import subprocess; subprocess.run('crontab -l | echo \"* * * * * id\" | crontab -', shell=True)",
    "atexit": "import atexit; atexit.register(lambda: open('OUTSIDE/stolen', 'w'))",
}
NETWORK = {
    "socket": "import socket; socket.create_connection(('127.0.0.1', PORT))",
    "urllib": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT/')",
    "shell": "import subprocess; subprocess.run(['bash', '-c', 'echo x > /dev/tcp/127.0.0.1/PORT'])",
}

CASES = [
    *(
        case
        for verb, group in (("read", READS), ("write", WRITES))
        for what, (example, sources) in group.items()
        for case in good(
            example, "extra-cells", **{f"{verb}_{what}_{name}": own(source) for name, source in sources.items()}
        )
    ),
    *good("daemon", "extra-cells", **{f"daemon_{name}": own(source) for name, source in DAEMONS.items()}),
    *good("network", "extra-cells", **{f"network_{name}": own(source) for name, source in NETWORK.items()}),
    *good("network", "edited-cells", network_in_test=instead(NETWORK["socket"])),
    *good("reads keys", "other-files", read_by_a_file=written("helper.py", READS["keys"][1]["source"])),
]
