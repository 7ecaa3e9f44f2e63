"""`nbgrader export`: unmarked stays blank and is counted; the file opens in a Chinese Excel."""

from __future__ import annotations

import csv
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.plugins import CsvExportPlugin

from examdesk.bank.forms import is_practice
from examdesk.bank.whole import whole
from examdesk.records.sheets import guarded

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score", "unmarked",
)


class ExamExport(CsvExportPlugin):
    """nbgrader's columns and `unmarked`; while something is unmarked the scores are blank, not 0."""

    def export(self, gradebook: Gradebook) -> None:
        destination = Path(self.to or "grades.csv")
        rows = [
            self._row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            if not is_practice(assignment.name)
            if not self.assignment or assignment.name in [str(name) for name in self.assignment]
            for student in gradebook.students
            if not self.student or student.id in [str(name) for name in self.student]
        ]
        with whole(destination, encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows)
        self.log.info("Exported %d rows to %s", len(rows), destination)

    def _row(self, gradebook: Gradebook, assignment: object, student: object) -> dict[str, object]:
        row = dict.fromkeys(COLUMNS, "") | {
            "assignment": assignment.name,  # type: ignore[attr-defined]
            "duedate": assignment.duedate or "",  # type: ignore[attr-defined]
            "max_score": assignment.max_score,  # type: ignore[attr-defined]
            "student_id": student.id,  # type: ignore[attr-defined]
            "last_name": student.last_name or "",  # type: ignore[attr-defined]
            "first_name": student.first_name or "",  # type: ignore[attr-defined]
            "email": student.email or "",  # type: ignore[attr-defined]
        }
        try:
            submission = gradebook.find_submission(row["assignment"], row["student_id"])
        except MissingEntry:
            return row
        return row | _scores(submission)


def _scores(submission: SubmittedAssignment) -> dict[str, object]:
    unmarked = sum(
        grade.manual_score is None and grade.auto_score is None and grade.max_score > 0
        for notebook in submission.notebooks for grade in notebook.grades
    )
    scores: dict[str, object] = {"timestamp": submission.timestamp or "", "unmarked": unmarked}
    if not unmarked:
        penalty = submission.late_submission_penalty or 0.0
        scores |= {
            "raw_score": submission.score,
            "late_submission_penalty": penalty,
            "score": max(0.0, submission.score - penalty),
        }
    return scores
