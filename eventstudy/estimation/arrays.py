"""The arrays an estimation reads, under one shape, and the cuts that are taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.windows import Window

__all__ = ["Block", "Cut", "Inputs", "Plan", "windows"]


class Block(NamedTuple):
    """Some columns of the inputs with time along the last axis, NaN beyond the data.

    ``y`` (b, T) is the regressand, ``x`` (k, b or 1, T) the regressors, ``span`` (b, T) the sessions
    each return spans (None: all one), ``use`` (b, T) what an estimation sample may hold.
    """

    y: FloatArray
    x: FloatArray
    span: FloatArray | None
    use: BoolArray


class Cut(NamedTuple):
    """The windows of some events, one row each: ``y`` (m, W), ``x`` (k, m, W), ``span`` (m, W), ``use`` (m, W)."""

    y: FloatArray
    x: FloatArray
    span: FloatArray | None
    use: BoolArray


@dataclass(frozen=True, slots=True)
class Plan:
    """The windows of a call.

    Attributes
    ----------
    days, sample : Window
        Event and estimation window; with windows per event, the smallest that hold them all.
    samples : int64, shape (n, 2)
        Estimation window of each event.
    own_days : int64, shape (n, 2), or None
        Event window of each event, where they differ.
    own_samples : bool
        Whether the estimation windows differ.
    """

    days: Window
    sample: Window
    samples: IntArray
    own_days: IntArray | None = None
    own_samples: bool = False

    @property
    def lengths(self) -> IntArray:
        """Sessions of each estimation window, shape (n,)."""
        return self.samples[:, 1] - self.samples[:, 0] + 1

    def of(self, event: int) -> tuple[Window, Window]:
        """Event and estimation window of one event."""
        sample = Window(int(self.samples[event, 0]), int(self.samples[event, 1]))
        if self.own_days is None:
            return self.days, sample
        return Window(int(self.own_days[event, 0]), int(self.own_days[event, 1])), sample

    def in_sample(self, events: IntArray, offsets: IntArray) -> BoolArray | np.bool_:
        """Which of the offsets (W,) lie in the estimation windows of the events (m,): (m, W), or just true."""
        if not self.own_samples:
            return np.True_
        inside: BoolArray = (offsets >= self.samples[events, :1]) & (offsets <= self.samples[events, 1:])
        return inside


@dataclass(frozen=True, slots=True)
class Inputs:
    """The arrays an estimation read, by reference; what is computed on request reads them again.

    Attributes
    ----------
    returns : float64, shape (n_sessions, n_assets)
    factors : float64, shape (n_sessions, n_assets or 1, k)
        One column where all assets share their factors.
    positions : int64, shape (n_events, 2)
        Row of day 0, column of the asset.
    excluded : bool, shape (n_sessions, n_assets), or None
        Sessions kept out of every estimation sample.
    spans : int64, shape (n_sessions, n_assets), or None
        Sessions each return spans, where intercept and variance are scaled by it; none where it is 0.
    lags : tuple of int
        Session offsets at which each estimated factor enters.
    n_offset : int
        How many of the last factors are subtracted from the return with coefficient one.
    infinite : bool
        Whether any return or factor is infinite; its events are looked for.
    """

    returns: FloatArray
    factors: FloatArray
    positions: IntArray
    excluded: BoolArray | None = None
    spans: IntArray | None = None
    lags: tuple[int, ...] = (0,)
    n_offset: int = 0
    infinite: bool = False

    @property
    def n_slopes(self) -> int:
        """Number of estimated slopes."""
        return int(self.factors.shape[2] - self.n_offset) * len(self.lags)

    @property
    def shared(self) -> bool:
        """Whether all assets have the same factors on the same rows."""
        return bool(self.factors.shape[1] == 1)

    def _slopes(self) -> list[tuple[int, int]]:
        """Factor column and lag of each slope, factor by factor."""
        return [(j, lag) for j in range(self.factors.shape[2] - self.n_offset) for lag in self.lags]

    def block(self, columns: IntArray, low: int, high: int, x: FloatArray | None = None) -> Block:
        """Take rows ``low`` to ``high`` of the given assets; pass ``x`` again where it is shared."""
        y = _padded(self.returns[:, columns], low, high)
        held = np.zeros(1, dtype=np.int64) if self.shared else columns
        for j in range(self.factors.shape[2] - self.n_offset, self.factors.shape[2]):
            y -= _padded(self.factors[:, held, j], low, high)
        if x is None:
            x = np.empty((self.n_slopes, held.size, high - low))
            for i, (j, lag) in enumerate(self._slopes()):
                x[i] = _padded(self.factors[:, held, j], low + lag, high + lag)
        span = None if self.spans is None else _padded(self.spans[:, columns], low, high)
        if span is not None:
            y[~(span > 0)] = np.nan
        use = np.isfinite(y)
        if x.size:
            use &= np.isfinite(x).all(axis=0)
        if self.excluded is not None:
            use &= _padded(self.excluded[:, columns], low, high, fill=1.0) == 0.0
        return Block(y, x, span, use)

    def cut(self, events: IntArray, window: Window, *, full: bool = False) -> Cut:
        """Take the sessions of a window around day 0 of the given events; ``full`` says that none is missing."""
        first, column = self.positions[events, 0] + window.start, self.positions[events, 1]
        return self.sessions(first, column, window.length, full=full)

    def sessions(self, first: IntArray, column: IntArray, length: int, *, full: bool = False) -> Cut:
        """Take ``length`` sessions from row ``first`` (m,) of assets ``column`` (m,) on, NaN beyond the data."""
        y = self.regressand(first, column, length)
        x, span = self.regressors(first, column, length)
        if full:
            return Cut(y, x, span, np.broadcast_to(np.True_, y.shape))
        if span is not None:
            y[~(span > 0)] = np.nan
        use = np.isfinite(y)
        if x.size:
            use &= np.isfinite(x).all(axis=0)
        if self.excluded is not None:
            use &= _run(self.excluded, first, column, length) == 0.0
        return Cut(y, x, span, use)

    def regressand(self, first: IntArray, column: IntArray, length: int) -> FloatArray:
        """Take the returns (m, length) less the factors that are subtracted from them."""
        y = _run(self.returns, first, column, length)
        for j in range(self.factors.shape[2] - self.n_offset, self.factors.shape[2]):
            y -= _run(self.factors[:, :, j], first, column, length)
        return y

    def regressors(self, first: IntArray, column: IntArray, length: int) -> tuple[FloatArray, FloatArray | None]:
        """Take the regressors (k, m, length) and, where gaps are scaled, the sessions that returns span (m, length)."""
        slopes = [
            _run(self.factors[:, :, j], first + lag if lag else first, column, length) for j, lag in self._slopes()
        ]
        x = slopes[0][None] if len(slopes) == 1 else np.array(slopes).reshape(len(slopes), first.size, length)
        return x, None if self.spans is None else _run(self.spans, first, column, length)


def _run(series: npt.NDArray[Any], first: IntArray, column: IntArray, length: int) -> FloatArray:
    """Copy ``length`` values of (R, A) or, shared, (R, 1) from rows ``first`` (m,) on: (m, length), NaN beyond."""
    n_rows = series.shape[0]
    shared = series.shape[1] == 1
    inside = not first.size or bool(first.min() >= 0 and first.max() + length <= n_rows)
    if inside and series.dtype == np.float64 and (shared or series.flags.f_contiguous):
        flat = np.ascontiguousarray(series[:, 0]) if shared else series.T.reshape(-1)
        return windows(flat, first if shared else column * n_rows + first, length)
    rows, outside = first[:, None] + np.arange(length), None
    if not inside:
        outside = (rows < 0) | (rows >= n_rows)
        rows[outside] = 0
    if shared:
        taken = series[:, 0].take(rows)
    elif series.flags.c_contiguous:  # one index is read faster than two
        taken = series.reshape(-1).take(rows * series.shape[1] + column[:, None])
    else:
        taken = series[rows, column[:, None]]
    out: FloatArray = taken.astype(np.float64, copy=False)
    if outside is not None:
        out[outside] = np.nan
    return out


def windows(series: FloatArray, first: IntArray, length: int) -> FloatArray:
    """Copy ``length`` values from each place of a flat, contiguous series: (m, length).

    A window is one item of ``length`` floats that starts at any float, so that NumPy copies it whole.
    """
    if series.size < length:  # then there is no place, either
        return np.empty((first.size, length))
    items = np.ndarray((series.size - length + 1,), dtype=f"V{8 * length}", buffer=series, strides=(8,))
    return items[first].view(np.float64).reshape(first.size, length)


def _padded(columns: npt.NDArray[Any], low: int, high: int, fill: float = np.nan) -> FloatArray:
    """Rows ``low`` to ``high`` of (R, b) as (b, T) float64, ``fill`` beyond the data."""
    n_rows = columns.shape[0]
    out = np.full((columns.shape[1], high - low), fill)
    first, last = max(low, 0), min(high, n_rows)
    if first < last:
        out[:, first - low : last - low] = columns[first:last].T
    return out
