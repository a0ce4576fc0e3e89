"""The threat model of docs/security.md, line by line, where no test of a single room shows it already."""

from __future__ import annotations

import ast
import concurrent.futures
import functools
import logging
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.report.folder import write_folder

PACKAGE = Path(es.__file__).parent
# What opens the network, and the rooms that may: prices that the user asks to fetch or to read from a store.
NETWORK = {
    "yfinance",
    "urllib.request",
    "requests",
    "http.client",
    "http.server",
    "socket",
    "ftplib",
    "httpx",
    "aiohttp",
}
MAY_OPEN_THE_NETWORK = {"prices/sources/yahoo.py", "prices/sources/french.py", "_scheduler.py"}
# What would run or rebuild what a file says.
RUNNING = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "subprocess", "code", "codeop"}
RUNNING_CALLS = {"eval", "exec", "compile", "__import__"}


@functools.cache
def _modules() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.split(".")[0] for name in names}


def test_only_the_fetching_rooms_can_open_the_network() -> None:
    found = {name for name, tree in _modules() if _imported(tree) & NETWORK}
    assert found == MAY_OPEN_THE_NETWORK


def test_nothing_runs_or_rebuilds_what_a_file_says() -> None:
    for name, tree in _modules():
        assert not _imported(tree) & RUNNING, name
        calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        assert not calls & RUNNING_CALLS, name
        attributes = {
            n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert not attributes & {"system", "popen", "read_pickle", "to_pickle", "startfile"}, name
        keywords = {k.arg: k.value for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords}
        for option in ("allow_pickle", "shell"):
            value = keywords.get(option, ast.Constant(False))
            assert isinstance(value, ast.Constant), name
            assert value.value is False, name


def test_the_whole_way_needs_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    example = es.load_example("ukraine-2022")
    es.verify_moves(es.extract_moves(example.news), example.prices)
    es.write_report(small_study(), tmp_path / "report.html")


def test_an_external_entity_of_a_feed_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret", encoding="utf-8")
    feed = tmp_path / "feed.xml"
    feed.write_text(
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><rss><channel>'
        "<item><title>&x;</title><description>&x;</description><pubDate>2022-02-15</pubDate></item></channel></rss>",
        encoding="utf-8",
    )
    with pytest.raises(es.EventStudyError) as caught:
        es.read_news(feed)
    assert "secret" not in str(caught.value).replace("secret.txt", "")


def test_names_of_events_and_assets_cannot_leave_the_folder(tmp_path: Path) -> None:
    result = small_study(names=("../../evil", "<script>"))
    folder = tmp_path / "sub" / "result"
    write_folder(result, folder, prices=None)
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and folder not in p.parents]
    assert outside == []
    assert "<script" not in (folder / "report.html").read_text(encoding="utf-8")


def test_a_full_disk_is_one_error_and_leaves_the_old_file(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits on the size of files are Unix's")
    script = (
        "import resource, sys; sys.path.insert(0, sys.argv[1])\n"
        "import eventstudy as es; from tests.test_security import small_study\n"
        "result = small_study(); resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try: es.write_report(result, 'report.html')\n"
        "except es.EventStudyError as error: print(error)\n"
    )
    (tmp_path / "report.html").write_text("the old report", encoding="utf-8")
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", script, root], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "cannot write report.html" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "the old report"


def test_threads_and_processes_give_the_same_numbers() -> None:
    alone = _numbers(0)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(_numbers, range(8))) == {alone}
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert set(pool.map(_numbers, range(2))) == {alone}


def test_importing_configures_nothing() -> None:
    script = (
        "import logging; import matplotlib; before = dict(matplotlib.rcParams)\n"
        "import eventstudy as es; [getattr(es, n) for n in es.__all__]; import eventstudy.plots, eventstudy.cli\n"
        "assert dict(matplotlib.rcParams) == before, 'rcParams'\n"
        "assert not logging.getLogger().handlers, 'logging'\n"
        "assert not logging.getLogger('eventstudy').handlers, 'logging'\n"
        "assert logging.getLogger().level == logging.WARNING\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert logging.getLogger("eventstudy").handlers == []


def test_every_test_that_the_page_points_at_exists() -> None:
    """Each line of the threat model names what shows it: a test that is there, or a script that is."""
    root = PACKAGE.parent
    rows = [r for r in (root / "docs" / "security.md").read_text(encoding="utf-8").splitlines() if r.startswith("| ")]
    assert len(rows) > 15
    for row in rows[1:]:
        shown = re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])
        assert shown, f"nothing shows: {row}"
        file = ""
        for name in shown:
            path, _, test = name.partition("::")
            file = path or file
            assert (root / file).is_file(), name
            if test:
                assert f"\ndef {test}(" in (root / file).read_text(encoding="utf-8"), name


def small_study(names: tuple[str, ...] = ("A", "B", "C")) -> es.StudyResult:
    rng = np.random.default_rng(7)
    days = pd.bdate_range("2020-01-01", periods=300)
    paths = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (300, len(names) + 1)), axis=0))
    prices = es.PricePanel(pd.DataFrame(paths, index=days, columns=[*names, "MKT"]))
    table = pd.DataFrame({"date": days[200 : 200 + 10 * len(names) : 10], "asset": names, "event_id": names})
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=(-120, -11))
    return study.run(es.read_events(table), prices)


def _numbers(_: int) -> bytes:
    result = small_study()
    frames = (result.to_frame("event_day"), result.tests(), result.placebo(draws=50, seed=3).table)
    return b"".join(f.to_csv(float_format="%.17g").encode() for f in frames)
