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
    nodes = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{name}: {node['html'][:160]} {node['failureSummary'][:300]}" for name, node in nodes]


_SMALL = """() => [...document.querySelectorAll('[data-xd] :is(button, select, input, textarea, summary, a, .xd-grip)')]
  .filter((node) => node.checkVisibility())
  .map((node) => [node, (node.closest('label') ?? node).getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([node, box]) => `${node.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`)"""


def small_targets(page: Page) -> list[str]:
    """What can be clicked and is smaller than 24 px in one direction; a tick box counts with its label (WCAG 2.5.8)."""
    return list(page.evaluate(_SMALL))


_SPILLED = """() => {
  const page = document.documentElement.scrollWidth, wide = page > innerWidth ? [`page ${page}`] : [];
  const inside = (node) => node.matches('option') || node.closest('.xd-scroll, .xd-live');
  const told = (node, why) => `${node.tagName} ${node.className} ${why}: ${node.textContent.slice(0, 60)}`;
  const nodes = [...document.querySelectorAll('[data-xd] *')].filter((node) => node.checkVisibility());
  const out = nodes.filter((node) => !inside(node) && node.getBoundingClientRect().right > innerWidth + 1);
  const cut = nodes.filter((node) => !['TEXTAREA', 'INPUT', 'SELECT'].includes(node.tagName)
    && node.scrollWidth > node.clientWidth + 1
    && ['hidden', 'clip'].includes(getComputedStyle(node).overflowX));
  const rolls = nodes.filter((node) => ['auto', 'scroll'].includes(getComputedStyle(node).overflowX)
    && node.scrollWidth > node.clientWidth && node.tabIndex < 0);
  return [...wide, ...out.map((node) => told(node, 'sticks out')), ...cut.map((node) => told(node, 'is cut off')),
    ...rolls.map((node) => told(node, 'scrolls, but not by keyboard'))];
}"""


def reflows(page: Page) -> list[str]:
    """What does not fit the width of the page; a table may scroll by itself when the keyboard can reach it."""
    return list(page.evaluate(_SPILLED))
