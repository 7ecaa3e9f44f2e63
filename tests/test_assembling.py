"""`examdesk bank assemble`: forms that weigh the same, share no item, and hold nothing that answers another item."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from examdesk.bank.programme import ProgrammeFile
from examdesk.building.assembling import Candidate, Paper, assemble, fill, papers, write_forms
from examdesk.building.planning import DOMAINS, Stock
from examdesk.building.scripting import script_of
from examdesk.building.usable import usable_items
from examdesk.errors import CourseError
from tests.conftest import ROOT, real_bank, real_form

EVEN = {**dict.fromkeys(DOMAINS, 0), "D1": 50, "D2": 50}


def programme(*parts: dict[str, Any], forms: int = 2) -> ProgrammeFile:
    exams = [{"id": "E90", "title": {"en": "A"}, "forms": forms, "parts": list(parts)}]
    return ProgrammeFile.model_validate({"tracks": {"T1": {"exam": "E90", "weights": EVEN}}, "exams": exams})


def items(domain: str, kind: str, count: int, **more: Any) -> list[Candidate]:
    """Items of a cell: easy, medium and hard in turn, each of its own fact."""
    about = {name: more.pop(name) for name in ("apart", "used", "difficulty") if name in more}
    given = {"language": None, "channel": None, "critical": False} | more
    return [Candidate(Stock(f"{domain}-{kind}-{n}", kind, domain, **{"facts": frozenset([f"F-{domain}-{n}"]), **given}),
                      **{"difficulty": 1 + n % 3, **about}) for n in range(count)]


def filled(file: ProgrammeFile, pool: Sequence[Candidate]) -> list[Paper]:
    wanted = papers(file, file.exams[0])
    fill(file, wanted, pool)
    return wanted


def cells(paper: Paper) -> Counter[tuple[str, str]]:
    return Counter((one.stock.domain, one.stock.kind) for one in paper.held)


BANK = [*items("D1", "choice", 9), *items("D1", "multi", 5), *items("D2", "choice", 8), *items("D2", "multi", 7)]
WEIGHED = {"kinds": {"choice": 5, "multi": 3}, "weights": "T1"}


def test_two_forms_hold_the_same_kinds_from_the_same_domains_and_share_nothing() -> None:
    one, two = filled(programme(WEIGHED), BANK)
    assert cells(one) == cells(two)
    assert Counter(item.stock.kind for item in one.held) == {"choice": 5, "multi": 3}
    assert not {item.stock.id for item in one.held} & {item.stock.id for item in two.held}
    assert len({item.stock.id for item in one.held}) == 8


def test_they_are_as_difficult_as_each_other() -> None:
    one, two = filled(programme(WEIGHED), BANK)
    assert abs(sum(item.difficulty for item in one.held) - sum(item.difficulty for item in two.held)) <= 2


@pytest.mark.parametrize("names", [0, 1])
def test_items_that_answer_each_other_never_meet(names: int) -> None:
    """Whichever of the two names the other, and where there is only one way to part them."""
    one, other = "D1-choice-0", "D2-choice-0"
    mates = [frozenset({other}) if names == 0 else frozenset(), frozenset({one}) if names == 1 else frozenset()]
    pool = [*items("D1", "choice", 1, apart=mates[0]), *items("D1", "choice", 2)[1:],
            *items("D2", "choice", 1, apart=mates[1]), *items("D2", "choice", 2)[1:]]
    for paper in filled(programme({"kinds": {"choice": 2}, "weights": "T1"}), pool):
        assert len({one, other} & {item.stock.id for item in paper.held}) == 1


def test_facts_that_are_asked_already_come_last_and_then_items_in_use() -> None:
    pool = [*items("D1", "choice", 2, facts=frozenset({"F-A"}), difficulty=2),
            *(Candidate(Stock(f"X-{n}", "choice", "D1", frozenset({f"F-{n}"}), None, None, False), 2, used=n)
              for n in range(3))]
    (paper,) = filled(programme({"kinds": {"choice": 3}, "domains": ["D1"]}, forms=1), pool)
    assert sum("F-A" in item.stock.facts for item in paper.held) <= 1
    assert "X-2" not in {item.stock.id for item in paper.held}


def test_another_seed_chooses_among_equals_and_the_same_seed_the_same() -> None:
    pool = [Candidate(Stock(f"X-{n}", "choice", "D1", frozenset({f"F-{n}"}), None, None, False)) for n in range(30)]
    file = programme({"kinds": {"choice": 3}, "domains": ["D1"]}, forms=1)

    def drawn(seed: int) -> list[str]:
        wanted = [replace(paper, seed=seed) for paper in papers(file, file.exams[0])]
        fill(file, wanted, pool)
        return [one.stock.id for one in wanted[0].held]

    assert drawn(1) == drawn(1) and drawn(0) == [one.stock.id for one in filled(file, pool)[0].held]
    assert len({tuple(drawn(seed)) for seed in range(5)}) == 5


def test_every_form_holds_a_reply_of_every_class_of_scripts() -> None:
    """Whatever else speaks for the others: they are in fewer exams, and each of a domain of its own."""
    common = [one for n in range(4) for one in items(f"D{n + 2}", "reply", 2, script="after")]
    rare = [*items("D1", "reply", 2, script="pre", used=9), *items("D6", "reply", 2, script="in", used=9)]
    part = {"kinds": {"reply": 4}, "scripts": ["pre", "in", "after"]}
    for paper in filled(programme(part), [*common, *rare]):
        assert Counter(one.stock.script for one in paper.held) == {"pre": 1, "in": 1, "after": 2}
    without = Counter(one.stock.script for one in filled(programme({"kinds": {"reply": 4}}), [*common, *rare])[0].held)
    assert without["after"] > 2, "left to itself a form would hold others"
    with pytest.raises(CourseError, match="no reply of the script class in"):
        filled(programme(part), [*common, *rare[:3]])


def test_exactly_so_many_critical_items() -> None:
    pool = [*items("D8", "choice", 9, critical=True), *items("D8", "multi", 9)]
    pool += [Candidate(Stock(f"D8-choice-1{n}", "choice", "D8", frozenset({"F"}), None, None, False)) for n in range(9)]
    part = {"kinds": {"choice": 6, "multi": 2}, "domains": ["D8"], "critical": 3}
    for paper in filled(programme(part), pool):
        assert sum(item.stock.critical for item in paper.held) == 3
        assert len(paper.held) == 8


def test_what_the_bank_lacks_is_named() -> None:
    with pytest.raises(CourseError, match="examdesk bank plan"):
        filled(programme(WEIGHED), BANK[:9])
    with pytest.raises(CourseError, match="too few reply items"):
        filled(programme({"kinds": {"reply": 1}}), BANK)


def test_an_uneven_bank_still_gives_two_forms_one_after_the_other() -> None:
    pool = [*items("D1", "choice", 3), *items("D2", "choice", 5)]
    one, two = filled(programme({"kinds": {"choice": 4}, "weights": "T1"}), pool)
    assert len(one.held) == len(two.held) == 4
    assert not {item.stock.id for item in one.held} & {item.stock.id for item in two.held}


def test_a_paper_of_every_track_and_of_every_domain() -> None:
    file = programme({"kinds": {"choice": 2}, "within": "every domain"})
    assert [paper.name for paper in papers(file, file.exams[0])] == [name.lower() for name in DOMAINS]
    file = programme({"kinds": {"choice": 2}, "weights": "tracks"})
    assert [paper.name for paper in papers(file, file.exams[0])] == ["t1"]
    with pytest.raises(CourseError, match="no form z"):
        papers(file, file.exams[0], ["z"])


def test_the_forms_are_written_where_they_belong_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "exams/E90/exam.yaml"
    path.parent.mkdir(parents=True)
    before = "id: E90\nforms:\n  a: {}\n  c: {quiz: [I-301]}  # sat\npass:\n  cut: 75%  # provisional\n"
    path.write_text(before, "utf-8")
    write_forms(tmp_path, "E90", {"a": {"quiz": [f"I-{n}" for n in range(101, 113)]}, "b": {"quiz": ["I-302"]}})
    text = path.read_text("utf-8")
    assert yaml.safe_load(text)["forms"] == {
        "a": {"quiz": [f"I-{n}" for n in range(101, 113)]}, "c": {"quiz": ["I-301"]}, "b": {"quiz": ["I-302"]}}
    assert "  c: {quiz: [I-301]}  # sat\n" in text and text.endswith("pass:\n  cut: 75%  # provisional\n")


def test_the_real_exams_of_the_programme_are_as_it_asks() -> None:
    """Every form of the project: what `assemble` wrote, or somebody by hand."""
    known = real_bank().items
    for path in sorted((ROOT / "exams").glob("*/exam.yaml")):
        forms = yaml.safe_load(path.read_text("utf-8"))["forms"]
        for name, sections in forms.items():
            held = [item for part in sections.values() for item in part]
            assert len(held) == len(set(held)), f"{path.parent.name}-{name}"
            assert [item for item in held if item not in known] == [], f"{path.parent.name}-{name}"


@pytest.mark.slow
def test_e03_is_assembled_with_a_reply_of_each_of_the_four_classes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    path = tmp_path / "exams/E03/exam.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  a:\n")] + "  a: {}\n" + text[text.index("blueprint:") :], "utf-8")
    replies = assemble(tmp_path, "E03", ["a"])["a"]["replies"]
    assert len(replies) == 6
    assert {script_of(real_bank().documents[name].data) for name in replies} >= {"pre", "in", "after", "active"}


@pytest.mark.slow
def test_a_retired_form_gives_neither_its_letter_nor_its_items(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    path, (quiz,) = tmp_path / "exams/E01/exam.yaml", real_form("E01-a").sections
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  b:\n")] + "  b: {}\n" + text[text.index("blueprint:") :], "utf-8")
    (found,) = assemble(tmp_path, "E01").items()
    assert found[0] == "b" and len(found[1]["quiz"]) == 20 and not set(quiz.items) & set(found[1]["quiz"])
    with pytest.raises(CourseError, match="no form a"):
        assemble(tmp_path, "E01", ["a"])


@pytest.mark.slow
def test_what_is_assembled_again_is_the_same(tmp_path: Path) -> None:
    assert assemble(ROOT, "E00", ["a"]) == assemble(ROOT, "E00", ["a"])


def test_what_all_forms_share_is_the_same_in_all() -> None:
    one, two = filled(programme({"kinds": {"survey": 1}, "shared": True}), items("D12", "survey", 3))
    assert [item.stock.id for item in one.held] == [item.stock.id for item in two.held] and len(one.held) == 1


def test_a_scenario_kept_for_rehearsals_stands_in_no_form() -> None:
    rehearsed = yaml.safe_load((ROOT / "exams/programme.yaml").read_text("utf-8"))["rehearsed"]
    usable = {item.id for item in usable_items(ROOT / "exams", real_bank(), root=ROOT)}
    assert rehearsed and not usable & set(rehearsed) and "S-04" in usable
    for path in sorted((ROOT / "exams").glob("*/exam.yaml")):
        forms = yaml.safe_load(path.read_text("utf-8"))["forms"].values()
        assert not {item for form in forms for part in form.values() for item in part} & set(rehearsed), path
