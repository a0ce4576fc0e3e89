"""The search for day 0: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import DateArray, IntArray
from eventstudy.errors import DataError, SpecError
from eventstudy.prices.grid import SessionGrid

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable

__all__ = ["EventTimes", "Searched", "frame_of", "search"]

# Why a pair is dropped; the words are in `eventstudy.alignment.audit`.
KEPT, NO_TIME, NO_PRICE, BEFORE, AFTER, UNSETTLED, FAR, FAR_SETTLED, WIDE = range(9)

_NAT = np.datetime64("NaT", "ns")


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
        frame = frame_of(events)
        earliest, latest = _stamps(frame["earliest"]), _stamps(frame["latest"])
        backwards = np.flatnonzero(latest < earliest)
        if backwards.size:
            name = str(frame["event_id"].iloc[backwards[0]])
            raise DataError(
                f"event {name!r} ends before it begins", hint="latest must not be before earliest", event_id=name
            )
        clock, public = latest == earliest, latest
        if "precision" in frame:
            clock = (frame["precision"] == "instant").to_numpy(dtype=bool)
            days = (frame["precision"] == "date").to_numpy(dtype=bool) & (latest > earliest)
            public = np.where(days, latest - np.timedelta64(1, "ns"), latest)
        return cls(frame["event_id"].to_numpy(dtype=object), earliest, latest, public, clock)


def frame_of(events: object) -> pd.DataFrame:
    """Give the table's frame, or raise where it is no table of events."""
    from eventstudy.events.tables import EventTable

    if not isinstance(events, EventTable):
        raise SpecError(
            f"events is a {type(events).__name__}", hint="expected an EventTable, such as read_events(frame) gives"
        )
    return events.to_frame()


def _stamps(column: pd.Series) -> DateArray:
    # A zone-aware column gives UTC when it is read without its zone.
    return column.to_numpy(dtype="datetime64[ns]")


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
    order = np.argsort(column, kind="stable")
    cuts = np.flatnonzero(np.diff(column[order], prepend=-1))
    for pick in np.split(order, cuts[1:]) if n else ():
        _one_asset(found, pick[timed[pick]], int(column[pick[0]]), earliest, latest, grid, date_only, gap)
    return found


def _one_asset(
    found: Searched,
    pick: IntArray,
    j: int,
    earliest: DateArray,
    latest: DateArray,
    grid: SessionGrid,
    date_only: str,
    gap: pd.Timedelta,
) -> None:
    """Search the pairs ``pick``, all of asset ``j``, and write what is found into ``found``."""
    length = int(grid.n_sessions[j])
    rows = np.flatnonzero(~np.isnan(grid.prices[:length, j]))
    if rows.size == 0:
        found.code[pick] = NO_PRICE
        return
    struck = grid.instants[:length, j][rows]
    from_, until = earliest[pick], latest[pick]
    first = np.searchsorted(struck, from_, side="right")
    last = np.searchsorted(struck, until, side="right")
    if date_only == "first":
        last = first
    elif date_only == "last":
        first, from_ = last, until
    end = rows.size - 1
    day0, settled = np.minimum(first, end), np.minimum(last, end)
    # The later assignment wins: what is missing is said before what is far.
    code = np.full(pick.size, KEPT, dtype=np.int8)
    if date_only == "span":
        code[until - from_ > gap.to_timedelta64()] = WIDE
    code[(settled > day0) & (struck[settled] - until > gap.to_timedelta64())] = FAR_SETTLED
    code[struck[day0] - from_ > gap.to_timedelta64()] = FAR
    code[first == 0] = BEFORE
    code[last > end] = UNSETTLED
    code[first > end] = AFTER
    found.code[pick] = code

    kept = code == KEPT
    found.position[pick[kept]] = rows[day0[kept]]
    found.settle[pick[kept]] = rows[settled[kept]] - rows[day0[kept]]
    # What was found of a dropped pair is kept too, for the audit.
    for have, target, values in (
        (first <= end, found.session, grid.sessions[:length, j][rows[day0]]),
        (first <= end, found.instant, struck[day0]),
        (first > 0, found.previous, struck[np.maximum(first, 1) - 1]),
        (last <= end, found.settled, struck[settled]),
        (last <= end, found.window_open, grid.window_opens[:length, j][rows[settled]]),
    ):
        target[pick[have]] = values[have]
