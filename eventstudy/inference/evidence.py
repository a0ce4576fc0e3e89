"""A sample with what several tests need, each computed once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.bhar import bhar
from eventstudy.inference.correlation import MeanCorrelation, clusters, sample_correlation
from eventstudy.inference.parametric import bmp_t, effective_n, patell_z
from eventstudy.inference.ranks import combined_ranks
from eventstudy.inference.sample import SIGMA_FLOOR, Sample

__all__ = ["Evidence"]

ABSURD = 1e100  # beyond this a square overflows, and no price ever did it


class Evidence:
    """A sample with what several tests need, each computed once and only when asked for.

    Parameters
    ----------
    sample : Sample
    alternative, level
        Side of the test and coverage of the intervals.
    seed, client
        For the tests that resample: what they draw from, and the workers that draw.
    """

    def __init__(
        self,
        sample: Sample,
        *,
        alternative: Alternative = "two-sided",
        level: float = 0.95,
        seed: int = 0,
        client: Any = None,
    ) -> None:
        self.sample = sample
        self.alternative = alternative
        self.level = level
        self.seed = seed
        self.client = client

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
    def patell(self) -> Statistic:
        """Patell's z, which its adjustment for correlation starts from."""
        return patell_z(self.scar, self.sample.dof, self.weights)

    @cached_property
    def bmp(self) -> Statistic:
        """The BMP t, which its adjustment for correlation starts from."""
        return bmp_t(self.scar, self.weights)

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
        held = (self.ar, self.sample.residuals, self.member, self.weights)
        if there.all():
            return held
        ar, residuals, member, w = held
        return ar[there], residuals[there], member[there], None if w is None else w[there]

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
        counted = self.selected & np.isfinite(self.scar)[:, None]
        return sample_correlation(self.sample, counted, self.weights)

    @cached_property
    def clusters(self) -> IntArray:
        """Cluster of overlapping windows of each event, shape (n,)."""
        return clusters(self.sample.sessions, self.member & np.isfinite(self.car)[:, None])

    @cached_property
    def n_clusters(self) -> int:
        """Clusters that hold an event with a CAR."""
        return len(np.unique(self.clusters[np.isfinite(self.car)]))

    @cached_property
    def bhar(self) -> FloatArray:
        """Buy-and-hold abnormal return of each event that counts, shape (n,)."""
        s = self.sample
        assert s.realised is not None and s.expected is not None  # the need "simple returns" was met
        return np.where(np.isfinite(self.car), bhar(s.realised, s.expected, s.selected), np.nan)

    @property
    def weighted(self) -> bool:
        """Whether events have weights."""
        return self.weights is not None

    @property
    def has_residuals(self) -> bool:
        """Whether any event has an estimation residual."""
        return bool((self.sample.n_estimation > 0).any())

    @property
    def has_simple_returns(self) -> bool:
        """Whether there are realised and expected simple returns."""
        return self.sample.realised is not None and self.sample.expected is not None

    @property
    def absurd(self) -> bool:
        """Whether an abnormal return is too large to square."""
        return bool((np.abs(self.car[np.isfinite(self.car)]) > ABSURD).any())

    @property
    def n_beside(self) -> int:
        """Events without a CAR that have a return on another day of the event window, and residuals."""
        lost = ~np.isfinite(self.car)
        if self.weights is not None:
            lost &= self.weights > 0
        there = np.isfinite(self.ar[lost]).any(axis=1) & np.isfinite(self.sample.residuals[lost]).any(axis=1)
        return int(there.sum())

    @property
    def n_signs(self) -> float:
        """Kish's number of the events with a sign; their count at equal weights."""
        return float(effective_n(np.where(self.car == 0, np.nan, self.car), self.weights))

    @property
    def equal_weights(self) -> bool:
        """Whether the events that count weigh the same, so that weights change nothing."""
        return self.weights is None or not np.ptp(self.weights[np.isfinite(self.car)])
