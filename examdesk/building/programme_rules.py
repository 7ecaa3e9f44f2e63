"""What is wrong with a course's exam programme, and where its exams differ from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from examdesk.bank import Bank, Document, ExamFile, Handbook
from examdesk.bank.programme import NAME, PlannedExam, read_programme
from examdesk.bank.scripts import read_scripts
from examdesk.building.exam_rules import kind_of
from examdesk.building.lives import few
from examdesk.building.planning import QUIZ
from examdesk.building.scripting import script_of
from examdesk.errors import Fault
from examdesk.items import packages

GUESSED = {*QUIZ, "reply"}  # kinds whose items an author rates in two lines, `difficulty:` and `level:`


def programme_faults(exams: Path, handbook: Handbook, *, root: Path) -> Iterator[Fault]:
    """What is wrong with the programme of a course: fields, names, and facts that do not exist."""
    programme = read_programme(exams, root=root)
    yield from programme.faults
    document = programme.document
    if programme.file is None or document is None:
        return
    known, scripts = {*QUIZ, *packages()}, read_scripts(exams, root=root)
    for index, exam in enumerate(programme.file.exams):
        for number, part in enumerate(exam.parts):
            at = ("exams", index, "parts", number)
            for name in part.kinds:
                for kind in sorted(set(name.split("/")) - known):
                    yield document.fault((*at, "kinds", name), "no such kind of item", found=kind,
                                         cure=f"use one of: {', '.join(sorted(known))}")
            for place, name in enumerate(part.scripts or ()):
                if name not in scripts.classes and not scripts.faults:
                    yield document.fault((*at, "scripts", place), "exams/scripts.yaml has no class of this name",
                                         found=name, cure=f"use one of: {', '.join(scripts.classes) or 'none'}")
            for place, fact in enumerate(part.facts or ()):
                if handbook.facts and fact not in handbook.facts:
                    yield document.fault((*at, "facts", place), "no such fact in the handbook", found=fact,
                                         cure="correct the id, or add the fact to exams/handbook/facts.yaml")


def programme_notes(exams: Path, read: Mapping[str, tuple[ExamFile, Document]], bank: Bank, *, root: Path
                    ) -> Iterator[Fault]:
    """Exams that differ from what the programme plans for them, in time, kinds or number of forms."""
    programme = read_programme(exams, root=root)
    for one in () if programme.file is None else programme.file.exams:
        if one.id not in read or not one.parts:
            continue
        exam, document = read[one.id]
        if one.minutes is not None and exam.minutes != one.minutes:
            yield document.fault(("minutes",), f"the programme gives this exam {one.minutes} minutes",
                                 found=str(exam.minutes), cure=f"change it here or in exams/{NAME}")
        for form, sections in exam.forms.items():
            held = Counter(kind_of(bank.drafts[item]) for items in sections.values() for item in items
                           if item in bank.drafts)
            counted = {group: sum(held[kind] for kind in group.split("/")) for group in _asked(one)}
            if wrong := [f"{counted[group]} of {number} {group}" for group, number in _asked(one).items()
                         if counted[group] != number]:
                yield document.fault(("forms", form), f"the programme asks for other kinds than form {form} holds",
                                     found=", ".join(wrong), cure=f"change it here or in exams/{NAME}")
            for name in _classes_missing(one, sections, bank):
                yield document.fault(("forms", form), f"the programme asks for a reply of a script class form {form} "
                                     "does not hold", found=name, cure=f"put in a reply with  script: {name}")
        if twice := _in_two_forms(one, exam, bank):
            yield document.fault(("forms",), "the programme's forms share no item, and here they do",
                                 found=", ".join(twice), cure="put another item in its place in one of the forms")
        if len(exam.forms) < one.forms:
            yield document.fault(("forms",), f"the programme wants {one.forms} forms", found=str(len(exam.forms)),
                                 cure="add a form of other items")


def _classes_missing(planned: PlannedExam, sections: Mapping[str, Sequence[str]], bank: Bank) -> list[str]:
    held = {script_of(bank.documents[item].data) for items in sections.values() for item in items
            if item in bank.documents}
    return [name for part in planned.parts for name in part.scripts or () if name not in held]


def _in_two_forms(planned: PlannedExam, exam: ExamFile, bank: Bank) -> list[str]:
    """The items that stand in several forms, but for those of a part that all forms share."""
    held = Counter(item for sections in exam.forms.values() for items in sections.values() for item in items)
    free = {kind for part in planned.parts if part.shared for kind in part.kinds}
    return [item for item, count in held.items()
            if count > 1 and item in bank.drafts and kind_of(bank.drafts[item]) not in free]


def guess_notes(exams: Path, bank: Bank, *, root: Path) -> Iterator[Fault]:
    """A note when quiz or reply items lack the author's guess how hard they are, or what they ask of a candidate.

    Only for a course with a programme: its forms are assembled alike in difficulty, an item without one as medium.
    """
    if read_programme(exams, root=root).file is None:
        return
    rated = {name: bank.documents[name].data for name, item in bank.drafts.items() if kind_of(item) in GUESSED}
    hard, asks = ({name for name, data in rated.items() if not data.get(line)} for line in ("difficulty", "level"))
    if lacking := sorted(hard | asks):
        yield Fault("exams/bank", 1, f"{len(hard)} of {len(rated)} quiz and reply items have no difficulty, "
                    f"{len(asks)} no level; what has no difficulty comes into forms as medium", few(lacking),
                    "add difficulty: easy, medium or hard, and level: recall, apply or analyse")


def _asked(exam: PlannedExam) -> Counter[str]:
    asked: Counter[str] = Counter()
    for part in exam.parts:
        asked.update(part.kinds)
    return asked
