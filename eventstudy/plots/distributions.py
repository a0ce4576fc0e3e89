"""Distributions: of the events' responses, and of a statistic over placebo studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy.errors import DataError
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import (
    clean_label,
    finish,
    letters_across,
    percent_axis,
    points_across,
    row_size,
    text_width,
    told_apart,
)
from eventstudy.plots.style import BLUE, INK, MUTED, VERMILLION, axes_for, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_distribution", "plot_placebo", "plot_tests"]


_MANY_TICKS = 260  # points of a logarithmic axis on which seven ticks stand apart
_OVERLAID = 4  # groups whose outlines can be told apart

_MEASURES = {"car": "Cumulative abnormal return (%)", "raw_return": "Return (%)"}


def _edges(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if values.min() == values.max():
        half = max(0.25 * abs(float(values[0])), 1e-3)
        return np.array([values[0] - half, values[0] + half])
    # Freedman and Diaconis, within what a reader can take in.
    edges = np.histogram_bin_edges(values, bins="fd")
    count = min(max(len(edges) - 1, 5), 60)
    return np.asarray(np.histogram_bin_edges(values, bins=count), dtype=np.float64)


def plot_distribution(
    events: pd.DataFrame,
    *,
    column: str = "car",
    group: str | None = "direction",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how the events' responses are distributed, group by group.

    Parameters
    ----------
    events : pandas.DataFrame
        One row an event and asset; ``column`` in decimals.
    column : str
        What to show: ``car``, ``raw_return``.
    group : str, optional
        Column whose values are told apart; passed over where the frame has none.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Outlines count events; each tick below is one event, the long tick its group's median. Of more than
        four groups the ticks alone, one row a group.

    Raises
    ------
    DataError
        If a column is missing or holds no number.

    Examples
    --------
    >>> ax = plot_distribution(pd.DataFrame({"car": [-0.02, -0.01, 0.0, 0.01, 0.03]}))
    >>> ax.get_ylabel()
    'Events'
    """
    from matplotlib.ticker import MaxNLocator

    require(events, [column], "plot_distribution")
    held = events[np.isfinite(events[column].astype(float))]
    if held.empty:
        raise DataError(f"plot_distribution: column {column!r} holds no number", column=column)
    labels = held[group].astype(str) if group and group in held.columns else pd.Series("", index=held.index)
    edges = _edges(held[column].to_numpy(dtype=float))
    order = in_direction_order(labels)
    with styled():
        if len(order) > _OVERLAID:
            return _in_rows(ax, held[column].astype(float), labels, order, title, _named(column))
        ax = axes_for(ax)
        ax.axvline(0, color=MUTED, linewidth=0.9)
        tallest = 1
        for position, (label, name) in enumerate(zip(order, told_apart(order, 40), strict=True)):
            style = series_style(label, position)
            values = held.loc[labels == label, column].to_numpy(dtype=float)
            counts, _ = np.histogram(values, edges)
            tallest = max(tallest, int(counts.max()))
            told = f"{name} (n = {len(values)})" if label else None
            ax.stairs(counts, edges, color=style.color, linestyle=style.linestyle, linewidth=1.6, label=told)
            ax.stairs(counts, edges, fill=True, color=style.color, alpha=0.12)
        step = 0.055 * tallest
        for position, label in enumerate(order):
            style = series_style(label, position)
            values = held.loc[labels == label, column].to_numpy(dtype=float)
            low = -(position + 1) * 1.4 * step
            ax.vlines(values, low, low + step, color=style.color, linewidth=1.0)
            ax.vlines(np.median(values), low - 0.2 * step, low + 1.2 * step, color=INK, linewidth=2.2)
        ax.set_yticks(MaxNLocator(nbins=6, integer=True).tick_values(0, tallest))
        ax.set_ylim(-(len(order) * 1.4 + 0.4) * step, 1.08 * tallest)
        ax.plot([], [], linestyle="none", marker="|", markeredgewidth=2.2, markersize=8, color=INK, label="median")
        percent_axis(ax, "x")
        return finish(ax, title=title, xlabel=_named(column), ylabel="Events", grid="y")


def _named(column: str) -> str:
    return _MEASURES.get(column, f"{column} (%)")


def _in_rows(
    ax: Axes | None, values: pd.Series[float], labels: pd.Series[str], order: Sequence[str], title: str, xlabel: str
) -> Axes:
    """Draw one row a group, each event a tick: outlines of many groups would lie across each other."""
    ax = axes_for(ax, 6.4, 1.1 + 0.3 * len(order))
    ax.axvline(0, color=MUTED, linewidth=0.9)
    for row, label in enumerate(order):
        held = values[labels == label].to_numpy()
        style = series_style(label, row)
        ax.vlines(held, row - 0.28, row + 0.28, color=style.color, linewidth=1.0)
        ax.vlines(np.median(held), row - 0.4, row + 0.4, color=INK, linewidth=2.2, label="_" if row else "median")
    counts = labels.value_counts()
    names = told_apart(order, letters_across(ax, 0.4) - 8)
    ax.set_yticks(range(len(order)), [f"{name}  n = {counts[of]}" for name, of in zip(names, order, strict=True)])
    ax.set_ylim(len(order) - 0.4, -0.6)
    percent_axis(ax, "x")
    finish(ax, title=title, xlabel=xlabel, grid="x", share=0.6)
    ax.tick_params(axis="y", length=0, labelsize=row_size(ax, len(order)))
    return ax


def plot_placebo(
    draws: npt.ArrayLike,
    observed: float,
    *,
    p_value: float | None = None,
    label: str = "Statistic",
    critical: float | None = None,
    percent: bool = False,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic over placebo studies, and where the study itself stands.

    Parameters
    ----------
    draws : float, shape (B,)
        The statistic of each placebo study.
    observed : float
        The study's own.
    p_value : float, optional
        Written beside the observed value.
    label : str
        What the statistic is.
    critical : float, optional
        Two-sided critical value; both tails beyond it are filled.
    percent : bool
        The statistic is a return in decimals.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If there is no finite draw or no observed value.

    Examples
    --------
    >>> ax = plot_placebo(np.linspace(-2, 2, 200), 2.4, p_value=0.005, label="t")
    """
    values = np.asarray(draws, dtype=np.float64).ravel()
    values = values[np.isfinite(values)]
    if values.size == 0 or not np.isfinite(observed):
        raise DataError("plot_placebo: needs at least one finite draw and an observed value")
    edges = _edges(values)
    counts, _ = np.histogram(values, edges)
    with styled():
        ax = axes_for(ax)
        ax.stairs(counts, edges, fill=True, color=MUTED, alpha=0.35, label=f"{values.size:,} placebo studies")
        if critical is not None and np.isfinite(critical):
            for side in (-abs(critical), abs(critical)):
                ax.axvline(side, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
            ax.plot([], [], color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)), label="5 % of them lie beyond")
        p = "" if p_value is None else " (p < 0.001)" if p_value < 0.0005 else f" (p = {p_value:.3f})"
        said = f"This study{p}"
        ax.axvline(observed, color=VERMILLION, linewidth=2.2, label=said)
        ax.set_ylim(0, 1.06 * counts.max())
        if percent:
            percent_axis(ax, "x")
        xlabel = clean_label(label, 60) + (" (%)" if percent else "")
        return finish(ax, title=title, xlabel=xlabel, ylabel="Placebo studies")


def plot_tests(
    tests: pd.DataFrame, *, level: float = 0.05, group: Sequence[str] = (), title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the p-values of all tests, one row a test, so that one sees which agree.

    Parameters
    ----------
    tests : pandas.DataFrame
        ``name``, ``p_value``; what ``result.tests`` gives.
    level : float
        Where the line is drawn.
    group : sequence of str
        Columns whose values are told apart by marks.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The axis is logarithmic; p-values below 0.0001 stand at its edge.

    Raises
    ------
    DataError
        If a column is missing or no test gave a p-value.
    """
    require(tests, ["name", "p_value", *group], "plot_tests")
    held = tests[np.isfinite(tests["p_value"].astype(float))]
    if held.empty:
        raise DataError("plot_tests: no test gave a p-value", hint="see the notes in result.tests()")
    names = list(dict.fromkeys(held["name"]))
    labels = held[list(group)].astype(str).agg(", ".join, axis=1) if group else pd.Series("", index=held.index)
    floor = 1e-4
    with styled():
        ax = axes_for(ax, 6.4, 1.2 + 0.24 * len(names))
        ax.axvline(level, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
        for position, label in enumerate(in_direction_order(labels)):
            part = held[labels == label]
            style = series_style(label, position)
            rows = np.array([names.index(n) for n in part["name"]], dtype=float)
            p = np.maximum(part["p_value"].to_numpy(dtype=float), floor)
            for sure in (True, False):
                chosen = (p < level) == sure
                ax.plot(
                    p[chosen],
                    rows[chosen],
                    linestyle="none",
                    marker=style.marker,
                    color=style.color if label else BLUE,
                    markerfacecolor=(style.color if label else BLUE) if sure else "#ffffff",
                    markersize=6,
                )
            if label:
                ax.plot([], [], linestyle="none", marker=style.marker, color=style.color, label=clean_label(label, 30))
        ax.set_xscale("log")
        ax.set_xlim(floor * 0.8, 1.15)
        named = told_apart(names, min(40, letters_across(ax, 0.5)))
        room = 1.25 * points_across(ax) - max(text_width(name, row_size(ax, len(names))) for name in named)
        inner = [1e-3, 0.01, 0.1, 0.5] if room > _MANY_TICKS else []
        ticks = sorted({1e-4, level, 1.0, *inner})
        ax.set_xticks(ticks, [f"{'≤' if tick == floor else ''}{tick:.6f}".rstrip("0").rstrip(".") for tick in ticks])
        ax.minorticks_off()
        ax.set_yticks(range(len(names)), named)
        ax.set_ylim(len(names) - 0.4, -0.6)
        finish(ax, title=title, xlabel="p-value (logarithmic)", grid="both")
        ax.tick_params(axis="y", length=0, labelsize=row_size(ax, len(names)))
        ax.spines["left"].set_visible(False)
        return ax
