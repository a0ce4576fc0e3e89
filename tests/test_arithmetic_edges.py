"""Edges of the arithmetic that a changed operator or number once slipped past: each by hand or by a closed form."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

import eventstudy.estimation
import eventstudy.inference
from eventstudy.errors import SpecError
from eventstudy.estimation import Status, abnormal_returns
from eventstudy.inference import make_sample
from eventstudy.inference.conformal import _as_extreme
from eventstudy.inference.correlation import _correlations
from eventstudy.inference.differences import welch_t
from eventstudy.inference.family import _flipped
from eventstudy.inference.measures import Measures, measure
from eventstudy.inference.nonparametric import sign_exact, wilcoxon_signed_rank
from eventstudy.inference.permutation import permutation
from eventstudy.inference.registry import run_tests
from eventstudy.inference.rules import RULES
from eventstudy.inference.slope import response_slope
from eventstudy.models import MeanAdjusted

EXACT = 1e-12
"""The same closed form in another order of additions."""
SOLVED = 1e-9
"""Two solvers of one well-conditioned regression of 30 by 2."""
ROUNDED = 1e-7
"""Correlations of numbers near 1e-8, scaled differently before their squares are summed."""


KEEPS = {"Summed", "Sample", "PlacedDays", "StudyDays"}
"""Keep what they have computed, by `functools.cached_property`, and so have no slots."""


def classes():
    for package in (eventstudy.estimation, eventstudy.inference):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for name, held in vars(module).items():
                if dataclasses.is_dataclass(held) and isinstance(held, type) and held.__module__ == module.__name__:
                    yield pytest.param(held, id=f"{found.name.removeprefix('eventstudy.')}.{name}")


@pytest.mark.parametrize("held", list(classes()))
def test_what_is_returned_cannot_be_changed(held):
    """Frozen, so that no field is set again, and no attribute can be invented by a slip of the pen."""
    assert held.__dataclass_params__.frozen
    one = object.__new__(held)
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
        one.no_such_field = 1
    assert hasattr(one, "__dict__") == (held.__name__ in KEEPS)


# What is measured where nothing stands out: ten separate events with normal returns, and long estimation windows.
CALM = {
    "n_events": 10,
    "n_assets": 10,
    "n_dates": 10,
    "n_clusters": 10,
    "largest_cluster": 0.1,
    "overlap_share": 0.0,
    "r_bar": 0.0,
    "effective_n": 10.0,
    "n_pairs_unknown": 0,
    "size_if_ignored": 0.05,
    "variance_ratio": 1.0,
    "variance_p": 0.5,
    "size_if_variance_ignored": 0.05,
    "skewness": 0.0,
    "excess_kurtosis": 0.0,
    "autocorrelation": 0.0,
    "autocorrelation_share": 0.05,
    "arch_share": 0.05,
    "arch_p": 0.5,
    "missing_estimation": 0.0,
    "missing_window": 0.0,
    "n_without_return": 0,
    "size_if_spread_of_all": 0.05,
    "contamination": 0.0,
    "benchmark_car": 0.0,
    "benchmark_p": 0.5,
    "n_straddling": 0,
    "n_selected": 0,
    "drift": 0.0,
    "drift_p": 0.5,
    "n_estimation": 110.0,
    "window_length": 1,
}
# A rule, what it measures just inside and just outside of where it applies, as docs/validity.md words it.
BOUNDARIES = [
    ("abnormal returns of zero", {"n_unmoved": 10, "n_without_variance": 10}, {"n_unmoved": 9}),
    ("abnormal returns of zero", {"n_events": 1, "n_unmoved": 1}, {"n_events": 0, "n_unmoved": 0}),
    ("no variance before the events", {"n_without_variance": 10, "n_unmoved": 9}, {"n_unmoved": 10}),
    ("no variance before the events", {"n_without_variance": 10}, {"n_without_variance": 9}),
    ("no variance before some events", {"n_without_variance": 9}, {"n_without_variance": 10}),
    ("no variance before some events", {"n_without_variance": 1}, {"n_without_variance": 0}),
    ("one event, few earlier sessions", {"n_events": 1, "n_clusters": 1, "n_estimation": 59.0}, {"n_estimation": 60.0}),
    ("one event, few earlier sessions", {"n_events": 1, "n_clusters": 1, "n_estimation": 59.0}, {"n_events": 2}),
    ("one event", {"n_events": 1, "n_clusters": 1}, {"n_events": 2}),
    ("one event, volatility moves", {"n_events": 1, "n_clusters": 1, "arch_share": 0.51}, {"arch_share": 0.5}),
    ("one event, volatility moves", {"n_events": 1, "n_clusters": 1, "arch_share": 0.51}, {"n_events": 2}),
    ("one cluster", {"n_events": 2, "n_clusters": 1}, {"n_events": 1}),
    ("one cluster", {"n_events": 3, "n_clusters": 1}, {"n_clusters": 2}),
    ("few clusters", {"n_clusters": 2}, {"n_clusters": 1}),
    ("few clusters", {"n_clusters": 5}, {"n_clusters": 6}),
    ("few clusters", {"n_clusters": 5}, {"n_events": 5}),
    ("clustered", {"n_clusters": 6}, {"n_clusters": 5}),
    ("clustered", {"n_clusters": 9}, {"n_clusters": 10}),
    ("correlation between events", {"size_if_ignored": 0.061}, {"size_if_ignored": 0.06}),
    ("correlation between events", {"n_events": 2, "n_clusters": 2, "size_if_ignored": 0.1}, {"n_events": 1}),
    ("windows of different dates overlap", {"n_dates": 10, "n_clusters": 9}, {"n_clusters": 10}),
    ("few clusters for a clustered error", {"n_clusters": 6}, {"n_clusters": 5}),
    ("few clusters for a clustered error", {"n_events": 21, "n_clusters": 19}, {"n_clusters": 20}),
    ("few clusters for a clustered error", {"n_events": 11}, {"n_events": 10}),
    ("r_bar unknown", {"n_pairs_unknown": 1}, {"n_pairs_unknown": 0}),
    ("event-induced variance", {"variance_p": 0.049, "variance_ratio": 1.2}, {"variance_p": 0.05}),
    ("event-induced variance", {"variance_p": 0.01, "variance_ratio": 1.11}, {"variance_ratio": 1.1}),
    ("event-induced variance", {"n_events": 2, "variance_p": 0.01, "variance_ratio": 2.0}, {"n_events": 1}),
    ("skewed returns, few events", {"skewness": -1.01}, {"skewness": -1.0}),
    ("skewed returns, few events", {"n_events": 99, "n_clusters": 99, "skewness": 2.0},
     {"n_events": 100, "n_clusters": 100}),
    ("skewed returns, few events", {"n_events": 2, "n_clusters": 2, "skewness": 2.0}, {"n_events": 1, "n_clusters": 1}),
    ("skewed returns, few events", {"skewness": 2.0}, {"n_clusters": 9}),
    ("ranks of few events", {"n_events": 49}, {"n_events": 50}),
    ("ranks of few events", {"n_events": 2}, {"n_events": 1}),
    ("transformed t of few events", {"n_events": 49}, {"n_events": 50}),
    ("transformed t of few events", {"n_events": 2}, {"n_events": 1}),
    ("Newey-West error of few sessions", {"n_dates": 249, "window_length": 1}, {"n_dates": 250}),
    ("Newey-West error of few sessions", {"n_dates": 83, "window_length": 3}, {"n_dates": 84}),
    ("Newey-West error of few sessions", {"n_events": 2, "n_dates": 2}, {"n_events": 1}),
    ("two to four independent events", {"n_events": 2, "n_clusters": 2}, {"n_events": 1, "n_clusters": 1}),
    ("two to four independent events", {"n_events": 4, "n_clusters": 4}, {"n_events": 5, "n_clusters": 5}),
    ("two to four independent events", {"n_events": 4, "n_clusters": 4}, {"n_clusters": 3}),
    ("independent events, fat tails", {"n_events": 6, "n_clusters": 6, "excess_kurtosis": 2.1},
     {"n_events": 5, "n_clusters": 5}),
    ("independent events, fat tails", {"excess_kurtosis": 2.1}, {"excess_kurtosis": 2.0}),
    ("independent events, fat tails", {"excess_kurtosis": 2.1}, {"n_clusters": 9}),
    ("independent events", {"n_events": 5, "n_clusters": 5}, {"n_events": 4, "n_clusters": 4}),
    ("independent events", {"n_events": 5, "n_clusters": 5}, {"n_clusters": 4}),
    ("thin trading", {"missing_estimation": 0.11}, {"missing_estimation": 0.1}),
    ("events without a return in the window", {"size_if_spread_of_all": 0.056}, {"size_if_spread_of_all": 0.055}),
    ("estimation windows hold other events", {"contamination": 0.06}, {"contamination": 0.05}),
    ("the benchmark reacted", {"benchmark_p": 0.049}, {"benchmark_p": 0.05}),
    ("drift before the events", {"drift_p": 0.049}, {"drift_p": 0.05}),
    ("prices straddle the news", {"n_straddling": 1}, {"n_straddling": 0}),
    ("events chosen on the outcome", {"n_selected": 1}, {"n_selected": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inside", "outside"), BOUNDARIES)
def test_where_a_rule_begins_and_ends(name, inside, outside):
    rule = next(rule for rule in RULES if rule.name == name)
    calm = {field.name: 0.0 for field in dataclasses.fields(Measures)} | CALM
    assert rule.holds(Measures(**{**calm, **inside}))
    assert not rule.holds(Measures(**{**calm, **inside, **outside}))


def test_every_rule_has_its_boundaries_here():
    assert {name for name, *_ in BOUNDARIES} == {rule.name for rule in RULES}


def test_at_a_statistic_of_zero_every_shift_is_as_extreme():
    for alternative in ("two-sided", "greater", "less"):
        assert _as_extreme(np.array([[0.0, 0.0]]), alternative).all()
    assert _as_extreme(np.array([[0.0, 1.0, -1.0]]), "two-sided").all()
    assert _as_extreme(np.array([[0.0, 1.0, -1.0]]), "greater").tolist() == [[True, True, False]]


@pytest.mark.parametrize(("clusters", "words"), [(5, "all 32 draws of 5"), (20, "random 1999 draws of 20")])
def test_the_wild_bootstrap_says_whether_it_listed_all_signs(clusters, words):
    sample = one_day(clusters, seed=1)
    (found,) = run_tests(sample, names=["wild_bootstrap"])
    assert words in found.distribution


def one_day(n, *, seed, estimation=60):
    """Give n events on n dates far apart, with one abnormal return each and residuals around zero."""
    rng = np.random.default_rng(seed)
    return make_sample(
        rng.normal(0.004, 0.01, (n, 1)), rng.normal(0, 0.01, (n, estimation)), window=(0, 0), event_window=(0, 0),
        n_parameters=1, asset=np.arange(n), sessions=1000 * np.arange(n)[:, None] + 500,
        estimation_sessions=1000 * np.arange(n)[:, None] + np.arange(estimation),
    )  # fmt: skip


def reaction(benchmark):
    found = measure(benchmark, benchmark=benchmark)
    return found.benchmark_car, found.benchmark_p


def test_the_reaction_of_a_benchmark_by_hand():
    """One date: its rank among the days before. Two to four: Patell's sum. Five and more: t of the SCARs."""
    for n in (5, 8):
        held = one_day(n, seed=n)
        assert reaction(held) == pytest.approx((held.car.mean(), stats.ttest_1samp(held.scar, 0.0).pvalue), rel=EXACT)
    held = one_day(3, seed=3)
    dof = 59.0
    z = held.scar.sum() / np.sqrt(3 * dof / (dof - 2))
    assert reaction(held) == pytest.approx((held.car.mean(), 2 * stats.norm.sf(abs(z))), rel=1e-9)
    held = one_day(1, seed=4)
    beyond = int((np.abs(held.residuals[0]) >= abs(held.car[0])).sum())
    assert reaction(held) == pytest.approx((held.car[0], (1 + beyond) / 61), rel=EXACT)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("many", [False, True], ids=["pair by pair", "all at once"])
def test_correlations_of_incomplete_series_at_any_scale(scale, many):
    rng = np.random.default_rng(2)
    e = scale * rng.normal(size=(6, 50))
    e[rng.random(e.shape) < 0.2] = np.nan
    dates = np.broadcast_to(np.arange(50), e.shape)
    a, b = np.triu_indices(6, 1) if many else (np.array([0, 2]), np.array([1, 5]))
    found, common = _correlations(e, dates, 6, a, b)
    for i, j, rho, n in zip(a, b, found, common, strict=True):
        both = np.isfinite(e[i]) & np.isfinite(e[j])
        assert n == both.sum()
        np.testing.assert_allclose(rho, np.corrcoef(e[i, both], e[j, both])[0, 1], rtol=ROUNDED)


def test_clusters_that_all_sum_to_nothing_have_no_statistic():
    assert np.isnan(
        _flipped(np.zeros((1, 4)), np.ones((1, 4)), np.array([4.0]), np.array([[1.0, -1.0, 1.0, 1.0]]))
    ).all()


def test_welch_with_two_equal_values_in_one_group():
    """Only the other group's error is left, with its own degrees of freedom."""
    x, y = np.array([1.0, 1.0]), np.array([2.0, 4.0, 6.0])
    found = welch_t(x, y)
    assert float(found.value) == pytest.approx((1 - 4) / (2 / np.sqrt(3)), rel=EXACT)
    assert float(found.dof) == pytest.approx(2.0, rel=EXACT)
    assert np.isnan(float(welch_t(np.array([1.0]), y).value))


def test_a_missing_value_weighs_nothing_in_a_difference_of_groups():
    values = np.array([1.0, 2.0, np.nan, 4.0, 7.0])
    found = permutation(values, np.array([True, True, True, False, False]), np.arange(5), interval=False)
    first, second = np.array([1.0, 2.0]), np.array([4.0, 7.0])
    assert float(found.estimate) == pytest.approx(first.mean() - second.mean(), rel=EXACT)
    # clusters of one event each: HC1 with G/(G-1), that is the variance of each mean with n - 1
    se = np.sqrt(first.var(ddof=1) / 2 + second.var(ddof=1) / 2)
    assert float(found.statistic) == pytest.approx((first.mean() - second.mean()) / se, rel=EXACT)


def test_no_event_at_all_has_no_rank_and_the_shape_that_was_asked_for():
    for shape in ((0,), (3, 0), (2, 3, 0)):
        statistic, p = wilcoxon_signed_rank(np.empty(shape))
        assert statistic.value.shape == p.shape == shape[:-1]
        assert np.isnan(p).all()


def test_no_sign_at_all_has_no_p_value():
    statistic, p = sign_exact(np.array([[0.0, np.nan], [1.0, np.nan]]))
    assert np.isnan([statistic.value[0], p[0]]).all()
    assert p[1] == 1.0  # two-sided, of one coin


def test_the_shortest_estimation_window_by_its_words():
    """ "use at least 4 sessions": four are enough for one parameter, three are not."""
    returns = np.random.default_rng(0).normal(0, 0.01, (100, 1))
    enough = abnormal_returns(returns, [[50, 0]], MeanAdjusted(), None, (0, 0), (-8, -5))
    assert np.isfinite(enough.ar).all()
    with pytest.raises(SpecError, match="3 sessions is too short for 1 parameters; use at least 4 sessions"):
        abnormal_returns(returns, [[50, 0]], MeanAdjusted(), None, (0, 0), (-7, -5))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_intervals_of_a_slope_are_those_of_statsmodels(alternative):
    rng = np.random.default_rng(5)
    x = rng.normal(size=30)
    y = 0.3 * x + rng.normal(size=30)
    theirs = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    # a one-sided 95 % interval has one end of the two-sided 90 % interval
    low, high = theirs.conf_int(0.05 if alternative == "two-sided" else 0.10).T
    ours = response_slope(y, x, alternative=alternative)
    if alternative != "less":
        np.testing.assert_allclose(ours.ci_low, low, rtol=SOLVED)
    if alternative != "greater":
        np.testing.assert_allclose(ours.ci_high, high, rtol=SOLVED)
    assert np.isinf(ours.ci_low).all() == (alternative == "less")
    assert np.isinf(ours.ci_high).all() == (alternative == "greater")


def test_what_became_of_an_event_is_one_of_eight():
    names = "OK NO_VARIANCE OUTSIDE TOO_FEW RANK_DEFICIENT NO_EVENT_RETURN INFINITE MODEL_FAILED"
    assert [status.name for status in Status] == names.split()
    assert [int(status) for status in Status] == list(range(8))


def test_a_sum_that_was_given_stands_where_no_day_of_the_window_is_known():
    held = make_sample(
        [[1e-25, np.nan]], np.zeros((1, 9)), window=(1, 1),
        event_window=(0, 1), car=[0.5], car_variance=[0.01],
    )  # fmt: skip
    assert held.car.tolist() == [0.5]


def test_a_window_that_ends_on_the_last_session_is_not_said_to_lack_one():
    """The estimation window holds too few returns; that the windows fit is not in doubt."""
    rng = np.random.default_rng(0)
    returns = rng.normal(0, 0.01, (100, 1))
    returns[:95] = np.nan
    found = abnormal_returns(returns, [[98, 0]], MeanAdjusted(), None, (-1, 1), (-60, -2))
    assert "returns, " in found.reason(0)
    assert "needs sessions" not in found.reason(0)
    short = abnormal_returns(returns, [[99, 0]], MeanAdjusted(), None, (-1, 1), (-60, -2))
    assert "needs sessions -60..1, has -99..0" in short.reason(0)
