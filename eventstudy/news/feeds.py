"""RSS and Atom feeds."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from eventstudy.errors import NewsError
from eventstudy.news.decoding import clean_text

__all__ = ["parse_feed"]

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,200}>")
_SPACES = re.compile(r"[ \t]{2,}")
_INDENT = re.compile(r"\n[ \t]+")
_TAGS = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>")


def parse_feed(text: str, *, where: str) -> Iterator[tuple[str, dict[str, Any] | NewsError]]:
    """Yield the entries of an RSS or Atom feed as rows.

    Raises
    ------
    NewsError
        If it is not well-formed, declares entities (no feed needs them, and they can name files or
        grow without bound), or is neither RSS nor Atom.
    """
    body = _DECLARATION.sub("", text, count=1)
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
    source = next((_text(e) for e in root.iter() if _local(e.tag) == "title"), "")
    number = 0
    for element in root.iter():
        if _local(element.tag) in ("item", "entry"):
            number += 1
            label = f"{where}, entry {number}"
            row = _entry(element)
            row.setdefault("source", source)
            yield label, row


def _local(tag: Any) -> str:
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


def _plain(markup: str) -> str:
    return clean_text(_TAGS.sub(" ", _BREAKS.sub("\n\n", markup))).replace("\xa0", " ")


def _entry(element: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, str] = {}
    for child in element:
        name = _local(child.tag)
        value = _text(child)
        if name == "link" and not value:
            if child.get("rel", "alternate") == "alternate":
                found["link"] = child.get("href", "")
        elif name == "encoded":
            found["content"] = value
        elif value:
            found.setdefault(name, value)
    row: dict[str, Any] = {"title": _plain(found.get("title", "")), "url": found.get("link", "")}
    body = found.get("content") or found.get("description") or found.get("summary") or row["title"]
    row["text"] = _SPACES.sub(" ", _INDENT.sub("\n", _plain(body)))
    when = found.get("published") or found.get("pubDate") or found.get("date") or found.get("updated")
    if when:
        row["published"] = _date(when)
    if "source" in found:
        row["source"] = found["source"]
    return row


def _date(value: str) -> Any:
    """Read an RFC 822 date; leave ISO 8601 as it is."""
    try:
        return email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return value
