"""A sentence while its triggers are read, and what is already known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens
from eventstudy.events.triggers.clause_ranks import walls

__all__ = ["WINDOW", "Scan"]

WINDOW: Final = 14
"""Words on either side of a trigger among which its subjects and objects are looked for."""


@dataclass(slots=True)
class Scan:
    """A sentence while it is read, and what is already known of it."""

    tokens: Tokens
    low: list[str]
    named: dict[int, Mention]
    nouns: frozenset[str]
    verb_tags: Mapping[str, str]
    inverted: frozenset[int]
    every: frozenset[str]
    """All its words: what is not among them need not be looked for near a trigger."""
    present: int
    """The bits that they give, of `Taxonomy.lets`."""
    hyphens: list[tuple[int, str]]
    impersonal: bool
    """Whether a market or nature is named."""
    shortened: bool
    """Whether a word may part a trigger from what is no object of it."""
    finite: set[int] = field(default_factory=set)
    reduced: set[int] = field(default_factory=set)
    """Participles that look like the finite verb of a clause whose own is still to come."""
    _walls: tuple[list[int], list[int]] | None = None

    def limits(self, i: int, last: int) -> tuple[int, int]:
        """Return the stretch in which the subjects and objects of the trigger from ``i`` to ``last`` stand."""
        if self._walls is None:
            self._walls = walls(self.low)
        left, right = self._walls[0][i], self._walls[1][last]
        return (left if left > i - WINDOW else i - WINDOW), (right if right < last + WINDOW else last + WINDOW)
