"""What one series shows by itself: prices that cannot be, that do not move, or that stand for something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.prices.describe import doubtful_quote
from eventstudy.prices.quality.report import Finding

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["Series", "expected_dates", "gaps", "non_positive", "quote", "repeated", "stale", "thin"]

STALE_RUN = 6  # equal prices in a row, five zero returns: rare in a market that trades
STALE_BARS = 36  # of ten minutes, six hours
THIN_SHARE = 0.3  # share of zero returns
THIN_LEAST = 20  # returns below which a share says nothing
MISSING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Series:
    """One asset's own observations.

    Attributes
    ----------
    panel : PricePanel
    asset : Asset
    labels : datetime64[ns], shape (n,)
        Dates, or UTC ends of bars, on which it has a price.
    prices : float64, shape (n,)
    moves : float64, shape (n,)
        Log return from the observation before; NaN on the first and where a price is not positive.
    bars : dict of float64, shape (n,)
        Open, high, low and volume, where the panel has them.
    market : float64, shape (n,)
        Median absolute log return of the panel's assets; 0 where they are few.
    """

    panel: PricePanel
    asset: Asset
    labels: DateArray
    prices: FloatArray
    moves: FloatArray
    bars: dict[str, FloatArray]
    market: FloatArray

    @classmethod
    def of(cls, panel: PricePanel, name: str, market: FloatArray) -> Series:
        """Take an asset's observations out of a panel."""
        j = panel.column(name)
        present = np.isfinite(panel.values[:, j])
        prices = panel.values[present, j]
        moves = np.full(prices.size, np.nan)
        sound = (prices[:-1] > 0) & (prices[1:] > 0)
        moves[1:][sound] = np.log(prices[1:][sound] / prices[:-1][sound])
        bars = {kind: panel._bars[kind][present, j] for kind in panel.bars}
        return cls(panel, panel.asset(name), panel.labels[present], prices, moves, bars, market[present])

    def find(
        self, i: int, check: str, severity: Literal["error", "warning", "note"], value: float, text: str, advice: str
    ) -> Finding:
        """Make a finding about the i-th observation."""
        name = self.asset.symbol
        return Finding(name, self.labels[i], check, severity, float(value), f"{name} {text}", advice)

    def day(self, i: int) -> str:
        """Name the i-th observation's date, or bar."""
        stamp = pd.Timestamp(self.labels[i])
        return f"{stamp} UTC" if self.panel.intraday else f"{stamp:%Y-%m-%d}"


def non_positive(of: Series) -> Iterator[Finding]:
    """Find prices of zero or less."""
    advice = 'returns="simple", other windows, or leave the asset out'
    for i in np.flatnonzero(of.prices <= 0.0).tolist():
        yield of.find(i, "non-positive", "error", of.prices[i], f"is {of.prices[i]:g} on {of.day(i)}", advice)


def stale(of: Series) -> Iterator[Finding]:
    """Find runs of one price."""
    edges = np.flatnonzero(np.concatenate([[True], of.prices[1:] != of.prices[:-1], [True]]))
    lengths = np.diff(edges)
    unit = "bars" if of.panel.intraday else "dates"
    for k in np.flatnonzero(lengths >= (STALE_BARS if of.panel.intraday else STALE_RUN)).tolist():
        start, length = int(edges[k]), int(lengths[k])
        text = f"is {of.prices[start]:g} on {length} {unit} in a row from {of.day(start)}"
        yield of.find(start, "stale", "warning", length, text, "were prices carried forward, or was the market shut?")


def repeated(of: Series) -> Iterator[Finding]:
    """Find days that are the day before to the last number, volume included."""
    # Two short bars of a share that hardly trades are alike by chance.
    if of.panel.intraday or not {"high", "low", "volume"} <= of.bars.keys() or of.prices.size < 2:
        return
    volume = of.bars["volume"]
    same = (of.prices[1:] == of.prices[:-1]) & (volume[1:] > 0) & (of.bars["high"][1:] > of.bars["low"][1:])
    for column in of.bars.values():
        same &= column[1:] == column[:-1]
    for i in (np.flatnonzero(same) + 1).tolist():
        text = f"has the same bar on {of.day(i)} as on {of.day(i - 1)}, volume {volume[i]:g} included"
        yield of.find(i, "duplicate", "warning", volume[i], text, "was a row copied? leave one of them out")


def thin(of: Series) -> Iterator[Finding]:
    """Find series that often do not move."""
    valid = of.moves[np.isfinite(of.moves)]
    if valid.size < THIN_LEAST:
        return
    flat = float(np.mean(valid == 0.0))
    if flat > THIN_SHARE:
        text = f"does not move on {flat:.0%} of its {'bars' if of.panel.intraday else 'dates'}"
        advice = "thin trading biases beta: see Dimson's and Scholes-Williams' models"
        yield of.find(0, "thin", "warning", flat, text, advice)


def quote(of: Series) -> Iterator[Finding]:
    """Find currencies that hold the quoted number where the value is expected."""
    if of.panel.base is not None:  # levels made of returns
        return
    doubt = doubtful_quote(of.asset, of.prices)
    if doubt is not None:
        yield of.find(0, "quote", "error", float(np.median(of.prices)), *doubt)


def gaps(of: Series) -> Iterator[Finding]:
    """Find sessions without a price: of the asset's calendar, else rows of the panel."""
    if of.panel.intraday:
        return
    if of.asset.calendar:
        expected, what = expected_dates(of.asset, of.labels), "sessions"
    else:
        rows = of.panel.labels
        expected, what = rows[(rows >= of.labels[0]) & (rows <= of.labels[-1])], "rows of the panel"
    gone = np.setdiff1d(expected, of.labels)
    if gone.size:
        text = f"has no price on {gone.size} of {expected.size} {what}, first on {str(gone[0])[:10]}"
        severity: Literal["warning", "note"] = "warning" if gone.size > MISSING_SHARE * expected.size else "note"
        found = of.find(0, "gap", severity, gone.size, text, "the next return spans the gap; see gaps=")
        yield found._replace(date=gone[0])


def expected_dates(asset: Asset, labels: DateArray) -> DateArray:
    """Give the dates that the asset's calendar expects a price on, from the first label to the last."""
    from eventstudy import calendars

    first, last = (str(day) for day in asset.struck_on(labels[[0, -1]]))
    borne: DateArray = asset.borne_by(calendars.sessions(asset.calendar, first, last)).astype("datetime64[ns]")
    return borne
