"""Placebo studies: the study's own statistics at dates when nothing is known to have happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from eventstudy._arguments import check_numbers
from eventstudy._types import Alternative, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, check_choice, nearest
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.draws import Draws, spread
from eventstudy.inference.placebo_battery import (
    BATTERY,
    OF_CARS,
    Studies,
    StudyDays,
    TestFunction,
    difference_battery,
)
from eventstudy.inference.placebo_compared import LEVELS, Placebo, compare
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

__all__ = [
    "BATTERY",
    "OF_CARS",
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


def placebo(
    grid: PlaceboGrid,
    layout: Layout,
    *,
    draws: int = 9999,
    draw: Literal["layout", "clusters"] = "layout",
    volatility_ratio: float | None = None,
    statistics: Mapping[str, TestFunction] | Sequence[str] | None = None,
    r_bar: float | None = None,
    weights: FloatArray | None = None,
    alternative: Alternative = "two-sided",
    levels: tuple[float, ...] = LEVELS,
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
    statistics : mapping of name to function, or sequence of names, optional
        Functions of `Studies`, or names of `BATTERY`; all of `BATTERY` by default. `OF_CARS` leaves out those
        that rank days or compound returns, which cost the most.
    r_bar : float, optional
        Mean correlation of the events for the adjusted tests, the same in all studies; by default each study has
        its own, from its residuals.
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
    plan = _plan(grid, layout, draw, volatility_ratio, r_bar, weights, alternative)
    functions = _functions(statistics)
    real = plan.real
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        ours = {name: function(real) for name, function in functions.items()}
    blocks = spread(client, _block, (plan, statistics), _parts(plan, draws, seed), "placebo studies")
    theirs = {name: _joined([held[name] for held in blocks]) for name in functions}
    return compare(real, ours, theirs, plan.n_admissible, draw, alternative, levels, confidence)


def placebo_studies(
    grid: PlaceboGrid,
    layout: Layout,
    *,
    draws: int = 9999,
    draw: Literal["layout", "clusters"] = "layout",
    volatility_ratio: float | None = None,
    r_bar: float | None = None,
    weights: FloatArray | None = None,
    alternative: Alternative = "two-sided",
    seed: int | np.random.Generator = 0,
) -> PlaceboStudies:
    """Draw the placebo studies without comparing anything; see `placebo` for the arguments.

    Returns
    -------
    PlaceboStudies
    """
    plan = _plan(grid, layout, draw, volatility_ratio, r_bar, weights, alternative)
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
    r_bar: float | None
    weights: FloatArray | None
    alternative: Alternative
    n_admissible: int

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
        assets = frame.column if self.layout.assets is None else codes(self.layout.assets)
        studies = Studies(
            car=got["car"],
            car_variance=got["car_variance"],
            dof=got["dof"],
            positive=got.get("positive"),
            clusters=codes(self.layout.clusters),
            assets=assets,
            r_bar=None if self.r_bar is None else np.asarray(self.r_bar, dtype=np.float64),
            weights=self.weights,
            alternative=self.alternative,
        )
        if self.grid.fits is None:
            return studies
        rows = inside if frame.row is None else frame.row.ravel()[flat]
        counting = counted.astype(np.float64) if self.weights is None else np.where(counted, self.weights, 0.0)
        days = StudyDays(self.grid.fits, rows, frame.column, counting, assets, frame.number, studies.scar)
        return replace(studies, days=days)


def _plan(
    grid: PlaceboGrid,
    layout: Layout,
    draw: Literal["layout", "clusters"],
    volatility_ratio: float | None,
    r_bar: float | None,
    weights: FloatArray | None,
    alternative: Alternative,
) -> _Plan:
    check_choice(draw, ("layout", "clusters"), "draw")
    if volatility_ratio is not None:
        check_numbers(volatility_ratio=volatility_ratio)
    if volatility_ratio is not None and (grid.volatility is None or not volatility_ratio > 1):
        raise SpecError(
            f"volatility_ratio={volatility_ratio} cannot be matched",
            hint="expected a ratio above 1 and a grid with its volatility",
        )
    frame = Calendar.of(grid, layout)
    groups = np.zeros(len(layout.positions), dtype=np.int64) if draw == "layout" else codes(layout.clusters)
    shifts = [admissible(frame, np.flatnonzero(groups == g), volatility_ratio) for g in range(groups.max() + 1)]
    # a cluster none of whose events counts stays where it is, and shows nowhere
    counted = np.isfinite(frame.values["car"][frame.index, frame.column])
    n_admissible = min(len(shifts[g]) for g in np.unique(groups[counted]))
    plan = _Plan(grid, frame, layout, shifts, groups, r_bar, weights, alternative, n_admissible)
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


def _functions(statistics: Mapping[str, TestFunction] | Sequence[str] | None) -> dict[str, TestFunction]:
    if statistics is None or isinstance(statistics, Mapping):
        return dict(BATTERY if statistics is None else statistics)
    for name in statistics:
        if name not in BATTERY:
            raise SpecError(f"no placebo statistic named {name!r}", hint=nearest(name, BATTERY))
    return {name: test for name, test in BATTERY.items() if name in statistics}


def _block(
    plan: _Plan, statistics: Mapping[str, TestFunction] | Sequence[str] | None, part: IntArray | Draws
) -> dict[str, Statistic]:
    """Compute the statistics of one block of placebo studies."""
    studies = plan.studies(plan.moves(part))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return {name: test(studies) for name, test in _functions(statistics).items()}


def _joined(parts: list[Statistic]) -> Statistic:
    """Put the statistics of blocks one after another."""
    held = {}
    for field in fields(parts[0]):
        held[field.name] = np.concatenate(
            [np.broadcast_to(getattr(part, field.name), np.shape(part.value)) for part in parts]
        )
    return type(parts[0])(**held)
