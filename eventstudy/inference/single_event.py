"""One event on one asset: tests that rank the event among the asset's own ordinary days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import SpecError, check_choice
from eventstudy.inference.sample import SIGMA_FLOOR, Sample

__all__ = ["SingleEventTest", "reference_scores", "sq_test"]

Volatility: TypeAlias = Literal["constant", "ewma"]

_TIE = 1e-10  # relative: equal up to rounding counts as equal, so a permutation that changes nothing counts
_BURN = 20  # sessions that start the moving variance; no reference window begins among them


@dataclass(frozen=True, slots=True)
class SingleEventTest:
    """A test of each event by itself.

    Attributes
    ----------
    name : str
        Name of the test.
    statistic : float64, shape (...)
        The ranked statistic; one an event, NaN where the p-value is.
    p_value : float64, shape (...)
        A multiple of ``1 / (1 + n_reference)``; NaN where nothing can be said.
    ci_low, ci_high : float64, shape (...)
        Confidence interval of the cumulative abnormal return, by inversion of the same test;
        infinite where the reference is too short for the level.
    n_reference : int64, shape (...)
        Ordinary windows the event was ranked among: no p below ``1 / (1 + n_reference)``.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    reason : tuple of str
        One an event in C order: why the p-value is NaN, or "".
    """

    name: str
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_reference: IntArray
    alternative: Alternative
    confidence: float
    reason: tuple[str, ...]


def sq_test(
    sample: Sample,
    *,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
    volatility: Volatility = "constant",
    decay: float = 0.94,
) -> SingleEventTest:
    """Rank each event's CAR among the sums of the asset's own pre-event residuals.

    The statistic is SCAR = CAR / sqrt(var CAR). The reference is every window of as many sessions in
    the estimation sample with at least as many returns, its residuals summed and divided by their own
    standard deviation s sqrt(sum(1 - h) - v(v - 1) / M), v valid days of M (for one day: e / (s sqrt(1
    - h))). Two-sided ranks go by absolute value, and p = (1 + #{|T_j| >= |T_0|}) / (1 + J). For one day
    the test is exact when abnormal returns are exchangeable, normal or not; sums over overlapping
    windows are exchangeable only approximately. It does not hold its size where volatility moves:
    ``volatility="ewma"`` divides event and reference alike by a moving standard deviation known before
    the window.

    Parameters
    ----------
    sample : Sample
        Each event is tested by itself.
    alternative : {"two-sided", "greater", "less"}
    confidence : float
        Level of the interval of the CAR.
    volatility : {"constant", "ewma"}
    decay : float
        Weight of the past in the moving variance, RiskMetrics' 0.94 by default.

    Returns
    -------
    SingleEventTest
        Arrays of shape (n,).

    References
    ----------
    Gelbach, Helland, Klick (2013), Valid inference in single-firm, single-event studies,
    American Law and Economics Review 15.
    """
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    check_choice(volatility, ("constant", "ewma"), "volatility")
    if not 0 < confidence < 1:
        raise SpecError(f"confidence={confidence} is not between 0 and 1", hint="expected a share such as 0.95")
    if not 0 < decay < 1:
        raise SpecError(f"decay={decay} is not between 0 and 1", hint="expected a weight such as 0.94")
    events = _Events.of(sample)
    n = len(events.car)
    statistic, unit = np.full(n, np.nan), np.full(n, np.nan)
    width = events.residuals.shape[1]
    reference = np.full((n, max(width, 1)), np.nan)  # one empty column where there is no estimation sample
    for length in np.unique(events.length):
        rows = np.flatnonzero((events.length == length) & events.usable)
        if 0 < length <= width and len(rows):
            part = events.take(rows)
            reference[rows, : width - length + 1] = _window_scores(part, int(length))
            unit[rows] = np.sqrt(part.variance)
            if volatility == "ewma":
                before, now = _moving_volatility(part, int(length), decay)
                reference[rows, : width - length + 1] /= before
                unit[rows] *= now
            statistic[rows] = part.car / unit[rows]
    p, low, high, count = _rank(statistic, reference, unit, events.car, alternative, confidence)
    reasons = _reasons(events, count)
    name = "sq_test" if volatility == "constant" else "sq_test_ewma"
    dead = np.array([r != "" for r in reasons], dtype=bool)
    for out in (statistic, p, low, high):
        out[dead] = np.nan
    return SingleEventTest(
        name,
        statistic,
        p,
        low,
        high,
        count,
        alternative,
        confidence,
        reasons,
    )


def reference_scores(sample: Sample) -> FloatArray:
    """Standardised sums of every window of the estimation sample as long as the event's, shape (n, M).

    Column j is the window that starts on estimation day j; NaN where there is none. What `sq_test`
    ranks the event among.
    """
    events = _Events.of(sample)
    width = events.residuals.shape[1]
    out = np.full((len(events.car), width), np.nan)
    for length in np.unique(events.length):
        rows = np.flatnonzero((events.length == length) & events.usable)
        if 0 < length <= width and len(rows):
            out[rows, : width - length + 1] = _window_scores(events.take(rows), int(length))
    return out


@dataclass(frozen=True, slots=True)
class _Events:
    """What the test reads, one row an event: residuals and leverage (n, M), ar (n, D), the rest (n,)."""

    car: FloatArray
    variance: FloatArray
    sigma: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    ar: FloatArray
    start: IntArray
    length: IntArray
    valid: IntArray
    gap: int

    @classmethod
    def of(cls, sample: Sample) -> _Events:
        window, origin = sample.window, sample.event_window.start
        start, end = window.bounds(sample.settle)
        return cls(
            sample.car,
            sample.car_variance,
            sample.sigma,
            sample.residuals,
            sample.leverage,
            sample.ar,
            start - origin,
            end - start + 1,
            sample.selected.sum(axis=1).astype(np.int64),
            max(0, origin - sample.estimation_window.end - 1),
        )

    @property
    def usable(self) -> BoolArray:
        return np.isfinite(self.car) & (self.variance > 0) & (self.sigma > SIGMA_FLOOR) & (self.valid > 0)

    def take(self, rows: IntArray) -> _Events:
        names = ("car", "variance", "sigma", "residuals", "leverage", "ar", "start", "length", "valid")
        return _Events(**{name: getattr(self, name)[rows] for name in names}, gap=self.gap)


def _rolling(values: FloatArray, length: int) -> FloatArray:
    total = np.cumsum(values, axis=1)
    total[:, length:] -= total[:, :-length].copy()
    return total[:, length - 1 :]


def _window_scores(part: _Events, length: int) -> FloatArray:
    """Standardised sums of every window of the estimation sample, shape (N, M - length + 1)."""
    there = np.isfinite(part.residuals)
    total = _rolling(np.where(there, part.residuals, 0.0), length)
    count = _rolling(there.astype(np.float64), length)
    scale = _rolling(np.where(there, 1.0 - part.leverage, 0.0), length)
    # residuals of a model with an intercept are correlated by -1/M each; where nothing was fitted, by nothing
    fitted = np.nansum(part.leverage, axis=1, keepdims=True) > 0
    m = np.maximum(there.sum(axis=1, keepdims=True), 1)
    scale = scale - np.where(fitted, count * (count - 1.0) / m, 0.0)
    good = (count >= np.minimum(part.valid, length)[:, None]) & (scale > 0)
    deviation = part.sigma[:, None] * np.sqrt(np.where(good, scale, 1.0))
    return np.where(good, total / deviation, np.nan)


def _moving_volatility(part: _Events, length: int, decay: float) -> tuple[FloatArray, FloatArray]:
    """Relative volatility known before each reference window, and before the event's.

    A window is judged by a variance of the same age: where sessions between the last return known
    and the event are missing, the reference looks back over as many.
    """
    n, m = part.residuals.shape
    squares = np.concatenate(
        [
            (part.residuals / part.sigma[:, None]) ** 2,
            np.full((n, part.gap), np.nan),
            (part.ar / part.sigma[:, None]) ** 2,
        ],
        axis=1,
    )
    at = m + part.gap + part.start
    known = np.where(np.arange(squares.shape[1]) < at[:, None], squares, np.nan)
    variance = np.full((n, squares.shape[1] + 1), np.nan)
    seen = np.isfinite(known)
    burnt = np.cumsum(seen, axis=1) <= _BURN
    with np.errstate(invalid="ignore"):
        first = np.nansum(np.where(burnt, known, 0.0), axis=1) / np.maximum((burnt & seen).sum(axis=1), 1)
    state = np.where(first > 0, first, np.nan)
    for t in range(squares.shape[1]):
        variance[:, t] = state
        use = seen[:, t] & ~burnt[:, t]
        state = np.where(use, decay * state + (1.0 - decay) * np.where(use, known[:, t], 0.0), state)
    variance[:, -1] = state
    last = np.where(seen, np.arange(squares.shape[1]), -1).max(axis=1)
    age = at - 1 - last
    rows = np.arange(n)
    starts = np.arange(m - length + 1)
    back = starts[None, :] - age[:, None]
    warm = np.cumsum(seen, axis=1) >= _BURN
    ready = (back >= 1) & np.take_along_axis(warm, np.clip(back - 1, 0, None), axis=1)
    before = np.where(ready, np.take_along_axis(variance, np.clip(back, 0, None), axis=1), np.nan)
    return np.sqrt(before), np.sqrt(variance[rows, at])


def _rank(
    statistic: FloatArray,
    reference: FloatArray,
    unit: FloatArray,
    car: FloatArray,
    alternative: Alternative,
    confidence: float,
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """P-value, interval and number of reference windows of each row; reference (N, J), NaN = none."""
    sign = -1.0 if alternative == "less" else 1.0
    t0 = np.abs(statistic) if alternative == "two-sided" else sign * statistic
    tj = np.abs(reference) if alternative == "two-sided" else sign * reference
    count = np.isfinite(tj).sum(axis=1)
    slack = _TIE * np.abs(t0)
    beyond = (tj >= (t0 - slack)[:, None]).sum(axis=1)
    with np.errstate(invalid="ignore"):
        p = np.where(np.isfinite(t0) & (count > 0), (1.0 + beyond) / (1.0 + count), np.nan)
    # kept: every value whose p exceeds alpha, so the bound is the k-th largest, k = floor(alpha (1 + J))
    k = np.floor((1.0 - confidence) * (1.0 + count) + 1e-9).astype(np.int64)
    order = -np.sort(-np.where(np.isfinite(tj), tj, -np.inf), axis=1)
    kth = np.take_along_axis(order, np.clip(k - 1, 0, order.shape[1] - 1)[:, None], axis=1)[:, 0]
    reach = np.where(k >= 1, kth, np.inf) * unit
    dead = ~np.isfinite(p)
    low = np.where(alternative == "less", -np.inf, car - reach)
    high = np.where(alternative == "greater", np.inf, car + reach)
    low[dead], high[dead] = np.nan, np.nan
    return p, low, high, count.astype(np.int64)


def _reasons(events: _Events, count: IntArray) -> tuple[str, ...]:
    reasons = []
    for i in range(len(events.car)):
        if not np.isfinite(events.car[i]) or events.valid[i] == 0:
            reasons.append("no abnormal return in the window")
        elif not events.sigma[i] > SIGMA_FLOOR:
            reasons.append("no variance in the estimation sample")
        elif not events.variance[i] > 0:
            reasons.append("no forecast variance")
        elif count[i] == 0:
            reasons.append("no window of this length in the estimation sample")
        else:
            reasons.append("")
    return tuple(reasons)
