"""One digest of all that is said, understood and marked: in this process, and in one with the standard library only."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from examdesk.model import digest
from tests.conftest import ROOT
from tests.items.chats import CHATS
from tests.transcripts import ABSENT, bare, played


@pytest.mark.slow
def test_every_model_transcript_is_the_same_without_a_single_library(tmp_path: Path) -> None:
    bodies = {chat.item.id: bare(chat.item.body) for chat in CHATS[::4]}
    (tmp_path / "bodies.json").write_text(json.dumps(bodies, ensure_ascii=False), "utf-8")
    run = subprocess.run([sys.executable, "-S", "-m", "tests.transcripts", str(tmp_path / "bodies.json")], check=True,
                         capture_output=True, text=True, cwd=ROOT, env={"PYTHONHASHSEED": "7", "PATH": ""})
    here = digest({name: digest(list(played(body))) for name, body in sorted(bodies.items())})
    assert run.stdout.split()[0] == here
    assert run.stdout.strip().endswith("none of " + ", ".join(ABSENT))
