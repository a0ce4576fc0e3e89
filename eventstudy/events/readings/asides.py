"""What may stand between a subject and its verb: an aside between commas, a relative clause."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import RELATIVES, word_set

__all__ = ["subject_end"]


def subject_end(low: list[str], start: int) -> int:
    """Give the token behind the subject of a verb group at ``start``, asides and relative clauses left out."""
    return _before_aside(low, _before_relative(low, start)) + 1


def _before_aside(low: list[str], i: int) -> int:
    """Give the last token before an aside that opens with "after" and the like: "Peru, after months of talks, has"."""
    if i < 4 or low[i] != ",":
        return i
    k = next((k for k in range(i - 1, max(0, i - 14), -1) if low[k] == ","), 0)
    opens = k and (low[k + 1] in _ASIDES or (low[k + 1].endswith("ing") and k > 1))
    # "in an unscheduled meeting" holds no verb
    told = any(is_verb_like(low[j]) and low[j - 1] not in _DETERMINERS for j in range(k + 1, i))
    return k - 1 if opens and not told else i


_DETERMINERS: Final = word_set("the a an its their his her of by")
_ASIDES: Final = word_set("in at on with after following despite amid in under like unlike along citing saying")


def _before_relative(low: list[str], start: int) -> int:
    """Give the last token before ``start`` that no ", which ..., " holds: "Ghana, which condemned the raid, said"."""
    if start < 2 or low[start - 1] != ",":
        return start - 1
    for k in range(start - 2, max(0, start - 40), -1):
        if low[k] in RELATIVES and low[k - 1] == ",":
            return k - 2
        if low[k] == ";":
            break
    return start - 1
