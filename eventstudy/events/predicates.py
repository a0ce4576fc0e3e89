"""Predicates of a sentence: which taxonomy trigger stands where, as what part of speech, in what clause."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventstudy.events.actors import Mention
from eventstudy.events.lexing import Tokens
from eventstudy.events.status import (
    ADVERBS,
    AUXILIARIES,
    BE,
    BOUNDARIES,
    HAVE,
    NEGATIONS,
    RELATIVES,
    SUBORDINATORS,
    VerbGroup,
    verb_group,
)
from eventstudy.events.taxonomy import Rule, Taxonomy, Trigger
from eventstudy.events.text import is_verb_like

__all__ = ["Predicate", "find_predicates"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DETERMINERS = _words(
    "the a an this these those its his her their our my your some any no every each another such more most many "
    "few several 's new recent fresh first second last latest next possible further major heavy"
)
_PREPOSITIONS = _words(
    "of for in on at by with from into to over under against between among about without during through near toward "
    "towards upon via than like"
)
_GERUND_PREPOSITIONS = _words("of from for by without in against to about on into")
_PRONOUNS = _words("he she it they we i you who which that")
_PARTICLES = _words("back out off down up over away aside in on into home for to with ties")
_ADJECTIVE_AFTER_BE = _words("united closed concerned")
WINDOW = 14


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

    @property
    def passive(self) -> bool:
        """Whether the verb is passive."""
        return self.pos == "part" or (self.group is not None and self.group.passive)


def find_predicates(tokens: Tokens, mentions: list[Mention], taxonomy: Taxonomy) -> list[Predicate]:
    """Find the taxonomy's triggers in a sentence, in order, none overlapping."""
    low = tokens.low
    ranks, conditions = _ranks(tokens)
    index = taxonomy.index
    named = {m.last - 1: m for m in mentions}
    inside = {i for m in mentions for i in range(m.first, m.last)}
    out: list[Predicate] = []
    i, n = 0, len(low)
    while i < n:
        entries = index.get(low[i])
        if entries is None or i in inside:
            i += 1
            continue
        found = _match(tokens, i, entries, named)
        if found is None:
            i += 1
            continue
        found.rank, found.conditional = ranks[i], conditions[i]
        if found.pos == "part":
            found.rank = max(found.rank, 1)
        out.append(found)
        i = found.last if found.last - found.first == _span(found) else i + 1
    return out


def _span(found: Predicate) -> int:
    return found.last - found.first


def _match(tokens: Tokens, i: int, entries: tuple[Trigger, ...], named: dict[int, Mention]) -> Predicate | None:
    verb: tuple[str, VerbGroup] | None = None
    tags = "".join({t for e in entries if e.tags not in ("N", "P") for t in e.tags})
    nounish = any(e.tags == "N" and not e.rest for e in entries)
    if tags:
        verb = _verb(tokens, i, tags, nounish, named)
    for entry in entries:
        if entry.tags == "P":
            last = _follows(tokens.low, i, entry.rest, gap=0)
            if last:
                group = verb_group(tokens, i, "n")
                return Predicate(i, last, entry.rule, "phrase", group, group.first)
            continue
        is_noun = entry.tags == "N"
        if is_noun != (verb is None):
            continue
        last = _follows(tokens.low, i, entry.rest, gap=0 if is_noun else 4)
        if not last:
            continue
        rule = entry.rule
        if rule.unless and _near(tokens.low, i, last, rule.unless, ()):
            continue
        if verb is None:
            if not rule.objects and not rule.object_phrases:
                return Predicate(i, last, rule, "noun", None, i)
            if "N" in entry.tags:
                return Predicate(i, last, rule, "noun", None, i)
            continue
        pos, group = verb
        if (rule.objects or rule.object_phrases) and not _object(tokens.low, i, last, rule, group, pos):
            continue
        return Predicate(i, last if last - i <= 1 + len(entry.rest) else i + 1, rule, pos, group, group.first)
    return None


def _follows(low: list[str], i: int, rest: tuple[str, ...], gap: int) -> int:
    """Return the token after the trigger whose further words are ``rest``, or 0; a particle may stand apart."""
    if not rest:
        return i + 1
    stop = i + 1 + len(rest)
    if tuple(low[i + 1 : stop]) == rest:
        return stop
    if gap and len(rest) == 1 and rest[0] in _PARTICLES:
        for j in range(i + 2, min(len(low), i + 2 + gap)):
            if low[j - 1] in BOUNDARIES or low[j - 1] in _PREPOSITIONS:
                return 0
            if low[j] == rest[0]:
                return j + 1
    return 0


def _limits(low: list[str], i: int, last: int) -> tuple[int, int]:
    stop = last
    while stop < len(low) and stop - last < WINDOW:
        word = low[stop]
        if word in (";", ":", "—", "that") or word in RELATIVES or (word in SUBORDINATORS and word != "as"):
            break
        if word == "," and stop + 1 < len(low) and low[stop + 1] not in _ENUMERATED:
            break
        stop += 1
    begin = i
    while begin > 0 and i - begin < WINDOW and low[begin - 1] not in BOUNDARIES:
        begin -= 1
    return begin, stop


_ENUMERATED = _words("and or food water medical mortar rocket")


def _near(low: list[str], i: int, last: int, singles: frozenset[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    begin, stop = _limits(low, i, last)
    window = low[max(begin, i - 6) : i] + low[last:stop]
    return any(w in singles for w in window) or any(_holds(window, p) for p in phrases)


def _holds(window: list[str], phrase: tuple[str, ...]) -> bool:
    head = phrase[0]
    return any(w == head and tuple(window[k : k + len(phrase)]) == phrase for k, w in enumerate(window))


def _object(low: list[str], i: int, last: int, rule: Rule, group: VerbGroup, pos: str) -> bool:
    begin, stop = _limits(low, i, last)
    passive = group.passive or pos == "part"
    # The particle of a split phrasal verb ends after its object: "pull troops back".
    window = low[i + 1 : stop]
    if passive or (pos == "fin" and rule.kind in _INTRANSITIVE):
        window = low[begin:i] + window
    for k, word in enumerate(window):
        if word in rule.objects:
            return True
        if "-" in word and word.rsplit("-", 1)[1] in rule.objects:
            return True
        for phrase in rule.object_phrases:
            if word == phrase[0] and tuple(window[k : k + len(phrase)]) == phrase:
                return True
    return False


# Kinds whose objects may be the subject of an intransitive verb: "troops are returning to their bases".
_INTRANSITIVE = frozenset({"RETREAT", "MOBILIZE", "AID"})


def _verb(tokens: Tokens, i: int, tags: str, nounish: bool, named: dict[int, Mention]) -> tuple[str, VerbGroup] | None:
    """Decide whether the word at ``i``, which can be a verb form with ``tags``, is a verb here, and which."""
    low = tokens.low
    group = verb_group(tokens, i, tags)
    before = low[i - 1] if i else ""
    if group.infinitive:
        return ("inf", group) if "b" in tags else None
    k = i - 1
    while k >= 0 and (low[k] in ADVERBS or low[k] in NEGATIONS or (low[k].endswith("ly") and len(low[k]) > 4)):
        k -= 1
    helper = low[k] if k >= 0 else ""
    if helper in AUXILIARIES or helper.endswith("n't"):
        if helper in HAVE and "n" in tags:
            return "fin", group
        if helper in BE and "g" in tags:
            return "fin", group
        if helper in BE and "n" in tags and low[i] not in _ADJECTIVE_AFTER_BE:
            return "fin", group
        if "b" in tags and helper not in HAVE and helper not in BE:
            return "fin", group
        if helper != "'s":
            return None
    if "g" in tags:
        if (
            helper in SUBORDINATORS
            or helper in _GERUND_PREPOSITIONS
            or helper in BOUNDARIES
            or helper in ("and", "or", "")
        ):
            return "ger", group
        if before in _DETERMINERS or before in _PREPOSITIONS:
            return None
        return ("ger", group) if not nounish else None
    if "d" in tags or "n" in tags:
        if before in _DETERMINERS and before not in ("no",):
            return None
        follows = low[i + 1] if i + 1 < len(low) else ""
        if "d" not in tags:
            return ("part", group) if before not in _PREPOSITIONS else None
        if follows == "by" and helper not in _PRONOUNS and low[i + 2 : i + 3] not in (["telephone"], ["phone"]):
            if _number_after(low, i):
                return "fin", group
            return "part", group
        if before in _PREPOSITIONS or before in ("-",):
            return None
        # "the newspaper accused of ...": a participle with its preposition but a verb elsewhere is rare; take the past.
        return "fin", group
    return _present(tokens, i, tags, nounish, named, k, group)


def _number_after(low: list[str], i: int) -> bool:
    return i + 2 < len(low) and (low[i + 2][0].isdigit() or low[i + 2] in ("one", "two", "three", "half", "as"))


def _present(
    tokens: Tokens, i: int, tags: str, nounish: bool, named: dict[int, Mention], k: int, group: VerbGroup
) -> tuple[str, VerbGroup] | None:
    """Decide for a base or third-person form without an auxiliary, which may be a noun."""
    low = tokens.low
    helper = low[k] if k >= 0 else ""
    if k < 0 or helper in _DETERMINERS or helper in _PREPOSITIONS or helper in BOUNDARIES:
        if helper == "," and "s" in tags and not nounish:
            return "fin", group
        return None
    if helper in _PRONOUNS:
        return "fin", group
    mention = named.get(k)
    if mention is not None:
        adjective = mention.kind in ("people", "hyphen")
        if adjective and nounish and not (low[k].endswith("s") and "b" in tags):
            return None
        if nounish and _finite_follows(low, i):
            return None
        return "fin", group
    if helper in ("and", "or", "but"):
        return ("fin", group) if not nounish or ("b" in tags and "s" not in tags) else None
    if not nounish:
        if "s" in tags and "b" not in tags:
            return "fin", group
        return ("fin", group) if low[k].endswith("s") or tokens.words[k][0].isupper() else None
    # A plural subject takes the base form, a singular one the -s form.
    plural = low[k].endswith("s") and not low[k].endswith("ss")
    if "b" in tags and plural and not _finite_follows(low, i):
        return "fin", group
    if "s" in tags and "b" not in tags and tokens.words[k][0].isupper() and not _finite_follows(low, i):
        return "fin", group
    return None


def _finite_follows(low: list[str], i: int) -> bool:
    for j in range(i + 1, min(len(low), i + 9)):
        word = low[j]
        if word in BOUNDARIES or word in SUBORDINATORS or word in RELATIVES or word in ("that", "and"):
            return False
        if is_verb_like(word) and word not in ("put", "set", "cut", "hit", "split", "bid", "beat", "hurt", "let"):
            return True
    return False


def _ranks(tokens: Tokens) -> tuple[list[int], list[bool]]:
    """Rank each token's clause: 0 main, 1 subordinate, 2 relative; and whether it is conditional."""
    low = tokens.low
    n = len(low)
    ranks = [0] * n
    conditions = [False] * n
    rank, opened_by_comma, leading, condition = 0, False, False, False
    main_verb, verbs_inside = False, 0
    for i, word in enumerate(low):
        before = low[i - 1] if i else ""
        if word in (";", ":", "—"):
            rank, condition = 0, False
        elif word == ",":
            if rank and (opened_by_comma or leading):
                rank, condition, leading = 0, False, False
        elif word in SUBORDINATORS or word == "that":
            opens = _opens(low, i, before)
            if opens:
                rank = 2 if word == "that" else 1
                condition = word in ("if", "unless", "whether")
                opened_by_comma = before == ","
                leading = i <= 1 or (leading and before in ("and", "even"))
                verbs_inside = 0
        elif word in RELATIVES:
            rank, opened_by_comma, verbs_inside, leading = 2, before == ",", 0, False
        elif is_verb_like(word) and not (low[i - 1] in AUXILIARIES if i else False):
            if rank == 2 and not opened_by_comma and not main_verb:
                verbs_inside += 1
                if verbs_inside > 1 and before not in ("and", "or", ","):
                    rank, condition = 0, False
            if rank == 0:
                main_verb = True
        ranks[i] = rank
        conditions[i] = condition
    return ranks, conditions


_REPORTING = _words(
    "said says say saying announced announces confirmed confirms declared declares reported reports told added stated "
    "reiterated insisted claimed claims warned warns agreed promised pledged vowed denied denies deny demanded demands "
    "urged believes believe feared fears fear hopes hoped thinks acknowledged admitted revealed disclosed concluded so "
    "stressed noted announce report showed shows suggested indicates indicated complained alleged charged accused "
    "decided proposed threatened confident guaranteed assured maintains maintained warning announcing indicating "
    "confirming claiming noting insists argues argued requested requests asked ordered rumours announcement report "
    "declaration sure certain reporters him her them parliament"
)


_BEFORE_THAT = frozenset({"", ",", "and", '"', "“", "of", "to"})
_NOT_AFTER_AS = _words("much many of at soon well part a an being if saying “") | {'"'}
_NOT_BEFORE_AS = _words("such well soon much seen described regarded served act serves known denounced same")


def _opens(low: list[str], i: int, before: str) -> bool:
    word = low[i]
    follows = low[i + 1] if i + 1 < len(low) else ""
    if word == "that":
        # A complement keeps the rank of its governor; a relative clause gets its own.
        return not (before in _REPORTING or before in _DAYS or before in _BEFORE_THAT or before[:1].isdigit())
    if word == "as":
        return follows not in _NOT_AFTER_AS and before not in _NOT_BEFORE_AS and not follows.startswith("``")
    if word in ("amid", "despite", "following"):
        return True
    if word == "once":
        return before in ("", ",")
    if word == "since":
        return not follows[:1].isdigit()
    return True


_DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday afternoon evening morning week"
)
