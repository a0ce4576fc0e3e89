"""Wild bootstrap by cluster, and what resampling tests share.

The last axis is events, leading axes are replications; clusters and groups are the same for all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice
from eventstudy.inference.clustered import cluster_sums

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
        Whether to invert the test; costs about a hundred times the p-value.
    seed : int or numpy.random.Generator

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
    g = sums.shape[1]
    v, complete = _multipliers(np.random.default_rng(seed), g, draws, distribution)
    total = sizes.sum(axis=1)

    def statistic(rows: IntArray, mu: FloatArray, multiplier: FloatArray) -> FloatArray:
        return _clustered(sums[rows] - mu[:, None] * sizes[rows], sizes[rows], multiplier)

    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.where(total > 0, sums.sum(axis=1) / total, np.nan)
    everyone = np.arange(len(flat))
    own = statistic(everyone, np.zeros(len(flat)), np.ones((g, 1)))[:, 0]
    usable = np.isfinite(own)

    def p_at(rows: IntArray, mu: FloatArray) -> FloatArray:
        ours = statistic(rows, mu, np.ones((g, 1)))[:, 0]
        return empirical(ours, statistic(rows, mu, v), alternative, complete)

    p = np.full(len(flat), np.nan)
    for rows in in_blocks(everyone[usable], v.shape[1]):
        p[rows] = p_at(rows, np.zeros(len(rows)))
    low, high = invert(p_at, estimate, own, usable, alternative, confidence, interval)
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
        v.shape[1],
        complete,
        alternative,
        confidence,
    )


def _clustered(sums: FloatArray, sizes: FloatArray, multiplier: FloatArray) -> FloatArray:
    """Cluster-robust t of every replication under every draw, shape (R, B), from cluster sums (R, G)."""
    total = sizes.sum(axis=1, keepdims=True)
    g = (sizes > 0).sum(axis=1, keepdims=True)
    mean = sums @ multiplier / np.where(total > 0, total, np.nan)
    # sum_g (v_g S_g - N_g m)^2 without a (R, B, G) array
    meat = (sums**2) @ multiplier**2 - 2 * mean * ((sums * sizes) @ multiplier)
    meat = meat + mean**2 * (sizes**2).sum(axis=1, keepdims=True)
    floor = 1e-20 * ((sums**2).sum(axis=1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(np.where((g > 1) & (meat > floor), meat * g / (g - 1), np.nan)) / total
        return np.asarray(mean / se)


def _multipliers(
    rng: np.random.Generator, g: int, draws: int, distribution: BootstrapWeights
) -> tuple[FloatArray, bool]:
    points = np.array([-1.0, 1.0])
    if distribution == "webb":
        half = np.sqrt([0.5, 1.0, 1.5])
        points = np.concatenate([-half, half])
    if g * math.log(len(points)) <= math.log(draws):
        return np.array(list(itertools.product(points, repeat=g)), dtype=np.float64).reshape(-1, g).T, True
    return rng.choice(points, size=(g, draws)), False


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
    rows = values.reshape(-1, values.shape[-1])
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
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.abs(estimate / own)
    for i in np.flatnonzero(usable):
        row = np.array([i])
        step = unit[i] if np.isfinite(unit[i]) and unit[i] > 0 else 1e-8 + abs(estimate[i])
        low[i] = -math.inf if alternative == "less" else _end(p_at, row, estimate[i], -step, 1.0 - confidence)
        high[i] = math.inf if alternative == "greater" else _end(p_at, row, estimate[i], step, 1.0 - confidence)
    return low, high


def _end(
    p_at: Callable[[IntArray, FloatArray], FloatArray], row: IntArray, start: float, step: float, alpha: float
) -> float:
    inside, outside = start, start + step
    for _ in range(20):
        if not p_at(row, np.array([outside]))[0] > alpha:
            break
        inside, outside = outside, start + 2.0 * (outside - start)
    else:
        return math.copysign(math.inf, step)
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        if middle in (inside, outside):
            break
        if p_at(row, np.array([middle]))[0] > alpha:
            inside = middle
        else:
            outside = middle
    return inside
