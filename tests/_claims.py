"""The claims of published articles as moves, and the panels that they are held against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from eventstudy.events.records import ReportedMove
from eventstudy.events.tables import MoveTable
from eventstudy.prices.panel import PricePanel

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


def rates_and_spot(data: Path) -> PricePanel:
    """Fixings of the ECB, dated spot oil, closes of the S&P 500."""
    fx = pd.read_csv(data / "fx_per_usd_daily.csv", parse_dates=["date"], index_col="date")
    oil = pd.read_csv(data / "energy_spot_eia_daily.csv", parse_dates=["date"], index_col="date").loc["2015":]
    spx = pd.read_csv(data / "sp500_daily.csv", parse_dates=["date"], index_col="date")
    frame = pd.DataFrame({"RUB": fx["RUB"], "KRW": fx["KRW"], "EUR": 1.0 / fx["EUR"]})
    panel = PricePanel(frame, quoted=["RUB", "KRW"], source="ecb")
    spot = oil[["brent_spot", "wti_spot"]].set_axis(["BRENT", "WTI"], axis=1)
    return panel.join(PricePanel(spot, source="eia")).join(PricePanel(pd.DataFrame({"SPX": spx["sp500_skfolio"]})))


def futures(data: Path) -> PricePanel:
    """Front-month oil with highs and lows."""
    bars = pd.read_csv(data / "oil_futures_yahoo_daily.csv", parse_dates=["date"])
    wide = {
        name: bars.pivot_table(index="date", columns="asset", values=name)[["brent", "wti"]].to_numpy()
        for name in ("close", "high", "low")
    }
    dates = pd.DatetimeIndex(np.sort(bars["date"].unique()))
    closes = PricePanel(pd.DataFrame(wide["close"], index=dates, columns=["BRENT", "WTI"]), source="yahoo")
    return PricePanel._of(
        closes.labels,
        closes.values,
        [closes.asset(a) for a in closes.assets],
        intraday=False,
        bars={"high": wide["high"], "low": wide["low"]},
    )
