"""An article as the rest of the library sees it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from eventstudy._arguments import check_kind
from eventstudy._zones import named_zone
from eventstudy.errors import EventStudyWarning, NewsError, shown

__all__ = ["Article", "distinct"]

_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, weakref_slot=True, repr=False)
class Article:
    """One news article: text, when it was published, and where it came from.

    Parameters
    ----------
    text : str
        The body; every character span of an extracted field counts from its first character.
    published : str, datetime.date or datetime.datetime
        ISO 8601 text or a date or datetime. A date alone is kept as a date: the article then came
        out some time on that day in its own zone. A clock time without an offset is read in ``tz``.
    title, source, url, language : str
        What is known of them; empty where not.
    tz : str
        IANA zone of the source, for dates and clock times without an offset. Default ``"UTC"``.
    article_id : str
        Given, or a digest of title, publication and text.

    Attributes
    ----------
    published_at : pandas.Timestamp
        UTC instant by which the article was public: the clock time given, or the end of the day.
    published_precision : {"instant", "date"}
        Whether a clock time was given.
    published_date : datetime.date
        Day of publication in the article's own zone.

    Raises
    ------
    NewsError
        If the text is empty, the date missing or unreadable, or the zone unknown.

    Examples
    --------
    >>> a = Article("Troops return to base.", "2022-02-15T11:23:00+03:00", title="Pullback")
    >>> a.published_at.isoformat(), a.published_precision
    ('2022-02-15T08:23:00+00:00', 'instant')
    >>> a
    Article('Pullback', 2022-02-15 08:23 UTC, 22 characters)
    """

    text: str
    published: str | dt.date | dt.datetime
    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    tz: str = "UTC"
    article_id: str = ""
    published_at: pd.Timestamp = field(init=False)
    published_precision: str = field(init=False)
    published_date: dt.date = field(init=False)

    def __post_init__(self) -> None:
        """Validate and derive the publication instant."""
        for name in ("title", "source", "url", "language", "article_id"):
            if not isinstance(getattr(self, name), str):
                raise NewsError(f"an article's {name} is {shown(getattr(self, name))}, not text", hint="leave it out")
        label = self.title or self.article_id or self.url or "an article"
        if not isinstance(self.text, str) or not self.text.strip():
            raise NewsError(f"{label}: the text is empty", hint="give the body of the article")
        zone: dt.tzinfo = named_zone(self.tz, NewsError, label)
        moment, precision = _read_published(self.published, label)
        if isinstance(moment, dt.datetime):
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone)
            _in_reach(pd.Timestamp(moment.replace(tzinfo=None)), label, self.published)
            instant = pd.Timestamp(moment).tz_convert("UTC")
            day = moment.date()
        else:
            day = moment
            _in_reach(pd.Timestamp(day), label, self.published)
            end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
            instant = pd.Timestamp(end).tz_convert("UTC")
        object.__setattr__(self, "published_at", _in_reach(instant, label, self.published))
        object.__setattr__(self, "published_precision", precision)
        object.__setattr__(self, "published_date", day)
        if not self.article_id:
            key = "\x1f".join((self.title, self.published_at.isoformat(), precision, self.text))
            object.__setattr__(
                self, "article_id", hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
            )

    def __repr__(self) -> str:
        """Name the article; a list of thousands has to stay readable."""
        name = self.title or self.text
        short = name if len(name) <= 60 else f"{name[:59].rstrip()}\u2026"
        dated = self.published_precision == "date"
        when = str(self.published_date) if dated else f"{self.published_at:%Y-%m-%d %H:%M} UTC"
        return f"Article({short!r}, {when}, {len(self.text):,} characters)"


def as_articles(articles: Article | Iterable[Article]) -> Iterable[Article]:
    """Give one article or several as something to go through, or raise `NewsError`."""
    if isinstance(articles, Article):
        return [articles]
    check_kind(Iterable, NewsError, articles=articles)
    return articles


def distinct(articles: Iterable[Article]) -> Iterator[Article]:
    """Give each article once; warn of a further copy of one (same ``article_id``) and leave it out.

    Raises
    ------
    NewsError
        If an item is not an `Article`.
    """
    seen: set[str] = set()
    for article in articles:
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
        yield article


_YEARS = (1700, 2250)
"""Years inside what a 64-bit nanosecond can hold, with room for what an article recalls and foresees."""


def _in_reach(instant: pd.Timestamp, label: str, given: object) -> pd.Timestamp:
    if not _YEARS[0] <= instant.year <= _YEARS[1]:
        raise NewsError(
            f"{label}: published={str(given)[:40]!r} is out of reach",
            hint=f"expected a year from {_YEARS[0]} to {_YEARS[1]}",
        )
    return instant.as_unit("ns")


def _read_published(value: object, label: str) -> tuple[dt.date | dt.datetime, str]:
    if isinstance(value, dt.datetime):
        if pd.isna(value):
            raise NewsError(f"{label}: no publication date", hint="give published='2022-02-15' or an ISO 8601 instant")
        return value, "instant"
    if isinstance(value, dt.date):
        return value, "date"
    if not isinstance(value, str) or not value.strip():
        raise NewsError(f"{label}: no publication date", hint="give published='2022-02-15' or an ISO 8601 instant")
    text = value.strip()
    try:
        if _DATE_ONLY.fullmatch(text):
            return dt.date.fromisoformat(text), "date"
        return dt.datetime.fromisoformat(text), "instant"
    except ValueError as error:
        raise NewsError(
            f"{label}: published={text[:40]!r} is not an ISO 8601 date",
            hint="expected '2022-02-15' or '2022-02-15T11:23:00+03:00'",
        ) from error
