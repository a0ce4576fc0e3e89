"""What goes wrong in other event-study programs, each with the study that would show it.

One test a mistake, numbered as they were found; each compares with a figure worked out by hand or by a
program that is not this one.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import eventstudy as es
from eventstudy.inference import make_sample, mean_correlation, run_tests
from eventstudy.inference.parametric import bmp_t, patell_z
from eventstudy.inference.rules import RULES

RTOL = 1e-8  # the same regression by another program
ESTIMATION = (-120, -11)
M, K = 110, 2


def panel(seed=1, assets=3, periods=400):
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, periods)
    days = pd.bdate_range("2016-01-04", periods=periods)
    steps = market[:, None] + rng.normal(0.0002, 0.01, (periods, assets))
    frame = pd.DataFrame(100 * np.exp(np.cumsum(steps, axis=0)), index=days, columns=list("ABCDEFGH")[:assets])
    return frame.assign(MKT=50 * np.exp(np.cumsum(market)))


PRICES = panel()


def run(cells, prices=PRICES, *, event_window=(-2, 2), **options):
    """Events as (row of the prices or a time, asset); a row stands for noon of that day."""
    times = [d if isinstance(d, str) else f"{prices.index[d]:%Y-%m-%d}T12:00Z" for d, _ in cells]
    frame = pd.DataFrame({"time": times, "asset": [a for _, a in cells]})
    frame["event_id"] = [f"e{i}" for i in range(len(cells))]
    study = es.EventStudy(es.MarketModel("MKT"), event_window=event_window, estimation_window=ESTIMATION, **options)
    return study.run(es.read_events(frame), es.PricePanel(prices, close="16:00", tz="UTC"))


def regression(asset, row, days, prices=PRICES):
    """Statsmodels' prediction of the sum over event days: one dummy for the window's sum (Salkever 1976)."""
    r = np.log(prices[[asset, "MKT"]]).diff().to_numpy()
    before = np.arange(row + ESTIMATION[0], row + ESTIMATION[1] + 1)
    at = row + np.array(days)
    y = np.concatenate([r[before, 0], r[at, 0]])
    dummies = np.vstack([np.zeros((len(before), len(at))), np.eye(len(at))])
    x = np.column_stack([np.ones(len(y)), np.concatenate([r[before, 1], r[at, 1]]), dummies])
    return sm.OLS(y, x).fit(), len(at)


@pytest.mark.parametrize("days", [[0], [-1, 0, 1]])
def test_01_the_variance_has_its_degrees_of_freedom_and_the_p_its_student_t(days):
    fit, n = regression("A", 200, days)
    found = fit.t_test(np.r_[0, 0, np.ones(n)])
    row = run([(200, "A")]).to_frame("event", window=(days[0], days[-1])).iloc[0]
    assert fit.df_resid == M - K
    assert row["sigma"] == pytest.approx(math.sqrt(fit.scale), rel=RTOL)
    assert row["p_value"] == pytest.approx(float(found.pvalue), rel=RTOL)
    assert row["p_value"] != pytest.approx(2 * stats.norm.sf(abs(row["car"] / row["se"])), rel=1e-3)


def test_02_a_window_has_the_whole_matrix_of_forecast_errors():
    days = [-2, -1, 0, 1, 2]
    fit, n = regression("A", 200, days)
    row = run([(200, "A")]).to_frame("event", window=(-2, 2)).iloc[0]
    assert row["se"] == pytest.approx(float(fit.t_test(np.r_[0, 0, np.ones(n)]).sd[0, 0]), rel=RTOL)
    diagonal = math.sqrt(sum(fit.bse[2 + j] ** 2 for j in range(n)))
    none = math.sqrt(n * fit.scale)
    assert abs(row["se"] / diagonal - 1) > 1e-3
    assert abs(row["se"] / none - 1) > 1e-3


def test_03_windows_count_sessions_not_calendar_days():
    result = run([(200, "A")])
    row = result.to_frame("event").iloc[0]
    assert row["n_estimation"] == M
    days = result.to_frame("event_day")
    assert days["session"].tolist() == PRICES.index[198:203].tolist()  # over a weekend


@pytest.mark.parametrize(
    ("time", "day0"),
    [
        ("2016-10-08T12:00Z", "2016-10-10"),  # a Saturday: Monday is the first price after it
        ("2016-10-11T16:30Z", "2016-10-12"),  # after Tuesday's close
        ("2016-10-11T10:00Z", "2016-10-11"),  # during Tuesday: its close is after the news
        ("2016-10-11T16:00Z", "2016-10-12"),  # at the close itself, which cannot know
    ],
)
def test_04_news_moves_the_first_price_struck_after_it(time, day0):
    assert run([(time, "A")]).to_frame("event")["day0"].iloc[0] == pd.Timestamp(day0)


def test_05_two_events_of_one_asset_are_two_fits_and_two_draws():
    result = run([(200, "A"), (330, "A"), (260, "B")])
    alone = [run([cell]).to_frame("event").iloc[0] for cell in ((200, "A"), (330, "A"))]
    both = result.to_frame("event").set_index("event_id")
    for label, one in zip(("e0", "e1"), alone, strict=True):
        for column in ("alpha", "beta", "sigma", "car"):
            assert both.loc[label, column] == pytest.approx(one[column], rel=RTOL)
    assert both.loc["e0", "beta"] != pytest.approx(both.loc["e1", "beta"], rel=1e-3)
    assert result.tests((0, 0), names=["bmp_t"])["n"].iloc[0] == 3


def test_06_a_missing_return_is_left_out_of_sum_and_count():
    prices = PRICES.copy()
    prices.loc[prices.index[201], "A"] = np.nan
    prices.loc[prices.index[260], "B"] = np.nan
    result = run([(200, "A"), (259, "B"), (300, "C")], prices)
    row = result.to_frame("event", window=(0, 2)).set_index("event_id").loc["e0"]
    ar = result.to_frame("event_day").query("event_id == 'e0' and day >= 0")["ar"]
    assert ar.notna().sum() == 2
    assert row["car"] == pytest.approx(ar.sum(), rel=RTOL)
    day = result.to_frame("day", by=()).set_index("day")
    assert day.loc[1, "n"] == 1
    every = result.to_frame("event_day").query("day == 1")["ar"]
    assert day.loc[1, "aar"] == pytest.approx(every.mean(), rel=RTOL)


def test_07_a_missing_benchmark_price_is_filled_from_nowhere():
    prices = PRICES.copy()
    prices.loc[prices.index[200], "MKT"] = np.nan
    result = run([(199, "A")], prices)
    days = result.to_frame("event_day").set_index("day")
    # a date without a price of the benchmark is no session; the next return spans it for both
    assert pd.Timestamp(prices.index[200]) not in days["session"].tolist()
    after = days.loc[1]
    assert after["session"] == prices.index[201]
    wanted = math.log(prices["A"].iloc[201] / prices["A"].iloc[199])
    assert after["actual"] == pytest.approx(wanted, rel=RTOL)
    row = result.to_frame("event").iloc[0]
    market = math.log(prices["MKT"].iloc[201] / prices["MKT"].iloc[199])
    assert after["expected"] == pytest.approx(row["alpha"] + row["beta"] * market, rel=RTOL)


def test_08_shared_dates_are_said_and_the_false_alarms_are_told():
    drawn = es.simulate(30, n_dates=1, rho=0.3, event_window=(-2, 2), estimation_window=ESTIMATION, seed=4)
    study = es.EventStudy(es.MarketModel("MARKET"), event_window=(-2, 2), estimation_window=ESTIMATION)
    result = study.run(es.read_events(drawn.to_events()), es.PricePanel(drawn.to_prices(), close="16:00", tz="UTC"))
    advice = result.diagnose((0, 0))
    assert {"bmp_t", "patell_z", "cross_sectional_t"} <= set(advice.avoid)
    assert advice.recommended == "placebo"
    said = advice.findings.set_index("rule").loc["correlation between events", "text"]
    rate = advice.measures["size_if_ignored"]
    assert f"{100 * rate:.0f} %" in said
    assert rate > 0.28


def test_09_the_yardstick_is_before_the_event_and_the_side_is_the_one_asked_for():
    calm = run([(200, "A")]).to_frame("event").iloc[0]
    prices = PRICES.copy()
    prices.loc[prices.index[200] :, "A"] *= 1.2  # whatever happens at the event leaves the yardstick alone
    assert run([(200, "A")], prices).to_frame("event").iloc[0]["se"] == pytest.approx(calm["se"], rel=RTOL)
    result = run([(200, "A"), (240, "B"), (300, "C"), (340, "A")])
    two, greater, less = (
        result.tests((0, 0), alternative=side).set_index("name") for side in ("two-sided", "greater", "less")
    )
    single = {side: result.single_events((0, 0), alternative=side) for side in ("two-sided", "greater", "less")}
    for name in ("time_series_t", "cross_sectional_t", "patell_z", "bmp_t", "corrado_rank_z", "sign_z"):
        assert two.loc[name, "p_value"] == pytest.approx(
            2 * min(greater.loc[name, "p_value"], less.loc[name, "p_value"]), rel=1e-6
        )
    for name in ("t", "sq"):
        ends = [single[side][f"{name}_p_value"] for side in ("greater", "less")]
        assert not np.allclose(ends[0], ends[1])
        assert not np.allclose(single["two-sided"][f"{name}_p_value"], ends[0])


def test_10_a_window_is_standardised_by_its_own_variance_not_by_a_sum_of_daily_ratios():
    result = run([(200, "A"), (260, "B"), (320, "C")])
    z, dof = [], M - K
    shortcut = []
    for row, asset in ((200, "A"), (260, "B"), (320, "C")):
        fit, n = regression(asset, row, [-2, -1, 0, 1, 2])
        z.append(float(fit.t_test(np.r_[0, 0, np.ones(n)]).tvalue[0, 0]))
        shortcut.append(sum(fit.params[2:] / fit.bse[2:]) / math.sqrt(n))
    got = result.tests((-2, 2), names=["patell_z"])["statistic"].iloc[0]
    assert got == pytest.approx(sum(z) / math.sqrt(3 * dof / (dof - 2)), rel=RTOL)
    assert got != pytest.approx(sum(shortcut) / math.sqrt(3 * dof / (dof - 2)), rel=1e-3)


def test_11_correlation_is_between_the_same_dates_and_counts_only_events_that_share_days():
    rng = np.random.default_rng(5)
    common = rng.standard_normal(200)
    shifted = np.arange(100) + np.array([[0], [40]])  # two estimation windows, 40 sessions apart
    e = 0.8 * common[shifted] + 0.6 * rng.standard_normal((2, 100))
    same, apart = np.array([[500], [500]]), np.array([[110], [150]])
    inside = np.ones((2, 1), dtype=bool)
    overlapping = mean_correlation(e, shifted, same, inside, np.arange(2)).r_bar
    dates = np.intersect1d(shifted[0], shifted[1])
    wanted = np.corrcoef(e[0][np.isin(shifted[0], dates)], e[1][np.isin(shifted[1], dates)])[0, 1]
    assert overlapping == pytest.approx(wanted, rel=RTOL)
    assert abs(np.corrcoef(e)[0, 1]) < 0.3 < overlapping  # day by day of their windows they are strangers
    assert mean_correlation(e, shifted, apart, inside, np.arange(2)).r_bar == 0.0


def test_12_calendar_time_averages_by_calendar_session():
    cells = [(200, "A"), (200, "B"), (200, "C"), (240, "A"), (300, "B")]
    result = run(cells)
    days = result.to_frame("event_day").query("day == 0")
    simple = np.expm1(days["actual"]) - np.expm1(days["expected"])
    by_session = simple.groupby(days["session"]).mean()
    row = result.tests((0, 0), names=["calendar_time_t"]).iloc[0]
    assert row["n"] == 3
    wanted = stats.ttest_1samp(by_session, 0.0)
    assert (row["statistic"], row["p_value"]) == pytest.approx((wanted.statistic, wanted.pvalue), rel=RTOL)


@pytest.mark.parametrize(("multiplier", "known"), [(2.0, 0.166), (4.0, 0.327)])
def test_13_what_patell_rejects_under_event_induced_variance_is_known_and_said(multiplier, known):
    rng = np.random.default_rng(6)
    z = math.sqrt(multiplier) * rng.standard_normal((20_000, 50))
    rate = (patell_z(z, np.full(50, 1e9)).p_value() <= 0.05).mean()
    closed = 2 * stats.norm.sf(stats.norm.ppf(0.975) / math.sqrt(multiplier))
    assert rate == pytest.approx(closed, abs=4 * math.sqrt(closed / 20_000))
    assert closed == pytest.approx(known, abs=0.001)
    rule = next(r for r in RULES if r.name == "event-induced variance")
    assert "patell_z" in rule.avoid
    assert "bmp_t" not in rule.avoid
    assert (bmp_t(z).p_value() <= 0.05).mean() == pytest.approx(0.05, abs=4 * math.sqrt(0.05 / 20_000))


def test_14_patell_is_adjusted_without_the_factor_that_belongs_to_bmp():
    rng = np.random.default_rng(7)
    n, days = 12, np.tile(np.arange(80), (12, 1))
    e = rng.standard_normal((n, 80)) + 0.7 * rng.standard_normal(80)
    sample = make_sample(
        rng.standard_normal((n, 1)), e, window=(0, 0), event_window=(0, 0), n_parameters=1,
        sessions=np.full((n, 1), 90), estimation_sessions=days,
    )  # fmt: skip
    r = (np.corrcoef(e).sum() - n) / (n * (n - 1))
    got = {t.name: t.statistic for t in run_tests(sample)}
    assert got["adjusted_patell_z"] == pytest.approx(got["patell_z"] / math.sqrt(1 + (n - 1) * r), rel=RTOL)
    assert got["adjusted_bmp_t"] == pytest.approx(got["bmp_t"] * math.sqrt((1 - r) / (1 + (n - 1) * r)), rel=RTOL)


def test_15_a_date_alone_spans_from_its_own_fixing_to_the_next():
    frame = pd.DataFrame({"date": ["2016-10-11"], "asset": ["A"], "event_id": ["evening"]})
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=ESTIMATION)
    result = study.run(es.read_events(frame), es.PricePanel(PRICES, close="14:15", tz="UTC"))
    row = result.to_frame("event").iloc[0]
    assert row["timing"] == "ambiguous"
    assert (row["day0"], row["settled"]) == (pd.Timestamp("2016-10-11"), pd.Timestamp("2016-10-12"))
    at = PRICES.index.get_loc("2016-10-11")
    fit, n = regression("A", at, [0, 1])
    assert row["car"] == pytest.approx(float(fit.params[2:].sum()), rel=RTOL)
    assert row["se"] == pytest.approx(float(fit.t_test(np.r_[0, 0, np.ones(n)]).sd[0, 0]), rel=RTOL)
