"""Buy-and-hold abnormal returns: compounded simple returns less what the model compounds to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray
from eventstudy.inference._arrays import Statistic, mean_and_se, ratio
from eventstudy.inference.parametric import cross_sectional_t

__all__ = ["bhar", "bhar_skewness_adjusted_t", "bhar_t"]


def bhar(realised: npt.ArrayLike, expected: npt.ArrayLike, selected: npt.ArrayLike) -> FloatArray:
    """Product of (1 + R) less product of (1 + expected R) over the window's valid days.

    Parameters
    ----------
    realised, expected : float, shape (..., n, D)
        Simple returns in decimals.
    selected : bool, shape (..., n, D)
        Valid days of each event's window.

    Returns
    -------
    float64, shape (..., n)
        NaN for an event without a valid day, or where a chosen day lacks either return.

    Examples
    --------
    >>> bhar([[0.10, 0.10]], [[0.0, 0.05]], [[True, True]]).round(4)
    array([0.16])
    """
    days = np.asarray(selected, dtype=bool)
    own = np.where(days, 1 + np.asarray(realised, dtype=np.float64), 1.0).prod(axis=-1)
    benchmark = np.where(days, 1 + np.asarray(expected, dtype=np.float64), 1.0).prod(axis=-1)
    return np.where(days.any(axis=-1), own - benchmark, np.nan)


def bhar_t(held: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Mean BHAR over sd/sqrt(n), t(n-1) (Barber, Lyon 1997).

    Long horizons skew BHARs to the right, which biases this t downwards in small samples.

    Parameters
    ----------
    held : float, shape (..., n)
        From `bhar`.
    """
    return cross_sectional_t(held, weights)


def bhar_skewness_adjusted_t(
    held: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    draws: int = 1999,
    seed: int = 0,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> tuple[Statistic, float, float, float]:
    """Johnson's skewness-adjusted t with bootstrapped critical values (Lyon, Barber, Tsai 1999).

    t = sqrt(n) (S + g S^2/3 + g/(6n)), S = mean/sd and g = sum (x - mean)^3 / (n sd^3), both with the
    sd of ddof 1. Its distribution is that of the same statistic in resamples, about the sample's mean:
    resamples of n/4 events as in the paper where n >= 40, of n below. Two-sided p = twice the smaller tail,
    (1 + count)/(1 + draws) each. At 5 % it rejects 4 to 5 % from 40 events on, skewed or not; with fewer,
    5 % under normal and 7 to 9 % under lognormal returns. With weights, the mean and its error are weighted
    (`mean_and_se`), g/sqrt(n) is sum w^3 (x - mean)^3 over that error^3 (sum w)^3, and events are drawn with
    their weights.

    Parameters
    ----------
    held : float, shape (n,)
        BHARs, NaN = none.
    weights : float, shape (n,), optional
    draws, seed : int
        Number of resamples and the seed of their generator.
    alternative, level
        Side of the test and coverage of the interval, which holds the means the test accepts.

    Returns
    -------
    Statistic, p_value, ci_low, ci_high
    """
    x = np.asarray(held, dtype=np.float64)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    there = np.isfinite(x) & (w > 0)
    x, w = x[there], w[there]
    n = len(x)
    mean, se, _, _ = mean_and_se(x, w)
    value = _johnson(x, w, 0.0)
    if not np.isfinite(value):
        return Statistic.of(np.nan, n=n, estimate=mean, se=se), np.nan, np.nan, np.nan
    size = n // 4 if n >= 40 else n
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, n, size=(draws, size))
    law = _johnson(x[drawn], w[drawn], float(mean))
    law = law[np.isfinite(law)]
    below = float(1 + (law <= value).sum()) / (1 + len(law))
    above = float(1 + (law >= value).sum()) / (1 + len(law))
    p = {"two-sided": min(1.0, 2 * min(below, above)), "greater": above, "less": below}[alternative]
    tail = (1 - level) / (2 if alternative == "two-sided" else 1)
    low_q, high_q = np.quantile(law, [tail, 1 - tail])
    g, sd = _skew(x, w), float(se * np.sqrt(n))
    largest, smallest = _johnson_inverse(high_q, g, n), _johnson_inverse(low_q, g, n)
    if alternative == "two-sided":
        # a quantile beyond the parabola's turning point: its other arm ends the means accepted
        if np.isnan(smallest):
            smallest = float(-3 / g) - largest
        elif np.isnan(largest):
            largest = float(-3 / g) - smallest
    low = -np.inf if alternative == "less" or np.isnan(largest) else float(mean - sd * largest)
    high = np.inf if alternative == "greater" or np.isnan(smallest) else float(mean - sd * smallest)
    return Statistic.of(value, n=n, estimate=mean, se=se), p, low, high


def _skew(x: FloatArray, w: FloatArray) -> FloatArray:
    """Sum (x - mean)^3 / (n sd^3) at equal weights; in general sqrt(n) sum a^3 (x - mean)^3 / se^3, a = w / sum w."""
    mean, se, _, n = mean_and_se(x, w)
    share = w / w.sum(axis=-1, keepdims=True)
    return np.sqrt(n) * ratio((share**3 * (x - mean[..., None]) ** 3).sum(axis=-1), se**3)


def _johnson(x: FloatArray, w: FloatArray, about: float) -> FloatArray:
    mean, se, _, n = mean_and_se(x, w)
    s, g = ratio(mean - about, se * np.sqrt(n)), _skew(x, w)
    return np.asarray(np.sqrt(n) * (s + g * s**2 / 3 + g / (6 * n)))


def _johnson_inverse(q: float, g: FloatArray, n: int) -> float:
    """S with sqrt(n) (S + g S^2/3 + g/(6n)) = q on the branch through S = 0; NaN beyond its turning point."""
    target = q / np.sqrt(n) - g / (6 * n)
    inside = 1 + 4 * g / 3 * target
    if inside < 0:
        return np.nan
    return float(2 * target / (1 + np.sqrt(inside)))
