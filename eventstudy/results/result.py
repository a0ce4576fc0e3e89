"""StudyResult: one truth, many views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from eventstudy._arguments import check_kind
from eventstudy._types import View
from eventstudy.errors import EventStudyError, check_choice
from eventstudy.results import frames
from eventstudy.results.assemble import Piece
from eventstudy.results.battery import Battery
from eventstudy.results.estimates import Estimates, WindowSums, asked_window
from eventstudy.results.inquiries import Inquiries
from eventstudy.results.outcomes import Outcomes
from eventstudy.results.pictures import Pictures
from eventstudy.results.pictures_tests import TestPictures
from eventstudy.results.regressions import Regressions
from eventstudy.results.rows import Rows
from eventstudy.results.saving import Saving
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable, MoveTable
    from eventstudy.news.article import Article

__all__ = ["StudyResult"]


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult(Battery, Outcomes, Inquiries, Regressions, Pictures, TestPictures, Saving):
    """What a study found; every table, test and figure is a view of it.

    Made by `EventStudy.run`. Pairs of event and asset that went in are rows here, or stand in
    ``dropped`` or ``merged``: ``n_in == len(result) + len(dropped) + len(merged)``. The ``result``
    in the examples of its methods is the one made below.

    Attributes
    ----------
    study : EventStudy
        The specification.
    events : EventTable
        The events as they came in.
    rows, estimates : Rows, Estimates
        The arrays behind the frames: one row an event and asset.
    dropped : pandas.DataFrame
        ``event_id, asset, stage, reason``: pairs that could not be studied.
    merged : pandas.DataFrame
        ``event_id, asset, into, reason``: headlines that share a row with another.
    spec : dict
        The specification as plain data.
    n_in : int
        Pairs of event and asset that went in.
    pieces : tuple of Piece
        Returns, alignment and estimates of each model; left behind when pickled.
    level : float
        Confidence level of all intervals; the study's.
    articles, moves, verification, provenance
        What a report shows besides, where it was given (see `with_context`).

    Examples
    --------
    >>> import eventstudy as es
    >>> example = es.load_example("ukraine-2022")
    >>> models = {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted()}
    >>> study = es.EventStudy(models, event_window=(-2, 2), estimation_window=(-120, -11))
    >>> result = study.run(example.events, example.prices)
    >>> result
    StudyResult: ... rows (2 assets), event window (-2, 2), ...
    >>> result.n_in == len(result) + len(result.dropped) + len(result.merged)
    True
    """

    study: Any
    events: EventTable
    rows: Rows
    estimates: Estimates
    dropped: pd.DataFrame
    merged: pd.DataFrame
    spec: dict[str, Any]
    n_in: int
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    level: float = 0.95
    articles: Sequence[Article] | None = None
    moves: MoveTable | None = None
    verification: pd.DataFrame | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def groups(self) -> tuple[str, ...]:
        """Event columns that make the groups of tables and figures unless the caller names others.

        Asset and direction, or asset alone where no event has a direction; of more than four assets with events of
        their own, direction alone, or nothing where there is one direction: such events are one sample.
        """
        return frames.default_groups(self.rows.event_id, self.rows.asset, self.rows.direction)

    @property
    def audit(self) -> pd.DataFrame:
        """One row a pair: instants of the event, of its day 0, of the price before; hours between; timing."""
        return self._audit.copy()

    @cached_property
    def _audit(self) -> pd.DataFrame:
        self._need_arrays()
        return pd.concat([p.alignment.audit() for p in self.pieces], ignore_index=True)

    @property
    def event_window(self) -> Window:
        """The study's event window."""
        return Window.of(self.study.event_window)

    def with_context(
        self,
        *,
        articles: Sequence[Article] | None = None,
        moves: MoveTable | None = None,
        verification: pd.DataFrame | None = None,
        provenance: Mapping[str, Any] | None = None,
    ) -> StudyResult:
        """Return the same result with the articles, moves and provenance that a report shows.

        Parameters
        ----------
        articles : sequence of Article, optional
            Where the events were read; quoted text is marked in them.
        moves : MoveTable, optional
            Market moves that the articles report.
        verification : pandas.DataFrame, optional
            What `verify_moves` says of them.
        provenance : mapping, optional
            Hashes, versions, seeds and the command, as a report prints them.

        Returns
        -------
        StudyResult
            What is not given stays as it was.

        Examples
        --------
        >>> told = result.with_context(provenance={"command": "eventstudy demo"})
        >>> dict(told.provenance)
        {'command': 'eventstudy demo'}
        """
        check_kind((Mapping, type(None)), provenance=provenance)
        return replace(
            self,
            articles=articles if articles is not None else self.articles,
            moves=moves if moves is not None else self.moves,
            verification=verification if verification is not None else self.verification,
            provenance=dict(provenance) if provenance is not None else self.provenance,
        )

    def _window(self, window: tuple[int, int] | None) -> Window:
        return asked_window(window, self.event_window)

    def _sums(self, window: Window) -> WindowSums:
        self._need_arrays()
        return self.estimates.sums(window, self.rows.settle, self.rows.actual, self.study.min_window_coverage)

    def _need_arrays(self) -> None:
        if not self.estimates.parts and len(self.rows):
            raise EventStudyError(
                "this result was pickled and left its prices behind", hint="result.attach(prices) brings them back"
            )

    def to_frame(
        self,
        view: View = "event",
        *,
        window: tuple[int, int] | None = None,
        by: str | Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Give one of the three tidy frames.

        Parameters
        ----------
        view : {"event", "event_day", "day"}
            One row an event and asset; an event, asset and day; or a group and day.
        window : pair of int, optional
            For ``"event"``: the window of ``car``. Default ``(0, 0)``, from day 0 to the settled day. For
            the others: the days shown. Default the event window.
        by : str or sequence of str, optional
            For ``"day"``: the event columns that make the groups; default `groups`.

        Returns
        -------
        pandas.DataFrame
            Decimals, not percent. Columns are documented in the reference.

        Raises
        ------
        SpecError
            If the view or a group column is unknown, or the window lies outside the event window.

        Examples
        --------
        >>> frame = result.to_frame("event", window=(0, 1))
        >>> bool((frame["t"] - frame["car"] / frame["se"]).abs().max() < 1e-9)
        True
        >>> result.to_frame("day", by="asset")["day"].unique().tolist()
        [-2, -1, 0, 1, 2]
        """
        check_choice(view, get_args(View), "view")
        if view == "event":
            held = self._window(window)
            return frames.event_frame(self.rows, self.estimates, self._sums(held), held, self.level)
        days = self.event_window if window is None else self._window(window)
        if view == "event_day":
            return frames.event_day_frame(self.rows, self.estimates, days)
        self._need_arrays()
        keys = frames.group_names(by, self.groups)
        coverage, weights = self.study.min_window_coverage, self._weights()
        return frames.day_frame(self.rows, self.estimates, days, keys, self.level, coverage, weights)

    def __repr__(self) -> str:
        """Say what is inside."""
        return (
            f"StudyResult: {len(self)} rows ({len(set(self.rows.asset))} assets), event window {self.event_window}, "
            f"{len(self.merged)} merged, {len(self.dropped)} dropped of {self.n_in} pairs"
        )

    def _repr_html_(self) -> str:
        """Show the summary in a notebook."""
        return self.summary()._repr_html_()


class _Own:
    """A field that every reader gets a copy of: who writes into it changes no result, as with a table made anew."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, result: StudyResult | None, owner: type[StudyResult]) -> Any:
        return self if result is None else deepcopy(result.__dict__[self._name])

    def __set__(self, result: StudyResult, value: Any) -> None:
        result.__dict__[self._name] = value  # the frozen class lets only its constructor come here


for _name in ("dropped", "merged", "spec"):  # after the dataclass, which would take them for defaults
    setattr(StudyResult, _name, _Own(_name))
