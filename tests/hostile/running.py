"""Code a trainee might hand in. Every piece of it first leaves a trace, so that its running can never go unseen."""

from __future__ import annotations

import socket
from pathlib import Path

from examdesk.model import Form
from tests.hostile.cases import WRONG, Damage, cells, code, data
from tests.hostile.papers import outside

MARKER = "EXAMDESK_HOSTILE_RAN"  # in the environment
SLEEPER = "examdesk-hostile-sleeper"  # in a command line


def traced(source: str, folder: Path) -> str:
    """The code, with its traces before it: a file, the environment, a process."""
    beside = outside(folder)
    return (
        f"open({str(beside / 'ran')!r}, 'a').write({folder.parent.name!r})\n"
        f"import os; os.environ[{MARKER!r}] = '1'\n"
        f"import subprocess as s, sys; s.Popen([sys.executable, '-c', 'import time; time.sleep(60)', {SLEEPER!r}])\n"
        + source.replace("OUTSIDE", str(beside)).replace("PORT", port(beside))
    )


def own(source: str) -> Damage:
    """The code in a cell of the trainee's own, before all others."""
    return lambda folder, form: data(lambda read: read["cells"].insert(0, code(traced(source, folder))))(folder, form)


def instead(source: str, item: str = WRONG) -> Damage:
    """The code in place of a test of the exam."""
    return lambda folder, form: cells(lambda cell: cell.update(source=traced(source, folder)), item)(folder, form)


def written(name: str, source: str) -> Damage:
    """The code in a file beside the notebook."""

    def damage(folder: Path, form: Form) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traced(source, folder), "utf-8")

    return damage


def port(beside: Path) -> str:
    """The number of a port somebody listens at; see `listening`."""
    path = beside / "port"
    return path.read_text() if path.exists() else "9"


def listening(beside: Path) -> socket.socket:
    """A socket on this machine that nobody may connect to."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    (beside / "port").write_text(str(listener.getsockname()[1]))
    return listener


def called(listener: socket.socket) -> bool:
    """Whether somebody has connected."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True
