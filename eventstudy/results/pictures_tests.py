"""Figures of a result's tests: p-values, placebo studies, power, and the fit they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import check_texts
from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.results import frames
from eventstudy.results.asking import Asking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TestPictures"]

WindowLike = tuple[int, int]
_NO_SESSION = np.iinfo(np.int64).min


class TestPictures(Asking):
    """Methods of `StudyResult` that draw its tests."""

    __test__ = False  # pytest would otherwise take the class for a test

    def plot_tests(
        self, window: WindowLike | None = None, *, by: str | Sequence[str] | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw the p-values of all tests, so that one sees which agree.

        Parameters
        ----------
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        by : str or sequence of str, optional
            Event columns that make the groups, told apart by marks.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Examples
        --------
        >>> result.plot_tests((0, 1), by="asset").get_xlabel()
        'p-value (logarithmic)'
        """
        from eventstudy import plots

        group = list(frames.group_names(by))
        return plots.plot_tests(self._me().tests(window, by=by), group=group, ax=ax)

    def plot_placebo(
        self,
        test: str = "time_series_t",
        window: WindowLike | None = None,
        *,
        draws: int = 1999,
        seed: int = 0,
        ax: Axes | None = None,
        **where: Any,
    ) -> Axes:
        """Draw a statistic over placebo studies, and where the study itself stands.

        Parameters
        ----------
        test : str
            Name of the statistic.
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        draws, seed : int
            As for `placebo`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.
        **where : Any
            Columns and values of the rows to study: ``asset="RUB", direction="escalation"``.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError, DataError
            If there is no placebo distribution of such a test, or it has no value here.

        Examples
        --------
        >>> ax = result.plot_placebo("bmp_t", draws=99, asset="RUB", direction="escalation")
        >>> ax.get_xlabel()
        'bmp_t'
        """
        from eventstudy import plots

        if not isinstance(test, str):
            raise SpecError(
                f"test={shown(test)} is no test's name", hint="expected such as 'bmp_t'; the window comes after it"
            )
        found = self._me().placebo(window, names=[test], draws=draws, seed=seed, **where)
        row: dict[Any, Any] = found.table.set_index("name").loc[test].to_dict()
        if not np.isfinite(float(row["statistic"])):
            raise DataError(f"{test} has no value here: {row['note']}", hint="result.tests() shows those that have one")
        return plots.plot_placebo(
            found.draws[test].to_numpy(dtype=float),
            float(row["statistic"]),
            p_value=float(row["p_value"]),
            critical=float(row["critical_5"]),
            label=test,
            title=", ".join(map(str, where.values())),
            ax=ax,
        )

    def plot_power(self, window: WindowLike | None = None, *, ax: Axes | None = None, **where: Any) -> Axes:
        """Draw how large a mean reaction this very study would have found.

        Parameters
        ----------
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.
        **where : Any
            Columns and values of the rows to study: ``asset="RUB"``.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        DataError
            If no event has a standard error.

        Examples
        --------
        >>> result.plot_power(asset="RUB").get_xlabel()
        'True mean abnormal return (%)'
        """
        from eventstudy import plots

        frame = self._me().power(window, **where)
        if not np.isfinite(frame["power"].to_numpy(dtype=float)).any():
            raise DataError("no event here has a standard error to tell power from", hint="see result.dropped")
        title = ", ".join(map(str, where.values()))
        return plots.plot_power(frame["effect"], {"time_series_t": frame["power"].to_numpy()}, title=title, ax=ax)

    def plot_diagnostics(self, event_id: str, asset: str, *, ax: Sequence[Axes] | None = None) -> list[Axes]:
        """Draw the estimation sample of one row: residuals, fit, autocorrelation, normality.

        Parameters
        ----------
        event_id, asset : str
            Which row.
        ax : sequence of four matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            Residuals over sessions, fit, autocorrelation, normal quantiles.

        Raises
        ------
        SpecError
            If the event was not studied on the asset.
        EventStudyError
            If the result was pickled and left its prices behind.

        Examples
        --------
        >>> event_id = result.to_frame("event")["event_id"].iloc[0]
        >>> [ax.get_title("left") for ax in result.plot_diagnostics(event_id, "RUB")][2:]
        ['Autocorrelation', 'Normal quantiles']
        """
        from eventstudy import plots

        check_texts(event_id=event_id, asset=asset)
        result = self._me()
        rows = (result.rows.event_id == event_id) & (result.rows.asset == asset)
        if not rows.any():
            raise SpecError(
                f"no row for event {event_id!r} on {asset!r}",
                hint=nearest(event_id, map(str, result.rows.event_id)),
            )
        sample = result.sample(where=rows)
        known = (sample.estimation_sessions[0] != _NO_SESSION) & np.isfinite(sample.residuals[0])
        frame = pd.DataFrame(
            {
                "session": pd.DatetimeIndex(sample.estimation_sessions[0][known].astype("datetime64[ns]")),
                "residual": sample.residuals[0][known],
            }
        )
        actual = result.values(asset, returns=True).reindex(frame["session"]).to_numpy(dtype=float)
        return plots.plot_diagnostics(frame.assign(fitted=actual - frame["residual"]), title=asset, ax=ax)
