"""What can be made of a panel of prices: other columns, other rows, other units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list
from eventstudy.errors import DataError, SpecError, shown
from eventstudy.prices import derived
from eventstudy.prices.describe import changed_asset, require_zone
from eventstudy.prices.parts import PanelPart

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["Reshaping"]


class Reshaping(PanelPart):
    """Methods of `PricePanel` that give another panel; the panel itself never changes."""

    __slots__ = ()

    def select(self, assets: Iterable[str]) -> PricePanel:
        """Keep these columns, in this order.

        Parameters
        ----------
        assets : str or iterable of str
            Names of columns.

        Returns
        -------
        PricePanel
            With all rows.

        Raises
        ------
        AssetError
            If the panel has no such asset.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.select(["WTI", "BRENT"]).assets
        ('WTI', 'BRENT')
        """
        me = self._me()
        wanted = [assets] if isinstance(assets, str) else as_list(assets, str, "assets")
        columns = [me.column(name) for name in wanted]
        return self._derived(columns)

    def between(self, start: Any = None, end: Any = None) -> PricePanel:
        """Keep the rows from ``start`` to ``end``, both included (dates, or UTC instants for bars).

        Parameters
        ----------
        start, end : date-like, optional
            First and last row; open where left out.

        Returns
        -------
        PricePanel
            With all columns.

        Raises
        ------
        DataError
            If no row is left.
        SpecError
            If an end is no date.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> len(panel.between("2022-02-14", "2022-02-18"))
        5
        """
        me = self._me()
        keep = me._labels >= (me._labels[0] if start is None else self._moment(start, "start"))
        keep &= me._labels <= (me._labels[-1] if end is None else self._moment(end, "end"))
        if not keep.any():
            raise DataError(f"no prices from {start} to {end}; {me!r}")
        base = me._base if keep[0] else None
        return type(me)._of(
            me._labels[keep],
            me._values[keep],
            me._assets,
            intraday=me._intraday,
            bars={name: bar[keep] for name, bar in me._bars.items()},
            base=base,
            provenance=me._provenance,
        )

    def _moment(self, value: Any, option: str) -> np.datetime64:
        me = self._me()
        try:
            moment = pd.Timestamp(value)
        except Exception as error:  # pandas asks any object for its words
            raise SpecError(f"{option}={shown(value)} is no date", hint="such as '2022-02-15'") from error
        if pd.isna(moment):
            raise SpecError(f"{option}={shown(value)} is no date", hint="such as '2022-02-15'")
        if moment.tzinfo is not None:
            moment = moment.tz_convert("UTC").tz_localize(None) if me._intraday else moment.tz_localize(None)
        return moment.as_unit("ns").to_datetime64()

    def _derived(self, columns: Sequence[int]) -> PricePanel:
        me = self._me()
        return type(me)._of(
            me._labels,
            me._values[:, columns],
            [me._assets[j] for j in columns],
            intraday=me._intraday,
            bars={name: bar[:, columns] for name, bar in me._bars.items()},
            base=None if me._base is None else me._base[columns],
            provenance=me._provenance,
        )

    def with_asset(self, name: str, **fields: Any) -> PricePanel:
        """Change the description of a column: ``panel.with_asset("BRENT", close="19:30")``.

        Parameters
        ----------
        name : str
            The column.
        **fields : Any
            Fields of `Asset` and their new values.

        Returns
        -------
        PricePanel
            With the same prices.

        Raises
        ------
        AssetError
            If the panel has no such asset, an asset no such field, or a closing time no zone.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.with_asset("BRENT", close="19:30").asset("BRENT").close
        '19:30'
        """
        me = self._me()
        j = me.column(name)
        changed = list(me._assets)
        if not me._assets[j].close and not me._assets[j].calendar:
            require_zone(fields)
        changed[j] = changed_asset(me._assets[j], fields)
        return type(me)._of(
            me._labels,
            me._values,
            changed,
            intraday=me._intraday,
            bars=me._bars,
            base=me._base,
            provenance=me._provenance,
        )

    def join(self, other: PricePanel) -> PricePanel:
        """Put two panels side by side; rows are the dates of either, and neither fills the other's.

        Parameters
        ----------
        other : PricePanel
            Prices of other assets.

        Returns
        -------
        PricePanel
            All columns of both.

        Raises
        ------
        DataError
            If both have an asset, or one is daily and the other intraday.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.select(["RUB"]).join(panel.select(["BRENT"])).assets
        ('RUB', 'BRENT')
        """
        me = self._me()
        return derived.join(me, other)

    def add_basket(
        self, name: str, members: Iterable[str], weights: Sequence[float] | Mapping[str, float] | None = None
    ) -> PricePanel:
        """Add a geometric basket: the weighted mean of the members' log values, 100 where it begins.

        It has a price where every member has one. ``weights`` are scaled to sum to one; None weighs
        equally. Its log return is the weighted mean of the members' log returns.

        Parameters
        ----------
        name : str
            Of the new column.
        members : iterable of str
            Columns of the panel.
        weights : sequence or mapping of float, optional
            One a member, positive.

        Returns
        -------
        PricePanel
            With the basket as its last column.

        Raises
        ------
        AssetError
            If a member is not in the panel, or the name is taken.
        DataError
            If no row has all members, or one is not positive.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.add_basket("TWO", ["MXN", "ZAR"]).prices("TWO").iloc[0].item()
        100.0
        """
        me = self._me()
        return derived.add_basket(me, name, tuple(as_list(members, str, "members")), weights)

    def volumes(self) -> PricePanel:
        """Give the traded volumes in place of the prices, for `eventstudy.models.AbnormalVolume`.

        Returns
        -------
        PricePanel
            The same assets and rows; NaN where a row says no volume.

        Raises
        ------
        SpecError
            If the panel was read without volumes.

        Examples
        --------
        >>> import pandas as pd
        >>> import eventstudy as es
        >>> days = ["2022-02-14", "2022-02-15"]
        >>> table = pd.DataFrame({"date": days, "asset": "ACME", "close": [10.0, 11.0], "volume": [300, 500]})
        >>> es.read_prices(table).volumes().to_frame()["ACME"].tolist()
        [300.0, 500.0]
        """
        me = self._me()
        if "volume" not in me.bars:
            raise SpecError(
                "the panel has no volumes",
                hint="read prices with a column 'volume', or a table of volumes as one of prices",
            )
        described = [me.asset(name) for name in me.assets]
        return type(me)._of(me.labels, me._bars["volume"], described, intraday=me.intraday, provenance=me.provenance)

    def invert(self, assets: str | Iterable[str]) -> PricePanel:
        """Turn these columns into their reciprocals, as dollars per ruble into rubles per dollar.

        Parameters
        ----------
        assets : str or iterable of str
            Names of columns.

        Returns
        -------
        PricePanel
            With all columns; a log return of those named has the other sign.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> round(float(panel.invert("RUB").prices("RUB")["2022-02-15"]), 2)
        75.37
        """
        me = self._me()
        return derived.invert(me, [assets] if isinstance(assets, str) else as_list(assets, str, "assets"))

    def cross(self, name: str, of: str, to: str) -> PricePanel:
        """Add the value of ``of`` counted in ``to``: ``cross("EURRUB", "EUR", "RUB")`` is rubles per euro.

        Parameters
        ----------
        name : str
            Of the new column.
        of, to : str
            Columns counted in one currency.

        Returns
        -------
        PricePanel
            With the cross rate as its last column, where both have a price.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> round(float(panel.cross("EURRUB", "EUR", "RUB").prices("EURRUB")["2022-02-15"]), 1)
        85.5
        """
        me = self._me()
        return derived.cross(me, name, of, to)

    def to_currency(self, currency: str) -> PricePanel:
        """Count every column that is in dollars in another currency of the panel instead.

        Parameters
        ----------
        currency : str
            A column that holds the currency's value in dollars.

        Returns
        -------
        PricePanel
            Oil in euros, say; what is not in dollars stays as it is.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.select(["EUR", "BRENT"]).to_currency("EUR").asset("BRENT").unit
        'EUR per barrel'
        """
        me = self._me()
        return derived.to_currency(me, currency)
