"""Keys, reasons and rubrics never reach a trainee: canaries are planted in all of them and searched for everywhere.

The figure of the last test (places searched × canaries planted) is printed with `pytest -rP`.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import examdesk.graders
from examdesk.bank.forms import form_path, write_form
from examdesk.building import build_form, freeze_exam
from examdesk.errors import CourseError, NotSaved
from examdesk.items import packages, part
from examdesk.journal import NAME
from examdesk.model import Form, Item, canonical
from examdesk.pipeline import autograde
from examdesk.reports import export_csv, write_reports
from examdesk.sitting import Sitting
from tests.conftest import real_bank
from tests.nbgrader.conftest import own_home  # noqa: F401 – used by name
from tests.nbgrader.courses import Course, Ran

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_home")]

EXAM, HIDDEN, SHOWN = "E11-sampler", "E11-sampler-a", "E11-sampler-b"  # form b shows its key in the feedback
SECRET_WORDS = {"key", "keys", "reason", "reasons", "rubric", "forbidden", "evidence", "score", "samples",
                "tolerance", "allowed", "weight", "earns", "transcripts", "pass_mark", "better", "violation",
                "prices"}
NUMBERS = ("integer", "decimal", "percent", "money")
STEMS = ("金丝雀", "90817263")  # of every canary; a cut one is found by it, too


@dataclass(frozen=True)
class Canary:
    """One secret text, planted where nobody but the grader may read it."""

    text: str
    item: str
    at: tuple[Any, ...]  # its place in the item's body


# Planting


def planted(form: Form) -> tuple[Form, list[Canary]]:
    """The form with a canary in every reason, rubric, phrase, numeric key and text of a score half."""
    numbers, canaries = itertools.count(1), []
    items = {}
    for item in form.items.values():
        body = json.loads(json.dumps(item.body))
        for place in _secret_places(item):
            number = next(numbers)
            digits = ("key" in place or "values" in place) and _kind(item, place) in NUMBERS
            canary = f"{STEMS[1]}{number:04}" if digits else f"{STEMS[0]}{number:04}Xq{number:04}z"
            _put(body, place, canary)
            canaries.append(Canary(canary, item.id, place))
        items[item.id] = dataclasses.replace(item, body=body)
    return dataclasses.replace(form, items=items), canaries


def with_every_type(form: Form) -> Form:
    """The form with every item of the bank whose type it does not ask, and with replies in steps."""
    asked = {item.type for item in form.items.values()}
    added = {item.id: item for item in real_bank().items.values() if item.type not in asked or "steps" in item.body}
    first, *others = form.sections
    first = dataclasses.replace(first, items=(*first.items, *added))
    rest = {name: item for name, item in form.items.items() if name not in first.items}
    items = {name: {**form.items, **added}[name] for name in first.items}
    return dataclasses.replace(form, sections=(first, *others), items=items | rest)


def _secret_places(item: Item) -> Iterator[tuple[Any, ...]]:
    """Where the secrets of an item stand: every text below a secret word; an option's id is public."""
    wordings = {"text", "phrases", "evidence", "allowed", "say", "says", "texts", "message"}
    for place, value in _leaves(item.body):
        inner = place[2:] if place[0] == "steps" else place  # every step is a small reply
        head, words = inner[0], wordings & {*inner}
        keyed = (head in ("fields", "figure") and "key" in place) or (head == "rows" and "values" in place)
        typed = keyed and _kind(item, place) in (*NUMBERS, "text")
        goal = place[:3] == ("score", "goal", "fields") and str(value).startswith("~")
        worded = head in ("rubric", "forbidden", "score") and words
        if "reason" in place or head == "samples" or typed or goal or worded or "words" in place:
            yield place


def _kind(item: Item, place: tuple[Any, ...]) -> str:
    """The kind of the field a key belongs to: of the field itself, or in a row a register asks for."""
    if place[0] == "steps":
        return str(item.body["steps"][place[1]]["figure"]["kind"])
    fields = {one["id"]: one for one in item.body["fields"]}
    return str((item.body["fields"][place[1]] if place[0] == "fields" else fields[place[4]])["kind"])


def _leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, Mapping | list):
        entries = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, inner in entries:
            yield from _leaves(inner, (*place, name))
    elif isinstance(value, str | int):
        yield place, value


def _put(body: Any, place: tuple[Any, ...], text: str) -> None:
    for name in place[:-1]:
        body = body[name]
    body[place[-1]] = text


# Searching


def spellings(text: str) -> set[bytes]:
    """The text in every form in which it could travel."""
    raw = text.encode()
    shifted = {base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    escaped = json.dumps(text)[1:-1]
    references = "".join(f"&#{ord(char)};" if ord(char) > 127 else char for char in text)
    percent = "".join(f"%{byte:02X}" for byte in raw)
    return {raw, text.encode("utf-16-le"), raw.hex().encode(), *shifted, *(
        written.encode() for written in (escaped, escaped.upper(), json.dumps(escaped)[1:-1], references, percent))}


def hashes(*texts: str) -> set[bytes]:
    """Unsalted hashes, in hex and base64: of a key with few possible values they are the key."""
    made = {function(text.encode()).digest() for text in texts
            for function in (hashlib.md5, hashlib.sha1, hashlib.sha256)}
    return {digest.hex().encode() for digest in made} | {base64.b64encode(digest).rstrip(b"=") for digest in made}


def key_strings(item: Item) -> list[str]:
    """The key of an item as texts somebody might hash."""
    fields = [one["key"] for one in item.body.get("fields", ()) if "key" in one]
    keys = [item.body["key"]] if "key" in item.body else fields
    plain = [key if isinstance(key, str) else canonical(key) for key in keys]
    return [text for key in plain for text in (key, f'"{key}"', f"{item.id}{key}", f"{item.id}:{key}", f"key={key}")]


Places = dict[str, bytes]
"""{name of a place: its bytes}."""


def found(canaries: list[Canary], places: Places) -> dict[str, list[str]]:
    """{place: canaries in it}, only where there are any."""
    stems = set().union(*(spellings(stem) for stem in STEMS))
    hits: dict[str, list[str]] = {}
    for place, raw in places.items():
        if any(stem in raw for stem in stems):
            whole = [one.text for one in canaries if any(kind in raw for kind in spellings(one.text))]
            hits[place] = whole or ["cut"]
    return hits


def test_the_search_finds_a_canary_in_every_spelling() -> None:
    canary = Canary("金丝雀0001Xq0001z", "I", ())
    for wrapped in (canary.text, json.dumps(canary.text), json.dumps(json.dumps(canary.text)),
                    base64.b64encode(f"ab{canary.text}cd".encode()).decode(),
                    base64.b64encode(f"a{canary.text}".encode()).decode(), canary.text.encode().hex()):
        assert found([canary], {"here": f"x {wrapped} y".encode(), "there": b"nothing"}) == {"here": [canary.text]}
    assert found([canary], {"here": "金丝雀0002".encode()}) == {"here": ["cut"]}
    assert hashlib.md5(b"b").hexdigest().encode() in hashes("b")


# A course full of canaries, and everything a trainee or a reader gets of it


@dataclass(frozen=True)
class Aviary:
    course: Course
    forms: Mapping[str, Form]
    canaries: list[Canary]
    ran: Mapping[str, Ran]
    states: Places  # widget states, messages, error texts
    folders: Mapping[str, Path]  # a trainee's folder after the exam, by candidate


@pytest.fixture(scope="module")
def aviary(tmp_path_factory: pytest.TempPathFactory) -> Aviary:
    course = Course.made(tmp_path_factory.mktemp("aviary") / "course")
    form, canaries = planted(with_every_type(freeze_exam(course.folder, EXAM, "a", replace=True)))
    forms = {HIDDEN: form, SHOWN: dataclasses.replace(form, id=SHOWN, show_key=True)}
    ran, states, folders = {}, {}, {}
    for name, one in forms.items():
        write_form(form_path(course.folder / "exams", EXAM, name[-1]), one)
        build_form(course.folder, one)
        for command in ("generate_assignment", "release_assignment"):
            ran[f"{command} {name}"] = course.run(command, name)
        for candidate, answers in (("blank", _nothing), ("wrong", _wrong), ("right", _right)):
            folder = course.hand_in(candidate, one)
            (folder / NAME).unlink()
            states |= _sat(folder, one, candidate, answers)
            folders[f"{candidate} {name}"] = folder
        (course.hand_in("lost", one) / NAME).unlink()
        (course.hand_in("odd", one) / NAME).write_bytes(b"\xff\n" * 5)
        for words in (["autograde", name], ["generate_feedback", name], ["release_feedback", name]):
            ran[" ".join(words)] = course.run(*words)
    ran["export"] = course.run("export")
    assert {name: one.code for name, one in ran.items() if one.code} == {}
    return Aviary(course, forms, canaries, ran, states, folders)


def _nothing(item: Item) -> list[tuple[str, Any]]:
    return []


def _wrong(item: Item) -> list[tuple[str, Any]]:
    return _typed(item) or list(part(item.type, "samples").wrong(item, random.Random(1)))


def _right(item: Item) -> list[tuple[str, Any]]:
    return _typed(item) or list(part(item.type, "samples").right(item))


def _typed(item: Item) -> list[tuple[str, Any]]:
    """What a candidate types is theirs and may be anywhere: so it is never a planted text."""
    if "steps" in item.body:
        written = {item.body["steps"][0]["id"]: {"text": "您好,我来帮您看一下。"}}
        return [("answered", {"final": final, "steps": written}) for final in (0, 1)]
    numbers = {one["id"]: "1" for one in item.body.get("fields", ()) if one["kind"] in NUMBERS}
    own = {"reply": ("answered", "您好,我来帮您看一下。"), "scenario": ("said", {"text": "您好"}),
           "numeric": ("answered", numbers),
           "inbox": ("acted", {"do": "go", "rows": [], "args": {"to": _way_on(item)}})}
    return [own[item.type]] if item.type in own else []


def _way_on(item: Item) -> str:
    """A place an inbox leads to from where everybody begins."""
    return str(item.body["desk"]["places"][0]["links"][0]["to"]) if item.type == "inbox" else ""


def _sat(folder: Path, form: Form, candidate: str, answers: Callable[[Item], list[tuple[str, Any]]]) -> Places:
    """A trainee's exam: every state of every panel, every message it sends, every error text."""
    sitting = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
    heard: Places = {}
    for item in form.items:
        widget = sitting.screen.questions[item] = sitting.screen._question(item, sitting._save)
        widget.send = lambda content, buffers=None, item=item: heard.update(  # type: ignore[method-assign]
            {f"{form.id} {candidate} {item} message {len(heard)}": json.dumps(content, default=str).encode()})
    heard |= _panels(sitting, form, candidate, "waiting")
    sitting._start(candidate)
    for item in form.items.values():
        sitting.screen._begin(item.id)
        widget = sitting.screen.questions[item.id]
        for nonce, value in enumerate(part(item.type, "samples").malformed(item) if candidate == "blank" else ()):
            for kind in ("answered", "said", "acted"):
                widget._received(widget, {"type": kind, "nonce": 100 + nonce, "value": value}, None)
        for nonce, (kind, value) in enumerate(answers(item)):
            turn = {"turn": nonce} if kind in ("said", "acted") else {}
            widget._received(widget, {"type": kind, "nonce": nonce, "value": value | turn if turn else value}, None)
    heard |= _panels(sitting, form, candidate, "open")
    sitting._hand_in(None)
    heard |= _panels(sitting, form, candidate, "closed")
    faults = (lambda: sitting.screen._question("I-999", sitting._save),
              lambda: sitting._writer.append("draft", "y" * 10**6))
    for number, fault in enumerate(faults):
        with pytest.raises((CourseError, NotSaved)) as raised:
            fault()
        heard[f"{form.id} {candidate} error {number}"] = str(raised.value).encode()
    return heard


def _panels(sitting: Sitting, form: Form, candidate: str, moment: str) -> Places:
    states = {item: panel.get_state() for item, panel in sitting.screen.questions.items()}
    states["sitting"] = {name: value for name, value in vars(sitting).items() if name != "screen"}
    return {f"{form.id} {candidate} {moment} {name}": json.dumps(state, ensure_ascii=False, default=repr).encode()
            for name, state in states.items()}


def public_places(aviary: Aviary) -> Places:
    """Everything a trainee has in hand before, during and after the exam, but the feedback."""
    root = aviary.course.folder
    files = [path for name in aviary.forms for path in sorted((root / "release" / name).iterdir())]
    files += [path for path in sorted((root / "exchange").rglob("*")) if path.is_file() and path.suffix != ".html"]
    files += [path for folder in aviary.folders.values() for path in sorted(folder.iterdir())]
    files += [root / "source" / name / "form.json" for name in aviary.forms]
    places = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return {**places, **aviary.states}


def pages(aviary: Aviary, form: str, candidate: str = "*") -> Places:
    return {path.relative_to(aviary.course.folder).as_posix(): path.read_bytes()
            for path in aviary.course.folder.glob(f"feedback/{candidate}/{form}/*.html")}


def told_by_right(aviary: Aviary, candidate: str) -> set[str]:
    """The canaries a candidate's feedback may hold without the key: reasons of what the candidate did."""
    allowed = set()
    for canary in aviary.canaries:
        item = aviary.forms[HIDDEN].items[canary.item]
        if item.type in ("scenario", "inbox"):
            allowed |= {canary.text} if canary.at[1] in ("criteria", "critical") else set()
        elif "reason" in canary.at and item.type not in ("reply",) and candidate != "blank":
            allowed |= {canary.text} if candidate == "right" or _was_chosen(item, canary) else set()
    return allowed


def _was_chosen(item: Item, canary: Canary) -> bool:
    """Whether the candidate who was wrong chose the option, or marked the line, this reason belongs to."""
    value = next((value for kind, value in _wrong(item) if kind == "answered"), None)
    if item.type in ("choice", "multi"):
        chosen = value if isinstance(value, list) else [value]
        return item.body["options"][canary.at[1]]["id"] in chosen
    if item.type == "typing":
        return bool(canary.at[0] == "reason")  # the norm: everybody who typed reads it
    if item.type == "transcript" and isinstance(value, dict):
        return str(canary.at[1] + 1) in value
    if item.type == "matching" and isinstance(value, dict):
        name = item.body["left"][canary.at[1]]["id"]
        return bool(value.get(name) == item.body["key"][name])
    return item.type == "typing"  # its reason is the norm, no key: told to everybody who typed


def test_every_type_of_item_is_planted(aviary: Aviary) -> None:
    """But a questionnaire: nothing in it is right, so it keeps no secret."""
    types = {aviary.forms[HIDDEN].items[canary.item].type for canary in aviary.canaries}
    assert types == {*packages()} - {"survey"}  # a questionnaire has no secret
    assert len({canary.text for canary in aviary.canaries}) == len(aviary.canaries)
    hidden = (aviary.course.folder / "source" / HIDDEN / f"{HIDDEN}.ipynb").read_bytes()
    graders = found(aviary.canaries, {"source": hidden})["source"]
    assert len(graders) > len(aviary.canaries) // 3, "the graders' cells hold them, so the release could"


def test_nothing_a_trainee_has_in_hand_holds_a_canary(aviary: Aviary) -> None:
    places = public_places(aviary)
    assert len(places) > 100 and found(aviary.canaries, places) == {}


def test_nothing_public_has_a_field_for_a_secret(aviary: Aviary) -> None:
    """An option's id is public; that it is the key would stand in a field of that name."""
    for name, raw in public_places(aviary).items():
        for word in SECRET_WORDS:
            assert f'"{word}":'.encode() not in raw, (name, word)


def test_no_hash_of_a_key_is_public(aviary: Aviary) -> None:
    items = aviary.forms[HIDDEN].items.values()
    secrets = hashes(*(text for item in items for text in key_strings(item)))
    places = {**public_places(aviary), **pages(aviary, HIDDEN)}
    assert {name for name, raw in places.items() if any(secret in raw for secret in secrets)} == set()


def test_feedback_explains_what_a_candidate_did_and_never_the_key(aviary: Aviary) -> None:
    for candidate in ("blank", "wrong", "right", "lost", "odd"):
        places = pages(aviary, HIDDEN, candidate)
        assert len(places) == 1
        told = {text for texts in found(aviary.canaries, places).values() for text in texts}
        assert told <= told_by_right(aviary, candidate), candidate
        assert candidate not in ("blank", "lost", "odd") or not told
        assert candidate not in ("wrong", "right") or told, "reasons of what was chosen are told"


def test_where_the_exam_shows_its_key_only_the_feedback_does(aviary: Aviary) -> None:
    """The other places of form b are searched with those of form a."""
    hidden, shown = (found(aviary.canaries, pages(aviary, form, "wrong")) for form in (HIDDEN, SHOWN))
    assert len(next(iter(shown.values()))) > len(next(iter(hidden.values())))


def test_commands_and_tables_hold_no_canary(aviary: Aviary) -> None:
    places = {name: ran.log.encode() for name, ran in aviary.ran.items()}
    root = aviary.course.folder
    places["grades.csv"] = (root / "grades.csv").read_bytes()
    tables = {path.name: path.read_bytes() for path in export_csv(root, root / "export")}
    assert found(aviary.canaries, places | {"results.csv": tables["results.csv"]}) == {}
    named = {text for texts in found(aviary.canaries, tables).values() for text in texts}
    events = {canary.text for canary in aviary.canaries if canary.at[0] == "score" and "text" in canary.at}
    assert named <= events, "marks.csv says why, in the author's words for an event of a chat; it is the instructor's"


def test_the_managers_pages_hold_no_canary(aviary: Aviary) -> None:
    written = write_reports(aviary.course.folder, EXAM, to=aviary.course.folder / "report")
    assert written and found(aviary.canaries, {page.name: page.read_bytes() for page in written}) == {}


def test_a_grader_that_fails_says_nothing_of_the_key(aviary: Aviary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                                     ) -> None:
    """Raised errors, printed texts and a fault of our own: neither log nor feedback nor tables repeat them."""
    course = aviary.course.copy(tmp_path / "course")

    def fails(*words: Any, **named: Any) -> Any:
        print("the key is", named)
        raise ValueError(f"the key is {words} {named}")

    for name in ("choice", "multi", "field", "ordering", "matching", "rubric", "scenario", "transcript", "column",
                 "typing", "triage", "survey", "inbox"):
        monkeypatch.setattr(examdesk.graders, name, fails)
    ran = [course.run(command, HIDDEN, "--force") for command in ("autograde", "generate_feedback")]
    form = course.form(HIDDEN)
    assert set(course.marks("wrong", form).values()) == {None} and "a grader failed" in ran[0].log
    monkeypatch.setattr(autograde, "graded", lambda *words, **named: fails(*words, **named))
    ran.append(course.run("autograde", HIDDEN, "--force"))
    assert ran[-1].code == 1 and "a fault of Examdesk" in ran[-1].log
    monkeypatch.undo()
    ran.append(course.run("export"))
    places = {f"log {number}": one.log.encode() for number, one in enumerate(ran)}
    places |= {path.name: path.read_bytes() for path in (course.folder / "feedback").glob(f"*/{HIDDEN}/*.html")}
    places |= {path.name: path.read_bytes() for path in export_csv(course.folder, course.folder / "export")}
    assert found(aviary.canaries, places | {"marks.csv": b""}) == {}


def test_the_figure(aviary: Aviary, capsys: pytest.CaptureFixture[str]) -> None:
    places = {**public_places(aviary), **{name: ran.log.encode() for name, ran in aviary.ran.items()}}
    leaks = sum(map(len, found(aviary.canaries, places).values()))
    megabytes, feedback = sum(map(len, places.values())) / 1e6, len(pages(aviary, HIDDEN))
    with capsys.disabled():
        print(f"\nleaks: {len(places)} places ({megabytes:.0f} MB) and {feedback} feedback pages searched for "
              f"{len(aviary.canaries)} canaries: {leaks} found")
    assert leaks == 0
