"""Times as news writes them, resolved against the day of publication."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from eventstudy._types import Precision
from eventstudy._zones import named_zone
from eventstudy.errors import SpecError
from eventstudy.events.language.text import article_sentences, sentences
from eventstudy.events.times.days import BREAK, Now, Reading, midnight, prospective, read_day
from eventstudy.events.times.patterns import LEADS, cores, pattern_at
from eventstudy.events.times.zones import city_zone, zone_of
from eventstudy.news.article import Article

__all__ = ["TimeMention", "Times", "article_times", "find_times", "times_of"]

_DAY: Final = dt.timedelta(days=1)
# A story that is updated keeps its stamp: a clock so soon after publication is of that day, not of the day before.
_GRACE: Final = dt.timedelta(hours=1)
# What no time goes on with behind digits: "3%", "3.5%", "130,000"; and behind one to three of them "40 troops".
_NO_TIME: Final = re.compile(r"(?:[.,]\d+)?%|,\d")
_COUNTED: Final = re.compile(
    r" (?![ap]\.|(?:am|pm|of|(?:minute|hour|day|week|fortnight|month|quarter|year|local)s?)(?![A-Za-z]))[a-z]"
)
_BETWEEN: Final = re.compile(
    r"(?:,|\s\()?\s?(?:on|of|at|by|around|about|as\s(?:at|of)|shortly\s\w+|just\s\w+|,)?\s?(?:the\s)?"
)


class TimeMention(NamedTuple):
    """A time in a text, and the interval it names.

    Attributes
    ----------
    start, end : int
        ``text[start:end]`` is the mention.
    earliest, latest : pandas.Timestamp
        UTC instants that bound it; equal for a clock time. A day ends where the next one begins.
    precision : {"instant", "interval", "date"}
        A clock time; part of a day, or several days; one whole day.
    kind : str
        How it was written: ``"clock"``, ``"weekday"``, ``"calendar"``, ``"relative"``, ``"period"``, ``"year"``.
    day : datetime.date
        The (first) day of it, in the zone in which it was read.
    """

    start: int
    end: int
    earliest: pd.Timestamp
    latest: pd.Timestamp
    precision: Precision
    kind: str
    day: dt.date


def _zone(tz: str | dt.tzinfo) -> dt.tzinfo:
    return tz if isinstance(tz, dt.tzinfo) else named_zone(tz, SpecError)


class Times:
    """The times of a text, read sentence by sentence, each when it is first asked for."""

    __slots__ = ("_named", "_none", "_now", "_numbers", "_read", "_text")

    def __init__(self, text: str, now: Now) -> None:
        self._text = text
        self._now = now
        # Kept of a sentence are numbers only: where its times stand, and which of the few days and instants of its
        # text they name. The collector of garbage looks at every other tuple or list again and again.
        self._read: dict[int, tuple[tuple[int, int, int], ...]] = {}
        self._named: list[tuple[Any, ...]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._none: list[TimeMention] = []

    def within(self, start: int, end: int) -> list[TimeMention]:
        """Give the times of the sentence ``text[start:end]``, in order."""
        kept = self._read.get(start)
        if kept is None:
            found = _find(self._text, start, end, self._now)
            self._read[start] = tuple([(t.start, t.end, self._number(t[2:])) for t in found])
            return found
        return [TimeMention(a, b, *self._named[k]) for a, b, k in kept] if kept else self._none

    def _number(self, named: tuple[Any, ...]) -> int:
        number = self._numbers.setdefault(named, len(self._named))
        if number == len(self._named):
            self._named.append(named)
        return number


def times_of(article: Article) -> Times:
    """Give an article's times, to be asked for by sentence.

    A publication instant with an offset settles the zone of the days in the text where the
    article's ``tz`` was left at UTC.
    """
    found = _read_before.get(article)
    if found is None:
        found = _read_before[article] = Times(article.text, _now_of(article))
    return found


# Events and moves read the times of the same articles, one after the other; gone with the article.
_read_before: WeakKeyDictionary[Article, Times] = WeakKeyDictionary()


def article_times(article: Article) -> list[TimeMention]:
    """Find the times in an article's text; see `find_times` and `times_of`."""
    times = times_of(article)
    return [t for span in article_sentences(article) for t in times.within(*span)]


def _now_of(article: Article) -> Now:
    zone: dt.tzinfo = _zone(article.tz)
    local = article.published_at.to_pydatetime(warn=False).astimezone(zone)
    if article.published_precision == "date":
        return Now(article.published_date, None, zone)
    if article.tz == "UTC" and article.published_date is not None:
        given = article.published
        if isinstance(given, str):
            given = dt.datetime.fromisoformat(given.strip())
        if isinstance(given, dt.datetime) and given.tzinfo is not None:
            zone = given.tzinfo
            local = local.astimezone(zone)
    return Now(article.published_date, local, zone)


def find_times(
    text: str,
    published: pd.Timestamp | dt.datetime | dt.date | str,
    precision: Precision | None = None,
    tz: str | dt.tzinfo = "UTC",
) -> list[TimeMention]:
    """Find the times in a text and resolve them against its publication.

    Parameters
    ----------
    text : str
        Any text.
    published : date, datetime or ISO 8601 text
        A clock without an offset is read in ``tz``.
    precision : {"instant", "date"}, optional
        ``"date"`` ignores the clock of ``published``. Default: whether it has one.
    tz : str or tzinfo
        Zone of the days and of clock times that name none. A city sets the zone only right after a clock time.

    Returns
    -------
    list of TimeMention
        In the order of the text, never overlapping.

    Raises
    ------
    SpecError
        If the publication cannot be read or the zone is unknown.

    Notes
    -----
    A bare weekday is the latest one up to and including the day of publication; after "will", "due", "scheduled"
    and the like it is the next one, the day of publication included. A day without a year is the
    nearest one on the side its verb points to. A clock time takes the day written beside it, or in its sentence,
    else the day of publication.

    Examples
    --------
    >>> text = "It stood at 75.2 as at 3:22 p.m. in Moscow, and drills are due to end on Sunday."
    >>> for t in find_times(text, "2022-02-15"):
    ...     print(text[t.start:t.end], t.earliest, t.precision)
    3:22 p.m. in Moscow 2022-02-15 12:22:00+00:00 instant
    Sunday 2022-02-20 00:00:00+00:00 date
    """
    zone = _zone(tz)
    moment: dt.datetime | dt.date
    try:
        moment = dt.datetime.fromisoformat(published.strip()) if isinstance(published, str) else published
    except ValueError as error:
        raise SpecError(
            f"published={published!r} is not an ISO 8601 date", hint="expected '2022-02-15' or a datetime"
        ) from error
    if isinstance(published, str) and len(published.strip()) == 10:
        moment = moment.date() if isinstance(moment, dt.datetime) else moment
    if isinstance(moment, pd.Timestamp):
        moment = moment.to_pydatetime(warn=False)
    if not isinstance(moment, dt.datetime):
        return _all(text, Now(moment, None, zone))
    moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
    local = moment.astimezone(zone)
    return _all(text, Now(local.date(), None if precision == "date" else local, zone))


def _all(text: str, now: Now) -> list[TimeMention]:
    return [t for span in sentences(text) for t in _find(text, *span, now)]


def _find(text: str, begin: int, stop: int, now: Now) -> list[TimeMention]:
    """Find the times of the sentence ``text[begin:stop]``."""
    readings: list[Reading] = []
    clocks: list[tuple[int, re.Match[str]]] = []
    end = begin
    for place, after in cores(text, begin, stop):
        if place < end or (text[place].isdigit() and _counts(text, place, after)):
            continue
        match = _match_at(text, place, end)
        if match is None:
            continue
        if match.lastgroup == "clock":
            match_end = _clock_end(match)
            if match_end <= stop:
                clocks.append((match_end, match))
                end = match_end
            continue
        reading = read_day(match, now) if match.end() <= stop else None
        if reading is not None:
            readings.append(reading)
            end = reading.end
    if clocks:
        # The days beside them, before these join.
        days = list(readings)
        readings += [r for last, m in clocks if (r := _read_clock(m, last, text, days, begin, now)) is not None]
        readings.sort(key=_start_of)
    return [m for r in readings if (m := _instants(r, now.zone)) is not None]


def _counts(text: str, place: int, after: int) -> bool:
    """Whether the digits from ``place`` to ``after`` only count something: most numbers, seen without any pattern."""
    return bool(_NO_TIME.match(text, after) or (after - place < 4 and _COUNTED.match(text, after)))


def _match_at(text: str, place: int, floor: int) -> re.Match[str] | None:
    """Match the pattern at the word around ``place``, or at the words before it that may open a time."""
    start = place
    while start > floor and place - start < 12 and text[start - 1].isalnum():
        start -= 1
    if start > 0 and (text[start - 1].isalnum() or text[start - 1] in "$€£¥_"):
        return None
    if text[start].isdigit() and start > 1 and text[start - 1] in ".,:" and text[start - 2].isdigit():
        return None
    starts = [start]
    while len(starts) < 6:
        here = starts[-1] - 1
        if here < floor or text[here] not in " -\n\u00a0":
            break
        before = here
        while before > floor and here - before < 12 and text[before - 1].isalpha():
            before -= 1
        if text[before:here].lower() not in LEADS or (before > 0 and text[before - 1].isalnum()):
            break
        starts.append(before)
    for begin in reversed(starts):
        match = pattern_at(text[begin]).match(text, begin)
        if match is not None and match.end() > place:
            return match
    return None


def _city(m: re.Match[str]) -> tuple[dt.tzinfo | None, int]:
    """Return the zone of the city after a clock time, and where the city's name ends."""
    name = m["city"]
    while name:
        name = name.removesuffix(".") if not name.startswith("St.") else name
        zone = city_zone(name)
        if zone is not None:
            return zone, m.start("city") + len(name)
        name = name.rpartition(" ")[0]
    return None, 0


def _clock_end(m: re.Match[str]) -> int:
    """Where a clock time ends once what follows it has proved to be a city or not."""
    if not m["city"]:
        end = m.end()
        # "16:30 (GMT)" keeps its bracket, "(16:30 GMT)" does not open one.
        return end + (m.string[end : end + 1] == ")" and "(" in m.group())
    zone, end = _city(m)
    if zone is None:
        bare = m.start("city")
        lead = m.string[m.start() : bare]
        # The words between the digits and the supposed city ("in", a comma) go with it.
        for tail in (", in ", " in ", ", ", " "):
            if lead.endswith(tail):
                return bare - len(tail)
        return bare
    suffix = bool(m["suffix"]) and end == m.end("city")
    return m.end() if suffix else end


def _read_clock(m: re.Match[str], end: int, text: str, days: list[Reading], begin: int, now: Now) -> Reading | None:
    if m["noon"]:
        hour, minute, second = (12 if m["noon"].lower() == "noon" else 0), 0, 0
    elif m["military"]:
        hour, minute, second = int(m["military"][:2]), int(m["military"][2:]), 0
    elif m["dotted"]:
        hour, minute, second = int(m["dotted"]), int(m["dottedmin"]), 0
    elif m["hour24"]:
        hour, minute, second = int(m["hour24"]), int(m["minute24"]), int(m["second24"] or 0)
    else:
        hour, minute, second = int(m["hour"]), int(m["minute"] or 0), int(m["second"] or 0)
        if hour <= 12:
            hour = hour % 12 + (12 if m["meridiem"].lower().startswith("p") else 0)
    if hour > 23:
        return None
    letters = m["letters"] or m["named"]
    zone = (zone_of(letters.strip()) if letters else _city(m)[0]) or now.zone
    clock = dt.timedelta(hours=hour, minutes=minute, seconds=second)
    day = _day_beside(m.start(), end, text, days, begin)
    if day is not None:
        moment = midnight(day.date()) + clock
    else:
        today = now.date if now.clock is None else now.clock.astimezone(zone).date()
        moment = midnight(today) + clock
        late = now.clock is not None and moment.replace(tzinfo=zone) > now.clock + _GRACE
        if late and not prospective(text, m.start()):
            moment -= _DAY
    return Reading(m.start(), end, moment, moment, "instant", "clock", zone)


def _start_of(r: Reading) -> int:
    return r.start


def _day_beside(start: int, end: int, text: str, days: list[Reading], begin: int) -> dt.datetime | None:
    """Return the day a clock time belongs to: the one written next to it, in its clause, or opening its sentence."""
    best: tuple[int, dt.datetime] | None = None
    for r in days:
        if r.last - r.first > _DAY:
            continue
        gap = text[r.end : start] if r.end <= start else text[end : r.start]
        if _BETWEEN.fullmatch(gap):
            distance = len(gap)
        elif BREAK.search(gap) is None:
            distance = 1000 + len(gap)
        elif r.start - begin < 4:
            distance = 2000
        else:
            continue
        if best is None or distance < best[0]:
            best = distance, r.first
    return best[1] if best else None


@lru_cache(maxsize=4096)
def _utc(local: dt.datetime, zone: dt.tzinfo) -> pd.Timestamp:
    # Cached: an article names the same few days again and again, and a Timestamp is slow to make.
    return pd.Timestamp(local.replace(tzinfo=zone).astimezone(dt.UTC)).as_unit("ns")


def _instants(r: Reading, zone: dt.tzinfo) -> TimeMention | None:
    zone = r.zone or zone
    try:
        earliest = _utc(r.first, zone)
        latest = earliest if r.last == r.first else _utc(r.last, zone)
    except (OverflowError, pd.errors.OutOfBoundsDatetime):
        return None
    return TimeMention(r.start, r.end, earliest, latest, r.precision, r.kind, r.first.date())
