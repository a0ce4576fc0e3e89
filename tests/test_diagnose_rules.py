"""Each rule of the adviser at work: it fires where it should, what it rules out is off, what it recommends holds."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from benchmarks.resampling import one_placebo, single_events
from benchmarks.scenarios import Scenario, rejection
from eventstudy.estimation import abnormal_returns
from eventstudy.inference import make_sample, registered_tests
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import Measures, measure
from eventstudy.inference.rules import RULES
from eventstudy.inference.single_event import sq_test
from eventstudy.models import MarketModel
from eventstudy.simulation import Process, simulate

REPS = 400
HOLDS = 3 * math.sqrt(0.05 * 0.95 / REPS)  # three standard errors of a 5 % rate
EXACT = 1e-12  # the same closed form
GOLDEN = Path(__file__).parent / "data" / "golden" / "analytic_targets.csv"
ELSEWHERE = {"conformal", "placebo", "permutation"}  # tests that need more than a Sample, so not in the register
LAYOUT = {"event_window": (-5, 5), "estimation_window": (-130, -11)}


def sample_of(drawn, window=(0, 0)):
    event_window, estimation_window = drawn.event_window, drawn.estimation_window
    fit = abnormal_returns(
        drawn.returns,
        drawn.positions,
        MarketModel(),
        drawn.factors,
        event_window=event_window,
        estimation_window=estimation_window,
    )
    row = drawn.positions[:, :1]
    return make_sample(
        fit.ar,
        fit.residuals(),
        window=window,
        event_window=event_window,
        estimation_window=estimation_window,
        n_parameters=2,
        forecast_scale=fit.forecast_scale,
        leverage=fit.leverage(),
        car=fit.car(window),
        car_variance=fit.car_variance(window),
        sessions=row + np.arange(event_window[0], event_window[1] + 1),
        estimation_sessions=row + np.arange(estimation_window[0], estimation_window[1] + 1),
        asset=drawn.positions[:, 1],
    )


def verdict(n, *, window=(0, 0), seed=3, **options):
    return diagnose(measure(sample_of(simulate(n, seed=seed, **LAYOUT, **options), window)))


def fired(found):
    return {finding.rule for finding in found.findings}


CASES = {
    "event-induced variance": (
        Scenario("", n=30, process={"variance_multiplier": 3.0}),
        {"n": 30, "variance_multiplier": 3.0},
        ("patell_z", "time_series_t", "adjusted_patell_z", "crude_dependence_t", "corrado_rank_z"),
        "bmp_t",
    ),
    "correlation between events": (
        Scenario("", n=30, n_dates=10, spacing=12, process={"rho": 0.4}),
        {"n": 30, "n_dates": 10, "rho": 0.4},
        ("cross_sectional_t", "bmp_t", "patell_z", "sign_z", "wilcoxon_signed_rank", "grank_z"),
        "ibragimov_muller_t",
    ),
    "skewed returns, few events": (
        Scenario("", n=30, process={"skewness": 2.0}),
        {"n": 30, "skewness": 2.0},
        ("sign_z", "sign_exact", "wilcoxon_signed_rank", "grank_t"),
        "generalized_sign_z",
    ),
    "ranks of few events": (Scenario("", n=8), {"n": 8}, ("grank_t", "grank_z"), "bmp_t"),
    "transformed t of few events": (Scenario("", n=8), {"n": 8}, ("skewness_adjusted_t",), "bmp_t"),
    "independent events, fat tails": (
        Scenario("", n=30, process={"nu": 3}),
        {"n": 30, "nu": 3},
        (),
        "wilcoxon_signed_rank",
    ),
    "thin trading": (
        Scenario("", n=30, process={"thin": 0.4}),
        {"n": 30, "thin": 0.3},
        ("corrado_rank_z", "cumulative_rank_z"),
        "bmp_t",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_a_rule_rules_out_is_off_and_what_it_recommends_holds(rule):
    scenario, drawn, off, recommended = CASES[rule]
    found = verdict(**drawn)
    assert rule in fired(found)
    assert set(off) <= set(found.avoid)
    assert found.recommended == recommended
    rates = {name: rate[0] for name, rate in rejection(scenario, REPS, 7).items()}
    for name in off:
        assert abs(rates[name] - 0.05) > HOLDS, (name, rates[name])
    assert abs(rates[recommended] - 0.05) < HOLDS, rates[recommended]


def test_one_date_is_compared_with_other_dates():
    found = verdict(10, n_dates=1, rho=0.4)
    assert found.recommended == "placebo"
    assert found.also == ("adjusted_bmp_t",)
    assert {"bmp_t", "patell_z", "clustered_t", "wild_bootstrap"} <= set(found.avoid)
    rng = np.random.default_rng(8)
    scenario = Scenario("", n=10, n_dates=1, process={"rho": 0.4, "nu": 4})
    reps = 300
    runs = np.array([one_placebo(scenario, 199, rng)[:2] for _ in range(reps)])
    nominal, placebo = (runs <= 0.05).mean(axis=0)
    assert nominal > 0.25
    assert abs(placebo - 0.05) < 3 * math.sqrt(0.05 * 0.95 / reps)


def test_few_clusters_and_what_can_be_had():
    found = verdict(12, n_dates=3, rho=0.4)
    assert found.recommended == "placebo"
    assert "wild_bootstrap" in found.avoid
    sample = sample_of(simulate(12, n_dates=3, rho=0.4, seed=3, **LAYOUT))
    without = diagnose(measure(sample), available=("ibragimov_muller_t", "bmp_t"))
    assert without.recommended == "ibragimov_muller_t"
    rates = rejection(Scenario("", n=12, n_dates=3, spacing=21, process={"rho": 0.4}), REPS, 9)
    assert abs(rates["ibragimov_muller_t"][0] - 0.05) < HOLDS
    assert rates["bmp_t"][0] > 0.1


def test_overlapping_windows_of_different_dates():
    found = verdict(24, n_assets=3, n_dates=8, spacing=3, window=(0, 4), rho=0.3)
    assert "windows of different dates overlap" in fired(found)
    assert found.recommended == "placebo"
    assert found.also == ("adjusted_bmp_t",)
    off = ("crude_dependence_t", "corrado_rank_z", "corrado_zivney_sign_z", "grank_t", "bmp_t", "patell_z")
    assert set(off) <= set(found.avoid)
    scenario = Scenario("", n=24, n_assets=3, n_dates=8, window=(0, 4), spacing=3, process={"rho": 0.3})
    rates = rejection(scenario, REPS, 12)
    for name in off:
        assert rates[name][0] > 0.05 + HOLDS, name
    assert abs(rates["adjusted_bmp_t"][0] - 0.05) < HOLDS


def test_unequal_clusters_upset_a_clustered_error_but_not_ibragimov_muller():
    from eventstudy.inference.clustered import clustered_t, ibragimov_muller_t

    rng = np.random.default_rng(10)
    sizes = np.array([30, 8, 3, 2, 2, 1, 1, 1])
    cluster = np.repeat(np.arange(8), sizes)
    reps = 4000
    x = rng.standard_normal((reps, 8))[:, cluster] + 0.5 * rng.standard_normal((reps, len(cluster)))
    assert (clustered_t(x, cluster).p_value() <= 0.05).mean() > 0.1
    assert (ibragimov_muller_t(x, cluster).p_value() <= 0.05).mean() < 0.05 + 3 * math.sqrt(0.05 * 0.95 / reps)


def test_one_event_is_ranked_by_the_volatility_known_before_it():
    found = verdict(1)
    assert found.recommended == "sq_test_ewma"
    assert {"sq_test", "conformal"} <= set(found.also)
    turbulent = [verdict(1, garch=(0.25, 0.70), seed=seed) for seed in range(12)]
    assert {found.recommended for found in turbulent} == {"sq_test_ewma"}
    assert sum("one event, volatility moves" in fired(found) and "sq_test" in found.avoid for found in turbulent) > 6
    short = make_sample([[0.1]], np.random.default_rng(1).normal(size=(1, 40)), window=(0, 0), event_window=(0, 0))
    assert diagnose(measure(short)).recommended == "sq_test"
    # after a turbulent month the plain rank rejects far too often, the standardised one does not
    rng = np.random.default_rng(11)
    sample, y, _ = single_events(Process(garch=(0.1, 0.85)), 4000, rng)
    recent = (y[:, -22:-1] ** 2).mean(axis=1) / (y[:, :-1] ** 2).mean(axis=1)
    after = recent > np.quantile(recent, 0.8)
    plain, moving = (sq_test(sample, volatility=v).p_value[after] for v in ("constant", "ewma"))
    assert (plain <= 0.05).mean() > 0.08
    assert (moving <= 0.05).mean() < 0.065


def test_measures_of_a_contaminated_study():
    drawn = simulate(20, 4, spacing=15, seed=5, **LAYOUT)
    sample = sample_of(drawn, (0, 1))
    m = measure(sample, straddling=np.arange(20) < 2, selected_on_outcome=np.arange(20) == 0)
    # 4 assets take turns: an asset's events are 60 sessions apart, two of them inside each estimation window
    rows = drawn.positions[:, 0]
    touched = 0
    for i in range(20):
        for j in range(20):
            if i != j and drawn.positions[i, 1] == drawn.positions[j, 1]:
                touched += sum(-130 <= rows[j] + k - rows[i] <= -11 for k in (0, 1))
    assert m.contamination == pytest.approx(touched / (20 * 120), abs=EXACT)
    assert (m.n_straddling, m.n_selected, m.n_assets, m.n_dates) == (2, 1, 4, 20)
    found = diagnose(m)
    assert {"prices straddle the news", "events chosen on the outcome"} <= fired(found)


def test_the_benchmarks_own_reaction_and_a_drift_are_found():
    options = {"seed": 6, "n_assets": 15, "n_dates": 15, **LAYOUT}
    quiet, moved = (
        simulate(15, **options),
        simulate(15, market_effect=-0.03, effect=0.05, effect_window=(-3, -1), **options),
    )
    for drawn, reacts in ((quiet, False), (moved, True)):
        rows = drawn.positions[:, 0] - (2 if reacts else 0)
        residual = drawn.market[rows[:, None] + np.arange(-130, -10)]
        centre = residual.mean(axis=1, keepdims=True)
        benchmark = make_sample(
            drawn.market[rows][:, None] - centre, residual - centre, window=(0, 0), event_window=(0, 0), n_parameters=1
        )
        m = measure(sample_of(drawn), benchmark=benchmark)
        names = fired(diagnose(m))
        assert ("the benchmark reacted" in names) == reacts
        assert ("drift before the events" in names) == reacts
        if reacts:
            assert m.benchmark_car == pytest.approx(-0.03, abs=0.01)


def test_r_bar_and_effective_n_of_a_known_correlation():
    m = measure(sample_of(simulate(40, n_dates=1, rho=0.3, seed=12, **LAYOUT)))
    # 120 dates: the mean correlation of 40 series lies within a few hundredths of the truth
    assert m.r_bar == pytest.approx(0.3, abs=0.1)
    assert m.effective_n == pytest.approx(40 / (1 + 39 * m.r_bar), abs=EXACT)
    assert m.overlap_share == 1.0


def golden(start):
    with GOLDEN.open() as file:
        return [row for row in csv.DictReader(file) if row["what"].startswith(start)]


def test_the_sizes_it_quotes_are_those_of_the_closed_forms():
    from eventstudy.inference.measures import _size

    rows = golden("BMP/CSect true size")
    assert len(rows) == 20
    for row in rows:
        n, r = map(float, re.fullmatch(r"N=(\S+) rho=(\S+)", row["parameters"]).groups())
        assert _size((1 + (n - 1) * r) / (1 - r)) == pytest.approx(float(row["value"]), abs=EXACT)
    rows = golden("Patell true size at nominal 5% when event variance")
    assert len(rows) == 4
    for row in rows:
        assert _size(float(row["parameters"][2:])) == pytest.approx(float(row["value"]), abs=EXACT)


def test_the_table_names_only_tests_that_exist_and_every_sentence_can_be_said():
    known = {spec.name for spec in registered_tests()} | ELSEWHERE
    blank = Measures(**{f.name: 1 if f.type == "int" else 0.5 for f in fields(Measures)})
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule.recommend) | set(rule.avoid) <= known, rule.name
        assert not set(rule.recommend) & set(rule.avoid), rule.name
        assert rule.says.format(m=blank)
        unknown = Measures(**{f.name: 0 if f.type == "int" else float("nan") for f in fields(Measures)})
        assert not rule.holds(unknown), rule.name


def test_nothing_to_advise_on_is_said():
    sample = make_sample(np.full((2, 1), np.nan), np.ones((2, 40)), window=(0, 0), event_window=(0, 0))
    found = diagnose(measure(sample))
    assert found.recommended == ""
    assert found.why == "no event has an abnormal return"


def test_a_user_adds_a_line_to_the_table():
    from eventstudy.inference.rules import Rule

    mine = Rule("mine", lambda m: m.n_events > 10, "{m.n_events} is a lot", recommend=("sign_exact",))
    sample = sample_of(simulate(12, seed=1, **LAYOUT))
    assert diagnose(measure(sample), rules=(mine, *RULES)).recommended == "sign_exact"
