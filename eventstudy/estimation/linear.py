"""Least squares for every event at once: window sums, a small solve each, abnormal returns written once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.arrays import Block, Inputs, Plan, windows
from eventstudy.estimation.frame import Frame
from eventstudy.estimation.gram import Gram, packed
from eventstudy.estimation.solve import Estimates, solve
from eventstudy.estimation.sparse import fit_sparse, is_sparse
from eventstudy.estimation.sums import window_counts, window_sums

__all__ = ["fit_windows"]

SERIES_BYTES = 1 << 18
"""Bytes of one series while window sums are made; about ten are alive, and a second-level cache holds them."""
CHUNK_VALUES = 1 << 17
"""Abnormal returns computed at once: a few temporaries of this size fit the cache."""
SHARE = 0.21
"""Share of the inputs' and outputs' memory that window sums and chunks may take: with what is smaller, a quarter."""
PASSING = 2 << 20
"""Bytes of that for the chunks of abnormal returns; the window sums of one group of assets have the rest."""
LEAST = 1 << 20
"""Bytes that the window sums may take in any case."""


def _return_sums(block: Block, length: int, out: FloatArray) -> None:
    """Write what the returns contribute to each window of a block: ``out`` (3 + k, b, S) of count, y, yy, xy."""
    use = block.use
    y = np.where(use, block.y, 0.0)
    scaled = y if block.span is None else y / np.where(use, block.span, 1.0)
    alike = bool((use == use[:1]).all())  # complete assets lack the same rows: those beyond the data
    out[0] = window_counts(use[:1] if alike else use, length)
    window_sums(y, length, out[1])
    window_sums(scaled * y, length, out[2])
    for j in range(block.x.shape[0]):
        held = np.where(np.isfinite(block.x[j]), block.x[j], 0.0)
        window_sums(scaled * held, length, out[3 + j])


def _design_sums(block: Block, length: int, out: FloatArray) -> None:
    """Write the design's own sums: ``out`` (1 + k + k(k+1)/2, b, S) of span, x, xx packed."""
    k = block.x.shape[0]
    span = None if block.span is None else np.where(block.use, block.span, 1.0)
    window_sums(np.where(block.use, 1.0 if span is None else span, 0.0), length, out[0])
    held = [np.where(block.use, block.x[j], 0.0) for j in range(k)]
    for j in range(k):
        window_sums(held[j], length, out[1 + j])
    for p, (i, j) in enumerate(packed(k)):
        product = held[i] * held[j]
        window_sums(product if span is None else product / span, length, out[1 + k + p])


class _Group:
    """Some assets: their returns with time along the last axis, and the sums over all their windows.

    The design's own sums are made when first asked for: with shared factors and complete returns, never.
    """

    def __init__(self, inputs: Inputs, columns: IntArray, frame: Frame) -> None:
        self.inputs, self.columns, self.frame = inputs, columns, frame
        k, size = inputs.n_slopes, (columns.size, frame.width)
        self.y = np.empty(size)
        self.x = frame.x if frame.x is not None else np.empty((k, *size))
        self.span = None if inputs.spans is None else np.empty(size)
        self.sums = np.empty((columns.size, frame.starts, 3 + k))
        for part, block in self._blocks():
            self.y[part] = block.y
            if frame.x is None:
                self.x[:, part] = block.x
            if self.span is not None and block.span is not None:
                self.span[part] = block.span
            _return_sums(block, frame.length, np.moveaxis(self.sums[part], -1, 0))
        self._design: FloatArray | None = None

    def _blocks(self) -> Iterator[tuple[slice, Block]]:
        step = max(1, SERIES_BYTES // (8 * self.frame.width))
        for at in range(0, self.columns.size, step):
            part = slice(at, at + step)
            yield part, self.inputs.block(self.columns[part], self.frame.low, self.frame.high, self.frame.x)

    def design(self, flat: IntArray) -> FloatArray:
        """The design's own sums at flattened (asset, start), shape (1 + k + k(k+1)/2, m)."""
        if self._design is None:
            k = self.inputs.n_slopes
            self._design = np.empty((1 + k + len(packed(k)), *self.sums.shape[:2]))
            for part, block in self._blocks():
                _design_sums(block, self.frame.length, self._design[:, part])
        return self._design.reshape(self._design.shape[0], -1).take(flat, axis=1)

    def take(self, local: IntArray, start: IntArray) -> tuple[FloatArray, FloatArray | None, Gram]:
        """Sums, spans and designs of the windows that begin at ``start`` on assets ``local``."""
        flat = local * self.frame.starts + start
        sums = np.ascontiguousarray(self.sums.reshape(-1, self.sums.shape[2]).take(flat, axis=0).T)
        weight = None if self.span is None else self.design(flat)[0]
        with np.errstate(all="ignore"):
            return sums, weight, self._gram(start, flat, sums[0])

    def _gram(self, start: IntArray, flat: IntArray, count: FloatArray) -> Gram:
        """Designs of events: the shared one, but an event's own where its sample has missing values."""
        shared = self.frame.gram
        if shared is None:
            return self._own_gram(flat)
        found = shared.take(start)
        part = np.flatnonzero(count != self.frame.length)
        if part.size:
            own = self._own_gram(flat[part])
            found.mean[:, part], found.whitener[:, part], found.weak[part] = own
        return found

    def _own_gram(self, flat: IntArray) -> Gram:
        sums, k = self.design(flat), self.inputs.n_slopes
        return Gram.of(sums[0], sums[1 : 1 + k], sums[1 + k :])


class _GroupRows:
    """Event windows of a group's assets, see `EventRows`."""

    def __init__(self, group: _Group, local: IntArray, first: IntArray, days: int) -> None:
        self.group, self.days = group, days
        self.place = local * group.frame.width + first
        self.place_x = self.place if group.frame.x is None else first

    def y(self) -> FloatArray:
        """Returns, shape (m, D)."""
        return windows(self.group.y, self.place, self.days)

    def x(self, j: int) -> FloatArray:
        """Regressor j, shape (m, D)."""
        return windows(self.group.x[j], self.place_x, self.days)

    def span(self) -> FloatArray | None:
        """Sessions spanned, shape (m, D)."""
        return None if self.group.span is None else windows(self.group.span, self.place, self.days)


def fit_windows(
    inputs: Inputs,
    events: IntArray | None,
    out: Estimates,
    plan: Plan,
    length: int,
    needed: int,
    fixed: bool,
) -> IntArray:
    """Estimate events whose estimation windows have one common length; write into ``out``.

    Parameters
    ----------
    inputs : Inputs
    events : int64, shape (m,), or None
        Events to estimate, None for all; both windows of each touch the data.
    out : Estimates
    plan : Plan
    length : int
        Sessions in an estimation window, counted back from its end.
    needed : int
        Fewest valid estimation returns.
    fixed : bool
        Whether the return itself (less the offsets) is the abnormal return.

    Returns
    -------
    int64, shape (w,)
        Events whose sums lost too many digits; estimate them from their own rows.
    """
    frame = Frame.of(inputs, events, plan, length)
    if is_sparse(inputs, events, length):
        return fit_sparse(inputs, events, out, plan, frame, needed, fixed)
    step = max(1, CHUNK_VALUES // plan.days.length)
    weak: list[IntArray] = []
    for columns, chosen in _by_column(inputs, events, frame, out):
        group = _Group(inputs, columns, frame)
        place = np.zeros(inputs.returns.shape[1], dtype=np.int64)
        place[columns] = np.arange(columns.size)
        for at in range(0, out.sigma.size if chosen is None else chosen.size, step):
            # All events in the order given are written through slices, once and in sequence.
            ids = slice(at, at + step) if chosen is None else chosen[at : at + step]
            held = inputs.positions[ids]
            local = place[held[:, 1]]
            begin = held[:, 0] + (plan.samples[ids, 1] - (length - 1)) - frame.low
            event = _GroupRows(group, local, held[:, 0] + plan.days.start - frame.low, plan.days.length)
            bad = solve(out, ids, *group.take(local, begin), event, needed, fixed)
            weak.append(bad + at if chosen is None else chosen[at : at + step][bad])
        del group  # before the next one takes its memory
    return np.concatenate(weak) if weak else np.zeros(0, dtype=np.int64)


def _by_column(
    inputs: Inputs, events: IntArray | None, frame: Frame, out: Estimates
) -> Iterator[tuple[IntArray, IntArray | None]]:
    """Give groups of assets whose sums fit the memory allowed, and the events on each; None for all events."""
    column = inputs.positions[:, 1] if events is None else inputs.positions[events, 1]
    seen = np.zeros(inputs.returns.shape[1], dtype=bool)
    seen[column] = True
    columns = np.flatnonzero(seen)
    k = inputs.n_slopes
    complete = frame.gram is not None and inputs.excluded is None and not np.isnan(inputs.returns).any()
    own = 0 if complete else 1 + k + len(packed(k))
    each = 8 * (frame.width * (1 + (0 if inputs.shared else k)) + frame.starts * (3 + k + own))
    allowed = max(LEAST, int(SHARE * (inputs.returns.nbytes + inputs.factors.nbytes + out.nbytes)) - PASSING)
    if columns.size * each <= allowed:
        yield columns, events
        return
    step = max(1, (allowed - min(allowed // 2, 24 * column.size)) // each)  # the order of the events takes its part
    label = (np.cumsum(seen) - 1) // step
    key = label.astype(np.uint16) if columns.size // step < 1 << 16 else label  # 16-bit keys sort by radix
    order = np.argsort(key[column], kind="stable")
    stops = np.cumsum(np.bincount(label[column]))
    for g, stop in enumerate(stops):
        chosen = order[stops[g - 1] if g else 0 : stop]
        yield columns[g * step : (g + 1) * step], chosen if events is None else events[chosen]
