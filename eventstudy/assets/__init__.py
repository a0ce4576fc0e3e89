"""The catalogue of assets people study: one table that serves the text side and the price side."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from eventstudy._arguments import as_list, check_texts
from eventstudy.assets.asset import CLASSES, INSTRUMENTS, Asset
from eventstudy.assets.catalogue import Alias, Catalogue, built_in, read_catalogue
from eventstudy.errors import AssetError

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
    "using",
]

# Of this thread (or task) alone: what one caller adds, no other sees.
_in_use: ContextVar[Catalogue | None] = ContextVar("catalogue", default=None)


def catalogue() -> Catalogue:
    """Give the catalogue in use: the built-in one, or the one of the `using` block that the caller is in.

    Examples
    --------
    >>> catalogue()["BRENT"].unit
    'USD per barrel'
    """
    held = _in_use.get()
    return built_in() if held is None else held


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
    check_texts(text=text)
    return catalogue().find(text)


def names() -> tuple[Alias, ...]:
    """List every name that text may use for an asset or a class of assets, with what it may mean."""
    return catalogue().names()


def extend(more: str | os.PathLike[str] | Asset | Iterable[Asset]) -> Catalogue:
    """Make a catalogue of the one in use and more assets; a symbol it has is replaced. `using` puts it in use.

    Parameters
    ----------
    more : path-like, Asset or iterable of Asset
        A TOML file in the form of the built-in table (see `read_catalogue`), or assets.

    Raises
    ------
    AssetError
        If the file or an asset cannot be.

    Examples
    --------
    >>> mine = extend(Asset(symbol="ACME", name="Acme Corp", calendar="XNYS", tz="America/New_York"))
    >>> mine.find("acme corp")[0].calendar, "ACME" in catalogue()
    ('XNYS', False)
    """
    if isinstance(more, Asset):
        added = Catalogue([more])
    elif isinstance(more, (str, os.PathLike)):
        added = read_catalogue(more)
    else:
        added = Catalogue(as_list(more, Asset, "more", AssetError))
    return catalogue().extended(added)


@contextmanager
def using(more: Catalogue | str | os.PathLike[str] | Asset | Iterable[Asset]) -> Iterator[Catalogue]:
    """Use a catalogue, or the one in use with more assets, inside a ``with`` block: for text and prices alike.

    It holds for the thread (or task) that enters the block and ends with it; other threads go on with theirs.

    Parameters
    ----------
    more : Catalogue, or as for `extend`
        A whole catalogue, such as `extend` gives, or what to add to the one in use.

    Examples
    --------
    >>> with using(Asset(symbol="ACME", name="Acme Corp")):
    ...     [asset.symbol for asset in find("acme corp")]
    ['ACME']
    >>> "ACME" in catalogue()
    False
    """
    table = more if isinstance(more, Catalogue) else extend(more)
    token = _in_use.set(table)
    try:
        yield table
    finally:
        _in_use.reset(token)
