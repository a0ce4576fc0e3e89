"""Correlations of many pairs of events whose estimation dates are each a run of one calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.arrays import windows
from eventstudy.inference.sample import NO_SESSION

__all__ = ["Runs", "pearson"]

CACHED = 1 << 15  # numbers multiplied at once: a few arrays of this size fit the cache


def pearson(
    common: FloatArray,
    cross: FloatArray,
    sum_a: FloatArray,
    sum_b: FloatArray,
    square_a: FloatArray,
    square_b: FloatArray,
) -> FloatArray:
    """Correlation from sums over common dates, NaN where undefined."""
    n = np.maximum(common, 1)
    below = (square_a - sum_a**2 / n) * (square_b - sum_b**2 / n)
    with np.errstate(invalid="ignore"):
        return np.asarray((cross - sum_a * sum_b / n) / np.sqrt(np.where(below > 1e-20, below, np.nan)))


def _calendar(dates: IntArray) -> IntArray:
    """Give all dates where rows are runs of one calendar: as few rows as reach over them, end to end."""
    order = np.argsort(dates[:, 0], kind="stable")
    starts = dates[order, 0]
    held, at = [dates[order[0]]], 0
    while at < len(order) - 1:
        within = int(np.searchsorted(starts, held[-1][-1], side="right")) - 1
        at = max(within, at + 1)
        row = dates[order[at]]
        held.append(row[np.searchsorted(row, held[-1][-1], side="right") :])
        if not len(held[-1]):
            held.pop()
    return np.concatenate(held)


@dataclass(frozen=True, slots=True)
class Runs:
    """Residuals of events whose estimation dates are each a run of one calendar.

    Attributes
    ----------
    e : float64, shape (n, M)
        Residuals.
    scale : float64, shape (n,)
        The largest of each event.
    first : int64, shape (n,)
        Place of each event's first date in the calendar.
    gaps : bool
        Whether a residual is missing.
    """

    e: FloatArray
    scale: FloatArray
    first: IntArray
    gaps: bool

    @classmethod
    def of(cls, e: FloatArray, dates: IntArray) -> Runs | None:
        """Find the calendar; None where dates are no runs of it."""
        n, length = e.shape
        if not length or (dates[:, 0] == NO_SESSION).any():
            return None
        calendar = _calendar(dates)
        first = np.searchsorted(calendar, dates[:, 0])
        if first.max(initial=0) + length > calendar.size or not (calendar[1:] > calendar[:-1]).all():
            return None
        flat, step = calendar.view(np.float64), max(1, CACHED // length)
        for low in range(0, n, step):
            if not (windows(flat, first[low : low + step], length).view(np.int64) == dates[low : low + step]).all():
                return None
        largest = np.maximum(np.fmax.reduce(e, axis=1), -np.fmin.reduce(e, axis=1))
        gaps = not np.isfinite(e).all()
        return cls(e, np.where(largest > 0, largest, 1.0), first.astype(np.int64), gaps)

    def correlations(self, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
        """Correlate events a and b on their common dates, NaN where undefined; give also how many dates those are."""
        length = self.e.shape[1]
        sums = np.empty((6, len(a)))
        swap = self.first[a] > self.first[b]
        a, b = np.where(swap, b, a), np.where(swap, a, b)
        shift = np.minimum(self.first[b] - self.first[a], length)  # b begins so many dates after a
        day, one = np.arange(length), np.ones(length)
        step = max(1, CACHED // length)
        held = np.zeros((min(step, len(a)) + 1, length))  # what the last row's window reads beyond it is not counted
        for low in range(0, len(a), step):
            part = slice(low, low + step)
            late, n = shift[part], len(shift[part])
            held[:n] = self.e[a[part]]
            left = windows(held.reshape(-1), np.arange(n) * length + late, length)
            right = self.e[b[part]]
            sums[0, part] = length - late
            last = length - int(late.max())
            beyond = day[last:] >= length - late[:, None]  # the last date of a
            left[:, last:][beyond] = right[:, last:][beyond] = 0.0
            if self.gaps:
                lost = ~np.isfinite(left + right)
                sums[0, part] -= np.count_nonzero(lost, axis=1)
                left[lost] = right[lost] = 0.0
            for k, (x, y) in enumerate(((left, right), (left, one), (right, one), (left, left), (right, right)), 1):
                sums[k, part] = (x[:, None] @ y[..., None])[:, 0, 0]
        of_a, of_b = self.scale[a], self.scale[b]
        sums[1:] /= of_a * of_b, of_a, of_b, of_a**2, of_b**2
        return pearson(*sums), sums[0]
