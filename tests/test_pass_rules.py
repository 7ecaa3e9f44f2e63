"""Every pass rule by its name: what decides it, what is not known yet, and the candidate it would wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from examdesk.analysis import Outcome, judge
from examdesk.analysis.conditions import Past, held, moment
from examdesk.analysis.rules import RULES, Known
from examdesk.autograding import Graded
from examdesk.bank.exams import PassFile
from examdesk.bank.forms import freeze, thaw
from examdesk.bank.passing import frozen_rule, rule_of
from examdesk.items.transcript.key import against_master
from examdesk.model import About, Checklist, Correction, Form, Gate, Item, PassRule, Section
from examdesk.pipeline.marks import record
from examdesk.pipeline.pages import _why
from examdesk.pipeline.words import WORDS
from examdesk.psychometrics import cohen_kappa
from examdesk.records import MarkRow, SubmissionRow, in_force
from tests.cohorts import choice_item
from tests.conftest import behaved, outcome, real_bank, respond
from tests.conftest import marked as marked_by_graders

NAMES = {"Q1": "choice", "Q2": "choice", "T1": "typing", "C1": "transcript", "R1": "reply", "R2": "reply",
         "S1": "scenario", "S2": "scenario"}
PARTS = {"quiz": ("Q1", "Q2", "T1", "C1"), "replies": ("R1", "R2"), "scenarios": ("S1", "S2")}
BODIES: dict[str, dict[str, Any]] = {
    "scenario": {"score": {"waits": {"limit": 20}}},
    "transcript": {"lines": [{}, {"key": ["wait"]}, {}, {"key": ["blame", "tone"]}, {}, {}]},
}
MEASURED: dict[str, dict[str, Any]] = {
    "S1": {"waits": 6, "late": []}, "S2": {"waits": 4, "late": []}, "C1": {"marked": {"2": "wait", "4": "tone"}}}
GATE = Gate("E10", 6)
LIST = Checklist("SR-02", {"rules": {"zh": "规则", "en": "rules"}, "network": {"zh": "网络", "en": "network"}})
TWICE = {"material": About({"zh": "材质", "en": "the materials"}, ("Q1", "Q2", "R1"))}
ALL_KNOWN = Known(gate=True, ticked=frozenset(LIST.lines))


def an_item(name: str, kind: str, points: int = 10) -> Item:
    plain = choice_item(name, "D2", critical=name == "Q1")
    return replace(plain, type=kind, points=Fraction(points), body={**plain.body, **BODIES.get(kind, {})})


def a_form(points: Mapping[str, int] | None = None, **rule: Any) -> Form:
    """Eight items of 10 points each, of every type that a rule is about, and a rule with a cut of half of them."""
    items = {name: an_item(name, kind, (points or {}).get(name, 10)) for name, kind in NAMES.items()}
    sections = tuple(Section(part, {"en": f"Part {part[0]}", "zh": f"部分 {part[0]}"}, part, names)
                     for part, names in PARTS.items())
    return Form("E03-a", "E03", {"zh": "关", "en": "Gate"}, 60, ("zh", "en"), "zh", True, False, sections,
                PassRule(**{"cut": Fraction(1, 2), **rule}), items)


def row(form: Form, item: str, points: object, kind: str = "machine", **evidence: object) -> MarkRow:
    worth = None if points is None else Fraction(str(points))
    return MarkRow(1, 1, "li", form.id, 1, item, "whole", worth, form.items[item].points, "", "x", kind, evidence, "in",
                   "2026-03-02T08:00:00Z")


def marked(form: Form, given: Mapping[str, object] | None = None, measured: Mapping[str, Any] = MEASURED
           ) -> list[MarkRow]:
    """Full points for everything but what is `given`, with all that was `measured`."""
    return [row(form, name, (given or {}).get(name, item.points), **measured.get(name, {}))
            for name, item in form.items.items()]


def found(form: Form, known: Known = ALL_KNOWN, measured: Mapping[str, Any] | None = None, **given: object
          ) -> tuple[str, tuple[str, ...]]:
    outcome = judge(form, marked(form, given, {**MEASURED, **(measured or {})}), known=known)
    return outcome.result, outcome.why


def test_cut() -> None:
    form = a_form(cut=Fraction(9, 10))
    assert found(form, Q2=2) == ("pass", ()), "72 of 80 is not less than 90 %"
    assert found(form, Q2="1.9") == ("fail", ("below-cut",))


def test_part_minimum() -> None:
    form = a_form(part_minimum=Fraction(3, 5))
    assert found(form, R1=2, R2=10) == ("pass", ()), "one reply may be weak where the other makes it good"
    assert found(form, R1=2, R2="9.9") == ("fail", ("part:replies",))


def test_critical() -> None:
    form = a_form(critical="all-right")
    assert found(form, Q2=0) == ("pass", ())
    assert found(form, Q1=9) == ("fail", ("critical:Q1",))
    broken = [*marked(form)[:-1], row(form, "S2", 10, critical=[["insult", "turn 3"]])]
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


def test_twice() -> None:
    form = a_form(twice={**TWICE, "safety": About({"en": "safety"}, ("R1", "R2"))})
    assert found(form, Q1=0, T1=0) == ("pass", ()), "one wrong about the material; typing is about nothing"
    assert found(form, Q1=9, Q2="9.5") == ("fail", ("twice:material",)), "not right in full is wrong about something"
    assert found(form, Q1=0, R2=0) == ("pass", ()), "one about each is not twice about either"
    assert found(form, R1=5, R2=5) == ("fail", ("twice:safety",))
    assert found(form, Q1=0, R1=None) == ("withheld", ("unmarked:R1",)), "the other one is not marked yet"
    assert found(form, Q1=0, Q2=0, R1=None)[1] == ("twice:material",), "no marker could change it"
    assert found(a_form(), Q1=0, Q2=0) == ("pass", ())


def test_a_void_item_or_a_suspicion_is_not_wrong_about_anything() -> None:
    form = a_form(twice=TWICE)
    void = Correction("2026-03-02T08:00:00Z", 1, "wang", "two keys", "Q2", void=True)
    assert found(replace(form, corrections=(void,)), Q1=0, Q2=10) == ("pass", ()), "void: full points for everybody"
    suspected = [one if one.item != "R1" else row(form, "R1", 2, suspected=[["insult", "x"]])
                 for one in marked(form, {"Q1": 0})]
    assert judge(form, suspected).why == ("suspected:R1",), "a person may still give it its points"


def test_the_words_of_a_thing_that_was_wrong_twice_reach_the_candidate() -> None:
    form = a_form(twice=TWICE)
    assert _why("twice:material", form, "zh") == "关于材质的题错了两道或更多，这里最多只能错一道"
    assert "about the materials are wrong" in _why("twice:material", form, "en")


def test_waits() -> None:
    form = a_form(waits=Fraction(9, 10))
    late = [[3, 34, 20]]
    assert found(form, measured={"S1": {"waits": 6, "late": late}}) == ("pass", ()), "9 of 10 in both chats together"
    two = {"S1": {"waits": 6, "late": late}, "S2": {"waits": 4, "late": late}}
    assert found(form, measured=two) == ("fail", ("waits",))
    assert found(form, measured={"S1": {"waits": 0, "late": []}, "S2": {"waits": 0, "late": []}})[1] == ("waits",), (
        "who answers nobody does not pass by silence")
    assert found(form, measured={"S1": {"late": late}}) == ("withheld", ("waits-unknown",)), "an older engine marked it"


def test_waits_of_a_void_chat_or_one_without_a_clock_do_not_count() -> None:
    form = a_form(waits=Fraction(9, 10))
    two = {"S1": {"waits": 6, "late": [[3, 34, 20], [4, 40, 20]]}}
    void = Correction("2026-03-02T08:00:00Z", 1, "wang", "broken", "S1", void=True)
    assert found(form, measured=two)[1] == ("waits",)
    assert found(replace(form, corrections=(void,)), measured=two) == ("pass", ())
    calm = replace(form.items["S1"], body={**form.items["S1"].body, "score": {}})
    assert found(replace(form, items={**form.items, "S1": calm}), measured={"S1": {}}) == ("pass", ())


def test_kappa() -> None:
    form = a_form(kappa=Fraction(3, 5))
    assert found(form) == ("pass", ()), "any of several rules the key takes is the key"
    assert cohen_kappa(against_master(form.items["C1"].body, {"2": "wait"})) == Fraction(3, 5)
    assert found(form, measured={"C1": {"marked": {"2": "wait"}}}) == ("pass", ()), "exactly 0.6"
    assert found(form, measured={"C1": {"marked": {"2": "wait", "5": "tone"}}}) == ("fail", ("kappa",))
    assert found(form, measured={"C1": {"marked": {}}}) == ("fail", ("kappa",)), "no line marked is agreement by chance"
    assert found(form, measured={"C1": {"marked": {"2": "", "4": "blame"}}})[1] == (), "one line without its rule"
    assert found(form, measured={"C1": {}}) == ("withheld", ("kappa-unknown",))


def test_points_of_a_marker_do_not_take_back_what_was_measured() -> None:
    form = a_form(waits=Fraction(9, 10))
    line = SubmissionRow(1, "li", form.id, form.exam, 1, "graded", "in", "", "x", "", 0, None, False, "", "", "")
    given = replace(row(form, "S1", 10, "marker"), id=9, submission=None)
    rows = in_force([*marked(form, None, {**MEASURED, "S1": {"waits": 6, "late": [[3, 34, 20]] * 2}}), given], [line])
    assert judge(form, rows).why == ("waits",)


def test_gate() -> None:
    form = a_form(gate=GATE)
    assert found(form, Known(gate=True)) == ("pass", ())
    assert found(form, Known(gate=False)) == ("fail", ("gate:E10",))
    assert found(form, Known(gate=None)) == ("withheld", ("gate-unknown:E10",))
    assert found(form, Known(gate=None), Q1=0, Q2=0, R1=0, R2=0, S1=0) == ("fail", ("below-cut",))


SAT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)  # the morning of 2 September in China


@pytest.mark.parametrize(("past", "known"), [
    ([], None),  # never seen here: perhaps passed elsewhere
    ([("2026-08-01T01:00:00Z", "pass")], True),
    ([("2026-03-02T01:00:00Z", "pass")], True),  # six months to the day
    ([("2026-03-01T23:30:00Z", "pass")], True),  # 2 March in China, 1 March in UTC
    ([("2026-02-27T01:00:00Z", "pass")], False),  # expired
    ([("2026-08-01T01:00:00Z", "fail")], False),
    ([("2026-08-01T01:00:00Z", "fail"), ("2026-08-20T01:00:00Z", "pass")], True),
    ([("2026-08-01T01:00:00Z", "pass"), ("2026-08-20T01:00:00Z", "fail")], True),  # the older pass is still valid
    ([("2026-08-01T01:00:00Z", "withheld")], None),
    ([("2026-08-01T01:00:00Z", "fail"), ("2026-08-20T01:00:00Z", "withheld")], None),
    ([("2026-02-01T01:00:00Z", "withheld")], False),  # would have expired anyhow
    ([("2026-09-02T06:00:00Z", "pass")], None),  # sat only afterwards
    ([(None, "pass")], None),  # graded by an older engine: nobody knows when it was sat
    ([(None, "fail"), ("2026-08-01T01:00:00Z", "fail")], False),
])  # fmt: skip
def test_a_gate_is_open_by_a_pass_that_is_valid_on_the_day(past: list[tuple[str, str]], known: bool | None) -> None:
    assert held(GATE, [Past(moment(at), result) for at, result in past], SAT) is known
    assert held(GATE, [Past(moment(at), result) for at, result in past], None) is None


@pytest.mark.parametrize(("at", "kept"), [("2026-09-02T01:00:00", "2026-09-02T01:00:00Z"), (None, None)])
def test_records_keep_when_an_exam_was_handed_in(at: str | None, kept: str | None) -> None:
    handed = Graded("li", "in", "", at, {}, {}, {}, (), (), head="", seconds=None, simulated=False)
    assert record(a_form(), handed, late_seconds=0, reopened=0, at="2026-09-20T08:00:00Z").handed_in == kept


def test_checklist() -> None:
    form = a_form(checklist=LIST)
    assert found(form) == ("pass", ())
    assert found(form, Known(ticked=frozenset({"rules"}))) == ("withheld", ("unticked:network",)), "named, never a fail"
    assert _why("unticked:network", form, "zh") == "准备清单还有一项没有勾选：网络"


# What holds for all rules


RULE_SETS: dict[str, dict[str, Any]] = {
    "part_minimum": {"part_minimum": Fraction(1, 2)},
    "critical": {"critical": "all-right"},
    "each": {"each": {"reply": Fraction(3, 5), "typing": Fraction(1, 2)}},
    "mean": {"mean": {"reply": Fraction(3, 4)}},
    "typing": {"typing": True},
    "twice": {"twice": TWICE},
    "waits": {"waits": Fraction(9, 10)},
    "kappa": {"kappa": Fraction(3, 5)},
    "gate": {"gate": GATE},
    "checklist": {"checklist": LIST},
}


EVERY = {name: value for one in RULE_SETS.values() for name, value in one.items()}


def test_every_rule_is_tried_here() -> None:
    assert set(RULES) - {"cut"} == set(RULE_SETS)
    assert all(f"test_{name}" in globals() for name in RULES)


def test_adding_rules_never_turns_a_fail_into_a_pass() -> None:
    """Fail stays fail, and withheld never becomes a pass, whichever rules are added."""
    order = {"pass": 0, "withheld": 1, "fail": 2}
    sloppy = {"S1": {"waits": 6, "late": [[2, 50, 20]] * 3}, "C1": {"marked": {}}}
    tried = product((0, 10), (None, 5), (0, None), (ALL_KNOWN, Known(), Known(gate=False)), (sloppy, {}))
    forms = {names: a_form(**{k: value for name in names for k, value in RULE_SETS[name].items()})
             for size in (0, 1, len(RULE_SETS) - 1) for names in combinations(RULE_SETS, size)}
    forms[(*RULE_SETS,)] = a_form(**EVERY)
    pairs = [(fewer, more) for fewer, more in product(forms, forms) if set(fewer) < set(more)]
    for *given, known, measured in tried:
        now = {names: order[found(form, known, measured, **dict(zip(("Q1", "R1", "T1"), given, strict=True)))[0]]
               for names, form in forms.items()}
        assert not [(fewer, more, given) for fewer, more in pairs if now[fewer] > now[more]]


def test_the_rules_of_an_exam_are_frozen_with_its_form_and_thaw_as_they_were() -> None:
    for rule in ({}, *RULE_SETS.values(), EVERY):
        form = a_form(**rule)
        assert thaw(freeze(form)).pass_rule == form.pass_rule
    lines = [{"id": line, "text": words} for line, words in LIST.lines.items()]
    written = PassFile.model_validate({
        "cut": "75%", "part_minimum": "50%", "critical": "all-right", "each": {"reply": "60%", "typing": "50%"},
        "mean": {"reply": "75%"}, "typing": "required", "waits": "90%", "kappa": "60%",
        "twice": {"material": {"zh": "材质", "en": "the materials"}},
        "gate": {"exam": "E10", "months": 6}, "checklist": {"id": "SR-02", "lines": lines}})
    assert rule_of(written, {"material": ("Q1", "Q2", "R1")}) == PassRule(**{**EVERY, "cut": Fraction(3, 4)})


def test_a_form_frozen_before_these_rules_keeps_every_byte_of_its_own() -> None:
    assert frozen_rule(PassRule(Fraction(9, 10), None, "all-right")) == {
        "cut": "9/10", "part_minimum": None, "critical": "all-right"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_of_a_fail_names_its_rule_in_both_languages(language: str) -> None:
    form = a_form(**EVERY)
    given = dict.fromkeys(("Q1", "R1", "R2", "T1", "S1", "S2"), 0)
    measured = {"S1": {"waits": 0, "late": []}, "S2": {"waits": 0, "late": []}, "C1": {"marked": {}}}
    why = judge(form, marked(form, given, measured), known=Known(gate=False)).why
    why += judge(a_form(**EVERY), marked(form, None, {}), known=Known()).why
    told = [_why(code, form, language) for code in why]
    assert len(told) == len(set(told)) == len(why) >= len(RULES)
    assert {f"why_{code.partition(':')[0]}" for code in why} <= set(WORDS[language])
    assert not [words for words in told if any(name in words for name in (*NAMES, "{", "mean:", "quiz"))]


# By the real graders

@pytest.mark.slow  # reads the whole bank
def test_real_graders_say_what_the_rules_go_by() -> None:
    bank = {name: real_bank().items[name] for name in ("T-01", "I-251", "S-12")}
    parts = {"quiz": ("T-01", "I-251"), "scenarios": ("S-12",)}
    sections = tuple(Section(name, {"en": name, "zh": name}, name, ids) for name, ids in parts.items())
    rules: dict[str, Any] = {"typing": True, "kappa": Fraction(3, 5), "waits": Fraction(9, 10),
                             "each": {"scenario": Fraction(7, 10)}}
    form = replace(a_form(), items=bank, sections=sections, pass_rule=PassRule(Fraction(0), **rules))
    right = behaved(form, "right")
    assert outcome(form, marked_by_graders(form, right)) == Outcome("pass", (), form.out_of, form.out_of, 0)
    codes = {"T_01": ("typing:T-01",), "I_251": ("kappa",), "S_12": ("each:S-12", "waits")}
    for item, why in codes.items():
        failed = outcome(form, marked_by_graders(form, behaved(form, "right", **{item: "blank"})))
        assert (failed.result, failed.why) == ("fail", why)
    marks = marked_by_graders(form, right)
    assert marks["S-12"]["evidence"]["waits"] >= 5 and marks["S-12"]["evidence"]["late"] == []
    everything = {"I-251": respond(bank["I-251"], [("answered", {str(n): "" for n in range(1, 1 + len(
        bank["I-251"].body["lines"]))})])}
    assert outcome(form, marked_by_graders(form, {**right, **everything})).why == ("kappa",)
