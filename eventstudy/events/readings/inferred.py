"""Actors that no name beside the verb gives: by pronouns, roles, places and what the article said before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from eventstudy.events.actors import Mention
from eventstudy.events.actors.standing import Standing
from eventstudy.events.language.lexing import Tokens
from eventstudy.events.language.verb_groups import RELATIVES, word_set
from eventstudy.events.readings.acting import ground, is_expected
from eventstudy.events.readings.asides import subject_end
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.own_country import abroad, at_home, conditioned
from eventstudy.events.readings.role_nouns import ROLES, role_source, role_target
from eventstudy.events.readings.roles import Scene, subject_begin, subject_of

__all__ = ["Antecedent", "Named", "with_inferred"]


class Named(NamedTuple):
    """An actor's code and where it stands in the text."""

    code: str
    start: int
    end: int
    person: bool = False


class Antecedent(NamedTuple):
    """The actors of a sentence, for a pronoun in the next one."""

    source: Sequence[Named] = ()
    target: Sequence[Named] = ()

    @classmethod
    def of(cls, tokens: Tokens, mentions: list[Mention]) -> Antecedent | None:
        """Take the first actor of a sentence without an event; None where it names none."""
        return cls(_named(tokens, mentions[:1])) if mentions else None

    def meant_by(self, words: set[str]) -> Sequence[Named]:
        """Return whom a pronoun among the words means: "they" is no single person, "he" is no target."""
        if not words & _PRONOUNS:
            return ()
        if "they" in words and len(self.source) == 1 and self.source[0].person and self.target:
            return self.target
        return self.source


_PRONOUNS: Final = frozenset({"it", "he", "she", "they", "its", "his", "her", "their", "both"})


def _named(tokens: Tokens, mentions: list[Mention]) -> list[Named]:
    starts = tokens.starts
    return [Named(m.code, starts[m.first], tokens.end(m.last - 1), m.kind == "members") for m in mentions]


def with_inferred(
    standing: Standing,
    scene: Scene,
    reading: Reading,
    found: tuple[list[Mention], list[Mention]],
    before: Antecedent,
    now: Antecedent,
) -> tuple[Sequence[Named], Sequence[Named]]:
    """Give who acts and who is acted on: those ``found`` by name, and whom the text implies.

    ``before`` are the actors of the sentence before, ``now`` those of the event before in this sentence.
    """
    source: Sequence[Named] = _named(scene.tokens, found[0])
    target: Sequence[Named] = _named(scene.tokens, found[1])
    if not source and not reading.actor.passive:
        # "It denied ...": the subject of the sentence before.
        if now.source and _joined(scene, reading):
            source = now.source
        if not source and not _named_anew(scene, reading):
            source = before.meant_by(set(scene.tokens.low[: reading.actor.start]))
    if not source and reading.polarity == "denied" and reading.speaker is not None:
        source = _named(scene.tokens, subject_of(scene, reading.speaker))  # "denied that soldiers had fired"
    if not source and reading.speaker is not None and _own_forces(scene, reading):
        source = _named(scene.tokens, subject_of(scene, reading.speaker)) or _stands(
            standing, scene.tokens, subject_begin(scene, reading.speaker), reading.speaker.start
        )
    if reading.actor.pos != "noun":
        source = source or _role_actor(standing, scene, reading) or _standing_actor(standing, scene, reading)
        if _one_country(standing, source) and (not target or target[0].code == source[0].code):
            code = source[0].code
            meant = conditioned(scene, reading, code) or abroad(scene, reading, code)
            target = _named(scene.tokens, meant) or target
        target = target or _standing_target(standing, scene, reading, source)
        target = target or _role_target(standing, scene, reading, source)
        if not source and target and _by_hand(reading, scene):
            # Who bombs or shoots without being named is taken to be of the place.
            source = _named(scene.tokens, ground(scene, [], reading.actor.start)) or target[:1]
            source = source if _one_country(standing, source) else ()
        if not target and reading.meaning.kind in _DOMESTIC and _one_country(standing, source):
            target = list(source)  # who restricts, yields or protests without naming another means its own country
        if not target and _one_country(standing, source) and at_home(scene, reading, source[0].code):
            target = list(source)
        if not target and reading.meaning.kind in _CLAIMS and _one_country(standing, source) and _civil(scene, reading):
            target = list(source)  # whom a union or the opposition defies is its own country
    return source, target


_ON_THE_GROUND: Final = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE", "CONCEDE", "RETREAT", "ACCUSE"})
_DOMESTIC: Final = frozenset({"COERCE", "CONCEDE", "PROTEST"})


_FROM_AFAR: Final = word_set(
    "missile missiles rocket rockets drone drones airstrike "
    "airstrikes strike strikes raid raids bombardment shell shells "
    "shelling artillery mortar mortars jets jet warplane warplanes helicopter helicopters aircraft bombers tanks army "
    "forces troops invasion offensive fighting clashes clash war battle battles airspace navy barrage"
)


def _by_hand(reading: Reading, scene: Scene) -> bool:
    """Whether an attack that happened was one on the ground, where nobody says by whom."""
    told = (reading.meaning.kind, reading.polarity, reading.modality) == ("ASSAULT", "asserted", "happened")
    low = scene.tokens.low
    told_of = low[: scene.closing[0]] if scene.closing else low
    return told and ("blamed" in low or _FROM_AFAR.isdisjoint(told_of))


_CLAIMS: Final = frozenset({"THREATEN", "REQUEST", "REJECT", "ACCUSE"})
_CIVIL: Final = word_set(
    "union unions nurses teachers miners workers opposition rebels guerrillas insurgents dissidents protesters "
    "students farmers doctors lawyers activists bishops strikers truckers drivers employees separatists "
    "demonstrators unionists ethnic"
)


def _civil(scene: Scene, reading: Reading) -> bool:
    """Whether the subject is of those who stand against their own government."""
    p = reading.actor
    return not _CIVIL.isdisjoint(scene.tokens.low[subject_begin(scene, p) : p.start])


def _one_country(standing: Standing, actors: Sequence[Named]) -> bool:
    return len({m.code for m in actors}) == 1 and standing.is_country(actors[0].code)


def _role_actor(standing: Standing, scene: Scene, reading: Reading) -> Sequence[Named]:
    p, begin = reading.actor, subject_begin(scene, reading.actor)
    minority = "ethnic" in scene.tokens.low[begin : p.start]
    if p.passive or p.rule.obliges or not (minority or reading.meaning.kind in _ON_THE_GROUND):
        return ()
    found = role_source(scene.tokens, p, begin, scene.mentions)
    if found is None or not standing.is_country(found[0].code):
        return ()
    return [Named(found[0].code, scene.tokens.starts[found[1]], scene.tokens.end(found[1]))]


def _joined(scene: Scene, reading: Reading) -> bool:
    """Whether a verb shares its subject with one before: "the ministry denied it and said it would pay"."""
    first = reading.speaker or reading.actor
    return scene.tokens.low[subject_begin(scene, first)] in _JOINING


def _named_anew(scene: Scene, reading: Reading) -> bool:
    """Whether the subject is a noun of its own, so that no pronoun before it is meant: "if the two sides met"."""
    subject = scene.tokens.low[subject_begin(scene, reading.actor) : reading.actor.start]
    return len(subject) > 1 and subject[0] == "the" and _PRONOUNS.isdisjoint(subject) and reading.speaker is None


_JOINING: Final = frozenset({"and", "but"})


def _own_forces(scene: Scene, reading: Reading) -> bool:
    """Whether those who command forces say what these do: "the defence ministry said some units were returning"."""
    low, p, said = scene.tokens.low, reading.actor, reading.speaker
    if said is None or reading.meaning.kind not in ("RETREAT", "MOBILIZE"):
        return False
    acts = low[subject_begin(scene, p) : p.start]
    return not _FORCES.isdisjoint(acts) and not _COMMAND.isdisjoint(low[subject_begin(scene, said) : said.start])


_FORCES: Final = word_set(
    "units unit troops forces soldiers tanks warships ships contingent convoy servicemen battalions"
)
_COMMAND: Final = word_set("ministry army military navy staff commander general minister")


def _standing_actor(standing: Standing, scene: Scene, reading: Reading) -> list[Named]:
    """Find whom the subject stands for by what the article has said before: "the central bank raised rates"."""
    p = reading.actor
    if p.passive and not is_expected(p):
        return []
    low, begin = scene.tokens.low, subject_begin(scene, p)
    if low[begin] in _JOINING:
        p = next((q for q in reversed(scene.predicates) if q.start < begin and q.pos == "fin" and not q.passive), p)
    end = subject_end(low, p.start)  # "the central bank, in an unscheduled meeting, raised"
    return _stands(standing, scene.tokens, subject_begin(scene, p), end)


def _standing_target(standing: Standing, scene: Scene, reading: Reading, source: Sequence[Named]) -> list[Named]:
    """Find whom the object right behind the verb stands for: "urged the group to"."""
    p = reading.actor
    if p.passive:
        return [] if is_expected(p) else _stands(standing, scene.tokens, subject_begin(scene, p), p.start)
    low, begin = scene.tokens.low, reading.head.last
    if low[begin : begin + 1] in (["with"], ["on"], ["against"]):
        begin += 1
    stop = next((k for k in range(begin, min(len(low), begin + 4)) if low[k] in _BEHIND), len(low))
    found = _stands(standing, scene.tokens, begin, stop)
    return [m for m in found if all(m.code != s.code for s in source)]


def _stands(standing: Standing, tokens: Tokens, begin: int, stop: int) -> list[Named]:
    found = standing.meant(tokens, begin, stop)
    return [] if found is None else [Named(found[0], tokens.starts[found[1]], tokens.end(found[2] - 1))]


_BEHIND: Final = RELATIVES | word_set("to of in on for from with by at over after before during , . ; : and but as")


def _role_target(standing: Standing, scene: Scene, reading: Reading, source: Sequence[Named]) -> list[Named]:
    if not _one_country(standing, source) or reading.meaning.kind == "MOBILIZE":
        return []
    p = reading.actor
    if p.passive and not is_expected(p):
        subject = range(subject_begin(scene, p), p.start)
        place = next((i for i in subject if scene.tokens.low[i] in ROLES), None)
    else:
        place = role_target(scene.tokens, reading.head)
        meant_for = reading.theme.pos == "inf" and "for" in scene.tokens.low[p.last : p.last + 3]
        if place is None and reading.theme is not reading.head and not (meant_for and p.rule.frame == "request"):
            place = role_target(scene.tokens, reading.theme)
    if place is None:
        return []
    low = scene.tokens.low
    seated = (m for m in scene.mentions if place < m.first <= place + 3 and low[m.first - 1] in _SEATED)
    home = next(seated, None)  # "shuttled between the government in Colombo and rebels"
    code = home.code if home is not None and low[place + 1] in _SEATED else source[0].code
    return [Named(code, scene.tokens.starts[place], scene.tokens.end(place))]


_SEATED: Final = frozenset({"in", "of"})
