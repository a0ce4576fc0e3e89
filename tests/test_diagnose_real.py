"""On real returns and random dates, what the adviser recommends rejects as often as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.real_series import (
    CURRENCIES,
    TOGETHER,
    ecb_returns,
    sample_at,
    several_dates,
    shared_dates,
    single_dates,
    sp500_returns,
)
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure

DATES = 500


def three_standard_errors(n):
    return 3 * math.sqrt(0.05 * 0.95 / n)


@pytest.fixture(scope="module")
def currencies():
    return ecb_returns()


def recommended(rows):
    return {row["scenario"]: row["5%"] for row in rows if row["recommended"]}


def test_random_dates_of_single_currencies(currencies):
    rates = recommended(single_dates(currencies, CURRENCIES, DATES, 500))
    assert len(rates) == len(CURRENCIES)
    for name, rate in rates.items():
        assert rate == pytest.approx(0.05, abs=three_standard_errors(DATES)), name
    assert np.mean(list(rates.values())) == pytest.approx(0.05, abs=0.01)


def test_random_dates_of_several_currencies_together(currencies):
    together = currencies[:, [CURRENCIES.index(c) for c in TOGETHER]]
    rates = {
        (row["scenario"], row["test"]): row["5%"]
        for row in [*shared_dates(together, 300, 1), *several_dates(together, 200, 2)]
    }
    assert rates["8 currencies on one date", "bmp_t"] > 0.25
    assert rates["8 currencies on 10 dates", "bmp_t"] > 0.25
    assert rates["8 currencies on one date", "placebo"] == pytest.approx(0.05, abs=three_standard_errors(300))
    # conservative where clusters are unequal and tails fat: never above its level
    assert rates["8 currencies on 10 dates", "ibragimov_muller_t"] < 0.05 + three_standard_errors(200)


def test_those_are_the_tests_recommended(currencies):
    together = currencies[:, [CURRENCIES.index(c) for c in TOGETHER]]
    rng, n = np.random.default_rng(4), len(TOGETHER)
    for n_dates, recommended in ((1, "placebo"), (10, "ibragimov_muller_t")):
        for _ in range(10):
            at = rng.choice(np.arange(140, len(together) - 5), n_dates, replace=False)
            positions = np.column_stack([np.repeat(at, n), np.tile(np.arange(n), n_dates)])
            assert diagnose(measure(sample_at(together, positions))).recommended == recommended


@pytest.mark.shared
def test_random_dates_of_the_sp500(shared_dir):
    returns = sp500_returns()
    assert returns is not None
    rates = recommended(single_dates(returns, ("SPX",), DATES, 3))
    assert rates["SPX"] == pytest.approx(0.05, abs=three_standard_errors(DATES))
