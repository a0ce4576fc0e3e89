"""Sentences and clauses: expected spans written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstudy.events.language.lexing import tokenize
from eventstudy.events.language.text import MAX_SENTENCE, clauses, sentences


def _sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


def _clauses(text: str) -> list[str]:
    return [text[a:b] for a, b in clauses(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oil fell. It rose.", ["Oil fell.", "It rose."]),
        ("He met U.S. President Joe Biden. It ended.", ["He met U.S. President Joe Biden.", "It ended."]),
        ("It fell in the U.S. The ruble rose.", ["It fell in the U.S.", "The ruble rose."]),
        ("It was 75.2232 at 3:22 p.m. in Moscow. Oil fell.", ["It was 75.2232 at 3:22 p.m. in Moscow.", "Oil fell."]),
        ("It closed at 5 p.m. The dollar fell.", ["It closed at 5 p.m.", "The dollar fell."]),
        ("Oil trades below $95. Gold rose.", ["Oil trades below $95.", "Gold rose."]),
        ("Gen. Mark A. Milley spoke on Feb. 11. He left.", ["Gen. Mark A. Milley spoke on Feb. 11.", "He left."]),
        ("“We won,” he said. “It is over.” They left.", ["“We won,” he said.", "“It is over.”", "They left."]),
        ('"Why?" he asked. "No!" she said.', ['"Why?" he asked.', '"No!" she said.']),
        ("A headline\n\nThe body. ", ["A headline", "The body."]),
        ("wrapped\nline. Next.", ["wrapped\nline.", "Next."]),
        ("- one\n- two", ["- one", "- two"]),
        ("", []),
        ("  \n\n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Kremlin has denied it plans an attack and Putin endorsed continued talks.",
            ["The Kremlin has denied it plans an attack", "and Putin endorsed continued talks."],
        ),
        (
            "After warning that an invasion could take place, the U.S. has evacuated its embassy.",
            ["After warning", "that an invasion could take place,", "the U.S. has evacuated its embassy."],
        ),
        ("Gold and silver rose 2%.", ["Gold and silver rose 2%."]),
        ("Brent rose 2% and WTI fell 1%.", ["Brent rose 2%", "and WTI fell 1%."]),
        ("Oil fell as much as 2.1% to $95.", ["Oil fell as much as 2.1% to $95."]),
        ("It rose to 1,234.5 at 3:22 p.m.", ["It rose to 1,234.5 at 3:22 p.m."]),
        ("If it attacks, we will respond.", ["If it attacks, we will respond."]),
        ("Oil fell to the lowest since 2014; gold rose.", ["Oil fell to the lowest since 2014;", "gold rose."]),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert _clauses(text) == expected


@given(st.text(max_size=400))
def test_spans_lie_inside_in_order_and_lose_nothing_but_space(text: str) -> None:
    spans = sentences(text)
    place = 0
    for a, b in spans:
        assert place <= a < b <= len(text)
        assert not text[place:a].strip() or set(text[place:a].strip()) <= set("\n")
        pieces = clauses(text, a, b)
        at = a
        for c, d in pieces:
            assert at <= c < d <= b
            assert not text[at:c].strip()
            at = d
        place = b
    assert not text[place:].strip()


@pytest.mark.parametrize("unit", ["a", ".", '."', "\n", "1", "and said ", "“", ", ", "\n "])
def test_no_sentence_is_longer_than_the_bound(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert all(b - a <= MAX_SENTENCE for a, b in sentences(text))


def test_a_headline_with_a_stop_inside_is_one_sentence_that_overlaps_none() -> None:
    headline = "Silver rose 0.9%. Serbia could face an embargo, a minister cautions"
    body = "The ruble dropped more than 3% on Tuesday, its biggest daily loss since the spring."
    text = f"{headline}\n{body}"
    assert [text[a:b] for a, b in sentences(text)] == [headline, body]


@pytest.mark.parametrize(
    "text",
    [
        "Oil fell, it rose.",
        "  Oil   fell,\r\n  it rose. ",
        "Oil_fell, _it_ rose__",
        "Oil\u00a0fell,\tit’s “up” 2.5%\n",
        f"{'-,' * 30} oil  {'(' * 50}fell",
        "",
    ],
)
def test_each_token_stands_where_it_is_said_to(text: str) -> None:
    before = "Gold. "
    tokens = tokenize(before + text + " It", len(before), len(before) + len(text))
    places = list(range(len(tokens.words)))
    assert [(before + text)[tokens.starts[i] : tokens.end(i)] for i in places] == tokens.words
    covered = {k for i in places for k in range(tokens.starts[i], tokens.end(i))}
    left = {c for k, c in enumerate(before + text) if k >= len(before) and k not in covered}
    assert all(c.isspace() or c == "_" for c in left)
    assert tokens.starts == sorted(set(tokens.starts))
