"""Seeded mutations of good submissions: bytes, lines, JSON and files, one or several at once.

A mutation is decided by its number alone, so that a failure can be run again: `mutated(folder, form, seed=number)`.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from examdesk.journal import NAME
from examdesk.model import Form

MANY = 2_000
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1e308,
    10**15,
    10**20,
    "",
    "a",
    "b",
    "I-801",
    "\ud800",
    "\u202e",
    "x" * 300,
    [],
    {},
    [[]],
    [None],
    {"a": {}},
    "=1+1",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "\x00",
    "1.0",
    {"points": 100},
)
PIECES = (
    b"\0",
    b"\n",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b'"',
    b"{",
    b"}",
    b"[",
    b",",
    b"\\u0000",
    b"NaN",
    b"1e999",
    b"<script>",
    b"\xe2\x80\xae",
    b"{}\n",
    b"[" * 3_000,
    b"9" * 5_000,
)

Bytes = Callable[[bytes, random.Random], bytes]


# Bytes


def flip(raw: bytes, rng: random.Random) -> bytes:
    """Some bits flipped."""
    made = bytearray(raw)
    for _ in range(rng.choice((1, 1, 3, 30)) if made else 0):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def cut(raw: bytes, rng: random.Random) -> bytes:
    """Cut off at the end or the start, or a hole inside."""
    first, last = sorted((rng.randrange(len(raw) + 1), rng.randrange(len(raw) + 1)))
    return rng.choice((raw[:last], raw[first:], raw[:first] + raw[last:]))


def insert(raw: bytes, rng: random.Random) -> bytes:
    """Something odd put in."""
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice((*PIECES, rng.randbytes(rng.randrange(1, 40)))) + raw[at:]


def zero(raw: bytes, rng: random.Random) -> bytes:
    """A block of the disk lost."""
    at = rng.randrange(len(raw) + 1)
    size = rng.choice((16, 128, 512, 4_096))
    return raw[:at] + b"\0" * min(size, len(raw) - at) + raw[at + size :]


def coded(raw: bytes, rng: random.Random) -> bytes:
    """Saved in another encoding."""
    text = raw.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-8-sig", "utf-16", "utf-32", "gb18030", "ascii")), "replace")


# Lines


def lines(raw: bytes, rng: random.Random) -> bytes:
    """Lines shuffled, doubled, removed, reversed, or their ends changed."""
    read = raw.splitlines(keepends=True)
    kind = rng.randrange(6)
    if kind == 0:
        rng.shuffle(read)
    elif kind == 1:
        read += rng.sample(read, min(len(read), 3))
    elif kind == 2:
        read = [one for one in read if rng.random() < 0.8]
    elif kind == 3:
        read.reverse()
    elif kind == 4:
        read = [one.replace(b"\n", b"\r\n") for one in read]
    else:
        read = read[: rng.randrange(len(read) + 1)] * rng.choice((1, 2))
    return b"".join(read)


# JSON


def value(raw: bytes, rng: random.Random) -> bytes:
    """One or a few values of one JSON document changed, doubled or removed."""
    try:
        read = json.loads(raw)
    except ValueError:
        return flip(raw, rng)
    for _ in range(rng.choice((1, 1, 2, 8))):
        _change(read, rng)
    return json.dumps(read, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def record(raw: bytes, rng: random.Random) -> bytes:
    """The values of one line changed; its hash no longer fits."""
    read = raw.splitlines(keepends=True)
    if not read:
        return raw
    at = rng.randrange(len(read))
    read[at] = value(read[at], rng).rstrip(b"\n") + b"\n"
    return b"".join(read)


def _change(read: Any, rng: random.Random) -> None:
    """One value somewhere inside `read`."""
    while isinstance(read, dict | list) and read:
        name = rng.choice(list(read)) if isinstance(read, dict) else rng.randrange(len(read))
        inner = read[name]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.15:
            if rng.random() < 0.25:
                del read[name]
            elif isinstance(read, list) and rng.random() < 0.3:
                read.insert(rng.randrange(len(read) + 1), inner)
            else:
                read[name] = rng.choice(ODD)
            return
        read = inner


# Files


def files(folder: Path, form: Form, rng: random.Random) -> None:
    """A file removed, exchanged, linked, or put beside the others."""
    path = folder / rng.choice((NAME, f"{form.id}.ipynb", "timestamp.txt", "form.json"))
    kind = rng.randrange(7)
    if not path.is_file() or path.is_symlink():  # an earlier trick stands there already
        return
    if kind in (0, 1):
        path.unlink()
        if kind == 1:
            path.symlink_to(rng.choice(("/etc/passwd", "/dev/zero", "form.json", str(folder), "no-such-file")))
    elif kind == 2:
        (folder / rng.choice(("sitecustomize.py", "json.py", "second.ipynb", "\u202e", "a\nb"))).write_bytes(
            b"raise SystemExit"
        )
    elif kind == 3:
        os.truncate(path, rng.choice((0, 1, 10**6, 10**11)))
    elif kind == 4:
        path.unlink()
        rng.choice((Path.mkdir, os.mkfifo))(path)
    elif kind == 5:
        path.write_bytes(rng.choice((b"", b"yesterday", b"\xff", b"2026-03-02 01:20 UTC", b"9" * 99)))
    else:
        (folder / f"{path.name}~").write_bytes(path.read_bytes())


ON_BYTES: tuple[Bytes, ...] = (flip, cut, insert, zero, coded, lines)
ON_NOTEBOOK: tuple[Bytes, ...] = (*ON_BYTES, value, value, value)
ON_JOURNAL: tuple[Bytes, ...] = (*ON_BYTES, record, record, lines)


def mutated(folder: Path, form: Form, *, seed: int) -> None:
    """Breaks the submission in `folder` as the number says: once, or several times over."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if rng.random() < 0.12:
            files(folder, form, rng)
            continue
        name, kinds = rng.choice(((NAME, ON_JOURNAL), (NAME, ON_JOURNAL), (f"{form.id}.ipynb", ON_NOTEBOOK)))
        path = folder / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 10**7:
            path.write_bytes(rng.choice(kinds)(path.read_bytes(), rng))
