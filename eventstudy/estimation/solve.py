"""From window sums to coefficients and abnormal returns, for many events at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.estimation.gram import KEPT, Gram, inner, packed, unwhiten, whiten
from eventstudy.estimation.status import Status

__all__ = ["Estimates", "EventRows", "mark_empty", "solve"]


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a linear fit leaves per event; filled in place.

    Attributes
    ----------
    ar : float64, shape (n, D)
    coefficients : float64, shape (n, 1 + k)
        Intercept first.
    sigma, r2 : float64, shape (n,)
    mean : float64, shape (n, k)
        The regressors' means over the estimation sample.
    whitener : float64, shape (n, k(k+1)/2)
        Inverse Cholesky factor of the centred Gram matrix, see `Gram`.
    n_estimation : int64, shape (n,)
    span : float64, shape (n,), or None
        Sessions that the estimation returns span, where gaps are scaled.
    status : int8, shape (n,)
    """

    ar: FloatArray
    coefficients: FloatArray
    sigma: FloatArray
    r2: FloatArray
    mean: FloatArray
    whitener: FloatArray
    n_estimation: IntArray
    span: FloatArray | None
    status: npt.NDArray[np.int8]

    @classmethod
    def empty(cls, n: int, days: int, k: int, spans: bool) -> Estimates:
        """Arrays of the right shapes, yet to be written."""
        return cls(
            ar=np.empty((n, days)),
            coefficients=np.empty((n, 1 + k)),
            sigma=np.empty(n),
            r2=np.empty(n),
            mean=np.empty((n, k)),
            whitener=np.empty((n, len(packed(k)))),
            n_estimation=np.empty(n, dtype=np.int64),
            span=np.empty(n) if spans else None,
            status=np.empty(n, dtype=np.int8),
        )

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in (self.ar, self.coefficients, self.mean, self.whitener)) + 25 * self.sigma.size

    def weight(self, events: IntArray) -> FloatArray:
        """Sum of the estimation sample's spans of the given events: their number where gaps are not scaled."""
        if self.span is None:
            return self.n_estimation[events].astype(np.float64)
        return self.span[events]

    def forget(self) -> None:
        """Leave NaN where an event has no estimate."""
        lost = np.flatnonzero(self.status > Status.NO_VARIANCE)
        for values in (self.ar, self.coefficients, self.sigma, self.r2):
            values[lost] = np.nan
        self.n_estimation[self.status == Status.OUTSIDE] = 0


class EventRows(Protocol):
    """Event-window rows of m events over D days; taken one series at a time, and free to be overwritten."""

    def y(self) -> FloatArray:
        """Returns, shape (m, D)."""
        ...

    def x(self, j: int) -> FloatArray:
        """Regressor j, shape (m, D)."""
        ...

    def span(self) -> FloatArray | None:
        """Sessions spanned, shape (m, D); None where gaps are not scaled."""
        ...


def solve(
    out: Estimates,
    ids: IntArray | slice,
    sums: FloatArray,
    weight: FloatArray | None,
    gram: Gram,
    event: EventRows,
    needed: int,
    fixed: bool,
) -> IntArray:
    """Estimate m events from their window sums and write them into ``out``.

    Parameters
    ----------
    out : Estimates
    ids : int64, shape (m,), or slice
        Where to write.
    sums : float64, shape (3 + k, m)
        Count, y, yy and the k cross products xy over each estimation sample.
    weight : float64, shape (m,), or None
        Sessions spanned by each sample; None for its count.
    gram : Gram
        Of the m designs; without regressors it is not read.
    event : EventRows
    needed : int
        Fewest valid estimation returns.
    fixed : bool
        Whether the return itself is the abnormal return.

    Returns
    -------
    int64, shape (w,)
        Places among the m of events whose sums lost too many digits.
    """
    count, y, yy, xy = sums[0], sums[1], sums[2], sums[3:]
    k = xy.shape[0]
    with np.errstate(all="ignore"):  # events with too few returns divide by zero, and are dropped
        intercept = y / (count if weight is None else weight)
        centred = yy - intercept * y
        residual, slopes = centred, xy
        weak = np.zeros(count.size, dtype=bool)
        if k:
            scores = whiten(gram.whitener, xy - gram.mean * y)
            residual = centred - inner(scores, scores)
            slopes = unwhiten(gram.whitener, scores)
            intercept -= inner(slopes, gram.mean)
            weak |= gram.weak
            out.mean[ids] = gram.mean.T
            out.whitener[ids] = gram.whitener.T
        weak |= ~(residual > KEPT * yy)
        out.sigma[ids] = np.sqrt(residual / (count - (1 + k)))
        out.r2[ids] = np.nan if fixed else 1.0 - residual / centred
    out.coefficients[ids, 0] = intercept
    out.coefficients[ids, 1:] = slopes.T
    out.n_estimation[ids] = count
    if out.span is not None:
        out.span[ids] = weight
    ar = event.y()
    if not fixed:
        _subtract_expected(ar, event, intercept, slopes)
    out.ar[ids] = ar
    enough = count >= needed
    status = np.where(enough, np.int8(Status.OK), np.int8(Status.TOO_FEW))
    mark_empty(ar, status)
    out.status[ids] = status
    return np.flatnonzero(weak & enough)


def _subtract_expected(ar: FloatArray, event: EventRows, intercept: FloatArray, slopes: FloatArray) -> None:
    """Turn the returns of event windows (m, D) into abnormal returns, in place."""
    with np.errstate(all="ignore"):  # events without coefficients, and infinite returns
        for j in range(slopes.shape[0]):
            x = event.x(j)
            x *= slopes[j][:, None]
            ar -= x
        span = event.span()
        ar -= intercept[:, None] if span is None else intercept[:, None] * span


def mark_empty(ar: FloatArray, status: npt.NDArray[np.int8]) -> None:
    """Find the events (m,) that have no valid return in their event window."""
    # Only one whose first day is missing can miss all of them.
    late = np.flatnonzero(np.isnan(ar[:, 0]))
    if late.size:
        late = late[(status[late] <= Status.NO_VARIANCE) & np.isnan(ar[late]).all(axis=1)]
        status[late] = Status.NO_EVENT_RETURN
