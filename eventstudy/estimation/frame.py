"""The rows that a call touches, cut into blocks of the estimation windows' length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.arrays import Inputs, Plan, windows
from eventstudy.estimation.gram import Gram, packed
from eventstudy.estimation.sums import window_sums

__all__ = ["Frame"]


def _shared_gram(x: FloatArray, length: int) -> Gram:
    """Gram matrices of all windows of a design that every asset shares, as if no return were missing."""
    x = np.where(np.isfinite(x[:, 0]), x[:, 0], 0.0)
    first = window_sums(x, length)
    second = np.empty((len(packed(x.shape[0])), first.shape[1]))
    for p, (i, j) in enumerate(packed(x.shape[0])):
        second[p] = window_sums(x[i] * x[j], length)
    with np.errstate(all="ignore"):  # windows without variation are marked weak
        return Gram.of(np.float64(length), first, second)


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows ``low`` to ``high`` that the events of a call touch, cut into blocks of ``length``.

    ``x`` (k, 1, T) holds the regressors that all assets share, NaN beyond the data, and ``gram`` the design of
    every complete window of them, by its first row from ``low`` on; None where assets have their own.
    """

    low: int
    high: int
    length: int
    x: FloatArray | None
    gram: Gram | None

    @property
    def width(self) -> int:
        """Rows."""
        return self.high - self.low

    @property
    def starts(self) -> int:
        """Windows that fit."""
        return self.width - self.length + 1

    def window(self, j: int, begin: IntArray) -> FloatArray:
        """Regressor j, one that all assets share, from rows ``begin`` (m,) on: (m, length)."""
        assert self.x is not None
        return windows(self.x[j, 0], begin - self.low, self.length)

    @classmethod
    def of(cls, inputs: Inputs, events: IntArray | None, plan: Plan, length: int) -> Frame:
        """Frame the windows of the given events, None for all."""
        held = slice(None) if events is None else events
        rows, days = inputs.positions[held, 0], plan.days
        ends = rows + plan.samples[held, 1]
        low = min(int(ends.min()) - length + 1, int(rows.min()) + days.start)
        high = max(int(ends.max()), int(rows.max()) + days.end) + 1
        # Blocks start at multiples of the length counted from row 0, whatever else is in the call.
        low = (low // length) * length
        high = low + -(-(high - low) // length) * length
        if not inputs.shared:
            return cls(low, high, length, None, None)
        x = inputs.block(inputs.positions[:0, 1], low, high).x
        gram = _shared_gram(x, length) if inputs.spans is None and x.size else None
        return cls(low, high, length, x, gram)
