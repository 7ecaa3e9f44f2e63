"""The layers hold, the doors are small, and the trainee's side loads nothing of the author's."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from examdesk.items import PARTS, packages, part

PACKAGE = Path(__file__).resolve().parent.parent / "examdesk"

LAYERS = [  # from the top down: a line may import the lines beneath it, never its neighbours
    {"__main__"},
    {"cli"},
    {"mystery"},
    {"aftercare", "bench", "demo", "room", "workbench"},
    {"bulk", "console"},
    {"pipeline", "reports", "certificates", "programme", "practice"},
    {"building", "analysis", "simulation", "autograding"},
    {"graders", "sitting", "records"},
    {"explaining", "marker_view"},
    {"items"},
    {"handin", "marking", "typed", "timing", "variants", "waits", "widgets", "wording", "psychometrics"},
    {"bank", "journal"},
    {"generators", "model", "extra", "opening"},
    {"days", "disk", "errors", "silence"},
]
TRAINEE = ("sitting", "widgets", "timing", "extra", "opening", "variants", "handin", "disk", "days")
FORBIDDEN = (
    "key", "grader", "cells", "samples", "bank", "building", "records", "graders", "pandas", "nbgrader", "pydantic",
)  # fmt: skip


def files() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "labextension" not in path.parts)


def imports(path: Path) -> set[str]:
    """Modules imported anywhere in the file outside TYPE_CHECKING blocks."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {
        id(node)
        for block in ast.walk(tree) if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def layer(name: str) -> int | None:
    return next((n for n, names in enumerate(LAYERS) if name in names), None)


def top(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_lines_beneath_its_own(path: Path) -> None:
    mine = top(path)
    if mine == "__init__":
        return
    assert layer(mine) is not None, f"{mine} stands in no line of the layer table"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "examdesk" or len(parts) < 2 or parts[1] == mine or parts[1] in ("__version__", "open_exam"):
            continue
        if layer(parts[1]) is None:
            continue
        assert layer(mine) < layer(parts[1]), f"{mine} imports {name}, which is no line beneath it"


@pytest.mark.parametrize("name", sorted(packages()))
def test_an_item_type_has_all_its_files_and_imports_no_other_type(name: str) -> None:
    for piece in PARTS:
        module = part(name, piece)
        assert module.__doc__
        others = {f"examdesk.items.{other}" for other in packages() if other != name}
        assert not any(found.startswith(tuple(others)) for found in imports(Path(module.__file__)))


def trainee_files() -> list[Path]:
    mine = [path for path in files() if top(path) in TRAINEE]
    return mine + [path for path in files() if path.name in ("question.py", "widget.py", "world.py")]


@pytest.mark.parametrize("path", trainee_files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_trainees_side_imports_nothing_of_the_authors(path: Path) -> None:
    for name in imports(path):
        parts = set(name.split("."))
        assert not parts & set(FORBIDDEN), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", [p for p in files() if p.name == "grader.py" or top(p) == "marking"],
                         ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_graders_are_pure(path: Path) -> None:
    names = {name.split(".")[0] for name in imports(path)} | imports(path)
    assert not names & {"os", "pathlib", "random", "time", "datetime.datetime.now", "logging", "warnings", "anywidget"}
    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert not called & {"print", "open", "input", "warnings.warn"}


def test_only_pipeline_and_records_know_nbgrader() -> None:
    knowing = {top(path) for path in files() if any(name.split(".")[0] == "nbgrader" for name in imports(path))}
    assert knowing <= {"pipeline", "records"}


def loaded(code: str) -> set[str]:
    """Top-level modules in sys.modules after `code`, in a fresh interpreter."""
    run = subprocess.run([sys.executable, "-c", f"{code}; import sys; print(*sorted(sys.modules))"],
                         capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_examdesk_loads_almost_nothing() -> None:
    modules = loaded("import examdesk")
    assert not {name.split(".")[0] for name in modules} & {
        "pandas", "nbgrader", "numpy", "pydantic", "sqlalchemy", "anywidget", "IPython", "yaml", "matplotlib", "typer",
    }  # fmt: skip


def test_the_graders_door_loads_no_gradebook_and_no_screen() -> None:
    modules = loaded("import examdesk.graders")
    assert not {name.split(".")[0] for name in modules} & {
        "pandas", "nbgrader", "numpy", "pydantic", "sqlalchemy", "anywidget", "IPython", "matplotlib", "typer",
    }  # fmt: skip
    assert not {name for name in modules if name.endswith(".key")}


def test_the_exam_on_the_trainees_side_loads_no_key_and_no_grader() -> None:
    modules = loaded(
        "import examdesk.sitting\n"
        "from examdesk.items import packages, part\n"
        "[part(name, piece) for name in packages() for piece in ('question', 'widget')]\n"
        "pass"
    )
    ours = {name for name in modules if name.startswith("examdesk.")}
    assert not {name for name in ours if name.split(".")[-1] in ("key", "grader", "cells", "samples", "scoring")}
    assert not ours & {"examdesk.bank", "examdesk.graders", "examdesk.records", "examdesk.building"}
    assert not {name.split(".")[0] for name in modules} & {"nbgrader", "pydantic", "sqlalchemy", "matplotlib"}


def test_the_command_line_builds_no_grammar_for_addresses() -> None:
    modules = loaded(
        "import sys\n"
        "sys.argv[1:] = ['version']\n"
        "from examdesk.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "import nbformat"
    )
    assert "nbformat" in modules and "lark" not in modules


DOORS = {"examdesk": 30, "examdesk/graders": 260}


@pytest.mark.parametrize(("door", "lines"), DOORS.items())
def test_the_doors_stay_small(door: str, lines: int) -> None:
    path = PACKAGE.parent / door
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    assert len(file.read_text("utf-8").splitlines()) <= lines


def test_no_module_grows_past_looking_twice() -> None:
    assert not {path.name: n for path in files() if (n := len(path.read_text("utf-8").splitlines())) > 400}
