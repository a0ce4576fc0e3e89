"""What others only fear, bet on or warn of: "analysts fear it is preparing an attack", "a 60 % chance that it will"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import BOUNDARIES, RELATIVES, SUBORDINATORS, word_set
from eventstudy.events.readings.frames import Reading
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["doubted", "foretold"]

_FEARING: Final = word_set(
    "fear fears feared fearing worry worries worried suspect suspects suspected bet bets betting"
)
_CHANCES: Final = word_set(
    "chance chances odds probability likelihood possibility risk risks prospect prospects hopes expectations "
    "speculation rumours rumors worries concern concerns"
)
_DOUBTS: Final = _FEARING | _CHANCES
_REACH: Final = 10
_EXPECTING: Final = frozenset({"expect", "expects"})  # "investors expect it to lift rates": others do
_OBJECT: Final = 5
_WALLS: Final = (BOUNDARIES - {'"', "“", "”"}) | RELATIVES | SUBORDINATORS
_OF: Final = word_set("of for about over from in on by against and")


def doubted(low: list[str], reading: Reading) -> bool:
    """Whether a clause stands behind a verb of fearing, or behind "that" and a noun of chance."""
    p = reading.actor
    if p.pos == "inf" and reading.modality == "planned":
        return not _EXPECTING.isdisjoint(low[max(0, p.start - _OBJECT) : p.start])
    told = reading.modality in ("happened", "planned") or (reading.modality == "conditional" and not p.conditional)
    if p.pos != "fin" or not told or reading.polarity != "asserted":
        return False
    begin = max(0, p.start - _REACH)
    if _DOUBTS.isdisjoint(low[begin : p.start]):
        return False
    for k in range(p.start - 1, begin - 1, -1):
        word = low[k]
        if word in _DOUBTS:
            follows = low[k + 1]
            if follows == "that" and k + 2 < p.start:
                return True
            if k == 0 or follows in _OF or low[k - 1] in RELATIVES or k + 1 == p.start:
                return False  # "those who fear", "fears of an attack", "fears eased"
            return word in _FEARING and low[k - 1].isalpha() and low[k - 1] not in _NO_SUBJECTS
        if word in _WALLS or word == "and" or is_verb_like(word):
            return False
    return False


_NO_SUBJECTS: Final = _WALLS | word_set("a the its their his her no amid of on over by with and such any many these")


def foretold(p: Predicate) -> Predicate | None:
    """Give what a market expects of which somebody only warns: "warned that the central bank would raise rates"."""
    if p.rule.frame != "warn" or p.pos != "fin":
        return None
    return next((c for c in p.complements if c.rule.kind and c.rule.direction == "neither" and not c.rule.frame), None)
