"""What stands beside a verb that its rule asks for: objects, a subject, somebody who receives."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms
from eventstudy.events.language.verb_groups import (
    ADVERBS,
    BOUNDARIES,
    DAYS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    VerbGroup,
    word_set,
)
from eventstudy.events.triggers.rules import Rule
from eventstudy.events.triggers.scan import WINDOW, Scan

__all__ = ["AFTER_NAME", "SHORTENING", "has_object", "is_received", "subject_words"]


def has_object(scan: Scan, i: int, last: int, rule: Rule, group: VerbGroup, pos: str) -> bool:
    """Whether an object that the rule asks for stands beside the trigger from ``i`` to ``last``."""
    objects = rule.objects
    low = scan.low
    begin, stop = scan.limits(i, last)
    if (scan.shortened and rule.kind not in _OF_SUPPLY) or rule.kind in _OF_TRADE:
        stop = _objects_end(low, last, stop, _REASONS_OF_TRADE if rule.kind in _OF_TRADE else _REASONS)
    if rule.kind in _TALKING and stop > last + 2 and not _JOINING.isdisjoint(low[last + 1 : stop]):
        stop = _second_verb(low, last, stop)
    window = low[i + 1 : stop]
    if rule.kind == "ASSAULT" and "on" in window and not DAYS.isdisjoint(window):
        window = _undated(window)  # "fired missiles on Sunday"
    bare = (
        low[i] not in _EASING
        and pos == "fin"
        and not group.auxiliary
        and low[i] not in _GROWING
        and (last >= len(low) or low[last] in _AFTER_PASSIVE)
    )
    moves = low[i] in _MOTION and low[last : last + 1] not in _OWN_OBJECT
    if group.passive or pos == "part" or moves or (bare and rule.kind != "TARIFF"):
        window = low[begin:i] + window
    if objects.any_in(window):
        return True
    return bool(scan.hyphens) and any(i < k < stop and tail in objects.singles for k, tail in scan.hyphens)


def _second_verb(low: list[str], last: int, stop: int) -> int:
    """Return where a second verb with an object of its own ends the first one's: "hailed it and urged both to talk"."""
    for k in range(last + 1, stop - 2):
        if low[k] in _JOINING and low[k + 1].endswith("ed") and (low[k + 2] in _DETERMINERS or low[k + 2].isdigit()):
            return k
    return stop


def _undated(window: list[str]) -> list[str]:
    return [w for k, w in enumerate(window) if w not in DAYS and not (w == "on" and window[k + 1 : k + 2] in _ON_DAYS)]


_TALKING: Final = frozenset({"AGREE", "CONSULT"})
"""Kinds whose objects stand far off: "welcomed both of them, after a long night, to talks"."""
_ON_DAYS: Final = [[day] for day in DAYS]
_JOINING: Final = frozenset({"and", "but"})
_DETERMINERS: Final = word_set(
    "the a an its their his her it them him both all two three four five several more on for"
)
_OWN_OBJECT: Final = (["the"], ["its"], ["an"], ["a"], ["their"])  # "withdrew the offer": who withdraws is no force


def _objects_end(low: list[str], last: int, stop: int, reasons: frozenset[str]) -> int:
    """Return where the objects of a trigger that ends at ``last`` end, at ``stop`` the latest."""
    # "cuts its forecast over trade", "trims guidance on tariffs": what stands after these is a reason, no object.
    if not reasons.isdisjoint(low[last + 1 : stop]):
        stop = next(k + 1 for k in range(last + 1, stop) if low[k] in reasons)
    # "announced a halt to sanctions" imposes none: what stands after the halt is its object, not the verb's.
    if _TURNING.isdisjoint(low[last : stop - 1]):
        return stop
    turns = (
        k + 1
        for k in range(last, stop - 1)
        if (low[k] in _HALTS and low[k + 1] in _HALTED) or (low[k] in _UNDOING and low[k - 1] in _LEADING_ON)
    )
    return next(turns, stop)


_REASONS: Final = word_set("over amid citing despite ahead")
_REASONS_OF_TRADE: Final = _REASONS | {"on", "as"}
_OF_SUPPLY: Final = frozenset(
    {"SUPPLY_CUT", "SUPPLY_HOLD"}
)  # "extends its reduction of 20,000 barrels": the cut itself
_OF_TRADE: Final = frozenset({"TARIFF", "TRADE_TRUCE", "RETREAT", "CONCEDE"})


def subject_words(scan: Scan, i: int, last: int, first: int) -> list[str]:
    """Give the words in which the subject of the trigger at ``i`` stands, whose verb group begins at ``first``."""
    low = scan.low
    if first > 1 and low[first - 1] == ",":
        # "the truce, which had held for months, collapsed"
        comma = next((k for k in range(first - 2, max(0, first - WINDOW), -1) if low[k] == ","), 0)
        if comma and low[comma + 1] in RELATIVES:
            return low[max(0, comma - WINDOW) : comma]
    return low[scan.limits(i, last)[0] : i]


def is_received(scan: Scan, i: int, last: int) -> bool:
    """Whether what the trigger moves goes to an actor by name: "to Ukraine", not "to the Syrian border"."""
    low, stop = scan.low, scan.limits(i, last)[1]
    for m in scan.named.values():
        if not last <= m.first < stop or m.kind not in ("names", "seats"):
            continue
        to = low[m.first - 1] == "to" or low[m.first - 2 : m.first] == ["to", "the"]
        follows = low[m.last] if m.last < len(low) else ""
        if m.first == last or (to and (not follows[:1].isalpha() or follows in AFTER_NAME)):
            return True
    return False


_HALTS: Final = word_set(
    "halt pause suspension moratorium freeze cessation end lifting easing relaxation removal reduction rollback "
    "postponement delay waiver exemption exemptions relief reprieve"
)
_HALTED: Final = word_set("of to on in from for")
# "agreed to consider easing curbs", "offered to lift the ban": what is undone is not done.
_UNDOING: Final = word_set(
    "ease easing lift lifting relax relaxing loosen loosening waive waiving scrap scrapping repeal repealing"
)
_LEADING_ON: Final = word_set("to consider considering discuss discussing of on about start begin")
_TURNING: Final = _HALTS | _UNDOING
SHORTENING: Final = _REASONS | _TURNING
"""Words that may part a trigger from what is no object of it."""
AFTER_NAME: Final = (
    SUBORDINATORS | PREPOSITIONS | DAYS | ADVERBS | word_set("and or but this next last early late says said")
)

# "Embassy evacuated as rebels near": what a headline's past form without an object is followed by.
_AFTER_PASSIVE: Final = SUBORDINATORS | word_set("in at by on over near from during for until through to") | BOUNDARIES
_EASING: Final = all_forms("ease cool calm")  # "as tensions ease": nobody eases them
_GROWING: Final = frozenset({"mount", "mounts"})  # "fears of an invasion mount": nobody mounts one
# Verbs of motion, whose subject is what moves: "troops are returning to their bases".
_MOTION: Final = all_forms(
    "return withdraw pull move mass arrive leave retreat head roll land gather assemble deploy enter cross pour "
    "march advance surge storm sail steam"
)
