"""Placebo studies: the study's own statistics at dates when nothing is known to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from eventstudy._types import Alternative, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.draws import Draws, spread
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.placebo_battery import BATTERY, Studies, TestFunction, difference_battery
from eventstudy.inference.placebo_dates import (
    Calendar,
    Layout,
    PlaceboGrid,
    admissible,
    block,
    codes,
    distinct_shifts,
    draw_shifts,
)
from eventstudy.inference.placebo_days import DayAverages

__all__ = [
    "BATTERY",
    "Layout",
    "Placebo",
    "PlaceboGrid",
    "PlaceboStudies",
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
    client: Any = None,
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
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Dask workers, their scheduler's address, or a pool of `concurrent.futures`; this process by default. Draws are
        made and computed in blocks, each from a child of the seed: any number of workers gives the same to the bit.

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
    plan = _plan(grid, layout, draw, volatility_ratio, r_bar, weights)
    functions = dict(BATTERY) if statistics is None else dict(statistics)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        ours = {name: function(plan.real) for name, function in functions.items()}
    blocks = spread(client, _block, (plan, statistics), _parts(plan, draws, seed), "placebo studies")
    theirs = {name: _joined([held[name] for held in blocks]) for name in functions}
    return _compare(ours, theirs, plan.n_admissible, draw, alternative, levels, confidence)


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
) -> PlaceboStudies:
    """Draw the placebo studies without comparing anything; see `placebo` for the arguments.

    Returns
    -------
    PlaceboStudies
    """
    plan = _plan(grid, layout, draw, volatility_ratio, r_bar, weights)
    return PlaceboStudies(plan, _parts(plan, draws, seed))


@dataclass(frozen=True, slots=True)
class PlaceboStudies:
    """Placebo studies that are looked up block by block, where they are wanted.

    Attributes
    ----------
    parts : list
        The blocks: what `studies` takes.
    """

    plan: _Plan
    parts: list[IntArray] | list[Draws]

    @property
    def n_events(self) -> int:
        """Events of each study."""
        return len(self.plan.groups)

    def studies(self, part: IntArray | Draws) -> Studies:
        """Give the studies of a block."""
        return self.plan.studies(self.plan.moves(part))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a block of placebo studies is made from.

    Attributes
    ----------
    shifts : list of int64 arrays
        Admissible shifts of each group of events that move together.
    groups : int64, shape (n,)
    """

    grid: PlaceboGrid
    frame: Calendar
    layout: Layout
    shifts: list[IntArray]
    groups: IntArray
    r_bar: float
    weights: FloatArray | None

    @property
    def n_admissible(self) -> int:
        return min(len(s) for s in self.shifts)

    @property
    def real(self) -> Studies:
        return self.studies(np.zeros((1, len(self.groups)), dtype=np.int64))

    def moves(self, part: IntArray | Draws) -> IntArray:
        """Shifts of each event, shape (b, n)."""
        if isinstance(part, Draws):
            return draw_shifts(part.generator(), self.shifts, self.groups, self.frame, self.layout.lengths, part.n)
        return np.repeat(part[:, None], len(self.groups), axis=1)

    def studies(self, moves: IntArray) -> Studies:
        """Look the studies up whose events lie ``moves`` sessions from the real ones."""
        frame = self.frame
        # an event that does not count in the study (no estimate) may be shifted out of the data: it counts nowhere
        counted = np.isfinite(frame.values["car"][frame.index, frame.column])
        inside = np.clip(frame.index + moves, 0, len(frame.open) - 1)
        flat = inside * frame.open.shape[1] + frame.column
        got = {name: value.ravel()[flat] for name, value in frame.values.items() if name != "volatility"}
        if not counted.all():
            got["car"][:, ~counted] = np.nan
        days = None
        if self.grid.fits is not None:
            rows = inside if frame.row is None else frame.row.ravel()[flat]
            counting = counted.astype(np.float64) if self.weights is None else np.where(counted, self.weights, 0.0)
            days = DayAverages(self.grid.fits, rows, frame.column, counting)
        return Studies(
            got["car"],
            got["car_variance"],
            got["dof"],
            got.get("positive"),
            codes(self.layout.clusters),
            np.asarray(self.r_bar, dtype=np.float64),
            self.weights,
            days,
        )


def _plan(
    grid: PlaceboGrid,
    layout: Layout,
    draw: Literal["layout", "clusters"],
    volatility_ratio: float | None,
    r_bar: float,
    weights: FloatArray | None,
) -> _Plan:
    check_choice(draw, ("layout", "clusters"), "draw")
    if volatility_ratio is not None and (grid.volatility is None or not volatility_ratio > 1):
        raise SpecError(
            f"volatility_ratio={volatility_ratio} cannot be matched",
            hint="expected a ratio above 1 and a grid with its volatility",
        )
    frame = Calendar.of(grid, layout)
    groups = np.zeros(len(layout.positions), dtype=np.int64) if draw == "layout" else codes(layout.clusters)
    shifts = [admissible(frame, np.flatnonzero(groups == g), volatility_ratio) for g in range(groups.max() + 1)]
    plan = _Plan(grid, frame, layout, shifts, groups, r_bar, weights)
    if plan.n_admissible == 0:
        raise DataError(
            "no placebo study is possible: every admissible shift touches an event or has no estimate",
            hint="use draw='clusters', a shorter window, a wider volatility_ratio or longer series"
            if draw == "layout"
            else "use a shorter window, a wider volatility_ratio or longer series",
        )
    return plan


def _parts(plan: _Plan, draws: int, seed: int | np.random.Generator) -> list[IntArray] | list[Draws]:
    """Cut the draws into blocks: shifts of the whole study, which are distinct, or draws of all clusters' shifts."""
    blocks = Draws.blocks(draws, seed)
    if len(plan.shifts) > 1:
        return blocks
    chosen = distinct_shifts(blocks[0].generator(), plan.shifts[0], draws)
    ends = np.cumsum([block.n for block in blocks])
    return list(np.split(chosen, ends[ends < len(chosen)]))


def _block(plan: _Plan, statistics: Mapping[str, TestFunction] | None, part: IntArray | Draws) -> dict[str, Statistic]:
    """Compute the statistics of one block of placebo studies."""
    studies = plan.studies(plan.moves(part))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return {name: test(studies) for name, test in (BATTERY if statistics is None else statistics).items()}


def _joined(parts: list[Statistic]) -> Statistic:
    """Put the statistics of blocks one after another."""
    held = {}
    for field in fields(Statistic):
        held[field.name] = np.concatenate(
            [np.broadcast_to(getattr(part, field.name), np.shape(part.value)) for part in parts]
        )
    return Statistic(**held)


def _compare(
    real: Mapping[str, Statistic],
    studies: Mapping[str, Statistic],
    n_admissible: int,
    draw: Literal["layout", "clusters"],
    alternative: Alternative,
    levels: tuple[float, ...],
    confidence: float,
) -> Placebo:
    b, t = len(next(iter(studies.values())).value) if studies else 0, len(real)
    values = np.full((b, t), np.nan)
    own, p, nominal, estimate, low, high = (np.full(t, np.nan) for _ in range(6))
    size, critical = np.full((t, len(levels)), np.nan), np.full((t, len(levels)), np.nan)
    for j, name in enumerate(real):
        ours, theirs = real[name], studies[name]
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
        tuple(real),
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
