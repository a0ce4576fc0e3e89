"""Every block of every page runs as it is printed, in order, in a folder that holds a reader's own files."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from eventstudy.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts),
    ]
)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What .ci/run itself runs, or what changes the machine.
_NOT_HERE = (".", "pip", "python", "pre-commit", "sphinx-build", "pytest", "lint-imports")
# Run by test_cli.py; ten seconds a time.
_ELSEWHERE = ("eventstudy", "demo")


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind != "text"]


def prepare(folder: Path) -> None:
    """Write the files that the pages take for the reader's: prices, events, articles."""
    rng = np.random.default_rng(11)
    days = pd.Index([str(d.date()) for d in pd.bdate_range("2020-01-02", "2022-03-31")], name="date")
    steps = 0.01 * rng.standard_normal((len(days), 3))
    steps[:, :2] += steps[:, 2:]  # the shares follow the market
    values = np.round(100 * np.exp(steps.cumsum(axis=0)), 3)
    pd.DataFrame(values, index=days, columns=["ACME", "BETA", "MKT"]).to_csv(folder / "prices.csv")
    listed = pd.DataFrame(
        {"date": days[300:540:20], "asset": ["ACME", "BETA"] * 6, "direction": ["up", "up", "down"] * 4}
    )
    listed.to_csv(folder / "events.csv", index=False)
    renamed = listed.assign(date=pd.to_datetime(listed["date"]).dt.strftime("%m/%d/%Y"))
    renamed.set_axis(["announced", "permno", "direction"], axis=1).to_csv(folder / "list.csv", index=False)
    seeds = sorted((ROOT / "seeds").glob("2022-02-1*.md"))
    for place in ("articles", "seeds"):
        (folder / place).mkdir()
        for path in seeds:
            shutil.copyfile(path, folder / place / path.name)
    shutil.copyfile(seeds[-1], folder / "article.txt")


def run_shell(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the lines of a block that call the command line; ``> file`` keeps what was printed."""
    for line in text.replace("\\\n", " ").splitlines():
        for typed in line.split("&&"):
            words = shlex.split(typed, comments=True)
            if words and words[0] == "EVENTSTUDY_COMPILE=1":
                words = words[1:]
            if not words or words[0] in _NOT_HERE or tuple(words[:2]) == _ELSEWHERE:
                continue
            assert words[0] == "eventstudy", f"no way to run {line!r} here"
            target = words[words.index(">") + 1] if ">" in words else ""
            monkeypatch.setattr(sys, "argv", words[: words.index(">")] if target else words)
            with pytest.raises(SystemExit) as stop:
                main()
            printed = capsys.readouterr()
            assert stop.value.code == 0, f"{line!r}: {printed.err}"
            if target:
                Path(target).write_text(printed.out, encoding="utf-8")


def write_toml(text: str) -> None:
    """Write a block to the file that its first line names, ``# mine.toml``, else to ``study.toml``."""
    tomllib.loads(text)
    named = re.match(r"# (\S+\.toml)\n", text)
    Path(named[1] if named else "study.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "page", [p for p in PAGES if blocks(p)], ids=lambda p: p.relative_to(ROOT).as_posix().removesuffix(".md")
)
def test_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from matplotlib import pyplot as plt

    from eventstudy.inference import registered_tests, unregister

    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    usual = {spec.name for spec in registered_tests()}
    space: dict[str, Any] = {"__name__": "__main__"}
    try:
        with mpl.rc_context({"backend": "agg"}), warnings.catch_warnings():
            for kind, text in blocks(page):
                if kind == "python":
                    exec(compile(text, page.name, "exec", dont_inherit=True), space)
                elif kind == "toml":
                    write_toml(text)
                elif kind == "bash":
                    run_shell(text, monkeypatch, capsys)
                else:
                    pytest.fail(f"{page.name} has a block of {kind}, which nobody runs")
    finally:
        plt.close("all")
        for spec in registered_tests():
            if spec.name not in usual:
                unregister(spec.name)
