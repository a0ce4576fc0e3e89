"""Every test that a rule rules out is off where the rule holds, and what it recommends holds its size there.

The rules' own lists are read, so that none can grow without an answer here: from the recorded table of sizes where a
scenario has the rule's property, and from small simulations where it has none.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.own_assumptions import HIGH, LOW
from benchmarks.resampling import single_events
from eventstudy.estimation import abnormal_returns
from eventstudy.inference import clustered, make_sample, nonparametric, parametric, ranks
from eventstudy.inference.conformal import conformal
from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.rules import RULES
from eventstudy.inference.single_event import sq_test
from eventstudy.models import MarketModel
from eventstudy.simulation import Process, simulate

TABLE = Path(__file__).parents[1] / "docs" / "size_power.csv"
BY_NAME = {rule.name: rule for rule in RULES}

RECORDED = {
    "one cluster": ("50 on 1 date, variance x2", ("adjusted_bmp_t",)),
    "clustered": ("50 on 10 dates, variance x2", ("ibragimov_muller_t",)),
    "correlation between events": ("50 on 10 dates, r = 0.3", ("ibragimov_muller_t",)),
    "windows of different dates overlap": ("24 in a chain of overlaps, (0, 4)", ()),
    "event-induced variance": ("50 events, variance x2", ("bmp_t",)),
    "skewed returns, few events": ("30 events, skewness 2", ("generalized_sign_z", "corrado_zivney_sign_z")),
    "ranks of few events": ("10 events", ("bmp_t",)),
    "transformed t of few events": ("10 events", ("bmp_t",)),
    "Newey-West error of few sessions": ("20 events", ("calendar_time_t",)),
    "independent events, fat tails": ("50 events, t(4)", ("wilcoxon_signed_rank", "bmp_t")),
    "independent events": ("20 events", ("bmp_t", "wilcoxon_signed_rank")),
    "thin trading": ("50 events, 30 % thin", ("bmp_t",)),
}
"""Rule -> the scenario of the table that has its property, and tests that must hold there."""
SIMULATED = {
    "one event, few earlier sessions", "one event", "one event, volatility moves", "few clusters",
    "few clusters for a clustered error", "r_bar unknown", "two to four independent events",
    "events without a return in the window", "no variance before the events",
}  # fmt: skip
"""Below, the three before the last in `test_diagnose_simulations`, the last in `test_diagnose_degenerate`."""
RESAMPLED = {"clustered": "12 dates of 4, variance x3", "one cluster": "10 on 1 date, r = 0.4"}


def three_errors(reps, rate=0.05):
    return 3 * math.sqrt(rate * (1 - rate) / reps)


def rate(p):
    return float((np.asarray(p) <= 0.05 + 1e-9).mean())


@pytest.fixture(scope="module")
def recorded():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["kind"].split(",")[0], row["scenario"], row["test"]): float(row["rejection_rate"] or "nan")
        for row in rows
        if row["level"] == "5%" and row["alternative"] == "two-sided"
    }


def test_every_rule_that_names_a_test_is_answered_for():
    assert {rule.name for rule in RULES if rule.avoid or rule.recommend} == set(RECORDED) | SIMULATED


@pytest.mark.parametrize("name", RECORDED)
def test_the_recorded_table_bears_the_rule_out(recorded, name):
    scenario, holding = RECORDED[name]
    for test in BY_NAME[name].avoid:
        if test == "wild_bootstrap":  # of one cluster, as of the three below; it is not in this part of the table
            continue
        found = recorded["size", scenario, test]
        assert not LOW <= found <= HIGH, (test, found)  # NaN, a test that is not defined there, is not inside either
    for test in holding:
        assert test not in BY_NAME[name].avoid
        assert LOW <= recorded["size", scenario, test] <= HIGH, test
    for test in set(BY_NAME[name].recommend) & {"wild_bootstrap", "placebo"}:
        if name in RESAMPLED:
            label = "placebo (of bmp_t)" if test == "placebo" else test
            other = RESAMPLED["one cluster" if test == "placebo" else "clustered"]
            assert LOW <= recorded["resampling", other, label] <= HIGH


def test_few_unequal_clusters_upset_clustered_errors_and_leave_the_bootstrap_without_draws():
    rng, reps = np.random.default_rng(1), 4000
    for sizes, rule in (
        ((9, 4, 1, 1), "few clusters"),
        ((30, 8, 3, 2, 2, 1, 1, 1), "few clusters for a clustered error"),
    ):
        label = np.repeat(np.arange(len(sizes)), sizes)
        asset = np.concatenate([np.arange(s) % 10 for s in sizes])
        x = rng.standard_normal((reps, len(sizes)))[:, label] + 0.5 * rng.standard_normal((reps, len(label)))
        found = {
            "clustered_t": rate(clustered.clustered_t(x, label).p_value()),
            "clustered_two_way_t": rate(clustered.clustered_two_way_t(x, label, asset).p_value()),
        }
        if rule == "few clusters":
            found["wild_bootstrap"] = rate(wild_bootstrap(x[:200], label, interval=False).p_value)
            assert found["wild_bootstrap"] == 0  # sixteen sign vectors: no p lies below 2/16
        assert set(found) == set(BY_NAME[rule].avoid)
        for test, value in found.items():
            assert abs(value - 0.05) > three_errors(reps), (test, value)
        assert rate(clustered.ibragimov_muller_t(x, label).p_value()) < 0.05 + three_errors(reps)


@pytest.mark.parametrize("layout", ["three dates", "a chain of overlaps"])
def test_placebo_holds_its_size_where_it_is_recommended_for_few_clusters(layout):
    """Bmp_t, which counts the events as independent, and the same statistic among other dates."""
    rng, reps, chain = np.random.default_rng(2), 160, layout != "three dates"
    window = (0, 2) if chain else (0, 0)
    where = {"n_assets": 3, "n_dates": 4, "spacing": 2} if chain else {"n_dates": 3, "spacing": 21}
    nominal, empirical = [], []
    for _ in range(reps):
        drawn = simulate(
            12, event_window=window, estimation_window=(-400, -1), process=Process(rho=0.4), seed=rng, **where
        )
        forbidden = np.zeros(drawn.returns.shape, dtype=bool)
        for k in range(window[1] + 1):
            forbidden[drawn.positions[:, 0] + k, drawn.positions[:, 1]] = True
        columns = np.arange(drawn.returns.shape[1])
        grid = placebo_grid(
            drawn.returns, columns, MarketModel(), drawn.market, window=window, estimation_window=(-120, -1),
            forbidden=forbidden, min_observations=100, shares=False,
        )  # fmt: skip
        code = np.unique(drawn.positions[:, 0], return_inverse=True)[1]
        clusters = np.zeros(12, dtype=np.int64) if chain else code.astype(np.int64)
        lengths = np.full(12, window[1] + 1, dtype=np.int64)
        found = placebo(
            grid,
            Layout(drawn.positions, clusters, lengths),
            draws=199,
            statistics={"bmp_t": BATTERY["bmp_t"]},
            seed=rng,
        )
        nominal.append(found.nominal_p[0])
        empirical.append(found.p_value[0])
    assert rate(nominal) > 0.05 + three_errors(reps)
    assert abs(rate(empirical) - 0.05) < three_errors(reps)


def test_one_event_after_turbulent_weeks():
    rng, n = np.random.default_rng(3), 6000
    sample, y, x = single_events(Process(garch=(0.1, 0.85)), n, rng)
    recent = (y[:, -22:-1] ** 2).mean(axis=1) / (y[:, :-1] ** 2).mean(axis=1)
    after = recent > np.quantile(recent, 0.8)
    ar, residuals = sample.ar[:, None], sample.residuals[:, None]
    member = np.ones((1, 1), dtype=bool)
    scar, variance = sample.scar[:, None], sample.car_variance[:, None]
    dof = np.full((n, 1), residuals.shape[-1] - 2.0)
    found = {
        "time_series_t": parametric.time_series_t(sample.car[:, None], variance, dof).p_value(),
        "patell_z": parametric.patell_z(scar, dof).p_value(),
        "crude_dependence_t": parametric.crude_dependence_t(ar, residuals, member).p_value(),
        "corrado_rank_z": ranks.corrado_rank_z(ar, residuals, member).p_value(),
        "corrado_zivney_rank_z": ranks.corrado_zivney_rank_z(ar, residuals, member).p_value(),
        "cumulative_rank_z": ranks.cumulative_rank_z(ar, residuals, member).p_value(),
        "sq_test": sq_test(sample).p_value,
        "conformal": conformal(y, x, np.arange(y.shape[1]) == y.shape[1] - 1).p_value,
    }
    assert set(found) == set(BY_NAME["one event, volatility moves"].avoid)
    reps = int(after.sum())
    for test, p in found.items():
        assert abs(rate(np.asarray(p)[after]) - 0.05) > three_errors(reps), test
    moving = sq_test(sample, volatility="ewma").p_value
    assert abs(rate(moving) - 0.05) < three_errors(n)
    assert rate(moving[after]) < 0.05 + three_errors(reps)


def test_one_event_has_no_sign_test_and_a_short_history_its_exact_rank():
    x = np.random.default_rng(4).standard_normal((500, 1))
    share = np.full((500, 1), 0.5)
    found = {
        "sign_z": nonparametric.sign_z(x).p_value(),
        "sign_exact": nonparametric.sign_exact(x)[1],
        "generalized_sign_z": nonparametric.generalized_sign_z(x, share).p_value(),
        "wilcoxon_signed_rank": nonparametric.wilcoxon_signed_rank(x)[1],
    }
    assert set(found) == set(BY_NAME["one event"].avoid)
    for test, p in found.items():
        assert rate(p) == 0, test
    # 39 sessions before the event: two in forty ranks
    rng, n = np.random.default_rng(5), 4000
    market, own = rng.standard_normal((2, 40, n))
    fit = abnormal_returns(
        market + own, np.column_stack([np.full(n, 39), np.arange(n)]), MarketModel(), market[..., None],
        event_window=(0, 0), estimation_window=(-39, -1),
    )  # fmt: skip
    sample = make_sample(
        fit.ar, fit.residuals(), window=(0, 0), event_window=(0, 0), n_parameters=2,
        forecast_scale=fit.forecast_scale, leverage=fit.leverage(),
    )  # fmt: skip
    assert abs(rate(sq_test(sample).p_value) - 0.05) < three_errors(n)
    design = np.stack([np.ones((n, 40)), market.T], axis=2)
    p = conformal((market + own).T, design, np.arange(40) == 39).p_value
    assert abs(rate(p) - 0.05) < three_errors(n)
