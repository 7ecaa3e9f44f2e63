"""The second stage of understanding: what no phrase explains is read by the model of `learned.py`.

The model only adds. It reads clauses in which no phrase stands, none with a number (amounts, days and numbers are
facts, and phrases read these), none that holds a look-alike of the act, only acts that may be meant where the customer
is (what only asks for a fact may be meant anywhere), and of these only acts the author has given a `meaning:`. Nothing
that costs points may have one, see `doubts.py`. When it is not sure, the customer asks; a yes then counts as the act,
anything else is read as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from examdesk.items.scenario.entities import UNKNOWN
from examdesk.items.scenario.learned import Guess, Model
from examdesk.items.scenario.play import Play
from examdesk.wording.phrases import clauses as clauses_of
from examdesk.wording.phrases import find, is_number, placed

_COUNTED = frozenset("周天日月年号点元块个星礼")  # behind 一 these make a number; "一下", "一样" are none


class Second(NamedTuple):
    """What the second stage makes of a message."""

    acts: tuple[str, ...] = ()  # sure enough to count
    ask: str | None = None  # the act the customer asks about


def question(play: Play, act: str) -> str:
    """The line with which the customer asks whether an act is meant."""
    return f"{play.data['unsure']['say']}:{act}"


def answered(play: Play, asked: str | None, found: list[str]) -> list[str]:
    """The acts of a message that may answer the question about `asked`: a yes means it, a bare no means nothing."""
    if asked is None:
        return found
    unsure = play.data["unsure"]
    meant = [asked if act in unsure["yes"] else act for act in found if act not in unsure["no"]]
    return list(dict.fromkeys(meant))


def awaited(play: Play, state: str) -> list[str]:
    """The acts that may mean something where the customer is: those of the state and of anywhere."""
    rules = [*play.data["states"][state]["rules"], *play.data["anywhere"]]
    return sorted({rule["act"] for rule in rules if "act" in rule and not play.is_whole(rule["act"])})


def asking(play: Play) -> list[str]:
    """The acts with a meaning that no state and no rule of anywhere awaits, but that ask for a fact: the customer tells
    it whenever he is asked."""
    rules = [*play.data["anywhere"], *(rule for state in play.data["states"].values() for rule in state["rules"])]
    asked = {name for fact in play.data["facts"] for name in fact["asked_by"]}
    return sorted(asked & set(readable(play)) - {rule.get("act") for rule in rules})


def readable(play: Play) -> list[str]:
    """The acts the model may read: those with a meaning, so that the customer can ask about them."""
    return sorted(name for name, act in play.data["acts"].items() if "meaning" in act)


def has_number(clause: Sequence[str]) -> bool:
    """Whether a clause states a number: "7天" and "两周" do, "一下" does not.

    >>> has_number(["7", "天"]), has_number(["一", "周"]), has_number(["发", "一", "下"])
    (True, True, False)
    >>> has_number(["on", "{date}"]), has_number(["on", "{eta}"])  # what the world holds is no riddle
    (True, False)
    """
    if not UNKNOWN.isdisjoint(clause):
        return True
    following = zip(clause, [*clause[1:], ""], strict=True)
    return any(is_number(token) and (token != "一" or after in _COUNTED) for token, after in following)


def guesses(play: Play, model: Model, text: str, acts: Sequence[str], found: Collection[str]) -> Iterator[Guess]:
    """The best guess at every clause in which no phrase stands; void where a look-alike of the act stands."""
    return (guess for _, guess in _guessed(play, model, text, acts, found))


def _guessed(
    play: Play, model: Model, text: str, acts: Sequence[str], found: Collection[str]
) -> Iterator[tuple[Sequence[str], Guess]]:  # fmt: skip
    acts = sorted({*acts, *model.anywhere})
    for clause in unexplained(play, text, found):
        guess = model.guess([token for token in clause if token not in play.fillers], acts)
        if guess and not is_copied(play, clause) and not find(placed(list(clause)), play.acts[guess.act].unless):
            yield clause, guess


def unexplained(play: Play, text: str, found: Collection[str]) -> Iterator[Sequence[str]]:
    """The clauses of a message in which no phrase stands, courtesy apart, and no number."""
    clauses = [clause for _, clause in clauses_of(play.heard(text).tokens, frozenset())]
    if any(not play.is_light(name) for name in found):
        clauses = [clause for clause in clauses if len(clauses) > 1 and _is_open(play, clause)]
    return (clause for clause in map(play.read, clauses) if not has_number(clause))


def is_copied(play: Play, clause: Sequence[str]) -> bool:
    """Whether a clause is one of the customer's own, or nearly: four words in five are the same."""
    words = frozenset(clause)
    return any(5 * len(words & own) >= 4 * max(len(words), len(own)) for own in play.own_words)


def _is_open(play: Play, clause: Sequence[str]) -> bool:
    return all(play.is_light(name) for name in play.places(placed(list(clause))))


def second(play: Play, model: Model, text: str, state: str, found: Collection[str], may: Collection[str]) -> Second:
    """What the model adds to the acts `found` by phrases, of those that `may` be read; it asks only when nothing
    else is understood, and never about a clause that is courtesy: the answer to what he asked before would be lost."""
    known = {play.data["acts"][name].get("opposite") for name in found} | set(found)
    voiding = {name for name in may if set(play.data["acts"][name]["yields_to"]) & set(found)}
    open_ = [(clause, guess) for clause, guess in _guessed(play, model, text, awaited(play, state), found)
             if guess.act in may and guess.act not in known | voiding]
    sure = [guess.act for _, guess in open_ if guess.margin >= model.hi]
    sure = [name for name in dict.fromkeys(sure) if play.data["acts"][name].get("opposite") not in sure]
    if sure or any(not play.is_light(name) for name in found):
        return Second(tuple(sure))
    unsure = [guess for clause, guess in open_ if guess.margin >= model.lo and not play.places(placed(list(clause)))]
    return Second((), max(unsure, key=lambda guess: (guess.margin, guess.act)).act if unsure else None)
