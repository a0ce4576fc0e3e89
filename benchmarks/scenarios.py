"""Draw many studies at once and put every test's p-value beside the truth.

Returns go through the library's own core and tests; nothing is estimated here. They are simple returns, in which
the nulls of `calendar_time_t` and `bhar_t` are stated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eventstudy.estimation import abnormal_returns
from eventstudy.inference import clustered, nonparametric, parametric, ranks
from eventstudy.inference._arrays import Statistic, p_value
from eventstudy.inference.bhar import bhar, bhar_skewness_adjusted_t, bhar_t
from eventstudy.inference.calendar_time import calendar_portfolio, calendar_time_t
from eventstudy.inference.correlation import clusters
from eventstudy.models import MarketModel
from eventstudy.simulation import Process, draw_errors, simulate

GAP = 10  # sessions between estimation window and day 0, less one
BHAR_DRAWS = 199  # resamples of `bhar_skewness_adjusted_t`: both levels of 5 % are whole numbers of them


@dataclass(frozen=True)
class Scenario:
    """One column of the table: how the events lie and how returns come about."""

    name: str
    n: int = 50
    n_assets: int | None = None
    n_dates: int | None = None
    spacing: int | None = None
    window: tuple[int, int] = (0, 0)
    estimation: int = 120
    process: dict[str, Any] = field(default_factory=dict)

    @property
    def estimation_window(self) -> tuple[int, int]:
        return (-GAP - self.estimation, -GAP - 1)


@dataclass(frozen=True)
class Drawn:
    """B studies: arrays (B, n, ...) as the tests read them; sessions and clusters are common to all."""

    ar: np.ndarray
    bhar: np.ndarray
    residuals: np.ndarray
    standardised: np.ndarray
    car: np.ndarray
    car_variance: np.ndarray
    scar: np.ndarray
    sigma: np.ndarray
    dof: np.ndarray
    member: np.ndarray
    sessions: np.ndarray
    estimation_sessions: np.ndarray
    asset: np.ndarray
    clusters: np.ndarray
    r_bar: np.ndarray


def layout(scenario: Scenario) -> np.ndarray:
    """Rows of day 0 and columns of the events, as `simulate` lays them out."""
    return simulate(
        scenario.n,
        scenario.n_assets,
        n_dates=scenario.n_dates,
        spacing=scenario.spacing,
        event_window=scenario.window,
        estimation_window=scenario.estimation_window,
    ).positions


def draw(scenario: Scenario, reps: int, rng: np.random.Generator) -> Drawn:
    """Draw studies and estimate them."""
    process = Process(**({"sigma": 0.025} | scenario.process))
    positions = layout(scenario)
    n, assets = scenario.n, int(positions[:, 1].max()) + 1
    rows = int(positions[:, 0].max()) + scenario.window[1] + 2
    errors = process.sigma * draw_errors(rng, (reps, rows, assets), process)
    days = np.arange(scenario.window[0], scenario.window[1] + 1)
    at, column = positions[:, :1] + days, positions[:, 1:]
    if process.variance_multiplier != 1:
        scale = np.ones((rows, assets))
        scale[at, column] = np.sqrt(process.variance_multiplier)
        errors *= scale
    market = process.market_sigma * rng.standard_normal((reps, rows, 1))
    returns = rng.uniform(*process.beta, (reps, 1, assets)) * market + errors
    effect = np.zeros((rows, assets))
    np.add.at(effect, (at, column), process.effect / len(days))
    returns += effect
    if process.thin:
        returns[rng.random(returns.shape) < process.thin] = np.nan
    panel = np.moveaxis(returns, 0, 1).reshape(rows, reps * assets)
    factor = np.broadcast_to(np.moveaxis(market, 0, 1), (rows, reps, assets)).reshape(rows, reps * assets, 1)
    where = np.stack([np.tile(positions[:, 0], reps), (np.arange(reps)[:, None] * assets + positions[:, 1]).ravel()], 1)
    fit = abnormal_returns(
        panel, where, MarketModel(), factor, event_window=scenario.window, estimation_window=scenario.estimation_window
    )
    shape = (reps, n)
    residuals = fit.residuals()
    standardised = residuals / (fit.sigma[:, None] * np.sqrt(1.0 - fit.leverage()))
    sessions = at
    member = np.ones(at.shape, dtype=bool)
    first, last = scenario.estimation_window
    estimation_sessions = positions[:, :1] + np.arange(first, last + 1)
    residuals = residuals.reshape(*shape, -1)
    ar = fit.ar.reshape(*shape, -1)
    realised = returns[:, at, column]
    return Drawn(
        ar,
        bhar(realised, realised - ar, np.isfinite(ar)),
        residuals,
        standardised.reshape(residuals.shape),
        fit.car(min_coverage=0.5).reshape(shape),
        fit.car_variance(min_coverage=0.5).reshape(shape),
        fit.scar(min_coverage=0.5).reshape(shape),
        fit.sigma.reshape(shape),
        fit.dof.reshape(shape).astype(float),
        member,
        sessions,
        estimation_sessions,
        positions[:, 1],
        clusters(sessions, member),
        mean_correlations(residuals, estimation_sessions, sessions, positions[:, 1]),
    )


def mean_correlations(
    residuals: np.ndarray, estimation_sessions: np.ndarray, sessions: np.ndarray, asset: np.ndarray
) -> np.ndarray:
    """r_bar of each study, shape (B,), pair by pair; the library's `mean_correlation` does one study."""
    n = len(asset)
    total = np.zeros(len(residuals))
    z = np.where(np.isfinite(residuals), residuals, 0.0)
    starts = np.unique(sessions[:, 0])
    if len(starts) == 1 and np.isfinite(residuals).all() and len(np.unique(asset)) == n:
        unit = z - z.mean(axis=2, keepdims=True)
        unit /= np.sqrt((unit**2).sum(axis=2, keepdims=True))
        # the sum over all pairs is the square of the sum
        return ((unit.sum(axis=1) ** 2).sum(axis=1) - n) / (n * (n - 1))
    length = sessions.shape[1]
    for i in range(n):
        for j in range(i):
            w = len(np.intersect1d(sessions[i], sessions[j])) / length
            if not w:
                continue
            if asset[i] == asset[j]:
                total += w
                continue
            _, a, b = np.intersect1d(estimation_sessions[i], estimation_sessions[j], return_indices=True)
            both = np.isfinite(residuals[:, i, a]) & np.isfinite(residuals[:, j, b])
            count = both.sum(axis=1, keepdims=True)
            x, y = np.where(both, z[:, i, a], 0.0), np.where(both, z[:, j, b], 0.0)
            x = np.where(both, x - x.sum(axis=1, keepdims=True) / count, 0.0)
            y = np.where(both, y - y.sum(axis=1, keepdims=True) / count, 0.0)
            total += w * (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return 2.0 * total / (n * (n - 1))


def statistics(d: Drawn) -> dict[str, Any]:
    """Every vectorised test of the battery: name -> Statistic of shape (B,)."""
    together = ranks.combined_ranks(d.ar, d.residuals)
    return {
        "time_series_t": parametric.time_series_t(d.car, d.car_variance, d.dof),
        "cross_sectional_t": parametric.cross_sectional_t(d.car),
        "crude_dependence_t": parametric.crude_dependence_t(d.ar, d.residuals, d.member),
        "patell_z": parametric.patell_z(d.scar, d.dof),
        "adjusted_patell_z": parametric.adjusted_patell_z(d.scar, d.dof, d.r_bar),
        "bmp_t": parametric.bmp_t(d.scar),
        "adjusted_bmp_t": parametric.adjusted_bmp_t(d.scar, d.r_bar),
        "skewness_adjusted_t": parametric.skewness_adjusted_t(d.car),
        "sign_z": nonparametric.sign_z(d.car),
        "generalized_sign_z": nonparametric.generalized_sign_z(d.car, nonparametric.positive_share(d.residuals)),
        "corrado_rank_z": ranks.corrado_rank_z(d.ar, d.residuals, d.member, ranks=together),
        "corrado_zivney_rank_z": ranks.corrado_zivney_rank_z(d.ar, d.residuals, d.member, ranks=together),
        "corrado_zivney_sign_z": ranks.corrado_zivney_sign_z(d.ar, d.residuals, d.member),
        "cumulative_rank_z": ranks.cumulative_rank_z(d.ar, d.residuals, d.member),
        "grank_t": ranks.grank_t(d.scar, d.standardised),
        "grank_z": ranks.grank_z(d.scar, d.standardised),
        "clustered_t": clustered.clustered_t(d.car, d.clusters),
        "clustered_two_way_t": clustered.clustered_two_way_t(d.car, d.clusters, d.asset),
        "ibragimov_muller_t": clustered.ibragimov_muller_t(d.car, d.clusters),
        "calendar_time_t": calendar_time(d, 0),
        "calendar_time_nw_t": calendar_time(d, None),
        "bhar_t": bhar_t(d.bhar),
    }


def calendar_time(d: Drawn, lags: int | None) -> Statistic:
    """The calendar-time t of each study: shape (B,)."""
    found = [
        calendar_time_t(calendar_portfolio(ar, d.sessions, d.member & np.isfinite(ar)).returns, lags=lags)
        for ar in d.ar
    ]
    return Statistic.of([s.value for s in found], dof=[s.dof for s in found], n=[s.n for s in found])


def p_values(
    d: Drawn, sides: tuple[Any, ...] = ("two-sided",), *, normal: bool = False, seed: int = 0
) -> dict[str, dict[str, np.ndarray]]:
    """P-values of every test of the battery: side -> name -> shape (B,); ``normal`` takes every t for a z."""
    found = statistics(d)
    law = (lambda s, side: p_value(s.value, np.inf, side)) if normal else (lambda s, side: s.p_value(side))
    return {
        side: {name: law(value, side) for name, value in found.items()}
        | {
            "sign_exact": np.asarray(nonparametric.sign_exact(d.car, side)[1]),
            "wilcoxon_signed_rank": np.asarray(nonparametric.wilcoxon_signed_rank(d.car, side)[1]),
            "bhar_skewness_adjusted_t": bhar_skewness_adjusted_t(d.bhar, draws=BHAR_DRAWS, seed=seed, alternative=side)[
                1
            ],
        }
        for side in sides
    }


def rejection(
    scenario: Scenario, reps: int, seed: int, *, level: float = 0.05, chunk: int = 400, normal: bool = False
) -> dict[str, tuple[float, float]]:
    """Rejection rates at ``level``: name -> (two-sided, upper one-sided)."""
    rng = np.random.default_rng(seed)
    hits: dict[str, list[np.ndarray]] = {}
    done = 0
    while done < reps:
        size = min(chunk, reps - done)
        d = draw(scenario, size, rng)
        for side, found in p_values(d, ("two-sided", "greater"), normal=normal, seed=done).items():
            for name, p in found.items():
                hits.setdefault(f"{name}|{side}", []).append(np.where(np.isfinite(p), p <= level, np.nan))
        done += size
    rates = {}
    for name in dict.fromkeys(key.split("|")[0] for key in hits):
        two, upper = (np.concatenate(hits[f"{name}|{side}"]) for side in ("two-sided", "greater"))
        rates[name] = tuple(float(np.nanmean(r)) if np.isfinite(r).any() else float("nan") for r in (two, upper))
    return rates
