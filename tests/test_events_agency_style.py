"""Constructions of agencies' reports: who is brought to act, what is only feared, what a second verb governs."""

from __future__ import annotations

import pytest

import eventstudy as es
from eventstudy.news import Article

Told = tuple[str, str, str, str, str]


def told(text: str) -> list[Told]:
    events = es.extract_events([Article(text, "2023-09-12")])
    return [(e.kind, ",".join(e.source), ",".join(e.target), e.polarity, e.modality) for e in events]


def kinds(text: str) -> list[str]:
    return [e.kind for e in es.extract_events([Article(text, "2023-09-12")])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Chad massed troops on Monday, prompting Niger to close its border and appeal to France for help.",
            [
                ("MOBILIZE", "TCD", "", "asserted", "happened"),
                ("COERCE", "NER", "NER", "asserted", "happened"),
                ("REQUEST", "NER", "FRA", "asserted", "happened"),
            ],
        ),
        (
            "Peru's threats have prompted Chile to mobilise reservists.",
            [("MOBILIZE", "CHL", "", "asserted", "happened")],
        ),
        (
            "Heavy losses forced Libya to withdraw from the town.",
            [("RETREAT", "LBY", "", "asserted", "happened")],
        ),
        (
            "Shells fell on Goma, prompting Kenya to warn its citizens and Rwanda to send troops.",
            [
                ("ASSAULT", "", "COD", "asserted", "happened"),
                ("MOBILIZE", "RWA", "", "asserted", "happened"),
            ],
        ),
        ("Chile said the raids had prompted it to quit the talks.", [("SANCTION", "CHL", "", "asserted", "happened")]),
        # The first actor keeps what it does itself, and what might be prompted has not been.
        (
            "Chad expelled the envoy of Niger and suspended flights.",
            [("SANCTION", "TCD", "NER", "asserted", "happened"), ("SANCTION", "TCD", "", "asserted", "happened")],
        ),
        ("Peru leads a campaign to expel Chile from the bloc.", [("SANCTION", "PER", "CHL", "asserted", "planned")]),
    ],
)
def test_what_another_is_brought_to_do_is_its_own_act(text: str, expected: list[Told]) -> None:
    assert told(text) == expected


def test_what_might_be_prompted_has_not_happened() -> None:
    assert "COERCE" not in kinds("The blast may prompt Niger to close its border.")
    assert "COERCE" not in kinds("The blast did not prompt Niger to close its border.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diplomats fear Chad is preparing an attack on Niger.", ("THREATEN", "TCD", "NER", "asserted", "possible")),
        ("Officials fear Peru has sent troops to Chile.", ("MOBILIZE", "PER", "CHL", "asserted", "possible")),
        ("Traders see a 40% chance that the Fed will cut rates.", ("RATE_CUT", "USA", "", "asserted", "possible")),
        ("He warned that the Fed would raise rates again.", ("RATE_HIKE", "USA", "", "asserted", "possible")),
        ("Hopes that Peru would free the sailors faded.", ("RETREAT", "PER", "", "asserted", "possible")),
        # Who fears is not whom is feared for, and a fear that has gone leaves the act.
        ("Fears of war eased after Peru withdrew its troops.", ("RETREAT", "PER", "PER", "asserted", "happened")),
        ("Neighbours fear war and Peru sent warships.", ("MOBILIZE", "PER", "", "asserted", "happened")),
        ("Chad warned that it would close the border.", ("THREATEN", "TCD", "", "asserted", "happened")),
    ],
)
def test_what_is_only_feared_or_bet_on_is_possible(text: str, expected: Told) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Egypt has said it will not allow the talks to touch on the Nile.", ("REJECT", "EGY", "asserted", "happened")),
        ("Chad will not let Niger join the bloc.", ("REJECT", "TCD", "asserted", "planned")),
        ("The Peruvian opposition refused to accept the result.", ("REJECT", "PER", "asserted", "happened")),
        ("The opposition in Lima accused the president of graft.", ("ACCUSE", "PER", "asserted", "happened")),
        ("Peru ruled out new sanctions on Chile.", ("AGREE", "PER", "asserted", "happened")),
        ("Peru ruled out a truce with Chile.", ("REJECT", "PER", "asserted", "happened")),
        ("Chad said it would ask for an inquiry by the United Nations.", ("REQUEST", "TCD", "asserted", "planned")),
        (
            '"We urge both sides to show restraint," a Chilean minister said.',
            ("REQUEST", "CHL", "asserted", "happened"),
        ),
        ("Peru offered to send observers.", ("AGREE", "PER", "asserted", "happened")),
        ("France said no, and its president urged Chad to hold talks.", ("REQUEST", "FRA", "asserted", "happened")),
        ("Niger's neighbour Benin closed its border.", ("COERCE", "BEN", "asserted", "happened")),
    ],
)
def test_who_refuses_or_asks(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in [(kind, source, polarity, modality) for kind, source, _, polarity, modality in told(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("North Korea fired two missiles on Sunday.", ["MOBILIZE"]),
        ("North Korea fires two missiles", ["MOBILIZE"]),
        ("North Korea fired two short-range missiles into the sea before the talks began.", ["MOBILIZE"]),
        ("Chad fired two missiles on Faya on Sunday.", ["ASSAULT"]),
        ("Peru's troops returned fire.", ["ASSAULT"]),
        ("Peruvian tanks are returning to their bases.", ["RETREAT"]),
        ("Chile offered Peru fighter jets but withdrew the offer.", ["AGREE", "REJECT"]),
        ("The president of Peru put soldiers on the streets of Lima.", ["MOBILIZE"]),
        ("Thousands were on the streets of Lima.", ["PROTEST"]),
        ("Police used tear gas in Lima and detained 40 people.", ["ASSAULT", "COERCE"]),
        ("Chad welcomed the truce and urged both sides to return to talks in Lima.", ["SUPPORT", "REQUEST"]),
        ("Peru retaliated by restricting exports of zinc to Chile.", ["SANCTION"]),
        ("Peru retaliated against Chile.", ["ASSAULT"]),
        ("The United Nations extended its arms embargo on Chad.", ["SANCTION"]),
        ("Zambia also won an upgrade.", ["RATING_UP"]),
        ("Zambia was upgraded by Fitch to CCC+ on Monday.", ["RATING_UP"]),
        # None of these tells of an act.
        ("The index of small firms in Lima rallied 6.1%.", []),
        ("The kwacha dropped 3% to a low and Zambia's 2033 bond lost 2 cents.", []),
        ("Peru's central bank let the sol float, sending the currency down 9% to 4.1 per dollar.", []),
        ("Economists in Lima had predicted that oil would hit $100.", []),
        ("(Corrects to say that Peru's minister resigned, not that he was dismissed)", []),
        ("A strike in Lima pushed copper to a three-month high.", []),
        ("The marchers in Lima dispersed peacefully.", []),
        ("The captives were flown to Lima, where they were met by relatives.", []),
        ("Fitch affirmed Chad at B- and raised its outlook to positive.", []),
        ('"A quarter point would disappoint the market," a broker in Lima said.', []),
        ("The judge in Lima asked, 'Did he sell the country?'", []),
        ("The first United Nations convoy has entered northern Chad.", ["AID"]),
    ],
)
def test_words_that_mislead(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_creditor_that_suspends_payments_does_not_default() -> None:
    assert "DEFAULT" not in kinds("Creditors led by China suspended debt service for Chad.")
    assert kinds("Chad suspends debt payments.") == ["DEFAULT"]


def test_two_names_of_a_second_clause_are_both_its_subject() -> None:
    text = "OPEC sticks to output policy, Saudi Arabia and Russia extend cuts"
    assert ("SUPPLY_CUT", "SAU,RUS", "", "asserted", "happened") in told(text)
    assert ("ACCUSE", "KOR,JPN", "", "asserted", "happened") in told("Missile flies; Seoul and Tokyo condemn the test")
    first, second = told("Peru attacked Arica and Chile condemned the raid.")
    assert (first[1], second[1]) == ("PER", "CHL")


def test_as_soon_as_is_a_condition_of_what_is_to_come() -> None:
    assert [(e[0], e[4]) for e in told("Chad will free the men as soon as Libya withdraws its troops.")] == [
        ("AGREE", "planned")
    ]
    assert told("Villagers fled as soon as Chad attacked the town.")[0][4] == "happened"


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("An Iranian tanker was seized off Gibraltar on Thursday.", "", "IRN"),
        ("A Greek-owned tanker was seized off Oman by Iran's navy.", "IRN", "GRC"),
        ("Two journalists were arrested in Cairo.", "EGY", "EGY"),
        ("Chad said its observers had been barred from a third of the counting centres.", "", "TCD"),
        ("Chad said its border had been closed.", "TCD", "TCD"),
        ("Two Chinese ships were detained in Peru.", "PER", "CHN"),
        ("Chad said its observers had been barred from polling stations in Lima.", "PER", "TCD"),
    ],
)
def test_who_seizes_abroad(text: str, source: str, target: str) -> None:
    assert [(e[1], e[2]) for e in told(text)] == [(source, target)]


def test_a_deal_that_is_close_has_not_been_made() -> None:
    assert [e[4] for e in told("Trade deal between Peru and Chile is close, minister says")] == ["planned"]
    assert [e[4] for e in told("Truce between Chad and Niger is near")] == ["planned"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A comma behind a year ends its clause.
        ("Ghana, which defaulted in 2022, was upgraded by Fitch to CCC+.", [("RATING_UP", "", "GHA", "happened")]),
        ("Peru, which quit the pact in 2019, expelled Chile's envoy.", [("SANCTION", "PER", "CHL", "happened")]),
        ("Traders bet that the Fed would begin its easing cycle.", [("RATE_CUT", "USA", "", "possible")]),
        (
            "Peru denied it, and its president warned Chile not to touch the envoys of Peru.",
            [("REJECT", "PER", "", "happened"), ("THREATEN", "PER", "CHL", "happened")],
        ),
        ("The truce would not last, a Chadian minister warned.", [("THREATEN", "TCD", "", "happened")]),
        ("Algeria extends its reduction of 20,000 barrels per day.", [("SUPPLY_CUT", "DZA", "", "happened")]),
        (
            "Norway, the continent's biggest supplier of gas, put its navy on heightened alert.",
            [("MOBILIZE", "NOR", "", "happened")],
        ),
        ("A tanker carrying liquefied gas was seized by Spain's coast guard.", [("COERCE", "ESP", "ESP", "happened")]),
        ("Oil, which had risen for days, retreated.", []),
        ("Fitch cuts Kenya deeper into junk, warns of more", [("RATING_DOWN", "", "KEN", "happened")]),
        ("Chad said it would not make the coupon payment.", [("DEFAULT", "TCD", "", "happened")]),
        ("Police in Lima cleared one barricade on Sunday.", [("COERCE", "PER", "PER", "happened")]),
        ("Protesters in Lima removed a roadblock.", [("CONCEDE", "PER", "PER", "happened")]),
        ("Two traders of Peru were put on the blacklist by Washington.", [("SANCTION", "USA", "PER", "happened")]),
        ("The premier of Peru has called his Chilean counterpart.", [("CONSULT", "PER", "CHL", "happened")]),
        (
            "Peru's president called on his Chilean counterpart to resign.",
            [("REQUEST", "PER", "CHL", "happened")],
        ),
        (
            '"Any attack on Poland will be met with a strong and united response," NATO said.',
            [("THREATEN", "NATO", "", "planned")],
        ),
        ("The tax plan was met with a strong protest in Lima.", []),
        ("Investors expect it to lift Bank Rate in November.", [("RATE_HIKE", "", "", "possible")]),
        (
            "Peru threatened to use force unless he was freed within a week and said it would close its border.",
            [("THREATEN", "PER", "", "happened"), ("THREATEN", "PER", "", "happened")],
        ),
        ("The Zambian opposition called its supporters onto the streets.", [("PROTEST", "ZMB", "ZMB", "happened")]),
        ("A union in Chad calls off a day of protests.", [("CONCEDE", "TCD", "TCD", "happened")]),
        ("Shells fell on the India-Pakistan border.", [("ASSAULT", "", "", "happened")]),
    ],
)
def test_clauses_and_words_of_agencies(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert [(kind, source, target, modality) for kind, source, target, _, modality in told(text)] == expected


def test_his_government_is_the_one_of_the_sentence_before() -> None:
    text = "The Indian premier was angry. His government banned apps made in Nepal and halted fuel supplies by road."
    assert [(e[0], e[1]) for e in told(text)] == [("SANCTION", "IND"), ("SANCTION", "IND")]


def test_a_subject_of_its_own_is_no_pronoun_of_the_sentence_before() -> None:
    text = "An analyst in Sydney spoke. Prices could drop as fast as they rose if the two sides returned to talks."
    assert [(e[0], e[1]) for e in told(text)] == [("CONSULT", "")]
    assert told("Peru was angry. It expelled the envoy of Chile.")[0][:3] == ("SANCTION", "PER", "CHL")


@pytest.mark.parametrize(
    "text",
    [
        "Opposition to the deal in Ireland threatens talks.",
        "France warned its citizens against travelling to Mali.",
        "An analyst in Lima warned that the Fed would keep hiking.",
    ],
)
def test_nobody_is_threatened(text: str) -> None:
    assert "THREATEN" not in kinds(text)


def test_who_pushes_for_something_and_who_pushes_a_price() -> None:
    assert kinds("Washington pushed oil producers to raise output.") == ["REQUEST"]
    assert kinds("Peru pushed Chile to sign the pact.") == ["REQUEST"]


def test_asking_a_question_and_asking_for_something() -> None:
    assert kinds("Egypt asked, in a letter, for talks with Ethiopia.") == ["REQUEST"]
    assert kinds("Egypt asked Chad for troops.") == ["REQUEST"]
    assert kinds("Reporters in Lima asked why he had gone.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru destroyed 12 Chilean drones over the border.", ("ASSAULT", "PER", "CHL")),
        ("The Chilean air force said it destroyed 20 Peruvian missiles.", ("ASSAULT", "CHL", "PER")),
        ("Egypt's military said it had destroyed three launchers in Libya.", ("ASSAULT", "EGY", "LBY")),
        ("Chadian forces knocked out Libyan tanks.", ("ASSAULT", "TCD", "LBY")),
        # One's own arms, and those that nobody fights with.
        ("Peru destroyed six more of its long-range missiles.", ("RETREAT", "PER", "")),
        ("Albania destroyed chemical weapons left over from the war.", ("RETREAT", "ALB", "")),
        ("Chad has destroyed all its landmines.", ("RETREAT", "TCD", "")),
    ],
)
def test_whose_arms_are_destroyed(text: str, expected: tuple[str, str, str]) -> None:
    assert [(e[0], e[1], e[2]) for e in told(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Talks with Peru are not on the agenda, Chile's president said.", "CHL", "PER"),
        ("A return to talks with Serbia is out of the question, Kosovo said.", "XKX", "SRB"),
        ("Talks with the IMF were not on the agenda.", "", "IMF"),
        ("Peru will never accept the border, Chile's president said.", "PER", ""),
    ],
)
def test_with_whom_talks_are_refused(text: str, source: str, target: str) -> None:
    assert [(e[0], e[1], e[2]) for e in told(text)] == [("REJECT", source, target)]


def test_a_complaint_is_against_whom_it_names_and_not_where_it_is_filed() -> None:
    assert told("Peru filed a complaint at the WTO against Chile.")[0][:3] == ("ACCUSE", "PER", "CHL")
    assert told("Peru voiced anger at Chile.")[0][:3] == ("ACCUSE", "PER", "CHL")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The speaker said Peru's president would resign later in the day.", ("AGREE", "PER", "planned")),
        ("Chile's foreign minister said Peru would veto the measure.", ("REJECT", "PER", "planned")),
        ("OPEC said that Saudi Arabia would cut output.", ("SUPPLY_CUT", "SAU", "planned")),
        ("The ministry said troops would return to base on Friday.", ("AGREE", "", "planned")),
        # Neither a condition nor a guess is anybody's plan.
        ("The president said Russia would attack if provoked.", ("ASSAULT", "RUS", "conditional")),
        ("Analysts said Russia would attack.", ("ASSAULT", "RUS", "conditional")),
        ("Russia would attack.", ("ASSAULT", "RUS", "conditional")),
    ],
)
def test_would_in_reported_speech_is_will(text: str, expected: tuple[str, str, str]) -> None:
    assert [(e[0], e[1], e[4]) for e in told(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru redeployed troops to the Chilean border.", ["MOBILIZE"]),
        ("The United States redeployed a carrier to waters near the peninsula.", ["MOBILIZE"]),
        ("Peru redeployed troops from Chad.", ["RETREAT"]),
        ("Israel redeployed its forces in Hebron.", ["RETREAT"]),
        ("Peru redeployed its army to barracks.", ["RETREAT"]),
        ("Peru's military said it stood ready to respond.", ["THREATEN"]),
        ("Peru is ready to respond to Chile's offer.", ["AGREE"]),
        (
            "The yen fell. The central bank set the rate at 0.1% and ended yield curve control.",
            [],
        ),
        ("The Reserve Bank of Australia watered down its tightening bias.", []),
    ],
)
def test_where_forces_go_and_what_one_is_ready_for(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_central_bank_that_meets_is_no_diplomacy() -> None:
    for text in (
        "The Fed meets on Wednesday.", "The Bank of Japan met on Tuesday.", "The Fed ended its two-day meeting.",
        "The Federal Reserve holds its policy meeting next week.", "The central bank will meet next week.",
    ):  # fmt: skip
        assert kinds(text) == [], text
    assert kinds("Israeli and Palestinian negotiators met on the West Bank on Monday.") == ["CONSULT"]
    assert kinds("Peru's president held talks with Chile on Monday.") == ["CONSULT"]
