"""Which simulated rates a test must answer for: those of scenarios that meet its own assumptions.

A scenario has traits and a test allows some of them; it answers for every scenario whose traits it allows all.
There its rate at 5 % lies in [4.2 %, 5.8 %], or near a finite-sample size that is stated with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import exact_sizes as exact

LOW, HIGH = 0.042, 0.058

FAT, SKEWED, MOVING, MISSING = "fat tails", "skewness", "moving volatility", "missing returns"
VARIANCE, SHARED, CONTAMINATED = "event-induced variance", "shared dates", "events in estimation windows"

TRAITS: dict[str, set[str]] = {
    "50 events": set(),
    "20 events": set(),
    "10 events": set(),
    "5 events": set(),
    "50 events, t(4)": {FAT},
    "10 events, t(3)": {FAT},
    "30 events, skewness 2": {SKEWED},
    "50 events, GARCH": {MOVING},
    "50 events, 30 % thin": {MISSING},
    "30 events, window (0, 4)": set(),
    "50 events, variance x2": {VARIANCE},
    "50 events, variance x4": {VARIANCE},
    "50 on 10 dates, r = 0.3": {SHARED},
    "50 on 10 dates, variance x2": {SHARED, VARIANCE},
    "20 on 4 dates, r = 0.3": {SHARED},
    "50 on 1 date, r = 0.1": {SHARED},
    "50 on 1 date, variance x2": {SHARED, VARIANCE},
    "24 on 8 dates, 3 assets, (0, 4)": {SHARED, CONTAMINATED},
    "24 in a chain of overlaps, (0, 4)": {SHARED, CONTAMINATED},
}

ALLOWS: dict[str, set[str]] = {
    "time_series_t": {MISSING},
    "cross_sectional_t": {VARIANCE, MISSING},
    "crude_dependence_t": {SHARED},
    "patell_z": {MISSING},
    "adjusted_patell_z": {SHARED, MISSING},
    "bmp_t": {VARIANCE, MISSING},
    "adjusted_bmp_t": {VARIANCE, SHARED, MISSING},
    "skewness_adjusted_t": {VARIANCE, SKEWED, MISSING},
    "sign_z": {FAT, MOVING, VARIANCE, MISSING},
    "sign_exact": {FAT, MOVING, VARIANCE, MISSING},
    "generalized_sign_z": {FAT, SKEWED, MOVING, VARIANCE, MISSING},
    "corrado_rank_z": {FAT, SKEWED, MOVING, SHARED},
    "corrado_zivney_rank_z": {FAT, SKEWED, MOVING, SHARED, MISSING},
    "corrado_zivney_sign_z": {FAT, SKEWED, MOVING, SHARED, VARIANCE, MISSING},
    "cumulative_rank_z": {FAT, SKEWED, MOVING, SHARED},
    "grank_t": {FAT, MOVING, VARIANCE, MISSING},
    "grank_z": {FAT, MOVING, VARIANCE, MISSING},
    "wilcoxon_signed_rank": {FAT, MOVING, VARIANCE, MISSING},
    "clustered_t": {VARIANCE, SHARED, MISSING},
    "clustered_two_way_t": {VARIANCE, SHARED, MISSING},
    "ibragimov_muller_t": {VARIANCE, SHARED, MISSING},
    "calendar_time_t": {VARIANCE, SHARED, MISSING},
    "calendar_time_nw_t": {VARIANCE, SHARED, MISSING},
    "bhar_t": {VARIANCE, MISSING},
    "bhar_skewness_adjusted_t": {VARIANCE, SKEWED, MISSING},
}
"""What each test of the battery allows besides independent normal returns of constant variance."""

OTHERS = {
    "single event": {
        "sq_test": ("normal", "t(3)", "skewness 2", "normal, five sessions", "t(3), five sessions"),
        "sq_test_ewma": ("normal", "t(3)", "GARCH(0.10, 0.85)", "GARCH(0.15, 0.80), t(5)"),
        "conformal": ("normal", "t(3)", "skewness 2", "normal, five sessions", "t(3), five sessions"),
    },
    "resampling": {
        "wild_bootstrap": ("12 dates of 4, r = 0.4", "12 dates of 4, variance x3"),
        "permutation": ("12 dates of 4, r = 0.4", "12 dates of 4, variance x3"),
        "placebo (of bmp_t)": ("10 on 1 date, r = 0.4", "10 on 1 date, r = 0.4, t(3)", "10 on 1 date, GARCH"),
    },
}
"""Scenarios of the tests outside the battery; those of the part "regression" all count."""
OTHERS_ALLOW = {
    "sq_test": {FAT, SKEWED},
    "sq_test_ewma": {FAT, MOVING},
    "conformal": {FAT, SKEWED},
    "wild_bootstrap": {SHARED, VARIANCE},
    "permutation": {SHARED, VARIANCE},
    "placebo (of bmp_t)": {SHARED, FAT, MOVING},
    "clustered_difference_t": {SHARED},
    "ibragimov_muller_difference_t": {SHARED},
    "response_slope, cluster": {SHARED},
}
"""What the scenarios of these have that those of the others lack."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A finite-sample size and its reason; ``draw`` gives rejections of a generator, ``known`` is a closed form."""

    why: str
    known: float | None = None
    draw: Callable[[np.random.Generator], np.ndarray] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A rate that a test answers for, its Monte Carlo error, and the size stated for it, if any."""

    test: str
    scenario: str
    rate: float
    error: float
    stated: float | None
    stated_error: float
    why: str

    @property
    def in_band(self) -> bool:
        return LOW <= self.rate <= HIGH

    @property
    def explained(self) -> bool:
        """Whether the rate is within three standard errors of the size stated."""
        return self.stated is not None and abs(self.rate - self.stated) <= 3 * np.hypot(self.error, self.stated_error)


EVENTS = {name: int(name.split()[0]) for name in TRAITS}
SESSIONS = {"30 events, window (0, 4)": 150, "50 on 10 dates, r = 0.3": 10, "50 on 10 dates, variance x2": 10,
            "20 on 4 dates, r = 0.3": 4, "50 events, 30 % thin": 35}  # fmt: skip
"""Sessions of the calendar-time portfolio where they are not as many as events; 35 is their mean."""
LAW = {"10 events, t(3)": "t(3)", "30 events, skewness 2": "skewness 2"}

COUNTS = "a count of positives takes few values: the binomial's own mass"
SHARES = "it counts too, against an estimated share"
PATTERNS = "2^n patterns of signs: the smallest two-sided p of five events is 2/32"
TAILS = "it has the normal's tails and an estimated third moment"
BOUNDED = "dividing by their own spread bounds few standardised returns"
FORECAST = "its yardstick holds no forecast error"
SHORT = "a Newey-West error of few sessions is too small"
RESAMPLES = "resamples of few events have lighter tails than their t"
QUARTERS = "resamples of a quarter of the events have heavier tails than the t of all"
LEVERAGE = "HC3 weighs large sizes by their leverage"
SCORES = "its error is a sum of few squared scores"
SMALLER = "t(min(G1, G2) - 1) is Student's t of the smaller group alone, exact only where the other has no variance"


def _stated() -> Iterator[tuple[tuple[str, str], Stated]]:
    for name, n in EVENTS.items():
        thin = MISSING in TRAITS[name]
        for test, size, why in (
            ("sign_z", exact.sign_z, COUNTS),
            ("sign_exact", exact.sign_exact, COUNTS),
            ("wilcoxon_signed_rank", exact.wilcoxon_signed_rank, PATTERNS),
        ):
            if _answers(test, name):
                yield (test, name), Stated(why, exact.of_random_number(size, n, 0.7) if thin else size(n))
        law, there = LAW.get(name, "normal"), 35 if thin else n
        few: list[tuple[str, Callable[..., np.ndarray], tuple[Any, ...], str]] = [
            ("skewness_adjusted_t", exact.skewness_adjusted_t, (there, law), TAILS),
            ("calendar_time_nw_t", exact.calendar_time_nw_t, (SESSIONS.get(name, n),), SHORT),
            (
                "bhar_skewness_adjusted_t",
                exact.bhar_skewness_adjusted_t,
                (there, law),
                RESAMPLES if there < 40 else QUARTERS,
            ),
        ]
        if n <= 20:
            few += [
                ("generalized_sign_z", exact.generalized_sign_z, (n, law), SHARES),
                ("grank_t", exact.grank, (n, law), BOUNDED),
                ("grank_z", exact.grank, (n, law, "z"), BOUNDED),
            ]
        for test, run, arguments, why in few:
            if _answers(test, name):
                yield (test, name), Stated(why, draw=lambda rng, run=run, a=arguments: run(rng, *a))
        if _answers("crude_dependence_t", name):
            days = 5 if name.endswith("(0, 4)") else 1
            yield ("crude_dependence_t", name), Stated(FORECAST, exact.crude_dependence_t(days))
    for name, clusters in (("25 and 25 events", 25), ("10 and 10 dates of 2, r = 0.4", 10)):
        size = exact.ibragimov_muller_difference_t(clusters)
        yield ("ibragimov_muller_difference_t", name), Stated(SMALLER, size)
    for error, name, n, why in (
        ("HC3", "50 sizes", 50, LEVERAGE),
        ("HAC", "50 sizes", 50, SHORT),
        ("cluster", "sizes on 20 dates of 2, r = 0.4", 40, SCORES),
    ):
        yield (f"response_slope, {error}", name), Stated(why, draw=lambda rng, n=n, e=error: exact.slope(rng, n, e))
    yield ("joint_model", "15 events pooled"), Stated(SCORES, exact.pooled_dummy(15))


def _answers(test: str, scenario: str) -> bool:
    one_date_only = scenario.startswith("50 on 1 date") and test.startswith(("calendar", "clustered", "ibragimov"))
    return TRAITS[scenario] <= ALLOWS[test] and not one_date_only


STATED = dict(_stated())


def stated(seed: int) -> list[dict[str, Any]]:
    """Rows of the table: the sizes stated, with the number of draws behind them, 0 for a closed form."""
    out = []
    for i, ((test, scenario), given) in enumerate(STATED.items()):
        size, draws = given.known, 0
        if given.draw is not None:
            found = given.draw(np.random.default_rng((seed, i)))
            size, draws = float(found.mean()), len(found)
        out.append({
            "kind": "stated", "scenario": scenario, "test": test, "level": "5%", "alternative": "two-sided",
            "replications": draws, "rejection_rate": f"{size:.5f}",
        })  # fmt: skip
    return out


def own_rows(rows: list[dict[str, Any]]) -> list[Row]:
    """Every rate that a test answers for, in the order of the table."""
    two_sided = [r for r in rows if r["alternative"] == "two-sided" and r["level"] == "5%" and r["rejection_rate"]]
    sizes = {(r["test"], r["scenario"]): r for r in two_sided if r["kind"] == "stated"}
    out = []
    for row in two_sided:
        test, scenario, part = row["test"], row["scenario"], row["kind"].split(",")[0]
        if part == "size":
            counts = _answers(test, scenario)
        else:
            counts = part == "regression" or scenario in OTHERS.get(part, {}).get(test, ())
        if not counts:
            continue
        size, given = sizes.get((test, scenario)), STATED.get((test, scenario))
        out.append(
            Row(
                test,
                scenario,
                float(row["rejection_rate"]),
                _error(float(row["rejection_rate"]), int(row["replications"])),
                None if size is None else float(size["rejection_rate"]),
                0.0 if size is None else _error(float(size["rejection_rate"]), int(size["replications"])),
                "" if given is None else given.why,
            )
        )
    return out


def _error(rate: float, replications: int) -> float:
    # a rate of nothing has no spread of its own: half a hit in so many replications stands for it
    return 0.0 if not replications else float(np.sqrt(max(rate * (1 - rate) / replications, (0.5 / replications) ** 2)))
