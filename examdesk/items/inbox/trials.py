"""Trying an inbox out: every row can be seen, every model answer can be given and earns what it claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.items.inbox.desk import Desk, checked
from examdesk.items.inbox.scoring import FULL, broken, earning, judged, reached
from examdesk.items.inbox.world import State, act, start
from examdesk.model import Judgement, Said, exact

Body = Mapping[str, Any]
Found = Iterator[Problem]
Tried = list[tuple[Body, State, Judgement]]
"""(model answer, the desk after it, its judgement)."""


def faults(body: Body) -> list[Problem]:
    """Every place and row nobody sees, every model answer that earns something else, every rule no answer shows."""
    desk, tried, found = Desk(body["desk"]), [], [*_days(body["desk"])]
    if found:
        return found
    found += _unseen(desk)
    for index, answer in enumerate(body["score"]["answers"]):
        loc: Loc = ("score", "answers", index)
        problems, state = _played(desk, loc, answer)
        found += problems
        if state is not None:
            tried.append((answer, state, judged(desk, body["score"], state)))
            found += _marked(body["score"], loc, *tried[-1])
    return found or [*_kinds(tried), *_shown(desk, body["score"], tried)]


def _days(desk: Body) -> Found:
    days = [field["id"] for field in desk["fields"] if field["day"]]
    for index, row in enumerate(desk["rows"]):
        for name in days:
            try:
                checked_day(row["fields"].get(name, ""))
            except (ValueError, TypeError):
                found = str(row["fields"][name])
                yield Problem(("desk", "rows", index, "fields", name), "this is no date", found, 'write "2016-05-20"')


def checked_day(value: Any) -> None:
    """Raises ValueError for what is neither a day nor empty."""
    from datetime import date

    if value != "":
        date.fromisoformat(value)


def _unseen(desk: Desk) -> Found:
    """Places no link leads to, and rows that stand in no list when everybody begins."""
    reachable = [desk.data["begins"], *(spec["go"] for spec in desk.actions.values() if "go" in spec)]
    for place in reachable:
        reachable += [to for to in desk.links(place) if to not in reachable]
    for index, place in enumerate(desk.places):
        if place not in reachable:
            cure = "add a link to it, or remove it"
            yield Problem(("desk", "places", index), "nothing leads to this place", place, cure)
    for index, (name, row) in enumerate(desk.beginning.items()):
        if not any(desk.in_list(place, row) for place in reachable):
            cure = "change its fields, or what a place shows; perhaps its months are over on this day"
            yield Problem(("desk", "rows", index), "this row stands in no list", name, cure)


def _played(desk: Desk, loc: Loc, answer: Body) -> tuple[list[Problem], State | None]:
    """The desk after a model answer; None with a problem where a step cannot be taken."""
    state = start(desk)
    for index, (kind, value) in enumerate(events_of(answer)):
        try:
            state = act(desk, state, **checked(desk, kind, value))
        except ValueError as fault:
            wrong, seen = f"this step cannot be taken: {fault}", f"{value['do']} at {state.at}"
            cure = "go there first, or compare with desk.actions"
            return [Problem((*loc, "turns", index), wrong, seen, cure)], None
    return [], state


def _marked(score: Body, loc: Loc, answer: Body, state: State, found: Judgement) -> Found:
    desk_parts = "; ".join(part.reason for part in found.parts if part.fraction < 1)
    if found.fraction != exact(str(answer["earns"])) / FULL:
        earned = str(found.evidence["earned"])
        yield Problem((*loc, "earns"), "the answer earns other points", earned, f"change it or earns:; {desk_parts}")
    for name, said in (("breaks", found.critical), ("suspected", found.suspected)):
        rules = sorted({rule for rule, _ in said})
        if rules != sorted(answer[name]):
            cure = f"write {name}: [{', '.join(rules)}], or change the answer"
            yield Problem((*loc, name), "the answer breaks other rules", ", ".join(rules) or "none", cure)
    if answer["kind"] == "right" and (answer["earns"] != FULL or found.critical or found.suspected):
        yield Problem(loc, "a right answer is not right", answer["id"], "it earns 100 and breaks no rule")


def _kinds(tried: Tried) -> Found:
    """Answers of every kind, and every wrong one earns less than every partial one, and that less than all."""
    earns = {kind: [answer["earns"] for answer, _, _ in tried if answer["kind"] == kind]
             for kind in ("right", "partial", "wrong")}  # fmt: skip
    for kind, points in earns.items():
        if not points:
            yield Problem(("score", "answers"), f"a {kind} answer is missing", "", f"write one of kind: {kind}")
    if all(earns.values()) and not max(earns["wrong"]) < min(earns["partial"]) <= max(earns["partial"]) < FULL:
        cure = "call them by what they earn: wrong less than partial, partial less than 100"
        yield Problem(("score", "answers"), "the kinds of the answers do not fit their points", "", cure)


def _shown(desk: Desk, score: Body, tried: Tried) -> Found:
    """Every rule of the score half is met by some answer, and everything that earns points is missed by some."""
    for index, entry in enumerate(score["forbidden"]):
        if not any(broken(desk, entry, state.steps) for _, state, _ in tried):
            cure = "write an answer that does"
            yield Problem(("score", "forbidden", index), "no answer does what is forbidden", entry["id"], cure)
    for index, rule in enumerate(score["critical"]):
        if not any(rule["id"] in (*answer["breaks"], *answer["suspected"]) for answer, _, _ in tried):
            yield Problem(("score", "critical", index), "no answer breaks this rule", rule["id"], "write one that does")
    for entry in earning(score):
        if all(reached(desk, entry, state.steps) for _, state, _ in tried):
            cure = "write a partial or wrong one that does not"
            yield Problem(("score",), "every answer earns this", entry["id"], cure)


def events_of(answer: Body) -> list[Said]:
    """A model answer as the events a candidate would leave."""
    return [("acted", {"do": turn["do"], "rows": list(turn["rows"]), "args": dict(turn["args"])})
            for turn in answer["turns"]]  # fmt: skip
