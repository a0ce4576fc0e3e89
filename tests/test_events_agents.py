"""Who can act: a firm, a film or a state of affairs commits no act of state, and who works for a firm can protest."""

from __future__ import annotations

import pytest

from eventstudy.events import Event, extract_events
from eventstudy.news import Article


def read(text: str) -> list[Event]:
    return list(extract_events(Article(text, "2015-06-15")))


@pytest.mark.parametrize(
    "text",
    [
        # circumstances, whatever stands between them and their verb
        "Raids on Chad's oilfields threaten winter supplies",
        "Rows over fishing rights threaten Norway's harbours",
        "Growth in Peru refuses to pick up",
        # firms, by name and by trade
        "Petronas meets pension funds in Lima ahead of listing",
        "Unilever apologises for soap advertisement",
        "Carmaker storms into Peru with three hatchbacks",
        "Insurer agrees to settle claims",
        "Norway's Equinor seeks advisers for pipeline loan",
        "Chipmaker's boss vows to fight for patents",
        "Brewery giants battle for bars of Lima",
        "Economists blame strong krone",
        "Aramco meets funds of Abu Dhabi before share sale",
    ],
)
def test_nobody_acts(text: str) -> None:
    assert [(e.kind, e.rule) for e in read(text)] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # who threatens, by name or by office, also behind a noun of an event
        ("Rebels behind raid on Chad's oilfields threaten new attacks", "THREATEN"),
        ("Peru threatens tariffs on Chad's cotton", "THREATEN"),
        # a firm against a state, a firm's staff, a firm that is acted on, a state beside its lenders
        ("Huawei accuses Norway of spying", "ACCUSE"),
        ("Boeing workers walk out over pay", "PROTEST"),
        ("Tycoon detained in Chad under security law", "COERCE"),
        ("Peru and its lenders reach agreement on debt", "AGREE"),
        ("Court in Chad jails brewery boss", "COERCE"),
        # banks that are public, firms' results, and what they say of the year
        ("Norges Bank leaves borrowing costs alone", "RATE_HOLD"),
        ("World Bank suspends aid to Chad", "SANCTION"),
        ("SAP nudges up licence revenue target", "GUIDANCE_RAISE"),
        ("Unilever cuts full-year forecast", "GUIDANCE_CUT"),
        # firms that are arms of a state, and a country whose name an airline bears
        ("Russia's Gazprom cuts off gas supplies to Chad", "SANCTION"),
        ("United Arab Emirates signs treaty with Chad", "SUPPORT"),
        # a protest demands what those who march demand
        ("March in Lima demands release of editor", "REQUEST"),
    ],
)
def test_somebody_acts(text: str, kind: str) -> None:
    assert [e.kind for e in read(text)][:1] == [kind]
