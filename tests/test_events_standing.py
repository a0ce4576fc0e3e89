"""Roles that a whole article gives a name: "the central bank", "police", "the kingdom", "the group"."""

import pytest

from eventstudy.events import extract_events
from eventstudy.news import Article

COLOMBO = "COLOMBO - Sri Lanka banned imports of fertiliser in May."
ROME = "Italy and France signed a treaty in Rome on Thursday."


def read(*sentences):
    text = " ".join(sentences)
    article = Article(text, "2021-10-28")
    events = list(extract_events(article))
    return article, events


@pytest.mark.parametrize(
    ("lead", "sentence", "kind", "source", "target"),
    [
        (COLOMBO, "The central bank raised its policy rate in August.", "RATE_HIKE", ["LKA"], []),
        (COLOMBO, "The central bank last Thursday cut its policy rate.", "RATE_CUT", ["LKA"], []),
        (COLOMBO, "The central bank, in an unscheduled meeting, raised its policy rate.", "RATE_HIKE", ["LKA"], []),
        (COLOMBO, "The government raised taxes and the central bank hiked its policy rate.", "RATE_HIKE", ["LKA"], []),
        (COLOMBO, "Relatives staged weekly marches to demand their release.", "PROTEST", ["LKA"], ["LKA"]),
        (COLOMBO, "The government rejected the plan and police broke up a protest.", "COERCE", ["LKA"], ["LKA"]),
        (COLOMBO, "Police detained dozens of demonstrators, lawyers said.", "COERCE", ["LKA"], ["LKA"]),
        (COLOMBO, "The government criticised the report as biased.", "ACCUSE", ["LKA"], []),
        (COLOMBO, "The opposition leader met the Indian high commissioner.", "CONSULT", ["LKA"], ["IND"]),
        (COLOMBO, "The finance ministry condemned the U.S. decision.", "ACCUSE", ["LKA"], ["USA"]),
        (COLOMBO, "The International Monetary Fund urged the government to act.", "REQUEST", ["IMF"], ["LKA"]),
        (COLOMBO, "The United Nations held talks with the government on Monday.", "CONSULT", ["UN"], ["LKA"]),
        ("Saudi Arabia exports most of its oil to Asia.", "The kingdom slashed output by 1 million bpd.", "SUPPLY_CUT",
         ["SAU"], []),
        ("OPEC has thirteen members.", "The cartel agreed to cut output by 2 million bpd.", "SUPPLY_CUT", ["OPEC"], []),
        ("NATO leaders gathered in Madrid.", "The alliance condemned Russia.", "ACCUSE", ["NATO"], ["RUS"]),
        ("The Group of Seven gathered in Bavaria.", "Ukraine urged the group to supply air defences.", "REQUEST",
         ["UKR"], ["G7"]),
    ],
)  # fmt: skip
def test_a_bare_role_is_that_of_the_country_or_body_spoken_of(lead, sentence, kind, source, target):
    article, events = read(lead, sentence)
    told = events[-1]
    assert (told.kind, list(told.source), list(told.target)) == (kind, source, target)
    for span in told.spans:
        assert article.text[span.start : span.end]
        if span.field in ("source", "target"):
            assert span.start >= len(lead)  # the evidence is the role in the sentence itself


@pytest.mark.parametrize(
    ("lead", "sentence"),
    [
        # two countries are spoken of alike, or none: nobody is guessed
        (ROME, "The government criticised the report as biased."),
        ("Growth slowed in the spring.", "The central bank raised its policy rate in August."),
        # a role that is not the country's, or not one alone
        (COLOMBO, "A government spokesman in exile criticised the report."),
        (COLOMBO, "Some lawmakers rejected the plan for a treaty."),
        (COLOMBO, "The company raised its forecast for profit."),
        # the last one named is of another sort
        (COLOMBO, "The cartel agreed to cut output by 2 million bpd."),
        (COLOMBO, "The alliance condemned the attack."),
    ],
)
def test_a_role_without_one_country_to_belong_to_is_nobodys(lead, sentence):
    events = read(lead, sentence)[1]
    assert all(e.source == () for e in events if e.spans[0].start > len(lead))


@pytest.mark.parametrize(
    "dateline", ["COLOMBO - ", "COLOMBO (Our Agency) — ", "COLOMBO, Oct 28 (Our Agency) - ", "COLOMBO/NEW YORK - "]
)
def test_a_dateline_tells_the_country_but_acts_in_no_sentence(dateline):
    text = dateline + "Growth slowed in the spring. The central bank raised its policy rate in August."
    (event,) = extract_events(Article(text, "2021-10-28"))
    assert event.source == (() if "NEW YORK" in dateline else ("LKA",))


def test_the_country_a_story_is_filed_from_needs_no_more_than_the_most_names():
    text = "India sent aid. Sri Lanka thanked it. Sri Lanka is short of fuel. The central bank raised its policy rate."
    assert [e.source for e in extract_events(Article(text, "2021-10-28"))][-1] == ()
    assert [e.source for e in extract_events(Article("COLOMBO - " + text, "2021-10-28"))][-1] == ("LKA",)


def test_the_sentence_itself_goes_before_the_article():
    event = read(COLOMBO, "In Nepal, police detained dozens of protesters.")[1][-1]
    assert event.source == ("NPL",)


@pytest.mark.parametrize(
    "sentence",
    [
        "The government criticised the decision as unfair and said it would accept the ruling.",
        "The government rejected the offer and condemned the raid.",
    ],
)
def test_verbs_that_share_a_subject_share_whom_it_stands_for(sentence):
    events = [e for e in read(COLOMBO, sentence)[1] if e.spans[0].start > len(COLOMBO)]
    assert len(events) == 2
    assert [e.source for e in events] == [("LKA",), ("LKA",)]
    assert all(e.speaker not in ("and", "but") for e in events)


def test_a_single_sentence_is_read_as_before():
    assert read("The central bank raised its policy rate in August.")[1][0].source == ()
