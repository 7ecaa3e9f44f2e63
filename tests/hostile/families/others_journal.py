"""Somebody else's journal: refused when it names another; held when nobody knows the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from examdesk.journal import NAME
from examdesk.model import Form
from tests.hostile.cases import Damage, held, records, refused, said
from tests.hostile.papers import HONEST, paper
from tests.nbgrader.courses import journal

COPIED, OTHER, UNKNOWN = "somebody else", "another form", "unknown-candidate"


def copied(change: Callable[[bytes], bytes] = lambda raw: raw) -> Damage:
    """The honest candidate's own bytes."""
    return lambda folder, form: (folder / NAME).write_bytes(
        change((folder.parents[1] / HONEST / form.id / NAME).read_bytes())
    )


def begun_by(candidate: Any) -> Damage:
    return lambda folder, form: (folder / NAME).write_bytes(
        journal(form, folder.parent.name, paper(form), candidate=candidate)
    )


def spliced(folder: Path, form: Form) -> None:
    """The start of the honest candidate's journal, the rest of one's own."""
    theirs = (folder.parents[1] / HONEST / form.id / NAME).read_bytes().splitlines(keepends=True)
    (folder / NAME).write_bytes(b"".join([*theirs[:5], *(folder / NAME).read_bytes().splitlines(keepends=True)[5:]]))


def named(value: Any) -> Damage:
    """The name changed by hand in the first line; its hash no longer fits."""
    return records(lambda read: read[0]["value"].update(candidate=value))


CASES = [
    *refused(
        "copied verbatim",
        COPIED,
        verbatim=copied(),
        verbatim_bom=copied(lambda raw: b"\xef\xbb\xbf" + raw),
        verbatim_cut=copied(lambda raw: raw[: len(raw) * 2 // 3]),
        verbatim_spliced=spliced,
    ),
    *refused("identity swapped", COPIED, begun_by_honest=begun_by(HONEST)),
    *held(
        "identity swapped",
        UNKNOWN,
        begun_by_nobody=begun_by("somebody"),
        begun_by_empty=begun_by(""),
        begun_by_script=begun_by("<script>\x00\ud800"),
        begun_by_number=begun_by(7),
        begun_by_none=begun_by(None),
        begun_by_list=begun_by([HONEST]),
        begun_by_spaces=begun_by(f" {HONEST} "),
        begun_by_long=begun_by("x" * 9_000),
    ),
    *held("identity swapped", "journal-edited no-start", named_by_hand=named("zz-other")),
    *refused(
        "exam id swapped",
        OTHER,
        other_form=said(form="E01-a", exam="E01"),
        other_list=said(form=["E10-a"]),
        other_none=said(form=None),
        other_case=said(form="e10-a"),
        other_bidi=said(form="E10-a\u200b"),
    ),
]
