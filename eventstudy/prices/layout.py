"""What the columns of a table are: wide, long or bars; and the arrays in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list
from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import DataError, SpecError
from eventstudy.prices.columns import asset_column, clock_column, date_column, dates_of, price_column, with_clocks
from eventstudy.prices.frames import Labels, matrix_of, numbers_of, read_labels, sort_unique
from eventstudy.prices.names import BARS, ONE_ASSET, plain
from eventstudy.prices.tables import Table

__all__ = ["Layout"]


# CRSP marks the mean of bid and ask, for want of a closing price, by a minus sign.
_CRSP_PRICES = ("prc", "dlyprc")
_VOLUME = re.compile(r"([\d,.]+)\s*([KMB]?)", re.IGNORECASE)
_TIMES = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9}


class Layout:
    """What the columns of a table are: wide, long or bars."""

    def __init__(
        self, table: Table, date: str, asset: str, price: str, columns: Iterable[str] | None, name: str
    ) -> None:
        self.table = table
        self.date = date_column(table, date)
        self.asset = asset_column(table, asset)
        self.clock = clock_column(table, self.date)
        taken = [c for c in (self.date, self.asset, self.clock) if c]
        rest = {plain(c) for c in table.frame.columns if c not in taken}
        # A file of one asset: bars, or a price alone ("date,close" in BRENT.csv).
        has_bars = {BARS.get(c) for c in rest} >= {"open", "high", "low"}
        has_bars |= bool(table.stem) and bool(rest) and rest <= ONE_ASSET
        self.price = ""
        if self.asset or has_bars or price:
            self.price = price_column(table, price, taken)
            if not self.price:
                raise DataError(
                    f"{table.where}: no price column among {', '.join(map(repr, list(table.frame.columns)[:8]))}",
                    hint="name it with price='...'",
                    file=table.where,
                )
        if self.asset and columns is not None:
            raise SpecError("columns= is for wide tables; this one has an asset column", hint="leave columns= out")
        self.name = name or table.stem or "price"
        named = None if columns is None else as_list(columns, str, "columns")
        self.columns = named if named is not None else [c for c in table.frame.columns if c not in taken]

    def labels(self, date_format: str, tz: str, bar: str | pd.Timedelta | None) -> Labels:
        """Read the rows' dates, or the ends of their bars."""
        dates = dates_of(self.table, self.date, date_format)
        if self.clock:
            dates = with_clocks(dates, self.table, self.clock)
        return read_labels(dates, tz=tz, bar=bar, where=self.table.where, rows=self.table.rows)

    def matrices(self, stamps: Any, intraday: bool) -> tuple[tuple[str, ...], FloatArray, Any, dict[str, FloatArray]]:
        """Give names, values (n, k), labels and the other numbers of the bars."""
        table, where, rows = self.table, self.table.where, self.table.rows
        if not self.price:
            missing = [c for c in self.columns if c not in table.frame.columns]
            if missing:
                raise DataError(f"{where}: no column {missing[0]!r}", file=where, column=missing[0])
            if not self.columns:
                raise DataError(f"{where} has no column of prices beside {self.date!r}", file=where)
            rest = table.frame.drop(columns=[c for c in (self.date, self.clock) if c])
            wide = rest if list(rest.columns) == self.columns else table.frame[self.columns]
            names, matrix = matrix_of(wide, where, rows, own=table.own)
            stamps, matrix = sort_unique(stamps, matrix, intraday, where, rows)
            return names, matrix, stamps, {}
        held = self._numbers()
        if not self.asset:
            stacked = np.column_stack(list(held.values()))
            stamps, stacked = sort_unique(stamps, stacked, intraday, where, rows)
            bars = {kind: stacked[:, [j]] for j, kind in enumerate(held) if kind}
            return (self.name,), np.asfortranarray(stacked[:, [0]]), stamps, bars
        names, labels, (row, column) = self._pivot(stamps, intraday, rows)
        matrices = {}
        for kind, numbers in held.items():
            matrices[kind] = np.full((labels.size, len(names)), np.nan, order="F")
            matrices[kind][row, column] = numbers
        return names, matrices.pop(""), labels, matrices

    def _numbers(self) -> dict[str, FloatArray]:
        """Read the price, under the name "", and open, high, low and volume where they are."""
        table, where, rows = self.table, self.table.where, self.table.rows
        held = {"": numbers_of(table.frame[self.price], self.price, where, rows)}
        if plain(self.price) in _CRSP_PRICES and (held[""] < 0).any():
            row = int(rows[int(np.argmax(held[""] < 0))])
            raise DataError(
                f"{where}: row {row}, column {self.price!r}: a negative price, CRSP's mark for the mean of bid and ask",
                hint="take the absolute values, empty those cells, or read the returns with read_returns",
                row=row,
                column=self.price,
            )
        for column in table.frame.columns:
            kind = BARS.get(plain(column))
            if kind and column != self.price:
                cells = _volumes(table.frame[column]) if kind == "volume" else table.frame[column]
                held[kind] = numbers_of(cells, str(column), where, rows)
        self._scale(held)
        return held

    def _scale(self, held: dict[str, FloatArray]) -> None:
        """Adjust open, high and low as the close was adjusted."""
        table = self.table
        closes = [c for c in table.frame.columns if plain(c) == "close"]
        if plain(self.price).startswith("adj") and closes:
            raw = numbers_of(table.frame[closes[0]], str(closes[0]), table.where, table.rows)
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(raw == 0.0, np.nan, held[""] / raw)
            for kind in ("open", "high", "low"):
                if kind in held:
                    held[kind] = held[kind] * factor

    def _pivot(self, stamps: Any, intraday: bool, rows: IntArray) -> tuple[tuple[str, ...], Any, tuple[Any, Any]]:
        table = self.table
        blank = table.frame[self.asset].isna().to_numpy()
        if blank.any():
            row = int(rows[int(np.flatnonzero(blank)[0])])
            raise DataError(
                f"{table.where}: row {row}, column {self.asset!r}: empty", hint="every row names its asset", row=row
            )
        codes, found = pd.factorize(table.frame[self.asset], sort=False)
        names = tuple(str(n) for n in found)
        labels, at = np.unique(stamps, return_inverse=True)
        key = at.astype(np.int64) * len(names) + codes
        order = np.argsort(key, kind="stable")
        same = np.flatnonzero(np.diff(key[order]) == 0)
        if same.size:
            first, second = sorted(int(rows[i]) for i in order[[same[0], same[0] + 1]])
            i = int(order[same[0]])
            stamp = pd.Timestamp(stamps[i])
            moment = f"{stamp} UTC" if intraday else f"{stamp:%Y-%m-%d}"
            raise DataError(
                f"{table.where}: {names[codes[i]]} has two prices on {moment} (rows {first} and {second})",
                hint="keep one row for each asset and date",
                asset=names[codes[i]],
                rows=[first, second],
            )
        return names, labels, (at, codes)


def _volumes(column: pd.Series) -> pd.Series:
    """Read volumes as web pages write them, 62,527,400 or 264.37K; other cells stay as they are."""
    if column.dtype.kind in "iuf":
        return column

    def read(cell: Any) -> Any:
        found = _VOLUME.fullmatch(cell.strip()) if isinstance(cell, str) else None
        try:
            return float(found[1].replace(",", "")) * _TIMES[found[2].upper()] if found else cell
        except ValueError:
            return cell

    return column.map(read).astype(object)
