"""Which events stand in each other's windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import BoolArray, DateOnly, IntArray, WindowLike
from eventstudy.alignment.asking import happened, named_assets
from eventstudy.alignment.search import frame_of
from eventstudy.alignment.sessions import Alignment, align
from eventstudy.errors import SpecError
from eventstudy.events.tables import EventTable
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.sessions import build_grid
from eventstudy.windows import Window

__all__ = ["Windows", "confounds", "windows_of"]

# Rows of the answer that still fit a machine's memory.
_MOST = 20_000_000


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of n (event, asset) pairs, in sessions of each asset.

    Attributes
    ----------
    alignment : Alignment
        Its ``event_row``, ``asset``, ``position`` and ``settle`` are those of the pairs.
    frame : pandas.DataFrame
        The events, one row each.
    direction : int64, shape (n,)
        Code of the event's direction; events without one are -1.
    low, high : int64, shape (n,)
        Rows of the window's first and last session.
    session : datetime64[ns], shape (n,)
        Day 0.
    """

    alignment: Alignment
    frame: pd.DataFrame
    direction: IntArray
    low: IntArray
    high: IntArray
    session: npt.NDArray[np.datetime64]

    def ids(self) -> npt.NDArray[np.object_]:
        """Event ids of the pairs."""
        return np.asarray(self.frame["event_id"].to_numpy(dtype=object)[self.alignment.event_row], dtype=object)

    def asset_names(self) -> npt.NDArray[np.object_]:
        """Names of the pairs' assets."""
        return np.array(self.alignment.assets, dtype=object)[self.alignment.asset]


def windows_of(
    events: EventTable,
    prices: PricePanel,
    window: WindowLike,
    *,
    assets: Sequence[str] | None = None,
    date_only: DateOnly = "span",
    max_gap: Any = "5D",
) -> Windows:
    """Pair the events that happened with their assets and lay out their windows."""
    wide = Window.of(window)
    frame = frame_of(events)
    default = named_assets(assets, prices, getattr(prices, "assets", ()))
    names, row, column = _pairs(frame, np.flatnonzero(happened(events)), prices, default)
    grid = build_grid(prices, names)
    alignment = align(events, (row, column), grid, date_only=date_only, max_gap=max_gap)
    direction = np.full(len(frame), -1, dtype=np.int64)
    if "direction" in frame:
        codes, unique = pd.factorize(frame["direction"].astype(object).where(frame["direction"].notna(), ""))
        none = np.isin(np.asarray(unique, dtype=object), ("neither", ""))
        direction = np.where(none[codes], -1, codes) if len(unique) else direction
    position = alignment.position
    first, last = wide.bounds(alignment.settle)
    return Windows(
        alignment=alignment,
        frame=frame,
        direction=np.asarray(direction[alignment.event_row], dtype=np.int64),
        low=position + first,
        high=position + last,
        session=grid.sessions[position, alignment.asset],
    )


def _pairs(
    frame: pd.DataFrame, rows: IntArray, prices: PricePanel, default: list[str]
) -> tuple[list[str], IntArray, IntArray]:
    """Pair each event with its own assets that have prices, else with the default ones."""
    own = frame["assets"].to_numpy(dtype=object)[rows] if "assets" in frame else np.full(rows.size, None)
    cells = [[a for a in cell if a in prices] if cell else default for cell in own]
    names = list(dict.fromkeys(a for cell in cells for a in cell)) or default
    code = {name: k for k, name in enumerate(names)}
    counts = np.array([len(cell) for cell in cells], dtype=np.int64)
    columns = np.array([code[a] for cell in cells for a in cell], dtype=np.int64)
    return names, np.repeat(rows, counts), columns


def confounds(
    events: EventTable,
    prices: PricePanel,
    window: WindowLike,
    *,
    assets: Sequence[str] | None = None,
    date_only: DateOnly = "span",
    max_gap: Any = "5D",
) -> pd.DataFrame:
    """List, for each event on each asset, the other events whose windows overlap its own.

    Parameters
    ----------
    events : EventTable
        Events that are asserted and happened are looked at, as in a study.
    prices : PricePanel
        Gives the sessions.
    window : (int, int)
        Inclusive session offsets: before the event from day 0, after it from the settled day.
    assets : sequence of str, optional
        For events that name none; without it, every asset of the panel.
    date_only, max_gap : str
        As in `align`.

    Returns
    -------
    pandas.DataFrame
        One row for each (event, asset, other event): ``event_id, asset, day0, other_id, other_day0``,
        ``offset`` (sessions from day 0 to the other's), ``shared`` (sessions in both windows),
        ``inside`` (whether the other's day 0 to settled day touches this window), ``relation``
        (``"same direction"``, ``"opposite"``, ``"neither"``) and ``merges`` (same session and no opposite
        direction: a study makes them one row).

    Raises
    ------
    AssetError
        If an asset has no prices.
    SpecError
        If the answer would have more than twenty million rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.events.readers import read_events
    >>> days = pd.bdate_range("2022-02-07", "2022-02-25")
    >>> panel = PricePanel(pd.DataFrame({"X": range(1, 16)}, index=days), close="16:00", tz="UTC")
    >>> table = read_events(pd.DataFrame({"time": ["2022-02-14T12:00Z", "2022-02-16T12:00Z"], "asset": "X"}))
    >>> confounds(table, panel, (0, 2))[["event_id", "other_id", "offset", "shared", "inside"]]
      event_id other_id  offset  shared  inside
    0       e1       e2       2       1    True
    1       e2       e1      -2       1   False
    """
    held = windows_of(events, prices, window, assets=assets, date_only=date_only, max_gap=max_gap)
    one, other = _overlaps(held)
    position, settle = held.alignment.position, held.alignment.settle
    ids, names = held.ids(), held.asset_names()
    a, b = held.direction[one], held.direction[other]
    opposite = (a >= 0) & (b >= 0) & (a != b)
    relation = np.where(opposite, "opposite", np.where((a == b) & (a >= 0), "same direction", "neither"))
    found = pd.DataFrame(
        {
            "event_id": ids[one],
            "asset": names[one],
            "day0": held.session[one],
            "other_id": ids[other],
            "other_day0": held.session[other],
            "offset": position[other] - position[one],
            "shared": np.minimum(held.high[one], held.high[other]) - np.maximum(held.low[one], held.low[other]) + 1,
            "inside": (position[other] <= held.high[one]) & (position[other] + settle[other] >= held.low[one]),
            "relation": relation.astype(object),
            "merges": (position[one] == position[other]) & ~opposite,
        }
    )
    order = np.lexsort((position[other], held.alignment.asset[one], held.alignment.event_row[one]))
    return found.iloc[order].reset_index(drop=True)


def _overlaps(held: Windows) -> tuple[IntArray, IntArray]:
    """Give the ordered pairs (i, j), i not j, of one asset whose windows share a session."""
    n = len(held.alignment)
    none = np.zeros(0, dtype=np.int64)
    if n == 0:
        return none, none
    # One number line for all assets, each on a stretch of its own that no window leaves.
    stretch = int(held.high.max() - held.low.min()) + 2
    base = held.alignment.asset * stretch - int(held.low.min())
    low, high = base + held.low, base + held.high
    order = np.argsort(low, kind="stable")
    # In the order of their starts, the windows that start within (i, j > i) overlap i.
    starts = low[order]
    last = np.searchsorted(starts, high[order], side="right")
    count = last - np.arange(n) - 1
    total = int(count.sum())
    if 2 * total > _MOST:
        raise SpecError(
            f"{2 * total:,} overlaps of windows are too many to list",
            hint="take a shorter window, or fewer events or assets",
        )
    first = np.repeat(np.arange(n), count)
    step = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    second = first + 1 + step
    i, j = order[first], order[second]
    return np.concatenate([i, j]), np.concatenate([j, i])


def touched(held: Windows) -> BoolArray:
    """Tell which pairs have another event in their window that would not merge into their row; shape (n,)."""
    n = len(held.alignment)
    if n == 0:
        return np.zeros(0, dtype=bool)
    position, settle = held.alignment.position, held.alignment.settle
    ends = position + settle
    stretch = int(max(held.high.max(), ends.max()) - min(held.low.min(), position.min())) + 2
    base = held.alignment.asset * stretch - int(min(held.low.min(), position.min()))
    begun = np.searchsorted(np.sort(base + position), base + held.high, side="right")
    over = np.searchsorted(np.sort(base + ends), base + held.low, side="left")
    inside = begun - over
    # Of those on its own session all merge but the ones of the opposite direction.
    own = (position <= held.high) & (ends >= held.low)
    same = _same_session(base + position, held.direction)
    return np.asarray(inside > np.where(own, same, 0))


def _same_session(session: IntArray, direction: IntArray) -> IntArray:
    """Count, for each pair, the pairs of its session that are not of the opposite direction, itself included."""
    kinds = direction - direction.min() + 1
    _, at, in_session = np.unique(session, return_inverse=True, return_counts=True)
    none = np.bincount(at, weights=direction < 0)[at].astype(np.int64)
    key = session * (int(kinds.max()) + 1) + kinds
    _, where, counts = np.unique(key, return_inverse=True, return_counts=True)
    return np.where(direction < 0, in_session[at], counts[where] + none)
