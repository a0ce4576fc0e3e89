"""Whatever comes in, the adviser and the resampling tests give numbers or reasons; a warning would fail here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from eventstudy.inference.permutation import permutation
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.rules import NEEDS_ESTIMATION
from eventstudy.inference.single_event import sq_test

NAMES = ["wild_bootstrap", "sq_test", "sq_test_ewma"]


def strange_sample(rng):
    n, m, days = int(rng.integers(1, 7)), int(rng.choice([0, 1, 2, 5, 25, 60])), int(rng.integers(1, 6))
    ar = rng.standard_normal((n, days)) * rng.choice([0, 1e-300, 1e-3, 1, 1e150])
    residuals = rng.standard_normal((n, m)) * rng.choice([0, 1e-20, 1, 1e100])
    ar[rng.random(ar.shape) < rng.choice([0, 0.3, 1])] = np.nan
    residuals[rng.random(residuals.shape) < rng.choice([0, 0.3, 1], p=[0.5, 0.4, 0.1])] = np.nan
    first = int(rng.integers(0, days))
    last = int(rng.integers(first, days))
    start = rng.integers(0, 8, (n, 1))
    return make_sample(
        ar,
        residuals,
        window=(first - 2, last - 2),
        event_window=(-2, days - 3),
        sessions=start + np.arange(days),
        estimation_sessions=start - 100 + np.arange(m),
        asset=rng.integers(0, 3, n),
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_sample_gets_an_answer_or_a_reason(seed):
    sample = strange_sample(np.random.default_rng(seed))
    advice = diagnose(measure(sample, benchmark=sample if seed % 3 == 0 else None))
    assert advice.why
    assert advice.recommended not in advice.avoid
    for volatility in ("constant", "ewma"):
        found = sq_test(sample, volatility=volatility)
        for p, reason in zip(found.p_value, found.reason, strict=True):
            assert np.isfinite(p) == (reason == "")
    cluster = sample.sessions[:, 0]
    assert not wild_bootstrap(sample.car, cluster, draws=50).p_value > 1
    if sample.n_events > 2:
        assert not permutation(sample.car, np.arange(sample.n_events) < 2, cluster, draws=50).p_value > 1
    for result in run_tests(sample, names=NAMES):
        assert np.isfinite(result.p_value) or result.note


DAYS = pd.bdate_range("2020-01-01", periods=320)
WALK = 100 * np.exp(np.random.default_rng(3).normal(0, 0.01, (320, 2)).cumsum(axis=0))
PRICES = pd.DataFrame({"MOVES": WALK[:, 0], "M": WALK[:, 1], "STILL": 50.0, "COPY": 2 * WALK[:, 1]}, index=DAYS)


def study(assets, model, prices=PRICES):
    n = 12
    rows = {
        "date": [f"{DAYS[130 + 15 * i]:%Y-%m-%d}" for i in range(n)],
        "asset": [assets[i % len(assets)] for i in range(n)],
    }
    spec = es.EventStudy(model, event_window=(-1, 1), estimation_window=(-100, -11))
    return spec.run(es.read_events(pd.DataFrame(rows), tz="UTC"), es.PricePanel(prices, close="16:00", tz="UTC"))


@pytest.mark.parametrize(
    ("assets", "model"),
    [
        (["STILL"], es.MeanAdjusted()),
        (["COPY"], es.MarketModel("M")),
        (["COPY"], es.MarketAdjusted("M")),
        (["STILL", "COPY"], es.MarketModel("M")),
    ],
)
def test_a_study_in_which_nothing_moves_is_told_so_and_given_no_test(assets, model, tmp_path):
    result = study(assets, model)
    advice = result.diagnose()
    assert (advice.recommended, advice.also) == ("", ())
    assert advice.text.startswith("Report no test: every abnormal return is zero")
    assert "copy of itself" in advice.text and "prices.quality()" in advice.text
    assert advice.measures["n_unmoved"] == advice.measures["n_events"] == 12
    assert result.tests()["p_value"].isna().all()  # and there is none to be had
    summary = result.summary()
    assert set(summary.table["test"]) == {""} and summary.text.startswith("No test: every abnormal return is zero")
    page = es.write_report(result, tmp_path / "report.html").read_text()
    assert "every abnormal return is zero" in page
    # One event by itself likewise, and no event of a series that moves.
    assert study(assets, model).diagnose(event_id="e1").recommended == ""
    assert study(["MOVES"], model).diagnose().recommended == "bmp_t"


def test_events_that_do_not_move_among_others_that_do_are_counted():
    advice = study(["MOVES", "STILL", "MOVES"], es.MeanAdjusted()).diagnose()
    assert advice.recommended
    assert "4 of 12 events have abnormal returns that do not vary before the event" in advice.text
    assert (advice.measures["n_without_variance"], advice.measures["n_unmoved"]) == (4, 4)


def test_without_a_yardstick_before_the_events_only_their_own_spread_is_advised():
    rng = np.random.default_rng(5)
    ar, flat = rng.normal(0, 0.02, (12, 1)), np.zeros((12, 90))
    sample = make_sample(ar, flat, window=(0, 0), event_window=(0, 0))
    advice = diagnose(measure(sample))
    assert advice.recommended == "wilcoxon_signed_rank"
    assert "no event's abnormal returns vary before the event" in str(advice.findings)
    # What is ruled out is not defined, or certain of anything: p below one in a million of pure noise.
    found = {r.name: r.p_value for r in run_tests(sample)}
    for name in set(NEEDS_ESTIMATION) & set(found):
        assert not found[name] >= 1e-6, name
    assert measure(sample).n_unmoved == 0
    # A CAR of zero whose days moved is no study in which nothing moves.
    there_and_back = make_sample(np.hstack([ar, -ar]), np.zeros((12, 90)), window=(0, 1), event_window=(0, 1))
    assert measure(there_and_back).n_unmoved == 0
