"""A study by partitions is the study of one machine: tables, tests and accounting, to TOLERANCE.

TOLERANCE allows sums in another order, nothing else; the yardstick is the same study in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy import _execute as execute
from eventstudy.distributed import PartitionedResult, plan, residuals
from eventstudy.errors import AssetError, DataError, SpecError
from eventstudy.inference.partial_pairs import PairRows, Piece
from eventstudy.prices import PriceDataset
from tests._scale_designs import as_listed, same_frames, some_events, some_prices, some_study

TOLERANCE = 1e-12
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[es.StudyResult, PartitionedResult]:
    """The same study in memory and by partitions of four assets, with few events held at once."""
    folder = tmp_path_factory.mktemp("scale")
    prices, events, study = some_prices(), some_events(), some_study()
    dataset = PriceDataset.write(prices, folder / "prices", assets_per_partition=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "PAIRS", 40)
        result = study.run(events, dataset, compute="partitions", output=folder / "out", windows=[(0, 0), (-1, 1)])
    assert isinstance(result, PartitionedResult)
    return study.run(events, prices), result


def test_the_accounting_adds_up_and_is_the_same(both: tuple[es.StudyResult, PartitionedResult]) -> None:
    one, other = both
    assert other.n_in == one.n_in == len(other) + len(other.dropped) + len(other.merged)
    assert len(other) == len(one)
    assert min(len(one), len(one.dropped), len(one.merged)) > 0
    assert as_listed(other.dropped) == as_listed(one.dropped)
    assert as_listed(other.merged) == as_listed(one.merged)
    assert "PartitionedResult" in repr(other)


@pytest.mark.parametrize("window", [None, (0, 0), (-1, 1), (-2, 3)])
def test_event_tables(both: tuple[es.StudyResult, PartitionedResult], window: tuple[int, int] | None) -> None:
    one, other = both
    same_frames(one.to_frame("event", window=window), other.to_frame("event", window=window), TOLERANCE)


def test_day_tables(both: tuple[es.StudyResult, PartitionedResult]) -> None:
    one, other = both
    assert one.groups == other.groups
    same_frames(one.to_frame("event_day"), other.to_frame("event_day"), TOLERANCE)
    for by in (("asset", "direction"), "sector", ()):
        same_frames(one.to_frame("day", by=by), other.to_frame("day", by=by), TOLERANCE)
    same_frames(one.to_frame("day", window=(0, 2)), other.to_frame("day", window=(0, 2)), TOLERANCE)


@pytest.mark.parametrize("by", [None, ["sector", "direction"]])
def test_every_test_of_the_battery(both: tuple[es.StudyResult, PartitionedResult], by: list[str] | None) -> None:
    one, other = both
    windows = [(0, 0), (-1, 2)]
    same_frames(one.tests(windows, by=by), other.tests(windows, by=by), TOLERANCE)
    assert not list(Path(other.folder).glob("pairs-*"))  # residuals live as long as their question


def test_one_window_some_names_one_side(both: tuple[es.StudyResult, PartitionedResult]) -> None:
    one, other = both
    names = ["grank_t", "adjusted_bmp_t", "sign_exact"]
    same_frames(
        one.tests((0, 1), names=names, alternative="greater"), other.tests((0, 1), names=names, alternative="greater"),
        TOLERANCE,
    )  # fmt: skip
    with pytest.raises(SpecError, match="no test named 'gtank_t'"):
        other.tests(names=["gtank_t"])


def test_summary_of_groups(both: tuple[es.StudyResult, PartitionedResult]) -> None:
    one, other = both
    found = other.summary([(0, 0), (0, 1)], by="sector").table
    expected = one.summary([(0, 0), (0, 1)], by="sector").table
    for name in ("sector", "window", "n"):
        assert found[name].tolist() == expected[name].tolist()
    np.testing.assert_allclose(found["mean_car"], expected["mean_car"], rtol=TOLERANCE)
    assert set(found["test"]) <= {"ibragimov_muller_t", "cross_sectional_t", "time_series_t"}


@pytest.mark.parametrize(
    "options",
    [
        {"weights": "size"},
        {"gaps": "drop", "clock": "asset", "exclude_other_events": False},
        {"gaps": "maynes-rumsey", "returns": "simple", "date_only": "last", "exclude_other_events": False},
    ],
)
def test_other_options(tmp_path: Path, options: dict[str, object]) -> None:
    prices, events, study = some_prices(), some_events(), some_study(**options)
    one = study.run(events, prices)
    # A panel is written as a dataset into the folder first; no output folder means a temporary one.
    other = study.run(events, prices, compute="partitions")
    assert isinstance(other, PartitionedResult)
    same_frames(one.to_frame("event"), other.to_frame("event"), TOLERANCE)
    same_frames(one.tests((0, 1)), other.tests((0, 1)), TOLERANCE)


def test_one_model_with_published_factors(tmp_path: Path) -> None:
    prices, events = some_prices(), some_events()
    rng = np.random.default_rng(5)
    factors = pd.DataFrame(rng.normal(0, 0.01, (420, 2)), index=prices.to_frame().index, columns=["SMB", "HML"])
    study = es.EventStudy(es.FactorModel("SMB", "HML"), event_window=(-1, 1), estimation_window=(-70, -11))
    one = study.run(events, prices, factors=factors)
    other = study.run(events, prices, factors=factors, compute="partitions", output=tmp_path / "out")
    same_frames(one.to_frame("event"), other.to_frame("event"), TOLERANCE)
    same_frames(one.tests(), other.tests(), TOLERANCE)


def test_small_work_stays_in_memory_and_imports_no_dask(tmp_path: Path) -> None:
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    result = some_study().run(some_events(), dataset)
    assert isinstance(result, es.StudyResult)
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from _scale_designs import *\n"
        "from eventstudy.prices import PriceDataset\n"
        "study, events = some_study(), some_events()\n"
        f"study.run(events, PriceDataset({dataset.address!r}))\n"
        f"study.run(events, PriceDataset({dataset.address!r}), compute='partitions').tests()\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('dask', 'distributed', 'fsspec')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_into_the_same_folder_does_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prices, events, study = some_prices(), some_events(), some_study()
    dataset = PriceDataset.write(prices, tmp_path / "prices", assets_per_partition=4)
    first = study.run(events, dataset, compute="partitions", output=tmp_path / "out")
    (tmp_path / "out" / "done" / "study" / "part-00001.json").unlink()
    (tmp_path / "out" / "event_0_0" / "part-00002.parquet").unlink()
    done: list[int] = []
    from eventstudy.distributed import run

    monkeypatch.setattr(run, "study_partition", lambda job, k: done.append(k) or execute_study(job, k))
    again = study.run(events, dataset, compute="partitions", output=tmp_path / "out")
    assert done == [1, 2]
    same_frames(first.to_frame("event_day"), again.to_frame("event_day"), 0.0)
    with pytest.raises(DataError, match="holds a run with another study"):
        some_study(date_only="first").run(events, dataset, compute="partitions", output=tmp_path / "out")
    with pytest.raises(DataError, match="holds a run with another events"):
        study.run(events.filter(kind="A"), dataset, compute="partitions", output=tmp_path / "out")


def execute_study(job: plan.Job, number: int) -> dict[str, object]:
    from eventstudy.distributed.tasks import study_partition

    return study_partition(job, number)


def test_a_broken_partition_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    events, study = some_events(), some_study()
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    whole = study.run(events, dataset, compute="partitions", output=tmp_path / "whole")
    broken = tmp_path / "prices" / "part-00001.parquet"
    kept = broken.read_bytes()
    broken.write_bytes(kept[:1000])
    with pytest.raises(DataError, match=r"1 of 4 failed: partition part-00001\.parquet") as caught:
        study.run(events, dataset, compute="partitions", output=tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert caught.value.facts["failed"] == ["partition part-00001.parquet (A04 to A07, 4 assets)"]
    assert sorted(p.stem for p in (tmp_path / "out" / "done" / "study").iterdir()) == [
        "part-00000", "part-00002", "part-00003",
    ]  # fmt: skip

    dropped = study.run(events, dataset, compute="partitions", output=tmp_path / "drop", bad_partitions="drop")
    assert isinstance(dropped, PartitionedResult)
    assert list(dropped.lost) == [1]
    assert dropped.n_in == len(dropped) + len(dropped.dropped) + len(dropped.merged)
    assert dropped.dropped["reason"].str.contains("part-00001").sum() == sum(
        e.assets[0] in {"A04", "A05", "A06", "A07"} for e in events
    )
    rows = whole.to_frame("event")
    rows = rows[~rows["asset"].isin(["A04", "A05", "A06", "A07"])].reset_index(drop=True)
    same_frames(rows, dropped.to_frame("event")[rows.columns], TOLERANCE)
    assert len(dropped.tests((0, 0)))

    broken.write_bytes(kept)  # mended: only what is missing is done
    mended = study.run(events, dataset, compute="partitions", output=tmp_path / "out")
    same_frames(whole.to_frame("event"), mended.to_frame("event"), 0.0)


def test_a_broken_partition_of_the_benchmark_is_no_partition_to_drop(tmp_path: Path) -> None:
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    path = tmp_path / "prices" / dataset.partitions[dataset.partition_of("M2")].file
    path.write_bytes(b"")
    with pytest.raises(DataError, match=path.name):
        some_study().run(some_events(), dataset, compute="partitions", output=tmp_path / "out", bad_partitions="drop")


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A limit on the size of a file stands for the full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_line_and_the_run_can_be_resumed(tmp_path: Path) -> None:
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    study, events, out = some_study(), some_events(), tmp_path / "out"
    said = []
    for limit in (2_000, 16_000):  # an event table has 10 to 12 kB, the days of a partition 22 and more
        with files_of_at_most(limit), pytest.raises(DataError) as caught:
            study.run(events, dataset, compute="partitions", output=out)
        said.append(str(caught.value))
    assert all("cannot write" in line and "File too large" in line and "\n" not in line for line in said)
    assert "of 4 failed: partition part-0000" in said[-1]
    assert not [p for p in out.rglob("*") if p.name.endswith(".part")]
    result = study.run(events, dataset, compute="partitions", output=out)
    whole = study.run(events, some_prices())
    same_frames(whole.to_frame("event"), result.to_frame("event"), TOLERANCE)


def test_what_a_killed_run_left_half_written_is_cleared_by_the_next_into_the_folder(tmp_path: Path) -> None:
    """Killed while it wrote a mark and had residuals on disk; what another, living, writes there stays."""
    study, events, out = some_study(), some_events(), tmp_path / "out"
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices", assets_per_partition=4)
    whole = study.run(events, dataset, compute="partitions", output=out)
    code = (
        "import sys, tempfile, time\n"
        "from pathlib import Path\n"
        "from eventstudy._files import alive, whole_file\n"
        f"out = Path({str(out)!r})\n"
        "held = Path(tempfile.mkdtemp(prefix='pairs-', dir=out))\n"
        "(held / 'part-00000.rows').write_bytes(b'x')\n"
        "with alive(held), whole_file(out / 'done' / 'study' / 'part-00001.json') as stream:\n"
        "    stream.write(b'{'); stream.flush()\n"
        "    print(held, flush=True)\n"
        "    time.sleep(60)\n"
    )

    def left() -> list[Path]:
        found = [*out.glob("pairs-*"), *(out / "done" / "study").glob(".*.part")]
        for path in found:
            os.utime(path, (0, 0))
        return found

    with contextlib.ExitStack() as stack:
        killed, living = (
            stack.enter_context(subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT))
            for _ in range(2)
        )
        for process in (killed, living):
            assert process.stdout is not None
            process.stdout.readline()
        killed.kill()
        killed.wait()
        assert len(left()) == 4
        again = study.run(events, dataset, compute="partitions", output=out)
        assert len(left()) == 2
        living.kill()
    same_frames(whole.to_frame("event"), again.to_frame("event"), 0.0)
    study.run(events, dataset, compute="partitions", output=out)
    assert left() == []


def test_mistakes_are_said_before_anything_is_computed(tmp_path: Path) -> None:
    dataset = PriceDataset.write(some_prices(), tmp_path / "prices")
    events, study = some_events(), some_study()
    with pytest.raises(SpecError, match="unknown option 'outptu'"):
        study.run(events, dataset, outptu="x")  # type: ignore[call-overload]
    with pytest.raises(SpecError, match="compute='cluster' is not one of"):
        study.run(events, dataset, compute="cluster")  # type: ignore[call-overload]
    with pytest.raises(SpecError, match="option of a run by partitions"):
        study.run(events, dataset, compute="memory", event_days=True)
    with pytest.raises(SpecError, match="expected a PricePanel or a PriceDataset"):
        study.run(events, "prices", compute="partitions")  # type: ignore[call-overload]
    with pytest.raises(SpecError, match="is no Dask client"):
        study.run(events, dataset, client=8786, compute="partitions")
    with pytest.raises(AssetError, match="benchmark 'SPX' has no prices"):
        es.EventStudy(es.MarketModel("SPX"), event_window=(0, 0), estimation_window=(-70, -11)).run(
            events, dataset, compute="partitions", output=tmp_path / "out"
        )
    short = es.EventStudy(es.MarketModel("MKT"), event_window=(0, 0), estimation_window=(-9000, -11))
    with pytest.raises(DataError, match="could be studied"):
        short.run(events, dataset, compute="partitions", output=tmp_path / "none")


def test_the_marks_say_what_is_done(both: tuple[es.StudyResult, PartitionedResult]) -> None:
    _, other = both
    marks = [json.loads(p.read_text()) for p in sorted(Path(other.folder, "done", "study").iterdir())]
    assert sum(m["rows"] for m in marks) == len(other)
    assert all(m["n_in"] == m["rows"] + m["dropped"] + m["merged"] for m in marks)


def some_pair_rows(rng: np.random.Generator, n: int, width: int) -> PairRows:
    first = np.sort(rng.integers(0, 40, n))
    sessions = first[:, None] + np.arange(width)
    dates = first[:, None] - rng.permutation(9) - 3
    return PairRows(first, first + width - 1, sessions, rng.normal(size=(n, 9)), dates, np.arange(n), rng.random(n))


def test_residuals_are_read_back_in_the_order_of_their_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of several widths, merged a few rows at a time, are what all of them in memory would be."""
    rng = np.random.default_rng(0)
    monkeypatch.setattr(residuals, "ROWS", 7)
    runs = {(0, ("a",)): [some_pair_rows(rng, n, w) for n, w in ((13, 2), (1, 3), (20, 2))],
            (0, ("b",)): [some_pair_rows(rng, 5, 1)]}  # fmt: skip
    with residuals.PairWriter(str(tmp_path), 3) as writer:
        for group, parts in runs.items():
            for part in parts:
                writer.add(group, part)
        writer.close()
    for group, parts in runs.items():
        found = residuals._Part.open(str(tmp_path), 3, writer.places[group]).rows(Piece(5, 30))
        expected = PairRows.join(parts).piece(Piece(5, 30))
        for name in PairRows.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def test_errors_that_are_not_ours_pass_through() -> None:
    def wrong(_: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(execute.results_of(execute.Here(), wrong, [(1,)], label="", name=str))
