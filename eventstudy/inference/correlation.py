"""How far events move together: the mean correlation over pairs, and clusters of overlapping windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.inference.runs import Runs, pearson
from eventstudy.inference.sample import NO_SESSION, Sample

__all__ = [
    "MeanCorrelation",
    "PairSums",
    "clusters",
    "codes",
    "mean_correlation",
    "overlap_share",
    "pair_sums",
    "sample_correlation",
]

MIN_COMMON = 30
"""Common estimation dates below which a correlation is left out."""

BLOCK = 64  # events whose pairs are worked at once; with WIDE others; bounds memory at (BLOCK + WIDE) x dates
WIDE = 4096  # the same where few windows overlap, and only the pairs that do are worked
FEW = 16  # pairs an event up to which windows overlap little
PRODUCTS = 1_000_000  # numbers multiplied at once where pairs are worked one by one


@dataclass(frozen=True, slots=True)
class MeanCorrelation:
    """The mean correlation between events that r-bar adjustments need.

    Attributes
    ----------
    r_bar : float
        Mean over pairs of events of w_ij rho_ij; NaN for fewer than two events or no known pair.
    n_pairs : int
        Pairs in the mean, those with w_ij = 0 among them.
    n_overlapping : int
        Pairs whose windows share a session.
    n_unknown : int
        Overlapping pairs left out because they share too few estimation dates.
    """

    r_bar: float
    n_pairs: int
    n_overlapping: int
    n_unknown: int


def codes(values: npt.ArrayLike) -> IntArray:
    """Number the distinct values 0, 1, ...; same shape."""
    array = np.asarray(values)
    return np.unique(array, return_inverse=True)[1].reshape(array.shape).astype(np.int64)


def clusters(sessions: npt.ArrayLike, member: npt.ArrayLike) -> IntArray:
    """Connected sets of events whose test windows share sessions, numbered in order of first event.

    Two events are in one cluster when a chain of overlapping windows links them, not only when they
    share a date.

    Parameters
    ----------
    sessions : int, shape (n, D)
        Calendar identity of each event day.
    member : bool, shape (n, D)
        The days of each event's test window.

    Returns
    -------
    int64, shape (n,)

    Examples
    --------
    >>> clusters([[1, 2], [2, 3], [3, 4], [9, 10]], np.ones((4, 2), bool))
    array([0, 0, 0, 1])
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    days = np.asarray(sessions, dtype=np.int64)
    n = len(days)
    inside = np.asarray(member, dtype=bool) & (days != NO_SESSION)
    event, column = np.nonzero(inside)
    day = codes(days[event, column])
    size = n + int(day.max(initial=-1)) + 1
    graph = coo_matrix((np.ones(len(event), dtype=np.int8), (event, n + day)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][:n]
    _, first, index = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[index.reshape(-1)].astype(np.int64)


def overlap_share(sessions: npt.ArrayLike, member: npt.ArrayLike) -> float:
    """Share of events whose test window shares a session with another event's; NaN without events."""
    days = np.asarray(sessions, dtype=np.int64)
    inside = np.asarray(member, dtype=bool) & (days != NO_SESSION)
    if not len(days):
        return float("nan")
    _, index, count = np.unique(days[inside], return_inverse=True, return_counts=True)
    shared = np.zeros(days.shape, dtype=bool)
    shared[inside] = count[index.reshape(-1)] > 1
    return float(shared.any(axis=1).mean())


def mean_correlation(
    residuals: npt.ArrayLike,
    estimation_sessions: npt.ArrayLike,
    sessions: npt.ArrayLike,
    selected: npt.ArrayLike,
    asset: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    min_common: int = MIN_COMMON,
) -> MeanCorrelation:
    """r_bar = mean over pairs of w_ij rho_ij (Kolari, Pynnonen 2010; Kolari, Pape, Pynnonen 2018).

    w_ij = sessions common to both test windows / sqrt(L_i L_j), so events that share no day are not
    correlated for sharing an estimation window. rho_ij = correlation of the residuals on their common
    estimation dates; 1 for the same asset. A pair with w_ij > 0 and fewer than ``min_common`` common
    dates is neither in the sum nor among the pairs, and is counted.

    Parameters
    ----------
    residuals, estimation_sessions : shape (n, M)
        Estimation residuals, NaN = none, and the calendar identity of their days.
    sessions, selected : shape (n, D)
        Calendar identity of the event days, and the valid days of each test window.
    asset : int, shape (n,)
    weights : float, shape (n,), optional
        Pairs weigh w_i w_j.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> e = rng.normal(size=(3, 100)) + rng.normal(size=100)
    >>> day = np.tile(np.arange(100), (3, 1))
    >>> found = mean_correlation(e, day, np.full((3, 1), 500), np.ones((3, 1), bool), [0, 1, 2])
    >>> round(found.r_bar, 3), found.n_pairs, found.n_unknown
    (0.442, 3, 0)
    """
    window = np.asarray(selected, dtype=bool) & (np.asarray(sessions) != NO_SESSION)
    share = np.ones(len(window)) if weights is None else np.asarray(weights, dtype=np.float64)
    counted = np.flatnonzero(window.any(axis=1) & (share > 0))
    n = len(counted)
    if n < 2:
        return MeanCorrelation(float("nan"), 0, 0, 0)
    held = slice(None) if n == len(window) else counted  # all rows are read in place
    window, days, share = window[held], np.asarray(sessions, dtype=np.int64)[held], share[held]
    e, dates = np.asarray(residuals, dtype=np.float64)[held], np.asarray(estimation_sessions)[held]
    code = np.asarray(asset)[held]
    every = share.sum() ** 2 - (share**2).sum()
    if e.shape[1] >= min_common and _one_date(days, window, e, dates, code):
        away = e - e.mean(axis=1, keepdims=True)
        unit = away / np.sqrt((away**2).sum(axis=1, keepdims=True))
        total = float((share @ unit) @ (share @ unit)) - float((share**2).sum())
        return MeanCorrelation(total / float(every), n * (n - 1) // 2, n * (n - 1) // 2, 0)
    return pair_sums(days, window, e, dates, code, share, min_common=min_common).mean(n, float(every))


def sample_correlation(sample: Sample, selected: BoolArray, weights: FloatArray | None) -> MeanCorrelation:
    """Give `mean_correlation` of a sample's events over the days ``selected``, shape (n, D)."""
    return mean_correlation(
        sample.residuals, sample.estimation_sessions, sample.sessions, selected, sample.asset, weights=weights
    )


@dataclass(frozen=True, slots=True)
class PairSums:
    """Sums over pairs of events whose windows overlap; those of different pairs add up.

    Attributes
    ----------
    total : float
        Sum of w_ij rho_ij over ordered pairs, each weighed by both events' weights.
    unknown_weight : float
        Weight of the ordered pairs left out.
    n_overlapping, n_unknown : int
        Pairs, and those of them left out.
    """

    total: float = 0.0
    unknown_weight: float = 0.0
    n_overlapping: int = 0
    n_unknown: int = 0

    def __add__(self, other: PairSums) -> PairSums:
        """Add up the sums of other pairs."""
        return PairSums(
            self.total + other.total,
            self.unknown_weight + other.unknown_weight,
            self.n_overlapping + other.n_overlapping,
            self.n_unknown + other.n_unknown,
        )

    def mean(self, n: int, every: float) -> MeanCorrelation:
        """Give r_bar of n events, ``every`` the weight of all ordered pairs."""
        if n < 2:
            return MeanCorrelation(float("nan"), 0, 0, 0)
        n_pairs = n * (n - 1) // 2 - self.n_unknown
        below = every - self.unknown_weight
        r_bar = self.total / below if n_pairs > 0 and below > 0 else float("nan")
        return MeanCorrelation(float(r_bar), n_pairs, self.n_overlapping, self.n_unknown)


def pair_sums(
    days: IntArray,
    window: BoolArray,
    e: FloatArray,
    dates: IntArray,
    code: IntArray,
    share: FloatArray,
    *,
    n_left: int | None = None,
    across: bool = False,
    min_common: int = MIN_COMMON,
) -> PairSums:
    """Sum w_ij rho_ij over the pairs of events whose windows overlap; see `mean_correlation`.

    ``n_left`` counts a pair only where the event whose window begins first is among so many that begin first of all;
    with ``across`` only where the other is none of these. So the pairs of all events can be taken piece by piece.
    """
    found = PairSums()
    order, starts, last = _in_order(days, window)
    loose = int((np.searchsorted(starts, last, side="right") - np.arange(len(starts))).sum()) <= FEW * len(starts)
    runs = Runs.of(e, dates) if loose else None
    size, spare = BLOCK if runs is None else WIDE, n_left if across and n_left is not None else 0
    for left, right, fresh in _blocks(order, starts, last, n_left, size, spare):
        a, b, w = _overlaps(days[right], window[right], len(left), fresh)
        if not len(a):
            continue
        same = code[right[a]] == code[right[b]]
        if runs is not None:
            rho, common = runs.correlations(right[a], right[b])
        else:
            rho, common = _correlations(e[right], dates[right], len(left), a, b)
        rho = np.where(same, 1.0, rho)
        known = same | ((common >= min_common) & np.isfinite(rho))
        pair = share[right[a]] * share[right[b]]
        total, lost = 2 * float((pair * w)[known] @ rho[known]), 2 * float(pair[~known].sum())
        found += PairSums(total, lost, len(a), int((~known).sum()))
    return found


def _one_date(days: IntArray, window: BoolArray, e: FloatArray, dates: IntArray, code: IntArray) -> bool:
    """Whether all events share all days and lack nothing, so that the correlations sum to a squared norm."""
    return (
        bool((days == days[0]).all() and (window == window[0]).all() and (dates == dates[0]).all())
        and bool(np.isfinite(e).all() and (np.ptp(e, axis=1) > 0).all())
        and len(np.unique(code)) == len(code)
    )


def _in_order(days: IntArray, window: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Sort events by the first session of their windows; give that order, the first sessions and the last ones."""
    first = np.where(window, days, np.iinfo(np.int64).max).min(axis=1)
    last = np.where(window, days, NO_SESSION).max(axis=1)
    order = np.argsort(first, kind="stable").astype(np.int64)
    return order, first[order], last[order]


def _blocks(
    order: IntArray, starts: IntArray, last: IntArray, n_left: int | None, size: int, spare: int
) -> Iterator[tuple[IntArray, IntArray, int]]:
    """Cut the events, sorted by first session, into blocks and the events that can overlap them.

    ``right`` starts with ``left`` itself, so that pair (a, b) stands at a < b once; pairs count from b on. Where many
    events can overlap a block they come `WIDE` at a time: memory does not grow with the events of a date.
    """
    n = len(order) if n_left is None else n_left
    for low in range(0, n, size):
        high = min(low + size, n)
        reach = int(np.searchsorted(starts, last[low:high].max(), side="right"))
        left, beyond = order[low:high], max(high, spare)
        if not spare or beyond < reach:
            yield left, np.concatenate([left, order[beyond : min(beyond + WIDE, reach)]]), len(left) if spare else 0
        for more in range(beyond + WIDE, reach, WIDE):
            yield left, np.concatenate([left, order[more : min(more + WIDE, reach)]]), len(left)


def _overlaps(days: IntArray, window: BoolArray, k: int, fresh: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs (a, b), a < b, a among the first k rows and b from ``fresh`` on, that share a session, and their w_ab."""
    length = window.sum(axis=1)
    a, b, shared = _shared_days(days, window, k)
    late = b >= fresh
    a, b = a[late], b[late]
    return a, b, np.asarray(shared[late] / np.sqrt(length[a] * length[b]), dtype=np.float64)


def _shared_days(days: IntArray, window: BoolArray, k: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs (a, b), a < b, a among the first k rows, that share a session, and how many they share."""
    event, column = np.nonzero(window)
    day = days[event, column]
    order = np.argsort(day, kind="stable")  # the events of a day stay in their order
    event, day = event[order], day[order]
    place = np.arange(day.size)
    after = np.where(event < k, np.searchsorted(day, day, side="right") - place - 1, 0)
    if after.sum() > FEW * len(days):  # a product of matrices counts many pairs in less memory, and sooner
        from scipy.sparse import csr_matrix

        column = np.cumsum(np.diff(day, prepend=day[0]) != 0)
        held = csr_matrix((np.ones(day.size), (event, column)), shape=(len(days), int(column[-1]) + 1))
        found = (held[:k] @ held.T).tocoo()
        once = found.row < found.col
        return found.row[once].astype(np.int64), found.col[once].astype(np.int64), found.data[once]
    a = np.repeat(event, after)
    b = event[np.repeat(place + 1 - np.cumsum(after) + after, after) + np.arange(a.size)]
    pair, shared = np.unique(a * len(days) + b, return_counts=True)
    return pair // len(days), pair % len(days), shared.astype(np.float64)


def _correlations(e: FloatArray, dates: IntArray, k: int, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
    """Pearson correlations of the pairs on their common dates, NaN where undefined, and how many dates."""
    valid = np.isfinite(e)
    distinct, column = np.unique(dates[valid], return_inverse=True)
    held = np.zeros((len(e), len(distinct)))
    held[np.nonzero(valid)[0], column.reshape(-1)] = 1.0
    scale = np.abs(np.where(valid, e, 0.0)).max(axis=1, keepdims=True, initial=0.0)
    y = np.zeros_like(held)
    y[np.nonzero(valid)[0], column.reshape(-1)] = (e / np.where(scale > 0, scale, 1.0))[valid]
    square = y**2
    # All products at once where most pairs overlap, else pair by pair.
    if 4 * len(a) > k * len(e):
        common, cross = (held[:k] @ held.T)[a, b], (y[:k] @ y.T)[a, b]
        sum_a, sum_b = (y[:k] @ held.T)[a, b], (held[:k] @ y.T)[a, b]
        square_a, square_b = (square[:k] @ held.T)[a, b], (held[:k] @ square.T)[a, b]
    else:
        parts = []
        step = max(1, PRODUCTS // max(len(distinct), 1))
        for low in range(0, len(a), step):
            i, j = a[low : low + step], b[low : low + step]
            pairs = ((held, held), (y, y), (y, held), (held, y), (square, held), (held, square))
            parts.append([np.einsum("pt,pt->p", left[i], right[j]) for left, right in pairs])
        common, cross, sum_a, sum_b, square_a, square_b = (np.concatenate(part) for part in zip(*parts, strict=True))
    return pearson(common, cross, sum_a, sum_b, square_a, square_b), common
