"""SR-34 to SR-40: order changes, notes, dispatch promises, registers and evidence."""

from __future__ import annotations

from datetime import time
from fractions import Fraction

from examdesk.items.choice.key import explain
from examdesk.items.scenario.question import transcript
from examdesk.model import Said

BRANCHES = {  # the item of every branch, and the words in which its action is told
    "cancel, not printed": ("I-461", "作废"),
    "cancel, printed": ("I-462", "单据"),
    "cancel, packed": ("I-463", "包裹"),
    "cancel, shipped": ("I-464", "售后"),
    "change, not printed": ("I-465", "备注"),
    "change, printed": ("I-466", "两张"),
    "change, packed": ("I-467", "重新打单"),
    "change, shipped": ("I-468", "售后"),
}


def test_sr34_each_of_the_eight_branches_has_an_item_and_feedback_names_the_right_one() -> None:
    """All 8 branches each have an item; wrong branch feedback names the right one"""
    from tests.conftest import real_bank
    from tests.systems.marking import marked

    for branch, (name, action) in BRANCHES.items():
        item = real_bank().items[name]
        assert item.type == "choice" and {"F-OP-05", "F-OP-06"} & set(item.facts), branch
        assert marked(name, item.body["key"]).fraction == 1
        wrong = [option["id"] for option in item.body["options"] if option["id"] != item.body["key"]]
        assert len(wrong) == 3
        for option in wrong:
            assert marked(name, option).fraction == 0
            told = explain(item.body, option, "zh", show_key=False)
            assert any(action in line for line in told), (branch, option, told)


def test_sr35_note_needs_date_and_name_and_confirming_comes_before_telling_the_clerk() -> None:
    """Note without date or name fails; order 'tell clerk before confirming' fails"""
    from tests.systems.marking import example, marked, reasons

    note = example("I-452")[0]
    assert marked("I-452", [note]).fraction == 1
    assert marked("I-452", [note | {"noted_on": ""}]).evidence["missing"] == ["noted_on"]
    assert marked("I-452", [note | {"name": ""}]).evidence["missing"] == ["name"]
    early = marked("I-452", [note | {"told_at": "14:05", "confirmed_at": "14:20"}])
    assert reasons(early)["sequence"] == "told_at is before confirmed_at"
    steps = {"correct": "a", "note": "m", "confirm": "f", "tell clerk": "k"}
    assert marked("I-401", [steps[name] for name in ("correct", "note", "confirm", "tell clerk")]).fraction == 1
    assert marked("I-401", [steps[name] for name in ("correct", "note", "tell clerk", "confirm")]).fraction == 0
    _note_and_order_count_in_a_chat_too()


def _note_and_order_count_in_a_chat_too() -> None:
    """The same of scenario S-03."""
    from tests.items.chats import chat, do

    served = chat("S-03")
    gold = served.script("gold-plain")
    (note,) = [value["args"]["note"] for kind, value in gold if value.get("tool") == "write_note"]
    (clerk,) = [turn for turn in gold if turn[1].get("tool") == "tell_clerk"]
    goal = "missing: slips, note and clerk are right"
    assert served.judge(gold).fraction == 1
    for lacking in ("2025年7月15日", "小满"):
        said = [do("write_note", note=note.replace(lacking, "")) if note in value.get("args", {}).values()
                else (kind, value) for kind, value in gold]  # fmt: skip
        assert any(goal in part.reason for part in served.judge(said).parts)
    early = [gold[0], clerk, *(turn for turn in gold[1:] if turn != clerk)]
    assert any(
        "missing: checked with him before telling the clerk" in part.reason for part in served.judge(early).parts
    )


def test_sr36_paid_at_15_59_leaves_today_and_an_unchecked_promise_is_a_risk() -> None:
    """15:59 in stock = today; out of stock without check = broken promise risk"""
    from examdesk.generators.shipping import dispatch_promise

    assert dispatch_promise(paid=time(15, 59), in_stock=True) == "today"
    assert dispatch_promise(paid=time(16, 20), in_stock=True) == "next dispatch day"
    assert dispatch_promise(paid=time(15, 59), in_stock=False, checked=False) == "broken promise risk"

    from tests.systems.marking import marked, unmade

    told = unmade("I-G20")
    keys = {field: told[f"key_{row}"] for row, field in enumerate("abcde", start=1)}
    assert set(keys.values()) == {"today", "next", "ask"} and marked("I-G20", keys).fraction == 1
    promised = dict.fromkeys(keys, "today")  # who promises all of them has kept only what is in stock and in time
    assert marked("I-G20", promised).fraction == Fraction(list(keys.values()).count("today"), 5)


def test_sr37_transfer_register_reports_the_missing_field() -> None:
    """Missing field is reported"""
    from tests.systems.marking import marked, reasons

    row = {"account": "linlin_88", "order": "8812", "amount": "128.00", "paid_on": "2025-06-02", "agent": "小林",
           "state": "waiting"}  # fmt: skip
    assert marked("I-451", [row]).fraction == 1
    lacking = marked("I-451", [{name: typed for name, typed in row.items() if name != "amount"}])
    assert lacking.reason == "5 of 6 right; missing: amount"
    assert reasons(lacking) == {"amount": "required, but empty"}


def test_sr38_refund_before_the_received_signature_is_wrong() -> None:
    """Refund before 'received' signature is marked wrong"""
    from tests.systems.marking import example, marked, reasons

    steps = {"courier told": "w", "register": "h", "two-part slip": "c", "parcel back": "f", "clerk signs": "t",
             "refund": "m"}  # fmt: skip
    right = ["courier told", "register", "two-part slip", "parcel back", "clerk signs", "refund"]
    early = ["courier told", "register", "two-part slip", "parcel back", "refund", "clerk signs"]
    assert marked("I-606", [steps[name] for name in right]).fraction == 1
    assert marked("I-606", [steps[name] for name in early]).fraction == 0
    recall = example("I-651")[0]
    assert marked("I-651", [recall]).fraction == 1
    assert reasons(marked("I-651", [recall | {"refunded": "2025-06-05"}])) == {
        "refunded": "answered 2025-06-05", "sequence": "refunded is before signed",
    }  # fmt: skip


def test_sr39_quality_fault_with_12_yuan_paid_by_the_buyer_is_repaid_12() -> None:
    """Quality fault with buyer-paid 12 yuan yields a 12 yuan repayment"""
    from tests.systems.marking import example, marked, reasons

    faulty, size, _ = rows = example("I-652")
    assert (faulty["cause"], faulty["repaid"], size["cause"], size["repaid"]) == ("quality", "12", "size", "0")
    assert marked("I-652", rows).fraction == 1
    wrong = marked("I-652", [faulty | {"repaid": "0"}, size | {"repaid": "12"}, rows[2]])
    assert set(reasons(wrong)) == {"p7741.repaid", "p7752.repaid"}


def test_sr40_two_photos_are_the_evidence_neither_none_nor_more() -> None:
    """Accepting fault without evidence or demanding more than needed loses points"""
    from tests.items.chats import chat, talk

    open_shoe = chat("S-07")
    gold = open_shoe.script("gold-short")

    def evidence(*turns: Said) -> Fraction:
        return next(part.fraction for part in open_shoe.judge(turns).parts if part.criterion == "evidence")

    assert "两张照片" in gold[1][1]["text"] and "特写" in gold[1][1]["text"]
    assert evidence(*gold) == 1
    none = talk("您好，抱歉，不用拍照了，马上给您换一双。")
    assert evidence(gold[0], *none) == evidence(gold[0], *none, *gold[3:]) == 0
    assert evidence(*gold[:2], *talk("再录个视频发来，吊牌也拍一下。"), *gold[2:]) == Fraction(22 - 6, 22)
    lines = transcript(open_shoe.play, open_shoe.lived(gold, 0)[0])
    pictures = [line["picture"] for line in lines if "picture" in line]
    assert [shown["alt"]["en"].partition(":")[0] for shown in pictures] == 3 * ["Photo (simulated)"]
