"""Headlines of our own, one or two for each class that was read wrongly: the words of headline English, and firms."""

from __future__ import annotations

import pytest

from eventstudy.events import extract_events
from eventstudy.news import Article


def read(text: str) -> list[tuple[str, str, str]]:
    return [(e.kind, e.polarity, e.modality) for e in extract_events(Article(text, "2015-06-15"))]


# kind, and how it stands where it is not asserted and happened
HEADLINES = [
    # weighing: eyes, floats, moots
    ("Chad eyes new offensive in north", "THREATEN possible"),
    ("Brussels eyes curbs on Chadian cotton", "THREATEN possible"),
    ("Paris floats peace talks on Chad", "AGREE"),
    # nixing, axing, turning away
    ("Chad nixes truce proposal", "REJECT"),
    ("Niger axes military pact with Chad", "SANCTION"),
    ("Chad bars Libyan lawmakers", "COERCE"),
    ("Senators grill phone maker's chief", "ACCUSE"),
    ("Ankara fumes over burning of flag in Chad", "ACCUSE"),
    ("Gunmen slay mayor in Chad", "ASSAULT"),
    ("Libyan jet buzzes Chadian destroyer", "MOBILIZE"),
    ("Tractors block Paris", "PROTEST"),
    ("Togo nurses strike over pay", "PROTEST"),
    ("Chad woos Pacific islands with loans", "CONSULT"),
    # a participle behind a preposition is not the verb of the headline
    ("Berlin rebukes Chad over jailed editor", "ACCUSE"),
    ("Chadian rebels release kidnapped priest", "RETREAT"),
    # hopes and fears whose verb stands between them and what they are of
    ("Hopes fade for Chad truce", "RETREAT possible"),
    ("Fears grow of wider war in Chad", "ASSAULT possible"),
    ("Chad, Libya on brink of war", "ASSAULT possible"),
    # denials of arms and of fighters
    ("Chad denies sending drones to Libya", "AID denied"),
    ("Rwanda denies backing rebels", "AID denied"),
    # peace
    ("Chadian forces abandon Faya", "RETREAT"),
    ("Chad, Libya swap ambassadors", "SUPPORT"),
    ("Arab League readmits Chad", "SUPPORT"),
    ("Chad joins NATO", "AGREE"),
    ("IMF clears loan for Chad", "AID"),
    ("Salt deal extended for 60 days", "SUPPORT"),
    ("Guerrilla group disbands", "RETREAT"),
    ("Chad begins dismantling barricades", "CONCEDE"),
    # what a verb of saying closes is still a plan of the headline
    ("Rebels to lay down arms in March, premier says", "RETREAT planned"),
    ("Niger mulls sending delegates to Doha", "AGREE possible"),
    ("NATO weighs no-fly zone over Chad", "THREATEN possible"),
    ("Chadian jets pound tunnels", "ASSAULT"),
    ("Chad hauls down flag on islet", "RETREAT"),
    ("Chadian troops flush militants out of Faya", "ASSAULT"),
    ("Chadian rebels dump rifles in container", "RETREAT"),
    ("Libya turns back Chadian lorries", "COERCE"),
    ("Chadian opposition to boycott talks unless siege ends", "SANCTION planned"),
    ("White House weighs waiver for Chadian steel", "AGREE possible"),
    ("Qatar brings Chadian negotiators together", "CONSULT"),
    ("Oil workers picket ministry in Chad", "PROTEST"),
    ("Chadian rebels return to bush", "MOBILIZE"),
    ("Chad's president amnesties 300 insurgents", "CONCEDE"),
    ("Chad halts propaganda broadcasts at border", "RETREAT"),
    ("Chadian rebels grab airport", "ASSAULT"),
    ("Rebels derail freight train in Chad", "ASSAULT"),
    ("Shootout leaves five dead in Chad", "ASSAULT"),
    ("Arson attack guts hostel in Chad", "ASSAULT"),
    ("Chadian gunboats sink rebel flotilla", "ASSAULT"),
    ("Chad lodges representations over warship", "ACCUSE"),
    ("Chad's powerful union calls off walkout", "CONCEDE"),
    ("Chad revokes citizenship of 12 critics", "COERCE"),
    ("Chad shows off missile in parade", "MOBILIZE"),
    ("Chad to mothball bombers under arms treaty", "RETREAT planned"),
    ("Chadian factions edge toward unity government", "AGREE planned"),
    ("France, Italy sign pact", "SUPPORT"),
    ("Chad readies counter-tariffs on whiskey", "THREATEN planned"),
    ("Chad's president says he would meet exiles if they disarm", "AGREE conditional"),
    ("Libya shows Chadian diplomats the door", "SANCTION"),
    ("Chad, Libya reconnect hotlines", "CONSULT"),
    ("Cairo says will not restore ties with Chad", "REJECT"),
    ("Ex-guerrillas cheer truth commission's report", "SUPPORT"),
    ("Chad and Libya exchange border enclaves", "RETREAT"),
    ("Chadian forces mine harbour", "ASSAULT"),
    ("Chad's opposition leader granted bail", "RETREAT"),
    ("Chad moves nuclear arms to border", "MOBILIZE"),
    ("Chad hauls in Libyan ambassador over insult", "ACCUSE"),
    ("Airport in Chad paralysed by protesters", "PROTEST"),
    ("Chad's unions call general strike", "PROTEST"),
    ("Chad pulls out of test ban treaty", "SANCTION"),
    ("Chad, Libya talks end in acrimony", "SANCTION"),
    ("Chad's leader vows to bolster arsenal", "THREATEN"),
    ("Guns fall silent in Chad", "RETREAT"),
    ("France ends military mission in Chad", "RETREAT"),
    ("Chad restores internet", "CONCEDE"),
    ("India scraps export duty on rice", "TRADE_TRUCE"),
    ("Boeing workers end strike", "CONCEDE"),
    ("Chad's army reclaims town from rebels", "ASSAULT"),
    ("Beijing turns screws on Chad", "SANCTION"),
    ("Moscow rips up treaty with Chad", "SANCTION"),
    ("Sofia sends Chadian diplomats packing", "SANCTION"),
    ("Troops ring ministry in Chad", "MOBILIZE"),
    ("Chadian rivals form unity government", "AGREE"),
    ("Japan writes off Chad's debt", "AID"),
    ("Chad turns guns on refugees", "ASSAULT"),
    ("Chad sinks Libyan cruiser", "ASSAULT"),
    ("Trump pulls U.S. out of treaty", "SANCTION"),
    ("Fears of Libyan invasion mount", "ASSAULT possible"),
    ("Chadians flood streets over jailed leaders", "PROTEST"),
    ("Chadian rebels join government", "AGREE"),
    ("Chad lets dissidents leave", "CONCEDE"),
    ("Chad scraps exit visas", "CONCEDE"),
    ("EU clears path for Chadian visas", "CONCEDE"),
    ("Chad denies striking bargain with rebels", "AGREE denied"),
    # tariffs that are put off
    ("Chad scraps steel surtax", "TRADE_TRUCE"),
    ("EU delays retaliatory tariffs on Chad", "TRADE_TRUCE"),
    ("EU suspends tariffs on Chadian steel for 90 days", "TRADE_TRUCE"),
    # central banks, producers, raters, firms
    ("Swiss central bank cuts to zero", "RATE_CUT"),
    ("Bank of Mexico cuts by quarter point", "RATE_CUT"),
    ("Fed skips rate hike", "RATE_HOLD"),
    ("Bank Indonesia surprises with quarter-point easing", "RATE_CUT"),
    ("Fitch drags Chad down to junk", "RATING_DOWN"),
    ("Chipmaker's revenue falls short", "EARNINGS_MISS"),
    ("ECB stuns markets with half-point increase", "RATE_HIKE"),
    ("Czech central bank takes axe to rates", "RATE_CUT"),
    ("Oil cartel decides to slash output", "SUPPLY_CUT"),
    ("Airline abandons annual profit goal", "GUIDANCE_CUT"),
    ("Chad becomes first country in region to default", "DEFAULT"),
    ("Moody's hoists Chad out of junk", "RATING_UP"),
    ("Denmark's central bank nudges deposit rate up", "RATE_HIKE"),
    ("Norges Bank opts for no change", "RATE_HOLD"),
    ("Chad's rating raised to Ba1 by Moody's", "RATING_UP"),
    ("Courier chops full-year earnings view", "GUIDANCE_CUT"),
    ("Refiner's profit comes in ahead of street view", "EARNINGS_BEAT"),
    ("Swiss National Bank keeps powder dry", "RATE_HOLD"),
    ("Sportswear maker's profit warning spooks investors", "GUIDANCE_CUT"),
    ("Central bank pauses", "RATE_HOLD"),
    ("BOE seen holding rates", "RATE_HOLD possible"),
    ("Colombia slows pace, cuts rates by 25 bps", "RATE_CUT"),
    ("Chad slides into default", "DEFAULT"),
    ("Fed expected to hold rates", "RATE_HOLD possible"),
    ("Fed set to raise rates", "RATE_HIKE planned"),
    ("Fed signals rate cut", "RATE_CUT planned"),
    ("China cuts loan prime rate", "RATE_CUT"),
    ("Chad shuts oilfields over pay dispute", "SUPPLY_CUT"),
    ("Chad pumps more crude", "SUPPLY_RAISE"),
    ("Planemaker posts third straight loss", "EARNINGS_MISS"),
    ("Moody's cuts planemaker to junk", "RATING_DOWN"),
    ("S&P puts Chad back in investment grade", "RATING_UP"),
    ("Toy chain files for bankruptcy", "DEFAULT"),
]


@pytest.mark.parametrize(("text", "expected"), HEADLINES)
def test_words_of_headlines(text: str, expected: str) -> None:
    kind, _, status = expected.partition(" ")
    polarity = "denied" if status == "denied" else "asserted"
    assert read(text) == [(kind, polarity, "happened" if status in ("", "denied") else status)]


def test_talk_that_is_dismissed_is_denied() -> None:
    assert read("Chad dismisses talk of fresh call-up") == [("MOBILIZE", "denied", "possible")]


@pytest.mark.parametrize(
    "text",
    [
        # firms among themselves
        "Grocer agrees to buy rival for $2 billion",
        "Miner agrees to acquire copper producer",
        "Phone firms resume merger talks",
        "Social network axes 900 jobs",
        "Carmaker's finance chief quits",
        "Airbus delivers 60 jets",
        "Chad avoids default",
        "Moody's warns on bank's rating",
        "Spain hit by blackout",
        "Volkswagen strikes battery deal",
        "Google fights antitrust ruling",
        "Seoul's fashion label heads for Milan",
        "Dance hall fights closure",
        "Striker bows out with header and tears",
        "Fashion week opens with tribute to dyers",
        "Driller snubbed as investors favour dividends",
        "Museum opens ten years after war",
        "Pope washes feet of inmates in Rome jail",
        "Venice floats plan to charge tourists",
        "Typhoon nears Luzon, flights cancelled",
        # sport in a single headline
        "Djokovic storms past Ruud into final",
        "Chelsea hit six past Wolves",
        "Chad crush Togo to reach semi-final",
        "Rovers hammer City 4-0",
        # what only explains
        "Timeline: Chad's war in the north",
    ],
)
def test_business_and_sport_are_no_events(text: str) -> None:
    assert read(text) == []


def test_a_last_attack_is_no_match() -> None:
    assert [kind for kind, _, _ in read("Chad launches final assault on rebel town")] == ["ASSAULT"]
    assert [kind for kind, _, _ in read("Germany agrees to buy Israeli missiles")] == ["AGREE"]
