"""What a trainee touches: question widgets and the frame around them. Knows no key, no grader, no bank."""

from __future__ import annotations

from examdesk.widgets.frame import Finish, Frame
from examdesk.widgets.markdown import rendered
from examdesk.widgets.question import Question, joined
from examdesk.widgets.texts import TEXTS

__all__ = ["TEXTS", "Finish", "Frame", "Question", "joined", "rendered"]
