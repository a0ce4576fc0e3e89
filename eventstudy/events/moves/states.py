"""Moves told as a state or as what was done to an asset: "ended in the red", "was lifted by", "was battered"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.compared import Compared
from eventstudy.events.moves.found import EXTREME
from eventstudy.events.moves.tokens import Token
from eventstudy.events.moves.verbs import SUFFERED

__all__ = ["STATES", "States"]

_TERRITORIES: Final = {"negative": -1, "positive": 1, "red": -1, "green": 1}
_COLOURS: Final = {"red": -1, "green": 1, "black": 1}
_EXTREMES: Final = {
    **dict.fromkeys(
        ("high", "highs", "peak", "peaks", "highest", "strongest", "firmest", "dearest", "loftiest", "best"), 1
    ),
    **dict.fromkeys(("low", "lows", "trough", "troughs", "lowest", "weakest", "feeblest", "softest", "cheapest"), -1),
    "worst": -1,
    "record": 1,
}
_SUPERLATIVES: Final = frozenset(
    {"highest", "lowest", "strongest", "weakest", "firmest", "dearest", "loftiest", "feeblest", "softest", "cheapest"}
)
_GRADES: Final = frozenset({"best", "worst"})
_RECORDS: Final = frozenset({"record", "all-time", "lifetime", "closing"})
_PERIODS: Final = ("-day", "-week", "-month", "-year", "-decade", "-wk", "-mth", "-mo", "-yr", "-session")
_REACHING: Final = all_forms("hit reach touch strike scale notch plumb set mark register clock log post print attain")
_CLOSING: Final = all_forms("close end finish settle") | {"shut"}
_STANDING: Final = frozenset({"is", "are", "was", "were"})  # "the lira is at a record low"
STATES: Final = frozenset({"territory", "ground", *_COLOURS, *_EXTREMES})
_INTO: Final = frozenset({"in", "into", "to"})
_PER: Final = frozenset({"to", "per", "against", "the", "a", "versus"})


class States(Compared):
    """Rules for movements that no word of rising or falling tells."""

    def state(self, i: int) -> None:
        """ "Closed in negative territory", "was deep in the red"."""
        toks = self.toks
        before = toks[i - 1].low if i > 1 else ""
        if toks[i].low in _EXTREMES:
            self._extreme(i)
            return
        if toks[i].low == "ground":
            self._held(i)
            return
        if toks[i].low == "territory":
            sense = _TERRITORIES.get(before, 0)
        else:
            sense = _COLOURS[toks[i].low] if before == "the" else 0
        first = i - 2
        while sense and first > 0 and toks[first].flags & (lex.ADVERB | lex.MODIFIER | lex.DETERMINER):
            first -= 1
        if not sense or first < 1 or toks[first].low not in _INTO:
            return
        verb = next((k for k in range(first - 1, max(-1, first - 6), -1) if toks[k].verb_like), None)
        owners = self.subjects.walk(verb) if verb is not None else []
        thing = self.subjects.noun_at(first - 1)
        if thing is not None and self.subjects.phrase_end(thing) == first and self.subjects.is_price(thing):
            owners = [thing]  # "worries left the index in the red"
        if owners:
            self.subjects.known[first] = owners
            earlier = len(self.found)
            by = [t.low for t in toks[i + 1 : i + 2]] == ["by"]
            self.emit(first, owners, sense, "state", left=not by, anchor=i if by else None)
            for move in self.found[earlier:]:
                move.trigger = Token("word", toks[i].low, toks[first].start, toks[i].end)
                move.rule = f"state: {toks[i].low}"

    def _held(self, i: int) -> None:
        """ "Held its ground"."""
        if i > 2 and self.toks[i - 1].low in ("its", "their") and self.toks[i - 2].low in ("held", "holds", "hold"):
            owners = self.subjects.of(i - 2)
            if owners:
                self.emit(i - 2, owners, 0, "state")

    def _extreme(self, i: int) -> None:
        """ "Hit a two-month high", "reached its strongest level in five years", "ended at a record low"."""
        toks = self.toks
        first = i - 1
        told = toks[i].low in _SUPERLATIVES or toks[i].low == "record"
        after = self.at(i + 1)
        if toks[i].low == "record" and after is not None and (after.noun or after.low in _EXTREMES):
            return  # "a record low", "record output"
        while first > 0 and toks[first].kind == "word":
            record = toks[first].low in _RECORDS
            told = told or record or toks[first].low.endswith(_PERIODS)
            if toks[first].verb_like and not record:
                break
            if toks[first].flags & lex.DETERMINER:
                first -= 1
                break
            if toks[first].flags & (lex.PREPOSITION | lex.CONJUNCTION | lex.PRONOUN):
                break
            first -= 1
        anchor = i
        place = self._apposed(first)
        if place is not None:
            first, anchor = place - 1, place - 1  # "hit 1.54 %, its highest since June"
            told = told or toks[i].low in _GRADES
        if not told or first < 1:
            return
        if toks[first].low == "to" and self._sent(first):
            self.emit(first, [self.subjects.noun_at(first - 1) or 0], _EXTREMES[toks[i].low], EXTREME, anchor=anchor)
            return
        at = toks[first].low == "at" or (place is not None and toks[first].low == "to")
        verb = first - at
        where = place is not None and at and toks[verb].flags & (lex.LINK | lex.MOVER)
        headline = self.subjects.noun_at(verb) if at else None
        if headline is not None and self.subjects.phrase_end(headline) == first:
            lead = self.subjects.phrase_start(headline)
            if lead == 0 or toks[lead - 1].low in (";", ":", ",", "-"):
                self.subjects.known[first] = [headline]
                self.emit(first, [headline], _EXTREMES[toks[i].low], EXTREME, anchor=anchor)  # "Peso at six-week low"
            return
        standing = at and toks[i].low not in _SUPERLATIVES and toks[verb].low in _STANDING
        if toks[verb].low not in (_CLOSING if at else _REACHING) and not where and not standing:
            return
        if toks[verb].low.endswith("ing") and toks[verb - 1].low != ",":
            return  # "after hitting a high"
        owners = self.subjects.of(verb)
        if owners:
            self.emit(verb, owners, _EXTREMES[toks[i].low], EXTREME, anchor=anchor)

    def _sent(self, to: int) -> bool:
        """ "Sent gasoline futures to a nine-month low": what was moved stands between the verb and the "to"."""
        moved = self.subjects.noun_at(to - 1)
        if moved is None or self.subjects.phrase_end(moved) != to or not self.subjects.is_price(moved):
            return False
        first = self.subjects.phrase_start(moved)
        return first > 0 and bool(self.toks[first - 1].flags & lex.MOVER)

    def _apposed(self, j: int) -> int | None:
        """Index of the level that a high or low behind the comma at ``j`` describes: "at 15.40, its weakest"."""
        toks = self.toks
        if j < 2 or toks[j].low not in (",", "-", "–"):
            return None
        k = j - 1
        while k > 0 and j - k < 5 and (toks[k].kind == "asset" or toks[k].low in _PER):
            k -= 1
        return k if k > 0 and toks[k].kind == "quantity" else None

    def suffered(self, i: int) -> bool:
        """ "Were battered", "was lifted by": a participle after a form of "be" that says what became of the asset."""
        toks = self.toks
        k = i - 1
        while k > 0 and toks[k].flags & lex.ADVERB:
            k -= 1
        if k < 1 or toks[k].low not in ("was", "were", "been", "got", "being"):
            return False
        owners = self.subjects.of(i)
        if owners:
            self.emit(i, owners, SUFFERED[toks[i].low], "suffered")
        return bool(owners)
