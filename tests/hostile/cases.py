"""What one case is, and how to break a submission: `damage(folder, form)` does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from examdesk.journal import NAME
from examdesk.journal.lines import encode, sealed
from examdesk.model import Event, Form
from tests.hostile.papers import QUIZ, TALK, paper
from tests.nbgrader.courses import Entry, journal

Damage = Callable[[Path, Form], object]
Raw = Callable[[bytes], bytes]
Make = Callable[[Path], object]

FIRST, SECOND = "I-801", "I-823"  # of the quiz, answered right
WRONG, BLANK = "I-814", "I-805"
MULTI, NUMBER = "I-820", "I-803"  # answered right; answered wrong
REPLY, CHAT = "R-C08", "S-04"  # of the other form


@dataclass(frozen=True)
class Case:
    """One submission and how it must end."""

    example: str  # the words of the table of families
    name: str
    damage: Damage
    end: str  # G graded as the honest data says; Z some items are lost; R refused; H held for a person
    flags: frozenset[str] = frozenset()  # exactly these reach the instructor
    lost: tuple[str, ...] = ()  # items that get 0; every other is as the honest data says
    words: str = ""  # of the line that refuses it
    form: str = QUIZ
    family: str = ""


def good(example: str, flags: str = "", *, form: str = QUIZ, **damages: Damage) -> list[Case]:
    """Cases that end as the honest data says, with these flags and no other."""
    return _cases(example, damages, end="G", flags=frozenset(flags.split()), form=form)


def lost(example: str, items: str, flags: str = "", *, form: str = QUIZ, **damages: Damage) -> list[Case]:
    """Cases that cost these items."""
    return _cases(example, damages, end="Z", flags=frozenset(flags.split()), lost=tuple(items.split()), form=form)


def refused(example: str, words: str, *, form: str = QUIZ, **damages: Damage) -> list[Case]:
    """Cases refused with one line that holds these words."""
    return _cases(example, damages, end="R", words=words, form=form)


def held(example: str, flags: str, items: str = "", *, form: str = QUIZ, **damages: Damage) -> list[Case]:
    """Cases a person must look at; a flag among these holds the result. `items` count 0 meanwhile."""
    return _cases(example, damages, end="H", flags=frozenset(flags.split()), lost=tuple(items.split()), form=form)


def _cases(example: str, damages: dict[str, Damage], **rest: Any) -> list[Case]:
    return [Case(example, name.replace("_", "-"), damage, **rest) for name, damage in damages.items()]


# The notebook


def notebook(change: Raw) -> Damage:
    """Changes the bytes of the notebook."""
    return lambda folder, form: rewrite(folder / f"{form.id}.ipynb", change)


def data(change: Callable[[Any], Any]) -> Damage:
    """Changes the notebook's JSON; a dict or list that `change` gives back takes its place."""

    def damage(raw: bytes) -> bytes:
        read = json.loads(raw)
        changed = change(read)
        return json.dumps(changed if isinstance(changed, dict | list) else read).encode()

    return notebook(damage)


def cells(change: Callable[[dict[str, Any]], object], only: str = "") -> Damage:
    """Changes every cell, or only the one with this grade id."""

    def damage(read: dict[str, Any]) -> None:
        for cell in read["cells"]:
            if only in ("", cell["metadata"]["nbgrader"]["grade_id"]):
                change(cell)

    return data(damage)


def graded_cell(item: str = FIRST, /, **fields: Any) -> Damage:
    """Changes fields of nbgrader's metadata in one cell."""
    return cells(lambda cell: cell["metadata"]["nbgrader"].update(fields), item)


def place(read: dict[str, Any], item: str) -> int:
    """Where the cell of an item stands."""
    return next(n for n, cell in enumerate(read["cells"]) if cell["metadata"]["nbgrader"]["grade_id"] == item)


def code(source: str, name: str = "extra") -> dict[str, Any]:
    """A code cell of the trainee's own."""
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}


# The journal


def lines(change: Raw) -> Damage:
    """Changes the bytes of the journal."""
    return lambda folder, form: rewrite(folder / NAME, change)


def rows(change: Callable[[list[bytes]], list[bytes]]) -> Damage:
    """Changes the lines of the journal, newlines included."""
    return lines(lambda raw: b"".join(change(raw.splitlines(keepends=True))))


def added(raw: bytes) -> Damage:
    """One line more in the journal."""
    return lines(lambda old: old + raw + b"\n")


def said(*more: Entry, **start: Any) -> Damage:
    """A sound journal of the honest paper, and `more` after it; `start` changes its first line."""
    return lambda folder, form: _journalled(folder, form, [*paper(form), *more], **start)


def answered(**instead: Any) -> Damage:
    """A sound journal with other answers: {item id, _ for -: value}."""
    return lambda folder, form: _journalled(folder, form, paper(form, **instead))


def _journalled(folder: Path, form: Form, entries: list[Entry], /, **start: Any) -> None:
    (folder / NAME).write_bytes(journal(form, folder.parent.name, entries, **start))


def records(change: Callable[[list[dict[str, Any]]], object]) -> Damage:
    """Changes the journal's lines as data; hashes stay as they were."""

    def damage(raw: bytes) -> bytes:
        read = [json.loads(line) for line in raw.splitlines()]
        changed = change(read)
        kept = changed if isinstance(changed, list) else read
        return b"".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for one in kept)

    return lines(damage)


def rechained(change: Callable[[list[dict[str, Any]]], object]) -> Damage:
    """Changes the journal's lines as data and computes the chain anew."""

    def damage(raw: bytes) -> bytes:
        read = [json.loads(line) for line in raw.splitlines()]
        changed = change(read)
        return chain(changed if isinstance(changed, list) else read)

    return lines(damage)


def chain(read: list[dict[str, Any]]) -> bytes:
    """The journal of these records, with new numbers and hashes."""
    written, head = [], ""
    for seq, one in enumerate(read, start=1):
        bare = Event(seq, one["at"], one["mono"], one["item"], one["kind"], one["value"], head, "")
        head = sealed(bare)
        written.append(encode(replace(bare, hash=head)))
    return b"".join(written)


def of(read: list[dict[str, Any]], item: str) -> int:
    """The place of the first entry about an item."""
    return next(n for n, one in enumerate(read) if one["item"] == item)


def reply(text: str) -> Damage:
    """Writes a reply."""
    return answered(**{REPLY.replace("-", "_"): text})


# Files


def file(name: str, raw: bytes = b"") -> Damage:
    """One file more, in folders of its own where `name` says so."""

    def damage(folder: Path, form: Form) -> None:
        path = folder / name.format(form=form.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)

    return damage


def put(name: str, make: Make) -> Damage:
    """What `make(path)` makes, in the place of `name`."""

    def damage(folder: Path, form: Form) -> None:
        path = folder / name.format(form=form.id)
        path.unlink(missing_ok=True)
        make(path)

    return damage


def without(*names: str) -> Damage:
    return lambda folder, form: [(folder / name.format(form=form.id)).unlink() for name in names]


def both(*damages: Damage) -> Damage:
    return lambda folder, form: [damage(folder, form) for damage in damages]


def handed_in_at(raw: bytes) -> Damage:
    return lambda folder, form: (folder / "timestamp.txt").write_bytes(raw)


def rewrite(path: Path, change: Raw) -> None:
    path.write_bytes(change(path.read_bytes()))


TALKING = {"form": TALK}
