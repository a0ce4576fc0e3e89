"""What a sentence reports: its main clauses, else a subordinate one, else an event that only a noun names."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import SUBORDINATORS, first_to, word_set
from eventstudy.events.readings.acting import says_so
from eventstudy.events.readings.doubts import doubted, foretold
from eventstudy.events.readings.frames import DECIDING, Reading, interpret, kind_of
from eventstudy.events.readings.nominal import presented
from eventstudy.events.readings.roles import Scene
from eventstudy.events.triggers.predicates import Predicate
from eventstudy.events.triggers.taxonomy import Taxonomy

__all__ = ["reported"]

_MOST: Final = 12
"""Events of one sentence: no prose has more, hostile text has, and each costs time."""


def reported(scene: Scene, taxonomy: Taxonomy, *, first: bool) -> list[Reading]:
    """Choose what a sentence reports; as the ``first`` one of an article it may be a headline."""
    if first and _feature(scene.tokens.low):
        return []
    chosen = _chosen(scene, taxonomy, first=first)
    low = scene.tokens.low
    if low[-1] == "?" or (low[-2:-1] == ["?"] and len(low[-1]) == 1):  # or behind it a quotation mark
        for reading in chosen:
            if reading.modality == "happened":
                reading.modality = "possible"
    return chosen


def _chosen(scene: Scene, taxonomy: Taxonomy, *, first: bool) -> list[Reading]:
    """Choose its main clauses, else a subordinate one, else an event that a noun names."""
    ranked: dict[int, list[Predicate]] = {}
    for p in scene.predicates:
        if p.governor is not None or (p.rule.frame == "judge" and scene.closing is None):
            continue
        if p.pos == "noun":
            rank = 3
        elif p.pos == "inf":
            # A bare infinitive is a purpose, but in a headline a plan: "Russia to withdraw troops".
            # "Were Russia to attack" is a condition.
            opens = _clause_opens(scene, p.start)
            fin = any(q.pos == "fin" and q.start >= opens and not _closes(q, p.start) for q in scene.predicates)
            done = first_to(scene.tokens.low, p.start)
            if not (p.conditional or done) and (fin or not _headline(scene, opens, p.start)):
                continue
            rank = p.rank
        elif p.pos in ("ger", "part"):
            rank = max(p.rank, 1)
            if p.rule.kind in _LASTING and scene.tokens.low[p.first] in _HIT:
                continue  # "farmers, hit by duties": a state of affairs
        else:
            rank = p.rank
        told = p.rule.frame not in ("light", "reverse", "plan", "undergo") or scene.tokens.low[p.first] in DECIDING
        told = told or (p.rule.frame == "plan" and any(c.rule.kind in _OF_SUPPLY for c in p.complements))
        # "files notice suspending tariffs"
        told = told or (p.pos == "ger" and scene.tokens.low[p.start - 1] in _DECREED)
        since = rank == 1 and _since(scene.tokens.low, p.start)
        if rank == 2 or since or (rank == 1 and not told):
            continue
        ranked.setdefault(rank, []).append(p)
    best, readings = _foremost(scene, taxonomy, ranked)
    # One event a trigger: coordinated verbs may share a complement.
    chosen = list({r.head.first: r for r in reversed(readings)}.values())[::-1]
    bowing = next((p.start for p in scene.predicates if p.rule.id == "concede" and p.pos == "ger"), None)
    if bowing is not None:
        for r in chosen:
            if r.meaning.kind == "AGREE" and r.speaker is None and bowing < r.actor.start:
                r.meaning = kind_of(
                    "CONCEDE", taxonomy, f"bow+{r.meaning.rule}"
                )  # "Bowing to protests, the king agreed to"
    if best == 0:
        return chosen[:_MOST]
    if best == 3:
        chosen = [r for r in chosen if presented(r, scene)] if _news(scene, first=first) else []
    return chosen[:1]


_LASTING: Final = frozenset({"TARIFF", "SANCTION"})
_HIT: Final = frozenset({"hit", "punished"})


def _since(low: list[str], start: int) -> bool:
    """Whether a clause only says since when: "first order since sanctions were lifted"."""
    return next((low[k] for k in range(start - 1, -1, -1) if low[k] in SUBORDINATORS), "") == "since"


_DECREED: Final = word_set("notice order decree proclamation memo memorandum")
_OF_SUPPLY: Final = frozenset({"SUPPLY_CUT", "SUPPLY_RAISE"})  # "oil falls as producers plan to raise output"


def _foremost(scene: Scene, taxonomy: Taxonomy, ranked: dict[int, list[Predicate]]) -> tuple[int, list[Reading]]:
    """Read the predicates of the lowest rank of which one tells of an event; those of a higher rank are not read."""
    musts: set[int] = set()
    if any(p.rule.obliges for p in scene.predicates):
        every = [r for of_rank in ranked.values() for p in of_rank for r in _readings(scene, taxonomy, p)]
        musts = {r.head.start for r in every if r.head.rule.obliges}
    for rank in sorted(ranked):
        found = [r for p in ranked[rank] for r in _readings(scene, taxonomy, p)]
        if musts:
            # "must stop": what must be done is the content of the demand, not an event of its own.
            found = [r for r in found if r.head.rule.obliges or r.actor.start not in musts]
        if found:
            return rank, found
    return -1, []


def _readings(scene: Scene, taxonomy: Taxonomy, p: Predicate) -> list[Reading]:
    told = foretold(p)
    if told is not None:
        found = interpret(told, scene.tokens, taxonomy)
        for reading in found:
            reading.speaker, reading.modality = p, "possible"
        return found
    found = interpret(p, scene.tokens, taxonomy, own=says_so(scene, p))
    for reading in found:
        if doubted(scene.tokens.low, reading):
            reading.modality = "possible"
        if (
            reading.meaning.kind == "REJECT"
            and scene.tokens.low[p.last - 1] == "out"
            and any(c.rule.kind in _HARSH and c.rule.direction == "escalation" for c in p.complements)
        ):
            reading.meaning = kind_of("AGREE", taxonomy, f"not+{reading.meaning.rule}")  # "rules out sanctions"
    return found


_HARSH: Final = frozenset({"ASSAULT", "SANCTION", "TARIFF"})


_LABELS: Final = word_set(
    "factbox explainer timeline graphic column opinion breakingviews podcast analysis commentary editorial review quiz "
    "viewpoint obituary infographic letters letter video recap rerun primer profile"
)
_ASKING: Final = word_set("how why")


def _feature(low: list[str]) -> bool:
    """Whether a headline says of itself that it is no report: "Explainer: ...", "How the truce came about"."""
    if (low[0] in _LABELS and ":" in low[1:4]) or (low[0] == "story" and low[-1] == "withdrawn"):
        return True  # an agency takes a story back
    if low[0] == "why" and low[-1] not in (".", "!"):
        return True
    return low[-1] not in ("?", ".", "!") and (low[0] in _ASKING or (":" in low[:-1] and _asks_after(low)))


def _asks_after(low: list[str]) -> bool:
    mark = low.index(":")
    follows = low[mark + 1 : mark + 3]
    return low[mark + 1] in _ASKING or (len(follows) == 2 and follows[0] in _WHAT and follows[1] in _THAT)


_WHAT: Final = word_set("what where who when which")
_THAT: Final = word_set("you they it we to is are 's the comes")


_SAYS: Final = frozenset({"says", "say", ":"})


def _closes(q: Predicate, start: int) -> bool:
    """Whether a verb only closes a headline: "Rebels to lay down arms, premier says", "to quit unless talks resume"."""
    return q.start > start and (q.rank > 0 or (q.rule.frame == "report" and not q.complements))


def _clause_opens(scene: Scene, start: int) -> int:
    """Where the clause of a headline begins whose verb stands at ``start``: "Premier says army to leave"."""
    low = scene.tokens.low
    return next((k + 1 for k in range(start - 2, max(-1, start - 8), -1) if low[k] in _SAYS), 0)


def _headline(scene: Scene, opens: int, start: int) -> bool:
    return 0 < start - opens <= 10 and not any(map(is_verb_like, scene.tokens.low[opens:start]))


def _news(scene: Scene, *, first: bool) -> bool:
    """Whether an event that only a noun names is news: in the first sentence, or in one without a verb."""
    return first or not any(map(is_verb_like, scene.tokens.low))
