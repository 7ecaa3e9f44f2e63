"""Which items' keys are open: whoever practises can read them, for good. Such items certify nobody any more.

grading/open-keys.jsonl only grows. An exam that anybody can fail is protected: a form that stands under forms: in its
exam.yaml holds no item whose key is open. A form that was taken out there is retired; its marks stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from examdesk.bank import Document, ExamFile, read_exams
from examdesk.bank.exams import PassFile
from examdesk.bank.forms import form_id, is_practice
from examdesk.bank.logged import append_entry, logged
from examdesk.bank.passing import rule_of
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.model import stamp

LOG = "grading/open-keys.jsonl"
Exams = Mapping[str, tuple[ExamFile, Document]]


def opened(course: Path) -> dict[str, str]:
    """{item: since when its key is open}; raises `CourseError` when the record cannot be read whole."""
    found = dict[str, str]()
    for number, entry in enumerate(logged(course / LOG), start=1):
        if not isinstance(entry.get("items"), list) or not isinstance(entry.get("at"), str):
            raise CourseError(f"{LOG}: entry {number} is damaged, so nobody can say which keys are open. Cure: restore "
                              "the file from your backup")
        for item in entry["items"]:
            found.setdefault(item, entry["at"])
    return found


def open_keys(course: Path, practice: str, items: Collection[str], at: datetime | None = None) -> None:
    """Records that `practice` opens the keys of `items`; what is recorded already is not written again."""
    if new := sorted(set(items) - set(opened(course))):
        append_entry(course / LOG, {"at": stamp(at), "practice": practice, "items": new}, mode=0o644)


def certifies(rule: PassFile) -> bool:
    """Whether somebody can fail: then a key that is known earns what it must not."""
    return rule_of(rule).can_fail


def protected(exams: Exams) -> dict[str, list[str]]:
    """{form: its items} of every form in use of every exam that certifies."""
    return {
        form_id(exam.id, form): [item for items in sections.values() for item in items]
        for exam, _ in exams.values() if certifies(exam.pass_)
        for form, sections in exam.forms.items()
    }


def endangered(course: Path, items: Collection[str]) -> dict[str, list[str]]:
    """{form: those of `items` in it} of every form in use that certifies."""
    exams, faults = read_exams(course / "exams", root=course)
    if faults:
        raise AuthorError(*faults)
    found = {form: [item for item in inside if item in items] for form, inside in protected(exams).items()}
    return {form: inside for form, inside in found.items() if inside}


def opened_faults(course: Path, exams: Exams) -> Iterator[Fault]:
    """The forms in use that certify with items whose keys are open."""
    try:
        known = opened(course)
    except CourseError as error:
        place, _, wrong = str(error).partition(": ")
        yield Fault(LOG, int(place.rpartition(":")[2]), *_parts(wrong))
        return
    for exam, document in exams.values():
        for form in exam.forms:
            yield from named_like_practice(form, document)
            yield from form_faults(exam, document, form, known)


def form_faults(exam: ExamFile, document: Document, form: str, known: Mapping[str, str]) -> Iterator[Fault]:
    """The fault of one form in use: its items whose keys are open."""
    inside = [item for items in exam.forms[form].values() for item in items if item in known]
    if inside and certifies(exam.pass_):
        yield document.fault(
            ("forms", form),
            f"form {form} holds {len(inside)} items whose keys are open for practice since {known[inside[0]][:10]}; "
            "nobody can be certified with it",
            found=_few(inside),
            cure=f"take form {form} out here (it is retired then, its marks stay) and write a form of other items",
        )


def named_like_practice(form: str, document: Document) -> Iterator[Fault]:
    """The fault of a form that would be taken for the practice of another one."""
    if is_practice(form_id("", form)):
        yield document.fault(("forms", form), "no form is named practice; examdesk practice makes those", found=form,
                             cure="name the form by a letter")


def refuse_opened(course: Path, exam: str, form: str) -> None:
    """Raises `AuthorError` when a form in use that certifies holds items whose keys are open."""
    known = opened(course)
    if not known:
        return
    exams, _ = read_exams(course / "exams", root=course)
    if exam in exams and form in exams[exam][0].forms and (faults := [*form_faults(*exams[exam], form, known)]):
        raise AuthorError(*faults)


def _few(items: list[str]) -> str:
    return ", ".join(items[:5]) + (f" and {len(items) - 5} more" if len(items) > 5 else "")


def _parts(wrong: str) -> tuple[str, str, str]:
    said, _, cure = wrong.partition(". Cure: ")
    return said, "", cure
