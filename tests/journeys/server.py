"""A JupyterLab of its own: settings, runtime folder and token; nothing of this computer's user is touched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

EXTENSION = Path(__file__).resolve().parents[2] / "examdesk" / "labextension" / "extension"
TOKEN = "journey"
START_SECONDS = 60


@dataclass(frozen=True)
class Lab:
    """A running server; `home` is the folder it shows."""

    url: str
    home: Path
    pid: int

    def page(self, notebook: Path, view: str = "doc/tree", *, reset: bool = True) -> str:
        """The address of a notebook under `home`; `reset` forgets the layout of earlier pages."""
        query = f"token={TOKEN}&reset" if reset and view != "notebooks" else f"token={TOKEN}"
        return f"{self.url}/{view}/{notebook.relative_to(self.home).as_posix()}?{query}"

    def api(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def kernel(self, notebook: Path) -> str:
        """The id of the kernel behind a notebook."""
        return str(self._kernel(notebook)["id"])

    def wait_until_idle(self, notebook: Path) -> None:
        """Waits until the kernel behind a notebook has been started and has nothing to do."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._kernel(notebook).get("execution_state") != "idle":
            time.sleep(0.1)

    def _kernel(self, notebook: Path) -> dict[str, Any]:
        path = notebook.relative_to(self.home).as_posix()
        return next((s["kernel"] for s in self.api("sessions") if s["path"] == path), {})

    def kernel_process(self, notebook: Path) -> psutil.Process:
        """The process of that kernel: the child of the server that was started with its connection file."""
        kernel = self.kernel(notebook)
        children = psutil.Process(self.pid).children(recursive=True)
        return next(child for child in children if _was_started_with(child, kernel))


def _was_started_with(process: psutil.Process, word: str) -> bool:
    try:
        return any(word in given for given in process.cmdline())
    except psutil.Error:  # it has just ended
        return False


@contextmanager
def running_lab(work: Path, *, home: Path | None = None) -> Iterator[Lab]:
    """A JupyterLab on a free port with its files under `work`, started in the folder `home`; it ends with the block."""
    home = home or work / "trainee"
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = (work / "lab.log").open("wb")
    server = subprocess.Popen(_command(port), cwd=home, env=_environment(work), stdout=log, stderr=log)
    lab = Lab(f"http://127.0.0.1:{port}", home, server.pid)
    try:
        _wait_for(lab, server, work / "lab.log")
        yield lab
    finally:
        server.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.wait(15)
        server.kill()
        log.close()


def _command(port: int) -> list[str]:
    flags = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *flags, *root]


def _environment(work: Path) -> dict[str, str]:
    own = {"HOME": work / "home", "JUPYTER_CONFIG_DIR": work / "config", "JUPYTER_DATA_DIR": work / "data",
           "JUPYTER_RUNTIME_DIR": work / "runtime", "IPYTHONDIR": work / "ipython"}
    for folder in own.values():
        folder.mkdir(parents=True)
    own["JUPYTER_PATH"] = work / "share"  # the labextension of this tree, which need not be the installed one
    shutil.copytree(EXTENSION, work / "share" / "labextensions" / "examdesk")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NBGRADER"))}
    return {**bare, **{name: str(folder) for name, folder in own.items()}}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError, OSError):
            lab.api("status")
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start within {START_SECONDS} s:\n{log.read_text('utf-8')[-3000:]}")
