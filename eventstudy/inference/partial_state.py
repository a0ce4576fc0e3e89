"""States that add up: what one part of the events says, so that parts can be merged in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray, IntArray

__all__ = ["Keyed", "Moments", "State", "merge", "merge_all"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of powers of n values about a centre near their mean, plain and weighted.

    About a centre nothing cancels, so that the variance of the whole is that of one pass over all values
    to a few roundings (Chan, Golub, LeVeque 1983); a merge moves both sides to one centre.

    Attributes
    ----------
    n : float
        Values counted.
    centre, size : float
        The centre, and the largest absolute value.
    plain : float64, shape (3,)
        Sums of d and d^2, d = x - centre; and of d^3.
    weights : float64, shape (3,)
        Sums of w, w^2 and w^3.
    weighted : float64, shape (6,)
        Sums of w d, w^2 d, w^2 d^2, w^3 d, w^3 d^2 and w^3 d^3.
    """

    n: float
    centre: float
    size: float
    plain: FloatArray
    weights: FloatArray
    weighted: FloatArray

    @staticmethod
    def of(x: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Moments:
        """Sum up the finite values of positive weight."""
        values = np.asarray(x, dtype=np.float64)
        w = np.ones(values.shape) if weights is None else np.asarray(weights, dtype=np.float64)
        counted = np.isfinite(values) & (w > 0)
        values, w = values[counted], w[counted]
        centre = float(values.mean()) if values.size else 0.0
        d = values - centre
        return Moments(
            float(values.size),
            centre,
            float(np.abs(values).max(initial=0.0)),
            np.array([d.sum(), (d**2).sum(), (d**3).sum()]),
            np.array([w.sum(), (w**2).sum(), (w**3).sum()]),
            np.array([(w**p * d**q).sum() for p, q in ((1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3))]),
        )

    def about(self, centre: float) -> Moments:
        """Move the sums to another centre."""
        s, (d1, d2, d3), (w1, w2, w3) = self.centre - centre, self.plain, self.weights
        a, b, c, e, f, g = self.weighted
        plain = [d1 + s * self.n, d2 + 2 * s * d1 + s**2 * self.n, d3 + 3 * s * d2 + 3 * s**2 * d1 + s**3 * self.n]
        weighted = [
            a + s * w1,
            b + s * w2,
            c + 2 * s * b + s**2 * w2,
            e + s * w3,
            f + 2 * s * e + s**2 * w3,
            g + 3 * s * f + 3 * s**2 * e + s**3 * w3,
        ]
        return Moments(self.n, centre, self.size, np.array(plain), self.weights, np.array(weighted))

    def __add__(self, other: Moments) -> Moments:
        """Merge two sets of values."""
        n = self.n + other.n
        centre = (self.n * self.centre + other.n * other.centre) / n if n else 0.0
        a, b = self.about(centre), other.about(centre)
        return Moments(
            n, centre, max(a.size, b.size), a.plain + b.plain, a.weights + b.weights, a.weighted + b.weighted
        )


@dataclass(frozen=True, slots=True)
class Keyed:
    """Sums by key: ``values[i]`` belongs to ``keys[i]``.

    Attributes
    ----------
    keys : int64, shape (k,)
        Distinct, ascending.
    values : float64, shape (k, m)
    """

    keys: IntArray
    values: FloatArray

    @staticmethod
    def of(keys: npt.ArrayLike, values: npt.ArrayLike) -> Keyed:
        """Add up the rows of each key: ``keys`` (r,), ``values`` (r, m)."""
        rows = np.asarray(values, dtype=np.float64)
        distinct, index = np.unique(np.asarray(keys, dtype=np.int64), return_inverse=True)
        sums = [np.bincount(index.reshape(-1), column, minlength=len(distinct)) for column in rows.T]
        return Keyed(distinct, np.stack(sums, axis=1) if sums else np.zeros((len(distinct), 0)))

    def __add__(self, other: Keyed) -> Keyed:
        """Add up two sets of sums."""
        return Keyed.of(np.concatenate([self.keys, other.keys]), np.concatenate([self.values, other.values]))


@dataclass(frozen=True, slots=True)
class State:
    """What some of the events say of all tests; `merge` adds the states of disjoint events.

    Attributes
    ----------
    sums : dict of float64 arrays
        Added; where one has more event days than the other (its settled days reach further), the days
        that lack are zero.
    moments : dict of Moments
    keyed : dict of Keyed
        Sums by calendar session.
    links : int64, shape (k, 2)
        Pairs of sessions that one test window holds, each once.
    largest : dict of float
        The larger of two is kept.
    gathered : dict of arrays, first axis events
        What only the whole cross-section can rank or resample, put one after another.
    """

    sums: dict[str, FloatArray] = field(default_factory=dict)
    moments: dict[str, Moments] = field(default_factory=dict)
    keyed: dict[str, Keyed] = field(default_factory=dict)
    links: IntArray = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    largest: dict[str, float] = field(default_factory=dict)
    gathered: dict[str, npt.NDArray[Any]] = field(default_factory=dict)


def merge(a: State, b: State) -> State:
    """Add two states of disjoint sets of events.

    Examples
    --------
    >>> left, right = (State(sums={"n": np.array([k])}) for k in (1.0, 2.0))
    >>> merge(left, right).sums["n"]
    array([3.])
    """
    return State(
        _each(a.sums, b.sums, _padded_sum),
        _each(a.moments, b.moments, lambda x, y: x + y),
        _each(a.keyed, b.keyed, lambda x, y: x + y),
        np.unique(np.concatenate([a.links, b.links]), axis=0),
        _each(a.largest, b.largest, max),
        _each(a.gathered, b.gathered, lambda x, y: np.concatenate([x, y])),
    )


def merge_all(states: Iterable[State]) -> State:
    """Add any number of states."""
    total = State()
    for state in states:
        total = merge(total, state)
    return total


def _each(a: dict[str, T], b: dict[str, T], add: Callable[[T, T], T]) -> dict[str, T]:
    return {**a, **{name: add(a[name], value) if name in a else value for name, value in b.items()}}


def _padded_sum(a: FloatArray, b: FloatArray) -> FloatArray:
    if a.shape == b.shape:
        return a + b
    out = np.zeros(np.maximum(a.shape, b.shape))
    for part in (a, b):
        out[tuple(slice(0, size) for size in part.shape)] += part
    return out
