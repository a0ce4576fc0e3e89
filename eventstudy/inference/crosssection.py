"""Cross-sectional regressions: which characteristics of events and assets explain their response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import DataError, ModelError, SpecError, check_choice
from eventstudy.inference._arrays import interval, p_value, spread_is_rounding
from eventstudy.inference.clustered import intersect
from eventstudy.inference.formula import design
from eventstudy.inference.pre_event import coefficients_before, rank_before

__all__ = ["CovarianceKind", "CrossSection", "explain", "regress"]

CovarianceKind: TypeAlias = Literal["HC3", "cluster", "pre-event", "OLS"]


@dataclass(frozen=True, slots=True)
class CrossSection:
    """A regression of abnormal returns on characteristics, k columns.

    Attributes
    ----------
    names : tuple of str, length k
        Columns of the design.
    coefficients, se, statistic, p_value, ci_low, ci_high : float64, shape (k,)
        Two-sided; in units of the left side for one unit of the column.
    covariance : str
        How the standard errors were computed.
    distribution : str
        Of each statistic under a zero coefficient.
    n, dof : int
        Rows used, and n - k.
    r2 : float
        (Weighted) coefficient of determination.
    used : int64, shape (n,)
        Rows of the data that entered, in order.
    n_left_out : int
        Rows with a missing value in a column, weight or cluster.
    fitted, residuals : float64, shape (n,)
    rank_p_value : float64, shape (k,)
        For ``"pre-event"``: (1 + draws at least as far out) / (1 + draws); NaN otherwise.
    rank_ci_low, rank_ci_high : float64, shape (k,)
        The coefficients that this rank does not reject; infinite where the draws are too few for the level.
    n_draws : int
        Pre-event regressions used; 0 otherwise.
    reference : str
    level : float
        Coverage of the intervals.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    se: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    covariance: str
    distribution: str
    n: int
    dof: int
    r2: float
    used: IntArray
    n_left_out: int
    fitted: FloatArray
    residuals: FloatArray
    rank_p_value: FloatArray
    rank_ci_low: FloatArray
    rank_ci_high: FloatArray
    n_draws: int
    reference: str
    level: float


_PAPERS: dict[str, str] = {
    "HC3": "MacKinnon, White 1985",
    "cluster": "Cameron, Gelbach, Miller 2011",
    "pre-event": "Sefcik, Thompson 1986",
    "OLS": "",
}


def explain(
    formula: str,
    data: Mapping[str, Sequence[object] | npt.NDArray[Any]],
    *,
    variance: npt.ArrayLike | None = None,
    covariance: CovarianceKind = "HC3",
    cluster: npt.ArrayLike | None = None,
    cluster2: npt.ArrayLike | None = None,
    pre_event: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> CrossSection:
    """Fit a formula such as ``"car ~ intensity + C(asset)"`` (patsy's language) across events.

    Parameters
    ----------
    formula : str
        Left side, ``~``, right side; an intercept unless ``- 1``. Only the columns of ``data`` and numpy
        as ``np`` are in reach.
    data : mapping of str to sequence, each of length n
        A row with a missing value in a column the formula uses is left out and counted.
    variance : float, shape (n,), optional
        Forecast variances; weights are their inverses. None weighs equally.
    covariance, cluster, cluster2, pre_event, level
        As in `regress`.

    Returns
    -------
    CrossSection

    Raises
    ------
    SpecError
        If the formula cannot be read or names a column that is not there.
    ModelError
        If the design is collinear, or leaves no degree of freedom.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=50)
    >>> fit = explain("car ~ x", {"car": 0.5 * x + 0.1 * rng.normal(size=50), "x": x})
    >>> fit.names, float(fit.coefficients[1].round(2))
    (('Intercept', 'x'), 0.49)
    """
    y, x, names, kept = design(formula, data)
    n = max((len(v) for v in data.values()), default=0)
    whole_y, whole_x = np.full(n, np.nan), np.full((n, x.shape[1]), np.nan)
    whole_y[kept], whole_x[kept] = y, x
    return regress(
        whole_y,
        whole_x,
        names,
        variance=variance,
        covariance=covariance,
        cluster=cluster,
        cluster2=cluster2,
        pre_event=pre_event,
        level=level,
    )


def regress(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    names: Sequence[str],
    *,
    variance: npt.ArrayLike | None = None,
    covariance: CovarianceKind = "HC3",
    cluster: npt.ArrayLike | None = None,
    cluster2: npt.ArrayLike | None = None,
    pre_event: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> CrossSection:
    """(Weighted) least squares across events, with errors for events that are not identical draws.

    ``"HC3"``: heteroscedastic events, t(n-k). ``"cluster"``: events that share dates (and, with
    ``cluster2``, assets), t(min G - 1). ``"pre-event"``: the same regression run on days before the
    events; the spread of its coefficients is their standard error, t(B-1), which allows for any
    correlation between events but not for event-induced variance (Sefcik, Thompson 1986).
    ``"OLS"``: the classical error.

    Parameters
    ----------
    y : float, shape (n,)
    x : float, shape (n, k)
        The design, its constant included.
    names : sequence of str, length k
    variance : float, shape (n,), optional
        Forecast variances; weights are their inverses.
    covariance : {"HC3", "cluster", "pre-event", "OLS"}
    cluster, cluster2 : shape (n,), optional
        Cluster codes of any kind, for ``"cluster"``.
    pre_event : float, shape (B, n), optional
        Abnormal returns of the same events before the event, see `pre_event_cars`, for ``"pre-event"``.
    level : float
        Coverage of the intervals.

    Returns
    -------
    CrossSection

    Raises
    ------
    SpecError
        If ``covariance`` lacks what it needs.
    ModelError
        If the design is collinear, leaves no degree of freedom, or an observation alone decides a
        coefficient (HC3).
    """
    check_choice(covariance, get_args(CovarianceKind), "covariance")
    left, right = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    groups = _groups(covariance, cluster, cluster2, len(left))
    weight = np.ones(len(left)) if variance is None else np.asarray(variance, dtype=np.float64)
    if right.ndim != 2 or right.shape != (len(left), len(names)) or weight.shape != left.shape:
        raise DataError(
            f"design of shape {right.shape} and {weight.size} variances for {len(left)} events and {len(names)} names"
        )
    kept = np.isfinite(left) & np.isfinite(right).all(axis=1) & np.isfinite(weight) & (weight > 0)
    used = np.flatnonzero(kept).astype(np.int64)
    left, right, root = left[used], right[used], 1 / np.sqrt(weight[used])
    _check_design(right, names)
    scaled_y, scaled_x = left * root, right * root[:, None]
    b = np.asarray(np.linalg.lstsq(scaled_x, scaled_y, rcond=None)[0], dtype=np.float64)
    draws: FloatArray | None = None
    if covariance == "pre-event":
        draws = coefficients_before(pre_event, used, right, root, len(kept))
        se, dof = draws.std(axis=0, ddof=1), len(draws) - 1
    else:
        se, dof = _standard_errors(scaled_y, scaled_x, covariance, None if groups is None else groups[used], names)
    fitted = right @ b
    left_over = np.sqrt(((left - fitted) ** 2).sum() / (len(used) - right.shape[1]))
    exact = spread_is_rounding(left_over, np.abs(left).max()) and draws is None  # what is left is rounding
    se = np.where((se > 1e-14 * np.abs(b)) & np.logical_not(exact), se, np.nan)
    low, high = interval(b, se, dof, level=level)
    rank_p, reach = rank_before(draws, b, level)
    return CrossSection(
        names=tuple(names),
        coefficients=b,
        se=se,
        statistic=b / se,
        p_value=p_value(b / se, dof),
        ci_low=low,
        ci_high=high,
        covariance=covariance,
        distribution=f"t({dof})",
        n=len(used),
        dof=len(used) - right.shape[1],
        r2=_r2(left, left - fitted, root**2, right),
        used=used,
        n_left_out=int((~kept).sum()),
        fitted=fitted,
        residuals=left - fitted,
        rank_p_value=rank_p,
        rank_ci_low=b - reach,
        rank_ci_high=b + reach,
        n_draws=0 if draws is None else len(draws),
        reference=_PAPERS[covariance],
        level=level,
    )


def _groups(covariance: str, cluster: npt.ArrayLike | None, cluster2: npt.ArrayLike | None, n: int) -> IntArray | None:
    if covariance != "cluster":
        return None
    if cluster is None:
        raise SpecError("covariance='cluster' needs cluster codes", hint="pass cluster=, one code an event")
    codes = [np.unique(np.asarray(c), return_inverse=True)[1].reshape(-1) for c in (cluster, cluster2) if c is not None]
    if any(len(c) != n for c in codes):
        raise DataError(f"cluster codes for {len(codes[0])} of {n} events", hint="expected one an event")
    return np.stack(codes, axis=1).astype(np.int64)


def _check_design(x: FloatArray, names: Sequence[str]) -> None:
    n, k = x.shape
    if n <= k:
        raise ModelError(f"{n} usable events for {k} coefficients", hint="use fewer columns or more events")
    size = np.sqrt((x**2).sum(axis=0))
    unit = x / np.where(size > 0, size, 1.0)
    if np.linalg.matrix_rank(unit, tol=1e-9) < k:
        done: list[int] = []
        for j in range(k):
            if np.linalg.matrix_rank(unit[:, [*done, j]], tol=1e-9) > len(done):
                done.append(j)
        extra = ", ".join(repr(names[j]) for j in range(k) if j not in done)
        raise ModelError(f"the design is collinear: {extra} follows from the other columns", hint="leave it out")


def _standard_errors(
    y: FloatArray, x: FloatArray, covariance: str, groups: IntArray | None, names: Sequence[str]
) -> tuple[FloatArray, int]:
    from statsmodels.regression.linear_model import OLS

    n, k = x.shape
    if covariance == "HC3":
        q = np.linalg.qr(x)[0]
        alone = np.flatnonzero((q**2).sum(axis=1) > 1 - 1e-9)
        if len(alone):
            # The combination of columns that is 1 for this event and 0 for all others; its largest part.
            part = (
                np.abs(np.linalg.lstsq(x, np.eye(n)[alone[0]], rcond=None)[0])
                * np.ptp(x, axis=0)
                * (np.array(names) != "Intercept")
            )
            column = names[int(np.argmax(part))]
            raise ModelError(
                f"one event alone decides a coefficient ({column!r}), so HC3 is not defined",
                hint="leave the column out, or use covariance='cluster' or 'pre-event'",
            )
        return np.asarray(OLS(y, x).fit(cov_type="HC3").bse), n - k
    if groups is None:
        return np.asarray(OLS(y, x).fit().bse), n - k
    sizes = [len(np.unique(column)) for column in groups.T]
    if min(sizes) < 2:
        raise ModelError("all usable events are in one cluster", hint="use covariance='pre-event' or 'HC3'")
    fit = OLS(y, x).fit()
    by_first = _cluster_variance(fit, groups[:, 0])
    if groups.shape[1] == 1:
        return np.sqrt(by_first), sizes[0] - 1
    total = by_first + _cluster_variance(fit, groups[:, 1]) - _cluster_variance(fit, intersect(*groups.T))
    if not (total > 0).all():
        raise ModelError(
            f"the two-way variance of {names[int(np.argmin(total))]!r} is not positive: too few clusters",
            hint="cluster by one of the two",
        )
    return np.sqrt(total), min(sizes) - 1


def _cluster_variance(fit: Any, codes: IntArray) -> FloatArray:
    from statsmodels.stats.sandwich_covariance import cov_cluster

    return np.asarray(np.diag(cov_cluster(fit, np.unique(codes, return_inverse=True)[1].reshape(-1))))


def _r2(y: FloatArray, e: FloatArray, w: FloatArray, x: FloatArray) -> float:
    """Share of variance explained, about the weighted mean where the design holds a constant."""
    one = np.ones(len(y))
    has_constant = np.allclose(x @ np.linalg.lstsq(x, one, rcond=None)[0], one, atol=1e-8)
    away = y - (w @ y / w.sum() if has_constant else 0.0)
    total = float(w @ away**2)
    return 1 - float(w @ e**2) / total if total > 0 else float("nan")
