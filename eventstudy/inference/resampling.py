"""Wild bootstrap by cluster, and what resampling tests share.

The last axis is events, leading axes are replications; clusters and groups are the same for all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice
from eventstudy.inference.clustered import cluster_sums
from eventstudy.inference.draws import Draws, spread

__all__ = ["Resampled", "wild_bootstrap"]

_TIE = 1e-10  # relative: a draw that changes nothing counts as equal in spite of rounding
_HALVINGS = 60  # bisection steps of an interval's end: from the bracket to double precision
_BLOCK = 4_000_000  # floats held at once

BootstrapWeights: TypeAlias = Literal["rademacher", "webb"]


@dataclass(frozen=True, slots=True)
class Resampled:
    """A resampling test, for each replication.

    Attributes
    ----------
    name : str
    statistic, p_value : float64, shape (...)
        p = (1 + #{draws as extreme}) / (1 + B), or #/B over all B possible draws where ``complete``.
    estimate, ci_low, ci_high : float64, shape (...)
        The mean (or difference) and the values that the same test does not reject. NaN intervals
        where none was asked for; infinite where the draws are too few for the level.
    n : int64, shape (...)
        Events counted.
    n_clusters : int
        Clusters that are drawn as one.
    n_draws : int
        Distinct draws B that were compared.
    complete : bool
        Whether every possible draw was, so that nothing depends on the seed.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    """

    name: str
    statistic: FloatArray
    p_value: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n: IntArray
    n_clusters: int
    n_draws: int
    complete: bool
    alternative: Alternative
    confidence: float


def wild_bootstrap(
    x: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    draws: int = 9999,
    weights: npt.ArrayLike | None = None,
    distribution: BootstrapWeights = "rademacher",
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
    interval: bool = True,
    seed: int | np.random.Generator = 0,
    client: Any = None,
) -> Resampled:
    """Wild cluster bootstrap of the mean with the null imposed.

    Under the null of mean zero the residuals are the values themselves: every cluster's values are
    multiplied by one random number and the cluster-robust t (`clustered_t`) is computed again. With
    Rademacher numbers and G clusters there are 2^G draws; where they are no more than ``draws`` all
    are taken. No p-value lies below 2 / 2^G then (two-sided): five clusters cannot reject at 5 %.

    Parameters
    ----------
    x : float, shape (..., n)
        CARs or SCARs; NaN is left out.
    cluster : int, shape (n,)
        Cluster codes.
    draws : int
        Random draws where the possible ones are more.
    weights : float, shape (n,), optional
    distribution : {"rademacher", "webb"}
        Webb's six points give a finer p with fewer than about ten clusters.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    interval : bool
        Whether to invert the test.
    seed : int or numpy.random.Generator
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Workers that draw, block by block; this process by default. Any number of them gives the same draws.

    Returns
    -------
    Resampled

    References
    ----------
    Cameron, Gelbach, Miller (2008), Bootstrap-based improvements for inference with clustered
    errors, Review of Economics and Statistics 90; Webb (2023), Reworking wild bootstrap-based
    inference for clustered errors, Canadian Journal of Economics 56.

    Examples
    --------
    >>> x = np.array([1.0, 1.2, 0.8, 1.1, 0.9, 1.3])
    >>> test = wild_bootstrap(x, np.arange(6))
    >>> test.complete, test.n_draws, float(test.p_value)
    (True, 64, 0.03125)
    """
    check_choice(distribution, ("rademacher", "webb"), "distribution")
    check_options(alternative, confidence, draws)
    flat, shape, code, unit = flatten(x, cluster)
    w = np.where(np.isfinite(flat), 1.0 if weights is None else np.asarray(weights, dtype=np.float64), 0.0)
    sums = cluster_sums(np.where(w > 0, w * np.where(np.isfinite(flat), flat, 0.0), 0.0), code)
    sizes = cluster_sums(w, code)
    g, total = sums.shape[1], sizes.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.where(total > 0, sums.sum(axis=1) / total, np.nan)
    # About the estimate, so that neither the interval's ends nor zero lose digits to the other.
    away = sums - np.where(total > 0, estimate, 0.0)[:, None] * sizes
    parts, complete = _parts(g, draws, distribution, seed)
    n_draws = len(_points(distribution)) ** g if complete else draws

    def statistic(drawn: FloatArray, rows: IntArray, mu: FloatArray) -> FloatArray:
        return _clustered(drawn, away[rows], sizes[rows], (mu - estimate[rows])[:, None])

    own_draw = _drawn(away, sizes, distribution, np.ones((g, 1)))
    own = statistic(own_draw, np.arange(len(flat)), np.zeros(len(flat)))[:, 0]
    p, low, high = (np.full(len(flat), np.nan) for _ in range(3))
    for rows in in_blocks(np.flatnonzero(np.isfinite(own)), 7 * n_draws):
        common = (away[rows], sizes[rows], distribution)
        drawn = np.concatenate(spread(client, _drawn, common, parts, "draws"), axis=2)

        def p_at(at: IntArray, mu: FloatArray, rows: IntArray = rows, drawn: FloatArray = drawn) -> FloatArray:
            ours = statistic(own_draw[:, rows[at]], rows[at], mu)[:, 0]
            return empirical(ours, statistic(drawn[:, at], rows[at], mu), alternative, complete)

        here = np.arange(len(rows))
        p[rows] = p_at(here, np.zeros(len(rows)))
        usable = np.ones(len(rows), dtype=bool)
        low[rows], high[rows] = invert(p_at, estimate[rows], own[rows], usable, alternative, confidence, interval)
    n = (w > 0).sum(axis=1)
    return Resampled(
        "wild_bootstrap",
        own.reshape(shape),
        p.reshape(shape),
        (estimate * unit).reshape(shape),
        (low * unit).reshape(shape),
        (high * unit).reshape(shape),
        n.reshape(shape).astype(np.int64),
        g,
        n_draws,
        complete,
        alternative,
        confidence,
    )


def _parts(
    g: int, draws: int, distribution: BootstrapWeights, seed: int | np.random.Generator
) -> tuple[list[Draws] | list[FloatArray], bool]:
    """Blocks of draws; or all multipliers that there are, shape (G, B), where they are no more than the draws."""
    points = _points(distribution)
    if g * math.log(len(points)) > math.log(draws):
        return list(Draws.blocks(draws, seed, numbers=g)), False
    return [np.array(list(itertools.product(points, repeat=g)), dtype=np.float64).reshape(len(points) ** g, g).T], True


def _points(distribution: BootstrapWeights) -> FloatArray:
    if distribution == "rademacher":
        return np.array([-1.0, 1.0])
    half = np.sqrt([0.5, 1.0, 1.5])
    return np.concatenate([-half, half])


def _drawn(sums: FloatArray, sizes: FloatArray, distribution: BootstrapWeights, part: Draws | FloatArray) -> FloatArray:
    """What the statistic under any mean reads of each draw, shape (7, R, b): sums over clusters (R, G)."""
    v = part
    if isinstance(v, Draws):
        v = v.generator().choice(_points(distribution), size=(sums.shape[1], v.n))
    linear = np.stack([sums, sizes, sums * sizes, sizes**2]) @ v
    return np.concatenate([linear, np.stack([sums**2, sums * sizes, sizes**2]) @ v**2])


def _clustered(drawn: FloatArray, sums: FloatArray, sizes: FloatArray, mu: FloatArray) -> FloatArray:
    """Cluster-robust t under every draw, shape (R, B), of values less ``mu`` (R, 1): sums S - mu N."""
    v_s, v_n, v_sn, v_nn, vv_ss, vv_sn, vv_nn = drawn
    total = sizes.sum(axis=1, keepdims=True)
    g = (sizes > 0).sum(axis=1, keepdims=True)
    mean = (v_s - mu * v_n) / np.where(total > 0, total, np.nan)
    # sum_g (v_g (S_g - mu N_g) - N_g m)^2, multiplied out
    meat = vv_ss - 2 * mu * vv_sn + mu**2 * vv_nn - 2 * mean * (v_sn - mu * v_nn)
    meat = meat + mean**2 * (sizes**2).sum(axis=1, keepdims=True)
    floor = 1e-20 * ((sums - mu * sizes) ** 2).sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(np.where((g > 1) & (meat > floor), meat * g / (g - 1), np.nan)) / total
        return np.asarray(mean / se)


def check_options(alternative: Alternative, confidence: float, draws: int) -> None:
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    if not 0 < confidence < 1:
        raise SpecError(f"confidence={confidence} is not between 0 and 1", hint="expected a share such as 0.95")
    if draws < 1:
        raise SpecError(f"draws={draws}", hint="expected at least 1")


def flatten(x: npt.ArrayLike, cluster: npt.ArrayLike) -> tuple[FloatArray, tuple[int, ...], IntArray, FloatArray]:
    """Replications as rows, each in units of its largest value: squares neither overflow nor vanish.

    Returns
    -------
    values : float64, shape (R, n)
    shape : the leading shape
    code : int64, shape (n,)
        Cluster codes from 0.
    unit : float64, shape (R,)
    """
    values = np.asarray(x, dtype=np.float64)
    labels = np.asarray(cluster)
    if labels.shape != values.shape[-1:]:
        raise DataError(f"cluster has shape {labels.shape}", hint=f"expected one code an event, {values.shape[-1:]}")
    code = np.unique(labels, return_inverse=True)[1].ravel().astype(np.int64)
    rows = values.reshape(int(np.prod(values.shape[:-1])), values.shape[-1])
    rows = np.where(np.isfinite(rows), rows, np.nan)
    size = np.abs(np.where(np.isfinite(rows), rows, 0.0)).max(axis=1, initial=0.0)
    unit = np.where(size > 0, size, 1.0)
    return rows / unit[:, None], values.shape[:-1], code, unit


def empirical(own: FloatArray, draws: FloatArray, alternative: Alternative, complete: bool) -> FloatArray:
    """P-value of each replication from draws (R, B); a draw without a statistic counts as extreme."""
    if alternative == "two-sided":
        ours, theirs = np.abs(own), np.abs(draws)
    else:
        sign = 1.0 if alternative == "greater" else -1.0
        ours, theirs = sign * own, sign * draws
    with np.errstate(invalid="ignore"):
        # a draw whose values all agree has no spread: its t is infinite, not missing
        beyond = ~(theirs < (ours - _TIE * np.abs(ours))[:, None])
    count = beyond.sum(axis=1)
    b = draws.shape[1]
    p = count / b if complete else (1.0 + count) / (1.0 + b)
    return np.where(np.isfinite(own), p, np.nan)


def in_blocks(rows: IntArray, width: int) -> list[IntArray]:
    step = max(1, _BLOCK // max(width, 1))
    return [rows[i : i + step] for i in range(0, len(rows), step)]


def invert(
    p_at: Callable[[IntArray, FloatArray], FloatArray],
    estimate: FloatArray,
    own: FloatArray,
    usable: BoolArray,
    alternative: Alternative,
    confidence: float,
    wanted: bool,
) -> tuple[FloatArray, FloatArray]:
    """Ends of the values not rejected, by bisection outward from the estimate with the same draws."""
    low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    if not wanted:
        return low, high
    rows = np.flatnonzero(usable)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.abs(estimate[rows] / own[rows])
    step = np.where(np.isfinite(unit) & (unit > 0), unit, 1e-8 + np.abs(estimate[rows]))
    low[rows] = -math.inf if alternative == "less" else _ends(p_at, rows, estimate[rows], -step, 1.0 - confidence)
    high[rows] = math.inf if alternative == "greater" else _ends(p_at, rows, estimate[rows], step, 1.0 - confidence)
    return low, high


def _ends(
    p_at: Callable[[IntArray, FloatArray], FloatArray],
    rows: IntArray,
    start: FloatArray,
    step: FloatArray,
    alpha: float,
) -> FloatArray:
    """The last value on the side of ``step`` that each row does not reject; infinite where it rejects none."""
    inside, outside = start.copy(), start + step
    left = np.arange(len(rows))  # those whose end lies beyond `outside`
    for _ in range(20):
        left = left[p_at(rows[left], outside[left]) > alpha]
        if not left.size:
            break
        inside[left], outside[left] = outside[left], start[left] + 2.0 * (outside[left] - start[left])
    bounded = np.ones(len(rows), dtype=bool)
    bounded[left] = False
    left = np.flatnonzero(bounded)
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside[left] + outside[left])
        between = (middle != inside[left]) & (middle != outside[left])
        left, middle = left[between], middle[between]
        if not left.size:
            break
        kept = p_at(rows[left], middle) > alpha
        inside[left[kept]], outside[left[~kept]] = middle[kept], middle[~kept]
    return np.where(bounded, inside, np.copysign(math.inf, step))
