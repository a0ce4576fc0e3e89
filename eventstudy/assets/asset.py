"""One asset: what news calls it, how it is quoted, and when its price is struck."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._arguments import as_dates, as_numbers, check_texts
from eventstudy._types import DateArray, FloatArray
from eventstudy._zones import named_zone
from eventstudy.errors import AssetError, shown

__all__ = ["CLASSES", "INSTRUMENTS", "Asset"]

CLASSES = (
    "currency",
    "currency index",
    "energy",
    "metal",
    "agriculture",
    "equity index",
    "equity",
    "volatility",
    "rate",
    "fund",
    "crypto",
    "basket",
    "other",
)
INSTRUMENTS = ("spot", "futures", "fixing", "index", "yield", "fund", "share", "")

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TEXT_FIELDS = ("symbol", "name", "asset_class", "quote", "unit", "close", "tz", "window_open", "calendar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One row of the catalogue, and the description of one column of a `PricePanel`.

    The library works with an asset's *value*: up is stronger. ``sign`` says how the quoted number
    relates to it: RUB is quoted in rubles per dollar, so a higher number is a weaker ruble (-1).

    Parameters
    ----------
    symbol : str
        Name of its column, such as ``"RUB"``.
    name : str
        For people.
    aliases : tuple of str
        Names as news writes them that mean this asset alone.
    ambiguous : tuple of str
        Names that other assets share (``"ruble"`` is RUB or BYN).
    asset_class : str
        One of `CLASSES`.
    quote : str
        What the quoted number counts, such as ``"RUB per USD"``.
    sign : {1, -1}
        -1 where the quoted number up is the asset's value down.
    unit : str
        What the value counts, such as ``"USD per RUB"``.
    years : float
        Maturity in years, for yields only (else 0): their value is the price of a zero-coupon bond of that
        maturity, ``exp(-years * yield / 100)``, whose log return is minus years times the change.
    sources : mapping
        Ticker at each source: ``{"yahoo": "RUB=X", "ecb": "RUB"}``.
    close : str
        Local clock time at which a daily price is struck, ``"HH:MM"``; ``"24:00"`` is the end of the
        day. Empty without a calendar: nothing is known of the time, and the whole day is its window.
    tz : str
        IANA zone of ``close`` and ``window_open``.
    window_open : str
        Local clock time at which the price's own window opens (a fixing made from 10:00 to 11:30);
        empty where the price is struck at one moment.
    calendar : str
        Name of an exchange calendar, or empty: sessions then come from the data. With a calendar and
        no ``close`` the price is struck at the exchange's close of that day, half days included.
    close_lag : int
        Minutes from the exchange's close to the price (a closing auction).
    instrument : str
        One of `INSTRUMENTS`.
    label_days : int
        Working days from the striking of the price to the date it bears (1 at the Bank of Russia,
        whose rates are dated by the day they take effect: one dated Monday, or Saturday, was struck on
        the Friday before).
    holidays : tuple of str
        Days of the year, ``"MM-DD"``, that are no working days for ``label_days``.
    source : str
        Where this series comes from; empty in the catalogue.
    listings : mapping
        What differs at a source: ``{"cbr": {"close": "11:30", "window_open": "10:00", ...}}``.

    Raises
    ------
    AssetError
        If a field has the wrong type or a value that cannot be.

    Examples
    --------
    >>> rub = Asset(symbol="RUB", quote="RUB per USD", sign=-1, close="14:15", tz="Europe/Berlin")
    >>> float(rub.value(80.0))
    0.0125
    >>> print(rub.instants(["2022-02-15"])[0])
    2022-02-15T13:15:00.000000000
    """

    symbol: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    asset_class: str = "other"
    quote: str = ""
    sign: int = 1
    unit: str = ""
    years: float = 0.0
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    close: str = ""
    tz: str = "UTC"
    window_open: str = ""
    calendar: str = ""
    instrument: str = ""
    close_lag: int = 0
    label_days: int = 0
    holidays: tuple[str, ...] = ()
    source: str = ""
    listings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False, repr=False)

    def __post_init__(self) -> None:
        """Validate every field."""
        label = f"asset {shown(self.symbol)}"
        for name in _TEXT_FIELDS:
            if not isinstance(getattr(self, name), str):
                raise AssetError(f"{label}: {name}={shown(getattr(self, name))} is no text", asset=self.symbol)
        if not self.symbol.strip():
            raise AssetError("an asset has no symbol", hint="every asset needs a symbol such as 'RUB'")
        if not self.name:
            object.__setattr__(self, "name", self.symbol)
        for name in ("aliases", "ambiguous"):
            texts: object = getattr(self, name)
            if not isinstance(texts, (tuple, list)) or not all(isinstance(t, str) and t.strip() for t in texts):
                raise AssetError(f"{label}: {name} is not a list of names", asset=self.symbol)
            object.__setattr__(self, name, tuple(texts))
        if self.asset_class not in CLASSES:
            raise AssetError(
                f"{label}: asset_class={self.asset_class!r}", hint=f"one of {', '.join(CLASSES)}", asset=self.symbol
            )
        if self.instrument not in INSTRUMENTS:
            raise AssetError(
                f"{label}: instrument={self.instrument!r}",
                hint=f"one of {', '.join(i for i in INSTRUMENTS if i)}",
                asset=self.symbol,
            )
        if self.sign not in (1, -1):
            raise AssetError(f"{label}: sign={self.sign!r}", hint="1 or -1", asset=self.symbol)
        for name in ("close", "window_open"):
            _clock(getattr(self, name), f"{label}: {name}")
        for name, most in (("label_days", 31), ("close_lag", 720)):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
                raise AssetError(f"{label}: {name}={number!r}", hint=f"a whole number, 0 to {most}", asset=self.symbol)
        if not isinstance(self.holidays, (tuple, list)) or not all(_MONTH_DAY.fullmatch(str(d)) for d in self.holidays):
            raise AssetError(f"{label}: holidays={self.holidays!r}", hint="days such as '02-23'", asset=self.symbol)
        object.__setattr__(self, "holidays", tuple(self.holidays))
        named_zone(self.tz, AssetError, label, asset=self.symbol)

    @property
    def window_close(self) -> str:
        """Local clock time at which the price's window closes: the same as ``close``."""
        return self.close

    @property
    def rule(self) -> str:
        """How the quoted number becomes the value: ``"same"``, ``"reciprocal"`` or ``"discount"``."""
        if self.years:
            return "discount"
        return "same" if self.sign > 0 else "reciprocal"

    def value(self, quoted: npt.ArrayLike) -> FloatArray:
        """Turn quoted numbers into values, up is stronger; a zero has no reciprocal and gives NaN."""
        numbers = as_numbers(quoted, "quoted")
        if self.rule == "same":
            return numbers
        if self.rule == "discount":
            return np.asarray(np.exp(-self.years * numbers / 100.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(numbers == 0.0, np.nan, 1.0 / numbers)

    def quoted(self, value: npt.ArrayLike) -> FloatArray:
        """Turn values back into the numbers that people quote."""
        numbers = as_numbers(value, "value")
        if self.rule == "discount":
            with np.errstate(divide="ignore", invalid="ignore"):  # no yield has a price of zero or less
                return np.asarray(-100.0 * np.log(numbers) / self.years)
        return self.value(numbers)

    def at(self, source: str) -> Asset:
        """Describe the series that a source publishes: its own close, instrument, unit where they differ."""
        check_texts(source=source)
        return dataclasses.replace(self, **{**self.listings.get(source, {}), "source": source})

    def struck_on(self, dates: npt.ArrayLike) -> DateArray:
        """Give the dates on which the prices that bear these dates were struck, datetime64[D]."""
        days = as_dates(dates, "dates")
        if not self.label_days:
            return days
        return np.busday_offset(days, -self.label_days, roll="forward", holidays=self._holidays(days))

    def borne_by(self, struck: npt.ArrayLike) -> DateArray:
        """Give the dates that prices struck on these dates bear, datetime64[D]; the inverse of `struck_on`."""
        days = as_dates(struck, "struck")
        if not self.label_days:
            return days
        return np.busday_offset(days, self.label_days, roll="backward", holidays=self._holidays(days))

    def _holidays(self, days: DateArray) -> list[str]:
        known = days[~np.isnat(days)]
        if not self.holidays or known.size == 0:
            return []
        years = known.astype("datetime64[Y]").astype(int) + 1970
        return [f"{year}-{day}" for year in range(years.min() - 1, years.max() + 2) for day in self.holidays]

    def instants(self, dates: npt.ArrayLike) -> DateArray:
        """Give the UTC instants at which the daily prices of these dates are struck, datetime64[ns]."""
        return _local_to_utc(self.struck_on(dates), self.close or "24:00", self.tz)

    def window_opens(self, dates: npt.ArrayLike) -> DateArray:
        """Give the UTC instants at which those prices' windows open; the instants where they have none."""
        opens = self.window_open or ("" if self.close else "00:00")
        return _local_to_utc(self.struck_on(dates), opens, self.tz) if opens else self.instants(dates)


def _clock(text: str, where: str) -> int:
    """Minutes since midnight of ``HH:MM``; 0 for an empty text."""
    if not text:
        return 0
    found = _CLOCK.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else 1441
    if minutes > 1440:
        raise AssetError(f"{where}={text!r} is no clock time", hint="expected 'HH:MM' from 00:00 to 24:00")
    return minutes


def _local_to_utc(days: DateArray, clock: str, tz: str) -> DateArray:
    minutes = np.timedelta64(_clock(clock, "close"), "m").astype("timedelta64[ns]")
    local: DateArray = days.astype("datetime64[ns]") + minutes
    if tz == "UTC":
        return local
    # A close in the hour that summer time skips or repeats: the first moment that exists, the later reading.
    index = pd.DatetimeIndex(local.reshape(-1))
    index = index.tz_localize(tz, nonexistent="shift_forward", ambiguous=np.zeros(local.size, bool))
    return np.asarray(index.tz_convert("UTC").tz_localize(None), dtype="datetime64[ns]").reshape(local.shape)
