"""Permutation of two groups of events by cluster."""

from __future__ import annotations

import itertools
import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError
from eventstudy.inference.draws import Draws, spread
from eventstudy.inference.resampling import Resampled, check_options, empirical, flatten, in_blocks, invert

__all__ = ["permutation"]

Unit: TypeAlias = tuple[list[IntArray], int]
"""Events that pass their label on together, set by set, and how many of the sets are in the first group."""


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
    client: Any = None,
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
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Workers that draw, block by block; this process by default. Any number of them gives the same draws.

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
    units, possible, n_units = _units(first, code)
    complete = possible <= draws
    parts: list[Draws] | list[BoolArray] = (
        [_all_labels(units, len(first))] if complete else list(Draws.blocks(draws, seed, numbers=len(first)))
    )
    if studentize is None:
        studentize = min(len(np.unique(code[first])), len(np.unique(code[~first]))) > 1
    w = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=np.float64)
    flat = np.where(w > 0, flat, np.nan)
    own_label = first[:, None]
    estimate = _drawn(flat, first, w, code, False, units, own_label)[0][:, 0]
    # About the estimate, so that neither the interval's ends nor zero lose digits to the other.
    away = flat - np.where(np.isfinite(estimate), estimate, 0.0)[:, None] * first
    n_draws = possible if complete else draws
    own_draw = _drawn(away, first, w, code, studentize, units, own_label)
    own = _statistic(own_draw, (0.0 - estimate)[:, None])[:, 0]
    p, low, high = (np.full(len(flat), np.nan) for _ in range(3))
    for rows in in_blocks(np.flatnonzero(np.isfinite(own)), 5 * n_draws):
        common = (away[rows], first, w, code, studentize, units)
        drawn = np.concatenate(spread(client, _drawn, common, parts, "permutations"), axis=2)

        def p_at(at: IntArray, delta: FloatArray, rows: IntArray = rows, drawn: FloatArray = drawn) -> FloatArray:
            about = (delta - estimate[rows[at]])[:, None]
            ours = _statistic(own_draw[:, rows[at]], about)[:, 0]
            return empirical(ours, _statistic(drawn[:, at], about), alternative, complete)

        here = np.arange(len(rows))
        p[rows] = p_at(here, np.zeros(len(rows)))
        usable = np.ones(len(rows), dtype=bool)
        low[rows], high[rows] = invert(p_at, estimate[rows], own[rows], usable, alternative, confidence, interval)
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
        n_draws,
        complete,
        alternative,
        confidence,
    )


def _statistic(drawn: FloatArray, delta: FloatArray) -> FloatArray:
    """Difference over its error, shape (R, B), of values less ``delta`` (R, 1) in the first group."""
    d_y, d_f, v_yy, v_yf, v_ff = drawn
    total = v_yy - 2 * delta * v_yf + delta**2 * v_ff
    return np.asarray((d_y - delta * d_f) / np.sqrt(np.where(total > 0, total, np.nan)))


def _drawn(
    values: FloatArray,
    first: BoolArray,
    w: FloatArray,
    code: IntArray,
    studentize: bool,
    units: list[Unit],
    part: Draws | BoolArray,
) -> FloatArray:
    """What the statistic under any difference reads of each permutation, shape (5, R, b).

    Differences of the groups' weighted means of the values and of ``first``, and the cluster-robust variances of
    both and their covariance; 1, 0, 0 where they are not asked for.
    """
    label = _draw_labels(part, units, len(first)) if isinstance(part, Draws) else part
    weight = np.where(np.isfinite(values), w, 0.0)
    columns = [np.where(weight > 0, weight * v, 0.0) for v in (values, np.broadcast_to(first, values.shape))]
    found = np.zeros((5, len(values), label.shape[1]))
    found[2] = 0.0 if studentize else 1.0
    for sign, mask in ((1.0, label), (-1.0, ~label)):
        member = mask.astype(np.float64)
        count = weight @ member
        with np.errstate(invalid="ignore", divide="ignore"):
            means = [column @ member / np.where(count > 0, count, np.nan) for column in columns]
        found[0] += sign * means[0]
        found[1] += sign * means[1]
        if not studentize:
            continue
        meat, held = np.zeros((3, *count.shape)), np.zeros_like(count)
        for g in range(int(code.max()) + 1):
            own = code == g
            size = weight[:, own] @ member[own]
            held += size > 0
            y, f = (column[:, own] @ member[own] - size * mean for column, mean in zip(columns, means, strict=True))
            meat += np.stack([y * y, y * f, f * f])
        with np.errstate(invalid="ignore", divide="ignore"):
            found[2:] += np.where(held > 1, held / (held - 1), np.nan) * meat / count**2
    return found


def _units(first: BoolArray, code: IntArray) -> tuple[list[Unit], int, int]:
    """Give what passes its label on together; how many permutations there are, and of how many units."""
    g = int(code.max()) + 1
    share = np.bincount(code, weights=first) / np.bincount(code)
    members = np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])
    pure = np.flatnonzero((share == 0) | (share == 1))
    units: list[Unit] = [([members[c] for c in pure], int((share[pure] == 1).sum()))] if len(pure) else []
    mixed = [members[c] for c in range(g) if 0 < share[c] < 1]
    units += [([np.array([i]) for i in own], int(first[own].sum())) for own in mixed]
    possible = math.prod(math.comb(len(own), count) for own, count in units)
    return units, possible, sum(len(own) for own, _ in units)


def _all_labels(units: list[Unit], n: int) -> BoolArray:
    """Labels under every permutation, shape (n, B)."""
    choices = [list(itertools.combinations(range(len(own)), count)) for own, count in units]
    every = list(itertools.product(*choices))
    out = np.zeros((n, len(every)), dtype=bool)
    for b, chosen in enumerate(every):
        for (own, _), picks in zip(units, chosen, strict=True):
            for pick in picks:
                out[own[pick], b] = True
    return out


def _draw_labels(part: Draws, units: list[Unit], n: int) -> BoolArray:
    """Labels under random permutations, shape (n, b)."""
    rng, out = part.generator(), np.zeros((n, part.n), dtype=bool)
    for own, count in units:
        ranks = np.argsort(rng.random((part.n, len(own))), axis=1)
        picked = np.zeros((part.n, len(own)), dtype=bool)
        np.put_along_axis(picked, ranks[:, :count], True, axis=1)
        for j, members in enumerate(own):
            out[members] = picked[:, j]
    return out
