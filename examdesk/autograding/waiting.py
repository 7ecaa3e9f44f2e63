"""How long customers waited, by the page and by the journal's own times: noted for the instructor where they differ.

A mark goes by the seconds a page has counted, because only the page knows when nobody could answer. The journal knows
what lies between two of its entries, pauses and time without a kernel left out. Who keeps his page from counting, or
writes down fewer seconds, is found here; so is a page that was away for an honest reason, which is why nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from examdesk.extra import pace
from examdesk.items import part
from examdesk.journal import Journal
from examdesk.model import Event, Flag
from examdesk.timing import Rules, acting
from examdesk.waits import GAP

SLACK = GAP + 5  # s by which the two may differ: a gap between two looks, and a slow network


class Told(NamedTuple):
    """The wait before one message; of several customers served at once, before one turn in whatever chat."""

    item: str
    turn: str  # "message 3", from 1
    page: int  # s
    journal: int  # s


def waiting_flags(public: Mapping[str, Any], journal: Journal, rules: Rules, extra: str) -> Iterator[Flag]:
    """A note where the waits of a chat are not those of the journal; nothing for chats in which waiting is free."""
    items = {item: kinds for item, question in public.get("questions", {}).items() if (kinds := _timed(question))}
    if not items:
        return
    slower = pace(extra, of=60 * public["minutes"])
    odd = [one for one in _told(journal.events, rules, items, slower) if abs(one.page - one.journal) > SLACK]
    if odd:
        named = "; ".join(f"{one.item} {one.turn}: {one.page} s, the journal {one.journal} s"
                          for one in odd[:3])
        more = f" and {len(odd) - 3} more" if len(odd) > 3 else ""
        yield Flag("waits", f"the page was away, or did not count, while a customer waited: {named}{more}")


def _timed(question: Mapping[str, Any]) -> tuple[str, ...]:
    timed = getattr(part(question["type"], "question"), "timed", None)
    return timed(question["public"]) if timed else ()


def _told(events: tuple[Event, ...], rules: Rules, items: Mapping[str, tuple[str, ...]], slower: Fraction
          ) -> Iterator[Told]:
    """The wait before every event of these chats that tells one, by both clocks; `items` names the kinds."""
    since, count = dict[str, int](), dict.fromkeys(items, 0)
    for event, ms in acting(events, rules):
        if event.item is None or event.item not in items:
            continue
        if event.kind == "opened":
            since.setdefault(event.item, ms)
        if event.item in since and event.kind in items[event.item]:
            count[event.item] += 1
            waited = event.value.get("waited") if isinstance(event.value, dict) else None
            page = waited if type(waited) is int else 0
            turn = f"{'turn' if 'acted' in items[event.item] else 'message'} {count[event.item]}"
            yield Told(event.item, turn, page, int((ms - since[event.item]) / (1000 * slower)))
            since[event.item] = ms
