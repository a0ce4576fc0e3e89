"""Whatever is a table and its reading leaves in every form, and every form gives the same numbers back."""

from __future__ import annotations

import pickle
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.comparison import compare, sensitivity
from eventstudy.results.printing import Told

EXCEL = 5e-16  # openpyxl writes sixteen significant digits: half a unit of the last is up to 5e-16
PRINTED = 0.00505 / 100  # two decimals of a percent, and a digit for the half that is rounded either way
SMALL = 0.01  # of a pickled result: dates and counts written a byte longer or shorter


@pytest.fixture(scope="module")
def example():
    return es.load_example("ukraine-2022")


@pytest.fixture(scope="module")
def result(example) -> es.StudyResult:
    models = {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-1, 1), estimation_window=(-60, -11))
    return study.run(example.events, example.prices)


@pytest.fixture(scope="module")
def told(result, example) -> dict[str, Told]:
    study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 1), estimation_window=(-60, -11))
    return {
        "summary": result.summary([(0, 0), (0, 1)]),
        "by kind": result.summary(by="kind"),
        "explain": result.explain("car ~ C(asset)"),
        "placebo": result.placebo(draws=99, asset="RUB", direction="escalation"),
        "compare": compare({"one": result, "two": result}),
        "sensitivity": sensitivity(
            study, example.events, example.prices, over={"window": [(0, 0), (0, 1)], "returns": ["log", "simple"]}
        ),
    }


NAMES = ("summary", "by kind", "explain", "placebo", "compare", "sensitivity")
# Where returns stand in percent; the others have the units of their columns.
RETURNS = {"summary": "mean_car", "by kind": "mean_car", "sensitivity": "estimate"}


def same(back: pd.DataFrame, table: pd.DataFrame, rtol: float) -> None:
    assert len(back) == len(table)
    numbers = [c for c in table.columns if table[c].dtype.kind in "if"]
    assert numbers
    for name in numbers:
        np.testing.assert_allclose(back[name].astype(float), table[name].astype(float), rtol=rtol, err_msg=name)
    for name in set(table.columns) - set(numbers):
        assert back[name].fillna("").astype(str).tolist() == table[name].fillna("").astype(str).tolist(), name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("suffix", "read", "rtol"),
    [
        ("xlsx", lambda p: pd.read_excel(p, sheet_name="table", keep_default_na=False, na_values=[""]), EXCEL),
        ("dta", pd.read_stata, 0.0),
        ("parquet", pd.read_parquet, 0.0),
        ("csv", lambda p: pd.read_csv(p, dtype=str, keep_default_na=False, na_values=[""]), 0.0),
    ],
)
def test_files_give_every_number_back(name, suffix, read, rtol, told, tmp_path) -> None:
    if suffix == "xlsx":
        pytest.importorskip("openpyxl")
    path = told[name].export(tmp_path / f"t.{suffix}")
    assert path.read_bytes() == told[name].export(tmp_path / f"again.{suffix}").read_bytes()
    same(read(path), told[name]._numbers(), rtol)


def test_a_workbook_holds_the_reading_too(told, tmp_path) -> None:
    pytest.importorskip("openpyxl")
    reading = pd.read_excel(told["summary"].export(tmp_path / "t.xlsx"), sheet_name="reading")
    assert "\n".join(reading["reading"]) == told["summary"].text


class _Cells(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def percents(cells: list[str]) -> list[float]:
    return [float(c.replace("\N{MINUS SIGN}", "-").replace(" %", "")) / 100 for c in cells]


@pytest.mark.parametrize("name", RETURNS)
def test_what_people_read_is_the_number_rounded(name, told) -> None:
    item, expected = told[name], told[name]._numbers()[RETURNS[name]]
    lines = [line for line in item.to_markdown().splitlines() if line.startswith("|")]
    markdown = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    html = _Cells(item._repr_html_()).rows
    for rows in ([markdown[0], *markdown[2:]], html[: len(expected) + 1]):
        at = rows[0].index("mean CAR")
        np.testing.assert_allclose(percents([row[at] for row in rows[1:]]), expected, atol=PRINTED)
    latex = item.to_latex()
    body = latex.split(r"\midrule")[1].split(r"\bottomrule")[0]
    cells = [line.removesuffix(r"\\").split(" & ") for line in body.strip().splitlines()]
    at = item._for_paper().columns.get_loc(RETURNS[name])
    np.testing.assert_allclose([float(c[at]) / 100 for c in cells], expected, atol=PRINTED)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_carries_the_reading(name, told) -> None:
    item = told[name]
    first = item._said().splitlines()[0]
    assert first in str(item)
    assert first in item.to_markdown()
    latex = item.to_latex(caption="A & B", label="tab:x")
    assert r"\caption{A \& B}" in latex
    assert latex.count(r"\toprule") == 1
    rows = latex.split(r"\midrule")[1].split(r"\bottomrule")[0].strip().splitlines()
    width = len(item._for_paper().columns)
    assert all(len(re.findall(r"(?<!\\)&", row)) == width - 1 for row in rows)


def test_any_event_column_makes_groups(example) -> None:
    frame = example.events.to_frame().assign(desk=lambda f: np.where(f.index % 2, "north", "südost"))
    events = es.EventTable.from_items(es.EventTable(frame))
    study = es.EventStudy({"RUB": es.MeanAdjusted()}, event_window=(0, 1), estimation_window=(-60, -11))
    result = study.run(events, example.prices)
    table = result.summary(by="desk").table
    assert set(table["desk"]) == {"north", "südost"}
    rows = result.to_frame("event")
    for desk, part in rows.groupby("desk"):
        mean = table.set_index("desk").loc[desk, "mean_car"]
        np.testing.assert_allclose(mean, part["car"].mean(), rtol=1e-12)


def test_a_pickle_holds_the_result_and_not_the_panel(result, example) -> None:
    held = pickle.dumps(result)
    back = pickle.loads(held)
    pd.testing.assert_frame_equal(back.to_frame("event_day"), result.to_frame("event_day"))
    dates = pd.bdate_range("2001-01-01", "2022-03-31")
    others = {f"A{k}": pd.Series(100.0 + np.arange(len(dates)), index=dates) for k in range(40)}
    larger = example.prices.join(es.PricePanel(others))
    again = result.study.run(example.events, larger)
    assert len(pickle.dumps(larger)) > 10 * len(pickle.dumps(example.prices))
    assert abs(len(pickle.dumps(again)) - len(held)) < SMALL * len(held)


def test_a_terminal_shows_what_a_notebook_shows(told, result) -> None:
    for one in told.values():
        assert repr(one) == str(one)
    advice = result.diagnose()
    assert repr(advice) == str(advice) == advice.text


def test_advice_says_its_reason_once(result) -> None:
    advice = result.diagnose()
    assert advice.why in set(advice.findings["text"])
    assert advice.text.count(advice.why) == 1
