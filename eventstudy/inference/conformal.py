"""Conformal test of one event: permuted counterfactual residuals."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import SpecError, check_choice
from eventstudy.inference.single_event import SingleEventTest

__all__ = ["conformal"]

_TIE = 1e-10  # relative: equal up to rounding counts as equal, so a shift that changes nothing counts


def conformal(
    returns: npt.ArrayLike,
    design: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    norm: Literal["sum", "absolute"] = "sum",
    confidence: float = 0.95,
) -> SingleEventTest:
    """Permute the counterfactual residuals of one event by moving blocks.

    The model is fitted on all T sessions, those of the event included, with the null imposed; the
    statistic of the event's v days is |sum u| / sqrt(v) (``norm="sum"``) or sum |u| / sqrt(v)
    (``norm="absolute"``, any pattern of effects). The T cyclic shifts of the residuals give the
    reference, and p is the share of shifts, the one that moves nothing included, with a statistic
    at least as large. Exact for exchangeable data, approximate for stationary and weakly dependent.

    Parameters
    ----------
    returns : float64, shape (..., T)
        Returns of the estimation sample and the event's sessions in time order; NaN = none.
    design : float64, shape (..., T, K)
        Regressors, intercept included; K = 0 where nothing is fitted.
    event : bool, shape (..., T)
        The event's sessions, consecutive.
    alternative : {"two-sided", "greater", "less"}
        One-sided only with ``norm="sum"``.
    norm : {"sum", "absolute"}
    confidence : float
        Level of the interval of the cumulative effect, v times a constant effect a session, by
        inversion in closed form; NaN for ``norm="absolute"``.

    Returns
    -------
    SingleEventTest
        Arrays of the leading shape; ``n_reference`` is T' - 1 of T' shifts that could be used, those that
        bring at least v returns under the event.

    Raises
    ------
    SpecError
        If there are no sessions, or an option is none of those named.

    References
    ----------
    Chernozhukov, Wuthrich, Zhu (2021), An exact and robust conformal inference method for
    counterfactual and synthetic controls, Journal of the American Statistical Association 116.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> y = rng.standard_normal(100) * 0.01
    >>> y[-1] += 0.05
    >>> test = conformal(y, np.ones((100, 1)), np.arange(100) == 99)
    >>> float(test.p_value)
    0.01
    """
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    check_choice(norm, ("sum", "absolute"), "norm")
    if norm == "absolute" and alternative != "two-sided":
        raise SpecError("norm='absolute' has no sign", hint="use norm='sum' for a one-sided test")
    if not 0 < confidence < 1:
        raise SpecError(f"confidence={confidence} is not between 0 and 1", hint="expected a share such as 0.95")
    values = np.asarray(returns, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise SpecError("conformal: no sessions", hint="give returns of shape (..., T)")
    shape, t = values.shape[:-1], values.shape[-1]
    y = values.reshape(-1, t)
    x = np.broadcast_to(design, (*shape, t, np.shape(design)[-1])).reshape(len(y), t, -1)
    mark = np.broadcast_to(event, (*shape, t)).reshape(len(y), t)
    there = np.isfinite(y) & np.isfinite(x).all(axis=2)
    hit = mark & there
    y, x = np.where(there, y, 0.0), np.where(there[..., None], x, 0.0)
    residual, response, full_rank = _annihilate(y, x, hit)

    v, first, span = hit.sum(axis=1), mark.argmax(axis=1), mark.sum(axis=1)
    base = np.abs(residual) if norm == "absolute" else residual
    sums, moved, counts = (_cyclic_sums(a, first, span) for a in (base, response, there.astype(np.float64)))
    usable = counts >= v[:, None]
    usable[:, 0] = v > 0
    total = usable.sum(axis=1)
    p = np.where(total > 0, (_as_extreme(sums, alternative) & usable).sum(axis=1) / np.maximum(total, 1), np.nan)
    low, high = _invert(sums, moved, usable, v, alternative, confidence)
    if norm == "absolute":
        low, high = np.full(len(y), np.nan), np.full(len(y), np.nan)
    statistic = sums[:, 0] / np.sqrt(np.maximum(v, 1))
    if alternative == "two-sided":
        statistic = np.abs(statistic)
    still = np.sqrt((residual**2).sum(axis=1)) <= 1e-12 * np.abs(y).sum(axis=1)
    reasons = _reasons(mark, v, full_rank, there.sum(axis=1) - v - x.shape[2], still)
    dead = np.array([r != "" for r in reasons], dtype=bool)
    for out in (p, low, high, statistic):
        out[dead] = np.nan
    return SingleEventTest(
        "conformal",
        statistic.reshape(shape),
        p.reshape(shape),
        low.reshape(shape),
        high.reshape(shape),
        np.maximum(total - 1, 0).reshape(shape).astype(np.int64),
        alternative,
        confidence,
        reasons,
    )


def _as_extreme(sums: FloatArray, alternative: Alternative) -> BoolArray:
    """Which shifts are at least as extreme as column 0, the one that moves nothing."""
    own = sums[:, :1]
    if alternative == "two-sided":
        return np.asarray(np.abs(sums) >= np.abs(own) * (1.0 - _TIE))
    sign = 1.0 if alternative == "greater" else -1.0
    return np.asarray(sign * sums >= sign * own - _TIE * np.abs(own))


def _reasons(mark: BoolArray, v: IntArray, full_rank: BoolArray, spare: IntArray, still: BoolArray) -> tuple[str, ...]:
    """Why each event has no test, or ""."""
    breaks = (np.diff(mark.astype(np.int64), axis=1) == 1).sum(axis=1) + mark[:, 0]
    words = []
    for i in range(len(mark)):
        if v[i] == 0:
            words.append("no return in the window")
        elif breaks[i] > 1:
            words.append("the event's sessions are not consecutive")
        elif not full_rank[i]:
            words.append("the regressors are collinear")
        elif spare[i] <= 0:
            words.append("too few sessions to fit the model")
        else:
            words.append("no variance" if still[i] else "")
    return tuple(words)


def _annihilate(y: FloatArray, x: FloatArray, hit: BoolArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Residuals of y and of the event's indicator on x, and whether x has full rank."""
    target = np.stack([y, hit.astype(np.float64)], axis=2)
    if x.shape[2] == 0:
        return target[..., 0], target[..., 1], np.ones(len(y), dtype=bool)
    scale = np.sqrt((x**2).sum(axis=1, keepdims=True))
    q, r = np.linalg.qr(x / np.where(scale > 0, scale, 1.0))
    full = (np.abs(np.diagonal(r, axis1=1, axis2=2)) > 1e-8).all(axis=1)
    rest = target - q @ (np.swapaxes(q, 1, 2) @ target)
    return rest[..., 0], rest[..., 1], full


def _cyclic_sums(values: FloatArray, first: IntArray, span: IntArray) -> FloatArray:
    """Sum over the event's sessions under each cyclic shift; column 0 moves nothing."""
    n, t = values.shape
    total = np.concatenate([np.zeros((n, 1)), np.cumsum(np.concatenate([values, values], axis=1), axis=1)], axis=1)
    start = (first[:, None] + np.arange(t)) % t
    moved: FloatArray = np.take_along_axis(total, start + span[:, None], axis=1) - np.take_along_axis(
        total, start, axis=1
    )
    return moved


def _invert(
    a: FloatArray, b: FloatArray, usable: BoolArray, v: IntArray, alternative: Alternative, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Effects a session that are not rejected, times v.

    Under an effect d the block sums are a_j - b_j d. A shift counts against d where
    |a_j - b_j d| >= |a_0 - b_0 d|: an interval around a_0 / b_0, so p falls away on both sides and
    the bound is an order statistic of the ends.
    """
    a0, b0 = a[:, :1], b[:, :1]
    others = usable.copy()
    others[:, 0] = False
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (a0 - a) / (b0 - b), (a0 + a) / (b0 + b)
    others &= np.isfinite(one) & np.isfinite(two)
    if alternative == "two-sided":
        lower, upper = np.minimum(one, two), np.maximum(one, two)
    else:
        lower = upper = one
    k = np.floor((1.0 - confidence) * usable.sum(axis=1) + 1e-9).astype(np.int64)
    place = np.clip(k - 1, 0, a.shape[1] - 1)[:, None]
    low = np.take_along_axis(np.sort(np.where(others, lower, np.inf), axis=1), place, axis=1)[:, 0] * np.maximum(v, 1)
    high = np.take_along_axis(-np.sort(np.where(others, -upper, np.inf), axis=1), place, axis=1)[:, 0] * np.maximum(
        v, 1
    )
    open_low, open_high = (k < 1) | (alternative == "less"), (k < 1) | (alternative == "greater")
    return np.where(open_low, -math.inf, low), np.where(open_high, math.inf, high)
