"""Which zone a city, an abbreviation or an offset written after a clock time stands for."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["city_zone", "zone_of"]

# Abbreviations that name an offset outright; the daylight-saving choice is already made in them.
_FIXED_HOURS: Final[dict[str, float]] = {
    "GMT": 0, "UTC": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "TRT": 3, "EST": -5, "EDT": -4, "CDT": -5, "CST": -6, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9,
    "KST": 9, "HKT": 8, "SGT": 8, "IST": 5.5, "PKT": 5, "GST": 4, "SAST": 2, "AEST": 10, "AEDT": 11, "AWST": 8,
    "NZST": 12, "NZDT": 13, "BRT": -3, "WIB": 7, "EAT": 3, "CAT": 2, "WAT": 1,
}  # fmt: skip

# Names that follow the local clock, summer time included.
_NAMED: Final[dict[str, str]] = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}  # fmt: skip

_CITIES: Final[dict[str, str]] = {
    "moscow": "Europe/Moscow", "st petersburg": "Europe/Moscow", "kyiv": "Europe/Kyiv", "kiev": "Europe/Kyiv",
    "odesa": "Europe/Kyiv", "kharkiv": "Europe/Kyiv", "lviv": "Europe/Kyiv",
    "minsk": "Europe/Minsk", "london": "Europe/London", "edinburgh": "Europe/London", "dublin": "Europe/Dublin",
    "paris": "Europe/Paris", "berlin": "Europe/Berlin", "frankfurt": "Europe/Berlin", "munich": "Europe/Berlin",
    "brussels": "Europe/Brussels", "amsterdam": "Europe/Amsterdam", "madrid": "Europe/Madrid",
    "rome": "Europe/Rome", "milan": "Europe/Rome", "vienna": "Europe/Vienna", "zurich": "Europe/Zurich",
    "geneva": "Europe/Zurich", "lisbon": "Europe/Lisbon", "athens": "Europe/Athens", "warsaw": "Europe/Warsaw",
    "prague": "Europe/Prague", "budapest": "Europe/Budapest", "bucharest": "Europe/Bucharest",
    "sofia": "Europe/Sofia", "belgrade": "Europe/Belgrade", "stockholm": "Europe/Stockholm",
    "oslo": "Europe/Oslo", "copenhagen": "Europe/Copenhagen", "helsinki": "Europe/Helsinki",
    "vilnius": "Europe/Vilnius", "riga": "Europe/Riga", "tallinn": "Europe/Tallinn", "istanbul": "Europe/Istanbul",
    "ankara": "Europe/Istanbul", "jerusalem": "Asia/Jerusalem", "tel aviv": "Asia/Jerusalem", "cairo": "Africa/Cairo",
    "riyadh": "Asia/Riyadh", "doha": "Asia/Qatar", "dubai": "Asia/Dubai", "abu dhabi": "Asia/Dubai",
    "baghdad": "Asia/Baghdad", "tehran": "Asia/Tehran", "kabul": "Asia/Kabul", "karachi": "Asia/Karachi",
    "islamabad": "Asia/Karachi", "mumbai": "Asia/Kolkata", "new delhi": "Asia/Kolkata", "delhi": "Asia/Kolkata",
    "dhaka": "Asia/Dhaka", "bangkok": "Asia/Bangkok", "hanoi": "Asia/Ho_Chi_Minh", "jakarta": "Asia/Jakarta",
    "singapore": "Asia/Singapore", "kuala lumpur": "Asia/Kuala_Lumpur", "manila": "Asia/Manila",
    "hong kong": "Asia/Hong_Kong", "beijing": "Asia/Shanghai", "shanghai": "Asia/Shanghai",
    "taipei": "Asia/Taipei", "seoul": "Asia/Seoul", "pyongyang": "Asia/Pyongyang", "tokyo": "Asia/Tokyo",
    "sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne", "canberra": "Australia/Sydney",
    "wellington": "Pacific/Auckland", "auckland": "Pacific/Auckland", "johannesburg": "Africa/Johannesburg",
    "pretoria": "Africa/Johannesburg", "nairobi": "Africa/Nairobi", "lagos": "Africa/Lagos",
    "new york": "America/New_York", "washington": "America/New_York", "boston": "America/New_York",
    "toronto": "America/Toronto", "ottawa": "America/Toronto", "chicago": "America/Chicago",
    "houston": "America/Chicago", "dallas": "America/Chicago", "denver": "America/Denver",
    "los angeles": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "mexico city": "America/Mexico_City", "bogota": "America/Bogota", "lima": "America/Lima",
    "caracas": "America/Caracas", "santiago": "America/Santiago", "buenos aires": "America/Argentina/Buenos_Aires",
    "sao paulo": "America/Sao_Paulo", "são paulo": "America/Sao_Paulo", "brasilia": "America/Sao_Paulo",
    "almaty": "Asia/Almaty", "astana": "Asia/Almaty", "tbilisi": "Asia/Tbilisi", "yerevan": "Asia/Yerevan",
    "baku": "Asia/Baku",
}  # fmt: skip

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s?([+\-−])(\d{1,2})(?::?(\d{2}))?")


@cache
def _named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def city_zone(name: str) -> dt.tzinfo | None:
    """Return the zone of a city, or None where the name is no city known here.

    Examples
    --------
    >>> city_zone("Moscow"), city_zone("Reading")
    (zoneinfo.ZoneInfo(key='Europe/Moscow'), None)
    """
    key = _CITIES.get(name.lower().replace(".", ""))
    return _named(key) if key else None


def zone_of(label: str) -> dt.tzinfo | None:
    """Return the zone of an abbreviation (``GMT``, ``ET``), a name (``Eastern``) or an offset (``+03:00``).

    Examples
    --------
    >>> from datetime import timedelta
    >>> zone_of("MSK").utcoffset(None) == timedelta(hours=3)
    True
    """
    if label in _FIXED_HOURS:
        return dt.timezone(dt.timedelta(hours=_FIXED_HOURS[label]))
    named = _NAMED.get(label) or _NAMED.get(label.lower().split(" ")[0] if label else "")
    if named:
        return _named(named)
    offset = _OFFSET.fullmatch(label)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= 14 * 60:
            return dt.timezone(dt.timedelta(minutes=-minutes if offset[1] != "+" else minutes))
    return None
