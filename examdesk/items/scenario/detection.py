"""How well free text is understood: phrases held back, heard clean, with typos and without punctuation.

    python -m examdesk.items.scenario.detection exams/bank/d08/S-04.yaml

Three in ten of the author's phrases are taken out of the scenario by hash, whole groups at a time; neither the phrases
nor the model (nor its thresholds) know them. Their wordings are then said where their act is awaited. A message is
*right* when its act counts, *asked* when the customer asks whether that act is meant, *lost* when nothing is
understood, and *false* when an act counts that it does not mean.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from examdesk.items.scenario.learning import HELD_BACK, Example, examples, learned
from examdesk.items.scenario.phrases import BREAK, tokens
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.second import Second, awaited, readable, second
from examdesk.model import seed_of

DAMAGED = 8  # one word or character in so many
_AROUND = {"zh": ("您好，", "，谢谢。"), "en": ("Hello, ", ", thanks.")}
_CHARACTERS = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Figures(NamedTuple):
    """Of `n` messages, how many were right, asked about, lost and false; by the model alone: `added`."""

    language: str
    heard: str  # clean, typos, bare
    reader: str  # phrases, model
    n: int
    right: int
    asked: int
    lost: int
    false: int


class Probes(NamedTuple):
    """Messages that mean nothing: what the model made of them."""

    kind: str  # look-alikes of an act, lines of the customer
    n: int
    phrases: int  # counted by phrases
    counted: int  # counted by the model
    asked: int


class Detection(NamedTuple):
    """Everything measured of one scenario."""

    figures: tuple[Figures, ...]
    probes: tuple[Probes, ...]
    bytes: int  # of the model in form.json
    training_ms: int  # CPU
    message_us: Mapping[str, int]  # CPU per message, by reader
    acts: tuple[str, ...]  # that the model may read


def detection(data: Mapping[str, Any], acts: Sequence[str] | None = None) -> Detection:
    """The figures of a play half; `acts` are those the model may read, the ones with a meaning when left out."""
    data = data if acts is None else may_read(data, acts)
    every = [one for one in examples(Play(data)) if one.act or one.against]
    kept = without(data, {one.group for one in every if _is_measured(one) and one.act})
    start = time.process_time()
    model = learned(kept)
    trained = time.process_time() - start
    readers = {"phrases": Play(_bare(kept)), "model": Play({**kept, "model": model})}
    said = [one for one in every if _is_measured(one) and one.act and not _is_apart(data, one.act)]
    figures, spent = [], {}
    for name, play in readers.items():
        start = time.process_time()
        figures += [_figures(play, name, how, language, [one for one in said if one.language == language])
                    for how in HEARD for language in sorted({one.language for one in said})]
        spent[name] = round((time.process_time() - start) * 1_000_000 / max(1, 3 * len(said)))
    probes = (_look_alikes(readers["model"], every), _lines(readers["model"]))
    size = len(json.dumps(model, ensure_ascii=False).encode())
    return Detection(tuple(figures), probes, size, round(trained * 1000), spent, tuple(readable(readers["model"])))


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


def _bare(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "model"}


def _is_measured(example: Example) -> bool:
    """Another three in ten than those the thresholds come from."""
    return seed_of("measured", example.group) % 100 < HELD_BACK


def _is_apart(data: Mapping[str, Any], act: str) -> bool:
    """Courtesy and bare answers are read by phrases only."""
    return bool(data["acts"][act]["light"] or data["acts"][act]["whole"])


# How a message is typed


def clean(words: Sequence[str], language: str) -> str:
    before, after = _AROUND[language]
    return f"{before}{('' if language == 'zh' else ' ').join(words)}{after}"


def with_typos(words: Sequence[str], language: str) -> str:
    """One word of eight damaged (one character of eight in Chinese), at random but always the same."""
    rng = random.Random(seed_of("typos", *words))
    spoiled = [_damaged(word, rng) if word != BREAK and rng.randrange(DAMAGED) == 0 else word for word in words]
    return clean(spoiled, language)


def _damaged(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    before, char, after = word[:at], word[at], word[at + 1 :]
    other = rng.choice(_LETTERS if word.isascii() else _CHARACTERS)
    return before + rng.choice([after, char + char + after, other + after, after[:1] + char + after[1:]])


def bare(words: Sequence[str], language: str) -> str:
    """Without punctuation, so all in one clause."""
    return "".join(char for char in clean(words, language) if char.isalnum() or char == " ")


HEARD: dict[str, Callable[[Sequence[str], str], str]] = {"clean": clean, "typos": with_typos, "bare": bare}


# What is made of it


def _read(play: Play, text: str, state: str) -> tuple[set[str], Second]:
    """The acts counted by phrases, courtesy apart, and what the model adds."""
    found = _found(play, text)
    added = second(play, play.model, text, state, found, readable(play)) if play.model else Second()
    return {act for act in found if not play.is_light(act)}, added


@lru_cache(maxsize=20_000)
def _found(play: Play, text: str) -> tuple[str, ...]:
    return tuple(play.understood(text))


def state_of(play: Play, act: str) -> str:
    """Where an act is said: the first state that awaits it."""
    own = (name for name, spec in play.data["states"].items() if any(rule.get("act") == act for rule in spec["rules"]))
    return next(own, play.data["begins"])


def _figures(play: Play, reader: str, how: str, language: str, said: Sequence[Example]) -> Figures:
    right = asked = lost = false = 0
    for one in said:
        found, added = _read(play, HEARD[how](one.clause, language), state_of(play, one.act))
        counted = found | set(added.acts)
        right += one.act in counted
        asked += added.ask == one.act
        lost += not counted and added.ask is None
        false += bool(counted - {one.act})
    return Figures(language, how, reader, len(said), right, asked, lost, false)


def _look_alikes(play: Play, every: Sequence[Example]) -> Probes:
    """Look-alikes of the acts that the model may read, said where these acts are awaited."""
    read = [(one.against, _read(play, clean(one.clause, one.language), state_of(play, one.against)))
            for one in every if one.against in readable(play)]
    return Probes("look-alikes", len(read), sum(act in found for act, (found, _) in read),
                  sum(act in added.acts for act, (_, added) in read), sum(added.ask == act for act, (_, added) in read))


def _lines(play: Play) -> Probes:
    """Everything the customer says, given back to him with typos; in every state that awaits an act of the model."""
    may = set(readable(play))
    said = sorted({(text, language) for texts in play.data["lines"].values() for wording in texts
                   for language, text in wording.items()})
    said = [(with_typos(tokens(text), language), language) for text, language in said]
    read = [_read(play, text, state) for state in play.data["states"] if may & set(awaited(play, state))
            for text, _ in said]
    return Probes("the customer's lines with typos", len(read), sum(bool(found) for found, _ in read),
                  sum(bool(added.acts) for _, added in read), sum(added.ask is not None for _, added in read))


def report(found: Detection) -> Iterator[str]:
    """The figures as lines of a table."""
    yield f"{'':8}{'':8}{'':9}{'n':>6}{'right':>8}{'asked':>8}{'lost':>8}{'false':>8}"
    for one in found.figures:
        counts = (one.right, one.asked, one.lost, one.false)
        shares = "".join(f"{100 * count / max(1, one.n):7.1f}%" for count in counts)
        yield f"{one.language:8}{one.heard:8}{one.reader:9}{one.n:6}{shares}"
    for probe in found.probes:
        yield (f"{probe.kind}: {probe.n}; counted by phrases {probe.phrases}, by the model {probe.counted}, "
               f"asked about {probe.asked}")
    yield f"the model reads: {', '.join(found.acts)}"
    times = ", ".join(f"{name} {micros / 1000:.2f} ms" for name, micros in found.message_us.items())
    yield f"model {found.bytes / 1024:.0f} KB; training {found.training_ms / 1000:.1f} CPU s; a message: {times}"


def main(path: Path) -> None:
    """Prints the figures of a scenario file."""
    from examdesk.bank.files import load_yaml
    from examdesk.items.scenario.key import Authored

    body = Authored.model_validate(load_yaml(path, root=path.parent).data).body()
    play = body["play"]
    costly = {act for rule in body["score"]["critical"] for act in rule["acts"]}
    costly |= {rule["event"].get("act", "") for rule in body["score"]["forbidden"]}
    acts = [name for name in play["acts"] if name not in costly and not _is_apart(play, name)]
    marked = any("meaning" in act for act in play["acts"].values())
    sys.stdout.write("\n".join(report(detection(play, None if marked else acts))) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
