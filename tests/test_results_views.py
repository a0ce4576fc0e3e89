"""Views of a result against pandas, scipy and statsmodels on the same rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

import eventstudy as es
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable
from eventstudy.results.summary import sentences

# The same sums in another order, in double precision.
RTOL = 1e-9


@pytest.fixture(scope="module")
def result() -> es.StudyResult:
    rng = np.random.default_rng(11)
    days = pd.bdate_range("2019-01-01", periods=700)
    market = rng.normal(0, 0.01, 700)
    frame = pd.DataFrame({"MKT": np.exp(np.cumsum(market))}, index=days)
    for k, name in enumerate("ABCD"):
        frame[name] = np.exp(np.cumsum((0.5 + 0.3 * k) * market + rng.standard_t(5, 700) * 0.008))
    panel = es.PricePanel(frame, close="16:00", tz="America/New_York")
    events = [
        Event(
            event_id=f"e{i:02d}",
            earliest=(at := days[200 + 17 * i].tz_localize("UTC") + pd.Timedelta("12h")),
            latest=at,
            direction="escalation" if i % 3 else "de-escalation",
            intensity=float(i % 7 - 3),
            assets=("ABCD"[i % 4],),
            extra={"size": float(i), "sector": "x" if i % 2 else "y"},
        )
        for i in range(28)
    ]
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-3, 4), estimation_window=(-150, -11))
    return study.run(EventTable.from_items(events), panel)


def test_day_frame_is_the_average_of_the_event_days(result: es.StudyResult) -> None:
    days = result.to_frame("event_day")
    expected = days.groupby(["direction", "day"])["ar"].agg(["mean", "size"]).reset_index()
    got = result.to_frame("day", by="direction").sort_values(["direction", "day"]).reset_index(drop=True)
    np.testing.assert_allclose(got["aar"], expected["mean"], rtol=RTOL)
    np.testing.assert_array_equal(got["n"], expected["size"])
    running = expected.groupby("direction")["mean"].cumsum()
    np.testing.assert_allclose(got["caar"], running, rtol=RTOL)
    np.testing.assert_array_equal(got["n_positive"] + got["n_negative"], got["n"])


def test_last_day_of_caar_has_the_forecast_error_of_the_whole_window(result: es.StudyResult) -> None:
    events = result.to_frame("event", window=(-3, 4))
    expected = events.groupby("direction")["se"].agg(lambda s: np.sqrt((s**2).sum()) / len(s))
    days = result.to_frame("day", by="direction")
    last = days[days["day"] == 4].set_index("direction")
    np.testing.assert_allclose(last["se"], expected.loc[last.index], rtol=RTOL)
    np.testing.assert_allclose(last["ci_high"] - last["caar"], stats.norm.ppf(0.975) * last["se"], rtol=RTOL)


def test_summary_means_are_the_means_of_the_events(result: es.StudyResult) -> None:
    table = result.summary([(0, 0), (0, 1)], by="sector").table
    for row in table.to_dict("records"):
        window = (0, 0) if row["window"] == "(0, 0)" else (0, 1)
        events = result.to_frame("event", window=window)
        chosen = events.loc[events["sector"] == row["sector"], "car"]
        np.testing.assert_allclose(row["mean_car"], chosen.mean(), rtol=RTOL)
        assert row["n"] == len(chosen)
        assert row["ci_low"] < row["mean_car"] < row["ci_high"]
        assert row["why"]


def test_a_summary_says_where_an_interval_is_around_the_mean_of_clusters() -> None:
    row = {"window": "(0, 1)", "n": 60, "mean_car": -0.003, "p_value": 0.3, "test": "ibragimov_muller_t"}
    around_another = pd.DataFrame([row | {"ci_low": -0.011, "ci_high": 0.003}])
    assert "each counted once; the mean CAR counts each event once" in sentences(around_another, [])
    for other in (
        {"ci_low": -0.010, "ci_high": 0.004},
        {"ci_low": -0.011, "ci_high": 0.003, "test": "cross_sectional_t"},
    ):
        assert "each counted once" not in sentences(pd.DataFrame([row | other]), [])


def test_difference_is_welch(result: es.StudyResult) -> None:
    events = result.to_frame("event", window=(0, 1))
    one = events.loc[events["direction"] == "de-escalation", "car"]
    two = events.loc[events["direction"] == "escalation", "car"]
    expected = stats.ttest_ind(one, two, equal_var=False)
    got = result.difference(window=(0, 1)).set_index("name").loc["welch_t"]
    np.testing.assert_allclose([got["statistic"], got["p_value"]], [expected.statistic, expected.pvalue], rtol=RTOL)


def test_explain_is_statsmodels_weighted_least_squares(result: es.StudyResult) -> None:
    events = result.to_frame("event", window=(0, 1))
    fit = smf.wls("car ~ intensity + C(asset)", events, weights=1 / events["se"] ** 2).fit(cov_type="HC3", use_t=True)
    got = result.explain("car ~ intensity + C(asset)", window=(0, 1))
    np.testing.assert_allclose(got.coefficients, fit.params[list(got.names)], rtol=1e-7)
    np.testing.assert_allclose(got.se, fit.bse[list(got.names)], rtol=1e-7)


def test_single_events_are_ranks_among_scaled_residuals(result: es.StudyResult) -> None:
    sample = result.sample((0, 0))
    frame = result.single_events((0, 0))
    for i in (0, 5, 27):
        scaled = sample.residuals[i] / (sample.sigma[i] * np.sqrt(1 - sample.leverage[i]))
        own = sample.car[i] / np.sqrt(sample.car_variance[i])
        larger = int((np.abs(scaled) >= abs(own)).sum())
        np.testing.assert_allclose(frame["sq_p_value"].iloc[i], (1 + larger) / (1 + len(scaled)), rtol=RTOL)


def test_power_is_the_noncentral_t(result: es.StudyResult) -> None:
    frame = result.power((0, 0), effects=[0.0, 0.004])
    sample = result.sample((0, 0))
    se = np.sqrt(sample.car_variance.sum()) / len(result)
    z = stats.norm.ppf(0.975)
    expected = stats.norm.sf(z - 0.004 / se) + stats.norm.cdf(-z - 0.004 / se)
    np.testing.assert_allclose(frame["power"], [0.05, expected], rtol=1e-6)
    # (z_.975 + z_.80) standard errors, but for the far tail
    np.testing.assert_allclose(frame.attrs["minimum_detectable_effect"], 2.8015 * se, rtol=1e-3)


def test_placebo_keeps_the_layout_and_is_repeatable(result: es.StudyResult) -> None:
    one = result.placebo((0, 1), draws=199, seed=4, draw="clusters")
    two = result.placebo((0, 1), draws=199, seed=4, draw="clusters")
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.n_studies == 199
    row = one.table.set_index("name").loc["cross_sectional_t"]
    cars = result.to_frame("event", window=(0, 1))["car"]
    np.testing.assert_allclose(row["statistic"], stats.ttest_1samp(cars, 0).statistic, rtol=RTOL)
    more_extreme = (np.abs(one.draws["cross_sectional_t"]) >= abs(row["statistic"]) * (1 - 1e-12)).sum()
    np.testing.assert_allclose(row["p_value"], (1 + more_extreme) / 200, rtol=RTOL)


def test_placebo_recomputes_every_statistic_that_the_battery_has_of_it(result: es.StudyResult) -> None:
    found = result.placebo((0, 1), draws=20).table.set_index("name")["statistic"].drop("caar")
    battery = result.tests((0, 1)).set_index("name")["statistic"]
    assert found.index.tolist() == battery.index.tolist()
    np.testing.assert_allclose(found, battery, rtol=1e-9)


def test_tests_by_group_are_the_tests_of_the_group(result: es.StudyResult) -> None:
    table = result.tests((0, 0), by="sector", names=["cross_sectional_t"]).set_index("sector")
    events = result.to_frame("event")
    for sector, cars in events.groupby("sector")["car"]:
        expected = stats.ttest_1samp(cars, 0)
        np.testing.assert_allclose(table.loc[sector, "statistic"], expected.statistic, rtol=RTOL)
        np.testing.assert_allclose(table.loc[sector, "p_value"], expected.pvalue, rtol=RTOL)


def test_advice_names_a_test_with_its_reason(result: es.StudyResult) -> None:
    advice = result.diagnose((0, 0))
    assert advice.recommended
    assert advice.recommended not in advice.avoid
    assert advice.recommended in str(advice)
    assert advice.measures["n_events"] == 28


def test_weights_are_a_column_of_the_events(result: es.StudyResult) -> None:
    import dataclasses

    study = dataclasses.replace(result.study, weights="size")
    held = dataclasses.replace(result, study=study)
    table = held.tests(names=["time_series_t"])
    events = held.to_frame("event")
    expected = np.average(events["car"], weights=events["size"])
    np.testing.assert_allclose(table["estimate"].iloc[0], expected, rtol=RTOL)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: r.to_frame("events"), "did you mean 'event'"),
        (lambda r: r.to_frame("event", window=(-9, 9)), "does not lie inside"),
        (lambda r: r.to_frame("day", by="sectr"), "did you mean 'sector'"),
        (lambda r: r.tests(names=["patel_z"]), "did you mean 'patell_z'"),
        (lambda r: r.placebo(sector="z"), "no row with sector='z'"),
        (lambda r: r.plot_event("e99", "A"), "no row for event 'e99'"),
    ],
)
def test_a_wrong_question_is_one_clear_error(result: es.StudyResult, call: object, words: str) -> None:
    with pytest.raises(es.EventStudyError, match=words):
        call(result)  # type: ignore[operator]


@pytest.mark.parametrize("window", [(-3, -1), (-1, 0), (1, 4)])
def test_windows_on_either_side_of_day_0(result: es.StudyResult, window: tuple[int, int]) -> None:
    sample = result.sample(window)
    assert sample.member.shape == sample.ar.shape
    assert sample.member.sum(axis=1).tolist() == [window[1] - window[0] + 1] * len(result)
    days = result.to_frame("event_day")
    inside = days[days["day"].between(*window)]
    np.testing.assert_allclose(sample.car, inside.groupby("event_id")["ar"].sum(), rtol=RTOL)
    assert np.isfinite(result.summary([window], by="sector").table["mean_car"]).all()


def test_joint_coefficients_of_separate_events_are_their_cars(result: es.StudyResult) -> None:
    """Without overlap the model is fitted outside all windows, so its CAR is one OLS away."""
    import statsmodels.api as sm

    joint = result.joint((0, 1)).set_index("label")
    piece = result.pieces[0]
    column = piece.returns.grid.assets.index("B")
    y, x = piece.returns.returns[:, column], piece.returns.factors[:, column, 0]
    mine = np.flatnonzero(result.rows.asset == "B")
    at = piece.rows.position[piece.kept][mine]
    first, last = at.min() - 150, at.max() + 2
    quiet = np.zeros(len(y), dtype=bool)
    quiet[first:last] = True
    for row in at:
        quiet[row : row + 2] = False
    fit = sm.OLS(y[quiet], sm.add_constant(x[quiet])).fit()
    ar = y - sm.add_constant(x) @ fit.params
    expected = [ar[row : row + 2].sum() for row in at]
    np.testing.assert_allclose(joint.loc[result.rows.event_id[mine], "estimate"], expected, rtol=1e-8)


def test_family_of_one_is_the_wild_bootstrap_by_itself(result: es.StudyResult) -> None:
    whole = result.family([(0, 0), (0, 1)], by="sector")
    assert len(whole) == 4
    assert (whole["romano_wolf"] >= whole["p_value"]).all()
    assert (whole["holm"] >= whole["romano_wolf"] - 0.05).all()
    events = result.to_frame("event")
    means = events.groupby("sector")["car"].mean()
    got = whole[whole["window"] == "(0, 0)"].set_index("sector")["mean_car"]
    np.testing.assert_allclose(got[means.index], means, rtol=RTOL)


def test_single_events_have_a_conformal_p_and_differences_a_permutation(result: es.StudyResult) -> None:
    single = result.single_events((0, 0))
    assert single["conformal_p_value"].between(0, 1).all()
    # Both rank one day among the sample; they differ in whether the event's day is in the fit.
    assert np.corrcoef(single["conformal_p_value"], single["sq_p_value"])[0, 1] > 0.98
    row = result.difference(window=(0, 1)).set_index("name").loc["permutation"]
    events = result.to_frame("event", window=(0, 1)).groupby("direction")["car"].mean()
    np.testing.assert_allclose(row["estimate"], events["de-escalation"] - events["escalation"], rtol=RTOL)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_simulated_power_rises_from_the_level(result: es.StudyResult) -> None:
    se = np.sqrt(result.sample((0, 0)).car_variance.sum()) / len(result)
    long = result.power((0, 0), effects=[0.0, 3 * se], simulated=True, draws=299)
    frame = long.pivot_table(index="name", columns="effect", values="power")
    # At empirical critical values of 299 studies: 5 % and its simulation error, 0.0126.
    assert (np.abs(frame[0.0] - 0.05) < 4 * 0.0126).all()
    assert frame.loc["time_series_t"].iloc[1] > 0.7


def test_placebo_of_a_difference_is_welch_among_placebo_studies(result: es.StudyResult) -> None:
    table = result.difference(window=(0, 1)).set_index("name")
    np.testing.assert_allclose(table.loc["placebo", "statistic"], table.loc["welch_t", "statistic"], rtol=RTOL)
    assert 0 < table.loc["placebo", "p_value"] <= 1


def test_numbers_of_a_csv_are_numbers_in_a_regression(tmp_path) -> None:
    drawn = es.simulate(12, 4, event_window=(-2, 2), estimation_window=(-60, -11), effect_sd=0.02, seed=8)
    listed = drawn.to_events().assign(size=[f"{k / 7:.4f}" for k in range(12)], code=["a", "7"] * 6)
    listed.to_csv(tmp_path / "events.csv", index=False)
    panel = es.PricePanel(drawn.to_prices(), close="16:00", tz="America/New_York")
    study = es.EventStudy(es.MarketModel("MARKET"), event_window=(-2, 2), estimation_window=(-60, -11))
    got = study.run(es.read_events(tmp_path / "events.csv"), panel)
    frame = got.to_frame("event").assign(size=lambda f: f["size"].astype(float))
    expected = smf.ols("car ~ size + code", frame).fit()
    found = got.explain("car ~ size + code", weighted=False)
    assert sorted(found.names) == sorted(expected.params.index)
    np.testing.assert_allclose(found.coefficients, expected.params[list(found.names)], rtol=RTOL)


def test_several_windows_go_into_one_table(result: es.StudyResult) -> None:
    both = result.tests([(0, 0), (0, 1)], by="sector", names=["bmp_t", "patell_z"])
    assert both["window"].tolist() == ["(0, 0)"] * 4 + ["(0, 1)"] * 4
    one = result.tests((0, 1), by="sector", names=["bmp_t", "patell_z"])
    pd.testing.assert_frame_equal(both.iloc[4:, 1:].reset_index(drop=True), one)


@pytest.mark.parametrize(
    ("assets", "directions", "groups"),
    [
        (list("ABCDEF"), ["neither"] * 6, ()),
        (list("ABCDEF"), ["escalation", "de-escalation"] * 3, ("direction",)),
        (list("ABAB"), ["neither"] * 4, ("asset",)),
        (list("ABAB"), ["escalation"] * 4, ("asset", "direction")),
    ],
)
def test_events_of_many_assets_are_one_sample_unless_asked(
    assets: list[str], directions: list[str], groups: tuple[str, ...]
) -> None:
    days = pd.bdate_range("2020-01-01", periods=300)
    paths = 100.0 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0, 0.01, (300, 7)), axis=0))
    prices = es.PricePanel(pd.DataFrame(paths, index=days, columns=[*"ABCDEF", "MKT"]))
    table = pd.DataFrame({"date": days[150 : 150 + 15 * len(assets) : 15], "asset": assets, "direction": directions})
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=(-100, -11), date_only="first")
    result = study.run(es.read_events(table), prices)
    assert result.groups == groups
    summary = result.summary().table
    assert [c for c in summary.columns if c in ("asset", "direction")] == list(groups)
    assert len(summary) == len({tuple(r) for r in result.to_frame("event")[list(groups)].to_numpy()}) if groups else 1
    if not groups:
        # The mean over all events, by hand: each return less the market model of its own estimation window.
        logs = np.log(paths)
        returns = np.vstack([np.full(7, np.nan), np.diff(logs, axis=0)])
        found = []
        for k, day in enumerate(range(150, 150 + 15 * len(assets), 15)):
            y, x = returns[day - 100 : day - 10, k], returns[day - 100 : day - 10, 6]
            b = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
            found.append(returns[day, k] - (y.mean() - b * x.mean()) - b * returns[day, 6])
        np.testing.assert_allclose(summary["mean_car"], [np.mean(found)], rtol=1e-9)
        assert summary["n"].tolist() == [6]
        assert [t.get_text() for t in result.plot_caar().get_legend().get_texts()] == ["n = 6"]
    assert es.compare([result, result]).by == groups


def test_a_sample_of_some_rows_is_those_rows_of_the_whole(result: es.StudyResult) -> None:
    keep = np.arange(28) % 3 == 1
    whole, some = result.sample((0, 1)), result.sample((0, 1), where=keep)
    for name in ("residuals", "leverage", "estimation_sessions", "ar", "car", "car_variance", "asset"):
        np.testing.assert_array_equal(getattr(some, name), getattr(whole, name)[keep])
        np.testing.assert_array_equal(getattr(whole.take(keep), name), getattr(whole, name)[keep])
    # sum of h_it = number of regressors, for each event
    np.testing.assert_allclose(some.leverage.sum(axis=1), 2.0, rtol=RTOL)


def test_tests_that_read_no_leverage_compute_none(result: es.StudyResult, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    kind = type(result.estimates.parts[0][2])
    real = kind.leverage
    monkeypatch.setattr(kind, "leverage", lambda self, events=None: asked.append(1) or real(self, events))
    result.tests((0, 1), names=["patell_z", "adjusted_bmp_t", "crude_dependence_t"])
    assert not asked
    result.tests((0, 1), names=["grank_t", "grank_z"])
    assert len(asked) == len(result.estimates.parts)


def test_tests_by_group_are_those_of_each_group_alone(result: es.StudyResult) -> None:
    every = result.tests((0, 1), by=["sector", "direction"], names=["bmp_t", "time_series_t"])
    frame = result.to_frame("event", window=(0, 1))
    for (sector, direction), block in every.groupby(["sector", "direction"]):
        mine = frame[(frame["sector"] == sector) & (frame["direction"] == direction)]
        z = mine["car"] / mine["se"]
        expected = [mine["car"].sum() / np.sqrt((mine["se"] ** 2).sum()), stats.ttest_1samp(z, 0.0).statistic]
        got = block.set_index("name").loc[["time_series_t", "bmp_t"], "statistic"]
        np.testing.assert_allclose(got, expected, rtol=RTOL)
