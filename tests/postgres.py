"""A PostgreSQL server of the test's own: on loopback, in a folder of its own, gone at the end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

BY_SCRIPT = "PostgreSQL is not installed. Cure: bash tests/install-postgres.sh"
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "''", "fsync": "off", "max_connections": "60"}


def programs() -> Path | None:
    """The folder of initdb, pg_ctl and postgres of the newest version; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(named).resolve().parent if named else None


@dataclass
class Server:
    """One server. PostgreSQL refuses to run as root, so root hands it to another account."""

    bin: Path
    folder: Path
    port: int
    account: str | None
    _names: Iterator[int] = field(default_factory=count)

    @classmethod
    def made(cls, bin: Path) -> Server:
        folder = Path(tempfile.mkdtemp(prefix="examdesk-postgres-"))
        account = _account() if os.geteuid() == 0 else None
        if account:
            shutil.chown(folder, account)
        server = cls(bin, folder, _free_port(), account)
        server._do("initdb", "-D", "data", "-A", "trust", "-U", "examdesk", "-E", "UTF8", "--locale=C", "--no-sync")
        return server

    def start(self) -> None:
        settings = {**SETTINGS, "port": str(self.port)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._do("pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self._do("pg_ctl", "-D", "data", "-w", "-t", "60", "-m", how, "stop")

    def kill(self) -> None:
        """kill -9: nothing is flushed, no client is told; the next start recovers."""
        number = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGKILL)
        until = time.monotonic() + 30
        while self._segment_in_use() and time.monotonic() < until:
            time.sleep(0.05)

    def _segment_in_use(self) -> bool:
        """Whether sessions of the killed server are still leaving: the next one would refuse to start."""
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        return any(line.startswith("postgres:") for line in listed.splitlines())

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"course{next(self._names)}"
        self.sql(f"CREATE DATABASE {name}", database="postgres")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://examdesk@127.0.0.1:{self.port}/{database}"

    def sql(self, text: str, *, database: str) -> list[str]:
        """The lines psql prints."""
        command = [str(self.bin / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", text]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    def _do(self, program: str, *words: str) -> None:
        with (self.folder / "said").open("w+") as said:  # a file: the server would keep a pipe open
            ran = subprocess.run([str(self.bin / program), *words], cwd=self.folder, stdout=said, stderr=said,
                                 user=self.account, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, timeout=120)
            said.seek(0)
            assert ran.returncode == 0, f"{program}: {said.read()}"


def _account() -> str:
    """Debian's account for the server, else nobody."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A running server; stopped and removed at the end, also after a failure."""
    bin = programs()
    if bin is None:
        pytest.skip(BY_SCRIPT)
    server = Server.made(bin)
    try:
        server.start()
        yield server
    finally:
        if (server.folder / "data" / "postmaster.pid").exists():
            with contextlib.suppress(AssertionError):
                server.stop("immediate")
        shutil.rmtree(server.folder, ignore_errors=True)
