"""Tests from sums over parts: the numbers of all events at once, whatever the parts and their order.

The yardstick is `run_tests` on the whole sample. TOLERANCE allows sums in another order: relative, n of a few
hundred. p-values of far tails magnify a statistic's rounding, hence the statistics are of ordinary size.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from eventstudy.inference import correlation, make_sample, register, registered_tests, run_tests, unregister
from eventstudy.inference.correlation import PairSums
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_pairs import PairRows, Piece, all_pieces, correlation_of, piece_sums, pieces
from eventstudy.inference.partial_parts import first_pass, second_pass
from eventstudy.inference.partial_state import Moments, State, merge, merge_all
from eventstudy.inference.partial_summed import Summed
from eventstudy.inference.partial_tests import SUMMED, finish_tests, needed_parts
from eventstudy.inference.registry import TestResult
from eventstudy.inference.sample import NO_SESSION, Sample

TOLERANCE = 1e-12
NUMBERS = ("statistic", "p_value", "dof", "n", "estimate", "se", "ci_low", "ci_high")


def some_sample(
    n: int = 240, *, weights: bool = False, missing: float = 0.05, simple: bool = True, seed: int = 0
) -> Sample:
    """Events of 12 assets on 90 sessions: windows that overlap, days and whole events missing, late settled days."""
    rng = np.random.default_rng(seed)
    m, d = 60, 5
    day0, asset = rng.integers(80, 170, n), rng.integers(0, 12, n)
    market = rng.normal(0, 0.01, 300)
    returns = 0.5 * market[:, None] + rng.normal(0, 0.02, (300, 12)) * rng.uniform(0.5, 2, 12)
    residuals = returns[(day0[:, None] - 70) + np.arange(m), asset[:, None]]
    ar = returns[(day0[:, None] - 1) + np.arange(d), asset[:, None]] * 1.2 + 0.004
    sigma = residuals.std(axis=1, ddof=1)
    residuals[rng.random(residuals.shape) < missing] = np.nan
    ar[rng.random(ar.shape) < missing] = np.nan
    ar[:3] = np.nan
    residuals[5:7] = np.nan
    settle = rng.integers(0, 2, n)
    ar[settle == 0, -1] = np.nan
    sessions = (day0[:, None] - 1) + np.arange(d)
    sessions[sessions > 170] = NO_SESSION
    ar[sessions == NO_SESSION] = np.nan
    sigma[8] = 0.0
    inside = (np.arange(-1, 4) >= 0) & (np.arange(-1, 4) <= (1 + settle)[:, None])
    valid = inside & np.isfinite(ar)
    counted = valid.any(axis=1)
    car = np.where(counted, np.where(valid, ar, 0).sum(axis=1), np.nan)
    car[10] = 0.0
    return make_sample(
        ar, residuals, window=(0, 1), event_window=(-1, 3), estimation_window=(-70, -11),
        sigma=sigma, car=car,
        car_variance=np.where(counted, sigma**2 * valid.sum(axis=1) * 1.01, np.nan),
        forecast_scale=np.full(ar.shape, 1.01), leverage=np.full(residuals.shape, 0.01), sessions=sessions,
        estimation_sessions=(day0[:, None] - 70) + np.arange(m), asset=asset, settle=settle,
        weights=rng.uniform(0, 2, n) * (rng.random(n) > 0.1) if weights else None,
        realised=np.expm1(ar + 0.001) if simple else None, expected=np.full(ar.shape, 0.001) if simple else None,
    )  # fmt: skip


def parts_of(sample: Sample, k: int) -> Iterator[tuple[np.ndarray, Sample]]:
    """Cut a sample by asset, as partitions of prices do; each part with the columns its own settled days need."""
    for part in range(k):
        rows = np.flatnonzero(sample.asset % k == part)
        yield rows, sample.take(rows)


def by_parts(sample: Sample, k: int, names: list[str], block: int = 50) -> list[TestResult]:
    needed = needed_parts(names, weighted=sample.weights is not None)
    evidence = [(rows, Evidence(part)) for rows, part in parts_of(sample, k)]
    first = merge_all(first_pass(e, needed.first, rows) for rows, e in evidence)
    found = PairSums()
    rows = [PairRows.of(e) for _, e in evidence]
    for piece in all_pieces([first], block) if needed.pairs else ():
        found += piece_sums(
            lambda p: PairRows.join([r.piece(p) for r in rows]), [r.first for r in rows], piece, 2 * block
        )
    correlation = correlation_of(first, found) if needed.pairs else Summed(first).correlation
    summed = Summed(first, correlation)
    if needed.second:
        context = summed.context()
        second = merge_all(second_pass(e, needed.second, context) for _, e in evidence)
        summed = Summed(merge(first, second), correlation)
    return finish_tests(summed, names)


ALL = [spec.name for spec in registered_tests()]


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_any_parts_give_the_numbers_of_the_whole(k: int, weights: bool, missing: float) -> None:
    sample = some_sample(weights=weights, missing=missing)
    for one, other in zip(run_tests(sample), by_parts(sample, k, ALL), strict=True):
        for name in NUMBERS:
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=TOLERANCE, err_msg=f"{one.name}")
        for name in ("name", "null", "distribution", "note", "robust_to", "reference", "estimand"):
            assert getattr(other, name) == getattr(one, name), one.name
    assert sum(np.isfinite(r.statistic) for r in run_tests(sample)) >= 24  # the two of one event are not defined


@pytest.mark.parametrize("block", [1, 3, 7, 1000])
@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_r_bar_where_dates_are_cut_into_pieces(block: int, missing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates of three to four events, cut into pieces of one and of more, and few events beside them at once."""
    sample = some_sample(weights=True, missing=missing)
    expected = Evidence(sample).correlation
    monkeypatch.setattr(correlation, "WIDE", 5)
    monkeypatch.setattr(correlation, "BLOCK", 4)
    for k in (1, 3):
        evidence = [Evidence(part) for _, part in parts_of(sample, k)]
        state = merge_all(first_pass(e, ["pairs"]) for e in evidence)
        rows = [PairRows.of(e) for e in evidence]
        cut = all_pieces([state], block)
        assert (block > 3) == (max(p.n for p in cut) == 1)
        found = sum(
            (piece_sums(lambda p, rows=rows: PairRows.join([r.piece(p) for r in rows]),  # type: ignore[misc]
                        [r.first for r in rows], piece, block) for piece in cut),
            start=PairSums(),
        )  # fmt: skip
        assert found.n_overlapping == expected.n_overlapping
        assert found.n_unknown == expected.n_unknown
        np.testing.assert_allclose(correlation_of(state, found).r_bar, expected.r_bar, rtol=TOLERANCE)


def test_memory_does_not_grow_with_the_events_of_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs of a piece of 100 events with 900 and with 1,900 others of their date."""
    monkeypatch.setattr(correlation, "WIDE", 100)
    rng = np.random.default_rng(0)
    n, m = 2_000, 40
    rows = PairRows(
        np.full(n, 100), np.full(n, 100), np.full((n, 1), 100), np.where(rng.random((n, m)) < 0.05, np.nan, 1.0)
        * rng.normal(size=(n, m)), np.tile(np.arange(m), (n, 1)), np.arange(n), np.ones(n),
    )  # fmt: skip
    (piece, *_) = pieces(np.array([100]), [n], 100)
    peaks = []
    for some in (1_000, n):
        here = rows.take(slice(some))
        part = Piece(100, 101, 0, some // 100)
        tracemalloc.start()
        found = piece_sums(here.piece, [here.first], part, 100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found.n_overlapping == 100 * 99 // 2 + 100 * (some - 100)
    assert piece.n == n // 100
    assert peaks[1] < 1.1 * peaks[0]


def test_each_test_by_itself_reads_only_its_own_parts() -> None:
    sample = some_sample()
    whole = {r.name: r for r in run_tests(sample)}
    for name in ALL:
        (found,) = by_parts(sample, 3, [name])
        np.testing.assert_allclose(found.statistic, whole[name].statistic, rtol=TOLERANCE, err_msg=name)
    assert set(ALL) - set(SUMMED) == {
        "wilcoxon_signed_rank", "bhar_skewness_adjusted_t", "wild_bootstrap", "sq_test", "sq_test_ewma",
    }  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 3, 12])
def test_few_events_are_undefined_for_the_same_reasons(n: int) -> None:
    sample = some_sample().take(np.arange(20, 20 + n))
    for one, other in zip(run_tests(sample), by_parts(sample, 4, ALL), strict=True):
        assert (other.name, other.note, other.n) == (one.name, one.note, one.n)
        np.testing.assert_allclose(other.statistic, one.statistic, rtol=TOLERANCE)
        np.testing.assert_allclose(other.p_value, one.p_value, rtol=TOLERANCE)


def test_one_sided_and_without_simple_returns() -> None:
    sample = some_sample(simple=False)
    for one, other in zip(run_tests(sample), by_parts(sample, 2, ALL), strict=True):
        assert (other.name, other.note) == (one.name, one.note)


def test_moments_far_from_zero_lose_nothing() -> None:
    rng = np.random.default_rng(1)
    x = 1e6 + rng.normal(size=1000)
    whole = sum((Moments.of(part) for part in np.array_split(x, 7)), Moments.of([]))
    here = whole.about(float(x.mean()))
    away = x - x.mean()
    np.testing.assert_allclose(here.plain[1], (away**2).sum(), rtol=TOLERANCE)


def test_the_order_of_merging_does_not_matter() -> None:
    sample = some_sample(weights=True)
    needed = needed_parts(ALL, weighted=True)
    states = [first_pass(Evidence(part), needed.first, rows) for rows, part in parts_of(sample, 4)]
    one, other = merge_all(states), merge_all(states[::-1])
    for name, value in one.sums.items():
        np.testing.assert_allclose(other.sums[name], value, rtol=TOLERANCE, atol=1e-13)
    assert isinstance(merge(State(), one), State)


def test_a_test_of_ones_own_gets_the_arrays_of_the_events_or_says_why_not() -> None:
    def largest(evidence: Evidence) -> tuple[object, float]:
        from eventstudy.inference.parametric import cross_sectional_t

        return cross_sectional_t(np.sort(evidence.car)[:50]), 0.5

    register("largest", largest, null="none")
    register("reads_days", lambda e: (largest(e)[0], float(e.sample.ar.size)), null="none")
    try:
        sample = some_sample()
        whole = run_tests(sample, names=["largest"])[0]
        found, not_found = by_parts(sample, 3, ["largest", "reads_days"])
        np.testing.assert_allclose(found.statistic, whole.statistic, rtol=TOLERANCE)
        assert np.isnan(not_found.statistic)
        assert "event days" in not_found.note
    finally:
        unregister("largest")
        unregister("reads_days")
