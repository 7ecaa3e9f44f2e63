"""SR-49 to SR-54 and SR-72: message centres, tickets, priorities and practice tasks."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr49_message_on_day_91_is_refused() -> None:
    """Message on day 91 is refused"""
    from examdesk.items.inbox.world import EbayInbox, MessageRefused

    inbox = EbayInbox(transaction_ended=date(2016, 5, 20))
    inbox.send("Has your parcel arrived?", on=date(2016, 8, 18))
    with pytest.raises(MessageRefused, match="90 days"):
        inbox.send("Has your parcel arrived?", on=date(2016, 8, 19))


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr50_both_ways_to_the_aliexpress_messages_are_accepted() -> None:
    """Both ways accepted"""
    from examdesk.items.inbox.grader import grade_route

    assert grade_route("AliExpress", ["message center"]).fraction == 1
    assert grade_route("AliExpress", ["信息中心", "站内信"]).fraction == 1
    assert grade_route("AliExpress", ["product editor"]).fraction == 0


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr51_private_address_in_an_amazon_reply_is_a_critical_violation() -> None:
    """Reply with a private address is a critical violation"""
    from examdesk.items.inbox.grader import grade_reply

    assert grade_reply("Amazon", "Please write to me at lina@example.com").critical[0][0] == "off-platform-contact"
    assert grade_reply("Amazon", "I am afraid we may only write to each other here.").critical == ()


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr52_each_wish_action_changes_the_ticket_and_a_reply_does_not_close_it() -> None:
    """Each of the actions updates the state; a reply alone does not close"""
    from examdesk.items.inbox.world import WishTicket

    ticket = WishTicket.untreated(tracking="LX001")
    assert ticket.change_tracking("LX010").tracking == "LX010"
    assert ticket.refund().refunded
    assert ticket.ask_support().with_support
    assert ticket.reply("We have corrected the number.").state == "open"
    assert ticket.reply("We have corrected the number.").close().state == "closed"


def test_sr53_remarks_logistics_and_wholesale_come_first_of_eight_tickets() -> None:
    """Sorting 8 tickets puts the three classes first"""
    from examdesk.items.triage.grader import triage
    from examdesk.model import Response
    from tests.conftest import real_bank

    kinds = {"1": "size", "2": "remark", "3": "price", "4": "logistics", "5": "colour", "6": "wholesale", "7": "thanks",
             "8": "stock"}
    key = {name: "first" if kind in ("remark", "logistics", "wholesale") else "later" for name, kind in kinds.items()}
    grade = triage(classes=["first", "later"], key=key, rule="right-minus-wrong")
    assert grade(Response("Q-01", {"order": list("24613578")})).fraction == 1
    assert (grade(Response("Q-01", {"order": list("12345678")})).fraction or 0) < 1

    queue = real_bank().items["Q-01"]  # the bank asks it
    assert len(queue.body["tickets"]) == 8
    assert list(queue.body["key"].values()).count("first") == 3


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr54_customs_item_without_a_verified_source_is_not_published() -> None:
    """Item without a verified source cannot be published"""
    from examdesk.bank import check_publishable

    item = {"id": "I-530", "type": "choice", "domain": "D5", "topic": "customs", "facts": ["F-XB-17"]}
    assert any("verified source" in fault.wrong for fault in check_publishable(item))
    assert check_publishable({**item, "source": {"url": "customs sheet 2025", "verified_on": date(2025, 6, 2)}}) == []


def test_sr72_fewer_than_two_or_more_than_five_questions_are_reported() -> None:
    """Fewer than 2 or more than 5 questions is reported"""
    from tests.systems.marking import marked, reasons

    row = {"question": "能用洗碗机洗吗？", "answer": "请用手洗，电机部分不能进水。"}
    assert reasons(marked("I-C53", [row])) == {"rows": "1 rows, 2 to 5 are asked for"}
    assert marked("I-C53", [row] * 2).fraction == marked("I-C53", [row] * 5).fraction == 1
    assert reasons(marked("I-C53", [row] * 6)) == {"rows": "6 rows, 2 to 5 are asked for"}