"""Tests that average over events day by day, from the sums over events of each day.

Sums of disjoint events add up, so that the events may come part by part: the partitions of a large study, or
the events of placebo studies one after another. Leading axes are replications.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.inference._arrays import Statistic, ratio
from eventstudy.inference.parametric import crude_statistic, day_spread

__all__ = [
    "DaySums",
    "Sums",
    "crude_of_sums",
    "grank_t_of_sums",
    "grank_z_of_sums",
    "mean_rank_z_of_sums",
    "zivney_z_of_sums",
]


Sums: TypeAlias = "FloatArray | tuple[FloatArray, ...]"
"""Several sums of one shape, one after another."""


@dataclass(frozen=True, slots=True)
class DaySums:
    """Sums over events of one score a day.

    Attributes
    ----------
    every : four float64 arrays, shape (..., M + D)
        Sums of w x, w, w^2 and 1 over the events with a score that day.
    window : five float64 arrays, shape (..., D)
        The same of the events whose test window holds the day; and the sum of w over the events whose window
        holds it, whether they have a score or not.
    events : three float64 arrays, shape (...)
        Events with a score in their window, sum of w, and events with a weight.
    """

    every: Sums
    window: Sums
    events: Sums

    def shares(self) -> FloatArray:
        """Share of the events that hold each window day, shape (..., D); zero where no event has a score."""
        share = self.window[4] / np.maximum(self.events[1], np.finfo(float).tiny)[..., None]
        return np.where(self.window[3] > 0, share, 0.0)


def crude_of_sums(sums: DaySums) -> Statistic:
    """`crude_dependence_t` from the sums of abnormal returns."""
    share = sums.shares()
    before = slice(0, sums.every[0].shape[-1] - share.shape[-1])
    valid = sums.every[3][..., before]
    kept = (valid > 0) & (valid >= 0.5 * np.asarray(sums.events[2])[..., None])
    sd, m = day_spread(_mean(sums.every)[..., before], kept)
    return crude_statistic((share * _mean(sums.window)).sum(axis=-1), sd, m, share.sum(axis=-1), sums.events[0])


def mean_rank_z_of_sums(sums: DaySums) -> Statistic:
    """`corrado_rank_z`, or `cumulative_rank_z`, from the sums of centred ranks."""
    share = sums.shares()
    spread = _root_mean_square(_mean(sums.every), sums.every[3])
    total = (share * _mean(sums.window)).sum(axis=-1)
    return Statistic.of(ratio(total, spread * np.sqrt(share.sum(axis=-1))), n=sums.events[0])


def zivney_z_of_sums(sums: DaySums) -> Statistic:
    """Corrado and Zivney's tests from the sums of their scores."""
    share = sums.shares()
    spread = _root_mean_square(_scaled(sums.every), sums.every[2])
    total = (np.sqrt(share) * _scaled(sums.window)).sum(axis=-1)
    return Statistic.of(ratio(total, spread * np.sqrt(share.sum(axis=-1))), n=sums.events[0])


def grank_t_of_sums(days: Sums, n: FloatArray, *, weighted: bool) -> Statistic:
    """`grank_t` from the sums of w U, w, w^2 and 1, shape (..., M + 1) each, the event's own in the last column.

    ``n`` counts the events, shape (...).
    """
    _, w, w2, count = days
    valid = np.where(w > 0, w**2 / np.maximum(w2, 1e-300), 0.0) if weighted else count
    mean = _mean(days)
    m = (valid > 0).sum(axis=-1) - 1.0
    z = ratio(mean[..., -1], np.sqrt(ratio((valid * mean**2).sum(axis=-1), valid[..., -1] * (m + 1))))
    return Statistic.of(z * np.sqrt(ratio(m - 1, m - z**2)), dof=m - 1, n=n)


def grank_z_of_sums(top: Sums) -> Statistic:
    """`grank_z` from the sums of w U_0, w, w^2 M/(12 (M+2)) and 1, shape (...) each."""
    wx, w, variance, n = top
    return Statistic.of(ratio(ratio(wx, w), ratio(np.sqrt(variance), w)), n=n)


def _mean(sums: Sums) -> FloatArray:
    return np.asarray(sums[0] / np.where(sums[1] > 0, sums[1], 1.0))


def _scaled(sums: Sums) -> FloatArray:
    return np.asarray(sums[0] / np.sqrt(np.where(sums[2] > 0, sums[2], 1.0)))


def _root_mean_square(days: FloatArray, valid: FloatArray) -> FloatArray:
    there = valid > 0
    return np.asarray(np.sqrt(ratio((np.where(there, days, 0.0) ** 2).sum(axis=-1), there.sum(axis=-1))))
