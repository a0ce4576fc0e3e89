"""Read a folder of 10,000 small article files one at a time: seconds, files a second, and how the peak of memory grows.

    python benchmarks/news_folder.py --write docs/extraction.md

The files are made for the run in a temporary folder (4,400 characters each, one in a thousand empty on purpose) and
each size is read by a process of its own, with events and moves extracted from every hundredth article. Seconds are of
processor time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from marks import put_between  # beside this file

SIZES = (1_000, 10_000)
BODY = "Troops left on Tuesday, the ministry said, and Brent fell by 2 percent to $94.10 a barrel in London. "
READ = """
import resource, sys, time
from eventstudy import extract_events, extract_moves
from eventstudy.news import iter_news
errors, articles, events, moves = [], 0, 0, 0
start = time.process_time()
for article in iter_news(sys.argv[1], errors=errors):
    if articles % 100 == 0:
        events += len(extract_events(article, progress=False))
        moves += len(extract_moves(article, progress=False))
    articles += 1
seconds = time.process_time() - start
print(articles, len(errors), events, moves, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(n: int) -> dict[str, float]:
    """Make ``n`` files and read them."""
    with tempfile.TemporaryDirectory() as folder:
        for i in range(n):
            text = f"title: Report {i}\npublished: 2022-02-15\n\nReport {i}. {BODY * 50}"[:4_440]
            Path(folder, f"{i:06}.txt").write_text("" if i % 1_000 == 7 else text, encoding="utf-8")
        run = subprocess.run([sys.executable, "-c", READ, folder], capture_output=True, text=True, check=True)
    articles, errors, events, moves, seconds, peak = map(float, run.stdout.split())
    return {
        "files": n, "articles": articles, "broken": errors, "events": events, "moves": moves,
        "seconds": seconds, "peak": peak / 1024,
    }  # fmt: skip


def table(rows: list[dict[str, float]]) -> str:
    lines = [
        "| files | articles | entries in the list of errors | seconds | articles a second | peak of memory, MB |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['files']:,.0f} | {r['articles']:,.0f} | {r['broken']:.0f} | {r['seconds']:.1f} | "
        f"{r['articles'] / r['seconds']:,.0f} | {r['peak']:.0f} |"
        for r in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it between its marks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="a page with the marks of this table")
    options = parser.parse_args()
    text = table([measure(n) for n in SIZES])
    print(text)
    if options.write:
        put_between(options.write, "folder", text)


if __name__ == "__main__":
    main()
