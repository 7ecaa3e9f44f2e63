"""Marks a typing item: how fast a passage was copied, and with how many errors.

Speed counts the characters that are right (zh), or words of five keystrokes (en), over the whole time; over the time
taken when the end of the passage was reached before. Errors are single-character edits in both languages.

Which clock is believed. The journal holds the kernel's monotonic clock: when the first keystroke arrived (`opened`)
and when each state of the text was saved, which is never before its keystrokes. The browser only says how many
milliseconds lay between the first keystroke and the last. It is believed up to `SLACK` below the journal: so much a
save may lag. Further below, a lost kernel or a reload may be the reason, or a cooked browser: then the slower clock
counts, and a person decides where the points depend on it. On a laptop the candidate owns the journal as well, so it
proves order and pace only to somebody who trusts the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from examdesk.errors import NeedsMarker
from examdesk.items.typing.copied import STROKES, Copied, copied, speed
from examdesk.marking import by_parts, shown, whole
from examdesk.model import Event, Grader, Judgement, Part, Response, exact

RULES = ("all-or-nothing", "per-criterion")
SLACK = 3_000  # ms that a save may come later than its last keystroke
FASTEST = {"zh": 300, "en": 160}  # a minute; beyond it a person looks, and nobody loses points for being quick
AT_ONCE = 40  # characters between two saves, from which their pace says something


@dataclass(frozen=True)
class Passage:
    """What is to be copied in one language, and how fast."""

    language: str
    text: str
    per_minute: Fraction  # characters (zh) or words (en)


@dataclass(frozen=True)
class Typed:
    """The result of a typing test."""

    speed: Fraction  # a minute
    errors: Fraction  # share of the characters typed
    fast_enough: bool
    clean_enough: bool

    @property
    def passed(self) -> bool:
        return self.fast_enough and self.clean_enough


def typing_result(
    *, correct: int, wrong: int, minutes: int | Fraction, language: str = "zh", per_minute: int | Fraction = 50,
    max_errors: Fraction = Fraction(0)
) -> Typed:
    """The result of so many right and wrong characters in so much time; by itself the handbook's norm (F-LN-02).

    >>> typing_result(correct=260, wrong=0, minutes=5).passed, typing_result(correct=260, wrong=1, minutes=5).passed
    (True, False)
    """
    pace = speed(correct, minutes=Fraction(minutes), language=language)
    share = Fraction(wrong, correct + wrong) if correct + wrong else Fraction(0)
    return Typed(pace, share, pace >= per_minute, share <= max_errors)


def passage(language: str, text: str, *, per_minute: int | str) -> Passage:
    """The passage in one language, for the hidden cell. Raises ValueError for a language without a speed."""
    if language not in STROKES:
        raise ValueError(f"no language {language!r} for a passage; there are: {', '.join(STROKES)}")
    return Passage(language, text, exact(per_minute))


def typing(
    *, passages: Sequence[Passage], seconds: int, rule: str, max_errors: str = "0", no_points_from: str = "1/10"
) -> Grader:
    """All or nothing for speed and errors together; or half the points for each.

    Per criterion, speed earns its share of the speed asked for. Errors earn as much as that, lessened evenly from
    `max_errors` on to nothing at `no_points_from`: a single right letter is no clean copy.

    >>> grade = typing(passages=[passage("zh", "亲，您好" * 9, per_minute=50)], seconds=60, rule="per-criterion")
    >>> grade(Response("I-212", {"text": "亲，您好" * 5, "language": "zh", "ms": 9000, "pasted": 0})).fraction
    Fraction(2, 5)
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r} for typing; there are: {', '.join(RULES)}")
    asked = {one.language: one for one in passages}
    allowed, hopeless = exact(max_errors), exact(no_points_from)

    def judged(done: Copied, one: Passage, ms: int) -> Judgement:
        minutes = Fraction(counted(ms, seconds=seconds, whole=done.whole), 60_000)
        found = typing_result(correct=done.right, wrong=done.wrong, minutes=minutes, language=one.language,
                              per_minute=one.per_minute, max_errors=allowed)
        reason = _reason(found, done, one.language)
        if rule == "all-or-nothing":
            return whole(Fraction(found.passed), reason)
        pace = min(Fraction(1), found.speed / one.per_minute)
        care = pace * _care(found.errors, allowed, hopeless)
        return by_parts([Part(name, share, Fraction(1, 2), reason) for name, share in
                         (("speed", pace), ("errors", care))], reason)

    def grade(response: Response) -> Judgement:
        value = response.value if isinstance(response.value, dict) else {}
        one = asked.get(str(value.get("language")))
        if one is None or not isinstance(value.get("text"), str) or type(value.get("ms")) is not int:
            return whole(Fraction(0), "nothing typed" if response.is_blank else "no readable answer")
        done = copied(value["text"][: 2 * len(one.text)], one.text)
        clocks = _clocks(response, value["ms"])
        marks = [judged(done, one, ms) for ms in clocks]
        if marks[0].fraction != marks[-1].fraction:
            raise NeedsMarker(f"the browser counts {_s(clocks[0])}, the journal {_s(clocks[-1])}; a person must decide")
        return replace(marks[-1], evidence={"doubts": _doubts(response, done, one.language, clocks)})

    return grade


def counted(ms: int, *, seconds: int, whole: bool) -> int:
    """The ms a speed is measured over: the whole time unless the end of the passage was reached before.

    Up to `SLACK` beyond the time is not counted: the last save came late. Beyond that everything is.
    """
    spent, limit = max(1, ms), 1000 * seconds
    if not whole:
        spent = max(spent, limit)
    return limit if limit < spent <= limit + SLACK else spent


def _clocks(response: Response, ms: int) -> list[int]:
    """The time taken in ms by every clock that may be right: the browser's, and the journal's where it says more."""
    typed = [event for event in response.events if event.kind in ("opened", "answered")]
    saved = [event.mono for event in typed if event.kind == "answered" and event.value == response.value]
    spent = saved[0] - typed[0].mono if saved else 0
    return [ms, spent] if spent - SLACK > ms else [ms]


def _care(errors: Fraction, allowed: Fraction, hopeless: Fraction) -> Fraction:
    if errors <= allowed:
        return Fraction(1)
    return max(Fraction(0), (hopeless - errors) / (hopeless - allowed)) if hopeless > allowed else Fraction(0)


def _reason(found: Typed, done: Copied, language: str) -> str:
    unit = "characters" if language == "zh" else "words"
    return f"{shown(found.speed)} right {unit} a minute; {done.wrong} errors in {done.typed} characters"


def _doubts(response: Response, done: Copied, language: str, clocks: Sequence[int]) -> list[str]:
    """What a person should look at; nothing of it takes a point away."""
    doubts = []
    if len(clocks) > 1:
        doubts.append(f"the browser counts {_s(clocks[0])} of typing, the journal {_s(clocks[-1])}")
    pace = speed(done.typed, minutes=Fraction(max(1, clocks[-1]), 60_000), language=language)
    if done.typed >= AT_ONCE and pace > FASTEST[language]:
        doubts.append(f"typed at {shown(pace)} a minute, faster than people type")
    tries = response.value.get("pasted")
    if type(tries) is int and tries > 0:
        doubts.append(f"pasting was tried {tries} times and prevented")
    if (most := _at_once(response.events, language)) > 0:
        doubts.append(f"{most} characters appeared at once")
    return doubts


def _at_once(events: Sequence[Event], language: str) -> int:
    """The most characters that came between two saves faster than people type; 0 when there are none."""
    saved = [(event.mono, len(event.value["text"])) for event in events
             if event.kind == "answered" and isinstance(event.value, dict) and isinstance(event.value.get("text"), str)]
    jumps = [more - less for (before, less), (after, more) in pairwise(saved)
             if speed(more - less, minutes=Fraction(max(0, after - before) + SLACK, 60_000), language=language)
             > FASTEST[language]]
    return max((jump for jump in jumps if jump >= AT_ONCE), default=0)


def _s(ms: int) -> str:
    return f"{ms / 1000:.0f} s"
