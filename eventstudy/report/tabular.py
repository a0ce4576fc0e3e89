"""Tables as CSV: fixed formats, nothing that a spreadsheet would run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["to_csv"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(frame: pd.DataFrame) -> str:
    """Write a frame as CSV: ISO 8601 instants, 12 significant digits, tuples joined by ``;``.

    A text cell that a spreadsheet would take for a formula gets an apostrophe in front.

    Examples
    --------
    >>> print(to_csv(pd.DataFrame({"a": ["=1+1", "x"], "b": [0.1, None]})), end="")
    a,b
    '=1+1,0.1
    x,
    """
    shown = pd.DataFrame({name: _column(frame[name]) for name in frame.columns}, index=frame.index)
    return shown.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def _column(column: pd.Series[Any]) -> Any:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [("" if pd.isna(v) else v.isoformat().replace("+00:00", "Z")) for v in column]
    if column.dtype.kind == "M":
        midnight = bool((column.dropna() == column.dropna().dt.normalize()).all())
        return ["" if pd.isna(v) else v.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S") for v in column]
    if column.dtype.kind in "fiub":
        return column
    return [_text(v) for v in column]


def _text(value: Any) -> Any:
    if isinstance(value, tuple):
        value = ";".join(":".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value)
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
