"""How well free text is understood: phrases held back, heard clean, with typos and without punctuation.

    python -m examdesk.workbench.detection exams/bank/d*/S-*.yaml

Three in ten of the author's phrases are taken out of the scenario by hash, whole groups at a time; neither the phrases
nor the model (nor its thresholds) know them. Their wordings are then said where their act is awaited: those of acts the
model may read make a table, those of all others must not be read as one. A message is *right* when its act counts,
*asked* when the customer asks whether that act is meant (*misasked*: another), *lost* when nothing is understood, and
*false* when an act counts that it does not mean, a bare "ok" beside the right one apart; of those lost, *shown* are
pointed out to the marker, rightly. Phrases stand side by side so that each finds what the others do not: their wordings
are harder than what agents type, which `messages` (by hand, with the act they mean) show better.

Where the file holds sentences of writers (`utterances:`), these are measured instead, as they were typed: three in ten
held back, and every writer once with nothing of his own learned. *Unearned* is then what the chat makes of it: an act
that earns points is credited, which would not be if a marker read in the message the one act it was written for. Who
really says two things, or is polite as well, counts there, too: it is the most that is credited without being earned.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from examdesk.bank.files import load_yaml
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.doubts import unread
from examdesk.items.scenario.learning import HELD_BACK, Example, examples, learned
from examdesk.items.scenario.perhaps import seems
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.scoring import earning
from examdesk.items.scenario.second import Second, awaited, has_number, readable, second
from examdesk.items.scenario.utterances import Uttered, uttered
from examdesk.items.scenario.world import say, start
from examdesk.model import seed_of
from examdesk.workbench.rewriting import without_punctuation

DAMAGED = 8  # one word or character in so many
_AROUND = {"zh": ("您好，", "，谢谢。"), "en": ("Hello, ", ", thanks.")}
_CHARACTERS = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Message(NamedTuple):
    """Something an agent types, and the act it means."""

    act: str
    language: str
    text: str
    said: str = "own words"  # or held back


class Figures(NamedTuple):
    """Of `n` messages, how many were right, asked about (wrongly), lost, shown to a marker, false, unearned."""

    said: str  # held back, own words
    language: str
    heard: str  # clean, typos, bare
    reader: str  # phrases, model
    n: int
    right: int
    asked: int
    misasked: int
    lost: int
    shown: int  # of the lost, those the marker is told to look at, rightly
    false: int
    unearned: int  # something that earns points was credited that the message was not written for


class Probes(NamedTuple):
    """Messages that mean no act the model may read: what was made of them."""

    kind: str
    n: int
    phrases: int  # some such act counted by phrases
    counted: int  # by the model
    asked: int


class Detection(NamedTuple):
    """Everything measured of one scenario."""

    figures: tuple[Figures, ...]
    probes: tuple[Probes, ...]
    bytes: int  # of the model in form.json
    training_ms: int  # CPU
    message_us: Mapping[str, int]  # CPU per message, by reader
    acts: tuple[str, ...]  # that the model may read


def detection(
    data: Mapping[str, Any], acts: Sequence[str] | None = None, messages: Iterable[Message] = (), *,
    hold_back: int = HELD_BACK,
) -> Detection:  # fmt: skip
    """The figures of a play half; `acts` are those the model may read, the ones with a meaning when left out.

    With `messages` of one's own, `hold_back=0` measures the scenario as it is.
    """
    data = data if acts is None else may_read(data, acts)
    every = [one for one in examples(Play(data)) if one.act or one.against]
    held = [one for one in every if one.act and seed_of("measured", one.group) % 100 < hold_back]
    kept = without(data, {one.group for one in held})
    start = time.process_time()
    model = learned(kept)
    trained = time.process_time() - start
    plain, full = Play({name: value for name, value in kept.items() if name != "model"}), Play({**kept, "model": model})
    said = [*map(_typed, held), *messages]
    mine = [one for one in said if one.act in readable(full)]
    figures: list[Figures] = []
    spent = {}
    for name, play in (("phrases", plain), ("model", full)):
        start = time.process_time()
        figures += _table(play, name, mine)
        spent[name] = round((time.process_time() - start) * 1_000_000 / max(1, len(HEARD) * len(mine)))
    others = [one for one in said if one not in mine and one.act in awaited(full, state_of(full, one.act))]
    look_alikes = [_typed(one)._replace(act=one.against) for one in every if one.against in readable(full)]
    probes = (_probe(full, "held-back phrases of other acts", _placed(full, others)),
              _probe(full, "look-alikes", _placed(full, look_alikes)),
              _probe(full, "the customer's lines with typos", _pasted(full)))
    size = len(json.dumps(model, ensure_ascii=False).encode())
    return Detection(tuple(figures), probes, size, round(trained * 1000), spent, tuple(readable(full)))


def writers(body: Mapping[str, Any]) -> Iterator[Figures]:
    """How the sentences of writers are read that were held back, and those of a writer of whom nothing was learned."""
    every = list(uttered(body["utterances"]))
    held = {one for one in every if seed_of("measured", one.act, one.text) % 100 < HELD_BACK}
    parts, points = {"held back": held}, paid(body["score"])
    parts |= {f"writer {name}": {one for one in every if one.writer == name}
              for name in sorted({one.writer for one in every})}
    for said, tested in parts.items():
        rest = [one for one in every if one not in tested]
        plain = {name: value for name, value in body["play"].items() if name != "model"}
        model = learned(plain, gathered(rest)) if "unsure" in plain else None
        messages = [Message(one.act, one.language, one.text, said) for one in every if one in tested]
        yield from _table(Play(plain), "phrases", messages, points)
        if model:
            yield from _table(Play({**plain, "model": model}), "model", messages, points)


def gathered(every: Iterable[Uttered]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Sentences as an author keeps them."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for one in every:
        found.setdefault(one.act, {}).setdefault(one.language, {}).setdefault(one.writer, []).append(one.text)
    return found


def may_read(data: Mapping[str, Any], acts: Sequence[str]) -> dict[str, Any]:
    """The play half with a meaning for exactly these acts."""
    specs = {}
    for name, spec in data["acts"].items():
        rest = {key: value for key, value in spec.items() if key != "meaning"}
        specs[name] = {**rest, "meaning": {"en": name}} if name in acts else rest
    return {**data, "acts": specs}


def without(data: Mapping[str, Any], groups: set[str]) -> dict[str, Any]:
    """The play half without these groups of phrases."""
    acts = {}
    for name, spec in data["acts"].items():
        kept = {language: [one for one in phrases if f"{name}|{language}|{one}" not in groups]
                for language, phrases in spec["phrases"].items()}
        acts[name] = {**spec, "phrases": kept}
    return {**data, "acts": acts}


def state_of(play: Play, act: str) -> str:
    """Where an act is said: the first state that awaits it."""
    own = (name for name, spec in play.data["states"].items() if any(rule.get("act") == act for rule in spec["rules"]))
    return next(own, play.data["begins"])


def _typed(one: Example) -> Message:
    before, after = _AROUND[one.language]
    words = ("" if one.language == "zh" else " ").join(one.clause)
    return Message(one.act, one.language, f"{before}{words}{after}", "held back")


# How a message is typed


def clean(text: str) -> str:
    return text


def damaged(text: str) -> str:
    """One word of eight damaged (one character of eight in Chinese), at random but always the same.

    Harder than what a hurried person types, see `rewriting.with_typos`.
    """
    rng = random.Random(seed_of("typos", text))
    pieces = re.findall(r"[A-Za-z0-9']+|.", text)
    return "".join(_damaged(one, rng) if one.isalnum() and rng.randrange(DAMAGED) == 0 else one for one in pieces)


def _damaged(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    before, char, after = word[:at], word[at], word[at + 1 :]
    other = rng.choice(_LETTERS if word.isascii() else _CHARACTERS)
    return before + rng.choice([after, char + char + after, other + after, after[:1] + char + after[1:]])


HEARD: dict[str, Callable[[str], str]] = {"clean": clean, "typos": damaged, "bare": without_punctuation}


# What is made of it


def _read(play: Play, text: str, state: str, meant: str = "") -> tuple[set[str], Second]:
    """The acts counted by phrases, courtesy apart unless it is meant, and what the model adds."""
    found = _found(play, text)
    added = second(play, play.model, text, state, found, readable(play)) if play.model else Second()
    return {act for act in found if act == meant or not play.is_light(act)}, added


@lru_cache(maxsize=20_000)
def _found(play: Play, text: str) -> tuple[str, ...]:
    return tuple(play.understood(text))


def _table(
    play: Play, reader: str, said: Sequence[Message], points: Collection[str] = frozenset()
) -> Iterator[Figures]:  # fmt: skip
    for kind, language in sorted({(one.said, one.language) for one in said}):
        some = [one for one in said if (one.said, one.language) == (kind, language)]
        for how in HEARD:
            yield _figures(play, reader, how, some, points)


def _figures(play: Play, reader: str, how: str, said: Sequence[Message], points: Collection[str]) -> Figures:
    right = asked = misasked = lost = shown = false = unearned = 0
    for one in said:
        found, added = _read(play, HEARD[how](one.text), state_of(play, one.act), one.act)
        counted = found | set(added.acts)
        right += one.act in counted
        asked += added.ask == one.act
        misasked += added.ask not in (None, one.act)
        lost += not counted and added.ask is None
        shown += not counted and _shown(play, HEARD[how](one.text), state_of(play, one.act)) == one.act
        false += any(act != one.act and not (play.is_whole(act) and one.act in counted) for act in counted)
        unearned += bool(points) and not credited(play, one, HEARD[how]).isdisjoint(points)
    return Figures(said[0].said, said[0].language, how, reader, len(said), right, asked, misasked, lost, shown,
                   false, unearned)


def paid(score: Mapping[str, Any]) -> frozenset[str]:
    """The acts that earn points."""
    events = [entry[use] for entry in earning(score) for use in ("event", "first", "then") if use in entry]
    return frozenset(event["act"] for event in events if "act" in event)


def credited(play: Play, one: Message, typed: Callable[[str], str]) -> set[str]:
    """The acts credited for a message where its act is awaited, beyond what a marker would credit for that act."""
    at = replace(start(play, 0), at=state_of(play, one.act))
    read, meant = (say(play, at, typed(one.text), read=acts)[0].steps[-1].credited for acts in (None, [one.act]))
    return set(read) - set(meant) - {one.act}


def _shown(play: Play, text: str, state: str) -> str | None:
    return seems(play, play.model, text, state) if play.model else None


def _probe(play: Play, kind: str, said: Iterable[tuple[str, str]]) -> Probes:
    may = set(readable(play))
    read = [_read(play, text, state) for text, state in said]
    return Probes(kind, len(read), sum(bool(found & may) for found, _ in read),
                  sum(bool(added.acts) for _, added in read), sum(added.ask is not None for _, added in read))


def _placed(play: Play, said: Iterable[Message]) -> Iterator[tuple[str, str]]:
    return ((one.text, state_of(play, one.act)) for one in said)


def _pasted(play: Play) -> Iterator[tuple[str, str]]:
    """Everything the customer says, given back to him with typos wherever an act of the model is awaited."""
    lines = {text for texts in play.data["lines"].values() for wording in texts for text in wording.values()}
    for state in play.data["states"]:
        if set(readable(play)) & set(awaited(play, state)):
            yield from ((damaged(text), state) for text in sorted(lines))


def report(found: Detection) -> Iterator[str]:
    """The figures as lines of a table."""
    yield from table(found.figures)
    for probe in found.probes:
        yield (f"{probe.kind}: {probe.n}, read as an act of the model by phrases {probe.phrases}, by the model "
               f"{probe.counted}; asked about {probe.asked}")
    times = ", ".join(f"{name} {micros / 1000:.2f} ms" for name, micros in found.message_us.items())
    yield f"the model reads: {', '.join(found.acts)}"
    yield f"model {found.bytes / 1024:.0f} KB; training {found.training_ms / 1000:.1f} CPU s; a message: {times}"


def table(figures: Iterable[Figures]) -> Iterator[str]:
    """The figures in lines, in shares of a hundred."""
    counts = ("right", "asked", "misasked", "lost", "shown", "false", "unearned")
    yield f"{'':11}{'':4}{'':7}{'':9}{'n':>5}" + "".join(f"{name:>10}" for name in counts)
    for one in figures:
        shares = "".join(f"{100 * getattr(one, name) / one.n:9.1f}%" for name in counts)
        yield f"{one.said:11}{one.language:4}{one.heard:7}{one.reader:9}{one.n:5}{shares}"


def over_all(figures: Iterable[Figures]) -> list[Figures]:
    """The figures of several scenarios, added up."""
    sums: dict[tuple[str, str, str, str], Figures] = {}
    for one in figures:
        same = sums.get((one.said, one.language, one.heard, one.reader))
        added = {name: getattr(same, name) + getattr(one, name) for name in Figures._fields[4:]} if same else {}
        sums[one.said, one.language, one.heard, one.reader] = one._replace(**added)
    return [sums[names] for names in sorted(sums)]


def main(paths: Sequence[Path]) -> None:
    """Prints the figures of scenario files, those with sentences of writers also over all."""
    every: list[Figures] = []
    for path in paths:
        body = Authored.model_validate(load_yaml(path, root=path.parent).data).body()
        if len(paths) > 1:
            sys.stdout.write(f"{path.stem}\n")
        if "utterances" in body:
            measured = list(writers(body))
            every += measured
            sys.stdout.write("\n".join(table(measured)) + "\n")
        elif "chats" in body["play"]:
            sys.stdout.write("several customers at once are read by phrases alone\n")
        else:
            _by_phrases(body)
    if len(paths) > 1:
        sys.stdout.write("over all\n" + "\n".join(table(over_all(every))) + "\n")


def _by_phrases(body: Mapping[str, Any]) -> None:
    """Prints the figures of a scenario without sentences; without meanings in it, as if every act had one that may."""
    marked = any("meaning" in act for act in body["play"]["acts"].values())
    found = detection(body["play"], None if marked else might_read(body))
    sys.stdout.write("\n".join(report(found)) + "\n")


def might_read(body: Mapping[str, Any]) -> list[str]:
    """The acts to which an author might give a meaning: those that cost nothing and state no number."""
    every = examples(Play(body["play"]))
    return [name for name in body["play"]["acts"] if not unread(body, name)
            and not all(has_number(one.clause) for one in every if one.act == name)]  # fmt: skip


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
