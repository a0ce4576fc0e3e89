"""Few events on many sessions: the window sums of just these events, to the same last bit."""

from __future__ import annotations

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.estimation.arrays import Cut, Inputs, Plan
from eventstudy.estimation.gram import Gram, packed
from eventstudy.estimation.solve import Estimates, solve

__all__ = ["fit_sparse", "is_sparse"]

CHUNK_VALUES = 1 << 15
"""Estimation rows taken at once: a few arrays of this size fit the cache."""


def is_sparse(inputs: Inputs, events: IntArray | None, length: int) -> bool:
    """Whether reading each event's own sample is less work than summing over all windows of its asset."""
    column = inputs.positions[:, 1] if events is None else inputs.positions[events, 1]
    if column.size * length > inputs.returns.size:
        return False
    return bool(2 * column.size * length < np.unique(column).size * inputs.returns.shape[0])


def fit_sparse(
    inputs: Inputs,
    events: IntArray | None,
    out: Estimates,
    plan: Plan,
    length: int,
    needed: int,
    fixed: bool,
    shared: Gram | None = None,
    low: int = 0,
) -> IntArray:
    """Estimate events from their own samples; arguments and result as of `fit_windows`.

    ``shared`` holds, where all assets have one design, that of every complete window from row ``low`` on.
    The sums are taken in the order in which `window_sums` takes them, so that an event's estimate is
    the same in whatever company it is asked for.
    """
    ids = np.arange(inputs.positions.shape[0]) if events is None else events
    days = np.arange(plan.days.start, plan.days.end + 1)
    step = max(2, CHUNK_VALUES // length)
    weak: list[IntArray] = []
    for at in range(0, ids.size, step):
        part = ids[at : at + step]
        begin = inputs.positions[part, 0] + plan.samples[part, 1] - (length - 1)
        sums, weight, gram = _sums(inputs, part, begin, length, shared, low)
        weak.append(part[solve(out, part, sums, weight, gram, _CutRows(inputs.cut(part, days)), needed, fixed)])
    return np.concatenate(weak) if weak else ids[:0]


class _CutRows:
    """Event windows taken already, see `EventRows`."""

    def __init__(self, cut: Cut) -> None:
        self.cut = cut

    def y(self) -> FloatArray:
        """Returns, shape (m, D)."""
        return self.cut.y

    def x(self, j: int) -> FloatArray:
        """Regressor j, shape (m, D)."""
        row: FloatArray = self.cut.x[j]
        return row

    def span(self) -> FloatArray | None:
        """Sessions spanned, shape (m, D)."""
        return self.cut.span


def _sums(
    inputs: Inputs, events: IntArray, begin: IntArray, length: int, shared: Gram | None, low: int
) -> tuple[FloatArray, FloatArray | None, Gram]:
    """Sums of each event's sample: what returns contribute (3 + k, m), spans (m,), and the design."""
    n = events.size
    if n == 1:  # a single column would be summed pairwise, in another order
        events, begin = np.repeat(events, 2), np.repeat(begin, 2)
    # Days of the first block run backwards from its end, then those of the second forwards from its start.
    left = length - begin % length
    step = np.arange(length)[:, None]
    head = step < left
    rows = begin + np.where(head, left - 1 - step, step)
    cut = inputs.gather(rows, inputs.positions[events, 1])
    use, k = cut.use, cut.x.shape[0]
    complete = bool(use.all())  # then there is nothing to blank out
    y = cut.y if complete else np.where(use, cut.y, 0.0)
    span = None if cut.span is None else np.where(use, cut.span, 1.0)
    scaled = y if span is None else y / span
    sums = np.empty((3 + k, events.size))
    sums[0] = use.sum(axis=0)
    sums[1], sums[2] = _in_order(y, head), _in_order(scaled * y, head)
    held = []
    for j in range(k):
        known = cut.x[j] if complete else np.where(np.isfinite(cut.x[j]), cut.x[j], 0.0)
        sums[3 + j] = _in_order(scaled * known, head)
        held.append(known if complete else np.where(use, known, 0.0))
    if complete and shared is not None:
        return sums[:, :n], None, shared.take(begin[:n] - low)
    weight = sums[0] if span is None else _in_order(np.where(use, span, 0.0), head)
    first, second = np.empty((k, events.size)), np.empty((len(packed(k)), events.size))
    for j in range(k):
        first[j] = _in_order(held[j], head)
    for p, (i, j) in enumerate(packed(k)):
        product = held[i] * held[j]
        second[p] = _in_order(product if span is None else product / span, head)
    with np.errstate(all="ignore"):  # windows without variation are marked weak
        gram = Gram.of(weight, first, second).take(np.arange(n))
    return sums[:, :n], None if span is None else weight[:n], gram


def _in_order(series: FloatArray, head: BoolArray) -> FloatArray:
    """Sum (W, m) down the rows, the first block's and the second's apart, one row after the other."""
    first: FloatArray = np.add.reduce(np.where(head, series, 0.0), axis=0)
    first += np.add.reduce(np.where(head, 0.0, series), axis=0)
    return first
