"""Moves told by two levels or by a place beside the last close: "drifted to 1.10 from 1.11", "2 % above its open"."""

from __future__ import annotations

from typing import Final

from eventstudy import assets
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.carried import Carried
from eventstudy.events.moves.fields import bound_before
from eventstudy.events.moves.found import LEVELS
from eventstudy.events.moves.tokens import Token

__all__ = ["CREEPING", "Compared"]

CREEPING: Final = frozenset({"crept", "creep", "creeps", "creeping"})
_FORMERLY: Final = frozenset({"from", "versus", "against", "vs", "compared", "with"})
_BESIDE: Final = {"above": 1, "over": 1, "below": -1, "under": -1, "beneath": -1}
_HOLDING: Final = frozenset({"held", "holds", "holding", "stayed", "stays", "remained", "remains", "stuck"})
_QUOTING: Final = frozenset({"quoted", "quote", "quoting", "had", "put", "fixed", "priced", "valued", "saw", "found"})
_GOOD: Final = {"good": 1, "bad": -1}
_BEFORE: Final = frozenset(
    {"close", "finish", "settlement", "settle", "open", "opening", "fixing", "fix", "end", "where", "start"}
    | {"session", "closing", "earlier", "yesterday", "previous", "previously"}
)
_REACH: Final = 8  # tokens between two levels: "from $79.10 at Friday's close"


class Compared(Carried):
    """Rules for what stood elsewhere before."""

    def from_level(self, i: int) -> None:
        """ "Drifted to $1.1040 from $1.1062": the first level at ``i``."""
        toks = self.toks
        now = toks[i].quantity
        _, first = bound_before(toks, i)
        if first < 2 or toks[first - 1].low not in ("to", "at"):
            return
        verb = self._carrier(first - 2)
        if verb is None:
            verb = self._quoted(first - 2)
        if now is None or verb is None or now.unit in ("volume", "basis points"):
            return
        if toks[verb].low in CREEPING:
            self._come_to(i, verb, 1)  # "crept to 0.25 percent": nothing creeps down without saying so
            return
        if toks[verb].low in _HOLDING and toks[first - 1].low == "at" and first == i:
            self._come_to(i, verb, 0)
            return
        j = next((k for k in range(i + 1, min(len(toks), i + _REACH)) if toks[k].low in _FORMERLY), 0)
        if not j or any(toks[k].kind == "sign" and toks[k].low != "," for k in range(i + 1, j)):
            return
        k = j + 1
        while k < len(toks) and k - j < 4 and (toks[k].flags & lex.ADVERB or toks[k].low in _FORMERLY):
            k += 1
        then = toks[k].quantity if k < len(toks) else None
        if then is None or then.unit != now.unit or then.value == now.value:
            return
        if any(t.kind == "asset" and not self._currency(t) for t in toks[k + 1 : k + 4]):
            return  # "at $80, versus $76 for WTI"
        self._come_to(i, verb, 1 if now.value > then.value else -1)

    def _come_to(self, i: int, verb: int, sense: int) -> None:
        """Add a move to the level at ``i``, which is higher than the one before where ``sense`` is 1."""
        now = self.toks[i].quantity
        owners = self.subjects.walk(verb)
        klass = self.class_of(owners) if owners else ""
        if now is None or len(owners) != 1 or (now.unit == "percent") != (klass == "rate"):
            return
        if klass == "currency" and self.counts(owners[0], now.unit, now.per):
            sense = -sense
        self.emit(i, owners, sense, LEVELS, anchor=i - 1)

    def _currency(self, t: Token) -> bool:
        return t.asset is not None and t.asset.asset_class == "currency"

    def counts(self, owner: int, unit: str, per: str) -> bool:
        """Whether the number counts this currency: the more, the less it is worth: "108.6 yen", "83.4 per dollar"."""
        asset = self._owner(owner).asset
        symbol = asset.symbol if asset is not None else ""
        if unit:
            return unit == symbol
        return per not in ("", symbol) or (not per and _is_counted(symbol))

    def _quoted(self, j: int) -> int | None:
        """Index of the asset in "dealers quoted platinum | at $1,412", from which its subject is found."""
        owner = self.subjects.noun_at(j)
        first = self.subjects.phrase_start(owner) if owner is not None else 0
        quoted = first > 0 and self.toks[first - 1].low in _QUOTING
        return j if quoted and owner is not None and self.subjects.phrase_end(owner) == j + 1 else None

    def _carrier(self, j: int) -> int | None:
        """Index of the verb at or before ``j`` that only says where something stood."""
        while j > 0 and self.toks[j].flags & lex.ADVERB and not self.toks[j].flags & lex.LINK:
            j -= 1
        t = self.toks[j]
        return j if j > 0 and t.flags & (lex.LINK | lex.AUXILIARY) and not t.flags & lex.VERB else None

    def beside(self, i: int) -> None:
        """ "Ended 2.05 percent above Friday's finish": the amount at ``i``."""
        toks = self.toks
        if i + 2 >= len(toks) or (toks[i + 1].low not in _BESIDE and toks[i + 1].low != "to"):
            return
        sense = _BESIDE.get(toks[i + 1].low, 0)
        good = [t.low for t in toks[i + 1 : i + 4]]
        q = toks[i].quantity
        if q is None or q.per or not (sense or good[:2] == ["to", "the"]):
            return
        ahead = toks[i + 2 : i + 7]
        if not sense:
            sense = _GOOD.get(good[-1], 0)  # "21 points to the good"
        elif (
            not any(t.low in _BEFORE or (t.kind == "time" and t.possessive) for t in ahead) and ahead[0].kind != "time"
        ):
            return
        _, first = bound_before(toks, i)
        k = first - 1
        while k > 0 and toks[k].low in lex.SPANS_OF_TIME | {"the"}:
            k -= 1  # "ended the day 2 % above"
        verb = self._carrier(k)
        if verb is None and k > 1 and toks[k].low == "," and toks[k - 1].kind == "quantity":
            verb = k  # "ended at $1,598, $12 below Wednesday"
        owners = self.subjects.walk(verb) if verb is not None else []
        if owners and sense:
            self.subjects.known[i] = owners
            self.emit(i, owners, sense, "beside", anchor=i - 1)


def _is_counted(symbol: str) -> bool:
    known = assets.catalogue()
    return symbol in known and known[symbol].quote.startswith(f"{symbol} per ")
