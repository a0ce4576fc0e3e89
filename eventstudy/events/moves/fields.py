"""The size of a move: its amount, the bound before it, and the same move in another unit."""

from __future__ import annotations

from typing import Final, NamedTuple

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.tokens import Token, conjunction_as

__all__ = [
    "Amount", "amount_left", "amount_right", "belongs_to_noun", "bound_before", "opens_clause", "position_before",
]  # fmt: skip

_BARE_CLASSES: Final = frozenset({"equity index", "volatility", "basket", "currency index"})
_ENDS_AMOUNT: Final = lex.PREPOSITION | lex.CONJUNCTION | lex.SUBORDINATOR
_LONGEST_FIRST: Final = sorted(lex.BOUNDS, key=len, reverse=True)
_BOUNDS: Final = {
    last: [(words[-2::-1], lex.BOUNDS[words]) for words in _LONGEST_FIRST if words[-1] == last]
    for last in {words[-1] for words in lex.BOUNDS}
}
"""By the last word of a bound the words before it, nearest first, and its name; the longest bounds first."""
_QUOTES: Final = frozenset("\"'“”‘’")
# What leads to the same move in another unit.
_AGAIN: Final = frozenset({"or", "(", "/", "also", "equivalent", "equal", "equaling", "equalling", "representing"})
_POSITIONS: Final = frozenset({"below", "above", "under", "over", "near", "past", "beneath", "beyond", "through"})


class Amount(NamedTuple):
    """Token indices of an amount.

    Attributes
    ----------
    place : int
        The amount; the percentage where the text gives two.
    other : int or None
        The same move in another unit.
    bound : str
        Canonical bound.
    bound_first : int
        First token of the bound; the amount's own index without one.
    after : int
        Where reading goes on.
    """

    place: int
    other: int | None
    bound: str
    bound_first: int
    after: int


def bound_before(toks: list[Token], i: int) -> tuple[str, int]:
    """Read the bound that ends right before token ``i``: its name and its first token (``i`` without one)."""
    for before, name in _BOUNDS.get(toks[i - 1].low, ()) if i else ():
        k = i - 2
        for low in before:
            if k < 0 or toks[k].low != low:
                break
            k -= 1
        else:
            return name, k + 1
    return "exact", i


def position_before(toks: list[Token], j: int) -> int | None:
    """Index of "below" or the like that token ``j`` stands after, past what describes it: "below the key $100"."""
    for k in range(j - 1, max(-1, j - 6), -1):
        t = toks[k]
        if t.low in _POSITIONS:
            return k
        describes = t.kind == "word" and (
            t.noun or t.flags & (lex.DETERMINER | lex.MODIFIER | lex.ADVERB) or t.flags == lex.OTHER_VERB
        )
        if not describes and not (t.kind == "sign" and t.low in _QUOTES):
            return None
    return None


def usable(toks: list[Token], i: int, asset_class: str) -> bool:
    """Whether the quantity at ``i`` can be the size of a move in such an asset."""
    q = toks[i].quantity
    if q is None or q.unit == "volume":
        return False
    if q.unit:
        return True
    follows = toks[i + 1] if i + 1 < len(toks) else None
    return asset_class in _BARE_CLASSES and (follows is None or not follows.noun)


def opens_clause(toks: list[Token], j: int) -> bool:
    """Whether "after", "before" or "since" at ``j`` takes a clause: "after hitting a high of"."""
    if toks[j].low not in ("after", "before", "since", "despite") or j + 1 >= len(toks):
        return False
    follows = toks[j + 1]
    return follows.kind == "word" and (follows.verb_like or follows.low.endswith("ing"))


def _second(toks: list[Token], i: int) -> tuple[int | None, int]:
    """Index of the same move in another unit, "$1.21, or 2.1 percent", and where reading goes on."""
    j = i + 1
    if j < len(toks) and toks[j].low == ",":
        j += 1
    if j < len(toks) and toks[j].low in ("at", "to"):
        k = j + 1  # "down 54 cents at $66.21 a barrel, or 0.8 %"
        if k + 1 < len(toks) and toks[k].kind == "quantity":
            j = k + 1 + (toks[k + 1].low == ",")
        if j >= len(toks) or toks[j].low != "or":
            return None, i + 1
    if j < len(toks) and j == i + 2 and toks[j].kind == "quantity":
        # "Up 52 cents, 0.96 percent."
        one, two = toks[i].quantity, toks[j].quantity
        ends = j + 1 == len(toks) or toks[j + 1].kind == "sign"
        if ends and one and two and two.unit == "percent" and one.unit not in ("percent", "volume"):
            return j, j + 1
    if j >= len(toks) or toks[j].low not in _AGAIN:
        return None, i + 1
    bracket = toks[j].low == "("
    k = j + 1
    while k < len(toks) and k - j < 4 and toks[k].kind == "word":
        k += 1
    if k < len(toks):
        one, two = toks[i].quantity, toks[k].quantity
        if one and two and two.unit and two.unit not in (one.unit, "volume"):
            closed = bracket and k + 1 < len(toks) and toks[k + 1].low == ")"
            return k, k + 1 + closed
    return None, i + 1


def _amount(toks: list[Token], i: int) -> Amount:
    bound, first = bound_before(toks, i)
    other, after = _second(toks, i)
    if other is not None:
        two = toks[other].quantity
        if two is not None and two.unit == "percent":
            # Percent is what can be held against prices whatever the reference; the other is kept beside it.
            again, _ = bound_before(toks, other)
            return Amount(other, i, again if again != "exact" else bound, first, after)
    elif after + 1 < len(toks) and toks[after].low == "or" and toks[after + 1].low == "so":
        return Amount(i, None, "about", i, after + 2)
    return Amount(i, other, bound, first, after)


def amount_right(toks: list[Token], i: int, stop: int, asset_class: str, *, noun: bool = False) -> Amount | None:
    """Find the size of a move after its word: "fell 2 %", "fell on Monday by 2 %", "a drop of 2 %"."""
    j = i + 1
    arrived = False
    while j < stop and j - i < 16:
        t = toks[j]
        if t.kind == "quantity":
            q = t.quantity
            if arrived and not (noun and q is not None and q.unit == "percent"):
                return None  # "dropped to a low of $80" says where, not how far
            verdict = _right_verdict(toks, i, j, asset_class, noun=noun)
            if verdict is None:
                j += 1
                continue
            return _amount(toks, j) if verdict and usable(toks, j, asset_class) else None
        if t.kind == "asset":
            if not toks[j - 1].flags & (lex.PREPOSITION | lex.DETERMINER | lex.MODIFIER):
                return None
        elif t.kind == "sign":
            ahead = toks[j + 1] if j + 1 < stop else None
            by = t.low == "," and ahead is not None and ahead.low in ("by", "of")
            bracket = t.low == "(" and ahead is not None and ahead.kind == "quantity"
            if not (by or bracket):
                return None
        elif t.kind == "word" and (
            t.flags & (lex.CONJUNCTION | lex.RELATIVE)
            or (t.low == "with" and any(x.kind == "asset" for x in toks[j + 1 : j + 4]))
            or t.low in ("that", "who")
            or (t.low == "than" and toks[j - 1].low not in ("more", "less", "greater"))
            or (t.flags & lex.SUBORDINATOR and t.low not in ("after", "before", "since", "as", "once"))
            or conjunction_as(toks, j)
            or opens_clause(toks, j)
            or (t.flags & lex.VERB and not (t.flags & lex.NOUN and not noun))
        ):
            return None
        if t.low in ("after", "following", "despite") and any(x.flags & lex.NOUN for x in toks[j + 1 : j + 3]):
            return None  # "2 % lower after losses of 1.7 %"
        if t.low in ("from", "toward", "towards") or (
            t.low == "to" and (j == i + 1 or bound_before(toks, j + 1)[1] == j + 1)
        ):
            arrived = True
        elif t.low == "by":
            arrived = False
        j += 1
    return None


def _right_verdict(toks: list[Token], i: int, j: int, asset_class: str, *, noun: bool) -> bool | None:
    """Whether the quantity at ``j`` sizes the movement at ``i``; None: look further."""
    q = toks[j].quantity
    share = q is not None and q.unit in ("percent", "basis points")
    place = position_before(toks, j)
    if place is not None and toks[place].low == "over" and q is not None and q.unit == "points":
        place = None  # "added over a point"
    reached = toks[j - 1].low == "as" and toks[j - 2].low in ("high", "low")
    if asset_class == "rate" and q is not None and q.unit == "percent" and (reached or (place or 0) > i):
        return False  # a yield "fell below 2 %", "rose as high as 4 %"
    _, first = bound_before(toks, j)
    lead = toks[first - 1].low if first - 1 > i else ""
    if lead in ("to", "at") and not (noun and lead == "to" and share):
        return False
    if not share and ((place is not None and place > i) or reached):
        return False  # "fell below $95", "rose as high as $95" are levels
    if lead in ("from", "since") or (not noun and belongs_to_noun(toks, j)):
        return False
    if lead in ("in", "for", "within", "on", "over", "after") and not share:
        return None
    return True


def belongs_to_noun(toks: list[Token], j: int) -> bool:
    """Whether the quantity at ``j`` sizes a noun after it: "a 2 % rise", "a 3 percent intraday drop"."""
    for k in range(j + 1, min(len(toks), j + 4)):
        t = toks[k]
        if t.flags & lex.NOUN:
            return not t.flags & lex.VERB or bool(toks[j - 1].flags & lex.DETERMINER)
        if t.kind != "word" or t.flags & (lex.CLOSED | lex.VERBISH):
            return False
    return False


def amount_left(toks: list[Token], i: int, start: int, asset_class: str) -> Amount | None:
    """Find the size of a move before its word: "2 % higher", "a 2 percent intraday drop"."""
    j = i - 1
    while j >= start and i - j < 6:
        t = toks[j]
        if t.kind == "quantity":
            if not usable(toks, j, asset_class):
                return None
            k = j - 2 - (j >= 2 and toks[j - 2].low == ",") if toks[j - 1].low == "or" else -1
            found = _amount(toks, k if k >= start and toks[k].kind == "quantity" else j)
            lead = toks[found.bound_first - 1].low if found.bound_first > 0 else ""
            return None if lead in ("at", "to", "from") else found._replace(after=i + 1)
        passes = t.kind == "word" and not (t.flags & _ENDS_AMOUNT or t.verb_like)
        closing = t.low == "," and j == i - 1 and toks[j - 1].kind == "quantity"  # "115 points, or 0.2 %, lower"
        if not passes and not closing and t.low != "-":
            return None
        j -= 1
    return None
