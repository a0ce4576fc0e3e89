"""Who acts, who is acted on, who speaks: actor mentions around a predicate."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.lexing import Tokens
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import (
    ADVERBS,
    BOUNDARIES,
    DAYS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    word_set,
)
from eventstudy.events.readings.asides import subject_end
from eventstudy.events.readings.closing import SAYING, closing_clause
from eventstudy.events.readings.role_nouns import AT_LARGE, ROLES
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["Scene", "objects_of", "subject_begin", "subject_of"]


_POSSESSIVES: Final = frozenset({"its", "their", "his", "her"})
_PRONOUNS: Final = word_set("it they he she we i who which that its their his her itself himself herself themselves")
_STOPS: Final = (BOUNDARIES - {",", "(", ")"}) | SUBORDINATORS | RELATIVES | {"that", "but"}
_SKIPPED: Final = word_set("in on at by after under despite during since for with amid following before of to between")


@dataclass(slots=True)
class Scene:
    """A sentence's tokens, its actor mentions and its predicates."""

    tokens: Tokens
    mentions: list[Mention]
    predicates: list[Predicate]
    closing: tuple[int, int, int] | None = field(init=False)
    """A closing clause of reported speech: its first token, its subject's end, the place of its verb."""
    _begins: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look once for what every event of the sentence asks."""
        self.closing = closing_clause(self.tokens.low)

    def moved(self, tokens: Tokens) -> Scene:
        """Give the same sentence where it stands again: the words are the same, their places are not."""
        moved = Scene.__new__(Scene)  # shares what is known of its words
        moved.tokens, moved.mentions, moved.predicates = tokens, self.mentions, self.predicates
        moved.closing, moved._begins = self.closing, self._begins
        return moved


def subject_of(scene: Scene, p: Predicate) -> list[Mention]:
    """Find the actors that the subject of ``p`` names; empty where it names none."""
    low = scene.tokens.low
    stop = p.caused[1] or p.start
    begin = subject_begin(scene, p)
    found = [m for m in scene.mentions if begin <= m.first and m.last <= stop and not _is_setting(low, begin, m)]
    if found:
        end = subject_end(low, stop)  # "Spain's minister, who met Cuba's president, hailed"
        return _compound(scene, [m for m in found if m.last <= end] or found)
    if p.caused[1]:
        return []
    words = low[begin:stop]
    while words and (words[0] in _WHEN or (words[0] == "on" and words[1:2] and words[1] in _WHEN)):
        words = words[1:]  # "said on Tuesday its forces had"
    while words and (words[-1] in ADVERBS or words[-1].endswith("ly")):
        words.pop()
    if words and words[-1] in ("who", "which", "that"):
        nearest = [m for m in scene.mentions if m.last <= stop]
        return nearest[-1:]
    bare = not words or words[-1] in _PRONOUNS or words[0] in ("and", "but", "or", "while") or p.pos in ("inf", "ger")
    definite = bool(words) and words[0] in ("the", "its", "their", "his", "her", "two", "both", "some", "other")
    if bare or definite:
        earlier = _earlier_subject(scene, p, begin)
        if earlier:
            return earlier
    return []


_EDGES: Final = word_set("border borders frontier coast coastline")
_PLACED: Final = word_set("near along at on")
_ARTICLES: Final = word_set("the a an its their his her of by")  # "the ruling party in Peru"
_WHEN: Final = DAYS | word_set("late early last earlier again also that")


def _is_setting(low: list[str], begin: int, m: Mention) -> bool:
    """Whether a place only says where the subject is: "troops exercising in Belarus"."""
    if (
        low[m.last : m.last + 1]
        and low[m.last] in _EDGES
        and not _PLACED.isdisjoint(low[max(0, m.first - 2) : m.first])
    ):
        return True  # "units near the Ukrainian border"
    if m.first == 0 or low[m.first - 1] not in ("in", "on", "at", "near"):
        return False
    between = low[begin : m.first]
    return (
        any(
            w.endswith("ing") and len(w) > 5 and (between[k - 1] not in _ARTICLES if k else between[1:2] == ["in"])
            for k, w in enumerate(between)
        )
        or sum(w in ("in", "on", "at") for w in between) > 1
    )


def _earlier_subject(scene: Scene, p: Predicate, begin: int) -> list[Mention]:
    chain = p.governor
    if chain is not None and chain.start < p.start:
        found = subject_of(scene, chain)
        if found:
            return found
    for q in reversed([q for q in scene.predicates if q.start < p.start and q.governor is p.governor]):
        if q.pos == "fin" and not q.passive:
            found = subject_of(scene, q)
            if found or scene.tokens.low[subject_begin(scene, q)] in _POSSESSIVES:
                return found  # "his government banned ads and halted flights": of the sentence before
    before = [m for m in scene.mentions if m.last <= begin and m.kind != "hyphen"]
    return _compound(scene, before) if before else []


def subject_begin(scene: Scene, p: Predicate) -> int:
    """Find the token where the subject of ``p`` begins; it is asked for actor by actor."""
    begin = scene._begins.get(p.first)
    if begin is None:
        begin = scene._begins[p.first] = p.caused[0] or _subject_begin(scene, p)
    return begin


def _subject_begin(scene: Scene, p: Predicate) -> int:
    low = scene.tokens.low
    i = subject_end(low, p.start) - 1
    floor = 0
    for q in scene.predicates:
        if q.last <= i + 1 and q.pos in ("fin", "ger", "inf", "phrase") and q is not p and not _describes(low, q):
            floor = max(floor, q.last)
    if i >= 0 and low[i] in (",", ")"):
        # "Pakistan, a key ally of the U.S., has refused": the apposition is not the subject.
        j = i - 1
        opening = "(" if low[i] == ")" else ","
        while j > floor and low[j] != opening:
            j -= 1
        i = j - 1 if j > floor else i - 1
    while i >= floor:
        word = low[i]
        if word == "-" and low[i + 1][0].isdigit():
            i -= 1  # "a B-29 bomber"
            continue
        if word in RELATIVES and p.rank == 0 and p.pos == "fin" and any(map(is_verb_like, low[i + 1 : p.start])):
            i -= 1  # "Peruvians who waded across the river were given shelter"
            continue
        if word in _STOPS and not (word == "that" and i == p.start - 1):
            return i + 1
        if word == "," and low[i + 1] in ("and", "but") and low[i + 2] in _POSSESSIVES:
            return i + 2  # "France said no, and its president urged"
        if word == "," and not _list_comma(scene, i):
            inner = [m for m in scene.mentions if i < m.first and m.last <= p.start]
            if inner or _has_subject(low, i + 1, p.start):
                return i + 1
        if word == "and" and (i == p.start - 1 or _clause_before(scene, floor, i, p.start)):
            return i if i == p.start - 1 else i + 1
        i -= 1
    return floor


def _clause_before(scene: Scene, floor: int, i: int, stop: int) -> bool:
    """Whether "and" at ``i`` follows a whole clause: "firms have stopped buying U.S. beef and China will"."""
    low = scene.tokens.low
    # "rejected the plan and police broke up", "raised taxes and the central bank hiked"
    last = low[stop - 1]
    role = (i + 2 == stop and last in ROLES) or (
        low[i + 1] == "the" and stop - i < 5 and (last in ROLES or last == "bank")
    )
    if not role and not any(m.first == i + 1 for m in scene.mentions):
        return False
    if any(m.last == i and m.first > floor and low[m.first - 1] in _APART for m in scene.mentions):
        return False  # "OPEC sticks to policy, Saudi Arabia and Russia extend cuts"
    before = low[floor:i]
    verb = any(q.last == floor and q.pos == "fin" and q.rule.frame in _OBJECTIVE for q in scene.predicates)
    told = (verb and len(before) > 0) or any(w in _HELPING for w in before[1:])
    return told and RELATIVES.isdisjoint(before) and "that" not in before


_APART: Final = frozenset({",", ";", ":"})
_OBJECTIVE: Final = frozenset({"", "light", "reverse", "undergo", "refuse"})  # verbs that no clause follows
_HELPING: Final = word_set("have has had is are was were will would could may might can must did does do")


def _describes(low: list[str], q: Predicate) -> bool:
    """Whether a gerund only describes the noun before it: "police investigating fraud arrested"."""
    before = low[q.start - 1] if q.start else ""
    return q.pos == "ger" and before[-1:].isalpha() and before not in _OPENING


_OPENING: Final = (
    SUBORDINATORS | RELATIVES | word_set("and or but by of from for without in on at with about to against not")
)


def _has_subject(low: list[str], begin: int, stop: int) -> bool:
    words = low[begin:stop]
    return bool(words) and (words[-1] in _PRONOUNS or words[0] in ("the", "a", "an", "some", "its", "two"))


def _list_comma(scene: Scene, i: int) -> bool:
    """Whether the comma at ``i`` stands between two names of an enumeration that "and" closes."""
    left = any(m.last == i for m in scene.mentions)
    right = next((m for m in scene.mentions if i < m.first <= i + 2), None)
    if not left or right is None:
        return False
    if scene.tokens.low[i + 1] == "and":
        return any(m.last < i and scene.tokens.low[m.last] == "," for m in scene.mentions)  # "Peru, Chile, and Cuba"
    if right.first == i + 1 and any(m.first == 0 and m.last == i for m in scene.mentions):
        return scene.tokens.low[right.last : right.last + 1] != [","]  # "Russia, Ukraine agree"
    return scene.tokens.low[right.last : right.last + 1] in (["and"], [","])


def _compound(scene: Scene, found: list[Mention]) -> list[Mention]:
    """Keep the first actor and those joined to it: "the United States and Jordan"."""
    plain = [m for m in found if m.kind != "hyphen"] or found
    out = [plain[0]]
    low = scene.tokens.low
    for m in plain[1:]:
        between = low[out[-1].last : m.first]
        if m.code == out[-1].code:
            if len(between) <= 3 and "," not in between:
                out[-1] = Mention(out[-1].first, m.last, m.code, out[-1].kind)
            continue
        joined = bool(between) and len(between) <= 9 and ("and" in between or "," in between)
        headline = between == [","] and out[-1].first == 0 and low[m.last : m.last + 1] != ["'s"]
        listed = headline or (joined and ("and" in between or "and" in low[m.last : m.last + 8]))
        if low[out[-1].first - 1] == "with" and "and" in between[:-1] and between[between.index("and") + 1] == "with":
            between = between[between.index("and") + 2 :]  # "with Peru and with its ally"
        if listed and _SKIPPED.isdisjoint(between):
            out.append(m)
            continue
        break
    unique: dict[str, Mention] = {}
    for m in out:
        unique.setdefault(m.code, m)
    return list(unique.values())


def _next_clause(scene: Scene, last: int, limit: int) -> Predicate | None:
    """Give the verb of the next main clause between two tokens."""
    for q in scene.predicates:
        if last < q.start < limit and q.pos == "fin" and q.governor is None and q.rank == 0:
            return q
    return None


def objects_of(scene: Scene, p: Predicate, source: list[Mention]) -> list[Mention]:
    """Find the actors that the objects of ``p`` (and of what it governs) name."""
    if not scene.mentions or scene.mentions[-1].first < p.last:
        return []  # none is named behind it
    low = scene.tokens.low
    shared = _shares_object(scene, p)
    if shared is not None:
        return objects_of(scene, shared, source)
    limit = scene.closing[0] if scene.closing else len(low)
    end = limit
    following = _next_clause(scene, p.last, limit)
    if following is not None:
        # The subject of a second main clause is no object of the first: "plans an attack and Putin endorsed".
        begin = subject_begin(scene, following)
        joined = "and" in low[max(0, begin - 1) : begin + 1] or "but" in low[max(0, begin - 1) : begin + 1]
        if not joined and "and" in low[begin : following.start] and p.last < following.start:
            begin = begin + low[begin : following.start].index("and")
            joined = begin > p.last and not any(m.last == begin for m in scene.mentions)
        end = min(limit, max(p.last, begin) if joined or following.caused[1] else following.start)
    for stop in compress(range(p.last, end), map(_OBJECT_STOPS.__contains__, low[p.last : end])):
        if low[stop] == ",":
            if _new_clause(low, stop) or _second_clause(scene, stop):
                break
        elif low[stop] not in SUBORDINATORS or stop > p.last + 1:
            break
    else:
        stop = max(p.last, end)
    if p.rule.kind in _ON_SUSPECTS:
        stop = _suspected(scene, p.last, stop, {m.code for m in source})
    taken, codes = {(m.first, m.last) for m in source}, {m.code for m in source}
    inside = [
        m for m in scene.mentions
        if p.last <= m.first and m.last <= stop and (m.first, m.last) not in taken
    ]  # fmt: skip
    if inside and not _RELATIVE.isdisjoint(low[p.last + 1 : stop]):
        relative = next((k for k in range(p.last + 1, stop) if _opens_relative(low, k)), stop)
        inside = [m for m in inside if m.first < relative] or inside
    if (
        inside
        and len(codes) == 1
        and p.rule.kind in _AGAINST
        and inside[0].code in codes
        and (inside[0].kind == "people" or (inside[0].kind == "members" and p.rule.kind == "ASSAULT"))
    ):
        ahead = low[p.last : inside[0].first]
        if _PHRASING.isdisjoint(ahead) or (inside[0].kind == "members" and len(ahead) < _NEXT):
            return inside[:1]  # "charged a former Argentine minister with smuggling arms to Croatia"
    if p.rule.kind == "REQUEST":
        asked = next((k for k in range(p.last, min(stop, p.last + 7)) if low[k] == "to"), p.last)
        if not AT_LARGE.isdisjoint(low[p.last : asked]) and not any(m.first < asked for m in inside):
            return []  # "urged Islamic countries to arm Bosnia": whom nobody names
    if inside and len(codes) == 1 and inside[0].first == p.last and p.rule.kind == "REQUEST":
        return inside[:1]  # "Peruvian deputies called on Lima to free Chilean sailors"
    strict = [m for m in inside if m.code not in codes]
    # An actor may act on its own: "police arrested protesters"; two that act together do not.
    pool = strict or (inside if len(codes) < 2 else [])
    if not pool:
        return []
    hyphenless = [m for m in pool if m.kind != "hyphen"]
    if p.rule.kind == "CONSULT":
        # "held talks in Tokyo with Peru's premier"
        met = [m for m in hyphenless if "with" in low[max(p.last, m.first - 3) : m.first]]
        hyphenless = met or hyphenless
    if p.rule.kind == "ACCUSE" and not _BEFORE.isdisjoint(low[p.last : p.last + 4]):
        # "complained to the United Nations over Peru's raids", "filed a complaint at the council against Peru"
        topic = {"against"} if "against" in low[p.last : stop] else _TOPIC
        over = [m for m in hyphenless if not topic.isdisjoint(low[max(p.last, m.first - 4) : m.first])]
        hyphenless = over or hyphenless
    if p.rule.id in _GATHERING:
        # "gathered support among Chilean bishops for Peru's claim"
        hyphenless = [m for m in hyphenless if "for" in low[max(p.last, m.first - 3) : m.first]] or hyphenless
    if p.rule.kind in _GIVING:
        # "returned an Iraqi pilot to Jordan": who receives is the target.
        given = [m for m in hyphenless if low[m.first - 1] == "to" or low[m.first - 2 : m.first] == ["to", "the"]]
        hyphenless = given or hyphenless
    return _compound(scene, hyphenless or pool)


_NEXT: Final = 5  # "attacked a camp of the army's rebels"
_AGAINST: Final = frozenset({"ACCUSE", "COERCE", "ASSAULT"})
_PHRASING: Final = PREPOSITIONS | word_set("to , that its their his her and")
_ON_SUSPECTS: Final = _AGAINST | {"RETREAT", "SANCTION"}
_SUSPECTED: Final = word_set(
    "suspected accused charged convicted wanted believed blamed implicated indicted thought linked"
)
_CHARGING: Final = word_set("with of for")
_OF_WHAT: Final = word_set("of with for to in by over")
_OF_A_CHARGE: Final = _SUSPECTED | _CHARGING


def _suspected(scene: Scene, begin: int, stop: int, own: set[str]) -> int:
    """Give the token at which follows what the object is accused of: "tried a man suspected of killing Serbs"."""
    low = scene.tokens.low
    if _OF_A_CHARGE.isdisjoint(low[begin:stop]):
        return stop
    charged = (k for k in range(begin + 1, stop - 1) if low[k] in _CHARGING and low[k + 1].endswith("ing"))
    k = next(charged, stop)
    if k < stop and all(m.code in own for m in scene.mentions if begin <= m.first < k):
        stop = k  # "charged 13 men with spying for Israel"
    for k in compress(range(begin, stop - 1), map(_SUSPECTED.__contains__, low[begin : stop - 1])):
        if low[k + 1] in _OF_WHAT and not ROLES.isdisjoint(low[begin:k]):
            return k if all(not begin <= m.first < k for m in scene.mentions) else stop
    return stop


def _shares_object(scene: Scene, p: Predicate) -> Predicate | None:
    """Give the verb whose object ``p`` shares: "shot and killed two Peruvians"."""
    low = scene.tokens.low
    if low[p.last : p.last + 1] != ["and"]:
        return None
    return next((q for q in scene.predicates if q.start == p.last + 1 and q.pos == p.pos and q.pos != "noun"), None)


_OBJECT_STOPS: Final = frozenset({";", ":", "—", ","}) | (SUBORDINATORS - {"as", "once", "since"})


def _opens_relative(low: list[str], k: int) -> bool:
    """Whether a relative clause opens at ``k``: "a resolution that would have renewed"."""
    if low[k] in RELATIVES:
        return True
    follows = low[k + 1] if k + 1 < len(low) else ""
    return low[k] == "that" and (is_verb_like(follows) or follows in _MODAL) and low[k - 1] not in SAYING


_RELATIVE: Final = RELATIVES | {"that"}
_MODAL: Final = word_set("would will could can may might")
_BEFORE: Final = frozenset({"to", "with", "before", "at"})
_TOPIC: Final = frozenset({"over", "about", "against", "at"})
_GATHERING: Final = frozenset({"gather-support", "rally-support"})
_GIVING: Final = frozenset({"AID", "COOPERATE"})


def _second_clause(scene: Scene, i: int) -> bool:
    """Whether ", and" at ``i`` begins another clause rather than ending a list of names."""
    if scene.tokens.low[i + 1 : i + 2] not in (["and"], ["but"]):
        return False
    return not (any(m.last == i for m in scene.mentions) and any(i + 2 <= m.first <= i + 3 for m in scene.mentions))


def _new_clause(low: list[str], i: int) -> bool:
    follows = low[i + 1 : i + 3]
    return bool(follows) and (
        follows[0] in SUBORDINATORS or follows[0] in RELATIVES or (follows[0].endswith("ing") and len(follows[0]) > 5)
    )
