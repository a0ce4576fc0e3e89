"""Headlines of trade and business, in our own words: what only speaks of a tariff or a sanction reports none.

Each row stands for a class that was read wrongly in headlines of news agencies.
"""

from __future__ import annotations

import pytest

from eventstudy.events import Event, extract_events
from eventstudy.news import Article


def read(text: str) -> list[Event]:
    return list(extract_events(Article(text, "2015-06-15")))


@pytest.mark.parametrize(
    "text",
    [
        # a label says that the piece is no report, and so does a question in its title
        "Factbox: Firms rethink supplies after Norway imposes sanctions on Chad",
        "How Peru's tariff on shoes drove cobblers abroad",
        "Chile's steel tariffs: what they mean for shipyards",
        # tariffs and sanctions that somebody names, and that did not just begin
        "Yen slips on Peru tariffs",
        "Grain exporters find ways around Peru's tariffs, dealers say",
        "Furniture maker faces currency, tariff and freight headwinds",
        "Higher tariffs and dearer loans are setting growers up for a rough year",
        "Traders skip Chad oil bookings as Norway sanctions near",
        "Tanker firms reroute to sidestep Norway sanctions",
        "No tariff fears for shoemaker after brisk sales",
        # what threatens is no actor
        "Peru tariffs threaten vineyard jobs",
        # whose costs come from tariffs plans none
        "Shoemaker expects higher costs due to tariffs",
        "Toymaker eyes deliveries by rail to avoid tariffs",
        # a verb's object that a verb of the market takes
        "Drought hits demand for pumps",
        "Chip maker's tie-up sparks rally on Wall Street",
        # what is counted on, studied or seen from afar
        "Truck maker expects Chad's trade deal to ease risks",
        "Envoy says Chad trade deal will take time",
        "Mill owner sees limited impact from Peru tariffs",
        "Tile makers move looms as Peru tariffs hit",
        "Court clears bank of Chad sanctions breaches",
        "Silver opens lower despite Chad strikes",
        "Growth gives Norway leverage in Chad trade talks",
        "Economists see no big boost from trade deal",
        "Demand for driller's debut bonds tops a billion",
        "Lender offers 20% interest on deposits",
        "Accountant committed fraud, prosecutors tell jury",
        "Group says Peru tariffs cost bakers a fortune",
        "Renewed tensions push down copper shares",
        "Bank rescue exposes fault lines in reform",
        "Hotel chain drops financial targets on coronavirus hit",
        # a kitchen's, a shop's and a fund's doings
        "Toy maker's stockpiles swell as Peru duties loom",
        "Insurer withdraws cover for floods",
        "Brewer ousts founder after scandal",
        # a fear that is the setting, a deal that only describes, a plan that is the subject
        "Under tariff threat, Chad loses lure for shoemakers",
        "Orders book shows depth of tariff fear",
        "Wool growers say plan to impose duties will cost jobs",
        "Peru readies scheme to adjust to Andean trade deal",
        "Copper falls on worries about Chad trade deal details",
        "Norway-Chad trade talks: who they help and what they cost",
        "Chad trade deal needs more work",
        # what is foretold of an economy threatens nobody; what illness stops is no punishment
        "Lender of last resort warns ministers that feuds could slow growth",
        "Chad cancels camel fair ahead of summit due to coronavirus",
        "Bankers fight shy of Chad's bond offer",
        # what is needed, waited for or sought is not told; feuds that calm down by themselves have no actor
        "Ministers say need more dialogue on cotton",
        "Premier says still waiting to hear Norway's plans for tariffs",
        "Shares rise as Andean tensions ease",
        "Norway seeks comments on duty relief for wool",
        "Bus drivers fighting for better hours go unheard",
        "Can Lima's metro get back on track?",
        # business: money that is paid, firms that are blamed, courts among parties, goods that firms send
        "Chad seals four contracts worth $2 billion",
        "Auditor KPMG criticised over fees",
        "Judge disqualifies Huawei lawyer from case",
        "Volvo sends parts from Peru to Chad by rail",
        "Demand for lorries helps Chad",
        "League suspends attendance at sports grounds",
        # what a deal is to do, what is in force, since when, what only sounds like a verb, what a house passes at home
        "Minister says trade deal with Chad to boost wool trade",
        "Oil rises on supply cuts",
        "Chad's dates find buyers in Lima since sanctions lifted",
        "Chad's copper exports steady despite sanctions, blackouts",
        "Wine drinkers should expect prices to jump with new duties",
        "House approves extension of small business loan program",
        "Tension turns to panic on dramatic day in Lima",
        # a story taken back, an office by name, a central bank in small letters, building that shelters nobody
        "Story on Peru in talks with Chad withdrawn",
        "Blackout should be wake-up call to Peru, says Met chief",
        "Oil jumps on Chad tension, potential U . S . fed rate cut",
        "Norway announces $4 billion of construction and housing deals",
        "Peru's Andesbank files lawsuit against auditors",
        "Pact exit frees Peru from legal worries",
        "Duties on Chad's oil to pressure exports",
        # questions that open with why, judgements in quotes, a fear that is judged, prices called tariffs
        "Why is Norway imposing tariffs on Chad?",
        "Union says revised Chad trade deal 'humiliating'",
        "Worries about Peru's tariffs are much too great",
        "Tariff threat may compound shoemaker's woes",
        "Utility launches green energy tariff",
        "Peru says it will keep exporting copper despite pressure",
        "Chad's woes help Norway in cotton talks",
        "Wool industry warns Chad tariffs not off table",
        "Peru's brewers likely to spurn share sale",
        "Cotton pact falls short of expectations, says growers' head",
        # firms among themselves
        "Shoe retailer withdraws boots from sale after customers complain",
    ],
)
def test_speaks_of_it_only(text: str) -> None:
    assert [(e.kind, e.rule) for e in read(text)] == []


@pytest.mark.parametrize(
    ("text", "kind", "direction", "modality"),
    [
        # pressure on a producer, though a price is named; a deal that was not secured
        ("Oil slips as Norway pressures OPEC to lower prices", "REQUEST", "escalation", "happened"),
        ("Chad fails to secure deal with Niger on wells", "REJECT", "escalation", "happened"),
        ("Premier not interested in reopening trade pact with Chad", "REJECT", "escalation", "happened"),
        ("Norway backtracks on trade deal with Chad", "REJECT", "escalation", "happened"),
        # what is spared, put off or nearly agreed
        ("Norway spares Chad from steel tariffs", "TRADE_TRUCE", "de-escalation", "happened"),
        ("Stocks rise on hopes of Peru tariff delay", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Chad says trade talks with Norway made progress", "CONSULT", "de-escalation", "happened"),
        ("Norway cites progress in trade talks with Chad", "SUPPORT", "de-escalation", "happened"),
        ("Norway escalates feud with tariffs on Chad's dates", "TARIFF", "escalation", "happened"),
        ("Minister says Chad behind attack on oil depot", "ACCUSE", "escalation", "happened"),
        # what is nearly agreed, still to be signed, attacked in words only
        ("Norway says it is close to trade deal with Chad", "AGREE", "de-escalation", "planned"),
        ("New Chad trade pact to be signed in late June", "AGREE", "de-escalation", "planned"),
        ("Norway says will strive to reach trade pact with Chad", "AGREE", "de-escalation", "planned"),
        ("Norway's premier attacks Chad's unjustified steel tariffs", "ACCUSE", "escalation", "happened"),
        ("Chad to restore tariffs on Norwegian fish", "TARIFF", "escalation", "planned"),
        ("Chad rejoins customs talks", "CONSULT", "de-escalation", "happened"),
        # a reason after "as" is no object; what comes before a rise has not risen
        ("Norway cancels trade talks with Chad as tariff threats mount", "SANCTION", "escalation", "happened"),
        ("Norway to hear firms before raising tariffs on Chad's cotton", "TARIFF", "escalation", "planned"),
        # initials that a corpus has parted from their stops
        ("U . S . accuses Peru of dumping zinc", "ACCUSE", "escalation", "happened"),
        ("Peru , U . S . agree to hold fresh talks", "AGREE", "de-escalation", "happened"),
        # "trade" that only describes
        ("EU trade groups demand end to Peru's levy", "REQUEST", "escalation", "happened"),
        ("Chile-Peru trade talks stall over copper", "REJECT", "escalation", "happened"),
        ("Premier says Peru trade talks likely to resume in Lima", "AGREE", "de-escalation", "planned"),
        # exemptions
        ("Norway grants Chad tariff exemption for cotton", "CONCEDE", "de-escalation", "happened"),
        ("Norway denies Chad tariff relief", "REJECT", "escalation", "happened"),
        # who puts off a rise blocks nothing
        ("Norway delays Chad tariff increase as premier hails deal", "TRADE_TRUCE", "de-escalation", "happened"),
        # a reason is no object
        ("Global carriers cut profit forecast over trade row", "GUIDANCE_CUT", "neither", "happened"),
        ("Tool maker trims margin forecast on tariffs", "GUIDANCE_CUT", "neither", "happened"),
        ("Valve maker cuts adjusted EBITDA forecast citing duties", "GUIDANCE_CUT", "neither", "happened"),
        ("Chad lists demands for staying in pact", "REQUEST", "escalation", "happened"),
        # what stands ahead of an occasion, or at one, is no object
        ("Norway adds ten mills to blacklist ahead of trade talks", "SANCTION", "escalation", "happened"),
        ("Peru hopes Chad can ease tensions at summit", "AGREE", "de-escalation", "possible"),
        # what lapses by itself; what is hoped is the clause, not its subject
        ("Chad hopes sanctions will ease", "AGREE", "de-escalation", "possible"),
        ("Bond rallies on Chad trade deal hopes", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Chad on brink of trade war with Norway", "TARIFF", "escalation", "possible"),
        # a gerund behind "to"; a clause behind "as" whose verb keeps its bare form
        ("Norway moves closer to imposing sanctions on Chad", "THREATEN", "escalation", "planned"),
        ("OPEC, Norway close to cutting oil output", "SUPPLY_CUT", "neither", "planned"),
        ("OPEC works on two-year oil cut deal", "SUPPLY_CUT", "neither", "planned"),
        ("Peru to cut tariffs on Chad's cotton as risks mount", "TRADE_TRUCE", "de-escalation", "planned"),
        (
            "Norway's two trade envoys and four of their deputies to attend Chad talks",
            "CONSULT",
            "de-escalation",
            "planned",
        ),
        # plurals without s, and states that are no verb; whom sanctions hit
        ("Norway's state media accuse Chad of bad faith", "ACCUSE", "escalation", "happened"),
        ("Gulf states back safeguards on steel imports", "TARIFF", "escalation", "happened"),
        ("Norway sanctions former Chad bankers over scandal", "SANCTION", "escalation", "happened"),
        # relief that is welcomed, labels that are dropped, what may go on
        ("Peru welcomes Norway's tariff exemption", "SUPPORT", "de-escalation", "happened"),
        ("Norway drops Chad's manipulator label", "CONCEDE", "de-escalation", "happened"),
        ("Norway will allow Chad's reactors to continue", "AGREE", "de-escalation", "planned"),
        # talks that get nowhere, scorn, pressure, what a market leaves aside
        ("Norway, Chad made no progress in cotton talks", "REJECT", "escalation", "happened"),
        ("In swipe at Norway, Chad says duties could sink growth", "ACCUSE", "escalation", "happened"),
        ("Senators press Chad's envoys to cut herds", "REQUEST", "escalation", "happened"),
        ("Copper futures climb, shrug off missile attack on Chad", "ASSAULT", "escalation", "happened"),
        # adjectives in a row; deadlines, progress and failure told by nouns; who speaks for himself behind a colon
        ("Norway announces new, far-reaching sanctions on Chad", "SANCTION", "escalation", "happened"),
        ("Norway extends deadline for Chad sanctions", "CONCEDE", "de-escalation", "happened"),
        ("Premier says 'big progress' on possible Chad pact", "SUPPORT", "de-escalation", "happened"),
        ("Envoy: no progress after cotton talks with Chad", "REJECT", "escalation", "happened"),
        ("Norway: We will retaliate with tariffs on Chad's cotton", "THREATEN", "escalation", "happened"),
        ("Krone recovers as Chad retaliates in trade row", "TARIFF", "escalation", "happened"),
        ("Customs office files notice suspending tariffs on Chad's wool", "TRADE_TRUCE", "de-escalation", "happened"),
        # what is looked forward to, what is sought by an infinitive, supply that is planned behind a market's move
        ("Norway set for trade talks with Chad", "AGREE", "de-escalation", "planned"),
        ("Oil gains on anticipation of sanctions on Chad", "SANCTION", "escalation", "possible"),
        ("Slim chance of broad and lasting Chad trade deal", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Oil falls as OPEC plans to raise output", "SUPPLY_RAISE", "neither", "planned"),
        # what is seen as possible, near, on its way, said to be done, told to somebody, hinted at
        ("Premier sees possible Chad-Peru trade deal", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Premier says Chad trade deal coming", "TRADE_TRUCE", "de-escalation", "planned"),
        ("Adviser says Chad trade talks are ongoing", "CONSULT", "de-escalation", "happened"),
        ("Peru says to cut tariffs on Chad's cotton", "TRADE_TRUCE", "de-escalation", "planned"),
        ("Peru told it will receive waiver from Norway's sanctions", "AGREE", "de-escalation", "planned"),
        ("Premier hints that new tariffs could be removed", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Peru takes step towards ratifying Chad pact", "SUPPORT", "de-escalation", "planned"),
        ("Norway says no more waivers for Chad oil", "REJECT", "escalation", "happened"),
        ("Peru disappointed by Norway's decision", "ACCUSE", "escalation", "happened"),
        ("Shoe chain's sales forecast falls short", "GUIDANCE_CUT", "neither", "happened"),
        # what is urged is an end; what may have to be done is no demand; possible still, near, agreed by producers
        ("Chad urges Norway to remove sanctions on its firms", "REQUEST", "neither", "happened"),
        ("Norway might have to exempt Chad's steel from tariffs", "TRADE_TRUCE", "de-escalation", "planned"),
        ("Adviser says Chad trade deal still possible", "TRADE_TRUCE", "de-escalation", "possible"),
        ("Premier says Chad trade deal is very close", "TRADE_TRUCE", "de-escalation", "planned"),
        ("OPEC agrees modest hike in oil supply after compromise", "SUPPLY_RAISE", "neither", "happened"),
        # pushes to do
        ("Norway pushes allies to halt imports of Chad's copper", "REQUEST", "escalation", "happened"),
        # a warning of an answer is one
        ("Chad warns Norway of retaliation that would hurt growth", "THREATEN", "escalation", "happened"),
        # a plural subject far from its verb, a protest that prompts something, an attack that a market answers
        ("Lawyers for jailed banker urge Chad to free him", "REQUEST", "neither", "happened"),
        ("Union refinery protest prompts court order", "PROTEST", "escalation", "happened"),
        ("Traders boost oil hedging after Chad attack", "ASSAULT", "escalation", "happened"),
    ],
)
def test_reports_it(text: str, kind: str, direction: str, modality: str) -> None:
    first, *_ = read(text)
    assert (first.kind, first.direction, first.polarity, first.modality) == (kind, direction, "asserted", modality)
