"""Conformal and joint tests from an estimation's own inputs: the same as from arrays put together by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import ModelError
from eventstudy.estimation import abnormal_returns
from eventstudy.inference.conformal import conformal
from eventstudy.inference.designs import conformal_events, joint_models
from eventstudy.inference.joint import joint_model
from eventstudy.models import MarketAdjusted, MarketModel
from eventstudy.models.base import Forecast
from eventstudy.simulation import simulate

EXACT = 1e-9  # the same least squares in another order
WINDOWS = {"event_window": (-2, 3), "estimation_window": (-60, -11)}


class OwnModel:
    """The mean of the sample, as a model that is called once an event."""

    benchmarks = ("MARKET",)

    def predict(self, y, x, x_event):
        m, days = len(y), len(x_event)
        return Forecast(
            expected=np.full(days, y.mean()),
            covariance=y.var(ddof=1) * (np.eye(days) + 1 / m),
            residuals=y - y.mean(),
            n_parameters=1,
        )


@pytest.fixture(scope="module")
def drawn():
    return simulate(6, 2, spacing=30, effect=0.06, seed=4, **WINDOWS)


def fitted(drawn, model=None, **options):
    return abnormal_returns(
        drawn.returns, drawn.positions, MarketModel() if model is None else model, drawn.market, **(WINDOWS | options)
    )


def test_conformal_of_each_event_by_hand(drawn):
    settle = np.array([0, 1, 0, 1, 0, 1])
    found = conformal_events(fitted(drawn), (0, 1), settle, confidence=0.9)
    for i, (row, column) in enumerate(drawn.positions):
        days = np.r_[row - 60 : row - 10, row : row + 2 + settle[i]]
        y = drawn.returns[days, column]
        x = np.column_stack([np.ones(len(days)), drawn.market[days]])
        alone = conformal(y, x, np.arange(len(days)) >= 50, confidence=0.9)
        assert found.p_value[i] == pytest.approx(float(alone.p_value), abs=EXACT)
        assert found.ci_low[i] == pytest.approx(float(alone.ci_low), abs=EXACT)
        assert found.n_reference[i] == len(days) - 1
    assert found.reason == ("",) * 6


def test_conformal_of_market_adjusted_returns_fits_nothing(drawn):
    found = conformal_events(fitted(drawn, MarketAdjusted()), (0, 0))
    row, column = drawn.positions[0]
    days = np.r_[row - 60 : row - 10, row]
    net = np.abs(drawn.returns[days, column] - drawn.market[days])
    assert found.p_value[0] == pytest.approx((net >= net[-1]).mean())


def test_an_event_without_an_estimate_says_why(drawn):
    short = fitted(drawn, estimation_window=(-500, -400))
    found = conformal_events(short, (0, 0))
    assert np.isnan(found.p_value).all()
    assert all("sessions" in reason for reason in found.reason)


def test_joint_models_by_hand(drawn):
    found = joint_models(fitted(drawn), (0, 1))
    assert sorted(found) == [0, 1]
    for column, model in found.items():
        events = np.flatnonzero(drawn.positions[:, 1] == column)
        rows = drawn.positions[events, 0]
        low, high = rows.min() - 60, rows.max() + 2
        y = drawn.returns[low:high, column]
        x = np.column_stack([np.ones(high - low), drawn.market[low:high]])
        alone = joint_model(y, x, np.column_stack([rows, rows + 1]) - low)
        assert model.labels.tolist() == events.tolist()
        np.testing.assert_allclose(model.estimate, alone.estimate, rtol=EXACT)
        np.testing.assert_allclose(model.p_value, alone.p_value, rtol=1e-6)
        assert model.n_estimation == high - low - 2 * len(events)


def test_models_that_cannot_be_fitted_again_are_refused(drawn):
    with pytest.raises(ModelError, match="estimates something"):
        joint_models(fitted(drawn, MarketAdjusted()), (0, 0))
    own = fitted(drawn, OwnModel())
    for test in (conformal_events, joint_models):
        with pytest.raises(ModelError, match="called event by event"):
            test(own, (0, 0))
