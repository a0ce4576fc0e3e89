"""Centred Gram matrices of many small designs at once, as the inverse of their Cholesky factor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray

__all__ = ["KEPT", "Gram", "inner", "packed", "unwhiten", "whiten"]

KEPT = 1e-4
"""Smallest share of a sum of squares that may be left after centring and projection.

Below it, four digits of the sums have cancelled and the event is estimated again from its own rows.
"""


def packed(k: int) -> list[tuple[int, int]]:
    """Give row and column of the packed upper triangle, column by column."""
    return [(i, j) for j in range(k) for i in range(j + 1)]


class Gram(NamedTuple):
    """Means and whitening of k regressors over many samples.

    With U'U the Cholesky factorisation of the centred Gram matrix, ``whitener`` is U^-1, so that
    (X'X)^-1 = U^-1 U^-T and quadratic forms are sums of squares, never negative.

    ``mean`` (k, m), ``whitener`` (k(k+1)/2, m) packed by `packed`, ``weak`` (m,) where too many digits
    cancelled.
    """

    mean: FloatArray
    whitener: FloatArray
    weak: BoolArray

    @classmethod
    def of(cls, weight: FloatArray | np.float64, first: FloatArray, second: FloatArray) -> Gram:
        """From sum of weights (m,), sums (k, m) and sums of products (k(k+1)/2, m) packed."""
        k = first.shape[0]
        mean = first / weight
        pairs = packed(k)
        place = {pair: p for p, pair in enumerate(pairs)}
        upper = np.empty_like(second)
        weak = np.zeros(second.shape[1:], dtype=bool)
        for p, (i, j) in enumerate(pairs):
            value = second[p] - mean[i] * first[j]
            for h in range(i):
                value -= upper[place[h, i]] * upper[place[h, j]]
            if i < j:
                upper[p] = value / upper[place[i, i]]
            else:
                weak |= ~(value > KEPT * second[p])
                upper[p] = np.sqrt(np.maximum(value, 0.0))
        whitener = np.empty_like(upper)
        for p, (i, j) in enumerate(pairs):
            if i == j:
                whitener[p] = 1.0 / upper[p]
        for p, (i, j) in enumerate(pairs):
            if i < j:
                value = upper[place[i, j]] * whitener[place[i, i]]
                for h in range(i + 1, j):
                    value += upper[place[h, j]] * whitener[place[i, h]]
                whitener[p] = -value * whitener[place[j, j]]
        return cls(mean, whitener, weak)

    def take(self, index: IntArray) -> Gram:
        """Give the samples at ``index``."""
        return Gram(self.mean.take(index, axis=1), self.whitener.take(index, axis=1), self.weak.take(index))


def whiten(whitener: FloatArray, vectors: FloatArray) -> FloatArray:
    """Multiply U^-T with vectors: packed (k(k+1)/2, m) on (k, m) or (k, m, W); gives the same shape."""
    out = np.zeros_like(vectors)
    extra = (1,) * (vectors.ndim - 2)
    for p, (i, j) in enumerate(packed(vectors.shape[0])):
        out[j] += whitener[p].reshape(-1, *extra) * vectors[i]
    return out


def unwhiten(whitener: FloatArray, scores: FloatArray) -> FloatArray:
    """Multiply U^-1 with (k, m): coefficients from whitened scores."""
    slopes = np.zeros_like(scores)
    for p, (i, j) in enumerate(packed(scores.shape[0])):
        slopes[i] += whitener[p] * scores[j]
    return slopes


def inner(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sum the products of (k, ...) over k, term after term: in the same order for one event and for many."""
    total = np.zeros(a.shape[1:])
    for left, right in zip(a, b, strict=True):
        total += left * right
    return total
