"""Least squares for every event at once: window sums, a small solve each, abnormal returns written once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.arrays import Block, Inputs
from eventstudy.estimation.gram import KEPT, Gram, packed, whiten
from eventstudy.estimation.status import Status
from eventstudy.estimation.sums import window_counts, window_sums
from eventstudy.windows import Window

__all__ = ["Estimates", "fit_windows"]

BLOCK_BYTES = 1 << 20
"""Bytes of one series of one block of assets; about ten of them are alive, which a second-level cache holds."""
CHUNK_VALUES = 1 << 16
"""Abnormal returns computed at once: a few temporaries of this size fit the cache."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a linear fit leaves per event; filled in place.

    Attributes
    ----------
    ar : float64, shape (n, D)
    intercept, sigma, r2 : float64, shape (n,)
    slopes, mean : float64, shape (n, k)
        ``mean`` is the regressors' mean over the estimation sample.
    whitener : float64, shape (n, k(k+1)/2)
        Inverse Cholesky factor of the centred Gram matrix, see `Gram`.
    n_estimation : int64, shape (n,)
    weight : float64, shape (n,)
        Sessions that the estimation returns span: ``n_estimation`` but for scaled gaps.
    status : int64, shape (n,)
    """

    ar: FloatArray
    intercept: FloatArray
    slopes: FloatArray
    sigma: FloatArray
    r2: FloatArray
    mean: FloatArray
    whitener: FloatArray
    n_estimation: IntArray
    weight: FloatArray
    status: IntArray

    @classmethod
    def empty(cls, n: int, days: int, k: int) -> Estimates:
        """Arrays of the right shapes; every row is written by the fit."""
        return cls(
            ar=np.empty((n, days)),
            intercept=np.full(n, np.nan),
            slopes=np.full((n, k), np.nan),
            sigma=np.full(n, np.nan),
            r2=np.full(n, np.nan),
            mean=np.full((n, k), np.nan),
            whitener=np.full((n, len(packed(k))), np.nan),
            n_estimation=np.zeros(n, dtype=np.int64),
            weight=np.full(n, np.nan),
            status=np.zeros(n, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Window sums of a block, flattened over (asset, start); ``gram`` holds shared designs by start."""

    width: int
    count: IntArray
    weight: FloatArray | None
    y: FloatArray
    yy: FloatArray
    xy: FloatArray
    x: FloatArray
    xx: FloatArray


def _block_sums(block: Block, length: int, shared: bool) -> _Sums:
    """Sum what least squares needs over every window of a block.

    Where all designs are shared only the returns' own sums are taken; ``x`` and ``xx`` stay empty.
    """
    use = block.use
    y = np.where(use, block.y, 0.0)
    scaled = y if block.span is None else y / np.where(use, block.span, 1.0)
    x = np.where(np.isfinite(block.x), block.x, 0.0)
    k = x.shape[0]
    width = use.shape[1] - length + 1
    cells = use.shape[0] * width
    own = (0 if shared else k, use.shape[0], width)
    xy = np.empty((k, use.shape[0], width))
    first, second = np.empty(own), np.empty((0 if shared else len(packed(k)), *own[1:]))
    for j in range(k):
        xy[j] = window_sums(scaled * x[j], length)
    if not shared:
        held = [np.where(use, x[j], 0.0) for j in range(k)]
        for j in range(k):
            first[j] = window_sums(held[j], length)
        divisor = None if block.span is None else np.where(use, block.span, 1.0)
        for p, (i, j) in enumerate(packed(k)):
            product = held[i] * held[j]
            second[p] = window_sums(product if divisor is None else product / divisor, length)
    weight = None if block.span is None else window_sums(np.where(use, block.span, 0.0), length).ravel()
    return _Sums(
        width=width,
        count=window_counts(use, length).ravel(),
        weight=weight,
        y=window_sums(y, length).ravel(),
        yy=window_sums(scaled * y, length).ravel(),
        xy=xy.reshape(k, cells),
        x=first.reshape(first.shape[0], cells),
        xx=second.reshape(second.shape[0], cells),
    )


def _shared_gram(x: FloatArray, length: int) -> Gram:
    """Gram matrices of all windows of designs that every asset shares, as if no return were missing."""
    x = np.where(np.isfinite(x[:, 0]), x[:, 0], 0.0)
    first = window_sums(x, length)
    second = np.empty((len(packed(x.shape[0])), first.shape[1]))
    for p, (i, j) in enumerate(packed(x.shape[0])):
        second[p] = window_sums(x[i] * x[j], length)
    with np.errstate(all="ignore"):  # windows without variation are marked weak
        return Gram.of(np.float64(length), first, second)


class _Solver:
    """Solves the chunks of one block; knows when the shared design holds and when an event needs its own."""

    def __init__(self, block: Block, length: int, shared: Gram | None) -> None:
        self.length = length
        self.block = block
        self.shared = shared
        self.sums = _block_sums(block, length, shared is not None)
        self._full: _Sums | None = None

    def _own(self) -> _Sums:
        """The block's own designs, summed when the first event with a missing value asks."""
        if self.shared is None:
            return self.sums
        if self._full is None:
            self._full = _block_sums(self.block, self.length, False)
        return self._full

    def gram(self, start: IntArray, flat: IntArray, count: IntArray) -> Gram:
        """Designs of the chunk's events."""
        if self.shared is not None:
            found = self.shared.take(start)
            part = np.flatnonzero(count != self.length)
            if part.size == 0:
                return found
        else:
            part = np.arange(flat.size)
            found = None
        own = self._own()
        at = flat[part]
        weight = count[part].astype(np.float64) if own.weight is None else own.weight.take(at)
        mended = Gram.of(weight, own.x.take(at, axis=1), own.xx.take(at, axis=1))
        if found is None:
            return mended
        found.mean[:, part] = mended.mean
        found.whitener[:, part] = mended.whitener
        found.weak[part] = mended.weak
        return found


def fit_windows(
    inputs: Inputs,
    events: IntArray,
    out: Estimates,
    days: Window,
    starts: IntArray,
    length: int,
    needed: int,
    fixed: bool,
) -> IntArray:
    """Estimate the events whose windows have one common length; write into ``out``.

    Parameters
    ----------
    inputs : Inputs
    events : int64, shape (m,)
        Events to estimate; both windows of each touch the data.
    out : Estimates
    days : Window
        Event window, offsets from day 0.
    starts : int64, shape (m,)
        First day of each event's estimation window.
    length : int
        Sessions in an estimation window.
    needed : int
        Fewest valid estimation returns.
    fixed : bool
        Whether the return itself (less the offsets) is the abnormal return.

    Returns
    -------
    int64, shape (w,)
        Events whose sums lost too many digits; estimate them from their own rows.
    """
    rows = inputs.positions[events, 0]
    low = min(int((rows + starts).min()), int(rows.min()) + days.start)
    high = max(int((rows + starts).max()) + length, int(rows.max()) + days.end + 1)
    # Blocks of window sums start at multiples of the length counted from row 0, whatever else is in the call.
    low = (low // length) * length
    high = low + -(-(high - low) // length) * length
    rows = rows - low
    x = inputs.block(inputs.positions[:0, 1], low, high).x if inputs.shared else None
    gram = _shared_gram(x, length) if x is not None and inputs.spans is None and x.size else None
    table = None
    if x is not None:
        table = np.stack([np.lib.stride_tricks.sliding_window_view(s, days.length) for s in x[:, 0]]) if x.size else x
        table = np.ascontiguousarray(table)
    weak: list[IntArray] = []
    for columns, chosen, local in _by_column(inputs, events, high - low):
        block = inputs.block(columns, low, high, x)
        solver = _Solver(block, length, gram)
        step = max(1, CHUNK_VALUES // days.length)
        for at in range(0, chosen.size, step):
            part = chosen[at : at + step]
            which = local[at : at + step]
            begin = rows[part] + starts[part]
            weak.append(_fit_chunk(solver, out, events[part], which, rows[part], begin, days, needed, fixed, table))
    return np.concatenate(weak) if weak else np.zeros(0, dtype=np.int64)


def _by_column(inputs: Inputs, events: IntArray, width: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Go through the assets in blocks: their columns, the events on them, and each event's column in the block."""
    column = inputs.positions[events, 1]
    narrow = column.astype(np.uint16) if inputs.returns.shape[1] < 1 << 16 else column
    order = np.argsort(narrow, kind="stable")  # 16-bit keys sort by radix
    ordered = column[order]
    columns, starts = np.unique(ordered, return_index=True)
    stops = np.append(starts[1:], ordered.size)
    step = max(1, BLOCK_BYTES // (8 * width))
    for at in range(0, columns.size, step):
        held = columns[at : at + step]
        chosen = order[starts[at] : stops[min(at + step, columns.size) - 1]]
        yield held, chosen, np.searchsorted(held, column[chosen])


def _fit_chunk(
    solver: _Solver,
    out: Estimates,
    ids: IntArray,
    local: IntArray,
    rows: IntArray,
    start: IntArray,
    days: Window,
    needed: int,
    fixed: bool,
    table: FloatArray | None,
) -> IntArray:
    sums, block = solver.sums, solver.block
    flat = local * sums.width + start
    count = sums.count.take(flat)
    enough = count >= needed
    with np.errstate(all="ignore"):
        weight = count.astype(np.float64) if sums.weight is None else sums.weight.take(flat)
        y, yy, xy = sums.y.take(flat), sums.yy.take(flat), sums.xy.take(flat, axis=1)
        ybar = y / weight
        centred = yy - ybar * y
        residual = centred.copy()
        weak = np.zeros(ids.size, dtype=bool)
        intercept = ybar.copy()
        slopes = np.empty_like(xy)
        if xy.shape[0]:
            gram = solver.gram(start, flat, count)
            scores = whiten(gram.whitener, xy - gram.mean * y)
            residual -= np.einsum("km,km->m", scores, scores)
            slopes = _unwhiten(gram.whitener, scores)
            intercept -= np.einsum("km,km->m", slopes, gram.mean)
            weak |= gram.weak
            out.mean[ids] = gram.mean.T
            out.whitener[ids] = gram.whitener.T
        weak |= ~(residual > KEPT * yy)
        out.sigma[ids] = np.sqrt(residual / (count - (1 + xy.shape[0])))
        out.r2[ids] = np.nan if fixed else 1.0 - residual / centred
    out.intercept[ids] = intercept
    out.slopes[ids] = slopes.T
    out.n_estimation[ids] = count
    out.weight[ids] = weight
    ar = np.lib.stride_tricks.sliding_window_view(block.y, days.length, axis=1)[local, rows + days.start]
    if not fixed:
        _subtract_expected(ar, block, local, rows + days.start, intercept, slopes, table)
    out.ar[ids] = ar
    out.status[ids] = np.where(enough, Status.OK, Status.TOO_FEW)
    return ids[weak & enough]


def _subtract_expected(
    ar: FloatArray,
    block: Block,
    local: IntArray,
    first: IntArray,
    intercept: FloatArray,
    slopes: FloatArray,
    table: FloatArray | None,
) -> None:
    days = ar.shape[1]
    for j in range(slopes.shape[0]):
        if table is not None:
            x = table[j].take(first, axis=0)
        else:
            x = np.lib.stride_tricks.sliding_window_view(block.x[j], days, axis=1)[local, first]
        x *= slopes[j][:, None]
        ar -= x
    if block.span is None:
        ar -= intercept[:, None]
    else:
        spans = np.lib.stride_tricks.sliding_window_view(block.span, days, axis=1)[local, first]
        ar -= intercept[:, None] * spans


def _unwhiten(whitener: FloatArray, scores: FloatArray) -> FloatArray:
    """Multiply U^-1 with (k, m): coefficients from whitened scores."""
    slopes = np.zeros_like(scores)
    for p, (i, j) in enumerate(packed(scores.shape[0])):
        slopes[i] += whitener[p] * scores[j]
    return slopes
