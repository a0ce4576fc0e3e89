"""From predicates to events: what a predicate and what it governs mean together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from eventstudy._types import Direction, Modality, Polarity, Tense
from eventstudy.events.language.lexing import Tokens, all_forms
from eventstudy.events.language.verb_groups import first_to, noun_status, word_set
from eventstudy.events.readings.conditions import ANNOUNCED, condition_follows, told_ahead
from eventstudy.events.triggers.governing import USING, orders
from eventstudy.events.triggers.predicates import Predicate
from eventstudy.events.triggers.rules import Rule
from eventstudy.events.triggers.taxonomy import Kind, Taxonomy

__all__ = ["DECIDING", "Meaning", "Reading", "interpret", "kind_of"]

_MATERIAL: Final = frozenset({"ASSAULT", "MOBILIZE", "COERCE", "SANCTION", "PROTEST", "TARIFF"})
_ATTEMPTING: Final = all_forms("try attempt")
_TRYING: Final = (
    _ATTEMPTING
    | all_forms("seek hope want wish consider weigh mull contemplate expect hesitate eye float moot ponder")
    | word_set("bid effort efforts likely able")
)
_FIGHTERS: Final = word_set(
    "rebels guerrillas militants insurgents terrorists separatists militias terrorism insurgency"
)


class Meaning(NamedTuple):
    """A kind of event with its direction and intensity, and the rules that gave it."""

    kind: str
    direction: Direction
    intensity: float
    rule: str


@dataclass(slots=True)
class Reading:
    """One event read from a sentence, before its actors and its time are known.

    ``actor`` is the predicate whose subject acts, ``theme`` the one whose objects are acted on,
    ``head`` the one that names the event, and ``speaker`` the one whose subject says so.
    """

    meaning: Meaning
    polarity: Polarity
    modality: Modality
    tense: Tense
    head: Predicate
    actor: Predicate
    theme: Predicate
    speaker: Predicate | None = None
    perfect: bool = False


def interpret(p: Predicate, tokens: Tokens, taxonomy: Taxonomy, *, own: bool = False) -> list[Reading]:
    """Read the events that a predicate and its complements stand for.

    ``own`` says that the subject speaks for itself ("said it would withdraw"): the commitment has happened.
    """
    frame = p.rule.frame
    if p.rule.obliges:
        if frame == "ought" and (p.governor is None or own):
            return []  # advice is a demand only in another's mouth
        if not p.complements and _of_oneself(tokens.low, p):
            return []
        return [Reading(_of(p.rule), "asserted", "demanded", "present", p, p, p)]
    if frame == "judge":
        polarity, modality, tense = _status(p, tokens)
        return [] if own else [Reading(_of(p.rule), polarity, modality, tense, p, p, p)]
    if frame == "report":
        return _reported(p, tokens, taxonomy)
    if frame == "deny":
        return _denied(p, tokens, taxonomy)
    made = _meaning(p, tokens, taxonomy)
    if made is None:
        return []
    meaning, head = made
    polarity, modality, tense = _status(p, tokens)
    modality = (
        "planned" if not own and modality == "conditional" and told_ahead(p, meaning.kind, tokens.low) else modality
    )
    perfect = p.perfect
    theme = _deepest(p)
    if p.pos == "noun" and polarity == "denied" and _ruled_out(tokens.low, p.first, meaning):
        meaning, polarity, modality = kind_of("REJECT", taxonomy, f"no+{meaning.rule}"), "asserted", "happened"
    # A vow in public is the threat, or the promise, not a plan of it.
    vowed = tokens.low[p.first] in _VOWING and meaning.kind in ("THREATEN", "AGREE")
    decided = meaning.direction == "neither" and tokens.low[p.first] in DECIDING
    if decided and modality == "happened" and not _negated_inside(p):
        pass  # who decides to cut output has cut it, for a market
    elif frame == "plan" and not vowed:
        # who edges closer to default plans none
        unsure = modality == "happened" and (tokens.low[p.first] in _TRYING or meaning.kind == "DEFAULT")
        modality = "possible" if unsure else _plan_modality(modality)
        if polarity == "asserted" and _negated_inside(p):
            polarity = "denied"
        elif polarity == "denied" and meaning.kind == "AGREE" and not _negated_inside(p):
            # "does not plan to attend the talks"
            meaning, polarity, modality = kind_of("REJECT", taxonomy, f"not+{meaning.rule}"), "asserted", "happened"
    elif frame in ("light", "reverse", "undergo"):
        inner = p.complements[0] if p.complements else p
        asks = inner.pos == "inf" and inner.rule.frame == "request" and inner.rule.direction == "neither"
        if asks and tokens.low[p.first] not in USING:
            return []  # "voted to ask its president": a wish of the house, no act on another
        if inner.pos == "noun" and noun_status(tokens, inner.first, inner.last).polarity == "denied":
            polarity = "denied"
        if inner.rule.frame == "plan" and modality == "happened":
            modality = "planned"
        if (
            frame == "reverse"
            and meaning.direction == "de-escalation"
            and polarity == "denied"
            and modality == "planned"
        ):
            # "will not halt its offensive"
            meaning, polarity, modality = kind_of("REJECT", taxonomy, f"not+{meaning.rule}"), "asserted", "happened"
        if inner.pos == "noun" and polarity == "asserted" and modality == "happened" and tokens.low[p.first] in _SEEING:
            modality = noun_status(tokens, inner.first, inner.last).modality  # "sees possible deal"
        if frame == "light" and inner.pos == "noun" and p.group is not None and meaning.kind in _FUTURE:
            # "will not make concessions", "said it would take part in talks"
            meaning, polarity, modality = _future(meaning, p, polarity, modality, taxonomy, own=own)
    elif frame in ("commit", "consent"):
        if polarity == "denied" and modality in ("planned", "happened", "conditional") and not perfect:
            # "will not accept", "did not agree": a refusal.
            meaning, polarity, modality = kind_of("REJECT", taxonomy, f"not+{meaning.rule}"), "asserted", "happened"
        elif modality == "conditional":
            modality = "happened" if own else "planned"
    elif frame == "" or frame == "accuse":
        meaning, polarity, modality = _future(meaning, p, polarity, modality, taxonomy, own=own)
    elif own and frame in ("refuse", "request") and modality in ("planned", "conditional"):
        modality = "happened" if frame == "refuse" else "planned"  # "said it will not allow", "it would ask for help"
    if p.pos == "inf" and p.governor is None and not first_to(tokens.low, p.start):
        modality, tense = "planned", "future"
    if p.pos == "ger" and not _FORESEEING.isdisjoint(tokens.low[max(0, p.start - 6) : p.start]):
        modality = "possible"  # "economists see the Fed staying put"
    if p.pos == "ger" and p.governor is None and tokens.low[p.start - 1] in _AHEAD and modality == "happened":
        modality = "planned"  # "to hear firms before raising tariffs"
    if p.conditional or (
        own and meaning.kind == "AGREE" and p.group is not None and p.group.would and condition_follows(p, tokens.low)
    ):
        modality = "conditional"
    return [Reading(meaning, polarity, modality, tense, head, p, theme, None, perfect)]


def _of_oneself(low: list[str], p: Predicate) -> bool:
    """Whether what must or should be is asked of nobody: "we have to stay together", "hikes should be on the table"."""
    if p.start > 0 and low[p.start - 1] in ("we", "i"):
        return True
    return p.rule.frame == "ought" and low[p.last : p.last + 2] in (["be", "on"], ["be", "seen"], ["be", "able"])


def _ruled_out(low: list[str], i: int, meaning: Meaning) -> bool:
    """Whether what is denied is ruled out for good: "there can be no negotiations", "no talks until"."""
    if meaning.direction != "de-escalation":
        return False
    before = low[max(0, i - 5) : i]
    return (
        "no" in before
        and _TRACES.isdisjoint(before)
        and (before[0] == "no" or "more" in before or not _MODALS.isdisjoint(low[max(0, i - 8) : i]))
    )


_AHEAD: Final = word_set("before toward towards")
_TRACES: Final = word_set("sign signs evidence indication indications hint hints trace proof")
_FORESEEING: Final = all_forms("see foresee envisage predict expect imagine")
_SEEING: Final = all_forms("see")
_VOWING: Final = word_set("vow vows vowed vowing swears swore")
DECIDING: Final = all_forms("decide resolve opt elect choose")
_MODALS: Final = word_set("will would can could shall should must")


def _plan_modality(modality: Modality) -> Modality:
    return "planned" if modality in ("happened", "conditional") else modality


def _negated_inside(p: Predicate) -> bool:
    return any(c.group is not None and c.group.negated for c in p.complements)


def _deepest(p: Predicate) -> Predicate:
    while p.complements:
        p = p.complements[0]
    return p


def _status(p: Predicate, tokens: Tokens) -> tuple[Polarity, Modality, Tense]:
    if p.group is None:
        return noun_status(tokens, p.first, p.last)
    modality: Modality = p.group.modality
    polarity: Polarity = "denied" if p.group.negated else "asserted"
    return polarity, modality, p.group.tense


def kind_of(name: str, taxonomy: Taxonomy, rule: str) -> Meaning:
    """Give the meaning of a kind that no rule of its own gave."""
    kind = taxonomy.kinds.get(name, Kind("neither", float("nan")))
    return Meaning(name, kind.direction, kind.intensity, rule)


def _of(rule: Rule) -> Meaning:
    return Meaning(rule.kind, rule.direction, rule.intensity, rule.id)


def _meaning(p: Predicate, tokens: Tokens, taxonomy: Taxonomy) -> tuple[Meaning, Predicate] | None:
    """Give the kind of event a predicate names, and the predicate that names it."""
    frame = p.rule.frame
    inner: tuple[Meaning, Predicate] | None = None
    for c in p.complements:
        inner = _meaning(c, tokens, taxonomy)
        if inner is not None:
            break
    if frame == "request" and inner is not None and inner[0].rule == "support" and p.rule.direction == "neither":
        backed = tokens.low[inner[1].last : inner[1].last + 6]
        if _DRAFTS.isdisjoint(backed):
            return inner[0], p  # "urged its allies to back the campaign"
    if frame in ("", "threaten", "warn", "accuse", "refuse", "request", "deny"):
        return (_of(p.rule), p) if p.rule.kind else inner
    if inner is None:
        alone = p.rule.obliges or frame in ("commit", "consent") or (frame == "reverse" and p.rule.kind)
        return (_of(p.rule), p) if alone else None
    meaning, head = inner
    if p.rule.obliges:
        return _of(p.rule), p
    if frame == "plan" and meaning.kind == "ASSAULT" and tokens.low[p.first] in _ATTEMPTING:
        return meaning, p  # an attempt on a life is an attack
    if frame in ("commit", "consent", "plan") and meaning.direction == "neither":
        # Outside conflict a plan is a plan of its own kind: "expected to cut rates".
        return meaning, p
    negated = head.group is not None and head.group.negated
    conflict = meaning.direction == "escalation" and meaning.kind in _MATERIAL
    if frame in ("light", "report", "undergo"):
        return meaning, head
    if frame == "reverse":
        if meaning.direction == "neither":
            return None
        if meaning.direction == "de-escalation":
            fighters = not _FIGHTERS.isdisjoint(tokens.low[head.last : head.last + 6])
            name = "CONCEDE" if fighters and meaning.kind in ("SUPPORT", "AID") else "SANCTION"
        else:
            name = _REVERSED.get(meaning.kind, "CONCEDE")
        return kind_of(name, taxonomy, f"{p.rule.id}+{meaning.rule}"), p
    if frame == "consent" and meaning.kind in ("SANCTION", "TARIFF", "TRADE_TRUCE"):
        return (
            meaning,
            p,
        )  # allies who agree to punish a third do not make peace with it; tariffs are a trade of their own
    if frame == "consent" and meaning.kind != "ASSAULT":
        # Who agrees or offers cooperates, even over troops or controls; who pledges them threatens.
        conflict = False
    # who promises a stern response threatens
    name = "THREATEN" if (conflict and not negated) or meaning.kind == "THREATEN" else "AGREE"
    if frame == "plan" and meaning.kind not in _MATERIAL and meaning.direction == "escalation":
        name = "THREATEN" if meaning.kind == "THREATEN" else meaning.kind
    return kind_of(name, taxonomy, f"{p.rule.id}+{meaning.rule}"), p


_DRAFTS: Final = word_set(
    "position candidacy bid claim resolution resolutions draft drafts motion bill plan proposal sanctions"
)
_REVERSED: Final = {"ASSAULT": "RETREAT", "MOBILIZE": "RETREAT", "THREATEN": "RETREAT", "TARIFF": "TRADE_TRUCE"}


def _future(
    meaning: Meaning, p: Predicate, polarity: Polarity, modality: Modality, taxonomy: Taxonomy, *, own: bool
) -> tuple[Meaning, Polarity, Modality]:
    """PLOVER's reading of a future: cooperation is a commitment, conflict a threat, a negated one a refusal."""
    future = modality == "planned" or (own and p.group is not None and (p.group.would or modality == "possible"))
    if not future or meaning.direction == "neither" or meaning.kind not in _FUTURE:
        if own and future and modality in ("planned", "conditional") and meaning.kind not in _FUTURE:
            modality = "happened"  # who says that it will cut output or rates has announced it: that is the news
        return meaning, polarity, modality
    conflict = meaning.direction == "escalation"
    if polarity == "denied":
        name = "AGREE" if conflict else "REJECT"
    else:
        name = "THREATEN" if conflict else "AGREE"
    if modality == "possible":
        return kind_of(name, taxonomy, f"future+{meaning.rule}"), "asserted", modality
    # A speaker that commits itself has done so; a bare "will" is a plan.
    return kind_of(name, taxonomy, f"future+{meaning.rule}"), "asserted", "happened" if own else "planned"


_FUTURE: Final = word_set(
    "CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT AGREE PROTEST MOBILIZE SANCTION COERCE ASSAULT TARIFF"
)


def _reported(p: Predicate, tokens: Tokens, taxonomy: Taxonomy) -> list[Reading]:
    out: list[Reading] = []
    if p.rule.kind == "REQUEST" and not p.passive and orders(p, tokens):
        polarity, modality, tense = _status(p, tokens)
        return [Reading(_of(p.rule), polarity, modality, tense, p, p, _deepest(p), None, p.perfect)]
    for c in p.complements:
        if c.pos == "noun":
            made = _meaning(c, tokens, taxonomy)
            if made is None:
                continue
            polarity, modality, tense = _status(c, tokens)
            own_polarity, own_modality, _ = _status(p, tokens)
            if own_polarity == "denied" or own_modality != "happened":
                polarity, modality = own_polarity, own_modality
            out.append(Reading(made[0], polarity, modality, tense, made[1], p, _deepest(c), None, False))
            continue
        own = _speaks_for_itself(p, c, tokens) and tokens.low[p.first : p.last + 1] not in _TOLD
        for reading in interpret(c, tokens, taxonomy, own=own):
            reading.speaker = p
            if reading.modality in ("happened", "planned") and not _CHANCE.isdisjoint(tokens.low[p.last : c.start]):
                reading.modality = "possible"  # "showed a 90 % chance that the Fed will raise rates"
            if c.pos == "inf" and reading.modality == "happened":
                reading.modality = "planned"
            if c.rule.frame == "judge":
                reading.actor = reading.theme = p  # the speaker finds fault, with whom the judged subject names
            elif reading.modality == "demanded" and c.rule.frame != "request" and not own:
                meaning = kind_of("REQUEST", taxonomy, f"must+{reading.meaning.rule}")
                reading = Reading(meaning, "asserted", "happened", "past", p, p, c, None, False)
            elif p.rule.kind == "ACCUSE" and not own and reading.meaning.direction != "de-escalation":
                reading = Reading(_of(p.rule), "asserted", "happened", "past", p, p, c, None, p.perfect)
            elif p.group is not None and (p.group.negated or p.group.modality != "happened") and p.pos == "fin":
                reading.modality = "possible"
            elif _announced(reading, c, tokens):
                meaning = kind_of("THREATEN", taxonomy, f"future+{reading.meaning.rule}")
                reading = Reading(meaning, "asserted", "happened", "past", c, p, c, None, p.perfect)
            out.append(reading)
    if not out and p.pos == "fin" and tokens.low[p.first].startswith("alleg"):
        polarity, modality, tense = _status(p, tokens)  # "alleged that troops had used phosphorus"
        out.append(Reading(_of(p.rule), polarity, modality, tense, p, p, p, None, p.perfect))
    return out


def _announced(reading: Reading, c: Predicate, tokens: Tokens) -> bool:
    """Whether a passive tells what its speaker will do: "said the party would be banned", "that hostages would die"."""
    future = c.passive and reading.polarity == "asserted" and reading.modality in ("conditional", "planned")
    alone = "by" not in tokens.low[c.last : c.last + 5]
    return future and alone and reading.head is c and reading.meaning.kind in ANNOUNCED


_CHANCE: Final = word_set("chance chances odds probability likelihood")


def _speaks_for_itself(p: Predicate, c: Predicate, tokens: Tokens) -> bool:
    between = [w for w in tokens.low[p.last : c.start] if w not in _FILLERS and not w.endswith("day")]
    return (
        (bool(between) and between[-1] in _ITSELF)
        or (bool(between) and len(between) <= 2 and between[0] in ("its", "their", "his", "her"))
        or not between
    )


# "Peru told it will receive": by others.
_TOLD: Final = (["told", "it"], ["told", "they"], ["told", "he"], ["told", "she"])
_ITSELF: Final = word_set("it they he she we i which itself himself herself themselves")
_FILLERS: Final = word_set('that on in today yesterday also the , " “ morning afternoon evening late early again')
_SHARE: Final = word_set("involvement role responsibility part link links complicity hand knowledge connection")


def _denied(p: Predicate, tokens: Tokens, taxonomy: Taxonomy) -> list[Reading]:
    """Read a denial: what is denied, as denied, and the denial itself."""
    out: list[Reading] = []
    for c in p.complements:
        if c.pos == "noun" and not _SHARE.isdisjoint(tokens.low[p.last : c.first]):
            continue  # "denied involvement in the raid": that there was one is not denied
        for reading in interpret(c, tokens, taxonomy):
            # The noun's own status has seen the denial already: "denied an attack".
            plain = c.pos == "noun" or reading.polarity == "asserted"
            reading.polarity = "denied" if plain else "asserted"
            if reading.polarity == "asserted" and reading.modality == "happened":
                # "denied that it had not attacked" asserts nothing about the attack either.
                reading.modality = "possible"
            reading.speaker = p
            if _speaks_for_itself(p, c, tokens):
                reading.actor = p
            out.append(reading)
    polarity, modality, tense = _status(p, tokens)
    if not out and p.rule.kind:
        perfect = p.group is not None and p.group.perfect
        out.append(Reading(_of(p.rule), polarity, modality, tense, p, p, _deepest(p), None, perfect))
    return out
