"""Draw files: the scenarios a mystery customer is drawn from, and what the candidate sees of it: a normal chat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from examdesk.bank.exams import Share
from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import ITEM, Slug, Strict, TextMap
from examdesk.errors import AuthorError, CourseError, Fault

NAME = "draw.yaml"


class DrawFile(Strict):
    """`exams/<exam>/draw.yaml`. The folder's name and the title are what candidates see: they tell nothing."""

    id: Slug
    title: TextMap
    minutes: Annotated[int, Field(ge=1, le=600)]
    languages: Annotated[list[Literal["zh", "en"]], Field(min_length=1)]
    language: Literal["zh", "en"]
    each: Share  # of its points, in every chat
    pools: Annotated[  # of every pool one scenario is drawn
        dict[Slug, Annotated[list[Annotated[str, Field(pattern=ITEM)]], Field(min_length=1)]],
        Field(min_length=1, max_length=5),
    ]


def read_draw(exams: Path, exam: str, *, root: Path) -> tuple[DrawFile, Document]:
    """The draw file of `exam`; raises `AuthorError` with every fault."""
    path = exams / exam / NAME
    if not path.is_file():
        known = ", ".join(sorted(file.parent.name for file in exams.glob(f"*/{NAME}"))) or "none"
        raise CourseError(f"exams/{exam}/{NAME}: there is nothing to draw from. Cure: use one of: {known}")
    document = load_yaml(path, root=root)
    found, faults = (None, []) if document.data is None else validated(document, DrawFile)
    if found is None or document.faults or faults:
        raise AuthorError(*document.faults, *faults)
    if found.id != exam:
        raise AuthorError(document.fault(("id",), f"the id is not the folder's name, {exam}", found=found.id,
                                         cure=f"rename the folder to {found.id} or correct the id"))
    return found, document


def draw_faults(exams: Path, scenarios: frozenset[str], *, root: Path) -> Iterator[Fault]:
    """Every fault of every draw file; `scenarios` are the scenarios of the bank."""
    for path in sorted(exams.glob(f"*/{NAME}")):
        try:
            found, document = read_draw(exams, path.parent.name, root=root)
        except AuthorError as error:
            yield from error.faults
            continue
        for pool, items in found.pools.items():
            for index, item in enumerate(items):
                if item not in scenarios:
                    yield document.fault(("pools", pool, index), "no such scenario in the bank", found=item,
                                         cure="correct the id, or remove it")


def drawn_from(exams: Path, item: str, *, root: Path) -> list[str]:
    """The draw files whose pools hold the item; raises `AuthorError` for a faulty one."""
    names = [path.parent.name for path in sorted(exams.glob(f"*/{NAME}"))]
    return [name for name in names if any(item in pool for pool in read_draw(exams, name, root=root)[0].pools.values())]
