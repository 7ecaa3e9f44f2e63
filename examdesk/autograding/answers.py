"""What is odd about the answers in a journal: noted for the instructor, never used for a mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.items import is_answer, is_chat
from examdesk.journal import Journal
from examdesk.model import Event, Flag
from examdesk.variants import as_shown, drawn, met, unsaid

LONG = 15  # characters from which two equal texts are no chance


def answer_flags(public: Mapping[str, Any], journal: Journal | None, candidate: str) -> list[Flag]:
    """Notes on questions that are not this candidate's, on answers no panel writes, and on one text for two items."""
    if journal is None:
        return []
    events, flags = list(_counting(journal)), _other_variants(public, journal, candidate)
    public = as_shown(public, candidate, journal.start)
    void = [event for event in events if _is_void(public["questions"], event)]
    if void:
        items = ", ".join(repr(item[:40])[1:-1] for item in list(dict.fromkeys(event.item or "" for event in void))[:5])
        flags.append(Flag("void-answers", f"{len(void)} answers no panel writes, ignored: {items}"))
    return flags + _same_texts(public["questions"], events)


def _other_variants(public: Mapping[str, Any], journal: Journal, candidate: str) -> list[Flag]:
    """What was shown is what is marked; who was shown another variant than the seed's may have wished to be.

    Every exam with variants writes them down. Where a journal does not, it was edited, or begun with an older form.json
    that showed everybody the same: then the marks, by the seed, may be those of another question.
    """
    named = journal.start.get("candidate")  # a mistyped number is held by itself, and is no second offence
    said, due = met(public, candidate, journal.start), drawn(public, named if isinstance(named, str) else candidate)
    other = [item for item, place in said.items() if place != due[item]]
    untold = unsaid(public, journal.start) if journal.start else []
    found = [(other, "other-variant", "other variants than this candidate's were answered", False),
             (untold, "unsaid-variant", "the journal does not say which variants were shown", True)]
    return [Flag(code, f"{detail}: {', '.join(items[:5])}", hold) for items, code, detail, hold in found if items]


def _counting(journal: Journal) -> Iterator[Event]:
    """What the candidate did before the hand-in."""
    for event in journal.events:
        if event.kind == "finished":
            return
        if event.item is not None and event.kind in ("answered", "said", "acted"):
            yield event


def _is_void(questions: Mapping[str, Any], event: Event) -> bool:
    """Whether it counts for nothing; what is odd in a chat its replay names."""
    item = event.item or ""
    if event.kind != "answered":
        return not is_chat(questions, item)
    return event.value is not None and not is_answer(questions, item, event.value)


def _same_texts(questions: Mapping[str, Any], events: list[Event]) -> list[Flag]:
    last = {event.item: "".join(event.value.split()) for event in events
            if event.kind == "answered" and isinstance(event.value, str) and event.item in questions}
    by_text: dict[str, list[str]] = {}
    for item, text in last.items():
        if len(text) >= LONG:
            by_text.setdefault(text, []).append(str(item))
    return [Flag("reply-trick", f"the same text in {', '.join(items)}") for items in by_text.values() if len(items) > 1]
