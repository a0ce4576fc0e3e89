"""The market model with exponentially weighted estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import ModelError, shown
from eventstudy.models.base import Forecast, named_series
from eventstudy.models.linear_estimator import forecast_linear

__all__ = ["RollingBeta"]


@dataclass(frozen=True, slots=True)
class RollingBeta:
    """Market model whose recent days weigh more: for betas that drift.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.
    half_life : float
        Sessions after which a day's weight has halved.

    Notes
    -----
    b minimises sum_t w_t (R_t - alpha - beta Rm_t)^2, w_t = 2^(-age_t / half_life), with the age counted
    in sessions from the estimation day nearest to the event. With errors of one variance the estimator
    b = (X'WX)^-1 X'W y has forecast covariance s^2 (I + X* B B' X*').

    References
    ----------
    Fisher and Kamin (1985), Forecasting systematic risk; RiskMetrics Technical Document (1996).

    Examples
    --------
    >>> RollingBeta("SPX", half_life=40).half_life
    40
    """

    name: ClassVar[str] = "exponentially weighted market model"
    reference: ClassVar[str] = "Fisher, Kamin 1985"
    needs_days: ClassVar[bool] = True
    n_parameters: ClassVar[int] = 2
    n_factors: ClassVar[int] = 1

    benchmark: str | None = None
    half_life: float = 60.0

    def __post_init__(self) -> None:
        named_series(self.benchmark, "RollingBeta")
        if not isinstance(self.half_life, int | float | np.number) or not 0 < self.half_life < np.inf:
            raise ModelError(f"RollingBeta: half_life={shown(self.half_life)} is not a positive number of sessions")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "RollingBeta")

    def predict(
        self,
        y: FloatArray,
        x: FloatArray,
        x_event: FloatArray,
        *,
        sample_days: IntArray | None = None,
        event_days: IntArray | None = None,
    ) -> Forecast:
        """Fit on ``y`` (m,) and ``x`` (m, 1), with the days of the rows; predict ``x_event`` (n_days, 1)."""
        days = np.arange(y.size) - y.size if sample_days is None else sample_days
        centre = 0.0 if event_days is None or not event_days.size else float(np.mean(event_days))
        age = np.abs(days - centre)
        weight = 0.5 ** ((age - age.min()) / self.half_life)
        design = np.column_stack([np.ones(y.size), x[:, 0]])
        gram = design.T @ (design * weight[:, None])
        if np.linalg.matrix_rank(design * np.sqrt(weight)[:, None]) < 2:
            return Forecast.failed("the benchmark does not vary over the estimation window", len(x_event), y.size)
        estimator = np.linalg.solve(gram, design.T * weight)
        event = np.column_stack([np.ones(x_event.shape[0]), x_event[:, 0]])
        effective = float(weight.sum() ** 2 / (weight**2).sum())
        return forecast_linear(y, design, event, estimator, ("intercept", "beta"), {"effective_days": effective})

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        return (
            f"Expected returns follow the market model on {self.benchmark or 'the benchmark'}, estimated by least "
            f"squares with exponential weights of half-life {self.half_life:g} sessions."
        )
