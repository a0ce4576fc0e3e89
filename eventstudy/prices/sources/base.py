"""What a source of prices is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pandas as pd

__all__ = ["Fetched", "PriceSource"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source gave.

    Attributes
    ----------
    series : mapping of ticker to DataFrame
        Index: dates (midnights, zone-less) or zoned starts of bars. Column ``close``, and where there
        are such ``adj close``, ``open``, ``high``, ``low``, ``volume``. Numbers as the source quotes them.
    missing : mapping of ticker to str
        Why a ticker has no prices.
    note : mapping
        What should be remembered about the fetch: the client and its version, adjustments.
    """

    series: Mapping[str, pd.DataFrame]
    missing: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class PriceSource(Protocol):
    """A source of prices, to be given to `eventstudy.fetch_prices` as ``source=``.

    Attributes
    ----------
    name : str
        The key of its tickers and of its quoting rules in the catalogue (``sources``, ``listings``).
    offline : bool
        Whether it reads local data: it is then never cached.
    gives_values : bool
        Whether its numbers are the assets' values already, rather than the quoted numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> class Mine:
    ...     name, offline, gives_values = "mine", True, True
    ...     def fetch(self, tickers, start, end, interval):
    ...         days = pd.bdate_range(start, end)
    ...         return Fetched({t: pd.DataFrame({"close": 1.0}, index=days) for t in tickers})
    >>> isinstance(Mine(), PriceSource)
    True
    """

    @property
    def name(self) -> str:
        """Key of its tickers in the catalogue."""
        ...

    @property
    def offline(self) -> bool:
        """Whether it reads local data."""
        ...

    @property
    def gives_values(self) -> bool:
        """Whether its numbers are values already."""
        ...

    def fetch(self, tickers: Sequence[str], start: dt.date, end: dt.date, interval: str) -> Fetched:
        """Get the prices of these tickers from ``start`` to ``end``, both included."""
        ...
