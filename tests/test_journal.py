"""The journal: nothing acknowledged is lost, nothing hostile gets through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examdesk.errors import NotSaved, SubmissionRefused
from examdesk.journal import Writer, fold, parse, read_journal
from examdesk.journal.lines import MAX_LINE, MAX_TEXT, encode, sealed
from examdesk.journal.writing import chained
from examdesk.model import Event

START = {"exam": "E10", "form": "E10-a", "candidate": "t001", "attempt": 1, "engine": "0", "language": "zh"}


def write(path: Path, *answers: tuple[str, object]) -> Writer:
    writer = Writer(path)
    writer.append("started", START)
    for item, value in answers:
        writer.append("answered", value, item=item)
    return writer


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def codes(path: Path) -> dict[str, bool]:
    journal = read_journal(path)
    assert journal is not None
    return {flag.code: flag.hold for flag in journal.flags}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(answers=st.lists(st.tuples(st.sampled_from(["I-1", "I-2", "I-3"]), values), max_size=6))
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, answers: list) -> None:
    path = tmp_path_factory.mktemp("journal") / "responses.jsonl"
    write(path, *answers)
    journal = read_journal(path)
    assert journal is not None
    assert not journal.flags
    assert {item: response.value for item, response in fold(journal).items()} == dict(answers)


def test_a_journal_cut_anywhere_keeps_every_whole_entry_before_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-2", "换货邮费"))
    raw = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(raw) if byte == 10]
    for cut in range(len(raw) + 1):
        journal = parse(raw[:cut])
        whole = sum(end - 1 <= cut for end in ends)  # a line that lacks only its newline is whole
        assert len(journal.events) == whole, cut


def test_the_next_answer_after_a_torn_tail_starts_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"))
    torn = path.read_bytes()[:-20]
    path.write_bytes(torn)
    Writer(path).append("answered", "b", item="I-2")
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-2"].value == "b"
    assert codes(path) == {"journal-lines": False}


def test_a_bom_and_windows_line_ends_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    journal = read_journal(path)
    assert journal is not None
    assert (fold(journal)["I-1"].value, journal.flags) == ("a", ())


@pytest.mark.parametrize("garbage", [
    b"garbage", b"{}", b"[1]", b"null", b"\x00\x00", b'{"v":1,"v":1}', b'{"v":1,"seq":NaN}', b"\xff\xfe", b"[" * 5000,
    b'{"v":1,"seq":' + b"9" * 6000 + b"}", b'"' + b"a" * (MAX_LINE + 1) + b'"',
])  # fmt: skip
def test_a_bad_line_is_skipped_and_named_and_the_rest_counts(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-2", "b"))
    lines = lines_of(path)
    path.write_bytes(b"".join([*lines[:2], garbage + b"\n", *lines[2:]]))
    journal = read_journal(path)
    assert journal is not None
    assert {item: r.value for item, r in fold(journal).items()} == {"I-1": "a", "I-2": "b"}
    assert [flag.code for flag in journal.flags] == ["journal-lines"]
    assert "line 3" in journal.flags[0].detail


def test_an_edited_answer_does_not_count_and_holds_the_result(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-1", "b"))
    path.write_bytes(path.read_bytes().replace(b'"value":"b"', b'"value":"c"'))
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].value == "a"
    assert codes(path)["journal-edited"]


def test_a_removed_entry_holds_the_result(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-2", "b"), ("I-3", "c"))
    lines = lines_of(path)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert codes(path) == {"journal-gap": True}


def test_an_appended_entry_that_hangs_on_nothing_holds_the_result(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"))
    bare = Event(3, "2026-01-01T00:00:00Z", 0, "I-1", "answered", "b", "0" * 64, "")
    forged = Event(3, bare.at, 0, "I-1", "answered", "b", bare.prev, sealed(bare))
    path.write_bytes(path.read_bytes() + encode(forged))
    assert codes(path) == {"journal-chain": True}


def test_lines_in_another_order_are_read_in_order_of_seq(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-1", "b"))
    lines = lines_of(path)
    path.write_bytes(lines[0] + lines[2] + lines[1])
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].value == "b"


def test_two_kernels_on_one_journal_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    one = write(path, ("I-1", "a"))
    two = Writer(path)
    two.append("resumed", {})
    one.append("answered", "x", item="I-1")
    two.append("answered", "y", item="I-2")
    journal = read_journal(path)
    assert journal is not None
    assert [event.seq for event in journal.events] == [1, 2, 3, 4, 5]
    assert not journal.flags


def test_four_processes_appending_at_once_lose_and_mix_nothing(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    code = (
        "import sys; from pathlib import Path; from examdesk.journal import Writer\n"
        f"w = Writer(Path({str(path)!r}))\n"
        "for n in range(50): w.append('answered', f'{sys.argv[1]}-{n}', item=f'I-{sys.argv[1]}')\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(n)]) for n in range(4)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0, 0]
    journal = read_journal(path)
    assert journal is not None
    assert len(journal.events) == 200
    assert not journal.flags


def test_a_forked_journal_keeps_both_and_the_later_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"))
    base = path.read_bytes()
    Writer(path).append("answered", "b", item="I-1")
    first = path.read_bytes()[len(base):]
    path.write_bytes(base)
    Writer(path).append("answered", "c", item="I-1")
    path.write_bytes(base + first + path.read_bytes()[len(base):])
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].value == "c"
    assert codes(path) == {"journal-fork": False}


def test_a_future_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path)
    path.write_bytes(path.read_bytes() + b'{"v":2,"seq":2}\n')
    with pytest.raises(SubmissionRefused, match="newer Examdesk"):
        read_journal(path)


@pytest.mark.parametrize("make", ["link", "fifo", "folder"])
def test_only_a_plain_file_is_opened(tmp_path: Path, make: str) -> None:
    path = tmp_path / "responses.jsonl"
    if make == "link":
        (tmp_path / "secret").write_text("x")
        path.symlink_to(tmp_path / "secret")
    elif make == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(SubmissionRefused):
        read_journal(path)


def test_an_answer_too_long_is_refused_before_it_is_written(tmp_path: Path) -> None:
    writer = write(tmp_path / "responses.jsonl")
    with pytest.raises(NotSaved):
        writer.append("answered", "字" * (MAX_TEXT + 1), item="I-1")
    assert writer.append("answered", "\\" * MAX_TEXT, item="I-1").value == "\\" * MAX_TEXT
    assert read_journal(writer.path) is not None


def test_a_folder_that_cannot_be_written_says_not_saved(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="cannot be written"):
        Writer(tmp_path / "gone" / "responses.jsonl").append("started", START)


def test_a_short_write_is_taken_back_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    before, real = writer.path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[: len(data) // 2]))
    with pytest.raises(NotSaved, match="disk is full"):
        writer.append("answered", "b", item="I-2")
    monkeypatch.undo()
    assert writer.path.read_bytes() == before
    writer.append("answered", "b", item="I-2")
    assert not codes(writer.path)


def test_an_invalid_answer_is_void_and_the_one_before_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-1", {"forged": True}))
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal, valid=lambda item, value: isinstance(value, str))["I-1"].value == "a"


def test_a_cleared_answer_is_blank_again(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", "a"), ("I-1", None))
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].is_blank


def test_saved_means_fsynced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(fd), real(fd))[1])
    writer = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    assert len(synced) == 2
    assert json.loads(lines_of(writer.path)[-1])["value"] == "a"


def test_what_comes_after_the_hand_in_does_not_count_and_is_held(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    writer = write(path, ("I-1", "a"))
    end = writer.append("finished", {})
    late = chained(end.seq, end.hash, "answered", "b", "I-1", at=datetime.now(UTC), mono=end.mono + 1)
    path.write_bytes(path.read_bytes() + encode(late))
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].value == "a"
    assert codes(path) == {"after-hand-in": True}


def test_a_second_kernel_cannot_answer_after_the_first_has_handed_in(tmp_path: Path) -> None:
    one = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    two = Writer(one.path)
    two.append("resumed", {})
    one.append("finished", {})
    with pytest.raises(NotSaved, match="handed in"):
        two.append("answered", "b", item="I-1")
    two.append("language", "en")
    assert not codes(one.path)


def test_an_infinite_number_is_a_bad_line_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path, ("I-1", 1.5), ("I-2", "b"))
    path.write_bytes(path.read_bytes().replace(b'"value":1.5', b'"value":1e999'))
    journal = read_journal(path)
    assert journal is not None
    assert set(fold(journal)) == {"I-2"}


def test_what_could_not_be_flushed_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    writer = write(tmp_path / "responses.jsonl", ("I-1", "a"))
    before = writer.path.read_bytes()
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(NotSaved):
        writer.append("answered", "b", item="I-1")
    assert writer.path.read_bytes() == before


def test_the_writer_stops_before_the_reader_would_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examdesk.journal.writing.MAX_BYTES", 12_000)
    writer = write(tmp_path / "responses.jsonl")
    with pytest.raises(NotSaved, match="full"):
        for _ in range(100):
            writer.append("answered", "字" * 100, item="I-1")
    writer.append("finished", {})
    assert writer.path.stat().st_size < 12_000


def test_chat_turns_on_a_question_that_is_no_chat_are_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    write(path).append("said", {"text": "x"}, item="I-1")
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal, chat=lambda item: False)["I-1"].is_blank
