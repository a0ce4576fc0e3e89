"""The recorded table of sizes says what the page says, meets the reference rates, and holds each test's own level."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks import validity_page
from benchmarks.size_power import GOLDEN, compare_golden, golden_scenarios

DOCS = Path(__file__).parents[1] / "docs"
LOW, HIGH = 0.042, 0.058  # of a rate of 5 % in 10,000 replications, three and a half standard errors

DISCRETE = {"sign_z", "sign_exact", "generalized_sign_z"}  # their exact sizes are in the page
FEW = {"skewness_adjusted_t", "grank_t", "grank_z"}  # for many events, says the page
CROSS_SECTION = {"cross_sectional_t", "bmp_t", "adjusted_bmp_t", "clustered_t", "ibragimov_muller_t"}
HOLDS = {
    "50 events": {"skewness_adjusted_t", "grank_t", "wilcoxon_signed_rank"},
    "20 events": {"wilcoxon_signed_rank"},
    "10 events": {"wilcoxon_signed_rank"},
    "5 events": set(),
    "50 events, t(4)": {"corrado_rank_z", "corrado_zivney_rank_z", "grank_t", "wilcoxon_signed_rank"},
    "50 events, variance x2": CROSS_SECTION | {"grank_t", "wilcoxon_signed_rank", "corrado_zivney_sign_z"},
    "50 events, variance x4": CROSS_SECTION | {"grank_t", "wilcoxon_signed_rank", "corrado_zivney_sign_z"},
    "50 events, 30 % thin": {"corrado_zivney_rank_z", "corrado_zivney_sign_z", *CROSS_SECTION},
    "50 on 10 dates, r = 0.3": {"adjusted_patell_z", "adjusted_bmp_t", "crude_dependence_t", "corrado_rank_z",
                                "corrado_zivney_rank_z", "corrado_zivney_sign_z", "cumulative_rank_z", "clustered_t",
                                "ibragimov_muller_t"},
    "50 on 10 dates, variance x2": {"adjusted_bmp_t", "clustered_t", "ibragimov_muller_t", "corrado_zivney_sign_z"},
    "50 on 1 date, r = 0.1": {"adjusted_patell_z", "adjusted_bmp_t", "crude_dependence_t", "corrado_rank_z",
                              "corrado_zivney_rank_z", "cumulative_rank_z"},
    "50 on 1 date, variance x2": {"adjusted_bmp_t"},
}  # fmt: skip
"""Tests whose own assumptions the scenario meets; below, the independent events add all that need no more."""
INDEPENDENT = CROSS_SECTION | {
    "time_series_t", "crude_dependence_t", "patell_z", "adjusted_patell_z", "corrado_rank_z", "corrado_zivney_rank_z",
    "corrado_zivney_sign_z", "cumulative_rank_z",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    with (DOCS / "size_power.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_replications_are_those_asked_for(rows):
    counts = {(row["kind"], int(row["replications"])) for row in rows}
    assert {("size", 10_000), ("single event", 10_000), ("golden", 10_000), ("resampling, 199 draws", 1_000)} <= counts
    assert len({kind for kind, _ in counts}) == len(counts)


def test_every_reference_rate_is_met_within_three_standard_errors(rows):
    compared = compare_golden(golden_scenarios(GOLDEN), rows)
    assert len(compared) == 88
    assert [row for row in compared if abs(row["z"]) > 3] == []


@pytest.mark.parametrize("scenario", HOLDS)
def test_within_its_own_assumptions_a_test_holds_its_level(rows, scenario):
    rates = validity_page.rates_of(rows, "size")[scenario]
    names = HOLDS[scenario] | (INDEPENDENT if scenario.endswith(" events") else set())
    assert not names & DISCRETE
    assert scenario == "50 events" or not names & (FEW - {"grank_t"})
    off = {name: rates[name] for name in names if not LOW <= rates[name] <= HIGH}
    assert off == {}


@pytest.mark.parametrize("returns", ["normal", "t(3)", "skewness 2"])
def test_single_event_tests_hold_every_level_for_independent_draws(rows, returns):
    own = [r for r in rows if r["kind"] == "single event" and r["scenario"] == returns and r["test"] != "sq_test_ewma"]
    assert {r["test"] for r in own} == {"sq_test", "conformal"}
    for row in own:
        level = float(row["level"].rstrip("%")) / 100
        error = (level * (1 - level) / int(row["replications"])) ** 0.5
        assert abs(float(row["rejection_rate"]) - level) < 3 * error, row


def test_the_page_is_written_from_the_table(rows, tmp_path):
    validity_page.write(tmp_path, rows, compare_golden(golden_scenarios(GOLDEN), rows))
    assert (tmp_path / "validity.md").read_text(encoding="utf-8") == (DOCS / "validity.md").read_text(encoding="utf-8")
