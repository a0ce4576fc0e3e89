"""From news articles to abnormal returns: what happened, when, and how far markets moved."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from eventstudy._version import __version__ as __version__

if TYPE_CHECKING:
    from eventstudy import assets
    from eventstudy.alignment import confounds
    from eventstudy.comparison import compare, sensitivity
    from eventstudy.datasets import load_example
    from eventstudy.errors import EventStudyError
    from eventstudy.estimation import abnormal_returns
    from eventstudy.events import Event, EventTable, MoveTable, ReportedMove, extract_events, extract_moves, read_events
    from eventstudy.models import (
        FactorModel,
        GarchMarketModel,
        MarketAdjusted,
        MarketModel,
        MeanAdjusted,
        RobustMarketModel,
        RollingBeta,
        SyntheticControl,
    )
    from eventstudy.news import Article, read_news
    from eventstudy.prices import PricePanel, fetch_prices, read_prices, read_returns
    from eventstudy.reconciliation import verify_moves
    from eventstudy.report import write_report
    from eventstudy.results import StudyResult
    from eventstudy.simulation import simulate
    from eventstudy.study import EventStudy
    from eventstudy.windows import Window

_HOME = {
    "Article": "news",
    "Event": "events",
    "EventStudy": "study",
    "EventStudyError": "errors",
    "EventTable": "events",
    "FactorModel": "models",
    "GarchMarketModel": "models",
    "MarketAdjusted": "models",
    "MarketModel": "models",
    "MeanAdjusted": "models",
    "MoveTable": "events",
    "PricePanel": "prices",
    "ReportedMove": "events",
    "RobustMarketModel": "models",
    "RollingBeta": "models",
    "StudyResult": "results",
    "SyntheticControl": "models",
    "Window": "windows",
    "abnormal_returns": "estimation",
    "compare": "comparison",
    "confounds": "alignment",
    "extract_events": "events",
    "extract_moves": "events",
    "fetch_prices": "prices",
    "load_example": "datasets",
    "read_events": "events",
    "read_news": "news",
    "read_prices": "prices",
    "read_returns": "prices",
    "sensitivity": "comparison",
    "simulate": "simulation",
    "verify_moves": "reconciliation",
    "write_report": "report",
}

__all__ = [
    "Article",
    "Event",
    "EventStudy",
    "EventStudyError",
    "EventTable",
    "FactorModel",
    "GarchMarketModel",
    "MarketAdjusted",
    "MarketModel",
    "MeanAdjusted",
    "MoveTable",
    "PricePanel",
    "ReportedMove",
    "RobustMarketModel",
    "RollingBeta",
    "StudyResult",
    "SyntheticControl",
    "Window",
    "abnormal_returns",
    "assets",
    "compare",
    "confounds",
    "extract_events",
    "extract_moves",
    "fetch_prices",
    "load_example",
    "read_events",
    "read_news",
    "read_prices",
    "read_returns",
    "sensitivity",
    "simulate",
    "verify_moves",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing the package stays cheap."""
    if name == "assets":
        return importlib.import_module("eventstudy.assets")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'eventstudy' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"eventstudy.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
