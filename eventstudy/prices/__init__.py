"""Price panels, their readers and sources, sessions and returns."""

from __future__ import annotations

from eventstudy.prices.dataset import PriceDataset
from eventstudy.prices.defined import require_defined
from eventstudy.prices.fetch import fetch_prices
from eventstudy.prices.grid import SessionGrid, SessionReturns
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.quality import QualityReport
from eventstudy.prices.readers import read_prices, read_returns
from eventstudy.prices.returns import session_returns
from eventstudy.prices.sessions import build_grid

__all__ = [
    "PriceDataset",
    "PricePanel",
    "QualityReport",
    "SessionGrid",
    "SessionReturns",
    "build_grid",
    "fetch_prices",
    "read_prices",
    "read_returns",
    "require_defined",
    "session_returns",
]
