"""Typing errors read over: a word the scenario does not know becomes the one it knows that is a slip away.

A slip is a letter missing, a letter too many, or two letters the wrong way round; never another letter, which makes
other words, and never in a word of fewer than `SHORTEST` letters. Two known words a slip away: nothing is mended. Of
Chinese characters that are typed for each other one stands for all.

>>> Spelling(["invoice", "postage"]).mended(["teh", "invocie", "and", "postge", "postace"])
('teh', 'invoice', 'and', 'postage', 'postace')
>>> one_for_all("再说得账号")
'在说的帐号'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from examdesk.wording.phrases import is_number, is_wide

SHORTEST = 5  # letters

_TYPED_FOR = ("的得地", "在再", "帐账", "做作", "他她它", "像象", "按安")
_ONE = {ord(char): chars[0] for chars in _TYPED_FOR for char in chars}


def one_for_all(text: str) -> str:
    """The text with one character for all that are typed for each other."""
    return text.translate(_ONE)


class Spelling:
    """The words a scenario knows."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._near: dict[str, set[str]] = {}
        for word in self._known:
            if is_mendable(word):
                for less in (word, *_without_one(word)):
                    self._near.setdefault(less, set()).add(word)

    def mended(self, clause: Iterable[str]) -> tuple[str, ...]:
        """The tokens of a clause, each as the scenario knows it."""
        return tuple(self._mended(one_for_all(token)) for token in clause)

    def _mended(self, token: str) -> str:
        if token in self._known or not is_mendable(token):
            return token
        near = {word for less in (token, *_without_one(token)) for word in self._near.get(less, ())}
        found = [word for word in near if _is_slip(word, token)]
        return found[0] if len(found) == 1 else token


def is_mendable(word: str) -> bool:
    """Whether a slip in this word is told from another word."""
    return len(word) >= SHORTEST and not is_wide(word) and not is_number(word)


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_slip(word: str, token: str) -> bool:
    """One letter more or less, or two neighbours the other way round; the first letter is right."""
    return word[0] == token[0] and (len(word) != len(token) or sorted(word) == sorted(token))
