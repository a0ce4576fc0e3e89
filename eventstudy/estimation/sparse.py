"""Few events on many sessions: the window sums of just these events, to the same last bit."""

from __future__ import annotations

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.arrays import Inputs, Plan
from eventstudy.estimation.frame import Frame
from eventstudy.estimation.gram import Gram, packed
from eventstudy.estimation.solve import Estimates, solve

__all__ = ["fit_sparse", "is_sparse"]

CHUNK_VALUES = 1 << 15
"""Estimation rows taken at once: a few arrays of this size fit the cache."""
PASSES = 2
"""Estimation rows that are read in the time in which all windows of one session are summed: 2 to 5, measured."""
GROUP_VALUES = 1 << 15
"""Abnormal returns computed at once."""

Halves = tuple[FloatArray, FloatArray]


def is_sparse(inputs: Inputs, events: IntArray | None, length: int) -> bool:
    """Whether reading each event's own sample is less work than summing over all windows of its asset."""
    column = inputs.positions[:, 1] if events is None else inputs.positions[events, 1]
    rows = column.size * length // PASSES
    if rows > inputs.returns.size:
        return False
    touched = np.zeros(inputs.returns.shape[1], dtype=bool)
    touched[column] = True
    return bool(rows < np.count_nonzero(touched) * inputs.returns.shape[0])


def fit_sparse(
    inputs: Inputs,
    events: IntArray | None,
    out: Estimates,
    plan: Plan,
    frame: Frame,
    needed: int,
    fixed: bool,
) -> IntArray:
    """Estimate events from their own samples; arguments and result as of `fit_windows`.

    The sums are taken in the order in which `window_sums` takes them, so that an event's estimate is
    the same in whatever company it is asked for.
    """
    ids = np.arange(inputs.positions.shape[0]) if events is None else events
    group = max(1, GROUP_VALUES // plan.days.length)
    weak: list[IntArray] = []
    for at in range(0, ids.size, group):
        part = ids[at : at + group]
        begin = inputs.positions[part, 0] + plan.samples[part, 1] - (frame.length - 1)
        # Samples that reach equally far into their first block are cut alike: neighbours in this order.
        left = frame.length - begin % frame.length
        order = np.argsort(left, kind="stable")
        part, begin = part[order], begin[order]
        sums, weight, gram = _sums(inputs, frame, begin, inputs.positions[part, 1], left[order])
        rows = _OwnRows(inputs, plan, part)
        weak.append(part[solve(out, part, sums, weight, gram, rows, needed, fixed)])
    return np.concatenate(weak) if weak else ids[:0]


class _OwnRows:
    """Event windows read from the inputs, see `EventRows`."""

    def __init__(self, inputs: Inputs, plan: Plan, events: IntArray) -> None:
        first, column = inputs.positions[events, 0] + plan.days.start, inputs.positions[events, 1]
        self._y = inputs.regressand(first, column, plan.days.length)
        self._x, self._span = inputs.regressors(first, column, plan.days.length)
        if self._span is not None:
            self._y[~(self._span > 0)] = np.nan

    def y(self) -> FloatArray:
        """Returns, shape (m, D)."""
        return self._y

    def x(self, j: int) -> FloatArray:
        """Regressor j, shape (m, D)."""
        row: FloatArray = self._x[j]
        return row

    def span(self) -> FloatArray | None:
        """Sessions spanned, shape (m, D)."""
        return self._span


class _Blocks:
    """The two blocks that the windows (m, W) of some events lie in; ``left`` (m,), sorted, is the first one's share."""

    def __init__(self, left: IntArray) -> None:
        self.low, self.high = int(left[0]), int(left[-1])
        first = np.arange(self.low, self.high)[:, None] < left
        self.own = np.where(first, 1.0, 0.0)[::-1], np.where(first, 0.0, 1.0)

    def split(self, series: FloatArray) -> Halves:
        """Give the first block's days backwards from its end, then the second's: (high, m) and (W - low, m)."""
        return np.ascontiguousarray(series.T[: self.high][::-1]), np.ascontiguousarray(series.T[self.low :])

    def parted(self, series: FloatArray) -> Halves:
        """The same with zero on the days of the other block."""
        first, second = self.split(series)
        first[: self.high - self.low] *= self.own[0]
        second[: self.high - self.low] *= self.own[1]
        return first, second


def _sums(
    inputs: Inputs, frame: Frame, begin: IntArray, column: IntArray, left: IntArray
) -> tuple[FloatArray, FloatArray | None, Gram]:
    """Sums of each event's sample: what returns contribute (3 + k, m), spans (m,), and the design."""
    n, k = begin.size, inputs.n_slopes
    sums = np.empty((3 + k, n))
    weight = None if inputs.spans is None else np.empty(n)
    if frame.gram is not None:
        gram = frame.gram.take(begin - frame.low)
    else:
        gram = Gram(np.empty((k, n)), np.empty((len(packed(k)), n)), np.zeros(n, dtype=bool))
    step = max(2, CHUNK_VALUES // frame.length)
    for at in range(0, n, step):
        part = slice(at, at + step)
        blocks = _Blocks(left[part])
        if not _complete_sums(inputs, frame, begin[part], column[part], blocks, sums[:, part]):
            own = _usable_sums(inputs, begin[part], column[part], frame.length, blocks, sums[:, part])
            gram.mean[:, part], gram.whitener[:, part], gram.weak[part] = own[1]
            if weight is not None:
                weight[part] = own[0]
    return sums, weight, gram


def _complete_sums(
    inputs: Inputs, frame: Frame, begin: IntArray, column: IntArray, blocks: _Blocks, out: FloatArray
) -> bool:
    """Write count, y, yy and xy of samples as if nothing were missing; false where something is."""
    if inputs.excluded is not None or inputs.spans is not None or (inputs.n_slopes and frame.gram is None):
        return False
    with np.errstate(invalid="ignore", over="ignore"):
        y = blocks.parted(inputs.regressand(begin, column, frame.length))
        out[0] = frame.length
        out[1], out[2] = _total(y), _total(_product(y, y))
        for j in range(inputs.n_slopes):
            out[3 + j] = _total(_product(y, blocks.split(frame.window(j, begin))))
    # One missing value makes a sum of products no number.
    return bool(np.isfinite(out[2:]).all())


def _usable_sums(
    inputs: Inputs, begin: IntArray, column: IntArray, length: int, blocks: _Blocks, out: FloatArray
) -> tuple[FloatArray, Gram]:
    """Write count, y, yy and xy of what samples hold; give their spans (m,) and designs."""
    cut = inputs.sessions(begin, column, length)
    use, k = cut.use, cut.x.shape[0]
    y = blocks.parted(np.where(use, cut.y, 0.0))
    span = None if cut.span is None else blocks.split(np.where(use, cut.span, 1.0))
    scaled = y if span is None else _ratio(y, span)
    out[0] = use.sum(axis=1)
    out[1], out[2] = _total(y), _total(_product(scaled, y))
    held: list[Halves] = []
    for x in cut.x:
        out[3 + len(held)] = _total(_product(scaled, blocks.split(np.where(np.isfinite(x), x, 0.0))))
        held.append(blocks.parted(np.where(use, x, 0.0)))
    weight = out[0] if cut.span is None else _total(blocks.parted(np.where(use, cut.span, 0.0)))
    first, second = np.empty((k, begin.size)), np.empty((len(packed(k)), begin.size))
    for j in range(k):
        first[j] = _total(held[j])
    for p, (i, j) in enumerate(packed(k)):
        product = _product(held[i], held[j])
        second[p] = _total(product if span is None else _ratio(product, span))
    with np.errstate(all="ignore"):  # windows without variation are marked weak
        return weight, Gram.of(weight, first, second)


def _total(halves: Halves) -> FloatArray:
    """Sum each window, the first block's days and the second's apart, one day after the other."""
    total = _down(halves[0])
    total += _down(halves[1])
    return total


def _down(series: FloatArray) -> FloatArray:
    """Sum (W, m) row after row; a single column would be summed pairwise, in another order."""
    if series.shape[1] == 1 and series.shape[0]:
        last: FloatArray = np.cumsum(series, axis=0)[-1]
        return last
    total: FloatArray = np.add.reduce(series, axis=0)
    return total


def _product(a: Halves, b: Halves) -> Halves:
    return a[0] * b[0], a[1] * b[1]


def _ratio(a: Halves, b: Halves) -> Halves:
    return a[0] / b[0], a[1] / b[1]
