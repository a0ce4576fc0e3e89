"""The estimates of all rows in one place, whichever model each asset has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.errors import EventStudyError
from eventstudy.estimation import AbnormalReturns
from eventstudy.windows import Window, columns_touched

__all__ = ["Estimates", "WindowSums", "asked_window"]


@dataclass(frozen=True, slots=True)
class WindowSums:
    """Cumulative abnormal returns of one window, n rows.

    Attributes
    ----------
    car, variance : float64, shape (n,)
        Sum of the valid abnormal returns and its exact forecast variance; NaN where coverage is too small.
    actual : float64, shape (n,)
        Sum of the actual returns over the same days.
    selected : bool, shape (n, D)
        The days summed.
    n_days : int64, shape (n,)
        How many.
    """

    car: FloatArray
    variance: FloatArray
    actual: FloatArray
    selected: BoolArray
    n_days: IntArray


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the core gave, rows of all models together.

    Attributes
    ----------
    ar, forecast_scale : float64, shape (n, D)
        Abnormal returns by event day, and C_it.
    sigma, r2 : float64, shape (n,)
    n_estimation, n_parameters : int64, shape (n,)
    coefficients : float64, shape (n, K)
        By ``coefficient_names``; NaN where the row's model has no such coefficient.
    event_window : Window
        Of the D columns: the study's, made longer by the largest ``settle``.
    parts : tuple of (rows, events, AbnormalReturns)
        The core's own results: row ``rows[i]`` here is event ``events[i]`` there; the rows of one follow on
        those of the one before.
    """

    ar: FloatArray
    forecast_scale: FloatArray
    sigma: FloatArray
    r2: FloatArray
    n_estimation: IntArray
    n_parameters: IntArray
    coefficients: FloatArray
    coefficient_names: tuple[str, ...]
    event_window: Window
    estimation_window: Window
    parts: tuple[tuple[IntArray, IntArray, AbnormalReturns], ...]

    @property
    def dof(self) -> IntArray:
        """M_i - K_i, shape (n,)."""
        return self.n_estimation - self.n_parameters

    @property
    def days(self) -> IntArray:
        """Event days of the columns, shape (D,)."""
        return np.arange(self.event_window.start, self.event_window.end + 1)

    def sums(self, window: Window, settle: IntArray, actual: FloatArray, min_coverage: float) -> WindowSums:
        """Cumulate over a window, each row over its own days."""
        start, end = window.bounds(settle)
        selected = np.zeros(self.ar.shape, dtype=bool)
        # Only the columns that any row's window touches are read.
        touched = columns_touched(self.event_window, start, end)
        days, ar = self.days[touched], self.ar[:, touched]
        chosen = (days >= start[:, None]) & (days <= end[:, None]) & ~np.isnan(ar)
        n_days = np.count_nonzero(chosen, axis=1)
        enough = (n_days > 0) & (n_days >= min_coverage * (end - start + 1))
        selected[:, touched] = chosen & enough[:, None]
        car = np.where(enough, np.where(chosen, ar, 0.0).sum(axis=1), np.nan)
        total = np.where(enough, np.where(chosen, actual[:, touched], 0.0).sum(axis=1), np.nan)
        variance = self.car_variance(start, end)
        variance[~enough] = np.nan
        return WindowSums(car, variance, total, selected, n_days)

    def car_variance(self, start: IntArray, end: IntArray) -> FloatArray:
        """Exact forecast variance of each row's cumulative abnormal return, shape (n,).

        Parameters
        ----------
        start, end : int64, shape (n,)
            Each row's window, inclusive offsets from day 0.
        """
        out = np.full(self.sigma.shape, np.nan)
        for rows, events, part in self.parts:
            first, last = np.zeros(len(part), dtype=np.int64), np.zeros(len(part), dtype=np.int64)
            first[events], last[events] = start[rows], end[rows]
            out[rows] = part.car_variance(start=first, end=last)[events]
        return out

    def by_estimation_day(self, name: str, keep: IntArray | slice = slice(None)) -> FloatArray:
        """``residuals`` or ``leverage`` of some rows, in ascending order, shape (n, M); NaN where there is none."""
        kept, start = np.arange(self.sigma.size)[keep], 0
        found: list[FloatArray] = []
        for rows, events, part in self.parts:
            mine = kept[(kept >= start) & (kept < start + rows.size)] - start
            start += rows.size
            if mine.size:
                found.append(getattr(part, name)(events[mine]))
        return found[0] if len(found) == 1 else np.vstack([np.empty((0, self.estimation_window.length)), *found])


def asked_window(asked: tuple[int, int] | None, event_window: Window) -> Window:
    """Give the window a caller asks for: by default day 0, where the study's event window holds it.

    Raises
    ------
    EventStudyError
        Unless it lies inside the event window.
    """
    if asked is None:
        return Window(0, 0) if event_window.covers((0, 0)) else event_window
    window = Window.of(asked)
    if not event_window.covers(window):
        raise EventStudyError(
            f"window {window} does not lie inside the event window {event_window}",
            hint="ask for a window inside it, or run the study with a longer event_window",
        )
    return window
