"""Every p-value of a result has its interval, by the same test; and regressions show themselves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import eventstudy as es
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
    known = table[np.isfinite(table["p_value"]) & (table["estimand"] != "")]
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
    assert "{ci low} & {ci high}" in latex
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
