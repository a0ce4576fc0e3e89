"""Moves of more than a day: "up 20 % this year", "a weekly gain", "2 % lower for the month"."""

from __future__ import annotations

import re
from typing import Final

from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.found import Found
from eventstudy.events.times import TimeMention

__all__ = ["period_of"]

_LENGTH: Final = r"(?:week|month|quarter|year)"
_AFTER: Final = re.compile(
    rf"[\s,]{{0,2}}((?:for|on|over)\s(?:the|this)\s{_LENGTH}|year[\s-]to[\s-]date)\b", re.IGNORECASE
)
_FIRST: Final = re.compile(rf"(?:for|on|over)\s(?:the|this)\s{_LENGTH}(?=,)", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\b(weekly|monthly|quarterly|yearly|annual)\s(?:[\w-]+\s)?$", re.IGNORECASE)
_AMOUNT_AHEAD: Final = re.compile(r"(?:%|percent|points?|cents?)\s(?:so\sfar\s)?$", re.IGNORECASE)
_WORD: Final = re.compile(r"[\w'’.%$-]+")
# Words that may stand between an amount and the time over which it ran.
_GAP: Final = 4


def period_of(move: Found, times: list[TimeMention], text: str) -> tuple[int, int] | None:
    """Find the span of time over which a move ran, if the text gives one longer than a day.

    Parameters
    ----------
    move : Found
        As the grammar read it.
    times : list of TimeMention
        The times of its sentence.
    text : str
        The whole text.

    Returns
    -------
    (int, int) or None
        Where the text says it.
    """
    start = move.trigger.start
    near = text[max(0, start - 24) : start].lower()
    if "ly" in near or "annual" in near:  # the slow pattern only where it may fit
        named = _BEFORE.search(text, max(0, start - 24), start)
        if named is not None:
            return named.span(1)
    ends = [token.end for token in (move.trigger, move.amount, move.change) if token is not None]
    for end in sorted(ends, reverse=True):
        follows = _AFTER.match(text, end)
        if follows is not None:
            return follows.span(1)
    opening = _FIRST.match(text, move.region[0])
    if opening is not None:
        return opening.span()
    here = [t for t in times if move.region[0] <= t.start < move.region[1]]
    if not here:
        opening = _FIRST.match(text, move.opens)
        if opening is not None:
            return opening.span()  # "For the week, Brent lost 2 percent and WTI shed 4 percent"
        return None
    place = max(ends)
    nearest = min(here, key=lambda t: t.start - place if t.start >= place else place - t.end)
    if nearest.precision != "interval" or nearest.kind not in ("period", "year", "relative"):
        return None
    if nearest.start < place:
        opens = text[nearest.end : nearest.end + 1] == "," and nearest.start - move.region[0] < 12
        # "already down 20 % this year, slipped another 1 %": of the move before
        opens = opens and _AMOUNT_AHEAD.search(text, max(0, nearest.start - 16), nearest.start) is None
        return (nearest.start, nearest.end) if opens else None
    between = _WORD.findall(text[place : nearest.start].lower())
    if len(between) > _GAP or any(lex.flags_of(w) & lex.VERBISH for w in between):
        return None
    return nearest.start, nearest.end
