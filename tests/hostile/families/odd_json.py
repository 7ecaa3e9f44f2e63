"""JSON that programs read differently: the fields are not used for scoring, so it is noted at most."""

from __future__ import annotations

from tests.hostile.cases import FIRST, cells, data, good, graded_cell, notebook, place

NAN, INFINITY = float("nan"), float("inf")
NOTED = "notebook"

CASES = [
    *good("duplicate keys", NOTED,
          twice_format=notebook(lambda raw: raw.replace(b'"nbformat": 4', b'"nbformat": 4, "nbformat": 4')),
          twice_cells=notebook(lambda raw: raw.replace(b'"cells":', b'"cells": [], "cells":')),
          twice_points=notebook(lambda raw: raw.replace(b'"points": 1', b'"points": 1, "points": 100')),
          twice_id=notebook(lambda raw: raw.replace(b'"grade_id": "I-801"', b'"grade_id": "x", "grade_id": "I-801"'))),
    *good("NaN/Infinity points", NOTED,
          nan=data(lambda read: read["metadata"].update(points=NAN)),
          nan_points=graded_cell(points=NAN),
          infinity=graded_cell(points=INFINITY),
          minus_infinity=graded_cell(points=-INFINITY)),
    *good("NaN/Infinity points", "edited-cells", overflowing=graded_cell(points=1e308),
          overflowed=notebook(lambda raw: raw.replace(b'"points": 1,', b'"points": 1e999,'))),
    *good("lone surrogates",
          surrogate_metadata=data(lambda read: read["metadata"].update(title="\ud800 \udfff")),
          surrogate_outputs=cells(lambda cell: cell.update(outputs=[
              {"output_type": "stream", "name": "stdout", "text": "\udc00"}]), "setup")),
    *good("lone surrogates", "edited-cells",
          surrogate_source=data(lambda read: read["cells"][0].update(source="\ud800 \udfff")),
          surrogate_id=graded_cell("setup", checksum="\ud83d")),
    *good("wrong-typed fields", "missing-cells extra-cells",
          all_odd=cells(lambda cell: cell.update(source=7, metadata=[])),
          one_odd=cells(lambda cell: cell.update(metadata="none"), FIRST),
          id_number=graded_cell(grade_id=801),
          id_list=graded_cell(grade_id=[FIRST])),
    *good("wrong-typed fields", "edited-cells",
          source_number=cells(lambda cell: cell.update(source=7), FIRST),
          source_nested=cells(lambda cell: cell.update(source=[["exam"], {"a": 1}]), FIRST),
          type_list=cells(lambda cell: cell.update(cell_type=["code"]), FIRST)),
    *good("wrong-typed fields",
          outputs_odd=cells(lambda cell: cell.update(outputs={"text": 3}, execution_count="many")),
          outputs_nested=cells(lambda cell: cell.update(outputs=[None, 3, [], {"data": []}, {"data": {"a": []}}])),
          metadata_odd=data(lambda read: read.update(metadata=[1])),
          order_of_keys=data(lambda read: dict(reversed(read.items()))),
          place_kept=data(lambda read: read["cells"][place(read, FIRST)].update(id=3))),
]
