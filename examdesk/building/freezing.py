"""Freezing a form: the items of an exam as they are now, in full, with a digest. A frozen form never changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from examdesk.bank import (
    ExamFile,
    Handbook,
    form_files,
    read_bank,
    read_exam,
    read_form,
    read_frozen,
    read_handbook,
    write_form,
)
from examdesk.bank.bank import Bank, KeyModule
from examdesk.bank.corrections import corrections_path
from examdesk.bank.forms import form_id, form_path, freeze, thaw
from examdesk.bank.passing import rule_of
from examdesk.building.completing import completed
from examdesk.building.lives import form_life_faults
from examdesk.building.opened import form_faults, named_like_practice, opened
from examdesk.building.pass_rules import about
from examdesk.building.publishing import form_publishing_faults
from examdesk.building.syllabus import elective_faults, electives
from examdesk.building.violations import prices
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.items import packages, part
from examdesk.model import Form, Item, Section


def key_modules() -> dict[str, KeyModule]:
    """{item type: its key module}, for reading a bank."""
    return {name: part(name, "key") for name in packages()}


def freeze_exam(course: Path, exam: str, form: str, *, replace: bool = False, pack: str | None = None) -> Form:
    """The frozen form `form` of `exam`, written to exams/<exam>/forms/<form>.yaml; of the product pack `pack`, else of
    the one exam.yaml names.

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
    bare = as_frozen(authored, form, bank, handbook, document.name, pack=pack)
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
    _refuse_shared_variants(course, frozen)
    write_form(path, frozen)
    return frozen


def _refuse_shared_variants(course: Path, form: Form) -> None:
    """No other form of the exam, a retired one neither, holds a variant of this one: somebody has sat it."""
    for other in (read_frozen(path) for path in form_files(course, form.exam)):
        for item, numbers in other.variants.items() if other.id != form.id else ():
            if same := sorted({*numbers} & {*form.variants.get(item, ())}):
                raise CourseError(f"{form.id}: form {other.id} holds variant {same[0]} of {item}, too. Cure: give the "
                                  "form another letter, ask for fewer variants in exam.yaml, or let the item have more")


def as_frozen(
    authored: ExamFile, form: str, bank: Bank, handbook: Handbook, place: str, *, pack: str | None = None
) -> Form:
    """The form as it would be frozen now, as written: see `with_models`. Raises `AuthorError` when an item is missing
    or has faults, or when it is made of a product pack and there is none."""
    ids = [item for items in authored.forms[form].values() for item in items]
    missing = [item for item in ids if item not in bank.items]
    if missing:
        named = [fault for fault in bank.faults if any(f"/{item}." in fault.file for item in missing)]
        unknown = [
            Fault(place, 1, f"{item} is not in the bank or has faults", cure="run  examdesk check")
            for item in missing
        ]
        raise AuthorError(*named, *unknown)
    pack = pack_of(authored, ids, bank, place, pack)
    made = {item: bank.templates[item] for item in ids if item in bank.templates}
    pilot = tuple(item for item in ids if item in authored.pilot)
    numbers = {item: one.numbers(authored.id, form, authored.variants) for item, one in made.items() if one.generator}
    every = {item: [_held(bank, item, number, pack, pilot) for number in numbers.get(item, (0,))] for item in ids}
    several = {item for item, held in every.items() if len(held) > 1 and can_vary(held[0])}
    numbers = {item: found if item in several else found[:1] for item, found in numbers.items()}
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
        pass_rule=rule_of(authored.pass_, about(authored, form, bank)),
        certifies=authored.certifies,
        pilot=pilot,
        items={item: held[0] for item, held in every.items()},
        facts=_fact_texts((held[0] for held in every.values()), handbook),
        editions={
            name: handbook.editions[name].label
            for name in sorted({held[0].edition for held in every.values()})
            if name in handbook.editions and handbook.editions[name].status != "current"
        },
        pack=pack,
        variants=numbers,
        others={item: tuple(every[item][1:]) for item in ids if item in several},
    )
    return thaw(freeze(bare))


def _held(bank: Bank, item: str, number: int, pack: str | None, pilot: Collection[str]) -> Item:
    made = bank.made(item, variant=number, pack=pack)
    return made.on_trial() if item in pilot else made


def can_vary(item: Item) -> bool:
    """Whether a form can hold several variants of it: one cell, marked by the machine."""
    return [cell.kind for cell in part(item.type, "cells").cells(item)] == ["autograder"]


def pack_of(authored: ExamFile, items: list[str], bank: Bank, place: str, pack: str | None) -> str | None:
    """The pack a form is made of: `pack`, else the exam's own; None where no item needs one. Raises `AuthorError`."""
    needing = [item for item in items if bank.needs_pack(item)]
    if not needing:
        return None
    chosen = pack or authored.pack
    known = ", ".join(bank.packs)
    if chosen is None:
        cure = f"add the line  pack: …  with one of: {known}"
        wrong = f"{needing[0]} is made of a product pack, and the exam names none"
        raise AuthorError(Fault(place, 1, wrong, cure=cure))
    if chosen not in bank.packs:
        raise AuthorError(Fault(place, 1, "no such product pack", chosen, f"use one of: {known}"))
    return chosen


def in_form(form: Form, name: str, bank: Bank) -> tuple[Item, ...] | None:
    """What the bank holds now for an item of a frozen form: the same variants, of the same pack. None where they
    cannot be made any more."""
    if form.pack and form.pack not in bank.packs:
        return None
    try:
        return tuple(_held(bank, name, number, form.pack, form.pilot) for number in form.variants.get(name, (0,)))
    except AuthorError:
        return None


def with_prices(course: Path, form: Form) -> Form:
    """The form with the violation points its items name, as grading/points.yaml has them for their editions."""
    return replace(form, prices=prices(course, form.items.values()))


def with_models(form: Form) -> Form:
    """The form with what freezing adds to its items: some seconds for every scenario that has a model."""
    items = {name: completed(item) for name, item in form.items.items()}
    others = {name: tuple(completed(item) for item in found) for name, found in form.others.items()}
    return thaw(freeze(replace(form, items=items, others=others)))


def _fact_texts(items: object, handbook: Handbook) -> dict[str, dict[str, str]]:
    names = sorted({fact for item in items for fact in item.facts})  # type: ignore[attr-defined]
    return {name: dict(handbook.facts[name].text) for name in names if name in handbook.facts}
