"""What the tests read of a result, and the battery and summary over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
import pandas as pd

from eventstudy._arguments import as_mask
from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import check_choice
from eventstudy.results import frames
from eventstudy.results.asking import Asking
from eventstudy.results.assemble import window_cells
from eventstudy.results.summary import Summary, summarise
from eventstudy.results.weights import weights_of
from eventstudy.windows import Window, as_windows

if TYPE_CHECKING:
    from eventstudy.inference.sample import Sample

__all__ = ["Battery"]


class Battery(Asking):
    """Methods of `StudyResult` that test it."""

    def sample(self, window: tuple[int, int] | None = None, *, where: BoolArray | None = None) -> Sample:
        """Give the arrays that the tests read, for one window.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        where : bool, shape (n,), optional
            Rows to keep.

        Returns
        -------
        Sample
            Abnormal returns, residuals and variances as arrays, one row an event and asset.

        Raises
        ------
        EventStudyError
            If the result was pickled and left its prices behind.

        Examples
        --------
        >>> sample = result.sample((0, 1))
        >>> sample.car.shape == (len(result),)
        True
        """
        me = self._me()
        from eventstudy.inference.sample import make_sample, window_mask

        held = me._window(window)
        # All rows are read in place.
        chosen = None if where is None else as_mask(where, len(me), "where")
        keep = slice(None) if chosen is None or chosen.all() else np.flatnonzero(chosen)
        sums, est = me._sums(held), me.estimates
        days = window_cells(me.pieces, "sessions", est.estimation_window)
        realised, expected = me._simple()
        ar, settle = np.array(est.ar[keep]), me.rows.settle[keep]
        if est.event_window != me.event_window:
            # Columns reach to the latest settled day; a row's own event window, which ranks read whole, ends before.
            ar = np.where(window_mask(me.event_window, est.event_window, settle), ar, np.nan)
        return make_sample(
            ar,
            est.by_estimation_day("residuals", keep),
            window=held,
            event_window=est.event_window,
            estimation_window=est.estimation_window,
            sigma=est.sigma[keep],
            n_parameters=est.n_parameters[keep],
            forecast_scale=np.where(np.isfinite(est.forecast_scale), est.forecast_scale, 1.0)[keep],
            leverage=partial(est.by_estimation_day, "leverage", keep),
            car=sums.car[keep],
            car_variance=sums.variance[keep],
            sessions=_day_numbers(me.rows.sessions[keep]),
            estimation_sessions=_day_numbers(days[keep]),
            asset=me.rows.asset_code[keep],
            settle=settle,
            weights=me._weights(keep),
            realised=None if realised is None else realised[keep],
            expected=None if expected is None else expected[keep],
            min_window_coverage=me.study.min_window_coverage,
        )

    def _simple(self) -> tuple[FloatArray | None, FloatArray | None]:
        """Simple returns of the event days, realised and expected; None where a model is not of returns."""
        me = self._me()
        if any(piece.kind == "level" for piece in me.pieces):
            return None, None
        actual, expected = me.rows.actual.copy(), me.rows.actual - me.estimates.ar
        start = 0
        for piece in me.pieces:
            rows = slice(start, start + piece.kept.size)
            start += piece.kept.size
            if piece.kind == "log":
                actual[rows], expected[rows] = np.expm1(actual[rows]), np.expm1(expected[rows])
        return actual, expected

    def _weights(self, keep: IntArray | slice = slice(None)) -> FloatArray | None:
        me = self._me()
        name = me.study.weights
        if name is None:
            return None
        return np.asarray(weights_of(name, me.rows)[keep])

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
            Of every test.

        Returns
        -------
        pandas.DataFrame
            One row a test (and group): ``name, statistic, p_value, null, distribution, dof, n, estimate,
            se, ci_low, ci_high, robust_to, reference, note``.

        Raises
        ------
        SpecError
            If a test or a group column is unknown, or a window lies outside the event window.

        Examples
        --------
        >>> result.tests((0, 1), by="asset", names=["bmp_t", "grank_t"])[["asset", "name"]]
           asset     name
        0    RUB    bmp_t
        1    RUB  grank_t
        2  BRENT    bmp_t
        3  BRENT  grank_t
        """
        me = self._me()
        check_choice(alternative, get_args(Alternative), "alternative")
        if not isinstance(window, (tuple, list)) or not window or not isinstance(window[0], (tuple, list)):
            return me._tests(me._window(cast("tuple[int, int] | None", window)), by, names, alternative)
        several = [me._window(cast("tuple[int, int]", w)) for w in window]
        tables = [me._tests(w, by, names, alternative).assign(window=str(w)) for w in several]
        whole = pd.concat(tables, ignore_index=True)
        return whole[["window", *whole.columns[:-1]]]

    def _tests(
        self, window: Window, by: str | Sequence[str] | None, names: Sequence[str] | None, alternative: Alternative
    ) -> pd.DataFrame:
        """Run the battery on one window."""
        me = self._me()
        from eventstudy.inference import TestResult, run_tests

        codes, keys = frames.group_codes(me.rows, () if by is None else by)
        results: list[TestResult] = []
        group: list[int] = []
        for code in range(len(keys)):
            sample = me.sample(window, where=codes == code)
            results += run_tests(sample, names=names, alternative=alternative, level=me.level)
            group += [code] * (len(results) - len(group))
        if not results:
            return pd.DataFrame()
        columns = [field.name for field in fields(TestResult)]
        table = pd.DataFrame({name: [getattr(r, name) for r in results] for name in columns}, copy=False)
        for position, key in enumerate(keys.columns):
            table.insert(position, key, keys[key].array[group])
        return table

    def summary(
        self, windows: Sequence[tuple[int, int]] = ((0, 0),), *, by: str | Sequence[str] | None = None
    ) -> Summary:
        """Average reaction of each group over each window, with a plain sentence or two.

        Parameters
        ----------
        windows : sequence of pairs of int
            Windows of the cumulative abnormal return, inclusive session offsets.
        by : str or sequence of str, optional
            Event columns that make the groups; ``()`` takes all together. Default `StudyResult.groups`.

        Returns
        -------
        Summary
            ``table`` and ``text``; prints, and shows itself in a notebook.

        Raises
        ------
        SpecError
            If a group column is unknown, or a window lies outside the event window.

        Examples
        --------
        >>> result.summary([(0, 1)], by="asset").table[["asset", "window"]]
           asset  window
        0    RUB  (0, 1)
        1  BRENT  (0, 1)
        """
        me = self._me()
        held = [me._window(w) for w in as_windows(windows)]
        return summarise(me, held, frames.group_names(by, me.groups))


def _day_numbers(sessions: np.ndarray) -> IntArray:
    """Number sessions by nanosecond; NaT is the smallest integer, which marks a day outside the data."""
    return np.asarray(sessions.astype("datetime64[ns]", copy=False).view(np.int64))
