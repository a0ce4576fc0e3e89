"""Tables of events and of reported moves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list, as_rows, check_kind
from eventstudy.events.records import Event, ReportedMove
from eventstudy.events.table import Table
from eventstudy.news.article import Article

__all__ = ["EventTable", "MoveTable"]


class EventTable(Table[Event]):
    """Events, one a row: iterates over `Event`, filters by column, gives a frame.

    Build one with `eventstudy.extract_events` (from articles) or `eventstudy.read_events` (from a
    table), or from `Event` objects with `EventTable.from_items`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an event, its columns the fields of `Event` and any others.

    Examples
    --------
    >>> import eventstudy as es
    >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
    >>> events = es.extract_events([news])
    >>> [event.direction for event in events]
    ['de-escalation']
    """

    __slots__ = ()
    _item = Event
    _key = "event_id"
    _shown = (
        "event_id",
        "earliest",
        "latest",
        "precision",
        "kind",
        "direction",
        "polarity",
        "modality",
        "source",
        "target",
        "title",
    )

    def to_html(self, articles: Iterable[Article] = ()) -> str:
        """Show the events with their evidence marked.

        Parameters
        ----------
        articles : iterable of Article, optional
            The articles the events came from: their whole texts are shown. Without them, the quotes.

        Returns
        -------
        str
            HTML for a notebook (``IPython.display.HTML``) or a page; everything from a text is escaped.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> "<mark" in events.to_html([news])
        True
        """
        from eventstudy.events.display import event_html

        return event_html(self, _texts(articles))

    def explain(self, key: int | str, articles: Iterable[Article] = ()) -> str:
        """Say which rule fired for an event, and which words each of its fields rests on.

        Parameters
        ----------
        key : int or str
            Position or event id.
        articles : iterable of Article, optional
            Where given, evidence outside the quote (a speaker, a time) is quoted too.

        Returns
        -------
        str
            A few lines of text.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> "returning to base" in events.explain(0)
        True
        """
        from eventstudy.events.display import explain_event

        event = self[key if isinstance(key, str) else int(as_rows([key], len(self), "key")[0])]
        texts = _texts(articles)
        return explain_event(event, texts.get(event.article_id))

    def headlines(self) -> EventTable:
        """Keep what each article is the news of: its first asserted event that happened.

        An article reports one thing and recalls many. A study of headlines takes the one: the first
        asserted event that happened, one of conflict or cooperation with a direction before one without
        (a rate decision is news as it is); what the extraction marks as background is never it. Events
        that come from no article are kept as they are.

        Returns
        -------
        EventTable
            In the order of the table.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> len(events.headlines())
        1
        """
        frame = self._frame
        # What lies outside conflict has no place on the scale from conflict to cooperation.
        undirected = (frame["direction"] == "neither") & frame["intensity"].notna()
        open_ = (frame["polarity"] == "asserted") & (frame["modality"] == "happened")
        if "background" in frame:
            open_ &= ~frame["background"].fillna(False).astype(bool)
        rows = np.flatnonzero(open_.to_numpy(dtype=bool))
        told = frame.iloc[rows]
        ranked = pd.DataFrame(
            {
                "article_id": told["article_id"].to_numpy(),
                "plain": undirected.to_numpy(dtype=int)[rows],
                "row": rows,
            }
        )
        first = ranked.sort_values(["plain", "row"], kind="stable").drop_duplicates("article_id")
        keep = np.zeros(len(frame), dtype=bool)
        keep[first.loc[first["article_id"] != "", "row"]] = True
        keep |= (frame["article_id"] == "").to_numpy()
        return type(self)(frame[keep].reset_index(drop=True))

    def flag_reported(self, moves: MoveTable) -> EventTable:
        """Mark the events whose own article reports a market move: they were selected on the outcome.

        Parameters
        ----------
        moves : MoveTable
            From `eventstudy.extract_moves` on the same articles.

        Returns
        -------
        EventTable
            With ``selected_on_outcome`` set, and the assets reported in a column ``reported_assets``.

        Examples
        --------
        >>> import eventstudy as es
        >>> news = es.Article("Some units are returning to base, the ministry said.", "2022-02-15T08:00Z")
        >>> events = es.extract_events([news])
        >>> events.flag_reported(es.extract_moves([news])).to_frame()["selected_on_outcome"].tolist()
        [False]
        """
        check_kind(MoveTable, moves=moves)
        by_article = moves.to_frame().groupby("article_id")["asset"]
        reported = {article: tuple(dict.fromkeys(assets)) for article, assets in by_article}
        frame = self._frame.copy()
        frame["reported_assets"] = [reported.get(a, ()) if a else () for a in frame["article_id"]]
        frame["selected_on_outcome"] = [bool(cell) for cell in frame["reported_assets"]]
        return type(self)(frame)


class MoveTable(Table[ReportedMove]):
    """Market moves that articles report, one a row: iterates over `ReportedMove`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a move, its columns the fields of `ReportedMove`.

    Examples
    --------
    >>> import eventstudy as es
    >>> moves = es.extract_moves([es.Article("Brent fell 3.2% on Tuesday.", "2022-02-15T20:00Z")])
    >>> [(move.asset, move.direction, move.amount) for move in moves]
    [('BRENT', 'down', 3.2)]
    """

    __slots__ = ()
    _item = ReportedMove
    _key = "move_id"
    _shown = ("move_id", "asset", "direction", "amount", "unit", "bound", "level", "level_unit", "as_of", "quote")


def _texts(articles: Iterable[Article]) -> dict[str, str]:
    return {a.article_id: a.text for a in as_list(articles, Article, "articles")}
