"""Forecast errors and residuals of linear fits, read from the inputs again when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.estimation.arrays import Cut, Inputs, Plan
from eventstudy.estimation.exact import chunks
from eventstudy.estimation.gram import inner, whiten
from eventstudy.estimation.solve import Estimates
from eventstudy.estimation.status import Status

__all__ = ["LinearFit"]


@dataclass(frozen=True, slots=True)
class LinearFit:
    """What a linear fit knows beyond its coefficients.

    With d the sessions a return spans (1 but for scaled gaps), D the sum of d over the sample and
    U'U the centred Gram matrix: x'(X'X)^-1 x = d^2 / D + |U^-T (x - d xbar)|^2.
    """

    inputs: Inputs
    estimates: Estimates
    plan: Plan
    fixed: bool

    def _held(self) -> IntArray:
        return np.flatnonzero(self.estimates.status <= Status.NO_VARIANCE)

    def _rows(self, events: IntArray, first: int, length: int) -> tuple[FloatArray, FloatArray]:
        """Regressors (k, m, W) and spans (m, W) of W sessions from offset ``first`` on around day 0 of the events."""
        held = self.inputs.positions[events]
        x, span = self.inputs.regressors(held[:, 0] + first, held[:, 1], length)
        return x, np.ones((events.size, length)) if span is None else span

    def _hat(self, part: IntArray, x: FloatArray, span: FloatArray) -> FloatArray:
        """x'(X'X)^-1 x of rows x (k, m, W) with spans (m, W)."""
        held = span**2 / self.estimates.weight(part)[:, None]
        if x.shape[0]:
            z = whiten(self.estimates.whitener[part].T, x - self.estimates.mean[part].T[:, :, None] * span)
            held = held + inner(z, z)
        return held

    def scale(self, day_columns: slice) -> FloatArray:
        """C_it of the given event-day columns, shape (n, d)."""
        first, after, _ = day_columns.indices(self.plan.days.length)
        out = np.full((self.estimates.ar.shape[0], after - first), np.nan)
        if self.fixed and self.inputs.spans is None:
            out[self._held()] = 1.0
            return out
        for part in chunks(self._held(), out.shape[1], self.inputs.n_slopes + 2):
            x, span = self._rows(part, self.plan.days.start + first, out.shape[1])
            out[part] = span if self.fixed else span + self._hat(part, x, span)
        return out

    def sum_scale(self, selected: BoolArray, first: int) -> FloatArray:
        """g'(I + X*(X'X)^-1 X*')g for the selected days, shape (n,)."""
        out = np.full(self.estimates.ar.shape[0], np.nan)
        width = selected.shape[1]
        for part in chunks(self._held(), width, self.inputs.n_slopes + 2):
            g = selected[part]
            if self.inputs.spans is None and (self.fixed or not self.inputs.n_slopes):
                span = g.sum(axis=1, keepdims=True).astype(np.float64)
                total = np.empty((0, part.size, 1))
            else:
                x, span = self._rows(part, self.plan.days.start + first, width)
                span = np.where(g, span, 0.0).sum(axis=1, keepdims=True)
                total = np.where(g, x, 0.0).sum(axis=2, keepdims=True)
            out[part] = span[:, 0] if self.fixed else (span + self._hat(part, total, span))[:, 0]
        return out

    def covariance(self, events: IntArray) -> FloatArray:
        """I + X*(X'X)^-1 X*' over all event days of the given events, shape (m, D, D); NaN beyond the data."""
        days = self.plan.days
        out = np.full((events.size, days.length, days.length), np.nan)
        where = np.flatnonzero(self.estimates.status[events] <= Status.NO_VARIANCE)
        held = events[where]
        x, span = self._rows(held, days.start, days.length)
        matrix = span[:, :, None] * np.eye(days.length)
        if not self.fixed:
            matrix += span[:, :, None] * span[:, None, :] / self.estimates.weight(held)[:, None, None]
            mean = self.estimates.mean[held].T[:, :, None]
            z = whiten(self.estimates.whitener[held].T, x - mean * span)
            matrix += np.einsum("kmv,kmw->mvw", z, z)
        out[where] = matrix
        return out

    def residuals(self, events: IntArray) -> FloatArray:
        """Estimation residuals of the given events, shape (m, M), NaN = none."""
        out = np.full((events.size, self.plan.sample.length), np.nan)
        for part, where, cut in self._samples(events):
            residual = cut.y
            if not self.fixed:
                b = self.estimates.coefficients[part]
                residual -= b[:, :1] if cut.span is None else b[:, :1] * cut.span
                for j, x in enumerate(cut.x, start=1):
                    x *= b[:, j : j + 1]  # the cut is a copy, and nobody else's
                    residual -= x
            if cut.span is not None:
                residual /= np.sqrt(np.where(cut.use, cut.span, 1.0))
            out[where] = residual
        return out

    def leverage(self, events: IntArray) -> FloatArray:
        """Leverage of each estimation day of the given events, shape (m, M), NaN = none."""
        out = np.full((events.size, self.plan.sample.length), np.nan)
        for part, where, cut in self._samples(events):
            span = np.where(cut.use, _span(cut), 1.0)
            hat = np.zeros(span.shape) if self.fixed else self._hat(part, np.where(cut.use, cut.x, 0.0), span)
            out[where] = np.where(cut.use, hat / span, np.nan)
        return out

    def _samples(self, events: IntArray) -> Iterator[tuple[IntArray, IntArray, Cut]]:
        offsets = np.arange(self.plan.sample.start, self.plan.sample.end + 1)
        held = np.flatnonzero(self.estimates.status[events] <= Status.NO_VARIANCE)
        for where in chunks(held, offsets.size, self.inputs.n_slopes + 3):
            part = events[where]
            # A sample that holds as many sessions as its window is long lacks none of them.
            full = bool((self.estimates.n_estimation[part] == offsets.size).all())
            cut = self.inputs.cut(part, self.plan.sample, full=full)
            if not full:
                cut.use[...] &= self.plan.in_sample(part, offsets)
                cut.y[~cut.use] = np.nan
            yield part, where, cut


def _span(cut: Cut) -> FloatArray:
    return np.ones(cut.y.shape) if cut.span is None else cut.span
