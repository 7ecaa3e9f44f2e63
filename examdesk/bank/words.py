"""Faults of files in words an author understands who has never seen a program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from examdesk.bank.schema import FORMS, Loc

Words = tuple[str, str]


def brief(value: object) -> str:
    """A value as an author wrote it, short enough for one line.

    >>> brief(None), brief(True), brief({"zh": "是"}), brief(["a", "b"])
    ('nothing', 'true', 'a group with zh', 'a list of 2')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"a group with {', '.join(map(str, value))}" if value else "an empty group"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    shown = " ".join(str(value).split())
    return shown if len(shown) <= 60 else shown[:57] + "…"


# YAML that cannot be read

_QUOTES = "put a text that begins with a sign such as * & ! % @ ` { [ or that holds a colon and a space into quotes"
_SYNTAX = (
    (r"found character '\\t'|tab", "there is a tab", "replace every tab by spaces"),
    (r"cannot start any token", "a text begins with a sign YAML keeps for itself", _QUOTES),
    (
        r"could not find expected ':'",
        "a colon is missing",
        "write  name: value  with an ordinary colon (not the Chinese one) and a space after it",
    ),
    (
        r"mapping values are not allowed",
        "a colon stands where none belongs",
        "check the colon in the line above, put a text with a colon into quotes, and line up the fields",
    ),
    (
        r"sequence entries are not allowed",
        "a dash stands where none belongs",
        "begin the list on a line of its own, and put a text that begins with a dash into quotes",
    ),
    (r"unexpected end of stream", "a quotation mark is opened and never closed", "close it, or remove it"),
    (
        r"expected ',' or '[\]}]'",
        "a bracket is not closed, or a comma is missing in it",
        "close it, separate its entries by commas, and put texts into quotes",
    ),
    (r"expected the node content", "something is missing in a bracket", "check the commas and close the bracket"),
    (r"expected alphabetic or numeric", "a text begins with * or &", "put the text into quotes"),
    (
        r"unknown escape character",
        "a backslash cannot stand between these quotes",
        "use single quotes, or write two backslashes",
    ),
    (r"another document", "a line of three dashes begins a second file", "remove the line; one file is one item"),
    (r"found undefined", "a text begins with ! or *", "put the text into quotes"),
    (
        r"expected <block end>|<document start>",
        "the line does not fit the lines above it",
        f"line up the fields with spaces; {_QUOTES}",
    ),
)


def syntax_words(error: yaml.YAMLError, source: str) -> tuple[int, str, str, str]:
    """Line, fault, found and cure of a text that is no YAML."""
    if not isinstance(error, yaml.MarkedYAMLError):
        position = getattr(error, "position", 0)
        line = source.count("\n", 0, position) + 1
        return line, "there is an invisible sign that cannot stand in a text", "", "type the line anew"
    line = _line(error)
    said = f"{error.context or ''} {error.problem or ''}"
    wrong, cure = next(
        ((wrong, cure) for pattern, wrong, cure in _SYNTAX if re.search(pattern, said)),
        ("the line cannot be understood", f"compare it with a similar file; {_QUOTES}"),
    )
    written = source.splitlines()
    return line, wrong, written[line - 1].strip() if line <= len(written) else "", cure


def _line(error: yaml.MarkedYAMLError) -> int:
    """Where the author must look: an opened quote or bracket and a missing colon are noticed only further down."""
    opened = ("while scanning a simple key", "while scanning a quoted scalar", "while parsing a flow")
    mark = error.context_mark if str(error.context).startswith(opened) else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


# Fields that do not fit

_LIKE = "compare with the examples in exams/README.md"
_WORDS: dict[str, Words] = {
    "missing": ("is missing", "add it; exams/README.md shows the fields of every kind of file"),
    "extra_forbidden": ("is no field of this kind of file", "remove it or correct its name"),
    "string_type": ("must be a text", "write a text, and put it into quotes when it is a number"),
    "int_type": ("must be a whole number", "write it in digits, without quotes"),
    "int_parsing": ("must be a whole number", "write it in digits, without quotes"),
    "int_from_float": ("must be a whole number", "write it in digits, without quotes"),
    "bool_parsing": ("must be true or false", "write true or false"),
    "bool_type": ("must be true or false", "write true or false"),
    "list_type": ("must be a list", "write one entry a line, each after a dash"),
    "dict_type": ("must be a group of fields", "write it as  name: value  lines"),
    "model_type": ("must be a group of fields", "write it as  name: value  lines"),
    "model_attributes_type": ("must be a group of fields", "write it as  name: value  lines"),
    "literal_error": ("is none of the allowed words", "use one of: {expected}"),
    "union_tag_invalid": ("is none of the allowed words", "use one of: {expected_tags}"),
    "string_too_short": ("is empty", "write the text"),
    "string_too_long": ("is too long", "write at most {max_length} characters"),
    "too_short": ("has too few entries", "write at least {min_length}"),
    "too_long": ("has too many entries", "write at most {max_length}"),
    "greater_than": ("is too small", "use a number above {gt}"),
    "greater_than_equal": ("is too small", "use {ge} or more"),
    "less_than": ("is too large", "use a number below {lt}"),
    "less_than_equal": ("is too large", "use {le} or less"),
    "string_pattern_mismatch": ("has the wrong form", "write it like the examples in exams/README.md"),
    "date_from_datetime_parsing": ("is no date", "write it like 2014-04-15"),
    "date_from_datetime_inexact": ("is no date", "write it like 2014-04-15"),
    "date_parsing": ("is no date", "write it like 2014-04-15"),
    "date_type": ("is no date", "write it like 2014-04-15"),
}
_SHAPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a group of fields",
    "model_type": "a group of fields",
    "model_attributes_type": "a group of fields",
}
_TEXTS = {
    "stem",
    "text",
    "reason",
    "title",
    "label",
    "unit",
    "message",
    "sender",
    "low",
    "high",
    "done",
    "refused",
}  # fields with a text a language
_BOTH = "write below it one line for each language,  zh: …  and  en: …"


def all_in_words(data: Any, details: Sequence[Any], model: type[BaseModel]) -> Iterator[tuple[Loc, str, str, str]]:
    """Place, fault, found and cure of every place pydantic complains about."""
    places: dict[Loc, list[Any]] = {}
    for one in details:
        loc = _place(data, one["loc"], missing=one["type"] in ("missing", "union_tag_not_found"))
        places.setdefault(loc, []).append(one)
    for loc, complaints in places.items():
        shapes = list(dict.fromkeys(_SHAPES[one["type"]] for one in complaints if one["type"] in _SHAPES))
        if (
            len(shapes) > 1 and complaints[0]["input"] is not None
        ):  # a value may be one thing or another, and is neither
            yield loc, f"{_label(data, loc)} must be {' or '.join(shapes)}", brief(complaints[0]["input"]), _LIKE
        else:
            yield _in_words(data, loc, complaints[0], model)


def _in_words(data: Any, loc: Loc, details: Any, model: type[BaseModel]) -> tuple[Loc, str, str, str]:
    kind, given = details["type"], details["input"]
    context = {name: _listed(str(value)) for name, value in details.get("ctx", {}).items()}
    wrong, cure = _WORDS.get(kind, ("does not fit", _LIKE))
    found = brief(given)
    if details["loc"][-1:] == ("[key]",):
        wrong, cure = (
            "cannot stand here",
            f"use one of: {context.get('expected') or 'names of letters, digits, _ and -'}",
        )
    elif kind in ("value_error", "assertion_error"):
        wrong, cure = _own_words(str(details["msg"]))
    elif kind == "union_tag_not_found":
        wrong, cure = f"has no {context.get('discriminator', 'kind')}", "add it; exams/README.md shows the kinds"
    elif kind == "string_pattern_mismatch":
        cure = FORMS.get(context["pattern"], cure)
    elif kind == "extra_forbidden":
        found, close = str(loc[-1]), get_close_matches(str(loc[-1]), sorted(_names(model)), n=1, cutoff=0.7)
        cure = f'write "{close[0]}"' if close else cure
    elif kind in _SHAPES:
        wrong = "is empty" if given is None else wrong
        cure = _BOTH if loc and loc[-1] in _TEXTS else cure
    elif kind == "missing":
        found = ""
    joint = " " if re.match(r"(is|must|has|cannot|does)\b", wrong) else ": "
    return loc, f"{_label(data, loc)}{joint}{wrong}", found, cure.format_map(_Blank(context))


def _own_words(message: str) -> Words:
    """Fault and cure of a message of our own: "must be a number; write it in digits"."""
    said = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    wrong, _, cure = said.replace("{", "{{").replace("}", "}}").partition("; ")
    return (
        ("has the wrong form", wrong)
        if wrong.startswith("write ")
        else (wrong.replace("{{", "{").replace("}}", "}"), cure or _LIKE)
    )


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def _listed(expected: str) -> str:
    """'a', 'b' or 'c' → a, b, c"""
    words = re.findall(r"'([^']*)'", expected)
    return ", ".join(words) if words else expected


def _place(data: Any, loc: tuple[Any, ...], *, missing: bool) -> Loc:
    """The part of pydantic's path that stands in the file; its names for its own alternatives are left out."""
    place: list[str | int] = []
    for index, step in enumerate(loc):
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            place.append(step)
            data = data[step]
        elif missing and index == len(loc) - 1:
            place.append(step)
    return tuple(place)


def _label(data: Any, loc: Loc) -> str:
    """The name of a place: '"text" (in options "b")', '"zh" (in stem)', 'entry 2 of "facts"'."""
    if not loc:
        return "the file"
    around = list(_around(data, loc[:-1]))
    if isinstance(loc[-1], int):
        owner = next((step for step in reversed(loc[:-1]) if isinstance(step, str)), "the list")
        name, around = f'entry {loc[-1] + 1} of "{owner}"', around[:-1]
    else:
        name = f'"{brief(loc[-1])}"'
    return f"{name} (in {', '.join(around)})" if around else name


def _around(data: Any, loc: Loc) -> Iterator[str]:
    for index, step in enumerate(loc):
        data = data[step]
        if isinstance(step, str):
            if index + 1 == len(loc) or isinstance(loc[index + 1], str):
                yield brief(step)
            continue
        owner = loc[index - 1] if index and isinstance(loc[index - 1], str) else "row"
        own = data.get("id") if isinstance(data, dict) else None
        yield f'{owner} "{brief(own)}"' if isinstance(own, str | int) else f"{owner}, entry {step + 1}"


def _names(model: Any) -> set[str]:
    """The names of all fields of a kind of file, at any depth."""
    names: set[str] = set()
    seen: set[Any] = set()
    queue = [model]
    while queue:
        kind = queue.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            names |= {info.alias or name for name, info in kind.model_fields.items()}
            queue += [info.annotation for info in kind.model_fields.values()]
        else:
            queue += get_args(kind)
    return names
