"""`read_prices` and `read_returns`: tables of any kind into a `PricePanel`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from eventstudy._arguments import check_flags, check_texts
from eventstudy._types import DateArray, FloatArray, ReturnKind
from eventstudy.assets import Asset
from eventstudy.errors import DataError, check_choice
from eventstudy.prices.columns import asset_column
from eventstudy.prices.describe import describe, warn_of_quotes
from eventstudy.prices.layout import Layout
from eventstudy.prices.levels import levels_of_returns
from eventstudy.prices.names import RETURN, plain
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.tables import SUFFIXES, Table, read_table

__all__ = ["read_prices", "read_returns"]

Unit = Literal["decimal", "percent"]


def read_prices(
    data: Any,
    *,
    date: str = "",
    asset: str = "",
    price: str = "",
    columns: Iterable[str] | None = None,
    name: str = "",
    date_format: str = "",
    tz: str = "",
    bar: str | pd.Timedelta | None = None,
    source: str | Mapping[str, str] = "",
    close: str = "",
    calendar: str = "",
    assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
    quoted: Iterable[str] | Mapping[str, str] = (),
    delimiter: str = "",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "",
    sheet: int | str = 0,
    skip: int = 0,
    missing: Iterable[str] = (),
    validate: bool = False,
) -> PricePanel:
    """Read prices from a file, a folder or a frame.

    Parameters
    ----------
    data : path-like or frame
        CSV (also gzipped), Parquet, Feather or Excel; a folder of them; a frame of pandas, polars or
        Arrow. Wide: a date column and one column an asset. Long: a date, an asset and a price column.
        Bars: open, high, low, close of one asset (named by the file), or long with an asset column.
    date, asset, price : str, optional
        Names of those columns, where they are not plain (date, symbol, close ...). Of a close and an
        adjusted close the adjusted one is taken, and open, high and low are scaled with it.
    columns : iterable of str, optional
        The asset columns of a wide table; by default all but the date.
    name : str, optional
        The asset of a file of bars; by default the file's name.
    date_format : str, optional
        Such as ``"%d/%m/%Y"``; recognised where only one reading is possible. ``"excel"`` for Excel's day
        numbers, ``"unix"`` and ``"unix-ms"`` for seconds and milliseconds since 1970 (UTC).
    tz, bar, source, close, calendar : str, optional
        As for `PricePanel`.
    assets, quoted : mapping, optional
        As for `PricePanel`.
    delimiter, decimal, thousands, encoding : str, optional
        Of text files; the delimiter is recognised.
    sheet : int or str
        Of a workbook.
    skip : int
        Lines of a title before the header.
    missing : iterable of str
        Marks for a missing number beside the usual ones (empty, NA, null, #N/A, FRED's dot).
    validate : bool
        Raise where `PricePanel.quality` finds what would corrupt an estimate.

    Returns
    -------
    PricePanel
        Every price that was read; none is filled.

    Raises
    ------
    DataError
        Names file, row and column, what was found and what was expected.

    Warns
    -----
    EventStudyWarning
        If a currency's column seems to hold the quoted number (RUB at 75) and ``quoted`` does not name it.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"date": ["2022-02-14", "2022-02-15"], "symbol": "BRENT", "close": [101.66, 98.43]})
    >>> read_prices(long, source="eia")
    PricePanel: 1 asset x 2 dates, 2022-02-14 to 2022-02-15
    """
    check_texts(date=date, asset=asset, price=price, name=name, tz=tz)
    check_flags(validate=validate)
    files = _files(data)
    shape: dict[str, Any] = {
        "date": date, "asset": asset, "price": price, "date_format": date_format, "tz": tz, "bar": bar,
        "delimiter": delimiter, "decimal": decimal, "thousands": thousands, "encoding": encoding, "sheet": sheet,
        "skip": skip, "missing": missing,
    }  # fmt: skip
    if files is None:
        read = _read_one(data, columns=columns, name=name, **shape)
    else:
        read = _joined([_read_one(file, **shape) for file in files])
    described, values = describe(
        read.names,
        read.values,
        assets=assets,
        quoted=quoted,
        source=source,
        defaults={"close": close, "tz": tz, "calendar": calendar},
    )
    warn_of_quotes(described, values)
    bars = _bars_as_values(read.bars, read.names, quoted, described)
    panel = PricePanel._of(
        read.labels, values, described, intraday=read.intraday, bars=bars, provenance=read.provenance
    )
    if validate:
        panel.quality().raise_errors()
    return panel


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file holds, before its columns are described: values (n, k), in order of time, owned by nobody else."""

    where: str
    names: tuple[str, ...]
    labels: DateArray
    values: FloatArray
    bars: dict[str, FloatArray]
    intraday: bool
    provenance: dict[str, Any]


def _read_one(
    data: Any,
    *,
    date: str,
    asset: str,
    price: str,
    date_format: str,
    tz: str,
    bar: str | pd.Timedelta | None,
    columns: Iterable[str] | None = None,
    name: str = "",
    **text: Any,
) -> _Read:
    """Read one file or frame."""
    table = read_table(data, **text)
    found = Layout(table, date, asset, price, columns, name)
    stamps = found.labels(date_format, tz, bar)
    names, matrix, labels, bars = found.matrices(stamps.stamps, stamps.intraday)
    provenance = {"file": table.where, "price": found.price} if found.price else {"file": table.where}
    return _Read(table.where, names, labels, matrix, bars, stamps.intraday, provenance)


def _bars_as_values(
    bars: dict[str, FloatArray],
    names: tuple[str, ...],
    quoted: Iterable[str] | Mapping[str, str],
    described: tuple[Asset, ...],
) -> dict[str, FloatArray]:
    """Turn the bars of quoted columns into values; where the sign is -1, high and low change places."""
    turned = set(quoted if not isinstance(quoted, str) else [quoted])
    for j, (name, asset) in enumerate(zip(names, described, strict=True)):
        if name not in turned:
            continue
        for kind in ("open", "high", "low"):
            if kind in bars:
                bars[kind][:, j] = asset.value(bars[kind][:, j])
        if asset.sign < 0 and "high" in bars and "low" in bars:
            bars["high"][:, j], bars["low"][:, j] = bars["low"][:, j].copy(), bars["high"][:, j].copy()
    return bars


def _files(data: Any) -> list[Path] | None:
    """List the files of a folder; None where it is no folder."""
    if not isinstance(data, (str, os.PathLike)) or not os.path.isdir(data):  # noqa: PTH112 - a name too long is none
        return None
    files = sorted(p for p in Path(data).iterdir() if p.is_file() and p.name.lower().endswith(SUFFIXES))
    if not files:
        raise DataError(f"{data} holds no price file", hint=f"known kinds: {', '.join(SUFFIXES)}", file=str(data))
    return files


def _joined(parts: list[_Read]) -> _Read:
    """Put the files of a folder side by side, on the dates of any."""
    seen: dict[str, str] = {}
    for part in parts:
        for name in part.names:
            if name in seen:
                raise DataError(f"{name!r} is in {seen[name]} and in {part.where}", hint="keep one of them", asset=name)
            seen[name] = part.where
    kinds = {part.intraday for part in parts}
    if len(kinds) > 1:
        daily = next(part.where for part in parts if not part.intraday)
        raise DataError(f"some files are intraday, but {daily} is daily", hint="read them apart")
    labels = np.unique(np.concatenate([part.labels for part in parts]))
    values = np.full((labels.size, len(seen)), np.nan, order="F")
    kept = set.intersection(*(set(part.bars) for part in parts))
    bars = {kind: np.full(values.shape, np.nan, order="F") for kind in sorted(kept)}
    column = 0
    for part in parts:
        rows, width = np.searchsorted(labels, part.labels), len(part.names)
        values[rows, column : column + width] = part.values
        for kind, matrix in bars.items():
            matrix[rows, column : column + width] = part.bars[kind]
        column += width
    provenance = {"files": [part.where for part in parts]}
    return _Read("", tuple(seen), labels, values, bars, kinds.pop(), provenance)


def _without_percents(table: Table, unit: Unit) -> Table:
    """Take the sign off cells such as 1.5%; an error where the caller says that they are decimals."""
    signed = {}
    for j, column in enumerate(table.frame.columns):
        cells = table.frame.iloc[:, j]
        if (
            cells.dtype.kind not in "iufM"
            and cells.map(lambda c: isinstance(c, str) and c.rstrip().endswith("%")).any()
        ):
            if unit != "percent":
                raise DataError(
                    f"{table.where}: column {str(column)!r} has cells with a percent sign, and unit={unit!r}",
                    hint="say unit='percent'",
                    column=str(column),
                )
            bare = cells.map(lambda c: c.rstrip()[:-1] if isinstance(c, str) and c.rstrip().endswith("%") else c)
            signed[column] = bare
    return replace(table, frame=table.frame.assign(**signed)) if signed else table


def read_returns(
    data: Any,
    *,
    unit: Unit,
    kind: ReturnKind = "simple",
    date: str = "",
    asset: str = "",
    value: str = "",
    columns: Iterable[str] | None = None,
    date_format: str = "",
    tz: str = "",
    bar: str | pd.Timedelta | None = None,
    close: str = "",
    calendar: str = "",
    assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
    delimiter: str = "",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "",
    sheet: int | str = 0,
    skip: int = 0,
    missing: Iterable[str] = (),
) -> PricePanel:
    """Read returns, as CRSP and WRDS give them, into a panel of levels that gives the same returns back.

    Parameters
    ----------
    data : path-like or frame
        As for `read_prices`; a file, not a folder.
    unit : {"decimal", "percent"}
        Whether 1.5 means 150 % or 1.5 %; there is no default, because a guess is wrong too often.
    kind : {"simple", "log"}
        Of the returns in the file.
    value : str, optional
        The return column of a long table; ``ret`` and ``return`` are known.
    date, asset, date_format, tz, bar, close, calendar : str, optional
        As for `read_prices`.
    columns, assets : iterable of str, mapping, optional
        As for `read_prices`.
    delimiter, decimal, thousands, encoding, sheet, skip, missing : str, int or iterable of str
        As for `read_prices`; CRSP's letters for a missing return are ``missing=["B", "C"]``.

    Returns
    -------
    PricePanel
        Levels that start from 1 just before each asset's first return, so that no return is lost. A
        missing return is a date without a price; the next return is taken to span it.

    Raises
    ------
    DataError
        Names file, row and column, what was found and what was expected.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"date": ["2022-02-14", "2022-02-15"], "ACME": [1.0, -2.0]})
    >>> panel = read_returns(frame, unit="percent")
    >>> panel.returns("simple")["ACME"].round(4).tolist()
    [0.01, -0.02]
    """
    check_choice(unit, ("decimal", "percent"), "unit")
    check_texts(date=date, asset=asset, value=value, tz=tz, close=close, calendar=calendar)
    table = read_table(
        data,
        delimiter=delimiter,
        decimal=decimal,
        thousands=thousands,
        encoding=encoding,
        sheet=sheet,
        skip=skip,
        missing=missing,
        what="returns",
    )
    table = _without_percents(table, unit)
    if asset_column(table, asset) and not value:
        known = [c for c in table.frame.columns if plain(c) in RETURN]
        if not known:
            raise DataError(f"{table.where}: no column of returns", hint="name it with value='...'", file=table.where)
        value = str(known[0])
    found = Layout(table, date, asset, value, columns, "")
    stamps = found.labels(date_format, tz, bar)
    names, matrix, labels, _ = found.matrices(stamps.stamps, stamps.intraday)
    index = pd.DatetimeIndex(labels)
    frame = pd.DataFrame(matrix / 100.0 if unit == "percent" else matrix, index=index, columns=list(names))
    if stamps.intraday:
        frame.index = index.tz_localize("UTC")
    return levels_of_returns(
        frame,
        kind=kind,
        assets=assets,
        defaults={"close": close, "tz": tz, "calendar": calendar},
        where=table.where,
    )
