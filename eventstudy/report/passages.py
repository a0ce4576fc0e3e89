"""Articles with the stretches marked from which events were read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from eventstudy.report import words
from eventstudy.report.parts import Article, Piece, Reading

__all__ = ["mark", "quoted_span", "readings_by_article"]

_CONTEXT = 200  # characters kept on either side of a quotation
ELLIPSIS = " […] "


def quoted_span(text: str, quote: str, spans: Sequence[tuple[str, int, int]]) -> tuple[int, int] | None:
    """Find where in the text an event was read.

    Parameters
    ----------
    text : str
        The article.
    quote : str
        The clause, verbatim.
    spans : sequence of (field, start, end)
        Evidence of each field.

    Returns
    -------
    (int, int) or None
        The quotation that holds the evidence; the hull of the evidence where the quotation is not
        in the text; None where neither is.

    Examples
    --------
    >>> quoted_span("It rained. Troops left. Troops left.", "Troops left.", [("kind", 31, 35)])
    (24, 36)
    """
    inside = [(start, end) for _, start, end in spans if 0 <= start < end <= len(text)]
    hull = (min(s for s, _ in inside), max(e for _, e in inside)) if inside else None
    if quote:
        at = text.find(quote)
        first = at
        while at >= 0:
            if hull is None or (at <= hull[0] and hull[1] <= at + len(quote)):
                return at, at + len(quote)
            at = text.find(quote, at + 1)
        if first >= 0:
            return first, first + len(quote)
    return hull


def mark(text: str, found: Sequence[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """Cut a text where quotations begin and end, and shorten what lies between them.

    Parameters
    ----------
    text : str
    found : sequence of (number, start, end)
        Numbered quotations; they may overlap.

    Returns
    -------
    tuple of Piece
        In order of the text. Put together without the ellipses, the marked pieces are the text's own.

    Examples
    --------
    >>> [(p.text, p.events) for p in mark("Talks held. Troops left.", [(1, 12, 24)])]
    [('Talks held. ', ()), ('Troops left.', (1,))]
    """
    if not found:
        return ()
    edges = sorted({0, len(text), *(s for _, s, _ in found), *(e for _, _, e in found)})
    pieces = []
    for start, end in pairwise(edges):
        events = tuple(sorted(n for n, s, e in found if s <= start and end <= e))
        opens = tuple(sorted(n for n, s, _ in found if s == start))
        part = text[start:end]
        if events:
            pieces.append(Piece(part, events, opens))
        else:
            pieces.append(Piece(_shortened(part, first=start == 0, last=end == len(text))))
    return tuple(pieces)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    keep_head, keep_tail = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    if len(text) <= keep_head + keep_tail + 40:
        return text
    head = text[:keep_head]
    tail = text[len(text) - keep_tail :] if keep_tail else ""
    # Cut at words, and do not begin or end the passage in the middle of one.
    return _to_a_stop(head) + ELLIPSIS + (tail.split(None, 1)[-1] if " " in tail.strip() else tail)


def _to_a_stop(head: str) -> str:
    """End with the last sentence that ends past a third of the context, else with the last whole word."""
    stops = [found.end() for found in re.finditer(r"[.!?][\"'”’)]*(?=\s)", head) if found.end() > _CONTEXT // 3]
    if stops:
        return head[: stops[-1]]
    return head.rsplit(None, 1)[0] if " " in head.strip() else head


def readings_by_article(
    events: Sequence[Any], articles: Sequence[Any], roles: Mapping[str, str], numbers: Mapping[str, int]
) -> tuple[Article, ...]:
    """Give each article with its events' quotations marked, and the events that have no article at hand.

    Parameters
    ----------
    events : sequence of Event
        In the order they are numbered.
    articles : sequence of eventstudy.news.Article
    roles : mapping of event_id to str
        What became of the event: used, merged, dropped.
    numbers : mapping of event_id to int
    """
    by_id = {a.article_id: a for a in articles}
    groups: dict[str, list[Any]] = {}
    for event in events:
        groups.setdefault(event.article_id if event.article_id in by_id else "", []).append(event)
    out = []
    for article_id, members in groups.items():
        source = by_id.get(article_id)
        readings = tuple(
            Reading(
                numbers[e.event_id],
                e.event_id,
                facts(e),
                roles.get(e.event_id, ""),
                "" if source is not None else words.plain(e.quote) if e.quote else "",
            )
            for e in members
        )
        if source is None:
            if any(r.quote for r in readings):
                out.append(Article("Events without their article at hand", "", "", readings, ()))
            continue
        found = []
        for event in members:
            span = quoted_span(source.text, event.quote, [tuple(s) for s in event.spans])
            if span is not None:
                found.append((numbers[event.event_id], *span))
        out.append(
            Article(
                words.plain(source.title) if source.title else "Untitled article",
                byline(source),
                source.url if source.url.startswith(("https://", "http://")) else "",
                readings,
                mark(source.text, found),
            )
        )
    return tuple(out)


def byline(article: Any) -> str:
    """Source and time of publication, as precise as they are known."""
    if article.published_precision == "date":
        when = f"{article.published_date.isoformat()} ({article.tz}), hour unknown"
    else:
        when = words.instant(article.published_at)
    return f"{words.plain(article.source)}, published {when}" if article.source else f"Published {when}"


def facts(event: Any) -> str:
    """Kind, direction, actors, speaker and time of an event in one line."""
    actors = words.plain(event.source) if event.source else ""
    if actors and event.target:
        actors += " to " + words.plain(event.target)
    pieces = [words.plain(event.kind) if event.kind else "", words.plain(event.direction), actors]
    if event.speaker:
        pieces.append(f"said by {words.plain(event.speaker)}")
    pieces.append(f"public {words.interval(event.earliest, event.latest)}")
    return "; ".join(p for p in pieces if p)
