"""What is wrong with an exam beyond its own fields: its sections, forms, blueprint, and its frozen forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk.bank import Bank, Document, ExamFile, Handbook, load_yaml, read_form, thaw
from examdesk.bank.corrections import SUFFIX, corrections_path
from examdesk.bank.forms import MAX_BYTES, form_id
from examdesk.building.completing import written
from examdesk.building.corrections import correction_faults
from examdesk.building.freezing import as_frozen, in_form
from examdesk.building.lint import text_faults
from examdesk.building.pass_rules import about, form_rule_faults, pass_rule_faults
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.items import part
from examdesk.marking import shown
from examdesk.model import Form, Item, exact

PARTS = {"reply": "replies", "scenario": "scenarios"}  # every other type belongs into a quiz
Exams = Mapping[str, tuple[ExamFile, Document]]


def exam_faults(exams: Exams, bank: Bank) -> Iterator[Fault]:
    """The faults of every exam that could be read."""
    kinds = sorted({kind_of(item) for item in bank.drafts.values()})
    yield from pass_rule_faults(exams)
    assignments: dict[str, str] = {}
    for exam, document in exams.values():
        yield from _head_faults(exam, document)
        yield from _pack_faults(exam, document, bank)
        yield from _shared_variants(exam, document, bank)
        yield from text_faults(document, document.data)
        for form in exam.forms:
            if len({section.id for section in exam.sections}) == len(exam.sections):
                yield from _form_faults(exam, document, form, bank, kinds)
            name = form_id(exam.id, form)
            if name in assignments:
                yield document.fault(
                    ("forms", form),
                    f"another exam has a form of this name, {assignments[name]}",
                    found=name,
                    cure="give the form another letter",
                )
            assignments[name] = document.name


def _pack_faults(exam: ExamFile, document: Document, bank: Bank) -> Iterator[Fault]:
    """The pack an exam names, and needs when one of its items is made of a pack."""
    known = ", ".join(bank.packs) or "none: add one to exams/packs/"
    if exam.pack is not None and exam.pack not in bank.packs:
        yield document.fault(("pack",), "there is no such product pack", found=exam.pack, cure=f"use one of: {known}")
    named = [item for sections in exam.forms.values() for items in sections.values() for item in items]
    needing = [item for item in named if bank.needs_pack(item)]
    if needing and exam.pack is None:
        yield document.fault((), f"{needing[0]} is made of a product pack, and the exam names none",
                             cure=f"add the line  pack: …  with one of: {known}")


def _shared_variants(exam: ExamFile, document: Document, bank: Bank) -> Iterator[Fault]:
    """Forms of one exam hold different variants of an item, or whoever sat one form would know the other."""
    holding: dict[str, list[str]] = {}
    for form, sections in exam.forms.items():
        for item in (name for names in sections.values() for name in names if name in bank.templates):
            holding.setdefault(item, []).append(form)
    for item, forms in holding.items():
        template = bank.templates[item]
        numbers = [number for form in forms for number in template.numbers(exam.id, form, exam.variants)]
        if template.generator and len(set(numbers)) < len(numbers):
            yield document.fault(("variants",) if exam.variants > 1 else ("forms",),
                                 f"forms {', '.join(forms)} share variants of {item}, which has {template.variants}",
                                 found=str(exam.variants), cure="ask for fewer variants, or let the item have more")


def languages_needed(exams: Exams) -> dict[str, set[str]]:
    """{item: languages its exams are given in}."""
    needed: dict[str, set[str]] = {}
    for exam, _ in exams.values():
        for sections in exam.forms.values():
            for items in sections.values():
                for item in items:
                    needed.setdefault(item, set()).update(exam.languages)
    return needed


def kind_of(item: Item) -> str:
    """What a blueprint counts the item as."""
    return str(part(item.type, "key").kind(item.body))


def _head_faults(exam: ExamFile, document: Document) -> Iterator[Fault]:
    if exam.language not in exam.languages:
        yield document.fault(
            ("language",),
            "the exam opens in a language it is not given in",
            found=exam.language,
            cure=f"use one of its languages: {', '.join(exam.languages)}",
        )
    ids = [section.id for section in exam.sections]
    for index, section in enumerate(exam.sections):
        if section.id in ids[:index]:
            yield document.fault(
                ("sections", index, "id"),
                "two sections have the same id",
                found=section.id,
                cure="give every section its own id",
            )
    yield from _time_faults(exam, document)
    titles = [(("title",), exam.title)] + [(("sections", i, "title"), s.title) for i, s in enumerate(exam.sections)]
    for place, title in titles:
        for language in exam.languages:
            if language not in title:
                yield document.fault(
                    place, f"the title has no text in {language}", found=", ".join(title), cure=f"add {language}: …"
                )


def _time_faults(exam: ExamFile, document: Document) -> Iterator[Fault]:
    if exam.one_way and len(exam.sections) < 2:
        yield document.fault(("one_way",), "one_way needs at least two sections", found=str(len(exam.sections)),
                             cure="add a section, or remove one_way")
    own = [(index, section.minutes) for index, section in enumerate(exam.sections) if section.minutes is not None]
    if own and not exam.one_way:
        yield document.fault(("sections", own[0][0], "minutes"),
                             "a section has a time of its own, but candidates go about freely", found=str(own[0][1]),
                             cure="add one_way: true, or remove the minutes of the section")
    total = sum(minutes for _, minutes in own)
    if total > exam.minutes:
        yield document.fault(("minutes",), f"the sections take {total} minutes, more than the exam",
                             found=str(exam.minutes), cure=f"write minutes: {total}, or shorten a section")


def _form_faults(exam: ExamFile, document: Document, form: str, bank: Bank, kinds: Sequence[str]) -> Iterator[Fault]:
    filled = exam.forms[form]
    sections = {section.id: section for section in exam.sections}
    for name in filled:
        if name not in sections:
            yield document.fault(
                ("forms", form, name),
                f"form {form} fills a section that does not exist",
                found=name,
                cure=f"use one of: {', '.join(sections)}",
            )
    for name in sections:
        if not filled.get(name):
            yield document.fault(
                ("forms", form, name),
                f'form {form} has no items for the section "{name}"',
                cure="name its items, or remove the section",
            )
    places = [(name, index, item) for name, items in filled.items() for index, item in enumerate(items)]
    ids = [item for _, _, item in places]
    for position, (name, index, item) in enumerate(places):
        place = ("forms", form, name, index)
        if item in ids[:position]:
            yield document.fault(place, f"{item} stands twice in form {form}", found=item, cure="keep one of them")
        elif item not in bank.drafts and not _named_already(item, bank):
            yield document.fault(
                place,
                f"form {form} names an item that is not in the bank",
                found=item,
                cure="correct the id, or write the item",
            )
        elif item in bank.drafts and name in sections:
            yield from _part_faults(document, place, bank.drafts[item], sections[name].part)
    if all(item in bank.drafts for item in ids) and {name for name, items in filled.items() if items} == set(
        sections
    ):
        counted = [bank.drafts[item] for item in dict.fromkeys(ids) if item not in exam.pilot]
        yield from _count_faults(exam, document, form, counted, kinds)
        yield from form_rule_faults(exam, document, form, counted, about(exam, form, bank))


def _named_already(item: str, bank: Bank) -> bool:
    """Whether the item's own file cannot be read, and says why."""
    return any(Path(fault.file).stem == item for fault in bank.faults)


def _part_faults(document: Document, place: Any, item: Item, section: str) -> Iterator[Fault]:
    right = PARTS.get(item.type, "quiz")
    if section != right:
        yield document.fault(
            place,
            f"{item.id} cannot stand in a section with  part: {section}",
            found=f"type {item.type}",
            cure=f"move it to a section with  part: {right}",
        )


def _count_faults(
    exam: ExamFile, document: Document, form: str, items: Sequence[Item], kinds: Sequence[str]
) -> Iterator[Fault]:
    counted = Counter(kind_of(item) for item in items)
    for kind in dict.fromkeys([*exam.blueprint, *counted]) if exam.blueprint else ():
        wanted = exam.blueprint.get(kind, 0)
        if wanted and kind not in kinds:
            yield document.fault(
                ("blueprint", kind),
                "no item of the bank is of this kind",
                found=kind,
                cure=f"the kinds are: {', '.join(kinds)}",
            )
        elif counted[kind] != wanted:
            yield document.fault(
                ("blueprint", kind),
                f"the blueprint wants {wanted} {kind}, form {form} has {counted[kind]}",
                found=str(counted[kind]),
                cure="change the form's items, or the blueprint",
            )
    critical = [item.id for item in items if item.critical]
    if exam.critical is not None and len(critical) != exam.critical:
        yield document.fault(
            ("critical",),
            f"the exam wants {exam.critical} critical items, form {form} has {len(critical)}",
            found=", ".join(critical) or "none",
            cure="change the form's items, or this number",
        )
    points = sum((item.points for item in items), Fraction(0))
    if not points:
        yield document.fault(("forms", form), f"no item of form {form} is worth points, so there is nothing to pass",
                             cure="add items with points beside the survey")
    if exam.points is not None and points != exact(exam.points):
        yield document.fault(
            ("points",),
            f"the exam wants {exam.points} points, form {form} has {shown(points)}",
            found=shown(points),
            cure="change the form's items, or this number",
        )


# Frozen forms


def frozen_faults(course: Path, exams: Exams, bank: Bank, handbook: Handbook) -> Iterator[Fault]:
    """The faults of every frozen form. One that is no longer listed in its exam is retired: it only must be whole."""
    for path in sorted((course / "exams").glob("*/forms/*.y*ml")):
        if path.name.endswith(SUFFIX):
            yield from _stray(path, course)
            continue
        exam, form = path.parent.parent.name, path.stem
        document = load_yaml(path, root=course, limit=MAX_BYTES)
        yield from document.faults
        if document.faults:
            continue
        try:
            frozen = thaw(document.data, source=document.name)
        except CourseError as error:
            wrong, _, cure = str(error).removeprefix(f"{document.name}: ").partition(". Cure: ")
            yield document.fault((), wrong, cure=cure)
            continue
        if (frozen.exam, frozen.id) != (exam, form_id(exam, form)):
            yield document.fault(
                ("id",),
                f"this is the frozen form of another place, not {form_id(exam, form)}",
                found=frozen.id,
                cure="remove the copy and run  examdesk freeze",
            )
            continue
        if corrections_path(path).exists():
            wrong_entries = list(correction_faults(course, path))
            yield from wrong_entries
            frozen = frozen if wrong_entries else read_form(path)
        if exam in exams and form in exams[exam][0].forms:
            yield from _moved_on(document, frozen, exams[exam], form, bank, handbook)


def _stray(path: Path, course: Path) -> Iterator[Fault]:
    """Corrections beside which no form stands."""
    form = path.name.removesuffix(SUFFIX)
    if not path.with_name(f"{form}.yaml").exists():
        yield Fault(path.relative_to(course).as_posix(), 1, "there is no frozen form to correct", f"{form}.yaml",
                    "restore the form beside it from your backup")


def _moved_on(
    document: Document, frozen: Form, exam: tuple[ExamFile, Document], form: str, bank: Bank, handbook: Handbook
) -> Iterator[Fault]:
    """What the bank and the exam say otherwise by now. A form that is being sat must stay what it was."""
    cure = (
        f"undo the change; or, when only its marking was wrong, run  examdesk regrade {frozen.id};  or freeze a new "
        f"form: give it the next letter under forms: in exam.yaml and take {form} out there; its file stays"
    )
    for index, (name, item) in enumerate(frozen.items.items()):
        if name in frozen.void:
            continue
        if name in bank.drafts and in_form(frozen, name, bank) != (written(item), *frozen.others.get(name, ())):
            yield document.fault(
                ("items", index),
                f"{name} has changed in the bank since the form was frozen",
                found=bank.documents[name].name,
                cure=cure,
            )
        elif name not in bank.drafts and not _named_already(name, bank):
            yield document.fault(("items", index), f"{name} is no longer in the bank", found=name, cure=cure)
    try:
        now = as_frozen(exam[0], form, bank, handbook, exam[1].name, pack=frozen.pack)
    except AuthorError:  # an item is missing or has faults, which are named elsewhere
        return
    for field, words in _HEAD.items():
        if getattr(now, field) != getattr(frozen, field):
            yield document.fault(
                (field,), f"exam.yaml has changed since the form was frozen: {words}", found=exam[1].name, cure=cure
            )
    if _counts(now) != _counts(frozen):  # their numbers may be others: an item may have been given more variants
        yield document.fault(("variants",), "exam.yaml has changed since the form was frozen: how many variants of an "
                             "item it has", found=exam[1].name, cure=cure)


def _counts(form: Form) -> dict[str, int]:
    return {item: len(numbers) for item, numbers in form.variants.items()}


_HEAD = {
    "title": "the title",
    "minutes": "the minutes",
    "languages": "the languages",
    "language": "the language it opens in",
    "shuffle": "shuffle",
    "one_way": "one_way",
    "pause": "the pause",
    "show_key": "whether feedback shows the key",
    "sections": "the sections or their items",
    "pass_rule": "the pass rule",
    "certifies": "whether it certifies",
    "pilot": "which items are on trial",
    "editions": "which editions are no longer current",
}
