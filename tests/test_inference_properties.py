"""Weights, confidence intervals and leading axes: what holds for every test at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.bhar import bhar, bhar_t
from eventstudy.inference.calendar_time import calendar_portfolio, calendar_time_t
from eventstudy.inference.clustered import clustered_t, clustered_two_way_t, ibragimov_muller_t
from eventstudy.inference.nonparametric import (
    generalized_sign_z,
    share_interval,
    sign_exact,
    sign_z,
    wilcoxon_interval,
    wilcoxon_signed_rank,
)
from eventstudy.inference.parametric import (
    adjusted_bmp_t,
    adjusted_patell_z,
    bmp_t,
    cross_sectional_t,
    crude_dependence_t,
    patell_z,
    skewness_adjusted_t,
    skewness_interval,
    time_series_t,
)
from eventstudy.inference.ranks import (
    corrado_rank_z,
    corrado_zivney_rank_z,
    corrado_zivney_sign_z,
    cumulative_rank_z,
    grank_t,
    grank_z,
    mid_ranks,
)

# The same sums of doubles in another order.
RTOL = 1e-9
# An interval's end is found to rounding; a step this large beside it crosses it.
STEP = 1e-7

R, N, M, D = 5, 17, 60, 4


@pytest.fixture(scope="module")
def arrays():
    rng = np.random.default_rng(8)
    ar, e = rng.normal(0.2, 1, size=(R, N, D)), rng.normal(size=(R, N, M))
    ar[rng.random(ar.shape) < 0.1] = np.nan
    e[rng.random(e.shape) < 0.1] = np.nan
    member = np.zeros((N, D), bool)
    member[:, 1:3] = True
    member[::4, 3] = True
    car = np.where(member, np.nan_to_num(ar), 0).sum(axis=-1)
    car[1, 3] = np.nan
    return {
        "ar": ar, "e": e, "member": member, "car": car,
        "cluster": rng.integers(0, 6, N), "asset": rng.integers(0, 9, N),
        "variance": rng.uniform(1, 2, N), "dof": rng.integers(5, 60, N), "r": rng.uniform(0, 0.3, R),
        "share": rng.uniform(0.4, 0.6, (R, N)), "w": rng.uniform(0.5, 2, N),
    }  # fmt: skip


FUNCTIONS = {
    "time_series_t": lambda a, i, w: time_series_t(a["car"][i], a["variance"], a["dof"], w),
    "cross_sectional_t": lambda a, i, w: cross_sectional_t(a["car"][i], w),
    "crude_dependence_t": lambda a, i, w: crude_dependence_t(a["ar"][i], a["e"][i], a["member"], w),
    "patell_z": lambda a, i, w: patell_z(a["car"][i], a["dof"], w),
    "adjusted_patell_z": lambda a, i, w: adjusted_patell_z(a["car"][i], a["dof"], a["r"][i], w),
    "bmp_t": lambda a, i, w: bmp_t(a["car"][i], w),
    "adjusted_bmp_t": lambda a, i, w: adjusted_bmp_t(a["car"][i], a["r"][i], w),
    "skewness_adjusted_t": lambda a, i, w: skewness_adjusted_t(a["car"][i], w),
    "sign_z": lambda a, i, w: sign_z(a["car"][i], w),
    "sign_exact": lambda a, i, w: sign_exact(a["car"][i])[0],
    "generalized_sign_z": lambda a, i, w: generalized_sign_z(a["car"][i], a["share"][i], w),
    "corrado_rank_z": lambda a, i, w: corrado_rank_z(a["ar"][i], a["e"][i], a["member"], w),
    "corrado_zivney_rank_z": lambda a, i, w: corrado_zivney_rank_z(a["ar"][i], a["e"][i], a["member"], w),
    "corrado_zivney_sign_z": lambda a, i, w: corrado_zivney_sign_z(a["ar"][i], a["e"][i], a["member"], w),
    "cumulative_rank_z": lambda a, i, w: cumulative_rank_z(a["ar"][i], a["e"][i], a["member"], w),
    "grank_t": lambda a, i, w: grank_t(a["car"][i], a["e"][i], w),
    "grank_z": lambda a, i, w: grank_z(a["car"][i], a["e"][i], w),
    "wilcoxon_signed_rank": lambda a, i, w: wilcoxon_signed_rank(a["car"][i])[0],
    "clustered_t": lambda a, i, w: clustered_t(a["car"][i], a["cluster"], w),
    "clustered_two_way_t": lambda a, i, w: clustered_two_way_t(a["car"][i], a["cluster"], a["asset"], w),
    "ibragimov_muller_t": lambda a, i, w: ibragimov_muller_t(a["car"][i], a["cluster"], w),
    "bhar_t": lambda a, i, w: bhar_t(bhar(a["ar"][i] / 100, a["ar"][i] * 0, a["member"] & np.isfinite(a["ar"][i])), w),
}
UNWEIGHTED = {"sign_exact", "wilcoxon_signed_rank"}  # theirs are functions of their own: test_inference_weighted


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_leading_axes_are_replications(arrays, name, weighted):
    w = arrays["w"] if weighted else None
    together = FUNCTIONS[name](arrays, slice(None), w)
    for i in range(R):
        alone = FUNCTIONS[name](arrays, i, w)
        for field in ("value", "dof", "n", "estimate", "se"):
            np.testing.assert_allclose(
                getattr(together, field)[i], getattr(alone, field), rtol=RTOL, err_msg=f"{name} {field}"
            )


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - UNWEIGHTED))
def test_equal_weights_change_nothing_and_their_scale_does_not_matter(arrays, name):
    plain = FUNCTIONS[name](arrays, slice(None), None)
    equal = FUNCTIONS[name](arrays, slice(None), np.full(N, 3.7))
    once, scaled = (FUNCTIONS[name](arrays, slice(None), arrays["w"] * c) for c in (1.0, 250.0))
    for field in ("value", "n", "estimate", "se"):
        np.testing.assert_allclose(getattr(equal, field), getattr(plain, field), rtol=RTOL)
        np.testing.assert_allclose(getattr(scaled, field), getattr(once, field), rtol=RTOL)
    if name != "sign_z":
        assert not np.allclose(once.value, plain.value, rtol=1e-6)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - UNWEIGHTED))
def test_a_weight_of_zero_leaves_the_event_out(arrays, name):
    keep = np.arange(N) != 2
    less = {
        k: v[keep] if v.shape[0] == N else (v[:, keep] if v.ndim > 1 and v.shape[1] == N else v)
        for k, v in arrays.items()
    }
    w = np.where(keep, arrays["w"], 0.0)
    np.testing.assert_allclose(
        FUNCTIONS[name](arrays, slice(None), w).value, FUNCTIONS[name](less, slice(None), w[keep]).value, rtol=RTOL
    )


def test_weighted_means_have_the_errors_of_weighted_least_squares():
    rng = np.random.default_rng(0)
    x, w, cluster = rng.normal(size=30), rng.uniform(0.2, 3, 30), rng.integers(0, 7, 30)
    one = np.ones(30)
    hc1 = sm.WLS(x, one, weights=w).fit(cov_type="HC1", use_t=True)
    found = cross_sectional_t(x, w)
    assert float(found.se) == pytest.approx(hc1.bse[0], rel=RTOL)
    assert float(found.p_value()) == pytest.approx(hc1.pvalues[0], rel=1e-7)
    robust = sm.WLS(x, one, weights=w).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    found = clustered_t(x, cluster, w)
    assert float(found.se) == pytest.approx(robust.bse[0], rel=RTOL)
    assert float(found.p_value()) == pytest.approx(robust.pvalues[0], rel=1e-7)
    both = np.c_[cluster, rng.integers(0, 9, 30)]
    robust = sm.WLS(x, one, weights=w).fit(cov_type="cluster", cov_kwds={"groups": both}, use_t=True)
    found = clustered_two_way_t(x, both[:, 0], both[:, 1], w)
    assert float(found.se) == pytest.approx(robust.bse[0], rel=RTOL)
    assert float(found.p_value()) == pytest.approx(robust.pvalues[0], rel=1e-7)


def test_weighted_standardised_tests_have_unit_variance():
    """20,000 draws: the variance of a weighted z is 1 with standard error sqrt(2/20,000)."""
    rng = np.random.default_rng(1)
    w, r = rng.uniform(0.2, 3, 12), 0.15
    x = math.sqrt(1 - r) * rng.normal(size=(20_000, 12)) + math.sqrt(r) * rng.normal(size=(20_000, 1))
    z = adjusted_patell_z(x, np.full(12, 10**9), r, w).value
    assert abs(z.var() - 1) < 4 * math.sqrt(2 / 20_000)
    z = sign_z(rng.normal(size=(20_000, 12)), w).value
    assert abs(z.var() - 1) < 4 * math.sqrt(2 / 20_000)
    z = patell_z(stats.t(8).rvs(size=(20_000, 12), random_state=2), np.full(12, 8), w).value
    assert abs(z.var() - 1) < 6 * math.sqrt(2 / 20_000)  # fatter tails, a noisier variance


@pytest.mark.parametrize("lags", [0, 3])
def test_calendar_time_alpha_is_statsmodels(lags):
    rng = np.random.default_rng(2)
    market = rng.normal(size=50)
    y = 0.1 + 1.2 * market + rng.normal(size=50)
    options = {"cov_type": "HAC", "cov_kwds": {"maxlags": lags, "use_correction": True}, "use_t": True} if lags else {}
    wanted = sm.OLS(y, sm.add_constant(market)).fit(**options)
    found = calendar_time_t(y, market, lags=lags)
    assert float(found.estimate) == pytest.approx(wanted.params[0], rel=RTOL)
    assert float(found.se) == pytest.approx(wanted.bse[0], rel=RTOL)
    assert float(found.p_value()) == pytest.approx(wanted.pvalues[0], rel=1e-7)


def test_a_calendar_portfolio_weighs_the_events_it_holds():
    held = calendar_portfolio(
        [[1.0, 2.0], [5.0, np.nan], [9.0, 9.0]],
        [[7, 8], [8, 9], [7, 8]],
        [[True, True], [True, True], [False, False]],
        weights=[1.0, 3.0, 1.0],
    )
    np.testing.assert_allclose(held.sessions, [7, 8])
    np.testing.assert_allclose(held.returns, [1.0, (2 + 15) / 4])
    np.testing.assert_allclose(held.n_events, [1, 2])


def sample_of(car, seed=0, window=(0, 0)):
    rng = np.random.default_rng(seed)
    n = len(car)
    return make_sample(
        np.asarray(car)[:, None], rng.normal(size=(n, 80)), window=window, event_window=(0, 0), n_parameters=2,
        sessions=(np.arange(n) // 3)[:, None], realised=np.asarray(car)[:, None], expected=np.zeros((n, 1)),
    )  # fmt: skip


SHIFTED = ["time_series_t", "cross_sectional_t", "crude_dependence_t", "skewness_adjusted_t", "wilcoxon_signed_rank",
           "clustered_t", "ibragimov_muller_t", "calendar_time_t", "bhar_t"]  # fmt: skip


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("name", SHIFTED)
def test_an_interval_holds_exactly_the_means_that_the_test_accepts(name, alternative):
    car = np.random.default_rng(3).gamma(2.0, size=21) - 1.2
    options = {"names": [name], "alternative": alternative, "level": 0.9}
    found = run_tests(sample_of(car), **options)[0]
    assert found.ci_low < found.estimate < found.ci_high
    assert (found.ci_low == -math.inf) == (alternative == "less")
    assert (found.ci_high == math.inf) == (alternative == "greater")
    for end, outward in ((found.ci_low, -STEP), (found.ci_high, STEP)):
        if math.isinf(end):
            continue
        inside, outside = (run_tests(sample_of(car - (end + s)), **options)[0].p_value for s in (-outward, outward))
        assert outside < 0.1 <= inside + 1e-9


@pytest.mark.parametrize("name", ["patell_z", "bmp_t", "adjusted_patell_z", "adjusted_bmp_t"])
def test_standardised_intervals_are_estimate_and_quantile(name):
    found = run_tests(sample_of(np.random.default_rng(3).normal(size=21)), names=[name], level=0.99)[0]
    law = stats.norm if found.distribution == "N(0,1)" else stats.t(found.dof)
    assert found.statistic == pytest.approx(found.estimate / found.se, rel=RTOL)
    reach = law.ppf(0.995) * found.se
    np.testing.assert_allclose([found.ci_low, found.ci_high], [found.estimate - reach, found.estimate + reach])


@given(st.integers(1, 40), st.data())
@settings(max_examples=40, deadline=None)
def test_share_intervals_invert_their_tests(n, data):
    k = data.draw(st.integers(0, n))
    wanted = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    np.testing.assert_allclose(share_interval(k / n, n, exact=True), [wanted.low, wanted.high], atol=1e-12)
    wanted = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose(share_interval(k / n, n), [wanted.low, wanted.high], atol=1e-12)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_mid_ranks_are_scipys(values):
    np.testing.assert_allclose(mid_ranks(np.array(values, float)), stats.rankdata(values))


@pytest.mark.parametrize("n", [6, 12, 30, 80])
def test_the_signed_rank_interval_covers_and_its_centre_is_hodges_lehmann(n):
    x = np.random.default_rng(n).normal(size=n)
    centre, low, high = wilcoxon_interval(x)
    walsh = [(x[i] + x[j]) / 2 for i in range(n) for j in range(i, n)]
    assert centre == pytest.approx(np.median(walsh))
    for end, outward in ((low, -STEP), (high, STEP)):
        assert float(wilcoxon_signed_rank(x - (end + outward))[1]) < 0.05
        assert float(wilcoxon_signed_rank(x - (end - outward))[1]) >= 0.05


def test_the_signed_rank_interval_of_many_events_is_bisected_to_the_same_numbers(monkeypatch):
    x = np.random.default_rng(1).normal(size=401)
    x[:40] = np.round(x[:40], 1)
    listed = wilcoxon_interval(x)
    monkeypatch.setattr("eventstudy.inference.nonparametric.LISTED_UP_TO", 10)
    np.testing.assert_allclose(wilcoxon_interval(x), listed, rtol=1e-12)


def test_the_skewness_interval_of_symmetric_values_is_the_normal_one():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) + 3
    low, high = skewness_interval(x, -1.96, 1.96)
    np.testing.assert_allclose([low, high], 3 + np.array([-1, 1]) * 1.96 * x.std(ddof=1) / math.sqrt(5))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_the_bootstrap_of_buy_and_hold_returns_is_seeded_and_its_interval_fits_its_p(alternative):
    car = np.random.default_rng(5).gamma(2.0, size=50) - 1.4
    options = {"names": ["bhar_skewness_adjusted_t"], "alternative": alternative}
    found, again, other = (run_tests(sample_of(car), seed=s, **options)[0] for s in (1, 1, 2))
    assert repr(found) == repr(again)  # NaN is not equal to itself
    assert found.p_value != other.p_value
    assert (found.p_value < 0.05) == (not found.ci_low <= 0 <= found.ci_high)


def test_buy_and_hold_compounds_what_each_side_earned():
    held = bhar([[0.1, -0.5, 0.2]], [[0.02, 0.0, 0.03]], [[True, False, True]])
    np.testing.assert_allclose(held, 1.1 * 1.2 - 1.02 * 1.03)
    assert np.isnan(bhar([[0.1]], [[0.1]], [[False]])[0])
    assert np.isnan(bhar([[np.nan]], [[0.1]], [[True]])[0])
