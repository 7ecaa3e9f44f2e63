"""A real Jupyter server with nbgrader's formgrader on the course: its pages, its buttons, a marker at work."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from examdesk.model import Form
from examdesk.reports import pull_marks
from tests.nbgrader.courses import Course, all_right, by_type, environment

pytestmark = pytest.mark.slow

FORM, TOKEN = "E11-sampler-a", "marker"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\n</blockquote><svg onload=alert(3)>{{7*7}} $x$ &amp;"

ODD = "半个\ud800字 \x00 \x1b[31m \u202eabc\u202c " + "e" + "\u0301" * 300


@dataclass(frozen=True)
class Desk:
    """The formgrader as a marker's browser reaches it."""

    url: str
    course: Course
    form: Form
    listed: dict[str, Any] = field(default_factory=dict)  # the list of submissions before anybody was marked
    pressed: dict[str, Any] = field(default_factory=dict)  # what the autograde button answered

    def asks(self, path: str, data: Any = None, *, method: str | None = None) -> str:
        """The answer of `/formgrader/<path>`; with `data` it is sent as JSON."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}/formgrader/{path}", data=body, method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(request, timeout=60) as reply:
            return str(reply.read().decode("utf-8"))

    def api(self, path: str, data: Any = None, *, method: str | None = None) -> Any:
        return json.loads(self.asks(f"api/{path}", data, method=method))

    def presses_autograde(self, candidate: str) -> dict[str, Any]:
        return dict(self.api(f"submission/{FORM}/{candidate}/autograde", {}, method="POST"))

    def notebook(self, candidate: str) -> str:
        """The id of a candidate's graded notebook."""
        with Gradebook(self.course.db_url) as gradebook:
            return str(gradebook.find_submission_notebook(FORM, FORM, candidate).id)

    def page(self, candidate: str) -> str:
        return self.asks(f"submissions/{self.notebook(candidate)}/")

    def marks(self, candidate: str, item: str, score: float, comment: str) -> None:
        """Types a score and a comment into the task cell of an item."""
        name = self.notebook(candidate)
        grade = next(row for row in self.api(f"grades?submission_id={name}") if row["name"] == item)
        said = next(row for row in self.api(f"comments?submission_id={name}") if row["name"] == item)
        self.api(f"grade/{grade['id']}", {"manual_score": score, "extra_credit": None}, method="PUT")
        self.api(f"comment/{said['id']}", {"manual_comment": comment}, method="PUT")


@pytest.fixture(scope="module")
def desk(sampler: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server started in the course folder, as an instructor does, and the button pressed for everybody."""
    work = tmp_path_factory.mktemp("desk")
    course = sampler.copy(work / "course")
    form = course.form(FORM)
    replies = by_type(form, "reply")
    course.hand_in("ann", form, all_right(form))
    course.hand_in("eve", form, all_right(form, **{replies[0]: EVIL}))
    chat = by_type(form, "scenario")[0]
    odd = course.hand_in("odd", form, [(replies[0], "answered", ODD), (chat, "said", {"text": ODD})])
    (odd / "timestamp.txt").write_text("soon", "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
               "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", *root]
    log, env = work / "server.log", environment(work / "home")
    found = Desk(f"http://127.0.0.1:{port}", course, form)
    with log.open("wb") as out, subprocess.Popen(command, cwd=course.folder, env=env, stdout=out, stderr=out
                                                 ) as server:
        try:
            _wait_for(found, server, log)
            found.listed.update({row["student"]: row for row in found.api(f"submissions/{FORM}")})
            found.pressed.update({candidate: found.presses_autograde(candidate) for candidate in found.listed})
            yield found
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(15)
            server.kill()


def _wait_for(desk: Desk, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError, OSError):
            desk.api("status")
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8")[-3000:])


def test_the_button_marks_with_our_class_and_the_list_shows_it(desk: Desk) -> None:
    form = desk.form
    assert {name: row["autograded"] for name, row in desk.listed.items()} == {
        "ann": False, "eve": False, "odd": False}
    for candidate, result in desk.pressed.items():
        assert result["success"] and f"Graded: {candidate}" in result["log"], result
    replies = by_type(form, "reply")
    assert desk.course.points("ann", form) == {
        **{item.id: float(item.points) for item in form.items.values() if item.id not in replies},
        **dict.fromkeys(replies), **{f"{item}-evidence": 0.0 for item in replies}}
    graded = desk.course.graded("ann", form)
    assert not any("execution" in cell.metadata for cell in graded.cells), "no kernel ran"
    listed = {row["student"]: row for row in desk.api(f"submissions/{FORM}")}
    assert listed["ann"]["autograded"] and listed["ann"]["needs_manual_grade"]
    assert listed["ann"]["max_score"] == float(form.out_of)


def test_a_marker_sees_rubric_reply_and_evidence(desk: Desk) -> None:
    reply = desk.form.items[by_type(desk.form, "reply")[0]]
    page = desk.page("ann")
    for criterion in reply.body["rubric"]:
        assert criterion["text"]["zh"] in page
    answer = next(value for item, _, value in all_right(desk.form) if item == reply.id)
    assert answer.splitlines()[0] in page
    assert "waits for a marker" in page and 'class="examdesk-mark"' in page


class _Live(HTMLParser):
    """What a browser would run or load of what a candidate wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script"
        self.found += [f"{tag} {name}" for name, value in attrs if "alert(" in (value or "") or value == "x"]
        self.found += [tag] if tag == "svg" else []

    def handle_data(self, data: str) -> None:
        self.found += ["script"] if self.script and "alert(" in data else []
        self.script = False


def test_a_hostile_reply_is_inert_text_for_the_marker(desk: Desk) -> None:
    page = desk.page("eve")
    live = _Live()
    live.feed(page)
    assert live.found == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;" in page
    other = _Live()
    other.feed(f"<p>{EVIL}</p>")
    assert {*other.found} == {"script", "img src", "img onerror", "svg onload", "svg"}, "the probe sees what is live"


def test_half_characters_and_control_codes_stop_nobody(desk: Desk) -> None:
    reply = by_type(desk.form, "reply")[0]
    assert "半个" in desk.page("odd") and desk.course.rows("odd", desk.form)[reply] == (None, True)
    assert desk.course.line("odd", desk.form).outcome == "graded"
    assert desk.api(f"assignment/{FORM}/odd/generate_feedback", {}, method="POST")["success"]
    assert "半个" in (desk.course.folder / "feedback/odd" / FORM / f"{FORM}.html").read_text("utf-8")


def test_a_mark_given_in_the_formgrader_reaches_the_records_with_its_marker(desk: Desk) -> None:
    form, (first, second, *_) = desk.form, by_type(desk.form, "reply")
    desk.marks("ann", first, 4.5, "缺少一条 #critical")
    course = desk.course
    assert pull_marks(course.folder, marker="王老师", form=FORM) == 1
    assert pull_marks(course.folder, marker="王老师", form=FORM) == 0
    marks = course.marks("ann", form)
    assert marks[first] == Fraction(9, 2) and marks[second] is None
    row = next(row for row in course.records.in_force(form=FORM) if (row.candidate, row.item) == ("ann", first))
    assert (row.grader, row.kind, row.reason, row.criterion) == ("王老师", "marker", "缺少一条 #critical", "whole")
    assert row.evidence["critical"]
    assert course.rows("ann", form)[second] == (None, True)
    assert course.run("export").code == 0
    rows = (course.folder / "grades.csv").read_text("utf-8-sig").splitlines()
    assert next(line for line in rows if ",ann," in line).endswith(",1"), "one reply is still unmarked"


def test_marking_again_takes_no_mark_back(desk: Desk) -> None:
    """The button always marks anew; the marker's points stand, and the records keep both."""
    form, second = desk.form, by_type(desk.form, "reply")[1]
    desk.marks("eve", second, 3, "")
    assert pull_marks(desk.course.folder, marker="m", form=FORM) >= 1
    assert desk.presses_autograde("eve")["success"]
    assert desk.course.marks("eve", form)[second] == 3
    with Gradebook(desk.course.db_url) as gradebook:
        assert gradebook.find_grade(second, FORM, FORM, "eve").manual_score == 3


def test_feedback_of_a_hostile_reply_is_inert(desk: Desk) -> None:
    assert desk.api(f"assignment/{FORM}/eve/generate_feedback", {}, method="POST")["success"]
    page = (desk.course.folder / "feedback/eve" / FORM / f"{FORM}.html").read_text("utf-8")
    live = _Live()
    live.feed(page)
    assert live.found == [] and "&lt;script&gt;alert(1)" in page
