"""Least squares from an event's own rows: centred twice, by QR; for designs that window sums cannot carry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.estimation.arrays import Cut, Inputs, Plan
from eventstudy.estimation.gram import packed
from eventstudy.estimation.solve import Estimates, mark_empty
from eventstudy.estimation.status import Status
from eventstudy.windows import Window

__all__ = ["chunks", "fit_exact", "own_rows"]

DEPENDENT = 1e-12
"""A column counts as a combination of earlier ones when less than this share of its norm is left."""
NO_RESIDUAL = 1e-14
"""Residuals below this share of the fitted terms' norm are rounding: the fit is perfect."""


def chunks(events: IntArray, width: int, n_arrays: int) -> Iterator[IntArray]:
    """Cut events into parts: ``n_arrays`` arrays, ``width`` sessions wide, take about 1 MB and stay in cache."""
    step = max(1, (1 << 17) // max(1, width * n_arrays))
    for at in range(0, events.size, step):
        yield events[at : at + step]


def own_rows(inputs: Inputs, events: IntArray, samples: IntArray) -> Cut:
    """Take the estimation samples of events with their own windows ``samples`` (n, 2).

    The windows are left-aligned; what lies beyond an event's own window is not in ``use``.
    """
    start = samples[events, 0]
    length = samples[events, 1] - start + 1
    longest = int(length.max())
    cut = inputs.sessions(inputs.positions[events, 0] + start, inputs.positions[events, 1], longest)
    cut.use[...] &= np.arange(longest) < length[:, None]
    return cut


def fit_exact(
    inputs: Inputs,
    events: IntArray,
    out: Estimates,
    plan: Plan,
    needed: IntArray,
    fixed: bool,
    names: tuple[str, ...],
    why: dict[int, str],
) -> None:
    """Estimate events one window at a time in stacked QR factorisations; write into ``out``.

    Parameters
    ----------
    inputs : Inputs
    events : int64, shape (m,)
    out : Estimates
    plan : Plan
    needed : int64, shape (n,)
        Fewest valid estimation returns of each event.
    fixed : bool
    names : tuple of str
        Names of the slopes, for the reason of a rank-deficient event.
    why : dict
        Gets the reason of each rank-deficient event.
    """
    if events.size == 0:
        return
    width = int(plan.lengths[events].max())
    for part in chunks(events, width + plan.days.length, 3 * inputs.n_slopes + 4):
        cut = own_rows(inputs, part, plan.samples)
        _fit(inputs, part, cut, out, plan.days, needed[part], fixed, names, why)


def _fit(
    inputs: Inputs,
    ids: IntArray,
    cut: Cut,
    out: Estimates,
    days: Window,
    needed: IntArray,
    fixed: bool,
    names: tuple[str, ...],
    why: dict[int, str],
) -> None:
    k = inputs.n_slopes
    count = cut.use.sum(axis=1)
    span = np.where(cut.use, 1.0 if cut.span is None else cut.span, 0.0)
    weight = span.sum(axis=1)
    root = np.sqrt(np.where(span > 0, span, 1.0))
    enough = count >= needed
    with np.errstate(all="ignore"):
        x, xbar, x_norm = _centred(cut.x, cut.use, span, weight, root)
        y, ybar, y_norm = _centred(cut.y[None], cut.use, span, weight, root)
        design, target = np.moveaxis(x, 0, -1), y[0]
        norms = np.linalg.norm(design, axis=1)
        constant = norms <= DEPENDENT * x_norm.T
        q, r = np.linalg.qr(design) if k else (design, np.zeros((ids.size, 0, 0)))
        dependent = constant | (np.abs(np.diagonal(r, axis1=1, axis2=2)) <= DEPENDENT * norms)
        bad = dependent.any(axis=1)
        for lost in np.flatnonzero(bad & enough):
            why[int(ids[lost])] = _name_dependence(r[lost], norms[lost], constant[lost], dependent[lost], names)
        r[bad] = np.eye(k)
        inverse = np.linalg.inv(r)
        slopes = np.einsum("mij,mj->mi", inverse, np.einsum("mwi,mw->mi", q, target))
        residual = target - np.einsum("mwi,mi->mw", design, slopes)
        ssr = np.einsum("mw,mw->m", residual, residual)
        scale = np.maximum(y_norm[0], np.abs(slopes * x_norm.T).max(axis=1, initial=0.0))
        perfect = np.sqrt(ssr) <= NO_RESIDUAL * scale
        ssr[perfect] = 0.0
        out.sigma[ids] = np.sqrt(ssr / (count - (1 + k)))
        out.r2[ids] = np.nan if fixed else 1.0 - ssr / np.einsum("mw,mw->m", target, target)
    out.mean[ids] = xbar.T
    for p, (i, j) in enumerate(packed(k)):
        out.whitener[ids, p] = inverse[:, i, j]
    out.coefficients[ids, 0] = ybar[0] - np.einsum("mi,im->m", slopes, xbar)
    out.coefficients[ids, 1:] = slopes
    out.n_estimation[ids] = count
    if out.span is not None:
        out.span[ids] = weight
    status = np.where(perfect, Status.NO_VARIANCE, Status.OK)
    status = np.where(enough, np.where(bad, Status.RANK_DEFICIENT, status), Status.TOO_FEW).astype(np.int8)
    event = inputs.cut(ids, days)
    ar = event.y.copy()
    if not fixed:
        spans = np.float64(1.0) if event.span is None else event.span
        # Deviations from the sample means: a large intercept would cancel against large slopes.
        ar -= ybar[0][:, None] * spans
        for j in range(k):
            ar -= slopes[:, j, None] * (event.x[j] - xbar[j][:, None] * spans)
    out.ar[ids] = ar
    mark_empty(ar, status)
    out.status[ids] = status


def _centred(
    series: FloatArray, use: BoolArray, span: FloatArray, weight: FloatArray, root: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centre (k, m, W) twice and weigh it; give it with means (k, m) and norms before centring (k, m)."""
    held = np.where(use, series, 0.0)
    norm = np.sqrt(np.einsum("kmw,kmw->km", held / root, held / root))
    mean = held.sum(axis=2) / weight
    held -= mean[:, :, None] * span
    second = held.sum(axis=2) / weight
    held -= second[:, :, None] * span
    return held / root, mean + second, norm


def _name_dependence(
    r: FloatArray, norms: FloatArray, constant: BoolArray, dependent: BoolArray, names: tuple[str, ...]
) -> str:
    """Say which factors do not vary, or are combinations of which others."""
    flat = [names[j] for j in np.flatnonzero(constant)]
    if flat:
        verb = "does" if len(flat) == 1 else "do"
        return f"rank-deficient: {', '.join(flat)} {verb} not vary over the estimation window"
    last = int(np.flatnonzero(dependent)[0])
    mix = np.linalg.lstsq(r[:last, :last], r[:last, last], rcond=None)[0]
    others = [names[i] for i in range(last) if abs(mix[i]) * norms[i] > 1e-8 * norms[last]]
    return (
        f"rank-deficient: factors {', '.join([*others, names[last]])} are linearly dependent over the estimation window"
    )
