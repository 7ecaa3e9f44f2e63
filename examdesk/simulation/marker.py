"""A simulated marker: marks most replies by the machine's evidence and a little noise, and says so."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from examdesk.items import part
from examdesk.model import Form, Mark, seed_of
from examdesk.records import MarkRow

MARKER = "simulated marker"
SHARE = 0.9  # a marker is seldom done when the report is written


def simulated_marks(form: Form, rows: Sequence[MarkRow], *, seed: int, share: float = SHARE) -> list[Mark]:
    """Marks for this share of the unmarked replies in `rows`, as a marker would give them in the formgrader.

    A person reads more than phrases: one criterion more or less than the evidence says, now and then.
    """
    marks = []
    for row in rows:
        item = form.items[row.item]
        rng = random.Random(seed_of("marker", str(seed), row.candidate, row.item))
        lines = getattr(part(item.type, "key"), "lines", None)  # the rubric, of types that have one
        if row.points is not None or lines is None or rng.random() > share:
            continue
        marks.append(_mark(form, row, lines(item.body), rng))
    return marks


def _mark(form: Form, row: MarkRow, rubric: Sequence[Mapping[str, Any]], rng: random.Random) -> Mark:
    found = set(row.evidence.get("found", {}))
    if rng.random() < 0.15:
        found ^= {rng.choice(rubric)["id"]}
    points = sum((Fraction(c["points"]) for c in rubric if c["id"] in found), Fraction(0))
    missing = [c["text"].get(form.language) or next(iter(c["text"].values())) for c in rubric if c["id"] not in found]
    comment = "(模拟评语) " + ("缺少:" + ";".join(missing) if missing else "要点齐全。")
    if row.evidence.get("suspected") and rng.random() < 0.9:
        comment += " #critical"
    return Mark(row.candidate, row.form, row.attempt, row.item, "whole", points, row.out_of, comment, MARKER, "marker")
