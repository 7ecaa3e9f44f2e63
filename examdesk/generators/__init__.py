"""Generators of variants: small pure functions, each with its edition, that turn a seed into the numbers of an item.

They run when an item is read, checked or frozen, on the author's side; a frozen form holds what they made. What an
author writes about one stands in exams/README.md: the item's file names it and says where its numbers stand.
"""

from __future__ import annotations

from examdesk.generators import accounts, goods, norms, reports, shipping, windows
from examdesk.generators.drawing import Dice, Generator, NoVariant, Value, Values

__all__ = ["GENERATORS", "Dice", "Generator", "NoVariant", "Value", "Values", "example"]

GENERATORS: dict[str, Generator] = {
    one.name: one for module in (accounts, goods, norms, reports, shipping, windows) for one in module.GENERATORS
}


def example(generator: Generator) -> Values:
    """What a generator gives, by one seed; with the goods of no shop where it takes numbers of a product pack."""
    return generator.values(1, {}, dict.fromkeys(generator.takes, "90"))
