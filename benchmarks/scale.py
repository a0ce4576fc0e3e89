"""Beyond one machine: two million events, a panel that outgrows the memory, one worker against two.

    python benchmarks/scale.py [million] [passes] [crowded] [outgrown] [workers] [--write] [--folder F] [--share 0.1]

``million``: 20,000 assets x 5,000 sessions and two million events, by two Dask workers held to 1 GB each.
``outgrown``: a panel of 8 GB, by one process whose data segment is held to 1 GB, and by the two workers.
``workers``: 200,000 events by one worker and by two, in turns.
``passes``: the same events by one process: reading the prices, tests of one pass, tests of two.
``crowded``: the pairs of r_bar of a piece of a date with many events.

Prices and events are random walks and uniform draws. Every driver is a process of its own, so that its peak memory is
its own; peaks are the kernel's (VmHWM), set back before each step. ``--write`` keeps the figures in docs/scale.json and
the page docs/scale.md; ``--quiet`` prints a line a step instead of all figures; ``--share`` takes a share of all sizes,
for a look. About 25 minutes of two cores and 10 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

# Two workers share the cores already; threads inside each would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy._files import write_atomic
from eventstudy.assets import Asset
from eventstudy.distributed import PartitionedResult
from eventstudy.distributed.questions import PAIR_ROWS
from eventstudy.inference.partial_pairs import PairRows, Piece, piece_sums
from eventstudy.prices import PriceDataset
from eventstudy.prices.dataset_write import DatasetWriter, default_group

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "scale.json"
GB = 10**9
LIMIT = 1 * GB
SESSIONS = 5_000
SIZES = {
    "million": (20_000, 2_000_000),
    "outgrown": (200_000, 200_000),
    "workers": (2_000, 200_000),
    "passes": (2_000, 200_000),
    "crowded": (20_000, 20_000),
}
"""Assets and events."""
STUDY = es.EventStudy(es.MarketModel("MKT"), event_window=(-1, 1), estimation_window=(-250, -11))
SOME_TESTS = ("cross_sectional_t", "bmp_t", "adjusted_bmp_t", "grank_t", "clustered_t", "calendar_time_t")
ONE_PASS, TWO_PASSES = "bmp_t", "grank_t"
ROUNDS = 3


def names_of(first: int, n: int) -> list[str]:
    """Names of assets."""
    return [f"A{j:06d}" for j in range(first, first + n)]


def write_prices(folder: Path, n_assets: int) -> PriceDataset:
    """Write a market and assets that follow it, partition by partition."""
    days = pd.bdate_range("2000-01-03", periods=SESSIONS)
    rng = np.random.default_rng(0)
    market = rng.normal(0, 0.01, SESSIONS)
    writer = DatasetWriter(str(folder), days.to_numpy(), intraday=False)
    writer.add([Asset(symbol="MKT", name="MKT")], np.exp(market.cumsum())[:, None])
    step = default_group(SESSIONS)
    for first in range(0, n_assets, step):
        names = names_of(first, min(step, n_assets - first))
        returns = market[:, None] + rng.normal(0, 0.02, (SESSIONS, len(names)))
        writer.add([Asset(symbol=name, name=name) for name in names], np.exp(returns.cumsum(axis=0)))
    writer.finish()
    return PriceDataset(folder)


def some_events(n_events: int, n_assets: int) -> es.EventTable:
    """Events on uniformly drawn days and assets; each asset has one at least where there are enough."""
    rng = np.random.default_rng(1)
    days = pd.bdate_range("2000-01-03", periods=SESSIONS)[300:-5]
    asset = np.concatenate([rng.permutation(n_assets), rng.integers(0, n_assets, max(n_events - n_assets, 0))])
    frame = {
        "event_id": np.arange(n_events).astype(str),
        "date": rng.choice(days, n_events),
        "asset": np.char.add("A", np.char.zfill(asset[:n_events].astype(str), 6)),
    }
    return es.read_events(pd.DataFrame(frame))


def used() -> tuple[int, float, float]:
    """Process, peak memory in MB since it was last set back, and CPU seconds."""
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return os.getpid(), peak / 1024, time.process_time()


def set_back() -> None:
    """Let the kernel count the peak memory anew."""
    Path("/proc/self/clear_refs").write_text("5")


class Meter:
    """Wall clock, CPU and peak memory of the driver and of each worker, step by step."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.steps: dict[str, dict[str, Any]] = {}

    def _workers(self) -> dict[int, tuple[float, float]]:
        found = self._client.run(used).values() if self._client is not None else ()
        return {pid: (peak, cpu) for pid, peak, cpu in found}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        before, began = self._workers(), time.perf_counter()
        if self._client is not None:
            self._client.run(set_back)
        set_back()
        cpu = used()[2]
        yield
        wall, (_, peak, end) = time.perf_counter() - began, used()
        after = self._workers()
        self.steps[name] = {
            "wall": wall,
            "driver_cpu": end - cpu,
            "driver_peak": peak,
            "worker_cpu": [after[k][1] - (before[k][1] if k in before else 0.0) for k in after],
            "worker_peak": [after[k][0] for k in after],
            "workers_restarted": len(set(after) - set(before)),
            "load": os.getloadavg()[0],
        }


def drive(job: dict[str, Any]) -> dict[str, Any]:
    """Run a study in this process, with the workers of a scheduler if one is given."""
    if job["limit"]:
        resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    client = None
    if job["scheduler"]:
        from distributed import Client

        client = Client(job["scheduler"])
    meter = Meter(client)
    with meter.step("events"):
        events = some_events(job["events"], job["assets"])
    with meter.step("run"):
        result = STUDY.run(
            events, PriceDataset(job["prices"]), client=client, compute="partitions", output=job["output"]
        )
    assert isinstance(result, PartitionedResult)
    assert result.n_in == len(result) + len(result.dropped) + len(result.merged)
    del events
    with meter.step("tests"):
        table = result.tests((0, 0), names=job["tests"])
    with meter.step("summary"):
        summary = result.summary([(0, 0)], by=[]).table
    files = [p for p in Path(job["output"]).rglob("*") if p.is_file()]
    if client is not None:
        client.close()
    return {
        "steps": meter.steps,
        "rows": len(result),
        "tests": len(table),
        "numbers": [*table["statistic"].astype(float), float(summary["mean_car"].iloc[0])],
        "bytes": sum(p.stat().st_size for p in files),
    }


def in_a_process(folder: Path, **job: Any) -> dict[str, Any]:
    """Drive in a new process, and give what it says."""
    with tempfile.TemporaryDirectory(dir=folder) as output:
        held = {"limit": False, "tests": None, **job, "output": output}
        done = subprocess.run(
            [sys.executable, __file__, "--drive", json.dumps(held)], stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def workers(n: int) -> Iterator[str]:
    """Start workers of one thread and `LIMIT` bytes each, and give their scheduler's address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=n, threads_per_worker=1, processes=True, memory_limit=LIMIT, dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


def sizes(part: str, share: float) -> tuple[int, int]:
    """Assets and events of a part."""
    n_assets, n_events = SIZES[part]
    return max(int(n_assets * share), 20), max(int(n_events * share), 200)


def million(folder: Path, share: float) -> dict[str, Any]:
    """Two million events, every test, by two workers."""
    n_assets, n_events = sizes("million", share)
    prices = write_prices(folder / "million", n_assets).address
    with workers(2) as scheduler:
        found = in_a_process(folder, scheduler=scheduler, prices=prices, assets=n_assets, events=n_events)
    size = sum(p.stat().st_size for p in Path(prices).iterdir())
    return {"assets": n_assets, "events": n_events, "price_bytes": size, **found}


def outgrown(folder: Path, share: float) -> dict[str, Any]:
    """A panel eight times the memory limit: one process, and two workers."""
    n_assets, n_events = sizes("outgrown", share)
    prices = write_prices(folder / "outgrown", n_assets).address
    job = {"prices": prices, "assets": n_assets, "events": n_events, "tests": list(SOME_TESTS)}
    here = in_a_process(folder, scheduler="", limit=True, **job)
    with workers(2) as scheduler:
        there = in_a_process(folder, scheduler=scheduler, **job)
    np.testing.assert_allclose(here["numbers"], there["numbers"], rtol=1e-12)
    return {
        "assets": n_assets,
        "events": n_events,
        "panel_bytes": 8 * SESSIONS * n_assets,
        "here": here,
        "there": there,
    }


def one_and_two(folder: Path, share: float) -> dict[str, Any]:
    """The same study by one worker and by two, in turns."""
    n_assets, n_events = sizes("workers", share)
    prices = write_prices(folder / "workers", n_assets).address
    job = {"prices": prices, "assets": n_assets, "events": n_events, "tests": list(SOME_TESTS)}
    found: dict[str, list[dict[str, Any]]] = {"1": [], "2": []}
    for _ in range(ROUNDS):
        for n in (1, 2):
            with workers(n) as scheduler:
                found[str(n)].append(in_a_process(folder, scheduler=scheduler, **job))
    return {"assets": n_assets, "events": n_events, **found}


def passes(folder: Path, share: float) -> dict[str, Any]:
    """What reading the prices costs beside tests of one pass over them and of two."""
    n_assets, n_events = sizes("passes", share)
    prices = write_prices(folder / "passes", n_assets)
    result = STUDY.run(some_events(n_events, n_assets), prices, compute="partitions", output=folder / "out")
    assert isinstance(result, PartitionedResult)
    meter = Meter(None)
    with meter.step("read"):
        for part in prices.partitions:
            prices.panel(part.assets)
    with meter.step("one pass"):
        result.tests((0, 0), names=[ONE_PASS])
    with meter.step("two passes"):
        result.tests((0, 0), names=[ONE_PASS, TWO_PASSES])
    return {"assets": n_assets, "events": n_events, "steps": meter.steps}


def crowded(folder: Path, share: float) -> dict[str, Any]:
    """The pairs of 2,000 events with all others of their date; a residual of each is missing."""
    n = sizes("crowded", share)[1]
    rng = np.random.default_rng(2)
    residuals = rng.normal(size=(n, 240))
    residuals[np.arange(n), rng.integers(0, 240, n)] = np.nan
    day, dates = np.full(n, 1_000), np.tile(np.arange(240), (n, 1))
    rows = PairRows(day, day, day[:, None], residuals, dates, np.arange(n), np.ones(n))
    meter = Meter(None)
    with meter.step("pairs"):
        found = piece_sums(rows.piece, [rows.first], Piece(1_000, 1_001, 0, -(-n // PAIR_ROWS)), 2 * PAIR_ROWS)
    return {"assets": n, "events": n, "pairs": found.n_overlapping, "steps": meter.steps}


def lines(part: str, found: dict[str, Any]) -> Iterator[str]:
    """Say what a part measured, a line a step."""
    runs = [(part, found)] if "steps" in found else [
        (f"{part} {key} {k}", run) for key, held in found.items() if isinstance(held, (dict, list))
        for k, run in enumerate(held if isinstance(held, list) else [held], 1)
    ]  # fmt: skip
    for name, run in runs:
        for step, m in run["steps"].items():
            cpu = m["driver_cpu"] + sum(m["worker_cpu"])
            peaks = ", ".join(f"{p:.0f}" for p in (m["driver_peak"], *m["worker_peak"]))
            yield f"{name}, {step}: {cpu:.0f} s CPU, {m['wall']:.0f} s wall clock, {peaks} MB, load {m['load']:.1f}"


PARTS: dict[str, Callable[[Path, float], dict[str, Any]]] = {
    "million": million,
    "passes": passes,
    "crowded": crowded,
    "outgrown": outgrown,
    "workers": one_and_two,
}


def main() -> None:
    """Measure, print, and keep what was measured if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, help="for the data; a temporary one by default")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/scale.json and docs/scale.md")
    parser.add_argument("--quiet", action="store_true", help="print a line a step")
    parser.add_argument("--drive", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.drive:
        print(json.dumps(drive(json.loads(asked.drive))))
        return
    held = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for part in asked.parts or PARTS:
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            found = {"date": str(date.today()), "cores": os.cpu_count(), **PARTS[part](Path(folder), asked.share)}
        print(*lines(part, found), sep="\n", flush=True) if asked.quiet else print(json.dumps({part: found}, indent=1))
        held[part] = found
        if asked.write:
            write_atomic(FIGURES, json.dumps(held, indent=1) + "\n")
    if asked.write:
        sys.path.insert(0, str(ROOT))
        from benchmarks.scale_page import write_page

        write_page(held)


if __name__ == "__main__":
    main()
