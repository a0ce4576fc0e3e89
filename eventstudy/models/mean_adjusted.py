"""The constant-mean-return model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eventstudy.models.base import LinearSpec

__all__ = ["MeanAdjusted"]


@dataclass(frozen=True, slots=True)
class MeanAdjusted(LinearSpec):
    """Expected return = the asset's mean return over its estimation window.

    Notes
    -----
    AR_t = R_t - mean(R), with K = 1 and forecast variance s^2 (1 + 1/M).

    References
    ----------
    Masulis (1980); Brown and Warner (1980), Measuring security price performance.

    Examples
    --------
    >>> MeanAdjusted().describe()
    "Abnormal returns are returns less the asset's mean return over its estimation window: AR_t = R_t - mean(R)."
    """

    name: ClassVar[str] = "mean-adjusted"
    reference: ClassVar[str] = "Brown, Warner 1980"

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        return (
            "Abnormal returns are returns less the asset's mean return over its estimation window: "
            "AR_t = R_t - mean(R)."
        )
