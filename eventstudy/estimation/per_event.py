"""Models that are called once per event: the loop, its failures with reasons, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from eventstudy._progress import track
from eventstudy._types import BoolArray, EventForecast, FloatArray, IntArray, PerEventModel
from eventstudy.errors import EventStudyError, ModelError
from eventstudy.estimation.arrays import Inputs, Plan
from eventstudy.estimation.results import AbnormalReturns
from eventstudy.estimation.solve import mark_empty
from eventstudy.estimation.status import Status

__all__ = ["EventFits", "fit_each"]


@dataclass(frozen=True, slots=True)
class EventFits:
    """Forecast covariances and residuals of every event, as the models gave them.

    ``matrices`` (n, D, D) in units of s_i^2, ``residual`` and ``hat`` (n, M); NaN = none.
    """

    matrices: FloatArray
    residual: FloatArray
    hat: FloatArray

    def scale(self, day_columns: slice) -> FloatArray:
        """C_it of the given event-day columns, shape (n, d)."""
        return np.diagonal(self.matrices, axis1=1, axis2=2)[:, day_columns].copy()

    def sum_scale(self, selected: BoolArray, first: int) -> FloatArray:
        """Sum of the covariances of the selected days, shape (n,)."""
        part = slice(first, first + selected.shape[1])
        both = selected[:, :, None] & selected[:, None, :]
        total: FloatArray = np.where(both, self.matrices[:, part, part], 0.0).sum(axis=(1, 2))
        return total

    def covariance(self, events: IntArray) -> FloatArray:
        """Forecast covariances of the given events, shape (m, D, D)."""
        return self.matrices[events]

    def residuals(self, events: IntArray) -> FloatArray:
        """Estimation residuals of the given events, shape (m, M)."""
        return self.residual[events]

    def leverage(self, events: IntArray) -> FloatArray:
        """Leverage of the estimation days of the given events, shape (m, M)."""
        return self.hat[events]


def fit_each(
    inputs: Inputs,
    model: PerEventModel,
    plan: Plan,
    needed: IntArray,
    reachable: BoolArray,
    progress: bool | None,
) -> AbnormalReturns:
    """Call the model on each event's own estimation sample.

    The model gets the valid estimation rows and the event rows whose regressors are known. What it
    cannot do is that event's reason; what is wrong with the model itself is raised.
    """
    n, days, sample = inputs.positions.shape[0], plan.days, plan.sample
    width = sample.length
    name = str(getattr(model, "name", type(model).__name__))
    ar = np.full((n, days.length), np.nan)
    sigma, r2 = np.full(n, np.nan), np.full(n, np.nan)
    count, k = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    status = np.full(n, Status.OUTSIDE, dtype=np.int8)
    kept = EventFits(
        np.full((n, days.length, days.length), np.nan), np.full((n, width), np.nan), np.full((n, width), np.nan)
    )
    details: list[dict[str, object]] = [{} for _ in range(n)]
    why: dict[int, str] = {}
    offsets = np.arange(sample.start, sample.end + 1)
    event_days = np.arange(days.start, days.end + 1)
    for i in track(range(n), total=n, label=name, progress=progress):
        if not reachable[i]:
            continue
        one = np.array([i])
        cut, event = inputs.cut(one, sample), inputs.cut(one, days)
        use = (cut.use & plan.in_sample(one, offsets))[0]
        count[i] = use.sum()
        if count[i] < needed[i]:
            status[i] = Status.TOO_FEW
            continue
        known = np.isfinite(event.x[:, 0]).all(axis=0)
        y = cut.y[0, use]
        try:
            with np.errstate(all="ignore"):  # what is not finite becomes the event's reason
                found = _call(model, y, cut.x[:, 0, use].T, event.x[:, 0, known].T, offsets[use], event_days[known])
            problem = _problem(found, name, int(known.sum()), y.size)
        except (EventStudyError, np.linalg.LinAlgError, ValueError, ArithmeticError, RuntimeError) as error:
            if isinstance(error, ModelError) and error.facts.get("protocol"):
                raise
            problem, found = f"{name}: {error}", None
        if found is not None:
            details[i] = dict(found.details)
        if problem or found is None:
            status[i] = Status.MODEL_FAILED
            why[i] = problem
            continue
        k[i] = found.n_parameters
        residual = np.asarray(found.residuals, dtype=np.float64)
        ssr = float(residual @ residual)
        sigma[i] = np.sqrt(ssr / (count[i] - k[i]))
        spread = float(((y - y.mean()) ** 2).sum())
        r2[i] = float(details[i].get("r2", 1.0 - ssr / spread if spread > 0 else np.nan))  # type: ignore[arg-type]
        ar[i, known] = event.y[0, known] - found.expected
        kept.residual[i, use] = residual
        hat = getattr(found, "leverage", None)
        kept.hat[i, use] = k[i] / count[i] if hat is None else hat
        status[i] = Status.OK if sigma[i] > 0 else Status.NO_VARIANCE
        # Without residual variance the units are arbitrary: s^2 C is zero all the same.
        unit = found.covariance / sigma[i] ** 2 if sigma[i] > 0 else np.eye(int(known.sum()))
        kept.matrices[i][np.ix_(known, known)] = unit
    mark_empty(ar, status)
    names = _coefficient_names(details)
    return AbnormalReturns(
        ar=ar,
        sigma=sigma,
        coefficients=_coefficients(details, names),
        coefficient_names=names,
        r2=r2,
        n_estimation=count,
        n_parameters=k,
        status=status,
        needed=needed,
        inputs=inputs,
        plan=plan,
        fit=kept,
        why=why,
        details=tuple(details),
    )


def _call(
    model: PerEventModel, y: FloatArray, x: FloatArray, x_event: FloatArray, sample: IntArray, days: IntArray
) -> EventForecast:
    """Call the model; one with ``needs_days`` is told which sessions the rows are."""
    if getattr(model, "needs_days", False):
        told: Any = model
        found: EventForecast = told.predict(y, x, x_event, sample_days=sample, event_days=days)
        return found
    return model.predict(y, x, x_event)


def _problem(found: EventForecast, name: str, n_days: int, m: int) -> str:
    """Say why a forecast cannot be used; raise where its shapes show a mistake in the model."""
    failed = found.details.get("failed")
    if failed:
        return f"{name}: {failed}"
    shapes = {
        "expected": (np.shape(found.expected), (n_days,)),
        "covariance": (np.shape(found.covariance), (n_days, n_days)),
        "residuals": (np.shape(found.residuals), (m,)),
    }
    for part, (got, wanted) in shapes.items():
        if got != wanted:
            raise ModelError(f"{name}: {part} of the forecast has shape {got}, expected {wanted}", protocol=True)
    if not np.isfinite(found.expected).all() or not np.isfinite(found.covariance).all():
        return f"{name}: the forecast is not finite"
    if not np.isfinite(found.residuals).all():
        return f"{name}: the residuals are not finite"
    if m <= found.n_parameters:
        return f"{name}: {m} valid estimation returns for {found.n_parameters} parameters"
    return ""


def _named(detail: Mapping[str, object]) -> Mapping[str, float]:
    held = detail.get("coefficients", {})
    return held if isinstance(held, Mapping) else {}


def _coefficient_names(details: list[dict[str, object]]) -> tuple[str, ...]:
    """Names in the order in which the events first show them."""
    return tuple(dict.fromkeys(name for detail in details for name in _named(detail)))


def _coefficients(details: list[dict[str, object]], names: tuple[str, ...]) -> FloatArray:
    out = np.full((len(details), len(names)), np.nan)
    for i, detail in enumerate(details):
        for name, value in _named(detail).items():
            out[i, names.index(name)] = value
    return out
