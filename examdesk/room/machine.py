"""Is this machine fit for an exam? Each check gives one line: ok, warn or fault, with what was found and the cure.

Runs on Linux, macOS and Windows; a check that fails in a way nobody thought of is a line, too, never a traceback.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import examdesk
from examdesk.errors import ExamdeskError, plain

LEVELS = ("ok", "warn", "fault")
PYTHON = ((3, 11), (3, 14))  # from, and before
FREE_FAULT, FREE_WARN = 100_000_000, 1_000_000_000  # bytes
SLOW_SYNC = 0.1  # seconds; a click should be saved in less
CLOCKS_DIFFER = 120  # seconds between this machine and the one the folder is on
EXTENSIONS = ("examdesk", "anywidget", "@jupyter-widgets/jupyterlab-manager")
INSTALL = 'pip install --upgrade --force-reinstall examdesk   (in the Python that runs JupyterLab)'


@dataclass(frozen=True)
class Line:
    """One check."""

    check: str
    level: str  # ok, warn or fault
    found: str
    cure: str = ""

    def __str__(self) -> str:
        cure = f" Cure: {self.cure}" if self.cure else ""
        return f"{self.level:<5} {self.check:<10} {self.found}.{cure}"


Check = Callable[[Path], Iterator[Line]]


def examine(folder: Path, checks: Sequence[Check]) -> list[Line]:
    """Every line of every check on `folder`."""
    lines: list[Line] = []
    for check in checks:
        name = check.__name__.strip("_")
        try:
            lines += check(folder)
        except ExamdeskError as error:
            lines.append(Line(name, "fault", plain(str(error)).rstrip(".")))
        except Exception as error:  # a machine is stranger than one thinks; the other checks go on
            what = f"{type(error).__name__}: {plain(str(error)[:120])}"
            lines.append(Line(name, "fault", f"could not be checked ({what})",
                              "run it again with EXAMDESK_DEBUG=1 and send the lines to your administrator"))
            if os.environ.get("EXAMDESK_DEBUG"):
                raise
    return lines


def python(_folder: Path) -> Iterator[Line]:
    """The interpreter."""
    fit = PYTHON[0] <= sys.version_info[:2] < PYTHON[1]
    found = f"Python {platform.python_version()} on {platform.system()} {platform.release()}"
    yield Line("python", "ok" if fit else "fault", found, "" if fit else "use Python 3.11, 3.12 or 3.13")


def packages(_folder: Path) -> Iterator[Line]:
    """Every package Examdesk asks for, in the version it asks for."""
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in metadata.requires("examdesk") or ()]
    except metadata.PackageNotFoundError:
        yield Line("packages", "warn", "examdesk runs from a folder and is not installed", INSTALL)
        return
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    faults = 0
    for one in wanted:
        try:
            there = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            faults += 1
            yield Line("packages", "fault", f"{one.name} is missing", INSTALL)
            continue
        if not one.specifier.contains(there, prereleases=True):
            faults += 1
            yield Line("packages", "warn", f"{one.name} {there} is there, {one.specifier} was tested", INSTALL)
    if not faults:
        yield Line("packages", "ok", f"examdesk {examdesk.__version__} and its {len(wanted)} packages fit together")


def extension(_folder: Path) -> Iterator[Line]:
    """The parts of JupyterLab that turn a notebook into an exam."""
    from jupyter_core.paths import jupyter_path

    places = jupyter_path("labextensions")
    off = _switched_off()
    for name in EXTENSIONS:
        path = next((Path(place, name, "package.json") for place in places
                     if Path(place, name, "package.json").is_file()), None)
        if path is None:
            yield Line("extension", "fault", f"{name} is not installed in JupyterLab", INSTALL)
        elif name in off or any(one.startswith(f"{name}:") for one in off):
            yield Line("extension", "fault", f"{name} is switched off", f"jupyter labextension enable {name}")
        else:
            version = str(json.loads(path.read_text("utf-8")).get("version"))
            same = name != "examdesk" or version == examdesk.__version__
            yield Line("extension", "ok" if same else "warn", f"{name} {version} is installed and on",
                       "" if same else f"it belongs to another Examdesk; {INSTALL}")


def _switched_off() -> set[str]:
    """Extensions switched off in any page_config.json that JupyterLab reads; the user's own has the last word.

    Read here and not by JupyterLab's own function: that one loads the whole server, many seconds on a slow machine.
    """
    from jupyter_core.paths import jupyter_config_path

    lab = os.environ.get("JUPYTERLAB_DIR") or os.path.join(sys.prefix, "share", "jupyter", "lab")
    files = [Path(lab, "settings", "page_config.json")]
    for place in reversed(jupyter_config_path()):
        files += [Path(place, "labconfig", "page_config.json"),
                  *sorted(Path(place, "labconfig", "page_config.d").glob("*.json"))]
    said: dict[str, Any] = {}
    for file in files:
        off = json.loads(file.read_text("utf-8-sig") or "{}").get("disabledExtensions", {}) if file.is_file() else {}
        said |= off if isinstance(off, dict) else dict.fromkeys(off, True)
    return {str(name) for name, is_off in said.items() if is_off}


def kernel(_folder: Path) -> Iterator[Line]:
    """The Python that an exam notebook starts."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        yield Line("kernel", "fault", "JupyterLab has no kernel python3", INSTALL)
        return
    own = not program.is_absolute() or os.path.normcase(program.parent) == os.path.normcase(Path(sys.executable).parent)
    yield Line("kernel", "ok" if own else "warn", f"exam notebooks run in {program}",
               "" if own else "that is another Python; Examdesk must be installed there, too")


def folder(place: Path) -> Iterator[Line]:
    """What an answer needs to be safe: writing, fsync, rename, a lock, a clock that agrees."""
    from examdesk.journal.locks import alone

    if not place.is_dir():
        yield Line("folder", "fault", f"{place} is no folder", "name the folder the exams are in: --folder")
        return
    try:
        with tempfile.TemporaryDirectory(prefix=".examdesk-doctor-", dir=place) as scratch:
            slowest, touched, locked = _written(Path(scratch), alone)
    except OSError as error:
        yield Line("folder", "fault", f"{place} cannot be written ({error.strerror})",
                   "move the exam to a folder of your own, or ask for the right to write here")
        return
    slow = slowest > SLOW_SYNC
    yield Line("folder", "warn" if slow else "ok",
               f"{place} can be written; an answer is on the disk after {slowest * 1000:.0f} ms",
               "saving will feel slow; use a folder on this machine's own disk" if slow else "")
    yield Line("lock", "ok" if locked else "warn",
               "two windows on one exam write one after the other" if locked else "this folder has no file locks",
               "" if locked else "open an exam in one window only, or use a folder on this machine's own disk")
    apart = abs(touched - time.time())
    if apart > CLOCKS_DIFFER:
        yield Line("clock", "warn", f"the folder's clock and this machine's differ by {apart:.0f} seconds",
                   "let both set their clocks from the network")


def _written(scratch: Path, alone: Any) -> tuple[float, float, bool]:
    """The slowest of five saves in seconds, the file's time, and whether it could be locked."""
    path, slowest, locked = scratch / "saved", 0.0, False
    for n in range(5):
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            began = time.perf_counter()
            with alone(descriptor) as locked:
                os.write(descriptor, f"{n}\n".encode())
                os.fsync(descriptor)
            slowest = max(slowest, time.perf_counter() - began)
        finally:
            os.close(descriptor)
    touched = path.stat().st_mtime
    os.replace(path, scratch / "renamed")
    return slowest, touched, bool(locked)


def disk(place: Path) -> Iterator[Line]:
    """Room for answers."""
    free = shutil.disk_usage(place if place.is_dir() else Path.home()).free
    level = "fault" if free < FREE_FAULT else "warn" if free < FREE_WARN else "ok"
    yield Line("disk", level, f"{free / 1e9:.1f} GB are free", "" if level == "ok" else "delete what is not needed")


def clock(_folder: Path) -> Iterator[Line]:
    """This machine's clock, as far as it can be judged without asking another machine."""
    now = datetime.now(UTC)
    installed = datetime.fromtimestamp(Path(examdesk.__file__).stat().st_mtime, UTC)
    late = (installed - now).total_seconds() > 86_400
    sane = 2025 <= now.year < 2100 and not late
    found = f"the clock says {now:%Y-%m-%d %H:%M} UTC" + (", before Examdesk was installed" if late else "")
    yield Line("clock", "ok" if sane else "fault", found, "" if sane else "set date and time of this machine")


def browser(_folder: Path) -> Iterator[Line]:
    """What is not needed."""
    yield Line("browser", "ok", "any browser of the last two years will do; Chromium is needed only for the project's "
                                "own tests")


TRAINEE: tuple[Check, ...] = (python, packages, extension, kernel, folder, disk, clock, browser)


def as_json(lines: Sequence[Line]) -> dict[str, Any]:
    """Everything that was found, ready for JSON."""
    counted = {level: sum(line.level == level for line in lines) for level in LEVELS}
    return {"fit": not counted["fault"], **counted, "lines": [asdict(line) for line in lines]}
