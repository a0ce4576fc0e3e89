"""Day 0: an asset's first observation strictly after the news, and never one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import DateOnly, IntArray
from eventstudy.alignment import audit as audits
from eventstudy.alignment.search import KEPT, EventTimes, Searched, search
from eventstudy.errors import SpecError, check_choice, shown
from eventstudy.prices.grid import SessionGrid

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable

__all__ = ["Alignment", "align"]

StrArray: TypeAlias = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The session of each (event, asset) pair, n of them, and the pairs that have none.

    Attributes
    ----------
    event_row : int64, shape (n,)
        Row of the event in its table.
    asset : int64, shape (n,)
        Column of the asset in the grid.
    position : int64, shape (n,)
        Row of day 0 on the asset's own sessions.
    settle : int64, shape (n,)
        Sessions from day 0 to the settled day, the first on which the news is sure to be in the price.
    timing : str, shape (n,)
        ``"exact"``: a clock time, and one session. ``"date"``: no clock time, but one session all the
        same. ``"ambiguous"``: day 0 and settled day differ, or the price is made over a window (as a
        fixing is) that opened before the news was sure to be public.
    dropped : pandas.DataFrame
        ``event_id, asset, stage, reason``; one row a dropped pair, ``stage`` is ``"alignment"``.
    searched : Searched
        The search itself, one row a pair that went in.
    assets : tuple of str
        Names of the grid's columns.
    """

    event_row: IntArray
    asset: IntArray
    position: IntArray
    settle: IntArray
    timing: StrArray
    dropped: pd.DataFrame
    searched: Searched
    assets: tuple[str, ...]
    _events: EventTimes
    _max_gap: pd.Timedelta

    def __len__(self) -> int:
        """Return the number of pairs that have a session."""
        return int(self.event_row.size)

    @property
    def times(self) -> EventTimes:
        """When each event became public, as the search read it."""
        return self._events

    def audit(self) -> pd.DataFrame:
        """Show the work: one row for each pair that went in, in its order.

        Returns
        -------
        pandas.DataFrame
            ``event_id, asset, earliest, latest, day0`` (session label), ``day0_instant``,
            ``previous_instant``, ``settled_instant`` (UTC), ``hours_since_previous`` (from the price
            before to the earliest moment of the news), ``hours_to_day0`` (on to the day-0 price),
            ``hours_to_settled`` (from the latest moment of the news to the settled price), ``settle``,
            ``timing`` (empty where dropped), ``kept``, ``reason`` (what was rolled, spanned or dropped, and why).
        """
        return audits.frame(self.searched, self._events, self.assets, self._max_gap)


def align(
    events: EventTable,
    pairs: tuple[npt.ArrayLike, npt.ArrayLike],
    grid: SessionGrid,
    *,
    date_only: DateOnly = "span",
    max_gap: str | pd.Timedelta | Any = "5D",
) -> Alignment:
    """Find day 0 and the settled day of every (event, asset) pair.

    Day 0 is the asset's first observation struck strictly after ``earliest``, the settled day the
    first struck strictly after ``latest``. A session without a price is no observation. Nothing is
    ever moved backwards: a price struck before the news cannot hold it.

    Parameters
    ----------
    events : EventTable
        With ``event_id, earliest, latest, precision``.
    pairs : (array of int, array of int)
        Row of the event and column of the asset, one of each a pair, shape (P,).
    grid : SessionGrid
        Each asset's sessions, instants and prices.
    date_only : {"span", "first", "last"}
        What to do where day 0 and settled day differ. ``"span"`` keeps both; ``"first"`` takes day 0
        alone; ``"last"`` makes the settled day day 0. The pair stays ``"ambiguous"``.
    max_gap : str or Timedelta
        Longest time from the news to the price that is to show it, and (``date_only="span"``) longest
        time within which it is not known when the news came. Farther: dropped.

    Returns
    -------
    Alignment
        In the order of the pairs; n kept + dropped = P.

    Raises
    ------
    SpecError
        If an option is unknown, ``max_gap`` is no positive length of time, or a pair points nowhere.
    DataError
        If an event's ``latest`` is before its ``earliest``.

    Examples
    --------
    News at 12:00 UTC, prices struck at 13:15 UTC each day: day 0 is the same day. News at 15:00 is next day's.

    >>> import numpy as np, pandas as pd
    >>> from eventstudy.events.records import Event
    >>> from eventstudy.events.tables import EventTable
    >>> from eventstudy.prices.grid import SessionGrid
    >>> days = np.array(["2022-02-14", "2022-02-15", "2022-02-16"], dtype="datetime64[ns]")[:, None]
    >>> struck = days + np.timedelta64(13 * 60 + 15, "m")
    >>> grid = SessionGrid(("RUB",), days, struck, struck, np.array([[1.0], [1.1], [1.2]]), np.array([3]))
    >>> at = [pd.Timestamp("2022-02-15T12:00Z"), pd.Timestamp("2022-02-15T15:00Z")]
    >>> table = EventTable.from_items(Event(event_id=f"e{i}", earliest=t, latest=t) for i, t in enumerate(at))
    >>> align(table, ([0, 1], [0, 0]), grid).position.tolist()
    [1, 2]
    """
    check_choice(date_only, get_args(DateOnly), "date_only")
    gap = _gap(max_gap)
    times = EventTimes.of(events)
    row, column = _pairs(pairs, len(times.earliest), len(grid.assets))
    found = search(times, row, column, grid, date_only, gap)
    kept = found.code == KEPT
    timing = audits.timing(found, times)
    return Alignment(
        event_row=row[kept],
        asset=column[kept],
        position=found.position[kept],
        settle=found.settle[kept],
        timing=timing[kept],
        dropped=audits.dropped(found, times, grid.assets, gap),
        searched=found,
        assets=grid.assets,
        _events=times,
        _max_gap=gap,
    )


def _gap(value: object) -> pd.Timedelta:
    try:
        if isinstance(value, (int, float)):  # pandas would take it for nanoseconds
            raise ValueError("no unit")
        gap = pd.Timedelta(value)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise SpecError(
            f"max_gap={shown(value)} is no length of time", hint="expected such as '5D' or '36h'"
        ) from error
    if pd.isna(gap) or gap <= pd.Timedelta(0):
        raise SpecError(f"max_gap={shown(value)} is not positive", hint="expected such as '5D' or '36h'")
    return gap


def _pairs(pairs: tuple[npt.ArrayLike, npt.ArrayLike], n_events: int, n_assets: int) -> tuple[IntArray, IntArray]:
    arrays = []
    for values, size, what in zip(pairs, (n_events, n_assets), ("event row", "asset column"), strict=True):
        held = np.asarray(values)
        if held.size == 0:
            held = held.astype(np.int64)
        if held.ndim != 1 or held.dtype.kind not in "iu":
            raise SpecError(
                f"pairs: {what}s are {held.dtype} of shape {held.shape}", hint="expected whole numbers, 1-d"
            )
        outside = (held < 0) | (held >= size)
        if outside.any():
            raise SpecError(f"pairs: {what} {held[outside][0]} is outside 0..{size - 1}")
        arrays.append(held.astype(np.int64))
    if arrays[0].size != arrays[1].size:
        raise SpecError(
            f"pairs: {arrays[0].size} event rows and {arrays[1].size} asset columns", hint="one each a pair"
        )
    return arrays[0], arrays[1]
