"""The reference rejection rates, met by the library's own simulation within three standard errors."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scenarios import rejection
from benchmarks.size_power import compare_golden, golden_scenarios
from eventstudy.inference.parametric import adjusted_patell_z, patell_z

DATA = Path(__file__).parent / "data" / "golden"
REPS = 300
DRAWS = 10_000
# the whole table at 5,000 replications: benchmarks/size_power.py, which docs/validity.md reports
CHOSEN = ("null N=50 t4", "event-induced var x2 N=50", "clustered rho=.10 var x2 N=50", "power mu=0.01 N=50")


@pytest.mark.parametrize("name", CHOSEN)
def test_reference_rates(name):
    golden = [pair for pair in golden_scenarios(DATA / "mc_size_power.csv") if pair[0].name == name]
    assert len(golden) == 1
    rates = rejection(golden[0][0], REPS, 20)
    rows = [
        {"kind": "golden", "scenario": name, "test": test, "alternative": "two-sided", "replications": REPS,
         "rejection_rate": rate[0]}
        for test, rate in rates.items()
    ]  # fmt: skip
    compared = compare_golden(golden, rows)
    assert len(compared) == 8
    for row in compared:
        assert abs(row["z"]) < 3, row


def targets(start):
    with (DATA / "analytic_targets.csv").open() as file:
        return [row for row in csv.DictReader(file) if row["what"].startswith(start)]


def test_patells_size_under_event_induced_variance_is_the_closed_form():
    rng = np.random.default_rng(1)
    for row in targets("Patell true size at nominal 5% when"):
        scar = math.sqrt(float(row["parameters"][2:])) * rng.standard_normal((DRAWS, 10))
        rate = float((patell_z(scar, np.full(scar.shape, 1e9)).p_value() <= 0.05).mean())
        expected = float(row["value"])
        assert rate == pytest.approx(expected, abs=3 * math.sqrt(expected * (1 - expected) / DRAWS))


def test_patells_size_under_equicorrelation_is_the_closed_form_and_the_adjusted_z_repairs_it():
    rng = np.random.default_rng(2)
    rows = targets("Patell true size, equicorrelation")
    assert len(rows) == 20
    for row in rows:
        n, r = map(float, re.fullmatch(r"N=(\S+) rho=(\S+)", row["parameters"]).groups())
        common = rng.standard_normal((DRAWS, 1))
        # the mean of n correlated draws needs no n draws: sqrt(r) f + sqrt(1 - r) times a mean of n
        mean = math.sqrt(r) * common + math.sqrt((1 - r) / n) * rng.standard_normal((DRAWS, 1))
        scar = np.repeat(mean, int(n), axis=1)
        dof = np.full(scar.shape, 1e9)
        expected = float(row["value"])
        rate = float((patell_z(scar, dof).p_value() <= 0.05).mean())
        assert rate == pytest.approx(expected, abs=3.5 * math.sqrt(expected * (1 - expected) / DRAWS))
        adjusted = float((adjusted_patell_z(scar, dof, r).p_value() <= 0.05).mean())
        assert adjusted == pytest.approx(0.05, abs=3.5 * math.sqrt(0.05 * 0.95 / DRAWS))
