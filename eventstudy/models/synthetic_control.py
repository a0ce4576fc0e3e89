"""Synthetic control: a convex combination of donors in place of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.errors import ModelError, shown
from eventstudy.models.base import Forecast

__all__ = ["SyntheticControl"]

HELD = 1e-6
"""Weights below this are the solver's way of writing zero."""


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """Expected return = that of the convex combination of donors that followed the asset best before.

    Needs the ``clarabel`` solver (``pip install 'market-reaction[synthetic]'``).

    Parameters
    ----------
    *donors : str
        Names of the donors: assets that the event does not touch. None at all takes every factor that
        `abnormal_returns` is given.
    demeaned : bool
        Whether to match returns about their means, with an intercept (Ferman and Pinto 2021).

    Notes
    -----
    w minimises sum_t (R_t - a - sum_j w_j R_jt)^2 over the estimation window, subject to w_j >= 0 and
    sum_j w_j = 1 (a = 0 unless ``demeaned``): a convex quadratic programme. K counts the positive weights
    less one, plus the intercept (at least 1). The forecast covariance is s^2 I, with the variance of an
    estimated intercept added: the weights' own uncertainty is not in it, so prefer placebo inference.
    ``details`` holds the weights and the fit before the event (root mean squared error, r2).

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Synthetic control methods for comparative case studies;
    Acemoglu, Johnson, Kermani, Kwak and Mitton (2016), The value of connections in turbulent times.

    Examples
    --------
    >>> SyntheticControl("MXN", "ZAR", "BRL").benchmarks
    ('MXN', 'ZAR', 'BRL')
    """

    name: ClassVar[str] = "synthetic control"
    reference: ClassVar[str] = "Abadie, Diamond, Hainmueller 2010"
    n_parameters: ClassVar[int] = 1

    donors: tuple[str, ...]
    demeaned: bool

    def __init__(self, *donors: str, demeaned: bool = False) -> None:
        for name in donors:
            held: object = name
            if not isinstance(held, str) or not held.strip():
                raise ModelError(
                    f"SyntheticControl: {shown(name)} is not a donor's name",
                    hint="names stand one by one: SyntheticControl('A', 'B'), or SyntheticControl(*names) of a list",
                )
        if not isinstance(demeaned, bool | np.bool_):
            raise ModelError("SyntheticControl: demeaned is neither True nor False")
        if len(set(donors)) != len(donors):
            raise ModelError(f"SyntheticControl: a donor is named twice in {donors!r}")
        object.__setattr__(self, "donors", donors)
        object.__setattr__(self, "demeaned", demeaned)

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The donors."""
        return self.donors

    @property
    def n_factors(self) -> int | None:
        """As many as are named; any number where none is."""
        return len(self.donors) or None

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> Forecast:
        """Fit on ``y`` (m,) and the donors ``x`` (m, k); predict ``x_event`` (n_days, k)."""
        if x.shape[1] < 2:
            raise ModelError("SyntheticControl needs at least two donors", protocol=True)
        if (x == y[:, None]).all(axis=0).any():
            return Forecast.failed("the asset is among its own donors", len(x_event), y.size)
        offset, means = (float(y.mean()), x.mean(axis=0)) if self.demeaned else (0.0, np.zeros(x.shape[1]))
        weights, status = _simplex_least_squares(y - offset, x - means)
        if weights is None:
            return Forecast.failed(f"the solver stopped: {status}", len(x_event), y.size)
        intercept = offset - float(means @ weights)
        residuals = y - intercept - x @ weights
        k = max(1, int((weights > 0).sum()) - 1 + int(self.demeaned))
        variance = float(residuals @ residuals) / max(1, y.size - k)
        days = len(x_event)
        names = self.donors or tuple(f"x{j + 1}" for j in range(x.shape[1]))
        spread = float(((y - y.mean()) ** 2).sum())
        return Forecast(
            expected=intercept + x_event @ weights,
            covariance=variance * (np.eye(days) + (1.0 / y.size if self.demeaned else 0.0)),
            residuals=residuals,
            n_parameters=k,
            details={
                "coefficients": {"intercept": intercept} | dict(zip(names, weights.tolist(), strict=True)),
                "rmse": float(np.sqrt(np.mean(residuals**2))),
                "r2": 1.0 - float(residuals @ residuals) / spread if spread > 0 else float("nan"),
                "n_donors_held": int((weights > 0).sum()),
            },
        )

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        pool = f"{len(self.donors)} donors" if self.donors else "the donors given"
        intercept = ", returns taken about their means" if self.demeaned else ""
        return (
            f"Expected returns are those of a synthetic control: the convex combination of {pool} with the least "
            f"squared difference over the estimation window{intercept}."
        )


def _simplex_least_squares(y: FloatArray, x: FloatArray) -> tuple[FloatArray | None, str]:
    """Minimise |y - X w|^2 over the unit simplex; give the weights, or None and the solver's status."""
    try:
        import clarabel  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise ModelError(
            "SyntheticControl needs the clarabel solver",
            hint="pip install 'market-reaction[synthetic]'",
            protocol=True,
        ) from error
    from scipy import sparse

    m, k = x.shape
    # Residuals r = y - Xw as variables of their own: the solver never sees X'X, whose condition is squared.
    unit = float(np.sqrt(np.mean(y**2))) or 1.0
    cost = sparse.csc_matrix(sparse.block_diag([sparse.csc_matrix((k, k)), sparse.identity(m)]))
    left = np.vstack([x / unit, np.ones((1, k)), -np.eye(k)])
    constraints = sparse.csc_matrix(np.hstack([left, np.eye(m + 1 + k, m)]))
    right = np.concatenate([y / unit, [1.0], np.zeros(k)])
    settings: Any = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    cones = [clarabel.ZeroConeT(m + 1), clarabel.NonnegativeConeT(k)]
    solution = clarabel.DefaultSolver(cost, np.zeros(k + m), constraints, right, cones, settings).solve()
    if str(solution.status) not in ("Solved", "AlmostSolved"):
        return None, str(solution.status)
    weights = np.asarray(solution.x)[:k]
    weights = np.where(weights < HELD, 0.0, weights)
    return weights / weights.sum(), "Solved"
