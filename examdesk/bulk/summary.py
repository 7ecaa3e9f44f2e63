"""How a run ended, in figures."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


@dataclass
class Summary:
    """How a run over many submissions ended."""

    submissions: int = 0
    graded: int = 0
    already: int = 0
    refused: int = 0
    flagged: int = 0  # of those graded in this run
    needs_marker: int = 0  # of those graded in this run
    problems: list[str] = field(default_factory=list)  # one line for each that was not graded
    seconds: float = 0
    cpu_seconds: float = 0  # of this process and its ended children
    peak_mb: float = 0  # of this process
    _begun: tuple[float, float] = field(default_factory=lambda: (time.monotonic(), _cpu()), repr=False)

    @property
    def ungraded(self) -> int:
        """How many have no marks now, refused or not reached."""
        return self.submissions - self.graded - self.already

    def add(self, other: Summary) -> None:
        """Counts the submissions of another run."""
        for name in ("submissions", "graded", "already", "refused", "flagged", "needs_marker"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems += other.problems

    def ended(self) -> Summary:
        """With time, CPU and memory up to now."""
        self.seconds = round(time.monotonic() - self._begun[0], 3)
        self.cpu_seconds = round(_cpu() - self._begun[1], 3)
        self.peak_mb = peak_mb()
        return self

    def __str__(self) -> str:
        words = [f"{self.graded} graded", f"{self.already} were graded already"] if self.already else [
            f"{self.graded} graded"]
        words += [f"{self.ungraded} NOT graded"] if self.ungraded else []
        rate = f" ({self.graded / self.seconds:.0f} a second)" if self.graded and self.seconds else ""
        return (f"{self.submissions} submissions: {', '.join(words)}; {self.flagged} flagged, {self.needs_marker} wait "
                f"for a marker. {self.seconds:.1f} seconds{rate}.")

    def as_json(self) -> dict[str, Any]:
        """The figures without the problems."""
        names = ("submissions", "graded", "already", "refused", "flagged", "needs_marker", "seconds", "cpu_seconds",
                 "peak_mb")
        return {name: getattr(self, name) for name in names}


def _cpu() -> float:
    if resource is None:
        return time.process_time()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mb() -> float:
    """The most memory this process has held, in MB; 0 where the system does not say."""
    status = Path("/proc/self/status")  # getrusage counts what a larger process held that started this one
    if status.is_file() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return round(int(found[1]) / 1024, 1)
    if resource is None:
        return 0.0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
