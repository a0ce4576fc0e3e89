"""The array core on hostile numbers: levels, outliers, near-collinear factors, missing values."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.estimation import abnormal_returns, sparse
from eventstudy.models import FactorModel, MarketAdjusted, MarketModel, MeanAdjusted

# Ordinary data leave about 12 digits.
ORDINARY = 1e-10
# A least-squares coefficient's relative error grows with the condition number times the rounding unit;
# the factor holds for either program's rounding.
ROUNDING = 100 * np.finfo(float).eps

WINDOWS = ((-3, 3), (-80, -5))


def draw(seed: int, sessions: int = 240, assets: int = 3, k: int = 2):
    rng = np.random.default_rng(seed)
    factors = rng.normal(0.0003, 0.01, (sessions, k))
    returns = 0.0002 + factors @ rng.normal(1, 0.3, (k, assets)) + rng.normal(0, 0.012, (sessions, assets))
    return returns, factors


def one_by_statsmodels(returns, factors, row, column):
    sample, event = slice(row - 80, row - 4), slice(row - 3, row + 4)
    fit = sm.OLS(returns[sample, column], sm.add_constant(factors[sample], has_constant="add")).fit()
    prediction = fit.get_prediction(sm.add_constant(factors[event], has_constant="add"))
    return fit, returns[event, column] - prediction.predicted_mean, prediction.se_obs


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e3])
def test_the_scale_of_returns_and_factors_does_not_matter(scale) -> None:
    returns, factors = draw(1)
    found = abnormal_returns(returns * scale, [[120, 1]], FactorModel(), factors * scale, *WINDOWS)
    fit, ar, se = one_by_statsmodels(returns * scale, factors * scale, 120, 1)
    np.testing.assert_allclose(found.coefficients[0, 1:], fit.params[1:], rtol=ORDINARY)
    np.testing.assert_allclose(found.ar[0], ar, rtol=ORDINARY, atol=1e-13 * scale)
    np.testing.assert_allclose(found.sigma[0] * np.sqrt(found.forecast_scale[0]), se, rtol=ORDINARY)


@pytest.mark.parametrize("level", [1.0, 1e3])
def test_a_level_far_above_the_spread_loses_no_digits(level) -> None:
    returns, factors = draw(2)
    base = abnormal_returns(returns, [[120, 1]], FactorModel(), factors, *WINDOWS)
    raised = abnormal_returns(returns + level, [[120, 1]], FactorModel(), factors + level, *WINDOWS)
    # Adding the level itself rounds the inputs to level * 2e-16, a share level / 0.01 of the spread.
    tolerance = 1e3 * level / 0.01 * np.finfo(float).eps
    np.testing.assert_allclose(raised.ar, base.ar, atol=tolerance * 0.01)
    np.testing.assert_allclose(raised.sigma, base.sigma, rtol=tolerance)
    np.testing.assert_allclose(raised.forecast_scale, base.forecast_scale, rtol=tolerance)


def test_an_outlier_outside_the_windows_leaves_no_trace() -> None:
    returns, factors = draw(3)
    positions = [[120, 0], [121, 1], [180, 2]]
    clean = abnormal_returns(returns, positions, FactorModel(), factors, *WINDOWS)
    dirty_returns, dirty_factors = returns.copy(), factors.copy()
    dirty_returns[[30, 135, 199]] = 1e3
    dirty_factors[[31, 136, 198]] = -1e3
    for event in range(3):
        held = np.array(positions)[[event]]
        row = held[0, 0]
        kept = slice(row - 80, row + 4)
        one_returns, one_factors = dirty_returns.copy(), dirty_factors.copy()
        one_returns[kept], one_factors[kept] = returns[kept], factors[kept]
        dirty = abnormal_returns(one_returns, held, FactorModel(), one_factors, *WINDOWS)
        # To the last bit: no sum is ever subtracted from another.
        np.testing.assert_array_equal(dirty.ar[0], clean.ar[event])
        np.testing.assert_array_equal(dirty.sigma[0], clean.sigma[event])


@pytest.mark.parametrize("gap", [1e-2, 1e-5, 1e-8])
def test_nearly_collinear_factors_keep_the_digits_that_the_condition_number_leaves(gap) -> None:
    returns, factors = draw(4)
    rng = np.random.default_rng(4)
    factors[:, 1] = factors[:, 0] + gap * rng.normal(0, 0.01, factors.shape[0])
    found = abnormal_returns(returns, [[120, 1]], FactorModel(), factors, *WINDOWS)
    # The same span by two factors that are not collinear; the difference of close numbers is exact.
    # (statsmodels on the collinear pair itself is no yardstick: its standard errors are 6 % off at a gap of 1e-8.)
    apart = np.column_stack([factors[:, 0], (factors[:, 1] - factors[:, 0]) / gap])
    good, ar, se = one_by_statsmodels(returns, apart, 120, 1)
    tolerance = max(ORDINARY, ROUNDING * 2 / gap)
    slope = good.params[2] / gap
    np.testing.assert_allclose(found.coefficients[0, 1:], [good.params[1] - slope, slope], rtol=tolerance)
    np.testing.assert_allclose(found.ar[0], ar, atol=tolerance * 0.01)
    np.testing.assert_allclose(found.sigma[0] ** 2, good.scale, rtol=ORDINARY)
    np.testing.assert_allclose(found.sigma[0] * np.sqrt(found.forecast_scale[0]), se, rtol=tolerance)


def test_layouts_give_the_same_numbers() -> None:
    returns, factors = draw(5)
    positions = [[120, 0], [150, 2]]
    plain = abnormal_returns(returns, positions, FactorModel(), factors, *WINDOWS)
    wide = np.zeros((480, 6))
    wide[::2, ::2] = returns
    for held in (np.asfortranarray(returns), wide[::2, ::2], returns[::-1][::-1]):
        other = abnormal_returns(held, positions, FactorModel(), factors, *WINDOWS)
        np.testing.assert_array_equal(other.ar, plain.ar)
    shared = np.broadcast_to(factors[:, None, :], (240, 3, 2))
    np.testing.assert_array_equal(abnormal_returns(returns, positions, FactorModel(), shared, *WINDOWS).ar, plain.ar)
    own = abnormal_returns(returns, positions, FactorModel(), np.ascontiguousarray(shared), *WINDOWS)
    np.testing.assert_allclose(own.ar, plain.ar, rtol=ORDINARY)
    single = abnormal_returns(returns.astype(np.float32), positions, FactorModel(), factors, *WINDOWS)
    np.testing.assert_allclose(single.ar, plain.ar, atol=1e-7)


def test_inputs_are_left_as_they_were() -> None:
    returns, factors = draw(6)
    held, also = returns.copy(), factors.copy()
    for array in (returns, factors):
        array.flags.writeable = False
    found = abnormal_returns(returns, [[120, 0]], FactorModel(), factors, *WINDOWS)
    found.forecast_scale, found.car_variance(), found.residuals(), found.leverage()
    np.testing.assert_array_equal(returns, held)
    np.testing.assert_array_equal(factors, also)


seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)


@few
@given(seeds, st.floats(0.01, 100), st.floats(-0.05, 0.05))
def test_scaling_and_shifting_returns(seed, scale, shift) -> None:
    returns, factors = draw(seed % 1000)
    positions = [[120, 0], [150, 1], [200, 2]]
    for model, x in ((MeanAdjusted(), None), (MarketModel(), factors[:, :1]), (FactorModel(), factors)):
        base = abnormal_returns(returns, positions, model, x, *WINDOWS)
        moved = abnormal_returns(scale * returns + shift, positions, model, x, *WINDOWS)
        # AR scale with the returns and do not see the shift; standardised ones see neither.
        np.testing.assert_allclose(moved.ar, scale * base.ar, rtol=1e-9, atol=1e-12 * scale)
        np.testing.assert_allclose(moved.scar(), base.scar(), rtol=1e-8, atol=1e-11)
        np.testing.assert_allclose(moved.coefficients[:, 0], scale * base.coefficients[:, 0] + shift, atol=1e-11)


@few
@given(seeds, st.floats(0.05, 20), st.floats(-0.05, 0.05))
def test_scaling_and_shifting_factors(seed, scale, shift) -> None:
    returns, factors = draw(seed % 1000)
    base = abnormal_returns(returns, [[120, 0]], FactorModel(), factors, *WINDOWS)
    moved = abnormal_returns(returns, [[120, 0]], FactorModel(), scale * factors + shift, *WINDOWS)
    np.testing.assert_allclose(moved.ar, base.ar, atol=1e-11)
    np.testing.assert_allclose(moved.coefficients[:, 1:], base.coefficients[:, 1:] / scale, rtol=1e-8)
    np.testing.assert_allclose(moved.forecast_scale, base.forecast_scale, rtol=1e-8)
    turned = abnormal_returns(returns, [[120, 0]], FactorModel(), factors[:, ::-1], *WINDOWS)
    np.testing.assert_allclose(turned.ar, base.ar, atol=1e-12)
    np.testing.assert_allclose(turned.coefficients[0, [0, 2, 1]], base.coefficients[0], rtol=1e-8)


@few
@given(seeds, st.data())
def test_an_event_does_not_depend_on_the_others_in_the_call(seed, data) -> None:
    rng = np.random.default_rng(seed)
    returns, factors = draw(seed % 1000)
    returns[rng.random(returns.shape) < 0.05] = np.nan
    positions = np.column_stack([rng.integers(85, 235, 12), rng.integers(0, 3, 12)])
    together = abnormal_returns(returns, positions, FactorModel(), factors, *WINDOWS)
    order = data.draw(st.permutations(range(12)))
    mixed = abnormal_returns(returns, positions[order], FactorModel(), factors, *WINDOWS)
    np.testing.assert_array_equal(mixed.ar, together.ar[order])
    np.testing.assert_array_equal(mixed.sigma, together.sigma[order])
    one = data.draw(st.integers(0, 11))
    alone = abnormal_returns(returns, positions[[one]], FactorModel(), factors, *WINDOWS)
    np.testing.assert_array_equal(alone.ar[0], together.ar[one])
    np.testing.assert_array_equal(alone.sigma[0], together.sigma[one])


@pytest.mark.parametrize("k", [0, 1, 3])
@pytest.mark.parametrize("missing", [0.0, 0.04])
@pytest.mark.parametrize("kind", ["shared", "own factors", "excluded", "maynes-rumsey"])
def test_few_events_and_many_give_the_same_bits(k, missing, kind, monkeypatch) -> None:
    """Few events are summed from their own rows, many from tables of all windows, in one order."""
    monkeypatch.setattr(sparse, "CHUNK_VALUES", 6 * 76)  # so that twenty events are more than one chunk
    returns, factors = draw(9, sessions=900, assets=6, k=3)
    rng = np.random.default_rng(9)
    returns[rng.random(returns.shape) < missing] = np.nan
    x = factors[:, :k]
    options = {
        "shared": {},
        "own factors": {},
        "excluded": {"excluded": rng.random(returns.shape) < 0.02},
        "maynes-rumsey": {"spans": rng.integers(1, 4, returns.shape), "gaps": "maynes-rumsey"},
    }[kind]
    if kind == "own factors":
        x = x[:, None, :] + rng.normal(0, 0.001, (900, 6, k))
    every = np.stack(np.meshgrid(np.arange(0, 900, 2), np.arange(6)), axis=-1).reshape(-1, 2)
    many = abnormal_returns(returns, every, FactorModel(), x, *WINDOWS, **options)
    # One event, two, chunks that leave one over, and events whose windows reach beyond the data.
    for some in ([700], [100, 1333], list(range(600, 619)), list(range(80, 120))):
        for held in (returns, np.asfortranarray(returns)):
            few = abnormal_returns(held, every[some], FactorModel(), x, *WINDOWS, **options)
            for name in ("ar", "sigma", "coefficients", "r2", "n_estimation", "forecast_scale"):
                np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[some])


@few
@given(seeds, st.integers(0, 100))
def test_nothing_outside_the_windows_changes_anything(seed, place) -> None:
    returns, factors = draw(seed % 1000)
    row = 120 + place
    base = abnormal_returns(returns, [[row, 1]], FactorModel(), factors, *WINDOWS)
    holes, blind = returns.copy(), factors.copy()
    inside = np.r_[row - 80 : row - 4, row - 3 : min(row + 4, 240)]
    outside = np.setdiff1d(np.arange(240), inside)
    holes[outside], blind[outside] = np.nan, np.inf
    holes[:, [0, 2]] = np.nan
    other = abnormal_returns(holes, [[row, 1]], FactorModel(), blind, *WINDOWS)
    np.testing.assert_array_equal(other.ar, base.ar)
    np.testing.assert_array_equal(other.sigma, base.sigma)
    np.testing.assert_array_equal(other.car_variance(), base.car_variance())


@few
@given(seeds)
def test_asset_columns_permute(seed) -> None:
    returns, factors = draw(seed % 1000)
    order = np.random.default_rng(seed).permutation(3)
    positions = np.array([[120, 0], [121, 1], [122, 2]])
    base = abnormal_returns(returns, positions, MarketAdjusted(), factors[:, :1], *WINDOWS)
    renamed = np.column_stack([positions[:, 0], np.argsort(order)[positions[:, 1]]])
    moved = abnormal_returns(returns[:, order], renamed, MarketAdjusted(), factors[:, :1], *WINDOWS)
    np.testing.assert_array_equal(moved.ar, base.ar)
