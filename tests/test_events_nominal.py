"""An event that only a noun names: reported where the grammar presents it, background elsewhere."""

from __future__ import annotations

import pytest

from eventstudy.events import extract_events
from eventstudy.news import Article


def kinds(text: str) -> list[tuple[str, str]]:
    return [(e.kind, e.modality) for e in extract_events(Article(text, "2015-06-15"))]


@pytest.mark.parametrize(
    ("text", "kind", "modality"),
    [
        ("Clashes in Kandahar", "ASSAULT", "happened"),
        ("Turkish air strikes on Kurdish positions in northern Iraq", "ASSAULT", "happened"),
        ("Riots erupt in Lagos", "PROTEST", "happened"),
        ("Peace talks resume in Doha", "CONSULT", "happened"),
        ("Shares plunge in Karachi after bomb attack on police academy", "ASSAULT", "happened"),
        ("Fears of invasion dent the hryvnia", "ASSAULT", "possible"),
        ("Lira sinks on invasion fears", "ASSAULT", "possible"),
        ("Ceasefire possible, says envoy", "RETREAT", "possible"),
    ],
)
def test_a_noun_that_heads_its_clause_or_its_fear_is_an_event(text: str, kind: str, modality: str) -> None:
    assert kinds(text) == [(kind, modality)]


@pytest.mark.parametrize(
    "text",
    [
        "European tariffs squeeze almond growers",  # subject of a verb that does not say it took place
        "Tariffs on steel may widen the gap",
        "Peace deal architect wins Nobel prize",  # modifier
        "Brewers weather barley tariffs",  # object of a verb the taxonomy does not know
        "Officers observe Swedish war games",
        "Traders fret about the truce",
        "Copper slips on doubts over the trade truce",
        "How a peaceful protest became a party",
        "A wide rally on Wall Street lifts shares of banks",
    ],
)
def test_a_noun_that_is_only_spoken_of_is_none(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Greek minister visits Ankara", "CONSULT"),  # third person, not a plural: a name follows
        ("Army releases 46 detainees", "RETREAT"),
        ("Police arrest opposition leader in Minsk", "COERCE"),  # police are many
        ("PM May meets trade ministers", "CONSULT"),  # no auxiliary
        ("Gold gains as Israel strikes Syria", "ASSAULT"),  # what the market did is another clause
    ],
)
def test_a_word_that_can_be_noun_or_verb(text: str, kind: str) -> None:
    assert [k for k, _ in kinds(text)] == [kind]
