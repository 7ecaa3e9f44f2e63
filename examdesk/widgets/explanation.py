"""The panel under a question of a practice: a button, then what there is to say about the answer, and another try."""

from __future__ import annotations

from pathlib import Path

import traitlets

from examdesk.widgets.frame import Acting
from examdesk.widgets.modules import module

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
        "lost": "每一分丢在哪里",
        "turn": "第 {n} 轮",
        "no_turn": "整段对话",
        "you_wrote": "您当时：",
        "better": "可以这样：",
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
        "lost": "Where every point was lost",
        "turn": "Turn {n}",
        "no_turn": "The whole chat",
        "you_wrote": "You:",
        "better": "Better:",
        "rubric": "The criteria",
        "example": "Good replies",
        "fact": "Handbook",
        "again": "Try again",
        "key": "Show the answer",
    },
}


class Explanation(Acting):
    """Holds what was said about the saved answer; {} when nothing was asked, or the answer has changed since."""

    _esm = module("explanation.js")
    _css = (_HERE / "explanation.css").read_text("utf-8")  # beside the frame's

    item = traitlets.Unicode().tag(sync=True)
    number = traitlets.Int().tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)  # an answer is saved
    told = traitlets.Dict().tag(sync=True)  # {language: Explained}
    texts = traitlets.Dict(WORDS).tag(sync=True)
