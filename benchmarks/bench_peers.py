"""The same 1,000-event study by this library and by the packages on PyPI that run it, in one go.

    python benchmarks/bench_peers.py                  # makes an environment for each peer, needs the network
    python benchmarks/bench_peers.py --envs ~/peers   # keeps and reuses them
    python benchmarks/bench_peers.py --write          # adds the table to docs/performance.md

Every program gets the same log returns and events in memory, and is timed from there to its result
objects with a CAR, a standard error and a statistic for each event: market model, estimation window of
240 sessions, event window of 21. Imports and reading files are not counted, for none of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from eventstudy._files import write_atomic

SESSIONS, ASSETS, EVENTS = 2_500, 100, 1_000
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEADING = "## The same 1,000-event study elsewhere"

START = """
import json, sys, time, warnings
import numpy as np, pandas as pd
warnings.filterwarnings("ignore")
folder = sys.argv[1]
returns = pd.read_csv(folder + "/returns.csv", index_col="date", parse_dates=True)
events = pd.read_csv(folder + "/events.csv", parse_dates=["date"])
"""

END = """
seconds, first_car = [], None
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    n, first_car = study()
    seconds.append(time.perf_counter() - began)
print(json.dumps({"seconds": min(seconds), "n": n, "first_car": first_car}))
"""

PROGRAMS = {
    "eventstudy==0.1a12": """
import eventstudy as other
other.Single.import_returns(folder + "/returns.csv")
def study():
    listed = [{"event_date": np.datetime64(d.date()), "security_ticker": a, "market_ticker": "MKT"}
              for d, a in zip(events["date"], events["asset"])]
    found = other.Multiple.from_list(listed, other.Single.market_model, (-10, 10), 240, 10)
    tables = [single.results(asterisks=False, decimals=10) for single in found.sample]
    return len(tables), float(tables[0].iloc[-1]["CAR"])
""",
    "ffjr-eventstudies": """
import eventstudies as other
other.SingleEvent.import_returns(dataframe=returns)
def study():
    listed = [{"event_date": np.datetime64(d.date()), "ticker": a, "mkt_idx": "MKT"}
              for d, a in zip(events["date"], events["asset"])]
    model = other.SingleEvent.MarketModel
    found = other.MultipleEvents.from_list(listed, model, (-10, 10), 240, 10, ignore_errors=False)
    tables = [single.results(asterisks=False, decimals=10) for single in found.sample]
    return len(tables), float(tables[0].iloc[-1]["CAR"])
""",
    "robust-eventstudy": """
from robust_eventstudy import returns as other
def study():
    # Its windows count calendar days: these hold about as many sessions.
    model = other.MarketModel(estimation_window=336, gap_window=14, min_estimation_days=120, market_proxy="MKT")
    model.set_market_returns(returns["MKT"])
    found = [model.compute_abnormal_returns(returns[a], d, (-14, 14), symbol=a)
             for d, a in zip(events["date"], events["asset"])]
    return len(found), float(found[0]["car"])
""",
}

OWN = """
import eventstudy as es
prices = np.exp(returns.cumsum())
panel = es.PricePanel(prices, close="16:00", tz="America/New_York")
listed = pd.DataFrame({"time": events["date"] + pd.Timedelta(hours=9), "asset": events["asset"],
                       "event_id": [f"e{i:04d}" for i in range(len(events))]})
def study():
    spec = es.EventStudy(es.MarketModel("MKT"), event_window=(-10, 10), estimation_window=(-260, -21))
    result = spec.run(es.read_events(listed, tz="America/New_York"), panel)
    frame = result.to_frame("event", window=(-10, 10))
    return len(frame), float(frame["car"].iloc[0])
"""


def make_inputs(folder: Path) -> None:
    """Write returns and events for all programs."""
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2010-01-04", periods=SESSIONS, name="date")
    market = rng.normal(0.0002, 0.01, SESSIONS)
    assets = market[:, None] + rng.normal(0, 0.015, (SESSIONS, ASSETS))
    names = [f"A{i:03d}" for i in range(ASSETS)]
    frame = pd.DataFrame(np.column_stack([assets, market]), index=days, columns=[*names, "MKT"])
    frame.to_csv(folder / "returns.csv")
    # Each asset's events lie apart, so that no program merges two of them.
    rows = np.concatenate([rng.permutation(np.arange(400, SESSIONS - 60, 50))[:10] for _ in range(ASSETS)])
    listed = pd.DataFrame({"date": days[rows], "asset": np.repeat(names, EVENTS // ASSETS)})
    listed.to_csv(folder / "events.csv", index=False)


def run(python: str, program: str, folder: Path, rounds: int) -> dict[str, float] | str:
    """Run one program in its own interpreter; give its result, or the last line of its error."""
    script = folder / "program.py"
    script.write_text(START + program + END)
    path = {"PYTHONPATH": str(PAGE.parents[1])} if python == sys.executable else {}
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | path  # one peer is named as this library is
    command = [python, str(script), str(folder), str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def environment(requirement: str, root: Path) -> str:
    """Make or reuse the peer's own environment; give its interpreter."""
    home = root / requirement.split("=")[0]
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", requirement], check=True, capture_output=True)
    return str(python)


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--envs", type=Path, help="folder of the peers' environments")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="add the table to docs/performance.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        make_inputs(folder)
        own = run(sys.executable, OWN, folder, asked.rounds)
        if isinstance(own, str):
            raise SystemExit(f"this library failed: {own}")
        lines = [
            HEADING,
            "",
            "| program | seconds | times ours | CAR of the first event | note |",
            "|---|---|---|---|---|",
        ]
        lines.append(
            f"| this library, dates and accounting included | {own['seconds']:.3f} | 1 | {own['first_car']:.6f} | |"
        )
        for requirement, program in PROGRAMS.items():
            try:
                found = run(environment(requirement, asked.envs or folder), program, folder, asked.rounds)
            except (subprocess.CalledProcessError, OSError) as error:
                found = f"not installed: {error}"
            if isinstance(found, str):
                lines.append(f"| {requirement} | | | | {found} |")
                continue
            ratio, note = found["seconds"] / own["seconds"], "" if found["n"] == EVENTS else f"{found['n']} events"
            lines.append(
                f"| {requirement} | {found['seconds']:.2f} | {ratio:.0f} | {found['first_car']:.6f} | {note} |"
            )
    table = "\n".join([*lines, "", "Written by `python benchmarks/bench_peers.py --write`.", ""])
    print(table)
    if asked.write:
        kept = PAGE.read_text().split(HEADING)[0].rstrip() if PAGE.exists() else "# Performance"
        write_atomic(PAGE, f"{kept}\n\n{table}")


if __name__ == "__main__":
    main()
