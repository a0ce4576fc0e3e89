"""Abnormal trading volume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eventstudy._types import FloatArray, SeriesKind
from eventstudy.errors import DataError, ModelError
from eventstudy.models.base import LinearSpec, named_series
from eventstudy.models.market_model import MarketModel
from eventstudy.models.mean_adjusted import MeanAdjusted

__all__ = ["AbnormalVolume"]


@dataclass(frozen=True, slots=True)
class AbnormalVolume(LinearSpec):
    """Log volume less its normal level: mean-adjusted, or by a regression on the market's log volume.

    Give a study a panel of volumes (or turnover) in place of prices, such as `PricePanel.volumes` makes;
    give `abnormal_returns` volumes in place of returns, and the market's volume as factor.

    Parameters
    ----------
    benchmark : str, optional
        Name of the market's volume series, for ``adjust="market"``; may be omitted where arrays are given.
    adjust : {"mean", "market"}
        Mean-adjusted, or the market model of log volumes.
    constant : float
        Added before the log, in units of the volumes, so that days without trade have one; 0 leaves such
        days missing. Campbell and Wasley add 0.000255 to the percentage of shares traded.

    Notes
    -----
    AV_t = log(V_t + c) - mean(log(V + c)), or the residual of log(V_t + c) on the market's, with the same
    forecast variance as returns have. Volume is autocorrelated, so that a window's variance is understated:
    prefer one day, or placebo inference.

    References
    ----------
    Campbell and Wasley (1996), Measuring abnormal daily trading volume; Ajinkya and Jain (1989).

    Examples
    --------
    >>> AbnormalVolume().prepare(np.array([[100.0], [0.0]])).round(3).tolist()
    [[4.605], [nan]]
    """

    name: ClassVar[str] = "abnormal volume"
    reference: ClassVar[str] = "Campbell, Wasley 1996"

    benchmark: str | None = None
    adjust: str = "mean"
    constant: float = 0.0

    def __post_init__(self) -> None:
        named_series(self.benchmark, "AbnormalVolume")
        if self.adjust not in ("mean", "market"):
            raise ModelError(f"AbnormalVolume: adjust={self.adjust!r}", hint="expected 'mean' or 'market'")
        if self.adjust == "mean" and self.benchmark is not None:
            raise ModelError("AbnormalVolume: a benchmark needs adjust='market'")
        if not np.isfinite(self.constant) or self.constant < 0:
            raise ModelError(f"AbnormalVolume: constant={self.constant!r} is not zero or more")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The market's volume, where one is used."""
        return named_series(self.benchmark, "AbnormalVolume")

    @property
    def n_factors(self) -> int:
        """The market's volume, where one is used."""
        return 1 if self.adjust == "market" else 0

    @property
    def return_kind(self) -> SeriesKind:
        """Volumes themselves, not their changes."""
        return "level"

    @property
    def estimated(self) -> MeanAdjusted | MarketModel:
        """The model of the log volumes, once `prepare` has made them."""
        return MeanAdjusted() if self.adjust == "mean" else MarketModel(self.benchmark)

    def prepare(self, volumes: FloatArray) -> FloatArray:
        """Take logs; the core calls this on the returns and factors it is given.

        Raises
        ------
        DataError
            If a volume is negative.
        """
        low = np.nanmin(volumes, initial=0.0)
        if low < 0:
            raise DataError(f"volumes hold {low:g}", hint="AbnormalVolume takes volumes or turnover, not returns")
        with np.errstate(divide="ignore"):
            logs: FloatArray = np.log(volumes + self.constant)
        logs[np.isneginf(logs)] = np.nan
        return logs

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        if self.adjust == "mean":
            return (
                "Abnormal volume is log volume less its mean over the estimation window: AV_t = log V_t - mean(log V)."
            )
        return (
            f"Abnormal volume is the residual of log volume on that of {self.benchmark or 'the market'}, estimated by "
            "least squares: AV_t = log V_t - (a + b log Vm_t)."
        )
