"""An item as an author types it, read as `examdesk check` reads it."""

from __future__ import annotations

import re
from pathlib import Path

from examdesk.bank import load_yaml
from examdesk.bank.bank import read_item
from examdesk.errors import Fault
from examdesk.items import part
from examdesk.model import Item


def authored(folder: Path, source: str) -> tuple[Item | None, list[Fault]]:
    """The item I-999 of `source` in the folder of its domain, and its faults."""
    kind, domain = (re.search(rf"^{name}: (\w+)", source, re.M) for name in ("type", "domain"))
    assert kind and domain
    path = folder / f"d{int(domain[1][1:]):02}" / "I-999.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, "utf-8")
    return read_item(load_yaml(path, root=folder), types={kind[1]: part(kind[1], "key")})


def refused(folder: Path, source: str, words: str) -> None:
    """The item is not taken, the author reads `words`, and how to mend it."""
    item, faults = authored(folder, source)
    assert item is None
    assert words in "\n".join(map(str, faults)), faults
    assert all(fault.cure for fault in faults)
