"""Why an event has no estimate, as a number that arrays can hold and as words that people read."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Status"]


class Status(IntEnum):
    """What became of one event. Events up to ``NO_VARIANCE`` have abnormal returns, the others have none."""

    OK = 0
    NO_VARIANCE = 1
    """Estimated, but the residuals are zero: abnormal returns without any standard error."""
    OUTSIDE = 2
    """The windows reach beyond the data."""
    TOO_FEW = 3
    """Too few valid estimation returns."""
    RANK_DEFICIENT = 4
    NO_EVENT_RETURN = 5
    """Not one valid return in the event window."""
    INFINITE = 6
    """An infinite return or factor inside a window."""
    MODEL_FAILED = 7
    """A per-event model gave no usable forecast."""
