"""The catalogue: one validated TOML table of assets, and the words that news uses for them."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from eventstudy._arguments import as_list, as_path
from eventstudy.assets.asset import Asset
from eventstudy.errors import AssetError, nearest, shown

__all__ = ["Alias", "Catalogue", "read_catalogue"]

_FIELDS = {f.name for f in dataclasses.fields(Asset)}
_OVERRIDES = _FIELDS - {"symbol", "name", "aliases", "ambiguous", "sources", "listings", "source"}
_SPACE = re.compile(r"[\s_\-–/]+")


class Alias(NamedTuple):
    """A name as news writes it, and the assets it may mean.

    Attributes
    ----------
    text : str
        The name, as it stands in the table.
    symbols : tuple of str
        The assets, likeliest first.
    group : str
        ``"oil"`` where the word names a class of assets and no contract; else empty.
    ambiguous : bool
        Whether the name alone does not settle the asset: others share it, it names a class, or it is
        an ordinary word as well (real, won).
    """

    text: str
    symbols: tuple[str, ...]
    group: str = ""
    ambiguous: bool = False


def fold(text: str) -> str:
    """Fold case, and runs of blanks, hyphens and slashes to one blank."""
    return _SPACE.sub(" ", text.casefold()).strip()


class Catalogue(Mapping[str, Asset]):
    """Assets by symbol; immutable.

    Parameters
    ----------
    assets : iterable of Asset
        Likeliest meaning of a shared name first.
    groups : mapping, optional
        Words for a class of assets: ``{"oil": (("oil", "crude"), ("BRENT", "WTI"))}``.

    Raises
    ------
    AssetError
        If a symbol stands twice, a name that is said to be one asset's own is claimed by two, or a
        group names an unknown asset.
    """

    def __init__(
        self,
        assets: Iterable[Asset],
        groups: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] | None = None,
    ) -> None:
        self._assets: dict[str, Asset] = {}
        for asset in as_list(assets, Asset, "assets", AssetError):
            if asset.symbol in self._assets:
                raise AssetError(f"asset {asset.symbol!r} stands twice in the catalogue", asset=asset.symbol)
            self._assets[asset.symbol] = asset
        self.groups: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = dict(groups or {})
        self._names = self._index()

    def _index(self) -> dict[str, Alias]:
        own: dict[str, tuple[str, str]] = {}
        shared: dict[str, tuple[str, list[str]]] = {}
        for asset in self._assets.values():
            for text in asset.ambiguous:
                shared.setdefault(fold(text), (text, []))[1].append(asset.symbol)
        for asset in self._assets.values():
            for text in (asset.symbol, asset.name, *asset.aliases):
                key = fold(text)
                if own.setdefault(key, (text, asset.symbol))[1] != asset.symbol:
                    raise AssetError(
                        f"the name {text!r} is claimed by {own[key][1]} and {asset.symbol}",
                        hint="list it under ambiguous in both",
                        asset=asset.symbol,
                    )
                if key in shared and (text in asset.aliases or asset.symbol not in shared[key][1]):
                    raise AssetError(f"the name {text!r} is {asset.symbol}'s own and yet ambiguous", asset=asset.symbol)
        names = {key: Alias(text, (symbol,)) for key, (text, symbol) in own.items()}
        # A symbol may be an ordinary word as well (RICE, LEAD): its asset then lists it as ambiguous.
        names |= {key: Alias(text, tuple(symbols), ambiguous=True) for key, (text, symbols) in shared.items()}
        for group, (words, members) in self.groups.items():
            for symbol in members:
                if symbol not in self._assets:
                    raise AssetError(f"group {group!r} names {symbol!r}", hint=nearest(symbol, self._assets))
            for word in words:
                if fold(word) in names:
                    raise AssetError(f"the name {word!r} is both a group's and {names[fold(word)].symbols[0]}'s")
                names[fold(word)] = Alias(word, tuple(members), group, ambiguous=True)
        return names

    def __getitem__(self, symbol: str) -> Asset:
        """Return the asset with this symbol."""
        try:
            return self._assets[symbol]
        except (KeyError, TypeError):
            raise AssetError(
                f"no asset {shown(symbol)} in the catalogue", hint=nearest(symbol, self._assets), asset=symbol
            ) from None

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._assets

    def __iter__(self) -> Iterator[str]:
        return iter(self._assets)

    def __len__(self) -> int:
        return len(self._assets)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Catalogue):
            return NotImplemented
        return list(self._assets.items()) == list(other._assets.items()) and self.groups == other.groups

    def __hash__(self) -> int:
        return hash(tuple(self._assets))

    def __repr__(self) -> str:
        return f"Catalogue({len(self)} assets)"

    def names(self) -> tuple[Alias, ...]:
        """List every name that text may use, with the assets it may mean."""
        return tuple(self._names.values())

    def alias(self, text: str) -> Alias | None:
        """Look a name up as it stands in text; None where it is no asset's."""
        return self._names.get(fold(text))

    def find(self, text: str) -> tuple[Asset, ...]:
        """Find the assets that a name may mean, likeliest first; see `eventstudy.assets.find`."""
        exact = self._names.get(fold(text))
        if exact is not None:
            return tuple(self._assets[s] for s in exact.symbols)
        ticker = text.strip().upper()
        by_ticker = [a for a in self._assets.values() if ticker in (t.upper() for t in a.sources.values())]
        if by_ticker:
            return tuple(by_ticker)
        words = fold(text).split()
        if not words:
            return ()
        symbols: dict[str, None] = {}
        for key, alias in self._names.items():
            if not alias.group and all(word in key.split() for word in words):
                symbols.update(dict.fromkeys(alias.symbols))
        return tuple(self._assets[s] for s in symbols)

    def to_frame(self) -> pd.DataFrame:
        """Give one row an asset; the columns are `Asset`'s fields."""
        columns = [f.name for f in dataclasses.fields(Asset) if f.name not in ("listings", "source")]
        return pd.DataFrame([{c: getattr(a, c) for c in columns} for a in self._assets.values()], columns=columns)

    def extended(self, other: Catalogue) -> Catalogue:
        """Return a catalogue with the other's assets added; where both have a symbol, the other's stands."""
        merged = {**self._assets, **other._assets}
        return Catalogue(merged.values(), {**self.groups, **other.groups})


def read_catalogue(path: str | os.PathLike[str]) -> Catalogue:
    """Read a TOML catalogue.

    Parameters
    ----------
    path : path-like
        A file of ``[[asset]]`` tables with `Asset`'s fields. Optional tables: ``[class."currency"]``
        gives defaults to a class, ``[source.ecb]`` says how a source strikes its prices (applied by
        `Asset.at`), ``[group.oil]`` lists ``words`` and ``members``; an asset's own ``[asset.listings.x]``
        overrides both.

    Raises
    ------
    AssetError
        If the file is missing or no TOML, or a table has an unknown field or an impossible value.
    """
    file = as_path(path, "path", AssetError)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AssetError(f"cannot read {file}: {error.strerror or error}", file=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssetError(f"{file} is no TOML file: {error}", file=str(file)) from error
    except ValueError as error:  # a NUL or half a surrogate in the name
        raise AssetError(f"{str(file)!r} is no name of a file: {error}") from error
    _only(table, {"asset", "class", "source", "group"}, file.name)
    if not all(isinstance(table.get(k, {}), dict) for k in ("class", "source", "group")) or not all(
        isinstance(row, dict) for row in _rows(table, file.name)
    ):
        raise AssetError(f"{file.name}: expected [[asset]], [class.x], [source.x] and [group.x] tables")
    classes, sources = table.get("class", {}), table.get("source", {})
    for section, defaults in (("class", classes), ("source", sources)):
        for name, values in defaults.items():
            _only(values, _OVERRIDES | {"for"}, f"{file.name} [{section}.{name}]")
    assets = []
    for i, row in enumerate(_rows(table, file.name), start=1):
        where = f"{file.name}, asset {row.get('symbol', f'number {i}')!r}"
        _only(row, _FIELDS - {"source"}, where)
        assets.append(_asset(row, classes, sources, where))
    groups = {}
    for name, values in table.get("group", {}).items():
        _only(values, {"words", "members"}, f"{file.name} [group.{name}]")
        groups[name] = (tuple(values.get("words", ())), tuple(values.get("members", ())))
    return Catalogue(assets, groups)


def _rows(table: dict[str, Any], name: str) -> list[Any]:
    rows = table.get("asset", [])
    if not isinstance(rows, list):
        raise AssetError(f"{name}: asset is not a list of [[asset]] tables")
    return rows


def _asset(row: dict[str, Any], classes: dict[str, Any], sources: dict[str, Any], where: str) -> Asset:
    fields = {**classes.get(row.get("asset_class", "other"), {}), **row}
    own = fields.pop("listings", {})
    tickers = fields.get("sources", {})
    listings: dict[str, dict[str, Any]] = {}
    for source in dict.fromkeys((*tickers, *own)):
        defaults = dict(sources.get(source, {}))
        wanted = defaults.pop("for", None)
        if wanted is not None and fields.get("asset_class") not in wanted:
            defaults = {}
        _only(own.get(source, {}), _OVERRIDES, f"{where}, listing {source!r}")
        listings[source] = {**defaults, **own.get(source, {})}
    if "symbol" not in fields:
        raise AssetError(f"{where} has no symbol", hint='every [[asset]] needs symbol = "..."')
    for name in ("aliases", "ambiguous", "holidays"):
        if name in fields and not isinstance(fields[name], list):
            raise AssetError(f"{where}: {name} is not a list of names")
    fields |= {k: tuple(fields[k]) for k in ("aliases", "ambiguous", "holidays") if k in fields}
    asset = Asset(**fields, listings=listings)
    for source in listings:
        asset.at(source)  # a listing that cannot be is an error now, not when it is first used
    return asset


def _only(table: object, known: set[str], where: str) -> None:
    if not isinstance(table, dict):
        raise AssetError(f"{where} is not a table")
    for name in table:
        if name not in known:
            raise AssetError(f"{where}: unknown field {name!r}", hint=nearest(name, sorted(known)))


@lru_cache(maxsize=1)
def built_in() -> Catalogue:
    """Read the catalogue that comes with the library, once."""
    return read_catalogue(Path(__file__).with_name("catalogue.toml"))
