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
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "60"}
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}


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
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def made(cls, bin: Path) -> Server:
        folder = Path(tempfile.mkdtemp(prefix="examdesk-postgres-"))
        account = _account() if os.geteuid() == 0 else None
        if account:
            shutil.chown(folder, account)
        server = cls(bin, folder, _free_port(), account)
        server._initdb()
        return server

    def start(self) -> None:
        """Starts it, also after a kill, when sessions of the killed one are still leaving."""
        until = time.monotonic() + 60
        while True:
            self._process = self._spawn()
            while self._process.poll() is None:
                if self._answers():
                    return
                time.sleep(0.05)
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.2)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, "port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen([str(self.bin / "postgres"), "-D", "data", *options], cwd=self.folder, stdout=log,
                                    stderr=log, user=self.account, env=ENVIRONMENT)

    def _answers(self) -> bool:
        asked = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked).returncode == 0

    def stop(self) -> None:
        """As an administrator stops it: sessions are ended, everything is written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """kill -9: nothing is flushed, no client is told; the next start recovers."""
        self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(by)
            self._process.wait(60)

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

    def _initdb(self) -> None:
        words = ("-D", "data", "-A", "trust", "-U", "examdesk", "-E", "UTF8", "--locale=C", "--no-sync")
        ran = subprocess.run([str(self.bin / "initdb"), *words], cwd=self.folder, capture_output=True, text=True,
                             user=self.account, env=ENVIRONMENT, timeout=120)
        assert ran.returncode == 0, ran.stderr


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
        server._end(signal.SIGQUIT)
        shutil.rmtree(server.folder, ignore_errors=True)
