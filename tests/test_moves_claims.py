"""The same claims put into sentences of our own: read from text, then held against the same prices."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from eventstudy.events.moves import extract_moves
from eventstudy.events.records import ReportedMove
from eventstudy.events.tables import MoveTable
from eventstudy.news.article import Article
from eventstudy.reconciliation import verify_moves
from tests._claims import claims, futures, rates_and_spot

pytestmark = pytest.mark.shared
SENTENCES = Path(__file__).parent / "data" / "moves_claims.jsonl"


@pytest.fixture(scope="module")
def table(shared_dir) -> pd.DataFrame:
    return pd.read_csv(shared_dir / "data" / "article_price_claims.csv")


@pytest.fixture(scope="module")
def read(table) -> list[ReportedMove]:
    """One move a row of the table: its sentence, published an hour after the claim's own instant."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    published = pd.to_datetime(table["as_of_utc"], utc=True, format="ISO8601") + pd.Timedelta("1h")
    moves = [list(extract_moves(Article(t, p.isoformat()))) for t, p in zip(texts, published, strict=True)]
    assert [len(m) for m in moves] == [1] * len(table)
    return [m[0] for m in moves]


def test_instants_are_the_tables(table, read):
    for row, move in zip(table.itertuples(), read, strict=True):
        said = pd.Timestamp(row.as_of_utc)
        clock = "T" in row.as_of_utc
        assert move.precision == ("instant" if clock else "date"), move.quote
        assert move.as_of == (said if clock else said.tz_localize("UTC")), move.quote


def test_verdicts_are_those_of_the_table_itself(shared_dir, table, read):
    data = shared_dir / "data"
    has_change = table["pct_change"].notna().to_numpy()
    moves = MoveTable.from_items([m for m, known in zip(read, has_change, strict=True) if known])
    by_hand = claims(data / "article_price_claims.csv")
    spot, listed = rates_and_spot(data), futures(data)
    ours, theirs = verify_moves(moves, spot), verify_moves(by_hand, spot)
    # A sentence that does not say "futures" is not held to them where the series is dated spot.
    same = ours["asset"] != "BRENT"
    assert ours.loc[same, "verdict"].tolist() == theirs.loc[same, "verdict"].tolist()
    ours, theirs = verify_moves(moves, listed), verify_moves(by_hand, listed)
    assert ours["verdict"].tolist() == theirs["verdict"].tolist()
    held = ours[ours["asset"].isin(["BRENT", "WTI"])]
    assert len(held) == 10
    assert set(held["verdict"]) == {"consistent"}
