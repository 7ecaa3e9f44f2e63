"""What axe-core says of a page, and what we measure ourselves: targets, reflow."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

OURS = [[".xd-question"], [".xd-frame"], [".xd-finish"], [".xd-live"]]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """One line for every node in our widgets that breaks a rule of axe."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: Any = page.evaluate(
        "async ([include, values]) => (await axe.run({ include }, { runOnly: { type: 'tag', values },"
        " rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })).violations",
        [OURS, TAGS],
    )
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]
