"""What the work at an inbox is worth. Never runs on the trainee's side: the score half stays with the grader.

Three things earn the weights of a criterion, once each, and they sum to 100: a *goal* that the rows are in at the end,
a *required* action, an *order* of two. What is *forbidden*, an action or how a row is left, costs points of its
criterion, never more than it earned. A *critical* violation that was done, or a given private text that was sent, is
certain: from that action on nothing counts. What only looks like one is suspected, and a person confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from examdesk.items.inbox.desk import MOVES, Desk
from examdesk.items.inbox.screen import is_sent, texts_of
from examdesk.items.inbox.world import State, Step
from examdesk.model import Judgement, Part, text
from examdesk.wording.contacts import private_contact
from examdesk.wording.phrases import compiled, find, flat, heard, spotted
from examdesk.wording.secrets import LONGEST, given_away, signs

FULL = 100  # the weights of a score half sum to this

_BRACKETS = str.maketrans("［］【】", "[][]")

Found = list[tuple[int, str, str]]
"""(action, rule, what was found)."""


def judged(desk: Desk, score: Mapping[str, Any], state: State) -> Judgement:
    """The judgement of an inbox: one part per criterion, exact, with the action every point comes from."""
    certain = _certain(desk, score, state.steps)
    end = min((number for number, _, _ in certain), default=None)
    kept = state.steps if end is None else state.steps[: end - 1]
    parts = tuple(_part(desk, score, criterion, kept, end) for criterion in score["criteria"])
    total = sum((part.fraction * part.weight for part in parts), Fraction(0))
    did = [step.number for step in state.steps if step.do not in MOVES]
    evidence = {"steps": len(state.steps), "actions": len(did), "earned": str(total * FULL),
                "unread": _unread(desk, score, kept)}  # fmt: skip
    told = f"{len(did)} actions in {len(state.steps)} steps" if state.steps else "nothing done"
    broken_rules = {rule for _, rule, _ in certain}
    suspected = [found for found in _suspected(desk, score, kept) if found[1] not in broken_rules]
    return Judgement(total, told, parts, _named(certain), _named(suspected),
                     evidence if end is None else {**evidence, "failed_at": end})  # fmt: skip


def _named(found: Found) -> tuple[tuple[str, str], ...]:
    return tuple((rule, f"action {number}: {what}") for number, rule, what in found)


def _part(desk: Desk, score: Mapping[str, Any], criterion: Mapping[str, Any], steps: Sequence[Step], end: int | None
          ) -> Part:
    """The part of one criterion; `end` is the action from which on nothing counts."""
    name = criterion["id"]
    weight = sum(entry["weight"] for entry in earning(score) if entry["criterion"] == name)
    earned, reasons = 0, [] if steps else ["nothing done"]
    for entry in earning(score) if steps else ():
        if entry["criterion"] == name:
            number = reached(desk, entry, steps)
            earned += entry["weight"] if number else 0
            reasons.append(f"action {number}: {_words(entry)}" if number else f"missing: {_words(entry)}")
    for entry in score["forbidden"] if steps else ():
        number = broken(desk, entry, steps) if entry["criterion"] == name else None
        if number:
            earned -= entry["minus"]
            reasons.append(f"action {number}: {_words(entry)} (−{entry['minus']})")
    late = [] if end is None else [f"action {end} ended the work as failed"]
    return Part(name, Fraction(max(0, earned), weight), Fraction(weight, FULL), "; ".join(reasons + late))


def earning(score: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Everything that earns points, in the author's order."""
    return [*score["goals"], *score["required"], *score["order"]]


def reached(desk: Desk, entry: Mapping[str, Any], steps: Sequence[Step]) -> int | None:
    """The action with which a goal, a required action or an order was reached, None when it was not."""
    if "then" in entry:
        first, then = _first(desk, entry["first"], steps), _first(desk, entry["then"], steps)
        return then if first and then and first < then else None
    return left(entry["end"], steps) if "end" in entry else _first(desk, entry["event"], steps)


def broken(desk: Desk, entry: Mapping[str, Any], steps: Sequence[Step]) -> int | None:
    """The action that did what is forbidden, or left a row as it must not be."""
    return left(entry["end"], steps) if "end" in entry else _first(desk, entry["event"], steps)


def left(end: Mapping[str, Any], steps: Sequence[Step]) -> int | None:
    """The action since which every row named is as `end` says, to the last; None when one is not."""
    since = None
    for step in reversed(steps):
        if not is_so(end, step.after):
            break
        since = step.number
    return since


def is_so(end: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether every row named has an accepted value in every field, and none of the phrases it must not hold."""
    return all(
        all(_is_one_of(rows[name][field], accepted) for field, accepted in end["fields"].items())
        and not any(_holds(str(rows[name][field]), phrases) for field, phrases in end["lacks"].items())
        for name in end["rows"]
    )


def _first(desk: Desk, event: Mapping[str, Any], steps: Sequence[Step]) -> int | None:
    return next((step.number for step in steps if _is(desk, event, step)), None)


def _is(desk: Desk, event: Mapping[str, Any], step: Step) -> bool:
    """Whether a step is what an event describes; a refused one only where the event says so."""
    if (step.refused is not None) != event["refused"] or step.do != event["do"]:
        return False
    if "row" in event and event["row"] not in step.rows:
        return False
    rows = [event["row"]] if "row" in event else list(step.rows)
    was = all(any(_is_one_of(step.before[row][field], accepted) for row in rows)
              for field, accepted in event["when"].items())  # fmt: skip
    typed = all(_is_one_of(step.args[name], accepted) for name, accepted in event["where"].items())
    return was and typed and _is_said(desk, event, step)


def _is_said(desk: Desk, event: Mapping[str, Any], step: Step) -> bool:
    """Whether the texts of a step hold one of the event's phrases, and a slot where it asks for one."""
    written = "\n".join(texts_of(desk, step))
    if event["slots"] and not slots_left(desk, written):
        return False
    return not event["says"] or spotted(flat(event["says"]), flat(event["unless"]), written) is not None


def slots_left(desk: Desk, written: str) -> list[str]:
    """The slots of the desk that still stand in a text; width, case and spaces do not count."""
    plain = _plain(written)
    return [slot for slot in desk.data["slots"] if _plain(slot) in plain]


def _plain(written: str) -> str:
    return "".join(written.translate(_BRACKETS).casefold().split())


def _is_one_of(value: Any, accepted: Sequence[Any]) -> bool:
    """Whether a value is accepted; of a text it is enough that one of the "~phrases" stands in it."""
    phrases = [entry for entry in accepted if isinstance(entry, str) and entry.startswith("~")]
    return value in accepted or (isinstance(value, str) and bool(phrases) and _holds(value, phrases))


def _holds(written: str, phrases: Sequence[str]) -> bool:
    return bool(find(heard(written), compiled(phrase.removeprefix("~") for phrase in phrases)))


# Critical violations


def _certain(desk: Desk, score: Mapping[str, Any], steps: Sequence[Step]) -> Found:
    """What was done, and the given private texts that were sent; what is split over messages to one row, too."""
    found: Found = []
    for rule in score["critical"]:
        found += [(step.number, rule["id"], _did(step)) for step in steps
                  if any(_is(desk, event, step) for event in rule["events"])]  # fmt: skip
        found += _given(desk, rule, steps)
    return sorted(set(found))


def _given(desk: Desk, rule: Mapping[str, Any], steps: Sequence[Step]) -> Found:
    found: Found = []
    before: dict[tuple[str, ...], str] = {}
    for step in _sent(desk, steps) if "texts" in rule else ():
        written = "\n".join(texts_of(desk, step))
        part = given_away(rule, written, before=before.get(step.rows, ""))
        if part:
            found.append((step.number, rule["id"], f"{part} – {written[:200]}"))
        before[step.rows] = (before.get(step.rows, "") + signs(written))[-LONGEST:]
    return found


def _suspected(desk: Desk, score: Mapping[str, Any], steps: Sequence[Step]) -> Found:
    """What only looks like a violation in a text that was sent; one an action and rule."""
    found: Found = []
    for rule in score["critical"]:
        known = [*rule["known"], *_known_to_both(desk)] if rule["contacts"] else []
        for step in _sent(desk, steps):
            written = "\n".join(texts_of(desk, step))
            why = private_contact(written, known=known) if rule["contacts"] else None
            why = why or spotted(flat(rule["phrases"]), flat(rule["allowed"]), written)
            if why:
                found.append((step.number, rule["id"], f"{why} – {written[:200]}"))
    return sorted(found)


def _sent(desk: Desk, steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if is_sent(desk, step)]


def _known_to_both(desk: Desk) -> list[str]:
    """What stands in the rows themselves, such as the numbers of orders and parcels: the other side has it, too."""
    values = [str(value) for row in desk.beginning.values() for value in row.values()]
    lines = [line["text"] for row in desk.rows.values() for part in row["parts"] for line in part["lines"]
             if "text" in line]  # fmt: skip
    texts = [*lines, *(said for row in desk.rows.values() for said in (row["title"], *row["letter"]))]
    return values + [one for said in texts for one in said.values()]


def _unread(desk: Desk, score: Mapping[str, Any], steps: Sequence[Step]) -> list[int]:
    """The texts sent in which nothing stands that was asked for: a person may want to read them."""
    asked = [entry["event"] for entry in score["required"] if entry["event"]["says"]]
    return [step.number for step in _sent(desk, steps)
            if any(event["do"] == step.do for event in asked) and not any(_is(desk, event, step) for event in asked)]


def _did(step: Step) -> str:
    typed = ", ".join(f"{name}={str(value)[:80]}" for name, value in step.args.items())
    return " ".join(filter(None, (step.do, "+".join(step.rows), typed)))


def _words(entry: Mapping[str, Any]) -> str:
    return text(entry["text"], "en")
