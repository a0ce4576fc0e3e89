"""Estimates with their intervals: forest plots, groups side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import clean_label, finish, letters_across, level_name, percent_axis, row_size, told_apart
from eventstudy.plots.style import GRID, INK, MUTED, STYLE, axes_for, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forest", "plot_groups"]

_ROW = 0.27  # inches a row


def plot_groups(groups: pd.DataFrame, *, title: str = "", level: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw each asset's de-escalating and escalating sessions side by side, mixed ones apart.

    Parameters
    ----------
    groups : pandas.DataFrame
        One row an asset and direction: ``asset``, ``direction``, ``n``, ``car`` (the group's mean, decimal),
        ``ci_low``, ``ci_high``; what `eventstudy.plots.group_cars` gives.
    title : str
        Over the figure.
    level : float
        Confidence level of the intervals, for the axis label.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If a column is missing or the frame is empty.

    Examples
    --------
    >>> frame = pd.DataFrame({"asset": "RUB", "direction": ["escalation", "de-escalation"], "n": [5, 6],
    ...                       "car": [-.01, .008], "ci_low": [-.02, .001], "ci_high": [.0, .015]})
    >>> ax = plot_groups(frame)
    """
    require(groups, ["asset", "direction", "n", "car", "ci_low", "ci_high"], "plot_groups")
    assets = list(dict.fromkeys(groups["asset"].astype(str)))
    directions = in_direction_order(groups["direction"].astype(str))
    rows = sum(len(groups[groups["asset"].astype(str) == a]) for a in assets)
    with styled():
        ax = axes_for(ax, 6.4, 1.3 + _ROW * rows + 0.18 * len(assets))
        ax.axvline(0, color=MUTED, linewidth=0.9)
        told = told_apart(directions, 60)
        for position, direction in enumerate(directions):  # the legend in the order in which groups are read
            style = series_style(direction, position)
            ax.plot(
                [], [], marker=style.marker, color=style.color, markersize=7, linestyle="none", label=told[position]
            )
        y, ticks, labels = 0.0, [], []
        names = told_apart(assets, min(24, letters_across(ax, 0.3)))
        for position, asset in enumerate(assets):
            part = groups[groups["asset"].astype(str) == asset]
            top = y
            for direction in directions:
                row = part[part["direction"].astype(str) == direction]
                if row.empty:
                    continue
                style = series_style(direction, directions.index(direction))
                one = row.iloc[0]
                ax.hlines(y, one["ci_low"], one["ci_high"], color=style.color, linewidth=1.8)
                ax.plot(
                    [one["car"]],
                    [y],
                    marker=style.marker,
                    color=style.color,
                    markersize=7,
                    linestyle="none",
                )
                ticks.append(y)
                labels.append(f"n = {int(one['n'])}")
                y += 1.0
            ax.annotate(
                names[position],
                xy=(0, (top + y - 1) / 2),
                xycoords=("axes fraction", "data"),
                xytext=(-52, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontweight="bold",
                annotation_clip=False,
            )
            if position < len(assets) - 1:
                ax.axhline(y - 0.2, color=GRID, linewidth=0.8)
            y += 0.6
        ax.set_yticks(ticks, labels)
        ax.set_ylim(y - 1.0, -0.7)
        ax.tick_params(axis="y", length=0)
        percent_axis(ax, "x")
        xlabel = f"Mean cumulative abnormal return, {level_name(level)} interval (%)"
        finish(ax, title=title, xlabel=xlabel, grid="x", columns=4, share=0.6, legend=directions != ["neither"])
        ax.tick_params(axis="y", length=0, labelsize=row_size(ax, rows))
        ax.spines["left"].set_visible(False)
        return ax


def plot_forest(
    events: pd.DataFrame,
    *,
    label: str = "title",
    title: str = "",
    width: int = 46,
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw CARs with their intervals, one row an event, in the order of the frame.

    Parameters
    ----------
    events : pandas.DataFrame
        ``car``, ``ci_low``, ``ci_high`` (decimals); ``direction`` colours the marks; ``day0`` leads the label.
    label : str
        Column of the row labels; ``event_id`` where it is missing or empty.
    title : str
        Over the figure.
    width : int
        Characters after which a label is cut; sooner in a narrow Axes.
    level : float
        Confidence level of the intervals, for the axis label.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        A filled mark is an interval that leaves out zero.

    Raises
    ------
    DataError
        If a column is missing or the frame is empty.
    """
    require(events, ["car", "ci_low", "ci_high"], "plot_forest")
    held = events.reset_index(drop=True)
    directions = held["direction"].astype(str) if "direction" in held.columns else pd.Series("", index=held.index)
    with styled():
        ax = axes_for(ax, 7.4, 1.1 + _ROW * len(held))
        ax.axvline(0, color=MUTED, linewidth=0.9)
        order = in_direction_order(directions)
        for position, direction in enumerate(order):
            style = series_style(direction, position)
            rows = np.flatnonzero((directions == direction).to_numpy())
            part = held.iloc[rows]
            ax.hlines(rows, part["ci_low"], part["ci_high"], color=style.color, linewidth=1.6)
            sure = ((part["ci_low"] > 0) | (part["ci_high"] < 0)).to_numpy()
            for filled in (True, False):
                chosen = sure == filled
                ax.plot(
                    part["car"][chosen],
                    rows[chosen],
                    marker=style.marker,
                    markersize=6,
                    linestyle="none",
                    color=style.color,
                    markerfacecolor=style.color if filled else "#ffffff",
                )
            if direction:
                ax.plot([], [], marker=style.marker, color=style.color, linestyle="none", label=direction)
        fitting = min(width, letters_across(ax, 0.55, STYLE["ytick.labelsize"]) - 12)
        ax.set_yticks(range(len(held)), [_row_label(held.iloc[i], label, fitting) for i in range(len(held))])
        ax.set_ylim(len(held) - 0.4, -0.6)
        percent_axis(ax, "x")
        xlabel = f"Cumulative abnormal return, {level_name(level)} interval (%)"
        finish(ax, title=title, xlabel=xlabel, grid="x", columns=4, share=0.5, legend=len(order) > 1)
        ax.tick_params(axis="y", length=0, labelcolor=INK, labelsize=row_size(ax, len(held)))
        ax.spines["left"].set_visible(False)
        return ax


def _row_label(row: pd.Series, label: str, width: int) -> str:
    width = max(width, 6)
    text = str(row.get(label, "") or row.get("event_id", ""))
    day0 = row.get("day0")
    if day0 is not None and day0 == day0:
        return f"{clean_label(text, width)}  {pd.Timestamp(day0).strftime('%Y-%m-%d')}"
    return clean_label(text, width)
