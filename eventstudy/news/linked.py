"""What a page says of itself in JSON-LD (schema.org), as publishers write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["read_linked"]

# Objects that may hold the article; a list of teasers ("itemListElement") and the entries of a live blog do not.
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPER = re.compile(r"(?://|/\*)?\s*(?:<!\[CDATA\[|\]\]>|<!--|-->)\s*(?:\*/)?")
_DEPTH, _WIDTH = 6, 200


def read_linked(blocks: list[str]) -> dict[str, str]:
    """Read title, publication instant, source, URL and language of the article from a page's JSON-LD blocks.

    The first article object counts; what it lacks, later ones of the page may give. A publisher that is only
    named by its ``@id`` is looked up.

    Examples
    --------
    >>> read_linked(['{"@type": "NewsArticle", "headline": "Talks", "publisher": {"name": "Wire"}}'])
    {'title': 'Talks', 'source': 'Wire'}
    """
    objects = [item for block in blocks if (data := _parse(block)) is not None for item in _objects(data, 0)]
    names = {str(o["@id"]): o["name"] for o in objects if isinstance(o.get("name"), str) and "@id" in o}
    found: dict[str, str] = {}
    for item in objects:
        if not _is_article(item):
            continue
        values = {
            "published": item.get("datePublished"),
            "title": item.get("headline") or item.get("name"),
            "source": _name(item.get("publisher"), names),
            "url": _address(item.get("mainEntityOfPage")) or item.get("url"),
            "language": _name(item.get("inLanguage"), names),
        }
        for field, value in values.items():
            if isinstance(value, str) and value.strip():
                found.setdefault(field, value.strip())
    return found


def _parse(block: str) -> Any:
    for text in (block, _WRAPPER.sub("", block)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects of a block in reading order, those that hold an article before what they hold."""
    if depth > _DEPTH:
        return
    if isinstance(data, list):
        for item in data[:_WIDTH]:
            yield from _objects(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in _HOLDERS:
            yield from _objects(data.get(key), depth + 1)


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    return any(
        isinstance(kind, str) and kind.lower().endswith(("article", "posting"))
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _name(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        return value.get("name") or value.get("alternateName") or names.get(str(value.get("@id")))
    return value


def _address(value: Any) -> Any:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) and value.startswith(("http://", "https://", "/")) else None
