"""P-values and critical values from draws under the null."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray

__all__ = ["empirical_critical", "empirical_p"]


def _fold(values: npt.ArrayLike, alternative: Alternative) -> FloatArray:
    raw = np.asarray(values, dtype=np.float64)
    return np.abs(raw) if alternative == "two-sided" else (-raw if alternative == "less" else raw)


def empirical_p(own: float, draws: FloatArray, alternative: Alternative = "two-sided") -> float:
    """(1 + #{draws at least as extreme}) / (1 + B), over the B draws that exist; NaN without any.

    Examples
    --------
    >>> empirical_p(3.0, np.array([1.0, -4.0, 0.5]))
    0.5
    """
    ours, theirs = _fold(own, alternative), _fold(draws, alternative)
    theirs = theirs[np.isfinite(theirs)]
    if not np.isfinite(ours) or not len(theirs):
        return float("nan")
    # equal up to rounding counts as equal, so that symmetric layouts do not lose ties
    slack = 1e-10 * abs(float(ours))
    return float((1 + np.count_nonzero(theirs >= ours - slack)) / (1 + len(theirs)))


def empirical_critical(
    draws: FloatArray, levels: tuple[float, ...], alternative: Alternative = "two-sided"
) -> FloatArray:
    """Value that the statistic must exceed for `empirical_p` to be at most each level; inf if B is too small."""
    theirs = _fold(draws, alternative)
    theirs = -np.sort(-theirs[np.isfinite(theirs)])
    rank = [int(np.floor(level * (1 + len(theirs)) + 1e-9)) for level in levels]
    return np.array([theirs[k - 1] if 1 <= k <= len(theirs) else np.inf for k in rank])
