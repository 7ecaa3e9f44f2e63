"""The labextension's files: what it runs is what the build writes, and it is installed with the package."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import examdesk
from examdesk.bank import load_form
from examdesk.building.notebooks import FINISH, SETUP, notebook
from tests.conftest import ROOT

SOURCE = ROOT / "examdesk" / "labextension"
SCRIPT = (SOURCE / "extension/static/remoteEntry.js").read_text("utf-8")


def test_it_runs_exactly_the_cells_the_build_writes() -> None:
    """A released exam is the set-up cell, one `exam.show` for every item, and `exam.finish()`."""
    opened = json.loads(re.search(r"const OPEN = (\".*\");", SCRIPT).group(1))  # type: ignore[union-attr]
    patterns = re.findall(r"/(\^exam.*?\$)/", SCRIPT)
    assert opened == SETUP
    assert len(patterns) == 2 and re.search(patterns[1], FINISH)
    for form in ("E10-a", "E11-sampler-a"):
        cells = [cell for cell in notebook(load_form(ROOT, form))["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]).split("### BEGIN HIDDEN TESTS")[0].strip() for cell in cells]
        ours = [source for source in sources if source == opened or any(re.search(p, source) for p in patterns)]
        assert sources == ours


def test_its_checksum_module_is_shipped_beside_it() -> None:
    assert "checksum.js" in SCRIPT and (SOURCE / "extension/static/checksum.js").is_file()


def test_its_version_is_the_package_version() -> None:
    assert json.loads((SOURCE / "extension/package.json").read_text("utf-8"))["version"] == examdesk.__version__


def test_it_is_installed_as_it_stands_here() -> None:
    """After a change:  pip install -e .  copies it again."""
    share = Path(sys.prefix) / "share/jupyter"
    for place, copy in (("extension", "labextensions/examdesk"), ("settings", "lab/settings/overrides.d")):
        for file in sorted((SOURCE / place).rglob("*.*")):
            installed = share / copy / file.relative_to(SOURCE / place)
            assert installed.read_bytes() == file.read_bytes(), f"{installed} is old. Cure: pip install -e ."


def test_what_an_exam_page_leaves_out_is_part_of_jupyterlab() -> None:
    """So that a plugin with a new name in the next JupyterLab is noticed."""
    idle = re.search(r"const IDLE = \{(.*?)\};", SCRIPT, re.DOTALL)
    whole = re.search(r"const IDLE_EXTENSIONS = \[(.*?)\];", SCRIPT, re.DOTALL)
    assert idle and whole
    left_out = {f"@jupyterlab/{name}-extension" for name in re.findall(r'"([a-z0-9-]+)"', whole[1])}
    for extension, plugins in re.findall(r"(\w+): \[([^\]]+)\]", idle[1]):
        left_out |= {f"@jupyterlab/{extension}-extension:{name}" for name in re.findall(r'"([\w-]+)"', plugins)}
    built = "".join(path.read_text("utf-8") for path in (Path(sys.prefix) / "share/jupyter/lab/static").glob("*.js"))
    assert len(left_out) > 60
    assert {name for name in left_out if f'"{name}"' not in built and f'"{name}:' not in built} == set()
