"""A reported move as bounds on quotes, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eventstudy.events.records import ReportedMove

__all__ = ["Bounds", "claimed_words", "implied_before", "level_bounds", "level_words", "move_bounds", "number"]

_INFINITY = math.inf
# "About" and "nearly" are taken to a tenth of the number they stand before.
_LOOSE = 0.1
# "Little changed".
_FLAT = 0.005


@dataclass(frozen=True, slots=True)
class Bounds:
    """Quotes that a claim allows: from ``low`` to ``high``, both included."""

    low: float
    high: float

    def holds(self, quote: float) -> bool:
        """Whether a quote lies within."""
        return self.low <= quote <= self.high

    @property
    def pair(self) -> tuple[float, float]:
        """The two bounds."""
        return self.low, self.high


def number(value: float, digits: int = 5) -> str:
    """Write a number as people do: so many significant digits, no exponent.

    Examples
    --------
    >>> number(76.5771976, 4), number(101.66), number(4471.07)
    ('76.58', '101.66', '4,471.1')
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _half_unit(value: float) -> float:
    """Half a unit of the last decimal written: 1.8 is anything from 1.75 to 1.85."""
    text = np.format_float_positional(value, trim="-")
    return 0.5 * 10.0 ** -(len(text.split(".")[1]) if "." in text else 0)


def _around(value: float, bound: str) -> tuple[float, float]:
    """Smallest and largest number that an amount with its bound allows."""
    half = _half_unit(value)
    if bound in ("as much as", "at least", "more than"):
        return value - half, _INFINITY
    if bound == "less than":
        return 0.0, value
    if bound in ("about", "nearly"):
        return value - max(half, _LOOSE * value), value + max(half, _LOOSE * value)
    return value - half, value + half


def level_bounds(move: ReportedMove) -> Bounds | None:
    """Quotes that the level allows; None where the claim gives none."""
    if not math.isfinite(move.level) or move.level <= 0:
        return None
    half = _half_unit(move.level)
    if move.level_bound == "less than":
        return Bounds(0.0, move.level)
    if move.level_bound in ("more than", "at least"):
        return Bounds(move.level, _INFINITY)
    if move.level_bound in ("about", "nearly"):
        half = max(half, 0.01 * move.level)
    return Bounds(move.level - half, move.level + half)


def move_bounds(move: ReportedMove, before: float, up: int) -> Bounds | None:
    """Quotes that the move allows, counted from the quote ``before``; None where its unit cannot be.

    A percentage is one of the asset's value: where the quote is the reciprocal, 1.8 % up divides it by 1.018.
    """
    if move.direction == "unchanged":
        return Bounds(before * (1.0 - _FLAT), before * (1.0 + _FLAT))
    sense = 1.0 if move.direction == "up" else -1.0
    if not math.isfinite(move.amount):
        ends = (before, _INFINITY) if sense * up > 0 else (0.0, before)
        return Bounds(*ends)
    small, large = _around(move.amount, move.bound)
    if move.unit == "percent":
        quotes = [_moved(before, sense * a / 100.0, up) for a in (small, large)]
    elif move.unit == "basis points":
        quotes = [before + sense * up * a / 100.0 for a in (small, large)]
    elif move.unit:
        quotes = [before + sense * up * a for a in (small, large)]
    else:
        return None
    return Bounds(max(0.0, min(quotes)), max(quotes))


def _moved(before: float, share: float, up: int) -> float:
    value = max(0.0, 1.0 + share)
    if up > 0:
        return before * value
    return _INFINITY if value == 0.0 else before / value


def implied_before(move: ReportedMove, up: int) -> Bounds | None:
    """Quotes before the move that its amount and its level imply together; None where it lacks one."""
    exact = ("exact", "about", "nearly")
    if move.unit != "percent" or move.bound not in exact or move.level_bound not in exact:
        return None
    if not (math.isfinite(move.amount) and math.isfinite(move.level)) or move.direction == "unchanged":
        return None
    sense = 1.0 if move.direction == "up" else -1.0
    half = _half_unit(move.level)
    shares = [1.0 + sense * a / 100.0 for a in _around(move.amount, move.bound)]
    if min(shares) <= 0:
        return None
    ends = [(move.level + h) / s if up > 0 else (move.level + h) * s for h in (-half, half) for s in shares]
    return Bounds(min(ends), max(ends))


def claimed_words(move: ReportedMove) -> str:
    """Say the claim in one line."""
    words: list[str] = ["unchanged" if move.direction == "unchanged" else move.direction]
    if math.isfinite(move.amount):
        unit = "%" if move.unit == "percent" else move.unit
        words.append(" ".join(w for w in (_bound(move.bound), f"{move.amount:g}", unit) if w))
    if math.isfinite(move.level):
        words.append(f"to {level_words(move)}")
    if move.reference:
        words.append(f"({move.reference})")
    if move.as_of is not None:
        when = f"{move.as_of:%Y-%m-%d}" if move.precision == "date" else f"{move.as_of:%Y-%m-%d %H:%M} UTC"
        words.append(f"on {when}" if move.precision == "date" else f"as of {when}")
    return " ".join(words)


def level_words(move: ReportedMove) -> str:
    """Say the level with its bound; a quote goes "as far as" a level, whichever way it went."""
    bound = "as far as" if move.level_bound == "as much as" else _bound(move.level_bound)
    return " ".join(w for w in (bound, f"{move.level:g}", move.level_unit) if w)


def _bound(bound: str) -> str:
    return "" if bound == "exact" else bound
