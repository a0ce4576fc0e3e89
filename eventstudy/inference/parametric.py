"""Parametric tests of a mean abnormal return.

Every function takes arrays whose last axis is events (or events by days) and any leading axes of
replications, leaves out what is NaN or of zero weight, and returns a `Statistic` of the leading
shape. An undefined statistic is NaN; nothing warns.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray
from eventstudy.inference._arrays import Statistic, masked_weights, mean_and_se, ratio, spread_is_rounding

__all__ = [
    "adjusted_bmp_t",
    "adjusted_patell_z",
    "bmp_t",
    "cross_sectional_t",
    "crude_dependence_t",
    "effective_n",
    "patell_z",
    "skewness_adjusted_t",
    "time_series_t",
]


def time_series_t(
    car: npt.ArrayLike,
    car_variance: npt.ArrayLike,
    dof: npt.ArrayLike = np.inf,
    weights: npt.ArrayLike | None = None,
) -> Statistic:
    """CAAR over the standard error that the estimation samples forecast (MacKinlay 1997, eq. 20).

    sum(w CAR) / sqrt(sum(w^2 var CAR)). Student's t with M - K degrees of freedom for one event,
    normal for more. Assumes independent events whose variance the event leaves as it was.

    Parameters
    ----------
    car, car_variance : float, shape (..., n)
        Cumulative abnormal returns and their exact forecast variances.
    dof : float, shape (..., n)
        M_i - K_i.
    weights : float, shape (..., n), optional

    Examples
    --------
    >>> float(time_series_t([0.02, 0.04], [0.0002, 0.0002]).value.round(6))
    3.0
    """
    variance = np.asarray(car_variance, dtype=np.float64)
    x, w, counted = masked_weights(np.where(variance > 0, car, np.nan), weights)
    n = counted.sum(axis=-1)
    total = w.sum(axis=-1)
    estimate = ratio((w * x).sum(axis=-1), total)
    se = ratio(np.sqrt((w**2 * np.where(counted, variance, 0.0)).sum(axis=-1)), total)
    own = np.where(counted, np.asarray(dof, dtype=np.float64), 0.0).sum(axis=-1)
    return Statistic.of(ratio(estimate, se), dof=np.where(n == 1, own, np.inf), n=n, estimate=estimate, se=se)


def cross_sectional_t(car: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Mean over its cross-sectional standard error, t(n-1) (Brown, Warner 1980).

    Robust to event-induced variance; not to events that move together.

    Parameters
    ----------
    car : float, shape (..., n)
    weights : float, shape (..., n), optional
        With weights, the weighted mean and its HC1 error (`mean_and_se`).

    Examples
    --------
    >>> float(cross_sectional_t([1.0, 2.0, 3.0]).value.round(6))
    3.464102
    """
    mean, se, _, n = mean_and_se(car, weights)
    return Statistic.of(ratio(mean, se), dof=n - 1, n=n, estimate=mean, se=se)


def crude_dependence_t(
    ar: npt.ArrayLike,
    residuals: npt.ArrayLike,
    member: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> Statistic:
    """CAAR over the time-series deviation of the average residual (Brown, Warner 1980, 1985).

    The average over events is taken first, on each event day and on each estimation day with at
    least half the events valid (M of them). With sd the deviation (ddof 1) of the latter and L days,
    sum over days of the event average / (sd sqrt(L)), t(M-1). Where windows differ in length, a day
    that only a share of the events holds weighs with that share, in the sum and in L.
    Robust to correlation between events on one date; not to event-induced variance.

    Parameters
    ----------
    ar : float, shape (..., n, D)
        Abnormal returns of the event window, NaN = none.
    residuals : float, shape (..., n, M)
        Estimation residuals in event time, NaN = none.
    member : bool, shape (n, D)
        The days of each event's test window.
    weights : float, shape (n,), optional
    """
    inside = np.asarray(member, dtype=bool)
    event_day, share, n = window_days(ar, inside, weights)
    portfolio, valid = day_means(residuals, weights)
    events = np.asarray(residuals).shape[-2] if weights is None else (np.asarray(weights) > 0).sum(axis=-1)
    kept = (valid > 0) & (valid >= 0.5 * np.asarray(events)[..., None])
    sd, m = day_spread(portfolio, kept)
    return crude_statistic((share * event_day).sum(axis=-1), sd, m, share.sum(axis=-1), n)


def day_spread(portfolio: FloatArray, kept: npt.NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Standard deviation (ddof 1) of the events' average over the days kept, and how many those are.

    Parameters
    ----------
    portfolio : float64, shape (..., M)
    kept : bool, shape (..., M)

    Returns
    -------
    sd, m : float64, shape (...)
        ``sd`` is NaN where it is only rounding.
    """
    m = kept.sum(axis=-1).astype(np.float64)
    held = np.where(kept, portfolio, 0.0)
    centre = ratio(held.sum(axis=-1), m)
    away = np.where(kept, portfolio - centre[..., None], 0.0)
    sd = np.sqrt(ratio((away**2).sum(axis=-1), m - 1))
    return np.where(spread_is_rounding(sd, np.abs(held).max(axis=-1, initial=0.0)), np.nan, sd), m


def crude_statistic(total: FloatArray, sd: FloatArray, m: FloatArray, length: FloatArray, n: FloatArray) -> Statistic:
    """Give `crude_dependence_t` from the window's sum of averages and the spread of the average over m days."""
    se = sd * np.sqrt(length)
    return Statistic.of(ratio(total, se), dof=m - 1, n=n, estimate=total, se=se)


def day_means(x: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> tuple[FloatArray, FloatArray]:
    """Average over events on each day, zero where there is none, and the events valid that day.

    Parameters
    ----------
    x : float, shape (..., n, D)
    weights : float, shape (n,), optional

    Returns
    -------
    mean, n_valid : float64, shape (..., D)
    """
    values = np.asarray(x, dtype=np.float64)
    if weights is None:
        with np.errstate(over="ignore", invalid="ignore"):
            total = values.sum(axis=-2)
        if np.isfinite(total).all():  # what is missing or infinite would have left its trace
            valid = np.full(total.shape, float(values.shape[-2]))
        else:
            counted = np.isfinite(values)
            valid = counted.sum(axis=-2).astype(np.float64)
            total = np.where(counted, values, 0.0).sum(axis=-2)
        return total / np.maximum(valid, 1.0), valid
    filled, w, counted = masked_weights(values, np.asarray(weights, dtype=np.float64)[..., :, None])
    total = w.sum(axis=-2)
    mean = (w * filled).sum(axis=-2) / np.where(total > 0, total, 1.0)
    return mean, counted.sum(axis=-2).astype(np.float64)


def window_days(
    ar: npt.ArrayLike, member: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Average over the events that hold each day in their test window.

    Returns
    -------
    mean : float64, shape (..., D)
        Zero on days without a valid event.
    share : float64, shape (..., D)
        Share of the events whose window holds the day; 1 on every window day where windows are equal,
        0 on days without a valid event.
    n : float64, shape (...)
        Events with at least one valid day.
    """
    inside = np.asarray(member, dtype=bool)
    chosen = np.where(inside, np.asarray(ar, dtype=np.float64), np.nan)
    mean, valid = day_means(chosen, weights)
    w = np.ones(inside.shape[-2]) if weights is None else np.asarray(weights, dtype=np.float64)
    share = (w[..., :, None] * inside).sum(axis=-2) / np.maximum(w.sum(axis=-1), np.finfo(float).tiny)[..., None]
    share = np.where(valid > 0, share, 0.0)
    n = (np.isfinite(chosen).any(axis=-1) & (w > 0)).sum(axis=-1).astype(np.float64)
    return mean, share, n


def patell_z(scar: npt.ArrayLike, dof: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Sum of standardised CARs over the root of their summed variances (Patell 1976).

    sum(w SCAR) / sqrt(sum(w^2 dof/(dof-2))), normal. Assumes independent events and no
    event-induced variance: under doubled event variance it rejects 16.6 % at 5 %.

    Parameters
    ----------
    scar : float, shape (..., n)
        CAR over the root of its exact forecast variance.
    dof : float, shape (..., n)
        M_i - K_i; an event needs more than two.
    weights : float, shape (..., n), optional

    Examples
    --------
    >>> float(patell_z([1.0, 2.0], [102, 102]).value.round(6))
    2.10042
    """
    degrees = np.asarray(dof, dtype=np.float64)
    variance = ratio(degrees, degrees - 2)
    x, w, counted = masked_weights(with_variance(scar, degrees), weights)
    total = w.sum(axis=-1)
    estimate = ratio((w * x).sum(axis=-1), total)
    se = ratio(np.sqrt((w**2 * np.where(counted, variance, 0.0)).sum(axis=-1)), total)
    return Statistic.of(ratio(estimate, se), n=counted.sum(axis=-1), estimate=estimate, se=se)


def with_variance(scar: npt.ArrayLike, dof: npt.ArrayLike) -> FloatArray:
    """Give the SCARs whose t distribution has a variance, NaN for the others: Patell's tests leave them out."""
    degrees = np.asarray(dof)
    return np.where((degrees > 2) & (degrees < np.inf), scar, np.nan)


def effective_n(x: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """Kish's number of events, (sum w)^2 / sum w^2; the count at equal weights."""
    _, w, _ = masked_weights(x, weights)
    return ratio(w.sum(axis=-1) ** 2, (w**2).sum(axis=-1))


def adjusted_patell_z(
    scar: npt.ArrayLike,
    dof: npt.ArrayLike,
    r_bar: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> Statistic:
    """Patell's z / sqrt(1 + (n-1) r_bar) (Kolari, Pynnonen 2010).

    Allows for correlation between events; no factor (1 - r_bar), because Patell's variance does not
    come from the cross-section. With weights, n is Kish's and r_bar the weighted mean over pairs.

    Parameters
    ----------
    r_bar : float, shape (...)
        Mean correlation over pairs of events, see `mean_correlation`.
    """
    n = effective_n(with_variance(scar, dof), weights)
    return correlated_patell(patell_z(scar, dof, weights), n, r_bar)


def correlated_patell(plain: Statistic, n: FloatArray, r_bar: npt.ArrayLike) -> Statistic:
    """Give `adjusted_patell_z` from Patell's z and Kish's number of its events."""
    inflation = 1 + (n - 1) * np.asarray(r_bar, dtype=np.float64)
    se = plain.se * np.sqrt(np.where(inflation > 0, inflation, np.nan))
    return Statistic.of(ratio(plain.estimate, se), n=plain.n, estimate=plain.estimate, se=se)


def bmp_t(scar: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Cross-sectional t on standardised CARs, t(n-1) (Boehmer, Musumeci, Poulsen 1991).

    Robust to event-induced variance; not to events that move together.

    Parameters
    ----------
    scar : float, shape (..., n)
    weights : float, shape (..., n), optional
    """
    return cross_sectional_t(scar, weights)


def adjusted_bmp_t(scar: npt.ArrayLike, r_bar: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """BMP t times sqrt((1 - r_bar) / (1 + (n-1) r_bar)), t(n-1) (Kolari, Pynnonen 2010).

    Robust to event-induced variance and to correlation between events. With weights, n is Kish's.

    Parameters
    ----------
    r_bar : float, shape (...)
        Mean correlation over pairs of events, see `mean_correlation`.
    """
    return correlated_bmp(bmp_t(scar, weights), effective_n(scar, weights), r_bar)


def correlated_bmp(plain: Statistic, n: FloatArray, r_bar: npt.ArrayLike) -> Statistic:
    """Give `adjusted_bmp_t` from the BMP t and Kish's number of its events."""
    r = np.asarray(r_bar, dtype=np.float64)
    spare = np.where(1 - r > 1e-9, 1 - r, np.nan)  # perfect correlation leaves one event, and no variance
    inflation = ratio(1 + (n - 1) * r, spare)
    se = plain.se * np.sqrt(np.where(inflation > 0, inflation, np.nan))
    return Statistic.of(ratio(plain.estimate, se), dof=plain.dof, n=plain.n, estimate=plain.estimate, se=se)


def skewness_adjusted_t(car: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Hall's transformation of the cross-sectional t, normal (Hall 1992).

    sqrt(n) (S + g S^2/3 + g^2 S^3/27 + g/(6n)) with S = mean/sd (ddof 1) and g = m3/m2^1.5. The
    transformation is monotone, so its inverse gives the interval (`skewness_interval`). The normal law
    is for large n: with normal CARs it rejects 8.3 % at n = 10, 6.5 % at 20 and 5.6 % at 50.

    With weights, S sqrt(n) is the weighted mean over its HC1 error and g/sqrt(n) the third cumulant of that
    mean over its variance^1.5, sum w^3 d^3 / (sum w^2 d^2)^1.5 for deviations d: what the skewness of any
    sum of independent terms is in the expansion that the transformation undoes.

    Parameters
    ----------
    car : float, shape (..., n)
    weights : float, shape (..., n), optional
    """
    return hall(*hall_parts(car, weights))


def hall_parts(
    car: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give what Hall's statistic and its interval are made of: mean, standard error, skewness, count."""
    mean, se, _, n = mean_and_se(car, weights)
    return mean, se, skewness(car, mean, weights), n


def hall(mean: FloatArray, se: FloatArray, g: FloatArray, n: FloatArray) -> Statistic:
    """Give Hall's statistic from the mean, its standard error, the skewness and the count."""
    s = ratio(mean, se * np.sqrt(n))
    value = np.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + ratio(g, 6 * n))
    return Statistic.of(value, n=n, estimate=mean, se=se)


def skewness(x: npt.ArrayLike, mean: FloatArray, weights: npt.ArrayLike | None = None) -> FloatArray:
    """m3 / m2^1.5 with central moments over n; sqrt(n) times the (weighted) mean's own. NaN for equal values."""
    values, w, counted = masked_weights(x, weights)
    away = w * np.where(counted, values - mean[..., None], 0.0)
    n = counted.sum(axis=-1)
    m2, m3 = ratio((away**2).sum(axis=-1), n), ratio((away * away * away).sum(axis=-1), n)
    return ratio(m3, m2**1.5)


def skewness_interval(
    car: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Means mu whose `skewness_adjusted_t` of ``car - mu`` lies between two quantiles.

    S + g S^2/3 + g^2 S^3/27 = ((1 + g S/3)^3 - 1)/g, so S = 3/g (cbrt(1 + g (q/sqrt(n) - g/(6n))) - 1).

    Parameters
    ----------
    car : float, shape (..., n)
    low, high : float
        Quantiles of the statistic, such as -1.96 and 1.96; infinite for a one-sided interval.
    weights : float, shape (..., n), optional
    """
    return hall_interval(*hall_parts(car, weights), low, high)


def hall_interval(
    mean: FloatArray, se: FloatArray, g: FloatArray, n: FloatArray, low: npt.ArrayLike, high: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Invert `hall`: the means whose statistic lies between two quantiles."""
    sd = se * np.sqrt(n)
    flat = np.abs(g) < 1e-8  # the limit g -> 0, where the closed form divides zero by zero
    h = np.where(flat, 1.0, g)
    bounds = []
    for q in (high, low):
        target = np.asarray(q, dtype=np.float64) / np.sqrt(n) - g / (6 * n)
        s = np.where(flat, target, 3 / h * (np.cbrt(1 + h * target) - 1))
        bounds.append(np.asarray(mean - sd * s))
    return bounds[0], bounds[1]
