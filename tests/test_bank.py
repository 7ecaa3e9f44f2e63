"""The border to what authors write: YAML as authors see it, exams, handbook, frozen forms, violation points."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from examdesk.bank import (
    ExamFile,
    form_files,
    load_form,
    load_yaml,
    read_exam,
    read_form,
    read_handbook,
    read_points,
    write_form,
)
from examdesk.bank.files import FAST, PLAIN, validated
from examdesk.bank.forms import freeze, thaw
from examdesk.bank.schema import Strict, TextMap
from examdesk.errors import AuthorError, CourseError
from examdesk.model import Form, PassRule, Section
from tests.conftest import ROOT, real_bank


def written(folder: Path, text: str | bytes, name: str = "file.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def loaded(folder: Path, text: str) -> object:
    document = load_yaml(written(folder, text), root=folder)
    assert document.faults == ()
    return document.data


# YAML


@pytest.mark.parametrize(
    ("yaml_text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("15:40", "15:40"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("2014-04-15", "2014-04-15"),
        ("1e5", "1e5"),
        (".inf", ".inf"),
        ("=", "="),
        ("<<", "<<"),
        ("52", 52),
        ("-3", -3),
        ("1.06", 1.06),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'52'", "52"),
    ],
)
def test_a_value_is_what_the_author_sees(tmp_path: Path, yaml_text: str, value: object) -> None:
    assert loaded(tmp_path, f"key: {yaml_text}\n") == {"key": value}


def test_names_of_fields_are_always_texts(tmp_path: Path) -> None:
    assert loaded(tmp_path, "1: a\nno: b\ntrue: c\n") == {"1": "a", "no": "b", "true": "c"}


_LEAVES = (
    some.none()
    | some.booleans()
    | some.integers(-(10**15), 10**15)
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters(codec="utf-8", exclude_characters="\x85\ufeff"), max_size=20)
)
_NAMES = some.text("abzh-1:", min_size=1, max_size=6)
_JSON = some.recursive(
    _LEAVES,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(_JSON)
def test_what_the_freezer_writes_is_read_back_unchanged(value: object) -> None:
    text = yaml.safe_dump({"value": value}, allow_unicode=True, sort_keys=False)
    for loader in (FAST, PLAIN):
        assert loader(text).get_single_data() == {"value": value}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    text = "# remark\nid: a\noptions:\n  - id: x\n    text:\n      zh: 一\n  - id: y\n"
    document = load_yaml(written(tmp_path, text), root=tmp_path)
    places = {(): 2, ("id",): 2, ("options",): 3, ("options", 1): 7, ("options", 0, "text", "zh"): 6}
    assert {place: document.line(place) for place in places} == places
    assert document.line(("options", 0, "text", "en")) == 5  # what is missing points at what should hold it
    assert document.line(("nothing",)) == 2


def test_a_file_is_named_as_the_author_sees_it(tmp_path: Path) -> None:
    path = written(tmp_path, "a: [", "exams/bank/d01/I-1.yaml")
    assert load_yaml(path, root=tmp_path).faults[0].file == "exams/bank/d01/I-1.yaml"


def test_a_file_that_is_not_there_is_a_fault_not_an_error(tmp_path: Path) -> None:
    assert load_yaml(tmp_path / "no.yaml", root=tmp_path).faults[0].wrong == "the file cannot be read"
    assert load_yaml(tmp_path, root=tmp_path).faults[0].wrong == "the file cannot be read"


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 5000, "a: &a\n  b: *a\n", "&a [*a]\n"])
def test_a_file_made_to_break_the_reader_is_a_fault(tmp_path: Path, text: str) -> None:
    document = load_yaml(written(tmp_path, text), root=tmp_path)
    assert document.data is None
    assert len(document.faults) == 1


class _Model(Strict):
    title: TextMap
    count: int = 1
    both: int | str = 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: {zh: 一}\ncount: x\n", ['"count" must be a whole number']),
        ("title: {}\n", ['"title" has too few entries']),
        ("title: {zh: ''}\n", ['"zh" (in title) is empty']),
        ("title: {zh: 一}\nboth: [1]\n", ['"both" must be a whole number or a text']),
        ("count: 1\ntitel: {zh: 一}\n", ['"title" is missing', '"titel" is no field of this kind of file']),
    ],
)
def test_every_fault_of_a_file_is_named_in_plain_words(tmp_path: Path, text: str, said: list[str]) -> None:
    document = load_yaml(written(tmp_path, text), root=tmp_path)
    model, faults = validated(document, _Model)
    assert model is None
    assert [fault.wrong for fault in faults] == said


# Exams and the handbook


def test_an_exam_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(AuthorError, match=r"the exams here are: E00, E00-tutorial, E01, .*E10, .*E11-sampler"):
        read_exam(ROOT / "exams", "E99", root=ROOT)


@pytest.mark.parametrize(
    ("cut", "share"), [("90%", "9/10"), ("0.9", "9/10"), ("62.5 %", "5/8"), ("2/3", "2/3"), ("100%", "1")]
)
def test_a_cut_score_stays_exact(cut: str, share: str) -> None:
    exam, _ = read_exam(ROOT / "exams", "E10", root=ROOT)
    changed = exam.model_dump(mode="json", by_alias=True) | {"pass": {"cut": cut}}
    assert ExamFile.model_validate(changed).cut() == Fraction(share)


def test_every_fact_of_the_handbook_names_an_edition_with_dates() -> None:
    handbook = read_handbook(ROOT / "exams", root=ROOT)
    assert handbook.faults == ()
    assert handbook.editions["ED-TMALL-2023"].valid_from == date(2023, 8, 31)
    assert {fact.edition for fact in handbook.facts.values()} <= set(handbook.editions)


def test_violation_points_are_those_of_the_curriculum() -> None:
    rules = read_points(ROOT)
    assert {rule: (found.points, found.per) for (_, rule), found in rules.items()} == {
        "invoice-refusal": (6, "case"),
        "free-shipping": (4, "case"),
        "card-fee": (6, "case"),
        "cod": (6, "case"),
        "disclosure": (6, "case"),
        "order-closed-without-consent": (1, "order"),
    }
    assert {edition for edition, _ in rules} == {"ED-TMALL-2023"}


def test_violation_points_agree_with_the_words_of_their_facts() -> None:
    facts = read_handbook(ROOT / "exams", root=ROOT).facts
    for rule in read_points(ROOT).values():
        said = facts[rule.facts[0]].text
        assert str(rule.points) in said["zh"] and str(rule.points) in said["en"], rule.id


# Frozen forms


def a_form() -> Form:
    items = {name: real_bank().items[name] for name in ("I-801", "I-403", "R-C08", "I-202")}
    return Form(
        id="E99-a",
        exam="E99",
        title={"zh": "试卷", "en": "An exam"},
        minutes=25,
        languages=("zh", "en"),
        language="zh",
        shuffle=True,
        show_key=False,
        sections=(Section("quiz", {"zh": "测", "en": "Quiz"}, "quiz", tuple(items)),),
        pass_rule=PassRule(Fraction(2, 3), Fraction(3, 5), "all-right"),
        items=items,
        facts={"F-1": {"zh": "事实", "en": "fact"}},
        editions={},
    )


def test_a_frozen_form_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "exams" / "E99" / "forms" / "a.yaml"
    write_form(path, a_form())
    found = read_form(path)
    assert dataclasses.replace(found, digest="") == a_form()
    assert found.digest == freeze(a_form())["digest"]
    assert form_files(tmp_path) == [path]
    assert load_form(tmp_path, "E99-a") == found
    before = path.read_bytes()
    write_form(path, found)
    assert path.read_bytes() == before


def test_a_form_whose_parts_are_one_thing_in_memory_is_written_out(tmp_path: Path) -> None:
    form, title = a_form(), {"zh": "试卷", "en": "An exam"}
    shared = dataclasses.replace(form, title=title, sections=(dataclasses.replace(form.sections[0], title=title),))
    path = tmp_path / "a.yaml"
    write_form(path, shared)
    assert "*id" not in path.read_text("utf-8")
    assert read_form(path).title == title


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(minutes=99),
        lambda data: data["items"][0]["body"].update(key="a"),
        lambda data: data["pass"].update(cut="1/100"),
        lambda data: data.update(digest="0" * 64),
        lambda data: data.pop("digest"),
        lambda data: data.update(schema=9),
    ],
)
def test_a_frozen_form_edited_by_hand_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    data = freeze(a_form())
    change(data)
    with pytest.raises(CourseError, match="Cure: "):
        thaw(data)


@pytest.mark.parametrize("text", ["", "[]", "schema: 1\n", "a: [", "\xff\xfe", "[" * 100_000, "&a [*a]"])
def test_a_damaged_frozen_form_is_one_line_with_a_cure(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text.encode("latin-1"), "exams/E10/forms/a.yaml")
    with pytest.raises(CourseError, match="Cure: "):
        read_form(path)


def test_a_form_that_was_never_frozen_says_how(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="examdesk freeze E10 --form a"):
        read_form(tmp_path / "exams" / "E10" / "forms" / "a.yaml")
