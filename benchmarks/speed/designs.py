"""The data that the timings use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.estimation import abnormal_returns
from eventstudy.models import FactorModel

__all__ = ["EVENT_WINDOW", "SESSIONS", "CoreData", "prices_and_events"]

SESSIONS, ASSETS, EVENTS = 2_500, 500, 1_000_000
EVENT_WINDOW = (-10, 10)
LONGEST = 480  # estimation sessions


class CoreData:
    """Arrays for the core: 2,500 sessions, 500 assets, three factors, a million events."""

    def __init__(self, missing: float = 0.0) -> None:
        rng = np.random.default_rng(0)
        self.factors = rng.normal(0, 0.01, (SESSIONS, 3))
        self.returns = self.factors @ rng.normal(0.5, 0.3, (3, ASSETS)) + rng.normal(0, 0.01, (SESSIONS, ASSETS))
        self.rows = rng.integers(LONGEST + 20, SESSIONS - 11, EVENTS)
        self.columns = rng.integers(0, ASSETS, EVENTS)
        self.positions = np.column_stack([self.rows, self.columns])
        if missing:
            self.returns[rng.random(self.returns.shape) < missing] = np.nan

    def core(self, factors: int = 1, events: int = EVENTS, length: int = 240) -> Any:
        """Estimate the first so many events."""
        sample = (-20 - length, -21)
        return abnormal_returns(
            self.returns, self.positions[:events], FactorModel(), self.factors[:, :factors], EVENT_WINDOW, sample
        )

    def gather(self) -> Any:
        """One fancy-index gather of the event windows' returns."""
        return self.returns[self.rows[:, None] + np.arange(-10, 11), self.columns[:, None]]

    def dates(self, n: int | None) -> Any:
        """Estimate the first n dates of one asset, or all of them."""
        rows = np.arange(260, SESSIONS - 11)[:n]
        places = np.column_stack([rows, np.zeros_like(rows)])
        return abnormal_returns(
            self.returns[:, :1], places, FactorModel(), self.factors[:, :1], EVENT_WINDOW, (-260, -21)
        )

    def statsmodels_loop(self, events: int) -> None:
        """The same numbers, an event at a time."""
        import statsmodels.api as sm

        design = sm.add_constant(self.factors[:, :1])
        for row, column in self.positions[:events]:
            sample, days = slice(row - 260, row - 20), slice(row - 10, row + 11)
            fit = sm.OLS(self.returns[sample, column], design[sample]).fit()
            prediction = fit.get_prediction(design[days])
            _ = self.returns[days, column] - prediction.predicted_mean, prediction.se_obs
            _ = fit.params, fit.scale, fit.rsquared, fit.df_resid


@dataclass(frozen=True, slots=True)
class Tables:
    """Prices with a market in the last column, and a table of events with ``date`` and ``asset``."""

    prices: pd.DataFrame
    events: pd.DataFrame
    rows: np.ndarray
    columns: np.ndarray


def prices_and_events(assets: int, events: int = 1_000) -> Tables:
    """Draw prices and events of a study."""
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2010-01-04", periods=SESSIONS)
    market = rng.normal(0, 0.01, SESSIONS)
    moves = market[:, None] * rng.normal(1, 0.3, assets) + rng.normal(0, 0.01, (SESSIONS, assets))
    names = [f"S{i:03d}" for i in range(assets)]
    prices = pd.DataFrame(100 * np.exp(np.cumsum(moves, axis=0)), index=days, columns=names)
    prices["MKT"] = 100 * np.exp(np.cumsum(market))
    prices.index.name = "date"
    rows, columns = rng.integers(300, SESSIONS - 30, events), rng.integers(0, assets, events)
    table = pd.DataFrame({"date": days[rows].strftime("%Y-%m-%d"), "asset": [names[c] for c in columns]})
    return Tables(prices, table, rows, columns)
