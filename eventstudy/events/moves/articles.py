"""An article read for market moves: which of its sentences may tell of one, and what each leaves to the next."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from typing import Any, Final

from eventstudy.events.language.lexing import Stretches
from eventstudy.events.language.numbers import may_spell
from eventstudy.events.language.text import article_sentences
from eventstudy.events.moves.compared import CREEPING
from eventstudy.events.moves.found import Found
from eventstudy.events.moves.grammar import read_sentence
from eventstudy.events.moves.mentions import Gazetteer, Mention, gazetteer
from eventstudy.events.moves.plain import read_plain
from eventstudy.events.moves.records import make_row
from eventstudy.events.moves.states import STATES
from eventstudy.events.moves.tokens import Token, tokenise
from eventstudy.events.moves.verbs import (
    ADJECTIVES,
    CAUSATIVES,
    CROSSING,
    NOUNS,
    OVERTAKING,
    PHRASAL,
    SIZED,
    SUFFERED,
    VERBS,
)
from eventstudy.events.moves.words import split_words
from eventstudy.events.times import TimeMention, Times, times_of
from eventstudy.news.article import Article

__all__ = ["move_rows"]

_ALPHA: Final = re.compile(r"[a-z]+")
# Words that may stand for an asset of the sentence before.
_STANDING: Final = frozenset({"it", "prices", "futures", "contract", "index", "currency", "benchmark", "metal"})
# More words of movement than this in one sentence (of at most 1,500 characters) are no prose: not read.
_MOST_WORDS: Final = 48
_TRIGGERS: Final = frozenset({*VERBS, *NOUNS, *ADJECTIVES, *CAUSATIVES, *SUFFERED, *STATES}).union(
    CROSSING, CREEPING, OVERTAKING, *PHRASAL.values(), *SIZED.values()
)
# "Drifted to $1.10 from $1.11", "was at 83.2, compared with 83.0".
_FORMERLY: Final = frozenset({"from", "versus", "compared", "against", "above", "below", "good"})
_STANDS_AT: Final = frozenset(
    {"drifted", "drifting", "moved", "stood", "stands", "traded", "trading", "went", "changed", "changing", "quoted"}
    | {"fetched", "was", "were", "is", "closed", "ended", "settled", "finished", "opened", "fixed", "set"}
    | {"closes", "settles", "ends", "finishes", "opens", "trades"}
)


def move_rows(article: Article) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each move of an article; of several with one id the first."""
    names = gazetteer()
    met: set[str] = set()
    for move, times in _read(article, names):
        row = make_row(move, times, article, names.catalogue)
        if row is not None and row[0] not in met:
            met.add(row[0])
            yield row


_NAMES, _STANDS, _MOVES, _CAME_FROM, _STOOD = 1, 2, 4, 8, 16


@functools.lru_cache(maxsize=4)
def _marks(names: Gazetteer) -> Stretches[int]:
    return Stretches(functools.partial(_mark, names))


def _mark(names: Gazetteer, chunk: str) -> int:
    """Say which words for a move, and for what may have moved, stand in a stretch without white space."""
    words = _ALPHA.findall(chunk.lower())
    mark = _MOVES if "%" in chunk else 0
    if not words:
        return mark
    for bit, kind in (
        (_NAMES, names.anchors),
        (_STANDS, _STANDING),
        (_MOVES, _TRIGGERS),
        (_CAME_FROM, _FORMERLY),
        (_STOOD, _STANDS_AT),
    ):
        mark |= 0 if kind.isdisjoint(words) else bit
    return mark


def _read(article: Article, names: Gazetteer) -> Iterator[tuple[Found, list[TimeMention]]]:
    """Yield each move of an article with the times of its sentence."""
    text = article.text
    times: Times | None = None
    context: list[Token] = []
    named_last: tuple[int, int] | None = None  # a sentence that names an asset but moves none: read only if asked for
    read: dict[tuple[str, str], tuple[Any, ...]] = {}  # sentences that were read, and what they left as context
    mark = _marks(names).__getitem__
    for start, end in article_sentences(article):
        sentence = text[start:end]
        marked = functools.reduce(operator.or_, map(mark, sentence.split()), 0)
        named, stands = marked & _NAMES, marked & _STANDS
        if not named and not (stands and (context or named_last is not None)):
            context, named_last = [], None  # nearly all sentences of most articles
            continue
        told = marked & _MOVES or (marked & _CAME_FROM and marked & _STOOD)
        plain = read_plain(text, start, end, names) if told else None
        words = _ALPHA.findall(sentence.lower()) if told and plain is None else []
        if not told or (len(words) > _MOST_WORDS and sum(map(_TRIGGERS.__contains__, words)) > _MOST_WORDS):
            context, named_last = [], (start, end) if named else None
            continue
        if named_last is not None:
            context, named_last = _first_asset(article, named_last, names), None
        again = sentence, text[context[0].start : context[0].end] if context else ""
        if again in read:
            context = _context(read[again])
            continue
        if plain is not None:
            yield plain[0], []
            context = [plain[1]]
            read[again] = _kept(context)
            continue
        bag = set(words)
        oil = bool(context) and context[0].asset is not None and context[0].asset.asset_class == "energy"
        split = split_words(text, start, end) if names.may_name(bag) else []
        mentions = names.scan(article, split, oil=oil)
        if not mentions and not (context and stands):
            read[again] = _kept(context)
            continue
        times = times or times_of(article)
        here = times.within(start, end)
        spelled = may_spell(bag) or not text.isascii()
        tokens = tokenise(text, split or split_words(text, start, end), mentions, here, spelled=spelled)
        for move in read_sentence(text, tokens, context):
            yield move, here
        context = next(([t] for t in tokens if t.kind == "asset"), context)
        read[again] = _kept(context)


def _kept(context: list[Token]) -> tuple[Any, ...]:
    """Give a context as plain values: an article may have as many as sentences, and no collector need look at them."""
    return tuple((t.low, t.start, t.end, t.possessive, *t.asset) for t in context if t.asset is not None)


def _context(kept: tuple[Any, ...]) -> list[Token]:
    return [Token("asset", a, b, c, asset=Mention(*m), possessive=d) for a, b, c, d, *m in kept]


def _first_asset(article: Article, sentence: tuple[int, int], names: Gazetteer) -> list[Token]:
    text = article.text
    mentions = names.scan(article, split_words(text, *sentence))
    return [Token("asset", text[m.start : m.end].lower(), m.start, m.end, asset=m) for _, _, m in mentions[:1]]
