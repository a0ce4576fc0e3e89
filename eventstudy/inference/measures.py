"""What the adviser measures on a study before it recommends a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.inference.correlation import clusters, overlap_share, sample_correlation
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.measures_means import UNKNOWN, benchmark_reaction, pre_event_drift
from eventstudy.inference.parametric import effective_n
from eventstudy.inference.sample import NO_SESSION, SIGMA_FLOOR, Sample
from eventstudy.inference.single_event import reference_scores

__all__ = ["Measures", "measure"]

_DRAWS = 1999
_ARCH_LAGS = 5
_Z = 1.959963984540054  # two-sided 5 % of the normal


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers about a study from which `diagnose` argues; NaN = cannot be measured here.

    In a weighted study an event of weight zero does not count, ``r_bar`` weighs pairs, ``effective_n`` and
    ``size_if_ignored`` take Kish's number of events, and ``drift`` is a weighted mean: what the weighted tests
    read. Variances, moments and shares describe the events that count, each once. All intervals are at 95 %.

    Attributes
    ----------
    n_events, n_assets : int
        Rows with a CAR, and their assets.
    n_dates : int
        Distinct first sessions of the test windows.
    n_clusters : int
        Sets of overlapping windows.
    largest_cluster : float
        Share of the events in the largest of them.
    overlap_share : float
        Share of events whose window shares a session with another's.
    r_bar, effective_n : float
        Mean correlation over pairs of events; n / (1 + (n - 1) r_bar).
    n_pairs_unknown : int
        Overlapping pairs with too few common estimation dates to be in r_bar.
    size_if_ignored : float
        What BMP's t rejects at a nominal 5 % for that r_bar (Kolari, Pynnonen 2010).
    variance_ratio, variance_p, variance_low : float
        Cross-sectional variance of SCARs over what the estimation sample implies; its one-sided p from
        standardised estimation windows drawn cluster by cluster; and the smallest ratio that the same
        draws would not reject.
    size_if_variance_ignored : float
        What Patell's z rejects at a nominal 5 % for that ratio.
    skewness, excess_kurtosis : float
        Of standardised estimation residuals, all events together.
    autocorrelation, autocorrelation_share : float
        Mean first-order autocorrelation of the residuals; share of events beyond its 5 % bound.
    arch_share, arch_p : float
        Share of events whose residuals reject "no ARCH" at 5 % (Engle 1982, five lags); median p, which
        estimates nothing and has no interval.
    missing_estimation, missing_window : float
        Share of estimation days, and of window days, without a return.
    n_without_variance : int
        Events whose estimation residuals do not vary: they have no standardised return.
    n_unmoved : int
        Those of them whose abnormal returns in the event window are all zero as well.
    n_without_return : int
        Further events that have no CAR in this window, but returns on other days of the event window.
    size_if_spread_of_all : float
        What a test rejects at a nominal 5 % whose spread is also of those events (taken for independent).
    contamination : float
        Share of estimation days that lie in another event's window of the same asset.
    benchmark_car, benchmark_scar, benchmark_p, benchmark_low, benchmark_high : float
        Mean CAR of the benchmark itself over the events' windows and the same standardised; p and interval
        of the latter; NaN without one.
    n_straddling, n_selected : int
        Events whose price's own window straddled the news; whose own article reports the move.
    drift, drift_p, drift_low, drift_high : float
        Mean standardised abnormal return of the days before the window, its p and interval.
    n_estimation : float
        Median number of estimation returns.
    window_length : int
    """

    n_events: int
    n_assets: int
    n_dates: int
    n_clusters: int
    largest_cluster: float
    overlap_share: float
    r_bar: float
    effective_n: float
    n_pairs_unknown: int
    size_if_ignored: float
    variance_ratio: float
    variance_p: float
    variance_low: float
    size_if_variance_ignored: float
    skewness: float
    excess_kurtosis: float
    autocorrelation: float
    autocorrelation_share: float
    arch_share: float
    arch_p: float
    missing_estimation: float
    missing_window: float
    n_without_variance: int
    n_unmoved: int
    n_without_return: int
    size_if_spread_of_all: float
    contamination: float
    benchmark_car: float
    benchmark_scar: float
    benchmark_p: float
    benchmark_low: float
    benchmark_high: float
    n_straddling: int
    n_selected: int
    drift: float
    drift_p: float
    drift_low: float
    drift_high: float
    n_estimation: float
    window_length: int


def measure(
    sample: Sample,
    *,
    benchmark: Sample | None = None,
    straddling: npt.ArrayLike | None = None,
    selected_on_outcome: npt.ArrayLike | None = None,
    seed: int | np.random.Generator = 0,
) -> Measures:
    """Measure what decides between tests.

    Parameters
    ----------
    sample : Sample
        The study's window at hand.
    benchmark : Sample, optional
        The benchmark's own mean-adjusted returns over the same window, one row a distinct date.
    straddling, selected_on_outcome : bool, shape (n,), optional
    seed : int or numpy.random.Generator
        Of the draws behind ``variance_p``.

    Returns
    -------
    Measures
    """
    weights = sample.weights
    there = np.isfinite(sample.car) & (True if weights is None else weights > 0)
    n = int(there.sum())
    member = sample.member & there[:, None]
    label = clusters(sample.sessions, member)
    sizes = np.bincount(label[there]) if n else np.zeros(1, dtype=np.int64)
    scar = np.where(there, sample.scar, np.nan)
    found = sample_correlation(sample, sample.selected & there[:, None], weights)
    r, kish = found.r_bar, float(effective_n(np.where(there, sample.car, np.nan), weights))
    inflation = (1.0 + (kish - 1) * r) / (1.0 - r) if np.isfinite(r) and r < 1 else float("nan")
    ratio, ratio_p, ratio_low = _variance_ratio(sample, scar, label, np.random.default_rng(seed))
    z = _standardised(sample)[there]
    rho, rho_share = _autocorrelation(z)
    arch_share, arch_p = _arch(z)
    reaction = UNKNOWN if benchmark is None else benchmark_reaction(benchmark)
    drift = pre_event_drift(sample, label, there)
    absent = ~np.isfinite(sample.car) & np.isfinite(sample.ar).any(axis=1) & np.isfinite(sample.residuals).any(axis=1)
    n_absent = int((absent if weights is None else absent & (weights > 0)).sum())
    still = there & ~np.isfinite(sample.scar)
    days = np.where(sample.member, sample.sessions, np.iinfo(np.int64).max).min(axis=1)
    return Measures(
        n_events=n,
        n_assets=len(np.unique(sample.asset[there])),
        n_dates=len(np.unique(days[there])),
        n_clusters=int((sizes > 0).sum()),
        largest_cluster=float(sizes.max() / n) if n else float("nan"),
        overlap_share=overlap_share(sample.sessions[there], member[there]),
        r_bar=r,
        effective_n=kish / (1.0 + (kish - 1) * r) if np.isfinite(r) and 1.0 + (kish - 1) * r > 0 else float("nan"),
        n_pairs_unknown=found.n_unknown,
        size_if_ignored=_size(inflation),
        variance_ratio=ratio,
        variance_p=ratio_p,
        variance_low=ratio_low,
        size_if_variance_ignored=_size(ratio),
        skewness=_moment(z, 3),
        excess_kurtosis=_moment(z, 4) - 3.0,
        autocorrelation=rho,
        autocorrelation_share=rho_share,
        arch_share=arch_share,
        arch_p=arch_p,
        missing_estimation=_share(~np.isfinite(sample.residuals[there])),
        missing_window=_share(~np.isfinite(sample.ar[there])[sample.member[there]]),
        n_without_variance=int(still.sum()),
        n_unmoved=int((still & (np.nan_to_num(np.abs(sample.ar)) <= SIGMA_FLOOR).all(axis=1)).sum()),
        n_without_return=n_absent,
        size_if_spread_of_all=_size(1.0 + n_absent / n) if n else float("nan"),
        contamination=_contamination(sample, there),
        benchmark_car=reaction.car,
        benchmark_scar=reaction.scar,
        benchmark_p=reaction.p_value,
        benchmark_low=reaction.ci_low,
        benchmark_high=reaction.ci_high,
        n_straddling=_count(straddling, there),
        n_selected=_count(selected_on_outcome, there),
        drift=drift.scar,
        drift_p=drift.p_value,
        drift_low=drift.ci_low,
        drift_high=drift.ci_high,
        n_estimation=float(np.median(sample.n_estimation[there])) if n else float("nan"),
        window_length=sample.window.length,
    )


def _size(variance: float) -> float:
    """Rejection rate at a nominal 5 % of a z whose variance is not one but this."""
    return float(2.0 * special.ndtr(-_Z / np.sqrt(variance))) if variance > 0 else float("nan")


def _share(flags: BoolArray) -> float:
    return float(flags.mean()) if flags.size else float("nan")


def _count(flags: npt.ArrayLike | None, there: BoolArray) -> int:
    return 0 if flags is None else int((np.asarray(flags, dtype=bool) & there).sum())


def _standardised(sample: Sample) -> FloatArray:
    scale = sample.sigma[:, None] * np.sqrt(np.clip(1.0 - sample.leverage, 1e-12, None))
    with np.errstate(divide="ignore", invalid="ignore"):
        z: FloatArray = np.where(scale > 0, sample.residuals / scale, np.nan)
    return z


def _moment(z: FloatArray, power: int) -> float:
    values = z[np.isfinite(z)]
    if len(values) < 3 or not values.std() > 0:
        return float("nan")
    return float((((values - values.mean()) / values.std()) ** power).mean())


def _variance_ratio(
    sample: Sample, scar: FloatArray, label: IntArray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Ratio of the SCARs' variance to its expectation; p against estimation windows of the same events; lower end."""
    used = np.isfinite(scar)
    n = int(used.sum())
    if n < 3:
        return float("nan"), float("nan"), float("nan")
    dof = sample.dof[used].astype(np.float64)
    expected = float(np.mean(dof / np.maximum(dof - 2.0, 1.0)))
    own = float(scar[used].var(ddof=1)) / expected
    scores = _as_forecasts(reference_scores(sample)[used], dof)
    open_columns = np.flatnonzero(np.isfinite(scores).mean(axis=0) > 0.5)
    if len(open_columns) < 10:
        return own, float("nan"), float("nan")
    code = np.unique(label[used], return_inverse=True)[1].ravel()
    # events of one cluster are read on the same estimation day, so that what they share stays in
    column = rng.choice(open_columns, size=(_DRAWS, int(code.max()) + 1))[:, code]
    drawn = scores[np.arange(n), column]
    count = np.isfinite(drawn).sum(axis=1)
    filled = np.where(np.isfinite(drawn), drawn, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    away = np.where(np.isfinite(drawn), drawn - mean[:, None], 0.0)
    spread = np.where(count > 2, (away**2).sum(axis=1) / np.maximum(count - 1, 1), np.nan)
    # an event day with f times the variance spreads as f times a drawn one
    low = own / float(empirical_critical(spread, (0.05,), "greater")[0])
    return own, empirical_p(own, spread, "greater"), low


def _as_forecasts(scores: FloatArray, dof: FloatArray) -> FloatArray:
    """Give standardised sums of residuals, shape (n, M), the law of a standardised forecast, with variance 1.

    A residual is part of its own yardstick, so that |score| stays below the root of the degrees of freedom; an event
    is not. Taken out of it, the sum has Student's law with one degree of freedom less (Beckman and Trussell 1974).
    """
    free = np.maximum(dof[:, None], 4.0)  # Student's law with fewer than three has no variance: taken as they are
    t = scores * np.sqrt((free - 3.0) / np.maximum(free - scores**2, 1e-9 * free))
    return np.where(dof[:, None] >= 4.0, t, scores)


def _autocorrelation(z: FloatArray) -> tuple[float, float]:
    rho, bound = _lagged(z)
    known = np.isfinite(rho)
    if not known.any():
        return float("nan"), float("nan")
    return float(rho[known].mean()), float((np.abs(rho[known]) > bound[known]).mean())


def _lagged(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First-order autocorrelation of each row over pairs of neighbouring days, and its 5 % bound."""
    there = np.isfinite(z)
    count = np.maximum(there.sum(axis=1), 1)
    centre = np.where(there, z, 0.0).sum(axis=1) / count
    away = np.where(there, z - centre[:, None], 0.0)
    pairs = (there[:, 1:] & there[:, :-1]).sum(axis=1)
    square = (away**2).sum(axis=1) / count
    product = (away[:, 1:] * away[:, :-1]).sum(axis=1) / np.maximum(pairs, 1)
    good = (pairs >= 20) & (square > 1e-12)
    return np.where(good, product / np.where(good, square, 1.0), np.nan), _Z / np.sqrt(np.maximum(pairs, 1))


def _arch(z: FloatArray) -> tuple[float, float]:
    """Engle's LM test of each row, n R^2 ~ chi2(5): share rejecting at 5 %, and the median p."""
    p_values = []
    for row in z:
        squares = row[np.isfinite(row)] ** 2
        if len(squares) < 4 * _ARCH_LAGS or not squares.std() > 0:
            continue
        y = squares[_ARCH_LAGS:]
        lagged = [squares[_ARCH_LAGS - lag : len(squares) - lag] for lag in range(1, _ARCH_LAGS + 1)]
        x = np.column_stack([np.ones(len(y)), *lagged])
        fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
        total = ((y - y.mean()) ** 2).sum()
        r2 = 1.0 - ((y - fitted) ** 2).sum() / total if total > 0 else 0.0
        p_values.append(float(special.chdtrc(_ARCH_LAGS, len(y) * max(r2, 0.0))))
    if not p_values:
        return float("nan"), float("nan")
    return float(np.mean(np.array(p_values) < 0.05)), float(np.median(p_values))


def _contamination(sample: Sample, there: BoolArray) -> float:
    """Share of valid estimation days that lie in the test window of another event of the asset."""
    touched, total = 0, 0
    for code in np.unique(sample.asset[there]):
        rows = np.flatnonzero(there & (sample.asset == code))
        days = [sample.sessions[i][sample.member[i]] for i in rows]
        for i in rows:
            others = [d for j, d in zip(rows, days, strict=True) if j != i]
            valid = np.isfinite(sample.residuals[i]) & (sample.estimation_sessions[i] != NO_SESSION)
            total += int(valid.sum())
            if others:
                touched += int(np.isin(sample.estimation_sessions[i][valid], np.concatenate(others)).sum())
    return touched / total if total else float("nan")
