"""A simulated cohort: answers follow ability × difficulty, with plausible distractors, blanks, changes and times."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from examdesk import __version__
from examdesk.bank import Trainee, load_form, read_roster
from examdesk.bank.roster import roster_bytes
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.journal import NAME
from examdesk.journal.lines import encode
from examdesk.journal.writing import chained
from examdesk.model import Form, Item, Said, seed_of
from examdesk.variants import HEADER, drawn

ABILITY = (0.55, 1.15)  # mean and standard deviation, logits
EASIEST, HARDEST = -1.6, 0.1  # logits; spread evenly inside every domain, so that no domain is weak by accident
GAINED = 0.4  # standard deviation of what a training gives, logits
SLOPE = 1.25
BLANK, CHANGED = 0.015, 0.08
PREFIX = "sim-"  # of the candidate numbers; a real candidate cannot call a submission simulated
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TRAINING = timedelta(weeks=4)  # between before and after
DEPARTMENTS, SITES, STAGES = ("售前组", "售后组", "跨境组"), ("杭州", "广州"), ("stage-1", "stage-2")


@dataclass(frozen=True)
class Plants:
    """Faults put into a cohort on purpose, so that the report can be seen to find them."""

    wrong_key: frozenset[str] = frozenset()  # items whose key is wrong: able candidates choose a distractor
    weak_domain: frozenset[str] = frozenset()
    give_away: frozenset[str] = frozenset()

    @classmethod
    def read(cls, words: Sequence[str], form: Form) -> Plants:
        """From words like "wrong-key=I-801"; raises `CourseError` for anything else."""
        found: dict[str, set[str]] = {"wrong_key": set(), "weak_domain": set(), "give_away": set()}
        domains = {item.domain for item in form.items.values()}
        for word in words:
            name, _, value = word.partition("=")
            keyed = {item.id for item in form.items.values() if hasattr(part(item.type, "samples"), "against_the_key")}
            known = {"weak-domain": domains, "wrong-key": keyed}.get(name, set(form.items))
            if name.replace("-", "_") not in found or value not in known:
                raise CourseError(f"{word!r} cannot be planted in {form.id}. Cure: use wrong-key=ITEM, give-away=ITEM "
                                  f"or weak-domain=DOMAIN with one of: {', '.join(sorted(known))}")
            found[name.replace("-", "_")].add(value)
        return cls(**{name: frozenset(values) for name, values in found.items()})


@dataclass(frozen=True)
class _Sitting:
    candidate: str
    ability: float
    places: Mapping[str, int]  # of the variants shown
    rng: random.Random = field(compare=False)


def simulate(course: Path, form: str, *, candidates: int, seed: int, plants: Sequence[str] = (),
             gain: float | None = None) -> list[str]:
    """Writes submitted/<candidate>/<form>/ for `candidates` simulated people; returns their ids.

    `gain`: they sit it four weeks later than other exams, after a training that lifts everybody's ability so much on
    average (logits, standard deviation 0.4); 0 is a training nobody learns from. Needs the released form; refuses to
    touch a submission that is there already.
    """
    frozen = load_form(course, form)
    release = course / "release" / form
    if not (release / f"{form}.ipynb").is_file():
        raise CourseError(f"{form} is not released. Cure: run  nbgrader generate_assignment {form}  first")
    people = [f"{PREFIX}{number:03}" for number in range(1, candidates + 1)]
    taken = [name for name in people if (course / "submitted" / name / form).exists()]
    if taken:
        raise CourseError(f"submitted/{taken[0]}/{form} exists already. Cure: remove the simulated submissions first")
    public = json.loads((release / "form.json").read_bytes())
    faults, hard = Plants.read(plants, frozen), difficulties(frozen, seed=seed)
    _enrol(course, people)
    for number, name in enumerate(people):
        # Ability belongs to the person, not to the exam: the same people are strong in every exam.
        ability = random.Random(seed_of("ability", str(seed), name)).gauss(*ABILITY)
        if gain is not None:
            ability += random.Random(seed_of("gain", str(seed), name)).gauss(gain, GAINED)
        sitting = _Sitting(name, ability, drawn(public, name), random.Random(seed_of("answers", str(seed), name, form)))
        start = BEGIN + timedelta(minutes=7 * number) + (TRAINING if gain is not None else timedelta())
        _hand_in(course, release, frozen, sitting, hard, faults, start=start)
    return people


def difficulties(form: Form, *, seed: int) -> dict[str, float]:
    """The planted difficulty of every item in logits, spread evenly inside each domain."""
    hard: dict[str, float] = {}
    for domain in sorted({item.domain for item in form.items.values()}):
        items = [item.id for item in form.items.values() if item.domain == domain]
        random.Random(seed_of("difficulty", str(seed), form.id, domain)).shuffle(items)
        for place, item in enumerate(items):
            hard[item] = EASIEST + (HARDEST - EASIEST) * (place + 0.5) / len(items)
    return hard


def _hand_in(course: Path, release: Path, form: Form, sitting: _Sitting, hard: Mapping[str, float], plants: Plants, *,
             start: datetime) -> None:
    folder = course / "submitted" / sitting.candidate / form.id
    folder.mkdir(parents=True)
    for name in (f"{form.id}.ipynb", "form.json"):
        shutil.copyfile(release / name, folder / name)
    (folder / NAME).write_bytes(b"".join(_journal(form, sitting, hard, plants, start)))
    end = start + timedelta(minutes=form.minutes)
    (folder / "timestamp.txt").write_text(f"{end:%Y-%m-%d %H:%M:%S.%f} UTC", "utf-8")


def _journal(form: Form, sitting: _Sitting, hard: Mapping[str, float], plants: Plants, start: datetime
             ) -> Iterator[bytes]:
    header = {"exam": form.exam, "form": form.id, "candidate": sitting.candidate, "attempt": 1,
              "engine": __version__, "language": form.language, "simulated": True,
              **({HEADER: sitting.places} if sitting.places else {})}
    answers: list[tuple[str | None, str, Any]] = [(None, "started", header)]
    for item in form.with_variants(sitting.places).items.values():
        answers += [(item.id, kind, value) for kind, value in _said(form, item, sitting, hard[item.id], plants)]
    answers.append((None, "finished", {"answered": len(form.items)}))
    seq, head, mono = 0, "", 1_000
    pace = form.minutes * 60_000 / (len(answers) + 1) * 0.7
    for entry, kind, value in answers:
        mono += _takes(form, entry, kind, value) or int(pace * sitting.rng.lognormvariate(-0.2, 0.6))
        event = chained(seq, head, kind, value, entry, at=start + timedelta(milliseconds=mono), mono=mono)
        seq, head = event.seq, event.hash
        yield encode(event)


def _takes(form: Form, entry: str | None, kind: str, value: Any) -> int:
    """The ms before an event where the type knows them; 0 where they are left to chance."""
    item = form.items[entry] if entry else None
    takes = getattr(part(item.type, "samples"), "takes", None) if item else None
    return int(takes(item, kind, value)) if takes else 0


def _said(form: Form, item: Item, sitting: _Sitting, hard: float, plants: Plants) -> list[Said]:
    """What this candidate does with one item."""
    rng, samples = sitting.rng, part(item.type, "samples")
    if rng.random() < BLANK and item.id not in plants.give_away:
        return list(samples.blank(item))
    chance = 1 / (1 + math.exp(-SLOPE * (sitting.ability - hard - (1.6 if item.domain in plants.weak_domain else 0))))
    if item.id in plants.give_away:
        chance = 0.995
    knows = rng.random() < chance
    if item.id in plants.wrong_key:
        return list(samples.against_the_key(item, knows, rng))
    said = _seeded(_right(samples, item, rng) if knows else _not_right(samples, item, rng, chance), item, form, sitting)
    if rng.random() < CHANGED and said and said[-1][0] == "answered" and len(said) == 1:
        return [*samples.wrong(item, rng), *said]
    return said


def _right(samples: Any, item: Item, rng: random.Random) -> list[Said]:
    """Full marks; a type with many right ways chooses one by `vary`."""
    vary = getattr(samples, "vary", None)
    return list(vary(item, rng) if vary else samples.right(item))


def _seeded(said: Sequence[Said], item: Item, form: Form, sitting: _Sitting) -> list[Said]:
    """The same behaviour with this candidate's own seed."""
    seed = seed_of(form.id, sitting.candidate, item.id)
    return [(kind, {"seed": seed} if kind == "opened" else value) for kind, value in said]


def _not_right(samples: Any, item: Item, rng: random.Random, chance: float) -> list[Said]:
    """Half right or wrong; the abler the candidate, the more often half right."""
    return list(samples.partial(item, rng) if rng.random() < chance else samples.wrong(item, rng))


def _enrol(course: Path, people: Sequence[str]) -> None:
    """Adds the simulated people to grading/roster.csv, where they are missing."""
    roster = course / "grading" / "roster.csv"
    roster.parent.mkdir(exist_ok=True)
    listed = read_roster(roster) if roster.is_file() else []
    known = {trainee.candidate for trainee in listed}
    new = [
        Trainee(name, f"模拟考生 {name[len(PREFIX):]}", DEPARTMENTS[n % 3], SITES[n % 2], STAGES[(n // 3) % 2])
        for n, name in enumerate(people) if name not in known
    ]
    if new:
        staged = roster.with_suffix(".tmp")
        staged.write_bytes(roster_bytes([*listed, *new]))
        staged.replace(roster)
