"""A study's statistics beside their distribution over placebo studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eventstudy._types import Alternative, FloatArray
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.placebo_battery import INTERVALS, Studies

__all__ = ["LEVELS", "Placebo", "compare"]

LEVELS = (0.01, 0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Placebo:
    """The study's statistics beside their distribution over placebo studies.

    Attributes
    ----------
    names : tuple of str
        The T statistics.
    statistic, p_value : float64, shape (T,)
        The study's own, and p = (1 + #{as extreme}) / (1 + B).
    nominal_p : float64, shape (T,)
        The p-value that the statistic's textbook distribution gives.
    critical : float64, shape (T, L)
        Empirical critical value at each level, of |statistic| when two-sided, the statistic less its mean under
        the null where that is not zero; infinite where B is too small for the level.
    size : float64, shape (T, L)
        Share of placebo studies that the textbook distribution rejects: the test's empirical size.
    estimate, ci_low, ci_high : float64, shape (T,)
        What the statistic estimates, and the values that it does not reject at its empirical critical value:
        estimate -/+ that x standard error, or the statistic's own inverse. NaN where it estimates nothing.
    levels : tuple of float
        The L levels; the interval is at ``confidence``.
    n_studies : int
        B placebo studies drawn (distinct when ``draw="layout"``).
    n_admissible : int
        Shifts of the whole layout, or of the cluster with the fewest, that could be drawn.
    draw : {"layout", "clusters"}
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    draws : float64, shape (B, T)
        The statistics of the placebo studies.
    """

    names: tuple[str, ...]
    statistic: FloatArray
    p_value: FloatArray
    nominal_p: FloatArray
    critical: FloatArray
    size: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    levels: tuple[float, ...]
    n_studies: int
    n_admissible: int
    draw: Literal["layout", "clusters"]
    alternative: Alternative
    confidence: float
    draws: FloatArray


def compare(
    study: Studies,
    real: Mapping[str, Statistic],
    studies: Mapping[str, Statistic],
    n_admissible: int,
    draw: Literal["layout", "clusters"],
    alternative: Alternative,
    levels: tuple[float, ...],
    confidence: float,
) -> Placebo:
    """Compare the statistics of a study, one replication, with those of its placebo studies."""
    b, t = len(next(iter(studies.values())).value) if studies else 0, len(real)
    values = np.full((b, t), np.nan)
    own, p, nominal, estimate, low, high = (np.full(t, np.nan) for _ in range(6))
    size, critical = np.full((t, len(levels)), np.nan), np.full((t, len(levels)), np.nan)
    for j, name in enumerate(real):
        ours, theirs = real[name], studies[name]
        own[j], values[:, j] = ours.value[0], theirs.value
        estimate[j] = ours.estimate[0]
        nominal[j] = ours.p_value(alternative)[0]
        centred = theirs.centred
        p[j] = empirical_p(float(ours.centred[0]), centred, alternative)
        critical[j] = empirical_critical(centred, levels, alternative)
        rejected = theirs.p_value(alternative)
        if np.isfinite(rejected).any():
            size[j] = [(rejected[np.isfinite(rejected)] <= level).mean() for level in levels]
        reach = float(empirical_critical(centred, (1.0 - confidence,), alternative)[0])
        if name in INTERVALS:
            with np.errstate(invalid="ignore"):  # no bound where the draws are too few for the level
                low[j], high[j] = INTERVALS[name](study, reach, alternative)
            continue
        reach = reach * (1.0 if np.isnan(theirs.dof).all() and np.isnan(theirs.se).all() else ours.se[0])
        low[j] = -np.inf if alternative == "less" else estimate[j] - reach
        high[j] = np.inf if alternative == "greater" else estimate[j] + reach
    critical[~np.isfinite(values).any(axis=0)] = np.nan
    dead = ~np.isfinite(p) | ~np.isfinite(estimate)
    low[dead], high[dead] = np.nan, np.nan
    return Placebo(
        tuple(real),
        own,
        p,
        nominal,
        critical,
        size,
        estimate,
        low,
        high,
        tuple(levels),
        b,
        n_admissible,
        draw,
        alternative,
        confidence,
        values,
    )
