"""r_bar over parts of the events: pairs meet where their windows overlap, block of dates by block of dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.inference.correlation import MeanCorrelation, PairSums, pair_sums
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_state import State
from eventstudy.inference.sample import NO_SESSION

__all__ = ["PairRows", "correlation_of", "date_blocks"]


@dataclass(frozen=True, slots=True)
class PairRows:
    """What r_bar reads of p events with a standardised CAR.

    Attributes
    ----------
    first, last : int64, shape (p,)
        First and last session of each test window.
    sessions : int64, shape (p, D)
        Sessions of the test window, the smallest int64 elsewhere.
    residuals, dates : shape (p, M)
        Estimation residuals, NaN = none, and their sessions.
    asset : int64, weight : float64, shape (p,)
    """

    first: IntArray
    last: IntArray
    sessions: IntArray
    residuals: FloatArray
    dates: IntArray
    asset: IntArray
    weight: FloatArray

    @staticmethod
    def of(evidence: Evidence) -> PairRows:
        """Take the events that count out of a sample, in the order of their first sessions."""
        s = evidence.sample
        window = evidence.selected & np.isfinite(evidence.scar)[:, None] & (s.sessions != NO_SESSION)
        weight = np.ones(s.n_events) if evidence.weights is None else evidence.weights
        counted = np.flatnonzero(window.any(axis=1) & (weight > 0))
        sessions = np.where(window[counted], s.sessions[counted], NO_SESSION)
        first = np.where(window[counted], sessions, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
        order = np.argsort(first, kind="stable")
        at = counted[order]
        return PairRows(
            first[order],
            sessions.max(axis=1, initial=NO_SESSION)[order],
            sessions[order],
            s.residuals[at],
            s.estimation_sessions[at],
            s.asset[at],
            weight[at],
        )

    def take(self, rows: IntArray | slice) -> PairRows:
        """Keep some events."""
        return PairRows(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def between(self, start: int, stop: int) -> PairRows:
        """Keep the events whose window begins from ``start`` on and before ``stop``."""
        low, high = np.searchsorted(self.first, [start, stop])
        return self.take(slice(int(low), int(high)))

    def sums(self, before: int) -> PairSums:
        """Sum over the pairs of which the first begins before that session."""
        inside = self.sessions != NO_SESSION
        return pair_sums(self.sessions, inside, self.residuals, self.dates, self.asset, self.weight, before=before)

    @staticmethod
    def join(parts: Sequence[PairRows]) -> PairRows:
        """Put the events of several parts together, in the order of their first sessions."""
        width = max(part.sessions.shape[1] for part in parts)
        columns = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in PairRows.__dataclass_fields__
            if name != "sessions"
        }
        sessions = np.full((len(columns["first"]), width), NO_SESSION)
        start = 0
        for part in parts:
            sessions[start : start + len(part.first), : part.sessions.shape[1]] = part.sessions
            start += len(part.first)
        whole = PairRows(sessions=sessions, **columns)
        return whole.take(np.argsort(whole.first, kind="stable"))


def date_blocks(states: Sequence[State], n_rows: int) -> list[tuple[int, int]]:
    """Cut the first sessions of all events into half-open ranges of about ``n_rows`` events each.

    Parameters
    ----------
    states : sequence of State
        Of the part ``"pairs"``: of all windows and groups whose pairs are to be summed together.
    n_rows : int
    """
    held = [state.keyed["pairs"] for state in states if len(state.keyed["pairs"].keys)]
    if not held:
        return []
    total = sum(held[1:], start=held[0])
    block = (np.cumsum(total.values[:, 0]) - total.values[:, 0]) // n_rows
    starts = total.keys[np.flatnonzero(np.diff(block, prepend=-1))]
    stops = np.append(starts[1:], total.keys[-1] + 1)
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def correlation_of(state: State, sums: PairSums) -> MeanCorrelation:
    """Give r_bar from the sums over all overlapping pairs and the state's part ``"pairs"``."""
    n, w, w2 = state.sums["pairs"]
    return sums.mean(int(n), float(w**2 - w2))
