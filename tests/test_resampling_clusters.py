"""Wild bootstrap and permutation against loops over every draw, inversion, and simulated size."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm

from eventstudy.errors import DataError, SpecError
from eventstudy.inference.permutation import permutation
from eventstudy.inference.resampling import wild_bootstrap

EXACT = 1e-9  # two routes to the same sums in double precision


def cluster_t(x, cluster):
    """Cluster-robust t of the mean through statsmodels, with its factor (n-1)/(n-K) = 1 and G/(G-1)."""
    fit = sm.OLS(x, np.ones(len(x))).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": True})
    return fit.tvalues[0]


def test_wild_bootstrap_over_every_sign_vector():
    rng = np.random.default_rng(1)
    cluster = np.array([0, 0, 1, 2, 2, 2, 3, 4, 5, 5])
    x = rng.standard_normal(10) + 0.6
    found = wild_bootstrap(x, cluster)
    own = cluster_t(x, cluster)
    beyond = 0
    for signs in itertools.product((-1.0, 1.0), repeat=6):
        beyond += abs(cluster_t(np.array(signs)[cluster] * x, cluster)) >= abs(own) - 1e-9
    assert float(found.statistic) == pytest.approx(own, rel=EXACT)
    assert float(found.p_value) == beyond / 64
    assert found.complete
    assert (found.n_draws, found.n_clusters, int(found.n)) == (64, 6, 10)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_wild_bootstrap_interval_holds_what_is_not_rejected(alternative):
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(9), 3)
    x = rng.standard_normal(27) + 0.2
    options = {"alternative": alternative, "confidence": 0.9}
    found = wild_bootstrap(x, cluster, **options)
    for mu in np.linspace(-1.0, 1.4, 25):
        p = float(wild_bootstrap(x - mu, cluster, interval=False, **options).p_value)
        assert (p > 0.1) == (float(found.ci_low) <= mu <= float(found.ci_high))


def test_wild_bootstrap_holds_its_size_where_the_clustered_t_does_not():
    rng = np.random.default_rng(3)
    reps, g, per = 1500, 8, 6
    cluster = np.repeat(np.arange(g), per)
    # unequal clusters of one shock each: few, heteroscedastic
    scale = np.linspace(0.5, 3.0, g)
    x = (scale * rng.standard_normal((reps, g)))[:, cluster] + 0.3 * rng.standard_normal((reps, g * per))
    found = wild_bootstrap(x, cluster, draws=256, interval=False)
    rate = (found.p_value <= 0.05).mean()
    assert rate == pytest.approx(12 / 256, abs=3 * math.sqrt(0.05 * 0.95 / reps))
    assert found.complete


def test_webb_points_give_few_clusters_a_finer_p():
    x = np.array([1.0, 1.3, 0.9, 1.2, 1.1])
    coarse, fine = (wild_bootstrap(x, np.arange(5), distribution=d, interval=False) for d in ("rademacher", "webb"))
    assert float(coarse.p_value) == 2 / 32
    assert float(fine.p_value) < 2 / 32
    assert fine.n_draws == 6**5


def test_few_clusters_have_no_finite_interval():
    found = wild_bootstrap(np.array([1.0, 1.3, 0.9]), np.arange(3))
    assert float(found.p_value) == 0.25
    assert np.isinf([found.ci_low, found.ci_high]).all()


def test_replications_and_missing_values_are_independent_rows():
    rng = np.random.default_rng(4)
    x = rng.standard_normal((3, 12))
    x[1, :4] = np.nan
    cluster = np.repeat(np.arange(6), 2)
    together = wild_bootstrap(x, cluster, interval=False)
    for i in range(3):
        there = np.isfinite(x[i])
        alone = wild_bootstrap(x[i][there], cluster[there], interval=False)
        assert float(together.p_value[i]) == pytest.approx(float(alone.p_value), abs=EXACT)
        assert together.n[i] == there.sum()


def welch_clustered(x, first, cluster):
    parts = []
    for mask in (first, ~first):
        mean = x[mask].mean()
        groups = np.unique(cluster[mask])
        meat = sum((x[mask & (cluster == g)] - mean).sum() ** 2 for g in groups)
        parts.append((mean, len(groups) / (len(groups) - 1) * meat / mask.sum() ** 2))
    return (parts[0][0] - parts[1][0]) / math.sqrt(parts[0][1] + parts[1][1])


def test_permutation_over_every_relabelling_of_clusters():
    rng = np.random.default_rng(5)
    cluster = np.array([0, 0, 1, 2, 2, 3, 4, 4, 5])
    label = np.array([True, True, False, True, False, False])
    x = rng.standard_normal(9) + 0.8 * label[cluster]
    found = permutation(x, label[cluster], cluster)
    own = welch_clustered(x, label[cluster], cluster)
    beyond = 0
    for chosen in itertools.combinations(range(6), 3):
        moved = np.isin(cluster, chosen)
        beyond += abs(welch_clustered(x, moved, cluster)) >= abs(own) - 1e-9
    assert float(found.statistic) == pytest.approx(own, rel=EXACT)
    assert float(found.p_value) == beyond / 20
    assert float(found.estimate) == pytest.approx(x[label[cluster]].mean() - x[~label[cluster]].mean(), rel=EXACT)


def test_permutation_shuffles_within_clusters_that_hold_both_groups():
    x = np.array([1.0, 5.0, 2.0, 6.0, 3.0, 7.0])
    cluster = np.array([0, 0, 1, 1, 2, 2])
    first = np.array([False, True] * 3)
    found = permutation(x, first, cluster, studentize=False)
    # eight ways to say which of each pair is the first: two of them give a difference of 4 in size
    assert (found.n_draws, found.complete) == (8, True)
    assert float(found.p_value) == 0.25


def test_permutation_holds_its_size_with_shared_shocks_and_unequal_variance():
    rng = np.random.default_rng(6)
    reps, g = 1000, 12
    cluster = np.repeat(np.arange(g), 4)
    first = cluster < 4
    scale = np.where(np.arange(g) < 4, 1.0, 2.0)
    x = (scale * rng.standard_normal((reps, g)))[:, cluster] + 0.5 * rng.standard_normal((reps, 4 * g))
    found = permutation(x, first, cluster, draws=495, interval=False)
    # studentised permutation is exact for equal, asymptotic for unequal variances
    assert 0.03 < (found.p_value <= 0.05).mean() < 0.075


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_permutation_interval_holds_what_is_not_rejected(alternative):
    rng = np.random.default_rng(7)
    first = np.arange(10) < 4
    x = rng.standard_normal(10) + first
    options = {"alternative": alternative, "confidence": 0.9}
    found = permutation(x, first, np.arange(10), **options)
    for delta in np.linspace(-2, 4, 25):
        p = float(permutation(x - delta * first, first, np.arange(10), interval=False, **options).p_value)
        assert (p > 0.1) == (float(found.ci_low) <= delta <= float(found.ci_high))


def test_random_draws_repeat_with_their_seed():
    rng = np.random.default_rng(8)
    x = rng.standard_normal(40)
    for run in (
        lambda seed: wild_bootstrap(x, np.arange(40), draws=199, interval=False, seed=seed),
        lambda seed: permutation(x, np.arange(40) < 15, np.arange(40), draws=199, interval=False, seed=seed),
    ):
        one, two = run(1), run(1)
        assert one.p_value == two.p_value
        assert not one.complete
        assert one.n_draws == 199


def test_degenerate_and_wrong_input():
    assert np.isnan(wild_bootstrap(np.zeros(5), np.arange(5)).p_value)
    assert np.isnan(wild_bootstrap(np.ones(5), np.zeros(5)).p_value)
    with pytest.raises(DataError, match="both groups"):
        permutation(np.ones(4), np.ones(4, dtype=bool), np.arange(4))
    with pytest.raises(DataError, match="one code an event"):
        wild_bootstrap(np.ones(4), np.arange(3))
    with pytest.raises(SpecError, match="did you mean 'webb'"):
        wild_bootstrap(np.ones(4), np.arange(4), distribution="web")
