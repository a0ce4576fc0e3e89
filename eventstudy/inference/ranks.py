"""Rank and sign tests over estimation sample and event window together.

Arrays are (..., n, M) for estimation residuals and (..., n, D) for the event window, both in event
time; a test day is compared with all M + D combined days. What is missing never counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray
from eventstudy.inference._arrays import Statistic, masked_weights, ratio, spread_is_rounding
from eventstudy.inference.parametric import day_means, window_days

__all__ = [
    "combined_ranks",
    "corrado_rank_z",
    "corrado_zivney_rank_z",
    "corrado_zivney_sign_z",
    "cumulative_rank_z",
    "grank_t",
    "grank_z",
    "mid_ranks",
]


def mid_ranks(x: npt.ArrayLike) -> FloatArray:
    """Rank along the last axis from 1, ties at their middle, NaN left out.

    Parameters
    ----------
    x : float, shape (..., m)

    Examples
    --------
    >>> mid_ranks([3.0, 1.0, float("nan"), 3.0])
    array([2.5, 1. , nan, 2.5])
    """
    values = np.asarray(x, dtype=np.float64)
    m = values.shape[-1]
    if m == 0:
        return values.copy()
    order = np.argsort(values, axis=-1)  # NaN sorts last; ties are settled below, whatever their order
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.broadcast_to(np.arange(1.0, m + 1), values.shape)
    tied = (ordered[..., 1:] == ordered[..., :-1]).any()
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, _middles(ordered) if tied else place, axis=-1)
    ranks[np.isnan(values)] = np.nan
    return ranks


def _middles(ordered: FloatArray) -> FloatArray:
    """Rank values in ascending order, ties at their middle."""
    m = ordered.shape[-1]
    place = np.broadcast_to(np.arange(m), ordered.shape)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=-1)
    ends = np.ones(ordered.shape, dtype=bool)
    ends[..., :-1] = starts[..., 1:]
    last = np.minimum.accumulate(np.where(ends, place, m)[..., ::-1], axis=-1)[..., ::-1]
    return np.asarray((first + last) / 2 + 1)


def combined(ar: npt.ArrayLike, residuals: npt.ArrayLike) -> FloatArray:
    """Estimation sample and event window side by side, shape (..., n, M + D)."""
    before, event = np.asarray(residuals, dtype=np.float64), np.asarray(ar, dtype=np.float64)
    lead = np.broadcast_shapes(before.shape[:-1], event.shape[:-1])
    return np.concatenate([np.broadcast_to(part, (*lead, part.shape[-1])) for part in (before, event)], axis=-1)


def combined_ranks(ar: npt.ArrayLike, residuals: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Rank each event's estimation sample and event window together.

    Returns
    -------
    ranks : float64, shape (..., n, M + D)
        K_it, NaN where the return is.
    n_days : float64, shape (..., n, 1)
        N_i, the valid days ranked.
    """
    together = combined(ar, residuals)
    n_days = np.isfinite(together).sum(axis=-1, keepdims=True).astype(np.float64)
    return mid_ranks(together), n_days


def corrado_rank_z(
    ar: npt.ArrayLike,
    residuals: npt.ArrayLike,
    member: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    ranks: tuple[FloatArray, FloatArray] | None = None,
) -> Statistic:
    """Rank test of a day, ranked within the estimation sample and the whole event window (Corrado 1989).

    k_t = mean over events of K_it - (N_i + 1)/2, over its root mean square over all combined days,
    normal. Over a window of L days the sum of k_t / sqrt(L) over the same (Campbell, Wasley 1993). Where
    windows differ in length, a day weighs with the share of events that hold it.
    Robust to non-normal returns and to correlation between events on one date; event-induced variance
    inflates its size (10 % at 5 % when the variance doubles).

    Parameters
    ----------
    ar : float, shape (..., n, D)
        Abnormal returns of the event window, NaN = none.
    residuals : float, shape (..., n, M)
        Estimation residuals in event time, NaN = none.
    member : bool, shape (n, D)
        The days of each event's test window.
    weights : float, shape (n,), optional
    ranks : pair, optional
        What `combined_ranks` gave for the same arrays: it is the same for every test window.

    Examples
    --------
    >>> import numpy as np
    >>> float(corrado_rank_z([[9.0], [9.0]], [[1.0, 2.0], [2.0, 1.0]], np.ones((2, 1), bool)).value.round(4))
    1.4142
    """
    place, n_days = combined_ranks(ar, residuals) if ranks is None else ranks
    scores = place - (n_days + 1) / 2
    days, valid = day_means(scores, weights)
    spread = _root_mean_square(days, valid > 0)
    event_day, share, n = window_days(scores[..., scores.shape[-1] - np.asarray(member).shape[-1] :], member, weights)
    total = (share * event_day).sum(axis=-1)
    return Statistic.of(ratio(total, spread * np.sqrt(share.sum(axis=-1))), n=n)


def cumulative_rank_z(
    ar: npt.ArrayLike, residuals: npt.ArrayLike, member: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Rank test of a window, ranked within the estimation sample and that window alone (Cowan 1992).

    sqrt(L) times the window's mean centred rank, over the root mean square of the daily mean centred
    ranks of all ranked days; normal. Differs from `corrado_rank_z` only in leaving the event window's
    other days out of the ranking.

    Parameters
    ----------
    ar, residuals, member, weights
        As in `corrado_rank_z`.
    """
    held = np.asarray(member, dtype=bool)
    columns = np.flatnonzero(held.any(axis=tuple(range(held.ndim - 1))))
    held = held[..., columns]
    inside = np.where(held, np.asarray(ar, dtype=np.float64)[..., columns], np.nan)
    return corrado_rank_z(inside, residuals, held, weights)


def corrado_zivney_rank_z(
    ar: npt.ArrayLike,
    residuals: npt.ArrayLike,
    member: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    ranks: tuple[FloatArray, FloatArray] | None = None,
) -> Statistic:
    """Rank test with a correction for missing returns (Corrado, Zivney 1992).

    U_it = K_it/(1 + N_i) - 1/2; Z_t = sum over events / sqrt(n_t), over its root mean square over all
    combined days; over L days sum Z_t / sqrt(L). Normal.

    Parameters
    ----------
    ar, residuals, member, weights, ranks
        As in `corrado_rank_z`.
    """
    place, n_days = combined_ranks(ar, residuals) if ranks is None else ranks
    return _standardised_days(place / (1 + n_days) - 0.5, member, weights)


def corrado_zivney_sign_z(
    ar: npt.ArrayLike, residuals: npt.ArrayLike, member: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Statistic:
    """Sign test about each event's own median over the combined days (Corrado, Zivney 1992).

    G_it = sign(AR_it - median_i); Z_t = sum over events / sqrt(n_t), over its root mean square over all
    combined days; over L days sum Z_t / sqrt(L). Normal; needs no symmetry.

    Parameters
    ----------
    ar, residuals, member, weights
        As in `corrado_rank_z`.
    """
    together = combined(ar, residuals)
    return _standardised_days(np.sign(together - row_median(together)), member, weights)


def row_median(x: FloatArray) -> FloatArray:
    """Median of the finite values along the last axis, kept as an axis; NaN where there are none."""
    ordered = np.sort(x, axis=-1)  # NaN sorts last
    n = np.isfinite(x).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0), axis=-1)
    high = np.take_along_axis(ordered, np.minimum(n // 2, x.shape[-1] - 1), axis=-1)
    return np.where(n > 0, (low + high) / 2, np.nan)


def _standardised_days(scores: FloatArray, member: npt.ArrayLike, weights: npt.ArrayLike | None) -> Statistic:
    first = scores.shape[-1] - np.asarray(member).shape[-1]
    by_event = None if weights is None else np.asarray(weights, dtype=np.float64)[..., :, None]

    def scaled(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        values, w, _ = masked_weights(x, by_event)
        size = (w**2).sum(axis=-2)
        return (w * values).sum(axis=-2) / np.sqrt(np.where(size > 0, size, 1.0)), size

    days, size = scaled(scores)
    spread = _root_mean_square(days, size > 0)
    inside = np.where(np.asarray(member, dtype=bool), scores[..., first:], np.nan)
    event_day, _ = scaled(inside)
    _, share, n = window_days(scores[..., first:], member, weights)
    length = share.sum(axis=-1)
    # A day that only a share of the events holds has a sum of unit variance already; its share is its say.
    return Statistic.of(ratio((np.sqrt(share) * event_day).sum(axis=-1), spread * np.sqrt(length)), n=n)


def _root_mean_square(days: FloatArray, valid: npt.NDArray[np.bool_]) -> FloatArray:
    mean_square = ratio((np.where(valid, days, 0.0) ** 2).sum(axis=-1), valid.sum(axis=-1))
    return np.asarray(np.sqrt(mean_square))


def grank_counted(scar: npt.ArrayLike, standardised: npt.ArrayLike, weights: npt.ArrayLike | None) -> BoolArray:
    """Which events the generalised rank tests count, shape (..., n): a SCAR, a weight and some estimation SARs."""
    counted = masked_weights(scar, weights)[2]
    return np.asarray(counted & np.isfinite(np.asarray(standardised, dtype=np.float64)).any(axis=-1))


def grank_spread(scar: npt.ArrayLike, counted: BoolArray) -> FloatArray:
    """Standard deviation of the counted SCARs, shape (...); NaN where it is rounding."""
    kept = np.where(counted, np.asarray(scar, dtype=np.float64), 0.0)
    n = counted.sum(axis=-1)
    away = np.where(counted, kept - ratio(kept.sum(axis=-1), n)[..., None], 0.0)
    sd = np.sqrt(ratio((away**2).sum(axis=-1), n - 1))
    return np.where(spread_is_rounding(sd, np.abs(kept).max(axis=-1, initial=0.0)), np.nan, sd)


def grank_scores(
    scar: npt.ArrayLike, standardised: npt.ArrayLike, counted: BoolArray, sd: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """U = rank/(M_i + 2) - 1/2 of the estimation SARs and, in the last column, of SCAR / sd; and M_i."""
    sars = np.asarray(standardised, dtype=np.float64)
    scaled = np.where(counted, np.asarray(scar, dtype=np.float64) / np.asarray(sd)[..., None], np.nan)
    together = combined(scaled[..., None], np.where(np.isfinite(scaled)[..., None], sars, np.nan))
    m = np.isfinite(together[..., :-1]).sum(axis=-1).astype(np.float64)
    return np.asarray(mid_ranks(together) / (m[..., None] + 2) - 0.5), m


def grank_t(scar: npt.ArrayLike, standardised: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Generalised rank t (Kolari, Pynnonen 2011).

    Each event's M_i estimation SARs and one SCAR* = SCAR / sd(SCAR) are ranked together,
    U = rank/(M_i + 2) - 1/2; U_t is the mean over events. Z = U_0 / sqrt(mean_t (n_t/n) U_t^2) and
    t = Z sqrt((M-1)/(M - Z^2)), t(M-1), M the estimation days. Robust to event-induced variance and
    to fat tails, for days and windows alike, not to skewness; roughly to events on one date, because
    sd(SCAR) leaves out what they share (20 such events, correlation 0.1: 6 to 8 % at 5 %).

    Parameters
    ----------
    scar : float, shape (..., n)
    standardised : float, shape (..., n, M)
        Estimation residuals over sigma sqrt(1 - leverage), NaN = none.
    weights : float, shape (n,), optional
        U_t is then the weighted mean, and n_t Kish's number of events.
    """
    counted = grank_counted(scar, standardised, weights)
    scores, _ = grank_scores(scar, standardised, counted, grank_spread(scar, counted))
    by_event = None if weights is None else np.asarray(weights, dtype=np.float64)[..., :, None]
    days, valid = day_means(scores, weights)
    if by_event is not None:
        _, w, _ = masked_weights(scores, by_event)
        valid = np.where(valid > 0, w.sum(axis=-2) ** 2 / np.maximum((w**2).sum(axis=-2), 1e-300), 0.0)
    n = valid[..., -1]
    present = (valid > 0).sum(axis=-1).astype(np.float64)  # estimation days that exist, and the event
    mean_square = ratio((valid * days**2).sum(axis=-1), n * present)
    z = ratio(days[..., -1], np.sqrt(mean_square))
    m = present - 1
    value = z * np.sqrt(ratio(m - 1, m - z**2))
    counted = np.isfinite(scores[..., -1]).sum(axis=-1)
    return Statistic.of(value, dof=m - 1, n=counted)


def grank_z(scar: npt.ArrayLike, standardised: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Statistic:
    """Generalised rank z: U_0 / sqrt(M/(12 n (M+2))), normal (Kolari, Pynnonen 2011).

    The variance is that of uniform ranks of independent events; `grank_t` takes it from the days.

    Parameters
    ----------
    scar, standardised, weights
        As in `grank_t`.
    """
    counted = grank_counted(scar, standardised, weights)
    scores, m = grank_scores(scar, standardised, counted, grank_spread(scar, counted))
    values, w, counted = masked_weights(scores[..., -1], weights)
    total = w.sum(axis=-1)
    variance = np.where(counted, m / (12 * (m + 2)), 0.0)
    top = ratio((w * values).sum(axis=-1), total)
    se = ratio(np.sqrt((w**2 * variance).sum(axis=-1)), total)
    return Statistic.of(ratio(top, se), n=counted.sum(axis=-1))
