"""The question widget of a typing item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from examdesk.widgets import Question, joined


class Widget(Question):
    """A passage to copy. The first keystroke is journalled as `opened`: from there the journal's clock runs."""

    _esm = joined(Path(__file__).with_name("widget.js"))

    def receive(self, kind: str, value: Any) -> dict[str, Any] | None:
        if kind != "opened":
            return super().receive(kind, value)
        if not self.takes:
            raise ValueError(self.texts[self.lang]["closed"])
        self._save("opened", None)
        return None
