"""Every event's path over event time, a panel an asset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from eventstudy.errors import SpecError, nearest
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import day_ticks, finish, fitted_legend, percent_axis
from eventstudy.plots.style import MUTED, axes_among, new_figure, series_style, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_panel"]

_ACROSS = 3  # panels side by side


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
        Thin lines are events, thick ones the groups' averages.

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
    with styled():
        for position, (name, one) in enumerate(zip(wanted, held, strict=False)):
            part = event_day[event_day["asset"] == name]
            wide = part.pivot_table(index="day", columns="event_id", values="ar", sort=True).cumsum()
            one.axhline(0, color=MUTED, linewidth=0.8)
            one.axvline(0, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
            groups = (
                part.drop_duplicates("event_id").set_index("event_id")["direction"].astype(str)
                if by_direction
                else pd.Series("", index=wide.columns)
            )
            for order, label in enumerate(labels):  # of the whole figure: one colour means one direction everywhere
                members = [c for c in wide.columns if groups[c] == label]
                if not members:
                    continue
                style = series_style(label, order)
                one.plot(
                    wide.index, wide[members], color=style.color, linewidth=0.8, alpha=0.6, linestyle=style.linestyle
                )
                one.plot(
                    wide.index,
                    wide[members].mean(axis=1),
                    color=style.color,
                    linewidth=2.2,
                    linestyle=style.linestyle,
                    label=label,
                )
            day_ticks(one, wide.index.to_numpy())
            percent_axis(one, "y")
            finish(
                one,
                title=str(name),
                xlabel="Sessions from day 0",
                ylabel="Cumulative abnormal return (%)" if position % _ACROSS == 0 else "",
                grid="y",
                legend=False,
            )
        if by_direction:
            _panel_legend(held[: len(wanted)], ours=ax is None)
    return held[: len(wanted)]


def _panel_legend(held: Sequence[Axes], *, ours: bool) -> None:
    drawn: dict[str, Any] = {}
    for one in held:
        lines, labels = one.get_legend_handles_labels()
        drawn |= {label: line for line, label in zip(lines, labels, strict=True) if label not in drawn}
    labels = in_direction_order(drawn)
    lines = [drawn[label] for label in labels]
    if ours and held[0].figure is not None:
        room = 0.98 * float(held[0].figure.bbox.width) * 72 / held[0].figure.dpi
        labels, n = fitted_legend(labels, room, 4)
        held[0].figure.legend(lines, labels, loc="outside upper right", ncols=n, borderaxespad=0.2)
    else:
        held[0].legend(lines, labels, loc="upper left")
