"""The days behind placebo studies, and the events' average on each of them, for `crude_dependence_t`.

The residual of event i on estimation day m of a study moved by d sessions is y(u) - x(u)'b_i(d) with
u = row_i + d + m. Of the sum over events, the returns are one series in d + m, whatever the coefficients;
and events that share their regressors share one product with their summed coefficients. So B studies of M days
cost B M times the number of distinct regressors, not B M n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray, SeriesKind
from eventstudy.estimation import AbnormalReturns
from eventstudy.estimation.forecast import LinearFit
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.parametric import crude_statistic, day_spread
from eventstudy.inference.sample import SIGMA_FLOOR, without_rounding
from eventstudy.windows import Window

__all__ = ["GridFit", "PlacedDays", "Places"]

_CHUNK = 4_000_000  # numbers held at once


@dataclass(frozen=True, slots=True)
class GridFit:
    """The estimates behind some columns of a placebo grid.

    Attributes
    ----------
    fit : AbnormalReturns
        Of R x s events, row by row, over the event window.
    series : int64, shape (s,)
        Columns of the grid.
    test : Window, optional
        The test window of these columns; the whole event window by default.
    kind : {"log", "simple", "level"}
        What the model was estimated on, for the tests of simple returns.
    """

    fit: AbnormalReturns
    series: IntArray
    test: Window | None = None
    kind: SeriesKind = "simple"

    def moved(self, by: int) -> GridFit:
        """Give the same estimates with the columns numbered from ``by`` on."""
        return replace(self, series=self.series + by)

    @property
    def tested(self) -> Window:
        """Days of the test window."""
        return self.fit.event_window if self.test is None else self.test

    @property
    def test_columns(self) -> slice:
        """Columns of the fit's abnormal returns that are the test window."""
        first = self.tested.start - self.fit.event_window.start
        return slice(first, first + self.tested.length)

    def returns(self, cells: IntArray) -> tuple[FloatArray, FloatArray]:
        """Abnormal returns and estimation residuals of some events, (u, D) and (u, M), without rounding."""
        fit = self.fit
        return without_rounding(fit.ar[cells], fit.residuals(cells), fit.sigma[cells])[:2]


@dataclass(frozen=True, slots=True)
class Places:
    """The places that one event takes in B studies.

    Attributes
    ----------
    event : int
    held : GridFit
    cells : int64, shape (u,)
        Distinct events of ``held.fit``.
    place : int64, shape (B,)
        Which of them each study has.
    """

    event: int
    held: GridFit
    cells: IntArray
    place: IntArray

    @property
    def tested_rows(self) -> IntArray:
        """Rows of the test window at each place, shape (u, L); some may lie beyond the data."""
        window = self.held.tested
        rows: IntArray = self.held.fit.inputs.positions[self.cells, 0][:, None] + np.arange(
            window.start, window.end + 1
        )
        return rows


@dataclass(frozen=True)
class PlacedDays:
    """The days behind B studies; what is asked of them is found when first asked for.

    Attributes
    ----------
    fits : tuple of GridFit
    rows : int64, shape (B, n)
        Row of day 0 of each event in each study.
    series : int64, shape (n,)
        Column of each event in the grid.
    weights : float64, shape (n,)
        Zero for an event that does not count.
    assets : int64, shape (n,)
        Asset of each event.
    sessions : int64, shape (R, S), or None
        Number of each row's session among all series' sessions, -1 for none; None where it is the row.
    """

    fits: tuple[GridFit, ...]
    rows: IntArray
    series: IntArray
    weights: FloatArray
    assets: IntArray
    sessions: IntArray | None

    def places(self) -> Iterator[Places]:
        """Go through the events that count."""
        for held, events, column in self._parts():
            for event, c in zip(events.tolist(), column.tolist(), strict=True):
                rows, place = np.unique(self.rows[:, event], return_inverse=True)
                yield Places(event, held, rows * held.series.size + c, place.reshape(-1))

    def session_of(self, rows: IntArray, event: int) -> IntArray:
        """Number of the session on some rows of an event's series, -1 beyond the data; same shape."""
        size = max(len(held.fit.inputs.returns) for held in self.fits)
        inside = (rows >= 0) & (rows < size)
        number = rows if self.sessions is None else self.sessions[np.where(inside, rows, 0), self.series[event]]
        return np.where(inside, number, -1)

    def tested_sessions(self, at: Places) -> IntArray:
        """Session of each valid day of an event's test window in each study, -1 for none; shape (B, L)."""
        there = np.isfinite(at.held.fit.ar[at.cells][:, at.held.test_columns])
        number: IntArray = np.where(there, self.session_of(at.tested_rows, at.event), -1)[at.place]
        return number

    @cached_property
    def calendars(self) -> IntArray:
        """Code of each series' sessions, shape (S,): equal for series that share them."""
        size = 1 + max(int(held.series.max()) for held in self.fits)
        if self.sessions is None:
            return np.zeros(size, dtype=np.int64)
        seen: dict[bytes, int] = {}
        found = [seen.setdefault(self.sessions[:, s].tobytes(), len(seen)) for s in range(size)]
        return np.array(found, dtype=np.int64)

    def same_sessions(self, first: int, second: int) -> bool:
        """Whether the series of two events share their sessions."""
        return bool(self.calendars[self.series[first]] == self.calendars[self.series[second]])

    @cached_property
    def crude(self) -> Statistic:
        """`crude_dependence_t` of each study, of the events that count in the test window; shape (B,)."""
        total, length = self._window()
        sd, m = self._spread()
        n = np.full(len(total), (self.weights > 0).sum(), dtype=np.float64)
        return crude_statistic(total, np.where(sd > SIGMA_FLOOR, sd, np.nan), m, length, n)

    def _parts(self) -> Iterator[tuple[GridFit, IntArray, IntArray]]:
        """Yield each fit, the counted events it holds, and their columns within it."""
        for held in self.fits:
            events = np.flatnonzero((self.weights > 0) & np.isin(self.series, held.series))
            if events.size:
                order = np.argsort(held.series)
                yield held, events, order[np.searchsorted(held.series[order], self.series[events])]

    def _window(self) -> tuple[FloatArray, FloatArray]:
        """Sum over the window's days of the events' average, and the days it counts; shape (B,) each."""
        parts = list(self._parts())
        first = min(held.tested.start for held, _, _ in parts)
        width = max(held.tested.end for held, _, _ in parts) - first + 1
        total, valid = np.zeros((2, len(self.rows), width))
        member = np.zeros(width)
        for held, events, column in parts:
            start = held.tested.start - first
            days = slice(start, start + held.tested.length)
            member[days] += self.weights[events].sum()
            for event, c in zip(events, column, strict=True):
                ar = held.fit.ar[self.rows[:, event] * held.series.size + c, held.test_columns]
                there = np.isfinite(ar)
                total[:, days] += self.weights[event] * np.where(there, ar, 0.0)
                valid[:, days] += self.weights[event] * there
        share = np.where(valid > 0, member / self.weights.sum(), 0.0)
        average = total / np.where(valid > 0, valid, 1.0)
        return (share * average).sum(axis=1), share.sum(axis=1)

    def _spread(self) -> tuple[FloatArray, FloatArray]:
        """Standard deviation of the average over the estimation days, and the days; shape (B,) each."""
        width = max(held.fit.estimation_window.length for held in self.fits)
        step = max(1, _CHUNK // width)
        found = [self._spread_of(self.rows[i : i + step]) for i in range(0, len(self.rows), step)]
        sd, m = zip(*found, strict=True)
        return np.concatenate(sd), np.concatenate(m)

    def _spread_of(self, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        total = np.zeros((len(rows), self.fits[0].fit.estimation_window.length))
        weight, valid = np.zeros_like(total), np.zeros_like(total)
        for held, events, column in self._parts():
            for group in _moving_together(rows[:, events]):
                mine = events[group]
                shifts, place = np.unique(rows[:, mine[0]], return_inverse=True)
                at = rows[0, mine] - rows[0, mine[0]] + shifts[:, None]
                sums = _sums(held, at, column[group], self.weights[mine])
                for whole, part in zip((total, weight, valid), sums, strict=True):
                    whole += part if part.shape[0] == 1 else part[place.ravel()]
        kept = (valid > 0) & (valid >= 0.5 * (self.weights > 0).sum())
        return day_spread(total / np.where(weight > 0, weight, 1.0), kept)


def _moving_together(rows: IntArray) -> list[IntArray]:
    """Events whose rows differ by the same number in all studies."""
    groups: dict[bytes, list[int]] = {}
    moved = np.ascontiguousarray((rows - rows[:1]).T)
    for event, path in enumerate(moved):
        groups.setdefault(path.tobytes(), []).append(event)
    return [np.array(group, dtype=np.int64) for group in groups.values()]


def _sums(held: GridFit, at: IntArray, column: IntArray, weights: FloatArray) -> tuple[FloatArray, ...]:
    """Sum of w e, of w and of 1 over the events with a residual, by estimation day.

    Parameters
    ----------
    at : int64, shape (U, n)
        Rows of day 0, all columns of one difference.
    column : int64, shape (n,)

    Returns
    -------
    float64, shape (U, M), or (1, M) where it is the same throughout
    """
    if isinstance(held.fit.fit, LinearFit):
        return _linear_sums(held, at, column, weights)
    out = np.zeros((3, len(at), held.fit.estimation_window.length))
    for i in range(at.shape[1]):
        e = held.fit.residuals(at[:, i] * held.series.size + column[i])
        there = np.isfinite(e)
        out[0] += weights[i] * np.where(there, e, 0.0)
        out[1] += weights[i] * there
        out[2] += there
    return out[0], out[1], out[2]


def _linear_sums(held: GridFit, at: IntArray, column: IntArray, weights: FloatArray) -> tuple[FloatArray, ...]:
    fit, sample = held.fit, held.fit.estimation_window
    first, m = at[0] + sample.start, sample.length
    asset = fit.inputs.positions[column, 1]
    cut = fit.inputs.sessions(first, asset, int(at[-1, 0] - at[0, 0]) + m)
    use: BoolArray = cut.use
    root = np.ones_like(cut.y) if cut.span is None else np.sqrt(np.where(use, cut.span, 1.0))
    begin = at[:, 0] - at[0, 0]

    def by_day(series: FloatArray) -> FloatArray:
        days: FloatArray = np.lib.stride_tricks.sliding_window_view(series, m)[begin]
        return days

    total = by_day(weights @ np.where(use, cut.y / root, 0.0))
    if not (isinstance(fit.fit, LinearFit) and fit.fit.fixed):
        design = [np.where(use, root, 0.0), *(np.where(use, x / root, 0.0) for x in cut.x)]
        coefficients = fit.coefficients[at * held.series.size + column] * weights[:, None]  # (U, n, 1 + k)
        distinct, summed = _shared(design, coefficients)
        total -= _products(distinct, summed, begin, m)
    if use.all():
        return total, np.full((1, m), weights.sum()), np.full((1, m), float(len(weights)))
    return total, by_day(weights @ use), by_day(use.sum(axis=0).astype(np.float64))


def _shared(design: list[FloatArray], coefficients: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Regressors that differ, shape (q, T), and the sums of the coefficients on each, shape (U, q)."""
    place: dict[bytes, int] = {}
    rows: list[FloatArray] = []
    summed: list[FloatArray] = []
    for j, values in enumerate(design):
        for i, row in enumerate(values):
            q = place.setdefault(row.tobytes(), len(rows))
            if q == len(rows):
                rows.append(row)
                summed.append(coefficients[:, i, j].copy())
            else:
                summed[q] += coefficients[:, i, j]
    return np.array(rows), np.array(summed).T


def _products(design: FloatArray, coefficients: FloatArray, begin: IntArray, m: int) -> FloatArray:
    """Sum over regressors of x(begin + day) times its coefficient, shape (U, M)."""
    q = len(design)
    by_time = np.ascontiguousarray(design.T)
    windows = np.lib.stride_tricks.as_strided(
        by_time, (len(by_time) - m + 1, m, q), (by_time.strides[0], *by_time.strides), writeable=False
    )
    out = np.empty((len(begin), m))
    step = max(1, _CHUNK // (m * q))
    for i in range(0, len(begin), step):
        out[i : i + step] = (windows[begin[i : i + step]] @ coefficients[i : i + step, :, None])[..., 0]
    return out
