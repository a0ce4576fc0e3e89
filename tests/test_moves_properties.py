"""Whatever the text: no exception, spans inside it that reproduce their field, the same ids twice."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.events.language.numbers import find_quantities, parse_number, parse_quantity
from eventstudy.events.moves import article_moves, extract_moves
from eventstudy.events.times import find_times
from eventstudy.news.article import Article

PIECES = """
Brent oil the ruble WTI gold S&P 500 fell rose gained lost up down higher by to at below as much as more than 2.1% $95
a barrel 75.2232 half a percent 54 cents , or and while not could if on Monday 3:22 p.m. in Moscow against dollar euro
per 's ( ) “ ” ; . its a drop of gain in prices futures output back ahead on changed little tacked gave pulled off
sold unchanged flat 10-year yield note Treasury natural gas Nymex ICE Europe GBP/JPY .DJI Nov. crude neither nor both
all itself which with having been after falling through past week weekly year for the this 33c R15.41 Rs. 79.02
(-1.1%) 3-1/4 0 . 5 Feb. 30 2022-02-31 25:61 yesterday since 2014 % $ -
"""
WORDS = PIECES.split()
NEWSLIKE = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
ANY = st.text(max_size=300)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY, NEWSLIKE).filter(lambda t: bool(t.strip())))
def test_moves_hold_on_any_text(text: str) -> None:
    article = Article(text, "2022-02-15")
    moves = article_moves(article)
    for move in moves:
        spans = {s.field: text[s.start : s.end] for s in move.spans}
        assert all(0 <= s.start < s.end <= len(text) for s in move.spans)
        assert spans["quote"] == move.quote
        if not math.isnan(move.amount):
            again = parse_quantity(spans["amount"])
            assert again is not None
            assert again.value == move.amount
        if not math.isnan(move.level):
            level = parse_quantity(spans["level"])
            assert level is not None
            assert level.value == abs(move.level)
            assert move.level >= 0 or level.sign == -1
        if move.reference:
            assert spans["reference"] == move.reference
    ids = [m.move_id for m in moves]
    assert len(set(ids)) == len(ids)
    assert ids == [m.move_id for m in article_moves(Article(text, "2022-02-15"))]
    assert len(extract_moves(article)) == len(ids)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY, NEWSLIKE))
def test_times_hold_on_any_text(text: str) -> None:
    end = 0
    for t in find_times(text, "2022-02-15T18:00+00:00"):
        assert end <= t.start < t.end <= len(text)
        assert t.earliest <= t.latest
        assert (t.precision == "instant") == (t.earliest == t.latest)
        end = t.end


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY, NEWSLIKE))
def test_a_quantity_parses_again_from_its_span(text: str) -> None:
    for q in find_quantities(text):
        assert 0 <= q.start < q.end <= q.stop <= len(text)
        again = parse_quantity(text[q.start : q.end])
        if again is not None and again.unit == q.unit:
            assert again.value == q.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234", 1234.0),
        ("12,5", 12.5),
        ("0,123", 0.123),
        ("1.234.567", 1234567.0),
        ("1\u00a0234,5", 1234.5),
        ("2½", 2.5),
        ("1-1/2", 1.5),
        ("3/4", 0.75),
        ("3.78-1/2", 3.785),
        ("0 . 5", 0.5),
        ("1/0", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_notations(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2.1 percent", 2.1, "percent"),
        ("2.1%", 2.1, "percent"),
        ("half a percent", 0.5, "percent"),
        ("a quarter of a percentage point", 25.0, "basis points"),
        ("25 basis points", 25.0, "basis points"),
        ("$2.35", 2.35, "USD"),
        ("2.35 dollars", 2.35, "USD"),
        ("54 cents", 0.54, "USD"),
        ("10 kopecks", 0.1, "RUB"),
        ("1,234.5 rubles", 1234.5, "RUB"),
        ("€1.12", 1.12, "EUR"),
        ("300-point", 300.0, "points"),
    ],
)
def test_units(text: str, value: float, unit: str) -> None:
    q = parse_quantity(text)
    assert q is not None
    assert (q.value, q.unit) == (value, unit)


HOSTILE = {
    "letters": "a" * 100_000,
    "digits": "1" * 100_000,
    "commas": "1," * 50_000,
    "quotes": "“" * 50_000 + "”" * 50_000,
    "assets": "Brent " * 17_000,
    "verbs": "Brent fell and " * 7_000,
    "amounts": "2% " * 33_000,
    "dates": "Feb. 1 " * 14_000,
    "clocks": "3:22 p.m. in " * 8_000,
    "months": "in early March " * 7_000,
    "brackets": "Brent (" * 14_000,
    "commas and verbs": "oil, fell, " * 9_000,
    "of": "a drop of oil in " * 6_000,
    "spelled": "half a quarter of a " * 5_000,
    "signs": "$€£" * 33_000,
    "repeats": "Brent fell 2%. " * 7_000,
    "pronouns": "Brent traded. It fell 2%. " * 4_000,
    "yields": "10-year Treasury yield fell 2 basis points to 1% " * 2_000,
    "references": "Brent fell from the highest lowest " * 3_000,
    "lists": "gold, the yen and safe haven bonds all rallied, " * 2_000,
    "parted": "1 . " * 25_000,
    "states": "oil in the red territory " * 4_000,
    "likes": "gold like silver like " * 4_500,
    "bullets": "- DAX: " * 14_000,
    "insertions": "gold, a refuge, " * 6_000,
    "given up": "gold, giving up 2% followed by a 1% drop, " * 2_400,
    "numbered": "sugar # “fear " * 7_000,
    "short days": "on Mon. morning of " * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_comes_through(name: str) -> None:
    text = HOSTILE[name]
    for move in article_moves(Article(text, "2022-02-15")):
        assert text[move.spans[0].start : move.spans[0].end]


def test_text_of_nothing_but_moves_grows_linearly() -> None:
    # Four times the moves may take eight times as long: a linear reader takes four, a busy machine the rest.
    def seconds(n: int) -> float:
        article = Article(" ".join(f"Oil rose {i // 100}.{i % 100:02}%." for i in range(100, 100 + n)), "2022-02-15")
        start = time.process_time()
        assert len(article_moves(article)) == n
        return time.process_time() - start

    small = min(seconds(500) for _ in range(2))
    assert min(seconds(2_000) for _ in range(2)) < 8 * small
