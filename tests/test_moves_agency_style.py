"""Market moves in agencies' reports: slugs, causes in relative clauses, notes without an issuer, records, levies."""

from __future__ import annotations

import pytest

import eventstudy as es
from eventstudy.news import Article


def moved(text: str) -> list[tuple[str, str]]:
    return [(m.asset, m.direction) for m in es.extract_moves([Article(text, "2023-09-12")])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FOREX-Dollar slips against yen before Fed", [("USD", "down")]),
        ("METALS-Copper climbs on hopes of stimulus", [("COPPER", "up")]),
        ("UPDATE 2-Oil falls 2% as producers raise output", [("class:oil", "down")]),
        ("5-Year Treasury Yield rises", [("US5Y", "down")]),
        ("Gold-backed funds fell out of favour.", []),
    ],
)
def test_an_agency_s_slug_is_no_part_of_the_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert moved(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Both sides signed a truce that sent stocks and the Canadian dollar higher.", ["class:stocks", "CAD"]),
        ("The ruling sent stocks, gold and the yen higher.", ["class:stocks", "GOLD", "JPY"]),
        # What only stands beside what was sent has not been.
        ("A courier sent gold and Peru bought stocks at higher prices.", []),
    ],
)
def test_all_that_is_sent_higher_moved(text: str, expected: list[str]) -> None:
    assert moved(text) == [(asset, "up") for asset in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The 30-year gilt slid and 10-year yields rose 5 basis points.", [("GB10Y", "down")]),
        ("Bunds rallied as 10-year yields fell 5 basis points.", [("DE10Y", "up")]),
        ("Gilts slid while the U.S. 10-year yield rose 4 basis points.", [("US10Y", "down")]),
        ("Treasuries rallied and 10-year yields fell 4 basis points.", [("US10Y", "up")]),
        ("The benchmark 10-year yield dropped 26 basis points.", [("US10Y", "up")]),
    ],
)
def test_a_note_without_an_issuer_is_of_the_paper_named_before(text: str, expected: list[tuple[str, str]]) -> None:
    assert moved(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The lira is at a record low of 18.83 to the dollar.", [("TRY", "down")]),
        ("Gold was at a record high on Monday.", [("GOLD", "up")]),
        ("Gold hit a record $2,790 overnight and is now flat.", [("GOLD", "up"), ("GOLD", "unchanged")]),
        ("Sales of gold were at a record high.", []),
        ("Gold is at a crossroads.", []),
    ],
)
def test_what_stands_at_a_record_has_moved_there(text: str, expected: list[tuple[str, str]]) -> None:
    assert moved(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Duties on softwood lumber are expected to fall in July.", []),
        ("Tariffs on Canadian lumber rose to 20%.", []),
        ("Futures on lumber fell 3%.", [("LUMBER", "down")]),
        ("Gold rose 1%. The metal has gained 3.5% this week.", [("GOLD", "up"), ("GOLD", "up")]),
        ("Oil rose 1%. The metal has gained 3.5% this week.", [("class:oil", "up")]),
    ],
)
def test_what_levies_and_metals_stand_for(text: str, expected: list[tuple[str, str]]) -> None:
    assert moved(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Krone jumps as Norway raises rates", [("NOK", "up")]),
        ("The krone slipped 0.1% after Denmark's central bank stepped in.", [("DKK", "down")]),
        ("OSLO - Norges Bank held rates on Thursday. The krone fell 1%.", [("NOK", "down")]),
        ("The krone fell 1%.", []),
    ],
)
def test_whose_krone_may_be_said_behind_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert moved(text) == expected


def test_a_week_that_opens_a_sentence_counts_for_all_its_moves() -> None:
    text = "Stocks closed. For the week, U.S. crude lost 4 percent to $70, and U.S. natural gas shed 2 percent."
    found = es.extract_moves([Article(text, "2023-09-15")])
    assert [(m.asset, m.reference) for m in found] == [("WTI", "For the week"), ("NATGAS", "For the week")]


def test_a_cost_that_rises_is_not_the_asset_of_the_clause_before() -> None:
    assert moved("The lira fell 1%, and the cost of insuring Turkish debt rose 22 basis points.") == [("TRY", "down")]
    assert moved("The lira fell 1% on Monday and rose 2% on Tuesday.") == [("TRY", "down"), ("TRY", "up")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A build that sent gasoline futures to a nine-month low surprised all.", [("GASOLINE", "down", "happened")]),
        ("The strike pushed copper to a three-month high.", [("COPPER", "up", "happened")]),
        ("The report could push gold to a record high.", [("GOLD", "up", "possible")]),
        ("The firm sent gold to a record holder.", []),
        # Fears that moved a price have moved it; fears of a move have not.
        ("Recession fears drove Brent down 3%.", [("BRENT", "down", "happened")]),
        ("Supply fears sent oil higher.", [("class:oil", "up", "happened")]),
        ("Fears that oil could rise grew.", [("class:oil", "up", "possible")]),
    ],
)
def test_what_is_sent_to_a_high_and_what_fears_do(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = es.extract_moves([Article(text, "2023-09-12")])
    assert [(m.asset, m.direction, m.modality) for m in found] == expected
