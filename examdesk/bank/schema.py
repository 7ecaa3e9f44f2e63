"""What every item file has in common, for the key.py of each type to build on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from examdesk.model import exact

Loc = tuple[str | int, ...]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
if TYPE_CHECKING:
    Language = str
else:
    Language = Literal["zh", "en"]
TextMap = Annotated[dict[Language, Words], Field(min_length=1)]
SLUG, ITEM, DOMAIN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$", r"^[A-Z]-[A-Z0-9]{2,6}$", r"^D([1-9]|1[0-2])$"
Slug = Annotated[str, StringConstraints(pattern=SLUG)]
FORMS = {  # how a name is written, said to an author who wrote it in another way
    SLUG: "use letters a-z, digits, - and _, no spaces, at most 40",
    ITEM: "write it like I-801: a capital letter, a dash, 2 to 6 capital letters or digits",
    DOMAIN: "use one of D1 … D12",
}


_NUMBER = r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?(/[1-9][0-9]{0,8})?"


def _exact_text(value: object) -> str:
    """Points and keys stay text like "3/2" or "1.06", so that nothing drifts."""
    if isinstance(value, float):
        raise ValueError(f'has a decimal point but no quotes; write it in quotes, "{value}", so that it stays exact')
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(_NUMBER, str(value).strip()):
        raise ValueError('must be a number; write it in digits, like 2, or in quotes, like "1.5"')
    exact(str(value).strip())
    return str(value).strip()


Exact = Annotated[
    str,
    BeforeValidator(_exact_text),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_NUMBER}$"}]}),
]


class Strict(BaseModel):
    """No unknown fields: a misspelt field is a fault, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Labelled(Strict):
    id: Slug
    text: TextMap


class Explained(Labelled):
    reason: TextMap


class Choosable(Strict):
    """A list of options with a reason each."""

    options: Annotated[list[Explained], Field(min_length=2, max_length=12)]
    keep_order: bool = False


class Problem(NamedTuple):
    """A fault a type finds in its own body; the border adds file and line."""

    loc: Loc
    wrong: str
    found: str = ""
    cure: str = ""


class GeneratorFile(Strict):
    """The generator that makes the numbers of an item, and in which ranges."""

    name: str
    ranges: dict[str, tuple[int, int]] = Field(default_factory=dict)


class MadeFile(Strict):
    """How an item is made whose file holds {names}: optional fields of every item file, see `bank/variants.py`."""

    generator: GeneratorFile | None = None
    variants: Annotated[int, Field(ge=1, le=100)] | None = None
    pack: bool = False  # {names} are also values of the product pack


class ReviewFile(Strict):
    """Who read an item, when, and which text of it; `examdesk bank review` writes it."""

    by: Words
    kind: Literal["person", "machine"]
    on: date
    of: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]  # the digest of what was read
    note: Words | None = None


class SourceFile(Strict):
    """Where a fact or an item was verified, when, and by whom."""

    text: Words
    url: Words | None = None
    verified_on: date
    by: Words


class LifeFile(Strict):
    """Where an item stands on its way, who wrote it, and who has read it."""

    state: Literal["draft", "reviewed", "pilot", "active", "retired"]
    author: Words
    reviews: list[ReviewFile] = Field(default_factory=list)  # only ever appended to


class ItemFile(MadeFile):
    """The fields of every item file. A type that is not `scored` is worth no points."""

    scored: ClassVar[bool] = True

    id: Annotated[str, StringConstraints(pattern=ITEM)]
    type: str
    domain: Annotated[str, StringConstraints(pattern=DOMAIN)]
    points: Exact | None = None
    facts: list[str] = Field(min_length=1)
    edition: str
    critical: bool = False
    difficulty: Literal["easy", "medium", "hard"] | None = None  # the author's guess, for authors alone
    level: Literal["recall", "apply", "analyse"] | None = None  # what it asks of the candidate, for authors alone
    life: LifeFile | None = None  # optional: who wrote and who reviewed it; kept out of forms
    apart: list[Annotated[str, StringConstraints(pattern=ITEM)]] = Field(default_factory=list)  # in no form with these
    tags: list[Slug] = Field(default_factory=list)  # the parts of the syllabus it belongs to
    about: list[Slug] = Field(default_factory=list)  # what it asks, by names of pass rules (twice:)
    source: SourceFile | None = None  # optional: where its content was verified, when its facts are not
    stem: TextMap

    def body(self) -> dict[str, Any]:
        """The type's own fields and the stem, as plain JSON data."""
        return self.model_dump(mode="json", exclude=HEADER, exclude_none=True)


HEADER = {
    "id", "type", "domain", "points", "facts", "edition", "critical", "difficulty", "level", "life", "apart", "tags",
    "about", "source",
}  # fmt: skip
HEADER |= set(MadeFile.model_fields)


def repeated(ids: list[str], loc: Loc) -> list[Problem]:
    """A problem for every id that stands twice in a list of entries."""
    return [
        Problem((*loc, index, "id"), "this id stands twice", name, "give every entry its own id")
        for index, name in enumerate(ids)
        if name in ids[:index]
    ]


def _cell(value: object) -> object:
    """A cell of a table: a whole number, a text, or a text per language."""
    if isinstance(value, float):
        raise ValueError(f'write the number in quotes, "{value}", so that it stays exact')
    texts = value.values() if isinstance(value, dict) else [value]
    good = isinstance(value, int | str) or (isinstance(value, dict) and value and set(value) <= {"zh", "en"})
    if not good or isinstance(value, bool) or any(not isinstance(t, int | str) for t in texts):
        raise ValueError("a cell must be a number, a text, or one text per language")
    return {language: str(t) for language, t in value.items()} if isinstance(value, dict) else value


class Table(Strict):
    columns: Annotated[list[TextMap], Field(min_length=1, max_length=8)]
    rows: Annotated[list[list[Annotated[Any, BeforeValidator(_cell)]]], Field(min_length=1, max_length=40)]


def table_faults(body: Mapping[str, Any]) -> list[Problem]:
    """A problem for every row of the item's table that does not fit its columns."""
    table = body.get("table", {"columns": [], "rows": []})
    wrong, cure = "a row has more or fewer cells than there are columns", f"write {len(table['columns'])} cells"
    return [
        Problem(("table", "rows", index), wrong, str(len(row)), cure)
        for index, row in enumerate(table["rows"])
        if len(row) != len(table["columns"])
    ]
