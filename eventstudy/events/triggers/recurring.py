"""Sentences that come again: copies, updates and the background paragraphs that a story carries for days."""

from __future__ import annotations

import functools
from typing import NamedTuple

from eventstudy.events.actors import Gazetteer, Mention
from eventstudy.events.language.lexing import Tokens, tokenize
from eventstudy.events.triggers.governing import attach
from eventstudy.events.triggers.predicates import Predicate, find_predicates
from eventstudy.events.triggers.taxonomy import Taxonomy

__all__ = ["Known", "Recurring", "recurring"]

_MOST_MET = 1 << 15
"""Sentences of which it is known that they were met; then it begins anew."""
_MOST_KEPT = 1 << 11
"""Sentences that are kept; then it begins anew."""
_LONGEST = 600
"""Characters of a sentence that is kept."""


class Known(NamedTuple):
    """What the words of a sentence give, wherever it stands: no reader changes any of it."""

    tokens: Tokens
    mentions: list[Mention]
    predicates: list[Predicate]
    kept: bool

    def let_go(self) -> None:
        """Untie predicates that point at each other, which only the garbage collector would free."""
        if not self.kept:
            for predicate in self.predicates:
                predicate.complements.clear()


class Recurring:
    """Sentences that were met more than once, within bounds; what was met once only is not kept.

    Parameters
    ----------
    taxonomy : Taxonomy
    gazetteer : Gazetteer
    """

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer) -> None:
        self._taxonomy, self._gazetteer = taxonomy, gazetteer
        self._met: set[int] = set()
        self._kept: dict[str, tuple[int, Known]] = {}

    def read(self, text: str, start: int, end: int) -> Known:
        """Find the tokens, actors and predicates of ``text[start:end]``."""
        sentence = text[start:end]
        held = self._kept.get(sentence)
        if held is not None:
            began, known = held
            there = known.tokens
            shift = start - began
            starts = [place + shift for place in there.starts]
            return known._replace(tokens=Tokens(there.words, there.low, starts, there.hyphened))
        tokens = tokenize(text, start, end)
        mentions = self._gazetteer.find(tokens)
        predicates = find_predicates(tokens, mentions, self._taxonomy)
        attach(predicates, tokens)
        again = end - start <= _LONGEST and self._again(sentence)
        known = Known(tokens, mentions, predicates, again)
        if again:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[sentence] = start, known
        return known

    def _again(self, sentence: str) -> bool:
        key = hash(sentence)
        if key in self._met:
            return True
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met.add(key)
        return False


@functools.lru_cache(maxsize=4)
def recurring(taxonomy: Taxonomy, gazetteer: Gazetteer) -> Recurring:
    """Return the memory of these words and names."""
    return Recurring(taxonomy, gazetteer)
