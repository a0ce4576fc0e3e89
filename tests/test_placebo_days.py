"""`crude_dependence_t` of placebo studies against a regression and a plain mean, study by study."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import join_grids, placebo_grid
from eventstudy.models import MarketAdjusted, MarketModel, MeanAdjusted
from eventstudy.models.robust import RobustMarketModel

EXACT = 1e-10  # least squares and sums in another order
R, M = 140, (-40, -6)
PAD = np.iinfo(np.int64).min


def slow_crude(events, weights):
    """AAR of the window over the deviation of the AAR of the estimation days; events are (residuals, ar) by day."""
    total = weights.sum()
    aars = []
    for m in range(len(events[0][0])):
        there = [i for i in range(len(events)) if np.isfinite(events[i][0][m])]
        if there and len(there) >= len(events) / 2:
            w = weights[there]
            aars.append(sum(w[j] * events[i][0][m] for j, i in enumerate(there)) / w.sum())
    top = length = 0.0
    for d in range(max(len(ar) for _, ar in events)):
        held = [i for i in range(len(events)) if d < len(events[i][1])]
        there = [i for i in held if np.isfinite(events[i][1][d])]
        if there:
            share = weights[held].sum() / total
            length += share
            top += share * sum(weights[i] * events[i][1][d] for i in there) / weights[there].sum()
    return top / (np.std(aars, ddof=1) * np.sqrt(length)), len(aars) - 1


def slow_fit(returns, market, row, last, kind, excluded, spans):
    beyond = -M[0]  # days before and after the data are missing
    returns, market = (np.pad(v, beyond, constant_values=np.nan) for v in (returns, market))
    excluded = np.pad(excluded, beyond)
    spans = None if spans is None else np.pad(spans, beyond, constant_values=1.0)
    row += beyond
    days = np.arange(row + M[0], row + M[1] + 1)
    root = np.sqrt(spans) if spans is not None else np.ones(len(returns))
    x = {"market": np.column_stack([root**2, market]), "mean": (root**2)[:, None]}.get(kind)
    good = days[np.isfinite(returns[days]) & np.isfinite(market[days]) & ~excluded[days]]
    window = np.arange(row, row + last + 1)
    if kind == "adjusted":
        e, ar = (returns - market)[days], (returns - market)[window]
    else:
        b = np.linalg.lstsq(x[good] / root[good, None], returns[good] / root[good], rcond=None)[0]
        e, ar = ((returns - x @ b) / root)[days], (returns - x @ b)[window]
    return np.where(np.isin(days, good), e, np.nan), ar


def compare(seen, found, fit_of, weights):
    j = found.names.index("crude_dependence_t")
    studies = [seen[0].days.rows[0], *seen[1].days.rows]
    values = np.concatenate([found.statistic[[j]], found.draws[:, j]])
    assert len(studies) > 5
    for rows, value in list(zip(studies, values, strict=True))[:: max(1, len(studies) // 12)]:
        assert value == pytest.approx(slow_crude([fit_of(i, r) for i, r in enumerate(rows)], weights)[0], rel=EXACT)


def run(grid, layout, **options):
    seen = []

    def look(studies):
        seen.append(studies)
        return BATTERY["caar"](studies)

    statistics = {"look": look, "crude_dependence_t": BATTERY["crude_dependence_t"]}
    return seen, placebo(grid, layout, statistics=statistics, **options)


@pytest.mark.parametrize("draw", ["layout", "clusters"])
@pytest.mark.parametrize("kind", ["market", "mean", "adjusted"])
@pytest.mark.parametrize("spans", [False, True])
@pytest.mark.parametrize("complete", [True, False])
def test_each_study_has_the_statistic_of_its_own_regressions(draw, kind, spans, complete):
    rng = np.random.default_rng(3)
    market = 0.01 * rng.standard_normal(R)
    returns = market[:, None] * [1.0, 0.5, 1.5] + 0.02 * rng.standard_normal((R, 3))
    excluded = np.zeros((R, 3), dtype=bool)
    if not complete:
        returns[rng.random((R, 3)) < 0.2] = np.nan
        market[50] = np.nan
        excluded[30:34, 1] = True
    span = rng.integers(1, 4, (R, 3)) if spans and kind != "adjusted" else None
    rows, series, assets, settle = np.array([60, 60, 66, 90]), np.array([0, 1, 2, 3]), [0, 1, 2, 0], [0, 1, 0, 2]
    forbidden = np.zeros((R, 3), dtype=bool)
    forbidden[rows, [0, 1, 2, 0]] = True
    grid = placebo_grid(
        returns,
        assets,
        {"market": MarketModel(), "mean": MeanAdjusted(), "adjusted": MarketAdjusted()}[kind],
        None if kind == "mean" else market,
        window=(0, 1),
        estimation_window=M,
        forbidden=forbidden,
        settle=settle,
        excluded=excluded,
        spans=span,
        gaps="span" if span is None else "maynes-rumsey",
        min_observations=8,
    )
    if kind == "mean":
        market = np.zeros(R)
    weights = np.array([1.0, 2.0, 0.5, 1.5])
    if not np.isfinite(grid.car[rows, series]).all():
        weights = np.where(np.isfinite(grid.car[rows, series]), weights, 0.0)
    layout = Layout(np.column_stack([rows, series]), np.array([0, 0, 0, 1]), np.array([2, 3, 2, 4]))
    seen, found = run(grid, layout, draw=draw, draws=60, weights=weights)
    counted = np.flatnonzero(weights)

    def fit_of(i, row):
        c = counted[i]
        a = assets[c]
        own = None if span is None else span[:, a].astype(float)
        return slow_fit(returns[:, a], market, row, 1 + settle[c], kind, excluded[:, a], own)

    for studies in seen:
        object.__setattr__(studies.days, "rows", studies.days.rows[:, counted])
    compare(seen, found, fit_of, weights[counted])


def test_assets_that_trade_on_different_days_keep_their_own_estimation_days():
    rng = np.random.default_rng(5)
    days = np.arange(R)
    open_days = days[days % 5 != 0]
    sessions = np.full((R, 2), PAD)
    sessions[:, 0] = days
    sessions[: len(open_days), 1] = open_days
    returns = 0.02 * rng.standard_normal((R, 2))
    returns[len(open_days) :, 1] = np.nan
    rows = np.array([82, int(np.flatnonzero(open_days == 82)[0])])
    forbidden = np.zeros((R, 2), dtype=bool)
    forbidden[rows, [0, 1]] = True
    options = {"window": (0, 1), "estimation_window": M, "forbidden": forbidden, "sessions": sessions}
    # one model each, side by side
    grid = join_grids([placebo_grid(returns, [0], MeanAdjusted(), **options),
                       placebo_grid(returns, [1], MeanAdjusted(), **options)])  # fmt: skip
    layout = Layout(np.column_stack([rows, [0, 1]]), np.array([0, 0]), np.array([2, 2]))
    seen, found = run(grid, layout)
    nothing = np.zeros(R, dtype=bool)
    compare(seen, found, lambda i, row: slow_fit(returns[:, i], np.zeros(R), row, 1, "mean", nothing, None), np.ones(2))


def test_a_model_called_event_by_event_gives_its_own_residuals():
    rng = np.random.default_rng(7)
    market = 0.01 * rng.standard_normal(100)
    returns = market[:, None] * [1.0, 0.5] + 0.02 * rng.standard_t(3, (100, 2))
    rows = np.array([60, 63])
    forbidden = np.zeros((100, 2), dtype=bool)
    forbidden[rows, [0, 1]] = True
    grid = placebo_grid(
        returns, [0, 1], RobustMarketModel(), market, window=(0, 0), estimation_window=M, forbidden=forbidden
    )
    layout = Layout(np.column_stack([rows, [0, 1]]), np.array([0, 1]), np.array([1, 1]))
    seen, found = run(grid, layout)
    fit = grid.fits[0].fit
    compare(seen, found, lambda i, row: (fit.residuals(np.array([2 * row + i]))[0], fit.ar[2 * row + i]), np.ones(2))


def test_an_effect_moves_the_average_and_nothing_else():
    rng = np.random.default_rng(8)
    returns = 0.02 * rng.standard_normal((100, 2))
    forbidden = np.zeros((100, 2), dtype=bool)
    forbidden[60] = True
    grid = placebo_grid(returns, [0, 1], MeanAdjusted(), window=(0, 0), estimation_window=M, forbidden=forbidden)
    layout = Layout(np.array([[60, 0], [60, 1]]), np.array([0, 0]), np.array([1, 1]))
    seen, _ = run(grid, layout)
    plain = BATTERY["crude_dependence_t"](seen[1])
    moved = BATTERY["crude_dependence_t"](seen[1].shifted(0.01).shifted(np.array([0.0, 0.02])))
    np.testing.assert_allclose(moved.value - plain.value, 0.02 / plain.se, rtol=1e-9)
