"""Time zones by name: found, or one clear error."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventstudy.errors import EventStudyError, shown

__all__ = ["named_zone"]


def named_zone(name: object, error: type[EventStudyError], label: str = "", **facts: Any) -> ZoneInfo:
    """Return an IANA zone.

    Raises
    ------
    error
        If there is none of that name; what the system says of names that are folders or too long for a file is
        the same mistake.

    Examples
    --------
    >>> from eventstudy.errors import DataError
    >>> named_zone("Europe/Moscow", DataError).key
    'Europe/Moscow'
    """
    try:
        if not isinstance(name, str):
            raise ValueError
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        where = f"{label}: " if label else ""
        raise error(
            f"{where}unknown time zone {shown(name)}", hint="give an IANA zone such as 'Europe/Moscow'", **facts
        ) from cause
