"""Abnormal volatility: does an event make returns more variable than a model says?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, Gaps, IntArray, LinearModel, PerEventModel, SeriesKind
from eventstudy.estimation import AbnormalReturns, abnormal_returns
from eventstudy.models.market_model import MarketModel

__all__ = ["AbnormalVolatility", "VolatilityRatios"]


@dataclass(frozen=True, slots=True)
class VolatilityRatios:
    """Event-window variance over what the model forecast, one row an event.

    Attributes
    ----------
    daily : float64, shape (n, D)
        AR_t^2 / Var(AR_t): 1 on average without an event (Beaver 1968); NaN = none.
    ratio : float64, shape (n,)
        A'V^-1 A / L of the L valid abnormal returns A with forecast covariance V.
    n_days : int64, shape (n,)
        L.
    dof : int64, shape (n,)
        M - K of the estimate behind V.
    p_value : float64, shape (n,)
        Of a ratio as large, F(L, M - K): exact for normal returns of one variance.
    ci_low : float64, shape (n,)
        The one-sided interval of the variance's multiple by the same F is from here upwards: ratio / F's quantile.
    mean_ratio : float
        Over the events with one.
    expected_ratio : float
        Its expectation without an event.
    z, z_p_value : float
        Mean ratio less its expectation, over its standard error sd / sqrt(n), and its one-sided p from
        t(n - 1); NaN with fewer than two events.
    mean_ci_low : float
        The one-sided interval of the mean ratio by the same t is from here upwards.
    """

    daily: FloatArray
    ratio: FloatArray
    n_days: IntArray
    dof: IntArray
    p_value: FloatArray
    ci_low: FloatArray
    mean_ratio: float
    expected_ratio: float
    z: float
    z_p_value: float
    mean_ci_low: float

    @classmethod
    def of(
        cls, daily: FloatArray, ratio: FloatArray, n_days: IntArray, dof: IntArray, level: float = 0.95
    ) -> VolatilityRatios:
        """Test ratios, one by one and their mean; intervals at ``level``."""
        from scipy import stats

        usable = np.flatnonzero(np.isfinite(ratio))
        p_value, low = np.full((2, n_days.size), np.nan)
        p_value[usable] = stats.f.sf(ratio[usable], n_days[usable], dof[usable])
        low[usable] = ratio[usable] / stats.f.ppf(level, n_days[usable], dof[usable])
        mean = expected = z = p = mean_low = float("nan")
        if usable.size:
            mean = float(ratio[usable].mean())
            expected = float(np.mean(dof[usable] / np.maximum(dof[usable] - 2, 1)))
        if usable.size > 1:
            spread = float(ratio[usable].std(ddof=1))
            if spread > 0:
                se = spread / np.sqrt(usable.size)
                z = (mean - expected) / se
                p = float(stats.t.sf(z, usable.size - 1))
                mean_low = mean - float(stats.t.ppf(level, usable.size - 1)) * se
        return cls(daily, ratio, n_days, dof, p_value, low, mean, expected, z, p, mean_low)


@dataclass(frozen=True, slots=True)
class AbnormalVolatility:
    """Ratio of the variance in the event window to its forecast by a model.

    Parameters
    ----------
    model : model
        Of the expected return. A linear one forecasts one variance; `GarchMarketModel` forecasts a
        conditional variance for each day, which gives the GARCH forecast ratio.

    Notes
    -----
    With abnormal returns A of L days and their full forecast covariance V = s^2 (I + X*(X'X)^-1 X*'),
    A'V^-1 A / L is F(L, M - K) for normal returns without an event: Chow's (1960) predictive test. A mean
    effect raises the ratio too. Fat tails alone raise its size at small levels (t(5) returns of one day: 2 %
    at 1 %): compare with placebo dates.

    References
    ----------
    Beaver (1968), The information content of annual earnings announcements; Patell (1976); Chow (1960);
    Savickas (2003) for conditional variance.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> market = rng.normal(0, 0.01, 200)
    >>> returns = market[:, None] + rng.normal(0, 0.01, (200, 1))
    >>> returns[150:155] += 0.05 * rng.standard_normal((5, 1))
    >>> found = AbnormalVolatility().estimate(returns, [[150, 0]], market, (0, 4), (-120, -11))
    >>> bool(found.ratio[0] > 5), bool(found.p_value[0] < 0.001)
    (True, True)
    """

    name: ClassVar[str] = "abnormal volatility"
    reference: ClassVar[str] = "Beaver 1968; Patell 1976; Chow 1960"

    model: LinearModel | PerEventModel = field(default_factory=MarketModel)

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Those of the model."""
        return tuple(self.model.benchmarks)

    @property
    def n_factors(self) -> int | None:
        """How many series the model needs."""
        found: int | None = getattr(self.model, "n_factors", None)
        return found

    @property
    def return_kind(self) -> SeriesKind | None:
        """Kind of returns the model needs."""
        found: SeriesKind | None = getattr(self.model, "return_kind", None)
        return found

    @property
    def estimated(self) -> LinearModel | PerEventModel:
        """The model whose abnormal returns are compared with their forecast variance."""
        return self.model

    def estimate(
        self,
        returns: npt.ArrayLike,
        positions: npt.ArrayLike,
        factors: npt.ArrayLike | None = None,
        event_window: object = (-10, 10),
        estimation_window: object = (-250, -11),
        min_observations: int | None = None,
        *,
        excluded: npt.ArrayLike | None = None,
        spans: npt.ArrayLike | None = None,
        gaps: Gaps = "span",
    ) -> VolatilityRatios:
        """Estimate from arrays, with the arguments of `abnormal_returns`, over the whole event window."""
        found = abnormal_returns(
            returns,
            positions,
            self.model,
            factors,
            event_window,
            estimation_window,
            min_observations,
            excluded=excluded,
            spans=spans,
            gaps=gaps,
        )
        return self.of(found)

    def of(
        self,
        estimates: AbnormalReturns,
        window: tuple[int, int] | None = None,
        *,
        start: IntArray | None = None,
        end: IntArray | None = None,
    ) -> VolatilityRatios:
        """Compute the ratios of abnormal returns that are estimated already, over a window as for their `car`."""
        chosen = estimates.selected(window, start=start, end=end)
        n_days = chosen.sum(axis=1).astype(np.int64)
        daily = np.where(chosen, estimates.sar**2, np.nan)
        ratio = np.full(n_days.size, np.nan)
        usable = np.flatnonzero((n_days > 0) & (estimates.sigma > 0))
        step = max(1, (1 << 20) // chosen.shape[1] ** 2) if chosen.size else 1
        for at in range(0, usable.size, step):
            part = usable[at : at + step]
            total = _quadratic(estimates.ar[part], estimates.forecast_covariance(part), chosen[part])
            ratio[part] = total / n_days[part]
        return VolatilityRatios.of(daily, ratio, n_days, estimates.dof)

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        name = getattr(self.model, "name", type(self.model).__name__)
        return (
            f"Abnormal volatility is A'V^-1 A / L, the abnormal returns of the {name} against their forecast "
            "covariance; it is F(L, M - K) without an event."
        )


def _quadratic(ar: FloatArray, covariance: FloatArray, chosen: BoolArray) -> FloatArray:
    """A'V^-1 A over the chosen days: the others get a variance of their own and no value."""
    diagonal = np.arange(ar.shape[1])
    both = chosen[:, :, None] & chosen[:, None, :]
    held = np.where(both, covariance, 0.0)
    unit = np.nanmax(np.where(both, covariance, np.nan), axis=(1, 2))
    held[:, diagonal, diagonal] += np.where(chosen, 0.0, unit[:, None])
    value = np.where(chosen, ar, 0.0)
    total: FloatArray = np.einsum("md,md->m", value, np.linalg.solve(held, value[:, :, None])[:, :, 0])
    return total
