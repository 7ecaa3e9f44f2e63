"""One report: a cohort, its findings and the language it is told in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

from examdesk.analysis import (
    Alarm,
    Cohort,
    Gains,
    Headline,
    find_alarms,
    gains,
    has_gain,
    headline,
    item_table,
    load_cohort,
    option_table,
    variant_table,
)
from examdesk.analysis.kinds import kind_name
from examdesk.model import Item, text, without_pictures
from examdesk.reports.html import Html
from examdesk.reports.texts import LANGUAGES, domain_name, say

BLOCK_TYPE = "application/vnd.examdesk.report+json"
"""{language: html} of a block, so that one run of the notebook gives the pages of all languages."""


@dataclass(frozen=True)
class Found:
    """What was found about a cohort: computed once, told in every language."""

    cohort: Cohort

    @cached_property
    def alarms(self) -> list[Alarm]:
        return find_alarms(self.cohort)

    @cached_property
    def head(self) -> Headline:
        return headline(self.cohort)

    @cached_property
    def items(self) -> list[dict[Hashable, Any]]:
        return item_table(self.cohort).to_dict("records")

    @cached_property
    def options(self) -> list[dict[Hashable, Any]]:
        return option_table(self.cohort).to_dict("records")

    @cached_property
    def gains(self) -> Gains | None:
        """None for an exam that is not sat to be compared."""
        return gains(self.cohort) if has_gain(self.cohort.forms) else None

    @cached_property
    def variants(self) -> list[dict[Hashable, Any]]:
        return variant_table(self.cohort).to_dict("records")


@dataclass(frozen=True)
class Report:
    """What the cells of notebooks/cohort-report.ipynb show: what was found, and the language to tell it in."""

    found: Found
    language: str

    @classmethod
    def of(cls, course: str | Path, exam: str, language: str) -> Report:
        return cls(Found(load_cohort(course, exam)), language)

    @property
    def cohort(self) -> Cohort:
        return self.found.cohort

    @property
    def alarms(self) -> list[Alarm]:
        return self.found.alarms

    @property
    def head(self) -> Headline:
        return self.found.head

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item of every form, by id."""
        return {item.id: item for form in self.cohort.forms.values() for item in form.items.values()}

    @property
    def k(self) -> int:
        """No figure about fewer people than this."""
        return self.cohort.policy.report.min_cell_n

    @property
    def can_fail(self) -> bool:
        """Whether anybody can; else a pass rate says nothing."""
        return any(form.pass_rule.can_fail for form in self.cohort.forms.values())

    @property
    def title(self) -> str:
        return text(next(iter(self.cohort.forms.values())).title, self.language)

    def told_in(self, language: str) -> Report:
        """The same report in another language."""
        return Report(self.found, language)

    def say(self, key: str, **figures: object) -> str:
        return say(key, self.language, **figures)

    def listed(self, names: Sequence[str]) -> str:
        """Names one after the other, as the language has it."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def domain(self, domain: str) -> str:
        return domain_name(domain, self.language)

    def reason(self, why: str) -> str:
        """Why somebody failed, in words; a part of the exam by its title, a type by its name, a thing by its words."""
        kind, _, part = why.partition(":")
        sections = [section for form in self.cohort.forms.values() for section in form.sections]
        titles = [text(section.title, self.language) for section in sections if section.part == part]
        if kind == "twice":
            titles = [text(form.pass_rule.twice[part].label, self.language) for form in self.cohort.forms.values()
                      if part in form.pass_rule.twice]
        return self.say(f"why {kind}", part=titles[0] if titles else kind_name(part, self.language))

    def stem(self, item: str, length: int = 26) -> str:
        """The beginning of an item's stem, so that a reader knows which one it is."""
        stem = " ".join(without_pictures(text(self.items[item].body["stem"], self.language)).split())
        length = length if self.language == "zh" else 2 * length
        return stem if len(stem) <= length else stem[: length - 1].rstrip() + "…"


@dataclass(frozen=True)
class Block:
    """One part of the page in every language; a notebook shows it in the language of its report."""

    html: dict[str, Html]
    language: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        html = {language: str(text) for language, text in self.html.items()}
        return {"text/html": html[self.language], BLOCK_TYPE: html}


def block(draw: Callable[[Report], Html]) -> Callable[[Report], Block]:
    """A part of the page: `draw` tells it in one language, the notebook shows it in all."""

    @wraps(draw)
    def drawn(report: Report) -> Block:
        return Block({language: draw(report.told_in(language)) for language in LANGUAGES}, report.language)

    return drawn
