"""The array core: windows, batched least squares, forecast errors. No pandas here."""

from eventstudy.estimation.core import abnormal_returns, default_min_observations
from eventstudy.estimation.results import AbnormalReturns
from eventstudy.estimation.status import Status

__all__ = ["AbnormalReturns", "Status", "abnormal_returns", "default_min_observations"]
