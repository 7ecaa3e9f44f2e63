"""A synthetic cohort written straight into records: abilities and choices from a seed, faults planted on demand."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path

from sqlalchemy import event

from examdesk.bank import read_form, write_form
from examdesk.bank.forms import freeze
from examdesk.model import Flag, Form, Item, Mark, PassRule, Section, digest
from examdesk.records import GradedSubmission, Records

AT = "2025-03-01T08:00:00.000Z"
ENGINE = "examdesk 0.1.0"
DOMAINS = ("D2", "D3", "D4", "D6", "D8")
DIFFICULTY = (-1.0, -0.4, -0.8, -0.6, -1.2)  # each domain holds the same five
WRONG_KEY, WEAK, GIVE_AWAY = "I-303", "D6", "I-205"
DEPARTMENTS = ("售前", "售后", "跨境", "培训")


def choice_item(name: str, domain: str, *, critical: bool = False, key: str = "b") -> Item:
    options = [{"id": letter, "text": {"zh": f"选项 {letter}", "en": f"Option {letter}"},
                "reason": {"zh": f"{name} 的 {letter} 这样规定。", "en": f"The rule of {name} says so for {letter}."}}
               for letter in "abcd"]
    stem = {"zh": f"{name}：买家的问题怎样回复？", "en": f"{name}: what does the agent answer?"}
    body = {"stem": stem, "layout": "list", "options": options, "key": key, "keep_order": False}
    return Item(name, "choice", domain, Fraction(1), ("F-TB-01",), "HB", critical, body)


def reply_item(name: str = "R-C06") -> Item:
    body = {"stem": {"zh": "回复买家。", "en": "Reply to the buyer."}, "answer_in": "zh", "rubric": []}
    return Item(name, "reply", "D3", Fraction(4), ("F-TB-01",), "HB", False, body)


def exam_form(*, wrong_key: bool = False, cut: str = "7/10", replies: bool = True, exam: str = "E11") -> Form:
    """Five domains of five choice items, and a reply that a marker marks."""
    items = {}
    for domain in DOMAINS:
        for number in range(1, 6):
            name = f"I-{domain[1:]}0{number}"
            key = "c" if wrong_key and name == WRONG_KEY else "b"
            items[name] = choice_item(name, domain, critical=name == "I-801", key=key)
    sections = [Section("quiz", {"zh": "选择题", "en": "Quiz"}, "quiz", tuple(items))]
    if replies:
        items["R-C06"] = reply_item()
        sections.append(Section("replies", {"zh": "回复", "en": "Replies"}, "replies", ("R-C06",)))
    title = {"zh": "售前客服认证", "en": "Pre-sales certificate"}
    return Form(f"{exam}-a", exam, title, 45, ("zh", "en"), "zh", True, False, tuple(sections),
                PassRule(Fraction(cut), Fraction(2, 5)), items)


_frozen: dict[str, tuple[bytes, Form]] = {}


def put_form(course: Path, form: Form) -> Form:
    """The form as it stands frozen in the course; writing YAML is slow, so an equal one is only copied."""
    name, key = form.id.removeprefix(f"{form.exam}-"), digest(freeze(form))
    path = course / "exams" / form.exam / "forms" / f"{name}.yaml"
    if key not in _frozen:
        write_form(path, form)
        _frozen[key] = (path.read_bytes(), read_form(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_frozen[key][0])
    return _frozen[key][1]


def chosen(item: Item, ability: float, rng: random.Random, plants: tuple[str, ...]) -> str:
    """The option this candidate takes; the true answer is always b, whatever the key says. "" for a reply."""
    if item.type != "choice":
        return ""
    place = int(item.id[-1]) - 1
    hard = DIFFICULTY[place] + (1.9 if item.domain == WEAK and "weak-domain" in plants else 0)
    hard = -6.0 if item.id == GIVE_AWAY and "give-away" in plants else hard
    right = rng.random() < 1 / (1 + math.exp(-1.4 * (ability - hard)))
    return "b" if right else rng.choices("acd", weights=(3, 2, 1))[0]


def reply_mark(candidate: str, form: Form, points: Fraction, *, critical: bool = False) -> Mark:
    evidence = {"critical": [["marker", "confirmed by the marker"]] if critical else []}
    reason = "clear and warm"
    return Mark(candidate, form.id, 1, "R-C06", "whole", points, Fraction(4), reason, "wang", "marker", evidence)


def machine_mark(candidate: str, form: Form, item: Item, choice: str) -> Mark:
    """A choice marked by the machine; a reply left to its marker."""
    common = {"suspected": [], "critical": [], "events": [1, 2]}
    if item.type == "reply":
        points, reason = None, "waits for a marker"
        evidence = {**common, "parts": [], "response": "<script>亲，您好</script>"}
    else:
        points, reason = Fraction(choice == item.body["key"]), f"chose {choice}"
        evidence = {**common, "chose": [choice]}
    return Mark(candidate, form.id, 1, item.id, "whole", points, item.points, reason, ENGINE, "machine", evidence)


def sat(candidate: str, form: Form, marks: list[Mark], *, flags: tuple[Flag, ...] = (), late: float = 0,
        simulated: bool = False) -> GradedSubmission:
    return GradedSubmission(candidate, form.id, form.exam, 1, f"in-{candidate}", form.digest, ENGINE, AT,
                            late_seconds=late, seconds_used=1500, simulated=simulated, journal_head=f"h-{candidate}",
                            marks=tuple(marks), flags=flags)


def write_course(course: Path, *, plants: tuple[str, ...] = (), n: int = 120, seed: int = 7, unmarked: int = 9,
                 held: int = 2, simulated: bool = False, replies: bool = True, exam: str = "E11") -> Form:
    """A course with one exam everybody sat; the last `unmarked` replies still wait for their marker."""
    form = put_form(course, exam_form(wrong_key="wrong-key" in plants, replies=replies, exam=exam))
    rng, records = random.Random(seed), Records.open(course)
    event.listen(records._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))  # for speed
    people = [f"c{number:03}" for number in range(n)]
    _write_roster(course, people)
    given = []
    for number, candidate in enumerate(people):
        ability = rng.gauss(0.6, 1)
        marks = [machine_mark(candidate, form, item, chosen(item, ability, rng, plants))
                 for item in form.items.values()]
        flags = (Flag("journal-chain", "the chain breaks at entry 5", hold=True),) if number < held else ()
        records.save_submission(sat(candidate, form, marks, flags=flags, late=60 if number == 5 else 0,
                                    simulated=simulated))
        if number < n - unmarked and replies:
            halves = min(8, max(0, round(5 + 1.6 * ability + rng.gauss(0, 1))))
            given.append(reply_mark(candidate, form, Fraction(halves, 2)))
    records.save_marks(given, at=AT)
    return form


def _write_roster(course: Path, people: list[str]) -> None:
    rows = ["candidate,name,department,site,stage"]
    for number, candidate in enumerate(people):
        department = "质检" if number % 20 == 3 else DEPARTMENTS[number % 4]
        rows.append(f"{candidate},姓名{number},{department},{'杭州' if number % 3 else '广州'},{1 + number % 4}")
    (course / "grading" / "roster.csv").write_text("\n".join(rows) + "\n", "utf-8-sig")
