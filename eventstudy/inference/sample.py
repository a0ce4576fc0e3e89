"""What every test reads: a study's abnormal returns as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from eventstudy._arguments import as_rows
from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError
from eventstudy.windows import Window

__all__ = ["NO_SESSION", "SIGMA_FLOOR", "Sample", "make_sample", "window_mask", "without_rounding"]

NO_SESSION = np.iinfo(np.int64).min
"""Marks a day outside the data in `Sample.sessions`."""

SIGMA_FLOOR = 1e-12
"""A residual standard deviation below this (decimals a session) is rounding, not variation."""


WEIGHT_RANGE = 1e-9
"""Smallest weight beside the largest; below it sums of squared weights are rounding."""

WEIGHT_SCALE = 1e60
"""A weight beyond this, or below its inverse, overflows when cubed and summed up."""


@dataclass(frozen=True)
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
    give_leverage : callable
        Gives `leverage`, which few tests read and which costs as much as the residuals.
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
    realised, expected : float64, shape (n, D), or None
        Simple returns of the event days, and those the model expected, in decimals; only the
        buy-and-hold and calendar-time tests read them.
    """

    ar: FloatArray
    sigma: FloatArray
    n_estimation: IntArray
    n_parameters: IntArray
    forecast_scale: FloatArray
    residuals: FloatArray
    give_leverage: Callable[[], FloatArray]
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
    realised: FloatArray | None = None
    expected: FloatArray | None = None

    @cached_property
    def leverage(self) -> FloatArray:
        """h_it = x_t'(X'X)^-1 x_t of each estimation day, shape (n, M), NaN = none."""
        return _matrix(self.give_leverage(), "leverage", like=self.residuals)

    @property
    def n_events(self) -> int:
        """Number of events, those without a CAR included."""
        return int(self.ar.shape[0])

    @property
    def dof(self) -> IntArray:
        """M_i - K_i, shape (n,)."""
        return self.n_estimation - self.n_parameters

    @property
    def member(self) -> BoolArray:
        """Days of each event's own window, valid or not, shape (n, D)."""
        return window_mask(self.window, self.event_window, self.settle)

    def take(self, rows: IntArray | BoolArray) -> Sample:
        """Keep some of the events."""
        held = {name: getattr(self, name) for name in self.__dataclass_fields__}
        chosen = as_rows(rows, self.n_events, "rows")
        taken: dict[str, Any] = {k: v[chosen] for k, v in held.items() if isinstance(v, np.ndarray)}
        return replace(self, give_leverage=partial(self._leverage_of, chosen), **taken)

    def _leverage_of(self, rows: IntArray) -> FloatArray:
        return self.leverage[rows]

    @property
    def scar(self) -> FloatArray:
        """CAR over the root of its exact forecast variance, shape (n,).

        NaN where the CAR is, and where the asset did not move in its estimation sample: nothing can
        be standardised by a variance of zero.
        """
        usable = (self.car_variance > 0) & (self.sigma > SIGMA_FLOOR)
        scale = np.sqrt(np.where(usable, self.car_variance, np.nan))
        return np.asarray(self.car / scale, dtype=np.float64)


def window_mask(window: tuple[int, int], event_window: tuple[int, int], settle: npt.ArrayLike) -> BoolArray:
    """Mark the columns of an event window that belong to each event's own test window.

    Days before day 0 count from day 0, days after it from the settled day (`Window.bounds`).

    Parameters
    ----------
    window, event_window : pair of int
        Inclusive session offsets.
    settle : int, shape (n,)
        Sessions from day 0 to the settled day.

    Returns
    -------
    bool, shape (n, D)

    Examples
    --------
    >>> window_mask((0, 0), (-1, 2), [0, 1]).astype(int)
    array([[0, 1, 0, 0],
           [0, 1, 1, 0]])
    >>> window_mask((-1, -1), (-1, 2), [0, 1]).astype(int)
    array([[1, 0, 0, 0],
           [1, 0, 0, 0]])
    """
    first, last = Window(*window).bounds(settle)
    day = np.arange(event_window[0], event_window[1] + 1)
    return np.asarray((day >= first[:, None]) & (day <= last[:, None]))


def make_sample(
    ar: npt.ArrayLike,
    residuals: npt.ArrayLike,
    *,
    window: tuple[int, int],
    event_window: tuple[int, int],
    estimation_window: tuple[int, int] | None = None,
    sigma: npt.ArrayLike | None = None,
    n_parameters: npt.ArrayLike = 1,
    forecast_scale: npt.ArrayLike | None = None,
    leverage: npt.ArrayLike | Callable[[], FloatArray] | None = None,
    car: npt.ArrayLike | None = None,
    car_variance: npt.ArrayLike | None = None,
    sessions: npt.ArrayLike | None = None,
    estimation_sessions: npt.ArrayLike | None = None,
    asset: npt.ArrayLike | None = None,
    settle: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    realised: npt.ArrayLike | None = None,
    expected: npt.ArrayLike | None = None,
    min_window_coverage: float = 0.5,
) -> Sample:
    """Build a `Sample` from plain arrays, checking shapes and filling what follows from the rest.

    Parameters
    ----------
    ar : float, shape (n, D)
        Abnormal returns of the event window in decimals, NaN = none.
    residuals : float, shape (n, M)
        Estimation residuals, NaN = none.
    window, event_window : pair of int
        The window to test and the window of ``ar``, inclusive session offsets.
    estimation_window : pair of int, optional
        M sessions that end before the event window; the M sessions just before it by default.
    sigma : float, shape (n,), optional
        Residual standard deviation; sqrt(e'e / (M_i - K_i)) by default.
    n_parameters : int or shape (n,)
        Regressors K_i, intercept included.
    forecast_scale : float, shape (n, D), optional
        C_it; 1 by default (nothing estimated).
    leverage : float, shape (n, M), or callable, optional
        h_it of the estimation days, or what gives them when a test asks; 0 by default (nothing estimated). Where
        parameters were, give it: their residuals vary less than returns, which tests that compare the two must know.
    car, car_variance : float, shape (n,), optional
        CAR of the window, NaN for an event that does not count, and its exact forecast variance.
        Computed from ``ar`` where the window is a single day or ``forecast_scale`` is left out; a longer
        window's variance needs the full matrix of forecast errors, which the diagonal C does not hold.
    sessions, estimation_sessions : int, shapes (n, D) and (n, M), optional
        Calendar identity of each day; by default no two events share a day.
    asset, settle : int, shape (n,), optional
        Asset codes (by default each event its own) and sessions from day 0 to the settled day (0).
    weights : float, shape (n,), optional
        Event weights, not negative; their scale does not matter. An event of weight zero does not count;
        where all are zero nothing does.
    realised, expected : float, shape (n, D), optional
        Simple returns of the event days and those the model expected.
    min_window_coverage : float
        Share of a window's days that must be valid for the event to count, where ``car`` is computed here.

    Raises
    ------
    DataError
        If a shape does not fit, or a weight is negative or not finite, or one is beyond all proportion.
    SpecError
        If the window lies outside the event window, or a long window comes without its variance.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> sample = make_sample(rng.normal(size=(5, 3)), rng.normal(size=(5, 50)), window=(0, 0), event_window=(-1, 1))
    >>> sample.n_events, sample.window.length
    (5, 1)
    """
    ar_ = _matrix(ar, "ar")
    residuals_ = _matrix(residuals, "residuals", rows=len(ar_))
    n, m = residuals_.shape
    test, whole = Window.of(window), Window.of(event_window, "event_window")
    if whole.length != ar_.shape[1]:
        raise DataError(f"ar has {ar_.shape[1]} columns", hint=f"event_window {whole} has {whole.length} sessions")
    if not whole.covers(test):
        raise SpecError(f"window {test} is not inside event_window {whole}")
    before = Window.of(
        estimation_window if estimation_window is not None else (whole.start - max(m, 1), whole.start - 1)
    )
    shift = _vector(settle, n, "settle", 0, np.int64)
    member = window_mask(test, whole, shift)
    valid = member & np.isfinite(ar_)
    k = _vector(n_parameters, n, "n_parameters", 1, np.int64)
    n_estimation = _n_finite(residuals_)
    sigma_ = _sigma(residuals_, n_estimation - k) if sigma is None else _vector(sigma, n, "sigma", 0, np.float64)
    ar_, residuals_, rounded = without_rounding(ar_, residuals_, sigma_)
    scale = np.ones_like(ar_) if forecast_scale is None else _matrix(forecast_scale, "forecast_scale", like=ar_)
    covered = valid.sum(axis=1) >= np.maximum(min_window_coverage * member.sum(axis=1), 1)
    if car is None:
        car_ = np.where(covered, np.where(valid, ar_, 0.0).sum(axis=1), np.nan)
    else:  # whoever summed the returns has judged the coverage
        car_ = _vector(car, n, "car", 0, np.float64)
        covered = np.isfinite(car_)
        car_ = np.where(covered & (rounded | ~valid).all(axis=1) & (rounded & valid).any(axis=1), 0.0, car_)
    valid &= covered[:, None]
    if car_variance is not None:
        variance = _vector(car_variance, n, "car_variance", 0, np.float64)
    elif forecast_scale is None or int(member.sum(axis=1).max(initial=0)) <= 1:
        variance = np.where(covered, sigma_**2 * np.where(valid, scale, 0.0).sum(axis=1), np.nan)
    else:
        raise SpecError(
            f"window {test} is longer than a day and comes without car_variance",
            hint="give s_i^2 g'(I + X(X'X)^-1 X')g; the diagonal forecast_scale alone understates it",
        )
    weights_ = None if weights is None else _vector(weights, n, "weights", 1, np.float64)
    if weights_ is not None:
        _check_weights(weights_)
    simple = None if realised is None else _matrix(realised, "realised", like=ar_)
    model = None if expected is None else _matrix(expected, "expected", like=ar_)
    if simple is not None and model is not None:
        model = np.where(rounded, simple, model)
    return Sample(
        ar=ar_,
        sigma=sigma_,
        n_estimation=n_estimation,
        n_parameters=k,
        forecast_scale=scale,
        residuals=residuals_,
        give_leverage=_leverage(leverage, residuals_),
        sessions=_codes(sessions, "sessions", (n, ar_.shape[1]), m, ar_.shape[1] + m + 1),
        estimation_sessions=_codes(estimation_sessions, "estimation_sessions", (n, m), 0, ar_.shape[1] + m + 1),
        asset=np.arange(n, dtype=np.int64) if asset is None else _vector(asset, n, "asset", 0, np.int64),
        settle=shift,
        car=car_,
        car_variance=variance,
        selected=valid,
        weights=weights_,
        event_window=whole,
        estimation_window=before,
        window=test,
        realised=simple,
        expected=model,
    )


def without_rounding(
    ar: FloatArray, residuals: FloatArray, sigma: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Make zero what is only rounding, where the model explains an asset exactly; and mark those event days.

    Signs, ranks and spreads of such numbers would be those of the arithmetic.
    """
    still = (sigma <= SIGMA_FLOOR)[:, None]
    if not still.any():
        return ar, residuals, np.zeros(ar.shape, dtype=bool)
    rounded = still & (np.abs(ar) < SIGMA_FLOOR)
    return np.where(rounded, 0.0, ar), np.where(still & (np.abs(residuals) < SIGMA_FLOOR), 0.0, residuals), rounded


def _n_finite(values: FloatArray) -> IntArray:
    """Count the finite values of each row."""
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.isfinite(values.sum(axis=1))  # what is missing or infinite would have left its trace
    found = np.where(whole, values.shape[1], 0)
    found[~whole] = np.isfinite(values[~whole]).sum(axis=1)
    return found.astype(np.int64)


def _check_weights(weights: FloatArray) -> None:
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        raise DataError(
            f"weights: {weights[bad[0]]:g} in place {bad[0]}", hint="expected finite numbers that are not negative"
        )
    largest = float(weights.max(initial=0.0))
    if largest == 0:
        return
    smallest = float(weights[weights > 0].min())
    if not 1 / WEIGHT_SCALE < largest < WEIGHT_SCALE:
        raise DataError(f"a weight of {largest:g} is out of all proportion", hint="divide the weights by their mean")
    if smallest < WEIGHT_RANGE * largest:
        raise DataError(
            f"weights from {smallest:g} to {largest:g}: the smallest would count for nothing",
            hint="give an event that is not to count the weight zero",
        )


def _leverage(
    value: npt.ArrayLike | Callable[[], FloatArray] | None, residuals: FloatArray
) -> Callable[[], FloatArray]:
    if value is None:
        return partial(np.zeros_like, residuals)
    if callable(value):
        return value
    return partial(np.asarray, _matrix(value, "leverage", like=residuals))


def _sigma(residuals: FloatArray, dof: IntArray) -> FloatArray:
    squares = np.where(np.isfinite(residuals), residuals, 0.0) ** 2
    return np.asarray(np.sqrt(squares.sum(axis=1) / np.where(dof > 0, dof, np.nan)))


def _matrix(value: npt.ArrayLike, name: str, *, rows: int | None = None, like: FloatArray | None = None) -> FloatArray:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim != 2:
        raise DataError(f"{name} has {array.ndim} dimensions", hint="expected two: events by days")
    if like is not None and array.shape != like.shape:
        raise DataError(f"{name} has shape {array.shape}", hint=f"expected {like.shape}")
    if rows is not None and len(array) != rows:
        raise DataError(f"{name} has {len(array)} rows", hint=f"expected one an event, {rows}")
    return array


def _vector(value: npt.ArrayLike | None, n: int, name: str, default: float, dtype: Any) -> Any:
    array = np.asarray(default if value is None else value)
    if array.ndim > 1 or (array.ndim == 1 and len(array) != n):
        raise DataError(f"{name} has shape {array.shape}", hint=f"expected one number an event, ({n},)")
    return np.broadcast_to(array, (n,)).astype(dtype)


def _codes(value: npt.ArrayLike | None, name: str, shape: tuple[int, int], start: int, step: int) -> IntArray:
    """Give the days' codes; by default those of row i run from ``start + i * step`` on, so that rows share none."""
    if value is None:
        return np.asarray(start + step * np.arange(shape[0], dtype=np.int64)[:, None] + np.arange(shape[1]))
    array = np.asarray(value)
    if array.shape != shape:
        raise DataError(f"{name} has shape {array.shape}", hint=f"expected {shape}")
    return array.astype(np.int64, copy=False)
