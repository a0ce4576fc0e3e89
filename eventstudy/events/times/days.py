"""Days, parts of days and periods out of matched text: local wall-clock bounds, no instants yet."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

from eventstudy._types import Precision
from eventstudy.events.times.patterns import (
    AHEAD,
    AHEAD_PAIRS,
    CALLING,
    MONTHS,
    NUMBERS,
    POSSESSIVE,
    SCHEDULE_PAIRS,
    SCHEDULES,
    WEEKDAYS,
)
from eventstudy.events.times.zones import zone_of

__all__ = ["BREAK", "Now", "Reading", "midnight", "prospective", "read_day"]

_DAY: Final = dt.timedelta(days=1)
_HALF_DAYS: Final = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 24)}
_LENGTHS: Final = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
# What was done on a date lies behind: "was flooded on Oct. 3".
_DONE: Final = re.compile(r"\b(?:was|were|had|been)\s(?:[A-Za-z]+\s){1,3}on\s(?:the\s)?$")
_STOPS: Final = frozenset(',;.:)”"–—…!?')
_NEW_CLAUSE: Final = frozenset({"and", "but", "while", "after", "who", "which", "that"})
# Words at which `prospective` has to decide; it walks past all others.
_TELLING: Final = _NEW_CLAUSE | AHEAD | SCHEDULES | {"to", "than"} | {one for one, _ in (*AHEAD_PAIRS, *SCHEDULE_PAIRS)}
BREAK: Final = re.compile(r"[,;()–—“”\"]|:(?!\d)|\s(?:and|but|while|after|who|which|that)\s")


class Reading(NamedTuple):
    """A mention before it becomes instants: local wall-clock bounds."""

    start: int
    end: int
    first: dt.datetime
    last: dt.datetime
    precision: Precision
    kind: str
    zone: dt.tzinfo | None = None


class Now(NamedTuple):
    """Publication, as the text's reader knows it."""

    date: dt.date
    clock: dt.datetime | None
    zone: dt.tzinfo


def prospective(text: str, start: int) -> bool:
    """Whether the clause up to ``start`` points forward: "is due to end on", "will meet on", "Lavrov to visit on"."""
    words = text[max(0, start - 70) : start].split()
    if words[-1:] == ["for"] and not CALLING.isdisjoint(words) and POSSESSIVE.match(text, start) is None:
        return True  # "called a strike for Thursday", but "called for Monday's vote to stand"
    following = ""
    for k in range(len(words) - 1, -1, -1):
        word = words[k]
        low = word.lower()
        if not word.isalpha():
            if word[-1] in _STOPS and word not in ("a.m.", "p.m."):
                break
            low = low.lstrip("\"“‘'(")
        if low not in _TELLING and following != "expected" and not low.endswith(("'ll", "’ll")):
            following = low
            continue
        if low in _NEW_CLAUSE or (low == "than" and following == "expected"):
            return low != "than" and following == "expected"
        if following == "expected" or (low in AHEAD and low != "expected"):
            return True
        if low in SCHEDULES or (low, following) in SCHEDULE_PAIRS:
            # The present tense of what is arranged: "a truce that begins on Thursday", "OPEC meets on Sunday".
            return True
        if (low, following) in AHEAD_PAIRS or low.endswith(("'ll", "’ll")):
            return True
        if low == "to" and k > 0 and words[k - 1][0].isupper() and words[k - 1][-1].isalnum() and following.isalpha():
            # The future of headlines; after a lower-case word "to" is a direction or an infinitive.
            return words[k + 1][0].islower()
        following = low
    return following == "expected"


def midnight(day: dt.date) -> dt.datetime:
    """Return the first moment of a day, without a zone."""
    return dt.datetime(day.year, day.month, day.day)


def _days(m: re.Match[str], first: dt.date, last: dt.date | None, kind: str) -> Reading:
    final = first if last is None or last < first else last
    return Reading(
        m.start(), m.end(), midnight(first), midnight(final) + _DAY, "date" if final == first else "interval", kind
    )


def read_day(m: re.Match[str], now: Now) -> Reading | None:
    """Resolve a match of the pattern that is no clock time; None where no calendar holds it."""
    reader = _READERS[str(m.lastgroup)]
    try:
        return reader(m, now)
    except (ValueError, OverflowError):
        # February 30, or a span of years that no calendar holds: not a time.
        return None


def _read_iso(m: re.Match[str], _now: Now) -> Reading | None:
    day = dt.date.fromisoformat(m["iso_day"])
    if not m["iso_clock"]:
        return _days(m, day, None, "calendar")
    moment = dt.datetime.combine(day, dt.time.fromisoformat(m["iso_clock"]))
    zone = zone_of(m["iso_zone"]) if m["iso_zone"] else None
    return Reading(m.start(), m.end(), moment, moment, "instant", "clock", zone)


def _nearest_year(month: int, day: int, m: re.Match[str], now: Now) -> dt.date:
    ahead = prospective(m.string, m.start())
    done = not ahead and _DONE.search(m.string, max(0, m.start() - 60), m.start()) is not None
    since = done or m.string[max(0, m.start() - 6) : m.start()].lower() == "since "
    best: dt.date | None = None
    for year in (now.date.year - 1, now.date.year, now.date.year + 1):
        try:
            candidate = dt.date(year, month, day)
        except ValueError:
            continue
        if ahead and candidate < now.date - dt.timedelta(days=31):
            continue
        distance = _distance(candidate, now.date)
        if since and candidate > now.date:
            continue
        if best is None or distance < _distance(best, now.date):
            best = candidate
    if best is None:
        # The 29th of February outside leap years.
        raise ValueError("no such day")
    return best


def _distance(day: dt.date, today: dt.date) -> dt.timedelta:
    # News looks back more than ahead: a day to come counts as three times as far.
    return (day - today) * 3 if day > today else today - day


def _read_month_day(m: re.Match[str], now: Now) -> Reading:
    p = "md" if m.lastgroup == "month_day" else "dm"
    month = MONTHS[m[f"{p}_month"][:3].lower()]
    day = _ordinal(m[f"{p}_day"])
    first = dt.date(int(m[f"{p}_year"]), month, day) if m[f"{p}_year"] else _nearest_year(month, day, m, now)
    last = first.replace(day=_ordinal(m[f"{p}_last"])) if m[f"{p}_last"] else None
    if m[f"{p}_part"] and last is None:
        return _part_of_day(m, first, m[f"{p}_part"], "calendar")
    return _days(m, first, last, "calendar")


def _ordinal(text: str) -> int:
    return int("".join(c for c in text if c.isdigit()))


def _month_bounds(year: int, month: int, part: str) -> tuple[dt.date, dt.date]:
    first = dt.date(year, month, 1)
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    last = following - _DAY
    if part == "early":
        last = first.replace(day=10)
    elif part == "mid":
        first, last = first.replace(day=11), first.replace(day=20)
    elif part == "late":
        first = first.replace(day=21)
    return first, last


def _read_month_year(m: re.Match[str], _now: Now) -> Reading:
    part = (m["my_part"] or "").strip(" -\n").lower()
    return _days(m, *_month_bounds(int(m["my_year"]), MONTHS[m["my_month"][:3].lower()], part), "period")


def _read_month(m: re.Match[str], now: Now) -> Reading:
    lead, month = m["m_lead"].lower(), MONTHS[m["m_month"][:3].lower()]
    part = m["m_part"] or (lead if lead in ("early", "late", "mid") else "")
    year = now.date.year
    ahead = lead in ("by", "until") or (
        lead in ("in", "from", "this", "early", "mid", "late") and prospective(m.string, m.start())
    )
    if lead == "next" or ahead:
        year += month < now.date.month or (lead == "next" and month == now.date.month)
    elif lead == "last":
        year -= month >= now.date.month
    elif lead != "this":
        year -= month > now.date.month
    return _days(m, *_month_bounds(year, month, part), "period")


def _read_numeric(m: re.Match[str], now: Now) -> Reading | None:
    a, b, year = int(m["n1"]), int(m["n2"]), int(m["n3"])
    # With a full stop the day comes first everywhere; with a slash only America puts the month first.
    american = m["sep"] == "/" and str(now.zone).startswith("America/")
    if a > 12 or (b <= 12 and not american):
        a, b = b, a
    return _days(m, dt.date(year, a, b), None, "calendar")


def _read_weekday(m: re.Match[str], now: Now) -> Reading:
    lead = (m["w_lead"] or "").lower().split()[:2]
    if m["w_date"] or m["x_date"]:
        p = "w" if m["w_date"] else "x"
        month, day = MONTHS[m[f"{p}_month"][:3].lower()], _ordinal(m[f"{p}_date"])
        first = dt.date(int(m[f"{p}_year"]), month, day) if m[f"{p}_year"] else _nearest_year(month, day, m, now)
        return _days(m, first, None, "calendar")
    back = (now.date.weekday() - WEEKDAYS[m["w_day"][:3].lower()]) % 7
    day_ = now.date - dt.timedelta(days=back)
    if m["w_relation"] or lead == ["last"] or lead == ["previous"] or lead == ["this", "past"]:
        if m["w_relation"]:
            monday = now.date - dt.timedelta(days=now.date.weekday())
            step = 7 if m["w_relation"] == "next" else -7
            day_ = monday + dt.timedelta(days=step + WEEKDAYS[m["w_day"][:3].lower()])
        elif back == 0:
            day_ -= dt.timedelta(days=7)
    elif lead == ["next"] or lead == ["this", "coming"]:
        day_ += dt.timedelta(days=7)
    elif lead == ["this"]:
        monday = now.date - dt.timedelta(days=now.date.weekday())
        day_ = monday + dt.timedelta(days=WEEKDAYS[m["w_day"][:3].lower()])
    elif back and prospective(m.string, m.start()):
        day_ += dt.timedelta(days=7)
    part = m["w_part"] or (lead[0] if lead and lead[0] in ("early", "late") else "")
    return _part_of_day(m, day_, part, "weekday")


def _part_of_day(m: re.Match[str], day: dt.date, part: str, kind: str) -> Reading:
    if not part:
        return _days(m, day, None, kind)
    low, high = {"early": (0, 12), "late": (12, 24)}.get(part) or _HALF_DAYS[part]
    start = midnight(day)
    return Reading(
        m.start(), m.end(), start + dt.timedelta(hours=low), start + dt.timedelta(hours=high), "interval", kind
    )


def _read_deictic(m: re.Match[str], now: Now) -> Reading:
    word = " ".join(m["d_word"].lower().split())
    if word == "overnight":
        morning = midnight(now.date)
        return Reading(
            m.start(), m.end(), morning - dt.timedelta(hours=6), morning + dt.timedelta(hours=9), "interval", "relative"
        )
    offset = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(word, 0)
    if word.startswith("the day "):
        offset = -2 if "before" in word else 2
    part = m["d_part"] or ""
    if "night" in word or word.startswith("this "):
        part = "night" if "night" in word else word.split()[1]
    return _part_of_day(m, now.date + offset * _DAY, part, "relative")


def _shift_months(day: dt.date, months: int) -> dt.date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = _month_bounds(year, month + 1, "")[1].day
    return dt.date(year, month + 1, min(day.day, last))


def _period(unit: str, day: dt.date, step: int) -> tuple[dt.date, dt.date]:
    """First and last day of the week, month, quarter or year ``step`` units from the one that holds ``day``."""
    if unit in ("week", "weekend"):
        monday = day - dt.timedelta(days=day.weekday() - 7 * step)
        return (monday + 5 * _DAY if unit == "weekend" else monday), monday + 6 * _DAY
    if unit == "month":
        there = _shift_months(day.replace(day=1), step)
        return _month_bounds(there.year, there.month, "")
    if unit == "quarter":
        there = _shift_months(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1), 3 * step)
        return there, _shift_months(there, 3) - _DAY
    return dt.date(day.year + step, 1, 1), dt.date(day.year + step, 12, 31)


def _read_period(m: re.Match[str], now: Now) -> Reading:
    relation, unit = m["p_rel"].lower().split()[-1], m["p_unit"]
    step = {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}.get(relation, 0)
    if unit == "weekend" and step == -1 and now.date.weekday() == 6:
        step = -1  # on a Sunday, last weekend is the one a week ago
    first, last = _period(unit, now.date, step)
    lead = (m["p_lead"] or "").lower()
    if relation == "this" and lead in ("earlier", "early"):
        last = now.date
    elif relation == "this" and lead in ("later", "late"):
        first = now.date
    return _days(m, first, last, "period")


def _read_weekend(m: re.Match[str], now: Now) -> Reading:
    step = 0 if now.date.weekday() >= 5 or prospective(m.string, m.start()) else -1
    return _days(m, *_period("weekend", now.date, step), "period")


def _count(text: str | None) -> int:
    return 1 if text is None else NUMBERS.get(text.lower(), 0) or int(text)


def _back(m: re.Match[str], now: Now, unit: str, count: int) -> Reading:
    """Resolve ``count`` units before publication (after it where negative)."""
    if unit in ("minute", "hour"):
        step = dt.timedelta(**{f"{unit}s": count})
        if now.clock is not None:
            there = now.clock.replace(tzinfo=None) - step
            slack = dt.timedelta(minutes=30) if unit == "hour" else dt.timedelta(minutes=5)
            return Reading(m.start(), m.end(), there - slack, there + slack, "interval", "relative")
        day = now.date - dt.timedelta(days=round(step / _DAY))
        return _days(m, day, None, "relative")
    if unit in _LENGTHS:
        return _days(m, now.date - dt.timedelta(days=count * _LENGTHS[unit]), None, "relative")
    first, last = _period(unit, now.date, -count)
    return _days(m, first, last, "relative")


def _read_ago(m: re.Match[str], now: Now) -> Reading | None:
    if m["a_dir"] in ("after", "before", "prior") and m.string[m.end() : m.end() + 2].strip()[:1].isalpha():
        return None  # "two days after the summit" counts from the summit
    sign = -1 if m["a_dir"] in ("later", "after") else 1
    return _back(m, now, m["a_unit"], sign * _count(m["a_number"]))


def _read_vague(m: re.Match[str], now: Now) -> Reading:
    unit = m["v_unit"].lower()
    # "Hours before ..." counts from something else that the text tells: some time up to publication.
    if unit in ("minutes", "hours"):
        last = now.clock.replace(tzinfo=None) if now.clock else midnight(now.date) + _DAY
        return Reading(m.start(), m.end(), midnight(now.date), last, "interval", "relative")
    width = {"days": 7, "weeks": 31, "months": 366}[unit]
    return _days(m, now.date - dt.timedelta(days=width), now.date, "relative")


def _read_within(m: re.Match[str], now: Now) -> Reading | None:
    unit, count = m["i_unit"], _count(m["i_number"])
    ahead = m["i_rel"] in ("next", "coming")
    if unit in ("minute", "hour"):
        if ahead:
            return None
        if now.clock is None:
            return _days(m, now.date - dt.timedelta(days=count // 24 if unit == "hour" else 0), now.date, "relative")
        last = now.clock.replace(tzinfo=None)
        return Reading(m.start(), m.end(), last - dt.timedelta(**{f"{unit}s": count}), last, "interval", "relative")
    steps = count if ahead else -count
    if unit in _LENGTHS:
        other = now.date + dt.timedelta(days=steps * _LENGTHS[unit])
    else:
        other = _shift_months(now.date, steps * _MONTHS_OF[unit])
    return _days(m, min(now.date, other), max(now.date, other), "relative")


def _read_in_future(m: re.Match[str], now: Now) -> Reading | None:
    # "The lowest in three months" looks back, and names no day.
    if not prospective(m.string, m.start()):
        return None
    return _back(m, now, m["f_unit"], -_count(m["f_number"]))


def _read_day_before(m: re.Match[str], now: Now) -> Reading:
    word = (m["b_word"] or m["b_after"]).lower()
    return _days(m, now.date + {"previous": -1, "before": -1, "same": 0}.get(word, 1) * _DAY, None, "relative")


def _read_quarter(m: re.Match[str], now: Now) -> Reading:
    months = 6 if m["q_unit"] == "half" else 3
    number = int(m["q_short"]) if m["q_short"] else ("first", "second", "third", "fourth").index(m["q_word"]) + 1
    year = int(m["q_year"]) if m["q_year"] else now.date.year
    first = dt.date(year, (number - 1) * months + 1, 1)
    if not m["q_year"] and first > now.date and not prospective(m.string, m.start()):
        first = first.replace(year=year - 1)
    return _days(m, first, _shift_months(first, months) - _DAY, "period")


def _read_year(m: re.Match[str], _now: Now) -> Reading:
    return _days(m, *_period("year", dt.date(int(m["y_year"]), 1, 1), 0), "year")


_READERS: Final = {
    "iso": _read_iso,
    "month_day": _read_month_day,
    "day_month": _read_month_day,
    "month_year": _read_month_year,
    "month": _read_month,
    "numeric": _read_numeric,
    "weekday": _read_weekday,
    "deictic": _read_deictic,
    "period": _read_period,
    "weekend": _read_weekend,
    "ago": _read_ago,
    "vague": _read_vague,
    "within": _read_within,
    "in_future": _read_in_future,
    "day_before": _read_day_before,
    "quarter": _read_quarter,
    "year": _read_year,
}
