"""What exclusion costs each row, and what becomes of the rows without an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.alignment import MergedRows, joined, listing
from eventstudy.errors import DataError
from eventstudy.estimation import AbnormalReturns
from eventstudy.prices.grid import SessionReturns
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable
    from eventstudy.prices.dataset import PriceDataset
    from eventstudy.prices.panel import PricePanel

__all__ = ["drops", "n_excluded", "nothing_left", "other_windows"]


def other_windows(rows: MergedRows, window: Window, shape: tuple[int, ...], *, settled: bool = True) -> BoolArray:
    """Mark each asset's sessions that lie in a window of any of its rows, (R, A); up to the settled day or not."""
    edges = np.zeros((shape[0] + 1, shape[1]), dtype=np.int64)
    first = np.clip(rows.position + window.start, 0, shape[0])
    after = np.clip(rows.position + (rows.settle if settled else 0) + window.end + 1, 0, shape[0])
    np.add.at(edges, (first, rows.asset), 1)
    np.add.at(edges, (after, rows.asset), -1)
    return np.asarray(np.cumsum(edges, axis=0)[:-1] > 0)


def n_excluded(excluded: BoolArray | None, returns: FloatArray, rows: MergedRows, window: Window) -> IntArray:
    """Count the valid estimation returns that exclusion cost each row."""
    if excluded is None:
        return np.zeros(len(rows), dtype=np.int64)
    total = np.zeros((returns.shape[0] + 1, returns.shape[1]), dtype=np.int64)
    np.cumsum(excluded & ~np.isnan(returns), axis=0, out=total[1:])
    first = np.clip(rows.position + window.start, 0, returns.shape[0])
    after = np.clip(rows.position + window.end + 1, 0, returns.shape[0])
    return np.asarray(total[after, rows.asset] - total[first, rows.asset])


def drops(
    rows: MergedRows, estimates: AbnormalReturns, usable: BoolArray, returns: SessionReturns, events: EventTable
) -> pd.DataFrame:
    """List what alignment dropped, and the rows without an estimate with all their headlines."""
    if usable.all():
        return rows.dropped
    lost = np.flatnonzero(~usable)
    unestimated = listing(
        event_id=events.array("event_id")[rows.event_row[lost]],
        asset=np.array(returns.grid.assets, dtype=object)[rows.asset[lost]],
        stage=np.full(lost.size, "estimation", dtype=object),
        reason=np.array([estimates.reason(int(i)) for i in lost], dtype=object),
    )
    return joined(rows.dropped, unestimated)


def _counted(dropped: pd.DataFrame) -> str:
    """Count the commonest reasons, for an error's one line."""
    counts = dropped["reason"].value_counts()
    return "; ".join(f"{n} x {reason}" for reason, n in counts.head(3).items())


def nothing_left(n_in: int, dropped: pd.DataFrame, prices: PricePanel | PriceDataset) -> DataError:
    """Say in one line why no pair could be studied."""
    shown = ", ".join(prices.assets[:6]) + (", ..." if len(prices.assets) > 6 else "")
    unpriced = dropped["reason"].str.startswith("no prices for").any()
    hint = f"the prices are of {shown}" if unpriced else "see the reasons"
    return DataError(f"none of {n_in} event-asset pairs could be studied: {_counted(dropped)}", hint=hint)
