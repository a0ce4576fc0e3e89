"""`extract_events`: what happened, when, who, and whether the text asserts it."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from eventstudy._progress import track
from eventstudy._types import Precision
from eventstudy.errors import EventStudyWarning, NewsError
from eventstudy.events.actors import Gazetteer, Mention
from eventstudy.events.frames import Reading, attach, interpret
from eventstudy.events.lexing import tokenize
from eventstudy.events.predicates import find_predicates
from eventstudy.events.records import Event, Span
from eventstudy.events.roles import Scene, objects_of, subject_of, trailing_speaker
from eventstudy.events.tables import EventTable
from eventstudy.events.taxonomy import Taxonomy
from eventstudy.events.text import clauses, is_verb_like, sentences
from eventstudy.events.times import TimeMention, article_times
from eventstudy.news.article import Article

__all__ = ["extract_events", "iter_events"]

_DAY = pd.Timedelta(days=1)
_NIGHT = pd.Timedelta(hours=6)
_SPOKEN = frozenset({"warn", "accuse", "deny", "report"})
_SYMMETRIC = frozenset({"CONSULT"})


def extract_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> EventTable:
    """Read the events out of news articles, each field with its evidence.

    Parameters
    ----------
    articles : Article or iterable of Article
        From `eventstudy.read_news`, or built by hand.
    taxonomy : Taxonomy, optional
        Kinds of event and the words that signal them; default: PLOVER's categories and market news.
    gazetteer : Gazetteer, optional
        Actors and their names; default: countries, their capitals and leaders, organisations.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    EventTable
        One row an event, in the order of the articles and of their sentences; ``article.text[start:end]``
        reproduces each span. The column ``background`` marks what the article recalls rather than reports.

    Raises
    ------
    NewsError
        If an item is not an `Article`.

    Notes
    -----
    An event's time is the interval in which it became public: the time its clause (else its speaker's
    clause) names, cut off at publication; without one, from the beginning of the day of publication
    (of the day before, for articles from the first six hours of a day) to publication. A plan is public
    when it is reported, so a time in the future is never its time.

    Examples
    --------
    >>> from eventstudy.news import Article
    >>> text = "Russia withdrew troops from the border on Monday. It denied that it plans an attack."
    >>> a = Article(text, "2022-02-15")
    >>> for e in extract_events(a):
    ...     print(e.kind, e.direction, e.polarity, e.modality, e.source, e.earliest.date())
    RETREAT de-escalation asserted happened ('RUS',) 2022-02-14
    THREATEN escalation denied planned ('RUS',) 2022-02-15
    """
    return EventTable.from_items(iter_events(articles, taxonomy=taxonomy, gazetteer=gazetteer, progress=progress))


def iter_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> Iterator[Event]:
    """Read events one at a time, in constant memory but for the articles' ids; as `extract_events`."""
    items: Iterable[Article] = [articles] if isinstance(articles, Article) else articles
    words = taxonomy or Taxonomy.default()
    names = gazetteer or Gazetteer.default()
    seen: set[str] = set()
    for article in track(items, label="articles", progress=progress):
        if not isinstance(article, Article):
            raise NewsError(f"expected an Article, got {type(article).__name__}", hint="read articles with read_news")
        if article.article_id in seen:
            warnings.warn(
                f"article {article.article_id} ({article.title[:40]!r}) stands twice; its second copy is left out",
                EventStudyWarning,
                stacklevel=2,
            )
            continue
        seen.add(article.article_id)
        yield from _read(article, words, names)


@dataclass(slots=True)
class _Context:
    """An article while it is read: times are looked for once, and only where there is an event."""

    article: Article
    times: list[TimeMention] | None = None
    start: pd.Timestamp | None = None

    def mentions(self) -> list[TimeMention]:
        if self.times is None:
            self.times = article_times(self.article)
        return self.times

    def day_start(self) -> pd.Timestamp:
        """Return the earliest instant at which news without a time of its own can have come out."""
        if self.start is None:
            self.start = self._day_start()
        return self.start

    def _day_start(self) -> pd.Timestamp:
        article = self.article
        zone: dt.tzinfo = ZoneInfo(article.tz)
        if article.published_precision == "date":
            return _midnight(article.published_date, zone)
        if article.tz == "UTC" and isinstance(article.published, str):
            given = dt.datetime.fromisoformat(article.published.strip())
            zone = given.tzinfo or zone
        local = (article.published_at - _NIGHT).tz_convert(zone)
        return _midnight(local.date(), zone)


def _midnight(day: dt.date, zone: dt.tzinfo) -> pd.Timestamp:
    return pd.Timestamp(dt.datetime.combine(day, dt.time(), tzinfo=zone)).tz_convert("UTC").as_unit("ns")


def _read(article: Article, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[Event]:
    text = article.text
    context = _Context(article)
    before: list[_Named] = []
    for number, (start, end) in enumerate(sentences(text)):
        tokens = tokenize(text, start, end)
        mentions = gazetteer.find(tokens)
        predicates = find_predicates(tokens, mentions, taxonomy)
        if not predicates:
            continue
        scene = Scene(tokens, mentions, predicates)
        attach(predicates, tokens)
        readings = _chosen(scene, taxonomy, first=number == 0)
        if not readings:
            continue
        pieces = clauses(text, start, end)
        subject: list[_Named] = []
        question = text[end - 1] == "?" or text[max(start, end - 2) : end - 1] == "?"
        for reading in readings:
            if question and reading.modality == "happened":
                reading.modality = "possible"
            event, named = _event(context, scene, reading, pieces, number, before)
            yield event
            if named:
                subject = named
        before = subject


def _chosen(scene: Scene, taxonomy: Taxonomy, *, first: bool) -> list[Reading]:
    """Choose what a sentence reports: its main clauses, else a subordinate one, else an event named by a noun."""
    ranked: list[tuple[int, Reading]] = []
    for p in scene.predicates:
        if p.governor is not None:
            continue
        if p.pos == "noun":
            rank = 3
        elif p.pos == "inf":
            # A bare infinitive is a purpose, but in a headline a plan: "Russia to withdraw troops".
            if any(q.pos == "fin" for q in scene.predicates) or not _headline(scene, p.start):
                continue
            rank = 0
        elif p.pos in ("ger", "part"):
            rank = max(p.rank, 1)
        else:
            rank = p.rank
        if rank == 2 or (rank == 1 and p.rule.frame in ("light", "reverse", "plan")):
            continue
        ranked += [(rank, reading) for reading in interpret(p, scene.tokens, taxonomy)]
    if not ranked:
        return []
    best = min(rank for rank, _ in ranked)
    # One event a trigger: coordinated verbs may share a complement.
    chosen = list({r.head.first: r for rank, r in reversed(ranked) if rank == best}.values())[::-1]
    if best == 0:
        return chosen
    if best == 3:
        chosen = chosen if _news(scene, first=first) else []
    return chosen[:1]


def _headline(scene: Scene, start: int) -> bool:
    return any(m.last == start for m in scene.mentions)


def _news(scene: Scene, *, first: bool) -> bool:
    """Whether an event that only a noun names is news: in the first sentence, or in one without a verb."""
    return first or not any(map(is_verb_like, scene.tokens.low))


class _Named(NamedTuple):
    """An actor's code and where it stands in the text."""

    code: str
    start: int
    end: int


_PRONOUNS = frozenset({"it", "he", "she", "they", "its", "his", "her", "their", "both"})


def _named(scene: Scene, mentions: list[Mention]) -> list[_Named]:
    starts, ends = scene.tokens.starts, scene.tokens.ends
    return [_Named(m.code, starts[m.first], ends[m.last - 1]) for m in mentions]


def _event(
    context: _Context,
    scene: Scene,
    reading: Reading,
    pieces: list[tuple[int, int]],
    number: int,
    before: list[_Named],
) -> tuple[Event, list[_Named]]:
    """Build the event; also give its actors, for a pronoun in the next sentence."""
    article = context.article
    found, aims = _actors(scene, reading)
    source, target = _named(scene, found), _named(scene, aims)
    if not source and not reading.actor.passive and _PRONOUNS & set(scene.tokens.low[: reading.actor.start]):
        # "It denied ...": the subject of the sentence before.
        source = before
    speaker = _speaker(scene, reading)
    starts, ends = scene.tokens.starts, scene.tokens.ends
    head = reading.head
    spans = [Span("kind", starts[head.first], ends[head.last - 1])]
    spans += [Span("source", m.start, m.end) for m in source]
    spans += [Span("target", m.start, m.end) for m in target]
    group = (starts[reading.actor.start], ends[reading.actor.last - 1])
    spans += [Span(name, *group) for name in ("polarity", "modality", "tense")]
    said = ""
    if speaker is not None:
        a, b = starts[speaker[0]], ends[speaker[1] - 1]
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
        source=tuple(dict.fromkeys(m.code for m in source)),
        target=tuple(dict.fromkeys(m.code for m in target)),
        quote=article.text[begin:stop],
        spans=tuple(spans),
        article_id=article.article_id,
        title=article.title,
        rule=meaning.rule,
        extra={"background": _background(context, reading, when, number)},
    )
    return event, source


def _actors(scene: Scene, reading: Reading) -> tuple[list[Mention], list[Mention]]:
    p, theme = reading.actor, reading.theme
    if p.pos == "noun":
        return _noun_actors(scene, reading)
    subject = subject_of(scene, p)
    if p.passive:
        agent = _agent(scene, p)
        return agent, subject or objects_of(scene, p, agent)
    target = objects_of(scene, p, subject)
    if not target and theme is not p and theme.start < p.first:
        target = [m for m in subject_of(scene, theme) if m not in subject]
    if reading.meaning.kind in _SYMMETRIC and len(subject) > 1:
        target = []
    return subject, target


def _agent(scene: Scene, p: object) -> list[Mention]:
    last = getattr(p, "last", 0)
    low = scene.tokens.low
    for i in range(last, min(len(low), last + 12)):
        if low[i] == "by":
            after = [m for m in scene.mentions if i < m.first <= i + 8]
            return after[:1]
        if low[i] in (";", ":"):
            break
    return []


def _noun_actors(scene: Scene, reading: Reading) -> tuple[list[Mention], list[Mention]]:
    """Actors of an event named by a noun: "a Russian invasion of Ukraine", "an attack on Kyiv by rebels"."""
    i = reading.head.first
    before = [m for m in scene.mentions if m.last <= i and i - m.last <= 4]
    after = [m for m in scene.mentions if m.first >= reading.head.last and m.first - reading.head.last <= 6]
    low = scene.tokens.low
    agents = [m for m in after if low[m.first - 1] == "by" or low[m.first - 2 : m.first] == ["by", "the"]]
    source = (before[-1:] or agents[:1]) or [m for m in scene.mentions if m.last <= i][-1:]
    target = [m for m in after if m not in source and all(m.code != s.code for s in source)][:1]
    return source, target


def _speaker(scene: Scene, reading: Reading) -> tuple[int, int] | None:
    """Find who says so: the subject of the governing verb of saying, or of a closing ", the ministry said"."""
    tokens = scene.tokens
    if reading.speaker is not None:
        p = reading.speaker
        found = subject_of(scene, p)
        near = [m for m in found if m.last <= p.start]
        begin = near[0].first if near else max(0, p.start - 1)
        stop = p.start
        while stop > begin + 1 and tokens.low[stop - 1] in (",", "also", "on", "and"):
            stop -= 1
        return (begin, stop) if stop > begin else None
    closing = trailing_speaker(scene)
    if closing is not None and reading.actor.start < closing[0]:
        first, last, verb = closing
        words = [i for i in range(first, last) if tokens.words[i][0].isalnum() and i != verb]
        if words:
            return words[0], words[-1] + 1
    return None


def _quote(scene: Scene, reading: Reading, pieces: list[tuple[int, int]], source: list[Mention]) -> tuple[int, int]:
    """Return the clauses that hold the event, without what a verb of saying only reports."""
    starts, ends = scene.tokens.starts, scene.tokens.ends
    a = starts[reading.actor.start]
    b = ends[reading.head.last - 1]
    if reading.actor.rule.frame not in _SPOKEN:
        b = max(b, ends[reading.theme.last - 1])
    a, b = min(a, b - 1), max(a + 1, b)
    near = [starts[m.first] for m in source if 0 <= reading.actor.start - m.last <= 12]
    begin = min([a, *near])
    first = max((c for c, d in pieces if c <= begin), default=begin)
    last = min((d for c, d in pieces if d >= b), default=b)
    return first, last


def _time(context: _Context, reading: Reading, scene: Scene, pieces: list[tuple[int, int]]) -> TimeMention | None:
    """Find the time of an event: in its own clause, else in its speaker's."""
    starts = scene.tokens.starts
    begin, end = starts[0], scene.tokens.ends[-1]
    inside = [t for t in context.mentions() if begin <= t.start and t.end <= end and t.kind != "year"]
    inside = [t for t in inside if t.earliest <= context.article.published_at]
    if not inside:
        return None
    places = [starts[reading.actor.first], starts[reading.head.first]]
    if reading.speaker is not None:
        places.append(starts[reading.speaker.first])
    closing = trailing_speaker(scene)
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


def _interval(context: _Context, when: TimeMention | None) -> tuple[pd.Timestamp, pd.Timestamp, Precision]:
    article = context.article
    published = article.published_at
    if when is None:
        precision: Precision = "date" if article.published_precision == "date" else "interval"
        return context.day_start(), published, precision
    latest = min(when.latest, published)
    if when.earliest == when.latest:
        return when.earliest, when.earliest, "instant"
    return when.earliest, latest, when.precision if latest == when.latest else "interval"


def _background(context: _Context, reading: Reading, when: TimeMention | None, number: int) -> bool:
    """Whether the article recalls the event rather than reports it as new."""
    if when is not None:
        return bool(when.latest <= context.day_start())
    if number == 0:
        return False
    group = reading.actor.group
    return reading.perfect or (group is not None and group.progressive)
