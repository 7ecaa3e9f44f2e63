"""`examdesk bank plan`: what the exam programme asks of the bank, and what the bank holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from examdesk.bank import Bank, read_bank
from examdesk.bank.programme import NAME, TRACKS, PartFile, PlannedExam, ProgrammeFile, read_programme
from examdesk.building.flow import SINK, SOURCE, Flow
from examdesk.building.freezing import key_modules
from examdesk.building.scripting import script_of
from examdesk.building.usable import usable_items
from examdesk.errors import AuthorError, CourseError
from examdesk.items import part as part_of
from examdesk.model import Item

DOMAINS = tuple(f"D{number}" for number in range(1, 13))
QUIZ = ("choice", "true-false", "multi", "numeric", "ordering", "matching")  # what a quiz is counted in


@dataclass(frozen=True)
class Stock:
    """One item as the plan counts it."""

    id: str
    kind: str
    domain: str
    facts: frozenset[str]
    language: str | None  # the one language of its reply or customer, None for both
    channel: str | None
    critical: bool
    pack: bool = False  # it is made of a product pack
    script: str = ""  # the class of scripts a reply belongs to


@dataclass(frozen=True)
class Line:
    """One demand of the programme, and the supply for it."""

    exam: str  # with the track or domain it is given in, where there are several: "E19 T2", "E20 D7"
    what: str  # a kind, "critical", a domain's share, or "unseen"
    needed: int
    supply: int  # items that could serve it
    short: int
    where: str = ""  # for a shortage: which items would help


@dataclass(frozen=True)
class Plan:
    """All demands, and the bank by domain and kind."""

    supply: Mapping[str, Mapping[str, int]]
    lines: tuple[Line, ...]

    @property
    def shortages(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.short)

    def as_json(self) -> dict[str, Any]:
        """{"supply": {domain: {kind: n}}, "demand": [{exam, what, needed, supply, short, where}], "shortages": n}"""
        return {"supply": {name: dict(kinds) for name, kinds in self.supply.items()},
                "demand": [asdict(line) for line in self.lines], "shortages": len(self.shortages)}


def plan(course: Path) -> Plan:
    """The programme of a course held against its bank; raises `CourseError` without one, `AuthorError` for faults."""
    exams = Path(course) / "exams"
    programme = programme_of(course)
    bank = read_bank(exams, root=course, types=key_modules())
    usable = usable_items(exams, bank, root=course)
    return planned(programme, [in_stock(item, bank) for item in usable])


def programme_of(course: Path) -> ProgrammeFile:
    """The programme of a course; raises `CourseError` without one, `AuthorError` for its faults."""
    programme = read_programme(course / "exams", root=course)
    if programme.faults:
        raise AuthorError(*programme.faults)
    if programme.file is None:
        raise CourseError(f"exams/{NAME}: this course has no programme. Cure: copy one from the project and change it")
    return programme.file


def in_stock(item: Item, bank: Bank) -> Stock:
    """The item as the plan counts it, with what its file says beside the item."""
    return stock(item, pack=bank.needs_pack(item.id), script=script_of(bank.documents[item.id].data))


def stock(item: Item, *, pack: bool = False, script: str = "") -> Stock:
    """The item as the plan counts it."""
    play = item.body.get("play", {})
    language = item.body.get("answer_in") or play.get("speaks")
    return Stock(item.id, part_of(item.type, "key").kind(item.body), item.domain, frozenset(item.facts), language,
                 play.get("channel"), item.critical, pack, script)


def planned(programme: ProgrammeFile, bank: Sequence[Stock]) -> Plan:
    """The plan of a programme over the items that may be used."""
    supply = {name: dict(sorted(Counter(one.kind for one in bank if one.domain == name).items())) for name in DOMAINS}
    lines = [line for exam in programme.exams for part in exam.parts for line in _lines(programme, exam, part, bank)]
    return Plan(supply, tuple(lines))


def _lines(programme: ProgrammeFile, exam: PlannedExam, part: PartFile, bank: Sequence[Stock]) -> Iterator[Line]:
    pool = [one for one in bank if fits(one, part)]
    forms = 1 if part.shared else exam.forms
    if part.within is not None:
        yield from _within(programme, exam, part, pool)
    elif part.weights == TRACKS:
        yield from _every_track(programme, exam, part, pool)
    elif part.weights is not None or part.each is not None:
        quotas = shares(programme, part)
        slack = programme.tolerance if part.weights else 0
        yield from _shared_out(exam.id, _groups(part, forms), _bounds(quotas, slack, forms), pool)
    else:
        for group, needed in _groups(part, forms).items():
            yield _plain(exam.id, group, needed, [one for one in pool if one.kind in group.split("/")], part)
    kinds = _kinds(part)
    for name in part.scripts or ():
        of_class = [one for one in pool if one.script == name and one.kind in kinds]
        yield _plain(exam.id, f"script {name}", forms, of_class, part)
    if part.critical is not None:
        yield _plain(exam.id, "critical", part.critical * forms,
                     [one for one in pool if one.critical and one.kind in kinds], part)


def fits(one: Stock, part: PartFile) -> bool:
    return (
        one.pack == part.pack
        and (part.domains is None or one.domain in part.domains)
        and (part.facts is None or not one.facts.isdisjoint(part.facts))
        and (part.language is None or one.language in (None, part.language))
        and (part.channel is None or one.channel == part.channel)
    )


def _groups(part: PartFile, forms: int) -> dict[str, int]:
    return {group: number * forms for group, number in part.kinds.items()}


def _kinds(part: PartFile) -> set[str]:
    return {kind for group in part.kinds for kind in group.split("/")}


def _plain(exam: str, what: str, needed: int, fitting: Sequence[Stock], part: PartFile) -> Line:
    short = max(0, needed - len(fitting))
    return Line(exam, what, needed, len(fitting), short, _place(part) if short else "")


def _place(part: PartFile) -> str:
    """Where a part's items come from, in words."""
    facts = [] if part.facts is None else [f"with one of {', '.join(part.facts)}"]
    domains = [] if part.domains is None else [f"in {', '.join(part.domains)}"]
    return " ".join([*domains, *facts, *(["by phone"] if part.channel else []),
                     *([f"in the language {part.language}"] if part.language else [])]) or "in any domain"


# Shares of domains


def shares(programme: ProgrammeFile, part: PartFile) -> dict[str, int]:
    """{domain: items of one form}: its share by the weights, rounded so that they sum up (largest remainders first)."""
    if part.each is not None:
        return dict.fromkeys(DOMAINS, part.each)
    weights = programme.tracks[str(part.weights)].weights
    total = sum(part.kinds.values())
    whole = {name: weights.get(name, 0) * total // 100 for name in DOMAINS}
    rest = sorted(DOMAINS, key=lambda name: (-(weights.get(name, 0) * total % 100), DOMAINS.index(name)))
    return {name: whole[name] + (name in rest[: total - sum(whole.values())]) for name in DOMAINS}


def _bounds(quotas: Mapping[str, int], slack: int, forms: int) -> dict[str, tuple[int, int]]:
    """{domain: fewest and most items over all forms}; a domain without a share stays out."""
    return {name: (max(0, quota - slack) * forms, (quota + slack) * forms) for name, quota in quotas.items() if quota}


def _shared_out(exam: str, groups: Mapping[str, int], bounds: Mapping[str, tuple[int, int]],
                pool: Iterable[Stock]) -> Iterator[Line]:
    """A line for every kind and every domain; short is what no choice of items can mend."""
    cells = Counter((one.domain, one.kind) for one in pool)
    kinds = {kind: group for group in groups for kind in group.split("/")}
    edges: dict[Any, int] = {(SOURCE, name): low for name, (low, _) in bounds.items()}
    edges |= {(name, kind): cells[name, kind] for name in bounds for kind in kinds}
    edges |= {(kind, (group,)): sum(groups.values()) for kind, group in kinds.items()}
    flow = Flow(edges | {((group,), SINK): needed for group, needed in groups.items()})
    flow.push()
    missing = {name: flow.left((SOURCE, name)) for name in bounds}
    for name, (low, high) in bounds.items():
        flow.widen(SOURCE, name, high - low)
    flow.push()
    helpful = ", ".join(name for name in DOMAINS if name in flow.reached())
    for group, needed in groups.items():
        short = flow.left(((group,), SINK))
        held = sum(cells[name, kind] for name in bounds for kind in group.split("/"))
        yield Line(exam, group, needed, held, short, f"in {helpful}" if short else "")
    for name, (low, _) in bounds.items():
        held = sum(cells[name, kind] for kind in kinds)
        if low:
            yield Line(exam, name, low, held, missing[name], f"in {name}" if missing[name] else "")


def _every_track(programme: ProgrammeFile, exam: PlannedExam, part: PartFile, pool: Sequence[Stock]) -> Iterator[Line]:
    """A paper for every track whose items stand beside those of one form of its certificate's exam."""
    for name, track in programme.tracks.items():
        if track.exam is None:
            continue
        paper = part.model_copy(update={"weights": name})
        sat = _weighted(programme, track.exam)
        quotas = shares(programme, paper)
        groups = Counter(_groups(paper, exam.forms))
        if sat is not None:
            for domain, count in shares(programme, sat).items():
                quotas[domain] += count
            groups = _joined(groups, sat.kinds)
        yield from _shared_out(f"{exam.id} {name}", groups, _bounds(quotas, 2 * programme.tolerance, 1), pool)


def _joined(groups: Mapping[str, int], more: Mapping[str, int]) -> Counter[str]:
    """Both demands; a kind of `more` that stands in one of the groups with several kinds counts there."""
    home = {kind: group for group in groups for kind in group.split("/")}
    found = Counter(groups)
    for name, number in more.items():
        found[home.get(name.split("/")[0], name)] += number
    return found


def _weighted(programme: ProgrammeFile, exam: str) -> PartFile | None:
    parts = next(one.parts for one in programme.exams if one.id == exam)
    return next((one for one in parts if one.weights in programme.tracks or one.each is not None), None)


# Items nobody has seen


def _within(programme: ProgrammeFile, exam: PlannedExam, part: PartFile, pool: Sequence[Stock]) -> Iterator[Line]:
    """A line for every domain: the part's items, beside all of that domain which a person may have seen already."""
    counted = QUIZ if part.beyond else tuple(_kinds(part))
    for name in DOMAINS:
        held = Counter(one.kind for one in pool if one.domain == name)
        seen = part.seen + sum(max(_holds(programme, other, name) for other in exams) for exams in part.beyond)
        needed = sum(part.kinds.values()) + seen
        supply = sum(held[kind] for kind in counted)
        lacking = {group: number - sum(held[kind] for kind in group.split("/")) for group, number in part.kinds.items()}
        lacking = {group: number for group, number in lacking.items() if number > 0}
        short = max(0, needed - supply, sum(lacking.values()))
        kinds = ", ".join(f"{number} {group}" for group, number in lacking.items())
        where = f"in {name}" + (f", at least {kinds}" if kinds else "")
        what = f"unseen {'quiz items' if part.beyond else ' or '.join(counted)}"
        yield Line(f"{exam.id} {name}", what, needed, supply, short, where if short else "")


def _holds(programme: ProgrammeFile, exam: str, domain: str) -> int:
    """The quiz items of a domain in one form of an exam, as far as the programme says where they come from."""
    found = 0
    for part in next(one.parts for one in programme.exams if one.id == exam):
        total = sum(number for group, number in part.kinds.items() if group.split("/")[0] in QUIZ)
        if part.weights == TRACKS:
            tracks = [name for name, track in programme.tracks.items() if track.exam is not None]
            papers = [part.model_copy(update={"weights": name}) for name in tracks]
            found += max(shares(programme, paper)[domain] for paper in papers)
        elif total and (part.weights is not None or part.each is not None):
            found += shares(programme, part)[domain]
        elif part.domains == [domain]:
            found += total
    return found
