"""Differences of two groups against scipy, statsmodels and plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.errors import DataError, SpecError
from eventstudy.inference import make_sample
from eventstudy.inference.differences import (
    DIFFERENCE_TESTS,
    clustered_difference_t,
    difference_tests,
    ibragimov_muller_difference_t,
    welch_t,
)

# The same sums of doubles in another order.
RTOL = 1e-9


def group(seed, n, shift=0.0, *, first_day=0, spacing=3, weights=None, window=(0, 1)):
    rng = np.random.default_rng(seed)
    start = first_day + np.cumsum(rng.integers(1, spacing + 1, n))
    return make_sample(
        shift + rng.normal(size=(n, 3)),
        rng.normal(size=(n, 60)),
        window=window,
        event_window=(-1, 1),
        sessions=start[:, None] + np.arange(3),
        weights=weights,
    )


def test_welch_is_scipys():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=9), rng.normal(1, 3, size=14)
    found, wanted = welch_t(x, y), stats.ttest_ind(x, y, equal_var=False)
    assert float(found.value) == pytest.approx(wanted.statistic, rel=RTOL)
    assert float(found.dof) == pytest.approx(wanted.df, rel=RTOL)
    assert float(found.p_value()) == pytest.approx(wanted.pvalue, rel=RTOL)
    for alternative in ("greater", "less"):
        wanted = stats.ttest_ind(x, y, equal_var=False, alternative=alternative)
        assert float(found.p_value(alternative)) == pytest.approx(wanted.pvalue, rel=RTOL)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_clustered_dummy_is_statsmodels(weighted):
    rng = np.random.default_rng(1)
    n = 40
    x, first, cluster = rng.normal(size=n), rng.random(n) < 0.4, rng.integers(0, 9, n)
    w = rng.uniform(0.5, 2, n) if weighted else np.ones(n)
    fit = sm.WLS(x, np.c_[np.ones(n), first], weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True
    )
    found = clustered_difference_t(x, first, cluster, w if weighted else None)
    assert float(found.estimate) == pytest.approx(fit.params[1], rel=RTOL)
    assert float(found.se) == pytest.approx(fit.bse[1], rel=RTOL)
    assert float(found.p_value()) == pytest.approx(fit.pvalues[1], rel=1e-6)


def slow_cluster_cells(x, first, cluster, side):
    cells = {}
    for value, is_first, g in zip(x, first, cluster, strict=True):
        if is_first == side:
            cells.setdefault(g, []).append(value)
    return {g: sum(v) / len(v) for g, v in cells.items()}


def test_pure_clusters_give_two_samples_of_cluster_means():
    rng = np.random.default_rng(2)
    x, cluster = rng.normal(size=30), np.repeat(np.arange(10), 3)
    first = cluster < 4
    a, b = (list(slow_cluster_cells(x, first, cluster, side).values()) for side in (True, False))
    wanted = stats.ttest_ind(a, b, equal_var=False).statistic
    found = ibragimov_muller_difference_t(x, first, cluster)
    assert float(found.value) == pytest.approx(wanted, rel=RTOL)
    assert float(found.dof) == 3


def test_clusters_that_hold_both_groups_give_the_paired_t():
    rng = np.random.default_rng(3)
    x, cluster, first = rng.normal(size=24), np.repeat(np.arange(6), 4), np.tile([True, False], 12)
    a, b = (slow_cluster_cells(x, first, cluster, side) for side in (True, False))
    wanted = stats.ttest_rel([a[g] for g in range(6)], [b[g] for g in range(6)])
    found = ibragimov_muller_difference_t(x, first, cluster)
    assert float(found.value) == pytest.approx(wanted.statistic, rel=RTOL)
    assert float(found.p_value()) == pytest.approx(wanted.pvalue, rel=RTOL)


def test_leading_axes_are_replications():
    rng = np.random.default_rng(4)
    x, first, cluster = rng.normal(size=(7, 20)), np.arange(20) < 8, rng.integers(0, 6, 20)
    x[2, 3] = np.nan
    for function in (clustered_difference_t, ibragimov_muller_difference_t):
        together = function(x, first, cluster)
        alone = [function(row, first, cluster) for row in x]
        np.testing.assert_allclose(together.value, [float(s.value) for s in alone], rtol=RTOL)
        np.testing.assert_allclose(together.dof, [float(s.dof) for s in alone])
    np.testing.assert_allclose(
        welch_t(x[:, :8], x[:, 8:]).value, [float(welch_t(r[:8], r[8:]).value) for r in x], rtol=RTOL
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_swapping_the_groups_turns_the_sign(weighted):
    w = (
        [np.random.default_rng(9).uniform(1, 2, 12), np.random.default_rng(8).uniform(1, 2, 9)]
        if weighted
        else [None] * 2
    )
    a, b = group(0, 12, weights=w[0]), group(1, 9, first_day=20, weights=w[1])
    forth = {t.name: t for t in difference_tests(a, b, alternative="greater")}
    back = {t.name: t for t in difference_tests(b, a, alternative="less")}
    assert tuple(forth) == DIFFERENCE_TESTS
    for name in forth:
        assert forth[name].statistic == pytest.approx(-back[name].statistic, rel=RTOL)
        assert forth[name].p_value == pytest.approx(back[name].p_value, rel=RTOL)
        assert forth[name].ci_low == pytest.approx(-back[name].ci_high, rel=RTOL)
        assert forth[name].ci_high == math.inf
        assert "<= 0" in forth[name].null


def test_clusters_reach_across_the_groups():
    """The same dates in both groups are the same clusters: a common shock is no difference."""
    rng = np.random.default_rng(5)
    days = np.arange(20)[:, None] * 10
    shock = rng.normal(0, 5, size=(20, 1))
    a, b = (
        make_sample(
            shock + rng.normal(size=(20, 1)),
            rng.normal(size=(20, 60)),
            window=(0, 0),
            event_window=(0, 0),
            sessions=days,
        )
        for _ in range(2)
    )
    found = {t.name: t for t in difference_tests(a, b)}
    assert found["ibragimov_muller_difference_t"].se < 0.5 * found["welch_t"].se
    assert found["clustered_difference_t"].dof == 19


def test_size_is_nominal_under_the_null():
    """10,000 draws of 12 against 20 independent events, the second with doubled variance; s.e. 0.22 %."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(10_000, 32)) * np.where(np.arange(32) < 12, 1.0, np.sqrt(2))
    p = welch_t(x[:, :12], x[:, 12:]).p_value()
    assert abs(np.mean(p < 0.05) - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 10_000) + 0.001  # Welch is approximate
    p = ibragimov_muller_difference_t(x, np.arange(32) < 12, np.arange(32)).p_value()
    assert np.mean(p < 0.05) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 10_000)


def test_what_cannot_be_compared_says_so():
    few = difference_tests(group(0, 1), group(1, 9, first_day=50))
    assert all(math.isnan(t.statistic) and "at least two events in each group, has 1 and 9" in t.note for t in few)
    same = make_sample(np.ones((4, 1)), np.zeros((4, 9)), window=(0, 0), event_window=(0, 0))
    assert all(math.isnan(t.statistic) and t.note for t in difference_tests(same, same))
    with pytest.raises(SpecError, match="did you mean 'welch_t'"):
        difference_tests(group(0, 5), group(1, 5), names=["welch"])
    with pytest.raises(DataError, match="only one of the groups has weights"):
        difference_tests(group(0, 5, weights=np.ones(5)), group(1, 5))
