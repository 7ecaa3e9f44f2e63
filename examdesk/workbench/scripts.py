"""The script library to read, for trainees who practise and for authors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from examdesk.bank.scripts import Script, Scripts, read_scripts
from examdesk.console import HERE, Course, out
from examdesk.errors import AuthorError, CourseError

scripts_app = typer.Typer()

SAID = {
    "zh": {"class": "{name}（{language}）", "zh": "中文", "en": "英文", "when": "用于：{}", "slots": "空位：{}",
           "and": "；",
           "date": "{edition}，{facts}，{date}", "sum": "{scripts} 条话术，{classes} 类。发送前把每个空位填好。"},
    "en": {"class": "{name} ({language})", "zh": "Chinese", "en": "English", "when": "When: {}", "slots": "Slots: {}",
           "and": "; ", "date": "{edition}; {facts}; {date}",
           "sum": "{scripts} scripts in {classes} classes. Fill every slot before you send one."},
}


def listed(course: Path, name: str, language: str) -> Iterator[str]:
    """The library of a course line by line, or one class of it. Raises `CourseError` and `AuthorError`."""
    scripts = read_scripts(course / "exams", root=course)
    if scripts.document is None:
        raise CourseError("exams/scripts.yaml: this course has no scripts. Cure: copy the file from the project's "
                          "exams/")
    if scripts.faults:
        raise AuthorError(*scripts.faults)
    if name and name not in scripts.classes:
        known = ", ".join(scripts.classes)
        raise CourseError(f"exams/scripts.yaml has no class {name}. Cure: use one of: {known}")
    chosen = [name] if name else list(scripts.classes)
    yield scripts.note[language]
    for one in chosen:
        kind = scripts.classes[one]
        spoken = SAID[language][kind.language]
        yield from ("", SAID[language]["class"].format(name=kind.name[language], language=spoken))
        for script in scripts.of_class(one):
            yield from _told(scripts, script, language)
    count = sum(len(scripts.of_class(one)) for one in chosen)
    yield from ("", SAID[language]["sum"].format(scripts=count, classes=len(chosen)))


def _told(scripts: Scripts, script: Script, language: str) -> Iterator[str]:
    said = SAID[language]
    yield from ("", f"  {script.id}", f"    {said['when'].format(script.when[language])}")
    yield from (f"    | {line}" for line in script.text.splitlines())
    slots = said["and"].join(f"{{{name}}} {scripts.slots[name][language]}" for name in script.slots)
    yield from [f"    {said['slots'].format(slots)}"] if slots else []
    facts = ", ".join(script.facts)
    yield f"    {said['date'].format(edition=script.edition, facts=facts, date=script.dated.isoformat())}"


@scripts_app.command("scripts")
def scripts_command(
    name: Annotated[str, typer.Option("--class", help="One class, e.g. pre; all unless said otherwise.")] = "",
    lang: Annotated[Literal["zh", "en"], typer.Option(help="The language of the words around the scripts.")] = "zh",
    course: Course = HERE,
) -> None:
    """Prints the script library (exams/scripts.yaml): when to use a script, its text, the slots to fill."""
    from examdesk.building import course_folder

    for line in listed(course_folder(course), name, lang):
        out.print(line, markup=False)
