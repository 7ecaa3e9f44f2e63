"""kill -9 of a writer at random moments: at most the unacknowledged last answer is missing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examdesk.journal import Writer, fold, read_journal

WRITER = """
import sys
from pathlib import Path
from examdesk.journal import Writer
writer, run = Writer(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
for n in range(100_000):
    writer.append("answered", f"{run}-{n} " + "字" * (n % 900), item="I-1")
    print(n, flush=True)  # what the page calls saved
"""


def killed(path: Path, run: int, rng: random.Random) -> int:
    """Starts a writer, kills it after a random moment; the number of the last answer it called saved, or -1."""
    command = [sys.executable, "-c", WRITER, str(path), str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0, 0.06))
        writer.kill()
        said = writer.stdout.read().split("\n")[:-1]  # a half-printed number was not said
    return int(said[-1]) if said else -1


def kill_and_check(path: Path, kills: int) -> str:
    """What came of so many kills; an answer that was called saved and is not there fails."""
    rng, torn, acknowledged = random.Random(9), 0, 0
    for run in range(kills):
        last = killed(path, run, rng)
        journal = read_journal(path)
        if last < 0:
            continue
        assert journal is not None
        answers = {str(event.value).split(" ")[0] for event in journal.events if event.kind == "answered"}
        assert {f"{run}-{n}" for n in range(last + 1)} <= answers
        acknowledged += last + 1
        torn += any(flag.code == "journal-lines" for flag in journal.flags)
        assert not any(flag.hold for flag in journal.flags)
        if path.stat().st_size > 2_000_000:
            path.unlink()
    Writer(path).append("answered", "the last word", item="I-1")
    journal = read_journal(path)
    assert journal is not None
    assert fold(journal)["I-1"].value == "the last word"
    return f"{kills} kills, {acknowledged} answers called saved: none lost; a torn line in {torn} journals read"


@pytest.mark.slow
def test_fifty_kills_lose_nothing_that_was_called_saved(tmp_path: Path) -> None:
    kill_and_check(tmp_path / "responses.jsonl", 50)


@pytest.mark.soak
def test_five_hundred_kills_lose_nothing_that_was_called_saved(tmp_path: Path) -> None:
    print(f"\n{kill_and_check(tmp_path / 'responses.jsonl', 500)}")
