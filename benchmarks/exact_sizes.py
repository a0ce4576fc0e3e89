"""Finite-sample sizes at 5 % of tests that cannot reject exactly 5 %: closed forms, or numpy alone.

Nothing here is the library's: the numbers are what its simulated rates are held against.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

LEVEL = 0.05
M, K = 120, 2  # estimation sessions and coefficients of the market model, as in the scenarios
DRAWS = 40_000
Z = float(stats.norm.ppf(1 - LEVEL / 2))


def sign_z(n: int) -> float:
    """Mass of the counts of positives that lie 1.96 standard deviations from n/2."""
    k = np.arange(n + 1)
    return float(stats.binom.pmf(k, n, 0.5)[np.abs(2 * k - n) >= Z * np.sqrt(n)].sum())


def sign_exact(n: int) -> float:
    """Mass of the counts of positives whose doubled tail is at most 5 %."""
    k = np.arange(n + 1)
    p = np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(k, n - k), n, 0.5))
    return float(stats.binom.pmf(k, n, 0.5)[p <= LEVEL].sum())


def of_random_number(size: Callable[[int], float], n: int, share: float) -> float:
    """``size`` where each of n events is there with probability ``share``."""
    k = np.arange(1, n + 1)
    return float(stats.binom.pmf(k, n, share) @ np.array([size(int(i)) for i in k]))


def wilcoxon_signed_rank(n: int) -> float:
    """Mass of the rank sums whose doubled tail is at most 5 %: every pattern of signs is as likely."""
    law = np.ones(1)
    for rank in range(1, n + 1):
        wider = np.zeros(len(law) + rank)
        wider[: len(law)] += law / 2
        wider[rank:] += law / 2
        law = wider
    below = np.cumsum(law)
    p = np.minimum(1.0, 2 * np.minimum(below, below[::-1]))
    return float(law[p <= LEVEL + 1e-12].sum())


def crude_dependence_t(days: int) -> float:
    """T(M-1) of a sum whose variance is (1 + (L + 1)/M) (M - 1)/(M - 2) of its yardstick, near enough."""
    inflation = (1 + (days + 1) / M) * (M - 1) / (M - K)
    return float(2 * stats.t.sf(stats.t.ppf(1 - LEVEL / 2, M - 1) / np.sqrt(inflation), M - 1))


def ibragimov_muller_difference_t(clusters: int) -> float:
    """Two groups of as many normal cluster means: t(2G - 2) in truth, compared with t(G - 1)."""
    return float(2 * stats.t.sf(stats.t.ppf(1 - LEVEL / 2, clusters - 1), 2 * clusters - 2))


def _returns(rng: np.random.Generator, shape: tuple[int, ...], law: str) -> np.ndarray:
    if law == "normal":
        return rng.standard_normal(shape)
    if law == "t(3)":
        return rng.standard_t(3, shape)
    assert law == "skewness 2"
    return rng.standard_gamma(1.0, shape) - 1.0


def skewness_adjusted_t(rng: np.random.Generator, n: int, law: str = "normal") -> np.ndarray:
    """Which of DRAWS means of n independent returns Hall's transformation rejects by the normal's quantile."""
    x = _returns(rng, (DRAWS, n), law)
    away = x - x.mean(axis=1, keepdims=True)
    s = x.mean(axis=1) / x.std(axis=1, ddof=1)
    g = (away**3).mean(axis=1) / (away**2).mean(axis=1) ** 1.5
    return np.abs(np.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))) >= Z


def calendar_time_nw_t(rng: np.random.Generator, sessions: int) -> np.ndarray:
    """Mean of independent normals over its Newey-West error, against t(T-1)."""
    x = rng.standard_normal((DRAWS, sessions))
    e = x - x.mean(axis=1, keepdims=True)
    total = _long_run(e, int(4 * (sessions / 100) ** (2 / 9)))
    t = x.mean(axis=1) * sessions / np.sqrt(total * sessions / (sessions - 1))
    return np.abs(t) >= stats.t.ppf(1 - LEVEL / 2, sessions - 1)


def _long_run(score: np.ndarray, lags: int) -> np.ndarray:
    total = (score**2).sum(axis=1)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * (score[:, lag:] * score[:, :-lag]).sum(axis=1)
    return total


def _market_model(rng: np.random.Generator, n: int, law: str) -> tuple[np.ndarray, np.ndarray]:
    """One draw of n events: SARs of the event day (n,) and standardised residuals (n, M)."""
    x = rng.standard_normal((n, M + 1))
    y = _returns(rng, (n, M + 1), law)
    before, centre = x[:, :M], x[:, :M].mean(axis=1, keepdims=True)
    spread = ((before - centre) ** 2).sum(axis=1, keepdims=True)
    slope = ((before - centre) * y[:, :M]).sum(axis=1, keepdims=True) / spread
    e = y - y[:, :M].mean(axis=1, keepdims=True) - slope * (x - centre)
    s = np.sqrt((e[:, :M] ** 2).sum(axis=1, keepdims=True) / (M - K))
    leverage = 1 / M + (x - centre) ** 2 / spread
    return (e[:, M:] / (s * np.sqrt(1 + leverage[:, M:])))[:, 0], e[:, :M] / (s * np.sqrt(1 - leverage[:, :M]))


def generalized_sign_z(rng: np.random.Generator, n: int, law: str = "normal") -> np.ndarray:
    """Positives against the share of positive residuals."""
    out = np.zeros(DRAWS, dtype=bool)
    for i in range(DRAWS):
        sar, residuals = _market_model(rng, n, law)
        p = (residuals > 0).mean()
        out[i] = abs((sar > 0).sum() - n * p) >= Z * np.sqrt(n * p * (1 - p))
    return out


def grank(rng: np.random.Generator, n: int, law: str = "normal", form: str = "t") -> np.ndarray:
    """Generalised rank t, or z, of SARs divided by their own spread and ranked among the residuals."""
    out = np.zeros(DRAWS // 4, dtype=bool)
    for i in range(len(out)):
        sar, residuals = _market_model(rng, n, law)
        together = np.column_stack([residuals, sar / sar.std(ddof=1)])
        u = (together.argsort(axis=1).argsort(axis=1) + 1) / (M + 2) - 0.5
        day = u.mean(axis=0)
        if form == "z":
            out[i] = abs(day[M]) * np.sqrt(12 * n * (M + 2) / M) >= Z
        else:
            value = day[M] / np.sqrt((day**2).mean())
            t = value * np.sqrt((M - 1) / (M - value**2))
            out[i] = abs(t) >= stats.t.ppf(1 - LEVEL / 2, M - 1)
    return out


def bhar_skewness_adjusted_t(rng: np.random.Generator, n: int, law: str = "normal", draws: int = 199) -> np.ndarray:
    """Johnson's t against its own resamples, of n/4 events from 40 on, of n below."""
    out = np.zeros(DRAWS // 4, dtype=bool)

    def johnson(x: np.ndarray, about: float) -> np.ndarray:
        k, sd = x.shape[-1], x.std(axis=-1, ddof=1)
        s = (x.mean(axis=-1) - about) / sd
        g = ((x - x.mean(axis=-1, keepdims=True)) ** 3).sum(axis=-1) / (k * sd**3)
        return np.sqrt(k) * (s + g * s**2 / 3 + g / (6 * k))

    for i in range(len(out)):
        x = _returns(rng, (n,), law)
        resampled = x[rng.integers(0, n, (draws, n // 4 if n >= 40 else n))]
        # a resample of one value over and over has no t
        resampled = resampled[np.ptp(resampled, axis=1) > 0]
        law_of_t, own = johnson(resampled, x.mean()), johnson(x, 0.0)
        smaller = min((law_of_t <= own).sum(), (law_of_t >= own).sum())
        out[i] = 2 * (1 + smaller) / (1 + len(resampled)) <= LEVEL
    return out


def slope(rng: np.random.Generator, n: int, error: str) -> np.ndarray:
    """Coefficient of a normal size over its HC3, Newey-West ("HAC") or clustered (pairs, r = 0.4) error."""
    x, y = rng.standard_normal((2, DRAWS, n))
    if error == "cluster":
        y = np.sqrt(0.4) * np.repeat(rng.standard_normal((DRAWS, n // 2)), 2, axis=1) + np.sqrt(0.6) * y
    x = x - x.mean(axis=1, keepdims=True)
    squares = (x**2).sum(axis=1, keepdims=True)
    b = (x * y).sum(axis=1, keepdims=True) / squares
    score = x * (y - y.mean(axis=1, keepdims=True) - b * x)
    if error == "HC3":
        total, dof = ((score / (1 - 1 / n - x**2 / squares)) ** 2).sum(axis=1), n - K
    elif error == "HAC":
        total, dof = _long_run(score, int(4 * (n / 100) ** (2 / 9))) * n / (n - K), n - K
    else:
        g = n // 2
        total = (score.reshape(DRAWS, g, 2).sum(axis=2) ** 2).sum(axis=1) * g / (g - 1) * (n - 1) / (n - K)
        dof = g - 1
    return np.abs((b * squares)[:, 0]) / np.sqrt(total) >= stats.t.ppf(1 - LEVEL / 2, dof)


def pooled_dummy(n: int) -> float:
    """Separate days' mean over the root of their squared deviations: sqrt(n/(n-1)) t(n-1), compared with t(n-1)."""
    return float(2 * stats.t.sf(stats.t.ppf(1 - LEVEL / 2, n - 1) * np.sqrt((n - 1) / n), n - 1))
