"""Before and after a training: who is counted, what a gain is made of, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from examdesk import reports
from examdesk.analysis import gain_table, gains, has_gain, load_cohort
from examdesk.analysis.gain import ALL
from examdesk.model import Correction, Flag, Form, PassRule, Section
from examdesk.records import DecisionRow, Records, Refusal
from examdesk.reports.report import Found, Report
from examdesk.reports.texts import LANGUAGES
from tests.cohorts import AT, DOMAINS, choice_item, exam_form, machine_mark, put_form, sat
from tests.test_report import Tags

MARCH, APRIL = "2026-03-02T02:00:00Z", "2026-04-02T02:00:00Z"
ANYBODY = PassRule(Fraction(0))  # passes
BEFORE, AFTER = dict.fromkeys(DOMAINS, 2), {**dict.fromkeys(DOMAINS, 4), "D6": 1}  # right of five in each domain


def two_forms(course: Path, rule: PassRule = ANYBODY) -> tuple[Form, Form]:
    """Forms a and b of E06: five items of each of five domains, none in both."""
    first = replace(exam_form(exam="E06", replies=False), pass_rule=rule)
    items = {f"I-{name[1:]}5{n}": choice_item(f"I-{name[1:]}5{n}", name) for name in DOMAINS for n in range(1, 6)}
    section = Section("quiz", {"zh": "选择题", "en": "Quiz"}, "quiz", tuple(items))
    second = replace(first, id="E06-b", items=items, sections=(section,))
    return put_form(course, first), put_form(course, second)


def hand_in(course: Path, who: str, form: Form, right: Mapping[str, int], at: str | None, *, hold: bool = False,
            unmarked: str = "", simulated: bool = False) -> None:
    """One sitting with so many items of each domain right."""
    marks = []
    for item in form.items.values():
        mark = machine_mark(who, form, item, "b" if int(item.id[-1]) <= right[item.domain] else "a")
        marks.append(replace(mark, points=None) if item.id == unmarked else mark)
    flags = (Flag("journal-chain", "the chain breaks", hold=True),) if hold else ()
    given = sat(who, form, marks, flags=flags, simulated=simulated)
    Records.open(course).save_submission(replace(given, handed_in=at))


def pairs(course: Path, forms: tuple[Form, Form], n: int, *, simulated: bool = False, start: int = 0) -> None:
    for number in range(start, start + n):
        hand_in(course, f"c{number:03}", forms[0], BEFORE, MARCH, simulated=simulated)
        hand_in(course, f"c{number:03}", forms[1], AFTER, APRIL, simulated=simulated)


def text(course: Path, language: str = "en") -> str:
    return Tags(str(reports.gain.__wrapped__(Report.of(course, "E06", language)))).text


def test_the_gain_of_every_domain_and_of_the_whole_form(tmp_path: Path) -> None:
    pairs(tmp_path, two_forms(tmp_path), 10)
    found = gains(load_cohort(tmp_path, "E06"))
    assert list(found.table.index) == [ALL, *DOMAINS]
    assert found.table.loc["D2", ["n", "pre", "post"]].tolist() == [10, .4, .8]
    assert found.table.loc["D6", "gain"] == pytest.approx(-.2) and found.table.loc["D6", "normalised"] < 0
    assert found.table.loc[ALL, "post"] == pytest.approx(17 / 25)
    assert found.table.loc["D2", "normalised"] == pytest.approx(.4 / .6)
    assert (found.people, found.simulated, found.left_out, found.shared) == (10, 0, {}, ())


def test_the_interval_is_that_of_the_differences_not_of_two_groups(tmp_path: Path) -> None:
    forms = two_forms(tmp_path)
    for number in range(12):  # people differ much, and everybody gains one or two items
        level, more = number % 3, 1 + number % 2
        hand_in(tmp_path, f"c{number}", forms[0], dict.fromkeys(DOMAINS, level), MARCH)
        hand_in(tmp_path, f"c{number}", forms[1], dict.fromkeys(DOMAINS, level + more), APRIL)
    row = gains(load_cohort(tmp_path, "E06")).table.loc["D2"]
    assert row["gain"] == pytest.approx(.3)
    assert (row["low"], row["high"]) == pytest.approx((.3 - .0664, .3 + .0664), abs=5e-4)  # t(11) · 0.1044 / √12


def test_before_is_what_was_handed_in_first_whatever_its_letter(tmp_path: Path) -> None:
    one, other = two_forms(tmp_path)
    pairs(tmp_path, (one, other), 5)
    pairs(tmp_path, (other, one), 6, start=5)
    found = gains(load_cohort(tmp_path, "E06"))
    assert found.table.loc["D2", ["n", "pre", "post"]].tolist() == [11, .4, .8]
    assert found.began == {"E06-a": 5, "E06-b": 6}


def test_unmarked_is_never_zero_and_costs_its_candidate_that_domain_alone(tmp_path: Path) -> None:
    one, other = two_forms(tmp_path)
    pairs(tmp_path, (one, other), 10)
    hand_in(tmp_path, "li", one, BEFORE, MARCH)
    hand_in(tmp_path, "li", other, AFTER, APRIL, unmarked="I-251")
    table = gains(load_cohort(tmp_path, "E06")).table
    assert table.loc["D2", ["n", "post"]].tolist() == [10, .8]
    assert table["n"].to_dict() == {ALL: 10, "D2": 10, "D3": 11, "D4": 11, "D6": 11, "D8": 11}


def test_who_is_left_out_is_counted_with_the_reason(tmp_path: Path) -> None:
    one, other = two_forms(tmp_path)
    pairs(tmp_path, (one, other), 10)
    hand_in(tmp_path, "a", one, BEFORE, MARCH)
    hand_in(tmp_path, "b", one, BEFORE, MARCH)
    hand_in(tmp_path, "b", other, AFTER, APRIL, hold=True)
    hand_in(tmp_path, "c", one, BEFORE, MARCH)
    Records.open(tmp_path).save_refusals([Refusal("c", other.id, "other-form", "m", "d")])
    hand_in(tmp_path, "d", one, BEFORE, None)
    hand_in(tmp_path, "d", other, AFTER, APRIL)
    hand_in(tmp_path, "e", one, BEFORE, MARCH)
    hand_in(tmp_path, "e", other, AFTER, MARCH)
    cohort = load_cohort(tmp_path, "E06")
    found = gains(cohort)
    assert (found.people, found.left_out) == (10, {"held": 2, "no-time": 2, "one-form": 1})
    assert "1 who sat one form only" in text(tmp_path) and "2 人的交卷先后不明" in text(tmp_path, "zh")
    held = cohort.newest[("b", other.id, 1)]
    decided = DecisionRow(1, "b", other.id, 1, "journal-chain", "wang", "seen", held.input_digest, AT)
    assert gains(replace(cohort, decisions=(decided,))).people == 11, "a person released it"


def test_a_void_item_gains_nobody_anything(tmp_path: Path) -> None:
    pairs(tmp_path, two_forms(tmp_path), 10)
    cohort = load_cohort(tmp_path, "E06")
    void = Correction(AT, 1, "wang", "broken", "I-255", void=True)  # the one D2 item everybody has wrong afterwards
    forms = {**cohort.forms, "E06-b": replace(cohort.forms["E06-b"], corrections=(void,))}
    assert gains(replace(cohort, forms=forms)).table.loc["D2", "post"] == 1


def test_few_people_are_hidden_and_nobody_is_told_what_to_do(tmp_path: Path) -> None:
    forms = two_forms(tmp_path)
    hand_in(tmp_path, "c000", forms[0], BEFORE, MARCH)
    assert "Nobody has sat both forms yet" in text(tmp_path) and "还没有人考过两份试卷" in text(tmp_path, "zh")
    hand_in(tmp_path, "c000", forms[1], AFTER, APRIL)
    pairs(tmp_path, forms, 8, start=1)
    for language in LANGUAGES:
        assert "%" not in text(tmp_path, language) and "svg" not in text(tmp_path, language)
    assert "Only 9 candidates sat both forms, fewer than 10" in text(tmp_path)
    assert gains(load_cohort(tmp_path, "E06")).table.loc["D2", "note"] == "a gain needs 10 people, there are 9"


@pytest.mark.parametrize("rule", [
    {"cut": Fraction(1, 2)}, {"part_minimum": Fraction(1, 2)}, {"critical": "all-right"},
    {"each": {"choice": Fraction(1)}},
])
def test_a_retake_of_an_exam_that_can_be_failed_is_no_training(tmp_path: Path, rule: dict[str, object]) -> None:
    """Who failed and sits again gains by chance alone: only an exam that nobody can fail is compared."""
    pairs(tmp_path, two_forms(tmp_path, PassRule(**{"cut": Fraction(0), **rule})), 10)  # type: ignore[arg-type]
    report = Report.of(tmp_path, "E06", "en")
    assert not has_gain(report.cohort.forms) and report.found.gains is None
    assert str(reports.gain.__wrapped__(report)) == ""


def test_an_exam_nobody_can_fail_has_no_pass_rate(tmp_path: Path) -> None:
    pairs(tmp_path, two_forms(tmp_path), 12)
    pages = reports.headline(Report.of(tmp_path, "E06", "en")).html
    assert "no cut: nobody can fail" in pages["en"] and "没有合格线" in pages["zh"]
    assert "100" not in pages["en"] and "Cut score" not in pages["en"] and "provisional" not in pages["en"]
    _, english = reports.overview(tmp_path, tmp_path / "report")
    assert "no cut: nobody can fail" in english.read_text("utf-8") and "100.0%" not in english.read_text("utf-8")


def test_one_form_is_nothing_to_compare(tmp_path: Path) -> None:
    one, _ = two_forms(tmp_path)
    assert not has_gain({one.id: one})


def test_items_in_both_forms_are_named(tmp_path: Path) -> None:
    pairs(tmp_path, two_forms(tmp_path), 10)
    assert "The forms share no scored item" in text(tmp_path) and "没有相同的计分题" in text(tmp_path, "zh")
    cohort = load_cohort(tmp_path, "E06")
    other = cohort.forms["E06-b"]
    same = {"I-201": cohort.forms["E06-a"].items["I-201"]}
    survey = {"V-01": replace(same["I-201"], id="V-01", points=Fraction(0))}
    met_twice = {**cohort.forms, "E06-b": replace(other, items={**other.items, **same, **survey})}
    shared = Report(Found(replace(cohort, forms=met_twice)), "en")
    assert gains(shared.cohort).shared == ("I-201",)
    assert "the forms share scored items (I-201)" in str(reports.gain.__wrapped__(shared))


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("Before and after", "Simulated data: 10 of them", "+40 [+40, +40]", "−20 [−20, −20]", "10 began with")),
    ("zh", ("训前与训后", "其中 10 人由程序生成", "+40 [+40, +40]", "−20 [−20, −20]", "10 人先考 E06-a")),
])
def test_the_page_tells_it_in_both_languages(tmp_path: Path, language: str, words: tuple[str, ...]) -> None:
    pairs(tmp_path, two_forms(tmp_path), 10, simulated=True)
    html = str(reports.gain.__wrapped__(Report.of(tmp_path, "E06", language)))
    tags = Tags(html)
    assert not [word for word in words if word not in tags.text]
    assert tags.seen >= {"svg", "table"} and "c000" not in html
    assert html == str(reports.gain.__wrapped__(Report.of(tmp_path, "E06", language))), "the same bytes"


def test_real_people_are_not_called_simulated(tmp_path: Path) -> None:
    pairs(tmp_path, two_forms(tmp_path), 10)
    assert "imulated" not in text(tmp_path)


def test_a_table_of_means_alone_has_no_interval() -> None:
    row = gain_table(pre={"D6": .5, "D7": .5}, post={"D6": .75}).loc["D6"]
    assert row[["n", "pre", "post", "gain"]].tolist() == [1, .5, .75, .25] and row["low"] != row["low"]
