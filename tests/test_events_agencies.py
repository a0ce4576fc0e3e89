"""Who acts and on whom in agencies' sentences: minorities, homelands, roles, conditions, places.

Every class has everyday sentences beside it that must not follow its rule.
"""

from __future__ import annotations

import pytest

import eventstudy as es

PUBLISHED = "2005-06-15"


def read(sentence: str) -> tuple[str, str, str]:
    """Give kind, source and target of the first event of a sentence."""
    events = list(es.extract_events([es.Article(text=sentence, published=PUBLISHED)]))
    if not events:
        return "", "", ""
    return events[0].kind, " ".join(events[0].source), " ".join(events[0].target)


PEOPLES = [
    # a minority is of the state where it lives
    ("More than 2,000 ethnic Russians marched through the Latvian port of Liepaja.", "PROTEST", "LVA", "LVA"),
    ("Ethnic Hungarian students boycotted classes in the Romanian city of Cluj on Monday.", "PROTEST", "ROU", "ROU"),
    ("Bulgaria said it would give ethnic Turks back the right to their own names.", "AGREE", "BGR", "BGR"),
    ("Police in Vietnam arrested 12 ethnic Chinese traders on Friday.", "COERCE", "VNM", "VNM"),
    ("Albanian students marched through Tirana on Friday to protest against Serbia.", "PROTEST", "ALB", "SRB"),
    # peoples of two states, Indians of the Americas, and a West that is only a part of a name
    ("Burundi's army killed 20 Hutu rebels near the capital on Sunday.", "ASSAULT", "BDI", "BDI"),
    ("Rwandan troops shelled Hutu rebels near Gisenyi on Sunday.", "ASSAULT", "RWA", "RWA"),
    ("Indian groups blocked highways across Ecuador to protest against fuel prices.", "PROTEST", "ECU", "ECU"),
    ("India expelled two Pakistani diplomats on Monday.", "SANCTION", "IND", "PAK"),
    ("Guinea imposed a curfew throughout the West African country on Monday.", "COERCE", "GIN", "GIN"),
    ("The West condemned the jailing of opposition leaders in Belarus.", "ACCUSE", "WEST", "BLR"),
    # separatists are of the country that the sentence names, but for those of Donetsk
    ("Separatist rebels in the southern Philippines ambushed an army truck.", "ASSAULT", "PHL", "PHL"),
    ("Pro-Russian separatists shelled an airport in eastern Ukraine.", "ASSAULT", "SEP", "UKR"),
]

AT_HOME = [
    # who attacks at home without naming whom
    ("Renamo rebels burned down a sugar mill in central Mozambique on Monday.", "ASSAULT", "MOZ", "MOZ"),
    ("Angolan rebels shelled the besieged town of Kuito for a third day.", "ASSAULT", "AGO", "AGO"),
    ("Eritrean troops shelled a market in northern Ethiopia on Monday.", "ASSAULT", "ERI", "ETH"),
    # parliaments, bills and calls to resign are one's own; another's offer is not
    ("Kuwait's parliament rejected a bill that would have let women vote.", "REJECT", "KWT", "KWT"),
    ("President Joseph Estrada brushed aside calls for his resignation on Sunday.", "REJECT", "PHL", "PHL"),
    ("Kuwait's parliament rejected a border treaty with Iraq.", "REJECT", "KWT", "IRQ"),
    ("Papua New Guinea's government threatened to declare a state of emergency.", "THREATEN", "PNG", "PNG"),
    # police and soldiers in one's own streets; along a border they are shown to the neighbour
    ("Indonesian police were put on their highest state of alert on Thursday.", "MOBILIZE", "IDN", "IDN"),
    ("Some 12,000 police were deployed in and around Islamabad on Tuesday.", "MOBILIZE", "PAK", "PAK"),
    ("Peru has massed tanks and soldiers near its northern border with Ecuador.", "MOBILIZE", "PER", "ECU"),
    ("India put its navy on alert after the attack on Mumbai.", "MOBILIZE", "IND", ""),
    # of what a role is accused is not who is tried
    ("Croatian prosecutors opened an investigation into a general suspected of killing Serbs.", "ACCUSE", "HRV", "HRV"),
    ("Police in Peru arrested two men accused of spying for Chile.", "COERCE", "PER", "PER"),
    ("Police in Peru arrested two Chilean men accused of spying.", "COERCE", "PER", "CHL"),
    # a second verb names whom the first one leaves out
    ("Khmer Rouge fighters laid down their arms and gave themselves up to Thailand.", "RETREAT", "KHM", "THA"),
    ("Youths put up barricades and hurled petrol bombs at police in Bahrain.", "PROTEST", "BHR", "BHR"),
]

CONDITIONS = [
    # whom a threat is put to by its condition
    ("Azerbaijan threatened to launch an offensive if Armenia kept the enclave.", "THREATEN", "AZE", "ARM"),
    ("Syria threatened to walk out of the talks unless Israel stops building.", "THREATEN", "SYR", "ISR"),
    ("Eritrea threatened to expel American diplomats unless Ethiopia withdraws.", "THREATEN", "ERI", "USA"),
]

ON_BLAME = [
    # whose an attack is said to be, and what only describes an attacker
    ("A bomb killed 17 people in a market in Spain in an attack blamed on Basque rebels.", "ASSAULT", "ESP", "ESP"),
    ("A bomb killed nine people in Beirut in an attack blamed on Israel.", "ASSAULT", "ISR", "LBN"),
    ("Gunmen believed to belong to a Philippine group seized tourists on a Malaysian island.", "ASSAULT", "PHL", "MYS"),
    ("Hutu militiamen armed with machetes and clubs killed villagers in eastern Rwanda.", "ASSAULT", "RWA", "RWA"),
    ("Rebels armed with rifles fled a town in Peru.", "RETREAT", "PER", "PER"),
    ("A U.S. B-52 bomber dropped bombs on a village in Laos.", "ASSAULT", "USA", "LAO"),
    ("A bomb went off at a market in Algiers, killing four people, security forces said.", "ASSAULT", "DZA", "DZA"),
]


@pytest.mark.parametrize(("sentence", "kind", "source", "target"), PEOPLES + AT_HOME + CONDITIONS + ON_BLAME)
def test_who_acts_on_whom(sentence: str, kind: str, source: str, target: str) -> None:
    assert read(sentence) == (kind, source, target)


ACTS = [
    # forces that go to keep a peace are help, those that go to a border are none
    ("Nigeria sent two battalions to Liberia to help keep the peace.", "AID", "NGA", "LBR"),
    ("Australia is prepared to send 200 police to Fiji to help restore order.", "AGREE", "AUS", "FJI"),
    ("Russia is prepared to send two battalions to the Ukrainian border.", "THREATEN", "RUS", "UKR"),
    ("France promised to supply Chad with light weapons.", "AGREE", "FRA", "TCD"),
    ("The IMF paid out to Ghana the first $90 million of a credit.", "AID", "IMF", "GHA"),
    ("South Korea accepted Japan's apology for colonial rule.", "SUPPORT", "KOR", "JPN"),
    ("Chile said it would seek a settlement of its dispute with Peru.", "AGREE", "CHL", "PER"),
    ("Chile said it would seek compensation from Peru.", "REQUEST", "CHL", "PER"),
    ("Uganda and Kenya have begun running a common patrol service on the lake.", "COOPERATE", "UGA KEN", ""),
    # inquiries, and committees of another kind
    ("Kenya's parliament set up a committee to look into the award of a contract.", "ACCUSE", "KEN", "KEN"),
    ("Kenya set up a committee to look into ways of saving water.", "", "", ""),
    # going on in defiance, and what is accepted no longer
    ("Iran is pressing ahead with enrichment in defiance of a U.N. resolution.", "REJECT", "IRN", "UN"),
    ("Burundi said it would no longer accept Julius Nyerere as mediator.", "REJECT", "BDI", "TZA"),
    ("Thousands of Peruvians marched in defiance of a ban on Monday.", "PROTEST", "PER", "PER"),
    # whom a demand is put to, and a call that is a visit
    ("Kenya's bishops called on President Daniel arap Moi to end one-party rule.", "REQUEST", "KEN", "KEN"),
    ("The U.S. ambassador called on President Daniel arap Moi to discuss aid.", "CONSULT", "USA", "KEN"),
    ("Washington urged Japan to back a draft resolution.", "REQUEST", "USA", "JPN"),
    # a passive that tells what its speaker will do
    ("Rwanda's interior minister said the opposition party would be outlawed.", "THREATEN", "RWA", "RWA"),
    ("Rebels in Colombia said hostages would be killed.", "THREATEN", "COL", "COL"),
    ("Peru's government said prices would be raised.", "", "", ""),
    ("Bowing to weeks of protests, Peru's president agreed to dissolve his cabinet.", "CONCEDE", "PER", "PER"),
    # strikes and roadblocks; no one strikes by a storm
    ("Shops in Lima stayed shut on Thursday in a general strike.", "PROTEST", "PER", "PER"),
    ("Peruvian miners stayed away from their jobs on Monday.", "PROTEST", "PER", "PER"),
    ("Striking French fishermen strung their boats across the mouth of the harbour.", "PROTEST", "FRA", "FRA"),
    ("Police in Peru fired tear gas at striking miners.", "ASSAULT", "PER", "PER"),
    # what a state takes, and what rebels take
    ("Venezuelan troops took over a rice mill owned by a U.S. food company.", "COERCE", "VEN", "USA"),
    ("Eritrean forces took control of a disputed island after three days of fighting.", "COERCE", "ERI", "ERI"),
    ("Burmese troops captured a rebel base after five days of fighting.", "ASSAULT", "MMR", "MMR"),
    ("Gunmen used villagers as human shields in the Philippines.", "ASSAULT", "PHL", "PHL"),
    ("Prison guards in Peru whipped at least 14 men.", "ASSAULT", "PER", "PER"),
    # both sides of a country, two states, and another's prison
    ("Sri Lanka's government and Tamil Tiger rebels opened a second round of talks.", "CONSULT", "LKA", ""),
    ("Guns fell silent as a truce between India and Pakistan took effect.", "RETREAT", "IND PAK", ""),
    ("Hundreds of Palestinians in two Israeli prisons refused food.", "PROTEST", "PSE", "ISR"),
]


@pytest.mark.parametrize(("sentence", "kind", "source", "target"), ACTS)
def test_what_is_done(sentence: str, kind: str, source: str, target: str) -> None:
    assert read(sentence) == (kind, source, target)


MORE = [
    # leaders who meet somewhere act there on something else
    ("Bosnian Serb leaders meeting in Pale rejected a plan by Croatia.", "REJECT", "BIH", "HRV"),
    ("A meeting of Bosnian Serb leaders in Pale ended on Thursday.", "CONSULT", "BIH", ""),
    # an aside between a subject and its verb
    ("Benin's president, bowing to weeks of strikes, agreed to a conference on reform.", "CONCEDE", "BEN", "BEN"),
    ("Benin's president agreed to a conference with Togo.", "AGREE", "BEN", "TGO"),
    # who says what another must do, whatever stands between
    ("Chile's president said that Peruvian leaders in the occupied south must disarm.", "REQUEST", "CHL", "PER"),
    # passives of both sides, and of those who are sent
    ("A gas pipeline linking Argentina and Chile was opened on Thursday.", "COOPERATE", "ARG CHL", ""),
    ("Some 300 Nigerian soldiers were deployed in Monrovia to separate the factions.", "AID", "NGA", "LBR"),
    # both sides of a war in one country
    ("Fierce fighting broke out between Angolan troops and UNITA rebels.", "ASSAULT", "AGO", "AGO"),
    ("Fierce fighting broke out between Armenian and Azeri forces.", "ASSAULT", "ARM AZE", ""),
    # of what somebody is accused is not who accuses or is accused
    ("Iran's judiciary charged 13 men in the city of Shiraz with spying for Israel.", "ACCUSE", "IRN", "IRN"),
    ("Cyprus lodged a complaint with the United Nations against Turkey.", "ACCUSE", "CYP", "TUR"),
    ("Cyprus lodged a complaint with the United Nations.", "ACCUSE", "CYP", "UN"),
    # whom nobody names is asked; the government of one's own country is
    ("Peru's president urged Islamic countries to send weapons against Chilean troops.", "REQUEST", "PER", ""),
    ("Leaders of Estonia's minority demanded on Monday that the government give them rights.", "REQUEST", "EST", "EST"),
    ("Syria dismissed a call by nearly 100 intellectuals for reform.", "REJECT", "SYR", "SYR"),
    ("Syria dismissed a call by nearly 100 Israeli intellectuals.", "REJECT", "SYR", "ISR"),
    # a government is of where it sits
    ("A Norwegian envoy shuttled between the government in Colombo and rebels.", "CONSULT", "NOR", "LKA"),
    ("Egypt's president is gathering support among bishops for the Palestinians.", "SUPPORT", "EGY", "PSE"),
    ("Zambian workers at copper mines walked out on Monday.", "PROTEST", "ZMB", "ZMB"),
    ("Copper prices in Zambia walked back some gains on Monday.", "", "", ""),
    # inquiries on the spot, expulsions, what a junta gives up
    ("A U.N. team arrived in Afghanistan to investigate reports of killings.", "ACCUSE", "UN", "AFG"),
    ("A French team arrived in Afghanistan to climb a mountain.", "", "", ""),
    ("Sudan ordered a French charity out of the Darfur region.", "SANCTION", "SDN", "FRA"),
    ("Nigeria's ruler pledged to dissolve the ruling council.", "AGREE", "NGA", "NGA"),
    ("Tanzania intends to abandon its policy of fixed prices.", "AGREE", "TZA", "TZA"),
    ("Taiwan sent fighter planes over its coast in a show of strength.", "MOBILIZE", "TWN", ""),
    ("Cuban police forced dozens of women off a train.", "COERCE", "CUB", "CUB"),
]


@pytest.mark.parametrize(("sentence", "kind", "source", "target"), MORE)
def test_asides_passives_and_both_sides(sentence: str, kind: str, source: str, target: str) -> None:
    assert read(sentence) == (kind, source, target)


LAST = [
    # what will not be halted is refused
    ("Turkey will not halt its offensive in northern Iraq.", "REJECT", "TUR", "IRQ"),
    ("Turkey halted its offensive in northern Iraq.", "RETREAT", "TUR", "IRQ"),
    ("Sweden said no on Friday to a request from the United Nations for troops.", "REJECT", "SWE", "UN"),
    # what is asked for, and whom a pronoun means
    ("Mozambique appealed on Friday for maize to feed people in four provinces.", "REQUEST", "MOZ", ""),
    ("Opponents of Peru's president called on him in Madrid to step down.", "REQUEST", "PER", "PER"),
    ("Pakistan urged the Arab League to back its position on Kashmir.", "REQUEST", "PAK", "ARL"),
    # crowds that demand something and do another thing
    ("Demonstrators calling for reform threw stones at police in Lima.", "PROTEST", "PER", "PER"),
    ("Demonstrators in Lima called for reform.", "REQUEST", "PER", "PER"),
    ("Protesters in Nepal set fire to a police post and a customs office.", "PROTEST", "NPL", "NPL"),
    ("Gunmen in Nepal set fire to a police post, killing two.", "ASSAULT", "NPL", "NPL"),
    ("Polish farmers blocked a crossing on the German border with tractors.", "PROTEST", "POL", "POL"),
    ("Iran has frozen trade and cultural contacts with Denmark over newspaper cartoons.", "SANCTION", "IRN", "DNK"),
    ("Iran closed two newspapers on Monday.", "COERCE", "IRN", "IRN"),
    ("Tamil Tiger rebels broke off talks with Norway on Monday.", "SANCTION", "LKA", "NOR"),
    ("Ugandan troops attacked a camp of Lord's Resistance Army rebels in Sudan.", "ASSAULT", "UGA", "UGA"),
    ("Ugandan troops attacked a camp of rebels in Sudan.", "ASSAULT", "UGA", "SDN"),
    ("Estonia gave residents without citizenship the right to vote.", "CONCEDE", "EST", "EST"),
    ("Croat and Moslem units clashed in central Bosnia.", "ASSAULT", "BIH", "BIH"),
]


@pytest.mark.parametrize(("sentence", "kind", "source", "target"), LAST)
def test_refusals_crowds_and_groups(sentence: str, kind: str, source: str, target: str) -> None:
    assert read(sentence) == (kind, source, target)
