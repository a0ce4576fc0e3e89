"""Moves that whole articles showed to be missed: a part of a longer move, a week told once, a shared name."""

import pytest

from eventstudy.events import extract_moves
from eventstudy.news import Article

LEAD = "COLOMBO - Moody's cut Sri Lanka's rating on Thursday."


def read(text):
    return [(m.asset, m.direction, m.amount, m.reference) for m in extract_moves(Article(text, "2021-10-28"))]


def test_a_part_of_a_move_is_a_move_too():
    assert read("The ruble has fallen 12% this month, including a near 5% drop on Monday.") == [
        ("RUB", "down", 12.0, "this month"),
        ("RUB", "down", 5.0, ""),
    ]
    assert read("Gold rose 2% on hopes of stimulus, including a rise in spending of 5%.") == [("GOLD", "up", 2.0, "")]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("For the week, Brent lost 2.7 percent and WTI shed 4.9 percent.", ["For the week", "For the week"]),
        ("The lira, already down 20% this year, slipped another 1%.", ["this year", ""]),
        ("This year, oil has fallen 5%.", ["This year"]),
        ("Brent lost 2.7 percent and WTI shed 4.9 percent.", ["", ""]),
        ("For the week, Brent lost 2.7 percent. On Friday WTI shed 4.9 percent.", ["For the week", ""]),
        ("For the week, Brent lost 2.7 percent, while WTI on Friday shed 4.9 percent.", ["For the week", ""]),
    ],
)
def test_a_week_that_opens_a_sentence_holds_for_its_moves(text, references):
    assert [reference for *_, reference in read(text)] == references


@pytest.mark.parametrize(
    ("text", "asset"),
    [
        (LEAD + " India extended a credit line. The rupee was flat at 201 per dollar.", "LKR"),
        ("India and Pakistan held talks. The rupee was flat at 74 per dollar.", "INR"),
        ("Pakistan and India held talks. The rupee was flat at 174 per dollar.", "PKR"),
        ("The rupee was flat at 74 per dollar.", "INR"),
    ],
)
def test_of_two_countries_spoken_of_alike_the_first_is_the_storys(text, asset):
    assert [row[0] for row in read(text)] == [asset]


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        (
            "U.S. crude settled up 2.9% at $71.79 a barrel and Brent ended at $76.65, up 0.5%.",
            [("WTI", "up", 2.9), ("BRENT", "up", 0.5)],
        ),
        ("Gold gained 1% and silver was at $22.10, 0.4% lower.", [("GOLD", "up", 1.0), ("SILVER", "down", 0.4)]),
        (
            "The S&P 500 fell 1% but the Nasdaq closed at 13,500, up 0.2%.",
            [("SPX", "down", 1.0), ("NASDAQ", "up", 0.2)],
        ),
        # one clause, whose subject or object is joined
        ("Gold and silver ended at a high, up 0.5%.", [("GOLD", "up", 0.5), ("SILVER", "up", 0.5)]),
        ("Brent fell below WTI and gold and ended at $76.65, down 0.5%.", [("BRENT", "down", 0.5)]),
    ],
)  # fmt: skip
def test_a_level_behind_and_belongs_to_the_asset_behind_it(text, moves):
    assert [row[:3] for row in read(text) if row[2] == row[2]] == moves
