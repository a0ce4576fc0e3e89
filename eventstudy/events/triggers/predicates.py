"""Predicates of a sentence: which taxonomy trigger stands where, as what part of speech, in what clause."""

from __future__ import annotations

import functools
import operator
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import compress
from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens, all_forms
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import (
    VerbGroup,
    verb_group,
    word_set,
)
from eventstudy.events.triggers.beside import AFTER_NAME, SHORTENING, has_object, is_received, subject_words
from eventstudy.events.triggers.clause_ranks import clause_ranks, inversions
from eventstudy.events.triggers.impersonal import IMPERSONAL, NATURE, impersonal_subject
from eventstudy.events.triggers.other_senses import AMBIGUOUS, WEAPONS, is_another
from eventstudy.events.triggers.parts_of_speech import MARKET, verb_at
from eventstudy.events.triggers.phrases import determined, follows
from eventstudy.events.triggers.rules import Fitting, Rule, WordList, fittings
from eventstudy.events.triggers.scan import WINDOW, Scan
from eventstudy.events.triggers.taxonomy import Taxonomy

__all__ = ["Predicate", "find_predicates"]


MAX_TRIGGERS: Final = 64


@dataclass(slots=True)
class Predicate:
    """A trigger in its sentence.

    Attributes
    ----------
    first, last : int
        Tokens of the trigger, ``last`` exclusive, with its particle.
    rule : Rule
        The rule it fires.
    pos : {"fin", "inf", "ger", "part", "noun", "phrase"}
        Finite verb, infinitive, gerund, reduced participle, noun, or a fixed phrase such as "ready to".
    group : VerbGroup or None
        Its auxiliaries; None for nouns.
    start : int
        First token of the verb group.
    rank : int
        0 in a main clause, 1 in a subordinate one, 2 in a relative clause.
    conditional : bool
        In an "if" or "unless" clause.
    governor : Predicate or None
        What it is the complement of.
    complements : list of Predicate
        What it governs.
    shared : bool
        Whether it shares the "have" of the verb before it: "has evacuated its embassy and urged ...".
    caused : (int, int)
        The tokens that name whom something brought to do it, "Tokyo" in "prompting Tokyo to warn"; else (0, 0).
    """

    first: int
    last: int
    rule: Rule
    pos: str
    group: VerbGroup | None
    start: int
    rank: int = 0
    conditional: bool = False
    governor: Predicate | None = field(default=None, repr=False)
    complements: list[Predicate] = field(default_factory=list, repr=False)
    shared: bool = False
    caused: tuple[int, int] = (0, 0)

    @property
    def passive(self) -> bool:
        """Whether the verb is passive."""
        return self.pos == "part" or (self.group is not None and self.group.passive)

    @property
    def perfect(self) -> bool:
        """Whether the verb is in a perfect tense."""
        return self.shared or (self.group is not None and self.group.perfect)


def find_predicates(tokens: Tokens, mentions: list[Mention], taxonomy: Taxonomy) -> list[Predicate]:
    """Find the taxonomy's triggers in a sentence, in order, none overlapping."""
    low = tokens.low
    if low[:1] == ["("] and low[1:2] and low[1] in _EDITING:
        return []  # an agency's note on its own report: "(Corrects day of the vote)"
    index = taxonomy.index
    # Nobody writes more triggers into one sentence; hostile text does.
    hits = list(compress(range(len(low)), map(index.__contains__, low)))[:MAX_TRIGGERS]
    if not hits:
        return []
    every = frozenset(low)
    hyphens = (
        [(k, w.rsplit("-", 1)[1]) for k, w in enumerate(low) if "-" in w and len(w) > 1] if tokens.hyphened else []
    )
    asking = every.union(tail for _, tail in hyphens) if hyphens else every
    present = functools.reduce(operator.or_, filter(None, map(taxonomy.lets.get, asking)), 0)
    fits = fittings(index, low, hits, ~present)
    for _, fit in fits:
        if fit.tells:
            break
    else:
        return []
    named, long = {}, False
    for m in mentions:
        named[m.last - 1] = m
        long = long or m.last - m.first > 1
    scan = Scan(
        tokens,
        low,
        named,
        taxonomy.nouns,
        taxonomy.verb_tags,
        inversions(tokens),
        every,
        present,
        hyphens,
        not IMPERSONAL.isdisjoint(every),
        not SHORTENING.isdisjoint(every),
    )
    inside: Container[int] = named
    if scan.inverted or long:
        inside = scan.inverted.union(*(range(m.first, m.last) for m in mentions))
    out: list[Predicate] = []
    floor = 0
    for i, fit in fits:
        if i < floor or i in inside:
            continue
        found = _match(scan, i, fit)
        if found is None:
            continue
        if found.pos == "fin" and found.start == found.first and low[found.start - 1] in ("and", "but", "or"):
            before = next((p for p in reversed(out) if p.pos == "fin"), None)
            found.shared = before is not None and before.perfect and "n" in taxonomy.verb_tags[low[i]]
        if found.pos == "fin":
            scan.finite.add(i)
        out.append(found)
        floor = found.last
    if out:
        ranks, conditions = clause_ranks(tokens, out[-1].first + 1, scan.inverted)
        for p in out:
            p.rank, p.conditional = ranks[p.first], conditions[p.first]
            if p.pos == "part":
                p.rank = max(p.rank, 1)
    return out


def _match(scan: Scan, i: int, fit: Fitting) -> Predicate | None:
    """Match the trigger that begins at ``i``."""
    low = scan.low
    word = low[i]
    if word in AMBIGUOUS and is_another(scan, i, word):
        return None
    verb: tuple[str, VerbGroup] | None = None
    tags = scan.verb_tags[word]
    if tags:
        verb = verb_at(scan, i, tags)
    market = nature = False
    if scan.impersonal:
        market = verb is not None and verb[0] in ("fin", "part") and impersonal_subject(low, verb[1].first)
        nature = word in _SHUTTING and not NATURE.isdisjoint(scan.every)
    if word in _SHUTTING:
        nature = (nature or not _ILLNESS.isdisjoint(scan.every)) and WEAPONS.isdisjoint(scan.every)
    for rest, kind, rule, _, shuns in fit.as_noun if verb is None else fit.as_verb:
        if rest and not scan.every.issuperset(rest):
            continue
        if kind == "P":
            last = follows(scan.tokens, i, rest, split=False) if rest else i + 1
            if word == "on" and rest == ("the", "streets") and not _PATROLLING.isdisjoint(low[max(0, i - 4) : i]):
                continue  # "put soldiers on the streets"
            if last and not market:
                group = verb_group(scan.tokens, i, "a")
                bare = rule.frame == "judge" and not rest and group.first == i and low[i - 1] not in _DEEMING
                if bare and low[last : last + 1] and low[last].isalpha() and low[last] not in AFTER_NAME:
                    return None  # "known for exposing illegal logging"
                if word in _MOODS and group.first == i and any(map(is_verb_like, low[last:])):
                    return None  # "drivers furious over prices parked their lorries": no mood is told, but an act
                return Predicate(i, last, rule, "phrase", group, group.first)
            continue
        if market and rule.frame != "report":
            continue
        if rule.frame == "threaten" and verb is not None and i and low[verb[1].first - 1] in _CANNOT_THREATEN:
            continue  # "tariffs threaten jobs": no actor does
        if nature and (rule.kind in _SHUT_BY or rule.frame == "reverse"):
            continue
        last = follows(scan.tokens, i, rest, split=verb is not None) if rest else i + 1
        if not last and verb is not None and not rule.frame:
            last = determined(low, i, rest)
        if not last or (shuns & scan.present and _near(scan, i, last, rule.unless, 2 if verb is None else WINDOW)):
            continue
        if verb is None:
            if last < len(low) and low[last] in _HARDWARE:
                continue
            if rule.kind == "PROTEST" and word in _STRIKES and i - 1 in scan.named and _WORK.isdisjoint(scan.every):
                continue  # "Israeli strikes": of aircraft, where nobody speaks of work
            if word in _OF_MARKETS and not MARKET.isdisjoint(low):
                continue
            return Predicate(i, last, rule, "noun", None, i)
        pos, group = verb
        if word in _LOSING and rule.kind == "ASSAULT" and WEAPONS.isdisjoint(scan.every):
            continue  # "lost their lives in the floods"
        if word == "striking" and rule.kind == "ASSAULT" and not _STRIKERS.isdisjoint(low[i + 1 : i + 4]):
            continue  # "striking French miners"
        if (low[last : last + 1] and low[last] in _NOBODY) or (pos == "fin" and low[group.first - 1] in _NOBODY):
            continue
        if pos == "ger" and i - 1 in scan.named and low[last : last + 1] and low[last] in _HARDWARE:
            continue  # "a Russian landing ship"
        if rule.kind in _BODILY and _is_change(low, last):
            continue  # "the index rallied 6 %", "dropped 3 percent"
        owed = rule.id == "debt-stopped" or (rule.id == "suspend" and "debt" in low[last : last + 3])
        if owed and not _LENDING.isdisjoint(low[:i]):
            continue  # "creditors agreed to suspend debt service": who lends defaults on nothing
        if rule.kind == "REQUEST" and word in _PUSHING and _moves_a_price(low, i):
            continue  # "pushed copper to a high"
        if rule.id == "travel" and group.passive:
            continue  # "the captives were flown to Lima": they visit nobody
        if rule.id == "fire-at-nothing" and not _HARMING.isdisjoint(scan.every):
            continue  # "fired two missiles on Sunday, killing three"
        if word in _RETALIATING and rule.kind == "ASSAULT" and not _IN_TRADE.isdisjoint(low[last : last + 8]):
            continue  # "retaliated by restricting exports"
        if rule.subjects.firsts and not rule.subjects.any_in(subject_words(scan, i, last, group.first)):
            continue
        if rule.objects.firsts and not has_object(scan, i, last, rule, group, pos):
            continue
        if rule.recipient and not is_received(scan, i, last):
            continue
        if rule.id == "seek-from" and low[last : last + 1] == ["to"]:
            continue  # "seeks to unlock arms sales": a plan, no request
        # A particle that stands apart ("pull troops back") leaves the words between to other triggers.
        return Predicate(i, last if last == i + 1 + len(rest) else i + 1, rule, pos, group, group.first)
    return None


_CANNOT_THREATEN: Final = word_set(
    "tariff tariffs sanctions war wars dispute disputes row rows tensions tension crisis shortage shortages attacks "
    "strikes slowdown inflation debt costs prices deal changes change levies duties protectionism spat standoff curbs "
    "recession unrest violence clashes fighting strike blockade closure delays cuts policies policy rules plan plans"
)


# What "attack", "strike" or "patrol" only describe: "assault rifles", "a carrier strike group".
_HARDWARE: Final = word_set(
    "carrier carriers helicopter helicopters group groups ship ships aircraft rifle rifles plane planes jet jets "
    "vehicle vehicles craft boat boats submarine submarines drone drones vessel vessels veteran veterans "
    "crimes criminals"
)
# Nouns that say of a market what they say of people elsewhere.
_OF_MARKETS: Final = word_set("rally rallies retreat retreats advance advances")
_LOSING: Final = all_forms("lose")
_STRIKES: Final = frozenset({"strike", "strikes"})
# "Typhoon nears, flights cancelled": nature shuts, nobody punishes.
_SHUTTING: Final = all_forms("cancel close shut suspend halt delay ground postpone divert disrupt stop evacuate")
_ILLNESS: Final = frozenset({"coronavirus", "covid", "covid-19", "omicron"})
_SHUT_BY: Final = frozenset({"SANCTION", "COERCE"})
_WORK: Final = word_set(
    "worker workers union unions unionists pay wages wage nurses teachers doctors rail railway train trains airport "
    "pilots pensions pension drivers staff employees labour labor miners dockers picket walkout farmers students "
    "general hunger transport flights schools reform austerity"
)
_DEEMING: Final = word_set("as called calling calls , be being been so deeply utterly totally completely morally")
_MOODS: Final = word_set("uneasy unhappy outraged dismayed appalled alarmed furious incensed indignant")
_STRIKERS: Final = word_set(
    "workers miners mineworkers fishermen truckers drivers teachers nurses doctors students dockers dockworkers "
    "farmers employees pilots railwaymen seamen steelworkers"
)
_EDITING: Final = word_set(
    "corrects corrected adds updates updated refiles repeats recasts removes clarifies rewrites writes"
)
_RETALIATING: Final = all_forms("retaliate")
_IN_TRADE: Final = word_set(
    "tariff tariffs duty duties levy levies restricting curbs curbing banning sanctions sanctioning expelling visa "
    "visas export exports import imports counter-tariffs embargo"
)
_PUSHING: Final = all_forms("push")
_ONWARD: Final = word_set("to above below higher lower up down past over further")
_LENDING: Final = frozenset({"creditor", "creditors", "lender", "lenders"})
_HARMING: Final = frozenset({"killing", "wounding", "injuring", "hitting", "damaging", "destroying"})
_BODILY: Final = frozenset({"AID", "ASSAULT", "PROTEST", "RETREAT"})
_MEASURED: Final = (["%"], ["percent"], ["basis"])
_PATROLLING: Final = word_set("soldiers troops tanks police army forces vehicles")
_NOBODY: Final = frozenset({"nobody", "nothing", "none"})


def _moves_a_price(low: list[str], i: int) -> bool:
    return any(low[k] in MARKET and low[k + 1] in _ONWARD for k in range(i + 1, min(len(low) - 1, i + 5)))


def _is_change(low: list[str], last: int) -> bool:
    """Whether the change of a figure stands behind a verb."""
    return low[last : last + 1] != [] and low[last][0].isdigit() and low[last + 1 : last + 2] in _MEASURED


def _near(scan: Scan, i: int, last: int, words: WordList, reach: int) -> bool:
    if words.firsts.isdisjoint(scan.every):
        return False
    low = scan.low
    begin, stop = scan.limits(i, last)
    begin, stop = max(begin, i - min(6, reach)), min(stop, last + reach)
    if not (words.singles.isdisjoint(low[begin:i]) and words.singles.isdisjoint(low[last:stop])):
        return True
    return words.phrase_in(low[begin:stop])  # the trigger may be part of it: "heart attack"
