"""Cells of exported tables, safe to open in a spreadsheet program."""

from __future__ import annotations

import re
from typing import TypeVar

T = TypeVar("T")

_FORMULA = tuple("=+-@\t\r\n\x00＝＋－＠")  # how a cell begins that a spreadsheet may run (CWE-1236)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def guarded(value: T) -> T | str:
    """The value as it may stand in a CSV cell: a text that could run as a formula gets a leading apostrophe.

    >>> guarded("=HYPERLINK(1)"), guarded("-2.5"), guarded(-2.5), guarded("chose b")
    ("'=HYPERLINK(1)", '-2.5', -2.5, 'chose b')
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _NUMBER.fullmatch(value):
        return value
    return "'" + value.replace("\x00", "")
