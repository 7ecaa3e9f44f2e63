"""The trainee's side where there is no fcntl, the console knows GBK only, and editors write CRLF.

Windows itself is not at hand: a subprocess without fcntl, resource, pwd, grp, O_NOFOLLOW, O_NONBLOCK and O_DIRECTORY,
with an ASCII locale, stands for it; a stand-in for msvcrt keeps a real lock and notes what it is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from examdesk.handin import unpack
from examdesk.journal import NAME, Writer, fold, read_journal
from examdesk.sitting import Sitting
from tests.conftest import ROOT
from tests.room.exams import FORM, sit

WINDOWS = """
import importlib.abc, os, sys

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "resource", "pwd", "grp"):
            raise ImportError(f"no module named {name} on Windows")

for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Blocker())
for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY"):
    delattr(os, name)
"""

MSVCRT = """
import errno, types
held, asked = {}, []

def locking(descriptor, how, length):
    place = (os.fstat(descriptor).st_ino, os.lseek(descriptor, 0, os.SEEK_CUR), length)
    asked.append(("lock" if how else "unlock", place[1:]))
    if how and place in held:
        raise OSError(errno.EACCES, "locked")
    held.pop(place) if not how else held.update({place: descriptor})

sys.modules["msvcrt"] = types.SimpleNamespace(LK_UNLCK=0, LK_NBLCK=2, locking=locking)
"""

SITTING = """
from examdesk import open_exam
from examdesk.items import packages, part
exam = open_exam()
for name in packages():
    part(name, "widget")
for item in exam.form["questions"]:
    exam.show(item)
exam.finish()
exam.screen.frame._received(exam.screen.frame, {"type": "start", "value": "li"}, [])
for n, (item, value) in enumerate({"I-C20": "a", "R-C20": "您好，€ 😀 有什么可以帮您？"}.items()):
    question = exam.screen.questions[item]
    question._received(question, {"type": "answered", "nonce": n, "value": value}, [])
for kind in ("finish", "pack"):
    exam.screen.finish._received(exam.screen.finish, {"type": kind, "value": None}, [])
print(exam.witness)
"""


def windows(folder: Path, code: str, *, more: str = "") -> str:
    """What `code` prints, run in `folder` on a machine like Windows."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "JUPYTERHUB"))}
    env = {**bare, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "gbk",
           "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    script = folder.parent / "windows.py"
    script.write_text(WINDOWS + more + textwrap.dedent(code), "utf-8")
    ran = subprocess.run([sys.executable, str(script)], cwd=folder, env=env, capture_output=True, timeout=120)
    assert ran.returncode == 0, ran.stderr.decode("gbk", "replace")
    return ran.stdout.decode("gbk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exam"
    shutil.copytree(ROOT / "source" / FORM, place)
    return place


def test_a_whole_sitting_without_fcntl(folder: Path) -> None:
    code = windows(folder, SITTING).splitlines()[-1]
    journal = read_journal(folder / NAME)
    assert journal is not None and not journal.flags and journal.witness == code
    assert [event.kind for event in journal.events] == ["started", "answered", "answered", "finished"]
    assert fold(journal)["R-C20"].value == "您好，€ 😀 有什么可以帮您？"
    assert unpack(folder / f"{FORM}_li.examdesk", form=FORM).witness == code


def test_windows_own_lock_is_taken_and_let_go_for_every_entry(folder: Path) -> None:
    said = windows(folder, SITTING + "print(held, asked)", more=MSVCRT).splitlines()[-1]
    one = "('lock', (1073741824, 1)), ('unlock', (1073741824, 1))"
    assert said == "{} [" + ", ".join([one] * 4) + "]"


def test_a_lock_that_is_never_let_go_does_not_lose_the_answer(folder: Path) -> None:
    said = windows(folder, """
        from pathlib import Path
        from examdesk.journal import Writer, locks
        locks.PATIENCE = 0.1
        writer = Writer(Path("responses.jsonl"))
        writer.append("started", {})
        held[(os.stat("responses.jsonl").st_ino, locks.FAR, 1)] = "another kernel"
        print(writer.append("answered", "a", item="I-1").seq, len(held))
        """, more=MSVCRT)
    assert said.split() == ["2", "1"]
    assert read_journal(folder / NAME) is not None


def test_the_doctor_runs_without_fcntl_on_a_gbk_console(folder: Path) -> None:
    said = windows(folder, """
        import sys
        from examdesk.cli import main
        sys.argv = ["examdesk", "doctor"]
        try:
            main()
        except SystemExit as ended:
            print("ended with", ended.code)
        """)
    assert "warn  lock" in said and "ended with 0" in said and "0 faults" in said


def test_a_sign_that_gbk_has_not_does_not_end_a_command(folder: Path) -> None:
    """The console shows ? for it."""
    said = windows(folder, """
        import sys
        from examdesk.cli import main
        from examdesk.room import machine
        machine.TRAINEE = (lambda folder: iter([machine.Line("folder", "ok", "考试😀")]),)
        sys.argv = ["examdesk", "doctor"]
        try:
            main()
        except SystemExit as ended:
            print("ended with", ended.code)
        """)
    assert "考试?." in said and "ended with 0" in said


def test_the_instructors_commands_for_the_room_need_no_fcntl(tmp_path: Path) -> None:
    from tests.room.exams import course, handed_in

    place = course(tmp_path / "course")
    handed_in(tmp_path / "home", "li", "a").rename(place / "li.examdesk")
    said = windows(place, f"""
        from pathlib import Path
        from examdesk.room.collecting import collect
        from examdesk.room.watching import open_room
        taken, = collect(Path(), "{FORM}", [Path("li.examdesk")], submitted=Path("submitted"))
        seats = open_room(Path(), "{FORM}", work=[], submitted=Path("submitted"), inbound=None).look()
        print(taken.outcome, seats[0].state)
        """)
    assert said.split() == ["collected", "received"]


# Files that went through an editor on Windows


def test_a_journal_with_crlf_counts_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    path = sit(folder, "li", "a", finish=False) / NAME
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    sitting = Sitting.open(folder)
    assert (sitting.candidate, sitting.state) == ("li", "open")
    Writer(path).append("answered", "b", item="I-C20")
    journal = read_journal(path)
    assert journal is not None and not journal.flags and fold(journal)["I-C20"].value == "b"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_form_with_crlf_and_a_mark_in_front_opens(folder: Path, mark: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    path = folder / "form.json"
    data = json.loads(path.read_bytes())
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    path.write_bytes(mark + text.encode())
    assert Sitting.open(folder).form == data
