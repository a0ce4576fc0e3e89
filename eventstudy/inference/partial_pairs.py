"""r_bar over parts of the events: pairs meet where their windows overlap, block of dates by block of dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.inference.correlation import MeanCorrelation, PairSums, pair_sums
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_state import State
from eventstudy.inference.sample import NO_SESSION

__all__ = ["PairRows", "Piece", "all_pieces", "correlation_of", "piece_sums", "pieces"]


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

    def piece(self, piece: Piece) -> PairRows:
        """Keep the events of a piece."""
        return self.take(piece.rows(self.first))

    def sums(self, others: PairRows, *, across: bool) -> PairSums:
        """Sum over the pairs of these events and with others that begin no earlier; ``across`` only the latter."""
        both = PairRows.join([self, others])
        inside = both.sessions != NO_SESSION
        return pair_sums(
            both.sessions,
            inside,
            both.residuals,
            both.dates,
            both.asset,
            both.weight,
            n_left=len(self.first),
            across=across,
        )

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


@dataclass(frozen=True, slots=True)
class Piece:
    """Events whose windows begin in ``[start, stop)``; of a date with very many, the ``number``-th of ``n`` parts."""

    start: int
    stop: int
    number: int = 0
    n: int = 1

    def rows(self, first: IntArray) -> slice:
        """Where they stand among events with these first sessions, ascending."""
        low, high = (int(k) for k in np.searchsorted(first, [self.start, self.stop]))
        return slice(low + (high - low) * self.number // self.n, low + (high - low) * (self.number + 1) // self.n)


def pieces(sessions: IntArray, counts: npt.ArrayLike, n_rows: int) -> list[Piece]:
    """Cut events into pieces of about ``n_rows`` at most, in order.

    Parameters
    ----------
    sessions : int64, shape (s,)
        First sessions of their windows, ascending.
    counts : int, shape (s,)
        Events of each.
    n_rows : int

    Examples
    --------
    >>> for piece in pieces(np.array([1, 2, 3]), [4, 3, 9], 8):
    ...     print(piece)
    Piece(start=1, stop=3, number=0, n=1)
    Piece(start=3, stop=4, number=0, n=2)
    Piece(start=3, stop=4, number=1, n=2)
    """
    out: list[Piece] = []
    held = 0
    for session, count in zip(sessions.tolist(), np.asarray(counts, dtype=np.int64).tolist(), strict=True):
        if count > n_rows:
            n = -(-count // n_rows)
            out += [Piece(session, session + 1, k, n) for k in range(n)]
            held = n_rows
        elif out and held + count <= n_rows:
            out[-1] = Piece(out[-1].start, session + 1)
            held += count
        else:
            out.append(Piece(session, session + 1))
            held = count
    return out


def all_pieces(states: Sequence[State], n_rows: int) -> list[Piece]:
    """Cut the events of all windows and groups, whose pairs are to be summed together, into `pieces`.

    Parameters
    ----------
    states : sequence of State
        Of the part ``"pairs"``.
    n_rows : int
    """
    held = [state.keyed["pairs"] for state in states if len(state.keyed["pairs"].keys)]
    if not held:
        return []
    total = sum(held[1:], start=held[0])
    return pieces(total.keys, total.values[:, 0], n_rows)


def piece_sums(read: Callable[[Piece], PairRows], firsts: Sequence[IntArray], piece: Piece, n_rows: int) -> PairSums:
    """Sum over the pairs whose earlier event is in a piece, with about ``n_rows`` later events in memory at once.

    Parameters
    ----------
    read : callable
        Gives the events of a piece.
    firsts : sequence of int64 arrays
        First sessions of the events, ascending, part by part as ``read`` has them.
    piece : Piece
    n_rows : int
    """
    left = read(piece)
    if not len(left.first):
        return PairSums()
    reach = Piece(piece.stop, max(int(left.last.max()) + 1, piece.stop))
    after = np.concatenate([first[reach.rows(first)] for first in firsts])
    later = [Piece(piece.start, piece.stop, k, piece.n) for k in range(piece.number + 1, piece.n)]
    later += pieces(*np.unique(after, return_counts=True), n_rows)
    total = left.sums(read(later[0]) if later else left.take(slice(0)), across=False)
    return sum((left.sums(read(other), across=True) for other in later[1:]), start=total)


def correlation_of(state: State, sums: PairSums) -> MeanCorrelation:
    """Give r_bar from the sums over all overlapping pairs and the state's part ``"pairs"``."""
    n, w, w2 = state.sums["pairs"]
    return sums.mean(int(n), float(w**2 - w2))
