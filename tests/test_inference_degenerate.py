"""Input that decides nothing gives NaN and a reason: never a warning, never a wrong number."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from eventstudy.errors import DataError, SpecError
from eventstudy.inference import BATTERY, make_sample, mean_correlation, register, run_tests, unregister
from eventstudy.inference.calendar_time import calendar_time_t

TABLE = (
    "time_series_t", "cross_sectional_t", "crude_dependence_t", "patell_z", "adjusted_patell_z", "bmp_t",
    "adjusted_bmp_t", "skewness_adjusted_t", "sign_z", "sign_exact", "generalized_sign_z", "corrado_rank_z",
    "corrado_zivney_rank_z", "corrado_zivney_sign_z", "cumulative_rank_z", "grank_t", "grank_z",
    "wilcoxon_signed_rank", "clustered_t", "clustered_two_way_t", "ibragimov_muller_t", "calendar_time_t",
    "calendar_time_nw_t", "bhar_t", "bhar_skewness_adjusted_t",
)  # fmt: skip
RNG = np.random.default_rng(4)
M = 40


def sample(ar, residuals=None, *, window=(0, 0), **options):
    ar = np.asarray(ar, float)
    d = ar.shape[1]
    e = RNG.normal(size=(len(ar), M)) if residuals is None else residuals
    options = {"realised": ar, "expected": np.zeros_like(ar), "car_variance": None, **options}
    return make_sample(ar, e, window=window, event_window=(0, d - 1), **options)


def test_the_register_holds_the_table_of_tests_each_once_and_in_order():
    assert list(BATTERY)[: len(TABLE)] == list(TABLE)
    assert len(set(BATTERY)) == len(BATTERY)
    for result in run_tests(sample(RNG.normal(size=(8, 1)))):
        assert result.null
        assert result.reference
        assert result.robust_to


DEFINED_FOR_ONE = {
    "time_series_t", "crude_dependence_t", "patell_z", "sign_z", "sign_exact", "generalized_sign_z", "corrado_rank_z",
    "corrado_zivney_rank_z", "corrado_zivney_sign_z", "cumulative_rank_z", "wilcoxon_signed_rank",
}  # fmt: skip
CASES = {
    "no event": (sample(np.empty((0, 1)), np.empty((0, M))), set()),
    "all-NaN day": (sample(np.full((5, 1), np.nan)), set()),
    "one event": (sample([[0.7]]), DEFINED_FOR_ONE),
    "zero variance": (
        sample(np.zeros((5, 1)), np.zeros((5, M))),
        set(),
    ),
    "equal returns, flat estimation": (
        sample(np.full((5, 1), 0.1), np.zeros((5, M))),
        {"sign_z", "sign_exact", "wilcoxon_signed_rank", "corrado_rank_z", "corrado_zivney_rank_z",
         "corrado_zivney_sign_z", "cumulative_rank_z"},
    ),
    "rounding noise in estimation": (
        sample(RNG.normal(size=(5, 1)) * 1e-17, RNG.normal(size=(5, M)) * 1e-17, asset=np.zeros(5)),
        None,
    ),
    "no estimation": (
        sample(RNG.normal(size=(5, 1)), np.empty((5, 0))),
        {"cross_sectional_t", "skewness_adjusted_t", "sign_z", "sign_exact", "wilcoxon_signed_rank", "clustered_t",
         "clustered_two_way_t", "ibragimov_muller_t", "calendar_time_t", "calendar_time_nw_t", "bhar_t",
         "bhar_skewness_adjusted_t"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_what_is_not_defined_is_nan_with_a_reason(case, alternative):
    given, defined = CASES[case]
    for result in run_tests(given, names=TABLE, alternative=alternative):
        if defined is not None:
            assert math.isfinite(result.statistic) == (result.name in defined), (result.name, result)
        assert math.isfinite(result.statistic) == math.isfinite(result.p_value)
        if not math.isfinite(result.statistic):
            assert result.note, result.name
            assert math.isnan(result.ci_low), result.name
            assert math.isnan(result.ci_high), result.name
        else:
            assert 0 <= result.p_value <= 1
            assert result.distribution


def test_a_price_that_never_moved_is_not_standardised_by_rounding():
    given, _ = CASES["rounding noise in estimation"]
    by_name = {t.name: t for t in run_tests(given)}
    for name in ("time_series_t", "patell_z", "bmp_t", "adjusted_bmp_t", "grank_t"):
        assert math.isnan(by_name[name].statistic), name


def test_equal_abnormal_returns_of_any_size_have_no_cross_sectional_t():
    for value in (0.1, 1 / 3, 1e-5, -123.456):
        given = sample(np.full((7, 1), value))
        for result in run_tests(given, names=["cross_sectional_t", "bhar_t", "clustered_t", "ibragimov_muller_t"]):
            assert math.isnan(result.statistic), result
            assert "equal" in result.note


def test_two_events_are_enough_where_they_are_enough():
    results = {t.name: t for t in run_tests(sample([[0.5], [1.5]]))}
    assert results["cross_sectional_t"].statistic == pytest.approx(2.0)
    assert results["cross_sectional_t"].dof == 1
    assert results["ibragimov_muller_t"].dof == 1
    assert "at least three events, has 2" in results["skewness_adjusted_t"].note


def test_all_signs_equal_gives_the_discrete_p_value():
    results = {t.name: t for t in run_tests(sample(RNG.uniform(0.5, 1, size=(6, 1))))}
    assert results["sign_exact"].p_value == pytest.approx(2 / 2**6)
    assert results["sign_exact"].ci_high == 1.0
    assert results["wilcoxon_signed_rank"].p_value == pytest.approx(2 / 2**6)


def test_zeros_are_no_sign():
    results = {t.name: t for t in run_tests(sample([[0.0], [0.0], [1.0], [2.0], [-1.0]]))}
    assert results["sign_z"].n == results["sign_exact"].n == results["wilcoxon_signed_rank"].n == 3
    assert results["cross_sectional_t"].n == 5


def test_one_date_has_one_cluster_and_says_so():
    given = sample(RNG.normal(size=(6, 1)), sessions=np.full((6, 1), 5))
    results = {t.name: t for t in run_tests(given)}
    for name in ("clustered_t", "clustered_two_way_t", "ibragimov_muller_t"):
        assert math.isnan(results[name].statistic)
        assert "two clusters" in results[name].note
    assert "at least two sessions" in results["calendar_time_t"].note


def test_no_common_estimation_dates_leaves_r_bar_unknown():
    given = sample(RNG.normal(size=(4, 1)), sessions=np.full((4, 1), 10**6))
    results = {t.name: t for t in run_tests(given)}
    assert "30 common estimation dates" in results["adjusted_bmp_t"].note
    assert math.isfinite(results["bmp_t"].statistic)


def test_pairs_left_out_of_r_bar_are_told():
    days = np.tile(np.arange(M), (3, 1))
    days[2] += 1000
    given = sample(RNG.normal(size=(3, 1)), sessions=np.full((3, 1), 10**6), estimation_sessions=days)
    found = run_tests(given, names=["adjusted_patell_z"])[0]
    assert math.isfinite(found.statistic)
    assert found.note == "2 of 3 overlapping pairs left out of r_bar: too few common dates"


def test_the_adjusted_tests_tell_equal_returns_from_a_correlation_too_strong():
    common = np.tile(RNG.normal(size=(1, M)), (5, 1))
    shared = {"sessions": np.full((5, 1), 900), "estimation_sessions": np.tile(np.arange(M), (5, 1))}
    notes = {t.name: t.note for t in run_tests(sample(RNG.normal(size=(5, 1)), common, **shared))}
    assert "r_bar = 1 leaves no positive variance" in notes["adjusted_bmp_t"]
    assert notes["adjusted_patell_z"] == ""
    equal = {t.name: t.note for t in run_tests(sample(np.full((5, 1), 0.3), common, **shared))}
    assert "all equal" in equal["adjusted_bmp_t"]
    short = sample(RNG.normal(size=(5, 1)), RNG.normal(size=(5, 3)), sessions=np.full((5, 1), 9), asset=np.zeros(5))
    assert "two degrees of freedom" in {t.name: t.note for t in run_tests(short)}["adjusted_patell_z"]


def test_an_event_with_too_few_valid_days_does_not_count():
    ar = RNG.normal(size=(6, 3))
    ar[0, :2] = np.nan
    given = sample(ar, window=(0, 2))
    assert {t.n for t in run_tests(given, names=["cross_sectional_t", "sign_z", "bmp_t", "corrado_rank_z"])} == {5}


def test_events_that_cannot_be_standardised_are_counted_out():
    e = RNG.normal(size=(6, M))
    e[2] = 0.0
    results = {t.name: t for t in run_tests(sample(RNG.normal(size=(6, 1)), e))}
    assert results["bmp_t"].n == 5
    assert results["bmp_t"].note == "1 of 6 events left out: no forecast variance"
    assert results["cross_sectional_t"].n == 6
    assert results["cross_sectional_t"].note == ""


def test_an_event_without_a_car_takes_no_part_whatever_days_are_marked():
    ar, e, days = RNG.normal(size=(7, 2)), RNG.normal(size=(7, M)), np.arange(14).reshape(7, 2)
    given = sample(ar, e, window=(0, 1), sessions=days)
    car = np.where(np.arange(7) == 0, np.nan, given.car)
    loose = replace(given, car=car)
    strict = replace(loose, selected=given.selected & np.isfinite(car)[:, None])
    for one, other in zip(run_tests(loose, names=TABLE), run_tests(strict, names=TABLE), strict=True):
        assert one.statistic == pytest.approx(other.statistic, nan_ok=True), one.name
        assert one.n in (6, 12), "six events, or twelve sessions"


def test_a_users_test_without_a_weighted_form_says_so():
    given = sample(RNG.normal(size=(6, 1)), weights=np.arange(1, 7))
    register("plain", lambda e: None, null="nothing", needs=["unweighted"])
    try:
        assert run_tests(given, names=["plain"])[0].note == "has no weighted form"
    finally:
        unregister("plain")


def test_simple_return_tests_say_what_they_lack():
    given = sample(RNG.normal(size=(6, 1)), realised=None, expected=None)
    assert "simple returns" in run_tests(given, names=["bhar_t"])[0].note


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"names": ["bmp"]}, "did you mean 'bmp_t'"),
        ({"names": ["bmp_t", "bmp_t"]}, "named twice"),
        ({"alternative": "both"}, "alternative='both'"),
        ({"level": 95}, "between 0 and 1"),
    ],
)
def test_a_wrong_option_is_one_clear_error(options, words):
    with pytest.raises(SpecError, match=words):
        run_tests(sample(RNG.normal(size=(6, 1))), **options)


def test_a_user_adds_and_removes_a_test():
    def biggest(evidence):
        from eventstudy.inference import Outcome

        return Outcome(float(np.nanmax(evidence.car)), 0.5, evidence.n, distribution="none in particular")

    register("biggest", biggest, null="max CAR = 0", needs=["event"])
    try:
        found = run_tests(sample([[1.0], [3.0]]), alternative="greater")[-1]
        assert (found.name, found.statistic, found.null) == ("biggest", 3.0, "max CAR <= 0")
        with pytest.raises(SpecError, match="is registered"):
            register("biggest", biggest, null="max CAR = 0")
        with pytest.raises(SpecError, match="did you mean 'event'"):
            register("other", biggest, null="max CAR = 0", needs=["events"])
    finally:
        unregister("biggest")
    with pytest.raises(SpecError, match="no test named"):
        unregister("biggest")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"ar": np.zeros(3)}, DataError, "ar has 1 dimensions"),
        ({"residuals": np.zeros((2, 5))}, DataError, "residuals has 2 rows"),
        ({"window": (0, 5)}, SpecError, "not inside"),
        ({"event_window": (0, 5)}, DataError, "ar has 3 columns"),
        ({"weights": [-1, 1, 1, 1]}, DataError, "weights"),
        ({"weights": [1, 1, np.nan, 1]}, DataError, "weights: nan in place 2"),
        ({"weights": [1e-12, 1, 1, 1]}, DataError, "count for nothing"),
        ({"weights": [1e90, 1e90, 0, 0]}, DataError, "out of all proportion"),
        ({"sessions": np.zeros((4, 2), int)}, DataError, "sessions has shape"),
        ({"forecast_scale": np.ones((4, 3))}, SpecError, "without car_variance|comes without"),
        ({"n_parameters": [1, 2]}, DataError, "one number an event"),
    ],
)
def test_arrays_that_do_not_fit_are_one_clear_error(change, error, words):
    given = {
        "ar": np.ones((4, 3)), "residuals": RNG.normal(size=(4, 9)), "window": (0, 1), "event_window": (0, 2), **change
    }  # fmt: skip
    with pytest.raises(error, match=words):
        make_sample(**given)


def test_calendar_time_regression_refuses_holes_and_reports_collinear_factors():
    with pytest.raises(DataError, match="is missing"):
        calendar_time_t([0.1, np.nan, 0.2])
    with pytest.raises(DataError, match="factors have 2 rows"):
        calendar_time_t([0.1, 0.2, 0.3], [1.0, 2.0])
    assert np.isnan(calendar_time_t([0.1, 0.2, 0.4], [1.0, 1.0, 1.0]).value)


def test_mean_correlation_of_nothing_is_unknown():
    found = mean_correlation(np.empty((0, 5)), np.empty((0, 5)), np.empty((0, 1)), np.empty((0, 1), bool), [])
    assert np.isnan(found.r_bar)
