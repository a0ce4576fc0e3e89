"""The vocabulary and the constructions of agency news, a sentence of our own for each family."""

from __future__ import annotations

import pytest

from eventstudy.events import Event, extract_events
from eventstudy.news import Article


def events(text: str) -> list[Event]:
    return list(extract_events(Article(text, "2015-06-15")))


FAMILIES = [
    # violence: who is armed attacks, who is a crowd protests
    ("Pirates boarded a tanker off Nigeria and seized six crew members.", "ASSAULT"),
    ("Paramilitaries torched a village in Chad.", "ASSAULT"),
    ("Rebels chopped off the hands of farmers in Chad.", "ASSAULT"),
    ("A Chinese ship blasted a Chilean boat with water cannon.", "ASSAULT"),
    ("Depositors smashed bank windows in Beirut.", "PROTEST"),
    ("Supporters of Chad's former president ransacked Congress.", "PROTEST"),
    ("Indigenous groups marched into Quito.", "PROTEST"),
    ("Chadian oil workers downed tools.", "PROTEST"),
    ("Demonstrators scaled the fence of Chad's parliament.", "PROTEST"),
    ("Lawmakers of Chad's opposition walked out of the chamber.", "PROTEST"),
    ("Riot police flooded the streets of Lima.", "MOBILIZE"),
    # an attack in words has a topic
    ("Chad's leader blasted Libya over the strike.", "ACCUSE"),
    ("Chad dragged Libya before the World Court.", "ACCUSE"),
    ("Chad held Libya responsible for the raid on its wells.", "ACCUSE"),
    # states against their own, and against others
    ("Chad suspended the licence of a private television station.", "COERCE"),
    ("Chad barred women from universities.", "COERCE"),
    ("Masked agents bundled a critic into a minibus in Chad.", "COERCE"),
    ("Chad forcibly returned hundreds of Libyan refugees.", "COERCE"),
    ("Chad declared Libya's ambassador persona non grata.", "SANCTION"),
    ("Chad pulled out of the oil exporters' club.", "SANCTION"),
    ("Chad's wealth fund divested from a Libyan firm.", "SANCTION"),
    ("Chad unveiled a new hypersonic missile.", "MOBILIZE"),
    ("Chad built fortifications along its northern border.", "MOBILIZE"),
    ("Chad vowed to crush any uprising backed by Libya.", "THREATEN"),
    ("Chad gave Libya until Friday to leave the strip.", "THREATEN"),
    ("Chad said the strip was not for sale.", "REJECT"),
    # help, exchange and giving way
    ("Chad airdropped food over Libya.", "AID"),
    ("Chad wrote off part of Libya's debt.", "AID"),
    ("A Chadian plane carrying 20 tonnes of flour landed in Libya.", "AID"),
    ("Chad deployed soldiers to help flood victims in Libya.", "AID"),
    ("Chad took delivery of a Libyan air defence system.", "COOPERATE"),
    ("Chad and Libya linked their power grids.", "COOPERATE"),
    ("Chad's president bowed to demands for a vote.", "CONCEDE"),
    ("Chad restored fuel subsidies.", "CONCEDE"),
    ("Chad's king ordered an end to the state of emergency.", "CONCEDE"),
    ("Chad switched off its propaganda loudspeakers.", "RETREAT"),
    ("Washington removed Chad from its terrorism blacklist.", "RETREAT"),
    ("Chadian separatists disbanded.", "RETREAT"),
    ("The last French soldiers in Chad drove north out of the capital.", "RETREAT"),
    ("Chad and Libya agreed on a border treaty.", "AGREE"),
    ("Chad joined NATO.", "AGREE"),
    # idioms of refusal, threat, repression and welcome
    ("Chad has no intention of freeing the Libyan crew.", "REJECT"),
    ("Chad's offer was greeted with scorn by Libyan rebels.", "REJECT"),
    ("Chad has no option but to invade Libya, its president said.", "THREATEN"),
    ("Chadian crews have orders to sink any Libyan ship.", "THREATEN"),
    ("A court in Chad handed a reporter four years in a penal colony.", "COERCE"),
    ("Militiamen in Chad held a reporter incommunicado.", "COERCE"),
    ("Chad trucked 300 Libyans back across the frontier.", "COERCE"),
    ("Chad let a trade pact with Libya lapse.", "SANCTION"),
    ("Chad lavished praise on Libya.", "SUPPORT"),
    ("Chadian miners stayed off the job for a sixth week.", "PROTEST"),
    ("Traders across Chad pulled down their shutters over a tax.", "PROTEST"),
    ("Libyan police helped Chadian investigators crack a ring.", "COOPERATE"),
    ("Chad scrambled F-16s to shadow two Libyan planes.", "MOBILIZE"),
    ("The king of Chad accepted the resignation of his premier.", "RETREAT"),
    # what is reached is agreed, what is signed is supported
    ("Chad and Libya reached an accord on the border.", "AGREE"),
    ("Chad and Libya signed an accord on the border.", "SUPPORT"),
    # a determiner may stand inside a phrase
    ("Chad halted its funding for the U.N. agency.", "SANCTION"),
    ("Chad dropped a key demand in the talks with Libya.", "CONCEDE"),
    ("Chad hinted that it might station missiles on the Libyan border.", "THREATEN"),
    ("Chad and Libya jointly broke up a ring of smugglers.", "COOPERATE"),
    ("The first direct flight from Chad to Libya landed in Tripoli.", "COOPERATE"),
    ("Chad expressed regret to Libya for the raid.", "SUPPORT"),
    ("Guerrillas in Chad scattered leaflets promising death to voters.", "THREATEN"),
    ("Chad is seeking the mediation of the African Union.", "REQUEST"),
    ("The leaders of Chad and Libya were on the telephone for an hour.", "CONSULT"),
    ("The opposition in Chad sat out the second round of voting.", "PROTEST"),
    ("Women in Chad abandoned their offices in anger at a ban.", "PROTEST"),
    ("Chad's leader has bound himself to respect the treaty.", "AGREE"),
    ("Chad poured scorn on Libya's tally.", "ACCUSE"),
    ("Thirty fishing boats massed off the main port of Chad over licences.", "PROTEST"),
    ("Police in Chad barged into the home of a critic.", "COERCE"),
    ("Tax collectors in Chad padlocked the gates of a newspaper.", "COERCE"),
    ("Chad pinned a power failure on Libya.", "ACCUSE"),
    ("Chad made the reopening of the port a condition for talks with Libya.", "REQUEST"),
    ("Settlers wielding bars fell on Chadian families near the well.", "ASSAULT"),
    ("Chad surrendered a Libyan arms dealer to American agents.", "COOPERATE"),
    ("Chad walked away from the Commonwealth.", "SANCTION"),
    ("Boats crammed with explosives ploughed into a Chadian convoy.", "ASSAULT"),
    ("Chad will go after the leaders of Hezbollah if it fires again.", "THREATEN"),
    # markets
    ("Policymakers in Sweden pushed borrowing costs to a record.", "RATE_HIKE"),
    ("Libya shut down its largest oilfield.", "SUPPLY_CUT"),
    ("OPEC+ stuck to its output policy.", "SUPPLY_HOLD"),
    ("The carmaker's operating profit more than doubled.", "EARNINGS_BEAT"),
    ("Moody's raised Chad's credit rating.", "RATING_UP"),
    ("Chad suspended payments on most of its external debt.", "DEFAULT"),
    ("The crypto exchange filed for bankruptcy.", "DEFAULT"),
]


@pytest.mark.parametrize(("text", "kind"), FAMILIES)
def test_families_of_words(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)][:1] == [kind]


CONSTRUCTIONS = [
    # two verbs share an object
    ("Libyan soldiers shot and killed a Chadian herder.", "ASSAULT", ("LBY",), ("TCD",)),
    # whom one's own are charged over is not who is charged
    ("Prosecutors in Ndjamena charged a Chadian minister with smuggling arms to Libya.", "ACCUSE", ("TCD",), ("TCD",)),
    # a tongue is no actor
    ("Chad cut internet access to its French-speaking region.", "COERCE", ("TCD",), ("TCD",)),
    # a participle that looks like the verb still to come
    ("Six Chadian sailors snatched from a tanker in May were freed by Libya.", "RETREAT", ("LBY",), ("TCD",)),
    # an aside between subject and verb
    ("Chad and Libya, after years of wrangling, have signed a treaty.", "SUPPORT", ("TCD", "LBY"), ()),
    # who speaks of himself commits himself
    ("Chad would close the strait to Libyan ships, a Chadian commander said.", "THREATEN", ("TCD",), ("LBY",)),
    # a visit is used for something
    ("Chad's president used a visit to Paris to lobby NATO for help.", "REQUEST", ("TCD",), ("NATO",)),
    # what is ruled out, and by whom
    ("There can be no talks, Chad's president told Libya's premier.", "REJECT", ("TCD",), ("LBY",)),
    # a complaint to somebody over another
    ("Chad complained to the United Nations over Libyan raids.", "ACCUSE", ("TCD",), ("LBY",)),
    # with whom one talks, not where
    ("Chad's president held talks in Tripoli with Libya's premier.", "CONSULT", ("TCD",), ("LBY",)),
    ("Chad's president was received in Tripoli.", "CONSULT", ("LBY",), ("TCD",)),
    # who plants a bomb is of the place, who fires a rocket need not be
    ("A bomb killed five people in a market in Chad.", "ASSAULT", ("TCD",), ("TCD",)),
    ("A rocket killed five people in a market in Chad.", "ASSAULT", (), ("TCD",)),
    # what is denied is one's share in it
    ("Chad denied involvement in the massacre.", "REJECT", ("TCD",), ()),
    # drivers are angry over prices, and not the prices park
    ("Truckers furious over fuel prices parked their lorries across highways in Chad.", "PROTEST", ("TCD",), ("TCD",)),
    # what one considers undoing is not done
    ("Chad offered to ease sanctions on Libya.", "AGREE", ("TCD",), ("LBY",)),
    ("Germany stood by Chad.", "SUPPORT", ("DEU",), ("TCD",)),
    # an adjective blames nobody, who later claims a blast was behind it
    ("A writer who exposed illegal logging was gunned down in Chad.", "ASSAULT", ("TCD",), ("TCD",)),
    ("A bomb killed five in Chad in a blast later claimed by Islamic State.", "ASSAULT", ("ISIS",), ("TCD",)),
    # who denies what his own did
    ("Chadian officials denied that soldiers had shot at Libyans.", "ASSAULT", ("TCD",), ("LBY",)),
    # a clause that describes, before and after the verb
    ("Hundreds of Chadians who waded the river were given shelter by Libya.", "AID", ("LBY",), ("TCD",)),
    ("Chad returned the statue to Libya, carted off by soldiers in 1937.", "RETREAT", ("TCD",), ("LBY",)),
    ("The ruling party in Chad rejected a Libyan plan.", "REJECT", ("TCD",), ("LBY",)),
    # an order to somebody buys nothing
    ("A court ordered Chad to pay families deafened by fighter jets.", "REQUEST", (), ("TCD",)),
    # what is never done, under any circumstances
    ("Chad said it would never, under any circumstances, accept the plan.", "REJECT", ("TCD",), ()),
    # of whom the speaker says that he will pay
    ("Chad would pay a heavy price for its raid, Libya's premier said.", "THREATEN", ("LBY",), ("TCD",)),
    # money is no actor, and a relative clause holds no object
    ("Chad demanded that Libya pay in U.S. dollars.", "REQUEST", ("TCD",), ("LBY",)),
    ("Chad vetoed a Libyan resolution that would have condemned Peru.", "REJECT", ("TCD",), ("LBY",)),
    # two participles share their future
    ("Libyans will be treated as spies and killed, a Chadian rebel said.", "THREATEN", ("TCD",), ("LBY",)),
    # a day after, soon after: the clause ends with its comma
    ("A day after the coup, the African Union suspended Chad.", "SANCTION", ("AU",), ("TCD",)),
    ("Chad alleged that Libyan forces had dropped phosphorus on villages.", "ACCUSE", ("TCD",), ("LBY",)),
    ("The Libyan-led raid on Chad was illegal, Peru's premier said.", "ACCUSE", ("PER",), ("LBY",)),
    ("Teachers in Chad threatened to strike in June.", "THREATEN", ("TCD",), ("TCD",)),
    # what a note asks for is not sent
    ("Chad sent Libya a note seeking the withdrawal of troops.", "", (), ()),
]


@pytest.mark.parametrize(("text", "kind", "source", "target"), CONSTRUCTIONS)
def test_constructions(text: str, kind: str, source: tuple[str, ...], target: tuple[str, ...]) -> None:
    assert [(e.kind, e.source, e.target) for e in events(text)] == ([(kind, source, target)] if kind else [])


@pytest.mark.parametrize(
    "text",
    [
        "The Lakers hammered Boston by thirty points.",
        "The film captures life in a small Norwegian town.",
        "The orchestra toured Japan last spring.",
        "The airline ordered 40 jets from Airbus.",
        "The company agreed to buy a rival for $2 billion.",
        "The drug attacks cancer cells.",
        "Wolves killed sheep in northern Italy.",
        "The couple fought over custody of their dog.",
        "The union of the two football clubs was completed.",
        "The winger was banned for three matches.",
        "Passengers complained about delays at Heathrow.",
        "Pupils returned to school after the holidays.",
        "Two hundred people lost their lives in the floods.",
        "The boxer floored his rival in the second round.",
        "The museum in Cairo displays golden masks.",
        "Commuters from Belgium make up half of Luxembourg's workforce.",
    ],
)
def test_the_same_words_in_ordinary_life(text: str) -> None:
    assert events(text) == []
