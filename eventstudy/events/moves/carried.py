"""Moves without a word of their own: "... and WTI 2.3 %", "Brent -2.4 %", "$659.9 (-11.3 %)"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import fields
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.build import Builder
from eventstudy.events.moves.levels import counter

__all__ = ["Carried"]

_MONEY_UNITS: Final = frozenset({"percent", "points", "basis points", "USD", "EUR", "RUB", "GBP", "JPY"})
_TO: Final = frozenset({"to", "at", "above", "below", "past", "under", "over"})
_GAP_WORDS: Final = frozenset(
    {",", ":", "by", "a", "another", "(", "more", "than", "as", "much", "at", "least", "about", "nearly", "almost"}
    | {"massive", "hefty", "modest", "further", "some", "around"}
)


class Carried(Builder):
    """Rules for an amount that no word of movement governs."""

    def gap(self, i: int) -> None:
        """ "... and WTI 2.3 %": the movement before it carries on. "Brent -2.4 %": a sign stands for one."""
        toks = self.toks
        j = self.subjects.phrase_end(i)
        while j < len(toks) and toks[j].low in _GAP_WORDS:
            j += 1
        q = toks[j].quantity if j < len(toks) else None
        last = self.found[-1] if self.found else None
        if q is None and last is not None and last.level is not None and last.amount is None:
            arrives = j + 1 < len(toks) and toks[j].low in _TO and toks[j + 1].kind == "quantity"
            if arrives and self._joins(i) and self.subjects.is_price(i):
                # "WTI climbed to $75.65 and Brent to $78.50"
                self.emit(i, [i], -last.sense if last.asset.inverse else last.sense, "gap", anchor=j - 1, like=last)
            return
        if q is None or q.unit not in _MONEY_UNITS or not self.subjects.is_price(i):
            return
        if q.sign and q.unit in ("percent", "points"):
            after = self.at(j + 1)
            which = self.at(j + 2) if after is not None and after.low == "," else None
            quoted = which is not None and bool(which.flags & lex.RELATIVE)
            if quoted or (after is not None and (after.flags & lex.VERBISH or after.low == "meanwhile")):
                return  # "crude CLJ9, -0.36% shed 9 cents": a quote inserted by the page
            self.emit(i, [i], q.sign, "sign", anchor=j - 1)
            return
        if last is None or last.amount is None or last.amount.quantity is None or fields.belongs_to_noun(toks, j):
            return
        after = self.at(j + 1)
        if not self._joins(i) or (after is not None and after.flags & lex.ADJECTIVE):
            return
        if q.unit == "percent" or q.unit == last.amount.quantity.unit:
            self.emit(i, [i], -last.sense if last.asset.inverse else last.sense, "gap", anchor=j - 1, like=last)

    def _joins(self, i: int) -> bool:
        lead = self.subjects.phrase_start(i)
        before = self.toks[lead - 1].low if lead > 0 else ""
        beside = self.toks[i].possessive and before in ("to", "versus", "against")  # "2 percent to gold's 1 percent"
        return beside or before in ("and", ",", "while", "but", "with")

    def bracketed(self, i: int) -> None:
        """ "Closed at $659.9 (-11.3 %)"."""
        toks, q = self.toks, self.toks[i].quantity
        if q is None or not q.sign or q.unit != "percent" or i < 2 or i + 1 >= len(toks):
            return
        if toks[i - 1].low == "(" and toks[i + 1].low == ")" and toks[i - 2].kind == "quantity":
            self.subjects.known[i] = self.subjects.walk(i - 2)
            if self.subjects.known[i]:
                self.emit(i, self.subjects.known[i], q.sign, "sign", anchor=i - 1)

    def second_pair(self, i: int) -> None:
        """ "... gained 1.5 % against the dollar and 1.3 % against the euro"."""
        toks = self.toks
        q = toks[i].quantity
        last = self.found[-1] if self.found else None
        if last is None or q is None or q.unit != "percent" or i + 2 >= len(toks):
            return
        _, first = fields.bound_before(toks, i)
        if first == 0:
            return
        joined = toks[first - 1].low in ("and", ",", "but") or (toks[first - 1].low == "by" and first > 1)
        per = q.per or toks[i + 1].low in ("against", "versus", "vs", "to", "on")
        if not joined or not per or last.asset.asset_class != "currency" or last.amount is toks[i]:
            return
        owner = next((k for k, t in enumerate(toks) if t.asset is last.asset), None)
        if owner is not None and counter(toks, i, self.stop(i), last.asset.symbol) is not None:
            sense = -last.sense if last.asset.inverse else last.sense
            self.emit(i, [owner], sense, "gap", anchor=i - 1, like=last)
