"""Placebo studies of a result: the grid of all its dates, laid out as the study is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, IntArray
from eventstudy.results.assemble import Piece
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.inference.placebo import Layout, PlaceboGrid
    from eventstudy.results.result import StudyResult

__all__ = ["GridAndLayout", "grid_and_layout"]

GridAndLayout = tuple["PlaceboGrid", "Layout"]


def grid_and_layout(
    result: StudyResult, window: Window, chosen: BoolArray, *, shares: bool = True, days: bool = False
) -> GridAndLayout:
    """Estimate the test window at every session of the study's assets, and lay the study out on it.

    The sessions of every row's test window, chosen or not, are kept out: no placebo window touches an event.

    Parameters
    ----------
    result : StudyResult
        With its prices.
    window : Window
        The test window.
    chosen : bool, shape (n,)
        Rows that make up the study to be repeated.
    shares : bool
        Whether to find the shares of positive residuals that `generalized_sign_z` needs.
    days : bool
        Whether to keep the whole event window of every session, which rank tests read.
    """
    from eventstudy.inference.correlation import clusters
    from eventstudy.inference.placebo import Layout
    from eventstudy.inference.placebo_grid import join_grids

    result._need_arrays()
    pieces: Sequence[Piece] = result.pieces
    height = max(p.returns.returns.shape[0] for p in pieces)
    positions = np.zeros((len(result), 2), dtype=np.int64)
    grids, start, first_series = [], 0, 0
    for piece in pieces:
        rows = np.arange(start, start + piece.kept.size)
        series = np.column_stack([piece.rows.asset[piece.kept], piece.rows.settle[piece.kept]])
        kinds, code = np.unique(series, axis=0, return_inverse=True)
        positions[rows, 0] = piece.rows.position[piece.kept]
        positions[rows, 1] = first_series + code.ravel()
        grids.append(_grid(result, piece, window, kinds, height, shares, days))
        start += piece.kept.size
        first_series += len(kinds)
    first, last = window.bounds(result.rows.settle)
    sample = result.sample(window, where=chosen)
    layout = Layout(
        positions=positions[chosen],
        clusters=clusters(sample.sessions, sample.member & np.isfinite(sample.car)[:, None]),
        lengths=(last - first + 1)[chosen],
        assets=sample.asset,
    )
    return join_grids(grids), layout


def _grid(
    result: StudyResult, piece: Piece, window: Window, kinds: IntArray, height: int, shares: bool, days: bool
) -> PlaceboGrid:
    from eventstudy.inference.placebo_grid import placebo_grid
    from eventstudy.inference.sample import NO_SESSION

    returns, factors = piece.returns.returns, piece.returns.factors
    first, last = window.bounds(piece.rows.settle)
    forbidden = _touched(piece.rows.position + first, piece.rows.position + last, piece.rows.asset, returns.shape)
    sessions = piece.returns.grid.sessions.astype("datetime64[ns]").astype(np.int64)
    excluded = piece.estimates.inputs.excluded
    return placebo_grid(
        _tall(returns, height, np.nan),
        kinds[:, 0],
        piece.model,
        _tall(factors, height, np.nan) if factors.shape[-1] else None,
        window=window,
        estimation_window=result.estimates.estimation_window,
        forbidden=_tall(forbidden, height, True),
        settle=kinds[:, 1],
        sessions=_tall(sessions, height, NO_SESSION),
        min_observations=result.study.min_observations,
        excluded=None if excluded is None else _tall(excluded, height, False),
        spans=_tall(piece.returns.spans, height, 0) if result.study.gaps == "maynes-rumsey" else None,
        gaps=result.study.gaps,
        min_coverage=result.study.min_window_coverage,
        shares=shares,
        event_window=result.event_window if days else None,
        kind=piece.kind,
    )


def _tall(values: npt.NDArray[Any], height: int, fill: float) -> npt.NDArray[Any]:
    """Pad an array with rows outside the data, so that the grids of all models have the same rows."""
    missing = height - values.shape[0]
    if missing == 0:
        return values
    return np.concatenate([values, np.full((missing, *values.shape[1:]), fill, dtype=values.dtype)])


def _touched(first: IntArray, last: IntArray, column: IntArray, shape: tuple[int, ...]) -> BoolArray:
    edges = np.zeros((shape[0] + 1, shape[1]), dtype=np.int64)
    np.add.at(edges, (np.clip(first, 0, shape[0]), column), 1)
    np.add.at(edges, (np.clip(last + 1, 0, shape[0]), column), -1)
    return np.asarray(np.cumsum(edges, axis=0)[:-1] > 0)
