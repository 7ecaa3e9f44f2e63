"""`examdesk bank assemble`: the items of an exam's forms, chosen by the programme so that its forms weigh the same.

    chosen = assemble(Path("."), "E11", ["a", "b"])      # {"a": {"quiz": ["I-301", …], "replies": […]}, "b": {…}}

Forms get the same number of items of every kind from every domain wherever the bank has them twice, and item for item
the guesses at their difficulty are kept alike. No form holds items that answer each other, and forms of one exam share
no item. Of items that serve equally, those are taken whose facts the form does not ask yet, and that fewest exams hold.
A form that exists is kept as it is, and no item of a frozen form comes into another one. The same bank gives the same
forms; another seed chooses otherwise among items that serve equally.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from examdesk.bank import ExamFile, form_files, read_bank, read_exam, read_exams, read_form
from examdesk.bank.programme import NAME, TRACKS, PartFile, PlannedExam, ProgrammeFile
from examdesk.bank.whole import whole
from examdesk.building.exam_rules import PARTS
from examdesk.building.flow import SINK, SOURCE, Flow
from examdesk.building.freezing import key_modules
from examdesk.building.planning import DOMAINS, Stock, fits, in_stock, programme_of, shares
from examdesk.building.usable import usable_items
from examdesk.errors import CourseError
from examdesk.model import seed_of

GUESSES = {"easy": 1, "medium": 2, "hard": 3}
Chosen = dict[str, dict[str, list[str]]]
"""{form: {section: [item, …]}}."""


@dataclass(frozen=True)
class Candidate:
    """An item that may be chosen."""

    stock: Stock
    difficulty: int = 2
    apart: frozenset[str] = frozenset()  # items that may not stand in one form with it
    used: int = 0  # exams that hold it


@dataclass(frozen=True)
class Parallel:
    """One of the forms of an exam, as they would be drawn."""

    name: str
    items: tuple[str, ...]  # in no other of them
    shared: tuple[str, ...]  # what every one of them holds, a questionnaire


@dataclass
class Paper:
    """A form while it is put together."""

    name: str
    parts: Sequence[PartFile]
    held: list[Candidate] = field(default_factory=list)
    seed: int = 0

    def takes(self, one: Candidate) -> bool:
        return not any(one.stock.id in other.apart or other.stock.id in one.apart for other in self.held)

    def price(self, one: Candidate, like: int) -> tuple[Any, ...]:
        """What speaks against an item: asked already, shutting others out, unlike what its sister form got, in use."""
        asked = {fact for other in self.held for fact in other.stock.facts}
        again = len(asked & one.stock.facts) / max(1, len(one.stock.facts))
        chance = seed_of(self.name, one.stock.id, *([str(self.seed)] if self.seed else []))
        return again, len(one.apart), abs(one.difficulty - like), one.used, chance


def assemble(course: Path, exam: str, forms: Sequence[str] = (), *, seed: int = 0) -> Chosen:
    """The sections of every form that the exam's file does not have yet; by default as many as the programme asks for.

    A form that is frozen and no longer in the file is retired: its letter is not used again, nor are its items. Raises
    `CourseError` when the programme or the bank cannot give them, `AuthorError` for faults of a file.
    """
    programme, planned = _planned(course, exam)
    authored, _ = read_exam(course / "exams", exam, root=course)
    frozen = {path.stem: read_form(path) for path in form_files(course, exam)}
    wanted = papers(programme, planned, forms or None, retired=sorted(set(frozen) - set(authored.forms)))
    taken = {item for form in authored.forms.values() for items in form.values() for item in items}
    taken |= {name for form in frozen.values() for name, item in form.items.items() if item.points}
    open_ = [replace(paper, seed=seed) for paper in wanted if not authored.forms.get(paper.name)]
    fill(programme, open_, [one for one in _pool(course, exam) if one.stock.id not in taken])
    return {paper.name: _in_sections(authored, paper.held) for paper in open_}


def parallel_forms(exam: str, *, seed: int, course: Path = Path()) -> tuple[Parallel, ...]:
    """The forms the programme asks for, drawn anew from the whole bank as if the exam had none; nothing is written.

    Raises as `assemble`.
    """
    programme, planned = _planned(course, exam)
    drawn = [replace(paper, seed=seed) for paper in papers(programme, planned)]
    fill(programme, drawn, _pool(course, exam))
    held = Counter(one.stock.id for paper in drawn for one in paper.held)
    return tuple(Parallel(paper.name, *(tuple(one.stock.id for one in paper.held if (held[one.stock.id] > 1) == shared)
                                        for shared in (False, True))) for paper in drawn)


def _planned(course: Path, exam: str) -> tuple[ProgrammeFile, PlannedExam]:
    programme = programme_of(course)
    planned = next((one for one in programme.exams if one.id == exam), None)
    if planned is None:
        raise CourseError(f"exams/{NAME}: the programme has no exam {exam}. Cure: use one of: "
                          f"{', '.join(one.id for one in programme.exams)}")
    return programme, planned


def papers(programme: ProgrammeFile, exam: PlannedExam, names: Sequence[str] | None = None, *,
           retired: Sequence[str] = ()) -> list[Paper]:
    """The forms of an exam with what each asks for: a, b, … as many as planned, or those that are named; or one of
    every track, or of every domain."""
    if any(part.weights == TRACKS for part in exam.parts):
        tracks = [name for name, track in programme.tracks.items() if track.exam is not None]
        made = [Paper(name.lower(), [part.model_copy(update={"weights": name}) for part in exam.parts])
                for name in tracks]
    elif any(part.within is not None for part in exam.parts):
        made = [Paper(name.lower(), [part.model_copy(update={"domains": [name], "within": None, "beyond": []})
                                     for part in exam.parts]) for name in DOMAINS]
    else:
        letters = [name for name in "abcdefghi" if name not in retired]
        made = [Paper(name, exam.parts) for name in (letters if names else letters[: exam.forms])]
    known = [paper.name for paper in made]
    for name in names or ():
        if name not in known:
            raise CourseError(f"the programme gives {exam.id} no form {name}. Cure: use one of: {', '.join(known)}")
    return [paper for paper in made if names is None or paper.name in names]


def fill(programme: ProgrammeFile, wanted: Sequence[Paper], pool: Sequence[Candidate]) -> None:
    """Puts the items into the forms. Raises `CourseError` naming what the bank lacks."""
    most = max((len(paper.parts) for paper in wanted), default=0)
    weighed = {number for paper in wanted for number, part in enumerate(paper.parts) if part.weights or part.each}
    for number in sorted(range(most), key=lambda number: (number in weighed, number)):  # those with least choice first
        together = [paper for paper in wanted if number < len(paper.parts)]
        same = {paper.parts[number].model_dump_json() for paper in together}
        for group in ([together] if len(same) == 1 else [[paper] for paper in together]):
            part, held = group[0].parts[number], {one.stock.id for paper in wanted for one in paper.held}
            _dealt(programme, part, group, [one for one in pool if one.stock.id not in held and fits(one.stock, part)])


def _lacking(part: PartFile, paper: Paper) -> list[str]:
    """The classes of scripts a part asks for that the form has no reply of yet."""
    held = {one.stock.script for one in paper.held}
    return [name for name in part.scripts or () if name not in held]


def _dealt(programme: ProgrammeFile, part: PartFile, group: Sequence[Paper], usable: Sequence[Candidate]) -> None:
    """Deals one part's items to the forms, cell by cell: a domain and a kind."""
    if part.shared:
        first, before = group[0], len(group[0].held)
        _plainly(part, [first], usable)
        for paper in group[1:]:
            paper.held += first.held[before:]
    elif not (part.weights or part.each):
        _plainly(part, group, usable)
    else:
        quotas = shares(programme, part)
        _weighed(programme, part, group, [one for one in usable if quotas[one.stock.domain]])
    for paper in group:
        if lacking := _lacking(part, paper):
            raise CourseError(f"form {paper.name}: the bank has no reply of the script class {lacking[0]} for it. "
                              "Cure: see  examdesk bank plan")


def _weighed(programme: ProgrammeFile, part: PartFile, group: Sequence[Paper], usable: Sequence[Candidate]) -> None:
    """Every form the same number of each cell; where the bank cannot, one form after the other."""
    if cells := _cells(programme, part, usable, len(group)):
        for cell in _scarce_first(cells, usable):
            _deal(cell, cells[cell], group, usable, part)
        return
    if len(group) == 1:
        raise CourseError(f"form {group[0].name}: the bank lacks items. Cure: see  examdesk bank plan")
    for number, paper in enumerate(group):
        rest = [one for one in usable if all(one not in other.held for other in group)]
        alone = _cells(programme, part, rest, 1, share=len(group) - number) or _cells(programme, part, rest, 1)
        if alone is None:
            raise CourseError(f"form {paper.name}: the bank lacks items. Cure: see  examdesk bank plan")
        for cell in _scarce_first(alone, rest):
            _deal(cell, alone[cell], [paper], rest, part)


def _scarce_first(cells: Mapping[tuple[str, str], int], usable: Sequence[Candidate]) -> list[tuple[str, str]]:
    """The cells in which the bank leaves least to choose from come first, before others shut out their items."""
    supply = Counter((one.stock.domain, one.stock.kind) for one in usable)
    return sorted(cells, key=lambda cell: (supply[cell] / cells[cell], cell))


def _plainly(part: PartFile, group: Sequence[Paper], usable: Sequence[Candidate]) -> None:
    """Items of the kinds asked for, from whatever domain."""
    supply = Counter(one.stock.kind for one in usable)
    spare = {kinds: sum(supply[kind] for kind in kinds.split("/")) - count for kinds, count in part.kinds.items()}
    for kinds in sorted(spare, key=lambda kinds: spare[kinds]):  # what is scarce first
        _deal(("", kinds), part.kinds[kinds], group, usable, part)


def _deal(cell: tuple[str, str], count: int, group: Sequence[Paper], usable: Sequence[Candidate], part: PartFile
          ) -> None:
    """`count` items of a cell for every form, in rounds: what the first form gets, the others get alike."""
    domain, kinds = cell
    for number in range(count):
        like = 1 + number % 3 if count > 2 else 2  # easy, medium, hard in turn
        for paper in group if number % 2 == 0 else reversed(group):
            held = {one.stock.id for other in group for one in other.held}
            able = [one for one in usable if one.stock.kind in kinds.split("/") and one.stock.id not in held
                    and paper.takes(one)]
            fitting = [one for one in able if domain in ("", one.stock.domain)]
            if not fitting and part.weights:  # all that is left there answers another item: another domain helps out
                fitting = able
            critical = sum(one.stock.critical for one in paper.held)
            if part.critical is not None:  # exactly so many
                wanted = critical < part.critical
                fitting = [one for one in fitting if one.stock.critical == wanted] or fitting
            lacking = _lacking(part, paper)
            fitting = [one for one in fitting if one.stock.script in lacking] or fitting
            if not fitting:
                raise CourseError(f"form {paper.name}: the bank has too few {kinds} items"
                                  f"{f' in {domain}' if domain else ''}. Cure: see  examdesk bank plan")
            best = min(fitting, key=lambda one: _price(one, paper, group, like, spread=not domain))
            paper.held.append(best)
            like = best.difficulty


def _price(one: Candidate, paper: Paper, group: Sequence[Paper], like: int, *, spread: bool) -> tuple[Any, ...]:
    """What speaks against an item for a form; one that no other form can take comes first."""
    others = sum(other.takes(one) for other in group if other is not paper)
    held = sum(other.stock.domain == one.stock.domain for other in paper.held) if spread else 0
    return held, others, *paper.price(one, like)


def _cells(programme: ProgrammeFile, part: PartFile, usable: Sequence[Candidate], forms: int, *, share: int = 1
           ) -> dict[tuple[str, str], int] | None:
    """{(domain, kind): items of each form}, None when the bank cannot give every form the same.

    `share`: leave that part of every cell to forms that come later.
    """
    quotas, slack = shares(programme, part), programme.tolerance if part.weights else 0
    supply = Counter((one.stock.domain, one.stock.kind) for one in usable)
    home = {kind: group for group in part.kinds for kind in group.split("/")}
    edges: dict[Any, int] = defaultdict(int)
    for domain in DOMAINS:
        if quotas[domain]:
            edges[SOURCE, domain] = max(0, quotas[domain] - slack)
        for kind, group in home.items():
            edges[domain, (domain, kind)] = -(-(supply[domain, kind] // forms) // share)
            edges[(domain, kind), group] = sum(part.kinds.values())
    edges |= {(group, SINK): count for group, count in part.kinds.items()}
    flow = Flow(edges)
    flow.push()
    for widened in range(2 * slack + 1):  # first the shares themselves, then what is tolerated
        for domain in DOMAINS:
            low, high = quotas[domain] - slack, quotas[domain] + slack
            if quotas[domain] and widened:
                flow.widen(SOURCE, domain, min(1, high - low))
        flow.push()
    if any(flow.left((group, SINK)) for group in part.kinds):
        return None
    return {(domain, kind): count for domain in DOMAINS for kind in home
            if (count := edges[domain, (domain, kind)] - flow.left((domain, (domain, kind))))}


def _pool(course: Path, exam: str) -> list[Candidate]:
    """Every item of the bank that may be chosen."""
    exams = course / "exams"
    bank = read_bank(exams, root=course, types=key_modules())
    others, _ = read_exams(exams, root=course)
    used = Counter(item for name, (file, _) in others.items() if name != exam
                   for item in {one for form in file.forms.values() for items in form.values() for one in items})
    found, apart = [], defaultdict[str, set[str]](set)
    for name in bank.items:
        for other in bank.documents[name].data.get("apart", ()):
            apart[name].add(other)
            apart[other].add(name)
    for name in sorted(item.id for item in usable_items(exams, bank, root=course)):
        data = bank.documents[name].data
        guess = GUESSES.get(data.get("difficulty"), 2)
        counted = in_stock(bank.items[name], bank)
        found.append(Candidate(counted, guess, frozenset(apart[name]), used[name]))
    return found


def _in_sections(exam: ExamFile, held: Sequence[Candidate]) -> dict[str, list[str]]:
    """The items by section: replies and scenarios in the section of their part, a kind in a section named like it."""
    by_id = {section.id: section for section in exam.sections}
    of_part: dict[str, str] = {section.part: section.id for section in reversed(exam.sections)}
    found: dict[str, list[str]] = {section.id: [] for section in exam.sections}
    for one in held:
        part = PARTS.get(one.stock.kind, "quiz")
        home = one.stock.kind if one.stock.kind in by_id else of_part.get(part)
        if home is None:
            raise CourseError(f"exams/{exam.id}/exam.yaml: no section for {one.stock.kind}. Cure: add a section with "
                              f"part: {part}, or one with the id {one.stock.kind}")
        found[home].append(one.stock.id)
    return {name: sorted(items, key=lambda item: seed_of("order", item)) for name, items in found.items() if items}


def write_forms(course: Path, exam: str, chosen: Mapping[str, Mapping[str, Sequence[str]]]) -> Path:
    """Writes the forms into the exam's file, where it says  a: {}  or below the others; nothing else changes."""
    path = course / "exams" / exam / "exam.yaml"
    lines = path.read_text("utf-8").splitlines()
    for form, sections in chosen.items():
        if f"  {form}: {{}}" in lines:
            at = lines.index(f"  {form}: {{}}")
            lines[at : at + 1] = _form_lines(form, sections)
        else:
            at = lines.index("forms:")
            end = next((number for number in range(at + 1, len(lines)) if lines[number][:1].strip()), len(lines))
            lines[end:end] = _form_lines(form, sections)
    with whole(path) as file:
        file.write("\n".join(lines) + "\n")
    return path


def _form_lines(form: str, sections: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [f"  {form}:"]
    for name, items in sections.items():
        lines += [f"    {name}:"]
        for at in range(0, len(items), 10):
            start, end = "[" if at == 0 else " ", "]" if at + 10 >= len(items) else ","
            lines.append(f"      {start}{', '.join(items[at : at + 10])}{end}")
    return lines
