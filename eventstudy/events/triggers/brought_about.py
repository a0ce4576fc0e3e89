"""What another is brought to do: "prompting Tokyo to warn residents and suspend trains" is Tokyo's warning."""

from __future__ import annotations

from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens, all_forms
from eventstudy.events.language.verb_groups import (
    AUXILIARIES,
    BOUNDARIES,
    HAVE,
    NEGATIONS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    VerbGroup,
    bare_group,
    word_set,
)
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["brought_about"]

_PROMPTING: Final = all_forms("prompt compel oblige induce spur")
_ALSO_PROMPTING: Final = all_forms("lead cause drive force")  # where a name stands behind: not "led efforts to"
_EITHER: Final = _PROMPTING | _ALSO_PROMPTING
_REACH: Final = 10  # words in which the "to" stands
_PRONOUNS: Final = word_set("it them him her")
_WALLS: Final = BOUNDARIES | SUBORDINATORS | RELATIVES | {"to", "that"}
_TURNING: Final = word_set("; : — who which while as after before when if because but")


def brought_about(predicates: list[Predicate], tokens: Tokens, mentions: list[Mention]) -> None:
    """Make a finite verb of each infinitive that says what somebody was brought to do, with whom as its subject."""
    low = tokens.low
    if _EITHER.isdisjoint(low):
        return
    for k, p in enumerate(predicates):
        if p.pos != "inf" or low[p.start] != "to":
            continue
        begin = _subject(low, p.start, mentions) or _second(low, p.start, predicates[:k], mentions)
        if not begin:
            continue
        p.pos, p.group = "fin", _done(p.first)
        if low[begin] in _PRONOUNS:
            continue  # "the raids had prompted it to quit": of whom the sentence speaks
        p.caused = (begin, p.start)
        for i in range(k + 1, len(predicates)):
            q = predicates[i]
            if not _TURNING.isdisjoint(low[p.last : q.start]):
                break
            # "suspend" behind "and": no main verb that stands in the past or agrees with one subject
            bare = q.group is not None and _bare(q.group, low[q.first])
            if q.pos == "fin" and low[q.start - 1] in ("and", ",") and bare:
                q.group, q.caused = _done(q.first), p.caused


def _done(first: int) -> VerbGroup:
    return bare_group(first, "d")


def _bare(group: VerbGroup, word: str) -> bool:
    return not group.auxiliary and group.tense == "present" and not word.endswith("s")


def _subject(low: list[str], to: int, mentions: list[Mention]) -> int:
    """Give where the words between a verb of causing and its "to" begin; 0 where there is no such verb."""
    for i in range(to - 1, max(0, to - _REACH), -1):
        word = low[i]
        if word in _EITHER and (before := low[i - 1]) not in NEGATIONS:
            if i + 1 == to or low[i + 1] in PREPOSITIONS or (before in AUXILIARIES and before not in HAVE):
                return 0  # "was prompted to", "led by", "could prompt"
            named = any(m.last == to and m.first > i for m in mentions)
            return i + 1 if word in _PROMPTING or named else 0
        if word in _WALLS:
            return 0
    return 0


def _second(low: list[str], to: int, before: list[Predicate], mentions: list[Mention]) -> int:
    """Give where a second name stands: "prompting Britain to warn ships and Denmark to send a frigate"."""
    if not any(q.caused[1] for q in before):
        return 0
    return next((m.first for m in mentions if m.last == to and low[m.first - 1] == "and"), 0)
