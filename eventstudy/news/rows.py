"""Articles from rows: JSON lines, CSV, and data frames of any library narwhals knows."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from eventstudy.errors import NewsError, nearest
from eventstudy.news.article import Article
from eventstudy.news.decoding import clean_text

__all__ = ["article_from_row", "frame_rows", "parse_csv", "parse_json"]

# Our name of a field, and the names that news data give it, in the order in which they are looked for.
FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "maintext", "main_text", "full_text", "articlebody", "description"),
    "published": (
        "published", "published_at", "publishedat", "date_publish", "datepublished", "datetime", "timestamp",
        "pubdate", "published_utc", "seendate", "date", "time",
    ),
    "title": ("title", "headline", "name"),
    "source": ("source", "source_domain", "publisher", "site", "domain", "outlet"),
    "url": ("url", "link", "uri", "href"),
    "language": ("language", "lang"),
    "tz": ("tz", "timezone", "time_zone"),
    "article_id": ("article_id", "id", "guid", "uid"),
}  # fmt: skip

Row = tuple[str, Mapping[str, Any] | NewsError]


def article_from_row(row: Mapping[str, Any], *, where: str, tz: str = "UTC", published: str = "") -> Article:
    """Build an article from a mapping whose keys are its columns.

    Raises
    ------
    NewsError
        If there is no text column, no text or no date.

    Examples
    --------
    >>> article_from_row({"headline": "Talks", "body": "They met.", "date": "2022-02-15"}, where="row 1").title
    'Talks'
    """
    folded = {str(k).strip().lower(): v for k, v in row.items()}
    values: dict[str, Any] = {}
    for name, aliases in FIELDS.items():
        for alias in aliases:
            value = folded.get(alias)
            if not _missing(value):
                values[name] = value
                break
    if not any(alias in folded for alias in FIELDS["text"]):
        raise NewsError(
            f"{where}: no column with the text ({', '.join(map(str, row))[:120]})",
            hint=f"name it 'text'; {nearest('text', folded)}",
            file=where,
        )
    when = values.get("published", published)
    if _missing(when):
        raise NewsError(f"{where} has no publication date", hint="fill the column 'published'", file=where)
    source = values.get("source", "")
    if isinstance(source, Mapping):
        source = source.get("name") or source.get("id") or ""
    try:
        return Article(
            clean_text(str(values.get("text", ""))),
            when if isinstance(when, (dt.date, dt.datetime)) else _instant(str(when)),
            title=clean_text(str(values.get("title", ""))),
            source=str(source),
            url=str(values.get("url", "")),
            language=str(values.get("language", "")),
            tz=str(values.get("tz", "") or tz),
            article_id=str(values.get("article_id", "")),
        )
    except NewsError as error:
        raise NewsError(f"{where}: {error.message}", hint=error.hint, file=where) from error


def _missing(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _instant(text: str) -> str:
    """Bring the instants that news data use into ISO 8601: ``20220215T112300Z``, ``2022-02-15 11:23:00 +03:00``."""
    value = text.strip()
    if len(value) == 14 and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:8]}T{value[8:10]}:{value[10:12]}:{value[12:]}"
    return value.replace(" +", "+").replace(" UTC", "+00:00")


def parse_json(text: str, *, where: str) -> Iterator[Row]:
    """Yield the objects of a JSON array, a single object, or one object a line."""
    stripped = text.lstrip()
    if stripped.startswith("["):
        try:
            items = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            yield where, NewsError(f"{where} is not valid JSON: {error}", hint="check the file", file=where)
            return
        for i, item in enumerate(items, 1):
            yield _object(item, f"{where}, item {i}")
        return
    lines = text.split("\n")
    if stripped.startswith("{") and not _parses(next(line for line in lines if line.strip())):
        lines = [text]
    for i, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield (
                where,
                NewsError(f"{where}, line {i} is not valid JSON: {error}", hint="check the line", file=where, row=i),
            )
            continue
        yield _object(item, f"{where}, line {i}")


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _object(item: Any, label: str) -> Row:
    if isinstance(item, Mapping):
        return label, item
    return label, NewsError(f"{label} is not an object", hint='expected {"text": ..., "published": ...}', file=label)


def parse_csv(text: str, *, where: str, delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows of a CSV text with a header.

    The text's own size is the only bound on a cell. The standard library's reader refuses cells of more than
    131,072 characters, which a long article has, and its limit is one setting of the whole process.
    """
    header: list[str] | None = None
    for line, cells in _csv_rows(text, delimiter):
        if header is None:
            header = cells
            continue
        label = f"{where}, line {line}"
        if len(cells) > len(header):
            yield (
                label,
                NewsError(f"{label} has more cells than the header", hint="quote cells with commas", file=where),
            )
            continue
        yield label, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
    if header is None:
        yield where, NewsError(f"{where} has no header", hint="expected columns such as text, published", file=where)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Split a text by RFC 4180: the number of each row's last line, and its cells; blank lines are left out."""
    stop = re.escape(delimiter)
    cell = re.compile(rf'"((?:[^"]++|"")*+)"?([^{stop}\r\n]*+)|([^{stop}\r\n]*+)')
    place, line, row = 0, 1, list[str]()
    while place < len(text):
        found = cell.match(text, place)
        if found is None:  # the pattern matches anywhere, be it nothing
            return
        quoted = found[1] is not None
        row.append(found[1].replace('""', '"') + found[2] if quoted else found[3])
        line += found.group().count("\n") if quoted else 0
        place = found.end()
        if text.startswith(delimiter, place):
            place += 1
            if place < len(text):
                continue
            row.append("")
        if row != [""] or quoted:
            yield line, row
        row = []
        place += 2 if text.startswith("\r\n", place) else 1
        line += 1


def frame_rows(frame: Any) -> Iterator[Row] | None:
    """Yield the rows of a pandas, polars or Arrow frame; None where it is no frame."""
    import narwhals.stable.v1 as nw

    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError:
        return None
    return ((f"row {i}", row) for i, row in enumerate(table.iter_rows(named=True)))
