"""Nouns of movement: "a drop of 2 % in oil", "oil's 2 % drop", "posted a gain", "after a 3 % plunge"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import fields
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.states import States
from eventstudy.events.moves.tokens import past_modifiers
from eventstudy.events.moves.verbs import NOUNS

__all__ = ["Nouns"]

_CAPPING: Final = frozenset({"cap", "caps", "capped", "capping"})
_NOUN_LEADS: Final = frozenset(
    {"for", "after", "following", "with", "despite", "to", "from", "than", "towards", "toward", "of", "on", "and"}
)
# Whose object is another's movement: "traders ignored a 2 % rise".
_OF_OTHERS: Final = frozenset(
    {"ignored", "shrugged", "outpaced", "matched", "predicted", "expected", "feared", "reported", "cheered", "welcomed"}
    | {"followed", "blamed", "noted", "preceded", "triggered", "caused", "sparked", "prompted", "exceeded", "avoided"}
)
# Before a movement that is a fact: "following a rebound in oil".
_FACTS: Final = frozenset({"after", "following", "despite", "tracking"})


class Nouns(States):
    """Rules for movements that a noun tells."""

    def noun(self, i: int) -> None:
        """Read the movement that the noun at ``i`` tells of an asset, by its size or by the verb that carries it."""
        if self._undone(i):
            return
        toks = self.toks
        if (
            i > 3
            and [t.low for t in toks[i - 2 : i]] == ["on", "the"]
            and any(t.verb_like for t in toks[max(0, i - 5) : i - 2])
        ):
            risers = self.subjects.walk(i - 3)  # "is on the rise"
            if risers:
                self.emit(i, risers, NOUNS[toks[i].low], "noun", noun=True)
            return
        owners = self.subjects.after_noun(i)
        if owners is None:
            owners = self._owner_left(i) or self._owner_ahead(i) or self._left_at(i)
            light = bool(owners) and (self._light_verb(i) or self.on_course(i))
        else:
            light = self._reported(i)
        if not owners:
            return
        klass = "equity index"
        sized = fields.amount_left(toks, i, 0, klass) or fields.amount_right(toks, i, self.stop(i), klass, noun=True)
        if sized is not None or light:
            self.emit(i, owners, NOUNS[toks[i].low], "noun", left=True, noun=True)

    def _undone(self, i: int) -> bool:
        """Whether the move is said to have been undone: "pared gains to 0.5 %"."""
        for k in range(i - 1, max(-1, i - 5), -1):
            t = self.toks[k]
            if t.flags & lex.UNDOER:
                return not (t.low in _CAPPING and self.toks[k + 1].flags & lex.DETERMINER)  # "capping a weekly gain"
            if t.kind == "sign" or t.flags & (lex.PREPOSITION | lex.CONJUNCTION):
                return False
        return False

    def _reported(self, i: int) -> bool:
        """ "Following a rebound in oil prices", "after a slide in the lira": told as a fact without a size."""
        for k in range(i - 1, max(-1, i - 5), -1):
            t = self.toks[k]
            if t.low in _FACTS:
                return bool(self.toks[i - 1].flags & lex.DETERMINER or self.toks[k + 1].flags & lex.DETERMINER)
            if not (t.flags & lex.DETERMINER or (t.kind == "word" and not t.verb_like and not t.flags & lex.CLOSED)):
                return False
        return False

    def _light_verb(self, i: int) -> bool:
        for t in reversed(self.toks[max(0, i - 5) : i]):
            if t.flags & lex.LIGHT:
                return True
            if t.flags & (lex.PREPOSITION | lex.VERB):
                return False
        return False

    def _owner_left(self, i: int) -> list[int]:
        """Owner of a noun of movement to its left: "oil's 2 % drop", "an oil price drop", "Brent posted a gain"."""
        toks, subjects = self.toks, self.subjects
        j = i - 1
        while j >= 0 and i - j < 8:
            t = toks[j]
            if t.kind == "asset":
                whole = (t.possessive or subjects.phrase_end(j) >= i) and subjects.is_price(j)
                return [j] if whole else []
            owner = subjects.noun_at(j) if t.flags & lex.PRICE else None
            if owner is not None:
                return [owner] if subjects.is_price(owner) else []
            if t.kind == "sign" and t.low != "-":
                return subjects.of(i)
            if t.kind == "time" and t.possessive and j > 0 and toks[j - 1].low in ("of", "to"):
                # "returned a part of Friday's 4.6 % climb": the subject's
                return self._owner_before()
            if t.kind == "word":
                if t.possessive:
                    return []
                if t.low == "including":
                    return self._owner_before()  # "has lost 45 % this year, including a 26 % decline in November"
                near = t.low == "near" and toks[j + 1].kind == "quantity"  # "a near 26 % decline"
                if not near and (t.verb_like or t.flags & (lex.PREPOSITION | lex.CONJUNCTION)):
                    break
            j -= 1
        if j > 0 and toks[j].low == "by" and toks[j - 1].low == "followed":
            return self._owner_before()
        carried = j + 2 < i and toks[j].flags == lex.OTHER_VERB and toks[j].low not in _OF_OTHERS
        if carried and any(toks[k].kind == "quantity" for k in range(j + 1, i)):
            subjects.known[i] = subjects.walk(j)  # "brewed up a 4 % rise"
            return subjects.known[i]
        if j >= 0 and (toks[j].flags & (lex.LIGHT | lex.LINK | lex.AUXILIARY) or toks[j].low in _NOUN_LEADS):
            subjects.known[i] = subjects.walk(j)
            return subjects.known[i]
        return []

    def _left_at(self, i: int) -> list[int]:
        """ "A decline of 48 points left the index at 3,180": the object of what the movement did."""
        toks = self.toks
        k = i + 1
        while k < len(toks) and k - i < 5 and (toks[k].kind in ("quantity", "time") or toks[k].low in ("of", "on")):
            k += 1
        if k == i + 1 or k >= len(toks) or not toks[k].flags & lex.MOVER:
            return []
        j = past_modifiers(toks, k + 1, len(toks))
        return [j] if j < len(toks) and toks[j].kind == "asset" and self.subjects.is_price(j) else []

    def _owner_before(self) -> list[int]:
        """Owner of the last movement of the sentence that has one."""
        known = self.subjects.known
        return next((known[k] for k in sorted(known, reverse=True) if known[k]), [])

    def _owner_ahead(self, i: int) -> list[int]:
        """ "After a 3 % plunge the day before, WTI recovered": the subject after the comma."""
        toks = self.toks
        if toks[0].low not in ("after", "following", "despite", "from", "with"):
            return []
        comma = next((k for k in range(i, min(len(toks), i + 10)) if toks[k].low == ","), len(toks))
        for k in range(comma + 1, min(len(toks), comma + 5)):
            if toks[k].kind == "asset":
                return [k] if self.subjects.is_price(k) and self.subjects.phrase_start(k) == comma + 1 else []
        return []
