"""What a page is made of: frozen pieces that any renderer can write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eventstudy.plots.files import settle_layout
from eventstudy.plots.style import for_file

__all__ = ["Article", "Content", "Figure", "Piece", "Reading", "Table", "TestBlock"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text cells.

    Attributes
    ----------
    name : str
        Short identifier, unique on the page.
    caption : str
        What it shows.
    columns : tuple of str
    rows : tuple of tuple of str
    numeric : frozenset of int
        Columns to align right.
    note : str
        Under the table: cuts, units, sources.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an article; ``events`` are the numbers of the events read from it, if any.

    ``opens`` are those whose quotation begins here.
    """

    text: str
    events: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One event as a reader checks it: number, facts in words, and its quotation where no article is at hand."""

    number: int
    event_id: str
    facts: str
    role: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article with the quoted stretches marked."""

    title: str
    byline: str
    url: str
    readings: tuple[Reading, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to be drawn: ``draw`` returns its matplotlib figure, ``drawn`` the same one each time."""

    name: str
    caption: str
    alt: str
    draw: Callable[[], Any]
    _held: list[Any] = field(default_factory=list, repr=False, compare=False)

    def drawn(self) -> Any:
        """Return the figure, drawn and laid out when it is first asked for."""
        if not self._held:
            with for_file():
                self._held.append(settle_layout(self.draw()))
        return self._held[0]


@dataclass(frozen=True, slots=True)
class TestBlock:
    """The tests of one window, and what the diagnosis says of them."""

    window: str
    table: Table

    # pytest would otherwise take the class for a test.
    __test__ = False


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the page says, in its order; renderers see nothing else."""

    title: str
    answer: tuple[str, ...]
    cautions: tuple[str, ...]
    events: Table | None
    articles: tuple[Article, ...]
    set_aside: str
    claims: Table | None
    audit: Table | None
    accounting: str
    dropped: Table | None
    merged: Table | None
    options: Table
    models: Table | None
    figures: tuple[Figure, ...]
    summary: str
    tables: tuple[Table, ...]
    tests: tuple[TestBlock, ...]
    diagnosis: tuple[str, ...]
    differences: Table | None
    robustness: tuple[Table, ...]
    methods: tuple[str, ...]
    references: tuple[str, ...]
    provenance: Table | None
    command: str = ""
    notes: tuple[str, ...] = field(default=())
