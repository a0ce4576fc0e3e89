"""`extract_events`: what happened, when, who, and whether the text asserts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import Any

from eventstudy._arguments import check_kind
from eventstudy._progress import track
from eventstudy.events.actors import Gazetteer
from eventstudy.events.readings.articles import read_article
from eventstudy.events.readings.assemble import FoundEvent
from eventstudy.events.records import Event, unpacked
from eventstudy.events.tables import EventTable
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.article import Article, as_articles, distinct

__all__ = ["extract_events", "iter_events"]


_FIELDS = tuple(f.name for f in fields(FoundEvent))
_COLUMNS = (*(f.name for f in fields(Event) if f.name != "extra"), "background")
_BATCH = 64
"""Events that are objects at a time: what a table keeps is plain values, at which no collector of garbage looks."""


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
    found = _found(articles, taxonomy, gazetteer, progress)
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    while some := list(islice(found, _BATCH)):
        for name in _FIELDS:
            columns[name] += map(attrgetter(name), some)
        columns["spans"][-len(some) :] = [tuple(event.spans) for event in some]
    n = len(columns["event_id"])
    columns["assets"], columns["selected_on_outcome"] = [()] * n, [False] * n  # the study's, no article says it
    return EventTable._of_read(columns)


def iter_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> Iterator[Event]:
    """Read events one at a time, in constant memory but for the articles' ids; as `extract_events`."""
    for found in _found(articles, taxonomy, gazetteer, progress):
        values = {name: getattr(found, name) for name in _FIELDS}
        values["spans"] = unpacked(tuple(found.spans))
        extra = {"background": values.pop("background")}
        yield Event(**values, extra=extra)


def _found(
    articles: Article | Iterable[Article], taxonomy: Taxonomy | None, gazetteer: Gazetteer | None, progress: bool | None
) -> Iterator[FoundEvent]:
    words = Taxonomy.default() if taxonomy is None else taxonomy
    names = Gazetteer.default() if gazetteer is None else gazetteer
    check_kind(Taxonomy, taxonomy=words)
    check_kind(Gazetteer, gazetteer=names)
    for article in distinct(track(as_articles(articles), label="articles", progress=progress)):
        yield from read_article(article, words, names)
