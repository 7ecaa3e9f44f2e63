"""Regrading a form that was sat: propose, look, carry out.

    proposal = propose(course, "E10-a", grade_again, items=["I-801"], by="Li Hua", why="two options were right")
    carry_out(course, proposal, grade_again)

The steps, each of which may be the last one before a kill: the correction beside the frozen form; source/; the
gradebook's source cells; all marks in one transaction of the records; the gradebook's scores; the line that says
"finished". `propose` finds a regrade that was broken off and proposes its end before anything else.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from examdesk.analysis import Plan, load_cohort, plan_regrade
from examdesk.bank import find_form, load_form, read_frozen
from examdesk.bank.corrections import append_corrections, corrected, corrections_path
from examdesk.building import build_form, form_json
from examdesk.building.corrections import Bodies, Offer, new_entries, offer, seen_cells, sound
from examdesk.building.notebooks import notebook
from examdesk.errors import CourseError
from examdesk.model import Form, stamp
from examdesk.pipeline.corrected import put_source_cells, show_in_force
from examdesk.pipeline.locks import alone
from examdesk.records import GradedSubmission, Records
from examdesk.records.regrades import FINISHED, RECORDED, Regrades, State

GradeAgain = Callable[[Path, Form], Mapping[str, GradedSubmission]]
"""(course, form) -> {candidate: their submission as this form marks it}, in memory, nothing written."""


@dataclass(frozen=True)
class Proposal:
    """A regrade as it would be carried out."""

    plan: Plan
    state: State  # of the records it was made from
    resumed: bool = False  # its correction stands already: it was broken off
    left_alone: Mapping[str, str] = field(default_factory=dict)  # {item: why the bank's version cannot be taken}

    @property
    def form(self) -> Form:
        return self.plan.form


def propose(course: Path, form: str, grade_again: GradeAgain, *, by: str = "", why: str = "",
            items: Sequence[str] = (), void: Sequence[str] = (), never_lower: bool = False) -> Proposal | Offer:
    """The regrade of `form` with `items` as the bank marks them today and the items in `void` taken out.

    Without items, all that the bank marks otherwise. A regrade that was broken off comes first, whatever is asked.
    Returns the bank's `Offer` when there is nothing to correct. Raises `CourseError` for what cannot be corrected.
    """
    now = sound(load_form(course, form))
    _refuse_handwritten(course, now)
    if unfinished(course, now):
        return _proposal(course, now, grade_again, resumed=True)
    found = offer(course, now)
    bodies, void = _chosen(now, found, items, void)
    if not bodies and not void:
        return found
    if not by.strip() or not why.strip():
        raise CourseError('a regrade is kept with who and why. Cure: add  --by "YOUR NAME" --why "…"')
    entries = new_entries(now, bodies, void, by=by.strip(), why=why.strip(), never_lower=never_lower, at=stamp())
    after = sound(corrected(read_frozen(find_form(course, form)), (*now.corrections, *entries)))
    _refuse_visible(now, after)
    return _proposal(course, after, grade_again, left_alone={} if items or void else found.left)


def unfinished(course: Path, form: Form) -> bool:
    """Whether the newest correction of `form` was not carried out to the end."""
    return bool(form.regrade) and FINISHED not in Regrades(Records.open(course), form.id).steps(form.regrade)


def carry_out(course: Path, proposal: Proposal, grade_again: GradeAgain) -> Plan:
    """Does what was proposed, and returns what was written.

    Raises `CourseError` before anything is written when marks came in since the proposal was made, or while somebody
    grades or regrades.
    """
    with alone(course):
        form, regrades = proposal.form, Regrades(Records.open(course), proposal.form.id)
        if load_form(course, form.id).digest != form.digest:
            if regrades.state() != proposal.state or load_form(course, form.id).regrade != form.regrade - 1:
                raise CourseError(f"{form.id}: marks came in while you were looking; nothing was written. Cure: run "
                                  "the command again and look at the new table")
            path = find_form(course, form.id)
            append_corrections(corrections_path(path), read_frozen(path), proposal.plan.entries)
        build_form(course, form)
        put_source_cells(course, form)
        plan = _record(course, proposal, grade_again, regrades)
        show_in_force(course, form)
        regrades.finish(form)
        return plan


def _record(course: Path, proposal: Proposal, grade_again: GradeAgain, regrades: Regrades) -> Plan:
    """Writes the marks; made anew from what stands now when something came in at the last moment."""
    if RECORDED in regrades.steps(proposal.form.regrade):
        return proposal.plan
    while not regrades.save(proposal.form, proposal.plan.submissions, proposal.plan.marks, state=proposal.state):
        proposal = _proposal(course, proposal.form, grade_again, resumed=True)
    return proposal.plan


def _proposal(course: Path, form: Form, grade_again: GradeAgain, *, resumed: bool = False,
              left_alone: Mapping[str, str] | None = None) -> Proposal:
    records = Records.open(course)
    state = Regrades(records, form.id).state()
    cohort, marks = load_cohort(course, form.exam), records.marks(form=form.id)
    waiting = any(row.form == form.id and row.form_digest != form.digest for row in cohort.newest.values())
    plan = plan_regrade(cohort, marks, form, grade_again(course, form) if waiting else {})
    return Proposal(plan, state, resumed, left_alone or {})


# What may be corrected

def _chosen(form: Form, found: Offer, items: Sequence[str], void: Sequence[str]
            ) -> tuple[dict[str, Bodies], list[str]]:
    """{item: what is corrected of it}, and the items to void, without what was done before.

    Raises `CourseError` for an item that cannot be corrected.
    """
    for name in [*items, *void]:
        if name not in form.items:
            raise CourseError(f"{form.id} has no item {name}. Cure: it has {', '.join(form.items)}")
    if both := sorted({*items} & {*void}):
        raise CourseError(f"{form.id}: {both[0]} cannot be corrected and void at once. Cure: choose one of the two")
    for name in items:
        _refuse_item(form, found, name)
    if items or void:
        return ({name: found.bodies[name] for name in items if name in found.bodies},
                [name for name in void if name not in form.void])
    return dict(found.bodies), []


def _refuse_item(form: Form, found: Offer, name: str) -> None:
    if name in form.void:
        raise CourseError(f"{form.id}: {name} is void, and stays so: everybody has its full points. Cure: leave it out")
    if name in found.left:
        raise CourseError(f"{form.id}: {name} cannot be regraded: {found.left[name]}. Cure: correct only how it is "
                          "marked; another question is a new form; a bad question can be taken out with  --void "
                          f"{name}")
    if name not in found.bodies and name not in form.as_sat:
        raise CourseError(f"{form.id}: the bank marks {name} as the form does, there is nothing to correct. Cure: "
                          f"first correct {name}.yaml in exams/bank, then run this again")


def _refuse_visible(now: Form, after: Form) -> None:
    """A correction changes nothing a trainee holds: form.json and the released cells stay as they are."""
    if form_json(now) != form_json(after) or seen_cells(notebook(now)["cells"]) != seen_cells(notebook(after)["cells"]):
        raise CourseError(f"{now.id}: this would change what candidates have seen; nothing was written. Cure: correct "
                          "only how the item is marked; another question is a new form")


def _refuse_handwritten(course: Path, form: Form) -> None:
    """A notebook typed by hand has graders of its own, which a rebuilt source/ would lose."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        data = json.loads((course / "source" / form.id / f"{form.id}.ipynb").read_text("utf-8"))
        if not data.get("metadata", {}).get("examdesk", {}).get("autorun"):
            raise CourseError(f"source/{form.id} was typed by hand and holds its own graders. Cure: change its cells "
                              f"there, then run  nbgrader autograde {form.id} --force")
