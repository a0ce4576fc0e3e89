"""Sums that skip what is missing, p-values, quantiles and intervals; the last axis is always events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from eventstudy._types import Alternative, BoolArray, FloatArray

__all__ = [
    "Statistic",
    "critical_value",
    "interval",
    "masked_weights",
    "mean_and_se",
    "p_value",
    "ratio",
    "spread_is_rounding",
]

ROUNDING = 1e-12  # a spread this small beside the values themselves is floating-point noise


@dataclass(frozen=True, slots=True)
class Statistic:
    """One test statistic for each replication; shapes (...), the leading axes of the input.

    Attributes
    ----------
    value : float64
        The statistic; NaN where it is not defined.
    dof : float64
        Degrees of freedom of Student's t; infinite for the normal distribution.
    n : float64
        Observations counted.
    estimate, se : float64
        What the statistic estimates and its standard error, where it estimates something; else NaN.
    """

    value: FloatArray
    dof: FloatArray
    n: FloatArray
    estimate: FloatArray
    se: FloatArray

    @staticmethod
    def of(
        value: npt.ArrayLike,
        *,
        n: npt.ArrayLike,
        dof: npt.ArrayLike = np.inf,
        estimate: npt.ArrayLike = np.nan,
        se: npt.ArrayLike = np.nan,
    ) -> Statistic:
        """Broadcast the parts to the shape of ``value``."""
        top = np.asarray(value, dtype=np.float64)
        parts = [np.asarray(part, dtype=np.float64) for part in (dof, n, estimate, se)]
        return Statistic(top, *(p if p.shape == top.shape else np.broadcast_to(p, top.shape) for p in parts))

    @property
    def centred(self) -> FloatArray:
        """The statistic less its mean under the null."""
        return self.value

    def p_value(self, alternative: Alternative = "two-sided") -> FloatArray:
        """P-value under Student's t with ``dof`` degrees of freedom, or the normal."""
        return p_value(self.value, self.dof, alternative)


def ratio(top: npt.ArrayLike, bottom: npt.ArrayLike) -> FloatArray:
    """Divide, NaN where the bottom is not positive or has overflowed."""
    below = np.asarray(bottom, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(top, dtype=np.float64) / np.where((below > 0) & (below < np.inf), below, np.nan)


def masked_weights(x: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Give the values (to read only) with zero for missing, their weights with zero for missing, and which count.

    Returns
    -------
    x, weights : float64, counted : bool, all shape (..., n)
        ``counted`` holds the finite values of positive weight.
    """
    values = np.asarray(x, dtype=np.float64)
    counted: Any = np.isfinite(values)
    if weights is None:
        w = counted.astype(np.float64)
    else:
        counted = counted & (np.asarray(weights) > 0)
        w = np.where(counted, np.asarray(weights, dtype=np.float64), 0.0)
    return values if counted.all() else np.where(counted, values, 0.0), w, counted


def spread_is_rounding(spread: FloatArray, size: FloatArray) -> BoolArray:
    """Whether a standard deviation is zero up to rounding, beside the size of the values."""
    return np.asarray(~(spread > ROUNDING * size))


def mean_and_se(
    x: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean over events, its standard error, the standard deviation and the count.

    With weights: sum(w x)/sum(w), with the heteroscedasticity-robust error
    sqrt(n/(n-1) sum w^2 (x - mean)^2) / sum(w) (HC1 of a weighted regression on a constant), which
    is sd/sqrt(n) at equal weights.

    Returns
    -------
    mean, se, sd, n : float64, shape (...)
        ``se`` and ``sd`` are NaN for fewer than two values or values all equal.
    """
    values, w, counted = masked_weights(x, weights)
    n = counted.sum(axis=-1).astype(np.float64)
    total = w.sum(axis=-1)
    mean = ratio((w * values).sum(axis=-1), total)
    away = np.where(counted, values - mean[..., None], 0.0)
    size = np.abs(values).max(axis=-1, initial=0.0)
    sd = np.sqrt(ratio((away**2).sum(axis=-1), n - 1))
    sd = np.where(spread_is_rounding(sd, size), np.nan, sd)
    if weights is None:
        se = sd / np.sqrt(np.maximum(n, 1))
    else:
        se = ratio(np.sqrt(ratio(n, n - 1) * (w**2 * away**2).sum(axis=-1)), total)
        se = np.where(np.isnan(sd), np.nan, se)
    return mean, se, sd, n


def p_value(value: npt.ArrayLike, dof: npt.ArrayLike = np.inf, alternative: Alternative = "two-sided") -> FloatArray:
    """P-value of a statistic under Student's t, or the normal where ``dof`` is infinite.

    Examples
    --------
    >>> round(float(p_value(1.96)), 4), round(float(p_value(2.0, 9, "greater")), 4)
    (0.05, 0.0383)
    """
    z = np.asarray(value, dtype=np.float64)
    if alternative == "two-sided":
        return np.asarray(np.minimum(2.0 * _cdf(-np.abs(z), dof), 1.0))
    return _cdf(-z if alternative == "greater" else z, dof)


def _cdf(z: FloatArray, dof: npt.ArrayLike) -> FloatArray:
    degrees = np.asarray(dof, dtype=np.float64)
    normal = np.isinf(degrees)
    if normal.all():
        return np.asarray(special.ndtr(z))
    student = special.stdtr(np.where(degrees > 0, np.where(normal, 1.0, degrees), np.nan), z)
    return np.asarray(np.where(normal, special.ndtr(z), student))


def critical_value(level: float, dof: npt.ArrayLike = np.inf, alternative: Alternative = "two-sided") -> FloatArray:
    """Quantile beyond which a test at size ``1 - level`` rejects.

    Examples
    --------
    >>> round(float(critical_value(0.95)), 4), round(float(critical_value(0.95, 4)), 4)
    (1.96, 2.7764)
    """
    q = 0.5 + level / 2 if alternative == "two-sided" else level
    degrees = np.asarray(dof, dtype=np.float64)
    normal = np.isinf(degrees)
    student = special.stdtrit(np.where(degrees > 0, np.where(normal, 1.0, degrees), np.nan), q)
    return np.asarray(np.where(normal, special.ndtri(q), student))


def interval(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    dof: npt.ArrayLike = np.inf,
    *,
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> tuple[FloatArray, FloatArray]:
    """Confidence interval estimate -/+ quantile * se: the values the test would not reject.

    A one-sided test gives a one-sided interval, infinite on the other side.
    """
    middle = np.asarray(estimate, dtype=np.float64)
    reach = critical_value(level, dof, alternative) * np.asarray(se, dtype=np.float64)
    known = np.where(np.isnan(middle + reach), np.nan, np.inf)
    low = -known if alternative == "less" else middle - reach
    high = known if alternative == "greater" else middle + reach
    return np.asarray(low), np.asarray(high)
