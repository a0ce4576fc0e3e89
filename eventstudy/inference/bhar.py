"""Buy-and-hold abnormal returns: compounded simple returns less what the model compounds to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray
from eventstudy.inference._arrays import Statistic, masked_weights, mean_and_se, ratio
from eventstudy.inference.draws import Draws, spread
from eventstudy.inference.parametric import cross_sectional_t

__all__ = ["bhar", "bhar_skewness_adjusted_t", "bhar_t", "johnson_interval", "johnson_t"]

_HELD = 1_000_000  # resampled numbers held at once


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
    client: Any = None,
) -> tuple[Statistic, FloatArray, FloatArray, FloatArray]:
    """Johnson's skewness-adjusted t with bootstrapped critical values (Lyon, Barber, Tsai 1999).

    t = sqrt(n) (S + g S^2/3 + g/(6n)), S = mean/sd and g = sum (x - mean)^3 / (n sd^3), both with the
    sd of ddof 1. Its distribution is that of the same statistic in resamples, about the sample's mean:
    resamples of n/4 events as in the paper where n >= 40, of n below. Two-sided p = twice the smaller tail,
    (1 + count)/(1 + draws) each. At 5 % it rejects 4 to 5 % from 40 events on, skewed or not; with fewer,
    5 % of 20 or 30 under normal and 7 to 9 % under lognormal returns, and 8 % of 5 (docs/validity.md).
    With weights, the mean and its error are weighted
    (`mean_and_se`), g/sqrt(n) is sum w^3 (x - mean)^3 over that error^3 (sum w)^3, and events are drawn with
    their weights. Replications with as many events share their draws; resamples are drawn in blocks.

    Parameters
    ----------
    held : float, shape (..., n)
        BHARs, NaN = none.
    weights : float, shape (..., n), optional
    draws, seed : int
        Number of resamples and the seed of their generator.
    alternative, level
        Side of the test and coverage of the interval, which holds the means the test accepts.
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Workers that draw, block by block; this process by default. Any number of them gives the same draws.

    Returns
    -------
    Statistic, p_value, ci_low, ci_high
        Shape (...) each.
    """
    values = np.asarray(held, dtype=np.float64)
    lead = values.shape[:-1]
    given = (
        np.ones(values.shape) if weights is None else np.broadcast_to(np.asarray(weights, dtype=float), values.shape)
    )
    flat, w = (v.reshape(int(np.prod(lead)), values.shape[-1]) for v in (values, given))
    there = np.isfinite(flat) & (w > 0)
    count = there.sum(axis=1)
    numbers = np.full((6, len(flat)), np.nan)
    for n in np.unique(count[count > 0]):
        rows = np.flatnonzero(count == n)
        valid = there[rows]
        x, share = flat[rows][valid].reshape(-1, n), w[rows][valid].reshape(-1, n)
        numbers[:, rows] = _bootstrapped(x, share, draws, seed, alternative, level, client)
    value, mean, se, p, low, high = numbers.reshape(6, *lead)
    return Statistic.of(value, n=count.reshape(lead), estimate=mean, se=se), p, low, high


def _bootstrapped(
    x: FloatArray, w: FloatArray, draws: int, seed: int, alternative: Alternative, level: float, client: Any
) -> FloatArray:
    """Statistic, mean, its error, p-value and interval, shape (6, b), of rows (b, n) without gaps."""
    b, n = x.shape
    mean, se, _, _ = mean_and_se(x, w)
    value = _johnson(x, w, np.zeros(b))
    blocks = Draws.blocks(draws, seed, numbers=_resample_size(n))
    law = np.concatenate(spread(client, _resampled, (x, w, mean), blocks, "resamples"), axis=1)
    law = np.where(np.isfinite(law), law, np.nan)
    known = np.isfinite(law).sum(axis=1)
    below = (1 + (law <= value[:, None]).sum(axis=1)) / (1 + known)
    above = (1 + (law >= value[:, None]).sum(axis=1)) / (1 + known)
    p = {"two-sided": np.minimum(1.0, 2 * np.minimum(below, above)), "greater": above, "less": below}[alternative]
    tail = (1 - level) / (2 if alternative == "two-sided" else 1)
    defined = np.isfinite(value) & (known > 0)
    quantiles = np.full((2, b), np.nan)
    if defined.any():
        quantiles[:, defined] = np.nanquantile(law[defined], [tail, 1 - tail], axis=1)
    low, high = _johnson_interval(mean, se, _skew(x, w), n, quantiles, alternative)
    value, p, low, high = (np.where(defined, number, np.nan) for number in (value, p, low, high))
    return np.stack([value, mean, se, p, low, high])


def _resample_size(n: int) -> int:
    return n // 4 if n >= 40 else n


def _resampled(x: FloatArray, w: FloatArray, mean: FloatArray, part: Draws) -> FloatArray:
    """Statistic of each row in each resample of a block, about the row's mean, shape (b, draws)."""
    b, n = x.shape
    size = _resample_size(n)
    rng, law = part.generator(), np.empty((b, part.n))
    step = max(1, _HELD // size)
    for start in range(0, part.n, step):
        drawn = rng.integers(0, n, size=(min(step, part.n - start), size))
        few = max(1, _HELD // drawn.size)
        for first in range(0, b, few):
            own = slice(first, first + few)
            law[own, start : start + step] = _johnson(x[own][:, drawn], w[own][:, drawn], mean[own, None])
    return law


def _johnson_interval(
    mean: FloatArray,
    se: FloatArray,
    g: FloatArray,
    n: int | FloatArray,
    quantiles: FloatArray,
    alternative: Alternative,
) -> tuple[FloatArray, FloatArray]:
    """Means whose statistic lies between the two quantiles, shape (b,) each."""
    sd = se * np.sqrt(n)
    smallest, largest = _johnson_inverse(quantiles[0], g, n), _johnson_inverse(quantiles[1], g, n)
    if alternative == "two-sided":
        # a quantile beyond the parabola's turning point: its other arm ends the means accepted
        with np.errstate(divide="ignore", invalid="ignore"):
            turned = -3 / g
        smallest, largest = (
            np.where(np.isnan(smallest), turned - largest, smallest),
            np.where(np.isnan(largest) & ~np.isnan(smallest), turned - smallest, largest),
        )
    endless = np.full(len(mean), np.inf)
    low = -endless if alternative == "less" else np.where(np.isnan(largest), -np.inf, mean - sd * largest)
    high = endless if alternative == "greater" else np.where(np.isnan(smallest), np.inf, mean - sd * smallest)
    return low, high


def johnson_t(held: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Give the statistic of `bhar_skewness_adjusted_t` without its bootstrap."""
    x, w = _by_event(held, weights)
    mean, se, _, n = mean_and_se(x, w)
    return Statistic.of(_johnson(x, w, np.zeros(mean.shape)), n=n, estimate=mean, se=se)


def johnson_interval(
    held: npt.ArrayLike, quantiles: tuple[float, float], alternative: Alternative, weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Means whose statistic lies between two quantiles, for ``held`` of shape (b, n)."""
    x, w = _by_event(held, weights)
    mean, se, _, n = mean_and_se(x, w)
    cuts = np.repeat(np.array(quantiles)[:, None], len(mean), axis=1)
    return _johnson_interval(mean, se, _skew(x, w), n, cuts, alternative)


def _by_event(held: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    x, w, _ = masked_weights(held, weights)  # what does not count has weight zero
    return x, w


def _skew(x: FloatArray, w: FloatArray) -> FloatArray:
    """Sum (x - mean)^3 / (n sd^3) at equal weights; in general sqrt(n) sum a^3 (x - mean)^3 / se^3, a = w / sum w."""
    mean, se, _, n = mean_and_se(x, w)
    share = w / w.sum(axis=-1, keepdims=True)
    return np.sqrt(n) * ratio((share**3 * (x - mean[..., None]) ** 3).sum(axis=-1), se**3)


def _johnson(x: FloatArray, w: FloatArray, about: FloatArray) -> FloatArray:
    mean, se, _, n = mean_and_se(x, w)
    s, g = ratio(mean - about, se * np.sqrt(n)), _skew(x, w)
    return np.asarray(np.sqrt(n) * (s + g * s**2 / 3 + g / (6 * n)))


def _johnson_inverse(q: FloatArray, g: FloatArray, n: int | FloatArray) -> FloatArray:
    """S with sqrt(n) (S + g S^2/3 + g/(6n)) = q on the branch through S = 0; NaN beyond its turning point."""
    target = q / np.sqrt(n) - g / (6 * n)
    inside = 1 + 4 * g / 3 * target
    return np.asarray(np.where(inside < 0, np.nan, 2 * target / (1 + np.sqrt(np.maximum(inside, 0.0)))))
