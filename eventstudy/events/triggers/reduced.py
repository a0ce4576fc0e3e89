"""Participles that look like finite verbs: "sailors snatched from a tanker in May were freed"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.verb_groups import BOUNDARIES, RELATIVES, SUBORDINATORS, word_set
from eventstudy.events.triggers.clause_ranks import REPORTING

__all__ = ["ASIDE", "DATED", "NAMED_WITH_S", "STANDING", "VOTED", "laden", "told_later"]

_PARTS_CLAUSES: Final = BOUNDARIES | SUBORDINATORS | RELATIVES | word_set("and or but that nor yet")
_PRONOUNS: Final = word_set("he she it they we i you who which that")


def told_later(low: list[str], i: int) -> bool:
    """Whether the clause's own verb is still to come: "sailors snatched from a tanker in May were freed"."""
    if low[i] in REPORTING:
        return False
    if laden(low, i):
        return True
    for j in range(i + 2, min(len(low), i + 14)):
        word = low[j]
        if word in _PARTS_CLAUSES or word in _PRONOUNS or word == "to":
            return False
        if word in _TELLING:
            return True
    return False


_TELLING: Final = word_set(
    "was were has have had is are will would could can may might must should walked "
    "died fled arrived escaped emerged returned began came went broke won told took gave drove fell rose saw wrote "
    "spoke grew knew threw flew drew withdrew swore tore shook chose froze stole ran sank"
)


def laden(low: list[str], j: int) -> bool:
    """Whether the word at ``j`` only describes: "boats crammed with explosives ploughed into a convoy"."""
    follows = low[j + 1] if j + 1 < len(low) else ""
    return (low[j] in _LADEN and follows in ("with", "by")) or (low[j] in _HELD_TO and low[j + 1 : j + 3] in _BEING)


_LADEN: Final = word_set(
    "crammed packed filled loaded armed equipped rigged strapped stuffed crewed manned backed led driven owned run "
    "controlled headed supported escorted joined piloted"
)
_HELD_TO: Final = word_set("believed thought suspected presumed known said reported understood")
_BEING: Final = [["to", "be"], ["to", "belong"], ["to", "have"]]  # "gunmen believed to belong to the group"
VOTED: Final = word_set("passed adopted approved backed endorsed")  # "a resolution passed by 488 votes"
STANDING: Final = word_set("stood stuck abided came went swung swore dropped")  # "stood by an ally"
NAMED_WITH_S: Final = word_set("moody poor lloyd sotheby christie mcdonald macy lowe wendy kohl")
DATED: Final = word_set(
    "two three four five six seven eight nine ten last earlier a"
)  # "outlawed three years ago could resume"
ASIDE: Final = RELATIVES | SUBORDINATORS | {"that", "and", "said"}
