"""Extra time of one candidate: how it is written, what it gives, and the code that tells a page of it.

The code is six digits, easy to say and to type. It is made from public names alone, so that a page can check it without
a network: it guards against typing errors and against using somebody else's, and it is no secret. What counts at
grading is the roster.
"""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction

MOST = 240  # minutes
FACTORS = {"x1.25": Fraction(5, 4), "x1.5": Fraction(3, 2), "x2": Fraction(2)}
EVERY = (*FACTORS, *(f"+{minutes}" for minutes in range(1, MOST + 1)))
_MINUTES = re.compile(r"(\+?)([0-9]{1,3})(min|minutes?|分钟?)?")


def parsed(text: str) -> str:
    """One of `EVERY`, or "" for none, as people write it in a table. Raises ValueError.

    A plain 15 is 15 minutes, because Excel takes the plus sign away; a plain 2 could be either and is refused.

    >>> [parsed(text) for text in ("×1.5", "2x", "+15", "15 min", "15", "")]
    ['x1.5', 'x2', '+15', '+15', '+15', '']
    """
    bare = re.sub(r"\s", "", text).lower().replace("×", "x").replace("*", "x").replace("＋", "+")
    factor = "x" + re.sub(r"0+$", "", bare.strip("x")) if "." in bare else "x" + bare.strip("x")
    if not bare or bare in ("0", "+0"):
        return ""
    if factor in FACTORS and ("x" in bare or "." in bare):
        return factor
    found = _MINUTES.fullmatch(bare)
    if found is None or not 1 <= int(found[2]) <= MOST or (int(found[2]) <= 3 and not (found[1] or found[3])):
        raise ValueError(f"no extra time: {text!r}")
    return f"+{int(found[2])}"


def longer(seconds: float, extra: str, *, of: float) -> float:
    """`seconds` of an exam of `of` seconds with `extra`; added minutes are shared out evenly over the exam.

    >>> longer(600, "+10", of=1200), longer(600, "x1.5", of=1200), longer(600, "", of=1200)
    (900.0, 900.0, 600.0)
    """
    if extra in FACTORS:
        return float(seconds * FACTORS[extra])
    return float(seconds) if not extra else float(seconds * (of + 60 * int(extra)) / of)


def pace(extra: str, *, of: int) -> Fraction:
    """By how much longer everything may take in an exam of `of` seconds with `extra`.

    >>> pace("x1.5", of=1200), pace("+10", of=1200), pace("", of=1200)
    (Fraction(3, 2), Fraction(3, 2), Fraction(1, 1))
    """
    return FACTORS[extra] if extra in FACTORS else 1 + Fraction(60 * int(extra or 0), of)


def code_of(form: str, candidate: str, extra: str) -> str:
    """The six digits that tell the page of `candidate` in `form` of `extra`."""
    return next(code for code, meant in codes(form, candidate).items() if meant == extra)


def codes(form: str, candidate: str) -> dict[str, str]:
    """{code: extra time} of one candidate in one form; every extra time has a code of its own."""
    found: dict[str, str] = {}
    for extra in EVERY:
        turn = 0
        while (code := _digits(form, candidate, extra, turn)) in found:
            turn += 1
        found[code] = extra
    return found


def _digits(form: str, candidate: str, extra: str, turn: int) -> str:
    named = "\x1f".join(("extra time", form, candidate.lower(), extra, str(turn)))
    return f"{int(hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest(), 16) % 10**6:06}"
