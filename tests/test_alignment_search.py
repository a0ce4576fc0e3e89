"""The search looks all pairs up at once; here each is looked up alone, by walking down its asset's prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.alignment.search import (
    AFTER,
    BEFORE,
    COLUMNS,
    FAR,
    FAR_SETTLED,
    KEPT,
    NO_PRICE,
    NO_TIME,
    UNSETTLED,
    WIDE,
    EventTimes,
    search,
)
from eventstudy.prices.grid import SessionGrid

NAT = np.datetime64("NaT", "ns")
DAY = np.timedelta64(1, "D")
START = np.datetime64("2022-01-03", "ns")
GAP = pd.Timedelta("3D")


def make_grid(rng: np.random.Generator, shared: bool, n_rows: int, n_assets: int, share: float) -> SessionGrid:
    """Sessions of one calendar for all, or of each asset's own; some without a price."""
    prices = np.where(rng.random((n_rows, n_assets)) < share, np.nan, 1.0)
    if shared:
        days = START + np.cumsum(rng.integers(1, 4, n_rows)) * DAY
        held = [np.broadcast_to((days + hours)[:, None], prices.shape) for hours in np.array([0, 16, 10], "m8[h]")]
        sizes = np.full(n_assets, n_rows)
    else:
        held = [np.full(prices.shape, NAT, dtype="datetime64[ns]") for _ in range(3)]
        sizes = rng.integers(0, n_rows + 1, n_assets)
        for j, n in enumerate(sizes):
            days = START + np.cumsum(rng.integers(1, 4, n)) * DAY
            for array, hours in zip(held, np.array([0, 16, 10], "m8[h]"), strict=True):
                array[:n, j] = days + hours + np.timedelta64(j % 3, "h") * (hours != np.timedelta64(0, "h"))
            prices[n:, j] = np.nan
    return SessionGrid(tuple(f"A{j}" for j in range(n_assets)), *held, prices, sizes.astype(np.int64))


def one(grid: SessionGrid, j: int, start: np.datetime64, end: np.datetime64, date_only: str) -> dict[str, object]:
    """Walk down one asset's priced sessions."""
    nothing = {"position": 0, "settle": 0, "session": NAT, "instant": NAT, "previous": NAT, "settled": NAT,
               "window_open": NAT}  # fmt: skip
    if np.isnat(start):
        return {**nothing, "code": NO_TIME}
    priced = [r for r in range(int(grid.n_sessions[j])) if not np.isnan(grid.prices[r, j])]
    if not priced:
        return {**nothing, "code": NO_PRICE}
    start_ = end if date_only == "last" else start
    end_ = start if date_only == "first" else end
    day0 = next((r for r in priced if grid.instants[r, j] > start_), None)
    settled = next((r for r in priced if grid.instants[r, j] > end_), None)
    before = [r for r in priced if grid.instants[r, j] <= start_]
    found = dict(nothing)
    if day0 is not None:
        found["session"], found["instant"] = grid.sessions[day0, j], grid.instants[day0, j]
    if settled is not None:
        found["settled"], found["window_open"] = grid.instants[settled, j], grid.window_opens[settled, j]
    if before:
        found["previous"] = grid.instants[before[-1], j]
    gap = GAP.to_timedelta64()
    if day0 is None:
        return {**found, "code": AFTER}
    if settled is None:
        return {**found, "code": UNSETTLED}
    if not before:
        return {**found, "code": BEFORE}
    if grid.instants[day0, j] - start_ > gap:
        return {**found, "code": FAR}
    if settled > day0 and grid.instants[settled, j] - end > gap:
        return {**found, "code": FAR_SETTLED}
    if date_only == "span" and end - start > gap:
        return {**found, "code": WIDE}
    return {**found, "position": day0, "settle": settled - day0, "code": KEPT}


@given(
    seed=st.integers(0, 2**32 - 1),
    shared=st.booleans(),
    n_rows=st.integers(0, 20),
    n_assets=st.integers(1, 5),
    share=st.sampled_from([0.0, 0.3, 0.9]),
    date_only=st.sampled_from(["span", "first", "last"]),
)
@settings(max_examples=150, deadline=None)
def test_all_pairs_at_once_find_what_each_finds_alone(
    seed: int, shared: bool, n_rows: int, n_assets: int, share: float, date_only: str
) -> None:
    rng = np.random.default_rng(seed)
    compare(rng, make_grid(rng, shared, n_rows, n_assets, share), date_only)


@pytest.mark.parametrize("shared", [True, False])
def test_more_assets_with_long_gaps_than_are_looked_up_at_once(shared: bool) -> None:
    rng = np.random.default_rng(5)
    compare(rng, make_grid(rng, shared, 30, 3 * COLUMNS, 0.9), "span", 2_000)


def compare(rng: np.random.Generator, grid: SessionGrid, date_only: str, n_pairs: int = 40) -> None:
    n = 20
    earliest = START + rng.integers(-3 * 24, 40 * 24, n) * np.timedelta64(1, "h")
    latest = earliest + rng.choice([0, 0, 1, 24, 100], n) * np.timedelta64(1, "h")
    earliest[rng.random(n) < 0.1] = NAT
    latest[np.isnat(earliest)] = NAT
    times = EventTimes(
        np.array([f"e{i}" for i in range(n)], dtype=object), earliest, latest, latest, latest == earliest
    )
    row, column = rng.integers(0, n, n_pairs), rng.integers(0, len(grid.assets), n_pairs)
    found = search(times, row, column, grid, date_only, GAP)
    for i in range(row.size):
        wanted = one(grid, int(column[i]), earliest[row[i]], latest[row[i]], date_only)
        for name, value in wanted.items():
            assert np.array_equal(getattr(found, name)[i], value, equal_nan=name not in {"code"}), (name, i)


@pytest.mark.parametrize("n_events", [0, 3])
def test_no_pairs(n_events: int) -> None:
    grid = make_grid(np.random.default_rng(0), True, 5, 2, 0.0)
    stamps = np.full(n_events, START)
    times = EventTimes(np.full(n_events, "e", dtype=object), stamps, stamps, stamps, np.ones(n_events, dtype=bool))
    none = np.zeros(0, dtype=np.int64)
    assert search(times, none, none, grid, "span", GAP).code.size == 0
