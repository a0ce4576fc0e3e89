"""The plainest sentence is read without the grammar, and says what the grammar would have said."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eventstudy.events import extract_moves
from eventstudy.events.moves import article_moves, articles
from eventstudy.events.moves.mentions import gazetteer
from eventstudy.events.moves.plain import PLAIN_VERBS, read_plain
from eventstudy.news import Article

pytestmark = pytest.mark.skipif(
    not str(articles.__file__).endswith(".py"),
    reason="nothing can be put between compiled readers",
)

DATA = Path(__file__).parent / "data"
SIZES = ("3.5%", "2 percent", "100%", "0.25 percent", "2014%", "12.30 percent", "1530.5%", "123456%")
NAMES = ("Oil", "Brent", "Gold", "Wheat", "Copper", "Lead", "Diesel", "Grains", "Carbon", "Bullion")
# None of these is so plain, for one reason each.
OTHERS = (
    "Oil fell 3.5%?", "Oil did not fall 3.5%.", "Oil rises 3.5%.", "Gas fell 3.5%.", "Stocks fell 3.5%.",
    "Sterling fell 2%.", "It fell 2%.", "Oil prices fell 2%.", "oil fell 2%.", "Oil fell 2% on Monday.",
    "Oil climbing 2%.", "Oil steadied 2%.", "Exxon fell 2%.", "Oil fell $2.", "Prices rose 3.5%.",
    "OPEC met in Vienna.",
)  # fmt: skip


def both(text: str, monkeypatch: pytest.MonkeyPatch, published: str = "2022-02-15T14:00Z") -> int:
    """Compare the two ways; give how many sentences were read the short one."""
    article, plain = Article(text, published), []
    monkeypatch.setattr(articles, "read_plain", lambda *given: plain.append(read_plain(*given)) or plain[-1])
    short = article_moves(article)
    monkeypatch.setattr(articles, "read_plain", lambda *_given: None)
    assert repr(short) == repr(article_moves(article)), text
    return sum(found is not None for found in plain)


def test_a_plain_sentence_by_hand() -> None:
    (move,) = extract_moves(Article("Oil fell 3.5%.", "2022-02-15"))
    assert (move.asset, move.direction, move.amount, move.unit) == ("class:oil", "down", 3.5, "percent")
    assert (move.polarity, move.modality, move.quote, move.precision) == (
        "asserted",
        "happened",
        "Oil fell 3.5%",
        "date",
    )
    assert {span.field: move.quote[span.start : span.end] for span in move.spans if span.field != "quote"} == {
        "asset": "Oil", "direction": "fell", "amount": "3.5%",
    }  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_every_name_and_every_verb(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs = [f"{name} {verb} {size}." for name in NAMES[:2] for verb in PLAIN_VERBS]
    assert both(" ".join(verbs), monkeypatch) == 2 * len(PLAIN_VERBS)
    alone = [word for word, names in gazetteer().by_first.items() if "" in names and word.isalpha()]
    told = both(" ".join(f"{word.title()} {verb} {size}." for word in alone for verb in ("fell", "rose")), monkeypatch)
    assert told > 2 * len(NAMES)


def test_what_is_not_so_plain_is_left_to_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [text for text in OTHERS if both(text, monkeypatch)] == []


def test_among_other_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a plain sentence leaves behind is what "it" and "prices" stand for in the next one."""
    draw = random.Random(5)
    lines = [line for path in sorted(DATA.glob("moves_*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    others = [*OTHERS, *(json.loads(line)["text"] for line in lines)]
    plain = [
        f"{name} {verb} {size}." for name in NAMES for verb in ("fell", "rose", "lost", "firmed") for size in SIZES
    ]
    read = 0
    for _ in range(60):
        said = [draw.choice(others if draw.random() < 0.6 else plain) for _ in range(12)]
        said += draw.sample(said, 3)  # a sentence that stands there twice is read once
        read += both(
            draw.choice((" ", "\n\n")).join(said), monkeypatch, draw.choice(("2022-02-15", "2022-02-15T14:00Z"))
        )
    assert read > 100
