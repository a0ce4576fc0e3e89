"""Adjusted p-values against statsmodels, a loop, and what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.multitest import multipletests

from eventstudy.errors import DataError, SpecError
from eventstudy.inference.multiplicity import adjust_p_values, benjamini_hochberg, holm, romano_wolf

# The same products and minima in another order.
RTOL = 1e-12

P_VALUES = arrays(np.float64, st.integers(1, 12), elements=st.floats(0, 1))


@settings(max_examples=50, deadline=None)
@given(P_VALUES)
def test_holm_and_benjamini_hochberg_are_those_of_statsmodels(p):
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
