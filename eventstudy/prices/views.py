"""What a panel of prices shows of itself: tables, series, instants, returns, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy._arguments import check_texts
from eventstudy._types import ReturnKind
from eventstudy.errors import SpecError
from eventstudy.prices.parts import PanelPart
from eventstudy.prices.sessions import price_instants

if TYPE_CHECKING:
    from eventstudy.prices.quality import QualityReport

__all__ = ["Views"]


class Views(PanelPart):
    """Methods of `PricePanel` that give its numbers as pandas objects, for people to read."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Give a wide frame of its own: values, one column an asset; the index is dates, or UTC ends of bars.

        Returns
        -------
        pandas.DataFrame, shape (n, assets)
            A copy; NaN where there is no price.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.to_frame().loc["2022-02-15", "BRENT"].item()
        98.43
        """
        me = self._me()
        return pd.DataFrame(me.values.copy(), index=self._index(), columns=list(me.assets))

    def _index(self) -> pd.DatetimeIndex:
        me = self._me()
        index = pd.DatetimeIndex(me.labels, name="time" if me.intraday else "date")
        return index.tz_localize("UTC") if me.intraday else index

    def prices(self, asset: str, bar: str = "") -> pd.Series:
        """Give the asset's own observations, without the rows on which it has none.

        Parameters
        ----------
        asset : str
            The column.
        bar : {"", "open", "high", "low", "volume"}
            Another number of the bar than its close.

        Returns
        -------
        pandas.Series, shape (n_prices,)
            Values by date, or by UTC end of the bar.

        Raises
        ------
        AssetError
            If the panel has no such asset.
        SpecError
            If it has no such number.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> panel.prices("BRENT")["2022-02-14":"2022-02-15"].tolist()
        [101.66, 98.43]
        """
        me = self._me()
        j = me.column(asset)
        check_texts(bar=bar)
        if bar and bar not in me.bars:
            raise SpecError(f"the panel has no {bar!r}", hint=f"it has {', '.join(me.bars) or 'closes alone'}")
        column = me._bars[bar][:, j] if bar else me.values[:, j]
        series = pd.Series(column.copy(), index=self._index(), name=asset)
        return series[np.isfinite(me.values[:, j])]

    def instants(self, asset: str) -> pd.DatetimeIndex:
        """Give the UTC instants at which the prices of `prices` were struck.

        Parameters
        ----------
        asset : str
            The column.

        Returns
        -------
        pandas.DatetimeIndex, shape (n_prices,)
            A date at the asset's close or fixing; the end of a bar.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> str(panel.instants("RUB")[0])
        '2020-01-02 13:15:00+00:00'
        """
        me = self._me()
        stamps = me.labels[np.isfinite(me.values[:, me.column(asset)])]
        if not me.intraday:
            stamps = price_instants(me.asset(asset), stamps)
        return pd.DatetimeIndex(stamps).tz_localize("UTC")

    def returns(self, kind: ReturnKind = "log") -> pd.DataFrame:
        """Give trade-to-trade returns: from each asset's previous price to this one, in decimals.

        NaN where the row has no price, on the first one, and where a price is not positive.

        Parameters
        ----------
        kind : {"log", "simple"}
            Logarithmic or simple returns.

        Returns
        -------
        pandas.DataFrame, shape (n, assets)
            Decimals from one price to the next, over however many rows lie between.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> round(float(panel.returns().loc["2022-02-15", "RUB"]), 4)
        0.0124
        """
        from eventstudy.prices.returns import panel_returns

        me = self._me()
        return pd.DataFrame(panel_returns(me, kind), index=self._index(), columns=list(me.assets))

    def quality(self) -> QualityReport:
        """Look for what would corrupt an estimate: see `eventstudy.prices.quality.check_quality`.

        Returns
        -------
        QualityReport
            What was found, by asset and date; prints.

        Examples
        --------
        >>> import eventstudy as es
        >>> panel = es.load_example("ukraine-2022").prices
        >>> report = panel.quality()
        """
        from eventstudy.prices.quality import check_quality

        return check_quality(self._me())
