"""Which column is the date, which names the asset, which is the price; and how the dates are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.prices.frames import _try, parse_texts
from eventstudy.prices.tables import Table

__all__ = ["BAR_COLUMNS", "ONE_ASSET", "asset_column", "date_column", "dates_of", "named", "price_column"]

_DATE_NAMES = ("date", "datetime", "timestamp", "time", "day", "dates", "index", "tradedate", "caldt", "period")
_ASSET_NAMES = ("asset", "symbol", "ticker", "permno", "instrument", "ric", "isin", "secid", "security", "gvkey", "tic")
_PRICE_NAMES = ("close", "price", "prc", "last", "pxlast", "value", "settle", "settlement", "rate", "vw")
_ADJUSTED_NAMES = ("adjclose", "adjustedclose", "closeadj", "adjprice")
ONE_ASSET = {"open", "high", "low", "close", "volume", "price", "last", *_ADJUSTED_NAMES}
BAR_COLUMNS = {"open": "open", "high": "high", "low": "low", "volume": "volume", "vol": "volume"}

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
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S")


def plain(name: object) -> str:
    """Fold a column's name to letters and digits."""
    return "".join(c for c in str(name).casefold() if c.isalnum())


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
    found = _first(table, _DATE_NAMES)
    if found:
        return found
    first = str(table.frame.columns[0]) if len(table.frame.columns) else ""
    if first:
        cells = table.frame[first]
        if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
            return first
        sample = [c for c in cells.head(5).tolist() if not isinstance(c, (int, float))]
        if sample and _matching([str(c) if not isinstance(c, dt.date) else c for c in sample]):
            return first
    raise DataError(
        f"{table.where}: no date column among {', '.join(map(repr, list(table.frame.columns)[:8]))}",
        hint="name it with date='...'",
        file=table.where,
    )


def asset_column(table: Table, wanted: str) -> str:
    """Find the column that names the asset in a long table; empty where there is none."""
    return named(table, wanted, "asset") if wanted else _first(table, _ASSET_NAMES)


def price_column(table: Table, wanted: str, taken: Sequence[str]) -> str:
    """Find the price column of a long table or of bars; an adjusted one before others; empty where none."""
    if wanted:
        return named(table, wanted, "price")
    found = _first(table, _ADJUSTED_NAMES) or _first(table, _PRICE_NAMES)
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
    if date_format:
        if not isinstance(date_format, str) or "%" not in date_format:
            raise SpecError(f"date_format={date_format!r} has no % in it", hint="such as '%d/%m/%Y'")
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
    return parse_texts(cells, where, date_format=_likeliest(filled), rows=table.rows)


def _likeliest(cells: list[Any]) -> str:
    """Return the format that reads the most of a sample: the error then names the first cell that fails it."""
    sample = cells[:200]
    counts = {f: sum(_try([c], f) is not None for c in sample) for f in ("ISO8601", *_FORMATS)}
    return max(counts, key=lambda f: counts[f])
