"""`nbgrader autograde` and the formgrader's autograde button, in process and unbroken by any one submission."""

from __future__ import annotations

import contextlib
import copy
import glob
import os
import shutil
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from traitlets import Float

from examdesk.autograding import Paper, Submission, graded, held, read, take
from examdesk.autograding.cells import marking
from examdesk.errors import CourseError, DatabaseAway, ExamdeskError, SubmissionRefused, plain
from examdesk.graders import GRADER, grading, grading_of
from examdesk.model import Form, stamp
from examdesk.pipeline.cells import outputs_of
from examdesk.pipeline.corrected import show_in_force
from examdesk.pipeline.locks import graders
from examdesk.pipeline.marks import record
from examdesk.pipeline.released import Exam, corrected_paper, released
from examdesk.pipeline.staging import publish, stage
from examdesk.records import Records, Refusal, Started
from examdesk.records.moderations import has_moderations
from examdesk.records.patience import Patience, told


class ExamAutograde(Autograde):
    """Grades Examdesk forms in process; any other assignment as nbgrader does."""

    patience = Float(30.0, help="Seconds a locked or lost database is waited for.").tag(config=True)

    def start(self) -> None:
        if not self.is_exam:
            super().start()
            return
        with contextlib.chdir(self.coursedir.root):
            try:
                with graders(Path(self.coursedir.root)):
                    self._grade_all()
            except ExamdeskError as error:
                raise self._stop(str(error)) from None

    @property
    def is_exam(self) -> bool:
        """Whether the assignment is an Examdesk form."""
        return (self._source / "form.json").is_file()

    @property
    def _source(self) -> Path:
        path = self.coursedir.format_path(self.coursedir.source_directory, ".", self.coursedir.assignment_id)
        return Path(os.path.normpath(path))

    def _grade_all(self) -> None:
        """Grading again what was begun changes nothing, so a locked gradebook is waited for with the same patience."""
        self.begin()
        try:
            folders, _ = self.folders(), self.exam
            records, form = Records.open(Path(self.coursedir.root)), self.exam.form
            decided = form.regrade or has_moderations(records, form.id)  # stands above the machine's marks
        except ExamdeskError as error:
            raise self._stop(str(error)) from None
        failed, patience = 0, Patience(self.patience, "the gradebook")
        for candidate, folder in folders:
            try:
                with held(folder), told("the gradebook"):
                    patience.do(partial(self._grade, candidate, folder, records))
                continue
            except SubmissionRefused as refused:
                self._refuse(candidate, refused, records)
            except DatabaseAway as error:
                self.log.error("Not graded: %s: pending: %s", plain(candidate), error)
            except OSError as error:
                self.log.error("Not graded: %s: %s", plain(candidate), error.strerror or type(error).__name__)
            except Exception as error:  # a fault of ours must not cost the others their marks
                self.log.debug("A fault of Examdesk", exc_info=True)
                why = f"{type(error).__name__}, a fault of Examdesk; the option --debug shows more"
                self._refuse(candidate, SubmissionRefused("fault", why), records)
            failed += 1
        if decided:
            show_in_force(Path(self.coursedir.root), form, db_url=self.coursedir.db_url,
                          only=[candidate for candidate, _ in folders])
        if failed:
            raise self._stop(f"{failed} of {len(folders)} submissions were not graded; the others were")

    def _refuse(self, candidate: str, refused: SubmissionRefused, records: Records) -> None:
        self.log.error("Not graded: %s: %s", plain(candidate), refused)
        records.save_refusals([Refusal(plain(candidate), self.exam.form.id, refused.code, str(refused),
                                       journal_head=refused.head)])

    def _stop(self, message: str) -> NbGraderException:
        self.log.error(message)
        return NbGraderException(message)

    def folders(self) -> list[tuple[str, Path]]:
        """[(candidate, folder)] of every submission, also of one whose notebook is missing; `CourseError` for none."""
        found = self.handed_in()
        if not found:
            place = os.path.relpath(self._submitted(self.coursedir.student_id)[0], self.coursedir.root)
            raise CourseError(f"no submission matches {place}. Cure: collect the exam first, or check its name")
        return found

    def handed_in(self) -> list[tuple[str, Path]]:
        """`folders`, or none."""
        _, folders = self._submitted(self.coursedir.student_id)
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        return [(folder.parent.name, folder) for folder in folders if folder.parent.name not in excluded]

    def _submitted(self, student: str) -> tuple[str, list[Path]]:
        place = self.coursedir
        pattern = place.format_path(place.submitted_directory, student, place.assignment_id)
        return pattern, [Path(path) for path in sorted(glob.glob(pattern))]

    def begin(self) -> None:
        """What nbgrader's own start() sets up, without its search for notebooks."""
        self.exporter = self.exporter_class(parent=self, config=self.config)

    @cached_property
    def exam(self) -> Exam:
        """The form as it was released; raises `ExamdeskError` when source/, form and gradebook do not fit together."""
        _, everybody = self._submitted("*")
        return released(Path(self.coursedir.root), self.coursedir.assignment_id, source=self._source,
                        gradebook=self._gradebook, handed_in=[folder.parent.name for folder in everybody])

    def paper_of(self, form: Form) -> Paper:
        """The paper of a corrected form, before source/ and gradebook know of it."""
        _, everybody = self._submitted("*")
        return corrected_paper(Path(self.coursedir.root), form, gradebook=self._gradebook,
                               handed_in=[folder.parent.name for folder in everybody])

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    # One submission

    def _grade(self, candidate: str, folder: Path, records: Records) -> None:
        exam = self.exam
        raw = take(folder, candidate=candidate, form=exam.form.id)
        submission = read(raw, exam.paper)
        target = self.target(candidate)
        done = records.is_done(candidate=candidate, form=exam.form.id, input_digest=submission.digest,
                               form_digest=exam.form.digest, engine=GRADER)
        if done and target.is_dir() and not self.force:
            self.log.info("Already graded: %s", candidate)
            return
        changed = records.digests(exam.form.id, [candidate]).get(candidate) != submission.digest
        records.save_started([Started(candidate, exam.form.id, submission.digest)])
        staged = stage(target, raw, exam.public, timestamp=submission.timestamp)
        try:
            late = self._enter(submission)
            notebook, reopened = self._mark(staged, submission, changed=changed)
            publish(staged, target, nbformat.writes(notebook).encode("utf-8", "replace"), permissions=self.mode)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        found = graded(submission, exam.paper, outputs_of(notebook))
        if found.failed:
            self.log.warning("%s: a grader failed, a person must mark: %s", candidate, ", ".join(found.failed))
        records.save_submission(record(exam.form, found, late_seconds=late, reopened=reopened, at=stamp()))
        self.log.info("Graded: %s", candidate)

    def target(self, candidate: str) -> Path:
        """The folder of the candidate's autograded notebook."""
        place = self.coursedir
        return Path(place.format_path(place.autograded_directory, candidate, place.assignment_id))

    @property
    def mode(self) -> int:
        """The permissions of the files in it."""
        return int(str(self.permissions), 8)

    def resources(self, candidate: str, folder: Path) -> dict[str, Any]:
        """What nbgrader's preprocessors want to know; `changed` and `reopened` are for `SaveMarks`."""
        form = self.exam.form.id
        return {
            "unique_key": form,
            "metadata": {"path": str(folder), "name": form},
            "nbgrader": {"student": candidate, "assignment": form, "notebook": form, "db_url": self.coursedir.db_url,
                         "changed": False, "reopened": 0},
        }

    def _enter(self, submission: Submission) -> float:
        """Enters student and submission into the gradebook; returns seconds late, 0.0 when in time."""
        form = self.exam.form.id
        with self._gradebook() as gradebook:
            if self.create_student:
                gradebook.update_or_create_student(submission.candidate)
            try:
                gradebook.find_student(submission.candidate)
            except MissingEntry:
                raise SubmissionRefused("unknown-student", "not in the gradebook; create_student is off") from None
            entered = gradebook.update_or_create_submission(form, submission.candidate, timestamp=submission.at)
            return max(0.0, float(entered.total_seconds_late))

    def _mark(self, staged: Path, submission: Submission, *, changed: bool) -> tuple[NotebookNode, int]:
        """The autograded notebook, and how many marks of a person wait for confirmation: the work changed."""
        exam = self.exam
        context = grading_of(exam.paper.public, submission.journal, submission.candidate, displayed=[])
        resources = self.resources(submission.candidate, staged)
        resources["nbgrader"]["changed"] = changed
        notebook = rebuilt(exam.notebook, submission.answers, form=exam.form.id)
        with grading(context), marking():
            for self._sanitizing in (True, False):
                self._init_preprocessors()
                notebook, resources = self.exporter._preprocess(notebook, resources)
        self._sanitizing = True
        return notebook, resources["nbgrader"]["reopened"]


def rebuilt(source: NotebookNode, answers: Mapping[str, str], *, form: str) -> NotebookNode:
    """The exam's own cells in the exam's own order; of the trainee's notebook only the text of solution cells."""
    notebook = copy.deepcopy(source)
    notebook.metadata.setdefault("examdesk", {})["form"] = form  # the feedback knows the exam by it
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
    return notebook
