"""Results side by side and specification grids give what each study gives by itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import eventstudy as es
from eventstudy.comparison import compare, sensitivity
from eventstudy.errors import SpecError

RTOL = 1e-12  # the same numbers by another route


@pytest.fixture(scope="module")
def example():
    return es.load_example("ukraine-2022")


@pytest.fixture(scope="module")
def study():
    return es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 2), estimation_window=(-120, -11))


@pytest.fixture(scope="module")
def results(example, study):
    other = dataclasses.replace(study, model={"RUB": es.MeanAdjusted()})
    return {name: s.run(example.events, example.prices) for name, s in {"market": study, "mean": other}.items()}


def test_estimates_are_means_of_each_results_own_events(results) -> None:
    table = compare(results, windows=[(0, 0), (0, 1)]).table
    for name, result in results.items():
        for window in ((0, 0), (0, 1)):
            cars = result.to_frame("event", window=window).groupby("direction")["car"].mean()
            held = table[(table["result"] == name) & (table["window"] == str(window))].set_index("direction")
            np.testing.assert_allclose(held["estimate"], cars[held.index], rtol=RTOL)


def test_wide_table_has_a_column_a_result_and_stars_by_p(results) -> None:
    found = compare(results)
    wide = found.wide()
    assert list(wide.columns) == ["asset", "direction", "window", "market", "mean"]
    for row in found.table.to_dict("records"):
        cell = wide.loc[wide["direction"] == row["direction"], row["result"]].iloc[0]
        p = row["p_value"]
        assert cell.count("*") == (p < 0.1) + (p < 0.05) + (p < 0.01)
        assert cell.startswith(f"{100 * row['estimate']:+.2f}".replace("-", "\N{MINUS SIGN}"))


def test_a_list_of_results_is_numbered(results) -> None:
    assert set(compare(list(results.values())).table["result"]) == {"(1)", "(2)"}


def test_every_export_of_a_comparison_is_text(results) -> None:
    found = compare(results)
    assert found.to_latex().count(r"\\") == 1 + len(found.wide())
    assert "<script" not in found._repr_html_()
    assert found.text in str(found) and found.text in found.to_markdown()


def test_a_grid_gives_what_each_specification_gives_alone(example, study) -> None:
    over = {"estimation_window": [(-120, -11), (-60, -11)], "returns": ["log", "simple"], "window": [(0, 0), (0, 1)]}
    found = sensitivity(study, example.events, example.prices, over=over)
    specs = found.table[["estimation_window", "returns", "window"]].drop_duplicates()
    assert len(specs) == 8
    alone = dataclasses.replace(study, estimation_window=(-60, -11), returns="simple")
    expected = alone.run(example.events, example.prices).to_frame("event", window=(0, 1))
    held = found.table[
        (found.table["estimation_window"] == "(-60, -11)")
        & (found.table["returns"] == "simple")
        & (found.table["window"] == "(0, 1)")
    ].set_index("direction")
    means = expected.groupby("direction")["car"].mean()
    np.testing.assert_allclose(held["estimate"], means[held.index], rtol=RTOL)


def test_what_cannot_be_estimated_is_listed_with_its_reason(example, study) -> None:
    over = {"estimation_window": [(-120, -11), (-9000, -8000)]}
    found = sensitivity(study, example.events, example.prices, over=over)
    assert found.failed["estimation_window"].tolist() == ["(-9000, -8000)"]
    assert found.failed["reason"].iloc[0]
    assert "could not be estimated" in found.text


def test_a_window_outside_the_event_window_is_listed(example, study) -> None:
    found = sensitivity(study, example.events, example.prices, over={"window": [(0, 0), (0, 9)]})
    assert found.failed["window"].tolist() == ["(0, 9)"]


def test_models_are_named_and_the_curve_is_of_one_group(example, study) -> None:
    models = {"market": {"RUB": es.MarketModel("EM_FX")}, "mean": {"RUB": es.MeanAdjusted()}}
    found = sensitivity(study, example.events, example.prices, over={"model": models, "window": [(0, 0), (0, 1)]})
    top, bottom = found.plot(asset="RUB", direction="escalation")
    assert top.get_title("left") == "RUB, escalation"
    assert [t.get_text() for t in bottom.get_yticklabels()][:2] == ["model: market", "model: mean"]
    with pytest.raises(SpecError, match="groups match"):
        found.plot(asset="RUB")
    with pytest.raises(SpecError, match="did you mean 'asset'"):
        found.plot(aset="RUB")


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"estimation_windw": [(-120, -11)]}, "did you mean 'estimation_window'"),
        ({"returns": []}, "has no values"),
        ({"returns": "log"}, "needs a list"),
        ({"returns": ["log", "log"]}, "twice"),
        ({"estimation_window": [(-9000, -8000)]}, "none of 1 specifications"),
    ],
)
def test_bad_choices_are_one_clear_error(over, words, example, study) -> None:
    with pytest.raises(SpecError, match=words):
        sensitivity(study, example.events, example.prices, over=over)


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(SpecError, match="at least one result"):
        compare({})


def test_the_confidence_of_intervals_is_said(results, example, study) -> None:
    assert compare(results).text.endswith("In brackets: 95 % intervals.")
    wide = dataclasses.replace(study, level=0.9).run(example.events, example.prices)
    assert compare({"a": results["market"], "b": wide}).text.endswith("In brackets: intervals of 95 % (a), 90 % (b).")
    grid = sensitivity(study, example.events, example.prices, over={"level": [0.9, 0.99]})
    assert " interval " in str(grid) and "% interval" not in str(grid)
    width = (grid.table["ci_high"] - grid.table["ci_low"]).groupby(grid.table["level"]).max()
    assert width.iloc[0] < width.iloc[1]
