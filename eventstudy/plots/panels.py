"""Every event's path over event time, a panel an asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from eventstudy.errors import SpecError, nearest
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import day_ticks, finish, fitted_legend, percent_axis, told_apart
from eventstudy.plots.style import INK, MUTED, PAPER, SeriesStyle, axes_among, new_figure, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

__all__ = ["plot_panel"]

_ACROSS = 3  # panels side by side
_CLEAR = 6  # events a group whose lines are told apart at full strength


def plot_panel(
    event_day: pd.DataFrame,
    *,
    directions: bool = True,
    assets: Sequence[str] | None = None,
    ax: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw every event's cumulative abnormal return, one panel an asset, on common axes.

    Parameters
    ----------
    event_day : pandas.DataFrame
        ``event_id``, ``asset``, ``day``, ``ar`` (decimal), and ``direction`` for the colours.
    directions : bool
        Colour by direction.
    assets : sequence of str, optional
        Which and in what order.
    ax : sequence of matplotlib.axes.Axes, optional
        One an asset.

    Returns
    -------
    list of matplotlib.axes.Axes
        Thin lines are events, thick ones the groups' means of the same events on every day: a day on which an
        event has no return adds nothing to it, as in its cumulative abnormal return. Where some have none, the mean
        has open marks and no line, and the legend says how many have one.

    Raises
    ------
    DataError, SpecError
        If a column is missing, an asset is unknown, or the Axes are too few.
    """
    require(event_day, ["event_id", "asset", "day", "ar"], "plot_panel")
    known = list(dict.fromkeys(event_day["asset"]))
    wanted = list(assets) if assets is not None else known
    for name in wanted:
        if name not in known:
            raise SpecError(f"plot_panel: no asset {name!r} in the frame", hint=nearest(name, known))
    if ax is None:
        across = min(len(wanted), _ACROSS)
        down = -(-len(wanted) // across)
        figure = new_figure(max(3.2 * across, 4.2), 0.4 + 2.8 * down)
        with styled():
            held = list(figure.subplots(down, across, sharey=True, squeeze=False).ravel())
        for empty in held[len(wanted) :]:
            empty.remove()
    else:
        held = axes_among(ax, len(wanted), "plot_panel")
    by_direction = directions and "direction" in event_day.columns
    shown = event_day[event_day["asset"].isin(wanted)]
    labels = in_direction_order(shown["direction"].astype(str)) if by_direction else [""]
    means: dict[str, list[_Mean]] = {}
    with styled():
        for name, one in zip(wanted, held, strict=False):
            part = event_day[event_day["asset"] == name]
            returns = _returns(part)
            paths = returns.cumsum()
            one.axhline(0, color=MUTED, linewidth=0.8)
            one.axvline(0, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
            groups = (
                part.drop_duplicates("event_id").set_index("event_id")["direction"].astype(str)
                if by_direction
                else pd.Series("", index=paths.columns)
            )
            for order, label in enumerate(labels):  # of the whole figure: one colour means one direction everywhere
                members = [c for c in paths.columns if groups[c] == label]
                if not members:
                    continue
                style = series_style(label, order)
                faint = min(0.6, max(0.15, _CLEAR / len(members)))  # many lines would hide their own mean
                one.plot(
                    paths.index,
                    paths[members],
                    color=style.color,
                    linewidth=0.8,
                    alpha=faint,
                    linestyle=style.linestyle,
                )
                means.setdefault(label, []).append(_mean_path(one, returns[members], style))
            day_ticks(one, paths.index.to_numpy())
            percent_axis(one, "y")
        entries = _legend_entries(means)
        if ax is None:
            _legend_of_figure(held[0], *entries)
        for position, (name, one) in enumerate(zip(wanted, held, strict=False)):
            finish(
                one,
                title=str(name),
                xlabel="Sessions from day 0",
                ylabel="Cumulative abnormal return (%)" if position % _ACROSS == 0 or ax is not None else "",
                grid="y",
                entries=entries if ax is not None and position == 0 else ([], []),
            )
    return held[: len(wanted)]


def _returns(part: pd.DataFrame) -> pd.DataFrame:
    """Give one column an event and one row a day of the window, days without any value among them."""
    wide = part.pivot_table(index="day", columns="event_id", values="ar", sort=True)
    return wide.reindex(range(int(part["day"].min()), int(part["day"].max()) + 1))


@dataclass(frozen=True, slots=True)
class _Mean:
    """A mean path as it is drawn: its line, of how many events, and how many have a return on its open marks."""

    line: Line2D
    n: int
    fewer: list[int]


def _mean_path(ax: Axes, returns: pd.DataFrame, style: SeriesStyle) -> _Mean:
    """Draw the mean path of the columns: open marks on days on which some of them have no value.

    A day without a value adds nothing, as in a cumulative abnormal return: the mean is of the same events on every
    day. A mean of those alone that still have a value would jump where one ends, though nothing had moved.
    """
    mean = returns.fillna(0.0).cumsum().mean(axis=1)
    days = mean.index.to_numpy()
    n = returns.notna().sum(axis=1).to_numpy()
    whole, partly = n == returns.shape[1], (n > 0) & (n < returns.shape[1])
    mark = style.marker if not whole.all() or len(days) == 1 else "none"
    look: Any = {"color": style.color, "marker": mark, "markersize": 4.5}
    (line,) = ax.plot(days, mean.where(whole), linewidth=2.2, linestyle=style.linestyle, **look)
    ax.plot(days[partly], mean[partly], linestyle="none", markerfacecolor=PAPER, zorder=2.5, **look)
    return _Mean(line, returns.shape[1], n[partly].tolist())


def _legend_entries(means: dict[str, list[_Mean]]) -> tuple[list[Line2D], list[str]]:
    from matplotlib.lines import Line2D

    order = in_direction_order(means)
    lines = [means[label][0].line for label in order]
    names = told_apart(order, 40)
    if order == ["neither"]:  # a study without directions has one group
        names = [""]
    labels = [_told(name, means[label]) for name, label in zip(names, order, strict=True)]
    if any(mean.fewer for group in means.values() for mean in group):
        lines.append(Line2D([], [], color=INK, linestyle="none", marker="o", markersize=4.5, markerfacecolor=PAPER))
        labels.append("open: some events lack that day")
    return lines, labels


def _legend_of_figure(first: Axes, lines: list[Line2D], labels: list[str]) -> None:
    room = 0.98 * float(first.figure.bbox.width) * 72 / first.figure.dpi
    labels, n = fitted_legend(labels, room, 4)
    first.figure.legend(lines, labels, loc="outside upper right", ncols=n, borderaxespad=0.2)


def _told(name: str, means: Sequence[_Mean]) -> str:
    n, fewer = [mean.n for mean in means], [k for mean in means for k in mean.fewer]
    counts = "1 event" if max(n) == 1 else f"mean of {_span(n)}"
    counts += f"; open: {_span(fewer)}" if fewer else ""
    return f"{name} ({counts})" if name else counts


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low}" if low == high else f"{low}–{high}"
