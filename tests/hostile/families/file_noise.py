"""Whatever else lies in the folder: noted, never opened, never copied."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from examdesk.model import Form
from tests.hostile.cases import Damage, file, good

NOTED = "other-files"
THOUSANDS = 20_000


def named(*names: str | bytes) -> Damage:
    """Empty files with these names."""

    def damage(folder: Path, form: Form) -> None:
        for name in names:
            os.close(os.open(os.path.join(os.fsencode(folder), os.fsencode(name)), os.O_CREAT | os.O_WRONLY))

    return damage


def thousands(folders: int) -> Damage:
    """20,000 files in that many folders."""

    def damage(folder: Path, form: Form) -> None:
        for place in range(folders):
            inside = folder / f"venv/lib{place}" if folders > 1 else folder
            inside.mkdir(parents=True, exist_ok=True)
            for number in range(THOUSANDS // folders):
                os.close(os.open(inside / f"m{number}.py", os.O_CREAT | os.O_WRONLY))

    return damage


def sized(name: str, size: int, *, sparse: bool) -> Damage:
    def damage(folder: Path, form: Form) -> None:
        with (folder / name).open("wb") as made:
            made.truncate(size) if sparse else made.write(b"x" * size)

    return damage


def deep(levels: int, name: str = "d") -> Damage:
    """Folders in folders, deeper than a path may be long."""

    def damage(folder: Path, form: Form) -> None:
        here = os.open(folder, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(here)

    return damage


def bomb(name: str, megabytes: int) -> Damage:
    """An archive of nothing, `megabytes` when it is unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * (megabytes * 1_000_000))
    return file(name, packed.getvalue())


def escaping(folder: Path, form: Form) -> None:
    """An archive whose files lie outside the folder it is unpacked in."""
    with zipfile.ZipFile(folder / "slip.zip", "w") as archive:
        archive.writestr("../../../../../../tmp/examdesk-slip", "x")


CASES = [
    *good(
        "strange names",
        NOTED,
        control_names=named("a\nb", "a\tb", "\x1b[31mred\x1b[0m"),
        bytes_names=named(b"\xff\xfe\x80", b"caf\xe9"),
        formula_names=named("=cmd|' C calc'!A0", "@SUM(1)", "-2+3"),
        option_names=named("-rf", "--config=x", "*", "~"),
        html_names=named("<script>alert(1)<", "x onerror=alert(1)"),
        bidi_names=named("\u202efdp.exe", "\u200b", "．．"),
        dotted_names=named("...", ". ", "con", "NUL", "responses.jsonl ", "RESPONSES.JSONL", "responses.jsonl.bak"),
    ),
    *good(
        "over-long names",
        NOTED,
        long_name=named("n" * 255),
        long_bytes=named(("名" * 85).encode()),
        long_many=named(*(f"{number:03}" + "n" * 250 for number in range(100))),
    ),
    *good("20,000 files", NOTED, files_flat=thousands(1), files_venv=thousands(200), files_folders=thousands(2_000)),
    *good(
        "huge or sparse files",
        NOTED,
        sparse_10_gb=sized("core", 10 * 1024**3, sparse=True),
        sparse_1_tb=sized("disk.img", 1024**4, sparse=True),
        huge_60_mb=sized("video.mp4", 60_000_000, sparse=False),
    ),
    *good("deep folders", NOTED, deep_100=deep(100), deep_500=deep(500), deep_long=deep(100, "long" * 50)),
    *good(
        "zip bomb",
        NOTED,
        zip_bomb=bomb("data.zip", 200),
        zip_named_notebook=bomb("data.ipynb.zip", 20),
        zip_slip=escaping,
    ),
]
