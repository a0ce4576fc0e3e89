"""What a command prints: plain data as JSON, tables as text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["as_json", "as_table", "plain"]


def as_json(data: Any) -> str:
    """Write plain data as JSON: instants as ISO 8601, what is not there as null, a frame as a list of its rows.

    Examples
    --------
    >>> as_json({"at": pd.Timestamp("2022-02-15", tz="UTC"), "car": float("nan")}).split()
    ['{', '"at":', '"2022-02-15T00:00:00+00:00",', '"car":', 'null', '}']
    """
    return json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Turn a value into what JSON knows."""
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return [plain(inner) for inner in value]
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        bare = value.tzinfo is None and value == value.normalize()  # a session is a date without zone
        return value.date().isoformat() if bare else value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (str, int, float, bool)):
        return value
    return value.as_posix() if isinstance(value, Path) else str(value)


def as_table(frame: pd.DataFrame) -> str:
    """Write a table of texts for a terminal, columns flush left.

    Examples
    --------
    >>> print(as_table(pd.DataFrame({"asset": ["RUB", "BRENT"], "n": ["1", "10"]})))
    asset  n
    RUB    1
    BRENT  10
    """
    cells = [
        [str(name) for name in frame.columns],
        *(["" if pd.isna(v) else str(v) for v in row] for row in frame.to_numpy()),
    ]
    widths = [max(len(row[k]) for row in cells) for k in range(frame.shape[1])]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells)
