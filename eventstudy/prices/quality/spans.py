"""Series that end well before the others of their panel, or begin well after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from eventstudy._types import BoolArray, DateArray, IntArray
from eventstudy.prices.quality.report import Finding
from eventstudy.prices.quality.series import expected_dates

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["ends_and_begins"]

FEW = 5  # sessions: what sources that publish late leave out of a file

ENDS = "delisted or renamed, or the file of an earlier day? events after that have no returns"
BEGINS = "listed then, or a shorter file? events soon after that have no estimation window"


def ends_and_begins(panel: PricePanel) -> Iterator[Finding]:
    """Find series without a price at an end of the time in which at least half of the others have one.

    No mistakes: a company is listed, and another is delisted. Nothing in such a series itself would say so.
    """
    present = np.isfinite(panel.values)
    columns = np.flatnonzero(present.any(axis=0))
    if columns.size < 2:
        return
    first = present[:, columns].argmax(axis=0)
    last = len(panel) - 1 - present[::-1, columns].argmax(axis=0)
    ends, begins = _reached(last), -_reached(-first)
    for k, j in enumerate(columns.tolist()):
        name = panel.assets[j]
        others = columns.size - 1
        n, unit = _missing(panel, name, present[:, j], int(last[k]) + 1, int(ends[k]) + 1)
        if n > FEW:
            some = int((last >= ends[k]).sum())  # it is not among them
            text = f"{name} ends on {_day(panel, last[k])}, {n} {unit} before {_day(panel, ends[k])}"
            text += f", which {some} of {others} other series reach"
            yield Finding(name, panel.labels[last[k]], "ends", "note", float(n), text, ENDS)
        n, unit = _missing(panel, name, present[:, j], int(begins[k]), int(first[k]))
        if n > FEW:
            some = int((first <= begins[k]).sum())
            text = f"{name} begins on {_day(panel, first[k])}, {n} {unit} after {_day(panel, begins[k])}"
            text += f", by which {some} of {others} other series have begun"
            yield Finding(name, panel.labels[first[k]], "begins", "note", float(n), text, BEGINS)


def _reached(places: IntArray) -> IntArray:
    """Give for each of k numbers the largest that at least half of the other ones reach."""
    ordered = np.sort(places)
    i = (places.size - 1) // 2
    return np.asarray(np.where(i < np.searchsorted(ordered, places), ordered[i], ordered[i + 1]))


def _missing(panel: PricePanel, name: str, own: BoolArray, start: int, stop: int) -> tuple[int, str]:
    """Count the sessions that the rows from ``start`` to before ``stop`` would have had, and say of what kind."""
    if stop - start <= FEW:  # rows are at least as many as sessions
        return 0, ""
    labels: DateArray = panel.labels[start:stop]
    asset = panel.asset(name)
    if asset.calendar and not panel.intraday:
        return expected_dates(asset, labels).size, "sessions"
    days = np.unique(labels.astype("datetime64[D]"))
    if np.is_busday(panel.labels[own].astype("datetime64[D]")).all():
        days = days[np.is_busday(days)]  # others of the panel may trade on weekends
    return days.size, "dates"


def _day(panel: PricePanel, row: int) -> str:
    return str(panel.labels[row])[:10]
