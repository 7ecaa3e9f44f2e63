"""The typing test: what counts as an error, what time counts, what only a person may decide."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from examdesk.errors import NeedsMarker
from examdesk.items.typing.copied import Copied, copied, plain
from examdesk.items.typing.grader import SLACK, counted, passage, typing, typing_result
from examdesk.items.typing.key import faults
from examdesk.model import Event, Grader, Judgement, Response
from tests.conftest import form_of, real_bank

F = Fraction
ZH = "".join(chr(0x4E00 + place) for place in range(400))  # four hundred characters, none of them twice
EN = " ".join(f"word{place}" for place in range(200))


def norm(rule: str = "all-or-nothing", **given: str) -> Grader:
    passages = [passage("zh", ZH, per_minute=50), passage("en", EN, per_minute=10)]
    return typing(passages=passages, seconds=300, rule=rule, **given)


def typed(text: str, *, ms: int = 300_000, language: str = "zh", pasted: int = 0) -> dict[str, Any]:
    return {"text": text, "ms": ms, "language": language, "pasted": pasted}


def sat(value: dict[str, Any], *, spent: int | None = None, before: tuple[tuple[int, str], ...] = ()) -> Response:
    """A response that the journal saw begin at 0 and end after `spent` ms; `before`: earlier saves as (ms, text)."""
    said = [(0, "opened", None), *((at, "answered", typed(text, ms=at)) for at, text in before)]
    said.append((value["ms"] if spent is None else spent, "answered", value))
    events = [Event(n, "", 5_000 + at, "T-01", kind, what, "", f"{n}") for n, (at, kind, what) in enumerate(said, 1)]
    return Response("T-01", value, tuple(events))


def doubts(mark: Judgement) -> list[str]:
    return list(mark.evidence["doubts"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (ZH[:260], 0),
        ("", 0),
        (ZH[:100] + "错" + ZH[101:260], 1),  # a wrong character
        (ZH[:100] + ZH[101:260], 1),  # one left out
        (ZH[:100] + "多" + ZH[100:260], 1),  # one too many
        (ZH[:100] + ZH[140:260], 40),  # a line skipped
        (ZH[:10] + ZH[:260], 10),  # begun twice
        ("字" * 50, 50),
    ],
)
def test_an_error_is_a_wrong_a_missing_or_a_superfluous_character(text: str, wrong: int) -> None:
    assert copied(text, ZH).wrong == wrong


def test_who_does_not_come_to_the_end_is_not_charged_with_the_rest() -> None:
    for come in range(1, 400):
        assert copied(ZH[:come], ZH) == Copied(come, 0, False)
    assert copied(ZH, ZH).whole


@pytest.mark.slow
def test_the_fewest_errors_are_found_although_a_last_sign_stands_at_the_end_of_the_passage_too() -> None:
    assert copied("亲，您好。", "亲，您好。欢迎光临本店。").wrong == 0
    rng = random.Random(7)
    for _ in range(200):  # against every possible end, one by one
        asked = "".join(rng.choice("甲乙丙丁。，") for _ in range(40))
        mine = list(asked[: rng.randint(1, 40)])
        for _ in range(rng.randint(0, 6)):
            mine[rng.randrange(len(mine))] = rng.choice(["甲", "", "乙丙"])
        text = "".join(mine)
        assert copied(text, asked).wrong == min(_distance(plain(text), plain(asked)[:end]) for end in range(41))


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        left = [i]
        for j, y in enumerate(b, 1):
            left.append(min(left[-1] + 1, row[j] + 1, row[j - 1] + (x != y)))
        row = left
    return row[-1]


def test_width_of_marks_shape_of_quotes_and_line_breaks_are_no_errors() -> None:
    assert copied("亲,您好!\n“在的”(稍等)", "亲，您好！ \"在的\"（稍等）").wrong == 0
    assert copied("It's  fine", "It’s fine").wrong == 0
    assert copied("亲。您好", "亲，您好").wrong == 1  # another sign is another sign
    assert copied("dear Buyer", "Dear Buyer").wrong == 1


def test_the_norm_of_the_handbook_on_real_texts() -> None:
    grade = norm()
    assert grade(sat(typed(ZH[:260]))).fraction == 1  # 52 a minute
    assert grade(sat(typed(ZH[:250]))).fraction == 1  # 50: "at least"
    assert grade(sat(typed(ZH[:249]))).fraction == 0
    assert grade(sat(typed(ZH[:240]))).fraction == 0
    assert grade(sat(typed(ZH[:100] + "错" + ZH[101:261]))).fraction == 0
    assert grade(sat(typed(EN[:250], language="en"))).fraction == 1  # 10 words of 5 keystrokes
    assert grade(sat(typed(EN[:244], language="en"))).fraction == 0


def test_stopping_early_does_not_make_anybody_fast_and_finishing_early_does() -> None:
    assert norm()(sat(typed(ZH[:60], ms=30_000))).fraction == 0  # 120 a minute for half a minute, then nothing
    assert norm()(sat(typed(ZH, ms=400_000))).fraction == 1  # the whole passage, at 60 a minute
    assert counted(30_000, seconds=300, whole=False) == 300_000
    assert counted(30_000, seconds=300, whole=True) == 30_000


def test_a_save_that_comes_late_costs_nothing_and_typing_on_after_the_time_does() -> None:
    assert counted(300_000 + SLACK, seconds=300, whole=False) == 300_000
    assert counted(360_000, seconds=300, whole=False) == 360_000
    assert norm()(sat(typed(ZH[:250]), spent=300_000 + SLACK)).fraction == 1
    assert norm()(sat(typed(ZH[:250], ms=360_000))).fraction == 0


def test_per_criterion_speed_earns_its_share_and_errors_lessen_only_what_was_copied() -> None:
    grade = norm("per-criterion", max_errors="1/50", no_points_from="1/10")
    full, half = grade(sat(typed(ZH[:250]))), grade(sat(typed(ZH[:125])))
    assert (full.fraction, half.fraction) == (1, F(1, 2))
    one = grade(sat(typed(ZH[:1])))
    assert one.fraction == F(1, 250)
    wrong = grade(sat(typed("错" * 15 + ZH[15:265])))  # 250 right of 265
    assert [part.fraction for part in wrong.parts] == [1, (F(1, 10) - F(15, 265)) / (F(1, 10) - F(1, 50))]
    assert grade(sat(typed("错" * 260))).fraction == 0


def test_a_browser_that_tells_a_shorter_time_than_the_journal_is_decided_by_a_person_if_points_depend_on_it() -> None:
    grade = norm()
    whole = typed(ZH, ms=300_000)  # 80 a minute by the browser
    with pytest.raises(NeedsMarker, match="300 s, the journal 600 s"):
        grade(sat(whole, spent=600_000))  # 40 a minute by the journal
    lost_kernel = grade(sat(whole, spent=330_000))  # both clocks say: fast enough
    assert lost_kernel.fraction == 1
    assert doubts(lost_kernel) == ["the browser counts 300 s of typing, the journal 330 s"]
    slow = grade(sat(typed(ZH[:200]), spent=600_000))  # neither does
    assert slow.fraction == 0 and doubts(slow)


def test_an_honest_sitting_raises_no_doubt() -> None:
    saves = tuple((at, ZH[: at * 80 // 60_000]) for at in range(4_000, 290_000, 4_000))
    assert doubts(norm()(sat(typed(ZH, ms=300_000), spent=300_900, before=saves))) == []


def test_the_impossible_is_pointed_out_and_never_a_zero() -> None:
    fast = norm()(sat(typed(ZH, ms=20_000), spent=20_500))
    assert fast.fraction == 1 and "faster than people type" in doubts(fast)[0]
    pasted = norm()(sat(typed(ZH[:260], pasted=2)))
    assert pasted.fraction == 1 and doubts(pasted) == ["pasting was tried 2 times and prevented"]
    at_once = norm()(sat(typed(ZH, ms=300_000), before=((280_000, ZH[:100]), (281_000, ZH[:390]))))
    assert at_once.fraction == 1 and doubts(at_once) == ["290 characters appeared at once"]


def test_time_before_the_first_keystroke_does_not_count() -> None:
    value = typed(ZH, ms=300_000)
    looked = Event(1, "", 0, "T-01", "flagged", True, "", "f")
    began = [looked, *(Event(e.seq + 1, "", e.mono + 900_000, e.item, e.kind, e.value, "", f"n{e.seq}")
                       for e in sat(value).events)]
    assert norm()(Response("T-01", value, tuple(began))).fraction == 1


def test_errors_are_a_share_of_what_was_typed() -> None:
    assert typing_result(correct=99, wrong=1, minutes=1, max_errors=F(1, 100)).clean_enough
    assert not typing_result(correct=98, wrong=2, minutes=1, max_errors=F(1, 100)).clean_enough
    assert not typing_result(correct=0, wrong=0, minutes=5).passed


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"passages": [{"language": "zh", "text": "亲，您好", "per_minute": "50"}]}, "too short to tell a speed"),
        ({"passages": [{"language": "zh", "text": ZH, "per_minute": "0"}]}, "not above 0"),
        ({"passages": [{"language": "zh", "text": ZH, "per_minute": "50"}] * 2}, "two passages are of one language"),
        ({"max_errors": "1/5", "rule": "per-criterion"}, "not above max_errors"),
    ],
)
def test_faults_of_an_author(change: dict[str, Any], wrong: str) -> None:
    body = real_bank().items["T-01"].body
    assert faults(body) == []
    found = faults({**body, **change})
    assert len(found) == 1 and wrong in found[0].wrong and found[0].cure


def test_white_space_alone_is_blank() -> None:
    from examdesk.items.typing.question import clean

    public = form_of(real_bank().items["T-01"])["questions"]["T-01"]["public"]
    assert clean(public, typed(" \n ")) == {} == clean(public, {})
