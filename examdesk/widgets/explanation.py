"""The panel under a question of a practice: a button, then what there is to say about the answer, and another try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from examdesk.errors import NotSaved
from examdesk.widgets.modules import module
from examdesk.widgets.texts import told

_HERE = Path(__file__).parent

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "about": "第 {n} 题的讲解",
        "check": "看讲解",
        "check_n": "看讲解：第 {n} 题",
        "full": "正确",
        "part": "部分正确",
        "none": "还不对",
        "unmarked": "这道题要由人评阅，机器不打分。请对照评分标准自己检查。",
        "unscored": "本题不计分，没有对错。",
        "points": "{points} / {out_of} 分",
        "your_answer": "您的作答",
        "why": "说明",
        "rubric": "评分标准",
        "example": "参考回复",
        "fact": "手册依据",
        "again": "再试一次",
        "key": "看答案",
    },
    "en": {
        "about": "Question {n} explained",
        "check": "Check",
        "check_n": "Check: question {n}",
        "full": "Right",
        "part": "Partly right",
        "none": "Not yet",
        "unmarked": "A person marks this; the machine gives no points. Compare your answer with the criteria.",
        "unscored": "This question is not scored: no answer is right or wrong.",
        "points": "{points} of {out_of} points",
        "your_answer": "Your answer",
        "why": "Why",
        "rubric": "The criteria",
        "example": "Good replies",
        "fact": "Handbook",
        "again": "Try again",
        "key": "Show the answer",
    },
}


class Explanation(anywidget.AnyWidget):
    """Holds what was said about the saved answer; {} when nothing was asked, or the answer has changed since."""

    _esm = module("explanation.js")
    _css = (_HERE / "style.css").read_text("utf-8") + (_HERE / "explanation.css").read_text("utf-8")

    item = traitlets.Unicode().tag(sync=True)
    number = traitlets.Int().tag(sync=True)
    lang = traitlets.Unicode("zh").tag(sync=True)
    state = traitlets.Unicode("waiting").tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)  # an answer is saved
    told = traitlets.Dict().tag(sync=True)  # {language: Explained}
    texts = traitlets.Dict(WORDS).tag(sync=True)

    def __init__(self, *, actions: Mapping[str, Callable[[Any], Any]], **traits: Any) -> None:
        super().__init__(**traits)
        self._actions = actions
        self.on_msg(self._received)

    def _received(self, _widget: object, content: Any, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") not in self._actions:
            return
        try:
            self._actions[content["type"]](None)
        except (NotSaved, ValueError) as fault:
            self.send({"type": "refused", "why": told(fault, self.lang)})
