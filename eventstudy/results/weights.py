"""The column of the events that weighs them: which can, and what it must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray
from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.results.assemble import EVENT_FIELDS

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable
    from eventstudy.results.rows import Rows

__all__ = ["check_weights", "weights_of"]

_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_COUNT = "n_headlines"  # of a row, once headlines are merged


def check_weights(name: str | None, events: EventTable) -> None:
    """Raise `SpecError` if no column of that name can weigh the events, before anything is computed."""
    if name is None or name == _COUNT:
        return
    own = [c for c in events.columns if c == "intensity" or c not in EVENT_FIELDS]
    _numbers(name, {c: (lambda c=c: events.view[c]) for c in own} | {_COUNT: lambda: np.ones(len(events))})


def weights_of(name: str, rows: Rows) -> FloatArray:
    """Give the weight of each row, shape (n,).

    Raises
    ------
    SpecError, DataError
        If there is no such column of numbers, or a number of it is no weight.
    """
    own = {str(c): (lambda c=c: rows.extra[c]) for c in rows.extra.columns}
    weights = _numbers(name, {"intensity": lambda: np.abs(rows.intensity), _COUNT: lambda: rows.n_headlines} | own)
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        raise DataError(
            f"weights: column {name!r} is {weights[bad[0]]:g} for event {rows.event_id[bad[0]]!r}",
            hint="expected a finite number that is not negative; zero leaves an event out",
        )
    if not weights.any():
        raise DataError(f"weights: column {name!r} is zero for all events", hint="then there is nothing to test")
    return weights


def _numbers(name: str, columns: Mapping[str, Callable[[], Any]]) -> FloatArray:
    if name not in columns:
        close = nearest(name, columns)
        near = f"{close} " if close.startswith("did you mean") else ""
        raise SpecError(f"weights={shown(name)} is no event column of numbers", hint=near + _allowed(columns))
    held = columns[name]()
    numbers = _as_numbers(held)
    if numbers is None:
        bad = next(value for value in held if _as_numbers([value]) is None)
        hint = _allowed(columns)
        if isinstance(bad, str) and _COMMA.fullmatch(bad):
            hint = "read_events(..., decimal=',') reads commas; " + hint
        raise SpecError(f"weights: column {name!r} does not hold numbers: {shown(bad)} is none", hint=hint)
    return numbers


def _allowed(columns: Mapping[str, Callable[[], Any]]) -> str:
    names = [name for name, column in columns.items() if _as_numbers(column()) is not None]
    return f"those that can weigh: {', '.join(names)}"


def _as_numbers(column: Any) -> FloatArray | None:
    """Read a column as numbers, NaN where one is missing; None where it holds something else, such as dates."""
    values = pd.Series(column)
    if values.dtype.kind in "mM":
        return None
    try:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return None
