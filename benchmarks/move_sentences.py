"""Figures of reading market moves, for `extraction.py`: our own sentences in tests/data, and the speed.

A move counts as found where asset, direction and amount are all right; the other fields are scored on
the moves found. The sentences were written and labelled by hand, half of them to mislead.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

from eventstudy.events.moves import article_moves
from eventstudy.events.records import ReportedMove
from eventstudy.news import Article, read_news

HERE = Path(__file__).resolve().parents[1]
DEFAULTS: dict[str, Any] = {
    "unit": "", "bound": "exact", "level": None, "level_unit": "", "level_bound": "exact", "against": "",
    "modality": "happened", "polarity": "asserted",
}  # fmt: skip


def core(move: ReportedMove) -> tuple[str, str, float | None]:
    return move.asset, move.direction, None if math.isnan(move.amount) else round(move.amount, 3)


def label(move: dict[str, Any]) -> tuple[str, str, float | None]:
    return move["asset"], move["direction"], round(move["amount"], 3) if "amount" in move else None


def move_sentences(name: str) -> dict[str, object]:
    """Score one file of sentences."""
    lines = (HERE / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = extra = missed = 0
    named = [f for f in DEFAULTS if any(f in m for row in rows for m in row["moves"])]  # some sets label the move alone
    right = dict.fromkeys(named, 0)
    errors = []
    for row in rows:
        left = article_moves(Article(row["text"], "2022-02-15"))
        for want in row["moves"]:
            hit = next((m for m in left if core(m) == label(want)), None)
            if hit is None:
                missed += 1
                errors.append(f"missed {label(want)} | {row['text']}")
                continue
            found += 1
            left.remove(hit)
            for field in named:
                default, have = DEFAULTS[field], getattr(hit, field)
                have = None if isinstance(have, float) and math.isnan(have) else have
                right[field] += have == want.get(field, default)
        extra += len(left)
        errors += [f"extra {core(m)} | {row['text']}" for m in left]
    fields = {f: right[f] / found for f in named}
    return {
        "sentences": len(rows),
        "moves": found + missed,
        "precision": found / (found + extra),
        "recall": found / (found + missed),
        **fields,
        "errors": errors,
    }


def move_speed(n: int = 60) -> dict[str, object]:
    """Time whole articles of 4,400 characters: of our seeds, and of nothing but the sentences with moves."""
    body = "\n\n".join(a.text for path in sorted((HERE / "seeds").glob("*.md")) for a in read_news(path))
    plain = (HERE / "tests" / "data" / "moves_plain.jsonl").read_text(encoding="utf-8").splitlines()
    dense = " ".join(json.loads(line)["text"] for line in plain)
    figures: dict[str, object] = {}
    for name, text in (("our seeds", body), ("nothing but market reports", dense)):
        articles = [Article((text * 4)[i * 97 :][:4400], "2022-02-15") for i in range(n)]
        article_moves(articles[0])
        start = time.process_time()
        moves = sum(len(article_moves(a)) for a in articles)
        figures[f"{name}: moves an article"] = round(moves / n, 1)
        figures[f"{name}: milliseconds an article"] = round(1000 * (time.process_time() - start) / n, 1)
    return figures
