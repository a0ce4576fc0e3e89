"""The recorded table of sizes says what the page says, meets the reference rates, and holds each test's own level."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from scipy import stats

from benchmarks import exact_sizes, own_assumptions, validity_page
from benchmarks.own_assumptions import ALLOWS, HIGH, LOW, STATED, own_rows
from benchmarks.real_series import CURRENCIES, SP500
from benchmarks.size_power import GOLDEN, compare_golden, golden_scenarios
from eventstudy.inference import BATTERY, DIFFERENCE_TESTS, registered_tests

DOCS = Path(__file__).parents[1] / "docs"
CLAIMS = {
    "event-induced variance": own_assumptions.VARIANCE,
    "events that share dates": own_assumptions.SHARED,
    "missing returns": own_assumptions.MISSING,
    "skewness": own_assumptions.SKEWED,
    "fat tails, if symmetric": own_assumptions.FAT,
}
"""What a test's `robust_to` says, as a trait of scenarios."""
CLOSED = 1e-5  # the table has five decimals


@pytest.fixture(scope="module")
def rows():
    with (DOCS / "size_power.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_replications_are_those_asked_for(rows):
    counts = {(row["kind"], int(row["replications"])) for row in rows if row["kind"] != "stated"}
    assert {
        ("size", 10_000),
        ("single event", 10_000),
        ("golden", 10_000),
        ("regression", 10_000),
        ("resampling, 199 draws", 4_000),
    } <= counts
    assert len({kind for kind, _ in counts}) == len(counts)


def test_every_reference_rate_is_met_within_three_standard_errors(rows):
    compared = compare_golden(golden_scenarios(GOLDEN), rows)
    assert len(compared) == 88
    assert [row for row in compared if abs(row["z"]) > 3] == []


def test_within_its_own_assumptions_a_test_holds_its_level_or_the_page_says_its_size(rows):
    own = own_rows(rows)
    assert len(own) > 150
    for row in own:
        assert row.in_band or (row.explained and row.why), row
    # whatever is stated without draws is a closed form and is worked out again
    for (test, scenario), given in STATED.items():
        (recorded,) = [r for r in rows if (r["kind"], r["test"], r["scenario"]) == ("stated", test, scenario)]
        assert (given.known is None) == (int(recorded["replications"]) > 0)
        if given.known is not None:
            assert float(recorded["rejection_rate"]) == pytest.approx(given.known, abs=CLOSED)


def test_every_test_answers_for_a_scenario_and_for_all_that_it_claims(rows):
    every = set(BATTERY) | set(DIFFERENCE_TESTS) | {"permutation", "placebo (of bmp_t)", "conformal", "joint_model"}
    assert every <= {row.test for row in own_rows(rows)}
    for spec in registered_tests():
        if spec.name in ALLOWS:
            claims = {part.strip() for part in spec.robust_to.split(";")}
            if "non-normal returns" in claims:
                claims |= {"fat tails, if symmetric", "skewness"}
            told = {trait for claim, trait in CLAIMS.items() if claim in claims}
            assert told <= ALLOWS[spec.name], spec.name


def test_exact_sizes_are_those_of_known_tables():
    # binomial and signed-rank tail sums by hand: 2 (1 + 10)/2^10 of ten signs; 2 * 25/2^10 of ten signed ranks
    assert exact_sizes.sign_z(10) == exact_sizes.sign_exact(10) == pytest.approx(22 / 1024)
    assert exact_sizes.wilcoxon_signed_rank(10) == pytest.approx(50 / 1024)
    assert exact_sizes.sign_exact(5) == exact_sizes.wilcoxon_signed_rank(5) == 0.0
    assert exact_sizes.sign_z(50) == pytest.approx(2 * stats.binom.cdf(18, 50, 0.5))


@pytest.mark.parametrize("returns", ["normal", "t(3)", "skewness 2"])
def test_single_event_tests_hold_every_level_for_independent_draws(rows, returns):
    own = [r for r in rows if r["kind"] == "single event" and r["scenario"] == returns and r["test"] != "sq_test_ewma"]
    assert {r["test"] for r in own} == {"sq_test", "conformal"}
    for row in own:
        level = float(row["level"].rstrip("%")) / 100
        error = (level * (1 - level) / int(row["replications"])) ** 0.5
        assert abs(float(row["rejection_rate"]) - level) < 3 * error, row


@pytest.mark.parametrize("returns", ["GARCH(0.10, 0.85)", "GARCH(0.15, 0.80), t(5)"])
def test_moving_volatility_is_reported_with_the_standardised_variant_beside_it(rows, returns):
    rates = validity_page.rates_of(rows, "single event")
    on_average, after = rates[returns], rates[f"{returns}, after a turbulent month"]
    assert LOW <= on_average["sq_test_ewma"] <= HIGH
    for test in ("sq_test", "conformal"):
        assert 0.05 < on_average[test] < 0.07  # about 6 %
        assert after[test] > 0.10 > 0.05 > after["sq_test_ewma"]


def test_on_real_series_what_the_adviser_recommends_rejects_as_often_as_it_says(rows):
    own = [r for r in rows if r["kind"] == "real, single" and r["test"] == "sq_test_ewma"]
    assert {r["scenario"] for r in own} == {*CURRENCIES, SP500}
    assert len(own) == 3 * 16
    own += [r for r in rows if r["kind"] == "real, together" and r["test"] in ("placebo", "ibragimov_muller_t")]
    assert len(own) == 3 * 16 + 2
    for row in own:
        assert int(row["replications"]) == 500
        level = float(row["level"].rstrip("%")) / 100
        assert abs(float(row["rejection_rate"]) - level) < 3 * (level * (1 - level) / 500) ** 0.5, row


def test_the_page_is_written_from_the_table(rows, tmp_path):
    validity_page.write(tmp_path, rows, compare_golden(golden_scenarios(GOLDEN), rows))
    assert (tmp_path / "validity.md").read_text(encoding="utf-8") == (DOCS / "validity.md").read_text(encoding="utf-8")
