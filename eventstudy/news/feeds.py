"""RSS and Atom feeds."""

from __future__ import annotations

import email.utils
import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from eventstudy.errors import NewsError
from eventstudy.news.decoding import clean_text

__all__ = ["parse_feed"]

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,200}>")
_SPACES = re.compile(r"[ \t]{2,}")
_INDENT = re.compile(r"\n[ \t]+")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Whose words are the entry's own: those of other modules ("media:title") speak of pictures and sounds.
_OWN = frozenset(
    {
        "",
        "http://purl.org/rss/1.0/",
        "http://purl.org/rss/1.0/modules/content/",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
    }
)
_DATES = ("published", "pubDate", "date", "issued", "created", "updated", "modified")
_TAGS = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>")


def parse_feed(text: str, *, where: str) -> Iterator[tuple[str, dict[str, Any] | NewsError]]:
    """Yield the entries of an RSS or Atom feed as rows.

    Raises
    ------
    NewsError
        If it is not well-formed, declares entities (no feed needs them, and they can name files or
        grow without bound), or is neither RSS nor Atom.
    """
    body = _ENTITY.sub(_letter, _DECLARATION.sub("", text, count=1)).translate(_CONTROLS).lstrip()
    if "<!ENTITY" in body:
        raise NewsError(f"{where} declares XML entities", hint="remove its DTD; feeds do not need one", file=where)
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise NewsError(f"{where} is not well-formed XML: {error}", hint="check the file", file=where) from error
    name = _local(root.tag)
    if name not in ("rss", "RDF", "feed"):
        raise NewsError(
            f"{where} is XML but neither RSS nor Atom (<{name}>)", hint="expected <rss> or <feed>", file=where
        )
    channel = next((e for e in root if _local(e.tag) == "channel"), root)
    said = _words(channel)
    base = root.get(_XML + "base") or channel.get(_XML + "base") or said.get("link", "")
    shared = {"source": said.get("title", ""), "language": said.get("language") or root.get(_XML + "lang") or ""}
    number = 0
    for element in root.iter():
        if _local(element.tag) in ("item", "entry"):
            number += 1
            yield f"{where}, entry {number}", shared | _entry(element, base)


def _letter(match: re.Match[str]) -> str:
    """An entity of HTML, which XML does not know, as its letter; XML's own stay, and none becomes a sign of markup."""
    letter = html.unescape(match.group())
    return match.group() if match[1] in _XML_ENTITIES or letter == match.group() else html.escape(letter)


def _local(tag: Any) -> str:
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


def _plain(markup: str) -> str:
    return clean_text(_TAGS.sub(" ", _BREAKS.sub("\n\n", markup))).replace("\xa0", " ")


def _words(element: ElementTree.Element) -> dict[str, str]:
    """What the children of an entry or channel say, by their local names; the first of each counts."""
    found: dict[str, str] = {}
    home = _namespace(element.tag)
    for child in element:
        name, value = _local(child.tag), _text(child)
        if _namespace(child.tag) not in _OWN and _namespace(child.tag) != home:
            continue
        if name == "link" and not value:
            if child.get("rel", "alternate") == "alternate":
                found["link"] = child.get("href", "")
        elif name == "guid" and child.get("isPermaLink", "true").lower() == "false":
            continue
        elif value and name not in ("item", "entry"):
            found.setdefault("content" if name == "encoded" else name, value)
    return found


def _namespace(tag: Any) -> str:
    return tag[1:].rpartition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def _entry(element: ElementTree.Element, base: str) -> dict[str, Any]:
    found = _words(element)
    link = found.get("link") or (guid if (guid := found.get("guid", "")).startswith(("http://", "https://")) else "")
    row: dict[str, Any] = {"title": _plain(found.get("title", "")), "url": urljoin(base, link) if link else ""}
    body = found.get("content") or found.get("description") or found.get("summary") or row["title"]
    row["text"] = _SPACES.sub(" ", _INDENT.sub("\n", _plain(body)))
    when = next((found[name] for name in _DATES if name in found), "")
    if when:
        row["published"] = _date(when)
    if "source" in found:
        row["source"] = found["source"]
    language = element.get(_XML + "lang") or found.get("language")
    if language:
        row["language"] = language
    return row


def _date(value: str) -> Any:
    """Read an RFC 822 date; leave ISO 8601 as it is."""
    try:
        return email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return value
