"""Figures and files of a result: every picture is a view of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import check_flags, check_texts, check_whole, is_among
from eventstudy.errors import SpecError, nearest, shown
from eventstudy.results import frames
from eventstudy.results.asking import Asking

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["Pictures"]

WindowLike = tuple[int, int]


class Pictures(Asking):
    """Methods of `StudyResult` that draw it or write it to files.

    Each returns its Axes, takes ``ax=``, and shows nothing by itself.
    """

    def _rows(self, window: WindowLike | None, asset: str | None) -> pd.DataFrame:
        frame = self._me().to_frame("event", window=window)
        if asset is None:
            return frame
        held = frame[is_among(frame["asset"], [asset])]
        if held.empty:
            raise SpecError(f"no row for asset {shown(asset)}", hint=nearest(asset, frame["asset"].unique()))
        return held

    def plot_caar(self, *, by: str | Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
        """Draw cumulative average abnormal returns by event day, groups overlaid, with confidence bands.

        Parameters
        ----------
        by : str or sequence of str, optional
            Event columns that make the groups; ``()`` takes all together. Default `StudyResult.groups`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`. A note under its axis says
            what the bands are: for each day by itself, from forecast errors, events taken as independent; the tests
            that allow for dependence are in `tests`.

        Examples
        --------
        >>> print(result.plot_caar(by="asset").get_xlabel())
        Sessions from day 0
        Pointwise 95 % bands (forecast errors, independent events)
        """
        me = self._me()
        from eventstudy import plots

        keys = list(frames.group_names(by, me.groups))
        frame = me.to_frame("day", by=keys)
        if set(keys) <= {"asset", "direction"}:
            return plots.plot_caar(frame, level=me.level, basis=frames.DAY_BASIS, ax=ax)
        label = ", ".join(keys)  # columns of the reader's own: one line a combination
        frame[label] = _joined(frame, keys)
        return plots.plot_caar(frame, group=label, level=me.level, basis=frames.DAY_BASIS, ax=ax)

    def plot_event(self, event_id: str, asset: str, *, ax: Axes | None = None) -> Axes:
        """Draw one event's actual against its expected return.

        Parameters
        ----------
        event_id, asset : str
            Which row.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError
            If the event was not studied on the asset.

        Examples
        --------
        >>> event_id = result.to_frame("event")["event_id"].iloc[0]
        >>> result.plot_event(event_id, "RUB").get_ylabel()
        'Cumulated return (%)'
        """
        me = self._me()
        from eventstudy import plots

        frame = me.to_frame("event_day")
        if not (is_among(frame["event_id"], [event_id]) & is_among(frame["asset"], [asset])).any():
            raise SpecError(
                f"no row for event {shown(event_id)} on {shown(asset)}",
                hint=nearest(event_id, frame["event_id"].unique()),
            )
        row = int(np.flatnonzero((me.rows.event_id == event_id) & (me.rows.asset == asset))[0])
        when = me.rows.earliest[row]
        news = pd.Timestamp(when, tz="UTC") if when == me.rows.latest[row] else None  # no clock: day 0 says the date
        return plots.plot_event(frame, event_id, asset, news_time=news, ax=ax)

    def plot_groups(
        self, window: WindowLike | None = None, *, by: str | Sequence[str] | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw the groups side by side: each asset's directions, or what the reader names.

        Means and intervals are those of `summary`: by the test that fits each group.

        Parameters
        ----------
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        by : str or sequence of str, optional
            Event columns that make the groups: the first one's values are the blocks, the others' the marks.
            Default asset and direction.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError
            If a column is unknown.

        Examples
        --------
        >>> result.plot_groups((0, 1)).get_xlabel()
        'Mean cumulative abnormal return, 95 % interval (%)'
        """
        me = self._me()
        from eventstudy import plots

        keys = list(frames.group_names(by, ("asset", "direction")))
        table = me.summary([(0, 0) if window is None else window], by=keys).table.rename(columns={"mean_car": "car"})
        table = table[np.isfinite(table["car"].astype(float))]
        blocks = table[keys[0]].astype(str) if keys else "all events"
        marks = _joined(table, keys[1:]) if len(keys) > 1 else "neither"
        return plots.plot_groups(table.assign(asset=blocks, direction=marks), level=me.level, ax=ax)

    def plot_cars(
        self, window: WindowLike | None = None, *, asset: str | None = None, title: str = "", ax: Axes | None = None
    ) -> Axes:
        """Draw each event's cumulative abnormal return with its forecast interval, in order of time.

        Parameters
        ----------
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        asset : str, optional
            Draw this asset's rows only.
        title : str
            Default: the asset.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError
            If the asset has no row.

        Examples
        --------
        >>> result.plot_cars(asset="RUB").get_title("left")
        'RUB'
        """
        from eventstudy import plots

        check_texts(title=title)
        frame = self._rows(window, asset).sort_values(["asset", "day0"], kind="stable")
        if len(frame["asset"].unique()) > 1:
            frame = frame.assign(title=frame["asset"].astype(str) + "  " + frame["title"].astype(str))
        return plots.plot_forest(frame, title=title or (asset or ""), level=self._me().level, ax=ax)

    def plot_distribution(
        self,
        window: WindowLike | None = None,
        *,
        asset: str | None = None,
        by: str | Sequence[str] = "direction",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw how the events' cumulative abnormal returns are distributed, group by group.

        Parameters
        ----------
        window : pair of int, optional
            Window of the cumulative abnormal return, as in `to_frame`.
        asset : str, optional
            Draw this asset's rows only.
        by : str or sequence of str
            Event columns that make the groups; ``()`` takes all together.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError
            If the asset has no row, or a column is unknown.

        Examples
        --------
        >>> result.plot_distribution(asset="RUB").get_ylabel()
        'Events'
        """
        from eventstudy import plots

        rows = self._rows(window, asset)
        keys = list(frames.group_names(by))
        frames.group_codes(self._me().rows, keys)  # says which columns there are
        label = ", ".join(keys)
        if len(keys) > 1:
            rows = rows.assign(**{label: _joined(rows, keys)})
        return plots.plot_distribution(rows, group=label or None, title=asset or "", ax=ax)

    def plot_panel(self, *, ax: Sequence[Axes] | None = None) -> list[Axes]:
        """Draw every event's path, one panel an asset, with the groups' averages.

        Parameters
        ----------
        ax : sequence of matplotlib.axes.Axes, optional
            One an asset; default a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            One an asset, in the order of the study.

        Examples
        --------
        >>> [panel.get_title("left") for panel in result.plot_panel()]
        ['RUB', 'BRENT']
        """
        me = self._me()
        from eventstudy import plots

        return plots.plot_panel(me.to_frame("event_day"), ax=ax)

    def plot_heatmap(self, *, ax: Axes | None = None) -> Axes:
        """Draw mean abnormal returns by asset and day; marked where they are significant.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Examples
        --------
        >>> [label.get_text() for label in result.plot_heatmap().get_yticklabels()]
        ['RUB', 'BRENT']
        """
        me = self._me()
        from eventstudy import plots

        return plots.plot_heatmap(me.to_frame("event_day"), ax=ax)

    def plot_prices(self, asset: str, *, unit: str = "", max_labels: int = 24, ax: Axes | None = None) -> Axes:
        """Draw an asset's value over the time of the study, its events numbered and their headlines beneath.

        Parameters
        ----------
        asset : str
            Which of the study's assets.
        unit : str
            Unit of its value, for the axis.
        max_labels : int
            How many headlines are written out.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Nothing is shown; its figure can be saved with `eventstudy.plots.save_figure`.

        Raises
        ------
        SpecError
            If the asset has no row.
        EventStudyError
            If the result was pickled and left its prices behind.

        Examples
        --------
        >>> result.plot_prices("BRENT", unit="USD a barrel").get_ylabel()
        'USD a barrel'
        """
        from eventstudy import plots

        check_texts(unit=unit)
        check_whole(0, 1_000_000, max_labels=max_labels)
        rows = self._rows(None, asset)
        series = self.values(asset).dropna()
        first, last = rows["day0"].min() - pd.Timedelta("45D"), rows["day0"].max() + pd.Timedelta("30D")
        shown = series[(series.index >= first) & (series.index <= last)]
        return plots.plot_events_on_prices(
            shown, rows, unit=unit or f"Value of {asset}", title=asset, max_labels=max_labels, ax=ax
        )

    def values(self, asset: str, *, returns: bool = False) -> pd.Series[Any]:
        """Give an asset's values (or returns) by session, as the study used them.

        Parameters
        ----------
        asset : str
            Which of the study's assets.
        returns : bool
            Returns from one priced session to the next instead.

        Returns
        -------
        pandas.Series, shape (n_sessions,)
            Indexed by session; NaN where there is no price. Returns are decimals.

        Raises
        ------
        SpecError
            If the asset is not in the study.
        EventStudyError
            If the result was pickled and left its prices behind.

        Examples
        --------
        >>> result.values("BRENT")["2022-02-11":"2022-02-15"].tolist()
        [97.5, 101.66, 98.43]
        """
        check_texts(asset=asset)
        check_flags(returns=returns)
        result = self._me()
        result._need_arrays()
        for piece in result.pieces:
            grid = piece.returns.grid
            if asset in grid.assets:
                column = grid.column(asset)
                n = int(grid.n_sessions[column])
                held = piece.returns.returns if returns else grid.prices
                index = pd.DatetimeIndex(grid.sessions[:n, column])
                return pd.Series(held[:n, column].astype(float), index=index, name=asset)
        known = [name for piece in result.pieces for name in piece.returns.grid.assets]
        raise SpecError(f"asset {asset!r} is not in the study", hint=nearest(asset, known), asset=asset)


def _joined(frame: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    return [", ".join(map(str, values)) for values in frame[list(keys)].to_numpy(dtype=object)]
