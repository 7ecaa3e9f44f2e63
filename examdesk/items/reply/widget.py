"""The question widget of a reply item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from examdesk.items.reply.question import clean, shown
from examdesk.items.reply.steps import followed
from examdesk.widgets import Question
from examdesk.widgets.modules import module

_HERE = Path(__file__).parent


class Widget(Question):
    """A reply. One in steps gets the next step only after the journal has the last one as final."""

    _esm = module("question.js", _HERE / "steps.js", _HERE / "widget.js")

    _public: Mapping[str, Any] | None = None  # of a reply in steps that can be answered

    def begin(self, public: Mapping[str, Any], *, seed: int, events: Callable[[], list[tuple[str, Any]]]) -> None:
        """Takes over the whole question, later steps included, which stay in the kernel."""
        self._public = public if "steps" in public else None

    def receive(self, kind: str, value: Any) -> dict[str, Any] | None:
        """Saves an answer. Raises ValueError for one that changes a final step: a page that had not heard of it."""
        if self._public is None or kind != "answered":
            return super().receive(kind, value)
        answer = None if value is None else clean(self._public, value)
        if self.takes and followed(self._public, self.value, answer) != answer:  # type: ignore[arg-type]
            raise ValueError(self.texts[self.lang]["step_is_final"])
        reply = super().receive(kind, value)
        self.question = shown(self._public, self.value)
        return reply
