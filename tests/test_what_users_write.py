"""What a reader of the documentation writes by habit is understood, or answered in one line that says what to write."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.inference.formula import design

DAYS = pd.bdate_range("2020-01-01", periods=300, name="date")
ZONE = {"tz": "America/New_York"}
WINDOWS = {"event_window": (-2, 2), "estimation_window": (-100, -11)}


def prices(**change) -> es.PricePanel:
    rng = np.random.default_rng(5)
    steps = rng.normal(0, 0.01, (300, 2)).cumsum(axis=0)
    frame = pd.DataFrame(100 * np.exp(steps), index=DAYS, columns=["A", "M"]).assign(**change)
    return es.read_prices(frame, close="16:00", **ZONE)


@pytest.fixture(scope="module")
def events() -> es.EventTable:
    days = DAYS[[150, 170, 190, 210, 230, 250]].strftime("%Y-%m-%dT12:00")
    frame = pd.DataFrame({"time": days, "asset": "A", "size": ["0", "1"] * 3, "year": [2020] * 6})
    return es.read_events(frame, **ZONE)


@pytest.fixture(scope="module")
def result(events) -> es.StudyResult:
    return es.EventStudy(es.MarketModel("M"), **WINDOWS).run(events, prices())


def test_one_window_is_a_list_of_one(result, tmp_path) -> None:
    assert result.summary((0, 1)).table.equals(result.summary([(0, 1)]).table)
    assert result.summary("0..1").table["window"].tolist() == ["(0, 1)"]
    assert es.compare({"a": result, "b": result}, windows=(0, 1)).table["window"].unique().tolist() == ["(0, 1)"]
    assert result.family((0, 1), draws=99)["window"].tolist() == ["(0, 1)"]
    assert "(0, 1)" in es.write_report(result, tmp_path / "r.md", windows=(0, 1)).read_text(encoding="utf-8")
    for wrong in ((0, 1, 2), [], 3, (True, 1), (0.5, 1)):
        with pytest.raises(SpecError):
            result.summary(wrong)


def test_a_number_finds_the_rows_of_a_column_that_came_as_text(result) -> None:
    assert result.power(size=0).equals(result.power(size="0"))
    assert len(result.difference("size", 0, 1)) == len(result.difference("size", "0", "1"))
    with pytest.raises(SpecError, match="no row with size=2; known: 0, 1"):
        result.power(size=2)


def test_levels_of_a_formula_are_numbers_as_people_write_them() -> None:
    size = {"car": [1.0, 2.0, 3.0, 5.0], "size": [0.0, 1.5, 0.0, 1.5], "up": [True, False, False, True]}
    assert design("car ~ C(size)", size)[2] == ("Intercept", "C(size)[T.1.5]")
    assert design("car ~ C(up)", size)[2] == ("Intercept", "C(up)[T.True]")


@pytest.mark.parametrize("model", [es.MarketModel, {"A": es.MeanAdjusted}])
def test_the_class_of_a_model_is_no_model(model) -> None:
    with pytest.raises(SpecError, match="is no model; expected such as MarketModel"):
        es.EventStudy(model)


def test_a_frame_is_not_prices_and_the_error_says_what_makes_it_so(events) -> None:
    study = es.EventStudy(es.MeanAdjusted(), **WINDOWS)
    for wrong in (pd.DataFrame({"A": [1.0]}), events, "prices.csv"):
        with pytest.raises(SpecError, match=r"^prices=.*; expected a PricePanel .*es\.read_prices\("):
            study.run(events, wrong)


def test_where_the_data_end_is_said_though_it_is_a_factor_that_ends(events) -> None:
    factors = pd.DataFrame({"X": np.linspace(-0.01, 0.01, 140)}, index=DAYS[:140])
    study = es.EventStudy(es.FactorModel("X"), **WINDOWS)
    with pytest.raises(DataError, match=r"no price after the news .*; the data end with the price of 2020-07-14 20:00"):
        study.run(events, prices(), factors=factors)


def test_a_test_without_a_value_has_no_statistic_in_print(result) -> None:
    assert "nan" not in str(result.placebo((0, 0), draws=49))


@pytest.mark.parametrize("model", [es.FactorModel, es.SyntheticControl])
def test_a_list_of_names_is_answered_with_how_to_give_it(model) -> None:
    with pytest.raises(ModelError, match=r"names stand one by one: \w+\('\w+', '\w+'\), or \w+\(\*names\) of a list"):
        model(["A", "B"])


def test_names_of_any_length_make_errors_that_can_be_read() -> None:
    long = "x" * 5000
    frame = prices().to_frame().rename(columns={"A": long})
    panel = es.read_prices(frame, close="16:00", **ZONE)
    table = es.read_events(pd.DataFrame({"time": [DAYS[200].strftime("%Y-%m-%dT12:00")], "asset": long}), **ZONE)
    found = es.EventStudy(es.MarketModel("M"), **WINDOWS).run(table, panel)
    for ask in (
        lambda: es.EventStudy(es.MarketModel(long + "y"), **WINDOWS).run(table, panel),
        lambda: found.tests(by=long),
        lambda: found.plot_event(long, "M"),
        lambda: found.values("q"),
        lambda: panel.select([long + "z"]),
        lambda: es.EventStudy(es.MarketModel("M"), **WINDOWS).run(table, prices()),
        lambda: es.read_prices(frame.assign(M=long)),
        lambda: es.read_prices(frame.assign(M="a b " * 2000)),
    ):
        with pytest.raises(es.EventStudyError) as caught:
            ask()
        assert len(str(caught.value)) < 500


def test_prose_between_apostrophes_is_not_taken_for_a_long_value() -> None:
    prose = "an asset's own " + "words " * 60 + "of the study's text"
    assert (
        str(DataError(prose, hint="the events' " + "words " * 60 + "'x'")) == f"{prose}; the events' {'words ' * 60}'x'"
    )
    value = "y " * 300
    assert len(str(DataError(f"column {value!r} and the asset's {'ä' * 150!r}"))) < 350
