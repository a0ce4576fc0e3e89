"""Whether a market, nature or an animal is the subject of a verb, so that nobody acts."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import PREPOSITIONS, SUBORDINATORS, word_set
from eventstudy.events.triggers.parts_of_speech import MARKET

__all__ = ["IMPERSONAL", "NATURE", "impersonal_subject"]


def impersonal_subject(low: list[str], start: int) -> bool:
    """Whether the subject before the verb group is a market or nature: "oil retreated", "wildfires threaten homes"."""
    near = low[max(0, start - 2) : start]
    if not near:
        return False
    if near[-1] == "," and (opens := next((k for k in range(start - 2, max(0, start - 14), -1) if low[k] == ","), 0)):
        near = low[max(0, opens - 2) : opens] or near  # "Norway, the biggest supplier of gas, put"
    traded = (
        not MARKET.isdisjoint(near)
        and near[-1] not in _DEALERS
        and near[-1] not in _JOINING  # "fired tear gas and detained": what was fired is not who detained
        and _LADEN.isdisjoint(low[max(0, start - 5) : start])
        and _MINDED.isdisjoint(low[max(0, start - 5) : start])
    )
    wild = not NATURE.isdisjoint(low[max(0, start - 4) : start]) and "tamil" not in low[max(0, start - 6) : start]
    if traded or (near[-1] not in _STRICKEN and wild):
        return True
    if low[start - 1] == "and" and _acts_first(low, start, MARKET):
        return True
    later = start > 4 and (low[start - 1] == "and" or low[start] in ("had", "has"))
    return later and _acts_first(low, start, NATURE)


def _acts_first(low: list[str], start: int, who: frozenset[str]) -> bool:
    """Whether one of ``who`` is the sentence's subject, for a later verb: "the quake struck and injured many"."""
    for k, word in enumerate(low[:start]):
        if word in who and not (word == "gas" and low[k - 1] in _WEAPONED):
            return k + 1 < start and low[k + 1] not in ("-", "'s") and _DEALERS.isdisjoint(low[k + 1 : k + 3])
        if word in PREPOSITIONS or word in SUBORDINATORS or is_verb_like(word):
            return False
    return False


# Who deals in what is traded: "oil workers", "crypto exchange".
_DEALERS: Final = word_set(
    "pipeline pipelines field fields facility facilities plant plants "
    "workers worker miners miner mine mines producers producer growers grower farmers farmer unions union companies "
    "company firms firm exchange exchanges lender lenders "
    "giant giants group groups exporters exporter importers tankers "
    "tanker executives ministers minister depot depots terminal terminals refinery refineries drivers smugglers "
    "fund funds regulator police platform theft thieves ministry nations major majors cartel drillers states"
)
_JOINING: Final = word_set("and or but")
_LADEN: Final = word_set("carrying laden loaded transporting hauling")  # "a tanker carrying crude was seized"
_WEAPONED: Final = word_set("tear nerve poison mustard")  # "used tear gas and detained": no gas is traded
_MINDED: Final = word_set("over about at against")  # "drivers angry over fuel prices parked"
_STRICKEN: Final = word_set(
    "rebels fighters guerrillas survivors victims rescuers workers relief families residents villagers "
    "officials minister experts"
)
NATURE: Final = word_set(
    "wildfire wildfires blaze blazes storm storms hurricane typhoon cyclone tornado tornadoes flood floods earthquake "
    "quake tsunami landslide landslides mudslide mudslides avalanche volcano drought heatwave virus pandemic epidemic "
    "locusts heat rain rains snow blizzard monsoon lightning crash accident derailment pileup stampede outbreak "
    "cholera ebola measles flu disease malaria famine wildfire smog cold tremor aftershock pollution fog haze weather "
    "snowstorm outage outages lava sandstorm shark sharks wolf "
    "wolves bear bears elephant elephants tiger leopard "
    "crocodile crocodiles dog dogs snake bees hippo lion lions jellyfish tick ticks mosquitoes locust boar"
)
IMPERSONAL: Final = MARKET | NATURE
