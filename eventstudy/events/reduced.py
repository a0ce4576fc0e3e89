"""Participles that look like finite verbs: "sailors snatched from a tanker in May were freed"."""

from __future__ import annotations

from eventstudy.events.clause_ranks import REPORTING
from eventstudy.events.status import BOUNDARIES, RELATIVES, SUBORDINATORS, word_set

__all__ = ["told_later"]

_PARTS_CLAUSES = BOUNDARIES | SUBORDINATORS | RELATIVES | word_set("and or but that nor yet")
_PRONOUNS = word_set("he she it they we i you who which that")


def told_later(low: list[str], i: int) -> bool:
    """Whether the clause's own verb is still to come: "sailors snatched from a tanker in May were freed"."""
    if low[i] in REPORTING:
        return False
    for j in range(i + 2, min(len(low), i + 14)):
        word = low[j]
        if word in _PARTS_CLAUSES or word in _PRONOUNS or word == "to":
            return False
        if word in _TELLING:
            return True
    return False


_TELLING = word_set(
    "was were has have had is are will would walked "
    "died fled arrived escaped emerged returned began came went broke won told took gave drove fell rose saw wrote "
    "spoke grew knew threw flew drew withdrew swore tore shook chose froze stole ran sank"
)
