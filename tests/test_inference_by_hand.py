"""Numbers that a study says on the side, computed a second time by plain loops, SciPy or statsmodels.

From the mutants that no other test noticed. ROUNDING allows sums in another order.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.errors import DataError, SpecError
from eventstudy.estimation import abnormal_returns
from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.crosssection import regress
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from eventstudy.inference.permutation import permutation
from eventstudy.inference.placebo import placebo
from eventstudy.inference.rules import Rule
from eventstudy.inference.sample import Sample
from eventstudy.inference.slope import response_slope
from eventstudy.models import MarketModel, MeanAdjusted
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
