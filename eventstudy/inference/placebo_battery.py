"""The statistics that placebo studies recompute, and the studies as they read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.inference._arrays import Statistic, ratio
from eventstudy.inference.clustered import clustered_t, ibragimov_muller_t
from eventstudy.inference.differences import clustered_difference_t, ibragimov_muller_difference_t, welch_t
from eventstudy.inference.nonparametric import generalized_sign_z, sign_z
from eventstudy.inference.parametric import (
    adjusted_bmp_t,
    adjusted_patell_z,
    bmp_t,
    cross_sectional_t,
    patell_z,
    skewness_adjusted_t,
    time_series_t,
)
from eventstudy.inference.placebo_days import DayAverages

__all__ = ["BATTERY", "Studies", "TestFunction", "difference_battery"]


@dataclass(frozen=True, slots=True)
class Studies:
    """B studies of n events, as the statistics read them; NaN = the event does not count.

    Attributes
    ----------
    car, car_variance, dof : float64, shape (B, n)
    positive : float64, shape (B, n), or None
    clusters : int64, shape (n,)
    r_bar : float64, shape (), (B,)
    weights : float64, shape (n,), or None
    days : DayAverages, or None
        Averages over events of each day, for `crude_dependence_t`; None where the grid has no estimates.
    effect : float64, shape (n,), or None
        What was added to every CAR.
    """

    car: FloatArray
    car_variance: FloatArray
    dof: FloatArray
    positive: FloatArray | None
    clusters: IntArray
    r_bar: FloatArray
    weights: FloatArray | None
    days: DayAverages | None = None
    effect: FloatArray | None = None

    @property
    def scar(self) -> FloatArray:
        """CAR over the root of its forecast variance, shape (B, n)."""
        return ratio(self.car, np.sqrt(self.car_variance))

    def shifted(self, effect: FloatArray) -> Studies:
        """Return the same studies with an effect, shape (n,), added to every CAR."""
        held = np.broadcast_to(np.asarray(effect, dtype=np.float64), self.car.shape[-1:])
        return replace(self, car=self.car + held, effect=held if self.effect is None else self.effect + held)


TestFunction: TypeAlias = Callable[[Studies], Statistic]


def _mean_car(s: Studies) -> Statistic:
    """CAAR itself, with no standard error to go wrong."""
    full = cross_sectional_t(s.car, s.weights)
    return Statistic.of(full.estimate, n=full.n, dof=np.nan, estimate=full.estimate)


def _crude_dependence(s: Studies) -> Statistic:
    """Only of the events that count in the window; the registered test also averages those that do not."""
    if s.days is None:
        return Statistic.of(np.full(len(s.car), np.nan), n=np.isfinite(s.car).sum(axis=-1))
    plain = s.days.statistic
    if s.effect is None:
        return plain
    total = plain.estimate + s.days.weights @ s.effect / s.days.weights.sum()
    return Statistic.of(ratio(total, plain.se), dof=plain.dof, n=plain.n, estimate=total, se=plain.se)


def _generalized_sign(s: Studies) -> Statistic:
    share = np.full(s.car.shape, np.nan) if s.positive is None else s.positive
    return generalized_sign_z(s.car, share, s.weights)


BATTERY: dict[str, TestFunction] = {
    "caar": _mean_car,
    "time_series_t": lambda s: time_series_t(s.car, s.car_variance, s.dof, s.weights),
    "cross_sectional_t": lambda s: cross_sectional_t(s.car, s.weights),
    "crude_dependence_t": _crude_dependence,
    "patell_z": lambda s: patell_z(s.scar, s.dof, s.weights),
    "adjusted_patell_z": lambda s: adjusted_patell_z(s.scar, s.dof, s.r_bar, s.weights),
    "bmp_t": lambda s: bmp_t(s.scar, s.weights),
    "adjusted_bmp_t": lambda s: adjusted_bmp_t(s.scar, s.r_bar, s.weights),
    "skewness_adjusted_t": lambda s: skewness_adjusted_t(s.car, s.weights),
    "sign_z": lambda s: sign_z(s.car, s.weights),
    "generalized_sign_z": _generalized_sign,
    "clustered_t": lambda s: clustered_t(s.car, s.clusters, s.weights),
    "ibragimov_muller_t": lambda s: ibragimov_muller_t(s.car, s.clusters, s.weights),
}
"""The parametric battery and the sign tests; a user's own function of `Studies` joins by name.

The rank tests are not among them: they would sort every estimation window of every placebo study.
"""


def difference_battery(in_first: npt.ArrayLike) -> dict[str, TestFunction]:
    """Differences of two groups' means as placebo statistics: give them to ``placebo(statistics=...)``.

    Parameters
    ----------
    in_first : bool, shape (n,)
        Events of the first group; the difference is the first's mean less the second's.
    """
    first = np.asarray(in_first, dtype=bool)

    def welch(s: Studies, values: FloatArray) -> Statistic:
        if s.weights is None:
            return welch_t(values[:, first], values[:, ~first])
        return welch_t(values[:, first], values[:, ~first], s.weights[first], s.weights[~first])

    return {
        "welch_t": lambda s: welch(s, s.car),
        "welch_scar_t": lambda s: welch(s, s.scar),
        "clustered_difference_t": lambda s: clustered_difference_t(s.car, first, s.clusters, s.weights),
        "ibragimov_muller_difference_t": lambda s: ibragimov_muller_difference_t(s.car, first, s.clusters, s.weights),
    }
