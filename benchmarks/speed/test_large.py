"""Steps around the core at the sizes of a market: reading, alignment, placebo studies."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import eventstudy as es
from benchmarks.speed.test_study import PARAMETRIC
from benchmarks.speed.turns import in_turn
from eventstudy.alignment import align, merge
from eventstudy.events.tables import EventTable
from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.models import MarketModel
from eventstudy.prices.grid import SessionGrid
from eventstudy.prices.returns import panel_returns

PARQUET = {"pyarrow": pq.read_table, "returns": lambda path: panel_returns(es.read_prices(path))}
PARQUET_SESSIONS = 5_000
PAIRS, ALIGNED_ASSETS, ALIGNED_SESSIONS, MISSING = 1_000_000, 20_000, 2_500, 0.02
PLACEBO_SESSIONS, PLACEBO_ASSETS, DRAWS = 11_000, 50, 10_000
CLUSTERED = ("clustered_t", "clustered_two_way_t", "ibragimov_muller_t")


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Random walks rounded to cents, one column an asset."""
    rng = np.random.default_rng(0)
    columns = {"date": pa.array(pd.bdate_range("2000-01-03", periods=PARQUET_SESSIONS))}
    for i in range(request.config.getoption("--parquet-assets")):
        columns[f"A{i}"] = np.round(100 * np.exp(rng.normal(0, 0.01, PARQUET_SESSIONS).cumsum()), 2)
    path = tmp_path_factory.mktemp("parquet") / "prices.parquet"
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.benchmark(group="parquet", timer=time.process_time)
@in_turn(PARQUET)
def test_from_parquet_to_returns(benchmark: Any, parquet: Path, request: Any, side: str, turn: int) -> None:
    """CPU seconds of all threads."""
    benchmark.pedantic(PARQUET[side], args=(parquet,))
    benchmark.extra_info["assets"] = request.config.getoption("--parquet-assets")


@pytest.mark.benchmark(group="alignment", timer=time.process_time)
def test_a_million_pairs_are_aligned_and_merged(benchmark: Any) -> None:
    rng = np.random.default_rng(0)
    shape = (ALIGNED_SESSIONS, ALIGNED_ASSETS)
    days = (np.datetime64("2000-01-03", "D") + np.arange(ALIGNED_SESSIONS)).astype("datetime64[ns]")[:, None]
    struck = np.broadcast_to(days + np.timedelta64(21, "h"), shape)
    prices = np.where(rng.random(shape) < MISSING, np.nan, 1.0)
    names = tuple(f"A{j}" for j in range(ALIGNED_ASSETS))
    sessions = np.full(ALIGNED_ASSETS, ALIGNED_SESSIONS)
    grid = SessionGrid(names, np.broadcast_to(days, shape), struck, struck, prices, sessions)
    seconds = rng.integers(30 * 86_400, (ALIGNED_SESSIONS - 30) * 86_400, PAIRS)
    times = pd.DatetimeIndex((np.datetime64("2000-01-03", "s") + seconds).astype("datetime64[ns]"), tz="UTC")
    ids = np.arange(PAIRS).astype(str).astype(object)
    events = EventTable(pd.DataFrame({"event_id": ids, "earliest": times, "latest": times, "precision": "instant"}))
    pairs = (np.arange(PAIRS), rng.integers(0, ALIGNED_ASSETS, PAIRS))
    rows = benchmark.pedantic(lambda: merge(align(events, pairs, grid), events), rounds=2)
    assert len(rows) + len(rows.merged) + len(rows.dropped) == PAIRS


class Placebos:
    """50 events in ten clusters on 50 assets, and the grid that their placebo studies read."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.market = 0.01 * rng.standard_normal(PLACEBO_SESSIONS)
        self.returns = self.market[:, None] + 0.02 * rng.standard_normal((PLACEBO_SESSIONS, PLACEBO_ASSETS))
        rows = 300 + 30 * (np.arange(PLACEBO_ASSETS) // 5)
        columns = np.arange(PLACEBO_ASSETS)
        self.forbidden = np.zeros(self.returns.shape, dtype=bool)
        self.forbidden[rows, columns] = True
        self.layout = Layout(np.column_stack([rows, columns]), rows, np.full(PLACEBO_ASSETS, 2))
        self.held = self.grid()

    def grid(self) -> Any:
        """Estimate every date of every asset."""
        return placebo_grid(
            self.returns,
            np.arange(PLACEBO_ASSETS),
            MarketModel(),
            self.market,
            window=(0, 1),
            estimation_window=(-130, -11),
            forbidden=self.forbidden,
            shares=False,
        )

    def parametric(self) -> Any:
        """Draw placebo studies, each with the whole parametric battery, r_bar of its own dates included."""
        battery = {name: BATTERY[name] for name in (*PARAMETRIC, *CLUSTERED)}
        return placebo(self.held, self.layout, draws=DRAWS, draw="clusters", statistics=battery)

    def whole(self) -> Any:
        """The same with every test of the register: ranks, signs, calendar time, buy-and-hold."""
        return placebo(self.held, self.layout, draws=DRAWS, draw="clusters", statistics=BATTERY)


@pytest.fixture(scope="module")
def placebos() -> Placebos:
    return Placebos()


@pytest.mark.benchmark(group="placebo", timer=time.process_time)
@in_turn(("grid", "parametric", "whole"))
def test_placebo_studies(benchmark: Any, placebos: Placebos, side: str, turn: int) -> None:
    benchmark.pedantic(getattr(placebos, side))
