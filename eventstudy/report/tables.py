"""Frames as tables of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from eventstudy.report import words
from eventstudy.report.parts import Table
from eventstudy.results.printing import level_name

__all__ = ["MAX_ROWS", "from_frame", "from_pairs"]

MAX_ROWS = 400

# How a column is headed and written, wherever it appears.
_PERCENT: dict[str, str] = {
    "raw_return": "Return",
    "car": "CAR",
    "mean": "Mean CAR",
    "median": "Median CAR",
    "se": "S.e.",
    "ci_low": "from",
    "ci_high": "to",
    "sigma": "Residual s.d.",
    "aar": "AAR",
    "caar": "CAAR",
    "alpha": "Alpha",
    "estimate": "Estimate",
    "detectable": "Detectable",
    "lowest": "Lowest without one",
    "highest": "Highest without one",
}
_SIZES = frozenset({"se", "sigma", "detectable"})  # never negative: a sign would say nothing
_NUMBER: dict[str, str] = {
    "t": "t",
    "statistic": "Statistic",
    "beta": "Beta",
    "r2": "R²",
    "hours": "Hours to price",
    "hours_since_previous": "Hours since last price",
    "hours_to_day0": "Hours to price",
    "hours_to_settled": "Hours to settled price",
}
_P: dict[str, str] = {"p_value": "p", "p_holm": "p (Holm)", "p": "p"}
_DAY: dict[str, str] = {"day0": "Day 0", "settled": "Settled", "session": "Session"}
_INSTANT: dict[str, str] = {
    "earliest": "Public from",
    "latest": "Public by",
    "day0_instant": "Price struck",
    "previous_instant": "Price before",
    "settled_instant": "Settled price struck",
    "as_of": "As of",
}
_TEXT: dict[str, str] = {
    "event_id": "Event",
    "asset": "Asset",
    "direction": "Direction",
    "kind": "Kind",
    "title": "Headline",
    "timing": "Timing",
    "settle": "Sessions to settle",
    "window": "Window",
    "n": "n",
    "n_positive": "Positive",
    "n_negative": "Negative",
    "n_headlines": "Headlines",
    "n_estimation": "Estimation n",
    "n_excluded": "Left out",
    "stage": "Stage",
    "reason": "Reason",
    "into": "Into",
    "name": "Test",
    "null": "Null hypothesis",
    "distribution": "Distribution",
    "robust_to": "Allows for",
    "reference": "Paper",
    "selected_on_outcome": "Article reports the move",
    "kept": "Used",
    "claimed": "Article",
    "observed": "Prices",
    "verdict": "Verdict",
    "basis": "Test",
    "quote": "Quotation",
    "note": "Note",
    "counts_most": "Counts most",
    "dof": "d.f.",
}


def _writer(name: str, dtype_is_number: bool) -> tuple[str, Callable[[Any], str], bool]:
    if name in _PERCENT:
        return _PERCENT[name], partial(words.percent, sign=name not in _SIZES), True
    if name in _NUMBER:
        return _NUMBER[name], words.number, True
    if name in _P:
        return _P[name], words.p_value, True
    if name in _DAY:
        return _DAY[name], words.day, False
    if name in _INSTANT:
        return _INSTANT[name], words.instant, False
    label = _TEXT.get(name, name.replace("_", " "))
    return label, words.plain, dtype_is_number


def from_frame(
    frame: pd.DataFrame | None,
    name: str,
    caption: str,
    columns: Sequence[str] | None = None,
    note: str = "",
    level: float = 0.95,
) -> Table | None:
    """Write a frame as a table; None where there is none or it has no rows.

    Parameters
    ----------
    frame : pandas.DataFrame or None
        Returns as decimals.
    name, caption : str
    columns : sequence of str, optional
        Which and in what order; those missing from the frame are passed over. Default all.
    note : str
        Under the table.
    level : float
        Confidence level of ``ci_low`` and ``ci_high``, for their heads.

    Returns
    -------
    Table or None
        At most `MAX_ROWS` rows, and a note of how many there are.
    """
    if frame is None or frame.empty:
        return None
    shown = [c for c in (columns if columns is not None else frame.columns) if c in frame.columns]
    heads, cells, numeric = [], [], set()
    cut = frame.iloc[:MAX_ROWS]
    for position, column in enumerate(shown):
        series = cut[column]
        is_number = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
        head, write, right = _writer(str(column), is_number)
        if right and not is_number:
            write, right = words.plain, False
        heads.append(f"{level_name(level)} {head}" if column in ("ci_low", "ci_high") else head)
        cells.append([write(v) for v in series.tolist()])
        if right:
            numeric.add(position)
    if len(frame) > MAX_ROWS:
        note = f"{note} The first {MAX_ROWS} of {len(frame)} rows.".strip()
    rows = tuple(zip(*cells, strict=True)) if cells else ()
    return Table(name, caption, tuple(heads), rows, frozenset(numeric), note)


def from_pairs(pairs: Iterable[tuple[str, Any]], name: str, caption: str, heads: tuple[str, str]) -> Table:
    """Write names and values as a table of two columns."""
    return Table(name, caption, heads, tuple((str(k), words.plain(v)) for k, v in pairs))
