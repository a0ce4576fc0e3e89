"""What is fuzzed: each target reads bytes as a user's file would be read and checks what must always hold.

A target returns quietly, or lets out the library's own error; anything else is a finding. Seeds are small true
files of each format, in our own words.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eventstudy import extract_events, extract_moves, read_events, read_news, read_prices, read_returns
from eventstudy.assets.catalogue import read_catalogue
from eventstudy.cli.config import read_config
from eventstudy.errors import EventStudyError, EventStudyWarning
from eventstudy.events import Gazetteer, Taxonomy
from eventstudy.events.gdelt import read_gdelt
from eventstudy.news import Article
from eventstudy.prices.eventstudytools import read_eventstudytools
from eventstudy.prices.french import read_french

__all__ = ["TARGETS", "Target"]


@dataclass(frozen=True)
class Target:
    """One reader under attack.

    Attributes
    ----------
    check : callable
        Takes the bytes; raises where something that must hold does not. ``strict=True`` lets the library's own
        errors out, too.
    seeds : tuple of bytes
        Inputs that the reader takes.
    words : tuple of str
        Words of the format, for the mutations.
    """

    check: Callable[..., None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...] = ()


@contextmanager
def _allowed(strict: bool) -> Iterator[None]:
    """Let the library's own warnings pass, and its own errors unless ``strict``; any other warning is a finding."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", EventStudyWarning)
        if strict:
            yield
        else:
            with suppress(EventStudyError):
                yield


def _file(suffix: str, read: Callable[[Path], Any], hold: Callable[[Any], None] | None = None) -> Callable[..., None]:
    def check(data: bytes, *, strict: bool = False) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"input{suffix}")
            path.write_bytes(data)
            with _allowed(strict):
                found = read(path)
                if hold is not None:
                    hold(found)

    return check


def _articles_hold(news: list[Article]) -> None:
    for article in news:
        assert article.text.strip(), "an article without text"
        assert article.published, "an article without a date"


def _events_hold(text: str) -> None:
    article = Article(text, "2022-02-15T08:23:00+00:00", title="Fuzz")
    for found in (extract_events([article]), extract_moves([article])):
        for item in found:
            assert item.quote in article.text, "a quote that the text does not hold"
            for span in item.spans:
                assert 0 <= span.start < span.end <= len(article.text), "a span outside the text"
    ids = [e.event_id for e in extract_events([article])]
    assert ids == [e.event_id for e in extract_events([article])], "the same article, other ids"


def _text(data: bytes, *, strict: bool = False) -> None:
    text = data.decode("utf-8", "replace").replace("\0", " ")
    with _allowed(strict):
        _events_hold(text)


def _panel_holds(panel: Any) -> None:
    assert panel.assets, "a panel of nothing"
    assert len(set(panel.assets)) == len(panel.assets), "an asset twice"
    frame = panel.to_frame() if hasattr(panel, "to_frame") else None
    if frame is not None:
        values = frame.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(values).any(), "an infinite price"


def _events_table_holds(table: Any) -> None:
    frame = table.to_frame()
    assert frame["event_id"].is_unique, "an event id twice"
    assert (frame["earliest"] <= frame["latest"]).all(), "an event that ends before it begins"


def _three_files(data: bytes, *, strict: bool = False) -> None:
    parts = [*data.split(b"\n---\n"), b"", b"", b""][:3]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("request.csv", "firm.csv", "market.csv")]
        for path, part in zip(paths, parts, strict=True):
            path.write_bytes(part)
        with _allowed(strict):
            _panel_holds(read_eventstudytools(*paths).prices)


_PLAIN = (
    b"title: Pullback\npublished: 2022-02-15T11:23:00+03:00\nsource: Wire\n\nRussia said on Tuesday that it had begun "
    b"to withdraw troops. The ruble rose 1.8% to 75.2 per dollar.\n",
    b"---\ndate: 2022-02-15\ntz: Europe/Moscow\n---\n# A heading\n\nBrent fell as much as 2.1%, below $95 a barrel.",
)
_PAGE = (
    b'<!doctype html><html lang="en"><head><title>A page</title><script type="application/ld+json">{"@type":'
    b'"NewsArticle","headline":"A page","datePublished":"2022-02-15T08:23:00Z"}</script></head><body><article><p>'
    b"The ministry said on Tuesday that troops were returning to their bases after exercises near the border.</p>"
    b"<p>Shares rose by 2 percent on the news, traders said.</p></article></body></html>",
)
_FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title><item><title>Oil falls</title><description>'
    b"&lt;p&gt;Oil fell 3 percent.&lt;/p&gt;</description><pubDate>Tue, 15 Feb 2022 08:23:00 GMT</pubDate></item>"
    b"</channel></rss>",
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>Talks</title><id>1</id><updated>'
    b"2022-02-15T08:23:00Z</updated><summary>Talks will go on.</summary></entry></feed>",
)
_ROWS = (b'{"text": "Gold rose 1%.", "published": "2022-02-15"}\n{"text": "Oil fell.", "date": "2022-02-16"}\n',)
_CSV_NEWS = (b'text,published,title\n"Gold rose 1%.",2022-02-15,Gold\n"Oil, too, fell.",2022-02-16T08:00Z,Oil\n',)
_SENTENCES = (
    b"The Kremlin has consistently denied it plans an attack and Putin endorsed continued talks on Monday.",
    b'"We will not negotiate," the minister said at 3:22 p.m. in Moscow; the ruble fell 2.5% to 76.58 per dollar.',
    b"Brent crude futures settled down $1.12, or 1.6 percent, at $68.01 a barrel, the lowest since March 2021.",
    b"Had Russia attacked, gold would have surged. OPEC+ agreed to cut output by 2 million barrels per day on Oct. 5.",
)
_PRICES = (
    b"date,RUB,BRENT\n2022-02-14,76.3,96.48\n2022-02-15,75.4,93.28\n2022-02-16,75.1,94.81\n",
    b"date;asset;close\n14.02.2022;RUB;76.3\n15.02.2022;RUB;75.4\n14.02.2022;OIL;96.48\n15.02.2022;OIL;93.28\n",
    b"Date,Open,High,Low,Close,Adj Close,Volume\n2022-02-14,1,2,0.5,1.5,1.5,100\n2022-02-15,1,2,0.5,1.6,1.6,200\n",
    b"time,BTC\n2022-02-14T08:00:00Z,42000\n2022-02-14T08:10:00Z,42100.5\n",
)
_RETURNS = (b"date,A,B\n2022-02-14,0.01,-0.02\n2022-02-15,0.005,\n2022-02-16,-0.01,0.003\n",)
_EVENTS = (
    b"event_id,date,asset,kind\ne1,2022-02-15,RUB,pullback\ne2,2022-02-21,BRENT,recognition\n",
    b"time,asset,direction\n2022-02-15T08:05:00+00:00,RUB,de-escalation\n2022-02-24T03:00Z,RUB,escalation\n",
)
_FRENCH = (
    b"This file was created by CMPT\n\n,Mkt-RF,SMB,HML,RF\n20220214,   -0.38,  0.10, -0.20,  0.000\n"
    b"20220215,    1.80,  1.01, -1.50,  0.000\n\n  Annual Factors\n",
)
_THREE = (
    b"1;F1;M1;15.02.2022;g;-1;1;-2;5\n---\n"
    + b"".join(b"F1;%02d.02.2022;%d\n" % (d, 50 + d) for d in range(1, 20))
    + b"---\n"
    + b"".join(b"M1;%02d.02.2022;%d\n" % (d, 150 - d) for d in range(1, 20)),
)
_STUDY = (
    b'news = "news/"\nprices = "prices.csv"\nwindows = [[0, 0], [0, 1]]\n[study]\nevent_window = [-5, 5]\n'
    b'estimation_window = [-120, -11]\n[models]\nRUB = { model = "MarketModel", benchmark = "EM_FX" }\n'
    b'BRENT = "MeanAdjusted"\n',
)
_TAXONOMY = (
    b'[kinds]\nPIPELINE = { direction = "neither" }\n[words]\nline = ["pipeline"]\n[[rules]]\nid = "halt"\n'
    b'kind = "PIPELINE"\nverbs = ["halt", "shut down"]\nobjects = ["@line", "flows"]\n',
)
_ACTORS = (b'[actors]\nACME = { type = "group", names = ["Acme Corp"], members = ["Jane Roe"] }\n',)
_CATALOGUE = (
    b'[[asset]]\nsymbol = "XYZ"\nname = "An asset"\naliases = ["xyz"]\nasset_class = "equity"\nunit = "USD"\n'
    b'close = "16:00"\ntz = "America/New_York"\n',
)
_GDELT = (
    b"\t".join(
        [b"1029", b"20220215", b"202202", b"2022", b"2022.1233", b"RUS", b"RUSSIA", b"RUS", *[b""] * 7, b"UKR",
         b"UKRAINE", b"UKR", *[b""] * 7, b"1", b"0871", b"087", b"08", b"2", b"9.0", b"10", b"1", b"10",
         b"-1.5", *[b""] * 24, b"20220215083000", b"https://example.org/a"]
    ),
)  # fmt: skip

TARGETS: dict[str, Target] = {
    "text": Target(
        _text, _SENTENCES, ("percent", "said", "denied", "Tuesday", "$", "%", "per dollar", "\u201c", "\u2019")
    ),
    "plain": Target(_file(".md", read_news, _articles_hold), _PLAIN, ("title:", "published:", "---", "date ", "tz:")),
    "page": Target(
        _file(".html", read_news, _articles_hold), _PAGE, ("<p>", "</p>", "datePublished", "<meta ", "&#0;")
    ),
    "feed": Target(
        _file(".xml", read_news, _articles_hold), _FEED, ("<item>", "<!DOCTYPE", "<!ENTITY", "&x;", "<entry>", "CDATA")
    ),
    "json": Target(_file(".jsonl", read_news, _articles_hold), _ROWS, ("{", "[", "null", "1e999", "\\ud800", "NaN")),
    "csv-news": Target(_file(".csv", read_news, _articles_hold), _CSV_NEWS, ('"', ",", "published", "\r\n")),
    "prices": Target(
        _file(".csv", read_prices, _panel_holds), _PRICES, (";", ",", "1e400", "nan", "-", "0", "date", "%")
    ),
    "returns": Target(
        _file(".csv", lambda p: read_returns(p, unit="decimal"), _panel_holds), _RETURNS, (";", ",", "inf", "nan", "%")
    ),
    "events": Target(_file(".csv", read_events, _events_table_holds), _EVENTS, ("time", "date", "tz", "NaT", "+99:00")),
    "french": Target(_file(".csv", read_french), _FRENCH, ("-99.99", "RF", "\n\n", "Annual")),
    "eventstudytools": Target(_three_files, _THREE, (";", "\n---\n", "99.99.9999", "-1")),
    "gdelt": Target(_file(".CSV", read_gdelt, _events_table_holds), _GDELT, ("\t", "\n", "-10.0", "20220231")),
    "study-toml": Target(
        _file(".toml", read_config), _STUDY, ("[study]", "model", "= {", "[[", "inf", "nan", "1979-05-27")
    ),
    "taxonomy-toml": Target(
        _file(".toml", Taxonomy.load), _TAXONOMY, ("[[rules]]", "frame", "unless", "@line", "intensity")
    ),
    "actors-toml": Target(_file(".toml", Gazetteer.load), _ACTORS, ("names", "members", "type", "[]", "{}")),
    "catalogue-toml": Target(
        _file(".toml", read_catalogue), _CATALOGUE, ("[[asset]]", "quote", "close", "25:00", "[class.x]")
    ),
}
