"""What can be wrong with the secrets of a scenario: too short, seen by nobody, told by the customer, never tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Loc, Problem, repeated
from examdesk.items.scenario.secrets import given_away, has_letters, secrets_of, signs

SHORTEST = 3  # signs of a text
DIGITS = 5  # of a text that is one number: a shorter one may stand in any other

Body = Mapping[str, Any]
Found = Iterator[Problem]


def faults(body: Body) -> Found:
    """Every secret that could fire by chance, that no agent could give away, or that no failing transcript does."""
    score, secrets = body["score"], secrets_of(body["score"])
    yield from repeated([entry["id"] for entry in (*secrets, *score["critical"])], ("score", "secrets"))
    failing = [turn["say"] for one in score["transcripts"] if one["kind"] == "fail"
               for turn in one["turns"] if "say" in turn]  # fmt: skip
    for index, secret in enumerate(secrets):
        loc = ("score", "secrets", index)
        yield from _texts(loc, secret)
        if not any(given_away(secret, text) for text in _seen(body["play"])):
            cure = "show it on the order or in the briefing, or remove it"
            yield Problem(loc, "no agent can see this secret", secret["id"], cure)
        for name, texts in _spoken(body["play"]):
            if any(given_away(secret, text) for text in texts):
                wrong = "the customer tells a secret himself"
                yield Problem(("play", "lines", name), wrong, secret["id"], "change the line")
        if not any(given_away(secret, text) for text in failing):
            cure = "write a transcript of kind: fail in which the agent does"
            yield Problem(loc, "no transcript gives this secret away", secret["id"], cure)


def _texts(loc: Loc, secret: Body) -> Found:
    for index, text in enumerate(secret["texts"]):
        found = signs(text)
        if len(found) < (DIGITS if found.isdigit() else SHORTEST):
            cure = f"write at least {SHORTEST} characters, or {DIGITS} digits"
            yield Problem((*loc, "texts", index), "so short a text may stand in any message", text, cure)
    part = secret.get("part")
    if part and all(has_letters(text) or len(text) <= part for text in map(signs, secret["texts"])):
        cure = "remove it; a text with letters, or as short as this, counts as a whole"
        yield Problem((*loc, "part"), "the part changes nothing", str(part), cure)


def _seen(play: Body) -> Iterator[str]:
    """Everything the agent can read, apart from what the customer says."""
    for texts in play["briefing"]:
        yield from texts.values()
    for field in play["fields"]:
        yield str(field["value"])
        for option in field["options"]:
            yield from option["text"].values()


def _spoken(play: Body) -> Iterator[tuple[str, list[str]]]:
    """(line, its wordings in every language) of what the customer may say."""
    for name, wordings in play["lines"].items():
        yield name, [text for texts in wordings for text in texts.values()]
