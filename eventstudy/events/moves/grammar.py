"""The move grammar: which words of a sentence say that an asset moved, and of which asset."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import fields
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.adjectives import Adjectives
from eventstudy.events.moves.found import TOPPING, Found, merge, without_extremes
from eventstudy.events.moves.levels import level_right
from eventstudy.events.moves.mentions import MONTH_NAMES
from eventstudy.events.moves.states import STATES
from eventstudy.events.moves.tokens import Token, past_modifiers
from eventstudy.events.moves.verbs import (
    BEFORE_SIZE,
    CAUSATIVES,
    CROSSING,
    FIXED,
    OVERTAKING,
    PHRASAL,
    PRESENT,
    SIDES,
    SIZED,
    STILL,
    VERBS,
)

__all__ = ["read_sentence"]

# Verbs that also say what somebody does to something.
_TAKES_OBJECT: Final = (
    "improv",
    "erod",
    "increas",
    "decreas",
    "eas",
    "strengthen",
    "weaken",
    "advanc",
    "add",
    "soften",
)
_UNDOING: Final = (
    (("recover", "regain"), frozenset({"ground", "loss", "losses", "decline", "declines", "fall"})),
    (("surrender", "cede", "erod", "eras"), frozenset({"gain", "gains", "advance", "advances", "rise"})),
)
"""What is undone by which verbs: "recovered its losses", "surrendered its gains"."""
_TROUGHS: Final = frozenset({"low", "lows", "lowest", "trough", "bottom"})
_USUAL: Final = frozenset(
    {"typically", "usually", "generally", "normally", "traditionally", "tend", "tends", "often", "always"}
)
_MOVING: Final = lex.VERB | lex.NOUN | lex.ADJECTIVE | lex.CAUSATIVE | lex.SUFFER

_TELLING: Final = lex.words_with(_MOVING).union(STATES, SIDES, PHRASAL, SIZED)


def read_sentence(text: str, tokens: list[Token], context: list[Token]) -> list[Found]:
    """Read the moves of one sentence.

    Parameters
    ----------
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    context : list of Token
        The asset that "it" or "prices" may stand for: the last subject before this sentence.
    """
    return _Reader(text, tokens, context).read()


class _Reader(Adjectives):
    def read(self) -> list[Found]:
        for i, t in enumerate(self.toks):
            if t.kind == "asset":
                self.gap(i)
            elif t.kind == "quantity":
                if self.found:
                    self.second_pair(i)
                self.bracketed(i)
                self.from_level(i)
                self.beside(i)
                if i and self.toks[i - 1].low in OVERTAKING:
                    self._topped(i)
            elif t.low not in _TELLING:
                continue
            elif t.low in STATES:
                self.state(i)
            elif t.low in SIDES and self._crossed(i):
                self._say(i - 1, SIDES[t.low], "crossing")
            elif not t.flags & _MOVING and t.low not in PHRASAL and t.low not in SIZED:
                continue
            elif self._phrasal(i):
                if t.low in STILL:
                    self._say(i, 0, "adjective")
                elif t.low not in FIXED:
                    self._say(i, self._way_back(i), "verb")
                elif [x.low for x in self.toks[i + 1 : i + 2]] != [","] or not self._moves(i + 2):
                    self._say(i, 0, "adjective")
            elif (t.flags & lex.ADJECTIVE or self.sized(i)) and self.adjective(i):
                continue
            elif t.flags & lex.VERB and self._is_verb(i):
                self._verb(i)
            elif t.flags & lex.NOUN:
                self.noun(i)
            elif t.flags & lex.SUFFER and self.suffered(i):
                continue
            elif t.flags & lex.CAUSATIVE:
                self._causative(i)
        return without_extremes(merge(self.found), self.text)

    # ---- parts of speech ------------------------------------------------------------------------

    def _is_verb(self, i: int) -> bool:
        """Whether a form that may also be a noun or a modifier is a verb here."""
        t, before, after = self.toks[i], self.at(i - 1), self.at(i + 1)
        if t.low.endswith("ing"):
            if before is not None and before.flags & lex.DETERMINER and after is not None and after.low in ("of", "in"):
                return False  # "a weakening of the dollar"
            # "falling oil prices", "the falling ruble": a modifier of what follows.
            led = before is not None and bool(before.flags & (lex.PREPOSITION | lex.DETERMINER))
            follows = after is not None and (
                after.kind == "asset" or after.noun or (led and after.kind == "word" and not after.flags & lex.CLOSED)
            )
            return not follows or (before is not None and bool(before.flags & lex.AUXILIARY))
        if t.low in ("firm", "firms"):
            # "oil firms" are companies unless something says how they firmed; what "held firm" stood still.
            held = before is not None and bool(before.flags & lex.LINK)
            if (
                t.low == "firms"
                and before is not None
                and before.kind == "asset"
                and self.class_of([i - 1]) == "currency"
            ):
                return True
            return (
                after is not None
                and not held
                and (
                    after.kind == "quantity"
                    or (bool(after.flags & (lex.PREPOSITION | lex.ADVERB)) and after.low != "to")
                )
            )
        if t.low.startswith(_TAKES_OBJECT) and self._object_follows(i):
            return False
        if not t.flags & lex.NOUN:
            modified = after is not None and (after.kind == "asset" or after.noun) and before is not None
            led = before is not None and bool(before.flags & (lex.DETERMINER | lex.PREPOSITION))
            return not (modified and led and before is not None and before.low not in ("both", "all", "each"))
        return before is not None and self._ambiguous_verb(i, before, after)

    def _object_follows(self, i: int) -> bool:
        """Whether the verb has an object of its own: "it increased output", "eased the sanctions"."""
        k = i + 1
        while k < len(self.toks) and self.toks[k].flags & lex.DETERMINER:
            k += 1
        sized = k + 1 < len(self.toks) and self.toks[k + 1].kind == "quantity"  # "added a respective 2.1 %"
        if k >= len(self.toks) or sized:
            return False
        what = self.toks[k]
        return what.kind == "asset" or (what.noun and what.low not in lex.SESSION_NOUNS)

    def _ambiguous_verb(self, i: int, before: Token, after: Token | None) -> bool:
        """Decide for "rise", "gains", "drop" from the words on either side."""
        t = self.toks[i]
        sized = after is not None and after.kind == "quantity"
        third = t.low.endswith("s") and t.low != "loss"
        if before.possessive:
            return False
        if before.kind == "quantity":
            return False
        if before.kind == "time" or (
            before.flags & (lex.MODIFIER | lex.MODAL) == lex.MODIFIER and before.low in MONTH_NAMES
        ):
            lead = self.at(i - 2)
            return sized or (third and lead is not None and lead.low in ("for", "on"))
        if before.flags & lex.PRICE and before.kind == "word" and self._compound(i - 1):
            return False  # "interest rate rises"
        if before.kind == "asset" or before.flags & lex.PRICE:
            # "World stocks, oil jump": the last of several.
            return third or before.low.endswith("s") or sized or self._asked(i) or len(self.subjects.of(i)) > 1
        if before.low == "to" or before.flags & (lex.MODAL | lex.PRONOUN | lex.NEGATION):
            return True
        if before.flags & (lex.DETERMINER | lex.PREPOSITION | lex.LIGHT) or "-" in before.low:
            return False
        if before.low in ("and", "but", "also", "then", "do", "does", "did"):
            return third or bool(self.found)
        if before.flags & lex.ADVERB:
            carrier = self.at(i - 2)
            return carrier is not None and (
                carrier.low == "to"
                or carrier.kind == "asset"
                or bool(carrier.flags & (lex.PRICE | lex.AUXILIARY | lex.MODAL | lex.PRONOUN))
            )
        return before.kind == "sign" and before.low in ')"”’'

    def _compound(self, j: int) -> bool:
        """Whether the head noun at ``j`` is of no asset's phrase but of another noun's: "interest rate"."""
        if j == 0 or self.subjects.noun_at(j) is not None:
            return False
        return self.toks[j - 1].noun or self.toks[j - 1].low == "of"

    def _asked(self, i: int) -> bool:
        """Whether a question or a "may" turns subject and verb around: "Will gold drop?"."""
        owner = self.subjects.noun_at(i - 1)
        first = self.subjects.phrase_start(owner) if owner is not None else 0
        return first > 0 and bool(self.toks[first - 1].flags & (lex.MODAL | lex.AUXILIARY))

    # ---- the rules ----------------------------------------------------------------------------------

    def _verb(self, i: int) -> None:
        if i > 0 and self.toks[i - 1].low == "since":
            return  # "has lost 7 % since climbing above $80": what it is counted from
        after = self.at(i + 1)
        again = i > 1 and self.toks[i - 1].low in ("both", "each", "all") and self.toks[i - 2].low == ","
        if again and self.found and (after is None or after.kind != "quantity"):
            return  # ", both rising for a third week": what was told
        if self.toks[i].low in BEFORE_SIZE and (after is None or after.kind != "quantity"):
            return
        for verbs, what in _UNDOING:
            if self.toks[i].low.startswith(verbs) and not what.isdisjoint([x.low for x in self.toks[i + 1 : i + 5]]):
                return  # how much of a move was undone, not a move
        self._say(i, VERBS[self.toks[i].low], "verb")

    def _usual(self, i: int) -> bool:
        """Whether a present tense says what is usual: "oil tends to rise when the dollar falls"."""
        return self.toks[i].low in PRESENT and any(t.low in _USUAL for t in self.toks)

    def _say(self, i: int, sense: int, rule: str) -> None:
        if self._usual(i):
            return
        owners = self.subjects.of(i) or self.subject_ahead(i)
        if owners:
            self.emit(i, owners, sense, rule)

    def _moves(self, i: int) -> bool:
        toks = self.toks  # "little changed, down 0.1 %", "little changed, inching down"
        i += i + 1 < len(toks) and bool(toks[i].flags & lex.LINK)
        return i < len(toks) and bool(toks[i].flags & lex.ADJECTIVE)

    def _phrasal(self, i: int) -> bool:
        """ "Pulled back", "backed off"."""
        return i > 0 and self.toks[i - 1].low in PHRASAL.get(self.toks[i].low, ())

    def _crossed(self, i: int) -> bool:
        """ "Broke below $1,900"."""
        toks = self.toks
        if not 0 < i < len(toks) - 1 or toks[i + 1].kind != "quantity":
            return False
        ahead = [t.low for t in toks[i + 2 : i + 8]]
        first = "first" in ahead and "time" in ahead and toks[i - 1].flags & lex.LINK
        return toks[i - 1].low in CROSSING or bool(first)  # "settles below $70 for the first time"

    def _topped(self, i: int) -> None:
        """ "Topped $90 a barrel"."""
        q = self.toks[i].quantity
        if q is None:
            return
        owners = self.subjects.of(i - 1)
        klass = self.class_of(owners or [-1])
        if q.unit != "percent" or klass == "rate":
            counted = klass == "currency" and self.counts(owners[0], q.unit, q.per)
            self._say(i - 1, -1 if counted else 1, TOPPING)

    def _way_back(self, i: int) -> int:
        """ "Pulled back" is down, unless "from a record low"."""
        ahead = [t.low for t in self.toks[i + 1 : i + 7]]
        return 1 if ahead[:1] == ["from"] and not _TROUGHS.isdisjoint(ahead) else -1

    def _causative(self, i: int) -> None:
        """ "Lifted Brent by 2 %": the object moved."""
        j = past_modifiers(self.toks, i + 1, len(self.toks))
        if j < len(self.toks) and self.toks[j].kind == "asset" and self.subjects.is_price(j):
            end = self.subjects.phrase_end(j)
            klass, stop = self.class_of([j]), self.stop(i)
            sized = fields.amount_right(self.toks, end - 1, stop, klass) is not None
            if sized or (end < stop and self.toks[end].low == "to" and level_right(self.toks, end, stop, klass)):
                self.subjects.known[i] = [j]
                self.emit(i, [j], CAUSATIVES[self.toks[i].low], "causative", anchor=end - 1)
