"""The tests of the battery in the order of the report; importing it registers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from eventstudy._types import FloatArray
from eventstudy.inference import bhar as buy_and_hold
from eventstudy.inference import calendar_time, clustered, nonparametric, parametric, ranks
from eventstudy.inference._arrays import Statistic, critical_value
from eventstudy.inference.registry import Evidence, Known, Outcome, outcome_of, register, registered_tests
from eventstudy.inference.weighted_signs import SignedTest, weighted_sign_exact, weighted_signed_rank

__all__ = ["BATTERY"]

EQUAL = "the abnormal returns are all equal: zero variance"
FLAT = "the estimation residuals do not vary"
LITTLE = "no event has more than two degrees of freedom"

INDEPENDENT = "nothing: assumes independent events and no event-induced variance"
VARIANCE = "event-induced variance"
SHARED = "events that share dates"
FAT = "non-normal returns"
SYMMETRIC = "fat tails, if symmetric"


def with_r_bar(evidence: Known, plain: Statistic, statistic: Statistic, undefined: str) -> Outcome:
    """Say why an adjustment for r_bar is not defined, or which pairs r_bar leaves out."""
    found, outcome = evidence.correlation, outcome_of(statistic, evidence)
    if not np.isfinite(plain.value):
        return replace(outcome, note=undefined)
    if not np.isfinite(statistic.value):
        return replace(outcome, note=f"r_bar = {found.r_bar:.3g} leaves no positive variance")
    if not found.n_unknown:
        return outcome
    return replace(
        outcome,
        note=f"{found.n_unknown} of {found.n_overlapping} overlapping pairs left out of r_bar: too few common dates",
    )


def _adjusted_patell(evidence: Evidence) -> Outcome:
    n = parametric.effective_n(parametric.with_variance(evidence.scar, evidence.sample.dof), evidence.weights)
    adjusted = parametric.correlated_patell(evidence.patell, n, evidence.correlation.r_bar)
    return with_r_bar(evidence, evidence.patell, adjusted, LITTLE)


def _adjusted_bmp(evidence: Evidence) -> Outcome:
    n = parametric.effective_n(evidence.scar, evidence.weights)
    adjusted = parametric.correlated_bmp(evidence.bmp, n, evidence.correlation.r_bar)
    return with_r_bar(evidence, evidence.bmp, adjusted, EQUAL)


def beside(evidence: Known, statistic: Statistic) -> Outcome:
    """Say which events are in the average of the estimation days and not in the window's.

    They have a return on another day of the event window. The average of more events spreads less, so the
    statistic is the larger for them; Corrado and Zivney's tests scale each day by the events it has.
    """
    outcome, missing = outcome_of(statistic, evidence), evidence.n_beside
    if not (missing and np.isfinite(outcome.statistic)):
        return outcome
    return replace(outcome, note=f"too large: the spread is also of {missing} events without a return in this window")


def _skewness_adjusted(evidence: Evidence) -> Outcome:
    parts = parametric.hall_parts(evidence.car, evidence.weights)
    return hall_outcome(evidence, parametric.hall(*parts), partial(parametric.hall_interval, *parts))


def hall_outcome(
    evidence: Known, statistic: Statistic, interval: Callable[[float, float], tuple[FloatArray, FloatArray]]
) -> Outcome:
    """Give Hall's statistic its own interval: the means whose statistic lies between the quantiles."""
    if not np.isfinite(statistic.value):
        return outcome_of(statistic, evidence)
    z = float(critical_value(evidence.level, alternative=evidence.alternative))
    # One-sided "greater" bounds the mean from below: the test accepts means whose statistic is at most z.
    low, high = interval(
        -np.inf if evidence.alternative == "greater" else -z, np.inf if evidence.alternative == "less" else z
    )
    return replace(
        outcome_of(statistic, evidence),
        ci_low=-np.inf if evidence.alternative == "less" else float(low),
        ci_high=np.inf if evidence.alternative == "greater" else float(high),
    )


def share_of(evidence: Known, statistic: Statistic, p: float | None = None) -> Outcome:
    base = outcome_of(statistic if p is None else (statistic, p), evidence)
    low, high = nonparametric.share_interval(
        base.estimate, evidence.n_signs, level=evidence.level, alternative=evidence.alternative, exact=p is not None
    )
    if not np.isfinite(base.statistic):
        return base
    law = f"binomial({base.n}, 1/2)" if p is not None else base.distribution
    return replace(base, ci_low=low, ci_high=high, distribution=law)


def _weighted_signs(found: SignedTest) -> Outcome:
    return Outcome(
        float(found.statistic), float(found.p_value), int(found.n), estimate=float(found.estimate),
        ci_low=float(found.ci_low), ci_high=float(found.ci_high), distribution=str(found.law),
    )  # fmt: skip


def _sign_exact(evidence: Evidence) -> Outcome:
    if evidence.weights is not None and not evidence.equal_weights:
        return _weighted_signs(
            weighted_sign_exact(
                evidence.car, evidence.weights, evidence.alternative, level=evidence.level, seed=evidence.seed
            )
        )
    statistic, p = nonparametric.sign_exact(evidence.car, evidence.alternative)
    return share_of(evidence, statistic, float(p))


def _generalized_sign(evidence: Evidence) -> Outcome:
    share = nonparametric.positive_share(evidence.sample.residuals)
    return generalized(share_of(evidence, nonparametric.generalized_sign_z(evidence.car, share, evidence.weights)))


def generalized(found: Outcome) -> Outcome:
    """Say why the generalised sign test is not defined, where it is not."""
    if np.isfinite(found.statistic):
        return found
    return replace(found, note="no event has a sign, or no estimation residual is positive or none is negative")


def _wilcoxon(evidence: Evidence) -> Outcome:
    if evidence.weights is not None and not evidence.equal_weights:
        return _weighted_signs(
            weighted_signed_rank(
                evidence.car, evidence.weights, evidence.alternative, level=evidence.level, seed=evidence.seed
            )
        )
    statistic, p = nonparametric.wilcoxon_signed_rank(evidence.car, evidence.alternative)
    base = outcome_of((statistic, float(p)), evidence)
    if not np.isfinite(base.statistic):
        return base
    law = "exact signed-rank" if base.n <= nonparametric.EXACT_UP_TO else "N(0,1) of the centred statistic"
    centre, low, high = nonparametric.wilcoxon_interval(
        evidence.car, level=evidence.level, alternative=evidence.alternative
    )
    return replace(base, distribution=law, estimate=centre, ci_low=low, ci_high=high)


def _calendar(evidence: Evidence, lags: int | None) -> Outcome:
    s = evidence.sample
    assert s.realised is not None and s.expected is not None  # the need "simple returns" was met
    held = calendar_time.calendar_portfolio(s.realised - s.expected, s.sessions, evidence.selected, s.weights)
    return outcome_of(calendar_time.calendar_time_t(held.returns, lags=lags), evidence)


def _bhar_adjusted(evidence: Evidence) -> Outcome:
    statistic, p, low, high = buy_and_hold.bhar_skewness_adjusted_t(
        evidence.bhar,
        evidence.weights,
        seed=evidence.seed,
        alternative=evidence.alternative,
        level=evidence.level,
        client=evidence.client,
    )
    base = outcome_of((statistic, float(p)), evidence)
    if not np.isfinite(base.statistic):
        return base
    return replace(base, ci_low=float(low), ci_high=float(high), distribution="bootstrap")


def _register_parametric() -> None:
    register(
        "time_series_t",
        lambda e: parametric.time_series_t(
            np.where(np.isfinite(e.scar), e.car, np.nan), e.sample.car_variance, e.sample.dof, e.weights
        ),
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "scar"], robust_to=INDEPENDENT,
        reference="MacKinlay 1997", undefined="no event has a forecast variance to standardise by",
    )  # fmt: skip
    register(
        "cross_sectional_t", lambda e: parametric.cross_sectional_t(e.car, e.weights),
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "two events"], robust_to=VARIANCE,
        reference="Brown, Warner 1980", undefined=EQUAL,
    )  # fmt: skip
    register(
        "crude_dependence_t",
        lambda e: beside(e, parametric.crude_dependence_t(*e.averaged)),
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "residuals"], robust_to=SHARED,
        reference="Brown, Warner 1980, 1985", undefined=f"too few estimation days hold half the events, or {FLAT}",
    )  # fmt: skip
    register(
        "patell_z", lambda e: e.patell,
        null="mean SCAR = 0", estimand="mean SCAR", needs=["event", "scar"], robust_to=INDEPENDENT,
        reference="Patell 1976", undefined=LITTLE,
    )  # fmt: skip
    register(
        "adjusted_patell_z", _adjusted_patell,
        null="mean SCAR = 0", estimand="mean SCAR", needs=["event", "two scars", "correlation"], robust_to=SHARED,
        reference="Kolari, Pynnonen 2010",
    )  # fmt: skip
    register(
        "bmp_t", lambda e: e.bmp,
        null="mean SCAR = 0", estimand="mean SCAR", needs=["event", "two scars"], robust_to=VARIANCE,
        reference="Boehmer, Musumeci, Poulsen 1991", undefined=EQUAL,
    )  # fmt: skip
    register(
        "adjusted_bmp_t", _adjusted_bmp,
        null="mean SCAR = 0", estimand="mean SCAR", needs=["event", "two scars", "correlation"],
        robust_to=f"{VARIANCE}; {SHARED}", reference="Kolari, Pynnonen 2010",
    )  # fmt: skip
    register(
        "skewness_adjusted_t", _skewness_adjusted,
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "three events"],
        robust_to=f"{VARIANCE}; skewness", reference="Hall 1992", undefined=EQUAL,
    )  # fmt: skip


def _register_nonparametric() -> None:
    half, share = "P(CAR > 0) = 1/2", "P(CAR > 0)"
    none = "no event has a sign"
    register(
        "sign_z", lambda e: share_of(e, nonparametric.sign_z(e.car, e.weights)),
        null=half, estimand=share, needs=["event"], robust_to=f"{VARIANCE}; {SYMMETRIC}", reference="Cowan 1992",
        undefined=none,
    )  # fmt: skip
    register(
        "sign_exact", _sign_exact,
        null=half, estimand=share, needs=["event"], robust_to=f"{VARIANCE}; {SYMMETRIC}",
        reference="Cowan 1992", undefined=none,
    )  # fmt: skip
    register(
        "generalized_sign_z", _generalized_sign,
        null="P(CAR > 0) = share of positive estimation residuals", estimand=share, needs=["event", "residuals"],
        robust_to=f"{VARIANCE}; {FAT}; skewness", reference="Cowan 1992",
    )  # fmt: skip
    same = "event days rank = other days"
    register(
        "corrado_rank_z",
        lambda e: beside(e, ranks.corrado_rank_z(*e.averaged, ranks=e.ranks)),
        null=same, needs=["event", "residuals"], robust_to=f"{SHARED}; {FAT}", reference="Corrado 1989",
        undefined=FLAT,
    )  # fmt: skip
    register(
        "corrado_zivney_rank_z",
        lambda e: ranks.corrado_zivney_rank_z(*e.averaged, ranks=e.ranks),
        null=same, needs=["event", "residuals"], robust_to=f"{SHARED}; {FAT}; missing returns",
        reference="Corrado, Zivney 1992", undefined=FLAT,
    )  # fmt: skip
    register(
        "corrado_zivney_sign_z",
        lambda e: ranks.corrado_zivney_sign_z(*e.averaged),
        null="event days about the median = other days", needs=["event", "residuals"],
        robust_to=f"{SHARED}; {FAT}; skewness; missing returns", reference="Corrado, Zivney 1992", undefined=FLAT,
    )  # fmt: skip
    register(
        "cumulative_rank_z",
        lambda e: beside(e, ranks.cumulative_rank_z(*e.averaged)),
        null="window ranks = estimation days", needs=["event", "residuals"], robust_to=f"{SHARED}; {FAT}",
        reference="Cowan 1992", undefined=FLAT,
    )  # fmt: skip
    rank_null = "SCAR ranks = estimation SARs"
    register(
        "grank_t", lambda e: ranks.grank_t(e.scar, e.standardised, e.weights),
        null=rank_null, needs=["event", "residuals", "two scars"],
        robust_to=f"{VARIANCE}; {SYMMETRIC}; roughly {SHARED}", reference="Kolari, Pynnonen 2011",
        undefined=f"{EQUAL}, or fewer than two estimation days",
    )  # fmt: skip
    register(
        "grank_z", lambda e: ranks.grank_z(e.scar, e.standardised, e.weights),
        null=rank_null, needs=["event", "residuals", "two scars"], robust_to=f"{VARIANCE}; {SYMMETRIC}",
        reference="Kolari, Pynnonen 2011", undefined=EQUAL,
    )  # fmt: skip
    register(
        "wilcoxon_signed_rank", _wilcoxon,
        null="pseudo-median CAR = 0", estimand="pseudo-median CAR", needs=["event"],
        robust_to=f"{VARIANCE}; {SYMMETRIC}", reference="Wilcoxon 1945", undefined="every CAR is zero",
    )  # fmt: skip


def _register_clustered() -> None:
    both = f"{VARIANCE}; {SHARED}; overlapping windows"
    register(
        "clustered_t", lambda e: clustered.clustered_t(e.car, e.clusters, e.weights),
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "two events", "two clusters"], robust_to=both,
        reference="Cameron, Gelbach, Miller 2011; Dutta, Knif, Kolari, Pynnonen 2018", undefined=EQUAL,
    )  # fmt: skip
    register(
        "clustered_two_way_t",
        lambda e: clustered.clustered_two_way_t(e.car, e.clusters, e.sample.asset, e.weights),
        null="mean CAR = 0", estimand="mean CAR", needs=["event", "two events", "two clusters"],
        robust_to=f"{both}; correlation within an asset", reference="Cameron, Gelbach, Miller 2011",
        undefined="one asset, or the two-way variance is not positive",
    )  # fmt: skip
    register(
        "ibragimov_muller_t", lambda e: clustered.ibragimov_muller_t(e.car, e.clusters, e.weights),
        null="mean cluster CAR = 0", estimand="mean cluster CAR", needs=["event", "two events", "two clusters"],
        robust_to=f"{both}; few clusters", reference="Ibragimov, Muller 2010", undefined=EQUAL,
    )  # fmt: skip


def _register_simple_returns() -> None:
    needs = ["event", "simple returns"]
    for name, lags, paper in (
        ("calendar_time_t", 0, "Jaffe 1974; Mandelker 1974; Fama 1998"),
        ("calendar_time_nw_t", None, "Fama 1998; Newey, West 1987"),
    ):
        register(
            name, lambda e, lags=lags: _calendar(e, lags),  # type: ignore[misc]
            null="calendar-time alpha = 0", estimand="abnormal return a session", needs=needs,
            robust_to=SHARED + ("; autocorrelation" if lags is None else ""), reference=paper,
            undefined="needs at least two sessions whose abnormal returns differ",
        )  # fmt: skip
    register(
        "bhar_t", lambda e: buy_and_hold.bhar_t(e.bhar, e.weights),
        null="mean BHAR = 0", estimand="mean BHAR", needs=[*needs, "two events"], robust_to=VARIANCE,
        reference="Barber, Lyon 1997", undefined=EQUAL,
    )  # fmt: skip
    register(
        "bhar_skewness_adjusted_t", _bhar_adjusted,
        null="mean BHAR = 0", estimand="mean BHAR", needs=[*needs, "three events"],
        robust_to=f"{VARIANCE}; skewness", reference="Lyon, Barber, Tsai 1999", undefined=EQUAL,
    )  # fmt: skip


_register_parametric()
_register_nonparametric()
_register_clustered()
_register_simple_returns()

BATTERY = tuple(spec.name for spec in registered_tests())
"""Names of the built-in tests, in the order of the report."""
