"""The persona library: whom the customers are, for authors, mentors and assessors, and never for a candidate."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from examdesk.bank import load_yaml
from examdesk.bank.bank import read_draft
from examdesk.bank.personas import NOT_BUYING, Library, played, read_personas
from examdesk.building.casting import casting_faults
from examdesk.building.freezing import key_modules
from examdesk.building.lint import texts
from examdesk.errors import AuthorError, CourseError
from examdesk.model import canonical, text
from examdesk.mystery.assessing import assess
from examdesk.mystery.drawing import draw
from examdesk.practice.card import card
from examdesk.workbench.personas import Casting, casting, portrait
from examdesk.workbench.reading import open_scenario
from tests.conftest import ROOT, real_bank
from tests.items.chats import chat
from tests.mystery import sealed
from tests.practice.rehearsed import rehearse, run, scenario
from tests.workbench.parcel import written

LABELS = ("黑名单", "难缠", "刁", "素质", "无赖", "小气", "抠", "奇葩", "挑剔", "贪", "black list", "black-list",
          "difficult", "rude", "stingy", "greedy", "picky", "fussy", "troublemaker", "nasty", "cheapskate", "ill-bred")


def library() -> Library:
    return read_personas(ROOT / "exams", root=ROOT)


def everybody() -> Casting:
    """The project's library and scenarios."""
    bank = real_bank()
    named = {name: tuple(played(bank.documents[name].data)) for name, item in sorted(bank.drafts.items())
             if item.type == "scenario"}
    return Casting(library(), named)


def cast_course(folder: Path, persona: object) -> Path:
    """A course with the project's library and one small scenario that names this persona."""
    course = written(folder, {**scenario(), "persona": persona})
    shutil.copy(ROOT / "exams" / "personas.yaml", course / "exams")
    return course


# The library


def test_the_library_has_at_least_eleven_motives_and_somebody_for_each() -> None:
    found = library()
    assert found.faults == () and len(found.motives) >= 11 and len(found.personas) >= 12
    assert {one.motive for one in found.personas.values()} - {None} == set(found.motives)


def test_the_library_says_that_it_is_the_programmes_own() -> None:
    note = library().note
    assert "本项目自编" in note["zh"] and "its tables are missing" in note["en"]


def test_no_persona_is_named_by_a_label() -> None:
    """A note that labels the buyer is a violation, so nobody learns the labels here."""
    every = [one.model_dump(mode="json") for one in library().personas.values()]
    said = [words for _, both in texts(every) for words in both.values()]
    assert len(said) > 300 and [(label, words) for label in LABELS for words in said if label in words.lower()] == []
    s08 = next(tool for tool in chat("S-08").play.data["tools"] if tool["id"] == "record_case")
    notes = next(arg for arg in s08["args"] if arg["id"] == "note")["options"]
    violations = [one["text"]["zh"] for one in notes if one["id"] in ("black", "rude")]
    assert all(any(label in said for label in LABELS) for said in violations), "the list knows the engine's own labels"


def test_the_facts_behind_the_measures_stand_in_the_handbook() -> None:
    facts = (ROOT / "exams" / "handbook" / "facts.yaml").read_text("utf-8")
    named = set(re.findall(r"\bF-[A-Z]{2,3}-\d\d\b", (ROOT / "exams" / "personas.yaml").read_text("utf-8")))
    assert len(named) > 30 and [fact for fact in sorted(named) if f"\n  {fact}:\n" not in facts] == []


# Who plays whom


def test_every_scenario_of_the_bank_names_a_persona_of_the_library() -> None:
    found = everybody()
    assert found.without == [] and len(found.scenarios) >= 18
    assert list(casting_faults(real_bank(), found.library)) == []


def test_each_of_several_customers_has_a_persona_of_his_own() -> None:
    chats = [one["id"] for one in real_bank().drafts["S-14"].body["play"]["chats"]]
    assert [part.chat for part in everybody().scenarios["S-14"]] == chats
    assert ("S-14", "cod") in everybody().parts("pays-on-delivery")


@pytest.mark.parametrize(("persona", "wrong", "found"), [
    ("regalar", "exams/personas.yaml has no persona of this name", "regalar"),
    ({"anna": "regular"}, "there is no chat of this name", "anna"),
])
def test_a_scenario_that_names_nobody_is_told(tmp_path: Path, persona: object, wrong: str, found: str) -> None:
    course = cast_course(tmp_path, persona)
    document = load_yaml(course / "exams/bank/d08/S-90.yaml", root=course)
    draft, _ = read_draft(document, types=key_modules())
    assert draft is not None
    bank = type(real_bank())({}, {"S-90": document}, (), {"S-90": draft})
    faults = list(casting_faults(bank, library()))
    assert [(one.wrong, one.found) for one in faults] == [(wrong, found)] and faults[0].line > 1 and faults[0].cure
    assert all("copy personas.yaml" in one.cure for one in casting_faults(bank, Library()) if "persona" in one.wrong)
    assert list(casting_faults(bank, Library(faults=tuple(faults)))) == [one for one in faults if "chat" in one.wrong]


def test_a_scenario_without_a_persona_is_no_fault(tmp_path: Path) -> None:
    course = cast_course(tmp_path, None)
    assert casting(course).without == ["S-90"] and not open_scenario(course, "S-90").faults


def test_the_command_prints_motives_personas_and_who_plays_them(tmp_path: Path) -> None:
    course = cast_course(tmp_path, "regular")
    told = run(course, "personas", "--lang", "en").splitlines()
    assert "  regular  Has bought here before (middle): S-90" in told
    assert "novelty  novelty: new, and in fashion – no scenario yet" in told
    assert told[-1] == "23 personas; 15 motives, 1 of them played by a scenario."
    assert "novelty  求新：刚出的、流行的 – 还没有情景" in run(course, "personas").splitlines()


def test_the_command_prints_one_persona_and_json(tmp_path: Path) -> None:
    course = cast_course(tmp_path, "regular")
    told = run(course, "personas", "regular", "--lang", "en")
    assert "What loses him:\n  suspecting that he has broken it" in told and told.endswith("Scenarios: S-90\n")
    data = json.loads(run(course, "personas", "--json"))
    habit = next(one for one in data["motives"] if one["id"] == "habit")
    assert habit["played"] and habit["personas"] == ["regular"]
    assert next(one for one in data["personas"] if one["id"] == "regular")["scenarios"] == [
        {"scenario": "S-90", "chat": None}]
    with pytest.raises(CourseError, match="no persona emperor"):
        list(casting(course).one("emperor", "en"))


def test_a_course_without_a_library_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="this course has no personas"):
        casting(written(tmp_path, scenario()))


# Who sees it


@pytest.mark.parametrize("name", ["S-04", "S-14"])
def test_a_persona_is_no_part_of_the_item(name: str) -> None:
    """What is frozen, built, marked and fed back is made of the item alone, so a frozen form stays as it was."""
    document = real_bank().documents[name]
    assert document.data["persona"]
    model = key_modules()["scenario"].Authored
    bare = {field: value for field, value in document.data.items() if field != "persona"}
    assert canonical(model.model_validate(document.data).body()) == canonical(model.model_validate(bare).body())
    assert "persona" not in real_bank().drafts[name].body


def test_a_persona_never_reaches_a_candidate_and_the_assessors_read_it(tmp_path: Path) -> None:
    course = sealed.course(tmp_path, {"first": ["S-91"]})
    path = course / "exams" / "bank" / "d08" / "S-91.yaml"
    path.write_text(path.read_text("utf-8") + "persona: canary-9081\n", "utf-8")
    words = {"zh": "金丝雀", "en": "Canary bird"}
    persona = {"id": "canary-9081", "name": words, "motive": "canary-m", "worry": words, "speech": [words, words],
               "serves": [words], "fails": [words], "difficulty": "easy"}
    file = {"note": words, "motives": {"canary-m": words}, "personas": [persona]}
    (course / "exams" / "personas.yaml").write_text(json.dumps(file, ensure_ascii=False), "utf-8")
    form = draw(course, "chats", seed=3, assessor="wang").form
    frozen = next((course / "exams" / "chats" / "forms").iterdir()).read_text("utf-8")
    for seen in (sealed.candidate_view(course, form), frozen):
        assert "canary" not in seen.lower() and "金丝雀" not in seen and "persona" not in seen
    sealed.hand_in(course, form, "C-1", (0,))
    told = list(assess(course, form, "C-1", language="en").lines())
    below = told[told.index("== customer-1: S-91") + 1]
    assert below == "Persona: Canary bird. Motive: Canary bird. Worry: Canary bird."
    (course / "exams" / "personas.yaml").unlink()
    assert not any("Canary" in line for line in assess(course, form, "C-1", language="en").lines())


def test_the_customer_players_card_shows_motive_worry_and_words_and_not_what_serves_him(tmp_path: Path) -> None:
    course = cast_course(tmp_path, "regular")
    persona = library().personas["regular"]
    told, _ = rehearse(course, "customer", "/end")
    assert "Your motive: habit: always bought here, and it was fine" in told
    assert f"Your worry: {text(persona.worry, 'en')}" in told
    assert all(f"  {text(one, 'en')}" in told for one in persona.speech)
    assert not [one for one in (*persona.serves, *persona.fails) if text(one, "en") in told]
    assert "Your motive" not in rehearse(course, "agent", "sry one")[0]


def test_the_card_is_in_the_language_played_and_the_words_in_the_customers(tmp_path: Path) -> None:
    found = library().portrait("day-to-keep")
    play = chat("S-09").play.data  # Dana speaks English only
    assert found is not None
    lines = card(play, "zh", found).persona
    assert lines[0] == "您的动机：送礼：让收礼的人高兴" and lines[1].startswith("您的顾虑：怕那天到不了")
    assert lines[-1] == "  And what if it doesn't come?"
    assert card(play, "zh").persona == ()


def test_what_a_persona_says_gives_away_no_fact_of_his_scenarios() -> None:
    """A fact is told only when asked, and who reads the card speaks as his persona does."""
    told, entries = [], 0
    for name, parts in everybody().scenarios.items():
        for part in parts if not parts[0].chat else ():
            play, found = chat(name).play.data, library().portrait(part.persona)
            assert found is not None
            for language in (play["speaks"],) if "speaks" in play else ("zh", "en"):
                facts = card(play, language, found).facts
                entries += len(facts)
                told += [(name, fact.id, line) for fact in facts for words in found.persona.speech
                         if fact.stands_in(line := text(words, language))]
    assert entries >= 25 and told == []


def test_somebody_who_does_not_buy_has_no_motive() -> None:
    found = library().portrait("asks-for-data")
    assert found is not None and found.motive == NOT_BUYING


def test_a_rehearsal_with_an_unknown_persona_says_so_at_once(tmp_path: Path) -> None:
    course = cast_course(tmp_path, "regalar")
    with pytest.raises(AuthorError, match="no persona of this name"):
        portrait(course, open_scenario(course, "S-90").document)


def test_a_faulty_library_is_told_with_its_line(tmp_path: Path) -> None:
    course = cast_course(tmp_path, "regular")
    path = course / "exams" / "personas.yaml"
    words = path.read_text("utf-8").replace("difficulty: easy", "difficulty: impossible", 1)
    path.write_text(words, "utf-8")
    line = words[: words.index("difficulty: impossible")].count("\n") + 1
    with pytest.raises(AuthorError, match=rf'exams/personas.yaml:{line}: "difficulty" \(in personas "daily-use"\)'):
        casting(course)
