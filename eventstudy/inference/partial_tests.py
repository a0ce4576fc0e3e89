"""The battery from sums over parts of the events: the numbers of `run_tests`, and no event-day matrix anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.inference import battery, battery_resampling, calendar_time, nonparametric, parametric  # noqa: F401
from eventstudy.inference._arrays import Statistic, mean_and_se, ratio, spread_is_rounding
from eventstudy.inference.day_sums import (
    DaySums,
    crude_of_sums,
    grank_t_of_sums,
    grank_z_of_sums,
    mean_rank_z_of_sums,
    zivney_z_of_sums,
)
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_state import Moments
from eventstudy.inference.partial_summed import NeedsDaysError, Summed, spread
from eventstudy.inference.registry import Computed, Outcome, TestResult, outcome_of, registered_tests, run_one

__all__ = ["SUMMED", "Needed", "SummedTest", "finish_tests", "needed_parts"]


def _t(m: Moments, weighted: bool) -> Statistic:
    mean, se, _, n = spread(m, weighted)
    return Statistic.of(ratio(mean, se), dof=n - 1, n=n, estimate=mean, se=se)


def _time_series(s: Summed) -> Statistic:
    wx, w, variance, dof, n = s.state.sums["time_series"]
    estimate, se = ratio(wx, w), ratio(np.sqrt(variance), w)
    return Statistic.of(ratio(estimate, se), dof=dof if n == 1 else np.inf, n=n, estimate=estimate, se=se)


def _patell(s: Summed) -> Statistic:
    wx, w, variance, _, n = s.state.sums["patell"]
    estimate, se = ratio(wx, w), ratio(np.sqrt(variance), w)
    return Statistic.of(ratio(estimate, se), n=n, estimate=estimate, se=se)


def _adjusted_patell(s: Summed) -> Outcome:
    plain, (_, w, _, w2, _) = _patell(s), s.state.sums["patell"]
    adjusted = parametric.correlated_patell(plain, ratio(w**2, w2), s.correlation.r_bar)
    return battery.with_r_bar(s, plain, adjusted, battery.LITTLE)


def _adjusted_bmp(s: Summed) -> Outcome:
    moments = s.state.moments["scar"]
    plain = _t(moments, s.weighted)
    effective = ratio(moments.weights[0] ** 2, moments.weights[1])
    adjusted = parametric.correlated_bmp(plain, effective, s.correlation.r_bar)
    return battery.with_r_bar(s, plain, adjusted, battery.EQUAL)


def _hall(s: Summed) -> Outcome:
    m = s.state.moments["car"]
    mean, se, _, n = spread(m, s.weighted)
    here = m.about(float(mean)) if np.isfinite(mean) else m
    g = ratio(ratio(here.weighted[5], n), ratio(here.weighted[2], n) ** 1.5)
    statistic = parametric.hall(mean, se, g, n)
    interval = partial(parametric.hall_interval, mean, se, g, n)
    return battery.hall_outcome(s, statistic, interval)


def _sign(s: Summed) -> Outcome:
    return battery.share_of(s, _against(s, 0.5))


def _against(s: Summed, chance: float | FloatArray) -> Statistic:
    positive, w, w2, n, *_ = s.state.sums["signs"]
    estimate, p = ratio(positive, w), np.asarray(chance)
    se = ratio(np.sqrt(w2 * p * (1 - p)), w)
    return Statistic.of(ratio(estimate - p, se), n=n, estimate=estimate, se=se)


def _generalized_sign(s: Summed) -> Outcome:
    *_, share, w = s.state.sums["signs"]
    return battery.generalized(battery.share_of(s, _against(s, ratio(share, w))))


def _sign_exact(s: Summed) -> Outcome:
    n, positive = (np.asarray(int(s.state.sums["signs"][k])) for k in (3, 4))
    statistic, p = nonparametric.sign_exact_of_counts(positive, n, s.alternative)
    return battery.share_of(s, statistic, float(p))


def _days(s: Summed, name: str) -> DaySums:
    sums = s.state.sums
    return DaySums(sums[f"{name}:all"], sums[f"{name}:window"], sums[f"{name}:n"])


def _crude(s: Summed) -> Outcome:
    return battery.beside(s, crude_of_sums(_days(s, "crude")))


def _mean_ranks(s: Summed, name: str) -> Outcome:
    return battery.beside(s, mean_rank_z_of_sums(_days(s, name)))


def _zivney(s: Summed, name: str) -> Statistic:
    return zivney_z_of_sums(_days(s, name))


def _grank_t(s: Summed) -> Statistic:
    return grank_t_of_sums(s.state.sums["grank:days"], s.state.sums["grank:top"][3], weighted=s.weighted)


def _grank_z(s: Summed) -> Statistic:
    return grank_z_of_sums(s.state.sums["grank:top"])


def _clustered(s: Summed, variance: FloatArray, dof: float) -> Statistic:
    m = s.state.moments["car"]
    mean, _, _, n = spread(m, s.weighted)
    se = np.sqrt(np.where(variance > 0, variance, np.nan))
    se = np.where(spread_is_rounding(se, np.asarray(m.size)), np.nan, se)
    return Statistic.of(ratio(mean, se), dof=dof, n=n, estimate=mean, se=se)


def _meat(s: Summed) -> tuple[float, float]:
    """Sum of squared cluster sums of w (x - mean), and the number of clusters."""
    mean, sums = spread(s.state.moments["car"], s.weighted)[0], s.cluster_sums
    return float(((sums[:, 0] - mean * sums[:, 1]) ** 2).sum()), float(len(sums))


def _one_way(meat: float, groups: float, total: float) -> FloatArray:
    return ratio(ratio(groups, groups - 1) * meat, total**2)


def _clustered_t(s: Summed) -> Statistic:
    meat, groups = _meat(s)
    return _clustered(s, _one_way(meat, groups, s.state.moments["car"].weights[0]), groups - 1)


def _two_way(s: Summed) -> Statistic:
    total = s.state.moments["car"].weights[0]
    meat, groups = _meat(s)
    by_asset, assets, by_both, both = s.state.sums["two_way"]
    variance = _one_way(meat, groups, total) + _one_way(by_asset, assets, total) - _one_way(by_both, both, total)
    return _clustered(s, variance, min(groups, assets) - 1)


def _ibragimov_muller(s: Summed) -> Statistic:
    sums = s.cluster_sums
    mean, se, _, groups = mean_and_se(ratio(sums[:, 0], sums[:, 1]))
    return Statistic.of(ratio(mean, se), dof=groups - 1, n=s.n, estimate=mean, se=se)


def _calendar(s: Summed, lags: int | None) -> Outcome:
    values = s.state.keyed["calendar"].values
    return outcome_of(calendar_time.calendar_time_t(values[:, 0] / values[:, 1], lags=lags), s)


@dataclass(frozen=True, slots=True)
class SummedTest:
    """How a test is made of sums: the parts it reads in each pass, and what finishes them."""

    finish: Callable[[Summed], Computed]
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    pairs: bool = False


SUMMED: dict[str, SummedTest] = {
    "time_series_t": SummedTest(_time_series, ("time_series",)),
    "cross_sectional_t": SummedTest(lambda s: _t(s.state.moments["car"], s.weighted)),
    "crude_dependence_t": SummedTest(_crude, ("crude",)),
    "patell_z": SummedTest(_patell, ("patell",)),
    "adjusted_patell_z": SummedTest(_adjusted_patell, ("patell", "pairs"), pairs=True),
    "bmp_t": SummedTest(lambda s: _t(s.state.moments["scar"], s.weighted), ("scar",)),
    "adjusted_bmp_t": SummedTest(_adjusted_bmp, ("scar", "pairs"), pairs=True),
    "skewness_adjusted_t": SummedTest(_hall),
    "sign_z": SummedTest(_sign, ("signs",)),
    "sign_exact": SummedTest(_sign_exact, ("signs",)),
    "generalized_sign_z": SummedTest(_generalized_sign, ("signs",)),
    "corrado_rank_z": SummedTest(lambda s: _mean_ranks(s, "corrado"), ("ranks",)),
    "corrado_zivney_rank_z": SummedTest(lambda s: _zivney(s, "zivney"), ("ranks",)),
    "corrado_zivney_sign_z": SummedTest(lambda s: _zivney(s, "zivney_sign"), ("zivney_signs",)),
    "cumulative_rank_z": SummedTest(lambda s: _mean_ranks(s, "cumulative"), ("cumulative",)),
    "grank_t": SummedTest(_grank_t, ("grank_spread",), ("grank",)),
    "grank_z": SummedTest(_grank_z, ("grank_spread",), ("grank",)),
    "clustered_t": SummedTest(_clustered_t, ("clusters",)),
    "clustered_two_way_t": SummedTest(_two_way, ("clusters",), ("two_way",)),
    "ibragimov_muller_t": SummedTest(_ibragimov_muller, ("clusters",)),
    "calendar_time_t": SummedTest(lambda s: _calendar(s, 0), ("calendar",)),
    "calendar_time_nw_t": SummedTest(lambda s: _calendar(s, None), ("calendar",)),
    "bhar_t": SummedTest(lambda s: _t(s.state.moments["bhar"], s.weighted), ("bhar",)),
}
"""Tests made of sums alone. The others rank or resample the whole cross-section: they gather (n,) arrays."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What some tests read: parts of both passes, and whether r_bar is among it."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    pairs: bool


def _by_sums(name: str, weighted: bool) -> SummedTest | None:
    """How a test is made of sums; None where it needs the whole cross-section, as exact weighted signs do."""
    return None if weighted and name == "sign_exact" else SUMMED.get(name)


def needed_parts(names: Iterable[str], *, weighted: bool) -> Needed:
    """Tell what to sum up for these tests.

    Examples
    --------
    >>> needed_parts(["bmp_t", "grank_t"], weighted=False)
    Needed(first=('grank_spread', 'scar'), second=('grank',), pairs=False)
    >>> needed_parts(["wilcoxon_signed_rank"], weighted=False).first
    ('clusters', 'gather')
    """
    first: set[str] = set()
    second: set[str] = set()
    pairs = False
    for name in names:
        how = _by_sums(name, weighted)
        if how is None:
            first |= {"gather", "clusters"}
        else:
            first |= set(how.first)
            second |= set(how.second)
            pairs |= how.pairs
    return Needed(tuple(sorted(first)), tuple(sorted(second)), pairs)


def finish_tests(summed: Summed, names: Iterable[str]) -> list[TestResult]:
    """Finish the tests, in the register's order: what `run_tests` gives for all events at once.

    Parameters
    ----------
    summed : Summed
        With the state of what `needed_parts` lists.
    names : iterable of str
    """
    chosen = set(names)
    results = []
    with np.errstate(over="ignore", invalid="ignore"):
        for spec in registered_tests():
            if spec.name in chosen:
                how = _by_sums(spec.name, summed.weighted)
                if how is not None:
                    results.append(run_one(spec, summed, partial(how.finish, summed)))
                else:
                    results.append(run_one(spec, summed, partial(_of_all, spec.compute, summed)))
    return results


def _of_all(compute: Callable[[Evidence], Computed], summed: Summed) -> Computed:
    try:
        return compute(summed.gathered())
    except NeedsDaysError:
        return Outcome(np.nan, np.nan, summed.n, note=_alone(summed.n))


def _alone(n: int) -> str:
    return f"reads the event days of {n} events, which lie in many parts: run it on one machine"
