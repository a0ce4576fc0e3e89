"""What all models share: the concrete forecast, and the words a methods paragraph needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from eventstudy._types import FloatArray, SeriesKind
from eventstudy.errors import ModelError, shown

__all__ = ["Forecast", "LinearSpec", "named_series"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a per-event model predicts for one event.

    Parameters
    ----------
    expected : float64, shape (n_days,)
        Expected return of each event-window row.
    covariance : float64, shape (n_days, n_days)
        Covariance of the forecast error, decimals squared.
    residuals : float64, shape (m,)
        Estimation residuals.
    n_parameters : int
        Fitted mean parameters K.
    details : mapping
        Named coefficients and diagnostics. A true ``"failed"`` entry drops the event, with that text
        as its reason.
    leverage : float64, shape (m,), optional
        Leverage of each estimation row; K / m for all where the model has none.
    """

    expected: FloatArray
    covariance: FloatArray
    residuals: FloatArray
    n_parameters: int
    details: Mapping[str, Any] = field(default_factory=dict)
    leverage: FloatArray | None = None

    @classmethod
    def failed(cls, reason: str, n_days: int, m: int) -> Forecast:
        """Say that no forecast was possible, and why."""
        nothing = np.full(n_days, np.nan)
        return cls(nothing, np.full((n_days, n_days), np.nan), np.full(m, np.nan), 1, {"failed": reason})


class LinearSpec:
    """Base of the built-in linear models; a model of your own needs only the three protocol names."""

    __slots__ = ()

    name: ClassVar[str]
    reference: ClassVar[str]

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Names of the series that are the regressors, in design order."""
        return ()

    @property
    def lags(self) -> tuple[int, ...]:
        """Session offsets at which each regressor enters."""
        return (0,)

    @property
    def fixed(self) -> bool:
        """Whether nothing is estimated."""
        return False

    @property
    def n_offset(self) -> int:
        """How many of the last series are subtracted from the return with coefficient one."""
        return 0

    @property
    def n_factors(self) -> int | None:
        """How many series the model needs where they are not named; None = any number."""
        return len(self.benchmarks)

    @property
    def return_kind(self) -> SeriesKind | None:
        """Kind of returns the model needs, or ``"level"``: the quantity itself; None = any returns."""
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the coefficients, intercept first."""
        if self.fixed:
            return ("intercept",)
        names = self.benchmarks[: len(self.benchmarks) - self.n_offset]
        return ("intercept", *(n if self.lags == (0,) else f"{n}[{lag:+d}]" for n in names for lag in self.lags))


def named_series(name: object, model: str) -> tuple[str, ...]:
    """Check a benchmark's name; an omitted one (None) means that arrays will be given."""
    if name is None:
        return ()
    if not isinstance(name, str) or not name.strip():
        raise ModelError(
            f"{model}: benchmark={shown(name)} is not a name", hint='give the series\' name, such as "SPX"'
        )
    return (name,)
