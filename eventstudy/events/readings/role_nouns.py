"""Actors that the text names only by what they are: "police", "the opposition", "five villagers"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens, plural
from eventstudy.events.language.verb_groups import BOUNDARIES, DAYS, RELATIVES, SUBORDINATORS, word_set
from eventstudy.events.readings.closing import SAYING
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["AT_LARGE", "ROLES", "is_ethnic", "role_source", "role_target"]

_SINGULAR: Final = (
    "activist adviser aide ally analyst army assembly author banker bishop brother businessman cabinet "
    "candidate captive child citizen civilian cleric coalition colonel commander communist conscript court "
    "critic crowd defector demonstrator deputy detainee dissident doctor driver editor employee employer "
    "exile extremist faction farmer federation fighter fisherman follower foreigner fugitive fundamentalist "
    "gang gendarme general government governor group guerrilla guerilla gunman hacker hostage immigrant "
    "inmate insurgent intellectual islamist journalist judge junta king lawmaker lawyer leader legislator "
    "magistrate man mayor member merchant migrant militant militia miner minister minority mob monk "
    "moslem movement muslim newspaper nun nurse officer official opponent opposition organiser organizer "
    "parliament party patient peasant pensioner people person pilgrim pirate police policeman politician "
    "premier president priest prisoner prosecutor protester protestor publisher radical rebel "
    "recruit refugee reporter resident rioter ruler scientist senator separatist serviceman settler smuggler "
    "soldier speaker squatter striker student supporter suspect syndicate teacher teenager terrorist tourist "
    "trader tribesman troops trucker union unionist victim villager voter warlord warrior woman worker "
    "worshipper youth"
)
_IRREGULAR: Final = word_set(
    "men women children people policemen gunmen fishermen businessmen servicemen tribesmen militiamen "
    "militiaman police troops authorities authority armed-forces dozens hundreds thousands family families "
    "relatives personnel staff crew passengers brethren army"
)
ROLES: Final = frozenset(f for word in _SINGULAR.split() for f in (word, plural(word))) | _IRREGULAR

_ARMED: Final = (
    "bandit paramilitary raider assassin attacker assailant bomber herder plotter jihadist kidnapper vigilante thug "
    "loyalist mutineer infiltrator marauder looter anarchist "
    "depositor homebuyer feminist commuter nationalist royalist "
    "environmentalist campaigner commando sniper gangster detective censor abductor arsonist separatist "
    "mercenary fundamentalist hooligan grower commander unionist trucker parent inmate widow relative survivor"
)
# Those too who seldom stand alone as an object.
_ACTING: Final = (
    ROLES
    | frozenset(f for word in _ARMED.split() for f in (word, plural(word)))
    | word_set("hitmen hitman forces mobs gangs cartels clans raiders")
)

_ENDS: Final = (
    BOUNDARIES
    | SUBORDINATORS
    | RELATIVES
    | word_set(
        "in on at by for from with into to over near across between under around through during about without "
        "against that outside inside within"
    )
)
_PLACING: Final = word_set(
    "in near at outside of from across around inside throughout into south north east west southern"
)
_REACH: Final = 9


_CARRIED: Final = word_set(
    "investigation inquiry enquiry inquiries probe charge charges lawsuit suit case warrant warrants crackdown "
    "proceedings complaint campaign curbs restrictions ban hunt operation offensive attack attacks raid raids assault "
    "verdict sentence sentences bounty fire call calls demand demands request requests appeal appeals proposal offer "
    "plea pleas petition gas bullets shots stones bombs grenades rounds cannon rocks bottles"
)
"""Nouns behind which follows whom an act is on: "opened an inquiry into a judge"."""
AT_LARGE: Final = word_set("countries nations states community powers donors governments lenders creditors world")
"""Whom a request is put to that nobody names."""
_COUNTED: Final = (["least"], ["most"])
_ONTO: Final = word_set("into against on for at by from")
_JOINING: Final = frozenset({"and", "but"})
_LEADING: Final = word_set("against for on to")


def role_target(tokens: Tokens, p: Predicate) -> int | None:
    """Give the token of an object that is only a role: it belongs to the country that acts.

    "Turkey released five prisoners" and "police in Cairo beat demonstrators" are a country's dealings
    with its own; a role with a nationality is found by the gazetteer before.
    """
    for i in range(p.last, min(len(tokens.low), p.last + _REACH)):
        word = tokens.low[i]
        if tokens.low[i + 1 : i + 2] in _COUNTED or (
            word == "on" and tokens.low[i + 1 : i + 2][:1] and tokens.low[i + 1] in DAYS
        ):
            continue  # "whipped at least 14 men", "demanded on Monday that the government"
        if word == "that" and p.rule.frame == "request":
            continue
        if word == "to" and i > p.last and p.rule.frame == "request":
            return None  # "appealed for maize to feed people"
        if (
            word in _ENDS
            and not (i == p.last and (word in _LEADING or (word == "with" and p.pos != "noun")))
            and word != "from"
            and not (word in _ONTO and tokens.low[i - 1] in _CARRIED)
        ):
            return None
        if word in _JOINING and not SAYING.isdisjoint(tokens.low[i + 1 : i + 5]):
            return None  # "condemned the test and a general said"
        if word in AT_LARGE:
            return None  # "urged Islamic countries to arm his troops"
        if word in ROLES or is_ethnic(tokens.low, i):
            return i
    return None


def is_ethnic(low: list[str], i: int) -> bool:
    """Whether a minority stands at ``i``: "ethnic Turks" are of the state where they live."""
    return i > 0 and low[i - 1] == "ethnic"


def role_source(tokens: Tokens, p: Predicate, begin: int, mentions: list[Mention]) -> tuple[Mention, int] | None:
    """Give the country in which a subject without nationality acts, and the subject's token."""
    low = tokens.low
    # "youths put up barricades and hurled stones": a second verb shares the first one's subject.
    places = range(begin) if low[begin : begin + 1] == ["and"] else range(p.start - 1, begin - 1, -1)
    role = next((i for i in places if low[i] in _ACTING or is_ethnic(low, i)), None)
    if role is None:
        return None
    after = [m for m in mentions if m.first >= p.last]
    if after and is_ethnic(low, role):
        return after[0], role
    placed = [m for m in after if {low[m.first - 1], low[m.first - 2] if low[m.first - 1] == "the" else ""} & _PLACING]
    codes = {m.code for m in after}
    if placed:
        return placed[-1], role
    return (after[0], role) if len(codes) == 1 else None
