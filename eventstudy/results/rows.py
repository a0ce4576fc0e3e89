"""The rows of a result: one (asset, day 0) each, with what alignment and merging said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray, IntArray

__all__ = ["Rows"]


@dataclass(frozen=True, slots=True)
class Rows:
    """n rows, each one asset's reaction on one session; columns as arrays.

    Attributes
    ----------
    event_id, kind, direction, title : object, shape (n,)
        Of the row's first headline; ``direction`` is ``"mixed"`` where the session saw both.
    asset : object, shape (n,)
        Symbol.
    asset_code : int64, shape (n,)
        The same as a number.
    intensity : float64, shape (n,)
        Mean over the row's headlines.
    settle : int64, shape (n,)
        Sessions from day 0 to the settled day.
    timing : object, shape (n,)
        ``"exact"``, ``"date"`` or ``"ambiguous"``.
    n_headlines : int64, shape (n,)
    selected_on_outcome : bool, shape (n,)
        Whether an article of the row reports the market's move.
    day0, settled : datetime64[ns], shape (n,)
        Session labels.
    day0_instant, settled_instant : datetime64[ns], shape (n,)
        UTC instants of the prices.
    earliest, latest : datetime64[ns], shape (n,)
        Interval in which the news became public, UTC.
    n_excluded : int64, shape (n,)
        Estimation returns left out because they lie in another event's window.
    sessions : datetime64[ns], shape (n, D)
        Session label of each event day, NaT outside the data.
    actual : float64, shape (n, D)
        Returns of the event window.
    extra : pandas.DataFrame
        The user's own event columns, n rows.
    """

    event_id: np.ndarray
    kind: np.ndarray
    direction: np.ndarray
    title: np.ndarray
    asset: np.ndarray
    asset_code: IntArray
    intensity: FloatArray
    settle: IntArray
    timing: np.ndarray
    n_headlines: IntArray
    selected_on_outcome: BoolArray
    day0: DateArray
    settled: DateArray
    day0_instant: DateArray
    settled_instant: DateArray
    earliest: DateArray
    latest: DateArray
    n_excluded: IntArray
    sessions: DateArray
    actual: FloatArray
    extra: pd.DataFrame

    def __len__(self) -> int:
        """Return n."""
        return len(self.asset_code)
