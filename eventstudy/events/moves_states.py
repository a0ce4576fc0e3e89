"""Moves told as a state or as what was done to an asset: "ended in the red", "was lifted by", "was battered"."""

from __future__ import annotations

from eventstudy.events import moves_lexicon as lex
from eventstudy.events.moves_carried import Carried
from eventstudy.events.moves_tokens import Token
from eventstudy.events.moves_verbs import SUFFERED

__all__ = ["STATES", "States"]

_TERRITORIES = {"negative": -1, "positive": 1, "red": -1, "green": 1}
_COLOURS = {"red": -1, "green": 1, "black": 1}
STATES = frozenset({"territory", *_COLOURS})
_INTO = frozenset({"in", "into", "to"})


class States(Carried):
    """Rules for movements that no word of rising or falling tells."""

    def state(self, i: int) -> None:
        """ "Closed in negative territory", "was deep in the red"."""
        toks = self.toks
        before = toks[i - 1].low if i > 1 else ""
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
        if owners:
            self.subjects.known[first] = owners
            earlier = len(self.found)
            self.emit(first, owners, sense, "state", left=True)
            for move in self.found[earlier:]:
                move.trigger = Token("word", toks[i].low, toks[first].start, toks[i].end)
                move.rule = f"state: {toks[i].low}"

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
