"""Feeds as publishers and content systems write them, in our own words; what each entry gives is labelled by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventstudy.errors import NewsError
from eventstudy.news import Article, iter_news, read_news

LEAVE = "Troops began to leave on Tuesday."
INSTANT = "2022-02-15T08:23:00+00:00"


def read(tmp_path: Path, text: str | bytes, name: str = "feed.xml") -> list[Article]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_news(path)


def rss(item: str, channel: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Wire</title><link>https://wire.test/</link>'
        f"<language>en-gb</language>{channel}{item}</channel></rss>"
    )


ITEM = "<title>Troops leave</title><link>https://wire.test/a/1</link><pubDate>Tue, 15 Feb 2022 08:23:00 GMT</pubDate>"
FEEDS: dict[str, str | bytes] = {
    "RSS 2.0, the whole text in content:encoded": rss(
        f"<item>{ITEM}<description>Short.</description><content:encoded><![CDATA[<p>{LEAVE}</p>]]></content:encoded></item>"
    ),
    "RSS 2.0 with escaped markup and a name's date": rss(
        f"<item>{ITEM.replace('pubDate', 'dc:date').replace('Tue, 15 Feb 2022 08:23:00 GMT', INSTANT)}"
        f"<description>&lt;p&gt;{LEAVE}&lt;/p&gt;&lt;img src=&quot;x.png&quot;/&gt;</description></item>"
    ),
    "RSS 2.0 with pictures of their own title and text": rss(
        f"<item><media:content url='https://wire.test/x.jpg'><media:title>A tank</media:title>"
        f"<media:description>Picture of a tank</media:description></media:content>"
        f"<media:title>A tank</media:title><media:description>Picture of a tank</media:description>"
        f"{ITEM}<description>{LEAVE}</description></item>"
    ),
    "RSS 2.0 whose channel names itself by an Atom link": rss(
        f"<item>{ITEM}<description>{LEAVE}</description></item>",
        '<atom:link href="https://wire.test/rss" rel="self" type="application/rss+xml"/>',
    ),
    "RSS 2.0, an address relative to the channel's": rss(
        f"<item>{ITEM.replace('https://wire.test/a/1', '/a/1')}<description>{LEAVE}</description></item>"
    ),
    "RSS 2.0, the address only in the guid": rss(
        f"<item>{ITEM.replace('<link>https://wire.test/a/1</link>', '<guid>https://wire.test/a/1</guid>')}"
        f"<description>{LEAVE}</description></item>"
    ),
    "RSS 1.0": (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x">'
        "<title>The Wire</title><link>https://wire.test/</link><dc:language>en-gb</dc:language></channel>"
        '<item rdf:about="https://wire.test/a/1"><title>Troops leave</title><link>https://wire.test/a/1</link>'
        f"<description>{LEAVE}</description><dc:date>2022-02-15T11:23:00+03:00</dc:date></item></rdf:RDF>"
    ),
    "Atom with XHTML content": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-gb"><title>The Wire</title><entry>'
        '<title type="html">Troops leave</title><link rel="enclosure" href="https://wire.test/x.mp3"/>'
        '<link rel="alternate" type="text/html" href="https://wire.test/a/1"/><published>2022-02-15T08:23:00Z</published>'
        "<updated>2022-02-16T08:00:00Z</updated><summary>Short.</summary>"
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LEAVE}</p></div></content></entry></feed>'
    ),
    "Atom with escaped content and a base address": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-gb" xml:base="https://wire.test/">'
        '<title>The Wire</title><entry><title>Troops leave</title><link href="a/1"/>'
        f'<published>2022-02-15T09:23:00+01:00</published><content type="html">'
        f"&lt;p&gt;{LEAVE}&lt;/p&gt;</content></entry></feed>"
    ),
    "Atom as old as 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en-gb"><title>The Wire</title><entry>'
        '<title>Troops leave</title><link rel="alternate" href="https://wire.test/a/1"/>'
        f"<issued>2022-02-15T08:23:00Z</issued><modified>2022-02-16T08:23:00Z</modified><content>{LEAVE}</content></entry></feed>"
    ),
    "in an encoding that the declaration names": rss(f"<item>{ITEM}<description>{LEAVE}</description></item>")
    .replace("UTF-8", "windows-1252")
    .encode("cp1252"),
    "in another encoding than it declares": rss(f"<item>{ITEM}<description>{LEAVE}</description></item>")
    .replace("UTF-8", "utf-16")
    .encode("utf-8"),
    "with names of HTML's entities": rss(f"<item>{ITEM}<description>{LEAVE}&nbsp;</description></item>"),
    "after an empty line": "\n" + rss(f"<item>{ITEM}<description>{LEAVE}</description></item>"),
    "with a control character": rss(f"<item>{ITEM}<description>{LEAVE}\x0b</description></item>"),
}


@pytest.mark.parametrize("name", list(FEEDS))
def test_a_feed_of_a_publisher(tmp_path: Path, name: str) -> None:
    (a,) = read(tmp_path, FEEDS[name])
    assert (a.title, a.text.strip(), a.published_at.isoformat(), a.source, a.url, a.language) == (
        "Troops leave",
        LEAVE,
        INSTANT,
        "The Wire",
        "https://wire.test/a/1",
        "en-gb",
    )


def test_letters_beyond_ascii_survive_each_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-15"):
        text = rss(f"<item>{ITEM}<description>The café in Zürich said so.</description></item>")
        (a,) = read(tmp_path, text.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding))
        assert a.text == "The café in Zürich said so.", encoding


def test_entries_without_dates_and_with_one_guid_twice(tmp_path: Path) -> None:
    item = f"<item><guid>g1</guid>{ITEM}<description>{LEAVE}</description></item>"
    undated = "<item><title>Undated</title><description>Nobody knows when.</description></item>"
    path = tmp_path / "feed.xml"
    path.write_text(rss(item + undated + item), encoding="utf-8")
    errors: list[NewsError] = []
    got = list(iter_news(path, errors=errors))
    assert [a.title for a in got] == ["Troops leave", "Troops leave"]
    assert got[0].article_id == got[1].article_id
    assert len(errors) == 1 and "entry 2 has no publication date" in str(errors[0])


def test_a_named_zone_of_the_trade_is_its_offset(tmp_path: Path) -> None:
    for zone, clock in (("EST", "13:23"), ("+0300", "05:23"), ("PDT", "15:23"), ("UT", "08:23")):
        item = ITEM.replace("GMT", zone)
        (a,) = read(tmp_path, rss(f"<item>{item}<description>{LEAVE}</description></item>"))
        assert a.published_at.isoformat()[11:16] == clock, zone


def test_no_entity_becomes_markup(tmp_path: Path) -> None:
    (a,) = read(tmp_path, rss(f"<item>{ITEM}<description>1 &LT; 2 &amp;&GT; {LEAVE}</description></item>"))
    assert a.text == f"1 < 2 &> {LEAVE}"
