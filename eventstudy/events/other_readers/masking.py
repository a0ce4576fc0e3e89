"""Hide names, dates and amounts from a model, so that it reads the text and does not recall the outcome."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from eventstudy.events.actors import Gazetteer
from eventstudy.events.language.lexing import tokenize
from eventstudy.events.language.text import sentences
from eventstudy.events.times import article_times
from eventstudy.news.article import Article

__all__ = ["MaskedText", "mask_article"]

_NUMBER = re.compile(r"[$€£¥₽]?\d[\d.,:]{0,30}%?")
_ORDINARY = frozenset({"I", "The", "A", "An", "In", "On", "At", "It", "He", "She", "They", "We", "But", "And"})
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Dr", "Gen", "Sen", "Prof"})


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text with placeholders, and the way back.

    Attributes
    ----------
    text : str
        What the model sees: ``"[ACTOR1] withdrew troops on [TIME1]"``.
    codes : dict
        Placeholder to actor code.
    pieces : list of (int, int, int, int)
        Replaced stretches: start and end in the masked text, start and end in the original.
    """

    text: str
    codes: dict[str, str]
    pieces: list[tuple[int, int, int, int]] = field(repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the masked text to the original; a placeholder is mapped as a whole."""
        return self._place(start, left=True), self._place(end, left=False)

    def _place(self, at: int, *, left: bool) -> int:
        k = bisect_right(self.pieces, at if left else at - 1, key=lambda p: p[0]) - 1
        if k < 0:
            return at
        _, last, begin, stop = self.pieces[k]
        if at < last or (at == last and not left):
            return begin if left else stop
        return stop + (at - last)


def mask_article(article: Article, gazetteer: Gazetteer | None = None) -> MaskedText:
    """Replace actors, other names, times and numbers by numbered placeholders.

    The same actor, name or time is the same placeholder throughout. The title and the publication
    date are not part of the masked text. A name unknown to the gazetteer that only ever opens a
    sentence stays.

    Examples
    --------
    >>> from eventstudy.news import Article
    >>> mask_article(Article("Russia withdrew 10,000 troops on Tuesday, Mr. Smith said.", "2022-02-15")).text
    '[ACTOR1] withdrew [AMOUNT1] troops on [TIME1], Mr. [NAME1] said.'
    """
    text = article.text
    found = [(t.start, t.end, "TIME", text[t.start : t.end].lower()) for t in article_times(article)]
    found += _names(text, gazetteer or Gazetteer.default())
    found += [(m.start(), m.end(), "AMOUNT", m.group()) for m in _NUMBER.finditer(text)]
    order = {"TIME": 0, "ACTOR": 1, "NAME": 2, "AMOUNT": 3}
    found.sort(key=lambda f: (f[0], order[f[2]], -f[1]))
    out: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    numbers: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    codes: dict[str, str] = {}
    place, length = 0, 0
    for start, end, kind, key in found:
        if start < place:
            continue
        if (kind, key) not in numbers:
            counts[kind] = counts.get(kind, 0) + 1
            numbers[kind, key] = f"[{kind}{counts[kind]}]"
            if kind == "ACTOR":
                codes[numbers[kind, key]] = key
        mark = numbers[kind, key]
        out += [text[place:start], mark]
        length += start - place
        pieces.append((length, length + len(mark), start, end))
        length += len(mark)
        place = end
    out.append(text[place:])
    return MaskedText("".join(out), codes, pieces)


def _names(text: str, gazetteer: Gazetteer) -> list[tuple[int, int, str, str]]:
    out: list[tuple[int, int, str, str]] = []
    opening: list[tuple[int, int, str, str]] = []
    for start, end in sentences(text):
        tokens = tokenize(text, start, end)
        taken: set[int] = set()
        for m in gazetteer.find(tokens):
            taken.update(range(m.first, m.last))
            out.append((tokens.starts[m.first], tokens.end(m.last - 1), "ACTOR", m.code))
        for i, word in enumerate(tokens.words):
            if i in taken or not word[:1].isupper() or word in _ORDINARY or word in _TITLES:
                continue
            # A capital inside a sentence is a name; at its beginning only a word that is one elsewhere, or speaks.
            before = tokens.words[i - 1] if i else "."
            titled = before == "." and i > 1 and tokens.words[i - 2] in _TITLES
            speaks = tokens.low[i + 1 : i + 2] in (["said"], ["says"], ["told"])
            inside = before not in ("“", '"', ".", ":", "''") or titled or speaks
            (out if inside else opening).append((tokens.starts[i], tokens.end(i), "NAME", word))
    known = {word for _, _, kind, word in out if kind == "NAME"}
    return out + [name for name in opening if name[3] in known]
