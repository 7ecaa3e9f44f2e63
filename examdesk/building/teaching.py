"""`examdesk bank syllabus`: what the bank holds for every part of the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from examdesk.bank import read_bank, read_exams
from examdesk.building.freezing import key_modules
from examdesk.building.planning import programme_of


@dataclass(frozen=True)
class Module:
    """A part of the syllabus: what the bank holds for it, and where it is asked."""

    tag: str
    label: Mapping[str, str]
    elective: bool
    items: tuple[str, ...]
    exams: tuple[str, ...]


def modules(course: Path) -> list[Module]:
    """The parts of the syllabus in the programme's order. An item belongs to those it is tagged with and to those of
    its domain. Raises `CourseError` without a programme, `AuthorError` for its faults.
    """
    exams, file = course / "exams", programme_of(course)
    bank = read_bank(exams, root=course, types=key_modules())
    read, _ = read_exams(exams, root=course)
    asked = {exam: {item for form in found.forms.values() for items in form.values() for item in items}
             for exam, (found, _) in read.items()}
    belonging = {tag: tuple(sorted(name for name, item in bank.items.items() if item.domain in part.domains
                                   or tag in bank.documents[name].listed("tags")))
                 for tag, part in file.syllabus.items()}
    return [Module(tag, part.label, part.elective, belonging[tag],
                   tuple(sorted(exam for exam, items in asked.items() if items.intersection(belonging[tag]))))
            for tag, part in file.syllabus.items()]
