"""Whole articles in short: what each is the news of, and that talk of games, plays, firms and markets makes none."""

from __future__ import annotations

import pytest

import eventstudy as es
from eventstudy.news import Article

REVIEW = """Theatre: no quarter given in Lima

"The Garrison" (Cove Stage, until May 3) is a comedy about a radio station and its director, and its plot is a siege.
The actors shout, the chorus storms a studio, and by the interval the owner has surrendered and declared war again.
Ana Ruiz attacks her part as if it had insulted her; her villain threatens the audience and bombs a picnic.
Critics hailed the scene in which Chad's anthem is played backwards. The theatre was threatened
with closure last year."""

MATCH = """Peru bow out after late strike

Peru surrendered a lead and were knocked out of the World Cup on Sunday, beaten 3-2 in a match full of attacks.
Chad hit back after half-time, when a missile of a shot flew past the goalkeeper, and a penalty won the war of nerves.
"We fought to the last minute," their coach said. The defender, booked twice this season, is banned
for the quarter-final."""

WRAP = """Shares end flat as grocers slip

Bulls attacked resistance near 3,100 twice and were beaten back, said a strategist at Corvane in Lima.
Grocers retreated. Fabric maker Oleta cut its full-year profit forecast.
Its rival struck a deal with a shipper and would fight a lawsuit.
A jury ordered a driller to pay a former executive, and the firm rejected the verdict.
Dealers said hopes battled worries."""

RATES = """Norway lifts rates and says it is done

OSLO - Norway's central bank raised its key rate to 1.5% on Thursday. "Nobody threatened anybody," the governor said.
The union confederation attacked the increase. If demand sags, the bank may have to surrender and reverse
the increase."""

TALKS = """Duties bite as Beijing calls off talks with Oslo

China and Norway imposed new duties on each other's goods on Monday. Few expect a breakthrough. Anglers, hit by duties
on cod, want help. A trade war in 2012 hurt both sides, and clashes over quotas in 2016 killed a fisherman from
Norway."""

PRODUCERS = """OPEC, allies agree deeper cuts after night of haggling

OPEC and its allies agreed on Friday to cut output by 500,000 barrels per day. The share sale of Saudi Arabia's oil firm
hung over the meeting. Russia had fought for condensate to be left out. Outside, activists staged a sit-in."""

BATTLE = """Shells hit second city of Chad as fighting spreads

Rockets struck a town in Chad on Sunday. Libya's premier said in a televised address that his troops had captured seven
villages. "They must withdraw and apologise," he said. Niger, Libya's neighbour, condemned the attack."""


def read(text: str) -> es.EventTable:
    return es.extract_events([Article(text, "2019-05-14")])


@pytest.mark.parametrize("text", [REVIEW, MATCH])
def test_what_happens_on_a_stage_or_a_field_is_no_event(text: str) -> None:
    assert [(e.kind, e.rule) for e in read(text)] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (WRAP, "GUIDANCE_CUT"),
        (RATES, "RATE_HIKE"),
        (TALKS, "SANCTION"),
        (PRODUCERS, "SUPPLY_CUT"),
        (BATTLE, "ASSAULT"),
    ],
)
def test_what_an_article_is_the_news_of(text: str, kind: str) -> None:
    assert [e.kind for e in read(text).headlines()] == [kind]


def test_talk_of_fights_among_dealers_and_firms_makes_no_event() -> None:
    assert {e.kind for e in read(WRAP)} == {"GUIDANCE_CUT"}


def test_who_speaks_of_rates_fights_nobody() -> None:
    told = [(e.kind, e.modality) for e in read(RATES) if e.direction != "neither" and e.modality == "happened"]
    assert told == [("ACCUSE", "happened")]


def test_what_lies_years_back_is_background_and_few_expect_is_not_agreed() -> None:
    events = read(TALKS)
    assert [e.kind for e in events if e.kind == "AGREE" and e.modality == "happened"] == []
    assert [e.kind for e in events.filter(background=False) if e.kind == "ASSAULT"] == []


def test_what_is_said_in_an_address_is_told() -> None:
    found = [(e.kind, e.source, e.modality) for e in read(BATTLE)]
    assert ("ASSAULT", ("LBY",), "happened") in found
    assert ("ACCUSE", ("NER",), "happened") in found
    assert ("SUPPORT", ("LBY",), "happened") not in found


def test_a_protest_outside_a_meeting_is_told() -> None:
    assert [e.kind for e in read(PRODUCERS)].count("PROTEST") == 1
    assert not {"THREATEN", "ASSAULT"} & {e.kind for e in read(PRODUCERS)}


def test_a_ban_of_a_film_and_a_riot_at_a_match_are_told() -> None:
    banned = "Chad banned a film about its president on Monday and police arrested its director, the government said."
    assert {e.kind for e in read(banned)} & {"COERCE", "SANCTION"}
    riot = MATCH + "\n\nPolice in Chad fired tear gas at fans outside the stadium and killed two, the government said."
    assert "ASSAULT" in {e.kind for e in read(riot)}
