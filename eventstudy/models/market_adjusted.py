"""Returns less the benchmark's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eventstudy.models.base import LinearSpec, named_series

__all__ = ["MarketAdjusted"]


@dataclass(frozen=True, slots=True)
class MarketAdjusted(LinearSpec):
    """Expected return = the benchmark's return; nothing is estimated.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.

    Notes
    -----
    AR_t = R_t - Rm_t. s^2 is the sample variance of R - Rm about its mean over the estimation window,
    K = 1 in every degree of freedom, and C = 1.

    References
    ----------
    Brown and Warner (1980), Measuring security price performance.

    Examples
    --------
    >>> MarketAdjusted("SPX").benchmarks
    ('SPX',)
    """

    name: ClassVar[str] = "market-adjusted"
    reference: ClassVar[str] = "Brown, Warner 1980"

    benchmark: str | None = None

    def __post_init__(self) -> None:
        named_series(self.benchmark, "MarketAdjusted")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "MarketAdjusted")

    @property
    def n_factors(self) -> int:
        """One benchmark."""
        return 1

    @property
    def fixed(self) -> bool:
        """Nothing is estimated."""
        return True

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        return f"Abnormal returns are returns less those of {self.benchmark or 'the benchmark'}: AR_t = R_t - Rm_t."
