"""One candidate sitting one exam: shows questions, journals answers, brings everything back after a restart."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk import __version__
from examdesk.errors import CourseError, plain
from examdesk.handin import pack
from examdesk.items import part, responses
from examdesk.journal import NAME, Writer
from examdesk.journal.clock import boot
from examdesk.journal.reading import Journal
from examdesk.marking import shown
from examdesk.model import Event, Response, seed_of
from examdesk.sitting.actions import Actions, witnessed
from examdesk.sitting.device import device_faults
from examdesk.sitting.hour import Hour
from examdesk.sitting.past import Past
from examdesk.sitting.shell import display, plain_errors, shell
from examdesk.widgets import TEXTS, Finish, Frame, Question, rendered

CANDIDATE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}")
SITTING = ("open", "paused", "ending")  # the states between start and hand-in


class Sitting:
    """The exam of a form.json, for the candidate at this computer."""

    def __init__(self, folder: Path, form: dict[str, Any]) -> None:
        self.form, self.folder, self.hour = form, folder, Hour(form)
        self._writer = Writer(folder / NAME)
        self._actions = Actions(self)
        self._questions: dict[str, Question] = {}
        self._frame: Frame | None = None
        self._finish: Finish | None = None
        self._check_journal(self._bring_back())
        if self.state in SITTING:
            self.note("resumed", self._kernel())
            self._actions.look()

    def _bring_back(self) -> Journal:
        """The journal up to now; responses, candidate, language, time and state are what it says."""
        journal = self._writer.journal()
        self._responses: dict[str, Response] = responses(self.form["questions"], journal)
        self._past = Past.of(journal)
        self.hour.follow(journal.events, extra=self._past.extra)
        return journal

    @classmethod
    def open(cls, folder: str | Path = ".") -> Sitting:
        """The sitting of the form in `folder`; its frame is shown when a notebook is looking.

        Opened again in the same kernel (a reload, a second tab) it is the same sitting with the same questions.
        """
        plain_errors()
        path = Path(folder) / "form.json"
        try:
            form = json.loads(path.read_text("utf-8-sig"))  # an editor on Windows may have put a mark in front
        except FileNotFoundError:
            raise CourseError(f"{path}: not found. Cure: fetch the exam again, then open its notebook") from None
        except ValueError:
            raise CourseError(f"{path}: damaged. Cure: fetch the exam again; answers are kept") from None
        sitting = _opened.get(path.resolve())
        if sitting is None or sitting.form != form:
            sitting = cls(Path(folder), form)
            if shell():
                _opened[path.resolve()] = sitting
        else:
            sitting._bring_back()
            sitting.tell_all(again=True)
        sitting._open_frame()
        return sitting

    def show(self, item: str) -> None:
        """Shows the question of `item` below this cell."""
        if item not in self._questions:
            self._questions[item] = self._question(item)
            self._begin(item)
        display(self._questions[item])

    def finish(self) -> None:
        """Shows the hand-in panel below this cell."""
        if self._finish is None:
            actions = {"finish": self._hand_in, "section": self._actions.section, "pack": self._pack}
            self._finish = Finish(actions=actions, form=self._public(), **self._common())
        display(self._finish)

    # What is so now

    @property
    def candidate(self) -> str:
        return self._past.candidate

    @property
    def language(self) -> str:
        return self._past.language or str(self.form["language"])

    @property
    def known(self) -> str:
        """The candidate as a hub names him; "" elsewhere."""
        return os.environ.get("JUPYTERHUB_USER", "")

    @property
    def state(self) -> str:
        """waiting for the start, open, paused, ending (time is over, answers on their way still count) or closed."""
        if self._past.end or not self.candidate:
            return "closed" if self._past.end else "waiting"
        return "ending" if self.hour.is_over else "paused" if self.hour.pausing else "open"

    def state_of(self, item: str) -> str:
        """The state of one question; waiting, which hides it, outside the section the candidate is in."""
        state = self.state
        return state if state == "closed" or self.hour.is_here(item) else "waiting"

    @property
    def witness(self) -> str:
        """The code of the hand-in; "" before it."""
        return self._past.witness

    # Questions and answers

    def _question(self, item: str) -> Question:
        if item not in self.form["questions"]:
            raise CourseError(f"form.json: no question {item}. Cure: fetch the exam again")
        data = self.form["questions"][item]
        return part(data["type"], "widget").Widget(
            save=lambda kind, value: self._save(item, kind, value),
            item=item,
            number=data["number"],
            out_of=shown(Fraction(data["out_of"])),
            question=self._arranged(item),
            stem=rendered(data["public"]["stem"]),
            value=self._responses.get(item, Response(item)).value,
            flagged=item in self._past.flagged,
            state=self.state_of(item),
            lang=self.language,
            store=self._store,
        )

    def _begin(self, item: str) -> None:
        """Lets a chat begin, or catch up: it plays with the whole public half and what the journal has."""
        begin = getattr(self._questions[item], "begin", None)
        if begin and self.state_of(item) != "waiting":
            begin(self.form["questions"][item]["public"], seed=self._seed(item), events=lambda: self._events(item))

    def _events(self, item: str) -> list[tuple[str, Any]]:
        return [(event.kind, event.value) for event in self._responses.get(item, Response(item)).events]

    def _seed(self, item: str) -> int:
        return seed_of(self.form["form"], self.candidate, item)

    def _arranged(self, item: str) -> dict[str, Any]:
        """What the browser gets of a question: in the candidate's order, without what only the kernel needs."""
        data = self.form["questions"][item]
        question, public = part(data["type"], "question"), data["public"]
        if self.form["shuffle"]:
            public = question.arranged(public, seed=self._seed(item))
        value = self._responses.get(item, Response(item)).value
        return dict(question.shown(public, value) if hasattr(question, "shown") else public)

    def _save(self, item: str, kind: str, value: Any) -> Any:
        """Journals one event; returns the value as journalled. Raises `NotSaved` or ValueError."""
        if kind == "flagged":
            return self._flag(item, value)
        cleaned = self._cleaned(item, kind, value)
        self._refuse_what_is_late(item, kind, cleaned)
        event = self.note(kind, cleaned, item=item)
        before = self._responses.get(item, Response(item))
        self._responses[item] = responses(self.form["questions"], Journal((*before.events, event)))[item]
        self._tell("answered", self._answered())
        return cleaned

    def _cleaned(self, item: str, kind: str, value: Any) -> Any:
        data = self.form["questions"][item]
        question = part(data["type"], "question")
        if kind != "answered" and hasattr(question, "clean_event"):
            return question.clean_event(data["public"], kind, value)
        return question.clean(data["public"], value) if value is not None else None

    def _refuse_what_is_late(self, item: str, kind: str, cleaned: Any) -> None:
        """Raises ValueError unless the question takes answers. What comes after the time had closed it is kept."""
        if self.state in SITTING and self.hour.is_here(item):
            return
        behind = self.state in SITTING and self.hour.is_before(item)
        if behind or (self.state == "closed" and self._past.by_time):
            self._writer.append("late", {"kind": kind, "value": cleaned}, item=item)
            raise ValueError(TEXTS[self.language]["late_kept"])
        raise ValueError(TEXTS[self.language]["closed"])

    def _flag(self, item: str, value: Any) -> bool:
        """Marks a question for review, or no longer."""
        if type(value) is not bool or self.state != "open" or not self.hour.is_here(item):
            raise ValueError(TEXTS[self.language]["closed"])
        if value != (item in self._past.flagged):
            self.note("flagged", value, item=item)
            flagged = self._past.flagged | {item} if value else self._past.flagged - {item}
            self._past = replace(self._past, flagged=flagged)
            self._tell("flagged", self._numbers(self._past.flagged), questions=False)
        return value

    # The journal

    def note(self, kind: str, value: Any = None, *, item: str | None = None) -> Event:
        """Journals one event and lets the clock follow it."""
        event = self._writer.append(kind, value, item=item)
        self.hour.heard(event)
        return event

    def give(self, extra: str, *, by: str) -> None:
        """Takes over extra time the page was told of, by a "code" or by the "file" of a shared computer."""
        self.note("witness", witnessed(self.form["form"], self.candidate, extra, by))
        self._past = replace(self._past, extra=extra)
        self.hour.follow(self.hour.events, extra=extra)

    def close(self, *, reason: str = "") -> None:
        """Hands in, unless another kernel has; `reason` is "time" when the candidate did not do it."""
        self._bring_back()
        if self._past.end:
            return
        value = {"answered": len(self._answered()), **({"reason": reason} if reason else {})}
        self._past = replace(self._past, end=self.note("finished", value).hash, by_time=reason == "time")

    def _start(self, value: Any) -> None:
        candidate = self.known or value
        if self.candidate:
            return
        if not isinstance(candidate, str) or not CANDIDATE.fullmatch(candidate):
            raise ValueError(TEXTS[self.language]["login_unfit" if self.known else "candidate_missing"])
        header = {"exam": self.form["exam"], "form": self.form["form"], "candidate": candidate, "attempt": 1,
                  "language": self.language, **self._kernel()}
        self.hour.follow((), extra="")
        self.note("started", header)
        self._past = replace(self._past, candidate=candidate)
        self._actions.started(candidate)
        self.tell_all()

    def _kernel(self) -> dict[str, str]:
        """What a new kernel says of itself: engine version, and the run of the computer where that has a name."""
        run = boot(self.form["form"])
        return {"engine": __version__, **({"boot": run} if run else {})}

    def _speak(self, value: Any) -> None:
        if value not in self.form["languages"]:
            raise ValueError("no such language")
        self._past = replace(self._past, language=value)
        if self.state in SITTING:
            self.note("language", value)
        self._tell("lang", value)

    def _hand_in(self, _value: Any) -> None:
        if self.state in ("open", "ending"):
            self.close()
        self.tell_all()

    def _pack(self, _value: Any) -> None:
        """Makes the hand-in file, for where there is no exchange."""
        if self._finish is not None and self.state == "closed":
            self._finish.offer(pack(self._writer.path.parent, self.form["form"]))

    # What the panels show

    def _open_frame(self) -> None:
        if self._frame is None:
            self._frame = Frame(
                actions={"start": self._start, "language": self._speak, **self._actions.by_name},
                form=self._public(),
                candidate=self.candidate or self.known,
                known=bool(self.known),
                device=device_faults(self.folder) if self.state == "waiting" else [],
                **self._common(),
            )
        display(self._frame)

    def tell_all(self, *, again: bool = False) -> None:
        """Every panel on the screen as things are now; the state last, because it opens the questions.

        `again`: another kernel may have written, so that chats must catch up.
        """
        for item, widget in self._questions.items():
            widget.question, widget.store = self._arranged(item), self._store
            widget.value = self._responses.get(item, Response(item)).value
            widget.flagged = item in self._past.flagged
        for trait, value in {"candidate": self.candidate or self.known, **self._common()}.items():
            self._tell(trait, value, questions=trait not in ("state", "flagged"))
        for item, widget in self._questions.items():
            was, widget.state = widget.state, self.state_of(item)
            if again or was == "waiting":
                self._begin(item)

    def _tell(self, trait: str, value: Any, *, questions: bool = True) -> None:
        for panel in (self._frame, self._finish, *(self._questions.values() if questions else ())):
            if panel is not None and panel.has_trait(trait):
                setattr(panel, trait, value)

    def _answered(self) -> list[int]:
        return self._numbers(item for item, response in self._responses.items() if not response.is_blank)

    def _numbers(self, items: Any) -> list[int]:
        return sorted(self.form["questions"][item]["number"] for item in items if item in self.form["questions"])

    def _common(self) -> dict[str, Any]:
        return {
            "lang": self.language,
            "answered": self._answered(),
            "flagged": self._numbers(self._past.flagged),
            "section": self.hour.section,
            "clock": self.hour.as_shown(),
            "extra": self.hour.extra,
            "by_time": self._past.by_time,
            "witness": self.witness,
            "store": self._store,
            "state": self.state,
        }

    def _public(self) -> dict[str, Any]:
        questions = self.form["questions"]
        return {
            "title": self.form["title"],
            "languages": self.form["languages"],
            "items": len(questions),
            "seconds": 60 * self.form["minutes"],
            "points": shown(sum((Fraction(q["out_of"]) for q in questions.values()), Fraction(0))),
            "one_way": bool(self.form.get("one_way")),
            "pause": self.form.get("pause", 0),
            "sections": [{**section, "items": self._numbers(section["items"])} for section in self.form["sections"]],
        }

    @property
    def _store(self) -> str:
        return f"examdesk/{self.form['form']}/{self.candidate}"

    def _check_journal(self, journal: Journal) -> None:
        """Refuses answers of another exam and, where a hub names the candidate, of somebody else."""
        form = journal.start.get("form") if journal.start else None
        if form is not None and form != self.form["form"]:
            raise CourseError(f"{NAME}: these answers belong to the exam {form}, not to {self.form['form']}. "
                              "Cure: move the file away and open the exam again")
        if self.known and self.candidate and self.candidate != self.known:
            raise CourseError(f"{NAME}: these answers were begun by {plain(self.candidate[:40])}, not by {self.known}. "
                              "Cure: move the file away and open the exam again")


_opened: dict[Path, Sitting] = {}  # by form.json; one kernel seldom holds more than one
