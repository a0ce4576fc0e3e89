"""The statistics that placebo studies recompute, and the studies as they read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray, IntArray
from eventstudy.errors import SpecError
from eventstudy.inference._arrays import Statistic, ratio
from eventstudy.inference.bhar import johnson_interval, johnson_t
from eventstudy.inference.clustered import clustered_t, clustered_two_way_t, ibragimov_muller_t
from eventstudy.inference.differences import clustered_difference_t, ibragimov_muller_difference_t, welch_t
from eventstudy.inference.nonparametric import (
    generalized_sign_z,
    sign_exact,
    sign_z,
    walsh_interval,
    wilcoxon_interval,
    wilcoxon_signed_rank,
)
from eventstudy.inference.parametric import (
    adjusted_bmp_t,
    adjusted_patell_z,
    bmp_t,
    cross_sectional_t,
    patell_z,
    skewness_adjusted_t,
    skewness_interval,
    time_series_t,
)
from eventstudy.inference.placebo_alone import single_event
from eventstudy.inference.placebo_days import PlacedDays
from eventstudy.inference.placebo_pairs import r_bars
from eventstudy.inference.placebo_ranks import generalised_ranks, ranked_days
from eventstudy.inference.placebo_returns import calendar_time, held_returns
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.single_event import Volatility
from eventstudy.inference.weighted_signs import weighted_rank_sums

__all__ = [
    "BATTERY",
    "INTERVALS",
    "OF_CARS",
    "OwnLaw",
    "Studies",
    "StudyDays",
    "TestFunction",
    "difference_battery",
]


@dataclass(frozen=True, slots=True)
class OwnLaw(Statistic):
    """A statistic whose law is neither normal nor Student's.

    Attributes
    ----------
    mean : float64
        Its mean under the null, from which extremes are counted.
    p : float64
        The p-value by its own law, on the side the studies are tested on; NaN where that law is not computed.
    """

    mean: FloatArray
    p: FloatArray

    @property
    def centred(self) -> FloatArray:
        """The statistic less its mean under the null."""
        return self.value - self.mean

    def p_value(self, alternative: Alternative = "two-sided") -> FloatArray:  # noqa: ARG002
        """Give ``p``, whose side is that of the studies."""
        return self.p


@dataclass(frozen=True)
class StudyDays(PlacedDays):
    """The days behind B studies, and what the tests make of them; each is found when first asked for.

    Attributes
    ----------
    scar : float64, shape (B, n)
        Standardised CARs, NaN = none.
    """

    scar: FloatArray

    @cached_property
    def r_bar(self) -> FloatArray:
        """Mean correlation over the pairs of each study's events, shape (B,)."""
        return r_bars(self, np.isfinite(self.scar))

    @cached_property
    def ranks(self) -> dict[str, Statistic]:
        """Tests that rank days, or take their signs."""
        return ranked_days(self)

    @cached_property
    def generalised(self) -> dict[str, Statistic]:
        """`grank_t` and `grank_z`."""
        return generalised_ranks(self, self.scar)

    @cached_property
    def portfolios(self) -> dict[str, Statistic]:
        """Calendar-time portfolios."""
        return calendar_time(self)

    @cached_property
    def held(self) -> FloatArray:
        """Buy-and-hold abnormal returns, shape (B, n)."""
        return held_returns(self)


@dataclass(frozen=True, slots=True)
class Studies:
    """B studies of n events, as the statistics read them; NaN = the event does not count.

    Attributes
    ----------
    car, car_variance, dof : float64, shape (B, n)
    positive : float64, shape (B, n), or None
    clusters : int64, shape (n,)
    assets : int64, shape (n,)
    r_bar : float64, shape (), (B,), or None
        None finds it for each study from ``days``.
    weights : float64, shape (n,), or None
    days : StudyDays, or None
        The days behind the studies, for the tests that read more than CARs; None where the grid has no estimates.
    alternative : {"two-sided", "greater", "less"}
        Side of the p-values of tests with a law of their own.
    effect : float64, shape (n,), or None
        What was added to every CAR.
    """

    car: FloatArray
    car_variance: FloatArray
    dof: FloatArray
    positive: FloatArray | None
    clusters: IntArray
    assets: IntArray
    r_bar: FloatArray | None
    weights: FloatArray | None
    days: StudyDays | None = None
    alternative: Alternative = "two-sided"
    effect: FloatArray | None = None

    @property
    def scar(self) -> FloatArray:
        """CAR over the root of its forecast variance, shape (B, n)."""
        return ratio(self.car, np.sqrt(self.car_variance))

    @property
    def equal_weights(self) -> bool:
        """Whether the events that count weigh the same."""
        return self.weights is None or len(np.unique(self.weights[np.isfinite(self.car[0]) & (self.weights > 0)])) < 2

    def shifted(self, effect: FloatArray) -> Studies:
        """Return the same studies with an effect, shape (n,), added to every CAR."""
        held = np.broadcast_to(np.asarray(effect, dtype=np.float64), self.car.shape[-1:])
        return replace(self, car=self.car + held, effect=held if self.effect is None else self.effect + held)

    def undefined(self) -> Statistic:
        """Give a statistic that is not defined for any of the studies."""
        return Statistic.of(np.full(len(self.car), np.nan), n=np.isfinite(self.car).sum(axis=-1))

    def read_days(self, name: str) -> StudyDays | None:
        """Give the days behind the CARs to a test that reads them; None where there are none."""
        if self.effect is not None:
            raise SpecError(f"{name} reads days, and an effect was added to CARs", hint="use the tests of OF_CARS")
        return self.days

    def mean_correlation(self) -> FloatArray:
        """r_bar of each study, shape () or (B,)."""
        if self.r_bar is not None:
            return self.r_bar
        return np.asarray(np.nan) if self.days is None else self.days.r_bar


TestFunction: TypeAlias = Callable[[Studies], Statistic]


def _mean_car(s: Studies) -> Statistic:
    """CAAR itself, with no standard error to go wrong."""
    full = cross_sectional_t(s.car, s.weights)
    return Statistic.of(full.estimate, n=full.n, dof=np.nan, estimate=full.estimate)


def _crude_dependence(s: Studies) -> Statistic:
    """Only of the events that count in the window; the registered test also averages those that do not."""
    if s.days is None:
        return s.undefined()
    plain = s.days.crude
    if s.effect is None:
        return plain
    total = plain.estimate + s.days.weights @ s.effect / s.days.weights.sum()
    return Statistic.of(ratio(total, plain.se), dof=plain.dof, n=plain.n, estimate=total, se=plain.se)


def _generalized_sign(s: Studies) -> Statistic:
    share = np.full(s.car.shape, np.nan) if s.positive is None else s.positive
    return generalized_sign_z(s.car, share, s.weights)


def _of_three(found: Statistic) -> Statistic:
    """Leave out studies of fewer than three events, whose skewness is none."""
    value = np.where(found.n >= 3, found.value, np.nan)
    return Statistic.of(value, dof=found.dof, n=found.n, estimate=found.estimate, se=found.se)


def _own_law(plain: Statistic, mean: FloatArray, p: FloatArray, se: FloatArray | float = np.nan) -> OwnLaw:
    held = Statistic.of(plain.value, dof=np.nan, n=plain.n, estimate=plain.estimate, se=se)
    return OwnLaw(held.value, held.dof, held.n, held.estimate, held.se, mean, p)


def _sign_exact(s: Studies) -> Statistic:
    plain, p = sign_exact(np.where(s.weights > 0, s.car, np.nan) if s.weights is not None else s.car, s.alternative)
    if not s.equal_weights:
        share = sign_z(s.car, s.weights).estimate
        plain = Statistic.of(share * plain.n, n=plain.n, estimate=share)
        p = np.full(p.shape, np.nan)
    return _own_law(plain, plain.n / 2, p, se=ratio(1.0, plain.n))


def _signed_rank(s: Studies) -> Statistic:
    if s.weights is None or s.equal_weights:
        car = s.car if s.weights is None else np.where(s.weights > 0, s.car, np.nan)
        plain, p = wilcoxon_signed_rank(car, s.alternative)
        # The median of Walsh averages is shown of the study itself alone: of each placebo study it would cost n^2.
        centre = np.array([wilcoxon_interval(car[0])[0]]) if len(car) == 1 else np.full(plain.value.shape, np.nan)
        plain = Statistic.of(plain.value, n=plain.n, estimate=centre)
        return _own_law(plain, plain.n * (plain.n + 1) / 4, p)
    value, mean = weighted_rank_sums(s.car, s.weights)
    n = ((s.weights > 0) & np.isfinite(s.car) & (s.car != 0)).sum(axis=-1)
    return _own_law(Statistic.of(value, n=n), mean, np.full(value.shape, np.nan))


def _wild_bootstrap(s: Studies) -> Statistic:
    """The statistic alone: its law is a bootstrap of every study."""
    found = wild_bootstrap(s.car, s.clusters, draws=1, weights=s.weights, interval=False)
    clustered = clustered_t(s.car, s.clusters, s.weights)
    value = np.where(np.isfinite(clustered.value), found.statistic, np.nan)
    plain = Statistic.of(value, n=clustered.n, estimate=clustered.estimate)
    return _own_law(plain, np.zeros(value.shape), np.full(value.shape, np.nan), se=clustered.se)


def _alone(name: str, volatility: Volatility) -> TestFunction:
    """Tests of one event; of more than one they say nothing."""

    def test(s: Studies) -> Statistic:
        days = s.read_days(name)
        if days is None or np.isfinite(s.car[0]).sum() != 1:
            return s.undefined()
        value, p = single_event(days, volatility, s.alternative)
        car = s.car[:, np.isfinite(s.car[0])][:, 0]
        plain = Statistic.of(value, n=np.ones(value.shape), estimate=car)
        return _own_law(plain, np.zeros(value.shape), p, se=ratio(car, value))

    return test


def _from_days(name: str, part: str) -> TestFunction:
    def test(s: Studies) -> Statistic:
        days = s.read_days(name)
        return s.undefined() if days is None else getattr(days, part)[name]

    return test


def _bhar(s: Studies) -> Statistic:
    days = s.read_days("bhar_t")
    return s.undefined() if days is None else cross_sectional_t(days.held, s.weights)


def _bhar_skewness_adjusted(s: Studies) -> Statistic:
    """The statistic alone: its law is a bootstrap of every study."""
    days = s.read_days("bhar_skewness_adjusted_t")
    plain = s.undefined() if days is None else _of_three(johnson_t(days.held, s.weights))
    return _own_law(plain, np.zeros(plain.value.shape), np.full(plain.value.shape, np.nan), se=plain.se)


OF_CARS: dict[str, TestFunction] = {
    "caar": _mean_car,
    "time_series_t": lambda s: time_series_t(s.car, s.car_variance, s.dof, s.weights),
    "cross_sectional_t": lambda s: cross_sectional_t(s.car, s.weights),
    "crude_dependence_t": _crude_dependence,
    "patell_z": lambda s: patell_z(s.scar, s.dof, s.weights),
    "adjusted_patell_z": lambda s: adjusted_patell_z(s.scar, s.dof, s.mean_correlation(), s.weights),
    "bmp_t": lambda s: bmp_t(s.scar, s.weights),
    "adjusted_bmp_t": lambda s: adjusted_bmp_t(s.scar, s.mean_correlation(), s.weights),
    "skewness_adjusted_t": lambda s: _of_three(skewness_adjusted_t(s.car, s.weights)),
    "sign_z": lambda s: sign_z(s.car, s.weights),
    "sign_exact": _sign_exact,
    "generalized_sign_z": _generalized_sign,
    "wilcoxon_signed_rank": _signed_rank,
    "clustered_t": lambda s: clustered_t(s.car, s.clusters, s.weights),
    "clustered_two_way_t": lambda s: clustered_two_way_t(s.car, s.clusters, s.assets, s.weights),
    "ibragimov_muller_t": lambda s: ibragimov_muller_t(s.car, s.clusters, s.weights),
}
"""Tests of which an effect on the CARs changes nothing but the CARs; what `simulated_power` adds effects to."""

BATTERY: dict[str, TestFunction] = OF_CARS | {
    "corrado_rank_z": _from_days("corrado_rank_z", "ranks"),
    "corrado_zivney_rank_z": _from_days("corrado_zivney_rank_z", "ranks"),
    "corrado_zivney_sign_z": _from_days("corrado_zivney_sign_z", "ranks"),
    "cumulative_rank_z": _from_days("cumulative_rank_z", "ranks"),
    "grank_t": _from_days("grank_t", "generalised"),
    "grank_z": _from_days("grank_z", "generalised"),
    "calendar_time_t": _from_days("calendar_time_t", "portfolios"),
    "calendar_time_nw_t": _from_days("calendar_time_nw_t", "portfolios"),
    "bhar_t": _bhar,
    "bhar_skewness_adjusted_t": _bhar_skewness_adjusted,
    "wild_bootstrap": _wild_bootstrap,
    "sq_test": _alone("sq_test", "constant"),
    "sq_test_ewma": _alone("sq_test_ewma", "ewma"),
}
"""All registered tests, and the mean CAR itself; a user's own function of `Studies` joins by name."""


def _hall_interval(s: Studies, reach: float, alternative: Alternative) -> tuple[float, float]:
    # values of the statistic between which it does not reject
    least, largest = -np.inf if alternative == "greater" else -reach, np.inf if alternative == "less" else reach
    low, high = skewness_interval(s.car[0], least, largest, s.weights)
    return -np.inf if alternative == "less" else float(low), np.inf if alternative == "greater" else float(high)


def _johnson_interval(s: Studies, reach: float, alternative: Alternative) -> tuple[float, float]:
    days = s.read_days("bhar_skewness_adjusted_t")
    if days is None:
        return np.nan, np.nan
    low, high = johnson_interval(days.held, (-reach, reach), alternative, s.weights)
    return float(low[0]), float(high[0])


def _rank_interval(s: Studies, reach: float, alternative: Alternative) -> tuple[float, float]:
    if not s.equal_weights:
        return np.nan, np.nan
    car = s.car[0] if s.weights is None else s.car[0][s.weights > 0]
    car = car[np.isfinite(car)]
    return walsh_interval(car, len(car) * (len(car) + 1) / 4 - reach, alternative)


INTERVALS: dict[str, Callable[[Studies, float, Alternative], tuple[float, float]]] = {
    "skewness_adjusted_t": _hall_interval,
    "bhar_skewness_adjusted_t": _johnson_interval,
    "wilcoxon_signed_rank": _rank_interval,
}
"""Intervals of statistics that are not an estimate over its error: what is not rejected within a critical value."""


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
