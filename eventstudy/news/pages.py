"""HTML pages: the body by `trafilatura`, the publication instant from the page's own metadata."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from html.parser import HTMLParser

from eventstudy.errors import NewsError
from eventstudy.news.article import Article
from eventstudy.news.decoding import clean_text
from eventstudy.news.linked import read_linked

__all__ = ["page_metadata", "parse_page"]

_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date.issued", "dc.date",
    "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?")


_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{2}:?\d{2})?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
# Parts of a page whose times are not the article's.
_BESIDE = frozenset({"nav", "aside", "footer"})


class _Head(HTMLParser):
    """Collect JSON-LD, meta tags, titles, the language and <time> elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.json: list[str] = []
        self.texts = {"title": "", "h1": ""}
        self.language = ""
        self.times: list[tuple[int, str]] = []  # how likely it is the article's (0 the most), and the instant
        self._inside = ""
        self._open = dict.fromkeys(("article", *_BESIDE), 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            if name and given.get("content"):
                self.meta.setdefault(name, given["content"].strip())
        elif tag == "script" and given.get("type", "").lower() == "application/ld+json":
            self._inside = "json"
            self.json.append("")
        elif tag in self.texts and not self.texts[tag]:
            self._inside = tag
        elif tag == "html":
            self.language = given.get("lang", "")
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.meta.setdefault("canonical", given.get("href", ""))
        elif tag == "time" and given.get("datetime"):
            self._time(given)
        elif tag in self._open:
            self._open[tag] += 1

    def _time(self, given: dict[str, str]) -> None:
        named = "pubdate" in given or given.get("itemprop", "").lower() == "datepublished"
        beside = any(self._open[tag] for tag in _BESIDE)
        rank = 0 if named else 3 if beside else 1 if self._open["article"] else 2
        if sum(r == rank for r, _ in self.times[:32]) < 8:
            self.times.append((rank, given["datetime"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", *self.texts):
            self._inside = ""
        elif self._open.get(tag):
            self._open[tag] -= 1

    def handle_data(self, data: str) -> None:
        if self._inside == "json":
            self.json[-1] += data
        elif self._inside:
            self.texts[self._inside] += data


_OPENING = re.compile(r"<!--|<!\[|<\?|<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_CLOSING = {"<!--": "-->", "<![": ">", "<?": ">"}


def _without_comments(page: str) -> str:
    """Leave comments, marked sections and processing instructions out; an unclosed one hides the rest of the page.

    ``html.parser`` looks for the end of each anew: a page of a million unclosed ones would take hours.
    """
    page = page[: page.rfind(">") + 1]  # no tag ends after it, and each unclosed one would be looked through to the end
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
    found, meta = read_linked(head.json), head.meta
    times = [value for _, value in sorted(head.times, key=lambda t: t[0])]
    dates = [found.get("published", ""), *(meta.get(name, "") for name in _DATES), *times]
    source = found.get("source") or meta.get("og:site_name", "")
    title = found.get("title") or meta.get("og:title") or meta.get("parsely-title") or meta.get("twitter:title")
    out = {
        "title": title or _without_source(head.texts["title"], source) or head.texts["h1"],
        "published": next((when for when in map(_instant, dates) if when), ""),
        "source": source,
        "url": meta.get("canonical") or meta.get("og:url") or found.get("url") or meta.get("parsely-link", ""),
        "language": head.language or found.get("language") or meta.get("language", ""),
    }
    return {name: clean_text(value) for name, value in out.items()}


def _instant(value: str) -> str:
    """Bring what pages write into ISO 8601: with a space, compact, as in a mail, or as seconds; empty where none."""
    iso = _ISO.search(value)
    if iso is not None:
        text = iso.group()
        return text.replace(" ", "") if "T" in text else text.replace(" ", "T", 1)
    compact = _COMPACT.search(value)
    if compact is not None:
        year, month, day, hour, minute, second, offset = compact.groups(default="")
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"
    if _EPOCH.fullmatch(value):
        return dt.datetime.fromtimestamp(int(value[:10]), tz=dt.UTC).isoformat()
    try:
        return email.utils.parsedate_to_datetime(value).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _without_source(title: str, source: str) -> str:
    """ "Troops leave | The Wire" without the outlet's name."""
    head, sign, tail = title.strip().rpartition(source) if source else (title, "", "")
    return head.rstrip(" |-–—·:") if sign and not tail else title.strip()


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
