"""The article the project was created from: what must come out of it, and what must not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import eventstudy as es
from eventstudy.datasets.example import seeds_dir
from eventstudy.events.records import Event, ReportedMove

ORIGINAL = "2022-02-15_pullback_original.txt"
RETOLD = "2022-02-15_pullback.md"


@pytest.fixture(params=["original", "retold"])
def article(request: pytest.FixtureRequest) -> es.Article:
    if request.param == "retold":
        return es.read_news(seeds_dir() / RETOLD)[0]
    shared: Path = request.getfixturevalue("shared_dir")
    return es.read_news(shared / "seeds" / ORIGINAL)[0]


def move_of(article: es.Article, asset: str) -> ReportedMove:
    (move,) = [m for m in es.extract_moves([article]) if m.asset == asset]
    assert all(article.text[s.start : s.end] for s in move.spans)
    return move


def happened(article: es.Article) -> list[Event]:
    return [e for e in es.extract_events([article]) if (e.polarity, e.modality) == ("asserted", "happened")]


def test_the_ruble(article: es.Article) -> None:
    move = move_of(article, "RUB")
    assert (move.direction, move.amount, move.unit, move.bound) == ("up", 1.8, "percent", "exact")
    assert (move.level, move.level_unit, move.against) == (75.2232, "RUB per USD", "USD")
    assert move.as_of == pd.Timestamp("2022-02-15T15:22+03:00")
    assert move.precision == "instant"
    read = {s.field: article.text[s.start : s.end] for s in move.spans}
    assert "1.8" in read["amount"]
    assert "75.2232" in read["level"]
    assert "3:22 p.m." in read["as_of"]


def test_brent(article: es.Article) -> None:
    move = move_of(article, "BRENT")
    assert (move.direction, move.amount, move.unit, move.bound) == ("down", 2.1, "percent", "as much as")
    assert (move.level, move.level_unit, move.level_bound) == (95.0, "USD per barrel", "less than")
    assert move.instrument == "futures"


def test_new_york_futures(article: es.Article) -> None:
    move = move_of(article, "WTI")
    assert move.direction == "down"
    assert pd.isna(move.amount)
    assert move.instrument == "futures"


def test_the_pullback_is_the_headline(article: es.Article) -> None:
    (headline,) = es.extract_events([article]).headlines()
    assert (headline.kind, headline.direction, headline.source) == ("RETREAT", "de-escalation", ("RUS",))
    assert (headline.polarity, headline.modality) == ("asserted", "happened")
    zone = "Europe/Moscow" if article.tz == "Europe/Moscow" else "UTC"
    assert headline.earliest.tz_convert(zone).date().isoformat() == "2022-02-15"
    assert headline.latest <= article.published_at


@pytest.mark.parametrize(
    "words", [("plan", "attack"), ("invasion", "could take place"), ("sign of", "de-escalation on the ground")]
)
def test_what_is_denied_feared_or_not_seen_is_never_asserted(article: es.Article, words: tuple[str, str]) -> None:
    for event in happened(article):
        read = {s.field: article.text[s.start : s.end] for s in event.spans}
        quote = event.quote.lower()
        if all(w in quote for w in words):
            assert read["kind"].lower() not in " ".join(words), (event.kind, event.quote)


def test_what_stands_beside_a_denial_or_a_warning_is_kept(article: es.Article) -> None:
    quotes = " | ".join(e.quote for e in happened(article))
    assert "endorsed" in quotes
    assert "evacuated its embassy" in quotes
    denied = [e for e in es.extract_events([article]) if e.polarity == "denied"]
    assert any("plans an attack" in e.quote for e in denied)


def test_claims_against_prices_in_words_a_reader_understands(article: es.Article) -> None:
    prices = es.load_example("ukraine-2022").prices
    frame = es.verify_moves(es.extract_moves([article]), prices).set_index("asset")
    assert frame.loc["RUB", "verdict"] == "consistent up to reference time"
    assert "76.58" in frame.loc["RUB", "reason"]
    assert "76.31" in frame.loc["RUB", "reason"]
    assert frame.loc["BRENT", "verdict"] == "contradicted"
    assert "98.43" in frame.loc["BRENT", "reason"]
    assert "futures" in frame.loc["BRENT", "reason"]


def test_every_seed_article_has_the_headline_of_its_direction() -> None:
    escalating = {
        "2021-11-11_us_warns_europe", "2022-01-23_embassy_families", "2022-02-11_us_warning", "2022-02-16_nato_doubts",
        "2022-02-18_evacuation", "2022-02-21_recognition", "2022-02-24_invasion", "2022-02-26_sanctions",
    }  # fmt: skip
    paths = sorted(seeds_dir().glob("*.md"))
    assert len(paths) >= 15
    for path in paths:
        (headline,) = es.extract_events(es.read_news(path)).headlines()
        expected = "escalation" if path.stem in escalating else "de-escalation"
        assert headline.direction == expected, path.stem
