"""From a Parquet file to log returns, against reading the file with pyarrow alone.

    python benchmarks/parquet_to_returns.py [--assets 20000] [--sessions 5000] [--write]

By default 20,000 assets x 5,000 sessions (0.8 GB of prices, 0.5 GB on disk, about 4 GB of memory). Seconds are
CPU seconds of all threads, the two sides in turn and the best of each; ``--write`` keeps the figures in
docs/performance.md, in a section of their own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import eventstudy as es
from eventstudy._files import write_atomic
from eventstudy.prices.returns import panel_returns

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
TITLE = "## From Parquet to returns"


def write(path: Path, n_assets: int, n_sessions: int) -> None:
    """Write random walks rounded to cents, one column an asset."""
    rng = np.random.default_rng(0)
    columns = {"date": pa.array(pd.bdate_range("2000-01-03", periods=n_sessions))}
    for i in range(n_assets):
        columns[f"A{i}"] = np.round(100 * np.exp(rng.normal(0, 0.01, n_sessions).cumsum()), 2)
    pq.write_table(pa.table(columns), path)


def measure(n_assets: int, n_sessions: int, rounds: int = 3) -> tuple[float, float]:
    """CPU seconds of pyarrow alone, and of `read_prices` and returns."""
    seconds = [float("inf")] * 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prices.parquet"
        write(path, n_assets, n_sessions)
        for _ in range(rounds):
            for side, run in enumerate((lambda: pq.read_table(path), lambda: panel_returns(es.read_prices(path)))):
                began = time.process_time()
                held = run()
                seconds[side] = min(seconds[side], time.process_time() - began)
                del held
    return seconds[0], seconds[1]


def section(n_assets: int, n_sessions: int, alone: float, whole: float) -> str:
    """Say what was measured, as it stands on the page."""
    return (
        f"{TITLE}\n\nWritten by `python benchmarks/parquet_to_returns.py --write`; CPU seconds of all threads.\n\n"
        "| what | measured | asked for |\n|---|---|---|\n"
        f"| `pyarrow.parquet.read_table`, {n_assets:,} assets x {n_sessions:,} sessions | {alone:.2f} s |  |\n"
        f"| `read_prices` and log returns of the same file | {whole:.2f} s = {whole / alone:.1f} times | at most 4 |\n"
    )


def keep(text: str) -> None:
    """Put the section in the page, in the place of the one before or at the end."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(TITLE)
    after = rest[rest.index("\n## ") + 1 :] if "\n## " in rest else ""
    write_atomic(PAGE, before.rstrip() + "\n\n" + text + (f"\n{after}" if after else ""))


def main() -> None:
    """Measure, print, and keep what was measured if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assets", type=int, default=20_000)
    parser.add_argument("--sessions", type=int, default=5_000)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/performance.md")
    asked = parser.parse_args()
    text = section(asked.assets, asked.sessions, *measure(asked.assets, asked.sessions))
    print(text)
    if asked.write:
        keep(text)


if __name__ == "__main__":
    main()
