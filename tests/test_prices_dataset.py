"""A dataset on disk gives the numbers of the panel or files it was written from; a broken file is named."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import AssetError, DataError, SpecError
from eventstudy.prices import PriceDataset, PricePanel
from eventstudy.prices.levels import levels_of_returns
from tests._scale_designs import same_frames, some_events, some_prices, some_study

TOLERANCE = 1e-12  # sums in another order
DAYS = pd.bdate_range("2020-01-01", periods=40)


def some_panel(n_assets: int = 7, seed: int = 0) -> PricePanel:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        np.exp(rng.normal(0, 0.01, (40, n_assets)).cumsum(axis=0)),
        index=DAYS,
        columns=[f"A{j}" for j in range(n_assets)],
    )
    return PricePanel(frame.mask(rng.random(frame.shape) < 0.1), close="16:00", tz="America/New_York")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    panel = some_panel().with_asset(
        "A3", calendar="XNYS", holidays=("12-31",), listings={"x": {"holidays": ("01-02",)}}
    )
    dataset = PriceDataset.write(panel, tmp_path / "set", assets_per_partition=3)
    assert [len(p.assets) for p in dataset.partitions] == [3, 3, 1]
    assert dataset.assets == panel.assets
    assert dataset.panel() == panel
    assert dataset.panel(["A6", "A0", "A3"]) == panel.select(["A6", "A0", "A3"])
    assert all(dataset.asset(name) == panel.asset(name) for name in panel.assets)
    assert dataset.check() == {}


def test_a_panel_made_of_returns_keeps_its_first_return(tmp_path: Path) -> None:
    returns = pd.DataFrame({"A": [0.01, 0.02], "B": [-0.01, 0.03]}, index=DAYS[:2])
    panel = levels_of_returns(returns)
    read = PriceDataset.write(panel, tmp_path / "set", assets_per_partition=1).panel()
    np.testing.assert_array_equal(read.returns("simple").to_numpy(), panel.returns("simple").to_numpy())


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_long_files_in_any_order_give_the_panel(tmp_path: Path, kind: str) -> None:
    panel = some_panel()
    long = (
        panel.to_frame().rename_axis("date").reset_index().melt("date", var_name="asset", value_name="price").dropna()
    )
    long = long.sample(frac=1.0, random_state=0)
    files = []
    for k, part in enumerate(np.array_split(np.arange(len(long)), 3)):
        files.append(tmp_path / f"{k}.{kind}")
        rows = long.iloc[part]
        rows.to_csv(files[-1], index=False) if kind == "csv" else rows.to_parquet(files[-1], index=False)
    dataset = PriceDataset.from_files(
        files, tmp_path / "set", assets_per_partition=2, close="16:00", tz="America/New_York"
    )
    assert dataset.panel(panel.assets) == panel


def test_an_address_of_fsspec(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    panel = some_panel()
    dataset = PriceDataset.write(panel, "memory://prices/set", assets_per_partition=3)
    assert dataset.panel() == panel
    with pytest.raises(SpecError, match="no-such-protocol"):
        PriceDataset("no-such-protocol://x")


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; counts what is asked of each file, and gives parts of files where ``ranges`` says so."""

    ranges = False
    status = 0  # that of every answer, where it is not 0
    asked: ClassVar[list[str]] = []

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append(Path(self.path).name)
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        path = Path(self.translate_path(self.path))
        if self.status:
            self.send_error(self.status)
        elif self.ranges and span and path.is_file():
            low, high = int(span[1]), min(int(span[2]), path.stat().st_size - 1)
            part = path.read_bytes()[low : high + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {low}-{high}/{path.stat().st_size}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)
        else:
            super().do_GET()


@contextlib.contextmanager
def served(folder: Path, **kind: object) -> Iterator[tuple[str, type[Quiet]]]:
    """Serve a folder on this machine."""
    handler = type("Handler", (Quiet,), {"asked": [], **kind})
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", handler
        finally:
            server.shutdown()


@pytest.mark.parametrize("protocol", ["file", "memory", "http without ranges", "http with ranges"])
def test_a_study_through_an_address_is_that_of_the_folder(protocol: str, tmp_path: Path) -> None:
    """In memory and by partitions; `http.server` knows no parts of files, so those come whole."""
    pytest.importorskip("fsspec")
    study, events = some_study(), some_events()
    expected = study.run(events, some_prices()).to_frame("event")
    folder = tmp_path / "set"
    PriceDataset.write(some_prices(), folder, assets_per_partition=4)
    with contextlib.ExitStack() as stack:
        address = folder.as_uri()
        if protocol == "memory":
            address = "memory://a-study/set"
            PriceDataset.write(some_prices(), address, assets_per_partition=4)
        elif protocol.startswith("http"):
            pytest.importorskip("aiohttp", reason="needs market-reaction[http]")
            ranges = protocol == "http with ranges"
            address, handler = stack.enter_context(served(folder, ranges=ranges))
        dataset = PriceDataset(address)
        assert dataset.check() == {}
        same_frames(expected, study.run(events, dataset, compute="memory").to_frame("event"), TOLERANCE)
        if protocol.startswith("http"):
            handler.asked.clear()
        found = study.run(events, dataset, compute="partitions", output=tmp_path / "out")
        same_frames(expected, found.to_frame("event"), TOLERANCE)
        if protocol == "http without ranges":
            # A task opens its own partition and those of two benchmarks, once each: the first bytes, then the whole.
            tasks = len(list((tmp_path / "out" / "done" / "study").iterdir()))
            assert 0 < sum(name.startswith("part-") for name in handler.asked) <= tasks * 3 * 2


def test_a_server_that_fails_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("aiohttp", reason="needs market-reaction[http]")
    PriceDataset.write(some_panel(), tmp_path / "set", assets_per_partition=3)
    with served(tmp_path / "set") as (address, handler):
        dataset = PriceDataset(address)
        handler.status = 503
        with pytest.raises(DataError, match=r"part-00000\.parquet cannot be read: 503") as caught:
            dataset.panel(["A0"])
        assert "\n" not in str(caught.value)
        with pytest.raises(DataError, match="no finished price dataset"):
            PriceDataset(address)
    with pytest.raises(DataError, match=r"part-00000\.parquet cannot be read"):  # it listens no more
        dataset.panel(["A0"])


@pytest.mark.parametrize(
    ("address", "module", "hint"),
    [
        ("http://127.0.0.1:1/set", "aiohttp", "http"),
        ("s3://bucket/set", "s3fs", "s3fs"),
        ("s3://b/s", "fsspec.core", ""),
    ],
)
def test_a_driver_that_is_not_installed_is_said(
    monkeypatch: pytest.MonkeyPatch, address: str, module: str, hint: str
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, address.split(":")[0], raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.http", raising=False)
    with pytest.raises(SpecError, match="needs") as caught:
        PriceDataset(address)
    assert "pip install" in str(caught.value)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def broken(path: Path, how: str) -> None:
    whole = path.read_bytes()
    if how == "absent":
        path.unlink()
    elif how == "cut short":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        frame = pd.read_parquet(path)
        if how == "a column less":
            frame = frame.drop(columns="A4")
        elif how == "rows less":
            frame = frame.iloc[:-1]
        elif how == "text":
            frame["A4"] = frame["A4"].astype(str)
        elif how == "other dates":
            frame["__time__"] += pd.Timedelta("1D")
        frame.to_parquet(path, index=False)


@pytest.mark.parametrize("how", ["absent", "cut short", "a column less", "rows less", "text", "other dates"])
def test_a_broken_partition_is_named(tmp_path: Path, how: str) -> None:
    dataset = PriceDataset.write(some_panel(), tmp_path / "set", assets_per_partition=3)
    broken(tmp_path / "set" / "part-00001.parquet", how)
    with pytest.raises(DataError, match=r"part-00001\.parquet") as caught:
        dataset.panel(["A0", "A3", "A4", "A5"])
    assert "\n" not in str(caught.value)
    assert list(dataset.check()) == ["part-00001.parquet"]
    dataset.panel(["A0", "A6"])  # the others are not touched


def test_a_turned_bit_is_an_error_or_changes_nothing(tmp_path: Path) -> None:
    panel = some_panel()
    dataset = PriceDataset.write(panel, tmp_path / "set", assets_per_partition=3)
    path, names = tmp_path / "set" / "part-00001.parquet", ["A3", "A4", "A5"]
    whole, caught = path.read_bytes(), 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert dataset.panel(names) == panel.select(names)  # statistics and names of the writer hold no prices
        except DataError as error:
            assert "part-00001.parquet" in str(error)
            caught += 1
    assert caught > len(whole) / 7 / 2


def test_a_dataset_without_its_index_is_none(tmp_path: Path) -> None:
    PriceDataset.write(some_panel(), tmp_path / "set")
    (tmp_path / "set" / "dataset.json").unlink()
    with pytest.raises(DataError, match="no finished price dataset"):
        PriceDataset(tmp_path / "set")
    (tmp_path / "set" / "dataset.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(DataError, match="format 1"):
        PriceDataset(tmp_path / "set")


def test_mistakes_of_the_caller(tmp_path: Path) -> None:
    dataset = PriceDataset.write(some_panel(), tmp_path / "set")
    with pytest.raises(AssetError, match="no prices of 'A9'"):
        dataset.panel(["A9"])
    with pytest.raises(DataError, match="holds a price dataset already"):
        PriceDataset.write(some_panel(), tmp_path / "set")
    file = tmp_path / "long.csv"
    file.write_text("date,asset,price\n2020-01-01,A,1\n2020-01-01,A,2\n")
    with pytest.raises(DataError, match="two prices on 2020-01-01"):
        PriceDataset.from_files(file, tmp_path / "twice")
    with pytest.raises(DataError, match="no column 'close'"):
        PriceDataset.from_files(file, tmp_path / "none", columns=("date", "asset", "close"))
