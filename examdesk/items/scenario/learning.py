"""Training the model of a scenario from the author's phrases and what agents wrote: whole numbers, the same everywhere.

A phrase of the author is a group: its wordings are learned together or held back together; a sentence of a writer is
one, too. For every act weights are
learned that tell the wordings of its phrases from those of all other acts, its own look-alikes and everything the
customer says, in a fixed order, and averaged over all steps. The thresholds come from what is held back, from the
writers' sentences where there are enough:
`hi` is the lowest margin from which 95 % of what is read is right, `lo` still keeps 98 % of what is right. What is held
back all means something, and what a candidate types need not: so `hi` is never below `SURE`. Then the model is trained
once more, on all phrases. The sentences are learned mistyped as well (`slips.py`).

Sources: Crammer, Dekel, Keshet, Shalev-Shwartz & Singer (2006), Online passive-aggressive algorithms, JMLR 7; averaged
as in Freund & Schapire (1999), Large margin classification using the perceptron algorithm, Machine Learning 37.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from examdesk.items.scenario.learned import BUCKETS, LIMIT, NOTHING, Model, features, is_negated, packed
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.second import asking, awaited, has_number, readable
from examdesk.items.scenario.slips import slipped
from examdesk.items.scenario.utterances import Utterances, uttered
from examdesk.model import digest, seed_of
from examdesk.wording.phrases import clauses, compiled, placed

WORDINGS = 14  # at most of every phrase
HELD_BACK = 30  # groups of a hundred
EPOCHS = 3
PART = 32  # a weight is trained in parts
UNIT = -NOTHING * PART  # the score an example is to have
STEP = 24  # no example moves a weight further
DENIALS = 4  # an act of which less than one wording in so many says no denies nothing
FAVOUR = 6  # times as far for what shows the act, which is rare
PRECISION, KEPT = 95, 98  # of a hundred
SURE = 64  # a quarter of the margin that an act's own phrases are trained to have
LEAST = 4  # what is smaller is left out
ENOUGH = 40  # sentences held back that the thresholds may come from
_GAPS = {"zh": (("这", "边"), ("您", "这", "个"), ("我", "们"), ()), "en": (("the",), ("for", "you"), ("your",), ())}

Words = tuple[str, ...]


class Example(NamedTuple):
    """A wording, and what it means."""

    clause: Words
    act: str  # "" for what an agent does not mean: a look-alike, the customer's own words
    against: str  # the act a look-alike is like
    language: str
    group: str  # the phrase it words, or the sentence it stands in; "" for the customer's own words
    uttered: bool = False  # by a writer


def wordings(phrase: str, language: str, count: int = WORDINGS) -> list[Words]:
    """Clauses the phrase stands in, each once: a word for every place and, every other time, some in the gaps."""
    found = [_wording(phrase, language, number) for number in range(count)] if compiled([phrase]).phrases else []
    return list(dict.fromkeys(found))


def _wording(phrase: str, language: str, number: int) -> Words:
    def pick(choices: Sequence[Words], *place: int) -> Words:
        return choices[seed_of(phrase, str(number), *map(str, place)) % len(choices)]

    said: list[str] = []
    for index, part in enumerate(compiled([phrase]).phrases[0].parts):
        if index and number % 2:
            said += pick(_GAPS[language], index)
        for place, slot in enumerate(part.slots):
            said += pick(slot, index, place)
    return tuple("3" if token == "#" else token for token in said)


def examples(play: Play, utterances: Utterances | None = None) -> list[Example]:
    """Everything to learn from, in the order of the hashes of the texts."""
    spoken = chain(_meant(play), _look_alikes(play), _lines(play), _uttered(play, utterances or {}))
    cleaned = (one._replace(clause=_bare(play, one.clause)) for one in spoken)
    distinct = dict.fromkeys(one for one in cleaned if one.clause)
    return sorted(distinct, key=lambda one: (seed_of(*one.clause), one))


def _bare(play: Play, clause: Words) -> Words:
    """A clause as the customer reads it, without fillers."""
    return tuple(token for token in play.read(clause) if token not in play.fillers)


def _meant(play: Play) -> Iterator[Example]:
    for act, spec in play.data["acts"].items():
        for language, phrases in spec["phrases"].items():
            for phrase in phrases:
                group = f"{act}|{language}|{phrase}"
                yield from (Example(words, act, "", language, group) for words in wordings(phrase, language))


def _look_alikes(play: Play) -> Iterator[Example]:
    """Look-alikes are taken as they stand in a message: what else they mean is not known."""
    for act, spec in play.data["acts"].items():
        for language, phrases in spec["unless"].items():
            for phrase in phrases:
                group = f"{act}|{language}|unless {phrase}"
                yield from (Example(words, "", act, language, group) for words in wordings(phrase, language))


def _lines(play: Play) -> Iterator[Example]:
    """Every clause of the customer: who pastes it back means nothing."""
    yield from (Example(clause, "", "", "", "") for clause in play.said)


def _uttered(play: Play, utterances: Utterances) -> Iterator[Example]:
    """The clauses of every sentence, as it was typed and mistyped; of several those that say no courtesy."""
    for one in uttered(utterances):
        group = f"{one.act}|{one.language}|{one.writer} {one.text}"
        for text in (one.text, *slipped(one.text)):
            found = [clause for _, clause in clauses(play.heard(text).tokens, frozenset())]
            said = [clause for clause in found if not _is_courtesy(play, clause)] or found
            yield from (Example(clause, one.act, "", one.language, group, uttered=True) for clause in said)


def _is_courtesy(play: Play, clause: Words) -> bool:
    return any(play.is_light(act) for act in play.places(placed(list(clause))))


def is_held_back(example: Example) -> bool:
    """Whether the example's group is held back from the first training; by hash, so the same for ever."""
    return example.group != "" and seed_of("held back", example.group) % 100 < HELD_BACK


def learned(data: Mapping[str, Any], utterances: Utterances | None = None) -> dict[str, Any]:
    """The model of a play half, to stand in it as `model`: thresholds, weights, and the digest of both."""
    play = Play(data)
    every = examples(play, utterances)
    first = Model({"hi": 0, "lo": 0, **fitted(play, [one for one in every if not is_held_back(one)])})
    held = [one for one in every if is_held_back(one)]
    said = [one for one in held if one.uttered]
    hi, lo = thresholds(margins(play, first, said if len(said) >= ENOUGH else held))
    bars = {"hi": max(hi, SURE), "lo": lo, "anywhere": asking(play)}
    model = {**bars, **fitted(play, every)}
    return {**model, "digest": digest(model)}


def known(play: Play) -> list[str]:
    """The acts the model tells apart: all that may be meant in some state."""
    return sorted({act for state in play.data["states"] for act in awaited(play, state)} | set(asking(play)))


def fitted(play: Play, every: Sequence[Example]) -> dict[str, Any]:
    """The weights of every act, those between an act and its opposite, and the acts that deny nothing: see
    `Model.guess`. Trained on the examples in their order."""
    buckets = [features(example.clause) for example in every]
    opposites = {name: play.data["acts"][name].get("opposite") for name in readable(play)}
    return {
        "acts": {act: _fitted(buckets, [_side(example, act) for example in every], FAVOUR) for act in known(play)},
        "pairs": {act: _fitted(buckets, [_between(example, act, other) for example in every], 1)
                  for act, other in opposites.items() if other},
        "plain": [act for act in known(play) if _is_plain(every, act)],
    }  # fmt: skip


def _is_plain(every: Iterable[Example], act: str) -> bool:
    """Whether hardly any wording of an act says no to something."""
    said = [is_negated(example.clause) for example in every if example.act == act]
    return DENIALS * sum(said) < len(said)


def _between(example: Example, act: str, other: str) -> int:
    """+1 for an act, -1 for its opposite and its look-alikes, 0 for everything else."""
    return int(example.act == act) - int(example.act == other or example.against == act)


def _side(example: Example, act: str) -> int:
    """+1 where the example shows the act, -1 where it shows something else, 0 where nobody knows."""
    if example.act == act:
        return 1
    if example.act == "" and example.against:
        return -1 if example.against == act else 0
    return -1


def _fitted(buckets: Sequence[Sequence[int]], sides: Sequence[int], favour: int) -> dict[str, Any]:
    """Passive-aggressive steps, averaged: each moves the weights just so far that its example is told with room."""
    weights, sums = [0] * BUCKETS, [0] * BUCKETS
    bias = bias_sum = 0
    lessons = [(found, side) for found, side in zip(buckets, sides, strict=True) if side]
    steps = 1
    for _ in range(EPOCHS):
        for found, side in lessons:
            wrong = UNIT - side * (bias + sum([weights[at] for at in found]))
            if wrong > 0:
                move = side * min(wrong // (len(found) + 1), STEP * (favour if side > 0 else 1))
                for at in found:
                    weights[at] += move
                    sums[at] += steps * move
                bias += move
                bias_sum += steps * move
            steps += 1
    averages = (_rounded(weight * steps - total, steps * PART) for weight, total in zip(weights, sums, strict=True))
    kept = packed([_kept(one) for one in averages])
    return {"bias": _rounded(bias * steps - bias_sum, steps * PART), "weights": kept}


def _rounded(over: int, under: int) -> int:
    """over / under to the nearest whole number, halves away from 0."""
    return (2 * abs(over) + under) // (2 * under) * (1 if over >= 0 else -1)


def _kept(weight: int) -> int:
    return max(-LIMIT, min(LIMIT, weight)) if abs(weight) >= LEAST else 0


def thresholds(read: Iterable[tuple[int, bool]]) -> tuple[int, int]:
    """(hi, lo) from (margin, whether it is right) of what was held back: see the module's text.

    Where nothing reaches the precision, `hi` stands above everything read, so that the customer asks instead.

    >>> thresholds([(9, True), (8, True), (3, False), (2, True)])
    (8, 2)
    >>> thresholds([(9, False), (2, True)])
    (10, 2)
    """
    ranked = sorted(read, reverse=True)
    hi, right = (ranked[0][0] if ranked else 0) + 1, 0
    for count, (margin, is_right) in enumerate(ranked, start=1):
        right += is_right
        if 100 * right >= PRECISION * count and (margin, False) not in ranked[count:]:
            hi = margin
    good = [margin for margin, is_right in ranked if is_right]
    lo = good[(len(good) * KEPT + 99) // 100 - 1] if good else hi
    return hi, max(1, min(lo, hi))


def margins(play: Play, model: Model, held: Iterable[Example]) -> Iterator[tuple[int, bool]]:
    """(margin, whether it is right) of every wording, where its act is awaited, that is read as an act that may be
    read. Look-alikes and the customer's own words are void when a message is read, so they are left out."""
    anywhere = asking(play)
    places = sorted({tuple(sorted({*awaited(play, state), *anywhere})) for state in play.data["states"]})
    may = readable(play)
    for example in held:
        for acts in places:
            if example.act in acts and not has_number(example.clause):
                guess = model.guess(example.clause, acts)
                if guess and guess.act in may:
                    yield guess.margin, guess.act == example.act
