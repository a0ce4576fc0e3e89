"""A sentence as tokens: assets, quantities, times, words of movement, and the rest."""

from __future__ import annotations

from typing import Literal

from eventstudy.events import moves_lexicon as lex
from eventstudy.events.mentions import Gazetteer, Mention, Word, split_words
from eventstudy.events.numbers import Quantity, find_quantities
from eventstudy.events.times import TimeMention

__all__ = ["Kind", "Token", "tokenise"]

Kind = Literal["asset", "quantity", "time", "word", "sign"]


class Token:
    """One token: what it is, the text's folded word, where it stands, and what was read from it."""

    __slots__ = ("asset", "end", "kind", "low", "possessive", "quantity", "start", "time")

    def __init__(
        self,
        kind: Kind,
        low: str,
        start: int,
        end: int,
        *,
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

    def __repr__(self) -> str:
        return f"{self.kind}:{self.low}"

    @property
    def verb_like(self) -> bool:
        """Whether it can carry a clause: an auxiliary, a verb known here, or an unknown word in -ed."""
        low = self.low
        return self.kind == "word" and (
            low in lex.AUXILIARIES
            or low in lex.MODALS
            or low in lex.LINKS
            or low in lex.LIGHT
            or low in lex.VERBS
            or low in lex.SPEECH
            or low in lex.FORECASTS
            or low in lex.NEGATIONS
            or low in lex.CAUSATIVES
            or (len(low) > 4 and low.endswith("ed"))
        )

    @property
    def closed(self) -> bool:
        """Whether it belongs to a closed class, so that it is no noun of its own."""
        low = self.low
        return (
            low in lex.DETERMINERS
            or low in lex.PREPOSITIONS
            or low in lex.CONJUNCTIONS
            or low in lex.SUBORDINATORS
            or low in lex.RELATIVES
            or low in lex.PRONOUNS
            or low in lex.ADVERBS
            or low in lex.ADJECTIVES
            or (low.endswith("ly") and len(low) > 4)
        )


def tokenise(
    text: str,
    start: int,
    end: int,
    times: list[TimeMention],
    names: Gazetteer,
    words: list[Word] | None = None,
    *,
    oil: bool = False,
) -> list[Token]:
    """Turn a sentence into tokens.

    Names of assets win over quantities ("S&P 500"), quantities over names in their unit ("75 rubles
    per dollar"), times over quantities ("3:22 p.m.").
    """
    words = split_words(text, start, end) if words is None else words
    mentions = names.scan(text, words, oil=oil)
    spans: list[tuple[int, int, Token]] = []
    for t in times:
        spans.append((t.start, t.end, Token("time", text[t.start : t.end].lower(), t.start, t.end, time=t)))
    asset_spans = [(m.start, m.end) for _, _, m in mentions]
    for q in find_quantities(text, start, end):
        if any(a < q.stop and q.start < b for a, b, _ in spans[: len(times)]):
            if not any(a < q.end and q.start < b for a, b, _ in spans[: len(times)]):
                spans.append(
                    (q.start, q.end, Token("quantity", "", q.start, q.end, quantity=q._replace(per="", stop=q.end)))
                )
            continue
        if any(a <= q.start and q.end <= b for a, b in asset_spans):
            continue
        if not q.unit and text[q.end : q.end + 1] in ("-", "–") and text[q.end + 1 : q.end + 2].isalpha():
            continue
        spans.append((q.start, q.stop, Token("quantity", "", q.start, q.stop, quantity=q)))
    taken = [(a, b) for a, b, _ in spans]
    for _, _, m in mentions:
        if not any(a < m.end and m.start < b for a, b in taken):
            low = text[m.start : m.end].lower()
            spans.append((m.start, m.end, Token("asset", low, m.start, m.end, asset=m, possessive=m.possessive)))
    spans.sort(key=lambda s: s[0])
    out: list[Token] = []
    k = 0
    for word in words:
        while k < len(spans) and spans[k][1] <= word.start:
            out.append(spans[k][2])
            k += 1
        if k < len(spans) and spans[k][0] < word.end and word.start < spans[k][1]:
            continue
        letter = word.low[0].isalnum()
        out.append(Token("word" if letter else "sign", word.low, word.start, word.end, possessive=word.possessive))
    out.extend(token for _, _, token in spans[k:])
    return out
