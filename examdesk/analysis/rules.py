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
from examdesk.items import part
from examdesk.model import Form
from examdesk.psychometrics import cohen_kappa


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


def twice(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Of the items about one thing no two are wrong; one that is not right in full is wrong about something."""
    for name, about in form.pass_rule.twice.items():
        if sum(s.item.id in about.items and s.best < s.item.points for s in standings) > 1:
            yield Against(f"twice:{name}")


def waits(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Of all waits in all chats that measure them, so large a share was in time; who answered nothing was not."""
    least = form.pass_rule.waits
    timed = [s for s in standings if not s.void and _measures_waits(s)] if least is not None else []
    if least is None or not timed:
        return
    if any("waits" not in s.evidence for s in timed):
        yield Against("waits-unknown", certain=False)
        return
    late, answers = sum(len(s.evidence["late"]) for s in timed), sum(s.evidence["waits"] for s in timed)
    if not answers or answers - late < least * answers:
        yield Against("waits")


def kappa(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """Over the lines of all chat records, agreement with the master's marks beyond chance (Cohen's kappa)."""
    least = form.pass_rule.kappa
    sorted_ = [(s, part(s.item.type, "key").against_master) for s in standings
               if least is not None and not s.void and hasattr(part(s.item.type, "key"), "against_master")]
    if least is None or not sorted_:
        return
    if any("marked" not in s.evidence for s, _ in sorted_):
        yield Against("kappa-unknown", certain=False)
        return
    agreement = cohen_kappa([pair for s, pairs in sorted_ for pair in pairs(s.item.body, s.evidence["marked"])])
    if agreement is None or agreement < least:
        yield Against("kappa-unknown", certain=False) if agreement is None else Against("kappa")


def gate(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """A pass of the gate's exam was held, and valid, on the day of the sitting."""
    wanted = form.pass_rule.gate
    if wanted is not None and known.gate is None:
        yield Against(f"gate-unknown:{wanted.exam}", certain=False)
    elif wanted is not None and not known.gate:
        yield Against(f"gate:{wanted.exam}")


def checklist(form: Form, standings: Sequence[Standing], known: Known) -> Iterator[Against]:
    """All lines of the checklist are ticked; one that is not is waited for, it fails nobody."""
    if form.pass_rule.checklist is not None:
        yield from (Against(f"unticked:{line}", certain=False) for line in form.pass_rule.checklist.lines
                    if line not in known.ticked)


def _measures_waits(standing: Standing) -> bool:
    key = part(standing.item.type, "key")
    return hasattr(key, "measures_waits") and bool(key.measures_waits(standing.item.body))


RULES: Mapping[str, Rule] = {
    "cut": cut,
    "part_minimum": part_minimum,
    "critical": critical,
    "each": each,
    "mean": mean,
    "typing": typing,
    "twice": twice,
    "waits": waits,
    "kappa": kappa,
    "gate": gate,
    "checklist": checklist,
}
