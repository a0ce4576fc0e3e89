"""Prices around the minute of the news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.errors import DataError
from eventstudy.plots.labels import clean_label, finish, percent_axis, points_across
from eventstudy.plots.style import INK, MUTED, axes_for, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_intraday"]


def plot_intraday(
    prices: pd.DataFrame | pd.Series,
    news: object,
    *,
    before: str = "2h",
    after: str = "6h",
    latest: object = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw intraday prices around the news, each since its last price before it.

    Parameters
    ----------
    prices : pandas.DataFrame or Series
        Values by the end of their bar (DatetimeIndex with zone, or UTC), one column an asset. A bar without a
        price is a gap in the step line.
    news : timestamp
        When the news became public (zone-less: UTC).
    before, after : str
        Time shown, such as ``"2h"``.
    latest : timestamp, optional
        Where the minute is not sure: the latest one; the stretch from ``news`` is shaded.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If the prices have no instants, or an asset has no price before the news within the time shown.

    Examples
    --------
    >>> index = pd.date_range("2022-02-15 07:00", periods=12, freq="15min", tz="UTC")
    >>> ax = plot_intraday(pd.Series(np.linspace(100, 101, 12), index, name="RUB"), "2022-02-15T08:05Z")
    """
    from matplotlib.ticker import MultipleLocator

    frame = prices.to_frame() if isinstance(prices, pd.Series) else prices
    if not isinstance(frame.index, pd.DatetimeIndex) or frame.empty:
        raise DataError("plot_intraday: prices need a DatetimeIndex of instants and at least one value")
    at = _utc(news)
    index = frame.index.tz_localize("UTC") if frame.index.tz is None else frame.index.tz_convert("UTC")
    minutes = (index - at) / pd.Timedelta("1min")
    low, high = -pd.Timedelta(before) / pd.Timedelta("1min"), pd.Timedelta(after) / pd.Timedelta("1min")
    shown = np.asarray((minutes >= low) & (minutes <= high))
    with styled():
        ax = axes_for(ax)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        for position, name in enumerate(frame.columns):
            values = frame[name].to_numpy(dtype=float)
            known = np.flatnonzero(np.isfinite(values) & (np.asarray(minutes) <= 0) & shown)
            if known.size == 0:
                raise DataError(
                    f"plot_intraday: {name!r} has no price in the {before} before the news",
                    hint="ask for a longer before=",
                    asset=str(name),
                )
            style = series_style(str(name), position)
            ax.step(
                np.asarray(minutes)[shown],
                values[shown] / values[known[-1]] - 1.0,
                where="post",
                color=style.color,
                linestyle=style.linestyle,
                label=clean_label(name, 30),
            )
        if latest is not None:
            end = (_utc(latest) - at) / pd.Timedelta("1min")
            ax.axvspan(0, end, color=MUTED, alpha=0.15, linewidth=0, label="news, at the latest")
        ax.axvline(0, color=INK, linewidth=1.0, linestyle=(0, (1, 1.5)))
        ax.set_xlim(low, high)
        fitting = max(1.15 * points_across(ax) / 36, 2)
        step = next((m for m in (5, 10, 15, 30, 60, 120, 240) if (high - low) / m <= min(fitting, 10)), 1440)
        ax.xaxis.set_major_locator(MultipleLocator(step))
        percent_axis(ax, "y")
        return finish(
            ax,
            title=title,
            columns=4,
            xlabel=f"Minutes from the news ({at.strftime('%d %b %Y %H:%M')} UTC)",
            ylabel="Change since the last\nprice before (%)",
            grid="y",
        )


def _utc(value: object) -> pd.Timestamp:
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    if pd.isna(stamp):
        raise DataError("plot_intraday: the news has no time")
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
