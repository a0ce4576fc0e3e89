"""The battery against tests/data/golden: the papers' formulas computed elsewhere, to 17 digits."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.estimation import abnormal_returns
from eventstudy.inference import BATTERY, make_sample, run_tests
from eventstudy.inference.parametric import patell_z
from eventstudy.models import MarketAdjusted, MarketModel, MeanAdjusted
from tests._golden import estimates, expected, table

# Both sides sum the same double-precision numbers in another order.
RTOL = 1e-9
# Statistics that happen to lie near zero keep the absolute error of the sums they came from.
ATOL = 1e-10

NAMES = {
    "aar": ("cross_sectional_t", "estimate"),
    "crude_dependence_t_car": ("crude_dependence_t", "statistic"),
    "cross_sectional_t_caar_cumulated_from_first_day": ("cross_sectional_t", "statistic"),
    "wilcoxon_w_plus": ("wilcoxon_signed_rank", "statistic"),
}
SHORTCUT = "patell_z_caar_sum_of_sar_over_sqrt_L"


def sample_of(design, model, data, window):
    e = estimates(design, model, data)
    half = 10 if design == "clustered" else 5
    columns = list(range(half + window[0], half + window[1] + 1))
    return make_sample(
        e.ar,
        e.residuals,
        window=window,
        event_window=(-half, half),
        sigma=e.sigma,
        n_parameters=max(e.k, 1),
        forecast_scale=e.scale,
        leverage=e.leverage,
        car_variance=e.variance(columns),
        sessions=e.sessions,
        estimation_sessions=e.estimation_sessions,
        min_window_coverage=0.0,
    )


def window_of(design, key, statistic):
    if design == "staggered":
        day = int(key)
        return (-5, day) if "cumulated" in statistic else (day, day)
    if key.startswith("_"):
        first, last = key[1:].split("_")
        return int(first), int(last)
    day = table("input_returns.csv")[0].index(key) - 330
    return day, day


@pytest.mark.parametrize(
    ("design", "data"), [("clustered", "complete"), ("clustered", "missing"), ("staggered", "complete")]
)
@pytest.mark.parametrize("model", ["market_model", "mean_adjusted", "market_adjusted"])
def test_every_golden_value_is_met(design, model, data):
    rows = [row for row in expected() if row[:3] == (design, model, data) and row[4] != SHORTCUT]
    assert len(rows) > 70
    by_window = {}
    for row in rows:
        by_window.setdefault(window_of(design, row[3], row[4]), []).append(row)
    for window, wanted in by_window.items():
        names = {NAMES.get(row[4], (row[4], "statistic"))[0] for row in wanted}
        results = {t.name: t for t in run_tests(sample_of(design, model, data, window), names=names)}
        for row in wanted:
            name, field = NAMES.get(row[4], (row[4], "statistic"))
            np.testing.assert_allclose(getattr(results[name], field), row[5], rtol=RTOL, atol=ATOL, err_msg=str(row))


def by_the_library(design, model, data, window):
    """The same sample, estimated by the array core instead of the independent loop."""
    dates, returns = table("input_returns.csv" if data == "complete" else "input_returns_missing.csv")
    market = table("input_market.csv")[1]
    e = estimates(design, model, data)
    half, back = (10, (-270, -21)) if design == "clustered" else (5, (-210, -11))
    positions = np.c_[e.sessions[:, half], np.arange(returns.shape[1])]
    spec = {"market_model": MarketModel(), "mean_adjusted": MeanAdjusted(), "market_adjusted": MarketAdjusted()}[model]
    fit = abnormal_returns(
        returns,
        positions,
        spec,
        factors=None if model == "mean_adjusted" else market,
        event_window=(-half, half),
        estimation_window=back,
        min_observations=30,
    )
    assert len(dates) == len(returns)
    return make_sample(
        fit.ar,
        fit.residuals(),
        window=window,
        event_window=(-half, half),
        estimation_window=back,
        sigma=fit.sigma,
        n_parameters=fit.n_parameters,
        forecast_scale=fit.forecast_scale,
        leverage=fit.leverage(),
        car=fit.car(window),
        car_variance=fit.car_variance(window),
        sessions=e.sessions,
        estimation_sessions=e.estimation_sessions,
    )


@pytest.mark.parametrize(
    ("design", "data"), [("clustered", "complete"), ("clustered", "missing"), ("staggered", "complete")]
)
@pytest.mark.parametrize("model", ["market_model", "mean_adjusted", "market_adjusted"])
@pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
def test_the_array_core_feeds_every_test_the_same_numbers(design, model, data, window):
    ours = run_tests(by_the_library(design, model, data, window), names=BATTERY[:21])
    theirs = run_tests(sample_of(design, model, data, window), names=BATTERY[:21])
    for one, other in zip(ours, theirs, strict=True):
        assert one.name == other.name
        assert one.statistic == pytest.approx(other.statistic, rel=1e-7, nan_ok=True), one.name
        assert (one.n, one.note) == (other.n, other.note)


@pytest.mark.parametrize("model", ["market_model", "mean_adjusted"])
def test_the_textbook_shortcut_that_ignores_forecast_covariance_is_reproduced_from_sars(model):
    """Sum of SARs over sqrt(L): not what the battery reports for a window, and the gap shows it."""
    e = estimates("staggered", model, "complete")
    sar = e.ar / (e.sigma[:, None] * np.sqrt(e.scale))
    for row in expected():
        if row[:3] != ("staggered", model, "complete") or row[4] != SHORTCUT:
            continue
        last = int(row[3]) + 6
        shortcut = patell_z(sar[:, :last].sum(axis=1) / np.sqrt(last), e.m - e.k).value
        np.testing.assert_allclose(shortcut, row[5], rtol=RTOL, atol=ATOL)
    exact = run_tests(sample_of("staggered", model, "complete", (-5, 5)), names=["patell_z"])[0].statistic
    assert abs(exact) < abs(shortcut)
