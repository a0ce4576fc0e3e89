"""Which column is the date, which names the asset, which is the price; and how the dates are written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.prices.frames import _try, ends_of, numbers_of, parse_texts
from eventstudy.prices.names import ADJUSTED, ASSET, CLOCK, DATE, PRICE, plain
from eventstudy.prices.tables import Table

__all__ = [
    "asset_column",
    "clock_column",
    "date_column",
    "dates_of",
    "formats_of",
    "named",
    "price_column",
    "with_clocks",
]

# In the order in which they are tried. Two may read the same column: then the dates must agree.
_FORMATS = (
    "ISO8601",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
)
# Numbers for dates, which nothing in the number tells from others: the caller says so.
_COUNTED: dict[str, tuple[Literal["D", "s", "ms"], str]] = {
    "excel": ("D", "1899-12-30"),
    "unix": ("s", "1970-01-01"),
    "unix-ms": ("ms", "1970-01-01"),
}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_CLOCK_TEXT = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?")


def named(table: Table, wanted: str, option: str) -> str:
    """Return the column that the caller named, or raise."""
    if wanted in table.frame.columns:
        return wanted
    raise DataError(
        f"{table.where}: no column {wanted!r} ({option}=)",
        hint=nearest(wanted, [str(c) for c in table.frame.columns]),
        file=table.where,
        column=wanted,
    )


def _first(table: Table, names: Sequence[str]) -> str:
    by_plain: dict[str, str] = {}
    for column in table.frame.columns:
        by_plain.setdefault(plain(column), str(column))
    return next((by_plain[n] for n in names if n in by_plain), "")


def date_column(table: Table, wanted: str) -> str:
    """Find the date column: as named, by its name, or the first one if it holds dates."""
    if wanted:
        return named(table, wanted, "date")
    found = _first(table, DATE)
    if found:
        return found
    first = str(table.frame.columns[0]) if len(table.frame.columns) else ""
    if first:
        cells = table.frame.iloc[:, 0]
        if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
            return first
        sample = [c for c in cells.head(5).tolist() if not isinstance(c, (int, float))]
        if sample and _matching([str(c) if not isinstance(c, dt.date) else c for c in sample]):
            return first
    glued = [c for c in map(str, table.frame.columns) if any(mark in c for mark in ";\t|,")]
    mixed = f"{shown(glued[0])} looks like several columns: is there one delimiter in the whole file?" if glued else ""
    raise DataError(
        f"{table.where}: no date column among {', '.join(map(shown, list(table.frame.columns)[:8])) or 'no columns'}",
        hint=(mixed or "name it with date='...'") + table.aside,
        file=table.where,
    )


def clock_column(table: Table, date: str) -> str:
    """Find a column of clock times beside the date's; empty where there is none."""
    found = next((str(c) for c in table.frame.columns if plain(c) in CLOCK and c != date), "")
    return found if plain(date) in DATE and plain(date) not in ("time", "datetime", "timestamp") else ""


def asset_column(table: Table, wanted: str) -> str:
    """Find the column that names the asset in a long table; empty where there is none."""
    return named(table, wanted, "asset") if wanted else _first(table, ASSET)


def price_column(table: Table, wanted: str, taken: Sequence[str]) -> str:
    """Find the price column of a long table or of bars; an adjusted one before others; empty where none."""
    if wanted:
        return named(table, wanted, "price")
    found = _first(table, ADJUSTED) or _first(table, PRICE)
    return "" if found in taken else found


def _matching(cells: list[Any]) -> list[str]:
    texts = all(isinstance(c, str) for c in cells)
    if not texts:
        return ["ISO8601"] if _try(cells, "ISO8601") is not None else []
    digits = all(c.strip().isdigit() for c in cells)
    candidates = ("%Y%m%d",) if digits else _FORMATS
    clocks = ("",) if digits else _CLOCKS
    return [
        f + clock
        for f in candidates
        for clock in (clocks if f != "ISO8601" else ("",))
        if _try(cells, f + clock) is not None
    ]


def formats_of(cells: Sequence[str]) -> list[str]:
    """List the formats, other than ISO 8601, in which all of some texts are dates or clock times."""
    texts = [cell for cell in cells if cell.strip()][:200]
    return [f for f in _matching(texts) if f != "ISO8601"] if texts else []


def dates_of(table: Table, column: str, date_format: str) -> pd.DatetimeIndex:
    """Read the date column; a format that is not named is recognised if it can be only one.

    Raises
    ------
    DataError
        If a cell is no date, or day and month cannot be told apart.
    """
    series = table.frame[column]
    if series.dtype.kind == "M" or isinstance(series.dtype, pd.DatetimeTZDtype):
        return pd.DatetimeIndex(series)
    if isinstance(series.dtype, pd.PeriodDtype):
        return ends_of(pd.PeriodIndex(series))
    where = table.where
    codes, distinct = pd.factorize(series)
    if 0 < len(distinct) < len(series) // 2 and codes.min() >= 0:  # a long table says each date many times
        first = np.unique(codes, return_index=True)[1]
        once = Table(pd.DataFrame({column: distinct}), table.rows[first], where)
        return pd.DatetimeIndex(dates_of(once, column, date_format).take(codes))
    if series.dtype.kind in "iu" or (series.dtype.kind == "f" and (series.dropna() % 1 == 0).all()):
        cells: list[Any] = [None if pd.isna(c) else str(int(c)) for c in series.tolist()]
    else:
        cells = [None if (not isinstance(c, (str, dt.date)) and pd.isna(c)) else c for c in series.tolist()]
        cells = [c if c is None or isinstance(c, dt.date) else str(c).strip() for c in cells]
    if date_format in _COUNTED:
        return _counted(series, date_format, table, column)
    if date_format:
        if not isinstance(date_format, str) or "%" not in date_format:
            hint = f"such as '%d/%m/%Y', or one of {', '.join(map(repr, _COUNTED))}"
            raise SpecError(f"date_format={date_format!r} has no % in it", hint=hint)
        return parse_texts(cells, where, date_format=date_format, rows=table.rows)
    filled = [c for c in cells if c is not None]
    if len(filled) < len(cells):
        return parse_texts(cells, where, rows=table.rows)  # names the row
    formats = _matching(filled[:50])
    readings = [(f, parsed) for f in formats if (parsed := _try(filled, f)) is not None]
    if len(readings) > 1 and any(not other.equals(readings[0][1]) for _, other in readings[1:]):
        raise DataError(
            f"{where}: dates such as {filled[0]!r} may be {' or '.join(f for f, _ in readings)}",
            hint="name the format with date_format='...'",
            file=where,
            column=column,
        )
    if readings:
        return readings[0][1]
    if all(isinstance(c, str) and c.isdigit() for c in filled):
        kind = {5: "excel", 10: "unix", 13: "unix-ms"}.get(len(filled[0]))
        if kind:
            raise DataError(
                f"{where}: row {int(table.rows[0])}, column {column!r}: {filled[0]!r} is no date",
                hint=f"if these count days or seconds, say date_format={kind!r}",
                file=where,
                column=column,
            )
    return parse_texts(cells, where, date_format=_likeliest(filled), rows=table.rows)


def _counted(series: pd.Series, kind: str, table: Table, column: str) -> pd.DatetimeIndex:
    """Read days since Excel's first, or seconds since 1970 (UTC)."""
    numbers = numbers_of(series, column, table.where, table.rows)
    missing = np.flatnonzero(np.isnan(numbers))
    if missing.size:
        row = int(table.rows[missing[0]])
        raise DataError(f"{table.where}: row {row} has no date", hint="every row needs a date or a time", row=row)
    unit, origin = _COUNTED[kind]
    try:
        read = pd.DatetimeIndex(pd.Timestamp(origin) + pd.to_timedelta(numbers, unit=unit)).as_unit("ns").round("1ms")
    except (ValueError, OverflowError) as error:
        raise DataError(f"{table.where}: column {column!r} holds no {kind} dates: {error}", column=column) from error
    return read if kind == "excel" else read.tz_localize("UTC")


def with_clocks(dates: pd.DatetimeIndex, table: Table, column: str) -> pd.DatetimeIndex:
    """Add the clock times of a column to dates: ``10:30``, ``10:30:00`` or ``103000``."""
    out = []
    for i, cell in enumerate(table.frame[column].tolist()):
        text = f"{int(cell):06d}" if isinstance(cell, (int, float)) and cell == cell else str(cell).strip()
        found = _CLOCK_TEXT.fullmatch(text)
        if found is None:
            raise DataError(
                f"{table.where}: row {int(table.rows[i])}, column {column!r}: {text[:40]!r} is no clock time",
                hint="expected such as 10:30 or 103000; leave the column out if it is no time of day",
                row=int(table.rows[i]),
                column=column,
            )
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        out.append(3600 * hours + 60 * minutes + seconds)
    return dates + pd.to_timedelta(np.array(out, dtype=np.int64), unit="s")


def _likeliest(cells: list[Any]) -> str:
    """Return the format that reads the most of a sample: the error then names the first cell that fails it."""
    sample = cells[:200]
    counts = {f: sum(_try([c], f) is not None for c in sample) for f in ("ISO8601", *_FORMATS)}
    return max(counts, key=lambda f: counts[f])
