"""Paths over event time: average and single cumulative abnormal returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import clean_label, finish, fitted_legend, percent_axis, points_across, signed
from eventstudy.plots.style import (
    BLUE,
    INK,
    MUTED,
    SERIES,
    VERMILLION,
    SeriesStyle,
    axes_among,
    axes_for,
    new_figure,
    series_style,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_caar", "plot_event", "plot_panel"]

_BAND = 0.16
_FAINT_BAND = 0.06  # of sessions with news of both kinds, beneath what is asked about
_ACROSS = 3  # panels side by side
_UNDATED = "dotted: news"  # of an event whose time is not given


def _day_ticks(ax: Axes, days: np.ndarray[Any, Any], each: float = 24.0) -> None:
    """Mark whole days, 0 among them, as many as fit where each takes so many points."""
    low, high = int(days.min()), int(days.max())
    fitting = max(1.15 * points_across(ax) / each, 2.0)
    steps = (int(f"{m}{'0' * k}") for k in range(7) for m in (1, 2, 5))
    step = next(s for s in steps if (high - low) // s + 1 <= fitting)
    ax.set_xticks(range(-(-low // step) * step, high + 1, step))
    pad = 0.3 if high > low else 0.8
    ax.set_xlim(low - pad, high + pad)


def plot_caar(
    day: pd.DataFrame,
    *,
    group: str | None = None,
    asset: str | None = None,
    title: str = "",
    bands: bool | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw cumulative average abnormal returns over event time, groups overlaid, with confidence bands.

    Parameters
    ----------
    day : pandas.DataFrame
        One row a group and day: ``day``, ``caar`` (decimal), ``ci_low``, ``ci_high``, ``n``; group columns
        such as ``direction`` and ``asset``. That is ``result.to_frame("day")``.
    group : str, optional
        Column whose values are overlaid; default ``asset`` and ``direction`` as far as the frame has them and
        they differ.
    asset : str, optional
        Draw this asset's rows only.
    title : str
        Default: the asset.
    bands : bool, optional
        Draw the pointwise confidence intervals; default for up to three groups.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError, SpecError
        If a column is missing, nothing is left to draw, or one line would hold two values a day.

    Examples
    --------
    >>> frame = pd.DataFrame({"direction": "escalation", "day": [-1, 0, 1], "n": 4, "caar": [0, -.01, -.012],
    ...                       "ci_low": [-.004, -.018, -.022], "ci_high": [.004, -.002, -.002]})
    >>> plot_caar(frame).get_xlabel()
    'Sessions from day 0'
    """
    require(day, ["day", "caar"], "plot_caar")
    held = day
    if asset is not None:
        require(day, ["asset"], "plot_caar")
        held = day[day["asset"] == asset]
        if held.empty:
            raise SpecError(f"plot_caar: no asset {asset!r} in the frame", hint=nearest(asset, day["asset"].unique()))
    if group is None:
        held, group = _default_groups(held)
    labels = in_direction_order(held[group].astype(str)) if group else [""]
    assets = list(dict.fromkeys(held["asset"].astype(str))) if group == "group" else []
    bands = len(labels) <= 3 if bands is None else bands
    with styled():
        # Many groups make a tall legend: the figure grows with it, so that the paths keep their room.
        ax = axes_for(ax, 6.4, 3.6 + 0.18 * max(-(-len(labels) // 3) - 1, 0))
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.axvline(0, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
        for position, label in enumerate(labels):
            part = held[held[group].astype(str) == label] if group else held
            part = part.sort_values("day", kind="stable")
            if part["day"].duplicated().any():
                raise DataError(
                    f"plot_caar: {label or 'the frame'} holds several values for one day",
                    hint="choose asset= or group= so that each line is one group",
                )
            _one_path(ax, part, clean_label(label, 40), _style_of(part, assets, label, position), bands)
        _day_ticks(ax, held["day"].to_numpy())
        percent_axis(ax, "y")
        return finish(
            ax,
            title=title or (asset or ""),
            xlabel="Sessions from day 0",
            ylabel="Cumulative average\nabnormal return (%)",
            grid="y",
        )


def _default_groups(frame: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    columns = [c for c in ("asset", "direction") if c in frame.columns]
    told = [c for c in columns if len(frame[c].unique()) > 1] or columns[-1:]
    if len(told) < 2:
        return frame, told[0] if told else None
    both = frame[told[0]].astype(str).str.cat(frame[told[1]].astype(str), sep=", ")
    return frame.assign(group=both), "group"


def _style_of(part: pd.DataFrame, assets: Sequence[str], label: str, position: int) -> SeriesStyle:
    """Where lines are pairs of asset and direction: the asset gives the colour, the direction line and mark."""
    if not assets or len(assets) > len(SERIES):
        return series_style(label, position)
    direction = series_style(str(part["direction"].iloc[0]), position)
    return SeriesStyle(SERIES[assets.index(str(part["asset"].iloc[0]))].color, direction.linestyle, direction.marker)


def _one_path(ax: Axes, part: pd.DataFrame, label: str, style: Any, bands: bool) -> None:
    days = part["day"].to_numpy(dtype=float)
    caar = part["caar"].to_numpy(dtype=float)
    n = part["n"] if "n" in part.columns else None
    if n is not None and len(n):
        low, high = int(n.min()), int(n.max())
        count = f"n = {low}" if low == high else f"n = {low}–{high}"
        label = f"{label} ({count})" if label else count
    if bands and {"ci_low", "ci_high"} <= set(part.columns):
        low_band = part["ci_low"].to_numpy(dtype=float)
        high_band = part["ci_high"].to_numpy(dtype=float)
        if len(days) > 1:
            alpha = _FAINT_BAND if set(part.get("direction", ())) == {"mixed"} else _BAND
            ax.fill_between(days, low_band, high_band, color=style.color, alpha=alpha, linewidth=0)
            for edge in (low_band, high_band):
                ax.plot(days, edge, color=style.color, linewidth=0.6, linestyle=style.linestyle, alpha=0.7)
        else:
            ax.vlines(days, low_band, high_band, color=style.color, linewidth=1.2)
    ax.plot(days, caar, color=style.color, linestyle=style.linestyle, marker=style.marker, markersize=4, label=label)


def plot_event(
    event_day: pd.DataFrame,
    event_id: str,
    asset: str,
    *,
    news_time: object = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw one event: the asset's cumulated actual returns against the expected ones, the news marked.

    Parameters
    ----------
    event_day : pandas.DataFrame
        ``event_id``, ``asset``, ``day``, ``session``, ``actual``, ``expected`` and, for the band, ``se``; decimals.
    event_id, asset : str
        Which event and asset.
    news_time : timestamp, optional
        When the news became public, written below the axis.
    title : str
        Default: asset and event.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The gap between the two lines is the cumulative abnormal return since the window began. The bars
        at each session are that session's 95 % forecast range around what was expected.

    Raises
    ------
    DataError, SpecError
        If a column is missing or the event and asset are not in the frame.
    """
    require(event_day, ["event_id", "asset", "day", "actual", "expected"], "plot_event")
    of_event = event_day[event_day["event_id"] == event_id]
    if of_event.empty:
        raise SpecError(f"plot_event: no event {event_id!r}", hint=nearest(event_id, event_day["event_id"].unique()))
    part = of_event[of_event["asset"] == asset].sort_values("day", kind="stable")
    if part.empty:
        raise SpecError(
            f"plot_event: event {event_id!r} was not studied on {asset!r}",
            hint=nearest(asset, of_event["asset"].unique()),
        )
    days = part["day"].to_numpy(dtype=float)
    # The day before the window is the common starting point of both paths.
    steps = np.concatenate([[days[0] - 1], days])
    actual, expected = part["actual"].to_numpy(dtype=float), part["expected"].to_numpy(dtype=float)
    valid = np.isfinite(actual) & np.isfinite(expected)
    paths = [np.concatenate([[0.0], np.cumsum(np.where(valid, series, 0.0))]) for series in (actual, expected)]
    shown = np.concatenate([[True], valid])
    with styled():
        ax = axes_for(ax)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        marked = _news_mark(ax, news_time)
        if "se" in part.columns:
            half = 1.959963984540054 * part["se"].to_numpy(dtype=float)
            centre = paths[0][:-1] + np.where(valid, expected, 0.0)
            ax.vlines(
                days[valid],
                (centre - half)[valid],
                (centre + half)[valid],
                color=VERMILLION,
                linewidth=4,
                alpha=0.25,
                label="95 % range for the session",
            )
        ax.plot(
            steps[shown],
            paths[1][shown],
            color=VERMILLION,
            linestyle="--",
            marker="s",
            markersize=3.5,
            label="Expected from the model",
        )
        ax.plot(
            steps[shown], paths[0][shown], color=BLUE, linestyle="-", marker="o", markersize=4, label="Actual return"
        )
        dated = "session" in part.columns and len(part) <= 13
        _day_ticks(ax, steps, 33.0 if dated else 24.0)
        if dated:
            _session_labels(ax, part, years=marked == _UNDATED)
        percent_axis(ax, "y")
        return finish(
            ax,
            title=title or f"{asset}: {event_id}",
            xlabel=f"Sessions from day 0 ({marked})",
            ylabel="Cumulated return (%)",
            grid="y",
        )


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


def _session_labels(ax: Axes, part: pd.DataFrame, *, years: bool) -> None:
    sessions = {int(d): pd.Timestamp(s) for d, s in zip(part["day"], part["session"], strict=True) if s == s}
    ticks = [int(t) for t in ax.get_xticks()]
    texts, year = [], 0
    for tick in ticks:
        session = sessions.get(tick)
        told = session.strftime("%d %b") if session is not None else ""
        if years and session is not None and session.year != year:
            year = session.year
            told += f"\n{year}"
        texts.append(f"{signed(tick)}\n{told}")
    ax.set_xticks(ticks)
    ax.set_xticklabels(texts)


def _news_mark(ax: Axes, news_time: object) -> str:
    """Mark the news, and give the words for the axis: in the drawing they would lie across the bars."""
    # Between the last price before the news and the first one after it.
    ax.axvline(-0.5, color=INK, linewidth=1.0, linestyle=(0, (1, 1.5)))
    if news_time is None or pd.isna(news_time):  # type: ignore[call-overload]
        return _UNDATED
    stamp = pd.Timestamp(news_time)  # type: ignore[arg-type]
    stamp = stamp.tz_convert("UTC") if stamp.tzinfo is not None else stamp
    timed = stamp != stamp.normalize()
    zone = " UTC" if timed and stamp.tzinfo is not None else ""
    return f"dotted: news, {stamp.strftime('%d %b %Y %H:%M' if timed else '%d %b %Y')}{zone}"


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
            _day_ticks(one, wide.index.to_numpy())
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
