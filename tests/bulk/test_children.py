"""A submission that ends, stalls or bloats its process is named and refused; the rest of its batch goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from examdesk.autograding import unpacked
from examdesk.autograding.children import Answer, Child
from examdesk.autograding.worker import Limits
from examdesk.errors import CourseError, SubmissionRefused
from tests.bulk.papers import paper, raw

pytestmark = pytest.mark.slow

TRAP = """exam.show("I-801")
import os, time
from examdesk.graders import award, choice, current
value = current().responses["I-801"].value
{trap}
award("I-801", choice(key="a"), out_of=1)
"""


@contextmanager
def child(trap: str = "", **limits: float) -> Iterator[Child]:
    """A child whose grader does `trap`, which is Python."""
    one = Child(paper(I_801=TRAP.format(trap=trap)) if trap else paper(), Limits(**limits))  # type: ignore[arg-type]
    try:
        yield one
    finally:
        one.close()


def ended(answers: list[Answer]) -> dict[str, str]:
    """{candidate: "graded" or the code of the refusal}."""
    return {answer.candidate: answer.refused[0] if answer.refused else "graded" for answer in answers}


BATCH = [raw("p001", I_801="a"), raw("p002", I_801="b"), raw("p003", I_801="c"), raw("p004", I_801="a")]


@pytest.mark.parametrize("trap", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_who_ends_the_process_twice_is_refused_and_the_others_are_graded(trap: str) -> None:
    with child(f"if value == 'b': {trap}") as one:
        answers = list(one.run(BATCH))
    assert ended(answers) == {"p001": "graded", "p002": "ended-process", "p003": "graded", "p004": "graded"}
    assert [answer.candidate for answer in answers] == ["p001", "p002", "p003", "p004"]
    assert answers[1].refused == ("ended-process", "it ended the grading process twice")


def test_who_ends_the_process_once_is_graded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A process may die for a reason of its own; nobody pays for that."""
    sign = tmp_path_factory.mktemp("once") / "sign"
    with child(f"if value == 'b' and not os.path.exists({str(sign)!r}): os.mkdir({str(sign)!r}); os._exit(1)") as one:
        assert set(ended(list(one.run(BATCH))).values()) == {"graded"}


def test_who_never_ends_is_ended_by_the_watchdog() -> None:
    begun = time.monotonic()
    with child("while value in ('b', 'c'): pass", seconds=1.5) as one:
        answers = list(one.run(BATCH))
    assert ended(answers) == {"p001": "graded", "p002": "time", "p003": "time", "p004": "graded"}
    assert answers[1].refused == ("time", "it took longer than the 1.5 seconds a submission may take, twice")
    assert time.monotonic() - begun < 60


def test_a_grader_that_needs_too_much_memory_leaves_the_item_to_a_person() -> None:
    with child("x = bytearray(2_000_000_000) if value == 'b' else 0", memory_mb=600) as one:
        answers = list(one.run(BATCH))
    assert set(ended(answers).values()) == {"graded"}
    assert [answer.found["scores"]["I-801"] for answer in answers if answer.found] == [1.0, None, 0.0, 1.0]


def test_a_child_writes_no_file_and_knows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMDESK_DB_URL", "postgresql://examiner:secret@localhost/exam")
    with child("assert not any('secret' in text for text in os.environ.values()), 'leak'\n"
               "with open('x', 'w') as file: file.write('y')") as one:
        (answer,) = one.run(BATCH[:1])
    assert answer.found is not None and answer.found["failed"] == ["I-801 (OSError)"]


def test_what_a_grader_prints_does_not_disturb_the_answers() -> None:
    with child("os.write(1, b'x' * 100_000); print('y' * 1000)") as one:
        answers = list(one.run(BATCH))
    assert set(ended(answers).values()) == {"graded"}


def test_no_process_is_left(capfd: pytest.CaptureFixture[str]) -> None:
    with child() as one:
        list(one.run(BATCH))
        process = one._process
        assert process is not None and process.poll() is None
    assert process.poll() is not None
    assert capfd.readouterr().err == ""


def test_a_child_that_cannot_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with child() as one, pytest.raises(CourseError, match=r"does not start\. Cure: "):
        list(one.run(BATCH))


def test_an_orphan_ends_by_itself() -> None:
    """The parent is killed: the child's stdin ends, and so does the child."""
    code = ("from tests.bulk.test_children import *\nwith child() as one:\n    list(one.run(BATCH))\n"
            "    print(one._process.pid, flush=True)\n    time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not (stat := Path(f"/proc/{orphan}/stat")).exists() or stat.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the child outlives its parent")


def changed(answer: Answer, **more: object) -> dict[str, object]:
    return {**(answer.found or {}), **more}


def test_the_parent_believes_only_what_fits_the_exam() -> None:
    with child() as one:
        (answer,) = one.run(BATCH[:1])
    sheet = paper()
    assert answer.found is not None and unpacked(answer.found, sheet, "p001").candidate == "p001"
    mark = answer.found["marks"]["I-801"]
    lies = [
        changed(answer, candidate="p002"),
        changed(answer, scores={**answer.found["scores"], "I-801": 99.0}),
        changed(answer, scores={**answer.found["scores"], "I-801": -1.0}),
        changed(answer, scores={**answer.found["scores"], "I-801": float("nan")}),
        changed(answer, scores={**answer.found["scores"], "I-801": "1"}),
        changed(answer, scores={**answer.found["scores"], "X-1": 0.0}),
        changed(answer, scores={}),
        changed(answer, marks={"X-1": mark}),
        changed(answer, marks={"I-801": {**mark, "points": "2"}}),
        changed(answer, marks={"I-801": {**mark, "points": "-1"}}),
        changed(answer, marks={"I-801": {**mark, "out_of": "50"}}),
        changed(answer, marks={"I-801": {**mark, "points": "nan"}}),
        changed(answer, marks={"I-801": {**mark, "parts": 3}}),
        changed(answer, marks={"I-801": 3}),
        changed(answer, flags=[{"code": 1}]),
        changed(answer, at="soon"),
        changed(answer, at=5),
        changed(answer, more=1),
        {},
    ]
    for lie in lies:
        with pytest.raises(SubmissionRefused, match="do not fit the exam"):
            unpacked(lie, sheet, "p001")
