"""The persona library for its readers: who plays whom, which motive no scenario has yet, and one persona in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.bank import Document, load_yaml
from examdesk.bank.personas import NOT_BUYING, Library, Persona, Played, Portrait, played, read_personas
from examdesk.building.casting import unknown
from examdesk.errors import AuthorError, CourseError
from examdesk.model import text

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"none": "还没有情景", "named": "{}（{}）", "short": "人物：{}。动机：{}。顾虑：{}。",
           "motive": "动机：{}", "worry": "顾虑：{}", "speech": "这样说话：", "serves": "有用：",
           "fails": "会失去他：", "scenarios": "情景：{}", "open": "没有写 persona: 的情景：{}",
           "easy": "容易", "middle": "中等", "hard": "难",
           "sum": "{personas} 个人物，{motives} 种购买动机，其中 {played} 种已有情景。"},
    "en": {"none": "no scenario yet", "named": "{} ({})", "short": "Persona: {}. Motive: {}. Worry: {}.",
           "motive": "Motive: {}", "worry": "Worry: {}", "speech": "Speaks like this:",
           "serves": "What serves him:", "fails": "What loses him:", "scenarios": "Scenarios: {}",
           "open": "Scenarios without a persona: {}", "easy": "easy", "middle": "middle", "hard": "hard",
           "sum": "{personas} personas; {motives} motives, {played} of them played by a scenario."},
}  # fmt: skip


@dataclass(frozen=True)
class Casting:
    """The library, and the scenarios of the bank with the personas they name."""

    library: Library
    scenarios: Mapping[str, tuple[Played, ...]]  # of every scenario, sorted; () where it names none

    def parts(self, persona: str) -> list[tuple[str, str]]:
        """(scenario, chat) of everybody who plays the persona; the chat is "" where there is one customer."""
        return [(name, one.chat) for name, parts in self.scenarios.items() for one in parts if one.persona == persona]

    def players(self, persona: str) -> list[str]:
        """The scenarios that play the persona; "S-14 (cod)" where it is one of several customers."""
        return [f"{name} ({chat})" if chat else name for name, chat in self.parts(persona)]

    def of(self, motive: str | None) -> list[Persona]:
        """The personas with this motive."""
        return [one for one in self.library.personas.values() if one.motive == motive]

    def is_played(self, motive: str) -> bool:
        return any(self.players(one.id) for one in self.of(motive))

    def lines(self, language: str) -> Iterator[str]:
        """The library to read: motive, its personas, who plays them."""
        said = _WORDS[language]
        yield text(self.library.note, language)
        named = [*self.library.motives.items(), *([(None, NOT_BUYING)] if self.of(None) else [])]
        for motive, words in named:
            lacks = motive is not None and not self.is_played(motive)
            yield f"{motive or '-'}  {text(words, language)}{' – ' + said['none'] if lacks else ''}"
            for one in self.of(motive):
                players = ", ".join(self.players(one.id)) or "–"
                yield f"  {one.id}  {_named(one, language)}: {players}"
        if self.without:
            yield said["open"].format(", ".join(self.without))
        yield said["sum"].format(personas=len(self.library.personas), motives=len(self.library.motives),
                                 played=sum(map(self.is_played, self.library.motives)))

    def one(self, name: str, language: str) -> Iterator[str]:
        """One persona in full. Raises `CourseError` when there is none of this id."""
        found = self.library.portrait(name)
        if found is None:
            known = ", ".join(self.library.personas)
            raise CourseError(f"exams/personas.yaml has no persona {name}. Cure: use one of: {known}")
        said, persona = _WORDS[language], found.persona
        yield f"{persona.id}: {_named(persona, language)}"
        yield said["motive"].format(text(found.motive, language))
        yield said["worry"].format(text(persona.worry, language))
        for title, texts in (("speech", persona.speech), ("serves", persona.serves), ("fails", persona.fails)):
            yield said[title]
            yield from (f"  {text(one, language)}" for one in texts)
        yield said["scenarios"].format(", ".join(self.players(name)) or said["none"])

    def as_json(self) -> dict[str, Any]:
        """{"note", "motives": [{"id", "text", "personas", "played"}], "personas": [{…, "scenarios": [{"scenario",
        "chat"}]}], "without": scenarios that name no persona}"""
        motives = [{"id": name, "text": dict(words), "personas": [one.id for one in self.of(name)],
                    "played": self.is_played(name)} for name, words in self.library.motives.items()]
        personas = [{**one.model_dump(mode="json"),
                     "scenarios": [{"scenario": name, "chat": chat or None} for name, chat in self.parts(one.id)]}
                    for one in self.library.personas.values()]
        return {"note": dict(self.library.note), "motives": motives, "personas": personas, "without": self.without}

    @property
    def without(self) -> list[str]:
        """The scenarios that name no persona."""
        return [name for name, parts in self.scenarios.items() if not parts]


def casting(course: Path) -> Casting:
    """The library and who plays it. Raises `AuthorError` for a faulty library, `CourseError` where there is none."""
    library = _library(course)
    if library.document is None:
        raise CourseError("exams/personas.yaml: this course has no personas. Cure: make a new course with  examdesk "
                          "init DIR  and copy the file from it")
    documents = (load_yaml(path, root=course) for path in sorted((course / "exams" / "bank").rglob("*.y*ml")))
    scenarios = {one.path.stem: tuple(played(one.data)) for one in documents if _is_scenario(one)}
    return Casting(library, dict(sorted(scenarios.items())))


def portrait(course: Path, document: Document) -> Portrait | None:
    """The persona of a scenario with one customer, None where it names none.

    Raises `AuthorError` for one that is not in the library, or when that cannot be read.
    """
    named = [one for one in played(document.data) if not one.chat]
    if not named:
        return None
    library = _library(course)
    found = library.portrait(named[0].persona)
    if found is None:
        raise AuthorError(unknown(document, named[0], library))
    return found


def short(course: Path, scenario: str, language: str) -> str:
    """The persona of a scenario of the bank in one line, "" where there is none to tell.

    What is wrong with the library or the file is told by `examdesk check`; no assessor has to wait for it.
    """
    paths = sorted((course / "exams" / "bank").rglob(f"{scenario}.y*ml"))
    try:
        found = portrait(course, load_yaml(paths[0], root=course)) if paths else None
    except AuthorError:
        return ""
    words = (found.persona.name, found.motive, found.persona.worry) if found else ()
    said = _WORDS[language]["short"].format(*(text(one, language) for one in words)) if words else ""
    return " ".join(said.split())


def _named(persona: Persona, language: str) -> str:
    said = _WORDS[language]
    return said["named"].format(text(persona.name, language), said[persona.difficulty])


def _library(course: Path) -> Library:
    library = read_personas(course / "exams", root=course)
    if library.faults:
        raise AuthorError(*library.faults)
    return library


def _is_scenario(document: Document) -> bool:
    return isinstance(document.data, dict) and document.data.get("type") == "scenario"
