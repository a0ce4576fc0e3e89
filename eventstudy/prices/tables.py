"""Files and frames of every kind, as one pandas table whose rows know their line in the file."""

from __future__ import annotations

import dataclasses
import gzip
import io
import os
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list
from eventstudy._types import IntArray
from eventstudy.errors import DataError, SpecError, shown
from eventstudy.prices.names import DATE, plain

__all__ = ["SUFFIXES", "Table", "read_table"]

SUFFIXES = (".csv", ".csv.gz", ".txt", ".tsv", ".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".feather", ".arrow")
# The nearest double to what is written: pandas 3's default, an option before.
_EXACT: dict[str, Any] = {"float_precision": "round_trip"} if int(pd.__version__.split(".")[0]) < 3 else {}
# What stands for no number, beside the words pandas knows (NA, null, #N/A ...): FRED's dot.
MISSING = (".", "#N/A N/A", "n.a.", "--")
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
    aside : str
        Where else the table may be: other sheets of the workbook, a line further down.
    """

    frame: pd.DataFrame
    rows: IntArray
    where: str
    stem: str = ""
    own: bool = False
    aside: str = ""


def read_table(
    data: Any,
    *,
    delimiter: str = "",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "",
    sheet: int | str = 0,
    skip: int = 0,
    missing: Iterable[str] = (),
    what: str = "prices",
) -> Table:
    """Read one file, or a frame of pandas, polars or Arrow.

    ``skip`` is the number of lines (or rows of the sheet) before the header; ``missing`` are marks for an
    empty cell beside the usual ones.

    Raises
    ------
    DataError
        If the file is missing, empty, of an unknown kind or broken.
    """
    if isinstance(skip, bool) or not isinstance(skip, int) or skip < 0:
        raise SpecError(
            f"skip={shown(skip)} is no number of rows", hint="such as skip=2 for two rows before the header"
        )
    marks = (*MISSING, *([missing] if isinstance(missing, str) else as_list(missing, str, "missing")))
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        if not os.path.exists(path):  # noqa: PTH110 - a name too long for a file is none, too
            raise DataError(f"no such file: {path!s:.200}", hint="check the path", file=str(path))
        name = path.name.lower()
        try:
            if name.endswith((".parquet", ".pq")):
                table = _parquet(path)
            elif name.endswith((".feather", ".arrow")):
                table = _feather(path)
            elif name.endswith((".xlsx", ".xlsm", ".xls")):
                table = _excel(path, sheet, skip)
            else:
                table = _text(path, delimiter, decimal, thousands, encoding, skip, marks)
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}", file=str(path)) from error
    else:
        table = _of_frame(_pandas(data, what), what)
    return _once(_without_marks(table, marks))


def _pandas(data: Any, what: str) -> pd.DataFrame:
    if isinstance(data, pd.Series):
        return data.to_frame()
    if isinstance(data, pd.DataFrame):
        return data
    import narwhals as nw

    try:
        frame: pd.DataFrame = nw.from_native(data, eager_only=True).to_pandas()
    except TypeError as error:
        raise DataError(
            f"{what} is a {type(data).__name__}",
            hint="expected a path, or a frame of pandas, polars or Arrow (collect a lazy one first)",
        ) from error
    return frame


def _without_marks(table: Table, marks: tuple[str, ...]) -> Table:
    """Empty the cells that hold a mark for a missing number."""
    frame = table.frame
    held = {}
    for j, kind in enumerate(frame.dtypes):
        if kind.kind == "O":  # objects, and pandas' own text
            found = frame.iloc[:, j].isin(marks)
            if found.any():
                held[j] = frame.iloc[:, j].mask(found)
    if not held:
        return table
    columns = [held.get(j, frame.iloc[:, j]) for j in range(frame.shape[1])]
    changed = pd.concat(columns, axis=1)
    changed.columns = frame.columns
    return dataclasses.replace(table, frame=changed, own=True)


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
    if _are_days(index) and not any(plain(c) in DATE for c in frame.columns):
        frame = frame.set_axis(index.rename("date"), axis=0)
        index = frame.index
    counted = not isinstance(index, pd.MultiIndex) and index.name is None and index.dtype.kind in "iu"
    if not counted:  # row numbers say nothing; anything else is a column
        taken = {str(c) for c in frame.columns}
        names = [str(n) if n is not None else "date" for n in frame.index.names]
        if any(n in taken for n in names):
            raise DataError(f"{where}: the index and a column are both named {names[0]!r}", hint="rename one of them")
        frame = frame.rename_axis(names).reset_index()
    return Table(frame, np.arange(1, len(frame) + 1), where, stem, own=bool(stem))


def _are_days(index: pd.Index) -> bool:
    """Whether an index of whole numbers holds dates such as 20220215."""
    if isinstance(index, pd.MultiIndex) or index.dtype.kind not in "iu" or not len(index):
        return False
    months, days = index // 100 % 100, index % 100
    within = (index >= 18000101) & (index <= 21991231) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)
    return bool(np.all(within))


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


def _excel(path: Path, sheet: int | str, skip: int) -> Table:
    try:
        with pd.ExcelFile(path) as book:
            sheets = [str(name) for name in book.sheet_names]
            frame = pd.read_excel(book, sheet_name=sheet, skiprows=skip)
    except ImportError as error:
        raise DataError(
            f"reading {path.name} needs a package: {error}", hint="pip install openpyxl", file=str(path)
        ) from error
    except Exception as error:  # what openpyxl raises on a broken file is of many kinds
        if sheet != 0 and "orksheet" in str(error):
            raise DataError(
                f"cannot read {path.name}: {error}", hint="sheet= names one that is there", file=str(path)
            ) from error
        raise DataError(
            f"{path.name} is no Excel workbook, or a broken one: {str(error).split(', you must')[0]}",
            hint="a text table under this name reads once it ends in .csv",
            file=str(path),
        ) from error
    rows = np.arange(skip + 2, skip + len(frame) + 2)
    held = ~frame.isna().all(axis=1).to_numpy()
    nameless = [bool(re.fullmatch(r"Unnamed: \d+", str(c))) for c in frame.columns]
    frame.columns = pd.Index(
        [f"column {j + 1}" if bare else c for j, (c, bare) in enumerate(zip(frame.columns, nameless, strict=True))]
    )
    aside = f"; sheets: {', '.join(map(repr, sheets))} (sheet=)" if len(sheets) > 1 else ""
    for i, cells in enumerate(frame.head(30).itertuples(index=False)):
        if any(plain(cell) in DATE for cell in cells):
            aside += f"; row {skip + i + 2} looks like the header: skip={skip + i + 1}"
            break
    kept = _without_nameless(frame[held].reset_index(drop=True), nameless)
    return Table(kept, rows[held], path.name, path.stem, own=True, aside=aside)


def _without_nameless(frame: pd.DataFrame, nameless: Sequence[bool]) -> pd.DataFrame:
    """Leave out columns without a name that hold nothing, or count the rows as pandas does when it writes them."""
    gone = []
    for j, bare in enumerate(nameless):
        cells = frame.iloc[:, j]
        counts = cells.dtype.kind in "iu" and cells.to_numpy().tolist() == list(range(len(cells)))
        if bare and (cells.isna().all() or (j == 0 and counts and frame.shape[1] > 2)):
            gone.append(j)
    return frame.iloc[:, [j for j in range(frame.shape[1]) if j not in gone]] if gone else frame


def _text(
    path: Path, delimiter: str, decimal: str, thousands: str, encoding: str, skip: int, marks: tuple[str, ...]
) -> Table:
    raw = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError) as error:
            raise DataError(f"{path.name} is no gzip file, or a broken one", file=str(path)) from error
    lines = _decode(raw, encoding, path).split("\n")
    header = next((i for i, line in enumerate(lines) if i >= skip and line.strip()), None)
    if header is None:
        raise DataError(f"{path.name} is empty", hint="expected a header and one row a date", file=str(path))
    mark = delimiter or _delimiter(lines[header])
    if decimal == mark:
        raise SpecError(f"decimal={decimal!r} is the delimiter too", hint="name the delimiter, such as delimiter=';'")
    numbers = np.array([i + 1 for i, line in enumerate(lines) if i > header and line.strip(" \t\r")], dtype=np.int64)
    if numbers.size == 0:
        raise DataError(f"{path.name} has a header and no rows", file=str(path))
    if _is_two_level(lines, header, mark):
        return _two_level(lines[header:], mark, path)
    aside = _later_header(lines, header, mark)
    _check_width(lines, header, mark, numbers, path, aside)
    dotted = _dotted(lines[header], lines[numbers[0] - 1], mark) if thousands else []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # it drops cells and only warns
            frame = pd.read_csv(
                io.StringIO("\n".join(lines[header:])),
                sep=mark,
                decimal=decimal,
                thousands=thousands or None,
                skip_blank_lines=True,
                index_col=False,
                **_EXACT,
                low_memory=False,
                skipinitialspace=True,
                na_values=list(marks),
                dtype=dict.fromkeys(dotted, str),
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {str(error).strip()}", file=str(path)) from error
    written = _header(lines[header], mark, frame)
    dated = any(plain(name) in DATE for name in written)
    nameless = [not name and (j > 0 or dated) for j, name in enumerate(written)]
    frame.columns = pd.Index([name or (f"column {j + 1}" if j or dated else "date") for j, name in enumerate(written)])
    frame = _without_nameless(frame, nameless)
    if len(frame) != numbers.size:  # a quoted cell holds a line break: lines and rows differ
        numbers = np.arange(header + 2, header + 2 + len(frame), dtype=np.int64)
    return Table(frame, numbers, path.name, path.name.split(".")[0], aside=aside)


def _header(line: str, mark: str, frame: pd.DataFrame) -> list[str]:
    """Names as they are written: pandas renames the second of two alike to 'x.1', which must be an error later."""
    if '"' in line:
        return ["" if re.fullmatch(r"Unnamed: \d+", str(c)) else str(c).strip() for c in frame.columns]
    return [name.strip() for name in line.strip("\r").split(mark)]


def _check_width(lines: list[str], header: int, mark: str, numbers: IntArray, path: Path, aside: str) -> None:
    """Refuse rows that are longer or shorter than the header, where no quotes hide a delimiter."""
    if any('"' in line for line in lines):
        return
    wanted = lines[header].count(mark)
    for number in numbers.tolist():
        found = lines[number - 1].count(mark)
        if found != wanted:
            raise DataError(
                f"{path.name}: row {number} has {found + 1} cell{'s' if found else ''}, the header {wanted + 1}",
                hint=f"is the file cut off, a note below the table, or a delimiter inside a number?{aside}",
                file=str(path),
                row=number,
            )


def _later_header(lines: list[str], header: int, mark: str) -> str:
    """Point at a line further down that looks like the header, under a title."""
    if any(plain(cell) in DATE for cell in lines[header].split(mark)):
        return ""
    for i, line in enumerate(lines[header + 1 : header + 40], start=header + 1):
        if any(plain(cell) in DATE for cell in line.split(_delimiter(line))):
            return f"; row {i + 1} looks like the header: skip={i}"
    return ""


def _dotted(header: str, first: str, mark: str) -> list[str]:
    """Name the columns of dates that a thousands mark would turn into numbers (14.02.2022)."""
    names, cells = header.split(mark), first.split(mark)
    return [
        name.strip().strip('"') or f"Unnamed: {j}"
        for j, (name, cell) in enumerate(zip(names, cells, strict=False))
        if re.fullmatch(r"\D?\d{1,4}([./ -])\d{1,2}\1\d{1,4}.*", cell.strip())
    ]


def _is_two_level(lines: list[str], header: int, mark: str) -> bool:
    """Whether the header is the two levels that Yahoo's client writes: kinds of price, then tickers, then 'Date'."""
    starts = [plain(line.split(mark)[0]) for line in lines[header : header + 3]]
    return starts[:2] in (["price", "ticker"], ["ticker", "price"]) and starts[2:] in (["date"], ["datetime"])


def _two_level(lines: list[str], mark: str, path: Path) -> Table:
    try:
        frame = pd.read_csv(io.StringIO("\n".join(lines)), sep=mark, header=[0, 1], index_col=0, **_EXACT)
    except (pd.errors.ParserError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {str(error).strip()}", file=str(path)) from error
    table = _of_frame(frame.rename_axis("date"), path.name, path.stem)
    return dataclasses.replace(table, rows=np.arange(len(table.frame), dtype=np.int64) % len(frame) + 4)


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
    if text.lstrip()[:1] in ("<", "{", "[") and not text.lstrip().upper().startswith(("<TICKER", "<DATE")):
        kind = "a web page" if text.lstrip().startswith("<") else "JSON"
        raise DataError(f"{path.name} holds {kind}, no table", hint="was an error page saved?", file=str(path))
    if "\x00" in text:
        raise DataError(f"{path.name} is no text file", hint=f"known kinds: {', '.join(SUFFIXES)}", file=str(path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(header: str) -> str:
    counts = {mark: header.count(mark) for mark in _DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","
