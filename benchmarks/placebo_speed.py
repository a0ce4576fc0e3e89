"""Time placebo studies: 10,000 studies of 50 events with the whole parametric battery, and the grid they read.

python benchmarks/placebo_speed.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.models import MarketModel

SESSIONS, ASSETS, EVENTS, DRAWS = 11_000, 50, 50, 10_000


def main() -> None:
    rng = np.random.default_rng(0)
    market = 0.01 * rng.standard_normal(SESSIONS)
    returns = market[:, None] + 0.02 * rng.standard_normal((SESSIONS, ASSETS))
    rows = 300 + 30 * (np.arange(EVENTS) // 5)
    columns = np.arange(EVENTS)
    forbidden = np.zeros(returns.shape, dtype=bool)
    forbidden[rows, columns] = True
    started = time.perf_counter()
    grid = placebo_grid(
        returns,
        np.arange(ASSETS),
        MarketModel(),
        market,
        window=(0, 1),
        estimation_window=(-130, -11),
        forbidden=forbidden,
        shares=False,
    )
    made = time.perf_counter()
    layout = Layout(np.column_stack([rows, columns]), rows, np.full(EVENTS, 2))
    battery = {name: test for name, test in BATTERY.items() if name != "generalized_sign_z"}
    for draw in ("layout", "clusters"):
        began = time.perf_counter()
        found = placebo(grid, layout, draws=DRAWS, draw=draw, statistics=battery)  # type: ignore[arg-type]
        taken = time.perf_counter() - began
        print(f"{found.n_studies:,} placebo studies of {EVENTS} events, {len(battery)} tests, {draw}: {taken:.2f} s")
    print(f"grid of {SESSIONS:,} sessions x {ASSETS} assets: {made - started:.2f} s")


if __name__ == "__main__":
    main()
