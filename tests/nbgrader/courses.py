"""A course to break: exams released by nbgrader, submissions made by hand, commands run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_core.application import NoStart
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderApp

from examdesk.bank import load_form
from examdesk.building import build_form, freeze_exam, init_course
from examdesk.items import part
from examdesk.items.scenario.play import SEEDS
from examdesk.journal import NAME
from examdesk.journal.lines import encode
from examdesk.journal.writing import chained
from examdesk.model import Form, seed_of
from examdesk.pipeline.compare import grade_rows
from examdesk.records import FlagRow, MarkRow, Records, SubmissionRow
from examdesk.records.gradebook import gradebook_url
from examdesk.simulation import simulate
from tests.conftest import ROOT

Entry = tuple[str | None, str, Any]
"""(item, kind, value) of one line of a journal."""

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    log: str

    def about(self, candidate: str) -> list[str]:
        """The lines of the log that name a candidate."""
        return [line for line in self.log.splitlines() if candidate in line]


@dataclass(frozen=True)
class Course:
    """A course folder with the two-line config."""

    folder: Path

    # Making it

    @classmethod
    def made(cls, folder: Path) -> Course:
        init_course(folder, roster=None, exams=ROOT / "exams", name="course")
        return cls(folder)

    def release(self, exam: str) -> Form:
        """Form `a` of the exam as it is in the bank today, frozen, built and released."""
        form = freeze_exam(self.folder, exam, "a", replace=True)
        build_form(self.folder, form)
        ran = self.run("generate_assignment", form.id)
        assert ran.code == 0, ran.log
        return form

    def copy(self, folder: Path) -> Course:
        shutil.copytree(self.folder, folder, symlinks=True)
        return Course(folder)

    def form(self, form: str) -> Form:
        return load_form(self.folder, form)

    # Handing in

    def hand_in(self, candidate: str, form: Form, said: Iterable[Entry] = (), *, minutes: float = 20,
                **start: Any) -> Path:
        """submitted/<candidate>/<form>/ as the exchange would leave it; `start` changes the journal's first line."""
        folder = self.folder / "submitted" / candidate / form.id
        folder.mkdir(parents=True)
        for name in (f"{form.id}.ipynb", "form.json"):
            shutil.copy(self.folder / "release" / form.id / name, folder / name)
        (folder / NAME).write_bytes(journal(form, candidate, said, **start))
        (folder / "timestamp.txt").write_text(f"2026-03-02 01:{minutes:02.0f}:00.000000 UTC", "utf-8")
        return folder

    def edit(self, folder: Path, change: Any) -> None:
        """Changes the notebook in `folder` by `change(notebook data)`."""
        path = next(folder.glob("*.ipynb"))
        data = json.loads(path.read_text("utf-8"))
        change(data)
        path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    # Running nbgrader

    def run(self, *words: str) -> Ran:
        """nbgrader's command line, in this process."""
        return nbgrader_here(self.folder, *words)

    def autograde(self, form: Form, *words: str) -> Ran:
        return self.run("autograde", form.id, *words)

    # Reading

    @property
    def db_url(self) -> str:
        return gradebook_url(self.folder)

    def rows(self, candidate: str, form: Form) -> dict[str, tuple[float | None, bool]] | None:
        """{grade id: (auto score, needs a marker)}; None when the gradebook knows no submission."""
        with Gradebook(self.db_url) as gradebook:
            try:
                found = gradebook.find_submission_notebook(form.id, form.id, candidate)
            except MissingEntry:
                return None
            return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in found.grades}

    def points(self, candidate: str, form: Form) -> dict[str, float | None]:
        return {name: score for name, (score, _) in (self.rows(candidate, form) or {}).items()}

    @property
    def records(self) -> Records:
        return Records.open(self.folder)

    def marks(self, candidate: str, form: Form) -> dict[str, Fraction | None]:
        """{item: points in force}, None while unmarked."""
        rows: dict[str, list[MarkRow]] = {}
        for row in self.records.in_force(form=form.id):
            if row.candidate == candidate:
                rows.setdefault(row.item, []).append(row)
        return {item: None if any(row.points is None for row in found)
                else sum((row.points for row in found if row.points is not None), Fraction(0))
                for item, found in rows.items()}

    def line(self, candidate: str, form: Form) -> SubmissionRow | None:
        """What the ledger says last about a submission."""
        return next((row for row in reversed(self.records.submissions(form=form.id)) if row.candidate == candidate),
                    None)

    def flags(self, candidate: str, form: Form) -> dict[str, FlagRow]:
        return {row.code: row for row in self.records.flags(form=form.id) if row.candidate == candidate}

    def graded(self, candidate: str, form: Form) -> nbformat.NotebookNode:
        return nbformat.read(self.folder / "autograded" / candidate / form.id / f"{form.id}.ipynb", as_version=4)


def outcome(course: Course, form: Form) -> dict[str, Any]:
    """Everything grading leaves behind, by candidate, without ids and moments."""
    people = sorted(path.parent.name for path in (course.folder / "submitted").glob(f"*/{form.id}"))
    records = course.records
    known = {row.candidate for row in records.submissions(form=form.id) if row.outcome == "graded"}
    return {
        "rows": grade_rows(course.db_url, form.id, [person for person in people if person in known]),
        "lines": sorted((row.candidate, row.outcome, row.code) for row in records.submissions(form=form.id)),
        "marks": sorted((replace(row, id=0, submission=0, at="") for row in records.marks(form=form.id)),
                        key=lambda row: (row.candidate, row.item, row.criterion)),
        "flags": sorted((row.candidate, row.code, row.detail) for row in records.flags(form=form.id)),
        "notebooks": {path.parent.parent.name: path.read_bytes()
                      for path in sorted((course.folder / "autograded").glob(f"*/{form.id}/{form.id}.ipynb"))},
    }


def journal(form: Form, candidate: str, said: Iterable[Entry], /, **start: Any) -> bytes:
    """The lines of a journal in which everything was done a minute after the other."""
    header = {"exam": form.exam, "form": form.id, "candidate": candidate, "attempt": 1, "engine": "0.1.0",
              "language": "zh", **start}
    lines, seq, head = [], 0, ""
    for item, kind, value in [(None, "started", header), *said]:
        if kind == "opened":  # as the panel does
            value = {"seed": seed_of(form.id, candidate, item or "") % SEEDS}
        event = chained(seq, head, kind, value, item, at=AT, mono=1_000 + 60_000 * seq)
        seq, head = event.seq, event.hash
        lines.append(encode(event))
    return b"".join(lines)


def all_right(form: Form, **others: Any) -> list[Entry]:
    """Everything answered right, except that `others` say {item id: value}, None for leaving it blank."""
    said: list[Entry] = []
    for item in form.items.values():
        if item.id in others:
            said += [] if others[item.id] is None else [(item.id, "answered", others[item.id])]
        else:
            said += [(item.id, kind, value) for kind, value in part(item.type, "samples").right(item)]
    return said


def by_type(form: Form, kind: str) -> list[str]:
    """The ids of the form's items of one type."""
    return [item.id for item in form.items.values() if item.type == kind]


def wrong_option(form: Form, item: str) -> str:
    """An option of a choice item that is not the key."""
    return next(o["id"] for o in form.items[item].body["options"] if o["id"] != form.items[item].body["key"])


def full(form: Form) -> dict[str, float]:
    """{item: points} of a perfect machine-marked paper."""
    return {item.id: float(item.points) for item in form.items.values()}


def nbgrader_here(folder: Path, *words: str) -> Ran:
    """nbgrader's command line in this process, as its own tests run it; nothing of this process is left changed."""
    log = io.StringIO()
    app = NbGraderApp.instance()
    before, code = list(sys.path), 0
    with contextlib.chdir(folder), contextlib.redirect_stderr(log), contextlib.redirect_stdout(log):
        try:
            app.initialize(list(words))
            app.start()
        except NoStart:  # the command has run
            pass
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            app.reset()
            sys.path[:] = before
    return Ran(code, log.getvalue())


def environment(home: Path) -> dict[str, str]:
    """The environment of somebody whose home is `home`: nothing of this computer's user is read or written."""
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / ".jupyter", "JUPYTER_DATA_DIR": home / ".local",
           "JUPYTER_RUNTIME_DIR": home / ".runtime", "IPYTHONDIR": home / ".ipython"}
    (home / ".jupyter").mkdir(parents=True, exist_ok=True)
    (home / ".jupyter" / "migrated").touch()  # else the first start writes it
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NBGRADER"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**bare, **{name: str(place) for name, place in own.items()}, "PATH": path}


@contextlib.contextmanager
def sat_course(work: Path, exam: str, *, people: int) -> Iterator[Course]:
    """A course in which `people` simulated candidates have handed in; to be copied before anybody grades in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(work / "home").items():
            patch.setenv(name, value)
        course = Course.made(work / "course")
        simulate(course.folder, course.release(exam).id, candidates=people, seed=4)
        yield course


@contextlib.contextmanager
def unchanged(*files: Path) -> Iterator[None]:
    """Nobody touches these files."""
    before = [file.read_bytes() for file in files]
    yield
    assert [file.read_bytes() for file in files] == before


def cells_of(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """{grade id: cell} of a notebook's data."""
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in data["cells"]}


def sources(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells]
