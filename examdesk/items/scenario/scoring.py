"""What a chat is worth. Never runs on the trainee's side: the score half stays with the grader.

Required events, orders and steps of a reception earn their weights, once each; the weights of an item sum to 100.
Forbidden events cost points of their criterion, never more than it earned. A critical violation done with a tool is
certain; one that was only written is suspected, and a person confirms it. A secret of the world given away in a message
is certain, too. It ends the scenario as failed, as a rule with `ends` does: from that turn on nothing counts, whatever
is said afterwards. Answering in time earns its weight, where the score half has `waits`: see `promptness.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from examdesk.items.scenario import phases, rating
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.promptness import lateness, noted, promised, prompt
from examdesk.items.scenario.secrets import breaches, secrets_of
from examdesk.items.scenario.serving import place, served
from examdesk.items.scenario.world import State, Step, is_over
from examdesk.model import Judgement, Part, exact, text
from examdesk.wording.phrases import compiled, find, flat, heard, spotted

FULL = 100  # the weights of a score half sum to this

Found = tuple[tuple[str, str], ...]
"""(rule id, what was found) of critical violations."""


def judged(play: Play, score: Mapping[str, Any], state: State, *, unrated: bool = False) -> Judgement:
    """The judgement of a chat: one part per criterion, exact, with the turn every point comes from.

    What a person rates counts as full, as for an author who tries his scenario out: who fails then, fails whatever
    a person says. With `unrated` it waits for that person, and the chat as a whole is unmarked.
    """
    told, done = breaches(score, state), _done(score, state)
    end = _end(told, done)
    kept, earned = state if end is None else _before(state, end), earning(score)
    parts = tuple(rating.part(criterion, waits=unrated and bool(state.steps), blank=not state.steps)
                  if "rated" in criterion else _part(play, score, criterion, earned, kept, end)
                  for criterion in score["criteria"])
    waits = any(part.waits for part in parts)
    total = sum((part.fraction * part.weight for part in parts), Fraction(0))
    certain, suspected = _certain(done, told, state), _suspected(score, kept)
    passed = not waits and bool(state.steps) and total >= exact(score["pass_mark"]) and not certain
    evidence = {
        "turns": len(state.steps),
        "ended": state.at,
        **({} if waits else {"earned": str(total * FULL)}),
        "passed": passed,
        "unknown": [step.number for step in state.steps if step.is_unknown],
        "acts": [[step.number, *step.credited] for step in state.steps if step.credited],
        **noted(score, kept),
        **({} if end is None else {"failed_at": end}),
        **({"phases": steps_taken(score, kept).as_json()} if "phases" in score else {}),
        **_violations(score, kept, [*((turn, rule["id"]) for turn, rule in done), *((t, name) for t, name, _ in told)]),
    }
    reason = rating.wanted(parts) if waits else _told(play, state)
    return Judgement(None if waits else total, reason, parts, certain, suspected, evidence)


def _violations(score: Mapping[str, Any], state: State, certain: list[tuple[int, str]]) -> dict[str, Any]:
    """{"violations": [[turn, rule of the points table], …]} of what is certain and costs violation points."""
    named = {entry["id"]: entry.get("violation") for entry in (*score["critical"], *secrets_of(score))}
    found = [(turn, named[name]) for turn, name in certain]
    found += [(turn, entry.get("violation")) for entry in score["forbidden"] if (turn := broken(entry, state))]
    priced = sorted({(turn, rule) for turn, rule in found if rule})
    return {"violations": [list(one) for one in priced]} if priced else {}


def counting(play: Play, score: Mapping[str, Any], state: State) -> State:
    """The chat as far as it counts: to the turn before one that ends the scenario as failed."""
    end = _end(breaches(score, state), _done(score, state))
    return state if end is None else _before(state, end)


def _end(told: list[tuple[int, str, str]], done: list[tuple[int, Mapping[str, Any]]]) -> int | None:
    """The turn from which on nothing counts."""
    return min([turn for turn, _, _ in told] + [turn for turn, rule in done if rule.get("ends")], default=None)


def _before(state: State, turn: int) -> State:
    """The chat as it was before a turn."""
    while state.before and len(state.steps) >= turn:
        state = state.before
    return state


def _told(play: Play, state: State) -> str:
    if not state.steps:
        return "no turn taken"
    return f"{len(state.steps)} turns, {'ended' if is_over(play, state) else 'left'} at {state.at}"


def _part(
    play: Play, score: Mapping[str, Any], criterion: Mapping[str, Any], entries: Sequence[Mapping[str, Any]],
    state: State, end: int | None,
) -> Part:
    """The part of one criterion, of the `entries` that earn; `end` is the turn from which on nothing counts."""
    name = criterion["id"]
    mine = [entry for entry in entries if entry["criterion"] == name]
    weight = sum(entry["weight"] for entry in mine)
    late = [] if end is None else [f"turn {end} ended the scenario as failed"]
    if not state.steps:
        return Part(name, Fraction(0), Fraction(weight, FULL), "; ".join(late) or "no turn taken")
    earned, reasons = 0, []
    for entry in mine:
        turn = reached(play, score, entry, state)
        earned += entry["weight"] if turn else 0
        reasons.append(f"{at(state, turn)}: {_words(entry)}" if turn else f"missing: {_words(entry)}")
        reasons += lateness(entry, state)
    for entry in score["forbidden"]:
        turn = broken(entry, state) if entry["criterion"] == name else None
        if turn:
            earned -= entry["minus"]
            reasons.append(f"{at(state, turn)}: {_words(entry)} (−{entry['minus']})")
    if name == score.get("phases", {}).get("criterion"):
        reasons.append(phases.told(score, steps_taken(score, state), "en"))
    return Part(name, Fraction(max(0, earned), weight), Fraction(weight, FULL), "; ".join(reasons + late))


def at(state: State, turn: int) -> str:
    """A turn in words, with its chat where there are several."""
    chat = state.steps[turn - 1].chat
    return f"turn {turn} ({chat})" if chat else f"turn {turn}"


def earning(score: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Everything that earns points, in the author's order."""
    return [entry for _, entry in entries(score)]


def entries(score: Mapping[str, Any]) -> Sequence[tuple[phases.Loc, Mapping[str, Any]]]:
    """(place in the author's file, entry) of everything that earns points."""
    found: list[tuple[phases.Loc, Mapping[str, Any]]] = []
    for group in ("required", "order"):
        found += [(("score", group, index), entry) for index, entry in enumerate(score[group])]
    found += [(("score", "waits"), entry) for entry in promised(score)]
    return [*found, *phases.entries(score)]


def steps_taken(score: Mapping[str, Any], state: State) -> phases.Taken:
    """Which steps of the reception were taken."""
    return phases.taken(score, lambda event: _place(event, state))


def reached(play: Play, score: Mapping[str, Any], entry: Mapping[str, Any], state: State) -> int | None:
    """The turn in which a required event or an order was reached, None when it was not."""
    if "limit" in entry:
        return prompt(play, entry, state)
    if "then" in entry:
        first, then = _place(entry["first"], state), _place(entry["then"], state)
        return then[0] if first and then and first < then else None
    if "step" in entry and entry["id"] in steps_taken(score, state).late:
        return None
    if entry["event"]["goal"]:
        one = served(entry["event"], state)
        return one.steps[-1].number if one and one.steps and _at_goal(score["goal"], one) else None
    return _first(entry["event"], state)


def _at_goal(goal: Mapping[str, Any], state: State) -> bool:
    fields = all(_is_one_of(state.fields[name], accepted) for name, accepted in goal["fields"].items())
    return state.at in goal["states"] and fields


def _first(event: Mapping[str, Any], state: State) -> int | None:
    place = _place(event, state)
    return place[0] if place else None


def _place(event: Mapping[str, Any], state: State) -> tuple[int, int] | None:
    """(turn, place in its message) of an event; None when it did not happen."""
    if found := place(event, state):
        return found
    if event.get("act", event.get("fact")) not in (None, *state.done, *state.facts):
        return None  # told at once, without looking through the chat
    step = _step(event, state.steps)
    if step is None:
        return None
    return step.number, step.credited.index(event["act"]) if "act" in event else 0


def _step(event: Mapping[str, Any], steps: Sequence[Step]) -> Step | None:
    """The first turn that is an event."""
    if "act" in event:  # most are
        act, chat = event["act"], event.get("chat")
        return next((step for step in steps if act in step.credited and chat in (None, step.chat)), None)
    return next((step for step in steps if _is(event, step)), None)


def _is(event: Mapping[str, Any], step: Step) -> bool:
    if event.get("chat", step.chat) != step.chat:
        return False
    if "act" in event:
        return event["act"] in step.credited
    if "fact" in event:
        return event["fact"] in step.facts
    where = event["where"].items()
    return (
        step.tool != ""
        and not step.refused
        and step.tool == event.get("tool")
        and all(_is_one_of(step.args[name], accepted) for name, accepted in where)
    )


def _is_one_of(value: Any, accepted: Sequence[Any]) -> bool:
    """Whether a value is accepted; of a text it is enough that one of the accepted phrases stands in it."""
    if value in accepted:
        return True
    phrases = tuple(entry for entry in accepted if isinstance(entry, str) and "~" in entry[:1])
    return isinstance(value, str) and bool(phrases) and _stands(value, phrases)


@lru_cache(maxsize=4096)  # a note is looked at again with every turn after it
def _stands(value: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases stands in a text."""
    return bool(find(heard(value), compiled(phrases)))


def broken(entry: Mapping[str, Any], state: State) -> int | None:
    """The turn of a forbidden event, unless one of its excuses came before or with it."""
    turn = _first(entry["event"], state)
    chat = state.steps[turn - 1].chat if turn else ""
    excused = [_first({"act": name, "chat": chat}, state) for name in entry["excused_by"]]
    return None if turn and any(excuse and excuse <= turn for excuse in excused) else turn


def _done(score: Mapping[str, Any], state: State) -> list[tuple[int, Mapping[str, Any]]]:
    """(turn, rule) of the violations done with a tool; a refused action did nothing and is none."""
    acted = [step for step in state.steps if step.tool]
    return [(step.number, rule) for rule in score["critical"] for step in acted
            if any(_is(event, step) for event in rule["tools"])]


def _certain(done: list[tuple[int, Mapping[str, Any]]], told: list[tuple[int, str, str]], state: State) -> Found:
    """What was done with a tool, and what was given away in a message."""
    steps = {step.number: step for step in state.steps}
    acted = [(rule["id"], f"{at(state, n)}: {steps[n].tool} {_shown(steps[n].args)}".rstrip()) for n, rule in done]
    return (*acted, *((name, f"{at(state, n)}: {part} – {steps[n].text[:200]}") for n, name, part in told))


def _suspected(score: Mapping[str, Any], state: State) -> Found:
    """Violations that seem to be written: by an act understood, or by a phrase of the rule; one a turn and rule."""
    found = []
    for rule in score["critical"]:
        phrases, allowed = flat(rule["phrases"]), flat(rule["allowed"])
        for step in state.steps:
            if not (step.found or phrases):
                continue
            acts = [name for name in rule["acts"] if name in (*step.credited, *step.ignored)]
            why = spotted(phrases, allowed, step.text) or next(iter(acts), None)
            if why:
                found.append((rule["id"], f"{at(state, step.number)}: {why} – {step.text[:200]}"))
    return tuple(found)


def _shown(args: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in args.items())


def _words(entry: Mapping[str, Any]) -> str:
    return text(entry["text"], "en")
