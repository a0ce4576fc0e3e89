"""The catalogue of assets people study: one table that serves the text side and the price side."""

from __future__ import annotations

import os
from collections.abc import Iterable

from eventstudy.assets.asset import CLASSES, INSTRUMENTS, Asset
from eventstudy.assets.catalogue import Alias, Catalogue, built_in, read_catalogue

__all__ = [
    "CLASSES",
    "INSTRUMENTS",
    "Alias",
    "Asset",
    "Catalogue",
    "catalogue",
    "extend",
    "find",
    "get",
    "names",
    "read_catalogue",
    "reset",
]

_own: Catalogue | None = None


def catalogue() -> Catalogue:
    """Give the catalogue in use: the built-in one, with what `extend` added.

    Examples
    --------
    >>> catalogue()["BRENT"].unit
    'USD per barrel'
    """
    return built_in() if _own is None else _own


def get(symbol: str) -> Asset:
    """Return the asset with a symbol.

    Raises
    ------
    AssetError
        If the catalogue has none; the nearest symbol is named.

    Examples
    --------
    >>> get("RUB").quote
    'RUB per USD'
    """
    return catalogue()[symbol]


def find(text: str) -> tuple[Asset, ...]:
    """Find the assets that a name, an alias or a source's ticker may mean, likeliest first.

    A name that several assets share gives them all, and so does a word for a class of assets
    (``"oil"``); a text that is no asset's name gives the assets whose names hold its words.

    Examples
    --------
    >>> [asset.symbol for asset in find("rouble")]
    ['RUB', 'BYN']
    >>> [asset.symbol for asset in find("Brent crude")]
    ['BRENT']
    """
    return catalogue().find(text)


def names() -> tuple[Alias, ...]:
    """List every name that text may use for an asset or a class of assets, with what it may mean."""
    return catalogue().names()


def extend(more: str | os.PathLike[str] | Asset | Iterable[Asset]) -> Catalogue:
    """Add assets to the catalogue in use, for this process; a symbol it has is replaced.

    Parameters
    ----------
    more : path-like, Asset or iterable of Asset
        A TOML file in the form of the built-in table (see `read_catalogue`), or assets.

    Returns
    -------
    Catalogue
        The catalogue now in use. `reset` goes back to the built-in one.

    Raises
    ------
    AssetError
        If the file or an asset cannot be; the catalogue in use stands.

    Examples
    --------
    >>> _ = extend(Asset(symbol="ACME", name="Acme Corp", calendar="XNYS", tz="America/New_York"))
    >>> find("acme corp")[0].calendar
    'XNYS'
    >>> _ = reset()
    """
    global _own
    if isinstance(more, Asset):
        added = Catalogue([more])
    elif isinstance(more, (str, os.PathLike)):
        added = read_catalogue(more)
    else:
        added = Catalogue(more)
    _own = catalogue().extended(added)
    return _own


def reset() -> Catalogue:
    """Forget what `extend` added."""
    global _own
    _own = None
    return built_in()
