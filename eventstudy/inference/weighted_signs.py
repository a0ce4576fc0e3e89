"""Sign and signed-rank tests of weighted events, by the law of their signs given everything else.

Where every event is as likely to be positive as negative, its sign is a fair coin whatever its size and
weight (Fisher 1935; Pesarin 2001), so the law of a weighted count or rank sum is that of a sum of coins:
all 2^n of them up to `LISTED` events, random ones beyond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.inference.nonparametric import LISTED_UP_TO

__all__ = ["SignedTest", "weighted_rank_sums", "weighted_sign_exact", "weighted_signed_rank"]

LISTED = 13
"""Most events whose 2^n sign patterns are all listed."""

NORMAL_FROM = 51
"""Fewest events whose weighted rank sum is taken for normal, as in `wilcoxon_signed_rank`."""

DRAWN_AT_MOST = 20_000_000
"""Weights put in random order: with more than 2,000 events fewer orders are drawn, and say as much."""

_HELD = 2_000_000  # numbers held at once
_TIE = 1e-10  # relative: sums of the same weights in another order are equal
_HALVINGS = 60  # bisection steps: from the bracket to double precision


@dataclass(frozen=True, slots=True)
class SignedTest:
    """A weighted sign or signed-rank test; shapes (...), the leading axes of the values. NaN = no event has a sign.

    Attributes
    ----------
    statistic : float64
        Positives, or sum of ranks of positives, in units of the mean weight: what the test without weights
        would count.
    p_value, estimate, ci_low, ci_high : float64
    n : int64
        Events with a sign and a weight.
    law : str
        Where the p-value comes from; empty where there is none.
    """

    statistic: FloatArray
    p_value: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n: IntArray
    law: npt.NDArray[np.str_]

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> SignedTest:
        """Give tests of nothing, to be filled in."""
        a, b, c, d, e = np.full((5, *shape), np.nan)
        return cls(a, b, c, d, e, np.zeros(shape, dtype=np.int64), np.full(shape, "", dtype="U80"))

    def shaped(self, shape: tuple[int, ...]) -> SignedTest:
        """Give the same tests in another shape."""
        return SignedTest(*(getattr(self, name).reshape(shape) for name in self.__dataclass_fields__))


def weighted_sign_exact(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    alternative: Alternative = "two-sided",
    *,
    level: float = 0.95,
    draws: int = 9999,
    seed: int = 0,
) -> SignedTest:
    """Weight of the positives against the law of as many coins; equal weights give `sign_exact`.

    P(S >= s) under P(positive) = p is sum_k Bin(k; n, p) f_k, f_k the share of the sets of k events that
    weigh at least s. Two-sided p = twice the smaller tail at p = 1/2; the interval holds the p that neither
    tail rejects (Clopper and Pearson 1934). The f_k are counted up to `LISTED` events and drawn beyond.

    Parameters
    ----------
    x, weights : float, shape (..., n)
        Zero and NaN are no sign; weights are not negative.

    Examples
    --------
    >>> found = weighted_sign_exact([1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 1, 1, 1])
    >>> float(found.statistic), float(found.p_value)
    (5.0, 0.0625)
    """
    values = np.asarray(x, dtype=np.float64)
    out = SignedTest.empty((int(np.prod(values.shape[:-1])),))
    for rows, signed, w in _alike(np.where(values == 0, np.nan, values), weights):
        above, below, law = _shares(w, (signed > 0) @ w, draws, np.random.default_rng(seed))
        _sign_rows(out, rows, above, below, alternative, level)
        out.estimate[rows] = (signed > 0) @ w / w.sum()
        out.n[rows], out.law[rows] = len(w), law
    out.statistic[...] = out.estimate * out.n
    return out.shaped(values.shape[:-1])


def _sign_rows(
    out: SignedTest, rows: IntArray, above: FloatArray, below: FloatArray, alternative: Alternative, level: float
) -> None:
    """Fill in p and interval from the shares of the sets of each size that weigh as much, and as little."""
    cut = (1 - level) / (2 if alternative == "two-sided" else 1)
    none, every = np.zeros(len(rows)), np.ones(len(rows))
    out.p_value[rows] = _p_of(_binomial_tail(above, 0.5), _binomial_tail(below, 0.5), alternative)
    out.ci_low[rows], out.ci_high[rows] = none, every
    if alternative != "less":
        out.ci_low[rows] = _root(lambda p: _binomial_tail(above, p) <= cut, none, every)
    if alternative != "greater":
        out.ci_high[rows] = _root(lambda p: _binomial_tail(below, p) > cut, none, every)


def weighted_signed_rank(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    alternative: Alternative = "two-sided",
    *,
    level: float = 0.95,
    draws: int = 9999,
    seed: int = 0,
) -> SignedTest:
    """Wilcoxon's signed ranks with weighted events; equal weights give `wilcoxon_signed_rank`.

    W+ = sum over positive x of w_i R_i, R_i the weight of the events whose size does not exceed that of i
    (half of it for ties). It counts the Walsh averages (x_i + x_j)/2 above zero with weight w_i w_j, so the
    estimate is their weighted median. Given the sizes the signs are fair coins: all patterns up to `LISTED`
    events, random ones up to 50, then the normal with variance sum (w_i R_i)^2 / 4. The interval holds the
    shifts that the test accepts.

    Parameters
    ----------
    x, weights : float, shape (..., n)

    Examples
    --------
    >>> found = weighted_signed_rank([0.5, 1.5, -0.2, 2.0], [2, 2, 2, 2])
    >>> float(found.statistic), float(found.p_value)
    (9.0, 0.25)
    """
    values = np.asarray(x, dtype=np.float64)
    out = SignedTest.empty((int(np.prod(values.shape[:-1])),))
    for rows, whole, weight in _alike(values, weights):
        w = weight / weight.mean()
        # zeros have a sign after a shift; patterns of all events hold those of fewer, each as often
        coins, complete = _coins(len(w), draws, np.random.default_rng(seed))
        step = max(1, _HELD // max(len(w), 1 if coins is None else len(coins)))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            _rank_rows(out, rows[part], whole[part], w, coins, complete, alternative, level)
    return out.shaped(values.shape[:-1])


def _rank_rows(
    out: SignedTest,
    rows: IntArray,
    values: FloatArray,
    w: FloatArray,
    coins: FloatArray | None,
    complete: bool,
    alternative: Alternative,
    level: float,
) -> None:
    """Fill in the signed-rank tests of rows (b, n) that share their weights."""
    n = (values != 0).sum(axis=1)
    signed = n > 0
    rows, values, n = rows[signed], values[signed], n[signed]
    if not len(rows):
        return

    def tails(shift: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return _rank_tails(values - shift[:, None], w, coins, complete)

    nothing = np.zeros(len(rows))
    statistic, upper, lower = tails(nothing)
    cut = (1 - level) / (2 if alternative == "two-sided" else 1)
    centre = _weighted_centre(values, w)
    margin = np.maximum(np.abs(values).max(axis=1), 1e-300) * 1e-9
    bottom, top = values.min(axis=1) - margin, values.max(axis=1) + margin
    low, high = nothing - np.inf, nothing + np.inf
    if alternative != "less":
        ends = tails(bottom)[1] <= cut
        low = np.where(ends, _root(lambda m: tails(m)[1] <= cut, bottom, centre), low)
    if alternative != "greater":
        ends = tails(top)[2] <= cut
        high = np.where(ends, _root(lambda m: tails(m)[2] > cut, centre, top), high)
    out.statistic[rows], out.p_value[rows] = statistic, _p_of(upper, lower, alternative)
    out.estimate[rows], out.ci_low[rows], out.ci_high[rows], out.n[rows] = centre, low, high, n
    out.law[rows] = "N(0,1) of the centred statistic" if coins is None else _of_coins(complete, len(coins))


def _rank_tails(
    moved: FloatArray, w: FloatArray, coins: FloatArray | None, complete: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Statistic and both tails of rows (b, n) that have been moved by the mean on trial."""
    scores = _weighted_ranks(moved, w)
    own, total = (scores * (moved > 0)).sum(axis=1), scores.sum(axis=1)
    if coins is None:
        with np.errstate(invalid="ignore", divide="ignore"):
            z = (own - total / 2) / np.sqrt((scores**2).sum(axis=1) / 4)
        return own, special.ndtr(-z), special.ndtr(z)
    drawn, slack = coins @ scores.T, _TIE * total
    above, below = (drawn >= own - slack).sum(axis=0), (drawn <= own + slack).sum(axis=0)
    if complete:
        return own, above / len(coins), below / len(coins)
    return own, (1 + above) / (1 + len(coins)), (1 + below) / (1 + len(coins))


def _weighted_ranks(values: FloatArray, w: FloatArray) -> FloatArray:
    """w_i R_i of rows (b, n) that share their weights, zero for a zero."""
    kept = np.where(values != 0, w, 0.0)
    return kept * _weight_below(np.abs(values), kept)


def weighted_rank_sums(x: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """W+ of `weighted_signed_rank` and its mean under the null without its law, shape (...) each.

    Examples
    --------
    >>> [float(v) for v in weighted_rank_sums([0.5, 1.5, -0.2, 2.0], [2, 2, 2, 2])]
    [9.0, 5.0]
    """
    values = np.asarray(x, dtype=np.float64)
    own, total = np.full((2, int(np.prod(values.shape[:-1]))), np.nan)
    for rows, whole, weight in _alike(values, weights):
        scores = _weighted_ranks(whole, weight / weight.mean())
        signed = (whole != 0).any(axis=1)
        own[rows] = np.where(signed, (scores * (whole > 0)).sum(axis=1), np.nan)
        total[rows] = scores.sum(axis=1)
    return own.reshape(values.shape[:-1]), total.reshape(values.shape[:-1]) / 2


def _alike(x: FloatArray, weights: npt.ArrayLike) -> Iterator[tuple[IntArray, FloatArray, FloatArray]]:
    """Rows whose valid events have the same weights: their places, values (b, m) and weights (m,)."""
    flat = x.reshape(-1, x.shape[-1])
    held = np.broadcast_to(np.asarray(weights, dtype=np.float64), x.shape).reshape(flat.shape)
    counted = np.where(np.isfinite(flat) & (held > 0), held, 0.0)
    groups: dict[bytes, list[int]] = {}
    for place, row in enumerate(counted):
        groups.setdefault(row.tobytes(), []).append(place)
    for places in groups.values():
        rows, there = np.array(places), counted[places[0]] > 0
        step = max(1, _HELD // max(int(there.sum()), 1))
        for start in range(0, len(rows) if there.any() else 0, step):
            part = rows[start : start + step]
            yield part, flat[part][:, there], counted[part[0]][there]


def _p_of(upper: FloatArray, lower: FloatArray, alternative: Alternative) -> FloatArray:
    chosen = {"two-sided": 2 * np.minimum(upper, lower), "greater": upper, "less": lower}[alternative]
    return np.asarray(np.minimum(chosen, 1.0))


def _binomial_tail(share: FloatArray, p: npt.ArrayLike) -> FloatArray:
    """Sum over k of Bin(k; n, p) times the share of the sets of k events, (b, n + 1) and (b,) or a number."""
    n = share.shape[1] - 1
    k, chance = np.arange(n + 1), np.asarray(p, dtype=np.float64).reshape(-1, 1)
    logs = special.xlogy(k, chance) + special.xlog1py(n - k, -chance)
    log_count = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray((np.exp(log_count + logs) * share).sum(axis=1))


def _of_coins(complete: bool, number: int) -> str:
    return f"{'all' if complete else 'random'} {number} sign patterns"


def _patterns(n: int) -> BoolArray:
    """All subsets of n events, shape (2^n, n)."""
    return np.asarray((np.arange(2**n)[:, None] >> np.arange(n)) & 1, dtype=bool)


def _coins(n: int, draws: int, rng: np.random.Generator) -> tuple[FloatArray | None, bool]:
    """Heads as ones, shape (B, n), and whether those are all; None where the normal law is taken."""
    if n >= NORMAL_FROM:
        return None, False
    if n <= LISTED:
        return _patterns(n).astype(np.float64), True
    return rng.integers(0, 2, size=(draws, n)).astype(np.float64), False


def _shares(
    w: FloatArray, observed: FloatArray, draws: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, str]:
    """Share of the sets of k events, k from 0 to n, that weigh at least, and at most, what was observed (b,)."""
    n, slack = len(w), _TIE * float(w.sum())
    high, low = np.zeros((2, len(observed), n + 1))
    if n <= LISTED:
        sets = _patterns(n)
        size, weight = sets.sum(axis=1), sets @ w
        for k in range(n + 1):
            own = np.sort(weight[size == k])
            high[:, k] = 1 - np.searchsorted(own, observed - slack, side="left") / len(own)
            low[:, k] = np.searchsorted(own, observed + slack, side="right") / len(own)
        return high, low, _of_coins(True, len(sets))
    draws = max(99, min(draws, DRAWN_AT_MOST // n))
    distinct = 1 if np.ptp(w) <= _TIE * w.max() else draws  # sets of equal weights need no drawing
    step = max(1, _HELD // n)
    for start in range(0, distinct, step):
        # the first k events of a random order are a random set of k
        order = rng.permuted(np.broadcast_to(w, (min(step, distinct - start), n)), axis=1)
        weight = np.concatenate([np.zeros((len(order), 1)), np.cumsum(order, axis=1)], axis=1)
        _count(weight, observed, slack, high, low)
    law = f"binomial({n}, 1/2)" if distinct == 1 else f"binomial({n}, 1/2) and {draws} random orders of the weights"
    return high / distinct, low / distinct, law


def _count(weight: FloatArray, observed: FloatArray, slack: float, high: FloatArray, low: FloatArray) -> None:
    """Add to ``high`` and ``low`` (b, k) how many of the weights (d, k) reach, and do not exceed, what was observed."""
    if len(observed) <= weight.shape[1]:
        for b, own in enumerate(observed):
            high[b] += (weight >= own - slack).sum(axis=0)
            low[b] += (weight <= own + slack).sum(axis=0)
        return
    ordered = np.sort(weight, axis=0)
    for k in range(weight.shape[1]):
        high[:, k] += len(weight) - np.searchsorted(ordered[:, k], observed - slack, side="left")
        low[:, k] += np.searchsorted(ordered[:, k], observed + slack, side="right")


def _weight_below(size: FloatArray, w: FloatArray) -> FloatArray:
    """Weight of the events that are smaller, half of that of the other ties, and the event's own; rows (b, n)."""
    order = np.argsort(size, axis=1)
    ordered, n = np.take_along_axis(size, order, axis=1), size.shape[1]
    running = np.zeros((len(size), n + 1))
    np.cumsum(np.take_along_axis(w, order, axis=1), axis=1, out=running[:, 1:])
    starts = np.ones(size.shape, dtype=bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(starts, np.arange(n), 0), axis=1)
    ends = np.ones(size.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    last = np.minimum.accumulate(np.where(ends, np.arange(1, n + 1), n)[:, ::-1], axis=1)[:, ::-1]
    # smaller events and half of the ties: the middle of the running weight before and after the tie
    middle = (np.take_along_axis(running, first, axis=1) + np.take_along_axis(running, last, axis=1)) / 2
    out = np.empty_like(size)
    np.put_along_axis(out, order, middle, axis=1)
    return out + w / 2


def _weighted_centre(values: FloatArray, w: FloatArray) -> FloatArray:
    """Weighted median of the Walsh averages of each row (b, n): where half of their weight lies below."""
    n = values.shape[1]
    if n > LISTED_UP_TO:
        return np.array([_bisected_centre(row, w) for row in values])
    i, j = np.triu_indices(n)
    out, step = np.empty(len(values)), max(1, _HELD // len(i))
    for start in range(0, len(values), step):
        part = values[start : start + step]
        walsh = (part[:, i] + part[:, j]) / 2
        order = np.argsort(walsh, axis=1)
        running = np.cumsum((w[i] * w[j])[order], axis=1)
        half = running[:, -1:] / 2
        first = (running < half * (1 - _TIE)).sum(axis=1)
        second = np.minimum((running < half * (1 + _TIE)).sum(axis=1), len(i) - 1)
        ends = np.take_along_axis(order, np.column_stack([first, second]), axis=1)
        out[start : start + step] = np.take_along_axis(walsh, ends, axis=1).mean(axis=1)
    return out


def _bisected_centre(values: FloatArray, w: FloatArray) -> float:
    """`_weighted_centre` of many values, whose pairs are counted without being listed."""
    order = np.argsort(values)
    x, share = values[order], w[order]
    running = np.concatenate([[0.0], np.cumsum(share)])
    half = float(share.sum() ** 2 + (share**2).sum()) / 4  # of the pairs i <= j

    def lighter(middle: FloatArray) -> BoolArray:
        pairs = float((share * running[np.searchsorted(x, 2 * middle[0] - x, side="right")]).sum())
        own = float((share**2)[: np.searchsorted(x, middle[0], side="right")].sum())
        return np.array([pairs + own < 2 * half])

    return float(_root(lighter, x[:1], x[-1:])[0])


def _root(true_below: Callable[[FloatArray], BoolArray], low: FloatArray, high: FloatArray) -> FloatArray:
    """Where a condition that holds at ``low`` stops holding, by bisection, for each of (b,)."""
    never, always = ~true_below(low), true_below(high)
    left, right = low.copy(), high.copy()
    for _ in range(_HALVINGS):
        middle = 0.5 * (left + right)
        below = true_below(middle)
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    return np.where(never, low, np.where(always, high, 0.5 * (left + right)))
