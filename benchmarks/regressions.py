"""Rejection rates of the differences of two groups, of `response_slope` and of `joint_model`."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.scenarios import Scenario, draw
from eventstudy.inference.differences import clustered_difference_t, ibragimov_muller_difference_t, welch_t
from eventstudy.inference.joint import joint_model
from eventstudy.inference.slope import response_slope

DATES = {"n": 40, "n_dates": 20, "spacing": 21, "process": {"rho": 0.4}}
GROUPS: dict[str, dict[str, Any]] = {
    "25 and 25 events": {"n": 50},
    "10 and 10 dates of 2, r = 0.4": DATES,
    "both groups on each of 20 dates, r = 0.4": DATES,
    "50 sizes": {"n": 50},
    "sizes on 20 dates of 2, r = 0.4": DATES,
}
JOINT = {"events alone": 3, "15 events pooled": 15, "5 events pooled": 5}
SESSIONS = 250


def groups(name: str, reps: int, seed: int, chunk: int = 400) -> list[dict[str, Any]]:
    """Rates at 5 % of the tests that fit how the groups, or the sizes of the events, lie."""
    rng = np.random.default_rng(seed)
    p: dict[str, list[np.ndarray]] = {}
    for start in range(0, reps, chunk):
        d = draw(Scenario(name, **GROUPS[name]), min(chunk, reps - start), rng)
        n = d.car.shape[1]
        if "sizes" in name:
            found = _slopes(d.car, rng.standard_normal(d.car.shape), d.clusters)
        else:
            # the events come date by date: every second one is of the other group, or every date of the first half
            first = np.arange(n) % 2 == 0 if name.startswith("both") else d.clusters < (d.clusters.max() + 1) // 2
            found = {
                "clustered_difference_t": clustered_difference_t(d.car, first, d.clusters).p_value(),
                "ibragimov_muller_difference_t": ibragimov_muller_difference_t(d.car, first, d.clusters).p_value(),
            }
            if len(np.unique(d.clusters)) == n:
                found["welch_t"] = welch_t(d.car[:, first], d.car[:, ~first]).p_value()
                found["welch_scar_t"] = welch_t(d.scar[:, first], d.scar[:, ~first]).p_value()
        for test, values in found.items():
            p.setdefault(test, []).append(values)
    return [{"scenario": name, "test": t, "5%": float((np.concatenate(v) <= 0.05).mean())} for t, v in p.items()]


def _slopes(car: np.ndarray, size: np.ndarray, cluster: np.ndarray) -> dict[str, np.ndarray]:
    one_by_one = len(np.unique(cluster)) == len(cluster)
    kinds: tuple[Any, ...] = ("HC3", "HAC") if one_by_one else ("cluster",)
    return {
        f"response_slope, {kind}": np.array(
            [
                response_slope(row, own, covariance=kind, cluster=cluster).p_value[-1]
                for row, own in zip(car, size, strict=True)
            ]
        )
        for kind in kinds
    }


def joint(name: str, reps: int, seed: int) -> list[dict[str, Any]]:
    """Rates at 5 % of one asset's window dummies, of an event's own or of one pooled over all."""
    rng, n = np.random.default_rng(seed), JOINT[name]
    rows = 20 + 11 * np.arange(n)  # apart, with room to move them all together
    pooled = None if name == "events alone" else np.zeros(n, dtype=int)
    hits = 0.0
    for _ in range(reps):
        market = rng.standard_normal(SESSIONS)
        returns = market + rng.standard_normal(SESSIONS)
        design = np.column_stack([np.ones(SESSIONS), market])
        found = joint_model(returns, design, np.column_stack([rows, rows]), pooled)
        hits += float((np.asarray(found.p_value) <= 0.05).mean())
    return [{"scenario": name, "test": "joint_model", "5%": hits / reps}]
