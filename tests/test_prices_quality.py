"""Quality: each fault planted once and found on its date, and clean data found clean."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from eventstudy.assets import Asset
from eventstudy.datasets import load_example
from eventstudy.errors import DataError, EventStudyWarning
from eventstudy.prices import PricePanel, read_prices

DAYS = pd.bdate_range("2021-01-04", periods=250)


@pytest.fixture
def walk():
    rng = np.random.default_rng(7)
    return pd.Series(50 * np.exp(rng.normal(0, 0.01, 250).cumsum()), index=DAYS, name="A")


def checks(panel):
    return panel.quality().table.set_index("check")


def test_a_clean_walk_is_clean(walk):
    report = PricePanel(walk).quality()
    assert len(report) == 0 and repr(report) == "QualityReport: nothing found"
    report.raise_errors()


def test_split(walk):
    walk.iloc[100:] /= 2
    found = checks(PricePanel(walk)).loc["split"]
    assert found["date"] == DAYS[100] and found["severity"] == "error" and "split of 2 for 1" in found["message"]
    with pytest.raises(DataError, match="split of 2 for 1"):
        PricePanel(walk).quality().raise_errors()


def test_outlier(walk):
    walk.iloc[100] *= 1.4
    found = checks(PricePanel(walk)).loc["outlier"]
    assert found["date"].tolist() == [DAYS[100], DAYS[101]]


def test_stale_and_thin(walk):
    walk.iloc[50:60] = walk.iloc[50]
    stale = checks(PricePanel(walk)).loc["stale"]
    assert stale["date"] == DAYS[50] and stale["value"] == 10
    thin = walk.copy()
    thin.iloc[1::2] = thin.iloc[::2].to_numpy()
    assert checks(PricePanel(thin)).loc["thin", "value"] > 0.4


def test_non_positive_empty_and_twin(walk):
    walk.iloc[10] = 0.0
    panel = PricePanel(pd.DataFrame({"A": walk, "B": walk, "C": np.nan}))
    found = checks(panel)
    assert found.loc[["non-positive"], "date"].tolist() == [DAYS[10], DAYS[10]]
    assert found.loc["twin", "asset"] == "B" and found.loc["empty", "asset"] == "C"


def test_gaps_and_weekends(walk):
    other = walk.rename("B") * 2.1
    holed = walk.copy()
    holed.iloc[100:103] = np.nan
    gap = checks(PricePanel(pd.DataFrame({"A": holed, "B": other}))).loc["gap"]
    assert gap["asset"] == "A" and gap["date"] == DAYS[100] and gap["value"] == 3
    shifted = walk.copy()
    shifted.index = shifted.index.where(shifted.index.day_of_week != 4, shifted.index + pd.Timedelta("1D"))
    found = checks(PricePanel(shifted))
    assert "zone" in found.index and "weekend" in found.loc["zone", "message"]


def three(walk, **bounds):
    """Three series of one calendar year, each on some rows alone."""
    rng = np.random.default_rng(2)
    noise = {name: walk * np.exp(rng.normal(0, 0.01, 250).cumsum()) for name in "ABC"}
    return PricePanel(pd.DataFrame({n: s.iloc[slice(*bounds.get(n, (None,)))] for n, s in noise.items()}))


def test_a_series_that_ends_before_the_others_is_told_and_no_error(walk):
    panel = three(walk, B=(None, 230))
    report = panel.quality()
    (row,) = report.table.itertuples()
    assert (row.asset, row.check, row.severity, row.value, row.date) == ("B", "ends", "note", 20, DAYS[229])
    last, end = f"{DAYS[229]:%Y-%m-%d}", f"{DAYS[249]:%Y-%m-%d}"
    assert row.message == f"B ends on {last}, 20 dates before {end}, which 2 of 2 other series reach"
    report.raise_errors()
    begun = checks(three(walk, B=(30, None)))
    assert begun.index.tolist() == ["begins"] and begun.loc["begins", "value"] == 30
    assert f"B begins on {DAYS[30]:%Y-%m-%d}, 30 dates after {DAYS[0]:%Y-%m-%d}" in begun.loc["begins", "message"]


def test_what_is_told_of_ends_is_what_half_of_the_others_reach(walk):
    # A few days are how sources differ; two of three that end are told, and so is none beside one that goes on alone
    # where most do not.
    assert "ends" not in checks(three(walk, B=(None, 245))).index
    assert checks(three(walk, B=(None, 244))).loc["ends", "value"] == 6
    assert checks(three(walk, A=(None, 200), B=(None, 210))).loc[["ends"], "asset"].tolist() == ["A", "B"]
    many = pd.DataFrame({f"S{k}": (walk * (1 + k)).iloc[: 200 + k] for k in range(4)} | {"LONG": walk * 9})
    assert set(PricePanel(many).quality().table["check"]) <= {"twin"}
    assert len(three(walk, A=(None, 100), B=(None, 100), C=(None, 100)).quality()) == 0  # all at once
    assert len(PricePanel(walk.iloc[:100]).quality()) == 0


def test_the_end_is_counted_in_the_series_own_sessions(walk):
    # Beside one that trades on weekends: 2021-09-03 was a Friday, Monday was Labor Day, 2021-09-15 the eighth session.
    every = pd.date_range("2021-01-04", "2021-09-15")
    coin = pd.Series(100 * np.exp(np.random.default_rng(4).normal(0, 0.02, len(every)).cumsum()), index=every)
    share = walk[: pd.Timestamp("2021-09-03")]
    plain = checks(PricePanel(pd.DataFrame({"COIN": coin, "SHARE": share})))
    assert plain.loc["ends", "message"].startswith("SHARE ends on 2021-09-03, 8 dates before 2021-09-15, which 1 of 1")
    known = PricePanel(pd.DataFrame({"COIN": coin, "SHARE": share}), assets={"SHARE": {"calendar": "XNYS"}})
    assert checks(known).loc["ends", "message"].startswith("SHARE ends on 2021-09-03, 7 sessions before 2021-09-15")


def test_dates_a_day_off_an_exchange(walk):
    walk.index = walk.index + pd.Timedelta("1D")  # as a UTC conversion of midnight dates would
    found = checks(PricePanel(walk, calendar="XNYS")).loc["zone"]
    assert found["severity"] == "error" and "XNYS is shut" in found["message"]


def test_a_quoted_ruble_is_warned_of_and_refused_when_validated(tmp_path):
    rates = pd.Series(np.linspace(74, 77, 30), index=DAYS[:30].rename("date"), name="RUB")
    with pytest.warns(EventStudyWarning, match=r"RUB holds about 75\.5, taken as USD per RUB .*quoted=\['RUB'\]"):
        panel = PricePanel(rates)
    found = checks(panel).loc["quote"]
    assert found["severity"] == "error" and found["date"] == DAYS[0] and "quoted=['RUB']" in found["suggestion"]
    rates.to_csv(tmp_path / "fx.csv")
    with pytest.warns(EventStudyWarning, match="RUB holds"), pytest.raises(DataError, match="looks like RUB per USD"):
        read_prices(tmp_path / "fx.csv", validate=True)
    assert "quote" not in checks(read_prices(tmp_path / "fx.csv", quoted=["RUB"], validate=True)).index
    assert "quote" not in checks(PricePanel(rates / rates.iloc[0] * 100)).index  # an index that starts at 100
    with pytest.warns(EventStudyWarning, match=r"\(and so JPY\)"):
        PricePanel(pd.DataFrame({"RUB": rates, "JPY": 1.5 * rates}))
    # Nor is a share that bears a currency's name one, where that is said.
    PricePanel(rates.rename("AMD"), assets={"AMD": Asset(symbol="AMD", calendar="XNYS")})


def test_futures_without_volume_say_that_rolls_are_unmarked(walk):
    found = checks(PricePanel(walk.rename("WTI"))).loc["roll"]
    assert found["severity"] == "note" and found["date"] == DAYS[0]


def bars_of(walk, volume, tmp_path):
    columns = {"open": walk, "high": walk * 1.01, "low": walk * 0.99, "close": walk, "volume": volume}
    pd.DataFrame(columns).rename_axis("date").to_csv(tmp_path / "OIL.csv")
    return read_prices(tmp_path / "OIL.csv")


def test_rolls_are_where_the_volume_of_a_contract_ends(walk, tmp_path):
    volume = pd.Series(np.random.default_rng(0).integers(900, 1100, 250).astype(float), index=DAYS)
    ends = [40, 61, 82, 103, 124, 145]
    volume.iloc[ends] = 50.0
    walk.iloc[104:] *= 1.08  # one contract is dearer than the one before
    found = checks(bars_of(walk, volume, tmp_path)).loc["roll"]
    assert found["date"].tolist() == [DAYS[104], *DAYS[[i + 1 for i in ends if i != 103]]]
    assert found["severity"].tolist() == ["warning"] + ["note"] * 5
    assert found["suggestion"].str.contains("mask this session and the next").all()
    # Holidays are quiet as well, but do not come round like contracts.
    volume.iloc[ends] = 1000.0
    volume.iloc[[30, 34, 100, 171, 240]] = 50.0
    assert "roll" not in checks(bars_of(walk, volume, tmp_path)).index


def test_a_slip_of_a_digit_and_a_copied_day(walk, tmp_path):
    slip = walk.copy()
    slip.iloc[100] *= 10
    found = checks(PricePanel(slip)).loc[["outlier"]]
    assert found["date"].tolist() == [DAYS[100]] and found["severity"].tolist() == ["error"]
    volume = pd.Series(np.arange(1000.0, 1250.0), index=DAYS)
    walk.iloc[60], volume.iloc[60] = walk.iloc[59], volume.iloc[59]
    assert checks(bars_of(walk, volume, tmp_path)).loc["duplicate", "date"] == DAYS[60]


def test_turmoil_is_no_split(walk):
    crash = walk.copy()
    crash.iloc[100:] /= 1.5
    assert checks(PricePanel(crash)).loc["split", "date"] == DAYS[100]
    crash.iloc[103:] *= 1.4  # comes back within days
    assert "split" not in checks(PricePanel(crash)).index
    wild = walk.copy()
    around = np.arange(90, 111)
    wild.iloc[around] *= np.exp(0.08 * np.where(around % 2, 1, -1))
    wild.iloc[100:] /= 1.5
    assert "split" not in checks(PricePanel(wild)).index
    assert "split" not in checks(PricePanel(walk.where(walk.index < DAYS[100], walk * 1.5))).index  # no reverse 3 for 2


def test_dates_that_are_a_day_behind(walk):
    rng = np.random.default_rng(1)
    follower = walk.shift(1) * np.exp(rng.normal(0, 0.002, 250).cumsum())
    other = walk * np.exp(rng.normal(0, 0.005, 250).cumsum())
    frame = pd.DataFrame({"A": walk, "B": follower, "C": other})
    found = checks(PricePanel(frame)).loc[["zone"]]
    assert found["asset"].tolist() == ["B"] and "B moves a date after" in found["message"].iloc[0]
    # What is known to close earlier on the same date must follow on the next.
    hours = {name: {"close": close, "tz": "UTC"} for name, close in (("A", "16:00"), ("C", "16:00"), ("B", "06:00"))}
    assert "zone" not in checks(PricePanel(frame, assets=hours)).index
    hours["B"] = {"close": "16:00", "tz": "UTC"}
    assert "zone" in checks(PricePanel(frame, assets=hours)).index


def test_bars_outside_an_exchange_s_hours():
    opens = pd.bdate_range("2022-02-28", "2022-04-08", tz="America/New_York") + pd.Timedelta("9h30min")
    stamps = pd.DatetimeIndex(np.concatenate([pd.date_range(o, periods=13, freq="30min") for o in opens]), tz="UTC")
    local = stamps.tz_convert("America/New_York").tz_localize(None)
    walk = 50 * np.exp(np.random.default_rng(2).normal(0, 0.002, len(stamps)).cumsum())
    frame = pd.DataFrame({"A": walk}, index=local)
    assert len(PricePanel(frame, tz="America/New_York", calendar="XNYS", bar="30min").quality()) == 0
    found = checks(PricePanel(frame, tz="Europe/Berlin", calendar="XNYS", bar="30min")).loc[["zone"]]
    assert found["severity"].tolist() == ["error"] and "6 hours later would fit" in found["message"].iloc[0]
    # A clock that keeps winter time is right until 11 March and an hour off in April.
    found = checks(PricePanel(frame, tz="Etc/GMT+5", calendar="XNYS", bar="30min")).loc[["zone"]]
    assert "1 hours earlier" in found["message"].iloc[0] and found["date"].iloc[0].month == 4


@pytest.mark.shared
def test_rolls_of_crude_oil_are_its_contracts(shared_dir):
    """NYMEX ends a contract three business days before the 25th; Yahoo's volume is the next one's from then."""
    panel = read_prices(shared_dir / "data" / "oil_futures_yahoo_daily.csv")
    table = panel.quality().table
    sessions = panel.prices("wti").index
    holidays = np.setdiff1d(
        pd.bdate_range("2015", "2023").to_numpy("datetime64[D]"), sessions.to_numpy("datetime64[D]")
    )
    months = np.arange("2015-03", "2023-01", dtype="datetime64[M]")
    the_25th = months.astype("datetime64[D]") + np.timedelta64(24, "D")
    ends = np.busday_offset(np.busday_offset(the_25th, 0, "preceding", holidays=holidays), -3, holidays=holidays)
    found = table[(table["asset"] == "wti") & (table["check"] == "roll")]["date"].to_numpy("datetime64[D]")
    near = [np.abs(np.busday_count(found, end, holidays=holidays)).min() for end in ends]
    assert np.mean(np.array(near) <= 1) > 0.95
    assert len(found) < 1.05 * len(ends) + 2
    assert {"error"} == set(table.loc[table["check"] == "non-positive", "severity"])
    assert "split" not in set(table["check"])


@pytest.mark.shared
def test_the_bank_of_russia_s_effective_dates_are_doubted_and_a_broker_s_clock_too(shared_dir):
    data = shared_dir / "data"
    cbr = pd.read_csv(data / "usdrub_cbr_effective_daily.csv", index_col=0, parse_dates=True)["usdrub_cbr"]
    ecb = pd.read_csv(data / "fx_per_usd_daily.csv", index_col=0, parse_dates=True)["RUB"].dropna()
    both = PricePanel({"OFFICIAL": cbr["2015":"2021"], "MARKET": ecb["2015":"2021"]})
    found = checks(both).loc[["zone"]]
    assert found["asset"].tolist() == ["OFFICIAL", "OFFICIAL"]
    assert found["message"].str.contains("OFFICIAL moves a date after MARKET").any()
    gold = {"date": "broker_time_eet", "bar": "1h", "name": "GOLD"}
    assert len(read_prices(data / "gold_xauusd_h1.csv", tz="Europe/Bucharest", **gold).quality()) == 0
    found = checks(read_prices(data / "gold_xauusd_h1.csv", tz="UTC", **gold))
    assert "after New York's Friday close" in found.loc["zone", "message"]
    bars = {"date": "bar_start_msk", "bar": "10min", "calendar": "XMOS"}
    moex = read_prices(data / "moex_m10_feb2022.csv", tz="Europe/Moscow", **bars).quality().table
    assert set(moex["check"]) == {"outlier"}  # the invasion's
    wrong = read_prices(data / "moex_m10_feb2022.csv", tz="UTC", **bars).quality().table
    assert "3 hours earlier would fit" in wrong.loc[wrong["check"] == "zone", "message"].iloc[0]


@pytest.mark.shared
def test_real_prices_hold_no_split(shared_dir):
    for name in ("energy_spot_eia_daily", "us20_adjclose_daily", "sp500_daily", "vix_cboe_daily"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EventStudyWarning)  # AMD is a currency to the catalogue
            table = read_prices(shared_dir / "data" / f"{name}.csv").quality().table
        assert "split" not in set(table["check"]), name
        assert table["date"].notna().all() and (table["suggestion"] != "").all()


def test_real_data_cries_no_wolf():
    report = load_example().prices.quality()
    errors = report.table[report.table["severity"] == "error"]
    assert errors[["asset", "check"]].to_numpy().tolist() == [["WTI", "non-positive"]]
    assert "error" in repr(report) and report._repr_html_().startswith("<table")
