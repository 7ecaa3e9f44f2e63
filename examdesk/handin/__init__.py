"""The hand-in file: one exam's answers in one file, for where there is no exchange.

A zip archive with a name of its own (`.examdesk`, so that nobody unpacks it by accident): manifest.json, the journal,
the notebook, form.json, timestamp.txt. The trainee's side writes it (`packing`); `examdesk collect` reads it as hostile
input (`unpacking`). The digests guard against accidents on the way, not against its owner; the check code does, once
somebody has written it down.
"""

from __future__ import annotations

from examdesk.handin.contents import MAX_FILE, SUFFIX, file_name
from examdesk.handin.packing import pack
from examdesk.handin.unpacking import HandIn, unpack

__all__ = ["MAX_FILE", "SUFFIX", "HandIn", "file_name", "pack", "unpack"]
