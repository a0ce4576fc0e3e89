"""A series as people quote it, and whether it can have been at a level at some moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy.special import stdtr

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.prices.panel import PricePanel

__all__ = ["Quotes", "Series", "chance", "day_of", "quotes_of"]

# How long before a claim the series is watched to learn how far it moves from one price to the next.
_HISTORY = 60
_FEWEST = 10
# Two sources of the same price seldom agree to more than a tenth of a percent.
_NOISE = 0.001
# Lows and highs of two vendors, or of two contracts, differ by some ticks more.
_BAR_SLACK = 0.003
# Daily returns have fatter tails than the normal distribution's (Praetz 1972 finds 4 to 5 degrees of freedom).
_TAIL_DOF = 4.0


@dataclass(frozen=True, slots=True)
class Quotes:
    """One asset's prices in the unit in which people quote it.

    Attributes
    ----------
    asset : Asset
    unit : str
        Such as ``"RUB per USD"``; empty where not known.
    times : datetime64[ns], shape (n,)
        UTC instants at which the prices were struck, increasing.
    levels : float64, shape (n,)
        Positive.
    low, high : float64, shape (n,), or None
        Lowest and highest quote of the session or bar that ends there.
    up : {1, -1}
        -1 where the quote goes down when the asset's value goes up.
    """

    asset: Asset
    unit: str
    times: DateArray
    levels: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    up: int

    def step(self, before: int) -> float:
        """Size of the log move from one price to the next around a moment; NaN where too little is known.

        The standard deviation over the prices before, or the move on either side of the moment where
        that is larger: a day of news is no ordinary day.
        """
        logs = np.log(self.levels)
        moves = np.diff(logs[max(0, before - _HISTORY) : before + 1])
        if moves.size < _FEWEST:
            return math.nan
        around = np.diff(logs[before : before + 3])
        return max(float(np.std(moves, ddof=1)), float(np.max(np.abs(around), initial=0.0)))


def quotes_of(prices: PricePanel, name: str, counter: str = "") -> Quotes | None:
    """Read a column as it is quoted; None where it is not quoted in that currency and cannot be crossed.

    Parameters
    ----------
    prices : PricePanel
    name : str
        The column.
    counter : str
        Currency in which it is to be quoted; empty takes the asset's own.
    """
    asset = prices.asset(name)
    own = asset.quote.split(" per ")[-1] if asset.sign < 0 else asset.quote.split(" per ")[0]
    series = prices.prices(name)
    times = prices.instants(name).tz_localize(None).to_numpy(dtype="datetime64[ns]")
    if not counter or not own or counter.upper() == own.upper():
        levels = asset.quoted(series.to_numpy())
        low, high = _range(prices, asset, name)
        return _clean(asset, asset.quote, times, levels, low, high, asset.sign)
    if counter not in prices or asset.asset_class != "currency":
        return None
    # Both are counted in one currency: their ratio is the one in the other, on the dates that have both.
    other = prices.prices(counter)
    both = series.index.isin(other.index)
    ratio = other.reindex(series.index[both]).to_numpy() / series[both].to_numpy()
    return _clean(asset, f"{asset.symbol} per {counter}", times[both], ratio, None, None, -1)


class Series:
    """The panel's columns as quoted, each read once."""

    def __init__(self, prices: PricePanel) -> None:
        self.prices = prices
        self._held: dict[tuple[str, str], Quotes | None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.prices

    def quotes(self, name: str, counter: str) -> Quotes | None:
        """Give a column as quoted in ``counter``; see `quotes_of`."""
        key = (name, counter)
        if key not in self._held:
            self._held[key] = quotes_of(self.prices, name, counter)
        return self._held[key]

    def reverse(self, name: str, counter: str) -> Quotes | None:
        """Give the counter-currency's series for a currency that the panel counts others in.

        The dollar against the ruble is the rubles per dollar themselves; None where the panel has no such series.
        """
        if counter not in self.prices:
            return None
        quotes = self.quotes(counter, "")
        if quotes is None or quotes.unit not in (f"{counter} per {name}", f"{name} per {counter}"):
            return None
        return dataclasses.replace(quotes, up=-quotes.up)


def _range(prices: PricePanel, asset: Asset, name: str) -> tuple[FloatArray | None, FloatArray | None]:
    if not {"high", "low"} <= set(prices.bars):
        return None, None
    ends = [asset.quoted(prices.prices(name, bar).to_numpy()) for bar in ("low", "high")]
    return np.fmin(*ends), np.fmax(*ends)


def _clean(
    asset: Asset,
    unit: str,
    times: DateArray,
    levels: FloatArray,
    low: FloatArray | None,
    high: FloatArray | None,
    up: int,
) -> Quotes:
    keep = np.isfinite(levels) & (levels > 0)
    ends = [None if e is None else e[keep] for e in (low, high)]
    return Quotes(asset, unit, times[keep], levels[keep], ends[0], ends[1], up)


def day_of(moment: pd.Timestamp, precision: str, tz: str) -> tuple[np.datetime64, np.datetime64]:
    """Give the UTC instants at which the moment's day begins and ends in a zone.

    A moment known by its date stands for that calendar date, wherever the asset is.
    """
    zone = ZoneInfo(tz)
    date = moment.date() if precision == "date" else moment.tz_convert(zone).date()
    ends = (dt.datetime.combine(date + dt.timedelta(days=k), dt.time(), tzinfo=zone) for k in (0, 1))
    start, end = (pd.Timestamp(e).tz_convert("UTC").tz_localize(None).as_unit("ns").to_datetime64() for e in ends)
    return start, end


def chance(
    quotes: Quotes,
    bounds: tuple[float, float],
    window: tuple[np.datetime64, np.datetime64],
    step: float,
    extra: float = 0.0,
) -> float:
    """Bound the chance that the quote was within ``bounds`` at some moment of a window.

    Where bars tell the lowest and highest quote, they decide. Elsewhere the log quote between two
    prices is taken as a bridge: at a share u of the way its mean lies on the line between them and
    its variance is ``step**2 * u * (1 - u)``, as a Brownian bridge's, with Student's tails. The
    chance that it passes a bound is at most about twice the chance that it stands beyond it at the
    likeliest moment (reflection principle).

    Parameters
    ----------
    bounds : (float, float)
        Lowest and highest quote; 0 and infinity where open.
    window : (datetime64, datetime64)
        First and last moment; equal for an instant.
    step : float
        Standard deviation of the log move from one price to the next; 0 allows what the prices show alone.
    extra : float
        Further variance, in units of ``step**2``: of the price that the claim counts from.

    Returns
    -------
    float
        1 where a price within the window, or a crossing between two, shows it.
    """
    times, levels = quotes.times, quotes.levels
    first = int(np.searchsorted(times, window[0], side="right")) - 1
    last = int(np.searchsorted(times, window[1], side="left"))
    lo, hi = bounds
    if quotes.low is not None and quotes.high is not None and last < times.size:
        inside = slice(max(first + 1, 0), last + 1)
        low, high = float(np.nanmin(quotes.low[inside])), float(np.nanmax(quotes.high[inside]))
        gap = max(0.0, math.log(max(lo, 1e-300) / high), math.log(low / hi) if math.isfinite(hi) else 0.0)
        return float(gap <= _BAR_SLACK)
    shares = np.linspace(0.0, 1.0, 97) if window[1] > window[0] else np.zeros(1)
    length = (window[1] - window[0]) / np.timedelta64(1, "ns")
    at = np.concatenate([window[0] + (shares * length).astype("timedelta64[ns]"), times[first + 1 : last]])
    mean, share = _bridge(times, np.log(levels), at)
    spread = np.sqrt(step**2 * (share + extra) + _NOISE**2)
    below, above = math.log(lo) if lo > 0 else -math.inf, math.log(hi)
    gap_at = np.maximum(0.0, np.maximum(below - mean, mean - above))
    if window[1] > window[0] and ((mean >= below).any() and (mean <= above).any()):
        return 1.0
    return max(_tail(float(g), float(s)) for g, s in zip(gap_at, spread, strict=True))


def _bridge(times: DateArray, logs: FloatArray, at: DateArray) -> tuple[FloatArray, FloatArray]:
    """Give the mean of the log quote at some moments, and its variance in units of one step's."""
    after = np.searchsorted(times, at, side="left")
    end = times.size - 1
    left, right = np.clip(after - 1, 0, end), np.clip(after, 0, end)
    span = (times[right] - times[left]) / np.timedelta64(1, "D")
    since = (at - times[left]) / np.timedelta64(1, "D")
    u = np.where(span > 0, since / np.where(span > 0, span, 1.0), 0.0)
    mean = logs[left] + np.clip(u, 0.0, 1.0) * (logs[right] - logs[left])
    # Beyond the last price the quote wanders off freely, a step for each usual distance between prices.
    usual = np.median(np.diff(times[-_HISTORY:]) / np.timedelta64(1, "D")) if times.size > 1 else 1.0
    free = np.abs(np.where(after > end, since, (times[right] - at) / np.timedelta64(1, "D"))) / max(usual, 1e-9)
    share = np.where(span > 0, u * (1.0 - u), free)
    return mean, np.asarray(share, dtype=np.float64)


def _tail(gap: float, spread: float) -> float:
    """Two-sided tail of a Student variable with that standard deviation."""
    if gap <= 0:
        return 1.0
    scale = math.sqrt(_TAIL_DOF / (_TAIL_DOF - 2.0))
    return float(2.0 * stdtr(_TAIL_DOF, -gap / spread * scale))
