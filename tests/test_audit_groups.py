"""Groups, families, slopes, power and summaries of a study against plain loops on fresh data.

See `test_audit_statistics` for the designs and `_audit_reference` for the formulas.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import optimize, stats

from tests._audit_reference import cluster_codes, cluster_variance, mean, p_of, sd
from tests.test_audit_statistics import DESIGNS

# Sums of the same doubles in another order.
RTOL = 1e-8
WINDOW = (0, 1)


@pytest.fixture(scope="module", params=["missing returns", "different calendars", "dates alone, models", "staggered"])
def study(request):
    result, refs = DESIGNS[request.param]()
    direction = result.to_frame("event")["direction"].tolist()
    return result, [(e, d) for e, d in zip(refs, direction, strict=True) if e.valid(WINDOW)]


def test_difference(study):
    result, rows = study
    got = result.difference(window=WINDOW).set_index("name")
    events = [e for e, _ in rows]
    first = [d == "de-escalation" for _, d in rows]
    code = cluster_codes(events, WINDOW)

    def parts(x):
        pairs = list(zip(x, first, strict=True))
        return [v for v, f in pairs if f], [v for v, f in pairs if not f]

    def welch(x):
        a, b = parts(x)
        va, vb = sd(a) ** 2 / len(a), sd(b) ** 2 / len(b)
        dof = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
        return (mean(a) - mean(b)) / math.sqrt(va + vb), dof

    car = [e.car(WINDOW) for e in events]
    wanted = {"welch_t": welch(car), "welch_scar_t": welch([e.scar(WINDOW) for e in events])}
    # the dummy regression, all of it: least squares and the sandwich summed by cluster
    x = np.array([[1.0, float(f)] for f in first])
    inverse, y, n = np.linalg.inv(x.T @ x), np.array(car), len(car)
    b = inverse @ x.T @ y
    e = y - x @ b
    meat = np.zeros((2, 2))
    for g in set(code):
        score = sum(x[i] * e[i] for i in range(n) if code[i] == g)
        meat += np.outer(score, score)
    groups = len(set(code))
    v = groups / (groups - 1) * (n - 1) / (n - 2) * (inverse @ meat @ inverse)[1, 1]
    wanted["clustered_difference_t"] = (b[1] / math.sqrt(v), groups - 1)
    means = [{}, {}]
    for side in (0, 1):
        for g in set(code):
            held = [car[i] for i in range(n) if code[i] == g and first[i] == (side == 0)]
            if held:
                means[side][g] = mean(held)
    a, c = means
    both = sorted(a.keys() & c.keys())
    variance = sd(list(a.values())) ** 2 / len(a) + sd(list(c.values())) ** 2 / len(c)
    if len(both) > 1:
        ma, mc = mean([a[g] for g in both]), mean([c[g] for g in both])
        covariance = sum((a[g] - ma) * (c[g] - mc) for g in both) / (len(both) - 1)
        variance -= 2 * len(both) * covariance / (len(a) * len(c))
    gap = mean(list(a.values())) - mean(list(c.values()))
    wanted["ibragimov_muller_difference_t"] = (gap / math.sqrt(variance), min(len(a), len(c)) - 1)
    for name, (statistic, dof) in wanted.items():
        row = got.loc[name]
        assert row["statistic"] == pytest.approx(statistic, rel=RTOL), name
        assert row["dof"] == pytest.approx(dof, rel=RTOL), name
        assert row["p_value"] == pytest.approx(p_of(statistic, dof, "two-sided"), rel=RTOL), name
    assert got.loc["permutation", "estimate"] == pytest.approx(mean(parts(car)[0]) - mean(parts(car)[1]), rel=RTOL)


def turned(values, code, signs):
    """Cluster-robust t after the signs of whole clusters are turned."""
    x = [v * signs[c] for v, c in zip(values, code, strict=True)]
    variance = cluster_variance(x, code)
    return mean(x) / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, mean(x))


def test_family_and_wild_bootstrap():
    """Few clusters, so every sign vector is taken and nothing depends on a seed."""
    result, refs = DESIGNS["different calendars"]()
    direction = result.to_frame("event")["direction"].tolist()
    found = result.family([(0, 0), WINDOW], by="direction").set_index(["direction", "window"])
    everyone = cluster_codes(refs, WINDOW)
    flips = [dict(zip(sorted(set(everyone)), s, strict=True)) for s in product((1.0, -1.0), repeat=len(set(everyone)))]
    own, null = {}, {}
    for key in found.index:
        window = (0, 0) if key[1] == "(0, 0)" else WINDOW
        held = [(e.car(window), c) for e, c, d in zip(refs, everyone, direction, strict=True)
                if d == key[0] and e.valid(window)]  # fmt: skip
        values, code = [v for v, _ in held], [c for _, c in held]
        own[key] = mean(values) / math.sqrt(cluster_variance(values, code))
        null[key] = [abs(turned(values, code, f)) for f in flips[1:]]  # the first is the data's own
        assert found.loc[key, "statistic"] == pytest.approx(own[key], rel=RTOL)
        assert found.loc[key, "n"] == len(values)
        assert found.loc[key, "n_clusters"] == len(set(code))
    alone = {k: (1 + sum(v >= abs(own[k]) * (1 - 1e-9) for v in null[k])) / len(flips) for k in own}
    size = len(alone)
    ordered = sorted(alone, key=lambda k: alone[k])
    for k, p in alone.items():
        assert found.loc[k, "p_value"] == pytest.approx(p, rel=RTOL)
        below = [min(1.0, (size - i) * alone[q]) for i, q in enumerate(ordered) if alone[q] <= p]
        assert found.loc[k, "holm"] == pytest.approx(max(below), rel=RTOL)
        above = [alone[q] * size / (i + 1) for i, q in enumerate(ordered) if alone[q] >= p]
        assert found.loc[k, "benjamini_hochberg"] == pytest.approx(min(1.0, *above, p * size), rel=RTOL)
    by_size = sorted(own, key=lambda k: -abs(own[k]))
    reached = 0.0
    for i, k in enumerate(by_size):
        largest = [max(column) for column in zip(*(null[q] for q in by_size[i:]), strict=True)]
        reached = max(reached, (1 + sum(v >= abs(own[k]) * (1 - 1e-9) for v in largest)) / len(flips))
        assert found.loc[k, "romano_wolf"] == pytest.approx(reached, rel=RTOL)
    car, code = [e.car(WINDOW) for e in refs], cluster_codes(refs, WINDOW)
    t = mean(car) / math.sqrt(cluster_variance(car, code))
    wild = mean([abs(turned(car, code, f)) >= abs(t) * (1 - 1e-9) for f in flips])
    row = result.tests(WINDOW, names=["wild_bootstrap"]).iloc[0]
    assert row["statistic"] == pytest.approx(t, rel=RTOL)
    assert row["p_value"] == pytest.approx(wild, rel=RTOL)


def test_slope_on_an_event_column(study):
    result, rows = study
    frame = result.to_frame("event", window=WINDOW)
    frame = frame[np.isfinite(frame["car"])]
    assert len(frame) == len(rows)
    x = np.column_stack([np.ones(len(frame)), frame["size"]])
    y = np.array([e.car(WINDOW) for e, _ in rows])
    code = cluster_codes([e for e, _ in rows], WINDOW)
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    e, meat, n, g = y - x @ b, np.zeros((2, 2)), len(y), len(set(code))
    for c in set(code):
        score = sum(x[i] * e[i] for i in range(n) if code[i] == c)
        meat += np.outer(score, score)
    se = np.sqrt(np.diag(g / (g - 1) * (n - 1) / (n - 2) * inverse @ meat @ inverse))
    got = result.response_slope("size", window=WINDOW)
    np.testing.assert_allclose(got["estimate"], b, rtol=RTOL)
    np.testing.assert_allclose(got["se"], se, rtol=RTOL)
    np.testing.assert_allclose(got["p_value"], [p_of(v, g - 1, "two-sided") for v in b / se], rtol=RTOL)


def test_power(study):
    result, rows = study
    events = [e for e, _ in rows]
    se = math.sqrt(sum(e.variance(WINDOW) for e in events)) / len(events)
    frame = result.power(WINDOW, effects=[0.0, se, 2 * se, -3 * se])
    cut = stats.norm.ppf(0.975)
    np.testing.assert_allclose(
        frame["power"], [stats.norm.sf(cut - d) + stats.norm.cdf(-cut - d) for d in (0.0, 1.0, 2.0, -3.0)], rtol=1e-7
    )
    wanted = optimize.brentq(lambda d: stats.norm.sf(cut - d) + stats.norm.cdf(-cut - d) - 0.8, 0, 6)
    assert frame.attrs["minimum_detectable_effect"] == pytest.approx(wanted * se, rel=1e-7)


def test_power_of_one_event_is_student_s():
    result, refs = DESIGNS["one"]()
    se, dof = math.sqrt(refs[0].variance(WINDOW)), refs[0].dof
    cut = stats.t.ppf(0.975, dof)
    got = result.power(WINDOW, effects=[2.5 * se])["power"].iloc[0]
    assert got == pytest.approx(stats.nct.sf(cut, dof, 2.5) + stats.nct.cdf(-cut, dof, 2.5), rel=1e-6)


def test_summary_and_groups_are_of_their_own_rows(study):
    result, rows = study
    table = result.summary([WINDOW], by="direction").table
    by = result.tests(WINDOW, by="direction", names=["time_series_t", "bmp_t"])
    for _, row in table.iterrows():
        events = [e for e, d in rows if d == row["direction"]]
        assert row["n"] == len(events)
        assert row["mean_car"] == pytest.approx(mean([e.car(WINDOW) for e in events]), rel=RTOL)
        if row["test"] in result.tests(WINDOW)["name"].tolist():
            again = result.tests(WINDOW, by="direction", names=[row["test"]])
            assert row["p_value"] == again.loc[again["direction"] == row["direction"], "p_value"].iloc[0]
        own = by[by["direction"] == row["direction"]].set_index("name")
        scar = [e.scar(WINDOW) for e in events]
        assert own.loc["bmp_t", "statistic"] == pytest.approx(mean(scar) / (sd(scar) / math.sqrt(len(scar))), rel=RTOL)


def test_events_without_a_return_in_the_window_are_named():
    """They stay in the average of the other days (golden files), which makes the averaged tests liberal."""
    result, refs = DESIGNS["missing returns"]()
    left_out = sum(not e.valid((-3, -1)) for e in refs)
    assert left_out > 0
    notes = result.tests((-3, -1)).set_index("name")["note"]
    for name in ("crude_dependence_t", "corrado_rank_z", "cumulative_rank_z"):
        assert f"{left_out} events without a return" in notes[name]
    assert not notes["corrado_zivney_rank_z"]


@pytest.mark.parametrize("window", [(0, 0), (0, 2)], ids=str)
def test_conformal_turns_the_residuals_of_one_regression_round(window):
    result, refs = DESIGNS["staggered"]()
    got = result.single_events(window)["conformal_p_value"]
    for p, e in zip(got, refs, strict=True):
        days = [*sorted(e.residual), *e.window(window)]  # the null imposed: the event's days are in the fit
        x, y = np.array([e.rows[k] for k in days]), np.array([e.returns[k] for k in days])
        u = (y - x @ np.linalg.lstsq(x, y, rcond=None)[0]).tolist()
        t, length = len(u), window[1] - window[0] + 1
        sums = [abs(sum(u[(s + j) % t] for j in range(length))) for s in range(t)]
        own = abs(sum(u[-length:]))
        assert p == pytest.approx(sum(v >= own * (1 - 1e-10) for v in sums) / t, rel=RTOL)
