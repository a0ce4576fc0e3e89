"""Every set of options is one Literal here, every protocol is here; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
DateArray: TypeAlias = npt.NDArray[np.datetime64]

WindowLike: TypeAlias = "tuple[int, int]"  # Window is a NamedTuple of two ints

Direction: TypeAlias = Literal["de-escalation", "escalation", "neither"]
Polarity: TypeAlias = Literal["asserted", "denied"]
Modality: TypeAlias = Literal["happened", "planned", "possible", "conditional", "demanded"]
Tense: TypeAlias = Literal["past", "present", "future"]
Precision: TypeAlias = Literal["instant", "interval", "date"]
MoveDirection: TypeAlias = Literal["up", "down", "unchanged"]
Bound: TypeAlias = Literal["exact", "about", "as much as", "at least", "more than", "less than", "nearly"]
ReturnKind: TypeAlias = Literal["log", "simple"]
DateOnly: TypeAlias = Literal["span", "first", "last"]
Gaps: TypeAlias = Literal["span", "drop", "maynes-rumsey"]
Clock: TypeAlias = Literal["calendar", "asset"]
Timing: TypeAlias = Literal["exact", "date", "ambiguous"]
Alternative: TypeAlias = Literal["two-sided", "greater", "less"]
View: TypeAlias = Literal["event", "event_day", "day"]
ExtractFormat: TypeAlias = Literal["text", "json"]
Verdict: TypeAlias = Literal[
    "consistent", "consistent up to reference time", "contradicted", "not comparable", "no price"
]


@runtime_checkable
class LinearModel(Protocol):
    """A model that names its design columns and rides the batched core.

    The expected return of an event day is the design row times the coefficients. The core builds
    the design from the factors: an intercept (unless the model is ``fixed``), then each factor at
    the offsets in ``lags``.
    """

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Names of the price or factor series that are the regressors, in design order; may be empty."""
        ...

    @property
    def lags(self) -> tuple[int, ...]:
        """Session offsets at which each regressor enters; ``(0,)`` for all but Dimson-type models."""
        ...

    @property
    def fixed(self) -> bool:
        """Whether nothing is estimated: expected return = sum of the regressors (market-adjusted)."""
        ...


@runtime_checkable
class PerEventModel(Protocol):
    """A model called once per event on that event's own estimation sample.

    ``benchmarks`` names the series it wants as regressors; the callable gets arrays and returns
    the expected returns of the event window and their forecast covariance.
    """

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Names of the price or factor series that are the regressors; may be empty."""
        ...

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> EventForecast:
        """Fit on ``y`` (m,), ``x`` (m, k) and predict the rows ``x_event`` (n_days, k)."""
        ...


class EventForecast(Protocol):
    """What a per-event model returns: see `eventstudy.models.base.Forecast` for the concrete class."""

    @property
    def expected(self) -> FloatArray:
        """Expected return of each event-window row, shape (n_days,)."""
        ...

    @property
    def covariance(self) -> FloatArray:
        """Covariance of the abnormal returns' forecast error, shape (n_days, n_days), variance units."""
        ...

    @property
    def residuals(self) -> FloatArray:
        """Estimation-sample residuals, shape (m,)."""
        ...

    @property
    def n_parameters(self) -> int:
        """Number of fitted mean parameters K, so that dof = m - K."""
        ...

    @property
    def details(self) -> Mapping[str, Any]:
        """Named coefficients and diagnostics (convergence, fit)."""
        ...
