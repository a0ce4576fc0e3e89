"""How fast the array core is: ratios measured in one run, beside what they are compared with.

    python benchmarks/bench_core.py            # print the tables
    python benchmarks/bench_core.py --write    # and keep them in docs/performance.md

Times are CPU seconds of this machine; the ratios are what a reader can hold on to. The two sides of a
ratio are timed in turn, so that other load hits both, and the best of each counts.
"""

from __future__ import annotations

import argparse
import platform
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from eventstudy._files import write_atomic
from eventstudy.estimation import abnormal_returns
from eventstudy.models import FactorModel, MarketModel

SESSIONS, ASSETS, EVENTS = 2_500, 500, 1_000_000
EVENT_WINDOW, ESTIMATION_WINDOW = (-10, 10), (-260, -21)
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
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PEERS = "## Beside other packages"  # what bench_peers.py keeps on the same page


def best(*sides: Callable[[], Any], rounds: int) -> list[float]:
    """Seconds of the best round of each side, the sides in turn."""
    seconds = [float("inf")] * len(sides)
    for _ in range(rounds):
        for i, side in enumerate(sides):
            began = time.process_time()
            held = side()
            seconds[i] = min(seconds[i], time.process_time() - began)
            del held
    return seconds


class Data:
    """Returns, factors and events of the benchmark."""

    def __init__(self, events: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.factors = rng.normal(0, 0.01, (SESSIONS, 3))
        self.returns = self.factors @ rng.normal(0.5, 0.3, (3, ASSETS)) + rng.normal(0, 0.01, (SESSIONS, ASSETS))
        self.rows = rng.integers(260, SESSIONS - 11, events)
        self.columns = rng.integers(0, ASSETS, events)
        self.positions = np.column_stack([self.rows, self.columns])

    def core(self, k: int = 1, events: int | None = None, length: int = 240) -> Any:
        """Estimate the first ``events`` events."""
        sample = (-20 - length, -21)
        return abnormal_returns(
            self.returns, self.positions[:events], FactorModel(), self.factors[:, :k], EVENT_WINDOW, sample
        )

    def gather(self) -> Any:
        """One fancy-index gather of the event windows' returns."""
        return self.returns[self.rows[:, None] + np.arange(-10, 11), self.columns[:, None]]

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


def rows_of_core(rounds: int) -> list[tuple[str, str, str]]:
    """Measure; rows of (what, measured, asked for)."""
    data, holed = Data(EVENTS), Data(EVENTS)
    holed.returns[np.random.default_rng(1).random(holed.returns.shape) < 0.01] = np.nan
    gather, copy, one, three, half, quarter, short, missing = best(
        data.gather,
        lambda: np.ones((EVENTS, 21)),
        data.core,
        lambda: data.core(3),
        lambda: data.core(1, EVENTS // 2),
        lambda: data.core(1, EVENTS // 4),
        lambda: data.core(1, None, 60),
        holed.core,
        rounds=rounds,
    )
    loop = 300
    [slow] = best(lambda: data.statsmodels_loop(loop), rounds=2)
    rows = [
        ("one fancy-index gather of the event windows' returns", f"{gather:.3f} s", ""),
        ("writing an array of that size", f"{copy:.3f} s", ""),
        ("1,000,000 events, one factor", f"{one:.3f} s = {one / gather:.2f} gathers", "at most 1.5"),
        ("1,000,000 events, three factors", f"{three:.3f} s = {three / one:.2f} times one factor", "at most 3"),
        (
            "statsmodels, fit and prediction, a loop",
            f"{slow / loop * 1e3:.2f} ms an event = {slow / loop / (one / EVENTS):,.0f} times the core",
            "at least 500",
        ),
        ("half and a quarter of the events", f"{half / one:.2f} and {quarter / one:.2f} of the time", "linear"),
        ("estimation window of 60 sessions instead of 240", f"{short / one:.2f} of the time", "the same"),
        ("1 % of the returns missing", f"{missing:.3f} s = {missing / one:.2f} times", ""),
    ]
    whole = data.returns
    dates = np.column_stack([np.arange(260, SESSIONS - 11), np.zeros(SESSIONS - 271, dtype=int)])
    each, single = best(
        lambda: abnormal_returns(
            whole[:, :1], dates, MarketModel(), data.factors[:, :1], EVENT_WINDOW, ESTIMATION_WINDOW
        ),
        lambda: abnormal_returns(
            whole[:, :1], dates[:1], MarketModel(), data.factors[:, :1], EVENT_WINDOW, ESTIMATION_WINDOW
        ),
        rounds=10 * rounds,
    )
    rows.append(
        (f"all {len(dates):,} dates of one asset, against one date", f"{each * 1e3:.2f} and {single * 1e3:.2f} ms", "")
    )
    for n in (100, 1_000, 10_000):
        [few] = best(lambda n=n: data.core(1, n), rounds=5 * rounds)
        rows.append((f"{n:,} events on the 500 assets", f"{few * 1e3:.1f} ms", ""))
    rows.append(("memory beyond inputs and outputs, 1,000,000 events", f"{extra_memory(data):.0%}", "at most 25 %"))
    return rows


def extra_memory(data: Data) -> float:
    """Peak memory beyond inputs and outputs, as a share of these."""
    tracemalloc.start()
    held = data.core()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del held
    return (peak - kept) / (kept + data.returns.nbytes + data.factors.nbytes + data.positions.nbytes)


def rows_of_study(rounds: int, n: int = 1_000) -> list[tuple[str, str, str]]:
    """A whole study through the public API against the core alone."""
    import pandas as pd

    import eventstudy as es

    rng = np.random.default_rng(0)
    days = pd.bdate_range("2010-01-04", periods=SESSIONS)
    market = rng.normal(0.0002, 0.01, SESSIONS)
    log_returns = market[:, None] + rng.normal(0, 0.015, (SESSIONS, 100))
    names = [f"A{i:03d}" for i in range(100)]
    levels = 100 * np.exp(np.cumsum(np.column_stack([log_returns, market]), axis=0))
    frame = pd.DataFrame(levels, index=days, columns=[*names, "MKT"])
    prices = es.PricePanel(frame, close="16:00", tz="America/New_York")
    rows, columns = rng.integers(300, SESSIONS - 20, n), rng.integers(0, 100, n)
    listed = pd.DataFrame(
        {
            "event_id": [f"e{i:04d}" for i in range(n)],
            "time": [f"{days[r]:%Y-%m-%d}T09:00" for r in rows],
            "asset": [names[c] for c in columns],
        }
    )
    study = es.EventStudy(es.MarketModel("MKT"), event_window=EVENT_WINDOW, estimation_window=ESTIMATION_WINDOW)

    def whole() -> Any:
        events = es.read_events(listed, tz="America/New_York")
        result = study.run(events, prices)
        return result.tests(window=(0, 1), names=PARAMETRIC), result.to_frame("event")

    returns = np.vstack([np.full((1, 101), np.nan), np.diff(np.log(levels), axis=0)])
    positions = np.column_stack([rows, columns])

    def core() -> Any:
        return abnormal_returns(
            returns[:, :100], positions, MarketModel(), returns[:, 100], EVENT_WINDOW, ESTIMATION_WINDOW
        )

    study_seconds, core_seconds = best(whole, core, rounds=rounds)
    return [
        (f"{n:,} events on 100 assets, core alone", f"{core_seconds * 1e3:.1f} ms", ""),
        (
            "the same through read_events, EventStudy.run, all parametric tests and to_frame",
            f"{study_seconds * 1e3:.0f} ms = {study_seconds / core_seconds:.1f} times the core",
            "at most 10",
        ),
    ]


def table(rows: list[tuple[str, str, str]]) -> str:
    """Markdown."""
    lines = ["| what | measured | asked for |", "|---|---|---|"]
    return "\n".join(lines + [f"| {a} | {b} | {c} |" for a, b, c in rows])


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-study", action="store_true", help="the array core only")
    asked = parser.parse_args()
    parts = [
        "# Performance",
        "",
        "Written by `python benchmarks/bench_core.py --write`. Times are CPU seconds of one machine "
        f"({platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, one core); "
        "the ratios are measured in one run, the two sides in turn.",
        "",
        f"## The array core: {SESSIONS:,} sessions, {ASSETS} assets, windows of 240 + 21 sessions",
        "",
        table(rows_of_core(asked.rounds)),
        "",
        "Window sums are taken by prefix and suffix sums in blocks of the window's length, nothing is ever "
        "subtracted; abnormal returns are computed in parts that fit the cache and written once. Few events on "
        "many sessions are summed from their own rows instead, in the same order: the numbers are the same to "
        "the last bit. The sums over all windows of the panel are a fixed cost (about 0.07 s here), so that time is "
        "that plus so much an event.",
        "",
    ]
    if not asked.no_study:
        parts += ["## A whole study through the public API", "", table(rows_of_study(asked.rounds)), ""]
    page = "\n".join(parts)
    if PAGE.exists() and PEERS in (kept := PAGE.read_text(encoding="utf-8")):
        page += "\n" + kept[kept.index(PEERS) :]
    print(page)
    if asked.write:
        write_atomic(PAGE, page)


if __name__ == "__main__":
    main()
