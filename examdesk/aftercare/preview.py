"""A regrade shown before it is written, as a table an instructor at midnight understands, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from examdesk.marking import shown

if TYPE_CHECKING:
    from examdesk.analysis import Outcome, Plan
    from examdesk.building.corrections import Offer
    from examdesk.model import Correction, Form
    from examdesk.pipeline.regrade import Proposal

ROWS = 40  # of the table; --json has them all
ARROW = "→"


def show_offer(out: Console, form: str, found: Offer) -> None:
    """Says that there is nothing to correct, and which items of the bank are other questions."""
    out.print(f"Nothing to correct: {form} is marked as exams/bank says today.", markup=False)
    _left_alone(out, found.left)


def show_proposal(out: Console, proposal: Proposal) -> None:
    """What would be written, as an instructor at midnight understands it."""
    plan, form = proposal.plan, proposal.form
    head = f"Regrade {form.regrade} of {form.id} by {plan.entries[0].by}: {plan.entries[0].why}"
    if proposal.resumed:
        head += "\nIt was begun and broken off; what is left of it follows."
    out.print(head, markup=False)
    for item in dict.fromkeys(entry.item for entry in plan.entries):
        out.print(f"  {item}  {_what([entry for entry in plan.entries if entry.item == item], form)}", markup=False)
    _left_alone(out, proposal.left_alone)
    names = _names(plan)
    if names:
        out.print(_table(plan, names[:ROWS]))
        if (more := len(names) - ROWS) > 0:
            out.print(f"… and {more} more candidates;  --json  prints them all.", markup=False)
    if proposal.resumed and not names:
        out.print("Its marks are in records; what is left is the gradebook.", markup=False)
        return
    for line in summary(plan):
        out.print(line, markup=False)


def _what(entries: Sequence[Correction], form: Form) -> str:
    """What is done about one item, and to which of its variants, by their numbers in the bank."""
    if any(entry.void for entry in entries):
        return "void: everybody has its full points"
    item = entries[0].item
    numbers = [str(form.variants[item][entry.variant]) for entry in entries] if item in form.others else []
    of_some = f", variants {', '.join(numbers)}" if numbers else ""
    return f"marked as exams/bank says today{of_some}"


def _left_alone(out: Console, left: Mapping[str, str]) -> None:
    for name, why in left.items():
        out.print(f"  {name}  left alone: {why}", markup=False)


def _names(plan: Plan) -> list[str]:
    """Everybody whose marks or result change, those whose result changes first."""
    names = {change.candidate for change in plan.changes} | {*plan.flips}
    return sorted(names, key=lambda name: (name not in plan.flips, name))


def _table(plan: Plan, names: list[str]) -> Table:
    table = Table(show_lines=False)
    for title in ("Candidate", "Item", "Mark", f"Score of {shown(plan.form.out_of)}", "Result"):
        table.add_column(title)
    for name in names:
        rows = [one for one in plan.changes if one.candidate == name]
        marks = [f"{_mark(one.was)} {ARROW} {_mark(one.now)}" + (" kept" if one.kept else "") for one in rows]
        before, after = plan.before[name], plan.after[name]
        table.add_row(escape(name), "\n".join(one.item for one in rows) or "–", "\n".join(marks) or "–",
                      _scores(before, after), _results(before, after), style="bold" if name in plan.flips else None)
    return table


def _mark(points: Fraction | None) -> str:
    return "unmarked" if points is None else shown(points)


def _scores(before: Outcome, after: Outcome) -> str:
    if before.score == after.score:
        return "open" if after.score is None else shown(after.score)
    return f"{'open' if before.score is None else shown(before.score)} {ARROW} " + (
        "open" if after.score is None else shown(after.score))


def _results(before: Outcome, after: Outcome) -> str:
    return after.result if before.result == after.result else f"{before.result} {ARROW} {after.result}"


def summary(plan: Plan) -> list[str]:
    """The regrade in a few sentences."""
    graded, counted = len(plan.submissions), plan.counts()
    lines = [f"{graded} {_s('submission', graded)} graded anew."]
    if plan.changes:
        words = [f"{counted[kind]} {word}" for kind, word in (
            ("up", "up"), ("down", "down"), ("kept", "kept although they would fall"),
            ("other", "from or to unmarked, or with another finding")) if counted[kind]]
        people = len({change.candidate for change in plan.changes})
        lines.append(f"{len(plan.changes)} {_s('mark', len(plan.changes))} of {people} {_s('candidate', people)}: "
                     f"{', '.join(words)}.")
    else:
        lines.append("No mark changes; the correction counts for everybody graded from now on.")
    flips = Counter(f"{before} {ARROW} {after}" for before, after in plan.flips.values())
    turned = ", ".join(f"{count} {pair}" for pair, count in sorted(flips.items()))
    lines.append(f"Results that change: {turned}." if turned else "No result changes.")
    if plan.left:
        lines.append(f"Not graded anew, because what they handed in is missing or has changed since they were graded: "
                     f"{', '.join(plan.left[:10])}{' …' if len(plan.left) > 10 else ''}. Their marks stay until they "
                     f"are graded again.")
    return lines


def _s(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def as_json(proposal: Proposal, *, written: bool) -> str:
    """Everything the table shows and does not show, without a word about keys."""
    plan = proposal.plan
    data = {
        "form": plan.form.id,
        "regrade": plan.form.regrade,
        "by": plan.entries[0].by,
        "why": plan.entries[0].why,
        "never_lower": plan.entries[0].never_lower,
        "resumed": proposal.resumed,
        "written": written,
        "corrected": [entry.item for entry in plan.entries if not entry.void],
        "void": [entry.item for entry in plan.entries if entry.void],
        "left_alone": dict(proposal.left_alone),
        "graded_anew": len(plan.submissions),
        "not_graded_anew": list(plan.left),
        "marks": {kind: plan.counts()[kind] for kind in ("up", "down", "kept", "other")},
        "changes": [{"candidate": one.candidate, "item": one.item, "from": _exact(one.was), "to": _exact(one.now),
                     "kept": one.kept} for one in plan.changes],
        "candidates": [{"candidate": name, "score_from": _exact(plan.before[name].score),
                        "score_to": _exact(plan.after[name].score), "result_from": plan.before[name].result,
                        "result_to": plan.after[name].result} for name in _names(plan)],
        "flips": dict(sorted(Counter(f"{a} {ARROW} {b}" for a, b in plan.flips.values()).items())),
    }
    return json.dumps(data, ensure_ascii=False)


def _exact(points: Fraction | None) -> str | None:
    return None if points is None else str(points)
