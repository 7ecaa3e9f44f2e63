"""Code that never ends or eats the machine, in own cells and in place of the exam's: it never runs."""

from __future__ import annotations

from tests.hostile.cases import good
from tests.hostile.running import instead, own

EXITS = {
    "exit": "import sys; sys.exit(0)",
    "os_exit": "import os; os._exit(0)",
    "raise_exit": "raise SystemExit('1.0')",
}
DEATHS = {
    "kill_self": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "abort": "import os; os.abort()",
}
LOOPS = {
    "endless": "while True: pass",
    "deaf": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "recursing": "def f():\n    try: f()\n    finally: f()\nf()",
}
DRIPS = {
    "dripping": "import time\nwhile True:\n    print('.', flush=True); time.sleep(1)",
    "sleeping": "import time; time.sleep(10**6)",
    "waiting": "input()",
}
FORKS = {
    "fork_bomb": "import os\nwhile True: os.fork()",
    "processes": "import subprocess, sys\n[subprocess.Popen([sys.executable, '-c', 'input()']) for _ in range(999)]",
    "threads": "import threading, time\n[threading.Thread(target=time.sleep, args=(999,)).start() for _ in range(999)]",
}
MEMORY = {
    "memory": "x = bytearray(10**11)",
    "growing": "x = [1]\nwhile True: x += x",
    "huge_int": "10 ** 10 ** 10",
}
FLOODS = {
    "stdout": "while True: print('x' * 10**6)",
    "stderr": "import sys\nwhile True: sys.stderr.write('x' * 10**6)",
    "disk": "f = open('full', 'wb')\nwhile True: f.write(b'x' * 10**6)",
}

CASES = [
    case
    for example, sources in (
        ("exit", EXITS),
        ("kernel death", DEATHS),
        ("endless loop", LOOPS),
        ("dripping loop", DRIPS),
        ("fork", FORKS),
        ("memory", MEMORY),
        ("output flood", FLOODS),
    )
    for case in (
        *good(example, "extra-cells", **{name: own(source) for name, source in sources.items()}),
        *good(
            example, "edited-cells", **{f"{name}_in_test": instead(source) for name, source in [*sources.items()][:1]}
        ),
    )
]
