"""One candidate sitting one exam: answers into the journal, and everything back out of it after a restart."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from examdesk import __version__
from examdesk.errors import CourseError, plain
from examdesk.handin import pack
from examdesk.items import part, responses
from examdesk.journal import NAME, Writer
from examdesk.journal.clock import boot
from examdesk.journal.reading import Journal
from examdesk.model import Event, Response
from examdesk.sitting.actions import Actions, witnessed
from examdesk.sitting.hour import Hour
from examdesk.sitting.past import Past
from examdesk.sitting.room import Room
from examdesk.sitting.screen import Screen
from examdesk.sitting.shell import plain_errors, shell
from examdesk.sitting.watch import Watch
from examdesk.variants import HEADER, as_shown, drawn, with_variants
from examdesk.widgets import TEXTS

CANDIDATE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}")
SITTING = ("open", "paused", "ending")  # the states between start and hand-in


def read_public(folder: str | Path) -> dict[str, Any]:
    """The form.json in `folder`; raises `CourseError` with the cure."""
    plain_errors()
    path = Path(folder) / "form.json"
    try:
        form = json.loads(path.read_text("utf-8-sig"))  # an editor on Windows may have put a mark in front
        if isinstance(form, dict):
            return form
    except FileNotFoundError:
        raise CourseError(f"{path}: not found. Cure: fetch the exam again, then open its notebook") from None
    except ValueError:
        pass
    raise CourseError(f"{path}: damaged. Cure: fetch the exam again; answers are kept")


class Sitting:
    """The exam of a form.json, for the candidate at this computer."""

    JOURNAL = NAME  # practice has another, and its own panels
    SCREEN: type[Screen] = Screen

    def __init__(self, folder: Path, form: dict[str, Any]) -> None:
        self.form, self.folder = form, folder  # the form as this candidate sees it
        self.given = form  # with every variant of its items
        self.room = Room(self)
        self.hour = Hour(form, self.room.opening)
        self._writer = Writer(folder / self.JOURNAL)
        self._actions = Actions(self)
        self._watch = Watch(self)
        self.screen = self.SCREEN(self)
        self._check_journal(self._bring_back())
        if self.state in SITTING:
            self.note("resumed", self._kernel())
            self._actions.look()

    def _bring_back(self) -> Journal:
        """The journal up to now; responses, candidate, language, time and state are what it says."""
        journal = self._writer.journal()
        self.form = self._seen(journal)
        self._responses: dict[str, Response] = responses(self.form["questions"], self._counted(journal))
        self._past = Past.of(journal)
        self.hour.follow(journal.events, extra=self._past.extra)
        return journal

    def _seen(self, journal: Journal) -> dict[str, Any]:
        """The form with the variants this candidate was shown from the start; the first ones before it."""
        return dict(as_shown(self.given, str(journal.start.get("candidate", "")), journal.start))

    def _counted(self, journal: Journal) -> Journal:
        """The events whose answers count: all of them."""
        return journal

    @classmethod
    def open(cls, folder: str | Path = ".", form: dict[str, Any] | None = None) -> Sitting:
        """The sitting of the form in `folder`, read already or not; its frame is shown when a notebook is looking.

        Opened again in the same kernel (a reload, a second tab) it is the same sitting with the same questions.
        """
        form = form or read_public(folder)
        place = Path(folder).resolve()
        sitting = _opened.get(place)
        if sitting is None or sitting.given != form or sitting.room.is_new:
            if sitting is not None:
                sitting._watch.stop()  # its times are no longer those of the exam
            sitting = cls(Path(folder), form)
            if shell():
                _opened[place] = sitting
        else:
            sitting.catch_up()
        sitting.frame()
        sitting._watch.begin()
        return sitting

    def frame(self) -> None:
        """Shows the start page, later the bar, below this cell."""
        actions = {"start": self._start, "language": self._speak, **self._actions.by_name}
        self.screen.show_frame(actions)

    def show(self, item: str) -> None:
        """Shows the question of `item` below this cell."""
        self.screen.show_question(item, self._save)

    def finish(self) -> None:
        """Shows the hand-in panel below this cell."""
        self.screen.show_finish({"finish": self._hand_in, "section": self._actions.section, "pack": self._pack})

    def catch_up(self) -> None:
        """Takes over what another kernel wrote, and shows it."""
        self._bring_back()
        self.screen.tell_all(again=True)

    def end(self) -> None:
        """Goes on to the next section, or hands in, because the time is over."""
        self._actions.end(None)

    # What is so now

    @property
    def has_news(self) -> bool:
        """Whether another kernel has written since."""
        return self._writer.has_news

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
    def flagged(self) -> frozenset[str]:
        """The items to look at again."""
        return self._past.flagged

    @property
    def answered(self) -> list[str]:
        """The items that hold an answer."""
        return [item for item, response in self._responses.items() if not response.is_blank]

    def response(self, item: str) -> Response:
        return self._responses.get(item, Response(item))

    @property
    def by_time(self) -> bool:
        """Whether the time ended the sitting, not the candidate."""
        return self._past.by_time

    @property
    def witness(self) -> str:
        """The code of the hand-in; "" before it."""
        return self._past.witness

    @property
    def ended(self) -> str:
        """When the exam was handed in, UTC; "" before it."""
        return self._past.ended

    # Answers

    def _save(self, item: str, kind: str, value: Any) -> Any:
        """Journals one event; returns the value as journalled. Raises `NotSaved` or ValueError."""
        if kind == "flagged":
            return self._flag(item, value)
        cleaned = self._cleaned(item, kind, value)
        self._refuse_what_is_late(item, kind, cleaned)
        event = self.note(kind, cleaned, item=item)
        before = self.response(item)
        self._responses[item] = responses(self.form["questions"], Journal((*before.events, event)))[item]
        self.screen.tell_answered()
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
            self.screen.tell_flagged()
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
        value = {"answered": len(self.answered), **({"reason": reason} if reason else {})}
        end = self.note("finished", value)
        self._past = replace(self._past, end=end.hash, ended=end.at, by_time=reason == "time")

    def _start(self, value: Any) -> None:
        named = value if isinstance(value, dict) else {"candidate": value}
        candidate = self.known or named.get("candidate")
        if self.candidate:
            return
        if not isinstance(candidate, str) or not CANDIDATE.fullmatch(candidate):
            raise ValueError(TEXTS[self.language]["login_unfit" if self.known else "candidate_missing"])
        self.room.admit(candidate, named.get("code"), extra=self._actions.promised(candidate))
        header = {"exam": self.form["exam"], "form": self.form["form"], "candidate": candidate, "attempt": 1,
                  "language": self.language, **self._kernel()}
        if places := drawn(self.given, candidate):
            header[HEADER] = places
        self.hour.follow((), extra="")
        self.note("started", header)
        self.form = with_variants(self.given, places)
        self._past = replace(self._past, candidate=candidate)
        self._actions.started(candidate)
        self.screen.tell_all()

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
        self.screen.tell("lang", value)

    def _hand_in(self, _value: Any) -> None:
        if self.state in ("open", "ending"):
            self.close()
        self.screen.tell_all()

    def _pack(self, _value: Any) -> None:
        """Makes the hand-in file, for where there is no exchange."""
        if self.screen.finish is not None and self.state == "closed":
            self.screen.finish.offer(pack(self._writer.path.parent, self.form["form"]))

    def _check_journal(self, journal: Journal) -> None:
        """Refuses answers of another exam and, where a hub names the candidate, of somebody else."""
        form = journal.start.get("form") if journal.start else None
        if form is not None and form != self.form["form"]:
            raise CourseError(f"{self.JOURNAL}: these answers belong to the exam {form}, not to {self.form['form']}. "
                              "Cure: move the file away and open the exam again")
        if self.known and self.candidate and self.candidate != self.known:
            raise CourseError(f"{self.JOURNAL}: these answers were begun by {plain(self.candidate[:40])}, not by "
                              f"{self.known}. Cure: move the file away and open the exam again")


_opened: dict[Path, Sitting] = {}  # by folder; one kernel seldom holds more than one
