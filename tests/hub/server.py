"""A JupyterHub with the configuration of docs/hub; one password for everybody in place of a real login."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.hub.people import Person, people
from tests.journeys.server import free_port

PASSWORD = "on this computer only"
INSTALLED = ROOT / "build" / "hub"  # by tests/install-hub.sh
BIN = INSTALLED / "venv" / "bin"
PROXY = INSTALLED / "node_modules" / ".bin" / "configurable-http-proxy"
DEPLOYMENT = ROOT / "docs" / "hub"
COURSE = "course"
START_SECONDS = 60

TESTS = """
load_subconfig({deployment!r})
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = [{single!r}]
c.Spawner.environment = {{"JUPYTER_CONFIG_PATH": {etc!r}}}
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.load_groups = {groups!r}
c.JupyterHub.cleanup_servers = True
{more}
"""


@dataclass(frozen=True)
class Hub:
    """A running hub. `work` holds its files, the exchange and the homes."""

    url: str
    work: Path
    people: list[Person]

    @property
    def exchange(self) -> Path:
        return self.work / "exchange"

    @property
    def etc(self) -> Path:
        return self.work / "etc"

    def has_noticed_the_end_of(self, person: Person) -> bool:
        """Whether the hub knows that her server has ended by itself."""
        return f"User {person.name} server stopped" in (self.work / "hub" / "hub.log").read_text("utf-8")


def why_missing() -> str:
    """What tests/install-hub.sh has not installed; "" when all is there."""
    lacking = [path.name for path in (BIN / "jupyterhub-singleuser", PROXY) if not path.exists()]
    lacking += [] if shutil.which("node") else ["node"]
    return f"{', '.join(lacking)} missing: run  bash tests/install-hub.sh" if lacking else ""


@contextmanager
def running_hub(trainees: Sequence[str], instructor: str, *, more: str = "") -> Iterator[Hub]:
    """A hub with these people, the instructor last; `more` is added to its configuration."""
    work = Path(tempfile.mkdtemp(prefix="examdesk-hub-"))
    work.chmod(0o755)
    try:
        with people(work, BIN, *trainees, instructor) as everybody:
            hub = Hub(f"http://127.0.0.1:{free_port()}", work, everybody)
            _prepare(hub, more)
            with _serving(hub):
                yield hub
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _prepare(hub: Hub, more: str) -> None:
    hub.exchange.mkdir()
    hub.exchange.chmod(0o777)
    hub.etc.mkdir()
    machine = (DEPLOYMENT / "nbgrader_config.py").read_text("utf-8")
    (hub.etc / "nbgrader_config.py").write_text(machine.replace("/srv/nbgrader/exchange", str(hub.exchange)), "utf-8")
    names = [person.name for person in hub.people]
    groups = {f"nbgrader-{COURSE}": {"users": names[:-1], "properties": {}},
              f"formgrade-{COURSE}": {"users": names[-1:], "properties": {}}}
    settings = TESTS.format(deployment=str(DEPLOYMENT / "jupyterhub_config.py"), password=PASSWORD, proxy=str(PROXY),
                            single=str(BIN / "jupyterhub-singleuser"), etc=str(hub.etc), groups=groups, api=free_port(),
                            hub=free_port(),
                            port=hub.url.rsplit(":", 1)[1], more=more)
    (hub.work / "jupyterhub_config.py").write_text(settings, "utf-8")


@contextmanager
def _serving(hub: Hub) -> Iterator[None]:
    folder = hub.work / "hub"
    folder.mkdir(mode=0o700)
    log = (folder / "hub.log").open("wb")
    foreign = ("JUPYTER", "NBGRADER", "PYTHONPATH")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    bare["PATH"] = f"{BIN}{os.pathsep}{bare['PATH']}"
    command = [str(BIN / "python"), "-m", "jupyterhub", "-f", str(hub.work / "jupyterhub_config.py")]
    server = subprocess.Popen(command, cwd=folder, env=bare, stdout=log, stderr=log)
    try:
        _wait_for(hub, server, folder / "hub.log")
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.wait(30)
        server.kill()
        log.close()


def _wait_for(hub: Hub, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError, OSError, ValueError):
            with urllib.request.urlopen(f"{hub.url}/hub/api/", timeout=5) as reply:
                json.loads(reply.read())
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterHub did not start within {START_SECONDS} s:\n{log.read_text('utf-8')[-3000:]}")
