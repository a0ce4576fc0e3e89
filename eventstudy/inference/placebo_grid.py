"""The grid that placebo studies read: the study's estimate at every session of its assets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, Gaps, IntArray, LinearModel, PerEventModel, SeriesKind
from eventstudy.errors import DataError, SpecError
from eventstudy.estimation import AbnormalReturns, abnormal_returns
from eventstudy.inference.nonparametric import positive_share
from eventstudy.inference.placebo_dates import PlaceboGrid, block
from eventstudy.inference.placebo_days import GridFit
from eventstudy.inference.sample import NO_SESSION, SIGMA_FLOOR
from eventstudy.windows import Window

__all__ = ["join_grids", "placebo_grid", "trailing_volatility"]

_CHUNK = 4_000_000  # residuals held at once


def placebo_grid(
    returns: npt.ArrayLike,
    series: npt.ArrayLike,
    model: LinearModel | PerEventModel,
    factors: npt.ArrayLike | None = None,
    *,
    window: tuple[int, int],
    estimation_window: tuple[int, int],
    forbidden: npt.ArrayLike,
    settle: npt.ArrayLike = 0,
    sessions: npt.ArrayLike | None = None,
    min_observations: int | None = None,
    excluded: npt.ArrayLike | None = None,
    spans: npt.ArrayLike | None = None,
    gaps: Gaps = "span",
    min_coverage: float = 0.5,
    shares: bool = True,
    event_window: tuple[int, int] | None = None,
    kind: SeriesKind = "simple",
) -> PlaceboGrid:
    """Estimate the test window with day 0 at every session.

    Parameters
    ----------
    returns : float, shape (R, A)
        Decimals a session; NaN = none.
    series : int, shape (S,)
        Column of the asset of each series. An asset stands once for each length its windows have.
    model, factors, estimation_window, min_observations, excluded, spans, gaps
        As for `abnormal_returns`.
    window : (int, int)
        The test window.
    forbidden : bool, shape (R, A)
        Sessions that belong to an event: no placebo window touches them. Nor is a session without a return day 0
        or settled day.
    settle : int, shape () or (S,)
        Sessions from day 0 to the settled day of each series (see `Sample`).
    sessions : int, shape (R, A), optional
        Calendar identity of each row, where assets do not share their rows.
    min_coverage : float
        Share of the window's days that must be valid.
    shares : bool
        Whether to find the share of positive residuals that `generalized_sign_z` needs; costs as much
        as the rest.
    event_window : (int, int), optional
        The days that rank tests rank beside the estimation sample; the test window by default.
    kind : {"log", "simple", "level"}
        What ``returns`` are, for the tests that compound simple returns.

    Returns
    -------
    PlaceboGrid
        Arrays of shape (R, S); ``volatility`` is `trailing_volatility` of the sessions before the window.

    Examples
    --------
    >>> from eventstudy.models import MeanAdjusted
    >>> returns = np.random.default_rng(0).normal(0, 0.01, (200, 2))
    >>> forbidden = np.zeros((200, 2), dtype=bool)
    >>> grid = placebo_grid(returns, [0, 1], MeanAdjusted(), window=(0, 1), estimation_window=(-60, -11),
    ...                     forbidden=forbidden)
    >>> grid.car.shape, int(np.isfinite(grid.car[:, 0]).sum())
    ((200, 2), 165)
    """
    panel = np.asarray(returns, dtype=np.float64)
    columns = np.asarray(series, dtype=np.int64)
    test = Window.of(window)
    shift = np.broadcast_to(np.asarray(settle, dtype=np.int64), columns.shape)
    taken = np.asarray(forbidden, dtype=bool)
    if taken.shape != panel.shape:
        raise DataError(f"forbidden has shape {taken.shape}", hint=f"expected that of returns, {panel.shape}")
    r, s = len(panel), len(columns)
    whole = test if event_window is None else Window.of(event_window, "event_window")
    if not whole.covers(test):
        raise SpecError(f"window {test} is not inside event_window {whole}", hint="widen the event window")
    (start, end), (opens, closes) = test.bounds(shift), whole.bounds(shift)
    out = {name: np.full((r, s), np.nan) for name in ("car", "car_variance", "dof", "positive")}
    fits = []
    lengths = np.stack([start, end, opens, closes], axis=1)
    for own in np.unique(lengths, axis=0):
        first, last = int(own[0]), int(own[1])
        chosen = np.flatnonzero((lengths == own).all(axis=1))
        row, column = (a.ravel() for a in np.meshgrid(np.arange(r), columns[chosen], indexing="ij"))
        fit = abnormal_returns(
            panel,
            np.column_stack([row, column]),
            model,
            factors,
            event_window=(int(own[2]), int(own[3])),
            estimation_window=estimation_window,
            min_observations=min_observations,
            excluded=excluded,
            spans=spans,
            gaps=gaps,
        )
        found = {
            "car": _without_rounding(fit, fit.car((first, last), min_coverage=min_coverage)),
            # where an asset did not move there is nothing to standardise by
            "car_variance": np.where(
                fit.sigma <= SIGMA_FLOOR, 0.0, fit.car_variance((first, last), min_coverage=min_coverage)
            ),
            "dof": fit.dof,
        }
        if shares:
            found["positive"] = _positive(fit)
        fits.append(GridFit(fit, chosen, Window(first, last), kind))
        for name, values in found.items():
            out[name][:, chosen] = values.reshape(r, len(chosen))
    identity = None
    if sessions is not None:
        identity = np.asarray(sessions, dtype=np.int64)[:, columns]
        for values in out.values():
            values[identity == NO_SESSION] = np.nan
    return PlaceboGrid(
        car=out["car"],
        car_variance=out["car_variance"],
        dof=out["dof"],
        blocked=block(taken[:, columns], start, end) | ~_observed(panel, columns, shift),
        sessions=identity,
        positive=out["positive"] if shares else None,
        volatility=_volatility_before(panel, columns, start),
        fits=tuple(fits),
    )


def _observed(panel: FloatArray, columns: IntArray, settle: IntArray) -> BoolArray:
    """Whether the asset has a return on day 0 and on the settled day, as every event of a study has, shape (R, S)."""
    there: BoolArray = np.isfinite(panel)[:, columns]
    row = np.minimum(np.arange(len(panel))[:, None] + settle, len(panel) - 1)
    settled: BoolArray = np.take_along_axis(there, row, axis=0)
    return there & settled


def _volatility_before(panel: FloatArray, columns: IntArray, start: IntArray) -> FloatArray:
    """Trailing volatility on the session before each window, shape (R, S)."""
    r = len(panel)
    before = np.arange(r)[:, None] + start - 1
    moving = trailing_volatility(panel)[:, columns]
    return np.where(before >= 0, np.take_along_axis(moving, np.clip(before, 0, r - 1), axis=0), np.nan)


def _without_rounding(fit: AbnormalReturns, car: FloatArray) -> FloatArray:
    """Make zero the CARs that are only rounding, where the model explains an asset exactly."""
    return np.where((fit.sigma <= SIGMA_FLOOR) & (np.abs(car) < SIGMA_FLOOR), 0.0, car)


def _positive(fit: AbnormalReturns) -> FloatArray:
    share = np.full(len(fit), np.nan)
    step = max(1, _CHUNK // max(fit.estimation_window.length, 1))
    used = np.flatnonzero(fit.used)
    for i in range(0, len(used), step):
        events = used[i : i + step]
        share[events] = positive_share(fit.residuals(events))
    return share


def trailing_volatility(returns: npt.ArrayLike, n_sessions: int = 21) -> FloatArray:
    """Root mean square of the last ``n_sessions`` returns up to each row, shape (R, A).

    NaN with fewer than half of them valid.

    Examples
    --------
    >>> trailing_volatility(np.array([[3.0], [4.0], [np.nan]]), 2).ravel().round(4)
    array([3.    , 3.5355, 4.    ])
    """
    panel = np.asarray(returns, dtype=np.float64)
    there = np.isfinite(panel)
    total = np.cumsum(np.where(there, panel, 0.0) ** 2, axis=0)
    count = np.cumsum(there, axis=0)
    total[n_sessions:] -= total[:-n_sessions].copy()
    count[n_sessions:] -= count[:-n_sessions].copy()
    enough = count >= n_sessions / 2
    return np.where(enough, np.sqrt(np.maximum(total, 0.0) / np.where(enough, count, 1)), np.nan)


def join_grids(grids: Sequence[PlaceboGrid]) -> PlaceboGrid:
    """Put grids of different models side by side; the columns are numbered through.

    All have the same rows. What one of them lacks (``positive``, ``sessions``, ``fits``) the whole lacks.
    """
    known = [grid.fits for grid in grids if grid.fits is not None]
    firsts = np.cumsum([0, *(grid.car.shape[1] for grid in grids)]).tolist()
    fits = tuple(held.moved(first) for first, part in zip(firsts, known, strict=False) for held in part)

    def beside(name: str) -> FloatArray | IntArray | BoolArray | None:
        parts = [getattr(grid, name) for grid in grids]
        return None if any(part is None for part in parts) else np.concatenate(parts, axis=1)

    if len({len(grid.car) for grid in grids}) != 1:
        raise DataError("the grids have different numbers of sessions", hint="build them on one panel")
    arrays = {name: beside(name) for name in PlaceboGrid.__slots__ if name != "fits"}
    return PlaceboGrid(**arrays, fits=fits if len(known) == len(grids) else None)  # type: ignore[arg-type]
