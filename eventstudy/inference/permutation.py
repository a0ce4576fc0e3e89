"""Permutation of two groups of events by cluster."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError
from eventstudy.inference.resampling import Resampled, check_options, empirical, flatten, in_blocks, invert

__all__ = ["permutation"]


def permutation(
    x: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    draws: int = 9999,
    weights: npt.ArrayLike | None = None,
    studentize: bool | None = None,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
    interval: bool = True,
    seed: int | np.random.Generator = 0,
) -> Resampled:
    """Difference of two groups' means under permutations of the labels by cluster.

    A cluster whose events all belong to one group passes its label on as a whole, among such
    clusters; a cluster that holds both groups shuffles its labels within. The difference is divided
    by its cluster-robust standard error, so that groups of unequal variance do not upset the level.

    Parameters
    ----------
    x : float, shape (..., n)
        CARs or SCARs; NaN is left out.
    group : bool, shape (n,)
        True for the first group: the estimate is mean(True) - mean(False).
    cluster : int, shape (n,)
    draws : int
        Random permutations where the possible ones are more; else all are taken.
    weights : float, shape (n,), optional
        An event keeps its weight when its label moves, in the means and in their error.
    studentize : bool, optional
        By default where each group has at least two clusters, without which there is no error.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    interval : bool
        Whether to invert the test (adding a constant to the first group).
    seed : int or numpy.random.Generator

    Returns
    -------
    Resampled
        Of the difference.

    Raises
    ------
    DataError
        If one of the groups is empty.

    References
    ----------
    Fisher (1935); Janssen (1997), Studentized permutation tests for non-i.i.d. hypotheses,
    Statistics and Probability Letters 36; Chung, Romano (2013), Annals of Statistics 41.

    Examples
    --------
    >>> x = np.array([2.1, 2.4, 1.9, 2.2, 0.1, 0.3, -0.2, 0.2])
    >>> test = permutation(x, np.arange(8) < 4, np.arange(8))
    >>> test.n_draws, test.complete, round(float(test.p_value), 4)
    (70, True, 0.0286)
    """
    check_options(alternative, confidence, draws)
    flat, shape, code, unit = flatten(x, cluster)
    first = np.asarray(group, dtype=bool)
    if first.shape != code.shape or first.all() or not first.any():
        raise DataError("permutation needs events of both groups", hint=f"got {int(first.sum())} of {first.size}")
    labels, complete, n_units = _labels(np.random.default_rng(seed), first, code, draws)
    if studentize is None:
        studentize = min(len(np.unique(code[first])), len(np.unique(code[~first]))) > 1
    w = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=np.float64)
    flat = np.where(w > 0, flat, np.nan)
    own_label = first[:, None]
    everyone = np.arange(len(flat))

    def statistic(rows: IntArray, delta: FloatArray, label: BoolArray) -> FloatArray:
        values = flat[rows] - delta[:, None] * first
        difference, se = _difference(values, w, label, code, studentize)
        return difference / se if studentize else difference

    estimate = _difference(flat, w, own_label, code, False)[0][:, 0]
    own = statistic(everyone, np.zeros(len(flat)), own_label)[:, 0]
    usable = np.isfinite(own)

    def p_at(rows: IntArray, delta: FloatArray) -> FloatArray:
        ours = statistic(rows, delta, own_label)[:, 0]
        return empirical(ours, statistic(rows, delta, labels), alternative, complete)

    p = np.full(len(flat), np.nan)
    for rows in in_blocks(everyone[usable], labels.shape[1] * (int(code.max()) + 1)):
        p[rows] = p_at(rows, np.zeros(len(rows)))
    low, high = invert(p_at, estimate, own, usable, alternative, confidence, interval)
    n = np.isfinite(flat).sum(axis=1)
    return Resampled(
        "permutation",
        (own if studentize else own * unit).reshape(shape),
        p.reshape(shape),
        (estimate * unit).reshape(shape),
        (low * unit).reshape(shape),
        (high * unit).reshape(shape),
        n.reshape(shape).astype(np.int64),
        n_units,
        labels.shape[1],
        complete,
        alternative,
        confidence,
    )


def _difference(
    values: FloatArray, w: FloatArray, label: BoolArray, code: IntArray, studentize: bool
) -> tuple[FloatArray, FloatArray]:
    """Difference of weighted means and its cluster-robust standard error, shape (R, B), for labels (n, B)."""
    weight = np.where(np.isfinite(values), w, 0.0)
    filled = np.where(weight > 0, weight * values, 0.0)
    means, meats = [], []
    for mask in (label, ~label):
        member = mask.astype(np.float64)
        count = weight @ member
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = filled @ member / np.where(count > 0, count, np.nan)
        means.append(mean)
        if not studentize:
            continue
        meat, held = np.zeros_like(mean), np.zeros_like(mean)
        for g in range(int(code.max()) + 1):
            own = code == g
            size = weight[:, own] @ member[own]
            held += size > 0
            meat += (filled[:, own] @ member[own] - size * mean) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            meats.append(np.where(held > 1, held / (held - 1), np.nan) * meat / count**2)
    difference = means[0] - means[1]
    if not studentize:
        return difference, np.ones_like(difference)
    total = meats[0] + meats[1]
    return difference, np.sqrt(np.where(total > 0, total, np.nan))


def _labels(rng: np.random.Generator, first: BoolArray, code: IntArray, draws: int) -> tuple[BoolArray, bool, int]:
    """Labels under each permutation, shape (n, B); whether those are all; how many units are permuted."""
    g = int(code.max()) + 1
    share = np.bincount(code, weights=first) / np.bincount(code)
    pure = np.flatnonzero((share == 0) | (share == 1))
    mixed = [np.flatnonzero(code == c) for c in range(g) if 0 < share[c] < 1]
    k = int((share[pure] == 1).sum())
    possible = math.comb(len(pure), k)
    for members in mixed:
        possible *= math.comb(len(members), int(first[members].sum()))
    units = [([np.flatnonzero(code == c) for c in pure], k)] if len(pure) else []
    units += [([np.array([i]) for i in members], int(first[members].sum())) for members in mixed]
    n_units = len(pure) + sum(len(m) for m in mixed)
    if possible <= draws:
        choices = [list(itertools.combinations(range(len(unit)), count)) for unit, count in units]
        out = np.zeros((len(first), possible), dtype=bool)
        for b, chosen in enumerate(itertools.product(*choices)):
            for (unit, _), picks in zip(units, chosen, strict=True):
                for pick in picks:
                    out[unit[pick], b] = True
        return out, True, n_units
    out = np.zeros((len(first), draws), dtype=bool)
    for unit, count in units:
        ranks = np.argsort(rng.random((draws, len(unit))), axis=1)
        picked = np.zeros((draws, len(unit)), dtype=bool)
        np.put_along_axis(picked, ranks[:, :count], True, axis=1)
        for j, members in enumerate(unit):
            out[members] = picked[:, j]
    return out, False, n_units
