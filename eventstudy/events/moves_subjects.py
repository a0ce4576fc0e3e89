"""What moved: from a word of movement back (or on) to the asset whose price it speaks of.

A sentence is read without a parser. What is not in a closed class and no known verb counts as a noun
of its own, so the walk ends at "output", "forecast" or "stockpiles" and finds no asset there.
"""

from __future__ import annotations

from eventstudy.events import moves_lexicon as lex
from eventstudy.events.moves_tokens import Token

__all__ = ["Subjects"]

_OPENERS = frozenset(lex.PREPOSITIONS | lex.RELATIVES)
_HARD = frozenset(";:—–")
_HEADS = frozenset(
    [
        "price",
        "prices",
        "cost",
        "value",
        "futures",
        "contracts",
        "contract",
        "yield",
        "yields",
        "barrel",
        "ounce",
        "rate",
        "quotes",
    ]
)
_ABSOLUTE = frozenset({"with", "as", "while", "after", "than", "and", "but"})
_AFTER_NOUN = frozenset({"after", "following", "from", "despite", "on", "with", "for", "by", "to", "amid", "of", "in"})


class Subjects:
    """Finds the assets that the words of movement of one sentence belong to."""

    def __init__(self, text: str, tokens: list[Token], context: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.context = context  # the asset that the sentence before spoke of, for "it" and "prices"
        self.known: dict[int, list[int]] = {}

    # ---- noun phrases -------------------------------------------------------------------------

    def phrase_end(self, i: int) -> int:
        """Index after the asset's own head nouns: "Brent | crude futures LCOc1 (LCOc1) |"."""
        toks, j = self.tokens, i + 1
        kind = toks[i].asset.asset_class if toks[i].asset else ""
        while j < len(toks):
            t = toks[j]
            if (
                t.kind == "word"
                and t.low in lex.PRICE_NOUNS
                and not (t.low in ("stocks", "stock", "shares", "share") and kind in ("energy", "metal", "agriculture"))
            ):
                j += 1
            elif (
                t.kind == "word"
                and any(c.isdigit() for c in t.low)
                and any(c.isalpha() for c in t.low)
                and "-" not in t.low
            ):
                j += 1  # a ticker such as LCOc1
            elif t.kind == "sign" and t.low in "(<[" and (close := self._close(j)) is not None and close - j <= 4:
                j = close + 1
            elif (
                t.kind == "sign"
                and t.low in ("=", ".")
                and j + 1 < len(toks)
                and toks[j + 1].start == t.end
                and toks[j - 1].end == t.start
            ):
                j += 2  # EUR=, .SPX
            else:
                break
        return j

    def _close(self, j: int) -> int | None:
        pair = {"(": ")", "<": ">", "[": "]"}[self.tokens[j].low]
        for k in range(j + 1, min(len(self.tokens), j + 12)):
            if self.tokens[k].low == pair:
                return k
        return None

    def is_price(self, i: int) -> bool:
        """Whether the asset at ``i`` stands for its price: no other noun follows it, no company's name holds it."""
        toks = self.tokens
        j = self.phrase_end(i)
        if toks[i].possessive and j == i + 1:
            return True
        if j < len(toks):
            t = toks[j]
            if t.kind == "asset" and toks[j - 1].end + 1 == t.start and t.start - toks[j - 1].end <= 1:
                return False
            if t.kind == "word" and not t.closed and not t.verb_like and t.low not in lex.MODIFIERS:
                return t.low in lex.NOUNS
            if t.kind == "word" and not t.closed and not t.verb_like and t.low in lex.MODIFIERS:
                return False
        return not self._in_company(i)

    def _in_company(self, i: int) -> bool:
        """Barrick Gold, Imperial Oil: a capitalised common noun right after a capitalised stranger."""
        toks = self.tokens
        if (
            i == 0
            or not self.text[toks[i].start].isupper()
            or " " in toks[i].low
            or toks[i].low
            not in (
                "oil",
                "gold",
                "silver",
                "gas",
                "crude",
                "corn",
                "wheat",
                "dollar",
                "stocks",
                "shares",
                "pound",
                "crown",
            )
        ):
            return False
        before = toks[i - 1]
        return (
            before.kind == "word" and self.text[before.start].isupper() and not before.closed and not before.verb_like
            and before.low not in lex.MODIFIERS and not before.possessive
        )  # fmt: skip

    def phrase_start(self, i: int) -> int:
        """Index of the first word of the asset's noun phrase: its determiners and modifiers."""
        toks, j = self.tokens, i
        while j > 0:
            t = toks[j - 1]
            if (t.possessive and t.kind in ("word", "time")) or (
                t.kind == "word" and (t.low in lex.DETERMINERS or t.low in lex.MODIFIERS or "-" in t.low)
            ):
                j -= 1
            elif (
                t.kind == "asset"
                and t.asset is not None
                and t.end + 1 >= toks[j].start
                and self.phrase_end(j - 1) == j
                and toks[j].kind == "asset"
            ):
                break
            else:
                break
        return j

    def noun_at(self, j: int) -> int | None:
        """Index of the asset whose phrase ends with token ``j`` (``j`` may be one of its head nouns)."""
        k = j
        while k >= 0 and j - k < 8:
            t = self.tokens[k]
            if t.kind == "asset":
                return k if self.phrase_end(k) > j else None
            k -= 1
        return None

    # ---- from a movement back to its subject ---------------------------------------------------

    def of(self, i: int) -> list[int]:
        """Return the assets that the movement at ``i`` is said of, by walking left; empty where none is."""
        if i not in self.known:
            self.known[i] = self._walk(i - 1)
        return self.known[i]

    def _walk(self, j: int) -> list[int]:
        toks = self.tokens
        steps = 0
        while j >= 0 and steps < 60:
            steps += 1
            t = toks[j]
            asset = self.noun_at(j)
            if asset is not None:
                found = self._phrase(asset)
                if isinstance(found, list):
                    return found
                j = found
                continue
            if t.kind in ("quantity", "time"):
                j -= 1
                if j >= 0 and toks[j].kind == "word" and toks[j].low in lex.PREPOSITIONS:
                    j -= 1
                continue
            if t.kind == "sign":
                if t.low == ",":
                    return self._across_comma(j)
                if t.low in ")]>":
                    j = self._open(j) - 1
                    continue
                if t.low in "\"“”'‘’*":
                    j -= 1
                    continue
                if t.low in "–—-" and steps == 1:
                    return self._across_comma(j)
                return []
            if t.low in lex.RELATIVES or t.low == "that":
                # "the ruble, which fell": the noun before the comma; "a day that saw ..." is none.
                j -= 1
                if j >= 0 and toks[j].low == ",":
                    j -= 1
                continue
            if t.low in lex.PRONOUNS:
                return self._antecedent(t.low)
            if t.low in lex.CONJUNCTIONS:
                j -= 1
                if j >= 0 and toks[j].low == ",":
                    j -= 1
                verb = self._verb_before(j)
                return self.of(verb) if verb is not None else self._clause_subject(j)
            if t.low in ("prices", "futures") and (j == 0 or not self._noun_before(j)):
                return self._antecedent(t.low)
            if t.low in lex.SUBORDINATORS and t.low not in lex.PREPOSITIONS:
                return []
            if t.low in lex.VERBS and steps > 1 and t.low not in lex.NOUNS:
                return self.of(j)
            if (
                t.verb_like
                or t.low in lex.ADVERBS
                or t.low in ("to", "at")
                or (t.low.endswith("ly") and len(t.low) > 4)
                or t.low in lex.ADJECTIVES
            ):
                j -= 1
                continue
            if t.low in lex.PREPOSITIONS or t.low in lex.DETERMINERS:
                j -= 1
                continue
            opener = self._opener(j)
            if opener is None:
                return []
            j = opener - 1
        return []

    def _noun_before(self, j: int) -> bool:
        t = self.tokens[j - 1]
        return t.kind == "asset" or (t.kind == "word" and not t.closed and not t.verb_like)

    def _open(self, j: int) -> int:
        pair = {")": "(", "]": "[", ">": "<"}[self.tokens[j].low]
        for k in range(j - 1, max(-1, j - 25), -1):
            if self.tokens[k].low == pair:
                return k
        return j

    def _opener(self, j: int) -> int | None:
        """Index of the preposition whose phrase holds the noun at ``j``; None where the noun stands alone."""
        for k in range(j, max(-1, j - 6), -1):
            t = self.tokens[k]
            if t.kind == "word" and t.low in lex.PREPOSITIONS:
                return k
            if (t.kind == "sign" and t.low not in "\"“”'‘’-") or (t.kind == "word" and k < j and t.verb_like):
                return None
        return None

    def _phrase(self, asset: int) -> list[int] | int:
        """Assets of the noun phrase around ``asset``, or the index to go on from where it is no subject."""
        toks = self.tokens
        if not self.is_price(asset):
            return []
        start = self.phrase_start(asset)
        if start == 0:
            return [asset]
        before = toks[start - 1]
        if before.kind == "word" and before.low in lex.PREPOSITIONS and before.low not in _ABSOLUTE:
            head = toks[start - 2] if start >= 2 else None
            if head is None:
                return []
            if head.kind == "word" and head.low in _HEADS and before.low in ("of", "for", "on", "in"):
                return self._coordinated(asset, start - 2)
            if head.kind == "asset" and before.low in ("for", "of", "in", "on"):
                return start - 2
            return start - 2
        return self._coordinated(asset, start)

    def _coordinated(self, asset: int, start: int) -> list[int]:
        """Add the assets joined to this one: "both Brent and WTI", "Brent, WTI and gold"."""
        toks = self.tokens
        out = [asset]
        j = start - 1
        while j > 0:
            if toks[j].low in ("and", "or"):
                j -= 1
                if toks[j].low == ",":
                    j -= 1
            elif toks[j].low == ",":
                j -= 1
            else:
                break
            other = self.noun_at(j)
            if other is None or self.phrase_end(other) != j + 1:
                break
            first = self.phrase_start(other)
            if (
                first > 0
                and toks[first - 1].kind == "word"
                and toks[first - 1].low in lex.PREPOSITIONS
                and toks[first - 1].low not in _ABSOLUTE
            ):
                break
            if first > 0 and toks[first - 1].kind == "word" and toks[first - 1].low in lex.VERBS:
                break
            out.append(other)
            j = first - 1
        return out[::-1]

    def _verb_before(self, j: int) -> int | None:
        """Index of the movement whose clause a coordinated verb shares: "rose 1 % and then lost 2 %"."""
        for k in range(j, -1, -1):
            t = self.tokens[k]
            if t.kind == "sign" and t.low in _HARD:
                return None
            if t.kind == "word" and t.low in lex.SUBORDINATORS and t.low not in lex.PREPOSITIONS:
                return None
            if t.kind == "word" and (t.low in lex.VERBS or t.low in lex.ADJECTIVES) and k in self.known:
                return k
            if (
                t.kind == "word"
                and t.verb_like
                and t.low not in lex.VERBS
                and t.low not in lex.LINKS
                and t.low not in lex.LIGHT
                and t.low not in lex.AUXILIARIES
            ):
                return None
        return None

    def _across_comma(self, j: int) -> list[int]:
        """Subject of a movement that a comma parts from it: skip modifiers between commas, take the clause's subject."""
        toks = self.tokens
        stop = j
        while stop > 0:
            start = stop
            while start > 0 and not (toks[start - 1].kind == "sign" and toks[start - 1].low in ",;:—–"):
                start -= 1
            found = self._segment_subject(start, stop)
            if found is not None:
                return found
            if start == 0 or (toks[start - 1].low in _HARD and toks[start - 1].low not in "—–"):
                return []
            stop = start - 1
        return []

    def _clause_subject(self, j: int) -> list[int]:
        return self._across_comma(j + 1)

    def _segment_subject(self, start: int, stop: int) -> list[int] | None:
        """Subject of the last clause between two commas; None where the stretch only modifies something."""
        toks = self.tokens
        first = start
        for k in range(start, stop):
            t = toks[k]
            if (
                t.kind == "word"
                and k > start
                and ((t.low in lex.SUBORDINATORS and t.low not in ("since", "after", "before")) or t.low in lex.SPEECH)
            ):
                first = k + 1
        if first >= stop:
            return None
        low = toks[first].low
        if toks[first].kind == "word":
            if low in lex.RELATIVES:
                return None
            if low.endswith("ing") and low not in lex.NOUNS:
                return None
            if low in lex.CONJUNCTIONS or low in lex.VERBS or low in lex.AUXILIARIES:
                verb = next((k for k in range(first, stop) if self.known.get(k)), None)
                return self.known[verb] if verb is not None else None
        k = first
        while k < stop:
            t = toks[k]
            if t.kind == "asset":
                found = self._phrase(k) if self.is_price(k) else []
                if isinstance(found, list):
                    # "Brent and WTI were ...": the phrase goes on to the right.
                    return self._joined(found, k, stop) if found else []
                k = self.phrase_end(k)
                continue
            if (
                t.kind == "word"
                and not t.closed
                and not t.verb_like
                and not t.possessive
                and t.low not in lex.MODIFIERS
            ):
                if t.low in _HEADS and k + 2 < stop and toks[k + 1].low in ("of", "for", "on"):
                    k += 2
                    continue
                opener = self._opener(k)
                if opener is not None and opener >= first:
                    k += 1
                    continue
                if k + 1 < stop and self._leads_to_asset(k, stop):
                    k += 1
                    continue
                has_verb = any(x.verb_like for x in toks[first:stop] if x.kind == "word")
                return [] if has_verb else None
            if t.kind == "word" and t.low in lex.PRONOUNS:
                return self._antecedent(t.low) or None
            k += 1
        return None

    def _leads_to_asset(self, k: int, stop: int) -> bool:
        """Whether a strange word only opens an asset's phrase: "Global benchmark Brent"."""
        t = self.tokens[k + 1]
        return k + 1 < stop and t.kind == "asset" and self.text[self.tokens[k].start].isupper()

    def _joined(self, found: list[int], k: int, stop: int) -> list[int]:
        toks = self.tokens
        j = self.phrase_end(k)
        out = list(found)
        while j + 1 < stop and toks[j].low in ("and", ","):
            m = j + 1
            while (
                m < stop and toks[m].kind == "word" and (toks[m].low in lex.DETERMINERS or toks[m].low in lex.MODIFIERS)
            ):
                m += 1
            if m < stop and toks[m].kind == "asset" and self.is_price(m):
                out.append(m)
                j = self.phrase_end(m)
            else:
                break
        return out

    def _antecedent(self, low: str) -> list[int]:
        """Asset that "it", "they" or bare "prices" stands for: the last subject of the sentence, or of the one before."""
        for k in sorted(self.known, reverse=True):
            if self.known[k]:
                return self.known[k]
        if low in ("it", "they", "prices", "futures") and self.context:
            return [-1]
        return []

    # ---- from a noun of movement on to what moved ------------------------------------------------

    def after_noun(self, i: int) -> list[int] | None:
        """Assets named after a noun of movement: "a drop of 2 % in oil prices". None where nothing is named,
        an empty list where something else is."""
        toks = self.tokens
        j = i + 1
        while j < len(toks) and j - i < 9:
            t = toks[j]
            if t.kind == "quantity" or t.kind == "time":
                j += 1
                continue
            if t.kind == "word" and (t.low in ("of", "in", "for", "by")):
                k = j + 1
                while k < len(toks) and toks[k].kind == "word" and (
                    toks[k].low in lex.DETERMINERS or toks[k].low in lex.MODIFIERS or toks[k].low in lex.PRICE_NOUNS
                    or (toks[k].low in ("of", "for") and toks[k - 1].low in _HEADS) or toks[k].possessive
                ):  # fmt: skip
                    k += 1
                if k < len(toks) and toks[k].kind == "asset":
                    if not self.is_price(k):
                        return []
                    return self._joined([k], k, len(toks))
                if k >= len(toks) or toks[k].kind in ("quantity", "time", "sign"):
                    j = max(k, j + 1)
                    continue
                word = toks[k]
                ordinary = (
                    word.closed or word.low in lex.SESSION_NOUNS or self.text[word.start].isupper() or "-" in word.low
                )
                if not ordinary and t.low != "by":
                    return []
                j = k + 1
                continue
            if t.kind == "word" and (t.closed and t.low not in lex.CONJUNCTIONS and t.low not in lex.SUBORDINATORS):
                j += 1
                continue
            break
        return None
