"""Where a text names an asset or a class of assets, by the catalogue."""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from eventstudy import assets
from eventstudy.assets.catalogue import Alias, Catalogue
from eventstudy.events.moves.names import NEEDS_OIL, derived_names
from eventstudy.events.moves.shared_names import issuer, settle
from eventstudy.events.moves.words import Word, split_words
from eventstudy.news.article import Article

__all__ = ["MONTH_NAMES", "Gazetteer", "Mention", "gazetteer"]


class Mention(NamedTuple):
    """An asset named in a text.

    Attributes
    ----------
    symbol : str
        Catalogue symbol, or ``"class:oil"`` where the words name no contract.
    asset_class : str
        The catalogue's class: "currency", "energy", ...
    start, end : int
        ``text[start:end]`` is the name.
    inverse : str
        For a pair such as "USD/RUB": the code of the currency that rises when the pair rises.
    possessive : bool
        Whether it owns what follows: "the ruble's fall".
    counter : str
        For a pair such as "GBP/JPY": the currency in which ``symbol`` is counted.
    """

    symbol: str
    asset_class: str
    start: int
    end: int
    inverse: str = ""
    possessive: bool = False
    counter: str = ""


class _Name(NamedTuple):
    words: tuple[str, ...]
    symbols: tuple[str, ...]
    group: str
    exact: str
    ordinary: bool
    inverse: str
    counter: str
    owned: bool


# Words of their own that also are money: they count only after a determiner, a possessive or a nationality.
_ORDINARY: Final = frozenset({"won", "real", "sol", "crown", "dong", "lev", "leu", "kiwi", "aussie", "rand"})
_COMMON: Final = frozenset(
    {
        "index",
        "average",
        "composite",
        "futures",
        "prices",
        "price",
        "market",
        "markets",
        "yield",
        "etf",
        "fund",
        "trust",
    }
    | {"in", "of", "the", "and", "new", "york", "bond", "stock", "share", "top", "all", "us", "u", "s", "uk"}
)
_AMERICAN: Final = frozenset({"u.s.", "us", "american", "nymex", "york-traded"})
_AMERICAN_CONTRACTS: Final = {"oil": "WTI", "gas": "NATGAS"}
_COMMODITIES: Final = frozenset({"energy", "metal", "agriculture"})
_BETWEEN_NAMES: Final = frozenset({"(", ")", "“", "”", "<", ">", "crude", "oil", "-"})
MONTH_NAMES: Final = frozenset(name.lower() for name in calendar.month_name if name)
_PASSED: Final = MONTH_NAMES | {"light", "sweet", "benchmark", "traded", "front-month", "-"}
_PLAIN_BEFORE: Final = frozenset(
    {"the", "a", "its", "benchmark", "while", "and", "as", "on", "but", "treasury", "with", "even", "still", "now"}
)
_UNITS: Final = frozenset({"%", "percent", "per", "pct", "pc", "pts", "-", "higher", "lower"})
_DEBTORS: Final = frozenset({"government", "sovereign", "state", "federal"})
_PAIR: Final = re.compile(r"(?P<base>[A-Z]{3})/?(?P<quote>[A-Z]{3})")


class Gazetteer:
    """The catalogue's names, laid out for scanning a text word by word."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.by_first: dict[str, dict[str, list[_Name]]] = {}  # by the first word, then by the second ("" where none)
        self.anchors: set[str] = set()
        self._needs: dict[str, list[frozenset[str]]] = {}  # by a word of a name, the words that it needs beside it
        self._codes = {symbol.lower() for symbol in catalogue}
        for alias in self._aliases():
            words = tuple(w.low for w in split_words(alias.text))
            if words:
                self._add(alias, words)
                if "us" in words and "US" in alias.text:
                    self._add(alias, tuple("u.s." if w == "us" else w for w in words))
                if any("-" in w for w in words):
                    self._add(alias, tuple(part for w in words for part in w.split("-")))  # "emerging market stocks"
                group = self.catalogue[alias.symbols[0]].asset_class
                if "/" in alias.text and group == "equity index":
                    self._add(alias, tuple(w.replace("/", "-") for w in words))  # "S&P-ASX 200"
                    self._add(alias, tuple(part for w in words for part in w.split("/")))
                numbered = group == "equity index" and words[-1].isdigit()  # "Ibex-35"
                if len(words) > 1 and (group in _COMMODITIES or (numbered and len(words) == 2)):
                    self._add(alias, (f"{words[0]}-{words[1]}", *words[2:]))  # "natural-gas prices"
        for seconds in self.by_first.values():
            for names in seconds.values():
                names.sort(key=lambda n: -len(n.words))
        for word, needs in self._needs.items():
            fewest: list[frozenset[str]] = []
            for beside in sorted(set(needs), key=len):
                if not any(few <= beside for few in fewest):
                    fewest.append(beside)
            self._needs[word] = fewest

    def _add(self, alias: Alias, words: tuple[str, ...]) -> None:
        inverse = counter = ""
        pair = _PAIR.fullmatch(alias.text)
        if pair and alias.symbols:
            inverse = pair["base"] if pair["quote"] == alias.symbols[0] else ""
            counter = pair["quote"] if pair["base"] == alias.symbols[0] else ""
        exact = alias.text if self._code(alias.text, alias.symbols) else ""
        ordinary = len(words) == 1 and (words[0] in _ORDINARY or words[0].endswith("-year"))
        seconds = self.by_first.setdefault(words[0], {})
        name = _Name(words, alias.symbols, alias.group, exact, ordinary, inverse, counter, "'s" in alias.text)
        seconds.setdefault(words[1] if len(words) > 1 else "", []).append(name)
        anchor, letters = _anchor(words)
        self._needs.setdefault(anchor, []).append(letters - {anchor})
        if words not in NEEDS_OIL and not words[-1].endswith("-year"):
            self.anchors.add(anchor)

    def may_name(self, letters: set[str]) -> bool:
        """Whether all the words of a name are among those of a sentence, taken without digits and signs."""
        return any(needs <= letters for word in self._needs.keys() & letters for needs in self._needs[word])

    def _aliases(self) -> Iterator[Alias]:
        """The catalogue's names, and those that follow from them."""
        known = set()
        for alias in self.catalogue.names():
            if len(alias.text) > 2 or alias.text not in self.catalogue:
                known.add(alias.text.casefold())
                yield alias
        for alias in derived_names(self.catalogue):
            if alias.text.casefold() not in known:
                known.add(alias.text.casefold())
                yield alias

    def _code(self, text: str, symbols: tuple[str, ...]) -> bool:
        """Whether a name counts only in capitals: TRY and PEN are words, Brent is Brent in any case."""
        if not (text.isupper() and text.isalpha() and len(text) <= 4):
            return False
        asset = self.catalogue[symbols[0]]
        return all(text == t or text != t.upper() for t in (asset.name, *asset.aliases, *asset.ambiguous))

    def scan(self, article: Article, words: list[Word], *, oil: bool = False) -> list[tuple[int, int, Mention]]:
        """Find the names among the words of a sentence.

        Parameters
        ----------
        article : Article
            The whole article.
        words : list of Word
            The sentence.
        oil : bool
            Whether oil was the subject before this sentence, so that "New York futures" are oil's.

        Returns
        -------
        list of (int, int, Mention)
            First word, one past the last word, and the mention; in order, never overlapping.
        """
        out: list[tuple[int, int, Mention]] = []
        i, n = 0, len(words)
        pending: list[int] = []
        while i < n:
            seconds = self.by_first.get(words[i].low)
            found = self._longest(article.text, words, i, seconds) if seconds else None
            if found is None:
                i += 1
                continue
            j = i + len(found.words)
            if out and self._repeats(found, words, out[-1], i):
                first, stop, mention = out[-1]
                if stop == i and found.symbols[0] == mention.symbol:
                    tail = words[j - 1]
                    pending = [k for k in pending if k != len(out) - 1]
                    out[-1] = (first, j, mention._replace(end=tail.end, possessive=tail.possessive))
                i = j  # "U.S. crude | oil", "West Texas Intermediate (| WTI) | crude": one name, not two
                continue
            if found.words in NEEDS_OIL:
                pending.append(len(out))
            named = self._mention(found, article, words, i, j)
            if named is not None:
                out.append((i, j, named))
            i = j
        if pending and not oil:
            energy = any(
                m.asset_class == "energy" or m.symbol == "class:oil"
                for k, (_, _, m) in enumerate(out)
                if k not in pending
            )
            if not energy:
                out = [item for k, item in enumerate(out) if k not in pending]
        return out

    def alone(self, word: str) -> Mention | None:
        """Give the asset that a word names by itself in every article; None where it names none, or one of several."""
        words = split_words(f"{word} .")
        name = self._longest(word, words, 0, self.by_first.get(words[0].low, {}))
        if name is None or len(name.words) != 1 or name.inverse or name.counter:
            return None
        if name.group:
            return Mention(f"class:{name.group}", self.catalogue[name.symbols[0]].asset_class, 0, len(word))
        symbol = name.symbols[0]
        return Mention(symbol, self.catalogue[symbol].asset_class, 0, len(word)) if len(name.symbols) == 1 else None

    def _repeats(self, name: _Name, words: list[Word], last: tuple[int, int, Mention], i: int) -> bool:
        """Whether a name only says again what stands right before it."""
        between = words[last[1] : i]
        if last[2].possessive or len(between) > 4:
            return False
        if any(w.low not in _BETWEEN_NAMES and w.low not in self._codes for w in between):
            return False
        if not name.group and (not between or any(w.low == "(" for w in between)):
            return name.symbols[0] == last[2].symbol
        same = name.group == "oil" and last[2].asset_class == "energy" and not last[2].symbol.startswith("class:")
        return same and not any(w.low == "-" for w in between)

    def _longest(self, text: str, words: list[Word], i: int, seconds: dict[str, list[_Name]]) -> _Name | None:
        second = words[i + 1].low if i + 1 < len(words) else ""
        names: tuple[_Name, ...] = (*seconds.get(second, ()), *seconds.get("", ()))
        for name in names:
            size = len(name.words)
            if i + size > len(words) or any(words[i + k].low != name.words[k] for k in range(2, size)):
                continue
            if not name.owned and any(words[i + k].possessive for k in range(size - 1)):
                continue
            if name.exact and not self._as_written(text[words[i].start : words[i].end], name):
                continue
            if name.words[0].endswith("-year") and _foreign(text, words, i):
                continue
            if not name.words[-1].isdigit() and self._another(name, words, i + size):
                continue  # "the FTSE 250", "the Shanghai Futures Exchange"
            told = name.words[0].endswith("-year") and second in ("up", "down", "flat")  # "with the two-year down"
            if name.ordinary and (second[:1].isdigit() or not (told or _marked(text, words, i))):
                continue  # "the index won 0.4 %"
            return name
        return None

    def _another(self, name: _Name, words: list[Word], j: int) -> bool:
        """Whether what follows an index's name at word ``j`` makes it another one, or a futures exchange."""
        if j >= len(words) or self.catalogue[name.symbols[0]].asset_class != "equity index":
            return False
        number, unit = words[j].low, words[j + 1].low if j + 1 < len(words) else ""
        if number.isdigit() and 2 <= len(number) <= 4:
            return unit not in _UNITS and not unit.startswith("point")
        return unit == "exchange" and number in ("futures", "metal", "mercantile")

    def _as_written(self, written: str, name: _Name) -> bool:
        """Whether a code stands in capitals; an index may be written as a name: Dax."""
        if written == name.exact:
            return True
        return written == name.exact.title() and self.catalogue[name.symbols[0]].asset_class == "equity index"

    def _mention(self, name: _Name, article: Article, words: list[Word], i: int, j: int) -> Mention | None:
        symbol = name.symbols[0]
        if len(name.symbols) > 1 and not name.group:
            symbol = settle(self.catalogue, name.symbols, words[i].low, article, words[0].start, words[i].start)
            if not symbol:
                return None
        asset = self.catalogue[symbol]
        kind = asset.asset_class
        if kind == "rate" and symbol.startswith("US") and name.words[0].endswith(("-year", "benchmark")):
            symbol = issuer([w.low for w in words[:i]]) + symbol[2:]
            if symbol not in self.catalogue:
                return None
        contract = _AMERICAN_CONTRACTS.get(name.group, "")
        if contract in self.catalogue and _american(words, i):
            symbol = contract  # "U.S. July crude"
        elif name.group:
            symbol = f"class:{name.group}"
        start, tail = words[i].start, words[j - 1]
        return Mention(symbol, kind, start, tail.end, name.inverse, tail.possessive, name.counter)


def _anchor(words: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """Word that every text with this name holds, and few others: the last that is not every market's; and all."""
    letters: list[str] = [part for word in words for part in re.findall(r"[a-z]+", word)]
    telling = [part for part in letters if part not in _COMMON]
    return (telling or letters or [words[0]])[-1], frozenset(letters)


def _american(words: list[Word], i: int) -> bool:
    """Whether "U.S." or the like stands before word ``i``, perhaps with a month or "light" between."""
    k = i - 1
    while k > max(0, i - 4) and words[k].low in _PASSED:
        k -= 1
    return k >= 0 and words[k].low in _AMERICAN


def _foreign(text: str, words: list[Word], i: int) -> bool:
    """Whether a bond without its issuer's name is another country's: "Spain's 10-year yield"."""
    if i > 1 and words[i - 1].low in _DEBTORS:
        i -= 1  # "Canadian government 10-year bonds"
    before = words[i - 1] if i > 0 else None
    if before is None or before.low in _PLAIN_BEFORE or before.low in _AMERICAN:
        return False
    return before.possessive or text[before.start].isupper()


def _marked(text: str, words: list[Word], i: int) -> bool:
    if i == 0:
        return False
    before = words[i - 1]
    return before.low in ("the", "a", "its") or before.possessive or text[before.start].isupper()


def gazetteer() -> Gazetteer:
    """Give the gazetteer of the catalogue in use."""
    return _gazetteer(assets.catalogue())


@functools.lru_cache(maxsize=4)
def _gazetteer(catalogue: Catalogue) -> Gazetteer:
    return Gazetteer(catalogue)
