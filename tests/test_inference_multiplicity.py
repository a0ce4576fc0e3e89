"""Adjusted p-values against statsmodels, a loop, and what they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from eventstudy.errors import DataError, SpecError
from eventstudy.inference.clustered import clustered_t
from eventstudy.inference.family import _Shifted, family_tests
from eventstudy.inference.multiplicity import adjust_p_values, benjamini_hochberg, holm, romano_wolf

# The same products and minima in another order.
RTOL = 1e-12


@pytest.mark.parametrize("seed", range(12))
def test_holm_and_benjamini_hochberg_are_those_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    p = np.round(rng.random(rng.integers(1, 13)) ** 2, seed % 3 + 1)  # with ties, zeros and ones
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1], rtol=RTOL)
    np.testing.assert_allclose(benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1], rtol=RTOL)


def test_nan_is_no_test():
    p = np.array([0.01, np.nan, 0.04])
    np.testing.assert_allclose(holm(p), [0.02, np.nan, 0.04], rtol=RTOL)
    np.testing.assert_allclose(benjamini_hochberg(p), [0.02, np.nan, 0.04], rtol=RTOL)
    assert np.isnan(holm([np.nan])).all()
    assert holm([]).shape == (0,)


def slow_romano_wolf(observed, draws):
    """Step by step: compare the largest left with the largest left of every draw, then leave it out."""
    left = list(range(len(observed)))
    p, floor = [0.0] * len(observed), 0.0
    while left:
        j = max(left, key=lambda i: abs(observed[i]))
        exceed = sum(max(abs(row[i]) for i in left) >= abs(observed[j]) for row in draws)
        floor = max(floor, (1 + exceed) / (1 + len(draws)))
        p[j] = floor
        left.remove(j)
    return p


@pytest.mark.parametrize("seed", range(5))
def test_romano_wolf_is_the_step_down_loop(seed):
    rng = np.random.default_rng(seed)
    draws = rng.normal(size=(99, 6)) @ (np.eye(6) + 0.5)
    observed = rng.normal(size=6) * 3
    np.testing.assert_allclose(romano_wolf(observed, draws), slow_romano_wolf(observed, draws), rtol=RTOL)


def test_romano_wolf_of_identical_tests_costs_nothing():
    draws = np.tile(np.random.default_rng(0).normal(size=(999, 1)), (1, 5))
    alone = romano_wolf([2.0], draws[:, :1])
    np.testing.assert_allclose(romano_wolf([2.0] * 5, draws), np.repeat(alone, 5))


def test_romano_wolf_is_one_sided_where_asked_and_leaves_out_what_is_nan():
    draws = np.random.default_rng(0).normal(size=(999, 3))
    greater = romano_wolf([-4.0, 4.0, np.nan], draws, "greater")
    assert greater[0] == 1.0
    assert greater[1] < 0.01
    assert np.isnan(greater[2])
    np.testing.assert_allclose(romano_wolf([4.0, -4.0, np.nan], draws * -1, "less"), greater)
    holes = draws.copy()
    holes[:900, 0] = np.nan
    assert romano_wolf([9.0, 9.0, 9.0], holes)[0] == pytest.approx(1 / 100)


def test_romano_wolf_holds_the_chance_of_any_false_rejection():
    """5 % of families of six correlated true nulls have a rejection; 2,000 families, s.e. 0.5 %."""
    rng = np.random.default_rng(1)
    mix = np.linalg.cholesky(0.6 * np.ones((6, 6)) + 0.4 * np.eye(6)).T
    draws = rng.normal(size=(1999, 6)) @ mix
    families = rng.normal(size=(2000, 6)) @ mix
    rate = np.mean([romano_wolf(row, draws).min() <= 0.05 for row in families])
    assert abs(rate - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 2000) + 0.01  # 0.01: the draws' own error


def family(seed=0, k=4, n=24, groups=8):
    rng = np.random.default_rng(seed)
    cluster = np.r_[np.arange(groups), rng.integers(0, groups, n - groups)]
    car = rng.normal(size=(k, n)) + rng.normal(size=groups)[cluster]
    car[1, :10] = np.nan
    car[2] += 1.5
    return car, cluster


@pytest.mark.parametrize("weighted", [False, True])
def test_a_family_turns_the_signs_of_clusters_in_every_row_at_once(weighted):
    """Against events turned one by one and `clustered_t` taken anew, all 2^8 sign vectors."""
    car, cluster = family()
    w = np.random.default_rng(3).uniform(0.5, 2, 24) if weighted else None
    found = family_tests(car, cluster, weights=w)
    assert found.complete
    assert found.n_draws == 255
    draws = []
    for signs in itertools.product([1.0, -1.0], repeat=8):
        turn = np.array(signs)[cluster]
        draws.append([float(clustered_t(row * turn, cluster, w).value) for row in car])
    draws = np.array(draws)
    observed = draws[0]
    np.testing.assert_allclose(found.statistic, observed, rtol=1e-9)
    # Rounding must not part a sign vector from its mirror image, which ties with it.
    wanted = [(np.abs(draws[:, j]) >= abs(observed[j]) * (1 - 1e-9)).mean() for j in range(4)]
    np.testing.assert_allclose(found.p_value, wanted, rtol=1e-9)
    np.testing.assert_allclose(found.romano_wolf, slow_romano_wolf(observed, draws[1:]), rtol=1e-9)
    np.testing.assert_allclose(found.holm, multipletests(found.p_value, method="holm")[1])
    assert (found.romano_wolf >= found.p_value - 1e-12).all()


def test_a_family_says_what_it_cannot_test():
    car, cluster = family()
    car[0] = np.where(cluster == cluster[0], car[0], np.nan)
    car[3] = np.nan
    found = family_tests(car, cluster, draws=99)
    assert np.isnan(found.romano_wolf[[0, 3]]).all()
    assert np.isfinite(found.romano_wolf[[1, 2]]).all()
    assert found.n_clusters[0] == 1
    assert found.n[3] == 0
    assert not found.complete
    again = family_tests(car, cluster, draws=99)
    np.testing.assert_array_equal(found.romano_wolf, again.romano_wolf)
    with pytest.raises(DataError, match=r"expected \(k, n\)"):
        family_tests(car, cluster[:5])
    with pytest.raises(SpecError, match="draws=0"):
        family_tests(car, cluster, draws=0)


def test_a_family_of_overlapping_windows_holds_its_error_rate_at_less_cost_than_holm():
    """400 studies of 30 clusters: CARs over windows of 1 to 8 days share their days. No effect: at most 5 %
    of the families reject; with a small effect on all, Romano-Wolf finds more than Holm."""
    rng = np.random.default_rng(4)
    false = found_rw = found_holm = 0
    for _ in range(400):
        car = np.cumsum(rng.normal(size=(30, 8)), axis=1).T
        null = family_tests(car, np.arange(30), draws=199)
        false += null.romano_wolf.min() <= 0.05
        real = family_tests(car + 0.45 * np.arange(1, 9)[:, None], np.arange(30), draws=199)
        found_rw += (real.romano_wolf <= 0.05).sum()
        found_holm += (real.holm <= 0.05).sum()
    assert false / 400 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert found_rw > found_holm


@pytest.mark.parametrize("away", [0.0, 1.0, 1e6])
def test_turned_statistics_at_any_mean_are_those_of_the_shifted_sums(away):
    rng = np.random.default_rng(8)
    sizes = rng.integers(0, 4, size=(3, 12)).astype(float)
    sums = rng.normal(size=(3, 12)) * sizes + away * sizes
    estimate = sums.sum(axis=1) / sizes.sum(axis=1)
    signs = np.vstack([np.ones(12), rng.choice([-1.0, 1.0], size=(40, 12))])
    rows, mu = np.array([2, 0, 1]), np.array([0.3, -40.0, 7.0]) + away
    found = _Shifted.of(sums, sizes, estimate, signs).statistics(rows, mu)
    for row, at, t in zip(rows, mu, found, strict=True):
        for v, value in zip(signs, t, strict=True):
            turned = v * (sums[row] - at * sizes[row])
            mean = turned.sum() / sizes[row].sum()
            slow = mean / np.sqrt(((turned - mean * sizes[row]) ** 2).sum())
            np.testing.assert_allclose(
                value, slow, rtol=1e-8 if away > 1 else 1e-11
            )  # the loop loses what `away` takes


def test_intervals_of_many_hypotheses_cost_little():
    """60 means of 200 events by 1,999 draws: bisection of each by itself, turning all signs anew, took minutes."""
    car = np.random.default_rng(0).normal(size=(60, 200))
    found = family_tests(car, np.arange(200))
    alone = family_tests(car[7:8], np.arange(200))
    np.testing.assert_allclose([found.ci_low[7], found.ci_high[7]], [alone.ci_low[0], alone.ci_high[0]], rtol=1e-10)


def test_wrong_input_is_one_clear_error():
    with pytest.raises(DataError, match=r"outside \[0, 1\]"):
        holm([0.5, 1.5])
    with pytest.raises(DataError, match="2 dimensions"):
        holm([[0.5]])
    with pytest.raises(DataError, match=r"expected \(draws, 2\)"):
        romano_wolf([1.0, 2.0], np.zeros((9, 3)))
    with pytest.raises(SpecError, match="did you mean 'holm'"):
        adjust_p_values([0.5], "holms")
    np.testing.assert_allclose(adjust_p_values([0.01, 0.04], "none"), [0.01, 0.04])
    np.testing.assert_allclose(adjust_p_values([0.01, 0.04], "benjamini-hochberg"), [0.02, 0.04])
