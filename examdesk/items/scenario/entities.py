"""Dates, days, amounts and order numbers in a message, checked against the scenario's world.

An author names what the world holds, `entities: {eta: 7-1, usual: 30 days, price: 23.90 usd, order: SIM-2231}`, and
writes `{eta}` in a phrase where any writing of it may stand: July 1, 1st of July, 7月1日. `{date}`, `{days}`,
`{amount}` and `{order}` stand for every other one: what the world does not hold.

>>> world = World({"eta": "7-1", "usual": "30 days", "price": "23.90 usd", "order": "SIM-2231"})
>>> world.read(["it", "comes", "on", "july", "1", "st", "not", "july", "3"])
('it', 'comes', 'on', '{eta}', 'not', '{date}')
>>> world.read(["三", "十", "天", "左", "右"]), world.read(["usd", "23.9", "or", "24", "dollars"])
(('{usual}', '左', '右'), ('{price}', 'or', '{amount}'))
>>> world.read(["order", "sim", "2231"]), world.read(["take", "2", "of", "them"])
(('order', '{order}'), ('take', '2', 'of', 'them'))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

KINDS = ("date", "days", "amount", "order")
UNKNOWN = frozenset(f"{{{kind}}}" for kind in KINDS)  # what stands for one the world does not hold
CURRENCIES: Mapping[str, tuple[str, ...]] = {
    "cny": ("元", "块", "yuan", "rmb", "cny"),
    "usd": ("usd", "dollar", "dollars", "bucks", "刀"),
    "eur": ("eur", "euro", "euros"),
    "gbp": ("gbp", "pound", "pounds"),
}
SIGNS = {ord(sign): f" {word} " for sign, word in (("$", "usd"), ("¥", "元"), ("￥", "元"), ("€", "eur"), ("£", "gbp"))}
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH = {name[:size]: number for number, name in enumerate(_MONTHS, start=1) for size in (3, 4, len(name))}
_ORDINAL = ("st", "nd", "rd", "th")
_DAYS = ("天", "day", "days")
_HAN = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SPELT = {word: value for value, word in enumerate((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
))} | {"thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}
_AMOUNT = re.compile(r"(\d{1,7}(?:\.\d{1,2})?) ([a-z]{3})")
_DATE = re.compile(r"(\d{1,2})-(\d{1,2})")
_OTHERS = {"date": "december 31", "days": "99 days", "amount": "9999 usd", "order": "ZZ-99990000"}
_ORDER_SIGNS = 4  # of an order number, at least

Reading = tuple[str, int]
"""What stands at a place, as the author writes it, and how many tokens it takes."""


class World:
    """What the world of a scenario holds; `named` as the author wrote it."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = {plain(value): f"{{{name}}}" for name, value in named.items()}
        self._orders = sorted(
            {_signs(value): f"{{{name}}}" for name, value in named.items() if kind(value) == "order"}.items())

    def read(self, clause: Sequence[str]) -> tuple[str, ...]:
        """The tokens of a clause, every date, number of days, amount and order number as one."""
        found, at = list[str](), 0
        while at < len(clause):
            token, taken = self._at(clause, at)
            found.append(token)
            at += taken
        return tuple(found)

    def typed(self, text: str) -> str:
        """A text with its `{names}` as somebody would type what they stand for; of `{date}` and its like, any other.

        >>> World({"eta": "7-1", "price": "23.90 usd"}).typed("on {eta} not {date}, {price}")
        'on july 1 not december 31, 23.9 usd'
        """
        for value, name in self._named.items():
            text = text.replace(name, _typed(value))
        for name, value in _OTHERS.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _at(self, clause: Sequence[str], at: int) -> Reading:
        for signs, name in self._orders:
            if taken := _spelling(clause, at, signs):
                return name, taken
        for what, reader in _READERS.items():
            if read := reader(clause, at):
                return self._named.get(read[0], f"{{{what}}}"), read[1]
        return clause[at], 1


def _typed(value: str) -> str:
    """A value of the world in words of both languages."""
    if date := _DATE.fullmatch(value):
        return f"{_MONTHS[int(date[1]) - 1]} {date[2]}"
    return value


def kind(value: str) -> str | None:
    """What an author's value is: a date "7-1", "30 days", an amount "23.90 usd", an order number; None: none of these.

    >>> [kind(one) for one in ("7-1", "30 days", "23.90 usd", "SIM-2231", "13-1", "soon")]
    ['date', 'days', 'amount', 'order', None, None]
    """
    if date := _DATE.fullmatch(value):
        return "date" if 1 <= int(date[1]) <= 12 and 1 <= int(date[2]) <= 31 else None
    if re.fullmatch(r"\d{1,4} days", value):
        return "days"
    amount = _AMOUNT.fullmatch(value)
    if amount:
        return "amount" if amount[2] in CURRENCIES else None
    return "order" if len(_signs(value)) >= _ORDER_SIGNS and any(map(str.isdigit, value)) else None


@lru_cache(maxsize=1000)
def plain(value: str) -> str:
    """An author's value as `read` finds it: 23.90 usd is 23.9 usd, 07-01 is 7-1."""
    if date := _DATE.fullmatch(value):
        return f"{int(date[1])}-{int(date[2])}"
    if amount := _AMOUNT.fullmatch(value):
        return f"{_decimal(amount[1])} {amount[2]}"
    return value


def _decimal(text: str) -> str:
    """A number without zeros at its end.

    >>> _decimal("23.90"), _decimal("300"), _decimal("1,200")
    ('23.9', '300', '1200')
    """
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return text
    return f"{number.normalize():f}"


def _signs(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _spelling(clause: Sequence[str], at: int, signs: str) -> int:
    """How many tokens from here on spell an order number; 0: they do not."""
    spelt = ""
    for taken, token in enumerate(clause[at : at + 12], start=1):
        spelt += token
        if spelt == signs:
            return taken
        if not signs.startswith(spelt):
            return 0
    return 0


def number(clause: Sequence[str], at: int) -> tuple[str, int] | None:
    """(number, tokens it takes) at a place: in digits, in Chinese, or as an English word."""
    if at >= len(clause):
        return None
    token = clause[at]
    if token[0].isdigit() and token.isascii():
        return _decimal(token), 1
    if token in _SPELT:
        return str(_SPELT[token]), 1
    return _chinese(clause, at)


def _chinese(clause: Sequence[str], at: int) -> tuple[str, int] | None:
    """A Chinese number below 100.

    >>> _chinese(["三", "十", "二", "天"], 0), _chinese(["十", "天"], 0), _chinese(["天"], 0)
    (('32', 3), ('10', 1), None)
    """
    run = list[str]()
    for token in clause[at : at + 3]:
        if token not in _HAN and token != "十":
            break
        run.append(token)
    text = "".join(run)
    tens, ten, ones = text.partition("十")
    if not run or len(tens) > 1 or len(ones) > 1 or (not ten and len(text) > 1):
        return None
    value = (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0) if ten else _HAN[text]
    return str(value), len(run)


def _date(clause: Sequence[str], at: int) -> Reading | None:
    return next((found for found in _dates(clause, at) if found), None)


def _dates(clause: Sequence[str], at: int) -> Iterator[Reading | None]:
    """July 1st, 1st of July, 7月1日."""
    month = _MONTH.get(clause[at])
    if month:
        place = at + 1 + _is(clause, at + 1, "the")
        if day := _day(clause, place):
            yield f"{month}-{day[0]}", place - at + day[1]
    if day := _day(clause, at):
        place = at + day[1]
        place += _is(clause, place, "of")
        if place < len(clause) and clause[place] in _MONTH:
            yield f"{_MONTH[clause[place]]}-{day[0]}", place + 1 - at
    if found := number(clause, at):
        place = at + found[1]
        if _is(clause, place, "月") and (day := number(clause, place + 1)):
            end = place + 1 + day[1]
            yield f"{found[0]}-{day[0]}", end - at + _is(clause, end, "日", "号")


def _is(clause: Sequence[str], at: int, *words: str) -> bool:
    return at < len(clause) and clause[at] in words


def _day(clause: Sequence[str], at: int) -> tuple[str, int] | None:
    """A day of a month: 1, 1st, first."""
    if at < len(clause) and clause[at] in _ORDINALS:
        return str(_ORDINALS[clause[at]]), 1
    found = number(clause, at)
    if found is None or not found[0].isdigit() or not 1 <= int(found[0]) <= 31:
        return None
    end = at + found[1]
    return found[0], found[1] + _is(clause, end, *_ORDINAL)


def _days(clause: Sequence[str], at: int) -> Reading | None:
    found = number(clause, at)
    if found is None or not _is(clause, at + found[1], *_DAYS):
        return None
    return f"{found[0]} days", found[1] + 1


def _amount(clause: Sequence[str], at: int) -> Reading | None:
    """5 dollars, USD 5."""
    if (currency := _currency(clause, at)) and (found := number(clause, at + 1)):
        return f"{found[0]} {currency}", found[1] + 1
    if (found := number(clause, at)) and (currency := _currency(clause, at + found[1])):
        return f"{found[0]} {currency}", found[1] + 1
    return None


def _currency(clause: Sequence[str], at: int) -> str | None:
    return next((code for code, words in CURRENCIES.items() if _is(clause, at, *words)), None)


_READERS: Mapping[str, Callable[[Sequence[str], int], Reading | None]] = {
    "date": _date, "days": _days, "amount": _amount,
}  # fmt: skip
