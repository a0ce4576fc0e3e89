"""Models of what the return would have been without the event."""

from eventstudy.models.base import Forecast, LinearSpec
from eventstudy.models.factor_model import FactorModel
from eventstudy.models.market_adjusted import MarketAdjusted
from eventstudy.models.market_model import MarketModel
from eventstudy.models.mean_adjusted import MeanAdjusted

__all__ = ["FactorModel", "Forecast", "LinearSpec", "MarketAdjusted", "MarketModel", "MeanAdjusted"]
