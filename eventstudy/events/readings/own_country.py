"""When an act that names nobody else is one on the actor's own country, and whom a condition names instead."""

from __future__ import annotations

from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.verb_groups import BOUNDARIES, word_set
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.role_nouns import ROLES
from eventstudy.events.readings.roles import Scene, subject_begin

__all__ = ["abroad", "at_home", "conditioned"]

_LOCATING: Final = word_set(
    "in near at outside around across of onto throughout inside into toward towards from through"
)
_POLICE: Final = word_set("police policemen gendarmes constables")
_REACH: Final = 7
_CONTENT: Final = 12

# What a state keeps within its borders: who rejects or threatens it deals with its own.
_HOME: Final = word_set(
    "bill bills legislation budget constitution constitutional resign resignation resignations parliament opposition "
    "cabinet curfew amnesty law pension pensions stoppage parties ministers minister "
    "wage wages strikers unions union reforms voters "
    "dissidents impeachment elections election polls referendum subsidies demonstrators protesters"
)
_HOME_PHRASES: Final = (
    ["step", "down"], ["stand", "down"], ["state", "of"], ["martial", "law"], ["emergency", "rule"], ["quit", "office"],
    ["his", "ouster"], ["her", "ouster"], ["political", "prisoners"], ["fuel", "prices"], ["pay", "rise"],
    ["pay", "rises"], ["pay", "demand"], ["pay", "demands"], ["trade", "unions"], ["one-party", "rule"],
)  # fmt: skip
_INQUIRIES: Final = frozenset({"committee-of-inquiry", "open-investigation", "investigate"})
# What a country grants to its own, where the agreement names no other.
_YIELDING: Final = (
    "+reform",
    "+abandon-policy",
    "+dissolve-junta",
    "+concede",
    "+allow",
    "+ease",
    "+shelve-plan",
    "+free",
)
_STATED: Final = frozenset({"REJECT", "THREATEN"})


_RULING: Final = word_set("government army military soldiers troops police forces state")
_DEFYING: Final = word_set(
    "rebels guerrillas separatists insurgents militants fighters factions militia militias tigers students"
)


def _both_sides(subject: list[str]) -> bool:
    """Whether those of a state and those who defy it act on each other: "Angolan troops and rebels clashed"."""
    return "and" in subject and not _RULING.isdisjoint(subject) and not _DEFYING.isdisjoint(subject)


_POSTS: Final = word_set(
    "prison prisons jail jails camp camps embassy consulate mission embassies base bases detention soil"
)


def abroad(scene: Scene, reading: Reading, code: str) -> list[Mention]:
    """Find whose prison or embassy a protest is in: "Peruvians in two Chilean jails refused food"."""
    if reading.meaning.kind != "PROTEST":
        return []
    low = scene.tokens.low
    held = (m for m in scene.mentions if m.code != code and not _POSTS.isdisjoint(low[m.last : m.last + 2]))
    return [m for m in held if not _INSIDE.isdisjoint(low[max(0, m.first - 3) : m.first])][:1]


_INSIDE: Final = word_set("in at inside outside")


def at_home(scene: Scene, reading: Reading, code: str) -> bool:
    """Whether an act whose target nobody names is aimed at the actor's own country."""
    kind, low, p = reading.meaning.kind, scene.tokens.low, reading.actor
    if reading.polarity != "asserted" or reading.modality not in ("happened", "planned" if kind == "AGREE" else ""):
        return False
    limit = scene.closing[0] if scene.closing else len(low)
    if kind in ("ASSAULT", "MOBILIZE"):
        behind = [m for m in scene.mentions if p.last <= m.first < limit and m.kind != "hyphen"]
        if any(m.code != code for m in behind):
            return False
        placed = any(not _LOCATING.isdisjoint(low[max(p.last, m.first - _REACH) : m.first]) for m in behind)
        if kind == "ASSAULT" and _both_sides(low[subject_begin(scene, p) : p.start]):
            return True
        return placed or (kind == "MOBILIZE" and not _POLICE.isdisjoint(low[:limit]))
    if kind == "ACCUSE" and reading.meaning.rule in _INQUIRIES:
        return all(m.code == code for m in scene.mentions if p.last <= m.first < limit)
    if kind == "AGREE" and any(part in reading.meaning.rule for part in _YIELDING):
        return all(m.code == code for m in scene.mentions if p.last <= m.first < limit)
    if kind not in _STATED:
        return False
    begin = reading.head.last
    content = low[begin : min(limit, begin + _CONTENT)]
    struck = low[p.last : reading.head.start]  # "said rioters would be shot"
    if not ROLES.isdisjoint(struck):
        return True
    content += struck
    return not _HOME.isdisjoint(content) or any(content[k : k + 2] in _HOME_PHRASES for k in range(len(content)))


_CONDITIONS: Final = word_set("if unless until")


def conditioned(scene: Scene, reading: Reading, code: str) -> list[Mention]:
    """Find whom a threat is put to by its condition: "vowed to fight on unless Peru withdraws"."""
    low = scene.tokens.low
    if reading.meaning.kind != "THREATEN":
        return []
    limit = scene.closing[0] if scene.closing else len(low)
    for k in range(reading.actor.last, limit):
        if low[k] in _CONDITIONS:
            stop = next((j for j in range(k + 1, min(limit, k + _REACH)) if low[j] in BOUNDARIES), k + _REACH)
            return [m for m in scene.mentions if k < m.first < stop and m.code != code and m.kind != "hyphen"][:1]
    return []
