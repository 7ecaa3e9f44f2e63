"""Hostile hand-in files: each ends in one line with a cure, costs little, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examdesk.handin.contents import MANIFEST, MAX_FILE
from examdesk.journal import NAME
from examdesk.room.collecting import Taken, collect
from tests.room.exams import FORM, archived, course, handed_in, members, remade, sit

Make = Callable[[Path], Any]  # makes or changes the file at a path that holds an honest one
SECRET = "the key is c"


def collected(tmp_path: Path, make: Make) -> tuple[Taken, Path]:
    place = course(tmp_path / "course")
    (tmp_path / "secret.txt").write_text(SECRET)
    file = handed_in(tmp_path / "home", "li", "a")
    make(file)
    taken, = collect(place, FORM, [file], submitted=place / "submitted")
    return taken, place


def entries(**properties: int) -> Make:
    """The archive with other properties of the journal's entry."""

    def make(path: Path) -> None:
        files, buffer = members(path), io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for one, data in files.items():
                info = zipfile.ZipInfo(one)
                for name, value in properties.items() if one == NAME else ():
                    setattr(info, name, value)
                archive.writestr(info, data)
        path.write_bytes(buffer.getvalue())

    return make


def with_entry(name: str, data: bytes = b"x", instead: str = "timestamp.txt") -> Make:
    """An entry of this name in the place of another, so that their number is right."""
    return lambda path: remade(path, lambda files: (files.pop(instead), files.update({name: data})))


def patched(old: bytes, new: bytes) -> Make:
    def make(path: Path) -> None:
        raw = path.read_bytes()
        assert old in raw
        path.write_bytes(raw.replace(old, new))

    return make


def bomb(path: Path) -> None:
    """60 MB of zeros under a name of its own."""
    files = members(path)
    files.pop("timestamp.txt")
    path.write_bytes(archived(files | {"form.json.bak": bytes(60_000_000)}))


def lying_bomb(path: Path) -> None:
    """A journal of 60 MB whose entry claims to be small."""
    files = members(path) | {NAME: bytes(60_000_000)}
    raw = bytearray(archived(files))
    size = struct.pack("<L", 60_000_000)
    assert raw.count(size) == 2
    path.write_bytes(bytes(raw).replace(size, struct.pack("<L", 1000)))


def honest_bomb(path: Path) -> None:
    path.write_bytes(archived(members(path) | {NAME: bytes(60_000_000)}))


def many(path: Path, told: int = 0xFFFF) -> None:
    """300,000 entries in 14 MB; the end says how many there are."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, told, told, len(entry) * 300_000, len(local), 0)
    path.write_bytes(local + entry * 300_000 + end)


def claims_few(path: Path) -> None:
    many(path, told=5)


def far_end(path: Path) -> None:
    """The end record of a large archive, which zipfile would believe, in front of ours."""
    raw = path.read_bytes()
    at = raw.rfind(b"PK\x05\x06")
    far = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**9, 10**9, 10**12, 0)
    path.write_bytes(raw[:at] + far + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + raw[at:])


def twice(path: Path) -> None:
    files, buffer = members(path), io.BytesIO()
    files.pop("form.json")
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr(NAME, b"other")
    path.write_bytes(buffer.getvalue())


def manifest(change: Callable[[dict[str, Any]], Any]) -> Make:
    def make(path: Path) -> None:
        def edit(files: dict[str, bytes]) -> None:
            record = json.loads(files[MANIFEST])
            change(record)
            files[MANIFEST] = json.dumps(record).encode()

        remade(path, edit, honest=False)

    return make


def raw_manifest(data: bytes) -> Make:
    return lambda path: remade(path, lambda files: files.update({MANIFEST: data}), honest=False)


def journal(data: bytes) -> Make:
    return lambda path: remade(path, lambda files: files.update({NAME: data}))


def link(path: Path) -> None:
    path.unlink()
    os.symlink(path.parent.parent / "secret.txt", path)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def hard_link(path: Path) -> None:
    path.unlink()
    os.link(path.parent.parent / "secret.txt", path)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)


def other_form(path: Path) -> None:
    sit(path.parent / "other", "li", "a", form="E10-a")
    remade(path, lambda files: files.update({NAME: (path.parent / "other" / NAME).read_bytes()}))


HOSTILE: dict[str, tuple[Make, str]] = {
    "empty file": (lambda path: path.write_bytes(b""), "archive"),
    "no archive": (lambda path: path.write_bytes(b"hello" * 100), "archive"),
    "zeros": (lambda path: path.write_bytes(bytes(1_000_000)), "archive"),
    "an empty archive": (lambda path: path.write_bytes(archived({})), "archive"),
    "a link": (link, "no-plain-file"),
    "a FIFO": (fifo, "no-plain-file"),
    "a hard link": (hard_link, "no-plain-file"),
    "missing": (lambda path: path.unlink(), "missing"),
    "larger than any": (sparse, "too-large"),
    "a bomb in another name": (bomb, "archive"),
    "a bomb that is honest": (honest_bomb, "too-large"),
    "a bomb that lies": (lying_bomb, "archive"),
    "very many entries": (many, "archive"),
    "very many entries called five": (claims_few, "archive"),
    "the end of a larger archive": (far_end, "archive"),
    "a name that climbs": (with_entry("../../../grading/roster.csv"), "archive"),
    "an absolute name": (with_entry("/etc/passwd"), "archive"),
    "a Windows name that climbs": (with_entry("..\\..\\roster.csv"), "archive"),
    "a drive": (with_entry("C:roster.csv"), "archive"),
    "a folder": (with_entry("deep/", b""), "archive"),
    "a second journal": (with_entry("x/responses.jsonl"), "archive"),
    "a shadow module": (with_entry("examdesk.py"), "archive"),
    "another notebook": (with_entry("E10-a.ipynb", instead=f"{FORM}.ipynb"), "other-form"),
    "a name that ends in NUL": (patched(b"timestamp.txt", b"timestamp\0txt"), "archive"),
    "a name twice": (twice, "archive"),
    "a link inside": (entries(external_attr=0o120777 << 16), "archive"),
    "another compression": (entries(compress_type=zipfile.ZIP_LZMA), "archive"),
    "no manifest": (lambda path: remade(path, lambda files: files.pop(MANIFEST)), "manifest"),
    "no journal": (lambda path: remade(path, lambda files: files.pop(NAME)), "incomplete"),
    "a manifest that is a list": (raw_manifest(b"[]"), "manifest"),
    "a manifest as deep as a well": (raw_manifest(b"[" * 9_000), "manifest"),
    "a manifest with NaN": (raw_manifest(b'{"kind": NaN}'), "manifest"),
    "a manifest with a key twice": (raw_manifest(b'{"kind": "x", "kind": "examdesk hand-in"}'), "manifest"),
    "a manifest of the future": (manifest(lambda record: record.update(v=2)), "version"),
    "a manifest of another form": (manifest(lambda record: record.update(form="E10-a")), "other-form"),
    "a manifest of another candidate": (manifest(lambda record: record.update(candidate="wang")), "manifest"),
    "another check code": (manifest(lambda record: record.update(witness="AAAA-AAAA")), "manifest"),
    "files that are a text": (manifest(lambda record: record.update(files="all")), "manifest"),
    "a digest that does not fit": (manifest(lambda record: record["files"][NAME].update(sha256="0" * 64)), "damaged"),
    "a file the manifest does not know": (manifest(lambda record: record["files"].pop("form.json")), "incomplete"),
    "an empty journal": (journal(b""), "other-form"),
    "a journal that is garbage": (journal(b"\0" * 1000 + b"\n{}\n"), "other-form"),
    "a journal of too many lines": (journal(b"\n" * 200_000), "journal-size"),
    "a journal of another form": (other_form, "other-form"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_line_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    make, code = HOSTILE[name]
    began = time.process_time()
    taken, place = collected(tmp_path, make)
    assert (taken.outcome, taken.code) == ("refused", code), taken
    assert "\n" not in taken.told and taken.told.startswith(f"{FORM}_li.examdesk: ") and SECRET not in taken.told
    assert taken.told.count("Cure: ") == 1
    assert not (place / "submitted").exists() or not list((place / "submitted").iterdir())
    assert not (tmp_path / "grading").exists() and not Path("/etc/passwd.new").exists()
    assert (place / "grading" / "roster.csv").read_text("utf-8").startswith("candidate,")
    assert time.process_time() - began < 20


@pytest.mark.parametrize("name", ["a bomb that lies", "very many entries called five", "the end of a larger archive"])
def test_a_hostile_file_costs_little_memory(tmp_path: Path, name: str) -> None:
    place = course(tmp_path / "course")
    file = handed_in(tmp_path / "home", "li", "a")
    HOSTILE[name][0](file)
    tracemalloc.start()
    try:
        collect(place, FORM, [file], submitted=place / "submitted")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000  # 40 for the largest file there may be, 25 for the largest journal


def test_one_hostile_file_does_not_stop_the_others(tmp_path: Path) -> None:
    place, inbox = course(tmp_path / "course"), tmp_path / "inbox"
    inbox.mkdir()
    for name in ("li", "wang", "zhao"):
        handed_in(tmp_path / name, name, "a").rename(inbox / f"{name}.examdesk")
    many(inbox / "li.examdesk")
    taken = collect(place, FORM, [inbox], submitted=place / "submitted")
    assert [one.outcome for one in taken] == ["refused", "collected", "collected"]


@pytest.mark.parametrize("what", ["submitted", "candidate", "form"])
def test_a_link_in_submitted_is_not_followed(tmp_path: Path, what: str) -> None:
    place, outside = course(tmp_path / "course"), tmp_path / "outside"
    outside.mkdir()
    at = {"submitted": place / "submitted", "candidate": place / "submitted" / "li",
          "form": place / "submitted" / "li" / FORM}[what]
    at.parent.mkdir(parents=True, exist_ok=True)
    os.symlink(outside, at)
    taken, = collect(place, FORM, [handed_in(tmp_path / "home", "li", "a")], submitted=place / "submitted")
    assert (taken.outcome, taken.code) == ("refused", "no-folder")
    assert not list(outside.iterdir())


def test_a_file_name_cannot_write_lines_of_its_own(tmp_path: Path) -> None:
    place = course(tmp_path / "course")
    file = handed_in(tmp_path / "home", "li", "a")
    strange = file.with_name("x\nli: collected, check code AAAA-AAAA\x1b[2J.examdesk")
    file.rename(strange)
    strange.write_bytes(b"")
    taken, = collect(place, FORM, [strange], submitted=place / "submitted")
    assert "\n" not in taken.told and "\x1b" not in taken.told


def test_a_candidates_name_cannot_either(tmp_path: Path) -> None:
    place = course(tmp_path / "course")
    file = handed_in(tmp_path / "home", "x\nli: collected\x1b[2J", "a")
    taken, = collect(place, FORM, [file], submitted=place / "submitted")
    assert taken.code == "unknown-candidate" and "\n" not in taken.told and "\x1b" not in taken.told
