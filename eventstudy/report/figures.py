"""Which figures a result has, each as a function that draws it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy import plots
from eventstudy.plots.files import save_figure
from eventstudy.plots.frames import in_direction_order
from eventstudy.report import words
from eventstudy.report.answer import adjective
from eventstudy.report.parts import Figure
from eventstudy.results.frames import DAY_BASIS
from eventstudy.results.printing import level_name

__all__ = ["figures_of", "write_figures"]

_MAX_FOREST = 40
_MAX_HEADLINES = 24
_MAX_ASSETS = 12
_ALL = "All assets"


def figures_of(
    events: pd.DataFrame,
    groups: pd.DataFrame,
    event_day: pd.DataFrame,
    day: pd.DataFrame,
    *,
    window: str,
    prices: pd.DataFrame | None = None,
    feature: str | None = None,
    news_times: Mapping[str, Any] | None = None,
    together: pd.DataFrame | None = None,
    level: float = 0.95,
) -> tuple[Figure, ...]:
    """List the figures of a study in the order of the report.

    Parameters
    ----------
    events, event_day, day : pandas.DataFrame
        The result's three frames; ``events`` for the headline window.
    groups : pandas.DataFrame
        Means by asset and direction, with intervals.
    window : str
        The headline window.
    prices : pandas.DataFrame, optional
        Values by session, one column an asset, for the timeline.
    feature : str, optional
        The event to show by itself.
    news_times : mapping of event_id to instant, optional
    together : pandas.DataFrame, optional
        Days by direction over all assets: shown where there are too many assets for figures of their own.
    level : float
        Confidence level of the intervals in the frames.

    Returns
    -------
    tuple of Figure
    """
    if events.empty:
        return ()
    assets = [str(a) for a in dict.fromkeys(events["asset"])][:_MAX_ASSETS]
    out = [_groups(groups, window, level)] if len(groups) else []
    if together is None:
        out += [f for a in assets if (f := _caar(day, a, level)) is not None]
        out += _forests(events, assets, window, level)
    else:
        out += [f for f in (_caar(together, _ALL, level), _distribution(events, window)) if f is not None]
    if _has_days(event_day):
        out.append(_panel(event_day, assets[:4]))
        out.append(_heat(event_day))
    out += _features(events, event_day, feature, news_times or {})
    if prices is not None and together is None:
        out += [_timeline(prices[a].dropna(), events[events["asset"] == a], a) for a in assets if a in prices.columns]
    return tuple(out)


def write_figures(figures: tuple[Figure, ...], folder: str | os.PathLike[str]) -> list[Path]:
    """Write every figure as SVG and PNG into a folder; the same bytes each time."""
    written = []
    for figure in figures:
        written += save_figure(figure.drawn(), Path(folder) / figure.name)
    return written


def _events(n: int) -> str:
    return f"{n} event{'' if n == 1 else 's'}"


def _has_days(frame: pd.DataFrame) -> bool:
    # One day is no path: the groups and the single events show it all.
    return len(frame) > 0 and bool(frame["day"].min() < frame["day"].max())


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-") or "x"


def _groups(groups: pd.DataFrame, window: str, level: float) -> Figure:
    told = "; ".join(
        f"{r['asset']} {r['direction']} {words.percent(r['car'])}, n {int(r['n'])}"
        for r in groups.head(12).to_dict("records")
    )
    return Figure(
        "groups",
        f"Mean cumulative abnormal return in the window {window} by asset and direction, with {level_name(level)} "
        f"intervals.{_apart(groups)}",
        f"Intervals by asset and direction: {told}.",
        lambda: plots.plot_groups(groups, level=level).figure,
    )


def _apart(groups: pd.DataFrame) -> str:
    """Say how directions are told apart, where there is more than one."""
    directions = set(groups["direction"].astype(str))
    if len(directions) < 2:
        return ""
    both = "; sessions with headlines of both stand by themselves" if "mixed" in directions else ""
    return f" Sessions of each direction are estimated apart{both}."


def _caar(day: pd.DataFrame, asset: str, level: float) -> Figure | None:
    if not _has_days(day):
        return None
    has_asset = "asset" in day.columns
    part = day[day["asset"].astype(str) == asset] if has_asset else day
    group = "direction" if "direction" in day.columns else None
    keys = [*([group] if group else []), "day"]
    if part.empty or part.duplicated(keys).any():
        return None
    last = part[part["day"] == part["day"].max()]
    told = "; ".join(f"{r.get(group, '')} {words.percent(r['caar'])}".strip() for r in last.to_dict("records"))
    return Figure(
        f"caar-{_slug(asset)}",
        f"{asset}: cumulative average abnormal return over the event window, with pointwise {level_name(level)} bands.",
        f"Lines over event days; at the last day {told}.",
        partial(_drawn_caar, part, group, asset, level),
    )


def _drawn_caar(part: pd.DataFrame, group: str | None, asset: str, level: float) -> Any:
    frame = part.drop(columns=[c for c in ("asset",) if c in part.columns])
    return plots.plot_caar(frame, group=group, title=asset, level=level, basis=DAY_BASIS).figure


def _distribution(events: pd.DataFrame, window: str) -> Figure | None:
    held = events[events["car"].notna()]
    if held.empty:
        return None
    return Figure(
        "distribution",
        f"Cumulative abnormal returns of all events in the window {window}: how many lie where, each event as a tick, "
        "the median as a long one.",
        f"A histogram of {_events(len(held))}; the median is {words.percent(float(held['car'].median()))}.",
        lambda: plots.plot_distribution(held).figure,
    )


def _forests(events: pd.DataFrame, assets: list[str], window: str, level: float) -> list[Figure]:
    out = []
    for asset in assets:
        part = events[events["asset"].astype(str) == asset].sort_values("day0", kind="stable")
        cut = part.tail(_MAX_FOREST)
        note = f" The last {_MAX_FOREST} of {len(part)} events." if len(part) > _MAX_FOREST else ""
        sure = int(((cut["ci_low"] > 0) | (cut["ci_high"] < 0)).sum())
        out.append(
            Figure(
                f"cars-{_slug(asset)}",
                f"{asset}: cumulative abnormal return of each event in the window {window}, with {level_name(level)} "
                f"forecast intervals; filled marks leave out zero.{note}",
                f"{_events(len(cut))} with intervals, {sure} of which leave{'s' if sure == 1 else ''} out zero.",
                partial(_drawn_forest, cut, asset, level),
            )
        )
    return out


def _drawn_forest(part: pd.DataFrame, asset: str, level: float) -> Any:
    return plots.plot_forest(part, title=asset, level=level).figure


def _panel(event_day: pd.DataFrame, assets: list[str]) -> Figure:
    return Figure(
        "events",
        "Cumulative abnormal return of every event (thin) and the groups' means (thick; open marks where some events "
        "have no return that day, which adds nothing to the mean).",
        f"One panel an asset: {words.joined(assets)}; one line an event.",
        lambda: plots.plot_panel(event_day, assets=assets)[0].figure,
    )


def _heat(event_day: pd.DataFrame) -> Figure:
    has = "direction" in event_day.columns
    held = event_day[event_day["day"].between(-5, 5)]
    keys = held["asset"].astype(str) + (" " + held["direction"].astype(str).map(adjective) if has else "")
    order = list(dict.fromkeys(held["asset"].astype(str)))
    if has:
        wanted = [f"{a} {adjective(d)}" for a in order for d in in_direction_order(held["direction"].astype(str))]
    else:
        wanted = order
    frame = held.assign(row=pd.Categorical(keys, [w for w in wanted if (keys == w).any()])).sort_values(
        ["row", "day"], kind="stable"
    )
    frame["row"] = frame["row"].astype(str)
    return Figure(
        "heatmap",
        "Mean abnormal return by session around day 0, in percent; * marks standardised means beyond ±1.96.",
        "A map of mean abnormal returns, one row an asset and direction, one column a session.",
        lambda: plots.plot_heatmap(frame, row="row").figure,
    )


def _features(
    events: pd.DataFrame, event_day: pd.DataFrame, feature: str | None, news_times: Mapping[str, Any]
) -> list[Figure]:
    if not _has_days(event_day):
        return []
    chosen = feature if feature is not None else _most_reported(events)
    rows = events[events["event_id"] == chosen]
    out = []
    for row in rows.head(4).to_dict("records"):
        asset, title = str(row["asset"]), str(row.get("title") or chosen)
        several = bool((events["n_headlines"] > 1).any()) if "n_headlines" in events.columns else False
        why = ", the event with most headlines" if feature is None and several else ""
        out.append(
            Figure(
                f"event-{_slug(asset)}",
                f"{asset} around “{words.plain(title)}” (day 0 {words.day(row['day0'])}{why}): cumulated actual return "
                "against what the model expected; the dotted line is the news.",
                f"Two lines; the cumulative abnormal return in the window is {words.percent(row['car'])}.",
                partial(_drawn_event, event_day, str(chosen), asset, news_times.get(str(chosen))),
            )
        )
    return out


def _drawn_event(event_day: pd.DataFrame, event_id: str, asset: str, news_time: Any) -> Any:
    return plots.plot_event(event_day, event_id, asset, news_time=news_time, title=asset).figure


def _most_reported(events: pd.DataFrame) -> str:
    # Never by size of the reaction: that would pick the example by its outcome.
    counted = events.groupby("event_id", sort=False).agg(
        n=("n_headlines", "max") if "n_headlines" in events.columns else ("event_id", "size"), day0=("day0", "min")
    )
    return str(counted.sort_values(["n", "day0"], ascending=[False, True], kind="stable").index[0])


def _timeline(prices: pd.Series, events: pd.DataFrame, asset: str) -> Figure:
    first, last = events["day0"].min() - pd.Timedelta("45D"), events["day0"].max() + pd.Timedelta("30D")
    shown = prices[(prices.index >= first) & (prices.index <= last)]
    return Figure(
        f"timeline-{_slug(asset)}",
        f"{asset}: value over the time of the study, events marked on their day 0.",
        f"A line of prices with {_events(events['event_id'].nunique())} marked.",
        lambda: (
            plots.plot_events_on_prices(
                shown, events, title=asset, unit=f"Value of {asset}", max_labels=_MAX_HEADLINES
            ).figure
        ),
    )
