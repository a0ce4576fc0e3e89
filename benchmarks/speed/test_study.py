"""A whole study through the public API, against the array core alone on the same events."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

import eventstudy as es
from benchmarks.speed.designs import EVENT_WINDOW, prices_and_events
from benchmarks.speed.turns import in_turn
from eventstudy.estimation import abnormal_returns
from eventstudy.models import MarketModel

ESTIMATION = (-260, -21)
PARAMETRIC = (
    "time_series_t",
    "cross_sectional_t",
    "crude_dependence_t",
    "patell_z",
    "adjusted_patell_z",
    "bmp_t",
    "adjusted_bmp_t",
    "skewness_adjusted_t",
)


class Study:
    """1,000 events on 2,500 sessions of so many assets."""

    def __init__(self, assets: int) -> None:
        tables = prices_and_events(assets=assets)
        self.prices = es.PricePanel(tables.prices, close="16:00", tz="America/New_York")
        self.events = tables.events
        levels = np.log(tables.prices.to_numpy())
        self.returns = np.vstack([np.full((1, levels.shape[1]), np.nan), np.diff(levels, axis=0)])
        self.positions = np.column_stack([tables.rows, tables.columns])
        self.study = es.EventStudy(es.MarketModel("MKT"), event_window=EVENT_WINDOW, estimation_window=ESTIMATION)

    def whole(self) -> Any:
        """From a table of events to all parametric tests and the frame; nothing of an earlier run is kept."""
        result = self.study.run(es.read_events(self.events, tz="America/New_York"), self.prices)
        return result.tests(window=(0, 1), names=PARAMETRIC), result.to_frame("event")

    def core(self) -> Any:
        """The estimates alone."""
        stocks, market = self.returns[:, :-1], self.returns[:, -1]
        return abnormal_returns(stocks, self.positions, MarketModel(), market, EVENT_WINDOW, ESTIMATION)

    def outputs(self) -> Any:
        """All that a core gives and the tests read: forecast errors, residuals and leverage too."""
        found = self.core()
        return found.forecast_scale, found.car_variance((0, 1)), found.residuals(), found.leverage()


ASSETS = (500, 100)
"""As many as the core and the peers are timed with, and few."""


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {str(assets): Study(assets) for assets in ASSETS}


@pytest.mark.benchmark(group="study", timer=time.process_time)
@in_turn(f"{side} of {assets}" for assets in ASSETS for side in ("core", "outputs", "whole"))
def test_a_whole_study(benchmark: Any, studies: dict[str, Study], side: str, turn: int) -> None:
    what, _, assets = side.split()
    benchmark.pedantic(getattr(studies[assets], what), rounds=10, warmup_rounds=1)
