"""Sentences that come again: copies, updates and the background paragraphs that a story carries for days."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from eventstudy.events.actors import Gazetteer, Mention
from eventstudy.events.language.lexing import Tokens, tokenize
from eventstudy.events.language.text import clauses
from eventstudy.events.readings.acting import actors_of
from eventstudy.events.readings.choosing import reported
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.roles import Scene
from eventstudy.events.triggers.governing import attach
from eventstudy.events.triggers.predicates import Predicate, find_predicates
from eventstudy.events.triggers.taxonomy import Taxonomy

__all__ = ["Known", "Recurring", "Told", "recurring"]

_LONGEST: Final = 600
"""Characters of a sentence that is kept."""


class Told(NamedTuple):
    """An event that a sentence tells of, and the actors that it names for it: who acts, who is acted on."""

    reading: Reading
    source: list[Mention]
    target: list[Mention]


@dataclass(slots=True)
class _Kept:
    """What was asked about a sentence that came again, with the place at which it stood then."""

    start: int
    scene: Scene
    told: dict[bool, list[Told]] = field(default_factory=dict)
    pieces: list[tuple[int, int]] | None = None


class Known(NamedTuple):
    """What the words of a sentence give, wherever it stands: no reader changes any of it."""

    tokens: Tokens
    mentions: list[Mention]
    predicates: list[Predicate]
    kept: _Kept | None

    def scene(self) -> Scene:
        """Give the sentence with its closing clause, where its tokens stand."""
        if self.kept is None:
            return Scene(self.tokens, self.mentions, self.predicates)
        return self.kept.scene.moved(self.tokens)

    def told(self, scene: Scene, taxonomy: Taxonomy, *, first: bool) -> list[Told]:
        """Find what the sentence tells of, as the first one of its article or as another."""
        held = None if self.kept is None else self.kept.told.get(first)
        if held is not None:
            return held
        readings = reported(scene, taxonomy, first=first)
        told = [Told(reading, *actors_of(scene, reading)) for reading in readings]
        if self.kept is not None:
            self.kept.told[first] = told
        return told

    def clauses(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Cut the sentence, which stands at ``text[start:end]``, into its clauses."""
        kept = self.kept
        if kept is None:
            return clauses(text, start, end, (self.tokens.low, self.tokens.starts))
        if kept.pieces is None:
            found = clauses(text, start, end, (self.tokens.low, self.tokens.starts))
            kept.pieces = [(a - start, b - start) for a, b in found]
        return [(a + start, b + start) for a, b in kept.pieces]

    def let_go(self) -> None:
        """Untie predicates that point at each other, which only the garbage collector would free."""
        if self.kept is None:
            for predicate in self.predicates:
                predicate.complements.clear()


class Recurring:
    """Sentences that were met more than once, within bounds; what was met once only is not kept.

    Parameters
    ----------
    taxonomy : Taxonomy
    gazetteer : Gazetteer
    most_kept : int
        Sentences that are kept; those that come later are not, or a text of very many would put out its own.
    most_met : int
        Sentences of which it is known that they were met; then all is forgotten and begins anew.
    """

    def __init__(
        self, taxonomy: Taxonomy, gazetteer: Gazetteer, *, most_kept: int = 1 << 12, most_met: int = 1 << 15
    ) -> None:
        self._taxonomy, self._gazetteer = taxonomy, gazetteer
        self._most_kept, self._most_met = most_kept, most_met
        self._met: set[int] = set()
        self._kept: dict[str, Known] = {}

    def read(self, text: str, start: int, end: int) -> Known:
        """Find the tokens, actors and predicates of ``text[start:end]``."""
        sentence = text[start:end]
        held = self._kept.get(sentence)
        if held is not None and held.kept is not None:
            there = held.tokens
            shift = start - held.kept.start
            starts = [place + shift for place in there.starts]
            return held._replace(tokens=Tokens(there.words, there.low, starts, there.hyphened))
        tokens = tokenize(text, start, end)
        mentions = self._gazetteer.find(tokens)
        predicates = find_predicates(tokens, mentions, self._taxonomy)
        attach(predicates, tokens, mentions)
        if end - start > _LONGEST or not self._again(sentence) or len(self._kept) >= self._most_kept:
            return Known(tokens, mentions, predicates, None)
        known = Known(tokens, mentions, predicates, _Kept(start, Scene(tokens, mentions, predicates)))
        self._kept[sentence] = known
        return known

    def _again(self, sentence: str) -> bool:
        key = hash(sentence)
        if key in self._met:
            return True
        if len(self._met) >= self._most_met:
            self._met.clear()
            self._kept.clear()
        self._met.add(key)
        return False


@functools.lru_cache(maxsize=4)
def recurring(taxonomy: Taxonomy, gazetteer: Gazetteer) -> Recurring:
    """Return the memory of these words and names."""
    return Recurring(taxonomy, gazetteer)
