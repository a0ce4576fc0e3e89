"""The command line: what it writes, twice the same, and one clear line for bad input."""

from __future__ import annotations

import csv
import filecmp
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.cli import main

ARTICLE = (
    "title: A\npublished: 2021-06-01T09:00:00+00:00\n---\nRussia withdrew its troops from the border on Tuesday.\n"
)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["eventstudy", *args])
    with pytest.raises(SystemExit) as stop:
        main()
    printed = capsys.readouterr()
    return int(stop.value.code or 0), printed.out, printed.err


@pytest.fixture(scope="module")
def demo_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from eventstudy.cli.demo import run_demo

    one = tmp_path_factory.mktemp("one") / "result"
    two = tmp_path_factory.mktemp("elsewhere") / "deeper" / "again"
    run_demo(one)
    run_demo(two)
    return one, two


def test_demo_writes_everything(demo_folders: tuple[Path, Path]) -> None:
    folder = demo_folders[0]
    for name in (
        "report.html",
        "events.csv",
        "moves.csv",
        "results.csv",
        "event_days.csv",
        "dropped.csv",
        "merged.csv",
        "manifest.json",
    ):
        assert (folder / name).stat().st_size > 0, name
    figures = sorted(p.name for p in (folder / "figures").iterdir())
    assert {Path(n).stem for n in figures if n.endswith(".svg")} == {
        Path(n).stem for n in figures if n.endswith(".png")
    }
    assert len(figures) >= 4


def test_demo_twice_is_the_same_bytes_in_whatever_folder(demo_folders: tuple[Path, Path]) -> None:
    one, two = demo_folders
    names = sorted(p.relative_to(one).as_posix() for p in one.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(two).as_posix() for p in two.rglob("*") if p.is_file())
    same, different, missing = filecmp.cmpfiles(one, two, names, shallow=False)
    assert (different, missing) == ([], [])
    assert len(same) == len(names)


def test_results_csv_is_the_event_frame(demo_folders: tuple[Path, Path]) -> None:
    from eventstudy.cli.demo import demo_study

    example = es.load_example("ukraine-2022")
    frame = demo_study().run(example.events.headlines(), example.prices).to_frame("event")
    with (demo_folders[0] / "results.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [r["event_id"] for r in rows] == frame["event_id"].tolist()
    for name in ("car", "se", "t", "p_value"):
        # 12 significant digits are written
        np.testing.assert_allclose([float(r[name] or "nan") for r in rows], frame[name], rtol=1e-11)


def test_manifest_holds_no_path_and_no_clock(demo_folders: tuple[Path, Path]) -> None:
    text = (demo_folders[0] / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert {"spec", "versions", "inputs", "seed", "command", "counts"} <= set(manifest)
    assert str(demo_folders[0]) not in text
    assert manifest["counts"]["pairs"] == sum(manifest["counts"][k] for k in ("rows", "merged", "dropped"))


def test_demo_says_what_a_person_wants_to_know(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(monkeypatch, capsys, "demo", "-o", str(tmp_path / "r"))
    assert (code, err) == (0, "")
    for words in (
        "RUB",
        "BRENT",
        "WTI",
        "+1.24 %",
        "against what was expected",
        "95 % interval",
        "borderline evidence",
    ):
        assert words in out
    assert "(0, 0)" in out
    assert "(0, 1)" in out


def write_prices(path: Path, *, break_it: str = "") -> None:
    rng = np.random.default_rng(3)
    days = pd.bdate_range("2020-06-01", periods=320)
    values = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, (320, 2)), axis=0))
    rows = [[str(d.date()), f"{a:.4f}", f"{b:.4f}"] for d, (a, b) in zip(days, values, strict=True)]
    if break_it == "duplicate":
        rows[10][0] = rows[9][0]
    if break_it == "text":
        rows[10][1] = "n.q."
    path.write_text("date,AAA,MKT\n" + "\n".join(",".join(r) for r in rows) + "\n", encoding="utf-8")


def write_study(
    folder: Path, *, asset: str = "AAA", window: str = "[-120, -11]", break_it: str = "", **extra: str
) -> Path:
    write_prices(folder / "prices.csv", break_it=break_it)
    (folder / "news").mkdir(exist_ok=True)
    (folder / "news" / "a.md").write_text(ARTICLE, encoding="utf-8")
    lines = [
        'news = "news"',
        'prices = { path = "prices.csv", close = "16:00", tz = "America/New_York" }',
        "windows = [[0, 0], [0, 1]]",
        *(f"{k} = {v}" for k, v in extra.items()),
        "[study]",
        "event_window = [-5, 5]",
        f"estimation_window = {window}",
        "[models]",
        f'{asset} = {{ model = "MarketModel", benchmark = "MKT" }}',
    ]
    path = folder / "study.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_run_writes_a_result_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = write_study(tmp_path)
    code, out, err = run(monkeypatch, capsys, "run", str(config), "-o", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert "AAA" in out
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"break_it": "duplicate"}, "prices.csv"),
        ({"break_it": "text"}, "n.q."),
        ({"asset": "AAB"}, "did you mean 'AAA'"),
        ({"window": "[-900, -700]"}, "could be studied"),
        ({"window": "[-11, -120]"}, "starts after it ends"),
        ({"titel": '"x"'}, "unknown key 'titel'"),
    ],
)
def test_bad_input_to_run_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    change: dict[str, str],
    words: str,
) -> None:
    code, out, err = run(monkeypatch, capsys, "run", str(write_study(tmp_path, **change)), "-o", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists(), "nothing half written"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "nowhere.txt"),
        ("", "empty"),
        ("title: x\n---\nNo date here.\n", "date"),
        ("published: soon\n---\nText.\n", "soon"),
    ],
)
def test_bad_articles_are_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "nowhere.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, out, err = run(monkeypatch, capsys, "extract", str(path))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err


def test_unknown_command_is_code_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(monkeypatch, capsys, "demoo")
    assert code == 2
    assert "demoo" in err


def test_extract_json_reproduces_every_span(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text(ARTICLE, encoding="utf-8")
    code, out, _ = run(monkeypatch, capsys, "extract", str(path), "--format", "json")
    assert code == 0
    (article,) = json.loads(out)
    text = es.read_news(path)[0].text
    spans = [s for item in (*article["events"], *article["moves"]) for s in item["spans"]]
    assert spans
    assert all(text[s["start"] : s["end"]] == s["text"] for s in spans)
