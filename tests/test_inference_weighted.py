"""Weighted forms of the tests that need more than a weighted sum: against listing every case by hand."""

from __future__ import annotations

import math
import tracemalloc
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.bhar import bhar_skewness_adjusted_t
from eventstudy.inference.nonparametric import sign_exact, wilcoxon_interval, wilcoxon_signed_rank
from eventstudy.inference.parametric import cross_sectional_t, skewness_adjusted_t, skewness_interval
from eventstudy.inference.permutation import permutation
from eventstudy.inference.weighted_signs import weighted_sign_exact, weighted_signed_rank

RTOL = 1e-9  # the same sums in another order
BISECTED = 1e-7  # ends found by bisection, relative to the spread of the values
DRAWN = 4  # standard errors of a share of random sign patterns
SIDES = ("two-sided", "greater", "less")


def data(seed, n, *, whole=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(0.4, 1, n)
    return x, rng.integers(1, 6, n).astype(float) if whole else rng.uniform(0.2, 3, n)


def p_of(upper, lower, side):
    return {"two-sided": min(1.0, 2 * min(upper, lower)), "greater": upper, "less": lower}[side]


# --- Signs -------------------------------------------------------------------------------------------------------


def coin_tails(weights, observed, p):
    """P(S >= s) and P(S <= s) for a weighted sum of coins with heads p, one pattern after the other."""
    upper = lower = 0.0
    for heads in product([0, 1], repeat=len(weights)):
        chance = math.prod(p if h else 1 - p for h in heads)
        total = sum(w for w, h in zip(weights, heads, strict=True) if h)
        upper += chance * (total >= observed - 1e-9)
        lower += chance * (total <= observed + 1e-9)
    return upper, lower


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("side", SIDES)
def test_weighted_signs_against_every_pattern_of_coins(side, whole):
    x, w = data(1, 9, whole=whole)
    found = weighted_sign_exact(x, w, side)
    observed = sum(b for a, b in zip(x, w, strict=True) if a > 0)
    assert found.p_value == pytest.approx(p_of(*coin_tails(w, observed, 0.5), side), rel=RTOL)
    assert found.estimate == pytest.approx(observed / sum(w), rel=RTOL)
    assert found.statistic == pytest.approx(observed * 9 / sum(w), rel=RTOL)
    cut = 0.025 if side == "two-sided" else 0.05
    if side != "less":
        assert coin_tails(w, observed, found.ci_low)[0] == pytest.approx(cut, rel=1e-6)
    if side != "greater":
        assert coin_tails(w, observed, found.ci_high)[1] == pytest.approx(cut, rel=1e-6)


def test_weighted_signs_of_many_events_against_the_exact_law_of_whole_weights():
    x, w = data(2, 40, whole=True)
    law = {0: Fraction(1)}
    for weight in map(int, w):
        law = {
            s: law.get(s, Fraction(0)) / 2 + law.get(s - weight, Fraction(0)) / 2
            for s in {*law, *(s + weight for s in law)}
        }
    observed = int(w[x > 0].sum())
    upper = float(sum(p for s, p in law.items() if s >= observed))
    lower = float(sum(p for s, p in law.items() if s <= observed))
    found = weighted_sign_exact(x, w)
    exact = p_of(upper, lower, "two-sided")
    assert "random orders" in str(found.law)
    # shares within each number of heads are drawn: less noise than drawing the heads as well
    assert abs(found.p_value - exact) < DRAWN * 2 * math.sqrt(exact / 2 / 9999)


# --- Signed ranks ------------------------------------------------------------------------------------------------


def weighted_walsh_count(x, w):
    """Weight of the pairs whose average is positive, an event with itself included."""
    w = [v * len(w) / sum(w) for v in w]
    return sum(w[i] * w[j] for i in range(len(x)) for j in range(i, len(x)) if x[i] + x[j] > 0)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("side", SIDES)
def test_weighted_ranks_count_walsh_averages_and_have_the_law_of_their_signs(side, whole):
    x, w = data(3, 8, whole=whole)
    found = weighted_signed_rank(x, w, side)
    observed = weighted_walsh_count(x, w)
    assert found.statistic == pytest.approx(observed, rel=RTOL)
    law = [weighted_walsh_count(np.abs(x) * signs, w) for signs in product([-1, 1], repeat=8)]
    upper, lower = (sum(keep) / len(law) for keep in ([v >= observed - 1e-9 for v in law],
                                                      [v <= observed + 1e-9 for v in law]))  # fmt: skip
    assert found.p_value == pytest.approx(p_of(upper, lower, side), rel=RTOL)
    inside, alpha = found.estimate, 0.05
    for end in (found.ci_low, found.ci_high):
        if math.isfinite(end):
            away = BISECTED * np.ptp(x) * math.copysign(1, end - inside)
            assert weighted_signed_rank(x - (end + away), w, side).p_value <= alpha
            assert weighted_signed_rank(x - (end - away), w, side).p_value > alpha


def test_weighted_ranks_of_many_events():
    x, w = data(4, 30, whole=True)
    exact = weighted_signed_rank(x, w)
    scores = [w[i] * sum(w[j] for j in range(30) if abs(x[j]) <= abs(x[i])) for i in range(30)]
    law = {0: 1.0}
    for score in scores:  # whole weights have whole scores
        both = {}
        for s, p in law.items():
            both[s] = both.get(s, 0.0) + p / 2
            both[s + int(score)] = both.get(s + int(score), 0.0) + p / 2
        law = both
    own = sum(s for s, v in zip(scores, x, strict=True) if v > 0)
    p = p_of(sum(v for s, v in law.items() if s >= own), sum(v for s, v in law.items() if s <= own), "two-sided")
    assert "random 9999" in str(exact.law)
    assert abs(exact.p_value - p) < DRAWN * 2 * math.sqrt(p / 2 / 9999)
    many, weights = data(5, 80)
    normal = weighted_signed_rank(many, weights)
    assert str(normal.law).startswith("N(0,1)")
    assert normal.ci_low < normal.estimate < normal.ci_high


@pytest.mark.parametrize("side", SIDES)
def test_equal_weights_give_the_tests_without_weights(side):
    x, _ = data(6, 12)
    x[3] = -x[5]  # a tie of sizes
    w = np.full(12, 3.7)
    statistic, p = wilcoxon_signed_rank(x, side)
    found = weighted_signed_rank(x, w, side)
    assert (found.statistic, found.p_value) == pytest.approx((float(statistic.value), float(p)), rel=RTOL)
    x, _ = data(7, 12)
    plain = weighted_signed_rank(x, w, side)
    assert (plain.estimate, plain.ci_low, plain.ci_high) == pytest.approx(wilcoxon_interval(x, alternative=side))
    statistic, p = sign_exact(x, side)
    found = weighted_sign_exact(x, w, side)
    assert (found.statistic, found.p_value) == pytest.approx((float(statistic.value), float(p)), rel=RTOL)


def test_the_centre_of_many_weighted_values_is_that_of_their_listed_pairs(monkeypatch):
    x, w = data(14, 200)
    listed = weighted_signed_rank(x, w).estimate
    monkeypatch.setattr("eventstudy.inference.weighted_signs.LISTED_UP_TO", 100)
    assert weighted_signed_rank(x, w).estimate == pytest.approx(listed, abs=1e-9)


def test_a_zero_has_no_sign_but_is_a_value_to_the_interval():
    x, w = np.array([0.0, 0.5, 1.5, -0.2, 2.0, 0.9, 1.1]), np.array([2.0, 1, 1, 1, 1, 3, 1])
    found = weighted_signed_rank(x, w)
    assert found.n == 6
    assert found.p_value == pytest.approx(weighted_signed_rank(x[1:], w[1:]).p_value, rel=RTOL)
    assert found.ci_low < found.estimate < found.ci_high


# --- Moments -----------------------------------------------------------------------------------------------------


def test_weighted_hall_transformation_by_hand():
    x, w = data(8, 15)
    a = w / w.sum()
    d = x - a @ x
    t = (a @ x) / math.sqrt(15 / 14 * (a**2 @ d**2))
    k = (a**3 @ d**3) / (a**2 @ d**2) ** 1.5
    wanted = t + k * t**2 / 3 + k**2 * t**3 / 27 + k / 6
    assert float(skewness_adjusted_t(x, w).value) == pytest.approx(wanted, rel=RTOL)
    low, high = skewness_interval(x, -1.96, 1.96, w)
    assert float(skewness_adjusted_t(x - low, w).value) == pytest.approx(1.96, rel=RTOL)
    assert float(skewness_adjusted_t(x - high, w).value) == pytest.approx(-1.96, rel=RTOL)


def test_weighted_hall_transformation_takes_skewness_away():
    """One-sided rates at 5 % in 20,000 samples, standard error 0.15 %: the t of skewed sums leans to one side."""
    rng = np.random.default_rng(9)
    w = rng.uniform(0.2, 3, 60)
    x = rng.gamma(0.5, size=(20_000, 60)) - 0.5
    plain, adjusted = (f(x, w).p_value("less") <= 0.05 for f in (cross_sectional_t, skewness_adjusted_t))
    assert plain.mean() > 0.10
    assert abs(adjusted.mean() - 0.05) < 0.5 * (plain.mean() - 0.05)


def test_weighted_johnson_statistic_by_hand_and_equal_weights():
    x, w = data(10, 20)
    a = w / w.sum()
    d = x - a @ x
    se = math.sqrt(20 / 19 * (a**2 @ d**2))
    t, k = (a @ x) / se, (a**3 @ d**3) / se**3
    found = bhar_skewness_adjusted_t(x, w)
    assert float(found[0].value) == pytest.approx(t + k * t**2 / 3 + k / 6, rel=RTOL)
    plain, equal = bhar_skewness_adjusted_t(x), bhar_skewness_adjusted_t(x, np.full(20, 0.3))
    assert equal[1:] == pytest.approx(plain[1:])
    assert float(equal[0].value) == pytest.approx(float(plain[0].value))


def test_weighted_johnson_bootstrap_holds_its_level():
    rng = np.random.default_rng(11)
    reps, hits = 400, 0
    for _ in range(reps):
        x, w = rng.normal(size=40), rng.uniform(0.2, 3, 40)
        hits += bhar_skewness_adjusted_t(x, w, draws=399, seed=int(rng.integers(2**31)))[1] <= 0.05
    assert abs(hits / reps - 0.05) < 3 * math.sqrt(0.05 * 0.95 / reps)


# --- Permutation of two groups -----------------------------------------------------------------------------------


def weighted_difference(x, w, first):
    means, errors = [], []
    for own in (first, ~first):
        mean = (w[own] @ x[own]) / w[own].sum()
        g = own.sum()
        errors.append(g / (g - 1) * (w[own] ** 2 @ (x[own] - mean) ** 2) / w[own].sum() ** 2)
        means.append(mean)
    return (means[0] - means[1]) / math.sqrt(sum(errors))


def test_weighted_permutation_against_every_choice_of_labels():
    x, w = data(12, 8)
    first = np.arange(8) < 3
    found = permutation(x, first, np.arange(8), weights=w, interval=False)
    own = weighted_difference(x, w, first)
    law = [weighted_difference(x, w, np.isin(np.arange(8), chosen)) for chosen in combinations(range(8), 3)]
    assert float(found.statistic) == pytest.approx(own, rel=RTOL)
    assert float(found.p_value) == pytest.approx(np.mean(np.abs(law) >= abs(own) - 1e-9), rel=RTOL)
    plain, equal = (permutation(x, first, np.arange(8), weights=v) for v in (None, np.full(8, 2.5)))
    for name in ("statistic", "p_value", "estimate", "ci_low", "ci_high"):
        assert float(getattr(equal, name)) == pytest.approx(float(getattr(plain, name)), rel=1e-6)


def test_parts_of_a_sample_keep_the_weights_of_the_whole():
    ar, residuals, w = np.ones((4, 1)), np.ones((4, 9)), np.array([0.5, 2.0, 8.0, 0.0])
    for rows in ([0, 1, 2, 3], [0, 1], [2, 3]):
        part = make_sample(ar[rows], residuals[rows], window=(0, 0), event_window=(0, 0), weights=w[rows])
        np.testing.assert_array_equal(part.weights, w[rows])


# --- The battery -------------------------------------------------------------------------------------------------


def test_every_test_of_many_events_takes_weights_and_equal_ones_change_nothing():
    rng = np.random.default_rng(13)
    ar, residuals = rng.normal(0.3, 1, (20, 1)) / 100, rng.normal(size=(20, 60)) / 100

    def found(weights):
        sample = make_sample(
            ar, residuals, window=(0, 0), event_window=(0, 0), n_parameters=1, weights=weights,
            realised=ar, expected=np.zeros_like(ar),
            sessions=(10_000 + np.arange(20) // 2)[:, None], estimation_sessions=np.tile(np.arange(60), (20, 1)),
            asset=np.arange(20) % 4,
        )  # fmt: skip
        return {t.name: t for t in run_tests(sample) if not t.name.startswith("sq_test")}

    plain, equal, weighted = found(None), found(np.full(20, 7.0)), found(rng.uniform(0.2, 3, 20))
    for name, test in plain.items():
        for field in ("statistic", "p_value", "estimate", "ci_low", "ci_high"):
            one, other = getattr(equal[name], field), getattr(test, field)
            assert one == pytest.approx(other, rel=1e-6, nan_ok=True), (name, field)
        assert math.isfinite(weighted[name].statistic), name
        assert math.isfinite(weighted[name].p_value), name
        assert weighted[name].statistic != pytest.approx(test.statistic, rel=1e-6), name


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("n", [9, 20, 60])
def test_replications_on_a_leading_axis_are_the_single_samples(n, side):
    rng = np.random.default_rng(n)
    x = rng.normal(0.3, 1.0, (2, 3, n))
    x[0, 0, 2] = np.nan
    x[0, 1] = np.round(x[0, 1])  # ties, and zeros
    x[1, 0] = 0.0
    x[1, 1] = np.nan
    w = rng.integers(1, 4, n).astype(float)
    w[4] = 0.0
    for test in (weighted_sign_exact, weighted_signed_rank):
        found = test(x, w, side)
        assert found.p_value.shape == found.law.shape == (2, 3)
        for b in np.ndindex(2, 3):
            one = test(x[b], w, side)
            assert one.law == found.law[b]
            for name in ("statistic", "p_value", "estimate", "ci_low", "ci_high", "n"):
                np.testing.assert_allclose(getattr(one, name), getattr(found, name)[b], rtol=RTOL, err_msg=name)
        assert np.isnan(found.p_value[1, :2]).all()
        assert (found.law[1, :2] == "").all()
    held = np.where(x == 0, 0.01, x)
    both = bhar_skewness_adjusted_t(held, w, draws=99, alternative=side)
    for b in np.ndindex(2, 3):
        one = bhar_skewness_adjusted_t(held[b], w, draws=99, alternative=side)
        for whole, part in zip(both[1:], one[1:], strict=True):
            np.testing.assert_allclose(whole[b], part, rtol=RTOL)
        np.testing.assert_allclose(both[0].value[b], one[0].value, rtol=RTOL)


def test_a_bootstrap_of_many_events_is_drawn_in_blocks(monkeypatch):
    rng = np.random.default_rng(3)
    x = rng.lognormal(0, 0.5, (2, 60)) - 1
    whole = bhar_skewness_adjusted_t(x, draws=199)
    monkeypatch.setattr("eventstudy.inference.bhar._HELD", 100)  # seven resamples of 15 at once
    parts = bhar_skewness_adjusted_t(x, draws=199)
    for one, other in zip(whole[1:], parts[1:], strict=True):
        np.testing.assert_allclose(one, other, rtol=RTOL)
    monkeypatch.setattr("eventstudy.inference.bhar._HELD", 200_000)
    many, peaks = rng.normal(size=40_000), []
    for draws in (60, 240):  # resamples of 10,000, twenty at once: memory does not grow with the draws
        tracemalloc.start()
        bhar_skewness_adjusted_t(many, draws=draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
