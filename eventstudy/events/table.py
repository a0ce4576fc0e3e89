"""What tables of events and of moves share: columns inside, items on iteration."""

from __future__ import annotations

import dataclasses
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar, get_args

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list, as_mask, check_kind, check_texts
from eventstudy._types import Direction, Modality, Polarity
from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.events.records import Event, ReportedMove, unpacked

__all__ = ["Table"]

ItemT = TypeVar("ItemT", Event, ReportedMove)
TableT = TypeVar("TableT", bound="Table[Any]")

_TUPLES = ("source", "target", "assets")
_INSTANTS = ("earliest", "latest", "as_of")


class Table(Generic[ItemT]):
    """Columns in a frame, one row an item; never mutated."""

    _item: type[ItemT]
    _key: str

    __slots__ = ("_arrays", "_columns", "_made", "_n")

    def __init__(self, frame: pd.DataFrame) -> None:
        check_kind(pd.DataFrame, frame=frame)
        self._made: pd.DataFrame | None = frame
        self._columns: Mapping[str, Any] = {}
        self._n = len(frame)
        self._arrays: dict[str, np.ndarray] = {}

    def __getstate__(self) -> pd.DataFrame:
        return self._frame

    def __setstate__(self, frame: pd.DataFrame) -> None:
        Table.__init__(self, frame)

    @classmethod
    def _of_columns(cls: type[TableT], columns: Mapping[str, Any], n: int) -> TableT:
        """Take columns of n rows as they are, for readers; a frame is made of them only when one is asked for.

        A column is a NumPy array (text as objects, none of them missing; instants as UTC datetime64[ns]), a pandas
        array, the one text, number or truth value that every row has, or a function that gives the list of cells when
        the column is asked for. Nothing else may hold the arrays.
        """
        table = cls.__new__(cls)
        table._made, table._columns, table._n, table._arrays = None, dict(columns), n, {}
        return table

    @property
    def _frame(self) -> pd.DataFrame:
        if self._made is None:
            held = {name: _given(column) for name, column in self._columns.items()}
            stamps = {name: pd.DatetimeIndex(held[name], tz="UTC") for name in _INSTANTS if name in held}
            self._made = pd.DataFrame({**held, **stamps}, index=pd.RangeIndex(self._n))
            self._columns = {}
        return self._made

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns if self._made is None else self._made.columns)

    @classmethod
    def from_items(cls: type[TableT], items: Iterable[ItemT]) -> TableT:
        """Build a table from `Event` or `ReportedMove` objects.

        Parameters
        ----------
        items : iterable of Event or ReportedMove
            One a row; their ids differ.

        Returns
        -------
        EventTable or MoveTable
            The table on which it was called.

        Examples
        --------
        >>> import eventstudy as es
        >>> len(es.EventTable.from_items([]))
        0
        """
        rows = as_list(items, cls._item, "items")
        names = [f.name for f in dataclasses.fields(cls._item) if f.name != "extra"]
        columns: dict[str, Any] = {name: list(map(operator.attrgetter(name), rows)) for name in names}
        extras: dict[str, None] = {}
        for row in rows:
            extras.update(dict.fromkeys(getattr(row, "extra", ())))
        for name in extras:
            columns[name] = [getattr(row, "extra", {}).get(name) for row in rows]
        return cls._of_lists(columns)

    @classmethod
    def _of_lists(cls: type[TableT], columns: dict[str, Any]) -> TableT:
        """Take a list of cells a column, all of a length; see `_of_columns` for a column that is a function."""
        ids = columns[cls._key]
        _check_ids(ids, cls._key)
        plain = {name: held for name, column in columns.items() if (held := _plain(name, column)) is not None}
        if ids and len(plain) == len(columns):
            return cls._of_columns(plain, len(ids))
        columns = {name: _given(column) for name, column in columns.items()}
        for name in _INSTANTS:
            if name in columns:
                columns[name] = pd.DatetimeIndex([pd.NaT if v is None else v for v in columns[name]], tz="UTC").as_unit(
                    "ns"
                )
        for name in (*_TUPLES, "spans"):
            if name in columns:
                columns[name] = _objects(columns[name])
        return cls(pd.DataFrame(columns))

    @classmethod
    def _of_read(cls: type[TableT], columns: dict[str, Any]) -> TableT:
        """Take the columns of what was read, with packed spans: who asks for no evidence does not wait for it."""
        cells = columns["spans"]
        return cls._of_lists({**columns, "spans": lambda: list(map(unpacked, cells))})

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[ItemT]:
        fields = {f.name for f in dataclasses.fields(self._item)}
        own = [c for c in self._frame.columns if c in fields]
        others = [c for c in self._frame.columns if c not in fields]
        # Column lists first: one pass over each column instead of one row object per item.
        lists = [list(self._frame[c]) for c in own]
        extra_lists = [list(self._frame[c]) for c in others]
        for i in range(len(self._frame)):
            values: dict[str, Any] = {name: column[i] for name, column in zip(own, lists, strict=True)}
            if "as_of" in values and values["as_of"] is pd.NaT:
                values["as_of"] = None
            if "extra" in fields:
                values["extra"] = {name: column[i] for name, column in zip(others, extra_lists, strict=True)}
            yield self._item(**values)

    def __getitem__(self, key: int | str) -> ItemT:
        """Return the item at a position, or with an id."""
        if isinstance(key, str):
            hits = np.flatnonzero(self.array(self._key) == key)
            if hits.size == 0:
                raise SpecError(f"no {self._key} {key!r}", hint=nearest(key, self._frame[self._key]))
            key = int(hits[0])
        n = len(self)
        if not -n <= key < n:
            raise IndexError(f"row {key} of a table of {n}")
        key %= n
        return next(iter(type(self)(self._frame.iloc[key : key + 1])))

    def to_frame(self) -> pd.DataFrame:
        """Give a frame of its own: one row an item, instants in UTC, tuples as tuples.

        Returns
        -------
        pandas.DataFrame
            A copy.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> events.to_frame().loc[0, "direction"]
        'de-escalation'
        """
        return self._frame.copy()

    @property
    def view(self) -> pd.DataFrame:
        """The table's own frame, without a copy: to read, never to write."""
        return self._frame

    def array(self, name: str) -> np.ndarray:
        """Give a column as an array, made when first asked for: to read, never to write.

        Instants are UTC ``datetime64[ns]``, text is objects, missing text NaN.

        Parameters
        ----------
        name : str
            The column.

        Returns
        -------
        numpy.ndarray, shape (n,)
            Read-only.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> es.extract_events([news]).array("direction").tolist()
        ['de-escalation']
        """
        check_texts(name=name)
        if name not in self._arrays:
            columns = self._frame.columns if self._made is not None else self._columns
            if name not in columns:
                raise SpecError(f"no column {shown(name)}", hint=nearest(name, columns), column=name)
            column = self._frame[name] if self._made is not None else _given(self._columns[name])
            held = _as_array(column, self._n)
            held.flags.writeable = False
            self._arrays[name] = held
        return self._arrays[name]

    def filter(self: TableT, where: Any = None, /, **columns: Any) -> TableT:
        """Keep the rows that match.

        Parameters
        ----------
        where : callable or array of bool, optional
            A function of the frame that gives a column of truth values, or that column.
        **columns : Any
            ``column=value``, or ``column=[values]`` for any of them; in a column of tuples (``source``,
            ``target``, ``assets``) a value matches when it is a member.

        Returns
        -------
        EventTable or MoveTable
            The rows kept, in their order.

        Raises
        ------
        SpecError
            If a column is unknown, or a value is none of a column's options.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> len(events.filter(direction="de-escalation")), len(events.filter(lambda frame: frame["intensity"] < 0))
        (1, 0)
        """
        keep = np.ones(len(self), dtype=bool)
        if where is not None:
            keep &= as_mask(where(self._frame) if callable(where) else where, len(self), "where")
        for name, wanted in columns.items():
            if name not in self._frame.columns:
                raise SpecError(f"no column {name!r}", hint=nearest(name, self._frame.columns), column=name)
            values = list(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
            column = self._frame[name]
            _check_options(name, values, column)
            if name in _TUPLES:
                keep &= np.fromiter((any(v in cell for v in values) for cell in column), dtype=bool, count=len(column))
            else:
                keep &= column.isin(values).to_numpy()
        return type(self)(self._frame[keep].reset_index(drop=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} rows)\n{self._short().to_string(max_rows=_SHOWN_ROWS, min_rows=10)}"

    def _repr_html_(self) -> str:
        return str(self._short().to_html(escape=True, max_rows=_SHOWN_ROWS))

    def _short(self) -> pd.DataFrame:
        return self._frame[[c for c in self._shown if c in self._frame.columns]]

    _shown: tuple[str, ...] = ()


_SHOWN_ROWS = 60
"""Rows up to which a table shows all of itself; of a longer one the first and the last, as pandas does."""

_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "direction": (*get_args(Direction), "up", "down", "unchanged"),
    "polarity": get_args(Polarity),
    "modality": get_args(Modality),
}


def _check_options(name: str, values: list[Any], column: pd.Series) -> None:
    """Raise where a value is none of a column's own and none of the library's."""
    options = [*column.dropna().unique(), *_OPTIONS[name]] if name in _OPTIONS else values
    for value in values:
        if value not in options:
            known = dict.fromkeys(map(str, options))
            raise SpecError(
                f"{name}={shown(value)} is not one of {', '.join(map(repr, known))}", hint=nearest(value, known)
            )


def _check_ids(ids: list[Any], key: str) -> None:
    if len(set(ids)) < len(ids):
        twice = Counter(ids).most_common(1)[0][0]
        raise DataError(f"{key} {twice!r} stands twice", hint="ids name one row each", id=str(twice))


def _objects(column: Any) -> np.ndarray:
    held = np.empty(len(column), dtype=object)
    held[:] = column
    return held


def _given(column: Any) -> Any:
    """Give a column as it is; of a function that stands for one, the cells that it gives."""
    return _objects(column()) if callable(column) else column


def _plain(name: str, column: Any) -> Any:
    """Give a column as `Table._of_columns` holds it; None where a cell is of another kind than its field says."""
    if callable(column):
        return column
    if name in (*_TUPLES, "spans"):
        return _objects(column)
    kinds = set(map(type, column))
    if name in _INSTANTS:
        if not kinds <= {pd.Timestamp, type(None)}:
            return None
        return np.array([_MISSING if v is None else v.value for v in column]).view("datetime64[ns]")
    if kinds == {str}:
        return _objects(column)
    return np.array(column) if kinds in ({float}, {bool}) else None


_MISSING = pd.NaT.value


def _as_array(column: Any, n: int) -> np.ndarray:
    """Give a column, as a frame or `Table._of_columns` holds it, as an array."""
    if isinstance(column, np.ndarray):
        return column
    if not hasattr(column, "dtype"):  # what every row has
        return np.full(n, column, dtype=object if isinstance(column, str) else None)
    kind = "datetime64[ns]" if isinstance(column.dtype, pd.DatetimeTZDtype) else None
    return np.asarray(column.to_numpy(dtype=object if isinstance(column.dtype, pd.StringDtype) else kind))
