"""Prices too many for memory: a folder of Parquet files, one a group of assets."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, nearest
from eventstudy.prices.dataset_index import TIME, asset_of, label_hash, read_index
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.stores import Store

if TYPE_CHECKING:
    import os

__all__ = ["PriceDataset"]


@dataclass(frozen=True, slots=True)
class Partition:
    """One file: its name, and the assets in it, a column each."""

    file: str
    assets: tuple[str, ...]

    def __str__(self) -> str:
        """Name the file and the group of assets in it."""
        n = len(self.assets)
        return f"{self.file} ({self.assets[0]}{f' to {self.assets[-1]}, {n} assets' if n > 1 else ''})"


class PriceDataset:
    """Prices of any number of assets on disk or in an object store, read a group of assets at a time.

    A folder with one Parquet file a group of assets (rows are the dates of all assets, a column each,
    NaN = no price) and ``dataset.json``, which is written last. Holds values, as a `PricePanel` does:
    a panel and the dataset written from it give the same numbers. Closes alone are kept, no other bars.

    Parameters
    ----------
    address : path-like or str
        The folder: local, or any address fsspec knows (``"s3://bucket/prices"``).

    Raises
    ------
    DataError
        If there is no finished dataset at the address.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from eventstudy.prices import PriceDataset, PricePanel
    >>> days = pd.to_datetime(["2022-02-14", "2022-02-15"])
    >>> panel = PricePanel(pd.DataFrame({"A": [1.0, 2.0], "B": [3.0, None], "C": [5.0, 6.0]}, index=days))
    >>> folder = tempfile.TemporaryDirectory()
    >>> dataset = PriceDataset.write(panel, folder.name, assets_per_partition=2)
    >>> dataset
    PriceDataset: 3 assets x 2 dates in 2 partitions
    >>> dataset.panel(["C", "A"]) == panel.select(["C", "A"])
    True
    >>> folder.cleanup()
    """

    def __init__(self, address: str | os.PathLike[str]) -> None:
        self.store = Store(str(address))
        index = read_index(self.store)
        self.partitions = tuple(Partition(p["file"], tuple(p["assets"])) for p in index["partitions"])
        self.intraday = bool(index["intraday"])
        self.n_rows = int(index["n_rows"])
        self._labels_hash = str(index["labels"])
        self._base: dict[str, float] | None = index["base"]
        self._described: dict[str, dict[str, Any]] = index["assets"]
        self._place = {name: k for k, part in enumerate(self.partitions) for name in part.assets}
        self._kept: tuple[contextlib.ExitStack, dict[int, Any]] | None = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[PriceDataset]:
        """Give the same dataset that opens each file once, and keeps it open until the block ends."""
        with contextlib.ExitStack() as stack:
            held = copy.copy(self)
            held._kept = stack, {}
            yield held

    @classmethod
    def write(
        cls, panel: PricePanel, address: str | os.PathLike[str], *, assets_per_partition: int | None = None
    ) -> PriceDataset:
        """Write a panel as a dataset, see `eventstudy.prices.dataset_write.write_panel`."""
        from eventstudy.prices.dataset_write import write_panel

        write_panel(panel, str(address), assets_per_partition=assets_per_partition)
        return cls(address)

    @classmethod
    def from_files(
        cls,
        files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        address: str | os.PathLike[str],
        **options: Any,
    ) -> PriceDataset:
        """Write long files (date, asset, price) as a dataset, see `eventstudy.prices.dataset_write.write_files`."""
        from eventstudy.prices.dataset_write import write_files

        write_files(files, str(address), **options)
        return cls(address)

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of all assets, partition after partition."""
        return tuple(self._place)

    @property
    def address(self) -> str:
        """Where the dataset lies."""
        return self.store.address

    @property
    def fingerprint(self) -> str:
        """Hash of what the dataset says of itself: dates, assets, files."""
        said = [self._labels_hash, self.n_rows, [(p.file, p.assets) for p in self.partitions], self._described]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def __contains__(self, name: object) -> bool:
        return name in self._place

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.n_rows

    def __repr__(self) -> str:
        rows = "bars" if self.intraday else "dates"
        return (
            f"PriceDataset: {len(self._place)} asset{'s' * (len(self._place) != 1)} x {self.n_rows} {rows}"
            f" in {len(self.partitions)} partition{'s' * (len(self.partitions) != 1)}"
        )

    def partition_of(self, asset: str) -> int:
        """Return the number of the partition that holds an asset.

        Raises
        ------
        AssetError
            If the dataset has no such asset.
        """
        try:
            return self._place[asset]
        except KeyError:
            raise AssetError(f"no prices of {asset!r}", hint=nearest(str(asset), self._place), asset=asset) from None

    def asset(self, name: str) -> Asset:
        """Describe an asset, as `PricePanel.asset` does."""
        self.partition_of(name)
        return asset_of(name, self._described.get(name, {}))

    def panel(self, assets: Iterable[str] | None = None) -> PricePanel:
        """Read some assets, in this order; all of them where none are named.

        Only their columns are read.

        Raises
        ------
        AssetError
            If an asset is not in the dataset.
        DataError
            If a partition is missing, cut short, damaged or not what the index says; names its file.
        """
        names = list(self._place) if assets is None else list(assets)
        wanted: dict[int, list[int]] = {}
        for j, name in enumerate(names):
            wanted.setdefault(self.partition_of(name), []).append(j)
        labels: DateArray | None = None
        values = np.empty((self.n_rows, len(names)), order="F")
        for number, places in wanted.items():
            labels = self._read(number, [names[j] for j in places], values, places)
        if labels is None:
            raise DataError("no asset is asked for", hint=nearest("", self._place))
        base = None if self._base is None else np.array([self._base[name] for name in names])
        return PricePanel._of(labels, values, [self.asset(name) for name in names], intraday=self.intraday, base=base)

    def check(self) -> dict[str, str]:
        """Read every partition; give the files that cannot be read, and why."""
        broken = {}
        for part in self.partitions:
            try:
                self.panel(part.assets)
            except DataError as error:
                broken[part.file] = str(error)
        return broken

    @contextlib.contextmanager
    def _file(self, number: int) -> Iterator[Any]:
        """Open a partition's file, or give the one that is open."""
        import pyarrow.parquet as pq

        with contextlib.ExitStack() as own:
            stack, files = self._kept or (own, {})
            if number not in files:
                stream = stack.enter_context(self.store.reading(self.partitions[number].file))
                files[number] = pq.ParquetFile(stream, page_checksum_verification=True)
            yield files[number]

    def _read(self, number: int, names: list[str], out: FloatArray, places: list[int]) -> DateArray:
        """Read columns of one partition into ``out[:, places]``; give its row labels."""
        import pyarrow as pa

        part = self.partitions[number]
        try:
            with self._file(number) as source:
                there = {field.name: field for field in source.schema_arrow}
                for name in (TIME, *names):
                    if name not in there:
                        raise self._broken(part, f"has no column {name!r}")
                    # A turned bit in the file's footer; older pyarrow takes the marks of what is missing for prices.
                    if not there[name].nullable:
                        raise self._broken(part, f"column {name!r} is marked as never missing, which is not written")
                table = source.read(columns=[TIME, *names])
        except (OSError, pa.ArrowException) as error:
            raise self._broken(part, f"cannot be read: {str(error).splitlines()[0]}") from error
        if table.num_rows != self.n_rows:
            raise self._broken(part, f"has {table.num_rows} rows, expected {self.n_rows}")
        times = table.column(TIME)
        if not pa.types.is_timestamp(times.type):
            raise self._broken(part, f"has times of type {times.type}, expected timestamps")
        labels = np.array(times.to_numpy().astype("datetime64[ns]"))
        if label_hash(labels) != self._labels_hash:
            raise self._broken(part, "has other dates than the dataset")
        for j, name in zip(places, names, strict=True):
            column = table.column(name)
            if column.type != pa.float64():
                raise self._broken(part, f"column {name!r} is {column.type}, expected double")
            out[:, j] = column.to_numpy()
        return labels

    def _broken(self, part: Partition, what: str) -> DataError:
        where = self.store.where(part.file)
        return DataError(
            f"price partition {where} {what}",
            hint="write that partition again; bad_partitions='drop' studies the others and lists what is lost",
            file=where,
        )
