"""`eventstudy run` beyond memory: by partitions, on a scheduler, and a scheduler that is not there.

WRITTEN allows the twelve digits that a CSV file keeps, nothing else; the yardstick is the same study in memory.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import eventstudy as es
from eventstudy.cli.config import read_config
from eventstudy.cli.inputs import Inputs
from eventstudy.cli.partitioned import Partitioned
from eventstudy.cli.run import run_file
from eventstudy.errors import DataError, SpecError
from eventstudy.prices import PriceDataset
from tests._scale_designs import some_events, some_prices

WRITTEN = 1e-11
QUICK = 15.0  # seconds within which a wrong address is said
STUDY = """\
events = "events.csv"
prices = "prices"
windows = [[0, 0], [-1, 1]]
by = ["sector"]
tests = ["cross_sectional_t", "adjusted_bmp_t", "grank_t"]
model = { model = "MarketModel", benchmark = "MKT" }
[study]
event_window = [-2, 3]
estimation_window = [-70, -11]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study file beside its events and a dataset of prices."""
    PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    frame = some_events().to_frame()
    frame = frame.assign(date=frame["earliest"].dt.strftime("%Y-%m-%d"), asset=[a[0] for a in frame["assets"]])
    frame[["event_id", "date", "asset", "direction", "sector"]].to_csv(tmp_path / "events.csv", index=False)
    path = tmp_path / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def in_memory(study: Path) -> es.StudyResult:
    model = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 3), estimation_window=(-70, -11))
    found = model.run(es.read_events(study.parent / "events.csv"), some_prices())
    assert isinstance(found, es.StudyResult)
    return found


def test_by_partitions_the_tables_of_memory(study: Path, tmp_path: Path) -> None:
    done = run_file(study, tmp_path / "out", compute="partitions", progress=False)
    assert isinstance(done, Partitioned)
    one = in_memory(study)
    expected = one.tests([(0, 0), (-1, 1)], by=["sector"], names=["cross_sectional_t", "adjusted_bmp_t", "grank_t"])
    found = pd.read_csv(tmp_path / "out" / "tests.csv")
    for name in ("statistic", "p_value", "estimate"):
        pd.testing.assert_series_equal(found[name], expected[name], check_dtype=False, rtol=WRITTEN)
    days = pd.read_csv(tmp_path / "out" / "days.csv")
    pd.testing.assert_series_equal(
        days["caar"], one.to_frame("day", by=["sector"])["caar"], check_dtype=False, rtol=WRITTEN, atol=1e-15
    )
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["counts"]["pairs"] == one.n_in == done.to_data()["pairs"]
    assert "summary.csv" in str(done)
    # The same folder again does nothing twice; the manifest makes another with the inputs where they are.
    marks = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "done" / "study").iterdir()}
    run_file(study, tmp_path / "out", compute="partitions", progress=False)
    assert {p: p.stat().st_mtime_ns for p in marks} == marks
    again = tmp_path / "out" / "manifest.json"
    run_file(again, tmp_path / "again", inputs=study.parent, compute="partitions", progress=False)
    assert (tmp_path / "again" / "tests.csv").read_bytes() == (tmp_path / "out" / "tests.csv").read_bytes()


def test_small_work_stays_in_memory(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And goes the way of every other study, with what it needs of the dataset."""
    from eventstudy.cli import run

    given: list[Inputs] = []
    monkeypatch.setattr(run, "run_config", lambda config, output, *, inputs, progress: given.append(inputs))
    run_file(study, tmp_path / "out", progress=False)
    (inputs,) = given
    assert isinstance(inputs.prices, es.PricePanel)
    assert len(run.studied(read_config(study), inputs=inputs)[1]) == len(in_memory(study))


def test_what_a_run_by_partitions_has_not_is_said(study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY + "[placebo]\ndraws = 9\n")
    with pytest.raises(SpecError, match=r"\[placebo\] reads the days of single events"):
        run_file(study, tmp_path / "out", compute="partitions", progress=False)
    study.write_text(STUDY.replace('prices = "prices"', 'prices = { path = "prices", close = "16:00" }'))
    with pytest.raises(SpecError, match="close does not go with a dataset"):
        run_file(study, tmp_path / "out", compute="partitions", progress=False)
    study.write_text(STUDY)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(DataError, match="holds no run by partitions"):
        run_file(study, tmp_path / "mine", compute="partitions", progress=False)
    with pytest.raises(SpecError, match="compute='cluster' is not one of"):
        run_file(study, tmp_path / "out", compute="cluster")  # type: ignore[arg-type]
    with pytest.raises(SpecError, match="does not go with --compute memory"):
        run_file(study, tmp_path / "out", scheduler="tcp://h:1", compute="memory")


@pytest.mark.parametrize("address", ["", "http://host:80", "tcp://", "tcp://host:99999999", "a b", "tcp://h/x"])
def test_what_is_no_address(address: str) -> None:
    from eventstudy._scheduler import check_address

    with pytest.raises(SpecError, match="no address of a Dask scheduler; expected such as 'tcp://host:8786'"):
        check_address(address)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def test_a_scheduler_that_is_not_there_is_one_line_at_once(study: Path, tmp_path: Path) -> None:
    """Of small work too, and without Dask."""
    address = f"tcp://127.0.0.1:{free_port()}"
    code = (
        "import sys\nfrom eventstudy.cli.app import main\n"
        f"sys.argv = ['eventstudy', 'run', {str(study)!r}, '--scheduler', {address!r}, '-o', 'out']\n"
        "try:\n    main()\nfinally:\n"
        "    print([m for m in sys.modules if m.split('.')[0] in ('dask', 'distributed', 'fsspec')])\n"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert time.monotonic() - began < QUICK
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert f"no Dask scheduler answers at {address}: Connection refused" in line
    assert done.stdout.strip() == "[]"
    assert not (tmp_path / "out").exists()


@pytest.fixture
def deaf() -> Iterator[str]:
    """Something that listens, takes what it is sent, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over, held = threading.Event(), []

        def serve() -> None:
            while not over.is_set():
                try:
                    held.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()
        for one in held:
            one.close()


def test_what_is_no_scheduler_does_not_hang(deaf: str) -> None:
    pytest.importorskip("distributed", reason="needs market-reaction[distributed]")
    from eventstudy._scheduler import connect

    began = time.monotonic()
    with pytest.raises(DataError, match="does not answer as a Dask scheduler"):
        connect(deaf, patience=1.0)
    assert time.monotonic() - began < QUICK


def test_a_scheduler_without_workers_is_said_and_with_one_the_study_is_done(study: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs market-reaction[distributed]")
    from eventstudy._scheduler import connect

    options = {"processes": False, "threads_per_worker": 1, "dashboard_address": ":0", "protocol": "tcp"}
    with distributed.LocalCluster(n_workers=0, silence_logs=50, **options) as cluster:
        with pytest.raises(DataError, match="has no worker"):
            connect(cluster.scheduler_address, patience=0.5)
        cluster.scale(1)
        out = tmp_path / "out"
        done = run_file(study, out, scheduler=cluster.scheduler_address, compute="partitions", progress=False)
        assert isinstance(done, Partitioned)
        assert len(done.result) == len(in_memory(study))
        done.result._executor.client.close()
