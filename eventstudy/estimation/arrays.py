"""What the array core returns."""

from __future__ import annotations

from dataclasses import dataclass

from eventstudy._types import BoolArray, FloatArray, IntArray

__all__ = ["Inputs"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The arrays an estimation read, by reference; what is computed on request reads them again.

    Attributes
    ----------
    returns : float64, shape (n_sessions, n_assets)
    factors : float64, shape (n_sessions, k) or (n_sessions, n_assets, k)
    positions : int64, shape (n_events, 2)
        Row of day 0, column of the asset.
    excluded : bool, shape (n_sessions, n_assets), or None
        Sessions kept out of every estimation sample.
    """

    returns: FloatArray
    factors: FloatArray
    positions: IntArray
    excluded: BoolArray | None = None
