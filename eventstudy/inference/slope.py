"""The slope of returns on an event's size, and Newey-West sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, FloatArray
from eventstudy.errors import DataError, SpecError, check_choice
from eventstudy.inference._arrays import critical_value, p_value, spread_is_rounding
from eventstudy.inference.calendar_time import newey_west_lags

__all__ = ["Slope", "newey_west", "response_slope"]

Covariance: TypeAlias = Literal["HC3", "cluster", "HAC"]


@dataclass(frozen=True, slots=True)
class Slope:
    """A regression of returns on an event's size; K coefficients, the intercept first.

    Attributes
    ----------
    estimate, se, statistic, p_value, ci_low, ci_high : float64, shape (K,)
    dof : float
    r2 : float
    n : int
    covariance : {"HC3", "cluster", "HAC"}
    """

    estimate: FloatArray
    se: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    dof: float
    r2: float
    n: int
    covariance: Covariance


def response_slope(
    car: npt.ArrayLike,
    size: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    covariance: Covariance = "HC3",
    intercept: bool = True,
    weights: npt.ArrayLike | None = None,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
) -> Slope:
    """Regress abnormal returns on the events' direction or intensity.

    Parameters
    ----------
    car : float, shape (n,)
        Abnormal returns in time order; NaN is left out.
    size : float, shape (n,) or (n, p)
        Surprise, intensity, or +1 and -1 for the direction.
    cluster : int, shape (n,), optional
        Needed for ``covariance="cluster"``.
    covariance : {"HC3", "cluster", "HAC"}
        HC3 and HAC with t(n - K), clusters with t(G - 1).
    intercept : bool
    weights : float, shape (n,), optional
        Weighted least squares, with the same covariances of its scores w x e; zero leaves an event out. The
        weights need not be inverse variances: all three covariances are robust to heteroscedasticity.
    alternative : {"two-sided", "greater", "less"}
    confidence : float

    Returns
    -------
    Slope

    Raises
    ------
    DataError
        If there are too few events, or the sizes do not vary.

    References
    ----------
    Gurkaynak, Sack, Swanson (2005), Do actions speak louder than words?, International Journal of
    Central Banking 1; MacKinnon, White (1985); Newey, West (1987).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> size = rng.normal(size=60)
    >>> slope = response_slope(0.5 * size + rng.normal(size=60) * 0.1, size)
    >>> slope.estimate.round(2).tolist()
    [0.01, 0.49]
    """
    check_choice(covariance, ("HC3", "cluster", "HAC"), "covariance")
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    y = np.asarray(car, dtype=np.float64)
    x = np.asarray(size, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if intercept:
        x = np.column_stack([np.ones(len(y)), x])
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    there = np.isfinite(y) & np.isfinite(x).all(axis=1) & (w > 0)
    # least squares on rows times sqrt(w): residuals and leverage are those of the weighted fit
    root = np.sqrt(w[there] / w[there].mean()) if there.any() else np.ones(0)
    y, x = y[there] * root, x[there] * root[:, None]
    n, k = x.shape
    if n <= k:
        raise DataError(f"{n} events with a return and a size, {k} coefficients", hint="expected more events")
    if np.linalg.matrix_rank(x) < k:
        raise DataError("the events' sizes do not vary (or are collinear)", hint="a slope needs different sizes")
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    e = y - x @ b
    dof = float(n - k)
    if covariance == "HC3":
        h = np.einsum("ij,jk,ik->i", x, inverse, x)
        score = x * (e / np.maximum(1.0 - h, 1e-12))[:, None]
        meat = score.T @ score
    elif covariance == "HAC":
        meat = newey_west(x * e[:, None], newey_west_lags(n)) * n / (n - k)
    else:
        if cluster is None:
            raise SpecError("covariance='cluster' needs cluster=", hint="pass one code an event")
        code = np.unique(np.asarray(cluster)[there], return_inverse=True)[1].ravel()
        g = int(code.max()) + 1
        if g < 2:
            raise DataError("all events are in one cluster", hint="use covariance='HC3' or more dates")
        score = np.zeros((g, k))
        np.add.at(score, code, x * e[:, None])
        meat = score.T @ score * g / (g - 1) * (n - 1) / (n - k)
        dof = float(g - 1)
    se = np.sqrt(np.diag(inverse @ meat @ inverse))
    if spread_is_rounding(np.sqrt((e @ e) / (n - k)), np.abs(y).max(initial=0.0)):
        se = np.full(k, np.nan)  # an exact fit: what is left is rounding
    statistic = b / np.where(se > 0, se, np.nan)
    reach = critical_value(confidence, dof, alternative) * se
    known = np.where(np.isfinite(statistic), 0.0, np.nan)
    low = np.full(k, -np.inf) if alternative == "less" else b - reach
    high = np.full(k, np.inf) if alternative == "greater" else b + reach
    centre = root * (root @ y) / (root @ root) if intercept else 0.0
    total = float(((y - centre) ** 2).sum())
    r2 = 1.0 - float((e**2).sum()) / total if total > 0 else float("nan")
    return Slope(
        b, se, statistic, p_value(statistic, dof, alternative), low + known, high + known, dof, r2, n, covariance
    )


def newey_west(score: FloatArray, lags: int) -> FloatArray:
    """Long-run sum of squares of the scores (n, K) in their order."""
    total = score.T @ score
    for lag in range(1, min(lags, len(score) - 1) + 1):
        cross = score[lag:].T @ score[:-lag]
        total += (1.0 - lag / (lags + 1.0)) * (cross + cross.T)
    return np.asarray(total)
