"""Each registered test weighted, on either side, by any grouping, over several windows; and where there is little."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from scipy import stats

from eventstudy.errors import EventStudyError
from eventstudy.inference import make_sample, registered_tests, run_tests
from eventstudy.inference.measures import measure
from eventstudy.inference.measures_means import benchmark_reaction
from tests.test_placebo_battery import design_of

EXACT = 1e-9  # the same numbers through another call
CLOSED = 1e-9  # closed forms

CELLS = [(r, "ABCD"[k % 4]) for k, r in enumerate(range(100, 200, 9))]
ALONE = {"sq_test", "sq_test_ewma"}


@pytest.fixture(scope="module", params=[None, "size"], ids=["equal", "weighted"])
def result(request):
    found, *_ = design_of({"cells": CELLS, "study": {"weights": request.param}})
    return found


NUMBERS = ["statistic", "p_value", "estimate", "se", "ci_low", "ci_high", "dof"]


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_each_test_by_any_grouping_over_several_windows_is_itself_alone(result, alternative):
    windows = [(0, 0), (0, 1), (-2, 3)]
    for by in ("asset", "direction", "size", ["asset", "direction"]):
        table = result.tests(windows, by=by, alternative=alternative)
        keys = [by] if isinstance(by, str) else by
        groups = table.groupby([*keys, "window"], sort=False)
        assert len(groups) == len(windows) * len(table[keys].drop_duplicates())
        for key, block in groups:
            assert block["name"].is_unique
            lost = block[~np.isfinite(block["statistic"])]
            assert (lost["note"] != "").all(), (key, lost["name"].tolist())
            assert np.isfinite(block.loc[np.isfinite(block["statistic"]), "p_value"]).all()
    shown = result.to_frame("event")
    one = result.tests(windows, by="asset", alternative=alternative)
    for asset, window in itertools.product("ABCD", windows):
        alone = run_tests(result.sample(window, where=(shown["asset"] == asset).to_numpy()), alternative=alternative)
        block = one[(one["asset"] == asset) & (one["window"] == str(tuple(window)))]
        assert block["name"].tolist() == [t.name for t in alone]
        for name in NUMBERS:
            np.testing.assert_allclose(block[name], [getattr(t, name) for t in alone], rtol=EXACT)


def test_either_side_is_half_of_both(result):
    two, more, less = (
        result.tests((0, 1), alternative=side).set_index("name") for side in ("two-sided", "greater", "less")
    )
    assert set(two.index) == {spec.name for spec in registered_tests()}
    for name in set(two.index) - ALONE:
        p, up, down = (t.loc[name, "p_value"] for t in (two, more, less))
        assert np.isfinite([p, up, down]).all(), name
        assert min(2 * min(up, down), 1.0) == pytest.approx(p, abs=0.05), name
        if two.loc[name, "distribution"].startswith(("t(", "N(")) and name != "wilcoxon_signed_rank":
            assert up + down == pytest.approx(1.0, abs=EXACT), name
            assert 2 * min(up, down) == pytest.approx(p, abs=EXACT), name
        for table in (more, less):
            assert not table.loc[name, "ci_low"] > table.loc[name, "ci_high"], name


def test_the_interval_of_the_benchmark_is_that_of_the_test_it_goes_by():
    rng = np.random.default_rng(3)
    for n in (1, 3, 4, 5, 9):
        sample = make_sample(rng.normal(0.5, 1, (n, 1)), rng.normal(size=(n, 99)), window=(0, 0), event_window=(0, 0))
        found = benchmark_reaction(sample)
        scar, dof = sample.scar, sample.dof
        if n == 1:
            draws = np.abs(sample.residuals[0] / sample.sigma[0])
            for side, end in ((-1, found.ci_low), (1, found.ci_high)):
                for step, rejected in ((-1e-9, False), (1e-9, True)):
                    # distances in standardised returns; the forecast's own scale is one here
                    away = abs(scar[0] - end - side * step)
                    assert ((1 + (draws >= away).sum()) / 100 <= 0.05) == rejected
        elif n < 5:
            half = stats.norm.ppf(0.975) * np.sqrt((dof / (dof - 2)).sum()) / n
            assert (found.ci_low, found.ci_high) == pytest.approx((scar.mean() - half, scar.mean() + half), rel=CLOSED)
        else:
            t = stats.ttest_1samp(scar, 0)
            assert found.p_value == pytest.approx(t.pvalue, rel=CLOSED)
            interval = t.confidence_interval(0.95)
            assert (found.ci_low, found.ci_high) == pytest.approx(tuple(interval), rel=CLOSED)


def test_the_least_variance_ratio_is_where_the_draws_begin_to_reject():
    rng = np.random.default_rng(5)
    ar, residuals = rng.normal(0, 1.5, (25, 1)), rng.normal(size=(25, 120))

    def at(f):
        moved = ar.mean() + (ar - ar.mean()) * np.sqrt(f)
        scaled = make_sample(moved, residuals, window=(0, 0), event_window=(0, 0), sigma=np.ones(25))
        return measure(scaled, seed=1)

    own = at(1.0)
    assert 0 < own.variance_low < own.variance_ratio
    # were the event's variance that many times the estimation's, what is left is as far out as one in twenty
    assert at((1 + 1e-9) / own.variance_low).variance_ratio == pytest.approx(
        own.variance_ratio / own.variance_low, rel=1e-8
    )
    assert at((1 - 1e-6) / own.variance_low).variance_p > 0.05 >= at((1 + 1e-6) / own.variance_low).variance_p


def little(name):
    rng = np.random.default_rng(7)
    ar, residuals = rng.normal(size=(8, 3)), rng.normal(size=(8, 60))
    more = {}
    if name == "one event":
        ar, residuals = ar[:1], residuals[:1]
    elif name == "two events":
        ar, residuals = ar[:2], residuals[:2]
    elif name == "one date":
        more = {"sessions": np.tile([100, 101, 102], (8, 1)), "estimation_sessions": np.tile(np.arange(60), (8, 1))}
    elif name == "zero variance":
        residuals = np.zeros_like(residuals)
    elif name == "all returns equal":
        ar = np.full_like(ar, 0.3)
    elif name == "all signs equal":
        ar = np.abs(ar)
    elif name == "a day without any return":
        ar[:, 1] = np.nan
    elif name == "no return at all":
        ar[:] = np.nan
    elif name == "no event":
        ar, residuals = ar[:0], residuals[:0]
    elif name == "no weight":
        more = {"weights": np.zeros(8)}
    return make_sample(ar, residuals, window=(0, 0), event_window=(-1, 1), **more)


LITTLE = ["one event", "two events", "one date", "zero variance", "all returns equal", "all signs equal",
          "a day without any return", "no return at all", "no event", "no weight"]  # fmt: skip


@pytest.mark.parametrize("name", LITTLE)
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_little_to_test_is_a_number_or_a_reason(name, alternative):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in run_tests(little(name), alternative=alternative):
            if np.isfinite(found.statistic):
                assert 0 <= found.p_value <= 1, found.name
                assert not found.ci_low > found.ci_high, found.name
            else:
                assert found.note, found.name
                assert np.isnan([found.p_value, found.ci_low, found.ci_high]).all(), found.name


def calls(sample):
    from eventstudy.inference import bhar, family
    from eventstudy.inference.conformal import conformal
    from eventstudy.inference.correlation import clusters, sample_correlation
    from eventstudy.inference.crosssection import regress
    from eventstudy.inference.diagnose import diagnose
    from eventstudy.inference.differences import difference_tests
    from eventstudy.inference.permutation import permutation
    from eventstudy.inference.pre_event import pre_event_cars
    from eventstudy.inference.resampling import wild_bootstrap
    from eventstudy.inference.single_event import sq_test
    from eventstudy.inference.slope import response_slope

    car, n = sample.car, sample.n_events
    code = clusters(sample.sessions, sample.member)
    yield "wild_bootstrap", lambda: wild_bootstrap(car, code, weights=sample.weights, draws=99)
    yield "permutation", lambda: permutation(car, np.arange(n) % 2 == 0, code)
    yield "sq_test", lambda: sq_test(sample)
    yield "family_tests", lambda: family.family_tests(np.stack([car, -car]), code, weights=sample.weights, draws=99)
    yield "difference_tests", lambda: difference_tests(sample, sample)
    yield "measure", lambda: diagnose(measure(sample))
    yield "sample_correlation", lambda: sample_correlation(sample, sample.selected, sample.weights)
    yield "response_slope", lambda: response_slope(car, np.arange(n, dtype=float))
    yield "regress", lambda: regress(car, np.column_stack([np.ones(n), np.arange(n)]), ["one", "x"])
    yield (
        "pre-event",
        lambda: regress(car, np.ones((n, 1)), ["one"], covariance="pre-event", pre_event=pre_event_cars(sample)),
    )
    series = sample.residuals[:1].ravel()
    yield "conformal", lambda: conformal(series, np.ones((series.size, 1)), np.arange(series.size) == 0)
    yield "bhar", lambda: bhar.bhar_skewness_adjusted_t(car, sample.weights, draws=99)


@pytest.mark.parametrize("name", LITTLE)
def test_every_function_of_little_answers_or_says_what_is_wrong(name):
    sample = little(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call, function in calls(sample):
            try:
                found = function()
            except EventStudyError as error:
                assert str(error).strip(), call
                continue
            p = getattr(found, "p_value", None)
            if p is not None and not callable(p):
                p = np.atleast_1d(np.asarray(p, dtype=float))
                assert (np.isnan(p) | ((p >= 0) & (p <= 1))).all(), call
                said = np.atleast_1d(np.asarray(getattr(found, "statistic", np.nan), dtype=float))
                if said.shape == p.shape:
                    assert (np.isfinite(said) | np.isnan(p)).all() or np.isinf(said).any(), call
