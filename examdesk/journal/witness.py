"""The check code: what an invigilator writes down at the hand-in."""

from __future__ import annotations

import base64


def witness_code(head: str) -> str:
    """Eight letters and digits that stand for the journal up to the entry with the hash `head`; "" without one.

    >>> witness_code("00" * 32)
    'AAAA-AAAA'
    """
    code = base64.b32encode(bytes.fromhex(head)).decode()[:8]
    return f"{code[:4]}-{code[4:]}" if code else ""
