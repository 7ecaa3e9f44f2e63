"""What the gate and the checklist of a form need to know of each candidate: passes of another exam, and ticks.

A day is the day wherever it is latest or earliest on earth, always in the candidate's favour: no gate closes because
the records count in UTC. Simulated candidates have no past; for them gate and checklist are open, and their passes
open no gate for anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from examdesk.analysis.rules import Known
from examdesk.bank.conditions import Vouched
from examdesk.days import months_on
from examdesk.model import Checklist, Form, Gate
from examdesk.records import SubmissionRow

AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)  # of UTC: where a day begins first, and where it ends last


@dataclass(frozen=True)
class Past:
    """One sitting of the gate's exam, or a pass somebody vouches for."""

    since: datetime | None  # from when on it can be held; None when nobody knows when it was sat
    result: str  # pass, fail or withheld


@dataclass(frozen=True)
class Conditions:
    """What is known of everybody who sat a form."""

    past: Mapping[str, Sequence[Past]] = field(default_factory=dict)  # by candidate
    ticked: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by candidate: lines of the form's checklist

    def of(self, form: Form, sat: SubmissionRow) -> Known:
        """What is known of one sitting."""
        rule = form.pass_rule
        if sat.simulated:
            return Known(gate=True, ticked=frozenset(rule.checklist.lines if rule.checklist else ()))
        gate = None if rule.gate is None else held(rule.gate, self.past.get(sat.candidate, ()), moment(sat.handed_in))
        return Known(gate, self.ticked.get(sat.candidate, frozenset()))


NONE = Conditions()


def held(gate: Gate, past: Sequence[Past], at: datetime | None) -> bool | None:
    """Whether a pass of the gate's exam was held and valid at the moment `at`; None when nobody can say.

    Nobody can say without a sitting on record before it, while one that could still be a pass is undecided, or where
    it is not known when something was sat.
    """
    if at is None:
        return None
    dated = [(one.since, one.result) for one in past if one.since is not None and one.since <= at]
    day = (at - BEHIND).date()
    valid = [result for since, result in dated if day <= months_on((since + AHEAD).date(), gate.months)]
    if "pass" in valid:
        return True
    undecided = "withheld" in valid or any(one.since is None and one.result != "fail" for one in past)
    return None if undecided or not dated else False


def moment(text: str | None) -> datetime | None:
    """The moment in the records."""
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


def ticks(said: Sequence[Vouched], checklist: Checklist | None) -> dict[str, frozenset[str]]:
    """{candidate: the lines of the checklist that are ticked}."""
    found: dict[str, frozenset[str]] = {}
    for one in said:
        if checklist is not None and (one.kind, one.of) == ("tick", checklist.id):
            found[one.candidate] = found.get(one.candidate, frozenset()) | {one.what}
    return found


def vouched_passes(said: Sequence[Vouched], gate: Gate) -> dict[str, list[Past]]:
    """{candidate: passes of the gate's exam somebody vouches for}, from the first moment of their day on."""
    found: dict[str, list[Past]] = {}
    for one in said:
        if (one.kind, one.of) == ("pass", gate.exam):
            since = datetime.combine(date.fromisoformat(one.what), datetime.min.time(), UTC) - AHEAD
            found.setdefault(one.candidate, []).append(Past(since, "pass"))
    return found
