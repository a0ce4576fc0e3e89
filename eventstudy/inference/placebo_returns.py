"""Simple returns of placebo studies: buy-and-hold returns and calendar-time portfolios."""

from __future__ import annotations

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.inference._arrays import Statistic, ratio
from eventstudy.inference.bhar import bhar
from eventstudy.inference.calendar_time import newey_west_lags
from eventstudy.inference.placebo_days import PlacedDays, Places

__all__ = ["calendar_time", "held_returns"]


def held_returns(days: PlacedDays) -> FloatArray:
    """Buy-and-hold abnormal return of each event over its test window, shape (B, n); NaN where it does not count."""
    out = np.full(days.rows.shape, np.nan)
    for at in days.places():
        realised, expected, there = _simple(at)
        out[:, at.event] = bhar(realised, expected, there)[at.place]
    return out


def _simple(at: Places) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Realised and expected simple returns of the test window, and its valid days; (u, L) each."""
    fit = at.held.fit
    ar = at.held.returns(at.cells)[0][:, at.held.test_columns]
    rows = at.tested_rows
    inside = (rows >= 0) & (rows < len(fit.inputs.returns))
    actual = fit.inputs.returns[np.where(inside, rows, 0), fit.inputs.positions[at.cells, 1][:, None]]
    actual = np.where(inside, actual, np.nan)
    expected, there = actual - ar, np.isfinite(ar)
    if at.held.kind == "log":
        return np.expm1(actual), np.expm1(expected), there
    return actual, expected, there


def calendar_time(days: PlacedDays) -> dict[str, Statistic]:
    """`calendar_time_t` and `calendar_time_nw_t` of each study without factors, shape (B,)."""
    values, sessions, weights = [], [], []
    for at in days.places():
        realised, expected, there = _simple(at)
        values.append((realised - expected)[at.place])
        sessions.append(days.tested_sessions(at))
        weights.append(np.full(there.shape[1], days.weights[at.event]))
    x, session, w = np.concatenate(values, axis=1), np.concatenate(sessions, axis=1), np.concatenate(weights)
    order = np.argsort(session, axis=1, kind="stable")
    session = np.take_along_axis(session, order, axis=1)
    held = session >= 0
    study = np.nonzero(held)[0]
    x, w, session = np.take_along_axis(x, order, axis=1)[held], w[order][held], session[held]
    begins = np.flatnonzero(np.r_[True, (np.diff(session) != 0) | (np.diff(study) != 0)])
    portfolio = np.add.reduceat(w * x, begins) / np.add.reduceat(w, begins)
    return _alphas(portfolio, study[begins], len(days.rows))


def _alphas(portfolio: FloatArray, study: IntArray, b: int) -> dict[str, Statistic]:
    """Mean of each study's portfolio returns over its classical and its Newey-West error."""

    def total(values: FloatArray, of: IntArray) -> FloatArray:
        return np.asarray(np.bincount(of, values, minlength=b), dtype=np.float64)

    t = np.bincount(study, minlength=b).astype(np.float64)
    mean = ratio(total(portfolio, study), t)
    e = portfolio - mean[study]
    square, size = total(e**2, study), total(portfolio**2, study)
    defined = (t > 1) & (square > 1e-24 * np.maximum(size, np.finfo(float).tiny))
    lags = np.array([newey_west_lags(int(count)) if count else 0 for count in t])
    meat = square.copy()
    for lag in range(1, int(lags.max(initial=0)) + 1):
        same = (study[lag:] == study[:-lag]) if lag < len(study) else np.zeros(0, dtype=bool)
        products = (e[lag:] * e[: len(e) - lag])[same]
        bartlett = np.maximum(1 - lag / (lags + 1.0), 0.0)
        meat += 2 * bartlett * total(products, study[lag:][same])
    variances = {
        "calendar_time_t": ratio(square, (t - 1) * t),
        "calendar_time_nw_t": ratio(meat, (t - 1) * t),  # the factor T/(T-1) of meat / T^2
    }
    found = {}
    for name, variance in variances.items():
        se = np.sqrt(np.where(defined & (variance > 0), variance, np.nan))
        found[name] = Statistic.of(ratio(mean, se), dof=t - 1, n=t, estimate=mean, se=se)
    return found
