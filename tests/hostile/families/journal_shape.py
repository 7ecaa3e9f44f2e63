"""Journals of another shape: a fork keeps both branches; over a cap or from the future it is refused."""

from __future__ import annotations

import json
import os

from examdesk.journal import NAME
from examdesk.journal.lines import MAX_BYTES, MAX_LINES, VERSION, encode
from examdesk.journal.writing import chained
from tests.hostile.cases import CHAT, FIRST, TALKING, WRONG, Damage, both, good, lines, lost, refused, said
from tests.nbgrader.courses import AT

FORK = "journal-fork"


def forked(at: int, *more: tuple[str, object]) -> Damage:
    """A second kernel goes on from entry `at` with other answers."""

    def damage(raw: bytes) -> bytes:
        whole = [json.loads(line) for line in raw.splitlines()]
        seq, head, written = at, whole[at - 1]["hash"], []
        for item, value in more:
            event = chained(seq, head, "answered", value, item, at=AT, mono=1_000 * seq)
            seq, head = event.seq, event.hash
            written.append(encode(event))
        return raw + b"".join(written)

    return lines(damage)


def newer(version: str) -> Damage:
    return lines(lambda raw: raw.replace(b'{"v":%d' % VERSION, b'{"v":%s' % version.encode()))


def enlarged(size: int) -> Damage:
    return lambda folder, form: os.truncate(folder / NAME, size)


TALKED = [(CHAT, "said", {"text": f"您好 {number}"}) for number in range(2_000)]

CASES = [
    *good("forked chain", FORK, forked_same=forked(3, (WRONG, "a")), forked_end=forked(18, (WRONG, None)),
          forked_often=both(
              forked(3, (WRONG, "a")), forked(5, (WRONG, "c")), forked(7, (WRONG, "d")))),
    *lost("forked chain", FIRST, FORK, forked_first=forked(17, (FIRST, None), (FIRST, None), (FIRST, None))),
    *refused("1,000,000 lines", "lines", million=lines(lambda raw: raw + b"{}\n" * 1_000_000),
             million_blank=lines(lambda raw: raw + b"\n" * 1_000_000), one_too_many=lines(
             lambda raw: raw + b"{}\n" * (MAX_LINES + 1)), blank_25_mb=lines(
             lambda raw: raw + b"\n" * (MAX_BYTES - len(raw)))),
    *refused("1,000,000 lines", "larger", large=lines(lambda raw: raw + b" " * (MAX_BYTES + 1)),
             sparse_10_gb=enlarged(10 * 1024**3), million_copies=lines(lambda raw: raw * 6_000)),
    *good("1,000,000 lines", "journal-lines", ninety_thousand=lines(lambda raw: raw + b"{}\n" * 90_000)),
    *good("1,000,000 lines", sixty_thousand=lines(lambda raw: raw * 3_000)),
    *refused("future schema version", "newer", newer=newer(str(VERSION + 1)), newer_99=newer("99"), newer_huge=newer(
        "1" + "0" * 300)),
    *refused("future schema version", "newer", newer_line=lines(
        lambda raw: raw + b'{"v":2,"seq":99,"kind":"voice","value":null}\n')),
    # A minute for each entry: these go on for longer than the exam.
    *good("1,000,000 lines", "late-answers replay", **TALKING, two_thousand_turns=said(*TALKED)),
]
