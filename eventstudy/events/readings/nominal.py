"""When an event that only a noun names is news: what the grammar around the noun makes of it.

"Clashes in Kabul" and "a strike began" report an event; "tariffs sour exports", "a truce deal" and
"doubts over the truce" only speak of one.
"""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import (
    AUXILIARIES,
    BOUNDARIES,
    DAYS,
    NEGATIONS,
    NIGH,
    RELATIVES,
    SUBORDINATORS,
    word_set,
)
from eventstudy.events.moves.verbs import VERBS as MOVE_VERBS
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.roles import Scene
from eventstudy.events.triggers.parts_of_speech import COMPOUNDING, HOMOGRAPHS, MARKET, PREPOSITIONS

__all__ = ["presented"]


_CAUSING: Final = all_forms("spark trigger prompt provoke cause ignite unleash draw")
"""Verbs whose object they bring about: "sparks protests"."""

_OCCURRING: Final = _CAUSING | all_forms(
    "cost start begin open resume restart continue erupt break flare rage escalate intensify spread occur happen take "
    "hit "
    "strike rock shake leave claim kill wound hurt injure destroy damage maim paralyse paralyze enter grip engulf "
    "ongoing underway conclude end fail collapse stall follow topple ignite displace target announce reveal "
    "unveil impose "
    "declare launch stage hold report go last extend prolong ground halt disrupt cripple strand snarl idle delay stop "
    "shut spook unnerve startle sting gut raze level flatten wreck mar rattle jolt stun maul devastate ravage torch "
    "scar"
)
"""Verbs that say of an event that it took place, how it goes on or what it did."""

_FAILING: Final = all_forms("fail collapse break crumble unravel fray disintegrate founder fall")
"""Verbs that say of a truce that there is none."""

_TAKING: Final = all_forms("take")
_PLACE: Final = (["place"], ["effect"], ["hold"], ["off"], ["shape"])

_AROUND: Final = word_set("in after following during at")
_AGES: Final = word_set("years year decades decade months century centuries")
_SUDDEN: Final = frozenset({"ASSAULT", "PROTEST", "CONSULT"})
"""Kinds that happen at a time, so that "in an attack" tells of one; a tariff or a ban is a state of affairs."""

_CAUSES: Final = word_set("on after following amid")
"""What a market's move is put down to follows these: "the ruble rallies on the pullback"."""

_NEEDING: Final = all_forms("need lack want require await")
_OFF: Final = word_set("off aside past")
_SHRUGGING: Final = all_forms("shrug brush look")
"""With these a market leaves unmoved by what has happened."""

_LIKELY: Final = word_set("coming close near possible likely unlikely imminent expected planned looming")

_MARKS: Final = frozenset({":", ";", "—", "–", "?"})
_OPENING: Final = _MARKS | {"says", "say", "said"}
_GIVEN: Final = word_set("the this that these those such its their his her our any every each")
_ENDS: Final = PREPOSITIONS | BOUNDARIES | SUBORDINATORS | RELATIVES | word_set("and or but that . ? ! ' ’ …")
_TIMES: Final = DAYS | word_set("tomorrow tonight next last this early late again overnight daily ago")
_HOMOGRAPHS: Final = HOMOGRAPHS | word_set("slides jumps climbs shot quit led left")
_TELLING: Final = word_set("how why what when who where explainer analysis factbox opinion timeline")


def presented(reading: Reading, scene: Scene) -> bool:
    """Whether a noun that stands under no verb of the taxonomy reports its event rather than mentions it."""
    p = reading.head
    low = scene.tokens.low
    i, stop = p.first, p.last
    lasting = p.rule.kind in _LASTING
    if "despite" in low[max(0, i - 4) : i] and _FEARS.isdisjoint(low[stop : stop + 1]):
        return False  # "despite widespread criticism"
    told_off = "no" in low[max(0, i - 3) : i] and _FEARS.isdisjoint(low[stop : stop + 1])
    if lasting and reading.polarity == "denied" and not told_off:
        return False  # "without a trade deal", "it is not tariffs", "no tariff fears"
    planned = bool(reading.actor.complements) and reading.actor.rule.frame == "plan"
    if planned and (_foretold(low, reading.theme.last) or _heard(low, reading.actor.first)):
        return False  # "a plan to impose tariffs will raise prices", "waits to hear of plans for tariffs"
    if reading.modality in ("planned", "possible") and not NIGH.isdisjoint(low[stop : stop + 3]):
        return True  # "trade deal is very close"
    if lasting and stop < len(low) and low[stop] in _QUOTING:
        return False  # "says deal 'humiliating'"
    if lasting and reading.modality == "possible" and _setting(low, i, stop):
        return False
    if reading.actor.complements or reading.polarity == "denied" or reading.meaning.rule.startswith("no+"):
        return True  # "its plan to attack", "no talks"
    if reading.modality == "possible" and _feared(low, i, stop):
        return True
    begin = max((k + 1 for k in range(i) if low[k] in _OPENING), default=0)
    end = min((k for k in range(stop, len(low)) if low[k] in _MARKS), default=len(low))
    if (begin < i and low[begin] in _TELLING) or low[0] in _TELLING:
        return False
    if stop < end and not _follows(low, stop):
        return False
    if tuple(low[stop : stop + 2]) in _STATES:
        return False  # "the assault in focus", "talks in doubt"
    verb = _verb_after(scene, stop, end)
    if verb is not None and low[verb] not in _OCCURRING:
        return False
    if verb is not None and low[verb] in _TAKING and low[verb + 1 : verb + 2] not in _PLACE:
        return False  # "the deal will take time"
    if verb is not None and low[verb] in _FAILING and reading.meaning.direction == "de-escalation":
        return False
    if lasting and verb is None and _meant_to(low, stop, end):
        return False  # "trade deal with Chad to boost growth"
    if low[stop - 1] in ("cuts", "curbs") and reading.meaning.kind == "SUPPLY_CUT" and low[i - 1 : i] != ["new"]:
        return i == begin or low[i - 1] not in ("on", "after", "by")  # "oil rises on supply cuts": those in force
    if lasting and reading.meaning.kind != "TRADE_TRUCE" and not _imposed(low, i, stop, verb):
        return False
    return _heads(scene, i, begin, reading.meaning.kind)


_LASTING: Final = frozenset({"TARIFF", "SANCTION", "TRADE_TRUCE"})
"""States of affairs: that somebody speaks of them does not tell that they have just begun."""

_FRESH: Final = word_set("new fresh more further additional retaliatory latest sweeping punitive tougher stiff stiffer")
_WORKING: Final = (
    all_forms("hit rock shake leave claim kill wound hurt injure destroy damage cripple disrupt idle hold go cost")
    | _CAUSING
)


def _imposed(low: list[str], i: int, stop: int, verb: int | None) -> bool:
    """Whether a tariff or a sanction is new here: its verb says that it begins, or it is called new."""
    if verb is not None:
        return low[verb] not in _WORKING and low[verb + 1 : verb + 2] != ["to"]
    return not _FRESH.isdisjoint(low[max(0, i - 4) : i]) or (stop < len(low) and low[stop] in _OCCURRING)


def _meant_to(low: list[str], stop: int, end: int) -> bool:
    """Whether behind a phrase beside the noun stands what it is to do."""
    for k in range(stop + 1, min(end, stop + 8) - 1):
        if low[k] in BOUNDARIES or low[k] in SUBORDINATORS:
            return False
        if low[k] == "to" and low[k + 1].isalpha() and low[k + 1] not in _GIVEN and low[k + 1] not in _OCCURRING:
            return low[k - 1] not in PREPOSITIONS
    return False


_STATES: Final = frozenset(
    (one, two)
    for one, twos in (
        ("in", "focus doubt limbo sight question spotlight balance store play tatters view"),
        ("on", "hold agenda cards horizon ice course radar minds"),
        ("at", "risk stake issue"),
        ("under", "review threat scrutiny consideration discussion"),
        ("off", "table"),
        ("to", "blame"),
    )
    for two in twos.split()
)
"""What is said of an event without saying that it took place."""

_LONGEST: Final = 5
"""Words that may describe a noun: "a deadly Turkish-backed rebel attack"."""

_NO_PLURAL: Final = ("ss", "us", "is", "'s", "ous")

_FEARS: Final = word_set(
    "fear fears hope hopes risk risks threat threats prospect prospects danger dangers worries concern concerns "
    "warning warnings signs talk rumours rumors speculation jitters possible chance chances odds brink verge "
    "anticipation"
)


def _feared(low: list[str], i: int, stop: int) -> bool:
    """Whether the event is what is feared or hoped for: "fears of an attack", "fear an attack", "invasion fears"."""
    if low[stop : stop + 1] and low[stop] in _FEARS:
        return low[stop + 1 : stop + 2] != ["to"]
    if low[i - 2 : i - 1] and low[i - 2] in _FEARS and low[i - 1] in ("a", "an", "the"):
        return True
    linked = next((k for k in range(i - 1, max(-1, i - 7), -1) if low[k] in ("of", "for", "about")), 0)
    # "hopes fade for a truce": the verb says what became of the hope
    return linked > 0 and (low[linked - 1] in _FEARS or (linked > 1 and low[linked - 2] in _FEARS))


def _foretold(low: list[str], last: int) -> bool:
    """Whether what is planned is the subject of a clause that says what it will do."""
    for word in low[last : last + 6]:
        if word in _WILL:
            return True
        if word in BOUNDARIES or is_verb_like(word):
            return False
    return False


def _heard(low: list[str], i: int) -> bool:
    """Whether somebody waits to learn of a plan, so that none is told."""
    return not _LEARNING.isdisjoint(low[max(0, i - 6) : i])


_LEARNING: Final = word_set("hear see learn await awaits awaiting know explain clarify outline detail details without")
_QUOTING: Final = frozenset({"'", "‘", '"', "“"})
_WILL: Final = word_set("will would could may might can")


def _setting(low: list[str], i: int, stop: int) -> bool:
    """Whether a fear of what lasts only says amid what the rest goes on: "under tariff threat", "depth of its fear"."""
    if low[stop : stop + 1] and low[stop] not in _FEARS and not _follows(low, stop):
        return True  # "concerns about trade deal progress"
    k = stop + (stop < len(low) and low[stop] in _FEARS)
    if k < len(low) and low[k] in _IS:
        return True  # "tariff threat may compound woes", "worries about tariffs are extreme"
    k = i - 1
    while k >= 0 and low[k] not in PREPOSITIONS and low[k] not in BOUNDARIES and not is_verb_like(low[k]):
        k -= 1
    if k > 0 and low[k] == "of" and low[k - 1] in _FEARS:
        k -= 2  # "on the brink of a trade war"
    if k < 0 or low[k] not in _AMIDST:
        return False
    return low[k] in ("under", "without", "with") or MARKET.isdisjoint(low[:k])


_IS: Final = word_set("is are may might could would will can")
_AMIDST: Final = word_set("under of despite amid without from with in through")


def _follows(low: list[str], stop: int) -> bool:
    """Whether what follows leaves the noun the head of its phrase: no further noun, no verb it is the subject of."""
    word = low[stop]
    return (
        word in _ENDS
        or word in _TIMES
        or word in _OCCURRING
        or word in AUXILIARIES
        or word in _LIKELY
        or word[0].isdigit()
        or not word[0].isalpha()
    ) and word != "'s"


def _verb_after(scene: Scene, stop: int, end: int) -> int | None:
    """Give the finite verb whose subject the noun is."""
    low = scene.tokens.low
    names = {m.first for m in scene.mentions}
    if low[stop : stop + 1] == [","] and stop + 1 < end and low[stop + 1] in RELATIVES:
        # "the truce, which had held for months, collapsed"
        stop = next((k + 1 for k in range(stop + 1, end) if low[k] == ","), stop)
    for k in range(stop, end):
        word = low[k]
        if word in (",", "and", "but") or word in SUBORDINATORS or word in RELATIVES or word == "that":
            return None
        if word == "to" and low[k + 1 : k + 2] and low[k + 1] in _OCCURRING:
            return k + 1
        if word == "to" and low[k + 1 : k + 2] and low[k + 1].isalpha() and k == stop and k + 1 not in names:
            return k + 1 if low[k + 1] not in _GIVEN and low[k + 1] not in ("a", "an", "the") else None
        if word in _LIKELY:
            return None
        if word == "needs" and k == stop:
            return k  # "the deal needs votes"
        if is_verb_like(word) and word not in _HOMOGRAPHS and not (word.endswith("ed") and low[k - 1] in _ENDS):
            # The last of "has been held".
            while k + 1 < end and (low[k] in AUXILIARIES or low[k] in NEGATIONS) and low[k + 1].isalpha():
                k += 1
            return k
        if word in _OCCURRING and low[k - 1] not in _ENDS:
            return k
    return None


def _heads(scene: Scene, i: int, begin: int, kind: str) -> bool:
    """Whether the noun heads a phrase that opens the clause, or one that says at what event the rest took place."""
    low = scene.tokens.low
    names = {k for m in scene.mentions for k in range(m.first, m.last)}
    k = i - 1
    while k >= begin:
        word = low[k]
        if i - k > _LONGEST:
            return False  # so many words hold a verb that no list names: "officers observe their neighbours' drills"
        if word == ",":
            return low[begin] in PREPOSITIONS or k - begin < _LONGEST  # "In Cairo, indirect talks"
        if word in _CAUSES and not MARKET.isdisjoint(low[begin:k]):
            moved = not MOVE_VERBS.keys().isdisjoint(low[begin:k])
            if moved or word not in _AROUND:
                return moved
        if word == "after" and k > 0 and low[k - 1] in _AGES:
            return False  # "bridge opens ten years after border war"
        if word in _OFF and low[k - 1] in _SHRUGGING and not MARKET.isdisjoint(low[begin:k]):
            return kind in _SUDDEN  # "stocks rise, shrug off attack"
        if word in _AROUND:
            new = low[k + 1] in ("a", "an") or (word in ("after", "following") and kind != "CONSULT")
            opens = kind != "CONSULT" or k == begin  # "at a party meeting" only says where
            return kind in _SUDDEN and low[k + 1] not in _GIVEN and (new or kind == "PROTEST") and opens
        if word in _CAUSING:
            return True
        if word in _NEEDING:
            return False  # "need more dialogue on trade"
        if word in _ENDS and word not in ("and", "or", "-", "'", "’", '"', "“"):
            return False
        if is_verb_like(word) and word not in _HOMOGRAPHS and not (word.endswith("ed") and k == begin):
            return False
        if word.endswith("ing") and k == begin and k + 1 in names:
            return False  # "risking Riyadh's ire"
        if word.endswith("s") and k not in names and word not in COMPOUNDING and not word.endswith(_NO_PLURAL):
            return False  # a verb, or the subject of one: "Italy eyes sanctions", "officers observe drills"
        k -= 1
    return True
