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
SeriesKind: TypeAlias = Literal["log", "simple", "level"]  # a level is the quantity itself: a volume
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
    the offsets in ``lags``. A model may also have ``n_offset`` (how many of the last factors are
    subtracted from the return with coefficient one: a risk-free rate), ``n_factors`` (how many it needs
    where none is named), ``return_kind`` (``"log"`` or ``"simple"`` returns, or the ``"level"`` itself, where
    it needs one of them), ``prepare`` (a function of the arrays: volumes to logs), ``name``, ``reference``
    and ``describe()`` for reports.
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
    the expected returns of the event window and their forecast covariance. A model may also have

    - ``lags``: session offsets at which each regressor enters (columns factor by factor);
    - ``needs_days = True``: ``predict`` is then given ``sample_days=`` and ``event_days=``, the
      sessions of its rows relative to day 0;
    - ``n_parameters``: K, from which the fewest estimation returns follow (else regressors + 1);
    - ``name``, ``reference`` and ``describe()`` for reports.

    What it cannot do for one event it says by `Forecast.failed`, or by a ValueError: that event is
    then dropped with this reason.

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.estimation import abnormal_returns
    >>> from eventstudy.models import Forecast
    >>> class MedianAdjusted:
    ...     benchmarks = ()
    ...
    ...     def predict(self, y, x, x_event):
    ...         residuals = y - np.median(y)
    ...         variance = residuals @ residuals / (y.size - 1)
    ...         covariance = variance * (np.eye(len(x_event)) + np.pi / 2 / y.size)
    ...         return Forecast(np.full(len(x_event), np.median(y)), covariance, residuals, n_parameters=1)
    >>> returns = np.random.default_rng(0).normal(0, 0.01, (200, 1))
    >>> abnormal_returns(returns, [[150, 0]], MedianAdjusted(), None, (0, 1), (-120, -11)).ar.shape
    (1, 2)
    """

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Names of the price or factor series that are the regressors; may be empty."""
        ...

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> EventForecast:
        """Fit on one event's estimation sample and predict its event window.

        Parameters
        ----------
        y : float64, shape (m,)
            Returns of the estimation sample, decimals.
        x : float64, shape (m, k)
            Its regressors.
        x_event : float64, shape (n_days, k)
            Regressors of the event window.

        Returns
        -------
        EventForecast
            Expected returns and the covariance of their forecast error.
        """
        ...


@runtime_checkable
class Measure(Protocol):
    """A measure of the abnormal part that another model leaves: of volume, of volatility."""

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Names of the series that the model wants."""
        ...

    @property
    def estimated(self) -> LinearModel | PerEventModel:
        """The model that is estimated."""
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
