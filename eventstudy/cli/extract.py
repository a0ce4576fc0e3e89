"""``eventstudy extract``: what an article says, with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pandas as pd

from eventstudy._types import ExtractFormat
from eventstudy.cli.output import as_json, plain
from eventstudy.errors import check_choice
from eventstudy.events import Event, EventTable, MoveTable, ReportedMove, extract_events, extract_moves
from eventstudy.news import Article, read_news

__all__ = ["run_extract"]


def run_extract(path: Path, form: str) -> str:
    """Read articles and render their events and moves.

    Parameters
    ----------
    path : Path
        An article or a folder.
    form : {"text", "json"}
    """
    check_choice(form, get_args(ExtractFormat), "--format")
    # The extractors tell of a copy; the list then holds each article once.
    articles = read_news(path)
    events, moves = extract_events(articles), extract_moves(articles)
    articles = list({a.article_id: a for a in articles}.values())
    if form == "json":
        return as_json(_as_data(articles, events, moves))
    return _as_text(articles, events, moves)


def _as_data(articles: list[Article], events: EventTable, moves: MoveTable) -> list[dict[str, Any]]:
    by_article: dict[str, dict[str, Any]] = {
        a.article_id: {
            "article_id": a.article_id,
            "title": a.title,
            "published": a.published_at.isoformat()
            if a.published_precision == "instant"
            else a.published_date.isoformat(),
            "events": [],
            "moves": [],
        }
        for a in articles
    }
    text = {a.article_id: a.text for a in articles}
    for name, table in (("events", events), ("moves", moves)):
        for row in table.to_frame().to_dict("records"):
            key = str(row["article_id"])
            by_article[key][name].append({str(k): _field(k, v, text[key]) for k, v in row.items() if k != "article_id"})
    return list(by_article.values())


def _field(name: Any, value: Any, text: str) -> Any:
    if name == "spans":
        return [{"field": s.field, "start": s.start, "end": s.end, "text": text[s.start : s.end]} for s in value]
    return plain(value)


def _as_text(articles: list[Article], events: EventTable, moves: MoveTable) -> str:
    lines: list[str] = []
    for article in articles:
        lines.append(f"{article.title or article.article_id} ({article.published})")
        for event in events.filter(article_id=article.article_id):
            who = "/".join(event.source) or "?"
            whom = "/".join(event.target)
            status = _status(event)
            lines.append(f"  event  {event.kind:<12} {event.direction:<14} {who}{' > ' + whom if whom else ''}{status}")
            lines.append(f"         {_when(event.earliest, event.latest)}: {_short(event.quote)}")
        for move in moves.filter(article_id=article.article_id):
            size = "" if move.amount != move.amount else f" {move.bound} {move.amount:g} {move.unit}"
            level = "" if move.level != move.level else f", level {move.level_bound} {move.level:g} {move.level_unit}"
            lines.append(
                f"  move   {move.asset:<12} {move.direction}{size}{level}{_status(move)}: {_short(move.quote)}"
            )
    return "\n".join(lines)


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
