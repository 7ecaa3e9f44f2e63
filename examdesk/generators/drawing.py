"""What a generator is: a seed in, the numbers of one variant out, all of them exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from random import Random

Value = str | Mapping[str, str]
Values = Mapping[str, Value]
"""{name: what stands for {name} in the item}; a text, or a text per language."""

TRIES = 1000


class NoVariant(Exception):
    """The ranges of an item leave no variant with numbers that are fit to be asked."""


@dataclass(frozen=True)
class Dice:
    """Where a generator takes its numbers from: chance within the item's ranges, and the product pack."""

    random: Random
    ranges: Mapping[str, tuple[int, int]]
    given: Values = field(default_factory=dict)  # of the pack

    def __call__(self, name: str, step: int = 1) -> int:
        """A number of the range `name`, both ends included, in steps from its lower end."""
        low, high = self.ranges[name]
        return self.random.randrange(low, high + 1, step)

    def pack(self, name: str) -> int:
        """A whole number of the pack."""
        return whole(self.given, name)


def _fine(values: Values) -> list[str]:
    return []


@dataclass(frozen=True)
class Generator:
    """One way to make variants. Its `draw` and its `again` know the same rule and share no line."""

    name: str
    editions: tuple[str, ...]  # of the rule it computes by; the item is of one of them
    ranges: Mapping[str, tuple[int, int]]  # what an author may narrow or widen, as it is without that
    draw: Callable[[Dice], Values]
    again: Callable[[Values], Mapping[str, Fraction | str]]  # keys anew, exactly, from what the item prints
    ugly: Callable[[Values], list[str]] = _fine  # why these numbers are not fit to be asked
    takes: tuple[str, ...] = ()  # whole numbers a product pack gives

    def values(self, seed: int, ranges: Mapping[str, tuple[int, int]], given: Values) -> Values:
        """The values of the variant of this seed; raises `NoVariant`."""
        dice = Dice(Random(seed), {**self.ranges, **ranges}, given)
        for _ in range(TRIES):
            values = self.draw(dice)
            if not self.ugly(values):
                return values
        raise NoVariant(self.ugly(values)[0])


def whole(values: Values, name: str) -> int:
    """The whole number `name`."""
    return int(plain(values, name))


def plain(values: Values, name: str) -> str:
    """The value `name`, which is the same in every language."""
    value = values[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} differs between languages")
    return value


def day(values: Values, name: str) -> date:
    """The date `name`."""
    return date.fromisoformat(plain(values, name))


def decimal(number: Fraction | int, places: int = 2) -> str:
    """The number with at most so many decimals, rounded half up, without zeros at its end.

    >>> decimal(Fraction(900, 850)), decimal(Fraction(5, 2)), decimal(Fraction(1, 200)), decimal(20)
    ('1.06', '2.5', '0.01', '20')
    """
    scaled = Fraction(number) * 10**places
    rounded = int(scaled + Fraction(1, 2)) if scaled >= 0 else -int(Fraction(1, 2) - scaled)
    digits = f"{abs(rounded):0{places + 1}}"
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".") if places else digits
    return f"-{text}" if rounded < 0 else text


def money(cents: int) -> str:
    """A sum as it is printed.

    >>> money(1250), money(30)
    ('12.50', '0.30')
    """
    return f"{cents // 100}.{cents % 100:02}"


def cents(values: Values, name: str) -> int:
    """The sum `name` in hundredths."""
    return int(Fraction(plain(values, name)) * 100)
