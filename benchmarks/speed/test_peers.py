"""A study of 1,000 events here and in packages from PyPI, each in an interpreter and environment of its own.

    pytest benchmarks/speed/test_peers.py --peer eventstudy=PYTHON --peer ffjr-eventstudies=PYTHON \\
        --peer robust-eventstudy=PYTHON

Every side gets the same 500 assets x 2,500 sessions and the same events and reads them before the clock starts; the
others compute all returns then. Timed is the way from a table of events to a result object, in CPU seconds of one
thread. Ours is timed three times: ``run`` alone; the whole, with `read_events` before and `to_frame` after, while a
result of the same prices is kept, which shares its returns; and the whole of the first study, which computes them.
All sides have the same number of rounds, in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed.designs import prices_and_events
from benchmarks.speed.turns import SIDE_AND_TURN, Worker, cases, worker_seconds

SIDES = Path(__file__).parent / "sides"
SCRIPTS = {
    "eventstudy": "lemaire.py",  # no file may have the name of a package
    "ffjr-eventstudies": "ffjr.py",
    "robust-eventstudy": "robust.py",
}
OURS = ("run", "whole", "first")
ROUNDS = 3  # in each of the turns

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the CPU clock of another process")


def peers_of(config: pytest.Config) -> dict[str, str]:
    """Packages that the command line names, and the interpreter of each."""
    return dict(item.split("=", 1) for item in config.getoption("--peer"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The sides are those that the command line names, and ours."""
    peers = peers_of(metafunc.config)
    metafunc.parametrize(SIDE_AND_TURN, cases([*OURS, *peers] if peers else []))


@pytest.fixture(scope="module")
def workers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Worker]]:
    folder = tmp_path_factory.mktemp("peers")
    paths = folder / "prices.csv", folder / "events.csv"
    tables = prices_and_events(assets=500)
    tables.prices.round(8).to_csv(paths[0])
    tables.events.to_csv(paths[1], index=False)
    peers = peers_of(request.config)
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(sys.executable, SIDES / "ours.py", *map(str, paths)))
        theirs = {n: stack.enter_context(Worker(p, SIDES / SCRIPTS[n], *map(str, paths))) for n, p in peers.items()}
        yield dict.fromkeys(OURS, ours) | theirs


@pytest.mark.benchmark(group="peers", timer=worker_seconds)
def test_a_study_of_a_thousand_events(benchmark: Any, workers: dict[str, Worker], side: str, turn: int) -> None:
    worker = Worker.running = workers[side]
    counted = benchmark.pedantic(
        worker.tell, args=(side,), setup=lambda: worker.tell(f"before {side}") and None, rounds=ROUNDS, warmup_rounds=1
    )
    Worker.running = None
    assert counted == "1000"
