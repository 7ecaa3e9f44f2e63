"""The ledger: appended in one transaction, never overwritten, and a person's mark stands above the machine's."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from examdesk.errors import CourseError
from examdesk.model import Flag, Form, Item, Mark, PassRule, Section
from examdesk.records import (
    UNNAMED,
    GradedSubmission,
    MarkRow,
    Records,
    Refusal,
    Started,
    SubmissionRow,
    guarded,
    in_force,
)
from examdesk.records.gradebook import enter_marks, gradebook_url, pull_marks

AT = "2025-03-01T08:00:00.000Z"


def mark(item: str = "I-801", points: str | None = "1", *, criterion: str = "whole", kind: str = "machine",
         reason: str = "chose b", candidate: str = "li", **evidence: object) -> Mark:
    exact = None if points is None else Fraction(points)
    grader = "examdesk 0.1.0" if kind == "machine" else "wang"
    return Mark(candidate, "E10-a", 1, item, criterion, exact, Fraction(2), reason, grader, kind, evidence)


def graded(*marks: Mark, input_digest: str = "in-1", engine: str = "examdesk 0.1.0", candidate: str = "li",
           flags: tuple[Flag, ...] = ()) -> GradedSubmission:
    return GradedSubmission(candidate, "E10-a", "E10", 1, input_digest, "form-1", engine, AT,
                            journal_head="ab12", marks=marks, flags=flags)


@pytest.fixture
def records(tmp_path: Path, database: str | None) -> Records:
    return Records.open(tmp_path, url=database)


def test_points_stay_exact_and_evidence_comes_back(records: Records) -> None:
    flag = Flag("late", "9 s", hold=True)
    records.save_submission(graded(mark(points="1/3", chose=["b"], events=[3, 4]), flags=(flag,)))
    (row,) = records.marks()
    assert row.points == Fraction(1, 3) and row.evidence == {"chose": ["b"], "events": [3, 4]}
    assert [(flag.code, flag.detail, flag.hold) for flag in records.flags()] == [("late", "9 s", True)]
    assert [row.outcome for row in records.submissions()] == ["graded"]


def test_grading_the_same_input_again_appends_nothing(records: Records) -> None:
    for _ in range(2):
        records.save_submission(graded(mark()))
    assert len(records.submissions()) == len(records.marks()) == 1


def test_done_means_the_newest_line_has_these_digests(records: Records) -> None:
    wanted = {"candidate": "li", "form": "E10-a", "input_digest": "in-1", "form_digest": "form-1",
              "engine": "examdesk 0.1.0"}
    assert not records.is_done(**wanted)
    records.save_submission(graded(mark()))
    assert records.is_done(**wanted)
    assert not records.is_done(**{**wanted, "engine": "examdesk 0.2.0"})
    records.save_refusals([Refusal("li", "E10-a", "journal-size", "too large", "in-2")])
    assert not records.is_done(**wanted), "the newest word about this candidate is a refusal"


def test_a_refusal_is_written_once_and_keeps_the_older_marks(records: Records) -> None:
    records.save_submission(graded(mark()))
    for _ in range(2):
        records.save_refusals([Refusal("li", "E10-a", "journal-file", "a link", "x")])
    assert [row.outcome for row in records.submissions()] == ["graded", "refused"]
    assert len(records.in_force()) == 1


def test_a_broken_save_leaves_nothing_behind(records: Records) -> None:
    with pytest.raises(ValueError):
        records.save_submission(graded(mark(), replace(mark(item="I-802"), evidence={"odd": float("nan")})))
    assert records.submissions() == [] and records.marks() == []


def test_a_new_answer_replaces_the_marks_of_the_old_one(records: Records) -> None:
    records.save_submission(graded(mark(points="2"), mark("I-802", "2")))
    records.save_submission(graded(mark(points="0"), input_digest="in-2"))
    assert [(row.item, row.points) for row in records.in_force()] == [("I-801", 0)]
    assert len(records.marks()) == 3


def test_an_unmarked_machine_row_never_takes_back_what_a_person_decided(records: Records) -> None:
    records.save_submission(graded(mark("R-C06", None)))
    assert records.in_force()[0].points is None
    assert records.save_marks([mark("R-C06", "3/2", kind="marker", reason="warm and correct")], at=AT) == 1
    records.save_submission(graded(mark("R-C06", None), engine="examdesk 0.2.0"))
    assert [(row.points, row.kind) for row in records.in_force()] == [(Fraction(3, 2), "marker")]


def test_a_marker_s_mark_does_not_survive_another_answer(records: Records) -> None:
    records.save_submission(graded(mark("R-C06", None)))
    records.save_marks([mark("R-C06", "2", kind="marker")], at=AT)
    records.save_submission(graded(mark("R-C06", None), input_digest="in-2"))
    assert [row.points for row in records.in_force()] == [None]
    assert records.save_marks([mark("R-C06", "2", kind="marker")], at=AT) == 1, "same points, another answer"
    assert [row.points for row in records.in_force()] == [2]


def test_only_marks_that_say_something_new_are_appended(records: Records) -> None:
    records.save_submission(graded(mark("R-C06", None)))
    first = mark("R-C06", "1", kind="marker", reason="thin")
    assert [records.save_marks([m], at=AT) for m in (first, first, replace(first, reason="thin, no apology"),
                                                     replace(first, points=Fraction(2)))] == [1, 0, 1, 1]
    assert [row.points for row in records.in_force()] == [2]


def test_a_mark_from_the_formgrader_goes_to_the_attempt_that_was_graded(records: Records) -> None:
    second = replace(graded(replace(mark("R-C06", None), attempt=2)), attempt=2)
    records.save_submission(second)
    records.save_marks([mark("R-C06", "2", kind="marker")], at=AT)
    assert [(row.attempt, row.points) for row in records.in_force()] == [(2, 2)]


def test_a_mark_on_the_whole_item_stands_above_its_criteria(records: Records) -> None:
    records.save_submission(graded(mark(criterion="speed", points="1"), mark(criterion="verdict", points="0")))
    assert len(records.in_force()) == 2
    records.save_marks([mark(points="2", kind="marker", reason="appeal granted")], at=AT)
    assert [(row.criterion, row.points) for row in records.in_force()] == [("whole", 2)]


def test_a_violation_the_machine_is_certain_of_survives_a_marker_s_points(records: Records) -> None:
    certain = [["leak", "turn 3: gave the address away"]]
    records.save_submission(graded(replace(mark("S-04", "0"), evidence={"critical": certain, "suspected": []})))
    records.save_marks([mark("S-04", "1", kind="marker")], at="2026-01-01T00:00:00Z")
    newest, = records.in_force()
    assert (newest.kind, newest.points, newest.evidence["critical"]) == ("marker", 1, certain)


@pytest.mark.parametrize(("given", "points", "kind"), [
    (["machine"], 0, "machine"),
    (["machine", "regrade"], 1, "regrade"),
    (["machine", "marker", "regrade"], Fraction(3, 2), "marker"),
    (["machine", "regrade", "marker"], Fraction(3, 2), "marker"),
    (["machine", "marker", "void"], 2, "regrade"),
    (["machine", "void", "marker"], 2, "regrade"),
    (["machine", "regrade", "void", "marker"], 2, "regrade"),
])
def test_a_void_stands_above_a_marker_above_a_regrade_above_the_machine(
        given: list[str], points: int | Fraction, kind: str) -> None:
    worth = {"machine": "0", "regrade": "1", "marker": "3/2", "void": "2"}
    line = SubmissionRow(1, "li", "E10-a", "E10", 1, "graded", "in-1", "form-1", "e", AT, 0, None, False, "", "", "")
    rows = [MarkRow(number, 1 if how == "machine" else None, "li", "E10-a", 1, "I-801", "whole", Fraction(worth[how]),
                    Fraction(2), "", "", "regrade" if how == "void" else how,
                    {"void": True} if how == "void" else {}, "in-1", AT) for number, how in enumerate(given)]
    assert [(row.points, row.kind) for row in in_force(rows, [line])] == [(points, kind)]
    other = replace(line, id=2, input_digest="in-2")
    assert in_force(rows, [line, other]) == [], "another answer: nothing of this stands"


def test_the_machine_s_void_stands_above_a_marker_and_takes_his_violation_back(records: Records) -> None:
    records.save_submission(graded(mark("R-C06", None)))
    records.save_marks([mark("R-C06", "0", kind="marker", critical=[["marker", "confirmed"]])], at=AT)
    records.save_submission(graded(mark("R-C06", "2", void=True, critical=[]), engine="examdesk 0.2.0"))
    (row,) = records.in_force()
    assert (row.points, row.kind, row.evidence.get("critical")) == (2, "machine", [])


def test_a_regrade_on_the_whole_item_stands_above_its_criteria() -> None:
    line = SubmissionRow(1, "li", "E10-a", "E10", 1, "graded", "in-1", "form-1", "e", AT, 0, None, False, "", "", "")
    common = ("li", "E10-a", 1, "I-801")
    rows = [MarkRow(n, 1, *common, name, Fraction(1), Fraction(1), "", "", "machine", {}, "in-1", AT)
            for n, name in enumerate(("speed", "verdict"))]
    whole = MarkRow(3, None, *common, "whole", Fraction(1), Fraction(2), "", "", "regrade", {}, "in-1", AT)
    by_marker = replace(whole, id=4, criterion="speed", kind="marker", points=Fraction(0))
    assert in_force([*rows, whole], [line]) == [whole]
    found = in_force([*rows, whole, by_marker], [line])
    assert [(row.criterion, row.kind) for row in found] == [("verdict", "machine"), ("speed", "marker")]


def test_an_input_whose_grading_was_broken_off_makes_no_older_one_done(records: Records) -> None:
    first = graded(mark(), input_digest="in-1")
    records.save_submission(first)
    records.save_started([Started("li", first.form, "in-2")])
    wanted = {"candidate": "li", "form": first.form, "input_digest": "in-1", "form_digest": first.form_digest,
              "engine": first.engine}
    assert not records.is_done(**wanted)
    records.save_started([Started("li", first.form, "in-1")])
    records.save_submission(first)
    assert records.is_done(**wanted)
    records.save_started([Started("li", first.form, "in-1")])  # the same input again is no news
    assert records.is_done(**wanted)
    assert {row.outcome for row in records.submissions()} == {"graded"}


def test_a_person_releases_a_held_result_with_who_and_why(records: Records) -> None:
    held = graded(mark(), flags=(Flag("journal-gap", "1 entry is missing", hold=True), Flag("late", "2 minutes")))
    records.save_submission(held)
    assert records.save_decision(candidate="li", form=held.form, by="wang", why="seen on paper") == ["journal-gap"]
    decision, = records.decisions()
    assert (decision.code, decision.by, decision.why, decision.input_digest) == (
        "journal-gap", "wang", "seen on paper", held.input_digest,
    )  # fmt: skip
    assert records.save_decision(candidate="nobody", form=held.form, by="wang", why="") == []


def test_a_mark_without_a_name_gets_one_and_never_takes_one_away(records: Records) -> None:
    records.save_submission(graded(mark("R-C06", None)))
    given = mark("R-C06", "1", kind="marker", reason="good")
    assert records.save_marks([replace(given, grader=UNNAMED)], at=AT) == 1
    assert records.save_marks([replace(given, grader="Li Hua")], at=AT) == 1
    assert records.save_marks([replace(given, grader=UNNAMED)], at=AT) == 0
    assert [row.grader for row in records.in_force()] == ["Li Hua"]


def test_hostile_text_is_stored_inert(records: Records) -> None:
    flag = Flag("journal-skipped", "line 3: \udc80\x00 not JSON")
    records.save_submission(graded(mark(span="\ud800", reason="half \ud800"), flags=(flag,)))
    assert records.flags()[0].detail == "line 3: \\udc80\\x00 not JSON"
    assert records.marks()[0].evidence == {"span": "\ud800"}


def test_workers_append_at_the_same_time(tmp_path: Path, database: str | None) -> None:
    def work(number: int) -> None:
        records = Records.open(tmp_path, url=database)
        records.save_submission(graded(mark(candidate=f"c{number}"), candidate=f"c{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    records = Records.open(tmp_path, url=database)
    assert len(records.submissions()) == len(records.in_force()) == 16


def test_two_writers_with_the_same_news_append_it_once(records: Records) -> None:
    """Looking and appending are one step: whoever comes second sees what the first one wrote."""
    held = graded(mark("R-C06", None), flags=(Flag("journal-gap", "1 entry is missing", hold=True),))
    given = mark("R-C06", "1", kind="marker", reason="thin")

    def work(_: int) -> None:
        records.save_submission(held)
        records.save_refusals([Refusal("wu", held.form, "fault", "")])
        records.save_marks([given], at=AT)
        records.save_decision(candidate="li", form=held.form, by="wang", why="seen on paper")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert {(row.candidate, row.outcome) for row in records.submissions()} == {("li", "graded"), ("wu", "refused")}
    assert len(records.submissions()) == 2
    assert [row.kind for row in records.marks()] == ["machine", "marker"]
    assert len(records.flags()) == len(records.decisions()) == 1


def test_a_newer_schema_a_damaged_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    Records.open(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / 'grading' / 'records.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 4"))
    engine.dispose()
    with pytest.raises(CourseError, match=r"newer Examdesk \(schema 4; this one knows 3\)\. Cure: update"):
        Records.open(tmp_path)
    (tmp_path / "bad" / "grading").mkdir(parents=True)
    (tmp_path / "bad" / "grading" / "records.db").write_bytes(b"no database" * 100)
    with pytest.raises(CourseError, match="Cure"):
        Records.open(tmp_path / "bad")
    with pytest.raises(CourseError, match="no such course folder"):
        Records.open(tmp_path / "elsewhere")


@pytest.mark.parametrize("module, without", [
    ("examdesk", ("sqlalchemy", "numpy", "pandas", "nbgrader", "matplotlib")),
    ("examdesk.records", ("numpy", "pandas", "nbgrader", "matplotlib")),
])
def test_a_door_loads_only_what_it_needs(module: str, without: tuple[str, ...]) -> None:
    code = f"import {module}, sys; print([m for m in {without} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


# What the marker entered in the formgrader

def reply_form() -> Form:
    item = Item("R-C06", "reply", "D3", Fraction(4), ("F-TB-01",), "HB", False, {"stem": {"en": "Reply."}})
    return Form("E10-a", "E10", {"en": "Gate"}, 25, ("en",), "en", True, False,
                (Section("replies", {"en": "Replies"}, "replies", ("R-C06",)),), PassRule(Fraction(9, 10)),
                {"R-C06": item})


@pytest.fixture
def address(tmp_path: Path, database: str | None) -> str:
    """Of an empty gradebook."""
    return database or f"sqlite:///{tmp_path / 'gradebook.db'}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new gradebook without the start of a program that asks for its schema's name."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "quick")


def gradebook(url: str, scores: dict[str, tuple[float | None, str | None]]) -> str:
    with Gradebook(url) as book:
        book.add_assignment("E10-a")
        book.add_notebook("E10-a", "E10-a")
        book.add_task_cell("R-C06", "E10-a", "E10-a", max_score=4, cell_type="markdown")
        for student, (score, comment) in scores.items():
            book.add_student(student)
            book.add_submission("E10-a", student)
            grade = book.find_grade("R-C06", "E10-a", "E10-a", student)
            grade.manual_score, grade.needs_manual_grade = score, score is None
            book.find_comment("R-C06", "E10-a", "E10-a", student).manual_comment = comment
        book.db.commit()
    return url


@pytest.mark.usefixtures("quick")
def test_the_formgrader_s_scores_become_exact_marks(address: str) -> None:
    scores = {"li": (2.1, "warm"), "wu": (0, "rude #Critical"), "xu": (None, "later")}
    url = gradebook(address, scores)
    marks = pull_marks(url, reply_form(), marker="wang")
    assert [(m.candidate, m.points, m.reason) for m in marks] == [
        ("li", Fraction(21, 10), "warm"), ("wu", 0, "rude #Critical"),
    ]
    assert [bool(m.evidence["critical"]) for m in marks] == [False, True]
    assert {(m.grader, m.kind, m.criterion) for m in marks} == {("wang", "marker", "whole")}


@pytest.mark.usefixtures("quick")
def test_a_score_to_be_looked_at_again_is_left_out(address: str) -> None:
    url = gradebook(address, {"li": (2.0, "warm")})
    with Gradebook(url) as book:
        book.find_grade("R-C06", "E10-a", "E10-a", "li").needs_manual_grade = True
        book.db.commit()
    assert pull_marks(url, reply_form(), marker="wang") == []


@pytest.mark.usefixtures("quick")
def test_entered_marks_come_back_as_they_were(address: str) -> None:
    url = gradebook(address, {"li": (None, None)})
    given = replace(mark("R-C06", "5/2", kind="marker", reason="warm"), out_of=Fraction(4), evidence={"critical": []})
    enter_marks(url, [given])
    assert pull_marks(url, reply_form(), marker="wang") == [given]


@pytest.mark.usefixtures("quick")
def test_a_score_above_the_points_is_named(address: str) -> None:
    url = gradebook(address, {"li": (40.0, "typing error")})
    with pytest.raises(CourseError, match="found: li R-C06 40"):
        pull_marks(url, reply_form(), marker="wang")


def test_no_gradebook_means_no_marks_and_makes_none(tmp_path: Path) -> None:
    assert pull_marks(f"sqlite:///{tmp_path / 'none.db'}", reply_form(), marker="wang") == []
    assert not (tmp_path / "none.db").exists()


def test_the_gradebook_is_where_the_instructor_says(tmp_path: Path) -> None:
    assert gradebook_url(tmp_path) == f"sqlite:///{tmp_path.resolve() / 'gradebook.db'}"
    (tmp_path / "nbgrader_config.py").write_text("get_config().CourseDirectory.db_url = 'postgresql://db/grades'\n")
    assert gradebook_url(tmp_path) == "postgresql://db/grades"


@pytest.mark.parametrize("cell, guard", [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("\tx", "'\tx"),
    ("＝1+1", "'＝1+1"), ("-warm", "'-warm"), ("-2.5", "-2.5"), (-2.5, -2.5), ("", ""), ("亲，您好", "亲，您好"),
])
def test_no_cell_runs_as_a_formula_and_numbers_stay_numbers(cell: object, guard: object) -> None:
    assert guarded(cell) == guard
