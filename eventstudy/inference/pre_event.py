"""The distribution of a cross-sectional regression before the events: the same regression of earlier residuals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray
from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.sample import Sample

__all__ = ["coefficients_before", "pre_event_cars", "rank_before"]

MIN_DRAWS = 20
"""Pre-event regressions below which their spread is no estimate."""


def pre_event_cars(sample: Sample) -> FloatArray:
    """Cumulate each event's estimation residuals over windows as long as its test window.

    The windows do not overlap and stand at the same distance from day 0 for all events, so events that
    share dates share them here too. A residual is over sqrt(1 - leverage) and the sum is scaled to the
    forecast variance of the event's own CAR: under no event it is drawn like the CAR.

    Returns
    -------
    float64, shape (B, n)
        NaN where a day is missing.

    Examples
    --------
    >>> from eventstudy.inference import make_sample
    >>> rng = np.random.default_rng(0)
    >>> pre_event_cars(make_sample(rng.normal(size=(5, 3)), rng.normal(size=(5, 61)), window=(0, 1),
    ...                            event_window=(-1, 1))).shape
    (30, 5)
    """
    lengths = sample.member.sum(axis=1)
    longest = max(int(lengths.max(initial=1)), 1)
    m = sample.residuals.shape[1]
    n_windows = m // longest
    spare = 1.0 - sample.leverage
    e = sample.residuals / np.sqrt(np.where(spare > 0, spare, np.nan))
    # The last windows end where the estimation sample ends.
    e = e[:, m - n_windows * longest :].reshape(len(e), n_windows, longest)
    inside = np.arange(longest)[None, None, :] < lengths[:, None, None]
    total = np.where(inside, e, 0.0).sum(axis=2)
    known = (sample.sigma > 0) & (lengths > 0) & (sample.car_variance > 0)
    own = np.where(known, sample.sigma**2 * lengths, np.nan)
    return np.asarray((total * np.sqrt(np.where(known, sample.car_variance, np.nan) / own)[:, None]).T)


def coefficients_before(
    pre_event: npt.ArrayLike | None, used: IntArray, x: FloatArray, root: FloatArray, n: int
) -> FloatArray:
    """Coefficients of the regression in each draw that has enough events, shape (draws, k)."""
    if pre_event is None:
        raise SpecError("covariance='pre-event' needs pre_event returns", hint="pass pre_event=pre_event_cars(sample)")
    before = np.asarray(pre_event, dtype=np.float64)
    if before.ndim != 2 or before.shape[1] != n:
        raise DataError(f"pre_event has shape {before.shape}", hint=f"expected (draws, {n}): one column an event")
    before = before[:, used]
    k = x.shape[1]
    draws = []
    for row in before:
        good = np.isfinite(row)
        # A draw needs half the events and a design that still tells the columns apart.
        if good.sum() > max(k, 0.5 * len(row)) and np.linalg.matrix_rank(x[good]) == k:
            draws.append(np.linalg.lstsq(x[good] * root[good, None], row[good] * root[good], rcond=None)[0])
    if len(draws) < MIN_DRAWS:
        raise ModelError(
            f"{len(draws)} pre-event regressions can be run, at least {MIN_DRAWS} are needed",
            hint="use a longer estimation window or a shorter test window",
        )
    return np.array(draws)


def rank_before(draws: FloatArray | None, b: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """P-value of each coefficient among the pre-event ones, and how far from it the same rank does not reject."""
    if draws is None:
        nothing = np.full(len(b), np.nan)
        return nothing, nothing
    columns = list(zip(b, draws.T, strict=True))
    reach = [empirical_critical(column, (1.0 - level,))[0] for _, column in columns]
    return np.array([empirical_p(own, column) for own, column in columns]), np.array(reach)
