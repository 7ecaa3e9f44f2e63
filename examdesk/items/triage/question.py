"""What a candidate may see of a triage item."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, digest, text


def public(item: Item) -> dict[str, Any]:
    """The public data of the item. Tickets stand in the order of a digest; classes only where they are asked for."""
    body = item.body
    tickets = sorted(body["tickets"], key=lambda ticket: digest([item.id, ticket["id"]]))
    named = {"classes": [{"id": one["id"], "text": dict(one["text"])} for one in body["classes"]]}
    return {
        "stem": dict(body["stem"]),
        "rule": body["rule"],
        "tickets": [{"id": ticket["id"], "text": dict(ticket["text"])} for ticket in tickets],
        **(named if body["ask_class"] else {}),
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question with its tickets in the first order one candidate sees; the classes keep theirs."""
    tickets = list(public["tickets"])
    random.Random(seed).shuffle(tickets)
    return {**public, "tickets": tickets}


def clean(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The answer as it is journalled: {"order": all ticket ids, "classes": {ticket: class} as far as chosen}.

    `classes` is there only where classes are asked for. Raises ValueError.
    """
    ids = [ticket["id"] for ticket in public["tickets"]]
    fields = {"order", "classes"} if "classes" in public else {"order"}
    if not isinstance(value, dict) or set(value) != fields:
        raise ValueError("no queue")
    order, chosen = value["order"], value.get("classes", {})
    if not isinstance(order, list) or len(order) != len(ids) or any(ticket not in order for ticket in ids):
        raise ValueError("no order of all tickets")
    if not isinstance(chosen, dict) or any(ticket not in ids for ticket in chosen):
        raise ValueError("no such ticket")
    known = [one["id"] for one in public.get("classes", ())]
    if any(not isinstance(name, str) or name not in known for name in chosen.values()):
        raise ValueError("no such class")
    sorted_ = {ticket: chosen[ticket] for ticket in ids if ticket in chosen}
    return {"order": list(order), "classes": sorted_} if "classes" in public else {"order": list(order)}


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The queue in words, one numbered line for each ticket, its class behind it; [] when blank."""
    if not isinstance(value, dict) or not isinstance(value.get("order"), list):
        return []
    tickets = {ticket["id"]: text(ticket["text"], language) for ticket in public["tickets"]}
    named = {one["id"]: text(one["text"], language) for one in public.get("classes", ())}
    chosen = value.get("classes", {})
    return [
        f"{place}. {tickets[ticket]}" + (f" – {named[chosen[ticket]]}" if chosen.get(ticket) in named else "")
        for place, ticket in enumerate(value["order"], start=1) if ticket in tickets
    ]
