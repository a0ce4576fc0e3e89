"""A move as the grammar reads it from one sentence, and the joining of what is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eventstudy._types import Bound, Modality, MoveDirection, Polarity
from eventstudy.events.moves.mentions import Mention
from eventstudy.events.moves.tokens import Token

__all__ = ["EXTREME", "LEVELS", "TOPPING", "Found", "merge", "without_extremes"]

EXTREME: Final = "extreme"
"""The rule of what reached a high or low: no move of its own where the sentence tells of another of the asset."""
LEVELS: Final = "levels"
"""The rule of what stood at one level after another: "at $80, from $82"."""
TOPPING: Final = "topping"
"""The rule of what rose above a level: "topped $90"."""


@dataclass(slots=True)
class Found:
    """A move before times and ids; tokens keep the places of what was read."""

    asset: Mention
    sense: int
    trigger: Token
    rule: str
    polarity: Polarity = "asserted"
    modality: Modality = "happened"
    amount: Token | None = None
    change: Token | None = None
    bound: Bound = "exact"
    bound_span: tuple[int, int] | None = None
    level: Token | None = None
    level_bound: Bound = "exact"
    level_bound_span: tuple[int, int] | None = None
    against: Mention | None = None
    reference: tuple[int, int] | None = None
    asset_span: tuple[int, int] = (0, 0)
    region: tuple[int, int] = (0, 0)
    earlier: bool = False  # "after falling 2 % the day before"
    apposed: bool = False  # ", a gain of $34"
    opens: int = 0  # where its sentence begins

    @property
    def direction(self) -> MoveDirection:
        """Of the asset's value; a pair quoted the other way round has been turned already."""
        return "up" if self.sense > 0 else "down" if self.sense < 0 else "unchanged"

    def spans(self) -> list[tuple[int, int, str]]:
        """Evidence of each field that was read: where it begins, where it ends, and the field."""
        trigger = self.trigger
        out = [(*self.asset_span, "asset"), (trigger.start, trigger.end, "direction")]
        for name, token in (("amount", self.amount), ("change", self.change), ("level", self.level)):
            q = token.quantity if token is not None else None
            if q is not None:
                out.append((q.start, q.end, name))
                if q.per and name == "level":
                    out.append((q.tail, q.stop, "level_unit"))
        pairs = (("bound", self.bound_span), ("level_bound", self.level_bound_span), ("reference", self.reference))
        out.extend((*span, name) for name, span in pairs if span is not None)
        if self.against is not None:
            out.append((self.against.start, self.against.end, "against"))
        return out


def merge(found: list[Found]) -> list[Found]:
    """Join what one sentence says twice of one move: "rose ..., strengthening 1.8 % to 75.2"."""
    if len(found) < 2:
        return found
    out: list[Found] = []
    for move in found:
        same = next((m for m in reversed(out) if _one_move(m, move)), None)
        if same is None:
            out.append(move)
            continue
        if same.amount is not None and move.amount is not None and _percent(move) and not _percent(same):
            same.change, same.amount, same.bound = same.amount, move.amount, move.bound
        elif move.apposed and move.amount is not None and _percent(same) and not _percent(move):
            same.change = move.amount
        if same.amount is None and move.amount is not None:
            same.trigger, same.rule, same.bound = move.trigger, move.rule, move.bound
        if same.level is None and move.level is not None:
            same.level_bound = move.level_bound
        for name in ("amount", "change", "level", "against", "reference", "bound_span", "level_bound_span"):
            if getattr(same, name) is None:
                setattr(same, name, getattr(move, name))
        same.region = (min(same.region[0], move.region[0]), max(same.region[1], move.region[1]))
    return out


def _one_move(a: Found, b: Found) -> bool:
    if a.earlier != b.earlier and (a.amount is None or b.amount is None):
        return False
    if a.asset.symbol != b.asset.symbol or a.sense != b.sense or (a.polarity, a.modality) != (b.polarity, b.modality):
        return False
    if a.against is not None and b.against is not None and a.against.symbol != b.against.symbol:
        return False
    if a.level is not None and b.level is not None and a.level is not b.level:
        return False
    if a.amount is not None and b.amount is not None:
        p, q = a.amount.quantity, b.amount.quantity
        if p is None or q is None:
            return False
        # "Crashed 4,000 points to 25,981, down 13 percent": the same move in another unit.
        single = a.change is None and b.change is None
        again = single and _percent(b) and not _percent(a) and b.rule.startswith("adjective")
        money = single and b.apposed and _percent(a) != _percent(b)  # "is up 1.8 % at $1,929, a gain of $34"
        return (p.value, p.unit) == (q.value, q.unit) or again or money
    return True


def _percent(move: Found) -> bool:
    return move.amount is not None and move.amount.quantity is not None and move.amount.quantity.unit == "percent"


def without_extremes(found: list[Found], text: str) -> list[Found]:
    """Leave out a high or low that was reached where another move of that asset, or of one of its class, is told.

    "Hit a record before easing 1.3 %" tells of two.
    """
    told = [m for m in found if not m.rule.startswith(_REACHED)]
    if len(told) == len(found):
        return found
    others, classes = {m.asset.symbol for m in told}, {m.asset.asset_class for m in told}
    return [
        m
        for m in found
        if not m.rule.startswith(_REACHED)
        or (m.asset.symbol not in others and not (":" in m.asset.symbol and m.asset.asset_class in classes))
        or {_turned(m, o, text) for o in told if o.asset.symbol == m.asset.symbol} == {True}
    ]


def _turned(reached: Found, later: Found, text: str) -> bool:
    """Whether a move the other way followed the high or low: "touched a peak before falling"."""
    between = text[reached.trigger.end : later.trigger.start].split()
    if later.sense == 0:
        return "now" in between  # "hit a record and is now flat"
    return reached.sense == -later.sense and not _THEN.isdisjoint(between)


_REACHED: Final = (EXTREME, TOPPING, LEVELS)
_THEN: Final = frozenset({"before", "then", "now"})
