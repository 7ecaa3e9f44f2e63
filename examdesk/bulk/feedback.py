"""`examdesk feedback`: the pages of everybody who was graded, in one run, from the marks on record.

The bytes are those of `nbgrader generate_feedback`, and the two files `nbgrader release_feedback` looks for lie beside
each page. A page is written when what it says has changed, whole or not at all; so it always follows the marks.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from examdesk.analysis import Cohort, each_candidate
from examdesk.autograding.intake import SECRET
from examdesk.bank import load_form
from examdesk.bulk.files import alone, put
from examdesk.bulk.summary import peak_mb
from examdesk.errors import CourseError, SubmissionRefused, plain
from examdesk.journal import NAME, plain_file
from examdesk.journal.files import TIME
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.pipeline.places import Places, places
from examdesk.records import UNNAMED
from examdesk.reports import pull_marks

BESIDE = {TIME: 200, SECRET: 1_000}  # what releasing needs, and how long it may be
Tell = Callable[[int, int], object]
"""Progress: (candidates done, of how many)."""

FULL = (errno.ENOSPC, errno.EROFS, errno.EDQUOT)  # nobody's page can be written


@dataclass(frozen=True)
class Missing:
    """Somebody who has no page, and why, in one line."""

    candidate: str
    form: str
    why: str
    graded: bool  # then the run has failed for them


@dataclass
class Feedback:
    """What one run did."""

    written: int = 0
    unchanged: int = 0
    withheld: int = 0  # pages that tell no result yet
    pulled: int = 0  # marks of the formgrader that were not on record yet
    missing: list[Missing] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)  # (candidate, form): handed in, never graded
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    @property
    def submissions(self) -> int:
        return self.written + self.unchanged + len(self.missing) + len(self.waiting)

    @property
    def complete(self) -> bool:
        """Whether everybody who was graded has a page."""
        return not any(one.graded for one in self.missing)

    @property
    def problems(self) -> list[str]:
        """Who has no page and why, a line each; those who are not graded yet in one line."""
        lines = [f"{plain(one.candidate)} {one.form}: {one.why}" for one in self.missing]
        for form in dict.fromkeys(form for _, form in self.waiting):
            names = [name for name, other in self.waiting if other == form]
            some = ", ".join(map(plain, names[:5])) + (" …" if len(names) > 5 else "")
            lines.append(f"{len(names)} of {form} are not graded: {some}. Cure: run  examdesk autograde {form}")
        return lines

    def __str__(self) -> str:
        sums = f"{self.written} pages written, {self.unchanged} unchanged; {self.withheld} results withheld"
        missing = len(self.missing) + len(self.waiting)
        sums += f"; {missing} without a page" if missing else ""
        sums += f"; {self.pulled} new marks brought from the formgrader, marker not named" if self.pulled else ""
        rate = f" ({self.written / self.seconds:.0f} a second)" if self.written and self.seconds else ""
        return f"{sums}. {self.seconds:.1f} seconds{rate}."

    def as_json(self) -> dict[str, float]:
        return {"submissions": self.submissions, "written": self.written, "unchanged": self.unchanged,
                "missing": len(self.missing) + len(self.waiting), "seconds": round(self.seconds, 2),
                "cpu_seconds": round(self.cpu_seconds, 2), "peak_mb": round(self.peak_mb, 1)}


def write_feedback(course: Path, forms: Sequence[str], *, only: str | None = None, force: bool = False,
                   tell: Tell = lambda done, total: None) -> Feedback:
    """Writes the pages of `forms`, of everybody or of one candidate; `force` writes unchanged ones, too.

    Marks given in the formgrader are brought into records first, so that no page shows older ones.
    """
    wall, cpu, run = time.monotonic(), time.process_time(), Feedback()
    where, ready = places(course), [FeedbackForm(load_form(course, form)) for form in dict.fromkeys(forms)]
    handed_in = {one.form.id: [name for name in where.handed_in(one.form.id) if only in (None, name)] for one in ready}
    total = sum(map(len, handed_in.values()))
    with alone(where.feedback_root):
        for one in ready:
            run.pulled += pull_marks(course, marker=UNNAMED, form=one.form.id)
            _Run(course, where, one, run, force).write(only, handed_in[one.form.id], lambda done: tell(done, total))
    if only is not None and not run.submissions:
        raise CourseError(f"{only} has not handed in {' or '.join(forms)}. Cure: check the candidate's number")
    run.seconds, run.cpu_seconds, run.peak_mb = time.monotonic() - wall, time.process_time() - cpu, peak_mb()
    return run


@dataclass(frozen=True)
class _Run:
    """The pages of one form."""

    course: Path
    where: Places
    ready: FeedbackForm
    run: Feedback
    force: bool

    def write(self, only: str | None, handed_in: Sequence[str], tell: Callable[[int], object]) -> None:
        seen = set()
        for candidate, cohort in each_candidate(self.course, self.ready.form, only=only):
            seen.add(candidate)
            self._one(candidate, cohort)
            tell(self.run.submissions)
        self.run.waiting.extend((name, self.ready.form.id) for name in handed_in if name not in seen)
        tell(self.run.submissions)

    def _one(self, candidate: str, cohort: Cohort) -> None:
        """One candidate; whatever is wrong here costs nobody else a page."""
        try:
            if candidate in ("", "..") or Path(candidate).name != candidate:
                self._miss(candidate, "this is no name of a folder", graded=True)
            elif cohort.newest:
                self._page(candidate, cohort)
            else:
                self._miss(candidate, f"refused: {cohort.submissions[-1].message}", graded=False)
        except OSError as error:
            if error.errno in FULL:
                raise
            self._miss(candidate, f"{error.filename or 'a file'}: {error.strerror}", graded=True)
        except Exception as error:  # a fault of ours
            self._miss(candidate, f"{type(error).__name__}, a fault of Examdesk", graded=True)

    def _miss(self, candidate: str, why: str, *, graded: bool) -> None:
        self.run.missing.append(Missing(candidate, self.ready.form.id, why, graded))

    def _page(self, candidate: str, cohort: Cohort) -> None:
        form, where = self.ready.form.id, self.where
        source, target = where.autograded(candidate, form), where.feedback(candidate, form)
        standing = Standing.of(cohort, form, candidate)
        page = self.ready.page(standing, source / NAME).encode("utf-8", "replace")  # half a character cannot be written
        _folder(target, shared=where.shared)
        for name in BESIDE:
            if (text := _beside(name, source, target)) is not None:
                put(target / name, text, mode=where.feedback_mode)
        written = put(target / f"{form}.html", page, mode=where.feedback_mode, force=self.force)
        self.run.written += written
        self.run.unchanged += not written
        self.run.withheld += standing.outcome.result == "withheld"


def _folder(target: Path, *, shared: bool) -> None:
    if target.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for folder in (target, target.parent) if shared else ():
        folder.chmod(folder.stat().st_mode | 0o2770)  # as nbgrader does for a group of instructors


def _beside(name: str, source: Path, target: Path) -> bytes | None:
    """What the file `name` beside a page must hold; None when it stands and nothing newer is known.

    Releasing fails for everybody when one is missing; a secret nobody knows releases to nobody.
    """
    with contextlib.suppress(SubmissionRefused):
        found = plain_file(source / name, cap=BESIDE[name])
        if found is not None:
            return found
    if (target / name).is_file():
        return None
    return b"" if name == TIME else secrets.token_hex(64).encode()
