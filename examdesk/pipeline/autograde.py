"""`nbgrader autograde` and the formgrader's autograde button, in process and unbroken by any one submission."""

from __future__ import annotations

import contextlib
import copy
import glob
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy.exc
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from examdesk.bank import load_form
from examdesk.building import read_roster
from examdesk.errors import ExamdeskError, SubmissionRefused
from examdesk.graders import GRADER, Grading, grading, responses_of
from examdesk.journal import NAME
from examdesk.model import Form
from examdesk.pipeline.cells import mark_data
from examdesk.pipeline.intake import Submission, read_submission
from examdesk.pipeline.marks import graded
from examdesk.records import Records


@dataclass(frozen=True)
class Exam:
    """The instructor's side of one form: what the gradebook, source/ and the frozen form say, and agree on."""

    form: Form
    public: dict[str, Any]  # form.json
    notebook: NotebookNode  # with hidden cells
    solutions: frozenset[str]
    locked: frozenset[str]
    people: frozenset[str]


class ExamAutograde(Autograde):
    """Grades Examdesk forms in process; any other assignment as nbgrader does."""

    def start(self) -> None:
        if not self._is_exam:
            super().start()
            return
        with contextlib.chdir(self.coursedir.root):
            self._grade_all()

    @property
    def _is_exam(self) -> bool:
        return (Path(self._source) / "form.json").is_file()

    @property
    def _source(self) -> str:
        path = self.coursedir.format_path(self.coursedir.source_directory, ".", self.coursedir.assignment_id)
        return os.path.normpath(path)

    def _grade_all(self) -> None:
        folders = self._folders()
        self._start_converting()
        failed = []
        records = Records.open(Path(self.coursedir.root))
        for candidate, folder in folders:
            try:
                self._grade(candidate, folder, records)
            except SubmissionRefused as refused:
                failed.append(candidate)
                self.log.error("Not graded: %s: %s", candidate, refused)
                records.save_refused(candidate=candidate, form=self._exam.form.id, code=refused.code,
                                     message=str(refused), input_digest="")
            except sqlalchemy.exc.OperationalError as error:
                raise self._stop(f"the gradebook cannot be written: {error.orig}. Cure: close other programs that "
                                 "use it, then run the command again; finished work is kept") from None
            except OSError as error:
                failed.append(candidate)
                self.log.error("Not graded: %s: %s: %s", candidate, error.strerror, error.filename)
        if failed:
            raise self._stop(f"{len(failed)} of {len(folders)} submissions were not graded; the others were")

    def _stop(self, message: str) -> NbGraderException:
        self.log.error(message)
        return NbGraderException(message)

    def _folders(self) -> list[tuple[str, str]]:
        """[(candidate, folder)] of every submission, also of one whose notebook is missing."""
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, self.coursedir.student_id, self.coursedir.assignment_id
        )
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        found = [(Path(path).parent.name, path) for path in sorted(glob.glob(pattern)) if os.path.isdir(path)]
        found = [(candidate, path) for candidate, path in found if candidate not in excluded]
        if not found:
            raise self._stop(f"no submission matches {pattern}. Cure: collect the exam first, or check its name")
        return found

    def _start_converting(self) -> None:
        """What nbgrader's own start() sets up, without its search for notebooks."""
        self.exporter = self.exporter_class(parent=self, config=self.config)
        try:
            _ = self._exam
        except ExamdeskError as error:
            raise self._stop(str(error)) from None

    @cached_property
    def _exam(self) -> Exam:
        form = load_form(Path(self.coursedir.root), self.coursedir.assignment_id)
        folder = Path(self._source)
        public = json.loads((folder / "form.json").read_text("utf-8"))
        notebook = nbformat.read(folder / f"{form.id}.ipynb", as_version=4)
        named = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
        solutions = frozenset(name for name, cell in named.items() if utils.is_solution(cell))
        self._compare_with_gradebook(form, named)
        return Exam(form, public, notebook, solutions, frozenset(named) - solutions, self._people())

    def _compare_with_gradebook(self, form: Form, named: dict[str, NotebookNode]) -> None:
        with self._gradebook() as gradebook:
            try:
                kept = {cell.name: cell for cell in gradebook.find_notebook(form.id, form.id).source_cells}
            except MissingEntry:
                raise ExamdeskError(f"{form.id} is not in the gradebook. Cure: run  nbgrader generate_assignment "
                                    f"{form.id}") from None
            differing = sorted(
                name for name in {*kept, *named}
                if name not in kept or name not in named
                or (kept[name].locked and kept[name].source != named[name].source)
            )
        if differing:
            raise ExamdeskError(f"source/{form.id} differs from the released exam in: {', '.join(differing[:5])}. "
                                f"Cure: restore the form that was released (examdesk build {form.exam}), or release the "
                                "changed exam as a new form")

    def _people(self) -> frozenset[str]:
        roster = Path(self.coursedir.root) / "grading" / "roster.csv"
        listed = {trainee.candidate for trainee in read_roster(roster)} if roster.is_file() else set()
        with self._gradebook() as gradebook:
            return frozenset(listed | {student.id for student in gradebook.students})

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    # One submission

    def _grade(self, candidate: str, folder: str, records: Records) -> None:
        exam = self._exam
        submission = read_submission(
            Path(folder), candidate=candidate, form=exam.form.id, solutions=exam.solutions, locked=exam.locked,
            others=exam.people - {candidate},
        )
        target = Path(self.coursedir.format_path(self.coursedir.autograded_directory, candidate, exam.form.id))
        done = records.is_done(candidate=candidate, form=exam.form.id, input_digest=submission.digest,
                               form_digest=exam.form.digest, engine=GRADER)
        if done and target.is_dir() and not self.force:
            self.log.info("Already graded: %s", candidate)
            return
        staged = target.with_name(f".{exam.form.id}.{os.getpid()}")
        try:
            self._stage(staged, submission)
            late = self._enter(submission)
            notebook = self._mark(staged, submission)
            nbformat.write(notebook, staged / f"{exam.form.id}.ipynb")
            self._publish(staged, target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        records.save_submission(graded(exam.form, submission, mark_data(notebook), late_seconds=late, at=_now()))
        self.log.info("Graded: %s", candidate)

    def _stage(self, staged: Path, submission: Submission) -> None:
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        (staged / "form.json").write_text(json.dumps(self._exam.public, ensure_ascii=False), "utf-8")
        if submission.journal is not None:
            (staged / NAME).write_bytes(submission.journal_bytes)
        if submission.timestamp:
            (staged / "timestamp.txt").write_text(submission.timestamp, "utf-8")

    def _enter(self, submission: Submission) -> float:
        """Enters student and submission into the gradebook; returns seconds late, 0.0 when in time."""
        form = self._exam.form.id
        timestamp = None
        if submission.timestamp:
            with contextlib.suppress(ValueError, OverflowError):
                timestamp = utils.parse_utc(submission.timestamp)
        with self._gradebook() as gradebook:
            if self.create_student:
                gradebook.update_or_create_student(submission.candidate)
            try:
                gradebook.find_student(submission.candidate)
            except MissingEntry:
                raise SubmissionRefused("unknown-student", "not in the gradebook, and create_student is off") from None
            known = {"timestamp": timestamp} if timestamp else {}
            entered = gradebook.update_or_create_submission(form, submission.candidate, **known)
            return max(0.0, float(entered.total_seconds_late))

    def _mark(self, staged: Path, submission: Submission) -> NotebookNode:
        """The autograded notebook: the instructor's cells, the trainee's solution texts, the marks."""
        exam = self._exam
        context = Grading(exam.public, responses_of(exam.public, submission.journal), displayed=[])
        resources: dict[str, Any] = {
            "unique_key": exam.form.id,
            "metadata": {"path": str(staged), "name": exam.form.id},
            "nbgrader": {"student": submission.candidate, "assignment": exam.form.id, "notebook": exam.form.id,
                         "db_url": self.coursedir.db_url},
        }
        notebook = rebuilt(exam.notebook, submission.answers)
        with grading(context), _execution():
            for self._sanitizing in (True, False):
                self._init_preprocessors()
                notebook, resources = self.exporter._preprocess(notebook, resources)
        self._sanitizing = True
        return notebook

    def _publish(self, staged: Path, target: Path) -> None:
        permissions = int(str(self.permissions), 8)
        for path in staged.iterdir():
            path.chmod(permissions)
        old = target.with_name(f".{target.name}.old.{os.getpid()}")
        if target.exists():
            target.rename(old)
        staged.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def rebuilt(source: NotebookNode, answers: Any) -> NotebookNode:
    """The exam's own cells in the exam's own order; of the trainee's notebook only the text of solution cells."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
    return notebook


@contextlib.contextmanager
def _execution() -> Iterator[None]:
    """NBGRADER_EXECUTION while cells run, so that exam.show writes and shows nothing; restored whatever happens."""
    before = os.environ.get("NBGRADER_EXECUTION")
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    try:
        yield
    finally:
        if before is None:
            del os.environ["NBGRADER_EXECUTION"]
        else:
            os.environ["NBGRADER_EXECUTION"] = before


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
