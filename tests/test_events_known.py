"""Faults that were found in reading events, each mended as a class: what the grammar makes of sentences of our own."""

from __future__ import annotations

import pytest

from eventstudy.errors import SpecError
from eventstudy.events import Event, Gazetteer, Taxonomy, extract_events
from eventstudy.events.language.text import sentences
from eventstudy.news import Article


def events(text: str, **options: object) -> list[Event]:
    return list(extract_events(Article(text, "2015-06-15"), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "source", "target", "modality"),
    [
        # Arms go to a country by name as aid, to a border or into a country as one's own.
        ("Germany sends tanks to Ukraine", "AID", ("DEU",), ("UKR",), "happened"),
        ("Poland sent Ukraine howitzers on Monday.", "AID", ("POL",), ("UKR",), "happened"),
        ("Turkey sends tanks to Syrian border", "MOBILIZE", ("TUR",), ("SYR",), "happened"),
        ("Chad sent tanks into Libya.", "MOBILIZE", ("TCD",), ("LBY",), "happened"),
        # Two names that share a word, two subjects of one verb.
        ("North, South Korea agree to resume talks", "AGREE", ("PRK", "KOR"), (), "happened"),
        ("North and South Korea exchanged fire.", "ASSAULT", ("PRK", "KOR"), (), "happened"),
        ("Sudanese army and RSF sign ceasefire", "SUPPORT", ("SDN",), (), "happened"),
        ("Government and guerrillas sign truce in Colombia", "SUPPORT", (), ("COL",), "happened"),
        # Who downgrades what.
        ("Fitch downgrades Kenya", "RATING_DOWN", (), ("KEN",), "happened"),
        ("Chile downgraded its embassy in Peru.", "SANCTION", ("CHL",), ("PER",), "happened"),
        # A vote enacts what it votes for.
        ("U.N. votes to condemn Chad", "ACCUSE", ("UN",), ("TCD",), "happened"),
        ("The General Assembly voted to suspend Chad from the council.", "SANCTION", ("UN",), ("TCD",), "happened"),
        # An event's noun and what its verb says of the time.
        ("Saudi ban on Qatari flights to continue", "THREATEN", ("SAU",), ("QAT",), "planned"),
    ],
)  # fmt: skip
def test_mended(text: str, kind: str, source: tuple[str, ...], target: tuple[str, ...], modality: str) -> None:
    assert [(e.kind, e.source, e.target, e.modality) for e in events(text)] == [(kind, source, target, modality)]


@pytest.mark.parametrize(
    "text",
    [
        "The former president died of a heart attack.",
        "Bank shares downgraded by broker",
        "Mosul assault in focus",
        "Peace talks in doubt",
    ],
)
def test_no_event(text: str) -> None:
    assert events(text) == []


@pytest.mark.parametrize("text", ["Kremlin denies ceasefire agreement", "Iran denies arms talks with Turkey"])
def test_a_denied_noun_is_denied_once(text: str) -> None:
    assert [(e.polarity, e.modality) for e in events(text)] == [("denied", "happened")]


RULE = {"id": "dig", "kind": "DIG", "verbs": ["dig"]}
KINDS = {"DIG": {"direction": "neither"}}


@pytest.mark.parametrize(
    ("fields", "text", "fires"),
    [
        ({"unless": ["dry well"]}, "Peru dug a well.", True),
        ({"unless": ["dry well"]}, "Peru dug a dry well.", False),
        ({"unless": ["dry well"]}, "Peru dug two dry wells.", False),
        ({"unless": ["dry well"]}, "Peru dug a well in dry ground.", True),
        ({"objects": ["deep * well"]}, "Peru dug a deep new well.", True),
        ({"objects": ["deep * well"]}, "Peru dug deep wells.", True),
        ({"objects": ["deep * well"]}, "Peru dug a deep hole and then a well.", False),
        ({"subjects": ["water board"]}, "The water boards of Peru dug a well.", True),
        ({"subjects": ["water board"]}, "The board of Peru dug a well.", False),
        ({"recipient": True}, "The board dug a well to Peru.", True),
        ({"recipient": True}, "The board dug a well to Peruvian farms.", False),
    ],
)
def test_phrases_and_recipients_of_a_rule_are_read(fields: dict[str, object], text: str, fires: bool) -> None:
    own = Taxonomy.from_mapping({"kinds": KINDS, "rules": [RULE | fields]})
    assert ("DIG" in [e.kind for e in events(text, taxonomy=own)]) is fires


@pytest.mark.parametrize("phrase", ["* well", "deep *", "deep * old * well"])
def test_a_gap_stands_between_words(phrase: str) -> None:
    with pytest.raises(SpecError, match="no words around"):
        Taxonomy.from_mapping({"kinds": KINDS, "rules": [RULE | {"objects": [phrase]}]})


def test_a_recipient_is_a_flag() -> None:
    with pytest.raises(SpecError, match="recipient"):
        Taxonomy.from_mapping({"kinds": KINDS, "rules": [RULE | {"recipient": "yes"}]})


def test_every_phrase_of_the_built_in_rules_is_kept() -> None:
    rules = {rule.id: rule for rule in Taxonomy.default().rules}
    assert ("heart", "attack") in rules["assault"].unless.phrases["heart"]
    assert ("civil", "servants") in rules["strike-work"].subjects.phrases["civil"]


def test_names_that_leave_out_what_they_share() -> None:
    names = Gazetteer.default()
    assert names.codes("North and South Korea") == ["PRK", "KOR"]
    assert names.codes("South, North Korea") == ["KOR", "PRK"]
    assert names.codes("North and South Dakota") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Brazil's central bank raised its benchmark Selic rate by a full point.", "RATE_HIKE"),
        ("The Riksbank shaves a quarter point off its policy rate", "RATE_CUT"),
        ("The phone maker reported quarterly profit well below analysts' estimates.", "EARNINGS_MISS"),
        ("Ghana skips eurobond coupon", "DEFAULT"),
        ("OPEC+ agrees to bring back 400,000 bpd", "SUPPLY_RAISE"),
        ("Moody's strips France of Aa2 grade", "RATING_DOWN"),
        ("Rockets slammed into a school in Chad.", "ASSAULT"),
        ("Farmers dump milk outside ministry", "PROTEST"),
        ("Washington adds 40 firms to trade blacklist", "SANCTION"),
        ("Nicaragua strips 94 critics of citizenship", "COERCE"),
        ("Iraqis free crew of seized tanker", "RETREAT"),
        ("Drones set Chadian oil depot ablaze", "ASSAULT"),
        ("Japan revoked Chad's most-favoured-nation status.", "SANCTION"),
        ("Taipei says it will not be bullied by Beijing", "REJECT"),
        ("France closed its last air base in Chad.", "RETREAT"),
        ("China holds live-fire drills off Taiwan", "MOBILIZE"),
        ("Cartels set trucks on fire in Mexico", "ASSAULT"),
        ("Chad brought Libya to court over the strip.", "ACCUSE"),
        ("Maduro releases 50 detained after unrest", "RETREAT"),
        ("Ukraine says Russian shelling cuts power in Sumy", "ASSAULT"),
        ("Hezbollah vows revenge", "THREATEN"),
        ("Hungary blocks aid package for Ukraine", "REJECT"),
        ("France completes troop pullout from Niger", "RETREAT"),
        ("U.S. unveils $700 million arms package for Ukraine", "AID"),
        ("Iran steps up uranium enrichment", "MOBILIZE"),
        ("Fitch knocks Israel down a notch to A", "RATING_DOWN"),
        ("Iranian MPs pass law to expel inspectors", "SANCTION"),
        ("Switzerland adopted the latest package of sanctions on Chad.", "SANCTION"),
        ("Two soldiers hurt in Mali ambush", "ASSAULT"),
        ("Airport strike grounds flights in Paris", "PROTEST"),
        ("Jordanian aircraft dropped pallets of food over Gaza.", "AID"),
        ("Washington eases curbs on Syrian banks", "RETREAT"),
        ("Togo cuts internet as protests flare", "COERCE"),
        ("Norway's central bank surprises with first cut since 2020", "RATE_CUT"),
        ("Hezbollah handed over dozens of positions to the army.", "RETREAT"),
        ("Rescuers pulled survivors from rubble in Myanmar.", "AID"),
    ],
)
def test_wording_of_the_wires(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)] == [kind]


def test_who_wins_a_match_beats_nobody() -> None:
    assert events("Liverpool beat Arsenal") == []
    assert [e.kind for e in events("Police beat demonstrators in Cairo")] == ["ASSAULT"]


def test_a_pronoun_before_a_past_form_makes_it_a_verb() -> None:
    assert [(e.kind, e.polarity) for e in events("Moscow dismisses claim it jammed GPS")] == [("COERCE", "denied")]


@pytest.mark.parametrize(
    "text",
    [
        "Confidence improved in June as fuel costs retreated.",
        "Train crash kills 50 in Greece",
        "Heat kills dozens in India",
        "Messi strikes twice as Miami win title",
        "Retailers battle for shoppers",
        "Shares hit by weedkiller verdict",
        "Glencore cuts copper output target",
        "The regulator fined nobody.",
        "China's exports top forecasts",
        "Scientists warned that glaciers were melting faster.",
    ],
)
def test_no_act_of_anybody(text: str) -> None:
    assert events(text) == []


def test_what_an_attack_is_met_with_is_no_meeting() -> None:
    assert "CONSULT" not in [e.kind for e in events("Iran says any attack would be met with a crushing reply")]


def test_whose_ground_is_struck() -> None:
    (e,) = events("In the eastern city of Kramatorsk, a Russian missile destroyed a restaurant.")
    assert (e.kind, e.source, e.target) == ("ASSAULT", ("RUS",), ("UKR",))


def test_what_somebody_sees_coming_has_not_come() -> None:
    assert [(e.kind, e.modality) for e in events("Economists see Fed staying put until autumn")] == [
        ("RATE_HOLD", "possible")
    ]


def test_a_headline_leaves_out_the_is() -> None:
    assert [(e.kind, e.modality) for e in events("Hamas weighing latest truce offer")] == [("AGREE", "possible")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # Force that drives a crowd away is an attack, too (PLOVER: the mode "crowd-control" of ASSAULT).
        ("Police fired tear gas at marchers in Lima.", "ASSAULT"),
        ("Soldiers in Nairobi fired live ammunition at marchers, killing two.", "ASSAULT"),
        ("The army crushed an uprising in Chad.", "COERCE"),
        ("Washington launched a cyber strike on Iran", "COERCE"),
        # Who makes no change to output holds it, who puts off an increase holds oil back.
        ("OPEC+ sticks to output plan", "SUPPLY_HOLD"),
        ("The cartel kept production quotas unchanged on Sunday.", "SUPPLY_HOLD"),
        ("OPEC+ postpones planned output hike to April", "SUPPLY_CUT"),
        ("The retailer expects a drop in annual profit.", "GUIDANCE_CUT"),
        ("Tehran swears to hit back", "THREATEN"),
        ("Envoys in Brussels were dismayed by Ankara's move.", "ACCUSE"),
        ("North Korea carried out a weapons test at its launch site.", "MOBILIZE"),
    ],
)
def test_families_of_verbs_and_objects(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Divers search for victims of the ferry",
        "Lakers crush Celtics",
        "Nurse reunited with her daughter after surgery",
        "Brewer raises bid for rival to $100 billion",
        "Investors await Fed meeting",
    ],
)
def test_search_bid_and_meeting_are_no_acts(text: str) -> None:
    assert events(text) == []


def test_a_clause_without_its_that_is_background() -> None:
    (e,) = events("Libya on Sunday handed back two trawlers it seized in May to Malta.")
    assert (e.kind, e.source, e.target) == ("RETREAT", ("LBY",), ("MLT",))
    # After a verb of saying the pronoun opens what is said.
    assert "ASSAULT" in [e.kind for e in events("The army said in its report it had seized the town of Goma.")]


def test_what_a_headline_says_others_will_do_is_planned() -> None:
    assert [(e.kind, e.modality) for e in events("Premier says Chadian army to withdraw from Libya")] == [
        ("RETREAT", "planned")
    ]


def test_two_verbs_of_one_act_are_one_event() -> None:
    assert len(events("A Russian drone killed four people in Odesa and wounded nine.")) == 1
    assert len(events("France shelled the fort and Libya bombed the port.")) == 2


@pytest.mark.parametrize(
    "text",
    [
        # Nature stays the subject of a second verb, and before its relative clause.
        "The earthquake struck at dawn and injured hundreds in Chile.",
        "A storm that battered Chile had driven hundreds from their homes.",
        # Fights and attacks that are none.
        "The drug maker is fighting a lawsuit in Texas.",
        "Libya was given a higher quota of 1.5 million barrels.",
        "The minister declined to comment.",
        # What traders bet on has not come.
        "Shares rise as bets on Fed pause grow",
    ],
)
def test_nobody_is_attacked_given_or_refused(text: str) -> None:
    assert [e.kind for e in events(text) if e.modality == "happened" and e.kind != "ACCUSE"] == []


def test_a_second_verb_behind_a_person_is_an_act() -> None:
    assert {e.kind for e in events("Troops entered Goma at dawn and injured hundreds.")} == {"ASSAULT"}
    assert [e.kind for e in events("Truckers who support Maduro blocked highways in Venezuela.")] == ["PROTEST"]


def test_words_that_are_attacked_and_fights_that_pause() -> None:
    assert [e.kind for e in events("Peron attacked the ruling as unfair.")] == ["ACCUSE"]
    assert [(e.kind, e.direction) for e in events("Chad and Libya agreed to a pause in fighting.")] == [
        ("AGREE", "de-escalation")
    ]


def test_a_headline_without_an_empty_line_is_a_sentence_of_its_own() -> None:
    body = "NDJAMENA - Chad's army withdrew its last battalion from the disputed strip on Monday, officials said."
    text = f"Chadian army leaves strip\n{body}\nIt had held the strip since 1987."
    assert text[slice(*sentences(text)[0])] == "Chadian army leaves strip"
    # Lines of a text that is broken at a width are none.
    wrapped = "The army of Chad withdrew its last\nbattalion from the strip on Monday, officials in the\ncapital said."
    assert len(sentences(wrapped)) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chad on June 13 condemned the raid.", "ACCUSE"),  # the day of a month is no number of what is condemned
        ("Washington does not rule out sanctions on Chad.", "THREATEN"),
        ("The premier has announced that she's stepping down.", "RETREAT"),
        ("The carmaker trims forecast after strike", "GUIDANCE_CUT"),
        ("The coffee chain failed to meet quarterly sales expectations.", "EARNINGS_MISS"),
        ("China launches war games around Taiwan", "MOBILIZE"),
        ("France and Egypt began war games in the desert.", "COOPERATE"),
        ("Manila said the reef base threatened stability.", "ACCUSE"),
        ("Militants orchestrated a series of attacks in Mali.", "ASSAULT"),
        ("Japan and Chad agree to launch air link", "AGREE"),
    ],
)
def test_more_families(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "A plane caught fire at Tehran airport.",
        "IEA trims oil demand forecast",
        "Heat drove electricity demand to a record.",
        "Pollution shuts schools in Delhi",
        "A soldier walked across the heavily militarised border.",
    ],
)
def test_fires_forecasts_and_demand(text: str) -> None:
    assert events(text) == []


def test_in_an_article_of_sport_nobody_is_attacked() -> None:
    match = (
        "Chad beat Libya to reach the World Cup. Libya attacked from the start and their striker Salem struck twice, "
        "but Chad's goalkeeper denied him in the second half. Chad's coach hailed the team. "
    )
    assert {e.kind for e in events(match)} <= {"SUPPORT"}
    assert [e.kind for e in events(match + "Russia was banned from the tournament.")][-1] == "COERCE"
    # A bomb in a stadium is no sport.
    assert "ASSAULT" in [e.kind for e in events(match + "A bomb killed five fans outside the stadium in Tripoli.")]


def test_what_profit_is_compared_with_is_not_its_time() -> None:
    (e,) = events("Net income climbed to $20 billion from $14 billion a year earlier.")
    assert e.kind == "EARNINGS_BEAT"
    assert e.earliest.date().isoformat() == "2015-06-15"
    (e,) = events("Chad shelled Libya a year earlier.")
    assert e.earliest.year == 2014


@pytest.mark.parametrize(
    "text",
    [
        "One killed as building collapses in Lagos",
        "Ship carrying migrants sinks off Libya, kills 15",
        "Two people were killed after a train derailed in Chile.",
        "Premier under pressure to spell out plan",
        "Drought threatens to hurt growth in Kenya",
        "OPEC postpones summit by four days",
    ],
)
def test_accidents_and_pressure_are_no_acts(text: str) -> None:
    assert events(text) == []


def test_an_accident_does_not_hide_an_attack() -> None:
    assert {e.kind for e in events("A bus crashed when gunmen opened fire, killing nine in Mali.")} == {"ASSAULT"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("France calls on Iran to be flexible", "REQUEST"),
        ("OPEC, allies agree to prolong cuts into 2020", "SUPPLY_CUT"),
        ("The military seized power in Gabon.", "ASSAULT"),
        ("Chad bars aid agencies from operating in the east", "COERCE"),
    ],
)
def test_calls_cuts_and_coups(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Israeli strikes in Gaza intensified on Sunday.", "ASSAULT"),
        ("The navy launched a third round of missile strikes on Yemen.", "ASSAULT"),
        ("Washington designates the Houthis as terrorists", "COERCE"),
        ("Mali and Niger quit ECOWAS", "SANCTION"),
        ("Washington called Chad's test abhorrent.", "ACCUSE"),
        ("Beijing will not give up on the reef, minister says", "REJECT"),
        ("Hundreds in Goma are protesting against the peace agreement.", "PROTEST"),
    ],
)
def test_strikes_groups_and_blame(text: str, kind: str) -> None:
    assert [e.kind for e in events(text)] == [kind]


def test_strikes_of_workers_are_no_attacks() -> None:
    for text in ("French rail strikes disrupt travel", "Rail workers strike in France", "Lira and rand fight back"):
        assert "ASSAULT" not in [e.kind for e in events(text)]
    assert [e.kind for e in events("US reinstates sanctions on Chad")] == ["SANCTION"]


def test_a_clock_soon_after_publication_is_not_of_the_day_before() -> None:
    for clock, day in (("6:20 p.m.", 15), ("11:30 p.m.", 14)):
        (e,) = extract_events(Article(f"Chad shelled Libya at {clock} GMT.", "2022-02-15T18:00+00:00"))
        assert (e.earliest.day, e.latest.day) == (day, day)


@pytest.mark.parametrize(
    "text",
    [
        "Planemaker strike enters third week",
        "Airbus wins order for 50 jets from Gulf carrier",
        "Pop star storms charts in Japan",
        "Nissan and Honda call off merger talks",
        "Champion withdraws from French Open",
    ],
)
def test_firms_and_stars_do_no_harm(text: str) -> None:
    assert not {e.kind for e in events(text)} & {"ASSAULT", "REQUEST", "SANCTION", "RETREAT"}


def test_envoys_talks_and_rockets_still_do() -> None:
    assert [e.kind for e in events("Chad calls off border talks with Libya")] == ["SANCTION"]
    assert [e.kind for e in events("Chad withdraws from Libyan border town")] == ["RETREAT"]
    assert [e.kind for e in events("Rocket explodes in Tripoli market")] == ["ASSAULT"]
