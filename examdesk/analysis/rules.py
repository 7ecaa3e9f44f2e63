"""The pass rules, each by its name in exam.yaml. Pure, in exact fractions.

A rule says what it has against a pass: for certain, so that nothing still open could change it; or that it cannot be
decided yet, because something it needs is not known. The first is a fail, the second withholds the result. A rule the
form does not have says nothing, and no rule takes back what another one says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from examdesk.analysis.standing import Standing, best_by_part
from examdesk.model import Form


class Against(NamedTuple):
    """What a rule has against a pass, as a short code."""

    code: str
    certain: bool = True  # False: it is not known yet


@dataclass(frozen=True)
class Known:
    """What is known of a candidate beside the marks of this sitting."""

    gate: bool | None = None  # whether a valid pass of the gate's exam was held on the day; None: nobody knows
    ticked: frozenset[str] = frozenset()  # lines of the checklist


NOTHING_KNOWN = Known()
Rule = Callable[[Form, Sequence[Standing], Known], Iterator[Against]]


def cut(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """The score reaches the cut."""
    if sum((s.best for s in standings), Fraction(0)) < form.pass_rule.cut * form.out_of:
        yield Against("below-cut")


def part_minimum(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Every part reaches its minimum."""
    least = form.pass_rule.part_minimum
    if least is not None:
        yield from (Against(f"part:{part}") for part, share in best_by_part(form, standings).items() if share < least)


def critical(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Every critical item is right, and no response holds a critical violation."""
    if form.pass_rule.critical != "all-right":
        return
    yield from (Against(f"critical:{s.item.id}") for s in standings if s.item.critical and s.best < s.item.points)
    if any(s.violated for s in standings):
        yield Against("critical-violation")


def each(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Every item of a type earns its share by itself."""
    wanted = form.pass_rule.each
    yield from (Against(f"each:{s.item.id}") for s in standings
                if s.item.type in wanted and s.best_share < wanted[s.item.type])


def mean(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """The mean of the shares of a type's items; each item counts alike, whatever its points."""
    for kind, least in form.pass_rule.mean.items():
        shares = [s.best_share for s in standings if s.item.type == kind and s.item.points]
        if shares and sum(shares, Fraction(0)) < least * len(shares):
            yield Against(f"mean:{kind}")


def typing(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Every typing item has its full points: fast enough, with no more errors than its norm allows."""
    if form.pass_rule.typing:
        yield from (Against(f"typing:{s.item.id}") for s in standings
                    if s.item.type == "typing" and s.best < s.item.points)


RULES: Mapping[str, Rule] = {
    "cut": cut,
    "part_minimum": part_minimum,
    "critical": critical,
    "each": each,
    "mean": mean,
    "typing": typing,
}
