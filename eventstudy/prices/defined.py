"""Returns that do not exist because a price is zero or negative: an error where a study uses one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, FloatArray, ReturnKind
from eventstudy.errors import DataError
from eventstudy.prices.grid import SessionReturns

__all__ = ["require_defined", "require_not_negative", "undefined"]


def undefined(returns: SessionReturns, kind: ReturnKind = "log") -> BoolArray:
    """Mark the sessions whose return does not exist because a price is zero or negative, shape (R, A)."""
    prices = returns.grid.prices
    return np.isfinite(prices) & _reaches(prices <= 0.0, prices, kind)


def require_defined(
    returns: SessionReturns,
    used: BoolArray,
    kind: ReturnKind = "log",
    benchmark_of: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """Raise where a used session's return does not exist because a price is zero or negative.

    Parameters
    ----------
    returns : SessionReturns
        R sessions of A assets.
    used : bool, shape (R, A)
        Sessions inside an estimation or event window.
    kind : {"log", "simple"}
        Kind of the returns.
    benchmark_of : mapping of asset to tuple of str, optional
        The assets' benchmarks, which are held to the same.

    Raises
    ------
    DataError
        Names the first such asset or benchmark, and its date.
    """
    if not returns.nonpositive:
        return
    grid = returns.grid
    hit = np.argwhere(undefined(returns, kind) & used)
    if hit.size:
        row, column = hit[np.argsort(hit[:, 0], kind="stable")[0]]
        name, prices = grid.assets[column], grid.prices[:, column]
        bad = int(row) if prices[row] <= 0.0 else int(np.flatnonzero(np.isfinite(prices[:row]))[-1])
        simple = kind == "log" and not (undefined(returns, "simple") & used).any()
        raise _error(name, f"is {prices[bad]:g}", returns, grid.sessions[bad, column], simple=simple)
    for column, name in enumerate(grid.assets):
        for benchmark in (benchmark_of or {}).get(name, ()):
            days = returns.nonpositive.get(benchmark)
            if days is None:
                continue
            prices = grid.prices[:, column]
            held = np.isin(grid.sessions[:, column], days)
            rows = np.flatnonzero(np.isfinite(prices) & _reaches(held, prices, kind) & used[:, column])
            if rows.size:
                bad = int(np.flatnonzero(held[: rows[0] + 1])[-1])
                said = f"is the benchmark of {name} and zero or negative"
                simple = kind == "log" and not (_reaches(held, prices, "simple") & used[:, column]).any()
                raise _error(benchmark, said, returns, grid.sessions[bad, column], simple=simple)


def require_not_negative(levels: SessionReturns, benchmarks: tuple[str, ...]) -> None:
    """Raise where a level, such as a volume, is below zero.

    Parameters
    ----------
    levels : SessionReturns
        Of kind ``"level"``.
    benchmarks : tuple of str
        Names of its factors.

    Raises
    ------
    DataError
        Names the first such asset or benchmark, and its date.
    """
    wrong = np.argwhere(levels.returns < 0.0)
    if wrong.size:
        row, column = wrong[0]
        raise _below_zero(levels, levels.grid.assets[column], float(levels.returns[row, column]), row, column)
    if levels.factors.size and float(np.fmin.reduce(levels.factors, axis=None)) < 0.0:
        row, column, j = np.argwhere(levels.factors < 0.0)[0]
        raise _below_zero(levels, benchmarks[j], float(levels.factors[row, column, j]), row, column)


def _below_zero(levels: SessionReturns, name: str, value: float, row: int, column: int) -> DataError:
    day = f"{pd.Timestamp(levels.grid.sessions[row, column]):%Y-%m-%d}"
    hint = "AbnormalVolume takes volumes or turnover, not prices in logs or returns"
    return DataError(f"{name} is {value:g} on {day}: no volume is below zero", hint=hint, asset=name, date=day)


def _reaches(bad: BoolArray, prices: FloatArray, kind: ReturnKind) -> BoolArray:
    """Mark the returns that begin at a bad price, and (log returns) those that end at one; same shape."""
    rows = np.arange(len(prices)).reshape(-1, *(1,) * (prices.ndim - 1))
    last = np.maximum.accumulate(np.where(np.isfinite(prices), rows, -1), axis=0)
    before = np.full_like(last, -1)
    before[1:] = last[:-1]
    begins = np.take_along_axis(bad, np.maximum(before, 0), axis=0) & (before >= 0)
    return np.asarray(begins | bad if kind == "log" else begins)


def _error(name: str, said: str, returns: SessionReturns, session: np.datetime64, *, simple: bool) -> DataError:
    stamp = pd.Timestamp(session)
    day = f"{stamp} UTC" if returns.grid.intraday else f"{stamp:%Y-%m-%d}"
    hint = "a return from a price that is not positive has no meaning: take other windows, empty that price, or leave"
    hint += " the asset out"
    if simple:  # a simple return to such a price exists, and none from it is used
        hint = 'take returns="simple", other windows, or leave the asset out'
    return DataError(f"{name} {said} on {day}, inside a window that is used", hint=hint, asset=name, date=day)
