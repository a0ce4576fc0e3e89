"""Sentences and headlines that were read wrongly: what a halt is of, who fires at whom, what is denied.

A halt, a pause or a suspension turns what it is of around; it does not become an event of its own.
"""

from __future__ import annotations

import pytest

import eventstudy as es

PUBLISHED = "2023-11-22T12:00:00+00:00"

READ = [
    # who agrees to a pause makes no threat
    ("Israel and Hamas agreed on Wednesday to a four-day pause in fighting in Gaza.", "AGREE", "de-escalation"),
    ("Russia agreed to a halt in strikes on energy facilities.", "AGREE", "de-escalation"),
    ("The two sides agreed a lull in fighting.", "AGREE", "de-escalation"),
    ("Russia announced a halt to air strikes on Kyiv.", "RETREAT", "de-escalation"),
    ("A pause in the fighting began on Friday.", "RETREAT", "de-escalation"),
    # who suspends sanctions or tariffs imposes none, who suspends talks holds none
    ("Germany announced a suspension of sanctions on Syria.", "CONCEDE", "de-escalation"),
    ("The EU announced an easing of sanctions on Belarus.", "CONCEDE", "de-escalation"),
    ("The United States announced a 90-day pause on tariffs for most countries.", "TRADE_TRUCE", "de-escalation"),
    ("China agreed to a reduction of tariffs on American cars.", "TRADE_TRUCE", "de-escalation"),
    ("Iran announced a suspension of talks with Washington.", "SANCTION", "escalation"),
    # what is asked for or refused is that
    ("Washington called for a humanitarian pause in the fighting.", "REQUEST", "neither"),
    ("Hamas rejected a pause in the fighting.", "REJECT", "escalation"),
    # a halt elsewhere in the sentence turns nothing around
    ("The EU imposed sanctions on Belarus after the end of talks.", "SANCTION", "escalation"),
    ("Israel launched an offensive after a pause of two days in talks.", "ASSAULT", "escalation"),
    ("Fighting continued in Sudan despite a pause in the fighting.", "ASSAULT", "escalation"),
]


@pytest.mark.parametrize(("sentence", "kind", "direction"), READ)
def test_what_a_halt_is_of(sentence: str, kind: str, direction: str) -> None:
    (event,) = es.extract_events([es.Article(text=sentence, published=PUBLISHED)])
    assert (event.kind, event.direction, event.polarity) == (kind, direction, "asserted")
    assert event.modality == "happened"


HEADLINES = [
    ("Iran fires missiles at Israel in retaliation for Beirut strike", [("ASSAULT", "asserted", "happened")]),
    ("Kremlin denies plan to declare martial law", [("THREATEN", "denied", "planned")]),
    ("Pentagon says no sign of Russian pullback", [("RETREAT", "denied", "happened")]),
    ("No evidence of a Russian withdrawal, NATO says", [("RETREAT", "denied", "happened")]),
    ("NATO says Russia is adding troops near Ukraine", [("MOBILIZE", "asserted", "happened")]),
    ("The truce, which had held for two months, collapsed on Monday.", [("REJECT", "asserted", "happened")]),
    ("The ceasefire, which took effect in January, has broken down.", [("REJECT", "asserted", "happened")]),
    ("The ceasefire, which took effect in January, was extended on Friday.", [("RETREAT", "asserted", "happened")]),
    ("Trump threatened 100% tariffs on the members of the club.", [("THREATEN", "asserted", "happened")]),
    (
        "Iran launched dozens of drones and cruise missiles at Israel late on Saturday, Israel's army said.",
        [("ASSAULT", "asserted", "happened")],
    ),
    ("North Korea launched two ballistic missiles.", [("MOBILIZE", "asserted", "happened")]),
    ("A company launched a rocket into orbit.", []),
    ("Kyiv says no to talks with Moscow", [("REJECT", "asserted", "happened")]),
    ("Volvo posts bigger loss than expected", [("EARNINGS_MISS", "asserted", "happened")]),
    (
        "Turkey's central bank defies calls for a hike and cuts rates",
        [("REJECT", "asserted", "happened"), ("RATE_CUT", "asserted", "happened")],
    ),
]


@pytest.mark.parametrize(("headline", "expected"), HEADLINES)
def test_headlines_that_were_read_wrongly(headline: str, expected: list[tuple[str, str, str]]) -> None:
    events = es.extract_events([es.Article(text=headline, published=PUBLISHED)])
    assert [(e.kind, e.polarity, e.modality) for e in events] == expected


def test_an_exemption_is_no_tariff() -> None:
    events = es.extract_events(
        [es.Article(text="Canada announced an exemption from tariffs for auto parts.", published=PUBLISHED)]
    )
    assert not [e for e in events if e.direction == "escalation"]


def test_no_let_up_and_hopes_are_not_asserted() -> None:
    texts = ["There was no let-up in the bombardment of Kharkiv.", "Hopes for a pause in the fighting faded."]
    for text in texts:
        for event in es.extract_events([es.Article(text=text, published=PUBLISHED)]):
            assert (event.polarity, event.modality) != ("asserted", "happened")


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        # what was fired is not who detained
        ("Police in Bangkok fired tear gas and detained at least 14 people.", ["ASSAULT", "COERCE"]),
        ("Oil and gas rallied and retreated.", []),
        # a decision that a market reacted to
        ("Brent slipped after OPEC+ decided to raise output from August.", ["SUPPLY_RAISE"]),
        ("The euro rose after the European Central Bank decided to hold interest rates.", ["RATE_HOLD"]),
        ("Oil fell after OPEC+ planned to meet.", []),
    ],
)
def test_what_a_sentence_tells_behind_a_market(sentence: str, kinds: list[str]) -> None:
    assert [event.kind for event in es.extract_events([es.Article(text=sentence, published=PUBLISHED)])] == kinds
