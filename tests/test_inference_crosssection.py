"""The cross-sectional regression against statsmodels' own formula interface and plain loops."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.inference import make_sample
from eventstudy.inference.crosssection import explain, regress
from eventstudy.inference.formula import design
from eventstudy.inference.pre_event import pre_event_cars

# Two least-squares solvers on well-conditioned data.
RTOL = 1e-8


def frame(n=60, seed=0):
    rng = np.random.default_rng(seed)
    asset = rng.choice(["RUB", "BRENT", "SPX"], n)
    intensity = rng.normal(size=n)
    variance = rng.uniform(0.5, 2, n) * 1e-4
    car = 0.004 * intensity + 0.003 * (asset == "RUB") + np.sqrt(variance) * rng.standard_normal(n)
    return pd.DataFrame(
        {
            "car": car,
            "intensity": intensity,
            "asset": asset,
            "date": rng.integers(0, 15, n),
            "variance": variance,
            "firm": rng.integers(0, 30, n),
        }
    )


def columns(data):
    return {name: data[name].to_numpy() for name in data}


FORMULA = "car ~ intensity + C(asset)"


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("covariance", ["OLS", "HC3", "cluster", "two-way"])
def test_coefficients_and_errors_are_those_of_statsmodels(weighted, covariance):
    data = frame()
    w = 1 / data["variance"] if weighted else np.ones(len(data))
    model = smf.wls(FORMULA, data, weights=w)
    groups = data["date"].to_numpy() if covariance == "cluster" else data[["date", "firm"]].to_numpy()
    options = {
        "OLS": {},
        "HC3": {"cov_type": "HC3", "use_t": True},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": groups}, "use_t": True},
        "two-way": {"cov_type": "cluster", "cov_kwds": {"groups": groups}, "use_t": True},
    }[covariance]
    wanted = model.fit(**options)
    found = explain(
        FORMULA,
        columns(data),
        variance=data["variance"] if weighted else None,
        covariance="cluster" if covariance == "two-way" else covariance,
        cluster=data["date"],
        cluster2=data["firm"] if covariance == "two-way" else None,
    )
    assert list(found.names) == list(wanted.params.index)
    np.testing.assert_allclose(found.coefficients, wanted.params, rtol=RTOL)
    np.testing.assert_allclose(found.se, wanted.bse, rtol=RTOL)
    np.testing.assert_allclose(found.p_value, wanted.pvalues, rtol=1e-6)
    np.testing.assert_allclose(np.c_[found.ci_low, found.ci_high], wanted.conf_int(), rtol=1e-6)
    assert found.r2 == pytest.approx(wanted.rsquared, rel=RTOL)
    assert found.dof == wanted.df_resid


def test_rows_with_a_missing_value_are_left_out_and_counted():
    data = frame()
    data.loc[3, "car"] = np.nan
    data.loc[5, "asset"] = None
    data.loc[7, "intensity"] = np.nan
    found = explain(FORMULA, columns(data), variance=np.where(np.arange(60) == 9, np.nan, 1.0))
    assert found.n_left_out == 4
    assert found.n + found.n_left_out == 60
    assert sorted(set(range(60)) - set(found.used.tolist())) == [3, 5, 7, 9]
    clean = data.drop(index=[3, 5, 7, 9])
    np.testing.assert_allclose(found.coefficients, smf.ols(FORMULA, clean).fit().params, rtol=RTOL)
    assert len(found.fitted) == len(found.residuals) == found.n


def test_a_column_that_the_formula_does_not_use_may_be_missing():
    data = frame()
    data["note"] = None
    assert explain("car ~ intensity", columns(data)).n_left_out == 0


def test_pre_event_errors_are_the_spread_of_the_same_regression():
    data, rng = frame(), np.random.default_rng(1)
    before = rng.normal(0, 0.01, size=(80, 60))
    before[3, 4] = np.nan
    before[5] = np.nan
    found = explain(FORMULA, columns(data), covariance="pre-event", pre_event=before)
    draws = []
    for b, row in enumerate(before):
        if b == 5:
            continue
        draws.append(smf.ols(FORMULA, data.assign(car=row)).fit().params.to_numpy())
    draws = np.array(draws)
    np.testing.assert_allclose(found.se, draws.std(axis=0, ddof=1), rtol=RTOL)
    assert found.n_draws == 79
    assert found.distribution == "t(78)"
    far = (np.abs(draws) >= np.abs(found.coefficients)).sum(axis=0)
    np.testing.assert_allclose(found.rank_p_value, (1 + far) / 80, rtol=RTOL)


def test_pre_event_errors_see_the_correlation_that_hc3_misses():
    """400 studies of 30 events on one date whose response to a common factor goes with x; true effect none."""
    rng = np.random.default_rng(2)
    reject = {"HC3": 0, "pre-event": 0}
    for _ in range(400):
        x = rng.normal(size=30)
        factor = rng.normal(size=101)[:, None]
        returns = factor * x + rng.normal(size=(101, 30))
        design_ = np.c_[np.ones(30), x]
        for kind in reject:
            fit = regress(returns[0], design_, ["constant", "x"], covariance=kind, pre_event=returns[1:])
            reject[kind] += fit.p_value[1] < 0.05
    assert reject["HC3"] / 400 > 0.5
    assert abs(reject["pre-event"] / 400 - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 400)


def test_pre_event_cars_add_up_the_estimation_sample():
    rng = np.random.default_rng(3)
    ar, e, h = rng.normal(size=(4, 3)), rng.normal(size=(4, 41)), rng.uniform(0, 0.1, size=(4, 41))
    e[1, 40] = np.nan
    variance = np.array([1.0, 2.0, 3.0, 4.0])
    sample = make_sample(ar, e, window=(0, 1), event_window=(-1, 1), leverage=h, car_variance=variance)
    found = pre_event_cars(sample)
    assert found.shape == (20, 4)
    for j in range(20):
        for i in range(4):
            days = [1 + 2 * j, 2 + 2 * j]
            total = sum(e[i, t] / math.sqrt(1 - h[i, t]) for t in days)
            wanted = total * math.sqrt(variance[i] / (2 * sample.sigma[i] ** 2))
            assert found[j, i] == pytest.approx(wanted, rel=RTOL, nan_ok=True)
    assert np.isnan(found[19, 1])


@pytest.mark.parametrize(
    ("formula", "change", "options", "error", "words"),
    [
        ("car ~ intensty", {}, {}, SpecError, "did you mean 'intensity'"),
        ("car", {}, {}, SpecError, "has no '~'"),
        ("car ~ intensity +", {}, {}, SpecError, "cannot be read"),
        ("car + intensity ~ asset", {}, {}, SpecError, "left side"),
        ("car ~ np.log(zero)", {"zero": np.zeros(60)}, {}, DataError, "infinite"),
        ("car ~ intensity", {"short": [1.0]}, {}, DataError, "differ in length"),
        ("car ~ intensity + twice", {"twice": frame()["intensity"].to_numpy() * 2}, {}, ModelError, "'twice' follows"),
        ("car ~ one_off", {"one_off": np.arange(60) == 4}, {}, ModelError, "decides a coefficient \\('one_off"),
        ("car ~ intensity", {}, {"covariance": "cluster"}, SpecError, "needs cluster codes"),
        ("car ~ intensity", {}, {"covariance": "cluster", "cluster": np.zeros(60)}, ModelError, "in one cluster"),
        (
            FORMULA,
            {},
            {"covariance": "cluster", "cluster": frame()["date"], "cluster2": frame()["asset"]},
            ModelError,
            "two-way",
        ),
        ("car ~ intensity", {}, {"covariance": "pre-event"}, SpecError, "needs pre_event"),
        (
            "car ~ intensity",
            {},
            {"covariance": "pre-event", "pre_event": np.zeros((5, 60))},
            ModelError,
            "5 pre-event regressions",
        ),
        ("car ~ intensity", {}, {"covariance": "hc3"}, SpecError, "did you mean 'HC3'"),
        ("car ~ C(asset)", {"car": np.full(60, np.nan)}, {}, DataError, "column 'car' has no value"),
        ("car ~ intensity", {"intensity": [None] * 60}, {}, DataError, "column 'intensity' has no value"),
        ("car ~ asset", {"asset": ["RUB"] * 60}, {}, SpecError, "'asset' has one level"),
        ("car ~ intensity", {"intensity": [None] * 58 + [1.0, 2.0]}, {}, ModelError, "2 usable events for 2"),
    ],
)
def test_what_cannot_be_estimated_is_one_clear_error(formula, change, options, error, words):
    with pytest.raises(error, match=words):
        explain(formula, {**columns(frame()), **change}, **options)


def test_a_formula_reaches_only_the_data_and_numpy():
    with pytest.raises(SpecError, match="cannot be read"):
        explain("car ~ data", columns(frame()))
    y, x, names, kept = design("car ~ np.abs(intensity) - 1", columns(frame()))
    assert names == ("np.abs(intensity)",)
    assert x.shape == (60, 1)
    assert len(y) == kept.sum() == 60


def test_columns_of_any_kind_are_read_for_what_they_are():
    data = {
        "car": frame()["car"].to_numpy(),
        "number": np.array([None if i == 4 else float(i % 7) for i in range(60)], dtype=object),
        "whole": pd.array([pd.NA if i == 5 else i % 5 for i in range(60)], dtype="Int64").to_numpy(),
        "text": pd.array([None if i == 6 else "ab"[i % 2] for i in range(60)], dtype="string").to_numpy(),
        "flag": np.arange(60) % 3 == 0,
        "day": np.array(
            ["2022-02-14", "2022-02-14", "2022-02-15"] * 19 + ["2022-02-15"] * 2 + ["NaT"], dtype="datetime64[D]"
        ),
        "spans": np.array([[(0, 1)]] * 60 + [None], dtype=object)[:60],
    }
    fit = explain("car ~ number + whole + C(text) + flag + C(day)", data)
    assert set(fit.names) == {"Intercept", "C(text)[T.b]", "flag[T.True]", "C(day)[T.2022-02-15]", "number", "whole"}
    assert sorted(set(range(60)) - set(fit.used.tolist())) == [4, 5, 6, 59]
