"""Two means that the adviser measures beside the study's own: of its benchmark, and of the days before."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eventstudy._types import BoolArray, IntArray
from eventstudy.inference._arrays import Statistic, interval, p_value, ratio
from eventstudy.inference.clustered import ibragimov_muller_t
from eventstudy.inference.correlation import sample_correlation
from eventstudy.inference.parametric import bmp_t, effective_n, patell_z
from eventstudy.inference.sample import Sample
from eventstudy.inference.single_event import sq_test
from eventstudy.windows import Window

__all__ = ["MeanTest", "benchmark_reaction", "pre_event_drift"]


class MeanTest(NamedTuple):
    """A mean standardised CAR, its two-sided p, and the 95 % interval of the same test; ``car`` in decimals."""

    car: float
    scar: float
    p_value: float
    ci_low: float
    ci_high: float


UNKNOWN = MeanTest(*5 * (float("nan"),))


def benchmark_reaction(benchmark: Sample) -> MeanTest:
    """Mean reaction of the benchmark: by rank for one date, Patell for few, BMP from five on.

    Its rows are dates, which have no weights.
    """
    used = np.isfinite(benchmark.scar)
    n = int(used.sum())
    if n == 0:
        return UNKNOWN
    if n == 1:
        return _single(benchmark, used)
    scar = benchmark.scar[used]
    found = patell_z(scar, benchmark.dof[used]) if n < 5 else bmp_t(scar)
    return _of(float(benchmark.car[used].mean()), found)


def pre_event_drift(sample: Sample, label: IntArray, there: BoolArray) -> MeanTest:
    """Mean abnormal return of the days before the window; by rank for one event, else over clusters.

    Where all events are one cluster: Patell's z adjusted for their correlation.
    """
    past = _before(sample, there)
    if past is None:
        return UNKNOWN
    scar = past.scar
    used = np.isfinite(scar)
    if not used.any():
        return UNKNOWN
    if used.sum() == 1:
        return _single(past, used)
    w = None if past.weights is None else past.weights[used]
    car = float(np.average(past.car[used], weights=w))
    if len(np.unique(label[used])) > 1:
        return _of(car, ibragimov_muller_t(scar[used], label[used], w))
    found = patell_z(scar[used], sample.dof[used], w)
    r = sample_correlation(past, past.selected & used[:, None], past.weights).r_bar
    inflation = 1.0 + (effective_n(scar[used], w) - 1) * r
    se = found.se * np.sqrt(inflation if inflation > 0 else np.nan)
    return _of(car, Statistic.of(ratio(found.estimate, se), n=found.n, estimate=found.estimate, se=se))


def _before(sample: Sample, there: BoolArray) -> Sample | None:
    """Give the same events with the days before the window as theirs; None where there are none."""
    last = min(sample.window.start, 0) - 1
    start = sample.event_window.start
    if last < start or not there.any():
        return None
    before = Window(start, last)
    chosen = np.zeros(sample.ar.shape, dtype=bool)
    chosen[:, : before.length] = np.isfinite(sample.ar[:, : before.length])
    count = chosen.sum(axis=1)
    car = np.where(there & (count > 0), np.where(chosen, sample.ar, 0.0).sum(axis=1), np.nan)
    scale = np.where(chosen, sample.forecast_scale, 0.0).sum(axis=1)
    # the forecast errors of different days share the estimated intercept: 1 / M each
    scale = scale + count * (count - 1.0) / np.maximum(sample.n_estimation, 1)
    return replace(
        sample, window=before, car=car, car_variance=sample.sigma**2 * scale, selected=chosen, settle=0 * sample.settle
    )


def _single(sample: Sample, used: BoolArray) -> MeanTest:
    found = sq_test(sample)
    se = float(np.sqrt(sample.car_variance[used][0]))
    low, high = float(found.ci_low[used][0]) / se, float(found.ci_high[used][0]) / se
    return MeanTest(float(sample.car[used][0]), float(sample.scar[used][0]), float(found.p_value[used][0]), low, high)


def _of(car: float, found: Statistic) -> MeanTest:
    low, high = interval(found.estimate, found.se, found.dof)
    p = p_value(found.value, found.dof)
    return MeanTest(car, float(found.estimate), float(p), float(low), float(high))
