"""From a pandas frame to labels and a matrix: what stands in a cell is checked here, once."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray, IntArray
from eventstudy._zones import named_zone
from eventstudy.errors import DataError, SpecError

__all__ = ["Labels", "ends_of", "matrix_of", "numbers_of", "parse_texts", "read_labels", "sort_unique"]

_OFFSET = re.compile(r"\d:\d{2}.*(?:[+-]\d{2}(?::?\d{2})?|Z)\s*$", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1800, 2199  # no market is older, and datetime64[ns] ends in 2262
LARGEST = 1e100
_DAY = pd.Timedelta("23h")
# As pandas takes them in a file; here for text in a frame's column of numbers.
_NO_NUMBER = {"", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"}
_BLANK = {"", "nan", "NaN", "NaT", "NA"}


@dataclass(frozen=True, slots=True)
class Labels:
    """Row labels of a panel.

    Attributes
    ----------
    stamps : datetime64[ns], shape (n,)
        Dates at midnight without zone, or UTC ends of bars.
    intraday : bool
        Whether they are bars.
    """

    stamps: DateArray
    intraday: bool


def read_labels(
    values: Any,
    *,
    tz: str = "",
    bar: str | pd.Timedelta | None = None,
    where: str = "prices",
    rows: IntArray | None = None,
) -> Labels:
    """Read dates or clock times.

    Midnights alone are dates, in whatever zone they come. Other clock times are ends of bars (starts,
    where ``bar`` gives the bars' length) and need a zone: their own or ``tz``.

    Raises
    ------
    DataError
        If a label is missing or cannot be read, or clock times have no zone.
    """
    index = _parse(values, where)
    if index.hasnans:
        row = _row(int(np.flatnonzero(index.isna())[0]), rows)
        raise DataError(f"{where}: row {row} has no date", hint="every row needs a date or a time", row=row)
    years = np.asarray(index.year)
    odd = (years < FIRST_YEAR) | (years > LAST_YEAR)
    if odd.any():
        row = _row(int(np.argmax(odd)), rows)
        raise DataError(
            f"{where}: row {row} is of the year {years[int(np.argmax(odd))]}",
            hint=f"expected {FIRST_YEAR} to {LAST_YEAR}; name the format with date_format=",
            row=row,
        )
    midnight = bool((index == index.normalize()).all())
    if midnight and bar is None:
        bare = index.tz_localize(None) if index.tz is not None else index
        return Labels(np.asarray(bare, dtype="datetime64[ns]"), intraday=False)
    if index.tz is None:
        if not tz:
            raise DataError(
                f"{where}: clock times without a time zone, such as {index[0]}",
                hint="give tz='Europe/Moscow' (the zone they are written in), or times with an offset",
            )
        index = _localize(index, tz, where, rows)
    utc: DateArray = np.asarray(index.tz_convert("UTC").tz_localize(None), dtype="datetime64[ns]")
    return Labels(np.asarray(utc + _bar_length(bar), dtype="datetime64[ns]"), intraday=True)


def _bar_length(bar: str | pd.Timedelta | None) -> np.timedelta64:
    if bar is None:
        return np.timedelta64(0, "ns")
    try:
        length = pd.Timedelta(bar)
    except ValueError as error:
        raise SpecError(f"bar={bar!r} is no length of time", hint="such as '10min'") from error
    if pd.isna(length) or length <= pd.Timedelta(0):
        raise SpecError(f"bar={bar!r} is no positive length of time", hint="such as '10min'")
    return np.timedelta64(length.value, "ns")


def _localize(index: pd.DatetimeIndex, tz: str, where: str, rows: IntArray | None) -> pd.DatetimeIndex:
    named_zone(tz, SpecError)
    for ambiguous in ("raise", "infer"):  # where the hour stands twice, one reading after the other, it can be told
        # pandas before 3 raises errors of pytz, which are not ValueErrors; pytz need not be there.
        with contextlib.suppress(Exception):
            return index.tz_localize(tz, ambiguous=ambiguous, nonexistent="raise")
    bad = int(np.argmax(index.tz_localize(tz, ambiguous="NaT", nonexistent="NaT").isna()))
    twice = index[[bad]].tz_localize(tz, ambiguous="NaT", nonexistent="shift_forward").isna()[0]
    row = _row(bad, rows)
    raise DataError(
        f"{where}: row {row}: the clock of {tz} shows {index[bad]} {'twice' if twice else 'never'}",
        hint="give the times in UTC or with offsets; the hour at which summer time begins does not exist, the one at"
        " which it ends is there twice",
        row=row,
    )


def _parse(values: Any, where: str) -> pd.DatetimeIndex:
    if isinstance(values, pd.DatetimeIndex):
        return values
    if isinstance(values, pd.PeriodIndex):
        return ends_of(values)
    series = pd.Series(values)
    if isinstance(series.dtype, pd.DatetimeTZDtype) or series.dtype.kind == "M":
        return pd.DatetimeIndex(series)
    held = series.tolist()
    for i, cell in enumerate(held):
        if not isinstance(cell, (str, dt.date, np.datetime64)) and not (cell is None or cell is pd.NaT or cell != cell):
            raise DataError(
                f"{where}: row {i + 1}: {cell!r} is no date",
                hint="expected dates in the index: a DatetimeIndex, or ISO 8601 text such as 2022-02-15",
                row=i + 1,
            )
    return parse_texts(held, where)


def ends_of(periods: pd.PeriodIndex) -> pd.DatetimeIndex:
    """Give the last day of each period, as a month's price is of that day; of an hour or minute, its end."""
    if len(periods) and not periods.hasnans and periods[0].end_time - periods[0].start_time < _DAY:
        return (periods + 1).to_timestamp()
    return periods.asfreq("D", how="E").to_timestamp()


def parse_texts(
    cells: list[Any], where: str, *, date_format: str = "ISO8601", rows: IntArray | None = None
) -> pd.DatetimeIndex:
    """Read date text in one format, or date objects; a cell that is none is named by its row."""
    blank = [c is None or c is pd.NaT or (isinstance(c, (str, float)) and str(c).strip() in _BLANK) for c in cells]
    if any(blank):
        row = _row(blank.index(True), rows)
        raise DataError(f"{where}: row {row} has no date", hint="every row needs a date or a time", row=row)
    parsed = _try(cells, date_format)
    if parsed is not None:
        return parsed
    for i, cell in enumerate(cells):
        if _try([cell], date_format) is None:
            wanted = "a date such as 2022-02-15" if date_format == "ISO8601" else f"the format {date_format}"
            raise DataError(
                f"{where}: row {_row(i, rows)}: {str(cell)[:40]!r} is no date; expected {wanted}",
                hint="name the format with date_format='%d/%m/%Y'",
                row=_row(i, rows),
                found=str(cell)[:40],
            )
    raise DataError(f"{where}: the dates cannot be read together", hint="are some with an offset and some without?")


def _try(cells: list[Any], date_format: str) -> pd.DatetimeIndex | None:
    """Read dates in one format, all or none; offsets that differ from row to row are read into UTC."""
    zoned = [_offset(cell) for cell in cells]
    if any(zoned) and not all(zoned):  # some versions of pandas lend the one's offset to the other
        return None
    for utc in (False, True) if all(zoned) else (False,):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # pandas 2.2 on mixed offsets, which are read below
                parsed = pd.to_datetime(cells, format=date_format, utc=utc)
        except (ValueError, TypeError, OverflowError):
            continue
        if isinstance(parsed, pd.DatetimeIndex):
            return parsed
    return None


def _offset(cell: Any) -> bool:
    if isinstance(cell, dt.datetime):
        return cell.tzinfo is not None
    return isinstance(cell, str) and _OFFSET.search(cell) is not None


def _row(i: int, rows: IntArray | None) -> int:
    """Give the number people count by: of the file's line where known, else from 1."""
    return i + 1 if rows is None else int(rows[i])


def numbers_of(column: pd.Series, name: str, where: str, rows: IntArray | None = None) -> FloatArray:
    """Read a column of numbers; an empty cell is NaN, anything else that is no finite number an error."""
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        numbers = column.to_numpy(dtype=np.float64)
    else:
        numbers = _slow_numbers(column, name, where, rows)
    wild = _wild(numbers)
    if wild.any():
        i = int(np.argmax(wild))
        raise DataError(
            f"{where}: row {_row(i, rows)}, column {name!r}: {'infinite' if np.isinf(numbers[i]) else numbers[i]}",
            hint="no price is so large or so near to zero; leave the cell empty if unknown",
            row=_row(i, rows),
            column=name,
        )
    return numbers


def _wild(numbers: FloatArray) -> BoolArray:
    """Mark what is infinite, or so far from one that a ratio of two such prices is no number."""
    sizes = np.abs(numbers)
    return np.asarray((sizes > LARGEST) | ((sizes < 1.0 / LARGEST) & (sizes > 0.0)))


def _slow_numbers(column: pd.Series, name: str, where: str, rows: IntArray | None) -> FloatArray:
    out = np.full(len(column), math.nan)
    for i, cell in enumerate(column.tolist()):
        if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, str) and cell.strip() in _NO_NUMBER):
            continue
        try:
            if isinstance(cell, (bool, np.bool_, dt.date, bytes)):
                raise ValueError
            if isinstance(cell, str) and (
                "_" in cell or cell.strip().casefold() in {"inf", "+inf", "-inf", "infinity"}
            ):
                raise ValueError
            try:
                out[i] = float(cell)
            except OverflowError:  # a whole number beyond all floats
                out[i] = math.inf
        except (TypeError, ValueError):
            raise DataError(
                f"{where}: row {_row(i, rows)}, column {name!r}: {str(cell)[:40]!r} is no number",
                hint=_how_to_read(str(cell)),
                row=_row(i, rows),
                column=name,
                found=str(cell)[:40],
            ) from None
    return out


def _how_to_read(cell: str) -> str:
    """Say which option reads a number that is written otherwise."""
    text = cell.strip()
    if re.fullmatch(r"[A-E]", text):
        return f"if this is CRSP's mark for a missing return, say missing=[{text!r}]"
    for thousands, decimal in ((",", "."), (".", ","), (" ", ","), ("\xa0", ","), ("\u202f", ","), ("'", ".")):
        if re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d+)?", text):
            said = f"thousands={thousands!r}"
            return f"if that is one number, say {said}" + (f", decimal={decimal!r}" if decimal == "," else "")
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return "if that is one number, say decimal=','"
    return "expected a price such as 75.2232, or an empty cell; missing=[...] names marks for an empty one"


def matrix_of(
    frame: pd.DataFrame, where: str = "prices", rows: IntArray | None = None, *, own: bool = False
) -> tuple[tuple[str, ...], FloatArray]:
    """Read the columns of a wide frame: names, and a matrix, shape (n, k); the frame's memory only if it is ``own``."""
    names = tuple(str(c) for c in frame.columns)
    if len(set(names)) != len(names):
        twice = pd.Index(names)[pd.Index(names).duplicated()][0]
        raise DataError(f"{where}: column {twice!r} stands twice", column=twice)
    if all(isinstance(t, np.dtype) and t.kind in "iuf" for t in frame.dtypes):
        matrix = frame.to_numpy(dtype=np.float64)
        if not (own and matrix.flags.f_contiguous and _writable(matrix)):
            matrix = np.array(matrix, order="F", copy=True)
        if not any(_wild(matrix[:, k : k + 256]).any() for k in range(0, matrix.shape[1], 256)):
            return names, matrix
    matrix = np.empty(frame.shape, dtype=np.float64, order="F")
    for j, name in enumerate(names):
        matrix[:, j] = numbers_of(frame.iloc[:, j], name, where, rows)
    return names, matrix


def _writable(matrix: FloatArray) -> bool:
    """Lift the write protection that pandas puts on its own arrays, where nobody else holds them."""
    try:
        matrix.setflags(write=True)
    except ValueError:
        return False
    return True


def sort_unique(
    stamps: DateArray, matrix: FloatArray, intraday: bool, where: str, rows: IntArray | None = None
) -> tuple[DateArray, FloatArray]:
    """Put rows in time order; a label that stands twice is an error."""
    if stamps.size > 1 and not (stamps[1:] > stamps[:-1]).all():
        order = np.argsort(stamps, kind="stable")
        stamps, matrix = stamps[order], matrix[order]
        same = np.flatnonzero(stamps[1:] == stamps[:-1])
        if same.size:
            both = sorted(_row(int(i), rows) for i in order[[same[0], same[0] + 1]])
            label = pd.Timestamp(stamps[same[0]])
            shown = f"{label} UTC" if intraday else f"{label:%Y-%m-%d}"
            raise DataError(
                f"{where}: {shown} stands twice (rows {both[0]} and {both[1]})",
                hint="a panel has one row a date; keep one of them, or read a long table with an asset column",
                rows=both,
            )
    return stamps, matrix
