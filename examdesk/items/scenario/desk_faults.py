"""Everything that can be wrong with a scenario, of one customer or of several at once.

Every chat of several is looked through as if it were a scenario of its own; what they share, and the score half, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Loc, Problem, repeated
from examdesk.items.scenario import clockwork, entity_faults, halves
from examdesk.items.scenario.desk import chat_data
from examdesk.items.scenario.serving import USES

Body = Mapping[str, Any]
Found = Iterator[Problem]

_OWN = ("begins", "opening", "leaves", "states", "mood", "facts", "patience")  # only a chat has these
_BOTH = ("tools", "fields", "anywhere")  # shared ones come first


def faults(body: Body) -> Found:
    """Every wrong name, number and way in both halves."""
    if "chats" in body["play"]:
        yield from dict.fromkeys(_several(body))
    else:
        yield from halves.faults(body)
        yield from _alone(body["score"])


def whole(body: Body) -> Body:
    """A scenario with everything its chats have put together, to look names up in."""
    play = body["play"]
    if "chats" not in play:
        return body
    chats = [chat_data(play, chat) for chat in play["chats"]]
    both = {name: [*play[name], *(one for chat in play["chats"] for one in chat[name])] for name in _BOTH}
    states = {name: spec for chat in chats for name, spec in chat["states"].items()}
    facts = [fact for chat in chats for fact in chat["facts"]]
    return {**body, "play": {**play, **both, "states": states, "facts": facts}}


def _several(body: Body) -> Found:
    play, together = body["play"], whole(body)
    views = [chat_data(play, chat) for chat in play["chats"]]
    yield from halves._languages(body)
    yield from halves._acts(body)
    yield from entity_faults.faults(body)
    said = [(home(play, index, loc), name) for index, view in enumerate(views) for loc, name in halves.said_in(view)]
    said += [(("play", "chats", index, "waits", "say"), view["waits"]["say"]) for index, view in enumerate(views)]
    yield from halves._lines(play, said)
    for index, view in enumerate(views):
        everywhere = {**view, "states": together["play"]["states"]}
        quiet = clockwork.quiet({**view, **({"clock": play["clock"]} if "clock" in play else {})})
        found = (*halves._states(view), *halves._rules(view), *halves._tools(everywhere), *halves._mood(view), *quiet)
        yield from (one._replace(loc=home(play, index, one.loc)) for one in found)
    yield from halves._score(together, set().union(*map(halves.reachable, views)))
    yield from _chats(play)
    yield from _happens(together["play"])
    yield from clockwork.faults_of_several(body)
    yield from _named(body)


def home(play: Body, index: int, loc: Loc) -> Loc:
    """Where something of a chat stands in the author's file."""
    part = loc[1] if len(loc) > 1 else ""
    if part in _OWN:
        return ("play", "chats", index, *loc[1:])
    if part in _BOTH and len(loc) > 2 and isinstance(loc[2], int) and loc[2] >= len(play[part]):
        return ("play", "chats", index, part, loc[2] - len(play[part]), *loc[3:])
    return loc


def _chats(play: Body) -> Found:
    """Every customer has a name of his own; somebody is there from the start; nobody leaves before he is served."""
    yield from repeated([chat["id"] for chat in play["chats"]], ("play", "chats"))
    if all(chat["arrives"] for chat in play["chats"]):
        cure = "give one arrives: 0"
        yield Problem(("play", "chats"), "nobody is there when the exam begins", "", cure)


def _happens(play: Body) -> Found:
    """What happens by itself has a cause, and changes what all share."""
    chats = {chat["id"]: chat["states"] for chat in play["chats"]}
    shared = len(play["fields"]) - sum(len(chat["fields"]) for chat in play["chats"])
    for index, entry in enumerate(play["happens"]):
        loc = ("play", "happens", index)
        yield from halves._values({**play, "fields": play["fields"][:shared]}, (*loc, "sets"), entry["sets"])
        if "chat" in entry:
            yield from halves._unknown([((*loc, "chat"), entry["chat"])], chats, "chat")
            named = [((*loc, "at"), name) for name in entry["at"]]
            yield from halves._unknown(named, chats.get(entry["chat"], ()), "state")
        if ("chat" in entry) != bool(entry["at"]) or not ("chat" in entry or "after" in entry):
            yield Problem(loc, "nothing makes this happen", "", "write after:, or chat: with at:")


def _named(body: Body) -> Found:
    """The score half names chats that exist, and says in which of them the goal is reached."""
    chats = [chat["id"] for chat in body["play"]["chats"]]
    for loc, event in halves._events(body["score"]):
        names = [((*loc, use), event[use]) for use in ("chat", "answered") if use in event]
        names += [((*loc, "before", place), name) for place, name in enumerate(event.get("before", ()))]
        yield from halves._unknown(names, chats, "chat")
        if event["goal"] and "chat" not in event:
            yield Problem(loc, "several customers, and nobody says whose goal this is", "", "add chat:")
        if ("short" in event) != ("chats" in event):
            yield Problem(loc, "short: and chats: belong together", "", "write how many customers have to be answered")


def _alone(score: Body) -> Found:
    """Where there is one customer, nothing speaks of others."""
    wrong, cure = "there is one customer only", "remove it, or write play.chats:"
    for loc, event in halves._events(score):
        for use in ("chat", *USES):
            if use in event:
                yield Problem((*loc, use), wrong, str(event[use]), cure)
    for index, script in enumerate(score["transcripts"]):
        for place, turn in enumerate(script["turns"]):
            if "in" in turn:
                yield Problem(("score", "transcripts", index, "turns", place, "in"), wrong, turn["in"], cure)
