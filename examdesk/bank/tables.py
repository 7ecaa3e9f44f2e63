"""CSV files that people keep in Excel: read in UTF-8 (with or without BOM) or GB18030, as Chinese Excel writes them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from examdesk.errors import AuthorError, Fault

MAX_BYTES = 10_000_000
SAVE = "in Excel choose “CSV UTF-8” when saving"


def rows_of(path: Path, *, what: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of every line that is not blank; `what` names the table in `AuthorError`, e.g. "roster"."""
    reader = csv.reader(io.StringIO(_text(path, what), newline=""))
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
    except csv.Error:
        wrong = "the line cannot be read as CSV"
        raise AuthorError(Fault(path.name, reader.line_num, wrong, cure=f"check its quotation marks; {SAVE}")) from None
    return rows


def cell_of(cells: Sequence[str], index: int) -> str:
    """The text of a cell, "" beyond the line's end."""
    return unicodedata.normalize("NFC", cells[index].strip()) if index < len(cells) else ""


def _text(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise AuthorError(
            Fault(path.name, 1, f"the {what} cannot be read", str(error.strerror), "check its name")
        ) from None
    if len(raw) > MAX_BYTES:
        raise AuthorError(Fault(path.name, 1, f"the {what} is too large", f"more than {MAX_BYTES:,} bytes", SAVE))
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")):
        raise AuthorError(Fault(path.name, 1, "this is no CSV file", "an Excel workbook or other encoding", SAVE))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    raise AuthorError(Fault(path.name, line, "the text is neither UTF-8 nor GB18030", "another encoding", SAVE))
