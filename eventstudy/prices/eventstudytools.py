"""The three files of eventstudytools.com (request, firm, market), for those who move from there."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.readers import read_prices

__all__ = ["StudyFiles", "read_eventstudytools"]

_REQUEST = (
    "event id",
    "firm id",
    "market id",
    "event date",
    "grouping variable",
    "start of the event window",
    "end of the event window",
    "end of the estimation window",
    "length of the estimation window",
)
_SERIES = ("firm id", "date", "price")


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """What the three files say, in this library's terms.

    Attributes
    ----------
    events : pandas.DataFrame
        ``event_id, asset, date, group, benchmark``, as `eventstudy.read_events` takes it.
    prices : PricePanel
        Firms and markets.
    benchmark_of : dict
        Market of each firm.
    event_window, estimation_window : pair of int
        Inclusive session offsets, the same for all events.
    """

    events: pd.DataFrame
    prices: PricePanel
    benchmark_of: dict[str, str]
    event_window: tuple[int, int]
    estimation_window: tuple[int, int]


def read_eventstudytools(
    request: str | os.PathLike[str],
    firm: str | os.PathLike[str],
    market: str | os.PathLike[str],
    *,
    date_format: str = "%d.%m.%Y",
    decimal: str = ".",
    close: str = "",
    tz: str = "",
    calendar: str = "",
) -> StudyFiles:
    """Read the input files of eventstudytools.com.

    Parameters
    ----------
    request : path-like
        Nine columns: event, firm and market id, event date, grouping variable, start and end of the
        event window, end and length of the estimation window. Comma or semicolon, with or without a
        header line.
    firm, market : path-like
        Three columns: id, date, price; an empty price or NA is a date without one.
    date_format : str
        Of all three.
    decimal : str
        Mark of the fraction in prices.
    close, tz, calendar
        Of all series, as for `PricePanel`.

    Returns
    -------
    StudyFiles
        An estimation window that ends at -11 and is 250 long is (-260, -11).

    Raises
    ------
    DataError
        Names file, row and column; also where a firm has two markets, a firm or market has no prices,
        or events differ in their windows (run such groups apart).
    """
    rows, numbers = _rows(Path(request), len(_REQUEST), 3, date_format, decimal)
    where = Path(request).name
    events = pd.DataFrame(
        {
            "event_id": [row[0] for row in rows],
            "asset": [row[1] for row in rows],
            "date": [pd.to_datetime(row[3], format=date_format) for row in rows],
            "group": [row[4] for row in rows],
            "benchmark": [row[2] for row in rows],
        }
    )
    twice = events["event_id"].duplicated()
    if twice.any():
        row = numbers[int(np.argmax(twice))]
        raise DataError(f"{where}: row {row}: event id {rows[int(np.argmax(twice))][0]!r} stands twice", row=row)
    windows = [tuple(_whole(cell, where, n, _REQUEST[5 + k]) for k, cell in enumerate(row[5:9]))
               for row, n in zip(rows, numbers, strict=True)]  # fmt: skip
    if len(set(windows)) > 1:
        other = next(i for i, w in enumerate(windows) if w != windows[0])
        raise DataError(
            f"{where}: row {numbers[other]} has other windows than row {numbers[0]}",
            hint="a study has one event and one estimation window: put such events in a file of their own",
            row=numbers[other],
        )
    start, end, last, length = windows[0]
    if length < 1 or start > end:
        raise SpecError(f"{where}: windows ({start}, {end}) and {length} sessions to {last} mean nothing")
    benchmark_of: dict[str, str] = {}
    for asset, benchmark in zip(events["asset"], events["benchmark"], strict=True):
        if benchmark_of.setdefault(asset, benchmark) != benchmark:
            raise DataError(f"{where}: firm {asset!r} has two markets", hint="put them in files of their own")
    firms = _panel(Path(firm), date_format, decimal, close, tz, calendar)
    markets = _panel(Path(market), date_format, decimal, close, tz, calendar)
    for name, kind, panel in (
        *((a, "firm", firms) for a in benchmark_of),
        *((b, "market", markets) for b in benchmark_of.values()),
    ):
        if name not in panel:
            file = Path(firm if kind == "firm" else market).name
            raise DataError(f"{file} has no prices of {kind} {name!r}, which {where} asks for", asset=name)
    return StudyFiles(events, firms.join(markets), benchmark_of, (start, end), (last - length + 1, last))


def _panel(path: Path, date_format: str, decimal: str, close: str, tz: str, calendar: str) -> PricePanel:
    rows, numbers = _rows(path, len(_SERIES), 1, date_format, decimal)
    frame = pd.DataFrame(rows, columns=["asset", "date", "price"], index=pd.Index(numbers, name="row"))
    if decimal != ".":
        frame["price"] = frame["price"].str.replace(decimal, ".", regex=False)
    try:
        return read_prices(frame.reset_index(drop=True), date_format=date_format, close=close, tz=tz, calendar=calendar)
    except DataError as error:
        raise DataError(f"{path.name}: {error.message}", hint=error.hint, file=path.name, **error.facts) from error


def _rows(path: Path, width: int, date: int, date_format: str, decimal: str) -> tuple[list[list[str]], list[int]]:
    """Read the cells of a file without a header, or with one: its line is known by having no date."""
    if path.suffix.lower() in (".xls", ".xlsx", ".zip"):
        raise DataError(f"{path.name} is no CSV file", hint="save each of the three as CSV", file=path.name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}", file=str(path)) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # the site asks for files that are not UTF-8
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    mark = ";" if first.count(";") >= first.count(",") else ","
    if mark == decimal:
        raise SpecError(f"{path.name}: decimal={decimal!r} is the delimiter too", hint="write the file with semicolons")
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, cells in enumerate(csv.reader(lines, delimiter=mark), start=1):
        trimmed = [cell.strip() for cell in cells]
        if not any(trimmed):
            continue
        if len(trimmed) != width:
            raise DataError(
                f"{path.name}: row {number} has {len(trimmed)} cells",
                hint=f"expected {width}: {', '.join(_REQUEST if width == len(_REQUEST) else _SERIES)}",
                file=path.name,
                row=number,
            )
        try:
            pd.to_datetime(trimmed[date], format=date_format)
        except ValueError as error:
            if not rows and number == 1:
                continue  # the header
            raise DataError(
                f"{path.name}: row {number}: {trimmed[date][:40]!r} is no date; expected the format {date_format}",
                hint="name the format with date_format=",
                file=path.name,
                row=number,
            ) from error
        rows.append(trimmed)
        numbers.append(number)
    if not rows:
        raise DataError(f"{path.name} has no rows", file=path.name)
    return rows, numbers


def _whole(cell: str, where: str, row: int, column: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise DataError(
            f"{where}: row {row}, column {column!r}: {cell[:40]!r} is no whole number", row=row, column=column
        ) from None
