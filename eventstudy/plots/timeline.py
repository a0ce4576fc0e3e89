"""Events on the price series: a timeline with headlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.errors import DataError
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import clean_label, cut_to, finish, points_across, text_width
from eventstudy.plots.style import INK, MUTED, PAPER, axes_for, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_events_on_prices"]

_AXIS_LABELS = 52  # points left of the Axes
_LIST_SIZE, _LIST_SPACING = 7.5, 1.45  # points, lines
_NUMBER_WIDTH = 0.026  # of the time shown: two numbers closer than this stand in different rows


def plot_events_on_prices(
    prices: pd.Series,
    events: pd.DataFrame,
    *,
    unit: str = "",
    title: str = "",
    max_labels: int = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw a price series with the events on it, numbered, and their headlines beneath.

    Parameters
    ----------
    prices : pandas.Series
        Value of the asset by session (DatetimeIndex). Sessions without a price are not joined up.
    events : pandas.DataFrame
        ``day0`` (session), and where present ``direction``, ``title``, ``event_id``.
    unit : str
        Unit of the price, for the axis.
    title : str
    max_labels : int
        How many headlines to write out; the rest are marked without words.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If a column is missing, a frame empty, or the prices have no dates.
    """
    require(events, ["day0"], "plot_events_on_prices")
    if not isinstance(prices.index, pd.DatetimeIndex) or prices.empty:
        raise DataError("plot_events_on_prices: prices need a DatetimeIndex and at least one value")
    series = prices.sort_index()
    held = events.assign(day0=pd.to_datetime(events["day0"])).dropna(subset=["day0"])
    held = held[held["day0"].between(series.index[0], series.index[-1])].sort_values("day0", kind="stable")
    headlines = held.drop_duplicates(["day0", *(["title"] if "title" in held.columns else [])]).reset_index(drop=True)
    named = min(len(headlines), max_labels)
    with styled():
        if ax is not None:  # its height is given: the list takes half of it at most
            named = min(named, int(0.5 * points_across(axes_for(ax), high=True) / (_LIST_SIZE * _LIST_SPACING)))
        ax = axes_for(ax, 6.8, 3.0 + 0.19 * named)
        ax.plot(series.index, series.to_numpy(dtype=float), color=INK, linewidth=1.1)
        directions = (
            headlines["direction"].astype(str)
            if "direction" in headlines.columns
            else pd.Series("", index=headlines.index)
        )
        values = series.dropna()
        for order, direction in enumerate(in_direction_order(directions)):
            style = series_style(direction, order)
            rows = np.flatnonzero((directions == direction).to_numpy())
            days = headlines["day0"].iloc[rows]
            ax.plot(
                days,
                values.reindex(days, method="nearest").to_numpy(),
                marker=style.marker,
                linestyle="none",
                color=style.color,
                markeredgecolor=PAPER,
                markersize=7,
                label=direction or None,
            )
        _number(ax, headlines, values, named)
        _list_headlines(ax, headlines, named)
        _date_axis(ax)
        return finish(ax, title=title, ylabel=clean_label(unit or "Price", 40), grid="y", columns=4)


def _number(ax: Axes, headlines: pd.DataFrame, values: pd.Series, named: int) -> None:
    """Write the numbers in rows over the prices, each with a thin line down to its mark."""
    if not named:
        return
    span = max((values.index[-1] - values.index[0]) / pd.Timedelta("1D"), 1.0)
    days = [(d - values.index[0]) / pd.Timedelta("1D") / span for d in headlines["day0"].iloc[:named]]
    rows: list[float] = []  # where each row's last number stands
    placed = []
    for day in days:
        row = next((k for k, last in enumerate(rows) if day - last > _NUMBER_WIDTH), len(rows))
        if row == len(rows):
            rows.append(day)
        rows[row] = day
        placed.append(row)
    low, high = float(values.min()), float(values.max())
    height = (high - low) or abs(high) or 1.0
    step = 0.06 * height * (1 + 0.06 * len(rows))
    base = high + 0.05 * height
    ax.set_ylim(low - 0.05 * height, base + step * (len(rows) + 0.4))
    for i, row in enumerate(placed):
        day = headlines["day0"].iloc[i]
        at = base + step * (len(rows) - 1 - row)
        price = float(values.reindex([day], method="nearest").iloc[0])
        ax.plot([day, day], [price, at], color=MUTED, linewidth=0.5, zorder=1)
        ax.text(day, at, str(i + 1), ha="center", va="bottom", fontsize=7.5, fontweight="bold", color=INK)


def _list_headlines(ax: Axes, headlines: pd.DataFrame, named: int) -> None:
    lines = []
    room = 1.25 * points_across(ax) - _AXIS_LABELS
    for i in range(named):
        row = headlines.iloc[i]
        text = row.get("title", "") or row.get("event_id", "")
        line = f"{i + 1:>2}  {row['day0'].strftime('%Y-%m-%d')}  "
        lines.append(line + cut_to(clean_label(text, 78), room - text_width(line, _LIST_SIZE), _LIST_SIZE))
    if len(headlines) > named:
        lines.append(f"    and {len(headlines) - named} more, marked without words")
    if lines:
        ax.annotate(
            "\n".join(lines),
            xy=(0, 0),
            xycoords="axes fraction",
            xytext=(0, -36),
            textcoords="offset points",
            ha="left",
            va="top",
            fontsize=_LIST_SIZE,
            color=INK,
            linespacing=_LIST_SPACING,
        )


def _date_axis(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=int(min(max(points_across(ax) / 40, 3), 8)))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    formatter.formats = ["%Y", "%b\n%Y", "%d %b", "%H:%M", "%H:%M", "%S"]
    formatter.zero_formats = ["", "%b\n%Y", "%b\n%Y", "%d %b", "%H:%M", "%H:%M"]
    ax.xaxis.set_major_formatter(formatter)
