"""Fewer events: those close together as one, the first of overlapping ones, or none that is confounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import BoolArray, DateOnly, WindowLike
from eventstudy.alignment.confounding import Windows, touched, windows_of
from eventstudy.alignment.search import frame_of
from eventstudy.errors import SpecError, nearest
from eventstudy.events.tables import EventTable
from eventstudy.prices.panel import PricePanel

__all__ = ["Screened", "drop_confounded", "keep_first", "merge_close"]


@dataclass(frozen=True, slots=True)
class Screened:
    """Events that are left, and what was taken out.

    Attributes
    ----------
    events : EventTable
        In their old order; after `keep_first` and `drop_confounded` each names the assets it is left on.
    removed : pandas.DataFrame
        ``event_id, asset, stage, reason, into``: one row for each pair taken out. ``asset`` is empty where
        the whole event went; ``into`` names the event that stands for it, where there is one.
    """

    events: EventTable
    removed: pd.DataFrame

    def __repr__(self) -> str:
        return f"Screened({len(self.events)} events left, {len(self.removed)} taken out)"


def merge_close(events: EventTable, hours: float, *, by: Sequence[str] = ("direction",)) -> Screened:
    """Make one event of those that follow each other within so many hours.

    Events that agree in the columns ``by`` and in their assets are a chain as long as each comes at
    most ``hours`` after the one before it (by ``earliest``); the chain's first event stands for it.

    Parameters
    ----------
    events : EventTable
    hours : float
        Longest time between neighbours, 0 or more.
    by : sequence of str
        Columns that must agree, such as ``("direction", "kind")``.

    Returns
    -------
    Screened
        Events in minus events left is ``len(removed)``. The events carry an extra column
        ``n_merged``, how many each stands for.

    Raises
    ------
    SpecError
        If ``hours`` is negative or no number, or a column is unknown.

    Examples
    --------
    >>> from eventstudy.events.readers import read_events
    >>> times = ["2022-02-15T08:05Z", "2022-02-15T08:23Z", "2022-02-16T12:00Z"]
    >>> screened = merge_close(read_events(pd.DataFrame({"time": times})), hours=6)
    >>> screened, screened.removed["into"].tolist()
    (Screened(2 events left, 1 taken out), ['e1'])
    """
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not 0 <= hours < float("inf"):
        raise SpecError(f"hours={hours!r} is no number of hours", hint="expected 0 or more, such as 6")
    frame = frame_of(events)
    columns = [by] if isinstance(by, str) else list(by)
    for name in columns:
        if name not in frame:
            raise SpecError(f"by: no column {name!r}", hint=nearest(name, map(str, frame.columns)))
    if "assets" in frame and "assets" not in columns:
        columns.append("assets")
    group = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        codes, _ = pd.factorize(frame[name].astype(object), use_na_sentinel=False)
        _, group = np.unique(group * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)
    earliest = frame["earliest"].to_numpy(dtype="datetime64[ns]")
    order = np.lexsort((np.arange(len(frame)), earliest, group))
    step = np.diff(earliest[order]) > np.timedelta64(round(hours * 3.6e12), "ns")
    # An event without a time starts a chain of its own.
    unknown = np.isnat(earliest[order])
    new = np.ones(len(frame), dtype=bool)
    new[1:] = (np.diff(group[order]) != 0) | step | unknown[1:] | unknown[:-1]
    chain = np.cumsum(new) - 1
    heads = order[new]
    into = np.empty(len(frame), dtype=np.int64)
    into[order] = heads[chain]
    sizes = np.bincount(chain, minlength=heads.size)
    counts = np.zeros(len(frame), dtype=np.int64)
    counts[heads] = sizes
    kept = counts > 0
    ids = frame["event_id"].to_numpy(dtype=object)
    removed = _removed(
        ids[~kept], np.full(int((~kept).sum()), ""), f"within {hours:g} hours of one like it", ids[into[~kept]]
    )
    left = frame.assign(n_merged=counts)[kept].reset_index(drop=True)
    return Screened(EventTable(left), removed)


def keep_first(
    events: EventTable,
    prices: PricePanel,
    window: WindowLike,
    *,
    assets: Sequence[str] | None = None,
    date_only: DateOnly = "span",
    max_gap: Any = "5D",
) -> Screened:
    """Keep, on each asset, the first of events whose windows overlap.

    In the order of their day 0 an event stays if its window shares no session with that of the last
    one that stayed. Headlines of the same session stay or go together: a study makes them one row.
    Pairs that have no session stay too, for the study to list.

    Parameters and errors are those of `confounds`.

    Returns
    -------
    Screened
        ``into`` names the event whose window was first.
    """
    held = windows_of(events, prices, window, assets=assets, date_only=date_only, max_gap=max_gap)
    asset, position = held.alignment.asset, held.alignment.position
    order = np.lexsort((held.alignment.event_row, position, asset))
    blocker = np.full(order.size, -1, dtype=np.int64)
    last, last_session = -1, (-1, -1)
    reach = 0
    for i in order.tolist():
        session = (int(asset[i]), int(position[i]))
        if last >= 0 and session[0] == last_session[0] and session != last_session and held.low[i] <= reach:
            blocker[i] = last
            continue
        if session != last_session:
            last, last_session, reach = i, session, int(held.high[i])
        reach = max(reach, int(held.high[i]))
    out = blocker >= 0
    ids = held.ids()
    return _screen(held, out, "its window overlaps that of an earlier event", ids[blocker[out]])


def drop_confounded(
    events: EventTable,
    prices: PricePanel,
    window: WindowLike,
    *,
    assets: Sequence[str] | None = None,
    date_only: DateOnly = "span",
    max_gap: Any = "5D",
) -> Screened:
    """Take out every (event, asset) in whose window another event falls.

    Headlines of the same session count as one event unless their directions contradict each other.

    Parameters and errors are those of `confounds`.

    Returns
    -------
    Screened
        ``into`` is empty: nothing stands for what went.
    """
    held = windows_of(events, prices, window, assets=assets, date_only=date_only, max_gap=max_gap)
    out = touched(held)
    return _screen(held, out, "another event falls in its window", np.full(int(out.sum()), ""))


def _screen(held: Windows, out: BoolArray, reason: str, into: npt.NDArray[np.object_]) -> Screened:
    """Take pairs out of the events' assets; an event without any left goes."""
    rows, names = held.alignment.event_row, held.asset_names()
    frame = held.frame
    gone: dict[int, set[str]] = {}
    for row, name in zip(rows[out].tolist(), names[out].tolist(), strict=True):
        gone.setdefault(row, set()).add(name)
    asked: dict[int, dict[str, None]] = {}
    found = held.alignment.searched
    every = np.array(held.alignment.assets, dtype=object)[found.asset]
    for row, name in zip(found.event_row.tolist(), every.tolist(), strict=True):
        asked.setdefault(row, {})[name] = None
    cells = np.empty(len(frame), dtype=object)
    own = frame["assets"].to_numpy(dtype=object) if "assets" in frame else np.full(len(frame), None)
    keep = np.ones(len(frame), dtype=bool)
    for row in range(len(frame)):
        cells[row] = tuple(own[row] or ())
        if row in gone:
            cells[row] = tuple(a for a in (own[row] or asked[row]) if a not in gone[row])
            keep[row] = bool(cells[row])
    left = frame.assign(assets=cells)[keep].reset_index(drop=True)
    return Screened(EventTable(left), _removed(held.ids()[out], names[out], reason, into))


def _removed(
    ids: npt.NDArray[np.object_], names: npt.NDArray[Any], reason: str, into: npt.NDArray[Any]
) -> pd.DataFrame:
    size = len(ids)
    return pd.DataFrame(
        {
            "event_id": ids,
            "asset": names.astype(object),
            "stage": np.full(size, "confounding", dtype=object),
            "reason": np.full(size, reason, dtype=object),
            "into": into.astype(object),
        }
    )
