"""Norms of the service desk: waits, typing, violation points, conversion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median

from examdesk.generators.drawing import Dice, Generator, Value, Values, decimal, plain, whole

HB, TMALL = "HB", "ED-TMALL-2023"
LONGEST_WAIT = 20  # seconds, F-LN-03; exactly 20 is within
PER_MINUTE = 50  # right characters, F-LN-02
PRICES = {  # points of a violation, ED-TMALL-2023; the same as in grading/points.yaml, which a test holds
    "invoice": 6, "freight": 4, "card": 6, "cod": 6, "disclosure": 6, "closed": 1,
}  # fmt: skip


def conversion(*, deals: int, inquiries: int) -> Fraction:
    """The share of inquiries that end in a deal (F-BK-11)."""
    return Fraction(deals, inquiries)


def in_time(waits: Sequence[int]) -> Fraction:
    """The share of waits within the norm."""
    return Fraction(sum(wait <= LONGEST_WAIT for wait in waits), len(waits))


def _log(dice: Dice) -> Values:
    chance = dice.random
    waits = [chance.randint(5, LONGEST_WAIT - 1) for _ in range(9)]
    late = dice("late")
    waits[:late] = [chance.randint(LONGEST_WAIT + 1, dice.ranges["longest"][1]) for _ in range(late)]
    waits.append(LONGEST_WAIT)  # the limit itself is part of what is asked
    chance.shuffle(waits)
    strict = Fraction(sum(wait < LONGEST_WAIT for wait in waits), len(waits))
    return {
        "log": {"zh": "、".join(map(str, waits)), "en": ", ".join(map(str, waits))}, "count": str(len(waits)),
        "late": str(sum(wait > LONGEST_WAIT for wait in waits)), "good": str(int(in_time(waits) * len(waits))),
        "share": decimal(in_time(waits) * 100), "longest_wait": str(max(waits)), "strict": decimal(strict * 100),
    }  # fmt: skip


def _log_again(printed: Values) -> Mapping[str, Fraction | str]:
    log = printed["log"]
    waits = sorted(int(wait) for wait in (log if isinstance(log, str) else log["en"]).split(", "))
    late = len([wait for wait in waits if wait >= LONGEST_WAIT + 1])
    return {"late": Fraction(late), "share": Fraction(100 * (len(waits) - late), len(waits)),
            "longest_wait": Fraction(waits[-1])}


def _log_ugly(values: Values) -> list[str]:
    return ["every wait, or none, is in time"] if plain(values, "late") in ("0", "9") else []


def typing_passed(*, characters: int, minutes: int, wrong: int) -> bool:
    """Whether somebody types fast enough and without an error; speed counts all characters typed."""
    return Fraction(characters, minutes) >= PER_MINUTE and not wrong


def _typing(dice: Dice) -> Values:
    minutes, wrong = dice("minutes"), dice("wrong")
    speed = dice("speed")
    passed = typing_passed(characters=speed * minutes, minutes=minutes, wrong=wrong)
    return {
        "minutes": str(minutes), "characters": str(speed * minutes), "wrong": str(wrong), "speed": str(speed),
        "verdict": "pass" if passed else "fail",
        "why": _WHY[speed >= PER_MINUTE, not wrong],
    }  # fmt: skip


_WHY: dict[tuple[bool, bool], Value] = {
    (True, True): {"zh": "速度达标，也没有错字，合格", "en": "fast enough and without an error: a pass"},
    (True, False): {"zh": "速度达标，但有错字，不合格", "en": "fast enough, but with errors: a fail"},
    (False, True): {"zh": "没有错字，但速度不够，不合格", "en": "no error, but too slow: a fail"},
    (False, False): {"zh": "速度不够，又有错字，不合格", "en": "too slow and with errors: a fail"},
}


def _typing_again(printed: Values) -> Mapping[str, Fraction | str]:
    characters, minutes = whole(printed, "characters"), whole(printed, "minutes")
    failed = characters < PER_MINUTE * minutes or plain(printed, "wrong") != "0"
    return {"speed": Fraction(characters, minutes), "verdict": "fail" if failed else "pass"}


def _typing_ugly(values: Values) -> list[str]:
    return ["the speed is exactly the norm"] if plain(values, "speed") == str(PER_MINUTE) else []


def violation_sum(counts: Mapping[str, int]) -> int:
    """The points of so many violations of each kind."""
    return sum(PRICES[name] * count for name, count in counts.items())


def _points(dice: Dice) -> Values:
    counts = {name: dice("each") for name in ("invoice", "freight", "cod", "disclosure")}
    counts["closed"] = dice("closed")
    total = violation_sum(counts)
    sums = {f"{name}_sum": str(PRICES[name] * count) for name, count in counts.items()}
    return {**{name: str(count) for name, count in counts.items()}, **sums, "total": str(total)}


def _points_again(printed: Values) -> Mapping[str, Fraction | str]:
    counts = {name: whole(printed, name) for name in ("invoice", "freight", "cod", "disclosure", "closed")}
    sixes = counts["invoice"] + counts["cod"] + counts["disclosure"]
    return {"total": Fraction(6 * sixes + 4 * counts["freight"] + counts["closed"]),
            "closed_sum": Fraction(counts["closed"]), "freight_sum": Fraction(4 * counts["freight"])}


def _points_ugly(values: Values) -> list[str]:
    kinds = sum(plain(values, name) != "0" for name in ("invoice", "freight", "cod", "disclosure"))
    return [] if 2 <= kinds <= 3 else ["too few or too many kinds of violations"]


def _conversion(dice: Dice) -> Values:
    inquiries, per_mille, order = dice("inquiries", 50), dice("share", 5), dice("order", 5)
    deals = inquiries * per_mille // 1000
    again = deals * dice("again") // 100
    share = conversion(deals=deals, inquiries=inquiries) * 100
    return {
        "inquiries": str(inquiries), "deals": str(deals), "share": decimal(share), "lost": str(inquiries - deals),
        "revenue": str(deals * order), "order": str(order), "again": str(again),
        "again_share": decimal(Fraction(100 * again, deals)), "upside_down": decimal(100 - share),
    }  # fmt: skip


def _conversion_again(printed: Values) -> Mapping[str, Fraction | str]:
    deals = whole(printed, "deals")
    found: dict[str, Fraction | str] = {"share": deals / Fraction(whole(printed, "inquiries"), 100)}
    if "revenue" in printed:
        found["order"] = whole(printed, "revenue") / Fraction(deals)
    if "again" in printed:
        found["again_share"] = whole(printed, "again") / Fraction(deals, 100)
    return found


def _conversion_ugly(values: Values) -> list[str]:
    inquiries, deals = whole(values, "inquiries"), whole(values, "deals")
    found = ["the share has more than one decimal"] if 1000 * deals % inquiries else []
    return found + (["hardly anybody came again"] if whole(values, "again") < 2 else [])


def _median(dice: Dice) -> Values:
    days = [dice("days") for _ in range(7)]
    middle = int(median(days))
    half = -(-middle // 2)
    return {"list": {"zh": "、".join(map(str, days)), "en": ", ".join(map(str, days))}, "median": str(middle),
            "half": str(half), "middle_as_printed": str(days[3]), "sorted": {
                "zh": "、".join(map(str, sorted(days))), "en": ", ".join(map(str, sorted(days)))}}


def _median_again(printed: Values) -> Mapping[str, Fraction | str]:
    listed = printed["list"]
    days = [int(one) for one in (listed if isinstance(listed, str) else listed["zh"]).split("、")]
    middle = next(one for one in days if sum(other < one for other in days) <= 3 < sum(other <= one for other in days))
    return {"median": Fraction(middle), "half": Fraction(middle + middle % 2, 2)}


def _median_ugly(values: Values) -> list[str]:
    listed = values["list"]
    days = (listed if isinstance(listed, str) else listed["zh"]).split("、")
    found = ["a number stands twice"] if len(set(days)) < len(days) else []
    middle = plain(values, "median") == days[3]
    return found + (["the number in the middle of the list is the median"] if middle else [])


GENERATORS = (
    Generator("response-log", (HB,), {"late": (1, 5), "longest": (21, 45)}, _log, _log_again, _log_ugly),
    Generator("typing-speed", (HB,), {"minutes": (3, 8), "speed": (44, 66), "wrong": (0, 1)}, _typing, _typing_again,
              _typing_ugly),
    Generator("violation-points", (TMALL,), {"each": (0, 2), "closed": (1, 6)}, _points, _points_again, _points_ugly),
    Generator("conversion", (HB,), {"inquiries": (200, 2000), "share": (60, 350), "order": (45, 260), "again": (5, 40)},
              _conversion, _conversion_again, _conversion_ugly),
    Generator("delivery-median", (HB,), {"days": (14, 46)}, _median, _median_again, _median_ugly),
)  # fmt: skip
