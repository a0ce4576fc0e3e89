"""Which of several assets of one name a text means: the ruble of Russia or that of Belarus."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from eventstudy.assets.catalogue import Catalogue
from eventstudy.events.actors import Gazetteer, article_actors
from eventstudy.news.article import Article

__all__ = ["issuer", "settle"]

# Names of several currencies of which none is the likeliest.
_OF_MANY: Final = frozenset({"crown", "crowns", "krona", "krone"})
_FAR: Final = 3000
"""Characters before the name beyond which a country says nothing of it."""
_NEAR: Final = 300
"""Characters behind the name within which a country says what it is, where none stands before it."""


def settle(catalogue: Catalogue, symbols: Sequence[str], low: str, article: Article, sentence: int, place: int) -> str:
    """Choose among several assets of one name by the countries that the text speaks of before it.

    A country that alone stands before it in its sentence decides; else the one of which the text spoke most, by its
    name, nationality, capital or officials, and of two spoken of alike the one named first. Where none is named, the
    first symbol is the likeliest; a name of which none is takes the first country that follows soon.

    Parameters
    ----------
    catalogue : Catalogue
    symbols : sequence of str
        The assets, the likeliest first.
    low : str
        The name, lower case.
    article : Article
    sentence, place : int
        Where the sentence and the name begin.

    Returns
    -------
    str
        A symbol; empty where no country is named and none is likeliest ("the crown").
    """
    homes = {symbol: _home(catalogue[symbol].name) for symbol in symbols}
    far = max(place - _FAR, 0)
    placed = article_actors(article)
    begin, near, end = (bisect_left(placed.starts, at) for at in (far, max(sentence, far), place))
    named = placed.codes[begin:end]
    here = {symbol for symbol, home in homes.items() if home in named[near - begin :]}
    if len(here) == 1:
        return here.pop()
    if low in _OF_MANY:
        last = max(symbols, key=lambda symbol: _last(named, homes[symbol]))
        if _last(named, homes[last]) >= 0:
            return last
        # "The krone rose after Norway's central bank held rates": the country stands behind it.
        later = placed.codes[end : bisect_left(placed.starts, place + _NEAR)]
        ahead = [symbol for symbol in symbols if homes[symbol] in later]
        return min(ahead, key=lambda symbol: later.index(homes[symbol]), default="")
    # Of two that are spoken of alike the one named first, in the dateline or the lead, is the story's.
    return max(symbols, key=lambda symbol: (named.count(homes[symbol]), -_first(named, homes[symbol])))


def _first(named: Sequence[str], home: str) -> int:
    return named.index(home) if home in named else len(named)


def _last(named: Sequence[str], home: str) -> int:
    return max((i for i, code in enumerate(named) if code == home), default=-1)


@functools.lru_cache(maxsize=512)
def _home(name: str) -> str:
    """Give the code of the country of "Russian ruble"; empty where the name has none."""
    people = name.rpartition(" ")[0]  # a nation's money is no actor
    return next(iter(Gazetteer.default().codes(people or name)), "")


_PAPERS: Final = (
    dict.fromkeys(("gilt", "gilts"), "GB")
    | dict.fromkeys(("bund", "bunds"), "DE")
    | dict.fromkeys(("btp", "btps"), "IT")
    | dict.fromkeys(("jgb", "jgbs"), "JP")
    | dict.fromkeys(("treasury", "treasuries", "fed", "u.s.", "us", "american"), "US")
)


def issuer(before: Sequence[str]) -> str:
    """Give whose a note is that names no issuer, by the words before it: "gilts fell and 10-year yields rose"."""
    return next((_PAPERS[word] for word in reversed(before) if word in _PAPERS), "US")
