"""Price panels, their readers and sources, sessions and returns."""

from __future__ import annotations

from eventstudy.prices.grid import SessionGrid, SessionReturns
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.returns import require_defined, session_returns
from eventstudy.prices.sessions import build_grid

__all__ = ["PricePanel", "SessionGrid", "SessionReturns", "build_grid", "require_defined", "session_returns"]
