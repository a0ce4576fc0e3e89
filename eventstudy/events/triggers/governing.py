"""What governs what: a clause under its verb of saying, an infinitive under its plan, a noun under its light verb."""

from __future__ import annotations

from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens, all_forms
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import BOUNDARIES, PREPOSITIONS, RELATIVES, SUBORDINATORS, word_set
from eventstudy.events.triggers.brought_about import brought_about
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["USING", "attach", "orders"]


_SPEECH: Final = frozenset({"report", "commit", "consent", "deny", "warn", "threaten", "request", "plan", "accuse"})
_NOUN_GOVERNORS: Final = _SPEECH | {"light", "reverse", "refuse", "undergo"}
_ANNOUNCING: Final = word_set(
    "announce announced announces announcing announcement declare declared declares declaring declaration confirm "
    "confirmed confirms report reported reports claim claims claimed"
)


def attach(predicates: list[Predicate], tokens: Tokens, mentions: list[Mention]) -> None:
    """Find what each predicate is the complement of."""
    brought_about(predicates, tokens, mentions)
    for k, p in enumerate(predicates):
        if k == 0:
            continue
        q = _governor(predicates, k, tokens)
        if q is not None:
            p.governor = q
            q.complements.append(p)
            p.rank = max(p.rank, q.rank) if p.pos != "fin" else q.rank


def _governor(predicates: list[Predicate], k: int, tokens: Tokens) -> Predicate | None:
    p, q = predicates[k], predicates[k - 1]
    if p.caused[1]:
        return None
    low = tokens.low
    between = low[q.last : p.start]
    if len(between) > 22:
        return None
    if p.pos == "inf":
        if q.pos == "noun" and low[q.first] == "opposition":
            return None  # "Opposition to boycott vote": those who oppose
        ordered = q.rule.frame == "report" and q.rule.kind == "REQUEST" and orders(q, tokens)
        if q.rule.frame == "report" and q.pos == "fin" and not between and low[q.first] in ("says", "say"):
            return q  # "Peru says to cut tariffs": a headline leaves out the "it is"
        if q.rule.frame and (q.rule.frame != "report" or ordered) and _PARTING.isdisjoint(between):
            return q
        used = q.governor if q.pos == "noun" else None
        if used is not None and low[used.first] in USING and _PARTING.isdisjoint(between):
            used.complements.clear()  # "used a visit to Peru to lobby for help" lobbies
            return used
        return q.governor if between == ["and"] and q.pos == "inf" else None
    if p.pos == "ger" and low[q.first] == "seen":
        return None  # "BOE seen holding rates": what others see coming
    if p.pos == "ger":
        if q.rule.frame and (not between or (between[-1] in _GERUND and _APART.isdisjoint(between))):
            return q
        return None
    if p.pos == "noun":
        shadow = p.last < len(low) and low[p.last] in _SHADOWS
        following = predicates[k + 1] if k + 1 < len(predicates) else None
        clause = following is not None and following.pos == "fin" and following.start == p.last
        if clause and following is not None and q.rule.frame == "plan" and following.rule.frame != "light":
            return None  # "hopes the sanctions will ease": the subject of a clause, not what is hoped for
        return None if shadow and q.rule.frame == "light" else _noun_governor(q, tokens, between, p.last)
    if p.pos in ("fin", "phrase"):
        return _clause_governor(predicates, k, tokens)
    return None


USING: Final = all_forms("use")
_SHADOWS: Final = word_set(
    "threat threats fear fears concern concerns worry worries risk risks impact headwinds costs relief"
)
"""Nouns that an event only describes: "sees continued tariff threat"."""
_GERUND: Final = word_set("of from for against about to on in by keep keeps kept keeping")
_PARTING: Final = frozenset({";", ":", "—"})
_CLAUSE_WALLS: Final = BOUNDARIES | SUBORDINATORS | RELATIVES | {"that"}
_NOUN_WALLS: Final = _CLAUSE_WALLS - {"-"}  # "sees a Chad-Peru trade deal"
_SPEECH_WALLS: Final = (BOUNDARIES - {'"', "“", "”"}) | SUBORDINATORS | RELATIVES
_BESIDE: Final = word_set(
    "on under at over about after before despite amid during from chance chances impact end leverage deadline extension"
)
_EXPECTING: Final = all_forms("expect see want")
_ASIDE: Final = word_set(
    "due with from after amid despite over around as through ahead before avoid dodge escape skirt offset beat in"
)
_APART: Final = SUBORDINATORS | {","}
_OCCASIONS: Final = word_set("at during ahead before after amid over due")
_ABOUT: Final = word_set(
    "report comment comments views advice ruling decision answer answers opinion opinions vote clarity word"
)
_AWAY: Final = word_set("at in on during to by before after from")


def _noun_governor(q: Predicate, tokens: Tokens, between: list[str], p_last: int) -> Predicate | None:
    if len(between) > 9 or not _NOUN_WALLS.isdisjoint(between):
        return None
    if any(is_verb_like(w) and not w.endswith("ed") for w in between):
        return None
    frame = q.rule.frame
    if q.complements or frame not in _NOUN_GOVERNORS:
        return None
    if frame in ("plan", "reverse", "commit") and between.count("to") > 1:
        return None  # "readies a policy to adapt to the trade deal"
    if frame == "reverse" and not _OCCASIONS.isdisjoint(between):
        return None  # "can ease tensions at the summit", "cancels flights ahead of talks"
    if frame == "report" and (tokens.low[q.first] not in _ANNOUNCING or not _AWAY.isdisjoint(between)):
        return None
    if frame == "plan" and tokens.low[q.first] in _EXPECTING and tokens.low[p_last : p_last + 1] == ["to"]:
        return None  # "expects the deal to ease risks"
    if frame == "light" and (not _BESIDE.isdisjoint(between) or between[:1] == ["with"]):
        return None  # "takes another run at a bailout"
    if frame == "plan" and "no" in between:
        return None  # "seeks to confirm no tariffs"
    if frame == "plan" and "on" in between[1:] and not _ABOUT.isdisjoint(between):
        return None  # "braces for a report on tariffs", "seeks comments on relief"
    if frame == "plan" and (tokens.low[q.first] == "due" or not _ASIDE.isdisjoint(between)):
        return None  # "due to tariffs", "expects higher costs due to tariffs", "eyes deliveries to avoid duties"
    return q


def _clause_governor(predicates: list[Predicate], k: int, tokens: Tokens) -> Predicate | None:
    """Find the verb of saying whose clause the finite verb ``predicates[k]`` is in."""
    p = predicates[k]
    if p.rank == 2:
        return None
    low = tokens.low
    # "said it had halted aid and would impose a curfew": the second verb shares the first one's governor.
    q = next(
        (r for r in reversed(predicates[:k]) if r.pos in _SPOKEN and _speaks(r) and not _describes(r, p, low)), None
    )
    last_finite = next((r for r in reversed(predicates[:k]) if r.pos == "fin"), None)
    if (
        last_finite is not None
        and last_finite.governor is not None
        and last_finite.governor.rule.frame == "report"
        and low[p.start - 1] in ("and", "but")
    ):
        return last_finite.governor
    if q is None or (last_finite is not None and last_finite is not q and last_finite.first > q.first):
        return None
    between = low[q.last : p.start]
    if any(c.pos in ("noun", "inf") for c in q.complements):
        # "plans an attack and Putin endorsed": the first verb has what it governs.
        return None
    if "that" in between:
        rest = between[len(between) - between[::-1].index("that") :]
        if ";" in between or ":" in between:
            return None
        described = not RELATIVES.isdisjoint(rest)  # "said that cleaners who had walked out would be deported"
        return q if described or not any(map(is_verb_like, rest)) else None
    if not between:
        # "Cairo says will not restore ties": a headline leaves out the "it"
        if p.pos == "phrase" and q.rule.frame == "plan":
            return q  # "hopes | sanctions will ease"
        return q if q.rule.frame == "report" and p.group is not None and p.group.auxiliary else None
    if not _SPEECH_WALLS.isdisjoint(between):
        return None
    if q.rule.frame in ("request", "accuse") and "and" in between:
        return None  # "called for elections and thousands marched"
    if between[-1] in ("and", "but", "or") or any(map(is_verb_like, between)):
        return None
    return q


_SPOKEN: Final = frozenset({"fin", "ger", "inf", "noun", "phrase"})


def _describes(q: Predicate, p: Predicate, low: list[str]) -> bool:
    """Whether a gerund only describes the subject of ``p``: "demonstrators calling for reform threw stones"."""
    if q.pos != "ger" or not q.start or "that" in low[q.last : p.start]:
        return False
    return low[q.start - 1].isalpha() and low[q.start - 1] not in _OPENING


_OPENING: Final = SUBORDINATORS | RELATIVES | PREPOSITIONS | word_set("and or but without")


def _speaks(p: Predicate) -> bool:
    return p.rule.frame in _SPEECH and not (p.rule.frame == "plan" and p.pos == "noun")


def orders(p: Predicate, tokens: Tokens) -> bool:
    """Whether a verb of saying is an order: "told Israel to halt", but not "told reporters (that) he would"."""
    low = tokens.low
    for i in range(p.last + 1, min(len(low) - 1, p.last + 12)):
        word = low[i]
        if word == "to":
            return low[i + 1].isalpha() and low[i + 1] == tokens.words[i + 1] and low[i + 1] not in _NO_VERB_AFTER_TO
        if word in BOUNDARIES or word in _CLOSING or is_verb_like(word):
            return False
    return False


_NO_VERB_AFTER_TO: Final = word_set("the a an his her its their this that these those all both any each")
_CLOSING: Final = word_set("that how why what who which about of and but he she it they")
