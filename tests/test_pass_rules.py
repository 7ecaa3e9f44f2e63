"""Every pass rule by its name: what decides it, what is not known yet, and the candidate it would wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from examdesk.analysis import judge
from examdesk.analysis.rules import RULES
from examdesk.bank.exams import PassFile
from examdesk.bank.forms import freeze, thaw
from examdesk.bank.passing import frozen_rule, rule_of
from examdesk.model import Form, Item, PassRule, Section
from examdesk.pipeline.pages import _why
from examdesk.pipeline.words import WORDS
from examdesk.records import MarkRow
from tests.cohorts import choice_item

NAMES = {"Q1": "choice", "Q2": "choice", "R1": "reply", "R2": "reply", "T1": "typing"}
PARTS = {"quiz": ("Q1", "Q2", "T1"), "replies": ("R1", "R2")}


def an_item(name: str, kind: str, points: int = 10) -> Item:
    return replace(choice_item(name, "D2", critical=name == "Q1"), type=kind, points=Fraction(points))


def a_form(points: Mapping[str, int] | None = None, **rule: Any) -> Form:
    """Two choice items, two replies and a typing test of 10 points each, and a rule with a cut of half of them."""
    items = {name: an_item(name, kind, (points or {}).get(name, 10)) for name, kind in NAMES.items()}
    sections = tuple(Section(part, {"en": f"Part {part[0]}", "zh": f"部分 {part[0]}"}, part, names) for part, names in PARTS.items())
    return Form("E03-a", "E03", {"zh": "关", "en": "Gate"}, 60, ("zh", "en"), "zh", True, False, sections,
                PassRule(**{"cut": Fraction(1, 2), **rule}), items)


def row(form: Form, item: str, points: object, kind: str = "machine", **evidence: object) -> MarkRow:
    worth = None if points is None else Fraction(str(points))
    return MarkRow(1, 1, "li", form.id, 1, item, "whole", worth, form.items[item].points, "", "x", kind, evidence, "in",
                   "2026-03-02T08:00:00Z")


def marked(form: Form, given: Mapping[str, object] | None = None) -> list[MarkRow]:
    """Full points for everything but what is `given`."""
    return [row(form, name, (given or {}).get(name, item.points)) for name, item in form.items.items()]


def found(form: Form, **given: object) -> tuple[str, tuple[str, ...]]:
    outcome = judge(form, marked(form, given))
    return outcome.result, outcome.why


def test_cut() -> None:
    form = a_form(cut=Fraction(9, 10))
    assert found(form, Q2=5) == ("pass", ())
    assert found(form, Q2="4.9") == ("fail", ("below-cut",))


def test_part_minimum() -> None:
    form = a_form(part_minimum=Fraction(3, 5))
    assert found(form, R1=2, R2=10) == ("pass", ()), "one reply may be weak where the other makes it good"
    assert found(form, R1=2, R2="9.9") == ("fail", ("part:replies",))


def test_critical() -> None:
    form = a_form(critical="all-right")
    assert found(form, Q2=0) == ("pass", ())
    assert found(form, Q1=9) == ("fail", ("critical:Q1",))
    broken = [*marked(form)[:-1], row(form, "T1", 10, critical=[["insult", "turn 3"]])]
    assert judge(form, broken).why == ("critical-violation",)


def test_each() -> None:
    form = a_form(each={"reply": Fraction(3, 5)})
    assert found(form, R1=6, R2=6) == ("pass", ())
    assert found(form, R1="5.9", R2=10) == ("fail", ("each:R1",)), "a good reply does not make up for a poor one"
    assert found(form, Q1=0, Q2=0) == ("pass", ()), "only items of the type are held to it"
    assert found(form, R1=5, R2=None) == ("fail", ("each:R1",)), "no marker of the other reply could change it"
    assert found(form, R1=None) == ("withheld", ("unmarked:R1",))
    parts = [one for one in marked(form) if one.item != "R1"]  # 5 of 5 and the other 5 still to be marked
    parts += [replace(row(form, "R1", points), criterion=name, out_of=Fraction(5)) for name, points in
              (("facts", 5), ("tone", None))]
    assert judge(form, parts).why == ("unmarked:R1",)
    suspected = [one if one.item != "R1" else row(form, "R1", 2, suspected=[["insult", "x"]]) for one in marked(form)]
    assert judge(form, suspected).why == ("suspected:R1",), "a person may still give it more"


def test_mean() -> None:
    form = a_form(mean={"reply": Fraction(3, 4)}, points={"R1": 30})
    assert found(form, R1=15, R2=10) == ("pass", ()), "5/10 and 10/10: every reply counts alike, whatever its points"
    assert found(form, R1=15, R2="9.9") == ("fail", ("mean:reply",))
    assert found(form, R1=30, R2=4) == ("fail", ("mean:reply",))
    assert found(form, R1=15, R2=None) == ("withheld", ("unmarked:R2",))
    assert found(form, R1=3, R2=None) == ("fail", ("mean:reply",)), "full points for the other would not be enough"


def test_typing() -> None:
    form = a_form(typing=True)
    assert found(form) == ("pass", ())
    assert found(form, T1=5) == ("fail", ("typing:T1",))
    assert found(form, T1=None) == ("withheld", ("unmarked:T1",)), "the clocks differ: a person decides first"
    assert found(a_form(), T1=0) == ("pass", ()), "without the rule it is only lost points"


# What holds for all rules


RULE_SETS: dict[str, dict[str, Any]] = {
    "part_minimum": {"part_minimum": Fraction(1, 2)},
    "critical": {"critical": "all-right"},
    "each": {"each": {"reply": Fraction(3, 5), "typing": Fraction(1, 2)}},
    "mean": {"mean": {"reply": Fraction(3, 4)}},
    "typing": {"typing": True},
}


EVERY = {name: value for one in RULE_SETS.values() for name, value in one.items()}


def test_every_rule_is_tried_here() -> None:
    assert set(RULES) - {"cut"} == set(RULE_SETS)
    assert all(f"test_{name}" in globals() for name in RULES)


def test_adding_rules_never_turns_a_fail_into_a_pass() -> None:
    """Fail stays fail, and withheld never becomes a pass, whichever rules are added."""
    order = {"pass": 0, "withheld": 1, "fail": 2}
    tried = product((0, 10), (None, 5, 10), (None, 7), (0, None, 10))
    some = [dict(zip(("Q1", "R1", "R2", "T1"), given, strict=True)) for given in tried]
    fewer: dict[Any, int] = {}
    for size in range(4):
        for names in combinations(RULE_SETS, size):
            form = a_form(**{k: value for name in names for k, value in RULE_SETS[name].items()})
            for number, given in enumerate(some):
                now = order[found(form, **given)[0]]
                for less in combinations(names, size - 1) if size else ():
                    assert fewer[(less, number)] <= now, (names, given)
                fewer[(names, number)] = now


def test_the_rules_of_an_exam_are_frozen_with_its_form_and_thaw_as_they_were() -> None:
    for rule in ({}, *RULE_SETS.values(), EVERY):
        form = a_form(**rule)
        assert thaw(freeze(form)).pass_rule == form.pass_rule
    written = PassFile.model_validate({"cut": "75%", "each": {"reply": "60%"}, "mean": {"reply": "75%"},
                                       "typing": "required"})
    assert rule_of(written) == PassRule(Fraction(3, 4), each={"reply": Fraction(3, 5)}, mean={"reply": Fraction(3, 4)},
                                        typing=True)


def test_a_form_frozen_before_these_rules_keeps_every_byte_of_its_own() -> None:
    assert frozen_rule(PassRule(Fraction(9, 10), None, "all-right")) == {
        "cut": "9/10", "part_minimum": None, "critical": "all-right"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_of_a_fail_names_its_rule_in_both_languages(language: str) -> None:
    form = a_form(**EVERY)
    why = judge(form, marked(form, {"Q1": 0, "R1": 1, "R2": 1, "T1": 0})).why
    told = [_why(code, form, language) for code in why]
    assert len(told) == len(set(told)) == len(why) >= len(RULES)
    assert {f"why_{code.partition(':')[0]}" for code in why} <= set(WORDS[language])
    assert not [words for words in told if any(name in words for name in (*NAMES, "{", "mean:", "quiz"))]
