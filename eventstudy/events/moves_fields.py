"""The fields around a word of movement: amount, bound, level, counter-currency, reference."""

from __future__ import annotations

from typing import NamedTuple

from eventstudy.events import moves_lexicon as lex
from eventstudy.events.moves_tokens import Token

__all__ = ["Amount", "amount_left", "amount_right", "bound_before", "counter", "level_left", "level_right", "reference"]

_BARE_OK = frozenset({"equity index", "volatility", "basket", "other", "currency index"})
_LEVEL_WORDS = frozenset(
    {"to", "at", "below", "above", "under", "over", "near", "around", "past", "through", "beneath"}
)
_LEVEL_NOUNS = frozenset(
    {"hit", "hits", "hitting", "touched", "touching", "reached", "reaching", "fetched", "was", "were", "stood", "is"}
)
_SKIP_PLACES = frozenset(
    [
        "in",
        "on",
        "of",
        "the",
        "a",
        "an",
        "its",
        "their",
        "early",
        "late",
        "afternoon",
        "morning",
        "session",
        "trade",
        "trading",
    ]
)


class Amount(NamedTuple):
    """Indices of the amount, of the other expression of it, and the bound before it."""

    index: int
    other: int | None
    bound: str
    bound_first: int
    after: int


def bound_before(toks: list[Token], i: int) -> tuple[str, int]:
    """Read the bound that ends right before token ``i``: its name and its first token (``i`` without one)."""
    for size in (4, 3, 2, 1):
        if i - size >= 0:
            words = tuple(t.low for t in toks[i - size : i])
            if words in lex.BOUNDS:
                return lex.BOUNDS[words], i - size
    return "exact", i


def _usable(toks: list[Token], i: int, asset_class: str) -> bool:
    """Whether the quantity at ``i`` can be the size of a move in such an asset."""
    q = toks[i].quantity
    if q is None or q.unit == "volume":
        return False
    if q.unit:
        return True
    if asset_class not in _BARE_OK:
        return False
    follows = toks[i + 1] if i + 1 < len(toks) else None
    return follows is None or follows.kind != "word" or follows.closed or follows.verb_like


def _second(toks: list[Token], i: int) -> tuple[int | None, int]:
    """The same move in another unit: "$1.21, or 2.1 percent"; its index and where reading goes on."""
    j = i + 1
    if j < len(toks) and toks[j].low == ",":
        j += 1
    if j < len(toks) and toks[j].low in ("or", "(", "/"):
        closing = toks[j].low == "("
        k = j + 1
        while k < len(toks) and k - j < 4 and toks[k].kind == "word":
            k += 1
        if k < len(toks) and toks[k].kind == "quantity":
            one, two = toks[i].quantity, toks[k].quantity
            if one and two and two.unit and one.unit != two.unit and two.unit != "volume":
                k += 1
                if closing and k < len(toks) and toks[k].low == ")":
                    k += 1
                return k - 1 - (closing and toks[k - 1].low == ")"), k
    return None, i + 1


def _amount(toks: list[Token], i: int) -> Amount:
    bound, first = bound_before(toks, i)
    other, after = _second(toks, i)
    if other is not None:
        one, two = toks[i].quantity, toks[other].quantity
        if one and two and two.unit == "percent":
            # Percent is what can be held against prices whatever the reference; the other is kept beside it.
            again, _ = bound_before(toks, other)
            return Amount(other, i, again if again != "exact" else bound, first, after)
    elif after < len(toks) - 1 and toks[after].low == "or" and toks[after + 1].low == "so":
        bound = "about"
    return Amount(i, other, bound, first, after)


def amount_right(toks: list[Token], i: int, stop: int, asset_class: str, *, noun: bool = False) -> Amount | None:
    """Find the size of a move after its word: "fell 2 %", "fell on Monday by 2 %", "a drop of 2 %"."""
    j = i + 1
    while j < stop and j - i < 16:
        t = toks[j]
        if t.kind == "quantity":
            _, first = bound_before(toks, j)
            lead = toks[first - 1].low if first - 1 > i else ""
            q = t.quantity
            share = q is not None and q.unit in ("percent", "basis points")
            single_bound = first == j - 1 and toks[first].low in (
                "below",
                "above",
                "under",
                "near",
                "past",
                "beneath",
                "beyond",
            )
            if lead in ("to", "at") and not (noun and lead == "to" and share):
                return None
            if single_bound and not share:
                return None  # "fell below $95" is a level
            if lead in ("from", "since"):
                return None
            if lead in ("in", "for", "within", "on", "over", "after") and not share:
                j += 1
                continue
            return _amount(toks, j) if _usable(toks, j, asset_class) else None
        if t.kind == "asset":
            if toks[j - 1].low not in lex.PREPOSITIONS and toks[j - 1].low not in lex.DETERMINERS:
                return None
            j += 1
            continue
        if t.kind == "time":
            j += 1
            continue
        if t.kind == "sign":
            if t.low == "," and j + 1 < stop and toks[j + 1].low == "by":
                j += 1
                continue
            if t.low == "(" and j + 1 < stop and toks[j + 1].kind == "quantity":
                j += 1
                continue
            return None
        if t.low in lex.CONJUNCTIONS and not (t.low == "plus"):
            return None
        if t.low in lex.SUBORDINATORS and t.low not in ("after", "before", "since") and not _much(toks, j):
            return None
        if t.low in lex.VERBS and not (t.low in lex.NOUNS and not noun):
            return None
        if t.low in ("which", "who", "that"):
            return None
        j += 1
    return None


def _much(toks: list[Token], j: int) -> bool:
    """ "as much as", "as of", "as at": not the conjunction."""
    near = [toks[k].low for k in range(max(0, j - 2), min(len(toks), j + 3)) if k != j]
    return toks[j].low == "as" and bool({"much", "many", "low", "high", "of", "at"} & set(near[-2:] + near[:2]))


def amount_left(toks: list[Token], i: int, start: int, asset_class: str) -> Amount | None:
    """Find the size of a move before its word: "2 % higher", "a 2 percent intraday drop"."""
    j = i - 1
    while j >= start and i - j < 6:
        t = toks[j]
        if t.kind == "quantity":
            if not _usable(toks, j, asset_class):
                return None
            found = _amount(toks, j)
            if toks[j - 1].low == "or" and j >= 2:
                k = j - 2 - (toks[j - 2].low == ",")
                if k >= start and toks[k].kind == "quantity" and _usable(toks, k, asset_class):
                    return _amount(toks, k)._replace(after=i + 1)
            lead = toks[found.bound_first - 1].low if found.bound_first > 0 else ""
            if lead in ("at", "to", "from"):
                return None
            return found._replace(after=i + 1)
        if t.kind == "word" and (t.low not in lex.PREPOSITIONS and t.low not in lex.CONJUNCTIONS and not t.verb_like):
            j -= 1
            continue
        if t.kind == "sign" and t.low == "-":
            j -= 1
            continue
        return None
    return None


def _level_fits(toks: list[Token], j: int, asset_class: str) -> bool:
    q = toks[j].quantity
    if q is None or q.unit in ("volume", "basis points"):
        return False
    if q.unit == "percent":
        return asset_class == "rate"
    if asset_class == "rate":
        return False
    if q.unit == "points":
        return asset_class not in ("currency", "energy", "metal", "agriculture")
    if not q.unit:
        follows = toks[j + 1] if j + 1 < len(toks) else None
        if follows is not None and follows.kind == "word" and not follows.closed and not follows.verb_like:
            if follows.low not in ("mark", "level", "threshold", "points", "barrier"):
                return False
        if asset_class in ("energy", "metal", "agriculture") and not q.per:
            return False
    return True


def level_right(toks: list[Token], j: int, stop: int, asset_class: str) -> tuple[int, str, int] | None:
    """Find the level after the amount: "to 75.2", "at $66 a barrel", "to settle at", "to trade below", "to a low of"."""
    led, begin = False, j
    while j < stop and j - begin < 22:
        t = toks[j]
        if t.kind == "quantity":
            bound, first = bound_before(toks, j)
            lead = toks[first - 1].low if first > 0 else ""
            if first < j and toks[first].low in _LEVEL_WORDS:
                led = True
            if lead == "from" or toks[j - 1].low == "from":
                led = False
                j += 1
                continue
            if led and _level_fits(toks, j, asset_class):
                return j, bound, first
            if not led:
                return None
            led = False
            j += 1
            continue
        if t.kind == "sign":
            ahead = toks[j + 1] if j + 1 < stop else None
            if t.low == "," and ahead is not None and (
                ahead.low in ("to", "at", "or", "trading", "settling", "closing", "ending", "hitting", "touching", "reaching", "finishing", "changing")
                or ahead.kind == "time"
            ):  # fmt: skip
                led = led or ahead.low in ("hitting", "touching", "reaching")
                j += 1
                continue
            if t.low in '()"“”':
                j += 1
                continue
            return None
        if t.kind == "word":
            if t.low in _LEVEL_WORDS or t.low in ("hit", "hitting", "touching", "reaching"):
                led = True
            elif t.low in ("from", "since", "against", "versus", "by", "for"):
                led = False
            elif t.low in lex.CONJUNCTIONS:
                follow = toks[j + 1] if j + 1 < stop else None
                if follow is None or not (follow.low in lex.LINKS or follow.low in ("was", "were", "hit")):
                    return None
            elif (
                (t.low in lex.SUBORDINATORS and t.low not in ("after", "before", "since") and not _much(toks, j))
                or (t.low in lex.VERBS and t.low not in lex.NOUNS)
                or t.low in ("which", "who", "that")
            ):
                return None
        j += 1
    return None


def level_left(toks: list[Token], i: int, start: int, asset_class: str) -> tuple[int, str, int] | None:
    """Find the level before an adjective: "were at $56.29 a barrel, up 3 cents"."""
    for j in range(i - 1, start - 1, -1):
        t = toks[j]
        if t.kind == "word" and (t.low in lex.SUBORDINATORS or t.low in lex.CONJUNCTIONS or t.low in lex.VERBS):
            return None
        if t.kind == "quantity" and _level_fits(toks, j, asset_class):
            bound, first = bound_before(toks, j)
            lead = toks[first - 1].low if first > 0 else ""
            if first < j and toks[first].low in _LEVEL_WORDS:
                return j, bound, first
            if lead in _LEVEL_WORDS or lead in _LEVEL_NOUNS or lead in lex.LINKS or lead == "of":
                return j, bound, first
            return None
    return None


def counter(toks: list[Token], i: int, stop: int, symbol: str) -> int | None:
    """Index of the counter-currency: "against the dollar", "versus the euro"."""
    for j in range(i + 1, min(stop, i + 24)):
        t = toks[j]
        if t.kind == "sign" and t.low in ";:":
            return None
        if t.kind == "asset" and t.asset is not None and t.asset.asset_class == "currency" and t.asset.symbol != symbol:
            k = j - 1
            while k > i and toks[k].kind == "word" and (toks[k].low in lex.DETERMINERS or toks[k].low in lex.MODIFIERS):
                k -= 1
            if toks[k].low in ("against", "versus", "vs", "to", "on", "per"):
                return j
            return None
    return None


def reference(text: str, toks: list[Token], i: int, stop: int) -> tuple[int, int] | None:
    """Span of what the move is measured from: "from the highest since 2014", "its biggest drop since March"."""
    j = i + 1
    while j < stop:
        low = toks[j].low
        if low == "from" or (low in _SUPERLATIVES and toks[j].kind == "word"):
            first = j + 1 if low == "from" else j
            while first < stop and toks[first].kind == "word" and toks[first].low in lex.DETERMINERS:
                first += 1
            k = first
            anchored = low == "from"
            while k < stop and k - first < 12:
                t = toks[k]
                if t.kind == "sign" and t.low not in "-'’":
                    break
                if t.kind == "word" and (
                    t.low
                    in (
                        "to",
                        "at",
                        "by",
                        "as",
                        "while",
                        "but",
                        "and",
                        "after",
                        "before",
                        "amid",
                        "on",
                        "with",
                        "for",
                        "against",
                    )
                    or t.low in lex.RELATIVES
                ):
                    break
                anchored = anchored or t.kind == "time" or t.low == "since"
                k += 1
            if k > first and anchored:
                return toks[first].start, toks[k - 1].end
        j += 1
    return None


_SUPERLATIVES = frozenset(
    [
        "highest",
        "lowest",
        "strongest",
        "weakest",
        "biggest",
        "largest",
        "steepest",
        "sharpest",
        "best",
        "worst",
        "most",
        "deepest",
    ]
)
