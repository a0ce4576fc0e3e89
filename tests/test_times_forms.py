"""Times in text, resolved by hand against a publication on Tuesday 15 February 2022."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest

from eventstudy.errors import SpecError
from eventstudy.events.times import article_times, find_times, reading
from eventstudy.news.article import Article

PUBLISHED = "2022-02-15T18:00+00:00"  # a Tuesday


def _one(text: str, published: str = PUBLISHED, **kwargs: str) -> tuple[str, str, str, str]:
    (t,) = find_times(text, published, **kwargs)
    return text[t.start : t.end], f"{t.earliest:%Y-%m-%dT%H:%M}", f"{t.latest:%Y-%m-%dT%H:%M}", t.precision


@pytest.mark.parametrize(
    ("text", "mention", "instant"),
    [
        ("as at 3:22 p.m. in Moscow.", "3:22 p.m. in Moscow", "2022-02-15T12:22"),
        ("by 0644 GMT", "0644 GMT", "2022-02-15T06:44"),
        ("at 08:05 GMT", "08:05 GMT", "2022-02-15T08:05"),
        ("at 16:30 London time", "16:30 London time", "2022-02-15T16:30"),
        ("at 10:30 a.m. ET", "10:30 a.m. ET", "2022-02-15T15:30"),
        ("at 9 a.m. Reading is fun", "9 a.m.", "2022-02-15T09:00"),
        ("noon in Kyiv", "noon in Kyiv", "2022-02-15T10:00"),
        ("at 12:30 UTC+3", "12:30 UTC+3", "2022-02-15T09:30"),
        ("at 2022-02-14 06:00 trade opened", "2022-02-14 06:00", "2022-02-14T06:00"),
        ("the log of 2022-02-14T06:00Z", "2022-02-14T06:00Z", "2022-02-14T06:00"),
        ("at 21:15 CET", "21:15 CET", "2022-02-14T20:15"),  # hours after the publication: the day before
    ],
)
def test_a_clock_time_takes_its_zone_from_what_follows(text: str, mention: str, instant: str) -> None:
    assert _one(text) == (mention, instant, instant, "instant")


def test_a_clock_time_takes_the_day_beside_it() -> None:
    text = "at 3:22 p.m. in Moscow on Monday"
    clock, day = find_times(text, PUBLISHED)
    assert clock.earliest == clock.latest == pd.Timestamp("2022-02-14T12:22", tz="UTC")
    assert text[day.start : day.end] == "Monday"


def test_a_city_without_a_clock_time_is_no_time() -> None:
    assert find_times("He was in Moscow, Nice, Reading and Mobile.", PUBLISHED) == []


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("He spoke on Tuesday", "2022-02-15", "2022-02-16", "date"),
        ("He spoke on Wednesday", "2022-02-09", "2022-02-10", "date"),
        ("Drills are scheduled to wrap up on Sunday", "2022-02-20", "2022-02-21", "date"),
        ("Drills are due to finish on Feb. 20", "2022-02-20", "2022-02-21", "date"),
        ("It peaked on Dec. 7", "2021-12-07", "2021-12-08", "date"),
        ("It happened on 3 March 2020", "2020-03-03", "2020-03-04", "date"),
        ("It happened yesterday", "2022-02-14", "2022-02-15", "date"),
        ("It happens tomorrow", "2022-02-16", "2022-02-17", "date"),
        ("They met last week", "2022-02-07", "2022-02-14", "interval"),
        ("They met earlier this month", "2022-02-01", "2022-02-16", "interval"),
        ("the highest since 2014", "2014-01-01", "2015-01-01", "interval"),
        ("It happened on 2021-11-30", "2021-11-30", "2021-12-01", "date"),
        ("in the first quarter of 2021", "2021-01-01", "2021-04-01", "interval"),
    ],
)
def test_days_and_periods(text: str, first: str, last: str, precision: str) -> None:
    _, earliest, latest, found = _one(text)
    assert (earliest[:10], latest[:10], found) == (first, last, precision)


def test_a_day_runs_from_midnight_to_midnight_in_its_zone() -> None:
    _, earliest, latest, _ = _one("on Monday", "2022-02-15", tz="Europe/Moscow")
    assert (earliest, latest) == ("2022-02-13T21:00", "2022-02-14T21:00")


def test_an_articles_offset_settles_the_zone_of_its_days() -> None:
    article = Article("It rose at 15:22 today.", "2022-02-15T23:50:00+03:00")
    clock, day = article_times(article)
    assert clock.earliest == pd.Timestamp("2022-02-15T12:22", tz="UTC")
    assert day.day == dt.date(2022, 2, 15)


def test_numbers_that_are_no_times() -> None:
    for text in ("$2014.50 a barrel", "in 2014 barrels... 700,000 passports", "a 10-year note", "1.30 percent", "12:1"):
        assert [t for t in find_times(text, PUBLISHED) if t.precision == "instant"] == []


def test_a_time_stands_within_its_sentence() -> None:
    text = "Two notices follow.\n\n- Ships left port 12\n- 14 May brought rain"
    assert [text[t.start : t.end] for t in find_times(text, PUBLISHED)] == ["14 May"]


def test_impossible_days_are_no_times() -> None:
    assert find_times("on February 30 or 2021-02-31 or 31/04/2021", PUBLISHED) == []


def test_bad_publication_and_zone_say_what_was_expected() -> None:
    with pytest.raises(SpecError, match="is not an ISO 8601 date; expected"):
        find_times("today", "yesterday")
    with pytest.raises(SpecError, match="unknown time zone 'Mars'"):
        find_times("today", "2022-02-15", tz="Mars")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("the lowest since July 5", "2021-07-05"),  # "since" looks back, though 2022-07-05 is nearer
        ("The deal must be signed by September", "2022-09-01"),
        ("Lavrov to visit Minsk on Friday", "2022-02-18"),  # the future of headlines
        ("He flew to Minsk on Friday", "2022-02-11"),
        ("Data were weaker than expected on Friday", "2022-02-11"),
        ("The vote is expected on Friday", "2022-02-18"),
        ("Unions called a general strike for Friday", "2022-02-18"),
        ("He called for Friday's vote to stand", "2022-02-11"),
        ("Figures for Friday were weak", "2022-02-11"),
    ],
)
def test_forward_and_back(text: str, first: str) -> None:
    assert _one(text)[1][:10] == first


def test_what_counts_from_something_else_is_not_resolved() -> None:
    assert find_times("It fell two days after the summit.", PUBLISHED) == []


def test_numbers_that_only_count_are_passed_by_as_the_patterns_would(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        "in",
        "on",
        "at",
        "of",
        "the",
        "last",
        "next",
        "this",
        "past",
        "early",
        "late",
        "since",
        "until",
        "within",
        "3",
        "15",
        "30",
        "2014",
        "1530",
        "3:22",
        "3.30",
        "12,500",
        "2.5%",
        "40%",
        "7",
        "percent",
        "troops",
        "p.m.",
        "a.m.",
        "am",
        "pm",
        "May",
        "Feb.",
        "Monday",
        "noon",
        "GMT",
        "local",
        "time",
        "hours",
        "hour",
        "days",
        "day",
        "week",
        "months",
        "years",
        "ago",
        "earlier",
        "first",
        "morning",
        "Q1",
        "15th",
        "14-15",
        "2022",
        "15/02/2022",
        "Moscow",
        "said",
        ",",
        ".",
        "people",
        "minutes",
        "fortnight",
        "an",
        "one",
        "half",
    ]
    draw = random.Random(3)
    texts = [" ".join(draw.choices(words, k=draw.randint(2, 9))) for _ in range(2000)]
    texts += [t.replace(" ", draw.choice(("-", "", "\u00a0")), 1) for t in texts]
    found = [find_times(t, "2022-02-15T14:00:00+00:00") for t in texts]
    assert sum(map(len, found)) > 1000
    monkeypatch.setattr(reading, "_counts", lambda *_given: False)
    assert [find_times(t, "2022-02-15T14:00:00+00:00") for t in texts] == found
