"""A sample with what several tests need, each computed once."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.inference.correlation import MeanCorrelation, clusters, mean_correlation
from eventstudy.inference.ranks import combined_ranks
from eventstudy.inference.sample import SIGMA_FLOOR, Sample

__all__ = ["Evidence"]


class Evidence:
    """A sample with what several tests need, each computed once and only when asked for.

    Parameters
    ----------
    sample : Sample
    alternative, level
        Side of the test and coverage of the intervals.
    seed : int
        For the tests that resample.
    """

    def __init__(
        self, sample: Sample, *, alternative: Alternative = "two-sided", level: float = 0.95, seed: int = 0
    ) -> None:
        self.sample = sample
        self.alternative = alternative
        self.level = level
        self.seed = seed

    @cached_property
    def car(self) -> FloatArray:
        """CAR of each event, NaN where it does not count, shape (n,)."""
        return self.sample.car if self.weights is None else np.where(self.weights > 0, self.sample.car, np.nan)

    @property
    def weights(self) -> FloatArray | None:
        """Event weights, shape (n,), or None."""
        return self.sample.weights

    @cached_property
    def scar(self) -> FloatArray:
        """CAR over the root of its exact forecast variance, shape (n,)."""
        return np.where(np.isfinite(self.car), self.sample.scar, np.nan)

    @cached_property
    def n(self) -> int:
        """Events with a CAR."""
        return int(np.isfinite(self.car).sum())

    @cached_property
    def n_scar(self) -> int:
        """Events with a standardised CAR."""
        return int(np.isfinite(self.scar).sum())

    @cached_property
    def member(self) -> BoolArray:
        """Days of each event's window, shape (n, D)."""
        return self.sample.member

    @cached_property
    def selected(self) -> BoolArray:
        """Valid window days of the events that count, shape (n, D)."""
        return np.asarray(self.sample.selected & np.isfinite(self.car)[:, None])

    @cached_property
    def ar(self) -> FloatArray:
        """Abnormal returns without the window days of events that do not count, shape (n, D)."""
        unused = self.member & np.isfinite(self.sample.ar) & ~self.selected
        return np.where(unused, np.nan, self.sample.ar) if unused.any() else self.sample.ar

    @cached_property
    def averaged(self) -> tuple[FloatArray, FloatArray, BoolArray, FloatArray | None]:
        """What the tests read that average over events first: ar, residuals, member, weights.

        Of the events with an abnormal return to count: one without any has no part in the spread either. One
        with a return on another day of the event window stays, as Corrado and Zivney (1992) keep a firm whose
        return is missing on the tested day alone.
        """
        there = np.isfinite(self.ar).any(axis=1)
        w = self.weights
        return self.ar[there], self.sample.residuals[there], self.member[there], None if w is None else w[there]

    @cached_property
    def ranks(self) -> tuple[FloatArray, FloatArray]:
        """Ranks of the estimation sample and event window together, and the days ranked."""
        return combined_ranks(*self.averaged[:2])

    @cached_property
    def standardised(self) -> FloatArray:
        """Estimation residuals over sigma sqrt(1 - leverage), shape (n, M)."""
        s = self.sample
        left = 1.0 - s.leverage
        scale = np.where(s.sigma > SIGMA_FLOOR, s.sigma, np.nan)[:, None] * np.sqrt(np.where(left > 0, left, np.nan))
        return np.asarray(s.residuals / scale)

    @cached_property
    def correlation(self) -> MeanCorrelation:
        """Mean correlation over pairs of events with a standardised CAR."""
        s = self.sample
        counted = self.selected & np.isfinite(self.scar)[:, None]
        return mean_correlation(s.residuals, s.estimation_sessions, s.sessions, counted, s.asset, weights=self.weights)

    @cached_property
    def clusters(self) -> IntArray:
        """Cluster of overlapping windows of each event, shape (n,)."""
        return clusters(self.sample.sessions, self.member & np.isfinite(self.car)[:, None])

    @cached_property
    def n_clusters(self) -> int:
        """Clusters that hold an event with a CAR."""
        return len(np.unique(self.clusters[np.isfinite(self.car)]))
