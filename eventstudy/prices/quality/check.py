"""Every check on every series of a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.prices.quality.clocks import exchange_hours, late_dates, off_calendar, week_ends, weekends
from eventstudy.prices.quality.jumps import jumps, rolls
from eventstudy.prices.quality.report import Finding, QualityReport, report_of
from eventstudy.prices.quality.series import Series, gaps, non_positive, quote, repeated, stale, thin
from eventstudy.prices.quality.spans import ends_and_begins

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["check_quality"]

MARKET_OF = 5  # assets whose median move says what the market did

_OF_ONE: tuple[Callable[[Series], Iterator[Finding]], ...] = (
    non_positive, stale, repeated, jumps, thin, quote, rolls, weekends, off_calendar, week_ends, gaps,
)  # fmt: skip
_OF_ALL: tuple[Callable[[PricePanel], Iterator[Finding]], ...] = (exchange_hours, late_dates, ends_and_begins)


def check_quality(panel: PricePanel) -> QualityReport:
    """Look for what would corrupt an estimate; nothing is repaired.

    Of each series: prices of zero or less, stale runs, copied bars, outliers by robust score, suspected splits,
    slips of a digit and futures rolls, thin trading, a currency quoted the other way round, gaps, dates on which
    its market is shut, clocks in another zone. Of the panel: one series twice, series whose dates are a day
    behind another's, and series that end well before the others or begin well after them.

    Returns
    -------
    QualityReport
        One row a finding, worst first.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.prices.panel import PricePanel
    >>> days = pd.bdate_range("2022-01-03", periods=5)
    >>> PricePanel(pd.Series([1.0, -2.0, 3.0, 4.0, 5.0], index=days, name="A")).quality().table["message"].tolist()
    ['A is -2 on 2022-01-04']
    """
    return report_of(_findings(panel))


def _findings(panel: PricePanel) -> Iterator[Finding]:
    market = _market_moves(panel)
    seen: dict[bytes, str] = {}
    for j, name in enumerate(panel.assets):
        column = panel.values[:, j]
        first = int(np.argmax(np.isfinite(column)))
        if not np.isfinite(column[first]):
            yield Finding(name, panel.labels[0], "empty", "error", 0.0, f"{name} has no price at all", "leave it out")
            continue
        series = Series.of(panel, name, market)
        for check in _OF_ONE:
            yield from check(series)
        key = column.tobytes()
        if seen.setdefault(key, name) != name:
            text = f"{name} equals {seen[key]} on every date"
            yield Finding(name, panel.labels[first], "twin", "warning", np.nan, text, "is it the same series twice?")
    for check_all in _OF_ALL:
        yield from check_all(panel)


def _market_moves(panel: PricePanel) -> FloatArray:
    """Median absolute log return of each row: what moves every asset is a market day, no split."""
    out = np.zeros(len(panel))
    if len(panel.assets) < MARKET_OF:
        return out
    from eventstudy.prices.returns import panel_returns

    sizes = np.abs(panel_returns(panel))
    rows = np.isfinite(sizes).sum(axis=1) >= MARKET_OF
    out[rows] = np.nanmedian(sizes[rows], axis=1)
    return out
