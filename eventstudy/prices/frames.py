"""From a pandas frame to labels and a matrix: what stands in a cell is checked here, once."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray
from eventstudy.errors import DataError, SpecError

__all__ = ["Labels", "matrix_of", "numbers_of", "read_labels", "sort_unique"]

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


def read_labels(values: Any, *, tz: str = "", bar: str | pd.Timedelta | None = None, where: str = "prices") -> Labels:
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
        row = int(np.flatnonzero(index.isna())[0])
        raise DataError(f"{where}: row {row + 1} has no date", hint="every row needs a date or a time", row=row + 1)
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
        index = _localize(index, tz, where)
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


def _localize(index: pd.DatetimeIndex, tz: str, where: str) -> pd.DatetimeIndex:
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SpecError(f"unknown time zone {tz!r}", hint="give an IANA zone such as 'Europe/Moscow'") from error
    try:
        return index.tz_localize(tz, ambiguous="raise", nonexistent="raise")
    except ValueError as error:  # one hour a year exists twice, one never
        raise DataError(
            f"{where}: a clock time does not exist once in {tz}: {error}", hint="give the times in UTC or with offsets"
        ) from error


def _parse(values: Any, where: str) -> pd.DatetimeIndex:
    if isinstance(values, pd.DatetimeIndex):
        return values
    if isinstance(values, pd.PeriodIndex):
        return values.to_timestamp()
    series = pd.Series(values)
    if isinstance(series.dtype, pd.DatetimeTZDtype) or series.dtype.kind == "M":
        return pd.DatetimeIndex(series)
    held = series.tolist()
    for i, cell in enumerate(held):
        if not isinstance(cell, (str, dt.date, np.datetime64)) and not pd.isna(cell):
            raise DataError(
                f"{where}: row {i + 1}: {cell!r} is no date",
                hint="expected a DatetimeIndex, dates, or ISO 8601 text such as 2022-02-15",
                row=i + 1,
            )
    return parse_texts(held, where)


def parse_texts(cells: list[Any], where: str, *, date_format: str = "", first_row: int = 1) -> pd.DatetimeIndex:
    """Read ISO 8601 text (or ``date_format``) and date objects; a cell that is none is named by its row."""
    blank = [c is None or c is pd.NaT or (isinstance(c, (str, float)) and str(c).strip() in _BLANK) for c in cells]
    if any(blank):
        row = blank.index(True) + first_row
        raise DataError(f"{where}: row {row} has no date", hint="every row needs a date or a time", row=row)
    options: dict[str, Any] = {"format": date_format or "ISO8601"}
    try:
        return _as_index(pd.to_datetime(cells, **options))
    except (ValueError, TypeError, OverflowError):
        pass
    for i, cell in enumerate(cells):
        try:
            pd.to_datetime([cell], **options)
        except (ValueError, TypeError, OverflowError) as error:
            wanted = f"the format {date_format}" if date_format else "a date such as 2022-02-15"
            raise DataError(
                f"{where}: row {i + first_row}: {str(cell)[:40]!r} is no date; expected {wanted}",
                hint="name the format with date_format='%d/%m/%Y'",
                row=i + first_row,
                found=str(cell)[:40],
            ) from error
    try:  # every cell reads, all together do not: offsets differ from row to row
        return _as_index(pd.to_datetime(cells, utc=True, **options))
    except (ValueError, TypeError) as error:
        raise DataError(f"{where}: dates cannot be read together: {error}") from error


def _as_index(parsed: Any) -> pd.DatetimeIndex:
    if not isinstance(parsed, pd.DatetimeIndex):
        raise TypeError("offsets differ")
    return parsed


def numbers_of(column: pd.Series, name: str, where: str, first_row: int = 1) -> FloatArray:
    """Read a column of numbers; an empty cell is NaN, anything else that is no finite number an error."""
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        numbers = column.to_numpy(dtype=np.float64)
    else:
        numbers = _slow_numbers(column, name, where, first_row)
    if np.isinf(numbers).any():
        row = int(np.flatnonzero(np.isinf(numbers))[0]) + first_row
        raise DataError(
            f"{where}: row {row}, column {name!r}: infinite",
            hint="leave the cell empty if unknown",
            row=row,
            column=name,
        )
    return numbers


def _slow_numbers(column: pd.Series, name: str, where: str, first_row: int) -> FloatArray:
    out = np.full(len(column), math.nan)
    for i, cell in enumerate(column.tolist()):
        if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, str) and not cell.strip()):
            continue
        try:
            if isinstance(cell, (bool, np.bool_, dt.date, bytes)):
                raise ValueError
            if isinstance(cell, str) and (
                "_" in cell or cell.strip().casefold() in {"inf", "+inf", "-inf", "infinity"}
            ):
                raise ValueError
            out[i] = float(cell)
        except (TypeError, ValueError):
            raise DataError(
                f"{where}: row {i + first_row}, column {name!r}: {str(cell)[:40]!r} is no number",
                hint="expected a price such as 75.2232, or an empty cell",
                row=i + first_row,
                column=name,
                found=str(cell)[:40],
            ) from None
    return out


def matrix_of(frame: pd.DataFrame, where: str = "prices") -> tuple[tuple[str, ...], FloatArray]:
    """Read the columns of a wide frame: names, and a matrix of its own, shape (n, k)."""
    names = tuple(str(c) for c in frame.columns)
    if len(set(names)) != len(names):
        twice = pd.Index(names)[pd.Index(names).duplicated()][0]
        raise DataError(f"{where}: column {twice!r} stands twice", column=twice)
    if all(isinstance(t, np.dtype) and t.kind in "iuf" for t in frame.dtypes):
        matrix = np.array(frame.to_numpy(dtype=np.float64), order="F", copy=True)
        if np.isfinite(matrix).all() or not np.isinf(matrix).any():
            return names, matrix
    matrix = np.empty(frame.shape, dtype=np.float64, order="F")
    for j, name in enumerate(names):
        matrix[:, j] = numbers_of(frame.iloc[:, j], name, where)
    return names, matrix


def sort_unique(stamps: DateArray, matrix: FloatArray, intraday: bool, where: str) -> tuple[DateArray, FloatArray]:
    """Put rows in time order; a label that stands twice is an error."""
    if stamps.size > 1 and not (stamps[1:] > stamps[:-1]).all():
        order = np.argsort(stamps, kind="stable")
        stamps, matrix = stamps[order], matrix[order]
        same = np.flatnonzero(stamps[1:] == stamps[:-1])
        if same.size:
            rows = sorted(int(i) + 1 for i in order[[same[0], same[0] + 1]])
            label = pd.Timestamp(stamps[same[0]])
            shown = f"{label} UTC" if intraday else f"{label:%Y-%m-%d}"
            raise DataError(
                f"{where}: {shown} stands twice (rows {rows[0]} and {rows[1]})",
                hint="a panel has one row a date; keep one of them, or read a long table with an asset column",
                rows=rows,
            )
    return stamps, matrix
