"""Every system row of the programme has exactly one test here, and what is not built yet says so."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TREES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("test_*.py"))}


def test_each_system_row_has_exactly_one_test() -> None:
    names = [
        node.name
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_sr")
    ]
    rows = Counter(match[1] for name in names if (match := re.match(r"test_sr(\d\d)_\w", name)))
    assert rows == Counter(f"{row:02}" for row in range(1, 73))
    assert len(names) == 72


def test_every_xfail_is_strict_and_says_which_work_brings_it() -> None:
    for file, tree in TREES.items():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_xfail(node.func)]
        mentions = [node for node in ast.walk(tree) if _is_xfail(node)]
        assert len(mentions) == len(calls), f"{file}: an xfail without arguments"
        for call in calls:
            given = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
            assert given.get("strict") is True, f"{file}:{call.lineno}: not strict"
            assert str(given.get("reason") or "").strip(), f"{file}:{call.lineno}: no reason"


def _is_xfail(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "xfail"
