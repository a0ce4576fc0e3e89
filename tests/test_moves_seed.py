"""The article the project grew from: every reported move with its evidence, and nothing more."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from eventstudy.events.moves import extract_moves
from eventstudy.news.article import Article

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def text(shared_dir: Path) -> str:
    file = shared_dir / "seeds" / "2022-02-15_pullback_original.txt"
    if not file.is_file():
        pytest.skip("needs ../shared/seeds")
    return file.read_text(encoding="utf-8")


def test_the_four_moves_and_nothing_more(text: str) -> None:
    moves = list(extract_moves(Article(text, "2022-02-15", tz="America/New_York")))
    assert [(m.asset, m.direction) for m in moves] == [
        ("RUB", "up"),
        ("class:oil", "down"),
        ("BRENT", "down"),
        ("WTI", "down"),
    ]
    rub, oil, brent, wti = moves
    assert (rub.amount, rub.unit, rub.bound) == (1.8, "percent", "exact")
    assert (rub.level, rub.level_unit, rub.against) == (75.2232, "RUB per USD", "USD")
    assert (rub.as_of, rub.precision) == (pd.Timestamp("2022-02-15T12:22", tz="UTC"), "instant")
    assert math.isnan(oil.amount)
    assert oil.reference == "highest since 2014"
    assert (brent.amount, brent.unit, brent.bound) == (2.1, "percent", "as much as")
    assert (brent.level, brent.level_unit, brent.level_bound) == (95.0, "USD per barrel", "less than")
    assert brent.instrument == wti.instrument == "futures"
    assert math.isnan(wti.amount)
    assert math.isnan(wti.level)
    assert {m.polarity for m in moves} == {"asserted"}
    assert {m.modality for m in moves} == {"happened"}


def test_spans_are_the_evidence(text: str) -> None:
    rub, oil, brent, wti = extract_moves(Article(text, "2022-02-15"))

    def evidence(move: object) -> dict[str, str]:
        return {s.field: text[s.start : s.end] for s in move.spans if s.field != "quote"}  # type: ignore[attr-defined]

    assert evidence(rub) == {
        "asset": "ruble",
        "direction": "strengthening",
        "amount": "1.8%",
        "against": "dollar",
        "level": "75.2232",
        "as_of": "3:22 p.m. in Moscow",
    }
    assert evidence(oil) == {"asset": "Oil", "direction": "retreated", "reference": "highest since 2014"}
    assert evidence(brent) == {
        "asset": "Brent futures",
        "direction": "fell",
        "bound": "as much as",
        "amount": "2.1%",
        "level_bound": "below",
        "level": "$95",
        "level_unit": "a barrel",
    }
    assert evidence(wti) == {"asset": "futures in New York", "direction": "slumped"}
    for move in (rub, oil, brent, wti):
        (quote,) = [s for s in move.spans if s.field == "quote"]
        assert text[quote.start : quote.end] == move.quote
