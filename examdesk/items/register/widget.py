"""The question widget of a register item."""

from __future__ import annotations

from pathlib import Path

from examdesk.widgets import Question, joined


class Widget(Question):
    _esm = joined(Path(__file__).with_name("widget.js"))
