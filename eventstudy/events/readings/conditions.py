"""What a "would" stands for: a condition, or the "will" of somebody whose words are reported."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.verb_groups import word_set
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["ANNOUNCED", "condition_follows", "told_ahead"]

ANNOUNCED: Final = frozenset({"ASSAULT", "COERCE", "SANCTION"})
"""Kinds of which a passive tells what its speaker will do: "said the party would be banned"."""
_CONDITIONS: Final = word_set("if unless provided once")
_REACH: Final = 10
_GUESSING: Final = word_set(
    "analyst analysts economist economists expert experts strategist strategists critics many some"
)


def condition_follows(p: Predicate, low: list[str]) -> bool:
    """Whether a condition follows: "says he would meet rebels if they disarm"."""
    return not _CONDITIONS.isdisjoint(low[p.last : p.last + _REACH])


def told_ahead(p: Predicate, kind: str, low: list[str]) -> bool:
    """Whether a "would" only reports a "will": "said that Peru would cut output", where no condition follows."""
    said = p.governor
    if said is None or said.rule.frame != "report" or said.group is None or said.group.tense != "past":
        return False
    if p.passive and kind in ANNOUNCED:
        return False
    guessed = not _GUESSING.isdisjoint(low[max(0, said.start - 3) : said.start])
    return not (guessed or p.conditional or condition_follows(p, low)) and p.group is not None and p.group.would
