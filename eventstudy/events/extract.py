"""`extract_events`: what happened, when, who, and whether the text asserts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from typing import Any

from eventstudy._arguments import check_kind
from eventstudy._progress import track
from eventstudy.events.actors import Gazetteer, Places
from eventstudy.events.actors.standing import Standing
from eventstudy.events.language.text import article_sentences
from eventstudy.events.readings.agents import cannot_act, nobody
from eventstudy.events.readings.assemble import Context, build_event
from eventstudy.events.readings.culture import of_culture
from eventstudy.events.readings.inferred import Antecedent
from eventstudy.events.readings.recurring import recurring
from eventstudy.events.readings.sport import ON_THE_FIELD, of_sport
from eventstudy.events.records import Event, packed
from eventstudy.events.tables import EventTable
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.article import Article, as_articles, distinct

__all__ = ["extract_events", "iter_events"]


_FIELDS = tuple(f.name for f in fields(Event) if f.name != "extra")
_BATCH = 64
"""Events that are objects at a time: what a table keeps is plain values, at which no collector of garbage looks."""

_SHORTEST = 8
"""Characters below which a sentence cannot hold an actor and a verb."""


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
    found = iter_events(articles, taxonomy=taxonomy, gazetteer=gazetteer, progress=progress)
    columns: dict[str, list[Any]] = {name: [] for name in (*_FIELDS, "background")}
    while some := list(islice(found, _BATCH)):
        for name in _FIELDS:
            columns[name] += map(attrgetter(name), some)
        columns["spans"][-len(some) :] = [packed(event.spans) for event in some]
        columns["background"] += [event.extra["background"] for event in some]
    return EventTable._of_read(columns)


def iter_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> Iterator[Event]:
    """Read events one at a time, in constant memory but for the articles' ids; as `extract_events`."""
    words = Taxonomy.default() if taxonomy is None else taxonomy
    names = Gazetteer.default() if gazetteer is None else gazetteer
    check_kind(Taxonomy, taxonomy=words)
    check_kind(Gazetteer, gazetteer=names)
    for article in distinct(track(as_articles(articles), label="articles", progress=progress)):
        yield from _read(article, words, names)


def _read(article: Article, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[Event]:
    text = article.text
    before, places = Antecedent(), Places()
    places.open(text, gazetteer)
    standing = Standing(places, gazetteer.types)
    context = Context(article, gazetteer.types, standing)
    memory = recurring(taxonomy, gazetteer)
    sport: bool | None = None
    culture: bool | None = None
    for number, (start, end) in enumerate(article_sentences(article)):
        short = end - start < _SHORTEST
        if short and not any(map(str.isupper, text[start:end])):
            continue  # no name either
        known = memory.read(text, start, end)
        tokens, mentions, predicates, _ = known
        standing.next_sentence()
        places.add(tokens, mentions)
        if short:
            continue
        if not predicates:
            before = Antecedent.of(tokens, mentions) or before
            continue
        scene = known.scene()
        telling = known.told(scene, taxonomy, first=number == 0)
        if sport is None and any(t.reading.meaning.kind in ON_THE_FIELD for t in telling):
            sport = of_sport(text)
        if sport:
            telling = [t for t in telling if t.reading.meaning.kind not in ON_THE_FIELD]
        if culture is None and telling:
            culture = of_culture(text)
        if culture or not telling:
            before = Antecedent.of(tokens, mentions) or before
            known.let_go()
            continue
        pieces = known.clauses(text, start, end)
        after = Antecedent()
        found: list[Event] = []
        for told in telling:
            event, named = build_event(context, scene, told, pieces, number, before, after)
            said = next((k for k, other in enumerate(found) if _same_act(event, other)), None)
            if said is not None:
                found[said] = _completed(found[said], event)
                continue
            if cannot_act(scene, told.reading, event) or (number and nobody(scene, told.reading, event)):
                continue
            found.append(event)
            if named.source:
                after = named
        yield from found
        before = after
        known.let_go()
    places.keep(article, gazetteer)


def _same_act(event: Event, other: Event) -> bool:
    """Whether a sentence says an act of its again: "killed four in Odesa and wounded nine" is one assault."""
    alike = event.rule == other.rule or (event.kind == other.kind and event.kind in _MANY_WORDS)
    return (
        alike
        and (event.polarity, event.modality, event.source) == (other.polarity, other.modality, other.source)
        and (set(event.target) <= set(other.target) or not other.target)
    )


def _completed(event: Event, again: Event) -> Event:
    """Give the event the target that only its second verb names: "laid down arms and gave themselves up to Peru"."""
    if event.target or not again.target:
        return event
    return replace(event, target=again.target, spans=event.spans + tuple(s for s in again.spans if s.field == "target"))


_MANY_WORDS = frozenset({"ASSAULT", "PROTEST"})  # "stormed a hotel and took guests hostage" is one attack
