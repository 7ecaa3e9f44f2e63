"""No space left while a page, a table or a mark is written: one line, and what stood there before stays whole."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from examdesk.errors import DatabaseAway
from examdesk.pipeline.export import ExamExport
from examdesk.records import Records
from examdesk.reports.exports import _write
from examdesk.reports.pages import write_page
from tests.faults.doors import fill, small_disk
from tests.test_records import graded, mark

pytestmark = pytest.mark.slow
SOME, MUCH = 2_000, 1_000_000  # characters


@pytest.fixture
def disk() -> Iterator[Path]:
    with small_disk(256) as folder:
        yield folder


def page(path: Path, size: int) -> None:
    write_page(path, "页" * (size // 3))


def table(path: Path, size: int) -> None:
    _write(path, pd.DataFrame({"candidate": ["li"] * (size // 10), "points": [1.0] * (size // 10)}))


def export(path: Path, size: int) -> None:
    """nbgrader export with a gradebook of so many people and one exam nobody sat."""
    nothing = {"duedate": None, "max_score": 1.0}
    people = [SimpleNamespace(id=f"c{n}", last_name="", first_name="", email="") for n in range(size // 20)]
    book = SimpleNamespace(assignments=[SimpleNamespace(name="E10-a", **nothing)], students=people,
                           find_submission=nobody)
    plugin = ExamExport()
    plugin.to = str(path)
    plugin.export(book)  # type: ignore[arg-type]


def nobody(*_: object) -> None:
    from nbgrader.api import MissingEntry

    raise MissingEntry


@pytest.mark.parametrize("write", [page, table, export], ids=lambda write: write.__name__)
def test_a_full_disk_leaves_the_old_file_whole(disk: Path, write: Callable[[Path, int], None]) -> None:
    path = disk / "file"
    write(path, SOME)
    before = path.read_bytes()
    assert len(before) > SOME / 3
    with pytest.raises(OSError) as told:
        write(path, MUCH)
    assert told.value.errno == errno.ENOSPC
    assert path.read_bytes() == before
    assert [file.name for file in disk.iterdir()] == ["file"], "nothing half written lies beside it"
    write(path, 2 * SOME)
    assert len(path.read_bytes()) > len(before)


def test_records_on_a_full_disk_keep_what_they_have_and_go_on_with_space(disk: Path) -> None:
    records = Records.open(disk)
    records.save_submission(graded(mark(candidate="li"), candidate="li"))
    full, saved = fill(disk), 1
    with pytest.raises(DatabaseAway, match=r"disk.*Cure: check free space") as told:
        for saved in range(1, 400):
            records.save_submission(graded(mark(candidate=f"c{saved}", reason="r" * 900), candidate=f"c{saved}"))
    assert "\n" not in str(told.value)
    kept = ["li", *(f"c{n}" for n in range(1, saved))]
    full.unlink()
    again = Records.open(disk)
    assert [row.candidate for row in again.submissions()] == kept
    again.save_submission(graded(mark(candidate="last"), candidate="last"))
    assert [row.candidate for row in again.submissions()] == [*kept, "last"]
    assert len(again.marks()) == len(kept) + 1
