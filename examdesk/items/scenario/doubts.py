"""What can be wrong with the customer's question whether something is meant, and with what the model may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Problem
from examdesk.items.scenario.play import MEANING


def faults(body: Mapping[str, Any]) -> Iterator[Problem]:
    """The question names what is meant and can be answered; nothing that costs points is read by the model."""
    play, acts = body["play"], body["play"]["acts"]
    meant = [name for name, act in acts.items() if "meaning" in act]
    if "unsure" not in play:
        for name in meant:
            yield Problem(("play", "acts", name, "meaning"), "nobody asks what this act means", name,
                          "write play.unsure:, or take meaning: out")
        return
    yield from _question(play)
    if not meant:
        yield Problem(("play", "unsure"), "no act has a meaning to ask about", "", "give acts meaning:, or remove it")
    for name in meant:
        if why := unread(body, name):
            yield Problem(("play", "acts", name, "meaning"), f"the model may not read this act: {why}", name,
                          "take meaning: out; phrases alone read it")


def _question(play: Mapping[str, Any]) -> Iterator[Problem]:
    unsure = play["unsure"]
    for use in ("yes", "no"):
        for index, name in enumerate(unsure[use]):
            if not play["acts"].get(name, {"whole": False})["whole"]:
                yield Problem(("play", "unsure", use, index), "this is no act of whole: true", name,
                              'name acts like a bare "yes" or "no"')
    for index, texts in enumerate(play["lines"].get(unsure["say"], ())):
        if any(MEANING not in words for words in texts.values()):
            yield Problem(("play", "lines", unsure["say"], index), "the question does not say what it is about", "",
                          f"write {MEANING} where the meaning of the act is to stand")


def unread(body: Mapping[str, Any], name: str) -> str:
    """Why an act must not be read by the model; "" when it may."""
    act, score = body["play"]["acts"][name], body["score"]
    mine = [rule for rule in _rules(body["play"]) if rule.get("act") == name]
    stands_for = {name, *(rule["means"] for rule in mine if "means" in rule)}
    if act["whole"] or act["light"]:
        return "courtesy and bare answers are read by phrases"
    if any(stands_for & set(rule["acts"]) for rule in score["critical"]):
        return "it is a critical violation"
    if any(rule["event"].get("act") in stands_for for rule in score["forbidden"]):
        return "it costs points"
    annoys = any(rule["mood"] < 0 for rule in mine)
    if annoys and not stands_for & set(_earning(score)):  # a right answer may annoy him
        return "it annoys the customer"
    return ""


def _earning(score: Mapping[str, Any]) -> Iterator[str]:
    """The acts that earn points."""
    events = [entry["event"] for entry in score["required"]]
    events += [entry[use] for entry in score["order"] for use in ("first", "then")]
    return (event["act"] for event in events if "act" in event)


def _rules(play: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*play["anywhere"], *(rule for state in play["states"].values() for rule in state["rules"])]
