"""The tags of the syllabus: known names only, and no points for an elective that is no customer service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from examdesk.bank import Bank, Document, ExamFile
from examdesk.bank.programme import NAME, ProgrammeFile, read_programme
from examdesk.errors import Fault

Exams = Mapping[str, tuple[ExamFile, Document]]


def electives(exams: Path, *, root: Path) -> frozenset[str]:
    """The tags of the syllabus that stand for electives."""
    return _outside(read_programme(exams, root=root).file)


def _outside(file: ProgrammeFile | None) -> frozenset[str]:
    return frozenset() if file is None else frozenset(name for name, tag in file.syllabus.items() if tag.elective)


def syllabus_faults(exams: Path, read: Exams, bank: Bank, *, root: Path) -> Iterator[Fault]:
    """Tags nobody has listed, and scored items of electives in a form."""
    file = read_programme(exams, root=root).file
    known = {} if file is None else file.syllabus
    outside = _outside(file)
    for document in bank.documents.values() if file is not None else ():  # a course without a programme has no list
        for index, tag in enumerate(document.listed("tags")):
            if tag not in known:
                yield document.fault(("tags", index), "the syllabus has no such tag", found=tag,
                                     cure=f"list it under syllabus: in exams/{NAME}, or use one of: {', '.join(known)}")
    for exam, document in read.values():
        for form in exam.forms:
            yield from elective_faults(exam, document, form, bank, outside)


def elective_faults(exam: ExamFile, document: Document, form: str, bank: Bank, outside: frozenset[str]
                    ) -> Iterator[Fault]:
    """The fault of a form with items of electives that are worth points."""
    inside = [name for names in exam.forms[form].values() for name in names if name in bank.drafts
              and bank.drafts[name].points and outside.intersection(bank.documents[name].listed("tags"))]
    if inside:
        yield document.fault(("forms", form), f"form {form} scores items of an elective outside customer service",
                             found=", ".join(sorted(inside)), cure="take them out; electives are never scored")
