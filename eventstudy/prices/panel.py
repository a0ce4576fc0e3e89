"""Prices of assets, each on its own dates or bars: `PricePanel`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray, ReturnKind
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, SpecError, nearest
from eventstudy.prices import derived
from eventstudy.prices.describe import changed_asset, describe, warn_of_quotes, wide
from eventstudy.prices.frames import matrix_of, read_labels, sort_unique
from eventstudy.prices.sessions import price_instants

if TYPE_CHECKING:
    from eventstudy.prices.grid import SessionReturns
    from eventstudy.prices.quality import QualityReport

__all__ = ["PricePanel"]


class PricePanel:
    """Prices of assets over time; immutable. A missing price is NaN and is never filled.

    Parameters
    ----------
    prices : DataFrame, Series or mapping of Series
        Wide: one column an asset, the index dates or clock times. Dates are midnights (in any zone);
        other clock times are ends of bars and need a zone. A mapping of series may have different dates.
    assets : mapping, optional
        Column -> `Asset`, or column -> the fields to change: ``{"ACME": {"calendar": "XNYS"}}``.
    quoted : iterable or mapping, optional
        Columns that hold the quoted number rather than the value: ``["RUB"]`` for rubles per dollar,
        ``{"USDRUB": "RUB"}`` to rename as well. They are turned into values (up is stronger).
    source : str or mapping, optional
        Where the prices come from, for all columns or for each: sets the time at which they are
        struck where the catalogue knows it (``"ecb"``, ``"eia"``, ``"yahoo"``, ``"cbr"``).
    close, tz, calendar : str, optional
        Local closing time, zone and exchange calendar of the columns that the catalogue does not
        know. ``tz`` is also the zone of clock times written without one. Without a close, a daily
        price may be from any moment of its day, and an event of that day is ambiguous.
    bar : str or Timedelta, optional
        Length of the bars, where clock times are their starts.

    Notes
    -----
    A column named by a catalogue symbol is that asset's *value*: RUB is dollars per ruble, so that a
    stronger ruble is a positive return; 75 rubles per dollar in it are warned of. Unknown columns are taken
    as they are.

    Raises
    ------
    DataError
        If there are no prices, a date stands twice or is missing, or a cell is no number.
    AssetError
        If a named column or asset does not exist.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"USDRUB": [76.306, 75.366]}, index=pd.to_datetime(["2022-02-14", "2022-02-15"]))
    >>> panel = PricePanel(frame, quoted={"USDRUB": "RUB"}, source="ecb")
    >>> panel
    PricePanel: 1 asset x 2 dates, 2022-02-14 to 2022-02-15
    >>> print(panel.instants("RUB")[1])
    2022-02-15 13:15:00+00:00
    >>> round(float(panel.returns()["RUB"].iloc[1]), 4)
    0.0124
    """

    __slots__ = ("_assets", "_bars", "_base", "_columns", "_intraday", "_labels", "_lent", "_provenance", "_values")

    _labels: DateArray
    _values: FloatArray
    _assets: tuple[Asset, ...]
    _columns: dict[str, int]
    _intraday: bool
    _bars: dict[str, FloatArray]
    _base: FloatArray | None
    _provenance: dict[str, Any]
    _lent: WeakValueDictionary[Any, SessionReturns]  # see `eventstudy.prices.lending`

    def __init__(
        self,
        prices: pd.DataFrame | pd.Series | Mapping[str, pd.Series],
        *,
        assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
        quoted: Iterable[str] | Mapping[str, str] = (),
        source: str | Mapping[str, str] = "",
        close: str = "",
        tz: str = "",
        calendar: str = "",
        bar: str | pd.Timedelta | None = None,
    ) -> None:
        frame = wide(prices)
        labels = read_labels(frame.index, tz=tz, bar=bar)
        names, matrix = matrix_of(frame)
        stamps, matrix = sort_unique(labels.stamps, matrix, labels.intraday, "prices")
        described, matrix = describe(
            names,
            matrix,
            assets=assets,
            quoted=quoted,
            source=source,
            defaults={"close": close, "tz": tz, "calendar": calendar},
        )
        warn_of_quotes(described, matrix)
        self._set(stamps, matrix, described, labels.intraday, {}, None, {})

    @classmethod
    def _of(
        cls,
        labels: DateArray,
        values: FloatArray,
        assets: Sequence[Asset],
        *,
        intraday: bool,
        bars: Mapping[str, FloatArray] | None = None,
        base: FloatArray | None = None,
        provenance: Mapping[str, Any] | None = None,
    ) -> PricePanel:
        """Make a panel of arrays that are checked already and that nobody else holds."""
        panel = object.__new__(cls)
        panel._set(labels, values, tuple(assets), intraday, dict(bars or {}), base, dict(provenance or {}))
        return panel

    def _set(
        self,
        labels: DateArray,
        values: FloatArray,
        assets: tuple[Asset, ...],
        intraday: bool,
        bars: dict[str, FloatArray],
        base: FloatArray | None,
        provenance: dict[str, Any],
    ) -> None:
        if labels.size == 0 or not assets:
            raise DataError("there are no prices", hint="a panel needs at least one row and one column of prices")
        columns = {asset.symbol: j for j, asset in enumerate(assets)}
        if len(columns) != len(assets):
            twice = pd.Index([a.symbol for a in assets])
            raise DataError(f"two columns are both {twice[twice.duplicated()][0]!r}", hint="rename one of them")
        for held in (labels, values, base, *bars.values()):
            if held is not None:
                held.setflags(write=False)
        state: tuple[Any, ...] = (
            assets, bars, base, columns, intraday, labels, WeakValueDictionary(), provenance, values,
        )  # fmt: skip
        for name, value in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a PricePanel does not change; {name} cannot be set")

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "_lent"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in {**state, "_lent": WeakValueDictionary()}.items():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            object.__setattr__(self, name, value)

    # -- what it holds ---------------------------------------------------------------------------

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns)

    @property
    def intraday(self) -> bool:
        """Whether rows are bars rather than dates."""
        return self._intraday

    @property
    def labels(self) -> DateArray:
        """Row labels, datetime64[ns], shape (n,): dates at midnight without zone, or UTC ends of bars."""
        return self._labels

    @property
    def values(self) -> FloatArray:
        """Values of the assets, up is positive; shape (n, assets), NaN = no price, read-only."""
        return self._values

    @property
    def base(self) -> FloatArray | None:
        """Value just before each asset's first, shape (assets,), where the panel was built from returns."""
        return self._base

    @property
    def bars(self) -> tuple[str, ...]:
        """Which of open, high, low and volume the panel has."""
        return tuple(self._bars)

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the prices came from: source, when they were fetched, what is missing and why."""
        return dict(self._provenance)

    def asset(self, name: str) -> Asset:
        """Describe a column: unit, sign, closing time, calendar, instrument, source."""
        return self._assets[self.column(name)]

    def column(self, name: str) -> int:
        """Return the position of a column.

        Raises
        ------
        AssetError
            If the panel has no such asset.
        """
        try:
            return self._columns[name]
        except (KeyError, TypeError):
            raise AssetError(f"no prices of {name!r}", hint=nearest(str(name), self._columns), asset=name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._labels.size)

    def __repr__(self) -> str:
        n, k = self._values.shape
        rows = "bars" if self._intraday else "dates"
        first, last = (pd.Timestamp(t) for t in (self._labels[0], self._labels[-1]))
        span = f"{first} to {last} UTC" if self._intraday else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
        return f"PricePanel: {k} asset{'s' * (k != 1)} x {n} {rows}, {span}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PricePanel):
            return NotImplemented
        return (
            self._assets == other._assets
            and self._intraday == other._intraday
            and np.array_equal(self._labels, other._labels)
            and np.array_equal(self._values, other._values, equal_nan=True)
        )

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def to_frame(self) -> pd.DataFrame:
        """Give a wide frame of its own: values, one column an asset; the index is dates, or UTC ends of bars."""
        return pd.DataFrame(self._values.copy(), index=self._index(), columns=list(self.assets))

    def _index(self) -> pd.DatetimeIndex:
        index = pd.DatetimeIndex(self._labels, name="time" if self._intraday else "date")
        return index.tz_localize("UTC") if self._intraday else index

    def prices(self, asset: str, bar: str = "") -> pd.Series:
        """Give the asset's own observations, without the rows on which it has none.

        Parameters
        ----------
        asset : str
            The column.
        bar : {"", "open", "high", "low", "volume"}
            Another number of the bar than its close.
        """
        j = self.column(asset)
        if bar and bar not in self._bars:
            raise SpecError(f"the panel has no {bar!r}", hint=f"it has {', '.join(self._bars) or 'closes alone'}")
        column = self._bars[bar][:, j] if bar else self._values[:, j]
        series = pd.Series(column.copy(), index=self._index(), name=asset)
        return series[np.isfinite(self._values[:, j])]

    def instants(self, asset: str) -> pd.DatetimeIndex:
        """Give the UTC instants at which the prices of `prices` were struck."""
        j = self.column(asset)
        stamps = self._labels[np.isfinite(self._values[:, j])]
        if not self._intraday:
            stamps = price_instants(self._assets[j], stamps)
        return pd.DatetimeIndex(stamps).tz_localize("UTC")

    def returns(self, kind: ReturnKind = "log") -> pd.DataFrame:
        """Give trade-to-trade returns: from each asset's previous price to this one, in decimals.

        NaN where the row has no price, on the first one, and where a price is not positive.
        """
        from eventstudy.prices.returns import panel_returns

        return pd.DataFrame(panel_returns(self, kind), index=self._index(), columns=list(self.assets))

    def quality(self) -> QualityReport:
        """Look for what would corrupt an estimate: see `eventstudy.prices.quality.check_quality`."""
        from eventstudy.prices.quality import check_quality

        return check_quality(self)

    # -- what can be made of it ------------------------------------------------------------------

    def select(self, assets: Iterable[str]) -> PricePanel:
        """Keep these columns, in this order."""
        wanted = [assets] if isinstance(assets, str) else list(assets)
        columns = [self.column(name) for name in wanted]
        return self._derived(columns)

    def between(self, start: Any = None, end: Any = None) -> PricePanel:
        """Keep the rows from ``start`` to ``end``, both included (dates, or UTC instants for bars)."""
        keep = self._labels >= (self._labels[0] if start is None else self._moment(start, "start"))
        keep &= self._labels <= (self._labels[-1] if end is None else self._moment(end, "end"))
        if not keep.any():
            raise DataError(f"no prices from {start} to {end}; {self!r}")
        base = self._base if keep[0] else None
        return PricePanel._of(
            self._labels[keep],
            self._values[keep],
            self._assets,
            intraday=self._intraday,
            bars={name: bar[keep] for name, bar in self._bars.items()},
            base=base,
            provenance=self._provenance,
        )

    def _moment(self, value: Any, option: str) -> np.datetime64:
        try:
            moment = pd.Timestamp(value)
        except (ValueError, TypeError) as error:
            raise SpecError(f"{option}={value!r} is no date", hint="such as '2022-02-15'") from error
        if pd.isna(moment):
            raise SpecError(f"{option}={value!r} is no date", hint="such as '2022-02-15'")
        if moment.tzinfo is not None:
            moment = moment.tz_convert("UTC").tz_localize(None) if self._intraday else moment.tz_localize(None)
        return moment.as_unit("ns").to_datetime64()

    def _derived(self, columns: Sequence[int]) -> PricePanel:
        return PricePanel._of(
            self._labels,
            self._values[:, columns],
            [self._assets[j] for j in columns],
            intraday=self._intraday,
            bars={name: bar[:, columns] for name, bar in self._bars.items()},
            base=None if self._base is None else self._base[columns],
            provenance=self._provenance,
        )

    def with_asset(self, name: str, **fields: Any) -> PricePanel:
        """Change the description of a column: ``panel.with_asset("BRENT", close="19:30")``."""
        j = self.column(name)
        changed = list(self._assets)
        changed[j] = changed_asset(self._assets[j], fields)
        return PricePanel._of(
            self._labels,
            self._values,
            changed,
            intraday=self._intraday,
            bars=self._bars,
            base=self._base,
            provenance=self._provenance,
        )

    def join(self, other: PricePanel) -> PricePanel:
        """Put two panels side by side; rows are the dates of either, and neither fills the other's.

        Raises
        ------
        DataError
            If both have an asset, or one is daily and the other intraday.
        """
        return derived.join(self, other)

    def add_basket(
        self, name: str, members: Iterable[str], weights: Sequence[float] | Mapping[str, float] | None = None
    ) -> PricePanel:
        """Add a geometric basket: the weighted mean of the members' log values, 100 where it begins.

        It has a price where every member has one. ``weights`` are scaled to sum to one; None weighs
        equally. Its log return is the weighted mean of the members' log returns.

        Raises
        ------
        AssetError
            If a member is not in the panel, or the name is taken.
        DataError
            If no row has all members, or one is not positive.
        """
        return derived.add_basket(self, name, tuple(members), weights)

    def invert(self, assets: str | Iterable[str]) -> PricePanel:
        """Turn these columns into their reciprocals, as dollars per ruble into rubles per dollar."""
        return derived.invert(self, [assets] if isinstance(assets, str) else list(assets))

    def cross(self, name: str, of: str, to: str) -> PricePanel:
        """Add the value of ``of`` counted in ``to``: ``cross("EURRUB", "EUR", "RUB")`` is rubles per euro."""
        return derived.cross(self, name, of, to)

    def to_currency(self, currency: str) -> PricePanel:
        """Count every column that is in dollars in another currency of the panel instead."""
        return derived.to_currency(self, currency)
