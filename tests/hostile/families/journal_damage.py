"""A damaged journal: what is whole counts, bad lines are named by number, a lost answer is 0 and seen by a person."""

from __future__ import annotations

import random

from tests.hostile.cases import FIRST, SECOND, Damage, Raw, added, good, held, lines, lost, rows

NOTED = "journal-lines"
LAST = "I-806"  # the last item of the paper that is answered right; the line of I-803 comes after it
BOM = b"\xef\xbb\xbf"


def line(number: int, change: Raw) -> Damage:
    """Changes one line, counted from 0; 1 holds the first answer."""
    return rows(lambda read: [change(one) if place == number else one for place, one in enumerate(read)])


def tail(bytes_: int) -> Damage:
    """The last line torn, and `bytes_` more."""
    return rows(lambda read: [*read[:-2], read[-2][:-bytes_]])


def between(raw: bytes) -> Damage:
    """The same line between all others."""
    return rows(lambda read: [piece for one in read for piece in (one, raw)])


def flipped(line_: bytes) -> bytes:
    """One bit of the answer flipped."""
    at = line_.index(b'"value":') + 9
    return line_[:at] + bytes([line_[at] ^ 1]) + line_[at + 1 :]


NOISE = random.Random(7).randbytes(4_000).replace(b"\n", b"")

CASES = [
    *good(
        "torn tail",
        NOTED,
        torn_after=lines(lambda raw: raw + b'{"v":1,"seq":'),
        torn_long=lines(lambda raw: raw + b'{"v":1,"value":"' + b"x" * 9_000),
        torn_quote=lines(lambda raw: raw + b'"'),
    ),
    *lost("torn tail", LAST, NOTED, torn_answer=tail(25), torn_most=tail(150)),
    *good("torn tail", no_newline=lines(lambda raw: raw.rstrip(b"\n"))),
    *good(
        "blank lines",
        blank_lines=lines(lambda raw: raw.replace(b"\n", b"\n\n \n")),
        blank_start=lines(lambda raw: b"\n\n\n" + raw),
        blank_end=lines(lambda raw: raw + b"\r\n \t\n" * 999),
    ),
    *good(
        "garbage lines",
        NOTED,
        garbage=added(b"\xff\xfe\x00 garbage"),
        noise=between(NOISE + b"\n"),
        words=added("我的答案都在上面".encode()),
        json_line=added(b'{"answer": "b"}'),
        list_line=added(b"[1, 2]"),
        html_line=added(b"<script>alert(1)</script>"),
        deep=added(b"[" * 100_000),
        nan=added(b'{"v":1,"seq":NaN}'),
        twice=added(b'{"v":1,"v":1}'),
        long_int=added(b'{"v":' + b"9" * 9_000 + b"}"),
    ),
    *lost(
        "flipped block",
        FIRST,
        NOTED,
        flipped_quote=line(1, lambda one: one.replace(b'"seq"', b'"seq', 1)),
        zeroed_line=line(1, lambda one: b"\0" * (len(one) - 1) + b"\n"),
        zeroed_end=line(1, lambda one: one[:-40] + b"\0" * 39 + b"\n"),
    ),
    *held(
        "flipped block",
        f"{NOTED} journal-gap",
        f"{FIRST} {SECOND}",
        zeroed_newline=rows(lambda read: [read[0], read[1][:-9] + b"\0" * 9 + read[2][:-1] + b"\n", *read[3:]]),
    ),
    *held("flipped block", "journal-edited", FIRST, flipped_bit=line(1, flipped)),
    *good(
        "NUL",
        NOTED,
        nul_line=added(b"\0" * 5_000),
        nul_between=between(b"\0\n"),
        nul_tail=lines(lambda raw: raw + b"\0" * 4_096),
    ),
    *lost("NUL", FIRST, NOTED, nul_inside=line(1, lambda one: one.replace(b'"seq":2', b'"seq":2 \x00', 1))),
    *good("BOM", bom=lines(lambda raw: BOM + raw)),
    *good("BOM", NOTED, bom_line=added(BOM)),
    *held("BOM", "journal-lines no-start", bom_twice=lines(lambda raw: BOM * 2 + raw)),
    *lost("BOM", FIRST, NOTED, bom_inside=line(1, lambda one: BOM + one)),
    *good(
        "one huge line",
        NOTED,
        huge_line=added(b'{"v":1,"value":"' + b"x" * 2_000_000 + b'"}'),
        huge_spaces=added(b"{" + b" " * 500_000 + b"}"),
        huge_list=added(b"[" + b"0," * 120_000 + b"0]"),
        ten_megabytes=added(b'{"v":1,"value":"' + b"x" * 10_000_000 + b'"}'),
    ),
]
