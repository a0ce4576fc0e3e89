"""What a verb group says besides its verb: negation, modality, tense, voice."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from eventstudy._types import Modality, Polarity, Tense
from eventstudy.events.language.lexing import Stretches, Tokens
from eventstudy.events.language.text import MAX_SENTENCE

__all__ = [
    "BOUNDARIES",
    "NIGH",
    "PREPOSITIONS",
    "RELATIVES",
    "SUBORDINATORS",
    "Status",
    "VerbGroup",
    "bare_group",
    "first_to",
    "leads",
    "noun_status",
    "verb_group",
    "word_set",
]


def word_set(text: str) -> frozenset[str]:
    """Give the words of a text as a set."""
    return frozenset(text.split())


NEGATIONS: Final = word_set("not never neither nor no cannot hardly scarcely without")
HAVE: Final = word_set("has have had having 've")
BE: Final = word_set("is are was were be been being am 's 're")
DO: Final = word_set("do does did")
FUTURE: Final = word_set("will shall 'll")
POSSIBLE: Final = word_set("may might could can cannot")
DEMANDED: Final = word_set("must should ought needs")
AUXILIARIES: Final = HAVE | BE | DO | FUTURE | POSSIBLE | DEMANDED | word_set("would wo to get got gets 'd")
DAYS: Final = word_set("monday tuesday wednesday thursday friday saturday sunday today yesterday")
ADVERBS: Final = DAYS | word_set(
    "also again already still just now then soon even ever once twice yet only tonight tomorrow so further meanwhile "
    "reportedly instead thus long often always all both later earlier apparently outright far first jointly together"
)
NOUNS_IN_LY: Final = word_set(
    "italy assembly family supply rally reply monopoly ally july anomaly assembly butterfly belly"
)
"""Words in -ly that are no adverbs: "Italy signs"."""
SUBORDINATORS: Final = word_set(
    "after as because before since while whereas although though if unless until when whenever where once amid despite "
    "following whether lest"
)
RELATIVES: Final = word_set("who which whose whom")
PREPOSITIONS: Final = word_set(
    "onto off per across within along behind beyond inside outside around before after despite of for in on at by "
    "with from into to over under against between among about without during through near toward towards upon via "
    "than like "
)
BOUNDARIES: Final = frozenset({",", ";", ":", "—", "–", "-", "(", ")", '"', "“", "”", "``", "''"})

_DOUBT: Final = word_set(
    "fear fears feared risk risks threat threats possible possibly potential potentially likely hope hopes prospect "
    "prospects talk speculation rumour rumours rumor rumors danger dangers chance chances imminent suspected alleged "
    "warning warnings worry worries concern concerns prevent preventing avoid avoiding avert averting looming "
    "expected anticipated capable signs sign preparation preparations ahead pretext hypothetical if against case "
    "expect few "
    "anticipation nervousness jitters brink verge unless bet bets wager wagers odds expectation expectations outlook "
    "awaits await"
)
_PLANNED: Final = word_set(
    "planned proposed upcoming scheduled plan plans planning intention intentions intends prepare preparing prepares"
)
_DEMANDS: Final = word_set(
    "call calls called demand demands demanded demanding urge urges urged appeal appeals urging calling"
)
_NONE: Final = word_set("no without lack absence denied denies denying zero neither nor")


_DOUBT_AFTER: Final = word_set(
    "fear fears risk risks threat threats hopes worries concerns jitters possible likely unlikely feared "
    "expected talk plan plans warning warnings bets wagers odds expectations outlook speculation "
)
_SHARED: Final = word_set("will would could may might must should")
_PAST_AUXILIARIES: Final = word_set("did was were had")


class Status(NamedTuple):
    """Polarity, modality and tense of an event."""

    polarity: Polarity
    modality: Modality
    tense: Tense


class VerbGroup(NamedTuple):
    """Auxiliaries and adverbs in front of a verb.

    ``first`` is the token the group begins with; ``infinitive``, ``passive``, ``perfect`` and
    ``progressive`` describe its form; ``would`` says that its modal is "would".
    """

    first: int
    negated: bool
    modality: Modality
    tense: Tense
    infinitive: bool
    passive: bool
    perfect: bool
    progressive: bool
    would: bool
    auxiliary: bool


_OBLIGING: Final = frozenset({"must", "should"})
_PASSIVE: Final = BE | {"get", "got", "gets"}
_BARE: Final[tuple[Tense, Tense]] = ("past", "present")
_BEFORE_VERB: Final = AUXILIARIES | NEGATIONS | ADVERBS | {"longer"}


_PAST, _PRESENT = (
    [VerbGroup(i, False, "happened", tense, *[False] * 6) for i in range(MAX_SENTENCE + 1)] for tense in _BARE
)


def bare_group(i: int, tags: str) -> VerbGroup:
    """Give the group of a verb at token ``i`` that nothing stands before: nearly all are such."""
    return (_PAST if "d" in tags or "n" in tags else _PRESENT)[i]


def _leads(word: str) -> bool:
    return word in _BEFORE_VERB or word in (",", "and") or word[-2:] in ("ly", "'t")


leads = Stretches(_leads).__getitem__
"""Whether a word may belong to the group of a verb that stands behind it, or hide one that does."""


def verb_group(tokens: Tokens, i: int, tags: str) -> VerbGroup:
    """Read the verb group that ends with the verb at token ``i``, whose form has ``tags``."""
    low = tokens.low
    end = i
    if i > 3 and low[i - 1] == ",":
        # "would never, under any circumstances, accept"
        aside = next((k for k in range(i - 2, max(0, i - 9), -1) if low[k] == ","), 0)
        end = aside if aside and (low[aside - 1] in AUXILIARIES or low[aside - 1] in NEGATIONS) else i
    k = end
    while k > 0 and end - k < 9 and (low[k - 1] in _BEFORE_VERB or low[k - 1][-2:] in ("ly", "'t")):
        k -= 1
    if k == end and end > 4 and low[end - 1] == "and" and "n" in tags:
        # "will be treated as spies and killed"
        be = next((m for m in range(end - 3, max(0, end - 9), -1) if low[m] == "be"), 0)
        if be and low[be - 1] in _SHARED and low[be + 1].endswith("ed") and BOUNDARIES.isdisjoint(low[be:end]):
            return _group_of(be - 1, tuple(low[be - 1 : be + 1]), tags)
    if k == end and end > 3 and low[end - 1] == "and" and "b" in tags and "s" not in tags:
        # "may have to surrender and reverse", "must look and apologise"
        for m in range(end - 2, max(-1, end - 10), -1):
            if low[m] in BOUNDARIES or low[m] in SUBORDINATORS or low[m] in RELATIVES:
                break
            if low[m] in POSSIBLE or low[m] in _OBLIGING or low[m] in FUTURE or low[m] == "would":
                return _group_of(m, (low[m],), tags)._replace(first=end)
    if k == end:
        # Nothing stands before the verb that could belong to it: nearly always.
        return bare_group(i, tags)
    return _group_of(k, tuple(low[k:end]), tags)


@functools.lru_cache(maxsize=1 << 13)
def _group_of(begin: int, low: tuple[str, ...], tags: str) -> VerbGroup:
    """Read the group of a verb before which these words stand, from token ``begin``; kept, as there are few such."""
    i = len(low)
    j = i - 1
    seen: list[str] = []
    negated = False
    while j >= 0 and i - j < 9:
        word = low[j]
        if word in AUXILIARIES or word.endswith("n't"):
            # "'s" is a possessive when a noun follows; directly before an auxiliary chain it is "is".
            if word == "'s" and not seen and "g" not in tags:
                break
            seen.append(word)
            negated = negated or word.endswith("n't") or word == "cannot"
        elif word in NEGATIONS and word not in ("no", "without", "neither"):
            negated = True
        elif not (word in ADVERBS or (word.endswith("ly") and len(word) > 4 and word not in NOUNS_IN_LY)):
            if word == "longer" and j > 0 and low[j - 1] == "no":
                negated = True
                j -= 2
                continue
            break
        j -= 1
    first = j + 1
    # The group begins with its first auxiliary or negation, not with an adverb that may close the subject.
    while first < i and not (low[first] in AUXILIARIES or low[first] in NEGATIONS or low[first].endswith("n't")):
        first += 1
    bare = {w[:-3] if w.endswith("n't") else w for w in seen}
    infinitive = bool(seen) and seen[0] == "to"
    modality: Modality = "happened"
    tense: Tense = "past" if "d" in tags or "n" in tags else "present"
    if not bare.isdisjoint(POSSIBLE) or "ca" in bare:
        modality = "possible"
    elif not bare.isdisjoint(DEMANDED):
        modality = "demanded"
    elif not bare.isdisjoint(FUTURE) or "wo" in bare:
        modality, tense = "planned", "future"
    elif "would" in bare or "'d" in bare:
        modality, tense = "conditional", "future"
    elif seen == ["be", "to"]:
        modality, tense = "planned", "future"  # "pact to be signed on Monday"
    if not bare.isdisjoint(_PAST_AUXILIARIES):
        tense = "past"
    elif "g" in tags and not bare.isdisjoint(BE):
        tense = "present"
    passive = "n" in tags and not bare.isdisjoint(_PASSIVE)
    perfect = not bare.isdisjoint(HAVE)
    if perfect and modality == "happened":
        tense = "past"
    return VerbGroup(
        begin + first, negated, modality, tense, infinitive, passive, perfect,
        "g" in tags and not bare.isdisjoint(BE), "would" in bare or "'d" in bare, bool(seen),
    )  # fmt: skip


def _denied(low: list[str], i: int, stop: int) -> bool:
    for j in range(i - 1, stop - 1, -1):
        if low[j] in (";", ":", "—") or (low[j] == "," and i - j > 2):
            return False
        if low[j] in _NONE:
            return True
    return False


_GOING: Final = word_set(
    "begin start resume restart continue open take go end last stay remain be run proceed expire follow reopen "
    "conclude expand hit enter come"
)


NIGH: Final = word_set("coming imminent close near nigh possible")


def _ahead(low: list[str], last: int) -> Status | None:
    """Read what the verb of an event's noun says of its time: "talks to resume", "the ban will stay"."""
    following = [w for w in low[last : last + 3] if w not in ("is", "very", "now", "'s", "still")]
    if following and following[0] == "possible":
        return Status("asserted", "possible", "future")  # "deal still possible"
    if following and following[0] in NIGH and low[last] not in ("near", "close"):
        return Status("asserted", "planned", "future")  # "deal is very close", "deal coming"
    for k in range(last, min(len(low) - 1, last + 7)):
        word = low[k]
        if word in FUTURE or (word == "to" and low[k + 1] in _GOING and k > 0):
            return Status("asserted", "planned", "future")
        if word in POSSIBLE or word in ("would", "should"):
            return Status("asserted", "possible", "future")
        if word in ("is", "are") and next((w for w in low[k + 1 : k + 3] if w not in _DEGREE), "") in _AT_HAND:
            return Status("asserted", "planned", "future")  # "a deal between Peru and Chile is close"
        if word in BOUNDARIES or word in SUBORDINATORS or word in RELATIVES or word in AUXILIARIES:
            return None
    return None


_DEGREE: Final = frozenset({"very", "now", "still", "so", "extremely"})
_AT_HAND: Final = frozenset({"close", "near", "imminent", "nigh"})
_TELLING: Final = _NONE | _DOUBT | _PLANNED | _DEMANDS
_AHEAD: Final = FUTURE | POSSIBLE | NIGH | {"to", "would", "should"}


def noun_status(tokens: Tokens, i: int, last: int) -> Status:
    """Read the status of an event named by the noun at tokens ``i`` to ``last`` from the words around it."""
    low = tokens.low
    stop = max(0, i - 7)
    telling = not _TELLING.isdisjoint(low[stop:i])
    if telling and _denied(low, i, stop):
        return Status("denied", "happened", "present")
    for j in range(i - 1, stop - 1, -1) if telling else ():
        word = low[j]
        if word in (";", ":", "—") or (word == "," and i - j > 2):
            break
        if word in _DOUBT:
            return Status("asserted", "possible", "present")
        if word in _PLANNED:
            return Status("asserted", "planned", "future")
        if word in _DEMANDS:
            return Status("asserted", "demanded", "future")
    ahead = None if _AHEAD.isdisjoint(low[last : last + 7]) else _ahead(low, last)
    if ahead is not None:
        return ahead
    # "invasion fears", "attack threat"
    if last < len(low) and low[last] in _DOUBT_AFTER:
        return Status("asserted", "possible", "present")
    return Status("asserted", "happened", "past")


def first_to(low: list[str], start: int) -> bool:
    """Whether an infinitive at ``start`` says what was done: "becomes first country to default"."""
    before = low[max(0, start - 8) : start]
    return not _BECOMING.isdisjoint(before) and not _RANKS.isdisjoint(before)


_BECOMING: Final = word_set("become becomes became")
_RANKS: Final = word_set("first second third fourth fifth latest last only next")
