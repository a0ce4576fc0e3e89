"""Build an event from what was read: actors, speaker, quote, time, and a span for each."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from eventstudy._types import Direction, Modality, Polarity, Precision, Tense
from eventstudy.events.actors import Mention
from eventstudy.events.actors.standing import Standing
from eventstudy.events.language.verb_groups import RELATIVES
from eventstudy.events.readings.acts import Act
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.roles import Scene, subject_of
from eventstudy.events.times import TimeMention, Times, times_of
from eventstudy.news.article import Article

__all__ = ["Context", "FoundEvent", "build_event"]

_NIGHT: Final = dt.timedelta(hours=6)
_DAY, _WEEK = pd.Timedelta(days=1), pd.Timedelta(days=7)
_SPOKEN: Final = frozenset({"warn", "accuse", "deny", "report"})


@dataclass(slots=True)
class Context:
    """An article while it is read: what is asked for again is kept."""

    article: Article
    types: Mapping[str, str]
    standing: Standing
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


@dataclass(slots=True)
class FoundEvent:
    """An event as it was read, field by field as in `Event`; ``spans`` are packed, `records.unpacked` makes them."""

    event_id: str
    earliest: pd.Timestamp
    latest: pd.Timestamp
    precision: Precision
    kind: str
    direction: Direction
    intensity: float
    polarity: Polarity
    modality: Modality
    tense: Tense
    speaker: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    quote: str
    spans: list[Any]
    article_id: str
    title: str
    rule: str
    background: bool


def build_event(context: Context, scene: Scene, act: Act, pieces: list[tuple[int, int]], number: int) -> FoundEvent:
    """Build the event of an act of the sentence ``number``, which is cut into clauses at ``pieces``."""
    article, reading = context.article, act.reading
    speaker = _speaker(scene, reading)
    starts, end = scene.tokens.starts, scene.tokens.end
    head = reading.head
    spans: list[Any] = ["kind", starts[head.first], end(head.last - 1)]
    for m in act.source:
        spans += ("source", m.start, m.end)
    for m in act.target:
        spans += ("target", m.start, m.end)
    a, b = starts[reading.actor.start], end(reading.actor.last - 1)
    spans += ("polarity", a, b, "modality", a, b, "tense", a, b)
    group = (a, b)
    said = ""
    if speaker is not None:
        a, b = starts[speaker[0]], end(speaker[1] - 1)
        said = article.text[a:b]
        spans += ("speaker", a, b)
    begin, stop = _quote(scene, reading, pieces, act.told.source)
    spans += ("quote", begin, stop)
    when = _time(context, reading, scene, pieces)
    if when is not None:
        spans += ("time", when.start, when.end)
    earliest, latest, precision = _interval(context, when)
    clause = next(((c, d) for c, d in pieces if c <= group[0] < d), group)
    meaning = reading.meaning
    return FoundEvent(
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
        source=act.by,
        target=act.on,
        quote=article.text[begin:stop],
        spans=spans,
        article_id=article.article_id,
        title=article.title,
        rule=meaning.rule,
        background=_background(context, reading, when, number, clause),
    )


def _speaker(scene: Scene, reading: Reading) -> tuple[int, int] | None:
    """Find who says so: the subject of the governing verb of saying, or of a closing ", the ministry said"."""
    tokens = scene.tokens
    if reading.speaker is not None:
        p = reading.speaker
        found = subject_of(scene, p)
        near = [m for m in found if m.last <= p.start]
        begin = near[0].first if near else max(0, p.start - 1)
        if tokens.low[begin] in ("and", "but"):
            return None
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


_COMPARING: Final = (" from ", " than ", "compared", " versus ", " against ")
_REACH_BACK: Final = 40  # characters between "from" and "a year earlier", an amount among them


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


_IN_A_YEAR: Final = re.compile(r"\b(?:in|of|during) ((?:19|20)\d\d)\b")


def _long_ago(article: Article, begin: int, stop: int) -> bool:
    """Whether a clause names a year gone by: "clashes in 2016 killed dozens"."""
    if article.text.find("20", begin, stop) < 0 and article.text.find("19", begin, stop) < 0:
        return False  # most name none, and this is known at once
    year = article.published_at.year
    return any(int(found[1]) < year for found in _IN_A_YEAR.finditer(article.text, begin, stop))


def _background(
    context: Context, reading: Reading, when: TimeMention | None, number: int, clause: tuple[int, int]
) -> bool:
    """Whether the article recalls the event rather than reports it as new."""
    if when is not None:
        # What the first sentence reports is news for a week, what others do until a day before publication.
        return bool(when.latest <= context.since()[number == 0])
    if number == 0:
        return False
    if _long_ago(context.article, *clause):
        return True
    group = reading.actor.group
    return reading.perfect or (group is not None and group.progressive)
