"""Windows: inclusive session offsets from day 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eventstudy._types import IntArray
from eventstudy.errors import SpecError, shown

__all__ = ["Window", "as_windows", "columns_touched"]


FARTHEST = 10_000_000
"""Sessions from day 0 that a window may reach: minutes of 27 years."""


def as_windows(value: Iterable[tuple[int, int]] | tuple[int, int], name: str = "windows") -> list[Window]:
    """Give the windows of a list, at least one, or raise `SpecError`; one window by itself is a list of one.

    Examples
    --------
    >>> as_windows((0, 1)) == as_windows([(0, 1)])
    True
    """
    if isinstance(value, (str, Window)) or (
        isinstance(value, (tuple, list)) and len(value) == 2 and all(hasattr(part, "__index__") for part in value)
    ):
        return [Window.of(value, name)]
    held = [Window.of(w, name) for w in value] if isinstance(value, Iterable) else []
    if not held:
        raise SpecError(f"{name}={shown(value)}", hint="expected a list of windows, such as [(0, 1)]")
    return held


class Window(NamedTuple):
    """Inclusive session offsets from day 0: ``Window(-120, -11)`` is 110 sessions.

    A plain pair of ints is accepted wherever a window is; `Window.of` validates it.

    Parameters
    ----------
    start, end : int
        First and last session of the window, counted from day 0.

    Examples
    --------
    >>> Window.of((-120, -11)).length
    110
    >>> str(Window(0, 1))
    '(0, 1)'
    """

    start: int
    end: int

    @classmethod
    def of(cls, value: object, name: str = "window") -> Window:
        """Validate a pair, a `Window` or text such as ``"-5..5"``, ``"(0, 1)"`` or ``"0,1"``.

        Parameters
        ----------
        value : object
            The pair of inclusive offsets, in sessions.
        name : str
            How to call it in an error.

        Returns
        -------
        Window
            The pair, checked.

        Raises
        ------
        SpecError
            If it is no pair of whole numbers, or starts after it ends.

        Examples
        --------
        >>> Window.of("-5..5")
        Window(start=-5, end=5)
        """
        pair: tuple[object, ...]
        if isinstance(value, str):
            found = re.fullmatch(r"\s*[\[(]?\s*([+-]?\d{1,6})\s*(?:,|\.\.|:)\s*([+-]?\d{1,6})\s*[\])]?\s*", value)
            if found is None:
                raise SpecError(f"{name}={value!r} is not a window", hint="expected two session offsets such as '-5,5'")
            pair = (int(found[1]), int(found[2]))
        elif isinstance(value, (tuple, list)):
            pair = tuple(value)
        else:
            raise SpecError(
                f"{name}={shown(value)} is not a window", hint="expected two session offsets such as (-5, 5)"
            )
        if len(pair) != 2:
            raise SpecError(f"{name}={shown(value)} has {len(pair)} offsets", hint="expected two, such as (-5, 5)")
        offsets = []
        for part in pair:
            if isinstance(part, bool) or not hasattr(part, "__index__"):
                raise SpecError(f"{name}={shown(value)}: {shown(part)} is not a whole number of sessions")
            offsets.append(int(part.__index__()))
        if max(map(abs, offsets)) > FARTHEST:
            raise SpecError(f"{name}={shown(value)} is more than {FARTHEST:,} sessions from day 0")
        if offsets[0] > offsets[1]:
            raise SpecError(
                f"{name}={shown(value)} starts after it ends", hint=f"did you mean ({offsets[1]}, {offsets[0]})?"
            )
        return cls(offsets[0], offsets[1])

    @property
    def length(self) -> int:
        """Number of sessions in the window, both ends included."""
        return self.end - self.start + 1

    def bounds(self, settle: npt.ArrayLike) -> tuple[IntArray, IntArray]:
        """Give each event its own window: days before count from day 0, days after from the settled day.

        Parameters
        ----------
        settle : int, shape (n,)
            Sessions from day 0 to the settled day.

        Returns
        -------
        start, end : int64, shape (n,)
            Inclusive offsets from day 0: ``start + settle`` where the window starts after day 0,
            ``end + settle`` where it ends on day 0 or later.

        Examples
        --------
        >>> Window(-1, 0).bounds([0, 1])
        (array([-1, -1]), array([0, 1]))
        >>> Window(1, 2).bounds([0, 1])
        (array([1, 2]), array([2, 3]))
        """
        try:
            shift = np.asarray(settle).astype(np.int64, casting="safe")
        except (TypeError, ValueError):
            raise SpecError(f"settle={shown(settle)}", hint="expected whole numbers of sessions") from None
        still = np.zeros_like(shift)  # an end before day 0 does not move, but has one entry an event
        return self.start + (shift if self.start > 0 else still), self.end + (shift if self.end >= 0 else still)

    def covers(self, other: tuple[int, int]) -> bool:
        """Whether ``other`` lies wholly inside this window.

        Parameters
        ----------
        other : pair of int
            Inclusive offsets, in sessions.

        Returns
        -------
        bool
            True also where the two are the same.

        Examples
        --------
        >>> Window(-5, 5).covers((0, 1))
        True
        """
        first, last = Window.of(other, "other")
        return self.start <= first and last <= self.end

    def overlaps(self, other: tuple[int, int]) -> bool:
        """Whether the two windows share a session.

        Parameters
        ----------
        other : pair of int
            Inclusive offsets, in sessions.

        Returns
        -------
        bool
            True where an end is the other's start.

        Examples
        --------
        >>> Window(-5, 0).overlaps((0, 1)), Window(-5, -1).overlaps((0, 1))
        (True, False)
        """
        first, last = Window.of(other, "other")
        return self.start <= last and first <= self.end

    def __str__(self) -> str:
        """Give ``(start, end)``."""
        return f"({self.start}, {self.end})"


def columns_touched(whole: Window, first: IntArray, last: IntArray) -> slice:
    """Give the columns of a window, one a session, that any of some windows within it touches.

    Parameters
    ----------
    whole : Window
        Of the columns.
    first, last : int64, shape (n,)
        The windows, inclusive offsets from day 0.

    Examples
    --------
    >>> columns_touched(Window(-10, 10), np.array([0, 1]), np.array([1, 3]))
    slice(10, 14, None)
    """
    low = int(np.clip(first.min() if first.size else 0, whole.start, whole.end))
    high = int(np.clip(last.max() if last.size else low, low, whole.end))
    return slice(low - whole.start, high - whole.start + 1)
