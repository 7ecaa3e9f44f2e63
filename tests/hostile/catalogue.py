"""All cases by family, and the table of families they are held against."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from tests.hostile.cases import Case

TABLE = {
    "unreadable_notebook": "truncated, empty, missing, not JSON, NUL bytes, UTF-16",
    "harmless_encoding": "UTF-8 BOM, CRLF, unknown minor version",
    "wrong_format": "nbformat 3, unknown major version, wrong types at top level, `cells` not a list",
    "oversized_or_deep": "huge output, very many cells, nesting, very long integers",
    "odd_json": "duplicate keys, NaN/Infinity points, lone surrogates, wrong-typed fields",
    "active_content": "SVG with script in outputs, HTML with script in outputs, SVG with script in attachments, "
    "HTML with script in attachments",
    "copied_and_extra_cells": "honest copy-paste, split cells, reordered cells, extra cells",
    "cell_ids": "deleted question, edited grade id",
    "exam_metadata": "points, lock flags, grade flags, solution flags, cell type, tests replaced, schema version, "
    "skip-execution tag, forged score fields",
    "cooked_outputs": "pre-filled results, an extra .ipynb",
    "code_that_eats": "exit, kernel death, endless loop, dripping loop, fork, memory, output flood",
    "code_that_cheats": "assert stripper, input/AST transformer, equality overrides, patched builtins, forged result, "
    "extension magics, self-rewrite",
    "code_that_steals": "reads keys, reads gradebook, reads environment, reads neighbours, writes keys, "
    "writes gradebook, writes environment, writes neighbours, daemon, network",
    "shadow_files": "modules named like an installed package, sitecustomize, .pth, conftest, Jupyter config, "
    "fake engine files",
    "links_and_special_files": "symlink to source, symlink to a system file, directory loop, "
    "link to an endless device, FIFO, device node, socket, hard link",
    "file_noise": "strange names, over-long names, 20.000 files, huge or sparse files, deep folders, zip bomb",
    "forged_time": "edited timestamp file, changed clock, answers after the deadline",
    "journal_damage": "torn tail, blank lines, garbage lines, flipped block, NUL, BOM, one huge line",
    "journal_rewriting": "edit, remove, reorder, duplicate, truncate, roll back, chain recomputed",
    "others_journal": "copied verbatim, identity swapped, exam id swapped",
    "journal_content": "unknown items, wrong types, NaN, select-all, forged score events, code payload, "
    "pickle payload, YAML payload, bidi text",
    "journal_shape": "forked chain, 1.000.000 lines, future schema version",
    "reply_payload": "HTML/JS, spreadsheet formula, template, LaTeX code, Markdown code, remote image, "
    "instructions to an AI marker",
    "reply_trick": "keyword stuffing, prompt echo, canned text, another item's answer, contradictory hedging, empty",
    "reply_bomb": "regex backtracking, combining-mark bomb, normalisation bomb, huge text",
    "reply_personal_data": "names, numbers, health",
}


def examples(family: str) -> list[str]:
    """The examples the table names for a family; a dot in a number stands for its comma."""
    return [one.replace(".000", ",000") for one in TABLE[family].split(", ")]


def _cases(family: str) -> list[Case]:
    found = import_module(f"tests.hostile.families.{family}").CASES
    return [replace(case, family=family, name=f"{family.replace('_', '-')}-{case.name}") for case in found]


ALL: dict[str, Case] = {case.name: case for family in TABLE for case in _cases(family)}
