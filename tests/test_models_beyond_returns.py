"""Buy-and-hold returns, volume and volatility against their closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.errors import DataError, EventStudyError
from eventstudy.estimation import abnormal_returns
from eventstudy.models import (
    AbnormalVolatility,
    AbnormalVolume,
    FactorModel,
    GarchMarketModel,
    MarketAdjusted,
    MarketModel,
    MeanAdjusted,
    RobustMarketModel,
    SyntheticControl,
    buy_and_hold,
)

# Two correct programs on ordinary data agree to about 12 digits.
ORDINARY = 1e-10


def draw(seed: int = 0, sessions: int = 300, assets: int = 2):
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, sessions)
    return 0.0002 + market[:, None] + rng.normal(0, 0.01, (sessions, assets)), market


def test_buy_and_hold_compounds() -> None:
    returns, market = draw()
    returns[252, 0] = np.nan
    found = abnormal_returns(returns, [[250, 0], [250, 1]], MarketModel(), market, (-2, 5), (-120, -11))
    fit = sm.OLS(returns[130:240, 1], sm.add_constant(market[130:240])).fit()
    expected = fit.predict(sm.add_constant(market[250:256]))
    bhar = buy_and_hold(found, (0, 5))
    assert bhar[1] == pytest.approx((1 + returns[250:256, 1]).prod() - (1 + expected).prod(), rel=ORDINARY)
    logs = buy_and_hold(found, (0, 5), kind="log")
    assert logs[1] == pytest.approx(np.exp(returns[250:256, 1].sum()) - np.exp(expected.sum()), rel=ORDINARY)
    assert np.isfinite(bhar[0])
    assert np.isnan(buy_and_hold(found, (2, 2))[0])
    assert np.isnan(buy_and_hold(found, (1, 2), min_coverage=0.6)[0])
    matched = abnormal_returns(returns, [[250, 1]], MarketAdjusted(), returns[:, :1], (0, 1), (-120, -11))
    gap = (1 + returns[250:252, 1]).prod() - (1 + returns[250:252, 0]).prod()
    assert buy_and_hold(matched)[0] == pytest.approx(gap, rel=ORDINARY)


def test_buy_and_hold_of_models_of_other_kinds() -> None:
    """Expected returns by hand: a mean, least absolute deviations, an excess return's factor and a convex mix."""
    returns, market = draw(3)
    sample, days = slice(130, 240), slice(250, 256)
    x, y = sm.add_constant(market), returns[:, 0]
    rate = np.full(300, 1e-4)
    capm = sm.OLS((y - rate)[sample], x[sample]).fit()
    donors = np.column_stack([y + 0.001, returns[:, 1]])  # the best mix of these can be told: all on the first
    expected = {
        "mean": (MeanAdjusted(), None, np.full(6, y[sample].mean())),
        "lad": (RobustMarketModel(method="lad"), market, sm.QuantReg(y[sample], x[sample]).fit().predict(x[days])),
        "capm": (
            FactorModel("Mkt-RF", risk_free="RF"),
            np.column_stack([market, rate]),
            rate[days] + capm.predict(x[days]),
        ),
        "synthetic": (SyntheticControl(demeaned=True), donors, y[days]),
    }
    for name, (model, factors, predicted) in expected.items():
        if name == "synthetic":
            pytest.importorskip("clarabel", reason="needs the synthetic extra")
        found = abnormal_returns(returns, [[250, 0]], model, factors, (-2, 5), (-120, -11))
        bhar = (1 + y[days]).prod() - (1 + predicted).prod()
        # The interior-point solver stops at about the square root of the rounding unit.
        assert buy_and_hold(found, (0, 5))[0] == pytest.approx(bhar, rel=1e-9, abs=1e-6 if name == "synthetic" else 0)


def test_log_volume() -> None:
    rng = np.random.default_rng(1)
    market = np.exp(rng.normal(15, 0.3, 300))
    volume = np.exp(3 + 0.6 * np.log(market) + rng.normal(0, 0.2, 300))[:, None]
    volume[200, 0] = 0.0
    before = volume.copy()
    logs = np.log(np.where(volume > 0, volume, np.nan))
    mean = abnormal_returns(volume, [[280, 0]], AbnormalVolume(), None, (-1, 1), (-120, -11))
    sample = logs[160:270, 0]
    np.testing.assert_allclose(mean.ar[0], logs[279:282, 0] - np.nanmean(sample), rtol=1e-9)
    np.testing.assert_allclose(mean.sigma[0], np.nanstd(sample, ddof=1), rtol=1e-9)
    assert mean.n_estimation[0] == 109
    spec = AbnormalVolume("MKT", adjust="market", constant=1.0)
    found = abnormal_returns(volume, [[280, 0]], spec, market, (-1, 1), (-120, -11))
    fit = sm.OLS(np.log(volume[160:270, 0] + 1), sm.add_constant(np.log(market[160:270] + 1))).fit()
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=1e-9)
    assert found.n_estimation[0] == 110
    np.testing.assert_array_equal(volume, before)
    with pytest.raises(DataError, match="takes volumes"):
        abnormal_returns(-volume, [[280, 0]], AbnormalVolume(), None, (-1, 1), (-120, -11))
    for wrong in ({"adjust": "none"}, {"benchmark": "MKT"}, {"constant": -1.0}):
        with pytest.raises(EventStudyError, match="AbnormalVolume"):
            AbnormalVolume(**wrong)


def test_volatility_ratio_is_the_predictive_test() -> None:
    returns, market = draw(2)
    returns[251, 0] = np.nan
    found = AbnormalVolatility().estimate(returns, [[250, 0], [250, 1]], market, (-2, 3), (-120, -11))
    for i in range(2):
        event = np.arange(248, 254)
        event = event[np.isfinite(returns[event, i])]
        sample = np.arange(130, 240)
        # Chow (1960): the event days' dummies in one regression fit them exactly.
        alone = sm.OLS(returns[sample, i], sm.add_constant(market[sample])).fit()
        both = np.r_[sample, event]
        pooled = sm.OLS(returns[both, i], sm.add_constant(market[both])).fit()
        f = (pooled.ssr - alone.ssr) / event.size / alone.scale
        assert found.ratio[i] == pytest.approx(f, rel=1e-9)
        assert found.p_value[i] == pytest.approx(stats.f.sf(f, event.size, 108), rel=1e-8)
        assert found.n_days[i] == event.size
        prediction = alone.get_prediction(sm.add_constant(market[event]))
        held = found.daily[i][np.isfinite(found.daily[i])]
        np.testing.assert_allclose(held, (returns[event, i] - prediction.predicted_mean) ** 2 / prediction.se_obs**2)


def test_volatility_ratio_has_its_size_and_finds_a_doubled_variance() -> None:
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, 160)
    returns = market[:, None] + rng.normal(0, 0.01, (160, 2000))
    positions = np.column_stack([np.full(2000, 150), np.arange(2000)])
    quiet = AbnormalVolatility().estimate(returns, positions, market, (-2, 2), (-120, -11))
    # 2,000 draws of a 5 % event: a standard error of 0.5 %; three of them.
    assert np.mean(quiet.p_value < 0.05) == pytest.approx(0.05, abs=0.015)
    assert abs(quiet.z) < 3
    returns[148:153] += rng.normal(0, 0.01, (5, 2000))
    loud = AbnormalVolatility().estimate(returns, positions, market, (-2, 2), (-120, -11))
    assert loud.mean_ratio == pytest.approx(2.0, rel=0.1)
    assert loud.z_p_value < 1e-6


def test_conditional_ratio_uses_the_conditional_variance() -> None:
    pytest.importorskip("arch", reason="needs the arch extra")
    rng = np.random.default_rng(4)
    market, shock, h = rng.normal(0, 0.01, 600), rng.standard_normal(600), np.full(600, 1e-4)
    for t in range(1, 600):
        h[t] = 4e-6 + (0.12 * shock[t - 1] ** 2 + 0.84) * h[t - 1]
    returns = (0.9 * market + np.sqrt(h) * shock)[:, None]
    model = GarchMarketModel()
    found = AbnormalVolatility(model).estimate(returns, [[560, 0]], market, (0, 2), (-500, -1))
    estimates = abnormal_returns(returns, [[560, 0]], model, market, (0, 2), (-500, -1))
    covariance = estimates.forecast_covariance()[0]
    expected = estimates.ar[0] @ np.linalg.inv(covariance) @ estimates.ar[0] / 3
    assert found.ratio[0] == pytest.approx(expected, rel=1e-9)
    assert estimates.sigma[0] ** 2 != pytest.approx(covariance[0, 0], rel=0.01)
