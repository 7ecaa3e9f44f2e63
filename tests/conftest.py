"""Builders shared by the tests."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import nbformat
import pytest

from examdesk.analysis import Outcome, judge
from examdesk.autograding import Graded
from examdesk.autograding.cells import mark_data, run_cells
from examdesk.bank import Bank, load_form, read_bank
from examdesk.building import form_json
from examdesk.building.notebooks import notebook
from examdesk.graders import Grading
from examdesk.items import packages, part
from examdesk.journal import Journal, fold
from examdesk.model import Event, Form, Item, Response, Said
from examdesk.pipeline.marks import record
from examdesk.pipeline.released import paper_cells
from examdesk.records import MarkRow
from examdesk.records.place import VARIABLE
from tests.journeys.browsers import launch_args
from tests.journeys.outside import Outside, watched_outside
from tests.postgres import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

ROOT = Path(__file__).resolve().parent.parent

MAY_SKIP = (  # in CI every other skip is a failure; each reason names what a machine may lack
    "the reference data are not on this machine",
    "not run: ",  # what needs rights a machine does not give; see `not_run`
)
os.environ.pop(VARIABLE, None)  # no test writes into the database of somebody's course


def not_run(reason: str) -> NoReturn:
    """Ends a test that this machine cannot run, e.g. for want of the right to mount; the summary counts it."""
    pytest.skip(f"not run: {reason}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for report in terminalreporter.stats.get("skipped", []) if "not run: " in str(report.longrepr)]
    if reports:
        terminalreporter.section(f"{len(reports)} not run")
    for report in reports:
        terminalreporter.line(f"{report.nodeid}: {str(report.longrepr[2]).removeprefix('Skipped: ')}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if not any(allowed in reason for allowed in MAY_SKIP):
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """The world outside; see `browser_type_launch_args`."""
    with watched_outside() as watched:
        yield watched


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright: Playwright, outside: Outside) -> dict[str, Any]:
    """One browser for all tests of a worker, whichever folder they lie in, and it is watched."""
    chosen = launch_args(playwright)
    return {**chosen, "args": [*chosen["args"], f"--proxy-server={outside.url}"]}


@pytest.fixture(autouse=True)
def _nobody_else_is_asked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds for every test with a browser: not one request leaves this computer."""
    yield
    if "browser" in request.fixturenames:
        assert request.getfixturevalue("outside").asked == []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> str | None:
    """Runs a test on both: None for SQLite in the course folder, or the address of an empty PostgreSQL database."""
    return request.getfixturevalue("server").database() if request.param == "postgres" else None


@cache
def real_bank() -> Bank:
    """The course's own items."""
    return read_bank(ROOT / "exams", root=ROOT, types={name: part(name, "key") for name in packages()})


def respond(item: Item, said: Sequence[Said]) -> Response:
    """The response of a candidate who behaves like `said`, as it comes out of a journal."""
    events = [Event(n, "", n, item.id, kind, value, "", f"{n}") for n, (kind, value) in enumerate(said, start=1)]
    return fold(Journal(tuple(events))).get(item.id, Response(item.id))


def form_of(*items: Item, shuffle: bool = True) -> dict[str, Any]:
    """The form.json of an exam with these items."""
    questions = {
        item.id: {
            "type": item.type,
            "number": number,
            "out_of": str(item.points),
            "public": part(item.type, "question").public(item),
        }
        for number, item in enumerate(items, start=1)
    }
    section = {"id": "quiz", "title": {"zh": "选择与计算", "en": "Quiz"}, "part": "quiz", "items": list(questions)}
    return {
        "exam": "E99",
        "form": "E99-a",
        "title": {"zh": "试卷", "en": "An exam"},
        "minutes": 25,
        "languages": ["zh", "en"],
        "language": "zh",
        "shuffle": shuffle,
        "sections": [section],
        "questions": questions,
    }


def real_form(name: str) -> Form:
    """A frozen form of the course, e.g. "E10-a"."""
    return load_form(ROOT, name)


def behaved(form: Form, behaviour: str, **instead: str) -> dict[str, Response]:
    """The responses of a candidate who behaves like `behaviour` everywhere, and like `instead` on single items.

    Behaviours are those of samples.py: right, wrong, partial, blank. Item ids are given with _ for -.
    """
    rng = random.Random(1)
    responses = {}
    for item in form.items.values():
        how = instead.get(item.id.replace("-", "_"), behaviour)
        samples = part(item.type, "samples")
        said = getattr(samples, how)(item) if how in ("right", "blank") else getattr(samples, how)(item, rng)
        responses[item.id] = respond(item, said)
    return responses


def marked(form: Form, responses: Mapping[str, Response]) -> dict[str, dict[str, Any]]:
    """{item: mark} by the hidden cells of the form's own notebook, as the in-process grader runs them."""
    built = nbformat.from_dict(notebook(form))
    for cell in built.cells:
        cell.source = "".join(cell.source)
    return mark_data(run_cells(paper_cells(built), Grading(form_json(form), dict(responses), displayed=[])))


def outcome(form: Form, marks: Mapping[str, dict[str, Any]]) -> Outcome:
    """Pass, fail or withheld by the marks of one candidate."""
    return judge(form, rows_of(form, marks))


def outcome_marks(form: Form, marks: Mapping[str, dict[str, Any]]) -> dict[str, MarkRow]:
    """{item: its first mark} as records keep them."""
    return {row.item: row for row in reversed(rows_of(form, marks))}


def rows_of(form: Form, marks: Mapping[str, dict[str, Any]]) -> list[MarkRow]:
    """The marks of one candidate as records keep them."""
    found = Graded("t001", "digest", "", None, marks, {}, {}, (), (), head="", seconds=None, simulated=False)
    graded_ = record(form, found, late_seconds=0, reopened=0, at="")
    return [
        MarkRow(n, 1, m.candidate, m.form, m.attempt, m.item, m.criterion, m.points, m.out_of, m.reason, m.grader,
                m.kind, m.evidence, "digest", "")
        for n, m in enumerate(graded_.marks)
    ]
