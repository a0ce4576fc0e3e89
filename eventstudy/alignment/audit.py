"""The work shown: how far each price is from the news, how sure its session is, and why a pair was dropped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray
from eventstudy.alignment import search as codes
from eventstudy.alignment.listing import listing
from eventstudy.alignment.search import EventTimes, Searched

__all__ = ["dropped", "frame", "timing"]

_HOUR = np.timedelta64(1, "h")
# A daily price comes at most 25 hours after the one before, on the day clocks go back; longer is a day without a price.
_A_DAY = np.timedelta64(25, "h")


def timing(found: Searched, times: EventTimes) -> npt.NDArray[np.str_]:
    """Tell how sure each pair's session is: ``"exact"``, ``"date"`` or ``"ambiguous"``; shape (P,)."""
    sure = np.where(times.clock[found.event_row], "exact", "date")
    return np.asarray(np.where(_spans(found, times) | _straddles(found, times), "ambiguous", sure), dtype="<U9")


def _spans(found: Searched, times: EventTimes) -> BoolArray:
    """Whether a price was struck while it is not known that the news was public, whatever ``date_only`` made of it."""
    earliest, latest = times.earliest[found.event_row], times.public[found.event_row]
    return np.asarray((found.instant <= latest) | (found.previous > earliest))


def _straddles(found: Searched, times: EventTimes) -> BoolArray:
    """Whether the price's own window had opened before the news was sure to be public."""
    return np.asarray(found.window_open < times.public[found.event_row])


def dropped(found: Searched, times: EventTimes, assets: tuple[str, ...], gap: pd.Timedelta) -> pd.DataFrame:
    """List the dropped pairs: ``event_id, asset, stage, reason``."""
    out = np.flatnonzero(found.code != codes.KEPT)
    names = np.array(assets, dtype=object)
    return listing(
        event_id=times.event_id[found.event_row[out]],
        asset=names[found.asset[out]],
        stage=np.full(out.size, "alignment", dtype=object),
        reason=_reasons(found, times, assets, gap, out),
    )


def frame(found: Searched, times: EventTimes, assets: tuple[str, ...], gap: pd.Timedelta) -> pd.DataFrame:
    """Give the audit, one row a pair; the columns are described at `eventstudy.alignment.Alignment.audit`."""
    row = found.event_row
    earliest, latest = times.earliest[row], times.latest[row]
    kept = found.code == codes.KEPT
    return pd.DataFrame(
        {
            "event_id": times.event_id[row],
            "asset": np.array(assets, dtype=object)[found.asset],
            "earliest": _utc(earliest),
            "latest": _utc(latest),
            "day0": found.session,
            "day0_instant": _utc(found.instant),
            "previous_instant": _utc(found.previous),
            "settled_instant": _utc(found.settled),
            "hours_since_previous": _hours(earliest - found.previous),
            "hours_to_day0": _hours(found.instant - earliest),
            "hours_to_settled": _hours(found.settled - latest),
            "settle": found.settle,
            "timing": np.where(kept, timing(found, times), ""),
            "kept": kept,
            "reason": _reasons(found, times, assets, gap, np.arange(row.size)),
        }
    )


def _reasons(
    found: Searched, times: EventTimes, assets: tuple[str, ...], gap: pd.Timedelta, rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    code = found.code[rows]
    said = np.full(rows.size, "", dtype=object)
    for value in np.unique(code):
        at = np.flatnonzero(code == value)
        pick = rows[at]
        if value == codes.KEPT:
            said[at] = _notes(found, times, gap, pick)
        else:
            said[at] = _why(int(value), found, times, assets, gap, pick)
    return said


def _why(
    code: int,
    found: Searched,
    times: EventTimes,
    assets: tuple[str, ...],
    gap: pd.Timedelta,
    pick: npt.NDArray[np.int64],
) -> list[str]:
    names = [assets[j] for j in found.asset[pick]]
    row = found.event_row[pick]
    if code == codes.NO_TIME:
        return ["the event has no time" for _ in names]
    if code == codes.NO_PRICE:
        return [f"{name} has no price at all" for name in names]
    news, sure = _minutes(times.earliest[row]), _minutes(times.latest[row])
    if code == codes.BEFORE:
        first = _minutes(found.instant[pick])
        return [
            f"{name}: no price before the news ({n}); the data begin with the price of {f}, "
            "the first that it and any benchmark have"
            for name, n, f in zip(names, news, first, strict=True)
        ]
    if code == codes.AFTER:  # a benchmark's or a factor's end is the end too
        last = _minutes(found.previous[pick])
        return [
            f"{name}: no price after the news ({n}); the data end with the price of {e}, "
            "the last that it and any benchmark have"
            for name, n, e in zip(names, news, last, strict=True)
        ]
    if code == codes.UNSETTLED:
        return [
            f"{name}: the news may be as late as {s}, and the data end before"
            for name, s in zip(names, sure, strict=True)
        ]
    if code == codes.WIDE:
        days = (times.public[row] - times.earliest[row]) / np.timedelta64(1, "D")
        return [
            f"{name}: the news is known only to within {d:.1f} days (by {s}), more than max_gap = {_length(gap)}"
            for name, d, s in zip(names, days, sure, strict=True)
        ]
    shown, moment = (
        (found.instant[pick], times.earliest[row]) if code == codes.FAR else (found.settled[pick], times.latest[row])
    )
    which = "first price after the news" if code == codes.FAR else "first price that is sure to hold the news"
    days = (shown - moment) / np.timedelta64(1, "D")
    return [
        f"{name}: the {which} is struck {d:.1f} days later ({p}), farther than max_gap = {_length(gap)}"
        for name, d, p in zip(names, days, _minutes(shown), strict=True)
    ]


def _notes(
    found: Searched, times: EventTimes, gap: pd.Timedelta, pick: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """Say of kept pairs what a reader would ask about; most need no word."""
    row = found.event_row[pick]
    latest = times.public[row]
    said = np.full(pick.size, "", dtype=object)

    def note(where: BoolArray, text: str) -> None:
        said[where] = np.where(said[where] == "", text, said[where] + ("; " + text))

    instant, previous, settle = found.instant[pick], found.previous[pick], found.settle[pick]
    note(settle > 0, "a price was struck while it is not known whether the news was public: spans to the settled day")
    note((settle == 0) & (instant <= latest), "the news may have come after this price (date_only='first')")
    note(previous > times.earliest[row], "the news may have come before the price before (date_only='last')")
    note(
        (found.window_open[pick] < latest) & (instant > latest),
        "the price is made over a window that opened before the news",
    )
    old = times.earliest[row] - previous > gap.to_timedelta64()
    note(old, f"the price before the news is older than {_length(gap)}: the day-0 return spans that gap")
    away = (found.instant[pick] - times.earliest[row]) > _A_DAY
    note(away, "rolled over days without a price to the first price after the news")
    return said


def _utc(stamps: DateArray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(stamps).tz_localize("UTC")


def _hours(spans: npt.NDArray[np.timedelta64]) -> FloatArray:
    return np.asarray(spans / _HOUR, dtype=np.float64)


def _minutes(stamps: DateArray) -> list[str]:
    return [s.replace("T", " ") + " UTC" for s in np.datetime_as_string(stamps, unit="m").tolist()]


def _length(gap: pd.Timedelta) -> str:
    days = gap / pd.Timedelta("1D")
    return f"{days:g} days" if days >= 1 else f"{gap / pd.Timedelta('1h'):g} hours"
