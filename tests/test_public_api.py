"""What the package shows to the outside, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import eventstudy as es

PUBLIC = [
    "Article", "Event", "EventStudy", "EventStudyError", "EventTable", "FactorModel", "GarchMarketModel",
    "MarketAdjusted", "MarketModel", "MeanAdjusted", "MoveTable", "PricePanel", "ReportedMove", "RobustMarketModel",
    "RollingBeta", "StudyResult", "SyntheticControl", "Window", "abnormal_returns", "assets", "compare", "confounds",
    "extract_events", "extract_moves", "fetch_prices", "load_example", "read_events", "read_news", "read_prices",
    "read_returns", "sensitivity", "simulate", "verify_moves", "write_report",
]  # fmt: skip


def test_all_is_the_public_list() -> None:
    assert es.__all__ == PUBLIC


def test_every_public_name_exists_and_has_a_docstring() -> None:
    for name in es.__all__:
        assert getattr(es, name).__doc__, name


def test_unknown_name_is_an_attribute_error() -> None:
    try:
        es.nothing_of_the_kind  # noqa: B018 - the lookup is what is tested
    except AttributeError as error:
        assert "nothing_of_the_kind" in str(error)
    else:
        raise AssertionError("an unknown name must raise AttributeError")


def test_import_loads_nothing_heavy() -> None:
    heavy = [
        "statsmodels",
        "matplotlib",
        "yfinance",
        "exchange_calendars",
        "pyarrow",
        "scipy.stats",
        "jinja2",
        "typer",
        "distributed",
    ]
    code = "import sys, pandas; before = set(sys.modules); import eventstudy; print(*sorted(set(sys.modules) - before))"
    root = Path(es.__file__).resolve().parents[1]
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    ).stdout.split()
    assert not [m for m in heavy if m in loaded]
    assert len(loaded) < 40, "importing the package should load little of itself"
