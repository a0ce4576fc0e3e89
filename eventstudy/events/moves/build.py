"""Putting a move together once its word and its asset are known: every other field around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from eventstudy._types import Bound, Modality, Polarity
from eventstudy.events.moves import fields
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.contracts import contract_of
from eventstudy.events.moves.found import EXTREME, LEVELS, TOPPING, Found
from eventstudy.events.moves.levels import Level, counter, level_left, level_reached, level_right, reference
from eventstudy.events.moves.status import status, would
from eventstudy.events.moves.subjects import Subjects
from eventstudy.events.moves.tokens import Token, past_modifiers

__all__ = ["Builder"]

_WALLS: Final = frozenset({"while", "whereas", "although", "though", "because", "but", ";", "—", ":"})
_YIELD_WORDS: Final = frozenset({"yield", "yields", "rate", "rates"})
_PRICE_WORDS: Final = frozenset({"price", "prices", "futures"})
_COUNTED: Final = frozenset({"weekly", "monthly", "quarterly", "annual", "yearly", "straight", "consecutive"})
_ON_COURSE: Final = frozenset({"headed", "heading", "heads", "track", "course", "pace", "poised", "set", "way"})
_JOINTS: Final = frozenset({",", "and", "as", "with"})
# Tokens to either side within which a field may belong to a movement; keeps the reading linear in a sentence.
_REACH: Final = 48


class Builder:
    """State of reading one sentence.

    Parameters
    ----------
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    context : list of Token
        What the text spoke of before; index -1 stands for it.
    """

    def __init__(self, text: str, tokens: list[Token], context: list[Token]) -> None:
        self.text = text
        self.toks = tokens
        self.context = context
        self.subjects = Subjects(text, tokens, context)
        self.found: list[Found] = []
        self.used: set[int] = set()

    def at(self, i: int) -> Token | None:
        """Token ``i``, or None outside the sentence."""
        return self.toks[i] if 0 <= i < len(self.toks) else None

    def class_of(self, owners: list[int]) -> str:
        """Asset class of the first of these assets."""
        asset = self._owner(owners[0]).asset
        return asset.asset_class if asset is not None else ""

    def _owner(self, index: int) -> Token:
        return self.toks[index] if index >= 0 else self.context[0] if self.context else Token("word", "", 0, 0)

    def stop(self, i: int) -> int:
        """Index one past the stretch to the right of the movement at ``i`` that speaks of it."""
        toks = self.toks
        end = min(len(toks), i + _REACH)
        for j in range(i + 1, end):
            low = toks[j].low
            if low == "but" and j + 1 < end and toks[j + 1].flags & lex.LINK:
                continue  # "rose 0.5 % but ended below 2,000"
            if low in _WALLS or (low in _JOINTS and (low == "," or j > i + 1) and self._new_subject(j)):
                return j
        return end

    def _new_subject(self, j: int) -> bool:
        """Whether an asset with something said of it begins right after the conjunction at ``j``."""
        toks, k = self.toks, j + 1
        if k < len(toks) and toks[k].low in ("and", "while", "but", "as", "with"):
            k += 1
        k = past_modifiers(toks, k, len(toks))
        return k < len(toks) and toks[k].kind == "asset"

    def clause_start(self, i: int) -> int:
        """Index of the first token that may speak of the movement at ``i`` from the left."""
        first = max(0, i - _REACH)
        for j in range(i - 1, first - 1, -1):
            t = self.toks[j]
            if t.low == "–" or t.low in _WALLS:
                return j + 1
            if j in self.used and t.flags & (lex.VERB | lex.ADJECTIVE):
                return j + 1
        return first

    def emit(
        self,
        i: int,
        owners: list[int],
        sense: int,
        rule: str,
        *,
        left: bool = False,
        noun: bool = False,
        anchor: int | None = None,
        like: Found | None = None,
    ) -> None:
        """Add the move that the word at ``i`` says of ``owners``.

        Parameters
        ----------
        i : int
            The word of movement (or what stands for one).
        owners : list of int
            The assets, one move each.
        sense : int
            1 up, -1 down, 0 unchanged.
        rule : str
            For `ReportedMove.rule`.
        left, noun : bool
            Whether the amount may stand before the word; whether the word is a noun.
        anchor : int, optional
            Where the search to the right begins, if not at ``i``.
        like : Found, optional
            A move whose status carries over.
        """
        toks = self.toks
        self.used.add(i)
        at = i if anchor is None else anchor
        stop, klass, start = self.stop(max(i, at)), self.class_of(owners), self.clause_start(i)
        # What stood still or came to a level has no amount beside it.
        bare = sense == 0 or rule in (EXTREME, TOPPING, LEVELS)
        amount = fields.amount_left(toks, i, start, klass) if left and not bare else None
        if amount is None and not bare and (noun or not left):
            amount = fields.amount_right(toks, at, stop, klass, noun=noun)
        if amount is None and self._volume_follows(i, stop):
            return
        if like is not None:
            polarity, modality = like.polarity, like.modality
        else:
            polarity, modality = self._status(i, max(owners), start, amount, noun=noun)
        if noun and amount is None and modality == "possible" and not self.on_course(i):
            return
        level = self._level(i, at, stop, klass, amount, rule) if len(owners) == 1 else None
        if level is not None and level[1] == "exact" and toks[level[0] - 1].low == "through":
            level = level[0], "less than" if sense < 0 else "more than", level[0] - 1
        if amount is None and level is not None:
            amount = self._in_brackets(level[0] + 1)
        shares = self._respectively(owners, amount, stop) if len(owners) > 1 else None
        for k, owner in enumerate(owners):
            token = self._owner(owner)
            if token.asset is None:
                continue
            is_yield = token.asset.asset_class == "rate" and self._is_yield(owner, token, amount, level)
            turned = -sense if token.asset.inverse or is_yield else sense
            asset = contract_of(token.asset, self.text, toks)
            move = Found(asset, turned, toks[i], f"{rule}: {toks[i].low}", polarity, modality)
            move.asset_span = token.start, token.end
            if owner >= 0:
                move.asset_span = token.start, toks[max(owner, self.subjects.phrase_end(owner) - 1)].end
            self._set_amount(move, shares[k] if shares else amount)
            self._set_level(move, level)
            move.earlier = i > 0 and toks[i - 1].low == "after" and toks[i].low.endswith("ing")
            move.apposed = noun and i > 1 and bool(toks[i - 1].flags & lex.DETERMINER) and toks[i - 2].kind == "sign"
            other = counter(toks, at, stop, token.asset.symbol) if klass == "currency" else None
            move.against = toks[other].asset if other is not None else None
            move.reference = reference(toks, i, stop)
            move.region, move.opens = (toks[start].start, toks[stop - 1].end), toks[0].start
            self.found.append(move)
            if other is not None and level is None:
                self._others_against(move, other)

    def on_course(self, i: int) -> bool:
        """ "Headed for its first monthly drop": nearly there."""
        near = {t.low for t in self.toks[max(0, i - 6) : i]}
        return not (near.isdisjoint(_COUNTED) or near.isdisjoint(_ON_COURSE))

    def _in_brackets(self, j: int) -> fields.Amount | None:
        """ "Rallied from 1.0657 to 1.0810 (1.4 percent)"."""
        toks = self.toks
        q = toks[j + 1].quantity if j + 2 < len(toks) and toks[j].low == "(" and toks[j + 2].low == ")" else None
        return fields.Amount(j + 1, None, "exact", j + 1, j + 3) if q is not None and q.unit == "percent" else None

    def _others_against(self, move: Found, other: int) -> None:
        """ "... against the dollar and the euro": one move for each."""
        j = other + 1
        while j + 1 < len(self.toks) and self.toks[j].low in ("and", ","):
            k = past_modifiers(self.toks, j + 1, len(self.toks))
            asset = self.toks[k].asset if k < len(self.toks) else None
            after = self.at(k + 1)
            if asset is None or asset.asset_class != "currency" or asset.symbol == move.asset.symbol:
                return
            if after is not None and after.verb_like:
                return
            self.found.append(replace(move, against=asset))
            j = k + 1

    def _status(
        self, i: int, subject: int, start: int, amount: fields.Amount | None, *, noun: bool
    ) -> tuple[Polarity, Modality]:
        polarity, modality = status(self.toks, i, subject, start)
        if noun and modality == "happened":
            modality = would(self.toks, max(i, subject, amount.after - 1 if amount is not None else 0))
        return polarity, modality

    def _is_yield(self, owner: int, token: Token, amount: fields.Amount | None, level: Level | None) -> bool:
        """A yield that rises is an asset whose value falls: by name, or by what it is counted in."""
        first = max(0, self.subjects.phrase_start(owner) - 2) if owner >= 0 else 0  # "the yield on the ..."
        span = self.toks[first : self.subjects.phrase_end(owner)] if owner >= 0 else []
        words = {w for t in (token, *span) for w in t.low.split()}
        if not words.isdisjoint(_YIELD_WORDS) or not words.isdisjoint(_PRICE_WORDS):
            return not words.isdisjoint(_YIELD_WORDS)
        size = self.toks[amount.place].quantity if amount is not None else None
        if size is not None:
            return size.unit == "basis points"
        lead = self.toks[level[2] - 1].low if level is not None and level[2] > 0 else ""
        return level is not None and lead != "yield"  # "fell to 1.62 %", but not "rose, to yield 1.62 %"

    def _level(self, i: int, at: int, stop: int, klass: str, amount: fields.Amount | None, rule: str) -> Level | None:
        if rule in (EXTREME, TOPPING, LEVELS):
            reached = level_reached(self.toks, at + 1, klass) or level_reached(self.toks, i + 1, klass)
            if reached is not None:
                return (reached[0], "more than", reached[0]) if rule == TOPPING and reached[1] == "exact" else reached
        after = amount is not None and amount.place > i
        begin = at + 1
        if amount is not None and after:
            first = min(amount.place, amount.place if amount.other is None else amount.other)
            inside = first + 1 < amount.after and self.toks[first + 1].low in ("at", "to")
            begin = first + 1 if inside else max(begin, amount.after)  # "down 54 cents at $66.21, or 0.8 %"
        begin = i + 1 if rule == "beside" else begin  # the amount is its own word
        level = level_right(self.toks, begin, stop, klass)
        had = i > 0 and self.toks[i - 1].low == "having"
        told_after = had or rule in ("adjective", "noun", "sign", "beside") or self.toks[i].low.endswith("ing")
        if level is None and told_after and rule != "causative":
            edge = i if amount is None or after else amount.bound_first
            level = level_left(self.toks, edge, self.clause_start(i), klass)
            earlier = any(
                t.low in ("after", "having") or (t.kind == "time" and t.possessive)
                for t in self.toks[max(0, i - 3) : i]
            )
            if level is not None and earlier and any(m.level is self.toks[level[0]] for m in self.found):
                level = None  # "was at $67.83, after falling 1.5 % on Friday": the level is today's
        if level is not None and amount is not None and level[0] in (amount.place, amount.other):
            return None
        return level

    def _set_amount(self, move: Found, amount: fields.Amount | None) -> None:
        if amount is None:
            return
        toks = self.toks
        move.amount = toks[amount.place]
        move.change = toks[amount.other] if amount.other is not None else None
        move.bound = cast(Bound, amount.bound)
        first = min(amount.place, amount.place if amount.other is None else amount.other)
        if amount.bound != "exact" and amount.bound_first < first:
            move.bound_span = toks[amount.bound_first].start, toks[first - 1].end

    def _set_level(self, move: Found, level: Level | None) -> None:
        if level is None:
            return
        place, bound, first = level
        move.level = self.toks[place]
        move.level_bound = cast(Bound, bound)
        if bound != "exact":
            move.level_bound_span = self.toks[first].start, self.toks[place - 1].end

    def _volume_follows(self, i: int, stop: int) -> bool:
        """ "Crude fell by 2 million barrels" is no price."""
        j = i + 1
        while j < stop and j - i < 6 and self.toks[j].flags & (lex.ADVERB | lex.PREPOSITION):
            j += 1
        q = self.toks[j].quantity if j < stop else None
        return q is not None and q.unit == "volume"

    def _in_turn(self) -> list[fields.Amount] | None:
        """ "The Dow and the Nasdaq rose, the first by 1 % and the second by 2 %"."""
        toks = self.toks
        out = []
        for words in (("first", "former"), ("second", "latter")):
            k = next((j for j in range(1, len(toks) - 2) if toks[j].low in words and toks[j - 1].low == "the"), 0)
            k += 1 + (k > 0 and toks[k + 1].low in ("by", "rising", "falling", "up", "down", "losing", "gaining"))
            bound, first = fields.bound_before(toks, k)
            if k < 3 or k >= len(toks) or toks[k].kind != "quantity":
                return None
            out.append(fields.Amount(k, None, bound, first, k + 1))
        return out

    def _respectively(self, owners: list[int], amount: fields.Amount | None, stop: int) -> list[fields.Amount] | None:
        """ "Brent and WTI fell 2 % and 3 % respectively": one amount for each."""
        if len(owners) == 2 and amount is None:
            return self._in_turn()
        if amount is None or len(owners) < 2:
            return None
        toks = self.toks
        out = [amount]
        j = amount.after
        while j + 1 < stop and toks[j].low in ("and", ","):
            k = j + 1
            while k < stop and toks[k].kind == "word" and k - j < 5 and toks[k].low != "respectively":
                k += 1
            if k >= stop or toks[k].kind != "quantity":
                break
            bound, first = fields.bound_before(toks, k)
            out.append(fields.Amount(k, None, bound, first, k + 1))
            j = k + 1
        return out if len(out) == len(owners) else None
