"""One candidate sitting one exam: shows questions, journals answers, brings everything back after a restart."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk import __version__
from examdesk.errors import CourseError, SubmissionRefused
from examdesk.handin import pack
from examdesk.items import part
from examdesk.journal import NAME, Writer, fold
from examdesk.journal.reading import Journal
from examdesk.journal.witness import witness_code
from examdesk.marking import shown
from examdesk.model import Response, seed_of
from examdesk.widgets import TEXTS, Finish, Frame, Question, rendered

CANDIDATE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}")


class Sitting:
    """The exam of a form.json, for the candidate at this computer."""

    def __init__(self, folder: Path, form: dict[str, Any]) -> None:
        self.form = form
        self._writer = Writer(folder / NAME)
        self._questions: dict[str, Question] = {}
        self._frame: Frame | None = None
        self._finish: Finish | None = None
        journal = self._bring_back()
        self._elapsed = int(journal.seconds or 0)
        self._check_form(journal)
        if self.state == "open":
            self._writer.append("resumed", {"engine": __version__})

    def _bring_back(self) -> Journal:
        """The journal up to now; responses, candidate, state and language are what it says."""
        journal = self._writer.journal()
        self._responses: dict[str, Response] = fold(journal)
        self.candidate = str(journal.start.get("candidate", "")) if journal.start else ""
        self._end = next((event.hash for event in journal.events if event.kind == "finished"), "")
        self.language = _last_language(journal) or self.form["language"]
        return journal

    @classmethod
    def open(cls, folder: str | Path = ".") -> Sitting:
        """The sitting of the form in `folder`; its frame is shown when a notebook is looking.

        Opened again in the same kernel (a reload, a second tab) it is the same sitting with the same questions.
        """
        _plain_errors()
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
            if _shell():
                _opened[path.resolve()] = sitting
        else:
            sitting._open_again()
        sitting._open_frame()
        return sitting

    def show(self, item: str) -> None:
        """Shows the question of `item` below this cell."""
        if item not in self._questions:
            self._questions[item] = self._question(item)
            self._begin(item)
        _display(self._questions[item])

    def finish(self) -> None:
        """Shows the hand-in panel below this cell."""
        if self._finish is None:
            self._finish = Finish(actions={"finish": self._hand_in, "pack": self._pack}, form=self._public(),
                                  **self._common())
        self._finish.witness = self.witness
        _display(self._finish)

    @property
    def state(self) -> str:
        """waiting for the start, open, or closed."""
        return "closed" if self._end else "open" if self.candidate else "waiting"

    @property
    def witness(self) -> str:
        """Eight letters and digits that stand for the journal up to the hand-in, easy to read aloud; "" before it."""
        return witness_code(self._end)

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
            state=self.state,
            lang=self.language,
            store=self._store,
        )

    def _begin(self, item: str) -> None:
        """Lets a chat begin, or catch up: it plays with the whole public half and what the journal has."""
        begin = getattr(self._questions[item], "begin", None)
        if begin and self.state != "waiting":
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
        return dict(question.shown(public) if hasattr(question, "shown") else public)

    def _save(self, item: str, kind: str, value: Any) -> Any:
        """Journals one event; returns the value as journalled. Raises `NotSaved` or ValueError."""
        data = self.form["questions"][item]
        question = part(data["type"], "question")
        if kind != "answered" and hasattr(question, "clean_event"):
            cleaned = question.clean_event(data["public"], kind, value)
        else:
            cleaned = question.clean(data["public"], value) if value is not None else None
        event = self._writer.append(kind, cleaned, item=item)
        before = self._responses.get(item, Response(item))
        self._responses[item] = fold(Journal((*before.events, event)))[item]
        self._tell("answered", self._answered())
        return cleaned

    # The frame

    def _open_frame(self) -> None:
        if self._frame is None:
            self._frame = Frame(
                actions={"start": self._start, "language": self._speak},
                form=self._public(),
                candidate=self.candidate or _hub_user(),
                known=bool(_hub_user()),
                **self._common(),
            )
        self._frame.elapsed = self._elapsed
        _display(self._frame)

    def _open_again(self) -> None:
        """Everything as the journal has it now; another kernel may have written to it."""
        journal = self._bring_back()
        if journal.events:
            since = time.monotonic_ns() // 1_000_000 - journal.events[-1].mono
            self._elapsed = int(journal.seconds or 0) + max(0, since) // 1000
        self._show_again()

    def _show_again(self) -> None:
        """Every panel on the screen as things are now; the state last, because it opens the questions."""
        for item, widget in self._questions.items():
            widget.question, widget.store = self._arranged(item), self._store
            widget.value = self._responses.get(item, Response(item)).value
        for trait, value in {"candidate": self.candidate or _hub_user(), **self._common()}.items():
            self._tell(trait, value)
        for item in self._questions:
            self._begin(item)

    def _start(self, value: Any) -> None:
        candidate = _hub_user() or value
        if self.candidate:
            return
        if not isinstance(candidate, str) or not CANDIDATE.fullmatch(candidate):
            raise ValueError(TEXTS[self.language]["candidate_missing"])
        header = {"exam": self.form["exam"], "form": self.form["form"], "candidate": candidate, "attempt": 1,
                  "engine": __version__, "language": self.language}
        self._writer.append("started", header)
        self.candidate = candidate
        self._show_again()

    def _speak(self, value: Any) -> None:
        if value not in self.form["languages"]:
            raise ValueError("no such language")
        self.language = value
        if self.state == "open":
            self._writer.append("language", value)
        self._tell("lang", value)

    def _hand_in(self, _value: Any) -> None:
        if self.state == "open":
            self._end = self._writer.append("finished", {"answered": len(self._answered())}).hash
        self._tell("witness", self.witness)
        self._tell("state", self.state)

    def _pack(self, _value: Any) -> None:
        """Makes the hand-in file, for where there is no exchange."""
        if self._finish is not None and self.state == "closed":
            self._finish.offer(pack(self._writer.path.parent, self.form["form"]))

    def _tell(self, trait: str, value: Any) -> None:
        for panel in (self._frame, self._finish, *self._questions.values()):
            if panel is not None and panel.has_trait(trait):
                setattr(panel, trait, value)

    def _answered(self) -> list[int]:
        return sorted(
            self.form["questions"][item]["number"]
            for item, response in self._responses.items()
            if item in self.form["questions"] and not response.is_blank
        )

    def _common(self) -> dict[str, Any]:
        return {"lang": self.language, "answered": self._answered(), "state": self.state}

    def _public(self) -> dict[str, Any]:
        questions = self.form["questions"].values()
        points = sum((Fraction(q["out_of"]) for q in questions), Fraction(0))
        return {
            "title": self.form["title"],
            "minutes": self.form["minutes"],
            "languages": self.form["languages"],
            "items": len(questions),
            "points": shown(points),
        }

    @property
    def _store(self) -> str:
        return f"examdesk/{self.form['form']}/{self.candidate}"

    def _check_form(self, journal: Journal) -> None:
        form = journal.start.get("form") if journal.start else None
        if form is not None and form != self.form["form"]:
            raise CourseError(f"{NAME}: these answers belong to the exam {form}, not to {self.form['form']}. "
                              "Cure: move the file away and open the exam again")


def _last_language(journal: Journal) -> str | None:
    spoken = [event.value for event in journal.events if event.kind == "language"]
    return spoken[-1] if spoken and isinstance(spoken[-1], str) else journal.start.get("language")


def _hub_user() -> str:
    return os.environ.get("JUPYTERHUB_USER", "")


_opened: dict[Path, Sitting] = {}  # by form.json; one kernel seldom holds more than one


def _shell() -> Any:
    """IPython's shell, None outside a notebook; not imported for the sake of asking."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _plain_errors() -> None:
    """From now on this notebook shows our own errors as one line: a trainee sees no traceback."""

    def plain(shell: Any, kind: type, error: Exception, trace: Any, tb_offset: Any = None) -> None:
        print(error)

    if shell := _shell():
        shell.set_custom_exc((CourseError, SubmissionRefused), plain)


def _display(widget: Any) -> None:
    from IPython.display import display

    display(widget)
