"""The life of an item: draft, reviewed, pilot, active, retired; who signed it, and what may certify."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.bank import load_form, load_yaml, read_bank
from examdesk.bank.lives import content, life_of, signers
from examdesk.building import check, freeze_exam, init_course, key_modules
from examdesk.building.usable import usable_items
from examdesk.cli import app
from examdesk.errors import AuthorError, CourseError
from examdesk.items import part
from tests.conftest import ROOT

ITEM, OTHER = "exams/bank/d08/I-001.yaml", "exams/bank/d08/R-001.yaml"
ITEMS = {"I-001": "d08", "I-002": "d02", "R-001": "d08"}
EXAM, FROZEN = "exams/START/exam.yaml", "exams/START/forms/a.yaml"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("lives") / "course"
    init_course(course, roster=None, exams=None, name=None)
    freeze_exam(course, "START", "a")
    return course


@pytest.fixture
def course(start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "course"))


def path_of(course: Path, item: str) -> Path:
    return next((course / "exams/bank").rglob(f"{item}.yaml"))


def put(course: Path, item: str, life: str) -> None:
    path = path_of(course, item)
    path.write_text(path.read_text("utf-8") + f"\n{life}\n", "utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def review(course: Path, item: str, by: str, *more: str) -> str:
    run = CliRunner().invoke(app, ["bank", "review", item, "--by", by, *more, "--course", str(course)])
    if run.exit_code:
        raise run.exception or AssertionError(run.output)
    return run.output


def signed(course: Path, item: str) -> list[str]:
    bank = read_bank(course / "exams", root=course, types=key_modules())
    return signers(life_of(bank.documents[item]), content(bank.items[item]))


def wrong(course: Path) -> list[tuple[str, str]]:
    return [(fault.wrong, fault.found) for fault in check(course).faults]


DRAFT = "life: {state: draft, author: Wang Wei}"
LINES = "life:\n  state: draft    # mine\n  author: Wang Wei\n  reviews:\n" \
        "    - {by: reader-1, kind: machine, on: 2026-11-28, of: 000000000000}\n# the end"


@pytest.mark.parametrize("life", [DRAFT, LINES, "life:\n    state: draft\n    author: Wang Wei",
                                  "life:\n  state: draft\n  author: Wang Wei\n  reviews: []"])
def test_a_review_is_appended_and_nothing_else_changes(course: Path, life: str) -> None:
    put(course, "I-001", life)
    before = load_yaml(course / ITEM, root=course).data
    said = review(course, "I-001", "Li Na", "--note", "option b: 措辞")
    assert said.startswith("I-001: reviewed by Li Na (person) on 20")
    review(course, "I-001", "reader-2", "--kind", "machine")
    after = load_yaml(course / ITEM, root=course).data
    reviews = after["life"].pop("reviews")
    known = before["life"].pop("reviews", [])
    assert after == before
    assert reviews[: len(known)] == known
    assert [(one["by"], one["kind"], one.get("note")) for one in reviews[len(known) :]] == [
        ("Li Na", "person", "option b: 措辞"), ("reader-2", "machine", None)]
    assert signed(course, "I-001") == ["Li Na"], "a machine signs nothing"
    if life is LINES:
        assert "# mine" in (course / ITEM).read_text("utf-8") and "# the end" in (course / ITEM).read_text("utf-8")
    assert check(course).faults == (), "life is no part of a frozen form"


def test_a_life_in_front_of_the_stem_takes_a_review_too(course: Path) -> None:
    edit(course / ITEM, "critical: true\n", "critical: true\nlife:\n  author: Wang Wei\n  state: draft\n")
    review(course, "I-001", "Li Na")
    assert signed(course, "I-001") == ["Li Na"]


def test_authors_and_readers_of_the_same_text_review_once(course: Path) -> None:
    put(course, "I-001", DRAFT)
    with pytest.raises(CourseError, match="wang  wei wrote this item"):
        review(course, "I-001", "wang  wei")
    review(course, "I-001", "Li Na")
    with pytest.raises(CourseError, match="has reviewed this text already"):
        review(course, "I-001", "li na")
    with pytest.raises(CourseError, match="nobody is named as the author"):
        review(course, "R-001", "Li Na")
    with pytest.raises(CourseError, match="no such item"):
        review(course, "I-999", "Li Na")


def test_a_review_counts_for_the_text_that_was_read(course: Path) -> None:
    put(course, "I-002", DRAFT)
    review(course, "I-002", "Li Na")
    edit(path_of(course, "I-002"), "points: 2", "points: 3")
    assert signed(course, "I-002") == []
    review(course, "I-002", "Li Na")
    assert signed(course, "I-002") == ["Li Na"]


@pytest.mark.parametrize(("state", "persons", "said"), [
    ("reviewed", 0, "nobody has reviewed the item as it stands"),
    ("reviewed", 1, ""),
    ("pilot", 0, "an item that is pilot has been reviewed, as it stands, by 1 person other than its author"),
    ("pilot", 1, ""),
    ("active", 1, "an item that is active has been reviewed, as it stands, by 2 persons other than its author"),
    ("active", 2, ""),
    ("retired", 0, ""),
])
def test_a_state_is_no_more_than_its_reviews_carry(course: Path, state: str, persons: int, said: str) -> None:
    put(course, "I-001", DRAFT)
    for name in ("Li Na", "Zhao Min")[:persons]:
        review(course, "I-001", name)
    edit(course / ITEM, "state: draft", f"state: {state}")
    assert [text for text, _ in wrong(course)] == ([said] if said else [])


def test_an_author_among_the_reviewers_is_a_fault(course: Path) -> None:
    put(course, "I-001", DRAFT)
    review(course, "I-001", "Li Na")
    edit(course / ITEM, "Wang Wei", "li  na")
    assert wrong(course) == [("the author reviews the own item", "Li Na")]


@pytest.mark.parametrize("life", ["life: {state: done, author: Wang Wei}", "life: {state: draft}", "life: machine",
                                  "life: {state: draft, author: Wang Wei, reviews: [{by: Li Na, on: 2026-11-28}]}"])
def test_a_life_of_another_form_is_a_fault_and_no_more(course: Path, life: str) -> None:
    put(course, "I-001", life)
    assert {fault.file for fault in check(course).faults} == {ITEM}


def sign_all(course: Path, names: Iterable[str], state: str = "active") -> None:
    for item in ITEMS:
        put(course, item, DRAFT)
        for name in names:
            review(course, item, name)
        edit(path_of(course, item), "state: draft", f"state: {state}")


def certify(course: Path) -> None:
    edit(course / EXAM, "shuffle: true", "shuffle: true\ncertifies: true")


def test_an_exam_certifies_with_items_two_persons_signed_and_not_before(course: Path) -> None:
    certify(course)
    (course / FROZEN).unlink()
    with pytest.raises(AuthorError, match="3 items of form a may not certify anybody"):
        freeze_exam(course, "START", "a")
    assert wrong(course)[0][1] == "I-001, I-002, R-001"
    sign_all(course, ["Li Na", "Zhao Min"])
    assert load_form(course, freeze_exam(course, "START", "a").id).certifies
    report = check(course)
    assert report.faults == ()
    assert [note.wrong for note in report.notes] == ["the cut is provisional: no panel has set it"]
    edit(course / OTHER, "state: active", "state: pilot")
    assert wrong(course)[0][1] == "R-001", "a pilot item would be scored"


def test_one_person_is_not_enough_to_certify_but_for_practice_nothing_is_noted(course: Path) -> None:
    assert [note.wrong[:51] for note in check(course).notes] == ["no person has reviewed 3 of the 3 items of form a; "]
    sign_all(course, ["Li Na"], state="pilot")
    assert (check(course).faults, check(course).notes) == ((), ())
    certify(course)
    assert any("3 items of form a may not certify anybody" in text for text, _ in wrong(course))


def test_a_retired_item_stays_in_frozen_forms_and_comes_into_no_new_one(course: Path) -> None:
    put(course, "I-001", "life: {state: retired, author: Wang Wei}")
    assert check(course).faults == ()
    freeze_exam(course, "START", "a")  # the same form again changes nothing
    with pytest.raises(AuthorError, match=r"would be frozen with items that are retired \(found: I-001\)"):
        freeze_exam(course, "START", "a", replace=True)
    (course / FROZEN).unlink()
    assert wrong(course) == [("form a would be frozen with items that are retired", "I-001")]


def test_who_set_the_cut_goes_with_the_form(course: Path) -> None:
    before = load_form(course, "START-a")
    assert before.pass_rule.panel is None and not before.certifies
    edit(course / EXAM, "cut: 80%", "cut: 80%\n  panel: {method: Angoff, judges: [A, B], on: 2026-12-01, rounds: 2}")
    freeze_exam(course, "START", "a", replace=True)
    panel = load_form(course, "START-a").pass_rule.panel
    assert panel == {"method": "Angoff", "judges": ["A", "B"], "on": "2026-12-01", "rounds": 2}
    assert check(course).faults == ()


def test_nothing_of_a_life_reaches_an_item(course: Path) -> None:
    put(course, "I-001", "life: {state: draft, author: canary-author}\napart: [I-002]\ntags: [basics]")
    (item,) = [one for one in read_bank(course / "exams", root=course, types=key_modules()).items.values()
               if one.id == "I-001"]
    assert "canary" not in str(item)
    assert not {"life", "apart", "tags"} & set(item.body)
    assert part(item.type, "question").public(item)


def test_the_plan_counts_what_a_form_may_hold(course: Path) -> None:
    def left() -> set[str]:
        bank = read_bank(course / "exams", root=course, types=key_modules())
        return {item.id for item in usable_items(course / "exams", bank, root=course)} & set(ITEMS)

    assert left() == set(ITEMS)
    put(course, "I-001", "life: {state: retired, author: Wang Wei}")
    assert left() == {"I-002", "R-001"}
    shutil.copy(ROOT / "exams/programme.yaml", course / "exams")
    put(course, "R-001", "tags: [store-design]")
    assert left() == {"I-002"}
