"""What no statistic may depend on, and bounds at which a rule changes: from the mutants that no other test noticed.

Expected values are the same sample told another way (other units of weight, events of weight zero left out, another
order), closed forms, or counts by hand. ROUNDING allows sums in another order; EXACT is for powers of two, which change
no digit.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest

import eventstudy.inference.weighted_signs as weighted_signs
from eventstudy.errors import DataError
from eventstudy.inference import run_tests
from eventstudy.inference.bhar import _johnson_interval
from eventstudy.inference.calendar_time import calendar_time_t
from eventstudy.inference.correlation import sample_correlation
from eventstudy.inference.crosssection import regress
from eventstudy.inference.family import sign_vectors
from eventstudy.inference.measures import measure
from eventstudy.inference.parametric import effective_n
from eventstudy.inference.permutation import permutation
from eventstudy.inference.sample import Sample, make_sample
from tests.test_inference_partial import ALL, by_parts, some_sample

ROUNDING = 1e-9
EXACT = 1e-14
RESAMPLED = {"wild_bootstrap", "bhar_skewness_adjusted_t"}
NUMBERS = ("statistic", "p_value", "dof", "n", "estimate", "se", "ci_low", "ci_high")


def same(one: list, other: list, rtol: float, leaving_out: set[str] = frozenset()) -> None:
    """Raise unless two batteries say the same."""
    for a, b in zip(one, other, strict=True):
        if a.name not in leaving_out:
            for name in NUMBERS:
                np.testing.assert_allclose(
                    getattr(b, name), getattr(a, name), rtol=rtol, atol=rtol, err_msg=f"{a.name} {name}"
                )
            assert (b.note, b.distribution) == (a.note, a.distribution), a.name


# --- The whole battery -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [2.0**-30, 2.0**20])
def test_the_unit_of_the_weights_changes_nothing(unit: float) -> None:
    sample = some_sample(weights=True)
    scaled = dataclasses.replace(sample, weights=sample.weights * unit)
    same(run_tests(sample), run_tests(scaled), EXACT)
    same(run_tests(sample), by_parts(scaled, 3, ALL), ROUNDING)
    one, other = measure(sample), measure(scaled)
    for field in dataclasses.fields(one):
        np.testing.assert_allclose(getattr(other, field.name), getattr(one, field.name), rtol=EXACT, err_msg=field.name)


def test_equal_weights_are_no_weights_in_every_statistic_that_is_a_mean() -> None:
    """By themselves signs and ranks of weighted events have laws of their own (tests/test_inference_weighted.py)."""
    sample = some_sample()
    equal = dataclasses.replace(sample, weights=np.full(sample.n_events, 0.003))
    for a, b in zip(run_tests(sample), run_tests(equal), strict=True):
        if not b.note and a.name not in RESAMPLED and "wilcoxon" not in a.name:
            np.testing.assert_allclose(b.statistic, a.statistic, rtol=ROUNDING, err_msg=a.name)


def test_an_event_of_weight_zero_is_none() -> None:
    sample = some_sample(120, weights=True)
    left = sample.take(sample.weights > 0)
    assert 90 < left.n_events < 115
    same(run_tests(left), run_tests(sample), ROUNDING, RESAMPLED)
    same(run_tests(left), by_parts(sample, 3, ALL), ROUNDING, RESAMPLED)
    one, other = measure(left), measure(sample)
    for field in dataclasses.fields(one):
        # drawn from the estimation days that most events have: with fewer events they are others
        if field.name not in ("variance_p", "variance_low"):
            np.testing.assert_allclose(getattr(other, field.name), getattr(one, field.name), rtol=ROUNDING)


def test_the_order_of_the_events_changes_nothing() -> None:
    sample = some_sample(120, weights=True)
    turned = sample.take(np.random.default_rng(4).permutation(120))
    # the weights' laws of signs and ranks are drawn, in the order of the events
    same(run_tests(sample), run_tests(turned), ROUNDING, RESAMPLED | {"sign_exact", "wilcoxon_signed_rank"})


@pytest.mark.parametrize("unit", [2.0**-4, 2.0**6])
def test_the_unit_of_the_returns_changes_no_statistic(unit: float) -> None:
    """Only of log and abnormal returns: buy-and-hold returns are not linear in them."""
    sample = some_sample(120, simple=False)
    scaled = dataclasses.replace(
        sample, ar=sample.ar * unit, residuals=sample.residuals * unit, sigma=sample.sigma * unit,
        car=sample.car * unit, car_variance=sample.car_variance * unit**2,
    )  # fmt: skip
    for a, b in zip(run_tests(sample), run_tests(scaled), strict=True):
        for name in ("statistic", "p_value", "dof", "n"):
            np.testing.assert_allclose(getattr(b, name), getattr(a, name), rtol=ROUNDING, err_msg=a.name)
        if a.estimand.startswith("mean CAR"):
            np.testing.assert_allclose(b.estimate, a.estimate * unit, rtol=ROUNDING, err_msg=a.name)


# --- Measures of a study -----------------------------------------------------------------------------------------


def one_date(n: int, days: int, rho: float, seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(days + 1, 1)), rng.normal(size=(days + 1, n))
    returns = 0.01 * (math.sqrt(rho) * common + math.sqrt(1 - rho) * own).T
    return make_sample(
        returns[:, -1:], returns[:, :-1], window=(0, 0), event_window=(0, 0), sessions=np.full((n, 1), 500),
        estimation_sessions=np.broadcast_to(np.arange(days), (n, days)),
    )  # fmt: skip


def test_the_size_of_a_test_that_ignores_r_bar_is_that_of_its_inflated_variance() -> None:
    sample = one_date(20, 120, 0.3, 1)
    e = sample.residuals
    corr = np.corrcoef(e - 0.0)
    r = (corr.sum() - 20) / (20 * 19)
    m = measure(sample)
    assert m.r_bar == pytest.approx(r, abs=0.005)  # correlations about zero and about the mean differ by 1/120
    # Kolari and Pynnonen (2010): BMP's t is too large by the square root of this
    inflation = (1 + 19 * m.r_bar) / (1 - m.r_bar)
    expected = math.erfc(1.959963984540054 / math.sqrt(inflation) / math.sqrt(2))
    assert m.size_if_ignored == pytest.approx(expected, rel=1e-6)
    assert sample_correlation(sample, sample.selected, None).r_bar == m.r_bar
    assert float(effective_n(sample.car)) == 20


def test_the_variance_of_the_events_is_held_against_drawn_estimation_days() -> None:
    """Where every estimation day has the events' own spread the ratio's p is a rank among equals; a wide one is far."""
    rng = np.random.default_rng(3)
    residuals = rng.normal(0, 0.01, (40, 150))
    calm, wild = (
        measure(make_sample(rng.normal(0, s, (40, 1)), residuals, window=(0, 0), event_window=(0, 0)))
        for s in (0.01, 0.02)
    )
    assert calm.variance_ratio == pytest.approx(1.0, abs=0.5)
    assert 0.05 < calm.variance_p < 0.95
    assert calm.variance_low < calm.variance_ratio
    assert wild.variance_ratio == pytest.approx(4.0, abs=2.0)
    assert wild.variance_p == pytest.approx(1 / 2000)
    # F of (39, many) at 95 %: 1.4; the smallest ratio not rejected is the ratio over that
    assert wild.variance_ratio / wild.variance_low == pytest.approx(1.4, abs=0.1)


def test_days_that_most_events_miss_are_not_drawn() -> None:
    rng = np.random.default_rng(5)
    residuals = rng.normal(0, 0.01, (30, 100))
    residuals[:, :60] *= 20.0
    residuals[4:, :60] = np.nan  # only four events have those days, and there they are wild
    ar = rng.normal(0, 0.01, (30, 1))
    sigma = np.nanstd(residuals[:, 60:], axis=1)
    m = measure(make_sample(ar, residuals, window=(0, 0), event_window=(0, 0), sigma=sigma))
    assert 0.05 < m.variance_p < 0.95
    assert m.variance_ratio / m.variance_low == pytest.approx(1.47, abs=0.15)  # F of (29, many) at 95 %: 1.47
    few = residuals.copy()
    few[:16, 60:91] = np.nan  # nine days that more than half of the events have: too few to draw from
    m = measure(make_sample(ar, few, window=(0, 0), event_window=(0, 0), sigma=sigma))
    assert np.isfinite(m.variance_ratio)
    assert np.isnan(m.variance_p)


def test_contamination_counts_each_day_once_per_event() -> None:
    """Three events of one asset and one of another: which estimation days lie in another's window, by hand."""
    first = np.array([100, 110, 130, 115])
    m, asset = 40, np.array([0, 0, 0, 1])
    rng = np.random.default_rng(0)
    sample = make_sample(
        rng.normal(0, 0.01, (4, 2)), rng.normal(0, 0.01, (4, m)), window=(0, 1), event_window=(0, 1), asset=asset,
        sessions=first[:, None] + np.arange(2), estimation_sessions=first[:, None] - 5 - m + np.arange(m),
        car_variance=np.full(4, 2e-4),
    )  # fmt: skip
    # event 1 has session 100 and 101 in 65..104; event 2 has 100, 101, 110 and 111 in 85..124; the others none
    assert measure(sample).contamination == 6 / (4 * m)


# --- Bounds at which a rule changes ------------------------------------------------------------------------------


def test_sign_vectors_are_all_listed_as_long_as_the_draws_reach() -> None:
    assert sign_vectors(3, 7, 0)[1]
    assert len(sign_vectors(3, 7, 0)[0]) == 7
    assert not sign_vectors(3, 6, 0)[1]


def test_a_series_that_its_factor_explains_has_no_error() -> None:
    factor = np.linspace(-0.02, 0.03, 12)
    found = calendar_time_t(0.001 + 2.0 * factor, factor)
    assert float(found.estimate) == pytest.approx(0.001, rel=1e-9)
    assert np.isnan(found.value)
    assert np.isfinite(calendar_time_t(0.001 + 2.0 * factor + 1e-9 * np.cos(np.arange(12) ** 2), factor).value)


def test_clusters_of_one_group_pass_their_label_on_and_mixed_ones_shuffle_within() -> None:
    x = np.array([0.3, -0.1, 0.2, 0.6, -0.4, 0.5, 0.1])
    first = np.array([True, True, False, False, True, False, False])
    cluster = np.array([0, 0, 1, 2, 3, 3, 3])
    found = permutation(x, first, cluster, interval=False, studentize=False)
    own, count, reached = x[first].mean() - x[~first].mean(), 0, 0
    for chosen, inner in itertools.product(range(3), (4, 5, 6)):  # one of three whole clusters, one of three events
        label = (cluster == chosen) | (np.arange(7) == inner)
        count += 1
        reached += abs(x[label].mean() - x[~label].mean()) >= abs(own) - 1e-12
    assert count == 9
    assert float(found.p_value) == pytest.approx(reached / count)


@pytest.mark.parametrize("shape", [(8,), (8, 3), (7, 2)])
def test_a_design_that_does_not_fit_is_said(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=8)
    with pytest.raises(DataError, match="design of shape"):
        regress(y, rng.normal(size=shape), ("a", "b"))
    with pytest.raises(DataError, match="variances"):
        regress(y, rng.normal(size=(8, 2)), ("a", "b"), variance=np.ones(7))


@pytest.mark.parametrize("g", [0.8, -0.8])
def test_johnsons_interval_ends_at_both_arms_of_the_parabola(g: float) -> None:
    """Means whose statistic lies between the quantiles, by the roots of the parabola."""
    n, sd = 9, 0.02
    far = 10.0 * -np.sign(g)  # no mean has a statistic beyond the turning point
    near = 0.4 * np.sign(g)
    quantiles = np.sort(np.array([far, near]))[:, None]
    low, high = _johnson_interval(np.array([0.01]), np.array([sd / 3]), np.array([g]), n, quantiles, "two-sided")
    roots = np.sort(np.roots([g / 3, 1.0, g / (6 * n) - near / 3]).real)
    np.testing.assert_allclose([low[0], high[0]], 0.01 - sd * roots[::-1], rtol=ROUNDING)


def test_orders_of_the_weights_are_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    w, observed = rng.uniform(0.5, 2, 25), np.array([0.0, 9.0, 31.0])
    whole = weighted_signs._shares(w, observed, 400, np.random.default_rng(1))
    monkeypatch.setattr(weighted_signs, "_HELD", 25 * 150)  # 150, 150 and 100 orders
    parts = weighted_signs._shares(w, observed, 400, np.random.default_rng(1))
    for one, other in zip(whole[:2], parts[:2], strict=True):
        np.testing.assert_allclose(other, one, rtol=EXACT)
    assert whole[2] == parts[2]
    np.testing.assert_array_equal(parts[0][0], 1.0)  # every set weighs at least nothing
