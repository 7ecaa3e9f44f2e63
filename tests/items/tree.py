"""The accessibility tree as Chromium gives it to a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

CONTROLS = {"radio", "checkbox", "combobox", "textbox", "button", "DisclosureTriangle", "log", "list", "group", "table",
            "status", "alert", "timer", "navigation"}  # fmt: skip


class Node:
    """One node: what is said of it, and what lies in it."""

    def __init__(self, raw: dict[str, Any], all_: dict[str, dict[str, Any]]) -> None:
        self._raw, self._all = raw, all_
        self.role = str(raw.get("role", {}).get("value", ""))
        self.name = " ".join(str(raw.get("name", {}).get("value", "")).split())
        self.description = str(raw.get("description", {}).get("value", ""))
        self.value = raw.get("value", {}).get("value", "")
        self.properties = {one["name"]: one["value"].get("value") for one in raw.get("properties", [])}

    @property
    def inside(self) -> Iterator[Node]:
        """Every node in it that is spoken, in order."""
        for child in self._raw.get("childIds", []):
            if child in self._all:
                node = Node(self._all[child], self._all)
                if not self._all[child].get("ignored"):
                    yield node
                yield from node.inside

    @property
    def state(self) -> object:
        if self.role in ("radio", "checkbox"):
            return self.properties.get("checked") == "true"
        if self.role == "list":
            return sum(node.role == "listitem" for node in self.inside)
        return self.value if self.role in ("combobox", "textbox") else None

    @property
    def locked(self) -> bool:
        return bool(self.properties.get("disabled") or self.properties.get("readonly"))


def tree(page: Page) -> Node:
    """The root of the page."""
    session = page.context.new_cdp_session(page)
    raw = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return Node(raw[0], {node["nodeId"]: node for node in raw})


def controls(node: Node) -> list[Node]:
    return [one for one in node.inside if one.role in CONTROLS]
