"""What each column of a panel is: the catalogue's word, the caller's overrides, quotes turned into values."""

from __future__ import annotations

import copy
import dataclasses
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from eventstudy import assets as catalogues
from eventstudy._arguments import as_list, check_kind, check_texts
from eventstudy._types import FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, EventStudyWarning, nearest

__all__ = ["changed_asset", "describe", "doubtful_quote", "require_zone", "warn_of_quotes", "wide"]

# No currency that is quoted as so many to the dollar is itself worth two dollars.
_DEAREST = 2.0
_INDEX_STARTS = (1.0, 10.0, 100.0, 1000.0)


def wide(prices: Any) -> pd.DataFrame:
    """Make a wide frame of what a panel is built from."""
    if isinstance(prices, pd.DataFrame):
        return prices
    if isinstance(prices, pd.Series):
        if prices.name is None:
            raise DataError("a series of prices has no name", hint="name it after the asset: series.rename('RUB')")
        return prices.to_frame()
    if isinstance(prices, Mapping):
        if not prices:
            raise DataError("there are no prices", hint="a panel needs at least one column of prices")
        for name, series in prices.items():
            if not isinstance(series, pd.Series):
                raise DataError(f"{name!r} is a {type(series).__name__}", hint="expected a pandas Series of prices")
            if not series.index.is_unique:
                twice = series.index[series.index.duplicated()][0]
                raise DataError(f"{name!r}: {twice} stands twice", hint="a panel has one price a date")
        return pd.DataFrame(pd.concat({str(k): v for k, v in prices.items()}, axis=1, sort=True))
    raise DataError(
        f"prices is a {type(prices).__name__}", hint="expected a pandas frame; other tables go through read_prices"
    )


def changed_asset(asset: Asset, fields: Mapping[str, Any]) -> Asset:
    """Return an asset with some fields changed; an unknown field is an error."""
    known = [f.name for f in dataclasses.fields(Asset)]
    for name in fields:
        if name not in known:
            raise AssetError(f"asset {asset.symbol!r}: unknown field {name!r}", hint=nearest(name, known))
    return dataclasses.replace(asset, **fields)


def _called(asset: Asset, symbol: str, source: str) -> Asset:
    """Copy a checked asset under another name: a panel may have tens of thousands of columns."""
    if not symbol.strip():
        return dataclasses.replace(asset, symbol=symbol)  # which says what is wrong
    named = copy.copy(asset)
    for field, value in (("symbol", symbol), ("name", symbol), ("source", source)):
        object.__setattr__(named, field, value)
    return named


def doubtful_quote(asset: Asset, prices: FloatArray) -> tuple[str, str] | None:
    """Say what is wrong where a currency's prices, shape (n,) without NaN, are the quoted number and not its value.

    Of a currency quoted as so many to the dollar the panel holds the value, dollars per unit: a price of 75 is
    then the quote. An index of it, which starts at 1 or 100, is taken as it is.

    Returns
    -------
    (text, advice) or None
    """
    if asset.rule != "reciprocal" or not asset.unit.startswith("USD per") or not prices.size:
        return None
    middle = float(np.median(prices))
    if middle <= _DEAREST or prices[0] in _INDEX_STARTS:
        return None
    name = asset.symbol
    text = f"holds about {middle:.4g}, taken as {asset.unit} (up is stronger); that looks like {asset.quote}"
    advice = (
        f"read it with quoted=[{name!r}]; or, if it is not the {asset.name} of the catalogue, say what it is:"
        f" assets={{{name!r}: Asset(symbol={name!r}, ...)}}"
    )
    return text, advice


def warn_of_quotes(described: Sequence[Asset], matrix: FloatArray) -> None:
    """Warn once where columns of prices, shape (n, k), seem to be quoted the other way round."""
    doubts = {}
    for j, asset in enumerate(described):
        if asset.rule == "reciprocal":
            doubt = doubtful_quote(asset, matrix[np.isfinite(matrix[:, j]), j])
            if doubt is not None:
                doubts[asset.symbol] = doubt
    if doubts:
        symbol, (text, advice) = next(iter(doubts.items()))
        more = f" (and so {', '.join(list(doubts)[1:])})" if len(doubts) > 1 else ""
        warnings.warn(f"{symbol} {text}{more}: {advice}", EventStudyWarning, stacklevel=3)


def _unknown(told: Mapping[str, str]) -> Asset:
    """Make the description of every column that the catalogue does not know."""
    try:
        return changed_asset(Asset(symbol="?"), told)
    except AssetError as error:  # of an option of the caller's, not of an asset
        raise AssetError(error.message.removeprefix("asset '?': "), hint=error.hint) from None


def require_zone(told: Mapping[str, Any]) -> None:
    """Raise where a clock time is said to which no zone belongs: a close of another continent moves day 0."""
    close = told.get("close", "")
    if close not in ("", "24:00") and "tz" not in told:
        raise AssetError(f"close={close!r} has no zone", hint="say where: tz='America/New_York', or tz='UTC'")


def describe(
    names: Sequence[str],
    matrix: FloatArray,
    *,
    assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
    quoted: Iterable[str] | Mapping[str, str] = (),
    source: str | Mapping[str, str] = "",
    defaults: Mapping[str, str] | None = None,
) -> tuple[tuple[Asset, ...], FloatArray]:
    """Describe each column of a matrix, and turn quoted columns into values (in place)."""
    listed = [quoted] if isinstance(quoted, str) else as_list(quoted, str, "quoted")
    renames = dict(quoted) if isinstance(quoted, Mapping) else dict(zip(listed, listed, strict=True))
    check_kind((Mapping, type(None)), assets=assets)
    check_kind((str, Mapping), source=source)
    check_texts(**(defaults or {}))
    overrides = dict(assets or {})
    for option, wanted in (("quoted", renames), ("assets", overrides), ("source", source)):
        if isinstance(wanted, Mapping):
            for name in wanted:
                if name not in names and not (option != "quoted" and name in renames.values()):
                    raise AssetError(f"{option} names {name!r}, which is no column", hint=nearest(str(name), names))
    table = catalogues.catalogue()
    told = {k: v for k, v in (defaults or {}).items() if v}
    unknown = _unknown(told)
    described = []
    for j, column in enumerate(names):
        symbol = renames.get(column, column)
        change = overrides.get(column, overrides.get(symbol))
        origin = source if isinstance(source, str) else source.get(column, source.get(symbol, ""))
        if symbol in table:
            asset = table[symbol].at(origin) if origin else table[symbol]
        elif column in renames:
            raise AssetError(
                f"quoted names {symbol!r}, which is no asset of the catalogue", hint=nearest(symbol, table)
            )
        else:
            asset = _called(unknown, symbol, origin)
            if not isinstance(change, Asset):
                require_zone({**told, **(change or {})})
        if isinstance(change, Asset):
            asset = dataclasses.replace(change, symbol=symbol)
        elif change is not None:
            asset = changed_asset(asset, change)
        if column in renames:
            matrix[:, j] = asset.value(matrix[:, j])
        described.append(asset)
    return tuple(described), matrix
