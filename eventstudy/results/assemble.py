"""Put the estimates of several models together into one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray, IntArray, SeriesKind
from eventstudy.estimation.arrays import windows
from eventstudy.results.estimates import Estimates
from eventstudy.results.rows import Rows
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.alignment import Alignment, MergedRows
    from eventstudy.estimation import AbnormalReturns
    from eventstudy.events.tables import EventTable
    from eventstudy.prices.grid import SessionReturns

__all__ = ["EVENT_FIELDS", "Piece", "join_estimates", "join_rows", "window_cells"]

_NAT = np.datetime64("NaT", "ns")
EVENT_FIELDS = {
    "event_id", "earliest", "latest", "precision", "kind", "direction", "intensity", "polarity", "modality", "tense",
    "speaker", "source", "target", "assets", "quote", "spans", "article_id", "title", "rule", "selected_on_outcome",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """What one model gave on series of one kind: the rows asked for, and which have an estimate (``kept``)."""

    model: Any
    kind: SeriesKind
    returns: SessionReturns
    alignment: Alignment
    rows: MergedRows
    estimates: AbnormalReturns
    n_excluded: IntArray
    kept: IntArray
    dropped: pd.DataFrame


def join_rows(pieces: Sequence[Piece], events: EventTable, wide: Window) -> Rows:
    """Describe the kept rows of all pieces."""
    columns = events.columns
    names = sorted({name for p in pieces for name in p.returns.grid.assets})
    code = {name: k for k, name in enumerate(names)}
    head = np.concatenate([p.rows.event_row[p.kept] for p in pieces])
    codes = [np.array([code[a] for a in p.returns.grid.assets])[p.rows.asset[p.kept]] for p in pieces]
    asset_code = np.concatenate(codes)

    def of_event(name: str, default: Any) -> np.ndarray:
        if name not in columns:
            return np.full(head.size, default)
        return np.asarray(events.array(name)[head])

    def of_session(name: str, shift: str) -> np.ndarray:
        parts = []
        for p in pieces:
            row = p.rows.position[p.kept] + (p.rows.settle[p.kept] if shift == "settle" else 0)
            parts.append(_cell(getattr(p.returns.grid, name), row, p.rows.asset[p.kept]))
        return np.concatenate(parts)

    sessions = window_cells(pieces, "sessions", wide)
    actual = np.concatenate([_cells(p.returns.returns, p, wide) for p in pieces])
    flags = np.zeros(len(events), dtype=bool)
    if "selected_on_outcome" in columns:
        flags = np.asarray(events.array("selected_on_outcome"), dtype=bool)
    others = [c for c in columns if c not in EVENT_FIELDS]
    return Rows(
        event_id=of_event("event_id", "").astype(object),
        kind=of_event("kind", "").astype(object),
        direction=np.concatenate([p.rows.direction[p.kept] for p in pieces]),
        title=of_event("title", "").astype(object),
        asset=np.array(names, dtype=object)[asset_code],
        asset_code=asset_code,
        intensity=of_event("intensity", np.nan).astype(np.float64),
        settle=np.concatenate([p.rows.settle[p.kept] for p in pieces]),
        timing=np.concatenate([p.rows.timing[p.kept] for p in pieces]).astype(object),
        n_headlines=np.concatenate([p.rows.n_headlines[p.kept] for p in pieces]),
        selected_on_outcome=np.concatenate([p.rows.any_member(flags)[p.kept] for p in pieces]),
        day0=of_session("sessions", ""),
        settled=of_session("sessions", "settle"),
        day0_instant=of_session("instants", ""),
        settled_instant=of_session("instants", "settle"),
        earliest=np.asarray(events.array("earliest"), dtype="datetime64[ns]")[head],
        latest=np.asarray(events.array("latest"), dtype="datetime64[ns]")[head],
        n_excluded=np.concatenate([p.n_excluded[p.kept] for p in pieces]),
        sessions=sessions,
        actual=actual,
        extra=events.view[others].iloc[head].reset_index(drop=True) if others else pd.DataFrame(index=range(head.size)),
    )


def join_estimates(pieces: Sequence[Piece], wide: Window, estimation_window: Window) -> Estimates:
    """Put the kept estimates of all pieces below each other, coefficients by name."""
    labels = [coefficient_labels(p.estimates.coefficient_names) for p in pieces]
    names = list(dict.fromkeys(name for label in labels for name in label))
    n = sum(p.kept.size for p in pieces)
    coefficients = np.full((n, len(names)), np.nan)
    ar, scale = np.full((n, wide.length), np.nan), np.full((n, wide.length), np.nan)
    parts = []
    start = 0
    for p, label in zip(pieces, labels, strict=True):
        stop = start + p.kept.size
        kept = slice(None) if p.kept.size == len(p.rows) else p.kept  # a slice is read in place
        for k, name in enumerate(label):
            coefficients[start:stop, names.index(name)] = p.estimates.coefficients[kept, k]
        width = p.estimates.ar.shape[1]
        ar[start:stop, :width] = p.estimates.ar[kept]
        scale[start:stop, :width] = p.estimates.forecast_scale[kept]
        parts.append((np.arange(start, stop), p.kept, p.estimates))
        start = stop

    def stacked(name: str) -> FloatArray:
        return np.concatenate([getattr(p.estimates, name)[p.kept] for p in pieces])

    return Estimates(
        ar=ar,
        forecast_scale=scale,
        sigma=stacked("sigma"),
        r2=stacked("r2"),
        n_estimation=stacked("n_estimation").astype(np.int64),
        n_parameters=stacked("n_parameters").astype(np.int64),
        coefficients=coefficients,
        coefficient_names=tuple(names),
        event_window=wide,
        estimation_window=estimation_window,
        parts=tuple(parts),
    )


def coefficient_labels(names: Sequence[str]) -> tuple[str, ...]:
    """Name a model's coefficients as people do: alpha, and beta where there is one regressor.

    Examples
    --------
    >>> coefficient_labels(("intercept", "EM_FX")), coefficient_labels(("intercept", "MKT", "SMB"))
    (('alpha', 'beta'), ('alpha', 'beta_MKT', 'beta_SMB'))
    """
    slopes = [name for name in names if name != "intercept"]
    short = {slopes[0]: "beta"} if len(slopes) == 1 else {name: f"beta_{name}" for name in slopes}
    return tuple("alpha" if name == "intercept" else short[name] for name in names)


def window_cells(pieces: Sequence[Piece], name: str, window: Window) -> np.ndarray:
    """Look up a grid's array on every day of a window of every kept row, (n, days)."""
    parts = [_cells(getattr(p.returns.grid, name), p, window) for p in pieces]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _cells(values: np.ndarray, piece: Piece, window: Window) -> np.ndarray:
    first, column = piece.rows.position[piece.kept] + window.start, piece.rows.asset[piece.kept]
    if values.strides[1] == 0 and first.min(initial=0) >= 0 and first.max(initial=0) + window.length <= len(values):
        shared = np.ascontiguousarray(values[:, 0]).view(np.float64)  # eight bytes, whatever they mean
        return windows(shared, first, window.length).view(values.dtype)
    return _cell(values, first[:, None] + np.arange(window.length), column[:, None])


def _cell(values: np.ndarray, row: IntArray, column: IntArray) -> np.ndarray:
    """Look cells up; rows outside the data give NaN or NaT."""
    if values.strides[1] == 0:  # every asset has the same: one index is read faster than two
        values, column = values[:, :1], np.zeros(1, dtype=np.int64)
    inside = (row >= 0) & (row < values.shape[0])
    if inside.all():
        return np.asarray(values[:, 0].take(row) if values.shape[1] == 1 else values[row, column])
    out = np.asarray(values[np.where(inside, row, 0), column])
    out[~inside] = _NAT if out.dtype.kind == "M" else np.nan
    return out
