"""A sentence that comes again is read as it was the first time, wherever it stands and by whatever words."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.events import EventTable, Gazetteer, Taxonomy, extract_events, iter_events
from eventstudy.events.readings.recurring import Recurring
from eventstudy.news import Article

SENTENCES = (
    "Russia withdrew troops from the border on Monday.",
    "It denied that it plans an attack.",
    'The U.S. warned that "an attack could come", officials in Washington said.',
    "Peru, which condemned the raid, used a visit to Chile to lobby for help.",
    "Kuwait and Iraq agreed to cut output by 1 million bpd and called off talks with Iran.",
    "May said hedge funds cut their bets.",
    "Nothing happened.",
    "The central bank raised its policy rate.",
)


def told(text: str, taxonomy: Taxonomy | None = None) -> list[tuple[object, ...]]:
    article = Article(text, "2022-02-15")
    found = extract_events(article, taxonomy=taxonomy)
    rows = []
    for e in found:
        spans = [(s.field, article.text[s.start : s.end]) for s in e.spans]
        rows.append((e.kind, e.source, e.target, e.polarity, e.modality, e.quote, spans))
    return rows


def fresh() -> Taxonomy:
    """The library's own words as another object, which remembers nothing."""
    default = Taxonomy.default()
    return type(default)(**{name: getattr(default, name) for name in default.__dataclass_fields__ if name[0] != "_"})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
def test_whatever_stood_there_before_a_text_is_read_as_afresh(chosen):
    text = " ".join(chosen)
    assert told(text) == told(text, fresh()) == told(text)


def test_the_places_of_spans_are_those_of_the_text_that_is_read():
    for before in ("", "Markets were calm. ", "Nothing of note was said in Lima on Friday. "):
        rows = [row for row in told(before + SENTENCES[0]) if row[0] == "RETREAT"]
        assert [row[5] for row in rows] == ["Russia withdrew troops from the border on Monday."]
        assert ("source", "Russia") in rows[0][6]


def test_other_words_have_a_memory_of_their_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[kinds]\nNAP = { direction = "neither" }\n[[rules]]\nid = "nap"\nkind = "NAP"\nverbs = ["nap"]\n')
    asleep = "Peru napped in Lima on Friday."
    for _ in range(3):
        assert told(asleep) == []
        assert [row[0] for row in told(asleep, Taxonomy.load(path))] == ["NAP"]


def test_what_is_met_once_is_not_kept_and_long_sentences_never():
    memory = Recurring(Taxonomy.default(), Gazetteer.default())
    once, twice, third = (memory.read(SENTENCES[0], 0, len(SENTENCES[0])) for _ in range(3))
    assert once.kept is None and twice.kept is not None
    assert third.predicates is twice.predicates is not once.predicates
    long = "Russia attacked Ukraine and " * 40 + "left."
    assert all(memory.read(long, 0, len(long)).kept is None for _ in range(3))


def test_a_sentence_that_comes_again_is_moved_and_not_read_again():
    words, names = Taxonomy.default(), Gazetteer.default()
    memory = Recurring(words, names)
    sentence = "Chile accused Peru of spying, but Lima denied it."
    text = f"{sentence} {sentence} {sentence}"
    places = [k * (len(sentence) + 1) for k in range(3)]
    once, twice, third = (memory.read(text, a, a + len(sentence)) for a in places)
    told = [known.told(known.scene(), words, first=False) for known in (once, twice, third)]
    assert told[0] and told[2] is told[1] is not told[0]
    for known, place in zip((once, twice, third), places, strict=True):
        assert [a - place for a in known.tokens.starts] == [a - places[0] for a in once.tokens.starts]
        assert known.scene().tokens is known.tokens
        pieces = known.clauses(text, place, place + len(sentence))
        assert [text[a:b] for a, b in pieces] == ["Chile accused Peru of spying,", "but Lima denied it."]
    assert twice.told(twice.scene(), words, first=True) is not told[1]  # a headline may read otherwise


def test_a_table_of_events_is_that_of_the_events_one_at_a_time():
    articles = [Article(" ".join(SENTENCES * 3) + f" {k}", f"2022-02-{k:02d}") for k in range(1, 8)]
    at_once = extract_events(articles)
    one_by_one = EventTable.from_items(iter_events(articles))
    assert len(at_once) > 64  # more than are held as objects at a time
    assert list(map(repr, at_once)) == list(map(repr, one_by_one))
    pd.testing.assert_frame_equal(at_once.to_frame(), one_by_one.to_frame())
    assert at_once.array("spans").tolist() == one_by_one.array("spans").tolist()


def test_a_full_memory_keeps_what_it_has_until_it_begins_anew():
    memory = Recurring(Taxonomy.default(), Gazetteer.default(), most_kept=2, most_met=5)
    texts = [f"Chile accused Peru of {deed}." for deed in ("spying", "lying", "bullying", "theft", "fraud", "bribery")]

    def kept(text: str) -> bool:
        return memory.read(text, 0, len(text)).kept is not None

    assert [[kept(text) for text in texts[:5]] for _ in range(3)] == [[False] * 5] + [[True, True] + [False] * 3] * 2
    assert [kept(texts[5]), kept(texts[0]), kept(texts[5]), kept(texts[0])] == [False, False, True, True]
