"""The graph of states: every way once, walked or not, and text that is only text to the one who draws it."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from examdesk.items.scenario.authored import Authored
from examdesk.workbench.graph import Graph, graph, graph_of
from examdesk.workbench.stage import stage
from tests.conftest import ROOT
from tests.workbench.parcel import parcel


def drawn(data: dict[str, Any]) -> Graph:
    return graph_of("S-90", stage(Authored.model_validate(data).body()))


def test_every_way_that_leads_on_stands_on_an_arrow_once() -> None:
    found = graph("S-04", ROOT)
    assert found.begins == "ask" and found.ends == {"served", "left"}
    assert ("ask", "cost", True) in {(one.start, one.end, one.walked) for one in found.arrows}
    ways = [(one.start, one.end, name) for one in found.arrows for name in one.names if name != "agrees"]
    assert len(ways) == len(set(ways)) > 30
    assert sum(found.visits.values()) > 40 and found.visits["left"] == 0


def test_what_no_transcript_walks_is_dotted_and_red() -> None:
    data = parcel()
    whole = drawn(data)
    for script in data["score"]["transcripts"]:
        script["turns"] = script["turns"][:1]
    less = drawn(data)
    walked = [{(one.start, one.end, name) for one in found.arrows if one.walked for name in one.names}
              for found in (whole, less)]  # fmt: skip
    assert walked[1] < walked[0]
    lines = less.mermaid().splitlines()
    arrows = [line for line in lines if "==>" in line or "-.->" in line]
    dotted = [index for index, line in enumerate(arrows) if "-.->" in line]
    assert dotted and f"  linkStyle {','.join(map(str, dotted))} stroke:#b3261e,color:#b3261e" in lines
    assert len(arrows) == len(less.arrows)


@pytest.mark.slow
def test_the_notebook_for_authors_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    book = nbformat.read(ROOT / "notebooks" / "scenarios.ipynb", as_version=4)
    book.cells = book.cells[:3]
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    source = book.cells[2].outputs[-1]["data"]["text/vnd.mermaid"]
    assert source.startswith("flowchart TD") and "ask · " in source
