"""The clause that closes a sentence with who says so: ", the ministry said", "according to police"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import BOUNDARIES, SUBORDINATORS, word_set

__all__ = ["SAYING", "closing_clause"]

SAYING: Final = word_set(
    "said says say reported announced added told confirmed declared according reports quoted stated insisted noted "
    "explained cautioned warned vowed repeated reiterated tweeted argued stressed claimed"
)


def _says_more(low: list[str], i: int) -> bool:
    """Whether a clause follows the verb of saying at ``i``: "and an official said Washington would pay"."""
    for k, word in enumerate(low[i + 1 :], 2):
        if word in SUBORDINATORS or word in BOUNDARIES:
            return False
        if word == "that" or (is_verb_like(word) and low[i + k : i + k + 1] not in _CARRIED):
            return True
    return False


_WARNING: Final = frozenset({"warned", "cautioned"})


def _warns(low: list[str], i: int) -> bool:
    """Whether of what is warned follows: "and its president warned Iran not to attack"."""
    ahead = low[i + 1 : i + 7]
    return "not" in ahead or "against" in ahead or "of" in ahead[:3]


_CARRIED: Final = (["by"], ["in"], ["on"])  # "said in remarks carried by the agency"


def closing_clause(low: list[str]) -> tuple[int, int, int] | None:
    """Find the clause that only says who says so: its first token, its subject's end and the place of its verb."""
    n = len(low)
    if SAYING.isdisjoint(low[-13:]):
        return None
    for i in range(n - 1, max(-1, n - 14), -1):
        if low[i] in SAYING:
            if low[i] != "according" and (_says_more(low, i) or (low[i] in _WARNING and _warns(low, i))):
                return None
            j = i - 1
            while j >= 0 and low[j] not in (",", '"', "”", "''", ";"):
                if i - j > 14 or low[j] in SUBORDINATORS or low[j] == "that":
                    return None
                j -= 1
            if j < 0:
                return None
            if low[i] == "according":
                return (i + 2, n, i + 1) if low[i + 1 : i + 2] == ["to"] else (i, n, i)
            return (j + 1, i, i) if j + 1 < i else (j + 1, n, i)
    return None
