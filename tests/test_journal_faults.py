"""What breaks under a journal: every cut, a full disk, four writers, a folder that takes nothing, a clock that jumps.

The numbers of the issue, printed:  pytest -m soak -s tests/test_kills.py tests/test_journal_faults.py
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from examdesk.errors import NotSaved
from examdesk.handin import pack
from examdesk.journal import Writer, fold, parse, read_journal
from examdesk.journal.clock import clock_flags
from examdesk.journal.reading import Journal
from tests.dying import fork
from tests.faults.doors import fill, small_disk
from tests.test_journal import START, codes, write

WRITER = """
import sys
from pathlib import Path
from examdesk.journal import Writer
writer, me = Writer(Path(sys.argv[1])), sys.argv[2]
for n in range(int(sys.argv[3])):
    writer.append("answered", f"{me}-{n}", item=f"I-{me}")
"""


def whole(path: Path) -> Journal:
    """A journal in which nothing was skipped or odd."""
    journal = read_journal(path)
    assert journal is not None and not journal.flags
    return journal


def values(path: Path) -> list[object]:
    journal = read_journal(path)
    assert journal is not None
    return [event.value for event in journal.events if event.kind == "answered"]


# Cut at every byte, by a power cut or a kill

def cut_everywhere(path: Path, answers: int) -> int:
    """Cuts a journal at every byte, reads it, and goes on writing; how many cuts."""
    write(path, *((f"I-{n % 9}", "换货邮费由卖家承担" * (n % 5) + str(n)) for n in range(answers)))
    raw = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(raw) if byte == 10]
    for cut in range(len(raw) + 1):
        entire = sum(end - 1 <= cut for end in ends)  # a line that lacks only its newline is whole
        assert len(parse(raw[:cut]).events) == entire, cut
        path.write_bytes(raw[:cut])
        Writer(path).append("answered", "and on", item="I-on")
        journal = read_journal(path)
        assert journal is not None and len(journal.events) == entire + 1, cut
        assert fold(journal)["I-on"].value == "and on"
        assert not any(flag.hold for flag in journal.flags), cut
    return len(raw) + 1


@pytest.mark.slow
def test_a_journal_cut_at_any_byte_goes_on_with_everything_before_the_cut(tmp_path: Path) -> None:
    cut_everywhere(tmp_path / "responses.jsonl", 2)


@pytest.mark.soak
def test_a_long_journal_cut_at_every_byte(tmp_path: Path) -> None:
    begun = time.monotonic()
    cuts = cut_everywhere(tmp_path / "responses.jsonl", 40)
    print(f"\n{cuts} cuts of a journal of 41 entries: all right, {time.monotonic() - begun:.0f} s")


# Four kernels at once

def four_writers(path: Path, each: int) -> float:
    """Seconds four processes needed for `each` answers; every one of them is there, in the order it was given."""
    begun = time.monotonic()
    command = [sys.executable, "-c", WRITER, str(path)]
    workers = [subprocess.Popen([*command, str(n), str(each)]) for n in range(4)]
    assert [worker.wait(550) for worker in workers] == [0, 0, 0, 0]
    took = time.monotonic() - begun
    journal = whole(path)
    assert len(journal.events) == 4 * each
    for n in range(4):
        assert [e.value for e in journal.events if e.item == f"I-{n}"] == [f"{n}-{i}" for i in range(each)]
    return took


@pytest.mark.slow
def test_four_writers_of_250_answers_lose_and_mix_nothing(tmp_path: Path) -> None:
    four_writers(tmp_path / "responses.jsonl", 250)


@pytest.mark.soak
def test_four_writers_of_5000_answers_lose_and_mix_nothing(tmp_path: Path) -> None:
    took = four_writers(tmp_path / "responses.jsonl", 5_000)
    print(f"\n4 writers × 5,000 answers: none lost, none mixed, no fork, {took:.0f} s")


def test_what_another_kernel_wrote_is_followed_whatever_became_of_the_file(tmp_path: Path) -> None:
    one = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    before = one.path.read_bytes()
    two = Writer(one.path)
    two.append("answered", "字" * 500, item="I-2")
    one.append("answered", "b", item="I-1")
    whole(one.path)
    one.path.write_bytes(before)  # a synced folder brings an older one back
    one.append("answered", "c", item="I-1")
    assert [event.seq for event in whole(one.path).events] == [1, 2, 3]
    two.append("finished", {})
    with pytest.raises(NotSaved, match="handed in"):
        one.append("answered", "d", item="I-1")


# A disk of 64 KB

def fill_and_go_on(disk: Path, size: int) -> int:
    """Answers of `size` characters until the disk is full; how many were saved, and all of them are there."""
    writer, saved, full = Writer(disk / "responses.jsonl"), list[str](), disk / "full"
    writer.append("started", START)
    full.write_bytes(b"\0" * 20_000)
    with pytest.raises(NotSaved, match=r"disk is full|No space left"):
        for n in range(100_000):
            answer = f"{n} " + "字" * size
            writer.append("answered", answer, item="I-1")
            saved.append(answer)
    for _ in range(3):  # the page tries again; a kernel that is new, too
        with pytest.raises(NotSaved):
            Writer(writer.path).append("answered", "字" * 4_000, item="I-1")
    whole(writer.path)
    assert values(writer.path) == saved
    full.unlink()
    writer.append("answered", "with space", item="I-1")
    assert fold(whole(writer.path))["I-1"].value == "with space"
    writer.path.unlink()
    return len(saved)


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_saved_and_goes_on_with_space() -> None:
    with small_disk(64) as disk:
        for size in (1, 333):
            assert fill_and_go_on(disk, size) > 10


@pytest.mark.soak
def test_a_disk_of_64_kb_filled_in_300_ways() -> None:
    with small_disk(64) as disk:
        saved = [fill_and_go_on(disk, size) for size in range(0, 1_500, 5)]
    print(f"\na disk of 64 KB filled {len(saved)} times, {sum(saved)} answers saved: all there, all went on with space")


@pytest.mark.slow
def test_a_disk_that_is_full_from_the_start_begins_no_exam() -> None:
    with small_disk(64) as disk:
        full = fill(disk)
        writer = Writer(disk / "responses.jsonl")
        with pytest.raises(NotSaved):
            writer.append("started", START)
        full.unlink()
        writer.append("started", START)
        assert len(whole(writer.path).events) == 1


# A folder that takes nothing, a disk that fails

@pytest.mark.slow
def test_a_disk_that_has_become_read_only_says_not_saved_until_it_is_writable_again() -> None:
    with small_disk(64) as disk:
        writer = write(disk / "responses.jsonl", ("I-1", "a"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(NotSaved, match="Read-only"):
            writer.append("answered", "b", item="I-1")
        assert fold(whole(writer.path))["I-1"].value == "a"
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        writer.append("answered", "b", item="I-1")
        assert fold(whole(writer.path))["I-1"].value == "b"


def test_a_folder_without_the_right_to_write_begins_no_exam(tmp_path: Path) -> None:
    folder = tmp_path / "exam"
    folder.mkdir(mode=0o555)

    def child() -> None:
        os.chdir(folder)  # the folders above need not be open to everybody
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            Writer(Path("responses.jsonl")).append("started", START)
        except NotSaved as fault:
            os._exit(3 if "Permission denied" in str(fault) else 4)
    process = fork.Process(target=child)
    process.start()
    process.join(30)
    assert process.exitcode == 3 and not list(folder.iterdir())


def test_a_journal_that_was_moved_away_is_missed_and_not_begun_a_second_time(tmp_path: Path) -> None:
    writer = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    moved = writer.path.rename(tmp_path / "responses (conflict).jsonl")
    for _ in range(2):
        with pytest.raises(NotSaved, match="No such file"):
            writer.append("answered", "b", item="I-1")
    assert not writer.path.exists() and not writer.has_news
    moved.rename(writer.path)
    writer.append("answered", "b", item="I-1")
    assert values(writer.path) == ["a", "b"]
    whole(writer.path)


def broken(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("also", [(), ("ftruncate",)], ids=["fsync", "fsync and taking back"])
def test_a_disk_that_fails_while_it_flushes_says_not_saved_and_the_next_try_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, also: tuple[str, ...]
) -> None:
    writer = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    with monkeypatch.context() as patch:
        for name in ("fsync", *also):
            patch.setattr(os, name, broken)
        with pytest.raises(NotSaved, match="Input/output error"):
            writer.append("answered", "b", item="I-1")
    writer.append("answered", "c", item="I-1")
    assert fold(whole(writer.path))["I-1"].value == "c"


def test_a_hand_in_file_that_cannot_be_put_in_its_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "responses.jsonl", ("I-1", "a")).append("finished", {})
    before = pack(tmp_path, "E10-a").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", broken)
        with pytest.raises(NotSaved, match="Input/output error"):
            pack(tmp_path, "E10-a")
    [file] = tmp_path.glob("*.examdesk")
    assert file.read_bytes() == before and len(list(tmp_path.iterdir())) == 2


# A clock that jumps

def test_a_clock_that_jumps_changes_neither_order_nor_time_and_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    summer = noon.astimezone(timezone(timedelta(hours=2)))
    jumps = [noon, noon + timedelta(hours=1), noon - timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC), summer]

    monkeypatch.setattr("examdesk.journal.clock.now", lambda: jumps.pop(0))
    path = tmp_path / "responses.jsonl"
    write(path, *(("I-1", answer) for answer in "abcd"))
    journal = whole(path)
    assert values(path) == list("abcd") and fold(journal)["I-1"].value == "d"
    ticks = [event.mono for event in journal.events]
    assert ticks == sorted(ticks) and ticks[-1] - ticks[0] < 60_000
    assert [flag.code for flag in clock_flags(journal.events, None)] == ["journal-clock"]
    assert not codes(path)
