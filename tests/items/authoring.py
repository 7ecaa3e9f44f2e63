"""An item as an author types it, read as `examdesk check` reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

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


def faults_with(folder: Path, file: Path, change: Callable[[Any], object]) -> list[str]:
    """What the author of an item's file reads when its data have been changed."""
    data = load_yaml(file, root=file.parent.parent).data
    change(data)
    path = folder / file.parent.name / file.name
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    document = load_yaml(path, root=folder)
    found = read_item(document, types={data["type"]: part(data["type"], "key")})[1]
    return [str(fault) for fault in (*document.faults, *found)]


def refused(folder: Path, source: str, words: str) -> None:
    """The item is not taken, the author reads `words`, and how to mend it."""
    item, faults = authored(folder, source)
    assert item is None
    assert words in "\n".join(map(str, faults)), faults
    assert all(fault.cure for fault in faults)
