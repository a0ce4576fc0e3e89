"""How far the events of placebo studies move together: r_bar of each study, from its own residuals."""

from __future__ import annotations

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.inference._arrays import ratio
from eventstudy.inference.correlation import MIN_COMMON
from eventstudy.inference.placebo_days import PlacedDays, Places
from eventstudy.inference.runs import pearson
from eventstudy.windows import Window

__all__ = ["r_bars"]


def r_bars(days: PlacedDays, standardised: BoolArray) -> FloatArray:
    """Mean correlation over the pairs of events of each study, as `mean_correlation` finds it; shape (B,).

    Parameters
    ----------
    days : PlacedDays
    standardised : bool, shape (B, n)
        Events with a standardised CAR.
    """
    places = {at.event: at for at in days.places()}
    found = _Pairs(days, np.where(standardised & (days.weights > 0), days.weights, 0.0))
    windows = {event: days.tested_sessions(at) for event, at in places.items()}
    groups = _alike(days, places)
    done = [found.at_once(group, windows) for group in groups]
    group_of = {at.event: k for k, group in enumerate(groups) for at in group}
    order = list(places)
    first = np.column_stack([np.where(windows[e] >= 0, windows[e], np.iinfo(np.int64).max).min(axis=1) for e in order])
    last = np.column_stack([windows[e].max(axis=1) for e in order])
    for k, event in enumerate(order):
        meet = (first[:, k : k + 1] <= last[:, k + 1 :]) & (first[:, k + 1 :] <= last[:, k : k + 1])
        for column in np.flatnonzero(meet.any(axis=0)).tolist():
            other, mine = order[k + 1 + column], group_of.get(event, -1)
            studies = meet[:, column] & ~done[mine] if mine == group_of.get(other, -2) else meet[:, column]
            if studies.any():
                found.one(places[event], places[other], windows[event], windows[other], studies)
    return found.mean()


def _alike(days: PlacedDays, places: dict[int, Places]) -> list[list[Places]]:
    """Events that share all their sessions in all studies, in groups of more than one."""
    groups: dict[tuple[bytes, int, Window], list[Places]] = {}
    for event, at in places.items():
        key = (days.rows[:, event].tobytes(), int(days.calendars[days.series[event]]), at.held.tested)
        groups.setdefault(key, []).append(at)
    return [group for group in groups.values() if len(group) > 1]


class _Pairs:
    """Sums over pairs of events, study by study; see `correlation.PairSums`."""

    def __init__(self, days: PlacedDays, weights: FloatArray) -> None:
        self.days, self.weights = days, weights
        self.total, self.lost, self.n_unknown = np.zeros((3, len(weights)))

    def mean(self) -> FloatArray:
        """Give r_bar; NaN with fewer than two events, or where no pair is known."""
        w = self.weights
        n = (w > 0).sum(axis=1)
        below = w.sum(axis=1) ** 2 - (w**2).sum(axis=1) - self.lost
        known = n * (n - 1) / 2 > self.n_unknown
        return ratio(self.total, np.where(known, below, np.nan))

    def at_once(self, group: list[Places], windows: dict[int, IntArray]) -> BoolArray:
        """Add the pairs of events that share all sessions, where they lack the same of them: the studies done, (B,).

        Their correlations sum to a squared norm.
        """
        events = [at.event for at in group]
        there = np.stack([(windows[e] >= 0).all(axis=1) & (self.weights[:, e] > 0) for e in events])
        done: BoolArray = np.asarray(there.all(axis=0))
        if len(np.unique(self.days.assets[events])) < len(events):
            return np.zeros_like(done)
        same = np.ones(len(group[0].cells), dtype=bool)
        days = np.isfinite(group[0].held.returns(group[0].cells)[1])
        n, total = days.sum(axis=1), np.zeros(days.shape)
        same &= n >= MIN_COMMON
        for at in group:
            e = at.held.returns(at.cells)[1]
            there = np.isfinite(e)
            same &= (there == days).all(axis=1)
            e = np.where(there, e, 0.0)
            e = np.where(there, e - ratio(e.sum(axis=1), n)[:, None], 0.0)
            size = np.sqrt(np.einsum("um,um->u", e, e))
            same &= size > 0
            total += e * (self.days.weights[at.event] * ratio(1.0, size))[:, None]
        square = np.einsum("um,um->u", total, total) - (self.days.weights[events] ** 2).sum()
        done &= same[group[0].place]
        self.total[done] += square[group[0].place][done]
        return done

    def one(self, a: Places, b: Places, first: IntArray, second: IntArray, meet: BoolArray) -> None:
        """Add one pair in the studies in which its windows meet; ``first`` and ``second`` are their sessions."""
        both = self.weights[:, a.event] * self.weights[:, b.event]
        studies = np.flatnonzero(meet & (both > 0))
        x, y = first[studies], second[studies]
        common = ((x[:, :, None] == y[:, None, :]) & (x >= 0)[:, :, None]).sum(axis=(1, 2))
        overlap = common / np.sqrt(np.maximum((x >= 0).sum(axis=1) * (y >= 0).sum(axis=1), 1))
        studies, overlap = studies[common > 0], overlap[common > 0]
        if self.days.assets[a.event] == self.days.assets[b.event]:
            self.total[studies] += 2 * both[studies] * overlap
            return
        pairs, which = np.unique(np.column_stack([a.place, b.place])[studies], axis=0, return_inverse=True)
        rho, n = self._correlations(a, b, pairs)
        rho, n = rho[which.reshape(-1)], n[which.reshape(-1)]
        known = (n >= MIN_COMMON) & np.isfinite(rho)
        self.total[studies] += 2 * np.where(known, both[studies] * overlap * np.where(known, rho, 0.0), 0.0)
        self.lost[studies] += 2 * np.where(known, 0.0, both[studies])
        self.n_unknown[studies] += ~known

    def _correlations(self, a: Places, b: Places, pairs: IntArray) -> tuple[FloatArray, FloatArray]:
        """Correlation of the residuals on the common sessions, NaN where undefined, and how many those are."""
        x, y = _residuals(a, a.cells[pairs[:, 0]]), _residuals(b, b.cells[pairs[:, 1]])
        x, y = self._on_common_days(a, b, pairs, x, y)
        there = np.isfinite(x) & np.isfinite(y)
        x, y = np.where(there, x, 0.0), np.where(there, y, 0.0)
        n = there.sum(axis=1).astype(np.float64)
        sums = [x.sum(axis=1), y.sum(axis=1), np.einsum("ut,ut->u", x, x), np.einsum("ut,ut->u", y, y)]
        return pearson(n, np.einsum("ut,ut->u", x, y), *sums), n

    def _on_common_days(
        self, a: Places, b: Places, pairs: IntArray, x: FloatArray, y: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Put residuals (u, M) of two events on one calendar, shape (u, T)."""
        rows_x, rows_y = _first_rows(a, pairs[:, 0]), _first_rows(b, pairs[:, 1])
        m, days = x.shape[1], self.days
        if days.same_sessions(a.event, b.event) and (rows_y - rows_x == rows_y[0] - rows_x[0]).all():
            ahead = int(np.clip(rows_y[0] - rows_x[0], -m, m))
            return (x[:, ahead:], y[:, : m - ahead]) if ahead >= 0 else (x[:, : m + ahead], y[:, -ahead:])
        when = [days.session_of(r[:, None] + np.arange(m), at.event) for r, at in ((rows_x, a), (rows_y, b))]
        begin = np.minimum(*(np.where(w >= 0, w, np.iinfo(np.int64).max).min(axis=1) for w in when))[:, None]
        width = int((np.maximum(when[0], when[1]) - begin).max(initial=0)) + 1
        return _spread_out(x, when[0] - begin, width), _spread_out(y, when[1] - begin, width)


def _residuals(at: Places, cells: IntArray) -> FloatArray:
    """Estimation residuals over their largest, shape (u, M)."""
    e = at.held.returns(cells)[1]
    scale = np.fmax.reduce(np.abs(e), axis=1, keepdims=True)
    return e / np.where(scale > 0, scale, 1.0)


def _first_rows(at: Places, which: IntArray) -> IntArray:
    """Row on which the estimation window begins, of some of an event's places."""
    fit = at.held.fit
    rows: IntArray = fit.inputs.positions[at.cells[which], 0] + fit.estimation_window.start
    return rows


def _spread_out(values: FloatArray, column: IntArray, width: int) -> FloatArray:
    """Put values (u, M) into their columns of (u, width), NaN elsewhere; columns below zero have none."""
    out = np.full((len(values), width), np.nan)
    row, place = np.nonzero(column >= 0)
    out[row, column[row, place]] = values[row, place]
    return out
