"""What resamples draws the same numbers by 1, 2 and 3 workers, threads or processes, and by none: to the bit.

Blocks are small here (BLOCK), so that every test makes several of them; their size is not the workers' to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

import eventstudy as es
from benchmarks import size_power
from eventstudy import _execute
from eventstudy._execute import executor_of
from eventstudy.errors import SpecError
from eventstudy.inference import draws as inference_draws
from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.bhar import bhar_skewness_adjusted_t
from eventstudy.inference.draws import Draws, spread
from eventstudy.inference.permutation import permutation
from eventstudy.inference.resampling import wild_bootstrap
from tests._scale_designs import NAMES, some_events, some_prices

BLOCK = 40
WORKERS = (1, 2, 3)
RNG = np.random.default_rng(0)
CAR = RNG.normal(0.3, 1.0, (2, 90))
CLUSTER = RNG.integers(0, 30, 90)
FIRST = np.arange(90) < 40


def some_study() -> es.StudyResult:
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-1, 1), estimation_window=(-70, -11))
    found = study.run(some_events(12, assets=NAMES[:3]), some_prices(missing=0.0))
    assert isinstance(found, es.StudyResult)
    return found


def some_sample() -> Any:
    rng = np.random.default_rng(4)
    ar = rng.normal(0, 0.02, (60, 1))
    days = 3 * np.arange(60)[:, None]
    return make_sample(
        ar, rng.normal(0, 0.02, (60, 50)), window=(0, 0), event_window=(0, 0), sessions=days,
        realised=np.expm1(ar), expected=np.zeros((60, 1)),
    )  # fmt: skip


STUDY = some_study()
CALLS: dict[str, Callable[[Any], Any]] = {
    "wild_bootstrap": lambda c: wild_bootstrap(CAR, CLUSTER, draws=210, seed=3, client=c),
    "wild_bootstrap, Webb": lambda c: wild_bootstrap(CAR, CLUSTER, draws=210, distribution="webb", seed=3, client=c),
    "permutation": lambda c: permutation(CAR, FIRST, CLUSTER, draws=210, seed=3, client=c),
    "bhar_skewness_adjusted_t": lambda c: bhar_skewness_adjusted_t(CAR, draws=210, seed=3, client=c),
    "run_tests": lambda c: run_tests(
        some_sample(), names=["wild_bootstrap", "bhar_skewness_adjusted_t"], seed=3, client=c
    ),
    "placebo, clusters": lambda c: STUDY.placebo((0, 0), draws=210, draw="clusters", seed=3, client=c).draws.to_numpy(),
    "placebo, layout": lambda c: STUDY.placebo((0, 0), draws=210, draw="layout", seed=3, client=c).draws.to_numpy(),
    "power": lambda c: STUDY.power((0, 0), effects=[0.0, 0.02], simulated=True, draws=210, seed=3, client=c)[
        "power"
    ].to_numpy(),
}


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference_draws, "DRAWS", BLOCK)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="needs market-reaction[distributed]")
    options = {"threads_per_worker": 1, "processes": True, "memory_limit": "700MB", "dashboard_address": ":0"}
    with (
        distributed.LocalCluster(n_workers=1, silence_logs=50, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def numbers(found: Any) -> list[np.ndarray]:
    """All numbers in a result, however it is packed."""
    if is_dataclass(found):
        return [a for f in fields(found) for a in numbers(getattr(found, f.name))]
    if isinstance(found, (list, tuple)):
        return [a for part in found for a in numbers(part)]
    return [np.asarray(found)]


def same(one: Any, other: Any) -> None:
    for a, b in zip(numbers(one), numbers(other), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CALLS)
def test_threads_and_none_draw_the_same(name: str) -> None:
    alone = CALLS[name](None)
    assert any(np.isfinite(a).any() for a in numbers(alone) if a.dtype.kind == "f")
    for n in WORKERS:
        with ThreadPoolExecutor(n) as pool:
            same(CALLS[name](pool), alone)


def test_processes_draw_the_same() -> None:
    with ExitStack() as stack:
        pool: Executor = stack.enter_context(ProcessPoolExecutor(2))
        for name in ("wild_bootstrap", "permutation", "bhar_skewness_adjusted_t", "power"):
            same(CALLS[name](pool), CALLS[name](None))


def test_dask_workers_draw_the_same(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker process, then two, then three; two of them pass on what tasks share, however small."""
    alone = {name: call(None) for name, call in CALLS.items()}
    for n in WORKERS:
        cluster.cluster.scale(n)
        cluster.wait_for_workers(n, timeout=60)
        assert len(cluster.nthreads()) == n
        monkeypatch.setattr(_execute, "SMALL", 0 if n == 2 else 2**18)
        for name, call in CALLS.items():
            same(call(cluster), alone[name])


def test_size_simulations_draw_the_same_by_processes_and_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size_power, "SIZE", size_power.SIZE[:2])
    monkeypatch.setattr(size_power, "POWER", size_power.POWER[:1])
    monkeypatch.setattr(size_power, "golden_scenarios", lambda _: [])
    monkeypatch.setattr(size_power.resampling, "SINGLE", {"t(3)": {"nu": 3}})
    monkeypatch.setattr(
        size_power.resampling, "MANY", dict(list(size_power.resampling.MANY.items())[:1])
    )  # the processes have the whole table: a scenario goes by its name
    parts = ("size", "power", "single event", "resampling", "regression")
    alone = size_power.simulate(20, 19, parts)
    assert {row["kind"] for row in alone} == {"size", "power", "single event", "resampling, 19 draws", "regression"}
    for n in WORKERS:
        with ProcessPoolExecutor(n) as pool:
            assert size_power.simulate(20, 19, parts, pool) == alone


def test_the_draws_of_blocks_are_those_of_the_seed_and_its_children() -> None:
    """The yardstick spawns by hand what `numpy.random.SeedSequence` says."""
    blocks = Draws.blocks(100, 7)
    assert [b.n for b in blocks] == [40, 40, 20]
    own = np.random.SeedSequence(7)
    expected = [np.random.default_rng(own), *(np.random.default_rng(child) for child in own.spawn(2))]
    for block, rng in zip(blocks, expected, strict=True):
        numbers_ = rng.random(5)
        np.testing.assert_array_equal(block.generator().random(5), numbers_)
        np.testing.assert_array_equal(block.generator().random(5), numbers_)  # to draw changes nothing


def test_one_draw_of_many_numbers_makes_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference_draws, "NUMBERS", 100)
    assert [b.n for b in Draws.blocks(7, 0, numbers=33)] == [3, 3, 1]
    assert [b.n for b in Draws.blocks(2, 0, numbers=1_000)] == [1, 1]
    with pytest.raises(SpecError, match="draws=0"):
        Draws.blocks(0, 0)


def test_a_generator_goes_on_as_if_nobody_had_helped() -> None:
    """Two calls with one generator draw different numbers, the same with workers and without."""
    found = []
    with ThreadPoolExecutor(2) as pool:
        for client in (None, pool):
            rng = np.random.default_rng(1)
            found.append([wild_bootstrap(CAR, CLUSTER, draws=210, interval=False, seed=rng, client=client).p_value
                          for _ in range(2)] + [rng.random(3)])  # fmt: skip
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (found[0][0] != found[0][1]).any()


def test_a_failure_names_the_block_and_a_pool_keeps_the_order() -> None:
    def wrong(part: int) -> int:
        if part == 2:
            raise SpecError("no")
        return part

    with ThreadPoolExecutor(3) as pool:
        assert spread(pool, abs, (), list(range(-30, 0)), "blocks") == list(range(30, 0, -1))
        with pytest.raises(SpecError, match="1 of 5 failed: blocks 2: no"):
            spread(pool, wrong, (), range(5), "blocks")
        assert executor_of(pool) == executor_of(executor_of(pool))
    with pytest.raises(SpecError, match="is no Dask client"):
        executor_of(3)
