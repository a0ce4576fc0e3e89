"""Placebo studies: the study's own statistics at dates when nothing is known to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eventstudy._types import Alternative, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.placebo_battery import BATTERY, Studies, TestFunction, difference_battery
from eventstudy.inference.placebo_dates import Calendar, Layout, PlaceboGrid, admissible, block, codes, draw_shifts
from eventstudy.inference.placebo_days import DayAverages

__all__ = [
    "BATTERY",
    "Layout",
    "Placebo",
    "PlaceboGrid",
    "Studies",
    "TestFunction",
    "block",
    "difference_battery",
    "placebo",
    "placebo_studies",
]

_LEVELS = (0.01, 0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Placebo:
    """The study's statistics beside their distribution over placebo studies.

    Attributes
    ----------
    names : tuple of str
        The T statistics.
    statistic, p_value : float64, shape (T,)
        The study's own, and p = (1 + #{as extreme}) / (1 + B).
    nominal_p : float64, shape (T,)
        The p-value that the statistic's textbook distribution gives.
    critical : float64, shape (T, L)
        Empirical critical value at each level, of |statistic| when two-sided; infinite where B is
        too small for the level.
    size : float64, shape (T, L)
        Share of placebo studies that the textbook distribution rejects: the test's empirical size.
    estimate, ci_low, ci_high : float64, shape (T,)
        What the statistic estimates, and estimate -/+ empirical critical value x standard error.
    levels : tuple of float
        The L levels; the interval is at ``confidence``.
    n_studies : int
        B placebo studies drawn (distinct when ``draw="layout"``).
    n_admissible : int
        Shifts of the whole layout, or of the cluster with the fewest, that could be drawn.
    draw : {"layout", "clusters"}
    alternative : {"two-sided", "greater", "less"}
    confidence : float
    draws : float64, shape (B, T)
        The statistics of the placebo studies.
    """

    names: tuple[str, ...]
    statistic: FloatArray
    p_value: FloatArray
    nominal_p: FloatArray
    critical: FloatArray
    size: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    levels: tuple[float, ...]
    n_studies: int
    n_admissible: int
    draw: Literal["layout", "clusters"]
    alternative: Alternative
    confidence: float
    draws: FloatArray


def placebo(
    grid: PlaceboGrid,
    layout: Layout,
    *,
    draws: int = 9999,
    draw: Literal["layout", "clusters"] = "layout",
    volatility_ratio: float | None = None,
    statistics: Mapping[str, TestFunction] | None = None,
    r_bar: float = 0.0,
    weights: FloatArray | None = None,
    alternative: Alternative = "two-sided",
    levels: tuple[float, ...] = _LEVELS,
    confidence: float = 0.95,
    seed: int | np.random.Generator = 0,
) -> Placebo:
    """Recompute the study's statistics at dates when nothing is known to have happened.

    Parameters
    ----------
    grid : PlaceboGrid
        Estimates at every session.
    layout : Layout
        Where the study's events lie.
    draws : int
        Placebo studies B. Where fewer shifts are admissible all of them are taken, and
        ``n_studies`` says how many that is.
    draw : {"layout", "clusters"}
        ``"layout"`` moves the whole study by one number of sessions: same assets on the same dates,
        same spacing. ``"clusters"`` moves each cluster of overlapping windows by itself, to places
        that do not overlap: spacing holds within clusters only, but far more studies exist.
    volatility_ratio : float, optional
        Keep to dates where the geometric mean of the events' volatilities is within this ratio of
        the real ones (1.5: from 2/3 to 3/2).
    statistics : mapping of name to function, optional
        Functions of `Studies`; `BATTERY` by default.
    r_bar : float
        Mean correlation of the real study's events, for the adjusted tests. The layout stays, so
        the overlaps do; the correlation is taken as it is on the real dates.
    weights : float64, shape (n,), optional
    alternative : {"two-sided", "greater", "less"}
    levels : tuple of float
        Levels of critical values and sizes.
    confidence : float
    seed : int or numpy.random.Generator

    Returns
    -------
    Placebo

    Raises
    ------
    DataError
        If no admissible date exists, or the study's own events have no estimate.

    References
    ----------
    Brown, Warner (1980), Measuring security price performance, Journal of Financial Economics 8;
    Fisher (1935), The Design of Experiments.
    """
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    if not 0 < confidence < 1:
        raise SpecError(f"confidence={confidence} is not between 0 and 1", hint="expected a share such as 0.95")
    real, studies, fewest = placebo_studies(
        grid,
        layout,
        draws=draws,
        draw=draw,
        volatility_ratio=volatility_ratio,
        r_bar=r_bar,
        weights=weights,
        seed=seed,
    )
    functions = dict(BATTERY) if statistics is None else dict(statistics)
    return _compare(functions, real, studies, fewest, draw, alternative, levels, confidence)


def placebo_studies(
    grid: PlaceboGrid,
    layout: Layout,
    *,
    draws: int = 9999,
    draw: Literal["layout", "clusters"] = "layout",
    volatility_ratio: float | None = None,
    r_bar: float = 0.0,
    weights: FloatArray | None = None,
    seed: int | np.random.Generator = 0,
) -> tuple[Studies, Studies, int]:
    """Draw the placebo studies without comparing anything; see `placebo` for the arguments.

    Returns
    -------
    real : Studies
        The study itself, one replication.
    studies : Studies
        B placebo studies.
    n_admissible : int
        Shifts that could be drawn.
    """
    check_choice(draw, ("layout", "clusters"), "draw")
    if draws < 1:
        raise SpecError(f"draws={draws}", hint="expected at least 1")
    if volatility_ratio is not None and (grid.volatility is None or not volatility_ratio > 1):
        raise SpecError(
            f"volatility_ratio={volatility_ratio} cannot be matched",
            hint="expected a ratio above 1 and a grid with its volatility",
        )
    frame = Calendar.of(grid, layout)
    rng = np.random.default_rng(seed)
    groups = np.zeros(len(layout.positions), dtype=np.int64) if draw == "layout" else codes(layout.clusters)
    shifts = [admissible(frame, np.flatnonzero(groups == g), volatility_ratio) for g in range(groups.max() + 1)]
    fewest = min(len(s) for s in shifts)
    if fewest == 0:
        raise DataError(
            "no placebo study is possible: every admissible shift touches an event or has no estimate",
            hint="use draw='clusters', a shorter window, a wider volatility_ratio or longer series"
            if draw == "layout"
            else "use a shorter window, a wider volatility_ratio or longer series",
        )
    moves = draw_shifts(rng, shifts, groups, frame, layout.lengths, draws)
    studies = _take(grid, frame, frame.index[None, :] + moves, layout, r_bar, weights)
    return _take(grid, frame, frame.index[None, :], layout, r_bar, weights), studies, fewest


def _take(
    grid: PlaceboGrid, frame: Calendar, at: IntArray, layout: Layout, r_bar: float, weights: FloatArray | None
) -> Studies:
    # an event that does not count in the study (no estimate) may be shifted out of the data: it counts nowhere
    counted = np.isfinite(frame.values["car"][frame.index, frame.column])
    inside = np.clip(at, 0, len(frame.open) - 1)
    flat = inside * frame.open.shape[1] + frame.column
    got = {name: value.ravel()[flat] for name, value in frame.values.items() if name != "volatility"}
    if not counted.all():
        got["car"][:, ~counted] = np.nan
    days = None
    if grid.fits is not None:
        rows = inside if frame.row is None else frame.row.ravel()[flat]
        counting = counted.astype(np.float64) if weights is None else np.where(counted, weights, 0.0)
        days = DayAverages(grid.fits, rows, frame.column, counting)
    return Studies(
        got["car"],
        got["car_variance"],
        got["dof"],
        got.get("positive"),
        codes(layout.clusters),
        np.asarray(r_bar, dtype=np.float64),
        weights,
        days,
    )


def _compare(
    functions: Mapping[str, TestFunction],
    real: Studies,
    studies: Studies,
    n_admissible: int,
    draw: Literal["layout", "clusters"],
    alternative: Alternative,
    levels: tuple[float, ...],
    confidence: float,
) -> Placebo:
    b, t = len(studies.car), len(functions)
    values = np.full((b, t), np.nan)
    own, p, nominal, estimate, low, high = (np.full(t, np.nan) for _ in range(6))
    size, critical = np.full((t, len(levels)), np.nan), np.full((t, len(levels)), np.nan)
    for j, function in enumerate(functions.values()):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            ours, theirs = function(real), function(studies)
        own[j], values[:, j] = ours.value[0], theirs.value
        estimate[j] = ours.estimate[0]
        nominal[j] = ours.p_value(alternative)[0]
        p[j] = empirical_p(own[j], values[:, j], alternative)
        critical[j] = empirical_critical(values[:, j], levels, alternative)
        rejected = theirs.p_value(alternative)
        if np.isfinite(rejected).any():
            size[j] = [(rejected[np.isfinite(rejected)] <= level).mean() for level in levels]
        reach = empirical_critical(values[:, j], (1.0 - confidence,), alternative)[0]
        reach = reach * (1.0 if np.isnan(theirs.dof).all() else ours.se[0])
        low[j] = -np.inf if alternative == "less" else estimate[j] - reach
        high[j] = np.inf if alternative == "greater" else estimate[j] + reach
    dead = ~np.isfinite(p) | ~np.isfinite(estimate)
    low[dead], high[dead] = np.nan, np.nan
    return Placebo(
        tuple(functions),
        own,
        p,
        nominal,
        critical,
        size,
        estimate,
        low,
        high,
        tuple(levels),
        b,
        n_admissible,
        draw,
        alternative,
        confidence,
        values,
    )
