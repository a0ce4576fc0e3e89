"""CPU seconds to align, merge and audit a million (event, asset) pairs on 20,000 assets with gaps.

Run: python benchmarks/alignment_speed.py [pairs] [assets]
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from eventstudy.alignment import align, merge
from eventstudy.events.tables import EventTable
from eventstudy.prices.grid import SessionGrid

SESSIONS = 2500
MISSING = 0.02


def main(n_pairs: int = 1_000_000, n_assets: int = 20_000) -> None:
    """Draw prices and events, and print one line for each step."""
    rng = np.random.default_rng(0)
    shape = (SESSIONS, n_assets)
    days = (np.datetime64("2000-01-03", "D") + np.arange(SESSIONS)).astype("datetime64[ns]")[:, None]
    struck = np.broadcast_to(days + np.timedelta64(21, "h"), shape)
    prices = np.where(rng.random(shape) < MISSING, np.nan, 1.0)
    names = tuple(f"A{j}" for j in range(n_assets))
    grid = SessionGrid(names, np.broadcast_to(days, shape), struck, struck, prices, np.full(n_assets, SESSIONS))
    seconds = rng.integers(30 * 86_400, (SESSIONS - 30) * 86_400, n_pairs)
    times = pd.DatetimeIndex((np.datetime64("2000-01-03", "s") + seconds).astype("datetime64[ns]"), tz="UTC")
    events = EventTable(
        pd.DataFrame(
            {
                "event_id": np.arange(n_pairs).astype(str).astype(object),
                "earliest": times,
                "latest": times,
                "precision": "instant",
                "direction": "neither",
                "kind": "",
            }
        )
    )
    pairs = (np.arange(n_pairs), rng.integers(0, n_assets, n_pairs))
    start = time.process_time()
    alignment = align(events, pairs, grid)
    aligned = time.process_time()
    rows = merge(alignment, events)
    merged = time.process_time()
    audit = alignment.audit()
    done = time.process_time()
    print(f"align  {aligned - start:6.2f} s  {len(alignment):,} of {n_pairs:,} pairs on {n_assets:,} assets")
    print(f"merge  {merged - aligned:6.2f} s  {len(rows):,} rows")
    print(f"audit  {done - merged:6.2f} s  {len(audit):,} lines")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
