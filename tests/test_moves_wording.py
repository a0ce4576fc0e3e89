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
    # other words for shares: "Wall St." with its stop, markets of the world
    ("Wall St. slid 1 percent.", [("class:stocks", "down", 1.0, None)]),
    ("Global markets plunge as tariffs bite", [("class:stocks", "down", None, None)]),
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
    # what crept came up, what held firm stood still, what is adrift is down
    ("Russia's 10-year yield crept to 7.15%.", [("RU10Y", "down", None, 7.15)]),
    ("The shekel held firm at 3.60 per dollar.", [("ILS", "unchanged", None, 3.6)]),
    ("The zloty was 0.4% adrift at 4.31 per euro.", [("PLN", "down", 0.4, 4.31)]),
    ("Oats backpedalled 2%.", [("OATS", "down", 2.0, None)]),
    ("The FTSE 100 recouped 30 points to 6,120.", [("FTSE100", "up", 30.0, 6120.0)]),
    ("The Kospi plumbed a two-year low.", [("KOSPI", "down", None, None)]),
    ("Rupiah at 4-wk low of 16,290", [("IDR", "down", None, 16290.0)]),
    (
        "Yields on 2-year Treasury notes rose 6 basis points while those on 10-year Treasury notes fell 3 bps.",
        [("US2Y", "down", 6.0, None), ("US10Y", "up", 3.0, None)],
    ),
    # nouns of movement that any verb carries, adjectives with a size, verbs that cross a level
    ("The Colombian peso got a 0.7% bump from the data.", [("COP", "up", 0.7, None)]),
    ("Cocoa cooked up a 5% rise.", [("COCOA", "up", 5.0, None)]),
    ("Traders ignored a 5% rise in cocoa.", [("COCOA", "up", 5.0, None)]),
    ("The Stoxx 600 was 0.2% better.", [("STOXX600", "up", 0.2, None)]),
    ("Corn was little moved at $4.20 a bushel.", [("CORN", "unchanged", None, 4.2)]),
    ("Ether stormed past $4,000.", [("ETH", "up", None, 4000.0)]),
    ("Palladium fought back to $990 an ounce.", [("PALLADIUM", "up", None, 990.0)]),
    (
        "Soymeal gained $5 to $310, lifting soybeans 1%.",
        [("SOYMEAL", "up", 5.0, 310.0), ("SOYBEANS", "up", 1.0, None)],
    ),
    # what was propelled to a level, crossed one with another, counted past one
    ("Frost propelled coffee to $2.10, a gain of 9 cents.", [("COFFEE", "up", 0.09, 2.1)]),
    ("Brent crept above $71 and WTI above $67.", [("BRENT", "up", None, 71.0), ("WTI", "up", None, 67.0)]),
    ("India's rupee breached 89 to the dollar.", [("INR", "down", None, 89.0)]),
    ("Zinc pushed to $3,310, a four-month high.", [("ZINC", "up", None, 3310.0)]),
    ("The real bled another 0.8%.", [("BRL", "down", 0.8, None)]),
    ("Cocoa was 3% dearer on Monday.", [("COCOA", "up", 3.0, None)]),
    ("The DAX shrugged off the vote, adding 0.6%.", [("DAX", "up", 0.6, None)]),
    ("Silver held in funds fell for a third month.", []),
    ("U.S. 10-year notes gained, pushing the yield 4 basis points lower to 4.02%.", [("US10Y", "up", 4.0, 4.02)]),
    # a level and how far below the day before it is, a price quoted by dealers, what is to the good
    ("Tin ended at $33,100, $240 below Tuesday.", [("TIN", "down", 240.0, 33100.0)]),
    ("Dealers quoted palladium at $961, against $970 on Monday.", [("PALLADIUM", "down", None, 961.0)]),
    ("The AEX finished 3.2 points to the good at 771.", [("AEX", "up", 3.2, 771.0)]),
    ("The yield on the 10-year note was 4.31 percent, up from 4.25 percent.", [("US10Y", "down", None, 4.31)]),
    ("Nickel traded 1.2 percent richer.", [("NICKEL", "up", 1.2, None)]),
    ("Jitters left the DAX in the red by 0.3 percent.", [("DAX", "down", 0.3, None)]),
    ("Zinc stood at $2,790, slightly down.", [("ZINC", "down", None, 2790.0)]),
    (
        "Corn and wheat traded apart, the former up 0.3% and the latter down 1.1%.",
        [("CORN", "up", 0.3, None), ("WHEAT", "down", 1.1, None)],
    ),
    (
        "Platinum outshone gold, rising 2.4 percent to gold's 0.9 percent.",
        [("PLATINUM", "up", 2.4, None), ("GOLD", "up", 0.9, None)],
    ),
    ("Brent was headed for its third weekly loss.", [("BRENT", "down", None, None)]),
    ("The Mexican peso held at 18.10 per dollar.", [("MXN", "unchanged", None, 18.1)]),
    # ahead, above and below, headlines without an article
    ("The Nikkei raced ahead 1.7%.", [("NIKKEI", "up", 1.7, None)]),
    ("The euro nosed above $1.15.", [("EUR", "up", None, 1.15)]),
    ("Cotton took a 3% beating.", [("COTTON", "down", 3.0, None)]),
    ("WTI settles below $60 for first time in a year", [("WTI", "down", None, 60.0)]),
    ("Tin touches 14-month high", [("TIN", "up", None, None)]),
    ("DAX: -0.8%", [("DAX", "down", 0.8, None)]),
    ("Zinc was at $2,640, having fallen 1.1%.", [("ZINC", "down", 1.1, 2640.0)]),
    ("Spot platinum slid as low as $890 before ending 3% down.", [("PLATINUM", "down", 3.0, 890.0)]),
    ("Gold and tin both lost ground.", [("GOLD", "down", None, None), ("TIN", "down", None, None)]),
    # whose rupee and whose ruble
    ("Sri Lanka's rupee slid to 301 per dollar.", [("LKR", "down", None, 301.0)]),
    ("Pakistan's rupee slid to 281 per dollar.", [("PKR", "down", None, 281.0)]),
    ("Belarus devalued and its ruble fell 2%.", [("BYN", "down", 2.0, None)]),
    ("Lead eased again, off a further 0.7%.", [("LEAD", "down", 0.7, None)]),
    (
        "The Dow and the Nasdaq ended lower, the former by 0.2% and the latter by 0.9%.",
        [("DJIA", "down", 0.2, None), ("NASDAQ", "down", 0.9, None)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_wording(text: str, expected: list[tuple[str, str, float | None, float | None]]) -> None:
    assert read(text) == expected
