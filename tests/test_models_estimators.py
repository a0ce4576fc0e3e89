"""The models beyond ordinary least squares, against hand-written formulas and well-kept packages."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from eventstudy.estimation import abnormal_returns
from eventstudy.models import (
    Dimson,
    GarchMarketModel,
    MarketModel,
    RobustMarketModel,
    RollingBeta,
    ScholesWilliams,
    SyntheticControl,
)

# Two correct programs on ordinary data agree to about 12 digits.
ORDINARY = 1e-10
# Optimisers and interior-point solvers stop at about the square root of the rounding unit.
OPTIMISED = 1e-6


def thin_trading(sessions: int, seed: int, steps: int = 20):
    """A stock whose daily price is its last trade of the day; true beta 1, as Scholes and Williams have it."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.002, (sessions, steps))
    stock = market + rng.normal(0, 0.002, (sessions, steps))
    level = np.concatenate([[0.0], np.cumsum(stock)])
    close = (np.arange(sessions) + 1) * steps - rng.integers(0, steps, sessions)
    price = level[close]
    return np.r_[np.nan, np.diff(price)][:, None], market.sum(axis=1)


def test_thin_trading_estimators_equal_their_formulas() -> None:
    returns, market = thin_trading(400, 1)
    sample = np.arange(100, 290)
    y, x = returns[sample, 0], {lag: market[sample + lag] for lag in range(-2, 3)}
    found = abnormal_returns(returns, [[300, 0]], ScholesWilliams(), market, (-5, 5), (-200, -11))
    slopes = [sm.OLS(y, sm.add_constant(x[lag])).fit().params[1] for lag in (-1, 0, 1)]
    rho = np.corrcoef(x[0], x[-1])[0, 1]
    beta = sum(slopes) / (1 + 2 * rho)
    alpha = y.mean() - beta * x[0].mean()
    np.testing.assert_allclose(found.coefficients[0], [alpha, beta], rtol=ORDINARY, atol=1e-14)
    np.testing.assert_allclose(found.ar[0], returns[295:306, 0] - alpha - beta * market[295:306], atol=1e-13)

    for n, weights in ((1, "fowler-rorke"), (2, "fowler-rorke"), (1, "none")):
        found = abnormal_returns(returns, [[300, 0]], Dimson(n=n, weights=weights), market, (-5, 5), (-200, -11))
        lags = range(-n, n + 1)
        b = dict(
            zip(lags, sm.OLS(y, sm.add_constant(np.column_stack([x[i] for i in lags]))).fit().params[1:], strict=True)
        )
        r1, r2 = np.corrcoef(x[0], x[-1])[0, 1], np.corrcoef(x[0], x[-2])[0, 1]
        if weights == "none":
            beta = sum(b.values())
        elif n == 1:
            beta = b[0] + (1 + r1) / (1 + 2 * r1) * (b[-1] + b[1])
        else:
            bottom = 1 + 2 * r1 + 2 * r2
            # Fowler and Rorke (1983), the weights of two leads and lags.
            beta = b[0] + (1 + 2 * r1 + r2) / bottom * (b[-1] + b[1]) + (1 + r1 + r2) / bottom * (b[-2] + b[2])
        np.testing.assert_allclose(found.coefficients[0, 1], beta, rtol=ORDINARY)


def test_thin_trading_estimators_remove_most_of_the_bias() -> None:
    returns, market = thin_trading(40_000, 2)
    window = (-39_000, -11)
    betas = {}
    for model in (MarketModel(), ScholesWilliams(), Dimson()):
        found = abnormal_returns(returns, [[39_500, 0]], model, market, (0, 0), window)
        betas[model.name] = found.coefficients[0, 1]
    bias = 1 - betas["market model"]
    assert bias > 0.4  # half a day late on average
    assert abs(1 - betas["Scholes-Williams market model"]) < 0.2 * bias
    assert abs(1 - betas["Dimson market model"]) < 0.2 * bias


def test_forecast_variance_of_linear_estimators_is_exact() -> None:
    """Over many draws with the same benchmark, the forecast errors have the variance the model states."""
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, 80)
    returns = 0.001 + 0.9 * market[:, None] + rng.normal(0, 0.01, (80, 3000))
    positions = np.column_stack([np.full(3000, 75), np.arange(3000)])
    for model in (ScholesWilliams(), RollingBeta(half_life=15)):
        found = abnormal_returns(returns, positions, model, market, (-2, 2), (-70, -10))
        # Variance of a sample variance of 3,000 normal draws: a standard error of 2.6 %; four of them.
        assert np.mean(found.car_variance()) == pytest.approx(np.var(found.car()), rel=0.11)
        np.testing.assert_allclose(found.scar().std(), 1.0, atol=0.06)


def test_exponentially_weighted_beta_is_weighted_least_squares() -> None:
    rng = np.random.default_rng(4)
    market = rng.normal(0, 0.01, 300)
    returns = (0.5 * market + rng.normal(0, 0.01, 300))[:, None]
    returns[200, 0] = np.nan
    found = abnormal_returns(returns, [[280, 0]], RollingBeta(half_life=20), market, (-2, 2), (-120, -11))
    rows = np.setdiff1d(np.arange(160, 270), [200])
    weights = 0.5 ** ((269 - rows) / 20)
    fit = sm.WLS(returns[rows, 0], sm.add_constant(market[rows]), weights=weights).fit()
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=ORDINARY, atol=1e-13)
    wide = abnormal_returns(returns, [[280, 0]], RollingBeta(half_life=1e9), market, (-2, 2), (-120, -11))
    plain = abnormal_returns(returns, [[280, 0]], MarketModel(), market, (-2, 2), (-120, -11))
    np.testing.assert_allclose(wide.ar, plain.ar, atol=1e-9)
    np.testing.assert_allclose(wide.car_variance(), plain.car_variance(), rtol=1e-6)


@pytest.mark.parametrize("method", ["huber", "lad"])
def test_robust_market_models_are_statsmodels(method) -> None:
    rng = np.random.default_rng(5)
    market = rng.normal(0, 0.01, 300)
    returns = (0.001 + 1.2 * market + 0.01 * rng.standard_t(2, 300))[:, None]
    found = abnormal_returns(returns, [[280, 0]], RobustMarketModel(method=method), market, (-2, 2), (-120, -11))
    design = sm.add_constant(market[160:270])
    if method == "huber":
        fit = sm.RLM(returns[160:270, 0], design, M=sm.robust.norms.HuberT()).fit(maxiter=200)
    else:
        fit = sm.QuantReg(returns[160:270, 0], design).fit(q=0.5, max_iter=200)
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=ORDINARY)
    event = sm.add_constant(market[278:283])
    np.testing.assert_allclose(found.ar[0], returns[278:283, 0] - event @ fit.params, rtol=1e-9)
    residuals = returns[160:270, 0] - design @ fit.params
    total = event.sum(axis=0)
    variance = 5 * residuals @ residuals / 108 + total @ fit.cov_params() @ total
    np.testing.assert_allclose(found.car_variance()[0], variance, rtol=ORDINARY)
    short = abnormal_returns(
        returns, [[280, 0]], RobustMarketModel(method=method, max_iterations=1), market, (-2, 2), (-120, -11)
    )
    assert "not converged after 1 iterations" in short.reason(0)


@pytest.mark.parametrize("volatility", ["garch", "gjr", "egarch"])
def test_garch_market_models_are_arch(volatility) -> None:
    arch = pytest.importorskip("arch", reason="needs the arch extra")
    rng = np.random.default_rng(6)
    sessions = 700
    market, shock, h = rng.normal(0, 0.01, sessions), rng.standard_normal(sessions), np.full(sessions, 1e-4)
    for t in range(1, sessions):
        h[t] = 4e-6 + (0.12 * shock[t - 1] ** 2 + 0.84) * h[t - 1]
    returns = (0.0003 + 0.9 * market + np.sqrt(h) * shock)[:, None]
    found = abnormal_returns(returns, [[650, 0]], GarchMarketModel(volatility=volatility), market, (-2, 2), (-600, -5))
    assert found.used[0], found.reason(0)
    sample = slice(50, 646)
    model = arch.arch_model(
        100 * returns[sample, 0],
        x=100 * market[sample, None],
        mean="ARX",
        lags=0,
        vol="EGARCH" if volatility == "egarch" else "GARCH",
        o=0 if volatility == "garch" else 1,
        rescale=False,
    )
    fit = model.fit(disp="off")
    alpha, beta = fit.params.iloc[0] / 100, fit.params.iloc[1]
    np.testing.assert_allclose(found.coefficients[0, :2], [alpha, beta], rtol=OPTIMISED)
    np.testing.assert_allclose(found.ar[0], returns[648:653, 0] - alpha - beta * market[648:653], atol=1e-8)
    future = np.zeros((1, 1, 7))
    if volatility == "egarch":
        forecast = fit.forecast(horizon=7, x=future, method="simulation", simulations=20_000)
        tolerance = 0.05  # simulated on both sides
    else:
        forecast, tolerance = fit.forecast(horizon=7, x=future), OPTIMISED
    # The sample ends on day -5: day -2 is three sessions ahead.
    h_ahead = np.asarray(forecast.residual_variance)[-1, 2:] / 1e4
    total = np.array([5.0, market[648:653].sum()]) * [1 / 100, 1]
    mean_part = total @ np.asarray(fit.param_cov)[:2, :2] @ total
    np.testing.assert_allclose(found.car_variance()[0], h_ahead.sum() + mean_part, rtol=tolerance)


def test_garch_reports_what_does_not_converge(monkeypatch) -> None:
    """One asset that arch itself cannot fit: its event says so, and the other's is as it is alone."""
    univariate = pytest.importorskip("arch.univariate", reason="needs the arch extra")
    rng = np.random.default_rng(0)
    market = rng.normal(0, 0.01, 300)
    returns = 0.5 * market[:, None] + 0.01 * rng.standard_t(5, (300, 2))
    model = GarchMarketModel(volatility="egarch")
    alone = abnormal_returns(returns, [[290, 0]], model, market, (-1, 1), (-250, -5))
    assert alone.used[0], alone.reason(0)
    fit = univariate.ARX.fit

    def stopped(self, *args, **kwargs):
        """Fit the second asset's sample in one iteration only, which arch's optimiser calls no convergence."""
        second = np.isclose(self.y[0], 100 * returns[40, 1], rtol=1e-12)
        return fit(self, *args, **kwargs, **({"options": {"maxiter": 1}} if second else {}))

    monkeypatch.setattr(univariate.ARX, "fit", stopped)
    found = abnormal_returns(returns, [[290, 0], [290, 1]], model, market, (-1, 1), (-250, -5))
    assert found.used.tolist() == [True, False]
    assert found.reason(1).startswith("GARCH market model: the optimiser did not converge: Iteration limit reached")
    assert np.isnan(found.ar[1]).all()
    np.testing.assert_array_equal(found.ar[0], alone.ar[0])
    with pytest.raises(Exception, match="let the estimation window end before the event"):
        abnormal_returns(returns, [[100, 0]], GarchMarketModel(), market, (-1, 1), (5, 150))


@pytest.mark.parametrize("demeaned", [False, True])
def test_synthetic_control_weights_are_optimal(demeaned) -> None:
    pytest.importorskip("clarabel", reason="needs the synthetic extra")
    rng = np.random.default_rng(7)
    donors = rng.normal(0, 0.01, (300, 12)) + rng.normal(0, 0.01, (300, 1))
    returns = (0.6 * donors[:, 2] + 0.4 * donors[:, 7] + rng.normal(0, 0.004, 300))[:, None]
    found = abnormal_returns(returns, [[280, 0]], SyntheticControl(demeaned=demeaned), donors, (0, 3), (-200, -11))
    weights = found.coefficients[0, 1:]
    x, y = donors[80:270], returns[80:270, 0]
    if demeaned:
        x, y = x - x.mean(axis=0), y - y.mean()
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    # Karush-Kuhn-Tucker: the gradient is the same for every donor held, and no smaller for the others.
    gradient = x.T @ (x @ weights - y) / (y @ y)
    held = weights > 0
    np.testing.assert_allclose(gradient[held], gradient[held].mean(), atol=OPTIMISED)
    assert (gradient[~held] >= gradient[held].mean() - OPTIMISED).all()
    np.testing.assert_allclose(weights[[2, 7]], [0.6, 0.4], atol=0.1)
    detail = found.details[0]
    assert detail["rmse"] == pytest.approx(0.004, rel=0.15)
    assert detail["n_donors_held"] == held.sum()
    expected = found.coefficients[0, 0] + donors[280:284] @ weights
    np.testing.assert_allclose(found.ar[0], returns[280:284, 0] - expected, atol=1e-12)
    own = np.column_stack([donors, returns[:, 0]])
    itself = abnormal_returns(returns, [[280, 0]], SyntheticControl(demeaned=demeaned), own, (0, 3), (-200, -11))
    assert itself.reason(0) == "synthetic control: the asset is among its own donors"
