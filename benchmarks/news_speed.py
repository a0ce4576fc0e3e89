"""How fast events and moves are read: `python benchmarks/news_speed.py [--write docs/extraction.md]`.

Articles of our own sentences, and 1 MB of each kind of hostile text; seconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.marks import put_between  # noqa: E402
from eventstudy.events import extract_events, extract_moves  # noqa: E402
from eventstudy.news import Article, read_news  # noqa: E402
from fuzz.hostile_news import COUNTED, UNITS, hostile  # noqa: E402

SIZE = 4400
SINGLE = 0.15  # share of the pieces that are single sentences of our sets


def paragraphs() -> list[str]:
    """Give the paragraphs of our seeds."""
    bodies = [a.text for path in sorted((ROOT / "seeds").glob("*.md")) for a in read_news(path)]
    return [p for body in bodies for p in body.split("\n\n")]


def sentences() -> Iterator[str]:
    """Give the sentences of our sets."""
    for line in (ROOT / "benchmarks" / "own_sentences.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[-1]
    for name in ("moves_plain", "times_news"):
        for line in (ROOT / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def articles(n: int, seed: int) -> list[Article]:
    """Draw ``n`` different articles."""
    draw = random.Random(seed)
    pools = paragraphs(), list(sentences())
    out = []
    for i in range(n):
        text = ""
        while len(text) < SIZE:
            text += draw.choice(pools[draw.random() < SINGLE]) + "\n\n"
        out.append(Article(text[:SIZE], "2022-02-15T14:00:00+00:00", title=f"{seed}-{i}"))
    return out


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def read(given: list[Article]) -> tuple[int, int]:
    return len(extract_events(given, progress=False)), len(extract_moves(given, progress=False))


def count_words(given: list[Article]) -> list[Counter[str]]:
    return [Counter(a.text.lower().split()) for a in given]


def articles_table(n: int, rounds: int, batch: int = 20) -> str:
    read(articles(20, seed=1))  # tables of words are built once
    best: dict[int, float] = {}
    plain: dict[int, float] = {}
    events = moves = 0
    for turn in range(rounds):
        drawn = articles(n, seed=2)
        for k in range(0, n, batch):
            some = drawn[k : k + batch]
            best[k] = min(best.get(k, 9e9), seconds(lambda some=some: read(some)))  # type: ignore[misc]
            plain[k] = min(plain.get(k, 9e9), seconds(lambda some=some: count_words(some)))  # type: ignore[misc]
            if turn == 0:
                found = read(some)
                events, moves = events + found[0], moves + found[1]
    spent, yard = sum(best.values()), sum(plain.values())
    rows = [
        ("different articles", f"{n}"),
        ("events an article", f"{events / n:.1f}"),
        ("moves an article", f"{moves / n:.1f}"),
        ("articles a second", f"{n / spent:.0f}"),
        ("milliseconds an article", f"{1000 * spent / n:.2f}"),
        ("times the yardstick", f"{spent / yard:.0f}"),
    ]
    return "| | |\n|---|---|\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)


def hostile_table(n: int) -> str:
    rows = ["| 1 MB of | for example | events, s | moves, s | both, s |", "|---|---|---|---|---|"]
    for name, unit in {**UNITS, **COUNTED}.items():
        article = Article(hostile(unit, n), "2022-02-15")
        events = seconds(lambda a=article: extract_events(a, progress=False))  # type: ignore[misc]
        moves = seconds(lambda a=article: extract_moves(a, progress=False))  # type: ignore[misc]
        shown = unit.replace("\n", "\\n").replace("|", "\\|")
        rows.append(f"| {name} | `{shown}` | {events:.2f} | {moves:.2f} | {events + moves:.2f} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the tables between the marks of this page")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--characters", type=int, default=1_000_000)
    args = parser.parse_args()
    report = articles_table(args.articles, args.rounds)
    print(report, flush=True)
    report += "\n\n" + hostile_table(args.characters)
    if args.write:
        put_between(args.write, "speed", report)


if __name__ == "__main__":
    main()
