"""Readers and the search for copies grow with their input and no faster, whatever it is made of."""

from __future__ import annotations

import contextlib
import csv
import io
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstudy.errors import NewsError
from eventstudy.news import Article, find_duplicates, read_news
from eventstudy.news.feeds import parse_feed
from eventstudy.news.pages import page_metadata, parse_page
from eventstudy.news.rows import parse_csv

# Four times the input may take eight times as long (a linear reader: four, the rest is noise of a busy machine);
# a quadratic one takes sixteen. Below the floor, in seconds, the clock says nothing.
GROWTH, FLOOR = 8.0, 0.25
HEAD = (
    '<html><head><meta property="article:published_time" content="2022-02-15T10:00Z"></head><body><article><p>'
    + "Troops left their posts on Tuesday, the ministry said in a statement. " * 5
    + "</p>"
)


def seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    with contextlib.suppress(NewsError):
        work()
    return time.process_time() - start


def assert_linear(work: Callable[[int], Any], n: int) -> None:
    small, large = (min(seconds(lambda size=size: work(size)) for _ in range(2)) for size in (n, 4 * n))
    assert large < max(GROWTH * small, FLOOR), (small, large)


UNITS = ["<!--", "<![CDATA[", "<?x ", "<div>", "<div ", '<a href="', "<script>", "<", "&amp", "<b><i>", "<p>", "&#x"]


@pytest.mark.parametrize("end", ["", ">"])
@pytest.mark.parametrize("unit", UNITS)
def test_what_a_page_leaves_open_is_looked_through_once(unit: str, end: str) -> None:
    assert_linear(lambda n: page_metadata(HEAD + unit * (n // len(unit)) + end), 10_000)


@pytest.mark.parametrize("unit", ["<div>", "<div ", "<b><i>", "<!--", "<table><tr><td>"])
def test_the_body_of_such_a_page_too(unit: str) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra 'news'")
    parse_page(HEAD + "</article>", where="page")  # what is loaded once is not timed
    assert_linear(lambda n: parse_page(HEAD + unit * (n // len(unit)), where="page"), 10_000)


@pytest.mark.parametrize(
    "unit",
    ["<!--", "<![CDATA[", "&lt;p", "&nbsp;", "<b>", "<item><title>x</title></item>", "&amp;lt;" * 3, " \n\t", "&"],
)
def test_feeds_grow_linearly(unit: str) -> None:
    def read(n: int) -> None:
        body = unit * (n // len(unit))
        list(parse_feed(f"<rss><channel><item><description>{body}</description></item></channel></rss>", where="f"))

    assert_linear(read, 20_000)


def test_copies_grow_linearly() -> None:
    pytest.importorskip("datasketch", reason="needs the extra 'news'")
    story = "Troops began to leave the border on Tuesday and markets rose on the news at once, traders said."

    def search(n: int) -> None:
        find_duplicates([Article(f"{story} {i % 7} {story}", "2022-02-15T08:23:00Z", source=str(i)) for i in range(n)])

    search(2)
    assert_linear(search, 60)


@pytest.mark.parametrize("unit", ['"', '""', 'a"', ",", "\n", '"\n', '",', "a,b\n", "\r"])
def test_tables_grow_linearly(unit: str) -> None:
    assert_linear(lambda n: deque(parse_csv("a,b\n" + unit * n, where="t"), maxlen=0), 10_000)


@given(st.lists(st.lists(st.text(alphabet='ab",;\n\r é', max_size=6), min_size=2, max_size=2), min_size=1, max_size=4))
def test_a_table_is_read_as_the_standard_library_reads_it(rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["x", "y"], *rows])
    got = [(row["x"], row["y"]) for _, row in parse_csv(stream.getvalue(), where="t") if not isinstance(row, NewsError)]
    assert got == [(a, b) for a, b in rows]


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a,b\r\n1,\n\n\n3", 'a,b\n"x""y" z,"two\nlines"\n', 'a,b\nx"y,\n', "a\n"]
)
def test_quotes_blank_lines_and_short_rows(text: str) -> None:
    # Short rows are filled up; the standard library leaves None there.
    want = [{k: v or "" for k, v in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert [row for _, row in parse_csv(text, where="t")] == want


def test_a_long_article_in_a_table_is_read_and_the_process_keeps_its_setting(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    text = "Troops left on Tuesday. " * 20_000
    path = tmp_path / "long.csv"
    path.write_text(f'text,published\n"{text}",2022-02-15\n"Short.",2022-02-16\n', encoding="utf-8")
    long, short = read_news(path)
    assert len(long.text) == len(text.strip()) > before
    assert short.text == "Short."
    assert csv.field_size_limit() == before


MEMORY = """
import resource, sys
import tqdm.auto
from eventstudy.news import iter_news
bar = tqdm.auto.tqdm
tqdm.auto.tqdm = lambda *given, **named: bar(*given, **{**named, "delay": 0.0})  # it waits two seconds otherwise
errors = []
total = sum(len(a.text) for a in iter_news(sys.argv[1], errors=errors, progress=True))
print(total, len(errors), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in kilobytes on Linux alone")
def test_a_folder_of_two_thousand_files_in_constant_memory(tmp_path: Path) -> None:
    body = "Troops left the border on Tuesday, and oil fell by 2 percent in London. " * 280
    for name, n in (("small", 200), ("large", 2_000)):
        folder = tmp_path / name
        folder.mkdir()
        for i in range(n):
            broken = i in (7, n - 9)
            text = "" if broken else f"title: Report {i}\npublished: 2022-02-15\n\nReport {i}. {body}"
            (folder / f"{i:05}.txt").write_text(text, encoding="utf-8")
    peaks = []
    for name, n in (("small", 200), ("large", 2_000)):
        run = subprocess.run(
            [sys.executable, "-c", MEMORY, str(tmp_path / name)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        total, errors, peak = map(int, run.stdout.split())
        assert errors == 2
        assert total > (n - 2) * len(body.strip())
        assert "articles:" in run.stderr and f"/{n} [" in run.stderr
        peaks.append(peak)
    small, large = peaks
    # In kilobytes. The texts are 4 and 40 MB; a tenth of the difference is what the list of names and noise may take.
    assert large - small < 3_600, peaks
