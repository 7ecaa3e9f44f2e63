"""Too much of it: refused by a cap before memory is spent, or noted and graded from the journal."""

from __future__ import annotations

import os
from pathlib import Path

from examdesk.model import Form
from tests.hostile.cases import Damage, cells, code, data, good, notebook, refused

NOTED = "notebook"
MEGABYTE = 1_000_000


def shown(size: int, kind: str = "text/plain") -> Damage:
    """An output of that many bytes."""
    output = {"output_type": "display_data", "metadata": {}, "data": {kind: "x" * size}}
    return cells(lambda cell: cell.update(outputs=[output]), "setup")


def sparse(size: int) -> Damage:
    """A notebook that claims to be enormous and takes no room."""
    return lambda folder, form: os.truncate(folder / f"{form.id}.ipynb", size)


def many(text: bytes) -> Damage:
    """A notebook of endlessly many small values, a little under the cap."""
    return notebook(lambda raw: b'{"cells": [' + text * (24 * MEGABYTE // len(text)) + text.rstrip(b",") + b"]}")


def streamed(folder: Path, form: Form) -> None:
    streams = [{"output_type": "stream", "name": "stdout", "text": "flood\n" * 1_000}] * 5_000
    cells(lambda cell: cell.update(outputs=streams), "setup")(folder, form)


def deep(opening: bytes, closing: bytes, depth: int) -> Damage:
    return notebook(lambda raw: b'{"cells": ' + opening * depth + closing * depth + b"}")


def long_int(digits: int) -> Damage:
    return notebook(lambda raw: raw.replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * digits))


CASES = [
    *refused("huge output", "larger", output_26_mb=shown(26 * MEGABYTE), image_40_mb=shown(40 * MEGABYTE, "image/png"),
             streams=streamed, sparse_10_gb=sparse(10 * 1024**3)),
    *good("huge output", output_20_mb=shown(20 * MEGABYTE)),
    *good("very many cells", NOTED,
          copies=data(lambda read: read.update(cells=read["cells"] * 2_000)),
          empties=data(lambda read: read.update(cells=[{}] * 100_000)),
          own=data(lambda read: read["cells"].extend(code("1", f"c{n}") for n in range(2_001))),
          lists=many(b"[],"), dicts=many(b"{},"), pairs=many(b'{"a":1},')),
    *good("nesting", NOTED,
          lists_deep=deep(b"[", b"]", 200_000),
          dicts_deep=deep(b'{"a":', b"1}", 200_000),
          mixed_deep=deep(b'[{"a":', b"1}]", 50_000),
          unclosed=notebook(lambda raw: b"[" * 1_000_000)),
    *good("very long integers", NOTED,
          int_9_000=long_int(9_000),
          int_5_mb=long_int(5 * MEGABYTE),
          int_in_points=notebook(lambda raw: raw.replace(b'"points": 1', b'"points": ' + b"1" * 5_000))),
]
