"""SR-55 to SR-61, SR-66 and SR-67: service theory, people, phone, rosters and metrics."""

from __future__ import annotations

from fractions import Fraction

# built in the first release


def test_sr55_matching_keys_are_graded_by_pairs() -> None:
    """Matching keys graded by pairs"""
    from examdesk.graders import matching
    from examdesk.model import Response

    key = {"product": "customer", "price": "cost", "place": "convenience", "promotion": "communication"}
    grade = matching(key=key, rule="per-pair")
    assert grade(Response("I-103", key)).fraction == 1
    assert grade(Response("I-103", {**key, "price": "convenience", "place": "cost"})).fraction == Fraction(2, 4)
    assert grade(Response("I-103")).fraction == 0


# come later


def test_sr56_granting_wish_1_and_declining_the_rest_well_ends_satisfied() -> None:
    """Granting wish 1 and declining 2-3 well ends satisfied"""
    from tests.items.recipes import EXPECTATIONS, WISHES
    from tests.items.small import judged

    asks, grants, declines_2, declines_3, bye = WISHES
    satisfied = judged(EXPECTATIONS, asks, grants, declines_2, declines_3, bye)
    assert (satisfied.evidence["ended"], satisfied.fraction) == ("served", 1)
    for other in (
        (asks, "给您退款", declines_2, bye),  # wish 3 in place of wish 1
        (asks, declines_2, declines_3, bye),  # nothing granted
        (asks, grants, bye),  # nothing said about the others
        (asks, grants, "优惠券给不了。", "退款也不行。", bye),  # declined, but not well: no reason
    ):
        found = judged(EXPECTATIONS, *other)
        assert found.evidence["ended"] == "left" and not found.evidence["passed"]


def test_sr57_purchase_at_ten_on_the_third_is_called_by_ten_on_the_fourth() -> None:
    """Purchase 10:00 on the 3rd: call due 10:00 on the 4th"""
    from tests.conftest import real_bank
    from tests.items.chats import chat, do
    from tests.systems.marking import marked

    item = real_bank().items["I-254"]
    due = next(one["id"] for one in item.body["options"] if one["text"]["en"] == "4 June, 10:00")
    assert "10:00 on 3 June" in item.body["stem"]["en"]
    assert {one["id"]: marked("I-254", one["id"]).fraction for one in item.body["options"]} == {
        "a": 0, "b": 1, "c": 0, "d": 0}  # fmt: skip
    assert due == "b"
    call = chat("S-16")  # bought at 10:00 on the 3rd, too
    log = [do("look_up_order"), do("log_call", due="ten", outcome="helped")]
    late = [do("look_up_order"), do("log_call", due="fifth", outcome="helped")]
    assert call.points(log) > call.points(late)
    gold = call.script("gold-plain")  # first sound and closing count
    assert call.points([gold[0], *gold[2:]]) < call.points(gold) > call.points(gold[:-2])


def test_sr58_restating_the_problem_scores_and_interrupting_loses() -> None:
    """Restating scores, interrupting loses"""
    from tests.items.recipes import LISTENED, LISTENING
    from tests.items.small import judged

    def listening(*chat: str) -> Fraction:
        return next(part.fraction for part in judged(LISTENING, *chat).parts if part.criterion == "listening")

    lets_talk, restates, offers, bye = LISTENED
    assert listening(lets_talk, restates, offers, bye) == 1
    assert listening(lets_talk, offers, bye) == Fraction(15, 40)
    assert listening(offers, restates, offers, bye) == 0  # with a way out before he had finished


def test_sr59_labelling_the_buyer_in_a_note_is_a_violation() -> None:
    """Labelling the buyer in a note is a violation"""
    from examdesk.bank.personas import read_personas
    from tests.conftest import ROOT
    from tests.items.chats import chat, do

    library = read_personas(ROOT / "exams", root=ROOT)
    assert len({one.motive for one in library.personas.values()} - {None}) >= 11 and not library.faults
    skirt = chat("S-08")
    gold = skirt.script("gold-listening")
    note = next(n for n, (kind, value) in enumerate(gold) if value.get("tool") == "record_case")
    assert skirt.judge(gold).critical == ()  # the note tells what happened
    for label in ("black", "rude"):  # the note judges her
        mark = skirt.judge([*gold[:note], do("record_case", result="repair", note=label), *gold[note + 1 :]])
        assert [name for name, _ in mark.critical] == ["labelled"]
        assert not mark.evidence["passed"]


def test_sr60_roster_with_a_gap_between_midnight_and_two_is_rejected() -> None:
    """Roster with a gap in 0:00-2:00 is rejected"""
    from tests.systems.marking import marked, reasons

    whole = [{"person": name, "from": "0:00", "to": "2:00"} for name in ("li", "wang", "zhao")]
    relief = {"person": "li", "from": "2:00", "to": "8:00"}
    assert marked("I-C52", [*whole, relief]).fraction == 1
    gap = [*whole[:2], whole[2] | {"to": "1:00"}, whole[2] | {"from": "1:30"}, relief]
    assert reasons(marked("I-C52", gap)) == {"peak": "gap 1:00–1:30 (zhao)"}
    assert reasons(marked("I-C52", whole)) == {"relief": "gap 2:00–8:00"}


def test_sr61_manager_checklist_shows_the_refund_review_per_day() -> None:
    """Checklist shows refund review per day"""
    from examdesk.items.register.question import public, told
    from tests.conftest import real_bank
    from tests.systems.marking import example, marked, reasons

    days = example("I-C54")
    shown = told(public(real_bank().items["I-C54"]), days, "en")
    assert [line.split(" – ")[0] for line in shown if "Refunds" in line] == ["2 June", "4 June"]
    assert [line.split(" – ")[0] for line in shown] == ["2 June", "3 June", "4 June"]
    assert marked("I-C54", days).fraction == 1
    assert reasons(marked("I-C54", [days[0], days[1] | {"refunds": "yes"}, days[2]])) == {"day3": "not right: refunds"}


def test_sr66_conversion_of_120_deals_in_800_inquiries_is_15_percent() -> None:
    """120 deals of 800 inquiries = 15%"""
    from examdesk.generators.norms import conversion

    assert conversion(deals=120, inquiries=800) == Fraction(15, 100)

    from tests.systems.marking import marked, unmade

    told = unmade("I-G21")  # the data to work out: conversion, value per customer, who comes again
    right = {"conversion": told["share"], "value": told["order"], "again": told["again_share"]}
    assert marked("I-G21", right).fraction == 1
    assert marked("I-G21", right | {"conversion": told["upside_down"]}).fraction == Fraction(2, 3)


def test_sr67_customers_who_did_not_buy_also_get_a_group() -> None:
    """Non-buyers also get a group"""
    from tests.systems.marking import example, marked, reasons

    customers = example("I-253")  # linlin and dawei bought, chenchen and xiaohe did not
    assert marked("I-253", customers).fraction == 1
    without = marked("I-253", [customers[0], {}, customers[2], customers[3]])
    assert without.evidence["missing"] == ["2.group"]
    assert reasons(without) == {"c2.group": "required, but empty"}