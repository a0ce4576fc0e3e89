"""Many hypotheses on the same events at once: assets, windows and kinds, tested as one family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from eventstudy._arguments import as_generator, check_whole
from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, check_choice
from eventstudy.inference._arrays import masked_weights
from eventstudy.inference.clustered import cluster_sums, clustered_t
from eventstudy.inference.draws import MOST_DRAWS
from eventstudy.inference.empirical import empirical_critical
from eventstudy.inference.multiplicity import benjamini_hochberg, holm, romano_wolf
from eventstudy.inference.resampling import empirical, in_blocks, invert

__all__ = ["Family", "family_tests", "sign_vectors"]


@dataclass(frozen=True, slots=True)
class Family:
    """Tests of k hypotheses that share their draws.

    Attributes
    ----------
    statistic, estimate, se : float64, shape (k,)
        `clustered_t` of each hypothesis; NaN where it has fewer than two clusters or no variance.
    p_value : float64, shape (k,)
        Each by itself, from the wild bootstrap.
    ci_low, ci_high : float64, shape (k,)
        The means that this p-value does not reject; infinite where the draws are too few for the level.
    holm, benjamini_hochberg, romano_wolf : float64, shape (k,)
        The same for the whole family.
    holm_ci_low, holm_ci_high : float64, shape (k,)
        Bonferroni's: the means not rejected at the level shared out among the hypotheses, so that all intervals
        hold at once with the confidence. One that leaves out zero has a Holm p-value that rejects; the step-down
        rejects others, too, whose intervals it does not narrow.
    benjamini_hochberg_ci_low, benjamini_hochberg_ci_high : float64, shape (k,)
        Of the R hypotheses that are rejected at that level, the means not rejected at R/k of it: of such intervals
        the expected share that does not hold is at most the level (Benjamini, Yekutieli 2005). NaN for the others,
        which are not selected.
    romano_wolf_ci_low, romano_wolf_ci_high : float64, shape (k,)
        Estimate -/+ the critical value of the largest statistic in the same draws x standard error: all hold at
        once. One that leaves out zero has a Romano-Wolf p-value that rejects; the step-down rejects others, too.
    n, n_clusters : int64, shape (k,)
        Events and clusters of each.
    n_draws : int
        Sign vectors drawn besides the data's own.
    complete : bool
        Whether these are all there are, so that p-values are exact given symmetry.
    """

    statistic: FloatArray
    estimate: FloatArray
    se: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    holm: FloatArray
    benjamini_hochberg: FloatArray
    romano_wolf: FloatArray
    holm_ci_low: FloatArray
    holm_ci_high: FloatArray
    benjamini_hochberg_ci_low: FloatArray
    benjamini_hochberg_ci_high: FloatArray
    romano_wolf_ci_low: FloatArray
    romano_wolf_ci_high: FloatArray
    n: IntArray
    n_clusters: IntArray
    n_draws: int
    complete: bool


def family_tests(
    car: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    draws: int = 1999,
    seed: int = 0,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
) -> Family:
    """Test k means of zero on the same events with p-values for the whole family.

    Each hypothesis is a row of CARs over all events, NaN where an event is not in its group or has no
    CAR in its window. The wild bootstrap turns the sign of whole clusters, the same signs in every row
    (Cameron, Gelbach, Miller 2008, null imposed), so the draws keep the correlation between hypotheses,
    and Romano and Wolf's (2005) step-down uses it.

    Parameters
    ----------
    car : float, shape (k, n)
    cluster : int, shape (n,)
        Clusters of the widest window, see `clusters`.
    weights : float, shape (n,), optional
    draws, seed : int
        Sign vectors; all of them where there are no more than ``draws``.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
        Of the intervals.

    Returns
    -------
    Family

    Raises
    ------
    DataError
        If the shapes do not fit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> car = rng.normal(size=(3, 40)) + np.array([[1.0], [0.0], [0.0]])
    >>> family_tests(car, np.arange(40)).romano_wolf.round(2)
    array([0.  , 0.19, 0.99])
    """
    x = np.asarray(car, dtype=np.float64)
    code = np.asarray(cluster)
    if x.ndim != 2 or code.shape != x.shape[1:]:
        raise DataError(f"CARs have shape {x.shape} and clusters {code.shape}", hint="expected (k, n) and (n,)")
    check_whole(1, MOST_DRAWS, draws=draws)
    check_choice(alternative, get_args(Alternative), "alternative")
    observed = clustered_t(x, code, weights)
    values, w, counted = masked_weights(x, weights)
    sums, sizes = cluster_sums(w * values, code), cluster_sums(w, code)
    groups = (cluster_sums(counted.astype(np.float64), code) > 0).sum(axis=1)
    signs, complete = sign_vectors(sums.shape[1], draws, seed)
    null = _flipped(sums, sizes, groups.astype(np.float64), signs)
    null[:, ~np.isfinite(observed.value)] = np.nan
    alone = np.array(
        [romano_wolf(observed.value[j : j + 1], null[:, j : j + 1], alternative)[0] for j in range(len(x))]
    )

    usable = np.isfinite(observed.value)
    everything = np.vstack([np.ones(sums.shape[1]), signs])

    def not_rejected(chosen: BoolArray, alpha: float) -> tuple[FloatArray, FloatArray]:
        low, high = np.full(len(x), np.nan), np.full(len(x), np.nan)
        for rows in in_blocks(np.flatnonzero(chosen), 6 * len(everything)):
            shifted = _Shifted.of(sums[rows], sizes[rows], observed.estimate[rows], everything)

            def p_at(at: IntArray, mu: FloatArray, shifted: _Shifted = shifted) -> FloatArray:
                t = shifted.statistics(at, mu)
                return empirical(t[:, 0], t[:, 1:], alternative, complete=False)

            every, own = np.ones(len(rows), dtype=bool), observed.value[rows]
            low[rows], high[rows] = invert(p_at, shifted.estimate, own, every, alternative, 1.0 - alpha, wanted=True)
        return low, high

    alpha, k = 1.0 - confidence, max(int(usable.sum()), 1)
    low, high = not_rejected(usable, alpha)
    holm_low, holm_high = not_rejected(usable, alpha / k)
    found_by = benjamini_hochberg(alone) <= alpha
    found_low, found_high = not_rejected(found_by, alpha * int(found_by.sum()) / k)
    reach = _largest(null[:, usable], alpha, alternative) * observed.se
    return Family(
        statistic=observed.value,
        estimate=observed.estimate,
        se=observed.se,
        p_value=alone,
        ci_low=low,
        ci_high=high,
        holm=holm(alone),
        benjamini_hochberg=benjamini_hochberg(alone),
        romano_wolf=romano_wolf(observed.value, null, alternative),
        holm_ci_low=holm_low,
        holm_ci_high=holm_high,
        benjamini_hochberg_ci_low=found_low,
        benjamini_hochberg_ci_high=found_high,
        romano_wolf_ci_low=np.where(usable & (alternative == "less"), -np.inf, observed.estimate - reach),
        romano_wolf_ci_high=np.where(usable & (alternative == "greater"), np.inf, observed.estimate + reach),
        n=counted.sum(axis=1).astype(np.int64),
        n_clusters=groups.astype(np.int64),
        n_draws=len(signs),
        complete=complete,
    )


def _largest(null: FloatArray, alpha: float, alternative: Alternative) -> float:
    """Critical value of the largest of the statistics, as `romano_wolf` counts it."""
    if not null.shape[1]:
        return float("nan")
    size = np.abs(null) if alternative == "two-sided" else (-null if alternative == "less" else null)
    return float(empirical_critical(size[~np.isnan(size).any(axis=1)].max(axis=1), (alpha,), "greater")[0])


def sign_vectors(n_clusters: int, draws: int, seed: int) -> tuple[FloatArray, bool]:
    """Signs for each cluster, shape (B, G), the all-positive vector left out, and whether they are all.

    Examples
    --------
    >>> sign_vectors(2, 10, 0)[0].astype(int).tolist()
    [[-1, 1], [1, -1], [-1, -1]]
    """
    if n_clusters < 60 and 2**n_clusters - 1 <= draws:
        number = np.arange(1, 2**n_clusters)[:, None]
        return np.where((number >> np.arange(n_clusters)) & 1, -1.0, 1.0), True
    rng = as_generator(seed)
    return rng.choice([-1.0, 1.0], size=(draws, n_clusters)), False


@dataclass(frozen=True, slots=True)
class _Shifted:
    """What `_flipped` of a row needs at any mean that is taken off, so that an interval turns no sign again.

    With R = S - estimate W, d = estimate - mu and m the turned mean, the sum over clusters of (v (R + d W) - m W)^2 is
    that of R^2 + 2 R W (d - v m) + W^2 (d - v m)^2, where v is +1 or -1: two terms, neither of which cancels when d
    is large.
    """

    estimate: FloatArray
    total: FloatArray
    square: FloatArray
    turned: tuple[FloatArray, FloatArray]
    kept: tuple[FloatArray, FloatArray]
    opposed: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, sums: FloatArray, sizes: FloatArray, estimate: FloatArray, signs: FloatArray) -> _Shifted:
        """Turn every row by every sign vector (B, G) once; ``sums`` and ``sizes`` have shape (k, G)."""
        rest = sums - estimate[:, None] * sizes
        plus, minus = (signs > 0).astype(np.float64).T, (signs < 0).astype(np.float64).T
        return cls(
            estimate,
            sizes.sum(axis=1),
            (rest**2).sum(axis=1),
            (rest @ signs.T, sizes @ signs.T),
            ((rest * sizes) @ plus, (sizes**2) @ plus),
            ((rest * sizes) @ minus, (sizes**2) @ minus),
        )

    def statistics(self, rows: IntArray, mu: FloatArray) -> FloatArray:
        """`_flipped` but for the factor G/(G-1), shape (rows, B)."""
        d = (self.estimate[rows] - mu)[:, None]
        mean = (self.turned[0][rows] + d * self.turned[1][rows]) / self.total[rows, None]
        near, far = d - mean, d + mean
        square = self.square[rows, None] + near * (2.0 * self.kept[0][rows] + near * self.kept[1][rows])
        square += far * (2.0 * self.opposed[0][rows] + far * self.opposed[1][rows])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(mean / np.sqrt(np.maximum(square, 0.0)))


def _flipped(sums: FloatArray, sizes: FloatArray, groups: FloatArray, signs: FloatArray) -> FloatArray:
    """`clustered_t` of every row with the signs of its clusters turned, shape (B, k).

    A cluster's score after the turn is v S - m W with S and W its sums of w x and w, so the
    statistic needs no events: sum (v S - m W)^2 = sum S^2 - 2 m sum v S W + m^2 sum W^2.
    """
    total = sizes.sum(axis=1)
    mean = (signs @ sums.T) / np.where(total > 0, total, np.nan)
    square = (sums**2).sum(axis=1) - 2 * mean * (signs @ (sums * sizes).T) + mean**2 * (sizes**2).sum(axis=1)
    factor = groups / np.where(groups > 1, groups - 1, np.nan)
    se = np.sqrt(np.maximum(factor * square, 0.0)) / np.where(total > 0, total, np.nan)
    # A turn that leaves no variance is as far out as can be.
    with np.errstate(divide="ignore", invalid="ignore"):
        t = mean / se
    return np.where((se > 0) | np.isnan(mean) | (mean == 0), t, np.copysign(np.inf, mean))
