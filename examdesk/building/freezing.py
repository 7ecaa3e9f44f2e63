"""Freezing a form: the items of an exam as they are now, in full, with a digest. A frozen form never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from examdesk.bank import ExamFile, Handbook, read_bank, read_exam, read_form, read_handbook, write_form
from examdesk.bank.bank import Bank, KeyModule
from examdesk.bank.corrections import corrections_path
from examdesk.bank.forms import form_id, form_path, freeze, thaw
from examdesk.building.completing import completed, written
from examdesk.building.lives import form_life_faults
from examdesk.building.opened import form_faults, named_like_practice, opened
from examdesk.building.publishing import form_publishing_faults
from examdesk.building.syllabus import elective_faults, electives
from examdesk.building.violations import prices
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.items import packages, part
from examdesk.model import Form, Item, PassRule, Section


def key_modules() -> dict[str, KeyModule]:
    """{item type: its key module}, for reading a bank."""
    return {name: part(name, "key") for name in packages()}


def freeze_exam(course: Path, exam: str, form: str, *, replace: bool = False) -> Form:
    """The frozen form `form` of `exam`, written to exams/<exam>/forms/<form>.yaml.

    Raises `AuthorError` when the exam or one of its items has faults, `CourseError` when the form exists already and
    would change; `replace=True` overwrites it, which is right only before anybody has sat it.
    """
    exams = course / "exams"
    authored, document = read_exam(exams, exam, root=course)
    if form not in authored.forms:
        cure = f"add it under forms:, or use one of: {', '.join(authored.forms)}"
        raise AuthorError(document.fault(("forms",), "no such form", found=form, cure=cure))
    if faults := [*named_like_practice(form, document), *form_faults(authored, document, form, opened(course))]:
        raise AuthorError(*faults)
    bank = read_bank(exams, root=course, types=key_modules())
    sat = form_path(exams, exam, form).exists() and not replace
    handbook = read_handbook(exams, root=course)
    faults = [*form_life_faults(authored, document, form, bank, frozen=sat),
              *elective_faults(authored, document, form, bank, electives(exams, root=course))]
    faults += [] if sat else form_publishing_faults(authored, form, bank, handbook, date.today())
    if faults:
        raise AuthorError(*faults)
    bare = as_frozen(authored, form, bank, handbook, document.name)
    frozen = with_models(with_prices(course, bare))
    path = form_path(exams, exam, form)
    if corrections_path(path).exists():
        raise CourseError(f"{path.relative_to(course)}: this form was sat and corrected, it stays as it is. Cure: "
                          "freeze a new form (add one under forms: in exam.yaml)")
    if path.exists() and not replace and read_form(path).digest != frozen.digest:
        raise CourseError(
            f"{path.relative_to(course)}: this form is frozen and would change. Cure: freeze it as a new form "
            "(add one under forms: in exam.yaml), or use --replace if nobody has sat it yet"
        )
    write_form(path, frozen)
    return frozen


def as_frozen(authored: ExamFile, form: str, bank: Bank, handbook: Handbook, place: str) -> Form:
    """The form as it would be frozen now, as written: see `with_models`. Raises `AuthorError` when an item is missing
    or has faults."""
    ids = [item for items in authored.forms[form].values() for item in items]
    missing = [item for item in ids if item not in bank.items]
    if missing:
        named = [fault for fault in bank.faults if any(f"/{item}." in fault.file for item in missing)]
        unknown = [
            Fault(place, 1, f"{item} is not in the bank or has faults", cure="run  examdesk check")
            for item in missing
        ]
        raise AuthorError(*named, *unknown)
    items = {item: bank.items[item] for item in ids}
    rule = authored.pass_
    bare = Form(
        id=form_id(authored.id, form),
        exam=authored.id,
        title=authored.title,
        minutes=authored.minutes,
        languages=tuple(authored.languages),
        language=authored.language,
        shuffle=authored.shuffle,
        show_key=authored.feedback.show_key,
        sections=tuple(
            Section(s.id, s.title, s.part, tuple(authored.forms[form].get(s.id, ())), s.minutes)
            for s in authored.sections
        ),
        one_way=authored.one_way,
        pause=authored.pause,
        pass_rule=PassRule(
            Fraction(rule.cut), None if rule.part_minimum is None else Fraction(rule.part_minimum), rule.critical,
            None if rule.panel is None else rule.panel.model_dump(mode="json", exclude_none=True),
        ),
        certifies=authored.certifies,
        items=items,
        facts=_fact_texts(items.values(), handbook),
        editions={
            name: handbook.editions[name].label
            for name in sorted({item.edition for item in items.values()})
            if name in handbook.editions and handbook.editions[name].status != "current"
        },
    )
    return thaw(freeze(bare))


def with_prices(course: Path, form: Form) -> Form:
    """The form with the violation points its items name, as grading/points.yaml has them for their editions."""
    return replace(form, prices=prices(course, form.items.values()))


def with_models(form: Form) -> Form:
    """The form with what freezing adds to its items: some seconds for every scenario that has a model."""
    return thaw(freeze(replace(form, items={name: completed(item) for name, item in form.items.items()})))


def _fact_texts(items: object, handbook: Handbook) -> dict[str, dict[str, str]]:
    names = sorted({fact for item in items for fact in item.facts})  # type: ignore[attr-defined]
    return {name: dict(handbook.facts[name].text) for name in names if name in handbook.facts}


def changed_items(form: Form, items: dict[str, Item]) -> list[str]:
    """Ids of the form's items that the bank now holds differently."""
    return [name for name, item in form.items.items() if name in items and items[name] != written(item)]
