"""SR-62 to SR-64, SR-68 and SR-69: the compliance gate, security, editions and electives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from examdesk.bank import read_exams, read_handbook
from examdesk.bank.validity import expired
from examdesk.building import freeze_exam, init_course
from examdesk.building.publishing import labelled, unpublishable
from examdesk.building.syllabus import elective_faults, electives
from examdesk.errors import AuthorError
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.trials import events_of
from examdesk.model import Item, Judgement, Said
from tests.conftest import ROOT, behaved, marked, outcome, real_bank, real_form, respond

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


def test_sr68_expired_item_without_its_label_cannot_be_published(tmp_path: Path) -> None:
    """Publishing an exam with an expired item not labelled 'per the handbook' fails"""
    course = tmp_path / "course"
    init_course(course, roster=None, exams=None, name=None)
    facts, item = course / "exams/handbook/facts.yaml", course / "exams/bank/d08/I-001.yaml"
    dated = facts.read_text("utf-8").replace("  F-TB-13:\n", "  F-TB-13:\n    valid_to: 2025-06-01\n")
    facts.write_text(dated, "utf-8")
    with pytest.raises(AuthorError, match=r"I-001\.yaml.*it ended on 2025-06-01.*per the handbook"):
        freeze_exam(course, "START", "a")
    text = item.read_text("utf-8")
    text = text.replace('zh: "一个没有', 'zh: "按手册，一个没有')
    text = text.replace('en: "An account', 'en: "Per the handbook: an account')
    item.write_text(text, "utf-8")
    assert len(freeze_exam(course, "START", "a").items) == 3

    bank, handbook = real_bank(), read_handbook(ROOT / "exams", root=ROOT)
    old = bank.items["I-701"]
    assert expired(handbook, "F-EB-33", date(2025, 6, 2)) and handbook.editions[old.edition].status != "current"
    assert labelled(old, handbook), "its edition is printed on the question"
    assert not list(unpublishable(old, bank.documents["I-701"], handbook, date(2025, 6, 2)))


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


def test_sr69_no_scored_item_carries_the_elective_tag() -> None:
    """No scored item carries the elective tag"""
    bank, outside = real_bank(), electives(ROOT / "exams", root=ROOT)
    tagged = [name for name, document in bank.documents.items() if outside.intersection(document.listed("tags"))]
    assert tagged and not [name for name in tagged if bank.items[name].points]
    exams, _ = read_exams(ROOT / "exams", root=ROOT)
    gate, document = exams["E10"]
    inside = gate.forms["a"]["quiz"]
    assert not list(elective_faults(gate, document, "a", bank, outside))
    scored = replace(bank.documents[inside[0]], data={**bank.documents[inside[0]].data, "tags": ["store-design"]})
    planted = replace(bank, documents={**bank.documents, inside[0]: scored})
    (fault,) = elective_faults(gate, document, "a", planted, outside)
    assert (fault.found, fault.wrong) == (inside[0], "form a scores items of an elective outside customer service")
