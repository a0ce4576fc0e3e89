"""Rejection rates of the single-event and the resampling tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.scenarios import Scenario, draw
from eventstudy.estimation import abnormal_returns
from eventstudy.inference.conformal import conformal
from eventstudy.inference.permutation import permutation
from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.sample import Sample, make_sample
from eventstudy.inference.single_event import sq_test
from eventstudy.models import MarketModel
from eventstudy.simulation import Process, draw_errors, simulate

LEVELS = (0.01, 0.05, 0.10)
SESSIONS = 200  # with those of the event: every level is a multiple of 1 / 200

SINGLE: dict[str, dict[str, Any]] = {
    "normal": {},
    "t(3)": {"nu": 3},
    "skewness 2": {"skewness": 2.0},
    "GARCH(0.10, 0.85)": {"garch": (0.10, 0.85)},
    "GARCH(0.15, 0.80), t(5)": {"garch": (0.15, 0.80), "nu": 5},
    "normal, five sessions": {},
    "t(3), five sessions": {"nu": 3},
}
"""The last two test the sum of five sessions, the others one session."""
MANY: dict[str, dict[str, Any]] = {
    "12 dates of 4, r = 0.4": {"n": 48, "n_dates": 12, "spacing": 21, "process": {"rho": 0.4}},
    "12 dates of 4, variance x3": {
        "n": 48,
        "n_dates": 12,
        "spacing": 21,
        "process": {"rho": 0.4, "variance_multiplier": 3.0},
    },
    "10 on 1 date, r = 0.4": {"n": 10, "n_dates": 1, "process": {"rho": 0.4}},
    "10 on 1 date, r = 0.4, t(3)": {"n": 10, "n_dates": 1, "process": {"rho": 0.4, "nu": 3}},
    "10 on 1 date, GARCH": {"n": 10, "n_dates": 1, "process": {"rho": 0.4, "garch": (0.1, 0.85)}},
}


def single_events(
    process: Process, n: int, rng: np.random.Generator, length: int = 1
) -> tuple[Sample, np.ndarray, np.ndarray]:
    """N events of one asset each, ``length`` sessions long: the sample, and returns and design for `conformal`."""
    m = SESSIONS - length
    errors = process.sigma * draw_errors(rng, (1, SESSIONS, n), process)[0]
    market = process.market_sigma * rng.standard_normal((SESSIONS, n))
    returns = market + errors
    window = (0, length - 1)
    fit = abnormal_returns(
        returns,
        np.column_stack([np.full(n, m), np.arange(n)]),
        MarketModel(),
        market[..., None],
        event_window=window,
        estimation_window=(-m, -1),
    )
    sample = make_sample(
        fit.ar,
        fit.residuals(),
        window=window,
        event_window=window,
        estimation_window=(-m, -1),
        n_parameters=2,
        forecast_scale=fit.forecast_scale,
        leverage=fit.leverage(),
        car=fit.car(),
        car_variance=fit.car_variance(),
    )
    return sample, returns.T, np.stack([np.ones((n, SESSIONS)), market.T], axis=2)


def single_event(name: str, reps: int, seed: int, chunk: int = 2000) -> list[dict[str, Any]]:
    """Rates of the single-event tests at 1, 5 and 10 %."""
    process, rng = Process(**SINGLE[name]), np.random.default_rng(seed)
    length = 5 if name.endswith("five sessions") else 1
    event = np.arange(SESSIONS) >= SESSIONS - length
    found: dict[str, list[np.ndarray]] = {"sq_test": [], "sq_test_ewma": [], "conformal": []}
    recent = []
    for start in range(0, reps, chunk):
        sample, y, x = single_events(process, min(chunk, reps - start), rng, length)
        recent.append((y[:, -22:-1] ** 2).mean(axis=1) / (y[:, :-1] ** 2).mean(axis=1))
        found["sq_test"].append(sq_test(sample).p_value)
        found["sq_test_ewma"].append(sq_test(sample, volatility="ewma").p_value)
        found["conformal"].append(conformal(y, x, event).p_value)
    rows = []
    for test, parts in found.items():
        p = np.concatenate(parts)
        rates = {f"{level:.0%}": float((p <= level + 1e-9).mean()) for level in LEVELS}
        rows.append({"scenario": name, "test": test, **rates})
    if process.garch is not None:
        # the unconditional size hides that an event in turbulent times is rejected far too often
        turbulence = np.concatenate(recent)
        turbulent = turbulence > np.quantile(turbulence, 0.8)
        for test, parts in found.items():
            p = np.concatenate(parts)[turbulent]
            rates = {f"{level:.0%}": float((p <= level + 1e-9).mean()) for level in LEVELS}
            rows.append({"scenario": f"{name}, after a turbulent month", "test": test, **rates})
    return rows


def resampled(name: str, reps: int, draws: int, seed: int) -> list[dict[str, Any]]:
    """Rates of wild bootstrap, permutation and placebo at 5 %."""
    scenario, rng = Scenario(name, **MANY[name]), np.random.default_rng(seed)
    rows = []
    if scenario.n_dates != 1:
        p_wild, p_permuted = [], []
        done = 0
        while done < reps:
            size = min(200, reps - done)
            d = draw(scenario, size, rng)
            p_wild.append(wild_bootstrap(d.car, d.clusters, draws=draws, interval=False, seed=rng).p_value)
            group = d.clusters < 4
            p_permuted.append(permutation(d.car, group, d.clusters, draws=draws, interval=False, seed=rng).p_value)
            done += size
        for test, parts in (("wild_bootstrap", p_wild), ("permutation", p_permuted)):
            rows.append({"scenario": name, "test": test, "5%": float((np.concatenate(parts) <= 0.05).mean())})
        return rows
    hits = {"placebo": 0, "bmp_t": 0, "adjusted size": 0.0}
    for _ in range(reps):
        nominal, empirical, size = one_placebo(scenario, draws, rng)
        hits["placebo"] += empirical <= 0.05
        hits["bmp_t"] += nominal <= 0.05
        hits["adjusted size"] += size
    return [
        {"scenario": name, "test": "placebo (of bmp_t)", "5%": hits["placebo"] / reps},
        {"scenario": name, "test": "bmp_t itself", "5%": hits["bmp_t"] / reps},
        {"scenario": name, "test": "size of bmp_t that placebo reports", "5%": hits["adjusted size"] / reps},
    ]


def one_placebo(scenario: Scenario, draws: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """One study on one date within 600 sessions: nominal p, placebo p, and the empirical size found."""
    drawn = simulate(
        scenario.n,
        n_dates=1,
        event_window=(0, 0),
        estimation_window=(-400, -1),
        process=Process(**scenario.process),
        seed=rng,
    )
    forbidden = np.zeros(drawn.returns.shape, dtype=bool)
    forbidden[drawn.positions[:, 0], drawn.positions[:, 1]] = True
    grid = placebo_grid(
        drawn.returns,
        np.arange(scenario.n),
        MarketModel(),
        drawn.market,
        window=(0, 0),
        estimation_window=(-120, -1),
        forbidden=forbidden,
        min_observations=100,
        shares=False,
    )
    layout = Layout(drawn.positions, np.zeros(scenario.n, dtype=np.int64), np.ones(scenario.n, dtype=np.int64))
    found = placebo(grid, layout, draws=draws, statistics={"bmp_t": BATTERY["bmp_t"]}, seed=rng)
    return float(found.nominal_p[0]), float(found.p_value[0]), float(found.size[0, 1])
