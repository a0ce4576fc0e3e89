"""What every test reads: a study's abnormal returns as arrays."""

from __future__ import annotations

from dataclasses import dataclass

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.windows import Window

__all__ = ["Sample"]


@dataclass(frozen=True, slots=True)
class Sample:
    """n events on D event days and M estimation days; a test never sees a date or a name.

    Attributes
    ----------
    ar : float64, shape (n, D)
        Abnormal returns of the event window, NaN = none. Column d is day ``event_window.start + d``.
    sigma : float64, shape (n,)
        Residual standard deviation s_i, sqrt(e'e / (M_i - K_i)).
    n_estimation, n_parameters : int64, shape (n,)
        M_i valid estimation returns and K_i regressors, so that dof = M_i - K_i.
    forecast_scale : float64, shape (n, D)
        C_it = 1 + x_t'(X'X)^-1 x_t.
    residuals : float64, shape (n, M)
        Estimation residuals by column of the estimation window, NaN = none.
    leverage : float64, shape (n, M)
        h_it = x_t'(X'X)^-1 x_t of each estimation day, NaN = none.
    sessions : int64, shape (n, D)
        Calendar identity of each event day (days or nanoseconds since 1970): two events share a day
        when the numbers are equal. The smallest int64 marks a day outside the data.
    estimation_sessions : int64, shape (n, M)
        The same for the estimation days.
    asset : int64, shape (n,)
        Asset code.
    settle : int64, shape (n,)
        Sessions from day 0 to the settled day: a window (a, b) with b >= 0 ends at b + settle, one
        with a > 0 starts at a + settle (days before count from day 0, days after from the settled day).
    car, car_variance : float64, shape (n,)
        Sum of the valid abnormal returns of the window at hand and its exact forecast variance; NaN
        where the window's coverage is too small.
    selected : bool, shape (n, D)
        The valid days that make up ``car``.
    weights : float64, shape (n,), or None
        Event weights; None weighs equally.
    event_window, estimation_window, window : Window
        The study's windows, and the window at hand.
    """

    ar: FloatArray
    sigma: FloatArray
    n_estimation: IntArray
    n_parameters: IntArray
    forecast_scale: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    sessions: IntArray
    estimation_sessions: IntArray
    asset: IntArray
    settle: IntArray
    car: FloatArray
    car_variance: FloatArray
    selected: BoolArray
    weights: FloatArray | None
    event_window: Window
    estimation_window: Window
    window: Window
