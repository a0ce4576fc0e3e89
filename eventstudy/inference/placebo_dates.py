"""Where placebo studies may lie: the grid of all dates, the study's layout, and shifts of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError
from eventstudy.inference.placebo_days import GridFit

__all__ = [
    "Calendar",
    "Layout",
    "PlaceboGrid",
    "admissible",
    "block",
    "codes",
    "distinct_shifts",
    "draw_shifts",
]

_ROUNDS = 200  # times that clusters drawn on top of one another are drawn again


@dataclass(frozen=True, slots=True)
class PlaceboGrid:
    """What an event would show at every session of every series; one series is an asset and its window.

    Attributes
    ----------
    car, car_variance, dof : float64, shape (R, S)
        Of the test window with day 0 at that row; NaN where it cannot be estimated.
    blocked : bool, shape (R, S)
        Rows on which day 0 may not fall: the window there would touch an event of that asset (see `block`), or
        the asset has no return on day 0 or the settled day, which every event of a study has.
    sessions : int64, shape (R, S), or None
        Calendar identity of each row (days or nanoseconds since 1970); None where all series share
        their rows. The smallest int64 pads.
    positive : float64, shape (R, S), or None
        Share of positive estimation residuals, for `generalized_sign_z`.
    volatility : float64, shape (R, S), or None
        Volatility known before the window, to match on.
    fits : tuple of GridFit, or None
        The estimates behind the columns, for the tests that read more than CARs.
    """

    car: FloatArray
    car_variance: FloatArray
    dof: FloatArray
    blocked: BoolArray
    sessions: IntArray | None = None
    positive: FloatArray | None = None
    volatility: FloatArray | None = None
    fits: tuple[GridFit, ...] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the study's events lie.

    Attributes
    ----------
    positions : int64, shape (n, 2)
        Row of day 0 and column of the series in the grid.
    clusters : int64, shape (n,)
        Label of each event's cluster of overlapping windows.
    lengths : int64, shape (n,)
        Sessions that each event's window takes up, to keep redrawn clusters apart.
    assets : int64, shape (n,), optional
        Asset of each event; by default the series is the asset.
    """

    positions: IntArray
    clusters: IntArray
    lengths: IntArray
    assets: IntArray | None = None


def block(forbidden: BoolArray, start: npt.ArrayLike, end: npt.ArrayLike) -> BoolArray:
    """Mark the rows on which a window may not be centred because it would touch a forbidden session.

    Parameters
    ----------
    forbidden : bool, shape (R, S)
        Sessions of each series that belong to an event.
    start, end : int, scalar or shape (S,)
        The window's inclusive offsets from day 0.

    Returns
    -------
    bool, shape (R, S)

    Examples
    --------
    >>> block(np.array([[False], [False], [True], [False]]), 0, 1).ravel().astype(int)
    array([0, 1, 1, 0])
    """
    r = len(forbidden)
    total = np.concatenate([np.zeros((1, forbidden.shape[1]), dtype=np.int64), np.cumsum(forbidden, axis=0)])
    row = np.arange(r)[:, None]
    low = np.clip(row + np.asarray(start), 0, r)
    high = np.clip(row + np.asarray(end) + 1, 0, r)
    columns = np.arange(forbidden.shape[1])
    return np.asarray(total[high, columns] > total[low, columns])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The grid on the union of the series' sessions: values (T, S), and each event's row and column.

    ``row`` (T, S) is the row of the grid that a session of the union is, ``number`` (R, S) the session that a row of
    the grid is, -1 for none; None where they are the same.
    """

    values: dict[str, FloatArray]
    open: BoolArray
    index: IntArray
    column: IntArray
    row: IntArray | None = None
    number: IntArray | None = None

    @classmethod
    def of(cls, grid: PlaceboGrid, layout: Layout) -> Calendar:
        """Bring all series onto the union of their sessions."""
        row, column = layout.positions[:, 0], layout.positions[:, 1]
        arrays = {"car": grid.car, "car_variance": grid.car_variance, "dof": grid.dof}
        for name in ("positive", "volatility"):
            value = getattr(grid, name)
            if value is not None:
                arrays[name] = value
        allowed = np.isfinite(grid.car) & np.isfinite(grid.car_variance) & ~grid.blocked
        if not np.isfinite(grid.car[row, column]).any():
            raise DataError("none of the study's events has an estimate at its own date")
        if grid.sessions is None:
            return cls(arrays, allowed, row.astype(np.int64), column)
        pad = np.iinfo(np.int64).min
        real = grid.sessions[grid.sessions != pad]
        calendar, place = np.unique(real, return_inverse=True)
        where = np.nonzero(grid.sessions != pad)
        index = np.full(grid.sessions.shape, -1, dtype=np.int64)
        index[where] = place.ravel()
        moved = {name: np.full((len(calendar), value.shape[1]), np.nan) for name, value in arrays.items()}
        open_ = np.zeros((len(calendar), allowed.shape[1]), dtype=bool)
        for name, value in arrays.items():
            moved[name][index[where], where[1]] = value[where]
        open_[index[where], where[1]] = allowed[where]
        rows = np.zeros(open_.shape, dtype=np.int64)
        rows[index[where], where[1]] = where[0]
        return cls(moved, open_, index[row, column], column, rows, index)


def codes(labels: IntArray) -> IntArray:
    """Number the labels from 0."""
    found: IntArray = np.unique(labels, return_inverse=True)[1].ravel().astype(np.int64)
    return found


def admissible(frame: Calendar, members: IntArray, volatility_ratio: float | None) -> IntArray:
    """Shifts at which every member that counts in the study has an estimate and touches no event."""
    index, column = frame.index[members], frame.column[members]
    counted = np.isfinite(frame.values["car"][index, column])
    index, column = index[counted], column[counted]
    if not len(index):
        return np.zeros(1, dtype=np.int64)
    t = len(frame.open)
    shifts = np.arange(-int(index.min()), t - int(index.max()))
    at = index[None, :] + shifts[:, None]
    good = frame.open[at, column].all(axis=1) & (shifts != 0)
    if volatility_ratio is not None:
        level = np.log(frame.values["volatility"])
        away = (level[at, column] - level[index, column]).mean(axis=1)
        good &= np.abs(away) <= math.log(volatility_ratio)
    found: IntArray = shifts[good].astype(np.int64)
    return found


def distinct_shifts(rng: np.random.Generator, shifts: IntArray, draws: int) -> IntArray:
    """Draw distinct shifts, in order; all of them where they are no more."""
    if len(shifts) <= draws:
        return shifts
    return np.sort(rng.choice(shifts, size=draws, replace=False))


def draw_shifts(
    rng: np.random.Generator,
    shifts: list[IntArray],
    groups: IntArray,
    frame: Calendar,
    lengths: IntArray,
    draws: int,
) -> IntArray:
    """Shifts of each event, shape (B, n), for more than one group: groups are kept apart."""
    first = np.array([frame.index[groups == g].min() for g in range(len(shifts))])
    last = np.array([(frame.index + lengths - 1)[groups == g].max() for g in range(len(shifts))])
    moves = np.column_stack([rng.choice(s, size=draws) for s in shifts])
    for _ in range(_ROUNDS):
        clash = _clashes(moves, first, last)
        rows, where = np.nonzero(clash)
        if not len(rows):
            break
        for g in np.unique(where):
            again = rows[where == g]
            moves[again, g] = rng.choice(shifts[g], size=len(again))
    else:
        raise DataError(
            f"found no room for {len(shifts)} clusters of events side by side in {_ROUNDS} rounds of drawing",
            hint="use a shorter window or longer series",
        )
    by_event: IntArray = moves[:, groups]
    return by_event


def _clashes(moves: IntArray, first: IntArray, last: IntArray) -> BoolArray:
    """Clusters that begin before the one that starts ahead of them has ended, shape (B, G)."""
    begin, end = moves + first, moves + last
    order = np.argsort(begin, axis=1, kind="stable")
    reach = np.maximum.accumulate(np.take_along_axis(end, order, axis=1), axis=1)
    starts = np.take_along_axis(begin, order, axis=1)
    late = np.zeros(moves.shape, dtype=bool)
    late[:, 1:] = starts[:, 1:] <= reach[:, :-1]
    clash = np.zeros(moves.shape, dtype=bool)
    np.put_along_axis(clash, order, late, axis=1)
    return clash
