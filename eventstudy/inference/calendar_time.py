"""Calendar-time portfolios: one return a session, so that events on one date count once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import DataError, SpecError
from eventstudy.inference._arrays import Statistic, ratio
from eventstudy.inference.sample import NO_SESSION

__all__ = ["CalendarPortfolio", "calendar_portfolio", "calendar_time_t", "newey_west_lags"]


@dataclass(frozen=True, slots=True)
class CalendarPortfolio:
    """A portfolio that holds each event during its test window.

    Attributes
    ----------
    sessions : int64, shape (T,)
        Calendar sessions with at least one event, ascending.
    returns : float64, shape (T,)
        (Weighted) mean over the events held that session.
    n_events : int64, shape (T,)
    """

    sessions: IntArray
    returns: FloatArray
    n_events: IntArray


def calendar_portfolio(
    values: npt.ArrayLike,
    sessions: npt.ArrayLike,
    member: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> CalendarPortfolio:
    """Average over the events in their test window, session by session (Jaffe 1974; Mandelker 1974).

    Parameters
    ----------
    values : float, shape (n, D)
        Simple returns, or simple abnormal returns, of the event days; NaN = none.
    sessions : int, shape (n, D)
        Calendar identity of each event day.
    member : bool, shape (n, D)
        The days of each event's test window.
    weights : float, shape (n,), optional

    Examples
    --------
    >>> held = calendar_portfolio([[0.01, 0.03], [0.02, 0.0]], [[1, 2], [2, 3]], np.ones((2, 2), bool))
    >>> held.returns.round(3), held.n_events
    (array([0.01 , 0.025, 0.   ]), array([1, 2, 1]))
    """
    x, days = np.asarray(values, dtype=np.float64), np.asarray(sessions, dtype=np.int64)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    held = np.asarray(member, dtype=bool) & np.isfinite(x) & (days != NO_SESSION) & (w > 0)[:, None]
    distinct, index = np.unique(days[held], return_inverse=True)
    share = np.broadcast_to(w[:, None], x.shape)[held]
    total = np.bincount(index.reshape(-1), share, minlength=len(distinct))
    mean = np.bincount(index.reshape(-1), share * x[held], minlength=len(distinct)) / total
    return CalendarPortfolio(distinct, mean, np.bincount(index.reshape(-1), minlength=len(distinct)).astype(np.int64))


def newey_west_lags(n_sessions: int) -> int:
    """Bandwidth floor(4 (T/100)^(2/9)) of Newey and West (1994)."""
    return int(np.floor(4 * (n_sessions / 100) ** (2 / 9)))


def calendar_time_t(
    returns: npt.ArrayLike,
    factors: npt.ArrayLike | None = None,
    *,
    lags: int | None = 0,
) -> Statistic:
    """Alpha of a calendar-time portfolio over its standard error, t(T-K) (Fama 1998).

    Least squares of the portfolio's returns on a constant and the factors. Without factors, give simple
    *abnormal* returns: alpha is then their mean, with betas from before the events (Mandelker 1974).
    ``lags=0`` is the classical error, s^2 (X'X)^-1; otherwise Newey and West (1987) with Bartlett weights
    and the factor T/(T-K).

    Parameters
    ----------
    returns : float, shape (T,)
        Portfolio returns in decimals, in the order of their sessions.
    factors : float, shape (T,) or (T, k), optional
        Simple factor returns of the same sessions.
    lags : int, optional
        Newey-West lags; None takes floor(4 (T/100)^(2/9)).

    Raises
    ------
    DataError
        If the factors do not have a row for each return, or a value is missing.

    Examples
    --------
    >>> float(calendar_time_t([0.01, 0.03, 0.02]).value.round(6))
    3.464102
    """
    y = np.asarray(returns, dtype=np.float64)
    t = len(y)
    x = np.ones((t, 1))
    if factors is not None:
        f = np.asarray(factors, dtype=np.float64)
        f = f[:, None] if f.ndim == 1 else f
        if len(f) != t:
            raise DataError(f"factors have {len(f)} rows", hint=f"expected one a portfolio return, {t}")
        x = np.column_stack([x, f])
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise DataError("a calendar-time return or factor is missing", hint="leave the session out of all of them")
    if lags is not None and lags < 0:
        raise SpecError(f"lags={lags} is negative")
    k = x.shape[1]
    if t <= k or np.linalg.matrix_rank(x) < k:
        return Statistic.of(np.nan, dof=np.nan, n=t)
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    e = y - x @ beta
    if (e @ e) <= 1e-24 * max(float(y @ y), np.finfo(float).tiny):
        return Statistic.of(np.nan, dof=t - k, n=t, estimate=beta[0])
    bandwidth = newey_west_lags(t) if lags is None else lags
    if bandwidth == 0:
        variance = (e @ e) / (t - k) * inverse[0, 0]
    else:
        score = x * e[:, None]
        meat = score.T @ score
        for lag in range(1, min(bandwidth, t - 1) + 1):
            cross = score[lag:].T @ score[:-lag]
            meat += (1 - lag / (bandwidth + 1)) * (cross + cross.T)
        variance = (inverse @ meat @ inverse)[0, 0] * t / (t - k)
    se = np.sqrt(variance) if variance > 0 else np.nan
    return Statistic.of(ratio(beta[0], se), dof=t - k, n=t, estimate=beta[0], se=se)
