"""Words, numbers and signs of a text, as the readers of moves see them."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

from eventstudy.events.language.lexing import Stretches

__all__ = ["Word", "split_words"]


class Word(NamedTuple):
    """A word, number or sign of a text; ``low`` is folded, without a possessive ending."""

    low: str
    start: int
    end: int
    possessive: bool = False


_WORD: Final = re.compile(
    r"(?:[A-Za-z]\.){2,8}|[^\W\d_]++[^\W_]*+(?:[&/-](?=\w)[^\W_]++)*+(?:['’](?!s\b|S\b)[^\W\d_]++)?|\d++(?:[.,:]\d++)*+(?:-[^\W\d_]++)*+|[^\w\s]"
)
_APOSTROPHES: Final = frozenset("'’")
_POSSESSIVE: Final = re.compile(r"['’][sS]\b")


_word = functools.partial(tuple.__new__, Word)  # as `Word` makes one itself, but at once


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Split a stretch of text into words, numbers and signs.

    Examples
    --------
    >>> [w.low for w in split_words("Russia's S&P 500 and USD/RUB didn't")]
    ['russia', 's&p', '500', 'and', 'usd/rub', "didn't"]
    """
    out: list[Word] = []
    place = start
    sentence = text[start:end]
    chunks = sentence.split()
    # Nearly always one space stands between two stretches, and each begins where the one before it says.
    spaced = len(sentence) != sum(map(len, chunks)) + len(chunks) - 1
    # No word holds white space, and most stretches between two spaces stand in every article.
    for chunk in chunks:
        if spaced:
            place = text.index(chunk, place)
        for low, a, b, possessive in _CUTS[chunk]:
            out.append(_word((low, place + a, place + b, possessive)))
        place += len(chunk) + 1
    return out


_SLUG: Final = re.compile(
    r"(?:FOREX|METALS|PRECIOUS|STOCKS|MARKETS|TREASURIES|BONDS|OIL|GRAINS|SOFTS|GAS|[1-9])-(?=[A-Z])(?!Year)"
)


def _cut(chunk: str) -> tuple[tuple[str, int, int, bool], ...]:
    """Split a stretch without white space into what `Word` holds; places are counted from its beginning."""
    slug = _SLUG.match(chunk) if "-" in chunk else None
    if slug is not None:
        # "FOREX-Dollar slips", "UPDATE 2-Oil falls": an agency's own heading, and the headline
        at = slug.end()
        behind = ((low, a + at, b + at, owns) for low, a, b, owns in _cut(chunk[at:]))
        return ((slug[0][:-1].lower(), 0, at - 1, False), (":", at - 1, at, False), *behind)
    out: list[tuple[str, int, int, bool]] = []
    place = 0
    for m in _WORD.finditer(chunk):
        a, b = m.span()
        if a < place:
            continue
        low = m[0].lower()
        if low in _APOSTROPHES and out and out[-1][2] == a:
            owns = _POSSESSIVE.match(chunk, a)
            if owns is not None or out[-1][0].endswith("s"):
                out[-1] = (*out[-1][:3], True)
                place = owns.end() if owns else b
                continue
        out.append((low.replace("’", "'") if "’" in low else low, a, b, False))
    return tuple(out)


_CUTS: Final = Stretches(_cut)
