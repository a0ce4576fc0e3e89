"""A dataset on disk gives the numbers of the panel or files it was written from; a broken file is named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import AssetError, DataError, SpecError
from eventstudy.prices import PriceDataset, PricePanel
from eventstudy.prices.levels import levels_of_returns

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
