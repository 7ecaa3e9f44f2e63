"""What breaks between a program and its database or disk: a network that drops an answer, a disk without space."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import not_run


class Door:
    """A way to a PostgreSQL server that lets the next `drops` COMMITs through and loses the answer to each."""

    def __init__(self, port: int) -> None:
        self._to, self.drops, self.dropped = port, 0, 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                lost = threading.Event()
                threading.Thread(target=self._ask, args=(client, server, lost), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client, lost), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while said := client.recv(65536):
                if b"COMMIT" in said and self.drops > 0:
                    self.drops, self.dropped = self.drops - 1, self.dropped + 1
                    lost.set()
                server.sendall(said)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while (said := server.recv(65536)) and not lost.is_set():
                client.sendall(said)
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A disk of so many kilobytes, in memory. Needs the right to mount."""
    folder = Path(tempfile.mkdtemp(prefix="examdesk-disk-"))
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
        if shutil.which("mount") is None or os.geteuid() != 0:
            not_run("a small disk needs the right to mount one")
        if (ran := subprocess.run(command, capture_output=True, text=True)).returncode:
            not_run(f"no disk can be mounted here: {ran.stderr.splitlines()[0]}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def fill(folder: Path) -> Path:
    """A file that takes all the space there is."""
    path = folder / "full"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return path
