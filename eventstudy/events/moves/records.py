"""From what the grammar found to the cells of a `ReportedMove`: units, as-of time, quote, spans, id."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import math
from dataclasses import fields
from typing import Any, Final, NamedTuple

import pandas as pd

from eventstudy._types import Bound, Precision
from eventstudy.assets.catalogue import Catalogue
from eventstudy.events.language.numbers import Quantity, reads_again
from eventstudy.events.moves.found import Found
from eventstudy.events.moves.periods import period_of
from eventstudy.events.moves.tokens import Token
from eventstudy.events.records import ReportedMove, packed
from eventstudy.events.times import TimeMention
from eventstudy.news.article import Article

__all__ = ["FIELDS", "make_row"]

FIELDS: Final = tuple(f.name for f in fields(ReportedMove))
"""What the cells of a row are, in order."""

_BEYOND: Final = frozenset({"past", "beyond", "through"})
_POINT_CLASSES: Final = ("equity index", "volatility", "currency index", "basket")
_INSTRUMENTS: Final = {
    "futures": "futures",
    "future": "futures",
    "contract": "futures",
    "contracts": "futures",
    "spot": "spot",
}


class _AsOf(NamedTuple):
    instant: pd.Timestamp | None
    precision: Precision
    span: tuple[int, int] | None


def make_row(move: Found, times: list[TimeMention], article: Article, catalogue: Catalogue) -> tuple[Any, ...] | None:
    """Give the cells of the record, one for each of `FIELDS`; None where a number does not parse again from its span.

    Parameters
    ----------
    move : Found
        As the grammar read it.
    times : list of TimeMention
        The times of its sentence.
    article : Article
        Where it stands.
    catalogue : Catalogue
        For the way an asset is quoted.

    Notes
    -----
    The cell of the spans is `packed`. Cells are plain values, and an instant is shared by all who name it:
    a record that is kept adds nothing to what the collector of garbage looks at.
    """
    text, asset = article.text, move.asset
    amount, level = _checked(move.amount, text), _checked(move.level, text)
    if (move.amount is not None and amount is None) or (move.level is not None and level is None):
        return None
    unit = "" if amount is None else amount.unit or "points"
    if amount is not None and unit == "basis points" and asset.asset_class != "rate":
        # "The DAX was down half a percentage point": of a price, a point of percent is a percent.
        amount, unit = amount._replace(value=amount.value / 100.0), "percent"
    against = _against(move, amount, level)
    here = [t for t in times if not _anchors(t, text, move)] if times else times
    if move.reference is None:
        move.reference = period_of(move, here, text)
        if here and move.reference is not None:
            here = [t for t in here if not _anchors(t, text, move)]
    level_unit = "" if level is None else _level_unit(move, level, against, catalogue)
    spans = move.spans()
    last = max(end for _, end, _ in spans)
    when = _as_of(move, here, article, last) if times else _AsOf(_published(move, article), "date", None)
    if when.span is not None:
        spans.append((*when.span, "as_of"))
        last = max(last, when.span[1])
    first = min(spans)[0]
    spans.append((first, last, "quote"))
    spans.sort()
    direction = move.direction
    place = f"{move.trigger.start}\x1f{asset.start}"
    key = f"{article.article_id}\x1f{asset.symbol}\x1f{direction}\x1f{against}\x1f{place}"
    return (
        "m-" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12],
        asset.symbol,
        direction,
        math.nan if amount is None else amount.value,
        unit,
        move.bound,
        math.nan if level is None else _signed(level, text),
        level_unit,
        _level_bound(move, level_unit, text),
        against,
        when.instant,
        when.precision,
        "" if move.reference is None else text[move.reference[0] : move.reference[1]],
        _instrument(move, text),
        move.polarity,
        move.modality,
        text[first:last],
        packed((field, start, end) for start, end, field in spans),
        article.article_id,
        article.title,
        move.rule,
    )


def _checked(token: Token | None, text: str) -> Quantity | None:
    """The quantity, if its span alone gives the same number and unit again."""
    if token is None or token.quantity is None:
        return None
    return token.quantity if reads_again(token.quantity, text) else None


def _signed(level: Quantity, text: str) -> float:
    """A level below zero: "-0.35 %", "minus" written as a sign right before the number."""
    negative = level.sign < 0 and text[level.start] in "-−" and not text[level.start + 1].isspace()
    return -level.value if negative else level.value


def _level_bound(move: Found, level_unit: str, text: str) -> Bound:
    """ "Past 76 per dollar" is beyond it in the quote's own direction: a firmer ruble is at less than 76."""
    span = move.level_bound_span
    if span is None or text[span[0] : span[1]].lower() not in _BEYOND:
        return move.level_bound
    falls = level_unit == "percent" or level_unit.startswith(f"{move.asset.symbol} per ")
    return "more than" if (move.sense > 0) != falls else "less than"


def _against(move: Found, amount: Quantity | None, level: Quantity | None) -> str:
    if move.asset.asset_class != "currency":
        return ""
    if move.asset.inverse or move.asset.counter:
        return move.asset.inverse or move.asset.counter
    if move.against is not None:
        return move.against.symbol
    for q in (level, amount):
        if q is not None and len(q.per) == 3 and q.per != move.asset.symbol:
            return q.per
    if level is not None and len(level.unit) == 3 and level.unit != move.asset.symbol:
        return level.unit
    return ""


def _level_unit(move: Found, level: Quantity, against: str, catalogue: Catalogue) -> str:
    symbol = move.asset.symbol
    _, group, name = symbol.partition("class:")
    named = catalogue.groups[name][1][0] if group and name in catalogue.groups else symbol
    asset = catalogue.get(named)
    if move.asset.asset_class == "currency":
        if len(level.per) == 3 and level.unit:
            return f"{level.unit} per {level.per}"
        if len(level.per) == 3:
            return f"{symbol} per {level.per}" if level.per != symbol else f"{against} per {symbol}"
        if level.unit and level.unit != symbol:
            return f"{level.unit} per {symbol}"
        if move.asset.counter:
            return f"{against} per {symbol}"
        if against:
            return _pair_quote(symbol, against, catalogue)
        return f"{symbol} per USD" if level.unit and symbol != "USD" else (asset.quote if asset is not None else "")
    if level.unit == "points" or move.asset.asset_class in _POINT_CLASSES or move.asset.symbol == "class:stocks":
        return "points" if level.unit in ("", "points") else level.unit
    if level.unit == "percent":
        return "percent"
    if level.per:
        return f"{level.unit or 'USD'} per {level.per}"
    if asset is None or not level.unit:
        return level.unit if asset is None else asset.quote
    _, _, per = asset.quote.partition(" per ")
    return f"{level.unit} per {per}" if per else level.unit


def _pair_quote(symbol: str, against: str, catalogue: Catalogue) -> str:
    """How a bare number between two currencies is read: as either of them is quoted in the catalogue."""
    for one, two in ((symbol, against), (against, symbol)):
        quote = catalogue[one].quote if one in catalogue else ""
        if set(quote.split(" per ")) == {one, two}:
            return quote
    return f"{symbol} per {against}"


def _instrument(move: Found, text: str) -> str:
    for word in text[move.asset_span[0] : move.asset_span[1]].lower().split():
        if word in _INSTRUMENTS:
            return _INSTRUMENTS[word]
    return ""


def _published(move: Found, article: Article) -> pd.Timestamp | None:
    """The day of publication, for a move that happened."""
    return None if move.modality != "happened" else _day(article.published_date)


def _as_of(move: Found, here: list[TimeMention], article: Article, place: int) -> _AsOf:
    """The time that the move is of: the nearest to ``place``, the end of its evidence."""
    text = article.text
    region = [t for t in here if move.region[0] <= t.start < move.region[1]]
    best = (
        _closest(region, place)
        or _closest([t for t in here if t.precision == "instant"], place)
        or _closest(here, place)
    )
    if best is None or best.kind in ("period", "year"):
        return _AsOf(_published(move, article), "date", None)
    if best.precision == "instant" and text[
        max(0, move.trigger.start - 12) : move.trigger.start
    ].rstrip().lower().endswith(" after"):
        # "Traded at 79.64 by 0613 GMT, after weakening to 80.58": the clock is the first one's.
        return _AsOf(_day(best.day), "date", None)
    span = (best.start, best.end)
    if best.precision == "instant":
        return _AsOf(best.earliest, "instant", span)
    return _AsOf(_day(best.day), best.precision, span)


@functools.lru_cache(maxsize=512)
def _day(day: dt.date) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC").as_unit("ns")


def _anchors(t: TimeMention, text: str, move: Found) -> bool:
    """Whether a time says what a move is measured from, or belongs to another thing: "since 2014", "Monday's close"."""
    if move.reference is not None and move.reference[0] <= t.start < move.reference[1]:
        return True
    if text[t.end : t.end + 2] in ("'s", "’s", "s'"):
        return True
    before = text[max(0, t.start - 12) : t.start].lower().rstrip()
    return before.endswith((" since", " from", " until", " till")) or text[t.start : t.end].lower().startswith("since")


def _closest(times: list[TimeMention], place: int) -> TimeMention | None:
    """A clock time before any day, then the nearest to ``place``."""

    def key(t: TimeMention) -> tuple[bool, bool, int]:
        distance = t.start - place if t.start >= place else place - t.end
        return t.precision != "instant", t.kind in ("period", "year"), abs(distance)

    return min(times, key=key) if len(times) > 1 else times[0] if times else None
