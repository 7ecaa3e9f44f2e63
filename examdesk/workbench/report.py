"""What the checks of a scenario found: plain data, and a text read in a minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from examdesk.errors import Fault


@dataclass(frozen=True)
class Check:
    """One check of a scenario."""

    name: str
    told: str  # what was found, in one line
    faults: tuple[Fault, ...] = ()
    listed: tuple[str, ...] = ()  # worth a look, no fault
    figures: Mapping[str, Any] = field(default_factory=dict)
    ran: bool = True

    @property
    def outcome(self) -> str:
        return "fault" if self.faults else "good" if self.ran else "not run"


@dataclass(frozen=True)
class Report:
    """All checks of a scenario."""

    item: str
    file: str
    checks: tuple[Check, ...]
    cpu_seconds: float  # told, never compared or kept

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for check in self.checks for fault in check.faults)

    def as_json(self) -> dict[str, Any]:
        """{"item", "file", "cpu_seconds", "checks": [{"number", "name", "outcome", "told", "faults", …}, …]}"""
        checks = [
            {"number": number, "name": check.name, "outcome": check.outcome, "told": check.told,
             "faults": [asdict(fault) for fault in check.faults], "listed": list(check.listed),
             "figures": dict(check.figures)}
            for number, check in enumerate(self.checks, 1)
        ]
        return {"item": self.item, "file": self.file, "cpu_seconds": self.cpu_seconds, "checks": checks}

    def lines(self) -> Iterator[str]:
        """The report as text: a line a check, its faults beneath it, the sum at the end."""
        yield f"{self.item}  {self.file}"
        for number, check in enumerate(self.checks, 1):
            yield f"{number}  {check.name:<15}  {check.outcome:<7}  {check.told}".rstrip()
            yield from (f"     {fault}" for fault in check.faults)
            yield from (f"     – {line}" for line in check.listed)
        count = {name: sum(check.outcome == name for check in self.checks) for name in ("good", "fault", "not run")}
        yield (f"{len(self.checks)} checks: {count['good']} good, {count['fault']} with faults, "
               f"{count['not run']} not run. {self.cpu_seconds:.1f} CPU seconds.")
