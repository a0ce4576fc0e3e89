"""Numbers and times as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from eventstudy.plots.labels import clean_label

__all__ = ["clean", "day", "instant", "interval", "joined", "number", "p_value", "percent", "plain", "plural", "span"]

_MINUS = "\N{MINUS SIGN}"
_NBSP = "\N{NO-BREAK SPACE}"  # a number and its unit stay on one line


clean = clean_label


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def percent(value: float, digits: int = 2, *, sign: bool = True) -> str:
    """Write a decimal as percent.

    Examples
    --------
    >>> percent(0.0124).split(), percent(float("nan"))
    (['+1.24', '%'], '–')
    """
    if _missing(value) or not math.isfinite(value):
        return "–"
    rounded = round(100 * float(value), digits)
    text = f"{rounded:+.{digits}f}" if sign and rounded else f"{rounded + 0.0:.{digits}f}"
    return text.replace("-", _MINUS) + f"{_NBSP}%"


def span(low: float, high: float) -> str:
    """Write an interval of two decimals in percent.

    Examples
    --------
    >>> span(-0.0124, 0.02).split()
    ['−1.24', 'to', '+2.00', '%']
    """
    if _missing(low) or _missing(high):
        return "–"
    return f"{percent(low)[:-2]}{_NBSP}to{_NBSP}{percent(high)}"


def number(value: float, digits: int = 2) -> str:
    """Write a number with a true minus, or a dash where there is none.

    Examples
    --------
    >>> number(1.854)
    '1.85'
    """
    if _missing(value) or not math.isfinite(value):
        return "–"
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", _MINUS)


def p_value(value: float) -> str:
    """Write a p-value; below 0.001 it says so.

    Examples
    --------
    >>> p_value(0.0364), p_value(1e-9)
    ('0.036', '<0.001')
    """
    if _missing(value) or not math.isfinite(value):
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def day(value: object) -> str:
    """Write a session: its date, with the clock where it is a bar.

    Examples
    --------
    >>> day(pd.Timestamp("2022-02-15"))
    '2022-02-15'
    """
    if _missing(value):
        return "–"
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    return stamp.strftime("%Y-%m-%d" if stamp == stamp.normalize() else "%Y-%m-%d %H:%M")


def instant(value: object) -> str:
    """Write an instant in UTC to the minute.

    Examples
    --------
    >>> instant(pd.Timestamp("2022-02-15T11:05+03:00"))
    '2022-02-15 08:05 UTC'
    """
    if _missing(value):
        return "–"
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return stamp.strftime("%Y-%m-%d %H:%M UTC")


def interval(earliest: object, latest: object) -> str:
    """Write the interval in which news became public.

    Examples
    --------
    >>> interval(pd.Timestamp("2022-02-14T21:00Z"), pd.Timestamp("2022-02-15T21:00Z"))
    '2022-02-14 21:00 to 2022-02-15 21:00 UTC'
    >>> interval(pd.Timestamp("2022-02-15T08:00Z"), pd.Timestamp("2022-02-15T09:30Z"))
    '2022-02-15 08:00 to 09:30 UTC'
    >>> interval(pd.Timestamp("2022-02-15T00:00Z"), pd.Timestamp("2022-02-16T00:00Z"))
    '2022-02-15 (UTC day)'
    """
    low, high = instant(earliest), instant(latest)
    if low == high:
        return low
    a_day = pd.Timestamp(latest) - pd.Timestamp(earliest) == pd.Timedelta("1D")  # type: ignore[arg-type]
    if a_day and low.endswith(" 00:00 UTC"):
        return f"{low[:10]} (UTC day)"
    if low[:10] == high[:10]:
        return f"{low.removesuffix(' UTC')} to {high[11:]}"
    return f"{low.removesuffix(' UTC')} to {high}"


def plain(value: object) -> str:
    """Write any value of a table as one clean line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return instant(value) if value.tzinfo is not None else day(value)
    if _missing(value):
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", _MINUS)
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(plain(v) for v in value) or "–"
    return clean_label(value)


def plural(count: int, noun: str, many: str = "") -> str:
    """Count a noun.

    Examples
    --------
    >>> plural(1, "headline"), plural(3, "headline")
    ('1 headline', '3 headlines')
    """
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Join as in a sentence.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
