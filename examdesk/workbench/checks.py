"""The nine checks an author's scenario has to pass before anybody is marked by it."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from examdesk.bank.schema import Loc, Problem
from examdesk.errors import Fault
from examdesk.items.scenario import trials
from examdesk.items.scenario.desk_faults import whole
from examdesk.items.scenario.scoring import FULL, entries, reached
from examdesk.items.scenario.trials import events_of
from examdesk.model import Said
from examdesk.workbench import slow
from examdesk.workbench.breaches import tried
from examdesk.workbench.coverage import Place, covered, violations
from examdesk.workbench.monkeys import KINDS, NOISE, Zoo, tally, zoo_of
from examdesk.workbench.paths import Path as Chat
from examdesk.workbench.paths import Searcher
from examdesk.workbench.queues import QueueSearcher
from examdesk.workbench.reading import Opened, open_scenario
from examdesk.workbench.report import Check, Report
from examdesk.workbench.rewriting import rewrites
from examdesk.workbench.stage import Stage, talk

RUNS = 1_000  # chats of each kind of monkey; at a desk of five customers 200 monkeys hold them
SAME = Fraction(95, 100)  # of the rewrites must pass or fail as the transcript does


def check(course: Path, name: str, *, runs: int = RUNS) -> Report:
    """The nine checks of a scenario. Raises `CourseError` when the bank has none of this id."""
    begun = time.process_time()
    opened = open_scenario(course, name)
    with _uncollected():
        checks = tuple(checked(opened, runs=runs))
    return Report(name, opened.document.name, checks, round(time.process_time() - begun, 1))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Half a million chats are made and dropped, none of them in a circle: looking for circles takes a third longer."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def checked(opened: Opened, *, runs: int) -> Iterable[Check]:
    """The checks, one after the other; while names and ways have faults the others cannot run."""
    yield _ways(opened)
    if opened.faults:
        yield from (Check(name, "mend the faults above first", ran=False) for name in NAMES[1:])
        return
    stage = opened.stage()
    bench = _Bench(opened, stage, -(-runs // len(stage.chats)))
    yield from (run(bench) for run in RUN)


@dataclass
class _Bench:
    """A scenario while it is checked."""

    opened: Opened
    stage: Stage
    runs: int  # monkeys of each kind
    best: Chat | None = None  # known after the search

    def __post_init__(self) -> None:
        self.searcher = QueueSearcher(self.stage) if len(self.stage.chats) > 1 else Searcher(self.stage)

    def fault(self, loc: Loc, wrong: str, *, found: str = "", cure: str = "") -> Fault:
        return self.opened.document.fault(loc, wrong, found=found, cure=cure)

    def faults(self, problems: Iterable[Problem]) -> tuple[Fault, ...]:
        return tuple(self.fault(one.loc, one.wrong, found=one.found, cure=one.cure) for one in problems)


def _ways(opened: Opened) -> Check:
    if opened.faults or opened.body is None:
        return Check("ways", "a name, a number or a way is wrong", opened.faults)
    play, score = whole(opened.body)["play"], opened.body["score"]
    states = [name for one in play.get("chats", [play]) for name in one["states"]]
    sizes = ", ".join(f"{len(part)} {name}" for name, part in (
        ("states", states), ("acts", play["acts"]), ("tools", play["tools"]), ("criteria", score["criteria"])))
    return Check("ways", f"{sizes}; all names exist, every state is reached and left, every criterion can be earned")


def _best(bench: _Bench) -> Check:
    found, patience = bench.searcher.best(), bench.stage.patience
    bench.best = found.path
    figures = {"points": str(found.best.points), "tried": found.tried, "exhausted": found.exhausted}
    if found.path:
        turns = [value["text"] if kind == "said" else value for kind, value in found.path.turns]
        told = (f"{FULL} points in {len(turns)} turns; {found.path.messages} messages of the {patience} "
                f"he has patience for; {found.tried} chats followed")
        return Check("best path", told, figures={**figures, "points": str(FULL), "turns": turns})
    return Check("best path", f"no chat with {FULL} points found", tuple(_missing(bench, found.best)), figures=figures)


def _missing(bench: _Bench, best: Chat) -> Iterable[Fault]:
    """A fault for everything the best chat there is does not earn."""
    score, play = bench.stage.score, bench.stage.play
    for loc, entry in entries(score):
        if not reached(play, score, entry, best.state):
            wrong = f"the best chat found earns {best.points} of {FULL} points and misses this"
            cure = "give it a way: an act the customer takes it from, a tool that can be used, more patience"
            yield bench.fault(loc, wrong, found=entry["id"], cure=cure)


def _orders(bench: _Bench) -> Check:
    """The pass mark by another order, and the end of agents who get nowhere."""
    if isinstance(bench.searcher, QueueSearcher):
        return _services(bench, bench.searcher)
    faults, ends = [], list(bench.searcher.stallers())
    for what, at, state in ends:
        if not bench.stage.is_over(state):
            wrong = f"an agent who does this never comes to an end: {what}"
            cure = "let patience or mood end the chat"
            faults.append(bench.fault(("play", "states", at), wrong, found=at, cure=cure))
    pairs = bench.searcher.neighbours(bench.best) if bench.best else []
    free = [pair for pair in pairs if bench.searcher.other_way_round(*pair)]
    if bench.best and not free:
        cure = "take the answer to a later question where it comes, with a rule or with skip:"
        faults.append(bench.fault(("score", "pass_mark"), "the pass mark is reached in one order only", cure=cure))
    longest = max(len(state.steps) for _, _, state in ends)
    told = f"{len(free)} of {len(pairs)} neighbouring steps may be swapped; the worst chat ends after {longest} turns"
    listed = [f"passes only with {one} before {two}" for one, two in pairs if (one, two) not in free]
    return Check("orders and ends", told, tuple(faults), tuple(listed), {"swapped": free, "longest": longest})


def _services(bench: _Bench, searcher: QueueSearcher) -> Check:
    """The pass mark by several orders of service, and the end of agents who get nowhere with anybody."""
    ends, loc = list(searcher.stallers()), ("play", "chats")
    stuck = [f"{what}, {at}" for what, at, state in ends if not searcher.ended(what, state)]
    faults = [bench.fault(loc, "an agent who does this never comes to an end", found=one,
                          cure="let patience, mood or waits: end the chats") for one in stuck]
    passes = searcher.orders()
    good = [name for name, passed in passes.items() if passed]
    if len(good) < 2:
        cure = "give the customers more patience, or points for what every order of service reaches"
        faults.append(bench.fault(("score", "pass_mark"), "the pass mark is reached in one order of service only",
                                  found=", ".join(good) or "none", cure=cure))
    longest = max(len(state.steps) for _, _, state in ends)
    told = f"passes by serving {', '.join(good) or 'nobody'}; the worst service ends after {longest} turns"
    listed = [f"does not pass by serving {name}" for name in passes if name not in good]
    return Check("orders and ends", told, tuple(faults), tuple(listed), {"passes": passes, "longest": longest})


def _breaches(bench: _Bench) -> Check:
    found = tried(bench.stage)
    told = (f"{len(violations(bench.stage.score))} violations: {found.samples} samples fire, {found.look_alikes} "
            f"look-alikes do not; put into gold chats {found.chats} times, always seen")
    told = f"{len(found.problems)} samples or look-alikes are not as they should be" if found.problems else told
    return Check("breaches", told, bench.faults(found.problems))


def _coverage(bench: _Bench) -> Check:
    found = covered(bench.stage)
    ways, events = (len(found.ways) - len(found.unwalked), len(found.events) - len(found.unseen))
    told = (f"the transcripts walk {ways} of {len(found.ways)} ways and come to {events} of {len(found.events)} "
            "events of the score")
    listed = [*_grouped(bench, found.unseen, "no transcript comes to")]
    listed += _grouped(bench, found.unwalked, "not walked in")
    missed = [f"{place.group}: {place.name}" for place in (*found.unseen, *found.unwalked)]
    return Check("coverage", told, listed=tuple(listed), figures={"ways": ways, "events": events, "missed": missed})


def _grouped(bench: _Bench, places: Iterable[Place], words: str) -> Iterable[str]:
    """Places in lines of their states, or of their parts of the score half."""
    for group, ones in groupby(places, key=lambda place: place.group):
        names = [f"{place.name} ({bench.opened.document.line(place.loc)})" for place in ones]
        yield f"{words} {group}: {', '.join(names)}"


def _monkeys(bench: _Bench) -> Check:
    zoo, mark, loc = zoo_of(bench.stage), bench.stage.pass_mark, ("score", "pass_mark")
    tallies = [tally(zoo, kind, runs=bench.runs) for kind in KINDS]
    faults = [*_nothing(bench)]
    for one in tallies:
        if one.high >= mark:
            wrong = f"who only plays {one.kind} can pass: 95 of 100 earn up to {one.high} points"
            cure = "give points for what only serving him earns"
            faults.append(bench.fault(loc, wrong, found=f"pass mark {mark}", cure=cure))
    rogue = next(one for one in tallies if one.kind == "breach-happy")
    if rogue.passed:
        wrong = f"{rogue.passed} of {rogue.runs} chats full of violations pass and nobody looks"
        faults.append(bench.fault(("score", "critical"), wrong, cure="add tools:, acts: or phrases: that see them"))
    several = f" with {len(bench.stage.chats)} customers" if len(bench.stage.chats) > 1 else ""
    told = (f"pass mark {mark}; 95th percentile of {bench.runs:,} each{several}: "
            + ", ".join(f"{one.kind} {one.high}" for one in tallies))
    figures = {one.kind: {"p95": str(one.high), "most": str(one.most), "passed": one.passed, "ended": one.ended}
               for one in tallies}
    return Check("monkeys", told, tuple(faults), tuple(_knowing(bench, zoo)), figures)


def _knowing(bench: _Bench, zoo: Zoo) -> Iterable[str]:
    """A line when somebody who knows the answers need not hold the chat."""
    one = tally(zoo, "all-answers", runs=max(1, bench.runs // 10))
    if one.high >= bench.stage.pass_mark:
        yield (f"who knows the answers and sends all of them in every message, worded anew, earns up to {one.high}: "
               "the customer takes two at a time")


def _nothing(bench: _Bench) -> Iterable[Fault]:
    """A fault when doing nothing, or nothing that means anything, is enough."""
    mark = bench.stage.pass_mark
    for what, turns in (("does nothing", []), ("writes one sign", talk(NOISE[0])), ("writes noise", talk(*NOISE))):
        said = [one for turn in turns for one in bench.stage.aimed(turn)]
        judgement = bench.stage.judged(bench.stage.chat(said))
        if bench.stage.points(judgement) >= mark or judgement.evidence["passed"]:
            cure = "raise the pass mark, or let the points ask for something"
            yield bench.fault(("score", "pass_mark"), f"who {what} can pass", found=f"pass mark {mark}", cure=cure)


def _rewrites(bench: _Bench) -> Check:
    """Gold and failing transcripts typed in a hurry pass and fail as they did; borderline ones may tip over."""
    same, everything, changed = 0, 0, Counter[tuple[int, str, str]]()
    for index, script in enumerate(bench.stage.score["transcripts"]):
        turns = events_of(script)
        wanted = _passes(bench.stage, turns)
        for how, again in rewrites(turns):
            differs = _passes(bench.stage, again) != wanted
            changed[index, script["id"], how] += differs
            everything, same = everything + _is_clear(script), same + (_is_clear(script) and not differs)
    told = (f"{same} of {everything} rewrites (typing errors, no punctuation) of gold and failing transcripts "
            "pass or fail as before")
    rows = {key: count for key, count in changed.items() if count}
    listed = tuple(f"{name} with {how}: {count} no longer as before" for (_, name, how), count in rows.items())
    faults: tuple[Fault, ...] = ()
    if same < SAME * everything:
        wrong = f"with small errors more than {100 - SAME * 100} of 100 gold or failing transcripts change pass or fail"
        cure = "add shorter phrases, each with the words that carry the meaning"
        count = f"{everything - same} of {everything}"
        faults = (bench.fault(("score", "transcripts"), wrong, found=count, cure=cure),)
    return Check("rewrites", told, faults, listed, {"same": same, "of": everything})


def _is_clear(script: Mapping[str, Any]) -> bool:
    return script["kind"] != "borderline"


def _passes(stage: Stage, turns: Iterable[Said]) -> bool:
    return bool(stage.judged(stage.chat(turns)).evidence["passed"])


def _replay(bench: _Bench) -> Check:
    """What `examdesk check` tries out, too: phrases and model transcripts."""
    faults = bench.faults(trials.faults(bench.opened.body or {}))
    scripts = bench.stage.score["transcripts"]
    count = Counter(script["kind"] for script in scripts)
    kinds = ", ".join(f"{number} {kind}" for kind, number in count.items())
    phrases = sum(len(texts) for act in bench.stage.play.data["acts"].values() for texts in act["phrases"].values())
    good = f"{len(scripts)} transcripts ({kinds}) earn what they claim; each of {phrases} phrases counts"
    return Check("replay", good if not faults else "a transcript or a phrase does not do what it claims", faults)


def _clock(bench: _Bench) -> Check:
    data, score = bench.stage.play.data, bench.stage.score
    if "clock" not in data:
        return Check("clock", "no clock: waiting costs nothing, and nobody is asked to be fast")
    found = slow.tried(bench.stage)
    points = f"full points for time ({score['waits']['weight']})" if "waits" in score else "no points for time"
    told = (f"{found.golds} gold chats typed slowly, and with extra time: {points}, he stays; he waits up to "
            f"{found.longest} s for a message; late with every answer, and right, passes")
    told = told if not found.problems else "who is slow loses more than he should"
    asked = tuple(f"in {name} he asks although somebody slow is typing" for name in found.asked)
    return Check("clock", told, bench.faults(found.problems), asked, {"golds": found.golds, "longest": found.longest})


RUN: tuple[Callable[[_Bench], Check], ...] = (
    _best, _orders, _breaches, _coverage, _monkeys, _rewrites, _replay, _clock,
)  # fmt: skip
NAMES = ("ways", "best path", "orders and ends", "breaches", "coverage", "monkeys", "rewrites", "replay", "clock")
