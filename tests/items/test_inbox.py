"""Inboxes: the desk keeps the platform's rules, the grader works it through again, and every point has its action."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from examdesk.days import months_on
from examdesk.items import part
from examdesk.items.inbox.authored import Authored
from examdesk.items.inbox.desk import Desk
from examdesk.items.inbox.grader import inbox as grader
from examdesk.items.inbox.key import faults
from examdesk.items.inbox.scoring import judged
from examdesk.items.inbox.screen import screen
from examdesk.items.inbox.world import MAX_STEPS, act, replay, start
from examdesk.model import Item, Judgement, Response
from tests.conftest import ROOT
from tests.items.authoring import faults_with
from tests.items.desks import INBOXES, Deed, answer, desk_of, events, go, inbox, marked, monkey, right

EBAY, ALIEXPRESS, AMAZON, WISH = (inbox(f"I-95{n}") for n in range(1, 5))
every_inbox = pytest.mark.parametrize("item", INBOXES, ids=lambda item: item.id)


def graded(item: Item, given: list[tuple[str, Any]]) -> Judgement:
    return grader(desk=item.body["desk"], score=item.body["score"])(Response(item.id, [list(one) for one in given]))


def points(judgement: Judgement) -> dict[str, Fraction]:
    """Points of 100 by criterion."""
    return {one.criterion: one.fraction * one.weight * 100 for one in judgement.parts}


# The desk


def test_a_rule_of_the_platform_refuses_an_action_whole() -> None:
    """Two letters ticked, one of them too late: neither is changed."""
    body = json.loads(json.dumps(EBAY.body["desk"]))
    body["actions"][0] |= {"rows": "ticked", "id": "answer"}
    desk = Desk(body)
    state = act(desk, start(desk), "go", [], {"to": "messages"})
    both = act(desk, state, "answer", ["n101", "n102"], {"message": "20 mm"})
    assert both.steps[-1].refused == 0 and both.rows == state.rows
    one = act(desk, state, "answer", ["n101"], {"message": "20 mm"})
    assert one.rows["n101"]["replied"] == "yes"


@pytest.mark.parametrize(("day", "months", "then"), [
    ("2016-01-15", 6, "2016-07-15"), ("2016-08-31", 6, "2017-02-28"), ("2015-08-31", 6, "2016-02-29"),
    ("2016-12-01", 1, "2017-01-01"), ("2016-06-30", 18, "2017-12-30"),
])  # fmt: skip
def test_months_are_counted_by_the_calendar(day: str, months: int, then: str) -> None:
    assert months_on(date.fromisoformat(day), months).isoformat() == then


@pytest.mark.parametrize(("since", "trash", "seen"), [
    ("2016-02-19", "2016-02-18", False), ("2016-02-18", "2016-02-19", False), ("2016-02-19", "2016-02-19", True),
])  # fmt: skip
def test_what_is_older_than_6_months_is_gone_from_messages_and_from_trash(since: str, trash: str, seen: bool) -> None:
    body = json.loads(json.dumps(EBAY.body["desk"]))
    rows = {row["id"]: row for row in body["rows"]}
    rows["n103"]["fields"]["received"], rows["n201"]["fields"]["deleted"] = since, trash
    desk = Desk(body)
    lists = [desk.in_list(place, desk.beginning[row]) for place, row in (("messages", "n103"), ("trash", "n201"))]
    assert all(lists) is seen and any(lists) is (seen or since != trash)


def test_what_has_an_end_date_does_not_vanish_after_6_months() -> None:
    desk = Desk({**EBAY.body["desk"], "today": "2016-12-30"})
    assert desk.in_list("messages", desk.beginning["n108"]) and not desk.in_list("messages", desk.beginning["n103"])


@pytest.mark.parametrize(("item", "deeds", "wrong"), [
    (EBAY, [("open", ["n101"], {})], "not on the screen"),
    (EBAY, [*go("trash")], "no way leads there"),
    (EBAY, [*go("messages"), ("reply", ["n101"], {"message": "x"})], "not on the screen"),
    (EBAY, [*go("messages"), ("open", ["n103"], {}), ("reply", ["n103"], {"message": "x"})], "not on the screen"),
    (EBAY, [*go("messages"), ("download", [], {})], "not on the screen"),
    (EBAY, [*go("messages"), ("delete", ["n201"], {})], "not on the screen"),
    (EBAY, [("back", [], {})], "nothing is open"),
    (AMAZON, [*go("new", "templates"), ("open", ["b401"], {})], "not on the screen"),
    (WISH, [*go("questions", "untreated"), ("open", ["w601"], {}), ("close", ["w602"], {})], "not on the screen"),
])  # fmt: skip
def test_a_step_the_screen_does_not_offer_cannot_be_taken(item: Item, deeds: list[Deed], wrong: str) -> None:
    state, desk = start(desk_of(item)), desk_of(item)
    for deed in deeds[:-1]:
        state = act(desk, state, *deed)
    with pytest.raises(ValueError, match=wrong):
        act(desk, state, *deeds[-1])


def test_a_closed_ticket_leaves_the_list_and_takes_no_more_actions() -> None:
    desk = desk_of(WISH)
    state = replay(desk, events(*go("questions", "untreated"), ("open", ["w601"], {}), ("close", ["w601"], {}))).state
    seen = screen(desk, state)
    assert seen["row"] is None and "w601" not in [row["id"] for row in seen["list"]["rows"]]
    for do, rows, args in [*go("questions", "closed"), ("open", ["w601"], {})]:
        state = act(desk, state, do, rows, args)
    assert screen(desk, state)["actions"] == []


def test_a_list_counts_what_is_unread_in_brackets_and_reading_lowers_the_number() -> None:
    desk = desk_of(EBAY)

    def unread(*deeds: Deed) -> list[int]:
        seen = screen(desk, replay(desk, events(*deeds)).state)
        return [link["unread"] for link in seen["links"] if "unread" in link]

    assert unread() == [8]
    assert unread(*go("messages"), ("open", ["n101"], {}), *go("home")) == [7]
    assert unread(*go("messages"), ("delete", ["n106", "n107"], {}), *go("home")) == [6]


# Marks


@every_inbox
def test_a_forged_step_does_nothing_and_is_named(item: Item) -> None:
    honest = events(*right(item))
    row = item.body["desk"]["rows"][0]["id"]
    forged: list[tuple[str, Any]] = [
        ("acted", {"do": "open", "rows": [row], "args": {}}), ("acted", {"do": "nonsense", "rows": [], "args": {}}),
        ("acted", None), ("acted", {"do": "go", "rows": [], "args": {"to": 3}}), ("said", {"text": "I did it all"}),
    ]  # fmt: skip
    clean, found = graded(item, honest), graded(item, [*forged, *honest])
    assert found.fraction == clean.fraction == 1 and clean.evidence["flags"] == []
    assert len(found.evidence["flags"]) == 4 and all("after action 0" in flag for flag in found.evidence["flags"])


def test_more_steps_than_a_panel_lets_through_do_not_count() -> None:
    wandering = events(*go("messages", "home") * (MAX_STEPS // 2))
    found = graded(EBAY, [*wandering, *events(*right(EBAY))])
    assert found.fraction == 0 and f"more than {MAX_STEPS}" in found.evidence["flags"][0]


@every_inbox
def test_doing_nothing_and_looking_around_earn_nothing_but_the_way(item: Item) -> None:
    assert graded(item, []).fraction == 0
    desk = desk_of(item)
    looked = [deed for deed in right(item) if deed[0] == "go"]
    work = replay(desk, events(*looked))
    earned = points(judged(desk, item.body["score"], work.state))
    assert {name: share for name, share in earned.items() if share} == ({"way": 20} if item == ALIEXPRESS else {})


@every_inbox
def test_every_point_earned_or_lost_names_its_action(item: Item) -> None:
    for one in item.body["score"]["answers"]:
        found = marked(item, *answer(item, one["id"]))
        assert sum(points(found).values()) == one["earns"] and found.fraction == Fraction(one["earns"], 100)
        for criterion in found.parts:
            for reason in criterion.reason.split("; "):
                assert re.match(r"(action \d+: |missing: |action \d+ ended )", reason), reason


@pytest.mark.parametrize("many", [5, pytest.param(300, marks=pytest.mark.soak)])
@every_inbox
def test_whoever_does_anything_at_all_or_pastes_the_briefing_gets_no_good_mark(item: Item, many: int) -> None:
    """The 95th percentile; a handful must all stay below it."""
    desk, score = desk_of(item), item.body["score"]
    briefing = ["\n".join(texts["en"] for texts in desk.data["briefing"])]
    for texts in (["Hello, thank you for your message.", "I am so sorry.", "yes"], briefing):
        for steps in (15, 60) if many < 100 else (15, 60, 250):
            earned = sorted(judged(desk, score, monkey(desk, random.Random(seed), steps, texts)).fraction or 0
                            for seed in range(many))  # fmt: skip
            assert earned[many * 95 // 100] <= Fraction(6, 10)


@every_inbox
def test_the_desk_says_nothing_of_goals_and_model_answers(item: Item) -> None:
    public = json.dumps(part("inbox", "question").public(item), ensure_ascii=False)
    score = item.body["score"]
    for one in score["answers"]:
        assert not any(value in public for turn in one["turns"] for name, value in turn["args"].items()
                       if name in ("message", "body"))  # fmt: skip
    hidden = [entry for group in ("goals", "required", "order", "forbidden", "critical") for entry in score[group]]
    assert not any(f'"{entry["id"]}"' in public or entry["text"]["en"] in public for entry in hidden)


def test_what_was_undone_in_time_costs_nothing_and_what_was_not_does() -> None:
    away = [*go("messages"), ("open", ["n101"], {}), ("reply", ["n101"], {"message": "20 mm"}), ("back", [], {}),
            ("delete", ["n101"], {})]  # fmt: skip
    assert points(marked(EBAY, *away))["letters"] == 20
    assert points(marked(EBAY, *away, *go("trash"), ("restore", ["n101"], {})))["letters"] == 35


def test_an_alert_is_acted_on_before_it_is_deleted() -> None:
    opened: list[Deed] = [*go("messages"), ("open", ["n105"], {})]
    acted: Deed = ("update", ["n105"], {})
    deleted: Deed = ("delete", ["n105"], {})
    assert points(marked(EBAY, *opened, acted, deleted))["tidy"] == 15
    assert points(marked(EBAY, *opened, deleted))["tidy"] == 0
    rest = [*go("trash"), ("restore", ["n105"], {}), *go("messages"), *opened[1:], acted, deleted]
    late = marked(EBAY, *opened, deleted, *rest, ("delete", ["n106", "n107"], {}))
    assert points(late)["tidy"] == 15 + 15 - 10  # in the end it is right, and the first deletion costs


# Private contacts


def peter(*messages: str) -> Judgement:
    replies: list[Deed] = [("reply", ["b402"], {"message": message}) for message in messages]
    return marked(AMAZON, *go("new", "messages"), ("open", ["b402"], {}), *replies)


@pytest.mark.parametrize("message", [
    "lina.chen@greenleaf.example", "LINA . CHEN ＠ GreenLeaf.example", "it is l-i-n-a-c-h-e-n greenleaf (example)",
    "lina.chen at greenleaf dot example", "call 138 0013 8000", "一三八零零一三八零零零", "+86-138-0013-8000",
])  # fmt: skip
def test_a_given_private_contact_is_a_certain_violation_however_it_is_written(message: str) -> None:
    found = peter(f"Dear Peter, {message}")
    assert [rule for rule, _ in found.critical] == ["off-platform-contact"] and found.suspected == ()
    assert found.evidence["failed_at"] == 4 and "action 4" in found.critical[0][1]


def test_nothing_counts_from_a_certain_violation_on_and_what_came_before_does() -> None:
    before = answer(AMAZON, "gave-the-address")
    assert points(marked(AMAZON, *before)) == {"template": 30, "shipping": 0, "private": 0}


def test_a_private_number_in_two_messages_to_one_buyer_is_put_together_again_and_to_two_buyers_not() -> None:
    assert peter("My number is 138 0013", "8000 is the rest").critical
    to_two = marked(AMAZON, *go("new", "messages"), ("open", ["b402"], {}), ("reply", ["b402"], {"message": "1380013"}),
                    ("back", [], {}), ("open", ["b401"], {}), ("reply", ["b401"], {"message": "8000"}))  # fmt: skip
    assert to_two.critical == ()


def test_what_the_platform_refused_to_send_was_given_to_nobody() -> None:
    rule = AMAZON.body["score"]["critical"]
    ebay = replace(EBAY, body={**EBAY.body, "score": {**EBAY.body["score"], "critical": rule}})
    tried: list[Deed] = [*go("messages"), ("open", ["n102"], {})]
    late = marked(ebay, *tried, ("reply", ["n102"], {"message": "lina.chen@greenleaf.example"}))
    assert late.critical == () and late.suspected == ()
    sent: Deed = ("reply", ["n101"], {"message": "lina.chen@greenleaf.example"})
    assert marked(ebay, *go("messages"), ("open", ["n101"], {}), sent).critical


def test_a_slot_left_in_a_letter_costs_points_in_any_bracket_and_case() -> None:
    def anna(message: str) -> Fraction:
        deeds = [*go("new", "messages"), ("open", ["b401"], {}), ("reply", ["b401"], {"message": message})]
        return points(marked(AMAZON, *deeds))["shipping"]

    good = "Dear Anna, order 114-2231178 leaves within 2 working days."
    assert anna(good) == 30
    for slot in ("[buyer name]", "[Buyer Name]", "【buyer name】", "［buyer　name］"):
        assert anna(f"{good} {slot}") == 15, slot


def test_a_letter_in_which_nothing_was_recognised_is_listed_for_a_person() -> None:
    assert peter("Dear Peter, hm.").evidence["unread"] == [4]
    assert peter("Dear Peter, I cannot give you my e-mail address.").evidence["unread"] == []


@pytest.mark.parametrize("show_key", [False, True])
def test_the_feedback_says_why_a_deed_is_forbidden_and_what_was_missing_only_with_the_key(show_key: bool) -> None:
    value = [["acted", {"do": do, "rows": rows, "args": args}] for do, rows, args in answer(EBAY, "too-late-for-one")]
    told = "\n".join(part("inbox", "key").explain(EBAY.body, value, "en", show_key=show_key))
    assert "2016-08-18 is day 91" in told and "vanish after 6 months" in told
    assert "the return address stays wrong" not in told  # nobody deleted it
    assert ("The fee notice for February is saved" in told) is show_key


# Authors


def authored(item: Item, change: Any) -> Authored:
    """The item's file, changed, as pydantic takes it."""
    data = json.loads(json.dumps({"id": item.id, "type": "inbox", "domain": item.domain, "points": str(item.points),
                                  "facts": item.facts, "edition": item.edition, **item.body}))  # fmt: skip
    change(data)
    return Authored.model_validate(data)


def read_by_author(item: Item, change: Any) -> str:
    try:
        found = faults(authored(item, change).body())
    except ValidationError as fault:
        return str(fault)
    assert all(one.cure for one in found)
    return "\n".join(f"{one.wrong} (found: {one.found})" for one in found)


def _put(*path: Any) -> Any:
    *way, last, value = path

    def change(data: Any) -> None:
        for name in way:
            data = data[name]
        data[last] = value

    return change


FAULTS = [
    (_put("desk", "today", "18 August"), "is no date"),
    (_put("desk", "begins", "nowhere"), 'there is no place of this name (found: nowhere)'),
    (_put("desk", "rows", 0, "fields", {"colour": "red"}), "there is no field of this name (found: colour)"),
    (_put("desk", "rows", 0, "fields", "ended", "2016-13-01"), "this is no date"),
    (_put("desk", "rows", 6, "fields", "received", "2016-01-20"), "this row stands in no list"),
    (_put("desk", "actions", 0, "sets", {"replied": "$text"}), "there is no value of this name (found: $text)"),
    (_put("desk", "actions", 0, "id", "open"), "every desk has an action of this name"),
    (_put("desk", "actions", 0, "rules", 0, "days", None), "the rule says not what it refuses"),
    (_put("score", "goals", 0, "weight", 34), "the weights do not sum to 100 (found: 99)"),
    (_put("score", "goals", 0, "end", "fields", {"saved": ["no"]}), "this is so before anything is done"),
    (_put("score", "goals", 0, "criterion", "nothing"), "there is no criterion of this name"),
    (_put("score", "required", 0, "event", "row", "n999"), "there is no row of this name"),
    (_put("score", "forbidden", 0, "end", {"rows": ["n102"], "fields": {"folder": ["trash"]}}), "is an action, or how"),
    (_put("score", "answers", 0, "earns", 90), "the answer earns other points (found: 100)"),
    (_put("score", "answers", 0, "breaks", ["late"]), "the answer breaks other rules (found: none)"),
    (_put("score", "answers", 0, "turns", 0, {"do": "delete", "rows": ["n101"]}), "this step cannot be taken"),
    (_put("score", "answers", 2, "kind", "wrong"), "do not fit their points"),
    (lambda data: data["score"]["forbidden"].append(
        {**data["score"]["forbidden"][1], "id": "back", "end": {"rows": ["n201"], "fields": {"folder": ["inbox"]}}}),
     "no answer does what is forbidden (found: back)"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), FAULTS, ids=[words[:40] for _, words in FAULTS])
def test_an_author_reads_what_is_wrong_with_an_inbox(change: Any, words: str) -> None:
    assert words in read_by_author(EBAY, change)


@pytest.mark.parametrize(("change", "words"), [
    (_put("score", "critical", 0, "texts", ["1380"]), "so short a text may stand in any message"),
    (_put("score", "critical", [{"id": "x", "text": {"zh": "违规", "en": "y"},
                                 "reason": {"zh": "这样做违反规定。", "en": "This is not allowed."}}]),
     "nothing shows this violation"),
    (_put("desk", "slots", []), "the desk has no slots"),
])  # fmt: skip
def test_an_author_reads_what_is_wrong_with_private_contacts_and_slots(change: Any, words: str) -> None:
    assert words in read_by_author(AMAZON, change)


@every_inbox
def test_every_real_inbox_is_sound_and_frozen_as_its_author_wrote_it(item: Item) -> None:
    assert read_by_author(item, lambda data: None) == ""
    assert authored(item, lambda data: None).body() == item.body


def test_a_fault_has_its_line_and_a_cure(tmp_path: Path) -> None:
    path = ROOT / "exams" / "bank" / "d09" / "I-951.yaml"
    (found,) = faults_with(tmp_path, path, _put("desk", "begins", "nowhere"))
    place, _, said = found.partition(": ")
    assert re.fullmatch(r"d09/I-951.yaml:\d+", place)
    assert said.startswith("there is no place of this name (found: nowhere). Cure: use one of: ")
