"""The notebook runs, and gives the numbers it was written from."""

from __future__ import annotations

import json

import numpy as np
import pytest

import eventstudy as es
from eventstudy.errors import SpecError
from eventstudy.report import write_report


@pytest.fixture(scope="module")
def example():
    return es.load_example("ukraine-2022")


@pytest.fixture(scope="module")
def result(example):
    models = {"RUB": es.MarketModel("EM_FX"), "WTI": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-1, 2), estimation_window=(-80, -11), exclude_other_events=True)
    return study.run(example.events, example.prices)


def run_code(path, upto: str) -> dict:
    """Run the notebook's code cells up to the one that holds some words."""
    names: dict = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            exec(compile(source, "cell", "exec"), names)
            if upto in source:
                return names
    raise AssertionError(f"no cell with {upto!r}")


def test_the_notebook_recomputes_the_study(result, example, tmp_path, capsys) -> None:
    path = write_report(result, tmp_path / "r.ipynb", prices=example.prices, windows=[(0, 1)])
    names = run_code(path, "recomputed")
    again = names["result"]
    for window in ((0, 0), (0, 1)):
        np.testing.assert_array_equal(
            again.to_frame("event", window=window)["car"], result.to_frame("event", window=window)["car"]
        )
    assert len(again.dropped) == len(result.dropped) and len(again.merged) == len(result.merged)
    assert "recomputed: the same" in capsys.readouterr().out


def test_it_is_a_valid_notebook_and_the_same_twice(result, example, tmp_path) -> None:
    nbformat = pytest.importorskip("nbformat")
    paths = [write_report(result, tmp_path / d / "r.ipynb", prices=example.prices) for d in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    nbformat.validate(nbformat.read(paths[0], as_version=4))


def test_words_of_an_article_do_not_become_code(result, example, tmp_path) -> None:
    frame = result.events.to_frame()
    frame["title"] = 'x"""\nraise SystemExit("no")\n"""'
    hostile = result.study.run(es.EventTable(frame), example.prices)
    path = write_report(hostile, tmp_path / "r.ipynb", prices=example.prices)
    assert run_code(path, "es.EventTable")["events"].to_frame()["title"].iloc[0] == frame["title"].iloc[0]


def test_without_prices_it_says_what_it_needs(result, tmp_path) -> None:
    with pytest.raises(SpecError, match="prices="):
        write_report(result, tmp_path / "r.ipynb")
