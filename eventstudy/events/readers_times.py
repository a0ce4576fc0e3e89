"""Columns of times, as tables hold them, into instants: what has a clock, what has a zone, what is a date."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from eventstudy._arguments import AFTER_LAST, FIRST_DAY
from eventstudy._types import BoolArray, DateArray, IntArray
from eventstudy._zones import named_zone
from eventstudy.errors import DataError, shown
from eventstudy.prices.columns import formats_of

__all__ = ["Where", "Zones", "empty", "read_times"]

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2}|[+-]\d{2})"
_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{8})"
_ISO = re.compile(rf"{_DATE}(?P<clock>[T ]{_CLOCK} ?(?P<zone>{_ZONE})?)?")
_EXPECTED = "expected '2022-02-15', '2022-02-15T11:05+03:00' or '2022-02-15 11:05' (with tz=); or give date_format="
_NAT = np.datetime64("NaT", "ns")
_DAY = np.timedelta64(1, "D")
_THOUSANDS, _TENS = np.array([1000, 100, 10, 1]), np.array([10, 1])


@dataclass(frozen=True, slots=True)
class Where:
    """Names a cell in an error: the file or frame, and the column."""

    label: str
    column: str = ""

    def fail(self, row: int, found: object, said: str, hint: str = "") -> NoReturn:
        """Raise the error of one cell; rows count from 1 after the header."""
        value = found.item() if isinstance(found, np.generic) else found
        raise DataError(
            f"{self.label}, row {row + 1}, column {shown(self.column)}: {shown(value)} {said}",
            hint=hint,
            file=self.label,
            row=row + 1,
            column=self.column,
        )


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone of each row, and whether the table or the caller named one.

    Attributes
    ----------
    names : tuple of str
        IANA names; ``"UTC"`` where nobody named one.
    code : int64, shape (n,)
        Which of the names is the row's.
    named : bool, shape (n,)
    """

    names: tuple[str, ...]
    code: IntArray
    named: BoolArray

    @classmethod
    def same(cls, name: str, n: int, *, named: bool = True) -> Zones:
        """One zone for all n rows."""
        return cls((name,), np.zeros(n, dtype=np.int64), np.full(n, named))

    @classmethod
    def of(cls, column: pd.Series | None, tz: str | None, n: int, where: Where) -> Zones:
        """Take the rows' own zones where a column gives them, else ``tz``."""
        if tz is not None:
            named_zone(tz, DataError)
        every = cls.same(tz or "UTC", n, named=tz is not None)
        if column is None:
            return every
        given = ~empty(column)
        names = np.full(n, every.names[0], dtype=object)
        names[given] = [str(v).strip() for v in column.to_numpy(dtype=object)[given]]
        code, unique = pd.factorize(names)
        for i, name in enumerate(unique):
            try:
                named_zone(name, DataError)
            except DataError:
                where.fail(int(np.flatnonzero(code == i)[0]), name, "is no time zone", "expected an IANA zone")
        return cls(tuple(unique), code.astype(np.int64), every.named | given)


def empty(column: pd.Series) -> BoolArray:
    """Tell which cells hold nothing: missing, or text of blanks."""
    missing = column.isna().to_numpy(dtype=bool)
    kinds = pd.api.types
    if not (kinds.is_numeric_dtype(column.dtype) or kinds.is_datetime64_any_dtype(column.dtype)):
        cells = column.tolist()
        if isinstance(column.dtype, pd.StringDtype) and not missing.any() and all(map(str.strip, set(cells))):
            return np.asarray(missing)  # every text says something
        missing = missing | np.fromiter((isinstance(v, str) and not v.strip() for v in cells), bool, len(cells))
    return np.asarray(missing)


def read_times(
    column: pd.Series, zones: Zones, where: Where, date_format: str | None = None
) -> tuple[DateArray, DateArray, BoolArray]:
    """Read a column of dates and times.

    A zone-less column whose clocks are all midnight is dates: each is that day in its row's zone.

    Returns
    -------
    first, last : datetime64[ns], shape (n,)
        UTC instants between which each moment lies: equal where a clock time is known, the day's two
        midnights where only its date is; NaT where the cell is empty.
    clock : bool, shape (n,)

    Raises
    ------
    DataError
        If a cell cannot be read, a clock time has no zone and no ``tz`` is given, or a clock time does
        not exist or stands twice on the day the clocks change.
    """
    blank = empty(column)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        stamps = column.dt.tz_convert("UTC").to_numpy(dtype="datetime64[ns]")
        return stamps, stamps.copy(), ~blank
    if pd.api.types.is_datetime64_dtype(column.dtype):
        naive = column.to_numpy(dtype="datetime64[ns]")
        zoned, clock = np.zeros(naive.size, dtype=bool), ~blank
    else:
        naive, zoned, clock = _from_text(column, blank, where, date_format)
    loose = clock & ~zoned
    midnight = naive == naive.astype("datetime64[D]")
    if bool(midnight[loose].all()):
        clock = clock & zoned
        loose = np.zeros_like(loose)
    lost = np.flatnonzero(loose & ~zones.named)
    if lost.size:
        plain = lost[~midnight[lost]]
        row = int((plain if plain.size else lost)[0])
        where.fail(
            row,
            column.iloc[row],
            "has a clock time and no zone",
            "say tz='Europe/Moscow', add a tz column, or write the offset",
        )
    first = np.where(zoned, naive, _NAT)
    last = first.copy()
    days, clocks = np.flatnonzero(~blank & ~clock), np.flatnonzero(loose)
    if days.size:
        both = np.concatenate([naive[days], naive[days] + _DAY])
        first[days], last[days] = _to_utc(both, np.tile(days, 2), zones, where, strict=False).reshape(2, -1)
    if clocks.size:
        first[clocks] = last[clocks] = _to_utc(naive[clocks], clocks, zones, where, strict=True)
    return first, last, clock


def _from_text(
    column: pd.Series, blank: BoolArray, where: Where, date_format: str | None
) -> tuple[DateArray, BoolArray, BoolArray]:
    """Read text, date objects and whole numbers: local or (where ``zoned``) UTC time, zoned, has a clock."""
    rows = np.flatnonzero(~blank)
    held = column.tolist() if rows.size == blank.size else column[~blank].tolist()
    cells = held if set(map(type, held)) == {str} else [v if type(v) is str else _as_text(v) for v in held]
    zoned, clock = np.zeros(blank.size, dtype=bool), np.zeros(blank.size, dtype=bool)
    days = _plain_days(cells) if date_format is None else None
    if days is not None:
        naive: DateArray = np.full(blank.size, _NAT)
        naive[rows] = days
        return naive, zoned, clock
    if date_format is None:
        # One pass with a compiled pattern: a fifth of the time of the same through pandas' string methods.
        found = [_ISO.fullmatch(cell) for cell in cells]
        if None in found:
            cells = [cell.strip().upper().replace(",", ".") for cell in cells]
            found = [_ISO.fullmatch(cell) for cell in cells]
        if None in found:
            row = int(rows[found.index(None)])
            where.fail(row, column.iloc[row], "is no date or time", _expected(column[~blank]))
        clock[rows] = [m["clock"] is not None for m in found if m]
        zoned[rows] = clock.any() and [m["zone"] is not None for m in found if m]
    else:
        zoned[rows] = "%z" in date_format
        clock[rows] = any(c in date_format for c in ("%H", "%I", "%c", "%X", "%T"))
    text = np.full(blank.size, None)
    text[rows] = cells
    naive = _nanoseconds(pd.to_datetime(text, format=date_format or "ISO8601", utc=True, errors="coerce"))
    wrong = np.flatnonzero(np.isnat(naive) & ~blank)
    if wrong.size:
        if date_format is None:
            hint = _EXPECTED
        elif "%" in date_format:
            hint = f"expected as {date_format!r}"
        else:
            hint = f"date_format={shown(date_format)} has no % in it; expected such as '%d/%m/%Y'"
        where.fail(int(wrong[0]), column.iloc[int(wrong[0])], "is no date or time", hint)
    return naive, zoned, clock


def _plain_days(cells: list[str]) -> DateArray | None:
    """Read cells that are all written as 2022-02-15, at once; None where one is not, or is no day that can be held."""
    if set(map(len, cells)) != {10} or not (text := "".join(cells)).isascii():
        return None
    signs = np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, 10)
    digits = signs[:, (0, 1, 2, 3, 5, 6, 8, 9)].astype(np.int64) - ord("0")
    if not ((signs[:, (4, 7)] == ord("-")).all() and (digits >= 0).all() and (digits <= 9).all()):
        return None
    year, month, day = digits[:, :4] @ _THOUSANDS, digits[:, 4:6] @ _TENS, digits[:, 6:] @ _TENS
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    if not ((month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)).all():
        return None
    return days.astype("datetime64[ns]") if days.min() >= FIRST_DAY and days.max() < AFTER_LAST else None


def _expected(column: pd.Series) -> str:
    """Say how a time is written, and which formats would read this column."""
    fitting = formats_of([str(cell).strip() for cell in column])
    if not fitting:
        return _EXPECTED
    return f"say date_format={' or '.join(map(repr, fitting))}, or write 2022-02-15"


def _nanoseconds(stamps: pd.DatetimeIndex) -> DateArray:
    """Bring UTC stamps of any unit to nanoseconds; what nanoseconds cannot hold (years before 1678) is NaT."""
    raw = stamps.tz_localize(None).to_numpy()
    held = (raw >= FIRST_DAY) & (raw < AFTER_LAST)
    return np.where(held, raw, np.array("NaT", dtype=raw.dtype)).astype("datetime64[ns]")


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _to_utc(local: DateArray, at: IntArray, zones: Zones, where: Where, *, strict: bool) -> DateArray:
    """Read local times (m,) in the zones of rows ``at`` (m,); ``strict`` refuses what is not or stands twice."""
    found, code = np.full(at.size, _NAT), zones.code[at]
    for i, name in enumerate(zones.names):
        mine = np.flatnonzero(code == i)
        if not mine.size:
            continue
        index = pd.DatetimeIndex(local[mine])
        if strict:
            utc = index.tz_localize(name, nonexistent="NaT", ambiguous="NaT")
            wrong = np.flatnonzero(utc.isna())
            if wrong.size:
                where.fail(
                    int(at[mine][wrong[0]]),
                    str(index[wrong[0]]),
                    f"does not exist or stands twice in {name}, where the clocks change that day",
                    "write the offset",
                )
        else:
            # A day begins when its first midnight strikes, or, where midnight is skipped, when it first exists.
            twice = np.ones(mine.size, dtype=bool)
            utc = index.tz_localize(name, nonexistent="shift_forward", ambiguous=twice)
        found[mine] = utc.tz_convert("UTC").to_numpy(dtype="datetime64[ns]")
    return found
