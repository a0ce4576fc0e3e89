"""Writing a `PriceDataset`: from a panel, or from long files that no memory holds."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.prices.dataset_index import FORMAT, INDEX, TIME, asset_fields, label_hash
from eventstudy.prices.describe import describe
from eventstudy.prices.frames import read_labels
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.stores import Store

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DatasetWriter", "default_group", "write_files", "write_panel"]

PARTITION_BYTES = 32 * 2**20
"""Size of a partition's numbers that `default_group` aims at: small beside a worker's memory."""

ROWS = 65_536  # rows of a Parquet row group


def default_group(n_rows: int) -> int:
    """Give the number of assets whose prices fill about `PARTITION_BYTES`.

    Examples
    --------
    >>> default_group(5000), default_group(2_000_000)
    (838, 2)
    """
    return max(1, PARTITION_BYTES // (8 * max(n_rows, 1)))


class DatasetWriter:
    """Write a dataset partition by partition; it exists once `finish` has written its index.

    Parameters
    ----------
    address : str
        A local folder or an address fsspec knows.
    labels : datetime64[ns], shape (n,)
        Row labels of every partition.
    intraday : bool
    """

    def __init__(self, address: str, labels: DateArray, *, intraday: bool) -> None:
        self.store = Store(address)
        if self.store.exists(INDEX):
            raise DataError(f"{address} holds a price dataset already", hint="choose an empty folder", file=address)
        self.store.clear()
        self.labels = labels.astype("datetime64[ns]")
        self.intraday = intraday
        self._partitions: list[dict[str, Any]] = []
        self._assets: list[tuple[str, dict[str, Any]]] = []
        self._base: dict[str, float] | None = None

    def add(self, assets: Sequence[Asset], values: FloatArray, base: FloatArray | None = None) -> None:
        """Write one group of assets: values (n, k), and the value before each one's first where there is one."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        name = f"part-{len(self._partitions):05d}.parquet"
        columns = {TIME: pa.array(self.labels)}
        columns |= {asset.symbol: pa.array(values[:, j]) for j, asset in enumerate(assets)}
        with self.store.writing(name) as stream:
            pq.write_table(
                pa.table(columns), stream, row_group_size=ROWS, write_page_checksum=True, use_dictionary=False
            )
        self._partitions.append({"file": name, "assets": [asset.symbol for asset in assets]})
        self._assets += [(asset.symbol, asset_fields(asset)) for asset in assets]
        if base is not None:
            held = zip(assets, base.tolist(), strict=True)
            self._base = (self._base or {}) | {asset.symbol: level for asset, level in held}

    def finish(self) -> None:
        """Write the index, which makes the dataset whole."""
        names = [symbol for symbol, _ in self._assets]
        if not names:
            raise DataError("there are no prices", hint="a dataset needs at least one asset")
        if len(set(names)) != len(names):
            twice = pd.Index(names)[pd.Index(names).duplicated()][0]
            raise DataError(f"asset {twice!r} is in two partitions", hint="each asset stands in one")
        # What an unknown asset has goes without saying; tens of thousands of them would say the same.
        default = asset_fields(Asset(symbol="?"))
        described = {}
        for symbol, fields in self._assets:
            own = {k: v for k, v in fields.items() if v != (symbol if k == "name" else default[k])}
            if own:
                described[symbol] = own
        index = {
            "format": FORMAT,
            "n_rows": int(self.labels.size),
            "intraday": self.intraday,
            "labels": label_hash(self.labels),
            "first": str(self.labels[0]),
            "last": str(self.labels[-1]),
            "base": self._base,
            "assets": described,
            "partitions": self._partitions,
        }
        with self.store.writing(INDEX) as stream:
            stream.write(json.dumps(index, indent=1).encode())


def write_panel(panel: PricePanel, address: str, *, assets_per_partition: int | None = None) -> None:
    """Write a panel as a dataset.

    Parameters
    ----------
    panel : PricePanel
    address : str
        An empty or new folder.
    assets_per_partition : int, optional
        By default as many as fill about 32 MB.
    """
    step = _group(assets_per_partition, len(panel))
    writer = DatasetWriter(address, np.array(panel.labels), intraday=panel.intraday)
    names = panel.assets
    for start in range(0, len(names), step):
        held = names[start : start + step]
        base = None if panel.base is None else panel.base[start : start + step]
        writer.add([panel.asset(n) for n in held], panel.values[:, start : start + step], base)
    writer.finish()


def write_files(
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    address: str,
    *,
    columns: tuple[str, str, str] = ("date", "asset", "price"),
    assets_per_partition: int | None = None,
    assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
    quoted: Iterable[str] = (),
    source: str = "",
    close: str = "",
    tz: str = "",
    calendar: str = "",
) -> None:
    """Write long files, one row a date and asset, as a dataset, in the memory of a few partitions.

    The files are read twice, batch by batch: once for the dates and assets, once to sort their rows into
    one spill file a partition.

    Parameters
    ----------
    files : path or sequence of paths
        CSV or Parquet, all of one kind; rows in any order.
    address : str
        An empty or new folder, or an address fsspec knows.
    columns : (str, str, str)
        Names of the columns of the date (or time), the asset and the price.
    assets_per_partition : int, optional
        By default as many as fill about 32 MB.
    assets, quoted, source, close, tz, calendar
        As for `PricePanel`, ``quoted`` and ``source`` for columns under their own names.

    Raises
    ------
    DataError
        If a file cannot be read, lacks a column, or has two prices of an asset on one date.
    """
    held = [str(files)] if isinstance(files, (str, os.PathLike)) else [str(f) for f in files]
    names, stamps = _first_pass(held, columns)
    read = read_labels(pd.Index(stamps), tz=tz, where=held[0])
    order = np.argsort(read.stamps, kind="stable")
    labels = read.stamps[order]
    same = np.flatnonzero(labels[1:] == labels[:-1])
    if same.size:
        one, other = stamps[order][same[0]], stamps[order][same[0] + 1]
        raise DataError(f"{held[0]}: {one!r} and {other!r} are one date", hint="write every date in one form")
    place = {stamp: int(row) for stamp, row in zip(stamps[order], np.arange(order.size), strict=True)}
    for option, wanted in (("assets", assets or {}), ("quoted", quoted)):
        for name in [wanted] if isinstance(wanted, str) else wanted:
            if name not in names:
                raise SpecError(f"{option} names {name!r}, which is no asset of the files", hint=nearest(name, names))
    step = _group(assets_per_partition, labels.size)
    groups = [names[k : k + step] for k in range(0, len(names), step)]
    told = {"close": close, "tz": tz, "calendar": calendar}
    writer = DatasetWriter(address, labels, intraday=read.intraday)
    with tempfile.TemporaryDirectory(prefix="eventstudy-") as spill:
        spilled = _spill(held, columns, groups, place, Path(spill))
        for group, path in zip(groups, spilled, strict=True):
            matrix = _pivot(path, group, labels)
            described, matrix = describe(
                group,
                matrix,
                assets={k: v for k, v in (assets or {}).items() if k in group},
                quoted=[n for n in quoted if n in group],
                source=source,
                defaults=told,
            )
            writer.add(described, matrix)
    writer.finish()


def _group(assets_per_partition: int | None, n_rows: int) -> int:
    if assets_per_partition is None:
        return default_group(n_rows)
    if assets_per_partition < 1:
        raise SpecError(f"assets_per_partition={assets_per_partition}", hint="expected at least 1")
    return assets_per_partition


def _batches(files: Sequence[str], columns: tuple[str, str, str]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.dataset as ds

    kind = "parquet" if files[0].endswith((".parquet", ".pq")) else "csv"
    for file in files:
        try:
            table = ds.dataset(file, format=kind)
            lacking = [c for c in columns if c not in table.schema.names]
            if lacking:
                raise DataError(f"{file} has no column {lacking[0]!r}", hint=nearest(lacking[0], table.schema.names))
            yield from table.to_batches(columns=list(columns), batch_size=ROWS, batch_readahead=1, fragment_readahead=1)
        except (OSError, pa.ArrowException) as error:
            raise DataError(
                f"{file} cannot be read: {str(error).splitlines()[0]}", hint="expected CSV or Parquet", file=file
            ) from error


def _first_pass(files: Sequence[str], columns: tuple[str, str, str]) -> tuple[list[str], np.ndarray]:
    """Assets in order of first appearance, and the distinct dates as the files hold them."""
    names: dict[str, None] = {}
    stamps: set[Any] = set()
    for batch in _batches(files, columns):
        stamps.update(batch.column(0).unique().to_pylist())
        names.update(dict.fromkeys(str(n) for n in batch.column(1).unique().to_pylist()))
    if not names:
        raise DataError(f"{files[0]} holds no rows", hint="one row a date and asset")
    if None in stamps or "None" in names:
        raise DataError(f"{files[0]}: a row has no date or no asset", hint="every row needs both")
    held = np.empty(len(stamps), dtype=object)
    held[:] = list(stamps)
    return list(names), held


def _spill(
    files: Sequence[str],
    columns: tuple[str, str, str],
    groups: Sequence[Sequence[str]],
    place: Mapping[Any, int],
    folder: Path,
) -> list[Path]:
    """Sort the rows into one file a partition: row of the date, column in the group, price."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    home = {name: (k, j) for k, group in enumerate(groups) for j, name in enumerate(group)}
    paths = [folder / f"{k}.parquet" for k in range(len(groups))]
    schema = pa.schema([("row", pa.int64()), ("column", pa.int32()), ("price", pa.float64())])
    writers = [pq.ParquetWriter(path, schema) for path in paths]
    try:
        for batch in _batches(files, columns):
            dates, assets = (batch.column(c).dictionary_encode() for c in (0, 1))
            row = np.array([place[d] for d in dates.dictionary.to_pylist()])[dates.indices.to_numpy()]
            homes = np.array([home[str(a)] for a in assets.dictionary.to_pylist()])[assets.indices.to_numpy()]
            price = batch.column(2).cast(pa.float64()).to_numpy(zero_copy_only=False)
            for k in np.unique(homes[:, 0]):
                mine = homes[:, 0] == k
                held = [pa.array(row[mine]), pa.array(homes[mine, 1].astype(np.int32)), pa.array(price[mine])]
                writers[k].write_batch(pa.record_batch(held, schema=schema))
    finally:
        for writer in writers:
            writer.close()
    return paths


def _pivot(path: Path, group: Sequence[str], labels: DateArray) -> FloatArray:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    row, column = table.column("row").to_numpy(), table.column("column").to_numpy()
    cell = row * len(group) + column
    distinct, counts = np.unique(cell, return_counts=True)
    if (counts > 1).any():
        first = int(distinct[counts > 1][0])
        name, day = group[first % len(group)], labels[first // len(group)]
        raise DataError(f"{name} has two prices on {str(day)[:16]}", hint="one row a date and asset", asset=name)
    matrix = np.full((labels.size, len(group)), np.nan, order="F")
    matrix[row, column] = table.column("price").to_numpy()
    path.unlink()
    return matrix
