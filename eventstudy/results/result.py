"""StudyResult: one truth, many views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import pandas as pd

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray, View
from eventstudy.errors import DataError, EventStudyError, SpecError, check_choice, nearest
from eventstudy.results import frames
from eventstudy.results.assemble import Piece, window_cells
from eventstudy.results.estimates import Estimates, WindowSums, check_inside
from eventstudy.results.inquiries import Inquiries
from eventstudy.results.pictures import Pictures
from eventstudy.results.regressions import Regressions
from eventstudy.results.rows import Rows
from eventstudy.results.summary import Summary, summarise
from eventstudy.windows import Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eventstudy.events.tables import EventTable, MoveTable
    from eventstudy.inference.sample import Sample
    from eventstudy.news.article import Article
    from eventstudy.prices.panel import PricePanel

__all__ = ["StudyResult"]


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult(Inquiries, Regressions, Pictures):
    """What a study found; every table, test and figure is a view of it.

    Made by `EventStudy.run`. Pairs of event and asset that went in are rows here, or stand in
    ``dropped`` or ``merged``: ``n_in == len(result) + len(dropped) + len(merged)``.

    Attributes
    ----------
    study : EventStudy
        The specification.
    events : EventTable
        The events as they came in.
    dropped : pandas.DataFrame
        ``event_id, asset, stage, reason``: pairs that could not be studied.
    merged : pandas.DataFrame
        ``event_id, asset, into, reason``: headlines that share a row with another.
    spec : dict
        The specification as plain data.
    pieces : tuple of Piece
        Returns, alignment and estimates of each model; left behind when pickled.
    articles, moves, verification, provenance
        What a report shows besides, where it was given (see `with_context`).
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

    @cached_property
    def audit(self) -> pd.DataFrame:
        """One row a pair: instants of the event, of its day 0, of the price before; hours between; timing."""
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
        """Return the same result with the articles, moves and provenance that a report shows."""
        return replace(
            self,
            articles=articles if articles is not None else self.articles,
            moves=moves if moves is not None else self.moves,
            verification=verification if verification is not None else self.verification,
            provenance=dict(provenance) if provenance is not None else self.provenance,
        )

    def _window(self, window: tuple[int, int] | None) -> Window:
        whole = self.event_window
        if window is None:
            return Window(0, 0) if whole.covers((0, 0)) else whole
        wanted = Window.of(window)
        check_inside(wanted, whole)
        return wanted

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
        by: str | Sequence[str] = ("asset", "direction"),
    ) -> pd.DataFrame:
        """Give one of the three tidy frames.

        Parameters
        ----------
        view : {"event", "event_day", "day"}
            One row an event and asset; an event, asset and day; or a group and day.
        window : pair of int, optional
            For ``"event"``: the window of ``car``. Default ``(0, 0)``, from day 0 to the settled day. For
            the others: the days shown. Default the event window.
        by : str or sequence of str
            For ``"day"``: the event columns that make the groups.

        Returns
        -------
        pandas.DataFrame
            Decimals, not percent. Columns are documented in the reference.
        """
        check_choice(view, get_args(View), "view")
        if view == "event":
            held = self._window(window)
            return frames.event_frame(self.rows, self.estimates, self._sums(held), held, self.level)
        days = self.event_window if window is None else self._window(window)
        if view == "event_day":
            return frames.event_day_frame(self.rows, self.estimates, days)
        self._need_arrays()
        return frames.day_frame(self.rows, self.estimates, days, by, self.level, self.study.min_window_coverage)

    def sample(self, window: tuple[int, int] | None = None, *, where: BoolArray | None = None) -> Sample:
        """Give the arrays that the tests read, for one window.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        where : bool, shape (n,), optional
            Rows to keep.
        """
        from eventstudy.inference.sample import make_sample, window_mask

        held = self._window(window)
        keep = np.arange(len(self)) if where is None else np.flatnonzero(where)
        sums, est = self._sums(held), self.estimates
        residuals, leverage, days = self._estimation_arrays()
        realised, expected = self._simple()
        ar, settle = est.ar[keep], self.rows.settle[keep]
        if est.event_window != self.event_window:
            # Columns reach to the latest settled day; a row's own event window, which ranks read whole, ends before.
            ar = np.where(window_mask(self.event_window, est.event_window, settle), ar, np.nan)
        return make_sample(
            ar,
            residuals[keep],
            window=held,
            event_window=est.event_window,
            estimation_window=est.estimation_window,
            sigma=est.sigma[keep],
            n_parameters=est.n_parameters[keep],
            forecast_scale=np.where(np.isfinite(est.forecast_scale), est.forecast_scale, 1.0)[keep],
            leverage=leverage[keep],
            car=sums.car[keep],
            car_variance=sums.variance[keep],
            sessions=_day_numbers(self.rows.sessions)[keep],
            estimation_sessions=days[keep],
            asset=self.rows.asset_code[keep],
            settle=settle,
            weights=self._weights(keep),
            realised=realised[keep],
            expected=expected[keep],
            min_window_coverage=self.study.min_window_coverage,
        )

    def _estimation_arrays(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Residuals, leverage and calendar days of the estimation samples, (n, M) each."""
        self._need_arrays()
        est = self.estimates
        residuals, leverage = est.by_estimation_day("residuals"), est.by_estimation_day("leverage")
        days = window_cells(self.pieces, "sessions", est.estimation_window)
        return residuals, leverage, _day_numbers(days)

    def _simple(self) -> tuple[FloatArray, FloatArray]:
        """Simple returns of the event days, realised and expected."""
        actual, expected = self.rows.actual.copy(), self.rows.actual - self.estimates.ar
        start = 0
        for piece in self.pieces:
            rows = slice(start, start + piece.kept.size)
            start += piece.kept.size
            if piece.kind == "log":
                actual[rows], expected[rows] = np.expm1(actual[rows]), np.expm1(expected[rows])
        return actual, expected

    def _weights(self, keep: IntArray) -> FloatArray | None:
        name = self.study.weights
        if name is None:
            return None
        known = {"intensity": np.abs(self.rows.intensity), "n_headlines": self.rows.n_headlines}
        known |= {str(c): self.rows.extra[c].to_numpy() for c in self.rows.extra.columns}
        if name not in known:
            raise SpecError(f"weights={name!r} is no event column", hint=nearest(name, known))
        try:
            return np.asarray(known[name], dtype=np.float64)[keep]
        except (TypeError, ValueError) as error:
            raise DataError(
                f"weights: column {name!r} does not hold numbers: {error}", hint="one number an event"
            ) from error

    def tests(
        self,
        window: tuple[int, int] | Sequence[tuple[int, int]] | None = None,
        *,
        by: str | Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        alternative: Alternative = "two-sided",
    ) -> pd.DataFrame:
        """Run the battery of tests on a window: all rows together, or group by group.

        Parameters
        ----------
        window : pair of int, or sequence of pairs, optional
            As in `to_frame`; several windows go into one table, with a column ``window``.
        by : str or sequence of str, optional
            Event columns that make the groups.
        names : sequence of str, optional
            Only these tests.
        alternative : {"two-sided", "greater", "less"}

        Returns
        -------
        pandas.DataFrame
            One row a test (and group): ``name, statistic, p_value, null, distribution, dof, n, estimate,
            se, ci_low, ci_high, robust_to, reference, note``.
        """
        check_choice(alternative, get_args(Alternative), "alternative")
        if window is None or not isinstance(window[0], (tuple, list)):
            return self._tests(self._window(cast("tuple[int, int] | None", window)), by, names, alternative)
        several = [self._window(cast("tuple[int, int]", w)) for w in window]
        tables = [self._tests(w, by, names, alternative).assign(window=str(w)) for w in several]
        whole = pd.concat(tables, ignore_index=True)
        return whole[["window", *whole.columns[:-1]]]

    def _tests(
        self, window: Window, by: str | Sequence[str] | None, names: Sequence[str] | None, alternative: Alternative
    ) -> pd.DataFrame:
        """Run the battery on one window."""
        from eventstudy.inference import run_tests

        codes, keys = frames.group_codes(self.rows, () if by is None else by)
        blocks = []
        for code in range(len(keys)):
            sample = self.sample(window, where=codes == code)
            results = run_tests(sample, names=names, alternative=alternative, level=self.level)
            block = pd.DataFrame([asdict(r) for r in results])
            for position, key in enumerate(keys.columns):
                block.insert(position, key, keys[key].iloc[code])
            blocks.append(block)
        return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()

    def summary(
        self, windows: Sequence[tuple[int, int]] = ((0, 0),), *, by: str | Sequence[str] = ("asset", "direction")
    ) -> Summary:
        """Average reaction of each group over each window, with a plain sentence or two.

        Parameters
        ----------
        windows : sequence of pairs of int
        by : str or sequence of str
            Event columns that make the groups.

        Returns
        -------
        Summary
            ``table`` and ``text``; prints, and shows itself in a notebook.
        """
        held = [self._window(w) for w in windows]
        return summarise(self, held, [by] if isinstance(by, str) else list(by))

    def attach(self, prices: PricePanel) -> StudyResult:
        """Bring back the prices that a pickled result left behind, by running its study again.

        Raises
        ------
        EventStudyError
            If the study on these prices gives other abnormal returns.
        """
        again: StudyResult = self.study.run(self.events, prices, assets=self.spec["assets"])
        same = again.estimates.ar.shape == self.estimates.ar.shape and np.allclose(
            again.estimates.ar, self.estimates.ar, rtol=1e-9, atol=1e-12, equal_nan=True
        )
        if not same:
            raise EventStudyError("these are not the prices of this result: the abnormal returns differ")
        return again.with_context(
            articles=self.articles, moves=self.moves, verification=self.verification, provenance=self.provenance
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the prices."""
        state = dict(self.__dict__)
        state["audit"] = self.audit
        state["estimates"] = replace(self.estimates, parts=())
        state["pieces"] = ()
        return state

    def plot_caar(self, *, by: str | Sequence[str] = ("asset", "direction"), ax: Axes | None = None) -> Axes:
        """Draw cumulative average abnormal returns by event day, groups overlaid, with confidence bands."""
        from eventstudy import plots

        return plots.plot_caar(self.to_frame("day", by=by), ax=ax)

    def plot_event(self, event_id: str, asset: str, *, ax: Axes | None = None) -> Axes:
        """Draw one event's actual against its expected return."""
        from eventstudy import plots

        frame = self.to_frame("event_day")
        if not ((frame["event_id"] == event_id) & (frame["asset"] == asset)).any():
            raise SpecError(
                f"no row for event {event_id!r} on {asset!r}", hint=nearest(event_id, frame["event_id"].unique())
            )
        return plots.plot_event(frame, event_id, asset, ax=ax)

    def __repr__(self) -> str:
        """Say what is inside."""
        return (
            f"StudyResult: {len(self)} rows ({len(set(self.rows.asset))} assets), event window {self.event_window}, "
            f"{len(self.merged)} merged, {len(self.dropped)} dropped of {self.n_in} pairs"
        )

    def _repr_html_(self) -> str:
        """Show the summary in a notebook."""
        return self.summary()._repr_html_()


def _day_numbers(sessions: np.ndarray) -> IntArray:
    """Number sessions by nanosecond; NaT is the smallest integer, which marks a day outside the data."""
    return np.asarray(sessions.astype("datetime64[ns]").astype(np.int64))
