"""Levels, counter-currencies and references: to what, against what, and from what an asset moved."""

from __future__ import annotations

from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.fields import bound_before, opens_clause, position_before
from eventstudy.events.moves.tokens import Token, conjunction_as

__all__ = ["counter", "level_left", "level_reached", "level_right", "reference"]

_LEADS: Final = frozenset(
    {"to", "at", "below", "above", "under", "over", "near", "around", "past", "through", "beneath", "beyond"}
)
_VERBS: Final = frozenset(
    {"hit", "hits", "hitting", "touched", "touching", "reached", "reaching", "fetched", "was", "were", "stood", "is"}
)
_SELLING: Final = frozenset({"trading", "traded", "trades", "selling", "sold", "sells"})
_GOES_ON: Final = frozenset(
    [
        "to",
        "at",
        "or",
        "trading",
        "selling",
        "sitting",
        "standing",
        "settling",
        "closing",
        "ending",
        "finishing",
        "changing",
    ]
)
_ARRIVES: Final = frozenset({"hitting", "touching", "reaching", "hit"})
_PASSES: Final = _GOES_ON | _ARRIVES | {"for", "in", "on", "around", "near", "above", "below", "just"}
_MARKS: Final = frozenset({"mark", "level", "threshold", "barrier"})
_COMMODITIES: Final = frozenset({"energy", "metal", "agriculture"})
_INDICES: Final = frozenset({"equity index", "volatility", "currency index"})
_MORE: Final = frozenset({"more", "less", "greater"})
_AGAINST: Final = frozenset({"against", "versus", "vs", "to", "on", "per"})
_REFERENCE_ENDS: Final = frozenset(
    {"to", "at", "by", "as", "while", "but", "and", "after", "before", "amid", "on", "with", "for", "against", "or"}
)
_SINCE: Final = frozenset({"since", "ever", "record", "years", "months", "weeks"})
_INSIDE: Final = frozenset({"against", "for", "on"})
_ANCHORS: Final = frozenset(
    {"close", "closing", "settlement", "high", "highs", "low", "lows", "peak", "level", "levels", "session", "finish"}
    | {"open", "opening", "trough", "highest", "lowest", "fixing"}
)
_SUPERLATIVES: Final = frozenset(
    {"highest", "lowest", "strongest", "weakest", "biggest", "largest", "steepest", "sharpest", "best", "worst", "most"}
)

Level = tuple[int, str, int]


def _fits(toks: list[Token], j: int, asset_class: str) -> bool:
    """Whether the quantity at ``j`` can be a level of such an asset."""
    q = toks[j].quantity
    if q is None or q.unit in ("volume", "basis points"):
        return False
    if q.unit == "percent" or asset_class == "rate":
        return q.unit == "percent" and asset_class == "rate"
    if q.unit == "points":
        return asset_class != "currency" and asset_class not in _COMMODITIES
    if q.unit and asset_class in _INDICES:
        return False
    if not q.unit:
        follows = toks[j + 1] if j + 1 < len(toks) else None
        if follows is not None and follows.noun and follows.low not in _MARKS:
            return False
        # "Gold fell to 1,866.48", but not "to 2015 levels" or "for 3 days".
        return asset_class not in _COMMODITIES or bool(q.per) or not q.value.is_integer()
    return True


def level_reached(toks: list[Token], j: int, asset_class: str) -> Level | None:
    """Find the level of a high or low, or of what was topped: "a low of | 18.36", "topped | $90"."""
    for k in range(j, min(len(toks), j + 4)):
        if toks[k].kind == "quantity":
            bound, first = bound_before(toks, k)
            return (k, bound, max(first, j)) if _fits(toks, k, asset_class) else None
        if toks[k].low not in _TO_LEVEL and not toks[k].flags & lex.ADVERB:
            return None
    return None


_TO_LEVEL: Final = frozenset({"of", "at", "near", "above", "below", "around", "the", "just", "beyond", "past"})


def level_right(toks: list[Token], j: int, stop: int, asset_class: str) -> Level | None:
    """Find the level from token ``j`` on: "to 75.2", "at $66 a barrel", "to trade below", "to a low of".

    Returns
    -------
    (int, str, int) or None
        The level, its bound, and the bound's first token.
    """
    led, origin, begin = False, False, j
    while j < stop and j - begin < 22:
        t = toks[j]
        if t.kind == "quantity":
            bound, first = bound_before(toks, j)
            place = position_before(toks, j) if first == j else None
            if place is not None and place >= begin and (toks[place].low,) in lex.BOUNDS:
                bound, first = lex.BOUNDS[(toks[place].low,)], place
            led = (
                led
                or (first < j and toks[first].low in _LEADS)
                or (toks[j - 1].low == "as" and toks[j - 2].low in ("high", "low"))
            )
            if origin or toks[first - 1].low == "from":
                led = False
            elif led and _fits(toks, j, asset_class):
                return j, bound, first
            elif not led:
                return None
            else:
                led = False
        elif t.kind == "sign":
            ahead = toks[j + 1] if j + 1 < stop else None
            if ahead is not None and ahead.flags & lex.ADVERB and j + 2 < stop and ahead.low not in _PASSES:
                ahead = toks[j + 2]  # ", now trading at"
            stays = ahead is not None and ahead.flags & lex.LINK and ahead.low.endswith("ing")
            if t.low == "," and ahead is not None and (ahead.low in _PASSES or ahead.kind == "time" or stays):
                led = led or ahead.low in _ARRIVES
            elif t.low not in '()"“”':
                return None
        elif t.kind == "word":
            if t.low in _ARRIVES or (t.low in _LEADS and (not origin or t.low in ("to", "at"))):
                led, origin = True, False
            elif t.low == "for" and toks[j - 1].low in _SELLING:
                led = True  # "now trading for $0.13"
            elif t.low in ("from", "since", "against", "versus", "by", "for"):
                led, origin = False, t.low == "from"  # "from levels below $0.72"
            elif (t.low == "than" and toks[j - 1].low not in _MORE) or _ends_clause(toks, j, stop):
                return None
        j += 1
    return None


def _ends_clause(toks: list[Token], j: int, stop: int) -> bool:
    t = toks[j]
    if t.flags & lex.CONJUNCTION:
        follow = toks[j + 1] if j + 1 < stop else None
        if follow is not None and follow.low == "it" and j + 2 < stop:
            follow = toks[j + 2]  # "fell 7.7 %, and it closed at"
        return follow is None or not (follow.flags & lex.LINK or follow.low in ("was", "were", "hit", "stood"))
    if t.flags & lex.RELATIVE or t.low == "that" or conjunction_as(toks, j) or opens_clause(toks, j):
        return True
    if t.flags & lex.SUBORDINATOR and t.low not in ("after", "before", "since", "as"):
        return True
    return bool(t.flags & lex.VERB) and not t.flags & lex.NOUN


def level_left(toks: list[Token], i: int, start: int, asset_class: str) -> Level | None:
    """Find the level before an adjective or noun: "were at $56.29 a barrel, up 3 cents"."""
    last = i - 2 if i > 0 and toks[i - 1].low == "after" else i - 1  # "settled at $87 after gaining 2 %"
    for j in range(last, start - 1, -1):
        t = toks[j]
        if t.flags & (lex.SUBORDINATOR | lex.CONJUNCTION | lex.VERB):
            return None
        if t.kind == "quantity" and _fits(toks, j, asset_class):
            bound, first = bound_before(toks, j)
            lead = toks[first - 1] if first > 0 else toks[j]
            if first < j and toks[first].low in _LEADS:
                return j, bound, first
            led = (
                lead.low in _LEADS or lead.low in _VERBS or lead.flags & (lex.LINK | lex.OTHER_VERB) or lead.low == "of"
            )
            return (j, bound, first) if led else None
    return None


def counter(toks: list[Token], i: int, stop: int, symbol: str) -> int | None:
    """Index of the counter-currency: "against the dollar", "versus the euro", before or after the movement."""
    for j in range(i + 1, min(stop, i + 24)):
        t = toks[j]
        if t.low in (";", ":"):
            break
        if _other_currency(t, symbol):
            k = j - 1
            while k > i and toks[k].modifier:
                k -= 1
            if toks[k].low in _AGAINST:
                return j
            break
    for j in range(i - 1, max(0, i - 14), -1):
        t = toks[j]
        if _other_currency(t, symbol):
            k = j - 1
            while k > 0 and toks[k].modifier:
                k -= 1
            opens = k == 0 or toks[k - 1].kind == "sign"
            own = toks[k - 1].asset
            opens = opens or bool(toks[k - 1].flags & lex.PRICE) or (own is not None and own.symbol == symbol)
            return j if opens and toks[k].low in ("against", "versus", "vs") else None
        if t.flags & lex.SUBORDINATOR or (t.flags & lex.VERB and not t.flags & lex.NOUN):
            break
    return None


def _other_currency(t: Token, symbol: str) -> bool:
    return t.asset is not None and t.asset.asset_class == "currency" and t.asset.symbol != symbol


def reference(toks: list[Token], i: int, stop: int) -> tuple[int, int] | None:
    """Span of what the move is measured from: "from the highest since 2014", "its biggest drop since March"."""
    for j in range(i + 1, stop):
        low = toks[j].low
        if toks[j].flags & lex.VERB and not toks[j].flags & lex.NOUN:
            return None  # another movement's
        origin = low == "from"
        if not origin and low not in _SUPERLATIVES:
            continue
        first = j + origin
        while first < stop and toks[first].flags & lex.DETERMINER:
            first += 1
        last = _reference_end(toks, first, stop, origin=origin)
        if last > first:
            return toks[first].start, toks[last - 1].end
    return None


def _reference_end(toks: list[Token], first: int, stop: int, *, origin: bool) -> int:
    """Where a reference ends; ``first`` where nothing anchors it in time or at a price."""
    anchored = False
    k = first
    while k < stop and k - first < 14:
        t = toks[k]
        ends = _REFERENCE_ENDS if origin or anchored else _REFERENCE_ENDS - _INSIDE
        if (t.kind == "sign" and t.low not in "-'’") or t.low in ends or t.flags & lex.RELATIVE:
            break
        anchored = anchored or t.kind == "time" or t.low in _SINCE
        anchored = anchored or (origin and (t.kind == "quantity" or t.low in _ANCHORS))
        k += 1
    return k if anchored else first
