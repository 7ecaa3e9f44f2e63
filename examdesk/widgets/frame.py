"""The frame of an exam: the start page, the bar with time and progress, and the hand-in panel at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from examdesk.errors import NotSaved
from examdesk.widgets.modules import module
from examdesk.widgets.texts import TEXTS, told

_HERE = Path(__file__).parent


class Acting(anywidget.AnyWidget):
    """A panel with buttons. The browser never sets a trait: it sends messages, each of which is one of the actions."""

    lang = traitlets.Unicode("zh").tag(sync=True)
    state = traitlets.Unicode("waiting").tag(sync=True)

    def __init__(self, *, actions: Mapping[str, Callable[[Any], Any]], **traits: Any) -> None:
        super().__init__(**traits)
        self._actions = actions
        self.on_msg(self._received)

    def _received(self, _widget: object, content: Any, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") not in self._actions:
            return
        try:
            self._actions[content["type"]](content.get("value"))
        except (NotSaved, ValueError) as fault:
            self.send({"type": "refused", "what": content["type"], "why": told(fault, self.lang)})


class _Panel(Acting):
    answered: Any = traitlets.List().tag(sync=True)  # numbers of the answered questions
    flagged: Any = traitlets.List().tag(sync=True)  # numbers of the questions to look at again
    section = traitlets.Unicode("").tag(sync=True)  # where the candidate is, when sections come one after the other
    clock = traitlets.Dict().tag(sync=True)  # seconds left, of what, of how many; when to announce it; see `Hour`
    extra = traitlets.Unicode("").tag(sync=True)  # the candidate's extra time, as far as this page was told
    by_time = traitlets.Bool(False).tag(sync=True)  # the time ended it, not the candidate
    witness = traitlets.Unicode("").tag(sync=True)
    ended = traitlets.Unicode("").tag(sync=True)  # when the exam was handed in, UTC
    feedback = traitlets.Unicode("").tag(sync=True)  # the path of the feedback page below the exam's folder
    store = traitlets.Unicode("").tag(sync=True)
    form = traitlets.Dict().tag(sync=True)  # title, languages, items, points, sections, one_way, pause
    texts = traitlets.Dict(TEXTS).tag(sync=True)


class Frame(_Panel):
    """Who sits what; time, progress and language, always in sight; where every question is."""

    _esm = module("review.js", "room.js", "frame.js")
    _css = _HERE / "style.css"  # for all panels of the page
    candidate = traitlets.Unicode("").tag(sync=True)
    known = traitlets.Bool(False).tag(sync=True)  # the hub has named the candidate
    opening = traitlets.Dict().tag(sync=True)  # before the start: when the room opens and closes; see `Room`
    device: Any = traitlets.List().tag(sync=True)  # what is wrong with this computer


class Finish(_Panel):
    """What is still unanswered or flagged, and the button to hand in, or to go on to the next section."""

    _esm = module("review.js", "sent.js", "finish.js")

    def offer(self, path: Path) -> None:
        """Says where the hand-in file lies, and gives its bytes to the page, which offers them as a download."""
        self.send({"type": "packed", "name": path.name, "place": str(path)}, [path.read_bytes()])
