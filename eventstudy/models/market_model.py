"""The market model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eventstudy.models.base import LinearSpec, named_series

__all__ = ["MarketModel"]


@dataclass(frozen=True, slots=True)
class MarketModel(LinearSpec):
    """Expected return = alpha + beta times the benchmark's return, by least squares.

    Parameters
    ----------
    benchmark : str, optional
        Name of the benchmark; may be omitted where `abnormal_returns` is given arrays.

    Notes
    -----
    AR_t = R_t - (alpha + beta Rm_t), with K = 2. Where the asset trades less often than its benchmark this
    beta is biased towards zero: see `ScholesWilliams` and `Dimson`.

    References
    ----------
    Sharpe (1963); Fama, Fisher, Jensen and Roll (1969); MacKinlay (1997), Event studies in economics and finance.

    Examples
    --------
    >>> MarketModel("SPX").columns
    ('intercept', 'SPX')
    """

    name: ClassVar[str] = "market model"
    reference: ClassVar[str] = "MacKinlay 1997"

    benchmark: str | None = None

    def __post_init__(self) -> None:
        named_series(self.benchmark, "MarketModel")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The benchmark's name."""
        return named_series(self.benchmark, "MarketModel")

    @property
    def n_factors(self) -> int:
        """One benchmark."""
        return 1

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        return (
            f"Expected returns follow the market model on {self.benchmark or 'the benchmark'}, estimated by least "
            "squares: AR_t = R_t - (alpha + beta Rm_t)."
        )
