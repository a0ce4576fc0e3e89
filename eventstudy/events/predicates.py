"""Predicates of a sentence: which taxonomy trigger stands where, as what part of speech, in what clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventstudy.events.actors import Mention
from eventstudy.events.clause_ranks import REPORTING, clause_ranks, walls
from eventstudy.events.lexing import Tokens, verb_forms
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
    word_set,
)
from eventstudy.events.taxonomy import Rule, Taxonomy, Trigger
from eventstudy.events.text import is_verb_like

__all__ = ["Predicate", "find_predicates"]


_DETERMINERS = word_set(
    "the a an this these those its his her their our my your some any no every each another such more most many "
    "few several 's new recent fresh first second last latest next possible further major heavy"
)
_PREPOSITIONS = word_set(
    "onto off per across within along behind beyond inside outside around before after despite of for in on at by "
    "with from into to over under against between among about without during through near toward towards upon via "
    "than like "
)
_GERUND_PREPOSITIONS = word_set("of from for by without in against to about on into")
_PRONOUNS = word_set("he she it they we i you who which that")
_PARTICLES = word_set("back out off down up over away aside home jointly")
WINDOW = 14
MAX_TRIGGERS = 64


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

    @property
    def passive(self) -> bool:
        """Whether the verb is passive."""
        return self.pos == "part" or (self.group is not None and self.group.passive)

    @property
    def perfect(self) -> bool:
        """Whether the verb is in a perfect tense."""
        return self.shared or (self.group is not None and self.group.perfect)


@dataclass(slots=True)
class _Scan:
    """A sentence while it is read, and what is already known of it."""

    tokens: Tokens
    low: list[str]
    named: dict[int, Mention]
    nouns: frozenset[str]
    verb_tags: Mapping[str, str]
    left: list[int]
    right: list[int]
    hyphens: bool
    finite: set[int] = field(default_factory=set)


def find_predicates(tokens: Tokens, mentions: list[Mention], taxonomy: Taxonomy) -> list[Predicate]:
    """Find the taxonomy's triggers in a sentence, in order, none overlapping."""
    low = tokens.low
    index = taxonomy.index
    # Nobody writes more triggers into one sentence; hostile text does.
    hits = [i for i, word in enumerate(low) if word in index][:MAX_TRIGGERS]
    if not hits:
        return []
    ranks, conditions = clause_ranks(tokens)
    scan = _Scan(
        tokens,
        low,
        {m.last - 1: m for m in mentions},
        taxonomy.nouns,
        taxonomy.verb_tags,
        *walls(low),
        any("-" in w for w in low),
    )
    inside = {i for m in mentions for i in range(m.first, m.last)}
    out: list[Predicate] = []
    floor = 0
    for i in hits:
        if i < floor or i in inside:
            continue
        found = _match(scan, i, index[low[i]])
        if found is None:
            continue
        found.rank, found.conditional = ranks[i], conditions[i]
        if found.pos == "part":
            found.rank = max(found.rank, 1)
        if found.pos == "fin" and found.start == found.first and low[found.start - 1] in ("and", "but", "or"):
            before = next((p for p in reversed(out) if p.pos == "fin"), None)
            found.shared = before is not None and before.perfect and "n" in taxonomy.verb_tags[low[i]]
        if found.pos == "fin":
            scan.finite.add(i)
        out.append(found)
        floor = found.last
    return out


def _match(scan: _Scan, i: int, entries: tuple[Trigger, ...]) -> Predicate | None:
    low = scan.low
    if (low[i] in HAVE and _is_auxiliary(low, i)) or (low[i] == "march" and _is_month(scan.tokens, i)):
        return None
    verb: tuple[str, VerbGroup] | None = None
    tags = scan.verb_tags[low[i]]
    if tags:
        verb = _verb(scan, i, tags)
        if verb is not None and verb[0] == "fin" and _market_subject(low, verb[1].first):
            entries = tuple(e for e in entries if e.rule.frame == "report" or e.rule.direction == "neither")
    for entry in entries:
        rule = entry.rule
        if entry.tags == "P":
            last = _follows(low, i, entry.rest, split=False)
            if last:
                group = verb_group(scan.tokens, i, "a")
                return Predicate(i, last, rule, "phrase", group, group.first)
            continue
        is_noun = entry.tags == "N"
        if is_noun != (verb is None):
            continue
        last = _follows(low, i, entry.rest, split=not is_noun)
        if not last or (rule.unless and _near(scan, i, last, rule.unless, 2 if is_noun else WINDOW)):
            continue
        if verb is None:
            return Predicate(i, last, rule, "noun", None, i)
        pos, group = verb
        if (rule.objects or rule.object_phrases) and not _object(scan, i, last, rule, group, pos):
            continue
        # A particle that stands apart ("pull troops back") leaves the words between to other triggers.
        return Predicate(i, last if last == i + 1 + len(entry.rest) else i + 1, rule, pos, group, group.first)
    return None


def _is_auxiliary(low: list[str], i: int) -> bool:
    """Whether a form of "have" only helps another verb: "has consistently denied"."""
    for word in low[i + 1 : i + 5]:
        if word == "no":
            return False
        if word in ADVERBS or word in NEGATIONS or (word.endswith("ly") and len(word) > 4):
            continue
        return word.endswith(("ed", "en", "wn")) or is_verb_like(word) or word in _PARTICIPLES
    return False


_PARTICIPLES = word_set("begun done come gone become run sung sunk hung shut thrown overrun won")


def _is_month(tokens: Tokens, i: int) -> bool:
    return tokens.words[i] == "March" and i > 0


_MARKET = word_set(
    "bitcoin ether cryptocurrencies oil crude brent wti gold silver copper gas wheat ruble rouble rubles "
    "roubles dollar euro yen yuan lira pound franc currency currencies stock stocks share shares equities "
    "equity bond bonds price prices futures index indices market markets yield yields investors traders dow "
    "nasdaq ftse dax nikkei stoxx "
)


def _market_subject(low: list[str], start: int) -> bool:
    """Whether the subject in front of the verb group is a market: "oil retreated", "markets rallied"."""
    return any(w in _MARKET for w in low[max(0, start - 2) : start])


def _follows(low: list[str], i: int, rest: tuple[str, ...], *, split: bool) -> int:
    """Return the token after the trigger whose further words are ``rest``, or 0; a particle may stand apart."""
    if not rest:
        return i + 1
    stop = i + 1 + len(rest)
    if tuple(low[i + 1 : stop]) == rest:
        return stop
    if split and len(rest) == 1 and rest[0] in _PARTICLES:
        for j in range(i + 2, min(len(low), i + 6)):
            if low[j - 1] in BOUNDARIES or low[j - 1] in _PREPOSITIONS:
                return 0
            if low[j] == rest[0]:
                return j + 1
    return 0


def _limits(scan: _Scan, i: int, last: int) -> tuple[int, int]:
    return max(scan.left[i], i - WINDOW), min(scan.right[last], last + WINDOW)


def _near(scan: _Scan, i: int, last: int, singles: frozenset[str], reach: int) -> bool:
    low = scan.low
    begin, stop = _limits(scan, i, last)
    before, after = low[max(begin, i - min(6, reach)) : i], low[last : min(stop, last + reach)]
    return not (singles.isdisjoint(before) and singles.isdisjoint(after))


def _object(scan: _Scan, i: int, last: int, rule: Rule, group: VerbGroup, pos: str) -> bool:
    low = scan.low
    begin, stop = _limits(scan, i, last)
    window = low[i + 1 : stop]
    bare = pos == "fin" and not group.auxiliary and (last >= len(low) or low[last] in _AFTER_PASSIVE)
    if group.passive or pos == "part" or low[i] in _MOTION or bare:
        window = low[begin:i] + window
    if not rule.objects.isdisjoint(window):
        return True
    if scan.hyphens and any("-" in word and word.rsplit("-", 1)[1] in rule.objects for word in window):
        return True
    return any(phrase[0] in window and _holds(window, phrase) for phrase in rule.object_phrases)


def _holds(window: list[str], phrase: tuple[str, ...]) -> bool:
    n = len(phrase)
    return any(tuple(window[k : k + n]) == phrase for k in range(len(window) - n + 1))


# "Embassy evacuated as rebels near": what a headline's past form without an object is followed by.
_AFTER_PASSIVE = SUBORDINATORS | word_set("in at by on over near from during") | BOUNDARIES
# Verbs of motion, whose subject is what moves: "troops are returning to their bases".
_MOTION = frozenset(
    form
    for verb in word_set("return withdraw pull move mass arrive leave retreat head roll land gather assemble deploy")
    for form in verb_forms(verb)
)


def _verb(scan: _Scan, i: int, tags: str) -> tuple[str, VerbGroup] | None:
    """Decide whether the word at ``i``, which can be a verb form with ``tags``, is a verb here, and which."""
    low = scan.low
    group = verb_group(scan.tokens, i, tags)
    if group.infinitive:
        return ("inf", group) if "b" in tags else None
    before = low[i - 1] if i else ""
    k = i - 1
    while k >= 0 and (low[k] in ADVERBS or low[k] in NEGATIONS or (low[k].endswith("ly") and len(low[k]) > 4)):
        k -= 1
    helper = low[k] if k >= 0 else ""
    if (helper in AUXILIARIES and helper != "'s") or helper.endswith("n't"):
        fits = (
            (helper in HAVE and "n" in tags)
            or (helper in BE and ("g" in tags or "n" in tags))
            or ("b" in tags and helper not in HAVE and helper not in BE)
        )
        return ("fin", group) if fits else None
    if "g" in tags:
        opens = helper in SUBORDINATORS or helper in _GERUND_PREPOSITIONS or helper in BOUNDARIES
        if opens or helper in ("and", "or", ""):
            return "ger", group
        if before in _DETERMINERS or before in _PREPOSITIONS or low[i] in scan.nouns:
            return None
        return "ger", group
    if "d" in tags or "n" in tags:
        return _past(scan, i, tags, helper, group)
    return _present(scan, i, tags, k, group)


def _past(scan: _Scan, i: int, tags: str, helper: str, group: VerbGroup) -> tuple[str, VerbGroup] | None:
    """Decide for a past form without an auxiliary: finite, or a participle beside a noun."""
    low = scan.low
    before = low[i - 1] if i else ""
    if before == "" or before in _DETERMINERS or before in _PREPOSITIONS or before == "-":
        # "ousted leaders", "the captured soldiers", "of wounded men"
        return ("fin", group) if "b" in tags and i - 1 in scan.named else None
    if "d" not in tags:
        return "part", group
    follows = low[i + 1] if i + 1 < len(low) else ""
    if follows == "by" and helper not in _PRONOUNS and low[i + 2 : i + 3] not in (["telephone"], ["phone"]):
        return ("fin", group) if _number_after(low, i) else ("part", group)
    if _finite_before(scan, i, k=i - 1):
        return "part", group
    return "fin", group


def _finite_before(scan: _Scan, i: int, *, k: int) -> bool:
    """Whether the clause of token ``i`` already has its finite verb: "opened a probe against men suspected of"."""
    low = scan.low
    for j in range(k, max(-1, i - 16), -1):
        word = low[j]
        if word in BOUNDARIES or word in SUBORDINATORS or word in RELATIVES or word in _CONNECTIVES:
            return False
        if (is_verb_like(word) and not (j == 0 and word in AUXILIARIES)) or j in scan.finite:
            # A verb of saying may be followed by a clause without "that".
            return word not in REPORTING
    return False


_CONNECTIVES = word_set("and or but that nor yet")


def _number_after(low: list[str], i: int) -> bool:
    return i + 2 < len(low) and (low[i + 2][0].isdigit() or low[i + 2] in ("one", "two", "three", "half", "as"))


def _present(scan: _Scan, i: int, tags: str, k: int, group: VerbGroup) -> tuple[str, VerbGroup] | None:
    """Decide for a base or third-person form without an auxiliary, which may be a noun."""
    low = scan.low
    helper = low[k] if k >= 0 else ""
    third = "s" in tags and "b" not in tags
    nounish = low[i] in scan.nouns
    if low[i] in _MARKET:
        return None
    if k < 0 or helper in _DETERMINERS or helper in _PREPOSITIONS or helper in BOUNDARIES:
        return ("fin", group) if helper == "," and third and not nounish else None
    if helper in _PRONOUNS:
        return "fin", group
    if _finite_before(scan, i, k=k) or (nounish and _finite_follows(low, i)):
        return None
    mention = scan.named.get(k)
    plural = low[k].endswith("s") and not low[k].endswith(("ss", "'s"))
    if mention is not None:
        # "Russian attacks" is a noun, "Russia attacks" and "Russians attack" are verbs.
        adjective = mention.kind == "hyphen" or (mention.kind == "people" and not plural)
        return None if adjective and (nounish or not third) else ("fin", group)
    if helper in ("and", "or", "but"):
        return ("fin", group) if not nounish or not third else None
    capital = scan.tokens.words[k][0].isupper()
    if third:
        return ("fin", group) if not nounish or capital else None
    return ("fin", group) if plural else None


def _finite_follows(low: list[str], i: int) -> bool:
    for j in range(i + 1, min(len(low), i + 9)):
        word = low[j]
        if word in BOUNDARIES or word in SUBORDINATORS or word in RELATIVES or word in ("that", "and"):
            return False
        if is_verb_like(word) and word not in _BASE_PASTS:
            return True
    return False


_BASE_PASTS = word_set("put set cut hit split bid beat hurt let")
