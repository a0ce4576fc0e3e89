"""Who acts and who is acted on: the actors of a reading by the voice and the part of speech of what names it."""

from __future__ import annotations

from typing import Final

from eventstudy.events.actors import Mention
from eventstudy.events.language.verb_groups import word_set
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.role_nouns import ROLES
from eventstudy.events.readings.roles import Scene, objects_of, subject_begin, subject_of
from eventstudy.events.triggers.governing import USING
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["actors_of", "ground", "is_expected", "says_so"]


def says_so(scene: Scene, p: Predicate) -> bool:
    """Whether the sentence's speaker is whom ``p`` speaks of: "Iran could close the strait, its commander said"."""
    if p.start > 1 and scene.tokens.low[p.start - 1 : p.start] == ["we"] and ":" in scene.tokens.low[1 : p.start]:
        return True  # "Peru: We will retaliate"
    closing = scene.closing
    open_ended = p.pos == "fin" and p.group is not None and (p.group.would or p.group.modality == "possible")
    if closing is None or not open_ended or p.start >= closing[0] or p.rule.frame not in ("", "accuse"):
        return False
    said = {m.code for m in scene.mentions if closing[0] <= m.first and m.last <= closing[1]}
    if not said:
        words = scene.tokens.low[closing[0] : closing[1]]
        return words[:1] != [] and words[0] in _OWN and not _ORGANS.isdisjoint(words)
    return any(m.code in said for m in subject_of(scene, p))


_THEIRS: Final = frozenset({"its", "his", "her", "their"})
_SENT_OUT: Final = word_set(
    "observers monitors inspectors diplomats reporters journalists nationals citizens peacekeepers fishermen soldiers"
)
_WE: Final = frozenset({"we", "i"})  # "We urge restraint," a Peruvian envoy said
_OWN: Final = word_set("the its his her their")
_ORGANS: Final = word_set(
    "ministry minister government commissioner commission spokesman "
    "spokeswoman president premier army military foreign "
    "leader general commander chief envoy"
)
_AFLOAT: Final = word_set(
    "tanker tankers ship ships vessel vessels trawler trawlers freighter freighters yacht boat boats"
)
_BESIDE: Final = frozenset({"with", "to", "from", "for", "by"})
_SYMMETRIC: Final = frozenset({"CONSULT"})


def _spoken_of(scene: Scene, m: Mention) -> bool:
    low = scene.tokens.low
    return low[m.first - 1] in _BESIDE or (low[m.first - 1] == "the" and low[m.first - 2] in _BESIDE)


def actors_of(scene: Scene, reading: Reading) -> tuple[list[Mention], list[Mention]]:
    """Find who acts and who is acted on."""
    p, theme = reading.actor, reading.theme
    if p.pos == "noun":
        return _ruling_out(scene, reading) or _noun_actors(scene, reading)
    subject = subject_of(scene, p)
    closing = scene.closing
    if not subject and closing is not None and p.start < closing[0] and scene.tokens.low[p.start - 1] in _WE:
        subject = [m for m in scene.mentions if closing[0] <= m.first and m.last <= closing[1]][:1]
    if p.pos == "phrase" and p.rule.kind == "REJECT" and subject and _spoken_of(scene, subject[0]):
        # "talks with Peru are not on the agenda, Chile's president said": who says so refuses, and whom
        said = subject_of(scene, reading.speaker) if reading.speaker is not None else []
        if closing is not None and not said:
            said = [m for m in scene.mentions if closing[0] <= m.first and m.last <= closing[1]][:1]
        return said, subject
    if reading.meaning.kind == "ASSAULT":
        subject = _claimants(scene) or subject
    if p.rule.obliges or p.rule.frame == "judge":
        closing = scene.closing
        asking = [m for m in scene.mentions if closing is not None and closing[0] <= m.first and m.last <= closing[1]]
        told = next(
            (q for q in scene.predicates if q.rule.frame == "report" and q.pos == "fin" and q.start < p.start), None
        )
        if not asking and told is not None:
            asking = subject_of(scene, told)  # "Peru's president said that Chilean leaders in the south must"
        return asking[:1], _leader(scene, p) or subject
    if p.rule.id == "consequences" and scene.tokens.low[p.first] == "met":
        said = subject_of(scene, reading.speaker) if reading.speaker is not None else []
        end = scene.closing
        return said or [m for m in scene.mentions if end and end[0] <= m.first and m.last <= end[1]][:1], []
    if p.rule.id == "consequences" and p.group is not None and p.group.would:
        # "Chile would pay a heavy price, Peru's president said"
        closing = scene.closing
        said = subject_of(scene, reading.speaker) if reading.speaker is not None else []
        if closing is not None and not said:
            said = [m for m in scene.mentions if closing[0] <= m.first and m.last <= closing[1]][:1]
        if said and subject and said[0].code != subject[0].code:
            return said, subject
    if p.rule.frame == "undergo":
        return _from(scene, reading.head), subject
    if p.passive and not is_expected(p):
        low = scene.tokens.low
        if len(subject) == 2 and reading.meaning.kind in _SHARED and not _agent(scene, p):
            return subject, []  # "a pipeline linking Peru and Chile was opened"
        agent = _agent(scene, p) or _authority(scene, reading, subject)
        behind = [m for m in objects_of(scene, p, agent) if low[m.first - 1] != "off"]  # "was seized off Gibraltar"
        return agent, behind if agent and agent == subject else subject or behind
    if p.rule.frame == "report" and theme.passive and reading.meaning.kind == "THREATEN":
        struck = (m for m in scene.mentions if p.last <= m.first and m.last <= theme.start)
        return subject, [m for m in struck if all(m.code != s.code for s in subject)][:1]
    target = objects_of(scene, theme if scene.tokens.low[p.first] in USING else p, subject)
    low = scene.tokens.low
    if reading.meaning.kind == "PROTEST":
        # "blocked a crossing on the German border": only where it is
        target = [m for m in target if low[m.last : m.last + 1] not in (["border"], ["frontier"])]
    if reading.meaning.kind == "REQUEST" and low[p.last : p.last + 1] in (["him"], ["her"], ["them"]):
        before = [m for m in scene.mentions if m.last <= p.start and m not in subject]
        target = before[-1:] or subject[:1]  # "the president's opponents called on him to quit"
    if not target and theme is not p and theme.start < p.first:
        target = [m for m in subject_of(scene, theme) if m not in subject]
    if reading.meaning.kind in _SYMMETRIC and len(subject) > 1:
        target = []
    if not subject and reading.meaning.kind == "ASSAULT" and "between" in scene.tokens.low:
        fighting = _between(scene, alike=True)
        if fighting:
            return _fighters(fighting)
    if not subject and reading.meaning.kind in _MUTUAL:
        both = _between(scene)
        subject, target = (both, []) if both else (subject, target)
    if not target and reading.meaning.kind == "ASSAULT":
        target = ground(scene, subject, min((m.first for m in subject), default=p.start))
    if reading.meaning.rule.endswith("talks") or reading.meaning.rule == "session":
        target = [m for m in target if not _is_venue(scene, m)]
    if reading.meaning.kind == "COERCE":
        target = [m for m in target if low[m.first - 1] != "off"]  # "seized a tanker off Gibraltar"
    if reading.meaning.kind == "MOBILIZE":
        target = [m for m in target if all(m.code != s.code for s in subject)]
    return subject, target


def _leader(scene: Scene, p: Predicate) -> list[Mention]:
    """Find who leads what is judged: "the Chilean-led invasion of Peru was illegal"."""
    first = next((m for m in scene.mentions if subject_begin(scene, p) <= m.first < p.start), None)
    return [first] if first is not None and first.kind == "hyphen" else []


def _claimants(scene: Scene) -> list[Mention]:
    """Find whose an attack is said to be: "a blast later claimed by Islamic State", "blamed on rebels"."""
    low = scene.tokens.low
    if _CLAIMING.isdisjoint(low):
        return []
    by = next((k for k in range(1, len(low)) if (low[k - 1], low[k]) in _CLAIMED), 0)
    return [m for m in scene.mentions if by and by < m.first <= by + 4][:1]


_CLAIMED: Final = {("claimed", "by"), ("blamed", "on"), ("attributed", "to"), ("pinned", "on")}
_CLAIMING: Final = frozenset(verb for verb, _ in _CLAIMED)


def _ruling_out(scene: Scene, reading: Reading) -> tuple[list[Mention], list[Mention]] | None:
    """Find who says to whom that there can be none: "no talks before a truce, Peru's minister told Chile"."""
    closing = scene.closing
    if closing is None or not reading.meaning.rule.startswith("no+"):
        return None
    said = [m for m in scene.mentions if closing[0] <= m.first and m.last <= closing[1]]
    told = [m for m in scene.mentions if closing[2] < m.first <= closing[2] + 4]
    return said[:1], [m for m in told if scene.tokens.low[closing[2]] == "told"][:1]


def ground(scene: Scene, subject: list[Mention], first: int) -> list[Mention]:
    """Whose ground is struck: "in the city of Kramatorsk, a missile hit a shop", "a bomb killed five in Lima"."""
    low, own = scene.tokens.low, {m.code for m in subject}
    limit = scene.closing[0] if scene.closing else len(low)
    placed = [m for m in scene.mentions if m.last <= limit and m.kind != "hyphen" and m.code not in own]
    placed = [m for m in placed if not _LOCATING.isdisjoint(low[max(0, m.first - 5) : m.first])]
    ahead = [m for m in placed if m.last < first and m.kind in ("names", "seats", "places")]
    clause = next((k for k in range(first, len(low) - 1) if low[k] == "," and low[k + 1] == "and"), len(low))
    return (ahead or [m for m in placed if first <= m.first < clause])[:1]


_MUTUAL: Final = frozenset({"RETREAT", "CONSULT"})
_SHARED: Final = frozenset({"COOPERATE", "SUPPORT", "AGREE", "CONSULT"})


def _between(scene: Scene, *, alike: bool = False) -> list[Mention]:
    """Find the two between whom something is: "guns fell silent as a truce between Peru and Chile took effect".

    ``alike`` allows both sides of one country: "between Angolan troops and UNITA rebels".
    """
    low = scene.tokens.low
    k = low.index("between") if "between" in low else len(low)
    near = [m for m in scene.mentions if k < m.first <= k + 9]
    both = list({m.code: m for m in near}.values())[:2]
    if alike and len(both) == 1:
        return [near[0], near[-1]] if "and" in low[near[0].last : near[0].last + 6] else []
    return both if len(both) == 2 and "and" in low[both[0].last : both[1].first] else []


def _fighters(both: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Give those who fight each other: two states both act, both sides of one act on their own."""
    return (both, []) if both[0].code != both[1].code else (both[:1], both[1:])


_LOCATING: Final = frozenset({"in", "near", "at", "outside", "around"})


def _is_venue(scene: Scene, m: Mention) -> bool:
    """Whether a place is where one meets: "agreed to meet in Berlin", but not "met the government in Berlin"."""
    low = scene.tokens.low
    hosts = m.first > 1 and low[m.first - 2] in ROLES
    return m.kind in ("seats", "places") and low[m.first - 1] in ("in", "at") and not hosts


def _agent(scene: Scene, p: Predicate) -> list[Mention]:
    low = scene.tokens.low
    for i in range(p.last, min(len(low), p.last + 12)):
        if low[i] == "by":
            after = [m for m in scene.mentions if i < m.first <= i + 8]
            return after[:1]
        if low[i] in (";", ":"):
            break
    return []


def is_expected(p: Predicate) -> bool:
    """Whether a passive only says how sure a plan is: "is expected to resign"."""
    return p.rule.frame in ("plan", "report") and any(c.pos == "inf" for c in p.complements)


def _from(scene: Scene, head: Predicate) -> list[Mention]:
    """Who acts in "drew criticism from Iran", "came under attack by rebels"."""
    low = scene.tokens.low
    after = (m for m in scene.mentions if head.last <= m.first <= head.last + 6)
    return [m for m in after if not _BY.isdisjoint(low[max(head.last, m.first - 4) : m.first])][:1]


_BY: Final = frozenset({"by", "from"})

_OWN_MEANS: Final = word_set(
    "troops forces soldiers ambassador ambassadors envoy envoys diplomat diplomats army warships tanks "
    "embassy mission staff peacekeepers "
    "contingent units personnel delegation"
)
_PLACES: Final = word_set("in at from near around across throughout outside")
_OF_STATE: Final = frozenset({"COERCE", "SANCTION", "ACCUSE", "REJECT", "CONCEDE", "RETREAT"})


def _authority(scene: Scene, reading: Reading, patients: list[Mention]) -> list[Mention]:
    """Who is behind an agentless passive of a state's act: "was convicted in Cairo", "won't be allowed"."""
    p, low = reading.actor, scene.tokens.low
    if reading.meaning.kind in _SYMMETRIC:
        hosts = [m for m in scene.mentions if m.first >= p.last and low[m.first - 1] in ("in", "to", "the")]
        return hosts[:1]  # "was received in Tehran", "was welcomed at the White House"
    if reading.meaning.kind == "THREATEN":
        closing = scene.closing  # "will be killed, a rebel commander in Peru said"
        return [m for m in scene.mentions if closing and closing[0] <= m.first and m.last <= closing[1]][:1]
    if reading.meaning.kind == "MOBILIZE" and patients:
        return patients[:1]  # "Peruvian police were put on alert"
    sent = not _OWN_MEANS.isdisjoint(low[subject_begin(scene, p) : p.start])
    if reading.meaning.kind == "AID" and patients and sent:
        return patients[:1]  # "Nigerian soldiers were deployed in Monrovia to keep the peace"
    if reading.meaning.kind not in _OF_STATE and reading.meaning.kind != "MOBILIZE":
        return []
    if patients and sent:
        return patients[:1]  # "Kenya's ambassador was recalled from Uganda"
    placed = [m for m in scene.mentions if m.first >= p.last and low[m.first - 1] in _PLACES]
    placed += [m for m in scene.mentions if m.first >= p.last and low[m.first - 2 : m.first] == ["at", "the"]]
    placed += [m for m in scene.mentions if m.last <= p.start and m.first and low[m.first - 1] == "in"]
    if placed:
        return placed[:1]
    if not _AFLOAT.isdisjoint(low[subject_begin(scene, p) : p.start]):
        return []  # "an Iranian tanker was seized off Gibraltar": by others
    if reading.speaker is not None:
        said = subject_of(scene, reading.speaker)
        if said and low[subject_begin(scene, p)] in _THEIRS and low[p.start - 1] in _SENT_OUT:
            return []  # "said its observers had been barred": not by itself
        if said:
            return said
    return patients[:1]


_APART: Final = word_set("fear fears feared of for to on in at by a an the over and or with from after")


def _noun_actors(scene: Scene, reading: Reading) -> tuple[list[Mention], list[Mention]]:
    """Actors of an event named by a noun: "a Russian invasion of Ukraine", "an attack on Kyiv by rebels"."""
    i = reading.head.first
    low = scene.tokens.low
    if reading.meaning.kind == "ASSAULT" and "between" in low[reading.head.last : reading.head.last + 6]:
        fighting = _between(scene, alike=True)  # "fighting broke out between"
        if fighting:
            return _fighters(fighting)
    if low[reading.head.last : reading.head.last + 1] in (["between"], ["among"]):
        both = [m for m in scene.mentions if reading.head.last < m.first <= reading.head.last + 9]
        return list({m.code: m for m in both[:2]}.values()), []
    before = [m for m in scene.mentions if 0 <= i - m.last <= 3 and _APART.isdisjoint(low[m.last : i])]
    after = [m for m in scene.mentions if m.first >= reading.head.last and m.first - reading.head.last <= 6]
    agents = [m for m in after if low[m.first - 1] == "by" or low[m.first - 2 : m.first] == ["by", "the"]]
    first = scene.mentions[:1] if (reading.polarity, reading.modality) == ("asserted", "happened") else []
    subject = [m for m in first if m.last < i and m.kind != "hyphen" and low[m.first - 1 : m.first] != ["in"]]
    source = before[-1:] or agents[:1] or subject
    target = [m for m in after if m not in source and all(m.code != s.code for s in source)][:1]
    return source, target
