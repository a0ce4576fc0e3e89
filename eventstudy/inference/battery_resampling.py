"""Tests of the battery that rank or resample; importing it registers them."""

from __future__ import annotations

import numpy as np

from eventstudy.inference import battery  # noqa: F401 - registered first, so that these follow
from eventstudy.inference.registry import Evidence, Outcome, register
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.single_event import Volatility, sq_test

__all__ = ["DRAWS"]

DRAWS = 1999
"""Draws of the wild bootstrap where all sign vectors are more; `wild_bootstrap` itself takes any number."""


def _one_event(evidence: Evidence, volatility: Volatility) -> Outcome:
    if evidence.n != 1:
        return Outcome(np.nan, np.nan, evidence.n, note="of one event by itself: ask for it by event")
    row = int(np.flatnonzero(np.isfinite(evidence.car))[0])
    found = sq_test(evidence.sample, alternative=evidence.alternative, confidence=evidence.level, volatility=volatility)
    return Outcome(
        float(found.statistic[row]),
        float(found.p_value[row]),
        1,
        estimate=float(evidence.car[row]),
        ci_low=float(found.ci_low[row]),
        ci_high=float(found.ci_high[row]),
        distribution=f"rank among {int(found.n_reference[row])} windows" if not found.reason[row] else "",
        note=found.reason[row],
    )


def _wild(evidence: Evidence) -> Outcome:
    found = wild_bootstrap(
        evidence.car,
        evidence.clusters,
        draws=DRAWS,
        weights=evidence.weights,
        alternative=evidence.alternative,
        confidence=evidence.level,
        seed=evidence.seed,
        client=evidence.client,
    )
    p = float(found.p_value)
    drawn = "all" if found.complete else "random"
    return Outcome(
        float(found.statistic),
        p,
        int(found.n),
        estimate=float(found.estimate),
        ci_low=float(found.ci_low),
        ci_high=float(found.ci_high),
        distribution=f"wild bootstrap, {drawn} {found.n_draws} draws of {found.n_clusters} clusters",
        note="" if np.isfinite(p) else "the abnormal returns are all equal: zero variance",
    )


register(
    "wild_bootstrap", _wild,
    null="mean CAR = 0", estimand="mean CAR", needs=["event", "two events", "two clusters"],
    robust_to="event-induced variance; events that share dates; overlapping windows; few clusters",
    reference="Cameron, Gelbach, Miller 2008",
)  # fmt: skip
register(
    "sq_test", lambda e: _one_event(e, "constant"),
    null="CAR = 0", estimand="CAR", needs=["event", "residuals"],
    robust_to="non-normal returns; one event", reference="Gelbach, Helland, Klick 2013",
)  # fmt: skip
register(
    "sq_test_ewma", lambda e: _one_event(e, "ewma"),
    null="CAR = 0", estimand="CAR", needs=["event", "residuals"],
    robust_to="non-normal returns; one event; moving volatility", reference="Gelbach, Helland, Klick 2013",
)  # fmt: skip
