"""Market models for assets that trade less often than their benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.errors import ModelError
from eventstudy.models.base import Forecast, named_series
from eventstudy.models.linear_estimator import forecast_linear

__all__ = ["Dimson", "ScholesWilliams"]


def _autocorrelations(x: FloatArray, n: int) -> FloatArray:
    """Autocorrelations 1..n of the benchmark from its columns at the lags -n..n, on the same rows.

    The pairs (x_t, x_{t-i}) are the columns at lags 0 and -i, so that gaps in the sample do no harm.
    """
    centred = x - x.mean(axis=0)
    spread = np.sqrt(np.einsum("mj,mj->j", centred, centred))
    return np.array([centred[:, n] @ centred[:, n - i] / (spread[n] * spread[n - i]) for i in range(1, n + 1)])


def _with_alpha(beta: FloatArray, x: FloatArray) -> FloatArray:
    """Estimator matrix (2, m) of alpha = mean(y) - beta mean(x) and of beta, from beta's row (m,)."""
    return np.stack([1.0 / beta.size - x.mean() * beta, beta])


def _rows(x: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(x.shape[0]), x])


@dataclass(frozen=True, slots=True)
class ScholesWilliams:
    """Market model with the Scholes-Williams beta, consistent where prices are last trades of the day.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.

    Notes
    -----
    beta = (b- + b0 + b+) / (1 + 2 rho), where b-, b0, b+ are the slopes of simple regressions of R_t on
    Rm_{t-1}, Rm_t and Rm_{t+1}, and rho is the benchmark's first autocorrelation; alpha = mean(R) - beta
    mean(Rm). All are taken over the days on which the three market returns are known. The estimator is
    linear in the returns, which gives its forecast variance.

    References
    ----------
    Scholes and Williams (1977), Estimating betas from nonsynchronous data.

    Examples
    --------
    >>> ScholesWilliams("SPX").lags
    (-1, 0, 1)
    """

    name: ClassVar[str] = "Scholes-Williams market model"
    reference: ClassVar[str] = "Scholes, Williams 1977"
    lags: ClassVar[tuple[int, ...]] = (-1, 0, 1)
    n_parameters: ClassVar[int] = 2
    n_factors: ClassVar[int] = 1

    benchmark: str | None = None

    def __post_init__(self) -> None:
        named_series(self.benchmark, "ScholesWilliams")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "ScholesWilliams")

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> Forecast:
        """Fit on ``y`` (m,) and the benchmark at lags -1, 0, 1 ``x`` (m, 3); predict ``x_event`` (n_days, 3)."""
        centred = x - x.mean(axis=0)
        squares = np.einsum("mj,mj->j", centred, centred)
        if not (squares > 0).all():
            return Forecast.failed("the benchmark does not vary over the estimation window", len(x_event), y.size)
        rho = float(_autocorrelations(x, 1)[0])
        beta = (centred / squares).sum(axis=1) / (1.0 + 2.0 * rho)
        estimator = _with_alpha(beta, x[:, 1])
        return forecast_linear(
            y, _rows(x[:, 1]), _rows(x_event[:, 1]), estimator, ("intercept", "beta"), {"autocorrelation": rho}
        )

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        return (
            f"Expected returns follow the market model on {self.benchmark or 'the benchmark'} with the "
            "Scholes-Williams beta for nonsynchronous trading: beta = (b- + b0 + b+) / (1 + 2 rho)."
        )


@dataclass(frozen=True, slots=True)
class Dimson:
    """Market model with Dimson's beta: the sum of the slopes on leading and lagging market returns.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.
    n : int
        Leads and lags, each.
    weights : {"fowler-rorke", "none"}
        Weights of the slopes; Dimson's own sum (``"none"``) is inconsistent where the benchmark is
        autocorrelated.

    Notes
    -----
    R_t on Rm_{t-n} .. Rm_{t+n} in one regression gives b_{-n} .. b_n; beta = sum_j w_j b_j with
    w_j = sum_k rho_|j-k| / (1 + 2 sum_i rho_i), k from -n to n, rho_0 = 1 and rho_i = 0 beyond n (for
    n = 1: w_1 = (1 + rho_1) / (1 + 2 rho_1)); alpha = mean(R) - beta mean(Rm).

    References
    ----------
    Dimson (1979), Risk measurement when shares are subject to infrequent trading.
    Fowler and Rorke (1983), Risk measurement when shares are subject to infrequent trading: comment.

    Examples
    --------
    >>> Dimson("SPX", n=2).lags
    (-2, -1, 0, 1, 2)
    """

    name: ClassVar[str] = "Dimson market model"
    reference: ClassVar[str] = "Dimson 1979; Fowler, Rorke 1983"
    n_factors: ClassVar[int] = 1

    benchmark: str | None = None
    n: int = 1
    weights: str = "fowler-rorke"

    def __post_init__(self) -> None:
        named_series(self.benchmark, "Dimson")
        if isinstance(self.n, bool) or not isinstance(self.n, int) or not 1 <= self.n <= 10:
            raise ModelError(f"Dimson: n={self.n!r} is not a number of leads and lags", hint="1 to 10; 1 is usual")
        if self.weights not in ("fowler-rorke", "none"):
            raise ModelError(f"Dimson: weights={self.weights!r}", hint="expected 'fowler-rorke' or 'none'")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "Dimson")

    @property
    def lags(self) -> tuple[int, ...]:
        """Session offsets at which the benchmark enters."""
        return tuple(range(-self.n, self.n + 1))

    @property
    def n_parameters(self) -> int:
        """Intercept and all slopes: what the sample must carry."""
        return 2 * self.n + 2

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> Forecast:
        """Fit on ``y`` (m,) and the benchmark at all lags ``x`` (m, 2n + 1); predict the rows ``x_event``."""
        n = self.n
        centred = x - x.mean(axis=0)
        if np.linalg.matrix_rank(centred) < 2 * n + 1:
            return Forecast.failed("leads and lags of the benchmark are linearly dependent", len(x_event), y.size)
        slopes = np.linalg.pinv(centred)
        rho = _autocorrelations(x, n)
        weights = np.ones(2 * n + 1)
        if self.weights == "fowler-rorke":
            known = np.concatenate([[1.0], rho, np.zeros(n)])
            lag = np.abs(np.subtract.outer(np.arange(-n, n + 1), np.arange(-n, n + 1)))
            weights = known[lag].sum(axis=1) / (1.0 + 2.0 * rho.sum())
        estimator = _with_alpha(weights @ slopes, x[:, n])
        details = {
            "slopes": dict(zip(self.lags, (slopes @ y).tolist(), strict=True)),
            "weights": dict(zip(self.lags, weights.tolist(), strict=True)),
        }
        return forecast_linear(y, _rows(x[:, n]), _rows(x_event[:, n]), estimator, ("intercept", "beta"), details)

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        weighted = ", with Fowler-Rorke weights" if self.weights == "fowler-rorke" else ""
        return (
            f"Expected returns follow the market model on {self.benchmark or 'the benchmark'} with Dimson's beta over "
            f"{self.n} lead{'s' if self.n > 1 else ''} and lag{'s' if self.n > 1 else ''}{weighted}: "
            "beta = sum_j w_j b_j."
        )
