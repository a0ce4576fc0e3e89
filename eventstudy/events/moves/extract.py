"""Market moves that articles themselves report: asset, direction, amount, level, as-of, with evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eventstudy._progress import track
from eventstudy.events.moves.articles import move_rows
from eventstudy.events.moves.records import FIELDS
from eventstudy.events.records import ReportedMove, unpacked
from eventstudy.events.tables import MoveTable
from eventstudy.news.article import Article, as_articles, distinct

__all__ = ["article_moves", "extract_moves"]


def extract_moves(articles: Iterable[Article] | Article, *, progress: bool | None = None) -> MoveTable:
    """Read the market moves that articles report.

    Parameters
    ----------
    articles : Article or iterable of Article
        What `eventstudy.read_news` gives.
    progress : bool, optional
        Whether to show a progress bar; None shows one where a person watches.

    Returns
    -------
    MoveTable
        One row a move. What is denied, forecast or conditional has its own ``polarity`` and
        ``modality`` and is in the table too: ``moves.filter(polarity="asserted", modality="happened")``.

    Notes
    -----
    A number is kept only if it parses again from its own span. Where a text gives a move both in
    percent and in money, ``amount`` is the percentage and the other one is a span named ``"change"``.
    ``as_of`` is an instant where the text gives a clock time; with precision ``"date"`` it is the
    calendar day at midnight UTC: the day named, else the day of publication. A sentence that stands in an
    article twice, word for word, is read once.

    Examples
    --------
    >>> from eventstudy.news import Article
    >>> text = "Brent futures fell as much as 2.1% to trade below $95 a barrel."
    >>> move = extract_moves(Article(text, "2022-02-15"))[0]
    >>> move.asset, move.direction, move.amount, move.bound, move.level, move.level_bound, move.level_unit
    ('BRENT', 'down', 2.1, 'as much as', 95.0, 'less than', 'USD per barrel')
    """
    columns: dict[str, Any] = {name: [] for name in FIELDS}
    append = [column.append for column in columns.values()]
    for article in distinct(track(as_articles(articles), label="moves", progress=progress)):
        for row in move_rows(article):
            for add, cell in zip(append, row, strict=True):
                add(cell)
    return MoveTable._of_read(columns)


def article_moves(article: Article) -> list[ReportedMove]:
    """Read the moves of one article, in the order of its text; see `extract_moves`."""
    out = []
    for row in move_rows(article):
        cells = dict(zip(FIELDS, row, strict=True))
        cells["spans"] = unpacked(cells["spans"])
        out.append(ReportedMove(**cells))
    return out
