"""How candidates behave on a transcript item: for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.items.transcript.key import keyed
from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return _said({line: rules[0] for line, rules in keyed(item.body).items()})


def partial(item: Item, rng: random.Random) -> list[Said]:
    """One offending line taken for another offence, and now and then one overlooked; a single line is wrong."""
    key = keyed(item.body)
    if len(key) == 1:
        return wrong(item, rng)
    marked = {line: rules[0] for line, rules in key.items()}
    taken = rng.choice(sorted(marked))
    marked[taken] = rng.choice([rule["id"] for rule in item.body["rules"] if rule["id"] not in key[taken]] or [""])
    if len(key) > 2 and rng.random() < 0.5:
        del marked[rng.choice([line for line in sorted(marked) if line != taken])]
    return _said(marked)


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """Lines marked that break no rule, and none of those that do."""
    key = keyed(item.body)
    fine = [line for line in range(1, len(item.body["lines"]) + 1) if line not in key]
    rules = [rule["id"] for rule in item.body["rules"]]
    return _said({line: rng.choice(rules) for line in rng.sample(fine, min(len(fine), rng.randint(1, 2)))})


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    line, rules = next(iter(keyed(item.body).items()))
    named = [{str(line): wrong} for wrong in ("nonsense", None, 3, [rules[0]], {rules[0]: 1}, "a" * 5000)]
    numbers = [{name: rules[0]} for name in ("0", f"0{line}", str(len(item.body["lines"]) + 1), "nonsense")]
    return ["nonsense", 3, True, [line], [str(line)], *numbers, *named]


def _said(marked: dict[int, str]) -> list[Said]:
    return [("answered", {str(line): marked[line] for line in sorted(marked)})]
