"""Exact marks: from a judgement to points, and how points are printed. Pure; used by every grader."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from textwrap import indent
from typing import Any

from examdesk.model import Cell, Grader, Item, Judgement, Part, Response


@lru_cache(maxsize=4096)
def shown(points: Fraction | None) -> str:
    """Points for people: at most two decimals, no trailing zeros, "–" while unmarked.

    >>> shown(Fraction(3, 2)), shown(Fraction(2, 3)), shown(None)
    ('1.5', '0.67', '–')
    """
    if points is None:
        return "–"
    return f"{float(points):.2f}".rstrip("0").rstrip(".")


def whole(fraction: Fraction, reason: str, **evidence: Any) -> Judgement:
    """The judgement of an item without criteria. `chose=[…]` names the options chosen, for the item analysis."""
    return Judgement(fraction, reason, evidence=evidence)


def by_parts(parts: Sequence[Part], reason: str, **evidence: Any) -> Judgement:
    """The judgement of an item whose criteria add up; the fraction is their weighted sum."""
    total = sum((part.fraction * part.weight for part in parts), Fraction(0))
    return Judgement(total, reason, tuple(parts), evidence=evidence)


def as_list(response: Response) -> list[Any]:
    """The response's value as a list; [] when blank."""
    return list(response.value) if isinstance(response.value, list) else []


VOID = "void: the item does not count, everybody has its full points"


def void() -> Grader:
    """Full points for anything, a blank as well: the item was taken out after the exam.

    >>> void()(Response("I-801")).fraction
    Fraction(1, 1)
    """
    return _void


def _void(response: Response) -> Judgement:
    return whole(Fraction(1), VOID, void=True)


def voided(cell: Cell, item: str) -> Cell:
    """The cell of a void item: the same for candidates, full points for anybody. A task cell stays as it is."""
    if cell.kind != "autograder" or not cell.points:
        return cell
    seen = cell.source.partition("### BEGIN HIDDEN TESTS\n")[0]
    hidden = hidden_source(item, "void()", "void", out_of=cell.points).partition("### BEGIN HIDDEN TESTS\n")
    return replace(cell, source="".join([seen, *hidden[1:]]))


@dataclass(frozen=True)
class Varied:
    """The graders of an item's variants, in their order: `award` takes the one of the variant that was shown."""

    graders: tuple[Grader, ...]


def varied(*graders: Grader) -> Varied:
    """The grader of an item with several variants."""
    return Varied(graders)


def varied_cell(item: str, cells: Sequence[Cell]) -> Cell:
    """The one cell of an item with several variants: the graders of all their cells, in order."""
    first = cells[0]
    before, begin, _ = first.source.partition("### BEGIN HIDDEN TESTS\n")
    lines = "".join(dict.fromkeys(line for cell in cells for line in _imports(item, cell)))
    lines = lines.replace("import award", "import award, varied", 1)
    graders = call("varied", *[_grader(cell) for cell in cells])
    return replace(first, source=f'{before}{begin}{lines}award("{item}", {graders}, out_of={number(first.points)})\n'
                                 "### END HIDDEN TESTS")


def _imports(item: str, cell: Cell) -> list[str]:
    """The lines of a hidden cell before its `award`: variants may need different graders."""
    hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")[2]
    return hidden.partition(f'award("{item}", ')[0].splitlines(keepends=True)


def _grader(cell: Cell) -> str:
    """The call in a cell that makes its grader, as source."""
    last = ast.parse(cell.source).body[-1]
    assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
    return ast.get_source_segment(cell.source, last.value.args[1]) or ""


def show_cell(item: Item, call: str, grader: str) -> Cell:
    """The one locked cell of a machine-marked item: shown in the exam, marked at grading.

    `call` is the Python of the grader, e.g. `choice(key='b')`; `grader` the name, or names with commas, it needs.
    """
    return Cell(item.id, "autograder", hidden_source(item.id, call, grader, out_of=item.points), item.points)


def hidden_source(item: str, call: str, grader: str, *, out_of: Fraction) -> str:
    """The source of an autograder cell; `award` is always its last expression."""
    module = "examdesk.graders" if "." not in grader else grader.rsplit(".", 1)[0]
    name = grader.rsplit(".", 1)[-1]
    imports = f"award, {name}" if module == "examdesk.graders" else "award"
    extra = "" if module == "examdesk.graders" else f"from {module} import {name}\n"
    return (
        f'exam.show("{item}")\n'
        "### BEGIN HIDDEN TESTS\n"
        f"from examdesk.graders import {imports}\n"
        f"{extra}"
        f'award("{item}", {call}, out_of={number(out_of)})\n'
        "### END HIDDEN TESTS"
    )


def number(points: Fraction) -> str:
    """Points as Python source: an integer, or an exact string.

    >>> number(Fraction(2)), number(Fraction(3, 2))
    ('2', "'3/2'")
    """
    return str(points.numerator) if points.denominator == 1 else repr(str(points))


def literal(value: str | tuple[str, ...]) -> str:
    """Texts as Python source in which no line can be taken for one of nbgrader's delimiters.

    >>> literal("END HIDDEN TESTS")
    "'END\\\\x20HIDDEN TESTS'"
    """
    return re.sub(r"(BEGIN|END) (?=SOLUTION|HIDDEN TESTS|MARK SCHEME)", r"\1\\x20", repr(value))


def call(name: str, *given: str, **named: str | Sequence[str]) -> str:
    """A call as Python source for an instructor's eyes: on one line when it is short, else on several.

    The arguments are source already; a sequence of them becomes a list.

    >>> call("criterion", literal("free"), "1", literal("免费"))
    "criterion('free', 1, '免费')"
    """
    words = list(given)
    words += [f"{word}={value if isinstance(value, str) else _list(value)}" for word, value in named.items()]
    line = f"{name}({', '.join(words)})"
    return line if len(line) <= 100 and "\n" not in line else f"{name}(\n{indent(_rows(words), '    ')}\n)"


def _list(entries: Sequence[str]) -> str:
    return f"[\n{indent(_rows(entries), '    ')}\n]" if entries else "[]"


def _rows(words: Sequence[str]) -> str:
    """Words in rows of at most 100 characters, calls and lists in rows of their own."""
    rows = [""]
    for word in words:
        if rows[-1] and (rows[-1].endswith(("),", "],")) or word.endswith((")", "]")) or len(rows[-1] + word) > 96):
            rows.append("")
        rows[-1] += f"{' ' if rows[-1] else ''}{word},"
    return "\n".join(rows)
