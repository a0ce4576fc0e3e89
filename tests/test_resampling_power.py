"""Power: MacKinlay's closed form, the noncentral t, and simulated curves."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from eventstudy.errors import SpecError
from eventstudy.inference.placebo import BATTERY, Studies
from eventstudy.inference.power import minimum_detectable_effect, power, simulated_power

EXACT = 1e-9  # the same normal integral
GOLDEN = Path(__file__).parent / "data" / "golden" / "analytic_targets.csv"


def mackinlay():
    with GOLDEN.open() as file:
        rows = [row for row in csv.DictReader(file) if row["what"].startswith("MacKinlay")]
    for row in rows:
        sigma, n, effect = map(float, re.fullmatch(r"sigma=(\S+) N=(\S+) AR=(\S+)", row["parameters"]).groups())
        yield sigma, n, effect, float(row["value"])


def test_mackinlays_power_table():
    rows = list(mackinlay())
    assert len(rows) == 192
    for sigma, n, effect, expected in rows:
        assert float(power(effect, sigma / np.sqrt(n))) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("dof", [4, 49])
def test_power_of_a_t_test_by_the_noncentral_t(dof):
    cut = stats.t.ppf(0.975, dof)
    for k in (0.0, 0.7, 2.5, 5.0):
        expected = stats.nct.sf(cut, dof, k) + stats.nct.cdf(-cut, dof, k)
        assert float(power(k, 1.0, dof)) == pytest.approx(expected, abs=1e-8)
    assert float(power(0.0, 1.0, dof, alternative="greater")) == pytest.approx(0.05, abs=1e-10)
    assert float(power(60.0, 1.0, dof)) == pytest.approx(1.0)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("dof", [np.inf, 9])
def test_the_minimum_detectable_effect_is_detected_as_often_as_asked(alternative, dof):
    effect = minimum_detectable_effect(0.01, dof, power_wanted=0.9, alternative=alternative)
    assert float(power(effect, 0.01, dof, alternative=alternative)) == pytest.approx(0.9, abs=1e-7)
    assert (effect < 0) == (alternative == "less")


def test_simulated_power_agrees_with_theory():
    rng = np.random.default_rng(1)
    b, n, sigma = 20_000, 25, 0.02
    shape = (b, n)
    studies = Studies(
        sigma * rng.standard_normal(shape),
        np.full(shape, sigma**2),
        np.full(shape, np.inf),
        None,
        np.arange(n),
        np.arange(n),
        np.asarray(0.0),
        None,
    )
    effects = np.linspace(0.0, 0.02, 17)
    chosen = {name: BATTERY[name] for name in ("time_series_t", "cross_sectional_t")}
    z, t = power(effects, sigma / 5), power(effects, sigma / 5, 24)
    # three standard errors of 20,000 draws, twice over for a critical value estimated from them
    for critical in ("empirical", "nominal"):
        found = simulated_power(studies, effects, statistics=chosen, critical=critical)
        np.testing.assert_allclose(found.power[0], z, atol=0.025)
        np.testing.assert_allclose(found.power[1], t, atol=0.025)
        assert found.minimum[0] == pytest.approx(minimum_detectable_effect(sigma / 5), rel=0.05)
    signs = np.where(np.arange(n) % 2, 1.0, -1.0)
    opposite = simulated_power(studies, [0.02], statistics=chosen, signs=signs, critical="nominal")
    assert opposite.power[0, 0] == pytest.approx(0.05, abs=0.02)
    assert np.isnan(opposite.minimum).all()


def test_options_are_checked():
    with pytest.raises(SpecError, match="level"):
        power(0.01, 0.02, level=5)
    with pytest.raises(SpecError, match="power_wanted"):
        minimum_detectable_effect(0.01, power_wanted=0.01)
    assert np.isnan(minimum_detectable_effect(float("nan")))
