"""Which sessions an event's fit uses, and what it costs: windows, gaps, other events, outliers, memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import eventstudy as es
from eventstudy.estimation import Status, abnormal_returns, linear
from eventstudy.models import FactorModel, MarketModel
from tests.test_estimation_core import by_statsmodels, draw

# A few hundred returns and a condition number below 100 leave about 12 digits.
ORDINARY = 1e-10
# What the array core may hold at once beside its inputs and outputs.
MEMORY = 0.25

FLOOR = 3e6
"""Bytes that a few arrays of a block take in any case: they fit the cache."""


@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_windows_per_event_equal_statsmodels(missing) -> None:
    returns, factors = draw(k=2, missing=missing)
    positions = np.array([[200, 0], [250, 1], [300, 2], [220, 3]])
    days = np.array([[-1, 1], [0, 3], [-2, 0], [-4, 4]])
    samples = np.array([[-120, -11], [-60, -5], [5, 100], [-90, 90]])  # before, before, after, around
    found = abnormal_returns(returns, positions, FactorModel(), factors, days, samples)
    variance = found.car_variance(start=days[:, 0], end=days[:, 1])
    for i, (row, column) in enumerate(positions):
        fit, own, ar, se, total = by_statsmodels(returns, factors, row, column, days[i], samples[i])
        at = own - found.event_window[0]
        np.testing.assert_allclose(found.coefficients[i], fit.params, rtol=ORDINARY, atol=ORDINARY * 0.01)
        np.testing.assert_allclose(found.ar[i, at], ar, rtol=1e-9, atol=ORDINARY * 0.01)
        se = np.where(np.isnan(ar), np.nan, se)
        np.testing.assert_allclose(found.sigma[i] * np.sqrt(found.forecast_scale[i, at]), se, rtol=ORDINARY)
        np.testing.assert_allclose(variance[i], total, rtol=ORDINARY)
        assert found.n_estimation[i] == fit.nobs


def test_the_fewest_observations_are_counted_to_the_last() -> None:
    returns, factors = draw()
    returns[200:220, 0] = np.nan  # 90 of the 110 sessions are left
    for asked, status in ((90, Status.OK), (91, Status.TOO_FEW)):
        found = abnormal_returns(
            returns, [[300, 0]], MarketModel(), factors, (-5, 5), (-120, -11), min_observations=asked
        )
        assert Status(found.status[0]) is status
        assert found.n_estimation[0] == 90
    assert found.reason(0) == "90 valid estimation returns, 91 needed"
    # By default half the window: 55 of 110.
    returns[220:255, 0] = np.nan
    assert abnormal_returns(returns, [[300, 0]], MarketModel(), factors, (-5, 5), (-120, -11)).used[0]
    returns[255, 0] = np.nan
    assert not abnormal_returns(returns, [[300, 0]], MarketModel(), factors, (-5, 5), (-120, -11)).used[0]


def test_other_events_are_kept_out_of_the_estimation_sample() -> None:
    """Three events of one firm, two of them ten sessions apart: each fit leaves out the windows of all of them."""
    rng = np.random.default_rng(8)
    log_returns = rng.normal(0, 0.01, (300, 2))
    days = pd.bdate_range("2021-01-04", periods=300)
    levels = pd.DataFrame(100 * np.exp(np.cumsum(log_returns, axis=0)), index=days, columns=["A", "MKT"])
    prices = es.PricePanel(levels, close="16:00", tz="UTC")
    rows = [180, 190, 240]
    events = es.read_events(pd.DataFrame({"time": [f"{days[r]:%Y-%m-%d}T12:00Z" for r in rows], "asset": "A"}))
    study = es.EventStudy(
        es.MarketModel("MKT"), event_window=(-2, 3), estimation_window=(-100, -11), exclude_other_events=True
    )
    shown = study.run(events, prices).to_frame("event", window=(0, 0))
    logs = np.vstack([np.full(2, np.nan), np.diff(np.log(levels.to_numpy()), axis=0)])
    out = np.concatenate([np.arange(r - 2, r + 4) for r in rows])
    for (_, line), row in zip(shown.iterrows(), rows, strict=True):
        sample = np.setdiff1d(np.arange(row - 100, row - 10), out)
        fit = sm.OLS(logs[sample, 0], sm.add_constant(logs[sample, 1])).fit()
        forecast = fit.get_prediction(np.array([[1.0, logs[row, 1]]]))
        np.testing.assert_allclose(line["car"], logs[row, 0] - forecast.predicted_mean[0], rtol=1e-8)
        np.testing.assert_allclose(line["se"], forecast.se_obs[0], rtol=1e-8)
        assert line["n_estimation"] == sample.size == 90 - line["n_excluded"]
    assert shown["n_excluded"].tolist() == [0, 2, 12]


def test_only_dependent_factors_are_named_and_only_their_events_dropped() -> None:
    returns, factors = draw(k=3, sessions=600)
    # B repeats A and C in the first half, and is free in the second; D is free throughout.
    mixed = factors[:, 0] - 2 * factors[:, 2]
    free = np.random.default_rng(3).normal(0, 0.01, (600, 2))
    b = np.where(np.arange(600) < 300, mixed, free[:, 0])
    x = np.column_stack([factors[:, 0], factors[:, 2], b, free[:, 1]])
    found = abnormal_returns(returns, [[250, 0], [500, 0]], FactorModel("A", "C", "B", "D"), x, (-2, 2), (-120, -11))
    assert found.used.tolist() == [False, True]
    assert found.reason(0) == "rank-deficient: factors A, C, B are linearly dependent over the estimation window"
    assert np.isnan(found.ar[0]).all()
    fit, _, ar, _, _ = by_statsmodels(returns, x, 500, 0, (-2, 2), (-120, -11))
    np.testing.assert_allclose(found.ar[1], ar, rtol=1e-9)
    np.testing.assert_allclose(found.coefficients[1], fit.params, rtol=1e-9)


def test_an_outlier_beside_many_windows_leaves_no_trace(monkeypatch) -> None:
    """Windows of all dates at once: those that hold neither outlier are the same to the last bit."""
    returns, factors = draw(k=2, sessions=900, assets=3)
    dirty, also = returns.copy(), factors.copy()
    dirty[450], also[451] = 1e3, -1e3
    monkeypatch.setattr(linear, "is_sparse", lambda *_: False)
    every = np.stack(np.meshgrid(np.arange(90, 890), np.arange(3)), axis=-1).reshape(-1, 2)
    clean = abnormal_returns(returns, every, FactorModel(), factors, (-3, 3), (-80, -5))
    found = abnormal_returns(dirty, every, FactorModel(), also, (-3, 3), (-80, -5))
    row = every[:, 0]
    outside = (row + 3 < 450) | (row - 80 > 451)  # windows that lie between the event and its sample apart
    assert outside.sum() > 2_000
    for name in ("ar", "sigma", "coefficients", "forecast_scale"):
        np.testing.assert_array_equal(getattr(found, name)[outside], getattr(clean, name)[outside])
    held = np.flatnonzero(~outside)[::200]
    for i in held:
        fit, _, ar, _, _ = by_statsmodels(dirty, also, *every[i], (-3, 3), (-80, -5))
        # The outlier is 1e5 times the rest, which leaves so many digits fewer.
        np.testing.assert_allclose(found.ar[i], ar, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.sigma[i] ** 2, fit.scale, rtol=1e-6)


@pytest.mark.parametrize("n", [1_000, 5_000, 12_000, 30_000, 300_000])
@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_beyond_inputs_and_outputs_is_a_quarter_at_most(order, n) -> None:
    rng = np.random.default_rng(0)
    factors = rng.normal(0, 0.01, (2_000, 1))
    returns = np.asarray(factors + rng.normal(0, 0.01, (2_000, 400)), order=order)
    positions = np.column_stack([rng.integers(260, 1_985, n), rng.integers(0, 400, n)])
    tracemalloc.start()
    found = abnormal_returns(returns, positions, MarketModel(), factors, (-10, 10), (-250, -11))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.used.all()
    assert peak - kept <= max(FLOOR, MEMORY * (kept + returns.nbytes + factors.nbytes + positions.nbytes))
