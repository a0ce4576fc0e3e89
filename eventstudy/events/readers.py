"""`read_events`: dated events from a frame or a file, with whatever else stands beside them."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._arguments import check_texts
from eventstudy._types import Modality, Polarity, Precision, Tense
from eventstudy.errors import DataError, NewsError, SpecError, nearest, shown
from eventstudy.events.readers_numbers import Notation
from eventstudy.events.readers_times import Where, Zones, empty, read_times
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable
from eventstudy.news.rows import parse_json

__all__ = ["read_events"]

# Our name of a column, and the other names tables give it, in the order in which they are looked for.
_ALIASES = {
    "event_id": ("event_id", "id", "event"),
    "time": ("time", "time_utc", "timestamp", "datetime"),
    "date": ("date", "event_date", "evt_date", "announcement_date"),
    "assets": ("assets", "asset", "ticker", "symbol", "firm", "permno", "isin", "ric"),
}
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "precision": get_args(Precision),
    "polarity": get_args(Polarity),
    "modality": get_args(Modality),
    "tense": get_args(Tense),
}
_KINDS = {"tz": "zone's name", "columns": "mapping of our names to the table's", "date_format": "format as '%m/%d/%Y'"}
_FIELDS = {field.name: field.default for field in dataclasses.fields(Event) if field.name != "extra"}
_TUPLES = ("source", "target", "assets")
_LISTED = re.compile(r"\s*[;|]\s*")  # not at commas: "Apple, Inc." is one name
_TIMES = ("earliest", "latest", "time", "date")


def read_events(
    source: Any,
    *,
    tz: str | None = None,
    columns: Mapping[str, str] | None = None,
    date_format: str | None = None,
    decimal: str = ".",
    thousands: str = "",
) -> EventTable:
    """Read dated events from a frame or a CSV, Excel, Parquet or JSON file.

    Parameters
    ----------
    source : path or frame
        A file, or a pandas, polars or Arrow frame; JSON is one object a line, or an array of them. One row an
        event, with one of

        - ``time``: when it became public, ISO 8601, with an offset or read in the row's zone;
        - ``date``: the day on which it became public, where no clock time is known (with both, the
          time holds where there is one);
        - ``earliest`` and ``latest``: an interval in which it became public.

        Optional: ``event_id``, ``asset`` or ``assets`` (several parted by ``;``), ``tz``,
        ``direction``, ``kind``, and the other fields of `Event`. Any other column is kept as it came, and so is
        an index that has a name.
    tz : str, optional
        IANA zone of dates and clock times without an offset, where the row names none of its own.
        Without it dates are UTC days, and a clock time without an offset is an error.
    columns : mapping, optional
        Our name to the table's, such as ``{"direction": "polarity", "date": "announced"}``.
    date_format : str, optional
        How dates and times are written (``"%m/%d/%Y"``) where they are not ISO 8601.
    decimal, thousands : str
        Signs of numbers that are text: with ``decimal=","`` the ``intensity`` 1,5 is one and a half, and so is a cell
        of any other column whose cells are numbers throughout, some with such a sign; it then holds numbers.

    Returns
    -------
    EventTable
        In the order of the rows. A zone-less column of a frame whose clocks are all midnight is dates; of the column
        ``date`` that holds in any zone.

    Raises
    ------
    DataError
        If the file or a cell cannot be read; names file, row (from 1, after the header) and column.
    SpecError
        If ``columns`` names a column that is not there, or ``source`` is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"date": ["2022-02-15"], "asset": ["RUB"], "note": ["pullback"]})
    >>> event = read_events(frame, tz="Europe/Moscow")[0]
    >>> event.earliest.isoformat(), event.precision, event.assets, event.extra
    ('2022-02-14T21:00:00+00:00', 'date', ('RUB',), {'note': 'pullback'})
    """
    for option, value, kind in (("tz", tz, str), ("columns", columns, Mapping), ("date_format", date_format, str)):
        if value is not None and not isinstance(value, kind):
            raise SpecError(f"{option}={shown(value)} is a {type(value).__name__}", hint=f"expected a {_KINDS[option]}")
    check_texts(decimal=decimal, thousands=thousands)
    notation = Notation(decimal, thousands)
    frame, label = _load(source, decimal)
    frame, names = _named(frame, columns or {}, label)
    n = len(frame)
    zone_at = Where(label, names.get("tz", "tz"))
    zones = Zones.of(frame.get("tz"), tz, n, zone_at)
    earliest, latest, precision = _intervals(frame, names, zones, label, date_format)
    held: dict[str, Any] = {
        "event_id": _ids(frame, names, label),
        "earliest": earliest,
        "latest": latest,
        "precision": precision,
    }
    nothing = _same((), n)
    for name, default in _FIELDS.items():
        if name in held or name == "spans":
            continue
        if name in frame:
            held[name] = _field(frame[name], name, default, n, Where(label, names.get(name, name)), notation)
        else:
            held[name] = nothing if default == () else default
    held["spans"] = nothing
    for name in frame.columns:
        if name not in held and name not in (*_TIMES, "tz"):
            numbers = notation.column(frame[name])
            held[str(name)] = frame[name].array.copy() if numbers is None else numbers
    return EventTable._of_columns(held, n)


def _load(source: Any, decimal: str) -> tuple[pd.DataFrame, str]:
    """Give a pandas frame and how to call it in an error."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return _from_file(path, decimal), path.name
    if isinstance(source, pd.DataFrame):
        return source, "the frame"
    import narwhals as nw

    try:
        return nw.from_native(source, eager_only=True).to_pandas(), "the frame"
    except TypeError as error:
        raise SpecError(
            f"read_events cannot read a {type(source).__name__}",
            hint="give a path, or a pandas, polars or Arrow frame",
        ) from error


def _from_file(path: Path, decimal: str) -> pd.DataFrame:
    if not os.path.isfile(path):  # noqa: PTH113 - a name too long for a file is none, too
        raise DataError(
            f"no file {path!s:.200}", hint="give a CSV, Excel, Parquet or JSON file of events", file=str(path)
        )
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pd.read_parquet(path)
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
            return _from_workbook(path)
        encoding = "utf-16" if path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        if path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
            return _from_json(path, path.read_text(encoding=encoding))
        with path.open(encoding=encoding) as stream:
            header = stream.readline()
        sep = max(",;\t", key=header.count)
        if sep == decimal and sep in header:
            raise SpecError(f"decimal={sep!r} is the delimiter of {path.name} too", hint="write it with semicolons")
        # Every cell stays text, so that an asset called NA or 0700 keeps its name.
        return pd.read_csv(path, dtype=str, keep_default_na=False, sep=sep, encoding=encoding, index_col=False)
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text", hint="save it as CSV in UTF-8", file=str(path)) from error
    except pd.errors.EmptyDataError as error:
        raise DataError(f"{path.name} is empty", hint="expected a header with 'time' or 'date'") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DataError(f"{path.name} cannot be read: {reason}", hint="expected a CSV file", file=str(path)) from error


def _from_json(path: Path, text: str) -> pd.DataFrame:
    """Read an array of objects, or one object a line; a key that an object lacks is an empty cell."""
    rows = []
    for _, row in parse_json(text, where=path.name):
        if isinstance(row, NewsError):
            raise DataError(row.message, hint='expected {"date": ..., "asset": ...} for each event', file=str(path))
        rows.append(row)
    return pd.DataFrame(rows)


def _from_workbook(path: Path) -> pd.DataFrame:
    """Read the first sheet; dates stay dates, and text stays text."""
    try:
        return pd.read_excel(path, keep_default_na=False, na_values=[""])
    except ImportError as error:
        raise DataError(f"reading {path.name} needs a package: {error}", hint="pip install openpyxl") from error
    except Exception as error:  # what openpyxl raises on a broken file is of many kinds
        raise DataError(f"cannot read {path.name}: {error}", hint="save it as CSV", file=str(path)) from error


def _named(frame: pd.DataFrame, columns: Mapping[str, str], label: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Rename the columns to our names; give also our name to the table's, for errors."""
    if isinstance(frame.index, pd.DatetimeIndex) and frame.index.name is None:
        frame = frame.rename_axis("time")
    if any(name is not None and name not in frame.columns for name in frame.index.names):
        frame = frame.reset_index()
    known = [str(c).strip() for c in frame.columns]
    if len(set(known)) < len(known):
        twice = next(c for i, c in enumerate(known) if c in known[:i])
        raise DataError(f"{label}: column {shown(twice)} stands twice", hint="columns need names of their own")
    for ours, theirs in columns.items():
        if theirs not in known:
            hint = nearest(theirs, map(str, known))
            raise SpecError(f"columns={{{shown(ours)}: {shown(theirs)}}}: {label} has no such column", hint=hint)
    taken = {theirs: "assets" if ours == "asset" else ours for ours, theirs in columns.items()}
    folded: dict[str, str] = {}
    for column in known:
        folded.setdefault(column.casefold().replace(" ", "_"), column)
    for ours in (*_ALIASES, *sorted({*_FIELDS, "tz"} - set(_ALIASES)), "latest"):
        for alias in _ALIASES.get(ours, (ours,)):
            theirs = folded.get(alias, "")
            if ours not in taken.values() and theirs and theirs not in taken:
                taken[theirs] = ours
    # A column in the way of a name that `columns` gave away keeps its content under a name of its own.
    clash = {c: f"{c}_" for c in known if c in taken.values() and c not in taken}
    renamed = {**taken, **clash}
    named = frame.copy(deep=False)  # with labels of its own
    named.index, named.columns = pd.RangeIndex(len(frame)), pd.Index([renamed.get(c, c) for c in known])
    return named, {ours: theirs for theirs, ours in taken.items()}


def _intervals(
    frame: pd.DataFrame, names: Mapping[str, str], zones: Zones, label: str, date_format: str | None
) -> tuple[Any, Any, npt.NDArray[np.object_]]:
    """Give earliest, latest and precision of each row, from the best of the columns that say when."""
    n = len(frame)
    if not any(name in frame for name in _TIMES):
        found = ", ".join(shown(names.get(str(c), c)) for c in list(frame.columns)[:8]) or "no column at all"
        raise DataError(
            f"{label} has no column 'time' or 'date'", hint=f"found {found}; name it with columns={{'date': ...}}"
        )
    earliest = np.full(n, np.datetime64("NaT", "ns"))
    latest, precision = earliest.copy(), np.full(n, "", dtype=object)
    if ("earliest" in frame) != ("latest" in frame):
        raise DataError(f"{label} has only one of 'earliest' and 'latest'", hint="an interval needs both")
    for name in ("date", "time"):
        if name in frame:
            where = Where(label, names.get(name, name))
            # A column that calls itself UTC is in UTC.
            mine = Zones.same("UTC", n) if where.column.casefold().endswith("_utc") else zones
            column = _with_date(frame) if name == "time" else _days(frame[name])
            first, last, clock = read_times(column, mine, where, date_format)
            held = ~np.isnat(first)
            earliest[held], latest[held] = first[held], last[held]
            precision[held] = np.where(clock, "instant", "date")[held]
    if "earliest" in frame:
        first, _, clock = read_times(frame["earliest"], zones, Where(label, names["earliest"]), date_format)
        end, last, clock_end = read_times(frame["latest"], zones, Where(label, names["latest"]), date_format)
        held = ~(np.isnat(first) | np.isnat(last))
        earliest[held], latest[held] = first[held], last[held]
        one_day = ~clock & ~clock_end & (first == end)
        sure = np.where(first == last, "instant", np.where(one_day, "date", "interval"))
        precision[held] = sure[held]
        _check_order(first, last, frame["latest"], Where(label, names["latest"]))
    missing = np.flatnonzero(np.isnat(earliest))
    if missing.size:
        blank = next(str(names.get(name, name)) for name in ("time", "date", "earliest") if name in frame)
        Where(label, blank).fail(int(missing[0]), "", "says no time", "every event needs a time or a date")
    if "precision" in frame:
        where = Where(label, names["precision"])
        given = _field(frame["precision"], "precision", "", n, where, Notation())
        precision = np.where(given == "", precision, given)
    return earliest, latest, precision


def _days(column: pd.Series) -> pd.Series:
    """Take a column of dates that a frame holds as midnights of some zone for the dates that they are."""
    if getattr(getattr(column.dtype, "pyarrow_dtype", column.dtype), "tz", None) is not None:
        local: pd.Series = column.dt.tz_localize(None)
        if (local.isna() | (local == local.dt.normalize())).all():
            return local
    return column


def _with_date(frame: pd.DataFrame) -> pd.Series:
    """Put the row's date before a time that is a bare clock time."""
    column = frame["time"]
    if "date" not in frame or not (column.dtype == object or isinstance(column.dtype, pd.StringDtype)):
        return column
    text = column.astype(object).where(column.notna(), "").astype(str).str.strip()
    bare = text.str.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?").to_numpy(dtype=bool)
    if not bare.any():
        return column
    days = frame["date"]
    shown = days.dt.strftime("%Y-%m-%d") if hasattr(days, "dt") else days.astype(str).str.strip()
    joined = shown.astype(object) + "T" + text.str.zfill(5)
    return column.astype(object).where(~bare, joined)


def _check_order(first: Any, last: Any, column: pd.Series, where: Where) -> None:
    wrong = np.flatnonzero(last < first)
    if wrong.size:
        where.fail(int(wrong[0]), column.iloc[int(wrong[0])], "is before 'earliest'")


def _ids(frame: pd.DataFrame, names: Mapping[str, str], label: str) -> npt.NDArray[np.object_]:
    n = len(frame)
    if "event_id" not in frame:
        return np.array([f"e{i + 1}" for i in range(n)], dtype=object)
    where = Where(label, names["event_id"])
    column = frame["event_id"]
    blank = np.flatnonzero(empty(column))
    if blank.size:
        where.fail(int(blank[0]), "", "is no id", "every event needs one, or leave the column out")
    ids = _texts(column)
    again = np.flatnonzero(pd.Series(ids).duplicated().to_numpy())
    if again.size:
        where.fail(
            int(again[0]), ids[again[0]], "stands twice", "one row an event; several assets in one row: 'AAPL;MSFT'"
        )
    return ids


def _field(column: pd.Series, name: str, default: Any, n: int, where: Where, notation: Notation) -> Any:
    """Read one field of `Event`; empty cells take its default."""
    blank = empty(column)
    if name in _TUPLES:
        return _tuples(column, blank)
    if name == "intensity":
        cells = column.astype(object).where(~blank, None)
        if not notation.is_plain:
            cells = cells.map(lambda cell: notation.number(cell) if isinstance(cell, str) else cell)
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
        wrong = np.flatnonzero(np.isnan(numbers) & ~blank)
        if wrong.size:
            cell = column.iloc[int(wrong[0])]
            comma = notation.is_plain and Notation(",").number(str(cell)) is not None
            hint = "write it as 1.5" + (", or say decimal=','" if comma else "")
            where.fail(int(wrong[0]), cell, "is no number", hint if notation.is_plain else f"numbers have {notation}")
        return numbers
    texts = _texts(column)
    texts[blank] = default
    if name == "selected_on_outcome":
        truth = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        codes, unique = pd.factorize(texts)
        flags = [truth.get(str(v).casefold()) for v in unique]
        if None in flags:
            row = int(np.flatnonzero(codes == flags.index(None))[0])
            where.fail(row, texts[row], "is neither true nor false")
        return np.array(flags, dtype=bool)[codes] if len(unique) else np.zeros(n, dtype=bool)
    if name in _OPTIONS:
        wrong = np.flatnonzero(~np.isin(texts.astype(str), (*_OPTIONS[name], default)))
        if wrong.size:
            options = ", ".join(map(repr, _OPTIONS[name]))
            hint = f"expected {options}; where the column means something else, rename it with columns="
            where.fail(int(wrong[0]), texts[wrong[0]], f"is no {name}", hint)
    return texts


def _same(value: object, n: int) -> npt.NDArray[np.object_]:
    held = np.empty(n, dtype=object)
    held[:] = [value] * n
    return held


def _texts(column: pd.Series) -> npt.NDArray[np.object_]:
    """Give cells as stripped text; whole numbers that a missing value made decimal are whole again."""
    texts = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v).strip() for v in column.tolist()]
    return np.array(texts, dtype=object)


def _tuples(column: pd.Series, blank: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Give tuples of names: from lists, or from text parted by semicolons or bars."""
    cells = column.tolist()
    if isinstance(column.dtype, pd.StringDtype) and not blank.any():
        # Names come again, and one look-up a cell is quicker than reading it.
        known = {text: (text,) if text.isalnum() else _listed(text) for text in dict.fromkeys(cells)}
        return np.fromiter(map(known.__getitem__, cells), dtype=object, count=len(cells))
    held = (() if b else _listed(cell) for cell, b in zip(cells, blank.tolist(), strict=True))
    return np.fromiter(held, dtype=object, count=len(cells))


def _listed(cell: Any) -> tuple[str, ...]:
    """Read one cell of names."""
    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        return tuple(str(v).strip() for v in (sorted(cell) if isinstance(cell, (set, frozenset)) else cell))
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if text[:1] + text[-1:] in ("()", "[]"):  # as pandas writes a cell of names into a CSV
        try:
            return _listed(tuple(ast.literal_eval(text)))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            pass  # a name that only looks so
    return tuple(part for part in _LISTED.split(text) if part)
