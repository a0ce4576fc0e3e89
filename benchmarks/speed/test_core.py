"""The array core: against one gather of its returns, a statsmodels loop, itself with more of each thing."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pytest

from benchmarks.speed.designs import EVENTS, CoreData
from benchmarks.speed.turns import in_turn

LOOP = 300  # events of the statsmodels loop

MILLION = {
    "gather": lambda data, _: data.gather(),
    "copy": lambda *_: np.ones((EVENTS, 21)),
    "one factor": lambda data, _: data.core(),
    "forecast errors": lambda data, _: data.core().forecast_scale,
    "three factors": lambda data, _: data.core(factors=3),
    "missing": lambda _, holed: holed.core(),
    f"statsmodels {LOOP}": lambda data, _: data.statsmodels_loop(LOOP),
}
FEW = {
    "one date": lambda data: data.dates(1),
    "all dates": lambda data: data.dates(None),
    "100 events": lambda data: data.core(events=100),
    "1,000 events": lambda data: data.core(events=1_000),
    "10,000 events": lambda data: data.core(events=10_000),
}
COUNTS = (1_000, 10_000, 100_000, 200_000, 500_000, EVENTS)
LENGTHS = (60, 120, 240, 480)


@pytest.fixture(scope="module")
def data() -> CoreData:
    return CoreData()


@pytest.fixture(scope="module")
def holed() -> CoreData:
    return CoreData(missing=0.01)


@pytest.mark.benchmark(group="million", timer=time.process_time)
@in_turn(MILLION)
def test_a_million_events(benchmark: Any, data: CoreData, holed: CoreData, side: str, turn: int) -> None:
    benchmark.pedantic(MILLION[side], args=(data, holed))


@pytest.mark.benchmark(group="few", timer=time.process_time)
@in_turn(FEW)
def test_few_events(benchmark: Any, data: CoreData, side: str, turn: int) -> None:
    benchmark.pedantic(FEW[side], args=(data,), rounds=10)


@pytest.mark.benchmark(group="growth", timer=time.process_time)
@in_turn(f"{n}x{length}" for n in COUNTS for length in LENGTHS)
def test_growth_in_events_and_window(benchmark: Any, data: CoreData, side: str, turn: int) -> None:
    n, length = map(int, side.split("x"))
    benchmark.pedantic(data.core, args=(1, n, length), rounds=2 if n > 10_000 else 5)


@pytest.mark.benchmark(group="memory", timer=time.process_time)
@pytest.mark.parametrize("events", COUNTS)
def test_memory_beyond_inputs_and_outputs(benchmark: Any, data: CoreData, events: int) -> None:
    """Peak memory beyond inputs and outputs, as a share of these; the time is that of tracing, and not kept."""

    def traced() -> tuple[int, int]:
        tracemalloc.start()
        held = data.core(events=events)
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del held
        return kept, peak

    kept, peak = benchmark.pedantic(traced)
    inputs = data.returns.nbytes + data.factors.nbytes + data.positions[:events].nbytes
    benchmark.extra_info[str(events)] = (peak - kept) / (kept + inputs)
