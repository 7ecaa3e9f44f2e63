"""The faults of an exam's pass rules: a rule that cannot apply, or that names what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from examdesk.bank import Bank, Document, ExamFile
from examdesk.bank.schema import repeated
from examdesk.errors import Fault
from examdesk.items import packages, part
from examdesk.model import Item

Exams = Mapping[str, tuple[ExamFile, Document]]


def pass_rule_faults(exams: Exams) -> Iterator[Fault]:
    """The faults of the gates and checklists of all exams."""
    lines: dict[str, tuple[list[str], str]] = {}
    for exam, document in exams.values():
        yield from _gate_faults(exam, document, exams)
        asked = exam.pass_.checklist
        if asked is None:
            continue
        ids = [line.id for line in asked.lines]
        for problem in repeated(ids, ("pass", "checklist", "lines")):
            yield document.fault(problem.loc, problem.wrong, found=problem.found, cure=problem.cure)
        before, place = lines.setdefault(asked.id, (ids, document.name))
        if before != ids:
            yield document.fault(("pass", "checklist", "id"), f"{place} has a checklist of this name with other lines",
                                 found=asked.id, cure="give it a name of its own, or the same lines")


def about(exam: ExamFile, form: str, bank: Bank) -> dict[str, tuple[str, ...]]:
    """{a name under twice: the scored items of the form about it}, by the `about:` of an item or by its facts."""
    items = [name for names in exam.forms[form].values() for name in names
             if name in bank.drafts and bank.drafts[name].points and name not in exam.pilot]
    asks = {name: {*bank.documents[name].listed("about"), *bank.drafts[name].facts} for name in items}
    return {what: tuple(name for name in items if what in asks[name])
            for what in exam.pass_.twice}


def about_notes(exams: Exams, bank: Bank) -> Iterator[Fault]:
    """Items about something no exam asks for: misspelt, they would be missing in a rule without a word."""
    asked = {what for exam, _ in exams.values() for what in exam.pass_.twice}
    cure = f"correct it; exams have: {', '.join(sorted(asked))}" if asked else "remove it"
    for document in bank.documents.values():
        for index, what in enumerate(document.listed("about")):
            if what not in asked:
                yield document.fault(("about", index), "no exam has a rule about this", found=what, cure=cure)


def form_rule_faults(exam: ExamFile, document: Document, form: str, items: Sequence[Item],
                     told: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """The rules that no item of the form could decide, so that they would say nothing."""
    rule, types = exam.pass_, {item.type for item in items if item.points}
    for name, wanted in (("each", rule.each), ("mean", rule.mean)):
        for kind in wanted:
            if kind not in packages():
                yield document.fault(("pass", name, kind), "no such type of item", found=kind,
                                     cure=f"the types are: {', '.join(packages())}")
            elif kind not in types:
                yield document.fault(("pass", name, kind), f"form {form} has no item of this type", found=kind,
                                     cure="remove the rule, or add such an item")
    for name, named in told.items():
        if len(named) < 2:
            who = f"only {named[0]}" if named else "no item"
            yield document.fault(("pass", "twice", name),
                                 f"{who} of form {form} is about this, so nobody can be wrong twice", found=name,
                                 cure=f"write  about: [{name}]  into the items that ask it, or remove the rule")
        for language in exam.languages:
            if language not in rule.twice[name]:
                yield document.fault(("pass", "twice", name), f"this has no words in {language}", found=name,
                                     cure=f"add {language}: …; feedback and report say it")
    decides = {
        "typing": (rule.typing, "typing" in types, "a typing item"),
        "waits": (rule.waits, any(map(_measures_waits, items)), "a scenario with  waits:  in its score half"),
        "kappa": (rule.kappa, any(map(_has_master, items)), "a transcript"),
    }
    for name, (asked, there, what) in decides.items():
        if asked is not None and not there:
            yield document.fault(("pass", name), f"nothing in form {form} decides this rule", found=str(asked),
                                 cure=f"remove the rule, or add {what}")


def _gate_faults(exam: ExamFile, document: Document, exams: Exams) -> Iterator[Fault]:
    gate, behind = exam.pass_.gate, [exam.id]
    if gate is not None and gate.exam not in exams:
        known = ", ".join(sorted(set(exams) - {exam.id})) or "none"
        yield document.fault(("pass", "gate", "exam"), "no such exam", found=gate.exam, cure=f"use one of: {known}")
        return
    while gate is not None and gate.exam in exams:
        if gate.exam in behind:
            if gate.exam == exam.id:
                chain = " → ".join([*behind, gate.exam])
                yield document.fault(("pass", "gate", "exam"), "the exam stands behind its own gate: nobody can pass",
                                     found=chain, cure="name an exam that does not ask for it")
            return
        behind.append(gate.exam)
        gate = exams[gate.exam][0].pass_.gate


def _has_master(item: Item) -> bool:
    return hasattr(part(item.type, "key"), "against_master")


def _measures_waits(item: Item) -> bool:
    key = part(item.type, "key")
    return hasattr(key, "measures_waits") and bool(key.measures_waits(item.body))
