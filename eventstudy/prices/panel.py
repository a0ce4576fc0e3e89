"""Prices of assets, each on its own dates or bars: `PricePanel`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, nearest, shown
from eventstudy.prices.describe import describe, warn_of_quotes, wide
from eventstudy.prices.frames import matrix_of, read_labels, sort_unique
from eventstudy.prices.reshaping import Reshaping
from eventstudy.prices.views import Views

if TYPE_CHECKING:
    from eventstudy.prices.grid import SessionReturns

__all__ = ["PricePanel"]


class PricePanel(Reshaping, Views):
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
        know; a close needs its zone. ``tz`` is also the zone of clock times written without one. Without
        a close, a daily price may be from any moment of its day, and an event of that day is ambiguous.
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
        """Describe a column: unit, sign, closing time, calendar, instrument, source.

        Parameters
        ----------
        name : str
            The column.

        Returns
        -------
        Asset
            As the catalogue or the user describes it.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.asset("BRENT").unit
        'USD per barrel'
        """
        return self._assets[self.column(name)]

    def column(self, name: str) -> int:
        """Return the position of a column.

        Parameters
        ----------
        name : str
            The column.

        Returns
        -------
        int
            Counted from 0, as in ``values``.

        Raises
        ------
        AssetError
            If the panel has no such asset.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.assets[panel.column("BRENT")]
        'BRENT'
        """
        try:
            return self._columns[name]
        except (KeyError, TypeError):
            raise AssetError(f"no prices of {shown(name)}", hint=nearest(name, self._columns), asset=name) from None

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
