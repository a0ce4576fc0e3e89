"""A rule of the taxonomy: the words it looks for, and which rules the words of a sentence can fire."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from typing import Final, NamedTuple

from eventstudy._types import Direction

__all__ = ["Entries", "Fitting", "Rule", "Trigger", "WordList", "fittings"]


@dataclass(frozen=True, slots=True)
class WordList:
    """Words and phrases of a rule, of which it asks for one or bears none; ``firsts`` begin them.

    The phrases stand under their first words.
    A ``*`` inside a phrase stands for up to three words: "benchmark * rate".
    """

    singles: frozenset[str]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]] = field(hash=False)
    firsts: frozenset[str]

    def phrase_in(self, window: list[str]) -> bool:
        """Whether one of the phrases stands in the window."""
        phrases = self.phrases
        for k in compress(range(len(window) - 1), map(phrases.__contains__, window)):
            follows = window[k + 1]
            for phrase in phrases[window[k]]:
                if phrase[1] in (follows, "*") and (
                    tuple(window[k : k + len(phrase)]) == phrase or ("*" in phrase and _gapped(window, k, phrase))
                ):
                    return True
        return False

    def any_in(self, window: list[str]) -> bool:
        """Whether one of the words or phrases stands in the window."""
        return not self.firsts.isdisjoint(window) and (not self.singles.isdisjoint(window) or self.phrase_in(window))


_GAP: Final = 3


def _gapped(window: list[str], k: int, phrase: tuple[str, ...]) -> bool:
    """Whether a phrase with a gap stands at word ``k``: its words up to the ``*``, and soon the rest."""
    cut = phrase.index("*")
    head, tail = phrase[:cut], phrase[cut + 1 :]
    begin = k + len(head)
    return tuple(window[k:begin]) == head and any(
        tuple(window[j : j + len(tail)]) == tail for j in range(begin, begin + _GAP + 1)
    )


_CARRIERS: Final = ("light", "undergo", "report", "plan", "reverse")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: an id, the kind it signals and the words it looks for."""

    id: str
    kind: str
    frame: str
    direction: Direction
    intensity: float
    objects: WordList
    unless: WordList
    subjects: WordList
    recipient: bool
    order: int
    bound: bool = field(init=False)
    """Whether it fires only beside certain words."""
    obliges: bool = field(init=False)
    """Whether it says what another must do."""
    tells: bool = field(init=False)
    """Whether it can tell of an event by itself: what only carries one has a kind from what it governs."""

    def __post_init__(self) -> None:
        """Say once what every sentence asks."""
        object.__setattr__(self, "bound", bool(self.objects.firsts or self.subjects.firsts))
        object.__setattr__(self, "obliges", self.frame in ("must", "ought"))
        object.__setattr__(self, "tells", bool(self.kind) or self.frame not in _CARRIERS)


class Trigger(NamedTuple):
    """A word that may fire a rule: the words after it, its verb form (``"N"`` noun, ``"P"`` phrase).

    ``needs`` are the bits, of `Taxonomy.lets`, without which its sentence cannot fire it; without ``shuns`` the
    sentence holds nothing beside which it is silent.
    """

    rest: tuple[str, ...]
    tags: str
    rule: Rule
    needs: int
    shuns: int


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Triggers that begin with one word, in the order in which they are tried, and their second words.

    ``alone`` says whether one needs no second word, ``adjacent`` that each needs one right behind the first; ``reach``
    is the number of words among which a second word can stand; ``asks`` are the bits that any of them needs.
    """

    triggers: tuple[Trigger, ...]
    seconds: frozenset[str]
    alone: bool
    adjacent: bool
    reach: int
    asks: int

    @classmethod
    def of(cls, triggers: list[Trigger]) -> Entries:
        """Put the triggers of one word together."""
        seconds = frozenset(t.rest[0] for t in triggers if t.rest)
        verbal = any(t.rest and t.tags not in ("N", "P") for t in triggers)
        asks = functools.reduce(operator.or_, (t.needs for t in triggers), 0)
        alone = not all(t.rest for t in triggers)
        return cls(tuple(triggers), seconds, alone, not (alone or verbal), _REACH if verbal else 1, asks)


_REACH: Final = 7  # words in which the rest of a verb begins, a particle or a time between them included


class Fitting(NamedTuple):
    """The triggers of a word that its sentence can fire: as a verb, as no verb; and whether one tells of an event."""

    as_verb: tuple[Trigger, ...]
    as_noun: tuple[Trigger, ...]
    tells: bool


_NONE: Final[frozenset[str]] = frozenset()


def fittings(index: Mapping[str, Entries], low: list[str], hits: list[int], missing: int) -> list[tuple[int, Fitting]]:
    """Choose the triggers that can fit at the tokens ``hits``; ``missing`` are the bits that their sentence lacks."""
    out: list[tuple[int, Fitting]] = []
    end = len(low) - 1
    for i in hits:
        entries = index[low[i]]
        nearby = entries.seconds
        if entries.adjacent:
            if i == end or low[i + 1] not in nearby:
                continue  # an "on" or "to" that begins no phrase: most of them
            nearby = frozenset((low[i + 1],))
        elif nearby:
            ahead = low[i + 1 : i + 1 + entries.reach]
            if not nearby.isdisjoint(ahead):
                nearby = nearby.intersection(ahead)
            elif entries.alone:
                nearby = _NONE
            else:
                continue
        fit = _fitting(entries, nearby, entries.asks & missing)
        if fit is not None:
            out.append((i, fit))
    return out


@functools.lru_cache(maxsize=1 << 14)
def _fitting(entries: Entries, nearby: frozenset[str], missing: int) -> Fitting | None:
    fit = [t for t in entries.triggers if (not t.rest or t.rest[0] in nearby) and not t.needs & missing]
    verbs, nouns = tuple(t for t in fit if t.tags != "N"), tuple(t for t in fit if t.tags in ("N", "P"))
    return Fitting(verbs, nouns, any(t.rule.tells for t in fit)) if fit else None
