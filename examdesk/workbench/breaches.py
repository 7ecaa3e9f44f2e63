"""Every critical violation of a scenario: something fires it, something much like it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from examdesk.bank.schema import Loc, Problem
from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import State
from examdesk.model import Said
from examdesk.wording.phrases import examples, flat, spotted
from examdesk.workbench.monkeys import breaking
from examdesk.workbench.stage import Stage, placed, talk

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Breaches:
    """What was tried, and what went wrong."""

    problems: tuple[Problem, ...]
    samples: int  # that fire
    look_alikes: int  # that do not
    chats: int  # gold transcripts with a breach put in, which a person gets to see


def tried(stage: Stage) -> Breaches:
    """All critical violations tried out."""
    problems, samples, look_alikes, chats = [], 0, 0, 0
    full = stage.crowded()
    for index, rule in enumerate(stage.score["critical"]):
        loc = ("score", "critical", index)
        fires, alike = list(_samples(full, rule)), list(_look_alikes(full, rule))
        problems += [_dead(loc, where, text) for where, text, fired in fires if not fired]
        problems += [_accused(loc, where, text) for where, text, fired in alike if fired]
        if (rule["acts"] or rule["phrases"]) and not alike:
            cure = "write under allowed: what sounds like it and is fine"
            problems.append(Problem(loc, "nothing shows what is no violation", rule["id"], cure))
        inside = list(_in_gold(stage, rule, _sorts(stage, rule)))
        problems += [_unseen(loc, name) for name, seen in inside if not seen]
        samples, look_alikes, chats = samples + len(fires), look_alikes + len(alike), chats + len(inside)
    for index, secret in enumerate(secrets_of(stage.score)):  # its look-alikes are whatever else is said
        loc, texts = ("score", "secrets", index), talk(*secret["texts"])
        problems += [_dead(loc, ("texts", number), said["text"]) for number, (_, said) in enumerate(texts)
                     if not _fires(full, secret, full.chat(full.aimed(("said", said))[:1]))]
        inside = list(_in_gold(stage, secret, texts))
        problems += [_unseen(loc, name) for name, seen in inside if not seen]
        samples, chats = samples + len(texts), chats + len(inside)
    return Breaches(tuple(problems), samples, look_alikes, chats)


def _dead(loc: Loc, where: Loc, text: str) -> Problem:
    return Problem((*loc, *where), "this never fires the violation", text,
                   "change it, or what covers it under allowed: or unless:")


def _accused(loc: Loc, where: Loc, text: str) -> Problem:
    return Problem((*loc, *where), "a look-alike is taken for the violation", text,
                   "let allowed: or unless: cover the whole phrase")


def _unseen(loc: Loc, name: str) -> Problem:
    wrong = "a violation put into a gold transcript is seen by nobody"
    return Problem(loc, wrong, name, "add tools:, acts: or phrases:")


def _fires(stage: Stage, rule: Rule, state: State) -> bool:
    judgement = stage.judged(state)
    return rule["id"] in [name for name, _ in (*judgement.critical, *judgement.suspected)]


def _stands(rule: Rule, text: str) -> bool:
    return spotted(flat(rule["phrases"]), flat(rule["allowed"]), text) is not None


def _samples(stage: Stage, rule: Rule) -> Iterator[tuple[Loc, str, bool]]:
    """(place, sample, whether it fires) of every phrase, act and action of a rule."""
    for language, phrases in rule["phrases"].items():
        for index, phrase in enumerate(phrases):
            fired = any(_stands(rule, text) for text in examples(phrase))
            yield ("phrases", language, index), phrase, fired
    for index, act in enumerate(rule["acts"]):
        yield ("acts", index), act, any(_fires(stage, rule, state) for state in _saying(stage, act))
    for index, event in enumerate(rule["tools"]):
        done = _doing(stage, breaking(stage, event))
        yield ("tools", index), event["tool"], _fires(stage, rule, done)


def _saying(stage: Stage, act: str) -> Iterator[State]:
    """Chats that begin with an act, in every state of the customer: what it means depends on his question."""
    for name, chat in stage.chats.items():
        for at in chat.data["states"]:
            begun = placed(stage.begun(), at, name)
            for said in talk(*stage.phrases(act)[:4]) if not chat.ends(at) else []:
                yield from (stage.after(begun, one) for one in stage.aimed(said) if one[1].get("chat", "") == name)


def _doing(stage: Stage, said: Said) -> State:
    """A chat in which an action is done that nothing stands in the way of."""
    state, tool, said = stage.begun(), stage.play.tools[said[1]["tool"]], stage.aimed(said)[0]
    name = said[1].get("chat", "")
    state = placed(state, tool["at"][0], name) if "at" in tool else state
    if isinstance(state, Queue):
        one = state.chats[name]
        state = replace(state, chats={**state.chats, name: replace(one, fields={**one.fields, **tool["needs"]})})
    return stage.after(replace(state, fields={**state.fields, **tool["needs"]}), said)


def _look_alikes(stage: Stage, rule: Rule) -> Iterator[tuple[Loc, str, bool]]:
    """(place, look-alike, whether it fires) of everything that is allowed, and the look-alikes of the rule's acts."""
    for language, phrases in rule["allowed"].items():
        for index, phrase in enumerate(phrases):
            yield ("allowed", language, index), phrase, _accuses(stage, rule, phrase)
    for index, act in enumerate(rule["acts"]):
        for phrases in stage.play.data["acts"][act]["unless"].values():
            for phrase in phrases:
                yield ("acts", index), phrase, _accuses(stage, rule, phrase)


def _accuses(stage: Stage, rule: Rule, phrase: str) -> bool:
    """Whether a look-alike fires the rule in any way, however it is typed."""
    return any(_fires(stage, rule, stage.chat(stage.aimed(said))) for said in talk(*examples(phrase)))


def _sorts(stage: Stage, rule: Rule) -> list[Said]:
    """One breach of every sort: a phrase of every language, and every action that can be done at any time."""
    said = talk(*(examples(phrases[0])[0] for phrases in rule["phrases"].values() if phrases))
    free = [event for event in rule["tools"] if "at" not in stage.play.tools[event["tool"]]]
    return [*said, *(breaking(stage, event) for event in free)]


def _in_gold(stage: Stage, rule: Rule, sorts: Sequence[Said]) -> Iterator[tuple[str, bool]]:
    """(gold transcript, whether a person sees it) with each of these breaches put in after its first action."""
    for script in stage.score["transcripts"]:
        if script["kind"] == "gold":
            turns = events_of(script)
            after = next((n for n, (kind, _) in enumerate(turns, 1) if kind == "acted"), 0)
            for said in sorts:
                yield script["id"], _fires(stage, rule, stage.chat(_put_in(stage, turns, after, said)))


def _put_in(stage: Stage, turns: list[Said], after: int, said: Said) -> list[Said]:
    """The turns with one more behind `after`, or as soon as somebody is there for it."""
    for place in range(after, len(turns) + 1):
        if there := stage.ready(stage.chat(turns[:place]), said):
            return [*turns[:place], there[0], *turns[place:]]
    return turns
