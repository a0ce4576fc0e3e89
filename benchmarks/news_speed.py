"""How fast events and moves are read: `python benchmarks/news_speed.py [--write docs/extraction.md]`.

Articles of our own sentences, and 1 MB of each kind of hostile text; seconds of processor time. Where the readers are
compiled (`EVENTSTUDY_COMPILE=1 pip install .`) the tables go beside the others, of hostile text only what takes long.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sized
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # behind what is installed: that is timed, compiled or not

from benchmarks.marks import put_between  # noqa: E402
from eventstudy.events import extract_events, extract_moves  # noqa: E402
from eventstudy.events.language.text import article_sentences  # noqa: E402
from eventstudy.events.readings import articles as reading  # noqa: E402
from eventstudy.events.readings.recurring import recurring  # noqa: E402
from eventstudy.news import Article, read_news  # noqa: E402
from fuzz.hostile_news import COUNTED, UNITS, hostile  # noqa: E402

SIZE = 4400
SINGLE = 0.15  # share of the pieces that are single sentences of our sets
PROSE = 0.8  # share of the pieces of an ordinary article that are prose without news
COUNTRIES = (
    ("Russia", "Russian", "Moscow"),
    ("Ukraine", "Ukrainian", "Kyiv"),
    ("Turkey", "Turkish", "Ankara"),
    ("Greece", "Greek", "Athens"),
    ("India", "Indian", "New Delhi"),
    ("Pakistan", "Pakistani", "Islamabad"),
    ("Egypt", "Egyptian", "Cairo"),
    ("Serbia", "Serbian", "Belgrade"),
    ("Iran", "Iranian", "Tehran"),
    ("Japan", "Japanese", "Tokyo"),
)
NAMES = {name: (row, column) for row, names in enumerate(COUNTRIES) for column, name in enumerate(names)}
NAME = re.compile(r"\b(" + "|".join(NAMES) + r")\b")
NUMBER = re.compile(r"(?<![\d.,:/-])\d{1,2}(?![\d:/-])(?=[.,]\d|%| (?!p\.m|a\.m|[A-Z]))")


def paragraphs() -> list[str]:
    """Give the paragraphs of our seeds."""
    bodies = [a.text for path in sorted((ROOT / "seeds").glob("*.md")) for a in read_news(path)]
    return [p for body in bodies for p in body.split("\n\n")]


def prose() -> list[str]:
    """Give paragraphs of our documentation, which report nothing."""
    pages = sorted((ROOT / "docs").rglob("*.md"))
    pieces = [p.strip() for page in pages for p in page.read_text(encoding="utf-8").split("\n\n")]
    told = (p.replace("`", "") for p in pieces if len(p) > 150 and p[0].isupper() and p.endswith("."))
    return [p for p in told if not set("$=_|{") & set(p)]


def sentences() -> Iterator[str]:
    """Give the sentences of our sets."""
    for line in (ROOT / "benchmarks" / "own_sentences.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[-1]
    for name in ("moves_plain", "times_news"):
        for line in (ROOT / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def varied(text: str, draw: random.Random) -> str:
    """Change the countries and small numbers of a piece, so that it does not recur word for word."""
    others = draw.sample(COUNTRIES, len(COUNTRIES))
    text = NAME.sub(lambda m: others[NAMES[m[0]][0]][NAMES[m[0]][1]], text)
    return NUMBER.sub(lambda m: str(draw.randint(1, 28)), text)


def articles(n: int, seed: int, *, ordinary: bool = False) -> list[Article]:
    """Draw ``n`` different articles: full of news, or mostly prose."""
    draw = random.Random(seed)
    pools, plain = (paragraphs(), list(sentences())), prose()
    out = []
    for i in range(n):
        text = ""
        while len(text) < SIZE:
            pool = plain if ordinary and draw.random() < PROSE else pools[draw.random() < SINGLE]
            text += varied(draw.choice(pool), draw) + "\n\n"
        out.append(Article(text[:SIZE], "2022-02-15T14:00:00+00:00", title=f"{seed}-{i}"))
    return out


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def count_words(given: list[Article]) -> list[Counter[str]]:
    return [Counter(a.text.lower().split()) for a in given]


def forgetful(given: list[Article]) -> Iterator[Article]:
    """Give articles to a reader who has met none of their sentences."""
    for article in given:
        recurring.cache_clear()
        yield article


def measured(n: int, rounds: int, *, ordinary: bool, batch: int = 20) -> list[str]:
    """Read ``n`` articles a round, other ones in each; give the medians over all batches.

    The reader keeps what it read off a sentence that comes again, so no article is read twice.
    """
    tasks: tuple[Callable[[list[Article]], Sized], ...] = (
        lambda given: extract_events(given, progress=False),
        lambda given: extract_moves(given, progress=False),
        count_words,
    )
    spent: list[list[float]] = [[] for _ in tasks]
    afresh: list[float] = []
    found = [0] * len(tasks)
    met: set[str] = set()
    again = sentences_read = 0
    for turn in range(rounds):
        drawn = articles(n, seed=2 + turn, ordinary=ordinary)
        for article in drawn:
            read = [article.text[a:b] for a, b in article_sentences(article)]
            again += sum(map(met.__contains__, read))
            sentences_read += len(read)
            met.update(read)
        for k in range(n // batch):
            some = drawn[k * batch : (k + 1) * batch]
            for i, task in enumerate(tasks):
                start = time.process_time()
                rows = task(some)
                spent[i].append(time.process_time() - start)
                found[i] += len(rows)
    for k in range(n // batch):
        some = articles(batch, seed=10_000 + k, ordinary=ordinary)
        afresh.append(seconds(lambda given=some: extract_events(forgetful(given), progress=False)))  # type: ignore[misc]
    events, moves, yard, alone = (1000 * statistics.median(times) / batch for times in (*spent, afresh))
    return [
        f"{found[0] / n / rounds:.1f}", f"{found[1] / n / rounds:.1f}", f"{100 * again / sentences_read:.0f}",
        f"{events:.2f}", f"{moves:.2f}", f"{events + moves:.2f}",
        f"{1000 / (events + moves):.0f}", f"{1000 / (alone + moves):.0f}", f"{(events + moves) / yard:.0f}",
    ]  # fmt: skip


def articles_table(n: int, rounds: int) -> str:
    for task in (extract_events, extract_moves):
        task(articles(20, seed=1), progress=False)  # tables of words are built once
    labels = (
        "events an article", "moves an article", "sentences met before, %", "events, ms", "moves, ms", "both, ms",
        "articles a second", "articles a second if no sentence came again", "times the yardstick",
    )  # fmt: skip
    columns = zip(*(measured(n, rounds, ordinary=ordinary) for ordinary in (False, True)), strict=True)
    rows = [f"| {label} | {dense} | {sparse} |" for label, (dense, sparse) in zip(labels, columns, strict=True)]
    return f"| {rounds} x {n} different articles | full of news | mostly prose |\n|---|---|---|\n" + "\n".join(rows)


def hostile_table(n: int, slower_than: float) -> str:
    rows = ["| 1 MB of | for example | events, s | moves, s | both, s |", "|---|---|---|---|---|"]
    for name, unit in {**UNITS, **COUNTED}.items():
        article = Article(hostile(unit, n), "2022-02-15")
        events = seconds(lambda a=article: extract_events(a, progress=False))  # type: ignore[misc]
        moves = seconds(lambda a=article: extract_moves(a, progress=False))  # type: ignore[misc]
        shown = unit.replace("\n", "\\n").replace("|", "\\|")
        row = f"| {name} | `{shown}` | {events:.2f} | {moves:.2f} | {events + moves:.2f} |"
        print(row, flush=True)
        if events + moves >= slower_than:
            rows.append(row)
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the tables between the marks of this page")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--characters", type=int, default=1_000_000)
    args = parser.parse_args()
    compiled = not str(reading.__file__).endswith(".py")
    print("readers:", "compiled" if compiled else "as they are")
    report = articles_table(args.articles, args.rounds)
    print(report, flush=True)
    report += "\n\n" + hostile_table(args.characters, 1.0 if compiled else 0.0)
    if args.write:
        put_between(args.write, "speed, compiled" if compiled else "speed", report)


if __name__ == "__main__":
    main()
