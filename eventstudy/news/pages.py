"""HTML pages: the body by `trafilatura`, the publication instant from the page's own metadata."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from eventstudy.errors import NewsError
from eventstudy.news.article import Article
from eventstudy.news.decoding import clean_text

__all__ = ["page_metadata", "parse_page"]

_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date.issued", "dc.date",
    "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_ARTICLE_TYPES = (
    "article",
    "newsarticle",
    "reportagenewsarticle",
    "blogposting",
    "liveblogposting",
    "analysisnewsarticle",
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?")


class _Head(HTMLParser):
    """Collect JSON-LD, meta tags, the title, the language and <time> elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.json: list[str] = []
        self.title = ""
        self.language = ""
        self.times: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            if name and given.get("content"):
                self.meta.setdefault(name, given["content"].strip())
        elif tag == "script" and given.get("type", "").lower() == "application/ld+json":
            self._inside = "json"
            self.json.append("")
        elif tag == "title" and not self.title:
            self._inside = "title"
        elif tag == "html":
            self.language = given.get("lang", "")
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.meta.setdefault("canonical", given.get("href", ""))
        elif tag == "time" and given.get("datetime") and len(self.times) < 8:
            self.times.append(given["datetime"])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "title"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "json":
            self.json[-1] += data
        elif self._inside == "title":
            self.title += data


_OPENING = re.compile(r"<!--|<!\[|<\?|<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_CLOSING = {"<!--": "-->", "<![": ">", "<?": ">"}


def _without_comments(page: str) -> str:
    """Leave comments, marked sections and processing instructions out; an unclosed one hides the rest of the page.

    ``html.parser`` looks for the end of each anew: a page of a million unclosed ones would take hours.
    """
    parts: list[str] = []
    place = 0
    while (found := _OPENING.search(page, place)) is not None:
        if found.group().lower() == "<script":
            # What looks like a comment inside a script is none.
            closing = _SCRIPT_END.search(page, found.end())
            if closing is None:
                break
            parts.append(page[place : closing.end()])
            place = closing.end()
            continue
        parts.append(page[place : found.start()])
        end = page.find(_CLOSING[found.group()], found.end())
        if end < 0:
            return "".join(parts)
        place = end + len(_CLOSING[found.group()])
    parts.append(page[place:])
    return "".join(parts)


def page_metadata(page: str) -> dict[str, str]:
    """Read title, publication instant (with its offset, where given), source, URL and language of a page.

    JSON-LD ``datePublished`` goes before meta tags, and those before ``<time>`` elements.

    Examples
    --------
    >>> page_metadata('<meta property="article:published_time" content="2022-02-15T11:23:00+03:00">')["published"]
    '2022-02-15T11:23:00+03:00'
    """
    head = _Head()
    head.feed(_without_comments(page))
    head.close()
    found: dict[str, str] = {}
    for block in head.json:
        try:
            data = json.loads(block)
        except (ValueError, RecursionError):
            continue
        _read_linked(data, found, 0)
    meta = head.meta
    dates = [found.get("published", ""), *(meta.get(name, "") for name in _DATES), *head.times]
    published = next((m.group() for m in map(_ISO.search, dates) if m), "")
    out = {
        "title": found.get("title") or meta.get("og:title") or head.title,
        "published": published.replace(" ", "T", 1) if "T" not in published else published.replace(" ", ""),
        "source": found.get("source") or meta.get("og:site_name", ""),
        "url": meta.get("canonical") or meta.get("og:url", ""),
        "language": head.language or meta.get("language", ""),
    }
    return {name: clean_text(value) for name, value in out.items()}


def _read_linked(data: Any, found: dict[str, str], depth: int) -> None:
    if depth > 6:
        return
    if isinstance(data, list):
        for item in data[:200]:
            _read_linked(item, found, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        if any(isinstance(n, str) and n.lower() in _ARTICLE_TYPES for n in names):
            if isinstance(data.get("datePublished"), str):
                found.setdefault("published", data["datePublished"])
            if isinstance(data.get("headline"), str):
                found.setdefault("title", data["headline"])
            publisher = data.get("publisher")
            if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
                found.setdefault("source", publisher["name"])
        if "@graph" in data:
            _read_linked(data["@graph"], found, depth + 1)


def _blocks(body: str, title: str) -> str:
    """Set the extractor's lines, each a heading or paragraph of the page, apart; the title again is no text."""
    blocks = [block for line in body.split("\n") if (block := line.strip())]
    if len(blocks) > 1 and clean_text(blocks[0]) == title:
        del blocks[0]
    return "\n\n".join(blocks)


def parse_page(page: str, *, where: str, tz: str = "UTC", published: str = "") -> Article:
    """Read an article from an HTML page.

    Raises
    ------
    NewsError
        If ``trafilatura`` is not installed, the page has no text or no date.
    """
    try:
        import trafilatura
    except ImportError as error:
        raise NewsError(
            f"{where} is HTML, and reading it needs trafilatura",
            hint="pip install 'market-reaction[news]'",
            file=where,
        ) from error
    known = page_metadata(page)
    body = _blocks(trafilatura.extract(page, include_comments=False, include_tables=False) or "", known["title"])
    if not body:
        raise NewsError(f"{where}: no article text found in the page", hint="give the text itself", file=where)
    when = known["published"] or published
    if not when:
        raise NewsError(
            f"{where} has no publication date in its metadata", hint="give published='2022-02-15'", file=where
        )
    try:
        return Article(
            clean_text(body), when, title=known["title"], source=known["source"], url=known["url"],
            language=known["language"], tz=tz,
        )  # fmt: skip
    except NewsError as error:
        raise NewsError(f"{where}: {error.message}", hint=error.hint, file=where) from error
