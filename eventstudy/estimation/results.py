"""What the array core returns: one row per event, and what is computed from it on request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from eventstudy._arguments import as_rows, check_numbers
from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.errors import SpecError, shown
from eventstudy.estimation.arrays import Inputs, Plan
from eventstudy.estimation.status import Status
from eventstudy.windows import Window, columns_touched

__all__ = ["AbnormalReturns", "Fit"]


class Fit(Protocol):
    """How a kind of model computes what is not kept: in units of s_i^2 where it says scale."""

    def scale(self, day_columns: slice) -> FloatArray:
        """C_it of the given event-day columns, shape (n, d)."""
        ...

    def sum_scale(self, selected: BoolArray, first: int) -> FloatArray:
        """g'(I + X*(X'X)^-1 X*')g for the selected days (n, d), the first of them column ``first``; shape (n,)."""
        ...

    def covariance(self, events: IntArray) -> FloatArray:
        """I + X*(X'X)^-1 X*' over all event days, shape (m, D, D)."""
        ...

    def residuals(self, events: IntArray) -> FloatArray:
        """Estimation residuals, shape (m, M), NaN = none."""
        ...

    def leverage(self, events: IntArray) -> FloatArray:
        """Leverage of each estimation day, shape (m, M), NaN = none."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AbnormalReturns:
    """Abnormal returns of n events over D event days, one row per event asked for, in that order.

    Arrays only; an event without an estimate keeps its row of NaN, a `Status` and a `reason`.

    Attributes
    ----------
    ar : float64, shape (n, D)
        Abnormal returns, decimals a session; column d is day ``event_window.start + d``; NaN = none.
    sigma : float64, shape (n,)
        Residual standard deviation s_i = sqrt(e'e / (M_i - K)).
    coefficients : float64, shape (n, K)
        Intercept first; a model that estimates nothing (market-adjusted) has one column of NaN.
    coefficient_names : tuple of str
    r2 : float64, shape (n,)
        Share of the estimation variance explained; NaN where nothing is estimated.
    n_estimation : int64, shape (n,)
        M_i valid estimation returns.
    n_parameters : int64, shape (n,)
        K regressors, intercept included (1 for market-adjusted returns, whose mean is estimated for s).
    status : int8, shape (n,)
        See `Status`.
    needed : int64, shape (n,)
        Fewest valid estimation returns that would have done.
    inputs : Inputs
        The arrays this was estimated from, by reference.
    plan : Plan
        The windows.
    fit : Fit
        Computes what is not kept.
    why : dict
        Reasons that a status alone does not say, by event.
    details : tuple of dict
        What a per-event model reported of each event; empty for linear models.
    """

    ar: FloatArray
    sigma: FloatArray
    coefficients: FloatArray
    coefficient_names: tuple[str, ...]
    r2: FloatArray
    n_estimation: IntArray
    n_parameters: IntArray
    status: npt.NDArray[np.int8]
    needed: IntArray
    inputs: Inputs
    plan: Plan
    fit: Fit
    why: dict[int, str]
    details: tuple[dict[str, object], ...] = ()
    _kept: dict[str, FloatArray] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of events asked for."""
        return int(self.ar.shape[0])

    def __repr__(self) -> str:
        """Say how many events, how many of them have an estimate, and over which windows."""
        return (
            f"<AbnormalReturns: {int(self.used.sum())} of {len(self)} events, days {self.event_window}, "
            f"estimated over {self.estimation_window} on {', '.join(self.coefficient_names)}>"
        )

    @property
    def event_window(self) -> Window:
        """Days of the columns of ``ar``; with windows per event, the smallest window that holds them all."""
        return self.plan.days

    @property
    def estimation_window(self) -> Window:
        """Days of the columns of `residuals`; with windows per event, the smallest that holds them all."""
        return self.plan.sample

    @property
    def days(self) -> IntArray:
        """Event days, shape (D,)."""
        return np.arange(self.event_window.start, self.event_window.end + 1)

    @property
    def used(self) -> BoolArray:
        """Which events have abnormal returns, shape (n,)."""
        return self.status <= Status.NO_VARIANCE

    @property
    def dof(self) -> IntArray:
        """Degrees of freedom M_i - K of each event, shape (n,)."""
        return self.n_estimation - self.n_parameters

    @property
    def forecast_scale(self) -> FloatArray:
        """C_it = 1 + x_t'(X'X)^-1 x_t, shape (n, D): Var(AR_it) = s_i^2 C_it; NaN where ``ar`` is."""
        if "scale" not in self._kept:
            scale = self.fit.scale(slice(0, self.ar.shape[1]))
            scale[np.isnan(self.ar)] = np.nan
            self._kept["scale"] = scale
        return self._kept["scale"]

    @property
    def sar(self) -> FloatArray:
        """Standardised abnormal returns AR / (s sqrt(C)), shape (n, D); NaN where s is zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            sar = self.ar / (self.sigma[:, None] * np.sqrt(self.forecast_scale))
        sar[self.sigma == 0.0] = np.nan
        return sar

    def expected(self) -> FloatArray:
        """Expected returns of the event window, shape (n, D): the return less its abnormal part."""
        out = np.empty_like(self.ar)
        rows = self.inputs.positions[:, 0][:, None] + self.days
        inside = (rows >= 0) & (rows < self.inputs.returns.shape[0])
        out = self.inputs.returns[np.where(inside, rows, 0), self.inputs.positions[:, 1][:, None]] - self.ar
        out[~inside] = np.nan
        return out

    def selected(
        self, window: tuple[int, int] | None = None, *, start: IntArray | None = None, end: IntArray | None = None
    ) -> BoolArray:
        """Which valid days make up a window, shape (n, D); see `car` for the arguments."""
        first, last = self._bounds(window, start, end)
        days = self.days
        inside = (days >= np.reshape(first, (-1, 1))) & (days <= np.reshape(last, (-1, 1)))
        return inside & ~np.isnan(self.ar)

    def car(
        self,
        window: tuple[int, int] | None = None,
        *,
        start: IntArray | None = None,
        end: IntArray | None = None,
        min_coverage: float = 0.0,
    ) -> FloatArray:
        """Cumulative abnormal return: sum of the window's valid days, shape (n,).

        Parameters
        ----------
        window : (int, int), optional
            Inclusive days, inside the event window; the whole event window where nothing is given.
        start, end : int64, shape (n,), optional
            A window for each event instead. Days of it beyond the event window count as missing.
        min_coverage : float
            NaN where fewer than this share of the window's days are valid. NaN too where none is.

        Raises
        ------
        SpecError
            If the window is not inside the event window, or only one of ``start`` and ``end`` is given.
        """
        first, last = self._bounds(window, start, end)
        chosen, at = self._cut(first, last)
        part = self.ar[:, at : at + chosen.shape[1]]
        total: FloatArray = np.where(chosen, part, 0.0).sum(axis=1)
        total[~self._covered(chosen, first, last, min_coverage)] = np.nan
        return total

    def car_variance(
        self,
        window: tuple[int, int] | None = None,
        *,
        start: IntArray | None = None,
        end: IntArray | None = None,
        min_coverage: float = 0.0,
    ) -> FloatArray:
        """Forecast variance of `car`, shape (n,): s^2 g'(I + X*(X'X)^-1 X*')g, covariances included."""
        first, last = self._bounds(window, start, end)
        chosen, at = self._cut(first, last)
        variance = self.sigma**2 * self.fit.sum_scale(chosen, at)
        variance[~self._covered(chosen, first, last, min_coverage)] = np.nan
        return variance

    def scar(
        self,
        window: tuple[int, int] | None = None,
        *,
        start: IntArray | None = None,
        end: IntArray | None = None,
        min_coverage: float = 0.0,
    ) -> FloatArray:
        """Standardised `car`: over its forecast standard error, shape (n,); NaN where that is zero."""
        car = self.car(window, start=start, end=end, min_coverage=min_coverage)
        variance = self.car_variance(window, start=start, end=end, min_coverage=min_coverage)
        with np.errstate(divide="ignore", invalid="ignore"):
            scar: FloatArray = np.where(variance > 0.0, car / np.sqrt(variance), np.nan)
        return scar

    def forecast_covariance(self, events: IntArray | None = None) -> FloatArray:
        """Covariance of the abnormal returns' forecast errors, shape (n, D, D); NaN where there is none.

        ``events`` (m,) asks for some events only.
        """
        held = self._rows(events)
        covariance: FloatArray = self.sigma[held, None, None] ** 2 * self.fit.covariance(held)
        return covariance

    def residuals(self, events: IntArray | None = None) -> FloatArray:
        """Estimation residuals, shape (n, M): column m is day ``estimation_window.start + m``, NaN = none.

        Market-adjusted residuals are the market-adjusted returns themselves, not demeaned. With scaled
        gaps they are divided by the square root of the span, so that all have variance s^2.
        ``events`` (m,) asks for some events only.
        """
        return self.fit.residuals(self._rows(events))

    def leverage(self, events: IntArray | None = None) -> FloatArray:
        """Leverage h_it = x_t'(X'X)^-1 x_t of the estimation days, shape (n, M), NaN = none."""
        return self.fit.leverage(self._rows(events))

    def _rows(self, events: IntArray | None) -> IntArray:
        return np.arange(len(self)) if events is None else as_rows(events, len(self), "events")

    def reason(self, event: int) -> str:
        """Say in words why an event has no estimate, or no standard error; empty where all is well."""
        event = int(as_rows([event], len(self), "event")[0])
        status = Status(int(self.status[event]))
        if status is Status.OK:
            return ""
        if event in self.why:
            return self.why[event]
        found, needed = int(self.n_estimation[event]), int(self.needed[event])
        if status is Status.TOO_FEW:
            plural = "" if found == 1 else "s"
            return f"{found} valid estimation return{plural}, {needed} needed{self._lacking(event)}{self._reach(event)}"
        if status is Status.OUTSIDE:
            return f"window does not fit the data: {self._reach(event).lstrip(': ')}"
        return {
            Status.NO_VARIANCE: "no residual variance over the estimation window: no standard error",
            Status.NO_EVENT_RETURN: "no valid return in the event window" + self._reach(event),
            Status.INFINITE: "an infinite return or factor in the estimation or event window",
            Status.RANK_DEFICIENT: "rank-deficient: the factors are linearly dependent over the estimation window",
            Status.MODEL_FAILED: "the model gave no usable forecast",
        }[status]

    def _lacking(self, event: int) -> str:
        """Say how many returns do not count because a factor is missing, or because they are excluded."""
        one = np.array([event])
        offsets = np.arange(self.plan.sample.start, self.plan.sample.end + 1)
        cut = self.inputs.cut(one, self.plan.sample)
        priced = np.isfinite(cut.y) & self.plan.in_sample(one, offsets)
        known = priced & np.isfinite(cut.x).all(axis=0)
        causes = {"lack a factor": int((priced & ~known).sum()), "are excluded": int((known & ~cut.use).sum())}
        said = [f"{count} more {cause}" for cause, count in causes.items() if count]
        return f" ({', '.join(said)})" if said else ""

    def _reach(self, event: int) -> str:
        """Which sessions the windows need and the data have, where they do not fit."""
        days, sample = self.plan.of(event)
        row = int(self.inputs.positions[event, 0])
        first, last = -row, self.inputs.returns.shape[0] - 1 - row
        low, high = min(days.start, sample.start), max(days.end, sample.end)
        if first <= low and high <= last:
            return ""
        return f": needs sessions {low}..{high}, has {first}..{last}"

    def _bounds(
        self, window: tuple[int, int] | None, start: IntArray | None, end: IntArray | None
    ) -> tuple[IntArray, IntArray]:
        if (start is None) != (end is None) or (window is not None and start is not None):
            raise SpecError("a window is either one pair or both start= and end=", hint="give window=(a, b) or both")
        if start is not None and end is not None:
            first, last = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
            if first.shape != (len(self),) or last.shape != (len(self),):
                raise SpecError(f"start= and end= must have shape ({len(self)},), one day per event")
            if (first > last).any():
                raise SpecError(f"the window of event {int(np.flatnonzero(first > last)[0])} starts after it ends")
            return first, last
        held = self.event_window if window is None else Window.of(window)
        if not self.event_window.covers(held):
            raise SpecError(
                f"window {held} is not inside the event window {self.event_window}",
                hint="widen event_window or ask for fewer days",
            )
        return np.array([held.start]), np.array([held.end])

    def _cut(self, first: IntArray, last: IntArray) -> tuple[BoolArray, int]:
        """Valid days of the windows over the columns that any of them touches, and the first such column."""
        touched = columns_touched(self.event_window, first, last)
        days = self.days[touched]
        inside = (days >= first[:, None]) & (days <= last[:, None])
        return inside & ~np.isnan(self.ar[:, touched]), touched.start

    def _covered(self, chosen: BoolArray, first: IntArray, last: IntArray, share: float) -> BoolArray:
        check_numbers(min_coverage=share)
        if not 0.0 <= share <= 1.0:
            raise SpecError(f"min_coverage={shown(share)} is not between 0 and 1", hint="expected a share, such as 0.5")
        valid = chosen.sum(axis=1)
        covered: BoolArray = (valid > 0) & (valid >= share * (last - first + 1))
        return covered
