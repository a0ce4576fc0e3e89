"""How often every test rejects, by simulation: writes docs/validity.md, its figures and its tables.

python benchmarks/size_power.py               # 10,000 replications, resampling 4,000 x 199; minutes on two cores
python benchmarks/size_power.py --reps 1000   # a look
python benchmarks/size_power.py --only real   # this part anew, the others from the table that is there
python benchmarks/size_power.py --only        # only the page
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

# two processes share the cores already; threads inside each would only wait for one another
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "data" / "golden" / "mc_size_power.csv"
sys.path.insert(0, str(ROOT))

from benchmarks import own_assumptions, real_series, regressions, resampling, validity_page  # noqa: E402
from benchmarks.scenarios import Scenario, rejection  # noqa: E402
from eventstudy.inference.draws import spread  # noqa: E402

CLUSTERED = {"n_dates": 10, "spacing": 21, "process": {"rho": 0.3}}
FEW = {"n": 24, "n_assets": 3, "n_dates": 8, "window": (0, 4), "process": {"rho": 0.3}}
SIZE = [
    Scenario("50 events"),
    Scenario("20 events", n=20),
    Scenario("10 events", n=10),
    Scenario("5 events", n=5),
    Scenario("50 events, t(4)", process={"nu": 4}),
    Scenario("10 events, t(3)", n=10, process={"nu": 3}),
    Scenario("30 events, skewness 2", n=30, process={"skewness": 2.0}),
    Scenario("50 events, GARCH", process={"garch": (0.1, 0.85)}),
    Scenario("50 events, 30 % thin", process={"thin": 0.3}),
    Scenario("30 events, window (0, 4)", n=30, window=(0, 4), spacing=5),
    Scenario("50 events, variance x2", process={"variance_multiplier": 2.0}),
    Scenario("50 events, variance x4", process={"variance_multiplier": 4.0}),
    Scenario("50 on 10 dates, r = 0.3", **CLUSTERED),
    Scenario("50 on 10 dates, variance x2", **(CLUSTERED | {"process": {"rho": 0.3, "variance_multiplier": 2.0}})),
    Scenario("20 on 4 dates, r = 0.3", n=20, n_dates=4, spacing=21, process={"rho": 0.3}),
    Scenario("50 on 1 date, r = 0.1", n_dates=1, process={"rho": 0.1}),
    Scenario("50 on 1 date, variance x2", n_dates=1, process={"rho": 0.1, "variance_multiplier": 2.0}),
    Scenario("24 on 8 dates, 3 assets, (0, 4)", **(FEW | {"spacing": 21})),
    Scenario("24 in a chain of overlaps, (0, 4)", **(FEW | {"spacing": 3})),
]
"""The null is true in all of them."""

POWER = [
    Scenario(f"{label}, effect {effect:.1%}", process={"effect": effect, **process})
    for label, process in (("normal", {}), ("t(4)", {"nu": 4}), ("variance x2", {"variance_multiplier": 2.0}))
    for effect in (0.005, 0.01, 0.015, 0.02)
]

PARTS = ("size", "power", "golden", "single event", "resampling", "regression", "stated", "real")
"""Parts of the table, each a first word of its rows' kind."""

GOLDEN_NAMES = {
    "patell": "patell_z",
    "bmp": "bmp_t",
    "kp": "adjusted_bmp_t",
    "csect": "cross_sectional_t",
    "bw85": "crude_dependence_t",
    "sign": "sign_z",
    "gsign": "generalized_sign_z",
    "rank": "corrado_rank_z",
}


def golden_scenarios(path: Path) -> list[tuple[Scenario, dict[str, tuple[float, float]]]]:
    """The scenarios of golden/mc_size_power.csv, all events on one date: test -> (rate to be met, its error)."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    out = []
    for name in dict.fromkeys(row["scenario"] for row in rows):
        own = [row for row in rows if row["scenario"] == name]
        first = own[0]
        process: dict[str, float] = {
            "rho": float(first["rho"]),
            "variance_multiplier": float(first["var_mult"]),
            "effect": float(first["mu"]),
        }
        if first["dist"] == "t4":
            process["nu"] = 4.0
        scenario = Scenario(name, n=int(first["N"]), n_dates=1, process=process)
        targets = {GOLDEN_NAMES[row["test"]]: (float(row["rej_5pct_two_sided"]), float(row["mc_se"])) for row in own}
        out.append((scenario, targets))
    return out


def _rejection(kind: str, scenario: Scenario, reps: int, seed: int) -> list[dict[str, Any]]:
    return [
        _row(kind, scenario.name, test, "5%", rate, reps, side)
        for test, rates in rejection(scenario, reps, seed, normal=kind == "golden").items()
        for side, rate in zip(("two-sided", "greater"), rates, strict=True)
    ]


def _row(
    kind: str, scenario: str, test: str, level: str, rate: float, reps: int, side: str = "two-sided"
) -> dict[str, Any]:
    return {
        "kind": kind,
        "scenario": scenario,
        "test": test,
        "level": level,
        "alternative": side,
        "replications": reps,
        "rejection_rate": "" if np.isnan(rate) else f"{rate:.5f}",
    }


def _rates(kind: str, reps: int, run: Callable[..., list[dict[str, Any]]], *arguments: Any) -> list[dict[str, Any]]:
    return _rows(kind, run(*arguments), reps)


def _rows(kind: str, table: list[dict[str, Any]], reps: int) -> list[dict[str, Any]]:
    return [
        _row(kind, row["scenario"], row["test"], level, row[level], reps)
        for row in table
        for level in ("1%", "5%", "10%")
        if level in row
    ]


def tasks(reps: int, draws: int) -> dict[str, list[tuple[Callable[..., list[dict[str, Any]]], tuple[Any, ...]]]]:
    """What is to be run, by the part of the table it fills: functions and their arguments."""
    golden = golden_scenarios(GOLDEN)
    few = max(2 * reps // 5, 1)
    return {
        "size": [(_rejection, ("size", s, reps, i)) for i, s in enumerate(SIZE)],
        "power": [(_rejection, ("power", s, max(reps // 4, 1), 100 + i)) for i, s in enumerate(POWER)],
        "golden": [(_rejection, ("golden", s, reps, 200 + i)) for i, (s, _) in enumerate(golden)],
        "single event": [
            (_rates, ("single event", reps, resampling.single_event, name, reps, 300 + i))
            for i, name in enumerate(resampling.SINGLE)
        ],
        "resampling": [
            (_rates, (f"resampling, {draws} draws", few, resampling.resampled, name, few, draws, 400 + i))
            for i, name in enumerate(resampling.MANY)
        ],
        "regression": [
            (_rates, ("regression", reps, run, name, reps, seed))
            for run, names, first in (
                (regressions.groups, regressions.GROUPS, 600),
                (regressions.joint, regressions.JOINT, 700),
            )
            for seed, name in enumerate(names, first)
        ],
        "stated": [(own_assumptions.stated, (800,))],
        "real": [(simulate_real, ())],
    }


def simulate(reps: int, draws: int, parts: Sequence[str], client: Any = None) -> list[dict[str, Any]]:
    """Every rate of these parts of the table, a row each.

    A scenario is a task with a seed of its own: any number of workers draws the same.
    """
    every = tasks(reps, draws)
    waiting = [partial(run, *arguments) for part in parts for run, arguments in every[part]]
    return [row for rows in spread(client, _call, (), waiting, "scenario") for row in rows]


def _call(task: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Simulate one scenario."""
    return task()


def simulate_real(dates: int = 500) -> list[dict[str, Any]]:
    """Rates on the ECB's rates, a row each."""
    alone, together = real_series.real(dates)
    return _rows("real, single", alone, dates) + _rows("real, together", together, dates)


def _part(row: dict[str, Any]) -> str:
    return str(row["kind"]).split(",")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=199)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scheduler", help="of Dask workers started in this repository, instead of own processes")
    parser.add_argument("--only", nargs="*", choices=PARTS, help="parts to run anew; the others stay as they are")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = arguments.out / "size_power.csv"
    started = time.perf_counter()
    parts = PARTS if arguments.only is None else arguments.only
    if parts:
        kept = []
        if table.exists():
            with table.open(encoding="utf-8") as file:
                kept = [row for row in csv.DictReader(file) if _part(row) not in parts]
        with ProcessPoolExecutor(arguments.processes) as pool:
            client = arguments.scheduler or pool
            rows = kept + simulate(arguments.reps, arguments.draws, parts, client)
        rows.sort(key=lambda row: PARTS.index(_part(row)))
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    compared = compare_golden(golden_scenarios(GOLDEN), rows)
    validity_page.write(arguments.out, rows, compared)
    off = [row for row in compared if abs(row["z"]) > 3]
    print(f"{time.perf_counter() - started:.0f} s; {len(compared)} reference rates, {len(off)} beyond three errors")
    for row in off:
        print("  ", row)


def compare_golden(
    golden: list[tuple[Scenario, dict[str, tuple[float, float]]]], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """One row a reference rate: ours, the target, and their difference in standard errors of both."""
    found = {
        (row["scenario"], row["test"]): (float(row["rejection_rate"]), int(row["replications"]))
        for row in rows
        if row["kind"] == "golden" and row["alternative"] == "two-sided" and row["rejection_rate"]
    }
    out: list[dict[str, Any]] = []
    for scenario, targets in golden:
        for test, (target, se) in targets.items():
            ours, reps = found[scenario.name, test]
            # a rate of one or zero has no spread of its own: half a hit in so many draws stands for it
            floor = 0.5 / reps
            own = np.sqrt(max(ours * (1 - ours) / reps, floor**2))
            z = (ours - target) / np.sqrt(own**2 + max(se, floor) ** 2)
            out.append({"scenario": scenario.name, "test": test, "ours": ours, "target": target, "z": float(z)})
    return out


if __name__ == "__main__":
    main()
