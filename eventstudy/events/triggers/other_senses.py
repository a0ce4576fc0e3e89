"""Triggers that often stand for something else: "March", "hedge funds", "EU states", "has denied", "caught fire"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import ADVERBS, HAVE, NEGATIONS, word_set
from eventstudy.events.triggers.parts_of_speech import PREPOSITIONS
from eventstudy.events.triggers.scan import Scan

__all__ = ["AMBIGUOUS", "WEAPONS", "is_another"]


def is_another(scan: Scan, i: int, word: str) -> bool:
    """Whether a word at ``i`` that often stands for something else does so here."""
    low = scan.low
    if word in HAVE:
        return (i > 0 and low[i - 1] in _MAYBE and low[i + 1 : i + 2] == ["to"]) or _is_auxiliary(low, i)
    if word == "march":
        return scan.tokens.words[i] == "March" and i > 0  # the month
    if word == "states":
        return i > 0 and (low[i - 1] in _OF_STATES or i - 1 in scan.named)  # "EU states back curbs"
    if word == "forecast":
        return i > 0 and low[i - 1] in _FORECAST
    if word == "met":
        return low[i + 1 : i + 2] != [] and low[i + 1] in _OF_THE_MET  # "says Met chief"
    if word == "fed":
        return low[i + 1 : i + 2] != [] and low[i + 1] in (
            "rate",
            "rates",
            "chair",
            "chief",
            "policy",
            "official",
            "officials",
        )
    if word == "back":
        return i + 1 == len(low) or low[i + 1] in PREPOSITIONS  # "get back on track"
    if word == "near":
        told = bool(scan.finite) or any(map(is_verb_like, low[i + 1 : i + 9]))
        return told and not _NEARED.isdisjoint(low[i + 1 : i + 6])  # "massed soldiers near its border"
    if word == "funds":
        return i > 0 and low[i - 1] in _INVESTING  # "hedge funds cut their bets"
    if word == "encouraged":
        return i + 1 < len(low) and low[i + 1] in ("by", "at")  # "was encouraged by the talks" asks for nothing
    if word in _HITTING:
        return _is_level(low, i + 1)  # "unemployment would hit 40 %", "Brent hits $100"
    if word in _ASKED:
        return _questions(low, i)  # "the judge asked, 'Why ...'"
    if word == "dispersed":
        return i + 1 >= len(low) or low[i + 1] in _ENDING or low[i + 1].endswith("ly")  # "the marchers dispersed"
    if word in _SENDING:
        return any(_is_course(low, k) for k in range(i + 2, min(len(low), i + 7)))
    if word == "fire":
        return i > 0 and low[i - 1] in _CATCHING  # "the plane caught fire at the gate"
    # "One killed after a building collapsed".
    return not _ACCIDENTS.isdisjoint(scan.every) and WEAPONS.isdisjoint(scan.every)


def _questions(low: list[str], i: int) -> bool:
    """Whether a question is asked, not for something: "asked why", "asked: ..."."""
    if low[i + 1 : i + 2] == [","]:
        return low[i + 2 : i + 3] != [] and low[i + 2] in _QUOTES
    return low[i + 1 : i + 2] != [] and low[i + 1] in _AFTER_ASKED


def _is_level(low: list[str], k: int) -> bool:
    """Whether an amount of money, or a percentage, stands at ``k``."""
    at = low[k : k + 2]
    return bool(at) and (at[0] in _MONEY or (at[0][:1].isdigit() and at[1:] != [] and at[1] in _SHARES))


_MONEY: Final = frozenset("$€£¥")
_SHARES: Final = frozenset({"%", "percent", "per"})
_HITTING: Final = frozenset({"hit", "hits"})
_QUOTES: Final = frozenset({"'", '"', "“", "‘"})
_ASKED: Final = all_forms("ask")
_AFTER_ASKED: Final = word_set("if whether why what how who when where about :") | _QUOTES
_ENDING: Final = word_set("after before when as at in by on , . ;")
_SENDING: Final = all_forms("send")
_COURSES: Final = word_set("lower higher tumbling soaring plunging surging falling rising sliding sinking climbing")


def _is_course(low: list[str], k: int) -> bool:
    """Whether what is sent is a price: "sending the currency down 26 %", "sent stocks higher", not "up the road"."""
    if low[k] in _COURSES:
        return True
    ahead = low[k + 1] if k + 1 < len(low) else "."
    return low[k] in ("up", "down") and (ahead[0].isdigit() or ahead in (".", ",", ";", "by", "sharply", "against"))


_HARMING: Final = all_forms("kill injure wound hurt")
_ACCIDENTS: Final = word_set(
    "collapse collapsed collapses crash crashed crashes landslide landslides avalanche stampede capsized capsizes sank "
    "sinks sunk derailed derails derailment flood floods flooding quake earthquake storm tornado hurricane typhoon "
    "cyclone accident accidents pile-up mudslide wildfire wildfires heatwave lightning overturned"
)
WEAPONS: Final = word_set(
    "bomb bombs bomber bombing bombed attack attacks attacked attackers shelling shelled missile missiles rocket "
    "rockets gunmen gunman shot shooting strike strikes airstrike airstrikes drone drones clash clashes fighting "
    "militants rebels soldiers troops police war stabbed "
    "rammed explosives grenade jihadists insurgents raid protesters "
    "mine landmine blast explosion gunfire mortar shells artillery ambush"
)
_CATCHING: Final = all_forms("catch") | {"on"}
_OF_THE_MET: Final = word_set("chief police office officer officers commissioner gala opera")
_MAYBE: Final = word_set("may might could would")  # "might have to exempt": nobody demands it
_FORECAST: Final = frozenset({"sales", "profits", "earnings", "results"})  # "its sales forecast falls short"
AMBIGUOUS: Final = (
    HAVE
    | _HARMING
    | _HITTING
    | _ASKED
    | _SENDING
    | {"dispersed"}
    | {"march", "fire", "states", "back", "near", "funds", "encouraged", "forecast", "met", "fed"}
)
_INVESTING: Final = word_set(
    "hedge pension mutual index investment wealth bond equity money trust sovereign exchange-traded superannuation "
    "retirement stock commodity venture private-equity"
)
_OF_STATES: Final = word_set(
    "member gulf baltic arab african european bloc nordic balkan eastern western southern northern central swing"
)
_NEARED: Final = word_set(
    "border borders frontier capital town city village airport base coast front island river line camp"
)


def _is_auxiliary(low: list[str], i: int) -> bool:
    """Whether a form of "have" only helps another verb: "has consistently denied"."""
    for word in low[i + 1 : i + 5]:
        if word == "no":
            return False
        if word in ADVERBS or word in NEGATIONS or (word.endswith("ly") and len(word) > 4):
            continue
        return word.endswith(("ed", "en", "wn")) or is_verb_like(word) or word in _PARTICIPLES
    return False


_PARTICIPLES: Final = word_set("begun done come gone become run sung sunk hung shut thrown overrun won")
