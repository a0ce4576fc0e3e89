"""Files and frames of every kind, as one pandas table whose rows know their line in the file."""

from __future__ import annotations

import gzip
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._types import IntArray
from eventstudy.errors import DataError, SpecError

__all__ = ["SUFFIXES", "Table", "read_table"]

SUFFIXES = (".csv", ".csv.gz", ".txt", ".tsv", ".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".feather", ".arrow")
# The nearest double to what is written: pandas 3's default, an option before.
_EXACT: dict[str, Any] = {"float_precision": "round_trip"} if int(pd.__version__.split(".")[0]) < 3 else {}
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was found.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns under their own names; the index, where it held something, is a column too.
    rows : int64, shape (n,)
        Number of each row as people count: line of the file, row of the sheet, else from 1.
    where : str
        Name of the file, or "prices".
    stem : str
        Name of the file without its ending; empty for frames.
    own : bool
        Whether nobody else holds the frame.
    """

    frame: pd.DataFrame
    rows: IntArray
    where: str
    stem: str = ""
    own: bool = False


def read_table(
    data: Any,
    *,
    delimiter: str = "",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "",
    sheet: int | str = 0,
    what: str = "prices",
) -> Table:
    """Read one file, or a frame of pandas, polars or Arrow.

    Raises
    ------
    DataError
        If the file is missing, empty, of an unknown kind or broken.
    """
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        if not path.exists():
            raise DataError(f"no such file: {path}", hint="check the path", file=str(path))
        name = path.name.lower()
        try:
            if name.endswith((".parquet", ".pq")):
                return _once(_parquet(path))
            if name.endswith((".feather", ".arrow")):
                return _once(_feather(path))
            if name.endswith((".xlsx", ".xlsm", ".xls")):
                return _once(_excel(path, sheet))
            return _once(_text(path, delimiter, decimal, thousands, encoding))
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}", file=str(path)) from error
    if isinstance(data, pd.Series):
        data = data.to_frame()
    if isinstance(data, pd.DataFrame):
        return _once(_of_frame(data, what))
    import narwhals as nw

    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError as error:
        raise DataError(
            f"{what} is a {type(data).__name__}",
            hint="expected a path, or a frame of pandas, polars or Arrow (collect a lazy one first)",
        ) from error
    return _once(_of_frame(frame.to_pandas(), what))


def _once(table: Table) -> Table:
    """Refuse a table whose columns cannot be told apart."""
    names = pd.Index([str(c) for c in table.frame.columns])
    if names.has_duplicates:
        twice = names[names.duplicated()][0]
        raise DataError(f"{table.where}: column {twice!r} stands twice", hint="rename one of them", column=twice)
    return table


def _of_frame(frame: pd.DataFrame, where: str, stem: str = "") -> Table:
    if isinstance(frame.columns, pd.MultiIndex):
        frame = _long(frame, where)
    index = frame.index
    counted = not isinstance(index, pd.MultiIndex) and index.name is None and index.dtype.kind in "iu"
    if not counted:  # row numbers say nothing; anything else is a column
        taken = {str(c) for c in frame.columns}
        names = [str(n) if n is not None else "date" for n in frame.index.names]
        if any(n in taken for n in names):
            raise DataError(f"{where}: the index and a column are both named {names[0]!r}", hint="rename one of them")
        frame = frame.rename_axis(names).reset_index()
    return Table(frame, np.arange(1, len(frame) + 1), where, stem, own=bool(stem))


def _long(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Turn the two-level columns that vendors' clients give (price and ticker, either first) into a long table."""
    if frame.columns.nlevels == 2:
        for kinds, tickers in ((0, 1), (1, 0)):
            if any(str(c).casefold() == "close" for c in frame.columns.get_level_values(kinds)):
                parts = []
                for ticker in dict.fromkeys(frame.columns.get_level_values(tickers)):
                    part = pd.DataFrame(frame.xs(ticker, axis=1, level=tickers)).dropna(how="all")
                    parts.append(part.rename_axis(columns=None).assign(symbol=str(ticker)))
                return pd.DataFrame(pd.concat(parts))
    raise DataError(
        f"{where}: the columns have {frame.columns.nlevels} levels and none says 'Close'",
        hint="choose one level, such as frame['Close'], or give a long table",
    )


def _parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{path.name} is no Parquet file, or a broken one: {error}", file=str(path)) from error
    return _of_frame(frame, path.name, path.stem)


def _feather(path: Path) -> Table:
    import pyarrow as pa

    try:
        return _of_frame(pd.read_feather(path), path.name, path.stem)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{path.name} is no Feather file, or a broken one: {error}", file=str(path)) from error


def _excel(path: Path, sheet: int | str) -> Table:
    try:
        frame = pd.read_excel(path, sheet_name=sheet)
    except ImportError as error:
        raise DataError(
            f"reading {path.name} needs a package: {error}", hint="pip install openpyxl", file=str(path)
        ) from error
    except Exception as error:  # what openpyxl raises on a broken file is of many kinds
        raise DataError(f"cannot read {path.name}: {error}", file=str(path)) from error
    rows = np.arange(2, len(frame) + 2)
    held = ~frame.isna().all(axis=1).to_numpy()
    return Table(frame[held].reset_index(drop=True), rows[held], path.name, path.stem)


def _text(path: Path, delimiter: str, decimal: str, thousands: str, encoding: str) -> Table:
    raw = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError) as error:
            raise DataError(f"{path.name} is no gzip file, or a broken one", file=str(path)) from error
    text = _decode(raw, encoding, path)
    lines = text.split("\n")
    header = next((i for i, line in enumerate(lines) if line.strip()), None)
    if header is None:
        raise DataError(f"{path.name} is empty", hint="expected a header and one row a date", file=str(path))
    mark = delimiter or _delimiter(lines[header])
    if decimal == mark:
        raise SpecError(f"decimal={decimal!r} is the delimiter too", hint="name the delimiter, such as delimiter=';'")
    numbers = np.array([i + 1 for i, line in enumerate(lines) if i > header and line.strip(" \t\r")], dtype=np.int64)
    if numbers.size == 0:
        raise DataError(f"{path.name} has a header and no rows", file=str(path))
    if '"' not in text:
        wanted = lines[header].count(mark)
        for number in numbers.tolist():
            found = lines[number - 1].count(mark)
            if found != wanted:
                raise DataError(
                    f"{path.name}: row {number} has {found + 1} cells, the header {wanted + 1}",
                    hint="is the file cut off, or a delimiter inside a number?",
                    file=str(path),
                    row=number,
                )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # it drops cells and only warns
            frame = pd.read_csv(
                io.StringIO(text),
                sep=mark,
                decimal=decimal,
                thousands=thousands or None,
                skip_blank_lines=True,
                index_col=False,
                **_EXACT,
                low_memory=False,
                skipinitialspace=True,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {str(error).strip()}", file=str(path)) from error
    frame.columns = pd.Index([str(c).strip() for c in _header(lines[header], mark, frame)])
    if len(frame) != numbers.size:  # a quoted cell holds a line break: lines and rows differ
        numbers = np.arange(header + 2, header + 2 + len(frame), dtype=np.int64)
    return Table(frame, numbers, path.name, path.name.split(".")[0])


def _header(line: str, mark: str, frame: pd.DataFrame) -> list[str]:
    """Names as they are written: pandas renames the second of two alike to 'x.1', which must be an error later."""
    if '"' in line:
        return [str(c) for c in frame.columns]
    written = [name.strip() for name in line.strip("\r").split(mark)]
    return [name or ("date" if i == 0 else f"column {i + 1}") for i, name in enumerate(written)]


def _decode(raw: bytes, encoding: str, path: Path) -> str:
    if not encoding and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = raw.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(
            f"{path.name} is not {encoding or 'UTF-8'} text: {error}",
            hint="name its encoding, such as encoding='cp1252'",
            file=str(path),
        ) from error
    if "\x00" in text:
        raise DataError(f"{path.name} is no text file", hint=f"known kinds: {', '.join(SUFFIXES)}", file=str(path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(header: str) -> str:
    counts = {mark: header.count(mark) for mark in _DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","
