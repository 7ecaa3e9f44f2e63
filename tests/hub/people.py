"""OS users for the length of a test: made by root, with homes that nobody else can read; nothing of them is left."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Person:
    """An OS user; on the hub she logs in under the same name. Programs in `bin` are hers to run."""

    name: str
    bin: Path

    @property
    def home(self) -> Path:
        return Path(pwd.getpwnam(self.name).pw_dir)

    @property
    def processes(self) -> list[psutil.Process]:
        """Her single-user server and kernels, as far as they still run."""
        uid = pwd.getpwnam(self.name).pw_uid
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.uids().real == uid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def run(self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
        """What a command prints that she runs in her own shell; a failure raises with all of it."""
        entry = pwd.getpwnam(self.name)
        own = {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "HOME": entry.pw_dir,
               "USER": self.name, "LANG": "C.UTF-8", **(env or {})}
        ran = subprocess.run(words, cwd=cwd or entry.pw_dir, env=own, user=entry.pw_uid, group=entry.pw_gid,
                             extra_groups=[], umask=0o022, capture_output=True, text=True, timeout=180)
        assert ran.returncode == 0, f"{' '.join(words)}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout + ran.stderr


def why_impossible() -> str:
    """Why this computer cannot make OS users for a hub; "" when it can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a hub with an OS user for every person is started by root"
    return "" if shutil.which("useradd") and shutil.which("userdel") else "no useradd on this computer"


@contextmanager
def people(work: Path, bin: Path, *names: str) -> Iterator[list[Person]]:
    """One OS user for each name, with a private home under `work`."""
    run = secrets.token_hex(2)
    made: list[Person] = []
    try:
        for name in names:
            person = Person(f"xd{run}-{name}", bin)
            made.append(person)
            subprocess.run(["useradd", "--create-home", "--base-dir", str(work), "-K", "HOME_MODE=0700", person.name],
                           check=True, capture_output=True)
        made[0].run("python", "-c", "import examdesk")  # else no server of hers will start
        yield made
    finally:
        for person in made:
            _remove(person)


def _remove(person: Person) -> None:
    for _ in range(50):
        if not (left := person.processes):
            break
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        time.sleep(0.1)
    subprocess.run(["userdel", "--remove", person.name], check=False, capture_output=True)
