"""When a form may be started, when its room closes, and the code that starts it: `room.json` beside form.json.

Both the page and this file lie on the candidate's computer. They keep people from starting early by mistake; whether
somebody did is a matter of the room, and of the journal's times at grading. The start code stands there as a slow
digest only. A short one can be found all the same by trying every one, so it is no secret to rely on.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

NAME = "room.json"
ROUNDS = 200_000  # of PBKDF2: a fifth of a second for one try
MOST_ROUNDS = 1_000_000
EARLY = timedelta(minutes=2)  # how far ahead a computer's clock may be before a start is called early
_CODE = re.compile(r"[A-Z0-9]{4,20}")


@dataclass(frozen=True)
class StartCode:
    """A start code, so that a typed one can be compared and it cannot be read."""

    salt: str
    rounds: int
    digest: str

    def fits(self, typed: object) -> bool:
        """Whether `typed` is the code; spaces, hyphens, small letters and full-width digits do not matter."""
        bare = plain_code(typed)
        return bool(bare) and hmac.compare_digest(_digest(bare, self.salt, self.rounds), self.digest)


@dataclass(frozen=True)
class Opening:
    """The times of one form's room, each None where there is no such bound."""

    opens: datetime | None = None
    closes: datetime | None = None
    code: StartCode | None = None

    def until(self, started: str) -> float | None:
        """Seconds from the moment a journal names to the closing; None without a closing or a readable moment."""
        at = moment(started)
        return None if self.closes is None or at is None else (self.closes - at).total_seconds()

    def is_early(self, started: str) -> bool:
        """Whether the moment a journal names lies clearly before the opening."""
        at = moment(started)
        return self.opens is not None and at is not None and at < self.opens - EARLY


EVER = Opening()


def plain_code(typed: object) -> str:
    """The code as it is compared, "" for none.

    >>> plain_code("k7-4 ２m"), plain_code("??")
    ('K742M', '')
    """
    text = unicodedata.normalize("NFKC", typed[:60]) if isinstance(typed, str) else ""
    bare = re.sub(r"[\s-]", "", text).upper()
    return bare if _CODE.fullmatch(bare) else ""


def start_code(code: str, *, form: str) -> StartCode:
    """The start code of a form as it may lie in a candidate's folder. The same code gives the same bytes."""
    salt = hashlib.sha256(f"start code {form}".encode()).hexdigest()[:16]
    return StartCode(salt, ROUNDS, _digest(plain_code(code), salt, ROUNDS))


def as_data(opening: Opening, *, form: str) -> dict[str, Any]:
    """The opening as room.json holds it; the inverse of `opening_of`."""
    data: dict[str, Any] = {"schema": 1, "form": form}
    times = {"opens": opening.opens, "closes": opening.closes}
    data |= {name: at.isoformat(timespec="minutes") for name, at in times.items() if at is not None}
    if opening.code is not None:
        data["start_code"] = {"salt": opening.code.salt, "rounds": opening.code.rounds, "digest": opening.code.digest}
    return data


def opening_of(data: Any) -> Opening:
    """The opening in a room.json; raises ValueError when it is none."""
    if not isinstance(data, Mapping) or data.get("schema") != 1:
        raise ValueError("no room")
    opens, closes = (_zoned(data[name]) if name in data else None for name in ("opens", "closes"))
    code = data.get("start_code")
    return Opening(opens, closes, None if code is None else _code_of(code))


def moment(at: object) -> datetime | None:
    """The moment an ISO text names, UTC where it says no zone; None when it names none."""
    try:
        found = datetime.fromisoformat(at) if isinstance(at, str) else None
        return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _zoned(at: object) -> datetime:
    found = moment(at)
    if found is None:
        raise ValueError("no time")
    return found


def _code_of(data: Any) -> StartCode:
    try:
        code = StartCode(str(data["salt"]), int(data["rounds"]), str(data["digest"]))
    except (KeyError, TypeError):
        raise ValueError("no start code") from None
    if not 1 <= code.rounds <= MOST_ROUNDS or not code.digest.isascii():
        raise ValueError("no start code")
    return code


def _digest(bare: str, salt: str, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", bare.encode(), salt.encode(), rounds).hex()
