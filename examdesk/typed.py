"""What people type into a field, read as one exact value: tolerant of signs and separators, not of other numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

LONGEST = 40  # characters of a number, date or time
KINDS = ("integer", "decimal", "percent", "money", "date", "time", "choice")

Value = Fraction | str
"""Numbers as they are, dates in days, times in minutes, a choice as the option's id."""

_NOT = {"date": "not a date", "time": "not a time"}
_SIGNS = str.maketrans("。−–—∶’", ".---:'")
_CURRENCY = ("人民币", "us$", "cny", "rmb", "usd", "¥", "$", "元", "块")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([ ,'])[0-9]{3}(?:\1[0-9]{3})*(?:\.[0-9]+)?")  # 1,234.5
_DOTTED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")  # 1.234,5 or 1.234.567
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")  # 12,5; whatever _GROUPED reads is no decimal comma
_DATE = re.compile(r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?[日号]?")
_TIME = re.compile(
    r"(am|pm|凌晨|早上|上午|中午|下午|傍晚|晚上)? ?([0-9]{1,2}) ?[:.点时]? ?"
    r"(?:([0-9]{1,2}) ?分?|(半)|整)?(?::([0-9]{2}))? ?(am|pm)?"
)
_AFTER_NOON = ("pm", "下午", "傍晚", "晚上", "中午")


def read(kind: str, typed: str, unit: Sequence[str] = ()) -> Value | None:
    """The value of `typed`, None when it cannot be read. `unit` holds words that may follow a number.

    >>> read("money", "￥1，234.50 元"), read("time", "15：40"), read("integer", "many")
    (Fraction(2469, 2), Fraction(940, 1), None)
    """
    if kind == "choice":
        return typed
    text = _plain(typed)
    if kind == "date":
        return _date(text)
    if kind == "time":
        return _time(text)
    return _number(text, kind, [_plain(word) for word in unit])


def typed_time(kind: str, value: Fraction) -> str:
    """A date or time as somebody types it; a time past midnight is one of the next day.

    >>> typed_time("time", Fraction(940)), typed_time("date", Fraction(739003))
    ('15:40', '2024-04-27')
    """
    if kind == "date":
        return date.fromordinal(int(value)).isoformat()
    minutes = int(value) % (24 * 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def compared(
    kind: str, typed: str, key: Value, *, tolerance: Fraction = Fraction(0), unit: Sequence[str] = ()
) -> tuple[Fraction, str]:
    """(1 or 0, what is to be said about a wrong answer) of `typed` against a key.

    >>> compared("money", "12元", Fraction(12)), compared("integer", "many", Fraction(12))
    ((Fraction(1, 1), ''), (Fraction(0, 1), ', not a number'))
    """
    value = read(kind, typed, unit)
    if value is None:
        return Fraction(0), f", {_NOT.get(kind, 'not a number')}"
    if isinstance(value, str) or isinstance(key, str):
        return Fraction(value == key), ""
    if kind == "integer" and value.denominator != 1:
        return Fraction(0), ", not a whole number"
    near = abs(value - key) <= tolerance
    return Fraction(near), "" if near or tolerance == 0 else ", outside the tolerance"


def bare(typed: str, longest: int) -> str:
    """A text as it is compared: half-width, lower case, no spaces, no full stop at its end.

    >>> bare(" Ｌin  Lin。", 40) == bare("linlin", 40)
    True
    """
    return "".join(unicodedata.normalize("NFKC", typed[:longest]).casefold().split()).rstrip("。.")


def printable(typed: str, longest: int = LONGEST) -> str:
    """What was typed, for a reason: cut, and nothing odd in it."""
    return "".join(char if char.isprintable() else "�" for char in typed.strip()[:longest])


def _plain(typed: str) -> str:
    """Half-width, lower case, single spaces. The length is capped before anything is normalised."""
    return " ".join(unicodedata.normalize("NFKC", typed[:LONGEST]).translate(_SIGNS).casefold().split())


def _number(text: str, kind: str, unit: Sequence[str]) -> Fraction | None:
    text = _bare(text, unit)
    share = text.endswith("%") or text.startswith("百分之")
    number = _exact(text.removeprefix("百分之").removesuffix("%").strip())
    if number is None:
        return None
    return number / 100 if share and kind != "percent" else number


def _bare(text: str, unit: Sequence[str]) -> str:
    """The number without its unit and currency sign."""
    for word in sorted(unit, key=len, reverse=True):
        text = text.removesuffix(word).strip()
    for sign in _CURRENCY:
        text = text.removesuffix(sign).strip()
    negative = text.startswith("-")
    bare = text.removeprefix("-").strip()
    for sign in _CURRENCY:
        bare = bare.removeprefix(sign).strip()
    return f"-{bare}" if negative else bare


def _exact(text: str) -> Fraction | None:
    if _PLAIN.fullmatch(text):
        return Fraction(text.rstrip("."))
    if _GROUPED.fullmatch(text):
        return Fraction(re.sub("[ ,']", "", text))
    if _DOTTED.fullmatch(text):
        return Fraction(text.replace(".", "").replace(",", "."))
    return Fraction(text.replace(",", ".")) if _COMMA.fullmatch(text) else None


def _date(text: str) -> Fraction | None:
    if re.fullmatch("[0-9]{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = _DATE.fullmatch(text)
    try:
        return Fraction(date(int(found[1]), int(found[2]), int(found[3])).toordinal()) if found else None
    except ValueError:
        return None


def _time(text: str) -> Fraction | None:
    if re.fullmatch("[0-9]{4}", text):
        text = f"{text[:2]}:{text[2:]}"
    found = _TIME.fullmatch(text.replace("a.m.", "am").replace("p.m.", "pm"))
    half = (found[1] or found[6] or "") if found else ""
    if not found or not (half or re.search("[点时:.]", text)) or (found[3] and not re.search("[点时:.]", text)):
        return None
    hour, minute, second = int(found[2]), 30 if found[4] else int(found[3] or 0), int(found[5] or 0)
    if half in _AFTER_NOON and hour < 12 and not (half == "中午" and hour > 2):
        hour += 12
    elif half in ("am", "凌晨", "上午", "早上", "晚上") and hour == 12:
        hour = 0
    if minute > 59 or second > 59 or hour * 60 + minute > 24 * 60:
        return None
    return hour * 60 + minute + Fraction(second, 60)


# What is typed into an action of a chat or an inbox


def argument(spec: Mapping[str, Any], value: Any) -> Any:
    """A value of an action's argument, as its author bounds it. Raises ValueError for what no panel would send."""
    if spec["kind"] in ("text", "long"):
        return written(value, spec["max"])
    if spec["kind"] == "number" and type(value) is int and spec["min"] <= value <= spec["max"]:
        return value
    if spec["kind"] == "choice" and isinstance(value, str) and value in [one["id"] for one in spec["options"]]:
        return value
    raise ValueError("no such choice")


def written(value: Any, longest: int) -> str:
    """A text within its bounds, without broken characters at its ends or inside. Raises ValueError."""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"a text of at most {longest} characters is needed")
    text = value.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise ValueError("nothing is written")
    return text
