"""A rewritten journal: the chain breaks and a person decides. A recomputed chain without a witness cannot be told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from examdesk.journal import NAME
from tests.hostile.cases import (
    FIRST,
    SECOND,
    WRONG,
    Damage,
    chain,
    good,
    held,
    lines,
    lost,
    of,
    rechained,
    records,
    rows,
    without,
)

EDITED, GAP, CHAIN = "journal-edited", "journal-gap", "journal-chain"
RIGHT = {"I-801", "I-823", "I-808", "I-822", "I-816", "I-812", "I-813", "I-802", "I-820", "I-810", "I-821", "I-806"}
Line = dict[str, Any]


def edited(item: str, /, **fields: Any) -> Damage:
    """Fields of one entry changed by hand; its hash no longer fits."""
    return records(lambda read: read[of(read, item)].update(fields))


def removed(*places: int) -> Damage:
    return rows(lambda read: [one for place, one in enumerate(read) if place not in places])


def kept(count: int) -> Damage:
    """Only the first lines."""
    return rows(lambda read: read[:count])


def renumbered(read: list[Line]) -> list[Line]:
    """Numbers made whole again after a removal, hashes not."""
    rest = [one for one in read if one["item"] != FIRST]
    return [{**one, "seq": number} for number, one in enumerate(rest, start=1)]


def in_order(change: Callable[[list[bytes]], object]) -> Damage:
    def damage(read: list[bytes]) -> list[bytes]:
        change(read)
        return read

    return rows(damage)


def blank(*items: str) -> Callable[[list[Line]], list[Line]]:
    return lambda read: [one for one in read if one["item"] not in items]


def gone_on(raw: bytes) -> bytes:
    """Rolled back to the third entry and gone on otherwise; then the old start put before the new end."""
    read = [json.loads(line) for line in raw.splitlines()]
    read[2] = {**read[2], "mono": read[2]["mono"] + 1}
    return b"".join([*raw.splitlines(keepends=True)[:3], *chain(read).splitlines(keepends=True)[3:]])


ALL_BUT_TWO = " ".join(sorted(RIGHT - {FIRST, SECOND}))

CASES = [
    *held(
        "edit",
        EDITED,
        edited_wrong=edited(WRONG, value="b"),
        edited_kind=edited(WRONG, kind="draft"),
        edited_time=records(lambda read: read[-1].update(at="2026-03-02T01:00:59.000Z")),
    ),
    *held(
        "edit",
        EDITED,
        FIRST,
        edited_right=edited(FIRST, value="a"),
        edited_item=edited(FIRST, item=WRONG),
        edited_hash=edited(FIRST, hash="0" * 64),
    ),
    *held("remove", GAP, FIRST, removed_first=removed(1)),
    *held("remove", f"{GAP} no-start", removed_start=removed(0)),
    *held("remove", GAP, removed_wrong=removed(3), removed_two=removed(3, 6)),
    *held("remove", EDITED, " ".join(sorted(RIGHT)), renumbered=records(renumbered)),
    *good(
        "reorder",
        reversed=in_order(lambda read: read.reverse()),
        shuffled=in_order(random.Random(3).shuffle),
        last_first=in_order(lambda read: read.insert(0, read.pop())),
    ),
    *good(
        "duplicate",
        doubled=lines(lambda raw: raw + raw),
        ten_times=lines(lambda raw: raw * 10),
        one_line=rows(lambda read: [*read, read[1]]),
        each_line=rows(lambda read: [one for one in read for _ in "ab"]),
    ),
    *lost("truncate", ALL_BUT_TWO, truncated_two=kept(3)),
    *lost("truncate", " ".join(sorted(RIGHT)), truncated_start=kept(1)),
    *lost("truncate", "I-806", truncated_end=kept(17)),
    *held("truncate", "no-start", " ".join(sorted(RIGHT)), truncated_all=lines(lambda raw: b"")),
    *held("truncate", "no-journal", truncated_away=without(NAME)),
    *held("truncate", f"{GAP} no-start", f"{FIRST} {SECOND}", truncated_front=rows(lambda read: read[3:])),
    *lost("roll back", "I-821 I-806", rolled_back=kept(16)),
    *lost("roll back", ALL_BUT_TWO, rolled_far=kept(4)),
    *held("roll back", CHAIN, rolled_and_on=lines(gone_on)),
    *lost("chain recomputed", FIRST, recomputed_without=rechained(blank(FIRST))),
    *lost("chain recomputed", f"{FIRST} {SECOND}", recomputed_two=rechained(blank(FIRST, SECOND))),
    *good("chain recomputed", recomputed=rechained(lambda read: None), recomputed_wrong=rechained(blank(WRONG))),
]
