"""What whole articles showed to be misread, each as a class with everyday counter-sentences."""

import pytest

from eventstudy.events import extract_events
from eventstudy.news import Article


def read(text):
    return [
        (e.kind, " ".join(e.source), " ".join(e.target), e.polarity, e.modality)
        for e in extract_events(Article(text, "2022-02-15"))
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        # money that is managed funds nothing
        "Hedge funds cut their bearish bets on Chilean copper.",
        "Pension funds boosted their holdings of Peruvian debt.",
        # who is encouraged by something asks for nothing
        "Chile said it was encouraged by the figures.",
        # who is given a power is given no aid
        "The army of Peru was given powers to seize food stocks.",
        # what somebody acts despite is no news
        "Peru's president kept his budget despite widespread criticism.",
        # what we must do is asked of nobody
        "\"We have to stay together,\" Peru's premier told Chile's.",
        "Peru's central banker said smaller steps should be on the table in May.",
        # what is said of nobody lays the blame on nobody
        "Doctors in Lima said a collapse had killed three people.",
        "Peru's ministry said the contract was illegal.",
        # what a meeting is remembered by
        "Traders awaited minutes of the June meeting, when the Fed left rates unchanged.",
        # what people will suffer is foretold, not threatened
        "If the port of Callao stays shut, thousands could starve, the United Nations has warned.",
        "The United Nations warned of famine in Chad.",
    ],
)
def test_reports_nothing(sentence):
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Chile funds a clinic for refugees in Peru.", [("AID", "CHL", "PER", "asserted", "happened")]),
        ("Chile encouraged Peru to join the talks.", [("REQUEST", "CHL", "PER", "asserted", "happened")]),
        ("Chile gave food aid to Peru.", [("AID", "CHL", "PER", "asserted", "happened")]),
        ("Peru must withdraw its troops, Chile's president said.", [("REQUEST", "CHL", "PER", "asserted", "demanded")]),
        ("Chile warned Peru of retaliation if shipments stop.", [("THREATEN", "CHL", "PER", "asserted", "happened")]),
        # talks and offensives that are called off
        ("Chile called off trade talks with Peru on Monday.", [("SANCTION", "CHL", "PER", "asserted", "happened")]),
        ("Chile called off its offensive in Peru.", [("RETREAT", "CHL", "PER", "asserted", "happened")]),
        # to welcome is to support
        ("Chile welcomed the deal between Peru and Ecuador.", [("SUPPORT", "CHL", "PER ECU", "asserted", "happened")]),
        ("Chile accepted the peace plan.", [("AGREE", "CHL", "", "asserted", "happened")]),
        # a demand and what others do beside it
        (
            "Chile's opposition called for early elections and thousands of people marched in Lima to protest.",
            [("REQUEST", "CHL", "CHL", "asserted", "happened"), ("PROTEST", "PER", "PER", "asserted", "happened")],
        ),
        ("Chile demanded that Peru and Ecuador withdraw.", [("REQUEST", "CHL", "PER ECU", "asserted", "happened")]),
        # the object of one clause and the subject of the next
        (
            "Traders have stopped buying Peruvian copper and Chile will impose sanctions on Ecuador.",
            [("THREATEN", "CHL", "ECU", "asserted", "planned")],
        ),
        ("Peruvian and Chilean forces attacked Ecuador.", [("ASSAULT", "PER CHL", "ECU", "asserted", "happened")]),
        # two that are called one after the other
        (
            "Chile's president spoke by phone with Peru's premier and with his Bolivian counterpart.",
            [("CONSULT", "CHL", "PER BOL", "asserted", "happened")],
        ),
        # supply that is given back
        ("Kuwait and Iraq said they were ready to ease supply cuts.",
         [("SUPPLY_RAISE", "KWT IRQ", "", "asserted", "happened")]),
        ("OPEC will taper its output curbs in May.", [("SUPPLY_RAISE", "OPEC", "", "asserted", "planned")]),
        ("Kuwait said it was ready to deepen supply cuts.", [("SUPPLY_CUT", "KWT", "", "asserted", "happened")]),
        # who comes close to a default plans none
        ("Peru edged closer to default.", [("DEFAULT", "PER", "", "asserted", "possible")]),
        ("Peru defaulted on its bonds.", [("DEFAULT", "PER", "", "asserted", "happened")]),
        # what a minister says of his own country
        ("Peru's foreign minister said his country would not renegotiate the accord.",
         [("REJECT", "PER", "", "asserted", "happened")]),
        # a relative clause names nobody who acts in the main one
        ("Peru's minister, who met Chile's president on Friday, praised Ecuador.",
         [("SUPPORT", "PER", "ECU", "asserted", "happened")]),
        # a border is where forces stand, not whose they are
        ("Chile's defence ministry said some units near the Peruvian border were returning to their bases.",
         [("RETREAT", "CHL", "", "asserted", "happened")]),
        # a noun before "on"
        ("Peru imposed export controls, in what analysts saw as an answer to Chilean curbs on chip sales.",
         [("SANCTION", "PER", "", "asserted", "happened")]),
        ("Chile curbs exports of copper to Peru.", [("SANCTION", "CHL", "PER", "asserted", "happened")]),
        # what there is a chance of
        ("Futures showed traders see a 90% chance that the Fed will raise rates.",
         [("RATE_HIKE", "USA", "", "asserted", "possible")]),
        # what is promised may threaten
        ("Peru's president promised a stern response.", [("THREATEN", "PER", "", "asserted", "happened")]),
        # a role in the next clause is nobody's target
        ("Chile condemned the test and a general said soldiers were on leave.",
         [("ACCUSE", "CHL", "", "asserted", "happened")]),
        ("Peru raised taxes and Chile's central bank hiked its policy rate by 100 basis points.",
         [("RATE_HIKE", "CHL", "", "asserted", "happened")]),
        # who reports an attack accuses nobody, unless somebody is named
        ("Police said a bomb had killed three people in Peru.", [("ASSAULT", "PER", "PER", "asserted", "happened")]),
        ("Chile said Peru had failed to honour the accord.", [("ACCUSE", "CHL", "PER", "asserted", "happened")]),
        # missiles that are fired at nothing, and at something
        ("Peru fires two missiles", [("MOBILIZE", "PER", "", "asserted", "happened")]),
        ("Peru fired two missiles on Sunday, killing three.", [("ASSAULT", "PER", "", "asserted", "happened")]),
        ("Peru fires missiles at Santiago", [("ASSAULT", "PER", "CHL", "asserted", "happened")]),
        # names that are given to accuse
        ("The U.S. Treasury Department designated Chile a currency manipulator.",
         [("COERCE", "USA", "CHL", "asserted", "happened")]),
    ],
)  # fmt: skip
def test_reports_it(sentence, expected):
    assert read(sentence) == expected
