"""Noun phrases around an asset's name: where they begin and end, and whether they speak of its price."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.mentions import MONTH_NAMES
from eventstudy.events.moves.tokens import Token
from eventstudy.events.times.zones import city_zone

__all__ = ["HEADS", "Phrases"]

HEADS: Final = frozenset(
    {"price", "prices", "cost", "value", "futures", "contract", "contracts", "yield", "yields", "barrel", "rate"}
)
_PLACES: Final = frozenset(
    {"europe", "asia", "japan", "china", "russia", "germany", "france", "britain", "america", "india", "italy", "spain"}
    | {"turkey", "brazil", "korea", "australia", "hong", "taiwan", "singapore", "canada", "mexico", "the"}
)
_REGIONS: Final = frozenset(
    {"region", "bloc", "area", "world", "country", "city", "kingdom", "euro", "eurozone", "west", "east"}
)
_NATIONS: Final = frozenset(
    {"british", "chinese", "dutch", "french", "german", "japanese", "local", "asian", "uk", "u.k."}
)
_COMMODITIES: Final = frozenset({"energy", "metal", "agriculture"})
_COMPANY_WORDS: Final = frozenset(
    {"oil", "gold", "silver", "gas", "crude", "corn", "wheat", "dollar", "stocks", "shares", "pound", "crown"}
)
_PAPER: Final = frozenset({"note", "notes", "bond", "bonds", "bill", "bills", "debt", "paper"})
_BRACKETS: Final = {"(": ")", "<": ">", "[": "]"}
_OPENING: Final = {v: k for k, v in _BRACKETS.items()}
_AMOUNTS: Final = frozenset(
    {"inventories", "stockpiles", "output", "production", "exports", "imports", "demand", "supplies", "supply"}
    | {"consumption", "reserves", "shipments", "reserve", "sales", "producers", "producer", "companies", "miners"}
)
_OTHER_INDEX: Final = frozenset({"currency", "currencies", "bond", "debt", "volatility"})
_RETAIL: Final = frozenset({"pump", "pumps", "aaa", "motorists", "motorist", "drivers", "forecourts", "retail"})


class Phrases:
    """Noun phrases of one sentence.

    Parameters
    ----------
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self._ends: dict[int, int] = {}

    def phrase_end(self, i: int) -> int:
        """Index after the asset's own head nouns: "Brent | crude futures LCOc1 (WTI) |"."""
        end = self._ends.get(i)
        if end is None:
            end = self._ends[i] = self._phrase_end(i)
        return end

    def _phrase_end(self, i: int) -> int:
        toks, j = self.tokens, i + 1
        asset = toks[i].asset
        commodity = asset is not None and asset.asset_class in _COMMODITIES
        rate = asset is not None and asset.asset_class == "rate"
        index = asset is not None and asset.asset_class == "equity index"
        if toks[i].possessive:
            # "Brent's front-month contract"
            k = j
            while k < len(toks) and toks[k].flags & lex.MODIFIER and not toks[k].flags & lex.PRICE:
                k += 1
            j = k if k < len(toks) and toks[k].flags & lex.PRICE else j
        while j < len(toks):
            t = toks[j]
            if t.flags and not rate and not t.flags & (lex.PRICE | lex.MODIFIER):
                break  # a verb or a preposition: the end of nearly all
            names = t.low in MONTH_NAMES or ((index or commodity) and t.flags & lex.MODIFIER)
            if names and self._head_ahead(j + 1):
                j += 1  # "Brent July futures", "the MOEX Russian index", "(WTI) light sweet crude"
                continue
            if (t.flags & lex.PRICE and not (commodity and t.low in ("stocks", "stock", "shares", "share"))) or (
                t.kind == "word" and not t.flags and _is_ticker(t.low)
            ):
                j += 1
            elif (rate and t.low in _PAPER) or (t.low == "=" and t.start == toks[j - 1].end):
                j += 1  # "10-year Treasury | note", a ticker such as ZAR=
            elif t.low == "." and j + 1 < len(toks) and toks[j + 1].start == t.end and t.start > toks[j - 1].end:
                j += 2  # the agency's code: "the S&P 500 .SPX opened"
            elif t.low == "#" and j + 1 < len(toks):
                j += 2  # "sugar #11"
            elif t.low in ('"', "“") and j + 3 < len(toks) and "”" in (x := [y.low for y in toks[j + 2 : j + 5]]):
                j += 3 + x.index("”")  # "the VIX “fear index”"
            elif self._quoted_code(j):
                j += 1
            elif t.kind == "sign" and t.low in _BRACKETS:
                close = self.closing(j)
                if close is None or close - j > 4:
                    break
                j = close + 1
            else:
                break
        return j

    def _head_ahead(self, j: int) -> bool:
        """Whether a head noun stands at ``j``, perhaps after one more modifier."""
        flags = [t.flags for t in self.tokens[j : j + 2]]
        return bool(flags) and bool(flags[0] & lex.PRICE or (flags[0] & lex.MODIFIER and flags[-1] & lex.PRICE))

    def _quoted_code(self, j: int) -> bool:
        """ "The Nasdaq Composite | COMP |, -2.7 %, shed": a code before its quote."""
        toks = self.tokens
        if toks[j].kind != "word" or toks[j].flags or j + 2 >= len(toks) or toks[j + 1].low != ",":
            return False
        quote = toks[j + 2].quantity
        return quote is not None and quote.sign != 0 and self.text[toks[j].start : toks[j].end].isupper()

    def closing(self, j: int) -> int | None:
        """Index of the bracket that closes the one at ``j``."""
        pair = _BRACKETS[self.tokens[j].low]
        for k in range(j + 1, min(len(self.tokens), j + 12)):
            if self.tokens[k].low == pair:
                return k
        return None

    def opening(self, j: int) -> int:
        """Index of the bracket that opens the one at ``j``; ``j`` where there is none near."""
        pair = _OPENING[self.tokens[j].low]
        for k in range(j - 1, max(-1, j - 25), -1):
            if self.tokens[k].low == pair:
                return k
        return j

    def phrase_start(self, i: int) -> int:
        """Index of the first word of the asset's noun phrase: its determiners and modifiers."""
        j = i
        while j > 0 and (self.tokens[j - 1].modifier or self._compared(j - 1)):
            j -= 1
            if self.tokens[j].flags & lex.DETERMINER:
                break
            if self.tokens[j].possessive and j > 0 and self._capital_noun(j - 1):
                j -= 1  # South Korea's, Hong Kong's
        return j

    def _compared(self, j: int) -> bool:
        return bool(self.tokens[j].flags & lex.ADJECTIVE) and self.tokens[j].low.endswith("er")  # "a weaker dollar"

    def _capital_noun(self, j: int) -> bool:
        t = self.tokens[j]
        return t.noun and not t.possessive and self.text[t.start].isupper()

    def noun_at(self, j: int) -> int | None:
        """Index of the asset whose phrase holds token ``j`` (``j`` may be one of its head nouns)."""
        for k in range(j, max(-1, j - 8), -1):
            if self.tokens[k].kind == "asset":
                return k if self.phrase_end(k) > j else None
        return None

    def is_price(self, i: int) -> bool:
        """Whether the asset at ``i`` stands for its price: no other noun follows it, no company's name holds it."""
        toks = self.tokens
        asset = toks[i].asset
        j = self.phrase_end(i)
        if asset is not None and asset.symbol.endswith("stocks") and not self._whole_market(i, j):
            return False
        if asset is not None and asset.symbol == "GASOLINE" and self._at_the_pump(i, j):
            return False
        if asset is not None and asset.asset_class == "equity index" and j > i + 1 and toks[i + 1].low in _OTHER_INDEX:
            return False  # "the MSCI Emerging Markets Currency Index"
        if toks[i].possessive and j == i + 1:
            return True
        if j < len(toks):
            t = toks[j]
            if t.low == "held" and j + 1 < len(toks) and toks[j + 1].low in ("in", "by"):
                return False  # "gold held in funds fell": how much of it
            if t.kind == "asset" and t.start - toks[j - 1].end <= 1:
                return False
            if t.noun:
                return bool(t.flags & lex.NOUN)
            if t.low in ("and", "or", "&") and any(x.low in _AMOUNTS for x in toks[j + 1 : j + 4]):
                return False  # "gasoline and distillate inventories rose"
        return not self._in_company(i)

    def _at_the_pump(self, i: int, j: int) -> bool:
        """ "Gasoline prices at the pump": what drivers pay, not what futures cost."""
        return not any("futures" in t.low for t in self.tokens[i:j]) and any(t.low in _RETAIL for t in self.tokens)

    def _whole_market(self, i: int, j: int) -> bool:
        """ "Shares fell" and "shares in Tokyo", but no "Apple shares", "its shares" or "shares in Gazprom"."""
        toks = self.tokens
        if toks[i].low in ("shares", "stocks", "equities") and i > 0:
            before = toks[i - 1]
            if before.kind == "asset" or before.possessive or before.flags & lex.DETERMINER:
                return False
            if before.noun and not before.flags & lex.MODIFIER:
                return False
            if before.low in _NATIONS:
                return False  # "Chinese stocks": a market of which the class holds nothing
            if toks[i].low == "shares" and not before.flags & lex.MODIFIER and j == i + 1:
                return False  # "Alcoa cuts its forecast, shares slide": somebody's
        if j + 1 < len(toks) and toks[j].low == "on" and toks[j + 1].kind == "word":
            name = [t for t in toks[j + 1 : j + 3] if t.kind == "word" and self.text[t.start].isupper()]
            return not name  # "stocks on the Australian market"
        if j + 1 < len(toks) and toks[j].low in ("in", "of"):
            place = toks[j + 1]
            if place.low in ("the", "a") and j + 2 < len(toks) and self.text[toks[j + 2].start].islower():
                return toks[j + 2].low in _REGIONS  # "shares in the miner rose"
            if place.kind == "time" or toks[j].low == "of":
                return place.kind == "time"
            two = self.text[place.start : toks[min(j + 2, len(toks) - 1)].end]
            known = city_zone(self.text[place.start : place.end]) or city_zone(two)
            return known is not None or place.low in _PLACES
        return True

    def _in_company(self, i: int) -> bool:
        """Barrick Gold, Imperial Oil: a capitalised common noun right after a capitalised stranger."""
        toks = self.tokens
        asset = toks[i].asset
        common = toks[i].low in _COMPANY_WORDS or (asset is not None and asset.asset_class in _COMMODITIES)
        name = self.text[toks[i].start : toks[i].end]
        if i == 0 or not common or " " in name or not name[0].isupper() or (len(name) > 1 and name.isupper()):
            return False
        before = toks[i - 1]
        return (
            before.noun
            and not before.flags & lex.MODIFIER
            and not before.possessive
            and self.text[before.start].isupper()
        )


def _is_ticker(low: str) -> bool:
    """LCOc1 and the like."""
    return "-" not in low and any(c.isdigit() for c in low) and any(c.isalpha() for c in low)
