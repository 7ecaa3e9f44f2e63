"""Every hostile or damaged submission ends as promised, under every engine, and nobody else pays for it.

`pytest -m slow -s tests/hostile` prints the figures: cases by family, how they ended, and the time of the whole set.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hostile import nevers
from tests.hostile.batch import Batch, Outcome, marked
from tests.hostile.cases import Case
from tests.hostile.catalogue import ALL, TABLE
from tests.hostile.conftest import copied
from tests.hostile.engines import ENGINES
from tests.nbgrader.courses import Course

pytestmark = pytest.mark.slow

SOAK = pytest.mark.soak
HEDGE = "contradictory hedging"
SECONDS = 2  # a case on average, feedback and exports apart


def one_of_each(*, and_every: int = 0) -> list[Case]:
    """One case of every end that a family has, and a hedge; and every third case, say: for the usual run."""
    chosen = {(case.family, case.end, case.example == HEDGE): case for case in reversed(ALL.values())}.values()
    return [*{case.name: case for case in (*chosen, *([*ALL.values()][::and_every] if and_every else ()))}.values()]


RUNS = {  # how a run is called: the engine and its cases
    "examdesk": ("examdesk", one_of_each(and_every=3)),
    "nbgrader": ("nbgrader", one_of_each()),
    "examdesk-all": ("examdesk", [*ALL.values()]),
    "nbgrader-all": ("nbgrader", [*ALL.values()]),
}


@pytest.fixture(scope="module", params=[pytest.param(run, marks=SOAK if run.endswith("-all") else ()) for run in RUNS])
def batch(request: pytest.FixtureRequest, planted_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Cases marked in one run of an engine."""
    engine, cases = RUNS[request.param]
    made = marked(copied(planted_course, tmp_path_factory.mktemp(request.param)), cases, ENGINES[engine])
    print(figures(request.param, made))
    return made


def test_every_case_ends_as_promised(batch: Batch) -> None:
    wrong = {case.name: why for case in batch.cases if (why := broken(case, batch))}
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())


def broken(case: Case, batch: Batch) -> str:
    """How a case ended otherwise than promised; "" when it ended well."""
    outcome, said = batch.of(case), batch.ran[f"autograde {case.form}"].about(f"Not graded: {case.name}:")
    if case.end == "R":
        return _refusal(case, outcome, said, batch)
    if outcome.line is None or outcome.line.outcome != "graded":
        return f"not graded: {said}"
    if {*outcome.flags} != case.flags:
        return f"flags {sorted(outcome.flags)}, promised {sorted(case.flags)}"
    if any(flag.hold for flag in outcome.flags.values()) != (case.end == "H"):
        return f"held by {[code for code, flag in outcome.flags.items() if flag.hold]}"
    return _points(case, outcome, batch.honest(case.form))


def _refusal(case: Case, outcome: Outcome, said: list[str], batch: Batch) -> str:
    if len(said) != 1 or case.words not in said[0]:
        return f"the log says {said}, promised one line with {case.words!r}"
    if outcome.line is None or outcome.line.outcome != "refused" or outcome.rows or outcome.marks:
        return f"the ledger says {outcome.line}, the gradebook {outcome.rows}"
    return "it has a graded folder" if (batch.course.folder / "autograded" / case.name).exists() else ""


def _points(case: Case, outcome: Outcome, honest: Outcome) -> str:
    lost = honest.marks if case.flags & {"no-journal"} else dict.fromkeys(case.lost, 0)
    unmarked = "no-journal" in case.flags
    wrong = [
        f"{item}: {outcome.marks.get(item)} in the records, {outcome.rows.get(item)} in the gradebook, not {wanted}"
        for item, own in honest.marks.items()
        for wanted in [None if unmarked else lost.get(item, own)]
        if outcome.marks.get(item, -1) != wanted
        or outcome.rows.get(item, (-1, False))[0] != (None if wanted is None else float(wanted))
    ]
    return "; ".join(wrong)


# What may never happen


def test_the_batch_is_never_aborted(batch: Batch) -> None:
    assert nevers.aborted(batch) == []
    refused = [case for case in batch.cases if batch.of(case).line and batch.of(case).line.outcome == "refused"]
    codes = {name: ran.code for name, ran in batch.ran.items()}
    wanted = {
        f"autograde {form}": int(any(case.form == form for case in refused)) for form in ("E10-a", "E11-sampler-a")
    }
    assert codes == {**dict.fromkeys(codes, 0), **wanted}


def test_nothing_hangs(batch: Batch) -> None:
    assert batch.seconds < SECONDS * len(batch.cases)


def test_no_score_is_above_the_honest_one(batch: Batch) -> None:
    honest = batch.honest("E10-a")
    assert sum(points or 0 for points in honest.marks.values()) == 16, "so that there is something to win"
    assert nevers.above_honest(batch) == []


def test_nothing_leaks(batch: Batch) -> None:
    assert nevers.leaked(batch) == []


def test_nothing_else_is_changed_and_nothing_of_a_trainee_runs(batch: Batch) -> None:
    assert nevers.changed(batch) == []
    assert nevers.foreign_rows(batch) == []


def test_a_contradiction_is_a_suspicion_that_holds_the_result(batch: Batch) -> None:
    hedged = {case.name for case in batch.cases if case.example == HEDGE}
    suspected = {row.candidate for row in batch.course.records.in_force() if row.evidence.get("suspected")}
    assert hedged and hedged <= suspected


def test_no_page_holds_live_markup(batch: Batch) -> None:
    assert nevers.live_markup(batch) == {}
    written = {path.parent.parent.name for path in (batch.course.folder / "feedback").glob("*/*/*.html")}
    assert written == {who for (_, who), outcome in batch.outcomes.items() if outcome.marks}


def test_no_table_holds_a_formula(batch: Batch) -> None:
    assert nevers.formulas(batch) == []


# The figures


def figures(engine: str, batch: Batch) -> str:
    """The table of one engine: how many cases a family has, how they ended, and how long all of them took."""
    happened = [
        *nevers.aborted(batch),
        *nevers.above_honest(batch),
        *nevers.leaked(batch),
        *nevers.changed(batch),
        *nevers.foreign_rows(batch),
        *nevers.live_markup(batch),
        *nevers.formulas(batch),
    ]
    lines = [
        f"\n{engine}: {len(batch.cases)} cases in {batch.seconds:.1f} s, nevers: {len(happened)}",
        f"{'family':28}{'cases':>6}{'graded':>8}{'zero':>6}{'refused':>9}{'held':>6}{'as promised':>13}",
    ]
    for family in TABLE:
        mine = [case for case in batch.cases if case.family == family]
        ends = Counter(_end(batch.of(case)) if not case.lost else f"{_end(batch.of(case))}Z" for case in mine)
        count = [ends["G"], ends["GZ"], ends["R"], ends["H"] + ends["HZ"]]
        kept = sum(not broken(case, batch) for case in mine)
        lines.append(f"{family:28}{len(mine):6}{count[0]:8}{count[1]:6}{count[2]:9}{count[3]:6}{kept:13}")
    return "\n".join(lines)


def _end(outcome: Outcome) -> str:
    if outcome.line is None or outcome.line.outcome != "graded":
        return "R"
    return "H" if any(flag.hold for flag in outcome.flags.values()) else "G"
