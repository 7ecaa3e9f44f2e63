"""Two candidates who handed in one answer file: noted at both, whichever came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select

from examdesk.model import Flag
from examdesk.records import tables
from examdesk.records.rows import SubmissionRow
from examdesk.records.tables import append

MOST = 500  # heads in one query
SHARED = Flag("shared-journal", "somebody else handed in the same answer file")


def flag_shared(connection: Connection, forms: set[str], heads: Sequence[str], *, at: str) -> None:
    """Flags every graded submission whose answer file somebody else handed in, too; whose it is a person finds out."""
    lines, flags = tables.submissions, tables.flags
    wanted = sorted({head for head in heads if head})
    for start in range(0, len(wanted), MOST):
        same = select(lines).where(lines.c.form.in_(forms), lines.c.journal_head.in_(wanted[start : start + MOST]),
                                   lines.c.outcome != "started").order_by(lines.c.id)
        by_head: dict[tuple[str, str], list[SubmissionRow]] = {}
        for row in connection.execute(same).mappings():
            by_head.setdefault((row["form"], row["journal_head"]), []).append(SubmissionRow(**row))
        shared = [row for rows in by_head.values() if len({row.candidate for row in rows}) > 1
                  for row in rows if row.outcome == "graded"]
        if shared:
            told = set(connection.execute(select(flags.c.submission).where(
                flags.c.code == SHARED.code, flags.c.submission.in_([row.id for row in shared]))).scalars())
            append(connection, flags, [
                {"submission": row.id, "candidate": row.candidate, "form": row.form, "attempt": row.attempt,
                 **asdict(SHARED), "at": at} for row in shared if row.id not in told])
