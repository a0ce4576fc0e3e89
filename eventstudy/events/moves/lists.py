"""Several assets of one movement: "both Brent and WTI fell", "gold, the yen and safe-haven bonds all rallied"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.antecedents import Antecedents
from eventstudy.events.moves.phrases import HEADS
from eventstudy.events.moves.tokens import past_modifiers

__all__ = ["ABSOLUTE", "Lists"]

ABSOLUTE: Final = frozenset({"like", "with", "as", "while", "after", "than", "and", "but"})


class Lists(Antecedents):
    """Finds the assets joined to one that is named, to its left and to its right."""

    def listed_with(self, j: int) -> list[int]:
        """Assets in a list that ends in something else: "gold, the yen and safe-haven bonds all rallied"."""
        toks = self.tokens
        k = j
        while k > 0 and j - k < 5 and (toks[k].noun or toks[k].modifier or toks[k].kind == "quantity"):
            k -= 1
        if k == 0 or toks[k].low != "and":
            return []
        other = self.noun_at(k - 1)
        if other is None or self.phrase_end(other) != k or not self.is_price(other):
            return []
        first = self.phrase_start(other)
        before = toks[first - 1] if first > 0 else None
        if before is not None and (
            before.verb_like or (before.flags & lex.PREPOSITION and before.low not in ("with", "like"))
        ):
            return []
        return self.coordinated(other, first)

    def coordinated(self, asset: int, start: int) -> list[int]:
        """Add the assets joined to this one on the left: "both Brent and WTI", "Brent, WTI and gold"."""
        toks = self.tokens
        out = [asset]
        j = start - 1
        listed = False
        while j > 0:
            comma = toks[j].low == ","
            if toks[j].low in ("and", "or", "nor"):
                listed = True
                j -= 2 if toks[j - 1].low == "," else 1
            elif toks[j].low == ",":
                j -= 1
            else:
                break
            other = self.noun_at(j)
            if other is None or self.phrase_end(other) != j + 1:
                break
            if comma and not listed and self.asset_class(other) == self.asset_class(asset) and self._closed_off(asset):
                break  # "the global oil benchmark, Brent, slumped": one thing named twice
            first = self.phrase_start(other)
            before = toks[first - 1] if first > 0 else None
            if first > 1 and toks[first - 2].low in HEADS and before is not None and before.flags & lex.PREPOSITION:
                if not listed:
                    break  # "despite the fall in the price of copper, the peso"
                out.append(other)  # "the price of gold and silver"
                break
            if before is not None and (
                (before.flags & lex.PREPOSITION and before.low not in ABSOLUTE) or before.flags & lex.VERB
            ):
                break
            if self.symbol(other) not in {self.symbol(o) for o in out}:
                out.append(other)
            j = first - 1
        return out[::-1]

    def _closed_off(self, asset: int) -> bool:
        """Whether a comma follows the asset's phrase, as after "the benchmark, Brent, "."""
        j = self.phrase_end(asset)
        return j < len(self.tokens) and self.tokens[j].low == ","

    def joined(self, found: list[int], k: int, stop: int) -> list[int]:
        """Add the assets joined to the one at ``k`` on the right."""
        toks = self.tokens
        j = self.phrase_end(k)
        out, listed = list(found), list(found)
        while j + 1 < stop and toks[j].low in ("and", ","):
            closed = toks[j].low == "and"
            m = past_modifiers(toks, j + 1, stop)
            if m >= stop or toks[m].kind != "asset" or not self.is_price(m):
                break
            listed.append(m)
            if closed:  # a comma alone may close a clause: "despite the rise in gold, the rupee"
                out = list(listed)
            j = self.phrase_end(m)
        return out
