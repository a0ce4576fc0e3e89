"""Sentences of our own about markets, one or two for each class missed; each move with its amount and level."""

from __future__ import annotations

import math

import pytest

from eventstudy.events.moves import article_moves
from eventstudy.news.article import Article


def read(text: str) -> list[tuple[str, str, float | None, float | None]]:
    moves = article_moves(Article(text, "2022-02-15"))
    return [(m.asset, m.direction, _number(m.amount), _number(m.level)) for m in moves]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


SENTENCES = [
    # won back, shared
    ("Nickel clawed back 3% on Friday.", [("NICKEL", "up", 3.0, None)]),
    ("The ruble shed a fifth of its value.", [("RUB", "down", 20.0, None)]),
    ("Ether lost half its value.", [("ETH", "down", 50.0, None)]),
    # the level of a high, a low, of what was topped
    ("The lira hit a record low of 19.42.", [("TRY", "down", None, 19.42)]),
    ("Platinum reached an eight-year high of $1,340 an ounce.", [("PLATINUM", "up", None, 1340.0)]),
    ("Silver topped $41 an ounce.", [("SILVER", "up", None, 41.0)]),
    ("The rupee touched 88.10 per dollar, its feeblest ever.", [("INR", "down", None, 88.1)]),
    ("The Nikkei closed at 38,990, its best finish since March.", [("NIKKEI", "up", None, 38990.0)]),
    # what followed a high is a move of its own
    (
        "Copper hit a record of $11,100 before sliding 2.5%.",
        [("COPPER", "up", None, 11100.0), ("COPPER", "down", 2.5, None)],
    ),
    # one level after another, in a quote that counts the currency or its price
    ("Sterling drifted to $1.2510 from $1.2545.", [("GBP", "down", None, 1.251)]),
    ("The yen moved to 148.20 per dollar from 149.90 on Thursday.", [("JPY", "up", None, 148.2)]),
    ("Brent stood at $71.10 a barrel, compared with $69.80 a day earlier.", [("BRENT", "up", None, 71.1)]),
    ("Brent stood at $71.10 a barrel, compared with $69.80 for WTI.", []),
    ("The DAX ended 1.4% below Friday's close.", [("DAX", "down", 1.4, None)]),
    # streaks, losses that are nursed, what followed what
    ("Zinc snapped a five-day losing streak with a 2.2% gain.", [("ZINC", "up", 2.2, None)]),
    ("The Kospi nursed a 1.9% loss at midday.", [("KOSPI", "down", 1.9, None)]),
    ("Platinum followed gold higher, adding 0.8%.", [("GOLD", "up", None, None), ("PLATINUM", "up", 0.8, None)]),
    ("A fall of 300 points left the Hang Seng at 17,200.", [("HANGSENG", "down", 300.0, 17200.0)]),
    ("Lead eased again, off a further 0.7%.", [("LEAD", "down", 0.7, None)]),
    (
        "The Dow and the Nasdaq ended lower, the former by 0.2% and the latter by 0.9%.",
        [("DJIA", "down", 0.2, None), ("NASDAQ", "down", 0.9, None)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_wording(text: str, expected: list[tuple[str, str, float | None, float | None]]) -> None:
    assert read(text) == expected
