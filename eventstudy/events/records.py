"""What extraction yields and what a study takes in: events and reported market moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import pandas as pd

from eventstudy._types import Bound, Direction, Modality, MoveDirection, Polarity, Precision, Tense

__all__ = ["Event", "ReportedMove", "Span", "packed", "unpacked"]


class Span(NamedTuple):
    """Where a field was read: ``article.text[start:end]`` is its evidence."""

    field: str
    start: int
    end: int


def packed(spans: Iterable[tuple[str, int, int]]) -> tuple[Any, ...]:
    """Put field, beginning and end of each span one after the other: plain values, as tables of what was read keep."""
    return tuple(chain.from_iterable(spans))


def unpacked(cell: tuple[Any, ...]) -> tuple[Span, ...]:
    """Make the spans again that were packed."""
    return tuple(map(Span, cell[::3], cell[1::3], cell[2::3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that became public between ``earliest`` and ``latest``.

    Attributes
    ----------
    event_id : str
        Unique in a table; extraction derives it from the article and the span.
    earliest, latest : pandas.Timestamp
        UTC instants that bound when the news became public; equal when a clock time is known.
    precision : {"instant", "interval", "date"}
        A clock time, an interval bounded by text or publication, or a whole day.
    kind : str
        PLOVER category such as ``"RETREAT"``, or a name of the user's taxonomy.
    direction : {"de-escalation", "escalation", "neither"}
        Towards less or more conflict (or, in a user's taxonomy, whatever its two poles are).
    intensity : float
        On the Goldstein scale, -10 to 10; NaN where the taxonomy gives none.
    polarity : {"asserted", "denied"}
        Whether the text asserts it.
    modality : {"happened", "planned", "possible", "conditional", "demanded"}
        Whether it happened.
    tense : {"past", "present", "future"}
        Of the verb.
    speaker : str
        Who says so, where the text reports speech; empty where the article itself says so.
    source, target : tuple of str
        Actors as codes of the gazetteer (ISO 3166 alpha-3 for countries).
    assets : tuple of str
        The assets the event is to be studied on; empty: the study decides.
    quote : str
        The clause the event was read from, verbatim.
    spans : tuple of Span
        Evidence for each extracted field.
    article_id : str
        The article; empty for events from a table.
    title : str
        The article's headline, or a label; for people.
    rule : str
        Which rule fired.
    selected_on_outcome : bool
        Whether the event's own article reports the market's move.
    extra : mapping
        The user's own columns, kept as they came.

    Examples
    --------
    >>> day = pd.Timestamp("2022-02-15T08:00Z")
    >>> Event(event_id="units-return", earliest=day, latest=day, direction="de-escalation").precision
    'instant'
    """

    event_id: str
    earliest: pd.Timestamp
    latest: pd.Timestamp
    precision: Precision = "instant"
    kind: str = ""
    direction: Direction = "neither"
    intensity: float = float("nan")
    polarity: Polarity = "asserted"
    modality: Modality = "happened"
    tense: Tense = "past"
    speaker: str = ""
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    quote: str = ""
    spans: tuple[Span, ...] = ()
    article_id: str = ""
    title: str = ""
    rule: str = ""
    selected_on_outcome: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMove:
    """A market move that an article itself reports.

    Attributes
    ----------
    move_id : str
        Unique in a table.
    asset : str
        Catalogue symbol, or a class such as ``"class:oil"`` where the text names no contract.
    direction : {"up", "down", "unchanged"}
        Of the asset's value: the ruble strengthening is ``"up"``.
    amount : float
        Size of the move in ``unit``, positive; NaN where the text gives none.
    unit : str
        ``"percent"``, ``"points"``, ``"basis points"``, or a currency code; empty without an amount.
    bound : str
        ``"exact"``, ``"about"``, ``"as much as"``, ``"at least"``, ``"more than"``, ``"less than"``, ``"nearly"``.
    level : float
        The level reported, in ``level_unit``; NaN where none.
    level_unit : str
        ``"RUB per USD"``, ``"USD per barrel"``, ``"points"`` ...
    level_bound : str
        As ``bound``: "below $95" is ``"less than"``.
    against : str
        Counter-currency code of an exchange rate; empty elsewhere.
    as_of : pandas.Timestamp or None
        UTC instant of the quotation; None where the text gives no day at all.
    precision : {"instant", "interval", "date"}
        Precision of ``as_of``.
    reference : str
        What the move is measured from, where said ("since 2014", "from Monday's close").
    instrument : str
        ``"futures"``, ``"spot"``, ``"fixing"`` or empty, where the text says so.
    quote, spans, article_id, title, rule, polarity, modality
        As for `Event`.

    Examples
    --------
    >>> ReportedMove(move_id="m1", asset="BRENT", direction="down", amount=3.2, unit="percent").bound
    'exact'
    """

    move_id: str
    asset: str
    direction: MoveDirection
    amount: float = float("nan")
    unit: str = ""
    bound: Bound = "exact"
    level: float = float("nan")
    level_unit: str = ""
    level_bound: Bound = "exact"
    against: str = ""
    as_of: pd.Timestamp | None = None
    precision: Precision = "date"
    reference: str = ""
    instrument: str = ""
    polarity: Polarity = "asserted"
    modality: Modality = "happened"
    quote: str = ""
    spans: tuple[Span, ...] = ()
    article_id: str = ""
    title: str = ""
    rule: str = ""
