"""Tests that treat events with overlapping windows as one draw.

The last axis is events, leading axes are replications; cluster codes are the same for all of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.inference._arrays import Statistic, masked_weights, mean_and_se, ratio, spread_is_rounding

__all__ = ["cluster_sums", "clustered_t", "clustered_two_way_t", "ibragimov_muller_t"]


def cluster_sums(x: FloatArray, cluster: npt.ArrayLike) -> FloatArray:
    """Sum over the events of each cluster, shape (..., n) -> (..., G), in order of the sorted codes.

    Examples
    --------
    >>> cluster_sums(np.array([1.0, 2.0, 4.0]), [7, 3, 7])
    array([2., 5.])
    """
    code = np.asarray(cluster)
    if x.shape[-1] == 0:
        return np.zeros((*x.shape[:-1], 0))
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return np.asarray(np.add.reduceat(x[..., order], starts, axis=-1))


def _variance(x: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Cluster-robust variance of the weighted mean with the factor G/(G-1), and G; NaN for G < 2."""
    values, w, counted = masked_weights(x, weights)
    total = w.sum(axis=-1)
    mean = ratio((w * values).sum(axis=-1), total)
    score = np.where(counted, w * (values - mean[..., None]), 0.0)
    groups = (cluster_sums(counted.astype(np.float64), cluster) > 0).sum(axis=-1).astype(np.float64)
    meat = (cluster_sums(score, cluster) ** 2).sum(axis=-1)
    return ratio(ratio(groups, groups - 1) * meat, total**2), groups


def _finish(x: npt.ArrayLike, weights: npt.ArrayLike | None, variance: FloatArray, groups: FloatArray) -> Statistic:
    values, _, _ = masked_weights(x, weights)
    mean, _, _, n = mean_and_se(x, weights)
    se = np.sqrt(np.where(variance > 0, variance, np.nan))
    se = np.where(spread_is_rounding(se, np.abs(values).max(axis=-1, initial=0.0)), np.nan, se)
    return Statistic.of(ratio(mean, se), dof=groups - 1, n=n, estimate=mean, se=se)


def clustered_t(x: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Mean over its cluster-robust standard error, t(G-1).

    V = G/(G-1) sum_g (sum_{i in g} w_i (x_i - mean))^2 / (sum w)^2: the sandwich of a (weighted)
    regression on a constant, without the factor (n-1)/(n-K), which is one here (Cameron, Gelbach,
    Miller 2011; Dutta, Knif, Kolari, Pynnonen 2018). Robust to any correlation within a cluster and to
    event-induced variance. Exact for equal clusters; twelve of very unequal size reject 6 % at 5 %, five 8 %.

    Parameters
    ----------
    x : float, shape (..., n)
        CARs or SCARs.
    cluster : int, shape (n,)
        Cluster codes, see `clusters`.
    weights : float, shape (..., n), optional

    Examples
    --------
    >>> float(clustered_t([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1]).value.round(6))
    2.0
    """
    variance, groups = _variance(x, cluster, weights)
    return _finish(x, weights, variance, groups)


def clustered_two_way_t(
    x: npt.ArrayLike, cluster: npt.ArrayLike, asset: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Mean over its standard error clustered by date and by asset, t(min G - 1).

    V = V_cluster + V_asset - V_both, each with its own G/(G-1) (Cameron, Gelbach, Miller 2011). NaN
    where the difference is not positive, which few clusters can bring about.

    Parameters
    ----------
    x : float, shape (..., n)
    cluster, asset : int, shape (n,)
    weights : float, shape (..., n), optional
    """
    by_date, g_date = _variance(x, cluster, weights)
    by_asset, g_asset = _variance(x, asset, weights)
    by_both, _ = _variance(x, intersect(cluster, asset), weights)
    return _finish(x, weights, by_date + by_asset - by_both, np.minimum(g_date, g_asset))


def intersect(first: npt.ArrayLike, second: npt.ArrayLike) -> IntArray:
    """Codes of the pairs of two codes, shape (n,)."""
    pairs = np.stack([np.asarray(first), np.asarray(second)], axis=1)
    return np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def ibragimov_muller_t(x: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """One t over the means of the clusters, t(G-1) (Ibragimov, Muller 2010).

    Valid for clusters of different sizes and variances as long as each mean is about normal;
    conservative below, never above its level at 5 %.

    Parameters
    ----------
    x : float, shape (..., n)
    cluster : int, shape (n,)
    weights : float, shape (..., n), optional
        Weigh the events within a cluster; clusters count equally.
    """
    means = cluster_means(x, cluster, weights)
    mean, se, _, groups = mean_and_se(means)
    _, _, counted = masked_weights(x, weights)
    return Statistic.of(ratio(mean, se), dof=groups - 1, n=counted.sum(axis=-1), estimate=mean, se=se)


def cluster_means(x: npt.ArrayLike, cluster: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """Weighted mean of each cluster, NaN for one without a valid event, shape (..., G)."""
    values, w, _ = masked_weights(x, weights)
    return ratio(cluster_sums(w * values, cluster), cluster_sums(w, cluster))
