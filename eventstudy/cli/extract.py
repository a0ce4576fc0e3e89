"""``eventstudy extract``: what an article says, with the evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from eventstudy._types import ExtractFormat
from eventstudy.cli.output import as_json, plain
from eventstudy.errors import NewsError, check_choice
from eventstudy.events import Event, ReportedMove, iter_events
from eventstudy.events.moves import article_moves
from eventstudy.news import Article, iter_news
from eventstudy.news.article import distinct

__all__ = ["run_extract"]


def run_extract(
    path: Path, form: str, *, errors: list[NewsError] | None = None, progress: bool | None = None
) -> Iterator[str]:
    """Read articles one at a time and yield their events and moves as lines, in constant memory.

    Parameters
    ----------
    path : Path
        An article or a folder.
    form : {"text", "json"}
        JSON is one list of articles, whatever the number of lines.
    errors : list, optional
        Given, an article that cannot be read is appended here and the run goes on.
    progress : bool, optional
        Show a bar; by default where a person watches.
    """
    check_choice(form, get_args(ExtractFormat), "--format")
    known = [] if errors is None else errors
    read = 0
    for article in distinct(iter_news(path, errors=errors, progress=progress)):
        events, moves = list(iter_events(article, progress=False)), article_moves(article)
        if form == "json":
            data = as_json([_as_data(article, events, moves)])
            # The list around this one article stays open: its brackets are written once, around all.
            yield (",\n" if read else "[\n") + data[2:-2]
        else:
            yield "\n".join(_as_text(article, events, moves)) + "\n"
        read += 1
    if not read and known:
        raise known[0]
    if form == "json":
        yield "\n]\n" if read else "[]\n"


def _as_data(article: Article, events: list[Event], moves: list[ReportedMove]) -> dict[str, Any]:
    instant = article.published_precision == "instant"
    return {
        "article_id": article.article_id,
        "title": article.title,
        "published": article.published_at.isoformat() if instant else article.published_date.isoformat(),
        "events": [_fields(e, article.text) for e in events],
        "moves": [_fields(m, article.text) for m in moves],
    }


def _fields(item: Event | ReportedMove, text: str) -> dict[str, Any]:
    own = {f.name: getattr(item, f.name) for f in dataclasses.fields(item) if f.name not in ("extra", "article_id")}
    row = {name: _field(name, value, text) for name, value in own.items()}
    return row | {str(name): plain(value) for name, value in getattr(item, "extra", {}).items()}


def _field(name: str, value: Any, text: str) -> Any:
    if name == "spans":
        return [{"field": s.field, "start": s.start, "end": s.end, "text": text[s.start : s.end]} for s in value]
    return plain(value)


def _as_text(article: Article, events: list[Event], moves: list[ReportedMove]) -> Iterator[str]:
    yield f"{article.title or article.article_id} ({article.published})"
    for event in events:
        who = "/".join(event.source) or "?"
        whom = "/".join(event.target)
        yield f"  event  {event.kind:<12} {event.direction:<14} {who}{' > ' + whom if whom else ''}{_status(event)}"
        yield f"         {_when(event.earliest, event.latest)}: {_short(event.quote)}"
    for move in moves:
        size = "" if move.amount != move.amount else f" {move.bound} {move.amount:g} {move.unit}"
        level = "" if move.level != move.level else f", level {move.level_bound} {move.level:g} {move.level_unit}"
        yield f"  move   {move.asset:<12} {move.direction}{size}{level}{_status(move)}: {_short(move.quote)}"


def _status(item: Event | ReportedMove) -> str:
    """Say what keeps an event or a move from being a fact; empty where nothing does."""
    plain = (item.polarity, item.modality) == ("asserted", "happened")
    return "" if plain else f" [{item.polarity}, {item.modality}]"


def _when(earliest: pd.Timestamp, latest: pd.Timestamp) -> str:
    if earliest == latest:
        return f"{earliest:%Y-%m-%d %H:%M} UTC"
    return f"{earliest:%Y-%m-%d %H:%M} to {latest:%Y-%m-%d %H:%M} UTC"


def _short(text: str, most: int = 110) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= most else joined[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
