"""Sign and signed-rank tests of weighted events, by the law of their signs given everything else.

Where every event is as likely to be positive as negative, its sign is a fair coin whatever its size and
weight (Fisher 1935; Pesarin 2001), so the law of a weighted count or rank sum is that of a sum of coins:
all 2^n of them up to `LISTED` events, random ones beyond.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from eventstudy._types import Alternative, BoolArray, FloatArray
from eventstudy.inference.nonparametric import LISTED_UP_TO

__all__ = ["SignedTest", "weighted_sign_exact", "weighted_signed_rank"]

LISTED = 13
"""Most events whose 2^n sign patterns are all listed."""

NORMAL_FROM = 51
"""Fewest events whose weighted rank sum is taken for normal, as in `wilcoxon_signed_rank`."""

DRAWN_AT_MOST = 20_000_000
"""Weights put in random order: with more than 2,000 events fewer orders are drawn, and say as much."""

_TIE = 1e-10  # relative: sums of the same weights in another order are equal
_HALVINGS = 60  # bisection steps: from the bracket to double precision


@dataclass(frozen=True, slots=True)
class SignedTest:
    """A weighted sign or signed-rank test of one sample; NaN where no event has a sign.

    Attributes
    ----------
    statistic : float
        Positives, or sum of ranks of positives, in units of the mean weight: what the test without weights
        would count.
    p_value, estimate, ci_low, ci_high : float
    n : int
        Events with a sign and a weight.
    law : str
        Where the p-value comes from.
    """

    statistic: float
    p_value: float
    estimate: float
    ci_low: float
    ci_high: float
    n: int
    law: str


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
    x, weights : float, shape (n,)
        Zero and NaN are no sign; weights are not negative.

    Examples
    --------
    >>> found = weighted_sign_exact([1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 1, 1, 1])
    >>> found.statistic, found.p_value
    (5.0, 0.0625)
    """
    signed, w = _signed(x, weights)
    n = len(signed)
    if n == 0:
        return _undefined()
    observed = float(w[signed > 0].sum())
    above, below, law = _shares(w, observed, draws, np.random.default_rng(seed))
    k = np.arange(n + 1)

    def tail(share: FloatArray, p: float) -> float:
        logs = special.xlogy(k, p) + special.xlog1py(n - k, -p)
        log_count = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        return float((np.exp(log_count + logs) * share).sum())

    upper, lower = tail(above, 0.5), tail(below, 0.5)
    p_value = {"two-sided": min(1.0, 2 * min(upper, lower)), "greater": min(upper, 1.0), "less": min(lower, 1.0)}
    cut = (1 - level) / (2 if alternative == "two-sided" else 1)
    low = 0.0 if alternative == "less" else _root(lambda p: tail(above, p) <= cut, 0.0, 1.0)
    high = 1.0 if alternative == "greater" else _root(lambda p: tail(below, p) > cut, 0.0, 1.0)
    total = float(w.sum())
    return SignedTest(observed * n / total, p_value[alternative], observed / total, low, high, n, law)


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
    x, weights : float, shape (n,)

    Examples
    --------
    >>> found = weighted_signed_rank([0.5, 1.5, -0.2, 2.0], [2, 2, 2, 2])
    >>> found.statistic, found.p_value
    (9.0, 0.25)
    """
    values, w = np.asarray(x, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    there = np.isfinite(values) & (w > 0)
    values, w = values[there], w[there] / max(float(w[there].mean()) if there.any() else 1.0, np.finfo(float).tiny)
    n = int((values != 0).sum())
    if n == 0:
        return _undefined()
    # zeros have a sign after a shift; patterns of all events hold those of fewer, each as often
    coins, complete = _coins(len(values), draws, np.random.default_rng(seed))

    def tails(shift: float) -> tuple[float, float, float]:
        moved = values - shift
        kept = moved != 0
        scores = w[kept] * _weight_below(np.abs(moved[kept]), w[kept])
        own = float(scores[moved[kept] > 0].sum())
        if coins is None:
            z = (own - scores.sum() / 2) / np.sqrt((scores**2).sum() / 4)
            return own, float(special.ndtr(-z)), float(special.ndtr(z))
        drawn = coins[:, : len(scores)] @ scores
        slack = _TIE * float(scores.sum())
        above, below = float((drawn >= own - slack).sum()), float((drawn <= own + slack).sum())
        if complete:
            return own, above / len(coins), below / len(coins)
        return own, (1 + above) / (1 + len(coins)), (1 + below) / (1 + len(coins))

    statistic, upper, lower = tails(0.0)
    p_value = {"two-sided": min(1.0, 2 * min(upper, lower)), "greater": upper, "less": lower}[alternative]
    cut = (1 - level) / (2 if alternative == "two-sided" else 1)
    centre = _weighted_centre(values, w)
    margin = max(float(np.abs(values).max()), 1e-300) * 1e-9
    bottom, top = float(values.min()) - margin, float(values.max()) + margin
    low, high = -np.inf, np.inf
    if alternative != "less" and tails(bottom)[1] <= cut:
        low = _root(lambda m: tails(m)[1] <= cut, bottom, centre)
    if alternative != "greater" and tails(top)[2] <= cut:
        high = _root(lambda m: tails(m)[2] > cut, centre, top)
    law = "N(0,1) of the centred statistic" if coins is None else _of_coins(complete, len(coins))
    return SignedTest(statistic, p_value, centre, low, high, n, law)


def _undefined() -> SignedTest:
    nothing = float("nan")
    return SignedTest(nothing, nothing, nothing, nothing, nothing, 0, "")


def _of_coins(complete: bool, number: int) -> str:
    return f"{'all' if complete else 'random'} {number} sign patterns"


def _signed(x: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    values, w = np.asarray(x, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    there = np.isfinite(values) & (values != 0) & (w > 0)
    return values[there], w[there]


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


def _shares(w: FloatArray, observed: float, draws: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, str]:
    """Share of the sets of k events, k from 0 to n, that weigh at least, and at most, what was observed."""
    n, slack = len(w), _TIE * float(w.sum())
    if n <= LISTED:
        sets = _patterns(n)
        size, weight = sets.sum(axis=1), sets @ w
        count = np.bincount(size, minlength=n + 1)
        above = np.bincount(size, weight >= observed - slack, minlength=n + 1) / count
        below = np.bincount(size, weight <= observed + slack, minlength=n + 1) / count
        return above, below, _of_coins(True, len(sets))
    high, low = np.zeros(n + 1), np.zeros(n + 1)
    draws = max(99, min(draws, DRAWN_AT_MOST // n))
    distinct = 1 if np.ptp(w) <= _TIE * w.max() else draws  # sets of equal weights need no drawing
    step = max(1, 2_000_000 // n)
    for start in range(0, distinct, step):
        # the first k events of a random order are a random set of k
        order = rng.permuted(np.broadcast_to(w, (min(step, distinct - start), n)), axis=1)
        weight = np.concatenate([np.zeros((len(order), 1)), np.cumsum(order, axis=1)], axis=1)
        high += (weight >= observed - slack).sum(axis=0)
        low += (weight <= observed + slack).sum(axis=0)
    law = f"binomial({n}, 1/2)" if distinct == 1 else f"binomial({n}, 1/2) and {draws} random orders of the weights"
    return high / distinct, low / distinct, law


def _weight_below(size: FloatArray, w: FloatArray) -> FloatArray:
    """Weight of the events that are smaller, half of that of the other ties, and the event's own."""
    order = np.argsort(size)
    ordered = size[order]
    running = np.concatenate([[0.0], np.cumsum(w[order])])
    first, last = np.searchsorted(ordered, size, side="left"), np.searchsorted(ordered, size, side="right")
    smaller, ties = running[first], running[last] - running[first]
    return np.asarray(smaller + (ties + w) / 2)


def _weighted_centre(values: FloatArray, w: FloatArray) -> float:
    """Weighted median of the Walsh averages: where half of their weight lies below."""
    if len(values) > LISTED_UP_TO:
        return _bisected_centre(values, w)
    i, j = np.triu_indices(len(values))
    walsh, weight = (values[i] + values[j]) / 2, w[i] * w[j]
    order = np.argsort(walsh)
    walsh, running = walsh[order], np.cumsum(weight[order])
    half = running[-1] / 2
    first = int(np.searchsorted(running, half * (1 - _TIE)))
    second = int(np.searchsorted(running, half * (1 + _TIE)))
    return float((walsh[first] + walsh[min(second, len(walsh) - 1)]) / 2)


def _bisected_centre(values: FloatArray, w: FloatArray) -> float:
    """`_weighted_centre` of many values, whose pairs are counted without being listed."""
    order = np.argsort(values)
    x, share = values[order], w[order]
    running = np.concatenate([[0.0], np.cumsum(share)])
    half = float(share.sum() ** 2 + (share**2).sum()) / 4  # of the pairs i <= j

    def lighter(middle: float) -> bool:
        pairs = float((share * running[np.searchsorted(x, 2 * middle - x, side="right")]).sum())
        own = float((share**2)[: np.searchsorted(x, middle, side="right")].sum())
        return pairs + own < 2 * half

    return _root(lighter, float(x[0]), float(x[-1]))


def _root(true_below: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that holds at ``low`` stops holding, by bisection."""
    if not true_below(low):
        return low
    if true_below(high):
        return high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if true_below(middle) else (low, middle)
    return 0.5 * (low + high)
