"""The exam programme as data: what every exam asks of the bank, by kind of item and by domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.lessons import check_plan
from examdesk.bank.schema import DOMAIN, ITEM, Exact, Slug, Strict, TextMap
from examdesk.errors import Fault
from examdesk.model import exact

NAME = "programme.yaml"
TRACKS = "tracks"  # weights: tracks asks for a paper of every track that has a certificate
KINDS = r"^[a-z-]+(/[a-z-]+)*$"
DomainId = Annotated[str, StringConstraints(pattern=DOMAIN)]
Count = Annotated[int, Field(ge=1, le=200)]


class TrackFile(Strict):
    """A certificate's level: the exam that gives it, and what it weighs, per cent."""

    exam: Slug | None = None
    weights: dict[DomainId, Annotated[int, Field(ge=0, le=100)]]


class PartFile(Strict):
    """What one part of a form asks for."""

    kinds: Annotated[dict[Annotated[str, StringConstraints(pattern=KINDS)], Count], Field(min_length=1)]
    weights: str | None = None  # a track: from every domain its share
    each: Count | None = None  # so many from every domain
    domains: Annotated[list[DomainId], Field(min_length=1)] | None = None
    facts: Annotated[list[str], Field(min_length=1)] | None = None
    language: Literal["zh", "en"] | None = None
    channel: Literal["phone"] | None = None
    critical: Count | None = None  # critical items in a form
    scripts: Annotated[list[Slug], Field(min_length=1)] | None = None  # classes of replies; a form holds one of each
    pack: bool = False  # items that are made of a product pack; they serve no other part
    shared: bool = False  # the same item serves every form
    within: Literal["every domain"] | None = None  # the whole part can be given in any one domain
    beyond: list[Annotated[list[Slug], Field(min_length=1)]] = Field(default_factory=list)  # exams sat before
    seen: Annotated[int, Field(ge=0, le=50)] = 0  # items of such a part sat before, where exams do not tell


class PlannedExam(Strict):
    id: Slug
    title: TextMap
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    forms: Annotated[int, Field(ge=1, le=9)] = 1  # forms needed; they share no item
    systems: list[Annotated[str, StringConstraints(pattern=r"^SR-[0-9]{2}$")]] = Field(default_factory=list)
    parts: list[PartFile]


class TagFile(Strict):
    """A part of the syllabus that items may be tagged with."""

    label: TextMap
    elective: bool = False  # outside customer service: never scored, in no certificate
    domains: list[DomainId] = Field(default_factory=list)  # optional: all their items belong here, tagged or not


class CourseFile(Strict):
    """A course of live lessons."""

    label: TextMap
    lessons: Count
    a_week: Count
    weeks: Exact
    hours_each: Count | None = None


class ProgrammeFile(Strict):
    """`exams/programme.yaml`."""

    courses: dict[Slug, CourseFile] = Field(default_factory=dict)
    syllabus: dict[Slug, TagFile] = Field(default_factory=dict)
    tolerance: Annotated[int, Field(ge=0, le=5)] = 1  # items a form may differ from a domain's share
    tracks: dict[Slug, TrackFile]
    rehearsed: list[Annotated[str, StringConstraints(pattern=ITEM)]] = Field(default_factory=list)  # for practice alone
    exams: Annotated[list[PlannedExam], Field(min_length=1)]


@dataclass(frozen=True)
class Programme:
    """The programme of a course, None where it has none; its file and the faults found in it."""

    file: ProgrammeFile | None = None
    document: Document | None = None
    faults: tuple[Fault, ...] = ()


def read_programme(exams: Path, *, root: Path) -> Programme:
    """The programme under `exams`; a course need not have one."""
    path = exams / NAME
    if not path.exists():
        return Programme()
    document = load_yaml(path, root=root)
    if document.data is None and document.faults:
        return Programme(None, document, document.faults)
    read, faults = validated(document, ProgrammeFile)
    named = () if read is None else tuple(_named(read, document))
    return Programme(read, document, (*document.faults, *faults, *named))


def _named(read: ProgrammeFile, document: Document) -> Iterator[Fault]:
    """What names something that is not there, and weights that are no whole."""
    for name, course in read.courses.items():
        for wrong in check_plan(lessons=course.lessons, lessons_a_week=course.a_week, weeks=exact(course.weeks)):
            yield document.fault(("courses", name, "weeks"), wrong, found=course.weeks, cure="correct one of the three")
    ids = [exam.id for exam in read.exams]
    for name, tag in read.syllabus.items():
        if tag.elective and tag.domains:
            yield document.fault(("syllabus", name, "domains"), "an elective is never scored, and a domain's items are",
                                 found=", ".join(tag.domains), cure="remove the line, and tag single items")
    for name, track in read.tracks.items():
        if total := sum(track.weights.values()) - 100:
            yield document.fault(("tracks", name, "weights"), "the weights of a track sum to 100",
                                 found=str(total + 100), cure="correct them")
        if track.exam is not None and track.exam not in ids:
            yield document.fault(("tracks", name, "exam"), "no such exam in the programme", found=track.exam,
                                 cure=f"use one of: {', '.join(ids)}")
    for index, exam in enumerate(read.exams):
        if exam.id in ids[:index]:
            yield document.fault(("exams", index, "id"), "this exam stands twice", found=exam.id, cure="keep one")
        for number, part in enumerate(exam.parts):
            yield from _part_faults(read, document, ("exams", index, "parts", number), part)


def _part_faults(read: ProgrammeFile, document: Document, at: tuple[str | int, ...], part: PartFile) -> Iterator[Fault]:
    if part.weights is not None and part.weights not in (TRACKS, *read.tracks):
        yield document.fault((*at, "weights"), "no such track", found=part.weights,
                             cure=f"use one of: {', '.join(read.tracks)}, or {TRACKS}")
    if part.scripts is not None and len(set(part.scripts)) > sum(part.kinds.values()):
        yield document.fault((*at, "scripts"), "the part has fewer items than classes of scripts",
                             found=f"{sum(part.kinds.values())} for {len(set(part.scripts))}",
                             cure="ask for more items or for fewer classes")
    ways = [name for name in ("weights", "each", "domains", "within") if getattr(part, name) is not None]
    if len(ways) > 1:
        yield document.fault((*at, ways[1]), "a part draws on its domains in one way only", found=" and ".join(ways),
                             cure="keep one of them")
    for number, one in enumerate(part.beyond):
        for exam in one:
            if exam not in [other.id for other in read.exams]:
                yield document.fault((*at, "beyond", number), "no such exam in the programme", found=exam,
                                     cure="correct the id")

