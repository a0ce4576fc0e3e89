"""Plain text and Markdown articles: a small header, then the body."""

from __future__ import annotations

import re

from eventstudy.errors import NewsError
from eventstudy.news.article import Article
from eventstudy.news.decoding import clean_text

__all__ = ["parse_plain"]

_FIELD = re.compile(r"([A-Za-z][A-Za-z_ -]{0,30}):[ \t]*(.*)")
_DATE_LINE = re.compile(r"\s*date[ \t]*:?[ \t]+(\d{4}-\d{2}-\d{2}(?:T\S{4,30})?)\b[ \t]*")
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z][A-Za-z_]*(?:/[A-Za-z_+-]+){0,2})?"
_CLOCK = rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?P<second>:\d{{2}})?[ \t]*{_ZONE}[ \t]*"
# The rest of the date's line, where it is a clock time with or without a zone and nothing else.
_CLOCK_LINE = re.compile(rf"{_CLOCK}(?:\n|$)")
_CLOCK_AFTER_DAY = re.compile(rf"(?P<day>\d{{4}}-\d{{2}}-\d{{2}})[ T]{_CLOCK}")
_UTC_NAMES = frozenset({"Z", "UTC", "GMT"})
_NAMES = {
    "title": "title",
    "headline": "title",
    "published": "published",
    "date": "published",
    "source": "source",
    "url": "url",
    "link": "url",
    "tz": "tz",
    "timezone": "tz",
    "language": "language",
    "lang": "language",
    "id": "article_id",
}
_HEADING = re.compile(r"#{1,2}[ \t]+(.+)")
# A first line that ends in no stop, before an empty line or a paragraph on one line, is the headline; it stays in the
# text, where it can be read.
_HEADLINE = re.compile(r"([^\n]{1,200}[^\n.:;,!?])\n(?:[ \t]*\n|(?=[A-Z][^\n]{60,}[.!?\"”]\n))")


def _header(text: str) -> tuple[dict[str, str], str]:
    """Read the leading ``name: value`` lines; what is not such a header is body."""
    lines = text.split("\n")
    i = 0
    fenced = lines[0].strip() == "---"
    if fenced:
        i = 1
    fields: dict[str, str] = {}
    while i < len(lines):
        line = lines[i].strip()
        if not line or line == "---":
            break
        found = _FIELD.fullmatch(line)
        if not found:
            return {}, text
        name = found.group(1).strip().lower().replace(" ", "_")
        fields[name] = found.group(2).strip().strip("\"'")
        i += 1
    if not fields.keys() & _NAMES.keys():
        return {}, text
    while i < len(lines) and lines[i].strip() in ("", "---"):
        i += 1
    return fields, "\n".join(lines[i:])


def _instant(timed: re.Match[str], where: str) -> dict[str, str]:
    """Read a day and its clock time as the header's ``published`` and ``tz``."""
    date, hour, minute, second, zone = timed.group("day", "hour", "minute", "second", "zone")
    at = f"{date}T{int(hour):02d}:{minute}{second or ''}"
    if not zone:
        return {"published": at}
    if zone in _UTC_NAMES:
        return {"published": f"{at}+00:00"}
    if zone[0] in "+-":
        return {"published": f"{at}{zone}"}
    if "/" not in zone:
        raise NewsError(
            f"{where}: the zone {zone!r} after {date} {hour}:{minute} is not known for certain",
            hint="write an offset such as +03:00, or an IANA zone such as Europe/Moscow",
            file=where,
        )
    return {"published": at, "tz": zone}


def parse_plain(
    text: str, *, where: str = "the text", tz: str = "UTC", published: str = "", source: str = ""
) -> Article:
    """Read one article from text.

    Parameters
    ----------
    text : str
        Either a header of ``title:``, ``published:``, ``source:``, ``url:``, ``tz:``, ``language:``
        lines (in any order, between ``---`` lines if one likes) and, after a blank line, the body; or a
        text that begins with ``date YYYY-MM-DD`` or, on a line of its own, ``date YYYY-MM-DD HH:MM``
        with an offset or an IANA zone. A Markdown heading at the top of the body is the
        title, where the header names none; so is a first line by itself that ends in no stop.
    where : str
        What to call the text in an error.
    tz, published, source : str
        For articles that say nothing of their own.

    Raises
    ------
    NewsError
        If the article has no date or no text.

    Examples
    --------
    >>> a = parse_plain("date 2022-02-15 Russia announced a pullback.")
    >>> a.published_date.isoformat(), a.text
    ('2022-02-15', 'Russia announced a pullback.')
    """
    text = clean_text(text)
    if not text:
        raise NewsError(f"{where} is empty", hint="expected a header and the body of an article", file=where)
    dated = _DATE_LINE.match(text)
    if dated:
        fields: dict[str, str] = {"published": dated.group(1)}
        body = text[dated.end() :]
        if clock := _CLOCK_LINE.match(body):
            fields["published"] += f" {clock.group().strip()}"
            body = body[clock.end() :]
    else:
        fields, body = _header(text)
    known = {_NAMES[name]: value for name, value in fields.items() if name in _NAMES}
    if timed := _CLOCK_AFTER_DAY.fullmatch(known.get("published", "")):
        known.update(_instant(timed, where))
    body = body.strip()
    heading = _HEADING.match(body)
    if heading:
        known.setdefault("title", heading.group(1).strip())
        if heading.group(1).strip() == known["title"]:
            body = body[heading.end() :].strip()
    elif headline := _HEADLINE.match(body):
        known.setdefault("title", headline.group(1).strip())
    if not body:
        raise NewsError(f"{where} has a header but no text", hint="put the body after a blank line", file=where)
    when = known.get("published") or published
    if not when:
        raise NewsError(
            f"{where} has no publication date",
            hint="begin it with 'published: 2022-02-15T11:23:00+03:00' and a blank line, or with 'date 2022-02-15 '",
            file=where,
        )
    try:
        return Article(
            body,
            when,
            title=known.get("title", ""),
            source=known.get("source", source),
            url=known.get("url", ""),
            language=known.get("language", ""),
            tz=known.get("tz") or tz,
            article_id=known.get("article_id", ""),
        )
    except NewsError as error:
        raise NewsError(f"{where}: {error.message}", hint=error.hint, file=where) from error
