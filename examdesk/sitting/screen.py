"""What one sitting shows: the frame, the questions, the hand-in panel; and how each of them learns what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.marking import shown
from examdesk.model import seed_of
from examdesk.sitting.device import device_faults
from examdesk.sitting.feedback import newest_feedback
from examdesk.sitting.shell import display
from examdesk.widgets import Finish, Frame, Question, rendered

if TYPE_CHECKING:
    from examdesk.sitting.sitting import Sitting

Action = Callable[[Any], Any]


class Screen:
    """The panels of one sitting. They hold no truth of their own: `tell_all` makes them what the sitting is."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self.frame: Frame | None = None
        self.finish: Finish | None = None
        self.questions: dict[str, Question] = {}

    def show_frame(self, actions: Mapping[str, Action]) -> None:
        """Shows the start page, later the bar, below this cell."""
        if self.frame is None:
            sitting = self._sitting
            self.frame = Frame(
                actions=actions,
                form=self._public(),
                candidate=sitting.candidate or sitting.known,
                known=bool(sitting.known),
                device=device_faults(sitting.folder) if sitting.state == "waiting" else [],
                **self._common(),
            )
        display(self.frame)

    def show_question(self, item: str, save: Callable[[str, str, Any], Any]) -> None:
        """Shows the question of `item`; `save` takes item, kind and value of what the candidate does."""
        if item not in self.questions:
            self.questions[item] = self._question(item, save)
            self._begin(item)
        display(self.questions[item])

    def show_finish(self, actions: Mapping[str, Action]) -> None:
        """Shows the hand-in panel below this cell."""
        if self.finish is None:
            self.finish = Finish(actions=actions, form=self._public(), **self._common())
        display(self.finish)

    def tell_all(self, *, again: bool = False) -> None:
        """Every panel as things are now; the state last, because it opens the questions.

        `again`: another kernel may have written, so that chats must catch up.
        """
        sitting = self._sitting
        for item, widget in self.questions.items():
            widget.question, widget.store = self._arranged(item), self._store
            widget.stem = self._stem(item)
            widget.value = sitting.response(item).value
            widget.flagged = item in sitting.flagged
        for trait, value in {"candidate": sitting.candidate or sitting.known, **self._common()}.items():
            self.tell(trait, value, questions=trait not in ("state", "flagged"))
        for item, widget in self.questions.items():
            was, widget.state = widget.state, sitting.state_of(item)
            if again or was == "waiting":
                self._begin(item)

    def tell(self, trait: str, value: Any, *, questions: bool = True) -> None:
        """Sets one trait of every panel that has it."""
        for panel in (self.frame, self.finish, *(self.questions.values() if questions else ())):
            if panel is not None and panel.has_trait(trait):
                setattr(panel, trait, value)

    def tell_answered(self) -> None:
        self.tell("answered", self._numbers(self._sitting.answered))

    def tell_flagged(self) -> None:
        self.tell("flagged", self._numbers(self._sitting.flagged), questions=False)

    def _question(self, item: str, save: Callable[[str, str, Any], Any]) -> Question:
        sitting = self._sitting
        if item not in sitting.form["questions"]:
            raise CourseError(f"form.json: no question {item}. Cure: fetch the exam again")
        data = sitting.form["questions"][item]
        return part(data["type"], "widget").Widget(
            save=lambda kind, value: save(item, kind, value),
            item=item,
            number=data["number"],
            out_of=shown(Fraction(data["out_of"])),
            question=self._arranged(item),
            stem=self._stem(item),
            value=sitting.response(item).value,
            flagged=item in sitting.flagged,
            state=sitting.state_of(item),
            lang=sitting.language,
            store=self._store,
        )

    def _stem(self, item: str) -> dict[str, str]:
        return rendered(self._sitting.form["questions"][item]["public"]["stem"])

    def _begin(self, item: str) -> None:
        """Lets a chat begin, or catch up: it plays with the whole public half and what the journal has."""
        begin, sitting = getattr(self.questions[item], "begin", None), self._sitting
        if begin and sitting.state_of(item) != "waiting":
            public = sitting.form["questions"][item]["public"]
            if hasattr(self.questions[item], "pace"):  # a chat in which waiting counts
                self.questions[item].pace = lambda: sitting.hour.pace
            begin(public, seed=self._seed(item), events=lambda: _events(sitting, item))

    def _seed(self, item: str) -> int:
        return seed_of(self._sitting.form["form"], self._sitting.candidate, item)

    def _arranged(self, item: str) -> dict[str, Any]:
        """What the browser gets of a question: in the candidate's order, without what only the kernel needs."""
        data = self._sitting.form["questions"][item]
        question, public = part(data["type"], "question"), data["public"]
        if self._sitting.form["shuffle"]:
            public = question.arranged(public, seed=self._seed(item))
        value = self._sitting.response(item).value
        return dict(question.shown(public, value) if hasattr(question, "shown") else public)

    def _numbers(self, items: Any) -> list[int]:
        questions = self._sitting.form["questions"]
        return sorted(questions[item]["number"] for item in items if item in questions)

    def _common(self) -> dict[str, Any]:
        sitting = self._sitting
        return {
            "lang": sitting.language,
            "answered": self._numbers(sitting.answered),
            "flagged": self._numbers(sitting.flagged),
            "section": sitting.hour.section,
            "clock": sitting.hour.as_shown(),
            "extra": sitting.hour.extra,
            "by_time": sitting.by_time,
            "witness": sitting.witness,
            "ended": sitting.ended,
            "store": self._store,
            "feedback": newest_feedback(sitting.folder, sitting.form["form"]) if sitting.state == "closed" else "",
            "opening": sitting.room.as_shown() if sitting.state == "waiting" else {},
            "state": sitting.state,
        }

    def _public(self) -> dict[str, Any]:
        form = self._sitting.form
        return {
            "title": form["title"],
            "languages": form["languages"],
            "items": len(form["questions"]),
            "seconds": 60 * form["minutes"],
            "points": shown(sum((Fraction(q["out_of"]) for q in form["questions"].values()), Fraction(0))),
            "one_way": bool(form.get("one_way")),
            "pause": form.get("pause", 0),
            "sections": [{**section, "items": self._numbers(section["items"])} for section in form["sections"]],
        }

    @property
    def _store(self) -> str:
        return f"examdesk/{self._sitting.form['form']}/{self._sitting.candidate}"


def _events(sitting: Sitting, item: str) -> list[tuple[str, Any]]:
    return [(event.kind, event.value) for event in sitting.response(item).events]
