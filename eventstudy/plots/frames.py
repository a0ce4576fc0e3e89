"""What every figure checks of the frame it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, nearest

__all__ = ["DIRECTION_ORDER", "group_cars", "in_direction_order", "require"]

DIRECTION_ORDER = ("de-escalation", "escalation", "mixed", "neither")


def require(frame: pd.DataFrame, columns: Iterable[str], figure: str) -> pd.DataFrame:
    """Return the frame, or raise `DataError` that names the missing column or says it is empty."""
    if frame.empty:
        raise DataError(f"{figure}: the frame is empty", hint="nothing to draw; see result.dropped for the reasons")
    for column in columns:
        if column not in frame.columns:
            raise DataError(
                f"{figure}: the frame has no column {column!r}", hint=nearest(column, frame.columns), column=column
            )
    return frame


def in_direction_order(values: Iterable[str]) -> list[str]:
    """Order directions as they are read everywhere, other labels after them as they come.

    Examples
    --------
    >>> in_direction_order(["mixed", "escalation", "other"])
    ['escalation', 'mixed', 'other']
    """
    seen = list(dict.fromkeys(values))
    return [d for d in DIRECTION_ORDER if d in seen] + [v for v in seen if v not in DIRECTION_ORDER]


def group_cars(events: pd.DataFrame, by: Sequence[str] = ("asset", "direction"), level: float = 0.95) -> pd.DataFrame:
    """Average the CARs of each group, with intervals across its events.

    The standard error is the cross-sectional one, sd / sqrt(n) with t(n - 1), which lets the news
    itself raise the variance (Brown and Warner 1980). A group of one event keeps that event's own
    forecast interval. Events that overlap in time are not independent; the tests that allow for
    that are in ``result.tests``.

    Parameters
    ----------
    events : pandas.DataFrame
        One row an event and asset: ``car``, ``se``, ``ci_low``, ``ci_high`` and the columns of ``by``;
        returns as decimals.
    by : sequence of str
        What makes a group.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, then ``n``, ``n_positive``, ``car`` (the mean), ``median``, ``se``, ``t``,
        ``p_value``, ``ci_low``, ``ci_high`` and ``basis``.

    Raises
    ------
    DataError
        If a column is missing or there are no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"asset": "RUB", "direction": "escalation", "car": [-0.01, -0.03],
    ...                       "se": 0.01, "ci_low": -0.03, "ci_high": 0.01})
    >>> group_cars(frame)[["n", "car", "se"]].round(4).values.tolist()
    [[2.0, -0.02, 0.01]]
    """
    from scipy import stats

    require(events, [*by, "car", "se", "ci_low", "ci_high"], "group_cars")
    rows = []
    for key, part in events.groupby(list(by), sort=False, observed=True):
        held = part[part["car"].notna()]
        n = len(held)
        if n == 0:
            continue
        cars = held["car"].to_numpy(dtype=float)
        mean = float(cars.mean())
        row = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
        row |= {"n": n, "n_positive": int((cars > 0).sum()), "car": mean, "median": float(np.median(cars))}
        if n == 1:
            one = held.iloc[0]
            row |= {
                "se": float(one["se"]),
                "t": mean / float(one["se"]) if one["se"] > 0 else np.nan,
                "p_value": float(one["p_value"]) if "p_value" in held.columns else np.nan,
                "ci_low": float(one["ci_low"]),
                "ci_high": float(one["ci_high"]),
                "basis": "forecast error of the one event",
            }
        else:
            se = float(cars.std(ddof=1) / np.sqrt(n))
            half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * se
            t = mean / se if se > 0 else np.nan
            row |= {
                "se": se,
                "t": t,
                "p_value": float(2 * stats.t.sf(abs(t), n - 1)) if se > 0 else np.nan,
                "ci_low": mean - half,
                "ci_high": mean + half,
                "basis": "across events",
            }
        rows.append(row)
    columns = [*by, "n", "n_positive", "car", "median", "se", "t", "p_value", "ci_low", "ci_high", "basis"]
    return pd.DataFrame(rows, columns=columns)
