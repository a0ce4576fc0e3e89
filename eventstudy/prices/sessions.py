"""Each asset's sessions: its calendar's, or its benchmark's dates, or its own."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, Clock, DateArray, FloatArray, IntArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, EventStudyWarning, SpecError, check_choice, nearest
from eventstudy.prices.grid import SessionGrid

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["Calendars", "build_grid", "price_instants"]

OFF_CALENDAR = 0.05  # share of prices off the calendar above which the two do not go together

Calendars = Mapping[str, Callable[[str, str], DateArray]]


def price_instants(asset: Asset, dates: DateArray) -> DateArray:
    """Give the UTC instants at which an asset's daily prices of these dates are struck.

    The exchange's close of that day plus ``close_lag`` where the asset names a calendar and no clock
    time; the earlier of the two where it names both (a settlement, on a half day); else the clock time.
    A price on a date that is no session of the calendar has the asset's clock time, or the day's end.
    """
    struck = asset.instants(dates)
    if not asset.calendar or dates.size == 0:
        return struck
    from eventstudy.calendars import closes_of

    closed = closes_of(asset.calendar, asset.struck_on(dates)) + np.timedelta64(asset.close_lag, "m")
    chosen = np.minimum(struck, closed) if asset.close else closed
    return np.where(np.isnat(closed), struck, chosen)


def build_grid(
    panel: PricePanel,
    assets: Sequence[str],
    *,
    clock: Clock = "calendar",
    benchmark_of: Mapping[str, tuple[str, ...]] | None = None,
    factors: PricePanel | pd.DataFrame | None = None,
    calendars: Calendars | None = None,
) -> SessionGrid:
    """Put assets on their own sessions.

    An asset's sessions are its calendar's, where it names one, from the panel's first date to its last;
    else the dates on which its benchmarks have a price; else its own dates. ``clock="asset"`` takes its
    own dates always. Bars are sessions of the benchmark or their own, whatever the calendar. A session
    on which the asset has no price keeps its row, its price is NaN; a price off the sessions is left out.

    Parameters
    ----------
    panel : PricePanel
        The prices.
    assets : sequence of str
        The grid's columns, A of them.
    clock : {"calendar", "asset"}
        Which sessions count.
    benchmark_of : mapping of asset to tuple of str
        Its benchmarks: columns of the panel or of ``factors``.
    factors : PricePanel or DataFrame, optional
        Factor returns, as for `eventstudy.prices.returns.session_returns`.
    calendars : mapping, optional
        Calendars of one's own: name -> function of two ISO dates that gives the sessions between them.

    Returns
    -------
    SessionGrid
        R rows, A columns; where all assets share their sessions its date arrays are views of one column.

    Raises
    ------
    AssetError
        If an asset or benchmark has no prices.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.prices.panel import PricePanel
    >>> days = pd.to_datetime(["2022-02-14", "2022-02-15", "2022-02-16"])
    >>> panel = PricePanel(pd.DataFrame({"RUB": [1.0, None, 1.2], "EUR": [1.0, 1.1, 1.2]}, index=days), source="ecb")
    >>> build_grid(panel, ["RUB"]).n_sessions, build_grid(panel, ["RUB"], benchmark_of={"RUB": ("EUR",)}).n_sessions
    (array([2]), array([3]))
    """
    check_choice(clock, get_args(Clock), "clock")
    if isinstance(assets, str):
        raise SpecError(f"assets={assets!r} is one name", hint="expected a list of names")
    names = tuple(assets)
    columns = np.array([panel.column(name) for name in names], dtype=np.int64)
    benchmarks = benchmark_of or {}
    masks = _Masks(panel, factors)
    groups: dict[object, tuple[DateArray, Asset, list[int]]] = {}
    values = _columns(panel.values, columns)
    own: BoolArray | None = None  # which dates an asset has: asked for where neither calendar nor benchmark says
    full: BoolArray = np.zeros(len(names), dtype=bool)
    for k, name in enumerate(names):
        asset = panel.asset(name)
        rule: object
        if clock == "calendar" and asset.calendar and not panel.intraday:
            rule = "calendar"
        elif clock == "calendar" and benchmarks.get(name):
            rule = benchmarks[name]
        else:
            if own is None:
                own = np.isfinite(values)
                full = np.asarray(own.all(axis=0))
            rule = "all" if full[k] else own[:, k].tobytes()
        key = (_times(asset), rule)
        if key not in groups:
            if rule == "calendar":
                labels = _calendar_sessions(asset, panel, calendars)
            elif isinstance(rule, tuple):
                labels = masks.labels(rule)
            else:
                labels = panel.labels if own is None or full[k] else panel.labels[own[:, k]]
            if calendars is not None and asset.calendar in calendars:
                asset = dataclasses.replace(asset, calendar="")  # closes at its own clock time
            groups[key] = (labels, asset, [])
        groups[key][2].append(k)
    _say_what_is_off(panel, columns, groups)
    return _fill(panel, names, values, list(groups.values()))


def _say_what_is_off(
    panel: PricePanel, columns: IntArray, groups: Mapping[object, tuple[DateArray, Asset, list[int]]]
) -> None:
    """Warn where a calendar and an asset's dates do not go together: its prices off the sessions are left out."""
    for key, (labels, asset, members) in groups.items():
        if not (isinstance(key, tuple) and key[1] == "calendar"):
            continue
        off = ~np.isin(panel.labels, labels)
        for k in members if off.any() else ():
            present = np.isfinite(panel.values[:, columns[k]])
            lost = int((present & off).sum())
            if lost > OFF_CALENDAR * present.sum():
                name, first = panel.assets[columns[k]], str(panel.labels[present & off][0])[:10]
                market = asset.calendar or "its calendar"
                warnings.warn(
                    f"{name}: {lost} of {int(present.sum())} prices are of days on which {market}"
                    f" is shut, first {first}, and are left out; are the dates a day off, or is it another exchange's?",
                    EventStudyWarning,
                    stacklevel=3,
                )


_times = attrgetter("calendar", "close", "tz", "window_open", "label_days", "holidays", "close_lag")
"""What settles the instants of an asset's sessions."""


def _instants(asset: Asset, dates: DateArray) -> tuple[DateArray, DateArray]:
    """Give when the prices of these dates are struck, and when their own windows open: then, where they have none."""
    struck = price_instants(asset, dates)
    if asset.window_open or not (asset.close or asset.calendar):
        return struck, np.minimum(asset.window_opens(dates), struck)
    return struck, struck


class _Masks:
    """Rows on which benchmarks have a price, each combination looked up once."""

    def __init__(self, panel: PricePanel, factors: PricePanel | pd.DataFrame | None) -> None:
        self._panel = panel
        self._factors = factors
        self._held: dict[tuple[str, ...], DateArray] = {}

    def labels(self, names: tuple[str, ...]) -> DateArray:
        if names not in self._held:
            common: DateArray | None = None
            for name in names:
                rows, present = self._rows(name)
                stamps = rows[present]
                common = stamps if common is None else np.intersect1d(common, stamps, assume_unique=True)
            self._held[names] = common if common is not None else self._panel.labels
        return self._held[names]

    def _rows(self, name: str) -> tuple[DateArray, BoolArray]:
        if name in self._panel:
            return self._panel.labels, np.isfinite(self._panel.values[:, self._panel.column(name)])
        if self._factors is not None:
            from eventstudy.prices.returns import as_factors

            table = as_factors(self._factors)
            if name in table:
                return table.labels, np.isfinite(table.values[:, table.column(name)])
        raise AssetError(f"benchmark {name!r} has no prices", hint=nearest(name, self._panel.assets), asset=name)


def _calendar_sessions(asset: Asset, panel: PricePanel, calendars: Calendars | None) -> DateArray:
    first, last = (str(day) for day in asset.struck_on(panel.labels[[0, -1]]))
    if calendars is not None and asset.calendar in calendars:
        days = np.asarray(calendars[asset.calendar](first, last))
    else:
        from eventstudy import calendars as known

        days = known.sessions(asset.calendar, first, last)
    return np.unique(asset.borne_by(days)).astype("datetime64[ns]")


def _fill(
    panel: PricePanel, names: tuple[str, ...], values: FloatArray, groups: list[tuple[DateArray, Asset, list[int]]]
) -> SessionGrid:
    """Put the values of the assets, on the panel's rows, on the sessions of each group."""
    longest = max(labels.size for labels, _, _ in groups)
    shape = (longest, len(names))
    n_sessions = np.zeros(len(names), dtype=np.int64)
    whole_times: dict[object, tuple[DateArray, DateArray]] = {}
    parts = []
    for labels, asset, members in groups:
        n_sessions[members] = labels.size
        if panel.intraday:
            struck, opened = labels, labels
        else:
            key = _times(asset)
            if labels.size < 64 or asset.calendar:
                struck, opened = _instants(asset, labels)
            else:  # many assets with gaps of their own share one table of times
                if key not in whole_times:
                    whole_times[key] = _instants(asset, panel.labels)
                at = np.minimum(np.searchsorted(panel.labels, labels), len(panel) - 1)
                if (panel.labels[at] == labels).all():
                    struck, opened = (times[at] for times in whole_times[key])
                else:
                    struck, opened = _instants(asset, labels)
        held = values if len(groups) == 1 else _columns(values, np.array(members))
        parts.append((labels, struck, opened, _priced(panel, labels, held), members))
    if len(parts) == 1:
        labels, struck, opened, prices, _ = parts[0]
        sessions, instants, windows = (np.broadcast_to(t[:, None], shape) for t in (labels, struck, opened))
    else:
        sessions, instants, windows = (np.full(shape, np.datetime64("NaT", "ns")) for _ in range(3))
        prices = np.full(shape, np.nan)
        for labels, struck, opened, priced, members in parts:
            n = labels.size
            sessions[:n, members] = labels[:, None]
            instants[:n, members] = struck[:, None]
            windows[:n, members] = opened[:, None]
            prices[:n, members] = priced
    for array in (sessions, instants, windows, prices, n_sessions):
        array.setflags(write=False)
    return SessionGrid(names, sessions, instants, windows, prices, n_sessions, panel.intraday)


def _columns(values: FloatArray, columns: IntArray) -> FloatArray:
    """Take some columns; a view where they stand side by side, in order."""
    if columns.size and (columns == np.arange(columns[0], columns[0] + columns.size)).all():
        return values[:, columns[0] : columns[0] + columns.size]
    # Columns that lie together are copied whole.
    taken: FloatArray = values.T.take(columns, axis=0).T if values.flags.f_contiguous else values[:, columns]
    return taken


def _priced(panel: PricePanel, labels: DateArray, values: FloatArray) -> FloatArray:
    """Put values on the panel's rows on other rows, NaN where the panel has none."""
    if labels is panel.labels or np.array_equal(labels, panel.labels):
        return values
    at = np.minimum(np.searchsorted(panel.labels, labels), len(panel) - 1)
    taken: FloatArray = values[at]
    taken[panel.labels[at] != labels] = np.nan
    return taken
