"""Read every text of the test sets and print a digest of all events and moves: two builds that agree print the same.

    python scripts/readings_digest.py

One line: how many texts, events, moves, and the digest of every field and span of each.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import eventstudy as es

ROOT = Path(__file__).resolve().parents[1]


def sentences() -> Iterator[str]:
    """Give the sentences of the development sets; those held out are nobody's to read."""
    for line in (ROOT / "benchmarks" / "own_sentences.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[-1]
    for path in sorted((ROOT / "tests" / "data").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            held = json.loads(line)
            if isinstance(held, dict) and isinstance(held.get("text"), str):
                yield held["text"]


def texts() -> Iterator[str]:
    """Give the sets' sentences, our articles and pages, sentences in new company, and words in no order."""
    single = [text for text in sentences() if text.strip()]
    yield from single
    for article in es.read_news(ROOT / "seeds" / "*.md"):
        yield article.text
    for page in sorted((ROOT / "docs").rglob("*.md")):
        yield page.read_text(encoding="utf-8")[:20_000]
    draw = random.Random(7)
    for _ in range(600):
        yield " ".join(draw.sample(single, 8))
    for _ in range(600):
        words = " ".join(draw.sample(single, 3)).split()
        draw.shuffle(words)
        yield " ".join(words)


def main() -> None:
    """Read and print."""
    digest, counts = hashlib.sha256(), [0, 0, 0]
    for number, text in enumerate(texts()):
        article = es.Article(text, ("2022-02-15", "2022-02-15T14:00Z")[number % 2])
        events, moves = es.extract_events(article, progress=False), es.extract_moves(article, progress=False)
        for item in (*events, *moves):
            digest.update(repr(item).encode())
        for k, more in enumerate((1, len(events), len(moves))):
            counts[k] += more
    sys.stdout.write(f"{counts[0]} texts, {counts[1]} events, {counts[2]} moves: {digest.hexdigest()[:32]}\n")


if __name__ == "__main__":
    main()
