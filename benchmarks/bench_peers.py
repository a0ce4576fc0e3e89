"""A study of 1,000 events here and in three packages from PyPI, timed in one run.

    python benchmarks/bench_peers.py --peer eventstudy=PYTHON --peer ffjr-eventstudies=PYTHON \\
        --peer robust-eventstudy=PYTHON

``PYTHON`` is the interpreter of an environment that holds just that package (one of them is called
``eventstudy``, too). Every side gets the same 500 assets x 2,500 sessions and the same events, reads its
inputs before the clock starts, and is timed from events to a result object by its public interface, in CPU
seconds of one thread. Sides run in turn, and the best of some rounds counts. Reading the prices is not
timed: the others compute all returns then. Here the first study of a panel computes them within its time,
and the next ones share them while a result of the first is kept; both are printed. ``--write`` keeps the
table in docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

SESSIONS, ASSETS, EVENTS, ROUNDS = 2_500, 500, 1_000, 3
EVENT_WINDOW = (-10, 10)
ESTIMATION = 240
GAP = 10

OURS = """
import sys, time
import pandas as pd
import eventstudy as es
frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
table = pd.read_csv(sys.argv[2], parse_dates=["date"])
prices = es.PricePanel(frame, close="16:00", tz="America/New_York")
study = es.EventStudy(es.MarketModel("MKT"), event_window=(-10, 10), estimation_window=(-260, -21))
best = {"first": 9e9, "next": 9e9, "run alone": 9e9}
def once(which):
    began = time.process_time()
    events = es.read_events(table, tz="America/New_York")
    read = time.process_time()
    result = study.run(events, prices)
    ran = time.process_time()
    frame_out = result.to_frame("event", window=(-10, 10))
    best[which] = min(best[which], time.process_time() - began)
    if which == "next":
        best["run alone"] = min(best["run alone"], ran - read)
    return result, frame_out
for _ in range(int(sys.argv[3]) + 1):  # one round more, for what is imported when first used
    kept = once("first")
    once("next")
    del kept
print(best["run alone"], best["next"], best["first"], len(table))
"""
LEMAIRE = """
import sys, time, csv, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
import eventstudy as es
es.Single.import_returns(sys.argv[1], is_price=True, log_return=True)
table = pd.read_csv(sys.argv[2])
windows = {"event_window": (-10, 10), "estimation_size": 240, "buffer_size": 10}
best = 9e9
for _ in range(int(sys.argv[3])):
    began = time.process_time()
    items = [{"event_date": np.datetime64(d), "security_ticker": a, "market_ticker": "MKT"}
             for d, a in zip(table["date"], table["asset"])]
    result = es.Multiple.from_list(items, es.Single.market_model, **windows)
    best = min(best, time.process_time() - began)
print(best, len(result.sample) if hasattr(result, "sample") else len(items))
"""
FFJR = """
import sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
import eventstudies as es
frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
es.SingleEvent.import_returns(dataframe=np.log(frame).diff().dropna())
table = pd.read_csv(sys.argv[2])
windows = {"event_window": (-10, 10), "est_size": 240, "buffer_size": 10}
best = 9e9
for _ in range(int(sys.argv[3])):
    began = time.process_time()
    items = [{"event_date": np.datetime64(d), "ticker": a, "mkt_idx": "MKT"}
             for d, a in zip(table["date"], table["asset"])]
    result = es.MultipleEvents.from_list(items, es.SingleEvent.MarketModel, **windows)
    best = min(best, time.process_time() - began)
print(best, len(items))
"""
ROBUST = """
import sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
from robust_eventstudy.returns import MarketModel
frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
returns = np.log(frame).diff().dropna()
table = pd.read_csv(sys.argv[2])
best = 9e9
for _ in range(int(sys.argv[3])):
    began = time.process_time()
    # Its windows count calendar days: 350 of them hold about 240 sessions, 14 about 10.
    model = MarketModel(estimation_window=350, gap_window=14, market_proxy="MKT")
    model.set_market_returns(returns["MKT"])
    result = [model.compute_abnormal_returns(returns[a], d, (-14, 14), a)
              for d, a in zip(table["date"], table["asset"])]
    best = min(best, time.process_time() - began)
print(best, len(result))
"""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEADING = "## Beside other packages"
PEERS = {"eventstudy": LEMAIRE, "ffjr-eventstudies": FFJR, "robust-eventstudy": ROBUST}


def write_data(folder: Path) -> tuple[Path, Path]:
    """Write prices and events that every side reads."""
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2010-01-04", periods=SESSIONS)
    market = rng.normal(0, 0.01, SESSIONS)
    moves = market[:, None] * rng.normal(1, 0.3, ASSETS) + rng.normal(0, 0.01, (SESSIONS, ASSETS))
    prices = pd.DataFrame(
        100 * np.exp(np.cumsum(moves, axis=0)), index=days, columns=[f"S{i:03d}" for i in range(ASSETS)]
    )
    prices["MKT"] = 100 * np.exp(np.cumsum(market))
    prices.index.name = "date"
    rows = rng.integers(300, SESSIONS - 30, EVENTS)
    events = pd.DataFrame(
        {"date": days[rows].strftime("%Y-%m-%d"), "asset": prices.columns[rng.integers(0, ASSETS, EVENTS)]}
    )
    paths = folder / "prices.csv", folder / "events.csv"
    prices.round(8).to_csv(paths[0])
    events.to_csv(paths[1], index=False)
    return paths


def seconds(python: str, code: str, paths: tuple[Path, Path], rounds: int) -> list[float]:
    """Run one side in its own interpreter; give the best rounds' CPU seconds."""
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [python, "-c", code, *map(str, paths), str(rounds)],
            capture_output=True,
            text=True,
            check=False,
            cwd=empty,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH" or python == sys.executable} | ONE_THREAD,
        )
    if done.returncode:
        raise SystemExit(f"{python}: {done.stderr.strip().splitlines()[-1]}")
    return [float(number) for number in done.stdout.splitlines()[-1].split()[:-1]]


def table(ours: list[float], theirs: dict[str, float]) -> str:
    """Markdown: each side's time, and how many times as long it takes as each of ours."""
    lines = [
        f"| {EVENTS:,} events, {ASSETS} x {SESSIONS:,} prices | CPU | of `run` alone | of the whole | of the first |",
        "|---|---|---|---|---|",
        f"| this package: `run` alone, returns shared with a result that is kept | {ours[0] * 1e3:.1f} ms | | | |",
        f"| the whole: `read_events`, `run`, `to_frame`, the same | {ours[1] * 1e3:.1f} ms | | | |",
        f"| the whole of the first study, which computes the returns | {ours[2] * 1e3:.1f} ms | | | |",
    ]
    for name, took in theirs.items():
        ratios = " | ".join(f"{took / mine:,.0f} times" for mine in ours)
        lines.append(f"| {name} | {took * 1e3:,.0f} ms | {ratios} |")
    return "\n".join(lines)


def main() -> None:
    """Time every side, print the ratios, and keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="keep the table in docs/performance.md")
    options = parser.parse_args()
    peers = dict(item.split("=", 1) for item in options.peer)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_data(Path(folder))
        theirs = {name: seconds(python, PEERS[name], paths, options.rounds)[0] for name, python in peers.items()}
        ours = seconds(sys.executable, OURS, paths, 3 * options.rounds)
    shown = table(ours, theirs)
    print(shown)
    if options.write:
        kept, _, rest = PAGE.read_text(encoding="utf-8").partition(HEADING)
        _, mark, after = rest.partition("\n## ")  # what stands behind this section stays
        text = (
            "Written by `python benchmarks/bench_peers.py --write`; all sides in one run, CPU time of one thread. "
            "The others compute all returns while they read the prices, before the clock starts."
        )
        page = f"{kept.rstrip()}\n\n{HEADING}\n\n{text}\n\n{shown}\n{mark}{after}"
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
