"""Volume, volatility and buy-and-hold returns through a study, against numpy and statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import eventstudy as es
from eventstudy.models import AbnormalVolatility, AbnormalVolume

# Two correct programs on ordinary data agree to about 12 digits.
ORDINARY = 1e-9

DAYS = pd.bdate_range("2021-01-04", periods=300)
ROWS = (200, 230, 260)
WINDOWS = {"event_window": (-2, 2), "estimation_window": (-120, -11)}
NEWS = {"tz": "America/New_York"}


def news(assets: str | list[str] = "AAA") -> es.EventTable:
    """Before the close of rows 200, 230 and 260, which are day 0."""
    times = [f"{DAYS[r]:%Y-%m-%d}T10:00" for r in ROWS]
    return es.read_events(pd.DataFrame({"event_id": list("abc"), "time": times, "asset": assets}), **NEWS)


def panel(columns: dict[str, np.ndarray]) -> es.PricePanel:
    return es.PricePanel(pd.DataFrame(columns, index=DAYS), close="16:00", **NEWS)


def volumes(seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    market = np.exp(rng.normal(15, 0.3, 300))
    held = {"ALL": market}
    for name in ("AAA", "BBB"):
        held[name] = np.exp(3 + 0.6 * np.log(market) + rng.normal(0, 0.2, 300))
        held[name][list(ROWS)] *= np.e  # abnormal volume of one, in logs, on each day 0
    held["AAA"][150] = 0.0  # no trade
    return held


def test_abnormal_volume_by_its_mean() -> None:
    held = volumes()
    result = es.EventStudy(AbnormalVolume(), **WINDOWS).run(news(), panel(held))
    frame = result.to_frame("event", window=(0, 1))
    logs = np.log(np.where(held["AAA"] > 0, held["AAA"], np.nan))
    for i, row in enumerate(ROWS):
        sample = logs[row - 120 : row - 10]
        sample = sample[np.isfinite(sample)]
        s2 = sample.var(ddof=1)
        car = (logs[row : row + 2] - sample.mean()).sum()
        se = np.sqrt(s2 * (2 + 4 / sample.size))  # g'(I + 11'/M)g of two days
        assert frame["car"][i] == pytest.approx(car, rel=ORDINARY)
        assert frame["se"][i] == pytest.approx(se, rel=ORDINARY)
        assert frame["p_value"][i] == pytest.approx(2 * stats.t.sf(abs(car / se), sample.size - 1), rel=1e-6)
        assert frame["n_estimation"][i] == sample.size
        assert frame["raw_return"][i] == pytest.approx(logs[row : row + 2].sum(), rel=ORDINARY)
    days = result.to_frame("event_day")
    np.testing.assert_allclose(days["actual"] - days["expected"], days["ar"], atol=1e-12)
    assert (frame["car"] > 0.5).all()


def test_abnormal_volume_on_the_markets() -> None:
    held = volumes(2)
    model = AbnormalVolume("ALL", adjust="market", constant=1.0)
    result = es.EventStudy(model, **WINDOWS).run(news("BBB"), panel(held))
    days = result.to_frame("event_day")
    own, market = np.log(held["BBB"] + 1), np.log(held["ALL"] + 1)
    for name, row in zip("abc", ROWS, strict=True):
        fit = sm.OLS(own[row - 120 : row - 10], sm.add_constant(market[row - 120 : row - 10])).fit()
        prediction = fit.get_prediction(sm.add_constant(market[row - 2 : row + 3]))
        mine = days[days["event_id"] == name]
        np.testing.assert_allclose(mine["ar"], own[row - 2 : row + 3] - prediction.predicted_mean, rtol=1e-7)
        np.testing.assert_allclose(mine["se"], prediction.se_obs, rtol=ORDINARY)
    assert "log volume" in result.spec["models"]["all"]["description"]


def test_what_a_study_of_volumes_can_and_cannot_do() -> None:
    held = volumes(3)
    assets = [("AAA", "BBB")] * 3
    study = es.EventStudy(AbnormalVolume(), **WINDOWS)
    result = study.run(news(assets), panel(held))
    tests = result.tests(window=(0, 0)).set_index("name")
    assert tests.loc["time_series_t", "p_value"] < 1e-6
    # Volumes do not compound to a buy-and-hold return.
    assert np.isnan(tests.loc["bhar_t", "statistic"]) if "bhar_t" in tests.index else True
    with pytest.raises(es.EventStudyError, match="compounds returns"):
        result.buy_and_hold((0, 1))
    placebo = result.placebo(window=(0, 0), draws=200, seed=1)
    assert placebo is not None
    bad = {**held, "BBB": np.where(np.arange(300) == 7, -5.0, held["BBB"])}
    with pytest.raises(es.EventStudyError, match=f"BBB is -5 on {DAYS[7]:%Y-%m-%d}: no volume is below zero"):
        study.run(news(assets), panel(bad))
    with pytest.raises(es.EventStudyError, match="names no benchmark"):
        es.EventStudy(AbnormalVolume(adjust="market"), **WINDOWS).run(news(), panel(held))


def test_volumes_of_a_table_of_bars() -> None:
    held = volumes(4)
    rows = pd.DataFrame({"date": DAYS, "close": np.linspace(10, 20, 300), "asset": "AAA", "volume": held["AAA"]})
    prices = es.read_prices(rows, close="16:00", **NEWS)
    study = es.EventStudy(AbnormalVolume(), **WINDOWS)
    of_bars, of_volumes = study.run(news(), prices.volumes()), study.run(news(), panel(held))
    np.testing.assert_array_equal(of_bars.estimates.ar, of_volumes.estimates.ar)
    with pytest.raises(es.EventStudyError, match="no volumes"):
        panel(held).volumes()


def prices(seed: int = 5) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0003, 0.01, 300)
    moves = {"MKT": market, "MATCH": market + rng.normal(0, 0.01, 300), "AAA": market + rng.normal(0, 0.01, 300)}
    moves["AAA"][list(ROWS)] += [0.05, -0.06, 0.04]
    return {name: 100 * np.exp(np.cumsum(m)) for name, m in moves.items()}


def test_abnormal_volatility_is_the_predictive_test() -> None:
    held = prices()
    result = es.EventStudy(AbnormalVolatility(es.MarketModel("MKT")), **WINDOWS).run(news(), panel(held))
    ratios = result.volatility((-1, 1))
    own, market = (np.diff(np.log(held[n]), prepend=np.nan) for n in ("AAA", "MKT"))
    wanted = []
    for i, row in enumerate(ROWS):
        sample, event = np.arange(row - 120, row - 10), np.arange(row - 1, row + 2)
        alone = sm.OLS(own[sample], sm.add_constant(market[sample])).fit()
        both = np.r_[sample, event]
        pooled = sm.OLS(own[both], sm.add_constant(market[both])).fit()
        f = (pooled.ssr - alone.ssr) / 3 / alone.scale  # Chow 1960
        wanted.append(f)
        assert ratios["ratio"][i] == pytest.approx(f, rel=ORDINARY)
        assert ratios["p_value"][i] == pytest.approx(stats.f.sf(f, 3, 108), rel=1e-7)
        assert (ratios["n_days"][i], ratios["dof"][i]) == (3, 108)
    assert ratios.attrs["mean_ratio"] == pytest.approx(np.mean(wanted), rel=ORDINARY)
    z = (np.mean(wanted) - 108 / 106) / (np.std(wanted, ddof=1) / np.sqrt(3))
    assert ratios.attrs["z"] == pytest.approx(z, rel=ORDINARY)
    # Its abnormal returns are the model's own, and any study can be asked.
    plain = es.EventStudy(es.MarketModel("MKT"), **WINDOWS).run(news(), panel(held))
    np.testing.assert_array_equal(plain.estimates.ar, result.estimates.ar)
    pd.testing.assert_frame_equal(plain.volatility((-1, 1)), ratios)
    assert "forecast covariance" in result.spec["models"]["all"]["description"]


@pytest.mark.parametrize("returns", ["log", "simple"])
def test_buy_and_hold_of_a_model_and_of_a_match(returns: str) -> None:
    held = prices(6)
    change = {n: v[1:] / v[:-1] - 1 for n, v in held.items()}  # simple; entry r - 1 ends on row r
    matched = es.EventStudy({"AAA": es.MarketAdjusted("MATCH")}, returns=returns, **WINDOWS)
    frame = matched.run(news(), panel(held)).buy_and_hold((0, 2))
    for i, row in enumerate(ROWS):
        own, match = (held[n][row + 2] / held[n][row - 1] - 1 for n in ("AAA", "MATCH"))
        assert frame["held"][i] == pytest.approx(own, rel=ORDINARY)
        assert frame["bhar"][i] == pytest.approx(own - match, rel=ORDINARY)
    modelled = es.EventStudy(es.MarketModel("MKT"), returns=returns, **WINDOWS)
    frame = modelled.run(news(), panel(held)).buy_and_hold((0, 2))
    convert = np.log1p if returns == "log" else np.asarray
    y, x = convert(change["AAA"]), convert(change["MKT"])
    for i, row in enumerate(ROWS):
        sample, event = slice(row - 121, row - 11), slice(row - 1, row + 2)
        expected = sm.OLS(y[sample], sm.add_constant(x[sample])).fit().predict(sm.add_constant(x[event]))
        grown = np.exp(expected.sum()) if returns == "log" else (1 + expected).prod()
        assert frame["expected"][i] == pytest.approx(grown - 1, rel=1e-7)
        assert frame["bhar"][i] == pytest.approx((1 + change["AAA"][event]).prod() - grown, rel=1e-7)
