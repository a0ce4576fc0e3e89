"""Estimators that are linear in the returns: their forecasts and exact forecast covariance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.models.base import Forecast

__all__ = ["forecast_linear"]


def forecast_linear(
    y: FloatArray,
    design: FloatArray,
    design_event: FloatArray,
    estimator: FloatArray,
    names: tuple[str, ...],
    details: Mapping[str, Any] | None = None,
) -> Forecast:
    """Forecast with coefficients b = B y, whatever the matrix B is.

    With fit H = X B and independent errors of one variance: s_u^2 = e'e / tr((I - H)'(I - H)), and the
    forecast error has covariance s_u^2 (I + X* B B' X*').

    Parameters
    ----------
    y : float64, shape (m,)
    design, design_event : float64, shape (m, K) and (n_days, K)
        Rows of the expected return, intercept included.
    estimator : float64, shape (K, m)
    names : tuple of str
        Names of the K coefficients.
    details : mapping, optional
        More to report.
    """
    m, k = design.shape
    coefficients = estimator @ y
    residuals = y - design @ coefficients
    hat = np.einsum("mk,km->m", design, estimator)
    # tr((I-H)'(I-H)) = m - 2 tr H + tr(H'H), the last by the small K x K products.
    freedom = m - 2 * hat.sum() + float(np.sum((design.T @ design) * (estimator @ estimator.T)))
    variance = float(residuals @ residuals) / freedom
    spread = design_event @ estimator
    return Forecast(
        expected=design_event @ coefficients,
        covariance=variance * (np.eye(design_event.shape[0]) + spread @ spread.T),
        residuals=residuals,
        n_parameters=k,
        details={"coefficients": dict(zip(names, coefficients.tolist(), strict=True)), **(details or {})},
        leverage=hat,
    )
