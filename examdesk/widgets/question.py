"""The widget every item type builds on: it sends an answer, and says "saved" only when the journal has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from examdesk.errors import NotSaved
from examdesk.widgets.modules import module
from examdesk.widgets.texts import TEXTS, told


def joined(*fragments: Path) -> str:
    """The ES module of one item type: what every question shares, then its own fragments."""
    return module("question.js", *fragments)


class Question(anywidget.AnyWidget):
    """One question. The browser never sets a trait: it sends messages, which `Sitting` answers."""

    _esm = "export default {}"
    _css = ""  # the frame has brought the stylesheet; once more for each question would restyle the page each time

    item = traitlets.Unicode().tag(sync=True)
    number = traitlets.Int().tag(sync=True)
    out_of = traitlets.Unicode().tag(sync=True)
    question = traitlets.Dict().tag(sync=True)  # the arranged public data
    stem = traitlets.Dict().tag(sync=True)  # {language: HTML}
    value = traitlets.Any(None, allow_none=True).tag(sync=True)  # the last saved answer
    flagged = traitlets.Bool(False).tag(sync=True)  # the candidate wants to look at it again
    state = traitlets.Unicode("waiting").tag(sync=True)  # waiting (hidden), open, paused, ending, closed
    lang = traitlets.Unicode("zh").tag(sync=True)
    store = traitlets.Unicode().tag(sync=True)  # key of this candidate's unsaved text in the browser's session
    texts = traitlets.Dict(TEXTS).tag(sync=True)

    def __init__(self, *, save: Callable[[str, Any], Any], **traits: Any) -> None:
        super().__init__(**traits)
        self._save = save
        self._answer: dict[str, Any] = {}  # the last good one
        self.add_class(f"xd-item-{self.item}")
        self.on_msg(self._received)

    def _received(self, _widget: object, content: Any, _buffers: object) -> None:
        """Answers {type, nonce, value} with {type: "saved"} or {type: "not-saved", why}.

        A browser that heard no answer asks again with the same nonce; that is answered, and not journalled twice.
        `final` tells it that asking again is no use.
        """
        if not isinstance(content, dict) or type(content.get("nonce")) is not int:
            return
        nonce = content["nonce"]
        if nonce == self._answer.get("nonce"):
            self.send(self._answer)
            return
        try:
            reply = self._taken(str(content.get("type")), content.get("value"))
        except (NotSaved, ValueError) as fault:
            final = isinstance(fault, ValueError)
            self.send({"type": "not-saved", "nonce": nonce, "why": told(fault, self.lang), "final": final})
            return
        self._answer = {"type": "saved", "nonce": nonce, **(reply or {})}
        self.send(self._answer)

    def _taken(self, kind: str, value: Any) -> dict[str, Any] | None:
        if kind != "flagged":
            return self.receive(kind, value)
        self.flagged = self._save(kind, value)
        return None

    @property
    def takes(self) -> bool:
        """Whether an answer counts now: also one on its way while the time ends, or a pause begins."""
        return self.state in ("open", "paused", "ending")

    def receive(self, kind: str, value: Any) -> dict[str, Any] | None:
        """Saves one message of the browser; types with more than answers override this.

        Whether it comes too late is decided where it is saved, because a late answer is kept.
        """
        if kind != "answered":
            raise ValueError("unknown message")
        self.value = self._save("answered", value)
        return None
