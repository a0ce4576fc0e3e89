"""The search for day 0: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError
from eventstudy.prices.grid import SessionGrid

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable

__all__ = ["EventTimes", "Searched", "frame_of", "search"]

# Why a pair is dropped; the words are in `eventstudy.alignment.audit`.
KEPT, NO_TIME, NO_PRICE, BEFORE, AFTER, UNSETTLED, FAR, FAR_SETTLED, WIDE = range(9)

_NAT = np.datetime64("NaT", "ns")
STEPS = 4  # sessions without a price that are passed one by one
COLUMNS = 64  # assets whose long gaps are passed at once


@dataclass(frozen=True, slots=True)
class Searched:
    """What the search found for each of the P pairs that went in; the audit reads it.

    Attributes
    ----------
    event_row, asset : int64, shape (P,)
        The pair.
    position, settle : int64, shape (P,)
        As in `Alignment`; 0 where the pair was dropped.
    session, instant, previous, settled : datetime64[ns], shape (P,)
        Label of day 0; UTC instants of the day-0 observation, of the observation before it, and of
        the settled day's. NaT where there is none.
    window_open : datetime64[ns], shape (P,)
        When the settled observation's own window opens.
    code : int8, shape (P,)
        0 where the pair is kept, else why not.
    """

    event_row: IntArray
    asset: IntArray
    position: IntArray
    settle: IntArray
    session: DateArray
    instant: DateArray
    previous: DateArray
    settled: DateArray
    window_open: DateArray
    code: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class EventTimes:
    """When each of the E events became public.

    Attributes
    ----------
    event_id : object, shape (E,)
    earliest, latest : datetime64[ns], shape (E,)
        UTC instants; NaT where the event has no time.
    public : datetime64[ns], shape (E,)
        Last moment at which the news can have become public: ``latest``, or the nanosecond before it
        for an event known by its date, since a day ends before midnight: a price struck at midnight
        sharp holds the whole day's news.
    clock : bool, shape (E,)
        Whether a clock time is known (precision ``"instant"``).
    """

    event_id: npt.NDArray[np.object_]
    earliest: DateArray
    latest: DateArray
    public: DateArray
    clock: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, events: EventTable) -> EventTimes:
        """Take the columns out of a table."""
        require_table(events)
        event_id = events.array("event_id")
        earliest, latest = _stamps(events, "earliest"), _stamps(events, "latest")
        backwards = np.flatnonzero(latest < earliest)
        if backwards.size:
            name = str(event_id[backwards[0]])
            raise DataError(
                f"event {name!r} ends before it begins", hint="latest must not be before earliest", event_id=name
            )
        clock, public = latest == earliest, latest
        if "precision" in events.columns:
            precision = events.array("precision")
            clock = np.asarray(precision == "instant", dtype=bool)
            days = np.asarray(precision == "date", dtype=bool) & (latest > earliest)
            public = np.where(days, latest - np.timedelta64(1, "ns"), latest)
        return cls(np.asarray(event_id, dtype=object), earliest, latest, public, clock)


def require_table(events: object) -> EventTable:
    """Give the events back, or raise where they are no table of events."""
    from eventstudy.events.tables import EventTable

    if not isinstance(events, EventTable):
        raise SpecError(
            f"events is a {type(events).__name__}", hint="expected an EventTable, such as read_events(frame) gives"
        )
    return events


def frame_of(events: object) -> pd.DataFrame:
    """Give the table's own frame (to read only), or raise where it is no table of events."""
    return require_table(events).view


def _stamps(events: EventTable, name: str) -> DateArray:
    return np.asarray(events.array(name), dtype="datetime64[ns]")


def search(
    times: EventTimes, row: IntArray, column: IntArray, grid: SessionGrid, date_only: str, gap: pd.Timedelta
) -> Searched:
    """Find day 0 and the settled day of each pair; see `eventstudy.alignment.align`."""
    n = row.size
    earliest, latest = times.earliest[row], times.public[row]
    timed = ~(np.isnat(earliest) | np.isnat(latest))
    position, settle = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    session, instant, previous, settled, opens = (np.full(n, _NAT) for _ in range(5))
    code = np.where(timed, KEPT, NO_TIME).astype(np.int8)

    found = Searched(row, column, position, settle, session, instant, previous, settled, opens, code)
    if timed.any():
        _search_timed(found, np.flatnonzero(timed), earliest, latest, grid, date_only, gap.to_timedelta64())
    return found


def _search_timed(
    found: Searched,
    pick: IntArray,
    earliest: DateArray,
    latest: DateArray,
    grid: SessionGrid,
    date_only: str,
    gap: np.timedelta64,
) -> None:
    """Search the pairs ``pick``, whose news has a time, and write what is found into ``found``."""
    n_rows = grid.prices.shape[0]
    if n_rows == 0:
        found.code[pick] = NO_PRICE
        return
    column, from_, until = found.asset[pick], earliest[pick], latest[pick]
    first = _sessions_until(grid, column, from_)
    last = first if (from_ == until).all() else _sessions_until(grid, column, until)
    if date_only == "first":
        last = first
    elif date_only == "last":
        first, from_ = last, until
    # Observations: the sessions with a price; n_rows and -1 stand for none.
    day0, settled = _next_priced(grid.prices, first, column), _next_priced(grid.prices, last, column)
    before = _last_priced(grid.prices, first - 1, column)
    has_day0, has_settled, has_before = day0 < n_rows, settled < n_rows, before >= 0

    def at(values: DateArray, rows: IntArray, there: BoolArray) -> DateArray:
        return np.where(there, values[np.where(there, rows, 0), column], _NAT)

    # What was found of a dropped pair is kept too, for the audit.
    found.session[pick] = at(grid.sessions, day0, has_day0)
    found.instant[pick] = struck = at(grid.instants, day0, has_day0)
    found.previous[pick] = at(grid.instants, before, has_before)
    found.settled[pick] = struck_settled = at(grid.instants, settled, has_settled)
    found.window_open[pick] = at(grid.window_opens, settled, has_settled)

    # The later assignment wins: what is missing is said before what is far. NaT is far from nothing.
    code = np.full(pick.size, KEPT, dtype=np.int8)
    if date_only == "span":
        code[until - from_ > gap] = WIDE
    code[(settled > day0) & (struck_settled - until > gap)] = FAR_SETTLED
    code[struck - from_ > gap] = FAR
    code[~has_before] = BEFORE
    code[~has_settled] = UNSETTLED
    code[~has_day0] = AFTER
    code[~has_day0 & ~has_before] = NO_PRICE
    found.code[pick] = code

    kept = code == KEPT
    found.position[pick[kept]] = day0[kept]
    found.settle[pick[kept]] = (settled - day0)[kept]


def _sessions_until(grid: SessionGrid, column: IntArray, moments: DateArray) -> IntArray:
    """Count each asset's sessions struck no later than a moment: the row of the first one after it, shape (P,)."""
    if grid.instants.strides[1] == 0:  # all assets share their sessions
        return np.searchsorted(grid.instants[:, 0], moments, side="right").astype(np.int64)
    # Bisection of all pairs at once, each in its own column.
    low, high = np.zeros(column.size, dtype=np.int64), grid.n_sessions[column]
    for _ in range(int(grid.prices.shape[0]).bit_length()):
        middle = (low + high) // 2
        open_ = low < high
        struck = grid.instants[np.where(open_, middle, 0), column] <= moments
        low = np.where(open_ & struck, middle + 1, low)
        high = np.where(open_ & ~struck, middle, high)
    return low


def _next_priced(prices: FloatArray, row: IntArray, column: IntArray) -> IntArray:
    """Give the first row with a price from each row on; the number of rows where there is none."""
    n_rows = prices.shape[0]
    out = row.copy()
    miss = np.flatnonzero(row < n_rows)
    for _ in range(STEPS):  # most gaps are short
        miss = miss[np.isnan(prices[out[miss], column[miss]])]
        if not miss.size:
            return out
        out[miss] += 1
        miss = miss[out[miss] < n_rows]
    order = miss[np.argsort(column[miss], kind="stable")]
    columns, starts = np.unique(column[order], return_index=True)
    for at in range(0, columns.size, COLUMNS):  # some assets at a time: no second panel in memory
        pick = order[starts[at] : starts[at + COLUMNS] if at + COLUMNS < columns.size else None]
        held = columns[at : at + COLUMNS]
        near = np.where(np.isnan(prices[:, held]), n_rows, np.arange(n_rows)[:, None])
        near = np.minimum.accumulate(near[::-1], axis=0)[::-1]
        out[pick] = near[out[pick], np.searchsorted(held, column[pick])]
    return out


def _last_priced(prices: FloatArray, row: IntArray, column: IntArray) -> IntArray:
    """Give the last row with a price up to each row; -1 where there is none."""
    end = prices.shape[0] - 1
    out: IntArray = end - _next_priced(prices[::-1], end - row, column)
    return out
