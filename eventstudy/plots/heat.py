"""Day by asset: abnormal returns as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.plots.frames import require
from eventstudy.plots.labels import (
    clean_label,
    finish,
    letters_across,
    points_across,
    row_size,
    signed,
    text_width,
    told_apart,
)
from eventstudy.plots.style import STYLE, axes_for, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_heatmap"]

# Vermillion through white to blue: signs stay apart for every reader, and in grey by the printed number.
_NEGATIVE, _ZERO, _POSITIVE = "#b54708", "#fafafa", "#005a8f"
_SMALLEST = 4.5  # points
_DARK_TEXT, _LIGHT_TEXT = "#101214", "#fdfdfd"


def plot_heatmap(
    frame: pd.DataFrame,
    *,
    value: str = "ar",
    row: str = "asset",
    column: str = "day",
    standardized: str = "sar",
    critical: float = 1.959963984540054,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw abnormal returns by row and day; a mark where they are significant.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a cell: the columns named by ``row``, ``column`` and ``value`` (decimal), and ``standardized``
        (value over its standard error) for the marks. Several events in one cell are averaged, and the
        standardised values combined as ``sum / sqrt(n)``.
    value, row, column, standardized : str
        Columns to read.
    critical : float
        A cell is marked where the standardised value exceeds this in absolute value.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Numbers are percent; they are left out where a cell is too small for them.

    Raises
    ------
    DataError
        If a column is missing or the frame is empty.
    """
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm

    require(frame, [row, column, value], "plot_heatmap")
    rows = list(dict.fromkeys(frame[row]))
    table = frame.pivot_table(index=row, columns=column, values=value, aggfunc="mean", sort=True).reindex(rows)
    marks = np.zeros(table.shape, dtype=bool)
    if standardized in frame.columns:
        cells = frame.groupby([row, column])[standardized]
        n = cells.count()
        z = cells.sum() / n.where(n > 0) ** 0.5
        at = pd.MultiIndex.from_product([rows, table.columns])
        marks = np.abs(z.reindex(at).to_numpy(dtype=float).reshape(table.shape)) > critical
    values = table.to_numpy(dtype=float) * 100
    finite = np.abs(values[np.isfinite(values)])
    limit = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    with styled():
        ax = axes_for(ax, max(3.4, 1.6 + 0.55 * table.shape[1]), 1.3 + 0.34 * table.shape[0])
        colors = LinearSegmentedColormap.from_list("signed", [_NEGATIVE, _ZERO, _POSITIVE])
        norm = TwoSlopeNorm(0.0, -limit, limit)
        ax.pcolormesh(
            np.arange(table.shape[1] + 1) - 0.5,
            np.arange(table.shape[0] + 1) - 0.5,
            np.ma.masked_invalid(values),
            cmap=colors,
            norm=norm,
            edgecolors="#ffffff",
            linewidth=1.0,
        )
        names = told_apart(rows, min(40, letters_across(ax, 0.4)))
        page = 1.25 * points_across(ax)
        cell = (page - max(text_width(name, STYLE["ytick.labelsize"]) for name in names) - 12) / table.shape[1]
        size = _number_size(ax, cell, table.shape[0])
        for i, j in np.ndindex(*values.shape):
            if np.isfinite(values[i, j]):
                ink = _LIGHT_TEXT if abs(values[i, j]) > 0.6 * limit else _DARK_TEXT
                text = _signed(float(values[i, j])) + ("*" if marks[i, j] else "")
                weight = "bold" if marks[i, j] else "normal"
                if size:
                    ax.text(j, i, text, ha="center", va="center", fontsize=size, color=ink, fontweight=weight)
        ticks = [_tick(c) for c in table.columns]
        widest = max(text_width(tick, STYLE["xtick.labelsize"]) for tick in ticks) + 3
        every = max(int(np.ceil(widest / max(cell, 1.0))), 1)
        ax.set_xticks(range(0, table.shape[1], every), ticks[::every])
        ax.set_yticks(range(table.shape[0]), names)
        ax.invert_yaxis()
        told = f"Mean {'abnormal return' if value == 'ar' else clean_label(value, 24)} in %"
        told += f"; * beyond {critical:.2f} standard errors" if standardized in frame.columns else ""
        finish(ax, title=title, xlabel=f"{'Sessions from day 0' if column == 'day' else clean_label(column)}\n{told}")
        ax.tick_params(length=0)
        ax.tick_params(axis="y", labelsize=row_size(ax, len(names)))
        for spine in ax.spines.values():
            spine.set_visible(False)
        return ax


def _number_size(ax: Axes, wide: float, rows: int) -> float:
    """Give the font size that lets a number stand in a cell so many points wide; 0 where none can be read."""
    high = points_across(ax, high=True) / max(rows, 1)
    size = min(7.5, wide / 3.2, high / 1.2)
    return size if size >= _SMALLEST else 0.0


def _signed(percent: float) -> str:
    text = f"{percent:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "\u2212")


def _tick(value: object) -> str:
    if isinstance(value, (int, np.integer)):
        return signed(int(value))
    return clean_label(value, 16)
