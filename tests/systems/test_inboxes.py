"""SR-49 to SR-54 and SR-72: message centres, tickets, priorities and practice tasks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

from examdesk.model import Item
from tests.conftest import real_bank


def test_sr49_message_on_day_91_is_refused() -> None:
    """Message on day 91 is refused"""
    from tests.systems.desks import did, on_day

    reply = [("go", "messages"), ("open", "n101"), ("reply", "n101", {"message": "It is 20 mm wide."})]
    (sent,) = did("I-951", reply, today="2016-08-18")  # the transaction ended on 2016-05-20: day 90
    assert sent.refused is None and sent.after["n101"]["replied"] == "yes"
    (late,) = did("I-951", reply, today="2016-08-19")
    assert late.refused == 0 and late.after == late.before
    assert "90 days" in on_day("I-951", "2016-08-19").actions["reply"]["rules"][0]["refused"]["en"]

    from examdesk.items.inbox.screen import screen
    from examdesk.items.inbox.world import act, start

    listed = {}  # 6 months: what came on 2016-02-20 without an end date is gone on 2016-08-20
    for day in ("2016-08-19", "2016-08-20"):
        desk = on_day("I-951", day)
        seen = screen(desk, act(desk, start(desk), "go", [], {"to": "messages"}))
        listed[day] = {row["id"] for row in seen["list"]["rows"]}
    assert listed["2016-08-19"] - listed["2016-08-20"] == {"n103"}

    from tests.systems.marking import marked  # the days are asked for by numbers, too

    assert marked("I-902", {"day": "2016-08-18"}).fraction == 1
    assert marked("I-902", {"day": "2016-08-19"}).fraction == 0
    assert marked("I-903", {"day": "2016-07-15"}).fraction == 1


def test_sr50_both_ways_to_the_aliexpress_messages_are_accepted() -> None:
    """Both ways accepted"""
    from tests.systems.desks import points
    from tests.systems.marking import marked

    assert points("I-952", [("go", "messages")])["way"] == 1
    assert points("I-952", [("go", "info"), ("go", "messages")])["way"] == 1
    assert points("I-952", [("go", "editor")])["way"] == 0
    assert marked("I-906", ["bell", "mail"]).fraction == 1
    order = real_order("I-901")
    assert marked("I-901", order).fraction == 1 and (marked("I-901", order[::-1]).fraction or 0) < 1


def real_order(item: str) -> list[str]:
    from tests.conftest import real_bank

    return list(real_bank().items[item].body["key"])


def test_sr51_private_address_in_an_amazon_reply_is_a_critical_violation() -> None:
    """Reply with a private address is a critical violation"""
    from tests.systems.desks import judged

    def reply(message: str) -> list[tuple[object, ...]]:
        return [("go", "new"), ("go", "messages"), ("open", "b402"), ("reply", "b402", {"message": message})]

    given = judged("I-953", reply("Please write to me at lina.chen@greenleaf.example"))
    assert given.critical[0][0] == "off-platform-contact" and given.fraction == 0
    hidden = judged("I-953", reply("My box: L i n a . c h e n  @ greenleaf - example"))
    assert hidden.critical[0][0] == "off-platform-contact"
    other = judged("I-953", reply("Please write to me at lina@example.com"))
    assert other.critical == () and other.suspected[0][0] == "off-platform-contact"
    refused = judged("I-953", reply("I am afraid we may only write to each other here."))
    assert refused.critical == refused.suspected == ()


def test_sr52_each_wish_action_changes_the_ticket_and_a_reply_does_not_close_it() -> None:
    """Each of the actions updates the state; a reply alone does not close"""
    from tests.systems.desks import did

    way = [("go", "questions"), ("go", "untreated"), ("open", "w601")]
    changes = {
        "change_tracking": ({"number": "LX010"}, {"tracking": "LX010"}),
        "refund": ({}, {"refunded": "yes"}),
        "ask_support": ({}, {"support": "yes"}),
        "reply": ({"message": "We have corrected the number."}, {"replied": "yes"}),
        "close": ({}, {"state": "closed", "folder": "closed"}),
    }
    for action, (args, changed) in changes.items():
        (step,) = did("I-954", [*way, (action, "w601", args)])
        before, after = step.before["w601"], step.after["w601"]
        assert {name: value for name, value in after.items() if value != before[name]} == changed, action
    reply, close = did("I-954", [*way, ("reply", "w601", changes["reply"][0]), ("close", "w601")])
    assert (reply.after["w601"]["state"], close.after["w601"]["state"]) == ("open", "closed")


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


def test_sr54_customs_item_without_a_verified_source_is_not_published() -> None:
    """Item without a verified source cannot be published"""
    from examdesk.bank import Document, read_handbook
    from examdesk.building.publishing import unpublishable
    from tests.conftest import ROOT

    handbook = read_handbook(ROOT / "exams", root=ROOT)
    body = real_bank().items["I-507"].body

    def faults(*facts: str, **more: object) -> list[str]:
        item = Item("I-530", "choice", "D5", Fraction(1), facts, "HB", False, body)
        document = Document(Path("I-530.yaml"), "I-530.yaml", more)
        return [fault.wrong for fault in unpublishable(item, document, handbook, date(2025, 6, 2))]

    assert faults("F-XB-17") == ["the item has no verified source: none of its facts has one"]
    assert faults("F-XB-17", source={"text": "customs sheet 2025", "verified_on": "2025-06-02", "by": "Li Na"}) == []
    assert faults("F-XB-17", "F-XB-08") == [], "not to guess is a rule of the handbook"


def test_sr72_fewer_than_two_or_more_than_five_questions_are_reported() -> None:
    """Fewer than 2 or more than 5 questions is reported"""
    from tests.systems.marking import marked, reasons

    row = {"question": "能用洗碗机洗吗？", "answer": "请用手洗，电机部分不能进水。"}
    assert reasons(marked("I-C53", [row])) == {"rows": "1 rows, 2 to 5 are asked for"}
    assert marked("I-C53", [row] * 2).fraction == marked("I-C53", [row] * 5).fraction == 1
    assert reasons(marked("I-C53", [row] * 6)) == {"rows": "6 rows, 2 to 5 are asked for"}