"""SR-62 to SR-64, SR-68 and SR-69: the compliance gate, security, editions and electives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.trials import events_of
from examdesk.model import Item, Judgement, Said
from tests.conftest import behaved, marked, outcome, real_bank, real_form, respond

# built in the first release


def test_sr62_one_wrong_critical_item_fails_e10_whatever_the_total() -> None:
    """One wrong critical item fails E10 whatever the total"""
    form = real_form("E10-a")
    assert outcome(form, marked(form, behaved(form, "right"))).result == "pass"
    critical = [item.id for item in form.items.values() if item.critical]
    assert len(critical) == 10
    for item in critical:
        found = outcome(form, marked(form, behaved(form, "right", **{item.replace("-", "_"): "wrong"})))
        assert found.score is not None and found.score / found.out_of >= form.pass_rule.cut
        assert (found.result, found.why) == ("fail", (f"critical:{item}",))


def test_sr63_opening_the_link_or_giving_the_password_ends_the_scenario_as_failed() -> None:
    """Opening the link or giving the password ends the scenario as failed"""
    item = real_bank().items["S-06"]
    gold = events_of(next(one for one in item.body["score"]["transcripts"] if one["id"] == "gold-zh"))
    asked = next(n for n, (kind, value) in enumerate(gold) if kind == "said" and "链接" in value["text"])
    fatal: list[tuple[str, Said]] = [
        ("link-opened", ("acted", {"tool": "open_link", "args": {}})),
        ("password-told", ("said", {"text": "密码是 Xm-hetao-6027"})),
    ]
    assert judged(item, gold).evidence["passed"]
    for rule, turn in fatal:
        mark = judged(item, [*gold[:asked], turn, *gold[asked:]])  # everything else is as good as it can be
        assert [name for name, _ in mark.critical] == [rule]
        assert mark.critical[0][1].startswith(f"turn {asked + 1}: ")
        assert (mark.evidence["passed"], mark.evidence["failed_at"]) == (False, asked + 1)
        assert mark.fraction == judged(item, gold[:asked]).fraction  # nothing counts from that turn on
        assert mark.fraction is not None and mark.fraction < 1


def judged(item: Item, said: list[Said]) -> Judgement:
    """The mark of a chat by the item's own grader, as it comes out of a journal."""
    return scenario(play=item.body["play"], score=item.body["score"])(respond(item, said))


@pytest.mark.xfail(strict=True, reason="editions in force and stale items come with the whole bank")
def test_sr68_expired_item_without_its_label_cannot_be_published() -> None:
    """Publishing an exam with an expired item not labelled 'per the handbook' fails"""
    from examdesk.bank import check_publishable

    item = {
        "id": "I-701",
        "type": "numeric",
        "edition": "ED-PAYPAL-45",
        "stem": {"en": "Last day to open a dispute?"},
    }
    faults = check_publishable(item, on=date(2025, 6, 2))
    assert any("per the handbook" in fault.wrong for fault in faults)
    assert check_publishable({**item, "label": "per the handbook"}, on=date(2025, 6, 2)) == []


# built with the mock customer's depth


def test_sr64_forwarding_a_product_hint_earns_the_forward_point() -> None:
    """Scenario with a product hint awards the forward point"""
    from fractions import Fraction

    from tests.items.recipes import HINT, HINTED, forward
    from tests.items.small import judged as small_judged

    def voice(*chat: str | Said) -> Fraction:
        return next(part.fraction for part in small_judged(HINT, *chat).parts if part.criterion == "voice")

    sorry, thanks, note, bye = HINTED
    assert voice(sorry, thanks, note, bye) == 1
    assert voice(sorry, thanks, bye) == voice(sorry, thanks, forward("买家很满意"), bye) == Fraction(20, 50)


# come later


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr69_no_scored_item_carries_the_elective_tag() -> None:
    """No scored item carries the elective tag"""
    from examdesk.bank import load_bank

    bank = load_bank(Path(__file__).parents[2] / "exams")
    electives = {item.id for item in bank.items.values() if "elective" in item.body["tags"]}
    assert electives
    assert not electives & {item for form in bank.forms.values() for item in form.items}
