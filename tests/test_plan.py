"""`examdesk bank plan`: what the programme asks for, and what no choice of items could give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.bank import Bank, read_exams, read_handbook
from examdesk.bank.programme import ProgrammeFile, read_programme
from examdesk.building.flow import SINK, SOURCE, Flow
from examdesk.building.planning import DOMAINS, Stock, planned, shares, stock
from examdesk.building.programme_rules import guess_notes, programme_faults, programme_notes
from examdesk.cli import app
from tests.conftest import ROOT, real_bank

EVEN = {**dict.fromkeys(DOMAINS, 0), "D1": 50, "D2": 50}


def programme(*parts: dict[str, Any], forms: int = 1, **more: Any) -> ProgrammeFile:
    exams = [{"id": "E90", "title": {"en": "A"}, "forms": forms, "parts": list(parts)}, *more.pop("exams", ())]
    return ProgrammeFile.model_validate({"tracks": {"T1": {"exam": "E90", "weights": EVEN}}, "exams": exams, **more})


def items(domain: str, kind: str, count: int, **more: Any) -> list[Stock]:
    given = {"facts": frozenset[str](), "language": None, "channel": None, "critical": False} | more
    return [Stock(f"{domain}-{kind}-{n}", kind, domain, **given) for n in range(count)]


def short(file: ProgrammeFile, bank: Iterable[Stock]) -> dict[tuple[str, str], int]:
    return {(line.exam, line.what): line.short for line in planned(file, list(bank)).shortages}


def test_forms_share_no_item() -> None:
    one, two = (programme({"kinds": {"choice": 5}, "domains": ["D1"]}, forms=forms) for forms in (1, 2))
    bank = [*items("D1", "choice", 7), *items("D2", "choice", 9)]
    assert short(one, bank) == {}
    assert short(two, bank) == {("E90", "choice"): 3}
    assert short(programme({"kinds": {"survey": 1}, "shared": True}, forms=2), items("D1", "survey", 1)) == {}


def test_every_form_needs_a_reply_of_every_class_of_scripts() -> None:
    part = {"kinds": {"reply": 3}, "domains": ["D1"], "scripts": ["pre", "after"]}
    bank = [*items("D1", "reply", 6, script="after"), *items("D2", "reply", 3, script="pre")]
    assert short(programme(part, forms=2), bank) == {("E90", "script pre"): 2}, "those of D2 do not help"
    bank += [Stock("R-X", "reply", "D1", frozenset(), None, None, False, script="pre")]
    assert short(programme(part), bank) == {}
    assert short(programme(part, forms=2), bank) == {("E90", "script pre"): 1}


def test_classes_of_scripts_exist_and_fit_into_their_part(tmp_path: Path) -> None:
    text = (ROOT / "exams" / "programme.yaml").read_text("utf-8")
    (tmp_path / "programme.yaml").write_text(text, "utf-8")
    (tmp_path / "scripts.yaml").write_bytes((ROOT / "exams" / "scripts.yaml").read_bytes())
    handbook = read_handbook(ROOT / "exams", root=ROOT)
    assert not list(programme_faults(tmp_path, handbook, root=tmp_path))
    changed = text.replace("scripts: [pre, in, after, active]", "scripts: [pre, befor]")
    (tmp_path / "programme.yaml").write_text(changed, "utf-8")
    (fault,) = programme_faults(tmp_path, handbook, root=tmp_path)
    assert (fault.wrong, fault.found) == ("exams/scripts.yaml has no class of this name", "befor")
    (tmp_path / "programme.yaml").write_text(text.replace("{kinds: {reply: 6}", "{kinds: {reply: 3}"), "utf-8")
    (fault,) = read_programme(tmp_path, root=tmp_path).faults
    assert (fault.wrong, fault.found) == ("the part has fewer items than classes of scripts", "3 for 4")


def test_a_form_without_a_class_of_scripts_is_noted() -> None:
    exams, _ = read_exams(ROOT / "exams", root=ROOT)
    gate, document = exams["E03"]
    assert not list(programme_notes(ROOT / "exams", {"E03": (gate, document)}, real_bank(), root=ROOT))
    replies = [*(one for one in gate.forms["a"]["replies"] if one != "R-C07"), "R-C04"]  # R-C07 alone is of that class
    changed = gate.model_copy(update={"forms": {"a": {**gate.forms["a"], "replies": replies}}})
    (note,) = programme_notes(ROOT / "exams", {"E03": (changed, document)}, real_bank(), root=ROOT)
    assert note.found == "active" and "does not hold" in note.wrong


def test_true_false_is_no_single_choice() -> None:
    file = programme({"kinds": {"choice": 2, "true-false": 1}, "domains": ["D1"]})
    assert short(file, items("D1", "choice", 9)) == {("E90", "true-false"): 1}


def test_every_domain_gives_its_share_of_kinds_that_are_there() -> None:
    """Enough items of each kind and of each domain, and yet no paper: the numeric items all lie in one domain."""
    file = programme({"kinds": {"choice": 2, "numeric": 4}, "weights": "T1"}, tolerance=0)
    bank = [*items("D1", "choice", 6), *items("D2", "numeric", 6)]
    assert short(file, bank) == {("E90", "numeric"): 1, ("E90", "D1"): 1}
    where = [line.where for line in planned(file, bank).shortages]
    assert where == ["in D1", "in D1"], "an item of D2 would not help"
    assert short(file, [*bank, *items("D1", "numeric", 1)]) == {}
    assert short(programme({"kinds": {"choice": 2, "numeric": 4}, "weights": "T1"}, tolerance=1), bank) == {}


def test_a_domain_without_items_is_named_even_when_others_could_fill_the_paper() -> None:
    file = programme({"kinds": {"choice": 6}, "weights": "T1"})
    assert short(file, items("D1", "choice", 20)) == {("E90", "D2"): 2, ("E90", "choice"): 2}


def test_three_items_of_every_domain_are_asked_for_and_none_less() -> None:
    file = programme({"kinds": {"choice": 36}, "each": 3}, forms=2)
    bank = [item for domain in DOMAINS for item in items(domain, "choice", 6)]
    assert short(file, bank) == {}
    assert short(file, [*bank[1:], *items("D2", "choice", 9)]) == {("E90", "choice"): 1, ("E90", "D1"): 1}


def test_retraining_needs_items_beyond_those_of_the_papers_sat() -> None:
    check = {"id": "E92", "title": {"en": "B"}, "parts": [
        {"kinds": {"choice": 2, "numeric/ordering": 1}, "within": "every domain", "beyond": [["E90"], ["E91"]]}]}
    cert = {"id": "E91", "title": {"en": "C"}, "parts": [{"kinds": {"choice": 4}, "weights": "T1"}]}
    file = programme({"kinds": {"choice": 12}, "each": 1}, exams=[cert, check])
    bank = [item for domain in DOMAINS for item in [*items(domain, "choice", 5), *items(domain, "ordering", 1)]]
    assert short(file, bank) == {}, "D1: 3 of this paper, 1 seen in E90, 2 in E91"
    assert short(file, bank[1:]) == {("E92 D1", "unseen quiz items"): 1}
    assert short(file, [*bank[:5], *items("D1", "choice", 3, facts=frozenset("x")), *bank[6:]]) == {
        ("E92 D1", "unseen quiz items"): 1}, "choices cannot stand for a numeric or ordering item"


def test_retests_stand_beside_the_certificates_form() -> None:
    again = {"id": "E92", "title": {"en": "B"}, "parts": [{"kinds": {"choice": 2, "ordering/matching": 2},
                                                          "weights": "tracks"}]}
    file = programme({"kinds": {"choice": 4, "ordering": 2}, "weights": "T1"}, exams=[again], tolerance=0)
    bank = [item for domain in ("D1", "D2") for item in [*items(domain, "choice", 3), *items(domain, "matching", 1),
                                                         *items(domain, "ordering", 1)]]
    assert short(file, bank) == {}
    assert short(file, bank[1:]) == {("E92 T1", "choice"): 1, ("E92 T1", "D1"): 1}


def test_language_channel_facts_and_critical_items_are_asked_for() -> None:
    reply = programme({"kinds": {"reply": 2}, "language": "en"})
    assert short(reply, [*items("D7", "reply", 1, language="en"), *items("D7", "reply", 5, language="zh")]) == {
        ("E90", "reply"): 1}
    phone = programme({"kinds": {"scenario": 1}, "channel": "phone"})
    assert short(phone, items("D2", "scenario", 3)) == {("E90", "scenario"): 1}
    facts = programme({"kinds": {"choice": 1}, "facts": ["F-XX-01", "F-XX-02"]})
    assert short(facts, items("D2", "choice", 3, facts=frozenset({"F-XX-03"}))) == {("E90", "choice"): 1}
    gate = programme({"kinds": {"choice": 3}, "domains": ["D8"], "critical": 2})
    elsewhere = items("D9", "choice", 3, critical=True)
    assert short(gate, [*items("D8", "choice", 3), *elsewhere]) == {("E90", "critical"): 2}


def test_shares_sum_to_the_paper() -> None:
    file = read_programme(ROOT / "exams", root=ROOT).file
    assert file is not None
    for exam in file.exams:
        for part in exam.parts:
            if part.weights in file.tracks:
                assert sum(shares(file, part).values()) == sum(part.kinds.values())


def test_a_flow_takes_a_longer_way_when_the_short_one_is_full() -> None:
    flow = Flow({(SOURCE, "D1"): 1, (SOURCE, "D2"): 1, ("D1", "a"): 1, ("D1", "b"): 1, ("D2", "a"): 1,
                 ("a", SINK): 1, ("b", SINK): 1})
    assert flow.push() == 2


def test_the_programme_of_the_project_names_only_what_exists() -> None:
    assert list(programme_faults(ROOT / "exams", read_handbook(ROOT / "exams", root=ROOT), root=ROOT)) == []
    file = read_programme(ROOT / "exams", root=ROOT).file
    assert file is not None
    assert [exam.id for exam in file.exams] == [f"E{n:02}" for n in (*range(7), *range(10, 21))]
    asked = {(line.exam, line.what): line.needed for line in planned(file, []).lines}
    assert (asked["E10", "critical"], asked["E06", "D7"], asked["E12", "register"]) == (20, 6, 2)
    assert {asked[f"E20 {name}", "unseen reply"] for name in DOMAINS} == {2}


@pytest.mark.parametrize(("was", "becomes", "wrong", "found"), [
    ("{D1: 6, D2: 10", "{D1: 7, D2: 10", "the weights of a track sum to 100", "101"),
    ("elective: true}", "elective: true, domains: [D4]}", "an elective is never scored, and a domain's items are",
     "D4"),
    ("exam: E11", "exam: E09", "no such exam in the programme", "E09"),
    ("weights: T1}", "weights: T9}", "no such track", "T9"),
    ("{choice: 18, multi: 8, numeric: 6, ordering: 4}", "{chioce: 18}", "no such kind of item", "chioce"),
    ("F-BK-12", "F-BK-99", "no such fact in the handbook", "F-BK-99"),
    ("[[E06,", "[[E07,", "no such exam in the programme", "E07"),
    ("each: 3}", "each: 3, domains: [D1]}", "a part draws on its domains in one way only", "each and domains"),
])
def test_a_faulty_programme_says_what_is_wrong(tmp_path: Path, was: str, becomes: str, wrong: str, found: str) -> None:
    text = (ROOT / "exams" / "programme.yaml").read_text("utf-8")
    assert was in text
    (tmp_path / "programme.yaml").write_text(text.replace(was, becomes, 1), "utf-8")
    (tmp_path / "scripts.yaml").write_bytes((ROOT / "exams" / "scripts.yaml").read_bytes())
    handbook = read_handbook(ROOT / "exams", root=ROOT)
    assert [(fault.wrong, fault.found) for fault in programme_faults(tmp_path, handbook, root=tmp_path)] == [
        (wrong, found)]


def test_an_exam_that_differs_from_the_programme_is_noted() -> None:
    exams, _ = read_exams(ROOT / "exams", root=ROOT)
    gate, document = exams["E10"]

    def notes(**changes: Any) -> list[tuple[str, str]]:
        changed = gate.model_copy(update=changes)
        found = programme_notes(ROOT / "exams", {"E10": (changed, document)}, real_bank(), root=ROOT)
        return [(note.wrong, note.found) for note in found]

    forms = {"a": gate.forms["a"], "b": gate.forms["b"]}
    assert notes(forms=forms) == []
    assert notes(forms={"a": gate.forms["a"]}) == [("the programme wants 2 forms", "1")]
    assert notes(forms=forms, minutes=30) == [("the programme gives this exam 25 minutes", "30")]
    quiz, bank = gate.forms["b"]["quiz"], real_bank().items
    short = {"quiz": [name for name in quiz if name != next(one for one in quiz if bank[one].type == "multi")]}
    assert notes(forms={**forms, "b": short}) == [
        ("the programme asks for other kinds than form b holds", "5 of 6 multi")]
    both = gate.forms["a"]["quiz"][0]
    assert ("the programme's forms share no item, and here they do", both) in notes(
        forms={**forms, "b": {"quiz": [*quiz[1:], both]}})


def test_a_questionnaire_may_stand_in_every_form() -> None:
    exams, _ = read_exams(ROOT / "exams", root=ROOT)
    assert exams["E06"][0].forms["a"]["survey"] == exams["E06"][0].forms["b"]["survey"]
    assert not list(programme_notes(ROOT / "exams", {"E06": exams["E06"]}, real_bank(), root=ROOT))


def without(bank: Bank, **lines: str) -> Bank:
    """The bank, as if the files of some items lacked a line: {field: ids}."""
    documents = dict(bank.documents)
    for field, names in lines.items():
        for name in names.split():
            document = documents[name]
            documents[name] = replace(document, data={key: said for key, said in document.data.items() if key != field})
    return replace(bank, documents=documents)


def test_quiz_and_reply_items_without_a_guess_are_noted(tmp_path: Path) -> None:
    bank = real_bank()

    def notes(exams: Path = ROOT / "exams", **lines: str) -> list[tuple[str, str]]:
        return [(note.wrong, note.found) for note in guess_notes(exams, without(bank, **lines), root=exams.parent)]

    assert notes() == [], "every item of the project has both"
    ((told, found),) = notes(difficulty="I-210 R-C06", level="I-210 I-B11 P-12")
    assert re.fullmatch(r"2 of \d+ quiz and reply items have no difficulty, 3 no level; .*", told)
    assert found == "I-210, I-B11, P-12, R-C06"
    assert notes(difficulty="S-03 T-01") == notes(level="S-03 T-01") == [], "chats and typing are not rated so"
    assert notes(tmp_path / "exams", level="I-210") == [], "a course without a programme assembles no forms"


def test_items_are_counted_by_the_language_they_are_answered_in() -> None:
    bank = real_bank().items
    assert [stock(bank[name]).language for name in ("R-C06", "R-E19", "S-09", "S-04", "I-102")] == [
        "zh", "en", "en", None, None]
    assert (stock(bank["S-13"]).channel, stock(bank["I-210"]).kind) == ("phone", "true-false")


@pytest.mark.slow
def test_the_command_ends_with_the_number_of_shortages() -> None:
    run = CliRunner().invoke(app, ["bank", "plan", "--course", str(ROOT)])
    last = run.output.splitlines()[-1]
    assert last.endswith(" shortages.")
    assert run.exit_code == (0 if last == "0 shortages." else 1)


def test_every_part_of_the_training_has_items_and_no_item_of_an_elective_is_asked() -> None:
    run = CliRunner().invoke(app, ["bank", "syllabus", "--json", "--course", str(ROOT)])
    found = json.loads(run.output)
    held = {one["tag"]: one for one in found["modules"]}
    assert all(one["items"] for one in held.values())
    assert {*held["after-sales"]["items"]} >= {name for name, item in real_bank().items.items() if item.domain == "D6"}
    assert "I-408" in held["registration"]["items"] and "I-408" in held["orders-and-shipping"]["items"]
    assert [tag for tag, one in held.items() if not one["exams"]] == ["store-design", "site-building"]
    lines = CliRunner().invoke(app, ["bank", "syllabus", "--course", str(ROOT)]).output
    assert "ebay-live: 10 lessons, 4 a week, 2.5 weeks, 20 hours" in lines
