"""A study on a Dask cluster of real worker processes: the numbers of one machine, whatever dies on the way.

TOLERANCE allows sums in another order, nothing else; the yardstick is the same study in memory.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.distributed import PartitionedResult
from eventstudy.distributed.questions import Asked, ask
from eventstudy.errors import DataError
from eventstudy.inference import draws as inference_draws
from eventstudy.inference.evidence import Evidence
from eventstudy.prices import PriceDataset
from eventstudy.windows import Window
from tests._scale_designs import NAMES, as_listed, same_frames, some_events, some_prices, some_study

distributed = pytest.importorskip("distributed", reason="needs market-reaction[distributed]")

dask = pytest.importorskip("dask")

TOLERANCE = 1e-12
ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
MEMORY = "700MB"  # of each worker: about three times what the imports take
PATIENCE = 60.0  # seconds until what must happen is given up
N_PARTITIONS = len(NAMES)  # an asset each; no event is on the two benchmarks


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two worker processes, each with a nanny that holds it to its memory and starts it again when it dies."""
    options = {"threads_per_worker": 1, "processes": True, "memory_limit": MEMORY, "dashboard_address": ":0"}
    with (
        # On a busy machine a worker takes longer to come back than the cluster waits for it by default.
        dask.config.set({"distributed.deploy.lost-worker-timeout": f"{PATIENCE}s"}),
        distributed.LocalCluster(n_workers=WORKERS, silence_logs=50, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def one() -> es.StudyResult:
    return some_study().run(some_events(), some_prices())


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> PriceDataset:
    folder = tmp_path_factory.mktemp("dask") / "prices"
    return PriceDataset.write(some_prices(), folder, assets_per_partition=1)


@pytest.fixture(scope="module")
def two(client: Any, dataset: PriceDataset, tmp_path_factory: pytest.TempPathFactory) -> PartitionedResult:
    return run(dataset, client, tmp_path_factory.mktemp("two"))


def run(prices: PriceDataset, client: Any, out: Path, **options: Any) -> PartitionedResult:
    found = some_study().run(some_events(), prices, client=client, compute="partitions", output=out, **options)
    assert isinstance(found, PartitionedResult)
    return found


def pids(client: Any) -> list[int]:
    return list(client.run(os.getpid).values())


def marks(out: Path) -> dict[str, int]:
    """Partitions that are finished, and when each was."""
    return {p.name: p.stat().st_mtime_ns for p in (out / "done" / "study").glob("part-*.json")}


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


def nothing_lost_nothing_twice(one: es.StudyResult, other: PartitionedResult) -> None:
    same_frames(one.to_frame("event"), other.to_frame("event"), TOLERANCE)
    assert as_listed(other.dropped) == as_listed(one.dropped)
    assert as_listed(other.merged) == as_listed(one.merged)
    assert other.n_in == one.n_in == len(other) + len(other.dropped) + len(other.merged)
    assert len(marks(Path(other.folder))) == N_PARTITIONS


class Killer:
    """Kill a worker once something has happened, while the other works on."""

    def __init__(self, client: Any, happened: Callable[[], bool]) -> None:
        self.victim = pids(client)[0]
        self._happened = happened
        self._thread = threading.Thread(target=self._kill)

    def _kill(self) -> None:
        wait_for(self._happened)
        os.kill(self.victim, signal.SIGKILL)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def test_the_numbers_of_one_machine(one: es.StudyResult, two: PartitionedResult, client: Any) -> None:
    assert len(set(pids(client)) - {os.getpid()}) == WORKERS
    nothing_lost_nothing_twice(one, two)
    same_frames(one.to_frame("event", window=(-1, 2)), two.to_frame("event", window=(-1, 2)), TOLERANCE)
    same_frames(one.to_frame("event_day"), two.to_frame("event_day"), TOLERANCE)
    same_frames(one.to_frame("day", by="sector"), two.to_frame("day", by="sector"), TOLERANCE)


@pytest.mark.parametrize("by", [None, ["sector"]])
def test_every_test_of_the_battery(one: es.StudyResult, two: PartitionedResult, by: list[str] | None) -> None:
    windows = [(0, 0), (-1, 2)]
    same_frames(one.tests(windows, by=by), two.tests(windows, by=by), TOLERANCE)


def test_r_bar_and_summary(one: es.StudyResult, two: PartitionedResult) -> None:
    window = Window(-1, 2)
    asked = Asked((window,), (), ("adjusted_bmp_t",), "two-sided", 0.95)
    (summed,) = ask(two._job, two._studied, two._executor, asked, None).values()
    expected = Evidence(one.sample(window)).correlation
    np.testing.assert_allclose(summed.correlation.r_bar, expected.r_bar, rtol=TOLERANCE)
    assert expected.n_pairs > 0
    found, table = (r.summary([(0, 0), (0, 1)], by="sector").table for r in (two, one))
    assert found["n"].tolist() == table["n"].tolist()
    np.testing.assert_allclose(found["mean_car"], table["mean_car"], rtol=TOLERANCE)


@pytest.mark.parametrize("draw", ["layout", "clusters"])
def test_placebo_studies_are_the_same_to_the_bit(client: Any, draw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By two worker processes and by none; blocks of draws are small here."""
    monkeypatch.setattr(inference_draws, "DRAWS", 40)
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-1, 1), estimation_window=(-70, -11))
    result = study.run(some_events(12, assets=NAMES[:3]), some_prices(missing=0.0))
    here = result.placebo((0, 0), draws=110, draw=draw, seed=5)
    assert here.n_studies > 40  # several blocks; of whole layouts no more are admissible
    there = result.placebo((0, 0), draws=110, draw=draw, seed=5, client=client)
    np.testing.assert_array_equal(there.draws.to_numpy(), here.draws.to_numpy())
    pd.testing.assert_frame_equal(there.table, here.table, check_exact=True)


def test_small_work_is_not_sent_anywhere(dataset: PriceDataset, client: Any) -> None:
    assert isinstance(some_study().run(some_events(), dataset, client=client), es.StudyResult)


def test_a_worker_killed_in_the_middle(one: es.StudyResult, dataset: PriceDataset, client: Any, tmp_path: Path) -> None:
    with Killer(client, lambda: len(marks(tmp_path)) > 0) as killer:
        found = run(dataset, client, tmp_path)
        nothing_lost_nothing_twice(one, found)
    wait_for(lambda: len(pids(client)) == WORKERS)
    assert killer.victim not in pids(client)


def test_a_worker_killed_while_the_tests_are_summed(one: es.StudyResult, two: PartitionedResult, client: Any) -> None:
    # residuals are written in the first of three rounds of tasks
    with Killer(client, lambda: any(Path(two.folder).glob("pairs-*/part-*"))) as killer:
        same_frames(one.tests([(0, 0), (-1, 2)]), two.tests([(0, 0), (-1, 2)]), TOLERANCE)
    wait_for(lambda: len(pids(client)) == WORKERS)
    assert killer.victim not in pids(client)


class Deadly(distributed.WorkerPlugin):  # type: ignore[misc]
    """Makes every worker, also those started anew, fill its memory over its partition until its nanny ends it."""

    name = "deadly"

    def __init__(self, number: int) -> None:
        self.number = number

    def setup(self, worker: Any) -> None:
        from eventstudy.distributed import tasks

        self.whole = tasks.shards

        def shards(job: Any, number: int) -> Any:
            held = []
            while number == self.number:
                held.append(np.ones(2_000_000))
                time.sleep(0.005)
            return self.whole(job, number)

        tasks.shards = shards

    def teardown(self, worker: Any) -> None:
        from eventstudy.distributed import tasks

        tasks.shards = self.whole


def test_a_partition_that_every_worker_dies_of_is_named_and_the_rest_is_kept(
    one: es.StudyResult, dataset: PriceDataset, client: Any, tmp_path: Path
) -> None:
    """Its memory limit ends the worker, at first and with no task beside it; who waited for that worker goes free."""
    scheduler = client.cluster.scheduler
    before, scheduler.allowed_failures = scheduler.allowed_failures, 0
    client.register_plugin(Deadly(5))
    try:
        with pytest.raises(
            DataError, match=r"1 of 15 failed: partition part-00005\.parquet \(A05\): its worker"
        ) as caught:
            run(dataset, client, tmp_path)
    finally:
        client.unregister_worker_plugin("deadly")
        scheduler.allowed_failures = before
    said = str(caught.value)
    assert "\n" not in said
    assert "the other partitions are finished in" in said
    kept = marks(tmp_path)
    assert len(kept) == N_PARTITIONS - 1
    wait_for(lambda: len(pids(client)) == WORKERS)
    nothing_lost_nothing_twice(one, run(dataset, client, tmp_path))
    assert {name: marks(tmp_path)[name] for name in kept} == kept


def test_a_broken_partition_is_named_and_the_others_are_done(client: Any, tmp_path: Path) -> None:
    prices = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=1)
    broken = tmp_path / "prices" / "part-00005.parquet"
    broken.write_bytes(broken.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"1 of 15 failed: partition part-00005\.parquet \(A05\): ") as caught:
        run(prices, client, tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert len(marks(tmp_path / "out")) == N_PARTITIONS - 1
    dropped = run(prices, client, tmp_path / "out2", bad_partitions="drop")
    assert list(dropped.lost) == [5]
    assert dropped.n_in == len(dropped) + len(dropped.dropped) + len(dropped.merged)


def test_a_full_disk_is_one_line_and_the_run_is_resumed(
    one: es.StudyResult, dataset: PriceDataset, client: Any, tmp_path: Path
) -> None:
    """A limit on the size of a file stands for the full disk of the workers."""
    client.run(resource.setrlimit, resource.RLIMIT_FSIZE, (12_000, resource.RLIM_INFINITY))
    try:
        with pytest.raises(
            DataError, match=r"of 15 failed: partition part-\d+\.parquet \(A\d\d\): cannot write"
        ) as caught:
            run(dataset, client, tmp_path)
    finally:
        client.run(resource.setrlimit, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert "\n" not in str(caught.value)
    assert "File too large" in str(caught.value)
    assert not [p for p in tmp_path.rglob("*") if p.name.endswith(".part")]
    nothing_lost_nothing_twice(one, run(dataset, client, tmp_path))


def test_the_client_killed_and_the_run_resumed(
    one: es.StudyResult, dataset: PriceDataset, client: Any, tmp_path: Path
) -> None:
    code = (
        "from distributed import Client\n"
        "from eventstudy.prices import PriceDataset\n"
        "from tests._scale_designs import *\n"
        f"with Client({client.scheduler.address!r}) as client:\n"
        f"    some_study().run(some_events(), PriceDataset({dataset.address!r}), client=client,\n"
        f"                     compute='partitions', output={str(tmp_path)!r})\n"
    )
    # One worker stands still, so that the client cannot come to its end.
    still = pids(client)[0]
    os.kill(still, signal.SIGSTOP)
    try:
        with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as process:
            try:
                wait_for(lambda: len(marks(tmp_path)) >= 3)
            finally:
                process.kill()
    finally:
        os.kill(still, signal.SIGCONT)
    wait_for(lambda: not [p for tasks in client.processing().values() for p in tasks])
    before = marks(tmp_path)
    assert 3 <= len(before) < N_PARTITIONS
    nothing_lost_nothing_twice(one, run(dataset, client, tmp_path))
    after = marks(tmp_path)
    assert {name: after[name] for name in before} == before  # what was finished was not done again
