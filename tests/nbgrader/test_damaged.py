"""Damaged and hostile submissions: each ends as promised, and nobody else pays for it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examdesk.journal import NAME
from examdesk.journal.lines import VERSION, encode
from examdesk.journal.writing import chained
from examdesk.model import Form
from examdesk.pipeline.intake import MAX_CELLS
from tests.nbgrader.courses import AT, Course, Ran, all_right, full, journal, wrong_option

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("damaged")]

FORM = "E10-a"
FIRST = "I-801"
Damage = Callable[[Path, Form], None]


def notebook(change: Callable[[bytes], bytes]) -> Damage:
    """Changes the bytes of the notebook."""
    return lambda folder, form: _rewrite(folder / f"{form.id}.ipynb", change)


def data(change: Callable[[Any], Any]) -> Damage:
    """Changes the notebook's JSON; `change` may give another value back."""

    def damage(raw: bytes) -> bytes:
        read = json.loads(raw)
        changed = change(read)
        return json.dumps(read if changed is None else changed, ensure_ascii=True).encode()

    return notebook(damage)


def lines(change: Callable[[bytes], bytes]) -> Damage:
    """Changes the bytes of the journal."""
    return lambda folder, form: _rewrite(folder / NAME, change)


def replaced(make: Callable[[Form], bytes]) -> Damage:
    """Another journal in the place of the candidate's."""
    return lambda folder, form: (folder / NAME).write_bytes(make(form)) and None


def _rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def _each_line(change: Callable[[dict[str, Any]], None]) -> Damage:
    def damage(raw: bytes) -> bytes:
        records = [json.loads(line) for line in raw.splitlines()]
        for record in records:
            change(record)
        return b"".join(json.dumps(record).encode() + b"\n" for record in records)

    return lines(damage)


def _without(folder: Path, name: str) -> None:
    (folder / name).unlink()


def _nest(depth: int) -> bytes:
    return b'{"cells": ' + b"[" * depth + b"]" * depth + b"}"


def _hostile_html(read: dict[str, Any]) -> None:
    evil = {"text/html": "<script>alert(1)</script><img src=x onerror=alert(2)>", "image/svg+xml": "<svg onload='x'/>"}
    for cell in read["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": evil}]
    read["cells"].append({"cell_type": "markdown", "id": "zz", "metadata": {}, "attachments": {"x": evil},
                          "source": "<script>alert(3)</script>"})


def _deep_bomb(form: Form) -> bytes:
    value: Any = "b"
    for _ in range(40):
        value = [value]
    return journal(form, "who", [(FIRST, "answered", value), (FIRST, "answered", form.items[FIRST].body["key"])])


def _raw_line(raw: bytes) -> Callable[[bytes], bytes]:
    return lambda old: old + raw + b"\n"


def _torn(raw: bytes) -> bytes:
    return raw[:-25]


def _cut_line(number: int) -> Callable[[bytes], bytes]:
    return lambda raw: b"".join(line for n, line in enumerate(raw.splitlines(keepends=True)) if n != number)


def _flip(raw: bytes) -> bytes:
    middle = raw.splitlines(keepends=True)
    middle[1] = middle[1].replace(b'"seq":2', b'"seq":2 \x00', 1)
    return b"".join(middle)


def _other_answer(raw: bytes) -> bytes:
    """The first answer changed by hand; its hash no longer fits."""
    rows = raw.splitlines(keepends=True)
    record = json.loads(rows[1])
    record["value"] = "a" if record["value"] != "a" else "b"
    rows[1] = json.dumps(record).encode() + b"\n"
    return b"".join(rows)


# As the honest data says: full marks, whatever else is odd. {name: (damage, flag or "")}
GRADED: dict[str, tuple[Damage, str]] = {
    "notebook-bom": (notebook(lambda raw: b"\xef\xbb\xbf" + raw), ""),
    "notebook-crlf": (notebook(lambda raw: raw.replace(b"\n", b"\r\n")), ""),
    "notebook-cut": (notebook(lambda raw: raw[: len(raw) // 2]), "notebook"),
    "notebook-empty": (notebook(lambda raw: b""), "notebook"),
    "notebook-blank": (notebook(lambda raw: b" \n\t"), "notebook"),
    "notebook-utf16": (notebook(lambda raw: raw.decode().encode("utf-16")), "notebook"),
    "notebook-nul": (notebook(lambda raw: raw[:100] + b"\0" * 300 + raw[100:]), "notebook"),
    "notebook-missing": (lambda folder, form: _without(folder, f"{form.id}.ipynb"), "notebook"),
    "notebook-deep": (notebook(lambda raw: _nest(200_000)), "notebook"),
    "notebook-twice": (notebook(lambda raw: raw.replace(b'"nbformat": 4', b'"nbformat": 4, "nbformat": 4')), "notebook"),
    "notebook-nan": (data(lambda read: read["metadata"].update(points=float("nan"))), "notebook"),
    "notebook-long-int": (notebook(lambda raw: raw.replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * 9_000)), "notebook"),
    "notebook-v3": (data(lambda read: {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]}), "notebook"),
    "notebook-v99": (data(lambda read: read.update(nbformat=99, nbformat_minor=99)), ""),
    "notebook-minor": (data(lambda read: read.update(nbformat_minor=77)), ""),
    "notebook-list": (data(lambda read: [read]), "notebook"),
    "notebook-cells-dict": (data(lambda read: read.update(cells={"0": read["cells"]})), "notebook"),
    "notebook-cells-odd": (data(lambda read: read.update(cells=[1, None, "x", [], {}, {"metadata": 3}])), "missing-cells"),
    "notebook-many-cells": (data(lambda read: read.update(cells=read["cells"] * MAX_CELLS)), "notebook"),
    "notebook-copied": (data(lambda read: read["cells"].extend(read["cells"][3:6])), "copied-cells"),
    "notebook-odd-types": (data(lambda read: [cell.update(source=7, metadata=[]) for cell in read["cells"]] and None),
                           "missing-cells"),
    "notebook-surrogates": (data(lambda read: read["cells"][0].update(source="\ud800 \udfff")), ""),
    "notebook-html": (data(_hostile_html), ""),
    "notebook-no-schema": (data(lambda read: [cell["metadata"]["nbgrader"].pop("schema_version")
                                              for cell in read["cells"]] and None), ""),
    "journal-crlf": (lines(lambda raw: raw.replace(b"\n", b"\r\n")), ""),
    "journal-bom": (lines(lambda raw: b"\xef\xbb\xbf" + raw), ""),
    "journal-blank-lines": (lines(lambda raw: raw.replace(b"\n", b"\n\n \n")), ""),
    "journal-torn": (lines(lambda raw: raw + b'{"v":1,"seq":'), "journal-lines"),
    "journal-garbage": (lines(_raw_line(b"\xff\xfe\x00 garbage")), "journal-lines"),
    "journal-nul": (lines(_raw_line(b"\0" * 5_000)), "journal-lines"),
    "journal-huge-line": (lines(_raw_line(b'{"v":1,"value":"' + b"x" * 2_000_000 + b'"}')), "journal-lines"),
    "journal-deep-line": (lines(_raw_line(b"[" * 100_000)), "journal-lines"),
    "journal-nan": (lines(_raw_line(b'{"v":1,"seq":NaN}')), "journal-lines"),
    "journal-pickle": (lines(_raw_line(base64.b64encode(b"cos\nsystem\n(S'touch x'\ntR."))), "journal-lines"),
    "journal-doubled": (lines(lambda raw: raw + raw), ""),
    "journal-shuffled": (lines(lambda raw: b"".join(sorted(raw.splitlines(keepends=True), key=hash))), ""),
    "journal-unknown-item": (replaced(lambda form: journal(form, "who", [("X-1", "answered", "a"), *all_right(form)])), ""),
    "journal-void-answer": (replaced(lambda form: journal(form, "who", [
        *all_right(form), (FIRST, "answered", "nonsense"), (FIRST, "answered", {"a": 1}), (FIRST, "answered", 3)])), ""),
    "journal-forged-score": (replaced(lambda form: journal(form, "who", [
        *all_right(form), (FIRST, "finished", {"points": 1000}), (None, "witness", "full marks")])), ""),
    "journal-deep-value": (lambda folder, form: _rewrite(folder / NAME, lambda raw: raw), ""),
    "time-garbage": (lambda folder, form: (folder / "timestamp.txt").write_text("tomorrow") and None, "timestamp"),
    "time-long": (lambda folder, form: (folder / "timestamp.txt").write_text("9" * 900) and None, "timestamp"),
    "time-nul": (lambda folder, form: (folder / "timestamp.txt").write_bytes(b"\0\xff") and None, "timestamp"),
    "time-huge-year": (lambda folder, form: (folder / "timestamp.txt").write_text("99999-01-01") and None, "timestamp"),
    "time-missing": (lambda folder, form: _without(folder, "timestamp.txt"), ""),
    "form-damaged": (lambda folder, form: (folder / "form.json").write_text("{") and None, ""),
}

# Something of the work is lost or doubtful: what is left counts, and a person is told. {name: (damage, flag, lost items)}
PARTLY: dict[str, tuple[Damage, str, int]] = {
    "part-torn-answer": (lines(_torn), "journal-lines", 1),
    "part-cut-line": (lines(_cut_line(1)), "journal-gap", 1),
    "part-flipped": (lines(_flip), "journal-lines", 1),
    "part-edited": (lines(_other_answer), "journal-edited", 1),
    "part-half": (lines(lambda raw: b"".join(raw.splitlines(keepends=True)[:13])), "", 12),
}

# Refused with one line that names the reason. {name: (damage, words of the line)}
REFUSED: dict[str, tuple[Damage, str]] = {
    "refused-both-missing": (lambda folder, form: (_without(folder, NAME), _without(folder, f"{form.id}.ipynb")) and None,
                             "neither"),
    "refused-other-form": (replaced(lambda form: journal(form, "who", all_right(form), form="E01-a", exam="E01")),
                           "another form"),
    "refused-other-person": (replaced(lambda form: journal(form, "notebook-bom", all_right(form))), "notebook-bom"),
    "refused-future": (_each_line(lambda record: record.update(v=VERSION + 1)), "newer"),
    "refused-many-lines": (lines(lambda raw: raw + b"\n" * 100_001), "lines"),
    "refused-many-events": (lines(lambda raw: raw + b"{}\n" * 100_001), "lines"),
    "refused-large": (lines(lambda raw: raw + b" " * 25_000_001), "larger"),
}

# Nobody can say whose or which work it is: everything unmarked or withheld. {name: (damage, flag)}
HELD: dict[str, tuple[Damage, str]] = {
    "held-no-journal": (lambda folder, form: _without(folder, NAME), "no-journal"),
    "held-empty-journal": (lines(lambda raw: b""), "no-start"),
    "held-no-start": (lines(_cut_line(0)), "no-start"),
    "held-unknown": (replaced(lambda form: journal(form, "somebody", all_right(form))), "unknown-candidate"),
    "held-odd-name": (replaced(lambda form: journal(form, "<script>\x00\ud800", all_right(form))), "unknown-candidate"),
}


@pytest.fixture(scope="module")
def graded(released: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Ran, float]:
    """All of them handed in and graded in one run."""
    course = released.copy(tmp_path_factory.mktemp("damaged") / "course")
    form = course.form(FORM)
    for name, (damage, *_) in {**GRADED, **PARTLY, **REFUSED, **HELD}.items():
        folder = course.hand_in(name, form, all_right(form))
        damage(folder, form)
        raw = (folder / NAME).read_bytes() if (folder / NAME).exists() else b""
        if b'"candidate":"who"' in raw:
            (folder / NAME).write_bytes(_renamed(raw, name))
    course.hand_in("zz-honest", form, all_right(form))
    begun = time.monotonic()
    ran = course.autograde(form)
    return course, ran, time.monotonic() - begun


def _renamed(raw: bytes, name: str) -> bytes:
    """The journal begun by `name`."""
    seq, head, written = 0, "", []
    for line in raw.splitlines():
        record = json.loads(line)
        value = {**record["value"], "candidate": name} if record["kind"] == "started" else record["value"]
        event = chained(seq, head, record["kind"], value, record["item"], at=AT, mono=record["mono"])
        seq, head = event.seq, event.hash
        written.append(encode(event))
    return b"".join(written)


@pytest.mark.parametrize("name", GRADED)
def test_harmless_damage_changes_no_mark(graded: tuple[Course, Ran, float], name: str) -> None:
    course, _, _ = graded
    form, flag = course.form(FORM), GRADED[name][1]
    assert course.points(name, form) == full(form)
    assert {item: float(points or 0) for item, points in course.marks(name, form).items()} == full(form)
    assert set(course.flags(name, form)) == ({flag} if flag else set())


@pytest.mark.parametrize("name", PARTLY)
def test_a_damaged_journal_counts_as_far_as_it_is_whole(graded: tuple[Course, Ran, float], name: str) -> None:
    course, _, _ = graded
    form, (_, flag, lost) = course.form(FORM), PARTLY[name]
    points = course.points(name, form)
    assert sum(points[item] == 0 for item in points) == lost
    assert sum(points[item] == full(form)[item] for item in points) == len(form.items) - lost
    assert not flag or flag in course.flags(name, form)


@pytest.mark.parametrize("name", HELD)
def test_doubtful_work_waits_for_a_person(graded: tuple[Course, Ran, float], name: str) -> None:
    course, _, _ = graded
    form, flag = course.form(FORM), HELD[name][1]
    assert course.flags(name, form)[flag].hold
    if flag == "no-journal":
        assert course.rows(name, form) == dict.fromkeys(form.items, (None, True))
        assert course.marks(name, form) == dict.fromkeys(form.items)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_count_is_refused_in_one_line(graded: tuple[Course, Ran, float], name: str) -> None:
    course, ran, _ = graded
    form, words = course.form(FORM), REFUSED[name][1]
    said = ran.about(f"Not graded: {name}")
    assert len(said) == 1 and words in said[0], said
    assert course.line(name, form).outcome == "refused" and course.rows(name, form) is None
    assert not (course.folder / "autograded" / name).exists()


def test_the_batch_goes_on_quickly_and_says_that_somebody_is_missing(graded: tuple[Course, Ran, float]) -> None:
    course, ran, seconds = graded
    people = len(GRADED) + len(PARTLY) + len(REFUSED) + len(HELD) + 1
    assert ran.code == 1 and "Traceback" not in ran.log
    assert f"{len(REFUSED)} of {people} submissions were not graded" in ran.log
    assert course.points("zz-honest", course.form(FORM)) == full(course.form(FORM))
    assert seconds < 2 * people


def test_a_void_last_answer_leaves_the_one_before(graded: tuple[Course, Ran, float]) -> None:
    course, _, _ = graded
    assert course.marks("journal-void-answer", course.form(FORM))[FIRST] == 1


def test_nothing_hostile_reaches_the_graded_notebook(graded: tuple[Course, Ran, float]) -> None:
    course, _, _ = graded
    text = (course.folder / "autograded/notebook-html" / FORM / f"{FORM}.ipynb").read_text("utf-8")
    assert "alert(" not in text and "onload" not in text


def test_damage_leaves_the_folder_handed_in_as_it_was(released: Course, tmp_path: Path) -> None:
    course = released.copy(tmp_path / "course")
    form = course.form(FORM)
    folder = course.hand_in("ann", form, all_right(form))
    _rewrite(folder / NAME, _torn)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    course.autograde(form)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_with_a_kernel_the_rows_are_the_same(graded: tuple[Course, Ran, float], tmp_path: Path) -> None:
    """nbgrader's own Execute in the place of ours, for those submissions a kernel can still mark."""
    course, _, _ = graded
    form = course.form(FORM)
    some = ["notebook-bom", "notebook-missing", "journal-huge-line", "journal-void-answer", "part-edited", "part-half",
            "held-unknown", "zz-honest"]
    other = course.copy(tmp_path / "kernel")
    (other.folder / "nbgrader_config.py").write_text(
        "from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, Execute\n"
        "from examdesk.pipeline import configure\nfrom examdesk.pipeline.cells import SaveMarks\nc = get_config()\n"
        "c.Autograde.autograde_preprocessors = [Execute, SaveMarks, AssignLatePenalties, CheckCellMetadata]\n"
        "configure(c)\n", "utf-8")
    for path in (other.folder / "submitted").iterdir():
        if path.name not in some:
            path.rename(tmp_path / path.name)
    other.folder.joinpath("gradebook.db").write_bytes((released_db := course.folder / "gradebook.db").read_bytes())
    assert released_db.stat().st_size
    before = {name: (course.rows(name, form), course.marks(name, form)) for name in some}
    assert other.autograde(form, "--force").code == 0
    assert {name: (other.rows(name, form), other.marks(name, form)) for name in some} == before
    assert any(None not in (rows or {}).values() for rows, _ in before.values()) and wrong_option(form, FIRST)
