"""Movements that an adjective or a particle tells: "was up 2 %", "closed lower", "clawed back 3 %"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms
from eventstudy.events.moves import fields
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.nouns import Nouns
from eventstudy.events.moves.phrases import HEADS
from eventstudy.events.moves.tokens import past_modifiers
from eventstudy.events.moves.verbs import ADJECTIVES, SIZED

__all__ = ["Adjectives"]

_SIZED_ONLY: Final = frozenset(
    {"off", "better", "worse", "adrift", "dearer", "pricier", "cheaper"} | {"richer", "poorer", "lighter"}
)
_AHEAD: Final = frozenset({"after", "before", "since", "despite", "following", "having", "been", "from", "by"})
_COMPARED: Final = frozenset({"from", "than", "over", "above", "below", "against", "on", "versus"})
_FOLLOWING: Final = all_forms("follow track chase echo mirror shadow trail")
_MORE: Final = frozenset({"another", "a", "further", "some", "by"})  # "off a further 2 %"
_COMMODITIES: Final = frozenset({"energy", "metal", "agriculture"})
_OPENINGS: Final = frozenset({";", ":", ",", "-", "–", "—", "|"})


class Adjectives(Nouns):
    """Rules for adjectives and particles."""

    def subject_ahead(self, i: int) -> list[int]:
        """Subject after the comma of a movement that opens its sentence: "After falling 2 %, Brent", "Up 2 %, gold"."""
        toks = self.toks
        if any(t.low not in _AHEAD and not t.flags & lex.ADVERB for t in toks[:i]) or i > 4:
            return []
        for k in range(i + 1, min(len(toks), i + 24)):
            if toks[k].low == "," and self._new_subject(k):
                owner = next(j for j in range(k + 1, len(toks)) if toks[j].kind == "asset")
                if self.subjects.is_price(owner):
                    self.subjects.known[i] = [owner]
                    return [owner]
        return []

    def adjective(self, i: int) -> bool:
        """Read "was up 2 %", "2 % higher", "closed lower", "sent oil lower"; not "higher oil prices" or "up to"."""
        t, after = self.toks[i], self.at(i + 1)
        before = self.at(i - 1)
        particle = t.low in ("up", "down", "off")
        if (
            particle
            and after is not None
            and after.low == "to"
            and not (before is not None and before.flags & lex.LINK)
            and not self._arrives(i)
        ):
            return False
        start = self.clause_start(i)
        following = self.at(i + 2)
        ahead = following.low if following is not None else ""
        given = self.sized(i)
        sense = given or ADJECTIVES[t.low]
        right = fields.amount_right(self.toks, i, min(self.stop(i), i + 8), "equity index")
        left = fields.amount_left(self.toks, i, start, "equity index") if right is None else None
        if sense == 0 and left is not None and before is not None and before.low == ",":
            left = None  # "the euro bought $1.1020, unchanged": a level
        if sense == 0 and (right is not None or left is not None):
            return False
        plain = right is not None and any(x.low not in _MORE for x in self.toks[i + 1 : right.bound_first])
        if t.low == "off" and plain:
            return False  # "off a four-month high of $987"
        if t.low == "off" and left is not None and after is not None and after.flags & lex.DETERMINER:
            return False  # "bounced 1.8 % off a five-month trough"
        if right is None and left is not None and after is not None and after.low == "from":
            left = None if before is not None and before.low == "," else left  # "to yield 5.31 %, up from 5.26 %"
            if left is None and self.class_of(self.subjects.of(i) or [-1]) == "rate" and not self._of_yield(i):
                return False
        reached = (
            sense > 0 and t.low == "back" and after is not None and after.low in ("to", "above", "towards", "over")
        )
        if given and right is None and (left is None or t.low != "ahead") and not reached:
            return False  # "gave back its gains"
        if right is None and left is None:
            near = self.toks[max(start, i - 4) : i]
            linked = any(x.flags & (lex.LINK | lex.AUXILIARY) for x in near)
            linked = linked or (sense == 0 and len(near) > 1 and near[-1].low == "," and near[-2].kind == "quantity")
            k = i - 1
            while k > start and self.toks[k].flags & lex.ADVERB:
                k -= 1
            ends = after is None or after.kind == "sign"
            linked = linked or (ends and k > 0 and self.toks[k].low == "," and self.toks[k - 1].kind == "quantity")
            linked = linked or (
                particle
                and after is not None
                and after.low == "at"
                and following is not None
                and following.kind == "quantity"
            )  # "with the VIX down at 13.2"
            linked = linked or (t.low in ("higher", "lower") and bool(near and near[-1].flags & lex.OTHER_VERB))
            arrives = particle and after is not None and after.low == "to" and self._arrives(i)
            linked = linked or reached  # "clawed back to $1,720"
            headline = not linked and (arrives or self._headline(i, start))
            caused = linked or headline or self._caused(i) or self._follower(i) is not None
            if t.low in _SIZED_ONLY or not caused:
                return False
            if sense == 0 and not (linked or headline):
                return False
            if after is not None and (after.kind == "asset" or after.noun):
                return False
            if particle and after is not None and after.flags & lex.DETERMINER and ahead != "most":
                return False  # "shot down a warplane"
        owners = self.subjects.of(i) or self.subject_ahead(i)
        if not owners and left is not None and after is not None and after.kind == "asset":
            owners = [i + 1] if self.subjects.is_price(i + 1) else []  # "a 2.3 percent weaker IBEX"
        sized = right or left
        if owners and not (sized is not None and self._spread(owners, sized.after)):
            self.emit(i, owners, sense, "adjective", left=left is not None)
            leader = self._follower(i)
            if leader is not None:
                self.subjects.known[i] = self.subjects.walk(leader - 1)  # whose next move is told: ", sliding 2 %"
        return bool(owners)

    def _of_yield(self, i: int) -> bool:
        """Whether the subject of the movement at ``i`` is a yield by name, not a note that is said to yield so much."""
        owner = self.subjects.of(i)[0]
        first = max(0, self.subjects.phrase_start(owner) - 2) if owner >= 0 else 0
        return any(t.low in ("yield", "yields") for t in self.toks[first : self.subjects.phrase_end(owner)])

    def _spread(self, owners: list[int], j: int) -> bool:
        """Whether what follows is another commodity: "$3 higher than WTI", "up $2 from its U.S. counterpart"."""
        toks = self.toks
        if j >= len(toks) or toks[j].low not in _COMPARED or self.class_of(owners) not in _COMMODITIES:
            return False
        k = past_modifiers(toks, j + 1, len(toks))
        if k >= len(toks):
            return False
        if toks[j].low == "than" and toks[k].low in ("lowest", "highest"):
            return True
        asset = toks[k].asset
        return toks[k].low.startswith("counterpart") or (asset is not None and asset.asset_class in _COMMODITIES)

    def sized(self, i: int) -> int:
        """Direction of "gave up 2 %", "tacked on 2 %"; 0 where the word is none of these."""
        if self.toks[i].low == "ahead" and i > 0 and self.toks[i - 1].kind == "quantity":
            return 1  # "1.3 % ahead at 2,976"
        return SIZED[self.toks[i].low].get(self.toks[i - 1].low, 0) if i > 0 and self.toks[i].low in SIZED else 0

    def _arrives(self, i: int) -> bool:
        """ "Platinum down to about $910": the asset right before, a level behind."""
        toks = self.toks
        owner = self.subjects.noun_at(i - 1)
        if owner is None or self.subjects.phrase_end(owner) != i:
            return False
        level = next((t.quantity for t in toks[i + 2 : i + 5] if t.quantity is not None), None)
        rate = self.class_of([owner]) == "rate"
        return level is not None and (level.unit != "percent" or rate)

    def _headline(self, i: int, start: int) -> bool:
        """Whether the asset's phrase opens its clause and ends at the adjective: "Oil lower on OPEC", "; stocks up"."""
        after = self.at(i + 1)
        if after is not None and not (
            after.kind in ("sign", "time")
            or after.flags & (lex.PREPOSITION | lex.SUBORDINATOR | lex.CONJUNCTION | lex.ADVERB)
        ):
            return False
        owner = self.subjects.noun_at(i - 1)
        if owner is None or self.subjects.phrase_end(owner) != i:
            return False
        first = self.subjects.phrase_start(owner)
        return first == 0 or first == start or self.toks[first - 1].low in _OPENINGS

    def _caused(self, i: int) -> bool:
        """Whether an object stands before the adjective: "sent oil prices lower"."""
        toks = self.toks
        owner = self.subjects.noun_at(i - 1)
        first = self.subjects.phrase_start(owner) if owner is not None else 0
        if first > 1 and toks[first - 1].flags & lex.PREPOSITION and toks[first - 2].low in HEADS:
            first -= 2  # "sent the yield on the 10-year note down"
            first -= bool(first > 0 and toks[first - 1].flags & lex.DETERMINER)
        while first > 1 and toks[first - 1].low in ("and", ","):
            # "sent stocks and the dollar higher"
            also = self.subjects.noun_at(first - 2)
            if also is None or self.subjects.phrase_end(also) != first - 1:
                return False
            first = self.subjects.phrase_start(also)
        return first > 0 and bool(toks[first - 1].flags & lex.MOVER)

    def _follower(self, i: int) -> int | None:
        """Index of the verb in "silver followed gold lower"."""
        owner = self.subjects.noun_at(i - 1)
        first = self.subjects.phrase_start(owner) if owner is not None else 0
        return first - 1 if first > 0 and self.toks[first - 1].low in _FOLLOWING else None
