"""A sentence as tokens: assets, quantities, times, words of movement, and the rest."""

from __future__ import annotations

import calendar
import operator
from typing import Final, Literal

from eventstudy.events.language.numbers import Quantity, find_quantities
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.mentions import Mention
from eventstudy.events.moves.words import Word
from eventstudy.events.times import TimeMention

__all__ = ["Kind", "Token", "conjunction_as", "past_modifiers", "tokenise"]

_MONTH_SHORT: Final = frozenset(name.lower() for name in calendar.month_abbr if name and name != "May") | {"sept"}

# "A two-year low" is of whatever fell, not of the two-year note.
_LASTING: Final = frozenset(
    {
        "low",
        "lows",
        "high",
        "highs",
        "peak",
        "peaks",
        "trough",
        "troughs",
        "record",
        "closing",
        "best",
        "worst",
        "streak",
    }
)

_flags_of = lex.kept_flags

Kind = Literal["asset", "quantity", "time", "word", "sign"]


class Token:
    """One token: what it is, its folded words, where it stands, and what was read from it.

    ``flags`` are the lexicon's bits of a word, and 0 for everything else.
    """

    __slots__ = ("asset", "end", "flags", "kind", "low", "possessive", "quantity", "start", "time")

    def __init__(
        self,
        kind: Kind,
        low: str,
        start: int,
        end: int,
        asset: Mention | None = None,
        quantity: Quantity | None = None,
        time: TimeMention | None = None,
        possessive: bool = False,
    ) -> None:
        self.kind = kind
        self.low = low
        self.start = start
        self.end = end
        self.asset = asset
        self.quantity = quantity
        self.time = time
        self.possessive = possessive
        self.flags = _flags_of(low) if kind == "word" else 0

    def __repr__(self) -> str:
        return f"{self.kind}:{self.low}"

    @property
    def verb_like(self) -> bool:
        """Whether it can carry a clause."""
        return bool(self.flags & lex.VERBISH)

    @property
    def noun(self) -> bool:
        """Whether it is a word in no closed class and no verb: a noun of its own."""
        return self.kind == "word" and not self.flags & (lex.CLOSED | lex.VERBISH)

    @property
    def modifier(self) -> bool:
        """Whether it may open an asset's noun phrase: a determiner, "benchmark", "Russia's", "euro-denominated"."""
        if self.kind == "word":
            return self.possessive or bool(self.flags & (lex.DETERMINER | lex.MODIFIER)) or "-" in self.low
        return self.kind == "time" and self.possessive


def tokenise(
    text: str,
    words: list[Word],
    mentions: list[tuple[int, int, Mention]],
    times: list[TimeMention],
    *,
    spelled: bool = True,
) -> list[Token]:
    """Turn the words of a sentence into tokens.

    Names of assets win over quantities ("S&P 500"), quantities over names in their unit ("75 rubles
    per dollar"), times over quantities ("3:22 p.m.").

    Parameters
    ----------
    text : str
        The whole text.
    words : list of Word
        The sentence, from `split_words`.
    mentions : list of (int, int, Mention)
        The assets that it names, from `Gazetteer.scan`.
    times : list of TimeMention
        Its times.
    spelled : bool
        Whether it may hold a number in words.
    """
    if not words:
        return []
    spans = [(t.start, t.end, _time_token(text, t)) for t in times]
    clocked = [(a, b) for a, b, _ in spans]
    named = [(m.start, m.end) for _, _, m in mentions]
    for q in find_quantities(text, words[0].start, words[-1].end, spelled=spelled):
        start, end, stop = q.start, q.end, q.stop
        if _touches(clocked, start, stop):
            if _touches(clocked, start, end):
                continue
            stop = end
            q = q._replace(per="", stop=end, tail=end)
        if any(a <= start and (end <= b or a < start < b) for a, b in named):
            continue  # "S&P 500", and no "30 won" in "the DAX 30 won 0.2 %"
        if not q.unit and text[end : end + 1] in ("-", "–") and text[end + 1 : end + 2].isalpha():
            continue
        spans.append((start, stop, Token("quantity", "", start, stop, quantity=q)))
    taken = [(a, b) for a, b, _ in spans]
    for _, last, m in mentions:
        low = text[m.start : m.end].lower()
        lasting = low.endswith("-year") and last < len(words) and words[last].low in _LASTING
        if not lasting and not _touches(taken, m.start, m.end):
            spans.append((m.start, m.end, Token("asset", low, m.start, m.end, asset=m, possessive=m.possessive)))
    spans.sort(key=_place)
    return _woven(text, words, spans)


_place = operator.itemgetter(0)


def _time_token(text: str, t: TimeMention) -> Token:
    owner = text[t.end : t.end + 2] in ("'s", "’s")
    return Token("time", text[t.start : t.end].lower(), t.start, t.end, time=t, possessive=owner)


def _touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return bool(spans) and any(a < end and start < b for a, b in spans)


def _woven(text: str, words: list[Word], spans: list[tuple[int, int, Token]]) -> list[Token]:
    """Put the recognised stretches in the place of the words they cover."""
    out: list[Token] = []
    k = 0
    month = -1  # where a month's short name ended last
    final, n = words[-1].end, len(spans)
    first, stop = spans[0][:2] if spans else (final, final)
    for low, start, end, owner in words:
        if low in _MONTH_SHORT:
            month = end
        elif start == month and low == "." and end < final:
            continue  # "Nov. crude"
        while stop <= start and k < n:
            out.append(spans[k][2])
            k += 1
            first, stop = spans[k][:2] if k < n else (final, final)
        if first < end and start < stop:
            continue
        token = Token("word" if low[0].isalnum() else "sign", low, start, end, None, None, None, owner)
        if month == end:
            token.flags = lex.MODIFIER
        elif low in ("may", "march") and text[start] == "M":
            opens_name = k < n and first - end < 2 and spans[k][2].kind == "asset"
            if out or opens_name:
                token.flags = lex.MODIFIER  # the month: "Brent for May delivery"
        out.append(token)
    out.extend(token for _, _, token in spans[k:])
    return out


def conjunction_as(toks: list[Token], j: int) -> bool:
    """Whether token ``j`` is the conjunction "as": not the one in "as much as", "as of", "as at"."""
    if toks[j].low != "as":
        return False
    near = {toks[k].low for k in range(max(0, j - 2), min(len(toks), j + 3)) if k != j}
    return not near & {"much", "many", "low", "high", "of", "at"}


def past_modifiers(toks: list[Token], j: int, stop: int) -> int:
    """Index of the first token from ``j`` on that is no modifier; ``stop`` where all before it are."""
    while j < stop and toks[j].modifier:
        j += 1
    return j
