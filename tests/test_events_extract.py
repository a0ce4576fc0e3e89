"""Event extraction: scope of negation and modality, actors, times, hostile text, and the original article."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import EventStudyWarning, NewsError, SpecError
from eventstudy.events import Event, EventTable, Gazetteer, Taxonomy, extract_events
from eventstudy.news import Article, read_news


def events(text: str, published: str = "2022-02-15", **options: object) -> list[Event]:
    return list(extract_events(Article(text, published), **options))  # type: ignore[arg-type]


def one(text: str) -> Event:
    found = events(text)
    assert len(found) == 1, [(e.kind, e.quote) for e in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "polarity", "modality"),
    [
        ("Russia withdrew its troops from the border.", "RETREAT", "asserted", "happened"),
        ("Russia did not withdraw its troops from the border.", "RETREAT", "denied", "happened"),
        ("Russia has never attacked Ukraine.", "ASSAULT", "denied", "happened"),
        ("Russia may attack Ukraine.", "ASSAULT", "asserted", "possible"),
        ("Russia plans to attack Ukraine.", "THREATEN", "asserted", "planned"),
        ("The Kremlin denied that it plans an attack.", "THREATEN", "denied", "planned"),
        ("Russia will impose sanctions on Ukraine.", "THREATEN", "asserted", "planned"),
        ("Russia said it would impose sanctions on Ukraine.", "THREATEN", "asserted", "happened"),
        ("Will Russia attack Ukraine?", "ASSAULT", "asserted", "possible"),
        ("Israel must stop attacks on Gaza, Egypt said.", "REQUEST", "asserted", "demanded"),
        ("Iran refused to release the prisoners.", "REJECT", "asserted", "happened"),
        ("Iran agreed to release the prisoners.", "AGREE", "asserted", "happened"),
        ("Iran will not accept the offer.", "REJECT", "asserted", "happened"),
        ("Turkey ended its blockade of the port.", "RETREAT", "asserted", "happened"),
        ("Turkey stopped shelling the town.", "RETREAT", "asserted", "happened"),
        ("Turkey suspended talks with Greece.", "SANCTION", "asserted", "happened"),
        ("The Fed raised interest rates.", "RATE_HIKE", "asserted", "happened"),
        ("OPEC cut output by a million barrels a day.", "SUPPLY_CUT", "asserted", "happened"),
    ],
)
def test_kind_and_status(text: str, kind: str, polarity: str, modality: str) -> None:
    e = one(text)
    assert (e.kind, e.polarity, e.modality) == (kind, polarity, modality)


@pytest.mark.parametrize(
    "text",
    [
        "Had Russia attacked Ukraine, gold would have surged.",
        "Gold would have surged had Russia attacked Ukraine.",
        "Should Russia attack Ukraine, gold will jump.",
        "Were Russia to attack Ukraine, gold would jump.",
        "If Russia had attacked Ukraine, gold would have surged.",
    ],
)
def test_an_inverted_conditional_asserts_nothing(text: str) -> None:
    e = one(text)
    assert (e.kind, e.modality, e.source) == ("ASSAULT", "conditional", ("RUS",))


@pytest.mark.parametrize("text", ["Russia had attacked Ukraine.", "It said Russia had attacked the port before."])
def test_a_past_perfect_is_no_conditional(text: str) -> None:
    assert one(text).modality == "happened"


def test_what_begins_on_a_day_to_come_is_not_dated_the_week_before() -> None:
    (e,) = events("Russia and Ukraine agreed to a truce that begins on Thursday.", "2022-02-16")
    assert f"{e.earliest:%Y-%m-%d}" == "2022-02-16"


def test_a_role_without_nationality_belongs_to_the_country_that_acts() -> None:
    e = one("Turkey released five opposition politicians on Monday.")
    assert (e.kind, e.source, e.target) == ("RETREAT", ("TUR",), ("TUR",))
    text = "Crowds stormed the Danish embassy in Tehran."
    e = one(text)
    assert (e.kind, e.source, e.target) == ("PROTEST", ("IRN",), ("DNK",))
    assert [text[s.start : s.end] for s in e.spans if s.field == "source"] == ["Crowds"]


def test_subjects_of_a_rule_settle_who_acts() -> None:
    assert one("Students blocked the highway in Chile.").kind == "PROTEST"
    assert one("Pilots in Greece struck for higher wages.").kind == "PROTEST"
    assert one("Turkish jets struck Kurdish positions.").kind == "ASSAULT"


def test_scope_ends_with_the_clause() -> None:
    denied, endorsed = events(
        "The Kremlin has consistently denied it plans an attack and Putin endorsed continued talks."
    )
    assert (denied.polarity, denied.modality) == ("denied", "planned")
    assert (endorsed.kind, endorsed.polarity, endorsed.modality, endorsed.source) == (
        "SUPPORT",
        "asserted",
        "happened",
        ("RUS",),
    )
    evacuated, urged = events(
        "After warning that a Russian invasion could take place this week, the U.S. has evacuated its embassy "
        "from Kyiv and urged Americans to leave Ukraine."
    )
    assert (evacuated.kind, evacuated.polarity, evacuated.modality, evacuated.source) == (
        "SANCTION", "asserted", "happened", ("USA",),
    )  # fmt: skip
    assert "invasion" not in evacuated.quote
    assert urged.source == ("USA",)


@pytest.mark.parametrize(
    "text", ["Oil retreated from a record.", "Stocks rallied on Tuesday.", "The ruble fell 3%.", "It rained."]
)
def test_no_event(text: str) -> None:
    assert events(text) == []


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("The United States and Jordan attacked Syria.", ("USA", "JOR"), ("SYR",)),
        ("Pakistan, a key U.S. ally, criticised India.", ("PAK",), ("IND",)),
        ("Syrian rebels were bombed by Russian jets.", ("RUS",), ("SYR",)),
        ("The Kremlin criticised Berlin.", ("RUS",), ("DEU",)),
        ("On Friday, Angela Merkel praised Greece.", ("DEU",), ("GRC",)),
        ("NATO condemned North Korea.", ("NATO",), ("PRK",)),
    ],
)
def test_actors(text: str, source: tuple[str, ...], target: tuple[str, ...]) -> None:
    e = one(text)
    assert (e.source, e.target) == (source, target)


def test_a_pronoun_takes_the_subject_of_the_sentence_before() -> None:
    first, second = events("Iran rejected the offer. It expelled two German diplomats.")
    assert second.source == ("IRN",)
    span = next(s for s in second.spans if s.field == "source")
    assert (span.start, span.end) == (0, 4)
    assert first.source == ("IRN",)


def test_what_a_relative_clause_names_neither_speaks_nor_acts() -> None:
    event = one("Ghana, which condemned the raid on Togo, said it would send medicine.")
    assert (event.source, event.speaker) == (("GHA",), "Ghana")


def test_speaker() -> None:
    e = one("Russia attacked the town, a Ukrainian official said on Monday.")
    assert e.speaker == "a Ukrainian official"
    assert one("Poland said that Russia had attacked Ukraine.").speaker == "Poland"


def test_time_is_the_interval_in_which_it_became_public() -> None:
    article = Article(
        "Russia attacked Ukraine on Tuesday. It expelled diplomats.", "2022-02-15T11:23:00+03:00", tz="Europe/Moscow"
    )
    day, none = extract_events(article)
    # Tuesday in Moscow began at 21:00 UTC the evening before; publication ends the interval.
    for e in (day, none):
        assert e.earliest == pd.Timestamp("2022-02-14T21:00Z")
        assert e.latest == pd.Timestamp("2022-02-15T08:23Z")
        assert e.precision == "interval"
    (clock,) = events("Iran fired missiles at Israel at 3:22 p.m. in Moscow.")
    assert clock.earliest == clock.latest == pd.Timestamp("2022-02-15T12:22Z")
    assert clock.precision == "instant"


def test_night_editions_may_report_the_evening_before() -> None:
    (e,) = events("Iran attacked Israel.", "2022-02-15T01:00:00+00:00")
    assert e.earliest == pd.Timestamp("2022-02-14T00:00Z")


def test_recalled_events_have_their_own_dates_or_are_marked() -> None:
    new, last_week, perfect = events(
        "Russia attacked Ukraine. Putin met Macron last week. The EU has imposed sanctions on Russia."
    )
    assert not new.extra["background"]
    assert last_week.extra["background"] and last_week.latest < pd.Timestamp("2022-02-15T00:00Z")
    assert perfect.extra["background"]


def test_a_plan_is_not_dated_in_the_future() -> None:
    (e,) = events("Russia will withdraw its troops on Friday.", "2022-02-15")
    assert e.modality == "planned"
    assert e.latest <= pd.Timestamp("2022-02-16T00:00Z")


@pytest.mark.shared
def test_the_original_article(shared_dir: Path) -> None:
    (article,) = read_news(shared_dir / "seeds" / "2022-02-15_pullback_original.txt")
    table = extract_events(article)
    told = [e for e in table if (e.polarity, e.modality) == ("asserted", "happened")]
    first = told[0]
    assert (first.kind, first.direction, first.source) == ("RETREAT", "de-escalation", ("RUS",))
    assert (first.earliest, first.latest) == (pd.Timestamp("2022-02-15T00:00Z"), pd.Timestamp("2022-02-16T00:00Z"))
    assert article.text[first.spans[0].start : first.spans[0].end] == "pullback"
    for e in told:
        assert "plans an attack" not in e.quote
        assert "could take place" not in e.quote
        assert "sign of de-escalation" not in e.quote
        assert e.kind != "ASSAULT"
    kinds = {(e.kind, e.source, e.target) for e in told}
    assert ("SUPPORT", ("RUS",), ("WEST",)) in kinds  # endorsed continued talks with the West
    assert ("SANCTION", ("USA",), ("UKR",)) in kinds  # evacuated the embassy


def test_a_taxonomy_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        '[kinds]\nSTRIKE_GOLD = { direction = "neither", intensity = 1 }\n'
        '[[rules]]\nid = "gold"\nkind = "STRIKE_GOLD"\nverbs = ["unearth"]\nobjects = ["gold"]\n',
        encoding="utf-8",
    )
    (e,) = events("Peru unearthed tons of gold.", taxonomy=Taxonomy.load(path))
    assert (e.kind, e.rule, e.intensity, e.source) == ("STRIKE_GOLD", "gold", 1.0, ("PER",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[kinds", "not valid TOML"),
        ("[other]\n", "unknown table"),
        ('[kinds]\nA = { direction = "up" }', "has direction 'up'"),
        ("[kinds]\nA = { intensity = 11 }", "from -10 to 10"),
        ('[kinds]\nA = { colour = "red" }', "takes direction and intensity"),
        ('[[rules]]\nkind = "AID"\nverbs = ["x"]', "has no id"),
        ('[[rules]]\nid = "a"\nkind = "AIDD"\nverbs = ["x"]', "unknown kind"),
        ('[[rules]]\nid = "a"\nkind = "AID"\nverb = ["x"]', "unknown field"),
        ('[[rules]]\nid = "a"\nkind = "AID"\nverbs = "x"', "not a list"),
        ('[[rules]]\nid = "a"\nkind = "AID"', "no trigger"),
        ('[[rules]]\nid = "a"\nkind = "AID"\nverbs = ["x"]\nobjects = ["@none"]', r"not in \[words\]"),
        ('[[rules]]\nid = "a"\nframe = "none"\nverbs = ["x"]', "unknown frame"),
    ],
)
def test_a_broken_taxonomy_gives_one_clear_error(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        Taxonomy.load(path)


def test_a_gazetteer_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "g.toml"
    path.write_text(
        '[actors]\nGAZP = { type = "group", names = ["Gazprom"], members = ["Alexei Miller"] }\n', encoding="utf-8"
    )
    (e,) = events("Gazprom sued Poland.", gazetteer=Gazetteer.load(path))
    assert e.source == ("GAZP",)  # the user's name goes before the library's
    for content, message in [
        ("[actor]\n", "expected one table"),
        ('[actors]\nA = ["x"]', "not a table"),
        ('[actors]\nA = { name = ["x"] }', "unknown field"),
        ('[actors]\nA = { names = "x" }', "not a list"),
        ('[actors]\nA = { type = "person", names = ["x"] }', "has type"),
    ]:
        path.write_text(content, encoding="utf-8")
        with pytest.raises(SpecError, match=message):
            Gazetteer.load(path)
    with pytest.raises(NewsError, match="no gazetteer file"):
        Gazetteer.load(tmp_path / "none.toml")


def test_to_html_escapes_and_marks(tmp_path: Path) -> None:
    article = Article("Russia attacked Ukraine <script>alert(1)</script> on Monday.", "2022-02-15", title="<b>x</b>")
    table = extract_events(article)
    for page in (table.to_html(), table.to_html([article])):
        assert "<script>" not in page and "<b>x" not in page
        assert "<mark" in page and "attacked" in page
    said = table.explain(0, [article])
    assert "rule: assault" in said
    assert "source: RUS, from 'Russia' at 0-6" in said
    assert "'Monday'" in said


def test_the_same_article_gives_the_same_ids_and_a_copy_is_named() -> None:
    a = Article("Russia attacked Ukraine. Iran expelled diplomats.", "2022-02-15")
    assert extract_events(a).to_frame().equals(extract_events(a).to_frame())
    with pytest.warns(EventStudyWarning, match="stands twice"):
        assert len(extract_events([a, a])) == 2
    with pytest.raises(NewsError, match="expected an Article"):
        extract_events(["text"])  # type: ignore[list-item]
    assert isinstance(extract_events([]), EventTable)


VOCABULARY = (
    "Russia Ukraine denied that it plans an attack and the U.S. said , . “ ” after warning could may not to withdraw "
    "troops from border if will sanctions imposed agreed talks on Monday 3:22 p.m. hold n't has have by who which"
)
WORDS = st.sampled_from(sorted(set(VOCABULARY.split())))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_is_read_and_its_spans_reproduce(text: str) -> None:
    if not text.strip():
        return
    article = Article(text, "2022-02-15")
    for e in extract_events(article):
        assert e.earliest <= e.latest <= article.published_at
        for span in e.spans:
            assert 0 <= span.start < span.end <= len(text)
            if span.field == "quote":
                assert text[span.start : span.end] == e.quote


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("OPEC said on Thursday it would cut output by 1 million barrels a day.", "SUPPLY_CUT"),
        ("The Fed said it would raise rates by 25 basis points.", "RATE_HIKE"),
        ("Trump said he would delay tariffs on Chinese goods such as cell phones.", "TRADE_TRUCE"),
    ],
)
def test_who_says_that_it_will_has_announced_it(text: str, kind: str) -> None:
    events = extract_events(Article(text, "2019-08-13T13:45:00Z"))
    assert [(e.kind, e.polarity, e.modality) for e in events] == [(kind, "asserted", "happened")]
    assert [e.kind for e in events.headlines()] == [kind]


def test_a_table_without_an_asserted_event_has_no_headline() -> None:
    events = extract_events(Article("OPEC would cut output if prices fell, delegates said.", "2019-08-13T13:45:00Z"))
    assert [e.modality for e in events] == ["conditional"]
    assert len(events.headlines()) == 0


@pytest.mark.parametrize(
    ("headline", "kind", "direction"),
    [
        # What a market's move is put down to is the news, when a noun alone names it.
        ("Ruble rallies on troop pullback", "RETREAT", "de-escalation"),
        ("Lira tumbles after surprise rate cut", "RATE_CUT", "neither"),
        ("Oil falls on unexpected OPEC output increase", "SUPPLY_RAISE", "neither"),
        ("Dollar jumps on Fed rate hike", "RATE_HIKE", "neither"),
        ("Miner's shares sink after profit warning", "GUIDANCE_CUT", "neither"),
        # The Fed is a name and feeds nobody.
        ("Fed cuts rates by half a point", "RATE_CUT", "neither"),
        # A rate decision is the news, whatever its governor warns of.
        ("ECB leaves rates unchanged, Lagarde warns on growth", "RATE_HOLD", "neither"),
        # Allies who agree to punish a third do not make peace with it.
        ("EU agrees to ban Russian oil", "SANCTION", "escalation"),
        # A war of prices is none, and trade is no verb beside a truce.
        ("Stocks rally after U.S.-China trade truce", "TRADE_TRUCE", "de-escalation"),
        ("Truce crumbles in southern Thailand", "REJECT", "escalation"),
        ("Ceasefire fails to hold in Tripoli", "REJECT", "escalation"),
        ("China vows to retaliate", "THREATEN", "escalation"),
        ("Zambia halts payments on foreign debt", "DEFAULT", "neither"),
        ("Moody's strips Austria of top rating", "RATING_DOWN", "neither"),
        ("Fitch lifts Cyprus out of junk", "RATING_UP", "neither"),
        ("Chipmaker forecasts revenue below estimates", "GUIDANCE_CUT", "neither"),
        ("Airline withdraws forecast", "GUIDANCE_CUT", "neither"),
        ("Libya declares force majeure on crude exports", "SUPPLY_CUT", "neither"),
        ("Iraq resumes oil exports through Turkey", "SUPPLY_RAISE", "neither"),
        ("RBNZ holds fire as inflation cools", "RATE_HOLD", "neither"),
        ("Swiss central bank surprises with half-point hike", "RATE_HIKE", "neither"),
        ("Mexico hits back with tariffs on U.S. pork", "TARIFF", "escalation"),
    ],
)
def test_headlines_of_market_news(headline: str, kind: str, direction: str) -> None:
    (event,) = extract_events([Article(f"{headline}\n\nBody.", "2022-03-01")]).headlines()
    assert (event.kind, event.direction) == (kind, direction)


@pytest.mark.parametrize(
    "headline",
    [
        "Analysts expect Fed to cut rates in June",
        "Oil rises on fears of attack on tankers",
        "Ruble gains on hopes of peace talks",
        "Brent steadies ahead of OPEC meeting",
        "Saudi Arabia starts price war",
        "Fed vows to fight inflation",
        "Yields on 10-year Treasuries eased 2 basis points to 1.84%",
    ],
)
def test_headlines_that_report_no_event(headline: str) -> None:
    assert not len(extract_events([Article(f"{headline}\n\nBody.", "2022-03-01")]).headlines())


@pytest.mark.parametrize(("rows", "most"), [(1000, 20), (50, 60)])
def test_a_long_table_shows_its_first_and_last_rows(rows, most):
    day = pd.Timestamp("2001-01-01", tz="UTC")
    events = EventTable.from_items([Event(event_id=f"e{k}", earliest=day, latest=day) for k in range(rows)])
    assert f"({rows} rows)" in repr(events)
    assert min(rows, 10) < len(repr(events).splitlines()) < most
    assert events._repr_html_().count("<tr") < 70
    assert len(events.to_frame()) == rows
