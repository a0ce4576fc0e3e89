"""Twenty-two claims of published articles, 2018 to 2022, against rates, dated spot and futures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eventstudy.events.records import ReportedMove
from eventstudy.events.tables import MoveTable
from eventstudy.prices.panel import PricePanel
from eventstudy.reconciliation import verify_moves

pytestmark = pytest.mark.shared

UNITS = {
    "rub_per_usd": "RUB per USD",
    "rub_per_eur": "RUB per EUR",
    "krw_per_usd": "KRW per USD",
    "usd_per_bbl": "USD per barrel",
    "index": "points",
}
CURRENCIES = {"USDRUB": "RUB", "EURRUB": "RUB", "USDKRW": "KRW"}


def claims(path) -> MoveTable:
    """The file's changes follow the quote: rubles per dollar down is the ruble up."""
    moves = []
    for i, row in pd.read_csv(path).iterrows():
        note, change, level = str(row["note"]), row["pct_change"], row["level"]
        if np.isnan(change):
            continue
        asset = CURRENCIES.get(row["asset"], row["asset"])
        rises = (change > 0) != (row["asset"] in CURRENCIES)
        clock = "T" in row["as_of_utc"]
        below = "below" in note
        moves.append(
            ReportedMove(
                move_id=f"{i}",
                asset=asset,
                direction="up" if rises else "down",
                amount=abs(change),
                unit="percent",
                bound="as much as" if "as much" in note else "more than" if "more than" in note else "exact",
                level=95.0 if "below 95" in note else level,
                level_bound="less than" if below else "exact",
                level_unit=UNITS[row["unit"]],
                as_of=pd.Timestamp(row["as_of_utc"]) if clock else pd.Timestamp(row["as_of_utc"], tz="UTC"),
                precision="instant" if clock else "date",
                instrument="futures" if asset in ("BRENT", "WTI") else "",
            )
        )
    return MoveTable.from_items(moves)


@pytest.fixture(scope="module")
def data(shared_dir):
    return shared_dir / "data"


def test_against_rates_and_dated_spot_only_futures_are_contradicted(data):
    fx = pd.read_csv(data / "fx_per_usd_daily.csv", parse_dates=["date"], index_col="date")
    oil = pd.read_csv(data / "energy_spot_eia_daily.csv", parse_dates=["date"], index_col="date").loc["2015":]
    spx = pd.read_csv(data / "sp500_daily.csv", parse_dates=["date"], index_col="date")
    frame = pd.DataFrame({"RUB": fx["RUB"], "KRW": fx["KRW"], "EUR": 1.0 / fx["EUR"]})
    panel = PricePanel(frame, quoted=["RUB", "KRW"], source="ecb")
    spot = oil[["brent_spot", "wti_spot"]].set_axis(["BRENT", "WTI"], axis=1)
    panel = panel.join(PricePanel(spot, source="eia")).join(PricePanel(pd.DataFrame({"SPX": spx["sp500_skfolio"]})))
    table = claims(data / "article_price_claims.csv")
    frame = verify_moves(table, panel)
    assert len(frame) == len(table) == 21
    against = frame[frame["verdict"] == "contradicted"]
    assert set(against["asset"]) == {"BRENT"}
    assert against["reason"].str.contains("the claim is about futures, the series is spot").all()
    # The ruble of 29 March 2022 alone has no rate; the index's close is the claim's own number.
    assert frame.loc[frame["verdict"] == "no price", "asset"].tolist() == ["RUB"]
    assert frame.loc[frame["asset"] == "SPX", "verdict"].tolist() == ["consistent"]
    rates = frame[frame["asset"].isin(["RUB", "KRW"]) & (frame["verdict"] != "no price")]
    assert set(rates["verdict"]) == {"consistent up to reference time"}


def test_against_futures_with_highs_and_lows_they_hold(data):
    bars = pd.read_csv(data / "oil_futures_yahoo_daily.csv", parse_dates=["date"])
    wide = {
        name: bars.pivot_table(index="date", columns="asset", values=name)[["brent", "wti"]].to_numpy()
        for name in ("close", "high", "low")
    }
    dates = pd.DatetimeIndex(np.sort(bars["date"].unique()))
    closes = PricePanel(pd.DataFrame(wide["close"], index=dates, columns=["BRENT", "WTI"]), source="yahoo")
    panel = PricePanel._of(
        closes.labels,
        closes.values,
        [closes.asset(a) for a in closes.assets],
        intraday=False,
        bars={"high": wide["high"], "low": wide["low"]},
    )
    frame = verify_moves(claims(data / "article_price_claims.csv").filter(asset=["BRENT", "WTI"]), panel)
    assert len(frame) == 10
    assert set(frame["verdict"]) <= {"consistent", "consistent up to reference time"}, frame[["claimed", "reason"]]
    assert (frame["verdict"] == "consistent").sum() >= 9
