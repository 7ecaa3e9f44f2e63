"""A course folder of one's own, ready for nbgrader: exams, grading files and the folders nbgrader works in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from examdesk.bank import read_handbook
from examdesk.bank.points import load_points
from examdesk.bank.roster import read_roster, roster_bytes
from examdesk.building.schemas import schema_files
from examdesk.errors import CourseError

__all__ = ["course_folder", "init_course"]

TEMPLATES = Path(__file__).with_name("templates")
CONFIG = b"from examdesk.pipeline import configure\nconfigure(get_config())\n"
COPIED = ("points.yaml", "policies", "rubrics", "standards")  # of the grading/ beside the exams that are copied
REPORT = "cohort-report.ipynb"


def course_folder(folder: Path) -> Path:
    """The course folder, made absolute; it must hold exams/."""
    course = Path(folder).resolve()
    if not (course / "exams").is_dir():
        raise CourseError(f"{course} is no course folder: it holds no exams/. Cure: cd into your course, "
                          "or make one with  examdesk init DIR")
    return course


def init_course(folder: Path, *, roster: Path | None, exams: Path | None, name: str | None) -> list[str]:
    """The files of the new course folder, as they stand in it, sorted.

    With `exams` that folder is copied, with the grading files beside it; else the starter exam START is written.
    Raises `CourseError` before anything is written when a file exists already, `AuthorError` for a faulty roster.
    """
    folder = Path(folder)
    plan = _plan(name or folder.resolve().name, roster=roster, exams=exams)
    _refuse_to_overwrite(folder, plan)
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    staged = folder.absolute().with_name(f".{folder.absolute().name}.{os.getpid()}.new")
    try:
        for place, content in plan.items():
            (staged / place).parent.mkdir(parents=True, exist_ok=True)
            (staged / place).write_bytes(content)
        _move(staged, folder, plan)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return sorted(plan)


def _plan(name: str, *, roster: Path | None, exams: Path | None) -> dict[str, bytes]:
    """{place in the course: content}, everything read and checked before the first byte is written."""
    trainees = read_roster(roster) if roster is not None else []
    plan = {place: content for place, content in _files(TEMPLATES).items() if not place.startswith("exams/")}
    plan[".gitignore"] = plan.pop("gitignore")
    plan["README.md"] = plan["README.md"].replace(b"{name}", name.encode())
    plan["nbgrader_config.py"] = CONFIG
    plan["grading/roster.csv"] = roster_bytes(trainees)
    if exams is None:
        plan |= {f"exams/{place}": content for place, content in _files(TEMPLATES / "exams").items()}
    else:
        plan |= _copied_exams(exams, plan)
    plan |= {f"exams/schema/{file}": content for file, content in schema_files().items()}
    if report := _report():
        plan[f"notebooks/{REPORT}"] = report.read_bytes()
    return plan


def _files(folder: Path) -> dict[str, bytes]:
    """{place: content} of every plain file below a folder; hidden and half-written files are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in place.parts)
        if path.is_file() and not hidden and path.suffix != ".tmp":
            found[place.as_posix()] = path.read_bytes()
    return found


def _copied_exams(exams: Path, plan: dict[str, bytes]) -> dict[str, bytes]:
    """The exams/ folder with its README, and the grading files beside it in the place of the templates."""
    exams = Path(exams)
    exams = exams / "exams" if (exams / "exams" / "bank").is_dir() else exams
    if not (exams / "bank").is_dir():
        raise CourseError(f"{exams}: no bank/ in this folder. Cure: name an exams/ folder, or leave --exams out")
    copied = {"exams/README.md": (TEMPLATES / "exams" / "README.md").read_bytes()}
    copied |= {f"exams/{place}": content for place, content in _files(exams).items()}
    grading = exams.absolute().parent / "grading"
    if (grading / "points.yaml").is_file():
        beside = _files(grading)
        copied |= {f"grading/{place}": beside[place] for place in beside if place.split("/")[0] in COPIED}
    elif not _points_fit(exams):
        del plan["grading/points.yaml"]
    return copied


def _points_fit(exams: Path) -> bool:
    """Whether the handbook of these exams holds the facts our violation points stand on."""
    points, _, _ = load_points(TEMPLATES)
    facts = read_handbook(exams, root=exams).facts
    return points is not None and all(fact in facts for rule in points.rules for fact in rule.facts)


def _report() -> Path | None:
    """The cohort report, from the project's notebooks/ or from the installed package."""
    package = TEMPLATES.parent.parent
    places = (package.parent / "notebooks" / REPORT, package / "reports" / "notebooks" / REPORT)
    return next((path for path in places if path.is_file()), None)


def _refuse_to_overwrite(folder: Path, plan: dict[str, bytes]) -> None:
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder}: this is a file. Cure: name a folder that does not exist yet")
    there = [place for place in plan if os.path.lexists(folder / place)]
    there += [
        place for place in {place.split("/")[0] for place in plan if "/" in place} if (folder / place).is_file()
    ]
    if there:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise CourseError(
            f"{folder / sorted(there)[0]}: exists already{more}; nothing was written. "
            "Cure: name a new folder, or move the file away"
        )


def _move(staged: Path, folder: Path, plan: dict[str, bytes]) -> None:
    if not folder.exists():
        staged.rename(folder.absolute())
        return
    for place in plan:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (staged / place).rename(folder / place)
