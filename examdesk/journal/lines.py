"""One line of the journal: its fields, its hash, its bounds. Shared by the writer and the reader."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from examdesk.model import Event, digest

VERSION = 1
KINDS = frozenset({
    "started", "resumed", "opened", "answered", "draft", "said", "heard", "acted", "flagged", "section", "pause",
    "language", "late", "witness", "finished",
})  # fmt: skip
MAX_BYTES = 25_000_000  # a journal
MAX_LINES = 100_000
MAX_LINE = 256_000  # bytes of one line; 20,000 characters as \u escapes fit
MAX_TEXT = 20_000  # characters of one text value
MAX_DEPTH = 12

_FIELDS = {"v", "seq", "at", "mono", "item", "kind", "value", "prev", "hash"}


class BadLine(ValueError):
    """Why a line of the journal does not count, in a few words."""


def encode(event: Event) -> bytes:
    """The line of `event`, newline included. The reader accepts whatever this writes."""
    record = {**_unsigned(event), "hash": event.hash}
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return line.encode("utf-8", "surrogatepass") + b"\n"


def sealed(event: Event) -> str:
    """The hash of `event` over everything in it but the hash itself."""
    return digest(_unsigned(event))


def _unsigned(event: Event) -> dict[str, Any]:
    return {
        "v": VERSION,
        "seq": event.seq,
        "at": event.at,
        "mono": event.mono,
        "item": event.item,
        "kind": event.kind,
        "value": event.value,
        "prev": event.prev,
    }


def decode(raw: bytes, *, line: int) -> Event:
    """The event in one line, without its newline. Raises `BadLine`; never any other error."""
    if len(raw) > MAX_LINE:
        raise BadLine("longer than a line may be")
    record = strict_json(raw)
    if not isinstance(record, dict):
        raise BadLine("no JSON object")
    version = record.get("v")
    if type(version) is int and version > VERSION:
        raise BadLine("future version")
    if set(record) != _FIELDS or version != VERSION:
        raise BadLine("other fields than version 1 has")
    event = _checked(record, line)
    if sealed(event) != event.hash:
        raise BadLine("hash does not fit")
    return event


def _checked(record: dict[str, Any], line: int) -> Event:
    good = (
        type(record["seq"]) is int
        and 0 < record["seq"] < 10**9
        and type(record["mono"]) is int
        and abs(record["mono"]) < 10**15
        and _short(record["at"], 40)
        and (record["item"] is None or _short(record["item"], 80))
        and _short(record["prev"], 64)
        and _short(record["hash"], 64)
    )
    if not good:
        raise BadLine("a field has a wrong type")
    if not isinstance(record["kind"], str) or record["kind"] not in KINDS:
        raise BadLine("unknown kind of event")
    if not bounded(record["value"]):
        raise BadLine("value too large or too deep")
    fields = {name: record[name] for name in ("seq", "at", "mono", "item", "kind", "value", "prev", "hash")}
    return Event(**fields, line=line)


def _short(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) <= length


def bounded(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether a value is small and flat enough to be an answer."""
    if depth == 0:
        return False
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    if isinstance(value, list):
        return len(value) <= 1000 and all(bounded(entry, depth - 1) for entry in value)
    if isinstance(value, dict):
        return len(value) <= 1000 and all(len(key) <= 200 and bounded(entry, depth - 1) for key, entry in value.items())
    if isinstance(value, int):
        return abs(value) < 10**15
    return not isinstance(value, float) or math.isfinite(value)


def strict_json(raw: bytes) -> Any:
    """JSON without NaN, duplicate keys, BOM surprises or endless depth. Raises `BadLine`."""
    try:
        text = raw.decode("utf-8", "surrogatepass")
        return _STRICT.decode(text)
    except BadLine:
        raise
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None


def _refuse_constant(name: str) -> NoReturn:
    raise BadLine(f"{name} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise BadLine("a key stands twice")
    return record


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique)  # made once: lines are many
