"""The sealed draw: by a seed one scenario of every pool, frozen as a form under a name that tells nothing.

grading/mystery.jsonl says what lies under the name: it is the assessors' side, only grows, and pins every draw. So two
assessors with one seed get one form, also when the bank or the pools have changed between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk.bank import load_form, load_yaml, read_handbook, write_form
from examdesk.bank.bank import read_item
from examdesk.bank.draws import DrawFile, read_draw
from examdesk.bank.forms import form_id, form_path
from examdesk.bank.handbook import Handbook
from examdesk.bank.logged import append_entry, logged
from examdesk.building import build_form, key_modules
from examdesk.building.freezing import with_models
from examdesk.building.opened import opened
from examdesk.errors import AuthorError, CourseError
from examdesk.model import Form, Item, PassRule, Section, digest, seed_of, stamp
from examdesk.mystery.disguise import disguised, slot

LOG = "grading/mystery.jsonl"
HIGHEST_SEED = 10**12


@dataclass(frozen=True)
class Drawn:
    """A draw as its assessors know it."""

    exam: str
    seed: int
    form: str  # the assignment; opaque
    scenarios: tuple[str, ...]  # what customer-1, customer-2 … are
    assessors: tuple[str, ...]  # who has drawn it, in order


def draw(course: Path, exam: str, *, seed: int, assessor: str) -> Drawn:
    """The draw of `seed`, its form frozen and built into source/; whoever draws it is recorded as an assessor of it.

    Raises `CourseError` when a pool holds no scenario whose key is closed, `AuthorError` for faults of what is drawn.
    """
    if not 0 <= seed < HIGHEST_SEED:
        raise CourseError(f"the seed {seed} is none. Cure: use a whole number from 0 to {HIGHEST_SEED - 1}")
    named(assessor)
    known = next((one for one in draws(course) if (one.exam, one.seed) == (exam, seed)), None)
    if known is None:
        scenarios, form = _sealed(course, exam, seed)
        path = form_path(course / "exams", exam, form.id.removeprefix(f"{exam}-"))
        if not path.exists():
            write_form(path, form)
        known = Drawn(exam, seed, form.id, scenarios, ())
    build_form(course, load_form(course, known.form))
    if assessor not in known.assessors:
        append_entry(course / LOG, {"at": stamp(), "kind": "drawn", "exam": exam, "seed": seed, "form": known.form,
                                    "scenarios": list(known.scenarios), "by": assessor})
    return drawn(course, known.form)


def draws(course: Path) -> list[Drawn]:
    """Every draw there was, in order."""
    found: dict[str, Drawn] = {}
    for entry in logged(course / LOG):
        if entry["kind"] == "drawn":
            before = found[entry["form"]].assessors if entry["form"] in found else ()
            found[entry["form"]] = Drawn(entry["exam"], entry["seed"], entry["form"], tuple(entry["scenarios"]),
                                         tuple(dict.fromkeys((*before, entry["by"]))))
    return list(found.values())


def drawn(course: Path, form: str) -> Drawn:
    """The draw behind a form's name."""
    for one in draws(course):
        if one.form == form:
            return one
    known = ", ".join(one.form for one in draws(course)) or "none yet"
    raise CourseError(f"{form}: this form was not drawn here; there are: {known}. Cure: run  examdesk mystery draw")


def named(person: str) -> str:
    """The name of whoever decides: one line that can be printed. Raises `CourseError`."""
    if not person.strip() or not person.isprintable() or len(person) > 60:
        raise CourseError("who is it? Cure: give a name of at most 60 characters in one line")
    return person


def pointed_at(course: Path, authored: DrawFile, seed: int) -> tuple[str, ...]:
    """The scenarios a seed points at today, one of every pool."""
    return tuple(_one_of(course, authored.id, pool, items, seed) for pool, items in authored.pools.items())


def _sealed(course: Path, exam: str, seed: int) -> tuple[tuple[str, ...], Form]:
    """What is drawn of every pool, and the form it is sealed in."""
    exams = course / "exams"
    authored, _ = read_draw(exams, exam, root=course)
    scenarios = pointed_at(course, authored, seed)
    items = [_scenario(course, name) for name in scenarios]
    name = digest([exam, seed, [[item.id, item.body] for item in items]])[:8]  # of secrets: nobody can guess it back
    hidden = [disguised(item, number=number, seed=seed_of("mystery", exam, str(seed), str(number)))
              for number, item in enumerate(items, start=1)]
    handbook = read_handbook(exams, root=course)
    return scenarios, with_models(_form(authored, form_id(exam, name), hidden, handbook))


def _one_of(course: Path, exam: str, pool: str, items: list[str], seed: int) -> str:
    """The scenario of a pool the seed points at; one whose key is open for practice would certify nothing."""
    closed = sorted(set(items) - set(opened(course)))
    if not closed:
        raise CourseError(f"exams/{exam}/draw.yaml: every scenario of the pool {pool} is open for practice. Cure: add "
                          "one that is not")
    return closed[seed_of("mystery", exam, pool, str(seed)) % len(closed)]


def _scenario(course: Path, name: str) -> Item:
    """One scenario of the bank; only its own file is read."""
    bank = course / "exams" / "bank"
    path = next((path for path in sorted(bank.rglob("*.yaml")) if path.stem == name), None)
    if path is None:
        raise CourseError(f"exams/bank holds no item {name}. Cure: correct the pool in draw.yaml")
    document = load_yaml(path, root=course)
    item, faults = read_item(document, types=key_modules())
    if item is None or document.faults:
        raise AuthorError(*document.faults, *faults)
    if item.type != "scenario" or "chats" in item.body["play"]:
        raise AuthorError(document.fault(("type",), "only a scenario with one customer can be drawn", found=item.type,
                                         cure="correct the pool in draw.yaml"))
    return item


def _form(authored: DrawFile, name: str, items: list[Item], handbook: Handbook) -> Form:
    """The form of one draw: every chat is a part of its own, so that each must reach its share."""
    each = Fraction(authored.each)
    sections = tuple(
        Section(f"chat-{number}", _titled(number), f"chat-{number}", (slot(number),))
        for number in range(1, len(items) + 1)
    )
    return Form(
        id=name, exam=authored.id, title=authored.title, minutes=authored.minutes,
        languages=tuple(authored.languages), language=authored.language, shuffle=True, show_key=False,
        sections=sections, pass_rule=PassRule(each, each, "all-right"), items={item.id: item for item in items},
        facts=_facts(items, handbook), editions=_editions(items, handbook),
    )  # fmt: skip


def _titled(number: int) -> Mapping[str, str]:
    return {"zh": f"会话 {number}", "en": f"Chat {number}"}


def _facts(items: list[Item], handbook: Handbook) -> dict[str, dict[str, str]]:
    names = sorted({fact for item in items for fact in item.facts})
    return {name: dict(handbook.facts[name].text) for name in names if name in handbook.facts}


def _editions(items: list[Item], handbook: Handbook) -> dict[str, Any]:
    names = sorted({item.edition for item in items})
    return {name: handbook.editions[name].label for name in names
            if name in handbook.editions and handbook.editions[name].status != "current"}
