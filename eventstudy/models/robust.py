"""The market model, robust to outliers in the estimation window."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.errors import ModelError, shown
from eventstudy.models.base import Forecast, named_series

__all__ = ["RobustMarketModel"]


@dataclass(frozen=True, slots=True)
class RobustMarketModel:
    """Market model by Huber's M-estimator or by least absolute deviations.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.
    method : {"huber", "lad"}
        Huber's estimator (t = 1.345) or median regression.
    max_iterations : int
        An event whose fit has not converged by then gets that reason, not an estimate.

    Notes
    -----
    AR_t = R_t - (alpha + beta Rm_t). Forecast covariance s^2 I + X* V X*', where s^2 = e'e / (M - K) counts
    the outliers (an event day may be one) and V is statsmodels' covariance of the coefficients.

    References
    ----------
    Huber (1973), Robust regression; Koenker and Bassett (1978), Regression quantiles; for event studies
    Sorokina, Booth and Thornton (2013), Robust methods in event studies.

    Examples
    --------
    >>> RobustMarketModel("SPX", method="lad").method
    'lad'
    """

    name: ClassVar[str] = "robust market model"
    reference: ClassVar[str] = "Huber 1973; Koenker, Bassett 1978"
    n_parameters: ClassVar[int] = 2
    n_factors: ClassVar[int] = 1

    benchmark: str | None = None
    method: str = "huber"
    max_iterations: int = 200

    def __post_init__(self) -> None:
        named_series(self.benchmark, "RobustMarketModel")
        if not isinstance(self.method, str) or self.method not in ("huber", "lad"):
            raise ModelError(f"RobustMarketModel: method={shown(self.method)}", hint="expected 'huber' or 'lad'")
        if not isinstance(self.max_iterations, int) or self.max_iterations < 1:
            raise ModelError(f"RobustMarketModel: max_iterations={shown(self.max_iterations)} is not a positive number")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "RobustMarketModel")

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> Forecast:
        """Fit on ``y`` (m,) and ``x`` (m, 1); predict ``x_event`` (n_days, 1)."""
        design = np.column_stack([np.ones(y.size), x[:, 0]])
        if np.linalg.matrix_rank(design) < 2:
            return Forecast.failed("the benchmark does not vary over the estimation window", len(x_event), y.size)
        fit, iterations = self._fit(y, design)
        if fit is None:
            return Forecast.failed(f"not converged after {self.max_iterations} iterations", len(x_event), y.size)
        coefficients, uncertainty = np.asarray(fit.params), np.asarray(fit.cov_params())
        residuals = y - design @ coefficients
        event = np.column_stack([np.ones(x_event.shape[0]), x_event[:, 0]])
        variance = float(residuals @ residuals) / (y.size - 2)
        return Forecast(
            expected=event @ coefficients,
            covariance=variance * np.eye(event.shape[0]) + event @ uncertainty @ event.T,
            residuals=residuals,
            n_parameters=2,
            details={
                "coefficients": {"intercept": float(coefficients[0]), "beta": float(coefficients[1])},
                "iterations": iterations,
                "scale": float(fit.scale),
            },
        )

    def _fit(self, y: FloatArray, design: FloatArray) -> tuple[Any, int]:
        """Give statsmodels' result and its iterations; None where it did not converge."""
        import statsmodels.api as sm
        from statsmodels.tools.sm_exceptions import ConvergenceWarning, IterationLimitWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", IterationLimitWarning)
            if self.method == "huber":
                fit = sm.RLM(y, design, M=sm.robust.norms.HuberT()).fit(maxiter=self.max_iterations)
                iterations = int(fit.fit_history["iteration"])
            else:
                fit = sm.QuantReg(y, design).fit(q=0.5, max_iter=self.max_iterations)
                iterations = int(fit.iterations)
        return (None if iterations >= self.max_iterations else fit), iterations

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        how = "Huber's M-estimator" if self.method == "huber" else "least absolute deviations"
        return f"Expected returns follow the market model on {self.benchmark or 'the benchmark'}, estimated by {how}."
