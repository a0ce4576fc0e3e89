"""Models of what the return would have been without the event."""

from eventstudy.models.base import Forecast, LinearSpec
from eventstudy.models.buy_and_hold import buy_and_hold
from eventstudy.models.factor_model import FactorModel
from eventstudy.models.garch import GarchMarketModel
from eventstudy.models.market_adjusted import MarketAdjusted
from eventstudy.models.market_model import MarketModel
from eventstudy.models.mean_adjusted import MeanAdjusted
from eventstudy.models.robust import RobustMarketModel
from eventstudy.models.rolling_beta import RollingBeta
from eventstudy.models.synthetic_control import SyntheticControl
from eventstudy.models.thin_trading import Dimson, ScholesWilliams
from eventstudy.models.volatility import AbnormalVolatility, VolatilityRatios
from eventstudy.models.volume import AbnormalVolume

__all__ = [
    "AbnormalVolatility",
    "AbnormalVolume",
    "Dimson",
    "FactorModel",
    "Forecast",
    "GarchMarketModel",
    "LinearSpec",
    "MarketAdjusted",
    "MarketModel",
    "MeanAdjusted",
    "RobustMarketModel",
    "RollingBeta",
    "ScholesWilliams",
    "SyntheticControl",
    "VolatilityRatios",
    "buy_and_hold",
]
