"""A first-time user's mistakes: one clear line and exit code 2, nothing half written; and numbers done by hand."""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import eventstudy as es
from eventstudy.cli import main

EXACT = 1e-9
"""Two least-squares solvers on the same well-conditioned 110 by 2 design agree to far better than this."""

EVENTS = "date,asset,w\n2021-05-03,AAA,1\n2021-07-06,AAA,2\n"
STUDY = """events = "events.csv"
prices = { path = "prices.csv", close = "16:00", tz = "America/New_York" }
windows = [[0, 0], [0, 1]]
model = { model = "MarketModel", benchmark = "MKT" }
[study]
event_window = [-5, 5]
estimation_window = [-120, -11]
"""


def make_prices() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    days = pd.Index([str(d.date()) for d in pd.bdate_range("2020-06-01", periods=320)], name="date")
    walk = np.cumsum(rng.normal(0, 0.01, (320, 3)), axis=0)
    return pd.DataFrame(np.round(100 * np.exp(walk), 4), index=days, columns=["AAA", "MKT", "OIL"])


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["eventstudy", *args])
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def run_study(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    study: str = STUDY,
    prices: pd.DataFrame | None = None,
    events: str = EVENTS,
) -> tuple[int, str, str]:
    (folder / "study.toml").write_text(study, encoding="utf-8")
    (folder / "events.csv").write_text(events, encoding="utf-8")
    (make_prices() if prices is None else prices).to_csv(folder / "prices.csv")
    return run(monkeypatch, capsys, "run", str(folder / "study.toml"), "-o", str(folder / "out"))


WINDOWS, PRICES, MODEL = STUDY.splitlines()[2], STUDY.splitlines()[1], STUDY.splitlines()[3]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (WINDOWS, "windows = 3", "windows = 3 is not a list"),
        (WINDOWS, "windows = {}", "is not a list"),
        (WINDOWS, "windows = []", "asks for none"),
        (WINDOWS, "windows = [[0, 99]]", "does not lie inside the event window (-5, 5)"),
        (PRICES, "prices = 3", "prices = 3 is not text"),
        (PRICES, "prices = {}", "has no path"),
        (PRICES, 'prices = { path = "prices.csv", baskets = 3 }', "is not a table"),
        (PRICES, 'prices = { path = "prices.csv", baskets = { B = 3 } }', "baskets.B = 3 is not a list"),
        (PRICES, 'prices = { path = "prices.csv", quoted = 3 }', "quoted = 3"),
        (PRICES, 'prices = { path = "prices.csv", source = 3 }', "source = 3"),
        (MODEL, "model = 3", "model = 3 is not a table"),
        (MODEL, "models = 3", "models = 3 is not a table"),
        (MODEL, "models = { AAA = 3 }", "models.AAA = 3 is not a table"),
        (MODEL, 'model = { model = "SyntheticControl", donors = "MKT" }', "donors = 'MKT' is not a list"),
        ("[study]\n", "assets = 3\n[study]\n", "assets = 3 is not a list"),
        ("[study]\n", 'assets = "AAA"\n[study]\n', "assets = 'AAA' is not a list"),
        ("[study]\n", "assets = [3]\n[study]\n", "assets = 3 is not text"),
        ("[study]\n", "filter = 3\n[study]\n", "filter = 3 is not a table"),
        ("[study]\n", 'filter = { event_id = ["nobody"] }\n[study]\n', "no events to study"),
        ('events = "events.csv"', "events = 3", "events = 3 is not text"),
        ('events = "events.csv"', 'news = ""', "names no file"),
        ("[study]\n", '[study]\nmin_window_coverage = "x"\n', "min_window_coverage='x' is not a share"),
        ("[study]\n", '[study]\nexclude_other_events = "yes"\n', "neither true nor false"),
        ("[study]\n", "[study]\nmax_gap = 3\n", "max_gap=3 is no length of time"),
        ("[study]\n", "[study]\nweights = 3\n", "weights=3 is no column's name"),
        ("[study]\n", '[study]\nweights = "zz"\n', "weights='zz' is no event column"),
    ],
)
def test_a_wrong_study_file_is_one_line_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    old: str,
    new: str,
    words: str,
) -> None:
    assert old in STUDY
    code, out, err = run_study(monkeypatch, capsys, tmp_path, STUDY.replace(old, new))
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_study_that_is_no_table_and_weights_that_are_no_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    head = STUDY.split("[study]")[0]
    code, _, err = run_study(monkeypatch, capsys, tmp_path, head + "study = 3\n")
    assert (code, "study = 3 is not a table" in err) == (2, True)
    for cell, words in (("x", "does not hold numbers"), ("-1", "not negative")):
        code, _, err = run_study(
            monkeypatch, capsys, tmp_path, STUDY + 'weights = "w"\n', events=EVENTS.replace("AAA,1", f"AAA,{cell}")
        )
        assert code == 2
        assert words in err
        assert not (tmp_path / "out").exists()


def test_a_study_file_saved_with_a_byte_order_mark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run_study(monkeypatch, capsys, tmp_path, "\ufeff" + STUDY)
    assert (code, err) == (0, "")


def test_a_benchmark_without_any_price_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run_study(monkeypatch, capsys, tmp_path, prices=make_prices().assign(MKT=np.nan))
    assert code == 2
    assert "could be studied" in err


@pytest.mark.parametrize("constant", ["same as the benchmark", "one price"])
def test_a_series_without_residual_variance_gives_no_test_and_no_python_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, constant: str
) -> None:
    prices = make_prices()
    prices["AAA"] = prices["MKT"] if constant == "same as the benchmark" else 100.0
    code, out, err = run_study(monkeypatch, capsys, tmp_path, prices=prices)  # a warning would be an error here
    assert (code, err) == (0, "")
    assert "no figure" in out


def test_a_negative_price_inside_a_used_window_is_an_error_outside_it_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prices = make_prices()
    prices.iloc[5, 0] = -5.0
    assert run_study(monkeypatch, capsys, tmp_path, prices=prices)[0] == 0
    prices.iloc[200, 0] = -5.0
    code, _, err = run_study(monkeypatch, capsys, tmp_path, prices=prices)
    assert code == 2
    assert "AAA is -5 on 2021-03-08, inside a window that is used" in err


def test_an_asset_nobody_knows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(monkeypatch, capsys, "assets", "rubel-zzz")
    assert (code, out) == (2, "")
    assert "no asset 'rubel-zzz'" in err


@pytest.mark.parametrize("published", ["0001-01-01", "1600-05-05", "9999-12-31T23:59:59-12:00"])
def test_an_article_from_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, published: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"published: {published}\n---\nRussia attacked.\n", encoding="utf-8")
    code, _, err = run(monkeypatch, capsys, "extract", str(path))
    assert code == 2
    assert "out of reach" in err


def test_a_folder_with_one_article_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "title: Cut\npublished: 2022-10-05\n---\nOPEC cut output on Wednesday. Brent rose 1.7% to $93.37.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (tmp_path / "b.md").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        code, out, err = run(monkeypatch, capsys, "extract", str(tmp_path))
    assert code == 0
    assert out.count("move ") == 1
    assert out.count("Cut (") == 1
    assert err.startswith("eventstudy: note: article")
    assert len(err.strip().splitlines()) == 1


def by_hand(
    log_prices: pd.DataFrame, day0: pd.Timestamp, columns: list[str], first: int, last: int
) -> dict[str, float]:
    """CAR of AAA with its forecast error, straight from the formula, on the benchmarks' own dates."""
    held = log_prices[log_prices[columns].notna().all(axis=1)]
    traded = held["AAA"].dropna().index
    y = held.loc[traded, "AAA"].diff().reindex(held.index).to_numpy()
    x = held.loc[traded, columns].diff().reindex(held.index).to_numpy()
    at = held.index.get_loc(day0)
    sample = np.arange(at - 120, at - 10)
    sample = sample[~np.isnan(y[sample])]
    design = np.column_stack([np.ones(len(sample)), x[sample]])
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ y[sample]
    dof = len(sample) - design.shape[1]
    variance = np.sum((y[sample] - design @ b) ** 2) / dof
    window = np.arange(at + first, at + last + 1)
    window = window[~np.isnan(y[window])]
    rows = np.column_stack([np.ones(len(window)), x[window]])
    total = rows.sum(axis=0)
    car = float(np.sum(y[window] - rows @ b))
    se = float(np.sqrt(variance * (len(window) + total @ inverse @ total)))
    return {
        "car": car,
        "se": se,
        "t": car / se,
        "p_value": float(2 * stats.t.sf(abs(car / se), dof)),
        "n_estimation": len(sample),
        "n_days": len(window),
    }


@pytest.mark.parametrize("columns", [["MKT"], ["MKT", "OIL"]])
@pytest.mark.parametrize("window", [(0, 0), (0, 1), (-3, 3), (-3, -1), (1, 3)])
def test_gaps_weekends_closes_and_dates_by_hand(columns: list[str], window: tuple[int, int]) -> None:
    prices = make_prices()
    prices.index = pd.to_datetime(prices.index)
    prices.iloc[[150, 151, 180, 239, 283], 0] = np.nan
    panel = es.PricePanel(prices, close="16:00", tz="America/New_York")
    frame = pd.DataFrame(
        {
            "event_id": ["weekend", "at the close", "before it", "date only"],
            "time": ["2021-05-01T10:00-04:00", "2021-05-05T16:00-04:00", "2021-05-18T15:59:59-04:00", ""],
            "date": ["", "", "", "2021-07-06"],
            "asset": "AAA",
        }
    )
    model = es.FactorModel(*columns)
    study = es.EventStudy(model, event_window=(-3, 3), estimation_window=(-120, -11))
    result = study.run(es.read_events(frame, tz="America/New_York"), panel)
    found = result.to_frame("event", window=window).set_index("event_id")
    day0 = {"weekend": "05-03", "at the close": "05-06", "before it": "05-18", "date only": "07-06"}
    assert {k: f"{d:%m-%d}" for k, d in found["day0"].items()} == day0
    assert found["settle"].to_dict() == {**dict.fromkeys(day0, 0), "date only": 1}
    logs = np.log(prices)
    for label, row in found.iterrows():
        first = window[0] + (row["settle"] if window[0] > 0 else 0)
        last = window[1] + (row["settle"] if window[1] >= 0 else 0)
        for name, value in by_hand(logs, row["day0"], columns, first, last).items():
            np.testing.assert_allclose(row[name], value, rtol=EXACT, err_msg=f"{label} {name}")


def test_reports_written_in_threads_are_the_same_bytes(tmp_path: Path) -> None:
    prices = make_prices()
    prices.index = pd.to_datetime(prices.index)
    panel = es.PricePanel(prices, close="16:00", tz="America/New_York")
    events = es.read_events(pd.DataFrame({"date": ["2021-05-03", "2021-07-06"], "asset": "AAA"}))
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-5, 5), estimation_window=(-120, -11))
    result = study.run(events, panel)
    alone = es.write_report(result, tmp_path / "alone.html").read_bytes()
    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(lambda k: es.write_report(result, tmp_path / f"{k}.html").read_bytes(), range(3)))
    assert pages == [alone] * 3


def test_events_on_assets_that_the_prices_do_not_have_are_told_which_they_have(tmp_path: Path) -> None:
    prices = es.PricePanel(
        make_prices().rename(columns={"AAA": "AAA US Equity"}).set_axis(pd.bdate_range("2020-06-01", periods=320))
    )
    events = es.read_events(pd.DataFrame({"date": ["2021-05-03"], "asset": ["AAA"]}))
    with pytest.raises(es.EventStudyError, match="no prices for AAA; the prices are of AAA US Equity, MKT, OIL"):
        es.EventStudy(es.MeanAdjusted(), event_window=(-1, 1), estimation_window=(-60, -6)).run(events, prices)
