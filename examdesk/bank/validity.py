"""Whether a fact or an edition holds on a day, and why not."""

from __future__ import annotations

from datetime import date

from examdesk.bank.handbook import Edition, Handbook
from examdesk.days import months_on


def edition_expired(edition: Edition, on: date) -> str:
    """Why an edition does not hold on that day, in words; "" while it does."""
    if edition.valid_to is not None and edition.valid_to < on:
        return f"its edition ended on {edition.valid_to}"
    if edition.valid_from is not None and edition.valid_from > on:
        return f"its edition begins on {edition.valid_from}"
    return "its edition is historical" if edition.status == "historical" else ""


def expired(handbook: Handbook, name: str, on: date) -> str:
    """Why the fact does not hold on that day, in words; "" while it does, and for a fact that is not listed."""
    fact = handbook.facts.get(name)
    if fact is None:
        return ""
    if fact.valid_to is not None and fact.valid_to < on:
        return f"it ended on {fact.valid_to}"
    if fact.valid_from is not None and fact.valid_from > on:
        return f"it begins on {fact.valid_from}"
    if fact.superseded_by is not None and not _not_begun(handbook, fact.superseded_by, on):
        return f"{fact.superseded_by} holds instead"
    if fact.status == "historical":
        return "it is historical"
    edition = handbook.editions.get(fact.edition)
    return "" if edition is None else edition_expired(edition, on)


def _not_begun(handbook: Handbook, name: str, on: date) -> bool:
    """Whether a fact that supersedes another has not begun yet."""
    fact = handbook.facts.get(name)
    return fact is None or (fact.valid_from is not None and fact.valid_from > on)


def to_be_checked(edition: Edition, on: date) -> date | None:
    """The day since which an edition is to be compared with what holds today; None while it need not be."""
    since = edition.checked_on or edition.valid_from
    if edition.recheck_months is None or since is None or edition.status == "historical":
        return None
    due = months_on(since, edition.recheck_months)
    return due if due <= on else None
