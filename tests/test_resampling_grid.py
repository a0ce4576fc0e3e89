"""The grid of all dates against a regression at single dates, and its joins."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import DataError
from eventstudy.inference.conformal import conformal
from eventstudy.inference.placebo_grid import join_grids, placebo_grid, trailing_volatility
from eventstudy.models import MarketModel, MeanAdjusted

EXACT = 1e-9  # the same least squares in another order
M = (-40, -6)


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(1)
    market = 0.01 * rng.standard_normal(150)
    returns = market[:, None] * [1.0, 0.5] + 0.02 * rng.standard_normal((150, 2))
    returns[100, 0] = np.nan
    forbidden = np.zeros((150, 2), dtype=bool)
    forbidden[70:72, 0] = True
    return market, returns, forbidden


def test_each_date_is_the_regression_before_it(panel):
    market, returns, forbidden = panel
    grid = placebo_grid(
        returns,
        [0, 1, 1],
        MarketModel(),
        market,
        window=(0, 1),
        estimation_window=M,
        forbidden=forbidden,
        settle=[0, 0, 2],
    )
    for row, series, column, last in ((60, 0, 0, 1), (120, 1, 1, 1), (120, 2, 1, 3), (110, 0, 0, 1)):
        days = np.arange(row - 40, row - 5)
        days = days[np.isfinite(returns[days, column])]
        x = np.column_stack([np.ones(len(days)), market[days]])
        inverse = np.linalg.inv(x.T @ x)
        b = inverse @ x.T @ returns[days, column]
        e = returns[days, column] - x @ b
        window = np.arange(row, row + last + 1)
        xs = np.column_stack([np.ones(len(window)), market[window]])
        ones = np.ones(len(window))
        variance = (e @ e) / (len(days) - 2) * ones @ (np.eye(len(window)) + xs @ inverse @ xs.T) @ ones
        assert grid.car[row, series] == pytest.approx((returns[window, column] - xs @ b).sum(), rel=EXACT)
        assert grid.car_variance[row, series] == pytest.approx(variance, rel=EXACT)
        assert grid.dof[row, series] == len(days) - 2
        assert grid.positive[row, series] == pytest.approx((e > 0).mean())
        before = returns[row - 21 : row, column]
        assert grid.volatility[row, series] == pytest.approx(np.sqrt(np.nanmean(before**2)), rel=EXACT)
    # a window of day 0 and the next touches rows 70 and 71 from 69 on; row 100 has no return
    assert np.flatnonzero(grid.blocked[:, 0]).tolist() == [69, 70, 71, 100]
    assert not grid.blocked[:, 1:].any()


def test_a_date_on_which_the_asset_has_no_price_is_no_placebo_date(panel):
    market, returns, forbidden = panel
    forbidden[:] = False
    given = {"window": (-1, 1), "estimation_window": M, "forbidden": forbidden}
    plain = placebo_grid(returns, [0, 1], MarketModel(), market, **given)
    assert np.isfinite(plain.car[100, 0])  # two of the window's three days are enough to estimate it
    assert np.flatnonzero(plain.blocked[:, 0]).tolist() == [100]
    # The settled day is a day with a price as well: with day 0 at 98 it would be 100.
    settled = placebo_grid(returns, [0], MarketModel(), market, **given, settle=[2])
    assert np.flatnonzero(settled.blocked[:, 0]).tolist() == [98, 100]


def test_grids_of_different_models_stand_side_by_side(panel):
    market, returns, forbidden = panel
    options = {"window": (0, 0), "estimation_window": M, "forbidden": forbidden}
    one = placebo_grid(returns, [0], MarketModel(), market, **options)
    two = placebo_grid(returns, [1], MeanAdjusted(), **options, shares=False)
    both = join_grids([one, two])
    np.testing.assert_array_equal(both.car, np.column_stack([one.car, two.car]))
    assert both.positive is None
    with pytest.raises(DataError, match="different numbers of sessions"):
        join_grids([one, placebo_grid(returns[:90], [1], MeanAdjusted(), **options | {"forbidden": forbidden[:90]})])
    with pytest.raises(DataError, match="forbidden has shape"):
        placebo_grid(returns, [0], MeanAdjusted(), **options | {"forbidden": forbidden[:5]})


def test_volatility_needs_half_its_sessions():
    returns = np.array([[np.nan], [np.nan], [0.02], [0.02], [np.nan], [0.01]])
    found = trailing_volatility(returns, 4).ravel()
    assert np.isnan(found).tolist() == [True, True, True, False, False, False]
    assert found[5] == pytest.approx(np.sqrt((0.02**2 + 0.02**2 + 0.01**2) / 3))


def test_an_event_in_two_pieces_has_no_conformal_test():
    y = np.random.default_rng(2).standard_normal(40)
    event = np.zeros(40, dtype=bool)
    event[[10, 12]] = True
    found = conformal(y, np.ones((40, 1)), event)
    assert found.reason == ("the event's sessions are not consecutive",)
    assert np.isnan(found.p_value)
