"""The thresholds of the report, from grading/policies/report.yaml; each has a usual value when the file is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from examdesk.bank import load_yaml
from examdesk.bank.files import validated
from examdesk.errors import AuthorError


def _share(value: object) -> float:
    """A share like 96% or 0.96."""
    text = str(value).strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if isinstance(value, bool) or not 0 <= share <= 1:
        raise ValueError(f"must be a share like 96% or 0.96, not {text}")
    return share


Share = Annotated[float, BeforeValidator(_share)]


class Part(BaseModel):
    """No unknown fields: a misspelt threshold is a fault, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Report(Part):
    min_cell_n: Annotated[int, Field(ge=5)] = 10  # 5 is the lowest sensible value
    max_withheld: Share = 0.20


class Stats(Part):
    small_n: Annotated[int, Field(ge=5)] = 30


class Histogram(Part):
    bin: Annotated[Share, Field(ge=0.01)] = 0.05


class WrongKey(Part):
    max_key_r: float = 0.10
    min_option_se: float = 1.0


class GiveAway(Part):
    min_facility: Share = 0.96


class TooHard(Part):
    max_facility: Share = 0.20


class WeakR(Part):
    max_r: float = 0.10


class UnevenVariants(Part):
    max_p: Share = 0.01


class WeakDomain(Part):
    min_gap: Share = 0.10
    max_p: Share = 0.05
    min_items: Annotated[int, Field(ge=1)] = 2


class Policy(Part):
    """`grading/policies/report.yaml`."""

    report: Report = Report()
    stats: Stats = Stats()
    histogram: Histogram = Histogram()
    wrong_key: WrongKey = WrongKey()
    give_away: GiveAway = GiveAway()
    too_hard: TooHard = TooHard()
    weak_r: WeakR = WeakR()
    uneven_variants: UnevenVariants = UnevenVariants()
    weak_domain: WeakDomain = WeakDomain()

    def figures(self) -> dict[str, float]:
        """{"report.min_cell_n": 10, …}: every threshold, for the lineage of a report."""
        parts = self.model_dump().items()
        return {f"{part}.{name}": value for part, values in parts for name, value in values.items()}


def read_policy(course: Path) -> Policy:
    """The course's thresholds; raises `AuthorError` with every fault of the file."""
    path = course / "grading" / "policies" / "report.yaml"
    if not path.is_file():
        return Policy()
    document = load_yaml(path, root=course)
    if document.data is None:
        raise AuthorError(*document.faults)
    policy, faults = validated(document, Policy)
    if policy is None or faults or document.faults:
        raise AuthorError(*document.faults, *faults)
    return policy
