"""What the choices of a study do to its answer, and what it could have found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy.errors import SpecError
from eventstudy.plots.frames import require
from eventstudy.plots.labels import clean_label, finish, percent_axis
from eventstudy.plots.style import (
    BLUE,
    GRID,
    INK,
    MUTED,
    VERMILLION,
    axes_among,
    axes_for,
    new_figure,
    series_style,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_power", "plot_specification_curve"]

_NUMBERS = ("estimate", "se", "ci_low", "ci_high", "p_value", "statistic", "n", "test")


def plot_specification_curve(
    table: pd.DataFrame,
    *,
    choices: Sequence[str] | None = None,
    level: float = 0.05,
    title: str = "",
    ax: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the estimate under every specification, sorted, with the choices made below.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a specification: ``estimate`` (decimal), ``ci_low``, ``ci_high``, ``p_value``, and one column a choice.
    choices : sequence of str, optional
        Columns that are choices; default every other column with more than one value.
    level : float
        Estimates with a smaller p-value are filled.
    title : str
    ax : sequence of two matplotlib.axes.Axes, optional

    Returns
    -------
    list of matplotlib.axes.Axes
        Estimates above, choices below.

    Raises
    ------
    DataError, SpecError
        If a column is missing, the table is empty, or fewer than two Axes are given.

    Examples
    --------
    >>> frame = pd.DataFrame({"model": ["mean", "market"], "estimate": [.01, .02], "ci_low": [-.01, .01],
    ...                       "ci_high": [.03, .03], "p_value": [.3, .01]})
    >>> top, bottom = plot_specification_curve(frame)
    """
    require(table, ["estimate", "ci_low", "ci_high", "p_value", *(choices or ())], "plot_specification_curve")
    held = table.sort_values("estimate", kind="stable").reset_index(drop=True)
    if choices is None:
        choices = [str(c) for c in held.columns if c not in _NUMBERS and len(held[c].astype(str).unique()) > 1]
    rows = [(c, v) for c in choices for v in dict.fromkeys(table[c].astype(str))]
    with styled():
        if ax is None:
            height = 0.24 * max(len(rows) + len(choices), 1)
            figure = new_figure(7.2, 2.9 + height)
            ratios = [2.4, max(height, 0.3)]
            panels = list(figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": ratios}))
        else:
            panels = axes_among(ax, 2, "plot_specification_curve")
        _estimates(panels[0], held, level, title)
        _choices(panels[1], held, rows)
    return panels[:2]


def _estimates(ax: Axes, held: pd.DataFrame, level: float, title: str) -> None:
    x = np.arange(len(held))
    sure = held["p_value"].to_numpy(dtype=float) < level
    ax.axhline(0, color=MUTED, linewidth=0.9)
    for chosen, color, marker, told in (
        (sure, VERMILLION, "s", f"p < {level:g}"),
        (~sure, BLUE, "o", f"p ≥ {level:g} or none"),
    ):
        if not chosen.any():
            continue
        part = held[chosen]
        ax.vlines(x[chosen], part["ci_low"], part["ci_high"], color=color, linewidth=1.2, alpha=0.6)
        ax.plot(x[chosen], part["estimate"], linestyle="none", marker=marker, markersize=4, color=color, label=told)
    ax.axhline(float(held["estimate"].median()), color=INK, linewidth=0.9, linestyle=(0, (1, 1.5)), label="median")
    percent_axis(ax, "y")
    finish(ax, title=title, ylabel="Mean abnormal\nreturn (%)", grid="y")
    ax.tick_params(axis="x", length=0, labelbottom=False)


def _choices(ax: Axes, held: pd.DataFrame, rows: list[tuple[str, str]]) -> None:
    y, ticks, labels, last = 0.0, [], [], None
    for choice, value in rows:
        if choice != last:
            y += 0.9 if last is not None else 0.0
            last = choice
        on = np.flatnonzero((held[choice].astype(str) == value).to_numpy())
        ax.axhline(y, color=GRID, linewidth=0.6, zorder=0)
        ax.plot(on, np.full(on.size, y), linestyle="none", marker="|", markersize=7, markeredgewidth=1.6, color=INK)
        ticks.append(y)
        labels.append(f"{clean_label(choice, 24).replace('_', ' ')}: {clean_label(value, 34)}")
        y += 1.0
    ax.set_yticks(ticks, labels)
    ax.set_ylim(y - 0.4, -0.6)
    finish(ax, xlabel="Specifications, sorted by their estimate")
    ax.tick_params(axis="both", length=0)
    ax.set_xticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)


def plot_power(
    effects: npt.ArrayLike,
    power: Mapping[str, npt.ArrayLike],
    *,
    level: float = 0.05,
    wanted: float = 0.8,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often a test finds an effect of a given size.

    Parameters
    ----------
    effects : float, shape (E,)
        True mean abnormal returns, decimals.
    power : mapping of str to float, shape (E,)
        Rejection rate of each test.
    level : float
        The test's nominal level, drawn as a line.
    wanted : float
        Power that is thought enough, drawn as a line.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SpecError
        If a curve and the effects differ in length.

    Examples
    --------
    >>> ax = plot_power([0, 0.01, 0.02], {"bmp_t": [0.05, 0.4, 0.9]})
    """
    x = np.asarray(effects, dtype=np.float64)
    with styled():
        ax = axes_for(ax)
        for side in (level, wanted):
            ax.axhline(side, color=MUTED, linewidth=0.9, linestyle=(0, (4, 2)))
            ax.annotate(
                f"{100 * side:g} %",
                xy=(1, side),
                xycoords=("axes fraction", "data"),
                xytext=(-2, 2),
                textcoords="offset points",
                fontsize=7.5,
                color=MUTED,
                ha="right",
            )
        for position, (name, rates) in enumerate(power.items()):
            y = np.asarray(rates, dtype=np.float64)
            if y.shape != x.shape:
                raise SpecError(f"plot_power: {name!r} has {y.size} rates for {x.size} effects")
            style = series_style(name, position)
            ax.plot(
                x,
                y,
                color=style.color,
                linestyle=style.linestyle,
                marker=style.marker,
                markersize=3.5,
                markevery=max(1, x.size // 12),
                label=clean_label(name, 30),
            )
        ax.set_ylim(0, 1.02)
        percent_axis(ax, "x")
        percent_axis(ax, "y")
        return finish(ax, title=title, xlabel="True mean abnormal return (%)", ylabel="Rejections (%)", grid="y")
