"""Readers of pages, feeds, rows and frames: what they keep, and one clear error for each broken input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import NewsError, SpecError
from eventstudy.news import Article, find_duplicates, iter_news, one_per_story, read_news
from eventstudy.news.decoding import read_bytes
from eventstudy.news.feeds import parse_feed
from eventstudy.news.pages import page_metadata

BODY = "Russia said on Tuesday that some of its troops were returning to their bases after the end of their drills. "

PAGE = """<!doctype html><html lang="en"><head><title>Site | Pullback</title>
<meta property="og:site_name" content="The Wire"><link rel="canonical" href="https://x.org/a">
<meta name="date" content="2022-02-15">
<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": ["NewsArticle"],
"headline": "Pullback &amp; talks", "datePublished": "2022-02-15T11:23:00+03:00"}]}</script>
</head><body><nav>Home Sport</nav><article><h1>Pullback</h1><p>%s</p><p>%s</p></article>
<footer>About us</footer></body></html>"""


def test_a_page_keeps_clock_and_offset(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra 'news'")
    path = tmp_path / "a.html"
    path.write_text(PAGE % (BODY * 3, BODY * 2), encoding="utf-8")
    (a,) = read_news(path)
    assert a.published_at.isoformat() == "2022-02-15T08:23:00+00:00"
    assert a.published_precision == "instant"
    assert (a.title, a.source, a.url, a.language) == ("Pullback & talks", "The Wire", "https://x.org/a", "en")
    assert "returning to their bases" in a.text
    assert "Home Sport" not in a.text


def test_the_blocks_of_a_page_stand_apart(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra 'news'")
    path = tmp_path / "page.html"
    path.write_text(
        '<html><head><title>Duty delayed</title><meta property="article:published_time" content="2019-08-13T09:45Z">'
        "</head><body><article><h1>Duty delayed</h1><p>The ministry said on Tuesday that it would delay the duty on "
        "some goods until December.</p><h2>Markets</h2><p>Shares of makers of telephones rose in late "
        "trading after the announcement.</p></article></body></html>"
    )
    (a,) = read_news(path)
    assert a.title == "Duty delayed"
    assert [block.split()[0] for block in a.text.split("\n\n")] == ["The", "Markets", "Shares"]


def test_metadata_falls_back_to_meta_tags_and_time_elements() -> None:
    assert (
        page_metadata('<meta itemprop="datePublished" content="2022-02-15T08:00Z">')["published"] == "2022-02-15T08:00Z"
    )
    assert page_metadata('<time datetime="2022-02-15">x</time>')["published"] == "2022-02-15"
    assert page_metadata('<script type="application/ld+json">{broken</script>')["published"] == ""
    assert page_metadata("<p>no date</p>")["published"] == ""


RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>
<item><title>Troops return</title><link>https://x.org/1</link><pubDate>Tue, 15 Feb 2022 11:23:00 +0300</pubDate>
<description>&lt;p&gt;Russia withdrew&lt;/p&gt;&lt;p&gt;some troops.&lt;/p&gt;</description></item>
<item><title>No date</title><description>Text.</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><title>Talks</title>
<link rel="alternate" href="https://x.org/2"/><updated>2022-02-15T08:23:00Z</updated><summary>They met.</summary>
</entry></feed>"""


def test_feeds(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_text(RSS, encoding="utf-8")
    (tmp_path / "b.xml").write_text(ATOM, encoding="utf-8")
    errors: list[NewsError] = []
    rss, atom = read_news(tmp_path, errors=errors)
    assert (rss.title, rss.url, rss.source) == ("Troops return", "https://x.org/1", "Wire")
    assert rss.text == "Russia withdrew\n\nsome troops."
    assert rss.published_at.isoformat() == "2022-02-15T08:23:00+00:00"
    assert (atom.text, atom.url) == ("They met.", "https://x.org/2")
    assert len(errors) == 1 and "entry 2 has no publication date" in str(errors[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>', "XML entities"),
        ("<rss><channel>", "not well-formed"),
        ("<html></html>", "neither RSS nor Atom"),
    ],
)
def test_hostile_and_broken_feeds(text: str, message: str) -> None:
    with pytest.raises(NewsError, match=message):
        list(parse_feed(text, where="feed"))


def test_json_lines_csv_and_arrays(tmp_path: Path) -> None:
    rows = [
        {"headline": "A", "body": "Text A.", "date": "2022-02-15"},
        {"headline": "B", "body": "", "date": "2022-02-15"},
    ]
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join([json.dumps(rows[0]), "{broken", "3", json.dumps(rows[1])]), encoding="utf-8")
    errors: list[NewsError] = []
    (a,) = read_news(lines, errors=errors)
    assert (a.title, a.text) == ("A", "Text A.")
    assert [next(w for w in ("not valid JSON", "not an object", "empty") if w in str(e)) for e in errors] == [
        "not valid JSON", "not an object", "empty",
    ]  # fmt: skip
    array = tmp_path / "b.json.gz"
    array.write_bytes(gzip.compress(json.dumps(rows[:1], indent=2).encode()))
    assert [x.text for x in read_news(array)] == ["Text A."]
    table = tmp_path / "c.csv"
    table.write_text('Title,Text,Published\nA,"One, two.",2022-02-15T10:00:00Z\nB,x,y,z\n', encoding="utf-8")
    errors = []
    (b,) = read_news(table, errors=errors)
    assert b.text == "One, two."
    assert "more cells than the header" in str(errors[0])


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames(library: str) -> None:
    data = {"text": ["Troops left.", "They met."], "date": ["2022-02-15", "2022-02-16"], "publisher": ["Wire", None]}
    if library == "pandas":
        frame: object = pd.DataFrame(data)
    elif library == "polars":
        frame = pytest.importorskip("polars").DataFrame(data)
    else:
        frame = pytest.importorskip("pyarrow").table(data)
    a, b = read_news(frame)
    assert (a.text, a.source, b.source) == ("Troops left.", "Wire", "")
    assert b.published_date.isoformat() == "2022-02-16"


def test_a_frame_without_text_names_its_columns() -> None:
    with pytest.raises(NewsError, match="no column with the text"):
        read_news(pd.DataFrame({"words": ["x"], "date": ["2022-02-15"]}))


def test_datetimes_in_a_frame_are_instants() -> None:
    frame = pd.DataFrame({"text": ["x y"], "time": [pd.Timestamp("2022-02-15 11:23", tz="Europe/Moscow")]})
    (a,) = read_news(frame)
    assert a.published_at.isoformat() == "2022-02-15T08:23:00+00:00"


def test_a_small_archive_cannot_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(b"a" * 3_000_000))
    with pytest.raises(NewsError, match="larger than 1 MB"):
        read_bytes(path, limit=1024 * 1024)
    (tmp_path / "bad.txt.gz").write_bytes(b"not gzip")
    with pytest.raises(NewsError, match="cannot read"):
        read_bytes(tmp_path / "bad.txt.gz")


def test_ten_thousand_articles_one_at_a_time(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    with lines.open("w", encoding="utf-8") as stream:
        for i in range(10_000):
            stream.write(json.dumps({"text": f"Article {i}.", "date": "" if i == 5_000 else "2022-02-15"}) + "\n")
    errors: list[NewsError] = []
    stream_of = iter_news(lines, errors=errors)
    assert next(stream_of).text == "Article 0."
    assert sum(1 for _ in stream_of) == 9_998
    assert len(errors) == 1 and "line 5001" in str(errors[0])


def test_duplicates_keep_the_first_seen() -> None:
    pytest.importorskip("datasketch", reason="needs the extra 'news'")
    first = Article(BODY, "2022-02-15T08:23:00Z", title="first")
    copy = Article(BODY + "Markets rose.", "2022-02-15T08:31:00Z", title="copy")
    late = Article(BODY, "2022-03-15T08:31:00Z", title="a month later")
    other = Article("The central bank kept its key rate at four percent after a meeting on Thursday.", "2022-02-15")
    frame = find_duplicates([copy, other, first, late])
    assert frame["story_id"].tolist() == [first.article_id, other.article_id, first.article_id, late.article_id]
    assert frame["copies"].tolist() == [2, 1, 2, 1]
    assert frame["first_seen"].iloc[0] == first.published_at
    assert [a.title for a in one_per_story([copy, other, first, late])] == ["", "first", "a month later"]
    with pytest.raises(SpecError, match="threshold"):
        find_duplicates([first], threshold=2)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_an_article_or_one_news_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.txt", "a.xml", "a.jsonl", "a.csv"):
        path = folder / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        errors: list[NewsError] = []
        for article in iter_news(path, errors=errors, published="2022-02-15"):
            assert article.text
