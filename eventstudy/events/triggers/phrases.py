"""Triggers of several words: particles that stand apart, determiners and times between."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import Tokens
from eventstudy.events.language.verb_groups import BOUNDARIES, DAYS, PREPOSITIONS, word_set

__all__ = ["determined", "follows"]

_DETERMINED: Final = word_set("the a an its their his her")
_PLACES: Final = word_set("off up down over out")
_PARTICLES: Final = word_set(
    "back out off down up over away aside home jointly ablaze alight afire free loose offline responsible guilty "
    "accountable liable hostage captive prisoner dead incommunicado"
)


def follows(tokens: Tokens, i: int, rest: tuple[str, ...], *, split: bool) -> int:
    """Return the token after the trigger whose further words are ``rest``, or 0; a particle may stand apart."""
    low = tokens.low
    stop = i + 1 + len(rest)
    if tuple(low[i + 1 : stop]) == rest:
        return stop
    if split and rest[0] in PREPOSITIONS:
        # "called Thursday on Arabs", "called again on Monday for a truce"
        k = i + 1
        while k < len(low) and (low[k] in _WHEN or (low[k] == "on" and low[k + 1 : k + 2] and low[k + 1] in _WHEN)):
            k += 1
        if k > i + 1 and tuple(low[k : k + len(rest)]) == rest:
            return k + len(rest)
    if split and len(rest) > 1 and rest[0] in PREPOSITIONS:
        # "set trucks on fire", "brought the city to a standstill"
        for j in range(i + 2, min(len(low) - 1, i + 8)):
            if low[j - 1] in BOUNDARIES or low[j - 1] in PREPOSITIONS:
                break
            if tuple(low[j : j + len(rest)]) == rest:
                return j + len(rest)
    if split and len(rest) == 1 and rest[0] in _PARTICLES:
        for j in range(i + 2, min(len(low), i + 9)):
            if low[j - 1] in BOUNDARIES or (low[j - 1] in PREPOSITIONS and low[j - 1] != "of"):
                return 0
            if low[j] == rest[0]:
                follows = tokens.words[j + 1 : j + 2]
                # "holds drills off Taiwan", "fires shots over the border": a preposition, no particle
                placed = bool(follows) and (follows[0][0].isupper() or low[j + 1] in ("the", "a", "an", "its", "their"))
                return 0 if placed and rest[0] in _PLACES else j + 1
    return 0


def determined(low: list[str], i: int, rest: tuple[str, ...]) -> int:
    """Return the token after ``rest`` behind a determiner: "halted its funding", "dropped a key demand"; or 0."""
    if low[i + 1 : i + 2] and low[i + 1] in _DETERMINED and rest[0] not in PREPOSITIONS:
        for k in (i + 2, i + 3):
            if tuple(low[k : k + len(rest)]) == rest and (k == i + 2 or low[i + 2] not in _OTHERWISE):
                return k + len(rest)
    return 0


_OTHERWISE: Final = word_set(
    "cyber hunger general labour labor trade rail sit-down legal price"
)  # "launched a cyber strike"
_WHEN: Final = DAYS | word_set(
    "tonight again also late early repeatedly instead publicly formally jointly directly strongly earlier last week "
    "this morning afternoon evening night once more"
)
