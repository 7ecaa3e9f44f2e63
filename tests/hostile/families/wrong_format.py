"""Notebooks of another format: what counts stands in the journal, so they are graded from there and noted."""

from __future__ import annotations

from tests.hostile.cases import data, good, notebook

NOTED = "notebook"
V3 = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": []}]}

CASES = [
    *good("nbformat 3", NOTED,
          v3=data(lambda read: V3),
          v2=data(lambda read: {**V3, "nbformat": 2}),
          v3_with_cells=data(lambda read: {**V3, "worksheets": [{"cells": read["cells"]}]})),
    *good("unknown major version", "notebook-version",
          v99=data(lambda read: read.update(nbformat=99, nbformat_minor=99)),
          v5=data(lambda read: read.update(nbformat=5)),
          v_negative=data(lambda read: read.update(nbformat=-4)),
          v_text=data(lambda read: read.update(nbformat="4")),
          v_true=data(lambda read: read.update(nbformat=True)),
          v_missing=data(lambda read: {name: value for name, value in read.items() if name != "nbformat"})),
    *good("wrong types at top level", NOTED,
          list=data(lambda read: [read]),
          text=notebook(lambda raw: b'"a notebook"'),
          number=notebook(lambda raw: b"42"),
          null=notebook(lambda raw: b"null")),
    *good("`cells` not a list", NOTED,
          cells_dict=data(lambda read: read.update(cells={"0": read["cells"]})),
          cells_null=data(lambda read: read.update(cells=None)),
          cells_text=data(lambda read: read.update(cells="[]")),
          cells_missing=data(lambda read: {name: value for name, value in read.items() if name != "cells"})),
    *good("`cells` not a list", "missing-cells extra-cells",
          cells_odd=data(lambda read: read.update(cells=[1, None, "x", [], {}, {"metadata": 3}])),
          cells_of_lists=data(lambda read: read.update(cells=[[cell] for cell in read["cells"]]))),
    *good("`cells` not a list", "missing-cells", cells_empty=data(lambda read: read.update(cells=[]))),
]
