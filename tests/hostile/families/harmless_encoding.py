"""What editors and other programs do to a notebook without meaning harm: no point is lost."""

from __future__ import annotations

import json

from tests.hostile.cases import both, data, good, lines, notebook

BOM = b"\xef\xbb\xbf"

CASES = [
    *good("UTF-8 BOM",
          notebook_bom=notebook(lambda raw: BOM + raw),
          journal_bom=lines(lambda raw: BOM + raw),
          both_bom=both(notebook(lambda raw: BOM + raw), lines(lambda raw: BOM + raw)),
          form_bom=lambda folder, form: (folder / "form.json").write_bytes(BOM + b"{}")),
    *good("CRLF",
          notebook_crlf=notebook(lambda raw: raw.replace(b"\n", b"\r\n")),
          journal_crlf=lines(lambda raw: raw.replace(b"\n", b"\r\n")),
          both_crlf=both(notebook(lambda raw: BOM + raw.replace(b"\n", b"\r\n")),
                         lines(lambda raw: BOM + raw.replace(b"\n", b"\r\n"))),
          time_crlf=lambda folder, form: (folder / "timestamp.txt").write_bytes(b"2026-03-02 01:20:00.000000 UTC\r\n")),
    *good("unknown minor version",
          minor=data(lambda read: read.update(nbformat_minor=77)),
          minor_old=data(lambda read: read.update(nbformat_minor=0)),
          minor_text=data(lambda read: read.update(nbformat_minor="5"))),
    *good("CRLF",
          compact=notebook(lambda raw: json.dumps(json.loads(raw), separators=(",", ":")).encode()),
          ascii_only=notebook(lambda raw: json.dumps(json.loads(raw), ensure_ascii=True).encode()),
          indented=notebook(lambda raw: json.dumps(json.loads(raw), indent=8, ensure_ascii=False).encode()),
          sorted=notebook(lambda raw: json.dumps(json.loads(raw), sort_keys=True).encode())),
]
