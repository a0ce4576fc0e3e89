"""From a Parquet file to log returns, against reading the file with pyarrow alone.

    python benchmarks/parquet_to_returns.py [assets] [sessions]

By default 20,000 assets x 5,000 sessions (0.8 GB of prices, 0.5 GB on disk, about 3.5 GB of memory).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import eventstudy as es
from eventstudy.prices.returns import panel_returns


def write(path: Path, n_assets: int, n_sessions: int) -> None:
    """Write random walks rounded to cents, one column an asset."""
    rng = np.random.default_rng(0)
    columns = {"date": pa.array(pd.bdate_range("2000-01-03", periods=n_sessions))}
    for i in range(n_assets):
        columns[f"A{i}"] = np.round(100 * np.exp(rng.normal(0, 0.01, n_sessions).cumsum()), 2)
    pq.write_table(pa.table(columns), path)


def main() -> None:
    """Measure both, three times, and print the best."""
    n_assets, n_sessions = (int(a) for a in (sys.argv[1:] + ["20000", "5000"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prices.parquet"
        write(path, n_assets, n_sessions)
        alone, whole = [], []
        for _ in range(3):
            start = time.perf_counter()
            pq.read_table(path)
            alone.append(time.perf_counter() - start)
            start = time.perf_counter()
            panel_returns(es.read_prices(path))
            whole.append(time.perf_counter() - start)
    print(f"{n_assets} assets x {n_sessions} sessions")
    print(f"pyarrow.parquet.read_table   {min(alone):6.2f} s")
    print(f"read_prices and returns      {min(whole):6.2f} s, {min(whole) / min(alone):.1f} times")


if __name__ == "__main__":
    main()
