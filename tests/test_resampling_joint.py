"""Joint regression and response slope against statsmodels, and the size of each kind of coefficient."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.errors import DataError, SpecError
from eventstudy.inference.calendar_time import newey_west_lags
from eventstudy.inference.joint import joint_model
from eventstudy.inference.slope import response_slope

EXACT = 1e-9  # least squares by two routes in double precision


def market(rng, t, nu=None):
    x = np.column_stack([np.ones(t), rng.standard_normal(t) * 0.01])
    e = rng.standard_normal(t) if nu is None else rng.standard_t(nu, t)
    return x @ [0.0005, 1.1] + 0.02 * e, x


def test_one_day_dummies_are_those_of_ordinary_least_squares():
    rng = np.random.default_rng(1)
    y, x = market(rng, 300)
    rows = np.array([50, 120, 121, 200])
    found = joint_model(y, x, np.column_stack([rows, rows]))
    dummies = np.zeros((300, 4))
    dummies[rows, np.arange(4)] = 1
    fit = sm.OLS(y, np.column_stack([x, dummies])).fit()
    np.testing.assert_allclose(found.estimate, fit.params[2:], rtol=EXACT)
    np.testing.assert_allclose(found.se, fit.bse[2:], rtol=EXACT)
    np.testing.assert_allclose(found.p_value, fit.pvalues[2:], rtol=1e-6)
    np.testing.assert_allclose(np.column_stack([found.ci_low, found.ci_high]), fit.conf_int()[2:], rtol=1e-7)
    f = fit.f_test(np.eye(6)[2:])
    assert found.f_statistic == pytest.approx(float(f.fvalue), rel=1e-7)
    assert found.f_p_value == pytest.approx(float(f.pvalue), rel=1e-6)
    assert found.distribution[0] == "t(294)"


def test_a_window_has_the_exact_forecast_variance_and_overlap_is_told_apart():
    rng = np.random.default_rng(2)
    y, x = market(rng, 200)
    y[100:103] += 0.05
    y[102:105] += 0.02
    found = joint_model(y, x, [[100, 102], [102, 104], [150, 151]])
    quiet = np.ones(200, dtype=bool)
    quiet[[100, 101, 102, 103, 104, 150, 151]] = False
    b, *_ = np.linalg.lstsq(x[quiet], y[quiet], rcond=None)
    ar = y - x @ b
    s2 = (ar[quiet] ** 2).sum() / (193 - 2)
    apart = np.zeros((5, 2))
    apart[[0, 1, 2], 0], apart[[2, 3, 4], 1] = 1 / 3, 1 / 3
    together, *_ = np.linalg.lstsq(apart, ar[100:105], rcond=None)
    np.testing.assert_allclose(found.estimate[:2], together, rtol=EXACT)
    xs = x[150:152]
    variance = s2 * np.ones(2) @ (np.eye(2) + xs @ np.linalg.inv(x[quiet].T @ x[quiet]) @ xs.T) @ np.ones(2)
    assert found.estimate[2] == pytest.approx(ar[150:152].sum(), rel=EXACT)
    assert found.se[2] == pytest.approx(np.sqrt(variance), rel=EXACT)


def test_a_coefficient_of_many_separate_events_has_the_newey_west_error():
    rng = np.random.default_rng(3)
    y, x = market(rng, 600)
    rows = 20 + 25 * np.arange(20)
    found = joint_model(y, x, np.column_stack([rows, rows]), np.zeros(20, dtype=int))
    dummy = np.zeros(600)
    dummy[rows] = 1
    fit = sm.OLS(y, np.column_stack([x, dummy])).fit(
        cov_type="HAC", cov_kwds={"maxlags": newey_west_lags(600), "use_correction": True}
    )
    assert found.method == ("HAC",)
    assert found.se[0] == pytest.approx(fit.bse[2], rel=1e-8)
    assert (found.n_events[0], found.n_separate[0]) == (20, 20)
    # as many scores to learn the variance from as separate events
    assert found.distribution == ("t(19)",)
    assert found.p_value[0] == pytest.approx(2 * stats.t.sf(abs(found.estimate[0] / fit.bse[2]), 19), rel=1e-8)


def test_why_a_hac_error_of_one_session_is_not_offered():
    # the mistake itself, in statsmodels: 90 % false alarms; the forecast variance keeps its level
    rng = np.random.default_rng(4)
    wrong, right, reps = 0, 0, 300
    for _ in range(reps):
        y, x = market(rng, 200)
        dummy = (np.arange(200) == 150).astype(float)
        fit = sm.OLS(y, np.column_stack([x, dummy])).fit(cov_type="HAC", cov_kwds={"maxlags": 4})
        wrong += fit.pvalues[2] < 0.05
        right += joint_model(y, x, [[150, 150]]).p_value[0] < 0.05
    assert wrong / reps > 0.8
    assert abs(right / reps - 0.05) < 3 * np.sqrt(0.05 * 0.95 / reps)


def test_a_coefficient_of_few_events_is_compared_with_placebo_positions():
    rng = np.random.default_rng(5)
    reps, rejected = 400, 0
    rows = np.array([80, 95, 130, 170])
    for _ in range(reps):
        y, x = market(rng, 260, nu=3)
        found = joint_model(y, x, np.column_stack([rows, rows + 1]), np.zeros(4, dtype=int))
        assert found.method == ("placebo",)
        rejected += found.p_value[0] <= 0.05
    assert abs(rejected / reps - 0.05) < 3 * np.sqrt(0.05 * 0.95 / reps)
    assert "placebo positions" in found.distribution[0]


def test_missing_returns_leave_the_window_shorter():
    rng = np.random.default_rng(6)
    y, x = market(rng, 100)
    y[51] = np.nan
    found = joint_model(y, x, [[50, 52]])
    keep = np.isfinite(y)
    shorter = joint_model(y[keep], x[keep], [[50, 51]])
    assert found.estimate[0] == pytest.approx(shorter.estimate[0], rel=EXACT)
    assert found.se[0] == pytest.approx(shorter.se[0], rel=EXACT)


def test_joint_model_refuses_what_it_cannot_estimate():
    rng = np.random.default_rng(7)
    y, x = market(rng, 60)
    with pytest.raises(DataError, match="cannot be told apart"):
        joint_model(y, x, [[20, 21], [20, 21]])
    with pytest.raises(DataError, match=r"event 1, rows \(58, 61\), is outside"):
        joint_model(y, x, [[20, 21], [58, 61]])
    with pytest.raises(DataError, match="outside every window"):
        joint_model(y, x, [[0, 58]])
    y[20] = np.nan
    with pytest.raises(DataError, match="event 0 has no valid return"):
        joint_model(y, x, [[20, 20]])
    flat = joint_model(np.zeros(60), x[:, :1], [[30, 30]])
    assert np.isnan(flat.p_value[0])
    assert flat.note[0] == "no variance outside the windows"


@pytest.mark.parametrize("covariance", ["HC3", "HAC", "cluster"])
def test_slope_against_statsmodels(covariance):
    rng = np.random.default_rng(8)
    size = rng.standard_normal(40)
    cluster = np.arange(40) // 3
    y = 0.01 + 0.02 * size + 0.01 * rng.standard_normal(40)
    found = response_slope(y, size, covariance=covariance, cluster=cluster)
    keywords = {
        "HC3": {"cov_type": "HC3"},
        "HAC": {"cov_type": "HAC", "cov_kwds": {"maxlags": newey_west_lags(40), "use_correction": True}},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": cluster, "use_correction": True}},
    }[covariance]
    fit = sm.OLS(y, sm.add_constant(size)).fit(use_t=True, **keywords)
    np.testing.assert_allclose(found.estimate, fit.params, rtol=EXACT)
    np.testing.assert_allclose(found.se, fit.bse, rtol=EXACT)
    assert found.r2 == pytest.approx(fit.rsquared, rel=EXACT)
    assert found.dof == (13 if covariance == "cluster" else 38)
    np.testing.assert_allclose(found.p_value, fit.pvalues, rtol=1e-6)


def test_slope_refuses_what_it_cannot_estimate():
    with pytest.raises(DataError, match="do not vary"):
        response_slope(np.arange(5.0), np.ones(5))
    with pytest.raises(DataError, match="2 events"):
        response_slope(np.array([1.0, 2.0, np.nan]), np.arange(3.0))
    with pytest.raises(SpecError, match="needs cluster"):
        response_slope(np.arange(5.0), np.arange(5.0), covariance="cluster")
