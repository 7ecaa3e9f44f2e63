"""What can be wrong with the dates, days, amounts and order numbers a scenario's phrases may name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Problem
from examdesk.items.scenario.entities import KINDS, kind

_NAMED = re.compile(r"\{([^{}]*)\}")


def faults(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Values nobody can read, names that are taken, and names in phrases that stand for nothing."""
    entities: Mapping[str, str] = body["play"].get("entities", {})
    for name, value in entities.items():
        if kind(value) is None:
            cure = "write a date 7-1, 30 days, an amount 23.90 usd, or an order number"
            yield Problem(("play", "entities", name), "this is no date, days, amount or order number", value, cure)
        if name in KINDS:
            yield Problem(("play", "entities", name), "this name stands for every other one", name, "choose another")
    known = {*entities, *KINDS} if entities else set[str]()
    for act, spec in body["play"]["acts"].items():
        for use in ("phrases", "unless"):
            for language, phrases in spec[use].items():
                for index, phrase in enumerate(phrases):
                    for name in sorted(set(_NAMED.findall(phrase)) - known):
                        cure = f"name it under play.entities, or use one of: {', '.join(sorted(known)) or 'none yet'}"
                        loc = ("play", "acts", act, use, language, index)
                        yield Problem(loc, "the world of the scenario holds nothing of this name", name, cure)
