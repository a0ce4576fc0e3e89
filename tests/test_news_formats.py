"""Pages in the markup of large publishers, in our own words: what is read of each is labelled by hand.

Each page has paragraphs that begin with IN, which belong to the article, and others that say OUT, which do not.
"""

from __future__ import annotations

import json

import pytest

from eventstudy.errors import NewsError
from eventstudy.news.pages import page_metadata, parse_page

pytest.importorskip("trafilatura", reason="needs the extra 'news'")

LEDE = "IN one: Troops began to leave the border on Tuesday, the ministry said, and markets rose on the news at once."
MORE = "IN two: Brent fell 2.1 percent to $94.50 a barrel, and the rouble firmed past 76 per dollar in the afternoon."
LAST = "IN three: Analysts said that the withdrawal had yet to be confirmed by others, and that it could be reversed."
BODY = f"<p>{LEDE}</p><p>{MORE}</p><p>{LAST}</p>"


def linked(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def page(head: str, body: str = f"<article><h1>Troops leave</h1>{BODY}</article>", *, lang: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Troops leave",
    "datePublished": "2022-02-15T11:23:00+03:00",
    "dateModified": "2022-02-16T09:00:00+03:00",
    "publisher": {"@type": "NewsMediaOrganization", "name": "The Wire"},
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://wire.test/a/1"},
    "inLanguage": "en-GB",
}
WIRE = ("Troops leave", "2022-02-15T08:23:00+00:00", "The Wire", "https://wire.test/a/1")

PAGES: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "one object, its own address": (page(linked(NEWS)), WIRE),
    "an array with a trail of crumbs first": (
        page(linked([{"@type": "BreadcrumbList", "itemListElement": []}, NEWS])),
        WIRE,
    ),
    "a graph with the publisher by reference": (
        page(
            linked(
                {
                    "@context": "https://schema.org",
                    "@graph": [
                        {"@type": "Organization", "@id": "https://wire.test/#org", "name": "The Wire"},
                        {**NEWS, "publisher": {"@id": "https://wire.test/#org"}},
                    ],
                }
            )
        ),
        WIRE,
    ),
    "several types, address as text, publisher in a list": (
        page(
            linked(
                {
                    **NEWS,
                    "@type": ["Article", "ReportageNewsArticle"],
                    "mainEntityOfPage": "https://wire.test/a/1",
                    "publisher": [{"name": "The Wire"}],
                }
            )
        ),
        WIRE,
    ),
    "a live blog whose entries have times of their own": (
        page(
            linked(
                {
                    **NEWS,
                    "@type": "LiveBlogPosting",
                    "liveBlogUpdate": [
                        {"@type": "BlogPosting", "headline": "Entry", "datePublished": "2022-02-15T15:00:00+03:00"}
                    ],
                }
            )
        ),
        WIRE,
    ),
    "the article inside the page's object": (
        page(linked({"@type": "WebPage", "name": "Home", "mainEntity": NEWS})),
        WIRE,
    ),
    "Open Graph only, with a name after the title": (
        page(
            '<title>Troops leave | The Wire</title><meta property="og:title" content="Troops leave">'
            '<meta property="og:site_name" content="The Wire"><meta property="og:url" content="https://wire.test/a/1">'
            '<meta property="article:published_time" content="2022-02-15T08:23:00.000Z">'
            '<meta property="article:modified_time" content="2022-02-17T08:23:00Z">'
        ),
        WIRE,
    ),
    "attributes of the article's own elements": (
        page(
            '<meta property="og:site_name" content="The Wire"><link rel="canonical" href="https://wire.test/a/1">',
            '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Troops leave</h1>'
            '<time itemprop="datePublished" datetime="2022-02-15T11:23:00+0300">15 Feb</time>'
            f'<div itemprop="articleBody">{BODY}</div></article>',
        ),
        WIRE,
    ),
    "a time element after those of the navigation": (
        page(
            '<meta property="og:title" content="Troops leave"><meta property="og:site_name" content="The Wire">'
            '<link href="https://wire.test/a/1" rel="canonical">',
            '<nav><ul><li><time datetime="2022-02-20T10:00Z">OUT now</time></li></ul></nav><article>'
            f'<h1>Troops leave</h1><time pubdate datetime="2022-02-15T09:23+01:00">Tuesday</time>{BODY}</article>'
            '<aside><h2>OUT related</h2><time datetime="2022-02-21">OUT</time></aside>',
        ),
        WIRE,
    ),
    "a paywall": (
        page(
            linked({**NEWS, "isAccessibleForFree": "False", "hasPart": {"@type": "WebPageElement"}}),
            f'<article><h1>Troops leave</h1>{BODY}</article><div class="paywall"><p>OUT Subscribe to read on.</p></div>'
            "<footer><p>OUT all rights reserved</p></footer>",
        ),
        WIRE,
    ),
    "AMP, with a boilerplate of styles": (
        page(
            "<style amp-boilerplate>body{-webkit-animation:x 8s}</style>"
            '<link rel="canonical" href="https://wire.test/a/1">' + linked(NEWS),
            f"<amp-sidebar><p>OUT menu</p></amp-sidebar><article><h1>Troops leave</h1>{BODY}</article>",
        ),
        WIRE,
    ),
    "a JSON-LD block with a comment for old browsers around it": (
        page(linked(NEWS).replace(">{", ">\n//<![CDATA[\n{").replace("</script>", "\n//]]>\n</script>")),
        WIRE,
    ),
    "metadata of the trade: parsely": (
        page(
            '<meta name="parsely-title" content="Troops leave"><meta name="parsely-pub-date" '
            'content="2022-02-15T08:23:00Z"><meta property="og:site_name" content="The Wire">'
            '<meta name="parsely-link" content="https://wire.test/a/1">'
        ),
        WIRE,
    ),
}


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_of_a_publisher(name: str) -> None:
    source, (title, published, outlet, url) = PAGES[name]
    a = parse_page(source, where="page.html")
    assert (a.title, a.published_at.isoformat(), a.source, a.url) == (title, published, outlet, url)
    assert a.published_precision == "instant"
    assert a.language.startswith("en")
    assert [p[:6] for p in a.text.split("\n\n")] == ["IN one", "IN two", "IN thr"]
    assert "OUT" not in a.text


def test_the_language_of_the_article_where_the_page_names_none() -> None:
    head = linked(NEWS).replace("en-GB", "de")
    assert page_metadata(page(head, lang=""))["language"] == "de"


def test_a_dateline_stays_in_the_text_and_a_table_does_not() -> None:
    body = f"<p>LONDON, Feb 15 (Wire) - {LEDE}</p><table><tr><td>OUT 1.0</td></tr></table><p>{MORE}</p><p>{LAST}</p>"
    a = parse_page(page(linked(NEWS), f"<article>{body}</article>"), where="page.html")
    assert a.text.startswith("LONDON, Feb 15 (Wire) - IN one")
    assert "OUT" not in a.text


@pytest.mark.parametrize(
    "when", ["Tue, 15 Feb 2022 11:23:00 +0300", "2022-02-15 08:23:00 UTC", "20220215T082300Z", "1644913380"]
)
def test_other_notations_of_the_instant(when: str) -> None:
    a = parse_page(page(f'<meta name="article:published_time" content="{when}">'), where="page.html")
    assert a.published_at.isoformat() == "2022-02-15T08:23:00+00:00"


def test_a_page_whose_only_date_is_of_its_change_has_none() -> None:
    changed = {k: v for k, v in NEWS.items() if k != "datePublished"}
    with pytest.raises(NewsError, match="no publication date"):
        parse_page(page(linked(changed)), where="page.html")
