"""Single fields of a reported move: as-of time, reference, change, quote direction, what "it" stands for."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from eventstudy import assets
from eventstudy.events import Gazetteer, extract_events
from eventstudy.events.moves import article_moves, extract_moves
from eventstudy.events.records import ReportedMove
from eventstudy.news.article import Article

PUBLISHED = "2022-02-15T18:00+00:00"  # a Tuesday


def _moves(text: str) -> list[ReportedMove]:
    return article_moves(Article(text, PUBLISHED))


def _spans(move: ReportedMove, text: str) -> dict[str, str]:
    return {s.field: text[s.start : s.end] for s in move.spans}


@pytest.mark.parametrize(
    ("text", "as_of", "precision"),
    [
        ("Brent fell 1% by 0644 GMT.", "2022-02-15T06:44", "instant"),
        ("Brent fell 1% by 1825 GMT.", "2022-02-15T18:25", "instant"),  # soon after its stamp: an update
        ("Brent fell 1% by 2130 GMT.", "2022-02-14T21:30", "instant"),
        ("Brent fell 1% on Monday.", "2022-02-14T00:00", "date"),
        ("On Friday, Brent fell 1%.", "2022-02-11T00:00", "date"),
        ("Brent fell 1% at 4 p.m. in London on Monday.", "2022-02-14T16:00", "instant"),
        ("Brent fell 1%.", "2022-02-15T00:00", "date"),  # the day of publication
        ("Brent fell 1% from Monday's close.", "2022-02-15T00:00", "date"),  # Monday is the reference
        ("Brent fell to the lowest since March 2020.", "2022-02-15T00:00", "date"),
        ("Brent has gained 15% this year.", "2022-02-15T00:00", "date"),
    ],
)
def test_as_of(text: str, as_of: str, precision: str) -> None:
    move = _moves(text)[0]
    assert move.as_of is not None
    assert (move.as_of, move.precision) == (pd.Timestamp(as_of, tz="UTC"), precision)


def test_what_may_happen_has_no_as_of_unless_the_text_gives_one() -> None:
    (move,) = _moves("Brent could fall 5%.")
    assert (move.modality, move.as_of) == ("possible", None)
    table = extract_moves(Article("Brent could fall 5%.", PUBLISHED))
    assert next(iter(table)).as_of is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Oil retreated from the highest since 2014.", "highest since 2014"),
        ("Brent fell 1% from Monday's close.", "Monday's close"),
        ("Gold slid, its biggest drop since March 2020.", "biggest drop since March 2020"),
        ("The ruble rose 1% to 75.2 from 76.", "76"),
        ("Brent fell on news from Moscow.", ""),
        ("Brent has gained 20% this year.", "this year"),
        ("This year, Brent has gained 20%.", "This year"),
        ("WTI tallied a weekly gain of 4.4%.", "weekly"),
        ("Brent ended 2% lower for the week.", "for the week"),
        ("For the month, gold lost 3%.", "For the month"),
        ("Brent fell 1% on Tuesday as OPEC cut its forecast for this year.", ""),
        ("Brent fell 1% on Tuesday, up 20% this year.", ""),
    ],
)
def test_reference(text: str, reference: str) -> None:
    assert _moves(text)[0].reference == reference


def test_the_same_move_in_another_unit_is_kept_as_a_span() -> None:
    text = "U.S. crude settled up $1.21, or 2.1 percent, at $57.77."
    (move,) = _moves(text)
    assert (move.amount, move.unit, move.level) == (2.1, "percent", 57.77)
    assert _spans(move, text)["change"] == "$1.21"


def test_quote_direction() -> None:
    (pair,) = _moves("USD/RUB fell 1.8% to 75.2.")
    assert (pair.asset, pair.direction, pair.against, pair.level_unit) == ("RUB", "up", "USD", "RUB per USD")
    (dollar,) = _moves("The dollar fell 1.8% to 75.2 rubles.")
    assert (dollar.asset, dollar.direction, dollar.against, dollar.level_unit) == ("USD", "down", "RUB", "RUB per USD")


def test_a_yield_that_rises_is_an_asset_whose_value_falls() -> None:
    (move,) = _moves("The 10-year Treasury yield rose 6 basis points to 1.78%.")
    assert (move.asset, move.direction, move.amount, move.unit) == ("US10Y", "down", 6.0, "basis points")
    assert (move.level, move.level_unit) == (1.78, "percent")


@pytest.mark.parametrize(
    ("text", "asset"),
    [
        ("Oil fell 2%.", "class:oil"),
        ("Oil fell 2% on the New York Mercantile Exchange.", "WTI"),
        ("U.S. light crude fell 2%.", "WTI"),
        ("Crude on ICE Futures Europe fell 2%.", "BRENT"),
        ("Crude fell 2% on ICE Futures Europe, and on the Nymex too.", "class:oil"),
        ("Natural gas fell 2%.", "class:gas"),
        ("Natural gas fell 2% to $3.10 per million British thermal units.", "NATGAS"),
        ("Gas prices in Europe fell 2%.", "TTF"),
        ("Natural gas fell 2% to 31 euros per megawatt hour.", "TTF"),
    ],
)
def test_a_class_becomes_a_contract_where_the_sentence_says_which(text: str, asset: str) -> None:
    assert [m.asset for m in _moves(text)] == [asset]


@pytest.mark.parametrize("pair", ["GBP/JPY", "GBPJPY"])
def test_the_first_of_a_pair_moves_against_the_second(pair: str) -> None:
    (move,) = _moves(f"{pair} rose 0.7% to 152.30.")
    assert (move.asset, move.direction, move.against, move.level_unit) == ("GBP", "up", "JPY", "JPY per GBP")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("The ruble strengthened past 76 per dollar.", "less than"),
        ("The ruble weakened past 76 per dollar.", "more than"),
        ("Brent rose past $95.", "more than"),
        ("Brent fell through $95.", "less than"),
        ("The 10-year Treasury yield rose past 2%.", "more than"),
    ],
)
def test_past_a_level_is_beyond_it_in_the_quotes_own_direction(text: str, bound: str) -> None:
    assert [m.level_bound for m in _moves(text)] == [bound]


def test_a_level_below_zero_keeps_its_sign() -> None:
    (move,) = _moves("The German 10-year yield fell 3 basis points to -0.54%.")
    assert (move.asset, move.direction, move.level) == ("DE10Y", "up", -0.54)


def test_a_crown_without_a_country_is_nobodys() -> None:
    assert _moves("The crown fell 1%.") == []
    assert [m.asset for m in _moves("Norway's central bank met. The Norwegian crown fell 1%.")] == ["NOK"]


def test_a_sentence_that_stands_twice_is_read_once() -> None:
    assert len(_moves("Brent fell 2%. Traders shrugged. Brent fell 2%.")) == 1
    assert len(_moves("Brent fell 2%. Traders shrugged. Brent fell 3%.")) == 2


def test_a_decimal_ends_a_sentence_as_any_word_does() -> None:
    moves = _moves("The German 10-year yield fell to 2.546%. Italy's 10-year yield fell too, having risen to 3.9%.")
    assert [(m.asset, m.direction) for m in moves] == [("DE10Y", "up"), ("IT10Y", "up"), ("IT10Y", "down")]


def test_two_counter_currencies_are_two_moves() -> None:
    moves = _moves("The ruble weakened against the dollar and the euro.")
    assert [(m.asset, m.direction, m.against) for m in moves] == [("RUB", "down", "USD"), ("RUB", "down", "EUR")]


def test_it_and_prices_stand_for_the_asset_before() -> None:
    moves = _moves("Brent traded at $94 a barrel. It fell 2% on Monday. Prices have risen 20% this year.")
    assert [(m.asset, m.direction, m.amount) for m in moves] == [("BRENT", "down", 2.0), ("BRENT", "up", 20.0)]
    assert _moves("The cabinet met. It fell 2% short of its goal. Prices rose 3 percent.") == []


def test_new_york_futures_are_oil_only_where_oil_is_spoken_of() -> None:
    moves = _moves("Brent fell 2% while futures in New York also slumped.")
    assert [m.asset for m in moves] == ["BRENT", "WTI"]
    assert _moves("Stock futures in New York slumped.") == []


def test_a_ruble_is_belarusian_where_the_text_says_so() -> None:
    def of(text: str) -> list[str]:
        return [m.asset for m in _moves(text)]

    assert of("The Belarusian central bank met. The ruble fell 2%.") == ["BYN"]
    assert of("Minsk gave in. The ruble fell 2%.") == ["BYN"]
    # A Russian story in which Belarus is named last.
    assert of("Putin met the heads of Russian banks and Belarus's leader. The ruble fell 2%.") == ["RUB"]
    assert of("Russia lent its neighbour money, the Kremlin said. In Minsk, the ruble fell 2%.") == ["BYN"]
    # Of the crowns none is the likeliest.
    assert of("The crown fell 1%.") == []
    assert of("Oslo raised rates after Stockholm. The crown fell 1%.") == ["SEK"]


def test_what_a_ruble_is_does_not_depend_on_whether_events_were_read_before() -> None:
    text = "Belarus\n\nThe ruble fell 2%.\n\nTroops left the border on Monday."
    none = Gazetteer({"ACME": {"type": "group", "names": ["Acme Corp"]}})
    for title, gazetteer in (("moves alone", None), ("after events", Gazetteer.default()), ("after others'", none)):
        article = Article(text, "2022-02-15", title=title)
        if gazetteer is not None:
            assert len(extract_events(article, gazetteer=gazetteer)) == 1
        assert [m.asset for m in extract_moves(article)] == ["BYN"], title


def test_an_asset_of_the_users_own_is_found() -> None:
    text = "Acme Corp slid 4%."
    assert _moves(text) == []
    with assets.using(assets.Asset(symbol="ACME", name="Acme Corp", asset_class="equity")):
        assert [(m.asset, m.direction, m.amount) for m in _moves(text)] == [("ACME", "down", 4.0)]
    assert _moves(text) == []


def test_one_article_or_many() -> None:
    one = Article("Brent fell 2%.", PUBLISHED)
    two = Article("The ruble rose 1%.", PUBLISHED)
    assert list(extract_moves(one).to_frame()["asset"]) == ["BRENT"]
    table = extract_moves([one, two], progress=False)
    assert list(table.to_frame()["asset"]) == ["BRENT", "RUB"]
    assert len(extract_moves([])) == 0
    assert math.isnan(_moves("Brent fell.")[0].amount)


@pytest.mark.parametrize(
    "text",
    [
        "Brent fell after OPEC said it increased output by 2%.",
        "Brent fell as the cartel increased output 2%.",
        "Brent fell. Traders said they lost 5%.",
    ],
)
def test_what_somebody_else_does_is_no_move_of_the_asset(text: str) -> None:
    assert [(m.asset, m.direction, math.isnan(m.amount)) for m in _moves(text)] == [("BRENT", "down", True)]


def test_a_quotation_mark_after_a_number_does_not_stretch_the_asset() -> None:
    text = "“Oil 2% higher today,” he said."
    (move,) = _moves(text)
    assert _spans(move, text)["asset"] == "Oil"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Gold broke below $1,900.", [("GOLD", "down")]),
        ("Oil smashed past $100 a barrel.", [("class:oil", "up")]),
        ("The peg broke below strain as gold fell.", [("GOLD", "down")]),
        ("Canada's dollar weakened 0.3%.", [("CAD", "down")]),
        ("The Egyptian pound was devalued by 35%.", [("EGP", "down")]),
        ("Shares slid, with the VIX up at 23.2.", [("VIX", "up"), ("class:stocks", "down")]),
        ("The pound surrendered its gains.", []),
        ("Shares in the miner rose 6%.", []),
        ("Shares in the region rose 6%.", [("class:stocks", "up")]),
        ("The Hang Seng bounced 1.8% off a five-month trough.", [("HANGSENG", "up")]),
    ],
)
def test_levels_crossed_and_gains_given_back(text: str, want: list[tuple[str, str]]) -> None:
    assert sorted((m.asset, m.direction) for m in _moves(text)) == want


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What reached a high or low moved to it, and a level is no amount.
        ("Copper hit a five-month high.", [("COPPER", "up")]),
        ("Copper touched an all-time peak of $10,900 a tonne.", [("COPPER", "up")]),
        ("Brent ends at record high", [("BRENT", "up")]),
        ("The yen hit a 24-year low against the dollar.", [("JPY", "down")]),
        ("Ten-year Treasury yields hit 4.31%, their highest since November.", [("US10Y", "down")]),
        ("Silver topped $30 an ounce on Tuesday.", [("SILVER", "up")]),
        ("The 30-year Treasury yield traded at 5.1%, touching the highest level since 2007.", [("US30Y", "down")]),
        ("The 10-year Treasury yield topped 4.5%.", [("US10Y", "down")]),
        ("The DAX hit 18,000 - its highest level since 2021 - at noon.", [("DAX", "up")]),
        ("Gasoline and distillate inventories jumped.", []),
        ("The MSCI Emerging Markets Currency Index fell 0.1 %.", []),
        # No period, another noun, or another move of the same asset.
        ("Gold hit a session low in early deals.", []),
        ("Copper output hit a five-month high.", []),
        ("Gold rose after hitting a three-month low.", [("GOLD", "up")]),
        ("The Dow closed at a record high, up 0.4 %.", [("DJIA", "up")]),
        # What stood still.
        ("Gold steadied after a week of losses.", [("GOLD", "unchanged")]),
        ("Silver held its ground near $30.", [("SILVER", "unchanged")]),
        # What drivers pay is no price of futures.
        ("Gasoline prices at the pump rose 4 cents a gallon.", []),
        ("Gasoline futures rose 4 cents while pump prices stood still.", [("GASOLINE", "up")]),
    ],
)
def test_highs_levels_and_standstills(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.asset, m.direction) for m in _moves(text)] == expected


def test_a_level_reached_is_no_amount() -> None:
    for text in ("Copper touched an all-time peak of $10,900 a tonne.", "Silver topped $30 an ounce."):
        (move,) = _moves(text)
        assert math.isnan(move.amount)
