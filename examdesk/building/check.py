"""`examdesk check`: every fault of everything authors and instructors write, at once, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from examdesk.bank import Bank, Handbook, form_files, load_yaml, read_bank, read_exams, read_handbook
from examdesk.bank.draws import NAME as DRAW
from examdesk.bank.draws import draw_faults
from examdesk.bank.forms import form_id
from examdesk.bank.personas import read_personas
from examdesk.bank.points import load_points, points_path
from examdesk.bank.rooms import room_faults
from examdesk.bank.roster import read_roster
from examdesk.building.casting import casting_faults
from examdesk.building.exam_rules import exam_faults, frozen_faults, languages_needed
from examdesk.building.form_writing import form_writing_faults, never_longest
from examdesk.building.freezing import key_modules
from examdesk.building.item_writing import writing_faults, writing_notes
from examdesk.building.likeness import likeness_faults
from examdesk.building.lint import item_faults, text_faults
from examdesk.building.lives import exam_life_faults, exam_life_notes, life_faults
from examdesk.building.notebook_rules import notebook_faults
from examdesk.building.opened import opened_faults
from examdesk.building.pass_rules import about_notes
from examdesk.building.programme_rules import guess_notes, programme_faults, programme_notes
from examdesk.building.publishing import publishing_faults
from examdesk.building.scripting import script_faults
from examdesk.building.syllabus import syllabus_faults
from examdesk.building.violations import violation_faults
from examdesk.errors import AuthorError, CourseError, Fault

NO_EXAM = {"bank", "handbook", "packs", "schema"}  # folders of exams/ that hold no exam
LEFT_BEHIND = (".", "~", "#")  # files editors and systems leave lying about begin or end like this


@dataclass(frozen=True)
class Report:
    """What the check read, every fault it found and what else should be seen, sorted by file and line."""

    items: int
    by_type: Mapping[str, int]
    by_domain: Mapping[str, Mapping[str, int]]  # {domain: {type: items}}
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()  # what a person should look at; nothing is refused for it
    covered: int = 0  # facts of the handbook that an item asks for
    not_covered: tuple[str, ...] = ()  # facts no item asks for, but for those that are not to be asked

    def as_json(self) -> dict[str, Any]:
        """{"items": …, "by_type": {…}, "by_domain": {domain: {type: …}}, "faults": [{"file", "line", "wrong", "found",
        "cure"}, …], "notes": [the same], "facts": {"covered": n, "not_covered": [ids]}}"""
        return {
            "items": self.items,
            "by_type": dict(self.by_type),
            "by_domain": {domain: dict(types) for domain, types in self.by_domain.items()},
            "faults": [asdict(fault) for fault in self.faults],
            "notes": [asdict(note) for note in self.notes],
            "facts": {"covered": self.covered, "not_covered": list(self.not_covered)},
        }


def check(course: Path) -> Report:
    """All faults of the bank, handbook, personas, scripts, exams, frozen forms, notebooks and grading files."""
    course = Path(course)
    exams = course / "exams"
    if not exams.is_dir():
        raise CourseError(
            f"{course}: no folder exams/ here. Cure: go to your course folder, or make one: examdesk init DIR"
        )
    bank = read_bank(exams, root=course, types=key_modules())
    handbook = read_handbook(exams, root=course)
    read, faults = read_exams(exams, root=course)
    found = {*bank.faults, *handbook.faults, *faults}
    found.update(_layout_faults(course))
    found.update(item_faults(bank, handbook, languages_needed(read)))
    if handbook.document is not None:
        found.update(text_faults(handbook.document, handbook.document.data))
    personas = read_personas(exams, root=course)
    found.update(personas.faults)
    if personas.document is not None:
        found.update(text_faults(personas.document, personas.document.data))
    found.update(casting_faults(bank, personas))
    found.update(script_faults(exams, bank, handbook, root=course))
    found.update(programme_faults(exams, handbook, root=course))
    found.update(exam_faults(read, bank))
    found.update(writing_faults(bank))
    found.update(likeness_faults(bank))
    found.update(_pack_faults(bank, handbook, languages_needed(read), found))
    found.update(form_writing_faults(read, bank))
    found.update(publishing_faults(read, bank, handbook, _frozen(course), date.today()))
    found.update(syllabus_faults(exams, read, bank, root=course))
    found.update(life_faults(bank))
    found.update(exam_life_faults(read, bank, _frozen(course)))
    chats = frozenset(name for name, item in bank.drafts.items() if item.type == "scenario")
    found.update(draw_faults(exams, chats, root=course))
    found.update(frozen_faults(course, read, bank, handbook))
    found.update(opened_faults(course, read))
    found.update(notebook_faults(course))
    found.update(_grading_faults(course, handbook))
    found.update(violation_faults(course, bank))
    counted = Counter(item.type for item in bank.drafts.values())
    domains = {domain: Counter(item.type for item in bank.drafts.values() if item.domain == domain)
               for domain in sorted({item.domain for item in bank.drafts.values()}, key=lambda name: int(name[1:]))}
    notes = tuple(sorted({*exam_life_notes(read, bank), *writing_notes(bank), *never_longest(bank),
                          *about_notes(read, bank), *programme_notes(exams, read, bank, root=course),
                          *guess_notes(exams, bank, root=course)}))
    asked = {fact for item in bank.drafts.values() for fact in item.facts}
    left = tuple(sorted(name for name, fact in handbook.facts.items() if fact.asked and name not in asked))
    return Report(len(bank.drafts), dict(sorted(counted.items())), domains, tuple(sorted(found)), notes,
                  len(asked & set(handbook.facts)), left)


def _pack_faults(
    bank: Bank, handbook: Handbook, needed: Mapping[str, Collection[str]], known: Collection[Fault]
) -> Iterator[Fault]:
    """The faults of every product pack, and of the items as it makes them."""
    for pack in bank.packs.values():
        yield from text_faults(pack.document, pack.document.data)
        made = bank.of_pack(pack.id)
        found = {*made.faults, *item_faults(made, handbook, needed), *writing_faults(made), *likeness_faults(made)}
        for fault in found - {*known}:
            yield replace(fault, wrong=f"with the pack {pack.id}: {fault.wrong}")


def _frozen(course: Path) -> dict[str, set[str]]:
    """{exam: its frozen forms}."""
    found: dict[str, set[str]] = {}
    for path in form_files(course):
        found.setdefault(path.parent.parent.name, set()).add(path.stem)
    return found


def _layout_faults(course: Path) -> Iterator[Fault]:
    """Files and folders that lie where nothing will ever read them."""
    exams = course / "exams"
    for path in sorted((exams / "bank").rglob("*")):
        stray = path.is_file() and path.suffix not in (".yaml", ".yml") and path.suffix != ".md"
        stray = stray and not _is_shown(path, exams / "bank")
        if stray and not path.name.startswith(LEFT_BEHIND) and not path.name.endswith(LEFT_BEHIND):
            yield Fault(
                _name(path, course),
                1,
                "this file is no item and is not read",
                path.name,
                "name it like I-801.yaml, name a picture in an item beside it, or move it out of the bank",
            )
    if not any((exams / "bank").rglob("*.y*ml")):
        yield Fault("exams/bank", 1, "the bank holds no items", "", "copy an item into exams/bank/d01/ and change it")
    for folder in sorted(path for path in exams.glob("*") if path.is_dir() and path.name not in NO_EXAM):
        known = any((folder / name).is_file() for name in ("exam.yaml", DRAW))
        if not known and not folder.name.startswith(LEFT_BEHIND):
            yield Fault(
                _name(folder, course),
                1,
                "the folder of an exam holds no exam.yaml",
                ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "an empty folder",
                "name the file exam.yaml, or remove the folder",
            )


def _is_shown(path: Path, bank: Path) -> bool:
    """Whether a file is a picture that an item beside it, or above it, names."""
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".gif"):
        return False
    folders = [folder for folder in path.parents if folder.is_relative_to(bank)]
    items = (item for folder in folders for item in sorted(folder.glob("*.y*ml")) if item.is_file())
    return any(path.name in item.read_text("utf-8", errors="replace") for item in items)


def _name(path: Path, course: Path) -> str:
    return path.relative_to(course).as_posix()


def _grading_faults(course: Path, handbook: Handbook) -> Iterator[Fault]:
    """The faults of grading/: violation points, the roster, and every YAML file in it."""
    grading = course / "grading"
    if points_path(course).exists():
        yield from _points_faults(course, handbook)
    if (grading / "roster.csv").exists():
        try:
            read_roster(grading / "roster.csv")
        except AuthorError as error:
            yield from (
                Fault(f"grading/{fault.file}", fault.line, fault.wrong, fault.found, fault.cure)
                for fault in error.faults
            )
    yield from room_faults(course, [form_id(path.parent.parent.name, path.stem) for path in form_files(course)])
    for path in sorted(grading.rglob("*.y*ml")):
        if path != points_path(course):
            yield from load_yaml(path, root=course).faults


def _points_faults(course: Path, handbook: Handbook) -> Iterator[Fault]:
    read, document, faults = load_points(course)
    yield from (*document.faults, *faults)
    if read is None:
        return
    yield from text_faults(document, document.data)
    for index, rule in enumerate(read.rules):
        if handbook.editions and rule.edition not in handbook.editions:
            yield document.fault(
                ("rules", index, "edition"),
                "no such edition of the handbook",
                found=rule.edition,
                cure=f"use one of: {', '.join(handbook.editions)}",
            )
            continue
        for place, fact in enumerate(rule.facts):
            if handbook.facts and fact not in handbook.facts:
                yield document.fault(
                    ("rules", index, "facts", place),
                    "no such fact in the handbook",
                    found=fact,
                    cure="correct the id, or add the fact to exams/handbook/facts.yaml",
                )
            elif handbook.facts and handbook.facts[fact].edition != rule.edition:
                yield document.fault(
                    ("rules", index, "facts", place),
                    "the fact is of another edition",
                    found=fact,
                    cure=f"name a fact of {rule.edition}, or correct the edition",
                )
