"""A variant of a made item for each candidate: shown, journalled, marked and explained."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from json import dumps
from pathlib import Path
from typing import Any

import nbformat
import pytest

from examdesk.analysis import Outcome, item_flags, load_cohort, variant_table
from examdesk.autograding import Graded
from examdesk.autograding.answers import answer_flags
from examdesk.autograding.cells import compiled, mark_data, run_cells
from examdesk.bank import read_exam, read_form, read_handbook
from examdesk.bank.corrections import append_corrections, corrections_path
from examdesk.bank.forms import form_path, freeze, thaw
from examdesk.building import build_form, form_json, freeze_exam
from examdesk.building.corrections import offer, sound
from examdesk.building.freezing import as_frozen, can_vary
from examdesk.building.notebooks import notebook
from examdesk.building.practice import as_practice, practice_json
from examdesk.errors import CourseError
from examdesk.graders import Grading, grading_of
from examdesk.items import part
from examdesk.journal import Journal, read_journal
from examdesk.journal.lines import encode
from examdesk.journal.writing import chained
from examdesk.model import Correction, Form, Item, Said
from examdesk.pipeline.marks import record
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.pipeline.released import paper_cells
from examdesk.practice import Practising
from examdesk.records import Records
from examdesk.reports.findings import items
from examdesk.reports.report import Report
from examdesk.simulation import simulate
from examdesk.sitting import Sitting
from examdesk.variants import as_shown, drawn, met, with_variants
from examdesk.widgets import rendered
from tests.conftest import real_form, respond
from tests.made import EXAM, bank, faults, made_course, rewritten

PEOPLE = [f"c{number}" for number in range(40)]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return made_course(tmp_path)


@pytest.fixture
def varied(course: Path) -> Form:
    """Form a of E90 with four variants of I-G08, built and released."""
    exam = course / "exams" / "E90" / "exam.yaml"
    exam.write_text(EXAM + "variants: 4\n", encoding="utf-8")
    frozen = freeze_exam(course, "E90", "a")
    shutil.copytree(build_form(course, frozen), course / "release" / "E90-a")
    return frozen


def in_folder(form: Form, folder: Path, candidate: str) -> Sitting:
    """A candidate in a folder of her own, the exam begun."""
    (folder / candidate).mkdir(exist_ok=True)
    (folder / candidate / "form.json").write_text(dumps(form_json(form)), "utf-8")
    sitting = Sitting.open(folder / candidate)
    if sitting.state == "waiting":
        sitting._start(candidate)
    return sitting


def graded(course: Path, form: Form, journal: Journal, candidate: str) -> dict[str, dict[str, Any]]:
    cells = paper_cells(nbformat.reads(dumps(notebook(form)), as_version=4))
    return mark_data(run_cells(cells, grading_of(form_json(form), journal, candidate, displayed=[])))


def answered(form: Form, candidate: str, places: Mapping[str, int] | None, item: Item) -> Journal:
    """A journal in which the candidate gave the right answers to `item`; `places` is what its start says."""
    header = {"form": form.id, "candidate": candidate, **({"variants": places} if places is not None else {})}
    events, head = [], ""
    for seq, (kind, value, name) in enumerate([("started", header, None),
                                               *((kind, value, item.id) for kind, value in right(item))]):
        events.append(chained(seq, head, kind, value, name, at=datetime.now(UTC), mono=seq))
        head = events[-1].hash
    return Journal(tuple(events))


def right(item: Item) -> list[Said]:
    return list(part(item.type, "samples").right(item))


def test_a_form_holds_as_many_variants_as_its_exam_says_and_every_candidate_meets_one(
    course: Path, varied: Form
) -> None:
    assert len(varied.every("I-G08")) == 4 and len({str(one.body) for one in varied.every("I-G08")}) == 4
    assert len(varied.every("P-25")) > 1 and thaw(freeze(varied)) == varied
    public = form_json(varied)
    met = [drawn(public, person)["I-G08"] for person in PEOPLE]
    assert set(met) == {0, 1, 2, 3} and met == [drawn(public, person)["I-G08"] for person in PEOPLE]
    assert not set(varied.variants["I-G08"]) & set(freeze_exam(course, "E90", "b").variants["I-G08"])


def test_form_json_holds_no_key_of_any_variant(varied: Form) -> None:
    for item in varied.items:
        for one in varied.every(item):
            (key,) = (field["key"] for field in one.body["fields"])
            question = form_json(varied)["questions"][item]
            assert "key" not in dumps(question) and key not in dumps([question["public"], question["variants"]])


def test_whoever_opens_the_exam_again_is_asked_the_same_variant(varied: Form, tmp_path: Path) -> None:
    stems = set()
    for person in PEOPLE[:12]:
        place = drawn(form_json(varied), person)["I-G08"]
        for _ in range(2):
            sitting = in_folder(varied, tmp_path, person)
            public = sitting.form["questions"]["I-G08"]["public"]
            assert public["stem"] == varied.every("I-G08")[place].body["stem"]
        assert read_journal(tmp_path / person / "responses.jsonl").start["variants"]["I-G08"] == place
        stems.add(dumps(public["stem"]))
    assert len(stems) == 4


def test_before_the_start_no_variant_is_promised_and_the_panel_shows_the_right_one_after_it(
    varied: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("examdesk.sitting.screen.display", lambda _: None)
    (tmp_path / "form.json").write_text(dumps(form_json(varied)), "utf-8")
    sitting = Sitting.open(tmp_path)
    sitting.show("I-G08")
    person = next(one for one in PEOPLE if drawn(form_json(varied), one)["I-G08"] == 3)
    sitting._start(person)
    panel, item = sitting.screen.questions["I-G08"], varied.every("I-G08")[3]
    assert panel.stem == rendered(item.body["stem"]) and panel.question["fields"][0]["id"]
    assert item.body["stem"]["en"] in dumps(panel.question, ensure_ascii=False)


def test_every_candidate_is_marked_by_the_key_of_the_variant_that_was_shown(course: Path, varied: Form) -> None:
    for person in PEOPLE:
        place = drawn(form_json(varied), person)["I-G08"]
        for other, item in enumerate(varied.every("I-G08")):
            mark = graded(course, varied, answered(varied, person, None, item), person)["I-G08"]
            assert (mark["points"] == mark["out_of"]) == (other == place)
            assert mark["evidence"]["variant"] == place


def test_a_kernel_of_its_own_marks_the_same_variant(course: Path, varied: Form, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    person = next(one for one in PEOPLE if drawn(form_json(varied), one)["I-G08"] == 2)
    item, folder = varied.every("I-G08")[2], tmp_path / "own"
    folder.mkdir()
    (folder / "form.json").write_text(dumps(form_json(varied)), "utf-8")
    (folder / "responses.jsonl").write_bytes(b"".join(map(encode, answered(varied, person, None, item).events)))
    monkeypatch.chdir(folder)
    source = next(cell["source"] for cell in notebook(varied)["cells"] if cell["id"] == "I-G08")
    hidden = "".join(source).partition("### BEGIN HIDDEN TESTS\n")[2]
    space: dict[str, Any] = {}
    body, last = compiled(hidden)
    exec(body, space)
    assert repr(eval(last, space)) == repr(float(item.points))


def test_another_variant_than_the_seeds_is_marked_by_its_own_key_and_flagged(course: Path, varied: Form) -> None:
    public, person = form_json(varied), PEOPLE[0]
    other = (drawn(public, person)["I-G08"] + 1) % 4
    journal = answered(varied, person, {**drawn(public, person), "I-G08": other}, varied.every("I-G08")[other])
    mark = graded(course, varied, journal, person)["I-G08"]
    assert mark["points"] == mark["out_of"]
    (flag,) = answer_flags(public, journal, person)
    assert (flag.code, flag.hold) == ("other-variant", False) and "I-G08" in flag.detail
    own = answered(varied, person, drawn(public, person), varied.every("I-G08")[drawn(public, person)["I-G08"]])
    assert answer_flags(public, own, person) == []


def test_who_mistyped_her_number_is_not_said_to_have_chosen_her_variant(varied: Form) -> None:
    public = form_json(varied)
    typed = next(one for one in PEOPLE if drawn(public, one)["I-G08"] != drawn(public, PEOPLE[0])["I-G08"])
    journal = answered(varied, typed, drawn(public, typed), varied.every("I-G08")[drawn(public, typed)["I-G08"]])
    assert answer_flags(public, journal, PEOPLE[0]) == []  # collected under her own number; the start is held elsewhere


@pytest.mark.parametrize("said", [None, 7, "x", [], {"I-G08": -1}, {"I-G08": 4}, {"I-G08": True}, {"I-G08": "1"},
                                  {"I-G08": [1]}, {"I-G08": 1.0}, {"nobody": 1}])
def test_a_start_that_says_nonsense_about_variants_counts_as_the_seeds(varied: Form, said: Any) -> None:
    public = form_json(varied)
    assert met(public, "c1", {"variants": said}) == drawn(public, "c1")


def test_a_form_without_variants_is_left_as_it_is(course: Path) -> None:
    public = form_json(freeze_exam(course, "E90", "a"))
    assert as_shown(public, "c1", {"variants": {"I-G08": 1}}) is public and drawn(public, "c1") == {}


def test_simulated_candidates_meet_their_own_variants(course: Path, varied: Form) -> None:
    people = simulate(course, "E90-a", candidates=30, seed=3)
    met, marks = set(), []
    for person in people:
        journal = read_journal(course / "submitted" / person / "E90-a" / "responses.jsonl")
        assert answer_flags(form_json(varied), journal, person) == []
        mark = graded(course, varied, journal, person)["I-G08"]
        met.add(mark["evidence"]["variant"])
        marks.append(Fraction(mark["points"]))
    assert met == {0, 1, 2, 3} and sum(marks) >= 10  # those who know, know their own variant


def test_a_correction_reaches_the_variant_it_names_and_no_other(course: Path, varied: Form) -> None:
    place, item = 2, varied.every("I-G08")[2]
    fields = [{**item.body["fields"][0], "tolerance": "1"}]
    entry = Correction("2026-01-01T00:00:00Z", 1, "Li Hua", "too narrow", "I-G08", {"fields": fields}, place)
    path = form_path(course / "exams", "E90", "a")
    append_corrections(corrections_path(path), varied, [entry])
    after = sound(read_form(path))
    assert [one.body["fields"][0]["tolerance"] for one in after.every("I-G08")] == ["0", "0", "1", "0"]
    assert form_json(after) == form_json(varied) and after.digest != varied.digest
    with pytest.raises(CourseError, match="cannot be written"):
        append_corrections(corrections_path(path), varied, [replace(entry, regrade=2, variant=4)])


def test_a_void_item_is_void_in_every_variant(course: Path, varied: Form) -> None:
    entry = Correction("2026-01-01T00:00:00Z", 1, "Li Hua", "unclear", "I-G08", void=True)
    path = form_path(course / "exams", "E90", "a")
    append_corrections(corrections_path(path), varied, [entry])
    for person in PEOPLE[:8]:
        mark = graded(course, sound(read_form(path)), answered(varied, person, None, varied.items["P-25"]), person)
        assert mark["I-G08"]["points"] == mark["I-G08"]["out_of"]


def test_a_regrade_is_offered_for_every_variant_of_a_form(course: Path, varied: Form) -> None:
    rewritten(course, "d07/I-G08", 'key: "{last}"', 'key: "{last}"\n    tolerance: 1')
    found = offer(course, varied)
    assert set(found.bodies["I-G08"]) == {0, 1, 2, 3} and not found.left


def test_forms_that_share_variants_are_a_fault(course: Path) -> None:
    (course / "exams" / "E90" / "exam.yaml").write_text(EXAM + "variants: 11\n", encoding="utf-8")
    assert any("share variants of I-G08" in fault for fault in faults(course))


def test_the_bank_is_compared_with_every_variant_of_a_form(course: Path, varied: Form) -> None:
    assert faults(course) == []
    rewritten(course, "d07/I-G08", 'key: "{last}"', 'key: "{last}"\n    tolerance: 1')
    assert any("I-G08 has changed in the bank" in fault for fault in faults(course))


def test_an_item_a_person_marks_has_one_variant() -> None:
    form = real_form("E11-sampler-a")
    assert {item.type for item in form.items.values() if not can_vary(item)} == {"reply"}


def test_the_feedback_page_shows_the_variant_that_was_answered(course: Path, varied: Form) -> None:
    people = simulate(course, "E90-a", candidates=12, seed=3)
    page, told = FeedbackForm(varied), dict[str, int]()
    for person in people:
        journal = read_journal(course / "submitted" / person / "E90-a" / "responses.jsonl")
        item = varied.every("I-G08")[drawn(form_json(varied), person)["I-G08"]]
        standing = Standing(person, Outcome("pass", (), Fraction(1), Fraction(1), 0), {}, True, journal.head)
        html = page.page(standing, course / "submitted" / person / "E90-a" / "responses.jsonl")
        (own,) = [place for place, one in enumerate(varied.every("I-G08")) if date_in(one) in html]
        assert varied.every("I-G08")[own] == item
        told[person] = own
    assert set(told.values()) == {0, 1, 2, 3}


def date_in(item: Item) -> str:
    """The payment's date as the Chinese stem prints it: each variant has its own."""
    found = re.search(r"\d{4}-\d\d-\d\d|\d{4}年\d+月\d+日", item.body["stem"]["zh"])
    assert found
    return found[0]


def test_trying_again_in_practice_asks_the_next_variant(varied: Form, tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    folder.mkdir()
    made = as_practice(varied)
    (folder / "form.json").write_text(dumps(practice_json(made)), "utf-8")
    (folder / "answers.json").write_text(dumps(freeze(made)), "utf-8")
    exam = Practising.open(folder)
    exam._start("c1")
    exam.show("I-G08")
    first = drawn(exam.given, "c1")["I-G08"]
    for tries in range(5):
        item = varied.every("I-G08")[(first + tries) % 4]
        assert exam.screen.questions["I-G08"].stem == rendered(item.body["stem"])
        (said,) = right(item)
        exam._save("I-G08", *said)
        exam._explain("I-G08", show_key=False)
        assert exam.screen.explanations["I-G08"].told["zh"]["state"] == "full"
        exam._try_again("I-G08")
    again = Practising(folder, practice_json(made))
    assert again.form["questions"]["I-G08"]["variant"] == (first + 5) % 4


@pytest.mark.parametrize(("hard", "flagged"), [(None, False), (2, True)])
def test_a_variant_harder_than_the_others_is_flagged_and_even_ones_are_not(
    course: Path, varied: Form, hard: int | None, flagged: bool
) -> None:
    rng, public, sat = random.Random(5), form_json(varied), []
    for number in range(120):
        person = f"c{number}"
        places = drawn(public, person)
        wrong = rng.random() < 0.3 or places["I-G08"] == hard
        answers = {item.id: right(item) for item in varied.with_variants(places).items.values()}
        answers["I-G08"] = [("answered", {"day": "1999-01-01"})] if wrong else answers["I-G08"]
        responses = {name: respond(varied.items[name], said) for name, said in answers.items()}
        context = Grading(with_variants(public, places), responses, displayed=[])
        marks = mark_data(run_cells(paper_cells(nbformat.reads(dumps(notebook(varied)), as_version=4)), context))
        found = Graded(person, "digest", "", None, marks, {}, {}, (), (), head="", seconds=None, simulated=True)
        sat.append(record(varied, found, late_seconds=0, reopened=0, at="2026-03-02T09:00:00.000Z"))
    (course / "grading").mkdir(exist_ok=True)
    Records.open(course).save_submissions(sat)
    cohort = load_cohort(course, "E90")
    rows = variant_table(cohort)
    mine = rows[rows["item"] == "I-G08"]
    assert list(mine["variant"]) == list(varied.variants["I-G08"]) and mine["n"].sum() == 120
    assert (mine["p"].iloc[0] < 0.01) == flagged
    assert ("uneven-variants" in item_flags(cohort, [])["E90-a", "I-G08"]) == flagged
    shown_to_managers = str(Report.of(course, "E90", "en").told_in("zh").say("uneven-variants"))
    html = "".join(items(Report.of(course, "E90", "zh")).html.values())
    assert "4 variants, facility" in html and (shown_to_managers + "</span>" in html) == flagged


def test_a_new_form_shares_no_variant_with_one_that_was_sat_and_retired(course: Path) -> None:
    exam = course / "exams" / "E90" / "exam.yaml"
    sat = freeze_exam(course, "E90", "a")
    exam.write_text(EXAM.replace("forms: {a: {quiz: [I-G08, P-25]}, b:", "forms: {c:") + "variants: 10\n", "utf-8")
    shared = read_exam(course / "exams", "E90", root=course)
    now = as_frozen(shared[0], "c", bank(course), read_handbook(course / "exams", root=course), shared[1].name)
    assert set(now.variants["I-G08"]) & set(sat.variants["I-G08"])
    with pytest.raises(CourseError, match="form E90-a holds variant"):
        freeze_exam(course, "E90", "c")
    assert not form_path(course / "exams", "E90", "c").exists()


def test_an_item_that_is_given_more_variants_leaves_a_frozen_form_alone(course: Path, varied: Form) -> None:
    rewritten(course, "d07/I-G08", "variants: 20", "variants: 23")
    assert faults(course) == []
    (course / "exams" / "E90" / "exam.yaml").write_text(EXAM + "variants: 5\n", encoding="utf-8")
    assert any("how many variants" in fault for fault in faults(course))
