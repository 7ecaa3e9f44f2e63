"""Notebooks nobody can read: the work stands in the journal, so it is graded from there and noted."""

from __future__ import annotations

import gzip
import pickle

from examdesk.journal import NAME
from tests.hostile.cases import both, good, lines, notebook, refused, without

NOTED = "notebook"

CASES = [
    *good("truncated", NOTED,
          cut_in_half=notebook(lambda raw: raw[: len(raw) // 2]),
          cut_at_the_end=notebook(lambda raw: raw.rstrip()[:-1]),
          cut_at_the_start=notebook(lambda raw: raw[40:]),
          cut_to_a_brace=notebook(lambda raw: b"{")),
    *good("empty", NOTED,
          empty=notebook(lambda raw: b""),
          blank=notebook(lambda raw: b" \n\t"),
          only_a_bom=notebook(lambda raw: b"\xef\xbb\xbf"),
          newlines=notebook(lambda raw: b"\r\n" * 5_000)),
    *good("missing", NOTED,
          missing=without("{form}.ipynb"),
          missing_with_form=without("{form}.ipynb", "form.json"),
          renamed=lambda folder, form: (folder / f"{form.id}.ipynb").rename(folder / f"{form.id}.ipynb.bak")
          and (folder / f"{form.id}.ipynb.bak").unlink()),
    *refused("missing", "neither", both_missing=without(NAME, "{form}.ipynb")),
    *good("not JSON", NOTED,
          python=notebook(lambda raw: b"import os\nos.system('id')\n"),
          gzip=notebook(gzip.compress),
          pickle=notebook(lambda raw: pickle.dumps({"cells": []})),
          html=notebook(lambda raw: b"<!doctype html><script>alert(1)</script>"),
          single_quotes=notebook(lambda raw: raw.replace(b'"', b"'")),
          conflict=notebook(lambda raw: b"<<<<<<< HEAD\n" + raw + b"=======\n" + raw + b">>>>>>> theirs\n")),
    *good("NUL bytes", NOTED,
          nul_inside=notebook(lambda raw: raw[:100] + b"\0" * 300 + raw[100:]),
          nul_only=notebook(lambda raw: b"\0" * len(raw)),
          nul_after=notebook(lambda raw: raw + b"\0" * 4_096),
          nul_block=notebook(lambda raw: raw[:512] + b"\0" * 512 + raw[1_024:])),
    *good("UTF-16", NOTED,
          utf16=notebook(lambda raw: raw.decode().encode("utf-16")),
          utf16_le=notebook(lambda raw: raw.decode().encode("utf-16-le")),
          utf16_be=notebook(lambda raw: raw.decode().encode("utf-16-be")),
          utf32=notebook(lambda raw: raw.decode().encode("utf-32")),
          gb18030_cut=notebook(lambda raw: raw.decode().encode("gb18030"))),
    *good("missing", NOTED, both_odd=both(without("{form}.ipynb"), lines(lambda raw: raw.rstrip(b"\n")))),
]
