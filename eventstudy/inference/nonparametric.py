"""Sign and signed-rank tests across events; zeros are no sign and leave the sign tests' n.

The last axis is events, leading axes are replications; NaN is left out; an undefined statistic is NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from eventstudy._types import Alternative, FloatArray
from eventstudy.inference._arrays import Statistic, critical_value, masked_weights, ratio
from eventstudy.inference.ranks import mid_ranks

__all__ = [
    "generalized_sign_z",
    "positive_share",
    "share_interval",
    "sign_exact",
    "sign_z",
    "walsh_interval",
    "wilcoxon_interval",
    "wilcoxon_signed_rank",
]

EXACT_UP_TO = 50
"""Largest number of non-zero values for which the signed-rank distribution is enumerated."""

LISTED_UP_TO = 1000
"""Largest number of values whose pairwise averages are listed; beyond, order statistics are bisected."""


def sign_z(x: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Positives against one half: (n+ - n/2) / sqrt(n/4), normal (Cowan 1992).

    Discrete: the exact size of the nominal 5 % test at n = 50 is 6.5 %.

    Parameters
    ----------
    x : float, shape (..., n)
        Abnormal returns, or CARs.
    weights : float, shape (..., n), optional
        sum w (1{x > 0} - 1/2) / sqrt(sum w^2 / 4).

    Examples
    --------
    >>> float(sign_z([1, 2, 3, -1, 0.0]).value)
    1.0
    """
    return _against(x, 0.5, weights)


def generalized_sign_z(
    x: npt.ArrayLike, share_positive: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Positives against the share of positive estimation residuals (Cowan 1992).

    (n+ - n p) / sqrt(n p (1-p)), normal; p is the mean over the counted events of ``share_positive``.

    Parameters
    ----------
    x : float, shape (..., n)
    share_positive : float, shape (..., n)
        Each event's share of positive estimation residuals, see `positive_share`.
    weights : float, shape (..., n), optional
    """
    return _against(x, expected_share(x, share_positive, weights), weights)


def expected_share(x: npt.ArrayLike, share_positive: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """P of `generalized_sign_z`: the (weighted) mean share over the events it counts, shape (...)."""
    share = np.asarray(share_positive, dtype=np.float64)
    _, w, _ = masked_weights(np.where(np.isfinite(share), _signed(x), np.nan), weights)
    return ratio((w * np.where(w > 0, share, 0.0)).sum(axis=-1), w.sum(axis=-1))


def positive_share(residuals: npt.ArrayLike) -> FloatArray:
    """Share of positive estimation residuals of each event; NaN where it has none, zeros count as not positive.

    Parameters
    ----------
    residuals : float, shape (..., n, M)

    Examples
    --------
    >>> positive_share([[1.0, -1.0, 2.0, float("nan")]]).round(4)
    array([0.6667])
    """
    e = np.asarray(residuals, dtype=np.float64)
    return ratio((e > 0).sum(axis=-1), np.isfinite(e).sum(axis=-1))


def _signed(x: npt.ArrayLike) -> FloatArray:
    values = np.asarray(x, dtype=np.float64)
    return np.where(values == 0, np.nan, values)


def _against(x: npt.ArrayLike, p: npt.ArrayLike, weights: npt.ArrayLike | None) -> Statistic:
    values, w, counted = masked_weights(_signed(x), weights)
    chance = np.asarray(p, dtype=np.float64)
    total, n = w.sum(axis=-1), counted.sum(axis=-1)
    estimate = ratio((w * (values > 0)).sum(axis=-1), total)
    se = ratio(np.sqrt((w**2).sum(axis=-1) * chance * (1 - chance)), total)
    return Statistic.of(ratio(estimate - chance, se), n=n, estimate=estimate, se=se)


def sign_exact(x: npt.ArrayLike, alternative: Alternative = "two-sided") -> tuple[Statistic, FloatArray]:
    """Exact binomial test of the number of positives against one half (Cowan 1992).

    The statistic is the number of positives; two-sided p = twice the smaller tail, at most 1.

    Parameters
    ----------
    x : float, shape (..., n)

    Returns
    -------
    Statistic, p_value of shape (...)

    Examples
    --------
    >>> float(sign_exact([1.0] * 5)[1])
    0.0625
    """
    values, _, counted = masked_weights(_signed(x), None)
    return sign_exact_of_counts((values > 0).sum(axis=-1), counted.sum(axis=-1), alternative)


def sign_exact_of_counts(
    positive: npt.ArrayLike, n: npt.ArrayLike, alternative: Alternative = "two-sided"
) -> tuple[Statistic, FloatArray]:
    """As `sign_exact`, from the number of positives and of signs."""
    positive, n = np.asarray(positive), np.asarray(n)
    upper = special.bdtrc(positive - 1.0, np.maximum(n, 1), 0.5)
    upper = np.where(positive == 0, 1.0, upper)
    lower = special.bdtr(positive.astype(np.float64), np.maximum(n, 1), 0.5)
    tails = {"two-sided": np.minimum(1.0, 2 * np.minimum(lower, upper)), "greater": upper, "less": lower}
    p = np.where(n > 0, tails[alternative], np.nan)
    value = np.where(n > 0, positive, np.nan)
    return Statistic.of(value, n=n, estimate=ratio(positive, n)), np.asarray(p)


def share_interval(
    share: float, n: float, *, level: float = 0.95, alternative: Alternative = "two-sided", exact: bool = False
) -> tuple[float, float]:
    """Interval for the probability of a positive: what the sign test would not reject.

    Parameters
    ----------
    share, n : float
        Share of positives and the (effective) number of signs.
    exact : bool
        Clopper and Pearson (1934), dual to `sign_exact`; else Wilson (1927), dual to `sign_z`.

    Examples
    --------
    >>> [round(v, 4) for v in share_interval(0.8, 10)]
    [0.4902, 0.9433]
    """
    if not (n > 0 and np.isfinite(share)):
        return np.nan, np.nan
    if exact:
        k, tail = round(share * n), (1 - level) / (2 if alternative == "two-sided" else 1)
        bottom = 0.0 if k == 0 or alternative == "less" else float(special.betaincinv(k, n - k + 1, tail))
        top = 1.0 if k == n or alternative == "greater" else float(special.betaincinv(k + 1, n - k, 1 - tail))
        return bottom, top
    z = float(critical_value(level, alternative=alternative))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = 0.0 if alternative == "less" else max(middle - reach, 0.0)
    high = 1.0 if alternative == "greater" else min(middle + reach, 1.0)
    return float(low), float(high)


def wilcoxon_signed_rank(x: npt.ArrayLike, alternative: Alternative = "two-sided") -> tuple[Statistic, FloatArray]:
    """Wilcoxon signed-rank test across events (Wilcoxon 1945).

    W+ is the sum of the ranks of \\|x\\| over positive x; zeros are left out, ties get mid-ranks. Up to 50
    non-zero values the p-value is exact (given the ties); beyond, normal with the tie correction.
    Assumes a distribution symmetric about zero and independent events.

    Parameters
    ----------
    x : float, shape (..., n)

    Returns
    -------
    Statistic, p_value of shape (...)
        ``value`` is W+.

    Examples
    --------
    >>> statistic, p = wilcoxon_signed_rank([0.5, 1.5, -0.2, 2.0])
    >>> float(statistic.value), float(p)
    (9.0, 0.25)
    """
    values = np.asarray(_signed(x))
    flat = values.reshape(-1, values.shape[-1]) if values.size else values.reshape(int(np.prod(values.shape[:-1])), 0)
    ranks = np.where(np.isfinite(flat), mid_ranks(np.abs(flat)), 0.0)
    n = np.isfinite(flat).sum(axis=-1)
    w_plus = np.where(n > 0, (ranks * (flat > 0)).sum(axis=-1), np.nan)
    p = np.full(len(flat), np.nan)
    for size in np.unique(n[n > 0]):
        rows = np.flatnonzero(n == size)
        p[rows] = _signed_rank_p(ranks[rows], w_plus[rows], int(size), alternative)
    lead = values.shape[:-1]
    return Statistic.of(w_plus.reshape(lead), n=n.reshape(lead)), p.reshape(lead)


def _signed_rank_p(ranks: FloatArray, w_plus: FloatArray, n: int, alternative: Alternative) -> FloatArray:
    """P-values of rows that share their number of non-zero values."""
    if n > EXACT_UP_TO:
        z = (w_plus - n * (n + 1) / 4) / np.sqrt((ranks**2).sum(axis=-1) / 4)
        lower, upper = special.ndtr(z), special.ndtr(-z)
    else:
        lower, upper = np.empty(len(ranks)), np.empty(len(ranks))
        ordered = np.sort(ranks, axis=-1)[:, ranks.shape[-1] - n :]
        patterns, which = np.unique(np.rint(2 * ordered).astype(np.int64), axis=0, return_inverse=True)
        for index, doubled in enumerate(patterns):
            rows = which.reshape(-1) == index
            below = np.cumsum(_signed_rank_law(doubled))
            at = np.rint(2 * w_plus[rows]).astype(np.int64)
            lower[rows] = below[at]
            upper[rows] = below[len(below) - 1 - at]  # the law is symmetric
    if alternative == "two-sided":
        return np.asarray(np.minimum(1.0, 2 * np.minimum(lower, upper)))
    return np.asarray(upper if alternative == "greater" else lower)


def _signed_rank_law(doubled_ranks: npt.NDArray[np.int64]) -> FloatArray:
    """Probability of each value of 2 W+ when every rank is positive or not with equal chance."""
    law = np.zeros(int(doubled_ranks.sum()) + 1)
    law[0] = 1.0
    for rank in doubled_ranks:
        shifted = np.zeros_like(law)
        shifted[rank:] = law[: len(law) - rank]
        law = (law + shifted) / 2
    return law


def wilcoxon_interval(
    x: npt.ArrayLike, *, level: float = 0.95, alternative: Alternative = "two-sided"
) -> tuple[float, float, float]:
    """Hodges and Lehmann's (1963) centre and interval: the shifts that the signed-rank test accepts.

    The centre is the median of the n(n+1)/2 Walsh averages, the bounds are order statistics of them.

    Parameters
    ----------
    x : float, shape (n,)

    Returns
    -------
    estimate, low, high : float
        Infinite bounds where n is too small for the level.
    """
    values = np.asarray(x, dtype=np.float64)
    values = values[np.isfinite(values)]
    n = len(values)
    if n == 0:
        return np.nan, np.nan, np.nan
    tail = (1 - level) / (2 if alternative == "two-sided" else 1)
    if n <= EXACT_UP_TO:
        below = np.cumsum(_signed_rank_law(2 * np.arange(1, n + 1)))[::2]
        cut = int(np.searchsorted(below, tail * (1 + 1e-12), side="right"))
    else:
        spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        cut = int(np.floor(n * (n + 1) / 4 + special.ndtri(tail) * spread)) + 1
    return _between(values, cut, alternative)


def walsh_interval(x: npt.ArrayLike, least: float, alternative: Alternative = "two-sided") -> tuple[float, float]:
    """Shifts of which `wilcoxon_signed_rank` has a W+ of at least ``least``, and as far from the other end.

    Parameters
    ----------
    x : float, shape (n,)
    least : float
        Smallest sum of ranks that is not rejected; the largest is n(n+1)/2 less as much.

    Examples
    --------
    >>> walsh_interval([1.0, 2.0, 4.0], 1.0)
    (1.0, 4.0)
    """
    values = np.asarray(x, dtype=np.float64)
    if not values.size or np.isnan(least):
        return np.nan, np.nan
    _, low, high = _between(values, int(np.ceil(max(least - 1e-9, 0.0))), alternative)
    return low, high


def _between(values: FloatArray, cut: int, alternative: Alternative) -> tuple[float, float, float]:
    """Centre and interval where the ``cut`` smallest values of W+ (0 .. cut-1) are rejected, and as many largest."""
    total = len(values) * (len(values) + 1) // 2
    place = min(max(cut, 1), total)
    low, high, *middle = _walsh_averages(values, [place, total + 1 - place, (total + 1) // 2, total // 2 + 1])
    if cut < 1 or alternative == "less":
        low = -np.inf
    if cut < 1 or alternative == "greater":
        high = np.inf
    return (middle[0] + middle[1]) / 2, low, high


def _walsh_averages(values: FloatArray, places: list[int]) -> list[float]:
    """Order statistics (1 is the smallest) of the averages (x_i + x_j)/2, i <= j."""
    n = len(values)
    if n <= LISTED_UP_TO:
        i, j = np.triu_indices(n)
        walsh = np.sort((values[i] + values[j]) / 2)
        return [float(walsh[place - 1]) for place in places]
    x = np.sort(values)
    found = []
    for place in places:
        low, high = float(x[0]), float(x[-1])
        while True:
            middle = low + (high - low) / 2
            if middle in (low, high):
                break
            ordered = int(np.searchsorted(x, 2 * middle - x, side="right").sum())
            below = (ordered + int(np.searchsorted(x, middle, side="right"))) // 2
            low, high = (low, middle) if below >= place else (middle, high)
        found.append(high)
    return found
