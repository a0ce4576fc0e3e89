"""Trading calendars: on which dates a market has a session, and at which instant each closes."""

from __future__ import annotations

import datetime as dt
import functools
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import DateArray
from eventstudy.errors import SpecError, nearest

__all__ = ["closes", "closes_of", "names", "opens", "sessions"]

_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # what datetime64[ns] holds, with room for zones


@dataclass(frozen=True, slots=True)
class _Schedule:
    """Sessions (dates without zone) and the UTC instants of open and close, datetime64[ns], one length."""

    sessions: DateArray
    opens: DateArray
    closes: DateArray


@dataclass(frozen=True, slots=True)
class _Simple:
    """A market that keeps one pair of hours on every weekday that is no holiday."""

    tz: str
    open: str  # local clock time; a leading "-" is the evening before
    close: str
    holidays: Literal["target", "fx", "none"]
    weekmask: str = "1111100"
    friday: tuple[str, str] | None = None  # another close on Fridays: clock time and zone


# The ECB's reference rates follow the TARGET system's closing days and are struck in the concertation of
# 14:15 Frankfurt. The foreign exchange day ends at 17:00 New York and begins there the evening before.
_SIMPLE = {
    "ECB": _Simple("Europe/Berlin", "14:15", "14:15", "target"),
    "FX": _Simple("America/New_York", "-17:00", "17:00", "fx"),
    # As a vendor that cuts its currency days at midnight in London has them: Friday's ends when trading does.
    "FX-LONDON": _Simple("Europe/London", "00:00", "24:00", "fx", friday=("17:00", "America/New_York")),
    "WEEKDAYS": _Simple("UTC", "00:00", "24:00", "none"),
}
_ALIASES = {"TARGET": "ECB"}


def names() -> tuple[str, ...]:
    """List the calendars: the library's own four, then those of exchange_calendars.

    ``"ECB"`` (or ``"TARGET"``) has the sessions of the ECB's reference rates; ``"FX"`` every weekday
    but 25 December and 1 January, from 17:00 to 17:00 New York; ``"FX-LONDON"`` the same days from
    midnight to midnight London, Fridays to 17:00 New York; ``"WEEKDAYS"`` every weekday, in UTC.

    Examples
    --------
    >>> names()[:4], "XNYS" in names()
    (('ECB', 'FX', 'FX-LONDON', 'WEEKDAYS'), True)
    """
    return (*sorted(_SIMPLE), *_exchange_names())


def sessions(name: str, start: object, end: object) -> DateArray:
    """List the sessions of a market from ``start`` to ``end``, both included.

    Parameters
    ----------
    name : str
        One of `names`: ``"ECB"``, ``"FX"``, or an exchange such as ``"XNYS"``, ``"XMOS"``, ``"CMES"``.
    start, end : str, date or Timestamp
        First and last date; a clock time and zone are not looked at.

    Returns
    -------
    datetime64[ns], shape (n,)
        Dates at midnight, without zone.

    Raises
    ------
    SpecError
        If the calendar is unknown, does not reach so far, or the dates cannot be read.

    Examples
    --------
    The New York Stock Exchange around Christmas 2021, which it kept on Friday the 24th:

    >>> sessions("XNYS", "2021-12-22", "2021-12-28").astype("datetime64[D]").astype(str).tolist()
    ['2021-12-22', '2021-12-23', '2021-12-27', '2021-12-28']
    """
    return _between(name, start, end).sessions


def closes(name: str, start: object, end: object) -> DateArray:
    """Give the UTC instants at which the sessions from ``start`` to ``end`` close.

    Half days close early, and daylight-saving time moves the instant.

    Returns
    -------
    datetime64[ns], shape (n,)
        One instant for each of `sessions` with the same arguments, which says what can go wrong.

    Examples
    --------
    >>> closes("XNYS", "2021-11-24", "2021-11-26").astype("datetime64[m]").astype(str).tolist()
    ['2021-11-24T21:00', '2021-11-26T18:00']
    """
    return _between(name, start, end).closes


def opens(name: str, start: object, end: object) -> DateArray:
    """Give the UTC instants at which the sessions from ``start`` to ``end`` open; as `closes`."""
    return _between(name, start, end).opens


def closes_of(name: str, dates: npt.ArrayLike) -> DateArray:
    """Give the UTC instant of the close on each of some dates; NaT where the market has no session.

    Parameters
    ----------
    name : str
        As for `sessions`.
    dates : datetime64 array of any shape
        Dates in any order; NaT stays NaT.

    Examples
    --------
    >>> closes_of("XNYS", np.array(["2021-11-25", "2021-11-26"], "datetime64[D]")).astype("datetime64[m]").tolist()
    [None, datetime.datetime(2021, 11, 26, 18, 0)]
    """
    days = np.asarray(dates, dtype="datetime64[D]").astype("datetime64[ns]")
    found = np.full(days.shape, np.datetime64("NaT", "ns"))
    known = ~np.isnat(days)
    if not known.any():
        _kind(name)
        return found
    schedule = _between(name, days[known].min(), days[known].max())
    if schedule.sessions.size == 0:
        return found
    at = np.minimum(np.searchsorted(schedule.sessions, days), schedule.sessions.size - 1)
    match = known & (schedule.sessions[at] == days)
    found[match] = schedule.closes[at[match]]
    return found


def _between(name: str, start: object, end: object) -> _Schedule:
    key = _kind(name)
    first, last = _date(start, "start"), _date(end, "end")
    if first > last:
        raise SpecError(f"start={first} is after end={last}")
    parts = [
        _simple_decade(key, decade) if key in _SIMPLE else _exchange(key, decade, first, last)
        for decade in range(first.year // 10, last.year // 10 + 1)
    ]
    days = np.concatenate([part.sessions for part in parts])
    inside = (days >= np.datetime64(first, "ns")) & (days <= np.datetime64(last, "ns"))
    return _Schedule(
        days[inside],
        np.concatenate([part.opens for part in parts])[inside],
        np.concatenate([part.closes for part in parts])[inside],
    )


def _kind(name: str) -> str:
    """Return the calendar's own name, or raise."""
    folded = str(name).strip()
    upper = _ALIASES.get(folded.upper(), folded.upper())
    if upper in _SIMPLE:
        return upper
    known = _exchange_names()
    by_upper = {k.upper(): k for k in known}
    if upper not in by_upper:
        raise SpecError(f"unknown calendar {name!r}", hint=nearest(folded, names()), calendar=str(name))
    return by_upper[upper]


def _date(value: object, which: str) -> dt.date:
    try:
        stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise SpecError(f"{which}={value!r} is no date", hint="expected such as '2022-02-15'") from error
    if pd.isna(stamp) or not _FIRST_YEAR <= stamp.year <= _LAST_YEAR:
        raise SpecError(f"{which}={value!r} is no date from {_FIRST_YEAR} to {_LAST_YEAR}")
    return stamp.date()


@functools.lru_cache(maxsize=1)
def _exchange_names() -> tuple[str, ...]:
    import exchange_calendars

    return tuple(exchange_calendars.get_calendar_names(include_aliases=True))


def _exchange(name: str, decade: int, first: dt.date, last: dt.date) -> _Schedule:
    """Read one decade of an exchange, or what of it is asked where the calendar does not know it all."""
    start, end = dt.date(decade * 10, 1, 1), dt.date(decade * 10 + 9, 12, 31)
    try:
        return _exchange_span(name, start, end)
    except ValueError:
        start, end = max(start, first), min(end, last)
    try:
        return _exchange_span(name, start, end)
    except ValueError as error:
        raise SpecError(
            f"calendar {name!r} does not reach from {start} to {end}: {error}",
            hint="take later dates, or let the data say: with_asset(..., calendar='', close='15:00')",
            calendar=name,
        ) from error


@functools.lru_cache(maxsize=256)
def _exchange_span(name: str, start: dt.date, end: dt.date) -> _Schedule:
    import exchange_calendars

    with warnings.catch_warnings():
        # Its use of pandas is its own affair; what it returns is read below in a way that lasts.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        try:
            calendar: Any = exchange_calendars.get_calendar(name, start=str(start), end=str(end))
        except exchange_calendars.errors.NoSessionsError:
            none: DateArray = np.array([], dtype="datetime64[ns]")
            return _Schedule(none, none, none)
        frame = calendar.schedule
    days = pd.DatetimeIndex(frame.index).to_numpy(dtype="datetime64[ns]")
    return _frozen(days, *(frame[c].dt.tz_convert("UTC").to_numpy(dtype="datetime64[ns]") for c in ("open", "close")))


@functools.lru_cache(maxsize=64)
def _simple_decade(name: str, decade: int) -> _Schedule:
    rules = _SIMPLE[name]
    start = np.datetime64(f"{decade * 10}-01-01", "D")
    days = np.arange(start, np.datetime64(f"{decade * 10 + 10}-01-01", "D"))
    closed = [day for year in range(decade * 10, decade * 10 + 10) for day in _holidays(rules.holidays, year)]
    open_ = np.is_busday(days, weekmask=rules.weekmask, holidays=np.array(closed, dtype="datetime64[D]"))
    kept = days[open_]
    struck = _local(kept, rules.close, rules.tz)
    if rules.friday is not None:
        fridays = np.is_busday(kept, weekmask="0000100")
        struck[fridays] = _local(kept[fridays], *rules.friday)
    return _frozen(kept.astype("datetime64[ns]"), _local(kept, rules.open, rules.tz), struck)


def _holidays(kind: str, year: int) -> list[dt.date]:
    if kind == "none":
        return []
    if kind == "fx":
        return [dt.date(year, 1, 1), dt.date(year, 12, 25)]
    # TARGET's closing days: six a year since 2000; before, New Year and Christmas and the last day of 1999,
    # as at the change to 2002.
    days = [dt.date(year, 1, 1), dt.date(year, 12, 25)]
    if year >= 2000:
        sunday = (pd.Timestamp(year, 1, 1) + pd.offsets.Easter()).date()
        days += [sunday - dt.timedelta(2), sunday + dt.timedelta(1), dt.date(year, 5, 1), dt.date(year, 12, 26)]
    if year in (1999, 2001):
        days.append(dt.date(year, 12, 31))
    return days


def _local(days: DateArray, clock: str, tz: str) -> DateArray:
    """Give the UTC instants of a local clock time on some dates; ``"-17:00"`` is the evening before."""
    hours, minutes = clock.lstrip("-").split(":")
    shift = np.timedelta64(int(hours) * 60 + int(minutes) - (1440 if clock.startswith("-") else 0), "m")
    local = pd.DatetimeIndex(days.astype("datetime64[ns]") + shift)
    return np.array(local.tz_localize(tz).tz_convert("UTC").tz_localize(None), dtype="datetime64[ns]")


def _frozen(*arrays: DateArray) -> _Schedule:
    # Cached arrays are shared between callers: nobody may write into them.
    for array in arrays:
        array.flags.writeable = False
    return _Schedule(*arrays)
