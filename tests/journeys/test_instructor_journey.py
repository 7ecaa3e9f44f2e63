"""The instructor: releases, collects and marks an exam in nbgrader's formgrader, and pulls the marks into records."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from examdesk.building import build_form, freeze_exam
from examdesk.journal import NAME
from examdesk.model import Form, Item
from examdesk.simulation import simulate
from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.server import TOKEN, Lab, running_lab
from tests.nbgrader.courses import Course, all_right, by_type, environment, journal
from tests.nbgrader.test_commands import person

FORM = "E11-sampler-a"
GENERATE, RELEASE, COLLECT, AUTOGRADE = "education", "cloud-upload", "cloud-download", "flash"  # the icons' names
OFFLINE = {"MathJax is not defined"}  # the formgrader's formulas and keys come with a script from the Internet


class Instructor:
    """A person before the formgrader, in a browser that reaches this computer alone."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self.lab = page, lab
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route(lambda url: not url.startswith(lab.url), _refused)

    def opens(self, place: str) -> None:
        self.page.goto(f"{self.lab.url}/formgrader/{place}?token={TOKEN}")

    def row(self, name: str) -> Locator:
        return self.page.locator("#main-table tr", has_text=name)

    def presses(self, icon: str, row: Locator) -> str:
        """Presses an icon in a row; the log in the window that reports success."""
        row.locator(f".glyphicon-{icon}").click()
        window = self.page.locator(".modal.in")
        expect(window.locator(".modal-title")).to_have_text("Success")
        log = window.inner_text()
        window.get_by_role("button", name="OK").click()
        expect(self.page.locator(".modal")).to_have_count(0)
        return log

    def cell(self, item: Item) -> Locator:
        """The cell of an item on the grading page, once its score can be typed."""
        cell = self.page.locator(".nbgrader_cell", has=self.page.locator(f"[id='{item.id}']"))
        expect(cell.locator(".comment")).to_have_attribute("placeholder", re.compile("."))
        expect(cell.locator(".score")).to_have_class(re.compile("needs_manual_grade"))
        return cell

    def types(self, box: Locator, text: str, *, saves: str) -> None:
        """Fills a box of the grading page and leaves it; the page saves by itself."""
        with self.page.expect_response(lambda reply: saves in reply.url and _is_saving(reply.request)) as saved:
            box.fill(text)
            box.press("Tab")
        assert saved.value.ok


def _refused(route: Route) -> None:
    route.abort()


def _is_saving(request: Request) -> bool:
    return request.method in ("PUT", "POST")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the two-line config and one exam, frozen and built, but not yet released."""
    made = Course.made(tmp_path_factory.mktemp("instructor") / "course")
    build_form(made.folder, freeze_exam(made.folder, "E11-sampler", "a", replace=True))
    return made


@pytest.fixture
def instructor(course: Course, browser: Browser, tmp_path: Path) -> Iterator[Instructor]:
    """JupyterLab started in the course folder, as an instructor does."""
    with running_lab(tmp_path, home=course.folder) as lab:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield Instructor(page, lab)
        context.close()


@contextmanager
def no_kernel(lab: Lab) -> Iterator[None]:
    """While the block runs the server has no child process that is a kernel."""
    ended = threading.Event()
    seen: set[str] = set()

    def look() -> None:
        while not ended.wait(0.02):
            for child in psutil.Process(lab.pid).children(recursive=True):
                with suppress(psutil.Error):
                    seen.add(" ".join(child.cmdline()))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
    assert [command for command in seen if "ipykernel" in command] == []
    assert lab.api("kernels") == []


def hands_in(course: Course, form: Form, candidate: str, place: Path) -> None:
    """A trainee fetches the exam, answers everything right and submits, with nbgrader's own commands."""
    trainee = person(place)
    there = ["--course=course", f"--Exchange.root={course.folder / 'exchange'}"]
    trainee.types("fetch_assignment", FORM, *there)
    (trainee.folder / FORM / NAME).write_bytes(journal(form, candidate, all_right(form)))
    trainee.types("submit", FORM, f"--student={candidate}", *there)


@pytest.mark.browser
def test_an_instructor_releases_collects_and_marks_in_the_formgrader(
        instructor: Instructor, course: Course, tmp_path: Path) -> None:
    """Li Hua starts JupyterLab in her course folder and opens the formgrader. She generates and releases the sampler
    by its buttons. Ann fetches the exam and submits it through the exchange, two simulated trainees lie in submitted/
    already; Li Hua presses Collect and sees three submissions. She autogrades one after the other: no kernel starts,
    every machine item has its points, and the replies wait for her. She opens Ann's paper, reads the rubric, the reply
    and the evidence, types 4.5 points and a comment, and the page saves them. `examdesk marks pull` brings the
    mark into records with her name. There is no Internet: the formgrader misses its MathJax, and nothing else.
    """
    form, lihua, page = course.form(FORM), instructor, instructor.page
    replies = by_type(form, "reply")
    lihua.opens("manage_assignments")
    lihua.presses(GENERATE, lihua.row(FORM))
    assert (course.folder / "release" / FORM / f"{FORM}.ipynb").is_file()
    lihua.presses(RELEASE, lihua.row(FORM))
    expect(lihua.row(FORM).locator(".status")).to_have_text("released")

    hands_in(course, form, "ann", tmp_path / "ann")
    others = simulate(course.folder, FORM, candidates=2, seed=1)
    assert "ann" in lihua.presses(COLLECT, lihua.row(FORM))
    lihua.row(FORM).locator(".num-submissions").get_by_role("link", name="3").click()

    with no_kernel(lihua.lab):
        for candidate in ("ann", *others):
            expect(lihua.row(candidate).locator(".status")).to_have_text("needs autograding")
            assert f"Graded: {candidate}" in lihua.presses(AUTOGRADE, lihua.row(candidate))
            expect(lihua.row(candidate).locator(".status")).to_have_text("needs manual grading")
    machine = sum(item.points for item in form.items.values() if item.id not in replies)
    expect(lihua.row("ann").locator(".score")).to_have_text(f"{machine} / {form.out_of}")
    assert {row.grader.split()[0] for row in course.records.in_force(form=FORM)} == {"examdesk"}

    lihua.row("ann").locator(".student-name a").click()
    page.get_by_role("link", name=FORM, exact=True).last.click()
    reply = form.items[replies[0]]
    cell = lihua.cell(reply)
    for criterion in reply.body["rubric"]:
        expect(page.get_by_role("main")).to_contain_text(criterion["text"]["zh"])
    answer = next(value for item, _, value in all_right(form) if item == reply.id)
    evidence, found = page.locator(".examdesk-mark", has_text=reply.id), len(reply.body["rubric"])
    expect(evidence).to_contain_text(f"waits for a marker; evidence for {found} of {found}")
    expect(evidence.locator("blockquote")).to_have_text(answer)
    lihua.types(cell.locator(".score"), "4.5", saves="/api/grade/")
    lihua.types(cell.locator(".comment"), "语气很好，缺少一条。", saves="/api/comment/")

    page.reload()
    expect(page.locator(f"[id='{reply.id}']")).to_have_value("4.5")
    expect(page.locator(f"[id='{reply.id}-comment']")).to_have_value("语气很好，缺少一条。")
    assert pulled(course, "Li Hua", tmp_path) == "1 new marks by Li Hua are in records."
    row = next(row for row in course.records.in_force(form=FORM) if (row.candidate, row.item) == ("ann", reply.id))
    assert (row.points, row.out_of, row.grader, row.kind) == (Fraction(9, 2), reply.points, "Li Hua", "marker")
    assert row.reason == "语气很好，缺少一条。"
    assert course.marks("ann", form)[replies[1]] is None, "what nobody has marked is unmarked"
    assert set(lihua.errors) <= OFFLINE


def pulled(course: Course, marker: str, place: Path) -> str:
    """What `examdesk marks pull` says in the course folder."""
    command = [str(Path(sys.executable).with_name("examdesk")), "marks", "pull", "--marker", marker]
    ended = subprocess.run(command, cwd=course.folder, env=environment(place / "home"), text=True, encoding="utf-8",
                           capture_output=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()
