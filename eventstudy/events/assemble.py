"""Build an event from what was read: actors, speaker, quote, time, and a span for each."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from eventstudy._types import Precision
from eventstudy.events.acting import actors_of, ground, is_expected
from eventstudy.events.actors import Mention
from eventstudy.events.frames import Reading
from eventstudy.events.lexing import Tokens
from eventstudy.events.own_country import at_home, conditioned
from eventstudy.events.records import Event, Span
from eventstudy.events.role_nouns import ROLES, role_source, role_target
from eventstudy.events.roles import Scene, subject_begin, subject_of
from eventstudy.events.status import RELATIVES, word_set
from eventstudy.events.times import TimeMention, Times, times_of
from eventstudy.news.article import Article

__all__ = ["Antecedent", "Context", "Named", "build_event"]

_NIGHT = dt.timedelta(hours=6)
_DAY, _WEEK = pd.Timedelta(days=1), pd.Timedelta(days=7)
_SPOKEN = frozenset({"warn", "accuse", "deny", "report"})


@dataclass(slots=True)
class Context:
    """An article while it is read: what is asked for again is kept."""

    article: Article
    types: Mapping[str, str]
    times: Times | None = None
    start: pd.Timestamp | None = None
    recent: tuple[pd.Timestamp, pd.Timestamp] | None = None

    def within(self, start: int, end: int) -> list[TimeMention]:
        """Return the times of a sentence that an event can have: none after publication, no bare years."""
        if self.times is None:
            self.times = times_of(self.article)
        found = self.times.within(start, end)
        if not found:
            return found
        published = self.article.published_at
        # A day that begins where the day of publication ends is tomorrow.
        past = (t for t in found if t.earliest < published or t.earliest == t.latest == published)
        return [t for t in past if t.kind != "year"]

    def day_start(self) -> pd.Timestamp:
        """Return the earliest instant at which news without a time of its own can have come out."""
        if self.start is None:
            self.start = self._day_start()
        return self.start

    def since(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return the instants up to which a time is past news: for any sentence, and for the first."""
        if self.recent is None:
            self.recent = _since(self.day_start())
        return self.recent

    def _day_start(self) -> pd.Timestamp:
        article = self.article
        zone: dt.tzinfo = ZoneInfo(article.tz)
        if article.published_precision == "date":
            return _midnight(article.published_date, zone)
        if article.tz == "UTC" and isinstance(article.published, str):
            given = dt.datetime.fromisoformat(article.published.strip())
            zone = given.tzinfo or zone
        local = (article.published_at.to_pydatetime(warn=False) - _NIGHT).astimezone(zone)
        return _midnight(local.date(), zone)


@functools.lru_cache(maxsize=512)
def _midnight(day: dt.date, zone: dt.tzinfo) -> pd.Timestamp:
    return pd.Timestamp(dt.datetime.combine(day, dt.time(), tzinfo=zone)).tz_convert("UTC").as_unit("ns")


@functools.lru_cache(maxsize=512)
def _since(day: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    return day - _DAY, day - _WEEK


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


_PRONOUNS = frozenset({"it", "he", "she", "they", "its", "his", "her", "their", "both"})


def _named(tokens: Tokens, mentions: list[Mention]) -> list[Named]:
    starts = tokens.starts
    return [Named(m.code, starts[m.first], tokens.end(m.last - 1), m.kind == "members") for m in mentions]


def build_event(
    context: Context,
    scene: Scene,
    reading: Reading,
    pieces: list[tuple[int, int]],
    number: int,
    before: Antecedent,
) -> tuple[Event, Antecedent]:
    """Build the event; also give its actors, for a pronoun in the next sentence."""
    article = context.article
    found, aims = actors_of(scene, reading)
    source: Sequence[Named] = _named(scene.tokens, found)
    target = _named(scene.tokens, aims)
    if not source and not reading.actor.passive:
        # "It denied ...": the subject of the sentence before.
        source = before.meant_by(set(scene.tokens.low[: reading.actor.start]))
    if not source and reading.polarity == "denied" and reading.speaker is not None:
        source = _named(scene.tokens, subject_of(scene, reading.speaker))  # "denied that soldiers had fired"
    if reading.actor.pos != "noun":
        source = source or _role_actor(context, scene, reading)
        if _one_country(context, source) and (not target or target[0].code == source[0].code):
            target = _named(scene.tokens, conditioned(scene, reading, source[0].code)) or target
        target = target or _role_target(context, scene, reading, source)
        if not source and target and _by_hand(reading, scene):
            # Who bombs or shoots without being named is taken to be of the place.
            source = _named(scene.tokens, ground(scene, [], reading.actor.start)) or target[:1]
            source = source if _one_country(context, source) else ()
        if not target and reading.meaning.kind in _DOMESTIC and _one_country(context, source):
            target = list(source)  # who restricts, yields or protests without naming another means its own country
        if not target and _one_country(context, source) and at_home(scene, reading, source[0].code):
            target = list(source)
        if not target and reading.meaning.kind in _CLAIMS and _one_country(context, source) and _civil(scene, reading):
            target = list(source)  # whom a union or the opposition defies is its own country
    speaker = _speaker(scene, reading)
    starts, end = scene.tokens.starts, scene.tokens.end
    head = reading.head
    spans = [Span("kind", starts[head.first], end(head.last - 1))]
    spans += [Span("source", m.start, m.end) for m in source]
    spans += [Span("target", m.start, m.end) for m in target]
    group = (starts[reading.actor.start], end(reading.actor.last - 1))
    spans += [Span("polarity", *group), Span("modality", *group), Span("tense", *group)]
    said = ""
    if speaker is not None:
        a, b = starts[speaker[0]], end(speaker[1] - 1)
        said = article.text[a:b]
        spans.append(Span("speaker", a, b))
    begin, stop = _quote(scene, reading, pieces, found)
    spans.append(Span("quote", begin, stop))
    when = _time(context, reading, scene, pieces)
    if when is not None:
        spans.append(Span("time", when.start, when.end))
    earliest, latest, precision = _interval(context, when)
    meaning = reading.meaning
    event = Event(
        event_id=f"{article.article_id}-{starts[head.first]}",
        earliest=earliest,
        latest=latest,
        precision=precision,
        kind=meaning.kind,
        direction=meaning.direction,
        intensity=meaning.intensity,
        polarity=reading.polarity,
        modality=reading.modality,
        tense=reading.tense,
        speaker=said,
        source=tuple(dict.fromkeys([m.code for m in source])),
        target=tuple(dict.fromkeys([m.code for m in target])),
        quote=article.text[begin:stop],
        spans=tuple(spans),
        article_id=article.article_id,
        title=article.title,
        rule=meaning.rule,
        extra={"background": _background(context, reading, when, number)},
    )
    return event, Antecedent(source, target)


_ON_THE_GROUND = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE", "CONCEDE", "RETREAT", "ACCUSE"})
_DOMESTIC = frozenset({"COERCE", "CONCEDE", "PROTEST"})


_FROM_AFAR = word_set(
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


_CLAIMS = frozenset({"THREATEN", "REQUEST", "REJECT", "ACCUSE"})
_CIVIL = word_set(
    "union unions nurses teachers miners workers opposition rebels guerrillas insurgents dissidents protesters "
    "students farmers doctors lawyers activists bishops strikers truckers drivers employees separatists "
    "demonstrators unionists ethnic"
)


def _civil(scene: Scene, reading: Reading) -> bool:
    """Whether the subject is of those who stand against their own government."""
    p = reading.actor
    return not _CIVIL.isdisjoint(scene.tokens.low[subject_begin(scene, p) : p.start])


def _one_country(context: Context, actors: Sequence[Named]) -> bool:
    return len({m.code for m in actors}) == 1 and context.types.get(actors[0].code) == "country"


def _role_actor(context: Context, scene: Scene, reading: Reading) -> Sequence[Named]:
    p, begin = reading.actor, subject_begin(scene, reading.actor)
    minority = "ethnic" in scene.tokens.low[begin : p.start]
    if p.passive or p.rule.obliges or not (minority or reading.meaning.kind in _ON_THE_GROUND):
        return ()
    found = role_source(scene.tokens, p, begin, scene.mentions)
    if found is None or context.types.get(found[0].code) != "country":
        return ()
    return [Named(found[0].code, scene.tokens.starts[found[1]], scene.tokens.end(found[1]))]


def _role_target(context: Context, scene: Scene, reading: Reading, source: Sequence[Named]) -> list[Named]:
    if not _one_country(context, source) or reading.meaning.kind == "MOBILIZE":
        return []
    p = reading.actor
    if p.passive and not is_expected(p):
        subject = range(subject_begin(scene, p), p.start)
        place = next((i for i in subject if scene.tokens.low[i] in ROLES), None)
    else:
        place = role_target(scene.tokens, reading.head)
        if place is None and reading.theme is not reading.head:
            place = role_target(scene.tokens, reading.theme)
    return [] if place is None else [Named(source[0].code, scene.tokens.starts[place], scene.tokens.end(place))]


def _speaker(scene: Scene, reading: Reading) -> tuple[int, int] | None:
    """Find who says so: the subject of the governing verb of saying, or of a closing ", the ministry said"."""
    tokens = scene.tokens
    if reading.speaker is not None:
        p = reading.speaker
        found = subject_of(scene, p)
        near = [m for m in found if m.last <= p.start]
        begin = near[0].first if near else max(0, p.start - 1)
        stop = min([p.start, *(k - 1 for k in range(begin + 2, p.start) if tokens.low[k] in RELATIVES)])
        while stop > begin + 1 and tokens.low[stop - 1] in (",", "also", "on", "and"):
            stop -= 1
        return (begin, stop) if stop > begin else None
    closing = scene.closing
    if closing is not None and reading.actor.start < closing[0]:
        first, last, verb = closing
        words = [i for i in range(first, last) if tokens.words[i][0].isalnum() and i != verb]
        if words:
            return words[0], words[-1] + 1
    return None


def _quote(scene: Scene, reading: Reading, pieces: list[tuple[int, int]], source: list[Mention]) -> tuple[int, int]:
    """Return the clauses that hold the event, without what a verb of saying only reports."""
    starts, end = scene.tokens.starts, scene.tokens.end
    a = starts[reading.actor.start]
    b = end(reading.head.last - 1)
    if reading.actor.rule.frame not in _SPOKEN:
        b = max(b, end(reading.theme.last - 1))
    a, b = min(a, b - 1), max(a + 1, b)
    near = [starts[m.first] for m in source if 0 <= reading.actor.start - m.last <= 12]
    begin = min([a, *near])
    first = begin
    for c, d in pieces:
        if c <= begin:
            first = c
        if d >= b:
            return first, d
    return first, b


def _time(context: Context, reading: Reading, scene: Scene, pieces: list[tuple[int, int]]) -> TimeMention | None:
    """Find the time of an event: in its own clause, else in its speaker's."""
    starts = scene.tokens.starts
    inside = [
        t
        for t in context.within(starts[0], scene.tokens.end(len(starts) - 1))
        if not _compared(context.article.text, t)
    ]
    if not inside:
        return None
    places = [starts[reading.actor.first], starts[reading.head.first]]
    if reading.speaker is not None:
        places.append(starts[reading.speaker.first])
    closing = scene.closing
    if closing is not None:
        places.append(starts[min(closing[2], len(starts) - 1)])
    for place in places:
        clause = next(((c, d) for c, d in pieces if c <= place < d), None)
        if clause is None:
            continue
        near = [t for t in inside if clause[0] <= t.start < clause[1]]
        if near:
            return min(near, key=lambda t: abs(t.start - place))
    return None


_COMPARING = (" from ", " than ", "compared", " versus ", " against ")
_REACH_BACK = 40  # characters between "from" and "a year earlier", an amount among them


def _compared(text: str, time: TimeMention) -> bool:
    """Whether a time is that of what is compared: "climbed to $20 billion from $14 billion a year earlier"."""
    if not text[time.start : time.end].endswith(("earlier", "ago")):
        return False
    before = text[max(0, time.start - _REACH_BACK) : time.start]
    return any(word in before for word in _COMPARING)


def _interval(context: Context, when: TimeMention | None) -> tuple[pd.Timestamp, pd.Timestamp, Precision]:
    article = context.article
    published = article.published_at
    if when is None:
        precision: Precision = "date" if article.published_precision == "date" else "interval"
        return context.day_start(), published, precision
    latest = min(when.latest, published)
    if when.earliest == when.latest:
        return when.earliest, when.earliest, "instant"
    return when.earliest, latest, when.precision if latest == when.latest else "interval"


def _background(context: Context, reading: Reading, when: TimeMention | None, number: int) -> bool:
    """Whether the article recalls the event rather than reports it as new."""
    if when is not None:
        # What the first sentence reports is news for a week, what others do until a day before publication.
        return bool(when.latest <= context.since()[number == 0])
    if number == 0:
        return False
    group = reading.actor.group
    return reading.perfect or (group is not None and group.progressive)
