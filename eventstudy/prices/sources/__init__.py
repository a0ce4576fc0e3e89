"""Where prices come from: a source is a small protocol, and a user adds one in ten lines."""

from __future__ import annotations

from eventstudy.prices.sources.base import Fetched, PriceSource
from eventstudy.prices.sources.ecb import EcbSource
from eventstudy.prices.sources.french import FrenchSource
from eventstudy.prices.sources.yahoo import YahooSource

__all__ = ["EcbSource", "Fetched", "FrenchSource", "PriceSource", "YahooSource"]
