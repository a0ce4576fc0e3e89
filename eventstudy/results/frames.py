"""The three tidy frames of a result: by event, by event and day, by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray
from eventstudy.errors import SpecError, nearest, shown
from eventstudy.results.estimates import Estimates, WindowSums
from eventstudy.results.rows import Rows
from eventstudy.windows import Window

__all__ = [
    "DAY_BASIS",
    "day_frame",
    "day_sums",
    "day_table",
    "event_columns",
    "event_day_frame",
    "event_frame",
    "group_codes",
]

DAY_BASIS = "forecast errors, independent events"  # what the intervals of `day_frame` rest on, for a figure's note
_TINY = 1e-12  # a standard error below this (decimals) is rounding, not variation


def event_frame(rows: Rows, estimates: Estimates, sums: WindowSums, window: Window, level: float) -> pd.DataFrame:
    """One row an event and asset: its cumulative abnormal return over a window, and how sure.

    The p-value is two-sided, t with M - K degrees of freedom on the exact forecast standard error
    (MacKinlay 1997); the interval is by the same method.
    """
    se = np.sqrt(sums.variance)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(se > _TINY, sums.car / se, np.nan)
    p_value, half = _student(t, se, estimates.dof, level)
    columns: dict[str, Any] = {
        "event_id": rows.event_id,
        "asset": rows.asset,
        "kind": rows.kind,
        "direction": rows.direction,
        "title": rows.title,
        "day0": rows.day0,
        "day0_instant": pd.DatetimeIndex(rows.day0_instant, tz="UTC"),
        "settled": rows.settled,
        "timing": rows.timing,
        "settle": rows.settle,
        "n_headlines": rows.n_headlines,
        "selected_on_outcome": rows.selected_on_outcome,
        "window": str(window),
        "n_days": sums.n_days,
        "raw_return": sums.actual,
        "car": sums.car,
        "se": se,
        "t": t,
        "dof": estimates.dof,
        "p_value": p_value,
        "ci_low": sums.car - half,
        "ci_high": sums.car + half,
    }
    for k, name in enumerate(estimates.coefficient_names):
        columns[name] = estimates.coefficients[:, k]
    columns["r2"] = estimates.r2
    columns["sigma"] = estimates.sigma
    columns["n_estimation"] = estimates.n_estimation
    columns["n_excluded"] = rows.n_excluded
    columns["intensity"] = rows.intensity
    for name in rows.extra.columns:
        columns[name if name not in columns else f"event_{name}"] = rows.extra[name].to_numpy()
    return pd.DataFrame(columns)


def _student(t: FloatArray, se: FloatArray, dof: np.ndarray, level: float) -> tuple[FloatArray, FloatArray]:
    """Two-sided p-value and half width of the interval, NaN where there is no statistic."""
    from scipy import special

    usable = (dof > 0) & np.isfinite(t)
    safe = np.where(usable, dof, 1).astype(float)
    p_value = np.where(usable, 2.0 * special.stdtr(safe, -np.abs(np.where(usable, t, 0.0))), np.nan)
    different, which = np.unique(safe, return_inverse=True)  # quantiles are costly, and degrees of freedom few
    half = np.where(usable, se * special.stdtrit(different, 0.5 + level / 2.0)[which], np.nan)
    return p_value, half


def event_day_frame(rows: Rows, estimates: Estimates, window: Window) -> pd.DataFrame:
    """One row an event, asset and event day inside the study's event window (to the settled day's end)."""
    days = estimates.days
    start, end = window.bounds(rows.settle)
    keep = (days >= start[:, None]) & (days <= end[:, None])
    row, column = np.nonzero(keep)
    ar = estimates.ar[row, column]
    se = estimates.sigma[row] * np.sqrt(estimates.forecast_scale[row, column])
    actual = rows.actual[row, column]
    with np.errstate(invalid="ignore", divide="ignore"):
        sar = np.where(se > _TINY, ar / se, np.nan)
    return pd.DataFrame(
        {
            "event_id": rows.event_id[row],
            "asset": rows.asset[row],
            "direction": rows.direction[row],
            "day": days[column],
            "session": rows.sessions[row, column],
            "actual": actual,
            "expected": actual - ar,
            "ar": ar,
            "se": se,
            "sar": sar,
        }
    )


_FEW_ASSETS = 4


def default_groups(event_id: Iterable[str], asset: Iterable[str], direction: Iterable[str]) -> tuple[str, ...]:
    """Event columns that make the groups unless the caller names some.

    A few assets, or events each studied on several, are told by asset and direction; by asset alone where no event
    has a direction. Many assets with events of their own, as in a corporate study, are one sample: by direction where
    there are several, else all together.
    """
    directions = set(direction)
    pairs = set(zip(event_id, asset, strict=True))
    shared = len(pairs) > len({event for event, _ in pairs})
    if len({name for _, name in pairs}) <= _FEW_ASSETS or shared:
        return ("asset",) if directions == {"neither"} else ("asset", "direction")
    return ("direction",) if len(directions) > 1 else ()


def group_names(by: str | Sequence[str] | None, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Give the group columns a caller names, one or several; ``default`` where it names none."""
    if by is None:
        return default
    names = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, Iterable) else (by,)
    for name in names:
        if not isinstance(name, str):
            raise SpecError(f"by={shown(by)} is no event column", hint="expected a column's name, or a list of them")
    return names


_OF_AN_EVENT = (
    "asset", "direction", "kind", "timing", "event_id", "day0", "title", "intensity", "settle", "settled",
    "n_headlines", "selected_on_outcome",
)  # fmt: skip


def event_columns(rows: Rows) -> dict[str, np.ndarray]:
    """Give the columns that rows can be grouped and chosen by: those of every event, and the user's own."""
    own = {str(name): rows.extra[name].to_numpy() for name in rows.extra.columns}
    return {name: getattr(rows, name) for name in _OF_AN_EVENT} | own


def group_codes(rows: Rows, by: str | Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Number the groups of one or more event columns.

    Returns
    -------
    codes : int64, shape (n,)
    keys : pandas.DataFrame
        One row a group, in order of first appearance.

    Raises
    ------
    SpecError
        If a column is unknown.
    """
    names = list(group_names(by))
    if not names:
        return np.zeros(len(rows), dtype=np.int64), pd.DataFrame(index=range(min(1, len(rows))))
    known = event_columns(rows)
    for name in names:
        if name not in known:
            raise SpecError(f"by={name!r} is no event column", hint=nearest(name, known))
    table = pd.DataFrame({name: known[name] for name in names})
    codes = table.groupby(names, sort=False, dropna=False).ngroup().to_numpy(dtype=np.int64)
    first = np.unique(codes, return_index=True)[1]
    return codes, table.iloc[first].reset_index(drop=True)


def day_frame(
    rows: Rows,
    estimates: Estimates,
    window: Window,
    by: str | Sequence[str],
    level: float,
    min_coverage: float = 0.0,
    weights: FloatArray | None = None,
) -> pd.DataFrame:
    """One row a group and event day: average and cumulative average abnormal returns.

    ``aar`` is the mean of the valid abnormal returns of the day. ``caar`` is the mean over events of each
    one's sum from the window's first day on, of the events with at least ``min_coverage`` of those days;
    ``se`` is its standard error from the exact forecast variances (MacKinlay 1997, independent events),
    with the normal interval. With ``weights``, shape (n,), the means are weighted, ``se`` is
    sqrt(sum w^2 var) / sum w, and an event of weight zero is not counted.
    """
    codes, keys = group_codes(rows, by)
    return day_table(keys, day_sums(rows, estimates, window, codes, len(keys), min_coverage, weights), window, level)


def day_sums(
    rows: Rows,
    estimates: Estimates,
    window: Window,
    codes: np.ndarray,
    n_groups: int,
    min_coverage: float = 0.0,
    weights: FloatArray | None = None,
) -> FloatArray:
    """Sum up what `day_table` shows, shape (groups, days, 8); the sums of disjoint rows add up.

    The last axis is: abnormal returns that are valid, positive, negative; their weight and weighted sum; of the
    known cumulative ones the weight, the weighted sum, and the sum of their variances times squared weights.
    """
    w = np.ones(len(rows)) if weights is None else weights
    days = estimates.days
    columns = np.flatnonzero((days >= window.start) & (days <= window.end))
    running, n_valid = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    out = np.zeros((n_groups, len(columns), 8))

    def total(chosen: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(codes[chosen], None if values is None else values[chosen], minlength=n_groups)

    for place, column in enumerate(columns):
        ar = estimates.ar[:, column]
        valid = ~np.isnan(ar)
        counted = valid & (w > 0)
        running = running + np.where(valid, ar, 0.0)
        n_valid += valid
        first = np.full(len(rows), window.start, dtype=np.int64)
        variance = estimates.car_variance(first, np.full(len(rows), days[column], dtype=np.int64))
        known = np.isfinite(variance) & (w > 0) & (n_valid >= min_coverage * (days[column] - window.start + 1))
        sums = [total(counted), total(counted & (ar > 0)), total(counted & (ar < 0)), total(counted, w)]
        sums += [total(counted, w * ar), total(known, w), total(known, w * running), total(known, w**2 * variance)]
        out[:, place] = np.stack(sums, axis=1)
    return out


def day_table(keys: pd.DataFrame, sums: FloatArray, window: Window, level: float) -> pd.DataFrame:
    """Make the frame of `day_frame` from the groups' keys and `day_sums`."""
    from scipy import special

    z = float(special.ndtri(0.5 + level / 2.0))
    n_days = sums.shape[1]
    n, positive, negative, there, ar, seen, running, variance = np.moveaxis(sums.reshape(-1, 8), 1, 0)
    frame = keys.loc[keys.index.repeat(n_days)].reset_index(drop=True)
    frame["day"] = np.tile(np.arange(window.start, window.start + n_days), len(keys))
    for name, values in (("n", n), ("n_positive", positive), ("n_negative", negative)):
        frame[name] = values.astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["aar"], caar, se = ar / there, running / seen, np.sqrt(variance) / seen
    frame["caar"], frame["se"] = caar, se
    frame["ci_low"], frame["ci_high"] = caar - z * se, caar + z * se
    return frame
