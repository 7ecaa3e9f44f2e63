"""Collects the evidence for the marker of a reply. It never marks: `fraction` is always None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examdesk.items.reply.evidence import Plain, covered, find, masked, pasted, plain, repeated
from examdesk.model import Grader, Judgement, Part, Response, exact
from examdesk.wording.slots import open_slots

FIGURES = ("right", "key", "own")  # the figure is right; the letter uses the right one; it uses the candidate's own
PASTED, REPEATED, STUFFED = 50, 40, 50  # percent, from which the marker is told


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric and the phrases that are evidence for it."""

    id: str
    points: Fraction
    phrases: Mapping[str, str]  # {bare phrase: phrase as the author wrote it}
    figure: str = ""  # of a step with a figure: one of `FIGURES`


@dataclass(frozen=True)
class Forbidden:
    """Something a reply must not say, and the look-alikes that are fine."""

    id: str
    phrases: Mapping[str, str]
    allowed: Mapping[str, str]
    critical: bool


def criterion(id: str, points: int | str, *phrases: str, figure: str = "") -> Criterion:
    """The criterion `id`, worth `points`; any of the phrases is evidence for it, or what is done with the figure."""
    if figure and figure not in FIGURES:
        raise ValueError(f"criterion {id}: no figure={figure!r}; there are: {', '.join(FIGURES)}")
    return Criterion(id, exact(points), _bare(phrases), figure)


def forbidden(id: str, *phrases: str, allowed: Sequence[str] = (), critical: bool = False) -> Forbidden:
    """The rule `id` that any of the phrases breaks, unless it stands inside one of the `allowed` look-alikes."""
    return Forbidden(id, _bare(phrases), _bare(allowed), critical)


def _bare(phrases: Sequence[str]) -> dict[str, str]:
    return {bare: phrase for phrase in phrases if (bare := plain(phrase).bare)}


def rubric(
    *,
    criteria: Sequence[Criterion],
    forbidden: Sequence[Forbidden] = (),
    limits: tuple[int, int] = (0, 20_000),
    message: Sequence[str] = (),
) -> Grader:
    """Evidence for every criterion, what may be forbidden, and what looks like a trick; the points are the marker's.

    `limits` are the fewest and most characters advised, `message` the buyer's words in every language, to notice a
    reply that only pastes them back. Slots of a template left open, "(Your name)", are told. A critical phrase becomes
    a suspicion for the marker, even behind a negation.

    >>> grade = rubric(criteria=[criterion("free", 1, "免费"), criterion("post", 1, "补寄")])
    >>> mark = grade(Response("R-C08", "可以免 费开"))
    >>> mark.fraction, mark.reason, mark.evidence["found"]
    (None, 'waits for a marker; evidence for 1 of 2', {'free': '免费'})
    """
    sources, total = [plain(text).bare for text in message], sum((one.points for one in criteria), Fraction(0))

    def grade(response: Response) -> Judgement:
        written = response.value if isinstance(response.value, str) else ""
        reply = plain(written)
        found = {one.id: one.phrases[hit[1]] for one in criteria if (hit := find(reply.bare, one.phrases))}
        broken = {rule.id: said for rule in forbidden if (said := _hit(reply, rule))}
        suspected = tuple((rule.id, broken[rule.id][0]) for rule in forbidden if rule.critical and rule.id in broken)
        wanted = [phrase for one in criteria for phrase in one.phrases] if len(found) > 1 else []
        tricks = _tricks(reply, wanted, sources)
        notes = [*_length(written, reply, limits), *tricks]
        notes += [f"{name}: a negation stands before it" for name, (_, negated) in broken.items() if negated]
        left = open_slots(written)
        notes += [slot_check(left)] if left else []
        parts = tuple(_part(one, one.id in found, total) for one in criteria)
        evidence: dict[str, Any] = {"found": found, "forbidden": {name: span for name, (span, _) in broken.items()},
                                    "length": len(written), "notes": notes, "tricks": tricks}
        evidence |= {"slots": left} if left else {}
        return Judgement(None, _reason(reply, parts, suspected, left), parts, (), suspected, evidence)

    return grade


def _part(one: Criterion, found: bool, total: Fraction) -> Part:
    """Evidence, not points: the fraction says whether a phrase was found."""
    return Part(one.id, Fraction(found), one.points / total, "evidence found" if found else "no evidence found")


def _hit(reply: Plain, rule: Forbidden) -> tuple[str, bool] | None:
    """(what stands there, whether a negation stands before it); None when the rule is kept."""
    hit = find(masked(reply.bare, rule.allowed), rule.phrases)
    return (reply.around(hit[0], hit[0] + len(hit[1])), reply.negated(hit[0])) if hit else None


def slot_check(left: Sequence[str]) -> str:
    """What the marker is told about slots left open: it costs what the rubric says, and a person decides."""
    return f"slot check failed 空位未填: {', '.join(left)}"


def _reason(
    reply: Plain, parts: Sequence[Part], suspected: Sequence[tuple[str, str]], left: Sequence[str]
) -> str:
    if not reply.bare:
        return "blank reply"
    found = sum(part.fraction for part in parts)
    suspicion = f"; {len(suspected)} suspected critical" if suspected else ""
    slots = f"; {slot_check(left)}" if left else ""
    return f"waits for a marker; evidence for {found} of {len(parts)}{suspicion}{slots}"


def _length(written: str, reply: Plain, limits: tuple[int, int]) -> list[str]:
    if not reply.bare or limits[0] <= len(written) <= limits[1]:
        return []
    return [f"{len(written)} characters; {limits[0]} to {limits[1]} are advised"]


def _tricks(reply: Plain, phrases: Sequence[str], sources: Sequence[str]) -> list[str]:
    """What looks like a way around writing a reply; an instructor is told, too."""
    if not reply.bare:
        return []
    tricks = []
    if (share := pasted(reply.bare, sources)) >= PASTED:
        tricks.append(f"the buyer's message pasted back: {share} % of the reply")
    if (share := repeated(reply.bare)) >= REPEATED:
        tricks.append(f"says the same again: {share} % of the reply")
    if covered(reply.bare, phrases) >= STUFFED:
        tricks.append("little but the phrases that are looked for")
    return tricks
