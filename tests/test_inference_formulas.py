"""Every statistic of the battery against the plain loops of `_slow_tests`, on hard samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from eventstudy.inference import BATTERY, make_sample, mean_correlation, run_tests
from eventstudy.inference.correlation import clusters
from eventstudy.inference.nonparametric import wilcoxon_signed_rank
from tests import _slow_tests as slow

# Two summation orders of the same doubles.
RTOL = 1e-9

M, D, HALF = 60, 7, 3


def study(seed, *, missing=0.0, settle=0, n=14, spacing=9, window=(-1, 1)):
    """Events on five assets of one panel: overlapping windows, shared dates, some days missing."""
    rng = np.random.default_rng(seed)
    t = 420
    market = rng.normal(0.0, 0.01, t)
    returns = 0.8 * market[:, None] + rng.normal(0, 0.01, (t, 5)) + rng.normal(0, 0.008, t)[:, None]
    returns[rng.random(returns.shape) < missing] = np.nan
    rows = 80 + np.cumsum(rng.integers(0, spacing, n))
    asset = rng.integers(0, 5, n)
    shift = rng.integers(0, settle + 1, n)
    events = []
    for row, a, s in zip(rows, asset, shift, strict=True):
        estimation = list(range(row - HALF - 5 - M, row - HALF - 5))
        days = list(range(row - HALF, row + HALF + 1))
        good = [d for d in estimation if np.isfinite(returns[d, a])]
        x = np.c_[np.ones(t), market]
        b = np.linalg.lstsq(x[good], returns[good, a], rcond=None)[0]
        fitted, xx = x @ b, np.linalg.inv(x[good].T @ x[good])
        e = returns[:, a] - fitted
        sigma = math.sqrt((e[good] ** 2).sum() / (len(good) - 2))
        first = HALF + window[0] + (s if window[0] > 0 else 0)
        last = HALF + window[1] + (s if window[1] >= 0 else 0)
        columns = [c for c in range(first, last + 1) if c < D]
        valid = [c for c in columns if np.isfinite(e[days[c]])]
        enough = len(valid) >= max(1, 0.5 * len(columns))
        total = x[[days[c] for c in valid]].sum(axis=0)
        events.append(
            {
                "ar": [none(e[d]) for d in days],
                "residuals": [none(e[d]) for d in estimation],
                "days": days,
                "estimation_days": estimation,
                "asset": int(a),
                "settle": int(s),
                "sigma": sigma,
                "m": len(good),
                "k": 2,
                "scale": [1 + x[d] @ xx @ x[d] for d in days],
                "leverage": [x[d] @ xx @ x[d] for d in estimation],
                "window": columns,
                "car": sum(e[days[c]] for c in valid) if enough else None,
                "variance": sigma**2 * (len(valid) + total @ xx @ total) if enough else None,
                "realised": [none(math.exp(returns[d, a]) - 1) for d in days],
                "expected": [math.exp(fitted[d]) - 1 for d in days],
            }
        )
    return events


def none(value):
    return float(value) if math.isfinite(value) else None


def arrays(events, window=(-1, 1), weights=None):
    def matrix(name):
        return np.array([[np.nan if v is None else v for v in e[name]] for e in events])

    def vector(name):
        return np.array([np.nan if e[name] is None else e[name] for e in events])

    return make_sample(
        matrix("ar"),
        matrix("residuals"),
        window=window,
        event_window=(-HALF, HALF),
        n_parameters=2,
        forecast_scale=matrix("scale"),
        leverage=matrix("leverage"),
        car_variance=vector("variance"),
        sessions=matrix("days").astype(int),
        estimation_sessions=matrix("estimation_days").astype(int),
        asset=vector("asset").astype(int),
        settle=vector("settle").astype(int),
        weights=weights,
        realised=matrix("realised"),
        expected=matrix("expected"),
    )


STATISTICS = [name for name in BATTERY if hasattr(slow, name)]
CASES = {
    "complete": {"missing": 0.0},
    "missing": {"missing": 0.06},
    "many missing": {"missing": 0.3},
    "settled later": {"missing": 0.03, "settle": 1},
    "one day": {"missing": 0.03, "window": (0, 0)},
    "after the event": {"missing": 0.03, "window": (1, 2), "settle": 1},
    "far apart": {"missing": 0.03, "n": 6, "spacing": 40},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", STATISTICS)
def test_a_statistic_equals_its_slow_twin(case, name):
    options = CASES[case]
    events = study(11, **options)
    result = run_tests(arrays(events, options.get("window", (-1, 1))), names=[name])[0]
    if case == "many missing" and "calendar" not in name:
        assert sum(e["car"] is None for e in events) > 0, "the case is there to leave events out"
    try:
        wanted = getattr(slow, name)(without_uncounted_days(events))
    except (ValueError, ZeroDivisionError):  # one cluster, or a negative two-way variance
        assert math.isnan(result.statistic)
        assert result.note
        return
    assert result.statistic == pytest.approx(wanted, rel=RTOL)


def without_uncounted_days(events):
    """An event with too few valid days takes no part in the window's numerator."""
    out = []
    for e in events:
        if e["car"] is None:
            e = {**e, "ar": [None if c in e["window"] else v for c, v in enumerate(e["ar"])]}
        out.append(e)
    return out


@pytest.mark.parametrize("name", [name for name in STATISTICS if name != "bhar_skewness_adjusted_t"])
def test_p_values_follow_from_statistic_and_distribution(name):
    sample = arrays(study(5, missing=0.02))
    both, up, down = (run_tests(sample, names=[name], alternative=a)[0] for a in ("two-sided", "greater", "less"))
    assert math.isfinite(both.statistic)
    law = stats.norm if both.distribution == "N(0,1)" else stats.t(both.dof)
    assert both.distribution in ("N(0,1)", f"t({both.dof:g})")
    assert both.p_value == pytest.approx(2 * law.sf(abs(both.statistic)), rel=1e-8)
    assert up.p_value == pytest.approx(law.sf(both.statistic), rel=1e-8)
    assert down.p_value == pytest.approx(law.cdf(both.statistic), rel=1e-8)
    assert up.p_value + down.p_value == pytest.approx(1.0)


def test_degrees_of_freedom_are_those_of_the_table():
    events = study(5)
    sample = arrays(events)
    n, groups = len(events), len(set(slow.cluster_codes(events)))
    by_name = {t.name: t for t in run_tests(sample)}
    for name in ("cross_sectional_t", "bmp_t", "adjusted_bmp_t", "bhar_t"):
        assert by_name[name].dof == n - 1
    assert by_name["crude_dependence_t"].dof == M - 1
    assert by_name["grank_t"].dof == M - 1
    assert by_name["clustered_t"].dof == by_name["ibragimov_muller_t"].dof == groups - 1
    assert by_name["clustered_two_way_t"].dof == min(groups, 5) - 1
    assert by_name["calendar_time_t"].dof == len(slow.calendar_returns(events)) - 1
    for name in ("time_series_t", "patell_z", "sign_z", "corrado_rank_z", "grank_z", "skewness_adjusted_t"):
        assert by_name[name].distribution == "N(0,1)"


def test_one_event_has_a_t_with_the_dof_of_its_estimation():
    event = study(3, n=1)
    found = run_tests(arrays(event), names=["time_series_t"])[0]
    assert found.distribution == f"t({M - 2})"
    assert found.statistic == pytest.approx(event[0]["car"] / math.sqrt(event[0]["variance"]), rel=RTOL)
    assert found.p_value == pytest.approx(2 * stats.t(M - 2).sf(abs(found.statistic)), rel=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_mean_correlation_counts_pairs_like_the_slow_loop(seed):
    events = study(seed, missing=0.45, n=20)
    sample = arrays(events)
    found = mean_correlation(
        sample.residuals, sample.estimation_sessions, sample.sessions, sample.selected, sample.asset
    )
    value, pairs, unknown = slow.r_bar(events)
    assert found.r_bar == pytest.approx(value, rel=RTOL)
    assert (found.n_pairs, found.n_unknown) == (pairs, unknown)
    assert unknown > 0, "the case is there to leave pairs out"


@pytest.mark.parametrize(("spacing", "missing"), [(1, 0.0), (1, 0.2), (3, 0.02)])
def test_mean_correlation_of_many_events_goes_block_by_block_to_the_same_number(spacing, missing):
    """150 events: all on one date (with and without holes), or in one chain of overlapping windows."""
    events = study(7, missing=missing, n=150, spacing=spacing)
    for i, e in enumerate(events):
        e["asset"] = i
    sample = arrays(events)
    found = mean_correlation(
        sample.residuals, sample.estimation_sessions, sample.sessions, sample.selected, sample.asset
    )
    value, pairs, unknown = slow.r_bar(events)
    assert found.r_bar == pytest.approx(value, rel=RTOL)
    assert (found.n_pairs, found.n_unknown) == (pairs, unknown)


def test_mean_correlation_of_one_date_is_the_mean_of_the_correlation_matrix():
    rng = np.random.default_rng(0)
    e = rng.normal(size=(300, 80)) + rng.normal(size=80)
    day = np.tile(np.arange(80), (300, 1))
    found = mean_correlation(e, day, np.full((300, 1), 99), np.ones((300, 1), bool), np.arange(300))
    matrix = np.corrcoef(e)
    assert found.r_bar == pytest.approx(matrix[np.triu_indices(300, 1)].mean(), rel=RTOL)


def test_events_that_share_only_an_estimation_window_are_not_correlated():
    rng = np.random.default_rng(0)
    e = np.tile(rng.normal(size=80), (4, 1))
    day = np.tile(np.arange(80), (4, 1))
    found = mean_correlation(e, day, np.arange(100, 104)[:, None], np.ones((4, 1), bool), np.arange(4))
    assert (found.r_bar, found.n_overlapping, found.n_pairs) == (0.0, 0, 6)


def test_an_asset_is_perfectly_correlated_with_itself_whatever_the_residuals():
    e = np.random.default_rng(0).normal(size=(2, 80))
    days = np.array([[10, 11, 12], [12, 13, 14]])
    apart = np.arange(160).reshape(2, 80) + 100
    found = mean_correlation(e, apart, days, np.ones((2, 3), bool), np.array([7, 7]))
    assert found.r_bar == pytest.approx(1 / 3)


def test_clusters_are_connected_sets_not_dates():
    events = study(2, n=30, spacing=6)
    sample = arrays(events)
    found = clusters(sample.sessions, sample.member)
    wanted = slow.cluster_codes(events)
    assert len(set(zip(found.tolist(), wanted, strict=True))) == len(set(wanted)) == len(set(found.tolist()))


@pytest.mark.parametrize("n", [1, 2, 5, 9, 12])
@pytest.mark.parametrize("tied", [False, True])
def test_signed_rank_p_is_that_of_all_sign_patterns(n, tied):
    x = np.random.default_rng(n).normal(0.4, 1.0, n)
    x = np.round(x * 2) / 2 if tied else x
    if not (x != 0).any():
        pytest.skip("rounded to nothing")
    statistic, p = wilcoxon_signed_rank(x)
    w, wanted = slow.wilcoxon_p(x.tolist())
    assert float(statistic.value) == pytest.approx(w)
    assert float(p) == pytest.approx(wanted)


@pytest.mark.parametrize("n", [60, 200])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_signed_rank_of_many_events_is_scipys_normal_approximation(n, alternative):
    x = np.round(np.random.default_rng(n).normal(0.1, 1.0, n), 1)
    _, p = wilcoxon_signed_rank(x, alternative)
    wanted = stats.wilcoxon(x, alternative=alternative, method="approx", correction=False).pvalue
    assert float(p) == pytest.approx(wanted, rel=1e-9)


def test_sign_exact_is_the_binomial_sum():
    for n in (1, 2, 7, 20):
        for positive in range(n + 1):
            ar = np.r_[np.ones(positive), -np.ones(n - positive)][:, None] * np.arange(1, n + 1)[:, None]
            sample = make_sample(ar, np.zeros((n, 0)), window=(0, 0), event_window=(0, 0))
            found = run_tests(sample, names=["sign_exact"])[0]
            assert found.statistic == positive
            assert found.p_value == pytest.approx(slow.sign_exact_p(positive, n))
            assert found.distribution == f"binomial({n}, 1/2)"


@pytest.mark.parametrize(("missing", "shift"), [(0.0, 0), (0.15, 0), (0.15, 1)], ids=["complete", "holes", "no runs"])
def test_mean_correlation_of_loose_events_equals_pairs_one_by_one(missing, shift):
    """120 events two sessions apart, windows of three: few overlap, so only those pairs are worked."""
    rng = np.random.default_rng(4)
    n, m = 120, 60
    start = 2 * np.arange(n)
    # Every tenth event is on a calendar of its own, whose dates are no run of the others'.
    step = np.where(np.arange(n) % 10 == 0, 1 + shift, 1)
    days = start[:, None] + step[:, None] * np.arange(m)
    common = rng.normal(size=days.max() + 1)
    e = 1e-2 * (common[days] + rng.normal(size=(n, m)))
    e[rng.random((n, m)) < missing] = np.nan
    sessions = start[:, None] + m + 5 + np.arange(3)
    asset = np.arange(n) // 2 % 50  # neighbours are one asset
    found = mean_correlation(e, days, sessions, np.ones((n, 3), bool), asset)
    total, overlapping, lost = 0.0, 0, 0
    for i in range(n):
        for j in range(i + 1, n):
            shared = len(np.intersect1d(sessions[i], sessions[j]))
            if not shared:
                continue
            overlapping += 1
            rho = 1.0
            if asset[i] != asset[j]:
                a, b = (dict(zip(days[k], e[k], strict=True)) for k in (i, j))
                both = [d for d in a if d in b and np.isfinite(a[d]) and np.isfinite(b[d])]
                if len(both) < 30:
                    lost += 1
                    continue
                rho = np.corrcoef([a[d] for d in both], [b[d] for d in both])[0, 1]
            total += shared / 3 * rho
    pairs = n * (n - 1) // 2 - lost
    assert (found.n_overlapping, found.n_unknown, found.n_pairs) == (overlapping, lost, pairs)
    assert found.r_bar == pytest.approx(total / pairs, rel=RTOL)
