"""What "it", "prices" or "the index" stands for: an asset named before, in the sentence or in the text."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.phrases import Phrases
from eventstudy.events.moves.tokens import Token

__all__ = ["STANDING", "Antecedents"]

# Words that stand for an asset named before, and the classes of asset that each can mean.
_COMMODITIES: Final = ("energy", "metal", "agriculture")
STANDING: Final[dict[str, tuple[str, ...]]] = {
    "it": (),
    "prices": _COMMODITIES,
    "futures": _COMMODITIES,
    "contract": _COMMODITIES,
    "index": ("equity index", "currency index", "volatility"),
    "currency": ("currency",),
    "yield": ("rate",),
    "metal": ("metal",),
}


_FRONTED: Final = frozenset({"after", "despite", "following", "for", "with", "amid"})
_TOWARDS: Final = frozenset({"to", "from", "between", "over", "against", "than", "above", "below", "by", "under"})


class Antecedents(Phrases):
    """Words that stand for an asset, of one sentence.

    Parameters
    ----------
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    context : list of Token
        The asset that the text spoke of before, for "it" and bare "prices"; index -1 stands for it.
    """

    def __init__(self, text: str, tokens: list[Token], context: list[Token]) -> None:
        super().__init__(text, tokens)
        self.context = context
        self.known: dict[int, list[int]] = {}

    def stands_alone(self, j: int) -> bool:
        """Whether "prices", "August futures" or "the index" stands for an asset named before."""
        if self.tokens[j].possessive:
            return False  # "the contract's premium"
        k = j
        while k > 0 and (self.tokens[k - 1].modifier or self.tokens[k - 1].flags & lex.ADVERB):
            k -= 1
            if self.tokens[k].possessive:
                return False  # "Taiwan's main index" is another one
        before = self.tokens[k - 1] if k > 0 else None
        if self.tokens[j].low == "prices" and any(t.flags & lex.MODIFIER for t in self.tokens[k:j]):
            return False  # "U.S. prices" are others
        ahead = self.tokens[j + 1 : j + 3]
        if ahead and ahead[0].low in ("on", "of"):
            return False  # "the yield on two-year notes"
        if len(ahead) == 2 and ahead[0].low == "in" and self.text[ahead[1].start].isupper() and ahead[1].kind == "word":
            return False  # "record prices in Europe"
        if before is not None and before.low in _TOWARDS:
            return False  # "the premium to the six-month contract slipped"
        named = before is not None and (before.kind == "asset" or before.noun)
        return not named and (self.tokens[j].low in ("prices", "futures") or k < j)

    def antecedent(self, low: str) -> list[int]:
        """Asset that "it", "they" or bare "prices" stands for: the sentence's last subject, or the one before it."""
        if low not in STANDING:
            return []
        classes = STANDING[low]
        for k in sorted(self.known, reverse=True):
            owners = self.known[k]
            if owners and (not classes or self.asset_class(owners[0]) in classes):
                return owners
        first = next((k for k, t in enumerate(self.tokens) if t.kind == "asset"), -1)
        fits = first >= 0 and (not classes or self.asset_class(first) in classes)
        if fits and self.phrase_start(first) == 0 and self.is_price(first):
            return [first]  # "Oil hit a high, but traders expect prices to fall"
        if low == "it" and self.tokens[0].low in _FRONTED:
            comma = next((k for k, t in enumerate(self.tokens) if t.low == ","), 0)
            named = [k for k, t in enumerate(self.tokens[:comma]) if t.kind == "asset"]
            if len(named) == 1:
                return named  # "After a low point for sterling, it is up"
        if low == "prices" and not self.context:
            named = [k for k, t in enumerate(self.tokens) if t.asset is not None and t.asset.asset_class in classes]
            if named and len({self.symbol(k) for k in named}) == 1 and self.is_price(named[0]):
                return named[:1]  # "which pumps a third of the world's oil, ... after prices have plunged"
        return [-1] if self.context and (not classes or self.asset_class(-1) in classes) else []

    def asset_class(self, index: int) -> str:
        """Class of the asset at ``index``; empty where there is none."""
        asset = (self.context[0] if index < 0 else self.tokens[index]).asset
        return asset.asset_class if asset is not None else ""

    def symbol(self, index: int) -> str:
        """Symbol of the asset at ``index``; empty where there is none."""
        asset = self.tokens[index].asset
        return asset.symbol if asset is not None else ""
