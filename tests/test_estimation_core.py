"""The array core against statsmodels and against the golden figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.estimation import Status, abnormal_returns
from eventstudy.models import FactorModel, MarketAdjusted, MarketModel, MeanAdjusted

# Ordinary data: a few hundred returns and a condition number below 100 leave about 12 digits.
ORDINARY = 1e-10
# The golden figures carry 17 digits of inputs rounded to 10 decimals; sums over 20 firms keep 9.
GOLDEN = 1e-9
SYNTHETIC = Path(__file__).parent / "data" / "golden" / "synthetic"


def draw(seed: int = 0, sessions: int = 500, assets: int = 4, k: int = 1, shared: bool = True, missing: float = 0.0):
    rng = np.random.default_rng(seed)
    factors = rng.normal(0.0003, 0.01, (sessions, k) if shared else (sessions, assets, k))
    loadings = rng.normal(1.0, 0.3, (assets, k))
    common = factors[:, None, :] if shared else factors
    returns = 0.0002 + (common * loadings).sum(axis=2) + rng.normal(0, 0.012, (sessions, assets))
    returns[rng.random(returns.shape) < missing] = np.nan
    return returns, factors


def by_statsmodels(returns, factors, row, column, event_window, estimation_window, use=None):
    """One event by statsmodels: fit, prediction, and the exact variance of the whole window's CAR."""

    def rows(window):
        return np.arange(max(row + window[0], 0), min(row + window[1] + 1, returns.shape[0]))

    x = factors if factors.ndim == 2 else factors[:, column]
    sample, event = rows(estimation_window), rows(event_window)
    ok = np.isfinite(returns[sample, column]) & np.isfinite(x[sample]).all(axis=1)
    if use is not None:
        ok &= use[sample, column]
    design = np.column_stack([np.ones(ok.sum()), x[sample][ok]])
    fit = sm.OLS(returns[sample, column][ok], design).fit()
    forecast = np.column_stack([np.ones(event.size), x[event]])
    prediction = fit.get_prediction(forecast)
    ar = returns[event, column] - prediction.predicted_mean
    good = np.isfinite(ar)
    total = forecast[good].sum(axis=0)
    variance = fit.scale * good.sum() + total @ fit.cov_params() @ total
    return fit, event - row, ar, prediction.se_obs, variance


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("shared", [True, False], ids=["shared", "own"])
@pytest.mark.parametrize("missing", [0.0, 0.05])
@pytest.mark.parametrize("windows", [((-5, 5), (-120, -11)), ((-2, 0), (3, 90)), ((0, 3), (-60, 60))])
def test_every_number_equals_statsmodels(k, shared, missing, windows) -> None:
    returns, factors = draw(k=k, shared=shared, missing=missing)
    event_window, estimation_window = windows
    positions = [[r, c] for r in (150, 151, 260, 330, 399) for c in range(4)]
    found = abnormal_returns(returns, positions, FactorModel(), factors, event_window, estimation_window)
    assert found.used.all()
    car, variance = found.car(), found.car_variance()
    residuals, leverage = found.residuals(), found.leverage()
    for i, (row, column) in enumerate(positions):
        fit, days, ar, se, total = by_statsmodels(returns, factors, row, column, event_window, estimation_window)
        at = days - event_window[0]
        np.testing.assert_allclose(found.coefficients[i], fit.params, rtol=ORDINARY, atol=ORDINARY * 0.01)
        np.testing.assert_allclose(found.ar[i, at], ar, rtol=ORDINARY, atol=ORDINARY * 0.01)
        np.testing.assert_allclose(found.sigma[i] ** 2, fit.scale, rtol=ORDINARY)
        np.testing.assert_allclose(found.r2[i], fit.rsquared, rtol=ORDINARY)
        assert found.dof[i] == fit.df_resid
        assert found.n_estimation[i] == fit.nobs
        expected_se = np.where(np.isnan(ar), np.nan, se)
        np.testing.assert_allclose(found.sigma[i] * np.sqrt(found.forecast_scale[i, at]), expected_se, rtol=ORDINARY)
        np.testing.assert_allclose(found.sar[i, at], ar / se, rtol=1e-9)  # AR near zero loses digits
        np.testing.assert_allclose(car[i], np.nansum(ar), rtol=1e-9)
        np.testing.assert_allclose(variance[i], total, rtol=ORDINARY)
        kept = residuals[i][np.isfinite(residuals[i])]
        np.testing.assert_allclose(kept, fit.resid, atol=ORDINARY * 0.01)
        hat = leverage[i][np.isfinite(leverage[i])]
        np.testing.assert_allclose(hat, fit.get_influence().hat_matrix_diag, rtol=ORDINARY)


def test_market_adjusted_returns_estimate_nothing() -> None:
    returns, factors = draw(missing=0.03)
    found = abnormal_returns(returns, [[300, 1]], MarketAdjusted(), factors, (-1, 1), (-100, -11))
    plain = returns[:, 1] - factors[:, 0]
    sample = plain[200:290]
    np.testing.assert_allclose(found.ar[0], plain[299:302])
    np.testing.assert_allclose(found.sigma[0], np.nanstd(sample, ddof=1), rtol=ORDINARY)
    np.testing.assert_allclose(found.residuals()[0], sample)
    assert found.dof[0] == np.isfinite(sample).sum() - 1
    valid = np.isfinite(found.ar[0])
    np.testing.assert_array_equal(found.forecast_scale[0][valid], 1.0)
    np.testing.assert_allclose(found.car_variance()[0], valid.sum() * found.sigma[0] ** 2)


def test_golden_one_day_statistics() -> None:
    expected = pd.read_csv(SYNTHETIC / "expected.csv")
    market = pd.read_csv(SYNTHETIC / "input_market.csv", index_col="date")["MKT"].to_numpy()
    dates = pd.read_csv(SYNTHETIC / "input_market.csv")["date"].to_numpy()
    events = pd.read_csv(SYNTHETIC / "input_events_staggered.csv")
    files = {"complete": "input_returns.csv", "missing": "input_returns_missing.csv"}
    models = {
        "market_model": (MarketModel(), market),
        "market_adjusted": (MarketAdjusted(), market),
        "mean_adjusted": (MeanAdjusted(), None),
    }
    checked = 0
    for (design, model, data), rows in expected.groupby(["design", "model", "data"]):
        panel = pd.read_csv(SYNTHETIC / files[data], index_col="date")
        if design == "clustered":
            positions = np.array([[330, j] for j in range(20)])
            windows, keys = ((-10, 10), (-270, -21)), list(dates[320:341])
        else:
            place = {d: r for r, d in enumerate(dates)}
            positions = np.array(
                [
                    [place[d], panel.columns.get_loc(f)]
                    for f, d in zip(events["firm"], events["event_date"], strict=True)
                ]
            )
            windows, keys = ((-5, 5), (-210, -11)), [str(d) for d in range(-5, 6)]
        spec, factors = models[model]
        found = abnormal_returns(panel.to_numpy(), positions, spec, factors, *windows)
        assert found.used.all()
        ar, sar, dof = found.ar, found.sar, found.dof
        n = np.isfinite(ar).sum(axis=0)
        scaled = np.where(np.isfinite(ar), (dof / (dof - 2))[:, None], 0.0).sum(axis=0)
        computed = {
            "aar": np.nanmean(ar, axis=0),
            "cross_sectional_t": np.nanmean(ar, axis=0) / (np.nanstd(ar, axis=0, ddof=1) / np.sqrt(n)),
            "patell_z": np.nansum(sar, axis=0) / np.sqrt(scaled),
            "bmp_t": np.nanmean(sar, axis=0) / (np.nanstd(sar, axis=0, ddof=1) / np.sqrt(n)),
        }
        for statistic, values in computed.items():
            wanted = rows[rows["statistic"] == statistic].set_index("key")["value"]
            for key, value in zip(keys, values, strict=True):
                if key in wanted.index:
                    assert value == pytest.approx(wanted[key], rel=GOLDEN), (design, model, data, key, statistic)
                    checked += 1
    assert checked > 400


def test_excluded_sessions_leave_the_sample_but_not_the_event_window() -> None:
    returns, factors = draw()
    excluded = np.zeros(returns.shape, dtype=bool)
    excluded[230:260, 2] = True
    excluded[300, 2] = True
    found = abnormal_returns(returns, [[300, 2]], MarketModel(), factors, (-5, 5), (-120, -11), excluded=excluded)
    fit, _, ar, _, _ = by_statsmodels(returns, factors, 300, 2, (-5, 5), (-120, -11), use=~excluded)
    assert found.n_estimation[0] == 80
    np.testing.assert_allclose(found.ar[0], ar, rtol=ORDINARY)
    np.testing.assert_allclose(found.sigma[0] ** 2, fit.scale, rtol=ORDINARY)


def test_windows_per_event() -> None:
    returns, factors = draw(missing=0.02)
    positions = np.array([[200, 0], [250, 1], [300, 2]])
    own_days = np.array([[-1, 1], [0, 3], [-2, 0]])
    own_samples = np.array([[-120, -11], [-60, -5], [5, 100]])
    found = abnormal_returns(returns, positions, MarketModel(), factors, own_days, own_samples)
    assert found.event_window == (-2, 3)
    assert found.estimation_window == (-120, 100)
    for i in range(3):
        alone = abnormal_returns(
            returns, positions[i : i + 1], MarketModel(), factors, tuple(own_days[i]), tuple(own_samples[i])
        )
        inside = (found.days >= own_days[i, 0]) & (found.days <= own_days[i, 1])
        np.testing.assert_allclose(found.ar[i, inside], alone.ar[0], rtol=1e-9, atol=1e-13)
        assert np.isnan(found.ar[i, ~inside]).all()
        np.testing.assert_allclose(found.sigma[i], alone.sigma[0], rtol=ORDINARY)
        np.testing.assert_allclose(np.nansum(found.residuals()[i] ** 2), np.nansum(alone.residuals()[0] ** 2))


def test_many_events_of_a_few_lengths() -> None:
    returns, factors = draw(missing=0.02)
    rng = np.random.default_rng(1)
    positions = np.column_stack([rng.integers(200, 480, 60), rng.integers(0, 4, 60)])
    starts = rng.choice([-150, -90], 60)
    own = np.column_stack([starts, np.full(60, -11)])
    found = abnormal_returns(returns, positions, MarketModel(), factors, (-2, 2), own)
    for start in (-150, -90):
        same = starts == start
        alone = abnormal_returns(returns, positions[same], MarketModel(), factors, (-2, 2), (start, -11))
        np.testing.assert_allclose(found.ar[same], alone.ar, rtol=1e-9, atol=1e-14)
        np.testing.assert_array_equal(found.n_estimation[same], alone.n_estimation)
        columns = slice(start + 150, None)
        np.testing.assert_allclose(found.residuals()[same][:, columns], alone.residuals(), atol=1e-14)


def test_a_window_of_all_history() -> None:
    returns, factors = draw()
    positions = [[400, 0], [30, 1]]
    found = abnormal_returns(returns, positions, MarketModel(), factors, (0, 1), (-50_000, -11), min_observations=15)
    assert list(found.n_estimation) == [390, 20]
    fit, _, ar, _, _ = by_statsmodels(returns, factors, 30, 1, (0, 1), (-50_000, -11))
    np.testing.assert_allclose(found.ar[1], ar, rtol=ORDINARY)
    np.testing.assert_allclose(found.sigma[1] ** 2, fit.scale, rtol=ORDINARY)


def test_cars_of_one_window_and_of_windows_per_event() -> None:
    returns, factors = draw()
    returns[301, 0] = np.nan
    found = abnormal_returns(returns, [[300, 0], [300, 1]], MarketModel(), factors, (-3, 3), (-120, -11))
    np.testing.assert_allclose(found.car((0, 1)), [found.ar[0, 3], found.ar[1, 3:5].sum()])
    np.testing.assert_array_equal(np.isnan(found.car((0, 1), min_coverage=0.6)), [True, False])
    np.testing.assert_array_equal(np.isnan(found.car((1, 1))), [True, False])
    start, end = np.array([-1, 0]), np.array([0, 2])
    car = found.car(start=start, end=end)
    np.testing.assert_allclose(car, [found.ar[0, 2:4].sum(), found.ar[1, 3:6].sum()])
    variance = found.car_variance(start=start, end=end)
    np.testing.assert_allclose(variance[0], found.car_variance((-1, 0))[0])
    np.testing.assert_allclose(variance[1], found.car_variance((0, 2))[1])
    np.testing.assert_allclose(found.scar((0, 2))[1], car[1] / np.sqrt(variance[1]))
    beyond = found.car(start=np.array([0, 0]), end=np.array([9, 9]), min_coverage=0.5)
    assert np.isnan(beyond).all()  # 4 of 10 days


def test_scaled_gaps_are_weighted_least_squares() -> None:
    rng = np.random.default_rng(5)
    sessions = 200
    spans = rng.choice([1, 1, 1, 2, 4], size=(sessions, 1))
    factor = rng.normal(0, 0.01, sessions) * np.sqrt(spans[:, 0])
    returns = (0.001 * spans[:, 0] + 0.8 * factor + rng.normal(0, 0.01, sessions) * np.sqrt(spans[:, 0]))[:, None]
    found = abnormal_returns(
        returns, [[180, 0]], MarketModel(), factor, (0, 4), (-150, -10), spans=spans, gaps="maynes-rumsey"
    )
    sample, event = slice(30, 171), slice(180, 185)
    root = np.sqrt(spans[sample, 0])
    design = np.column_stack([spans[sample, 0], factor[sample]]) / root[:, None]
    fit = sm.OLS(returns[sample, 0] / root, design).fit()
    rows = np.column_stack([spans[event, 0], factor[event]])
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=ORDINARY)
    np.testing.assert_allclose(found.ar[0], returns[event, 0] - rows @ fit.params, rtol=1e-9)
    np.testing.assert_allclose(found.sigma[0] ** 2, fit.scale, rtol=ORDINARY)
    scale = spans[event, 0] + np.einsum("ti,ij,tj->t", rows, fit.normalized_cov_params, rows)
    np.testing.assert_allclose(found.forecast_scale[0], scale, rtol=ORDINARY)
    total = rows.sum(axis=0)
    exact = spans[event, 0].sum() + total @ fit.normalized_cov_params @ total
    np.testing.assert_allclose(found.car_variance()[0] / fit.scale, exact, rtol=ORDINARY)
    np.testing.assert_allclose(found.residuals()[0], fit.resid, atol=1e-12)
    np.testing.assert_allclose(found.leverage()[0], fit.get_influence().hat_matrix_diag, rtol=ORDINARY)


def test_every_event_keeps_its_row_and_a_reason() -> None:
    returns, factors = draw(k=2)
    factors = np.column_stack([factors, factors[:, 0] - factors[:, 1], np.ones(500)])
    returns[:, 3] = np.nan
    returns[400:406, 2] = np.nan
    returns[300, 1] = np.inf
    positions = [[300, 0], [20, 0], [5, 0], [300, 3], [400, 2], [330, 1], [499, 0], [700, 0], [-3, 0]]
    found = abnormal_returns(returns, positions, FactorModel(), factors[:, :2], (0, 5), (-120, -11))
    assert [Status(s).name for s in found.status] == [
        "OK", "TOO_FEW", "OUTSIDE", "TOO_FEW", "NO_EVENT_RETURN", "INFINITE", "OK", "OUTSIDE", "OUTSIDE",
    ]  # fmt: skip
    assert found.reason(0) == ""
    assert found.reason(1) == "10 valid estimation returns, 55 needed: needs sessions -120..5, has -20..479"
    assert found.reason(2) == "window does not fit the data: needs sessions -120..5, has -5..494"
    assert found.reason(3) == "0 valid estimation returns, 55 needed"
    assert found.reason(4) == "no valid return in the event window"
    assert "infinite" in found.reason(5)
    assert np.isnan(found.ar[~found.used]).all()
    assert np.isfinite(found.ar[6]).sum() == 1
    blind = factors[:, :2].copy()
    blind[200:290, 0] = np.nan
    excluded = np.zeros(returns.shape, dtype=bool)
    excluded[180:200] = True
    short = abnormal_returns(returns, [[300, 0]], FactorModel(), blind, (0, 5), (-120, -11), excluded=excluded)
    assert short.reason(0) == "0 valid estimation returns, 55 needed (90 more lack a factor, 20 more are excluded)"
    dependent = abnormal_returns(returns, [[300, 0]], FactorModel("A", "B", "C"), factors[:, :3], (0, 5), (-120, -11))
    assert dependent.reason(0) == "rank-deficient: factors A, B, C are linearly dependent over the estimation window"
    flat = abnormal_returns(returns, [[300, 0]], FactorModel("A", "B"), factors[:, [0, 3]], (0, 5), (-120, -11))
    assert flat.reason(0) == "rank-deficient: B does not vary over the estimation window"


def test_a_perfect_fit_has_abnormal_returns_but_no_standard_error() -> None:
    _, factors = draw()
    returns = 0.001 + 2.0 * factors
    returns[300] += 0.05
    found = abnormal_returns(returns, [[300, 0]], MarketModel(), factors, (-1, 1), (-120, -11))
    np.testing.assert_allclose(found.ar[0], [0, 0.05, 0], atol=1e-14)
    assert found.used[0]
    assert found.sigma[0] == 0.0
    assert np.isnan(found.sar).all()
    assert np.isnan(found.scar()).all()
    assert "no residual variance" in found.reason(0)


def test_wrong_arguments_give_one_clear_error() -> None:
    returns, factors = draw()
    cases = [
        (DataError, "positions\\[0\\] names asset column 9", {"positions": [[300, 9]]}),
        (DataError, "positions has shape", {"positions": [[300.5, 1]]}),
        (DataError, "returns has shape", {"returns": returns[:, 0]}),
        (DataError, "factors has shape", {"factors": factors[:-1]}),
        (ModelError, "asks for 1 factor, factors= has 2", {"factors": np.column_stack([factors, factors])}),
        (ModelError, "is no model", {"model": "capm"}),
        (SpecError, "starts after it ends", {"event_window": (5, -5)}),
        (SpecError, "too short for 2 parameters", {"estimation_window": (-13, -11)}),
        (SpecError, "min_observations=2 leaves no residual variance", {"min_observations": 2}),
        (SpecError, "min_observations=300 is more than the 240 sessions", {"min_observations": 300}),
        (SpecError, "needs spans=", {"gaps": "maynes-rumsey"}),
        (DataError, "excluded has shape", {"excluded": np.zeros(3, dtype=bool)}),
    ]
    fine = {"returns": returns, "positions": [[300, 0]], "model": MarketModel(), "factors": factors}
    for error, message, change in cases:
        with pytest.raises(error, match=message):
            abnormal_returns(**{**fine, **change})
    found = abnormal_returns(**fine)
    assert repr(found).startswith("<AbnormalReturns: 1 of 1 events, days (-10, 10)")
    with pytest.raises(SpecError, match="not inside the event window"):
        found.car((0, 11))
    empty = abnormal_returns(returns, [], MarketModel(), factors)
    assert empty.ar.shape == (0, 21)
    assert empty.car((0, 0)).shape == (0,)
