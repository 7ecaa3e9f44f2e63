"""Frozen forms: an exam's items in full, so that rebuild, feedback and regrade do not need the bank as it was."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from examdesk.bank.corrections import SUFFIX, corrections_path, load_corrected
from examdesk.bank.files import load_yaml
from examdesk.bank.passing import frozen_rule, thawed_rule
from examdesk.errors import CourseError
from examdesk.model import Form, Item, Price, Section, digest

SCHEMA = 1
PRACTICE = "-practice"
MAX_BYTES = 10_000_000


def form_id(exam: str, form: str) -> str:
    """The assignment of a form: exam "E10", form "a" is "E10-a"."""
    return f"{exam}-{form}"


def practice_id(form: str) -> str:
    """The assignment of the practice of a form: "E10-a-practice"."""
    return f"{form}{PRACTICE}"


def is_practice(form: str) -> bool:
    """Whether a name is that of a practice: nothing of it is marked. No frozen form may have such a name."""
    return form.endswith(PRACTICE)


def form_path(exams: Path, exam: str, form: str) -> Path:
    return exams / exam / "forms" / f"{form}.yaml"


def freeze(form: Form) -> dict[str, Any]:
    """The form as plain data with a digest over everything else; the inverse of `thaw`."""
    data = {
        "schema": SCHEMA,
        "id": form.id,
        "exam": form.exam,
        "title": dict(form.title),
        "minutes": form.minutes,
        "languages": list(form.languages),
        "language": form.language,
        "shuffle": form.shuffle,
        "show_key": form.show_key,
        "pass": frozen_rule(form.pass_rule),
        **({"certifies": True} if form.certifies else {}),
        **({"pilot": list(form.pilot)} if form.pilot else {}),
        **times_of(form),
        "sections": [frozen_section(section) for section in form.sections],
        "items": [_frozen_item(item) for item in form.items.values()],
        "facts": {name: dict(texts) for name, texts in form.facts.items()},
        "editions": {name: dict(texts) for name, texts in form.editions.items()},
        **({"prices": _frozen_prices(form)} if form.prices else {}),
        **({"pack": form.pack} if form.pack else {}),
        **({"variants": {item: _bare(numbers) for item, numbers in form.variants.items()}} if form.variants else {}),
        **({"others": {item: [dict(one.body) for one in others] for item, others in form.others.items()}}
           if form.others else {}),
    }
    return {**data, "digest": digest(data)}


def times_of(form: Form) -> dict[str, Any]:
    """The optional rules of time, only where the form has them; so forms without them stay what they were."""
    return {**({"one_way": True} if form.one_way else {}), **({"pause": form.pause} if form.pause else {})}


def frozen_section(section: Section) -> dict[str, Any]:
    """A section as plain data."""
    data = {"id": section.id, "title": dict(section.title), "part": section.part, "items": list(section.items)}
    return data if section.minutes is None else {**data, "minutes": section.minutes}


def _frozen_prices(form: Form) -> dict[str, Any]:
    """Only where an item names violations; so forms without them stay what they were."""
    return {item: {name: {"points": price.points, "per": price.per} for name, price in named.items()}
            for item, named in form.prices.items()}


def _frozen_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": item.type,
        "domain": item.domain,
        "points": str(item.points),
        "facts": list(item.facts),
        "edition": item.edition,
        "critical": item.critical,
        "body": dict(item.body),
    }


def thaw(data: dict[str, Any], *, source: str = "the frozen form") -> Form:
    """The form in plain data; raises `CourseError` when it was edited after freezing."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise CourseError(f"{source}: this form has another schema than {SCHEMA}. Cure: freeze it anew as a new form")
    rest = {key: value for key, value in data.items() if key != "digest"}
    if digest(rest) != data.get("digest"):
        raise CourseError(
            f"{source}: the frozen form was edited; its digest no longer fits. "
            "Cure: restore the file, or freeze the exam as a new form"
        )
    try:
        return _thawed(data)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        raise CourseError(f"{source}: the frozen form is damaged. Cure: restore the file") from None


def _bare(numbers: tuple[int, ...]) -> int | list[int]:
    """One number alone, as forms with one variant for everybody have always had it."""
    return numbers[0] if len(numbers) == 1 else list(numbers)


def _thawed(data: dict[str, Any]) -> Form:
    items = {item["id"]: _thawed_item(item) for item in data["items"]}
    return Form(
        id=data["id"],
        exam=data["exam"],
        title=data["title"],
        minutes=data["minutes"],
        languages=tuple(data["languages"]),
        language=data["language"],
        shuffle=data["shuffle"],
        show_key=data["show_key"],
        sections=tuple(Section(s["id"], s["title"], s["part"], tuple(s["items"]), s.get("minutes"))
                       for s in data["sections"]),
        one_way=data.get("one_way", False),
        pause=data.get("pause"),
        pass_rule=thawed_rule(data["pass"]),
        certifies=data.get("certifies", False),
        pilot=tuple(data.get("pilot", ())),
        items=items,
        facts=data["facts"],
        editions=data["editions"],
        prices={item: {name: Price(price["points"], price["per"]) for name, price in named.items()}
                for item, named in data.get("prices", {}).items()},
        pack=data.get("pack"),
        variants={item: (numbers,) if isinstance(numbers, int) else tuple(numbers)
                  for item, numbers in data.get("variants", {}).items()},
        others={item: tuple(replace(items[item], body=body) for body in bodies)
                for item, bodies in data.get("others", {}).items()},
        digest=data["digest"],
    )


def _thawed_item(data: dict[str, Any]) -> Item:
    return Item(data["id"], data["type"], data["domain"], Fraction(data["points"]), tuple(data["facts"]),
                data["edition"], data["critical"], data["body"])


class _Written(yaml.SafeDumper):
    """Writes everything out; an alias would be refused when the form is read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_form(path: Path, form: Form) -> None:
    """Writes the frozen form; the file appears whole or not at all."""
    text = "# Frozen by `examdesk freeze`; never edit it. A changed form is a new form.\n"
    text += yaml.dump(freeze(form), Dumper=_Written, allow_unicode=True, sort_keys=False, width=110)
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_suffix(".tmp")
    with staged.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)


def read_form(path: Path) -> Form:
    """The frozen form at `path`, with what was corrected of it since; raises `AuthorError` for faulty corrections."""
    form, corrections = read_frozen(path), corrections_path(path)
    return load_corrected(corrections, form) if corrections.exists() else form


def read_frozen(path: Path) -> Form:
    """The form at `path` as it was frozen and sat."""
    if not path.is_file():
        exam, form = path.parent.parent.name, path.stem
        raise CourseError(f"{path}: no such form. Cure: run  examdesk freeze {exam} --form {form}")
    return _read_once(path, hashlib.sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=8)
def _read_once(path: Path, _content: str) -> Form:
    """The form, read once for the same content: a form is large, and one command asks for it many times."""
    document = load_yaml(path, root=path.parent, limit=MAX_BYTES)
    if document.faults:
        raise CourseError(f"{path}: the frozen form is damaged: {document.faults[0].wrong}. Cure: restore the file")
    return thaw(document.data, source=path.as_posix())


def form_files(course: Path, exam: str | None = None) -> list[Path]:
    """The frozen forms of one exam or of all, sorted."""
    found = sorted((course / "exams").glob(f"{exam or '*'}/forms/*.yaml"))
    return [path for path in found if not path.name.endswith(SUFFIX)]


def load_form(course: Path, form: str) -> Form:
    """The frozen form with the id `form`, e.g. "E10-a", with what was corrected of it since."""
    return read_form(find_form(course, form))


def find_form(course: Path, form: str) -> Path:
    """The file of the frozen form with the id `form`."""
    for path in form_files(course):
        if form_id(path.parent.parent.name, path.stem) == form:
            return path
    if is_practice(form):
        raise CourseError(f"{form} is practice: nothing of it is collected, marked or reported. Cure: name the exam's "
                          f"form, e.g. {form.removesuffix(PRACTICE)}")
    known = ", ".join(form_id(path.parent.parent.name, path.stem) for path in form_files(course)) or "none"
    raise CourseError(f"no frozen form {form}; there are: {known}. Cure: run  examdesk freeze EXAM --form FORM")
