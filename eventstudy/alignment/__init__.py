"""Which session an event belongs to, which headlines are one row, and what else was going on."""

from __future__ import annotations

from eventstudy.alignment.asking import happened, named_assets
from eventstudy.alignment.confounding import confounds
from eventstudy.alignment.listing import joined, listing
from eventstudy.alignment.merging import MergedRows, merge
from eventstudy.alignment.screening import Screened, drop_confounded, keep_first, merge_close
from eventstudy.alignment.sessions import Alignment, align

__all__ = [
    "Alignment",
    "MergedRows",
    "Screened",
    "align",
    "confounds",
    "drop_confounded",
    "happened",
    "joined",
    "keep_first",
    "listing",
    "merge",
    "merge_close",
    "named_assets",
]
