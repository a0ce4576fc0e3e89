"""Model specifications: what they name, what they refuse, and models of a user's own."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from eventstudy import models
from eventstudy._types import LinearModel, PerEventModel
from eventstudy.errors import EventStudyError, ModelError
from eventstudy.estimation import Status, abnormal_returns
from eventstudy.models import (
    Dimson,
    FactorModel,
    Forecast,
    GarchMarketModel,
    MarketAdjusted,
    MarketModel,
    MeanAdjusted,
    RobustMarketModel,
    RollingBeta,
    ScholesWilliams,
    SyntheticControl,
)

# Two correct programs on ordinary data agree to about 12 digits.
ORDINARY = 1e-10

SPECS = [
    MeanAdjusted(),
    MarketAdjusted("SPX"),
    MarketModel("SPX"),
    FactorModel("Mkt-RF", "SMB", risk_free="RF"),
    FactorModel.preset("FF5+Mom"),
    ScholesWilliams("SPX"),
    Dimson("SPX", n=2),
    RollingBeta("SPX", half_life=30),
    RobustMarketModel("SPX"),
    GarchMarketModel("SPX"),
    SyntheticControl("A", "B"),
]


def draw(seed: int = 0, sessions: int = 300):
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, sessions)
    return (0.0002 + 1.1 * market + rng.normal(0, 0.01, sessions))[:, None], market


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: type(s).__name__)
def test_specs_are_frozen_described_and_pickle(spec) -> None:
    assert isinstance(spec, (LinearModel, PerEventModel))
    assert spec == pickle.loads(pickle.dumps(spec))
    assert hash(spec) == hash(pickle.loads(pickle.dumps(spec)))
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        spec.benchmark = "other"
    sentence = spec.describe()
    assert sentence.endswith(".")
    assert spec.name
    assert any(c.isdigit() for c in spec.reference)  # a year
    assert type(spec).__name__ in models.__all__


def test_bad_specs_are_refused_in_one_line() -> None:
    for make, message in [
        (lambda: MarketModel(""), "is not a name"),
        (lambda: MarketModel(3), "is not a name"),
        (lambda: FactorModel("SMB", "SMB"), "named twice"),
        (lambda: FactorModel(risk_free="RF"), "without factors"),
        (lambda: FactorModel("SMB", returns="percent"), "is not 'simple'"),
        (lambda: FactorModel.preset("FF4"), "preset='FF4'"),
        (lambda: Dimson("SPX", n=0), "n=0"),
        (lambda: Dimson("SPX", weights="equal"), "weights="),
        (lambda: RollingBeta("SPX", half_life=-1), "half_life"),
        (lambda: RobustMarketModel("SPX", method="ols"), "method="),
        (lambda: GarchMarketModel("SPX", volatility="figarch"), "volatility="),
        (lambda: SyntheticControl("A", "A"), "named twice"),
    ]:
        with pytest.raises(EventStudyError, match=message):
            make()


def test_risk_free_rate_is_subtracted_from_the_return() -> None:
    rng = np.random.default_rng(1)
    returns, market = draw(1)
    rate = rng.uniform(0, 0.001, 300)
    factors = np.column_stack([market - rate, rng.normal(0, 0.01, 300)])
    with_rate = FactorModel("Mkt-RF", "SMB", risk_free="RF")
    found = abnormal_returns(returns, [[250, 0]], with_rate, np.column_stack([factors, rate]), (-2, 2), (-120, -11))
    excess = returns - rate[:, None]
    plain = abnormal_returns(excess, [[250, 0]], FactorModel("Mkt-RF", "SMB"), factors, (-2, 2), (-120, -11))
    np.testing.assert_allclose(found.ar, plain.ar, rtol=ORDINARY)
    assert found.coefficient_names == with_rate.columns == ("intercept", "Mkt-RF", "SMB")
    np.testing.assert_allclose(found.expected()[0], returns[248:253, 0] - plain.ar[0])


def test_lags_of_a_linear_model_enter_the_design() -> None:
    class Lagged:
        benchmarks = ("SPX",)
        lags = (-1, 0)
        fixed = False

    returns, market = draw(2)
    found = abnormal_returns(returns, [[250, 0]], Lagged(), market, (-2, 2), (-120, -11))
    both = np.column_stack([np.r_[np.nan, market[:-1]], market])
    plain = abnormal_returns(returns, [[250, 0]], FactorModel(), both, (-2, 2), (-120, -11))
    np.testing.assert_allclose(found.ar, plain.ar, rtol=ORDINARY)
    assert found.coefficient_names == ("intercept", "SPX[-1]", "SPX[+0]")


class MedianAdjusted:
    """A user's own model, in ten lines."""

    benchmarks = ()

    def predict(self, y, x, x_event):
        expected = np.full(len(x_event), np.median(y))
        residuals = y - np.median(y)
        variance = residuals @ residuals / (y.size - 1)
        covariance = variance * (np.eye(len(x_event)) + np.pi / 2 / y.size)
        return Forecast(expected, covariance, residuals, n_parameters=1, details={})


def test_a_model_of_ones_own() -> None:
    returns, _ = draw(3)
    returns[[200, 251], 0] = np.nan
    found = abnormal_returns(returns, [[250, 0], [10, 0]], MedianAdjusted(), None, (-2, 2), (-120, -11))
    sample = returns[130:240, 0]
    median = np.nanmedian(sample)
    np.testing.assert_allclose(found.ar[0], returns[248:253, 0] - median)
    rest = sample[np.isfinite(sample)] - median
    variance = rest @ rest / (rest.size - 1)
    np.testing.assert_allclose(found.sigma[0] ** 2, variance, rtol=ORDINARY)
    np.testing.assert_allclose(found.car_variance()[0], variance * (4 + 16 * np.pi / 2 / rest.size), rtol=ORDINARY)
    assert np.isnan(found.ar[0, 3])
    assert np.isfinite(found.residuals()[0]).sum() == found.n_estimation[0] == 109
    assert Status(found.status[1]) is Status.OUTSIDE


def test_a_models_failure_is_the_events_and_its_mistakes_are_its_own() -> None:
    returns, _ = draw(4)

    class Picky(MedianAdjusted):
        name = "picky"

        def predict(self, y, x, x_event):
            if y.mean() > 0:
                raise ValueError("mean above zero")
            return Forecast.failed("mean below zero", len(x_event), y.size)

    found = abnormal_returns(
        np.column_stack([returns, -returns]), [[250, 0], [250, 1]], Picky(), None, (0, 1), (-60, -5)
    )
    assert sorted(found.reason(i) for i in range(2)) == ["picky: mean above zero", "picky: mean below zero"]
    assert not found.used.any()
    assert np.isnan(found.ar).all()

    class Wrong(MedianAdjusted):
        def predict(self, y, x, x_event):
            return Forecast(np.zeros(99), np.eye(2), y, 1)

    with pytest.raises(ModelError, match="expected of the forecast has shape"):
        abnormal_returns(returns, [[250, 0]], Wrong(), None, (0, 1), (-60, -5))
    with pytest.raises(ModelError, match="scales linear models only"):
        abnormal_returns(
            returns, [[250, 0]], MedianAdjusted(), spans=np.ones((300, 1), dtype=int), gaps="maynes-rumsey"
        )
