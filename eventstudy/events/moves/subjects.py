"""What moved: from a word of movement back (or on) to the asset whose price it speaks of.

A sentence is read without a parser. What is in no closed class and is no known verb counts as a noun of
its own, so the walk ends at "output", "forecast" or "stockpiles" and finds no asset there.
"""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.antecedents import STANDING
from eventstudy.events.moves.lists import ABSOLUTE, Lists
from eventstudy.events.moves.mentions import MONTH_NAMES
from eventstudy.events.moves.phrases import HEADS
from eventstudy.events.moves.tokens import conjunction_as, past_modifiers

__all__ = ["Subjects"]

_HARD: Final = frozenset(";:")
_QUOTES: Final = frozenset("\"“”'‘’*")
_EARLIER: Final = frozenset({"previous", "prior", "preceding"})
_LASTING: Final = ("-day", "-week", "-month", "-year", "-session")  # "snapped a three-day losing streak"
_ALL: Final = frozenset({"all", "both", "each", "also"})
_DASHES: Final = frozenset("–—-")
_BE: Final = frozenset({"is", "was", "were", "are", "been"})
_BREAKS: Final = frozenset({",", ";", ":", "—", "–", "-"})
_CLAUSE_OPENERS: Final = frozenset({"after", "before", "since", "until", "till", "than", "as"})
_CAUSING: Final = ("caus", "allow", "lead", "prompt", "forc", "enabl", "expect")
_LEVIES: Final = frozenset({"duty", "duties", "tariff", "tariffs", "levy", "levies", "tax", "taxes", "surcharge"})
_PARTICIPLES: Final = frozenset(
    {"hurt", "hit", "led", "seen", "known", "driven", "shaken", "struck", "sunk", "caught", "held"}
)


class Subjects(Lists):
    """Finds the assets that the words of movement of one sentence belong to."""

    def of(self, i: int) -> list[int]:
        """Return the assets that the movement at ``i`` is said of, by walking left; empty where none is."""
        if i not in self.known:
            self.known[i] = []
            self.known[i] = self.walk(i - 1)
        return self.known[i]

    def walk(self, j: int) -> list[int]:
        """Walk left from token ``j`` to the subject."""
        last = j
        steps = 0
        while j >= 0 and steps < 60:
            steps += 1
            asset = self.noun_at(j)
            if asset is not None:
                found = self._phrase(asset)
                if isinstance(found, list):
                    return found
                j = found
                continue
            answer = self._step(j, last)
            if isinstance(answer, list):
                return answer
            j = answer
        return []

    def _step(self, j: int, last: int) -> int | list[int]:
        """One step over token ``j`` of the walk that began at ``last``: the next index, or the answer."""
        toks = self.tokens
        adjacent = j == last
        t = toks[j]
        if t.kind in ("quantity", "time"):
            return j - 2 if j > 0 and toks[j - 1].flags & lex.PREPOSITION else j - 1
        if t.kind == "sign":
            return self._sign(j, adjacent=adjacent)
        flags = t.flags
        if flags & lex.RELATIVE or t.low == "that":
            # "the ruble, which fell": the noun before the comma.
            return self._relative(j)
        if t.low in ("former", "latter") and j > 0 and toks[j - 1].low == "the":
            return self._of_two(t.low)
        if t.low in ("itself", "themselves"):
            return j - 1
        if flags & lex.PRONOUN:
            # "OPEC said it increased ...": the speaker.
            quoted = j > 0 and (toks[j - 1].flags & lex.SPEECH or toks[j - 1].low == "that")
            return [] if quoted else self.antecedent(t.low)
        if flags & lex.CONJUNCTION:
            j -= 2 if j > 0 and toks[j - 1].low == "," else 1
            verb = self._verb_before(j)
            return self.of(verb) if verb is not None else self._across_comma(j + 1)
        if t.low in STANDING and self.stands_alone(j):
            return self.antecedent(t.low)
        if t.low == "as" and j > 1 and toks[j - 2].low == "as" and toks[j - 1].low in ("low", "high", "much"):
            sized = any(x.kind == "quantity" for x in toks[last : last + 3])
            return j - 3 if sized else []  # "slid as low as $890 before ending 3 % down", but not "before easing"
        if flags & lex.SUBORDINATOR and not flags & lex.PREPOSITION:
            return []
        if t.low in ("low", "high") and j > 0 and toks[j - 1].low == "as":
            return j - 2  # "as low as $52 after climbing"
        if t.low in MONTH_NAMES or t.low in _EARLIER or t.flags == lex.MODIFIER or t.low.endswith(_LASTING):
            return j - 1
        if t.low in lex.SPANS_OF_TIME and (not adjacent or toks[j + 1].flags & lex.ADJECTIVE):
            return j - 1
        if flags & lex.VERB and not adjacent and not flags & lex.NOUN:
            return self.of(j)
        if flags & lex.OTHER_VERB and j > 0 and toks[j - 1].flags & lex.DETERMINER and toks[j + 1].low == "of":
            return []  # "the cost of insuring debt rose": a noun here
        if flags & (lex.VERBISH | lex.ADVERB | lex.ADJECTIVE | lex.PREPOSITION | lex.DETERMINER):
            if flags & lex.NOUN and not adjacent and toks[j + 1].low == "to":
                governor = self._governor(j)
                return governor if governor is not None else j - 1
            return j - 1
        linked = adjacent or toks[j + 1].low in _ALL or toks[j + 1].flags & (lex.LINK | lex.AUXILIARY)
        listed = self.listed_with(j) if linked else []
        if listed:
            return listed
        opener = self._opener(j)
        if opener is None and not adjacent and (toks[j + 1].low in ("to", "with") or self._gerund_clause(last)):
            governor = self._governor(j)  # "recouped its losses to trade", "ended a streak with": the object of a verb
            return governor if governor is not None else []
        if opener is None or (adjacent and toks[opener].low in _CLAUSE_OPENERS):
            return []
        numbered = all(x.kind == "quantity" for x in toks[j + 1 : last + 1])  # "with the FTSE 250 up 2 %"
        if toks[opener].low == "with" and (numbered or self._gerund_after(j)):
            return []  # "with Samsung also falling 1 %"
        return opener - 1

    def _of_two(self, which: str) -> list[int]:
        """The former or the latter of the last two that were named together."""
        pair = next((self.known[k] for k in sorted(self.known, reverse=True) if len(self.known[k]) == 2), [])
        if not pair:
            named = [k for k, t in enumerate(self.tokens) if t.kind == "asset"]
            pair = self.joined(named[:1], named[0], len(self.tokens)) if named else []
        return [pair[which == "latter"]] if len(pair) == 2 else []

    def _relative(self, j: int) -> int | list[int]:
        """What "which" at ``j`` stands for: after a comma, the noun right before it."""
        comma = j > 0 and self.tokens[j - 1].low == ","
        j -= 2 if comma else 1
        if j < 0 or not comma:
            return j
        asset = self.noun_at(j)
        if asset is None:
            other = self.tokens[j].noun and self._opener(j) is not None
            return [] if other else j  # "oil weighed on the forint's neighbour, which fell"
        if self.phrase_end(asset) == j + 1 and self.is_price(asset):
            return self.coordinated(asset, self.phrase_start(asset))  # "second only to the real, which fell"
        return j

    def _gerund_clause(self, j: int) -> bool:
        """Whether a clause opens at ``j`` whose subject is its verb's: "saw a high of 472 before falling"."""
        return self.tokens[j].low in ("before", "after") and self._gerund_after(j)

    def _gerund_after(self, j: int) -> bool:
        k = j + 1
        while k + 1 < len(self.tokens) and self.tokens[k].flags & lex.ADVERB:
            k += 1
        return self.tokens[k].low.endswith("ing")

    def _sign(self, j: int, *, adjacent: bool) -> int | list[int]:
        low = self.tokens[j].low
        if low == ",":
            return self._across_comma(j)
        if low == ":":
            asset = self.noun_at(j - 1)
            first = self.phrase_start(asset) if asset is not None and self.phrase_end(asset) == j else -1
            head = self.tokens[: max(first, 0)]
            alone = first >= 0 and len(head) < 5 and all(self.text[t.start].isupper() or t.kind == "sign" for t in head)
            return [asset] if alone and asset is not None else []  # "SILVER: July finished down", "- Spanish IBEX: up"
        if low in ")]>":
            return self.opening(j) - 1
        if low in _QUOTES:
            return j - 1
        if low in _DASHES and adjacent:
            return self._across_comma(j)
        return []

    def _governor(self, j: int) -> int | None:
        for k in range(j - 1, max(-1, j - 6), -1):
            t = self.tokens[k]
            if t.low.startswith(_CAUSING):
                return None  # "should cause demand to decline"
            if t.verb_like:
                return k
            if t.kind != "word" or t.flags & lex.CONJUNCTION:
                return None
        return None

    def _opener(self, j: int) -> int | None:
        """Index of the preposition whose phrase holds the noun at ``j``; None where the noun stands alone."""
        for k in range(j, max(-1, j - 8), -1):
            t = self.tokens[k]
            if t.flags & lex.RELATIVE or t.low == "that":
                return None
            if t.flags & lex.CONJUNCTION or (t.flags & lex.SUBORDINATOR and not t.flags & lex.PREPOSITION):
                return None
            if t.flags & lex.PREPOSITION:
                return k
            if (t.kind == "sign" and t.low not in _QUOTES) or (k < j and t.verb_like):
                return None
        return None

    def _phrase(self, asset: int) -> list[int] | int:
        """Assets of the noun phrase around ``asset``, or the index to go on from where it is no subject."""
        toks = self.tokens
        start = self.phrase_start(asset)
        price = self.is_price(asset)
        if start > 1 and self._levied(start - 1):
            return []
        if start == 0:
            return [asset] if price else []
        before = toks[start - 1]
        if before.flags & lex.PREPOSITION and before.low not in ABSOLUTE:
            end = self.phrase_end(asset)
            if price and before.low == "for" and end < len(toks) and toks[end].low == "to":
                return [asset]  # "called for gold prices to fall"
            if start < 2:
                return []
            head = toks[start - 2]
            named = head.low in HEADS or head.low in ("that", "those")  # "while those on 10-year debt slipped"
            if price and head.kind == "word" and named and before.low in ("of", "for", "on", "in"):
                return self.coordinated(asset, start - 2)
            return start - 2
        return self.coordinated(asset, start) if price else []

    def _levied(self, k: int) -> bool:
        """Whether the phrase behind ``k`` only says on what a duty is: "duties on Canadian lumber"."""
        toks = self.tokens
        k -= toks[k].noun
        return k > 0 and toks[k].low in ("on", "against") and toks[k - 1].low in _LEVIES

    def _verb_before(self, j: int) -> int | None:
        """Index of the movement whose subject a coordinated verb shares: "rose 1 % and then lost 2 %"."""
        for k in range(j, -1, -1):
            t = self.tokens[k]
            if t.kind == "sign" and t.low in _HARD:
                return None
            if t.low == "with" and k > 0 and self.tokens[k - 1].low == ",":
                return None  # ", with the Dow ending its streak and falling"
            if t.flags & lex.SUBORDINATOR and not t.flags & lex.PREPOSITION:
                return None
            if t.flags & (lex.VERB | lex.ADJECTIVE) and k in self.known:
                return k
            if t.verb_like and not t.flags & (lex.VERB | lex.LINK | lex.LIGHT | lex.AUXILIARY):
                return None
        return None

    def _across_comma(self, j: int) -> list[int]:
        """Subject of a movement that a comma parts from it: the clause's, past modifiers between commas."""
        toks = self.tokens
        if self.known.get(j - 1):
            return self.known[j - 1]  # "closed lower, off 0.2 %"
        named = self.noun_at(j - 1)
        if named is not None and self.phrase_end(named) == j:
            first = self.phrase_start(named)
            if first > 0 and toks[first - 1].low in _BE and self.is_price(named):
                return [named]  # "the biggest loser was the FTSE MIB, down 3 %"
        stop = j
        while stop > 0:
            start = stop
            while start > 0 and toks[start - 1].low not in _BREAKS:
                start -= 1
            found = None if self._inserted(start) else self._segment_subject(start, stop)
            if found is not None:
                return found
            if start == 0 or toks[start - 1].low in _HARD:
                return []
            stop = start - 1
        return []

    def _inserted(self, start: int) -> bool:
        """Whether the stretch from ``start`` on only describes the subject before its comma: "gold, a refuge, "."""
        toks = self.tokens
        named = self.noun_at(start - 2) if start > 1 and toks[start - 1].low == "," else None
        if named is None or self.phrase_end(named) != start - 1 or not self.is_price(named):
            return False
        first = self.phrase_start(named)
        before = toks[first - 1] if first > 0 else None
        if before is not None and (before.flags & (lex.PREPOSITION | lex.CONJUNCTION) or before.verb_like):
            return False
        opening = toks[start]
        return opening.kind == "word" and not opening.flags & (lex.CONJUNCTION | lex.SUBORDINATOR | lex.PRONOUN)

    def _segment_subject(self, start: int, stop: int) -> list[int] | None:
        """Subject of the last clause between two commas; None where the stretch only modifies something."""
        toks = self.tokens
        first = start
        if toks[start].flags & lex.RELATIVE and start > 0:
            return None  # ", which often rises when ...,"
        for k in range(start + 1, stop):
            t = toks[k]
            clause = t.flags & lex.SUBORDINATOR and t.low not in ("since", "after", "before", "as")
            joined = t.flags & lex.CONJUNCTION and self._clause_opens(k + 1, first, stop)
            if t.flags & lex.SPEECH or clause or conjunction_as(toks, k) or joined:
                first = k + 1
        if first >= stop:
            return None
        caused = next((k for k in range(first, stop) if toks[k].flags & lex.CAUSATIVE and self.known.get(k)), None)
        if caused is not None:
            return self.known[caused]  # "propelled soybeans to $15.20, a gain of 19 cents"
        opening = toks[first]
        low = opening.low
        if opening.kind == "word" and first == start:
            if opening.flags & lex.RELATIVE or (low.endswith("ing") and not opening.flags & lex.NOUN):
                return None
            if (low.endswith("ed") and not opening.flags & lex.VERB) or low in _PARTICIPLES:
                return None
        if opening.flags & (lex.CONJUNCTION | lex.VERB | lex.AUXILIARY):
            after = past_modifiers(toks, first + 1, stop)
            if opening.flags & lex.CONJUNCTION and after < stop and toks[after].kind == "asset":
                return self._first_phrase(first + 1, stop)  # ", and lead, up 0.2 %"
            verb = next((k for k in range(first, stop) if self.known.get(k)), None)
            return self.known[verb] if verb is not None else None
        return self._first_phrase(first, stop)

    def _clause_opens(self, k: int, first: int, stop: int) -> bool:
        """Whether another clause opens behind "and": "WTI settled up 2 % and Brent ended at $76, up 0.5 %"."""
        toks = self.tokens
        m = past_modifiers(toks, k, stop)
        if m >= stop or toks[m].kind != "asset":
            return False
        end = self.phrase_end(m)
        told = end < stop and (toks[end].verb_like or bool(toks[end].flags & (lex.LINK | lex.AUXILIARY)))
        return told and any(t.verb_like or t.flags & lex.LINK for t in toks[first : k - 1])

    def _first_phrase(self, first: int, stop: int) -> list[int] | None:
        toks = self.tokens
        k = first
        while k < stop:
            t = toks[k]
            if t.kind == "asset":
                found = self._phrase(k)
                if isinstance(found, list):
                    return self.joined(found, k, stop) if found else []
                k = self.phrase_end(k)
                continue
            if t.flags & lex.PRONOUN or (t.low in STANDING and self.stands_alone(k)):
                return self.antecedent(t.low) or None
            if t.noun and not t.modifier:
                if t.low in HEADS and k + 2 < stop and toks[k + 1].low in ("of", "for", "on"):
                    k += 2
                    continue
                opener = self._opener(k)
                m = past_modifiers(toks, k + 1, stop)
                named = self.text[t.start].isupper() or m == k + 1  # "the partly convertible rupee"
                leads = m < stop and toks[m].kind == "asset" and named
                if (opener is None or opener < first) and not leads:
                    return [] if any(x.verb_like for x in toks[first:stop]) else None
            k += 1
        return None

    def after_noun(self, i: int) -> list[int] | None:
        """Assets named after a noun of movement: "a drop of 2 % in oil prices".

        None where nothing is named, an empty list where something else is.
        """
        toks = self.tokens
        j = i + 1
        while j < len(toks) and j - i < 9:
            t = toks[j]
            if t.kind in ("quantity", "time"):
                j += 1
            elif t.low in ("of", "in", "for", "by", "on"):
                k = j + 1
                while k < len(toks) and self._opens(k):
                    k += 1
                if k < len(toks) and toks[k].kind == "asset":
                    return self.joined([k], k, len(toks)) if self.is_price(k) else []
                if k >= len(toks) or toks[k].kind != "word":
                    j = max(k, j + 1)
                    continue
                word = toks[k]
                ordinary = (
                    word.flags & lex.CLOSED
                    or word.low in lex.SESSION_NOUNS
                    or self.text[word.start].isupper()
                    or "-" in word.low
                )
                if not ordinary and t.low not in ("by", "on"):
                    return []
                j = k + 1
            elif t.kind == "word" and t.flags & lex.CLOSED and not t.flags & (lex.CONJUNCTION | lex.SUBORDINATOR):
                j += 1
            else:
                break
        return None

    def _opens(self, k: int) -> bool:
        """Whether token ``k`` only opens an asset's phrase: "the price of", "benchmark"."""
        t = self.tokens[k]
        return t.modifier or bool(t.flags & lex.PRICE) or (t.low in ("of", "for") and self.tokens[k - 1].low in HEADS)
