"""A result folder can be made again from its manifest, to the byte; it stands whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventstudy.cli.config import config_of, read_config
from eventstudy.cli.inputs import load_inputs
from eventstudy.cli.run import run_file
from eventstudy.errors import DataError, EventStudyError, SpecError

STUDY = """\
title = "Two firms"
windows = [[0, 0], [-1, 1]]
by = ["direction"]
tests = ["cross_sectional_t", "corrado_rank_z"]
seed = 7
events = { path = "data/list.csv", tz = "America/New_York", columns = { date = "announced" } }
prices = { path = "data/px", close = "16:00", tz = "America/New_York", baskets = { BOTH = ["AAA", "OIL"] } }
[factors]
path = "data/factors.csv"
unit = "percent"
[models]
AAA = { model = "FactorModel", factors = ["SMB", "HML"] }
OIL = { model = "RobustMarketModel", benchmark = "BOTH", method = "lad" }
[study]
event_window = [-2, 2]
estimation_window = [-60, -6]
[placebo]
draws = 50
[sensitivity]
estimation_window = [[-60, -6], [-40, -6]]
model = { mean = "MeanAdjusted", market = { model = "MarketModel", benchmark = "BOTH" } }
"""


def write_inputs(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    days = pd.Index([str(d.date()) for d in pd.bdate_range("2021-01-04", periods=200)], name="date")
    (folder / "data" / "px").mkdir(parents=True)
    for name in ("AAA", "OIL"):
        values = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, 200))), 4)
        pd.DataFrame({name: values}, index=days).to_csv(folder / "data" / "px" / f"{name.lower()}.csv")
    factors = pd.DataFrame(np.round(rng.normal(0, 0.5, (200, 2)), 3), index=days, columns=["SMB", "HML"])
    factors.to_csv(folder / "data" / "factors.csv")
    rows = [
        f"{days[k]},{a},{d}" for k, a, d in zip(range(80, 180, 9), ["AAA", "OIL"] * 6, ["up", "down"] * 6, strict=True)
    ]
    (folder / "data" / "list.csv").write_text("announced,asset,direction\n" + "\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder whose study and inputs are gone."""
    home = tmp_path_factory.mktemp("home")
    run_file(write_inputs(home), home / "result")
    moved = tmp_path_factory.mktemp("elsewhere") / "moved"
    shutil.move(home / "result", moved)
    shutil.rmtree(home)
    return moved


def test_the_folder_holds_what_the_study_asked_for(result: Path) -> None:
    assert {"tests.csv", "sensitivity.csv", "sensitivity_failed.csv", "placebo.csv", "inputs"} <= {
        p.name for p in result.iterdir()
    }
    tests = pd.read_csv(result / "tests.csv")
    assert set(tests["name"]) == {"cross_sectional_t", "corrado_rank_z"}
    assert set(tests["window"]) == {"(0, 0)", "(-1, 1)"}
    assert set(pd.read_csv(result / "sensitivity.csv")["model"]) == {"mean", "market"}
    assert set(pd.read_csv(result / "placebo.csv")["direction"]) == {"up", "down"}


def test_run_again_from_the_manifest_gives_the_same_bytes(result: Path, tmp_path: Path) -> None:
    run_file(result / "manifest.json", tmp_path / "again")
    first, second = tree(result), tree(tmp_path / "again")
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_manifest_has_the_hash_of_every_file_and_no_path_of_this_machine(result: Path) -> None:
    import hashlib

    text = (result / "manifest.json").read_text(encoding="utf-8")
    files = json.loads(text)["files"]
    held = tree(result)
    assert set(files) == set(held) - {"manifest.json"}
    assert all(hashlib.sha256(held[name]).hexdigest() == value for name, value in files.items())
    assert str(result.parent) not in text
    assert "home" not in text


def copy_of(result: Path, tmp_path: Path) -> Path:
    shutil.copytree(result, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda f: (f / "inputs/events/list.csv").write_text("announced,asset\n2021-06-01,AAA\n"),
            "list.csv has changed",
        ),
        (lambda f: (f / "inputs/prices/oil.csv").unlink(), "oil.csv is missing"),
        (lambda f: (f / "inputs/prices/new.csv").write_text("date,NEW\n"), "new.csv is not among"),
        (lambda f: (f / "manifest.json").write_text("{}"), "is no manifest of a result"),
        (lambda f: (f / "manifest.json").unlink(), "cannot read"),
    ],
)
def test_inputs_that_changed_are_one_clear_error(result: Path, tmp_path: Path, change: Any, words: str) -> None:
    folder = copy_of(result, tmp_path)
    change(folder)
    with pytest.raises(EventStudyError, match=words):
        run_file(folder, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_inputs_that_are_referred_to(tmp_path: Path) -> None:
    path = write_inputs(tmp_path)
    path.write_text("copy_inputs = false\n" + STUDY, encoding="utf-8")
    held = load_inputs(read_config(path))
    assert held.copies == {}
    manifest = tmp_path / "result" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps({"inputs": held.record}), encoding="utf-8")
    with pytest.raises(DataError, match="--inputs FOLDER"):
        run_file(manifest, tmp_path / "again")
    again = load_inputs(read_config(manifest, tmp_path))
    assert again.record == held.record
    path.write_text(path.read_text().replace("data/list.csv", str(tmp_path / "data/list.csv")), encoding="utf-8")
    with pytest.raises(SpecError, match="starts at the root"):
        run_file(path, tmp_path / "again")


def test_an_interrupted_run_leaves_the_old_result(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eventstudy.report import folder as folders

    held = copy_of(result, tmp_path)
    (held / "my notes.txt").write_text("keep me", encoding="utf-8")
    before = tree(held)

    def stop(*args: Any, **kwargs: Any) -> None:
        (args[1] / "half.txt").write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folders, "write_page_and_figures", stop)
        with pytest.raises(KeyboardInterrupt):
            run_file(held, held)
        with pytest.raises(KeyboardInterrupt):
            run_file(held, tmp_path / "new")
    assert tree(held) == before
    assert [p.name for p in tmp_path.iterdir()] == ["copy"], "nothing half written beside it"

    (held / "figures" / "stale.svg").write_text("of an earlier study", encoding="utf-8")
    manifest = json.loads((held / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["figures/stale.svg"] = ""
    (held / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run_file(held, held)
    assert tree(held) == before, "the same result, the person's own file kept, the earlier study's gone"


def test_a_folder_that_is_no_result_is_left_alone(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="is not empty and holds no earlier result"):
        run_file(result, tmp_path / "mine")
    with pytest.raises(DataError, match="is a file"):
        run_file(result, tmp_path / "mine" / "thesis.tex")
    monkeypatch.chdir(tmp_path / "mine")
    with pytest.raises(DataError, match="the folder you work in"):
        run_file(result, Path())
    assert tree(tmp_path) == {"mine/thesis.tex": b"x"}


def test_fetched_prices_come_again_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is asked once: the second time, the copies in the folder answer, without it."""
    from eventstudy.prices import fetch
    from eventstudy.prices.sources.base import Fetched

    asked: list[str] = []
    days = pd.bdate_range("2021-01-04", periods=120)

    class Source:
        name = "yahoo"
        offline = False
        gives_values = False

        def fetch(self, tickers: Any, start: Any, end: Any, interval: str) -> Fetched:
            asked.extend(tickers)
            rng = np.random.default_rng(1)
            return Fetched(
                {
                    t: pd.DataFrame({"close": 100 * np.exp(np.cumsum(rng.normal(0, 0.01, 120)))}, index=days)
                    for t in tickers
                }
            )

    monkeypatch.setitem(fetch._SOURCES, "yahoo", Source)
    data: dict[str, Any] = {
        "events": "events.csv",
        "fetch": {"assets": {"ACME": "ACME"}, "start": "2021-01-04", "end": "2021-06-30", "cache": "cache"},
        "model": "MeanAdjusted",
        "study": {"event_window": [-1, 1], "estimation_window": [-60, -6]},
    }
    (tmp_path / "events.csv").write_text("date,asset\n2021-05-03,ACME\n", encoding="utf-8")
    inputs = load_inputs(config_of(data, tmp_path, "study"))
    assert asked == ["ACME"]
    for name, path in inputs.copies.items():
        (tmp_path / "result" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, tmp_path / "result" / name)
    again = load_inputs(config_of(inputs.record["study"], tmp_path / "result", "again", inputs.record))
    assert asked == ["ACME"], "the source is not asked a second time"
    assert again.prices == inputs.prices
    assert again.record == inputs.record


def test_an_ecb_study_knows_its_prices_by_their_hash(tmp_path: Path) -> None:
    data: dict[str, Any] = {
        "events": "events.csv",
        "fetch": {"assets": ["RUB"], "start": "2021-06-01", "end": "2022-02-28", "source": "ecb"},
        "model": "MeanAdjusted",
        "study": {"event_window": [-1, 1], "estimation_window": [-60, -6]},
    }
    (tmp_path / "events.csv").write_text("date,asset\n2022-02-15,RUB\n", encoding="utf-8")
    record = load_inputs(config_of(data, tmp_path, "study")).record
    wrong = {**record, "prices": "0" * 64}
    with pytest.raises(DataError, match="the prices are not those of this manifest"):
        load_inputs(config_of(data, tmp_path, "again", {k: v for k, v in wrong.items() if k == "prices"}))


MODELS: dict[str, Any] = {
    "MeanAdjusted": {},
    "MarketAdjusted": {"benchmark": "M"},
    "MarketModel": {"benchmark": "M"},
    "FactorModel": {"factors": ["M", "S"], "risk_free": "RF"},
    "RollingBeta": {"benchmark": "M", "half_life": 30.0},
    "GarchMarketModel": {"benchmark": "M", "volatility": "gjr", "seed": 3},
    "SyntheticControl": {"donors": ["A", "B", "C"], "demeaned": True},
    "RobustMarketModel": {"benchmark": "M", "method": "lad"},
    "Dimson": {"benchmark": "M", "n": 2},
    "ScholesWilliams": {"benchmark": "M"},
    "AbnormalVolume": {"benchmark": "M", "adjust": "market"},
    "AbnormalVolatility": {"of": {"model": "MarketModel", "benchmark": "M"}},
}


def test_every_model_of_the_library_can_be_named() -> None:
    from eventstudy import models
    from eventstudy.cli.specs import model_names

    assert set(MODELS) == set(model_names())
    for name, options in MODELS.items():
        data = {"events": "e.csv", "prices": "p.csv", "model": {"model": name, **options}}
        made = config_of(data, Path(), "study").study.model
        given = dict(options)
        if "of" in given:
            given = {"model": models.MarketModel("M")}
        listed = [v for k in ("factors", "donors") for v in given.pop(k, [])]
        assert made == getattr(models, name)(*listed, **given)


def test_a_preset_of_the_factor_model_can_be_named() -> None:
    data = {**BASE, "model": {"model": "FactorModel", "preset": "Carhart"}}
    assert config_of(data, Path(), "study").study.model.benchmarks == ("Mkt-RF", "SMB", "HML", "Mom", "RF")
    for options, words in [
        ({"preset": "FF9"}, "FF9"),
        ({"preset": "FF3", "risk_free": "RF"}, "unknown key 'risk_free'"),
    ]:
        with pytest.raises(SpecError, match=words):
            config_of({**BASE, "model": {"model": "FactorModel", **options}}, Path(), "study")


BASE = {"events": "e.csv", "prices": "p.csv", "model": "MeanAdjusted"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evnts": "e.csv"}, "unknown key 'evnts'; did you mean 'events'?"),
        ({"events": {"path": "e.csv", "zone": "UTC"}}, r"\[events\]: unknown key 'zone'"),
        ({"prices": {"path": "p.csv", "clos": "16:00"}}, "unknown key 'clos'; did you mean 'close'?"),
        ({"model": {"model": "MarketModel", "benchmrk": "M"}}, "unknown key 'benchmrk'; did you mean 'benchmark'?"),
        ({"model": "MarketModl"}, "no model 'MarketModl'; did you mean 'MarketModel'?"),
        ({"tests": ["bmp"]}, "no test 'bmp'"),
        ({"study": {"event_windw": [0, 0]}}, "did you mean 'event_window'?"),
        ({"sensitivity": {"estimation_windw": []}}, "did you mean 'estimation_window'?"),
        ({"sensitivity": {"returns": "log"}}, "is not a list"),
        ({"sensitivity": {"model": ["MeanAdjusted"]}}, "is not a table"),
        ({"placebo": {"draw": "layout", "n": 3}}, "unknown key 'n'"),
        ({"placebo": {"draws": "many"}}, "is not a whole number"),
        ({"placebo": {"window": [0, 99]}}, "does not lie inside the event window"),
        ({"seed": 1.5}, "seed = 1.5 is not a whole number"),
        ({"seed": True}, "seed = True is not a whole number"),
        ({"alternative": "bigger"}, "alternative='bigger' is not one of"),
        ({"example": "ukraine-2022"}, "example brings its own events"),
        ({"returns": {"path": "r.csv", "unit": "percent"}}, "give one of prices"),
        ({"factors": {"path": ["a.csv", "b.csv"], "unit": "percent"}}, "names several files"),
        ({"copy_inputs": "no"}, "copy_inputs = 'no' is not true or false"),
    ],
)
def test_a_mistake_in_a_study_file_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        config_of({**BASE, **change}, Path(), "study.toml")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"events": "e.csv", "returns": "r.csv", "model": "MeanAdjusted"}, "has no unit"),
        ({"events": "e.csv", "fetch": {"assets": ["SPX"]}, "model": "MeanAdjusted"}, "has no start"),
        ({"example": "ukraine", "model": "MeanAdjusted"}, "no example 'ukraine'"),
        ({"events": "e.csv", "prices": "p.csv"}, "give either model"),
    ],
)
def test_what_a_study_file_lacks_is_named(data: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        config_of(data, Path(), "study.toml")


def test_returns_instead_of_prices(tmp_path: Path) -> None:
    """The log return of a table of simple percent returns, by hand."""
    (tmp_path / "r.csv").write_text("date,A\n2021-01-04,1.5\n2021-01-05,-2\n2021-01-06,0.5\n", encoding="utf-8")
    (tmp_path / "e.csv").write_text("date,asset\n2021-01-05,A\n", encoding="utf-8")
    data = {"events": "e.csv", "returns": {"path": "r.csv", "unit": "percent"}, "model": "MeanAdjusted"}
    prices = load_inputs(config_of(data, tmp_path, "study")).prices
    np.testing.assert_allclose(prices.returns("simple")["A"].dropna(), [0.015, -0.02, 0.005], rtol=1e-12)
