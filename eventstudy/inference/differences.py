"""Do two groups of events differ: de-escalation against escalation, one asset against another.

Permutation of clusters and placebo dates live with the resampling tests; here are those with a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice, nearest
from eventstudy.inference._arrays import Statistic, interval, masked_weights, mean_and_se, ratio, spread_is_rounding
from eventstudy.inference.clustered import cluster_means, cluster_sums
from eventstudy.inference.correlation import clusters
from eventstudy.inference.registry import TestResult
from eventstudy.inference.sample import NO_SESSION, Sample

__all__ = [
    "DIFFERENCE_TESTS",
    "clustered_difference_t",
    "difference_tests",
    "ibragimov_muller_difference_t",
    "welch_t",
]


def welch_t(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    weights_x: npt.ArrayLike | None = None,
    weights_y: npt.ArrayLike | None = None,
) -> Statistic:
    """Difference of means over the root of the summed squared errors (Welch 1947).

    Degrees of freedom by Welch and Satterthwaite. Robust to different variances of the groups; not to
    events that move together.

    Parameters
    ----------
    x, y : float, shapes (..., n_x) and (..., n_y)
    weights_x, weights_y : float, optional
        With weights, each mean has its HC1 error (`mean_and_se`).

    Examples
    --------
    >>> t = welch_t([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    >>> float(t.value.round(4)), float(t.dof.round(4))
    (-1.5492, 2.9412)
    """
    mean_x, se_x, _, n_x = mean_and_se(x, weights_x)
    mean_y, se_y, _, n_y = mean_and_se(y, weights_y)
    # A group whose values are all equal has a zero error; only both together leave nothing to divide by.
    square_x, square_y = (np.where(np.isnan(se) & (n > 1), 0.0, se**2) for se, n in ((se_x, n_x), (se_y, n_y)))
    se = np.sqrt(square_x + square_y)
    dof = ratio((square_x + square_y) ** 2, square_x**2 / np.maximum(n_x - 1, 1) + square_y**2 / np.maximum(n_y - 1, 1))
    return Statistic.of(ratio(mean_x - mean_y, se), dof=dof, n=n_x + n_y, estimate=mean_x - mean_y, se=se)


def clustered_difference_t(
    x: npt.ArrayLike, in_first: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Coefficient of a group dummy over its cluster-robust error, t(G-1) (Cameron, Miller 2015).

    (Weighted) least squares of all CARs on a constant and the dummy, the sandwich summed by cluster,
    times G/(G-1) (n-1)/(n-2). Robust to any correlation within a cluster, across the groups too.

    Parameters
    ----------
    x : float, shape (..., n)
        CARs of both groups.
    in_first : bool, shape (n,)
        Whether the event is of the first group.
    cluster : int, shape (n,)
        Cluster codes over both groups.
    weights : float, shape (n,), optional

    Examples
    --------
    >>> t = clustered_difference_t([1.0, 3.0, 2.0, 6.0], [True, True, False, False], [0, 1, 2, 3])
    >>> float(t.estimate), float(t.se.round(4))
    (-2.0, 2.2361)
    """
    first = np.asarray(in_first, dtype=bool)
    values, w, counted = masked_weights(x, weights)
    score = np.zeros(values.shape)
    means = []
    for side, sign in ((first, 1.0), (~first, -1.0)):
        own = np.where(side, w, 0.0)
        total = own.sum(axis=-1)
        means.append(ratio((own * values).sum(axis=-1), total))
        away = np.where(own > 0, values - means[-1][..., None], 0.0)
        score += sign * own * away / np.where(total > 0, total, np.nan)[..., None]
    n = counted.sum(axis=-1).astype(np.float64)
    groups = (cluster_sums(counted.astype(np.float64), cluster) > 0).sum(axis=-1).astype(np.float64)
    factor = ratio(groups, groups - 1) * ratio(n - 1, n - 2)
    se = np.sqrt(factor * (cluster_sums(score, cluster) ** 2).sum(axis=-1))
    se = np.where(spread_is_rounding(se, np.abs(values).max(axis=-1, initial=0.0)), np.nan, se)
    gap = means[0] - means[1]
    return Statistic.of(ratio(gap, se), dof=groups - 1, n=n, estimate=gap, se=se)


def ibragimov_muller_difference_t(
    x: npt.ArrayLike, in_first: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Difference of the means over clusters, t(min(G1, G2) - 1) (Ibragimov, Muller 2016).

    The groups' cluster means are two samples with variances s1^2/G1 + s2^2/G2. Where a cluster holds both
    groups, their covariance over such clusters is taken off, - 2 G12 c12/(G1 G2): with every cluster of
    that kind this is the t over the differences within clusters (Ibragimov, Muller 2010).

    Parameters
    ----------
    x, in_first, cluster, weights
        As in `clustered_difference_t`.
    """
    first = np.asarray(in_first, dtype=bool)
    values = np.asarray(x, dtype=np.float64)
    a = cluster_means(np.where(first, values, np.nan), cluster, weights)
    b = cluster_means(np.where(first, np.nan, values), cluster, weights)
    mean_a, se_a, _, n_a = mean_and_se(a)
    mean_b, se_b, _, n_b = mean_and_se(b)
    both = np.isfinite(a) & np.isfinite(b)
    n_both = both.sum(axis=-1).astype(np.float64)
    away = []
    for side in (a, b):
        kept = np.where(both, side, 0.0)
        away.append(np.where(both, kept - ratio(kept.sum(axis=-1), n_both)[..., None], 0.0))
    covariance = np.where(n_both > 1, (away[0] * away[1]).sum(axis=-1) / np.maximum(n_both - 1, 1), 0.0)
    square_a, square_b = (np.where(np.isnan(se) & (n > 1), 0.0, se**2) for se, n in ((se_a, n_a), (se_b, n_b)))
    variance = square_a + square_b - 2 * n_both * covariance / np.maximum(n_a * n_b, 1)
    size = np.maximum(
        np.abs(np.nan_to_num(a)).max(axis=-1, initial=0.0), np.abs(np.nan_to_num(b)).max(axis=-1, initial=0)
    )
    se = np.sqrt(np.where(variance > 0, variance, np.nan))
    se = np.where(spread_is_rounding(se, size), np.nan, se)
    _, _, counted = masked_weights(values, weights)
    gap, dof = mean_a - mean_b, np.minimum(n_a, n_b) - 1
    return Statistic.of(ratio(gap, se), dof=dof, n=counted.sum(axis=-1), estimate=gap, se=se)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two groups stacked, the first above the second."""

    car: FloatArray
    scar: FloatArray
    in_first: BoolArray
    cluster: IntArray
    weights: FloatArray | None

    def split(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray | None, FloatArray | None]:
        w = self.weights
        a, b = self.in_first, ~self.in_first
        return x[a], x[b], None if w is None else w[a], None if w is None else w[b]


Rule: TypeAlias = "tuple[Callable[[_Pair], Statistic], str, str, str]"

_RULES: dict[str, Rule] = {
    "welch_t": (lambda p: welch_t(*p.split(p.car)), "CAR", "event-induced variance; unequal variances", "Welch 1947"),
    "welch_scar_t": (
        lambda p: welch_t(*p.split(p.scar)), "SCAR", "event-induced variance; unequal variances", "Welch 1947"
    ),
    "clustered_difference_t": (
        lambda p: clustered_difference_t(p.car, p.in_first, p.cluster, p.weights), "CAR",
        "event-induced variance; events that share dates; overlapping windows", "Cameron, Miller 2015",
    ),
    "ibragimov_muller_difference_t": (
        lambda p: ibragimov_muller_difference_t(p.car, p.in_first, p.cluster, p.weights), "cluster CAR",
        "event-induced variance; events that share dates; overlapping windows; few clusters",
        "Ibragimov, Muller 2010, 2016",
    ),
}  # fmt: skip

DIFFERENCE_TESTS = tuple(_RULES)
"""Names of the tests of a difference, in the order of the report."""


def difference_tests(
    first: Sample,
    second: Sample,
    *,
    names: Iterable[str] | None = None,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> list[TestResult]:
    """Test whether two groups of events have the same mean response.

    Parameters
    ----------
    first, second : Sample
        Two groups of one study, of the same event window. An event may not be in both.
    names : iterable of str, optional
        Of `DIFFERENCE_TESTS`; all by default.
    alternative : {"two-sided", "greater", "less"}
        ``"greater"``: the first group's mean is the larger.
    level : float
        Coverage of the intervals for the difference, first less second.

    Returns
    -------
    list of TestResult
        NaN with a reason in ``note`` where a test is not defined.

    Raises
    ------
    SpecError
        For an unknown name.
    DataError
        If the groups have different event windows or only one has weights.

    Examples
    --------
    >>> from eventstudy.inference import make_sample
    >>> rng = np.random.default_rng(0)
    >>> a, b = (
    ...     make_sample(m + rng.normal(size=(9, 1)), rng.normal(size=(9, 60)), window=(0, 0), event_window=(0, 0),
    ...                 sessions=days)
    ...     for m, days in ((1.0, np.arange(9)[:, None]), (0.0, np.arange(9)[:, None] + 100))
    ... )
    >>> [t.name for t in difference_tests(a, b) if t.p_value < 0.05]
    ['welch_t', 'welch_scar_t', 'clustered_difference_t', 'ibragimov_muller_difference_t']
    """
    chosen = DIFFERENCE_TESTS if names is None else tuple(names)
    for name in chosen:
        if name not in _RULES:
            raise SpecError(f"no test of a difference named {name!r}", hint=nearest(name, _RULES))
    check_choice(alternative, get_args(Alternative), "alternative")
    pair = _stack(first, second)
    n_first = int(np.isfinite(pair.car[pair.in_first]).sum())
    n_second = int(np.isfinite(pair.car[~pair.in_first]).sum())
    lacking = ""
    if min(n_first, n_second) < 2:
        lacking = f"needs at least two events in each group, has {n_first} and {n_second}"
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows ends as NaN with its reason
        return [_labelled(name, pair, lacking, alternative, level) for name in _RULES if name in chosen]


def _stack(first: Sample, second: Sample) -> _Pair:
    if first.event_window != second.event_window:
        raise DataError(f"the groups have event windows {first.event_window} and {second.event_window}")
    if (first.weights is None) != (second.weights is None):
        raise DataError("only one of the groups has weights", hint="give weights to both or to none")
    car = np.concatenate([first.car, second.car])
    member = np.concatenate([first.member, second.member]) & np.isfinite(car)[:, None]
    sessions = np.concatenate([first.sessions, second.sessions])
    return _Pair(
        car=car,
        scar=np.concatenate([first.scar, second.scar]),
        in_first=np.arange(len(car)) < first.n_events,
        cluster=clusters(np.where(member, sessions, NO_SESSION), member),
        weights=None
        if first.weights is None or second.weights is None
        else np.concatenate([first.weights, second.weights]),
    )


def _labelled(name: str, pair: _Pair, lacking: str, alternative: Alternative, level: float) -> TestResult:
    rule, about, robust_to, reference = _RULES[name]
    statistic = rule(pair)
    value, dof = float(statistic.value), float(statistic.dof)
    usable = np.isfinite(value) and not lacking
    side = {"two-sided": "=", "greater": "<=", "less": ">="}[alternative]
    low, high = interval(statistic.estimate, statistic.se, statistic.dof, level=level, alternative=alternative)
    note = lacking
    if not usable and not lacking:
        note = "needs at least two clusters in each group" if "muller" in name else "zero variance, or too few clusters"
    return TestResult(
        name=name,
        statistic=value if usable else np.nan,
        p_value=float(statistic.p_value(alternative)) if usable else np.nan,
        null=f"difference of mean {about} {side} 0",
        distribution=f"t({dof:.6g})" if usable else "",
        dof=dof if usable else np.nan,
        n=int(statistic.n),
        estimand=f"difference of mean {about}",
        estimate=float(statistic.estimate),
        se=float(statistic.se),
        ci_low=float(low) if usable else np.nan,
        ci_high=float(high) if usable else np.nan,
        robust_to=robust_to,
        reference=reference,
        note=note,
    )
