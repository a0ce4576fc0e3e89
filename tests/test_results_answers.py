"""Every p-value of a result has its interval, by the same test; and regressions show themselves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import eventstudy as es
from eventstudy.errors import SpecError
from eventstudy.inference.clustered import clustered_t
from eventstudy.inference.family import family_tests, sign_vectors

RTOL = 1e-9  # the same sums in another order
SIDES = ("two-sided", "greater", "less")


@pytest.fixture(scope="module")
def result() -> es.StudyResult:
    drawn = es.simulate(24, 6, n_dates=12, effect=0.012, nu=5, rho=0.2, event_window=(-3, 4), seed=3)
    events = drawn.to_events()
    events["direction"] = np.where(np.arange(24) % 2, "escalation", "de-escalation")
    events["sector"] = np.array(["x", "y", "z"])[np.arange(24) % 3]
    events["size"] = 1.0 + np.arange(24) % 5
    study = es.EventStudy(es.MarketModel("MARKET"), event_window=(-3, 4), estimation_window=(-150, -11))
    return study.run(es.read_events(events), es.PricePanel(drawn.to_prices(), close="16:00", tz="UTC"))


def inside(low, value, high):
    return low <= value <= high


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("by", [None, "sector", ["asset", "direction"]])
def test_an_interval_beside_every_p_that_says_the_same(result, by, side):
    table = result.tests([(0, 0), (-1, 2)], by=by, alternative=side)
    assert list(table.columns[:1]) == ["window"]
    assert set(table["window"]) == {"(0, 0)", "(-1, 2)"}
    known = table[np.isfinite(table["p_value"]) & ~table["estimand"].str.startswith("none: ")]
    assert len(known) > 30
    for _, row in known.iterrows():
        assert not np.isnan(row["ci_low"]), row["name"]
        assert not np.isnan(row["ci_high"]), row["name"]
        if side == "greater":
            assert row["ci_high"] in (np.inf, 1.0), row["name"]
        if side == "less":
            assert row["ci_low"] in (-np.inf, 0.0), row["name"]
        if row["name"] == "generalized_sign_z":  # its null is the share of each group's estimation samples
            continue
        null = 0.5 if row["estimand"] == "P(CAR > 0)" else 0.0
        assert inside(row["ci_low"], null, row["ci_high"]) == (row["p_value"] > 0.05), (row["name"], row["p_value"])


@pytest.mark.parametrize("side", SIDES)
def test_single_events_on_one_side_or_two(result, side):
    frame = result.single_events((0, 1), alternative=side)
    sample = result.sample((0, 1))
    t = sample.car / np.sqrt(sample.car_variance)
    wanted = {"two-sided": 2 * stats.t.sf(np.abs(t), sample.dof), "greater": stats.t.sf(t, sample.dof),
              "less": stats.t.cdf(t, sample.dof)}[side]  # fmt: skip
    np.testing.assert_allclose(frame["t_p_value"], wanted, rtol=RTOL)
    for name in ("t", "sq", "sq_ewma", "conformal"):
        low, high, p = (frame[f"{name}_{part}"] for part in ("ci_low", "ci_high", "p_value"))
        assert p.notna().all(), name
        np.testing.assert_array_equal((low <= 0) & (high >= 0), p > 0.05, err_msg=name)
        assert ((low <= frame["car"]) & (frame["car"] <= high)).all(), name


@pytest.mark.parametrize("side", SIDES)
def test_differences_by_every_method_have_an_interval_that_says_the_same(result, side):
    table = result.difference(window=(0, 1), alternative=side).set_index("name")
    assert list(table.index) == [
        "welch_t", "welch_scar_t", "clustered_difference_t", "ibragimov_muller_difference_t", "permutation", "placebo",
    ]  # fmt: skip
    for name, row in table.iterrows():
        assert np.isfinite(row["p_value"]), (name, row["note"])
        assert inside(row["ci_low"], row["estimate"], row["ci_high"]), name
        assert inside(row["ci_low"], 0.0, row["ci_high"]) == (row["p_value"] > 0.05), name


@pytest.mark.parametrize("side", SIDES)
def test_a_family_over_assets_windows_and_kinds(result, side):
    table = result.family([(0, 0), (0, 2)], by=["sector", "direction"], alternative=side)
    assert len(table) == 2 * 6
    assert (table["romano_wolf"] >= table["p_value"] - 1e-12).all()
    assert (table["holm"] >= table["p_value"] - 1e-12).all()
    holds = (table["ci_low"] <= 0) & (table["ci_high"] >= 0)
    np.testing.assert_array_equal(holds, table["p_value"] > 0.05)


def test_a_familys_interval_is_what_its_sign_vectors_do_not_reject():
    rng = np.random.default_rng(5)
    car, cluster = rng.normal(0.5, 1, (2, 18)), np.arange(18) // 2
    found = family_tests(car, cluster)
    signs, complete = sign_vectors(9, 1999, 0)
    assert complete

    def p_of(values):
        own = abs(float(clustered_t(values, cluster).value))
        turned = np.abs(clustered_t(values * signs[:, cluster], cluster).value)
        return (1 + (turned >= own * (1 - 1e-9)).sum()) / (1 + len(signs))

    for j in range(2):
        assert found.p_value[j] == pytest.approx(p_of(car[j]), rel=RTOL)
        for end, outward in ((found.ci_low[j], -1e-6), (found.ci_high[j], 1e-6)):
            assert p_of(car[j] - (end + outward)) <= 0.05
            assert p_of(car[j] - (end - outward)) > 0.05
    # three clusters turn in eight ways: no mean is rejected at 5 %, however far
    few = family_tests(car[:, :6] + 100, cluster[:6])
    assert np.isneginf(few.ci_low).all()
    assert np.isposinf(few.ci_high).all()


def test_the_power_of_a_weighted_study_is_that_of_its_weighted_tests(result):
    lopsided = dataclasses.replace(result, study=dataclasses.replace(result.study, weights="size"))
    found = {}
    for name, study in (("plain", result), ("weighted", lopsided)):
        formula = study.power((0, 0)).attrs["minimum_detectable_effect"]
        effects = [0.0, formula]
        curves = study.power((0, 0), effects=effects, simulated=True, draws=999)
        found[name] = (formula, curves[curves["name"] == "time_series_t"]["power"].to_numpy())
        # the effect that the formula finds with 80 %, among placebo studies of fat-tailed returns
        assert found[name][1] == pytest.approx([0.05, 0.80], abs=0.12)
    assert found["weighted"][0] > found["plain"][0]
    assert not np.allclose(found["weighted"][1], found["plain"][1])


@pytest.mark.parametrize("side", SIDES)
def test_groups_by_a_column_with_holes(result, side):
    rows = dataclasses.replace(result.rows, extra=result.rows.extra.assign(kind_of=["u", None, "v"] * 8))
    table = dataclasses.replace(result, rows=rows).tests((0, 0), by="kind_of", alternative=side)
    counts = table[table["name"] == "bmp_t"].set_index("kind_of")["n"]
    assert counts.sum() == 24
    assert len(counts) == 3


def test_a_regression_shows_itself(result):
    found = result.explain("car ~ size + C(sector)")
    frame = found.to_frame()
    assert list(frame["name"]) == list(found.names)
    np.testing.assert_array_equal(frame["coefficient"], found.coefficients)
    t = stats.t.ppf(0.975, found.dof)
    np.testing.assert_allclose(frame["ci_low"], found.coefficients - t * found.se, rtol=RTOL)
    assert "rank_p_value" not in frame
    for shown in (str(found), found.to_markdown(), found._repr_html_()):
        assert "95 % interval" in shown
        assert "HC3" in shown
        assert "24 events" in shown
    latex = found.to_latex()
    assert latex.startswith(r"\begin{tabular}{lS[table-format=")
    assert "{CI low} & {CI high}" in latex
    assert latex.count(r"\\") == 1 + len(found.names)
    assert "<td>size</td>" in found._repr_html_()


@pytest.mark.parametrize("covariance", ["cluster", "pre-event"])
def test_a_regression_says_how_its_errors_were_computed(result, covariance):
    found = result.explain("car ~ size", covariance=covariance)
    words = {"cluster": "clustered by overlapping windows", "pre-event": "before the events"}[covariance]
    assert words in found.text
    assert ("rank_p_value" in found.to_frame()) == (covariance == "pre-event")
    assert ("rank p" in found.to_markdown()) == (covariance == "pre-event")


def test_a_regressions_missing_rows_are_told(result):
    data = result.to_frame("event")
    found = result.explain("car ~ np.where(size > 4, np.nan, size)")
    assert found.n_left_out == int((data["size"] > 4).sum())
    assert f"{found.n_left_out} rows with a missing value are left out" in found.text
    assert isinstance(found.to_frame(), pd.DataFrame)


def test_an_interval_is_named_by_its_own_level(result: es.StudyResult) -> None:
    wide = dataclasses.replace(result, level=0.9)
    summary, placebo = wide.summary([(0, 0)], by=()), wide.placebo((0, 0), draws=19)
    test = str(summary.table["test"].iloc[0])
    if test in set(result.tests(names=None)["name"]):
        row = wide.tests((0, 0), names=[test]).iloc[0]
        assert summary.table["ci_low"].iloc[0] == row["ci_low"] > result.tests((0, 0), names=[test])["ci_low"].iloc[0]
    for told in (str(summary), str(placebo)):
        assert "90 % interval" in told
        assert "95 %" not in told
    assert "90 % interval" in wide.plot_groups((0, 0)).get_xlabel()
    assert "90 % interval" in wide.plot_cars((0, 0)).get_xlabel()


def test_an_unknown_keyword_is_answered_with_the_options_and_the_columns(result: es.StudyResult) -> None:
    for method in ("placebo", "diagnose", "difference", "power", "response_slope"):
        with pytest.raises(SpecError, match=rf"{method}\(\) has no option 'n'.*options:.*columns: asset, direction"):
            getattr(result, method)(n=50)
    with pytest.raises(SpecError, match="'colour' is no event column"):
        result.difference("colour", "red", "blue")
    # whatever stands in the frame of events makes groups
    whole = result.to_frame("event")
    for column in ("kind", "timing", "intensity", "n_headlines", "settle", "title", "selected_on_outcome"):
        values = whole[column].unique() if column in whole else np.unique(result.rows.intensity)
        assert len(result.tests(by=column, names=["sign_z"])) == len(values)


@pytest.fixture(scope="module")
def weighted(result: es.StudyResult) -> es.StudyResult:
    sizes = result.rows.extra.assign(size=np.where(np.arange(24) % 7 == 3, 0.0, result.rows.extra["size"]))
    rows = dataclasses.replace(result.rows, extra=sizes)
    return dataclasses.replace(result, rows=rows, study=dataclasses.replace(result.study, weights="size"))


@pytest.mark.parametrize("by", [(), "direction"])
def test_the_frame_of_days_is_weighted_as_the_study_is(weighted, by):
    days = weighted.to_frame("day", by=by)
    ar, cov = weighted.estimates.ar, [p.forecast_covariance() for _, _, p in weighted.estimates.parts]
    assert len(cov) == 1
    order = weighted.estimates.parts[0][1]
    group = weighted.rows.direction if by else np.full(24, "all")
    w = weighted.rows.extra["size"].to_numpy(dtype=float)
    place = 0
    for name in dict.fromkeys(group):
        rows = np.flatnonzero((group == name) & (w > 0))
        own = days[days["direction"] == name] if by else days
        for d, row in enumerate(own.itertuples()):
            caar = sum(w[i] * ar[i, : d + 1].sum() for i in rows) / w[rows].sum()
            variance = sum(w[i] ** 2 * cov[0][order[i], : d + 1, : d + 1].sum() for i in rows) / w[rows].sum() ** 2
            assert row.n == len(rows)
            assert row.n_positive == (ar[rows, d] > 0).sum()
            np.testing.assert_allclose(row.aar, np.average(ar[rows, d], weights=w[rows]), rtol=RTOL)
            np.testing.assert_allclose([row.caar, row.se], [caar, np.sqrt(variance)], rtol=RTOL)
            np.testing.assert_allclose(row.ci_high, caar + stats.norm.ppf(0.975) * np.sqrt(variance), rtol=RTOL)
        place += len(own)
    assert place == len(days)
    # the last day's mean is that of the battery's first test over the whole window
    if not by:
        first = weighted.tests((-3, 4), names=["time_series_t"]).iloc[0]
        np.testing.assert_allclose(days[["caar", "se"]].iloc[-1], first[["estimate", "se"]].astype(float), rtol=RTOL)
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in weighted.plot_caar(by=by).lines]
    assert any(len(y) == 8 and np.allclose(y, days["caar"].iloc[:8], rtol=1e-9) for y in drawn)


@pytest.mark.parametrize("clustered", [True, False])
def test_the_response_slope_is_weighted_least_squares(weighted, clustered):
    found = weighted.response_slope("direction", clustered=clustered)
    w = weighted.rows.extra["size"].to_numpy(dtype=float)
    used = w > 0
    y = weighted.to_frame("event")["car"].to_numpy()[used]
    sign = np.where(weighted.rows.direction == "escalation", -1.0, 1.0)[used]
    x, w = np.column_stack([np.ones(used.sum()), sign]), w[used]
    fit = sm.WLS(y, x, weights=w).fit()
    labels = weighted.rows.day0[used]
    how = ("cluster", {"groups": np.unique(labels, return_inverse=True)[1]}) if clustered else ("HC3", {})
    robust = fit.get_robustcov_results(how[0], use_t=True, **how[1])
    np.testing.assert_allclose(found["estimate"] * np.sign(found["estimate"].iloc[1] * fit.params[1]), fit.params)
    np.testing.assert_allclose(found["se"], robust.bse, rtol=RTOL)


def test_the_adviser_measures_the_weighted_study(weighted):
    found = weighted.diagnose((0, 1)).measures
    sample = weighted.sample((0, 1))
    w = sample.weights
    assert found.n_events == (w > 0).sum()
    kish = w.sum() ** 2 / (w**2).sum()
    r = float(weighted_r_bar(sample, w))
    np.testing.assert_allclose([found.r_bar, found.effective_n], [r, kish / (1 + (kish - 1) * r)], rtol=RTOL)
    # drift: cluster means of weighted standardised CARs of the days -3 to -1, their t and its interval
    past = weighted.sample((-3, -1))
    scale = (past.forecast_scale[:, :3].sum(axis=1) + 6 / past.n_estimation) * past.sigma**2
    z = past.ar[:, :3].sum(axis=1) / np.sqrt(scale)
    means = [np.average(z[(sample.sessions[:, 3] == d) & (w > 0)], weights=w[(sample.sessions[:, 3] == d) & (w > 0)])
             for d in np.unique(sample.sessions[w > 0, 3])]  # fmt: skip
    test = stats.ttest_1samp(means, 0)
    np.testing.assert_allclose([found.drift, found.drift_p], [np.mean(means), test.pvalue], rtol=RTOL)
    np.testing.assert_allclose([found.drift_low, found.drift_high], test.confidence_interval(0.95), rtol=RTOL)
    assert found.variance_low > 0
    assert (found.variance_p <= 0.05) == (found.variance_low > 1.0) or found.variance_ratio == found.variance_low


def weighted_r_bar(sample, w):
    total = pairs = 0.0
    for i in range(len(w)):
        for j in range(i):
            if not w[i] * w[j]:
                continue
            pairs += w[i] * w[j]
            a, b = sample.sessions[i][sample.selected[i]], sample.sessions[j][sample.selected[j]]
            common = len(set(a) & set(b))
            if not common:
                continue
            at = {d: k for k, d in enumerate(sample.estimation_sessions[j])}
            days = [(k, at[d]) for k, d in enumerate(sample.estimation_sessions[i]) if d in at]
            e, f = sample.residuals[i][[k for k, _ in days]], sample.residuals[j][[k for _, k in days]]
            rho = 1.0 if sample.asset[i] == sample.asset[j] else np.corrcoef(e, f)[0, 1]
            total += w[i] * w[j] * rho * common / np.sqrt(len(a) * len(b))
    return total / pairs
