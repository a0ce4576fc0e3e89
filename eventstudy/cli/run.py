"""``eventstudy run``: one TOML file in, the whole result folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eventstudy as es
from eventstudy.cli.config import Config, read_config
from eventstudy.news import Article
from eventstudy.report.folder import digest, write_folder

__all__ = ["run_config"]


def run_config(path: Path, output: Path) -> str:
    """Run the study of a file, write its folder, and return the summary for people."""
    config = read_config(path)
    prices = _prices(config)
    articles, events = _events(config)
    moves = es.extract_moves(articles) if articles else None
    if moves is not None:
        events = events.headlines().flag_reported(moves)
    if config.filters:
        events = events.filter(**config.filters)
    result = config.study.run(events, prices, assets=config.assets or None)
    result = result.with_context(
        articles=articles or None,
        moves=moves,
        verification=es.verify_moves(moves, prices) if moves is not None and len(moves) else None,
        provenance={"inputs": _inputs(config, articles), "seed": None, "command": f"eventstudy run {path.name}"},
    )
    # Whatever the summary cannot be made of is said before anything is written.
    summary = str(result.summary(config.windows))
    write_folder(result, output, windows=config.windows, prices=prices, title=config.title or None)
    lines = [repr(result), "", summary, "", f"Written to {output}"]
    return "\n".join(lines)


def _prices(config: Config) -> es.PricePanel:
    options = dict(config.price_options)
    baskets: dict[str, Any] = options.pop("baskets", {})
    prices = es.read_prices(config.prices, **options)
    for name, members in baskets.items():
        prices = prices.add_basket(name, members)
    return prices


def _events(config: Config) -> tuple[list[Article], es.EventTable]:
    if config.news is not None:
        articles = es.read_news(config.news)
        return articles, es.extract_events(articles)
    return [], es.read_events(config.events)


def _inputs(config: Config, articles: list[Article]) -> dict[str, Any]:
    inputs: dict[str, Any] = {"study": config.source, "prices": _file_digest(config.prices)}
    if articles:
        inputs["articles"] = {a.article_id: digest(a.text) for a in articles}
    if config.events is not None:
        inputs["events"] = _file_digest(config.events)
    return inputs


def _file_digest(path: Path) -> Any:
    if path.is_dir():
        return {p.name: digest(p.read_bytes()) for p in sorted(path.iterdir()) if p.is_file()}
    return digest(path.read_bytes())
