"""Which session an event belongs to, which headlines are one row, and what else was going on."""

from __future__ import annotations

from eventstudy.alignment.merging import MergedRows, merge
from eventstudy.alignment.sessions import Alignment, align

__all__ = ["Alignment", "MergedRows", "align", "merge"]
