"""One trainee practising one form: a sitting without time, without hand-in, and with everything explained."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from examdesk.errors import CourseError
from examdesk.journal import Journal
from examdesk.model import Event
from examdesk.practice.judging import judged, read_keys
from examdesk.practice.screen import Screen
from examdesk.sitting import Sitting
from examdesk.variants import drawn, with_variants

AGAIN = "again"


class Practising(Sitting):
    """Journals into a file of its own, which nothing collects or marks.

    To try again, or to start over, is a `started` event that says so: what came before it stays in the file and no
    longer counts.
    """

    JOURNAL = "practice.jsonl"
    SCREEN = Screen
    screen: Screen

    def __init__(self, folder: Path, form: dict[str, Any]) -> None:
        if not form.get("practice"):
            raise CourseError("form.json: this is no practice. Cure: fetch it again")
        self._keys = read_keys(folder, form["form"])
        super().__init__(folder, form)

    def frame(self) -> None:
        """Shows the start page, later the bar, below this cell."""
        self.screen.show_frame({"start": self._start, "language": self._speak, AGAIN: self._start_over})

    def show(self, item: str) -> None:
        """Shows the question of `item` below this cell, and below it what explains the answer."""
        self.screen.show_both(item, self._save, {
            "check": lambda _: self._explain(item, show_key=False),
            "key": lambda _: self._explain(item, show_key=True),
            AGAIN: lambda _: self._try_again(item),
        })

    def finish(self) -> None:
        """Shows nothing: there is nothing to hand in."""

    @property
    def state(self) -> str:
        """waiting for the start, or open for ever."""
        return "open" if self.candidate else "waiting"

    def _seen(self, journal: Journal) -> dict[str, Any]:
        """Whoever tries an item again is shown its next variant, where it has several."""
        places = drawn(self.given, str(journal.start.get("candidate", "")))
        counts = {item: 1 + len(self.given["questions"][item]["variants"]) for item in places}
        tries = Counter(event.item for event in journal.events if _is_again(event))
        return with_variants(self.given, {item: (place + tries[item] + tries[None]) % counts[item]
                                          for item, place in places.items()})

    def _counted(self, journal: Journal) -> Journal:
        """Of every item the events since it was tried again, of all of them those since the last start over."""
        since: dict[str | None, int] = {}
        for event in journal.events:
            if _is_again(event):
                since[event.item] = event.seq
        return Journal(tuple(event for event in journal.events
                             if event.item is None or event.seq > max(since.get(event.item, 0), since.get(None, 0))))

    def _save(self, item: str, kind: str, value: Any) -> Any:
        saved = super()._save(item, kind, value)
        if kind != "flagged":
            self.screen.forget(item)  # what was said was about another answer
        return saved

    def _explain(self, item: str, *, show_key: bool) -> None:
        """Says at once what the exam's own grader makes of the saved answer."""
        if self.state == "open" and not self.response(item).is_blank:
            journal = Journal(self.response(item).events)
            self.screen.tell_explained(item, judged(self._keys, self.form, item, journal, show_key=show_key))

    def _try_again(self, item: str) -> None:
        if self.state == "open" and item in self._responses:
            self.note("started", {AGAIN: True, "practice": True}, item=item)
            self._bring_back()
            self.screen.renew([item])

    def _start_over(self, _value: Any = None) -> None:
        """Everything is blank again."""
        if self.state == "open":
            self.note("started", {AGAIN: True, "practice": True})
            self._bring_back()
            self.screen.renew(list(self.screen.questions))

    def _kernel(self) -> dict[str, Any]:
        """Every start and every return says that it is practice."""
        return {**super()._kernel(), "practice": True}


def _is_again(event: Event) -> bool:
    return event.kind == "started" and isinstance(event.value, dict) and bool(event.value.get(AGAIN))
