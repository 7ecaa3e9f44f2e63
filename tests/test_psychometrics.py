"""Statistics against numbers other programs published, and their refusals."""

from __future__ import annotations

import doctest
import importlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examdesk import psychometrics as p

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "psychometrics"
published = pytest.mark.skipif(not DATA.is_dir(), reason="the reference data are not on this machine")
CLOSE = {"abs": 1e-9}


def reference(name: str) -> dict:
    return json.loads((DATA / f"{name}.ref.json").read_text())


def sat12() -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Options chosen (NaN = omitted), the key, and the 0/1 marks; an omitted item is wrong."""
    raw = pd.read_csv(DATA / "sat12_raw.csv")
    key = pd.read_csv(DATA / "sat12_key.csv").set_index("item")["key"]
    return raw, key, (raw == key).to_numpy(float)


@pytest.mark.parametrize("module", ["gain", "items", "refusal", "reliability", "shares"])
def test_every_example_in_the_docstrings_holds(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"examdesk.psychometrics.{module}"))
    assert found.failed == 0 and found.attempted > 0


@published
@pytest.mark.parametrize("name, alpha, sem", [("lsat6", .29500, .86907), ("lsat7", .45341, .88613)])
def test_alpha_and_sem_equal_psych(name: str, alpha: float, sem: float) -> None:
    x, ctt = pd.read_csv(DATA / f"{name}.csv").to_numpy(float), reference(name)["ctt"]
    assert p.alpha(x) == pytest.approx(ctt["alpha_raw"], **CLOSE) == pytest.approx(alpha, abs=5e-6)
    assert p.kr20(x) == pytest.approx(ctt["kr20_popvar"], **CLOSE)
    assert p.sem(x) == pytest.approx(ctt["sem_raw"], **CLOSE) == pytest.approx(sem, abs=5e-6)
    assert p.corrected_point_biserial(x) == pytest.approx(ctt["item"]["psych_r_drop"], **CLOSE)
    assert [p.facility(x[:, j], 1) for j in range(5)] == pytest.approx(ctt["item"]["mean"], **CLOSE)
    low, high = p.alpha_interval(p.alpha(x), n=1000, k=5)
    feldt = ctt["alpha_ci95_feldt"]
    assert (low, high) == pytest.approx((feldt["lower"], feldt["upper"]), **CLOSE)


@published
def test_sat12_equals_psych_item_by_item() -> None:
    _, _, x = sat12()
    ctt = reference("sat12")["ctt"]
    assert p.alpha(x) == pytest.approx(.79789186112, **CLOSE)
    assert p.corrected_point_biserial(x) == pytest.approx(ctt["item"]["psych_r_drop"], **CLOSE)


@published
def test_the_known_wrong_key_of_sat12_shows_in_its_distractors() -> None:
    raw, _, x = sat12()
    rest = x.sum(axis=1) - x[:, 31]
    chosen = [() if pd.isna(v) else (str(int(v)),) for v in raw["Item.32"]]
    rows = {row.option: row for row in p.chosen_options(chosen, rest, list("12345"))}
    assert rows["5"].r == pytest.approx(.037, abs=5e-4) and rows["5"].share == pytest.approx(.162, abs=5e-4)
    assert rows["3"].r == pytest.approx(+.203, abs=5e-4) and rows["3"].share == pytest.approx(.443, abs=5e-4)


@published
def test_all_160_distractor_figures_of_sat12_equal_the_reference() -> None:
    raw, _, x = sat12()
    for j, (item, ref) in enumerate(reference("sat12")["distractors"].items()):
        chosen = [() if pd.isna(v) else (str(int(v)),) for v in raw[item]]
        rows = p.chosen_options(chosen, x.sum(axis=1) - x[:, j], ref["option"])
        assert [row.share for row in rows] == pytest.approx(ref["prop"], **CLOSE)
        assert [row.r for row in rows] == pytest.approx(ref["r_option_rest"], **CLOSE)


@published
def test_a_real_certification_exam_gives_the_published_alpha() -> None:
    raw = pd.read_csv(DATA / "credential1_raw.csv").iloc[:, 1:]
    key = pd.read_csv(DATA / "credential1_key.csv")["key"].to_numpy()
    x = (raw.to_numpy() == key).astype(float)
    assert p.alpha(x) == pytest.approx(.89495, abs=5e-6) and p.sem(x) == pytest.approx(5.338, abs=5e-4)


@pytest.mark.parametrize("hits, n, low, high", [  # Newcombe (1998), table I, method 3
    (81, 263, .2553, .3662), (15, 148, .0624, .1605), (0, 20, .0000, .1611), (1, 29, .0061, .1718),
])
def test_wilson_equals_newcombe_s_table(hits: int, n: int, low: float, high: float) -> None:
    assert p.wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(max_examples=60, deadline=None)
def test_wilson_stays_inside_0_and_1_and_around_the_share(case: tuple[int, int]) -> None:
    hits, n = case
    low, high = p.wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


@pytest.mark.parametrize("statistic", [
    lambda: p.alpha(np.eye(12)),
    lambda: p.kr20(np.eye(12)),
    lambda: p.sem(np.eye(12)),
    lambda: p.corrected_point_biserial(np.eye(12)),
    lambda: p.correlation(range(12), range(12)),
    lambda: p.chosen_options([("a",)] * 12, range(12), ["a", "b"]),
])
def test_below_its_n_a_statistic_is_refused_with_the_reason(statistic) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(p.TooFew, match="needs 30 people, there are 12"):
        statistic()


def test_one_item_has_no_alpha_and_no_people_have_no_share() -> None:
    with pytest.raises(p.TooFew, match="needs 2 items, there are 1"):
        p.alpha(np.ones((40, 1)))
    with pytest.raises(p.TooFew, match="needs 1 people, there are 0"):
        p.wilson(0, 0)


def test_an_item_everybody_has_right_has_no_discrimination_but_spoils_no_other() -> None:
    rng = np.random.default_rng(1)
    x = (rng.random((60, 4)) < .5).astype(float)
    x[:, 2] = 1
    r = p.corrected_point_biserial(x)
    assert np.isnan(r[2]) and not np.isnan(r[[0, 1, 3]]).any()


def test_unmarked_is_left_out_and_never_counted_as_zero() -> None:
    assert p.facility([2, float("nan"), 2], out_of=2) == 1
    with pytest.raises(ValueError, match="all marked"):
        p.alpha([[1, float("nan")]] * 40)


def test_a_group_is_weak_only_beyond_what_items_differ_anyway() -> None:
    even = [.55, .95, .75, .60, .90, .75, .65, .85, .75]
    assert min(w.p for w in p.weak_groups(list("aaabbbccc"), even)) > .5
    weak = [.25, .65, .45, .60, .90, .75, .65, .85, .75, .70, .80, .75]
    found = {w.group: w for w in p.weak_groups(list("aaabbbcccddd"), weak)}
    assert found["a"].p < .05 and found["a"].share == pytest.approx(.45) and found["b"].p > .5


def test_a_single_hard_item_is_no_weak_group() -> None:
    assert [w.group for w in p.weak_groups(["a", "b", "b", "c", "c"], [.1, .8, .82, .8, .78])] == ["b", "c"]
    with pytest.raises(p.TooFew, match="groups"):
        p.weak_groups(["a"] * 5, [.5] * 5)


def test_a_pair_that_is_not_whole_is_left_out_of_a_gain_and_never_zero() -> None:
    nan = float("nan")
    assert p.paired_gain([.2, .4, nan, .9], [.5, .7, .9, nan]) == p.paired_gain([.2, .4], [.5, .7])
    assert p.paired_gain([.2, .4], [.5, .7]).gain == pytest.approx(.3)


def test_one_person_has_a_gain_and_no_interval_and_nobody_has_none() -> None:
    one = p.paired_gain(.5, .75)
    assert (one.n, one.pre, one.post, one.gain, one.normalised) == (1, .5, .75, .25, .5)
    assert np.isnan([one.low, one.high]).all()
    with pytest.raises(p.TooFew, match="a gain needs 1 people, there are 0"):
        p.paired_gain([], [])
    assert np.isnan(p.paired_gain([1, 1], [1, .5]).normalised), "who has everything has nothing to gain"


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=30))
def test_a_gain_turned_round_is_the_loss(pairs: list[tuple[float, float]]) -> None:
    first, second = zip(*pairs, strict=True)
    there, back = p.paired_gain(first, second), p.paired_gain(second, first)
    assert (there.gain, there.low, there.high) == pytest.approx((-back.gain, -back.high, -back.low), abs=1e-9)
