"""One piece of news on bars of ten minutes, and on three prices of the same ruble."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eventstudy.alignment import align
from eventstudy.events.readers import read_events
from eventstudy.models import MarketModel, MeanAdjusted
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.sessions import build_grid
from eventstudy.study import EventStudy

# Returns below are recomputed from the files' own numbers; only the order of operations differs.
ROUNDING = 1e-12

NEWS = "2022-02-15T08:05Z"


def news(assets: list[str]):
    return read_events(pd.DataFrame({"time": [NEWS], "direction": ["de-escalation"], "assets": [assets]}))


def test_a_bar_is_named_by_its_end_and_holds_what_happened_before_it():
    starts = pd.date_range("2022-02-15 10:00", "2022-02-15 12:00", freq="10min")
    panel = PricePanel(pd.DataFrame({"X": np.arange(1.0, 14.0)}, index=starts), tz="Europe/Moscow", bar="10min")
    grid = build_grid(panel, ["X"])
    found = align(news(["X"]), ([0], [0]), grid)
    # 08:05 UTC is 11:05 in Moscow: within the bar from 11:00, which ends 11:10, 08:10 UTC.
    assert str(grid.sessions[found.position[0], 0].astype("datetime64[m]")) == "2022-02-15T08:10"
    assert found.timing[0] == "exact"


@pytest.fixture(scope="module")
def moex(shared_dir) -> PricePanel:
    bars = pd.read_csv(shared_dir / "data" / "moex_m10_feb2022.csv")
    wide = bars.pivot_table(index="bar_start_msk", columns="ticker", values="close", aggfunc="first")
    return PricePanel(wide.set_axis(pd.DatetimeIndex(wide.index)), tz="Europe/Moscow", bar="10min")


@pytest.mark.shared
def test_sixty_two_stocks_jump_in_the_bar_of_the_news_and_not_in_the_one_before(moex):
    study = EventStudy(
        MeanAdjusted(), event_window=(-3, 3), estimation_window=(-300, -7), min_observations=30, max_gap="1D"
    )
    result = study.run(news(list(moex.assets)), moex)
    days = result.to_frame("event_day")
    bar0 = days[days["day"] == 0]
    assert len(bar0) == len(moex.assets) == 62
    # A stock that did not trade in that bar has its first price later; none has it earlier.
    struck = pd.DatetimeIndex(result.to_frame("event")["day0_instant"])
    assert struck.min() == pd.Timestamp("2022-02-15T08:10Z")
    assert (struck == struck.min()).mean() > 0.7
    frames = {k: result.tests(window=(k, k)).set_index("name") for k in (-1, 0)}
    for name in ("cross_sectional_t", "crude_dependence_t"):
        assert frames[0].loc[name, "p_value"] < 0.01, name
        assert frames[0].loc[name, "statistic"] > 0, name
        assert frames[-1].loc[name, "p_value"] > 0.1, name


def by_hand(path, window: tuple[int, int], first: int = -300, last: int = -7) -> pd.DataFrame:
    """Mean-adjusted abnormal returns of every stock from the file's own rows: its bars, one after the other."""
    rows = []
    bars = pd.read_csv(path)
    for ticker, own in bars.groupby("ticker"):
        own = own.sort_values("bar_start_msk")
        # A bar that starts 11:00 in Moscow ends 08:10 UTC; news at 08:05 UTC is 11:05 there, within it.
        ends = pd.to_datetime(own["bar_start_msk"]) + pd.Timedelta("10min")
        returns = np.diff(np.log(own["close"].to_numpy()), prepend=np.nan)
        zero = int((ends <= pd.Timestamp("2022-02-15 11:05")).sum())
        sample = returns[max(zero + first, 0) : zero + last + 1]
        sample = sample[np.isfinite(sample)]
        abnormal = returns[zero + window[0] : zero + window[1] + 1] - sample.mean()
        days = window[1] - window[0] + 1
        spread = sample.std(ddof=1) * np.sqrt(days + days**2 / sample.size)
        rows.append((ticker, abnormal.sum(), spread, sample.size, ends.iloc[zero]))
    return pd.DataFrame(rows, columns=["asset", "car", "se", "n_estimation", "bar"]).set_index("asset")


@pytest.mark.shared
@pytest.mark.parametrize("window", [(0, 0), (-1, -1), (0, 3), (-3, -1)])
def test_the_study_of_bars_gives_the_numbers_that_the_file_gives_by_hand(moex, shared_dir, window):
    study = EventStudy(
        MeanAdjusted(), event_window=(-3, 3), estimation_window=(-300, -7), min_observations=30, max_gap="1D"
    )
    result = study.run(news(list(moex.assets)), moex)
    found = result.to_frame("event", window=window).set_index("asset")
    expected = by_hand(shared_dir / "data" / "moex_m10_feb2022.csv", window)
    assert set(found.index) == set(expected.index) and len(found) == 62
    expected = expected.loc[found.index]
    for column in ("car", "se"):
        np.testing.assert_allclose(found[column], expected[column], rtol=1e-9, atol=ROUNDING, err_msg=column)
    assert found["n_estimation"].tolist() == expected["n_estimation"].tolist()
    zero = pd.DatetimeIndex(found["day0_instant"]).tz_convert("Europe/Moscow").tz_localize(None)
    assert (zero == pd.DatetimeIndex(expected["bar"])).all()
    # The cross-section from the same numbers: the jump is in the bar of the news, and not in the one before.
    t, p = stats.ttest_1samp(expected["car"], 0.0)
    row = result.tests(window=window).set_index("name").loc["cross_sectional_t"]
    assert row["statistic"] == pytest.approx(t, rel=1e-9) and row["p_value"] == pytest.approx(p, rel=1e-6)
    assert (p < 0.01 and t > 0) if window[0] == 0 else p > 0.1


@pytest.mark.shared
def test_a_market_model_on_bars_is_statsmodels_on_the_same_bars(moex):
    """Ozon on Energy Group's bars: both trade all day; the benchmark's bars are the sessions."""
    study = EventStudy(
        MarketModel("ENPG"), event_window=(-3, 3), estimation_window=(-200, -7), min_observations=30, max_gap="1D"
    )
    row = study.run(news(["OZON"]), moex).to_frame("event", window=(0, 0)).iloc[0]
    both = np.log(moex.to_frame()[["OZON", "ENPG"]].dropna(subset=["ENPG"]))
    zero = both.index.get_loc(pd.Timestamp("2022-02-15 08:10", tz="UTC"))
    assert both["OZON"].iloc[zero - 201 : zero + 1].notna().all()  # so that no return used spans a bar
    returns = both.diff()
    sample = returns.iloc[zero - 200 : zero - 6]
    fitted = sm.OLS(sample["OZON"], sm.add_constant(sample["ENPG"])).fit()
    forecast = fitted.get_prediction([[1.0, returns["ENPG"].iloc[zero]]])
    assert row["car"] == pytest.approx(returns["OZON"].iloc[zero] - forecast.predicted_mean[0], rel=1e-9)
    assert row["se"] == pytest.approx(float(np.sqrt(forecast.var_pred_mean[0] + fitted.mse_resid)), rel=1e-9)
    assert row["beta"] == pytest.approx(fitted.params["ENPG"], rel=1e-9)


def bank_of_russia(shared_dir) -> pd.Series:
    path = shared_dir / "data" / "usdrub_cbr_effective_daily.csv"
    return pd.read_csv(path, parse_dates=["effective_date"], index_col=0)["usdrub_cbr"]


@pytest.mark.shared
def test_three_prices_of_the_ruble_give_three_returns_and_the_audit_says_why(shared_dir):
    data = shared_dir / "data"
    ecb = pd.read_csv(data / "fx_per_usd_daily.csv", parse_dates=["date"], index_col="date")["RUB"]
    cbr = bank_of_russia(shared_dir)
    hours = pd.read_csv(data / "rub_cme_mar22_futures_hourly.csv", parse_dates=["timestamp_london"], index_col=0)
    cme = hours["mar22_price_usd_per_rub"]
    panels = {
        "ecb": PricePanel(pd.DataFrame({"RUB": ecb}), quoted=["RUB"], source="ecb"),
        "cbr": PricePanel(pd.DataFrame({"RUB": cbr}), quoted=["RUB"], source="cbr"),
        "cme": PricePanel(pd.DataFrame({"RUB": cme}), tz="Europe/London", source="cme"),
    }
    study = EventStudy(MeanAdjusted(), event_window=(0, 1), estimation_window=(-40, -2), min_observations=20)
    rows, audits = {}, {}
    for name, panel in panels.items():
        result = study.run(news(["RUB"]), panel)
        rows[name] = result.to_frame("event").iloc[0]
        audits[name] = result.audit.iloc[0]
    # The ECB: 14:15 Frankfurt on the 14th and the 15th.
    assert rows["ecb"]["raw_return"] == pytest.approx(np.log(ecb["2022-02-14"] / ecb["2022-02-15"]), abs=ROUNDING)
    # The Bank of Russia: made on the 14th and 15th, dated the 15th and 16th.
    assert rows["cbr"]["raw_return"] == pytest.approx(np.log(cbr["2022-02-15"] / cbr["2022-02-16"]), abs=ROUNDING)
    # Chicago: its last hour of the 14th to its first of the 15th.
    assert rows["cme"]["raw_return"] == pytest.approx(
        np.log(cme["2022-02-15 14:30"] / cme["2022-02-14 21:00"]), abs=ROUNDING
    )
    returns = [row["raw_return"] for row in rows.values()]
    assert np.ptp(returns) > 0.006
    assert [audits[k]["timing"] for k in ("ecb", "cbr", "cme")] == ["exact", "ambiguous", "exact"]
    assert "window that opened before the news" in audits["cbr"]["reason"]
    assert str(audits["cbr"]["day0"])[:10] == "2022-02-16"
    instants = {k: str(a["day0_instant"])[:16] for k, a in audits.items()}
    assert instants == {"ecb": "2022-02-15 13:15", "cbr": "2022-02-15 08:30", "cme": "2022-02-15 14:30"}
    assert str(audits["cme"]["previous_instant"])[:16] == "2022-02-14 21:00"


@pytest.mark.shared
def test_a_fixing_after_the_weekend_was_made_on_the_friday_before(shared_dir):
    """Monday the 14th bears the rate made on Friday the 11th at 11:30: news of that evening is in the 15th's."""
    panel = PricePanel(pd.DataFrame({"RUB": bank_of_russia(shared_dir)}), quoted=["RUB"], source="cbr")
    event = read_events(pd.DataFrame({"time": ["2022-02-11T18:30Z"]}))
    audit = align(event, ([0], [0]), build_grid(panel, ["RUB"])).audit().iloc[0]
    assert str(audit["day0"])[:10] == "2022-02-15"
    assert str(audit["previous_instant"])[:16] == "2022-02-11 08:30"


def test_bars_written_in_any_zone_are_the_same_bars():
    starts = pd.date_range("2022-03-25 06:00", "2022-03-29 06:00", freq="30min", tz="UTC")
    events = read_events(pd.DataFrame({"time": ["2022-03-27T00:45Z", "2022-03-27T01:15Z", "2022-03-28T09:00Z"]}))
    audits = []
    for zone in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"):
        frame = pd.DataFrame({"X": np.arange(1.0, len(starts) + 1)}, index=starts.tz_convert(zone))
        panel = PricePanel(frame, bar="30min")
        audits.append(align(events, (np.arange(3), np.zeros(3, dtype=int)), build_grid(panel, ["X"])).audit())
    for other in audits[1:]:
        pd.testing.assert_frame_equal(audits[0], other)


@pytest.mark.filterwarnings("ignore:.*are left out:eventstudy.errors.EventStudyWarning")
@settings(max_examples=25, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 400 * 86_400), min_size=1, max_size=20),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]),
    whole_days=st.booleans(),
)
def test_no_price_of_any_market_is_older_than_the_news_it_is_to_show(seconds, zone, whole_days):
    panel = many_markets()
    times = [pd.Timestamp("2021-02-01", tz=zone) + pd.Timedelta(seconds=s) for s in seconds]
    column = {"date": [f"{t:%Y-%m-%d}" for t in times]} if whole_days else {"time": [t.isoformat() for t in times]}
    events = read_events(pd.DataFrame(column), tz=zone)
    n, k = len(events), len(panel.assets)
    pairs = (np.repeat(np.arange(n), k), np.tile(np.arange(k), n))
    audit = align(events, pairs, build_grid(panel, panel.assets)).audit()
    kept = audit[audit["kept"]]
    assert (kept["day0_instant"] > kept["earliest"]).all()
    assert (kept["previous_instant"] <= kept["earliest"]).all()
    assert (kept["settled_instant"] >= kept["latest"]).all()
    assert (kept["settled_instant"] >= kept["day0_instant"]).all()
    assert (kept["hours_to_day0"] <= 120.0).all()
    assert (audit.loc[~audit["kept"], "reason"] != "").all()


@functools.cache
def many_markets() -> PricePanel:
    """Two years of every day; the catalogue's calendars and hours say which prices there are, and when."""
    days = pd.date_range("2021-01-01", "2022-12-30", freq="D")
    every = pd.Series(np.arange(1.0, len(days) + 1), index=days)
    working = every[days.day_of_week < 5]
    columns = dict.fromkeys(("SPX", "NIKKEI", "IMOEX", "DAX", "BTC"), every)
    panel = PricePanel({**columns, **dict.fromkeys(("RUB", "GOLD", "WTI"), working)})
    cbr = {"close": "11:30", "window_open": "10:00", "tz": "Europe/Moscow", "label_days": 1}
    dated = every[days.day_of_week.isin([1, 2, 3, 4, 5])]
    return panel.join(PricePanel({"CBR": dated}, assets={"CBR": cbr}))
