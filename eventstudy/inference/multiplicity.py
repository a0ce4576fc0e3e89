"""P-values for many tests at once."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray
from eventstudy.errors import DataError, check_choice

__all__ = ["Adjustment", "adjust_p_values", "benjamini_hochberg", "holm", "romano_wolf"]

Adjustment: TypeAlias = Literal["holm", "benjamini-hochberg", "none"]


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Holm's (1979) step-down p-values: control of the chance of any false rejection.

    Valid under any dependence. NaN is no test: it stays NaN and does not count.

    Parameters
    ----------
    p_values : float, shape (k,)

    Returns
    -------
    float64, shape (k,)

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p, order, k = _ordered(p_values)
    steps = np.maximum.accumulate(p[order] * (k - np.arange(k)))
    return _placed(p, order, steps)


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Benjamini and Hochberg's (1995) step-up p-values: control of the false discovery rate.

    Valid for independent or positively dependent tests. NaN stays NaN and does not count.

    Parameters
    ----------
    p_values : float, shape (k,)

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    array([0.03, 0.04, 0.04])
    """
    p, order, k = _ordered(p_values)
    steps = np.minimum.accumulate((p[order] * k / np.arange(1, k + 1))[::-1])[::-1]
    return _placed(p, order, steps)


def adjust_p_values(p_values: npt.ArrayLike, method: Adjustment = "holm") -> FloatArray:
    """Adjust by the method named; see `holm` and `benjamini_hochberg`."""
    check_choice(method, ("holm", "benjamini-hochberg", "none"), "method")
    if method == "none":
        return _checked(p_values)
    return holm(p_values) if method == "holm" else benjamini_hochberg(p_values)


def romano_wolf(
    statistics: npt.ArrayLike, null_statistics: npt.ArrayLike, alternative: Alternative = "two-sided"
) -> FloatArray:
    """Romano and Wolf's (2005, 2016) step-down p-values: control of the chance of any false rejection.

    Uses the joint distribution of the statistics under the null, so correlated tests cost less than
    under Holm. In order of size, each statistic is compared with the largest among those not yet
    passed, in every draw: p = (1 + #) / (1 + B), never below that of a larger statistic.

    Parameters
    ----------
    statistics : float, shape (k,)
        Studentised, so that they are comparable; NaN is no test.
    null_statistics : float, shape (B, k)
        The same statistics in draws under the null (placebo dates, bootstrap). A draw that lacks a
        statistic under test is left out whole, and B counts the others.
    alternative : {"two-sided", "greater", "less"}

    Returns
    -------
    float64, shape (k,)

    Raises
    ------
    DataError
        If the draws do not have a column for each statistic.

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal(size=(999, 3))
    >>> romano_wolf([4.0, 0.1, 2.5], draws).round(2)
    array([0.  , 0.93, 0.02])
    """
    observed = np.asarray(statistics, dtype=np.float64)
    draws = np.asarray(null_statistics, dtype=np.float64)
    if observed.ndim != 1 or draws.ndim != 2 or draws.shape[1] != len(observed):
        raise DataError(
            f"null statistics have shape {draws.shape}", hint=f"expected (draws, {observed.size}): one column a test"
        )
    size, null = _sized(observed, alternative), _sized(draws, alternative)
    tested = np.flatnonzero(np.isfinite(size))
    order = tested[np.argsort(-size[tested], kind="stable")]
    null = null[:, order]
    null = null[~np.isnan(null).any(axis=1)]
    # The largest of this test and all smaller ones, in each draw.
    largest = np.maximum.accumulate(null[:, ::-1], axis=1)[:, ::-1]
    # A draw that ties with the data but for rounding is as far out.
    raw = (1 + (largest >= size[order] - 1e-10 * np.abs(size[order])).sum(axis=0)) / (1 + len(null))
    p = np.full(len(observed), np.nan)
    p[order] = np.maximum.accumulate(raw)
    return p


def _sized(x: FloatArray, alternative: Alternative) -> FloatArray:
    return np.abs(x) if alternative == "two-sided" else (x if alternative == "greater" else -x)


def _checked(p_values: npt.ArrayLike) -> FloatArray:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise DataError(f"p-values have {p.ndim} dimensions", hint="expected one")
    with np.errstate(invalid="ignore"):
        if ((p < 0) | (p > 1)).any():
            raise DataError("a p-value lies outside [0, 1]")
    return p.copy()


def _ordered(p_values: npt.ArrayLike) -> tuple[FloatArray, npt.NDArray[np.int64], int]:
    p = _checked(p_values)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")].astype(np.int64)
    return p, order, len(order)


def _placed(p: FloatArray, order: npt.NDArray[np.int64], steps: FloatArray) -> FloatArray:
    out = np.full(len(p), np.nan)
    out[order] = np.minimum(steps, 1.0)
    return out
