"""The events of every seed article, complete, as a reader of the article lists them; nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventstudy.events import extract_events
from eventstudy.news import read_news

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
DIRECTIONS = {"-": "de-escalation", "+": "escalation", "0": "neither"}

# kind, direction, status (empty: asserted and happened), source, target, public from, public by (UTC), recalled only
EXPECTED: dict[str, list[tuple[str | bool, ...]]] = {
    "2021-11-11_us_warns_europe": [
        ("THREATEN", "+", "", "USA", "EU", "11-11T05:00", "11-12T05:00"),
        ("THREATEN", "+", "denied planned", "RUS", "", "11-11T05:00", "11-12T05:00"),
    ],
    "2021-12-07_summit": [
        ("CONSULT", "-", "", "USA RUS", "", "12-07T17:08", "12-07T17:08"),
        ("THREATEN", "+", "asserted possible", "RUS", "", "12-07T05:00", "12-07T17:08", True),
        ("THREATEN", "+", "denied planned", "RUS", "", "12-07T05:00", "12-07T17:08"),
    ],
    "2021-12-25_troops_return": [
        ("RETREAT", "-", "", "RUS", "", "12-25T00:00", "12-25T08:42"),
        ("THREATEN", "+", "asserted planned", "RUS", "", "12-25T00:00", "12-25T08:42", True),
        ("REJECT", "0", "", "RUS", "", "12-25T00:00", "12-25T08:42"),
    ],
    "2021-12-30_phone_call": [
        ("CONSULT", "-", "", "USA RUS", "", "12-30T05:00", "12-30T21:25"),
        ("AGREE", "-", "asserted planned", "", "", "12-30T05:00", "12-30T21:25"),
    ],
    "2022-01-10_geneva": [
        ("CONSULT", "-", "", "USA RUS", "", "01-09T23:00", "01-10T23:00"),
        ("THREATEN", "+", "denied planned", "RUS", "UKR", "01-09T23:00", "01-10T23:00"),
    ],
    "2022-01-21_blinken_lavrov": [
        ("AGREE", "-", "", "USA RUS", "UKR", "01-20T23:00", "01-21T23:00"),
        ("CONSULT", "-", "", "USA RUS", "", "01-20T23:00", "01-21T23:00"),
        ("THREATEN", "+", "denied happened", "RUS", "UKR", "01-20T23:00", "01-21T23:00", True),
    ],
    "2022-01-23_embassy_families": [
        ("SANCTION", "+", "", "USA", "UKR", "01-23T05:00", "01-23T23:51"),
        ("ACCUSE", "+", "", "GBR", "RUS", "01-23T05:00", "01-23T23:51"),
    ],
    "2022-01-26_normandy": [
        ("RETREAT", "-", "", "RUS UKR", "", "01-25T22:00", "01-26T19:30"),
        ("AGREE", "-", "", "", "", "01-25T22:00", "01-26T19:30"),
    ],
    "2022-01-26_written_replies": [
        ("AGREE", "-", "", "USA", "RUS", "01-26T05:00", "01-27T05:00"),
        ("REJECT", "+", "", "USA", "RUS", "01-26T05:00", "01-27T05:00"),
    ],
    "2022-02-08_macron": [
        ("AGREE", "-", "", "RUS", "UKR", "02-07T23:00", "02-08T23:00"),
        ("CONSULT", "-", "", "FRA", "UKR", "02-07T23:00", "02-08T23:00"),
        # a deal that is reached is agreed, one that is signed is SUPPORT
        ("AGREE", "-", "denied happened", "RUS", "", "02-07T23:00", "02-08T23:00", True),
    ],
    "2022-02-11_us_warning": [
        ("THREATEN", "+", "", "USA", "RUS", "02-11T19:00", "02-11T19:00"),
        ("MOBILIZE", "+", "", "RUS", "", "02-11T05:00", "02-11T19:00", True),
        ("SANCTION", "+", "", "USA", "UKR", "02-11T05:00", "02-11T19:00"),
        ("THREATEN", "+", "denied planned", "RUS", "", "02-11T05:00", "02-11T19:00"),
    ],
    "2022-02-14_talks_continue": [
        ("AGREE", "-", "", "RUS", "USA NATO", "02-13T21:00", "02-14T21:00"),
        ("AGREE", "-", "", "RUS", "", "02-13T21:00", "02-14T21:00"),
        ("AGREE", "-", "", "RUS", "", "02-13T21:00", "02-14T21:00"),
        ("THREATEN", "+", "", "USA", "RUS", "02-13T21:00", "02-14T21:00", True),
        ("REJECT", "0", "", "RUS", "", "02-13T21:00", "02-14T21:00"),
    ],
    "2022-02-15_first_reports": [
        ("RETREAT", "-", "", "RUS", "UKR", "02-15T00:00", "02-15T08:23"),
        ("RETREAT", "-", "", "", "", "02-15T00:00", "02-15T08:23", True),
        ("MOBILIZE", "+", "", "RUS", "UKR", "02-15T00:00", "02-15T08:23", True),
        ("ASSAULT", "+", "asserted possible", "", "", "02-15T00:00", "02-15T08:23"),
        ("REJECT", "0", "", "RUS", "", "02-15T00:00", "02-15T08:23", True),
    ],
    "2022-02-15_pullback": [
        ("RETREAT", "-", "", "RUS", "", "02-14T21:00", "02-15T21:00"),
        ("THREATEN", "+", "denied planned", "RUS", "", "02-14T21:00", "02-15T21:00"),
        ("SUPPORT", "-", "", "RUS", "WEST", "02-14T21:00", "02-15T21:00"),
        ("THREATEN", "+", "", "USA NATO", "RUS", "02-14T21:00", "02-15T21:00", True),
        ("REQUEST", "+", "", "USA NATO", "", "02-14T21:00", "02-15T21:00", True),
        ("REJECT", "+", "", "RUS", "", "02-14T21:00", "02-15T21:00", True),
        ("REQUEST", "0", "", "RUS", "USA", "02-14T21:00", "02-15T21:00", True),
        ("REJECT", "+", "", "USA", "", "02-14T21:00", "02-15T21:00", True),
        ("AGREE", "-", "", "USA", "", "02-14T21:00", "02-15T21:00", True),
        ("REQUEST", "0", "", "RUS", "", "02-14T21:00", "02-15T21:00"),
        ("RETREAT", "-", "denied happened", "", "", "02-14T21:00", "02-15T21:00", True),
        ("RETREAT", "-", "", "", "", "02-14T21:00", "02-15T21:00", True),
        ("RETREAT", "-", "asserted planned", "", "", "02-14T21:00", "02-15T21:00"),
        ("CONSULT", "-", "", "RUS", "DEU", "02-14T21:00", "02-15T21:00"),
        ("CONSULT", "-", "", "RUS", "USA FRA", "02-11T21:00", "02-12T21:00", True),
        ("SANCTION", "+", "", "USA", "UKR", "02-14T21:00", "02-15T21:00", True),
        ("SANCTION", "+", "", "USA", "UKR", "02-14T21:00", "02-15T21:00", True),
        ("REJECT", "+", "", "RUS", "USA", "02-14T21:00", "02-15T21:00", True),
        ("ACCUSE", "+", "", "RUS", "UKR", "02-14T21:00", "02-15T21:00", True),
        ("REJECT", "0", "", "UKR", "", "02-14T21:00", "02-15T21:00"),
        ("SUPPORT", "-", "", "RUS", "UKR", "02-14T21:00", "02-15T21:00"),
        ("MOBILIZE", "+", "", "", "", "02-14T21:00", "02-15T21:00", True),
        ("MOBILIZE", "+", "", "RUS", "UKR", "02-14T21:00", "02-15T21:00"),  # troops massed near its borders
    ],
    "2022-02-16_nato_doubts": [
        ("ACCUSE", "+", "", "NATO", "RUS", "02-15T23:00", "02-16T23:00"),
        ("RETREAT", "-", "denied happened", "NATO", "RUS", "02-15T23:00", "02-16T23:00", True),
        ("REJECT", "0", "", "USA", "RUS", "02-15T23:00", "02-16T23:00"),
    ],
    "2022-02-18_evacuation": [
        ("SANCTION", "+", "", "SEP", "RUS", "02-18T00:00", "02-18T16:51"),
        ("ACCUSE", "+", "", "SEP", "UKR", "02-18T00:00", "02-18T16:51"),
        ("THREATEN", "+", "denied planned", "UKR", "", "02-18T00:00", "02-18T16:51"),
    ],
    "2022-02-21_recognition": [
        ("THREATEN", "+", "", "RUS", "SEP", "02-21T18:00", "02-22T00:00"),
        ("MOBILIZE", "+", "", "RUS", "", "02-22T00:00", "02-22T06:13"),
        ("ACCUSE", "+", "", "GBR", "", "02-22T00:00", "02-22T06:13"),
    ],
    "2022-02-24_invasion": [
        ("ASSAULT", "+", "", "RUS", "UKR", "02-23T21:00", "02-24T04:10"),
        ("ASSAULT", "+", "", "RUS", "", "02-23T21:00", "02-24T04:10"),
        ("COERCE", "+", "", "UKR", "UKR", "02-23T21:00", "02-24T04:10"),
    ],
    "2022-02-26_sanctions": [
        ("SANCTION", "+", "", "EU USA GBR CAN", "RUS", "02-25T23:00", "02-26T23:00"),
        ("THREATEN", "+", "asserted planned", "", "RUS", "02-25T23:00", "02-26T23:00"),
    ],
    "2022-02-28_border_talks": [
        ("AGREE", "-", "", "RUS UKR", "", "02-28T05:00", "02-28T17:00"),
        ("REQUEST", "+", "", "UKR", "RUS", "02-28T05:00", "02-28T17:00", True),
    ],
    "2022-03-29_istanbul": [
        ("AGREE", "-", "", "RUS", "UKR", "03-28T21:00", "03-29T21:00"),
        ("AGREE", "-", "", "UKR", "", "03-28T21:00", "03-29T21:00"),
    ],
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_events_of_a_seed_article(name: str) -> None:
    (article,) = read_news(SEEDS / f"{name}.md")
    found = []
    for e in extract_events(article):
        status = "" if (e.polarity, e.modality) == ("asserted", "happened") else f"{e.polarity} {e.modality}"
        row = (e.kind, e.direction, status, " ".join(e.source), " ".join(e.target))
        found.append((*row, f"{e.earliest:%m-%dT%H:%M}", f"{e.latest:%m-%dT%H:%M}", bool(e.extra["background"])))
    expected = []
    for row in EXPECTED[name]:
        kind, direction, *rest = row
        expected.append((kind, DIRECTIONS[str(direction)], *rest, *([False] if len(row) == 7 else [])))
    assert found == expected


def test_every_seed_article_has_its_expected_events() -> None:
    assert sorted(p.stem for p in SEEDS.glob("*.md")) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_spans_reproduce(name: str) -> None:
    (article,) = read_news(SEEDS / f"{name}.md")
    for event in extract_events(article):
        fields = {s.field for s in event.spans}
        assert {"kind", "quote", "polarity", "modality", "tense"} <= fields
        assert len([s for s in event.spans if s.field == "source"]) >= len(event.source)
        assert len([s for s in event.spans if s.field == "target"]) >= len(event.target)
        for span in event.spans:
            assert 0 <= span.start < span.end <= len(article.text)
            if span.field == "quote":
                assert article.text[span.start : span.end] == event.quote
            if span.field == "speaker":
                assert article.text[span.start : span.end] == event.speaker
