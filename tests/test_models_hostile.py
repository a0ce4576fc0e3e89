"""Hostile arrays: every event gets numbers or a reason, never a warning and never a wrong shape."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import DataError, EventStudyError
from eventstudy.estimation import Status, abnormal_returns
from eventstudy.models import (
    AbnormalVolatility,
    Dimson,
    FactorModel,
    MarketAdjusted,
    MarketModel,
    MeanAdjusted,
    RobustMarketModel,
    RollingBeta,
    ScholesWilliams,
    buy_and_hold,
)

MODELS = [
    MeanAdjusted(),
    MarketAdjusted(),
    MarketModel(),
    FactorModel(),
    ScholesWilliams(),
    Dimson(),
    RollingBeta(half_life=5),
    RobustMarketModel(),
    RobustMarketModel(method="lad"),
]


def spoil(rng, kind: str, returns, factors) -> None:
    if kind == "no returns move":
        returns[:] = 0
    elif kind == "a constant factor":
        factors[:, 0] = rng.choice([0.0, 1.0, -5.0])
    elif kind == "half the returns missing":
        returns[rng.random(returns.shape) < 0.5] = np.nan
    elif kind == "a third of the factors missing":
        factors[rng.random(factors.shape) < 0.3] = np.nan
    elif kind == "infinities":
        returns[rng.integers(len(returns))] = np.inf
        factors[rng.integers(len(factors))] = -np.inf
    elif kind == "a perfect fit":
        returns[:] = factors[:, :1] * 2 + 1
    elif kind == "huge":
        returns[:] = 1e99 * np.sign(returns)
    elif kind == "collinear":
        factors[:, -1] = factors[:, 0] * 3
    elif kind == "mostly stale":
        returns[:] = np.where(rng.random(returns.shape) < 0.9, 0, returns)


KINDS = (
    "no returns move",
    "a constant factor",
    "half the returns missing",
    "a third of the factors missing",
    "infinities",
    "a perfect fit",
    "huge",
    "collinear",
    "mostly stale",
)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_or_a_reason(kind) -> None:
    rng = np.random.default_rng(KINDS.index(kind))
    for model in MODELS:
        for _ in range(4):
            sessions, assets = int(rng.integers(1, 120)), int(rng.integers(1, 4))
            scale = 10.0 ** rng.integers(-6, 3)
            returns, factors = scale * rng.normal(size=(sessions, assets)), scale * rng.normal(size=(sessions, 2))
            spoil(rng, kind, returns, factors)
            x = {"mean-adjusted": None, "factor model": factors}.get(model.name, factors[:, :1])
            n = int(rng.integers(0, 6))
            positions = np.column_stack([rng.integers(-3, sessions + 3, n), rng.integers(0, assets, n)])
            first, start = int(rng.integers(-4, 3)), int(rng.integers(-60, 5))
            windows = (first, first + int(rng.integers(0, 4))), (start, start + int(rng.integers(6, 50)))
            excluded = rng.random((sessions, assets)) < 0.1
            try:
                found = abnormal_returns(returns, positions, model, x, *windows, excluded=excluded)
            except EventStudyError as error:
                assert "too short" in str(error)
                continue
            check(found)


def check(found) -> None:
    n, days = found.ar.shape
    assert found.forecast_scale.shape == found.sar.shape == found.expected().shape == (n, days)
    assert found.residuals().shape == found.leverage().shape == (n, found.estimation_window.length)
    assert found.forecast_covariance().shape == (n, days, days)
    car, variance = found.car(), found.car_variance()
    assert buy_and_hold(found).shape == car.shape == (n,)
    AbnormalVolatility().of(found)
    for i in range(n):
        status = Status(found.status[i])
        assert found.used[i] == (status <= Status.NO_VARIANCE)
        assert bool(found.reason(i)) == (status is not Status.OK)
        if found.used[i]:
            assert np.isfinite(found.ar[i]).any()
            assert np.isfinite(car[i])
            assert variance[i] >= 0
            assert (found.sigma[i] > 0) == (status is Status.OK)
        else:
            assert np.isnan(found.ar[i]).all()
            assert np.isnan(found.sigma[i])
            assert np.isnan(car[i])


def test_numbers_that_no_return_can_be_are_refused() -> None:
    returns = np.zeros((50, 2))
    returns[7, 1] = 1e200
    with pytest.raises(DataError, match=r"returns\[7, 1\] is 1e\+200"):
        abnormal_returns(returns, [[40, 0]], MeanAdjusted(), None, (0, 1), (-30, -5))
