"""The market model with conditional variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import ModelError, shown
from eventstudy.models.base import Forecast, named_series

__all__ = ["GarchMarketModel"]

PERCENT = 100.0
"""The optimiser works on percent: on decimals the variance's intercept is near its bounds."""


@dataclass(frozen=True, slots=True)
class GarchMarketModel:
    """Market model with GARCH(1,1), GJR or EGARCH errors, standardised by their conditional forecasts.

    Needs the ``arch`` package (``pip install 'market-reaction[garch]'``) and an estimation window that
    ends before the event window.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.
    volatility : {"garch", "gjr", "egarch"}
        Variance equation, of order 1.
    distribution : {"normal", "t"}
        Of the standardised errors.
    simulations : int
        Paths behind EGARCH's forecasts, which have no closed form beyond one session.
    seed : int
        Of those paths.

    Notes
    -----
    R_t = alpha + beta Rm_t + e_t, Var(e_t | past) = h_t, by maximum likelihood. The forecast covariance of
    the abnormal returns is diag(h_t) + X* V X*', with h_t forecast from the last estimation session (days
    between the windows count as steps) and V the robust covariance of (alpha, beta). Valid returns are
    taken as consecutive. An event whose optimiser does not converge gets that as its reason. ``details``
    holds the variance equation's parameters (of returns in percent) and the fitted volatility.

    References
    ----------
    Bollerslev (1986); Glosten, Jagannathan and Runkle (1993); Nelson (1991); for event studies
    Savickas (2003), Event-induced volatility and tests for abnormal performance.

    Examples
    --------
    >>> GarchMarketModel("SPX", volatility="gjr").volatility
    'gjr'
    """

    name: ClassVar[str] = "GARCH market model"
    reference: ClassVar[str] = "Bollerslev 1986; Savickas 2003"
    needs_days: ClassVar[bool] = True
    n_parameters: ClassVar[int] = 2
    n_factors: ClassVar[int] = 1

    benchmark: str | None = None
    volatility: str = "garch"
    distribution: str = "normal"
    simulations: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        named_series(self.benchmark, "GarchMarketModel")
        if not isinstance(self.volatility, str) or self.volatility not in ("garch", "gjr", "egarch"):
            raise ModelError(
                f"GarchMarketModel: volatility={shown(self.volatility)}", hint="expected 'garch', 'gjr' or 'egarch'"
            )
        if not isinstance(self.distribution, str) or self.distribution not in ("normal", "t"):
            raise ModelError(
                f"GarchMarketModel: distribution={shown(self.distribution)}", hint="expected 'normal' or 't'"
            )

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "GarchMarketModel")

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
        last = -1 if sample_days is None else int(sample_days.max())
        days = np.arange(len(x_event)) if event_days is None else event_days
        if days.size and days.min() <= last:
            raise ModelError(
                f"the estimation sample ends on day {last}, after the event window's day {int(days.min())}",
                hint="a conditional variance is forecast forward: let the estimation window end before the event",
                protocol=True,
            )
        fit = self._fit(y, x[:, 0])
        if fit.convergence_flag != 0:
            reason = str(fit.optimization_result.message).strip()
            return Forecast.failed(f"the optimiser did not converge: {reason}", len(x_event), y.size)
        params = fit.params
        mean = params.iloc[:2].to_numpy() / np.array([PERCENT, 1.0])
        steps = (days - last).astype(np.int64)
        h = self._variances(fit, int(steps.max(initial=1)))[steps - 1] / PERCENT**2
        unit = np.array([1.0 / PERCENT, 1.0])
        uncertainty = np.asarray(fit.param_cov.iloc[:2, :2]) * np.outer(unit, unit)
        design = np.column_stack([np.ones(y.size), x[:, 0]])
        event = np.column_stack([np.ones(len(x_event)), x_event[:, 0]])
        return Forecast(
            expected=event @ mean,
            covariance=np.diag(h) + event @ uncertainty @ event.T,
            residuals=y - design @ mean,
            n_parameters=2,
            details={
                "coefficients": {"intercept": float(mean[0]), "beta": float(mean[1])},
                "variance_parameters": {str(name): float(params[name]) for name in params.index[2:]},
                "conditional_volatility": np.asarray(fit.conditional_volatility) / PERCENT,
                "loglikelihood": float(fit.loglikelihood),
            },
        )

    def _fit(self, y: FloatArray, x: FloatArray) -> Any:
        try:
            from arch import univariate
        except ImportError as error:
            raise ModelError(
                "GarchMarketModel needs the arch package",
                hint="pip install 'market-reaction[garch]'",
                protocol=True,
            ) from error
        library: Any = univariate
        model = library.ARX(y * PERCENT, x=(x * PERCENT)[:, None], lags=0, constant=True, rescale=False)
        model.volatility = {
            "garch": lambda: library.GARCH(p=1, o=0, q=1),
            "gjr": lambda: library.GARCH(p=1, o=1, q=1),
            "egarch": lambda: library.EGARCH(p=1, o=1, q=1),
        }[self.volatility]()
        model.distribution = library.Normal() if self.distribution == "normal" else library.StudentsT()
        return model.fit(disp="off", show_warning=False)

    def _variances(self, fit: Any, horizon: int) -> FloatArray:
        """Variance forecasts 1..horizon steps after the sample, percent squared."""
        nothing = np.zeros((1, 1, horizon))  # the mean is forecast outside; only the variance is read
        if self.volatility != "egarch":
            closed: FloatArray = np.asarray(fit.forecast(horizon=horizon, x=nothing).residual_variance)[-1]
            return closed
        generator = np.random.default_rng(self.seed)

        def draw(size: tuple[int, int]) -> FloatArray:
            if self.distribution == "normal":
                return generator.standard_normal(size)
            nu = float(fit.params["nu"])
            drawn: FloatArray = generator.standard_t(nu, size) * np.sqrt((nu - 2.0) / nu)
            return drawn

        found = fit.forecast(horizon=horizon, x=nothing, method="simulation", simulations=self.simulations, rng=draw)
        simulated: FloatArray = np.asarray(found.residual_variance)[-1]
        return simulated

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        kind = {"garch": "GARCH(1,1)", "gjr": "GJR-GARCH(1,1,1)", "egarch": "EGARCH(1,1,1)"}[self.volatility]
        errors = "normal" if self.distribution == "normal" else "Student-t"
        return (
            f"Expected returns follow the market model on {self.benchmark or 'the benchmark'} with {kind} errors "
            f"({errors}); abnormal returns are standardised by their conditional variance forecasts."
        )
