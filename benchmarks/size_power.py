"""How often every test rejects, by simulation: writes docs/validity.md, its figures and its tables.

python benchmarks/size_power.py               # 10,000 replications, resampling 1,000 x 199; minutes on two cores
python benchmarks/size_power.py --reps 1000   # a look
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# two processes share the cores already; threads inside each would only wait for one another
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import resampling, validity_page  # noqa: E402
from benchmarks.scenarios import Scenario, rejection  # noqa: E402

CLUSTERED = {"n_dates": 10, "spacing": 21, "process": {"rho": 0.3}}
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
    Scenario("overlap: 3 assets, (0, 4)", n=24, n_assets=3, n_dates=8, spacing=21, window=(0, 4), process={"rho": 0.3}),
]
"""The null is true in all of them."""

POWER = [
    Scenario(f"{label}, effect {effect:.1%}", process={"effect": effect, **process})
    for label, process in (("normal", {}), ("t(4)", {"nu": 4}), ("variance x2", {"variance_multiplier": 2.0}))
    for effect in (0.005, 0.01, 0.015, 0.02)
]

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
    """The scenarios of golden/mc_size_power.csv, all events on one date, with the rates to be met."""
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
        scenario = Scenario(f"golden: {name}", n=int(first["N"]), n_dates=1, process=process)
        targets = {GOLDEN_NAMES[row["test"]]: (float(row["rej_5pct_two_sided"]), float(row["mc_se"])) for row in own}
        out.append((scenario, targets))
    return out


def _rejection(job: tuple[Scenario, int, int]) -> tuple[str, dict[str, tuple[float, float]]]:
    scenario, reps, seed = job
    return scenario.name, rejection(scenario, reps, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=199)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    reps = arguments.reps
    started = time.perf_counter()
    golden = golden_scenarios(ROOT / "tests" / "data" / "golden" / "mc_size_power.csv")
    jobs = [(s, reps, i) for i, s in enumerate(SIZE)]
    jobs += [(s, max(reps // 4, 1), 100 + i) for i, s in enumerate(POWER)]
    jobs += [(s, max(reps // 2, 1), 200 + i) for i, (s, _) in enumerate(golden)]
    with ProcessPoolExecutor(arguments.processes) as pool:
        single = [pool.submit(resampling.single_event, name, reps, 300 + i) for i, name in enumerate(resampling.SINGLE)]
        many = [
            pool.submit(resampling.resampled, name, max(reps // 10, 1), arguments.draws, 400 + i)
            for i, name in enumerate(resampling.MANY)
        ]
        rates = dict(pool.map(_rejection, jobs))
        single_rows = [row for task in single for row in task.result()]
        many_rows = [row for task in many for row in task.result()]
    seconds = time.perf_counter() - started
    sizes = {s.name: rates[s.name] for s in SIZE}
    powers = {s.name: rates[s.name] for s in POWER}
    compared = compare_golden(golden, rates, max(reps // 2, 1))
    validity_page.write(
        arguments.out,
        sizes=sizes,
        powers=powers,
        golden=compared,
        single=single_rows,
        resampled=many_rows,
        reps=reps,
        draws=arguments.draws,
    )
    off = [row for row in compared if abs(row["z"]) > 3]
    print(f"{seconds:.0f} s; golden: {len(compared)} rates, {len(off)} beyond three standard errors")
    for row in off:
        print("  ", row)


def compare_golden(
    golden: list[tuple[Scenario, dict[str, tuple[float, float]]]],
    rates: dict[str, dict[str, tuple[float, float]]],
    reps: int,
) -> list[dict[str, object]]:
    """One row a rate: ours, the target, and their difference in standard errors of both."""
    rows: list[dict[str, object]] = []
    for scenario, targets in golden:
        for test, (target, se) in targets.items():
            ours = rates[scenario.name][test][0]
            # a rate of one or zero has no spread of its own: half a hit in so many draws stands for it
            floor = 0.5 / reps
            own = np.sqrt(max(ours * (1 - ours) / reps, floor**2))
            z = (ours - target) / np.sqrt(own**2 + max(se, floor) ** 2)
            rows.append({"scenario": scenario.name[8:], "test": test, "ours": ours, "target": target, "z": float(z)})
    return rows


if __name__ == "__main__":
    main()
