"""Doubts of time: dates a day off, clocks in another zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray
from eventstudy.prices.quality.report import Finding
from eventstudy.prices.quality.series import Series, expected_dates

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["exchange_hours", "late_dates", "off_calendar", "week_ends", "weekends"]

OFF_SHARE = 0.05  # share of prices off the calendar that no feed of the exchange itself has
EVERY_DAY = 0.25  # share of weekend prices above which a market trades every day

MOST_SERIES = 200  # of which all pairs are compared, date against date
LEAST_DATES = 60
LATE = 0.5  # correlation with yesterday's move of another series
LATE_OWN = 0.5  # and of that at most so much on the same date
CLIP = 4.0  # robust deviations: no crash settles a correlation

SHIFTS = np.arange(-12, 13)  # hours
GAIN = 0.1  # share of the activity that another clock would bring inside the exchange's hours
INSIDE = 0.75  # and the share that must then lie inside: some exchanges trade long evenings
SESSION_GRACE = np.timedelta64(10, "m")  # closing auctions

ROUND_THE_CLOCK = 20  # distinct hours of the day with bars
WEEK_CLOSE = ("America/New_York", 16.0, 17.25)  # where and when Friday ends for currencies, metals and futures
FRIDAY_CLOSE = 17.0
WEEKS = 4
USUAL = 0.5


def weekends(of: Series) -> Iterator[Finding]:
    """Find weekend dates in a series whose market, as far as is known, rests on weekends."""
    if of.panel.intraday or of.asset.calendar or of.asset.asset_class == "crypto" or of.asset.label_days:
        return
    off = np.flatnonzero(~np.is_busday(of.labels.astype("datetime64[D]")))
    if not off.size or off.size > EVERY_DAY * of.labels.size:
        return
    start = int(off[0])
    text = f"has {off.size} weekend prices, first on {of.day(start)}"
    yield of.find(start, "zone", "warning", off.size, text, "are the dates a day off, or in another zone?")


def off_calendar(of: Series) -> Iterator[Finding]:
    """Find dates on which the asset's exchange is shut."""
    if of.panel.intraday or not of.asset.calendar:
        return
    off = np.flatnonzero(~np.isin(of.labels, expected_dates(of.asset, of.labels)))
    if off.size:
        start = int(off[0])
        text = f"has prices on {off.size} dates on which {of.asset.calendar} is shut, first on {of.day(start)}"
        advice = "are the dates a day off, in another zone, or is it another exchange's calendar?"
        severity: Literal["error", "warning"] = "error" if off.size > OFF_SHARE * of.labels.size else "warning"
        yield of.find(start, "zone", severity, off.size, text, advice)


def week_ends(of: Series) -> Iterator[Finding]:
    """Find bars of a market that trades round the clock whose week does not end with New York's Friday."""
    if not of.panel.intraday or of.asset.asset_class == "crypto" or of.labels.size < 2:
        return
    hours = np.unique((of.labels - of.labels.astype("datetime64[D]")).astype("timedelta64[h]"))
    last = np.flatnonzero(np.diff(of.labels) > np.timedelta64(36, "h"))
    if hours.size < ROUND_THE_CLOCK or last.size < WEEKS:
        return
    zone, earliest, latest = WEEK_CLOSE
    local = pd.DatetimeIndex(of.labels[last]).tz_localize("UTC").tz_convert(zone)
    # Hours since Friday's midnight: a week that ends on Saturday by this clock ends after 24.
    ends = (local.day_of_week.to_numpy() - 4) * 24.0 + local.hour.to_numpy() + local.minute.to_numpy() / 60.0
    usual = (ends >= earliest) & (ends <= latest)
    if usual.mean() >= USUAL:
        return
    middle = float(np.median(ends))
    away = middle - FRIDAY_CLOSE
    if abs(away) > 12:  # another market altogether
        return
    first = int(last[np.argmin(usual)])
    text = (
        f"ends its week {abs(away):.3g} hours {'after' if away > 0 else 'before'} New York's Friday close"
        f" in {int((~usual).sum())} of {last.size} weeks, first on {of.day(first)}"
    )
    advice = "are the clocks a broker's, in another zone? read them with tz= of the zone they are written in"
    yield of.find(first, "zone", "warning", away, text, advice)


def exchange_hours(panel: PricePanel) -> Iterator[Finding]:
    """Find bars that would lie within their exchange's hours if the clock were another, month by month."""
    if not panel.intraday:
        return
    members: dict[str, list[int]] = {}
    for j, name in enumerate(panel.assets):
        if panel.asset(name).calendar not in ("", "ECB", "FX", "FX-LONDON", "WEEKDAYS"):
            members.setdefault(panel.asset(name).calendar, []).append(j)
    for calendar, columns in members.items():
        priced = np.isfinite(panel.values[:, columns])
        activity = priced.sum(axis=1).astype(np.float64)
        if "volume" in panel.bars:  # evenings and mornings have bars, but little volume
            activity = np.where(priced, np.nan_to_num(panel._bars["volume"][:, columns]), 0.0).sum(axis=1)
        doubts = _months_off(calendar, panel.labels[activity > 0], activity[activity > 0])
        if doubts:
            name, (row, shift) = panel.assets[columns[0]], doubts[0]
            more = f" (and {len(columns) - 1} more of {calendar})" if len(columns) > 1 else ""
            text = (
                f"{name}{more} trades outside the hours of {calendar} in {len(doubts)} months, first in {row:%Y-%m}; "
                f"clocks {abs(shift)} hours {'earlier' if shift < 0 else 'later'} would fit"
            )
            advice = "give tz= of the zone in which the times are written, and bar= where they are starts of bars"
            yield Finding(name, row.to_datetime64(), "zone", "error", float(shift), text, advice)


def _months_off(calendar: str, labels: DateArray, activity: FloatArray) -> list[tuple[pd.Timestamp, int]]:
    """Give the first bar of each month in which another clock would fit far better, and its shift in hours."""
    if not labels.size:
        return []
    shares = np.stack([_inside(calendar, labels + np.timedelta64(int(h), "h")) * activity for h in SHIFTS])
    months = labels.astype("datetime64[M]")
    starts = np.flatnonzero(np.concatenate([[True], months[1:] != months[:-1]]))
    inside = np.add.reduceat(shares, starts, axis=1) / np.add.reduceat(activity, starts)
    now = inside[np.flatnonzero(SHIFTS == 0)[0]]
    best = inside.max(axis=0)
    out = []
    for k in np.flatnonzero((best > now + GAIN) & (best > INSIDE)).tolist():
        near = np.flatnonzero(inside[:, k] > best[k] - 0.01)
        shift = int(SHIFTS[near[np.argmin(np.abs(SHIFTS[near]))]])
        out.append((pd.Timestamp(labels[starts[k]]), shift))
    return out


def _inside(calendar: str, ends: DateArray) -> BoolArray:
    """Whether bars that end at these instants lie within the exchange's sessions."""
    from eventstudy import calendars

    first, last = ends[0] - np.timedelta64(2, "D"), ends[-1] + np.timedelta64(2, "D")
    opens, closes = calendars.opens(calendar, first, last), calendars.closes(calendar, first, last)
    if not opens.size:
        return np.zeros(ends.size, dtype=bool)
    at = np.maximum(np.searchsorted(opens, ends, side="left") - 1, 0)  # a bar that ends as it opens is before it
    return np.asarray((ends > opens[at]) & (ends <= closes[at] + SESSION_GRACE))


def late_dates(panel: PricePanel) -> Iterator[Finding]:
    """Find series that move a date after another does: dates that are a day off, or an earlier close."""
    n, k = panel.values.shape
    if panel.intraday or n < LEAST_DATES or not 1 < k <= MOST_SERIES:
        return
    from eventstudy.prices.returns import panel_returns

    moves = _clipped(panel_returns(panel))
    same, after = _correlations(moves, moves), _correlations(moves[:-1], moves[1:])
    late = (after > LATE) & (np.abs(same) < LATE_OWN * after)
    for lead, lag in np.argwhere(late):
        late[lead, lag] = not _closes_earlier(panel, int(lag), int(lead))
    while late.any():
        # The one that disagrees with most others is the one to look at; of two, the later one.
        of_lag, of_lead = late.sum(axis=0), late.sum(axis=1)
        j = int(np.argmax(of_lag + of_lead + 0.5 * (of_lag > of_lead)))
        behind = bool(of_lag[j] >= of_lead[j] and of_lag[j])
        other = int(np.argmax(np.where(late[:, j], after[:, j], -1.0) if behind else np.where(late[j], after[j], -1.0)))
        value = float(after[other, j] if behind else after[j, other])
        name, with_ = panel.assets[j], panel.assets[other]
        text = (
            f"{name} moves a date {'after' if behind else 'before'} {with_} does: their correlation is {value:.2f} so,"
            f" {same[j, other]:.2f} on one date"
        )
        advice = (
            "do its dates say when a price takes effect (label_days=), or are they a day off? "
            "If it closes earlier in the day, say close= and tz="
        )
        start = panel.labels[np.flatnonzero(np.isfinite(panel.values[:, j]))[0]]
        yield Finding(name, start, "zone", "warning", value, text, advice)
        late[j], late[:, j] = False, False


def _clipped(moves: FloatArray) -> FloatArray:
    """Center each column and clip it at some robust deviations."""
    out = np.full_like(moves, np.nan)
    for j in range(moves.shape[1]):
        column = moves[:, j]
        valid = column[np.isfinite(column)]
        if valid.size >= LEAST_DATES:
            spread = 1.4826 * float(np.median(np.abs(valid - np.median(valid))))
            if spread > 0:
                out[:, j] = np.clip((column - np.median(valid)) / spread, -CLIP, CLIP)
    return out


def _correlations(left: FloatArray, right: FloatArray) -> FloatArray:
    """Correlate each column of one with each of the other, on the rows that both have; shape (k, k)."""
    here, there = np.isfinite(left).astype(np.float64), np.isfinite(right).astype(np.float64)
    a, b = np.nan_to_num(left), np.nan_to_num(right)
    n = here.T @ there
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_a, mean_b = (a.T @ there) / n, (here.T @ b) / n
        covariance = (a.T @ b) / n - mean_a * mean_b
        variance = ((a**2).T @ there / n - mean_a**2) * (here.T @ b**2 / n - mean_b**2)
        out = covariance / np.sqrt(variance)
    out[~(n >= LEAST_DATES) | ~np.isfinite(out)] = 0.0
    return np.asarray(out)


def _closes_earlier(panel: PricePanel, lag: int, lead: int) -> bool:
    """Whether it is known that the later series is struck first on one date: then it must follow the next day."""
    from eventstudy.prices.sessions import price_instants

    first, second = (panel.asset(panel.assets[j]) for j in (lag, lead))
    if not all(asset.close or asset.calendar for asset in (first, second)):
        return False
    day = panel.labels[-1:]
    return bool(price_instants(first, day)[0] < price_instants(second, day)[0])
