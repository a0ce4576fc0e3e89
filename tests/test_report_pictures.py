"""The figures and files that a result makes of itself show its own frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import acf

import eventstudy as es
from eventstudy.errors import SpecError

RTOL = 1e-10  # the same arithmetic by another route


@pytest.fixture(scope="module")
def result() -> es.StudyResult:
    example = es.load_example("ukraine-2022")
    models = {"RUB": es.MarketModel("EM_FX"), "WTI": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-2, 2), estimation_window=(-80, -11))
    return study.run(example.events, example.prices)


def test_values_are_the_panels_prices(result) -> None:
    prices = es.load_example("ukraine-2022").prices.to_frame()
    values = result.values("WTI").dropna()
    expected = prices["WTI"].dropna()
    shared = values.index.intersection(expected.index)
    assert len(shared) > 400
    np.testing.assert_allclose(values[shared], expected[shared], rtol=RTOL)


def test_diagnostics_are_of_the_regression_that_statsmodels_runs(result) -> None:
    import statsmodels.api as sm

    row = result.to_frame("event").query("asset == 'RUB'").iloc[0]
    axes = result.plot_diagnostics(row["event_id"], "RUB")
    prices = es.load_example("ukraine-2022").prices.to_frame()
    y = np.log(prices["RUB"]).dropna().diff()
    x = np.log(prices["EM_FX"]).dropna().diff()
    sample = pd.DataFrame({"y": y, "x": x}).dropna()
    day0 = sample.index.get_loc(row["day0"])
    sample = sample.iloc[day0 - 80 : day0 - 10]
    fit = sm.OLS(sample["y"], sm.add_constant(sample["x"])).fit()
    assert axes[1].get_title("left") == f"Fit, R² = {fit.rsquared:.2f}"
    points = next(line for line in axes[2].lines if line.get_marker() == "o")
    expected = acf(fit.resid, nlags=15, fft=False)[1:]
    np.testing.assert_allclose(points.get_ydata(), expected, rtol=1e-6, atol=1e-9)


def test_groups_are_those_of_the_summary(result) -> None:
    table = result.summary().table
    drawn = sorted(c.get_segments()[0][0, 0] for c in result.plot_groups().collections)
    np.testing.assert_allclose(drawn, sorted(table["ci_low"]), rtol=RTOL)


def test_cars_of_one_asset_are_its_rows(result) -> None:
    ax = result.plot_cars((0, 1), asset="WTI")
    rows = result.to_frame("event", window=(0, 1)).query("asset == 'WTI'")
    assert len(ax.get_yticklabels()) == len(rows)
    assert result.plot_distribution((0, 1), asset="WTI").get_title("left") == "WTI"


def test_placebo_marks_the_studys_own_statistic(result) -> None:
    ax = result.plot_placebo("bmp_t", draws=99, asset="RUB", direction="escalation")
    own = (
        result.placebo(draws=99, asset="RUB", direction="escalation").table.set_index("name").loc["bmp_t", "statistic"]
    )
    assert any(list(line.get_xdata()) == [own, own] for line in ax.lines)


def test_every_other_picture_is_drawn(result) -> None:
    for ax in (
        result.plot_panel()[0],
        result.plot_heatmap(),
        result.plot_tests(by="asset"),
        result.plot_power(asset="RUB"),
        result.plot_prices("RUB"),
        result.plot_caar(),
    ):
        assert ax.get_xlabel() or ax.get_ylabel()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: r.plot_cars(asset="RUBB"), "did you mean 'RUB'"),
        (lambda r: r.plot_diagnostics("nothing", "RUB"), "no row for event 'nothing'"),
        (lambda r: r.plot_placebo("bmp", draws=9), "did you mean 'bmp_t'"),
        (lambda r: r.values("GOLD"), "not in the study"),
    ],
)
def test_unknown_names_are_one_clear_error(call, words, result) -> None:
    with pytest.raises(SpecError, match=words):
        call(result)


def test_a_workbook_holds_every_frame(result, tmp_path) -> None:
    pytest.importorskip("openpyxl")
    path = result.export(tmp_path / "result.xlsx", window=(0, 1))
    sheets = pd.read_excel(path, sheet_name=None)
    assert list(sheets) == [
        "summary", "events", "event days", "days", "tests", "alignment", "merged", "dropped", "spec",
    ]  # fmt: skip
    np.testing.assert_allclose(sheets["events"]["car"], result.to_frame("event", window=(0, 1))["car"], rtol=1e-15)
    assert len(sheets["event days"]) == len(result.to_frame("event_day"))


def test_stata_and_parquet_hold_the_events(result, tmp_path) -> None:
    cars = result.to_frame("event")["car"]
    np.testing.assert_array_equal(pd.read_stata(result.export(tmp_path / "r.dta"))["car"], cars)
    np.testing.assert_array_equal(pd.read_parquet(result.export(tmp_path / "r.parquet"))["car"], cars)


def test_groups_of_any_event_columns_are_drawn(result) -> None:
    ax = result.plot_groups(by="kind")
    table = result.summary(by="kind").table
    assert sorted(c.get_segments()[0][0, 0] for c in ax.collections) == pytest.approx(sorted(table["ci_low"]), abs=RTOL)
    assert {str(k) for k in table["kind"]} <= {text.get_text() for text in ax.texts}
    pairs = result.plot_groups(by=["direction", "asset"])
    assert {text.get_text() for text in pairs.texts} == set(result.to_frame()["direction"])
    assert set(pairs.get_legend_handles_labels()[1]) == set(result.to_frame()["asset"])
    assert len(result.plot_groups(by=()).collections) == 1


def test_a_distribution_is_parted_by_any_event_columns(result) -> None:
    told = [label.split(" (n")[0] for label in result.plot_distribution(by="asset").get_legend_handles_labels()[1]]
    assert set(told) == {*result.to_frame()["asset"], "median"}
    both = [label.get_text() for label in result.plot_distribution(by=["asset", "direction"]).get_yticklabels()]
    assert any(label.startswith("RUB, escalation  n = ") for label in both)
    with pytest.raises(SpecError, match="by='sektor' is no event column"):
        result.plot_distribution(by="sektor")


def test_one_event_says_when_the_news_came(result) -> None:
    row = result.to_frame("event").query("timing == 'exact'").iloc[0]
    news = result.audit.set_index(["event_id", "asset"]).loc[(row["event_id"], row["asset"]), "earliest"]
    assert f"news, {news:%d %b %Y %H:%M} UTC" in result.plot_event(row["event_id"], row["asset"]).get_xlabel()


def test_a_placebo_picture_asks_for_a_test_by_name(result) -> None:
    with pytest.raises(SpecError, match=r"test=\(0, 1\) is no test's name.*window"):
        result.plot_placebo((0, 1))
