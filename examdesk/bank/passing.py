"""Pass rules between exam.yaml, the frozen form and the rule that judges.

A frozen form names only the rules it has: what was frozen before a rule existed keeps its bytes, its digest and its
results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from examdesk.bank.exams import PassFile
from examdesk.model import About, Checklist, Gate, PassRule


def rule_of(authored: PassFile, about: Mapping[str, Sequence[str]] = MappingProxyType({})) -> PassRule:
    """The pass rule an author wrote; `about` = {a name under twice: the items of the form about it}."""
    data = authored.model_dump(mode="json", exclude_none=True)
    data["twice"] = {name: {"text": words, "items": about.get(name, ())} for name, words in data["twice"].items()}
    return thawed_rule(data)


def frozen_rule(rule: PassRule) -> dict[str, Any]:
    """The rule as plain data; the inverse of `thawed_rule`."""
    by_type = {"each": rule.each, "mean": rule.mean}
    shares = {"waits": rule.waits, "kappa": rule.kappa}
    gate, ticked = rule.gate, rule.checklist
    return {
        "cut": str(rule.cut),
        "part_minimum": None if rule.part_minimum is None else str(rule.part_minimum),
        "critical": rule.critical,
        **({} if rule.panel is None else {"panel": dict(rule.panel)}),
        **{name: {kind: str(share) for kind, share in wanted.items()} for name, wanted in by_type.items() if wanted},
        **({"typing": "required"} if rule.typing else {}),
        **({} if not rule.twice else {"twice": {
            name: {"text": dict(about.label), "items": list(about.items)} for name, about in rule.twice.items()}}),
        **{name: str(share) for name, share in shares.items() if share is not None},
        **({} if gate is None else {"gate": {"exam": gate.exam, "months": gate.months}}),
        **({} if ticked is None else {"checklist": {
            "id": ticked.id, "lines": [{"id": line, "text": dict(text)} for line, text in ticked.lines.items()]}}),
    }


def thawed_rule(data: Mapping[str, Any]) -> PassRule:
    """The rule in plain data."""
    gate, ticked = data.get("gate"), data.get("checklist")
    return PassRule(
        cut=Fraction(data["cut"]),
        part_minimum=_share(data, "part_minimum"),
        critical=data.get("critical"),
        panel=data.get("panel"),
        each={kind: Fraction(share) for kind, share in data.get("each", {}).items()},
        mean={kind: Fraction(share) for kind, share in data.get("mean", {}).items()},
        typing=data.get("typing") == "required",
        twice={name: About(about["text"], tuple(about["items"])) for name, about in data.get("twice", {}).items()},
        waits=_share(data, "waits"),
        kappa=_share(data, "kappa"),
        gate=None if gate is None else Gate(gate["exam"], gate["months"]),
        checklist=None if ticked is None else Checklist(
            ticked["id"], {line["id"]: line["text"] for line in ticked["lines"]}),
    )


def _share(data: Mapping[str, Any], name: str) -> Fraction | None:
    return None if data.get(name) is None else Fraction(data[name])
