"""Paths over event time: the groups' averages, and one event's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.plots.frames import in_direction_order, require
from eventstudy.plots.labels import (
    clean_label,
    day_ticks,
    finish,
    level_name,
    percent_axis,
    signed,
    told_apart,
)
from eventstudy.plots.style import (
    BLUE,
    INK,
    MUTED,
    SERIES,
    VERMILLION,
    SeriesStyle,
    axes_for,
    series_style,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_caar", "plot_event"]

_BAND = 0.16
_FAINT_BAND = 0.06  # of sessions with news of both kinds, beneath what is asked about
_UNDATED = "dotted: news"  # of an event whose time is not given


def plot_caar(
    day: pd.DataFrame,
    *,
    group: str | None = None,
    asset: str | None = None,
    title: str = "",
    bands: bool | None = None,
    level: float = 0.95,
    basis: str = "",
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
    level : float
        Confidence level of the intervals in the frame, for the note under the axis.
    basis : str
        What the intervals rest on, for the note; of ``result.to_frame("day")`` it is
        ``"forecast errors, independent events"``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Where intervals are drawn, a note under the axis says what they are.

    Raises
    ------
    DataError, SpecError
        If a column is missing, nothing is left to draw, or one line would hold two values a day.

    Examples
    --------
    >>> frame = pd.DataFrame({"direction": "escalation", "day": [-1, 0, 1], "n": 4, "caar": [0, -.01, -.012],
    ...                       "ci_low": [-.004, -.018, -.022], "ci_high": [.004, -.002, -.002]})
    >>> print(plot_caar(frame).get_xlabel())
    Sessions from day 0
    Pointwise 95 % band
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
        for position, (label, told) in enumerate(zip(labels, told_apart(labels, 40), strict=True)):
            part = held[held[group].astype(str) == label] if group else held
            part = part.sort_values("day", kind="stable")
            if part["day"].duplicated().any():
                raise DataError(
                    f"plot_caar: {label or 'the frame'} holds several values for one day",
                    hint="choose asset= or group= so that each line is one group",
                )
            _one_path(ax, part, told, _style_of(part, assets, label, position), bands)
        note = _band_note(held, level, basis, several=len(labels) > 1) if bands else ""
        day_ticks(ax, held["day"].to_numpy())
        percent_axis(ax, "y")
        return finish(
            ax,
            title=title or (asset or ""),
            xlabel=f"Sessions from day 0{note}",
            ylabel="Cumulative average\nabnormal return (%)",
            grid="y",
        )


def _band_note(frame: pd.DataFrame, level: float, basis: str, *, several: bool) -> str:
    if not {"ci_low", "ci_high"} <= set(frame.columns) or not (frame["ci_low"] < frame["ci_high"]).any():
        return ""  # nothing to be seen
    told = f" ({clean_label(basis, 60)})" if basis else ""
    return f"\nPointwise {level_name(level)} band{'s' if several else ''}{told}"


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
        day_ticks(ax, steps, 33.0 if dated else 24.0)
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
