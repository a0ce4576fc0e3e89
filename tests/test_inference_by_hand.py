"""Numbers that a study says on the side, computed a second time by plain loops, SciPy or statsmodels.

From the mutants that no other test noticed. ROUNDING allows sums in another order.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, stats

import eventstudy.inference.placebo_days as placebo_days
import eventstudy.inference.weighted_signs as weighted_signs
from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.estimation import abnormal_returns
from eventstudy.inference import make_sample, run_tests
from eventstudy.inference._arrays import ratio
from eventstudy.inference.bhar import bhar_skewness_adjusted_t
from eventstudy.inference.calendar_time import calendar_time_t
from eventstudy.inference.conformal import conformal
from eventstudy.inference.crosssection import regress
from eventstudy.inference.designs import conformal_events
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from eventstudy.inference.parametric import patell_z
from eventstudy.inference.partial_state import Moments
from eventstudy.inference.permutation import permutation
from eventstudy.inference.placebo import Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.inference.power import _crossing, minimum_detectable_effect
from eventstudy.inference.ranks import combined
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.rules import Rule
from eventstudy.inference.sample import Sample
from eventstudy.inference.single_event import sq_test
from eventstudy.inference.slope import response_slope
from eventstudy.models import FactorModel, MarketModel, MeanAdjusted
from eventstudy.models.robust import RobustMarketModel
from tests.test_resampling_placebo import study

ROUNDING = 1e-9
RNG = np.random.default_rng(11)


def skewed(n: int = 12, days: int = 60) -> Sample:
    """Events with short, skewed estimation windows: each row's scores spread by more or less than one."""
    residuals = (RNG.standard_gamma(2.0, (n, days)) - 2.0) * RNG.uniform(0.003, 0.02, (n, 1))
    residuals[:, 1:] += 0.4 * residuals[:, :-1]
    residuals[RNG.random(residuals.shape) < 0.04] = np.nan
    sigma = np.nanstd(residuals, axis=1) * RNG.uniform(0.7, 1.4, n)
    return make_sample(RNG.normal(0, 0.01, (n, 1)), residuals, window=(0, 0), event_window=(0, 0), sigma=sigma)


def test_the_shape_of_the_residuals_is_that_of_all_of_them_standardised() -> None:
    sample = skewed()
    z = [
        e / (s * math.sqrt(1.0 - h))
        for row, s, lever in zip(sample.residuals, sample.sigma, sample.leverage, strict=True)
        for e, h in zip(row, lever, strict=True)
        if math.isfinite(e)
    ]
    assert abs(np.std(z) - 1.0) > 0.02
    found = measure(sample)
    assert found.skewness == pytest.approx(stats.skew(z), rel=ROUNDING)
    assert found.excess_kurtosis == pytest.approx(stats.kurtosis(z), rel=ROUNDING)


def test_autocorrelation_is_the_mean_over_events_of_neighbouring_days() -> None:
    sample = skewed()
    rhos, beyond = [], []
    for row, s, lever in zip(sample.residuals, sample.sigma, sample.leverage, strict=True):
        z = row / (s * np.sqrt(1.0 - lever))
        known = z[np.isfinite(z)]
        centre = known.mean()
        products = [(a - centre) * (b - centre) for a, b in zip(z[1:], z[:-1], strict=True) if np.isfinite(a + b)]
        rhos.append(np.mean(products) / np.mean((known - centre) ** 2))
        beyond.append(abs(rhos[-1]) > 1.959963984540054 / math.sqrt(len(products)))
    found = measure(sample)
    assert found.autocorrelation == pytest.approx(np.mean(rhos), rel=ROUNDING)
    assert found.autocorrelation_share == np.mean(beyond)
    assert 0.0 < found.autocorrelation_share < 1.0


def test_arch_is_engles_regression_of_squares_on_five_lags() -> None:
    sample = skewed()
    p = []
    for row, s, lever in zip(sample.residuals, sample.sigma, sample.leverage, strict=True):
        z = row / (s * np.sqrt(1.0 - lever))
        squares = z[np.isfinite(z)] ** 2
        lags = np.column_stack([squares[5 - k : -k] for k in range(1, 6)])
        fit = sm.OLS(squares[5:], sm.add_constant(lags)).fit()
        p.append(stats.chi2.sf(fit.nobs * fit.rsquared, 5))
    found = measure(sample)
    assert found.arch_p == pytest.approx(np.median(p), rel=1e-6)
    assert found.arch_share == np.mean(np.array(p) < 0.05)


@pytest.mark.parametrize("days", [12, 150])
def test_events_that_spread_less_by_the_lower_end_of_the_ratio_are_just_not_rejected(days: int) -> None:
    """What the end of an interval is: there the p-value is 5 %, in short estimation windows, too."""
    rng = np.random.default_rng(3)
    residuals = rng.normal(0, 0.01, (60, days))
    ar, held = rng.normal(0, 0.02, (60, 1)), {"window": (0, 0), "event_window": (0, 0)}
    found = measure(make_sample(ar, residuals, **held))
    less = measure(make_sample(ar / math.sqrt(found.variance_low), residuals, **held))
    assert less.variance_ratio == pytest.approx(found.variance_ratio / found.variance_low, rel=ROUNDING)
    assert found.variance_p < 0.01
    assert less.variance_p == pytest.approx(0.05, abs=2 / 2000)  # steps of one draw in two thousand


def test_a_diagnosis_names_the_first_fitting_test_and_all_others_in_order() -> None:
    rules = (
        Rule("not here", lambda _: False, "no", recommend=("z",)),
        Rule("avoids", lambda _: True, "because", avoid=("b",)),
        Rule("wants", lambda _: True, "so", recommend=("a", "b", "c", "d")),
        Rule("later", lambda _: True, "too late", recommend=("e",)),
    )
    found = diagnose(measure(skewed()), rules=rules)
    assert (found.recommended, found.also, found.why) == ("a", ("c", "d"), "so")
    assert found.avoid == {"b": "because"}
    found = diagnose(measure(skewed()), rules=rules, available=("d", "e"))
    assert (found.recommended, found.also) == ("d", ())


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_share_that_a_slope_explains_is_that_of_statsmodels(intercept: bool, weighted: bool) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(1.0, 1.0, 40)
    y = 0.02 + 0.01 * x + rng.normal(0, 0.02, 40)
    w = rng.uniform(0.5, 2.0, 40) if weighted else np.ones(40)
    found = response_slope(y, x, intercept=intercept, weights=w if weighted else None)
    expected = sm.WLS(y, sm.add_constant(x) if intercept else x, weights=w).fit()
    assert found.r2 == pytest.approx(expected.rsquared, rel=ROUNDING)
    np.testing.assert_allclose(found.estimate, expected.params, rtol=ROUNDING)
    np.testing.assert_allclose(found.se, expected.HC3_se if not weighted else found.se, rtol=ROUNDING)


@pytest.mark.parametrize("model", [MeanAdjusted(), MarketModel()])
def test_an_infinite_return_spoils_the_events_that_estimate_on_it_and_no_others(model: object) -> None:
    """Each event has its own estimation window; the infinite return is the last, first or no day of it."""
    rng = np.random.default_rng(0)
    returns, market = rng.normal(0, 0.01, (200, 1)), rng.normal(0, 0.01, 200)
    returns[100] = np.inf
    windows = np.array([[-50, -20], [-20, -5], [-49, -20], [-50, -21], [-80, -2]])
    positions = np.array([[120, 0], [120, 0], [120, 0], [120, 0], [190, 0]])
    factors = market if isinstance(model, MarketModel) else None
    found = abnormal_returns(returns, positions, model, factors, (0, 1), windows)
    inside = [w[0] + p[0] <= 100 <= w[1] + p[0] for w, p in zip(windows, positions, strict=True)]
    assert inside == [True, True, True, False, False]
    assert [bool(np.isnan(row).all()) for row in found.ar] == inside
    assert ["infinite" in found.reason(i) for i in range(5)] == inside


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 1.5, float("nan")])
def test_a_confidence_is_between_zero_and_one(confidence: float) -> None:
    car = np.random.default_rng(1).normal(0, 0.02, (60, 3))
    grid, layout = study(np.array([20, 20, 26]), np.array([0, 1, 2]), car)
    with pytest.raises(SpecError, match="confidence"):
        placebo(grid, layout, draws=9, confidence=confidence)


@pytest.mark.parametrize("rho", [-0.4, 0.5])
def test_the_drift_of_one_date_has_patells_error_times_the_correlation_of_its_events(rho: float) -> None:
    """Three events of one date: 1 + 2 r is below or above one."""
    rng = np.random.default_rng(6)
    common = np.linalg.cholesky(np.full((3, 3), rho) + (1 - rho) * np.eye(3))
    days, rows = 200, 0.01 * common @ rng.normal(size=(3, 203))
    sample = make_sample(
        rows[:, days:], rows[:, :days], window=(0, 0), event_window=(-2, 0),
        sessions=np.broadcast_to(500 + np.arange(3), (3, 3)),
        estimation_sessions=np.broadcast_to(np.arange(days), (3, days)),
    )  # fmt: skip
    found = measure(sample)
    scale = sample.forecast_scale[:, :2].sum(axis=1) + 2.0 / sample.n_estimation
    scar = sample.ar[:, :2].sum(axis=1) / (sample.sigma * np.sqrt(scale))
    spread = sum(d / (d - 2.0) for d in sample.dof)
    se = math.sqrt(spread) / 3 * math.sqrt(1.0 + 2.0 * found.r_bar)
    assert found.r_bar == pytest.approx(rho, abs=0.1)
    assert found.effective_n == pytest.approx(3.0 / (1.0 + 2.0 * found.r_bar), rel=ROUNDING)
    assert found.drift == pytest.approx(scar.mean(), rel=ROUNDING)
    assert found.drift_p == pytest.approx(2.0 * stats.norm.sf(abs(scar.mean()) / se), rel=1e-6)
    assert found.drift_high - found.drift_low == pytest.approx(2.0 * stats.norm.ppf(0.975) * se, rel=1e-6)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_a_column_in_any_unit_is_no_combination_of_the_others(unit: float) -> None:
    """One that sums to nothing, too: its size is the root of its squares."""
    x = np.tile([1.0, -1.0], 8)
    y = 0.02 * x + np.random.default_rng(0).normal(0, 0.001, 16)
    found = regress(y, np.column_stack([np.ones(16), unit * x]), ("Intercept", "x"))
    assert found.coefficients[1] * unit == pytest.approx(float(x @ y) / 16, rel=ROUNDING)


@pytest.mark.parametrize("column", [-1, -2, 2])
def test_an_asset_that_is_none_of_the_columns_is_said(column: int) -> None:
    with pytest.raises(DataError, match="column"):
        abnormal_returns(np.zeros((50, 2)), [[40, column]], MeanAdjusted(), None, (0, 1), (-30, -5))


def test_one_event_says_how_many_windows_it_is_ranked_among() -> None:
    rng = np.random.default_rng(1)
    one = make_sample(rng.normal(0, 0.01, (1, 1)), rng.normal(0, 0.01, (1, 100)), window=(0, 0), event_window=(0, 0))
    found = run_tests(one, names=["sq_test"])[0]
    assert (found.distribution, found.note) == ("rank among 100 windows", "")
    flat = make_sample([[0.01]], np.zeros((1, 100)), window=(0, 0), event_window=(0, 0), car_variance=[1e-4])
    found = run_tests(flat, names=["sq_test"])[0]
    assert (found.distribution, found.note) == ("", "no variance in the estimation sample")


def test_permutation_counts_what_passes_a_label_on() -> None:
    """Three whole clusters and the three events of a mixed one."""
    x = np.array([0.3, -0.1, 0.2, 0.6, -0.4, 0.5, 0.1])
    first = np.array([True, True, False, False, True, False, False])
    found = permutation(x, first, np.array([0, 0, 1, 2, 3, 3, 3]), interval=False, studentize=False)
    assert (found.n_clusters, found.n_draws, found.complete) == (6, 9, True)


def test_moments_moved_twice_are_those_about_the_last_centre() -> None:
    """After the first move the deviations no longer sum to nothing."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(0.3, 1.0, 20), rng.uniform(0.5, 2.0, 20)
    found = Moments.of(x, w).about(1.5).about(-0.7)
    d = x + 0.7
    np.testing.assert_allclose(found.plain, [(d**k).sum() for k in (1, 2, 3)], rtol=ROUNDING)
    expected = [(w**p * d**q).sum() for p, q in ((1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3))]
    np.testing.assert_allclose(found.weighted, expected, rtol=ROUNDING)


def test_the_average_s_own_deviation_is_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One study at a time, too, where the window is wider than what is held at once."""
    rng = np.random.default_rng(3)
    returns, rows, series = 0.02 * rng.standard_normal((140, 3)), np.array([60, 60, 66]), np.array([0, 1, 2])
    forbidden = np.zeros((140, 3), dtype=bool)
    forbidden[rows, series] = True
    grid = placebo_grid(
        returns, [0, 1, 2], MeanAdjusted(), window=(0, 1), estimation_window=(-40, -6), forbidden=forbidden,
        settle=[0, 0, 0], min_observations=8,
    )  # fmt: skip
    layout = Layout(np.column_stack([rows, series]), np.array([0, 0, 1]), np.array([2, 2, 2]))
    whole = placebo(grid, layout, draws=20, statistics=["crude_dependence_t"])
    monkeypatch.setattr(placebo_days, "_CHUNK", 1)
    one_by_one = placebo(grid, layout, draws=20, statistics=["crude_dependence_t"])
    np.testing.assert_allclose(one_by_one.draws, whole.draws, rtol=ROUNDING)


@pytest.mark.parametrize("weighted", [True, False])
def test_pre_event_coefficients_are_those_of_the_same_weighted_regression(weighted: bool) -> None:
    rng = np.random.default_rng(8)
    n, variance = 30, rng.uniform(1e-5, 9e-4, 30) if weighted else None
    x = sm.add_constant(rng.normal(size=n))
    y, before = 0.01 * x[:, 1] + rng.normal(0, 0.02, n), rng.normal(0, 0.02, (25, n))
    before[3, :5] = np.nan
    found = regress(y, x, ("Intercept", "x"), variance=variance, covariance="pre-event", pre_event=before)
    w = 1.0 / variance if weighted else np.ones(n)
    draws = np.array([sm.WLS(r, x, weights=w, missing="drop").fit().params for r in before])
    np.testing.assert_allclose(found.coefficients, sm.WLS(y, x, weights=w).fit().params, rtol=ROUNDING)
    np.testing.assert_allclose(found.se, draws.std(axis=0, ddof=1), rtol=ROUNDING)
    far = (np.abs(draws) >= np.abs(found.coefficients)).sum(axis=0)
    np.testing.assert_allclose(found.rank_p_value, (1 + far) / 26, rtol=ROUNDING)


@pytest.mark.parametrize("given", ["realised", "expected", "neither"])
def test_buy_and_hold_needs_both_returns(given: str) -> None:
    rng = np.random.default_rng(1)
    ar = rng.normal(0, 0.01, (8, 1))
    simple = {} if given == "neither" else {given: ar}
    sample = make_sample(ar, rng.normal(0, 0.01, (8, 60)), window=(0, 0), event_window=(0, 0), **simple)
    found = run_tests(sample, names=["bhar_t"])[0]
    assert math.isnan(found.statistic)
    assert found.note == "needs realised and expected simple returns"


def test_replications_share_an_estimation_sample() -> None:
    rng = np.random.default_rng(2)
    ar, residuals = rng.normal(size=(4, 5, 3)), rng.normal(size=(5, 40))
    both = combined(ar, residuals)
    assert both.shape == (4, 5, 43)
    for k in range(4):
        np.testing.assert_array_equal(both[k], np.column_stack([residuals, ar[k]]))


def halls_t(x: np.ndarray) -> float:
    """Hall (1992), from its formula; ddof 1 in S, none in the skewness."""
    n, s, g = len(x), x.mean() / x.std(ddof=1), stats.skew(x)
    return math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_halls_placebo_interval_ends_where_his_statistic_is_just_not_rejected(alternative: str) -> None:
    rng = np.random.default_rng(1)
    car = 0.02 * (rng.standard_gamma(2.0, (120, 6)) - 2.0)
    columns, rows = np.arange(6), np.full(6, 60)
    grid, layout = study(rows, columns, car)
    found = placebo(grid, layout, statistics=["skewness_adjusted_t"], alternative=alternative)
    x = car[rows, columns]
    assert found.statistic[0] == pytest.approx(halls_t(x), rel=ROUNDING)
    draws = np.array([halls_t(row) for row in np.delete(car, 60, axis=0)])
    far = {"two-sided": np.abs(draws), "greater": draws, "less": -draws}[alternative]
    # the largest k of 119 draws and the study itself: 5 % of 120 are 6
    reach = np.sort(far)[-6]
    low, high = float(found.ci_low[0]), float(found.ci_high[0])
    if alternative != "less":
        assert halls_t(x - low) == pytest.approx(reach, rel=1e-6)
    if alternative != "greater":
        assert halls_t(x - high) == pytest.approx(-reach, rel=1e-6)
    assert (low == -np.inf, high == np.inf) == (alternative == "less", alternative == "greater")


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_johnsons_interval_ends_where_his_bootstrapped_p_is_the_level(alternative: str, level: float) -> None:
    """The same resamples about the mean, wherever the mean lies."""
    x = 0.05 + 0.02 * (np.random.default_rng(4).standard_gamma(3.0, 25) - 3.0)
    _, _, low, high = bhar_skewness_adjusted_t(x, alternative=alternative, level=level, draws=999)
    ends = [end for end in (float(low), float(high)) if math.isfinite(end)]
    assert len(ends) == (2 if alternative == "two-sided" else 1)
    for end in ends:
        p = bhar_skewness_adjusted_t(x - end, alternative=alternative, level=level, draws=999)[1]
        assert float(p) == pytest.approx(1.0 - level, abs=0.005)  # a draw in a thousand, twice on two sides


@pytest.mark.parametrize("gap", [1, 4])
def test_a_return_over_a_gap_is_conformal_to_one_of_as_many_sessions(gap: int) -> None:
    """A drift of so much a session and noise of its root: an event is told among returns of any span."""
    rng = np.random.default_rng(5)
    n, spans = 121, np.ones((121, 1))
    spans[::3] = gap
    # the event day is plain; its return is beyond all others a session, and smaller than the drift over a gap
    returns = 0.01 * spans + 1e-4 * np.sqrt(spans) * rng.standard_normal((n, 1))
    spans[120], returns[120] = 1, 0.012
    part = abnormal_returns(
        returns,
        [[120, 0]],
        MeanAdjusted(),
        None,
        (0, 0),
        (-100, -1),
        spans=spans.astype(np.int64),
        gaps="maynes-rumsey",
    )
    assert conformal_events(part, (0, 0)).p_value[0] == pytest.approx(1 / 101)


def test_a_given_mean_correlation_is_that_of_every_study() -> None:
    rng = np.random.default_rng(7)
    car = rng.normal(0, 0.02, (60, 4))
    grid, layout = study(np.full(4, 30), np.arange(4), car)
    found = placebo(grid, layout, statistics=["bmp_t", "adjusted_bmp_t"], r_bar=0.2)
    # the factor of Kolari and Pynnonen 2010
    factor = math.sqrt((1 - 0.2) / (1 + 3 * 0.2))
    np.testing.assert_allclose(found.statistic[1], found.statistic[0] * factor, rtol=ROUNDING)
    np.testing.assert_allclose(found.draws[:, 1], found.draws[:, 0] * factor, rtol=ROUNDING)


@pytest.mark.parametrize("decay", [0.0, 1.0, 1.5, -0.1])
def test_a_decay_is_between_zero_and_one(decay: float) -> None:
    with pytest.raises(SpecError, match="decay"):
        sq_test(skewed(), volatility="ewma", decay=decay)


def test_lags_are_not_negative() -> None:
    with pytest.raises(SpecError, match="lags"):
        calendar_time_t(RNG.normal(size=30), lags=-1)


@pytest.mark.parametrize(("se", "dof"), [(0.01, 0.0), (0.0, 30.0), (float("nan"), 30.0), (0.01, -1.0)])
def test_nothing_is_detectable_without_an_error_or_a_degree_of_freedom(se: float, dof: float) -> None:
    assert math.isnan(minimum_detectable_effect(se, dof))


def test_the_effect_found_four_times_in_five_is_interpolated() -> None:
    crossing = [([0.0, 1.0, 2.0], [0.1, 1.0, 1.0], 0.7 / 0.9), ([0.0, -1.0, -2.0], [0.1, 0.4, 0.9], -1.8),
                ([0.0, 1.0, 2.0], [0.9, 1.0, 1.0], 0.0), ([0.0, 2.0, 1.0], [0.2, 0.6, 0.7], math.nan)]  # fmt: skip
    for effects, rates, expected in crossing:
        assert _crossing(np.array(effects), np.array(rates), 0.8) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("copies", [1, 40])
@pytest.mark.parametrize("day", [0, 1, -30])
def test_a_return_that_spans_no_session_is_none(day: int, copies: int) -> None:
    """On an event day it has no abnormal return; on an estimation day it is left out. Few events or many rows."""
    rng = np.random.default_rng(0)
    returns, spans = rng.normal(0, 0.01, (300, 1)), np.ones((300, 1), dtype=np.int64)
    spans[200 + day] = 0
    held = {"spans": spans, "gaps": "maynes-rumsey", "event_window": (0, 1), "estimation_window": (-100, -1)}
    found = abnormal_returns(returns, [[200, 0]] * copies, MeanAdjusted(), **held)
    without = returns.copy()
    without[200 + day] = np.nan
    expected = abnormal_returns(without, [[200, 0]] * copies, MeanAdjusted(), event_window=(0, 1),
                                estimation_window=(-100, -1))  # fmt: skip
    np.testing.assert_allclose(found.ar, expected.ar, rtol=ROUNDING)
    np.testing.assert_allclose(found.sigma, expected.sigma, rtol=ROUNDING)


@pytest.mark.parametrize("copies", [2, 40])
@pytest.mark.parametrize("own", [False, True])
def test_a_mean_adjusted_return_over_a_gap_is_less_as_many_means(own: bool, copies: int) -> None:
    """Least squares on R/sqrt(d): the mean a session is sum R over sum d (Maynes and Rumsey 1993)."""
    rng = np.random.default_rng(1)
    spans = rng.integers(1, 5, (300, 1))
    returns = 0.003 * spans + 0.01 * np.sqrt(spans) * rng.standard_normal((300, 1))
    spans[200], sample = 3, slice(100, 200)
    window = np.tile([-100, -1], (copies, 1)) if own else (-100, -1)
    found = abnormal_returns(
        returns, [[200, 0]] * copies, MeanAdjusted(), None, (0, 0), window, spans=spans, gaps="maynes-rumsey"
    )
    mean = returns[sample].sum() / spans[sample].sum()
    np.testing.assert_allclose(found.ar, np.full((copies, 1), returns[200, 0] - 3 * mean), rtol=ROUNDING)


def test_the_share_explained_by_a_robust_model_is_that_of_its_residuals() -> None:
    rng = np.random.default_rng(0)
    market = rng.normal(0, 0.01, 300)
    returns = (0.001 + 1.2 * market + rng.normal(0, 0.01, 300))[:, None]
    found = abnormal_returns(returns, [[200, 0]], RobustMarketModel(), market, (0, 1), (-100, -1))
    y, e = returns[100:200, 0], found.residuals()[0]
    assert found.r2[0] == pytest.approx(1.0 - (e @ e) / ((y - y.mean()) ** 2).sum(), rel=ROUNDING)


def test_a_window_without_a_return_is_not_ranked() -> None:
    y = np.random.default_rng(0).normal(size=(2, 40))
    y[0, 35:] = np.nan
    mark = np.zeros((2, 40), dtype=bool)
    mark[:, 35:] = True
    found = conformal(y, np.ones((2, 40, 1)), mark)
    assert math.isnan(found.p_value[0])
    assert 0.0 < found.p_value[1] <= 1.0


def test_weights_of_sets_are_counted_alike_for_few_and_many_observed_sums() -> None:
    rng = np.random.default_rng(3)
    w = rng.uniform(0.5, 2.0, 25)  # too many to list all sets
    observed = rng.uniform(0.0, w.sum(), 60)
    many = weighted_signs._shares(w, observed, 400, np.random.default_rng(1))
    for k, one in enumerate(observed):
        few = weighted_signs._shares(w, np.array([one]), 400, np.random.default_rng(1))
        np.testing.assert_allclose(few[0][0], many[0][k], rtol=ROUNDING)
        np.testing.assert_allclose(few[1][0], many[1][k], rtol=ROUNDING)


@pytest.mark.parametrize("dof", [2.0, 2.5, 3.0, 4.0])
def test_patells_variance_is_that_of_a_t_with_more_than_two_degrees_of_freedom(dof: float) -> None:
    scar = np.array([1.0, -0.4, 2.0])
    found = patell_z(scar, np.full(3, dof))
    if dof == 2.0:
        assert math.isnan(float(found.value))
    else:
        assert float(found.value) == pytest.approx(scar.sum() / math.sqrt(3 * stats.t.var(dof)), rel=ROUNDING)


@pytest.mark.parametrize("copies", [2, 40])
@pytest.mark.parametrize("own", [False, True])
def test_the_share_explained_is_that_of_statsmodels_on_every_path(own: bool, copies: int) -> None:
    rng = np.random.default_rng(4)
    market = rng.normal(0.001, 0.01, 300)
    returns = (0.001 + 0.8 * market + rng.normal(0, 0.01, 300))[:, None]
    window = np.tile([-100, -1], (copies, 1)) if own else (-100, -1)
    found = abnormal_returns(returns, [[200, 0]] * copies, MarketModel(), market, (0, 1), window)
    fit = sm.OLS(returns[100:200, 0], sm.add_constant(market[100:200])).fit()
    np.testing.assert_allclose(found.r2, fit.rsquared, rtol=ROUNDING)
    np.testing.assert_allclose(found.coefficients, np.tile(fit.params, (copies, 1)), rtol=ROUNDING)
    np.testing.assert_allclose(found.sigma, math.sqrt(fit.mse_resid), rtol=ROUNDING)


def test_a_collinear_factor_is_told_with_those_it_follows_from() -> None:
    rng = np.random.default_rng(4)
    factors = rng.normal(0, 0.01, (300, 3))
    factors[:, 2] = 2.0 * factors[:, 0]
    found = abnormal_returns(
        rng.normal(0, 0.01, (300, 1)), [[200, 0]], FactorModel("SMALL", "MIDDLE", "LARGE"), factors, (0, 1), (-100, -1)
    )
    said = found.reason(0)
    assert "LARGE" in said
    assert "SMALL" in said
    assert "MIDDLE" not in said


def test_events_of_unknown_sessions_share_none() -> None:
    """Two events of five days each: every day of theirs is one of its own, the estimation days first."""
    rng = np.random.default_rng(0)
    sample = make_sample(rng.normal(size=(2, 5)), rng.normal(size=(2, 10)), window=(0, 0), event_window=(-2, 2))
    every = np.concatenate([sample.estimation_sessions, sample.sessions], axis=1)
    assert len(np.unique(every)) == every.size
    assert (np.diff(every, axis=1) > 0).all()


@pytest.mark.parametrize(("dof", "alternative"), [(1.0, "two-sided"), (1.5, "greater"), (60.0, "two-sided")])
def test_the_effect_that_is_detectable_is_a_quantile_of_the_noncentral_t(dof: float, alternative: str) -> None:
    """With one or two degrees of freedom it lies far beyond four standard errors."""
    sides = [1.0, -1.0] if alternative == "two-sided" else [1.0]
    critical = stats.t.ppf(1 - 0.05 / len(sides), dof)
    effect = minimum_detectable_effect(0.01, dof, alternative=alternative) / 0.01

    def rejects(v: float) -> float:  # given the chi-square of the variance
        return sum(stats.norm.sf(critical * math.sqrt(v / dof) - s * effect) for s in sides) * stats.chi2.pdf(v, dof)

    assert (effect > 4.0) == (dof < 3)
    found = integrate.quad(rejects, 0, 1)[0] + integrate.quad(rejects, 1, 400)[0]
    assert found == pytest.approx(0.8, abs=1e-5)


@pytest.mark.parametrize("weights", [None, np.array([2.0, 2.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0])])
def test_a_placebo_interval_of_signed_ranks_holds_the_medians_that_are_not_rejected(weights: np.ndarray | None) -> None:
    """Wilcoxon's W+ of x - mu, counted pair by pair, against its own placebo distribution."""

    def w_plus(x: np.ndarray) -> int:
        return sum(x[i] + x[j] > 0 for i in range(len(x)) for j in range(i, len(x)))

    rng = np.random.default_rng(1)
    car = rng.normal(0, 0.02, (120, 9))
    rows = np.full(9, 60)
    grid, layout = study(rows, np.arange(9), car)
    found = placebo(grid, layout, statistics=["wilcoxon_signed_rank"], weights=weights)
    kept = np.arange(9) if weights is None else np.flatnonzero(weights)
    n = len(kept)
    far = np.sort([abs(w_plus(row[kept]) - n * (n + 1) / 4) for row in np.delete(car, 60, axis=0)])
    low, high = float(found.ci_low[0]), float(found.ci_high[0])
    assert math.isfinite(low + high)
    for mu in np.linspace(low - 0.02, high + 0.02, 200):
        off = abs(w_plus(car[60, kept] - mu) - n * (n + 1) / 4)
        # as many draws as far out, and the study itself, among all 120
        assert (low <= mu <= high) == (1 + (far >= off).sum() > 6), mu


def test_a_regression_keeps_what_it_leaves_over() -> None:
    rng = np.random.default_rng(2)
    x, y = sm.add_constant(rng.normal(size=25)), rng.normal(size=25)
    found, expected = regress(y, x, ("Intercept", "x")), sm.OLS(y, x).fit()
    np.testing.assert_allclose(found.residuals, expected.resid, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found.fitted, expected.fittedvalues, rtol=ROUNDING)
    assert found.r2 == pytest.approx(expected.rsquared, rel=ROUNDING)


@pytest.mark.parametrize("n_factors", [1, 2, 3])
def test_a_model_that_names_a_factor_is_not_given_another_number_of_them(n_factors: int) -> None:
    rng = np.random.default_rng(2)
    factors = rng.normal(0, 0.01, (300, n_factors))
    given = (rng.normal(0, 0.01, (300, 2)), [[200, 0]], RobustMarketModel("MARKET"), factors, (0, 1), (-100, -1))
    if n_factors == 1:
        assert np.isfinite(abnormal_returns(*given).ar).all()
    else:
        with pytest.raises(ModelError):
            abnormal_returns(*given)


def test_critical_values_are_those_of_one_five_and_ten_percent() -> None:
    car = np.random.default_rng(1).normal(0, 0.02, (240, 3))
    grid, layout = study(np.full(3, 100), np.arange(3), car)
    found = placebo(grid, layout, statistics=["caar"])
    assert found.levels == (0.01, 0.05, 0.10)
    far = np.sort(np.abs(np.delete(car, 100, axis=0).mean(axis=1)))
    for level, critical in zip(found.levels, found.critical[0], strict=True):
        assert critical == pytest.approx(far[-round(level * 240)], rel=ROUNDING)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 1.5])
def test_a_battery_s_level_is_between_zero_and_one(level: float) -> None:
    with pytest.raises(SpecError, match="level"):
        run_tests(skewed(), level=level)


def test_the_largest_of_nineteen_windows_bounds_an_interval_of_95_percent() -> None:
    """One in twenty: the event's own and nineteen others; of eighteen there is no bound."""
    rng = np.random.default_rng(1)
    for n in (18, 19, 20):
        one = make_sample([[0.03]], rng.normal(0, 0.01, (1, n)), window=(0, 0), event_window=(0, 0))
        scores = np.abs(one.residuals[0] / (one.sigma[0] * np.sqrt(1.0 - one.leverage[0])))
        found = sq_test(one)
        reach = scores.max() * math.sqrt(one.car_variance[0]) if n > 18 else math.inf
        assert float(found.ci_high[0]) == pytest.approx(0.03 + reach, rel=1e-9)
        assert float(found.ci_low[0]) == pytest.approx(0.03 - reach, rel=1e-9)


def test_nothing_is_divided_by_what_overflowed() -> None:
    np.testing.assert_array_equal(ratio([1.0, 1.0, 1.0, 1.0], [np.inf, 0.0, -2.0, 4.0]), [np.nan, np.nan, np.nan, 0.25])


@pytest.mark.parametrize("seed", range(4))
def test_the_wild_bootstrap_of_few_clusters_takes_every_pattern_of_signs(seed: int) -> None:
    """Cameron, Gelbach and Miller (2008) with the null imposed: every sum over a cluster keeps or turns its sign."""
    x, code = np.random.default_rng(seed).normal(0.5, 1.0, 7), np.array([0, 0, 1, 2, 3, 4, 4])

    def t_of(v: np.ndarray) -> float:
        sums = np.array([(v - v.mean())[code == g].sum() for g in range(5)])
        return float(v.mean() / math.sqrt(5 / 4 * (sums**2).sum() / len(v) ** 2))

    found = wild_bootstrap(x, code, draws=999, interval=False)
    every = [t_of(x * np.array(signs)[code]) for signs in itertools.product([-1.0, 1.0], repeat=5)]
    assert float(found.statistic) == pytest.approx(t_of(x), rel=ROUNDING)
    assert float(found.p_value) == pytest.approx(np.mean(np.abs(every) >= abs(t_of(x)) - 1e-12), rel=ROUNDING)
