"""Grammar of who acts and what is meant: positions of the target, refusals, judgements, speakers."""

from __future__ import annotations

import pytest

from eventstudy.events import Event, extract_events
from eventstudy.news import Article


def events(text: str) -> list[Event]:
    return list(extract_events(Article(text, "2015-06-15")))


@pytest.mark.parametrize(
    ("text", "kind", "source", "target"),
    [
        ("Talks between Kenya and Uganda opened in Cairo.", "CONSULT", ("KEN", "UGA"), ()),
        ("Chad's raid drew condemnation from Sudan.", "ACCUSE", ("SDN",), ("TCD",)),
        ("Peru's envoys were recalled from Chile.", "SANCTION", ("PER",), ("CHL",)),
        ("Chad said on Monday its troops had recaptured villages from Libyan rebels.", "ASSAULT", ("TCD",), ("LBY",)),
        ("Dutch police investigating fraud arrested 20 Belgians.", "COERCE", ("NLD",), ("BEL",)),
        ("President Alberto Fujimori of Peru is expected to resign.", "AGREE", ("PER",), ()),
        ("Thailand dismissed calls from opposition parties.", "REJECT", ("THA",), ("THA",)),
        ("Norway says Iceland's claim to the islands is absurd.", "ACCUSE", ("NOR",), ("ISL",)),
        ("Iceland's claim is baseless, Norway said.", "ACCUSE", ("NOR",), ("ISL",)),
        ("Spain said it had ordered air strikes on Libya.", "ASSAULT", ("ESP",), ("LBY",)),
        ("India's navy returned 12 looted statues to Nepal.", "RETREAT", ("IND",), ("NPL",)),
        ("Cuba will not make any concessions to Spain.", "REJECT", ("CUB",), ("ESP",)),
        ("Cuba does not plan to take part in talks with Spain.", "REJECT", ("CUB",), ("ESP",)),
        ("Cuba said it would take part in talks with Spain.", "AGREE", ("CUB",), ("ESP",)),
    ],
)
def test_who_does_what_to_whom(text: str, kind: str, source: tuple[str, ...], target: tuple[str, ...]) -> None:
    found = events(text)
    assert [(e.kind, e.source, e.target) for e in found[:1]] == [(kind, source, target)]


@pytest.mark.parametrize(
    "text",
    [
        "Apple sells phones and cases.",  # no call by telephone
        "The claim to the islands is absurd.",  # nobody says so
        "Wildfires threaten homes near Athens.",  # nature threatens nobody
        "A storm closed the port of Odesa.",
        "An analyst sells radios and plans holidays.",
    ],
)
def test_what_only_looks_like_an_event(text: str) -> None:
    assert events(text) == []


def test_the_speaker_of_a_following_clause_does_not_speak_in_the_one_before() -> None:
    text = "Peru has not agreed to the treaty, and a senior official said Chile would pay for it."
    assert events(text)[0].speaker == ""
    assert events("Peru has not agreed to the treaty, a senior official said on Monday.")[0].speaker.endswith(
        "official"
    )
