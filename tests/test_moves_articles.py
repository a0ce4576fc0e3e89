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
